"""Findings of an audit: what is wrong, who answers for it by when, and when it may be closed."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import BaseModel, ConfigDict, StringConstraints

from complaints.errors import AnswerWrong

if TYPE_CHECKING:
    from complaints.roster import Roster

REMIND_EVERY_DAYS: Final = 7
"""(house) How often the owner of a finding that is due is reminded; the first time on the day itself."""

Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)]
Needed = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
StaffId = Annotated[str, StringConstraints(max_length=80)]


class Severity(StrEnum):
    """How grave a finding is."""

    OBSERVATION = "observation"
    MINOR = "minor"
    MAJOR = "major"


class FindingStatus(StrEnum):
    """How far a finding is."""

    OPEN = "open"
    IN_WORK = "in_work"
    CLOSED = "closed"


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class RaiseForm(_Form):
    """A new finding."""

    text: Needed
    severity: Severity
    owner: StaffId
    due_on: date


class StepForm(_Form):
    """What an auditor does about a finding: it goes on, changes hands, gets more time, or is closed."""

    status: FindingStatus
    owner: StaffId
    due_on: date
    text: Words = ""


class OwnersForm(_Form):
    """What the owner says was done, or will be."""

    text: Needed


def check_raised(form: RaiseForm, roster: Roster, *, today: date) -> None:
    """AnswerWrong where a finding cannot be raised so: its owner must work here, and have time."""
    problems = _wrong_owner(form.owner, roster)
    if form.due_on < today:
        problems["due_on"] = "date_in_past"
    if problems:
        raise AnswerWrong(problems)


def check_step(form: StepForm, roster: Roster, *, before: FindingStatus) -> None:
    """AnswerWrong where a step cannot be taken: closing wants its evidence, and opening anew its reason."""
    problems = {}
    if form.status is FindingStatus.CLOSED:
        if not form.text:
            problems["text"] = "evidence_needed"
    else:
        problems |= _wrong_owner(form.owner, roster)
        if before is FindingStatus.CLOSED and not form.text:
            problems["text"] = "reason_needed"
    if problems:
        raise AnswerWrong(problems)


def weeks_due(due_on: date, today: date) -> int | None:
    """Which reminder is due: 0 on the day itself, 1 a week later; None while the finding still has time."""
    return (today - due_on).days // REMIND_EVERY_DAYS if today >= due_on else None


def _wrong_owner(owner: str, roster: Roster) -> dict[str, str]:
    return {} if roster.works_here(owner) else {"owner": "not_on_staff"}
