"""The overview: a case in Markdown for the process owner, with codes only, never a person's data."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from complaints.words import CUSTOMER, Stage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from complaints.briefing import Briefing
    from complaints.case import Case, ManualTask, RunningClock
    from complaints.chain import Entry


def state_name(case: Case) -> str:
    """What the engine's badge says of a case: which stage people are awaited in, or that it is over."""
    return f"Awaiting {case.stage}" if case.stage else "Completed"


def awaited(briefing: Briefing) -> str:
    """Who is asked and until when, e.g. `asked after_sales, due 23 Nov 09:00`; departments, never names."""
    case = briefing.case
    if not case.open_tasks:
        at = case.callback.at if case.callback else None
        return f"callback not before {_local(briefing, at)}" if at else "waiting"
    asked = [f"{whose(task, briefing)}, due {_local(briefing, task.due_at)}" for task in case.open_tasks]
    return "asked " + "; ".join(asked)


def whose(task: ManualTask, briefing: Briefing) -> str:
    """The department a task lies with, or the customer."""
    if task.assignee == CUSTOMER:
        return CUSTOMER
    person = briefing.roster.staff.get(task.assignee)
    return person.department if person else task.department or "unknown"


def tags(case: Case) -> list[str]:
    """The engine's tags: category, level with its scheme, channel, stage, escalation level, outcome."""
    found = [f"channel:{case.channel}", f"stage:{case.stage or 'archived'}"]
    if case.classification:
        found += [f"category:{case.classification.category}", f"level:{case.classification.scheme}-{case.level}"]
    if case.escalation_level:
        found.append(f"escalation:{case.escalation_level}")
    if case.incident:
        found.append(f"incident:{case.incident}")
    found += sorted({f"escalated-by:{one.trigger}" for one in case.escalations})
    if case.round > 1:
        found.append(f"round:{case.round}")
    if case.outcome:
        found.append(f"outcome:{case.outcome}")
    return sorted(found)


def markdown(briefing: Briefing, entries: Sequence[Entry]) -> str:
    """Stage, open tasks, clocks and history as tables."""
    case = briefing.case
    return "\n".join(
        [
            f"# {case.case_no}",
            "",
            *_facts(case),
            "",
            "## Stages",
            "",
            " → ".join(_stage_mark(stage, case) for stage in Stage),
            "",
            *_open_tasks(briefing),
            *_clocks(briefing),
            "## History",
            "",
            "| # | when | what | by | detail |",
            "|---|---|---|---|---|",
            *(_entry(entry, briefing) for entry in entries),
        ]
    )


def _facts(case: Case) -> list[str]:
    grade = case.classification
    facts = {
        "Stage": case.stage or f"archived ({case.outcome})",
        "Round": case.round,
        "Category": grade.category if grade else "not yet known",
        "Level": f"{grade.level} of scheme {grade.scheme}, priority {grade.priority}" if grade else "not yet known",
        "Department": case.assignment.department if case.assignment else "not yet named",
        "Escalation level": case.escalation_level,
        "Channel": case.channel,
    }
    return ["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in facts.items())]


def _stage_mark(stage: Stage, case: Case) -> str:
    if stage in case.not_needed:
        return f"~~{stage}~~"
    if stage is case.stage:
        return f"**{stage}**"
    visits = case.visits.get(stage, 0)
    return f"{stage} ✓" + (f"×{visits}" if visits > 1 else "") if visits else str(stage)


def _open_tasks(briefing: Briefing) -> list[str]:
    if not briefing.case.open_tasks:
        return []
    rows = [
        f"| {task.id} | {whose(task, briefing)} | {task.level} | {_local(briefing, task.due_at)} |"
        for task in briefing.case.open_tasks
    ]
    return ["## Open tasks", "", "| task | with | escalation | due |", "|---|---|---|---|", *rows, ""]


def _clocks(briefing: Briefing) -> list[str]:
    if not briefing.case.clocks:
        return []
    rows = [
        f"| {name} | {running.clock.limit} | {_local(briefing, running.clock.due_at)} | {_clock_state(running)} |"
        for name, running in briefing.case.clocks.items()
    ]
    return ["## Clocks", "", "| clock | limit | due | state |", "|---|---|---|---|", *rows, ""]


def _clock_state(running: RunningClock) -> str:
    if running.met:
        return "met late" if running.late or running.missed else "met"
    if running.missed:
        return "missed"
    stands = "stands still" if running.paused else "running"
    return f"{stands}, extended" if running.extended else stands


def _entry(entry: Entry, briefing: Briefing) -> str:
    actor = entry.actor
    person = briefing.roster.staff.get(actor)
    by = person.department if person else actor
    return f"| {entry.seq} | {_local(briefing, entry.at)} | {entry.fact.type} | {by} | {_detail(entry)} |"


def _detail(entry: Entry) -> str:
    """The codes of a fact that say most; everything that could name a person stays out."""
    shown = ("stage", "exit", "next", "reason", "kind", "task_id", "level", "trigger", "decision", "verdict", "outcome")
    data = entry.fact.model_dump(mode="json")
    return " ".join(f"{name}={data[name]}" for name in shown if isinstance(data.get(name), str | int) and data[name])


def _local(briefing: Briefing, moment: datetime | None) -> str:
    if moment is None:
        return ""
    return moment.astimezone(ZoneInfo(briefing.policy.calendar.timezone)).strftime("%Y-%m-%d %H:%M:%S %Z")
