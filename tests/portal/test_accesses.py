"""Every look at a case by staff is a row: which page, by whom and what for; customers look at what is theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from complaints.access import LONGEST_STATEMENT, Access, Purpose
from complaints.errors import AnswerWrong, NoSuchCase, TryAgain
from complaints.words import ActKind, TaskKind
from portal.accessing import looks_as_data, print_looks, read_looks
from portal.case_files import read_case
from portal.errand import operator
from portal.exporting import ExportOrder, export_events
from tests.audited import hand_in
from tests.builders import bring_to, complain, task_link, track_link, view_link

if TYPE_CHECKING:
    from pathlib import Path

    from adapters.house import House
    from tests.builders import Hands
    from tests.portal.visitor import Visitor


async def looks(house: House, case_no: str) -> list[tuple[str, str, str]]:
    return [(row.by, row.page, row.purpose) for row in await house.accesses.of_case(case_no)]


async def test_whoever_opens_her_task_is_written_down_with_each_page(visitor: Visitor, house: House) -> None:
    case_no = await complain(house)
    task = await bring_to(house, case_no, TaskKind.FINDINGS)
    await hand_in(house, case_no, b"the bill")
    link = task_link(house, case_no, task)
    await visitor.open(link)
    await visitor.open(f"{link}/do/{ActKind.HAND_OVER}")
    await visitor.open(f"{link}/evidence/E1")
    assert await looks(house, case_no) == [
        (task.assignee, "task", "task"),
        (task.assignee, "act:hand_over", "task"),
        (task.assignee, "evidence:E1", "task"),
    ]


async def test_who_reads_about_an_escalation_looks_because_of_a_notice(visitor: Visitor, house: House) -> None:
    case_no = await complain(house)
    await hand_in(house, case_no, b"the bill")
    await visitor.open(view_link(house, case_no))
    await visitor.open(f"{view_link(house, case_no)}/evidence/E1")
    told = [("robert_ellis", "view", "notice"), ("robert_ellis", "evidence:E1", "notice")]
    assert await looks(house, case_no) == told


async def test_an_auditor_audits_and_whoever_has_work_in_a_case_does_that(visitor: Visitor, house: House) -> None:
    case_no = await complain(house)
    task = await bring_to(house, case_no, TaskKind.FINDINGS)
    for who in ("deng_xin", task.assignee, "tang_rui"):
        await visitor.open(view_link(house, case_no, holder=who))
    told = [("deng_xin", "audit"), (task.assignee, "own_work"), ("tang_rui", "notice")]
    assert [(who, purpose) for who, _, purpose in await looks(house, case_no)] == told


async def test_a_form_that_comes_back_is_a_look_too(visitor: Visitor, house: House) -> None:
    """Else a POST of nonsense would show the case to somebody whom the log does not know."""
    case_no = await complain(house)
    task = await bring_to(house, case_no, TaskKind.FINDINGS)
    page = await visitor.open(task_link(house, case_no, task))
    again = await visitor.send(page, {})
    assert again.status == 422
    assert [page for _, page, _ in await looks(house, case_no)] == ["task", "task"]


async def test_a_customer_who_looks_at_her_case_is_not_watched(visitor: Visitor, house: House) -> None:
    case_no = await complain(house)
    await bring_to(house, case_no, TaskKind.FINDINGS)
    await visitor.open(track_link(house, case_no))
    assert await looks(house, case_no) == []


async def test_what_shows_nothing_is_no_look(visitor: Visitor, house: House) -> None:
    case_no = await complain(house)
    task = await bring_to(house, case_no, TaskKind.FINDINGS)
    link = task_link(house, case_no, task)
    assert (await visitor.open(f"{link}/evidence/E9")).status == 404
    assert (await visitor.open(task_link(house, case_no, task, holder="nobody_here"))).status == 404
    assert await looks(house, case_no) == []


async def test_while_looks_cannot_be_written_nothing_is_shown(
    visitor: Visitor, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_no = await complain(house)

    def away() -> None:
        raise TryAgain("the business database does not answer")

    link = view_link(house, case_no)
    monkeypatch.setattr(house.database, "writing", away)
    page = await visitor.open(link)
    assert page.status == 503
    assert "kettle" not in page.text.lower()


async def test_an_operator_who_shows_a_case_says_what_for(either_house: House) -> None:
    case_no = await complain(either_house)
    await read_case(either_house, case_no, stated="Ann asked by phone.")
    (row,) = await either_house.accesses.of_case(case_no)
    assert (row.by, row.page, row.purpose, row.stated) == (operator(), "show", "operator", "Ann asked by phone.")


async def test_the_log_is_read_by_case_and_by_person(
    either_house: House, hands: Hands, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = [await complain(either_house) for _ in range(2)]
    await either_house.accesses.note(Access(first, "li_na", "task", Purpose.TASK))
    hands.move(minutes=1)
    await either_house.accesses.note(Access(second, "li_na", "view", Purpose.AUDIT, "sample of November"))
    of_case = await read_looks(either_house, f" {first.lower()}", by="", most=9)
    assert [row["page"] for row in looks_as_data(of_case)] == ["task"]
    by_her = await read_looks(either_house, "", by="li_na", most=9)
    assert [row["case_no"] for row in looks_as_data(by_her)] == [second, first]
    assert len((await read_looks(either_house, "", by="li_na", most=1)).rows) == 1
    print_looks(by_her)
    assert "audit: sample of" in capsys.readouterr().out


async def test_every_case_that_leaves_in_a_file_is_looked_at(house: House, tmp_path: Path) -> None:
    cases = [await complain(house) for _ in range(2)]
    await export_events(house, ExportOrder(tmp_path / "all.xes"), by="operator tess")
    assert [await looks(house, case_no) for case_no in cases] == [[("operator tess", "export:xes", "operator")]] * 2


async def test_the_log_wants_a_case_that_is_there_or_a_person(house: House) -> None:
    with pytest.raises(NoSuchCase):
        await read_looks(house, "TC20261123-9999", by="", most=9)
    for case_no, by in (("", ""), ("TC20261123-0001", "li_na")):
        with pytest.raises(AnswerWrong):
            await read_looks(house, case_no, by=by, most=9)


async def test_a_stated_purpose_is_one_sentence_and_none_is_ever_cut(house: House) -> None:
    case_no = await complain(house)
    with pytest.raises(AnswerWrong, match="200 at most"):
        await read_case(house, case_no, stated="x" * (LONGEST_STATEMENT + 1))
    await read_case(house, case_no, stated="x" * LONGEST_STATEMENT)
    (row,) = await house.accesses.of_case(case_no)
    assert row.stated == "x" * LONGEST_STATEMENT
