"""Policy files: merged, judged, and every fault told with its file, line and key."""

from __future__ import annotations

import re

import pytest

from adapters.policies import policies_folder, read_texts
from complaints.durations import Duration, Unit
from complaints.errors import PolicyWrong
from complaints.policy_file import Problem, find_problems, parse_policy
from complaints.toml_lines import find_lines
from complaints.words import TaskKind

ALMANACS = read_texts(policies_folder() / "default.toml")
DEFAULT = ALMANACS.pop("default.toml")


def texts(pack: str) -> dict[str, str]:
    """The default policy, and a pack `house` beside it."""
    return {**ALMANACS, "default.toml": DEFAULT, "house.toml": pack}


def extending(pack: str) -> dict[str, str]:
    return texts(f'extends = "default.toml"\n{pack}')


def changed(before: str, after: str) -> dict[str, str]:
    """The default policy with one passage written differently."""
    assert DEFAULT.count(before) == 1, before
    return {**ALMANACS, "default.toml": DEFAULT.replace(before, after)}


def only(problems: tuple[Problem, ...]) -> Problem:
    assert len(problems) == 1, "\n".join(map(str, problems))
    return problems[0]


def test_a_pack_that_extends_another_keeps_what_it_does_not_say() -> None:
    policy = parse_policy("house", extending('[limits.tasks]\nfindings = "3 bh"\n'))
    base = parse_policy("default", texts(""))
    assert policy.limits.tasks[TaskKind.FINDINGS] == Duration(3, Unit.BUSINESS_HOURS)
    assert policy.limits.tasks[TaskKind.OPINION] == base.limits.tasks[TaskKind.OPINION]


def test_a_list_of_the_pack_replaces_the_list_of_its_base() -> None:
    policy = parse_policy("house", extending('[calendar]\nregion = ""\nholidays = ["2026-12-25"]\n'))
    assert policy.calendar.holidays == ("2026-12-25",)
    assert policy.calendar.hours


def test_a_chain_of_three_packs_is_followed() -> None:
    chain = {
        **extending("[callback]\nphone_attempts = 7\n"),
        "shop.toml": 'extends = "house.toml"\n[response]\nmax_rounds = 9\n',
    }
    policy = parse_policy("shop", chain)
    assert (policy.callback.phone_attempts, policy.response.max_rounds) == (7, 9)


def test_the_version_names_the_pack_and_changes_with_any_text_it_was_read_from() -> None:
    before = parse_policy("house", extending(""))
    same = parse_policy("house", {**extending(""), "unrelated.toml": "x = 1"})
    other = parse_policy("house", {**extending(""), "default.toml": DEFAULT + "# a remark\n"})
    assert re.fullmatch(r"house-[0-9a-f]{12}", before.version)
    assert before.version == same.version != other.version


def test_packs_that_extend_each_other_in_a_circle_are_told_so() -> None:
    loop = {"a.toml": 'extends = "b.toml"\n', "b.toml": '# back again\nextends = "a.toml"\n'}
    problem = only(find_problems("a", loop))
    assert (problem.file, problem.line, problem.key) == ("b.toml", 2, "extends")
    assert "must end" in problem.message


def test_a_base_that_is_not_there_is_told_where_it_is_named() -> None:
    problem = only(find_problems("house", texts('\nextends = "defualt.toml"\n')))
    assert (problem.file, problem.line, problem.key) == ("house.toml", 2, "extends")
    assert "'defualt.toml'" in problem.message


def test_a_base_that_is_no_name_is_refused() -> None:
    assert "in quotes" in only(find_problems("house", texts("extends = 3\n"))).message


def test_a_pack_that_is_not_there_is_a_problem_of_its_own() -> None:
    assert only(find_problems("nowhere", {})).file == "nowhere.toml"


def test_a_file_name_that_cannot_name_a_version_is_refused() -> None:
    problem = only(
        find_problems("My House", {**ALMANACS, "My House.toml": 'extends = "default.toml"\n', "default.toml": DEFAULT})
    )
    assert "small letters" in problem.message


@pytest.mark.parametrize(
    ("pack", "line"),
    [
        ('[house]\nname = "open\nx = 1\n', 2),
        ("a = 1\n\na = 2\n", 3),
        ("[house]\n[house]\n", 2),
        ("a = [1,\n2\n", 2),
    ],
)
def test_what_is_not_toml_is_told_with_its_line(pack: str, line: int) -> None:
    problem = only(find_problems("house", texts(pack)))
    assert (problem.file, problem.line) == ("house.toml", line)
    assert "not TOML" in problem.message


def test_a_gap_is_told_at_the_table_around_it() -> None:
    problem = only(find_problems("default", changed("max_rounds = 3\n", "\n")))
    table = DEFAULT[: DEFAULT.index("[response]")].count("\n") + 1
    assert (problem.file, problem.line, problem.key) == ("default.toml", table, "response.max_rounds")
    assert "add it" in problem.message


def test_a_gap_in_a_table_that_only_the_pack_has_is_told_in_the_pack() -> None:
    pack = extending('\n[staff.ann]\nname = "Ann"\ndepartment = "sales"\nroles = ["handler"]\nlanguage = "en"\n')
    problem = only(find_problems("house", pack))
    assert (problem.file, problem.line, problem.key) == ("house.toml", 3, "staff.ann.email")


def test_a_missing_table_is_told_at_the_top_of_the_pack() -> None:
    start, end = DEFAULT.index("[engine]"), DEFAULT.index("# --- Targets")
    problem = only(find_problems("default", {**ALMANACS, "default.toml": DEFAULT[:start] + DEFAULT[end:]}))
    assert (problem.line, problem.key) == (1, "engine")


