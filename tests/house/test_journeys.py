"""The map of all journeys: every exit of every stage, every trigger and every pack is lived through by somebody."""

from __future__ import annotations

import importlib
import inspect
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from complaints.moves import MOVES
from complaints.words import Trigger

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ROOT = Path(__file__).resolve().parent.parent.parent
MAP = ROOT / "docs" / "journeys.md"
RENEW = "REDRESS_RENEW_DOCS"
FEWEST = 40


def journeys() -> dict[str, tuple[str, ...]]:
    """Every journey as a sentence, in the order of the book, with what it says it covers."""
    found: dict[str, tuple[str, ...]] = {}
    for path in sorted((ROOT / "tests" / "journeys").glob("test_*.py")):
        module = importlib.import_module(f"tests.journeys.{path.stem}")
        for name, test in inspect.getmembers(module, inspect.isfunction):
            if name.startswith("test_") and (claims := claims_of(test)):
                found[sentence(name)] = claims
    return found


def claims_of(test: object) -> tuple[str, ...]:
    """What a journey, or each of its variants, says it covers."""
    marks: list[Any] = getattr(test, "pytestmark", [])
    variants = [one for mark in marks if mark.name == "parametrize" for one in mark.args[1] if hasattr(one, "marks")]
    every = [*marks, *(mark for one in variants for mark in one.marks)]
    return tuple(what for mark in every if mark.name == "covers" for what in mark.args)


def sentence(name: str) -> str:
    words = name.removeprefix("test_").replace("_", " ")
    return words[:1].upper() + words[1:]


def by_claim() -> dict[str, list[str]]:
    """What is covered, and by which journeys."""
    found: dict[str, list[str]] = {}
    for name, claims in journeys().items():
        for what in dict.fromkeys(claims):
            found.setdefault(what, []).append(name)
    return found


def exits() -> list[str]:
    return [f"{stage} {by}" for stage, by in MOVES]


def packs() -> list[str]:
    return [f"pack:{path.stem}" for path in sorted((ROOT / "policies").glob("*.toml")) if path.stem != "demo"]


def triggers() -> list[str]:
    return [f"trigger:{name}" for name in ("deadline_warning", *Trigger)]


def drawn() -> str:
    """The map as docs/journeys.md shows it."""
    covered, book = by_claim(), journeys()
    return "\n".join(
        [
            "# The book of journeys",
            "",
            "Whole complaints that `tests/journeys/` lives through under its own clock. Each proves what it stands for",
            f"here; `{RENEW}=1 python -m pytest tests/house/test_journeys.py` draws this page anew.",
            "",
            *table("Stage and exit", exits(), covered),
            *table("Escalation trigger", triggers(), covered),
            *table("Policy pack", packs(), covered),
            f"## All {len(book)}",
            "",
            *(f"- {name}" for name in sorted(book)),
            "",
        ]
    )


def table(title: str, rows: Iterable[str], covered: Mapping[str, list[str]]) -> list[str]:
    shown = [f"| {row.rpartition(':')[2]} | {'; '.join(covered.get(row, []))} |" for row in rows]
    return [f"## {title}", "", f"| {title.lower()} | journeys |", "|---|---|", *shown, ""]


def missing(wanted: Iterable[str]) -> list[str]:
    covered: dict[str, Any] = by_claim()
    return [what for what in wanted if what not in covered]


def test_every_exit_of_every_stage_is_lived_through() -> None:
    assert missing(exits()) == []


def test_every_trigger_of_escalation_is_lived_through() -> None:
    assert missing(triggers()) == []


def test_every_pack_is_lived_through() -> None:
    assert missing(packs()) == []


def test_the_book_is_long_enough() -> None:
    assert len(journeys()) >= FEWEST


def test_the_map_in_the_documentation_is_the_one_drawn_now() -> None:
    if os.environ.get(RENEW):
        MAP.write_text(drawn(), encoding="utf-8")
    assert MAP.read_text(encoding="utf-8") == drawn()
