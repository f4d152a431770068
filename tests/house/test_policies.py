"""The shipped packs: each loads, and each kind of contradiction would be found at its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.policies import load_policy, policies_folder, policy_path, read_texts
from complaints.durations import Duration, Unit
from complaints.errors import PolicyWrong
from complaints.policy_file import Problem, find_problems
from complaints.toml_lines import find_lines
from complaints.words import Role, TaskKind

PACKS = sorted(policies_folder().glob("*.toml"))
DEFAULT = (policies_folder() / "default.toml").read_text("utf-8")
ALMANACS = {
    name: text for name, text in read_texts(policies_folder() / "default.toml").items() if name[:8] == "holidays"
}


def problems_of(pack: str) -> list[Problem]:
    """What is wrong with a pack that extends the default one; its own text begins at line 2."""
    texts = {**ALMANACS, "default.toml": DEFAULT, "house.toml": f'extends = "default.toml"\n{pack}\n'}
    return list(find_problems("house", texts))


def without(passage: str) -> list[Problem]:
    """What is wrong with the default pack when a passage is cut out."""
    assert DEFAULT.count(passage) == 1, passage
    return list(find_problems("default", {**ALMANACS, "default.toml": DEFAULT.replace(passage, "")}))


def line_of(passage: str) -> int:
    assert DEFAULT.count(passage) == 1, passage
    return DEFAULT[: DEFAULT.index(passage)].count("\n") + 1


@pytest.mark.parametrize("pack", PACKS, ids=lambda path: path.stem)
def test_every_pack_loads(pack: Path) -> None:
    policy = load_policy(pack)
    assert policy.name == pack.stem
    assert policy.version.startswith(f"{pack.stem}-")


@pytest.mark.parametrize("pack", PACKS, ids=lambda path: path.stem)
def test_every_key_is_found_on_a_line_that_shows_it(pack: Path) -> None:
    text = pack.read_text("utf-8")
    lines = text.splitlines()
    for path, line in find_lines(text).items():
        if isinstance(path[-1], str):
            assert path[-1] in lines[line - 1]


@pytest.mark.parametrize("pack", PACKS, ids=lambda path: path.stem)
def test_every_pack_speaks_both_languages(pack: Path) -> None:
    policy = load_policy(pack)
    named = [policy.house.name, policy.title, *policy.cause_codes.values(), *policy.grading.level_names.values()]
    named += [part.name for group in (policy.departments, policy.flags, policy.categories) for part in group.values()]
    assert all(name.en and name.zh for name in named)


def test_every_role_is_held_and_every_department_can_handle_and_escalate() -> None:
    policy = load_policy(policy_path("default"))
    for role in Role:
        assert policy.with_role(role), role
    for code in policy.departments:
        held = {role for person in policy.members_of(code).values() for role in person.roles}
        assert {Role.HANDLER, Role.TEAM_LEAD, Role.DEPARTMENT_HEAD} <= held, code


def test_a_handler_is_never_the_head_who_takes_her_work_over() -> None:
    policy = load_policy(policy_path("default"))
    assert not [
        person.name for person in policy.staff.values() if {Role.HANDLER, Role.DEPARTMENT_HEAD} <= {*person.roles}
    ]


def test_nobody_of_the_sample_company_can_be_mailed_for_real() -> None:
    policy = load_policy(policy_path("default"))
    addresses = [policy.house.email, *(person.email for person in policy.staff.values())]
    assert all(address.endswith("@redress.example") for address in addresses)


def test_the_demo_is_over_in_seconds() -> None:
    policy = load_policy(policy_path("demo"))
    assert all(length.unit is Unit.SECONDS and length.amount <= 10 for length in policy.limits.tasks.values())
    levels = sum(
        (step.extends_by.amount for step in policy.escalation.path), policy.limits.tasks[TaskKind.FINDINGS].amount
    )
    assert levels < 30
    assert policy.escalation.remind_after_top == Duration(10, Unit.SECONDS)


@pytest.mark.parametrize(
    ("pack", "key", "words"),
    [
        ("[assignment.matrix.price]\nlead = 'finanse'", "assignment.matrix.price.lead", "did you mean 'finance'?"),
        ("[assignment.matrix.price]\nsupporting = ['hq']", "assignment.matrix.price.supporting[0]", "known: customer_"),
        ("[assignment.default]\nlead = 'saels'", "assignment.default.lead", "unknown department"),
        ("[assignment]\nspecial_team = 'swat'", "assignment.special_team", "unknown department"),
        ("[assignment]\nkey_customer_lane = 'vip'", "assignment.key_customer_lane", "unknown department"),
        ("[staff.li_na]\ndepartment = 'lgal'", "staff.li_na.department", "did you mean 'legal'?"),
        ("[staff.li_na]\nskills = ['produkt']", "staff.li_na.skills[0]", "did you mean 'product'?"),
        ("[staff.li_na]\nemail = 'li.na at redress'", "staff.li_na.email", "is not an e-mail address"),
        ("[house]\nemail = 'redress.example'", "house.email", "is not an e-mail address"),
        (
            "[response.short_path]\ncategories = ['prices']",
            "response.short_path.categories[0]",
            "did you mean 'price'?",
        ),
        ("[response.short_path]\nbest_levels = ['0']", "response.short_path.best_levels[0]", "scheme 'g2'"),
        ("[grading.base]\nprise = { impact = 1, urgency = 1 }", "grading.base.prise", "did you mean 'price'?"),
        ("[grading.level_names]\n6 = { en = 'x', zh = 'y' }", "grading.level_names.6", "unknown level '6'"),
        ("[callback.sampling]\n9 = 1.0", "callback.sampling.9", "unknown level '9'"),
        ("[limits.maximum_response]\n5 = '1 h'", "limits.maximum_response.5", "unknown level '5'"),
        ("[grading.severity.g2]\n6 = 'simple'", "grading.severity.g2.6", "unknown level '6'"),
        ("[limits.tasks]\nletter = '0 h'", "limits.tasks.letter", "more than nothing"),
        ("[escalation]\nremind_after_top = '0 d'", "escalation.remind_after_top", "more than nothing"),
        ("[archive]\nkeep = '9999999 d'", "archive.keep", "longer than any calendar"),
        ("[review]\nquorum = 0", "review.quorum", "at least one department"),
        ("[review]\nchain = [{ roles = ['auditor'] }]", "review.chain[0].roles[0]", "may approve nothing"),
        ("[review]\nchain = [{ levels = ['7'], roles = ['executive'] }]", "review.chain[0].levels[0]", "scheme 'g2'"),
        ("[response.execute_within]\n6 = '1 h'", "response.execute_within.6", "unknown level '6'"),
        ("[grading.g1]\nhigh_from = nan", "grading.g1", "below high_from"),
        ("[calendar]\ntimezone = 'Asia/Shangai'", "calendar.timezone", "did you mean 'Asia/Shanghai'?"),
        ("[calendar]\nholidays = ['2026-02-30']", "calendar.holidays[0]", "is not a date"),
        (
            "[calendar]\nworking_days = ['2026-10-01']\nholidays = ['2026-10-01']",
            "calendar.working_days[0]",
            "is a holiday and",
        ),
        ("[calendar.hours]\nmon = [['12:00', '09:00']]", "calendar.hours.mon[0]", "the earlier time first"),
        ("[calendar.hours]\nmon = [['09:00', '12:00'], ['11:30', '18:00']]", "calendar.hours.mon[1]", "not overlap"),
        ("[grading.g1]\nmedium_from = 2.5", "grading.g1", "below high_from"),
        ("[intake.weights]\nlevel = 0.2", "intake.weights", "sum to 1.1"),
        ("[clocks.resolve]\nkind = 'regulatory'", "clocks.resolve.kind", "name the rule and section"),
        (
            "[clocks.resolve]\non_due = { letter = 'holding_response', promise = 'resolv' }",
            "clocks.resolve.on_due.promise",
            "did you mean 'resolve'?",
        ),
        (
            "[response]\nsummary_resolution_within = 'resolve'",
            "response.summary_resolution_within",
            "stop at 'agreed'",
        ),
        ("[response]\nsummary_resolution_within = 'three'", "response.summary_resolution_within", "unknown clock"),
        ("[grading.g2]\nimpact = 0.7", "grading.g2", "must sum to 1"),
    ],
)
def test_a_contradiction_is_told_where_it_was_written(pack: str, key: str, words: str) -> None:
    problem = problems_of(pack)[0]
    line = 2 if key in {"intake.weights", "grading.g1", "grading.g2"} else 3
    assert (problem.file, problem.line, problem.key) == ("house.toml", line, key)
    assert words in problem.message


@pytest.mark.parametrize(
    ("cut", "table", "words"),
    [
        ('closure = "8 bh"', "[limits.tasks]", "no deadline for 'closure'"),
        ('3 = { first_response = "8 h", resolve = "72 h", callback = "7 d" }', "[limits.by_level]", "level '3'"),
        ('5 = { en = "major", zh = "重大" }', "[grading.level_names]", "level '5'"),
        ("group = { impact = 4, urgency = 3 }", "[grading.scopes]", "scope 'group'"),
        ("key = { value = 3, impact = 3, urgency = 3 }", "[grading.customers]", "customer type 'key'"),
        ("price = { impact = 2, urgency = 2 }", "[grading.base]", "category 'price'"),
        ('group = "important-group", ', "[grading.g4]", "scope 'group'"),
    ],
)
def test_a_gap_in_a_table_of_rules_is_told_at_the_table(cut: str, table: str, words: str) -> None:
    problem = without(cut)[0]
    found = line_of("important = {") if table == "[grading.g4]" else line_of(table)
    assert (problem.file, problem.line) == ("default.toml", found)
    assert words in problem.message


def test_levels_of_another_scheme_are_asked_for_when_it_is_chosen() -> None:
    messages = [problem.message for problem in problems_of('[grading]\nscheme = "g1"')]
    assert any("level 'medium' of scheme 'g1'" in message for message in messages)


def test_a_department_without_anybody_is_told_at_the_department() -> None:
    problem = problems_of("[departments]\nspace = { name = { en = 'Space', zh = '航天' } }")[0]
    assert (problem.line, problem.key) == (3, "departments.space")
    assert "nobody works" in problem.message


def test_a_department_that_leads_without_a_handler_is_told_where_it_is_named() -> None:
    pack = "[staff.zhu_ting]\nroles = ['auditor']\n[assignment.matrix.product]\nlead = 'marketing'"
    keys = {problem.key for problem in problems_of(pack) if "role 'handler'" in problem.message}
    assert "assignment.matrix.product.lead" in keys


def test_a_role_on_the_escalation_path_that_nobody_holds_is_told_at_the_step() -> None:
    pack = "\n".join(f"[staff.{who}]\nroles = ['handler']" for who in ("tang_rui", "robert_ellis"))
    problems = [problem for problem in problems_of(pack) if "complaints_manager" in problem.message]
    step = line_of('role = "complaints_manager"')
    assert ("default.toml", step, "escalation.path[2].role") in {(one.file, one.line, one.key) for one in problems}


def test_a_role_that_manual_tasks_need_and_nobody_holds_is_told() -> None:
    pack = "\n".join(f"[staff.{who}]\nroles = ['handler']" for who in ("liu_yang", "tom_baker"))
    assert "callback_specialist" in problems_of(pack)[0].message


def test_a_path_with_a_role_twice_or_none_is_told() -> None:
    step = "[[escalation.path]]\nrole = 'executive'\nmoves_work = true\nextends_by = '1 h'\n"
    assert "2 times" in problems_of(step + step)[0].message
    assert "is empty" in problems_of("[escalation]\npath = []")[0].message


def test_an_authority_without_an_unlimited_top_is_told() -> None:
    problem = problems_of("[review.authority.executive]\nmoney = 100000")[0]
    assert problem.key == "review.authority"
    assert "every role has a money limit" in problem.message


def test_a_remedy_that_nobody_at_the_top_may_grant_is_told() -> None:
    problem = problems_of("[review.authority.executive]\nremedies = ['apology', 'explanation']")[0]
    assert "'refund'" in problem.message


def test_a_signal_beyond_its_scale_or_without_words_is_told() -> None:
    signal = "[[grading.signals]]\nfactor = 'scope'\nscore = 4\nreason = { en = 'x', zh = 'y' }\nkeywords = {}\n"
    problems = problems_of(signal)
    assert [problem.line for problem in problems] == [4, 6]


def test_a_calendar_that_never_opens_is_told() -> None:
    closed = "[calendar.hours]\n" + "\n".join(f"{day} = []" for day in ("mon", "tue", "wed", "thu", "fri"))
    assert "never pass" in problems_of(closed)[0].message


def test_a_file_that_is_not_there_is_told_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(PolicyWrong, match="There is no policy file"):
        load_policy(tmp_path / "house.toml")


def test_a_file_in_another_encoding_is_told_in_one_sentence(tmp_path: Path) -> None:
    pack = tmp_path / "house.toml"
    pack.write_bytes("# 北辰电器\n".encode("gbk"))
    with pytest.raises(PolicyWrong, match="is not UTF-8"):
        load_policy(pack)


def test_a_folder_in_place_of_a_file_is_told_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(PolicyWrong, match="cannot be read"):
        load_policy(tmp_path)


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "house.toml").write_bytes(b"\xef\xbb\xbf" + DEFAULT.encode())
    assert load_policy(tmp_path / "house.toml").name == "house"


def test_only_the_files_of_the_chain_are_read(tmp_path: Path) -> None:
    for name, text in {"a": 'extends = "b.toml"', "b": 'extends = "default.toml"', "c": "", "default": DEFAULT}.items():
        (tmp_path / f"{name}.toml").write_text(text, "utf-8")
    files = ["a.toml", "b.toml", "default.toml", "holidays-cn-2024-2032.toml"]
    assert sorted(read_texts(tmp_path / "a.toml")) == files


def test_a_base_outside_the_folder_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "packs").mkdir()
    (tmp_path / "default.toml").write_text(DEFAULT, "utf-8")
    pack = tmp_path / "packs" / "house.toml"
    pack.write_text('extends = "../default.toml"\n', "utf-8")
    with pytest.raises(PolicyWrong, match=r"house.toml:1: extends: there is no policy file '../default.toml' here"):
        load_policy(pack)


def test_a_pack_is_found_by_name_or_by_path() -> None:
    assert policy_path("demo") == policies_folder() / "demo.toml"
    assert policy_path("my/house.toml") == Path("my/house.toml")
