"""Packs: the policies that cases of a benchmark run under, the house's default but for what would be in the way."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from adapters.settings import ROOT

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

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


def write_pack(folder: Path, *, alarm_at: datetime | None = None) -> Path:
    """A pack whose cases go straight through six answers; with `alarm_at`, its findings all fall due at that moment.

    That is told as a calendar: the house opens at that minute, and who is asked before is given no time behind it.
    """
    folder.mkdir(exist_ok=True)
    shutil.copy(ROOT / "policies" / "default.toml", folder)
    tasks = dict.fromkeys(_TASKS, "7 d") | ({"findings": "0.0000001 bh"} if alarm_at else {})
    opens = f"{alarm_at:%H:%M}" if alarm_at else "00:00"
    pack = folder / "bench.toml"
    pack.write_text(_HEAD + _calendar(opens) + _limits(tasks) + _PATH, encoding="utf-8")
    return pack


def _calendar(opens: str) -> str:
    hours = "".join(f'{day} = [["{opens}", "24:00"]]\n' for day in _DAYS)
    return f'[calendar]\ntimezone = "UTC"\nholidays = []\nworking_days = []\n\n[calendar.hours]\n{hours}\n'


def _limits(tasks: dict[str, str]) -> str:
    levels = "".join(
        f'{level} = {{ first_response = "7 d", resolve = "30 d", callback = "0.001 s" }}\n' for level in _LEVELS
    )
    told = "".join(f'{task} = "{length}"\n' for task, length in tasks.items())
    return f'[limits]\nprogress_after_silence = "7 d"\n\n[limits.by_level]\n{levels}\n[limits.tasks]\n{told}\n'


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

_PATH = """\
[escalation]
remind_after_top = "7 d"
customer_reminders = 2
customer_extends_by = "7 d"

[[escalation.path]]
role = "team_lead"
moves_work = false
extends_by = "7 d"

[[escalation.path]]
role = "department_head"
moves_work = true
extends_by = "7 d"

[[escalation.path]]
role = "complaints_manager"
moves_work = true
extends_by = "7 d"

[[escalation.path]]
role = "executive"
moves_work = false
extends_by = "7 d"
"""
