"""What an operator says to Redress about staff: `redress staff import|export|check|leave|absent`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from complaints.staff import AbsenceReason

if TYPE_CHECKING:
    from collections.abc import Iterable

    from adapters.leavers import Orphan
    from portal.staffing import Imported

staff_app = typer.Typer(no_args_is_help=True, help="Look after departments and staff.")

By = Annotated[str, typer.Option(help="Who does it, for the records.")]
RosterFile = Annotated[Path, typer.Argument(help="A roster in .toml or .csv.")]
StaffId = Annotated[str, typer.Argument(metavar="ID", help="A member of staff.")]

_MOST_SHOWN = 20


@staff_app.command("check")
def check(file: RosterFile) -> None:
    """Say file, line and key (or row and column) of everything that is wrong with a roster."""
    from portal.errand import run_errand
    from portal.staffing import read_roster

    roster = run_errand(lambda house: read_roster(house, file))
    typer.echo(f"{file}: {len(roster.departments)} departments, {len(roster.staff)} people, all good.")


@staff_app.command("import")
def import_file(
    file: RosterFile,
    by: By = "operator",
    reason: Annotated[str, typer.Option(help="Why, for the records.")] = "",
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change.")] = False,
    hand_over: Annotated[bool, typer.Option("--hand-over", help="Hand over the open work of leavers.")] = False,
) -> None:
    """Put a roster in force, for open cases too."""
    from adapters import leavers
    from adapters.house import House
    from portal import staffing
    from portal.errand import run_errand

    async def work(house: House) -> tuple[Imported, tuple[str, ...]]:
        roster = await staffing.read_roster(house, file)
        told = await staffing.import_roster(house, roster, by=by, reason=reason, dry_run=dry_run)
        moved = await leavers.hand_over(house, told.left, by=by) if hand_over and not dry_run else ()
        return told, moved

    told, moved = run_errand(work)
    _say(told, dry_run=dry_run)
    if moved:
        typer.echo(f"Handed over in {len(moved)} cases: {_some(moved)}.")
    elif told.orphans:
        _say_orphans(told.orphans)


@staff_app.command("export")
def export(
    file: Annotated[Path | None, typer.Argument(help="Where to; standard output when left out.")] = None,
    form: Annotated[Literal["toml", "csv"] | None, typer.Option("--format", help="Else by the file's name.")] = None,
) -> None:
    """Write the roster in force, without loss."""
    from complaints.roster_file import write_toml
    from complaints.roster_table import write_csv
    from portal.errand import run_errand

    roster = run_errand(lambda house: house.directory.current())
    is_table = form == "csv" or (form is None and file is not None and file.suffix == ".csv")
    text = write_csv(roster) if is_table else write_toml(roster)
    if file is None:
        typer.echo(text, nl=False)
    else:
        file.write_text(text, encoding="utf-8", newline="")
        typer.echo(f"{file}: {len(roster.departments)} departments, {len(roster.staff)} people.")


@staff_app.command("leave")
def leave(
    staff_id: StaffId,
    to: Annotated[str | None, typer.Option(help="Who gets the open work; the rules decide when left out.")] = None,
    by: By = "operator",
) -> None:
    """Somebody leaves today: all open work goes to others in one step."""
    from portal import staffing
    from portal.errand import run_errand

    moved = run_errand(lambda house: staffing.leave(house, staff_id, by=by, to=to))
    cases = f" handed over in {len(moved)} cases: {_some(moved)}" if moved else ": none"
    typer.echo(f"{staff_id} has left. Open work{cases}.")


@staff_app.command("absent")
def absent(
    staff_id: StaffId,
    first_day: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="The first day.")],
    last_day: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="The last day, included.")],
    substitute: Annotated[str | None, typer.Option(help="Who stands in.")] = None,
    reason: Annotated[AbsenceReason, typer.Option(help="Why, as a code.")] = "other",
    by: By = "operator",
) -> None:
    """Somebody is away on these days: new work goes to her substitute."""
    from complaints.staff import Absence
    from portal import staffing
    from portal.errand import run_errand

    absence = Absence(first_day=first_day.date(), last_day=last_day.date(), substitute=substitute, reason=reason)
    run_errand(lambda house: staffing.be_absent(house, staff_id, absence, by=by))
    place = f"; {substitute} stands in" if substitute else ""
    typer.echo(f"{staff_id} is away from {absence.first_day} to {absence.last_day}{place}.")


def _say(told: Imported, *, dry_run: bool) -> None:
    typer.echo("Nothing is stored: this would change." if dry_run else f"In force: {told.version}.")
    for word, people in (("come", told.came), ("leave", told.left), ("changed", told.changed)):
        if people:
            typer.echo(f"  {word}: {_some(people)}")


def _say_orphans(orphans: tuple[Orphan, ...]) -> None:
    typer.echo(
        "This leaves open work without an owner; --hand-over gives it to others at once, the worker within minutes:"
    )
    for one in orphans[:_MOST_SHOWN]:
        typer.echo(f"  {one.staff_id}: {one.case_no} {one.task_id or '(handler)'}")
    if len(orphans) > _MOST_SHOWN:
        typer.echo(f"  and {len(orphans) - _MOST_SHOWN} more")


def _some(names: Iterable[str]) -> str:
    names = tuple(names)
    more = f" and {len(names) - _MOST_SHOWN} more" if len(names) > _MOST_SHOWN else ""
    return ", ".join(names[:_MOST_SHOWN]) + more
