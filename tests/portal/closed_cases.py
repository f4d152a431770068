"""Closed cases to be audited: brought to their ends past the portal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete

from complaints.escalation import next_alarm
from models.tables import CASE_KEYS
from tests.builders import carry_on, complain, submit, withdraw

if TYPE_CHECKING:
    from adapters.house import House
    from tests.builders import Hands


async def closed(house: House, hands: Hands, *, many: int = 1) -> list[str]:
    """Cases that went the whole way, each customer satisfied."""
    return [await _lived(house, await complain(house), hands) for _ in range(many)]


async def withdrawn(house: House, *, many: int = 1) -> list[str]:
    """Cases whose customers took them back."""
    cases = [await complain(house) for _ in range(many)]
    for case_no in cases:
        await withdraw(house, case_no)
    return cases


async def forget(house: House, case_no: str) -> None:
    """Destroy the key of a case, as an erasure does."""
    async with house.database.writing() as session:
        await session.execute(delete(CASE_KEYS).where(CASE_KEYS.c.case_no == case_no))


async def _lived(house: House, case_no: str, hands: Hands) -> str:
    while (case := await carry_on(house, case_no)).is_open:
        if case.open_tasks:
            await submit(house, case_no, case.open_tasks[0])
        else:
            alarm = next_alarm(case)
            assert alarm
            hands.at = alarm
    return case_no
