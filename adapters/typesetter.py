"""The typesetter: prints data through a template of ours as PDF/A, with letters for every language the house speaks."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import typst

from adapters.plain_sight import in_plain_sight
from adapters.settings import ROOT
from complaints.errors import GiveUp

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

_TEMPLATE = ROOT / "templates" / "dossier" / "dossier.typ"
_CHINESE_FONTS = (
    *("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN"),
    *("WenQuanYi Zen Hei", "WenQuanYi Micro Hei", "Droid Sans Fallback", "PingFang SC", "Microsoft YaHei"),
)
"""Fonts with Chinese letters as systems carry them; the first that is there prints everything, Latin letters too."""
_LAST_RESORT = "Libertinus Serif"
"""Comes with the typesetter, and has no Chinese letters."""
_CHINESE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")


def print_pdf(told: dict[str, Any], *, at: datetime, fonts: Path | None = None) -> bytes:
    """The template filled with data; GiveUp when its text needs letters that no font of this machine has.

    The same data at the same moment is the same file, byte for byte. Nothing is fetched, nothing else is read.
    """
    found = typst.Fonts(font_paths=[str(fonts)] if fonts else [])
    family = family_for(json.dumps(told, ensure_ascii=False), found.families())
    inputs = {"told": in_plain_sight(json.dumps({**told, "fonts": [family, _LAST_RESORT]}, ensure_ascii=False))}
    compiler = typst.Compiler(input=str(_TEMPLATE), root=str(_TEMPLATE.parent), font_paths=found)
    try:
        # A PDF dates itself to the second; Typst refuses a moment that is finer.
        dated = at.replace(microsecond=0)
        printed = compiler.compile(format="pdf", sys_inputs=inputs, pdf_standards="a-2b", timestamp=dated)
    except typst.TypstError as trouble:
        raise GiveUp(f"The dossier cannot be typeset: {trouble}") from trouble
    if not isinstance(printed, bytes):
        message = "a PDF is one file"
        raise TypeError(message)
    return printed


def family_for(text: str, known: Sequence[str]) -> str:
    """The font that has the letters of a text, among those that are known."""
    chinese = next((family for family in _CHINESE_FONTS if family in known), None)
    if chinese is None and _CHINESE.search(text):
        raise GiveUp(
            "This machine has no font with Chinese letters: install Debian's fonts-noto-cjk, or name a folder with "
            "such a font in REDRESS_FONTS."
        )
    return chinese or _LAST_RESORT
