"""Every fact that a history may hold has a sentence for staff, or is silent because another one says it."""

from __future__ import annotations

import re
from pathlib import Path

from complaints import events  # noqa: F401  registers all facts
from complaints.fact import REGISTRY

TEMPLATE = Path(__file__).resolve().parent.parent.parent / "templates" / "pages" / "_events.html"
SAID_BY_ANOTHER = {
    "classification.confirmed": "case.classified",
    "clock.met": "the clocks beside the history",
    "clocks.started": "the clocks beside the history",
}


def test_every_fact_has_its_sentence() -> None:
    told = set(re.findall(r'kind == "([a-z_.]+)"', TEMPLATE.read_text(encoding="utf-8")))
    assert set(REGISTRY) - told == set(SAID_BY_ANOTHER)
    assert told <= set(REGISTRY)
