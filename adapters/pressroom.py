"""The press room: the Jinja environments from which pages and mails are printed, one for each language and zone."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from adapters.notation import Notation
from adapters.plain_sight import as_typed, finalized
from adapters.settings import ROOT
from adapters.translations import translator, word
from adapters.typesetting import excerpt, paragraphs, underlined
from complaints.words import Language

if TYPE_CHECKING:
    from enum import Enum

_GAP = {Language.EN: " ", Language.ZH_CN: ""}


@lru_cache
def environment(language: Language | str, zone: str = "UTC") -> Environment:
    """The environment that prints templates/ in a language, with moments by the clock of a zone (the policy's).

    Filters: moment, day, money(currency), share, span, elapsed, word(of), excerpt(shown), paragraphs, underlined,
    as_typed.
    Globals: language, zone_name(at), gap (what stands between two sentences).
    """
    language = Language(language)
    printing = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=select_autoescape(enabled_extensions=("html",), default=False),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        finalize=finalized,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    printing.policies["ext.i18n.trimmed"] = True
    printing.install_gettext_translations(translator(language), newstyle=True)  # type: ignore[attr-defined]  # i18n adds it
    _equip(printing, Notation(language=language, zone=zone))
    return printing


def _equip(printing: Environment, notation: Notation) -> None:
    def in_words(code: Enum | str, of: str = "") -> str:
        return word(code, notation.language, of=of)

    printing.globals["language"] = notation.language
    printing.globals["gap"] = _GAP[notation.language]
    printing.globals["zone_name"] = notation.zone_name
    printing.filters |= {
        "moment": notation.moment,
        "day": notation.day,
        "money": notation.money,
        "share": notation.share,
        "span": notation.span,
        "elapsed": notation.elapsed,
        "word": in_words,
        "excerpt": excerpt,
        "paragraphs": paragraphs,
        "underlined": underlined,
        "as_typed": as_typed,
    }
