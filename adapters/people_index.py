"""The people index: which cases are of a person, by keyed digests of every contact that any of her records names."""

from __future__ import annotations

import logging
import unicodedata
from typing import TYPE_CHECKING

import phonenumbers
from babel.core import get_global
from sqlalchemy import exists, select

from adapters.cipher import open_paper
from adapters.ledger import upsert
from complaints.errors import GiveUp
from models.confidentiality import CONTACTS
from models.tables import CASE_KEYS, CASES, PAPERS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from sqlalchemy import Row
    from sqlalchemy.ext.asyncio import AsyncSession

    from adapters.house import House

log = logging.getLogger("redress.people")

_AT_ONCE = 100
"""How many records are opened in one transaction, at some tenths of a millisecond each: nobody else waits long."""
_NONE = ""
"""Stands for a record without a contact, so that it is not opened again."""


async def cases_of_person(house: House, *, email: str = "", phone: str = "") -> tuple[str, ...]:
    """The numbers of all cases whose record names this e-mail address or phone number, erased ones excepted.

    The digest of a case is that of its e-mail address where there is one. So every record is opened, once, and all its
    contacts are remembered as digests: whoever asks what is held about her must not depend on which of the two she
    gave first, nor on how she writes her number.
    """
    await _catch_up(house)
    digests = _digests(house, email=email, phone=phone, region=await _region(house))
    filed = {house.cipher.lookup(contact) for contact in (email, phone)} - {_NONE}
    by_record = select(CONTACTS.c.case_no).where(CONTACTS.c.digest.in_(digests - {_NONE}))
    async with house.database.reading() as session:
        found = set((await session.execute(by_record)).scalars())
        found |= set((await session.execute(select(CASES.c.case_no).where(CASES.c.customer.in_(filed)))).scalars())
    return tuple(sorted(found))


async def _catch_up(house: House) -> None:
    """Remember the contacts of the records that were written since somebody was looked for."""
    region, after = await _region(house), ""
    while True:
        async with house.database.reading() as session:
            new = (await session.execute(_unknown(after).with_only_columns(PAPERS.c.id))).scalars().all()
        if not new:
            return
        async with house.database.writing() as session:
            # An erasure waits for these rows, and then deletes what is remembered here too.
            held = _unknown(after).with_for_update(read=True, of=PAPERS)
            await _remember(house, session, (await session.execute(held)).all(), region)
        after = new[-1]


def _unknown(after: str) -> Any:  # noqa: ANN401  a query of two tables
    """The next records whose contacts nobody has remembered, with the keys of their cases."""
    return (
        select(PAPERS.c.id, PAPERS.c.case_no, PAPERS.c.sealed, CASE_KEYS.c.wrapped)
        .join(CASE_KEYS, CASE_KEYS.c.case_no == PAPERS.c.case_no)
        .where(PAPERS.c.kind == "record", PAPERS.c.id > after, ~exists().where(CONTACTS.c.paper_id == PAPERS.c.id))
        .order_by(PAPERS.c.id)
        .limit(_AT_ONCE)
    )


async def _remember(house: House, session: AsyncSession, records: Sequence[Row[Any]], region: str) -> None:
    rows = [
        {"paper_id": row.id, "digest": digest, "case_no": row.case_no}
        for row in records
        for digest in _of_record(house, row, region)
    ]
    if rows:
        await session.execute(upsert(session)(CONTACTS).on_conflict_do_nothing(), rows)


def _of_record(house: House, row: Row[Any], region: str) -> frozenset[str]:
    """The digests of a record's contacts; none for one that does not open, which auditors find, and others do not."""
    try:
        key = house.cipher.unwrap(row.case_no, row.wrapped)
        record: Mapping[str, Any] = open_paper(key, paper_id=row.id, kind="record", sealed=row.sealed).content
    except GiveUp:
        log.warning("people.record_does_not_open", extra={"case_no": row.case_no})
        return frozenset()
    email, phone = str(record.get("email", "")), str(record.get("phone", ""))
    return _digests(house, email=email, phone=phone, region=region)


def _digests(house: House, *, email: str, phone: str, region: str) -> frozenset[str]:
    """Those of an address, and of a number as it is written and as it is dialled; of neither, that of nothing."""
    told = (email, _digits(phone), _digits(_dialled(phone, region)))
    return frozenset(house.cipher.lookup(contact) for contact in told if contact.strip()) or frozenset({_NONE})


async def _region(house: House) -> str:
    """Where numbers without a country code are dialled; ZZ where nobody knows."""
    zone = (await house.library.current()).calendar.timezone
    return str(get_global("zone_territories").get(zone, "ZZ"))


def _dialled(phone: str, region: str) -> str:
    """A number with its country code, as the record keeps what is typed into pages and tables; '' when it is none."""
    try:
        number = phonenumbers.parse(phone, region)
    except phonenumbers.NumberParseException:
        return ""
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"{written} ext {number.extension}" if number.extension else written


def _digits(phone: str) -> str:
    """A number without what people put between its digits, and with one way to begin it."""
    kept = "".join(sign for sign in unicodedata.normalize("NFKC", phone) if sign.isdecimal())
    return kept.removeprefix("00")
