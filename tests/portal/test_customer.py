"""The customer's page: she sees how her case stands, adds to it, and ends it after being asked once more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from complaints.events import ComplaintWithdrawn, InformationAdded
from complaints.words import ActKind, Outcome, TaskKind
from tests.builders import ANSWERS, WANG_FANG, bring_to, carry_on, complain, do, submit, task_link, track_link

if TYPE_CHECKING:
    from adapters.house import House
    from tests.builders import Hands
    from tests.portal.visitor import Visitor


async def test_she_follows_her_case_from_step_to_step(visitor: Visitor, house: House, hands: Hands) -> None:
    case_no = await complain(house)
    link = track_link(house, case_no)
    assert "We are working on it" in (await visitor.open(link)).text
    await bring_to(house, case_no, TaskKind.FINDINGS)
    page = await visitor.open(link)
    assert "It was given to a person in this department: After-sales technical department." in page.text
    assert "Our decision by Wed 25 Nov 2026, 10:00" in page.text
    await bring_to(house, case_no, TaskKind.DECISION)
    page = await visitor.open(link)
    assert "We wait for your answer" in page.text
    assert "you were right: the seal was cracked." in page.text
    assert "What we offer you Refund CN¥299.00" in page.text
    decision = page.html[page.html.index('class="button" href="') + 21 :].partition('"')[0]
    assert "I accept this decision" in (await visitor.open(decision)).text
    survey = await bring_to(house, case_no, TaskKind.SURVEY, hands=hands)
    await submit(house, case_no, survey)
    page = await visitor.open(link)
    assert "This case is closed" in page.text
    assert "Add something" not in page.text


async def test_she_is_shown_nothing_internal(visitor: Visitor, house: House, hands: Hands) -> None:
    case_no = await complain(house)
    approval = await bring_to(house, case_no, TaskKind.APPROVAL)
    await submit(house, case_no, approval, decision="send_back", reason="Too generous, I think.")
    await bring_to(house, case_no, TaskKind.DECISION, hands=hands)
    page = await visitor.open(track_link(house, case_no))
    for secret in ("Too generous", "base seal was cracked when", "Huang Min", "escalat", "Defer", "opinion"):
        assert secret not in page.html


async def test_her_page_speaks_the_language_of_her_case(visitor: Visitor, house: House) -> None:
    case_no = await complain(house, WANG_FANG)
    assert "正在办理" in (await visitor.open(track_link(house, case_no))).text
    assert "We are working on it" in (await visitor.open(f"{track_link(house, case_no)}?lang=en")).text


async def test_what_she_adds_joins_the_case_once(visitor: Visitor, house: House) -> None:
    case_no = await complain(house)
    page = await visitor.open(track_link(house, case_no))
    proof = ("receipt.pdf", b"%PDF-1.7 paid", "application/pdf")
    twice = [await visitor.send(page, {"text": "I found the receipt."}, files=[proof]) for _ in range(2)]
    assert all("Thank you. It is with your complaint now." in thanks.text for thanks in twice)
    added = [e.fact for e in await house.casebook.history(case_no) if isinstance(e.fact, InformationAdded)]
    assert len(added) == 1
    assert added[0].evidence == ("E1",)
    assert added[0].repeat_contact
    assert "I found the receipt." in twice[1].text
    file = await visitor.client.get(f"{track_link(house, case_no)}/evidence/E1")
    assert file.content == proof[1]


async def test_what_she_adds_is_checked_at_its_field(visitor: Visitor, house: House) -> None:
    case_no = await complain(house)
    page = await visitor.open(track_link(house, case_no))
    empty = await visitor.send(page, {"text": "  "})
    assert (empty.status, "write something" in empty.message_at("text")) == (422, True)
    long = await visitor.send(page, {"text": "x" * 20_001})
    assert "20001 characters" in long.message_at("text")
    virus = await visitor.send(page, {"text": "Look."}, files=[("a.png", b"MZ", "image/png")])
    assert "kind of file we cannot accept" in virus.message_at("evidence")
    assert virus.value("text") == "Look."
    stale = await visitor.send(page, {"text": "Look.", "nonce": "x"})
    assert (stale.status, stale.value("text")) == (403, "Look.")
    assert not any(isinstance(e.fact, InformationAdded) for e in await house.casebook.history(case_no))


async def test_staffs_files_are_not_hers_to_see(visitor: Visitor, house: House) -> None:
    case_no = await complain(house)
    findings = await bring_to(house, case_no, TaskKind.FINDINGS)
    page = await visitor.open(task_link(house, case_no, findings))
    typed = {name: str(told) for name, told in ANSWERS[TaskKind.FINDINGS].items() if name != "whys"}
    await visitor.send(page, typed, files=[("internal.txt", b"internal", "text/plain")])
    assert list((await house.casebook.case(case_no)).evidence) == ["E1"]
    assert (await visitor.open(f"{track_link(house, case_no)}/evidence/E1")).status == 404
    assert "internal.txt" not in (await visitor.open(track_link(house, case_no))).html


async def test_withdrawing_asks_once_more_and_ends_the_case_that_day(visitor: Visitor, house: House) -> None:
    case_no = await complain(house)
    await bring_to(house, case_no, TaskKind.FINDINGS)
    page = await visitor.open(track_link(house, case_no))
    question = next(form for form in page.forms if "withdraw" in form.action)
    assert question.method == "get"
    confirm = await visitor.open(question.action)
    assert "Withdraw your complaint?" in confirm.text
    assert (await house.casebook.case(case_no)).stage
    for _ in range(2):
        done = await visitor.send(confirm, {"reason": "We found the fault ourselves."})
        assert done.status == 200
        assert "You withdrew this complaint" in done.text
    history = await house.casebook.history(case_no)
    assert sum(isinstance(entry.fact, ComplaintWithdrawn) for entry in history) == 1
    assert (await carry_on(house, case_no)).outcome is Outcome.WITHDRAWN
    page = await visitor.open(track_link(house, case_no))
    assert "You withdrew this complaint" in page.text
    assert not [form for form in page.forms if form.method == "post"]
    late = await visitor.open(f"{track_link(house, case_no)}/withdraw")
    assert "This case has already ended" in late.text


async def test_withdrawing_without_the_page_that_asks_does_nothing(visitor: Visitor, house: House) -> None:
    case_no = await complain(house)
    answer = await visitor.client.post(f"{track_link(house, case_no)}/withdraw", data={"reason": ""})
    assert answer.status_code == 403
    assert (await house.casebook.case(case_no)).withdrawn is False


async def test_adding_to_a_case_that_ended_meanwhile_loses_no_word(visitor: Visitor, house: House) -> None:
    case_no = await complain(house)
    page = await visitor.open(track_link(house, case_no))
    confirm = await visitor.open(f"{track_link(house, case_no)}/withdraw")
    await visitor.send(confirm, {})
    await carry_on(house, case_no)
    late = await visitor.send(page, {"text": "One more thing."})
    assert late.status == 422
    assert "This case has ended meanwhile" in late.text
    assert "One more thing." in late.text


async def test_when_the_records_are_away_her_words_come_back_with_a_button_to_try_again(
    visitor: Visitor, house: House
) -> None:
    case_no = await complain(house)
    page = await visitor.open(track_link(house, case_no))
    async with house.database.writing() as session:
        await session.execute(text("ALTER TABLE cases RENAME TO cases_elsewhere"))
    words = "A long story that must not be lost. " * 4
    away = await visitor.send(page, {"text": words}, files=[("a.txt", b"x", "text/plain")])
    assert away.status == 503
    assert away.headers["retry-after"]
    assert "Nothing was saved" in away.text
    assert away.value("text") == words
    assert "Please choose your files again" in away.text
    async with house.database.writing() as session:
        await session.execute(text("ALTER TABLE cases_elsewhere RENAME TO cases"))
    assert "It is with your complaint now" in (await visitor.send(away, {})).text


async def test_she_reads_what_the_handler_asks_and_her_answer_lets_the_clocks_run(
    visitor: Visitor, house: House
) -> None:
    case_no = await complain(house)
    task = await bring_to(house, case_no, TaskKind.FINDINGS)
    await do(house, case_no, ActKind.PAUSE, task, reason="customer_information", note="Which socket was it?")
    page = await visitor.open(f"{track_link(house, case_no)}?lang=en")
    assert "We need something from you" in page.text
    assert "Which socket was it?" in page.text
    await visitor.send(page, {"text": "The one in the kitchen."}, form=page.form("text"))
    assert (await carry_on(house, case_no)).standstill is None
    assert "We need something from you" not in (await visitor.open(f"{track_link(house, case_no)}?lang=en")).text


async def test_a_note_for_the_file_is_not_for_her_eyes(visitor: Visitor, house: House) -> None:
    case_no = await complain(house)
    task = await bring_to(house, case_no, TaskKind.FINDINGS)
    await do(house, case_no, ActKind.PAUSE, task, reason="expert_report", note="I doubt her story.")
    assert "I doubt her story." not in (await visitor.open(track_link(house, case_no))).text
