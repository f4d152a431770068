"""Translations: texts and codes in every language, from catalogs whose keys are the English texts."""

from __future__ import annotations

import gettext
import io
import sys
from enum import Enum
from functools import lru_cache

from babel.messages.mofile import write_mo

from adapters.catalogs import catalog_path, read_catalog, renew
from adapters.vocabulary import ENUMS, TABLES
from complaints.words import Language

LOCALES = {Language.EN: "en", Language.ZH_CN: "zh_CN"}
"""Our languages as gettext and CLDR write them."""


@lru_cache
def translator(language: Language | str) -> gettext.NullTranslations:
    """The texts of a language; for English every text is its own translation."""
    locale = LOCALES[Language(language)]
    if locale == "en":
        return gettext.NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, read_catalog(locale))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def word(code: Enum | str, language: Language | str, *, of: str = "") -> str:
    """What people call a code: an enum's member, or a plain code of the table named by `of`.

    A plain code that its table does not have is returned as it is: histories may hold codes of later versions.
    """
    if of:
        english = TABLES[of].get(str(code))
        return translator(language).pgettext(of, english) if english else str(code)
    if not isinstance(code, Enum):
        message = f"{code!r} is a plain code: say of which table"
        raise TypeError(message)
    return translator(language).pgettext(type(code).__name__, ENUMS[type(code)][code])


def main() -> None:
    """Collect all texts anew into the catalogs and list those that want a translation."""
    wanting = 0
    for locale in LOCALES.values():
        if locale == "en":
            continue
        missing = renew(locale)
        wanting += len(missing)
        print(f"{catalog_path(locale)}: {len(missing)} without translation", *missing, sep="\n  ")  # noqa: T201  a command
    sys.exit(1 if wanting else 0)


if __name__ == "__main__":
    main()
