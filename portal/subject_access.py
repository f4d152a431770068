"""Subject access: all that the house holds about one customer, for her to read."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile

from adapters.departures import Departure, leaving, note_departure
from adapters.people_index import cases_of_person
from adapters.pseudonyms import Pseudonyms, mask_of
from adapters.sent_letters import letters_of
from complaints.access import Access, Purpose
from complaints.errors import AnswerWrong, NoSuchCase, TryAgain
from complaints.events import EvidenceAdded
from complaints.words import CUSTOMER
from portal.judgements import judgements_of
from portal.naming import must_be_allowed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from adapters.house import House
    from adapters.pseudonyms import CaseMask
    from adapters.sent_letters import SentLetter
    from complaints.chain import Entry
    from complaints.papers import Paper
    from models.confidentiality import AccessRow

_LINK = re.compile(r"https?://\S+/(?:task|view|track|me)/\S+")
"""Links let in whoever holds them; nobody needs them to read what is held about her."""
_OF_THE_HOUSE = frozenset({"salt", "address"})
"""What a paper about a file says only to the evidence store."""
_UNSAFE = re.compile(r"[^\w.\- ]+")


@dataclass(frozen=True)
class PersonOrder:
    """Whose data, by which contacts, into which file, and whether staff keep their names."""

    file: Path
    email: str = ""
    phone: str = ""
    by: str = "operator"
    stated: str = ""
    is_named: bool = False

    @property
    def form(self) -> str:
        """Zip or json, by the file's ending; AnswerWrong when it is neither, or nobody is named."""
        if not (self.email.strip() or self.phone.strip()):
            raise AnswerWrong({"--email": "say whose data it is, with --email or --phone or both"})
        ending = self.file.suffix.lstrip(".").lower()
        if ending not in {"zip", "json"}:
            raise AnswerWrong({"FILE": f"{self.file.name} ends neither in .zip nor in .json"})
        return ending


@dataclass(frozen=True)
class Held:
    """What is held about her in one case, and her files."""

    told: Mapping[str, Any]
    files: Mapping[str, bytes]


async def export_person(house: House, order: PersonOrder) -> tuple[int, str]:
    """Write it, and note that it left; how many cases, and the hash of the file. NoSuchCase when there is none."""
    form = order.form
    if order.is_named:
        await must_be_allowed(house, order.by)
    numbers = await cases_of_person(house, email=order.email, phone=order.phone)
    if not numbers:
        raise NoSuchCase("nothing is held under this contact")
    looks = (Access(number, order.by, "export:person", Purpose.SUBJECT_REQUEST, order.stated) for number in numbers)
    await house.accesses.note(*looks)
    held = [await _held(house, number, is_named=order.is_named) for number in numbers]
    head = {"made_at": house.clock.now().isoformat(), "email": order.email, "phone": order.phone}
    whole = {**head, "cases": [one.told for one in held]}
    await asyncio.to_thread(_write, order.file, whole, held, as_zip=form == "zip")
    # The book of exports must not name her either.
    scope = f"a person, {len(numbers)} cases: {', '.join(numbers)}"
    entries = sum(len(one.told["history"]) for one in held)
    left = Departure("person", form, order.by, scope, order.is_named, len(numbers), entries)
    return len(numbers), await note_departure(house.database, left, file=order.file, now=house.clock.now())


async def _held(house: House, case_no: str, *, is_named: bool) -> Held:
    file = await house.casebook.file(case_no)
    key, case = file.drawer().key, file.case
    mask = mask_of(Pseudonyms(house.cipher), file.entries, is_named=is_named)
    told = _Teller(mask, frozenset((await house.directory.current()).staff), file.papers)
    files = await asyncio.to_thread(_files, house, file.entries, file.papers, key)
    facts = {
        "case_no": case_no,
        "received_at": case.received_at,
        "stage": case.stage,
        "outcome": case.outcome,
        "kept_until": case.keep_until,
        "record": _plain(file.papers[case.record.id]) if case.record else None,
        "history": [told.entry(entry) for entry in file.entries],
        "incident": case.incident,
        "held_since": case.held_since,
        "letters": [told.letter(letter) for letter in await letters_of(house.database, case_no, key=key)],
        "files": sorted(files),
        "files_that_are_gone": sorted(_evidence_of(file.entries) - {name.partition(" ")[0] for name in files}),
        "quality_audit": told.masked(await judgements_of(house, case_no, case.language)),
        "who_looked": [told.look(row) for row in await house.accesses.of_case(case_no)],
    }
    return Held(facts, files)


