"""Scenes: a house brought to the moment at which one of its pages shows something."""

from __future__ import annotations

import secrets
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

from sqlmodel import update

from complaints.acts import acts_open
from complaints.incidents import first_of
from complaints.words import ActKind, TaskKind
from models.sign_ins import SignInRow
from models.tables import LETTERS
from portal.outbox import address
from tests.builders import (
    ANN,
    bring_to,
    carry_on,
    complain,
    do,
    lapse,
    submit,
    task_link,
    track_link,
    view_link,
    withdraw,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Page as Browsing

    from adapters.house import House
    from complaints.case import ManualTask
    from tests.builders import Customer, Hands

Scene = tuple[str, str]
"""What it is called, and the path of its page."""

VAGUE = "Something is not as it should be and I am unhappy."


async def open_task(  # noqa: C901  one for each kind
    house: House, kind: TaskKind, *, hands: Hands, who: Customer = ANN
) -> tuple[str, ManualTask]:
    """A case that waits for a task of this kind."""
    changes: dict[str, Any] = {}
    match kind:
        case TaskKind.COMPLETION:
            changes = {"name": "", "item": "", "order_no": "", "occurred_at": None, "expected_remedy": ""}
        case TaskKind.SCREENING:
            changes = {"detail": f"{who.detail} It caught fire. 起火"}
        case TaskKind.CLASSIFICATION | TaskKind.ACCEPTANCE:
            changes = {"detail": VAGUE}
        case TaskKind.PHONE_CALLBACK:
            changes = {"email": ""}
    case_no = await complain(house, who, **changes)
    if kind is TaskKind.ACCEPTANCE:
        unsure = await bring_to(house, case_no, TaskKind.CLASSIFICATION)
        await submit(house, case_no, unsure, category="service.attitude", impact=1, urgency=1)
    if kind is TaskKind.HELP:
        findings = await bring_to(house, case_no, TaskKind.FINDINGS)
        await do(house, case_no, ActKind.ASK_HELP, findings, reason_code="needs_support", text="Please help.")
    if kind is TaskKind.EXTENSION:
        findings = await bring_to(house, case_no, TaskKind.FINDINGS)
        await do(house, case_no, ActKind.EXTEND, findings, clock="resolve", reason="complex", note="It is hard.")
    if kind is TaskKind.CLOSURE:
        for _ in range((await house.library.current()).response.max_rounds):
            survey = await bring_to(house, case_no, TaskKind.SURVEY, hands=hands)
            await submit(house, case_no, survey, csat=1, resolved="no", comment="It still leaks.")
    return case_no, await bring_to(house, case_no, kind, hands=hands)


async def customers_scenes(house: House, hands: Hands) -> AsyncIterator[Scene]:
    """What a customer may come to see."""
    case_no = await complain(house)
    track = track_link(house, case_no)
    yield "complaint form", "/"
    yield "received", f"/received/{track.removeprefix('/track/')}"
    yield "her case", track
    yield "withdraw", f"{track}/withdraw"
    for kind in (TaskKind.COMPLETION, TaskKind.DECISION, TaskKind.SURVEY):
        number, task = await open_task(house, kind, hands=hands)
        yield f"her {kind}", task_link(house, number, task)
    number, _ = await open_task(house, TaskKind.SURVEY, hands=hands)
    yield "her case, answered", track_link(house, number)
    await withdraw(house, case_no)
    yield "her case, withdrawn", track
    yield "a link that leads nowhere", "/track/forged"


async def staffs_scenes(house: House, hands: Hands) -> AsyncIterator[Scene]:
    """What staff may come to see by links in mails."""
    for kind in TaskKind:
        if kind in {TaskKind.DISPATCH, TaskKind.COMPLETION, TaskKind.DECISION, TaskKind.SURVEY}:
            continue
        case_no, task = await open_task(house, kind, hands=hands)
        link = task_link(house, case_no, task)
        yield f"{kind}", link
        for act in acts_open(await house.casebook.brief(case_no), task):
            yield f"{kind}: {act}", f"{link}/do/{act}"
    everyone = "Zhao Lei 赵磊 and Peter Novak were both rude"
    case_no = await complain(house, detail=f"{ANN.detail} {everyone}")
    task = await bring_to(house, case_no, TaskKind.DISPATCH, hands=hands)
    yield "dispatch", task_link(house, case_no, task)
    yield "somebody else's", task_link(house, case_no, task, holder="li_na")
    case = await lapse(house, case_no, hands=hands)
    yield "a case to read", view_link(house, case_no)
    late = case.open_tasks[0]
    yield "a late task", task_link(house, case_no, late)
    case_no, task = await open_task(house, TaskKind.FINDINGS, hands=hands)
    await submit(house, case_no, task)
    yield "done", f"{task_link(house, case_no, task)}?done"
    yield "answered already", task_link(house, case_no, task)


async def houses_scenes(house: House) -> AsyncIterator[Scene]:
    """What whoever runs the house may come to see."""
    yield "no mail", "/mail"
    folder = house.settings.home / "mail"
    folder.mkdir(exist_ok=True)
    mail = EmailMessage()
    mail["To"], mail["Subject"], mail["X-Redress-Case"] = "ann.lee@example.test", "Your complaint", "TC20261123-0001"
    mail.set_content("Follow: http://portal.test/track/abc\n")
    mail.add_alternative('<html lang="en"><title>Mail</title><main><h1>Hello</h1></main></html>', subtype="html")
    (folder / "20261123T020000000001-000001.eml").write_bytes(mail.as_bytes())
    yield "mails", "/mail"
    yield "a mail", "/mail/20261123T020000000001-000001"
    async with house.database.writing() as session:
        await session.execute(update(LETTERS).where(LETTERS.c.id < 3).values(status="dead", tries=4, trouble="550 no"))
    yield "letters that are not out", address(house).removeprefix(house.settings.public_url)
    yield "nothing there", "/nowhere"


OWN: tuple[Scene, ...] = (
    ("my tasks", "/me"),
    ("out of office", "/me/away"),
    ("what I did", "/me/history"),
    ("the team", "/team"),
    ("the team, overdue", "/team?late=yes"),
    ("incidents", "/team/incidents"),
    ("the staff list", "/admin/staff"),
    ("somebody of the staff", "/admin/staff/person?id=li_na"),
    ("a new member of staff", "/admin/staff/person"),
)
"""The pages of somebody who is signed in and holds every role that opens one."""


async def incident(house: House) -> str:
    """So many customers of her own complain of one thing as make an incident; its number."""
    count = (await house.library.current()).intake.mass_event.count
    case_nos = [await complain(house, email=f"customer.{nth}@example.test") for nth in range(count)]
    for case_no in case_nos:
        await carry_on(house, case_no)
    number = (await house.casebook.case(case_nos[-1])).incident
    await carry_on(house, first_of(number))
    return number


async def enter(page: Browsing, house: House, staff_id: str) -> None:
    """Sign in with a real browser."""
    number = secrets.token_hex(16)
    async with house.database.writing() as session:
        session.add(SignInRow(id=number, address="", sender="", staff_id=staff_id, asked_at=house.clock.now()))
    await page.goto(f"/me/sign-in/{house.door.token(number, staff_id)}")
    await page.locator("main button").click()
    await page.wait_for_url("**/me#start")


async def own_scenes(house: House, hands: Hands, page: Browsing) -> AsyncIterator[Scene]:
    """Those pages, of a complaints manager who also looks after the roster, with some of her work overdue."""
    await open_task(house, TaskKind.CLOSURE, hands=hands)
    case_no, task = await open_task(house, TaskKind.FINDINGS, hands=hands)
    await do(house, case_no, ActKind.HAND_OVER, task, to="robert_ellis", reason="He knows it best.")
    hands.at = task.due_at
    yield "nothing sent yet", "/me/sign-in?sent"
    await enter(page, house, "robert_ellis")
    number = await incident(house)
    for scene in (*OWN, ("one incident", f"/team/incidents/{number}")):
        yield scene
