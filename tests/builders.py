"""A small named cast and a house to put them in: what every test needs before its own story begins."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from adapters.cipher import stationery
from adapters.clock import Clock
from adapters.database import Database
from adapters.house import House, open_house
from adapters.linking import find
from adapters.links import Ticket
from adapters.migrations import migrate
from adapters.settings import Settings
from complaints import (
    withdrawal,
)
from complaints.acts import act
from complaints.answering import answer
from complaints.briefing import NOTHING, pursue
from complaints.chain import Signature
from complaints.deciding import within
from complaints.escalation import next_alarm
from complaints.record import Complaint
from complaints.rulebook import RULES
from complaints.submission import Submission
from complaints.words import CUSTOMER, SYSTEM, ActKind, Channel, Language, TaskKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from complaints.case import Case, ManualTask
    from complaints.words import ActKind

MONDAY_MORNING = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""10:00 in Shanghai, where the sample company opens at nine: business hours run."""


@dataclass(frozen=True)
class Customer:
    """Somebody with a complaint."""

    name: str
    email: str
    phone: str
    language: Language
    item: str
    detail: str
    expected_remedy: str


ANN = Customer(
    name="Ann Lee",
    email="ann.lee@example.test",
    phone="+8613800138000",
    language=Language.EN,
    item="Kettle K2",
    detail="The kettle I bought three weeks ago is broken and leaks water. The quality is terrible, it came defective.",
    expected_remedy="I want my money back.",
)
WANG_FANG = Customer(
    name="王芳",
    email="wang.fang.customer@example.test",
    phone="+8613912345678",
    language=Language.ZH_CN,
    item="K2 电水壶",
    detail="三周前购买的电水壶质量太差，底部一直漏水，是质量问题，客服至今没有解决。",
    expected_remedy="希望全额退款。",
)
"""Ann buys and complains in English, Wang Fang in Chinese; a namesake of hers works for the house."""

ANSWERS: Mapping[TaskKind, Mapping[str, Any]] = {
    TaskKind.COMPLETION: {"item": "Kettle K2", "order_no": "N-1001", "expected_remedy": "A refund, please."},
    TaskKind.SCREENING: {"decision": "accept", "reason": "Ours to answer."},
    TaskKind.CLASSIFICATION: {"category": "product.quality", "impact": 3, "urgency": 3, "scope": "individual"},
    TaskKind.DISPATCH: {"handler": "peter_novak"},
    TaskKind.ACCEPTANCE: {"decision": "accept"},
    TaskKind.FINDINGS: {
        "findings": "The base seal was cracked when the kettle left the factory.",
        "allegation": "The kettle leaks.",
        "finding": "upheld",
        "whys": ("The seal was cracked.", "The press ran too hot."),
        "cause_code": "product_defect",
        "responsible_department": "rnd",
        "remedy": "refund",
        "amount": 299,
    },
    TaskKind.OPINION: {"verdict": "agree"},
    TaskKind.APPROVAL: {"decision": "approve"},
    TaskKind.LETTER: {
        "letter": "Dear Ann Lee,\n\nyou were right: the seal was cracked. We refund what you paid.",
        "reason": "The model is no longer made.",
    },
    TaskKind.DECISION: {"decision": "accept"},
    TaskKind.REMEDY: {"proof": "Refund 4711 paid to the card."},
    TaskKind.SURVEY: {"csat": 5, "resolved": "yes"},
    TaskKind.PHONE_CALLBACK: {"reached": "yes", "csat": 4, "resolved": "yes"},
    TaskKind.HELP: {"decision": "accompany"},
    TaskKind.EXTENSION: {"decision": "grant"},
    TaskKind.CLOSURE: {"decision": "close", "reason": "Nothing more can be done: the model is no longer made."},
}
"""What people answer when a story does not care: everybody agrees and the customer is satisfied."""


class Hands:
    """The hands of a clock that stand still until a test moves them."""

    def __init__(self, at: datetime = MONDAY_MORNING) -> None:
        self.at = at

    @property
    def clock(self) -> Clock:
        """A clock with these hands."""
        return Clock(lambda: self.at)

    def move(self, **by: float) -> None:
        """Let time pass, in the units of timedelta."""
        self.at += timedelta(**by)


async def build_house(home: Path, *, hands: Hands | None = None, **settings: Any) -> House:  # noqa: ANN401  any setting
    """A house of its own in this folder, its database built by the migrations; close it when done."""
    chosen = Settings(home=home, **{"portal_url": "http://portal.test", **settings})
    home.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240  nothing else runs yet
    database = Database(chosen.business_url)
    await migrate(database)
    await database.close()
    return await open_house(chosen, clock=(hands or Hands()).clock)


