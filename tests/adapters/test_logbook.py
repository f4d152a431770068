"""The logbook: one line an event, waits are no failures, chatter is kept out."""

from __future__ import annotations

import json
import logging
import sys
from typing import TYPE_CHECKING, Any

import pytest

from adapters.logbook import NotAFailure, OneLine, OneObject, open_logbook

if TYPE_CHECKING:
    from collections.abc import Iterator


def line(message: str = "stage.recorded", **extra: Any) -> str:  # noqa: ANN401  whatever an event carries
    return OneLine().format(record(message, **extra))


def record(message: str, **extra: Any) -> logging.LogRecord:  # noqa: ANN401  as above
    parts = {"name": "redress.stage", "levelname": "INFO", "msg": message, "created": 1795312800.25, **extra}
    return logging.makeLogRecord(parts)


def test_an_event_is_one_line_with_its_moment_in_utc_and_its_ids() -> None:
    shown = line(case_no="TC20261123-0001", seq=7)
    assert shown == "2026-11-22T02:00:00.250Z INFO redress.stage stage.recorded case_no=TC20261123-0001 seq=7"


@pytest.mark.parametrize(
    ("value", "shown"),
    [("two words", '"two words"'), ("", '""'), ("two\nlines", '"two\\nlines"'), ("漏水", "漏水"), (None, "None")],
)
def test_a_value_that_is_not_one_word_is_quoted(value: object, shown: str) -> None:
    assert line(trouble=value).endswith(f" trouble={shown}")


def test_no_value_and_no_message_can_pretend_to_be_another_line() -> None:
    forged = "x\n2026-11-22T02:00:00.250Z INFO redress.stage case.archived"
    assert "\n" not in line(case_no=forged)
    assert "\n" not in line(forged)


def test_a_traceback_follows_on_lines_of_its_own() -> None:
    try:
        raise ValueError("so")  # noqa: TRY301  a traceback is wanted
    except ValueError:
        shown = line(exc_info=sys.exc_info()).splitlines()
    assert shown[0].endswith("stage.recorded")
    assert shown[1] == "Traceback (most recent call last):"
    assert shown[-1] == "ValueError: so"


def test_as_json_a_record_is_one_object_with_its_ids_as_they_are() -> None:
    told = OneObject().format(record("stage.recorded", case_no="TC20261123-0001", seq=7, trouble="two\nlines"))
    assert "\n" not in told
    assert json.loads(told) == {
        "at": "2026-11-22T02:00:00.250Z",
        "level": "INFO",
        "logger": "redress.stage",
        "event": "stage.recorded",
        "case_no": "TC20261123-0001",
        "seq": 7,
        "trouble": "two\nlines",
    }


def test_as_json_a_traceback_stays_in_its_object() -> None:
    try:
        raise ValueError("so")  # noqa: TRY301  a traceback is wanted
    except ValueError:
        told = OneObject().format(record("worker.broken", exc_info=sys.exc_info()))
    assert "\n" not in told
    assert json.loads(told)["traceback"].endswith("ValueError: so")


@pytest.mark.parametrize(
    ("message", "is_kept"),
    [
        ("Finished in state Awaiting investigation('asked after_sales', type=PAUSED)", False),
        ("Finished in state Running()", False),
        ("Finished in state Failed('boom')", True),
        ("Finished in state Completed()", True),
        ("PAUSED by the owner", True),
    ],
)
def test_only_the_engines_line_about_a_wait_is_dropped(message: str, is_kept: bool) -> None:
    assert NotAFailure().filter(record(message)) is is_kept


@pytest.fixture
def as_before() -> Iterator[None]:
    """Puts every logger back as it was."""
    names = ("", "prefect", "prefect.flow_runs", "prefect.task_runs", "httpx", "aiosqlite", "alembic")
    loggers = [logging.getLogger(name) for name in names]
    before = [(logger, logger.level, list(logger.handlers), logger.propagate) for logger in loggers]
    yield
    for logger, level, handlers, propagate in before:
        logger.setLevel(level)
        logger.handlers, logger.propagate = handlers, propagate


@pytest.mark.usefixtures("as_before")
def test_an_open_logbook_writes_to_the_standard_error_without_chatter(capsys: pytest.CaptureFixture[str]) -> None:
    open_logbook("INFO")
    logging.getLogger("redress.stage").info("stage.recorded", extra={"case_no": "TC20261123-0001"})
    logging.getLogger("redress.stage").debug("not asked for")
    logging.getLogger("httpx").info("GET https://example.test/?name=Ann")
    logging.getLogger("prefect.flow_runs").error("Finished in state Awaiting review(type=PAUSED)")
    logging.getLogger("prefect.flow_runs").error("Finished in state Failed()")
    written = capsys.readouterr()
    assert written.out == ""
    assert [shown.split(" ", 3)[2:] for shown in written.err.splitlines()] == [
        ["redress.stage", "stage.recorded case_no=TC20261123-0001"],
        ["prefect.flow_runs", "Finished in state Failed()"],
    ]
