"""The auditor on letters: what the history makes certain was ordered, and what is kept as sent is what was kept."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from adapters.cipher import open_paper
from adapters.ledger import message_id_of
from complaints.errors import GiveUp
from complaints.events import ComplaintAcknowledged
from complaints.flaws import Flaw, Report
from complaints.seals import moment
from complaints.work_events import TaskAsked

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from complaints.chain import Entry

COLUMNS = ("case_no", "seq", "kind", "recipient", "task_id", "status", "paper_id", "key", "message_id", "sent_at")
"""What an audit reads of each letter."""

SENT_LETTER = "sent_letter"


def missing_letters(entries: Sequence[Entry], letters: Sequence[Mapping[str, Any]]) -> Iterator[Flaw]:
    """Who was asked got a letter about it; who was acknowledged by mail got that. Other letters no fact requires."""
    kinds = {row["kind"] for row in letters}
    told = {(row["task_id"], row["recipient"]) for row in letters}
    for entry in entries:
        fact = entry.fact
        if isinstance(fact, TaskAsked) and (fact.task_id, fact.assignee) not in told:
            what = f"no letter about {fact.task_id} was ordered to whoever was asked"
            yield Flaw(entry.case_no, entry.seq, "letter", what)
        if isinstance(fact, ComplaintAcknowledged) and fact.by_mail and "acknowledgement" not in kinds:
            yield Flaw(entry.case_no, entry.seq, "letter", "no acknowledgement was ordered")


def check_sent(
    report: Report, letters: Sequence[Mapping[str, Any]], papers: Mapping[str, Mapping[str, Any]], *, key: bytes
) -> None:
    """Every letter that went out is kept as it was sent, once, and no other is."""
    kept = {paper_id: row for paper_id, row in papers.items() if row["kind"] == SENT_LETTER}
    for letter in letters:
        if letter["message_id"] != message_id_of(letter["case_no"], letter["key"]):
            report.blame(_flaw(letter, "the outbox calls a letter by a name that is not its own", found=letter["key"]))
        paper_id = letter["paper_id"]
        if letter["status"] != "sent" and paper_id is None:
            continue
        report.count("letters as sent")
        name = f"the {letter['kind']} letter to {letter['recipient']}"
        row = kept.pop(paper_id, None)
        if letter["status"] != "sent":
            report.blame(_flaw(letter, f"{name} is kept as sent, but is said to be {letter['status']}"))
        elif row is None:
            report.blame(_flaw(letter, f"{name} was sent, and is not kept as it was sent"))
        else:
            report.blame(*_compared(letter, row, name, key=key))
    for row in kept.values():
        what = "a letter is kept as sent, of which the outbox knows nothing"
        report.blame(Flaw(row["case_no"], 1, "letter", what, found=row["id"]))


def _compared(letter: Mapping[str, Any], row: Mapping[str, Any], name: str, *, key: bytes) -> Iterator[Flaw]:
    """What the outbox says of a letter, held against what was kept with it when it left."""
    try:
        paper = open_paper(key, paper_id=row["id"], kind=row["kind"], sealed=row["sealed"])
    except (GiveUp, ValueError, KeyError):
        yield _flaw(letter, f"{name} is not kept as it was sent: it was changed")
        return
    if paper.ref.digest != row["digest"]:
        yield _flaw(letter, f"{name} is not kept as it was sent: it was changed", row["digest"], paper.ref.digest)
    at = letter["sent_at"]
    told = {**letter, "sent_at": moment(at) if isinstance(at, datetime) else str(at or "")}
    for column in ("kind", "recipient", "message_id", "sent_at"):
        # Letters of before this was kept with them do not say it.
        stated = paper.content.get(column, told[column])
        if stated != told[column]:
            yield _flaw(letter, f"{name}: {column} is not what was kept when it left", stated, told[column])


def _flaw(letter: Mapping[str, Any], what: str, expected: str = "", found: str = "") -> Flaw:
    return Flaw(letter["case_no"], letter["seq"], "letter", what, expected, found)
