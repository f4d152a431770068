"""Linking: two histories point to each other in one transaction, or neither does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from adapters.cipher import stationery
from complaints import coming_back
from complaints.answer_events import CaseLinked
from complaints.briefing import Verdict
from complaints.chain import Signature, verify
from complaints.errors import HistoryMoved
from complaints.words import CUSTOMER, TaskKind
from tests.audited import audit
from tests.builders import bring_to, complain, submit, withdraw

if TYPE_CHECKING:
    from adapters.house import House
    from tests.builders import Hands


async def link_to(house: House, case_no: str, other: str) -> None:
    briefing = await house.casebook.brief(case_no)
    verdict = Verdict(facts=(CaseLinked(other=other, relation="repeats"),))
    signature = Signature(actor="emma_clarke", origin="test", policy=briefing.policy.version)
    await house.casebook.record(briefing, verdict, signature=signature, wake=False)


async def test_each_of_two_histories_names_the_other_and_both_chains_hold(either_house: House, hands: Hands) -> None:
    first, second = await complain(either_house), await complain(either_house, email="other@example.test")
    await link_to(either_house, second, first)
    assert (await either_house.casebook.case(second)).linked("repeats") == (first,)
    assert (await either_house.casebook.case(first)).linked("repeated_by") == (second,)
    for case_no in (first, second):
        verify(await either_house.casebook.history(case_no))
    pointer = (await either_house.casebook.history(first))[-1]
    assert (pointer.actor, pointer.at) == ("emma_clarke", hands.at)
    # The other case goes on as if nothing had happened to it.
    await submit(either_house, first, await bring_to(either_house, first, TaskKind.FINDINGS))


async def test_a_sealed_case_is_pointed_to_and_stays_asleep(house: House) -> None:
    old = await complain(house)
    sealed = await withdraw(house, old)
    briefing = await house.casebook.brief(old)
    record = coming_back.begin_anew(briefing, text="It happened again.")
    signature = Signature(actor=CUSTOMER, origin="test", policy=briefing.policy.version)
    new = (await house.casebook.register(record, signature=signature, stationery=stationery())).case_no
    after = await house.casebook.case(old)
    assert (after.outcome, after.keep_until, after.is_open) == (sealed.outcome, sealed.keep_until, False)
    assert after.linked("followed_by") == (new,)
    verify(await house.casebook.history(old))
    report = await audit(house)
    assert (report.flaws, report.counted["seals"]) == ([], 2)


async def test_a_case_that_is_not_ours_is_named_and_nothing_else_happens(house: House) -> None:
    case_no = await complain(house)
    await link_to(house, case_no, "TC19990101-0001")
    assert (await house.casebook.case(case_no)).linked("repeats") == ("TC19990101-0001",)


async def test_who_wrote_to_the_linking_case_first_wins_and_the_other_case_is_not_pointed_to(house: House) -> None:
    first, second = await complain(house), await complain(house, email="other@example.test")
    stale = await house.casebook.brief(second)
    await bring_to(house, second, TaskKind.FINDINGS)
    verdict = Verdict(facts=(CaseLinked(other=first, relation="repeats"),))
    signature = Signature(actor="emma_clarke", origin="test", policy=stale.policy.version)
    with pytest.raises(HistoryMoved):
        await house.casebook.record(stale, verdict, signature=signature, wake=False)
    assert (await house.casebook.case(first)).links == ()
