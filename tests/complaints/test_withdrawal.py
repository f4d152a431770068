"""Withdrawal and additions: the customer may end it at any time and add to it while it is open."""

from __future__ import annotations

import pytest

from complaints.errors import CaseClosed, TaskClosed
from complaints.events import ComplaintWithdrawn, InformationAdded
from complaints.letters import LetterKind
from complaints.words import CUSTOMER, Outcome, Stage, TaskKind
from tests.play import Play, default_policy, told, without

VAGUE = "It is not what I thought it would be."
OPEN: dict[Stage, tuple[Play, TaskKind]] = {
    Stage.INTAKE: (Play(record=told(item="", order_no="", name="", expected_remedy="")), TaskKind.COMPLETION),
    Stage.CLASSIFICATION: (Play(record=told(detail=VAGUE)), TaskKind.CLASSIFICATION),
    Stage.ASSIGNMENT: (Play(policy=without(default_policy(), "peter_novak", "zhao_lei")), TaskKind.DISPATCH),
    Stage.INVESTIGATION: (Play(), TaskKind.FINDINGS),
    Stage.REVIEW: (Play(), TaskKind.OPINION),
    Stage.RESPONSE: (Play(), TaskKind.DECISION),
    Stage.CALLBACK: (Play(), TaskKind.SURVEY),
}
"""For each stage a case that waits in it, and for what."""


@pytest.mark.parametrize(("stage", "waiting"), OPEN.items(), ids=OPEN)
def test_a_complaint_can_be_withdrawn_in_every_stage(stage: Stage, waiting: tuple[Play, TaskKind]) -> None:
    play, kind = waiting
    open_before = [task.id for task in (play.bring_to(kind), *play.case.open_tasks)]
    assert play.case.stage is stage
    case = play.withdraw("I found the receipt.")
    assert (case.is_open, case.outcome, case.withdrawn) == (False, Outcome.WITHDRAWN, True)
    assert {case.tasks[task_id].status for task_id in open_before} == {"revoked"}
    assert (stage.value, "withdrawn", "") in play.exits
    (letter,) = play.letters_of(LetterKind.WITHDRAWAL_CONFIRMED)
    assert letter.to == CUSTOMER
    assert play.letters_of(LetterKind.CLOSING) == []
    (fact,) = play.facts(ComplaintWithdrawn)
    assert play.papers[fact.reason.id] == {"reason": "I found the receipt."}


def test_a_complaint_can_be_withdrawn_before_anybody_looked_at_it_and_while_nobody_is_asked() -> None:
    fresh = Play()
    assert fresh.withdraw().outcome is Outcome.WITHDRAWN
    resting = Play()
    resting.bring_to(TaskKind.REMEDY)
    resting.submit(resting.the_task(TaskKind.REMEDY))
    assert resting.case.open_tasks == ()
    assert resting.withdraw().outcome is Outcome.WITHDRAWN


def test_no_reason_need_be_given() -> None:
    play = Play()
    play.carry_on()
    play.withdraw()
    (fact,) = play.facts(ComplaintWithdrawn)
    assert fact.reason is None


def test_an_answer_to_a_task_of_a_withdrawn_case_is_refused() -> None:
    play = Play()
    task = play.bring_to(TaskKind.FINDINGS)
    play.withdraw()
    with pytest.raises(TaskClosed, match="findings-1 is no longer open"):
        play.submit(task)


def test_nothing_lapses_any_more_after_a_withdrawal() -> None:
    play = Play()
    play.bring_to(TaskKind.FINDINGS)
    play.withdraw()
    entries = len(play.entries)
    play.wait(days=30)
    assert len(play.entries) == entries


@pytest.mark.parametrize("deed", [Play.withdraw, lambda play: play.add_information("More.")], ids=["withdraw", "add"])
def test_an_ended_case_takes_nothing_more(deed: object) -> None:
    assert callable(deed)
    play = Play()
    play.to_the_end()
    with pytest.raises(CaseClosed, match="has already ended"):
        deed(play)


def test_what_the_customer_adds_joins_the_file_and_counts_as_another_contact() -> None:
    play = Play()
    play.bring_to(TaskKind.FINDINGS)
    case = play.add_information("It also hums.")
    (fact,) = play.facts(InformationAdded)
    assert fact.repeat_contact
    assert fact.paper in case.papers
    assert play.papers[fact.paper.id] == {"text": "It also hums."}


def test_adding_to_a_case_takes_no_work_away_and_asks_nobody_anew() -> None:
    play = Play()
    play.bring_to(TaskKind.FINDINGS)
    before = play.case.open_tasks
    assert play.add_information("It also hums.").open_tasks == before
