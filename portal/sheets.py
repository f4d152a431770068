"""Sheets: a form as a page shows it, with everything that was typed and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from portal.problems import tell

if TYPE_CHECKING:
    from collections.abc import Iterable

    from complaints.words import Language
    from portal.posting import Posting
    from portal.problems import Problem, Told

Typed = Mapping[str, tuple[str, ...]]
"""Texts by field, as a browser sends them."""


@dataclass(frozen=True)
class Sheet:
    """A form: the mark of this opening, what stands in its fields, and the problems in the reader's language."""

    nonce: str
    typed: Typed = field(default_factory=dict)
    problems: tuple[Told, ...] = ()
    has_lost_files: bool = False
    """Browsers do not let a page refill file fields: the reader has to choose her files again."""

    def value(self, name: str) -> str:
        """What stands in a field."""
        return next(iter(self.typed.get(name, ())), "")

    def values(self, name: str) -> tuple[str, ...]:
        """What stands in the fields of one name."""
        return self.typed.get(name, ())

    def messages(self, name: str) -> tuple[str, ...]:
        """What is wrong with a field."""
        return tuple(told.message for told in self.problems if told.field == name)

    def has_any(self, *names: str) -> bool:
        """Whether any of these fields holds something or has a problem, so that a folded part opens."""
        return any(self.value(name) or self.messages(name) for name in names)


def again(posting: Posting, problems: Iterable[Problem], *, nonce: str, language: Language) -> Sheet:
    """The form as it was posted, with its problems; a fresh mark, since it is opened anew."""
    return Sheet(
        nonce=nonce,
        typed=posting.fields,
        problems=tell(problems, language),
        has_lost_files=bool(posting.uploads),
    )


def status_for(problems: tuple[Problem, ...]) -> int:
    """The HTTP status of a form that is shown again."""
    codes = {problem.code for problem in problems}
    if "page_stale" in codes:
        return 403
    if "entry_changed" in codes:
        return 409
    return 503 if "not_recorded" in codes else 422
