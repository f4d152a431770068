"""The verdict on the demo: whether every case ended as its script says, and what the house did for it."""

from __future__ import annotations

import collections
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterName
from prefect.settings import PREFECT_API_URL, temporary_settings

from adapters.catcher import messages
from complaints.chain import verify
from complaints.errors import HistoryBroken
from complaints.events import StageClosed
from complaints.fold import fold
from complaints.landmarks import landmarks
from complaints.words import Exit, Outcome, Stage
from complaints.work_events import TaskEscalated

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from adapters.house import House
    from complaints.case import Case
    from complaints.chain import Entry
    from deployments.demo.people import Drama
    from deployments.demo.scripts import Script


@dataclass(frozen=True)
class Report:
    """What the demo showed."""

    cases: int
    stories: int
    """How many different ones were played."""
    archived: int
    withdrawn: int
    escalated: int
    escalation_notices: int
    highest_escalation_level: int
    sent_back: int
    counter_offers: int
    reopened: int
    mails_sent: int
    duplicate_mails: int
    flow_runs_completed: int
    open_flow_runs: int
    wall_seconds: float
    problems: tuple[str, ...]

    @property
    def is_good(self) -> bool:
        """Whether every case ended as its script says, its history verifies and its run is complete."""
        return not self.problems

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return asdict(self)


@dataclass(frozen=True)
class _Played:
    """One case after the demo."""

    case: Case
    entries: Sequence[Entry]
    script: Script

    def left(self, stage: Stage, by: Exit) -> int:
        """How often the case left this stage by this exit."""
        facts = (entry.fact for entry in self.entries)
        return sum(1 for fact in facts if isinstance(fact, StageClosed) and (fact.stage, fact.exit) == (stage, by))

    @property
    def escalations(self) -> list[int]:
        """The levels it was escalated to, in order."""
        return [entry.fact.level for entry in self.entries if isinstance(entry.fact, TaskEscalated)]

    def problems(self) -> list[str]:
        """Where the case strayed from its script; empty when it did not."""
        shown = landmarks(self.entries)
        missing = [f"{self.case.case_no} did not show {what}" for what in self.script.shows if what not in shown]
        if self.case.stage is not None:
            missing.append(f"{self.case.case_no} ({self.script.name}) still stands in {self.case.stage}")
        elif self.case.outcome is not self.script.outcome:
            missing.append(f"{self.case.case_no} ended {self.case.outcome}, not {self.script.outcome}")
        try:
            verify(self.entries)
        except HistoryBroken as broken:
            missing.append(str(broken))
        return missing


async def judge(house: House, dramas: dict[str, Drama], *, seconds: float) -> Report:
    """Read every history, the caught mail and the engine's runs."""
    played = []
    for number, drama in dramas.items():
        entries = await house.casebook.history(number)
        played.append(_Played(case=fold(entries), entries=entries, script=drama.script))
    runs = await runs_of(house, list(dramas))
    problems = [problem for one in played for problem in one.problems()]
    if runs["open"] or runs["completed"] < len(dramas):
        problems.append(f"{runs['completed']} of {len(dramas)} flow runs are complete, {runs['open']} open")
    ids = [mail.message_id for mail in messages(house.settings.home / "mail") if mail.case_no in dramas]
    return Report(
        cases=len(played),
        stories=len({one.script.name for one in played}),
        archived=sum(1 for one in played if one.case.stage is None),
        withdrawn=sum(1 for one in played if one.case.outcome is Outcome.WITHDRAWN),
        escalated=sum(1 for one in played if one.case.was_escalated),
        escalation_notices=sum(len(one.escalations) for one in played),
        highest_escalation_level=max((level for one in played for level in one.escalations), default=0),
        sent_back=_total(played, Stage.REVIEW, Exit.SENT_BACK),
        counter_offers=_total(played, Stage.RESPONSE, Exit.NEW_ROUND),
        reopened=_total(played, Stage.CALLBACK, Exit.NEW_ROUND),
        mails_sent=len(ids),
        duplicate_mails=len(ids) - len(set(ids)),
        flow_runs_completed=runs["completed"],
        open_flow_runs=runs["open"],
        wall_seconds=round(seconds, 1),
        problems=tuple(problems),
    )


def _total(played: Iterable[_Played], stage: Stage, by: Exit) -> int:
    return sum(one.left(stage, by) for one in played)


async def runs_of(house: House, numbers: list[str]) -> collections.Counter[str]:
    """How many of these cases' flow runs are completed, otherwise ended, or open."""
    named = FlowRunFilter(name=FlowRunFilterName(any_=numbers))
    found: collections.Counter[str] = collections.Counter()
    with temporary_settings({PREFECT_API_URL: house.settings.engine_url}):
        async with get_client() as client:
            for run in await client.read_flow_runs(flow_run_filter=named, limit=200):
                final = run.state is not None and run.state.is_final()
                found["completed" if run.state and run.state.is_completed() else "ended" if final else "open"] += 1
    return found
