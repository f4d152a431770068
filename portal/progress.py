"""Progress: a case as its customer may see it. What is not named here she is not shown."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from complaints import answer_events as a
from complaints import clock_events as c
from complaints import events as e
from complaints import holding_events as h
from complaints import work_events as w
from complaints.drafting import legal
from complaints.words import CUSTOMER, SYSTEM, CustomerDecision, Exit, Outcome, Stage, TaskKind
from portal.clockwork import Clockwork
from portal.dossier import exhibits, text_of
from portal.promises import Promise, promises

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from complaints.briefing import Briefing
    from complaints.case import Case, ManualTask
    from complaints.chain import Entry
    from complaints.fact import Fact
    from complaints.words import Language
    from complaints.work_events import Remedy
    from portal.dossier import Exhibit


class State(StrEnum):
    """How far a step is."""

    DONE = "done"
    NOW = "now"
    TO_COME = "to_come"
    NOT_NEEDED = "not_needed"


_STEPS: Final[Mapping[str, tuple[Stage, ...]]] = {
    "received": (Stage.INTAKE,),
    "assessed": (Stage.CLASSIFICATION, Stage.ASSIGNMENT),
    "investigated": (Stage.INVESTIGATION, Stage.REVIEW),
    "answered": (Stage.RESPONSE,),
    "followed_up": (Stage.CALLBACK,),
    "closed": (Stage.ARCHIVING,),
}
"""The eight stages as six steps that mean something to a customer."""

_ENDED_EARLY = frozenset({Exit.WITHDRAWN, Exit.DUPLICATE, Exit.REFERRED})
_OUTCOMES_EARLY = frozenset({Outcome.WITHDRAWN, Outcome.DUPLICATE, Outcome.REFERRED})


@dataclass(frozen=True)
class Step:
    """One step of the way, and when it was entered."""

    name: str
    state: State
    since: datetime | None = None


@dataclass(frozen=True)
class Happening:
    """Something that happened, as a code that a template says in a sentence."""

    at: datetime
    code: str
    about: str = ""
    text: str = ""


@dataclass(frozen=True)
class Decided:
    """The house's decision."""

    text: str
    remedies: tuple[Remedy, ...]
    is_final: bool
    signed_by: str
    department: str
    legal: tuple[str, ...] = ()
    """The pack's paragraphs below the signature."""


@dataclass(frozen=True)
class Progress:
    """Everything a customer may see of her case."""

    case_no: str
    name: str
    email: str
    item: str
    detail: str
    expected_remedy: str
    received_at: datetime
    now: datetime
    is_open: bool
    outcome: Outcome | None
    steps: tuple[Step, ...]
    promises: tuple[Promise, ...]
    happenings: tuple[Happening, ...]
    decided: Decided | None
    question: str
    """What the handler asked her while the clocks stand still, and she has not answered; '' for nothing."""
    awaits: tuple[ManualTask, ...]
    """Her own open tasks."""
    exhibits: tuple[Exhibit, ...]
    """Files she sent herself."""


def progress(briefing: Briefing, entries: Sequence[Entry], language: Language) -> Progress:
    """The customer's view of a case."""
    case, record = briefing.case, briefing.record
    own = {fact.evidence_no for entry in entries if isinstance(fact := entry.fact, e.EvidenceAdded) and _is_hers(fact)}
    return Progress(
        case_no=case.case_no,
        name=record.who,
        email=record.email,
        item=record.item,
        detail=record.detail,
        expected_remedy=record.expected_remedy,
        received_at=case.received_at or briefing.now,
        now=briefing.now,
        is_open=case.stage not in {None, Stage.ARCHIVING},
        outcome=case.outcome,
        steps=_steps(briefing, entries),
        promises=promises(briefing, language),
        happenings=tuple(reversed(_happenings(briefing, entries, language))),
        decided=decided(briefing, language),
        question=_question(briefing, entries),
        awaits=tuple(task for task in case.open_tasks if task.is_customers),
        exhibits=tuple(exhibit for exhibit in exhibits(briefing, entries) if exhibit.number in own),
    )


def decided(briefing: Briefing, language: Language) -> Decided | None:
    """The decision that stands, None before there is one."""
    letter, assignment, roster = briefing.case.letter, briefing.case.assignment, briefing.roster
    if letter is None:
        return None
    signed_by = roster.staff[letter.signed_by].name if letter.signed_by in roster.staff else ""
    department = roster.departments.get(assignment.department) if assignment else None
    return Decided(
        text=text_of(briefing, letter.letter, "letter"),
        remedies=letter.remedies,
        is_final=letter.final,
        signed_by=signed_by,
        department=department.name.in_language(language) if department else "",
        legal=legal(briefing.policy, final=letter.final, language=language),
    )


def _question(briefing: Briefing, entries: Sequence[Entry]) -> str:
    still = briefing.case.standstill
    if still is None or still.came_at:
        return ""
    stops = [entry.fact for entry in entries if isinstance(entry.fact, c.ClocksPaused)]
    return text_of(briefing, stops[-1].note, "note") if stops and stops[-1].asks_customer else ""


def _is_hers(fact: e.EvidenceAdded) -> bool:
    return fact.added_by == CUSTOMER


