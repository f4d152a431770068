"""The auditor's replay: a case as it was known at any of its entries, to be stepped through from the keyboard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from adapters.past import Past
from complaints.access import Purpose
from complaints.letters import LetterKind
from complaints.redeciding import redecide
from portal.audit_pages import case_link
from portal.dossier import Dossier
from portal.looking import look
from portal.my_tasks import Frame, frame
from portal.pages import Page, TheHouse, show
from portal.replaying import Replay, read_replay, replayed
from portal.sessions import Auditor

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from adapters.house import House
    from complaints.comparing import Redecision
    from complaints.event_log import Span
    from complaints.replaying import Bar, Mark, Timeline
    from portal.sessions import Colleague

router = APIRouter(include_in_schema=False)

_WIDE: Final = 1000
"""Units of a row of the timeline, however wide it is drawn."""
_LEAST: Final = 4
"""A stay of seconds in a case of weeks is still seen."""
_PAGE: Final = "/audit"


@dataclass(frozen=True)
class Stretch:
    """Part of a row: where it begins, how wide it is, in units of the row, and what it is in words."""

    x: float
    width: float


@dataclass(frozen=True)
class Row:
    """A stay in a stage, drawn; its link leads to its last entry."""

    bar: Bar
    whole: Stretch
    waits: tuple[Stretch, ...]
    is_ahead: bool
    """Whether it had not begun at the moment that is shown."""


@dataclass(frozen=True)
class Strip:
    """All marks of a kind, drawn in one row."""

    kind: str
    points: tuple[tuple[Mark, float], ...]


@dataclass(frozen=True)
class Sent:
    """A letter that was ordered by then, and when it had left, if it had."""

    kind: LetterKind
    to: str
    sent_at: datetime | None


@dataclass(frozen=True)
class ReplayPage:
    """A moment of a case, with its place in the whole."""

    frame: Frame
    replay: Replay
    dossier: Dossier | None
    """In the reader's language; None once the papers were erased."""
    rows: tuple[Row, ...]
    strips: tuple[Strip, ...]
    here: float
    """Where the moment lies in every row."""
    letters: tuple[Sent, ...]
    decisions: tuple[Redecision, ...]
    """What the entry decided, decided once more."""
    view: str
    """The auditor's link to the case of today, which serves its files."""

    @property
    def seq(self) -> int:
        """The entry that is shown."""
        return self.replay.moment.seq

    @property
    def of(self) -> int:
        """How many there are."""
        return self.replay.moment.of


@router.api_route(f"{_PAGE}/case/{{number}}", methods=["GET", "HEAD"])
async def read(
    request: Request, number: str, me: Auditor, house: TheHouse, seq: Annotated[int | None, Query(ge=1)] = None
) -> Response:
    """The case after an entry, by default its last; looking at it is written down first."""
    replay = await read_replay(house, number, seq=seq)
    await house.accesses.note(look(me, replay.case.case_no, "replay", otherwise=Purpose.AUDIT))
    model = await _page(house, me, replay)
    return show(request, Page("audit/replay.html", me.language, await house.library.current(), model))


async def _page(house: House, me: Colleague, replay: Replay) -> ReplayPage:
    recorded = await (await Past.of(house)).case(replay.case.case_no)
    line, moment = replay.line, replay.moment
    return ReplayPage(
        frame=frame(house, me, _PAGE),
        replay=replay,
        dossier=replayed(recorded, moment, me.language),
        rows=tuple(_row(line, bar, moment.now) for bar in line.bars),
        strips=tuple(_strips(line)),
        here=_x(line, moment.now),
        letters=tuple(
            Sent(LetterKind(row.kind), row.recipient, row.sent_at if row in replay.sent else None)
            for row in replay.letters
        ),
        view=case_link(house, me, replay.case.case_no),
        decisions=tuple(one for one in redecide(recorded) if one.seq == moment.seq),
    )


def _row(line: Timeline, bar: Bar, now: datetime) -> Row:
    return Row(bar, _stretch(line, bar.span), tuple(_stretch(line, wait) for wait in bar.waits), bar.span.start > now)


def _stretch(line: Timeline, span: Span) -> Stretch:
    start, end = _x(line, span.start), _x(line, span.end)
    width = max(end - start, _LEAST)
    return Stretch(min(start, _WIDE - width), width)


def _strips(line: Timeline) -> Iterable[Strip]:
    """Escalations, letters and looks; who looks at a case that has ended looks beyond the end of its line."""
    known = [mark for mark in line.marks if mark.at <= line.span.end]
    for kind in ("escalation", "letter", "view"):
        points = tuple((mark, _x(line, mark.at)) for mark in known if mark.kind == kind)
        if points:
            yield Strip(kind, points)


def _x(line: Timeline, at: datetime) -> float:
    return round(line.share(at) * _WIDE, 1)
