"""The people of the demo keep to their script also when the portal is away for a while."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import httpx

from deployments.demo.people import Drama, People
from deployments.demo.scripts import SCRIPTS, Script

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

_STEPS = 100
"""More than a person takes to answer a letter: nothing here waits for a network."""

_CASE = "TC20261126-0001"
_LAPSES = next(script for script in SCRIPTS if script.lets_lapse)
_IS_SENT_BACK = next(script for script in SCRIPTS if "approval" in script.turns)
_FINDINGS = (
    """<form method="post"><input name="findings"><select name="cause_code"><option value="wear"></select></form>"""
)
_APPROVAL = """<form method="post"><textarea name="reason"></textarea>
<input type="radio" name="decision" value="approve"><input type="radio" name="decision" value="send_back"></form>"""


class Portal:
    """Answers links with one form, and can be away."""

    def __init__(self, form: str) -> None:
        self._form = form
        self.is_away = False
        self.is_deaf = False
        """Pages are shown, but what is sent gets no answer."""
        self.knocks = 0
        self.taken: list[dict[str, list[str]]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.knocks += 1
        if self.is_away or (self.is_deaf and request.method == "POST"):
            message = "connection refused"
            raise httpx.ConnectError(message)
        if request.method == "POST":
            self.taken.append(parse_qs(request.content.decode()))
        return httpx.Response(200, text=f"<html><body>{self._form}</body></html>")


class Mailbox:
    """A folder of caught mail, and the people who read it."""

    def __init__(self, folder: Path, people: People) -> None:
        self._folder = folder
        self._people = people
        self._count = 0

    def brings(self, letter: str, *, to: str, link: str) -> None:
        """A letter of the case arrives."""
        self._count += 1
        head = f"To: Somebody <{to}>\nX-Redress-Case: {_CASE}\nX-Redress-Letter: {letter}\n"
        name = f"20261126T000000000000-{self._count:06d}.eml"
        self._folder.joinpath(name).write_text(f"{head}Subject: work\n\n{link}\n", encoding="utf-8")

    async def read(self, *, turns: int = 1) -> None:
        """Look into the mailbox; whoever meets a portal that is away tries again a second later."""
        for _ in range(turns):
            await self._people.read_mail()
            for _ in range(_STEPS):
                await asyncio.sleep(0)


@asynccontextmanager
async def _mailbox(folder: Path, portal: Portal, script: Script) -> AsyncIterator[Mailbox]:
    transport = httpx.MockTransport(portal)
    async with httpx.AsyncClient(transport=transport, base_url="http://house.example") as client:
        people = People(folder, client, executives=frozenset({"top@house.example"}))
        people.dramas[_CASE] = Drama(script, told={})
        yield Mailbox(folder, people)


def _link(task: str, *, written: int = 1) -> str:
    return f"http://house.example/task/{task}.{written}.signature"


async def test_a_notice_that_is_read_again_is_no_further_escalation(tmp_path: Path) -> None:
    portal = Portal(_FINDINGS)
    async with _mailbox(tmp_path, portal, _LAPSES) as mailbox:
        mailbox.brings("task_asked", to="handler@house.example", link=_link("findings"))
        await mailbox.read()
        portal.is_away = True
        mailbox.brings("task_escalated", to="head@house.example", link=_link("moved"))
        async with asyncio.timeout(30):
            while portal.knocks < 5:
                await asyncio.sleep(0.05)
                await mailbox.read()
        portal.is_away = False
        async with asyncio.timeout(30):
            while portal.knocks < 6:
                await asyncio.sleep(0.05)
                await mailbox.read()
        await mailbox.read(turns=2)
        assert portal.taken == []
        mailbox.brings("task_escalated", to="top@house.example", link="http://house.example/view/case.1.signature")
        await mailbox.read(turns=2)
    assert [sent["cause_code"] for sent in portal.taken] == [["wear"]]


async def test_whoever_tries_again_writes_what_she_wrote_before(tmp_path: Path) -> None:
    portal = Portal(_APPROVAL)
    async with _mailbox(tmp_path, portal, _IS_SENT_BACK) as mailbox:
        portal.is_deaf = True
        mailbox.brings("task_asked", to="boss@house.example", link=_link("approval-1"))
        await mailbox.read()
        portal.is_deaf = False
        mailbox.brings("task_reminder", to="boss@house.example", link=_link("approval-1", written=2))
        await mailbox.read()
        mailbox.brings("task_asked", to="boss@house.example", link=_link("approval-2"))
        await mailbox.read()
    assert [sent["decision"] for sent in portal.taken] == [["send_back"], ["approve"]]
