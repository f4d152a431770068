"""The census: how many cases, tasks and letters stand where, counted in the database when somebody asks."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from prometheus_client.core import GaugeMetricFamily
from sqlalchemy import and_, case, func, select
from sqlmodel import col

from complaints.words import Stage, TaskKind
from models.tables import IS_OPEN, CaseRow, LetterRow, ManualTaskRow

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncSession

    from adapters.database import Database

SOON = timedelta(hours=24)
"""An open task that falls due within this time counts as due."""

_HELD = ("hot", "cold")
_UNSENT = ("waiting", "held", "dead")


async def take_census(database: Database, *, now: datetime) -> Sequence[GaugeMetricFamily]:
    """The gauges of the whole house at one moment; TryAgain when the database is away."""
    async with database.reading() as session:
        return (
            await _open_cases(session, now=now),
            *await _unattended(session, now=now),
            await _tasks(session, now=now),
            *await _letters(session, now=now),
        )


async def _open_cases(session: AsyncSession, *, now: datetime) -> GaugeMetricFamily:
    is_hot = col(CaseRow.lease_until) > now
    query = (
        select(col(CaseRow.stage), func.count(), _how_many(is_hot))
        .where(col(CaseRow.stage).is_not(None))
        .group_by(col(CaseRow.stage))
    )
    counted = {stage: (hot, all_ - hot) for stage, all_, hot in (await session.execute(query)).all()}
    family = GaugeMetricFamily("redress_open_cases", "Open cases; hot: in a worker's memory", labels=("stage", "held"))
    for stage in Stage:
        for held, number in zip(_HELD, counted.get(stage.value, (0, 0)), strict=True):
            family.add_metric((stage.value, held), number)
    return family


async def _unattended(session: AsyncSession, *, now: datetime) -> Sequence[GaugeMetricFamily]:
    query = select(func.count(), func.min(CaseRow.wake_at)).where(
        col(CaseRow.stage).is_not(None), col(CaseRow.wake_at) <= now
    )
    number, since = (await session.execute(query)).one()
    return (
        GaugeMetricFamily("redress_unattended_cases", "Cases that a flow should look at now", value=number),
        GaugeMetricFamily(
            "redress_unattended_oldest_seconds", "How long the first of them has waited", value=_age(since, now)
        ),
    )


async def _tasks(session: AsyncSession, *, now: datetime) -> GaugeMetricFamily:
    due_at = col(ManualTaskRow.due_at)
    query = (
        select(
            col(ManualTaskRow.kind),
            func.count(),
            _how_many(and_(due_at > now, due_at <= now + SOON)),
            _how_many(due_at <= now),
        )
        .where(IS_OPEN)
        .group_by(col(ManualTaskRow.kind))
    )
    counted = {kind: numbers for kind, *numbers in (await session.execute(query)).all()}
    family = GaugeMetricFamily(
        "redress_tasks", "Open manual tasks; due: within a day; overdue: past the deadline", labels=("kind", "state")
    )
    for kind in TaskKind:
        for state, number in zip(("open", "due", "overdue"), counted.get(kind.value, (0, 0, 0)), strict=True):
            family.add_metric((kind.value, state), number)
    return family


async def _letters(session: AsyncSession, *, now: datetime) -> Sequence[GaugeMetricFamily]:
    query = (
        select(col(LetterRow.status), func.count(), func.min(LetterRow.ordered_at))
        .where(col(LetterRow.status).in_(_UNSENT))
        .group_by(col(LetterRow.status))
    )
    counted = {status: (number, _age(since, now)) for status, number, since in (await session.execute(query)).all()}
    depth = GaugeMetricFamily("redress_outbox_letters", "Letters that are not out", labels=("status",))
    age = GaugeMetricFamily("redress_outbox_oldest_seconds", "How old the first of them is", labels=("status",))
    for status in _UNSENT:
        number, seconds = counted.get(status, (0, 0))
        depth.add_metric((status,), number)
        age.add_metric((status,), seconds)
    return depth, age


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _age(since: datetime | None, now: datetime) -> float:
    return (now - since).total_seconds() if since else 0.0
