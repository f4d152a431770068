"""What is held about one customer is hers to read: every case, text, letter and file, and nobody else's name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest

from adapters.audit_samples import all_samples
from adapters.departures import departures
from adapters.people_index import cases_of_person
from complaints.errors import AnswerWrong, NoSuchCase, NotYours
from complaints.words import TaskKind
from portal import erasing
from portal.subject_access import PersonOrder, export_person
from tests.audited import hand_in
from tests.builders import ANN, WANG_FANG, bring_to, complain, view_link, withdraw
from tests.portal.closed_cases import withdrawn
from tests.portal.staff import signed_in

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from adapters.house import House
    from tests.portal.visitor import Visitor


async def told(house: House, path: Path, **order: Any) -> dict[str, Any]:  # noqa: ANN401  any field of an order
    await export_person(house, PersonOrder(path, **{"email": ANN.email, **order}))
    data: dict[str, Any] = json.loads(path.read_text())  # noqa: ASYNC240  one small file
    return data


async def test_she_is_found_by_whatever_she_gave_and_nobody_else_is(either_house: House) -> None:
    both = await complain(either_house)
    by_phone = await complain(either_house, email="", phone=ANN.phone)
    await complain(either_house, by=WANG_FANG)
    assert await cases_of_person(either_house, email=f" {ANN.email.upper()}") == (both,)
    # The digest of the first case is that of her address: only its record knows the number.
    spelt = f"00{ANN.phone[1:4]} {ANN.phone[4:8]}-{ANN.phone[8:]}"
    assert await cases_of_person(either_house, phone=spelt) == (both, by_phone)
    # As people of the house's own country write it.
    for at_home in (ANN.phone.removeprefix("+86"), "138 0013-8000", "(138) 0013 8000"):
        assert await cases_of_person(either_house, phone=at_home) == (both, by_phone)
    assert await cases_of_person(either_house, phone="+1 380 0138000") == ()
    assert await cases_of_person(either_house, email="nobody@example.test") == ()


async def test_an_archive_holds_every_text_and_every_file(house: House, tmp_path: Path, visitor: Visitor) -> None:
    case_no = await complain(house)
    await bring_to(house, case_no, TaskKind.APPROVAL)
    await hand_in(house, case_no, b"a photo of the kettle", b"the bill")
    await visitor.open(view_link(house, case_no))
    path = tmp_path / "ann.zip"
    many, _ = await export_person(house, PersonOrder(path, email=ANN.email, stated="request of 23 November"))
    assert many == 1
    with ZipFile(path) as archive:
        assert sorted(archive.namelist()) == [f"{case_no}/E1 0.jpg", f"{case_no}/E2 1.jpg", "everything.json"]
        assert archive.read(f"{case_no}/E1 0.jpg") == b"a photo of the kettle"
        (case,) = json.loads(archive.read("everything.json"))["cases"]
    assert case["record"]["detail"] == ANN.detail
    assert "cracked" in json.dumps(case["history"])
    assert {look["page"] for look in case["who_looked"]} == {"view", "export:person"}
    assert path.stat().st_mode & 0o077 == 0


async def test_what_auditors_wrote_about_her_case_is_hers_to_read(house: House, tmp_path: Path) -> None:
    """Every version of a note, and a finding; of cases that are not hers nothing."""
    (case_no,) = await withdrawn(house)
    await complain(house, by=WANG_FANG)
    auditor = await signed_in(house, "deng_xin")
    page = await auditor.open("/audit/samples")
    await auditor.send(page, {"size": "1", "seed": "7"}, form=page.form("size"))
    (sample,) = await all_samples(house.database)
    form = f"/audit/samples/{sample.id}/{case_no}"
    for note in ("Nobody told Ann.", "Nobody told Ann in time."):
        page = await auditor.open(form)
        await auditor.send(page, {"score-receipt": "partly", "note-receipt": note}, form=page.form("score-receipt"))
    findings = await auditor.open(f"/audit/findings?sample={sample.id}&case={case_no}&question=receipt")
    raised = {"text": "Ann was told late.", "severity": "minor", "owner": "li_na", "due_on": "2026-12-01"}
    await auditor.send(findings, raised, form=findings.form("severity"))
    (case,) = (await told(house, tmp_path / "ann.json"))["cases"]
    held = case["quality_audit"]
    assert [one["sample"] for one in held["samples"]] == [sample.id]
    assert [one["note"] for one in held["scores"]] == ["Nobody told Ann.", "Nobody told Ann in time."]
    (finding,) = held["findings"]
    assert (finding["text"], finding["severity"]) == ("Ann was told late.", "minor")
    assert finding["question"] == held["scores"][0]["question"] != "receipt"
    assert "deng_xin" not in json.dumps(held)
    assert "li_na" not in json.dumps(held)
    assert case["incident"] == ""


async def test_a_file_that_is_gone_is_said_to_be(house: House, tmp_path: Path) -> None:
    case_no = await complain(house)
    await hand_in(house, case_no, b"a photo", b"the bill")
    next((house.settings.home / "evidence" / case_no).iterdir()).unlink()
    (case,) = (await told(house, tmp_path / "ann.json"))["cases"]
    assert len(case["files"]) == len(case["files_that_are_gone"]) == 1


async def test_staff_are_pseudonyms_and_links_let_nobody_in(house: House, tmp_path: Path) -> None:
    case_no = await complain(house)
    await bring_to(house, case_no, TaskKind.APPROVAL)
    text = json.dumps(await told(house, tmp_path / "ann.json"))
    ids = (await house.directory.current()).staff
    assert not [one for one in ids if f'"{one}"' in text]
    assert "/task/" not in text
    assert "salt" not in text


async def test_whoever_may_has_staff_named(house: House, tmp_path: Path) -> None:
    case_no = await complain(house)
    task = await bring_to(house, case_no, TaskKind.FINDINGS)
    named = json.dumps(await told(house, tmp_path / "ann.json", is_named=True, by="deng_xin"))
    assert f'"{task.assignee}"' in named
    for by in ("li_na", "operator", ""):
        with pytest.raises(NotYours):
            await told(house, tmp_path / "again.json", is_named=True, by=by)
    assert not (tmp_path / "again.json").exists()


async def test_it_is_noted_and_the_note_does_not_name_her(house: House, tmp_path: Path) -> None:
    case_no = await complain(house)
    await told(house, tmp_path / "ann.json", by="tang_rui", stated="by post")
    (row,) = await departures(house.database)
    assert (row.what, row.cases, row.by) == ("person", 1, "tang_rui")
    assert ANN.email not in row.scope
    (look,) = await house.accesses.of_case(case_no)
    assert (look.page, look.purpose, look.stated) == ("export:person", "subject_request", "by post")


async def test_what_was_erased_is_not_held(house: House, tmp_path: Path) -> None:
    case_no, kept = [await complain(house) for _ in range(2)]
    await withdraw(house, case_no)
    await erasing.request(house, case_no, erasing.Doer("li_na"), reason="She asks for it.")
    await erasing.approve(house, case_no, erasing.Doer("tang_rui"))
    assert [case["case_no"] for case in (await told(house, tmp_path / "ann.json"))["cases"]] == [kept]


async def test_an_order_names_a_person_and_a_file_of_a_known_kind(house: House, tmp_path: Path) -> None:
    for order in (PersonOrder(tmp_path / "a.zip"), PersonOrder(tmp_path / "a.pdf", email=ANN.email)):
        with pytest.raises(AnswerWrong):
            await export_person(house, order)
    with pytest.raises(NoSuchCase):
        await export_person(house, PersonOrder(tmp_path / "a.zip", email="nobody@example.test"))
