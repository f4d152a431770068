"""The dossier: a case as members of staff may read it, drawn from its history and papers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from complaints.events import EvidenceAdded, InformationAdded
from complaints.words import OpinionVerdict
from complaints.work_events import (
    ApprovalGiven,
    CallbackAnswered,
    CallbackUnanswered,
    ClosureApproved,
    CustomerDecided,
    FindingsSubmitted,
    LetterApproved,
    OpinionGiven,
    RemedyExecuted,
    ScreeningDecided,
    TaskEscalated,
)
from portal.clockwork import Clockwork
from portal.proposals import allegations, remedies
from portal.standing import name_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from enum import Enum

    from complaints.briefing import Briefing
    from complaints.case import Case, ManualTask
    from complaints.chain import Entry
    from complaints.fact import Fact
    from complaints.papers import PaperRef
    from complaints.policy import Policy
    from complaints.record import Complaint
    from complaints.words import Language
    from portal.proposals import Alleged, Proposed


@dataclass(frozen=True)
class Exhibit:
    """A file of the case."""

    number: str
    name: str
    media_type: str
    size: int
    added_by: str
    """The name of a member of staff, '' for the customer."""
    added_at: datetime


@dataclass(frozen=True)
class Note:
    """A text that joined the case, and who wrote it when; `who` is '' for the customer."""

    at: datetime
    who: str
    text: str
    code: Enum | str = ""
    """What it says in one code, e.g. the verdict of an opinion."""
    department: str = ""
    is_past: bool = False
    """Whether it judges an earlier proposal than the one that stands."""


@dataclass(frozen=True)
class Line:
    """A line of the timeline; templates say each fact in a sentence."""

    at: datetime
    who: str
    actor: str
    fact: Fact


@dataclass(frozen=True)
class Dossier:
    """Everything staff may read about a case."""

    briefing: Briefing
    entries: Sequence[Entry]
    language: Language

    @property
    def case(self) -> Case:
        """The case as it stands."""
        return self.briefing.case

    @property
    def record(self) -> Complaint:
        """The complaint as it was written down."""
        return self.briefing.record

    @property
    def policy(self) -> Policy:
        """The rules and names it began under."""
        return self.briefing.policy

    @property
    def now(self) -> datetime:
        """The moment the page shows."""
        return self.briefing.now

    @property
    def category(self) -> str:
        """The category by name, '' before classification."""
        found = self.case.classification
        return self.policy.category_name(found.category, self.language) if found else ""

    @property
    def level(self) -> str:
        """The level by name, '' before classification."""
        named = self.policy.grading.level_names.get(self.case.level)
        return named.in_language(self.language) if named else self.case.level

    @property
    def wish_category(self) -> str:
        """What the customer calls it, '' when she did not say."""
        return self.policy.category_name(self.record.category, self.language) if self.record.category else ""

    @property
    def flags(self) -> tuple[tuple[str, str], ...]:
        """Risk flags by name, each with the words that raised it."""
        raised = self.case.screening.flags if self.case.screening else {}
        return tuple((self.flag_called(code), ", ".join(words)) for code, words in raised.items())

    @property
    def exhibits(self) -> tuple[Exhibit, ...]:
        """The files of the case, in order of arrival."""
        return exhibits(self.briefing, self.entries)

    @property
    def additions(self) -> tuple[Note, ...]:
        """What the customer wrote after her complaint."""
        return self._notes(InformationAdded, part="text")

    @property
    def earlier_findings(self) -> tuple[tuple[FindingsSubmitted, datetime], ...]:
        """Every round's findings, oldest first."""
        return tuple((entry.fact, entry.at) for entry in self.entries if isinstance(entry.fact, FindingsSubmitted))

    def allegations(self, found: FindingsSubmitted) -> tuple[Alleged, ...]:
        """What was alleged and found, one by one."""
        return allegations(self.briefing, found)

    def proposed(self, found: FindingsSubmitted) -> tuple[Proposed, ...]:
        """What is proposed, one by one."""
        return remedies(self.briefing, found)

    @property
    def objections(self) -> tuple[Note, ...]:
        """What departments say against the present findings."""
        return tuple(note for note in self.opinions if note.code is OpinionVerdict.OBJECT)

    @property
    def opinions(self) -> tuple[Note, ...]:
        """What departments said about the present findings."""
        return self._since_findings(OpinionGiven)

    @property
    def approvals(self) -> tuple[Note, ...]:
        """Every approval and sending back."""
        return self._notes(ApprovalGiven, part="reason")

    @property
    def decisions(self) -> tuple[Note, ...]:
        """Every answer of the customer to a letter."""
        return self._notes(CustomerDecided, part="text")

    @property
    def letters(self) -> tuple[Note, ...]:
        """Every signed letter."""
        return self._notes(LetterApproved, part="letter")

    @property
    def proofs(self) -> tuple[Note, ...]:
        """How remedies were carried out."""
        return self._notes(RemedyExecuted, part="proof")

    @property
    def callbacks(self) -> tuple[Note, ...]:
        """What the customer said in surveys and on the phone."""
        return self._notes(CallbackAnswered, part="comment")

    @property
    def calls(self) -> tuple[Note, ...]:
        """The calls that did not reach the customer."""
        return self._notes(CallbackUnanswered, part="")

    @property
    def reasons(self) -> tuple[Note, ...]:
        """Why people decided on screening and closing as they did."""
        return (*self._notes(ScreeningDecided, part="reason"), *self._notes(ClosureApproved, part="reason"))

    @property
    def clockwork(self) -> Clockwork:
        """Its clocks by name, and what may be done about them."""
        return Clockwork(self.briefing, self.entries, self.language)

    @property
    def timeline(self) -> tuple[Line, ...]:
        """The history, newest first."""
        return tuple(
            Line(at=entry.at, who=name_of(entry.actor, self.briefing.roster), actor=entry.actor, fact=entry.fact)
            for entry in reversed(self.entries)
        )

    def missed_deadline(self, task: ManualTask) -> bool:
        """Whether the task went up because a deadline of its own passed."""
        return any(isinstance(one.fact, TaskEscalated) and one.fact.task_id == task.id for one in self.entries)

    def text(self, paper: PaperRef | None, part: str) -> str:
        """A part of a paper, '' when there is none."""
        return text_of(self.briefing, paper, part)

    def filled(self, paper: PaperRef) -> frozenset[str]:
        """The parts of a paper that say something."""
        return frozenset(name for name, said in self.briefing.papers.get(paper.id, {}).items() if said)

    def person(self, staff_id: str) -> str:
        """A name; '' for the customer and the rules."""
        return name_of(staff_id, self.briefing.roster)

    def department(self, code: str | None) -> str:
        """A department by name."""
        known = self.briefing.roster.departments.get(code or "")
        return known.name.in_language(self.language) if known else code or ""

    def cause(self, code: str) -> str:
        """A cause by name."""
        known = self.policy.cause_codes.get(code)
        return known.in_language(self.language) if known else code

    def category_called(self, code: str) -> str:
        """Any category by name."""
        return self.policy.category_name(code, self.language)

    def level_called(self, code: str) -> str:
        """Any level by name."""
        named = self.policy.grading.level_names.get(code)
        return named.in_language(self.language) if named else code

    def flag_called(self, code: str) -> str:
        """A risk flag by name."""
        known = self.policy.flags.get(code)
        return known.name.in_language(self.language) if known else code

    def _since_findings(self, kind: type[Fact]) -> tuple[Note, ...]:
        """Notes of a kind that answer the newest findings; earlier ones answered earlier findings."""
        found = [entry.seq for entry in self.entries if isinstance(entry.fact, FindingsSubmitted)]
        return self._notes(kind, part="reason", after=found[-1]) if found else ()

    def _notes(self, kind: type[Fact], *, part: str, after: int = 0) -> tuple[Note, ...]:
        found = (entry for entry in self.entries if entry.seq > after and isinstance(entry.fact, kind))
        return tuple(self._note(entry, part) for entry in found)

    def _note(self, entry: Entry, part: str) -> Note:
        fact = entry.fact
        paper = next((value for name in _PAPERS if (value := getattr(fact, name, None))), None)
        return Note(
            at=entry.at,
            who=name_of(entry.actor, self.briefing.roster),
            text=self.text(paper, part),
            code=_code(fact),
            department=self.department(getattr(fact, "department", None)),
            is_past=isinstance(fact, ApprovalGiven) and entry.seq < self._proposed_at,
        )

    @property
    def _proposed_at(self) -> int:
        """The number of the entry that holds the proposal as it stands."""
        return max((entry.seq for entry in self.entries if isinstance(entry.fact, FindingsSubmitted)), default=0)


_PAPERS = ("paper", "reason", "text", "letter", "proof", "comment")
"""The names under which facts refer to the paper that holds their text."""


def _code(fact: Fact) -> Enum | str:
    match fact:
        case OpinionGiven():
            return fact.verdict
        case CustomerDecided():
            return fact.decision
        case ApprovalGiven() | ClosureApproved():
            return "yes" if fact.approved else "no"
        case CallbackAnswered():
            return str(fact.csat)
        case _:
            return ""


def text_of(briefing: Briefing, paper: PaperRef | None, part: str) -> str:
    """A part of a paper, '' when there is no such paper (any more)."""
    return str(briefing.papers.get(paper.id, {}).get(part, "")) if paper else ""


def exhibits(briefing: Briefing, entries: Sequence[Entry]) -> tuple[Exhibit, ...]:
    """The files of a case, in order of arrival."""
    return tuple(
        Exhibit(
            number=entry.fact.evidence_no,
            name=text_of(briefing, entry.fact.paper, "name"),
            media_type=entry.fact.media_type,
            size=entry.fact.size,
            added_by=name_of(entry.fact.added_by, briefing.roster),
            added_at=entry.at,
        )
        for entry in entries
        if isinstance(entry.fact, EvidenceAdded)
    )
