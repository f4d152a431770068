"""Clockwork: the clocks of a case by the names of its policy, and what a handler may do about them now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.notation import Notation
from adapters.translations import word
from complaints.clock_events import ExtensionAsked
from complaints.extending import extendable
from complaints.pausing import reasons

if TYPE_CHECKING:
    from collections.abc import Sequence

    from complaints.briefing import Briefing
    from complaints.chain import Entry
    from complaints.words import Language

    Option = tuple[str, str, str]
    """Code, name, and a line of explanation."""


@dataclass(frozen=True)
class Clockwork:
    """What pages say of a case's clocks."""

    briefing: Briefing
    entries: Sequence[Entry]
    language: Language

    def named(self, clock: str) -> str:
        """A clock by name."""
        return self.briefing.policy.clock_name(clock, self.language)

    def pause(self, reason: str) -> str:
        """The reason of a pause by name."""
        known = self.briefing.policy.pauses.get(reason)
        return known.name.in_language(self.language) if known else reason

    def extension(self, clock: str, reason: str) -> str:
        """The reason of an extension as the customer reads it."""
        rule = self.briefing.policy.clocks.get(clock)
        known = rule.extension.reasons.get(reason) if rule and rule.extension else None
        return known.in_language(self.language) if known else reason

    @property
    def pauses(self) -> tuple[Option, ...]:
        """The reasons for which a clock may stand still now."""
        rules = self.briefing.policy.pauses
        return tuple(
            (code, self.pause(code), word(rules[code].waits_for, self.language, of="WaitsFor"))
            for code in reasons(self.briefing)
        )

    @property
    def extendable(self) -> tuple[Option, ...]:
        """The clocks that may get more time now."""
        notation = Notation(self.language, self.briefing.policy.calendar.timezone)
        longer = extendable(self.briefing).items()
        return tuple((clock, self.named(clock), notation.span(rule.by)) for clock, rule in longer)

    @property
    def extension_reasons(self) -> tuple[Option, ...]:
        """The reasons of all these clocks, each once."""
        found = {
            code: self.extension(clock, code)
            for clock, rule in extendable(self.briefing).items()
            for code in rule.reasons
        }
        return tuple((code, text, "") for code, text in found.items())

    def asked(self, task_id: str) -> str:
        """What whoever asked for more time wrote to whoever decides; '' when it is no longer on file."""
        for entry in self.entries:
            fact = entry.fact
            if isinstance(fact, ExtensionAsked) and fact.task_id == task_id and fact.note:
                return str(self.briefing.papers.get(fact.note.id, {}).get("note", ""))
        return ""
