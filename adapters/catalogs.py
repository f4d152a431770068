"""The catalogs on disk: reads them, and collects every text of templates and code into them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from adapters.settings import ROOT
from adapters.vocabulary import ENUMS, TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from babel.messages.catalog import Message

_PACKAGES = ("adapters", "portal")
"""The code that says texts to people; the rules speak in codes."""
_METHODS = [("**.html", "jinja2.ext:babel_extract"), ("**.txt", "jinja2.ext:babel_extract")]
_OPTIONS = {name: {"trimmed": "true", "newstyle_gettext": "true", "silent": "false"} for name, _ in _METHODS}
_WIDTH = 120
_HEADER = """\
# Texts of Redress in another language. The keys are the English texts.
# `python -m adapters.translations` collects the texts of templates and code into this file and sorts it;
# what you write into msgstr stays. A text that nothing uses any more waits at the end, marked #~.
msgid ""
msgstr ""
"Language: {locale}\\n"
"Plural-Forms: {plural}\\n"
"Content-Type: text/plain; charset=utf-8\\n"

"""


def catalog_path(locale: str) -> Path:
    """Where the catalog of a locale lies."""
    return ROOT / "templates" / "locale" / locale / "LC_MESSAGES" / "redress.po"


def read_catalog(locale: str) -> Catalog:
    """The catalog of a locale as it stands; an empty one when there is none yet."""
    path = catalog_path(locale)
    if not path.exists():
        return Catalog(locale=locale)
    with path.open("rb") as file:
        return read_po(file, locale=locale, domain="redress")


def renew(locale: str) -> list[str]:
    """Write the catalog anew with the texts as they are now, translations kept; returns the texts without one."""
    fresh = _with_translations(collected(locale), read_catalog(locale))
    path = catalog_path(locale)
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_suffix(f".{os.getpid()}")
    with scratch.open("wb") as file:
        # Babel's own header carries the time of day, which would change the file at every run.
        file.write(_HEADER.format(locale=locale, plural=fresh.plural_forms).encode())
        write_po(file, fresh, width=_WIDTH, sort_output=True, include_lineno=False, omit_header=True)
    scratch.replace(path)
    return missing(fresh)


def missing(catalog: Catalog) -> list[str]:
    """The texts of a catalog that nobody has translated."""
    return [_first(message) for message in catalog if message.id and not _is_translated(message)]


def collected(locale: str) -> Catalog:
    """An empty catalog with every text of templates, code and vocabulary."""
    catalog = Catalog(locale=locale, fuzzy=False)
    for file, text, context in _texts():
        catalog.add(text, context=context, locations=[(file, 0)])
    for enum, names in ENUMS.items():
        for name in names.values():
            catalog.add(name, context=enum.__name__, locations=[("adapters/vocabulary.py", 0)])
    for table, words in TABLES.items():
        for name in words.values():
            catalog.add(name, context=table, locations=[("adapters/vocabulary.py", 0)])
    return catalog


def _texts() -> Iterator[tuple[str, Any, str | None]]:
    """(file, text or (singular, plural), context) of every marked text."""
    for folder in ("templates", *_PACKAGES):
        methods, options = (_METHODS, _OPTIONS) if folder == "templates" else ([("**.py", "python")], {})
        found = extract_from_dir(ROOT / folder, method_map=methods, options_map=options)
        for file, _, text, _, context in found:
            yield f"{folder}/{file}", text, context


def _with_translations(fresh: Catalog, old: Catalog) -> Catalog:
    """The fresh texts with the old translations; translations of texts that are gone wait as obsolete ones."""
    known = {key_of(message): message for message in (*old.obsolete.values(), *old) if _is_translated(message)}
    for message in fresh:
        before = known.pop(key_of(message), None)
        if before is not None and type(before.id) is type(message.id):
            message.string = before.string
    fresh.obsolete.update({key: message for key, message in known.items() if message.id})
    return fresh


def key_of(message: Message) -> str | tuple[str, str]:
    """What tells a text from all others: itself and its context."""
    return (_first(message), message.context) if message.context else _first(message)


def _first(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _is_translated(message: Message) -> bool:
    parts = (message.string,) if isinstance(message.string, str) else message.string
    return bool(parts and all(parts))
