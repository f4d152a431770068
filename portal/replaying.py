"""Replaying for auditors: a case as it was known at a moment, down to the screens of those who were asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from adapters.letter_list import letters_of
from adapters.past import Past
from complaints.access import Access, Purpose
from complaints.acts import acts_open
from complaints.briefing import Briefing
from complaints.errors import AnswerWrong, PolicyWrong
from complaints.replaying import Mark, Moment, Timeline, rewind, stands, timeline
from portal.dossier import Dossier
from portal.errand import operator

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adapters.house import House
    from complaints.case import Case, ManualTask
    from complaints.recorded import Recorded
    from complaints.words import ActKind, Language
    from models.confidentiality import AccessRow
    from models.tables import LetterRow

_SHOWN = (
    *("exhibits", "additions", "flags", "earlier_findings", "opinions", "approvals", "decisions"),
    *("letters", "proofs", "callbacks", "calls", "reasons"),
)
"""The parts of a page that grow with the case, by their names in the dossier."""


@dataclass(frozen=True)
class Screen:
    """What somebody who was asked had before her: the same model that her page was drawn from."""

    task: ManualTask
    dossier: Dossier | None
    """None once the papers were erased."""
    acts: tuple[ActKind, ...]

    @property
    def shown(self) -> Mapping[str, int]:
        """How many items each growing part of the page held."""
        return {name: len(getattr(self.dossier, name)) for name in _SHOWN} if self.dossier else {}


@dataclass(frozen=True)
class Replay:
    """A case at a moment of its past."""

    moment: Moment
    case: Case
    screens: tuple[Screen, ...]
    """One for each open task."""
    letters: tuple[LetterRow, ...]
    """What had been ordered by then."""
    line: Timeline
    zone: ZoneInfo

    @property
    def sent(self) -> tuple[LetterRow, ...]:
        """The letters that had left by then."""
        return tuple(one for one in self.letters if one.sent_at and one.sent_at <= self.moment.now)


def read_moment(text: str, zone: ZoneInfo) -> datetime | None:
    """A moment as it is typed, in the house's zone unless it names another; AnswerWrong when it is none."""
    if not text:
        return None
    try:
        typed = datetime.fromisoformat(text)
    except ValueError:
        raise AnswerWrong({"--at": f"{text!r} is not a moment like 2026-11-23T14:30"}) from None
    return typed if typed.tzinfo else typed.replace(tzinfo=zone)


async def read_replay(house: House, case_no: str, *, seq: int | None = None, at: str = "") -> Replay:
    """A case as it was known after an entry, or at a moment; AnswerWrong when it had not begun by then."""
    if seq is not None and at:
        raise AnswerWrong({"--at": "name a moment or an entry, not both"})
    recorded = await (await Past.of(house)).case(case_no)
    policy = recorded.policy_of(recorded.entries[0])
    if policy is None:
        raise PolicyWrong(f"policy version {recorded.entries[0].policy} is not stored in this house")
    zone = ZoneInfo(policy.calendar.timezone)
    wanted = read_moment(at, zone)
    if wanted and wanted > house.clock.now():
        raise AnswerWrong({"--at": f"{at} is in the future: nothing is known of it yet"})
    moment = rewind(recorded.entries, seq=seq, at=wanted)
    if moment is None:
        began = recorded.entries[0].at.astimezone(zone)
        raise AnswerWrong({"--at" if at else "--seq": f"the case began at {began:%Y-%m-%d %H:%M:%S}, with entry 1"})
    looks = await house.accesses.of_case(recorded.entries[0].case_no)
    letters = tuple(await letters_of(house.database, recorded.entries[0].case_no))
    return replay_of(recorded, moment, Aside(letters, tuple(looks)), zone=zone)


async def look_back(house: House, case_no: str, *, seq: int | None = None, at: str = "") -> Replay:
    """The same for an operator, which is noted as a look at the case."""
    replay = await read_replay(house, case_no, seq=seq, at=at)
    if seq is not None and seq > replay.moment.of:
        raise AnswerWrong({"--seq": f"the history has {replay.moment.of} entries"})
    await house.accesses.note(Access(replay.case.case_no, operator(), "replay", Purpose.OPERATOR))
    return replay


