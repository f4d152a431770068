"""Links: for one purpose, one person, one task, for so long; every other use is forged or expired."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.cipher import Cipher
from adapters.links import Links, Purpose, Ticket
from complaints.errors import LinkExpired, LinkForged
from complaints.words import CUSTOMER

CIPHER = Cipher(bytes(32))
LINKS = Links(CIPHER, public_url="https://complaints.example", valid=timedelta(days=30))
TICKET = Ticket(purpose="task", case_no="TC20261123-0001", holder="peter_novak", task_id="findings-1")
PURPOSES: tuple[Purpose, ...] = ("task", "track", "view")


@given(purpose=st.sampled_from(PURPOSES), case_no=st.text(), holder=st.text(), task_id=st.text())
def test_a_link_says_what_it_was_made_for(purpose: Purpose, case_no: str, holder: str, task_id: str) -> None:
    ticket = Ticket(purpose, case_no, holder, task_id)
    assert LINKS.read(LINKS.token(ticket), purpose) == ticket


def test_an_address_holds_the_purpose_and_a_token_that_mail_does_not_break() -> None:
    address = LINKS.address(TICKET)
    assert address.startswith("https://complaints.example/task/")
    assert address.isascii()
    assert " " not in address
    assert LINKS.read(address.rpartition("/")[2], "task") == TICKET


@pytest.mark.parametrize("purpose", ["track", "view"])
def test_a_link_for_one_purpose_is_no_good_for_another(purpose: Purpose) -> None:
    with pytest.raises(LinkForged, match="this link is for something else"):
        LINKS.read(LINKS.token(TICKET), purpose)


@given(place=st.integers(0, len(LINKS.token(TICKET)) - 1), sign=st.sampled_from("aZ09-_."))
def test_a_link_with_any_sign_changed_is_forged(place: int, sign: str) -> None:
    token = LINKS.token(TICKET)
    changed = f"{token[:place]}{sign}{token[place + 1 :]}"
    if changed == token:
        return
    try:
        read = LINKS.read(changed, "task")
    except LinkForged:
        return
    # The last sign of a base64 text has bits that say nothing: then it is the same link.
    assert read == TICKET
    assert place in {len(token) - 1, token.rindex(".") - 1, token.index(".") - 1}


@pytest.mark.parametrize("token", ["", ".", "...", "x", "链接", "a" * 5000, "\x00", "InRhc2si.aaaa.bbbb"])
def test_what_was_never_a_link_is_forged(token: str) -> None:
    with pytest.raises(LinkForged, match="this link was not made by this house"):
        LINKS.read(token, "task")


def test_a_link_of_another_house_is_forged() -> None:
    others = Links(Cipher(bytes(range(32))), public_url="https://complaints.example", valid=timedelta(days=30))
    with pytest.raises(LinkForged):
        LINKS.read(others.token(TICKET), "task")


def test_a_link_works_to_its_last_day_and_not_beyond(monkeypatch: pytest.MonkeyPatch) -> None:
    token, made_at = LINKS.token(TICKET), int(time.time())  # noqa: TID251  the signer's own clock
    monkeypatch.setattr(time, "time", lambda: made_at + timedelta(days=30).total_seconds() - 5)
    assert LINKS.read(token, "task") == TICKET
    monkeypatch.setattr(time, "time", lambda: made_at + timedelta(days=30).total_seconds() + 5)
    with pytest.raises(LinkExpired, match="this link has expired"):
        LINKS.read(token, "task")


def test_a_customer_follows_her_case_for_as_long_as_it_exists(monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = Ticket("track", TICKET.case_no, CUSTOMER)
    token, made_at = LINKS.token(ticket), int(time.time())  # noqa: TID251  the signer's own clock
    monkeypatch.setattr(time, "time", lambda: made_at + timedelta(days=2000).total_seconds())
    assert LINKS.read(token, "track") == ticket


def test_a_forged_link_that_is_old_too_is_forged(monkeypatch: pytest.MonkeyPatch) -> None:
    token = LINKS.token(TICKET)
    made_at = time.time()  # noqa: TID251  the signer's own clock
    monkeypatch.setattr(time, "time", lambda: made_at + timedelta(days=60).total_seconds())
    with pytest.raises(LinkForged):
        LINKS.read(token[:-3] + "abc", "task")


def test_links_of_different_people_and_tasks_differ() -> None:
    tickets = [
        TICKET,
        Ticket("task", TICKET.case_no, "huang_min", "findings-1"),
        Ticket("task", TICKET.case_no, "peter_novak", "letter-1"),
        Ticket("track", TICKET.case_no, CUSTOMER),
    ]
    assert len({LINKS.token(ticket) for ticket in tickets}) == 4
