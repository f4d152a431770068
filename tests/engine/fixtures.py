"""A real engine for all tests that want one, and for each a house of its own on it.

A plugin named in tests/conftest.py, so that all folders share the one engine; it loads Prefect only when somebody asks.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from adapters.policies import policies_folder

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from tests.engine.machinery import Engine
    from tests.engine.plant import Plant, Site

_PACKS = {
    # Nothing runs out while a busy machine catches its breath.
    "patient": """
extends = "demo.toml"

[intake]
acknowledge_within = "1 h"

[assignment.acceptance]
within = "1 h"

[limits]
progress_after_silence = "1 h"

[limits.by_level]
1 = { first_response = "1 h", resolve = "5 h", callback = "1 s" }
2 = { first_response = "1 h", resolve = "5 h", callback = "1 s" }
3 = { first_response = "1 h", resolve = "5 h", callback = "1 s" }
4 = { first_response = "1 h", resolve = "5 h", callback = "1 s" }
5 = { first_response = "1 h", resolve = "5 h", callback = "1 s" }

[limits.tasks]
completion = "1 h"
screening = "1 h"
classification = "1 h"
dispatch = "1 h"
findings = "1 h"
opinion = "1 h"
approval = "1 h"
letter = "1 h"
decision = "1 h"
remedy = "1 h"
survey = "1 h"
phone_callback = "1 h"
closure = "1 h"
""",
    "left_alone": """
extends = "patient.toml"

[engine]
on_interrupted = "leave"
""",
    # Findings climb two steps within seconds and then rest with the department head.
    "climbing": """
extends = "patient.toml"

[limits.tasks]
findings = "2 s"

[[escalation.path]]
role = "team_lead"
moves_work = false
extends_by = "2 s"

[[escalation.path]]
role = "department_head"
moves_work = true
extends_by = "1 h"

[[escalation.path]]
role = "complaints_manager"
moves_work = true
extends_by = "1 h"
""",
}


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Prefect's server as `redress up` starts it, on an empty home."""
    from tests.engine.machinery import Engine  # noqa: PLC0415  see above

    running = Engine.on_free_port(tmp_path_factory.mktemp("engine"))
    running.start()
    yield running
    running.kill()


@pytest.fixture(scope="session")
def site(engine: Engine, migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Where plants are built, with the policy packs of the house and those of these tests."""
    from tests.engine.plant import Site  # noqa: PLC0415  see above

    folder = tmp_path_factory.mktemp("policies")
    for pack in policies_folder().glob("*.toml"):
        shutil.copy(pack, folder)
    for name, text in _PACKS.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return Site(engine=engine, packs=folder, empty_database=migrated_sqlite)


@pytest.fixture
def policy() -> str:
    """The pack of the plant; a test that needs another one parametrizes this."""
    return "patient"


@pytest.fixture
async def plant(site: Site, policy: str, tmp_path: Path) -> AsyncIterator[Plant]:
    """A house with no worker yet."""
    async with site.plant(tmp_path / "house", policy=policy) as built:
        yield built
