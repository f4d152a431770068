"""Erasing on pages: two people who are signed in, each press once, and clear words for whatever is in the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from complaints.erasing import LONGEST_REASON
from complaints.words import Role
from portal import erasing
from portal.erasing_terminal import Order, carry_out
from tests.builders import ANN, complain, withdraw
from tests.portal.staff import signed_in

if TYPE_CHECKING:
    from adapters.house import House
    from tests.builders import Hands
    from tests.portal.visitor import Page, Visitor

ADMINISTRATOR, MANAGER, BOTH = "lin_yan", "tang_rui", "robert_ellis"
KEPT = timedelta(days=1097)
WHY = "She asks for it."


async def closed(house: House) -> str:
    case_no = await complain(house)
    await withdraw(house, case_no)
    return case_no


async def kinds(house: House, case_no: str) -> list[str]:
    """What the history says of keeping and erasing."""
    told = [entry.fact.type for entry in await house.casebook.history(case_no)]
    return [one for one in told if one.startswith(("erasure.", "hold.", "case.erased"))]


async def press(who: Visitor, page: Page, act: str, **filled: str) -> Page:
    """Press the button of an act on a case's page."""
    name = "hold_reason" if act in {"hold", "release"} else "reason"
    return await who.send(page, {"act": act, **filled}, form=page.form(name))


async def test_one_asks_another_erases_and_the_page_says_what_remains(house: House) -> None:
    case_no = await closed(house)
    asker, approver = await signed_in(house, ADMINISTRATOR), await signed_in(house, MANAGER)
    asked = await press(asker, await asker.open(f"/privacy/{case_no.lower()}?lang=en"), "request", reason=WHY)
    assert "Another person decides" in asked.text
    listed = await approver.open("/privacy?lang=en")
    assert case_no in listed.text
    page = await approver.open(f"/privacy/{case_no}?lang=en")
    assert WHY in page.text
    done = await press(approver, page, "approve", sure="yes")
    assert "The case is erased" in done.text
    assert "destroyed" in done.text
    assert WHY not in done.text
    assert ANN.name not in done.text
    assert await kinds(house, case_no) == ["erasure.requested", "case.erased"]
    last = (await house.casebook.history(case_no))[-1]
    assert (last.actor, last.origin.startswith("portal ")) == (MANAGER, True)
    assert case_no in (await approver.open("/privacy")).text


async def test_nobody_approves_what_she_asked_for(house: House) -> None:
    case_no = await closed(house)
    one = await signed_in(house, BOTH)
    page = await one.open(f"/privacy/{case_no}?lang=en")
    asked = await press(one, page, "request", reason=WHY)
    assert "sure" not in asked.form("reason").names
    refused = await press(one, asked, "approve", sure="yes")
    assert (refused.status, "another person has to approve" in refused.text) == (422, True)
    assert await kinds(house, case_no) == ["erasure.requested"]
    back = await press(one, refused, "refuse", reason="A mistake.")
    assert back.status == 200
    assert await kinds(house, case_no) == ["erasure.requested", "erasure.refused"]


async def take_role(house: House, staff_id: str, role: Role) -> None:
    """Somebody holds a role no more."""
    roster = await house.directory.current()
    person = roster.staff[staff_id]
    changed = person.model_copy(update={"roles": tuple(one for one in person.roles if one is not role)})
    await house.directory.store(replace(roster, staff={**roster.staff, staff_id: changed}), by="test", reason="roles")


async def test_whoever_alone_may_approve_is_told_that_nobody_can_approve_what_she_asks_for(house: House) -> None:
    case_no = await closed(house)
    one = await signed_in(house, MANAGER)
    asked = await press(one, await one.open(f"/privacy/{case_no}?lang=en"), "request", reason=WHY)
    assert ("told by mail" in asked.text, "Nobody else" in asked.text) == (True, False)
    await take_role(house, BOTH, Role.COMPLAINTS_MANAGER)
    stuck = await one.open(f"/privacy/{case_no}?lang=en&did=request")
    assert ("told by mail" in stuck.text, "Nobody else who works here" in stuck.text) == (False, True)
    await erasing.refuse(house, case_no, erasing.Doer(MANAGER), reason="")
    assert "Nobody else may approve it" in (await carry_out(house, Order(case_no, MANAGER, WHY)))[0]
    await erasing.refuse(house, case_no, erasing.Doer(MANAGER), reason="")
    assert "told by mail" in (await carry_out(house, Order(case_no, ADMINISTRATOR, WHY)))[0]


async def test_an_administrator_may_ask_but_not_approve(house: House) -> None:
    case_no = await closed(house)
    await erasing.request(house, case_no, erasing.Doer(MANAGER), reason=WHY)
    one = await signed_in(house, ADMINISTRATOR)
    page = await one.open(f"/privacy/{case_no}?lang=en")
    forged = await one.send(page, {"act": "approve", "sure": "yes"}, form=page.form("hold_reason"))
    assert (forged.status, "none of the roles" in forged.text) == (422, True)
    assert await kinds(house, case_no) == ["erasure.requested"]


async def test_a_button_that_is_pressed_twice_counts_once(house: House) -> None:
    case_no = await closed(house)
    one, other = await signed_in(house, ADMINISTRATOR), await signed_in(house, MANAGER)
    page = await one.open(f"/privacy/{case_no}")
    for _ in range(2):
        assert (await press(one, page, "request", reason=WHY)).status == 200
    page = await other.open(f"/privacy/{case_no}")
    for _ in range(2):
        assert (await press(other, page, "approve", sure="yes")).status == 200
    assert await kinds(house, case_no) == ["erasure.requested", "case.erased"]