def test_an_unknown_key_is_told_with_the_key_it_resembles() -> None:
    problem = only(find_problems("house", extending("[response]\nmax_round = 2\n")))
    assert (problem.file, problem.line, problem.key) == ("house.toml", 3, "response.max_round")
    assert "did you mean 'max_rounds'?" in problem.message


def test_an_unknown_table_names_the_tables_there_are() -> None:
    problem = only(find_problems("house", extending("[zzz]\n")))
    assert problem.line == 2
    assert "escalation" in problem.message
    assert " version" not in problem.message


@pytest.mark.parametrize("given", ["name", "version"])
def test_what_the_file_itself_gives_may_not_be_written(given: str) -> None:
    assert only(find_problems("house", texts(f'{given} = "mine"\nextends = "default.toml"\n'))).key == given


@pytest.mark.parametrize(
    ("pack", "key", "words"),
    [
        ("[callback]\nphone_attempts = '3'\n", "callback.phone_attempts", "whole number"),
        ("[callback]\nphone_attempts = 0\n", "callback.phone_attempts", "at least 1"),
        ("[intake]\nasking_pauses_clocks = 1\n", "intake.asking_pauses_clocks", "true or false"),
        ("[intake]\nlink_valid = 30\n", "intake.link_valid", "'24 h'"),
        ("[intake]\nlink_valid = '30 days'\n", "intake.link_valid", "a number and a unit"),
        ("[intake]\nduplicate_similarity = 1.5\n", "intake.duplicate_similarity", "at most 1"),
        ("[house]\nphone = 110\n", "house.phone", "text in quotes"),
        ("[calendar]\nholidays = '2026-01-01'\n", "calendar.holidays", "list"),
        ("[house]\nname = 'Northlight'\n", "house.name", "table"),
        ("[review]\nquorum = 'most'\n", "review.quorum", "all; or: must be a whole number"),
        ("[review]\ncurrency = 'yuan'\n", "review.currency", "like 'CNY'"),
        ("[engine]\non_interrupted = 'reopn'\n", "engine.on_interrupted", "did you mean 'reopen'?"),
        ("[staff.li_na]\nroles = ['handlr']\n", "staff.li_na.roles[0]", "did you mean 'handler'?"),
        ("[calendar.hours]\nsat = [['9:00', '12:00']]\n", "calendar.hours.sat[0][0]", "'09:00'"),
        ("[departments]\n'Big One' = { name = { en = 'x', zh = 'y' } }\n", 'departments."Big One"', "small letters"),
        ("[limits.tasks]\nfinding = '2 bh'\n", "limits.tasks.finding", "did you mean 'findings'?"),
    ],
)
def test_a_wrong_value_is_told_in_plain_english(pack: str, key: str, words: str) -> None:
    problem = find_problems("house", extending(pack))[0]
    assert (problem.file, problem.line, problem.key) == ("house.toml", 3, key)
    assert words in problem.message


def test_one_fault_does_not_hide_another() -> None:
    pack = extending(
        "[response]\nmax_rounds = 0\nmax_round = 1\n"
        "[assignment.matrix.price]\nlead = 'finanse'\n"
        "[callback]\nphone_attemps = 2\n"
    )
    assert [problem.line for problem in find_problems("house", pack)] == [3, 4, 6, 8]


def test_the_error_lists_every_problem_as_file_line_key_and_message() -> None:
    with pytest.raises(PolicyWrong) as wrong:
        parse_policy("house", extending("[response]\nmax_rounds = 0\n[assignment.matrix.price]\nlead = 'finanse'\n"))
    first, second = str(wrong.value).splitlines()
    assert first == "house.toml:3: response.max_rounds: is 0 but must be at least 1"
    assert second == (
        "house.toml:5: assignment.matrix.price.lead: unknown department 'finanse'; did you mean 'finance'?"
    )


TRICKY = '''\
top = 1 # a remark with = and [brackets]
"quoted.key" . inner = """
several [lines]
= none of them a key
"""

[ a . "b.c" ]
x = 'C:\\no escape'
list = [ # a remark, with a comma
    "one",
    [1, 2],
    { k = "v", deep.er = [true] },
]
[[rows]]
n = 1
[rows.sub]
m = 2
[[rows]]
n = 3
[[rows.inner]]
z = """a""""
[[rows.inner]]
z = "\\" ] }"
when = 2026-01-01 07:32:00
last = 9
'''


def test_lines_are_found_through_everything_toml_allows() -> None:
    lines = find_lines(TRICKY)
    expected = {
        ("top",): 1,
        ("quoted.key", "inner"): 2,
        ("a", "b.c"): 7,
        ("a", "b.c", "x"): 8,
        ("a", "b.c", "list", 0): 10,
        ("a", "b.c", "list", 1, 1): 11,
        ("a", "b.c", "list", 2, "deep", "er", 0): 12,
        ("rows",): 14,
        ("rows", 0, "n"): 15,
        ("rows", 0, "sub", "m"): 17,
        ("rows", 1): 18,
        ("rows", 1, "inner", 0, "z"): 21,
        ("rows", 1, "inner", 1): 22,
        ("rows", 1, "inner", 1, "last"): 25,
    }
    assert {path: lines[path] for path in expected} == expected


def test_windows_line_ends_do_not_move_the_lines() -> None:
    assert find_lines(TRICKY.replace("\n", "\r\n")) == find_lines(TRICKY)
