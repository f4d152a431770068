"""Histories of many cases: every one, once, whole, by number, within what was asked for."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from adapters import histories
from adapters.histories import Scope, read_histories
from complaints.chain import verify
from complaints.errors import NoSuchCase
from tests.builders import MONDAY_MORNING, carry_on, complain

if TYPE_CHECKING:
    from adapters.house import House
    from tests.builders import Hands


async def found(house: House, scope: Scope) -> list[str]:
    return [verify(entries).case_no async for entries in read_histories(house.database, scope)]


async def test_every_history_comes_whole_and_in_order(
    either_house: House, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(histories, "_CASES_AT_ONCE", 2)
    numbers = []
    for _ in range(4):
        numbers.append(await complain(either_house, detail=f"The kettle is broken, {hands.at:%A}."))
        await carry_on(either_house, numbers[-1])
        hands.move(days=1)
    assert await found(either_house, Scope()) == numbers
    second, third = (MONDAY_MORNING + timedelta(days=days) for days in (1, 2))
    assert await found(either_house, Scope(since=second)) == numbers[1:]
    assert await found(either_house, Scope(before=second)) == numbers[:1]
    assert await found(either_house, Scope(since=second, before=third)) == [numbers[1]]
    assert await found(either_house, Scope(cases=(numbers[3].lower(), numbers[0]))) == [numbers[0], numbers[3]]


async def test_a_case_that_was_named_and_is_not_there_is_named(house: House) -> None:
    number = await complain(house)
    with pytest.raises(NoSuchCase, match="TC1"):
        await found(house, Scope(cases=(number, "tc1")))
