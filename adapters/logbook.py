"""The logbook: one line an event, with ids and never a name, an address or a complaint's text."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any, Literal

_PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}
_QUIET = ("httpx", "httpcore", "aiosqlite", "aiosmtplib", "mail.log", "alembic", "prefect.events", "websockets")
"""Libraries whose chatter says nothing that an operator can act on, or would say addresses."""


def _moment(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _extras(record: logging.LogRecord) -> dict[str, Any]:
    return {name: value for name, value in vars(record).items() if name not in _PLAIN}


class OneLine(logging.Formatter):
    """`2026-11-22T01:00:00Z INFO redress.stage stage.recorded case_no=TC20261122-0001`, the rest as key=value."""

    def format(self, record: logging.LogRecord) -> str:
        """The record on one line; a traceback follows on its own."""
        words = [_moment(record), record.levelname, record.name, " ".join(record.getMessage().splitlines())]
        words += [f"{name}={_shown(value)}" for name, value in _extras(record).items()]
        line = " ".join(words)
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


class OneObject(logging.Formatter):
    """The same as a JSON object, for a log store: `at`, `level`, `logger`, `event` and the ids as they are."""

    def format(self, record: logging.LogRecord) -> str:
        """The record on one line, its traceback included."""
        told = {
            "at": _moment(record),
            "level": record.levelname,
            "logger": record.name,
            "event": record.getMessage(),
            **_extras(record),
        }
        if record.exc_info:
            told["traceback"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False, default=str)


class NotAFailure(logging.Filter):
    """Drops the engine's ERROR line for a flow that waits: it calls every state but Completed an error."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is worth keeping."""
        text = record.getMessage()
        return not (text.startswith("Finished in state") and ("PAUSED" in text or "Running(" in text))


def open_logbook(level: str, form: Literal["text", "json"] = "text") -> None:
    """Log to the standard error of this process."""
    handler = logging.StreamHandler()
    handler.setFormatter(OneObject() if form == "json" else OneLine())
    handler.addFilter(NotAFailure())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("prefect", "prefect.flow_runs", "prefect.task_runs"):
        logger = logging.getLogger(name)
        logger.handlers = [handler] if name == "prefect" else []
        logger.propagate = name != "prefect"


def _shown(value: Any) -> str:  # noqa: ANN401  whatever an event carries
    text = str(value)
    is_one_word = text and text.isprintable() and " " not in text
    return text if is_one_word else json.dumps(text, ensure_ascii=False)
