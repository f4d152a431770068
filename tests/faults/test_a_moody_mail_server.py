"""A mail server that puts everybody off at first, hangs up on mail it has taken, and refuses one person for good."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlmodel import col, select

from models.tables import LetterRow
from tests.engine.machinery import until
from tests.engine.whole import repeated_facts
from tests.post_office import PostOffice

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from aiosmtpd.smtp import SMTP, Envelope, Session

    from tests.engine.plant import Plant, Site

CASES = 4
_GREYLISTED = "451 4.7.1 greylisted, try again"
_REFUSED = "550 5.1.1 no such mailbox"


@dataclass
class MoodyOffice(PostOffice):
    """All three moods at once, by a fixed chance."""

    refused: str = ""
    known: set[str] = field(default_factory=set)
    hung_up: int = 0
    chance: random.Random = field(default_factory=lambda: random.Random(20261124))

    def __post_init__(self) -> None:
        self.to_recipient = self._greet

    def _greet(self, address: str) -> str:
        if address == self.refused:
            return _REFUSED
        if address not in self.known:
            self.known.add(address)
            return _GREYLISTED
        return ""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's
        answer = await super().handle_DATA(server, session, envelope)
        if self.chance.random() < 1 / 4 and server.transport:
            self.hung_up += 1
            server.transport.close()
        return answer


async def test_moods_of_the_mail_server_delay_mail_and_nothing_else(site: Site, tmp_path: Path) -> None:
    office = MoodyOffice()
    await office.open()
    async with site.plant(tmp_path / "house", smtp_port=office.port) as plant:
        office.refused = (await plant.house.library.current()).staff["peter_novak"].email
        await plant.hire()
        cases = [await plant.complain() for _ in range(CASES)]
        await plant.finish(*cases)
        await until(lambda: _none_waits(plant), "no letter waits any more")
        letters = await _letters(plant)
        for case_no in cases:
            assert repeated_facts(await plant.history(case_no)) == []
    await office.close()
    _check(office, letters)


def _check(office: MoodyOffice, letters: Sequence[LetterRow]) -> None:
    """Who was refused got nothing, which is told; the others got every letter, once more where they hung up on it."""
    dead = [row for row in letters if row.status == "dead"]
    assert dead
    assert {row.recipient for row in dead} == {"peter_novak"}
    assert all(row.tries == 1 and "550" in str(row.trouble) for row in dead)
    sent = {row.message_id for row in letters if row.status == "sent"}
    assert {row.recipient for row in letters if row.status == "sent"} >= {"customer"}
    taken = Counter(str(message["Message-ID"]) for message in office.taken)
    assert set(taken) == sent
    assert office.hung_up > 0
    assert taken.total() == len(sent) + office.hung_up


async def _letters(plant: Plant) -> Sequence[LetterRow]:
    async with plant.house.database.reading() as session:
        return (await session.execute(select(LetterRow).order_by(col(LetterRow.id)))).scalars().all()


async def _none_waits(plant: Plant) -> bool:
    return all(row.status != "waiting" for row in await _letters(plant))
