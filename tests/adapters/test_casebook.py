"""The casebook: one writer wins, a decision is written whole or not at all, and projections restate the history."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlmodel import SQLModel, select

from adapters.casebook import Registered
from adapters.cipher import stationery
from complaints.answering import answer
from complaints.briefing import Verdict
from complaints.chain import Signature, verify
from complaints.errors import HistoryMoved, NoSuchCase
from complaints.escalation import next_alarm
from complaints.events import InformationAdded
from complaints.letters import LetterKind, LetterOrder
from complaints.submission import Submission
from complaints.words import CUSTOMER, SYSTEM, Stage, TaskKind
from models.tables import CaseKeyRow, CaseRow, EventRow, LetterRow, ManualTaskRow, PaperRow
from tests.builders import ANN, ANSWERS, WANG_FANG, Hands, bring_to, carry_on, complain, submit, withdraw
from tests.play import told

if TYPE_CHECKING:
    from adapters.house import House
    from complaints.briefing import Briefing
    from complaints.case import ManualTask

ALICE = Signature(actor="alice", origin="test", policy="default-1")
LETTER = LetterOrder(kind=LetterKind.PROGRESS, to=CUSTOMER, key="progress/assigned")


@pytest.fixture
def house(either_house: House) -> House:
    """On both engines."""
    return either_house


async def rows(house: House, table: type[SQLModel]) -> list[Any]:
    async with house.database.reading() as session:
        return list((await session.execute(select(table))).scalars())


async def the_row(house: House, case_no: str) -> CaseRow:
    async with house.database.reading() as session:
        row = await session.get(CaseRow, case_no)
    assert row is not None
    return row


async def register(house: House, *, external_id: str = "", **changes: Any) -> Registered:  # noqa: ANN401  any field
    record = told(at=house.clock.now(), **changes)
    return await house.casebook.register(record, signature=ALICE, stationery=stationery(), external_id=external_id)


def reply(briefing: Briefing, task: ManualTask) -> Verdict:
    post = Submission(task_id=task.id, by=task.assignee, fields=ANSWERS[task.kind], stationery=stationery())
    return answer(briefing, post)


# --- registering ----------------------------------------------------------------


async def test_a_complaint_gets_the_next_number_of_the_local_day(house: House, hands: Hands) -> None:
    hands.at = datetime(2026, 11, 22, 15, 59, tzinfo=UTC)
    assert (await register(house)).case_no == "TC20261122-0001"
    hands.move(minutes=1)  # midnight in Shanghai
    assert [(await register(house)).case_no for _ in range(2)] == ["TC20261123-0001", "TC20261123-0002"]


async def test_twenty_complaints_at_once_get_twenty_numbers(house: House) -> None:
    registered = await asyncio.gather(*(register(house) for _ in range(20)))
    assert sorted(one.case_no for one in registered) == [f"TC20261123-{n:04d}" for n in range(1, 21)]
    assert all(one.is_new for one in registered)


async def test_the_same_external_id_again_is_the_same_case(house: House) -> None:
    first = await register(house, external_id="shop-7")
    again = await register(house, external_id="shop-7", detail="Told otherwise.")
    other = await register(house, external_id="shop-8")
    assert (again.case_no, again.is_new) == (first.case_no, False)
    assert other.is_new
    assert len(await rows(house, CaseRow)) == 2


async def test_the_same_external_id_by_many_at_once_opens_one_case(house: House) -> None:
    registered = await asyncio.gather(*(register(house, external_id="shop-7") for _ in range(10)))
    assert len({one.case_no for one in registered}) == 1
    assert [one.is_new for one in registered].count(True) == 1
    assert len(await rows(house, CaseRow)) == len(await rows(house, CaseKeyRow)) == 1


async def test_no_row_but_the_sealed_papers_holds_a_word_of_the_customer(house: House) -> None:
    await register(house, external_id="ann.lee@example.test")
    for table in (CaseRow, EventRow, LetterRow, ManualTaskRow, CaseKeyRow, PaperRow):
        shown = str([row.model_dump() for row in await rows(house, table)])
        assert [word for word in (ANN.name, ANN.email, ANN.phone, ANN.item, "leaks") if word in shown] == []


async def test_a_case_that_is_not_there_is_said_to_be_none(house: House) -> None:
    for ask in (house.casebook.brief, house.casebook.history, house.casebook.papers, house.casebook.case):
        with pytest.raises(NoSuchCase):
            await ask("TC20261123-0001")


# --- writing --------------------------------------------------------------------


async def test_of_two_who_write_on_the_same_briefing_one_wins_and_the_other_leaves_nothing(house: House) -> None:
    case_no = await complain(house)
    await carry_on(house, case_no)
    briefing = await house.casebook.brief(case_no)
    task = briefing.case.open_tasks[0]
    await house.casebook.record(briefing, reply(briefing, task), signature=ALICE, wake=True)
    before = [await rows(house, table) for table in (EventRow, PaperRow, LetterRow, ManualTaskRow, CaseRow)]
    loser = reply(briefing, task) + Verdict(letters=(LETTER,))
    with pytest.raises(HistoryMoved):
        await house.casebook.record(briefing, loser, signature=ALICE, wake=True)
    assert [await rows(house, table) for table in (EventRow, PaperRow, LetterRow, ManualTaskRow, CaseRow)] == before


async def test_of_ten_who_answer_at_the_same_time_exactly_one_is_recorded(house: House) -> None:
    case_no = await complain(house)
    await carry_on(house, case_no)
    briefing = await house.casebook.brief(case_no)
    task = briefing.case.open_tasks[0]
    ends = await asyncio.gather(
        *(house.casebook.record(briefing, reply(briefing, task), signature=ALICE, wake=True) for _ in range(10)),
        return_exceptions=True,
    )
    assert sum(isinstance(end, HistoryMoved) for end in ends) == 9
    history = await house.casebook.history(case_no)
    assert [entry.fact.type for entry in history].count("findings.submitted") == 1
    assert verify(history).seq == (await the_row(house, case_no)).seq


async def test_a_letter_ordered_twice_under_one_key_is_one_letter(house: House) -> None:
    case_no = await complain(house)
    for _ in range(2):
        briefing = await house.casebook.brief(case_no)
        verdict = Verdict(facts=(InformationAdded(),), letters=(LETTER, LETTER))
        await house.casebook.record(briefing, verdict, signature=ALICE, wake=False)
    (row,) = await rows(house, LetterRow)
    assert (row.key, row.status, row.recipient) == ("progress/assigned", "waiting", CUSTOMER)


async def test_every_letter_of_every_case_has_a_message_id_of_its_own(house: House) -> None:
    for customer in (ANN, WANG_FANG):
        await bring_to(house, await complain(house, customer), TaskKind.OPINION)
    letters = await rows(house, LetterRow)
    assert len(letters) == 12
    assert len({row.message_id for row in letters}) == len({(row.case_no, row.key) for row in letters}) == len(letters)


async def test_a_letter_remembers_the_entry_that_ordered_it(house: House) -> None:
    case_no = await complain(house)
    await carry_on(house, case_no)
    seqs = {row.kind: row.seq for row in await rows(house, LetterRow)}
    kinds = {entry.seq: entry.fact.type for entry in await house.casebook.history(case_no)}
    assert kinds[seqs["task_asked"]] == "task.asked"
    assert seqs["acknowledgement"] < seqs["progress"] < seqs["task_asked"]


async def test_papers_read_back_as_they_were_written(house: House) -> None:
    case_no = await complain(house)
    task = await bring_to(house, case_no, TaskKind.FINDINGS)
    await submit(house, case_no, task)
    papers = await house.casebook.papers(case_no)
    findings = (await house.casebook.case(case_no)).findings
    assert findings is not None
    assert papers[findings.findings.id].ref == findings.findings
    assert papers[findings.findings.id].content["findings"] == ANSWERS[TaskKind.FINDINGS]["findings"]


# --- projections ------------------------------------------------------------------


async def assert_restated(house: House, case_no: str) -> None:
    """The rows of a case say what its history says."""
    case, row = await house.casebook.case(case_no), await the_row(house, case_no)
    assert verify(await house.casebook.history(case_no)).hash == row.head == case.head
    assert (row.seq, row.stage, row.outcome, row.round) == (case.seq, case.stage, case.outcome, case.round)
    assert (row.level, row.escalation_level, row.was_escalated) == (
        case.level,
        case.escalation_level,
        case.was_escalated,
    )
    assert row.category == (case.classification.category if case.classification else "")
    assert (row.department, row.handler) == (
        (case.assignment.department, case.assignment.handler) if case.assignment else ("", "")
    )
    tasks = {one.task_id: one for one in await rows(house, ManualTaskRow) if one.case_no == case_no}
    assert set(tasks) == set(case.tasks)
    for task_id, task in case.tasks.items():
        shown = tasks[task_id]
        assert (shown.kind, shown.stage, shown.assignee, shown.status) == (
            task.kind,
            task.stage,
            task.assignee,
            task.status,
        )
        assert (shown.level, shown.asked_at, shown.due_at, shown.closed_at) == (
            task.level,
            task.asked_at,
            task.due_at,
            task.closed_at,
        )


async def test_the_rows_of_a_case_restate_its_history_at_every_step(house: House, hands: Hands) -> None:
    case_no = await complain(house)
    await assert_restated(house, case_no)
    await carry_on(house, case_no)
    hands.move(days=3)
    await carry_on(house, case_no)
    await assert_restated(house, case_no)
    await submit(house, case_no, await bring_to(house, case_no, TaskKind.FINDINGS))
    await assert_restated(house, case_no)
    case = await withdraw(house, case_no)
    assert not case.is_open
    await assert_restated(house, case_no)


# --- alarms ------------------------------------------------------------------------


async def test_a_new_case_and_an_answer_wake_at_once_and_a_settled_case_at_its_next_alarm(
    house: House, hands: Hands
) -> None:
    case_no = await complain(house)
    assert (await the_row(house, case_no)).wake_at == hands.at
    case = await carry_on(house, case_no)
    assert (await the_row(house, case_no)).wake_at == next_alarm(case)
    hands.move(minutes=5)
    briefing = await house.casebook.brief(case_no)
    verdict = reply(briefing, briefing.case.open_tasks[0])
    await house.casebook.record(briefing, verdict, signature=ALICE, wake=True)
    assert (await the_row(house, case_no)).wake_at == hands.at


async def test_a_flow_that_moves_a_case_wakes_it_for_the_next_stage(house: House, hands: Hands) -> None:
    case_no = await complain(house)
    task = await bring_to(house, case_no, TaskKind.FINDINGS)
    await submit(house, case_no, task)
    briefing = await house.casebook.brief(case_no)
    assert briefing.case.stage is Stage.REVIEW
    opinion = reply(briefing, briefing.case.open_tasks[0])
    await house.casebook.record(briefing, opinion, signature=Signature(SYSTEM, "flow", "default-1"), wake=False)
    case = await house.casebook.case(case_no)
    assert (await the_row(house, case_no)).wake_at == next_alarm(case) != hands.at


async def test_settling_does_not_silence_an_answer_that_came_meanwhile(house: House, hands: Hands) -> None:
    case_no = await complain(house)
    await carry_on(house, case_no)
    seen_by_flow = await house.casebook.brief(case_no)
    hands.move(minutes=5)
    briefing = await house.casebook.brief(case_no)
    verdict = reply(briefing, briefing.case.open_tasks[0])
    await house.casebook.record(briefing, verdict, signature=ALICE, wake=True)
    await house.casebook.settle(seen_by_flow)
    assert (await the_row(house, case_no)).wake_at == hands.at


async def test_an_archived_case_is_never_woken_again(house: House, hands: Hands) -> None:
    case_no = await complain(house)
    await withdraw(house, case_no)
    row = await the_row(house, case_no)
    assert (row.stage, row.wake_at, row.closed_at) == (None, None, hands.at)
