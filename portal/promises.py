"""Promises: the clocks of a case that its customer was told of, and how they stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from complaints.clocks_of_case import latest

if TYPE_CHECKING:
    from datetime import datetime

    from complaints.briefing import Briefing
    from complaints.words import Language

OWN = ("first_response", "resolve")
"""The house's own two, which pages have sentences for; laws' clocks are told by name."""


@dataclass(frozen=True)
class Promise:
    """What the house promised, or a law asks of it, by when."""

    name: str
    due_at: datetime
    """The latest it may become, while it is not known or stands still."""
    is_met: bool = False
    called: str = ""
    is_paused: bool = False
    is_extended: bool = False


def promises(briefing: Briefing, language: Language) -> tuple[Promise, ...]:
    """The house's own two, and those of a law."""
    running = briefing.case.clocks
    laws = [name for name, one in running.items() if name not in OWN and one.clock.kind == "regulatory"]
    return tuple(_promise(briefing, name, language) for name in (*OWN, *laws))


def _promise(briefing: Briefing, name: str, language: Language) -> Promise:
    case = briefing.case
    running = case.clocks.get(name)
    # To the customer the decision is the letter; the house's own clock runs on until the remedy is carried out.
    is_met = bool(running and running.met) or (name == "resolve" and case.letter is not None)
    return Promise(
        name=name,
        due_at=latest(briefing, name),
        is_met=is_met,
        called=briefing.policy.clock_name(name, language),
        is_paused=bool(running and running.paused),
        is_extended=bool(running and running.extended),
    )
