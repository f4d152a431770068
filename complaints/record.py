"""The record: what is written down about a complaint at intake (PROCESS.md section 2); all of it is personal."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from complaints.words import SYSTEM, Channel, CustomerType, Language

_MAIL = re.compile(r"[^\s@<>()\[\],;:\\\"]+@[^\s@<>()\[\],;:\\\"]+\.[^\s@.<>()\[\],;:\\\"]{2,}")
_PHONE = re.compile(r"\+?\(?[0-9][0-9 ()./*-]{3,}(?:(?:ext\.?|x|#|转)\s?[0-9]{1,6})?", re.IGNORECASE)
_LONGEST_MAIL = 254
"""RFC 5321: a path is at most 256 octets, angle brackets included."""


class ComplaintObject(StrEnum):
    """What a complaint is about."""

    PRODUCT = "product"
    SERVICE = "service"
    PERSON = "person"


class EmotionalState(StrEnum):
    """How the customer seemed to whoever took the complaint."""

    CALM = "calm"
    WORRIED = "worried"
    UPSET = "upset"
    ANGRY = "angry"
    DISTRESSED = "distressed"


def has_mail_shape(text: str) -> bool:
    """Whether a text looks like one e-mail address; whether it exists is for the portal's libraries to judge."""
    return len(text) <= _LONGEST_MAIL and ".." not in text and bool(_MAIL.fullmatch(text))


def has_phone_shape(text: str) -> bool:
    """Whether a text looks like a phone number; masked digits (138****1234) pass, since old records hold them."""
    return bool(_PHONE.fullmatch(text))


def _check_mail(text: str) -> str:
    if text and not has_mail_shape(text):
        message = "is not an e-mail address: write it like name@example.com"
        raise ValueError(message)
    return text


def _check_phone(text: str) -> str:
    if text and not has_phone_shape(text):
        message = "is not a phone number: write digits, with + and the country code from abroad"
        raise ValueError(message)
    return text


Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Paragraphs = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200_000)]
"""A hard bound against abuse; what a customer may write is `intake.largest_text` of the policy."""
MailAddress = Annotated[Line, AfterValidator(_check_mail)]
PhoneNumber = Annotated[Line, AfterValidator(_check_phone)]


class Complaint(BaseModel):
    """Everything the house was told, as it was told; '' and None mean not told."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    channel: Channel
    language: Language
    received_at: AwareDatetime
    received_by: Line = SYSTEM
    company: Line = ""
    name: Line = ""
    phone: PhoneNumber = ""
    email: MailAddress = ""
    preferred_channel: Channel | None = None
    region: Line = ""
    customer_id: Line = ""
    customer_type: CustomerType = CustomerType.ORDINARY
    category: Line = ""
    """What the customer calls it: a hint as a category code, never the classification."""
    object: ComplaintObject | None = None
    item: Line = ""
    """The product or service by name."""
    order_no: Line = ""
    occurred_at: date | None = None
    place: Line = ""
    detail: Paragraphs = ""
    expected_remedy: Paragraphs = ""
    emotional_state: EmotionalState | None = None
    regulator_reference: Line = ""
    representative: Line = ""
    representative_authorised: bool | None = None
    group_size: int = Field(default=1, ge=1, le=1_000_000)
    external_id: Line = ""
    follows: Line = ""
    """The number of the closed case that the customer comes back about."""
    confirmed_by_customer: bool | None = None
    """Phone and counter complaints are read back: whether the customer confirmed what was written down."""

    @property
    def who(self) -> str:
        """The name to address, or the company's."""
        return self.name or self.company

    @property
    def wording(self) -> str:
        """All that the customer said about the matter, for the rules that read text."""
        return "\n".join(part for part in (self.item, self.detail, self.expected_remedy) if part)
