"""What is said to Redress about persons and their data: who looked, what is held, what is erased, which key locks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

keys_app = typer.Typer(no_args_is_help=True, help="Look after the master key, which locks the key of every case.")
person_app = typer.Typer(no_args_is_help=True, help="Look after what is held about one customer.")

AsJson = Annotated[bool, typer.Option("--json", help="Print data for programs instead.")]


def install(app: typer.Typer) -> None:
    """Put the commands of this room into the command line."""
    app.command("access")(access)
    app.command("hold")(hold)
    app.command("erase")(erase)
    app.add_typer(person_app, name="person")
    app.add_typer(keys_app, name="keys")


def access(
    case: Annotated[str, typer.Argument(help="A case number.")] = "",
    by: Annotated[str, typer.Option(help="What this member of staff looked at, in all cases.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="For --by: so many, the newest first.")] = 200,
    *,
    as_json: AsJson = False,
) -> None:
    """Say who looked at a case, or what somebody looked at: when, which page, what for."""
    from portal.accessing import looks_as_data, print_looks, read_looks
    from portal.errand import run_errand

    looks = run_errand(lambda house: read_looks(house, case, by=by, most=limit))
    if as_json:
        typer.echo(json.dumps(looks_as_data(looks), ensure_ascii=False, indent=2))
    else:
        print_looks(looks)


@keys_app.command("list")
def keys_list() -> None:
    """List the master keys by name: since when, whether retired, and how many cases each locks."""
    from adapters.rotation import list_masters
    from portal.errand import run_errand

    for master in run_errand(list_masters):
        since = f", since {master.made_at[:10]}" if master.made_at else ""
        typer.echo(f"{master.key_id}: {master.state}{since}, locks {master.cases} cases")


@keys_app.command("rotate")
def keys_rotate() -> None:
    """Put a new master key in the old one's place while everything runs; may be killed and run again."""
    from portal.errand import run_errand
    from portal.rotating import rotate, told

    for line in told(run_errand(rotate)):
        typer.echo(line)


By = Annotated[str, typer.Option(help="Who does it: a member of staff.")]
ACase = Annotated[str, typer.Argument(help="A case number.")]


def hold(
    case: ACase,
    by: By,
    reason: Annotated[str, typer.Option(help="Why; it is kept with the papers of the case.")] = "",
    *,
    free: Annotated[bool, typer.Option("--release", help="End the hold.")] = False,
) -> None:
    """Keep a case from being erased whatever its date, as for a lawsuit; or end that."""
    from portal import erasing
    from portal.errand import run_errand

    number = case.strip().upper()
    do = erasing.release if free else erasing.hold
    run_errand(lambda house: do(house, number, erasing.Doer(by), reason=reason))
    typer.echo(f"{number} is held no more." if free else f"{number} is held: it cannot be erased.")


def erase(
    case: Annotated[str, typer.Argument(help="A case number.")] = "",
    by: Annotated[str, typer.Option(help="Who asks or decides: a member of staff.")] = "",
    reason: Annotated[str, typer.Option(help="Why; needed before the case's date.")] = "",
    *,
    due: Annotated[bool, typer.Option("--due", help="All cases past their date; without --by lists them.")] = False,
    approve: Annotated[bool, typer.Option("--approve", help="Erase what another person asked for.")] = False,
    refuse: Annotated[bool, typer.Option("--refuse", help="Say no, or take your own request back.")] = False,
    report: Annotated[bool, typer.Option("--report", help="Say what the house holds of the case, as JSON.")] = False,
) -> None:
    """Ask for the personal data of archived cases to be destroyed; another person approves it."""
    from portal.erasing_terminal import Order, carry_out
    from portal.errand import run_errand

    order = Order(case.strip().upper(), by, reason, due=due, approve=approve, refuse=refuse, report=report)
    for line in run_errand(lambda house: carry_out(house, order)):
        typer.echo(line)


@person_app.command("export")
def person_export(
    file: Annotated[Path, typer.Argument(help="Where to write it: FILE.zip with her files, or FILE.json without.")],
    email: Annotated[str, typer.Option(help="Her e-mail address.")] = "",
    phone: Annotated[str, typer.Option(help="Her phone number.")] = "",
    by: Annotated[str, typer.Option(help="Who asks for it on her behalf, for the access log.")] = "",
    purpose: Annotated[str, typer.Option(help="What for, for the access log.")] = "",
    *,
    named: Annotated[bool, typer.Option("--named", help="Staff by their ids, if --by may.")] = False,
) -> None:
    """Write all that is held about one customer, readable, for her who asks for it; is noted."""
    from portal.errand import operator, run_errand
    from portal.subject_access import PersonOrder, export_person

    order = PersonOrder(file, email, phone, by or operator(), purpose, is_named=named)
    many, digest = run_errand(lambda house: export_person(house, order))
    typer.echo(f"{file}: what is held about her in {many} cases; sha256 {digest}.")