def _steps(briefing: Briefing, entries: Sequence[Entry]) -> tuple[Step, ...]:
    entered, broken_off = _entered(entries), _broken_off(entries)
    names = list(_STEPS)
    here = next((names.index(name) for name, stages in _STEPS.items() if briefing.case.stage in stages), len(names))
    steps = []
    for place, (name, stages) in enumerate(_STEPS.items()):
        since = next((entered[stage] for stage in stages if stage in entered), None)
        if broken_off in stages or _is_spared(briefing.case, stages, was_entered=since is not None):
            steps.append(Step(name, State.NOT_NEEDED))
        elif place > here:
            steps.append(Step(name, State.TO_COME))
        else:
            steps.append(Step(name, State.DONE if place < here else State.NOW, since))
    return tuple(steps)


def _is_spared(case: Case, stages: tuple[Stage, ...], *, was_entered: bool) -> bool:
    """Whether a step is left out: on the short path, or because the case ended before it."""
    ended_early = case.last_exit in _ENDED_EARLY or case.outcome in _OUTCOMES_EARLY
    return set(stages) <= set(case.not_needed) or (ended_early and not was_entered)


def _broken_off(entries: Sequence[Entry]) -> Stage | None:
    """The stage in which a case ended before its time; intake counts as done once a complaint is registered."""
    left = [fact for entry in entries if isinstance(fact := entry.fact, e.StageClosed) and fact.exit in _ENDED_EARLY]
    return left[-1].stage if left and left[-1].stage is not Stage.INTAKE else None


def _entered(entries: Sequence[Entry]) -> dict[Stage, datetime]:
    """When each stage was last entered."""
    entered = {Stage.INTAKE: entries[0].at}
    for entry in entries:
        if isinstance(entry.fact, e.StageClosed) and entry.fact.next:
            entered[entry.fact.next] = entry.at
    return entered


def _happenings(briefing: Briefing, entries: Sequence[Entry], language: Language) -> list[Happening]:
    return [found for entry in entries if (found := _happening(briefing, entry, language))]


def _happening(briefing: Briefing, entry: Entry, language: Language) -> Happening | None:
    """What a fact means to the customer, None when it is none of hers."""
    fact = entry.fact
    if code := _PLAIN.get(type(fact)):
        return Happening(entry.at, code)
    match fact:
        case w.TaskAsked(assignee="customer"):
            return Happening(entry.at, _ASKED[fact.kind])
        case e.InformationAdded():
            return Happening(entry.at, "you_added", text=text_of(briefing, fact.paper, "text"))
        case e.EvidenceAdded(added_by="customer"):
            return Happening(entry.at, "you_sent_file", about=text_of(briefing, fact.paper, "name"))
        case w.CustomerDecided():
            return Happening(entry.at, _ANSWERED[fact.decision], text=text_of(briefing, fact.text, "text"))
        case _:
            return _turn(briefing, entry, language)


def _turn(briefing: Briefing, entry: Entry, language: Language) -> Happening | None:
    fact = entry.fact
    match fact:
        case e.CaseAssigned():
            named = briefing.roster.departments.get(fact.department)
            return Happening(entry.at, "assigned", about=named.name.in_language(language) if named else "")
        case w.LetterApproved():
            return Happening(entry.at, "final_decision" if fact.final else "decision")
        case w.ScreeningDecided(exit=Exit.DUPLICATE):
            return Happening(entry.at, "duplicate", about=fact.original or "")
        case w.ScreeningDecided(exit=Exit.REFERRED):
            return Happening(entry.at, "referred", about=fact.referred_to or "")
        case e.StageClosed(exit=Exit.NEW_ROUND):
            return Happening(entry.at, "new_round")
        case _:
            return _coming_back(briefing, entry) or _of_clocks(briefing, entry, language)


def _coming_back(briefing: Briefing, entry: Entry) -> Happening | None:
    match entry.fact:
        case a.CaseLinked(relation="follows" | "followed_by") as fact:
            return Happening(entry.at, fact.relation, about=fact.other)
        case a.DissatisfactionTold() as fact:
            return Happening(entry.at, "not_satisfied", text=text_of(briefing, fact.text, "text"))
        case _:
            return None


def _of_clocks(briefing: Briefing, entry: Entry, language: Language) -> Happening | None:
    """What happened to the time she was told; that she herself is asked needs no second line."""
    fact, named = entry.fact, Clockwork(briefing, (), language)
    match fact:
        case c.ClockExtended():
            return Happening(entry.at, "extended", about=named.named(fact.clock))
        case c.ClocksPaused(asks_customer=True):
            return Happening(entry.at, "asked_question", text=text_of(briefing, fact.note, "note"))
        case c.ClocksPaused() if fact.by != SYSTEM:
            return Happening(entry.at, "paused", about=named.pause(fact.reason))
        case h.HoldingResponseSent(by_mail=True):
            return Happening(entry.at, "held")
        case h.SummaryResolutionSent(by_mail=True):
            return Happening(entry.at, "settled_early")
        case _:
            return None


_PLAIN: Final[Mapping[type[Fact], str]] = {
    e.ComplaintReceived: "received",
    w.RecordCompleted: "record_completed",
    w.RemedyExecuted: "remedy_done",
    w.CallbackAnswered: "survey_answered",
    e.ComplaintWithdrawn: "withdrawn",
    e.CaseArchived: "archived",
}
_ASKED: Final = {
    TaskKind.COMPLETION: "asked_details",
    TaskKind.DECISION: "asked_decision",
    TaskKind.SURVEY: "asked_survey",
}
_ANSWERED: Final = {
    CustomerDecision.ACCEPT: "you_accepted",
    CustomerDecision.COUNTER: "you_countered",
    CustomerDecision.REJECT: "you_rejected",
}
