"""Archiving: sealed with outcome and retention, and the customer told unless she was already."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from complaints.archiving import outcome_of
from complaints.case import Case
from complaints.events import CaseArchived, Lookalike
from complaints.letters import LetterKind
from complaints.words import CUSTOMER, Exit, Outcome, Stage, TaskKind
from tests.play import Play, told

if TYPE_CHECKING:
    from collections.abc import Mapping

TWIN = Lookalike(case_no="TC20261120-0001", similarity=0.97, same_customer=True, hours_apart=72)


def archived(play: Play) -> CaseArchived:
    (fact,) = play.facts(CaseArchived)
    assert isinstance(fact, CaseArchived)
    return fact


def test_the_seal_says_until_when_the_case_is_kept() -> None:
    play = Play()
    play.to_the_end()
    kept = archived(play).keep_until.astimezone(ZoneInfo("Asia/Shanghai"))
    # Three years and a day from the day the customer answered, at the same local time.
    assert kept == datetime(2029, 11, 28, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def test_the_seal_counts_the_entries_before_it() -> None:
    for play in (Play(), Play(record=told(email=""))):
        play.to_the_end()
        place = next(entry.seq for entry in play.entries if isinstance(entry.fact, CaseArchived))
        assert archived(play).entries == place - 1


def test_archiving_is_the_last_thing_that_happens() -> None:
    play = Play()
    case = play.to_the_end()
    assert play.kinds[-2:] == ["case.archived", "stage.closed"]
    assert (case.stage, case.open_tasks) == (None, ())
    entries = len(play.entries)
    play.wait(days=400)
    assert len(play.entries) == entries


def test_the_customer_hears_that_and_how_the_case_was_closed() -> None:
    play = Play()
    play.to_the_end()
    (letter,) = play.letters_of(LetterKind.CLOSING)
    assert (letter.to, dict(letter.details)) == (CUSTOMER, {"outcome": "satisfied"})


def test_a_customer_without_mail_gets_no_closing_letter() -> None:
    play = Play(record=told(email=""))
    play.to_the_end()
    assert play.letters_of(LetterKind.CLOSING) == []


@pytest.mark.parametrize(
    ("decision", "kind"),
    [("duplicate", LetterKind.DUPLICATE_NOTICE), ("refer", LetterKind.REFERRAL_NOTICE)],
)
def test_whoever_was_told_by_another_letter_is_not_told_again(decision: str, kind: LetterKind) -> None:
    play = Play(lookalikes=(TWIN,))
    play.submit(play.bring_to(TaskKind.SCREENING), decision=decision, original=TWIN.case_no, referred_to="The maker")
    assert [order.kind for order in play.letters if order.to == CUSTOMER] == [LetterKind.ACKNOWLEDGEMENT, kind]


OUTCOMES: Mapping[Exit, Outcome] = {
    Exit.DONE: Outcome.SATISFIED,
    Exit.WITHDRAWN: Outcome.WITHDRAWN,
    Exit.DUPLICATE: Outcome.DUPLICATE,
    Exit.REFERRED: Outcome.REFERRED,
    Exit.UNREACHABLE: Outcome.UNREACHABLE,
    Exit.CLOSED_UNSATISFIED: Outcome.UNSATISFIED,
}


@pytest.mark.parametrize(("last_exit", "outcome"), OUTCOMES.items())
def test_the_outcome_is_read_off_the_exit_that_led_here(last_exit: Exit, outcome: Outcome) -> None:
    assert outcome_of(Case(case_no="TC1", stage=Stage.ARCHIVING, last_exit=last_exit)) is outcome


def test_every_outcome_can_be_had() -> None:
    assert set(OUTCOMES.values()) == set(Outcome)


def test_a_case_that_left_no_stage_cannot_be_archived() -> None:
    with pytest.raises(ValueError, match="TC1 is archived before any stage was left"):
        outcome_of(Case(case_no="TC1"))
