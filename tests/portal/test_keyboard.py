"""No mouse: a complaint is made and a task answered by keyboard alone, and one always sees where one is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.async_api import expect

from complaints.words import TaskKind
from tests.builders import ANN, bring_to, complain, task_link
from tests.portal.browsing import DESK, window

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

    from adapters.house import House

_MOST_STEPS = 80
_FOCUS = """() => {
  const here = document.activeElement;
  const marked = [here, here.closest('.option')].filter(Boolean).map(one => getComputedStyle(one));
  const box = (here.closest('.option') || here).getBoundingClientRect();
  return {
    name: here.id || here.name || here.textContent.trim(),
    isMarked: marked.some(style => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2),
    isSeen: box.width > 1 && box.bottom > 0 && box.top < window.innerHeight,
    tabIndex: here.tabIndex,
  };
}"""


async def tab_to(page: Page, name: str) -> list[str]:
    """Press Tab until the element of this id, name or text is reached; what one came by."""
    passed: list[str] = []
    for _ in range(_MOST_STEPS):
        await page.keyboard.press("Tab")
        here = await page.evaluate(_FOCUS)
        assert here["isMarked"], f"nobody sees that {here['name']} has the focus"
        await _wait_until_seen(page)
        assert here["tabIndex"] == 0, f"{here['name']} jumps the queue"
        if name == here["name"]:
            return passed
        passed.append(here["name"])
    message = f"Tab never comes to {name}: {passed}"
    raise AssertionError(message)


async def _wait_until_seen(page: Page) -> None:
    """Pages scroll smoothly, so what has the focus may come a moment later."""
    here = await page.evaluate(_FOCUS)
    for _ in range(40):
        if here["isSeen"]:
            break
        await page.wait_for_timeout(50)
        here = await page.evaluate(_FOCUS)
    assert here["isSeen"], f"{here['name']} has the focus off the screen"


async def test_a_complaint_is_made_without_a_mouse(browser: Browser, street: House) -> None:
    async with window(browser, street, size=DESK) as page:
        await page.goto("/?lang=en")
        assert await tab_to(page, "To the content") == []
        await page.keyboard.press("Enter")
        assert await tab_to(page, "f-detail") == []
        await page.keyboard.type(ANN.detail)
        assert await tab_to(page, "f-name") == [
            "f-item",
            "f-order_no",
            # Year, month, day and the calendar.
            *["f-occurred_at"] * 4,
            "f-expected_remedy",
            "f-evidence",
        ]
        await page.keyboard.type(ANN.name)
        await tab_to(page, "f-email")
        await page.keyboard.type("ann.lee@")
        await tab_to(page, "Add more details, if they help")
        await page.keyboard.press("Enter")
        await tab_to(page, "f-object")
        await page.keyboard.press("Space")
        await page.keyboard.press("ArrowDown")
        await tab_to(page, "Send the complaint")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("alert")).to_be_focused()
        await tab_to(page, "E-mail – This is not a complete e-mail address. Please write it like name@example.com.")
        await page.keyboard.press("Enter")
        await expect(page.locator("#f-email")).to_be_focused()
        await page.keyboard.press("End")
        await page.keyboard.type("example.test")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. We have your complaint.")


async def test_a_task_is_answered_without_a_mouse(browser: Browser, street: House) -> None:
    case_no = await complain(street)
    task = await bring_to(street, case_no, TaskKind.OPINION)
    async with window(browser, street, size=DESK) as page:
        await page.goto(f"{task_link(street, case_no, task)}?lang=en")
        await tab_to(page, "To the form")
        await page.keyboard.press("Enter")
        await tab_to(page, "f-verdict")
        await page.keyboard.press("Space")
        await expect(page.get_by_role("radio").first).to_be_checked()
        await tab_to(page, "Give this opinion")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Recorded. Thank you.")
