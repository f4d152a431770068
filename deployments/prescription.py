"""The prescription: a doctor's findings, as a person or a program reads them."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deployments.doctor import Finding

_STYLES = {"ok": "green", "warn": "yellow", "fail": "bold red"}


def print_findings(findings: Sequence[Finding]) -> None:
    """One line for each examination, with what to do where something is wrong."""
    table = Table(box=None, padding=(0, 1), show_header=False)
    for _ in range(3):
        table.add_column(overflow="fold")
    for finding in findings:
        said = Text(finding.says)
        if finding.advice:
            said.append(f"\n{finding.advice}", style="dim")
        table.add_row(Text(finding.verdict, style=_STYLES[finding.verdict]), finding.name, said)
    Console().print(table)


def findings_as_data(findings: Sequence[Finding]) -> list[dict[str, str]]:
    """Findings for programs."""
    return [asdict(finding) for finding in findings]
