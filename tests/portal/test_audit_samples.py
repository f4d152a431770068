"""Samples and scores: drawn by a rule, kept as drawn, scored in versions, and reported as they stand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text

from adapters.audit_samples import all_samples, read_sample, read_scores
from adapters.audit_search import Sought, members
from complaints.errors import NotThere
from complaints.sampling import ALGORITHM, Plan, Stratum, digest_of, draw
from models.quality_audit import AUDIT_SCORES
from portal.audit_report import report_as_data
from tests.portal.closed_cases import closed, forget, withdrawn
from tests.portal.staff import signed_in

if TYPE_CHECKING:
    from adapters.house import House
    from tests.builders import Hands
    from tests.portal.visitor import Page, Visitor

AUDITOR = "deng_xin"
SECRET = "Ann Lee says the handler shouted"


async def draw_sample(me: Visitor, **told: str) -> Page:
    page = await me.open("/audit/samples?lang=en")
    return await me.send(page, {"size": "2", **told}, form=page.form("size"))


async def test_a_sample_is_kept_with_all_that_draws_it_again(either_house: House, hands: Hands) -> None:
    house = either_house
    cases = await withdrawn(house, many=5) + await closed(house, hands, many=2)
    me = await signed_in(house, AUDITOR)
    page = await draw_sample(me, size="3", seed="2026-Q4", by="outcome")
    assert page.status == 200
    (row,) = await all_samples(house.database)
    assert (row.id[:2], row.seed, row.size, row.stratum, row.algorithm) == ("QA", "2026-Q4", 3, "outcome", ALGORITHM)
    assert (row.population, row.population_digest) == (7, digest_of(cases))
    sample = await read_sample(house.database, row.id)
    again = draw(await members(house.database, Sought()), Plan(3, "2026-Q4", Stratum.OUTCOME))
    assert [(case.case_no, case.stratum) for case in sample.cases] == [(one.case_no, one.stratum) for one in again]
    assert [one.stratum for one in again] == ["satisfied", "withdrawn", "withdrawn"]
    for shown in (*(one.case_no for one in again), "2026-Q4", row.population_digest, ALGORITHM):
        assert shown in page.text


async def test_only_cases_closed_in_the_period_are_drawn_and_open_ones_never(house: House, hands: Hands) -> None:
    early = await withdrawn(house)
    hands.move(days=3)
    late = await withdrawn(house)
    me = await signed_in(house, AUDITOR)
    await draw_sample(me, size="9", since="2026-11-25", until="2026-11-27")
    (row,) = await all_samples(house.database)
    assert [case.case_no for case in (await read_sample(house.database, row.id)).cases] == late
    assert row.scope == {"closed_from": "2026-11-25", "closed_until": "2026-11-27"}
    assert len(row.seed) == 8
    assert early != late


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"size": "0"}, "too small"),
        ({"size": "501"}, "too large"),
        ({"size": "some"}, "whole number"),
        ({"since": "soon"}, "year-month-day"),
        ({"by": "colour"}, "choose one"),
        ({"since": "2031-01-01"}, "nothing to draw from"),
    ],
)
async def test_what_cannot_be_drawn_is_told(house: House, told: dict[str, str], said: str) -> None:
    await withdrawn(house)
    me = await signed_in(house, AUDITOR)
    page = await draw_sample(me, **told)
    assert (page.status, said in page.text) == (422, True), page.text
    assert not await all_samples(house.database)


async def scored_case(house: House, me: Visitor, **answers: str) -> tuple[str, str, Page]:
    """A sample of one case with these answers."""
    (case_no,) = await withdrawn(house)
    await draw_sample(me)
    sample = (await all_samples(house.database))[0].id
    page = await me.open(f"/audit/samples/{sample}/{case_no}?lang=en")
    return sample, case_no, await me.send(page, answers, form=page.form("score-receipt"))


async def test_a_changed_score_keeps_the_one_before_and_its_note(either_house: House, hands: Hands) -> None:
    house = either_house
    me = await signed_in(house, AUDITOR)
    answers = {"score-receipt": "not_met", "note-receipt": SECRET, "score-closing": "met"}
    sample, case_no, page = await scored_case(house, me, **answers)
    assert "Saved." in page.text
    assert page.value("note-receipt") == SECRET
    hands.move(minutes=5)
    changed = {"score-receipt": "partly", "note-receipt": "Seen again: half of it is there."}
    page = await me.send(page, changed, form=page.form("score-receipt"))
    assert "One earlier version" in page.text
    assert SECRET in page.text
    rows = await read_scores(house.database, sample)
    told = [(row.question, row.version, row.score) for row in rows]
    assert sorted(told) == [("closing", 1, "met"), ("receipt", 1, "not_met"), ("receipt", 2, "partly")]
    assert {row.by for row in rows} == {AUDITOR}
    assert case_no == rows[0].case_no


async def test_saving_what_did_not_change_adds_nothing(house: House) -> None:
    me = await signed_in(house, AUDITOR)
    sample, _, page = await scored_case(house, me, **{"score-receipt": "met", "note-receipt": "Fine."})
    await me.send(page, {}, form=page.form("score-receipt"))
    assert len(await read_scores(house.database, sample)) == 1


async def test_a_score_below_met_wants_a_note_and_a_note_wants_a_score(house: House) -> None:
    me = await signed_in(house, AUDITOR)
    told = {"score-receipt": "partly", "note-closing": "Hm.", "score-tracking": "superb"}
    sample, _, page = await scored_case(house, me, **told)
    assert page.status == 422
    for said in ("needs a note", "fill this in", "choose one from the list"):
        assert said in page.text
    assert page.value("note-closing") == "Hm."
    assert not await read_scores(house.database, sample)


async def test_notes_are_sealed_with_the_case_and_gone_with_its_key(house: House) -> None:
    me = await signed_in(house, AUDITOR)
    told = {"score-receipt": "not_met", "note-receipt": SECRET}
    sample, case_no, _ = await scored_case(house, me, **told)
    async with house.database.reading() as session:
        sealed = (await session.execute(select(AUDIT_SCORES.c.note))).scalars().all()
    assert sealed
    assert all(SECRET.encode() not in note for note in sealed)
    assert SECRET in (await me.open(f"/audit/samples/{sample}/report?lang=en")).text
    await forget(house, case_no)
    report = await me.open(f"/audit/samples/{sample}/report?lang=en")
    assert SECRET not in report.text
    assert "note erased with the case" in report.text
    page = await me.open(f"/audit/samples/{sample}/{case_no}?lang=en")
    again = {"score-receipt": "not_met", "note-receipt": "Once more."}
    refused = await me.send(page, again, form=page.form("score-receipt"))
    assert "was erased" in refused.text


async def test_scores_leave_the_history_of_a_case_alone(house: House) -> None:
    me = await signed_in(house, AUDITOR)
    _, case_no, _ = await scored_case(house, me, **{"score-receipt": "met"})
    before = await house.casebook.case(case_no)
    async with house.database.reading() as session:
        entries = (await session.execute(text("SELECT count(*) FROM events"))).scalar_one()
    assert entries == before.seq


async def test_the_report_counts_by_clause_and_department_and_names_the_method(house: House) -> None:
    me = await signed_in(house, AUDITOR)
    told = {
        "score-receipt": "met",
        "score-tracking": "partly",
        "note-tracking": "A gap.",
        "score-closing": "not_applicable",
    }
    sample, case_no, _ = await scored_case(house, me, **told)
    page = await me.open(f"/audit/samples/{sample}/report?lang=en")
    for said in ("75% of what was judged is met", "A gap.", case_no, ALGORITHM, "0 of 1 cases are scored whole"):
        assert said in page.text
    data = await report_as_data(house, sample)
    clauses = {one["code"]: one["share"] for one in data["clauses"]}
    assert (clauses["7.2"], clauses["7.3"], clauses["7.9"], clauses["7.4"]) == (1.0, 0.5, None, None)
    assert data["share"] == 0.75
    assert "A gap." not in json.dumps(data)


async def test_a_sample_or_case_that_is_not_there_is_not_there(house: House) -> None:
    me = await signed_in(house, AUDITOR)
    sample, _, _ = await scored_case(house, me, **{"score-receipt": "met"})
    for path in ("/audit/samples/QA1", f"/audit/samples/{sample}/TC1", "/audit/samples/QA1/report"):
        assert (await me.open(path)).status == 404
    with pytest.raises(NotThere):
        await report_as_data(house, "QA1")
