"""Accounts: what processes and all they started have used, read from /proc, so that nothing is left out."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from complaints.errors import GiveUp

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_PROC = Path("/proc")
_PARENT, _USER, _REAPED_SYSTEM = 1, 11, 14
"""Places in /proc/PID/stat, counted behind the name: the parent, and user, system, and both of reaped children."""


@dataclass(frozen=True)
class Balance:
    """What one part of the house and all its processes hold at a moment."""

    cpu_seconds: float
    memory_mb: float
    """Resident."""


def check_accounts() -> None:
    """GiveUp where there is no /proc to read."""
    if not (_PROC / "self" / "stat").exists():
        raise GiveUp("The benchmarks read /proc, which only Linux has")


def balance(roots: Mapping[str, int]) -> dict[str, Balance]:
    """The balance of each named process with all its descendants."""
    children = _children()
    return {name: _sum_up(_family(pid, children)) for name, pid in roots.items()}


def cpu_between(before: Mapping[str, Balance], after: Mapping[str, Balance]) -> dict[str, float]:
    """CPU seconds of each part from one moment to a later one; a part that was not there before began at none."""
    nothing = Balance(0, 0)
    return {name: late.cpu_seconds - before.get(name, nothing).cpu_seconds for name, late in after.items()}


def family_of(pid: int) -> list[int]:
    """A process and all it started, itself first."""
    return list(_family(pid, _children()))


def any_is_there(pids: Iterable[int]) -> bool:
    """Whether one of these processes still runs."""
    return any((_PROC / str(pid)).exists() for pid in pids)


def read_cpu(stat: str, ticks: int) -> float:
    """CPU seconds in a line of /proc/PID/stat: user and system, its own and those of children it reaped."""
    # The name stands in parentheses and may hold anything, so what counts is what follows the last one.
    return sum(map(int, stat.rpartition(")")[2].split()[_USER : _REAPED_SYSTEM + 1])) / ticks


def read_memory(status: str) -> float:
    """Resident megabytes in /proc/PID/status."""
    line = next((line for line in status.splitlines() if line.startswith("VmRSS:")), "VmRSS: 0 kB")
    return int(line.split()[1]) / 1024


def _children() -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for folder in _PROC.iterdir():
        if folder.name.isdigit() and (stat := _read(folder / "stat")):
            found.setdefault(int(stat.rpartition(")")[2].split()[_PARENT]), []).append(int(folder.name))
    return found


def _family(pid: int, children: Mapping[int, list[int]]) -> Iterable[int]:
    yield pid
    for child in children.get(pid, ()):
        yield from _family(child, children)


def _sum_up(pids: Iterable[int]) -> Balance:
    ticks, cpu, memory = os.sysconf("SC_CLK_TCK"), 0.0, 0.0
    for pid in pids:
        stat, status = _read(_PROC / str(pid) / "stat"), _read(_PROC / str(pid) / "status")
        cpu += read_cpu(stat, ticks) if stat else 0
        memory += read_memory(status)
    return Balance(cpu_seconds=cpu, memory_mb=memory)


def _read(file: Path) -> str:
    """Empty when the process ended meanwhile."""
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
