"""The process model: the table of moves as BPMN, as SVG or, for an imported log, as a table of what follows what."""

from __future__ import annotations

import csv
import io
from functools import partial
from typing import TYPE_CHECKING

from adapters.bpmn import process_as_bpmn
from adapters.drawing import process_as_svg
from adapters.translations import translator, word
from complaints.errors import AnswerWrong
from complaints.words import Language

if TYPE_CHECKING:
    from collections.abc import Callable
    from enum import Enum

    from complaints.conformance import Followers


def model_as(form: str, language: Language) -> str:
    """The process as `bpmn` or `svg`; AnswerWrong for any other form."""
    if form not in {"bpmn", "svg"}:
        raise AnswerWrong({"--format": f"{form!r} is neither bpmn nor svg"})
    return model_as_svg(language) if form == "svg" else model_as_bpmn(language).decode()


def model_as_bpmn(language: Language) -> bytes:
    """The process as a BPMN 2.0 file."""
    _ = translator(language).gettext
    about = _(
        "Generated from the table of allowed moves that the rules themselves obey (complaints/moves.py). "
        "Each exit of a stage is a way out of the gateway behind it."
    )
    return process_as_bpmn(_names(language), title=_title(language), about=about)


def model_as_svg(language: Language) -> str:
    """The process as an SVG element."""
    return process_as_svg(_names(language), title=_title(language))


def _names(language: Language) -> Callable[[Enum], str]:
    return partial(word, language=language)


def _title(language: Language) -> str:
    _ = translator(language).gettext
    return _("The complaint process")


def language_of(text: str) -> Language:
    """A language as an operator writes it; AnswerWrong lists those there are."""
    known = {language.value.casefold(): language for language in Language}
    if text.casefold() not in known:
        raise AnswerWrong({"--language": f"{text!r} is none of {', '.join(Language)}"})
    return known[text.casefold()]


def followers_as_csv(model: Followers) -> str:
    """A table of followers as `redress audit conformance --model` reads it; an empty cell begins or ends a case."""
    table = io.StringIO()
    rows = csv.writer(table, lineterminator="\n")
    rows.writerow(("from", "to"))
    rows.writerows(sorted(model.arcs))
    return table.getvalue()
