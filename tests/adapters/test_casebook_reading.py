"""The casebook as it is read: how busy people are, which cases read alike, under which rules and since when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlmodel import col, delete

from complaints.chain import verify
from complaints.errors import LoadsUnread, NoSuchCase
from models.tables import CaseKeyRow, CaseRow
from tests.builders import ANN, Hands, carry_on, complain

if TYPE_CHECKING:
    from adapters.house import House


@pytest.fixture
def house(either_house: House) -> House:
    """On both engines."""
    return either_house


async def test_a_briefing_says_how_busy_everybody_is(house: House) -> None:
    first, second = [await complain(house, item=f"Kettle K{n}") for n in (2, 3)]
    await carry_on(house, first)
    loads = (await house.casebook.brief(second)).loads
    assert loads["peter_novak"].open_tasks == 1
    assert loads["peter_novak"].last_asked_at == house.clock.now()


async def test_who_decides_by_how_busy_people_are_reads_it_when_it_is_asked(house: House) -> None:
    first, second = [await complain(house, item=f"Kettle K{n}") for n in (2, 3)]
    bare = await house.casebook.brief(second, with_loads=False)
    with pytest.raises(LoadsUnread):
        bare.loads.get("peter_novak")
    # What another process writes after the briefing counts: it is read at the moment of the choice.
    await carry_on(house, first)
    weighed, found = await house.casebook.decide(bare, lambda known: known.loads["peter_novak"])
    assert found.open_tasks == 1
    assert weighed.loads["peter_novak"] == found


async def test_who_chooses_nobody_counts_nobodys_work(house: House) -> None:
    bare = await house.casebook.brief(await complain(house), with_loads=False)
    same, found = await house.casebook.decide(bare, lambda known: known.case.stage)
    assert same is bare
    assert found is bare.case.stage


async def test_the_second_case_goes_to_the_handler_with_less_to_do(house: House) -> None:
    chosen = []
    for detail in (ANN.detail, "The grill arrived damaged and cracked: poor quality.", "My radio broke after a day."):
        case = await carry_on(house, await complain(house, detail=detail, email=f"{len(detail)}@example.test"))
        assert case.assignment is not None
        chosen.append(case.assignment.handler)
    assert set(chosen) == {"peter_novak", "zhao_lei"}


async def test_a_customers_earlier_case_that_reads_alike_is_seen(house: House, hands: Hands) -> None:
    first = await complain(house)
    hands.move(hours=72)
    briefing = await house.casebook.brief(await complain(house, detail=f"{ANN.detail} Please help."))
    (twin,) = briefing.lookalikes
    assert (twin.case_no, twin.same_customer, twin.hours_apart) == (first, True, 72)
    assert twin.similarity >= 0.8


@pytest.mark.parametrize(
    "changes",
    [{"detail": "The courier was rude."}, {"email": "somebody.else@example.test"}, {"email": "", "phone": ""}],
    ids=["another matter", "another customer", "nobody known"],
)
async def test_what_does_not_match_is_no_likeness(house: House, changes: dict[str, Any]) -> None:
    await complain(house)
    assert (await house.casebook.brief(await complain(house, **changes))).lookalikes == ()


async def test_a_case_older_than_the_policys_window_is_not_seen(house: House, hands: Hands) -> None:
    await complain(house)
    hands.move(days=30, seconds=1)
    assert (await house.casebook.brief(await complain(house))).lookalikes == ()


async def test_of_two_complaints_sent_at_once_only_the_later_is_taken_for_a_copy(house: House) -> None:
    """Else two clerks might close each as a copy of the other, and nobody would be left to help."""
    first, second = [await complain(house) for _ in range(2)]
    assert (await house.casebook.brief(first)).lookalikes == ()
    assert [twin.case_no for twin in (await house.casebook.brief(second)).lookalikes] == [first]


async def test_an_erased_case_is_no_likeness_and_hinders_nobody(house: House) -> None:
    first, second = [await complain(house) for _ in range(2)]
    async with house.database.writing() as session:
        await session.execute(delete(CaseKeyRow).where(col(CaseKeyRow.case_no) == first))
    assert (await house.casebook.brief(second)).lookalikes == ()
    with pytest.raises(NoSuchCase, match="its personal data was erased"):
        await house.casebook.brief(first)
    assert verify(await house.casebook.history(first)).seq == 2


async def test_a_case_keeps_the_policy_it_began_under(house: House) -> None:
    case_no = await complain(house)
    began_under = (await house.casebook.brief(case_no)).policy
    async with house.database.reading() as session:
        row = await session.get(CaseRow, case_no)
    assert row is not None
    assert row.policy == began_under.version
    assert began_under.version == (await house.library.current()).version


async def test_time_that_was_stored_is_the_time_that_was_meant(house: House, hands: Hands) -> None:
    hands.at = datetime(2026, 11, 23, 2, 0, 0, 123456, tzinfo=UTC)
    case_no = await complain(house)
    (first, *_) = await house.casebook.history(case_no)
    assert first.at == hands.at == (await house.casebook.case(case_no)).received_at
    assert first.at.utcoffset() == timedelta(0)
