"""Houses under the packs that are shipped, and moments as the people there read them off the clock on the wall."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from complaints.holding_events import HoldingResponseSent
from complaints.words import TaskKind
from tests.journeys.journey import Journey

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from complaints.case import RunningClock

    Begin = Callable[..., Awaitable[Journey]]
    Register = Begin

VAGUE = "It is not what I thought it would be."
"""Says too little for a rule: a person names the category."""
OVERDRAFT = "The overdraft fee was charged twice on my account, and nobody can explain this unexpected charge."
COMPLEX = "我的身份被冒用开户，账单上多收了一笔费用，已向法院起诉。"
"""An identity misused and a court asked: the rules of the Chinese pack find it complex."""


def at(local: str, zone: str) -> datetime:
    """The moment at which the clock on the wall there shows `2026-09-10 10:00`."""
    return datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


async def clock(journey: Journey, name: str) -> RunningClock:
    """How a clock of the case stands."""
    return (await journey.case()).clocks[name]


async def due(journey: Journey, name: str) -> str:
    """When a clock runs out, as the house reads it."""
    policy = (await journey.house.casebook.brief(journey.case_no)).policy
    moment = (await clock(journey, name)).clock.due_at
    return moment.astimezone(ZoneInfo(policy.calendar.timezone)).strftime("%a %Y-%m-%d %H:%M")


async def minutes_to(journey: Journey, name: str, minutes: float) -> None:
    """Nobody does anything until so many minutes before a clock runs out; a negative number is after."""
    left = (await clock(journey, name)).clock.due_at - journey.hands.at
    await journey.wait(seconds=left.total_seconds() - 60 * minutes)


async def to_letter(journey: Journey) -> None:
    """Everybody does their work at once; only the decision is not written yet."""
    await journey.answer(TaskKind.FINDINGS)
    while (await journey.case()).open_tasks[0].kind in {TaskKind.OPINION, TaskKind.APPROVAL}:
        await journey.answer((await journey.case()).open_tasks[0])
    await journey.task(TaskKind.LETTER)


async def met_in_time(journey: Journey, name: str) -> bool:
    """Whether what a clock waited for happened before it ran out."""
    running = await clock(journey, name)
    return running.met and not running.late and not running.missed


async def holding_responses(journey: Journey) -> list[tuple[str, bool]]:
    """For which clocks the customer was told that the answer needs longer, and whether that itself came late."""
    entries = await journey.house.casebook.history(journey.case_no)
    return [(entry.fact.clock, entry.fact.late) for entry in entries if isinstance(entry.fact, HoldingResponseSent)]


async def letters_about(journey: Journey, *kinds: str) -> list[str]:
    """The letters of these kinds, in order, e.g. `holding_response customer`."""
    return [letter for letter in await journey.letters() if letter.partition(" ")[0] in kinds]


async def to_the_end(journey: Journey) -> None:
    """From the customer's yes to the archive."""
    await journey.answer(TaskKind.DECISION)
    if any(task.kind is TaskKind.REMEDY for task in (await journey.case()).open_tasks):
        await journey.answer(TaskKind.REMEDY)
    await journey.until(TaskKind.SURVEY)
    await journey.answer(TaskKind.SURVEY)
