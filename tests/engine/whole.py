"""Whether cases are whole after a trouble: histories verified and without repeats, letters out, bars drawn once."""

from __future__ import annotations

import json
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from sqlmodel import col, select

from adapters.catcher import messages
from adapters.mailer import LINES
from complaints.chain import verify
from complaints.words import Outcome, Stage
from models.tables import LetterRow
from tests.engine.machinery import until

if TYPE_CHECKING:
    from collections.abc import Sequence

    from complaints.chain import Entry
    from tests.engine.plant import Plant


async def assert_whole(plant: Plant, cases: Sequence[str], *, kills: int = 0, runs: int = 1) -> None:
    """These cases ended as if nothing had happened; letters under way at a kill may be out twice."""
    for case_no in cases:
        history = await plant.history(case_no)
        assert verify(history).seq == len(history)
        assert (await plant.case(case_no)).outcome is Outcome.SATISFIED
        assert (repeated := repeated_facts(history)) == [], repeated
        assert len(await plant.runs(case_no)) == runs
    await assert_letters_are_out(plant, cases, kills=kills)
    for case_no in cases:
        await until(partial(bars_are_drawn, plant, case_no, runs=runs), f"{case_no} is drawn whole", within=90)


def repeated_facts(history: Sequence[Entry]) -> list[str]:
    """Facts that stand in a history twice with the same content."""
    told = Counter(json.dumps([entry.fact.type, entry.fact.model_dump(mode="json")]) for entry in history)
    return [fact for fact, times in told.items() if times > 1]


async def assert_letters_are_out(plant: Plant, cases: Sequence[str], *, kills: int) -> None:
    """Every ordered letter was caught, once; a kill may repeat those under way, under the same Message-ID."""

    async def all_sent() -> bool:
        return all(row.status == "sent" for row in await _letters(plant, cases))

    await until(all_sent, "all letters are sent")
    ordered = {row.message_id for row in await _letters(plant, cases)}
    caught = Counter(mail.message_id for mail in messages(plant.mail) if mail.case_no in cases)
    assert set(caught) == ordered
    assert sum(caught.values()) - len(ordered) <= kills * LINES


async def _letters(plant: Plant, cases: Sequence[str]) -> Sequence[LetterRow]:
    async with plant.house.database.reading() as session:
        return (await session.execute(select(LetterRow).where(col(LetterRow.case_no).in_(cases)))).scalars().all()


async def bars_are_drawn(plant: Plant, case_no: str, *, runs: int) -> bool:
    """Whether each visit of a stage is one ended bar (per run that saw it), and each human step too."""
    bars = await plant.bars(case_no)
    names = Counter(bar.name for bar in bars)
    assert max(names.values()) <= runs, names
    return {str(stage) for stage in Stage} <= set(names) and all(bar.end_time for bar in bars)
