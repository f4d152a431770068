"""People who write marked texts wherever the house takes a text, rightly and wrongly; and what it then shows."""

from __future__ import annotations

import io
import json
import logging
import re
import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from unittest.mock import patch

import httpx

from adapters.logbook import OneLine, OneObject
from complaints.words import ActKind, TaskKind
from portal import erasing
from portal.app import create_app
from portal.exporting import ExportOrder, export_events
from portal.subject_access import PersonOrder, export_person
from tests.builders import task_link, track_link, view_link
from tests.engine.machinery import until
from tests.portal.visitor import Visitor

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.builders import Customer
    from tests.engine.plant import Plant


_TOP = 2
"""Where the pack `climbing` has findings rest."""


@dataclass
class Spilt:
    """What of it could be seen without a case's key."""

    statuses: dict[str, int] = field(default_factory=dict)
    """What was done, and how the house answered."""
    stored: str = ""
    """The business database as it lies there."""
    logged: str = ""
    metrics: str = ""
    exported: str = ""


async def spill(plant: Plant, by: Customer, *, mark: str) -> Spilt:
    """Live a second complaint through pages, errors, exports and erasure."""
    spilt, marked = Spilt(), f"As told. {mark}."
    with _listening() as said:
        transport = httpx.ASGITransport(app=create_app(plant.house), client=("127.0.0.1", 50_000))
        async with httpx.AsyncClient(transport=transport, base_url=plant.house.settings.public_url) as client:
            visitor = Visitor(client)
            await _complain_wrongly(visitor, spilt, by, marked)
            case_no = await plant.complain(by)
            await _work(plant, visitor, spilt, case_no, marked)
            await _fail(plant, visitor, spilt, case_no, marked)
            await _withdraw_and_erase(plant, visitor, spilt, case_no, marked)
            spilt.metrics = (await client.get("/metrics")).text
    await _export(plant, spilt, by)
    spilt.logged = said.getvalue()
    home = plant.house.settings.home
    with closing(sqlite3.connect(f"file:{home / 'redress.db'}?mode=ro", uri=True)) as connection:
        spilt.stored = "\n".join(connection.iterdump())
    return spilt


async def _complain_wrongly(visitor: Visitor, spilt: Spilt, by: Customer, marked: str) -> None:
    """Forms and requests that cannot be taken."""
    page = await visitor.open("/")
    typed = {"detail": marked, "name": by.name, "email": f"{marked}@nowhere", "phone": by.phone, "occurred_at": marked}
    spilt.statuses["wrong form"] = (await visitor.send(page, typed)).status
    stale = {**typed, "email": by.email, "occurred_at": "", "nonce": marked}
    spilt.statuses["stale form"] = (await visitor.send(page, stale)).status
    told = {"detail": by.detail, "email": marked, "name": by.name, "customer_type": marked}
    spilt.statuses["wrong request"] = (await visitor.client.post("/api/complaints", json=told)).status_code
    spilt.statuses["no json"] = (await visitor.client.post("/api/complaints", content=marked.encode())).status_code
    spilt.statuses["no page"] = (await visitor.client.get(f"/task/{by.email}")).status_code
    spilt.statuses["no form"] = (await visitor.client.post("/", content=marked.encode())).status_code


async def _work(plant: Plant, visitor: Visitor, spilt: Spilt, case_no: str, marked: str) -> None:
    """Staff read, write a form wrongly, and act otherwise than by answering."""
    await plant.bring_to(case_no, TaskKind.FINDINGS)

    async def rests() -> bool:
        return (await plant.case(case_no)).escalation_level == _TOP

    # Else the work changes hands under those who write.
    await until(rests, "the findings have climbed")
    task = (await plant.case(case_no)).tasks["findings-1"]
    link = task_link(plant.house, case_no, task)
    page = await visitor.open(link)
    spilt.statuses["wrong findings"] = (await visitor.send(page, {"findings": marked, "finding": marked})).status
    grade = {"category": "product.quality", "impact": "5", "urgency": "5", "scope": "individual", "reason": marked}
    acts = {
        ActKind.REGRADE: grade,
        ActKind.ASK_HELP: {"reason_code": "needs_support", "text": marked},
        ActKind.HAND_OVER: {"reason": marked},
    }
    for kind, typed in acts.items():
        held = (await plant.case(case_no)).tasks["findings-1"]
        page = await visitor.open(f"{task_link(plant.house, case_no, held)}/do/{kind}")
        if kind is ActKind.HAND_OVER:
            typed["to"] = _first_colleague(page.html)
        if page.status == httpx.codes.OK:
            spilt.statuses[kind] = (await visitor.send(page, typed)).status
    await visitor.open(view_link(plant.house, case_no))


def _first_colleague(html: str) -> str:
    """Whoever the page offers first."""
    choice = html.partition('name="to"')[2].partition("</select>")[0]
    return next(iter(re.findall(r'<option value="(\w+)"', choice)), "")


async def _fail(plant: Plant, visitor: Visitor, spilt: Spilt, case_no: str, marked: str) -> None:
    """The house itself makes a mistake that quotes her."""
    with patch.object(plant.house.casebook, "brief", side_effect=RuntimeError(marked)):
        spilt.statuses["our mistake"] = (await visitor.open(track_link(plant.house, case_no))).status


async def _withdraw_and_erase(plant: Plant, visitor: Visitor, spilt: Spilt, case_no: str, marked: str) -> None:
    page = await visitor.open(f"{track_link(plant.house, case_no)}/withdraw")
    spilt.statuses["withdrawal"] = (await visitor.send(page, {"reason": marked})).status

    async def is_over() -> bool:
        return not await plant.open_cases(case_no)

    await until(is_over, "the withdrawn case is archived")
    await erasing.hold(plant.house, case_no, erasing.Doer("li_na"), reason=marked)
    await erasing.release(plant.house, case_no, erasing.Doer("tang_rui"), reason=marked)
    await erasing.request(plant.house, case_no, erasing.Doer("li_na"), reason=marked)


async def _export(plant: Plant, spilt: Spilt, by: Customer) -> None:
    """What leaves under pseudonyms is searched; what she may read herself only for what is noted of it."""
    home: Path = plant.house.settings.home
    for ending in ("jsonl", "csv", "xes", "jsonocel"):
        file = home / f"all.{ending}"
        await export_events(plant.house, ExportOrder(file), by="operator")
        spilt.exported += file.read_text("utf-8")
    await export_person(plant.house, PersonOrder(home / "her.zip", email=by.email, phone=by.phone))


@contextmanager
def _listening() -> Iterator[io.StringIO]:
    """Everything that this process logs meanwhile, in both forms."""
    said = io.StringIO()
    handlers = [logging.StreamHandler(said) for _ in range(2)]
    handlers[0].setFormatter(OneLine())
    handlers[1].setFormatter(OneObject())
    root = logging.getLogger("redress")
    level = root.level
    root.setLevel(logging.DEBUG)
    for handler in handlers:
        root.addHandler(handler)
    try:
        yield said
    finally:
        root.setLevel(level)
        for handler in handlers:
            root.removeHandler(handler)


def names_in(text: str, words: tuple[str, ...]) -> set[str]:
    """Which of these words stand in a text, as they are or as JSON writes them."""
    return {word for word in words if word in text or json.dumps(word)[1:-1] in text}
