"""Time travel: the case at any entry is what its history up to there adds up to, and nothing that came later."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.fold import fold
from complaints.replaying import Mark, rewind, stands, timeline
from complaints.words import Stage, TaskKind
from tests.play import Play

if TYPE_CHECKING:
    from complaints.replaying import Moment


@pytest.fixture(scope="module")
def whole() -> Play:
    """A complaint lived to its end, after its handler was silent for a while."""
    play = Play()
    play.bring_to(TaskKind.FINDINGS)
    play.climb(2)
    play.wait(days=9)
    play.to_the_end()
    return play


def at(play: Play, seq: int) -> Moment:
    """The moment just after an entry."""
    moment = rewind(play.entries, seq=seq)
    assert moment is not None
    return moment


def test_at_its_last_entry_it_is_the_case_of_today(whole: Play) -> None:
    assert at(whole, len(whole.entries)).case == whole.case
    assert at(whole, 10_000).case == whole.case
    today = rewind(whole.entries)
    assert today is not None
    assert (today.case, today.seq, today.of) == (whole.case, len(whole.entries), len(whole.entries))


def test_an_entry_that_a_slower_clock_dated_earlier_is_known_only_after_the_one_before_it(whole: Play) -> None:
    entries = list(whole.entries)
    first = next(nth for nth, (one, two) in enumerate(pairwise(entries)) if one.at < two.at)
    entries[first] = replace(entries[first], at=entries[first + 1].at + timedelta(seconds=2))
    moment = rewind(entries, at=entries[first + 1].at)
    assert moment is not None
    assert moment.seq == first
    assert moment.case == fold(entries[:first])


@given(data=st.data())
def test_at_any_entry_it_is_the_fold_of_what_was_written_by_then(data: st.DataObject) -> None:
    play = _PLAY
    seq = data.draw(st.integers(1, len(play.entries)))
    moment = at(play, seq)
    assert moment.case == fold(play.entries[:seq])
    assert moment.case.seq == moment.seq == seq
    assert moment.now == play.entries[seq - 1].at


@given(seconds=st.integers(0, 60 * 60 * 24 * 40))
def test_at_any_moment_it_is_what_was_known_then(seconds: int) -> None:
    play = _PLAY
    then = play.entries[0].at + timedelta(seconds=seconds)
    moment = rewind(play.entries, at=then)
    assert moment is not None
    assert moment.now == then
    assert all(entry.at <= then for entry in moment.entries)
    assert all(entry.at > then for entry in play.entries[moment.seq :])


_PLAY = Play()
_PLAY.bring_to(TaskKind.FINDINGS)
_PLAY.climb(1)
_PLAY.to_the_end()


def test_before_it_began_there_is_nothing_to_look_at(whole: Play) -> None:
    assert rewind(whole.entries, at=whole.entries[0].at - timedelta(seconds=1)) is None
    assert rewind(whole.entries, at=whole.entries[0].at) is not None
    assert rewind(whole.entries, seq=0) is None


def test_papers_that_came_later_were_not_on_file_yet(whole: Play) -> None:
    first, last = at(whole, 1), at(whole, len(whole.entries))
    assert first.papers == {whole.entries[0].fact.record.id}  # type: ignore[attr-defined]
    assert last.papers > first.papers
    assert last.papers <= set(whole.papers)
    sizes = [len(at(whole, seq).papers) for seq in range(1, len(whole.entries) + 1)]
    assert all(before <= after for before, after in pairwise(sizes))


def test_a_clock_runs_is_overdue_is_missed_and_is_met_as_it_was_known(whole: Play) -> None:
    seen = [
        stands(moment.case.clocks["resolve"], moment.now)
        for seq in range(1, len(whole.entries) + 1)
        if "resolve" in (moment := at(whole, seq)).case.clocks
    ]
    assert seen[0] == "running"
    assert "missed" in seen
    assert seen[-1] == "met_late"
    begun = rewind(whole.entries, seq=next(one.seq for one in whole.entries if one.fact.type == "case.assigned"))
    assert begun is not None
    running = begun.case.clocks["resolve"]
    assert stands(running, running.clock.due_at) == "running"
    assert stands(running, running.clock.due_at + timedelta(seconds=1)) == "overdue"


def test_the_line_has_a_bar_for_every_stay_and_a_mark_for_every_escalation(whole: Play) -> None:
    line = timeline(whole.entries)
    assert [bar.stage for bar in line.bars] == [Stage(stage) for stage, _, _ in whole.exits]
    assert all(bar.is_over for bar in line.bars)
    assert [mark.code for mark in line.marks] == ["level 1", "level 2", "level 3", "level 4"]
    found = next(bar for bar in line.bars if bar.stage is Stage.INVESTIGATION)
    assert found.waits
    assert line.share(line.span.start) == 0
    assert line.share(line.span.end) == 1
    assert all(bar.span.start >= before.span.end for before, bar in pairwise(line.bars))


def test_an_open_case_ends_in_the_bar_it_stands_in_and_letters_are_marks_among_the_others() -> None:
    play = Play()
    play.bring_to(TaskKind.FINDINGS)
    sent = Mark("letter", play.entries[0].at, "acknowledgement", 4)
    line = timeline(play.entries, (sent,))
    assert (line.bars[-1].stage, line.bars[-1].is_over) == (Stage.INVESTIGATION, False)
    assert line.marks == (sent,)
    assert line.share(play.entries[0].at + timedelta(days=900)) in {0.0, 1.0}
