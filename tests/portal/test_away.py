"""Out of office: told by herself, kept in a new version of the roster, and lived by: work goes to her substitute."""

from __future__ import annotations

from typing import TYPE_CHECKING

from complaints.words import TaskKind
from tests.builders import bring_to, complain
from tests.portal.staff import signed_in

if TYPE_CHECKING:
    from adapters.house import House
    from tests.portal.visitor import Page, Visitor


async def note(visitor: Visitor, **told: str) -> Page:
    page = await visitor.open("/me/away?lang=en")
    return await visitor.send(page, told, form=page.form("first_day"))


async def test_an_absence_is_a_new_version_of_the_roster(house: House) -> None:
    me = await signed_in(house, "li_na")
    page = await note(me, first_day="2026-11-24", last_day="2026-11-27", substitute="emma_clarke", reason="holiday")
    assert "Emma Clarke stands in" in page.text
    assert "Holiday" in page.text
    (version,) = await house.directory.log()
    assert (version.by, version.reason) == ("li_na", "absence_added")


async def test_what_she_would_have_got_goes_to_her_substitute(house: House) -> None:
    before = await complain(house)
    usual = (await bring_to(house, before, TaskKind.FINDINGS)).assignee
    me = await signed_in(house, usual)
    await note(me, first_day="2026-11-23", last_day="2026-11-27", substitute="huang_min")
    page = await me.open("/me/away?lang=en")
    assert before in page.text
    assert "/do/hand_over" in page.html
    after = await complain(house)
    assert (await bring_to(house, after, TaskKind.FINDINGS)).assignee != usual


async def test_a_circle_is_refused_and_nothing_is_lost_that_was_typed(house: House) -> None:
    one, other = await signed_in(house, "li_na"), await signed_in(house, "emma_clarke")
    await note(one, first_day="2026-11-24", last_day="2026-11-27", substitute="emma_clarke")
    page = await note(other, first_day="2026-11-27", last_day="2026-11-30", substitute="li_na")
    assert page.status == 422
    assert "leads in a circle" in page.message_at("substitute")
    assert page.form("first_day").values["first_day"] == ["2026-11-27"]
    assert len(await house.directory.log()) == 1


async def test_a_day_that_is_none_is_told_at_its_field(house: House) -> None:
    page = await note(await signed_in(house, "li_na"), first_day="tomorrow", last_day="")
    assert page.status == 422
    assert "year-month-day" in page.message_at("first_day")
    assert "fill this in" in page.message_at("last_day")


async def test_who_is_back_says_so(house: House) -> None:
    me = await signed_in(house, "li_na")
    page = await note(me, first_day="2026-11-24", last_day="2026-11-27")
    after = await me.send(page, {"end": "2026-11-24"}, form=page.form("end"))
    assert "Your absences" not in after.text
    assert (await house.directory.current()).staff["li_na"].absences == ()


async def test_nobody_ends_anothers_absence(house: House) -> None:
    me, other = await signed_in(house, "li_na"), await signed_in(house, "emma_clarke")
    await note(me, first_day="2026-11-24", last_day="2026-11-27")
    page = await other.open("/me/away?lang=en")
    await other.send(page, {"end": "2026-11-24"}, form=page.form("first_day"))
    assert len((await house.directory.current()).staff["li_na"].absences) == 1
