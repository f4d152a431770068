"""One audit in a process of its own, so that nothing else is in its memory: prints what it took as JSON."""

from __future__ import annotations

import asyncio
import json
import resource
import time

from adapters.auditor import Scope, verify
from adapters.house import open_house
from complaints.errors import HistoryBroken


async def audit() -> dict[str, float]:
    """Chains, seals and published heads of every case of the house that the environment names."""
    house = await open_house()
    before = _peak_mb()
    began, cpu = time.perf_counter(), time.process_time()
    report = await verify(house, Scope(is_quick=True))
    seconds, worked = time.perf_counter() - began, time.process_time() - cpu
    await house.close()
    if not report.is_sound:
        raise HistoryBroken(str(report.flaws[0]))
    entries = report.counted["entries"]
    return {"entries": entries, "seconds": seconds, "cpu": worked, "before_mb": before, "peak_mb": _peak_mb()}


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    print(json.dumps(asyncio.run(audit())))
