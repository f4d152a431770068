"""The walk: any single change to any column of any stored entry is found, and nothing that is right is blamed."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.chainwalk import Walk, exact_hash, moment_of
from complaints.chain import GENESIS, METHOD
from tests.play import CASE_NO, Play

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.chainwalk import Trail
    from adapters.eventlog import Row

NOW = datetime(2027, 3, 1, tzinfo=UTC)
COLUMNS = (
    "case_no",
    "seq",
    "type",
    "version",
    "at",
    "actor",
    "origin",
    "policy",
    "data",
    "previous",
    "method",
    "hash",
)
ON = {"sqlite": lambda at: at.strftime("%Y-%m-%d %H:%M:%S.%f"), "postgresql": lambda at: at}


@cache
def stored(engine: str) -> tuple[Row, ...]:
    """A whole history as it lies in a database."""
    play = Play()
    play.to_the_end()
    return tuple(
        (
            entry.case_no,
            entry.seq,
            entry.fact.type,
            entry.fact.version,
            ON[engine](entry.at),
            entry.actor,
            entry.origin,
            entry.policy,
            json.dumps(entry.fact.stated()),
            entry.previous,
            entry.method,
            entry.hash,
        )
        for entry in play.entries
    )


def walked(rows: Sequence[Row], *, batch: int = 7) -> list[Trail]:
    walk = Walk(now=NOW)
    trails: list[Trail] = []
    for at in range(0, len(rows), batch):
        walk.feed(rows[at : at + batch])
        trails += walk.finished()
    return [*trails, *walk.finished(is_last=True)]


@pytest.mark.parametrize("engine", ON)
def test_an_untouched_history_is_walked_to_its_head(engine: str) -> None:
    rows = stored(engine)
    (trail,) = walked(rows)
    assert trail.flaw is None
    assert (trail.case_no, trail.last, trail.head) == (CASE_NO, len(rows), rows[-1][11])
    assert trail.closed_at == moment_of(rows[-1][4])
    assert trail.days[str(moment_of(rows[0][4]).date())] >= 1


def other_than(value: Any) -> st.SearchStrategy[Any]:  # noqa: ANN401  any column's
    """Something else that the column could hold."""
    if isinstance(value, datetime):
        return st.timedeltas(timedelta(microseconds=1), timedelta(days=30)).map(lambda by: value - by)
    kinds = st.integers(-1, 2**31) if isinstance(value, int) else st.text(st.characters(exclude_categories=["Cs"]))
    return kinds.filter(lambda drawn: drawn != value)


@pytest.mark.parametrize("engine", ON)
@pytest.mark.parametrize("column", COLUMNS)
@settings(max_examples=40)
@given(data=st.data())
def test_any_single_change_to_any_column_of_any_entry_is_found(engine: str, column: str, data: st.DataObject) -> None:
    rows, place = list(stored(engine)), COLUMNS.index(column)
    at = data.draw(st.integers(0, len(rows) - 1))
    value = data.draw(other_than(rows[at][place]))
    changed: Any = (*rows[at][:place], value, *rows[at][place + 1 :])
    flaws = [trail.flaw for trail in walked([*rows[:at], changed, *rows[at + 1 :]]) if trail.flaw]
    assert flaws
    assert flaws[0].where == "chain"


@pytest.mark.parametrize("engine", ON)
@settings(max_examples=200)
@given(data=st.data())
def test_any_changed_sign_in_the_data_is_found_where_it_stands(engine: str, data: st.DataObject) -> None:
    rows = list(stored(engine))
    at = data.draw(st.integers(0, len(rows) - 1))
    text = rows[at][8]
    place = data.draw(st.integers(0, len(text) - 1))
    changed = text[:place] + data.draw(st.sampled_from('01ax"{ ')) + text[place + 1 :]
    try:
        if json.loads(changed) == json.loads(text):
            return
    except ValueError:
        pass
    rows[at] = (*rows[at][:8], changed, *rows[at][9:])
    (trail,) = walked(rows)
    assert trail.flaw is not None
    assert trail.flaw.seq == at + 1


@pytest.mark.parametrize("value", [None, 7, 1.5, b"bytes", "2026-11-23T01:00:00.000000"])
@pytest.mark.parametrize("column", ["seq", "at", "data", "previous", "hash"])
def test_what_a_column_should_never_hold_is_a_flaw_and_no_crash(column: str, value: Any) -> None:  # noqa: ANN401  anything
    rows: list[Any] = [*stored("sqlite")]
    place = COLUMNS.index(column)
    rows[5] = (*rows[5][:place], value, *rows[5][place + 1 :])
    assert any(trail.flaw for trail in walked(rows))


def test_a_closed_case_is_closed_however_its_last_move_is_spaced() -> None:
    rows = list(stored("sqlite"))
    rows[-1] = (*rows[-1][:8], rows[-1][8].replace(" ", ""), *rows[-1][9:])
    (trail,) = walked(rows)
    assert trail.flaw is None
    assert trail.closed_at is not None


NUMBERS = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**80), 2**80)
VALUES = st.recursive(
    NUMBERS | st.text(st.characters(exclude_categories=["Cs"])) | st.none() | st.booleans(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
)


@settings(max_examples=300)
@given(value=VALUES, whole_second=st.booleans())
def test_whatever_a_fact_may_hold_the_quick_form_never_blames_what_is_right(
    *, value: object, whole_second: bool
) -> None:
    at = datetime(2026, 11, 23, 1, 2, 3, 0 if whole_second else 4, tzinfo=UTC)
    data = json.dumps({"value": value, "a": 1})
    for moment in (at, ON["sqlite"](at)):
        row: Any = ("TC1", 1, "x", 1, moment, "a", "o", "p", data, GENESIS, METHOD, "")
        (trail,) = walked([(*row[:11], exact_hash(row))])
        assert trail.flaw is None


def test_walking_takes_the_memory_of_one_case() -> None:
    walk = Walk(now=NOW)
    for nth in range(50):
        rows: Any = [(f"TC{nth:04d}", *row[1:]) for row in stored("sqlite")]
        walk.feed(rows)
        assert len(walk.finished()) == (1 if nth else 0)
