"""Envelopes: a printed letter as the e-mail message that leaves the house."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime
from typing import TYPE_CHECKING

from complaints.errors import GiveUp
from complaints.record import has_mail_shape

if TYPE_CHECKING:
    from datetime import datetime

    from adapters.letterpress import Printed
    from complaints.words import Language

_LONGEST_NAME = 100
# Seven bits pass every relay untouched, so that what was sent is what arrives.
_POLICY = SMTP.clone(cte_type="7bit")


@dataclass(frozen=True)
class Label:
    """What stands on the envelope of a letter."""

    to: str
    to_name: str
    sender: str
    sender_name: str
    reply_to: str
    message_id: str
    sent_at: datetime
    case_no: str
    kind: str
    language: Language


def enclose(printed: Printed, label: Label) -> EmailMessage:
    """The message, with text and HTML as alternatives; GiveUp when an address on it is none.

    It says that a machine wrote it, so that no machine answers (RFC 3834). `Precedence: bulk` says nothing more to
    responders of our time and sends wanted mail to the spam folder, so it is left out.
    """
    message = EmailMessage(policy=_policy_for(label.to))
    message["From"] = _mailbox(label.sender_name, label.sender)
    message["To"] = _mailbox(label.to_name, label.to)
    if label.reply_to != label.sender:
        message["Reply-To"] = _mailbox(label.sender_name, label.reply_to)
    message["Subject"] = _one_line(printed.subject)
    message["Date"] = format_datetime(label.sent_at)
    message["Message-ID"] = _one_line(label.message_id)
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    if label.case_no:
        message["X-Redress-Case"] = _one_line(label.case_no)
    message["X-Redress-Letter"] = _one_line(label.kind)
    message.set_content(printed.text)
    message.add_alternative(printed.html, subtype="html")
    # Only now: giving a message its content throws away every Content- header it has.
    message["Content-Language"] = label.language.value
    return message


def needs_utf8(address: str) -> bool:
    """Whether a server must speak SMTPUTF8 to take mail for this address."""
    return not address.rpartition("@")[0].isascii()


def on_the_wire(address: str) -> str:
    """An address as servers are told it: its domain in ASCII; GiveUp when it is none."""
    if not has_mail_shape(address):
        raise GiveUp("the recipient's e-mail address is malformed")
    local, _, domain = address.rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError as wrong:
        raise GiveUp("the domain of the recipient's e-mail address is malformed") from wrong


def _policy_for(address: str) -> EmailPolicy[EmailMessage]:
    return _POLICY.clone(utf8=True) if needs_utf8(address) else _POLICY


def _mailbox(name: str, address: str) -> Address:
    local, _, domain = on_the_wire(address).rpartition("@")
    return Address(display_name=_one_line(name)[:_LONGEST_NAME], username=local, domain=domain)


def _one_line(text: str) -> str:
    """A text that cannot begin another header: line breaks and control characters become spaces."""
    plain = "".join(" " if unicodedata.category(character).startswith("C") else character for character in text)
    return " ".join(plain.split())
