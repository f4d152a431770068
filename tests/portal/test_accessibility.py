"""Every page and mail, in both languages, on a desk and on a phone: nothing grave for axe, nothing off the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from adapters.letterpress import print_letter, sample
from complaints.letters import LetterKind
from complaints.words import Language
from tests.portal.axe import stumbles
from tests.portal.browsing import DESK, PHONE
from tests.portal.scenes import customers_scenes, houses_scenes, own_scenes, staffs_scenes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser, Page

    from adapters.house import House
    from tests.builders import Hands
    from tests.portal.axe import Stumble
    from tests.portal.scenes import Scene

in_both_languages = pytest.mark.parametrize("language", list(Language))
on_both_machines = pytest.mark.parametrize(
    ("size", "scheme"), [(DESK, "light"), (PHONE, "dark")], ids=["desk, light", "phone, dark"]
)
FITS = "document.documentElement.scrollWidth <= window.innerWidth"


async def findings(page: Page, scenes: AsyncIterator[Scene], *, language: Language) -> dict[str, list[Stumble]]:
    """What is wrong, by scene."""
    found = {}
    async for name, path in scenes:
        await page.goto(f"{path}{'&' if '?' in path else '?'}lang={language.value}")
        assert await page.evaluate(FITS), f"{name} does not fit: {path}"
        assert await page.locator("html").get_attribute("lang") == language.value, name
        found[name] = await stumbles(page)
    return {name: wrong for name, wrong in found.items() if wrong}


async def opened(browser: Browser, house: House, *, size: dict[str, int], scheme: str) -> Page:
    context = await browser.new_context(
        base_url=house.settings.public_url,
        viewport={"width": size["width"], "height": size["height"]},
        color_scheme="dark" if scheme == "dark" else "light",
        bypass_csp=True,
    )
    return await context.new_page()


async def test_what_is_grave_is_found(browser: Browser, street: House) -> None:
    """Otherwise all that follows would prove nothing."""
    page = await opened(browser, street, size=DESK, scheme="light")
    await page.goto("/")
    assert await stumbles(page) == []
    await page.evaluate("document.querySelector('label').remove(); document.body.style.color = '#aaa'")
    assert {one.rule for one in await stumbles(page)} >= {"label", "color-contrast"}


@in_both_languages
@on_both_machines
async def test_a_customers_pages(
    browser: Browser, street: House, hands: Hands, language: Language, size: dict[str, int], scheme: str
) -> None:
    page = await opened(browser, street, size=size, scheme=scheme)
    assert await findings(page, customers_scenes(street, hands), language=language) == {}
    await page.goto("/")
    await page.locator("main button").click()
    assert await page.get_by_role("alert").is_visible()
    assert await stumbles(page) == []


@in_both_languages
@on_both_machines
async def test_staffs_pages(
    browser: Browser, street: House, hands: Hands, language: Language, size: dict[str, int], scheme: str
) -> None:
    page = await opened(browser, street, size=size, scheme=scheme)
    assert await findings(page, staffs_scenes(street, hands), language=language) == {}


@in_both_languages
@on_both_machines
async def test_the_houses_own_pages(
    browser: Browser, street: House, hands: Hands, language: Language, size: dict[str, int], scheme: str
) -> None:
    page = await opened(browser, street, size=size, scheme=scheme)
    async for _ in customers_scenes(street, hands):
        pass
    assert await findings(page, houses_scenes(street), language=language) == {}


@in_both_languages
@on_both_machines
async def test_staffs_own_pages(
    browser: Browser, street: House, hands: Hands, language: Language, size: dict[str, int], scheme: str
) -> None:
    page = await opened(browser, street, size=size, scheme=scheme)
    await page.goto(f"/me/sign-in?lang={language.value}")
    assert await stumbles(page) == []
    assert await findings(page, own_scenes(street, hands, page), language=language) == {}


@in_both_languages
@on_both_machines
async def test_mails(browser: Browser, street: House, language: Language, size: dict[str, int], scheme: str) -> None:
    page = await opened(browser, street, size=size, scheme=scheme)
    found = {}
    for kind in LetterKind:
        await page.set_content(print_letter(sample(kind, language), zone="Asia/Shanghai").html)
        assert await page.evaluate(FITS), kind
        found[kind] = await stumbles(page)
    assert {kind: wrong for kind, wrong in found.items() if wrong} == {}
