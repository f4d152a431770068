"""Findings in the database: raised once, led on step by step, and told to their owners by mail."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from adapters.audit_notes import AuditNotes
from adapters.house_letters import NO_CASE, order_house_letter
from complaints.errors import NotThere, TryAgain
from complaints.findings import FindingStatus, Severity, weeks_due
from complaints.letters import LetterKind, LetterOrder
from models.quality_audit import AUDIT_FINDING_STEPS, AUDIT_FINDINGS, AuditFindingRow, AuditFindingStepRow
from models.tables import LETTERS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy import Row
    from sqlalchemy.ext.asyncio import AsyncSession
    from sqlalchemy.sql.elements import ColumnElement

    from adapters.house import House

log = logging.getLogger("redress.audit")


@dataclass(frozen=True)
class About:
    """What a finding is about: a question of a case of a sample, or less; all '' for none of them."""

    sample: str = ""
    case_no: str = ""
    question: str = ""


@dataclass(frozen=True)
class Step:
    """How a finding stands from a moment on; `text` is None when it was erased with its case."""

    number: int
    at: datetime
    by: str
    status: FindingStatus
    owner: str
    due_on: date
    text: str | None


@dataclass(frozen=True)
class Finding:
    """A finding with all its steps, the oldest first; `text` is None when it was erased with its case."""

    id: str
    about: About
    severity: Severity
    raised_by: str
    raised_at: datetime
    text: str | None
    steps: tuple[Step, ...]

    @property
    def now(self) -> Step:
        """How it stands."""
        return self.steps[-1]

    def is_late(self, today: date) -> bool:
        """Whether it should have been closed by now."""
        return self.now.status is not FindingStatus.CLOSED and today > self.now.due_on


@dataclass(frozen=True)
class Raised:
    """A finding to be raised."""

    about: About
    severity: Severity
    text: str
    by: str
    owner: str
    due_on: date


@dataclass(frozen=True)
class Taken:
    """A step to be taken."""

    by: str
    status: FindingStatus
    owner: str
    due_on: date
    text: str


class Findings:
    """All findings of a house."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._notes = AuditNotes(house)

    async def raise_one(self, raised: Raised) -> str:
        """Keep a finding, tell its owner, and return its number; NoSuchCase when its case was erased."""
        now = self._house.clock.now()
        try:
            async with self._house.database.writing() as session:
                number = await _next_number(session, now)
                text = await self._notes.seal(raised.text, case_no=raised.about.case_no, about=f"{number} 0")
                told = {**raised.about.__dict__, "severity": raised.severity, "sealed": text}
                row = {"id": number, "raised_by": raised.by, "raised_at": now, **told}
                await session.execute(insert(AUDIT_FINDINGS), [row])
                first = Taken(raised.by, FindingStatus.OPEN, raised.owner, raised.due_on, "")
                begun = {"finding": number, "number": 1, "taken_at": now, "sealed": None, **_told(first)}
                await session.execute(insert(AUDIT_FINDING_STEPS), [begun])
                order = _order(LetterKind.FINDING_ASKED, (number, raised.severity), first, mark="1")
                await order_house_letter(session, order, at=now)
        except IntegrityError as race:
            message = "somebody else raised a finding at the same moment"
            raise TryAgain(message) from race
        return number

    async def take(self, finding: Finding, step: Taken) -> None:
        """Lead a finding on; a new owner is told. TryAgain when somebody else did so meanwhile."""
        number, now = finding.now.number + 1, self._house.clock.now()
        sealed = await self._notes.seal(step.text, case_no=finding.about.case_no, about=f"{finding.id} {number}")
        try:
            async with self._house.database.writing() as session:
                row = {"finding": finding.id, "number": number, "taken_at": now, "sealed": sealed, **_told(step)}
                await session.execute(insert(AUDIT_FINDING_STEPS), [row])
                if step.owner != finding.now.owner and step.status is not FindingStatus.CLOSED:
                    order = _order(LetterKind.FINDING_ASKED, (finding.id, finding.severity), step, mark=str(number))
                    await order_house_letter(session, order, at=now)
        except IntegrityError as race:
            message = "somebody else led this finding on at the same moment"
            raise TryAgain(message) from race

    async def read(self, number: str) -> Finding:
        """One finding; NotThere when there is none."""
        found = await self._read(col(AuditFindingRow.id) == number)
        if not found:
            message = f"there is no finding {number}"
            raise NotThere(message)
        return found[0]

    async def of_sample(self, sample: str) -> Sequence[Finding]:
        """The findings of a sample, the oldest first; lists come without texts."""
        return await self._read(col(AuditFindingRow.sample) == sample, with_texts=False)

    async def of_case(self, case_no: str) -> Sequence[Finding]:
        """The findings about a case with their texts, the oldest first."""
        return await self._read(col(AuditFindingRow.case_no) == case_no)

    async def of_owner(self, owner: str) -> Sequence[Finding]:
        """The findings that somebody answers for now; those that are due first on top, the closed ones last."""
        owned = select(AUDIT_FINDING_STEPS.c.finding).where(AUDIT_FINDING_STEPS.c.owner == owner)
        found = await self._read(col(AuditFindingRow.id).in_(owned), with_texts=False)
        return _by_urgency([one for one in found if one.now.owner == owner])

    async def all(self) -> Sequence[Finding]:
        """Every finding; those that are due first on top, the closed ones last."""
        return _by_urgency(await self._read(with_texts=False))

    async def remind_due(self) -> int:
        """Remind the owners of findings that are due, once a week each; how many letters were ordered."""
        policy, now = await self._house.library.current(), self._house.clock.now()
        today = now.astimezone(ZoneInfo(policy.calendar.timezone)).date()
        ordered = 0
        for finding, severity, step in await self._due(today):
            order = _order(LetterKind.FINDING_DUE, (finding, severity), step, mark=f"{weeks_due(step.due_on, today)}")
            ordered += await self._order_once(order, now)
        if ordered:
            log.info("findings.reminded", extra={"letters": ordered})
        return ordered

    async def _due(self, today: date) -> list[tuple[str, Severity, Taken]]:
        """What is due and not closed, as it stands, without its texts."""
        rows = await self._unclosed(AUDIT_FINDING_STEPS.c.due_on <= today)
        return [
            (row.id, Severity(row.severity), Taken(row.taken_by, FindingStatus(row.status), row.owner, row.due_on, ""))
            for row in rows
        ]

    async def count_open(self, owner: str) -> int:
        """How many findings that are not closed somebody answers for."""
        return len(await self._unclosed(AUDIT_FINDING_STEPS.c.owner == owner))

    async def _unclosed(self, condition: ColumnElement[bool]) -> Sequence[Row[Any]]:
        """Findings that are not closed and whose newest step meets a condition, with that step."""
        steps, findings = AUDIT_FINDING_STEPS.c, AUDIT_FINDINGS.c
        newest = select(steps.finding, func.max(steps.number).label("last")).group_by(steps.finding).subquery()
        query = (
            select(findings.id, findings.severity, steps.taken_by, steps.status, steps.owner, steps.due_on)
            .join(AUDIT_FINDING_STEPS, steps.finding == findings.id)
            .join(newest, and_(newest.c.finding == steps.finding, newest.c.last == steps.number))
            .where(steps.status != FindingStatus.CLOSED.value, condition)
        )
        async with self._house.database.reading() as session:
            return (await session.execute(query)).all()

    async def _order_once(self, order: LetterOrder, now: datetime) -> bool:
        known = select(LETTERS.c.id).where(LETTERS.c.case_no == NO_CASE, LETTERS.c.key == order.key)
        try:
            async with self._house.database.writing() as session:
                if (await session.execute(known)).first():
                    return False
                await order_house_letter(session, order, at=now)
        except IntegrityError:
            # Another worker was faster.
            return False
        return True

    async def _read(self, *conditions: ColumnElement[bool], with_texts: bool = True) -> list[Finding]:
        query = (
            select(AuditFindingRow).where(*conditions).order_by(col(AuditFindingRow.raised_at), col(AuditFindingRow.id))
        )
        async with self._house.database.reading() as session:
            rows = (await session.execute(query)).scalars().all()
            ids = [row.id for row in rows]
            asked = select(AuditFindingStepRow).where(col(AuditFindingStepRow.finding).in_(ids))
            steps = (await session.execute(asked.order_by(col(AuditFindingStepRow.number)))).scalars().all()
        notes = self._notes if with_texts else None
        return [await _finding(notes, row, [step for step in steps if step.finding == row.id]) for row in rows]


