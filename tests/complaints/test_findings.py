"""Findings: who may answer for one, when it is closed, and when its owner is reminded."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from adapters.policies import load_policy, policy_path
from complaints.errors import AnswerWrong
from complaints.findings import FindingStatus, RaiseForm, Severity, StepForm, check_raised, check_step, weeks_due
from complaints.roster import Roster

TODAY = date(2026, 11, 26)
ROSTER = Roster.of_policy(load_policy(policy_path("default")))
CLOSED, OPEN = FindingStatus.CLOSED, FindingStatus.OPEN


def raised(*, owner: str = "li_na", due_on: date = TODAY) -> RaiseForm:
    return RaiseForm(text="No proof of the refund.", severity=Severity.MINOR, owner=owner, due_on=due_on)


def problems_of(form: RaiseForm | StepForm, before: FindingStatus = OPEN) -> dict[str, str]:
    try:
        if isinstance(form, RaiseForm):
            check_raised(form, ROSTER, today=TODAY)
        else:
            check_step(form, ROSTER, before=before)
    except AnswerWrong as wrong:
        return wrong.problems
    return {}


def test_a_finding_is_due_today_at_the_earliest_and_is_somebodys_who_works_here() -> None:
    assert problems_of(raised()) == {}
    late = raised(owner="nobody", due_on=TODAY - timedelta(days=1))
    assert problems_of(late) == {"owner": "not_on_staff", "due_on": "date_in_past"}


@pytest.mark.parametrize(
    ("status", "before", "text", "wrong"),
    [
        (CLOSED, OPEN, "", {"text": "evidence_needed"}),
        (CLOSED, OPEN, "Refund 4711 seen.", {}),
        (OPEN, CLOSED, "", {"text": "reason_needed"}),
        (OPEN, CLOSED, "It came back.", {}),
        (FindingStatus.IN_WORK, OPEN, "", {}),
    ],
)
def test_closing_wants_evidence_and_opening_again_a_reason(
    status: FindingStatus, before: FindingStatus, text: str, wrong: dict[str, str]
) -> None:
    assert problems_of(StepForm(status=status, owner="li_na", due_on=TODAY, text=text), before) == wrong


def test_a_finding_of_somebody_who_left_can_be_closed_but_not_go_on_with_her() -> None:
    assert problems_of(StepForm(status=CLOSED, owner="gone", due_on=TODAY, text="Done.")) == {}
    assert problems_of(StepForm(status=OPEN, owner="gone", due_on=TODAY)) == {"owner": "not_on_staff"}


@pytest.mark.parametrize(("days", "week"), [(-1, None), (0, 0), (6, 0), (7, 1), (14, 2)])
def test_reminders_go_out_on_the_day_and_weekly_from_then_on(days: int, week: int | None) -> None:
    assert weeks_due(TODAY, TODAY + timedelta(days=days)) == week
