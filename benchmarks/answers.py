"""Answers: what a person of the benchmark writes into any form of the house, so that every case goes straight on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deployments.demo.pages import Form

WAITS = 6
"""Human answers of a case under the benchmark's policy: findings, approval, letter, decision, remedy, survey."""

_ANSWERS = {
    "plan": "Inspect the item and the order.",
    "findings": "The item was inspected and the complaint is justified.",
    "allegation": "The item does not do what was promised.",
    "finding": "upheld",
    "remedy": "refund",
    "amount": "100",
    "letter": "We are sorry. We refund you in full.",
    "proof": "Paid back, reference R-1.",
    "csat": "5",
    "resolved": "yes",
}

_TOLD = {
    "channel": "web",
    "language": "en",
    "item": "Kettle K2",
    "occurred_at": "2026-01-05",
    "expected_remedy": "A refund of the price.",
}
_DETAIL = "The kettle broke after two days: the lid is cracked, it leaks, the switch is defective. Poor quality."


def complaint(customer: str) -> dict[str, str]:
    """A complaint of its own customer, as a program tells it; what the rules can be sure of, they decide."""
    return {
        **_TOLD,
        "name": "Ann Lee",
        "email": f"{customer}@customers.example",
        "order_no": f"A-{customer}",
        "detail": f"{_DETAIL} ({customer})",
    }


def fill(form: Form) -> dict[str, str]:
    """What is written into this form: the usual answer, else the first choice, else what stands there."""
    filled = {name: _ANSWERS[name] for name in (*form.fields, *form.choices) if name in _ANSWERS}
    for name, offered in form.choices.items():
        # The second and later rows of a form stay empty.
        if name not in filled and not name[-1].isdigit():
            filled[name] = _choose(offered)
    return {**_kept(form), **filled}


def _choose(offered: list[str]) -> str:
    willing = [choice for choice in offered if choice in {"approve", "accept", "agree"}]
    return next(iter(willing or filter(None, offered)), "")


def _kept(form: Form) -> Mapping[str, str]:
    return {name: values[0] for name, values in form.fields.items() if values}
