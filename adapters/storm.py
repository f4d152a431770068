"""Storms: when one person would get too many notices within an hour, they are held, and one digest stands for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import and_, func, or_, select, update
from sqlmodel import col

from adapters.house_letters import order_house_letter
from complaints import clocks
from complaints.letters import LetterKind, LetterOrder
from complaints.words import TaskKind
from models.tables import LETTERS, LetterRow, ManualTaskRow

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncSession

    from adapters.database import Database
    from complaints.policy import Policy

NOTICES: Final = (
    LetterKind.TASK_WARNING,
    LetterKind.TASK_ESCALATED,
    LetterKind.TASK_MOVED,
    LetterKind.TASK_REMINDER,
    LetterKind.CLOCK_MISSED,
    LetterKind.CASE_ESCALATED,
)
"""What may be gathered: all of it tells of work that somebody was asked for by a letter of its own, which never is."""

_HOUR = timedelta(hours=1)
_ADVISORY_LOCK = 7_733_771
"""Post rooms of one database count one after the other, so that together they send no more than one would."""


@dataclass(frozen=True)
class Notice:
    """A notice that a digest stands for, with its work as it is now."""

    case_no: str
    kind: LetterKind
    task_id: str
    task: TaskKind | None
    assignee: str
    due_at: datetime | None
    """None when the notice is about no task, or about one that is closed."""


async def is_digest_due(session: AsyncSession, *, now: datetime) -> bool:
    """Whether notices were held long enough."""
    query = select(col(LetterRow.id)).where(_is_held(), col(LetterRow.next_try_at) <= now).limit(1)
    return (await session.execute(query)).first() is not None


async def is_any_notice_due(session: AsyncSession, *, now: datetime) -> bool:
    """Whether there is anything to calm; else nobody must count, nor wait for another post room that does."""
    query = select(LETTERS.c.id).where(or_(_is_ready(now), and_(_is_held(), LETTERS.c.next_try_at <= now))).limit(1)
    return (await session.execute(query)).first() is not None


def is_no_notice() -> ColumnElement[bool]:
    """What a post room may claim that has not counted notices; one that was tried goes on by itself."""
    return or_(~_is_notice(), LETTERS.c.tries > 0)


async def calm(session: AsyncSession, *, now: datetime, policy: Policy) -> None:
    """Hold the notices of a storm, and order the digests whose time has come; in the transaction of the next claims."""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(select(func.pg_advisory_xact_lock(_ADVISORY_LOCK)))
    rules = policy.escalation.storm
    for person in await _in_a_storm(session, now=now, most=rules.most_per_hour):
        gathered = clocks.due(now, rules.gather, policy.calendar)
        leaves_at = max(gathered, await _next_digest(session, person, now=now))
        await session.execute(
            update(LETTERS)
            .where(_is_ready(now), col(LetterRow.recipient) == person)
            .values(status="held", next_try_at=leaves_at)
        )
    for person in await _awaiting(session, now=now):
        await _order_digest(session, person, now=now)


async def cover(session: AsyncSession, digest_id: int, *, at: datetime) -> int:
    """A digest is out, and with it the notices that it stands for; how many."""
    changed = await session.execute(
        update(LETTERS)
        .where(col(LetterRow.digest_id) == digest_id, col(LetterRow.status) == "held")
        .values(status="digested", sent_at=at)
    )
    return int(getattr(changed, "rowcount", 0))


async def covered_by(database: Database, digest_id: int) -> Sequence[Notice]:
    """The notices that a digest stands for, oldest first."""
    task = and_(
        col(ManualTaskRow.case_no) == col(LetterRow.case_no), col(ManualTaskRow.task_id) == col(LetterRow.task_id)
    )
    query = (
        select(LetterRow, ManualTaskRow)
        .outerjoin(ManualTaskRow, task)
        .where(col(LetterRow.digest_id) == digest_id)
        .order_by(col(LetterRow.id))
    )
    async with database.reading() as session:
        rows = (await session.execute(query)).tuples().all()
    return [_notice(letter, work) for letter, work in rows]


def _notice(letter: LetterRow, work: ManualTaskRow | None) -> Notice:
    return Notice(
        case_no=letter.case_no,
        kind=LetterKind(letter.kind),
        task_id=letter.task_id or "",
        task=TaskKind(work.kind) if work else None,
        assignee=work.assignee if work else "",
        due_at=work.due_at if work and work.status == "open" else None,
    )


def _is_notice() -> ColumnElement[bool]:
    return LETTERS.c.kind.in_([kind.value for kind in NOTICES])


def _is_ready(now: datetime) -> ColumnElement[bool]:
    """A notice that nobody has tried to send: one that was tried may have arrived, and goes on by itself."""
    return and_(LETTERS.c.status == "waiting", LETTERS.c.tries == 0, LETTERS.c.next_try_at <= now, _is_notice())


def _is_held() -> ColumnElement[bool]:
    return and_(LETTERS.c.status == "held", LETTERS.c.digest_id.is_(None))


async def _in_a_storm(session: AsyncSession, *, now: datetime, most: int) -> list[str]:
    """Whoever would get more notices than so many within the hour, those that are ready now included."""
    ready = select(col(LetterRow.recipient), func.count()).where(_is_ready(now)).group_by(col(LetterRow.recipient))
    coming = dict((await session.execute(ready)).tuples().all())
    known = await _within_the_hour(session, coming, now=now) if coming else {}
    return sorted(person for person, count in coming.items() if count + known.get(person, 0) > most)


async def _within_the_hour(session: AsyncSession, people: Collection[str], *, now: datetime) -> dict[str, int]:
    """Notices that came within the hour, alone or in a digest, that are under way, and that are held."""
    came = and_(col(LetterRow.status).in_(["sent", "digested"]), col(LetterRow.sent_at) > now - _HOUR)
    is_coming = or_(col(LetterRow.status) == "held", and_(col(LetterRow.status) == "waiting", col(LetterRow.tries) > 0))
    query = (
        select(col(LetterRow.recipient), func.count())
        .where(col(LetterRow.recipient).in_(list(people)), _is_notice(), or_(came, is_coming))
        .group_by(col(LetterRow.recipient))
    )
    return dict((await session.execute(query)).tuples().all())


async def _next_digest(session: AsyncSession, person: str, *, now: datetime) -> datetime:
    """From when on somebody may get a digest again: one within the hour is enough."""
    # Older ones would change nothing, and among all letters that somebody ever got it would take long to find them.
    is_late = or_(LETTERS.c.sent_at > now - _HOUR, LETTERS.c.sent_at.is_(None))
    query = select(func.max(LetterRow.ordered_at)).where(
        col(LetterRow.recipient) == person, col(LetterRow.kind) == LetterKind.DIGEST.value, is_late
    )
    last: datetime | None = (await session.execute(query)).scalar_one()
    return last + _HOUR if last else now


async def _awaiting(session: AsyncSession, *, now: datetime) -> Sequence[str]:
    query = select(col(LetterRow.recipient)).where(_is_held(), col(LetterRow.next_try_at) <= now).distinct()
    return sorted((await session.execute(query)).scalars())


async def _order_digest(session: AsyncSession, person: str, *, now: datetime) -> None:
    """One letter for all that is held for a person; its key, and so its Message-ID, follows from the first of them."""
    held = and_(_is_held(), col(LetterRow.recipient) == person)
    first = (await session.execute(select(func.min(LetterRow.id)).where(held))).scalar_one()
    order = LetterOrder(kind=LetterKind.DIGEST, to=person, key=f"{LetterKind.DIGEST}/{first}/{person}")
    digest_id = await order_house_letter(session, order, at=now)
    await session.execute(update(LETTERS).where(held).values(digest_id=digest_id))
