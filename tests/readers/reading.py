"""Reading: hands a file to a program of its own and takes what that says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

_HERE = Path(__file__).resolve().parent


def read_by_pm4py(kind: str, *words: Path | str) -> dict[str, Any]:
    """What pm4py finds in a file: `xes`, `ocel` or `fitness`."""
    found: dict[str, Any] = json.loads(_run("pm4py_reads.py", kind, *words).splitlines()[-1])
    return found


def is_valid_bpmn(path: Path) -> bool:
    """Whether a file obeys the schema of BPMN 2.0."""
    return _run("bpmn_valid.py", path).endswith("valid")


def _run(program: str, *words: Path | str) -> str:
    done = subprocess.run(
        [sys.executable, str(_HERE / program), *map(str, words)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
