"""A resident worker whose clock is as many seconds ahead as the file named in REDRESS_TEST_AHEAD says at each look."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from adapters.clock import Clock
from adapters.logbook import open_logbook
from deployments.worker import run_worker
from portal.errand import read_settings


def read_ahead(file: Path) -> datetime:
    """The time by a clock that jumped."""
    return datetime.now(UTC) + timedelta(seconds=float(file.read_text(encoding="utf-8")))  # noqa: TID251  it is a clock


if __name__ == "__main__":
    ahead = Path(os.environ["REDRESS_TEST_AHEAD"])
    setattr(Clock, "now", lambda _clock: read_ahead(ahead))  # noqa: B010  the types know that nobody may
    settings = read_settings()
    open_logbook(settings.log_level)
    sys.exit(run_worker(settings))
