"""What leaves the house by the command line: event logs and dossiers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

export_app = typer.Typer(no_args_is_help=True, help="Write event logs and dossiers to files.")


@export_app.command("events")
def events(
    file: Annotated[Path, typer.Argument(help="Where to write it.")],
    form: Annotated[str, typer.Option("--format", help="jsonl, csv, xes or ocel; unless told, by the ending.")] = "",
    cases: Annotated[list[str] | None, typer.Option("--case", help="Only this case; may be repeated.")] = None,
    since: Annotated[str, typer.Option("--from", help="Only cases received on this day or later.")] = "",
    until: Annotated[str, typer.Option("--to", help="Only cases received on this day or before.")] = "",
    by: Annotated[str, typer.Option(help="For --named: the member of staff who asks for it.")] = "",
    log: Annotated[str, typer.Option(help="csv, xes: an imported log, instead of the house's own cases.")] = "",
    *,
    named: Annotated[bool, typer.Option("--named", help="Staff by their ids, not by pseudonyms; is noted.")] = False,
    stages: Annotated[bool, typer.Option("--stages", help="csv, xes: only the stages, as the model has them.")] = False,
) -> None:
    """Write the histories of cases as an event log; staff and customers are pseudonyms, free text stays inside."""
    from adapters.house import House
    from portal.errand import operator, run_errand
    from portal.exporting import Exported, ExportOrder, export_events
    from portal.naming import must_be_allowed

    order = ExportOrder(file, form, tuple(cases or ()), since, until, is_named=named, stages_only=stages, log=log)

    async def work(house: House) -> Exported:
        if named:
            await must_be_allowed(house, by)
        return await export_events(house, order, by=by or operator())

    done = run_errand(work)
    typer.echo(f"{file}: {done.entries} entries of {done.cases} cases, sha256 {done.sha256}.")


@export_app.command("dossier")
def dossier(
    case: Annotated[str, typer.Argument(help="A case number.")],
    file: Annotated[Path, typer.Argument(help="The PDF file to write.")],
    by: Annotated[str, typer.Option(help="Whom it is for: a member of staff with a role that may.")],
    language: Annotated[str, typer.Option(help="en or zh-CN.")] = "en",
    purpose: Annotated[str, typer.Option(help="What for, for the access log.")] = "",
) -> None:
    """Print the whole dossier of a case, personal data included, for a role of archive.named_exports; is noted."""
    from portal.errand import run_errand
    from portal.printing import PrintOrder, export_dossier
    from portal.process_model import language_of

    order = PrintOrder(case.strip().upper(), language_of(language), by.strip(), stated=purpose)
    digest = run_errand(lambda house: export_dossier(house, order, file=file))
    typer.echo(f"{file}: the dossier of {order.case_no}, which holds personal data; sha256 {digest}.")


@export_app.command("list")
def departed(*, limit: Annotated[int, typer.Option(min=1)] = 50) -> None:
    """List what was exported, the newest first."""
    from adapters.departures import departures
    from portal.errand import run_errand

    for row in run_errand(lambda house: departures(house.database, most=limit)):
        named = " NAMED" if row.is_named else ""
        told = f"{row.at:%Y-%m-%d %H:%M} UTC {row.what} ({row.form}) of {row.scope}{named}, by {row.by}"
        typer.echo(f"{told}, sha256 {row.sha256[:16]}")
