"""Looks that were published: a row of the access log that is removed, changed or dated back is missed by an audit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from adapters import publisher
from adapters.publisher import HeadsFile, Publisher
from complaints.access import Access, Purpose
from complaints.heads import read_line
from complaints.look_digests import Looks
from portal import erasing
from tests.audited import audit, do
from tests.builders import complain, withdraw

if TYPE_CHECKING:
    from adapters.house import House
    from tests.builders import Hands


@pytest.fixture
def house(either_house: House) -> House:
    """On both engines."""
    return either_house


async def published(house: House, hands: Hands) -> str:
    """A case that three people looked at on Monday, which is published, and one on Tuesday, which is not."""
    case_no = await complain(house)
    await withdraw(house, case_no)
    for who in ("li_na", "deng_xin", "tang_rui"):
        await house.accesses.note(Access(case_no, who, "view", Purpose.AUDIT, "Ann called"))
    hands.move(days=1)
    await Publisher(house).publish_due()
    await house.accesses.note(Access(case_no, "li_na", "view", Purpose.NOTICE))
    return case_no


async def flaws(house: House) -> list[str]:
    return [str(flaw) for flaw in (await audit(house)).flaws]


async def test_what_was_published_is_sound_and_what_was_not_yet_is_counted(house: House, hands: Hands) -> None:
    await published(house, hands)
    report = await audit(house)
    assert report.is_sound, report.flaws
    assert report.counted["looks"] == 4
    assert [number for what, number in report.notes.items() if what.startswith("looks after")] == [1]
    (line,) = HeadsFile(house.settings.heads_path).lines()
    assert read_line(line).looks_number == 3


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM accesses WHERE id = 2",
        "UPDATE accesses SET \"by\" = 'li_na' WHERE id = 2",
        "UPDATE accesses SET purpose = 'task' WHERE id = 3",
        "UPDATE accesses SET page = 'show' WHERE id = 1",
        "UPDATE accesses SET at = (SELECT at FROM accesses WHERE id = 1) WHERE id = 4",
        "UPDATE accesses SET at = (SELECT at FROM accesses WHERE id = 4) WHERE id = 1",
    ],
)
async def test_a_row_that_is_removed_changed_or_dated_otherwise_is_missed(
    house: House, hands: Hands, change: str
) -> None:
    await published(house, hands)
    await do(house, change)
    (flaw,) = await flaws(house)
    assert "[looks] the looks at cases of 2026-11-23 are not those that were published (expected 3 looks" in flaw


async def test_an_erasure_blanks_what_was_stated_and_breaks_nothing(house: House, hands: Hands) -> None:
    case_no = await published(house, hands)
    await erasing.request(house, case_no, erasing.Doer("li_na"), reason="She asks for it.")
    await erasing.approve(house, case_no, erasing.Doer("tang_rui"))
    assert {row.stated for row in await house.accesses.of_case(case_no)} == {""}
    assert await flaws(house) == []


async def test_days_of_before_say_nothing_of_looks_and_are_no_flaw(
    house: House, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unsaid(*_: object, **__: object) -> Looks:
        return Looks(0, "")

    with monkeypatch.context() as patch:
        # As a version wrote them that knew no digests of looks.
        patch.setattr(publisher, "looks_of", unsaid)
        await published(house, hands)
    await do(house, "DELETE FROM accesses WHERE id = 2")
    report = await audit(house)
    assert report.is_sound, report.flaws
    assert [number for what, number in report.notes.items() if "before this house" in what] == [2]
