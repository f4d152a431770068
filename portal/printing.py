"""Printing: the dossier of a case as a PDF for authorised readers, with everything that proves it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adapters import ledger
from adapters.departures import Departure, leaving, note_departure
from adapters.sealing import seals_of
from adapters.sent_letters import letters_of
from adapters.typesetter import print_pdf
from complaints.access import Access, Purpose
from complaints.errors import GiveUp, TryAgain
from complaints.events import EvidenceAdded
from complaints.proofs import changed_papers, is_same_file, prove_chain
from complaints.words import Language
from portal import dossier_proofs, dossier_story
from portal.dossier import Dossier
from portal.dossier_proofs import Proofs
from portal.dossier_story import Teller
from portal.naming import must_be_allowed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from adapters.house import House
    from complaints.chain import Entry
    from complaints.papers import Paper
    from portal.blocks import Section

_TONGUES = {Language.EN: ("en", "GB"), Language.ZH_CN: ("zh", "CN")}


@dataclass(frozen=True)
class PrintOrder:
    """Which dossier, in which language, for whom; whether she may read it is for the caller to know."""

    case_no: str
    language: Language
    by: str
    purpose: Purpose = Purpose.OPERATOR
    stated: str = ""
    """What it is for, in words."""


async def print_dossier(house: House, order: PrintOrder) -> bytes:
    """The dossier as a PDF; NoSuchCase when there is no such case or its personal data was erased."""
    teller, proofs = await read_for_print(house, order)
    await house.accesses.note(Access(order.case_no, order.by, "export:dossier", order.purpose, order.stated))
    told = as_data(teller, proofs, by=order.by)
    return await asyncio.to_thread(print_pdf, told, at=house.clock.now(), fonts=house.settings.fonts)


async def export_dossier(house: House, order: PrintOrder, *, file: Path) -> str:
    """Print a dossier into a file, and note that it left; the hash of the file. NotYours for whoever may not have it.

    It is never under pseudonyms: letters and what people wrote name everybody, and nobody can take that out by rule.
    """
    await must_be_allowed(house, order.by, to="have a dossier, which names everybody")
    printed = await print_dossier(house, order)
    with leaving(file) as out:
        out.write(printed)
    entries = len(await house.casebook.history(order.case_no))
    left = Departure(
        "dossier", f"pdf {order.language}", order.by, order.case_no, is_named=True, cases=1, entries=entries
    )
    return await note_departure(house.database, left, file=file, now=house.clock.now())


async def read_for_print(house: House, order: PrintOrder) -> tuple[Teller, Proofs]:
    """Everything that the dossier states, read and checked anew."""
    case_no = order.case_no
    briefing = await house.casebook.brief(case_no, with_loads=False)
    key = await house.casebook.key(case_no)
    # Past the shelf, which remembers what was read before somebody changed it.
    async with house.database.reading() as session:
        entries = await ledger.read_entries(session, case_no)
        papers = await ledger.read_papers(session, case_no, key=key)
        seals = await seals_of(session, case_no)
    proofs = Proofs(
        letters=await letters_of(house.database, case_no, key=key),
        files=await asyncio.to_thread(_files, house, entries, papers, key),
        chain=prove_chain(entries),
        changed_papers=changed_papers(entries, papers),
        seals=seals,
    )
    return Teller.of(Dossier(briefing, entries, order.language)), proofs


def _files(house: House, entries: Sequence[Entry], papers: Mapping[str, Paper], key: bytes) -> dict[str, str]:
    """How each file of the evidence store stands."""
    return {
        entry.fact.evidence_no: _file(house, entry, papers, key)
        for entry in entries
        if isinstance(entry.fact, EvidenceAdded)
    }


def _file(house: House, entry: Entry, papers: Mapping[str, Paper], key: bytes) -> str:
    fact = entry.fact
    if not isinstance(fact, EvidenceAdded) or fact.paper.id not in papers:
        return "missing"
    told = papers[fact.paper.id].content
    try:
        content = house.evidence.fetch(entry.case_no, key, told["address"])
    except TryAgain:
        return "missing"
    except GiveUp:
        return "changed"
    return "same" if is_same_file(fact, salt=told["salt"], content=content) else "changed"


def as_data(teller: Teller, proofs: Proofs, *, by: str) -> dict[str, Any]:
    """The whole dossier for the typesetter."""
    _, dossier = teller.text, teller.dossier
    lang, region = _TONGUES[dossier.language]
    return {
        "lang": lang,
        "region": region,
        "title": _("Dossier of a complaint"),
        "case_no": dossier.case.case_no,
        "house": dossier.policy.house.name.in_language(dossier.language),
        "contents": _("Contents"),
        "cover": [(label, value) for label, value in _cover(teller, by=by) if value],
        **_warning(teller),
        "sections": [section.as_data() for section in _sections(teller, proofs)],
    }


def _cover(teller: Teller, *, by: str) -> tuple[tuple[str, str], ...]:
    _, dossier, notation = teller.text, teller.dossier, teller.notation
    case, now = dossier.case, dossier.now
    return (
        (_("Customer"), dossier.record.who),
        (_("Received"), notation.moment(dossier.record.received_at)),
        (_("Category"), dossier.category),
        (_("Level"), dossier.level),
        (_("Handler"), teller.who(case.assignment.handler) if case.assignment else ""),
        (_("Stands at"), teller.word(standing) if (standing := case.stage or case.outcome) else ""),
        (_("Entries"), str(len(dossier.entries))),
        (_("Head"), case.head),
        (_("Printed"), f"{notation.moment(now)}, {notation.zone_name(now)}, {by}"),
    )


def _warning(teller: Teller) -> dict[str, str]:
    """What the cover and every page say of the data they hold."""
    _ = teller.text
    return {
        "notice_title": _("Confidential: for authorised readers only"),
        "notice": _(
            "This dossier holds personal data of the customer and of staff. It was printed for whoever is named above, "
            "which the house has noted. Keep it as the law and the house's rules for such data ask, and destroy it "
            "when it has served its purpose; what the house itself erases later, this copy still holds."
        ),
        "notice_short": _("Confidential: holds personal data"),
    }


def _sections(teller: Teller, proofs: Proofs) -> tuple[Section, ...]:
    return (
        dossier_story.the_complaint(teller),
        dossier_story.the_decisions(teller),
        dossier_story.what_people_said(teller),
        dossier_proofs.the_clocks(teller),
        dossier_proofs.the_escalations(teller),
        dossier_proofs.the_letters(teller, proofs.letters),
        dossier_proofs.the_evidence(teller, proofs.files),
        dossier_proofs.the_history(teller),
        dossier_proofs.the_verification(teller, proofs),
    )