async def _finding(notes: AuditNotes | None, row: AuditFindingRow, steps: Sequence[AuditFindingStepRow]) -> Finding:
    """A finding as it is stored; without notes its texts are left out."""

    async def opened(sealed: bytes | None, number: int) -> str | None:
        about = f"{row.id} {number}"
        return await notes.open(sealed, case_no=row.case_no, about=about) if notes else ""

    return Finding(
        id=row.id,
        about=About(row.sample, row.case_no, row.question),
        severity=Severity(row.severity),
        raised_by=row.raised_by,
        raised_at=row.raised_at,
        text=await opened(row.text, 0),
        steps=tuple(
            [
                Step(
                    number=step.number,
                    at=step.at,
                    by=step.by,
                    status=FindingStatus(step.status),
                    owner=step.owner,
                    due_on=step.due_on,
                    text=await opened(step.text, step.number),
                )
                for step in steps
            ]
        ),
    )


def _by_urgency(findings: Sequence[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda one: (one.now.status is FindingStatus.CLOSED, one.now.due_on, one.id))


def _told(step: Taken) -> dict[str, Any]:
    """The columns of a step that say how the finding stands."""
    return {"taken_by": step.by, "status": step.status.value, "owner": step.owner, "due_on": step.due_on}


def _order(kind: LetterKind, about: tuple[str, Severity], step: Taken, *, mark: str) -> LetterOrder:
    """A letter to the owner: codes and the finding's number, no word of what it says."""
    finding, severity = about
    details = (("finding", finding), ("severity", severity.value), ("due_on", step.due_on.isoformat()))
    return LetterOrder(kind, step.owner, f"{kind}/{finding}/{step.due_on}/{step.owner}/{mark}", details=details)


async def _next_number(session: AsyncSession, now: datetime) -> str:
    day = f"{now:%Y%m%d}"
    like = AUDIT_FINDINGS.c.id.startswith(f"QF{day}-")
    known = (await session.execute(select(func.count()).select_from(AUDIT_FINDINGS).where(like))).scalar_one()
    return f"QF{day}-{known + 1:02d}"