async def test_whoever_is_slower_is_told_what_happened_meanwhile(house: House) -> None:
    case_no = await closed(house)
    await erasing.request(house, case_no, erasing.Doer(ADMINISTRATOR), reason=WHY)
    one, other = await signed_in(house, MANAGER), await signed_in(house, BOTH)
    pages = [await who.open(f"/privacy/{case_no}?lang=en") for who in (one, other)]
    await press(one, pages[0], "refuse")
    late = await press(other, pages[1], "approve", sure="yes")
    assert (late.status, "somebody decided meanwhile" in late.text) == (422, True)
    again = await press(other, late, "request", reason=WHY)
    stale = await one.open(f"/privacy/{case_no}?lang=en")
    await erasing.hold(house, case_no, erasing.Doer(ADMINISTRATOR), reason="A lawsuit.")
    held = await press(one, stale, "approve", sure="yes")
    assert (held.status, "release the hold first" in held.text) == (422, True)
    await erasing.release(house, case_no, erasing.Doer(ADMINISTRATOR), reason="")
    await erasing.approve(house, case_no, erasing.Doer(MANAGER))
    gone = await press(other, again, "refuse")
    assert (gone.status, "was erased meanwhile" in gone.text) == (422, True)


async def test_an_open_case_is_held_but_not_erased(house: House) -> None:
    case_no = await complain(house)
    one = await signed_in(house, ADMINISTRATOR)
    page = await one.open(f"/privacy/{case_no}?lang=en")
    assert not [form for form in page.forms if "reason" in form.names]
    refused = await one.send(page, {"act": "request", "reason": WHY}, form=page.form("hold_reason"))
    assert (refused.status, "only what is closed" in refused.text) == (422, True)
    missing = await press(one, refused, "hold")
    assert "a hold needs its reason" in missing.message_at("hold_reason")
    held = await press(one, missing, "hold", hold_reason="A lawsuit.")
    assert "A lawsuit." in held.text
    assert case_no in (await one.open("/privacy")).text
    assert (await press(one, held, "release")).status == 200
    assert await kinds(house, case_no) == ["hold.placed", "hold.released"]


async def test_before_its_date_a_reason_is_needed_and_none_is_ever_cut(house: House) -> None:
    case_no = await closed(house)
    one = await signed_in(house, ADMINISTRATOR)
    page = await one.open(f"/privacy/{case_no}?lang=en")
    bare = await press(one, page, "request")
    assert "reason for erasing it before its date" in bare.message_at("reason")
    long = await press(one, bare, "request", reason="x" * (LONGEST_REASON + 1))
    assert "2000" in long.message_at("reason").replace(",", "")
    assert long.value("reason") == "x" * (LONGEST_REASON + 1)
    assert await kinds(house, case_no) == []
    assert (await press(one, long, "request", reason="x" * LONGEST_REASON)).status == 200
    assert "x" * LONGEST_REASON in (await one.open(f"/privacy/{case_no}")).text


@pytest.mark.parametrize(("filled", "status"), [({"nonce": "made up", "sure": "yes"}, 403), ({}, 422)])
async def test_a_page_that_was_not_opened_here_and_a_hasty_press_erase_nothing(
    house: House, filled: dict[str, str], status: int
) -> None:
    case_no = await closed(house)
    await erasing.request(house, case_no, erasing.Doer(ADMINISTRATOR), reason=WHY)
    one = await signed_in(house, MANAGER)
    page = await one.open(f"/privacy/{case_no}?lang=en")
    assert (await press(one, page, "approve", **filled)).status == status
    assert await kinds(house, case_no) == ["erasure.requested"]


async def test_many_are_ticked_and_of_each_is_said_what_became_of_it(house: House, hands: Hands) -> None:
    first, second, third = [await closed(house) for _ in range(3)]
    hands.at += KEPT
    one, other = await signed_in(house, ADMINISTRATOR), await signed_in(house, MANAGER)
    page = await one.open("/privacy?lang=en")
    assert "tick at least one" in (await one.send(page, {"act": "request"}, form=page.form("due"))).message_at("due")
    await erasing.hold(house, third, erasing.Doer(MANAGER), reason="A lawsuit.")
    asked = await one.send(page, {"act": "request", "due": [first, second, third]}, form=page.form("due"))
    assert "Erasure was asked for in 2 cases" in asked.text
    assert f"{third} – This case is held" in asked.text
    page = await other.open("/privacy?lang=en")
    filled = {"act": "approve", "asked": [first, second]}
    assert (await other.send(page, filled, form=page.form("asked"))).message_at("sure")
    for _ in range(2):
        done = await other.send(page, {**filled, "sure": "yes"}, form=page.form("asked"))
        assert "2 cases were erased" in done.text
    assert [await kinds(house, one) for one in (first, second)] == [["erasure.requested", "case.erased"]] * 2


async def test_a_number_opens_its_case_and_every_page_of_a_case_is_a_look(house: House) -> None:
    case_no = await closed(house)
    one = await signed_in(house, ADMINISTRATOR)
    page = await one.open(f"/privacy?number={case_no.lower()}")
    assert page.url.endswith(f"/privacy/{case_no}")
    assert (await one.open("/privacy?number=TC20260101-0001&lang=en")).status == 404
    await press(one, page, "request")
    looks = [(row.by, row.page, row.purpose) for row in await house.accesses.of_case(case_no)]
    assert looks == [(ADMINISTRATOR, "privacy", "retention")] * 2
