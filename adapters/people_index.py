"""The people index: which cases are of a person, by the keyed digest of her contact and by every record that opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import phonenumbers
from babel.core import get_global
from sqlalchemy import select

from adapters.cipher import open_paper
from models.tables import CASE_KEYS, CASES, PAPERS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from adapters.house import House

_AT_ONCE = 500


async def cases_of_person(house: House, *, email: str = "", phone: str = "") -> tuple[str, ...]:
    """The numbers of all cases whose record names this e-mail address or phone number, erased ones excepted.

    The digest of a case is that of its e-mail address where there is one. So every record is opened too: whoever asks
    what is held about her must not depend on which of the two she gave first, nor on how she writes her number.
    """
    dialled = _dialled(phone, await _region(house))
    digests = [house.cipher.lookup(contact) for contact in (email, phone, dialled) if contact.strip()]
    async with house.database.reading() as session:
        by_digest = select(CASES.c.case_no).where(CASES.c.customer.in_(digests))
        found = set((await session.execute(by_digest)).scalars())
    after = ""
    while True:
        rows = await _records_after(house, after)
        for row in rows:
            key = house.cipher.unwrap(row.case_no, row.wrapped)
            record = open_paper(key, paper_id=row.id, kind="record", sealed=row.sealed).content
            if _is_hers(record, email=email, phone=phone, dialled=dialled):
                found.add(row.case_no)
        if len(rows) < _AT_ONCE:
            return tuple(sorted(found))
        after = rows[-1].id


async def _records_after(house: House, after: str) -> Any:  # noqa: ANN401  rows of two tables
    query = (
        select(PAPERS.c.id, PAPERS.c.case_no, PAPERS.c.sealed, CASE_KEYS.c.wrapped)
        .join(CASE_KEYS, CASE_KEYS.c.case_no == PAPERS.c.case_no)
        .where(PAPERS.c.kind == "record", PAPERS.c.id > after)
        .order_by(PAPERS.c.id)
        .limit(_AT_ONCE)
    )
    async with house.database.reading() as session:
        return (await session.execute(query)).all()


async def _region(house: House) -> str:
    """Where numbers without a country code are dialled; ZZ where nobody knows."""
    zone = (await house.library.current()).calendar.timezone
    return str(get_global("zone_territories").get(zone, "ZZ"))


def _is_hers(record: Mapping[str, Any], *, email: str, phone: str, dialled: str) -> bool:
    same_mail = bool(email.strip()) and str(record.get("email", "")).strip().casefold() == email.strip().casefold()
    kept, digits = _digits(str(record.get("phone", ""))), _digits(phone)
    return same_mail or (bool(kept) and kept in {digits, _digits(dialled)})


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
    kept = "".join(sign for sign in phone if sign.isdecimal())
    return kept.removeprefix("00")
