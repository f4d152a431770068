"""The staff list: each change is a version with its reason, what the house would lack is refused, leavers hand over."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from adapters.leavers import Leavers
from complaints.errors import TryAgain
from complaints.words import Role, TaskKind
from tests.builders import bring_to, complain
from tests.portal.staff import signed_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.house import House
    from complaints.briefing import Briefing
    from complaints.case import Case
    from tests.builders import Hands
    from tests.portal.visitor import Page, Visitor

ADMINISTRATOR = "lin_yan"
NEW = {
    "id": "mei_lin",
    "name": "Mei Lin 林梅",
    "email": "mei.lin@redress.example",
    "department": "after_sales",
    "roles": ["handler"],
    "language": "zh-CN",
    "languages": ["zh-CN"],
    "reason": "She joins us.",
}


@pytest.fixture
async def admin(house: House) -> Visitor:
    """An administrator at her desk."""
    return await signed_in(house, ADMINISTRATOR)


async def save(admin: Visitor, person: str = "", /, **told: str | Sequence[str]) -> Page:
    page = await admin.open(f"/admin/staff/person?lang=en{f'&id={person}' if person else ''}")
    return await admin.send(page, told, form=page.form("email"))


async def test_somebody_joins(house: House, admin: Visitor) -> None:
    page = await save(admin, "", **NEW)
    assert page.url.partition("#")[0].endswith("/admin/staff")
    assert "Mei Lin 林梅" in page.text
    assert "She joins us." in page.text
    person = (await house.directory.current()).staff["mei_lin"]
    assert (person.email, person.roles) == ("mei.lin@redress.example", (Role.HANDLER,))
    (version,) = await house.directory.log()
    assert (version.by, version.reason) == (ADMINISTRATOR, "She joins us.")
    assert (await (await signed_in(house, "mei_lin")).open("/me")).status == 200


@pytest.mark.parametrize(
    ("told", "field", "said"),
    [
        ({"id": "Mei Lin"}, "id", "small letters"),
        ({"id": "li_na"}, "id", "already"),
        ({"email": "mei.lin"}, "email", "not a complete"),
        ({"email": "LI.NA@redress.example"}, "email", "already"),
        ({"department": "kitchen"}, "department", "from the list"),
        ({"roles": []}, "roles", "fill this in"),
        ({"reason": " "}, "reason", "fill this in"),
        ({"max_open": "-1"}, "max_open", "too small"),
    ],
)
async def test_what_is_wrong_is_told_at_its_field(
    house: House, admin: Visitor, told: dict[str, str | list[str]], field: str, said: str
) -> None:
    page = await save(admin, "", **{**NEW, **told})
    assert page.status == 422
    assert said in page.message_at(field)
    assert await house.directory.log() == ()


async def test_somebody_changes_and_what_the_form_does_not_show_stays(house: House, admin: Visitor) -> None:
    before = (await house.directory.current()).staff["li_na"]
    await save(admin, "li_na", name="Li Na-Weber 李娜", reason="She married.")
    after = (await house.directory.current()).staff["li_na"]
    assert after == before.model_copy(update={"name": "Li Na-Weber 李娜"})


async def test_what_the_house_would_lack_is_named_and_nothing_is_stored(house: House, admin: Visitor) -> None:
    roster = await house.directory.current()
    for one in tuple(roster.with_role(Role.DISPATCHER))[1:]:
        kept = [role.value for role in roster.staff[one].roles if role is not Role.DISPATCHER] or ["auditor"]
        await save(admin, one, roles=kept, reason="Fewer.")
    stored = len(await house.directory.log())
    last = next(iter((await house.directory.current()).with_role(Role.DISPATCHER)))
    page = await save(admin, last, roles=["auditor"], reason="None left.")
    assert page.status == 422
    assert "nobody holds the role 'dispatcher'" in page.text
    assert len(await house.directory.log()) == stored


async def test_the_last_administrator_stays_one(house: House, admin: Visitor) -> None:
    await save(admin, "robert_ellis", roles=["complaints_manager"], reason="One is enough.")
    page = await save(admin, ADMINISTRATOR, roles=["handler"], reason="None is not.")
    assert "nobody could change this list" in page.text
    assert (await house.directory.current()).with_role(Role.ADMINISTRATOR).keys() == {ADMINISTRATOR}


async def test_who_leaves_hands_over_everything_in_one_step(house: House, admin: Visitor) -> None:
    case_no = await complain(house)
    task = await bring_to(house, case_no, TaskKind.FINDINGS)
    leaver = await signed_in(house, task.assignee)
    page = await admin.open(f"/admin/staff/person?lang=en&id={task.assignee}")
    assert "She has one open task." in page.text
    told = {"left": "2026-11-23", "heir": "huang_min", "why_left": "A new job."}
    after = await admin.send(page, told, form=page.form("left"))
    assert after.status == 200
    assert "A new job." in after.text
    case = await house.casebook.case(case_no)
    assert case.tasks[task.id].assignee == "huang_min"
    assert case.assignment
    assert case.assignment.handler == "huang_min"
    assert (await leaver.client.get("/me")).status_code == 303


async def test_an_administrator_notes_an_absence_for_somebody(house: House, admin: Visitor) -> None:
    page = await admin.open("/admin/staff/person?lang=en&id=li_na")
    told = {"first_day": "2026-11-23", "last_day": "2026-11-25", "substitute": "emma_clarke", "why_away": "illness"}
    after = await admin.send(page, told, form=page.form("first_day"))
    assert after.status == 200
    (absence,) = (await house.directory.current()).staff["li_na"].absences
    assert (absence.substitute, absence.reason) == ("emma_clarke", "illness")
    again = await admin.open("/admin/staff/person?lang=en&id=emma_clarke")
    circle = await admin.send(again, {**told, "substitute": "li_na"}, form=again.form("first_day"))
    assert "leads in a circle" in circle.message_at("substitute")


async def test_somebody_who_is_not_on_the_list_has_no_page(admin: Visitor) -> None:
    assert (await admin.open("/admin/staff/person?id=nobody")).status == 404


async def hand_in(
    admin: Visitor, text: str | bytes, reason: str = "From the file.", *, name: str = "roster.toml"
) -> Page:
    page = await admin.open("/admin/staff?lang=en")
    content = text.encode() if isinstance(text, str) else text
    files = [(name, content, "application/octet-stream")]
    return await admin.send(page, {"reason": reason}, files=files, form=page.form("evidence"))


async def test_the_list_goes_out_as_a_file_and_comes_in_again(house: House, admin: Visitor) -> None:
    before = await house.directory.current()
    text = (await admin.client.get("/admin/staff/export")).text
    page = await hand_in(admin, text.replace("Li Na 李娜", "Li Na-Weber 李娜"))
    assert page.status == 200
    assert "From the file." in page.text
    after = await house.directory.current()
    assert after.staff["li_na"].name == "Li Na-Weber 李娜"
    assert {**after.staff, "li_na": before.staff["li_na"]} == dict(before.staff)


@pytest.mark.parametrize("name", ["roster.csv", "Staff of 2026.CSV"])
async def test_the_list_goes_out_as_a_table_and_comes_in_again(house: House, admin: Visitor, name: str) -> None:
    before = await house.directory.current()
    table = (await admin.client.get("/admin/staff/export?form=csv")).content
    assert table.startswith(b"\xef\xbb\xbfrecord,id,name"), "spreadsheets read it as UTF-8"
    page = await hand_in(admin, table.replace("Li Na 李娜".encode(), "Li Na-Weber 李娜".encode()), name=name)
    assert page.status == 200
    after = await house.directory.current()
    assert after.staff["li_na"].name == "Li Na-Weber 李娜"
    assert {**after.staff, "li_na": before.staff["li_na"]} == dict(before.staff)
    assert dict(after.departments) == dict(before.departments)


async def test_what_is_wrong_with_a_file_is_told_by_row_and_column_or_line_and_key(
    house: House, admin: Visitor
) -> None:
    table = (await admin.client.get("/admin/staff/export?form=csv")).text
    wrong = table.replace("staff,zhao_lei,", "stuff,zhao_lei,")
    row = next(nth for nth, line in enumerate(wrong.splitlines(), start=1) if "zhao_lei" in line)
    page = await hand_in(admin, wrong, name="staff.csv")
    assert page.status == 422
    assert f"staff.csv:{row}: zhao_lei, column record: is 'stuff' but must be" in page.text
    text = (await admin.client.get("/admin/staff/export")).text.replace('["classifier"', '["clasifier"')
    text = text.replace('"classifier", "dispatcher"]', '"clasifier", "dispatcher"]', 1)
    line = next(nth for nth, one in enumerate(text.splitlines(), start=1) if "clasifier" in one)
    assert f"roster.toml:{line}: staff.li_na.roles" in (await hand_in(admin, text)).text
    assert (await hand_in(admin, table, name="roster.xlsx")).message_at("evidence").startswith("Please choose a file")
    assert await house.directory.log() == ()


async def test_whoever_is_no_longer_in_the_file_has_left_and_keeps_her_name(house: House, admin: Visitor) -> None:
    text = (await admin.client.get("/admin/staff/export")).text
    start = text.index("[staff.zhao_lei]")
    await hand_in(admin, text[:start] + text[text.index("[staff.", start + 1) :])
    roster = await house.directory.current()
    assert not roster.works_here("zhao_lei")
    assert roster.name_of("zhao_lei") == "Zhao Lei 赵磊"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[staff", "roster.toml:1: this is not TOML"),
        ("[departments]\n[staff]\n", "nobody holds the role"),
        (b"\xff\xfe\x00", "not UTF-8"),
    ],
)
async def test_a_file_that_will_not_do_changes_nothing_and_says_why(
    house: House, admin: Visitor, text: str | bytes, said: str
) -> None:
    page = await hand_in(admin, text)
    assert page.status == 422
    assert said in page.text
    assert await house.directory.log() == ()


async def test_without_a_file_or_a_reason_nothing_is_taken_in(house: House, admin: Visitor) -> None:
    assert (await hand_in(admin, "x", reason=" ")).message_at("reason")
    page = await admin.open("/admin/staff?lang=en")
    assert (await admin.send(page, {"reason": "x"}, form=page.form("evidence"))).message_at("evidence")
    assert await house.directory.log() == ()


async def test_who_leaves_later_works_on_and_what_she_has_on_her_day_goes_to_her_heir(
    house: House, hands: Hands, admin: Visitor
) -> None:
    first = await complain(house)
    task = await bring_to(house, first, TaskKind.FINDINGS)
    page = await admin.open(f"/admin/staff/person?lang=en&id={task.assignee}")
    told = {"left": "2026-11-30", "heir": "huang_min", "why_left": "A new job."}
    await admin.send(page, told, form=page.form("left"))
    leavers = Leavers(house)
    assert await leavers.hand_over_rest() == ()
    assert (await house.casebook.case(first)).tasks[task.id].assignee == task.assignee
    hands.at = datetime(2026, 11, 30, 0, 1, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert await leavers.hand_over_rest() == (first,)
    case = await house.casebook.case(first)
    assert case.tasks[task.id].assignee == "huang_min"
    assert case.assignment is not None
    assert case.assignment.handler == "huang_min"
    assert await leavers.hand_over_rest() == ()


async def test_the_work_of_whoever_a_file_left_out_goes_to_others(house: House, admin: Visitor) -> None:
    case_no = await complain(house)
    task = await bring_to(house, case_no, TaskKind.FINDINGS)
    text = (await admin.client.get("/admin/staff/export")).text
    start = text.index(f"[staff.{task.assignee}]")
    await hand_in(admin, text[:start] + text[text.index("[staff.", start + 1) :])
    assert await Leavers(house).hand_over_rest() == (case_no,)
    assert (await house.directory.current()).works_here((await house.casebook.case(case_no)).tasks[task.id].assignee)


async def test_a_case_that_is_stuck_keeps_no_other_of_a_leaver_from_its_heir(
    house: House, hands: Hands, admin: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [await complain(house, name=name, email=f"{name}@example.test") for name in ("joe", "kim", "lee")]
    tasks = {case_no: (await bring_to(house, case_no, TaskKind.FINDINGS)).assignee for case_no in numbers}
    # Two handlers share three cases, so that one of them has two.
    ((leaver, _),) = Counter(tasks.values()).most_common(1)
    stuck, other, *_ = (case_no for case_no, assignee in tasks.items() if assignee == leaver)
    page = await admin.open(f"/admin/staff/person?lang=en&id={leaver}")
    told = {"left": "2026-11-30", "heir": "huang_min", "why_left": "A new job."}
    await admin.send(page, told, form=page.form("left"))
    hands.at = datetime(2026, 11, 30, 0, 1, tzinfo=ZoneInfo("Asia/Shanghai"))
    record = house.casebook.record

    async def refuse_one(briefing: Briefing, *told: Any, **named: Any) -> Case:  # noqa: ANN401  passed on
        if briefing.case.case_no == stuck:
            message = "something about this case"
            raise TryAgain(message)
        return await record(briefing, *told, **named)

    with monkeypatch.context() as patched:
        patched.setattr(house.casebook, "record", refuse_one)
        moved = await Leavers(house).hand_over_rest()
    assert other in moved
    assert stuck not in moved
    assert await Leavers(house).hand_over_rest() == (stuck,)


async def test_who_was_marked_as_leaving_by_mistake_stays(house: House, admin: Visitor) -> None:
    page = await admin.open("/admin/staff/person?lang=en&id=zhao_lei")
    assert "She stays, or is back" not in page.text
    again = await admin.send(page, {"left": "2026-11-23", "why_left": " "}, form=page.form("left"))
    assert again.message_at("why_left")
    await admin.send(page, {"left": "2026-11-23", "why_left": "The wrong line."}, form=page.form("left"))
    assert not (await house.directory.current()).works_here("zhao_lei")
    page = await admin.open("/admin/staff/person?lang=en&id=zhao_lei")
    assert (await admin.send(page, {"why_stays": " "}, form=page.form("why_stays"))).message_at("why_stays")
    after = await admin.send(page, {"why_stays": "It was somebody else."}, form=page.form("why_stays"))
    assert "It was somebody else." in after.text
    assert (await house.directory.current()).works_here("zhao_lei")
