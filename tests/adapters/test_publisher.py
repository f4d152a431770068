"""The publisher: every day once, however many think of it, whatever was missed, and wherever it was cut off."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from adapters.house import open_house
from adapters.publisher import HeadsFile, Publisher
from adapters.settings import Settings
from adapters.signet import is_signed, read_keys
from complaints.errors import GiveUp, TryAgain
from complaints.heads import read_leaf, read_line
from complaints.seals import key_named
from tests.audited import audit, do, found
from tests.builders import Hands, carry_on, complain, withdraw

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from sqlalchemy.ext.asyncio import AsyncSession

    from adapters.house import House


@pytest.fixture
def house(either_house: House) -> House:
    """On both engines."""
    return either_house


def days(house: House) -> list[str]:
    return [read_line(line).day for line in HeadsFile(house.settings.heads_path).lines()]


async def test_nothing_is_published_before_a_day_with_an_entry_is_over(house: House, hands: Hands) -> None:
    assert await Publisher(house).publish_due() == ()
    await complain(house)
    assert await Publisher(house).publish_due() == ()
    hands.at = hands.at.replace(hour=0, minute=9) + timedelta(days=1)
    assert await Publisher(house).publish_due() == ()
    hands.move(minutes=1)
    (line,) = await Publisher(house).publish_due()
    assert (line.day, line.cases) == ("2026-11-23", 1)
    assert await Publisher(house).publish_due() == ()


async def test_a_line_is_signed_and_stands_over_the_heads_of_its_day(house: House, hands: Hands) -> None:
    first, second = await complain(house), await complain(house)
    await carry_on(house, first)
    await withdraw(house, first)
    hands.move(days=1)
    (line,) = await Publisher(house).publish_due()
    async with house.database.reading() as session:
        key = key_named(await read_keys(session), line.key_id)
    assert key is not None
    assert is_signed(line.signed, line.signature, key.public)
    listed = HeadsFile(house.settings.heads_path).list_of("2026-11-23")
    assert listed is not None
    leaves = [read_leaf(row) for row in listed.splitlines()]
    cases = [await house.casebook.case(case_no) for case_no in (first, second)]
    assert [(leaf.case_no, leaf.seq, leaf.hash) for leaf in leaves] == [(c.case_no, c.seq, c.head) for c in cases]


async def test_missed_days_are_caught_up_one_line_each(house: House, hands: Hands) -> None:
    await complain(house)
    hands.move(days=1)
    await Publisher(house).publish_due()
    hands.move(days=2)
    await complain(house)
    hands.move(days=2)
    lines = await Publisher(house).publish_due()
    assert [(line.day, line.cases) for line in lines] == [
        ("2026-11-24", 0),
        ("2026-11-25", 0),
        ("2026-11-26", 1),
        ("2026-11-27", 0),
    ]
    assert [line.previous for line in lines[1:]] == [line.digest for line in lines[:-1]]
    assert (await audit(house)).is_sound


async def test_many_workers_publish_a_day_once(house: House, hands: Hands) -> None:
    await complain(house)
    hands.move(days=3)
    done = await asyncio.gather(*(Publisher(house).publish_due() for _ in range(5)))
    assert sum(len(lines) for lines in done) == 1
    assert days(house) == ["2026-11-25"]
    hands.move(days=2)
    await asyncio.gather(*(Publisher(house).publish_due() for _ in range(5)))
    assert days(house) == ["2026-11-25", "2026-11-26", "2026-11-27"]
    assert (await audit(house)).is_sound


async def test_workers_of_two_processes_publish_a_day_once(house: House, hands: Hands) -> None:
    other = await open_house(house.settings, clock=hands.clock)
    await complain(house)
    hands.move(days=1)
    await asyncio.gather(Publisher(house).publish_due(), Publisher(other).publish_due())
    await other.close()
    assert days(house) == ["2026-11-23"]


async def test_a_day_that_somebody_publishes_while_we_ask_which_are_due_stands_in_the_file_once(
    house: House, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    await complain(house)
    hands.move(days=1)
    reading = house.database.reading
    asked: list[int] = []

    @asynccontextmanager
    async def slow() -> AsyncIterator[AsyncSession]:
        asked.append(len(asked))
        if len(asked) == 2:
            await Publisher(house).publish_due()
        async with reading() as session:
            yield session

    monkeypatch.setattr(house.database, "reading", slow)
    assert await Publisher(house).publish_due() == ()
    assert days(house) == ["2026-11-23"]
    assert (await audit(house)).is_sound


async def test_a_line_that_was_written_before_its_process_died_is_taken_as_it_stands(
    house: House, hands: Hands
) -> None:
    await complain(house)
    hands.move(days=1)
    (line,) = await Publisher(house).publish_due()
    await do(house, "DELETE FROM published_heads")
    hands.move(hours=1)
    assert await Publisher(house).publish_due() == (line,)
    assert days(house) == ["2026-11-23"]
    assert (await audit(house)).is_sound


async def test_a_file_that_was_cut_is_not_mended_in_silence(house: House, hands: Hands) -> None:
    await complain(house)
    for _ in range(3):
        hands.move(days=1)
        await Publisher(house).publish_due()
    path = house.settings.heads_path
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:1]))
    hands.move(days=1)
    await Publisher(house).publish_due()
    assert ("", 0, "heads") in await found(house, is_quick=True)


async def test_a_line_in_the_database_that_is_none_stops_publishing(house: House, hands: Hands) -> None:
    await complain(house)
    hands.move(days=1)
    await Publisher(house).publish_due()
    await do(house, "UPDATE published_heads SET line = 'nothing'")
    hands.move(days=1)
    with pytest.raises(GiveUp, match="redress audit verify"):
        await Publisher(house).publish_due()


async def test_a_file_that_cannot_be_written_is_tried_again_and_nothing_is_noted(
    house: House, hands: Hands, tmp_path: Path
) -> None:
    await complain(house)
    hands.move(days=1)
    (tmp_path / "blocked").write_text("")
    with pytest.raises(TryAgain):
        await Publisher(house, tmp_path / "blocked" / "heads.jsonl").publish_due()
    async with house.database.reading() as session:
        assert (await session.execute(text("SELECT count(*) FROM published_heads"))).scalar_one() == 0


async def test_the_path_is_the_operators_choice(house: House, hands: Hands, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere" / "roots.jsonl"
    settings = house.settings.model_copy(update={"audit_heads": elsewhere})
    assert Settings(home=tmp_path).heads_path == tmp_path / "audit" / "heads.jsonl"
    other = await open_house(settings, clock=hands.clock)
    await complain(other)
    hands.move(days=1)
    await Publisher(other).publish_due()
    await other.close()
    assert json.loads(elsewhere.read_text())["day"] == "2026-11-23"
    assert (elsewhere.parent / "roots" / "2026-11-23.jsonl").exists()


async def test_a_line_is_not_glued_to_one_that_lost_its_end(house: House, hands: Hands) -> None:
    await complain(house)
    hands.move(days=1)
    await Publisher(house).publish_due()
    path = house.settings.heads_path
    path.write_text(path.read_text().rstrip("\n"))
    hands.move(days=1)
    await Publisher(house).publish_due()
    assert days(house) == ["2026-11-23", "2026-11-24"]
    assert (await audit(house)).is_sound
