"""Who may open what: every page of staff's own, for every role, for nobody, and for somebody else's session."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from complaints.words import Role
from portal.app import ROOMS
from tests.portal.staff import newcomer, signed_in

if TYPE_CHECKING:
    from adapters.house import House

HANDLER, LEAD, HEAD = "li_na", "grace_miller", "daniel_reed"
MANAGER, EXECUTIVE, AUDITOR, ADMINISTRATOR = "tang_rui", "liang_chao", "deng_xin", "lin_yan"
EVERYBODY = (HANDLER, LEAD, HEAD, MANAGER, EXECUTIVE, AUDITOR, ADMINISTRATOR)
LEADS = (LEAD, HEAD, MANAGER)
ADMINISTRATORS = (ADMINISTRATOR,)
AUDITORS = (AUDITOR,)
PROTECTORS = (MANAGER, ADMINISTRATOR)

READS = {
    "/me": EVERYBODY,
    "/me/away": EVERYBODY,
    "/me/history": EVERYBODY,
    "/me/findings": EVERYBODY,
    "/me/purpose": EVERYBODY,
    "/me/findings/{finding}": EVERYBODY,
    "/team": LEADS,
    "/team/incidents": (*LEADS, ADMINISTRATOR),
    "/team/incidents/{number}": (*LEADS, ADMINISTRATOR),
    "/admin/staff": ADMINISTRATORS,
    "/admin/staff/export": ADMINISTRATORS,
    "/admin/staff/person": ADMINISTRATORS,
    "/audit": AUDITORS,
    "/audit/samples": AUDITORS,
    "/audit/samples/{sample}": AUDITORS,
    "/audit/samples/{sample}/report": AUDITORS,
    "/audit/samples/{sample}/{case_no}": AUDITORS,
    "/audit/case/{number}": AUDITORS,
    "/audit/findings": AUDITORS,
    "/audit/findings/{finding}": AUDITORS,
    "/audit/process": AUDITORS,
    "/privacy": PROTECTORS,
    "/privacy/{number}": PROTECTORS,
}
POSTS = {
    "/me/sign-out": EVERYBODY,
    "/me/away": EVERYBODY,
    "/me/purpose": EVERYBODY,
    "/me/findings/{finding}": EVERYBODY,
    "/team": LEADS,
    "/admin/staff": ADMINISTRATORS,
    "/admin/staff/person": ADMINISTRATORS,
    "/audit": AUDITORS,
    "/audit/samples": AUDITORS,
    "/audit/samples/{sample}/{case_no}": AUDITORS,
    "/audit/findings": AUDITORS,
    "/audit/findings/{finding}": AUDITORS,
    "/privacy": PROTECTORS,
    "/privacy/{number}": PROTECTORS,
}
OPEN_TO_ALL = frozenset({"/me/sign-in", "/me/sign-in/{token}"})


def pages_behind_the_door() -> set[tuple[str, str]]:
    """(method, path) of every page of staff's own, in whichever room it is."""
    return {
        (method, path)
        for room in ROOMS
        for route in room.router.routes
        for method in getattr(route, "methods", ())
        if (path := str(getattr(route, "path", ""))).startswith(("/me", "/team", "/admin", "/audit", "/privacy"))
        and path not in OPEN_TO_ALL
    }


def there(path: str) -> int:
    """What a page answers whose address names something in `{}` that this house does not have."""
    return 404 if "{" in path else 200


def test_the_table_above_has_every_page() -> None:
    """A page that is added without saying who may open it fails here."""
    read = {(method, path) for path in READS for method in ("GET", "HEAD")}
    assert pages_behind_the_door() == read | {("POST", path) for path in POSTS}


@pytest.mark.parametrize("staff_id", EVERYBODY)
async def test_each_role_opens_its_own_pages_and_no_others(house: House, staff_id: str) -> None:
    visitor = await signed_in(house, staff_id)
    for path, who in READS.items():
        for method in ("GET", "HEAD"):
            answer = await visitor.client.request(method, path)
            assert answer.status_code in ({200, there(path)} if staff_id in who else {403}), (staff_id, method, path)
    for path, who in POSTS.items():
        answer = await visitor.client.post(path, data={"nonce": "made up"})
        if staff_id not in who:
            assert answer.status_code == 403, (staff_id, path)
        else:
            # Without the mark of its page nothing is done, but the page would be hers.
            assert answer.status_code in {303, 403, 422, there(path)}, (staff_id, path)


async def test_nobody_opens_anything_without_a_session(house: House) -> None:
    visitor = newcomer(house)
    for path in READS:
        for method in ("GET", "HEAD"):
            answer = await visitor.client.request(method, path)
            assert (answer.status_code, answer.headers["location"]) == (303, "/me/sign-in"), path
    for path in POSTS:
        assert (await visitor.client.post(path, data={})).status_code == 401, path


@pytest.mark.parametrize("path", POSTS)
async def test_the_mark_of_one_session_is_no_good_in_another(house: House, path: str) -> None:
    """A form opened by one manager and posted with the cookie of another does nothing."""
    one, other = await signed_in(house, MANAGER), await signed_in(house, MANAGER)
    page = await one.open("/team" if path == "/team" else "/me")
    nonce = page.form("everywhere").values["nonce"][0] if path == "/me/sign-out" else page.value("nonce")
    await other.client.post(path, data={"nonce": nonce, "to": "li_na", "reason": "x", "task": "a b"})
    assert (await other.client.get("/me")).status_code == 200


async def test_roles_are_those_of_now(house: House) -> None:
    """Whoever is made a lead while she is signed in sees the queue at once; whoever no longer is does not."""
    visitor = await signed_in(house, HANDLER)
    assert (await visitor.client.get("/team")).status_code == 403
    await _with_roles(house, HANDLER, "team_lead")
    assert (await visitor.client.get("/team")).status_code == 200
    await _with_roles(house, HANDLER, "handler")
    assert (await visitor.client.get("/team")).status_code == 403


async def _with_roles(house: House, staff_id: str, *roles: str) -> None:

    roster = await house.directory.current()
    person = roster.staff[staff_id].model_copy(update={"roles": tuple(Role(one) for one in roles)})
    await house.directory.store(replace(roster, staff={**roster.staff, staff_id: person}), by="test", reason="roles")
