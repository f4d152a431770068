"""Particulars: checks what a customer says about herself and the matter, by libraries and the calendar."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import phonenumbers
from babel.core import get_global
from email_validator import EmailNotValidError, validate_email

from complaints.record import has_mail_shape
from portal.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adapters.house import House
    from complaints.policy import Policy

LONGEST_LINE = 200
"""What the record keeps of a one-line field."""

PARAGRAPHS = ("detail", "expected_remedy")
_EXTENSION = re.compile(r"\s*(?:转|分机)\s*")


@dataclass(frozen=True)
class Measure:
    """What particulars are held against: the policy's limits, the house's day, its region for phone numbers."""

    largest_text: int
    today: date
    region: str
    takes_test_addresses: bool = False

    @classmethod
    def of(cls, house: House, policy: Policy) -> Measure:
        """The measure of a house on this day."""
        zone = policy.calendar.timezone
        return cls(
            largest_text=policy.intake.largest_text,
            today=house.clock.now().astimezone(ZoneInfo(zone)).date(),
            region=get_global("zone_territories").get(zone, "ZZ"),
            # With the local catcher no mail leaves, so addresses under .test are as good as any.
            takes_test_addresses=house.settings.catch_mail,
        )


@dataclass(frozen=True)
class Checked:
    """Fields as the record or the rules take them, and what is wrong with the others."""

    values: Mapping[str, Any]
    problems: tuple[Problem, ...]


def check(told: Mapping[str, str], measure: Measure) -> Checked:
    """Check the particulars that were told; what is not told is not missed here."""
    values: dict[str, str] = {}
    problems: list[Problem] = []
    for name, text in told.items():
        outcome = _check_one(name, text, measure)
        if isinstance(outcome, Problem):
            problems.append(outcome)
        else:
            values[name] = outcome
    return Checked(values=values, problems=tuple(problems))


def _check_one(name: str, text: str, measure: Measure) -> str | Problem:
    limit = measure.largest_text if name in PARAGRAPHS else LONGEST_LINE
    if len(text) > limit:
        return Problem(name, "text_too_long", {"length": len(text), "limit": limit})
    match name:
        case "email":
            return _mail(text, measure) or Problem(name, "email_wrong")
        case "phone":
            return _phone(text, measure.region) or Problem(name, "phone_wrong")
        case "occurred_at":
            return _day(text, measure.today)
        case _:
            return text


def _mail(text: str, measure: Measure) -> str | None:
    try:
        found = validate_email(text, check_deliverability=False, test_environment=measure.takes_test_addresses)
    except EmailNotValidError:
        return None
    return found.normalized if has_mail_shape(found.normalized) else None


def _phone(text: str, region: str) -> str | None:
    """The number with its country code; None when nobody could dial it from here."""
    plain = _EXTENSION.sub(" ext. ", unicodedata.normalize("NFKC", text)).strip()
    try:
        number = phonenumbers.parse(plain, region)
    except phonenumbers.NumberParseException:
        return None
    # The library knows new ranges late: abroad, a possible length is enough.
    is_abroad = plain.startswith(("+", "00")) and phonenumbers.is_possible_number(number)
    if not (is_abroad or phonenumbers.is_valid_number(number)):
        return None
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"{written} ext {number.extension}" if number.extension else written


def _day(text: str, today: date) -> str | Problem:
    try:
        day = date.fromisoformat(unicodedata.normalize("NFKC", text).replace("/", "-").replace(".", "-"))
    except ValueError:
        return Problem("occurred_at", "date_wrong")
    return Problem("occurred_at", "date_in_future") if day > today else day.isoformat()
