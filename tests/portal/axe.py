"""axe-core: what a screen reader, a keyboard or weak eyes would stumble over on a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from axe_playwright_python.async_playwright import Axe

if TYPE_CHECKING:
    from playwright.async_api import Page

GRAVE = frozenset({"serious", "critical"})
"""The impacts that no page may have."""


@dataclass(frozen=True)
class Stumble:
    """One thing that is wrong, and where."""

    rule: str
    where: str
    why: str


async def stumbles(page: Page) -> list[Stumble]:
    """The grave findings of axe on a page. It is given to the page past its own rules: pages allow no script."""
    results: Any = await Axe().run(page)
    return [
        Stumble(found["id"], node["html"][:200], node.get("failureSummary", "")[:300])
        for found in results.response["violations"]
        if found["impact"] in GRAVE
        for node in found["nodes"]
    ]
