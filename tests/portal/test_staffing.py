"""Staffing: imports tell what they leave without an owner, leavers hand over everything, the command line says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from adapters import leavers
from complaints.errors import GiveUp, RosterWrong
from complaints.roster_file import write_toml
from complaints.staff import Absence
from complaints.words import TaskKind
from portal import staffing
from redress import app
from tests.builders import bring_to, carry_on, complain

if TYPE_CHECKING:
    from pathlib import Path

    from adapters.house import House
    from complaints.roster import Roster

TODAY = date(2026, 11, 23)


async def roster_without(house: House, *staff_ids: str) -> Roster:
    roster = await house.directory.current()
    return replace(roster, staff={one: person for one, person in roster.staff.items() if one not in staff_ids})


async def test_whoever_disappears_from_an_import_stays_as_a_leaver_if_a_case_knows_her(house: House) -> None:
    case_no = await complain(house)
    await bring_to(house, case_no, TaskKind.FINDINGS)
    told = await staffing.import_roster(
        house, await roster_without(house, "peter_novak", "lin_yan"), by="eva", reason="They left."
    )
    assert set(told.left) == {"peter_novak", "lin_yan"}
    assert [(one.staff_id, one.case_no, one.task_id) for one in told.orphans] == [
        ("peter_novak", case_no, ""),
        ("peter_novak", case_no, "findings-1"),
    ]
    now = await house.directory.current()
    assert (now.name_of("peter_novak"), now.works_here("peter_novak")) == ("Peter Novak", False)
    assert "lin_yan" not in now.staff
    assert (await carry_on(house, case_no)).tasks["findings-1"].assignee == "peter_novak"
    assert await leavers.hand_over(house, told.left, by="eva") == (case_no,)
    case = await carry_on(house, case_no)
    assert case.tasks["findings-1"].assignee == "zhao_lei"
    assert case.assignment is not None
    assert case.assignment.handler == "zhao_lei"
    assert await leavers.orphans(house, told.left) == ()


async def test_a_dry_run_tells_the_same_and_stores_nothing(house: House) -> None:
    case_no = await complain(house)
    await bring_to(house, case_no, TaskKind.FINDINGS)
    roster = await roster_without(house, "peter_novak")
    told = await staffing.import_roster(house, roster, by="eva", reason="", dry_run=True)
    assert told.left == ("peter_novak",)
    assert len(told.orphans) == 2
    assert await house.directory.log() == ()


async def test_somebody_leaves_and_every_open_case_goes_on_without_her(house: House) -> None:
    numbers = [await complain(house, detail=f"The kettle leaks, it is broken and defective. {nth}") for nth in range(3)]
    for case_no in numbers:
        await bring_to(house, case_no, TaskKind.FINDINGS)
    handlers = {case.assignment.handler for case in [await carry_on(house, one) for one in numbers] if case.assignment}
    assert "peter_novak" in handlers
    moved = await staffing.leave(house, "peter_novak", by="eva")
    assert moved
    for case_no in numbers:
        case = await carry_on(house, case_no)
        assert case.assignment is not None
        assert case.assignment.handler == "zhao_lei"
        assert {task.assignee for task in case.open_tasks} == {"zhao_lei"}


async def test_leaving_and_being_away_name_only_people_of_the_house(house: House) -> None:
    for wrong in (staffing.leave(house, "nobody", by="eva"), staffing.leave(house, "li_na", by="eva", to="li_na")):
        with pytest.raises(GiveUp):
            await wrong
    for last_day, substitute in ((TODAY, "nobody"), (TODAY, "li_na"), (date(2026, 11, 22), None)):
        absence = Absence(first_day=TODAY, last_day=last_day, substitute=substitute)
        with pytest.raises(GiveUp):
            await staffing.be_absent(house, "li_na", absence, by="eva")
    assert await house.directory.log() == ()
    absence = Absence(first_day=TODAY, last_day=TODAY, substitute="emma_clarke")
    roster = await staffing.be_absent(house, "li_na", absence, by="eva")
    assert roster.stand_in("li_na", house.clock.now()) == ("li_na", "emma_clarke")


async def test_a_wrong_file_is_not_taken(house: House, tmp_path: Path) -> None:
    path = tmp_path / "staff.toml"
    path.write_text(write_toml(await roster_without(house, "liu_yang", "tom_baker")), encoding="utf-8")
    with pytest.raises(RosterWrong, match="callback_specialist"):
        await staffing.read_roster(house, path)
    with pytest.raises(GiveUp, match="neither"):
        await staffing.read_roster(house, tmp_path / "staff.xlsx")
    with pytest.raises(GiveUp, match="cannot be read"):
        await staffing.read_roster(house, tmp_path / "none.csv")


def test_the_command_line_gives_a_roster_out_and_takes_it_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDRESS_HOME", str(tmp_path))
    said = CliRunner()
    assert said.invoke(app, ["migrate"]).exit_code == 0
    for name in ("staff.csv", "staff.toml"):
        file = str(tmp_path / name)
        assert said.invoke(app, ["staff", "export", file]).exit_code == 0
        assert "all good" in said.invoke(app, ["staff", "check", file]).output
    taken = said.invoke(app, ["staff", "import", str(tmp_path / "staff.csv"), "--by", "eva", "--reason", "first"])
    assert (taken.exit_code, "In force: roster-1-" in taken.output) == (0, True)
    away = ["staff", "absent", "li_na", "--from", "2026-12-01", "--to", "2026-12-14", "--substitute", "emma_clarke"]
    assert "emma_clarke stands in" in said.invoke(app, away).output
    assert "2026-12-01/2026-12-14 emma_clarke other" in said.invoke(app, ["staff", "export", "--format", "csv"]).output
    assert "Open work: none" in said.invoke(app, ["staff", "leave", "hu_bo"]).output
    assert said.invoke(app, ["staff", "leave", "hu_bo"]).exit_code == 1
    (tmp_path / "bad.csv").write_text("record,id\nrobot,r2\n", encoding="utf-8")
    refused = said.invoke(app, ["staff", "check", str(tmp_path / "bad.csv")])
    assert (refused.exit_code, "bad.csv:2: r2, column record" in refused.output) == (1, True)
