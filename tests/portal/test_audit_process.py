"""The process page: the model drawn, deviations with examples, ways and times, of a period or of an imported log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from complaints.words import TaskKind
from portal.surveying import LogOrder, import_log
from tests.builders import bring_to, complain
from tests.portal.closed_cases import closed, withdrawn
from tests.portal.staff import signed_in

if TYPE_CHECKING:
    from pathlib import Path

    from adapters.house import House
    from tests.builders import Hands

AUDITOR = "deng_xin"
LOG = """case,activity,timestamp
1,Assign,2026-01-01 09:00
1,Resolve,2026-01-03 09:00
2,Assign,2026-01-02 09:00
2,Resolve,2026-01-02 12:00
"""


async def test_the_page_draws_the_model_and_counts_ways_and_times(either_house: House, hands: Hands) -> None:
    house = either_house
    cases = await closed(house, hands, many=2)
    await withdrawn(house)
    me = await signed_in(house, AUDITOR)
    page = await me.open("/audit/process?lang=en")
    assert page.status == 200
    for said in ("3 of 3 cases conform (100%)", "No deviation.", "Investigation", "Whole case", cases[0], "67%"):
        assert said in page.text
    assert page.html.count("<svg") == 1
    assert "<script" not in page.html
    assert "style=" not in page.html


async def test_a_move_that_is_not_allowed_is_shown_with_its_case(house: House) -> None:
    (case_no,) = await withdrawn(house)
    await bring_to(house, await complain(house), TaskKind.FINDINGS)
    changed = (
        "UPDATE events SET data = replace(data, '\"archiving\"', '\"review\"')"
        " WHERE case_no = :case AND type = 'stage.closed'"
    )
    async with house.database.writing() as session:
        await session.execute(text(changed), {"case": case_no})
    page = await (await signed_in(house, AUDITOR)).open("/audit/process?lang=en")
    assert "1 of 2 cases conform" in page.text
    assert "A stage was left by an exit that leads to another stage" in page.text
    assert case_no in page.text


async def test_a_period_is_chosen_and_the_first_look_is_three_months(house: House, hands: Hands) -> None:
    await withdrawn(house)
    hands.move(days=120)
    me = await signed_in(house, AUDITOR)
    assert "0 of 0 cases" in (await me.open("/audit/process?lang=en")).text
    assert "1 of 1 cases" in (await me.open("/audit/process?lang=en&since=&until=")).text
    assert "0 of 0 cases" in (await me.open("/audit/process?lang=en&until=2026-11-01")).text
    assert (await me.open("/audit/process?lang=en&since=soon")).status == 422
    assert (await me.open("/audit/process?lang=en&log=none")).status == 422


async def test_an_imported_log_is_looked_at_in_the_same_way(house: House, tmp_path: Path) -> None:
    file = tmp_path / "desk.csv"
    file.write_text(LOG, encoding="utf-8")
    await import_log(house, LogOrder(file))
    me = await signed_in(house, AUDITOR)
    page = await me.open("/audit/process?lang=en&log=desk&since=2026-05-01")
    for said in ("2 of 2 cases conform", "Assign → Resolve", "what is found is rare, not forbidden"):
        assert said in page.text
    assert "<svg" not in page.html
    assert "/view/" not in page.html


async def test_nothing_of_a_customer_stands_on_the_page(house: House, hands: Hands) -> None:
    await closed(house, hands)
    page = await (await signed_in(house, AUDITOR)).open("/audit/process")
    for personal in ("Ann Lee", "ann.lee@", "Kettle"):
        assert personal not in page.html
