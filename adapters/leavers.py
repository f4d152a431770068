"""Leavers: the open work of people who are no longer of the house goes to others, whatever left it behind."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlmodel import col, select

from adapters.contention import until_first
from complaints.chain import Signature
from complaints.errors import RedressError
from complaints.handover import everything
from complaints.reassigning import Cause
from complaints.words import SYSTEM
from models.tables import CaseRow, ManualTaskRow

if TYPE_CHECKING:
    from collections.abc import Iterable

    from adapters.house import House

log = logging.getLogger("redress.leavers")


@dataclass(frozen=True)
class Orphan:
    """Open work of somebody who is no longer of the house."""

    staff_id: str
    case_no: str
    task_id: str
    """'' where she only answers for the case."""


async def orphans(house: House, staff_ids: Iterable[str]) -> tuple[Orphan, ...]:
    """The open tasks of these people, and the open cases that they answer for."""
    wanted = tuple(staff_ids)
    tasks = select(ManualTaskRow.assignee, ManualTaskRow.case_no, ManualTaskRow.task_id).where(
        col(ManualTaskRow.status) == "open", col(ManualTaskRow.assignee).in_(wanted)
    )
    cases = select(CaseRow.handler, CaseRow.case_no).where(
        col(CaseRow.stage).is_not(None), col(CaseRow.handler).in_(wanted)
    )
    async with house.database.reading() as session:
        found = [Orphan(*row) for row in (await session.execute(tasks)).all()]
        found += [Orphan(handler, case_no, task_id="") for handler, case_no in (await session.execute(cases)).all()]
    return tuple(sorted(found, key=lambda one: (one.staff_id, one.case_no, one.task_id)))


async def hand_over(house: House, staff_ids: Iterable[str], *, by: str, to: str | None = None) -> tuple[str, ...]:
    """Give all open work of these people to `to`, or to whom the rules find; the numbers of the cases it was in."""
    found = await orphans(house, staff_ids)
    for staff_id, case_no in _whose(found):
        await _hand_over_case(house, case_no, staff_id, by=by, to=to)
    return tuple(dict.fromkeys(one.case_no for one in found))


class Leavers:
    """Looks after the work of people who are gone: their day has come, a file left them out, a hand-over got stuck."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def hand_over_rest(self) -> tuple[str, ...]:
        """Give whatever they still have to their heirs, or to whom the rules find; the numbers of the cases."""
        roster = await self._house.directory.current()
        gone = [staff_id for staff_id in roster.staff if not roster.works_here(staff_id)]
        moved: list[str] = []
        for staff_id, case_no in _whose(await orphans(self._house, gone)):
            try:
                await _hand_over_case(self._house, case_no, staff_id, by=SYSTEM, to=roster.staff[staff_id].heir)
            except RedressError:
                # Nobody else's work waits behind a case that is stuck; that one is tried again the next time.
                log.exception("leavers.stuck", extra={"case_no": case_no})
            else:
                moved.append(case_no)
        if moved:
            log.info("leavers.handed_over", extra={"cases": len(moved)})
        return tuple(dict.fromkeys(moved))


def _whose(found: Iterable[Orphan]) -> Iterable[tuple[str, str]]:
    """Each person with each case once, however much of it is hers."""
    return dict.fromkeys((one.staff_id, one.case_no) for one in found)


async def _hand_over_case(  # noqa: PLR0913  whose work in which case, by whom, to whom
    house: House, case_no: str, staff_id: str, *, by: str, to: str | None
) -> None:
    async def attempt() -> None:
        briefing = await house.casebook.brief(case_no)
        verdict = everything(briefing, staff_id, cause=Cause("left", by=by), to=to)
        if verdict:
            signature = Signature(actor=by, origin="redress staff", policy=briefing.policy.version)
            await house.casebook.record(briefing, verdict, signature=signature, wake=True)

    await until_first(case_no, attempt)
