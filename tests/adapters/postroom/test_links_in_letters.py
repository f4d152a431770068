"""Which links letters carry: whoever is asked gets the task, whoever is told sees the case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.postroom import PostRoom
from complaints.words import CUSTOMER, TaskKind
from tests.builders import ANN, bring_to, carry_on, complain, lapse, withdraw

if TYPE_CHECKING:
    from email.message import EmailMessage

    from adapters.house import House
    from tests.builders import Hands
    from tests.post_office import PostOffice


async def test_an_escalation_that_only_informs_shows_the_case_and_one_that_moves_the_work_opens_the_task(
    house: House, post_room: PostRoom, post_office: PostOffice, hands: Hands
) -> None:
    case_no = await complain(house)
    task = await bring_to(house, case_no, TaskKind.FINDINGS)
    for _ in range(4):
        await lapse(house, case_no, hands=hands)
        await post_room.deliver_due()
    told = [mail for mail in post_office.taken if mail["X-Redress-Letter"] == "task_escalated"]
    assert len(told) == 2
    informed, moved = (_only_link(mail) for mail in told)
    assert house.links.read(informed.rpartition("/")[2], "view").case_no == case_no
    ticket = house.links.read(moved.rpartition("/")[2], "task")
    assert ticket.task_id == task.id
    after = await carry_on(house, case_no)
    assert ticket.holder == after.tasks[task.id].assignee
    (taken_off,) = [mail for mail in post_office.taken if mail["X-Redress-Letter"] == "task_moved"]
    assert str(taken_off["To"]) != str(told[1]["To"])


async def test_a_customers_letters_carry_her_own_links(
    house: House, post_room: PostRoom, post_office: PostOffice
) -> None:
    case_no = await complain(house)
    task = await bring_to(house, case_no, TaskKind.DECISION)
    await withdraw(house, case_no)
    await post_room.deliver_due()
    by_kind = {str(mail["X-Redress-Letter"]): _only_link(mail) for mail in post_office.taken if ANN.email in mail["To"]}
    assert set(by_kind) == {"acknowledgement", "progress", "decision", "withdrawal_confirmed"}
    decision = house.links.read(by_kind["decision"].rpartition("/")[2], "task")
    assert (decision.holder, decision.task_id) == (CUSTOMER, task.id)
    for kind in ("acknowledgement", "progress", "withdrawal_confirmed"):
        assert house.links.read(by_kind[kind].rpartition("/")[2], "track").holder == CUSTOMER


def _only_link(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    (link,) = [line.strip() for line in body.get_content().splitlines() if line.strip().startswith("http")]
    return str(link)
