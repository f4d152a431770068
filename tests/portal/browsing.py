"""A real browser: how it is started, and windows in it that complain about whatever is wrong with a page."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser, Page

    from adapters.house import House

SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}


@asynccontextmanager
async def window(browser: Browser, house: House, *, size: dict[str, int], tongue: str = "en") -> AsyncIterator[Page]:
    """A window that complains about every refused resource, script error and sideways scroll."""
    context = await browser.new_context(
        viewport={"width": size["width"], "height": size["height"]},
        locale=tongue,
        base_url=house.settings.public_url,
    )
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url
    # The browser notes every status from 400 on as an error, also those that a story means to meet.
    assert [said for said in complaints if "the server responded with a status of 4" not in said] == []
    await context.close()
