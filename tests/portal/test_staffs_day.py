"""A day at the staff's own pages, in a real browser: the mail that signs in, a task done, one handed on, signed out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.async_api import expect

from adapters.catcher import Catcher
from adapters.mailer import Mailer
from adapters.postroom import PostRoom
from complaints.words import TaskKind
from tests.builders import bring_to, complain
from tests.portal.browsing import DESK, window

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

    from adapters.house import House


async def deliver(house: House) -> None:
    """Have the post room send what waits to a catcher of this house."""
    catcher = Catcher(house.settings.home / "mail", port=0, clock=house.clock)
    await catcher.start()
    mailer = Mailer(house.settings.model_copy(update={"smtp_port": catcher.port}))
    await PostRoom(house, mailer).deliver_due()
    await mailer.close()
    await catcher.stop()


async def sign_in(page: Page, house: House, address: str) -> None:
    """As anybody does in a demo house: ask for the link, look into the caught mail, press the button."""
    await page.goto("/me/sign-in?lang=en")
    await page.get_by_label("Your e-mail address at work").fill(address)
    await page.get_by_role("button", name="Send me a link").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mail")
    await deliver(house)
    await page.get_by_role("link", name="the caught mail").click()
    await page.locator(".mails a", has_text=re.compile("sign-in link|登录链接")).first.click()
    await page.get_by_role("link", name="/me/sign-in/").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Sign in as")
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("My tasks")


async def test_a_day_at_my_own_pages(browser: Browser, street: House) -> None:
    case_no = await complain(street)
    task = await bring_to(street, case_no, TaskKind.OPINION)
    person = (await street.directory.current()).staff[task.assignee]
    async with window(browser, street, size=DESK) as page:
        await sign_in(page, street, person.email)
        await page.get_by_role("link", name=case_no).first.click()
        await page.get_by_role("radio").first.check()
        await page.get_by_role("button", name="Give this opinion").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Recorded. Thank you.")
        await page.goto("/me")
        await expect(page.get_by_text("Nothing waits for you")).to_be_visible()
        await page.get_by_role("link", name="What I did").click()
        await expect(page.get_by_role("link", name=case_no).first).to_be_visible()
        await page.get_by_role("button", name="Sign out", exact=True).click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Sign in to your tasks")
        await page.go_back()
        await page.reload()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Sign in to your tasks")


async def test_a_lead_gives_a_task_to_a_colleague(browser: Browser, street: House) -> None:
    case_no = await complain(street)
    task = await bring_to(street, case_no, TaskKind.FINDINGS)
    async with window(browser, street, size=DESK) as page:
        await sign_in(page, street, "tang.rui@redress.example")
        await page.get_by_role("link", name="Team").click()
        await page.get_by_role("checkbox", name=case_no).check()
        await page.get_by_label("To whom").select_option("huang_min")
        await page.get_by_label("Why, and what she should know").fill("She knows these kettles.")
        await page.get_by_role("button", name="Give them").click()
        await expect(page.get_by_role("status")).to_contain_text("One task was moved.")
    assert (await street.casebook.case(case_no)).tasks[task.id].assignee == "huang_min"
