"""The Prefect UI in a real browser: the process owner finds a waiting complaint by its number and its state's name."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from playwright.async_api import async_playwright, expect

from complaints.words import Stage, TaskKind

if TYPE_CHECKING:
    from tests.engine.plant import Plant

SWITCHES = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
_PATIENCE_MS = 60_000


async def test_a_waiting_complaint_is_seen_by_its_number_and_the_name_of_its_wait(plant: Plant) -> None:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert path, "the page tests need Chromium: `make test` installs it, or put `chromium` on the PATH"
    await plant.hire()
    case_no = await plant.complain()
    await plant.bring_to(case_no, TaskKind.FINDINGS)
    run = await plant.waiting_run(case_no, Stage.INVESTIGATION)
    ui = plant.house.settings.engine_url.removesuffix("/api")
    async with async_playwright() as machine:
        browser = await machine.chromium.launch(executable_path=path, args=list(SWITCHES))
        page = await browser.new_page()
        await page.goto(f"{ui}/runs/flow-run/{run.id}")
        await expect(page.get_by_text("Awaiting investigation").first).to_be_visible(timeout=_PATIENCE_MS)
        await expect(page.get_by_text(case_no, exact=True).first).to_be_visible(timeout=_PATIENCE_MS)
        await expect(page.get_by_text("stage:investigation").first).to_be_visible(timeout=_PATIENCE_MS)
        await browser.close()
