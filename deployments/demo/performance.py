"""The performance: N complaints filed, and played to their ends by people who read their mail."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING
from uuid import uuid4

import httpx
from sqlalchemy import func
from sqlmodel import col, select

from adapters.house import House, open_house
from complaints.errors import GiveUp
from complaints.words import Role
from deployments.demo.pages import send, visit
from deployments.demo.people import Drama, People
from deployments.demo.scripts import SCRIPTS, STORIES
from deployments.demo.verdict import judge, runs_of
from models.tables import LetterRow

if TYPE_CHECKING:
    from adapters.settings import Settings
    from deployments.demo.scripts import Script, Story
    from deployments.demo.verdict import Report

log = logging.getLogger("redress.demo")

_SECONDS_PER_CASE = 30
_SECONDS_AT_LEAST = 300


async def perform(settings: Settings, cases: int) -> Report:
    """Play the demo in a running house."""
    began = time.monotonic()
    house = await open_house(settings)
    try:
        async with httpx.AsyncClient(base_url=settings.public_url, timeout=30) as client:
            people = People(settings.home / "mail", client, executives=await _executives(house))
            numbers = [await _file(client, people, nth) for nth in range(cases)]
            await _play(house, people, numbers, seconds=max(_SECONDS_AT_LEAST, cases * _SECONDS_PER_CASE))
        return await judge(house, people.dramas, seconds=time.monotonic() - began)
    finally:
        await house.close()


async def _executives(house: House) -> frozenset[str]:
    roster = await house.directory.current()
    return frozenset(person.email for person in roster.with_role(Role.EXECUTIVE).values())


async def _file(client: httpx.AsyncClient, people: People, nth: int) -> str:
    """Fill in the public form as this customer and return the case number from the page that thanks."""
    story, drama = STORIES[nth % len(STORIES)], _drama(people, nth)
    for _ in range(20):
        try:
            page = await visit(client, f"/?lang={story.language}")
            form = page.form_with("detail", "email")
            if form is not None:
                thanks = await send(client, page, form, drama.told)
                number = _case_no(thanks.text)
                people.dramas[number] = drama
                return number
        except httpx.HTTPError as trouble:
            log.info("demo.try_again", extra={"trouble": type(trouble).__name__})
        await asyncio.sleep(1)
    message = "the public form does not take complaints"
    raise GiveUp(message)


def _drama(people: People, nth: int) -> Drama:
    script = SCRIPTS[nth % len(SCRIPTS)]
    for number, earlier in reversed(people.dramas.items()):
        if earlier.script.name == script.repeats:
            return Drama(script, told=earlier.told, original=number)
    return Drama(script, told=_complaint(STORIES[nth % len(STORIES)], script, nth))


def _complaint(story: Story, script: Script, nth: int) -> dict[str, str]:
    reach = uuid4().hex[:6]
    return {
        "name": story.name,
        "email": f"customer-{nth}-{reach}@customers.example",
        "phone": f"+86 138 0000 {nth % 10000:04d}",
        "item": story.item,
        "order_no": f"A-{nth + 1:04d}",
        "occurred_at": "2026-01-05",
        "detail": f"{script.detail or story.detail} ({nth + 1}: {script.name})",
        "expected_remedy": story.expected_remedy,
    }


def _case_no(text: str) -> str:
    start = text.find("TC20")
    if start < 0:
        message = "the page after the public form names no case number"
        raise GiveUp(message)
    return text[start : start + len("TC20261121-0007")]


async def _play(house: House, people: People, numbers: list[str], *, seconds: float) -> None:
    """Let everybody read mail until all cases are archived and their runs complete, or time is over."""
    deadline = time.monotonic() + seconds
    open_cases = set(numbers)
    while open_cases and time.monotonic() < deadline:
        await people.read_mail()
        await asyncio.sleep(0.3)
        for number in tuple(open_cases):
            if (await house.casebook.case(number)).stage is None:
                open_cases.discard(number)
    while time.monotonic() < deadline and not await _is_quiet(house, numbers):  # noqa: ASYNC110  others do the work
        await asyncio.sleep(0.3)


async def _is_quiet(house: House, numbers: list[str]) -> bool:
    """Whether the last letters have left and the engine has completed every run."""
    query = select(func.count()).where(col(LetterRow.case_no).in_(numbers), col(LetterRow.status) == "waiting")
    async with house.database.reading() as session:
        if (await session.execute(query)).scalar_one():
            return False
    return not (await runs_of(house, numbers))["open"]
