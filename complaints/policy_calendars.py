"""Public holidays in calendars: which regions a pack names, and their dates laid under the pack's own."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from complaints.policy_source import Problem, Source
    from complaints.toml_lines import Path


@dataclass(frozen=True, order=True)
class Almanac:
    """The public holidays of a region over some years, as a text of its own among those of a pack."""

    region: str
    subdivision: str
    first: int
    last: int

    @property
    def file(self) -> str:
        """The name of its text: `holidays-gb-sct-2024-2032.toml`."""
        parts = (self.region, self.subdivision, str(self.first), str(self.last))
        return f"holidays-{'-'.join(part.lower() for part in parts if part)}.toml"


def almanacs_of(data: Mapping[str, Any]) -> dict[Path, Almanac]:
    """The almanac that each calendar of a merged pack needs, by the calendar's path; malformed ones need none."""
    found = {}
    for path, table in _calendars(data):
        if almanac := _almanac(table):
            found[path] = almanac
    return found


def lay_under(source: Source, texts: Mapping[str, str]) -> list[Problem]:
    """Put the public holidays of each calendar's region behind its own dates; what the pack says of a date counts."""
    problems = []
    for path, almanac in almanacs_of(source.data).items():
        if almanac.file not in texts:
            key = "subdivision" if almanac.subdivision else "region"
            known = f"{almanac.region} {almanac.subdivision}".strip()
            message = f"no public holidays are known for {known!r}: use another code, or leave it out and list the days"
            problems.append(source.problem((*path, key), message))
            continue
        _add_days(_at(source.data, path), tomllib.loads(texts[almanac.file]))
        if almanac.file not in source.files:
            source.files = (*source.files, almanac.file)
    return problems


def _add_days(calendar: dict[str, Any], almanac: Mapping[str, Any]) -> None:
    """The pack's dates keep their places, so that a problem with one is told where it was written."""
    own = {key: calendar.get(key, []) for key in ("holidays", "working_days")}
    if not all(isinstance(days, list) for days in own.values()):
        return
    said = {str(day) for days in own.values() for day in days}
    for key, days in own.items():
        calendar[key] = [*days, *(day for day in almanac[key] if day not in said)]


def _calendars(data: Mapping[str, Any]) -> Iterator[tuple[Path, dict[str, Any]]]:
    tables: dict[Path, Any] = {("calendar",): data.get("calendar")}
    if isinstance(others := data.get("calendars"), dict):
        tables |= {("calendars", name): table for name, table in others.items()}
    yield from ((path, table) for path, table in tables.items() if isinstance(table, dict))


def _almanac(table: Mapping[str, Any]) -> Almanac | None:
    region, subdivision, years = table.get("region"), table.get("subdivision", ""), table.get("years", _YEARS)
    is_whole = isinstance(region, str) and isinstance(subdivision, str) and _are_years(years)
    if not region or not is_whole or table.get("always") is True:
        return None
    return Almanac(str(region), subdivision, years[0], years[1])


_YEARS = (2024, 2032)
"""The default of `Calendar.years`, here for tables that are not judged yet."""
_MOST_YEARS = 50


def _are_years(years: object) -> bool:
    if not (isinstance(years, list | tuple) and len(years) == len(_YEARS)):
        return False
    return all(isinstance(year, int) for year in years) and 0 <= years[1] - years[0] < _MOST_YEARS


def _at(data: Any, path: Path) -> Any:  # noqa: ANN401  tables of any depth
    for step in path:
        data = data[step]
    return data
