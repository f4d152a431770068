"""The almanac: public holidays become a text of the pack, the same each time, and the pack's own word counts."""

from __future__ import annotations

import time
import tomllib
from typing import TYPE_CHECKING

import pytest

from adapters.almanac import write_almanac
from adapters.policies import load_policy, policies_folder, read_texts
from complaints.errors import PolicyWrong
from complaints.policy_calendars import Almanac

if TYPE_CHECKING:
    from pathlib import Path

EU = (
    *(
        [
            "AT",
            "BE",
            "BG",
            "HR",
            "CY",
            "CZ",
            "DK",
            "EE",
            "FI",
            "FR",
            "DE",
            "GR",
            "HU",
            "IE",
            "IT",
            "LV",
            "LT",
            "LU",
            "MT",
            "NL",
            "PL",
            "PT",
            "RO",
            "SK",
            "SI",
            "ES",
            "SE",
        ]
    ),
    *("CN", "GB", "US", "AU"),
)

CHINA_2026 = [
    "2026-01-01",
    "2026-01-02",
    "2026-02-16",
    "2026-02-17",
    "2026-02-18",
    "2026-02-19",
    "2026-02-20",
    "2026-02-23",
    "2026-04-06",
    "2026-05-01",
    "2026-05-04",
    "2026-05-05",
    "2026-06-19",
    "2026-09-25",
    "2026-10-01",
    "2026-10-02",
    "2026-10-05",
    "2026-10-06",
    "2026-10-07",
]
"""The days off of 2026 that are no weekend anyhow, as the State Council published them on 4 November 2025."""
MADE_UP_2026 = ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"]


def days(region: str, subdivision: str = "", *, key: str = "holidays") -> list[str]:
    """The days of 2026 in an almanac."""
    text = write_almanac(Almanac(region, subdivision, 2026, 2026))
    assert text is not None
    return [str(day) for day in tomllib.loads(text)[key]]


def pack(folder: Path, calendar: str) -> Path:
    """A pack that says something of its calendar; its first line extends the default pack."""
    for path in policies_folder().glob("default.toml"):
        (folder / path.name).write_bytes(path.read_bytes())
    file = folder / "house.toml"
    file.write_text(f'extends = "default.toml"\n[calendar]\n{calendar}\n', "utf-8")
    return file


@pytest.mark.parametrize("region", EU)
def test_every_country_of_the_list_has_its_new_year_and_its_text_is_the_same_each_time(region: str) -> None:
    assert "2026-01-01" in days(region)
    assert write_almanac(Almanac(region, "", 2024, 2032)) == write_almanac(Almanac(region, "", 2024, 2032))


def test_china_has_its_days_off_and_its_make_up_days() -> None:
    calendar = load_policy(policies_folder() / "default.toml").calendar
    assert {*CHINA_2026} <= {*calendar.holidays}
    assert [day for day in calendar.working_days if day.startswith("2026")] == MADE_UP_2026


def test_a_part_of_a_country_has_days_of_its_own() -> None:
    assert "2026-11-30" in days("GB", "SCT")
    assert "2026-11-30" not in days("GB", "ENG")
    assert ("2026-10-05" in days("AU", "NSW"), "2026-10-05" in days("AU", "VIC")) == (True, False)


@pytest.mark.parametrize(
    ("calendar", "line", "key"),
    [
        ('region = "XX"', 3, "calendar.region"),
        ('region = "GB"\nsubdivision = "ATLANTIS"', 4, "calendar.subdivision"),
    ],
)
def test_an_unknown_region_is_told_where_it_was_written(tmp_path: Path, calendar: str, line: int, key: str) -> None:
    with pytest.raises(PolicyWrong, match=rf"house.toml:{line}: {key}: no public holidays are known"):
        load_policy(pack(tmp_path, calendar))


def test_of_a_date_that_both_speak_of_the_pack_is_believed(tmp_path: Path) -> None:
    policy = load_policy(pack(tmp_path, 'holidays = ["2026-10-10", "2026-12-24"]\nworking_days = ["2026-10-01"]'))
    assert policy.calendar.holidays[:2] == ("2026-10-10", "2026-12-24")
    assert policy.calendar.working_days[0] == "2026-10-01"
    assert "2026-10-01" not in policy.calendar.holidays
    assert "2026-10-10" not in policy.calendar.working_days
    assert "2026-10-02" in policy.calendar.holidays


def test_a_calendar_that_never_closes_needs_no_almanac(tmp_path: Path) -> None:
    assert sorted(read_texts(pack(tmp_path, "always = true"))) == ["default.toml", "house.toml"]


def test_other_days_in_the_almanac_are_another_version_of_the_pack(tmp_path: Path) -> None:
    short, long = (load_policy(pack(tmp_path, f"years = [2026, {last}]")) for last in (2026, 2027))
    assert short.version != long.version
    assert short.version == load_policy(pack(tmp_path, "years = [2026, 2026]")).version


def test_reading_a_pack_with_many_calendars_is_quick(tmp_path: Path) -> None:
    more = "".join(
        f'[calendars.{region.lower()}]\ntimezone = "UTC"\nregion = "{region}"\nhours.mon = [["09:00", "17:00"]]\n'
        for region in EU
    )
    file = pack(tmp_path, more)
    before = time.perf_counter()
    assert len(load_policy(file).calendars) == len(EU)
    assert time.perf_counter() - before < 20
