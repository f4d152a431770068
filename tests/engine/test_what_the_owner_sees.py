"""What the process owner sees of a complaint in the engine, and that none of it names a person."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from prefect.client.schemas.filters import ArtifactCollectionFilter, ArtifactCollectionFilterKey
from prefect.client.schemas.objects import StateType

from adapters.links import Ticket
from adapters.window import ANNOUNCED
from complaints.answering import FORMS
from complaints.events import ComplaintReceived
from complaints.words import CUSTOMER, Stage, TaskKind
from complaints.work_events import FindingsSubmitted, TaskAsked, TaskEscalated
from portal.desk import add_information, by_customer
from tests.builders import ANN, ANSWERS
from tests.engine.leaks import Spilt, names_in, spill
from tests.engine.machinery import until

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from prefect.client.schemas.objects import ArtifactCollection, FlowRun, TaskRun

    from complaints.chain import Entry
    from tests.engine.plant import Plant, Site

MARK = "Quizzaciously"
"""Occurs nowhere by itself; every text that people write in this test carries it."""
MARKED_ANN = replace(
    ANN,
    name=f"Ann {MARK} Lee",
    email=f"ann.{MARK.lower()}@example.test",
    phone="+8613811112222",
    item=f"Kettle {MARK}",
    detail=f"{ANN.detail} {MARK} 水壶漏水得厉害",
    expected_remedy=f"My money back, {MARK}.",
)
PERSONAL = (MARK, MARK.lower(), "13811112222", "水壶漏水得厉害")
_WRITTEN = ("plan", "findings", "allegation", "remedy_text", "letter", "proof", "reason", "text", "comment")


@dataclass(frozen=True)
class Sight:
    """Everything that could be seen of one complaint, whose findings were late by two levels."""

    case_no: str
    waiting: FlowRun
    done: FlowRun
    bars: Sequence[TaskRun]
    """In the order in which they began."""
    artifact: ArtifactCollection
    events: Sequence[Mapping[str, Any]]
    history: Sequence[Entry]
    staff: Sequence[str]
    """Ids, names and addresses."""
    stored: str
    logged: str
    spilt: Spilt
    """What a second complaint left behind, whose people made mistakes."""

    def bar(self, name: str) -> TaskRun:
        """The one bar of this name."""
        (found,) = (bar for bar in self.bars if bar.name == name)
        return found


@pytest.fixture(scope="module")
def sight(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Sight:
    return asyncio.run(_live_through(site, tmp_path_factory.mktemp("owner") / "house"))


async def _live_through(site: Site, home: Path) -> Sight:
    async with site.plant(home, policy="climbing", log_level="DEBUG") as plant:
        plant.answers = {kind: _marked(kind) for kind in ANSWERS}
        await plant.hire()
        case_no = await plant.complain(MARKED_ANN)
        await plant.bring_to(case_no, TaskKind.FINDINGS)
        waiting = await plant.waiting_run(case_no, Stage.INVESTIGATION)
        await until(lambda: _has_climbed(plant, case_no), "the findings climb two levels")
        await plant.finish(case_no)
        await until(lambda: _is_all_told(plant, case_no), "the engine has heard of everything")
        spilt = await spill(plant, MARKED_ANN, mark=MARK)
        return await _look(plant, case_no, waiting, spilt=spilt)


def _marked(kind: TaskKind) -> dict[str, Any]:
    """The usual answer, with every text that the form takes marked."""
    return {**ANSWERS[kind], **{name: f"As told. {MARK}." for name in _WRITTEN if name in FORMS[kind].model_fields}}


async def _has_climbed(plant: Plant, case_no: str) -> bool:
    return (await plant.case(case_no)).escalation_level == 2


async def _is_all_told(plant: Plant, case_no: str) -> bool:
    """The feed is written behind the engine's back: the last stage's bar comes last."""
    bars = await plant.bars(case_no)
    told = len(await _events(plant, case_no))
    return told == len(_announced(await plant.history(case_no))) and all(bar.end_time for bar in bars)


def _announced(history: Sequence[Entry]) -> list[str]:
    return [ANNOUNCED[type(entry.fact)] for entry in history if type(entry.fact) in ANNOUNCED]


async def _events(plant: Plant, case_no: str) -> Sequence[Mapping[str, Any]]:
    """The custom events of a case, the oldest first."""
    wanted = {"filter": {"any_resource": {"id": [f"redress.case.{case_no}"]}, "order": "ASC"}, "limit": 50}
    async with httpx.AsyncClient() as client:
        answer = await client.post(f"{plant.engine.url}/events/filter", json=wanted)
    found: Sequence[Mapping[str, Any]] = answer.raise_for_status().json()["events"]
    return found


async def _look(plant: Plant, case_no: str, waiting: FlowRun, *, spilt: Spilt) -> Sight:
    policy = await plant.house.library.current()
    return Sight(
        case_no=case_no,
        waiting=waiting,
        done=(await plant.runs(case_no))[0],
        bars=sorted(await plant.bars(case_no), key=lambda bar: str(bar.start_time)),
        artifact=await _artifact(plant, case_no),
        events=await _events(plant, case_no),
        history=await plant.history(case_no),
        staff=[word for key, person in policy.staff.items() for word in (key, person.name, person.email)],
        stored=_everything_in(plant.engine.database),
        logged=plant.workers[0].said() + plant.engine.said() + spilt.logged,
        spilt=spilt,
    )


async def _artifact(plant: Plant, case_no: str) -> ArtifactCollection:
    """The page of a case."""
    of_case = ArtifactCollectionFilter(key=ArtifactCollectionFilterKey(any_=[case_no.lower()]))
    (artifact,) = await plant.api.read_latest_artifacts(artifact_filter=of_case)
    return artifact


def _everything_in(database: Path) -> str:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return "\n".join(connection.iterdump())


def test_a_run_is_named_by_its_case_and_tagged_by_what_the_case_is_about(sight: Sight) -> None:
    assert sight.waiting.name == sight.done.name == sight.case_no
    assert {"category:product.quality", "channel:web", "stage:investigation"} <= set(sight.waiting.tags)
    assert {"stage:archived", "outcome:satisfied"} <= set(sight.done.tags)
    assert not any(tag.startswith("escalation:") for tag in sight.done.tags)


def test_a_wait_is_shown_by_its_name_with_whom_it_is_for_and_until_when(sight: Sight) -> None:
    state = sight.waiting.state
    assert state is not None
    assert (state.type, state.name) == (StateType.PAUSED, "Awaiting investigation")
    assert (state.message or "").startswith("asked after_sales, due 20")


def test_a_case_is_one_run_which_ends_completed(sight: Sight) -> None:
    assert sight.done.id == sight.waiting.id
    assert sight.done.state_type is StateType.COMPLETED


def test_every_stage_is_one_bar_and_follows_the_one_before(sight: Sight) -> None:
    stages = [bar for bar in sight.bars if bar.task_key != "manual-task"]
    assert [bar.name for bar in stages] == [str(stage) for stage in Stage]
    assert all(bar.state_name == "Completed" for bar in stages)
    entered = [entry.at for entry in sight.history if entry.fact.type == "stage.closed"]
    assert [bar.start_time for bar in stages] == [sight.history[0].at, *entered[:-1]]
    for earlier, later in pairwise(stages):
        assert earlier.end_time is not None
        assert later.start_time is not None
        assert abs((later.start_time - earlier.end_time).total_seconds()) < 5


def test_every_human_step_is_one_bar_for_each_person_it_lay_with(sight: Sight) -> None:
    people = [(bar.name, bar.state_name) for bar in sight.bars if bar.task_key == "manual-task"]
    # Opinions are asked at one moment: which of them is listed first is the engine's affair.
    assert sorted(people) == [
        ("approval-1 · after_sales", "Answered"),
        ("decision-1 · customer", "Answered"),
        ("findings-1 · after_sales", "TimedOut"),
        ("findings-1 · escalation 1", "TimedOut"),
        ("findings-1 · escalation 2", "Answered"),
        ("letter-1 · after_sales", "Answered"),
        ("opinion-1 · marketing", "Answered"),
        ("opinion-2 · rnd", "Answered"),
        ("remedy-1 · after_sales", "Answered"),
        ("survey-1 · customer", "Answered"),
    ]


def test_the_bars_of_an_escalated_task_begin_and_end_where_the_history_says(sight: Sight) -> None:
    times = [
        entry.at
        for entry in sight.history
        if isinstance(entry.fact, TaskAsked | TaskEscalated | FindingsSubmitted) and entry.fact.task_id == "findings-1"
    ]
    names = ("findings-1 · after_sales", "findings-1 · escalation 1", "findings-1 · escalation 2")
    shown = [(sight.bar(name).start_time, sight.bar(name).end_time) for name in names]
    assert shown == list(pairwise(times))


def test_the_artifact_of_a_case_ends_with_its_outcome(sight: Sight) -> None:
    text = str(sight.artifact.data)
    assert sight.artifact.description == f"Case {sight.case_no}"
    assert "| Stage | archived (satisfied) |" in text
    assert f"| {len(sight.history)} |" in text


async def test_what_is_new_while_people_are_awaited_as_before_is_on_the_page_of_the_case(
    site: Site, tmp_path: Path
) -> None:
    async with site.plant(tmp_path / "house") as plant:
        await plant.hire()
        case_no = await plant.complain()
        await plant.bring_to(case_no, TaskKind.FINDINGS)
        waiting = await plant.waiting_run(case_no, Stage.INVESTIGATION)
        await add_information(
            plant.house, Ticket("track", case_no, CUSTOMER), by_customer("once", {"text": "It hums."})
        )
        told = len(await plant.history(case_no))

        async def is_told() -> bool:
            return f"| {told} |" in str((await _artifact(plant, case_no)).data)

        await until(is_told, "the page of the case has the customer's new word")
        (run,) = await plant.runs(case_no)
        assert run.state == waiting.state, "nobody else is awaited, so the wait is the same"


def test_the_event_feed_tells_each_thing_once_and_in_order(sight: Sight) -> None:
    assert [event["event"] for event in sight.events] == _announced(sight.history)
    assert [event["payload"]["seq"] for event in sight.events] == sorted(
        entry.seq for entry in sight.history if type(entry.fact) in ANNOUNCED
    )
    assert "redress.case.escalated" in {event["event"] for event in sight.events}


@pytest.mark.parametrize("place", ["stored", "logged"])
def test_neither_engine_nor_logs_know_a_person(sight: Sight, place: str) -> None:
    text: str = getattr(sight, place)
    assert sight.case_no in text
    assert isinstance(sight.history[0].fact, ComplaintReceived)
    # The portal's log says by their ids who looked; the engine's and the worker's name nobody.
    text = text.removesuffix(sight.spilt.logged)
    assert not names_in(text, (*PERSONAL, *sight.staff))
    assert not names_in(sight.spilt.logged, PERSONAL)


@pytest.mark.parametrize("place", ["stored", "logged", "metrics", "exported"])
def test_nor_do_database_logs_figures_and_exports_whatever_people_write_and_where(sight: Sight, place: str) -> None:
    text: str = getattr(sight.spilt, place)
    assert len(text) > 1000
    assert not names_in(text, PERSONAL)


def test_everything_that_was_to_go_wrong_did_and_the_rest_did_not(sight: Sight) -> None:
    wrong = {"wrong form": 422, "wrong findings": 422, "our mistake": 500, "no page": 404, "wrong request": 422}
    assert {what: sight.spilt.statuses[what] for what in wrong} == wrong
    # Whoever handed work over is shown that it is not hers any more.
    done = {"regrade": 200, "ask_help": 200, "hand_over": 403, "withdrawal": 200}
    assert {what: sight.spilt.statuses.get(what) for what in done} == done
