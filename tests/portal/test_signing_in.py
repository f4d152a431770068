"""The staff's door: a mailed link, pressed once, begins a session; nobody learns who works here or gets in besides."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from itsdangerous import URLSafeSerializer
from sqlmodel import select

from complaints.roster import Roster
from models.sign_ins import SignInRow, StaffSessionRow
from models.tables import LetterRow
from tests.builders import build_house, complain
from tests.portal.staff import ask_for_link, askings, newcomer, sign_in, signed_in

if TYPE_CHECKING:
    from pathlib import Path

    from adapters.house import House
    from tests.builders import Hands
    from tests.portal.visitor import Page, Visitor

LI_NA = "li.na@redress.example"


async def ask(visitor: Visitor, address: str) -> Page:
    return await visitor.send(await visitor.open("/me/sign-in"), {"email": address})


async def letters(house: House) -> list[LetterRow]:
    async with house.database.reading() as session:
        return list((await session.execute(select(LetterRow))).scalars())


async def sessions(house: House) -> list[StaffSessionRow]:
    async with house.database.reading() as session:
        return list((await session.execute(select(StaffSessionRow))).scalars())


async def is_in(visitor: Visitor) -> bool:
    answer = await visitor.client.get("/me", follow_redirects=False)
    return answer.status_code == 200


async def leaves(house: House, staff_id: str, day: date) -> None:
    def edit(roster: Roster) -> Roster:
        gone = roster.staff[staff_id].model_copy(update={"left": day})
        return Roster(roster.version, roster.departments, {**roster.staff, staff_id: gone}, roster.timezone)

    await house.directory.change(edit, by="test", reason="She leaves.")


async def test_a_link_leads_to_my_tasks(visitor: Visitor, house: House) -> None:
    page = await sign_in(visitor, house, "li_na")
    assert page.url.endswith("/me")
    assert "我的任务" in page.text
    assert await is_in(visitor)


@pytest.mark.parametrize("page", ["/me/findings", "/audit?category=product.quality", "/privacy/TC20261123-0001"])
async def test_who_followed_a_mail_to_a_page_is_led_there_once_she_is_in(house: House, page: str) -> None:
    case_no = await complain(house)
    assert case_no == "TC20261123-0001"
    visitor = newcomer(house)
    assert (await visitor.open(page)).url.endswith("/me/sign-in")
    arrived = await sign_in(visitor, house, "tang_rui" if "privacy" in page else "deng_xin")
    assert (arrived.status, arrived.url.partition("portal.test")[2]) == (200, page)
    again = await sign_in(visitor, house, "li_na")
    assert again.url.endswith("/me")


@pytest.mark.parametrize(
    "page",
    [
        "//elsewhere.example/me",
        "https://elsewhere.example/me",
        "/me@elsewhere.example",
        "/\\elsewhere.example",
        "/mail",
    ],
)
async def test_no_cookie_leads_out_of_the_staffs_pages(house: House, page: str) -> None:
    visitor = newcomer(house)
    visitor.client.cookies.set("redress_wanted", page, domain="portal.test", path="/me/sign-in")
    assert (await sign_in(visitor, house, "li_na")).url.endswith("portal.test/me")


async def test_known_and_unknown_addresses_get_the_same_answer(visitor: Visitor, house: House) -> None:
    known, unknown = await ask(visitor, LI_NA), await ask(visitor, "nobody@example.test")
    assert (known.status, known.url) == (unknown.status, unknown.url)
    assert known.html.replace(known.value("nonce"), "") == unknown.html.replace(unknown.value("nonce"), "")
    assert [row.recipient for row in await letters(house)] == ["li_na"]
    assert len(await askings(house)) == 2


@pytest.mark.parametrize("typed", ["LI.NA@redress.example", "  li.na@redress.example "])
async def test_an_address_is_known_however_it_is_written(visitor: Visitor, house: House, typed: str) -> None:
    await ask(visitor, typed)
    assert [row.recipient for row in await letters(house)] == ["li_na"]


@pytest.mark.parametrize(("typed", "said"), [("", "Please fill this in."), ("li.na", "not a complete e-mail")])
async def test_what_is_no_address_is_told_at_the_field(visitor: Visitor, house: House, typed: str, said: str) -> None:
    page = await ask(visitor, typed)
    assert page.status == 422
    assert said in page.message_at("email")
    assert await askings(house) == []


async def test_nobodys_address_is_kept(visitor: Visitor, house: House) -> None:
    await ask(visitor, "nobody@example.test")
    kept = repr([row.model_dump() for row in await askings(house)])
    assert "nobody" not in kept
    assert "127.0.0.1" not in kept


async def test_an_address_gets_five_letters_in_a_quarter_of_an_hour_and_the_answer_stays_the_same(
    visitor: Visitor, house: House, hands: Hands
) -> None:
    pages = [await ask(visitor, LI_NA) for _ in range(6)]
    assert {(page.status, page.url) for page in pages} == {(200, pages[0].url)}
    assert len(await letters(house)) == 5
    hands.move(minutes=15, seconds=1)
    await ask(visitor, LI_NA)
    assert len(await letters(house)) == 6


async def test_a_sender_who_tries_many_addresses_is_told_to_wait(house: House, hands: Hands) -> None:
    guesser, colleague = newcomer(house, host="192.0.2.7"), newcomer(house, host="192.0.2.8")
    for number in range(60):
        assert (await ask(guesser, f"guess{number}@redress.example")).status == 200
    refused = await ask(guesser, LI_NA)
    assert refused.status == 429
    assert "Too many sign-in links" in refused.text
    assert (await ask(colleague, LI_NA)).status == 200
    hands.move(minutes=15, seconds=1)
    assert (await ask(guesser, LI_NA)).status == 200


async def test_looking_at_a_link_does_not_spend_it(visitor: Visitor, house: House) -> None:
    link = await ask_for_link(visitor, house, "li_na")
    for way in ("GET", "HEAD", "GET"):
        assert (await visitor.client.request(way, link)).status_code == 200
    assert not await is_in(visitor)
    assert await sessions(house) == []
    await visitor.send(await visitor.open(link), {})
    assert await is_in(visitor)


async def test_a_link_works_once(visitor: Visitor, house: House) -> None:
    link = await ask_for_link(visitor, house, "li_na")
    first, second = newcomer(house), newcomer(house)
    page = await first.open(link)
    await first.send(page, {})
    assert (await second.post(page, {})).status_code == 410
    assert (await second.open(link)).status == 410
    assert await is_in(first)
    assert not await is_in(second)


async def test_the_links_that_were_asked_for_in_vain_are_spent_with_the_one_that_worked(
    visitor: Visitor, house: House
) -> None:
    earlier = await ask_for_link(visitor, house, "li_na")
    await sign_in(visitor, house, "li_na")
    assert (await newcomer(house).open(earlier)).status == 410


@pytest.mark.parametrize(("seconds", "status"), [(15 * 60, 200), (15 * 60 + 1, 410)])
async def test_a_link_is_good_for_fifteen_minutes(
    visitor: Visitor, house: House, hands: Hands, seconds: int, status: int
) -> None:
    link = await ask_for_link(visitor, house, "li_na")
    hands.move(seconds=seconds)
    assert (await visitor.open(link)).status == status


async def test_a_forged_link_opens_nothing(visitor: Visitor, house: House) -> None:
    link = await ask_for_link(visitor, house, "li_na")
    row = (await askings(house))[0]
    other = URLSafeSerializer("another key", salt="redress-sign-in").dumps([row.id, "li_na", 1])
    someone_else = house.door.token(row.id, "tang_rui")
    assert (await visitor.open(f"{link}x")).status == 404
    assert (await visitor.open(f"/me/sign-in/{other}")).status == 404
    assert (await visitor.open(f"/me/sign-in/{someone_else}")).status == 410


async def test_pressing_the_button_needs_the_page(visitor: Visitor, house: House) -> None:
    link = await ask_for_link(visitor, house, "li_na")
    assert (await visitor.client.post(link, data={"nonce": "made up"})).status_code == 403
    page = await visitor.open(link)
    elsewhere = {"sec-fetch-site": "cross-site"}
    assert (await visitor.post(page, {}, headers=elsewhere)).status_code == 403
    assert not await is_in(visitor)


async def test_a_session_lasts_twelve_hours(visitor: Visitor, house: House, hands: Hands) -> None:
    await sign_in(visitor, house, "li_na")
    hands.move(hours=11, minutes=59)
    assert await is_in(visitor)
    hands.move(minutes=1)
    assert not await is_in(visitor)


async def test_the_cookie_is_for_this_house_alone_and_no_script_reads_it(visitor: Visitor, house: House) -> None:
    page = await visitor.open(await ask_for_link(visitor, house, "li_na"))
    cookie = (await visitor.post(page, {})).headers["set-cookie"]
    for part in ("redress=", "HttpOnly", "SameSite=lax", "Path=/", "Max-Age=43200"):
        assert part in cookie
    assert "Secure" not in cookie


async def test_behind_https_the_cookie_is_secure_and_bound_to_the_host(tmp_path: Path, hands: Hands) -> None:
    house = await build_house(tmp_path / "home", hands=hands, portal_url="https://portal.test")
    visitor = newcomer(house)
    visitor.client.base_url = "https://portal.test"
    page = await visitor.open(await ask_for_link(visitor, house, "li_na"))
    cookie = (await visitor.post(page, {})).headers["set-cookie"]
    assert cookie.startswith("__Host-redress=")
    assert "Secure" in cookie
    assert "Domain" not in cookie
    assert await is_in(visitor)
    await house.close()


async def test_a_made_up_cookie_is_nobodys(visitor: Visitor, house: House) -> None:
    await sign_in(visitor, house, "li_na")
    true = visitor.client.cookies["redress"]
    row = (await sessions(house))[0]
    for false in (f"{true}x", "li_na", row.id, URLSafeSerializer("k", salt="redress-session").dumps("secret")):
        stranger = newcomer(house)
        stranger.client.cookies.set("redress", false)
        assert not await is_in(stranger)
    assert true not in repr(row.model_dump())


async def test_a_session_that_was_there_before_is_never_taken_over(visitor: Visitor, house: House) -> None:
    """Fixation: whoever put a cookie into the browser beforehand does not know the one that counts afterwards."""
    await sign_in(visitor, house, "emma_clarke")
    before = visitor.client.cookies["redress"]
    await sign_in(visitor, house, "li_na")
    assert visitor.client.cookies["redress"] != before
    fixer = newcomer(house)
    fixer.client.cookies.set("redress", before)
    assert not await is_in(fixer)


async def test_who_signs_out_is_out_also_with_a_kept_cookie(visitor: Visitor, house: House) -> None:
    page = await sign_in(visitor, house, "li_na")
    kept = visitor.client.cookies["redress"]
    await visitor.send(page, {}, form=page.form("everywhere"))
    assert "redress" not in visitor.client.cookies
    visitor.client.cookies.set("redress", kept)
    assert not await is_in(visitor)


async def test_signing_out_leaves_other_machines_alone_unless_told_otherwise(house: House) -> None:
    one, two, three = [await signed_in(house, "li_na") for _ in range(3)]
    other = await signed_in(house, "tang_rui")
    await one.send(page := await one.open("/me"), {}, form=page.form("everywhere"))
    assert [await is_in(each) for each in (one, two, three, other)] == [False, True, True, True]
    await two.send(page := await two.open("/me"), {"everywhere": "yes"}, form=page.form("everywhere"))
    assert [await is_in(each) for each in (one, two, three, other)] == [False, False, False, True]


async def test_nobody_is_signed_out_from_elsewhere(visitor: Visitor, house: House) -> None:
    await sign_in(visitor, house, "li_na")
    await visitor.client.post("/me/sign-out", data={"nonce": "made up"})
    assert await is_in(visitor)
    assert (await visitor.client.get("/me/sign-out")).status_code == 405


async def test_who_has_left_cannot_sign_in_and_her_session_ends(visitor: Visitor, house: House, hands: Hands) -> None:
    await leaves(house, "li_na", datetime(2026, 11, 24, tzinfo=UTC).date())
    hands.move(hours=13, minutes=55)
    inside = await signed_in(house, "li_na")
    page = await visitor.open(await ask_for_link(visitor, house, "li_na"))
    assert await is_in(inside)
    hands.move(minutes=5)
    assert not await is_in(inside)
    assert (await visitor.post(page, {})).status_code == 401
    assert not await is_in(visitor)
    before = len(await letters(house))
    await ask(visitor, LI_NA)
    assert len(await letters(house)) == before


async def test_whoever_posts_without_a_session_gets_back_what_she_typed(visitor: Visitor) -> None:
    answer = await visitor.client.post("/me/sign-out", data={"reason": "I typed a lot."})
    assert answer.status_code == 401
    assert "I typed a lot." in answer.text


async def test_old_askings_are_swept_out(visitor: Visitor, house: House, hands: Hands) -> None:
    await ask(visitor, LI_NA)
    hands.move(days=1, seconds=1)
    await ask(visitor, "nobody@example.test")
    assert [row.staff_id for row in await askings(house)] == [""]
    assert SignInRow.__tablename__ == "sign_ins"
