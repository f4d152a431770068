"""A real browser: the form, a task, the survey, in both languages, on a desk and a phone, by mouse and keyboard."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import FilePayload, expect

from complaints.words import CustomerDecision, TaskKind
from tests.builders import ANN, WANG_FANG, bring_to, complain, submit, task_link, track_link
from tests.portal.browsing import DESK, PHONE, window

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from adapters.house import House
    from tests.builders import Hands


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
async def test_a_complaint_is_made_corrected_and_followed(
    browser: Browser, street: House, size: dict[str, int]
) -> None:
    async with window(browser, street, size=size) as page:
        await page.goto("/")
        await page.get_by_label("What happened?").fill(ANN.detail)
        await page.get_by_label("Your name").fill(ANN.name)
        await page.get_by_label("E-mail").fill("ann.lee@")
        await page.get_by_role("button", name="Send the complaint").click()
        summary = page.get_by_role("alert")
        await expect(summary).to_be_focused()
        await summary.get_by_role("link").click()
        await expect(page.get_by_label("E-mail")).to_be_in_viewport()
        await expect(page.get_by_label("E-mail")).to_have_attribute("aria-invalid", "true")
        await expect(page.get_by_label("What happened?")).to_have_value(ANN.detail)
        await page.get_by_label("E-mail").fill(ANN.email)
        await page.get_by_label("Pictures or documents").set_input_files(
            FilePayload(name="receipt.txt", mimeType="text/plain", buffer=b"paid")
        )
        await page.get_by_role("button", name="Send the complaint").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. We have your complaint.")
        await page.get_by_role("link", name="Open my case").click()
        await expect(page.get_by_text("receipt.txt").first).to_be_visible()
        await page.get_by_role("button", name="Withdraw this complaint").click()
        await page.get_by_role("button", name="Yes, withdraw it").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("You withdrew this complaint")


async def test_the_form_is_chinese_for_a_chinese_browser_and_english_at_a_click(
    browser: Browser, street: House
) -> None:
    async with window(browser, street, size=PHONE, tongue="zh-CN") as page:
        await page.goto("/")
        await expect(page.get_by_role("heading", level=1)).to_have_text("请告诉我们哪里出了问题")
        await page.get_by_role("link", name="English").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Tell us what went wrong")
        await page.get_by_role("link", name="中文").click()
        await page.get_by_label("发生了什么事？").fill(WANG_FANG.detail)
        await page.get_by_label("您的称呼").fill(WANG_FANG.name)
        await page.get_by_label("电话").fill("139 1234 5678")
        await page.get_by_role("button", name="提交投诉").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("谢谢，我们已收到您的投诉。")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
async def test_a_handler_hands_in_findings(browser: Browser, street: House, size: dict[str, int]) -> None:
    case_no = await complain(street)
    task = await bring_to(street, case_no, TaskKind.FINDINGS)
    async with window(browser, street, size=size) as page:
        await page.goto(f"{task_link(street, case_no, task)}?lang=en")
        await expect(page.get_by_text("24 hours left")).to_be_visible()
        await page.get_by_role("link", name="To the form").click()
        await page.get_by_label("What you found").fill("The seal was cracked.")
        await page.get_by_label("The allegation").fill("It leaks.")
        await page.get_by_role("radio", name="Upheld", exact=True).check()
        await page.get_by_label("Why, number 1").fill("The press ran hot.")
        await page.get_by_label("Root cause").select_option("product_defect")
        await page.get_by_label("Remedy you propose").select_option("refund")
        await page.locator("#f-amount").fill("299")
        await page.get_by_role("button", name="Hand in").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Recorded. Thank you.")
        await page.go_back()
        await page.reload()
        await expect(page.get_by_role("heading", level=1)).to_have_text("You have already answered this")
    assert (await street.casebook.case(case_no)).findings


@pytest.mark.parametrize("tongue", ["en", "zh-CN"])
async def test_a_customer_decides_and_answers_the_survey_on_a_phone(
    browser: Browser, street: House, hands: Hands, tongue: str
) -> None:
    case_no = await complain(street, ANN if tongue == "en" else WANG_FANG)
    decision = await bring_to(street, case_no, TaskKind.DECISION)
    async with window(browser, street, size=PHONE) as page:
        await page.goto(task_link(street, case_no, decision))
        await expect(page.locator("html")).to_have_attribute("lang", tongue)
        await page.locator("input[name=decision][value=accept]").check()
        await page.locator("form button[type=submit]").click()
        await expect(page.locator("a.button")).to_be_visible()
        survey = await bring_to(street, case_no, TaskKind.SURVEY, hands=hands)
        await page.goto(task_link(street, case_no, survey))
        await page.locator("input[name=csat]").first.focus()
        # By keyboard alone: along the scale to 4, then through the rest of the form.
        for key in ("ArrowRight", "ArrowRight", "ArrowRight", "Tab", "Space", "Tab"):
            await page.keyboard.press(key)
        await page.keyboard.type("Fine.")
        await page.locator("form button[type=submit]").click()
        await expect(page).to_have_url(re.compile(r"\?done"))
    case = await street.casebook.case(case_no)
    assert case.decision
    assert case.decision.decision is CustomerDecision.ACCEPT
    assert case.callback_answer
    assert case.callback_answer.csat == 4


async def test_pages_are_dark_where_the_reader_is(browser: Browser, street: House) -> None:
    colours = {}
    for scheme in ("light", "dark"):
        context = await browser.new_context(base_url=street.settings.public_url, color_scheme=scheme)
        page = await context.new_page()
        await page.goto("/")
        colours[scheme] = await page.evaluate("getComputedStyle(document.body).backgroundColor")
        await context.close()
    assert colours["light"] != colours["dark"]


async def test_a_letter_is_printed_alone(browser: Browser, street: House) -> None:
    case_no = await complain(street)
    decision = await bring_to(street, case_no, TaskKind.DECISION)
    async with window(browser, street, size=DESK) as page:
        await page.goto(task_link(street, case_no, decision))
        await page.emulate_media(media="print")
        await expect(page.locator("article.letter")).to_be_visible()
        await expect(page.locator("form")).to_be_hidden()
        await expect(page.get_by_role("heading", level=1)).to_be_hidden()


async def test_every_page_fits_a_narrow_phone(browser: Browser, street: House, hands: Hands) -> None:
    case_no = await complain(street, detail="Long" * 200)
    paths = ["/?lang=en", "/mail", "/nowhere", track_link(street, case_no), f"{track_link(street, case_no)}/withdraw"]
    for kind in (TaskKind.FINDINGS, TaskKind.OPINION, TaskKind.APPROVAL, TaskKind.LETTER, TaskKind.REMEDY):
        task = await bring_to(street, case_no, kind, hands=hands)
        async with window(browser, street, size=PHONE) as page:
            await page.goto(task_link(street, case_no, task))
        if kind is TaskKind.REMEDY:
            await submit(street, case_no, task)
    for path in paths:
        context = await browser.new_context(viewport={"width": 320, "height": 600}, base_url=street.settings.public_url)
        page = await context.new_page()
        await page.goto(path)
        assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
        await context.close()
