"""The walk along all chains: each raw row is hashed as it lies there and held against the one before it.

orjson writes what the chain's canonical form is, but for some numbers; so where its hash differs, the exact form of
complaints/canonical.py has the last word.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson

from complaints.canonical import canonical
from complaints.chain import GENESIS, METHOD
from complaints.events import StageClosed
from complaints.flaws import Flaw
from complaints.seals import LEEWAY, moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.eventlog import Row

_SORTED = orjson.OPT_SORT_KEYS
_MOVE = StageClosed.type


@dataclass
class Trail:
    """What the walk saw of one case."""

    case_no: str
    hashes: dict[int, str] = field(default_factory=dict)
    """Of its entries, by number."""
    last: int = 0
    """The number of the last entry."""
    head: str = GENESIS
    """The hash of the last entry."""
    dated: dict[Any, int] = field(default_factory=dict)
    """Day (UTC), as the driver gives it, to the last of the entries that are dated so."""
    last_move: Row | None = None
    rows: list[Row] = field(default_factory=list)
    flaw: Flaw | None = None
    """The first thing that does not fit."""

    @property
    def days(self) -> dict[str, int]:
        """The same as `dated`, by the day's name."""
        return {str(day): seq for day, seq in self.dated.items()}

    @property
    def closed_at(self) -> datetime | None:
        """When the case was closed, if its last move left the process; None while it is open."""
        if self.last_move is None:
            return None
        try:
            # Read, not searched: the same data may be written with other spaces.
            is_over = json.loads(self.last_move[8])["next"] is None
            return moment_of(self.last_move[4]) if is_over else None
        except (ValueError, TypeError, KeyError):
            return None


class Walk:
    """Goes through rows that are ordered by case and number; memory holds one case."""

    def __init__(self, *, now: datetime, keeps_rows: bool = False) -> None:
        self.entries = 0
        self._keeps_rows = keeps_rows
        self._now = now
        self._trail = Trail("")
        self._is_under_way = False
        self._before: Any = None
        self._done: list[Trail] = []

    def finished(self, *, is_last: bool = False) -> Sequence[Trail]:
        """The cases that were walked to their end since the last call."""
        if is_last:
            self._end()
        done, self._done = self._done, []
        return done

    def feed(self, rows: Sequence[Row]) -> None:
        """Walk on over these rows."""
        self.entries += len(rows)
        for row in rows:
            if row[0] != self._trail.case_no or not self._is_under_way:
                self._end()
                self._trail, self._before, self._is_under_way = Trail(row[0]), None, True
            try:
                self._look(row)
            except (TypeError, ValueError, AttributeError):
                # SQLite keeps whatever is put into a column.
                self._blame(row, "holds what was never written there")

    def _end(self) -> None:
        if self._is_under_way:
            self._look_ahead()
            self._done.append(self._trail)
        self._is_under_way = False

    def _look(self, row: Row) -> None:
        trail, seq, at, stored = self._trail, row[1], row[4], row[11]
        if trail.flaw is None:
            if seq != trail.last + 1 or row[9] != trail.head:
                self._blame_place(row)
            elif row[10] != METHOD:
                self._blame(row, "was hashed by a method that is not known", METHOD, row[10])
            elif _quick_hash(row) != stored and (exact := exact_hash(row)) != stored:
                self._blame(row, "was changed after it was written", exact, stored)
            elif self._before is not None and at < self._before:
                self._look_at_order(row)
        trail.last, trail.head = seq, stored
        trail.hashes[seq] = stored
        trail.dated[at[:10] if type(at) is str else at.date()] = seq
        self._before = at
        if row[2] == _MOVE:
            trail.last_move = row
        if self._keeps_rows:
            trail.rows.append(row)

    def _blame(self, row: Row, what: str, expected: str = "", found: str = "") -> None:
        seq: Any = row[1]
        place = seq if isinstance(seq, int) else self._trail.last + 1
        flaw = Flaw(self._trail.case_no, place, "chain", what, str(expected), str(found))
        self._trail.flaw = self._trail.flaw or flaw

    def _blame_place(self, row: Row) -> None:
        last, head = self._trail.last, self._trail.head
        if row[1] > last + 1:
            missing = Flaw(row[0], last + 1, "chain", "is missing", f"entry {last + 1}", f"entry {row[1]}")
            self._trail.flaw = missing
        else:
            self._blame(row, "does not follow the entry before it", head, row[9])

    def _look_at_order(self, row: Row) -> None:
        """Clocks of a house differ a little, and so may entries of two machines."""
        before, at = moment_of(self._before), moment_of(row[4])
        if before - at > LEEWAY:
            self._blame(row, "is dated before the entry before it", f"not before {moment(before)}", moment(at))

    def _look_ahead(self) -> None:
        """Whether the last entry, and so any, is dated in the future."""
        if self._before is None or self._trail.flaw:
            return
        try:
            at = moment_of(self._before)
        except ValueError:
            what = "holds what was never written there"
            self._trail.flaw = Flaw(self._trail.case_no, self._trail.last, "chain", what)
            return
        if at - self._now > LEEWAY:
            what, limit = "is dated in the future", f"not after {moment(self._now)}"
            self._trail.flaw = Flaw(self._trail.case_no, self._trail.last, "chain", what, limit, moment(at))


def exact_hash(row: Row) -> str:
    """The hash of a row by the chain's own form."""
    return hashlib.sha256(canonical({**_line(row), "data": json.loads(row[8])})).hexdigest()


def moment_of(at: datetime | str) -> datetime:
    """A moment as the driver gives it: with its zone on PostgreSQL, as a text in UTC on SQLite."""
    return at if isinstance(at, datetime) else datetime.fromisoformat(at).replace(tzinfo=UTC)


def _quick_hash(row: Row) -> str:
    case_no, seq, kind, version, at, actor, origin, policy, data, previous, method, _ = row
    line = {
        "case_no": case_no,
        "seq": seq,
        # orjson leaves out a fraction of nothing, which the chain writes.
        "at": _text(at) if type(at) is str else at if at.microsecond else moment(at),
        "actor": actor,
        "origin": origin,
        "policy": policy,
        "type": kind,
        "version": version,
        "data": orjson.loads(data),
        "previous": previous,
        "method": method,
    }
    return hashlib.sha256(orjson.dumps(line, option=_SORTED)).hexdigest()


def _line(row: Row) -> dict[str, Any]:
    case_no, seq, kind, version, at, actor, origin, policy, _, previous, method, _ = row
    return {
        "case_no": case_no,
        "seq": seq,
        "at": _text(at) if type(at) is str else moment(at),
        "actor": actor,
        "origin": origin,
        "policy": policy,
        "type": kind,
        "version": version,
        "previous": previous,
        "method": method,
    }


def _text(at: str) -> str:
    """SQLite's moment as the chain writes it; a moment written otherwise stays otherwise."""
    return f"{at[:10]}T{at[11:]}+00:00" if at[10:11] == " " else at
