"""The house: everything that a process of Redress needs, opened once and handed around as one thing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from adapters.accesses import AccessBook
from adapters.casebook import CaseBook
from adapters.clock import Clock
from adapters.database import Database
from adapters.directory import StaffDirectory
from adapters.door import Door
from adapters.doorbell import Doorbell
from adapters.evidence import EvidenceStore
from adapters.gate import Gate
from adapters.library import PolicyLibrary
from adapters.links import Links
from adapters.masters import open_cipher
from adapters.meters import Meters
from adapters.settings import Settings
from adapters.signet import Signet
from adapters.wire import Wire

if TYPE_CHECKING:
    from adapters.cipher import Cipher
    from complaints.durations import Duration


_COLD = 0
"""Only a worker keeps waiting flows in memory; it sets its own limit."""
_PICTURES_AT_ONCE = 8
"""More than the engine's server draws at once anyway; the others wait here, where a step can overtake them."""


@dataclass(frozen=True)
class House:
    """The parts of a running house."""

    settings: Settings
    clock: Clock
    database: Database
    cipher: Cipher
    library: PolicyLibrary
    directory: StaffDirectory
    casebook: CaseBook
    accesses: AccessBook
    """Who looked at which case."""
    signet: Signet
    """Signs what archiving seals and what is published of all histories."""
    evidence: EvidenceStore
    links: Links
    door: Door
    """Through which staff come to their own pages."""
    doorbell: Doorbell
    wire: Wire
    gate: Gate
    """To the steps of flows."""
    pictures: Gate
    """To what the engine is shown of them."""
    meters: Meters = field(default_factory=Meters)

    async def close(self) -> None:
        """Let go of the database and the wire."""
        self.wire.close()
        await self.database.close()


async def open_house(
    settings: Settings | None = None, *, clock: Clock | None = None, doorbell: Doorbell | None = None
) -> House:
    """Open the house by these settings; PolicyWrong or TryAgain when its policy or database is no good."""
    settings = settings or Settings()
    database = Database(settings.business_url)
    try:
        return await _furnished(settings, database, clock=clock or Clock(), doorbell=doorbell)
    except BaseException:
        await database.close()
        raise


async def _furnished(settings: Settings, database: Database, *, clock: Clock, doorbell: Doorbell | None) -> House:
    cipher = await open_cipher(settings, database)
    library = PolicyLibrary(database, settings=settings, clock=clock)
    staff = StaffDirectory(database, library=library, clock=clock)
    policy, wire, signet = await library.current(), Wire(settings.home), Signet(settings)
    book = CaseBook(
        database, cipher=cipher, library=library, directory=staff, signet=signet, clock=clock, tell=wire.tell
    )
    return House(
        settings=settings,
        clock=clock,
        database=database,
        cipher=cipher,
        library=library,
        directory=staff,
        casebook=book,
        accesses=AccessBook(database, clock=clock),
        signet=signet,
        evidence=EvidenceStore(settings.home / "evidence"),
        links=Links(cipher, public_url=settings.public_url, valid=_at_most(policy.intake.link_valid)),
        door=Door(database, cipher=cipher, clock=clock, settings=settings),
        doorbell=doorbell or Doorbell(hot_limit=_COLD),
        wire=wire,
        gate=Gate(settings.worker_step_limit),
        pictures=Gate(_PICTURES_AT_ONCE),
    )


_DAYS = {"d": 1, "bd": 2, "w": 7}
"""A signature's life needs no calendar, only an upper bound: business days are counted double."""


def _at_most(length: Duration) -> timedelta:
    return length.elapsed or timedelta(days=length.amount * _DAYS.get(length.unit.value, 1))
