"""Audit samples in the database: drawn once, scored in versions, and never changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from complaints.audit_form import Score, read_form
from complaints.audit_scores import Scored
from complaints.errors import NotThere, TryAgain
from complaints.sampling import Drawn
from models.quality_audit import (
    AUDIT_SAMPLED_CASES,
    AUDIT_SAMPLES,
    AuditSampledCaseRow,
    AuditSampleRow,
    AuditScoreRow,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from adapters.database import Database
    from complaints.audit_form import AuditForm


@dataclass(frozen=True)
class Sample:
    """A sample with its cases, in the order in which they were drawn."""

    row: AuditSampleRow
    cases: tuple[AuditSampledCaseRow, ...]
    form: AuditForm

    def case(self, case_no: str) -> AuditSampledCaseRow:
        """One of its cases; NotThere when it has no such."""
        for one in self.cases:
            if one.case_no == case_no:
                return one
        message = f"{case_no} is not of the sample {self.row.id}"
        raise NotThere(message)


async def store_sample(
    database: Database, row: AuditSampleRow, drawn: Sequence[Drawn], *, departments: Mapping[str, str]
) -> str:
    """Keep a sample under the next number of its day, and return that; TryAgain when somebody else drew meanwhile."""
    told = row.model_dump()
    day = f"{row.drawn_at:%Y%m%d}"
    try:
        async with database.writing() as session:
            like = AUDIT_SAMPLES.c.id.startswith(f"QA{day}-")
            known = (await session.execute(select(func.count()).select_from(AUDIT_SAMPLES).where(like))).scalar_one()
            told["id"] = f"QA{day}-{known + 1:02d}"
            await session.execute(insert(AUDIT_SAMPLES), [told])
            cases = [
                {
                    "sample": told["id"],
                    "case_no": one.case_no,
                    "place": place,
                    "stratum": one.stratum,
                    "department": departments.get(one.case_no, ""),
                }
                for place, one in enumerate(drawn, start=1)
            ]
            await session.execute(insert(AUDIT_SAMPLED_CASES), cases)
    except IntegrityError as race:
        message = "somebody else drew a sample at the same moment"
        raise TryAgain(message) from race
    return str(told["id"])


async def all_samples(database: Database) -> Sequence[AuditSampleRow]:
    """Every sample, the newest first."""
    query = select(AuditSampleRow).order_by(col(AuditSampleRow.drawn_at).desc(), col(AuditSampleRow.id).desc())
    async with database.reading() as session:
        return (await session.execute(query)).scalars().all()


async def read_sample(database: Database, sample: str) -> Sample:
    """A sample by its number; NotThere when there is none."""
    query = select(AuditSampledCaseRow).where(col(AuditSampledCaseRow.sample) == sample)
    async with database.reading() as session:
        row = await session.get(AuditSampleRow, sample)
        cases = (await session.execute(query.order_by(col(AuditSampledCaseRow.place)))).scalars().all()
    if row is None:
        message = f"there is no sample {sample}"
        raise NotThere(message)
    return Sample(row, tuple(cases), read_form("form", row.form))


async def samples_of(database: Database, case_no: str) -> Sequence[str]:
    """The numbers of the samples that have a case among them."""
    query = select(AUDIT_SAMPLED_CASES.c.sample).where(AUDIT_SAMPLED_CASES.c.case_no == case_no)
    async with database.reading() as session:
        return (await session.execute(query.order_by(AUDIT_SAMPLED_CASES.c.sample))).scalars().all()


async def read_scores(database: Database, sample: str, *, case_no: str = "") -> Sequence[AuditScoreRow]:
    """Every version of every score of a sample, or of one of its cases; the oldest first."""
    query = select(AuditScoreRow).where(col(AuditScoreRow.sample) == sample)
    if case_no:
        query = query.where(col(AuditScoreRow.case_no) == case_no)
    async with database.reading() as session:
        return (await session.execute(query.order_by(col(AuditScoreRow.at)))).scalars().all()


async def add_scores(database: Database, rows: Sequence[AuditScoreRow]) -> None:
    """Keep further versions of scores; TryAgain when one of them was added meanwhile."""
    if not rows:
        return
    try:
        async with database.writing() as session:
            session.add_all(rows)
            await session.flush()
    except IntegrityError as race:
        message = "these scores were changed at the same moment from elsewhere"
        raise TryAgain(message) from race


def scored(row: AuditScoreRow) -> Scored:
    """A row as the rules count it."""
    return Scored(row.case_no, row.question, row.by, row.version, Score(row.score))
