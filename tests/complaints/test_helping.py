"""Help: asked for in a code and in words, answered by taking over or accompanying, moot when the work is done."""

from __future__ import annotations

import pytest

from complaints.acts import acts_open
from complaints.durations import parse_duration
from complaints.errors import ActNotOpen, AnswerWrong
from complaints.escalation_events import CaseEscalated, HelpGiven
from complaints.letters import LetterKind
from complaints.policy_triggers import HelpRise
from complaints.words import ActKind, TaskKind
from tests.play import Play, changed, default_policy

HELP = {"reason_code": "beyond_authority", "text": "The customer wants the whole kitchen."}


def asked(play: Play | None = None) -> Play:
    """A case whose handler asks for help with her findings."""
    play = play or Play()
    play.do(ActKind.ASK_HELP, play.bring_to(TaskKind.FINDINGS), **HELP)
    return play


def test_who_asks_keeps_the_work_until_somebody_above_decides() -> None:
    play = asked()
    (fact,) = play.facts(CaseEscalated)
    assert (fact.trigger, fact.told, fact.previous, fact.reason_code) == (
        *("handler_asks", "huang_min", "peter_novak"),
        "beyond_authority",
    )
    assert fact.text is not None
    assert play.papers[fact.text.id] == {"text": HELP["text"]}
    help_task = play.the_task(TaskKind.HELP)
    assert help_task.assignee == "huang_min"
    assert help_task.asks == {"about_task": "findings-1", "reason_code": "beyond_authority", "asked_by": "peter_novak"}
    assert play.the_task(TaskKind.FINDINGS).assignee == "peter_novak"
    assert [order.to for order in play.letters_of(LetterKind.CASE_ESCALATED)] == ["huang_min"]


def test_taking_over_moves_the_work_and_tells_both() -> None:
    play = asked()
    before = len(play.letters)
    play.submit(play.the_task(TaskKind.HELP), decision="take_over", text="I know this customer.")
    findings = play.the_task(TaskKind.FINDINGS)
    assert (findings.assignee, findings.former) == ("huang_min", ("peter_novak",))
    told = [(order.kind.value, order.to) for order in play.letters[before:]]
    assert told == [("task_asked", "huang_min"), ("task_moved", "peter_novak")]
    play.submit(findings)
    assert play.case.findings is not None


def test_accompanying_leaves_the_work_where_it_is() -> None:
    play = asked()
    play.submit(play.the_task(TaskKind.HELP), decision="accompany")
    assert play.the_task(TaskKind.FINDINGS).assignee == "peter_novak"
    assert [fact.takes_over for fact in play.facts(HelpGiven)] == [False]


def test_help_for_work_that_is_done_meanwhile_is_taken_back() -> None:
    play = asked()
    help_task = play.the_task(TaskKind.HELP)
    play.submit(play.the_task(TaskKind.FINDINGS))
    assert play.case.tasks[help_task.id].status == "revoked"
    assert play.case.tasks[help_task.id].closed_reason == "work_done"
    play.to_the_end()


def test_help_is_asked_for_once_at_a_time_and_again_after_the_answer() -> None:
    play = asked()
    findings = play.the_task(TaskKind.FINDINGS)
    assert ActKind.ASK_HELP not in acts_open(play.briefing, findings)
    assert ActKind.ASK_HELP not in acts_open(play.briefing, play.the_task(TaskKind.HELP))
    with pytest.raises(ActNotOpen):
        play.do(ActKind.ASK_HELP, findings, **HELP)
    play.submit(play.the_task(TaskKind.HELP), decision="accompany")
    play.do(ActKind.ASK_HELP, findings, **HELP)
    assert [fact.level for fact in play.facts(CaseEscalated)] == [1, 2]
    assert play.the_task(TaskKind.HELP).assignee == "zhou_qiang"


def test_where_the_policy_moves_the_work_nobody_is_asked_to_decide() -> None:
    rule = HelpRise(level=1, moves_work=True, answer_within=parse_duration("1 h"))
    play = asked(Play(policy=changed(default_policy(), "escalation.triggers.handler_asks", rule)))
    assert [task.kind for task in play.case.open_tasks] == [TaskKind.FINDINGS]
    assert play.the_task(TaskKind.FINDINGS).assignee == "huang_min"


def test_without_the_trigger_there_is_no_such_act() -> None:
    play = Play(policy=changed(default_policy(), "escalation.triggers.handler_asks", None))
    assert ActKind.ASK_HELP not in acts_open(play.briefing, play.bring_to(TaskKind.FINDINGS))


def test_a_request_without_words_is_told() -> None:
    play = Play()
    with pytest.raises(AnswerWrong) as wrong:
        play.do(ActKind.ASK_HELP, play.bring_to(TaskKind.FINDINGS), reason_code="tired", text="")
    assert wrong.value.problems == {"reason_code": "enum", "text": "string_too_short"}


def test_unanswered_help_climbs_the_path_like_any_other_work() -> None:
    play = asked()
    help_task = play.the_task(TaskKind.HELP)
    while not play.case.tasks[help_task.id].level:
        play.lapse()
    assert play.case.tasks[help_task.id].told == ("zhou_qiang",)


def test_help_with_an_approval_never_comes_to_whoever_proposed_it() -> None:
    play = Play()
    findings = play.bring_to(TaskKind.FINDINGS)
    approval = play.bring_to(TaskKind.APPROVAL)
    play.do(ActKind.ASK_HELP, approval, **HELP)
    help_task = play.the_task(TaskKind.HELP)
    assert help_task.asks["proposed_by"] == findings.assignee
    for _ in range(20):
        play.lapse()
        held = play.case.tasks[help_task.id]
        assert findings.assignee not in {held.assignee, *held.told}
