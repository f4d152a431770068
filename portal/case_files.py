"""Case files: a case or a list of cases as an operator asks for them, with codes and staff ids, no customer's data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from adapters.case_list import CaseLine, Wanted, list_cases
from complaints.access import Access, Purpose
from complaints.errors import AnswerWrong
from complaints.fold import fold
from complaints.words import Stage
from portal.errand import operator

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from adapters.house import House
    from complaints.case import Case, ManualTask, RunningClock
    from complaints.chain import Entry
    from complaints.policy import Policy
    from complaints.roster import Roster

ARCHIVED = "archived"


@dataclass(frozen=True)
class ShownCase:
    """A case with its history, as it is shown."""

    case: Case
    entries: Sequence[Entry]
    policy: Policy
    roster: Roster

    @property
    def zone(self) -> ZoneInfo:
        """The house's own zone."""
        return ZoneInfo(self.policy.calendar.timezone)


@dataclass(frozen=True)
class Listing:
    """The lines of a list, and when and where it is read."""

    lines: Sequence[CaseLine]
    now: datetime
    zone: ZoneInfo


def wanted(*, stage: str, level: str, overdue: bool, limit: int) -> Wanted:
    """What a list is asked for; AnswerWrong when there is no such stage."""
    if stage and stage != ARCHIVED and stage not in set(Stage):
        raise AnswerWrong({"--stage": f"{stage!r} is none of {', '.join([*Stage, ARCHIVED])}"})
    return Wanted(
        stage=Stage(stage) if stage and stage != ARCHIVED else None,
        is_archived=True if stage == ARCHIVED else None,
        level=level or None,
        is_overdue=overdue,
        most=limit,
    )


async def read_listing(house: House, asked: Wanted) -> Listing:
    """The cases that are asked for."""
    now, policy = house.clock.now(), await house.library.current()
    return Listing(await list_cases(house.database, asked, now=now), now, ZoneInfo(policy.calendar.timezone))


async def read_case(house: House, case_no: str, *, stated: str = "") -> ShownCase:
    """A case with its history, which is noted as a look at it; NoSuchCase when there is none."""
    entries = await house.casebook.history(case_no.strip().upper())
    await house.accesses.note(Access(entries[0].case_no, operator(), "show", Purpose.OPERATOR, stated))
    policy, roster = await house.library.current(), await house.directory.current()
    return ShownCase(case=fold(entries), entries=entries, policy=policy, roster=roster)


def standing(running: RunningClock) -> str:
    """How a clock stands."""
    if running.met:
        return "met late" if running.late or running.missed else "met"
    if running.missed:
        return "missed"
    stands = "paused" if running.paused else "running"
    return f"{stands}, extended" if running.extended else stands


def listing_as_data(listing: Listing) -> list[dict[str, Any]]:
    """The list for programs."""
    shown = (
        "case_no",
        "stage",
        "outcome",
        "category",
        "level",
        "channel",
        "language",
        "department",
        "handler",
        "round",
    )
    return [
        {
            **{name: getattr(line.row, name) for name in shown},
            "escalation_level": line.row.escalation_level,
            "received_at": line.row.received_at.isoformat(),
            "closed_at": line.row.closed_at.isoformat() if line.row.closed_at else None,
            "due_at": line.due_at.isoformat() if line.due_at else None,
            "overdue": bool(line.due_at and line.due_at < listing.now),
        }
        for line in listing.lines
    ]


def case_as_data(shown: ShownCase) -> dict[str, Any]:
    """A case for programs, its history entry by entry as it is stored."""
    case = shown.case
    return {
        "case_no": case.case_no,
        "stage": case.stage,
        "outcome": case.outcome,
        "round": case.round,
        "received_at": case.received_at.isoformat() if case.received_at else None,
        "channel": case.channel,
        "language": case.language,
        "classification": case.classification.model_dump(mode="json") if case.classification else None,
        "department": case.assignment.department if case.assignment else None,
        "handler": case.assignment.handler if case.assignment else None,
        "escalation_level": case.escalation_level,
        "keep_until": case.keep_until.isoformat() if case.keep_until else None,
        "held_since": case.held_since.isoformat() if case.held_since else None,
        "erased_at": case.erased_at.isoformat() if case.erased_at else None,
        "clocks": [
            {**running.clock.model_dump(mode="json"), "stands": standing(running)} for running in case.clocks.values()
        ],
        "tasks": [_task_as_data(task) for task in case.tasks.values()],
        "history": [_entry_as_data(entry) for entry in shown.entries],
    }


def _task_as_data(task: ManualTask) -> dict[str, Any]:
    return {
        "id": task.id,
        "kind": task.kind,
        "assignee": task.assignee,
        "status": task.status,
        "level": task.level,
        "asked_at": task.asked_at.isoformat(),
        "due_at": task.due_at.isoformat(),
    }


def _entry_as_data(entry: Entry) -> dict[str, Any]:
    return {
        "seq": entry.seq,
        "at": entry.at.isoformat(),
        "actor": entry.actor,
        "origin": entry.origin,
        "policy": entry.policy,
        "type": entry.fact.type,
        "version": entry.fact.version,
        "data": entry.fact.model_dump(mode="json"),
        "hash": entry.hash,
    }
