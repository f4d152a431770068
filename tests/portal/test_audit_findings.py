"""Findings: raised by an auditor, answered by their owners alone, closed with evidence, and told by mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from adapters.findings import Findings
from adapters.house_post import prepare
from adapters.outbox import Claim
from complaints.findings import FindingStatus
from complaints.letters import LetterKind, LetterOrder
from models.quality_audit import AUDIT_FINDING_STEPS, AUDIT_FINDINGS
from models.tables import LETTERS
from tests.portal.closed_cases import forget, withdrawn
from tests.portal.staff import signed_in

if TYPE_CHECKING:
    from adapters.findings import Finding
    from adapters.house import House
    from tests.builders import Hands
    from tests.portal.visitor import Page, Visitor

AUDITOR, OWNER, OTHER = "deng_xin", "li_na", "peter_novak"
SECRET = "Ann Lee was promised a refund that nobody paid"
TOLD = {"text": SECRET, "severity": "major", "owner": OWNER, "due_on": "2026-12-01"}


async def raise_finding(me: Visitor, query: str = "", **told: str) -> Page:
    page = await me.open(f"/audit/findings?lang=en&{query}")
    return await me.send(page, {**TOLD, **told}, form=page.form("severity"))


async def only_finding(house: House) -> Finding:
    (found,) = await Findings(house).all()
    return found


async def letters(house: House) -> list[tuple[str, str]]:
    async with house.database.reading() as session:
        rows = (await session.execute(select(LETTERS).where(LETTERS.c.kind.startswith("finding")))).all()
    return [(row.kind, row.recipient) for row in sorted(rows, key=lambda row: row.id)]


async def test_a_finding_goes_its_whole_way(either_house: House, hands: Hands) -> None:
    house = either_house
    (case_no,) = await withdrawn(house)
    auditor, owner = await signed_in(house, AUDITOR), await signed_in(house, OWNER)
    page = await raise_finding(auditor, case=case_no)
    finding = await only_finding(house)
    assert (finding.id[:2], finding.about.case_no, finding.now.owner) == ("QF", case_no, OWNER)
    assert SECRET in page.text
    assert await letters(house) == [("finding_asked", OWNER)]
    assert finding.id in (await owner.open("/me/findings")).text
    assert "One audit finding" in (await owner.open("/me?lang=en")).text

    hands.move(hours=1)
    page = await owner.open(f"/me/findings/{finding.id}?lang=en")
    assert SECRET in page.text
    await owner.send(page, {"text": "Paid today, number 4711."}, form=page.form("text"))
    assert (await only_finding(house)).now.status is FindingStatus.IN_WORK

    hands.move(hours=1)
    page = await auditor.open(f"/audit/findings/{finding.id}?lang=en")
    assert "Paid today, number 4711." in page.text
    refused = await auditor.send(page, {"status": "closed"}, form=page.form("status"))
    assert "closed with its evidence" in refused.text
    await auditor.send(page, {"status": "closed", "text": "Bank statement seen."}, form=page.form("status"))
    closed = await only_finding(house)
    assert [(step.status, step.by) for step in closed.steps] == [
        (FindingStatus.OPEN, AUDITOR),
        (FindingStatus.IN_WORK, OWNER),
        (FindingStatus.CLOSED, AUDITOR),
    ]
    page = await owner.open(f"/me/findings/{finding.id}?lang=en")
    assert "Bank statement seen." in page.text
    assert "Your answer" not in page.text
    assert "audit finding" not in (await owner.open("/me?lang=en")).text


async def test_nobody_but_its_owner_and_auditors_reads_a_finding(house: House) -> None:
    auditor, other = await signed_in(house, AUDITOR), await signed_in(house, OTHER)
    await raise_finding(auditor)
    finding = await only_finding(house)
    assert (await other.open(f"/me/findings/{finding.id}")).status == 404
    assert (await other.open(f"/audit/findings/{finding.id}")).status == 403
    assert finding.id not in (await other.open("/me/findings")).text
    answer = await other.client.post(f"/me/findings/{finding.id}", data={"text": "Mine."})
    assert answer.status_code == 404


async def test_who_gets_a_finding_from_another_is_told_and_the_other_reads_it_no_more(house: House) -> None:
    auditor, owner = await signed_in(house, AUDITOR), await signed_in(house, OWNER)
    await raise_finding(auditor)
    finding = await only_finding(house)
    page = await auditor.open(f"/audit/findings/{finding.id}?lang=en")
    await auditor.send(page, {"owner": OTHER}, form=page.form("status"))
    assert await letters(house) == [("finding_asked", OWNER), ("finding_asked", OTHER)]
    assert (await owner.open(f"/me/findings/{finding.id}")).status == 404


async def test_texts_are_sealed_and_gone_with_the_case(house: House) -> None:
    (case_no,) = await withdrawn(house)
    auditor = await signed_in(house, AUDITOR)
    await raise_finding(auditor, case=case_no)
    finding = await only_finding(house)
    async with house.database.reading() as session:
        sealed = (await session.execute(select(AUDIT_FINDINGS.c.sealed))).scalars().all()
        details = str((await session.execute(select(LETTERS.c.details))).scalars().all())
    assert all(SECRET.encode() not in one for one in sealed)
    assert "refund" not in details
    await forget(house, case_no)
    page = await auditor.open(f"/audit/findings/{finding.id}?lang=en")
    assert SECRET not in page.text
    assert "erased with the case" in page.text


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"text": " "}, "fill this in"),
        ({"owner": "nobody"}, "not on the staff"),
        ({"due_on": "2026-11-22"}, "in the past"),
        ({"due_on": "soon"}, "year-month-day"),
        ({"severity": "dire"}, "choose one"),
        ({"case": "TC1"}, "no case of this number"),
    ],
)
async def test_what_cannot_be_raised_is_told(house: House, told: dict[str, str], said: str) -> None:
    page = await raise_finding(await signed_in(house, AUDITOR), **told)
    assert (page.status, said in page.text) == (422, True), page.text
    assert not await Findings(house).all()
    assert page.value("text") == told.get("text", SECRET)


async def test_an_owner_is_reminded_once_on_the_day_and_once_a_week_until_it_is_closed(
    either_house: House, hands: Hands
) -> None:
    house = either_house
    auditor = await signed_in(house, AUDITOR)
    await raise_finding(auditor, due_on="2026-11-25")
    findings, ordered = Findings(house), []
    for days in (1, 0.9, 0.2, 6.8, 7):
        hands.move(days=days)
        ordered.append(await findings.remind_due())
    assert ordered == [0, 1, 0, 1, 1]
    finding = await only_finding(house)
    page = await (await signed_in(house, AUDITOR)).open(f"/audit/findings/{finding.id}?lang=en")
    auditor = await signed_in(house, AUDITOR)
    page = await auditor.open(f"/audit/findings/{finding.id}?lang=en")
    await auditor.send(page, {"status": "closed", "text": "Seen."}, form=page.form("status"))
    hands.move(days=30)
    assert await findings.remind_due() == 0


async def test_the_letter_says_number_and_day_and_leads_to_the_page(house: House) -> None:
    await raise_finding(await signed_in(house, AUDITOR))
    finding = await only_finding(house)
    async with house.database.reading() as session:
        row = (await session.execute(select(LETTERS).where(LETTERS.c.kind == "finding_asked"))).one()
    order = LetterOrder(LetterKind(row.kind), row.recipient, row.key, details=tuple(row.details.items()))
    claim = Claim(row.id, row.case_no, order, row.message_id, tries=1, ordered_at=row.ordered_at)
    _, address, printed = await prepare(house, claim)
    assert address == "li.na@redress.example"
    assert f"/me/findings/{finding.id}" in printed.text
    assert SECRET not in printed.text + printed.html


async def test_steps_are_only_added(house: House) -> None:
    auditor = await signed_in(house, AUDITOR)
    await raise_finding(auditor)
    finding = await only_finding(house)
    page = await auditor.open(f"/audit/findings/{finding.id}?lang=en")
    await auditor.send(page, {"due_on": "2027-01-15", "text": "More time."}, form=page.form("status"))
    async with house.database.reading() as session:
        rows = (await session.execute(select(AUDIT_FINDING_STEPS))).all()
    assert sorted((row.number, str(row.due_on)) for row in rows) == [(1, "2026-12-01"), (2, "2027-01-15")]
