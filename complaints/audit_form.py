"""The audit form: the questions that an internal quality audit asks of every case, each with the clause it answers."""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import Field, StringConstraints, ValidationError

from complaints.errors import PolicyWrong
from complaints.policy_parts import Code, Named, Part
from complaints.policy_source import read_source

if TYPE_CHECKING:
    from complaints.words import Language

Clause = Annotated[str, StringConstraints(pattern=r"^([4-7]|8)\.[1-9][0-9]?(\.[1-9])?$")]
"""A numbered clause of ISO 10002:2018 with requirements or principles: 4 to 8."""

MOST_QUESTIONS: Final = 60
"""(house) A form has two fields for each, and a browser's form is bounded."""
LONGEST_NOTE: Final = 4000
"""(house) Characters."""


class Score(StrEnum):
    """How far a case meets what a question asks for."""

    MET = "met"
    PARTLY = "partly"
    NOT_MET = "not_met"
    NOT_APPLICABLE = "not_applicable"


WANTS_NOTE: Final = frozenset({Score.PARTLY, Score.NOT_MET})
"""(house) Whoever finds fault says where."""


class Question(Part):
    """One question."""

    clause: Clause
    en: Annotated[str, StringConstraints(min_length=1, max_length=400)]
    zh: Annotated[str, StringConstraints(min_length=1, max_length=400)]

    def in_language(self, language: Language) -> str:
        """The question as a reader of this language reads it."""
        return Named(en=self.en, zh=self.zh).in_language(language)


class AuditForm(Part):
    """All questions, in order."""

    title: Named
    questions: Annotated[dict[Code, Question], Field(min_length=1, max_length=MOST_QUESTIONS)]

    @property
    def clauses(self) -> tuple[str, ...]:
        """The clauses that are asked about, in their own order."""
        found = {question.clause for question in self.questions.values()}
        return tuple(sorted(found, key=lambda clause: [int(part) for part in clause.split(".")]))


def read_form(name: str, text: str) -> AuditForm:
    """The form of a file; PolicyWrong lists file, line and key of whatever is wrong with it."""
    source, broken = read_source(name.removesuffix(".toml"), {f"{name.removesuffix('.toml')}.toml": text})
    if broken:
        raise PolicyWrong("\n".join(map(str, broken)))
    try:
        return AuditForm.model_validate(source.data)
    except ValidationError as wrong:
        found = [source.problem(error["loc"], error["msg"]) for error in wrong.errors(include_url=False)]
        found.sort(key=lambda problem: problem.line)
        raise PolicyWrong("\n".join(map(str, found))) from None


def version_of(text: str) -> str:
    """The version of a form's text: what a sample names to say which questions were asked."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]
