"""Published heads: day by day, one signed root over the heads of all cases that moved, chained to the day before.

Every case's newest head stands under exactly one root, that of its last day; a line fixes the line before it. So the
newest line fixes all histories up to its day.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from complaints.canonical import canonical
from complaints.errors import HistoryBroken
from complaints.look_digests import Looks
from complaints.merkle import path_to, root_by
from complaints.seals import METHOD

if TYPE_CHECKING:
    from collections.abc import Sequence

SETTLING = timedelta(minutes=10)
"""(house) How long after midnight UTC a day is over: what was decided before midnight is written by then."""


@dataclass(frozen=True, order=True)
class Leaf:
    """Where a case's history ended on a day."""

    case_no: str
    seq: int
    hash: str

    @property
    def line(self) -> bytes:
        """The leaf as it is hashed and as it stands in the list of its day."""
        return canonical({"case_no": self.case_no, "seq": self.seq, "hash": self.hash})


@dataclass(frozen=True)
class Line:
    """One line of the published file: the root of a day."""

    day: str
    """UTC, like 2026-11-25; the first line covers all days up to its own."""
    cases: int
    """Number of leaves."""
    root: str
    previous: str
    """SHA-256 of the line before, as it stands in the file without its end; empty for the first."""
    published_at: str
    key_id: str
    method: str = METHOD
    signature: str = field(default="")
    looks_number: int = 0
    looks_digest: str = ""
    """Of the day's rows of the access log; '' in lines of before there was such a digest, which say nothing of them."""

    @property
    def looks(self) -> Looks | None:
        """What it says of the looks of its day; None when it says nothing."""
        return Looks(self.looks_number, self.looks_digest) if self.looks_digest else None

    @property
    def told(self) -> dict[str, Any]:
        """What it says: a line of before stays as it was signed."""
        unsaid = set() if self.looks_digest else {"looks_number", "looks_digest"}
        return {name: value for name, value in self.__dict__.items() if name not in unsaid}

    @property
    def signed(self) -> bytes:
        """The bytes under the signature."""
        return b"redress heads\n" + canonical({name: said for name, said in self.told.items() if name != "signature"})

    @property
    def text(self) -> str:
        """The line as it stands in the file, without its end."""
        return canonical(self.told).decode()

    @property
    def digest(self) -> str:
        """What the next line states of this one."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def read_line(text: str) -> Line:
    """A line of the file; HistoryBroken when it is none."""
    try:
        line = Line(**json.loads(text))
        date.fromisoformat(line.day)
        datetime.fromisoformat(line.published_at)
    except (ValueError, TypeError) as wrong:
        message = "is no line of published heads"
        raise HistoryBroken(message) from wrong
    if line.text != text:
        message = "is not written as it was signed"
        raise HistoryBroken(message)
    return line


def read_leaf(text: str | bytes) -> Leaf:
    """A line of a day's list; HistoryBroken when it is none."""
    try:
        return Leaf(**json.loads(text))
    except (ValueError, TypeError) as wrong:
        message = "is no head of a case"
        raise HistoryBroken(message) from wrong


class Periods:
    """Which published line covers a day: the first one all days up to its own, each other one those since the last."""

    def __init__(self, days: Sequence[str]) -> None:
        self.days = list(days)

    def of(self, day: str) -> int | None:
        """The place of the line that covers a day; None when it is not published yet."""
        place = bisect_left(self.days, day)
        return place if place < len(self.days) else None


def last_day_over(now: datetime) -> str:
    """The last day that can be published."""
    return (now.astimezone(UTC) - SETTLING - timedelta(days=1)).date().isoformat()


def days_to_publish(*, last: str, first: str, now: datetime) -> tuple[str, ...]:
    """The days that are over and not published, in order: those since `last`; the first line covers all since `first`.

    `first` is the day of the first entry of all, empty when there is none.
    """
    end = last_day_over(now)
    if not last:
        return (end,) if first and first <= end else ()
    after = date.fromisoformat(last) + timedelta(days=1)
    return tuple((after + timedelta(days=nth)).isoformat() for nth in range((date.fromisoformat(end) - after).days + 1))


def bounds(day: str, *, is_first: bool) -> tuple[datetime, datetime]:
    """From when (inclusive) until when (exclusive) entries belong to a line."""
    begin = datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC)
    return (datetime.min.replace(tzinfo=UTC) if is_first else begin), begin + timedelta(days=1)


@dataclass(frozen=True)
class Proof:
    """That a case's head is under a published root; whoever has the public keys can check it without this house."""

    leaf: Leaf
    place: int
    path: tuple[str, ...]
    line: Line

    def as_data(self) -> dict[str, Any]:
        """For a file."""
        return {
            "leaf": self.leaf.__dict__,
            "place": self.place,
            "path": list(self.path),
            "line": self.line.told,
        }

    @property
    def leads_to_the_root(self) -> bool:
        """Whether the path leads from the leaf to the published root."""
        return root_by(self.path, self.leaf.line, place=self.place, size=self.line.cases) == self.line.root


def prove(leaves: Sequence[Leaf], place: int, line: Line) -> Proof:
    """The proof for one of a day's leaves."""
    path = path_to(place, [leaf.line for leaf in leaves])
    return Proof(leaf=leaves[place], place=place, path=path, line=line)


def read_proof(text: str) -> Proof:
    """A proof from a file; HistoryBroken when it is none."""
    try:
        told = json.loads(text)
        return Proof(
            leaf=Leaf(**told["leaf"]), place=int(told["place"]), path=tuple(told["path"]), line=Line(**told["line"])
        )
    except (ValueError, TypeError, KeyError) as wrong:
        message = "this is no proof of a published head"
        raise HistoryBroken(message) from wrong
