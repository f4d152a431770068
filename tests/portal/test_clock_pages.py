"""The pages about clocks in a real browser: stop one, let it run, ask for more time, decide; what the customer sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from complaints.words import TaskKind
from tests.builders import bring_to, complain, task_link, track_link
from tests.portal.browsing import DESK, PHONE, window

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from adapters.house import House


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
async def test_a_handler_stops_the_clock_and_lets_it_run_again(
    browser: Browser, street: House, size: dict[str, int]
) -> None:
    case_no = await complain(street)
    task = await bring_to(street, case_no, TaskKind.FINDINGS)
    link = task_link(street, case_no, task)
    async with window(browser, street, size=size) as page:
        await page.goto(f"{link}?lang=en")
        await page.get_by_role("link", name="Stop the clock").click()
        await page.get_by_role("button", name="Stop the clock").click()
        await expect(page.get_by_role("alert")).to_contain_text("What do we wait for?")
        await page.get_by_label("An expert's report is awaited").check()
        await page.get_by_role("button", name="Stop the clock").click()
        await expect(page.get_by_text("stands still").first).to_be_visible()
        await page.goto(f"{track_link(street, case_no)}?lang=en")
        await expect(page.get_by_text("We are waiting: An expert's report is awaited")).to_be_visible()
        await page.goto(f"{link}?lang=en")
        await page.get_by_role("link", name="Let the clock run again").click()
        await page.get_by_role("button", name="Let the clock run again").click()
        await expect(page.get_by_text("stands still")).to_have_count(0)
    assert (await street.casebook.case(case_no)).standstill is None


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
async def test_more_time_is_asked_for_decided_and_shown_to_the_customer(
    browser: Browser, street: House, size: dict[str, int]
) -> None:
    case_no = await complain(street)
    task = await bring_to(street, case_no, TaskKind.FINDINGS)
    async with window(browser, street, size=size) as page:
        await page.goto(f"{task_link(street, case_no, task)}?lang=en")
        await page.get_by_role("link", name="Ask for more time").click()
        await page.get_by_label("Resolution").check()
        await page.get_by_label("The matter is complex").check()
        await page.get_by_label("Why it cannot be done in time").fill("Two laboratories look at it.")
        await page.get_by_role("button", name="Ask for more time").click()
        asked = await bring_to(street, case_no, TaskKind.EXTENSION)
        await page.goto(f"{task_link(street, case_no, asked)}?lang=en")
        await expect(page.get_by_text("Two laboratories look at it.")).to_be_visible()
        await page.get_by_label("Grant it").check()
        await page.locator("#form button[type=submit]").click()
        await page.goto(f"{track_link(street, case_no)}?lang=en")
        await expect(page.get_by_text("extended").first).to_be_visible()
    assert (await street.casebook.case(case_no)).clocks["resolve"].extended == 1
