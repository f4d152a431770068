"""Proposals: what findings say row by row, each allegation with what was found, each remedy with its text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from complaints.investigation import ALLEGATIONS, REMEDIES, numbered

if TYPE_CHECKING:
    from complaints.briefing import Briefing
    from complaints.words import Finding
    from complaints.work_events import FindingsSubmitted, Remedy
    from portal.sheets import Typed


@dataclass(frozen=True)
class Alleged:
    """One allegation in words, and what was found about it."""

    number: int
    text: str
    finding: Finding


@dataclass(frozen=True)
class Proposed:
    """One remedy, and what exactly is offered."""

    remedy: Remedy
    text: str


def allegations(briefing: Briefing, fact: FindingsSubmitted) -> tuple[Alleged, ...]:
    """Every allegation of these findings, in order."""
    texts = _texts(briefing, fact, "allegations", "allegation")
    return tuple(Alleged(one.number, _at(texts, nth), one.finding) for nth, one in enumerate(fact.allegations))


def remedies(briefing: Briefing, fact: FindingsSubmitted) -> tuple[Proposed, ...]:
    """Every remedy of these findings, in order."""
    texts = _texts(briefing, fact, "remedy_texts", "remedy_text")
    return tuple(Proposed(one, _at(texts, nth)) for nth, one in enumerate(fact.remedies))


def typed(briefing: Briefing, fact: FindingsSubmitted) -> Typed:
    """These findings as their form was filled in."""
    fields: dict[str, str] = {}
    for nth, alleged in enumerate(allegations(briefing, fact)[:ALLEGATIONS], start=1):
        fields |= {numbered("allegation", nth): alleged.text, numbered("finding", nth): alleged.finding.value}
    for nth, proposed in enumerate(remedies(briefing, fact)[:REMEDIES], start=1):
        fields |= {
            numbered("remedy", nth): proposed.remedy.kind.value,
            numbered("amount", nth): f"{proposed.remedy.amount:g}" if proposed.remedy.amount else "",
            numbered("remedy_text", nth): proposed.text,
        }
    return {name: (text,) for name, text in fields.items()}


def _texts(briefing: Briefing, fact: FindingsSubmitted, many: str, one: str) -> tuple[str, ...]:
    """The texts of rows; findings of an earlier version of the form have one."""
    written = briefing.papers.get(fact.findings.id, {})
    return tuple(written[many]) if many in written else (str(written.get(one, "")),)


def _at(texts: tuple[str, ...], nth: int) -> str:
    return texts[nth] if nth < len(texts) else ""
