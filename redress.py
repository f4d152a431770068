"""The command line: everything an operator says to Redress."""

from __future__ import annotations

import json
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from complaints.errors import AnswerWrong, RedressError
from portal.audit_commands import audit_app, import_log
from portal.export_commands import export_app
from portal.policy_commands import policy_app
from portal.privacy_commands import install as install_privacy
from portal.replay_commands import replay
from portal.sample_commands import sample_app
from portal.seal_commands import seal_app
from portal.staff_commands import staff_app

_FAILED, _MISUSED = 1, 2


class Commands(TyperGroup):
    """Tells whatever goes wrong in one sentence each, never in a traceback."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401  Typer's own, which it does not export
        """Run a command; exit 2 when it was asked wrongly, 1 when it could not be done."""
        try:
            return super().invoke(ctx)
        except AnswerWrong as wrong:
            for field, message in wrong.problems.items():
                typer.echo(f"{field}: {message}", err=True)
            raise typer.Exit(_MISUSED) from wrong
        except RedressError as wrong:
            typer.echo(_sentence(str(wrong)), err=True)
            raise typer.Exit(_FAILED) from wrong


def _sentence(text: str) -> str:
    """As a sentence; a name at its front (of a file, a case) stays as it is."""
    ended = text if text.endswith((".", "!", "?")) else f"{text}."
    return ended[:1].upper() + ended[1:] if ended.partition(" ")[0].isalpha() else ended


app = typer.Typer(
    name="redress", cls=Commands, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
mail_app = typer.Typer(invoke_without_command=True, help="Look after letters that are not out yet.")
app.add_typer(policy_app, name="policy")
app.add_typer(mail_app, name="mail")
audit_app.add_typer(seal_app)
audit_app.add_typer(sample_app)
app.add_typer(staff_app, name="staff")
app.add_typer(audit_app, name="audit")
app.add_typer(export_app, name="export")
app.command("import-log")(import_log)
install_privacy(app)
app.command()(replay)

AsJson = Annotated[bool, typer.Option("--json", help="Print data for programs instead.")]


@app.callback()
def redress() -> None:
    """Handle customer complaints from intake to archive."""


@app.command()
def version() -> None:
    """Print the installed version."""
    typer.echo(installed_version("redress"))


@app.command()
def up() -> None:
    """Start everything on this machine: Prefect, worker, portal, mail catcher. Ctrl-C stops it."""
    from deployments.running import run_up
    from portal.errand import read_settings

    run_up(read_settings())


@app.command()
def worker() -> None:
    """Run a resident worker: it carries the cases and sends the letters."""
    from adapters.logbook import open_logbook
    from deployments.worker import run_worker
    from portal.errand import read_settings

    settings = read_settings()
    open_logbook(settings.log_level, settings.log_format)
    raise typer.Exit(run_worker(settings))


@app.command()
def portal() -> None:
    """Serve the web site."""
    from deployments.running import run_portal
    from portal.errand import read_settings

    run_portal(read_settings())


@app.command()
def demo(
    cases: Annotated[int, typer.Option(min=1, help="How many complaints to play.")] = 6,
    keep: Annotated[Path | None, typer.Option(help="A folder to keep the demo's data in.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Play complaints to their ends in a house of its own, with limits of seconds, and judge the result."""
    from deployments.running import run_demo
    from portal.errand import read_settings

    if not run_demo(read_settings(), cases=cases, as_json=as_json, keep=keep):
        raise typer.Exit(_FAILED)


