"""Many complaints of one kind within days: one incident, one alarm, every case linked; and a complaint made twice."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from adapters.past import Past
from complaints.comparing import Result
from complaints.escalation_events import CaseEscalated, IncidentJoined
from complaints.redeciding import redecide
from complaints.words import Language, Outcome, TaskKind
from tests.builders import ANN, Customer, bring_to, carry_on, complain
from tests.journeys.journey import Journey
from tests.play import changed

if TYPE_CHECKING:
    from adapters.house import House
    from tests.builders import Hands

SAME = (
    "The kettle K2 is broken: it leaks at the base seal after three weeks of use. Poor quality.",
    "Poor quality: after three weeks of use my kettle K2 is broken, it leaks at the seal of the base.",
    "My kettle K2 leaks at the base seal, it is broken. Poor quality after three weeks of use.",
)
OTHERS = (
    "The courier left my parcel with a neighbour whom I have never met, and nobody answers the phone number you gave.",
    "Your newsletter keeps coming although I have cancelled it four times on the web site.",
    "The invoice shows a service fee which was never mentioned when I signed the contract in your shop.",
)


def customer(nth: int, detail: str) -> Customer:
    """Somebody of her own."""
    return replace(ANN, name=f"Customer {nth}", email=f"customer.{nth}@example.test", phone="", detail=detail)


async def kettle(house: House, nth: int) -> str:
    return await complain(house, customer(nth, SAME[nth % len(SAME)]))


async def incident_of(house: House, case_no: str) -> str:
    return (await house.casebook.case(case_no)).incident


@pytest.mark.covers("trigger:mass_event")
async def test_ten_kettles_that_leak_are_one_incident_and_the_emergency_team_is_told_once(
    either_house: House, hands: Hands
) -> None:
    first = await Journey.begin(either_house, hands, customer(0, SAME[0]))
    before = (await first.case()).level
    case_nos = [first.case_no]
    for nth in range(1, 12):
        hands.move(minutes=20)
        case_nos.append(await kettle(either_house, nth))
        await carry_on(either_house, case_nos[-1])
        joined = [case_no for case_no in case_nos if await incident_of(either_house, case_no)]
        assert len(joined) == (0 if nth < 9 else nth + 1), f"after {nth + 1} kettles"
    name = f"IN-{first.case_no}"
    assert {await incident_of(either_house, case_no) for case_no in case_nos} == {name}
    for case_no in case_nos:
        await carry_on(either_house, case_no)
    told = [entry.fact for no in case_nos for entry in await either_house.casebook.history(no)]
    (alarm,) = [fact for fact in told if isinstance(fact, CaseEscalated)]
    assert (alarm.trigger, alarm.about, alarm.level, len(alarm.also_told)) == ("mass_event", name, 3, 1)
    case = await first.check()
    assert (before, case.level) == ("2", "4")
    assert case.classification is not None
    assert case.classification.scope == "group"
    assert len([letter for letter in await first.letters() if letter.startswith("case_escalated")]) == 2
    history = await first.history()
    assert history.index("incident.joined") + 1 == history.index("case.regraded")
    assert await first.state() == "Awaiting investigation"


@pytest.mark.covers("trigger:level_reached")
async def test_an_incident_that_grows_concerns_everybody_and_its_first_cases_are_graded_anew_once(
    either_house: House, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = changed(await either_house.library.current(), "intake.mass_event.count", 3)
    policy = changed(policy, "intake.mass_event.wide_from", 5)
    monkeypatch.setitem(either_house.library._parsed, policy.version, policy)  # noqa: SLF001  the pack as a house would write it
    first = await Journey.begin(either_house, hands, customer(0, SAME[0]))
    case_nos = [first.case_no]
    for nth, expected in ((1, "2"), (2, "4"), (3, "4"), (4, "5")):
        # The window is over for the first by then: it belongs to the incident all the same.
        hands.move(hours=13)
        case_nos.append(await kettle(either_house, nth))
        await carry_on(either_house, case_nos[-1])
        assert (await first.case()).level == expected, f"after {nth + 1} kettles"
    for case_no in case_nos:
        await carry_on(either_house, case_no)
    assert [(await either_house.casebook.case(case_no)).level for case_no in case_nos[:4]] == ["5"] * 4
    # The fifth is the worst from the start, which a person confirms.
    assert (await bring_to(either_house, case_nos[4], TaskKind.CLASSIFICATION)).is_open
    told = await first.history()
    assert (told.count("incident.grew"), told.count("case.regraded")) == (1, 2)
    assert told.index("incident.grew") + 1 == [nth for nth, one in enumerate(told) if one == "case.regraded"][-1]
    levels = [one.about for one in (await first.check()).escalations]
    assert levels == [f"IN-{first.case_no}", "g2-5"], (
        "the emergency team is told once, and the level as the policy says"
    )
    past = await Past.of(either_house)
    for case_no in case_nos:
        decisions = redecide(await past.case(case_no))
        assert [one for one in decisions if one.result is Result.DIFFERENT] == []


async def test_complaints_about_different_things_are_no_incident(house: House, hands: Hands) -> None:
    case_nos = [
        await complain(house, customer(nth, OTHERS[nth % 3] + f" Please answer, case {nth}.")) for nth in range(9)
    ]
    case_nos += [await kettle(house, nth) for nth in range(9)]
    for case_no in case_nos:
        await carry_on(house, case_no)
    assert {await incident_of(house, case_no) for case_no in case_nos} == {""}
    assert hands.at == house.clock.now()


async def test_one_customer_with_ten_complaints_is_no_incident(house: House) -> None:
    case_nos = [await complain(house, customer(1, SAME[nth % 3])) for nth in range(11)]
    for case_no in case_nos:
        await carry_on(house, case_no)
    assert {await incident_of(house, case_no) for case_no in case_nos} == {""}


async def test_what_came_before_the_window_does_not_count(house: House, hands: Hands) -> None:
    early = [await kettle(house, nth) for nth in range(5)]
    for case_no in early:
        await carry_on(house, case_no)
    hands.move(hours=49)
    late = [await kettle(house, nth) for nth in range(5, 10)]
    for case_no in late:
        await carry_on(house, case_no)
    assert {await incident_of(house, case_no) for case_no in (*early, *late)} == {""}


async def test_chinese_complaints_of_one_kind_are_gathered_and_others_in_chinese_are_not(house: House) -> None:
    leaking = "购买的K2电水壶使用三周后底部密封圈漏水，属于产品质量问题，要求处理。"
    rude = "前台工作人员服务态度恶劣，多次打电话都没有人接听，等了两个小时也没有结果。"
    wang = [
        replace(customer(nth, text), language=Language.ZH_CN, item="K2 电水壶")
        for nth, text in enumerate([*[leaking + "请尽快。"] * 5, *[f"投诉：{leaking}"] * 5, *[rude] * 3])
    ]
    case_nos = [await complain(house, one) for one in wang]
    for case_no in case_nos:
        await carry_on(house, case_no)
    named = [await incident_of(house, case_no) for case_no in case_nos]
    assert set(named[:10]) == {f"IN-{case_nos[0]}"}
    assert set(named[10:]) == {""}


async def test_cases_that_cross_the_number_at_the_same_moment_declare_the_same_incident(either_house: House) -> None:
    case_nos = [await kettle(either_house, nth) for nth in range(14)]
    for case_no in case_nos[:8]:
        await carry_on(either_house, case_no)
    await asyncio.gather(*(_screened(either_house, case_no) for case_no in case_nos[8:]))
    for case_no in case_nos:
        await _screened(either_house, case_no)
    assert {await incident_of(either_house, case_no) for case_no in case_nos} == {f"IN-{case_nos[0]}"}
    facts = [entry.fact for no in case_nos for entry in await either_house.casebook.history(no)]
    assert sum(isinstance(fact, CaseEscalated) for fact in facts) == 1
    assert sum(isinstance(fact, IncidentJoined) for fact in facts) == 14, "each joins once"


async def _screened(house: House, case_no: str) -> None:
    """As a worker does it: who was too late looks again."""
    from complaints.errors import HistoryMoved  # noqa: PLC0415  only here

    for _ in range(20):
        try:
            await carry_on(house, case_no)
        except HistoryMoved:
            continue
        return
    message = f"{case_no} never settles"
    raise AssertionError(message)


@pytest.mark.covers("trigger:customer_contact", "intake duplicate")
async def test_a_complaint_made_again_is_attached_to_the_open_case_and_raises_it(house: House, hands: Hands) -> None:
    journey = await Journey.begin(house, hands)
    repeats = []
    for nth in range(2):
        hands.move(hours=1)
        again = await Journey.begin(house, hands, detail=f"{ANN.detail} Nobody has answered me, time {nth}.")
        await again.answer(TaskKind.SCREENING, decision="duplicate", original=journey.case_no)
        await again.ended(Outcome.DUPLICATE)
        repeats.append(again.case_no)
    case = await journey.check()
    assert (case.contacts, case.linked("repeated_by")) == (2, tuple(repeats))
    assert (await journey.history())[-3:] == ["case.linked", "case.linked", "case.escalated"]
    assert (await journey.letters())[-1] == "case_escalated huang_min"


async def test_a_duplicate_of_a_case_that_is_over_or_never_was_is_closed_all_the_same(
    house: House, hands: Hands
) -> None:
    first = await Journey.begin(house, hands)
    await first.withdraw()
    for original in (first.case_no, "TC20260101-9999"):
        hands.move(hours=1)
        again = await Journey.begin(house, hands)
        await again.answer(TaskKind.SCREENING, decision="duplicate", original=original)
        await again.ended(Outcome.DUPLICATE)
    assert (await first.check()).contacts == 1
