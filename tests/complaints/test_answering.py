"""Answering: a form becomes facts, or a short code next to every field that is wrong; a closed task takes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.answering import FORMS, answer, read_form
from complaints.errors import AnswerWrong, TaskClosed
from complaints.fact import Answer
from complaints.submission import Submission
from complaints.words import ActKind, TaskKind
from tests.builders import ANSWERS
from tests.play import Play, changed, default_policy, told, without

SPARSE: dict[str, Any] = {"item": "", "order_no": "", "name": "", "expected_remedy": ""}

LONG = "x" * 200_001
WRONG: dict[TaskKind, list[tuple[str, Any, str]]] = {
    TaskKind.COMPLETION: [
        ("name", LONG, "string_too_long"),
        ("phone", LONG, "string_too_long"),
        ("phone", "call me", "is not a phone number"),
        ("email", LONG, "string_too_long"),
        ("email", "ann at home", "is not an e-mail address"),
        ("item", LONG, "string_too_long"),
        ("order_no", LONG, "string_too_long"),
        ("occurred_at", LONG, "string_too_long"),
        ("occurred_at", "yesterday", "date_from_datetime_parsing"),
        ("detail", LONG, "string_too_long"),
        ("expected_remedy", LONG, "string_too_long"),
    ],
    TaskKind.SCREENING: [
        ("decision", "perhaps", "literal_error"),
        ("reason", "", "string_too_short"),
        ("original", LONG, "string_too_long"),
        ("referred_to", LONG, "string_too_long"),
    ],
    TaskKind.CLASSIFICATION: [
        ("category", "", "string_too_short"),
        ("category", "magic", "unknown_choice"),
        ("category", "product.magic", "unknown_choice"),
        ("category", "product.quality.more", "unknown_choice"),
        ("impact", 0, "greater_than_equal"),
        ("impact", 6, "less_than_equal"),
        ("impact", "2.5", "int_parsing"),
        ("urgency", 0, "greater_than_equal"),
        ("urgency", 6, "less_than_equal"),
        ("scope", "everybody", "enum"),
        ("reason", LONG, "string_too_long"),
    ],
    TaskKind.DISPATCH: [
        ("handler", "", "string_too_short"),
        ("handler", "nobody", "unknown_choice"),
        ("handler", "deng_xin", "unknown_choice"),
        ("reason", LONG, "string_too_long"),
    ],
    TaskKind.ACCEPTANCE: [
        ("decision", "perhaps", "literal_error"),
        ("reason_code", "bored", "literal_error"),
        ("reason", LONG, "string_too_long"),
    ],
    TaskKind.FINDINGS: [
        ("findings", "", "string_too_short"),
        ("cause_code", "gremlins", "unknown_choice"),
        ("remedy", "magic", "enum"),
    ],
    TaskKind.OPINION: [("verdict", "perhaps", "enum"), ("reason", LONG, "string_too_long")],
    TaskKind.APPROVAL: [("decision", "perhaps", "literal_error"), ("reason", LONG, "string_too_long")],
    TaskKind.LETTER: [
        ("letter", "", "string_too_short"),
        ("letter", LONG, "string_too_long"),
        ("remedy", "magic", "enum"),
        ("amount", -1, "greater_than_equal"),
        ("amount", "nan", "finite_number"),
    ],
    TaskKind.DECISION: [("decision", "perhaps", "enum"), ("text", LONG, "string_too_long")],
    TaskKind.REMEDY: [("proof", "", "proof_needed"), ("proof", LONG, "string_too_long")],
    TaskKind.SURVEY: [("csat", 6, "less_than_equal"), ("resolved", "perhaps", "literal_error")],
    TaskKind.PHONE_CALLBACK: [
        ("reached", "perhaps", "literal_error"),
        ("csat", 9, "less_than_equal"),
        ("resolved", "perhaps", "literal_error"),
        ("comment", LONG, "string_too_long"),
    ],
    TaskKind.EXTENSION: [
        ("decision", "perhaps", "literal_error"),
        ("reason", LONG, "string_too_long"),
    ],
    TaskKind.CLOSURE: [("decision", "perhaps", "literal_error"), ("reason", "", "string_too_short")],
    TaskKind.HELP: [("decision", "perhaps", "literal_error"), ("text", LONG, "string_too_long")],
}


def _never_content() -> Play:
    play = Play()
    for _ in range(3):
        play.submit(play.bring_to(TaskKind.SURVEY), csat=1, resolved="no")
    return play


def _stuck() -> Play:
    play = Play()
    asked = play.bring_to(TaskKind.FINDINGS)
    play.do(ActKind.ASK_HELP, asked, reason_code="needs_support", text="Please help.")
    return play


def _pressed() -> Play:
    play = Play()
    asked = play.bring_to(TaskKind.FINDINGS)
    play.do(ActKind.EXTEND, asked, clock="resolve", reason="complex", note="It is hard.")
    return play


STORIES: dict[TaskKind, Callable[[], Play]] = {
    TaskKind.COMPLETION: lambda: Play(record=told(**SPARSE)),
    TaskKind.SCREENING: lambda: Play(record=told(name="", email="", phone="")),
    TaskKind.CLASSIFICATION: lambda: Play(record=told(detail="It is odd.")),
    TaskKind.DISPATCH: lambda: Play(policy=without(default_policy(), "peter_novak", "zhao_lei")),
    TaskKind.ACCEPTANCE: lambda: Play(
        policy=changed(default_policy(), "assignment.acceptance.levels", ("1", "2", "3"))
    ),
    TaskKind.PHONE_CALLBACK: lambda: Play(record=told(email="")),
    TaskKind.CLOSURE: _never_content,
    TaskKind.HELP: _stuck,
    TaskKind.EXTENSION: _pressed,
}


def at(kind: TaskKind) -> Play:
    """A case that waits for a task of this kind."""
    play = STORIES.get(kind, Play)()
    play.bring_to(kind)
    return play


def test_every_kind_of_task_has_its_form_and_its_mistakes_below() -> None:
    assert set(FORMS) == set(TaskKind) == set(WRONG)


@pytest.mark.parametrize("kind", TaskKind)
def test_a_good_answer_closes_its_task_by_exactly_one_fact(kind: TaskKind) -> None:
    play = at(kind)
    task = next(task for task in play.case.open_tasks if task.kind is kind)
    play.submit(task)
    assert play.case.tasks[task.id].status == "answered"
    assert play.case.tasks[task.id].closed_by == task.assignee
    facts = [entry.fact for entry in play.entries if isinstance(entry.fact, Answer) and entry.fact.task_id == task.id]
    assert len(facts) == 1


@pytest.mark.parametrize(
    ("kind", "field", "value", "problem"),
    [(kind, *wrong) for kind, wrongs in WRONG.items() for wrong in wrongs],
    ids=lambda value: str(value)[:20],
)
def test_each_wrong_field_is_told_by_name_and_the_task_stays_open(
    kind: TaskKind,
    field: str,
    value: Any,  # noqa: ANN401  whatever people type
    problem: str,
) -> None:
    play = at(kind)
    entries = len(play.entries)
    task = next(task for task in play.case.open_tasks if task.kind is kind)
    with pytest.raises(AnswerWrong) as wrong:
        play.submit(task, **{field: value})
    assert list(wrong.value.problems) == [field]
    assert wrong.value.problems[field].startswith(problem)
    assert play.case.tasks[task.id].is_open
    assert len(play.entries) == entries


@pytest.mark.parametrize("kind", sorted(set(TaskKind) - {TaskKind.COMPLETION, TaskKind.REMEDY}))
def test_an_empty_form_names_every_field_that_must_be_filled(kind: TaskKind) -> None:
    needed = {name for name, info in FORMS[kind].model_fields.items() if info.is_required()}
    with pytest.raises(AnswerWrong) as wrong:
        read_form(kind, {})
    assert wrong.value.problems == dict.fromkeys(needed, "missing")


@pytest.mark.parametrize("kind", TaskKind)
def test_a_field_the_form_does_not_have_is_refused(kind: TaskKind) -> None:
    with pytest.raises(AnswerWrong) as wrong:
        read_form(kind, {**ANSWERS[kind], "signed_by": "somebody else"})
    assert wrong.value.problems == {"signed_by": "extra_forbidden"}


def test_several_wrong_fields_are_told_at_once() -> None:
    with pytest.raises(AnswerWrong, match="csat: greater_than_equal; resolved: literal_error") as wrong:
        read_form(TaskKind.SURVEY, {"csat": 0, "resolved": "perhaps"})
    assert set(wrong.value.problems) == {"csat", "resolved"}


@pytest.mark.parametrize("kind", TaskKind)
def test_a_closed_task_takes_no_second_answer(kind: TaskKind) -> None:
    play = at(kind)
    task = next(task for task in play.case.open_tasks if task.kind is kind)
    play.submit(task)
    entries = len(play.entries)
    with pytest.raises(TaskClosed, match=f"{task.id} is no longer open"):
        play.submit(task)
    assert len(play.entries) == entries


def test_a_task_that_never_was_is_closed_too() -> None:
    play = Play()
    post = Submission(task_id="findings-9", by="mallory", fields={}, stationery=play.stationery())
    with pytest.raises(TaskClosed):
        answer(play.briefing, post)


VALUES = st.one_of(st.text(), st.integers(), st.floats(), st.none(), st.booleans(), st.lists(st.text()))


@pytest.mark.parametrize("kind", TaskKind)
@given(data=st.data())
def test_whatever_is_posted_is_a_form_or_problems_and_never_a_crash(kind: TaskKind, data: st.DataObject) -> None:
    names = st.sampled_from([*FORMS[kind].model_fields, "other"])
    fields = data.draw(st.dictionaries(names, VALUES))
    try:
        form = read_form(kind, {**ANSWERS[kind], **fields})
    except AnswerWrong as wrong:
        assert set(wrong.problems) <= {*FORMS[kind].model_fields, "other", "form"}  # noqa: PT017  one of two good ends
        assert all(wrong.problems.values())  # noqa: PT017
    else:
        assert type(form) is FORMS[kind]
