"""The plant: one test's house with real workers on the shared engine, and people who answer past the portal."""

from __future__ import annotations

import itertools
import shutil
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterName, TaskRunFilter, TaskRunFilterFlowRunId
from prefect.settings import PREFECT_API_URL, temporary_settings
from sqlmodel import col, select

from adapters.catcher import Catcher
from adapters.cipher import stationery
from adapters.clock import Clock
from adapters.house import open_house
from adapters.settings import Settings
from complaints.answering import answer
from complaints.chain import Signature
from complaints.errors import HistoryMoved, TaskClosed
from complaints.submission import Submission
from complaints.words import TaskKind
from models.tables import CaseCounterRow, CaseRow, ManualTaskRow
from tests.builders import ANN, ANSWERS, Customer, complain
from tests.engine.machinery import Engine, Machine, free_port, until, worker_machine

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence
    from pathlib import Path

    from prefect.client.orchestration import PrefectClient
    from prefect.client.schemas.objects import FlowRun, TaskRun

    from adapters.house import House
    from complaints.case import Case
    from complaints.chain import Entry
    from complaints.words import Stage

NOBODY: frozenset[TaskKind] = frozenset()
_blocks = itertools.count()


@dataclass(frozen=True)
class Site:
    """Where plants are built: the engine, the policy packs, and an empty business database to copy."""

    engine: Engine
    packs: Path
    empty_database: Path

    @asynccontextmanager
    async def plant(self, home: Path, *, policy: str = "patient", **settings: Any) -> AsyncIterator[Plant]:  # noqa: ANN401  any setting
        """A house with its mail caught and no worker yet; at the end nothing of it is left on the engine."""
        home.mkdir()  # noqa: ASYNC240  nobody else waits for this loop
        shutil.copyfile(self.empty_database, home / "redress.db")
        async with AsyncExitStack() as stack:
            catcher = Catcher(home / "mail", port=free_port(), clock=Clock())
            await catcher.start()
            stack.push_async_callback(catcher.stop)
            told = {
                "prefect_port": self.engine.port,
                "smtp_port": catcher.port,
                "poll_seconds": 0.2,
                "worker_port": 0,
                **settings,
            }
            house = await open_house(Settings(home=home, policy=str(self.packs / f"{policy}.toml"), **told))
            stack.push_async_callback(house.close)
            await _number_apart(house)
            with temporary_settings({PREFECT_API_URL: self.engine.url}):
                api = await stack.enter_async_context(get_client())
            plant = Plant(engine=self.engine, house=house, api=api)
            stack.push_async_callback(plant.sweep)
            yield plant


