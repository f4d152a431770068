"""The auditor's part of the command line: surveys of cases and logs, the model of the process, exports."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

audit_app = typer.Typer(no_args_is_help=True, help="Look into what happened, and whether it was right.")

AsJson = Annotated[bool, typer.Option("--json", help="Print data for programs instead.")]
Since = Annotated[str, typer.Option("--from", help="Only cases received on this day or later, like 2026-11-21.")]
Until = Annotated[str, typer.Option("--to", help="Only cases received on this day or before.")]


@audit_app.command("conformance")
def conformance(
    since: Since = "",
    until: Until = "",
    log: Annotated[str, typer.Option(help="An imported log, instead of the house's own cases.")] = "",
    model: Annotated[Path | None, typer.Option(help="For a log: a CSV file of steps, from and to.")] = None,
    least_share: Annotated[
        float, typer.Option(min=0, max=1, help="For a log's own model: rarer steps deviate.")
    ] = 0.01,
    variants: Annotated[int, typer.Option(min=1, help="How many ways to list.")] = 10,
    *,
    as_json: AsJson = False,
) -> None:
    """Hold every case against the model; times, ways and rework beside it."""
    from portal.audit_terminal import print_report
    from portal.errand import run_errand
    from portal.surveying import SurveyOrder, report_as_data, survey

    order = SurveyOrder(since, until, log, model, least_share)
    report = run_errand(lambda house: survey(house, order))
    if as_json:
        typer.echo(json.dumps(report_as_data(report), ensure_ascii=False, indent=2))
    else:
        print_report(report, variants=variants)


@audit_app.command("logs")
def logs(*, remove: Annotated[str, typer.Option(help="Forget this log.")] = "") -> None:
    """List the imported logs."""
    from portal.errand import run_errand
    from portal.surveying import analysis_space

    if remove:
        run_errand(lambda house: analysis_space(house).remove(remove))
        typer.echo(f"{remove}: forgotten.")
        return
    for row in run_errand(lambda house: analysis_space(house).logs()):
        typer.echo(f"{row.name}: {row.events} events, {row.cases} cases, from {row.file}, {row.imported_at:%Y-%m-%d}")


@audit_app.command("model")
def model(
    file: Annotated[Path | None, typer.Argument(help="Where to write it; unless told, to standard output.")] = None,
    form: Annotated[str, typer.Option("--format", help="bpmn or svg; unless told, by the file's ending.")] = "",
    language: Annotated[str, typer.Option(help="en or zh-CN.")] = "en",
    log: Annotated[str, typer.Option(help="The steps that an imported log shows, as a CSV file to edit.")] = "",
    least_share: Annotated[float, typer.Option(min=0, max=1, help="For a log: rarer steps are left out.")] = 0.01,
) -> None:
    """Write the process as a model: BPMN 2.0 for a viewer, SVG to look at."""
    from adapters.departures import leaving
    from portal.errand import run_errand
    from portal.process_model import followers_as_csv, language_of, model_as
    from portal.surveying import discovered_from

    if log:
        content = followers_as_csv(run_errand(lambda house: discovered_from(house, log, least_share=least_share)))
    else:
        content = model_as(form or (file.suffix.lstrip(".") if file else "bpmn"), language_of(language))
    if file is None:
        typer.echo(content)
        return
    with leaving(file) as out:
        out.write(content.encode())
    typer.echo(f"{file}: written.")


@audit_app.command("verify-file")
def verify_file(file: Annotated[Path, typer.Argument(help="A file that `redress export events` wrote.")]) -> None:
    """Check the chains of an exported JSON Lines file; needs no house, no key and no database."""
    from portal.exporting import verify_file

    checked = verify_file(file)
    if checked.proven == checked.entries:
        typer.echo(f"{file}: {checked.entries} entries of {checked.cases} cases, every hash fits.")
    else:
        unproven = checked.entries - checked.proven
        typer.echo(
            f"{file}: {checked.entries} entries of {checked.cases} cases stand in their order; {unproven} are "
            "pseudonymised, so that their hashes cannot be computed anew: export with --named for that."
        )
    for case_no, entries, head in checked.heads:
        typer.echo(f"{case_no}: {entries} entries, head {head}")


def import_log(
    file: Annotated[Path, typer.Argument(help="A CSV file of events, packed with gzip or not.")],
    name: Annotated[str, typer.Option(help="What to call the log; unless told, as the file.")] = "",
    maps: Annotated[list[str] | None, typer.Option("--map", help="case, activity, timestamp ... =column.")] = None,
    time_format: Annotated[str, typer.Option(help="Like %d/%m/%Y %H:%M, where it does not show.")] = "",
    encoding: Annotated[str, typer.Option(help="For files whose encoding does not show.")] = "",
    delimiter: Annotated[str, typer.Option(help="For files whose delimiter does not show.")] = "",
) -> None:
    """Read an event log from elsewhere into the analysis space; no case of the house is touched."""
    from portal.errand import run_errand
    from portal.surveying import LogOrder, import_log

    order = LogOrder(file, name, tuple(maps or ()), time_format, encoding, delimiter)
    stored, columns = run_errand(lambda house: import_log(house, order))
    told = ", ".join(f"{what} from {column!r}" for what, column in columns.items())
    known = "" if stored.is_new else " It was there already."
    typer.echo(f"{stored.log.name}: {stored.log.events} events of {stored.log.cases} cases ({told}).{known}")
