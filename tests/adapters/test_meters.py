"""The meters: what a process counts of itself."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest
from prometheus_client.parser import text_string_to_metric_families

from adapters.meters import Meters

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def meters() -> Iterator[Meters]:
    """Meters that count this process's troubles, until the test is over."""
    before = {name: list(logging.getLogger(name).handlers) for name in ("", "prefect")}
    counted = Meters()
    counted.count_troubles()
    yield counted
    for name, handlers in before.items():
        logging.getLogger(name).handlers = handlers


def troubles(meters: Meters) -> dict[tuple[str, str], float]:
    """How often each was counted, by level and event."""
    families = text_string_to_metric_families(meters.exposition().decode())
    return {
        (sample.labels["level"], sample.labels["event"]): sample.value
        for family in families
        for sample in family.samples
        if sample.name == "redress_troubles_total"
    }


def test_warnings_and_errors_are_counted_by_our_word_for_them(meters: Meters) -> None:
    log = logging.getLogger("redress.post")
    log.warning("letter.waiting", extra={"case_no": "TC20261123-0001"})
    log.warning("letter.waiting")
    log.error("letter.dead")
    assert troubles(meters) == {("WARNING", "letter.waiting"): 2, ("ERROR", "letter.dead"): 1}


def test_what_other_libraries_say_is_counted_but_not_repeated(meters: Meters) -> None:
    logging.getLogger("sqlalchemy.pool").error("no connection for ann.lee@example.test")
    logging.getLogger("prefect.worker").error("Crash of the run of Ann Lee")
    assert troubles(meters) == {("ERROR", "sqlalchemy"): 1, ("ERROR", "prefect"): 1}


def test_a_gauge_is_read_when_somebody_asks(meters: Meters) -> None:
    room = [1.0]
    meters.watch("redress_room", "Room", lambda: room[0])
    room[0] = 7
    assert "redress_room 7.0" in meters.exposition().decode()


def test_two_houses_of_one_process_count_apart() -> None:
    one, other = Meters(), Meters()
    one.steps.labels("intake").inc()
    assert "redress_steps_total{" in one.exposition().decode()
    assert "redress_steps_total{" not in other.exposition().decode()
