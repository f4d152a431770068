"""The incidents' pages: how large one is for whoever oversees, and its cases for whoever is in charge of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from unittest.mock import AsyncMock

import pytest

from complaints.words import ActKind, TaskKind
from tests.builders import ANN, bring_to, carry_on, complain, do, withdraw
from tests.play import changed
from tests.portal.staff import signed_in

if TYPE_CHECKING:
    from adapters.house import House
    from tests.portal.visitor import Page

LEAD, OTHER_LEAD, MANAGER, ADMINISTRATOR, PLAIN = "huang_min", "daniel_reed", "tang_rui", "lin_yan", "song_mei"


@pytest.fixture
async def kettles(house: House, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Three customers whose kettles leak, in a house to which three are an incident, and one with another grief."""
    policy = changed(await house.library.current(), "intake.mass_event.count", 3)
    monkeypatch.setitem(house.library._parsed, policy.version, policy)  # noqa: SLF001  the pack as a house would write it
    case_nos = [await complain(house, replace(ANN, email=f"customer.{nth}@example.test")) for nth in range(3)]
    for case_no in (*case_nos, await complain(house, detail="The invoice shows a service fee nobody ever mentioned.")):
        await carry_on(house, case_no)
    for case_no in case_nos:
        await carry_on(house, case_no)
    return case_nos


def linked(page: Page) -> list[str]:
    """What can be opened from a page for reading a case."""
    return [part.partition('"')[0] for part in page.html.split('href="')[1:] if part.startswith("/view/")]


async def test_whoever_oversees_sees_how_large_it_is_since_when_how_grave_and_who_leads(
    house: House, kettles: list[str]
) -> None:
    await withdraw(house, kettles[2])
    for who in (LEAD, OTHER_LEAD, MANAGER, ADMINISTRATOR):
        page = await (await signed_in(house, who)).open("/team/incidents?lang=en")
        assert f"IN-{kettles[0]}" in page.text
        assert "3, of which 2 open" in page.text
        assert "Quality (3 of 3 cases)" in page.text
        assert "Level urgent" in page.text
        assert "Led by Tang Rui" in page.text or "Led by Robert Ellis" in page.text
        assert ANN.name not in page.text


@pytest.mark.parametrize(("who", "opens"), [(LEAD, 3), (MANAGER, 3), (OTHER_LEAD, 0), (ADMINISTRATOR, 0)])
async def test_its_cases_are_open_to_whoever_is_in_charge_of_them_and_only_counted_for_others(
    house: House, kettles: list[str], who: str, opens: int
) -> None:
    visitor = await signed_in(house, who)
    page = await visitor.open(f"/team/incidents/IN-{kettles[0]}?lang=en")
    links = linked(page)
    assert len(links) == opens
    # The number of the incident is that of its first case, which stands on the page for everybody.
    assert [case_no in page.text for case_no in kettles[1:]] == [bool(opens)] * 2
    for link, case_no in zip(links, kettles, strict=False):
        assert case_no in (await visitor.open(link)).text
    if who == OTHER_LEAD:
        assert "3 cases lie with other departments." in page.text
    if who == ADMINISTRATOR:
        assert "Your role shows how large an incident is" in page.text


async def test_a_lead_opens_a_case_of_another_department_in_which_one_of_hers_has_work(
    house: House, kettles: list[str]
) -> None:
    task = await bring_to(house, kettles[1], TaskKind.FINDINGS)
    await do(house, kettles[1], ActKind.HAND_OVER, task, to="ma_li", reason="She sold it.")
    page = await (await signed_in(house, OTHER_LEAD)).open(f"/team/incidents/IN-{kettles[0]}?lang=en")
    assert len(linked(page)) == 1
    assert "2 cases lie with other departments." in page.text


async def test_an_incident_that_concerns_everybody_says_so(
    house: House, kettles: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = await signed_in(house, MANAGER)
    assert "concerns everybody" not in (await visitor.open("/team/incidents?lang=en")).text
    policy = changed(await house.library.current(), "intake.mass_event.wide_from", 3)
    monkeypatch.setattr(house.library, "current", AsyncMock(return_value=policy))
    assert "concerns everybody" in (await visitor.open("/team/incidents?lang=en")).text
    assert kettles


async def test_a_house_without_incidents_says_so_and_one_that_never_was_is_not_there(house: House) -> None:
    visitor = await signed_in(house, MANAGER)
    assert "There is none." in (await visitor.open("/team/incidents?lang=en")).text
    assert (await visitor.client.get("/team/incidents/IN-TC20260101-0001")).status_code == 404
    assert (await (await signed_in(house, PLAIN)).client.get("/team/incidents")).status_code == 403
