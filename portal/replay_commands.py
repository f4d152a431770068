"""The replay commands: a case as it was known, and every decision of the rules taken once more."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from complaints.errors import AnswerWrong
from portal.audit_commands import audit_app

_FAILED = 1

AsJson = Annotated[bool, typer.Option("--json", help="Print data for programs instead.")]
Since = Annotated[str, typer.Option("--from", help="Cases received on this day or later, like 2026-11-21.")]
Until = Annotated[str, typer.Option("--to", help="Cases received on this day or before.")]
Everything = Annotated[bool, typer.Option("--all", help="Every case of the house.")]


def replay(
    cases: Annotated[list[str] | None, typer.Argument(metavar="[CASE]...", help="Case numbers.")] = None,
    at: Annotated[str, typer.Option(help="As known at this moment, like 2026-11-23T14:30.")] = "",
    seq: Annotated[int | None, typer.Option(min=1, help="As known after this entry of the history.")] = None,
    against: Annotated[str, typer.Option(help="A policy pack, by name or file: what would it have decided?")] = "",
    since: Since = "",
    until: Until = "",
    *,
    everything: Everything = False,
    as_json: AsJson = False,
) -> None:
    """Show a case as it was known at a moment of its past; or what another pack would have decided."""
    if against:
        _compare(against, tuple(cases or ()), since, until, everything=everything, as_json=as_json)
        return
    from portal.errand import run_errand
    from portal.replay_terminal import print_replay
    from portal.replaying import look_back, replay_as_data

    if cases is None or len(cases) != 1 or since or until or everything:
        raise AnswerWrong({"CASE": "one case is looked at; many are only held --against a pack"})
    case = cases[0]
    found = run_errand(lambda house: look_back(house, case, seq=seq, at=at))
    if as_json:
        _print(replay_as_data(found))
    else:
        print_replay(found)


def _compare(pack: str, cases: tuple[str, ...], since: str, until: str, *, everything: bool, as_json: bool) -> None:
    from portal.errand import run_errand
    from portal.redeciding import Order, compare_with, comparison_as_data
    from portal.replay_terminal import print_comparison

    order = Order(cases, since, until, everything)
    found = run_errand(lambda house: compare_with(house, pack, order))
    if as_json:
        _print(comparison_as_data(found))
    else:
        print_comparison(found, pack=pack)


@audit_app.command("redecide")
def redecide(
    cases: Annotated[list[str] | None, typer.Argument(metavar="[CASE]...", help="Case numbers.")] = None,
    since: Since = "",
    until: Until = "",
    *,
    everything: Everything = False,
    decisions: Annotated[bool, typer.Option("--decisions", help="With --json: those that are the same too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Take every decision of the rules once more, from what was recorded; ends with 1 on any difference."""
    from portal.errand import run_errand
    from portal.redeciding import Order, judged_as_data, redecide_cases
    from portal.replay_terminal import print_judged

    order = Order(tuple(cases or ()), since, until, everything)
    judged = run_errand(lambda house: redecide_cases(house, order, keeps=decisions))
    if as_json:
        _print(judged_as_data(judged))
    else:
        print_judged(judged)
    if not judged.account.is_right:
        raise typer.Exit(_FAILED)


def _print(data: object) -> None:
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2))
