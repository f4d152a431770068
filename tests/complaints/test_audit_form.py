"""The audit form: the house's own reads, and what is wrong with another is told with line and key."""

from __future__ import annotations

import pytest

from adapters.settings import Settings
from complaints.audit_form import Score, read_form, version_of
from complaints.audit_scores import Scored, Tally, answered, completed, current, disputed, tally
from complaints.errors import PolicyWrong

GOOD = """
[title]
en = "Audit"
zh = "审核"

[questions.receipt]
clause = "7.2"
en = "Recorded?"
zh = "已登记？"
"""


def test_the_form_of_the_house_asks_in_both_languages_along_the_clauses() -> None:
    path = Settings().audit_form
    form = read_form(path.name, path.read_text(encoding="utf-8"))
    assert len(form.questions) >= 15
    assert {"7.2", "7.3", "7.4", "7.5", "7.6", "7.7", "7.8", "7.9"} <= set(form.clauses)
    assert form.clauses.index("4.7") < form.clauses.index("4.10") < form.clauses.index("7.2")
    assert all(any("一" <= char <= "鿿" for char in question.zh) for question in form.questions.values())


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"7.2"', '"9.1"', "audit.toml:7: questions.receipt.clause"),
        ('zh = "已登记？"', "", "audit.toml:6: questions.receipt.zh"),
        ('en = "Recorded?"', 'en = ""', "audit.toml:8: questions.receipt.en"),
        ("[title]", "[titel]", "titel"),
        ("[questions.receipt]", "[questions.Receipt]", "questions"),
        ("clause", "clauses", "audit.toml:7: questions.receipt.clauses"),
        ("[title]", "[title", "audit.toml:2: this is not TOML"),
    ],
)
def test_what_is_wrong_with_a_form_is_told_where_it_stands(old: str, new: str, said: str) -> None:
    with pytest.raises(PolicyWrong) as caught:
        read_form("audit.toml", GOOD.replace(old, new))
    assert said in str(caught.value)


def test_a_form_that_asks_nothing_is_none() -> None:
    with pytest.raises(PolicyWrong, match="questions"):
        read_form("audit.toml", GOOD.partition("[questions")[0])


def test_another_text_is_another_version() -> None:
    assert version_of(GOOD) != version_of(f"{GOOD} ")


def scored(case_no: str, score: Score, *, question: str = "receipt", by: str = "deng_xin", version: int = 1) -> Scored:
    return Scored(case_no, question, by, version, score)


def test_only_the_newest_version_of_a_score_counts() -> None:
    old, new = scored("A", Score.NOT_MET), scored("A", Score.MET, version=2)
    assert current([new, old]) == (new,)


def test_shares_count_halves_and_leave_out_what_is_not_applicable() -> None:
    scores = [scored(one, score) for one, score in zip("ABCD", Score, strict=True)]
    assert tally(scores, lambda _one: "", order=("",)) == (Tally("", 1, 1, 1, 1),)
    assert tally(scores, lambda _one: "")[0].share == 0.5
    assert tally([scored("A", Score.NOT_APPLICABLE)], lambda _one: "")[0].share is None


def test_codes_without_a_score_stand_in_their_order() -> None:
    found = tally([scored("A", Score.MET)], lambda one: one.question, order=("closing", "receipt"))
    assert [one.code for one in found] == ["closing", "receipt"]


def test_a_case_is_whole_when_each_question_has_an_answer_of_somebody() -> None:
    scores = [scored("A", Score.MET), scored("A", Score.MET, question="closing", by="other"), scored("B", Score.MET)]
    assert completed(scores, ["A", "B", "C"], questions=2) == 1
    assert answered(scores, by="deng_xin") == {"A": 1, "B": 1}


def test_auditors_who_differ_are_named_by_question() -> None:
    scores = [scored("A", Score.MET), scored("A", Score.PARTLY, by="other"), scored("B", Score.MET)]
    assert disputed(scores) == (("A", "receipt"),)
