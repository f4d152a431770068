"""The post room: sends the letters that wait in the outbox, in order within each case, several cases at once."""

from __future__ import annotations

import asyncio
import logging
import random
import traceback
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from adapters import house_post, ledger, outbox, storm
from adapters.cipher import stationery
from adapters.envelopes import Label, enclose
from adapters.house_letters import NO_CASE
from adapters.letterpress import print_letter
from adapters.links import Ticket
from adapters.mailer import LINES
from adapters.outbox import LEASE, Fate
from complaints.composing import compose
from complaints.drafting import Addresses, address_of
from complaints.errors import GiveUp, NoSuchCase, TryAgain
from complaints.seals import moment
from complaints.words import CUSTOMER

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from email.message import EmailMessage

    from sqlalchemy.ext.asyncio import AsyncSession

    from adapters.house import House
    from adapters.ledger import Drawer
    from adapters.letterpress import Printed
    from adapters.mailer import Mailer
    from adapters.outbox import Claim

logger = logging.getLogger("redress.post")

PATIENCE = timedelta(hours=24)
_FEWEST_TRIES = 10
"""After a long downtime of our own, a letter older than the patience still gets this many."""
_FIRST_WAIT = timedelta(seconds=1)
_LONGEST_WAIT = timedelta(minutes=5)
_WRITINGS = 6
"""How often the post room tries to write down what became of letters, over some ten seconds. What is not written down
goes out again when the lease ends, under the same Message-ID."""


@dataclass(frozen=True)
class Parcel:
    """A letter ready to go."""

    message: EmailMessage
    to: str
    printed: Printed
    drawer: Drawer | None = None
    """Where it is kept as it was sent."""


