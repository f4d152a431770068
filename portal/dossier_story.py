"""The dossier's story, for print: what the customer said, and what was decided, by whom, why and under which rules."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from adapters.notation import Notation
from adapters.translations import translator, word
from complaints.events import CaseAssigned, CaseClassified, CaseScreened, CategorySuggested
from complaints.words import CUSTOMER, SYSTEM
from complaints.work_events import FindingsSubmitted
from portal.blocks import Section, facts, heading, note, prose, table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from complaints.chain import Entry
    from complaints.events import Classification
    from portal.blocks import Block
    from portal.dossier import Dossier, Note


@dataclass(frozen=True)
class Teller:
    """A dossier, and the language and zone in which it is told."""

    dossier: Dossier
    notation: Notation

    @classmethod
    def of(cls, dossier: Dossier) -> Teller:
        """By the reader's language and the zone of the case's rules."""
        return cls(dossier, Notation(dossier.language, dossier.policy.calendar.timezone))

    @property
    def text(self) -> Callable[[str], str]:
        """Translates."""
        return translator(self.dossier.language).gettext

    def word(self, code: Enum) -> str:
        """A code in words."""
        return word(code, self.dossier.language)

    def who(self, actor: str) -> str:
        """Whoever acted, with her id: names change, ids do not."""
        _ = self.text
        if actor in {CUSTOMER, SYSTEM, ""}:
            return _("Customer") if actor == CUSTOMER else _("By rule")
        name = self.dossier.person(actor)
        return f"{name} ({actor})" if name and name != actor else actor

    def signed(self, entry: Entry) -> str:
        """Who, when, under which rules, and where it stands in the history."""
        return f"#{entry.seq} · {self.notation.moment(entry.at)} · {self.who(entry.actor)} · {entry.policy}"


def the_complaint(teller: Teller) -> Section:
    """The record as it was written down, and what the customer added."""
    _, record, dossier = teller.text, teller.dossier.record, teller.dossier
    notes = [note(f"{_('Customer')} · {teller.notation.moment(one.at)}", one.text) for one in dossier.additions]
    return Section(
        _("The complaint"),
        (
            *facts(
                (_("Customer"), record.who),
                (_("Company"), record.company if record.name else ""),
                (_("E-mail"), record.email),
                (_("Phone"), record.phone),
                (_("Kind of customer"), teller.word(record.customer_type)),
                (_("Customer number"), record.customer_id),
                (_("Spoken for by"), record.representative),
                (_("Received"), teller.notation.moment(record.received_at)),
                (_("Channel"), teller.word(record.channel)),
                (_("About"), record.item),
                (_("Order"), record.order_no),
                (_("Happened on"), teller.notation.day(record.occurred_at) if record.occurred_at else ""),
                (_("Place"), record.place),
                (_("Region"), record.region),
            ),
            heading(_("What happened")),
            *prose(record.detail),
            *((heading(_("What the customer would like")),) if record.expected_remedy else ()),
            *prose(record.expected_remedy),
            *((heading(_("Added later")), *notes) if notes else ()),
        ),
    )


def the_decisions(teller: Teller) -> Section:
    """Every decision, in the order it was taken, with its reasons and the version of the rules."""
    _ = teller.text
    blocks = (block for entry in teller.dossier.entries for block in _decision(teller, entry))
    return Section(_("Decisions and their reasons"), tuple(blocks))


def _decision(teller: Teller, entry: Entry) -> Iterator[Block]:
    _ = teller.text
    match entry.fact:
        case CaseScreened():
            yield from _screened(teller, entry, entry.fact)
        case CategorySuggested():
            yield from _classified(teller, entry, entry.fact.suggestion, _("Suggested by the rules"))
        case CaseClassified():
            yield from _classified(teller, entry, entry.fact.classification, _("Classification"))
        case CaseAssigned():
            yield from _assigned(teller, entry, entry.fact)
        case FindingsSubmitted():
            yield from _found(teller, entry, entry.fact)


def _screened(teller: Teller, entry: Entry, fact: CaseScreened) -> Iterator[Block]:
    _, flags = teller.text, teller.dossier.flags
    yield heading(_("Screening"))
    yield note(teller.signed(entry))
    yield from facts(
        (_("Completeness"), teller.notation.share(fact.completeness)),
        (_("Missing"), ", ".join(fact.missing)),
        (_("Doubts"), ", ".join(fact.doubts)),
        (_("Risk flags"), "\n".join(f"{name}: {words}" for name, words in flags)),
        (_("Similar cases"), ", ".join(f"{one.case_no} ({one.similarity:.2f})" for one in fact.lookalikes)),
    )


def _classified(teller: Teller, entry: Entry, grade: Classification, title: str) -> Iterator[Block]:
    _, dossier = teller.text, teller.dossier
    yield heading(title)
    yield note(teller.signed(entry))
    inputs = ", ".join(f"{name} = {value}" for name, value in grade.inputs.items())
    yield from facts(
        (_("Category"), dossier.category_called(grade.category)),
        (_("Level"), f"{dossier.level_called(grade.level)} ({grade.scheme}: {inputs})"),
        (_("Priority"), teller.word(grade.priority)),
        (_("Complexity"), teller.word(grade.complexity)),
        (_("Reasons"), ", ".join(grade.reasons)),
    )


def _assigned(teller: Teller, entry: Entry, fact: CaseAssigned) -> Iterator[Block]:
    _, dossier = teller.text, teller.dossier
    yield heading(_("Assignment"))
    yield note(teller.signed(entry))
    yield from facts(
        (_("Handler"), teller.who(fact.handler)),
        (_("Department"), dossier.department(fact.department)),
        (_("Supporting departments"), ", ".join(dossier.department(code) for code in fact.supporting)),
        (_("How chosen"), _("by rule, from these candidates") if fact.by_rule else _("by a dispatcher")),
    )
    rows = [
        (teller.who(one.staff_id), f"{one.skill:g}", str(one.load), f"{one.weight:.3f}", one.ruled_out or "")
        for one in fact.candidates
    ]
    columns = ((_("Candidate"), 3), (_("Skill"), 1), (_("Load"), 1), (_("Weight"), 1), (_("Ruled out"), 2))
    yield from table(columns, rows, empty="")


def _found(teller: Teller, entry: Entry, fact: FindingsSubmitted) -> Iterator[Block]:
    _, dossier = teller.text, teller.dossier
    yield heading(_("Findings and proposal"))
    yield note(teller.signed(entry), dossier.text(fact.findings, "findings"))
    currency = dossier.policy.review.currency
    yield from facts(
        *((_("Allegation"), f"{one.text}: {teller.word(one.finding)}") for one in dossier.allegations(fact)),
        (_("Cause"), dossier.cause(fact.cause_code)),
        (_("Responsible"), dossier.department(fact.responsible_department)),
        *(
            (
                _("Proposed remedy"),
                " ".join(
                    part
                    for part in (
                        teller.word(one.remedy.kind),
                        teller.notation.money(one.remedy.amount, currency) if one.remedy.amount else "",
                        one.text,
                    )
                    if part
                ),
            )
            for one in dossier.proposed(fact)
        ),
        (_("Evidence"), ", ".join(fact.evidence)),
    )


def what_people_said(teller: Teller) -> Section:
    """Opinions, approvals, the customer's answers, proofs of remedies, callbacks and reasons on file."""
    _, dossier = teller.text, teller.dossier
    kinds: Sequence[tuple[str, tuple[Note, ...]]] = (
        (_("Reasons on file"), dossier.reasons),
        (_("What the departments say"), dossier.opinions),
        (_("Approval"), dossier.approvals),
        (_("The customer's answer"), dossier.decisions),
        (_("Remedy carried out"), dossier.proofs),
        (_("Satisfaction"), dossier.callbacks),
    )
    blocks: list[Block] = []
    for title, notes in kinds:
        blocks += [heading(title), *(_said(teller, one) for one in notes)] if notes else []
    return Section(_("Opinions, approvals and answers"), tuple(blocks) or prose(_("None.")))


def _said(teller: Teller, said: Note) -> Block:
    _ = teller.text
    head = [said.department, said.who or _("Customer"), teller.notation.moment(said.at), _in_words(teller, said)]
    return note(" · ".join(part for part in head if part), said.text)


def _in_words(teller: Teller, said: Note) -> str:
    _ = teller.text
    if isinstance(said.code, Enum):
        return teller.word(said.code)
    known = {"yes": _("Approved"), "no": _("Sent back"), "": ""}
    return known[said.code] if said.code in known else _("%(score)s of 5") % {"score": said.code}
