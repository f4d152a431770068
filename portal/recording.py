"""Recording: from fields as they were typed or read from a file to a record, or to what is wrong with each field."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from babel.core import get_global
from pydantic import ValidationError

from complaints.errors import AnswerWrong
from complaints.record import Complaint, ComplaintObject, EmotionalState, has_phone_shape
from complaints.words import Channel, CustomerType, Language
from portal.particulars import Measure, check
from portal.problems import tell

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pydantic_core import ErrorDetails

    from complaints.policy import Policy

FIELDS = tuple(Complaint.model_fields)
"""What may be told about a complaint, in the order of the record."""

_CHOICES: Mapping[str, type[StrEnum]] = MappingProxyType(
    {
        "channel": Channel,
        "language": Language,
        "preferred_channel": Channel,
        "customer_type": CustomerType,
        "object": ComplaintObject,
        "emotional_state": EmotionalState,
    }
)
_LONG_TEXTS = ("detail", "expected_remedy")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_DAY = re.compile(r"(\d{4})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})\s?日?")
_CLOCK_TIME = re.compile(r"[T\s]*(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s?(Z|[+-]\d{2}:?\d{2})?")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_LATIN_WORD = re.compile(r"[A-Za-z][A-Za-z']*")
_CHINESE_FROM = 0.3
"""Share of Chinese characters among these and words of Latin letters: brands are Latin in Chinese texts too."""


@dataclass(frozen=True)
class Bounds:
    """What a record is held against: the policy, the present moment, and whether addresses under .test will do."""

    policy: Policy
    now: datetime
    takes_test_addresses: bool = True

    @property
    def zone(self) -> ZoneInfo:
        """The house's own; dates without a zone are meant in it."""
        return ZoneInfo(self.policy.calendar.timezone)

    @property
    def measure(self) -> Measure:
        """The same for the checks that pages share."""
        return Measure(
            largest_text=self.policy.intake.largest_text,
            today=self.now.astimezone(self.zone).date(),
            region=get_global("zone_territories").get(self.zone.key, "ZZ"),
            takes_test_addresses=self.takes_test_addresses,
        )


def write_record(typed: Mapping[str, str], bounds: Bounds) -> Complaint:
    """The record that typed fields make; AnswerWrong says what is wrong with each.

    A language that is not told is the one the text is written in.
    """
    told = {field: text for field, raw in typed.items() if (text := _tidy(raw))}
    told.setdefault("language", language_of(" ".join(told.get(field, "") for field in _LONG_TEXTS)).value)
    values: dict[str, Any] = {"received_at": bounds.now}
    problems = _too_long(told, bounds.policy)
    for field, text in told.items():
        try:
            values[field] = _read(field, text, bounds)
        except ValueError as wrong:
            problems[field] = str(wrong)
    return _checked(values, problems, bounds)


def language_of(text: str) -> Language:
    """The language that a text is written in, of the two that the house speaks."""
    chinese, latin = len(_HAN.findall(text)), len(_LATIN_WORD.findall(text))
    return Language.ZH_CN if chinese > _CHINESE_FROM * (chinese + latin) else Language.EN


def _tidy(text: str) -> str:
    """Without control characters, which no person types, and with one kind of line end."""
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _too_long(told: Mapping[str, str], policy: Policy) -> dict[str, str]:
    limit = policy.intake.largest_text
    return {
        field: f"has {len(told[field])} characters, {limit} at most"
        for field in _LONG_TEXTS
        if len(told.get(field, "")) > limit
    }


def _read(field: str, text: str, bounds: Bounds) -> object:
    """One field's value; ValueError says what to write instead."""
    if field in _CHOICES:
        return _choice(text, _CHOICES[field])
    reader = _READERS.get(field)
    return reader(text, bounds) if reader else text


def _choice(text: str, choices: type[StrEnum]) -> StrEnum:
    plain = text.casefold().replace("_", "-").replace(" ", "-")
    known = {choice.value.casefold().replace("_", "-"): choice for choice in choices}
    if choices is Language:
        known |= {"zh": Language.ZH_CN, "cn": Language.ZH_CN, "chinese": Language.ZH_CN, "中文": Language.ZH_CN}
        known |= {"english": Language.EN, "英文": Language.EN, "en-us": Language.EN, "en-gb": Language.EN}
    if plain not in known:
        message = f"{text!r} is none of {', '.join(choice.value for choice in choices)}"
        raise ValueError(message)
    return known[plain]


