"""A journey: one complaint lived from day to day in a real house, whose clock stands until the story moves it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from complaints.chain import verify
from complaints.escalation import next_alarm
from complaints.landmarks import landmarks
from complaints.overview import state_name
from complaints.words import TaskKind
from complaints.work_events import TaskAsked
from models.tables import CaseRow, LetterRow, ManualTaskRow
from tests.builders import ANN, Customer, Hands, carry_on, complain, do, submit, withdraw, write_again

if TYPE_CHECKING:
    from datetime import datetime

    from adapters.house import House
    from complaints.case import Case, ManualTask
    from complaints.words import ActKind, Outcome

_MOST_WAITS = 60

# What happens when nothing unusual does, stage by stage.
RECEIVED = ["complaint.received", "clocks.started"]
ACKNOWLEDGED = ["case.screened", "complaint.acknowledged", "clock.met"]
LEFT = ["stage.closed"]
INTAKE = [*RECEIVED, *ACKNOWLEDGED, *LEFT]
CLASSIFIED = ["category.suggested", "case.classified", "clocks.started", *LEFT]
ASSIGNED = ["case.assigned", "clock.met", *LEFT]
INVESTIGATED = ["task.asked", "findings.submitted", *LEFT]
HEARD = ["task.asked", "task.asked", "progress.told", "opinion.given", "opinion.given"]
REVIEWED = [*HEARD, "task.asked", "approval.given", *LEFT]
OFFERED = ["task.asked", "letter.approved", "task.asked"]
ACCEPTED = ["customer.decided", "task.asked", "remedy.executed"]
RESOLVED = ["clock.met", *LEFT]
SURVEYED = ["callback.scheduled", "task.asked", "callback.answered", *LEFT]
ARCHIVED = ["case.archived", *LEFT]
STRAIGHT = [f"Awaiting {stage}" for stage in ("investigation", "review", "response", "callback")]
"""The states that Prefect shows of a case that goes straight on once it is assigned."""
TO_HANDLER = [*INTAKE, *CLASSIFIED, *ASSIGNED]
TO_CUSTOMER = [*INVESTIGATED, *REVIEWED, *OFFERED]

# The letters that go with it, for a leaking kettle.
GREETED = ["acknowledgement customer", "progress customer"]
FINDINGS_ASKED = ["task_asked peter_novak"]
REVIEW_ASKED = ["task_asked olivia_grant", "task_asked guo_feng", "progress customer", "task_asked huang_min"]
LETTER_ASKED = ["task_asked peter_novak"]
DECISION_SENT = ["decision customer"]
REMEDY_ASKED = ["task_asked peter_novak"]
GOODBYE = ["survey customer", "closing customer"]
A_ROUND = [*FINDINGS_ASKED, *REVIEW_ASKED, *LETTER_ASKED, *DECISION_SENT]


BEGUN: list[Journey] = []
"""The journeys of the test that runs now."""


@dataclass
class Journey:
    """The story of one case, and what the test asks about it."""

    house: House
    hands: Hands
    case_no: str
    lived: set[str] = field(default_factory=set)
    """What its history has shown so far: `review sent_back`, `trigger:deadline_passed`, `pack:default`."""
    awaited: set[str] = field(default_factory=set)
    """The states in which Prefect must have shown it, by what people were asked for."""
    states: list[str] = field(default_factory=list)
    """The names of the states in which Prefect showed the case, each when it changed."""
    _known: Case | None = None
    _known_at: datetime | None = None

    def __post_init__(self) -> None:
        BEGUN.append(self)

    @classmethod
    async def begin(cls, house: House, hands: Hands, by: Customer = ANN, **changes: Any) -> Journey:  # noqa: ANN401  any field
        """A customer complains; `changes` replace parts of what she tells."""
        journey = cls(house, hands, await complain(house, by, **changes))
        await journey.case()
        return journey

    async def case(self) -> Case:
        """The case as it stands, after whatever time decides."""
        if self._known is None or self._known_at != self.hands.at:
            return self._note(await carry_on(self.house, self.case_no))
        return self._known

    def _note(self, case: Case) -> Case:
        """Nothing changes until time passes or somebody acts."""
        self._known, self._known_at = case, self.hands.at
        if self.states[-1:] != [state_name(case)]:
            self.states.append(state_name(case))
        return case

    async def task(self, kind: TaskKind) -> ManualTask:
        """The first open task of a kind."""
        case = await self.case()
        found = [task for task in case.open_tasks if task.kind is kind]
        assert found, f"{self.case_no} asks for {[task.id for task in case.open_tasks]}, not for {kind}"
        return found[0]

    async def answer(self, *work: TaskKind | ManualTask, **fields: Any) -> Case:  # noqa: ANN401  any form
        """People answer these tasks, one after the other, as they usually do unless `fields` say else."""
        for one in work:
            task = await self.task(one) if isinstance(one, TaskKind) else one
            self._note(await submit(self.house, self.case_no, task, **fields))
        return await self.case()

    async def do(self, kind: ActKind, work: TaskKind | ManualTask, **fields: Any) -> Case:  # noqa: ANN401  any form
        """Whoever holds this work does something else about it."""
        task = await self.task(work) if isinstance(work, TaskKind) else work
        return self._note(await do(self.house, self.case_no, kind, task, **fields))

    async def write_again(self, text: str = "I am still waiting.") -> Case:
        """The customer writes about her case again."""
        return self._note(await write_again(self.house, self.case_no, text))

    async def wait(self, **by: float) -> Case:
        """Nobody does anything, and nothing wakes the case, for so long."""
        self.hands.move(**by)
        return await self.case()

    async def lapse(self) -> Case:
        """Nobody does anything until the next alarm."""
        alarm = next_alarm(await self.case())
        assert alarm is not None, f"{self.case_no} waits for no deadline"
        self.hands.at = alarm
        return await self.case()

    async def until(self, kind: TaskKind) -> ManualTask:
        """Nobody does anything until a task of this kind is asked for."""
        for _ in range(_MOST_WAITS):
            found = [task for task in (await self.case()).open_tasks if task.kind is kind]
            if found:
                return found[0]
            await self.lapse()
        message = f"{self.case_no} never asks for {kind}"
        raise AssertionError(message)

    async def withdraw(self) -> Case:
        """The customer withdraws."""
        return self._note(await withdraw(self.house, self.case_no))

    async def history(self) -> list[str]:
        """What happened, by its stored names, in order."""
        entries = await self.house.casebook.history(self.case_no)
        self.lived |= landmarks(entries)
        self.awaited |= {f"Awaiting {entry.fact.stage}" for entry in entries if isinstance(entry.fact, TaskAsked)}
        return [entry.fact.type for entry in entries]

    async def state(self) -> str:
        """The name of the state in which Prefect shows the case now."""
        return state_name(await self.case())

    async def exits(self) -> list[str]:
        """Every stage that was left and by which exit, e.g. `review sent_back`."""
        facts: list[Any] = [entry.fact for entry in await self.house.casebook.history(self.case_no)]
        return [f"{fact.stage} {fact.exit}" for fact in facts if fact.type == "stage.closed"]

    async def letters(self) -> list[str]:
        """Every letter in the outbox and for whom, in order, e.g. `decision customer`."""
        async with self.house.database.reading() as session:
            query = select(LetterRow).where(col(LetterRow.case_no) == self.case_no).order_by(col(LetterRow.id))
            return [f"{row.kind} {row.recipient}" for row in (await session.execute(query)).scalars()]

    async def due(self, kind: TaskKind) -> str:
        """The local deadline of an open task."""
        local = (await self.task(kind)).due_at.astimezone(ZoneInfo("Asia/Shanghai"))
        return local.strftime("%a %Y-%m-%d %H:%M")

    async def check(self) -> Case:
        """The chain holds, the rows restate the history, and everybody awaited has a deadline ahead."""
        case = self._note(await carry_on(self.house, self.case_no))
        await self.history()
        head = verify(await self.house.casebook.history(self.case_no))
        async with self.house.database.reading() as session:
            row = await session.get(CaseRow, self.case_no)
            tasks = (
                await session.execute(select(ManualTaskRow).where(ManualTaskRow.case_no == self.case_no))
            ).scalars()
            shown = {(one.task_id, one.assignee, one.status, one.level, one.due_at) for one in tasks}
        assert row is not None
        assert (row.seq, row.head) == (head.seq, head.hash) == (case.seq, case.head)
        assert (row.stage, row.outcome, row.round, row.level) == (case.stage, case.outcome, case.round, case.level)
        assert shown == {(one.id, one.assignee, one.status, one.level, one.due_at) for one in case.tasks.values()}
        alarm = next_alarm(case)
        assert (alarm is not None and alarm > self.hands.at) if case.is_open else alarm is None
        return case

    async def ended(self, outcome: Outcome) -> None:
        """The case is over, as it should be."""
        case = await self.check()
        assert self.states[-1] == "Completed"
        assert (case.is_open, case.outcome, case.open_tasks) == (False, outcome, ())
