"""What a screen showed: the page's own model at that moment, with the papers that were on file then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from complaints.words import TaskKind
from portal.replaying import read_replay, replay_as_data
from tests.builders import bring_to, complain

if TYPE_CHECKING:
    from adapters.house import House
    from tests.builders import Hands


async def test_a_screen_shows_what_was_on_file_then_and_nothing_later(house: House, hands: Hands) -> None:
    number = await complain(house)
    asked = await bring_to(house, number, TaskKind.FINDINGS)
    seq = (await house.casebook.case(number)).seq
    hands.move(hours=1)
    await bring_to(house, number, TaskKind.LETTER)
    then, now = await read_replay(house, number, seq=seq), await read_replay(house, number)
    [handlers], [writers] = then.screens, now.screens
    assert handlers.task == asked
    assert handlers.dossier is not None
    assert writers.dossier is not None
    assert handlers.dossier.record == writers.dossier.record
    assert (handlers.shown["earlier_findings"], writers.shown["earlier_findings"]) == (0, 1)
    assert set(handlers.dossier.briefing.papers) < set(writers.dossier.briefing.papers)
    assert handlers.dossier.now < writers.dossier.now
    assert "decline" in handlers.acts
    assert 0 < len(then.letters) < len(now.letters)
    assert not then.sent


async def test_for_programs_it_holds_codes_and_counts_and_nobodys_words(house: House) -> None:
    number = await complain(house, detail="The kettle is broken and leaks. A marked sentence, zebra-4711.")
    await bring_to(house, number, TaskKind.LETTER)
    told = replay_as_data(await read_replay(house, number))
    assert told["open_tasks"][0]["screen"]["shows"]["earlier_findings"] == 1
    assert "zebra-4711" not in repr(told)
    assert "Ann Lee" not in repr(told)
