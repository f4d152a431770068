"""A place for whole houses with a PostgreSQL of their own."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def ground() -> Iterator[Path]:
    """An empty folder, not below pytest's: a second run that starts meanwhile closes that to PostgreSQL's user."""
    with tempfile.TemporaryDirectory(prefix="redress-faults-") as folder:
        yield Path(folder)
