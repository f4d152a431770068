"""The report of a sample at the command line: figures for people and programs, and no note of an auditor's."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest

from adapters.audit_samples import add_scores, store_sample
from adapters.audit_search import Sought, members
from complaints.sampling import ALGORITHM, Plan, digest_of, draw
from models.quality_audit import AuditSampleRow, AuditScoreRow
from tests.builders import build_house, complain, withdraw
from tests.command_line import run

if TYPE_CHECKING:
    from pathlib import Path

    from adapters.house import House


@pytest.fixture
def home(operators_home: Path) -> Path:
    """A house with a sample of two cases, one of them scored, and the environment of its operator."""
    asyncio.run(_audited(operators_home))
    return operators_home


async def _audited(home: Path) -> None:
    house = await build_house(home)
    for case_no in [await complain(house) for _ in range(3)]:
        await withdraw(house, case_no)
    await _score(house, await _sample(house))
    await house.close()


async def _sample(house: House) -> str:
    population = await members(house.database, Sought())
    text = house.settings.audit_form.read_text(encoding="utf-8")
    row = AuditSampleRow(
        id="",
        drawn_at=house.clock.now(),
        drawn_by="deng_xin",
        seed="s",
        size=2,
        scope={"closed_from": "", "closed_until": ""},
        algorithm=ALGORITHM,
        population=len(population),
        population_digest=digest_of([one.case_no for one in population]),
        form=text,
        form_version="v",
    )
    return await store_sample(house.database, row, draw(population, Plan(2, "s")), departments={})


async def _score(house: House, sample: str) -> None:
    case_no = draw(await members(house.database, Sought()), Plan(2, "s"))[0].case_no
    now = house.clock.now()
    rows = [
        AuditScoreRow(sample=sample, case_no=case_no, question=question, by="deng_xin", version=1, score=score, at=now)
        for question, score in (("receipt", "met"), ("closing", "not_met"))
    ]
    await add_scores(house.database, rows)


@pytest.mark.usefixtures("home")
def test_a_report_is_printed_for_people_and_programs() -> None:
    data = json.loads(run("audit", "report", "QA20261123-01", "--json").output)
    assert (data["cases"], data["share"], data["drawn"]["seed"], data["drawn"]["population"]) == (2, 0.5, "s", 3)
    told = run("audit", "report", "QA20261123-01").output
    for said in ("QA20261123-01: 2 cases, 0 scored", "7.2", "100%", ALGORITHM):
        assert said in told


@pytest.mark.usefixtures("home")
def test_a_sample_that_is_not_there_is_told_in_a_sentence() -> None:
    result = run("audit", "report", "QA1")
    assert result.exit_code == 1
    assert "here is no sample QA1" in result.output
