"""The meters: what one process counts of its own work, in the form that Prometheus reads."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from prometheus_client import Metric

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

_WAKE_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)
_REQUEST_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Meters:
    """Labels are names of ours (stages, events, routes), never a case, a person or an address."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self.wake = Histogram(
            "redress_wake_seconds",
            "From an answer, or a deadline's moment, until the case's flow has looked at it",
            ["cause"],
            registry=registry,
            buckets=_WAKE_SECONDS,
        )
        self.steps = Counter("redress_steps", "Steps that flows recorded", ["stage"], registry=registry)
        self.letters = Counter(
            "redress_letters", "Tries to send a letter, by what became of it", ["fate"], registry=registry
        )
        self.requests = Histogram(
            "redress_request_seconds",
            "Requests to the web site",
            ["method", "route", "status"],
            registry=registry,
            buckets=_REQUEST_SECONDS,
        )
        self.troubles = Counter(
            "redress_troubles", "Warnings and errors in the log", ["level", "event"], registry=registry
        )
        self.engine_seen = Gauge(
            "redress_engine_seen_timestamp_seconds", "When Prefect's server last answered", registry=registry
        )

    def watch(self, name: str, told: str, read: Callable[[], float]) -> None:
        """A gauge that is read when somebody asks."""
        Gauge(name, told, registry=self._registry).set_function(read)

    def count_troubles(self) -> None:
        """Count what this process logs as a warning or an error from now on."""
        handler = _Troubles(self.troubles)
        logging.getLogger().addHandler(handler)
        engine = logging.getLogger("prefect")
        if not engine.propagate:
            engine.addHandler(handler)

    def exposition(self, more: Iterable[Metric] = ()) -> bytes:
        """All meters, and `more`, as Prometheus reads them."""
        others = CollectorRegistry()
        others.register(_Counted(more))
        return generate_latest(self._registry) + generate_latest(others)


class _Counted(Collector):
    def __init__(self, metrics: Iterable[Metric]) -> None:
        self._metrics = tuple(metrics)

    def collect(self) -> Iterable[Metric]:
        return self._metrics


class _Troubles(logging.Handler):
    """Our own records say in a word what happened; of others only the library is told, since they say anything."""

    def __init__(self, counter: Counter) -> None:
        super().__init__(logging.WARNING)
        self._counter = counter

    def emit(self, record: logging.LogRecord) -> None:
        library, _, _ = record.name.partition(".")
        event = record.getMessage() if library == "redress" else library
        self._counter.labels(record.levelname, event).inc()
