"""A house with a past, for audits: built once on each engine, copied for every test that does something to it."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from adapters.auditor import Scope, verify
from adapters.chainwalk import exact_hash
from adapters.cipher import stationery
from adapters.eventlog import snapshot
from adapters.postroom import PostRoom
from adapters.publisher import Publisher
from complaints.briefing import Verdict
from complaints.chain import Signature
from complaints.events import EvidenceAdded
from complaints.words import CUSTOMER, TaskKind
from tests.builders import Hands, bring_to, carry_on, complain, submit, withdraw

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from adapters.eventlog import Row
    from adapters.house import House
    from complaints.flaws import Report

ARCHIVED = "TC20261123-0001"
"""Archived on Monday, with two files."""
MOVED = "TC20261123-0002"
"""Open, moved on Monday and on Tuesday."""
OPEN = "TC20261124-0001"
"""Open since Tuesday."""
LATEST = "TC20261125-0001"
"""Open since Wednesday, which is not published."""

SEALED_LATE = "TC20261125-0002"
"""Archived on Wednesday, after Monday and Tuesday were published."""

_COLUMNS = "case_no, seq, type, version, at, actor, origin, policy, data, previous, method, hash"


async def live(house: House, hands: Hands) -> None:
    """Monday to Wednesday, with Monday and Tuesday published."""
    await complain(house)
    await carry_on(house, ARCHIVED)
    await hand_in(house, ARCHIVED, b"a photo of the kettle", b"the bill")
    await withdraw(house, ARCHIVED)
    await complain(house)
    task = await bring_to(house, MOVED, TaskKind.FINDINGS)
    hands.move(days=1)
    await Publisher(house).publish_due()
    await complain(house)
    await carry_on(house, OPEN)
    await submit(house, MOVED, task)
    hands.move(days=1)
    await Publisher(house).publish_due()
    await complain(house)
    await carry_on(house, LATEST)
    await complain(house)
    await carry_on(house, SEALED_LATE)
    await withdraw(house, SEALED_LATE)


async def hand_in(house: House, case_no: str, *files: bytes) -> None:
    """The customer adds files, past the portal."""
    briefing, key = await house.casebook.brief(case_no), await house.casebook.key(case_no)
    sheets = stationery(len(files))
    facts, papers = [], []
    for nth, content in enumerate(files):
        told = {"name": f"{nth}.jpg", "salt": "salt", "address": house.evidence.keep(case_no, key, content)}
        paper = sheets.paper(nth, kind="evidence", content=told)
        digest = hashlib.sha256(b"salt" + content).hexdigest()
        about = {"media_type": "image/jpeg", "size": len(content), "sha256": digest, "added_by": CUSTOMER}
        facts.append(EvidenceAdded(evidence_no=f"E{nth + 1}", paper=paper.ref, **about))  # type: ignore[arg-type]
        papers.append(paper)
    verdict = Verdict(facts=tuple(facts), papers=tuple(papers))
    signature = Signature(actor=CUSTOMER, origin="test", policy=briefing.policy.version)
    await house.casebook.record(briefing, verdict, signature=signature, wake=True)
    await carry_on(house, case_no)


class NobodysMailer:
    """Takes every letter."""

    async def send(self, message: Any, *, to: str) -> None:  # noqa: ANN401  nobody looks at it
        """It is out."""


async def send_letters(house: House) -> None:
    """All letters that are due leave."""
    mailer: Any = NobodysMailer()
    assert await PostRoom(house, mailer).deliver_due()


async def audit(house: House, case_no: str = "", **scope: Any) -> Report:  # noqa: ANN401  any field of a scope
    """What an audit finds."""
    return await verify(house, Scope(case_no, **scope))


async def found(house: House, case_no: str = "", **scope: Any) -> list[tuple[str, int, str]]:  # noqa: ANN401  as above
    """Where an audit finds something: case, entry, kind; each once."""
    flaws = (await audit(house, case_no, **scope)).flaws
    return list(dict.fromkeys((flaw.case_no, flaw.seq, flaw.where) for flaw in flaws))


async def do(house: House, statement: str, **values: Any) -> None:  # noqa: ANN401  any column
    """Do something to the database that no house would."""
    async with house.database.writing() as session:
        done: Any = await session.execute(text(statement), values)
        assert done.rowcount, f"nothing was done by {statement}"


async def rows(house: House, case_no: str = "") -> list[Row]:
    """The raw rows of a case, or of all."""
    async with snapshot(house.database) as seen:
        return [row for batch in [batch async for batch in seen.rows(case_no)] for row in batch]


async def forge(house: House, case_no: str, change: Callable[[list[dict[str, Any]]], object]) -> None:
    """Rewrite a history by somebody who knows how hashes are made, and bring the case's row up to it."""
    names = _COLUMNS.split(", ")
    told = [dict(zip(names, row, strict=True)) for row in await rows(house, case_no)]
    change(told)
    head = "0" * 64
    for seq, entry in enumerate(told, start=1):
        entry |= {"seq": seq, "previous": head}
        head = entry["hash"] = hash_of(entry)
    async with house.database.writing() as session:
        await session.execute(text("DELETE FROM events WHERE case_no = :case_no"), {"case_no": case_no})
        as_json = "" if house.database.is_sqlite else "::json"
        marks = ", ".join(f"CAST(:{name} AS JSON)" if as_json and name == "data" else f":{name}" for name in names)
        await session.execute(text(f"INSERT INTO events ({_COLUMNS}) VALUES ({marks})"), told)
        restated = {"case_no": case_no, "seq": len(told), "head": head}
        await session.execute(text("UPDATE cases SET seq = :seq, head = :head WHERE case_no = :case_no"), restated)


def hash_of(entry: Mapping[str, Any]) -> str:
    """The right hash of an entry, whatever it says."""
    row: Any = tuple(entry[name] for name in _COLUMNS.split(", "))
    return exact_hash(row)


def in_data(entry: dict[str, Any], **values: Any) -> None:  # noqa: ANN401  any value of a fact
    """Change what an entry says."""
    entry["data"] = json.dumps({**json.loads(entry["data"]), **values})


def hours_before(at: Any, *, hours: int = 1) -> Any:  # noqa: ANN401  a moment as either driver gives it
    """The same moment earlier."""
    if not isinstance(at, str):
        return at - timedelta(hours=hours)
    return (datetime.fromisoformat(at) - timedelta(hours=hours)).isoformat(" ", "microseconds")


def days_before(at: Any) -> Any:  # noqa: ANN401  as above
    """The same moment two days earlier."""
    return hours_before(at, hours=48)


async def last(house: House, case_no: str) -> int:
    """The number of a case's last entry."""
    return int((await rows(house, case_no))[-1][1])
