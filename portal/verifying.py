"""The audit at a terminal: runs it, tells how far it is, and says in words what came of it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from adapters.audit_seals import check_keys, signature_fault
from adapters.auditor import verify
from adapters.publisher import HeadsFile, Publisher
from adapters.signet import read_keys
from complaints.errors import AnswerWrong, GiveUp, HistoryBroken
from complaints.flaws import Report
from complaints.heads import prove, read_leaf, read_line, read_proof
from complaints.merkle import root_of
from complaints.seals import keys_as_data, moment, read_key_list
from portal.errand import run_errand

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from adapters.auditor import Scope
    from adapters.house import House
    from complaints.heads import Leaf, Line
    from complaints.seals import SealKey

_MOST_SHOWN = 50

LIMITS = (
    "Whether what was recorded is true: only that it was not changed afterwards.",
    "What somebody did who held database, seal key and heads file at once: keep copies, use --keys and --heads.",
    "Changes to open cases since the last published day.",
)
"""What no audit of this kind can promise; docs/audit.md explains it."""


def wanted_case(case: str, *, everything: bool) -> str:
    """The case to look at, empty for all; AnswerWrong when neither or both were said."""
    if bool(case) == everything:
        raise AnswerWrong({"CASE": "name one case, or say --all"})
    return case


def read_keys_file(path: Path | None) -> tuple[SealKey, ...]:
    """The auditor's copy of the public keys; none when there is no such copy."""
    return read_key_list(_read(path)) if path else ()


def run_audit(scope: Scope, *, shows_progress: bool) -> Report:
    """Look at what is in scope; tells a person at a terminal how far it is."""
    console = Console(stderr=True)
    columns = (TextColumn("Entries"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(
        *columns, console=console, transient=True, disable=not (shows_progress and console.is_terminal)
    ) as bar:
        task = bar.add_task("entries", total=None)

        async def audit(house: House) -> Report:
            return await verify(house, scope, tell=lambda far: bar.update(task, completed=far.entries, total=far.of))

        return run_errand(audit)


def report_as_data(report: Report) -> dict[str, Any]:
    """The report for programs."""
    return {
        "sound": report.is_sound,
        "looked_at": report.counted,
        "flaws": [asdict(flaw) for flaw in report.flaws],
        "not_checked": report.notes,
        "cannot_show": list(LIMITS),
    }


def print_report(report: Report) -> None:
    """The report for people: the first flaw first."""
    console = Console(soft_wrap=True, highlight=False)
    console.print("Looked at " + ", ".join(f"{many} {what}" for what, many in report.counted.items()) + ".")
    if report.is_sound:
        console.print("Everything is as it was written.", style="bold green")
    for flaw in report.flaws[:_MOST_SHOWN]:
        console.print(Text(str(flaw), style="bold red" if flaw is report.flaws[0] else "red"))
    if len(report.flaws) > _MOST_SHOWN:
        console.print(f"... and {len(report.flaws) - _MOST_SHOWN} more; --json lists them all.")
    _print_list(console, "Not checked:", (f"{what} ({many})" for what, many in report.notes.items()))
    _print_list(console, "What this cannot show:", LIMITS)


def _print_list(console: Console, title: str, lines: Iterable[str]) -> None:
    listed = list(lines)
    if listed:
        console.print(title, style="dim")
    for line in listed:
        console.print(f"  {line}", style="dim")


async def publish(house: House, path: Path | None) -> list[str]:
    """What was published now, in words, or up to when everything is."""
    publisher = Publisher(house, path)
    lines = await publisher.publish_due()
    if lines:
        return [f"{line.day}: {line.cases} cases, root {line.root}" for line in lines]
    known = publisher.file.lines()
    return [f"Nothing is due: published up to {read_line(known[-1]).day}." if known else "Nothing is due."]


async def heads_of_day(house: House, day: str, path: Path | None) -> str:
    """The published line of a day, published now if that is due; GiveUp when the day has none."""
    publisher = Publisher(house, path)
    await publisher.publish_due()
    found = [line.text for line in map(read_line, publisher.file.lines()) if line.day == day]
    if not found:
        raise GiveUp(f"{publisher.file.path} has no line of {day}: a day is published when it is over, in UTC")
    return found[0]


async def proof_of(house: House, case_no: str, day: str) -> dict[str, Any]:
    """A proof that the head of a case was published on a day, with the public keys; GiveUp when it was not."""
    file = HeadsFile(house.settings.heads_path)
    for line in reversed([read_line(text) for text in file.lines()]):
        leaves = _leaves(file, line)
        place = next((nth for nth, leaf in enumerate(leaves) if leaf.case_no == case_no), None)
        if place is not None and day in {"", line.day}:
            return {**prove(leaves, place, line).as_data(), "keys": await public_keys(house)}
    raise GiveUp(f"no head of {case_no} was published{f' on {day}' if day else ' yet'}")


def _leaves(file: HeadsFile, line: Line) -> list[Leaf]:
    rows = (file.list_of(line.day) or b"").splitlines()
    if root_of(rows) != line.root:
        raise HistoryBroken(
            f"the list of heads of {line.day} is missing or was changed: run `redress audit verify --all`"
        )
    return [read_leaf(row) for row in rows]


def check_proof_file(path: Path, keys_path: Path | None) -> str:
    """What a proof shows; HistoryBroken when it shows nothing."""
    text = _read(path)
    proof, keys = read_proof(text), read_keys_file(keys_path) or read_key_list(text)
    succession = Report()
    check_keys(succession, keys, trusted=keys, own="")
    if succession.flaws:
        raise HistoryBroken(str(succession.flaws[0]))
    if fault := signature_fault(proof.line, datetime.fromisoformat(proof.line.published_at), keys=keys):
        raise HistoryBroken(f"the published line of {proof.line.day} {fault}")
    if not proof.leads_to_the_root:
        raise HistoryBroken(f"this head of {proof.leaf.case_no} is not under the root of {proof.line.day}")
    leaf, whose = (
        proof.leaf,
        "yours" if keys_path else "those that came with the proof: compare them with a copy of yours",
    )
    return (
        f"{leaf.case_no} ended with entry {leaf.seq}, hash {leaf.hash}, when {proof.line.day} was published "
        f"({proof.line.published_at}, key {proof.line.key_id}). The keys are {whose}."
    )


async def public_keys(house: House) -> list[dict[str, Any]]:
    """All public keys of the house with their times, the present one among them even before it signed."""
    async with house.database.writing() as session:
        await house.signet.register(session, at=house.clock.now())
        return keys_as_data(await read_keys(session))


async def rotate(house: House) -> str:
    """A new seal key in the place of the present one."""
    async with house.database.writing() as session:
        key = await house.signet.rotate(session, at=house.clock.now())
    house.signet.finish()
    return (
        f"Key {key.key_id} signs from {moment(key.valid_from)}. Back up seal.key, and hand the public keys to your "
        f"auditors again: redress audit keys."
    )


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as trouble:
        raise GiveUp(f"{path} cannot be read") from trouble
