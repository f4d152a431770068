"""Open cases keep the policy they began under, unless somebody decides that they shall go on under another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from complaints.clock_events import PolicyAdopted
from complaints.errors import AnswerWrong, CaseClosed, PolicyWrong
from complaints.words import ActKind, Outcome, TaskKind
from portal.what_if import adopt_policy, compare
from tests.builders import WANG_FANG
from tests.journeys.journey import Journey
from tests.journeys.test_clocks import REST, due, write_pack

if TYPE_CHECKING:
    from pathlib import Path

    from adapters.house import House
    from tests.builders import Hands

QUICKER = 'extends = "default.toml"\n[limits.by_level.2]\nresolve = "24 h"\n[callback]\nphone_attempts = 1\n'
WHY = {"by": "robert_ellis", "reason": "The board shortened the limits."}


def quicker(folder: Path) -> str:
    return str(write_pack(folder / "packs", "quicker", QUICKER))


async def test_by_a_recorded_decision_an_open_case_goes_on_under_another_policy(
    tmp_path: Path, house: House, hands: Hands
) -> None:
    journey, other = await Journey.begin(house, hands), await Journey.begin(house, hands, WANG_FANG)
    (told,) = await adopt_policy(house, quicker(tmp_path), [journey.case_no], **WHY)
    assert (told.previous.partition("-")[0], told.version.partition("-")[0], told.clocks) == ("default", "quicker", 1)
    journey._known = None  # noqa: SLF001  past the journey's own hands
    assert await due(journey, "resolve") == "Tue 2026-11-24 10:00"
    assert await due(other, "resolve") == "Wed 2026-11-25 10:00"
    briefing = await house.casebook.brief(journey.case_no)
    assert (briefing.policy.version, briefing.policy.callback.phone_attempts) == (told.version, 1)
    entry = (await house.casebook.history(journey.case_no))[-1]
    assert isinstance(entry.fact, PolicyAdopted)
    assert (entry.actor, entry.fact.by, entry.policy) == ("robert_ellis", "robert_ellis", told.version)
    await journey.answer(TaskKind.FINDINGS, *REST)
    await journey.until(TaskKind.SURVEY)
    await journey.answer(TaskKind.SURVEY)
    await journey.ended(Outcome.SATISFIED)


async def test_to_adopt_the_policy_one_has_changes_nothing(tmp_path: Path, house: House, hands: Hands) -> None:
    journey, pack = await Journey.begin(house, hands), quicker(tmp_path)
    await adopt_policy(house, pack, [journey.case_no], **WHY)
    before = await journey.history()
    (told,) = await adopt_policy(house, pack, [journey.case_no], **WHY)
    assert (told.clocks, await journey.history()) == (0, before)


async def test_who_decides_must_be_of_the_house_and_the_case_open(tmp_path: Path, house: House, hands: Hands) -> None:
    journey, pack = await Journey.begin(house, hands), quicker(tmp_path)
    with pytest.raises(AnswerWrong, match="nobody here has the id 'mallory'"):
        await adopt_policy(house, pack, [journey.case_no], by="mallory", reason="So.")
    await journey.withdraw()
    with pytest.raises(CaseClosed):
        await adopt_policy(house, pack, [journey.case_no], **WHY)


async def test_a_case_whose_clocks_stand_still_adopts_nothing(tmp_path: Path, house: House, hands: Hands) -> None:
    journey = await Journey.begin(house, hands)
    await journey.do(ActKind.PAUSE, TaskKind.FINDINGS, reason="expert_report")
    with pytest.raises(PolicyWrong, match="stand still"):
        await adopt_policy(house, quicker(tmp_path), [journey.case_no], **WHY)


async def test_what_if_names_the_open_cases_that_would_get_other_deadlines_and_changes_nothing(
    tmp_path: Path, house: House, hands: Hands
) -> None:
    first, second = await Journey.begin(house, hands), await Journey.begin(house, hands, WANG_FANG)
    await second.withdraw()
    before = await first.history()
    found = await compare(house, "default", quicker(tmp_path), with_cases=True)
    assert found.looked_at == 1
    assert [(one.case_no, one.clock) for one in found.moved or ()] == [(first.case_no, "resolve")]
    assert await first.history() == before
    stored = (await house.library.current()).version
    again = await compare(house, stored, "default", with_cases=True)
    assert (again.keys, again.moved) == ((), ())
