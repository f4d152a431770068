"""The people of the demo: they read their mail, follow the links in it over HTTP, and fill in the forms they find."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from email.utils import parseaddr
from typing import TYPE_CHECKING

import httpx

from adapters.catcher import messages
from deployments.demo.pages import Form, Page, send, visit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from adapters.catcher import CaughtMail
    from deployments.demo.scripts import Script

log = logging.getLogger("redress.demo")


@dataclass
class Drama:
    """How far one case is in its script."""

    script: Script
    told: Mapping[str, str]
    """What the customer wrote into the public form."""
    original: str = ""
    """The case that this one repeats."""
    reached_the_top: bool = False
    """Whether a letter told the executive that the work is late."""
    asked: dict[str, list[str]] = field(default_factory=dict)
    """The work that each kind of form came for, in order."""
    held: dict[str, str] = field(default_factory=dict)
    """The newest link that the script lets lie, by what it is for."""


class People:
    """Everybody who gets mail: staff, of whom the executives are known by their addresses, and customers."""

    def __init__(self, mail_folder: Path, client: httpx.AsyncClient, *, executives: frozenset[str]) -> None:
        self._folder = mail_folder
        self._executives = executives
        self._client = client
        self._read: set[str] = set()
        self._busy: set[asyncio.Task[None]] = set()
        self.dramas: dict[str, Drama] = {}

    async def read_mail(self) -> None:
        """Act on every letter that came since the last look, each in its own time."""
        for mail in messages(self._folder):
            if mail.id in self._read or mail.case_no not in self.dramas:
                continue
            self._read.add(mail.id)
            task = asyncio.create_task(self._react(mail, self.dramas[mail.case_no]))
            self._busy.add(task)
            task.add_done_callback(self._busy.discard)

    async def _react(self, mail: CaughtMail, drama: Drama) -> None:
        try:
            await self._act(mail, drama)
        except httpx.HTTPError as trouble:
            # The portal is being restarted: a person would try again a little later.
            log.info("demo.try_again", extra={"case_no": mail.case_no, "trouble": type(trouble).__name__})
            await asyncio.sleep(1)
            self._read.discard(mail.id)

    async def _act(self, mail: CaughtMail, drama: Drama) -> None:
        if mail.letter == "acknowledgement" and drama.script.withdraws:
            await self._withdraw(_link(mail, "/track/"))
            return
        if mail.letter == "task_escalated" and parseaddr(mail.to)[1] in self._executives:
            drama.reached_the_top = True
        # A letter is acted on again when the portal was away, so that nothing here counts letters or forgets a link.
        link = _link(mail, "/task/") or (drama.held.get("findings", "") if drama.reached_the_top else "")
        if link:
            await self._do_task(link, drama)

    async def _do_task(self, link: str, drama: Drama) -> None:
        page = await visit(self._client, link)
        found = _recognise(page)
        if found is None:
            return
        kind, form = found
        if kind == "findings" and drama.script.lets_lapse and not drama.reached_the_top:
            drama.held[kind] = link
            return
        if kind in drama.script.silent_at or (drama.script.withdraws and kind not in {"completion", "screening"}):
            return
        answer = await send(self._client, page, form, _fill(kind, form, drama, work=_work(link)))
        if answer.status >= httpx.codes.INTERNAL_SERVER_ERROR:
            message = f"the portal answered {answer.status}"
            raise httpx.NetworkError(message)
        log.info("demo.answered", extra={"kind": kind, "status": answer.status})

    async def _withdraw(self, link: str) -> None:
        page = await visit(self._client, link)
        for _ in range(2):
            # Withdrawing is asked back: the first press opens the question, the second answers it.
            form = page.form_with("withdraw") or page.form_with("confirm") or _withdrawal_form(page)
            if form is None:
                return
            page = await send(self._client, page, form, {"reason": "I have changed my mind."})


def _withdrawal_form(page: Page) -> Form | None:
    return next((form for form in page.forms if "withdraw" in form.action), None)


def _link(mail: CaughtMail, path: str) -> str:
    return next((link for link in mail.links if path in link), "")


_SIGNS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("phone_callback", ("reached", "csat")),
    ("survey", ("csat", "resolved")),
    ("findings", ("findings", "cause_code")),
    ("classification", ("category", "impact")),
    ("dispatch", ("handler",)),
    ("opinion", ("verdict",)),
    ("letter", ("letter",)),
    ("remedy", ("proof",)),
    ("screening", ("decision", "original")),
    ("customer_decision", ("decision", "text")),
    ("decision", ("decision", "reason")),
    ("completion", ("phone", "detail")),
)
"""A form is known by what it asks, the most telling questions first."""


def _recognise(page: Page) -> tuple[str, Form] | None:
    for kind, names in _SIGNS:
        form = page.form_with(*names)
        if form:
            return _which_decision(form) if kind == "decision" else kind, form
    return None


def _which_decision(form: Form) -> str:
    """An approval may be sent back, a closure may not."""
    return "approval" if "send_back" in form.choices.get("decision", []) else "closure"


def _work(link: str) -> str:
    """Which work of whom a link is for; when it was written and its signature are new in each letter."""
    return link.rsplit(".", 2)[0]


def _fill(kind: str, form: Form, drama: Drama, *, work: str) -> dict[str, str]:
    """What this person writes into this form: what people usually write, and what the script has them turn at.

    Whoever tries again because the portal was away writes what she wrote before.
    """
    turns, asked = drama.script.turns.get(kind, ()), drama.asked.setdefault(kind, [])
    if work not in asked:
        asked.append(work)
    nth = asked.index(work)
    turn = turns[nth] if nth < len(turns) else {}
    return {**_usual(kind, form), **{name: told.format(original=drama.original) for name, told in turn.items()}}


def _usual(kind: str, form: Form) -> dict[str, str]:
    usual = {
        "phone_callback": {"reached": "yes", "csat": "5", "resolved": "yes"},
        "survey": {"csat": "5", "resolved": "yes"},
        "findings": {
            "plan": "Inspect the item and the order.",
            "findings": "The item was inspected and the complaint is justified.",
            "allegation": "The item does not do what was promised.",
            "finding": "upheld",
            "cause_code": _first(form, "cause_code"),
            "remedy": "refund",
            "amount": "100",
        },
        "classification": {"category": _kept(form, "category"), "impact": "3", "urgency": "3", "scope": "individual"},
        "dispatch": {"handler": _first(form, "handler")},
        "opinion": {"verdict": "agree"},
        "approval": {"decision": "approve"},
        "letter": {
            "letter": _text(form, "letter") or "We are sorry. We refund you in full.",
            # Only a final decision asks for it.
            **({"reason": "The kettle is out of warranty."} if "reason" in form.fields else {}),
        },
        "customer_decision": {"decision": "accept"},
        "remedy": {"proof": "Paid back, reference R-1."},
        "screening": {"decision": "accept", "reason": "A complaint of its own."},
        "completion": {"phone": "+86 138 0000 0000", "order_no": "A-1"},
        "closure": {"decision": "close", "reason": "No more can be done."},
    }
    return usual[kind]


def _first(form: Form, name: str) -> str:
    return next((choice for choice in form.choices.get(name, []) if choice), "")


def _kept(form: Form, name: str) -> str:
    """The suggestion that stands first, unless it is the category of the unsorted."""
    offered = [choice for choice in form.choices.get(name, []) if choice and "unsorted" not in choice]
    return offered[0] if offered else _first(form, name)


def _text(form: Form, name: str) -> str:
    return next(iter(form.fields.get(name, [])), "").strip()