async def complain(house: House, by: Customer = ANN, **changes: Any) -> str:  # noqa: ANN401  any field of the record
    """Register a complaint and return its number; no rule has run yet. `changes` replace parts of the record."""
    told = {
        "channel": Channel.WEB,
        "language": by.language,
        "received_at": house.clock.now(),
        "name": by.name,
        "email": by.email,
        "phone": by.phone,
        "item": by.item,
        "order_no": "N-1001",
        "occurred_at": (house.clock.now() - timedelta(days=3)).date(),
        "detail": by.detail,
        "expected_remedy": by.expected_remedy,
    }
    record = Complaint.model_validate({**told, **changes})
    signature = Signature(actor=CUSTOMER, origin="test", policy=(await house.library.current()).version)
    registered = await house.casebook.register(record, signature=signature, stationery=stationery())
    return registered.case_no


async def carry_on(house: House, case_no: str) -> Case:
    """What the case's flow does when it wakes: pursue the rules stage by stage until somebody is awaited."""
    while True:
        briefing = await house.casebook.brief(case_no)
        stage = briefing.case.stage
        verdict = pursue(briefing, within(stage, RULES[stage])) if stage else NOTHING
        if not verdict:
            await house.casebook.settle(briefing)
            return briefing.case
        signature = Signature(actor=SYSTEM, origin="rules", policy=briefing.policy.version)
        await house.casebook.record(briefing, verdict, signature=signature, wake=False)


async def submit(house: House, case_no: str, task: ManualTask, **fields: Any) -> Case:  # noqa: ANN401  any form
    """Answer a task as its assignee, past the portal, and carry on; what `fields` leave out is answered as usual."""
    briefing = await house.casebook.brief(case_no)
    told = {**ANSWERS[task.kind], **fields}
    post = Submission(task_id=task.id, by=task.assignee, fields=told, stationery=stationery())
    signature = Signature(actor=task.assignee, origin="test", policy=briefing.policy.version)
    await house.casebook.record(briefing, answer(briefing, post), signature=signature, wake=True)
    return await carry_on(house, case_no)


async def do(house: House, case_no: str, kind: ActKind, task: ManualTask, **fields: Any) -> Case:  # noqa: ANN401  any form
    """Whoever holds a task does something else about it, past the portal, and carry on."""
    named = fields.get("original", "")
    briefing = replace(
        await house.casebook.brief(case_no), original=await find(house.casebook, named) if named else None
    )
    post = Submission(task_id=task.id, by=task.assignee, fields=fields, stationery=stationery())
    signature = Signature(actor=task.assignee, origin="test", policy=briefing.policy.version)
    await house.casebook.record(briefing, act(briefing, kind, post), signature=signature, wake=True)
    return await carry_on(house, case_no)


async def write_again(house: House, case_no: str, text: str) -> Case:
    """The customer writes about her case again, past the portal."""
    briefing = await house.casebook.brief(case_no)
    verdict = withdrawal.add_information(briefing, text=text, evidence=(), stationery=stationery())
    signature = Signature(actor=CUSTOMER, origin="test", policy=briefing.policy.version)
    await house.casebook.record(briefing, verdict, signature=signature, wake=True)
    return await carry_on(house, case_no)


async def bring_to(house: House, case_no: str, kind: TaskKind, *, hands: Hands | None = None) -> ManualTask:
    """Answer everything as usual until a task of this kind is open, and return it. `hands` skip waits nobody fills."""
    for _ in range(100):
        case = await carry_on(house, case_no)
        wanted = next((task for task in case.open_tasks if task.kind is kind), None)
        if wanted:
            return wanted
        if case.open_tasks:
            await submit(house, case_no, case.open_tasks[0])
        elif hands and (alarm := next_alarm(case)):
            hands.at = alarm
        else:
            break
    message = f"{case_no} never asks for {kind}"
    raise AssertionError(message)


async def lapse(house: House, case_no: str, *, hands: Hands) -> Case:
    """Nobody does anything until the next deadline or warning has passed."""
    case = await carry_on(house, case_no)
    alarm = next_alarm(case)
    assert alarm is not None, f"{case_no} waits for no deadline"
    hands.at = alarm
    return await carry_on(house, case_no)


async def withdraw(house: House, case_no: str) -> Case:
    """The customer withdraws, past the portal."""
    briefing = await house.casebook.brief(case_no)
    verdict = withdrawal.withdraw(briefing, reason="", stationery=stationery())
    signature = Signature(actor=CUSTOMER, origin="test", policy=briefing.policy.version)
    await house.casebook.record(briefing, verdict, signature=signature, wake=True)
    return await carry_on(house, case_no)


def task_link(house: House, case_no: str, task: ManualTask, *, holder: str = "") -> str:
    """The path of a task's page, as its letter carries it; `holder` names another one than the assignee."""
    ticket = Ticket(purpose="task", case_no=case_no, holder=holder or task.assignee, task_id=task.id)
    return f"/task/{house.links.token(ticket)}"


def track_link(house: House, case_no: str) -> str:
    """The path of the customer's page about her case."""
    return f"/track/{house.links.token(Ticket(purpose='track', case_no=case_no, holder=CUSTOMER))}"


def view_link(house: House, case_no: str, *, holder: str = "robert_ellis") -> str:
    """The path of the read-only page for staff."""
    return f"/view/{house.links.token(Ticket(purpose='view', case_no=case_no, holder=holder))}"
