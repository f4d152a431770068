"""A real browser: the form, a task, the survey, in both languages, on a desk and a phone, by mouse and keyboard."""

from __future__ import annotations

import asyncio
import re
import shutil
import socket
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
import uvicorn
from playwright.async_api import FilePayload, async_playwright, expect

from complaints.words import CustomerDecision, TaskKind
from portal.app import create_app
from tests.builders import ANN, WANG_FANG, bring_to, build_house, complain, submit, task_link, track_link

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from playwright.async_api import Browser, Page

    from adapters.house import House
    from tests.builders import Hands

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


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Chromium, as the machine has it."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert path, "the page tests need Chromium: `make test` installs it, or put `chromium` on the PATH"
    async with async_playwright() as machine:
        started = await machine.chromium.launch(executable_path=path, args=list(SWITCHES))
        yield started
        await started.close()


@pytest.fixture
async def street(tmp_path: Path, hands: Hands) -> AsyncIterator[House]:
    """A house whose portal listens on a port of its own."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
        house = await build_house(tmp_path / "home", hands=hands, portal_url=f"http://127.0.0.1:{port}")
        server = uvicorn.Server(uvicorn.Config(create_app(house), log_level="warning", access_log=False))
        serving = asyncio.create_task(server.serve(sockets=[held]))
        while not server.started:  # noqa: ASYNC110  uvicorn offers no event
            await asyncio.sleep(0.01)
        yield house
        server.should_exit = True
        await serving
    await house.close()


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
        await page.get_by_label("Amount").fill("299")
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