@dataclass
class Plant:
    """A house and its workers; the engine is shared with other tests."""

    engine: Engine
    house: House
    api: PrefectClient
    answers: Mapping[TaskKind, Mapping[str, Any]] = field(default_factory=lambda: ANSWERS)
    workers: list[Machine] = field(default_factory=list)

    @property
    def mail(self) -> Path:
        """The folder of caught mail."""
        return self.house.settings.home / "mail"

    async def hire(self, **settings: Any) -> Machine:  # noqa: ANN401  any setting
        """Start a resident worker and wait until it serves."""
        chosen = self.house.settings.model_copy(update=settings)
        log_file = chosen.home / f"worker-{len(self.workers) + 1}.log"
        worker = worker_machine(chosen, self.engine, log_file=log_file)
        self.workers.append(worker)
        await self.begin(worker)
        return worker

    async def begin(self, worker: Machine) -> None:
        """Start a worker (again) and wait until it serves."""
        lives = worker.said().count("worker.ready")
        worker.start()

        async def serves() -> bool:
            assert worker.is_running, f"the worker ended:\n{worker.said()}"
            return worker.said().count("worker.ready") > lives

        await until(serves, "the worker is ready")

    async def complain(self, by: Customer = ANN, **changes: Any) -> str:  # noqa: ANN401  any field of the record
        """Register a complaint; the worker finds it."""
        return await complain(self.house, by, **changes)

    async def open_tasks(self, *case_nos: str) -> Sequence[ManualTaskRow]:
        """What people are asked for now, in all cases or in these."""
        query = select(ManualTaskRow).where(ManualTaskRow.status == "open")
        if case_nos:
            query = query.where(col(ManualTaskRow.case_no).in_(case_nos))
        async with self.house.database.reading() as session:
            return (await session.execute(query)).scalars().all()

    async def answer(self, case_no: str, task_id: str, **fields: Any) -> bool:  # noqa: ANN401  any form
        """Answer a task as its assignee, past the portal; False when somebody wrote first."""
        briefing = await self.house.casebook.brief(case_no)
        task = briefing.case.tasks[task_id]
        told = {**self.answers[task.kind], **fields}
        post = Submission(task_id=task_id, by=task.assignee, fields=told, stationery=stationery())
        signature = Signature(actor=task.assignee, origin="test", policy=briefing.policy.version)
        try:
            verdict = answer(briefing, post)
            await self.house.casebook.record(briefing, verdict, signature=signature, wake=True)
        except (HistoryMoved, TaskClosed):
            return False
        return True

    async def everybody_answers(self, *case_nos: str, but: frozenset[TaskKind] = NOBODY) -> None:
        """Everybody who is asked something answers it now, as usual."""
        for task in await self.open_tasks(*case_nos):
            if TaskKind(task.kind) not in but:
                await self.answer(task.case_no, task.task_id)

    async def finish(self, *case_nos: str, within: float = 90) -> None:
        """People answer whatever they are asked until these cases are archived and their runs are complete."""

        async def archived() -> bool:
            await self.everybody_answers(*case_nos)
            return not await self.open_cases(*case_nos)

        async def completed() -> bool:
            done = [run.name for run in await self.runs(*case_nos) if run.state and run.state.is_completed()]
            return set(done) == set(case_nos)

        await until(archived, "all cases are archived", within=within)
        await until(completed, "all runs are complete", within=within)

    async def open_cases(self, *case_nos: str) -> set[str]:
        """Which of these cases are not archived."""
        query = select(CaseRow.case_no).where(col(CaseRow.case_no).in_(case_nos), col(CaseRow.stage).is_not(None))
        async with self.house.database.reading() as session:
            return set((await session.execute(query)).scalars())

    async def bring_to(self, case_no: str, kind: TaskKind) -> ManualTaskRow:
        """People answer until a task of this kind is open."""

        async def asked() -> ManualTaskRow | None:
            await self.everybody_answers(case_no, but=frozenset({kind}))
            return next((task for task in await self.open_tasks(case_no) if task.kind == kind), None)

        task = await until(asked, f"{case_no} asks for {kind}")
        assert task is not None
        return task

    async def case(self, case_no: str) -> Case:
        """The case as its history stands."""
        return await self.house.casebook.case(case_no)

    async def history(self, case_no: str) -> Sequence[Entry]:
        """The history of a case."""
        return await self.house.casebook.history(case_no)

    async def runs(self, *case_nos: str) -> list[FlowRun]:
        """The runs of these cases, the newest first."""
        named = FlowRunFilter(name=FlowRunFilterName(any_=list(case_nos)))
        found = await self.api.read_flow_runs(flow_run_filter=named)
        return sorted(found, key=lambda run: str(run.created), reverse=True)

    async def waiting_run(self, case_no: str, stage: Stage) -> FlowRun:
        """The run of a case once it is shown waiting for people in this stage."""

        async def shown() -> FlowRun | None:
            run = next(iter(await self.runs(case_no)), None)
            is_waiting = run and run.state and run.state.name == f"Awaiting {stage}"
            # The tags are told after the state.
            return run if run and is_waiting and f"stage:{stage}" in run.tags else None

        run = await until(shown, f"{case_no} is shown as Awaiting {stage}")
        assert run is not None
        return run

    async def bars(self, case_no: str) -> list[TaskRun]:
        """The task runs that the owner sees under all runs of a case."""
        runs = await self.runs(case_no)
        under = TaskRunFilter(flow_run_id=TaskRunFilterFlowRunId(any_=[run.id for run in runs]))
        return await self.api.read_task_runs(task_run_filter=under)

    async def sweep(self) -> None:
        """Leave no worker and no run behind: the next test's worker would find them on the shared engine."""
        for worker in self.workers:
            worker.kill()
        if not self.engine.is_running:
            self.engine.start()
        async with self.house.database.reading() as session:
            numbers = (await session.execute(select(CaseRow.case_no))).scalars().all()
        for run in await self.runs(*numbers):
            await self.api.delete_flow_run(run.id)


async def _number_apart(house: House) -> None:
    """Give every plant case numbers of its own: they are the names of runs on the one engine."""
    policy = await house.library.current()
    today = house.clock.now().astimezone(ZoneInfo(policy.calendar.timezone))
    taken = 100 * next(_blocks)
    async with house.database.writing() as session:
        for day in (today, today + timedelta(days=1)):
            session.add(CaseCounterRow(day=f"{day:%Y%m%d}", last=taken))
