"""The auditor's pages, one after the other, in a house with something to audit."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from adapters.audit_samples import all_samples, read_sample
from complaints.words import TaskKind
from tests.portal.closed_cases import closed, withdrawn
from tests.portal.scenes import enter, open_task

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Page as Browsing

    from adapters.house import House
    from tests.builders import Hands
    from tests.portal.scenes import Scene

AUDITOR, OWNER = "deng_xin", "li_na"


async def audit_scenes(house: House, hands: Hands, page: Browsing) -> AsyncIterator[Scene]:
    """Everything that an auditor may open."""
    await open_task(house, TaskKind.FINDINGS, hands=hands)
    await withdrawn(house, many=2)
    await closed(house, hands)
    await enter(page, house, AUDITOR)
    async for scene in _searches(page):
        yield scene
    yield "no samples", "/audit/samples"
    sample = await _drawn(house, page)
    case_no = (await read_sample(house.database, sample)).cases[0].case_no
    yield "the samples", "/audit/samples"
    yield "a sample", f"/audit/samples/{sample}"
    yield "a form", f"/audit/samples/{sample}/{case_no}"
    await _scored(page)
    yield "a form that is saved", f"/audit/samples/{sample}/{case_no}?saved"
    yield "no findings", "/audit/findings"
    yield "a finding to be raised", f"/audit/findings?sample={sample}&case={case_no}&question=closing"
    finding = await _raised(page)
    hands.at += timedelta(days=30)
    await enter(page, house, AUDITOR)
    yield "the findings", "/audit/findings"
    yield "a finding", f"/audit/findings/{finding}"
    yield "a report", f"/audit/samples/{sample}/report"
    yield "the process", "/audit/process"
    yield "a process that cannot be", "/audit/process?since=soon"
    await enter(page, house, OWNER)
    yield "her tasks", "/me"
    yield "her findings", "/me/findings"
    yield "a finding of hers", f"/me/findings/{finding}"


async def _searches(page: Browsing) -> AsyncIterator[Scene]:
    """What she finds first, and states what her looks are for, which every page of hers says from then on."""
    yield "the search", "/audit"
    yield "what her looks are for", "/me/purpose?back=/audit"
    await page.locator('input[name="purpose"][value="regulator"]').check()
    await page.locator("#f-reference").fill("Letter 12/2026 of the authority")
    await page.locator("main form button").click()
    await page.wait_for_url("**/audit**")
    yield "a search for deviations", "/audit?deviation=yes"
    yield "a search that cannot be", "/audit?since=soon"


async def _drawn(house: House, page: Browsing) -> str:
    await page.locator("#f-size").fill("2")
    await page.locator("#f-by").select_option("outcome")
    await page.locator("main form button").last.click()
    await page.wait_for_url("**/audit/samples/QA*")
    return (await all_samples(house.database))[0].id


async def _scored(page: Browsing) -> None:
    """Two questions answered on the form that is open."""
    await page.locator('input[name="score-receipt"][value="met"]').check()
    await page.locator('input[name="score-closing"][value="not_met"]').check()
    await page.locator("#f-note-closing").fill("Nobody told her of the ombudsman.")
    await page.locator("main form button").last.click()
    await page.wait_for_url("**saved**")


async def _raised(page: Browsing) -> str:
    """A finding about the question that the open form names; its number."""
    await page.locator("#f-text").fill("The closing letter names no ombudsman.")
    await page.locator("#f-severity").select_option("major")
    await page.locator("#f-owner").select_option(OWNER)
    await page.locator("main form button").last.click()
    await page.wait_for_url("**/audit/findings/QF*")
    return page.url.partition("#")[0].rpartition("/")[2]
