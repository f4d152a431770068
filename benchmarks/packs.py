"""Packs: the policies that cases of a benchmark run under, the house's default but for what would be in the way."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from adapters.settings import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.deadlines import Alarm

_TASKS = (
    "completion",
    "screening",
    "classification",
    "dispatch",
    "findings",
    "opinion",
    "approval",
    "letter",
    "decision",
    "remedy",
    "survey",
    "phone_callback",
    "closure",
)
_LEVELS = ("1", "2", "3", "4", "5")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def write_pack(folder: Path, alarm: Alarm | None = None) -> Path:
    """A pack whose cases go straight through six answers; with an alarm, its findings all fall due at that moment.

    That is told as a calendar: the house opens at that minute, and who is asked before is given next to no time behind
    it. The levels of escalation follow each other at the alarm's pace.
    """
    folder.mkdir(exist_ok=True)
    shutil.copy(ROOT / "policies" / "default.toml", folder)
    tasks = dict.fromkeys(_TASKS, "7 d") | ({"findings": "0.0000001 bh"} if alarm else {})
    climbs = f"{alarm.every.total_seconds():.0f} s" if alarm else "7 d"
    pack = folder / "bench.toml"
    pack.write_text(_HEAD + _calendar(alarm) + _limits(tasks) + _path(climbs), encoding="utf-8")
    return pack


def _calendar(alarm: Alarm | None) -> str:
    """Open at all hours, or from the alarm on: in a zone where that is about noon, far from any other day."""
    ahead = 12 - alarm.first_at.hour if alarm else 0
    opens = f"12:{alarm.first_at:%M}" if alarm else "00:00"
    hours = "".join(f'{day} = [["{opens}", "24:00"]]\n' for day in _DAYS)
    # In these names the sign is that of a sailor: what lies east of Greenwich is less than nothing.
    return f'[calendar]\ntimezone = "Etc/GMT{-ahead:+d}"\nregion = ""\n\n[calendar.hours]\n{hours}\n'


def _limits(tasks: dict[str, str]) -> str:
    levels = "".join(
        f'{level} = {{ first_response = "7 d", resolve = "30 d", callback = "0.001 s" }}\n' for level in _LEVELS
    )
    told = "".join(f'{task} = "{length}"\n' for task, length in tasks.items())
    top = 'warning_fraction = 1.0\nprogress_after_silence = "7 d"\n'
    return f"[limits]\n{top}\n[limits.by_level]\n{levels}\n[limits.tasks]\n{told}\n"


_HEAD = """\
extends = "default.toml"

title = { en = "Benchmark", zh = "性能测试" }

# Alike complaints come by the hundred and are no incident.
[intake.mass_event]
count = 1000000

# Nobody beside the lead is asked, which leaves six answers.
[assignment.matrix."product.quality"]
lead = "after_sales"
supporting = []
respond_within = "7 d"

"""

_CLIMB = (("team_lead", "false"), ("department_head", "true"), ("complaints_manager", "true"))


def _path(climbs: str) -> str:
    """The way up; after the executive there is time."""
    steps = [(role, moves, climbs) for role, moves in _CLIMB] + [("executive", "false", "7 d")]
    path = "".join(
        f'[[escalation.path]]\nrole = "{role}"\nmoves_work = {moves}\nextends_by = "{length}"\n\n'
        for role, moves, length in steps
    )
    return f'[escalation]\nremind_after_top = "7 d"\ncustomer_reminders = 2\ncustomer_extends_by = "7 d"\n\n{path}'