def _read_day(text: str, bounds: Bounds) -> date:
    return _read_moment(text, bounds).date()


def _read_moment(text: str, bounds: Bounds) -> datetime:
    """A day, year first, with or without a time; where only a day is told, its beginning."""
    day = _DAY.match(text)
    rest = text[day.end() :].strip() if day else ""
    clock = _CLOCK_TIME.fullmatch(rest) if rest else None
    if not day or (rest and not clock):
        message = f"{text!r} is no date that reads one way only: write it like 2026-11-21"
        raise ValueError(message)
    year, month, number = (int(part) for part in day.groups())
    hour, minute, second = (int(part or 0) for part in clock.groups()[:3]) if clock else (0, 0, 0)
    zone = datetime.strptime(clock[4], "%z").tzinfo if clock and clock[4] else bounds.zone
    try:
        return datetime(year, month, number, hour, minute, second, tzinfo=zone)
    except ValueError:
        message = f"{text!r} is a date that does not exist"
        raise ValueError(message) from None


def _read_flag(text: str, bounds: Bounds) -> bool:
    del bounds
    known = {"yes": True, "true": True, "1": True, "y": True, "是": True}
    known |= {"no": False, "false": False, "0": False, "n": False, "否": False}
    if text.casefold() not in known:
        message = f"{text!r} is neither yes nor no"
        raise ValueError(message)
    return known[text.casefold()]


def _read_mail(text: str, bounds: Bounds) -> str:
    return _as_on_pages("email", text, bounds)


def _read_phone(text: str, bounds: Bounds) -> str:
    """As pages keep it, so that one customer has one number; masked and extended ones of old records stay as told."""
    try:
        return _as_on_pages("phone", text, bounds)
    except ValueError:
        if "*" in text and has_phone_shape(text):
            return text
        raise


def _as_on_pages(field: str, text: str, bounds: Bounds) -> str:
    checked = check({field: text}, bounds.measure)
    if checked.problems:
        message = f"{text!r}: {tell(checked.problems, Language.EN)[0].message}"
        raise ValueError(message)
    return str(checked.values[field])


_READERS: Mapping[str, Callable[[str, Bounds], object]] = MappingProxyType(
    {
        "email": _read_mail,
        "phone": _read_phone,
        "occurred_at": _read_day,
        "received_at": _read_moment,
        "representative_authorised": _read_flag,
        "confirmed_by_customer": _read_flag,
    }
)


def _checked(values: dict[str, Any], problems: dict[str, str], bounds: Bounds) -> Complaint:
    """The record, once nothing is wrong with its fields alone or together."""
    today = bounds.measure.today
    if isinstance(happened := values.get("occurred_at"), date) and happened > today:
        problems["occurred_at"] = f"{happened} is in the future"
    if values["received_at"] > bounds.now:
        problems["received_at"] = f"{values['received_at']:%Y-%m-%d %H:%M} is in the future"
    if not values.get("detail"):
        problems.setdefault("detail", "is empty: say what happened")
    try:
        record = Complaint(**values)
    except ValidationError as wrong:
        raise AnswerWrong({**_in_words(wrong), **problems}) from None
    if problems:
        raise AnswerWrong(problems)
    return record


def _in_words(wrong: ValidationError) -> dict[str, str]:
    return {str(error["loc"][0]): _sentence(error) for error in wrong.errors(include_url=False, include_input=False)}


_SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "string_unicode": "is no text: some of its bytes belong to another encoding",
        "string_too_long": "has more than {max_length} characters",
        "int_parsing": "is not a whole number",
        "greater_than_equal": "is less than {ge}",
        "less_than_equal": "is more than {le}",
        "missing": "is missing",
        "value_error": "{error}",
    }
)


def _sentence(error: ErrorDetails) -> str:
    return _SENTENCES.get(error["type"], error["msg"].lower()).format(**error.get("ctx", {}))
