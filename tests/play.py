"""A complaint played on paper: the rules alone, without database or engine, so that thousands of plays take seconds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from itertools import count
from typing import TYPE_CHECKING, Any

from adapters.policies import load_policy, policy_path
from complaints import coming_back, intake, withdrawal
from complaints.acts import act
from complaints.answering import answer
from complaints.briefing import Briefing, pursue
from complaints.chain import Head, Signature, link
from complaints.deciding import within
from complaints.escalation import next_alarm
from complaints.events import StageClosed
from complaints.fold import fold
from complaints.papers import Stationery
from complaints.policy_clocks import ClockRule
from complaints.record import Complaint
from complaints.rulebook import RULES
from complaints.submission import Submission
from complaints.words import CUSTOMER, SYSTEM, Channel, TaskKind
from complaints.work_events import TaskEscalated
from tests.builders import ANN, ANSWERS, MONDAY_MORNING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from complaints.briefing import Load, Verdict
    from complaints.case import Case, ManualTask
    from complaints.chain import Entry
    from complaints.events import Lookalike
    from complaints.fact import Fact
    from complaints.letters import LetterKind, LetterOrder
    from complaints.policy import Policy
    from complaints.words import ActKind

CASE_NO = "TC20261123-0001"

SPARSE: dict[str, Any] = {"name": "", "item": "", "order_no": "", "occurred_at": None, "expected_remedy": ""}
"""What a record lacks that must be completed."""
LAW: dict[str, Any] = {"name": {"en": "The law", "zh": "法定时限"}, "kind": "regulatory", "stops": "decided"}
"""A clock of the law, but for its limit."""


@cache
def default_policy() -> Policy:
    """The policy of the sample company."""
    return load_policy(policy_path("default"))


def changed(part: Any, path: str, value: Any) -> Any:  # noqa: ANN401  any part of a policy, any of its values
    """A policy (or a part of it) with another value at `callback.phone_attempts` or `staff.li_na.present`."""
    name, _, rest = path.partition(".")
    inner = part[name] if isinstance(part, dict) else getattr(part, name)
    fresh = changed(inner, rest, value) if rest else value
    return {**part, name: fresh} if isinstance(part, dict) else part.model_copy(update={name: fresh})


def replaced(policy: Policy, staff_id: str, **changes: Any) -> Policy:  # noqa: ANN401  any field of Staff
    """The policy with a member of staff described otherwise."""
    person = policy.staff[staff_id].model_copy(update=changes)
    return policy.model_copy(update={"staff": {**policy.staff, staff_id: person}})


def without(policy: Policy, *staff_ids: str) -> Policy:
    """The policy while these people are absent."""
    for staff_id in staff_ids:
        policy = replaced(policy, staff_id, present=False)
    return policy


def with_clocks(**rows: dict[str, Any]) -> Policy:
    """The default policy with further clocks."""
    policy = default_policy()
    more = {name: ClockRule.model_validate({**LAW, **row}) for name, row in rows.items()}
    return policy.model_copy(update={"clocks": {**policy.clocks, **more}})


def told(by: Any = ANN, *, at: datetime = MONDAY_MORNING, **changes: Any) -> Complaint:  # noqa: ANN401  a customer, any field
    """A complaint as a customer tells it."""
    facts = {
        "channel": Channel.WEB,
        "language": by.language,
        "received_at": at,
        "name": by.name,
        "email": by.email,
        "phone": by.phone,
        "item": by.item,
        "order_no": "N-1001",
        "occurred_at": (at - timedelta(days=3)).date(),
        "detail": by.detail,
        "expected_remedy": by.expected_remedy,
    }
    return Complaint.model_validate({**facts, **changes})


@dataclass
class Play:
    """One complaint, its history and what was ordered for it. `carry_on` is the flow, `submit` a person's answer."""

    policy: Policy = field(default_factory=default_policy)
    record: Complaint = field(default_factory=told)
    at: datetime = MONDAY_MORNING
    loads: Mapping[str, Load] = field(default_factory=dict)
    lookalikes: tuple[Lookalike, ...] = ()
    case_no: str = CASE_NO
    entries: list[Entry] = field(default_factory=list)
    letters: list[LetterOrder] = field(default_factory=list)
    papers: dict[str, dict[str, Any]] = field(default_factory=dict)
    _case: Case | None = None
    _sheets: Iterator[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        paper = self.stationery().paper(0, kind="record", content=self.record.model_dump(mode="json"))
        registration = intake.Registration(record=self.record, paper=paper, customer="digest", now=self.at)
        self._write(intake.receive(registration, self.policy), by=CUSTOMER)

    @property
    def case(self) -> Case:
        """The case as its history stands."""
        assert self._case is not None
        return self._case

    @property
    def briefing(self) -> Briefing:
        """What the rules may look at now."""
        return Briefing(
            case=self.case,
            policy=self.policy,
            now=self.at,
            papers=self.papers,
            loads=self.loads,
            lookalikes=self.lookalikes,
        )

    @property
    def kinds(self) -> list[str]:
        """What happened, by its stored names, in order."""
        return [entry.fact.type for entry in self.entries]

    def facts(self, kind: type[Fact]) -> list[Any]:
        """The facts of a type, in order."""
        return [entry.fact for entry in self.entries if isinstance(entry.fact, kind)]

    def letters_of(self, kind: LetterKind) -> list[LetterOrder]:
        """The letters of a kind, in order."""
        return [order for order in self.letters if order.kind is kind]

    @property
    def exits(self) -> list[tuple[str, str, str]]:
        """Every stage that was left, by which exit and for what reason, in order."""
        return [(fact.stage.value, fact.exit.value, fact.reason) for fact in self.facts(StageClosed)]

    def stationery(self) -> Stationery:
        """Sheets whose numbers never repeat."""
        return Stationery(ids=tuple((f"paper-{next(self._sheets)}", "salt") for _ in range(4)))

    def carry_on(self) -> Case:
        """Let the rules decide all there is to decide now."""
        while (stage := self.case.stage) and (verdict := pursue(self.briefing, within(stage, RULES[stage]))):
            self._write(verdict, by=SYSTEM)
        return self.case

    def submit(self, task: ManualTask, *, by: str = "", **fields: Any) -> Case:  # noqa: ANN401  any form
        """Answer a task, by its assignee unless said otherwise; what `fields` leave out is answered as usual."""
        post = Submission(
            task_id=task.id,
            by=by or task.assignee,
            fields={**ANSWERS[task.kind], **fields},
            stationery=self.stationery(),
        )
        self._write(answer(self.briefing, post), by=post.by)
        return self.carry_on()

    def do(self, kind: ActKind, task: ManualTask, **fields: Any) -> Case:  # noqa: ANN401  any form
        """Whoever holds a task does something else about it."""
        post = Submission(task_id=task.id, by=task.assignee, fields=fields, stationery=self.stationery())
        self._write(act(self.briefing, kind, post), by=post.by)
        return self.carry_on()

    def refuse(self, *, decision: str = "reject") -> Case:
        """The customer does not take what is offered next."""
        return self.submit(self.bring_to(TaskKind.DECISION), decision=decision, text="I want more.")

    def withdraw(self, reason: str = "") -> Case:
        """The customer withdraws."""
        self._write(withdrawal.withdraw(self.briefing, reason=reason, stationery=self.stationery()), by=CUSTOMER)
        return self.carry_on()

    def tell_dissatisfied(self, text: str) -> Case:
        """The customer says, before she is asked, that she is not satisfied."""
        stationery = self.stationery()
        self._write(coming_back.tell(self.briefing, text=text, evidence=(), stationery=stationery), by=CUSTOMER)
        return self.carry_on()

    def add_information(self, text: str) -> Case:
        """The customer writes again."""
        stationery = self.stationery()
        self._write(
            withdrawal.add_information(self.briefing, text=text, evidence=(), stationery=stationery), by=CUSTOMER
        )
        return self.carry_on()

    def wait(self, **by: float) -> Case:
        """Nobody does anything for so long, and nothing wakes the case meanwhile."""
        self.at += timedelta(**by)
        return self.carry_on()

    def lapse(self) -> Case:
        """Nobody does anything until the next alarm."""
        alarm = next_alarm(self.carry_on())
        assert alarm is not None, "there is no alarm to wait for"
        self.at = max(self.at, alarm)
        return self.carry_on()

    def climb(self, levels: int = 1) -> Case:
        """Nobody does anything until something has been escalated so many times more."""
        done = len(self.facts(TaskEscalated))
        while len(self.facts(TaskEscalated)) < done + levels:
            self.lapse()
        return self.case

    def wait_out(self, task: ManualTask) -> Case:
        """Nobody does anything until this task has ended without an answer."""
        while self.case.tasks[task.id].is_open:
            self.lapse()
        return self.case

    def bring_to(self, kind: TaskKind) -> ManualTask:
        """Answer everything as usual until a task of this kind is open."""
        for _ in range(100):
            case = self.carry_on()
            if found := [task for task in case.open_tasks if task.kind is kind]:
                return found[0]
            if case.open_tasks:
                self.submit(case.open_tasks[0])
            else:
                self.lapse()
        message = f"nobody is ever asked for {kind}"
        raise AssertionError(message)

    def the_task(self, kind: TaskKind) -> ManualTask:
        """The one open task of a kind."""
        (task,) = [task for task in self.case.open_tasks if task.kind is kind]
        return task

    def to_the_end(self) -> Case:
        """Answer everything as usual until the case is archived."""
        for _ in range(100):
            case = self.carry_on()
            if not case.is_open:
                return case
            if case.open_tasks:
                self.submit(case.open_tasks[0])
            else:
                self.lapse()
        message = "the case does not end"
        raise AssertionError(message)

    def _write(self, verdict: Verdict, *, by: str) -> None:
        last = self.entries[-1] if self.entries else None
        head = Head(self.case_no, last.seq, last.hash) if last else Head(self.case_no)
        signature = Signature(actor=by, origin="play", policy=self.policy.version)
        entries = link(head, verdict.facts, at=self.at, signature=signature)
        self.entries += entries
        self._case = fold(entries, self._case)
        self.letters += verdict.letters
        self.papers |= {paper.id: paper.content for paper in verdict.papers}
