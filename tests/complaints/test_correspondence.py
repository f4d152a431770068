"""What each letter says, drawn from real cases of the sample company."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from complaints import clock_correspondence as clock_says
from complaints import correspondence as says
from complaints import house_correspondence as house_says
from complaints.composing import compose
from complaints.drafting import Addresses, address_of, language_of
from complaints.errors import GiveUp
from complaints.letters import LetterKind, LetterOrder
from complaints.words import CUSTOMER, Language, Outcome, RemedyKind, Role, TaskKind
from tests.builders import ANN, WANG_FANG, bring_to, complain, lapse, submit

if TYPE_CHECKING:
    from adapters.house import House
    from complaints.briefing import Briefing
    from tests.builders import Hands

ADDRESSES = Addresses(task="http://house/task/1", track="http://house/track/1", view="http://house/view/1")


def ordered(kind: LetterKind, to: str = CUSTOMER, *, task_id: str | None = None, **details: str) -> LetterOrder:
    return LetterOrder(kind=kind, to=to, key=f"{kind}/x", task_id=task_id, details=tuple(details.items()))


def written(briefing: Briefing, order: LetterOrder) -> says.Letter:
    return compose(briefing, order, addresses=ADDRESSES)


async def test_the_acknowledgement_promises_the_latest_times_while_no_level_is_known(
    house: House, hands: Hands
) -> None:
    case_no = await complain(house)
    letter = written(await house.casebook.brief(case_no), ordered(LetterKind.ACKNOWLEDGEMENT))
    assert isinstance(letter, says.Acknowledgement)
    assert letter.head.reader == ANN.name
    assert letter.head.case_no == case_no
    assert letter.head.house == "Northlight"
    assert letter.item == ANN.item
    assert letter.respond_by == hands.at + timedelta(hours=8)
    assert letter.resolve_by == hands.at + timedelta(hours=72)
    assert letter.track == ADDRESSES.track


async def test_a_promise_is_the_clocks_own_once_it_runs(house: House) -> None:
    case_no = await complain(house)
    await bring_to(house, case_no, TaskKind.FINDINGS)
    briefing = await house.casebook.brief(case_no)
    letter = written(briefing, ordered(LetterKind.PROGRESS))
    assert isinstance(letter, says.Progress)
    assert letter.resolve_by == briefing.case.clocks["resolve"].clock.due_at
    assert briefing.case.assignment is not None
    assert letter.handler == briefing.policy.staff[briefing.case.assignment.handler].name
    assert letter.department == "After-sales technical department"


async def test_a_member_of_staff_reads_what_the_matter_is_in_her_own_language(house: House) -> None:
    case_no = await complain(house, WANG_FANG)
    task = await bring_to(house, case_no, TaskKind.FINDINGS)
    briefing = await house.casebook.brief(case_no)
    for staff_id, level, category in (("peter_novak", "normal", "Product"), ("li_na", "一般", "产品")):
        letter = written(briefing, ordered(LetterKind.TASK_ASKED, staff_id, task_id=task.id))
        assert isinstance(letter, says.TaskAsked)
        assert letter.head.language is briefing.policy.staff[staff_id].language
        assert letter.matter.category.startswith(category)
        assert letter.matter.level == level
        assert letter.matter.customer == WANG_FANG.name
        assert letter.matter.detail == WANG_FANG.detail
        assert letter.work == says.Work(kind=TaskKind.FINDINGS, due_at=task.due_at, link=ADDRESSES.task)
        assert (letter.offers, letter.round, letter.objection) == ((), 1, "")


async def test_only_the_beginning_of_a_long_complaint_goes_into_a_mail(house: House) -> None:
    case_no = await complain(house, detail="The kettle leaks. " * 400)
    task = await bring_to(house, case_no, TaskKind.FINDINGS)
    briefing = await house.casebook.brief(case_no)
    letter = written(briefing, ordered(LetterKind.TASK_ASKED, "li_na", task_id=task.id))
    assert isinstance(letter, says.TaskAsked)
    assert len(letter.matter.detail) == 600


async def test_an_approver_reads_what_remedy_is_proposed(house: House) -> None:
    case_no = await complain(house)
    task = await bring_to(house, case_no, TaskKind.APPROVAL)
    briefing = await house.casebook.brief(case_no)
    letter = written(briefing, ordered(LetterKind.TASK_ASKED, task.assignee, task_id=task.id))
    assert isinstance(letter, says.TaskAsked)
    assert letter.offers == (says.Offer(kind=RemedyKind.REFUND, amount=299, currency="CNY"),)


async def test_a_handler_whose_proposal_came_back_reads_why(house: House) -> None:
    case_no = await complain(house)
    approval = await bring_to(house, case_no, TaskKind.APPROVAL)
    case = await submit(house, case_no, approval, decision="send_back", reason="Who examined the seal?")
    (task,) = case.open_tasks
    letter = written(
        await house.casebook.brief(case_no), ordered(LetterKind.TASK_ASKED, task.assignee, task_id=task.id)
    )
    assert isinstance(letter, says.TaskAsked)
    assert letter.objection == "Who examined the seal?"


async def test_a_decision_carries_the_signed_text_the_remedy_and_where_to_appeal(house: House) -> None:
    case_no = await complain(house)
    task = await bring_to(house, case_no, TaskKind.DECISION)
    briefing = await house.casebook.brief(case_no)
    letter = written(briefing, ordered(LetterKind.DECISION, task_id=task.id))
    assert isinstance(letter, says.Decision)
    assert letter.text.startswith("Dear Ann Lee,")
    assert letter.offers == (says.Offer(kind=RemedyKind.REFUND, amount=299, currency="CNY"),)
    assert "12315" in letter.appeal
    assert (
        letter.signed_by == briefing.policy.staff[briefing.case.letter.signed_by].name if briefing.case.letter else ""
    )
    assert letter.work.link == ADDRESSES.task
    final = written(briefing, ordered(LetterKind.FINAL_DECISION))
    assert isinstance(final, says.FinalDecision)
    assert final.text == letter.text


async def test_a_decision_that_no_longer_stands_is_not_sent(house: House) -> None:
    case_no = await complain(house)
    task = await bring_to(house, case_no, TaskKind.FINDINGS)
    with pytest.raises(GiveUp, match="no longer stands"):
        written(await house.casebook.brief(case_no), ordered(LetterKind.DECISION, task_id=task.id))


async def test_an_escalation_says_who_was_asked_how_late_it_is_and_whose_it_is_now(house: House, hands: Hands) -> None:
    case_no = await complain(house)
    task = await bring_to(house, case_no, TaskKind.FINDINGS)
    missed = task.due_at
    for _ in range(2):
        await lapse(house, case_no, hands=hands)
    hands.move(minutes=90)
    briefing = await house.casebook.brief(case_no)
    details = {"level": "1", "previous": task.assignee, "missed_due_at": missed.isoformat()}
    informs = written(
        briefing, ordered(LetterKind.TASK_ESCALATED, "grace_miller", task_id=task.id, moved="no", **details)
    )
    assert isinstance(informs, says.TaskEscalated)
    assert informs.late_by == timedelta(minutes=90)
    assert informs.asked == briefing.policy.staff[task.assignee].name
    assert (informs.is_mine, informs.role, informs.level) == (False, Role.TEAM_LEAD, 1)
    assert informs.work.link == ADDRESSES.view
    assert informs.work.due_at == briefing.case.tasks[task.id].due_at
    moves = written(briefing, ordered(LetterKind.TASK_ESCALATED, "tang_rui", task_id=task.id, moved="yes", **details))
    assert isinstance(moves, says.TaskEscalated)
    assert (moves.is_mine, moves.work.link) == (True, ADDRESSES.task)


async def test_an_escalation_ordered_without_the_missed_deadline_still_reads(house: House) -> None:
    case_no = await complain(house)
    task = await bring_to(house, case_no, TaskKind.FINDINGS)
    order = ordered(
        LetterKind.TASK_ESCALATED, "grace_miller", task_id=task.id, level="1", moved="no", previous=task.assignee
    )
    letter = written(await house.casebook.brief(case_no), order)
    assert isinstance(letter, says.TaskEscalated)
    assert letter.late_by is None


async def test_the_last_reminder_says_that_it_is_the_last(house: House) -> None:
    case_no = await complain(house)
    task = await bring_to(house, case_no, TaskKind.DECISION)
    briefing = await house.casebook.brief(case_no)
    is_last = []
    for count in ("1", "2"):
        letter = written(briefing, ordered(LetterKind.CUSTOMER_REMINDER, task_id=task.id, count=count))
        assert isinstance(letter, says.CustomerReminder)
        is_last.append(letter.is_last)
    assert is_last == [False, True]


async def test_what_the_rules_noted_reaches_the_letter(house: House) -> None:
    case_no = await complain(house)
    briefing = await house.casebook.brief(case_no)
    duplicate = written(briefing, ordered(LetterKind.DUPLICATE_NOTICE, original="TC20261101-0001"))
    referral = written(briefing, ordered(LetterKind.REFERRAL_NOTICE, referred_to="Harbour Couriers"))
    closing = written(briefing, ordered(LetterKind.CLOSING, outcome="unreachable"))
    missed = written(briefing, ordered(LetterKind.CLOCK_MISSED, "robert_ellis", clock="acknowledge"))
    assert isinstance(duplicate, says.DuplicateNotice)
    assert duplicate.original == "TC20261101-0001"
    assert isinstance(referral, says.ReferralNotice)
    assert referral.referred_to == "Harbour Couriers"
    assert isinstance(closing, says.Closing)
    assert closing.outcome is Outcome.UNREACHABLE
    assert isinstance(missed, clock_says.ClockMissed)
    assert missed.due_at == briefing.case.clocks["acknowledge"].clock.due_at
    assert (missed.handler, missed.department, missed.view) == ("", "", ADDRESSES.view)


async def test_a_letter_about_a_task_that_never_was_is_given_up(house: House) -> None:
    briefing = await house.casebook.brief(await complain(house))
    with pytest.raises(GiveUp, match="no manual task"):
        written(briefing, ordered(LetterKind.TASK_WARNING, "li_na", task_id="findings-7"))


async def test_a_recipient_has_an_address_and_a_language_or_the_letter_is_given_up(house: House) -> None:
    briefing = await house.casebook.brief(await complain(house, WANG_FANG))
    assert (address_of(briefing, CUSTOMER), language_of(briefing, CUSTOMER)) == (WANG_FANG.email, Language.ZH_CN)
    assert address_of(briefing, "peter_novak") == "peter.novak@redress.example"
    with pytest.raises(GiveUp):
        address_of(briefing, "nobody")
    with pytest.raises(GiveUp):
        language_of(briefing, "nobody")
    nameless = await house.casebook.brief(await complain(house, email=""))
    with pytest.raises(GiveUp):
        address_of(nameless, CUSTOMER)


def test_no_time_is_left_when_a_warning_leaves_late() -> None:
    head = says.Letterhead(
        case_no="TC1",
        house="",
        address="",
        email="",
        phone="",
        reader="",
        language=Language.EN,
        written_at=datetime(2026, 1, 2, tzinfo=UTC),
    )
    work = says.Work(kind=TaskKind.FINDINGS, due_at=datetime(2026, 1, 1, tzinfo=UTC), link="")
    matter = says.Matter("", "", "", "web", head.written_at, "", "", "")  # type: ignore[arg-type]
    assert says.TaskWarning(head=head, work=work, matter=matter).time_left == timedelta(0)


def test_every_kind_of_letter_has_a_shape() -> None:
    """Each shape is known once its room is read; nothing of a case's own letters reads that of the house's."""
    assert house_says.FindingAsked.kind in says.LETTERS
    assert set(says.LETTERS) == set(LetterKind)
