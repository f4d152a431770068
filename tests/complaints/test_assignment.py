"""Assignment: the matrix names the department, weighted load the handler; a person complained about is none."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.assignment import responsibility
from complaints.briefing import Load
from complaints.candidates import weigh
from complaints.errors import AnswerWrong
from complaints.events import CaseAssigned
from complaints.letters import LetterKind
from complaints.policy import Policy
from complaints.words import CustomerType, Language, Role, TaskKind
from tests.builders import MONDAY_MORNING, WANG_FANG
from tests.play import Play, changed, default_policy, replaced, told, without

AFTER_SALES = ("zhao_lei", "peter_novak")
HANDLERS = sorted(default_policy().with_role(Role.HANDLER))
RUDE = "was rude and yelled at me, a bad attitude: "


def assigned(play: Play) -> CaseAssigned:
    play.carry_on()
    assignment = play.case.assignment
    assert assignment is not None
    return assignment


def ruled_out(play: Play) -> dict[str, str | None]:
    return {candidate.staff_id: candidate.ruled_out for candidate in assigned(play).candidates}


def alike(policy: Policy) -> Policy:
    """After-sales with two handlers between whom skill and language make no difference."""
    for staff_id in AFTER_SALES:
        policy = replaced(policy, staff_id, skills=("product",), languages=(Language.EN, Language.ZH_CN))
    return policy


@pytest.mark.parametrize(
    ("category", "lead", "supporting", "within"),
    [
        ("product.quality", "after_sales", ("marketing", "rnd"), "24 h"),
        ("product.design", "after_sales", ("rnd",), "24 h"),
        ("service.attitude", "customer_service", ("hr", "management"), "12 h"),
        ("price.fees", "finance", ("sales", "legal"), "48 h"),
        ("other.unsorted", "customer_service", ("sales",), "24 h"),
    ],
)
def test_the_matrix_goes_by_sub_category_then_category_then_default(
    category: str, lead: str, supporting: tuple[str, ...], within: str
) -> None:
    row = responsibility(category, default_policy())
    assert (row.lead, row.supporting, str(row.respond_within)) == (lead, supporting, within)


def test_the_handler_is_of_the_lead_department_and_every_candidate_is_on_record() -> None:
    fact = assigned(Play())
    assert (fact.department, fact.supporting, fact.handler) == ("after_sales", ("marketing", "rnd"), "peter_novak")
    assert fact.by_rule
    assert {candidate.staff_id for candidate in fact.candidates} == set(AFTER_SALES)


def test_the_weight_is_skill_times_level_over_open_load() -> None:
    loads = {"peter_novak": Load(open_tasks=3), "zhao_lei": Load(open_tasks=1)}
    candidates = {one.staff_id: one for one in assigned(Play(policy=alike(default_policy()), loads=loads)).candidates}
    assert candidates["peter_novak"].weight == round(0.8 * 1.1 / 4, 4)
    assert candidates["zhao_lei"].weight == round(0.8 * 1.1 / 2, 4)


def test_less_open_work_wins_between_equals() -> None:
    loads = {"peter_novak": Load(open_tasks=2), "zhao_lei": Load(open_tasks=1)}
    assert assigned(Play(policy=alike(default_policy()), loads=loads)).handler == "zhao_lei"


def test_skill_outweighs_a_little_more_work() -> None:
    policy = replaced(alike(default_policy()), "zhao_lei", skills=())
    loads = {"peter_novak": Load(open_tasks=1), "zhao_lei": Load(open_tasks=1)}
    assert assigned(Play(policy=policy, loads=loads)).handler == "peter_novak"


def test_ties_go_to_whoever_was_idle_longest() -> None:
    for idle, busy in (AFTER_SALES, AFTER_SALES[::-1]):
        loads = {
            idle: Load(last_asked_at=MONDAY_MORNING - timedelta(days=2)),
            busy: Load(last_asked_at=MONDAY_MORNING - timedelta(days=1)),
        }
        assert assigned(Play(policy=alike(default_policy()), loads=loads)).handler == idle
        assert assigned(Play(policy=alike(default_policy()), loads={busy: loads[busy]})).handler == idle


@given(loads=st.dictionaries(st.sampled_from(HANDLERS), st.builds(Load, open_tasks=st.integers(0, 9))))
def test_the_chosen_one_is_never_ruled_out_and_nobody_fit_weighs_more(loads: dict[str, Load]) -> None:
    fact = assigned(Play(policy=alike(default_policy()), loads=loads))
    fit = {one.staff_id: one.weight for one in fact.candidates if one.ruled_out is None}
    assert fit[fact.handler] == max(fit.values())


def test_the_absent_and_those_who_lack_the_language_are_passed_over_and_it_is_said_why() -> None:
    assert ruled_out(Play(policy=without(alike(default_policy()), "peter_novak")))["peter_novak"] == "absent"
    speaks_chinese = replaced(alike(default_policy()), "peter_novak", languages=(Language.ZH_CN,))
    assert ruled_out(Play(policy=speaks_chinese))["peter_novak"] == "language"


@pytest.mark.parametrize("name", ["Peter Novak", "PETER  NOVAK", "peter novak", "彼得", "Novák Peter 彼得"])
def test_whoever_the_complaint_names_never_handles_it_in_either_script(name: str) -> None:
    policy = replaced(alike(default_policy()), "peter_novak", name="Peter Novak 彼得")
    play = Play(policy=policy, record=told(detail=f"{told().detail} I spoke to {name} about it."))
    assert ruled_out(play)["peter_novak"] == "named_in_complaint"
    assert assigned(play).handler == "zhao_lei"


def test_a_name_within_another_word_is_no_name() -> None:
    policy = replaced(alike(default_policy()), "peter_novak", name="Ann")
    play = Play(policy=policy, record=told(detail=f"{told().detail} The annual check was planned."))
    assert ruled_out(play) == {"peter_novak": None, "zhao_lei": None}


def test_the_namesake_of_a_customer_who_does_not_name_her_may_help_her() -> None:
    play = Play(record=told(WANG_FANG, detail="客服态度恶劣，态度很差，骂人，还直接挂断我的电话，服务态度太差。"))
    assert "wang_fang" in ruled_out(play)
    assert ruled_out(play)["wang_fang"] is None


def test_being_named_in_what_is_wished_for_counts_too() -> None:
    play = Play(record=told(expected_remedy="I want Peter Novak to apologise."))
    assert ruled_out(play)["peter_novak"] == "named_in_complaint"


def test_the_worst_level_goes_to_the_special_team() -> None:
    play = Play(record=told(detail="It is not what I thought it would be."))
    play.carry_on()
    play.submit(play.the_task(TaskKind.CLASSIFICATION), impact=5, urgency=5)
    assert assigned(play).department == "complaints_office"
    assert assigned(play).handler == "grace_miller"
    assert assigned(play).supporting == ("marketing", "rnd")


def test_key_customers_have_a_lane_of_their_own() -> None:
    assert assigned(Play(record=told(customer_type=CustomerType.KEY))).department == "complaints_office"
    policy = changed(default_policy(), "assignment.key_customer_lane", None)
    key = told(customer_type=CustomerType.KEY)
    assert assigned(Play(policy=policy, record=key)).department == "after_sales"


def test_a_lead_department_does_not_also_support_itself() -> None:
    row = (
        default_policy().assignment.matrix["product.quality"].model_copy(update={"supporting": ("after_sales", "rnd")})
    )
    policy = changed(default_policy(), "assignment.matrix", {"product.quality": row})
    assert assigned(Play(policy=policy)).supporting == ("rnd",)


# --- when the rules cannot ------------------------------------------------------


def test_without_a_candidate_a_dispatcher_is_asked_once_and_names_the_handler() -> None:
    play = Play(policy=without(default_policy(), *AFTER_SALES))
    play.carry_on()
    play.wait(minutes=30)
    (task,) = play.case.tasks_of(TaskKind.DISPATCH)
    assert task.assignee in {"li_na", "emma_clarke"}
    assert task.asks == {"reason": "no_candidate", "department": "after_sales"}
    play.submit(task, handler="james_carter", reason="He knows kettles.")
    fact = assigned(play)
    assert (fact.handler, fact.department, fact.by_rule) == ("james_carter", "finance", False)
    assert {one.staff_id for one in fact.candidates} == {"wu_xia", "james_carter"}
    assert play.the_task(TaskKind.FINDINGS).assignee == "james_carter"


@pytest.mark.parametrize(
    ("handler", "problem"),
    [("huang_min", "unknown_choice"), ("nobody", "unknown_choice"), ("sarah_hughes", "named_in_complaint")],
    ids=["no handler", "no member of staff", "complained about"],
)
def test_a_dispatcher_cannot_name_whoever_may_not_handle_it(handler: str, problem: str) -> None:
    record = told(detail=f"{told().detail} I spoke to Sarah Hughes.")
    play = Play(policy=without(default_policy(), *AFTER_SALES), record=record)
    play.carry_on()
    with pytest.raises(AnswerWrong) as wrong:
        play.submit(play.the_task(TaskKind.DISPATCH), handler=handler)
    assert wrong.value.problems == {"handler": problem}


# --- what it sets going ---------------------------------------------------------


def test_naming_a_handler_is_the_first_response_and_the_customer_is_told() -> None:
    play = Play()
    play.carry_on()
    assert play.case.clocks["first_response"].met
    assert not play.case.clocks["first_response"].late
    assert [order.key for order in play.letters_of(LetterKind.PROGRESS)] == ["progress/assigned"]


def test_a_handler_named_too_late_is_a_first_response_met_late() -> None:
    play = Play(policy=without(default_policy(), *AFTER_SALES))
    play.carry_on()
    play.wait(hours=5)
    play.submit(play.the_task(TaskKind.DISPATCH), handler="james_carter")
    first = play.case.clocks["first_response"]
    assert (first.met, first.missed, first.late) == (True, True, True)


def test_easy_kinds_at_the_best_level_take_the_short_path_with_the_reason_on_record() -> None:
    play = Play(record=told(detail="It is not what I thought it would be."))
    play.carry_on()
    play.submit(play.the_task(TaskKind.CLASSIFICATION), category="price.discount", impact=1, urgency=1)
    assert ("assignment", "on_the_spot", "short_path") in play.exits
    assert [stage.value for stage in play.case.not_needed] == ["investigation", "review"]
    assert play.the_task(TaskKind.LETTER).asks["remedy_open"] == "yes"


@pytest.mark.parametrize(("category", "impact"), [("price.discount", 3), ("product.quality", 1)])
def test_other_kinds_and_worse_levels_are_investigated(category: str, impact: int) -> None:
    play = Play(record=told(detail="It is not what I thought it would be."))
    play.carry_on()
    play.submit(play.the_task(TaskKind.CLASSIFICATION), category=category, impact=impact, urgency=impact)
    assert ("assignment", "done", "") in play.exits


def test_weighing_asks_nobody_but_handlers() -> None:
    play = Play()
    play.carry_on()
    for department in default_policy().departments:
        weighed = {one.staff_id for one in weigh(play.briefing, department)}
        assert weighed == set(HANDLERS) & set(default_policy().members_of(department))
