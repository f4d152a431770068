"""Roster files: TOML and CSV without loss, and whatever is wrong with one told by file, line and key or column."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaints.roster import Roster
from complaints.roster_file import check, read_stored, write_toml
from complaints.roster_table import read_csv, write_csv
from complaints.staff import Absence, Staff
from complaints.words import Channel, Language, Role
from tests.play import default_policy

SAMPLE = Roster.of_policy(default_policy())
TODAY = date(2026, 11, 23)
FORMS = {"r.toml": write_toml, "r.csv": write_csv}

days = st.dates(date(2020, 1, 1), date(2040, 1, 1))
codes = st.from_regex(r"[a-z0-9][a-z0-9_.-]{0,8}", fullmatch=True).filter(lambda code: code != "none")
names = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=12)
people = st.builds(
    Staff,
    name=names,
    email=st.just("a@redress.example"),
    department=codes,
    roles=st.lists(st.sampled_from(Role), max_size=3, unique=True).map(tuple),
    language=st.sampled_from(Language),
    skills=st.lists(codes, max_size=2).map(tuple),
    languages=st.lists(st.sampled_from(Language), max_size=2).map(tuple),
    channels=st.lists(st.sampled_from(Channel), max_size=2).map(tuple),
    levels=st.lists(codes, max_size=2).map(tuple),
    key_customers=st.booleans(),
    max_open=st.none() | st.integers(0, 99),
    hours=st.none() | codes,
    present=st.booleans(),
    absences=st.lists(
        st.builds(Absence, first_day=days, last_day=days, substitute=st.none() | codes, reason=st.just("holiday")),
        max_size=2,
    ).map(tuple),
    left=st.none() | days,
)


def tried(name: str, text: str) -> list[str]:
    roster, problems = check(name, text, policy=default_policy(), day=TODAY)
    assert (roster is None) == bool(problems)
    return [str(problem) for problem in problems]


def line_of(text: str, part: str) -> int:
    return next(nth for nth, line in enumerate(text.splitlines(), start=1) if part in line)


@settings(max_examples=40)
@given(staff=st.dictionaries(codes, people, min_size=1, max_size=3))
def test_what_is_written_is_read_back_in_both_forms(staff: dict[str, Staff]) -> None:
    roster = replace(SAMPLE, staff=staff)
    assert read_stored(write_toml(roster), number=1, timezone="UTC").staff == staff
    table, problems = read_csv("r.csv", write_csv(roster))
    assert problems == ()
    read = {one: Staff.model_validate_json(json.dumps(told), strict=True) for one, told in table.data["staff"].items()}
    assert read == staff


@pytest.mark.parametrize("name", FORMS)
def test_the_sample_is_good_and_comes_back_as_it_was(name: str) -> None:
    roster, problems = check(name, FORMS[name](SAMPLE), policy=default_policy(), day=TODAY)
    assert problems == ()
    assert roster is not None
    assert (roster.staff, roster.departments) == (SAMPLE.staff, SAMPLE.departments)


def changed(**changes: object) -> Roster:
    person = SAMPLE.staff["peter_novak"].model_copy(update=changes)
    return replace(SAMPLE, staff={**SAMPLE.staff, "peter_novak": person})


def away(**changes: object) -> tuple[Absence, ...]:
    return (Absence.model_validate({"first_day": TODAY, "last_day": TODAY, **changes}),)


@pytest.mark.parametrize(
    ("changes", "key", "says"),
    [
        ({"department": "moon"}, "department", "unknown department 'moon'"),
        ({"skills": ("product.magic",)}, "skills", "unknown category 'product.magic'"),
        ({"email": "peter"}, "email", "'peter' is not an e-mail address"),
        ({"email": "HU.BO@redress.example"}, "email", "is the address of"),
        ({"absences": away(substitute="peter_novak")}, "absences", "nobody stands in for herself"),
        ({"absences": away(substitute="nobody")}, "absences", "unknown member of staff 'nobody'"),
        ({"absences": away(last_day=date(2026, 11, 22))}, "absences", "is before its first day"),
        ({"hours": "night"}, "hours", "unknown calendar 'night'"),
        ({"levels": ("9",)}, "levels", "unknown level '9'"),
    ],
)
@pytest.mark.parametrize("name", FORMS)
def test_a_mistake_is_told_at_its_line(name: str, changes: dict[str, object], key: str, says: str) -> None:
    text = FORMS[name](changed(**changes))
    found = [problem for problem in tried(name, text) if says in problem]
    assert len(found) == 1
    where = line_of(text, f"{key} = " if name == "r.toml" else "staff,peter_novak")
    if name == "r.csv":
        assert found[0].startswith(f"r.csv:{where}: peter_novak, column {key}") or "hu_bo, column email" in found[0]
    else:
        assert "staff.peter_novak" in found[0] or "staff.hu_bo" in found[0]


def test_substitutes_that_lead_back_are_told_with_the_way() -> None:
    people = dict(SAMPLE.staff)
    for one, other in (("peter_novak", "zhao_lei"), ("zhao_lei", "peter_novak")):
        people[one] = people[one].model_copy(update={"absences": away(substitute=other)})
    (problem,) = tried("r.toml", write_toml(replace(SAMPLE, staff=people)))
    assert "on 2026-11-23 the substitutes lead back: zhao_lei -> peter_novak -> zhao_lei" in problem


def test_a_needed_role_that_only_a_leaver_held_is_missed() -> None:
    people = dict(SAMPLE.staff)
    for one in ("liu_yang", "tom_baker"):
        people[one] = people[one].model_copy(update={"left": TODAY})
    assert any(
        "'callback_specialist'" in problem for problem in tried("r.toml", write_toml(replace(SAMPLE, staff=people)))
    )
    people["tom_baker"] = people["tom_baker"].model_copy(update={"left": date(2026, 11, 24)})
    assert tried("r.toml", write_toml(replace(SAMPLE, staff=people))) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("record,id,nick\n", "r.csv:1: nick: unknown column"),
        ("id,name\n", "r.csv:1: record: this column is missing"),
        ("record,id\nrobot,r2\n", "r.csv:2: r2, column record: is 'robot'"),
        ("record,id\nstaff,a,b\n", "r.csv:2: a: has more or fewer cells"),
        ("record,id,name\nstaff,a,A\nstaff,a,B\n", "r.csv:3: a, column id: stands in row 2 too"),
        ('record,id\nstaff,"a\n', "this is no CSV"),
        ("record,id,max_open\nstaff,a,many\n", "a, column max_open: must be a whole number"),
        ("record,id,absences\nstaff,a,soon\n", "a, column absences: must be a day"),
    ],
)
def test_a_table_that_is_wrong_is_told_by_row_and_column(text: str, says: str) -> None:
    assert any(says in problem for problem in tried("r.csv", text))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[staff.a]\nnick = 1", "r.toml:2: staff.a.nick: unknown key 'nick'"),
        ("[house]", "r.toml:1: house: unknown key 'house'"),
        ("[staff", "this is not TOML"),
    ],
)
def test_a_file_that_is_wrong_is_told_by_line_and_key(text: str, says: str) -> None:
    assert any(says in problem for problem in tried("r.toml", text))
