"""The auditor's replay page: a case entry by entry, for reading, from the keyboard, in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.async_api import expect
from sqlalchemy import text

from complaints.words import TaskKind
from tests.builders import ANN, bring_to, complain, lapse
from tests.portal.axe import stumbles
from tests.portal.browsing import DESK, PHONE, window
from tests.portal.scenes import enter
from tests.portal.staff import signed_in

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from adapters.house import House
    from tests.builders import Hands

AUDITOR = "deng_xin"
FITS = "document.documentElement.scrollWidth <= window.innerWidth"


async def test_an_entry_is_shown_with_what_was_known_then_and_nothing_later(house: House) -> None:
    number = await complain(house)
    await bring_to(house, number, TaskKind.FINDINGS)
    asked = (await house.casebook.case(number)).seq
    await bring_to(house, number, TaskKind.LETTER)
    me = await signed_in(house, AUDITOR)
    first, then, now = [
        await me.open(f"/audit/case/{number}{query}")
        for query in ("?lang=en&seq=1", f"?lang=en&seq={asked}", "?lang=en")
    ]
    assert ANN.detail[:20] in first.html
    assert "Nobody was asked for anything." in first.text
    assert "Screened" not in first.text
    assert "Her page also offered" in then.text
    assert "The base seal was cracked" not in then.html
    assert "The base seal was cracked" in now.html
    assert "the same" in then.text


async def test_every_entry_has_its_neighbours_and_the_ends_have_none_beyond(house: House) -> None:
    number = await complain(house)
    await bring_to(house, number, TaskKind.FINDINGS)
    last = (await house.casebook.case(number)).seq
    me = await signed_in(house, AUDITOR)
    for seq, keys in ((1, "nl"), (2, "fpnl"), (last, "fp")):
        page = (await me.open(f"/audit/case/{number}?seq={seq}")).html
        assert [key for key in "fpnl" if f'accesskey="{key}"' in page] == list(keys)


async def test_each_look_is_written_down_with_its_purpose_before_it_is_shown(house: House) -> None:
    number = await complain(house)
    me = await signed_in(house, AUDITOR)
    await me.open(f"/audit/case/{number}?seq=1")
    await me.open(f"/audit/case/{number}")
    looks = await house.accesses.of_case(number)
    assert [(row.by, row.page, row.purpose) for row in looks] == [(AUDITOR, "replay", "audit")] * 2
    assert (await house.casebook.case(number)).seq == 2


async def test_a_case_that_is_not_there_and_an_entry_that_is_none_are_said(house: House) -> None:
    number = await complain(house)
    me = await signed_in(house, AUDITOR)
    assert (await me.client.get("/audit/case/TC20991231-0001")).status_code == 404
    assert (await me.client.get(f"/audit/case/{number}?seq=0")).status_code in {404, 422}
    assert (await me.client.get(f"/audit/case/{number}?seq=9999")).status_code == 200


async def test_of_an_erased_case_the_course_is_left(house: House) -> None:
    number = await complain(house)
    await bring_to(house, number, TaskKind.FINDINGS)
    async with house.database.writing() as session:
        await session.execute(text("DELETE FROM case_keys WHERE case_no = :number"), {"number": number})
    me = await signed_in(house, AUDITOR)
    page = await me.open(f"/audit/case/{number}?lang=en")
    assert "The papers of this case were erased" in page.text
    assert ANN.name not in page.html
    assert "Investigation" in page.text


async def test_it_is_stepped_through_from_the_keyboard_on_desk_and_phone(
    browser: Browser, street: House, hands: Hands
) -> None:
    number = await complain(street)
    await bring_to(street, number, TaskKind.FINDINGS)
    await lapse(street, number, hands=hands)
    for size, tongue in ((DESK, "en"), (PHONE, "zh-CN")):
        async with window(browser, street, size=size, tongue=tongue) as page:
            await enter(page, street, AUDITOR)
            await page.goto(f"/audit/case/{number}?seq=5&lang={tongue}")
            assert await page.evaluate(FITS)
            await expect(page.locator("input[type=range]")).to_be_focused()
            await page.keyboard.press("ArrowRight")
            await page.keyboard.press("ArrowRight")
            await page.keyboard.press("Enter")
            await page.wait_for_url("**?seq=7")
            await expect(page.locator("input[type=range]")).to_have_value("7")
            await page.locator("[accesskey=p]").press("Enter")
            await page.wait_for_url("**?seq=6")
            assert await page.evaluate(FITS)


async def test_nobody_stumbles_over_it(browser: Browser, street: House, hands: Hands) -> None:
    number = await complain(street)
    await bring_to(street, number, TaskKind.FINDINGS)
    await lapse(street, number, hands=hands)
    context = await browser.new_context(base_url=street.settings.public_url, bypass_csp=True)
    page = await context.new_page()
    await enter(page, street, AUDITOR)
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        await page.goto(f"/audit/case/{number}")
        assert await stumbles(page) == []
    await context.close()
