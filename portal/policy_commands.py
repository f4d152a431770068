"""The part of the command line that looks after policy packs: what is wrong with one, what differs between two."""

from __future__ import annotations

import json
from typing import Annotated

import typer

policy_app = typer.Typer(no_args_is_help=True, help="Look after policy packs.")

_FAILED = 1

AsJson = Annotated[bool, typer.Option("--json", help="Print data for programs instead.")]
APack = Annotated[str, typer.Argument(help="A file, the name of a pack, or a version that the house has stored.")]


@policy_app.command("check")
def policy_check(pack: Annotated[str, typer.Argument(help="A file, or the name of a pack.")]) -> None:
    """Say file, line and key of everything that is wrong with a policy pack."""
    from portal.packs import check_pack

    checked = check_pack(pack)
    for problem in checked.problems:
        typer.echo(str(problem), err=True)
    if checked.problems:
        raise typer.Exit(_FAILED)
    typer.echo(f"{checked.path}: {checked.tables} tables, all good.")


@policy_app.command("list")
def policy_list() -> None:
    """List the policy packs that come with the house, and mark the one in use."""
    from portal.errand import read_settings
    from portal.packs import list_packs

    for pack in list_packs(read_settings().policy):
        mark = "*" if pack.is_in_use else " "
        typer.echo(f"{mark} {pack.name:<16} {pack.title}" + (" (broken)" if pack.is_broken else ""))


@policy_app.command("diff")
def policy_diff(
    old: APack,
    new: APack,
    *,
    cases: Annotated[bool, typer.Option("--cases", help="Which open cases would get other deadlines.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say what differs between two policies; with --cases, what that would mean for the open cases. Changes nothing."""
    from portal.errand import run_errand
    from portal.policy_terminal import print_comparison
    from portal.what_if import as_data, compare, compare_packs

    found = None if cases else compare_packs(old, new)
    found = found or run_errand(lambda house: compare(house, old, new, with_cases=cases))
    if as_json:
        typer.echo(json.dumps(as_data(found), ensure_ascii=False, indent=2))
    else:
        print_comparison(found)


@policy_app.command("adopt")
def policy_adopt(
    pack: APack,
    cases: Annotated[list[str], typer.Argument(help="The numbers of the open cases.")],
    reason: Annotated[str, typer.Option(help="Why they shall go on under it; kept with the case.")],
    by: Annotated[str, typer.Option(help="The staff id of whoever decided it.")],
) -> None:
    """Have open cases go on under another policy; their clocks are reckoned anew, and the history says so."""
    from portal.errand import run_errand
    from portal.what_if import adopt_policy

    for one in run_errand(lambda house: adopt_policy(house, pack, cases, by=by, reason=reason)):
        typer.echo(f"{one.case_no}: from {one.previous} to {one.version}; clocks that moved: {one.clocks}.")
