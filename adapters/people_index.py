"""The people index: which cases are of a person, by the keyed digest of her contact and by every record that opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    what is held about her must not depend on which of the two she gave first.
    """
    digests = [house.cipher.lookup(contact) for contact in (email, phone) if contact.strip()]
    async with house.database.reading() as session:
        by_digest = select(CASES.c.case_no).where(CASES.c.customer.in_(digests))
        found = set((await session.execute(by_digest)).scalars())
    after = ""
    while True:
        rows = await _records_after(house, after)
        for row in rows:
            key = house.cipher.unwrap(row.case_no, row.wrapped)
            record = open_paper(key, paper_id=row.id, kind="record", sealed=row.sealed).content
            if _is_hers(record, email=email, phone=phone):
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


def _is_hers(record: Mapping[str, Any], *, email: str, phone: str) -> bool:
    same_mail = bool(email.strip()) and str(record.get("email", "")).strip().casefold() == email.strip().casefold()
    digits = _digits(phone)
    return same_mail or (bool(digits) and _digits(str(record.get("phone", ""))) == digits)


def _digits(phone: str) -> str:
    """A number without what people put between its digits, and with one way to begin it."""
    kept = "".join(sign for sign in phone if sign.isdecimal())
    return kept.removeprefix("00")
