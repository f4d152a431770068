"""Manual tasks by link: every kind can be read and answered once, in the reader's language, with nothing lost."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from complaints.words import TaskKind
from complaints.work_events import FindingsSubmitted, LetterApproved
from tests.builders import ANN, ANSWERS, WANG_FANG, bring_to, carry_on, complain, submit, task_link
from tests.portal.scenes import open_task

if TYPE_CHECKING:
    from adapters.house import House
    from tests.builders import Hands
    from tests.portal.visitor import Page, Visitor

KINDS = [kind for kind in TaskKind if kind not in {TaskKind.DISPATCH, TaskKind.ACCEPTANCE}]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("tongue", ["en", "zh-CN"])
async def test_every_kind_of_task_is_read_and_answered_through_its_page(
    visitor: Visitor, house: House, hands: Hands, kind: TaskKind, tongue: str
) -> None:
    who = ANN if tongue == "en" else WANG_FANG
    case_no, task = await open_task(house, kind, hands=hands, who=who)
    link = task_link(house, case_no, task)
    page = await visitor.open(f"{link}?lang={tongue}")
    assert page.status == 200
    assert f'lang="{tongue}"' in page.html
    assert case_no in page.text
    answers = {name: str(told) if not isinstance(told, tuple) else told for name, told in ANSWERS[kind].items()}
    thanks = await visitor.send(page, answers)
    assert thanks.status == 200
    assert "done" in thanks.url
    assert f'lang="{tongue}"' in thanks.html
    closed = (await house.casebook.case(case_no)).tasks[task.id]
    assert (closed.status, closed.closed_by) == ("answered", task.assignee)
    assert (await visitor.open(link)).status == 410


async def test_a_dispatcher_sees_who_was_ruled_out_and_names_a_handler(
    visitor: Visitor, house: House, hands: Hands
) -> None:
    everyone = "Zhao Lei 赵磊 and Peter Novak were both rude"
    case_no = await complain(house, detail=f"{ANN.detail} {everyone}")
    task = await bring_to(house, case_no, TaskKind.DISPATCH, hands=hands)
    page = await visitor.open(f"{task_link(house, case_no, task)}?lang=en")
    assert "is named in the complaint" in page.text
    again = await visitor.send(page, {"handler": "nobody"})
    assert "from the list" in again.message_at("handler")
    await visitor.send(page, {"handler": "hu_bo", "reason": "Knows the product."})
    assignment = (await carry_on(house, case_no)).assignment
    assert assignment
    assert (assignment.department, assignment.handler, assignment.by_rule) == ("rnd", "hu_bo", False)


@pytest.mark.parametrize("kind", [TaskKind.COMPLETION, TaskKind.DECISION, TaskKind.SURVEY])
async def test_customers_pages_show_nothing_internal(
    visitor: Visitor, house: House, hands: Hands, kind: TaskKind
) -> None:
    case_no, task = await open_task(house, kind, hands=hands)
    if kind is not TaskKind.COMPLETION:
        finder = (await house.casebook.case(case_no)).findings
        assert finder
    page = await visitor.open(task_link(house, case_no, task))
    assert "en" in page.html
    for secret in ("base seal was cracked when", "The press ran too hot", "Huang Min", "rnd", "Defect of the product"):
        assert secret not in page.html
    assert (await visitor.client.get(f"{task_link(house, case_no, task)}/evidence/E1")).status_code == 404


async def test_staff_read_their_own_language_and_customers_that_of_their_case(
    visitor: Visitor, house: House, hands: Hands
) -> None:
    case_no, findings = await open_task(house, TaskKind.FINDINGS, hands=hands, who=WANG_FANG)
    policy = await house.library.current()
    page = await visitor.open(task_link(house, case_no, findings), **{"accept-language": "fr"})
    assert f'lang="{policy.staff[findings.assignee].language}"' in page.html
    decision = await bring_to(house, case_no, TaskKind.DECISION, hands=hands)
    assert 'lang="zh-CN"' in (await visitor.open(task_link(house, case_no, decision))).html


async def test_a_form_with_mistakes_comes_back_as_it_was_typed(visitor: Visitor, house: House, hands: Hands) -> None:
    case_no, task = await open_task(house, TaskKind.FINDINGS, hands=hands)
    page = await visitor.open(f"{task_link(house, case_no, task)}?lang=en")
    typed = {
        "plan": "Asked the plant.",
        "findings": "  First line\n\nsecond <b>line</b>",
        "finding": "upheld",
        "whys": ["Because.", "", "", "And because.", ""],
        "remedy": "refund",
        "amount": "a lot",
    }
    proof = ("proof.txt", b"seen", "text/plain")
    again = await visitor.send(page, typed, files=[proof])
    assert again.status == 422
    assert again.message_at("allegation") == "Please fill this in."
    assert again.message_at("cause_code") == "Please fill this in."
    assert "Please write a number" in again.message_at("amount")
    assert "Please choose your files again" in again.text
    assert again.value("findings") == typed["findings"]
    assert again.form().values["whys"] == typed["whys"]
    assert again.form().values["finding"] == ["upheld"]
    assert (again.value("remedy"), again.value("amount")) == ("refund", "a lot")
    assert (await house.casebook.case(case_no)).tasks[task.id].is_open
    mended = {"allegation": "It leaks.", "cause_code": "product_defect", "amount": "¥1,299.50"}
    await visitor.send(again, mended, files=[proof])
    case = await house.casebook.case(case_no)
    assert case.findings
    assert case.findings.remedies[0].amount == 1299.5
    assert case.findings.evidence == ("E1",)
    assert list(case.evidence) == ["E1"]


WRONG = [
    (TaskKind.OPINION, {"verdict": "object"}, "reason", "give your reasons"),
    (TaskKind.OPINION, {}, "verdict", "fill this in"),
    (TaskKind.APPROVAL, {"decision": "send_back"}, "reason", "give your reasons"),
    (TaskKind.APPROVAL, {"decision": "maybe"}, "decision", "choose one of these"),
    (TaskKind.DECISION, {"decision": "counter"}, "text", "what you would like instead"),
    (TaskKind.DECISION, {"decision": "reject", "text": "x" * 10_001}, "text", "at most 10000 characters"),
    (TaskKind.SURVEY, {"resolved": "yes"}, "csat", "fill this in"),
    (TaskKind.SURVEY, {"csat": "6", "resolved": "yes"}, "csat", "too large"),
    (TaskKind.PHONE_CALLBACK, {"reached": "yes"}, "csat", "note the score"),
    (TaskKind.CLASSIFICATION, {"category": "space.ship"}, "category", "from the list"),
    (TaskKind.SCREENING, {"decision": "duplicate", "reason": "Same."}, "original", "give the number"),
    (
        TaskKind.SCREENING,
        {"decision": "duplicate", "original": "TC19990101-0001"},
        "original",
        "no case of this number",
    ),
    (TaskKind.SCREENING, {"decision": "refer", "reason": "Not ours."}, "referred_to", "to whom"),
    (TaskKind.SCREENING, {"decision": "accept", "reason": ""}, "reason", "fill this in"),
    (TaskKind.LETTER, {"letter": " "}, "letter", "fill this in"),
    (TaskKind.LETTER, {"letter": "x" * 20_001}, "letter", "at most 20000 characters"),
    (TaskKind.REMEDY, {"proof": ""}, "proof", "a file that proves it"),
    (TaskKind.CLOSURE, {"decision": "close"}, "reason", "fill this in"),
    (TaskKind.COMPLETION, {"occurred_at": "2030-01-01"}, "occurred_at", "in the future"),
]


@pytest.mark.parametrize(("kind", "typed", "field", "message"), WRONG)
async def test_what_is_wrong_with_an_answer_is_told_at_its_field(
    visitor: Visitor, house: House, hands: Hands, kind: TaskKind, typed: dict[str, str], field: str, message: str
) -> None:
    case_no, task = await open_task(house, kind, hands=hands)
    again = await visitor.send(await visitor.open(f"{task_link(house, case_no, task)}?lang=en"), typed)
    assert again.status == 422
    assert message in again.message_at(field)
    assert (await house.casebook.case(case_no)).tasks[task.id].is_open


async def test_an_empty_completion_says_what_it_waits_for(visitor: Visitor, house: House, hands: Hands) -> None:
    case_no, task = await open_task(house, TaskKind.COMPLETION, hands=hands)
    again = await visitor.send(await visitor.open(task_link(house, case_no, task)), {})
    assert again.status == 422
    assert "at least one field" in again.text


async def test_what_the_rules_suggest_stands_in_the_classifiers_form(
    visitor: Visitor, house: House, hands: Hands
) -> None:
    case_no, task = await open_task(house, TaskKind.CLASSIFICATION, hands=hands)
    page = await visitor.open(task_link(house, case_no, task))
    suggested = (await house.casebook.case(case_no)).suggestion
    assert suggested
    assert page.value("category") == suggested.suggestion.category
    assert page.value("impact") == f"{suggested.suggestion.inputs['impact']:g}"


async def test_findings_that_were_sent_back_stand_in_the_form_with_the_reasons_above(
    visitor: Visitor, house: House, hands: Hands
) -> None:
    case_no, approval = await open_task(house, TaskKind.APPROVAL, hands=hands)
    await submit(house, case_no, approval, decision="send_back", reason="Say what the test showed.")
    findings = await bring_to(house, case_no, TaskKind.FINDINGS)
    page = await visitor.open(f"{task_link(house, case_no, findings)}?lang=en")
    assert "sent your proposal back: Say what the test showed." in page.text
    assert page.value("findings") == ANSWERS[TaskKind.FINDINGS]["findings"]
    assert page.value("cause_code") == "product_defect"
    assert page.form().values["whys"][:2] == list(ANSWERS[TaskKind.FINDINGS]["whys"])


async def test_a_new_round_begins_with_what_was_found_before(visitor: Visitor, house: House, hands: Hands) -> None:
    case_no, decision = await open_task(house, TaskKind.DECISION, hands=hands)
    await submit(house, case_no, decision, decision="counter", text="I want 400.")
    findings = await bring_to(house, case_no, TaskKind.FINDINGS)
    page = await visitor.open(f"{task_link(house, case_no, findings)}?lang=en")
    assert "round 2" in page.text
    assert "I want 400." in page.text
    assert page.value("findings") == ANSWERS[TaskKind.FINDINGS]["findings"]


async def test_the_letter_begins_as_a_draft_in_the_customers_language(
    visitor: Visitor, house: House, hands: Hands
) -> None:
    case_no, task = await open_task(house, TaskKind.LETTER, hands=hands, who=WANG_FANG)
    page = await visitor.open(f"{task_link(house, case_no, task)}?lang=en")
    draft = page.value("letter")
    assert draft.startswith("王芳，您好：")
    assert ANSWERS[TaskKind.FINDINGS]["findings"] in draft


async def test_a_letter_is_previewed_before_it_is_signed(visitor: Visitor, house: House, hands: Hands) -> None:
    case_no, task = await open_task(house, TaskKind.LETTER, hands=hands)
    page = await visitor.open(f"{task_link(house, case_no, task)}?lang=en")
    preview = await visitor.send(page, {"letter": "Dear Ann,\n\nwe are sorry.", "step": "preview"})
    assert preview.status == 200
    assert "Nothing has been sent yet" in preview.text
    assert "What we offer you Refund CN¥299.00" in preview.text
    assert f"Our decision on your complaint {case_no}" in preview.text
    assert (await house.casebook.case(case_no)).tasks[task.id].is_open
    await visitor.send(preview, {})
    history = await house.casebook.history(case_no)
    signed = next(entry.fact for entry in history if isinstance(entry.fact, LetterApproved))
    assert (await house.casebook.papers(case_no))[signed.letter.id].content == {"letter": "Dear Ann,\n\nwe are sorry."}


async def test_on_the_short_path_a_remedy_beyond_authority_is_refused_at_its_field(
    visitor: Visitor, house: House, hands: Hands
) -> None:
    case_no = await complain(house, detail="The discount code was not applied, I paid the full price.")
    task = await bring_to(house, case_no, TaskKind.LETTER, hands=hands)
    assert task.asks["remedy_open"] == "yes", "the policy's words no longer send this complaint down the short path"
    page = await visitor.open(f"{task_link(house, case_no, task)}?lang=en")
    again = await visitor.send(page, {"remedy": "goodwill", "amount": "5000"})
    assert "beyond what you may grant" in again.message_at("amount")
    await visitor.send(again, {"amount": "50"})
    letter = (await house.casebook.case(case_no)).letter
    assert letter
    assert letter.remedies[0].amount == 50


async def test_overdue_work_says_so_and_by_how_much(visitor: Visitor, house: House, hands: Hands) -> None:
    case_no, task = await open_task(house, TaskKind.FINDINGS, hands=hands)
    link = f"{task_link(house, case_no, task)}?lang=en"
    assert "24 hours left" in (await visitor.open(link)).text
    hands.move(hours=27)
    page = await visitor.open(link)
    assert "3 hours overdue" in page.text
    assert 'class="due late"' in page.html


async def test_a_clerk_completes_the_record_of_a_customer_without_mail(
    visitor: Visitor, house: House, hands: Hands
) -> None:
    nobody = dataclasses.replace(ANN, email="")
    case_no, task = await open_task(house, TaskKind.COMPLETION, hands=hands, who=nobody)
    assert task.assignee != "customer"
    page = await visitor.open(f"{task_link(house, case_no, task)}?lang=en")
    assert "cannot be reached by mail" in page.text
    again = await visitor.send(page, {"phone": "12"})
    assert "not a phone number" in again.message_at("phone")
    await visitor.send(again, {"phone": "138 0013 8001", "name": "Ann Lee"})
    record = (await house.casebook.brief(case_no)).record
    assert (record.name, record.phone) == ("Ann Lee", "+8613800138001")


async def test_the_answer_of_a_customer_without_mail_is_noted_by_whoever_calls_her(
    visitor: Visitor, house: House, hands: Hands
) -> None:
    case_no, task = await open_task(house, TaskKind.DECISION, hands=hands, who=dataclasses.replace(ANN, email=""))
    page = await visitor.open(f"{task_link(house, case_no, task)}?lang=en")
    assert "Please call +8613800138000, read the decision letter out" in page.text
    await visitor.send(page, {"decision": "counter", "text": "She wants 400."})
    decided = (await house.casebook.case(case_no)).decision
    assert decided
    assert decided.keyed_in_by == task.assignee


async def test_the_answer_is_signed_by_the_links_holder_and_names_no_address(
    visitor: Visitor, house: House, hands: Hands
) -> None:
    case_no, task = await open_task(house, TaskKind.FINDINGS, hands=hands)
    page: Page = await visitor.open(task_link(house, case_no, task))
    await visitor.send(page, {name: str(told) for name, told in ANSWERS[TaskKind.FINDINGS].items() if name != "whys"})
    entry = next(entry for entry in await house.casebook.history(case_no) if isinstance(entry.fact, FindingsSubmitted))
    assert entry.actor == task.assignee
    assert entry.origin.startswith("portal ")
    assert len(entry.origin) == len("portal ") + 16


async def test_who_judges_a_later_round_sees_what_the_customer_proposes_and_which_approval_is_past(
    visitor: Visitor, house: House
) -> None:
    case_no = await complain(house)
    decision = await bring_to(house, case_no, TaskKind.DECISION)
    await submit(house, case_no, decision, decision="counter", text="A new kettle, please.")
    opinion = await bring_to(house, case_no, TaskKind.OPINION)
    assert "A new kettle, please." in (await visitor.open(task_link(house, case_no, opinion))).text
    approval = await bring_to(house, case_no, TaskKind.APPROVAL)
    page = await visitor.open(f"{task_link(house, case_no, approval)}?lang=en")
    assert "A new kettle, please." in page.text
    assert "an earlier proposal" in page.text
