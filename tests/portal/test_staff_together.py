"""Two administrators at one entry of the staff list: the second hears what the first wrote, and loses nothing."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from complaints import staffing
from complaints.errors import AnswerWrong
from complaints.words import Language, Role
from tests.portal.axe import stumbles
from tests.portal.browsing import DESK, PHONE, window
from tests.portal.scenes import enter
from tests.portal.staff import signed_in

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from adapters.house import House
    from complaints.roster import Roster
    from tests.portal.visitor import Page, Visitor


async def both_open(house: House, person: str = "li_na") -> tuple[tuple[Visitor, Page], tuple[Visitor, Page]]:
    """Two administrators, each with the same entry open."""
    lin, robert = await signed_in(house, "lin_yan"), await signed_in(house, "robert_ellis")
    address = f"/admin/staff/person?lang=en&id={person}"
    return (lin, await lin.open(address)), (robert, await robert.open(address))


async def test_the_second_sees_what_the_first_wrote_beside_what_she_typed_and_can_send_again(house: House) -> None:
    (lin, hers), (robert, his) = await both_open(house)
    form = hers.form("email")
    told = {"name": "Li Na-Weber 李娜", "roles": ["handler", "classifier"], "reason": "She married."}
    await lin.send(hers, told, form=form)
    clash = await robert.send(his, {"email": "li@redress.example", "reason": "A new address."}, form=his.form("email"))
    assert clash.status == 409
    assert "Somebody else changed this entry" in clash.text
    assert "Name Now: Li Na-Weber 李娜 You: Li Na 李娜" in clash.text
    assert "Roles Now: Classifier · Handler You: " in clash.text
    assert "E-mail Now: li.na@redress.example You: li@redress.example" in clash.text
    assert "Department Now:" not in clash.text
    assert (clash.value("email"), clash.value("reason")) == ("li@redress.example", "A new address.")
    assert len(await house.directory.log()) == 1
    after = await robert.send(clash, {"name": "Li Na-Weber 李娜"}, form=clash.form("email"))
    assert after.status == 200
    person = (await house.directory.current()).staff["li_na"]
    assert (person.name, person.email) == ("Li Na-Weber 李娜", "li@redress.example")


async def test_a_form_that_came_back_for_another_reason_still_knows_what_it_was_drawn_from(house: House) -> None:
    (lin, hers), (robert, his) = await both_open(house)
    await lin.send(hers, {"name": "Li Na-Weber", "reason": "She married."}, form=hers.form("email"))
    wrong = await robert.send(his, {"email": "li", "reason": "A new address."}, form=his.form("email"))
    assert "not a complete" in wrong.message_at("email")
    assert (await robert.send(wrong, {"email": "li@redress.example"}, form=wrong.form("email"))).status == 409


async def test_others_and_other_things_of_the_same_person_do_not_clash(house: House) -> None:
    (lin, hers), (robert, his) = await both_open(house)
    other = await lin.open("/admin/staff/person?lang=en&id=emma_clarke")
    await lin.send(other, {"name": "Emma Clark", "reason": "A slip."}, form=other.form("email"))
    away = {"first_day": "2026-11-23", "last_day": "2026-11-25"}
    await lin.send(hers, away, form=hers.form("first_day"))
    assert (await robert.send(his, {"name": "Li N.", "reason": "x"}, form=his.form("email"))).status == 200
    leaving = {"left": "2026-12-01", "why_left": "A new job."}
    assert (await lin.send(hers, leaving, form=hers.form("left"))).status == 200
    person = (await house.directory.current()).staff["li_na"]
    assert (person.name, str(person.left), len(person.absences)) == ("Li N.", "2026-12-01", 1)


async def test_two_presses_of_one_opening_are_no_clash(house: House) -> None:
    (lin, hers), _ = await both_open(house)
    for _nth in range(2):
        sent = await lin.send(hers, {"name": "Li N.", "reason": "x"}, form=hers.form("email"))
        assert sent.status == 200


async def test_who_marks_as_leaving_whom_another_just_marked_sees_the_other_day(house: House) -> None:
    (lin, hers), (robert, his) = await both_open(house)
    first = {"left": "2026-12-01", "heir": "huang_min", "why_left": "A new job."}
    await lin.send(hers, first, form=hers.form("left"))
    second = {"left": "2026-11-30", "heir": "emma_clarke", "why_left": "She told me."}
    clash = await robert.send(his, second, form=his.form("left"))
    assert clash.status == 409
    assert "First day on which she is gone Now: 2026-12-01 You: 2026-11-30" in clash.text
    assert "Her open work goes to Now: Huang Min 黄敏 You: Emma Clarke" in clash.text
    assert clash.value("why_left") == "She told me."
    assert str((await house.directory.current()).staff["li_na"].left) == "2026-12-01"
    assert (await robert.send(clash, {}, form=clash.form("left"))).status == 200
    assert str((await house.directory.current()).staff["li_na"].left) == "2026-11-30"


async def test_who_says_that_she_stays_sees_a_day_that_another_wrote_meanwhile(house: House) -> None:
    (lin, page), _ = await both_open(house)
    await lin.send(page, {"left": "2026-12-01", "why_left": "A new job."}, form=page.form("left"))
    (lin, hers), (robert, his) = await both_open(house)
    await lin.send(hers, {"left": "2026-12-24", "why_left": "After Christmas."}, form=hers.form("left"))
    clash = await robert.send(his, {"why_stays": "A mistake."}, form=his.form("why_stays"))
    assert clash.status == 409
    assert "First day on which she is gone Now: 2026-12-24 You: –" in clash.text
    assert (await robert.send(clash, {}, form=clash.form("why_stays"))).status == 200
    assert (await house.directory.current()).staff["li_na"].left is None


async def test_a_file_does_not_undo_what_was_written_since_the_page_that_takes_it_was_opened(house: House) -> None:
    (lin, hers), (robert, _) = await both_open(house)
    page = await robert.open("/admin/staff?lang=en")
    file = (await robert.client.get("/admin/staff/export")).text.replace("Emma Clarke", "Emma Clark")
    sent = [("roster.toml", file.encode(), "application/toml")]
    await lin.send(hers, {"name": "Li Na-Weber", "reason": "She married."}, form=hers.form("email"))
    clash = await robert.send(page, {"reason": "A slip."}, files=sent, form=page.form("evidence"))
    assert "Somebody changed the list" in clash.text
    assert "She married." in clash.text, "what was changed stands below"
    assert clash.value("reason") == "A slip."
    assert (await house.directory.current()).staff["li_na"].name == "Li Na-Weber"
    for _nth in range(2):
        assert (await robert.send(clash, {}, files=sent, form=clash.form("evidence"))).status == 200
    assert (await house.directory.current()).staff["emma_clarke"].name == "Emma Clark"


async def test_what_was_written_between_looking_and_writing_is_not_overwritten_either(house: House) -> None:
    """The check is made on the roster that the change is made to, in the transaction that stores it."""
    fields = staffing.ENTRY
    drawn_from = staffing.fingerprint(await house.directory.current(), "li_na", fields=fields)

    def with_roles(*roles: Role) -> staffing.Edit:
        def edit(roster: Roster) -> Roster:
            person = roster.staff["li_na"].model_copy(update={"roles": roles})
            return replace(roster, staff={**roster.staff, "li_na": person})

        return staffing.unless_changed(edit, "li_na", fields=fields, drawn_from=drawn_from)

    await house.directory.change(with_roles(Role.HANDLER), by="lin_yan", reason="first")
    with pytest.raises(AnswerWrong, match="entry_changed"):
        await house.directory.change(with_roles(Role.AUDITOR), by="robert_ellis", reason="second")
    assert [stored.reason for stored in await house.directory.log()] == ["first"]


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("language", Language)
async def test_the_clash_can_be_read_by_everybody(
    browser: Browser, street: House, language: Language, size: dict[str, int]
) -> None:
    async with window(browser, street, size=size) as page:
        await enter(page, street, "robert_ellis")
        await page.goto(f"/admin/staff/person?lang={language.value}&id=li_na")
        other = await signed_in(street, "lin_yan")
        hers = await other.open("/admin/staff/person?lang=en&id=li_na")
        told = {"name": "Li Na-Weber 李娜", "roles": ["handler"], "reason": "x", "key_customers": "yes"}
        await other.send(hers, told, form=hers.form("email"))
        await page.locator("#f-reason").fill("She wrote so.")
        await page.locator("#f-reason").press("Enter")
        await expect(page.get_by_role("alert")).to_be_focused()
        await expect(page.locator("dl.facts").first).to_contain_text("Li Na-Weber 李娜")
        assert await stumbles(page) == []
        if folder := os.environ.get("REDRESS_PICTURES"):
            await page.screenshot(path=f"{folder}/clash-{language.value}-{size['width']}.png", full_page=True)