@app.command()
def bench(
    only: Annotated[list[str] | None, typer.Option(help="Only this measure; may be repeated.")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures to a file too.")] = None,
    keep: Annotated[Path | None, typer.Option(help="Keep databases and logs in a new folder.")] = None,
    *,
    quick: Annotated[bool, typer.Option("--quick", help="Three minutes: one run of the main measures.")] = False,
    peers: Annotated[bool, typer.Option("--peers", help="Run DBOS and stock Prefect side by side.")] = False,
) -> None:
    """Measure this version in houses of its own, on PostgreSQL, under people who answer at once."""
    from benchmarks.running import Order, run_bench

    run_bench(Order(only=tuple(only or ()), is_quick=quick, file=json_file, with_peers=peers, keep=keep))


@app.command()
def migrate() -> None:
    """Bring the business database to the shape this version needs."""
    from portal.errand import migrate_house

    typer.echo(f"The business database is at {migrate_house()}.")


@app.command()
def doctor(*, as_json: AsJson = False) -> None:
    """Examine settings, database, mail, engine and policy, and say what to do."""
    from deployments.doctor import examine_here, is_well
    from deployments.prescription import findings_as_data, print_findings

    findings = examine_here()
    if as_json:
        _print_json(findings_as_data(findings))
    else:
        print_findings(findings)
    if not is_well(findings):
        raise typer.Exit(_FAILED)


@app.command()
def submit(
    detail: Annotated[str, typer.Option(help="What happened; - reads it from standard input.")] = "",
    name: Annotated[str, typer.Option(help="The customer's name.")] = "",
    email: Annotated[str, typer.Option(help="Where letters to her go.")] = "",
    phone: str = "",
    item: Annotated[str, typer.Option(help="The product or service.")] = "",
    order_no: str = "",
    occurred_at: Annotated[str, typer.Option(help="A day like 2026-11-21.")] = "",
    expected_remedy: str = "",
    customer_type: Annotated[str, typer.Option(help="ordinary, key, vulnerable, elderly or young.")] = "",
    channel: str = "web",
    language: Annotated[str, typer.Option(help="en or zh-CN; unless told, that of the text.")] = "",
    others: Annotated[list[str] | None, typer.Option("--field", help="field=value for any other field.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Hand in one complaint; prints its case number and the customer's tracking link."""
    told = {**locals()}
    from portal.errand import run_errand
    from portal.submitting import piped_text, submit_typed

    if detail == "-":
        told["detail"] = piped_text(typer.get_binary_stream("stdin").read())
    typed = {field: text for field, text in told.items() if isinstance(text, str)}
    receipt = run_errand(lambda house: submit_typed(house, typed, others or ()))
    if as_json:
        _print_json({"case_no": receipt.case_no, "tracking": receipt.tracking, "new": receipt.is_new})
    else:
        typer.echo(receipt.in_words)


@app.command("import")
def import_table(
    file: Annotated[Path, typer.Argument(help="A CSV file, packed with gzip or not.")],
    maps: Annotated[list[str] | None, typer.Option("--map", help="field=column, or field=column+column.")] = None,
    defaults: Annotated[list[str] | None, typer.Option("--default", help="field=value where no column is.")] = None,
    id_column: Annotated[str, typer.Option(help="The column that tells rows apart; unless told, their text.")] = "",
    source: Annotated[str, typer.Option(help="Where the ids come from, when several sources number alike.")] = "",
    language: Annotated[str, typer.Option(help="auto, en or zh-CN.")] = "auto",
    channel: Annotated[str, typer.Option(help="How these complaints came.")] = "platform",
    encoding: Annotated[str, typer.Option(help="For files whose encoding does not show.")] = "",
    delimiter: Annotated[str, typer.Option(help="For files whose delimiter does not show.")] = "",
    limit: Annotated[int | None, typer.Option(min=1, help="The first so many rows only.")] = None,
    rejects: Annotated[Path | None, typer.Option(help="A CSV file to write rejected rows to.")] = None,
    *,
    write_to_customers: Annotated[bool, typer.Option("--write-to-customers", help="Customers may get mail.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what the rules would do.")] = False,
    as_json: AsJson = False,
) -> None:
    """Open a case for every row of a table; what was imported before is known by its id."""
    from portal.import_desk import Order, run_order
    from portal.recipe import Wishes

    wishes = Wishes(tuple(maps or ()), tuple(defaults or ()), language, channel, id_column, source)
    order = Order(file, wishes, encoding, delimiter, limit, rejects, may_write_to_customers=write_to_customers)
    if not run_order(order, is_trial=dry_run, as_json=as_json):
        raise typer.Exit(_FAILED)


@app.command()
def cases(
    stage: Annotated[str, typer.Option(help="One of the stages, or archived.")] = "",
    level: str = "",
    limit: Annotated[int, typer.Option(min=1)] = 50,
    *,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only those with work past its deadline.")] = False,
    as_json: AsJson = False,
) -> None:
    """List cases, the newest first."""
    from portal.case_files import listing_as_data, read_listing, wanted
    from portal.case_terminal import print_listing
    from portal.errand import run_errand

    asked = wanted(stage=stage, level=level, overdue=overdue, limit=limit)
    listing = run_errand(lambda house: read_listing(house, asked))
    if as_json:
        _print_json(listing_as_data(listing))
    else:
        print_listing(listing)


@app.command()
def show(
    case: Annotated[str, typer.Argument(help="A case number.")],
    purpose: Annotated[str, typer.Option(help="What for, for the access log.")] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Show how a case stands, what is asked of whom, and its history."""
    from portal.case_files import case_as_data, read_case
    from portal.case_terminal import print_case
    from portal.errand import run_errand

    found = run_errand(lambda house: read_case(house, case, stated=purpose))
    if as_json:
        _print_json(case_as_data(found))
    else:
        print_case(found)


@mail_app.callback()
def mail(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1)] = 50,
    *,
    link: Annotated[bool, typer.Option("--link", help="Print a link to the page that shows and resends them.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the letters that died and those that wait."""
    if context.invoked_subcommand:
        return
    from portal.errand import run_errand
    from portal.outbox_terminal import letters_as_data, page_of_letters, print_letters, read_letters

    if link:
        typer.echo(run_errand(page_of_letters))
        return
    letters = run_errand(lambda house: read_letters(house, most=limit))
    if as_json:
        _print_json(letters_as_data(letters))
    else:
        print_letters(letters)


@mail_app.command("resend")
def mail_resend(letter: Annotated[int, typer.Argument(help="The number of a dead letter.")]) -> None:
    """Try a dead letter once more."""
    from adapters.letter_list import try_again
    from portal.errand import run_errand

    row = run_errand(lambda house: try_again(house.database, letter, now=house.clock.now()))
    about = f" of {row.case_no}" if row.case_no else ""
    typer.echo(f"Letter {letter}{about} waits to be sent.")


def _print_json(data: object) -> None:
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2))


def main() -> None:
    """Run the command that was typed."""
    app()


if __name__ == "__main__":
    main()
