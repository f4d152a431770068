"""The pages of data protection in a real browser: two people erase a case; nothing is grave for axe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.async_api import expect

from complaints.words import Language, Role
from portal import erasing
from tests.portal.browsing import PHONE, window
from tests.portal.closed_cases import withdrawn
from tests.portal.scenes import enter
from tests.portal.test_accessibility import findings, in_both_languages, on_both_machines, opened
from tests.portal.test_accessibility_of_audits import pictured
from tests.portal.test_privacy import ADMINISTRATOR, BOTH, KEPT, MANAGER, take_role

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser, Page

    from adapters.house import House
    from tests.builders import Hands
    from tests.portal.scenes import Scene


async def privacy_scenes(house: House, hands: Hands, page: Page) -> AsyncIterator[Scene]:
    """Every way in which a case may stand, and the lists of all of them."""
    asker, approver = erasing.Doer(ADMINISTRATOR), erasing.Doer(MANAGER)
    await enter(page, house, MANAGER)
    yield "privacy, nothing yet", "/privacy"
    early, held, due, asked, gone = await withdrawn(house, many=5)
    yield "privacy, a case that is kept", f"/privacy/{early}"
    await erasing.request(house, early, asker, reason="She asks for it.")
    await erasing.hold(house, held, asker, reason="A lawsuit: the court's letter of Monday.")
    hands.at += KEPT
    await enter(page, house, MANAGER)
    await erasing.request(house, asked, approver, reason="")
    await erasing.request(house, gone, asker, reason="")
    await erasing.approve(house, gone, approver)
    yield "privacy, all lists", "/privacy"
    yield "privacy, a number that is no case", "/privacy?number=TC1"
    yield "privacy, asked by somebody else", f"/privacy/{early}"
    yield "privacy, asked by herself", f"/privacy/{asked}"
    yield "privacy, held", f"/privacy/{held}"
    yield "privacy, due", f"/privacy/{due}?did=release"
    yield "privacy, erased", f"/privacy/{gone}?did=approve"
    await take_role(house, BOTH, Role.COMPLAINTS_MANAGER)
    yield "privacy, asked by the only one who may approve", f"/privacy/{asked}?did=request"


@in_both_languages
@on_both_machines
async def test_the_pages_of_data_protection(
    browser: Browser, street: House, hands: Hands, language: Language, size: dict[str, int], scheme: str
) -> None:
    page = await opened(browser, street, size=size, scheme=scheme)
    assert await findings(page, pictured(page, privacy_scenes(street, hands, page)), language=language) == {}


async def test_two_people_erase_a_case_on_their_phones(browser: Browser, street: House) -> None:
    (case_no,) = await withdrawn(street)
    async with window(browser, street, size=PHONE) as page:
        await enter(page, street, ADMINISTRATOR)
        await page.goto("/privacy?lang=en")
        await page.get_by_label("Case number").fill(case_no.lower())
        await page.get_by_role("button", name="Open the case").click()
        await page.get_by_role("button", name="Ask for its erasure").click()
        await expect(page.get_by_role("alert")).to_be_focused()
        await page.get_by_label("Why", exact=False).first.fill("She asks for it.")
        await page.get_by_role("button", name="Ask for its erasure").click()
        told = "The erasure is asked for. Another person decides. Those who may are told by mail."
        await expect(page.get_by_role("status")).to_have_text(told)
    async with window(browser, street, size=PHONE) as page:
        await enter(page, street, MANAGER)
        await page.goto("/privacy?lang=en")
        await page.get_by_role("link", name=case_no).click()
        await expect(page.get_by_text("She asks for it.")).to_be_visible()
        await page.get_by_role("button", name="Erase it").click()
        await expect(page.get_by_role("alert")).to_be_focused()
        await page.get_by_label("I am sure").check()
        await page.get_by_role("button", name="Erase it").click()
        await expect(page.get_by_role("status")).to_contain_text("The case is erased.")
        await expect(page.get_by_role("heading", name="What remains")).to_be_visible()
        await page.reload()
        await expect(page.get_by_text("She asks for it.")).to_have_count(0)
    assert (await street.casebook.case(case_no)).erased_at
