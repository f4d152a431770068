"""Investigation: the handler is asked once a visit, by the earliest of three promises."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from complaints.durations import parse_duration
from complaints.errors import AnswerWrong
from complaints.investigation import overall
from complaints.policy import Policy
from complaints.words import Finding, RemedyKind, Stage, TaskKind
from complaints.work_events import Allegation, FindingsSubmitted
from tests.builders import MONDAY_MORNING
from tests.play import Play, default_policy

FOREVER = "900 d"


def promising(*, task: str, matrix: str, resolve: str) -> Policy:
    """The policy with these three promises for a product of poor quality at level 2."""
    policy = default_policy()
    limits = policy.limits.model_copy(
        update={
            "tasks": {**policy.limits.tasks, TaskKind.FINDINGS: parse_duration(task)},
            "by_level": {"2": policy.limits.by_level["2"].model_copy(update={"resolve": parse_duration(resolve)})},
        }
    )
    row = policy.assignment.matrix["product.quality"].model_copy(update={"respond_within": parse_duration(matrix)})
    assignment = policy.assignment.model_copy(update={"matrix": {"product.quality": row}})
    return policy.model_copy(update={"limits": limits, "assignment": assignment})


def asked(policy: Policy | None = None) -> Play:
    play = Play(policy=policy or default_policy())
    play.carry_on()
    return play


def test_the_named_handler_is_asked_in_the_lead_department() -> None:
    task = asked().the_task(TaskKind.FINDINGS)
    assert (task.assignee, task.department, task.asks) == ("peter_novak", "after_sales", {"round": "1"})


@pytest.mark.parametrize(
    ("promises", "hours"),
    [
        ({"task": "5 h", "matrix": FOREVER, "resolve": FOREVER}, 5),
        ({"task": FOREVER, "matrix": "6 h", "resolve": FOREVER}, 6),
        ({"task": FOREVER, "matrix": FOREVER, "resolve": "7 h"}, 7),
        ({"task": "9 h", "matrix": "8 h", "resolve": "7 h"}, 7),
        ({"task": "7 h", "matrix": "8 h", "resolve": "9 h"}, 7),
    ],
    ids=["the task's own", "the matrix's", "the level's", "level's of all", "task's of all"],
)
def test_the_earliest_promise_is_the_deadline(promises: dict[str, str], hours: int) -> None:
    assert asked(promising(**promises)).the_task(TaskKind.FINDINGS).due_at == MONDAY_MORNING + timedelta(hours=hours)


def test_a_promise_that_is_broken_already_leaves_time_to_work() -> None:
    play = asked(promising(task="6 h", matrix="24 h", resolve="1 h"))
    play.submit(play.the_task(TaskKind.FINDINGS))
    play.at += timedelta(hours=2)
    play.submit(play.bring_to(TaskKind.APPROVAL), decision="send_back", reason="Look again.")
    assert play.the_task(TaskKind.FINDINGS).due_at == play.at + timedelta(hours=6)


def test_nobody_is_asked_twice_in_one_visit_and_anew_in_the_next() -> None:
    play = asked()
    play.wait(minutes=30)
    play.add_information("It also hums.")
    assert len(play.case.tasks_of(TaskKind.FINDINGS)) == 1
    play.submit(play.bring_to(TaskKind.APPROVAL), decision="send_back", reason="Why does it hum?")
    again = play.the_task(TaskKind.FINDINGS)
    assert (again.id, again.visit, again.assignee) == ("findings-2", 2, "peter_novak")


def test_findings_go_on_file_and_the_history_keeps_codes_only() -> None:
    play = asked()
    play.submit(play.the_task(TaskKind.FINDINGS), whys=("Cracked.", "Too hot."), finding="partly")
    (fact,) = play.facts(FindingsSubmitted)
    assert isinstance(fact, FindingsSubmitted)
    assert (fact.cause_code, fact.responsible_department, fact.proposed_by) == ("product_defect", "rnd", "peter_novak")
    assert fact.allegations[0].finding is Finding.PARTLY
    assert [(remedy.kind, remedy.amount) for remedy in fact.remedies] == [(RemedyKind.REFUND, 299.0)]
    assert play.papers[fact.findings.id]["whys"] == ["Cracked.", "Too hot."]
    assert "Cracked" not in fact.model_dump_json()
    assert play.case.stage is Stage.REVIEW


def test_every_allegation_and_every_remedy_has_a_row_of_its_own() -> None:
    play = asked()
    rows = {"allegation_2": "Nobody called back.", "finding_2": "not_upheld", "remedy_3": "apology"}
    play.submit(play.the_task(TaskKind.FINDINGS), remedy_text="In full.", remedy_text_3="By letter.", **rows)
    (fact,) = play.facts(FindingsSubmitted)
    assert [(one.number, one.finding) for one in fact.allegations] == [(1, Finding.UPHELD), (2, Finding.NOT_UPHELD)]
    assert [(one.kind, one.amount) for one in fact.remedies] == [(RemedyKind.REFUND, 299), (RemedyKind.APOLOGY, 0)]
    paper = play.papers[fact.findings.id]
    assert paper["allegations"] == ["The kettle leaks.", "Nobody called back."]
    assert paper["remedy_texts"] == ["In full.", "By letter."]
    assert paper["remedy_text"] == "In full.\n\nBy letter."


@pytest.mark.parametrize(
    ("found", "in_all"),
    [
        ([], None),
        (["upheld", "upheld"], "upheld"),
        (["not_upheld"], "not_upheld"),
        (["upheld", "not_upheld"], "partly"),
        (["partly", "undecided"], "partly"),
        (["not_upheld", "undecided"], "undecided"),
    ],
)
def test_several_findings_are_one_word_for_the_customer(found: list[str], in_all: str | None) -> None:
    rows = tuple(Allegation(number=nth, finding=Finding(one)) for nth, one in enumerate(found, start=1))
    assert overall(rows) == in_all


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"allegation_2": "Nobody called back."}, {"finding_2": "missing"}),
        ({"finding_3": "upheld"}, {"allegation_3": "missing"}),
        ({"amount_2": 5}, {"remedy_2": "missing"}),
        ({"remedy_text_3": "A cup."}, {"remedy_3": "missing"}),
        ({"finding_2": "maybe", "allegation_2": "x"}, {"finding_2": "enum"}),
        ({"time_limit": "soon"}, {"time_limit": "date_from_datetime_parsing"}),
    ],
)
def test_a_row_that_is_begun_is_filled(fields: dict[str, Any], problem: dict[str, str]) -> None:
    play = asked()
    with pytest.raises(AnswerWrong) as wrong:
        play.submit(play.the_task(TaskKind.FINDINGS), **fields)
    assert wrong.value.problems == problem


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("findings", "", "string_too_short"),
        ("findings", "   ", "string_too_short"),
        ("findings", "x" * 20_001, "string_too_long"),
        ("allegation", "", "string_too_short"),
        ("finding", "maybe", "enum"),
        ("whys", ("why",) * 6, "too_long"),
        ("cause_code", "gremlins", "unknown_choice"),
        ("responsible_department", "atlantis", "unknown_choice"),
        ("remedy", "money", "enum"),
        ("amount", "-1", "greater_than_equal"),
        ("amount", "2000000000", "less_than_equal"),
        ("amount", "nan", "finite_number"),
        ("amount", "inf", "finite_number"),
        ("amount", "much", "float_parsing"),
    ],
)
def test_each_wrong_field_is_told_and_nothing_is_recorded(field: str, value: Any, problem: str) -> None:  # noqa: ANN401  as typed
    play = asked()
    before = len(play.entries)
    with pytest.raises(AnswerWrong) as wrong:
        play.submit(play.the_task(TaskKind.FINDINGS), **{field: value})
    assert wrong.value.problems == {field: problem}
    assert len(play.entries) == before
