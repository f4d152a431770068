"""Notation: how moments, days, money and lengths of time are written, in the reader's language and the house's zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_timedelta, get_timezone_gmt, get_timezone_name
from babel.numbers import format_currency, format_percent

from adapters.translations import LOCALES, translator
from complaints.durations import Duration, Unit, parse_duration

if TYPE_CHECKING:
    from datetime import date, timedelta

    from complaints.words import Language

_MOMENT = {"en": "EEE d MMM y, HH:mm", "zh_CN": "y年M月d日（EEE）HH:mm"}
_DAY = {"en": "d MMMM y", "zh_CN": "y年M月d日"}
"""CLDR's own forms have no English date with day before month and a weekday: ours are fixed."""
_UP_TO = 1.5
"""A stretch is counted in the largest unit of which it fills this many."""


@dataclass(frozen=True)
class Notation:
    """Writes for one language and one zone."""

    language: Language
    zone: str

    def moment(self, at: datetime) -> str:
        """`Fri 27 Nov 2026, 14:00`, by the house's clock."""
        local = at.astimezone(ZoneInfo(self.zone))
        return str(format_datetime(local, _MOMENT[self._locale], tzinfo=local.tzinfo, locale=_spoken(self._locale)))

    def day(self, at: datetime | date) -> str:
        """`27 November 2026`; a moment counts by the house's calendar."""
        local = at.astimezone(ZoneInfo(self.zone)).date() if isinstance(at, datetime) else at
        return str(format_date(local, _DAY[self._locale], locale=_spoken(self._locale)))

    def zone_name(self, at: datetime) -> str:
        """What the house's clock is called: `China Standard Time (GMT+08:00)`."""
        local = at.astimezone(ZoneInfo(self.zone))
        name = get_timezone_name(local, locale=_spoken(self._locale))
        return f"{name} ({get_timezone_gmt(local, locale=_spoken(self._locale))})"

    def money(self, amount: float, currency: str) -> str:
        """`CN¥1,200.00`, `¥1,200.00`."""
        return str(format_currency(amount, currency, locale=_spoken(self._locale)))

    def share(self, part: float) -> str:
        """A share of 1 as a percentage."""
        return str(format_percent(part, locale=_spoken(self._locale)))

    def span(self, length: Duration | str) -> str:
        """A length of time as policies write it (`2 bd`), in words: `2 business days`."""
        read = parse_duration(length) if isinstance(length, str) else length
        texts = translator(self.language)
        ngettext = texts.ngettext
        number = round(read.amount)
        forms = {
            Unit.SECONDS: ngettext("%(number)s second", "%(number)s seconds", number),
            Unit.MINUTES: ngettext("%(number)s minute", "%(number)s minutes", number),
            Unit.HOURS: ngettext("%(number)s hour", "%(number)s hours", number),
            Unit.BUSINESS_HOURS: ngettext("%(number)s business hour", "%(number)s business hours", number),
            Unit.DAYS: ngettext("%(number)s day", "%(number)s days", number),
            Unit.BUSINESS_DAYS: ngettext("%(number)s business day", "%(number)s business days", number),
            Unit.WEEKS: ngettext("%(number)s week", "%(number)s weeks", number),
        }
        return forms[read.unit] % {"number": f"{read.amount:g}"}

    def elapsed(self, stretch: timedelta) -> str:
        """A stretch of time, roughly: `2 hours`, `30 hours`, `3 days`."""
        return str(format_timedelta(stretch, threshold=_UP_TO, locale=_spoken(self._locale)))

    @property
    def _locale(self) -> str:
        return LOCALES[self.language]


@lru_cache
def _spoken(locale: str) -> Locale:
    """What CLDR knows of a language; given its name only, Babel would look for its file at every date."""
    return Locale.parse(locale)