@dataclass(frozen=True)
class Aside:
    """What a history does not tell: when letters left, and who looked."""

    letters: tuple[LetterRow, ...] = ()
    looks: tuple[AccessRow, ...] = ()

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The same as points of a timeline."""
        sent = (Mark("letter", row.sent_at, row.kind, row.seq) for row in self.letters if row.sent_at)
        return (*sent, *(Mark("view", row.at, row.page, 0) for row in self.looks))


def replay_of(recorded: Recorded, moment: Moment, aside: Aside, *, zone: ZoneInfo) -> Replay:
    """What was known at a moment, of all that is known."""
    until = _end(recorded, moment)
    return Replay(
        moment=moment,
        case=moment.case,
        screens=tuple(_screen(recorded, moment, task) for task in moment.case.open_tasks),
        letters=tuple(row for row in aside.letters if row.seq <= moment.seq and row.ordered_at <= until),
        line=timeline(recorded.entries, aside.marks),
        zone=zone,
    )


def _end(recorded: Recorded, moment: Moment) -> datetime:
    """Until when the moment lasted: a letter is ordered just after its entry was decided."""
    later = recorded.entries[moment.seq : moment.seq + 1]
    return later[0].at if later and later[0].at > moment.now else datetime.max.replace(tzinfo=moment.now.tzinfo)


def briefing_then(recorded: Recorded, moment: Moment) -> Briefing | None:
    """The briefing that a page was drawn from then; None once the papers were erased, or without its policy."""
    last = moment.entries[-1]
    policy = recorded.policy_of(last)
    if recorded.papers is None or policy is None:
        return None
    on_file = moment.papers
    return Briefing(
        case=moment.case,
        policy=policy,
        now=moment.now,
        papers={paper: content for paper, content in recorded.papers.items() if paper in on_file},
        roster=recorded.roster_at(moment.now, policy),
    )


def replayed(recorded: Recorded, moment: Moment, language: Language) -> Dossier | None:
    """What pages of staff could show at a moment, for somebody who reads this language; None once it was erased."""
    briefing = briefing_then(recorded, moment)
    return Dossier(briefing, moment.entries, language) if briefing else None


def _screen(recorded: Recorded, moment: Moment, task: ManualTask) -> Screen:
    briefing = briefing_then(recorded, moment)
    if briefing is None:
        return Screen(task, None, ())
    return Screen(task, Dossier(briefing, moment.entries, _language(briefing, task)), acts_open(briefing, task))


def _language(briefing: Briefing, task: ManualTask) -> Language:
    reader = briefing.roster.staff.get(task.assignee)
    return reader.language if reader else briefing.case.language


def replay_as_data(replay: Replay) -> dict[str, Any]:
    """The moment for programs: codes and counts, nobody's words."""
    case, moment = replay.case, replay.moment
    return {
        "case_no": case.case_no,
        "seq": moment.seq,
        "of": moment.of,
        "at": moment.now.isoformat(),
        "stage": case.stage,
        "outcome": case.outcome,
        "round": case.round,
        "category": case.classification.category if case.classification else None,
        "level": case.level or None,
        "department": case.assignment.department if case.assignment else None,
        "handler": case.assignment.handler if case.assignment else None,
        "escalation_level": case.escalation_level,
        "clocks": [
            {**running.clock.model_dump(mode="json"), "stands": stands(running, moment.now)}
            for running in case.clocks.values()
        ],
        "open_tasks": [_screen_as_data(screen) for screen in replay.screens],
        "letters": [_letter_as_data(row, moment.now) for row in replay.letters],
        "papers": sorted(moment.papers),
        "last_entry": {"type": moment.entries[-1].fact.type, "actor": moment.entries[-1].actor},
    }


def _screen_as_data(screen: Screen) -> dict[str, Any]:
    task = screen.task
    return {
        "id": task.id,
        "kind": task.kind,
        "assignee": task.assignee,
        "substitute_of": task.substitute_of or None,
        "asked_at": task.asked_at.isoformat(),
        "warn_at": task.warn_at.isoformat(),
        "due_at": task.due_at.isoformat(),
        "level": task.level,
        "screen": {"language": screen.dossier.language, "shows": dict(screen.shown), "acts": list(screen.acts)}
        if screen.dossier
        else None,
    }


def _letter_as_data(row: LetterRow, now: datetime) -> dict[str, Any]:
    is_sent = bool(row.sent_at and row.sent_at <= now)
    return {
        "kind": row.kind,
        "to": row.recipient,
        "seq": row.seq,
        "ordered_at": row.ordered_at.isoformat(),
        "sent_at": row.sent_at.isoformat() if row.sent_at and is_sent else None,
    }
