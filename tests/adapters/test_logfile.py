"""Event-log files: whatever the columns are called, and one sentence about what cannot be read."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from adapters.csvfile import open_csv
from adapters.logfile import LoggedEvent, events_of, reading_of
from complaints.errors import GiveUp

if TYPE_CHECKING:
    from pathlib import Path

ROWS = "case_id,activity,timestamp,resource,Activity\n1,register,2026-01-05 09:00:00+00:00,Pete,register request\n"


def read(tmp_path: Path, text: str, *, zone: str = "UTC", time_format: str = "", **maps: str) -> list[LoggedEvent]:
    path = tmp_path / "log.csv.gz"
    path.write_bytes(gzip.compress(text.encode()))
    file = open_csv(path)
    return list(events_of(file, reading_of(file, maps=maps, zone=zone, time_format=time_format)))


def test_the_usual_names_are_known_and_as_written_goes_before_other_case(tmp_path: Path) -> None:
    assert read(tmp_path, ROWS) == [
        LoggedEvent(2, "1", "register", datetime(2026, 1, 5, 9, tzinfo=UTC), "Pete", "complete")
    ]


def test_the_names_of_xes_are_known_too(tmp_path: Path) -> None:
    text = "case:concept:name;concept:name;time:timestamp;lifecycle:transition\nA;decide;2026-01-05T09:00Z;START\n"
    [event] = read(tmp_path, text)
    assert (event.case_id, event.activity, event.lifecycle, event.resource) == ("A", "decide", "start", "")


def test_a_moment_without_a_zone_is_the_houses(tmp_path: Path) -> None:
    [event] = read(tmp_path, "Case,Event,Date,X\n1,a,2026-01-05 09:00,\n", zone="Asia/Shanghai")
    assert event.at.astimezone(UTC) == datetime(2026, 1, 5, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "maps", "said"),
    [
        ("x,y\n1,2\n", {}, "no column that looks like the case or the activity or the timestamp"),
        ("case,activity,timestamp\n1,,2026-01-05\n", {}, "Row 2 of log.csv.gz has no activity"),
        ("case,activity,timestamp\n1,a,03/04/2026\n", {}, "--time-format"),
        ("case,activity,timestamp\n1,a\n", {}, "Row 2"),
        ("case,activity,timestamp\n1,a,2026-01-05\n", {"actvity": "x"}, "it has case, activity"),
        ("case,activity,timestamp\n1,a,2026-01-05\n", {"activity": "Activty"}, "did you mean 'activity'"),
        (f"case,activity,timestamp\n{'9' * 201},a,2026-01-05\n", {}, "longer than 200"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_sentence(
    tmp_path: Path, text: str, maps: dict[str, str], said: str
) -> None:
    with pytest.raises(GiveUp, match=said):
        read(tmp_path, text, **maps)


def test_days_before_months_are_read_when_they_are_said_to_be(tmp_path: Path) -> None:
    [event] = read(tmp_path, "case,activity,timestamp\n1,a,03/04/2026\n", time_format="%d/%m/%Y")
    assert event.at.month == 4
