"""A case is erased by two people: what is gone, what remains, and what everybody who looks afterwards is told."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from alembic import command
from sqlalchemy import select, text

from adapters import erasing as destroying
from adapters.house import open_house
from adapters.housekeeping import Housekeeper
from adapters.migrations import _config
from adapters.rotation import Rotation
from complaints.access import Access, Purpose
from complaints.errors import AnswerWrong, DataErased, ErasureNotOpen, TryAgain
from complaints.words import TaskKind
from models.tables import CASE_KEYS, CASES, LETTERS, PAPERS
from portal import erasing
from portal.case_files import case_as_data, read_case
from portal.case_terminal import print_case
from portal.erasing_terminal import Order, carry_out
from portal.exporting import ExportOrder, export_events
from tests.audited import audit, do, found, hand_in
from tests.builders import ANN, bring_to, carry_on, complain, task_link, track_link, view_link, withdraw

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from adapters.house import House
    from tests.builders import Hands
    from tests.portal.visitor import Visitor

ASKER, APPROVER = "li_na", "tang_rui"
KEPT = timedelta(days=1097)


async def archived(house: House) -> str:
    """A case with a file and an external id, closed."""
    case_no = await complain(house)
    await carry_on(house, case_no)
    await hand_in(house, case_no, b"a photo of Ann's kettle")
    await do(house, "UPDATE cases SET external_id = 'known as ' || case_no WHERE case_no = :c", c=case_no)
    await withdraw(house, case_no)
    return case_no


async def erased(house: House, case_no: str) -> str:
    await erasing.request(house, case_no, erasing.Doer(ASKER), reason="She asks for it.")
    await erasing.approve(house, case_no, erasing.Doer(APPROVER))
    return case_no


async def test_key_papers_files_and_digest_go_and_the_history_still_verifies(either_house: House) -> None:
    case_no = await archived(either_house)
    await either_house.accesses.note(Access(case_no, "li_na", "view", Purpose.AUDIT, "Ann called"))
    before = await either_house.casebook.history(case_no)
    await erased(either_house, case_no)
    async with either_house.database.reading() as session:
        for table in (CASE_KEYS, PAPERS):
            assert (await session.execute(select(table).where(table.c.case_no == case_no))).first() is None
        row = (await session.execute(select(CASES).where(CASES.c.case_no == case_no))).one()
        letters = (await session.execute(select(LETTERS).where(LETTERS.c.case_no == case_no))).all()
    assert (row.customer, row.external_id) == ("", None)
    assert letters
    assert {(letter.status, letter.paper_id) for letter in letters} == {("dead", None)}
    assert [look.stated for look in await either_house.accesses.of_case(case_no)] == [""]
    assert not (either_house.settings.home / "evidence" / case_no).exists()
    history = await either_house.casebook.history(case_no)
    assert history[: len(before)] == before
    assert [entry.fact.type for entry in history[len(before) :]] == ["erasure.requested", "case.erased"]
    report = await audit(either_house)
    assert report.is_sound, report.flaws
    assert any("key was destroyed" in note for note in report.notes)


async def test_the_bytes_leave_the_file_too(house: House) -> None:
    case_no = await archived(house)
    async with house.database.reading() as session:
        wrapped = (
            await session.execute(select(CASE_KEYS.c.wrapped).where(CASE_KEYS.c.case_no == case_no))
        ).scalar_one()
    path = house.settings.business_url.partition("///")[2]
    await erased(house, case_no)
    for suffix in ("", "-wal"):
        file = await asyncio.to_thread(_bytes_of, path + suffix)
        assert wrapped not in file


def _bytes_of(path: str) -> bytes:
    return Path(path).read_bytes() if Path(path).exists() else b""


async def test_every_page_says_that_it_was_erased(house: House, visitor: Visitor) -> None:
    case_no = await complain(house)
    task = await bring_to(house, case_no, TaskKind.FINDINGS)
    links = [task_link(house, case_no, task), track_link(house, case_no), view_link(house, case_no)]
    await withdraw(house, case_no)
    await erased(house, case_no)
    for link in links:
        page = await visitor.open(f"{link}?lang=en")
        assert page.status == 410
        assert "This complaint was erased" in page.text
        assert ANN.name not in page.text
    chinese = await visitor.open(f"{links[1]}?lang=zh-CN")
    assert "已删除" in chinese.text
    answer = await visitor.open(links[1].replace("/track/", "/api/complaints/"))
    assert (answer.status, "erased" in answer.html) == (410, True)


async def test_commands_and_exports_go_on_and_say_so(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case_no = await erased(house, await archived(house))
    found = await read_case(house, case_no)
    print_case(found)
    assert "only codes and times remain" in capsys.readouterr().out
    assert case_as_data(found)["erased_at"]
    for form in ("jsonl", "csv", "xes", "jsonocel"):
        done = await export_events(house, ExportOrder(tmp_path / f"all.{form}"), by="operator")
        assert done.cases == 1
    (told,) = await carry_out(house, Order(case_no, "", "", report=True))
    remains = json.loads(told)
    assert remains["rows"] | {"letters": 0, "looks": 0, "tasks": 0} == {
        "papers": 0,
        "keys": 0,
        "letters": 0,
        "looks": 0,
        "tasks": 0,
    }
    assert remains["erased"]["requested_by"] == ASKER
    assert remains["erased"]["approved_by"] == APPROVER
    assert (remains["files"], remains["erased"]["files"]) == (0, 1)
    assert ANN.name not in told
    assert ANN.email not in told


async def test_of_two_who_approve_at_once_one_is_told_that_it_is_done(either_house: House) -> None:
    case_no = await archived(either_house)
    await erasing.request(either_house, case_no, erasing.Doer(ASKER), reason="She asks for it.")
    other = await open_house(either_house.settings, clock=either_house.clock)
    both = await asyncio.gather(
        *(erasing.approve(one, case_no, erasing.Doer(APPROVER)) for one in (either_house, other)),
        return_exceptions=True,
    )
    await other.close()
    assert sum(isinstance(one, DataErased) for one in both) == 1
    kinds = [entry.fact.type for entry in await either_house.casebook.history(case_no)]
    assert kinds.count("case.erased") == 1
    assert (await audit(either_house)).is_sound


async def test_who_reads_while_it_is_erased_sees_all_or_is_told(either_house: House) -> None:
    case_no = await archived(either_house)
    await erasing.request(either_house, case_no, erasing.Doer(ASKER), reason="She asks for it.")
    reader = await open_house(either_house.settings, clock=either_house.clock)
    seen = [(await reader.casebook.brief(case_no)).record.name]

    async def read() -> None:
        while seen[-1] == ANN.name:
            try:
                seen.append((await reader.casebook.brief(case_no)).record.name)
            except DataErased:
                seen.append("erased")
            await asyncio.sleep(0)

    await asyncio.gather(read(), erasing.approve(either_house, case_no, erasing.Doer(APPROVER)))
    await reader.close()
    assert set(seen) == {ANN.name, "erased"}
    assert seen[-1] == "erased"


async def test_a_letter_that_was_read_before_is_not_written_after(house: House) -> None:
    """Whoever briefed herself before the erasure cannot add to the case after it."""
    case_no = await archived(house)
    stale = await open_house(house.settings, clock=house.clock)
    briefing = await stale.casebook.brief(case_no)
    await erased(house, case_no)
    with pytest.raises(ErasureNotOpen):
        await erasing.approve(house, (await complain(house)), erasing.Doer(APPROVER))
    with pytest.raises(DataErased):
        await erasing.request(stale, case_no, erasing.Doer(ASKER), reason="again")
    assert briefing.record.name == ANN.name
    await stale.close()


async def test_files_that_a_crash_left_behind_are_swept(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    case_no = await archived(house)
    folder = house.settings.home / "evidence" / case_no
    with monkeypatch.context() as patch:
        patch.setattr(type(house.evidence), "forget", lambda *_: (_ for _ in ()).throw(TryAgain("the disk is away")))
        with pytest.raises(TryAgain):
            await erased(house, case_no)
    assert folder.exists()
    kept = await archived(house)
    tidied = await Housekeeper(house).tidy()
    assert tidied.swept == (case_no,)
    assert not folder.exists()
    assert (folder.parent / kept).exists()


async def test_housekeeping_tells_once_a_day_what_is_past_its_date(either_house: House, hands: Hands) -> None:
    first, held, late = [await archived(either_house) for _ in range(3)]
    keeper = Housekeeper(either_house)
    assert (await keeper.tidy()).due == ()
    await erasing.hold(either_house, held, erasing.Doer(ASKER), reason="A lawsuit.")
    hands.at += KEPT
    await erasing.request(either_house, late, erasing.Doer(ASKER), reason="")
    tidied = await keeper.tidy_daily()
    assert tidied is not None
    assert (tidied.due, tidied.waiting) == ((first,), (late,))
    assert await keeper.tidy_daily() is None


async def test_the_command_lists_asks_and_approves_by_date(house: House, hands: Hands) -> None:
    case_no, open_one = await archived(house), await complain(house)
    assert await carry_out(house, Order("", "", "", due=True)) == ["No case is past its date, and none waits."]
    hands.at += KEPT
    assert await carry_out(house, Order("", "", "", due=True)) == [f"{case_no} is past its date."]
    assert await carry_out(house, Order("", ASKER, "", due=True)) == [f"{case_no} is asked to be erased."]
    (waits,) = await carry_out(house, Order("", "", "", due=True))
    assert "waits for approval: asked for by li_na (due)" in waits
    with pytest.raises(ErasureNotOpen, match="none of the roles"):
        await carry_out(house, Order(case_no, ASKER, "", approve=True))
    assert await carry_out(house, Order("", APPROVER, "", due=True, approve=True)) == [f"{case_no} is erased."]
    with pytest.raises(ErasureNotOpen, match="is open"):
        await carry_out(house, Order(open_one, ASKER, "now"))
    for wrong in (
        Order("", ASKER, ""),
        Order(case_no, "", "", due=True),
        Order(case_no, "", "", approve=True, refuse=True),
    ):
        with pytest.raises(AnswerWrong):
            await carry_out(house, wrong)


async def test_a_key_that_somebody_deleted_is_no_erasure(house: House) -> None:
    case_no = await archived(house)
    async with house.database.writing() as session:
        await session.execute(text("DELETE FROM case_keys"))
    assert [where for _, _, where in await found(house, case_no)] == ["paper"]


async def test_an_erased_case_does_not_hinder_a_rotation(either_house: House) -> None:
    case_no = await erased(either_house, await archived(either_house))
    other = await archived(either_house)
    assert (await Rotation(either_house).run()).rewrapped == 1
    with pytest.raises(DataErased):
        await either_house.casebook.brief(case_no)
    assert (await either_house.casebook.brief(other)).record.name == ANN.name


async def test_an_erasure_that_fails_half_way_erases_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    case_no = await archived(house)
    await erasing.request(house, case_no, erasing.Doer(ASKER), reason="She asks for it.")

    async def broken(*_: object, **__: object) -> None:
        raise TryAgain("the seal key is away")

    monkeypatch.setattr(destroying, "add_seal", broken)
    with pytest.raises(TryAgain):
        await erasing.approve(house, case_no, erasing.Doer(APPROVER))
    assert (await house.casebook.brief(case_no)).record.name == ANN.name
    assert (house.settings.home / "evidence" / case_no).exists()


async def test_cases_archived_before_rows_told_their_date_get_it_from_their_histories(either_house: House) -> None:
    case_no, _ = await archived(either_house), await complain(either_house)
    kept = (await either_house.casebook.case(case_no)).keep_until

    def back_and_forth(connection: Connection) -> None:
        config = _config()
        config.attributes["connection"] = connection
        command.downgrade(config, "20261126_retention")
        command.downgrade(config, "-1")
        command.upgrade(config, "head")

    async with either_house.database.writing() as session:
        await (await session.connection()).run_sync(back_and_forth)
    async with either_house.database.reading() as session:
        rows = (await session.execute(select(CASES.c.case_no, CASES.c.keep_until).order_by(CASES.c.case_no))).all()
    assert [row.keep_until for row in rows] == [kept, None]
    assert (await audit(either_house)).is_sound
