"""The dossier's proofs, for print: clocks, escalations, letters as sent, evidence, the whole history, verification."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.pressroom import environment
from adapters.translations import word
from complaints.escalation_events import CaseEscalated
from complaints.events import ClockMet, ClocksStarted, EvidenceAdded, StageClosed
from complaints.letters import LetterKind
from complaints.words import CUSTOMER, Trigger
from complaints.work_events import TaskEscalated
from portal.blocks import Section, facts, heading, note, prose, table
from portal.dossier import Line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from adapters.sent_letters import SentLetter
    from complaints.chain import Entry
    from complaints.proofs import ChainProof
    from complaints.seals import Seal
    from portal.blocks import Block
    from portal.dossier_story import Teller


@dataclass(frozen=True)
class Proofs:
    """What was read and found for one print."""

    letters: Sequence[SentLetter]
    files: Mapping[str, str]
    """How each file stands, by its number: `same`, `changed` or `missing`."""
    chain: ChainProof
    changed_papers: tuple[str, ...]
    seals: Sequence[tuple[Seal, str]] = ()
    """Each with what is wrong with its signature, '' when nothing is."""


def the_clocks(teller: Teller) -> Section:
    """What was promised by when, and whether it was kept."""
    _, case = teller.text, teller.dossier.case
    rows = [
        (
            teller.dossier.policy.clock_name(name, teller.dossier.language),
            running.clock.limit,
            teller.notation.moment(running.clock.started_at),
            teller.notation.moment(running.clock.due_at),
            _standing(teller, is_met=running.met, is_late=running.late or running.missed),
        )
        for name, running in case.clocks.items()
    ]
    columns = ((_("Limit for"), 2), (_("Length"), 1), (_("From"), 3), (_("Until"), 3), (_("Kept?"), 2))
    return Section(_("Time limits"), table(columns, rows, empty=_("None.")))


def _standing(teller: Teller, *, is_met: bool, is_late: bool) -> str:
    _ = teller.text
    if is_met:
        return _("met late") if is_late else _("met in time")
    return _("missed") if is_late else _("still running")


def the_escalations(teller: Teller) -> Section:
    """Who was told or got the work when something went wrong, level by level."""
    _ = teller.text
    rows = [
        (
            f"#{entry.seq}",
            teller.notation.moment(entry.at),
            str(fact.level),
            teller.word(Trigger(fact.trigger)) if fact.trigger in set(Trigger) else fact.trigger,
            teller.who(fact.told),
            _("the work moved") if fact.moved else _("was told"),
        )
        for entry in teller.dossier.entries
        if isinstance(fact := entry.fact, TaskEscalated | CaseEscalated)
    ]
    columns = (("#", 0), (_("When"), 3), (_("Level"), 0), (_("Why"), 2), (_("Who"), 3), (_("How"), 2))
    return Section(_("Escalations"), table(columns, rows, empty=_("None.")))


def the_letters(teller: Teller, letters: Sequence[SentLetter]) -> Section:
    """Every letter to the customer as it was sent; those to staff by their heads, since they carry links to work."""
    _ = teller.text
    to_customer = [letter for letter in letters if letter.recipient == CUSTOMER]
    to_staff = [letter for letter in letters if letter.recipient != CUSTOMER]
    blocks: list[Block] = []
    for letter in to_customer:
        blocks += [
            heading(letter.subject or _kind(teller, letter)),
            note(_head(teller, letter), without_links(letter.text)),
        ]
    rows = [
        (_kind(teller, letter), teller.who(letter.recipient), letter.subject, _when(teller, letter))
        for letter in to_staff
    ]
    columns = ((_("Kind"), 2), (_("To"), 3), (_("Subject"), 4), (_("Sent"), 3))
    staff = (heading(_("To staff")), *table(columns, rows, empty="")) if rows else ()
    return Section(_("Letters as sent"), (*(blocks or prose(_("None to the customer."))), *staff))


_LINK = re.compile(r"(https?://\S+?/(?:task|track|view)/)\S+")


def without_links(text: str) -> str:
    """A letter with its links cut short: whoever holds one of them may act as the customer."""
    return _LINK.sub(r"\1…", text)


def _kind(teller: Teller, letter: SentLetter) -> str:
    known = letter.kind in set(LetterKind)
    return word(LetterKind(letter.kind), teller.dossier.language) if known else letter.kind


def _head(teller: Teller, letter: SentLetter) -> str:
    to = letter.to or teller.who(letter.recipient)
    return " · ".join((_kind(teller, letter), to, _when(teller, letter), letter.message_id))


def _when(teller: Teller, letter: SentLetter) -> str:
    _ = teller.text
    if letter.sent_at:
        return teller.notation.moment(letter.sent_at)
    return _("not sent: %(why)s") % {"why": letter.trouble or letter.status}


def the_evidence(teller: Teller, files: Mapping[str, str]) -> Section:
    """Every file with the hash of its entry, and whether the file in the store is still that one."""
    _ = teller.text
    said = {"same": _("unchanged"), "changed": _("CHANGED"), "missing": _("MISSING")}
    by_number = {exhibit.number: exhibit for exhibit in teller.dossier.exhibits}
    rows = [
        (
            fact.evidence_no,
            by_number[fact.evidence_no].name,
            f"{fact.size:,}",
            f"{teller.who(fact.added_by)}, {teller.notation.moment(entry.at)}",
            fact.sha256,
            said[files.get(fact.evidence_no, "missing")],
        )
        for entry in teller.dossier.entries
        if isinstance(fact := entry.fact, EvidenceAdded)
    ]
    columns = (("#", 0), (_("File"), 3), (_("Bytes"), 0), (_("Added"), 3), (_("SHA-256, salted"), 3), (_("Now"), 0))
    return Section(_("Evidence"), table(columns, rows, empty=_("None.")))


def the_history(teller: Teller) -> Section:
    """Every entry, none left out, in a sentence where there is one."""
    _ = teller.text
    rows = [
        (
            str(entry.seq),
            teller.notation.moment(entry.at),
            _sentence(teller, entry),
            teller.who(entry.actor),
            entry.hash[:12],
        )
        for entry in teller.dossier.entries
    ]
    columns = (("#", 0), (_("When"), 4), (_("What"), 5), (_("Who"), 3), (_("Hash"), 0))
    return Section(_("The whole history"), table(columns, rows, empty=_("None.")))


def _sentence(teller: Teller, entry: Entry) -> str:
    printing = environment(teller.dossier.language, teller.notation.zone)
    told = getattr(printing.get_template("pages/_events.html").module, "sentence")  # noqa: B009  a macro of the template
    line = Line(at=entry.at, who=teller.dossier.person(entry.actor), actor=entry.actor, fact=entry.fact)
    return " ".join(told(line, teller.dossier).striptags().split()) or _else(teller, entry)


def _else(teller: Teller, entry: Entry) -> str:
    """What pages do not tell, since it says nothing to who works on the case; of a fact of later days its name."""
    _ = teller.text
    match entry.fact:
        case ClocksStarted(clocks=clocks):
            named = (teller.dossier.policy.clock_name(clock.name, teller.dossier.language) for clock in clocks)
            return _("Time limits began: %(clocks)s") % {"clocks": ", ".join(named)}
        case ClockMet(name=name):
            return _("Time limit met: %(clock)s") % {
                "clock": teller.dossier.policy.clock_name(name, teller.dossier.language)
            }
        case StageClosed():
            return _("The case is over")
    return entry.fact.type


def the_verification(teller: Teller, proofs: Proofs) -> Section:
    """What was checked when this was printed, and what came out."""
    _ = teller.text
    chain, broken = proofs.chain, [number for number, how in proofs.files.items() if how != "same"]
    return Section(
        _("Verification"),
        (
            *prose(
                _(
                    "Each entry of the history carries the hash of the one before it. Whoever noted the head below at "
                    "another place can tell by it whether anything was changed, added or removed since."
                )
            ),
            *facts(
                (_("Chain"), _("BROKEN: %(where)s") % {"where": chain.trouble} if chain.trouble else _("whole")),
                (_("Entries"), str(chain.entries)),
                (_("Head"), chain.head),
                (_("Papers"), ", ".join(proofs.changed_papers) or _("all as their entries state")),
                (_("Files"), ", ".join(broken) or _("all as their entries state")),
                (_("Policies"), ", ".join(dict.fromkeys(entry.policy for entry in teller.dossier.entries))),
                *_seals(teller, proofs),
            ),
        ),
    )


def _seals(teller: Teller, proofs: Proofs) -> list[tuple[str, str]]:
    """Each seal: when, by which key, over how many entries, and whether its signature and its head are good."""
    _ = teller.text
    hashes = {entry.seq: entry.hash for entry in teller.dossier.entries}
    told = []
    for seal, fault in proofs.seals:
        is_ours = hashes.get(seal.entries) == seal.head
        state = fault or (_("signature good") if is_ours else _("BROKEN: the history is not the one that was sealed"))
        told.append(
            (_("Sealed"), f"{teller.notation.moment(seal.sealed_at)} · #{seal.entries} · {seal.key_id} · {state}")
        )
    return told
