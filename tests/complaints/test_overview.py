"""The overview: all that a process owner needs, and no word that names a person."""

from __future__ import annotations

from functools import cache

import pytest

from complaints.overview import awaited, markdown, tags, whose
from complaints.words import Stage, TaskKind
from tests.builders import ANN, WANG_FANG, Customer
from tests.play import Play, default_policy, told


def words_about(customer: Customer) -> list[str]:
    """Everything that would tell who the people of a case are or what the customer wrote."""
    staff = default_policy().staff
    told_words = [customer.name, customer.email, customer.phone, customer.item, customer.detail, "N-1001"]
    names = [part for person in staff.values() for part in (person.name, *person.name.rsplit(" ", 1))]
    return [*told_words, *staff, *names, *(person.email for person in staff.values())]


@cache
def stations(customer: Customer) -> tuple[tuple[str, str], ...]:
    """Markdown, tags and waiting line of a long case after each of its steps, each with the stage it stood in."""
    play = Play(record=told(customer))
    seen = [look(play)]
    play.bring_to(TaskKind.FINDINGS)
    for _ in range(8):
        play.lapse()
        seen.append(look(play))
    play.submit(play.bring_to(TaskKind.APPROVAL), decision="send_back", reason=f"{customer.name} said more.")
    play.submit(play.bring_to(TaskKind.DECISION), decision="counter", text="I want more.")
    while play.case.is_open:
        seen.append(look(play))
        play.submit(play.case.open_tasks[0]) if play.case.open_tasks else play.lapse()
    return (*seen, look(play))


def look(play: Play) -> tuple[str, str]:
    briefing = play.briefing
    shown = [markdown(briefing, play.entries), *tags(play.case), awaited(briefing)]
    return str(play.case.stage or "archived"), "\n".join(shown)


@pytest.mark.parametrize("customer", [ANN, WANG_FANG], ids=["en", "zh-CN"])
def test_no_staff_id_name_address_or_word_of_the_customer_ever_appears(customer: Customer) -> None:
    stages = {stage for stage, _ in stations(customer)}
    assert stages >= {"intake", "investigation", "review", "response", "callback", "archived"}
    for _, shown in stations(customer):
        assert [word for word in words_about(customer) if word in shown] == []


def test_the_stages_show_where_the_case_stands_and_how_often_it_was_there() -> None:
    play = Play()
    play.submit(play.bring_to(TaskKind.APPROVAL), decision="send_back", reason="Look again.")
    shown = markdown(play.briefing, play.entries)
    assert "intake ✓ → classification ✓ → assignment ✓ → **investigation** → review ✓ → response" in shown
    play.bring_to(TaskKind.APPROVAL)
    assert "investigation ✓×2 → **review**" in markdown(play.briefing, play.entries)


def test_stages_that_were_not_needed_are_struck_out() -> None:
    play = Play(record=told(detail="It is odd."))
    task = play.bring_to(TaskKind.CLASSIFICATION)
    play.submit(task, category="price.discount", impact=1, urgency=1)
    shown = markdown(play.briefing, play.entries)
    assert "~~investigation~~ → ~~review~~ → **response**" in shown


def test_open_tasks_are_shown_by_department_with_their_level_and_local_deadline() -> None:
    play = Play()
    play.bring_to(TaskKind.FINDINGS)
    play.climb(2)
    shown = markdown(play.briefing, play.entries)
    assert "| findings-1 | after_sales | 2 | 2026-11-24 17:30:00 CST |" in shown


def test_clocks_say_whether_they_run_were_met_or_missed() -> None:
    play = Play()
    play.bring_to(TaskKind.FINDINGS)
    assert "| resolve | 48 h | 2026-11-25 10:00:00 CST | running |" in markdown(play.briefing, play.entries)
    play.wait(days=3)
    shown = markdown(play.briefing, play.entries)
    assert "| acknowledge | 24 h | 2026-11-24 10:00:00 CST | met |" in shown
    assert "| resolve | 48 h | 2026-11-25 10:00:00 CST | missed |" in shown
    play.submit(play.bring_to(TaskKind.REMEDY))
    assert "| resolve | 48 h | 2026-11-25 10:00:00 CST | met late |" in markdown(play.briefing, play.entries)


def test_the_history_has_a_line_for_every_entry_with_its_codes() -> None:
    play = Play()
    play.to_the_end()
    shown = markdown(play.briefing, play.entries)
    assert shown.count("\n| ") >= len(play.entries)
    for entry in play.entries:
        assert f"| {entry.seq} | " in shown
    assert "stage=intake exit=done next=classification" in shown
    assert "# TC20261123-0001" in shown


def test_who_is_awaited_is_told_by_department_and_deadline() -> None:
    play = Play()
    play.carry_on()
    assert awaited(play.briefing) == "asked after_sales, due 2026-11-24 10:00:00 CST"
    play.bring_to(TaskKind.OPINION)
    assert awaited(play.briefing).startswith("asked marketing, due 2026-11-23 15:30:00 CST; rnd, due ")
    play.bring_to(TaskKind.DECISION)
    assert awaited(play.briefing).startswith("asked customer, due ")
    play.submit(play.bring_to(TaskKind.REMEDY))
    assert awaited(play.briefing) == "callback not before 2026-11-28 10:00:00 CST"


def test_before_anybody_is_asked_the_case_just_waits() -> None:
    assert awaited(Play().briefing) == "waiting"


def test_somebody_who_left_the_policy_is_shown_by_the_department_of_the_task() -> None:
    play = Play()
    task = play.bring_to(TaskKind.FINDINGS)
    gone = {staff_id: person for staff_id, person in default_policy().staff.items() if staff_id != "peter_novak"}
    play.policy = default_policy().model_copy(update={"staff": gone})
    assert whose(task, play.briefing) == "after_sales"


def test_tags_say_category_level_with_scheme_channel_stage_escalation_round_and_outcome() -> None:
    play = Play()
    assert tags(play.case) == ["channel:web", "stage:intake"]
    play.bring_to(TaskKind.FINDINGS)
    play.climb()
    always = ["category:product.quality", "channel:web"]
    assert tags(play.case) == [*always, "escalation:1", "level:g2-2", "stage:investigation"]
    play.submit(play.bring_to(TaskKind.DECISION), decision="reject")
    assert tags(play.case) == [*always, "level:g2-2", "round:2", "stage:investigation"]
    play.to_the_end()
    assert tags(play.case) == [*always, "level:g2-2", "outcome:satisfied", "round:2", "stage:archived"]
    assert set(Stage) >= {play.case.stage} - {None}
