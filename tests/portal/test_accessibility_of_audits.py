"""The auditor's pages, in both languages, on a desk and on a phone: nothing grave for axe, nothing off the screen."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from tests.portal.audit_scenes import audit_scenes
from tests.portal.test_accessibility import findings, in_both_languages, on_both_machines, opened

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser, Page

    from adapters.house import House
    from complaints.words import Language
    from tests.builders import Hands
    from tests.portal.scenes import Scene


@in_both_languages
@on_both_machines
async def test_the_auditors_pages(
    browser: Browser, street: House, hands: Hands, language: Language, size: dict[str, int], scheme: str
) -> None:
    page = await opened(browser, street, size=size, scheme=scheme)
    assert await findings(page, pictured(page, audit_scenes(street, hands, page)), language=language) == {}


async def pictured(page: Page, scenes: AsyncIterator[Scene]) -> AsyncIterator[Scene]:
    """The scenes as they are; with REDRESS_PICTURES naming a folder, each is also kept there to be looked at."""
    folder, before = os.environ.get("REDRESS_PICTURES"), ""
    async for name, path in scenes:
        await _keep(page, folder, before)
        yield name, path
        before = name
    await _keep(page, folder, before)


async def _keep(page: Page, folder: str | None, name: str) -> None:
    if folder and name:
        viewport = page.viewport_size or {"width": 0}
        lang = await page.locator("html").get_attribute("lang")
        await page.screenshot(path=Path(folder) / f"{name}-{lang}-{viewport['width']}.png", full_page=True)
