"""The post room: sends the letters that wait in the outbox, in order within each case, several cases at once."""

from __future__ import annotations

import asyncio
import logging
import random
import traceback
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from adapters import ledger, outbox
from adapters.cipher import stationery
from adapters.envelopes import Label, enclose
from adapters.letterpress import print_letter
from adapters.links import Ticket
from complaints.composing import compose
from complaints.drafting import Addresses, address_of
from complaints.errors import GiveUp, NoSuchCase, TryAgain
from complaints.words import CUSTOMER

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from email.message import EmailMessage

    from adapters.house import House
    from adapters.letterpress import Printed
    from adapters.mailer import Mailer
    from adapters.outbox import Claim

logger = logging.getLogger("redress.post")

AT_ONCE = 4
PATIENCE = timedelta(hours=24)
_FEWEST_TRIES = 10
"""After a long downtime of our own, a letter older than the patience still gets this many."""
_FIRST_WAIT = timedelta(seconds=1)
_LONGEST_WAIT = timedelta(minutes=5)
_MARKINGS = 5
"""How often a sent letter is tried to be noted as sent; failing that, it goes out again under the same Message-ID."""


class PostRoom:
    """Delivers what is due. Any number of post rooms may work on one outbox."""

    def __init__(self, house: House, mailer: Mailer, *, chance: Callable[[], float] = random.random) -> None:
        self._house = house
        self._mailer = mailer
        self._chance = chance

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until told to stop; letters that are under way then are still delivered."""
        while not stop.is_set():
            try:
                await self.deliver_due(stop)
            except TryAgain:
                logger.warning("post.outbox_unreachable")
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), self._house.settings.poll_seconds)

    async def deliver_due(self, stop: asyncio.Event | None = None) -> int:
        """Send every letter that is due now, and those whose turn comes by that; how many went out."""
        sent = 0
        under_way: set[asyncio.Task[bool]] = set()
        try:
            while True:
                claims = [] if stop and stop.is_set() else await self._claim(AT_ONCE - len(under_way))
                under_way |= {asyncio.create_task(self._deliver(claim)) for claim in claims}
                if not under_way:
                    return sent
                # Not only when one is done: a letter to a slow server must not keep new ones waiting.
                done, under_way = await asyncio.wait(
                    under_way, timeout=self._house.settings.poll_seconds, return_when=asyncio.FIRST_COMPLETED
                )
                sent += sum(task.result() for task in done)
        finally:
            for task in under_way:
                task.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)

    async def _claim(self, most: int) -> list[Claim]:
        if most <= 0:
            return []
        now = self._house.clock.now()
        async with self._house.database.reading() as session:
            if not await outbox.is_any_due(session, now=now):
                return []
        async with self._house.database.writing() as session:
            return list(await outbox.claim_due(session, now=now, most=most))

    async def _deliver(self, claim: Claim) -> bool:
        """Whether the letter went out; otherwise it is noted for another try, or as dead."""
        try:
            parcel = await self._prepare(claim)
            await self._mailer.send(parcel.message, to=parcel.to)
        except Exception as trouble:  # noqa: BLE001  the edge: one letter that cannot be printed must not stop the others
            await self._surely(claim, self._fate(claim, trouble))
            return False
        await self._surely(claim, partial(self._file, claim, parcel))
        return True

    def _fate(self, claim: Claim, trouble: Exception) -> Callable[[], Awaitable[None]]:
        if isinstance(trouble, TryAgain):
            return partial(self._put_off, claim, str(trouble))
        if isinstance(trouble, GiveUp):
            return partial(self._bury, claim, str(trouble))
        if isinstance(trouble, NoSuchCase):
            return partial(self._bury, claim, "the case's personal data was erased")
        error = type(trouble).__name__
        # Where, but not what it says: the message of an exception may quote a customer.
        logger.error("letter.unprintable", extra={**_about(claim), "error": error, "where": _frames(trouble)})
        return partial(self._bury, claim, f"it cannot be printed ({error})")

    async def _prepare(self, claim: Claim) -> _Parcel:
        key = await self._house.casebook.key(claim.case_no)
        briefing = await self._house.casebook.brief(claim.case_no)
        letter = compose(briefing, claim.order, addresses=self._addresses(claim))
        printed = print_letter(letter, zone=briefing.policy.calendar.timezone)
        to = address_of(briefing, claim.order.to)
        label = Label(
            to=to,
            to_name=letter.head.reader,
            sender=self._house.settings.mail_from,
            sender_name=letter.head.house,
            reply_to=letter.head.email,
            message_id=claim.message_id,
            sent_at=briefing.now,
            case_no=claim.case_no,
            kind=claim.order.kind.value,
            language=letter.head.language,
        )
        return _Parcel(message=enclose(printed, label), to=to, printed=printed, key=key)

    def _addresses(self, claim: Claim) -> Addresses:
        links, to, case_no = self._house.links, claim.order.to, claim.case_no
        return Addresses(
            task=links.address(Ticket("task", case_no, to, claim.order.task_id or "")),
            track=links.address(Ticket("track", case_no, CUSTOMER)),
            view=links.address(Ticket("view", case_no, to)),
        )

    async def _file(self, claim: Claim, parcel: _Parcel) -> None:
        """Note the letter as sent, and keep it as it was sent, readable only with the case's key."""
        content = {**asdict(parcel.printed), "to": parcel.to}
        paper = stationery(1).paper(0, kind="sent_letter", content=content)
        now = self._house.clock.now()
        async with self._house.database.writing() as session:
            if await outbox.note_sent(session, claim, at=now, paper_id=paper.id):
                ledger.add_papers(session, claim.case_no, [paper], key=parcel.key, at=now)
        logger.info("letter.sent", extra=_about(claim))

    async def _put_off(self, claim: Claim, trouble: str) -> None:
        now = self._house.clock.now()
        if now - claim.ordered_at >= PATIENCE and claim.tries >= _FEWEST_TRIES:
            await self._bury(claim, f"given up after {claim.tries} tries: {trouble}")
            return
        again = now + self._wait(claim.tries)
        async with self._house.database.writing() as session:
            await outbox.note_retry(session, claim, at=again, trouble=trouble)
        logger.warning("letter.put_off", extra={**_about(claim), "tries": claim.tries, "trouble": trouble})

    def _wait(self, tries: int) -> timedelta:
        """Twice as long after every try, up to five minutes; by chance shortened up to a half, so that crowds part."""
        doubled = min(_FIRST_WAIT * float(2 ** min(tries - 1, 20)), _LONGEST_WAIT)
        return doubled * (1 - self._chance() / 2)

    async def _bury(self, claim: Claim, trouble: str) -> None:
        async with self._house.database.writing() as session:
            await outbox.note_dead(session, claim, trouble=trouble)
        logger.error("letter.dead", extra={**_about(claim), "trouble": trouble})

    async def _surely(self, claim: Claim, note: Callable[[], Awaitable[None]]) -> None:
        """Note what became of a letter, through a short outage of the database; after that the lease ends by itself."""
        for attempt in range(_MARKINGS):
            try:
                await note()
            except TryAgain:
                await asyncio.sleep(0.2 * 2**attempt)
            else:
                return
        logger.error("letter.not_noted", extra=_about(claim))


@dataclass(frozen=True)
class _Parcel:
    """A letter ready to go."""

    message: EmailMessage
    to: str
    printed: Printed
    key: bytes
    """The case's key, under which the letter will be kept."""


def _about(claim: Claim) -> dict[str, str]:
    """What logs may say about a letter."""
    return {"case_no": claim.case_no, "letter": claim.order.kind.value}


def _frames(trouble: Exception) -> str:
    """Where an exception comes from, innermost first, without its message and without values."""
    frames = reversed(traceback.extract_tb(trouble.__traceback__))
    return " < ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames)