@dataclass
class _Round:
    """One pass over the outbox: what is under way, and what is over but not yet written down."""

    renewed_at: datetime

    under_way: dict[asyncio.Task[tuple[Fate, Parcel | None]], Claim] = field(default_factory=dict)
    over: list[tuple[Fate, Parcel | None]] = field(default_factory=list)


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
            except Exception as trouble:  # noqa: BLE001  the edge: nothing would deliver any more if this loop ended
                logger.error("post.failed", extra=_traced(trouble))  # noqa: TRY400  see _traced
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), self._house.settings.poll_seconds)

    async def deliver_due(self, stop: asyncio.Event | None = None) -> int:
        """Send every letter that is due now, and those whose turn comes by that; how many went out."""
        sent, turn = 0, _Round(renewed_at=self._house.clock.now())
        try:
            while True:
                most = 0 if stop and stop.is_set() else LINES - len(turn.under_way)
                claims = await self._write_and_claim(turn, most)
                turn.under_way |= {asyncio.create_task(self._deliver(claim)): claim for claim in claims}
                if not turn.under_way:
                    return sent
                # Not only when one is done: a letter to a slow server must not keep new ones waiting.
                done, _ = await asyncio.wait(
                    turn.under_way, timeout=self._house.settings.poll_seconds, return_when=asyncio.FIRST_COMPLETED
                )
                turn.under_way = {task: claim for task, claim in turn.under_way.items() if task not in done}
                turn.over += [task.result() for task in done]
                sent += sum(1 for task in done if task.result()[0].status == "sent")
        finally:
            for task in turn.under_way:
                task.cancel()
            await asyncio.gather(*turn.under_way, return_exceptions=True)

    async def _write_and_claim(self, turn: _Round, most: int) -> Sequence[Claim]:
        """In one transaction: what became of letters, renewed leases, and the next letters to send."""
        for attempt in range(_WRITINGS):
            try:
                return await self._transact(turn, most)
            except TryAgain:
                if not turn.over or attempt == _WRITINGS - 1:
                    raise
                await asyncio.sleep(0.2 * 2**attempt)
        return ()

    async def _transact(self, turn: _Round, most: int) -> Sequence[Claim]:
        now = self._house.clock.now()
        is_renewal_due = bool(turn.under_way) and now - turn.renewed_at > LEASE / 3
        if not turn.over and not is_renewal_due and not (most > 0 and await self._is_any_due(now)):
            return ()
        policy = await self._house.library.current()
        async with self._house.database.writing() as session:
            for fate, parcel in turn.over:
                await self._write_down(session, fate, parcel)
            if is_renewal_due:
                await outbox.renew(session, turn.under_way.values(), now=now)
            # Counting waits for other post rooms that count: only where there is a notice, and before one is claimed.
            is_counted = most > 0 and await storm.is_any_notice_due(session, now=now)
            if is_counted:
                await storm.calm(session, now=now, policy=policy)
            claims = await outbox.claim_due(session, now=now, most=most, with_notices=is_counted)
        turn.over = []
        if is_renewal_due:
            turn.renewed_at = now
        return claims

    async def _is_any_due(self, now: datetime) -> bool:
        async with self._house.database.reading() as session:
            return await outbox.is_any_due(session, now=now)

    async def _write_down(self, session: AsyncSession, fate: Fate, parcel: Parcel | None) -> None:
        """Close the letter, and keep it as it was sent, readable only with the case's key."""
        if parcel is None or fate.claim.case_no == NO_CASE:
            # What is about no case holds nothing that would have to be shown later, and perhaps a link that lets in.
            if await outbox.note(session, fate) and fate.status == "sent":
                covered = await storm.cover(session, fate.claim.letter_id, at=fate.at)
                self._house.meters.letters.labels("digested").inc(covered)
            return
        paper = stationery(1).paper(0, kind="sent_letter", content=_as_sent(fate, parcel))
        if await outbox.note(session, fate, paper_id=paper.id) and parcel.drawer:
            # Erased while the letter was under way: then there is no key, and nothing is kept.
            await ledger.add_unless_erased(session, parcel.drawer, paper, at=fate.at)

    async def _deliver(self, claim: Claim) -> tuple[Fate, Parcel | None]:
        """Send one letter; whatever happens is a fate."""
        try:
            parcel = await self._prepare(claim)
            await self._mailer.send(parcel.message, to=parcel.to)
        except Exception as trouble:  # noqa: BLE001  the edge: a letter that cannot be printed must not stop the others
            fate = self._fate(claim, trouble)
            level = logging.ERROR if fate.status == "dead" else logging.WARNING
            self._house.meters.letters.labels(fate.status).inc()
            logger.log(level, f"letter.{fate.status}", extra={**_about(claim), "trouble": fate.trouble})  # noqa: G004  two names
            return fate, None
        self._house.meters.letters.labels("sent").inc()
        logger.info("letter.sent", extra=_about(claim))
        return Fate(claim=claim, status="sent", at=self._house.clock.now()), parcel

    def _fate(self, claim: Claim, trouble: Exception) -> Fate:
        now = self._house.clock.now()
        if isinstance(trouble, TryAgain):
            return self._put_off(claim, str(trouble), now)
        if isinstance(trouble, GiveUp):
            return Fate(claim=claim, status="dead", at=now, trouble=str(trouble))
        if isinstance(trouble, NoSuchCase):
            return Fate(claim=claim, status="dead", at=now, trouble="the case's personal data was erased")
        logger.error("letter.unprintable", extra={**_about(claim), **_traced(trouble)})
        return Fate(claim=claim, status="dead", at=now, trouble=f"it cannot be printed ({type(trouble).__name__})")

    def _put_off(self, claim: Claim, trouble: str, now: datetime) -> Fate:
        """Twice as long after every try, up to five minutes; by chance shortened up to a half, so that crowds part."""
        if now - claim.ordered_at >= PATIENCE and claim.tries >= _FEWEST_TRIES:
            return Fate(claim=claim, status="dead", at=now, trouble=f"given up after {claim.tries} tries: {trouble}")
        doubled = min(_FIRST_WAIT * float(2 ** min(claim.tries - 1, 20)), _LONGEST_WAIT)
        return Fate(claim=claim, status="waiting", at=now + doubled * (1 - self._chance() / 2), trouble=trouble)

    async def _prepare(self, claim: Claim) -> Parcel:
        if claim.case_no == NO_CASE:
            return Parcel(*await house_post.prepare(self._house, claim))
        briefing = await self._house.casebook.brief(claim.case_no, with_loads=False)
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
        drawer = (await self._house.casebook.file_of(briefing.case)).drawer()
        return Parcel(message=enclose(printed, label), to=to, printed=printed, drawer=drawer)

    def _addresses(self, claim: Claim) -> Addresses:
        links, to, case_no = self._house.links, claim.order.to, claim.case_no
        return Addresses(
            task=links.address(Ticket("task", case_no, to, claim.order.task_id or "")),
            track=links.address(Ticket("track", case_no, CUSTOMER)),
            view=links.address(Ticket("view", case_no, to)),
        )


def _as_sent(fate: Fate, parcel: Parcel) -> dict[str, str]:
    """A letter as it left, with what the outbox says of it: under the case's key nobody can change that unseen."""
    claim = fate.claim
    told = {"to": parcel.to, "recipient": claim.order.to, "kind": claim.order.kind.value}
    return {**asdict(parcel.printed), **told, "message_id": claim.message_id, "sent_at": moment(fate.at)}


def _about(claim: Claim) -> dict[str, str]:
    """What logs may say about a letter."""
    return {"case_no": claim.case_no, "letter": claim.order.kind.value}


def _traced(trouble: Exception) -> dict[str, str]:
    """Where an exception comes from, innermost first. Not what it says: that may quote a customer."""
    frames = reversed(traceback.extract_tb(trouble.__traceback__))
    where = " < ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames)
    return {"error": type(trouble).__name__, "where": where}