@dataclass(frozen=True)
class _Teller:
    """Tells her what is hers; staff are pseudonyms unless she may know them, and nobody's link lets her in."""

    mask: CaseMask
    staff: frozenset[str]
    papers: Mapping[str, Paper]

    def entry(self, entry: Entry) -> dict[str, Any]:
        """What happened, with the texts where the history only points at them."""
        details = self._opened(entry.fact.stated())
        return {"at": entry.at, "by": self._who(entry.actor), "what": entry.fact.type, "details": details}

    def letter(self, letter: SentLetter) -> dict[str, Any]:
        """A letter as it was sent, to her or about her."""
        is_hers = letter.recipient == CUSTOMER
        told = {**asdict(letter), "recipient": self._who(letter.recipient), "text": _LINK.sub("[link]", letter.text)}
        return told if is_hers or self.mask.is_named else {**told, "to": ""}

    def look(self, row: AccessRow) -> dict[str, Any]:
        """Who looked at her case, and what for."""
        told = {"at": row.at, "by": self._who(row.by), "page": row.page, "purpose": row.purpose}
        return {**told, "stated": row.stated}

    def masked(self, part: Any) -> Any:  # noqa: ANN401  any data
        """What stands in no history, with staff as they are named in it."""
        return self._opened(part)

    def _who(self, person: str) -> str:
        return self.mask(person) if person in self.staff else person

    def _opened(self, part: Any) -> Any:  # noqa: ANN401  any part of a fact
        if isinstance(part, dict):
            if part.keys() == {"id", "kind", "digest"}:
                paper = self.papers.get(part["id"])
                return _plain(paper) if paper else None
            return {self._who(name): self._opened(value) for name, value in part.items()}
        if isinstance(part, list):
            return [self._opened(value) for value in part]
        return self._who(part) if isinstance(part, str) else part


def _plain(paper: Paper) -> dict[str, Any]:
    return {name: value for name, value in paper.content.items() if name not in _OF_THE_HOUSE}


def _evidence_of(entries: Sequence[Entry]) -> frozenset[str]:
    """The numbers of all files that were ever added."""
    return frozenset(entry.fact.evidence_no for entry in entries if isinstance(entry.fact, EvidenceAdded))


def _files(house: House, entries: Sequence[Entry], papers: Mapping[str, Paper], key: bytes) -> dict[str, bytes]:
    """Her case's files by number and name; one that is not there any more is told apart, and auditors find it."""
    found = {}
    for entry in entries:
        if not isinstance(entry.fact, EvidenceAdded) or entry.fact.paper.id not in papers:
            continue
        paper = papers[entry.fact.paper.id].content
        name = f"{entry.fact.evidence_no} {_UNSAFE.sub('_', str(paper['name']))}"
        try:
            found[name] = house.evidence.fetch(entry.case_no, key, str(paper["address"]))
        except TryAgain:
            continue
    return found


def _write(path: Path, whole: Mapping[str, Any], held: Sequence[Held], *, as_zip: bool) -> None:
    text = json.dumps(whole, ensure_ascii=False, indent=2, default=str).encode()
    with leaving(path) as out:
        if not as_zip:
            out.write(text)
            return
        with ZipFile(out, "w", ZIP_DEFLATED) as archive:
            archive.writestr("everything.json", text)
            for one in held:
                for name, content in one.files.items():
                    archive.writestr(f"{one.told['case_no']}/{name}", content)
