"""Plain sight: what strangers wrote, shown so that nothing unseen makes it read as something else. Papers keep all.

Unicode has signs that nobody sees and that reorder or hide what stands around them ("Trojan Source", CVE-2021-42574;
Unicode Technical Report 36). Pages, mails and letters are printed by one environment (pressroom.py), which passes
everything through here, as the typesetter does for dossiers; so it does not matter by which door a text came in.
"""

from __future__ import annotations

import re
from typing import Final

from markupsafe import Markup, escape

_CONTROLS: Final = "\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f"
"""C0 and C1 but for tab and line ends: a terminal obeys them, nothing shows them."""
_OVERRIDES: Final = "\u202d\u202e"
"""They force letters into the other order. No writing needs them."""
_UNSEEN: Final = "\u061c\u200b\u200e\u200f\u202a-\u202c\u2060-\u2069\ufeff"
"""Marks, embeddings and isolates, spaces of no width. Phones wrap copied numbers into them, so they alarm nobody.

Without them Hebrew and Arabic read right still: letters carry their direction themselves, and pages take that of a
paragraph from its first letter. The joiners U+200C and U+200D stay: Persian, Indic scripts and emoji need them.
"""
_SEEN_TO: Final = re.compile(f"([{_CONTROLS}{_OVERRIDES}])|[{_UNSEEN}]")
_FORMATTING: Final = re.compile(f"[{_OVERRIDES}{_UNSEEN}]")
_STANDS_FOR: Final = "\N{REPLACEMENT CHARACTER}"


def in_plain_sight(text: str) -> str:
    """A text for showing: unseen signs are left out, and where one was that forces or commands stands a visible one."""
    if text.isascii() and text.isprintable():
        return text
    shown = _SEEN_TO.sub(lambda found: _STANDS_FOR if found[1] else "", text)
    return Markup(shown) if isinstance(text, Markup) else shown  # noqa: S704  as safe as it was: only signs were taken out


def finalized(value: object) -> object:
    """What the environment puts in the place of an expression."""
    return in_plain_sight(value) if isinstance(value, str) else value


def as_typed(text: str) -> Markup:
    """What stands in a field: her own words, every sign of them, since the form sends them back and they are kept.

    As references, which browsers turn back into the signs, so that the way to the page does not take them out.
    """
    kept = _FORMATTING.sub(lambda found: f"&#x{ord(found[0]):x};", str(escape(text)))
    return Markup(kept)  # noqa: S704  escaped just now
