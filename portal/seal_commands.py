"""The seal commands: what an auditor says to Redress to learn whether anything was changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

seal_app = typer.Typer()

_FAILED = 1

AsJson = Annotated[bool, typer.Option("--json", help="Print data for programs instead.")]
Keys = Annotated[Path | None, typer.Option(help="Your own copy of the public keys, from `redress audit keys`.")]


@seal_app.command("verify")
def verify(
    case: Annotated[str, typer.Argument(help="A case number.")] = "",
    keys: Keys = None,
    heads: Annotated[Path | None, typer.Option(help="Your own copy of the published heads.", exists=True)] = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="Every case of the house.")] = False,
    quick: Annotated[bool, typer.Option("--quick", help="Chains, seals and published heads only.")] = False,
    as_json: AsJson = False,
) -> None:
    """Check chains, seals, published heads, projections, papers and files; names what is not as it was written."""
    from adapters.auditor import Scope
    from portal.verifying import print_report, read_keys_file, report_as_data, run_audit, wanted_case

    scope = Scope(wanted_case(case, everything=everything), quick, read_keys_file(keys), heads)
    report = run_audit(scope, shows_progress=not as_json)
    if as_json:
        typer.echo(json.dumps(report_as_data(report), ensure_ascii=False, indent=2))
    else:
        print_report(report)
    if not report.is_sound:
        raise typer.Exit(_FAILED)


@seal_app.command("heads")
def publish_heads(
    day: Annotated[str, typer.Option(help="Print the line of this day (UTC), like 2026-11-25.")] = "",
    path: Annotated[Path | None, typer.Option(help="A file in the place of REDRESS_AUDIT_HEADS.")] = None,
) -> None:
    """Publish the heads of all histories for every day that is over; the worker does so by itself."""
    from portal.errand import run_errand
    from portal.verifying import heads_of_day, publish

    if day:
        typer.echo(run_errand(lambda house: heads_of_day(house, day, path)))
        return
    for line in run_errand(lambda house: publish(house, path)):
        typer.echo(line)


@seal_app.command("proof")
def proof(
    case: Annotated[str, typer.Argument(help="A case number.")],
    day: Annotated[str, typer.Option(help="As published on this day; unless told, on its last.")] = "",
) -> None:
    """Print a proof that a case's head was published, which can be checked without this house."""
    from portal.errand import run_errand
    from portal.verifying import proof_of

    typer.echo(json.dumps(run_errand(lambda house: proof_of(house, case, day)), ensure_ascii=False, indent=2))


@seal_app.command("check-proof")
def check_proof(
    file: Annotated[Path, typer.Argument(help="A file from `redress audit proof`.")], keys: Keys = None
) -> None:
    """Check a proof on any machine: needs no database, no network and no key but the public ones."""
    from portal.verifying import check_proof_file

    typer.echo(check_proof_file(file, keys))


@seal_app.command("keys")
def export_keys() -> None:
    """Print the public keys of this house with their times, for an auditor to keep."""
    from portal.errand import run_errand
    from portal.verifying import public_keys

    typer.echo(json.dumps({"keys": run_errand(public_keys)}, indent=2))


@seal_app.command("rotate-key")
def rotate_key() -> None:
    """Make a new seal key; what the old one sealed stays verifiable, and its private half is destroyed."""
    from portal.errand import run_errand
    from portal.verifying import rotate

    typer.echo(run_errand(rotate))
