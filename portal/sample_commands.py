"""The sample commands: what an auditor's samples came to, at a terminal or for programs."""

from __future__ import annotations

import json
from typing import Annotated

import typer

sample_app = typer.Typer()


@sample_app.command("report")
def report(
    sample: Annotated[str, typer.Argument(help="The number of a sample, like QA20261126-01.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print data for programs instead.")] = False,
) -> None:
    """Say how a sample was drawn and what was scored by clause, department and question; notes stay on the pages."""
    from portal.audit_report import report_as_data
    from portal.audit_terminal import print_sample_report
    from portal.errand import run_errand

    found = run_errand(lambda house: report_as_data(house, sample))
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        print_sample_report(found)
