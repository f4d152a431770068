"""Whole tables emptied, rules and staff lists taken away, letters and lists of heads lost: an audit finds that too."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from adapters.ledger import next_case_no
from adapters.publisher import Publisher
from complaints.words import TaskKind
from portal.verifying import public_keys
from tests.audited import (
    ARCHIVED,
    LATEST,
    MOVED,
    OPEN,
    SEALED_LATE,
    audit,
    do,
    forge,
    found,
    in_data,
    last,
    send_letters,
)
from tests.builders import bring_to, complain

if TYPE_CHECKING:
    from adapters.house import House


@pytest.fixture
def house(copied_house: House) -> House:
    """A copy of the house with a past, on Wednesday; once on each engine."""
    return copied_house


async def test_a_house_stripped_of_all_seals_keys_and_heads_does_not_pass_for_one_that_never_sealed(
    house: House,
) -> None:
    await forge(house, ARCHIVED, lambda entries: in_data(entries[0], region="elsewhere"))
    for emptied in ("DELETE FROM seals", "DELETE FROM seal_keys", "DELETE FROM published_heads"):
        await do(house, emptied)
    shutil.rmtree(house.settings.heads_path.parent)
    missing = [(case_no, await last(house, case_no), "seal") for case_no in (ARCHIVED, SEALED_LATE)]
    assert await found(house, is_quick=True) == missing
    # The house goes on in good faith, and vouches anew for what it finds.
    await public_keys(house)
    await Publisher(house).publish_due()
    assert await found(house, is_quick=True) == missing


async def test_rules_that_were_taken_away_are_missed_where_they_were_first_used(house: House) -> None:
    version = (await house.library.current()).version
    await do(house, "UPDATE cases SET policy = (SELECT min(version) FROM policies) WHERE policy = :v", v=version)
    other = f"{version[:-1]}{'0' if version[-1] != '0' else '1'}"
    await do(house, "INSERT INTO policies SELECT :o, name, texts, stored_at FROM policies", o=other)
    await do(house, "UPDATE cases SET policy = :o", o=other)
    await do(house, "DELETE FROM policies WHERE version = :v", v=version)
    assert (ARCHIVED, 1, "policy") in await found(house)


async def test_a_staff_list_that_was_edited_or_taken_away_is_missed_where_it_decided(house: House) -> None:
    await house.directory.change(lambda roster: roster, by="admin", reason="as it is")
    case_no = await complain(house)
    await bring_to(house, case_no, TaskKind.FINDINGS)
    assert (await audit(house)).is_sound
    assigned = next(entry.seq for entry in await house.casebook.history(case_no) if entry.fact.type == "case.assigned")
    await do(house, "UPDATE rosters SET text = text || '# and nothing else'")
    assert await found(house) == [(case_no, assigned, "staff list")]
    await do(house, "UPDATE rosters SET text = 'neither this nor that'")
    assert ("", 0, "staff list") in await found(house)
    await do(house, "DELETE FROM rosters")
    assert await found(house) == [(case_no, assigned, "staff list")]


async def test_a_case_that_is_gone_before_it_was_published_leaves_its_number(house: House) -> None:
    for table in ("events", "cases", "manual_tasks", "letters", "papers", "case_keys"):
        removed = f"DELETE FROM {table} WHERE case_no = :c"  # noqa: S608  no data in it
        await do(house, removed, c=LATEST)
    assert await found(house) == [(LATEST, 1, "number")]
    await do(house, "UPDATE case_counters SET last = 1 WHERE day = '20261125'")
    assert [flaw.where for flaw in (await audit(house)).flaws] == ["number"]


async def test_a_number_whose_case_came_to_nothing_is_given_out_again(house: House) -> None:
    async with house.database.writing() as session:
        assert await next_case_no(session, "20261125") == "TC20261125-0003"
        await session.rollback()
    assert await complain(house) == "TC20261125-0003"
    assert (await audit(house)).is_sound


async def test_an_open_case_whose_row_says_closed_is_found(house: House) -> None:
    await do(house, "UPDATE cases SET closed_at = received_at WHERE case_no = :c", c=OPEN)
    assert await found(house) == [(OPEN, await last(house, OPEN), "case row")]


async def test_a_list_of_heads_that_is_gone_is_missed_before_a_proof_needs_it(house: House) -> None:
    (house.settings.heads_path.with_suffix("") / "2026-11-23.jsonl").unlink()
    (flaw,) = (await audit(house)).flaws
    assert (flaw.where, "2026-11-23" in flaw.what) == ("heads", True)


async def test_a_quick_audit_says_what_it_left_out(house: House) -> None:
    assert [many for note, many in (await audit(house, is_quick=True)).notes.items() if "--quick" in note] == [5]
    assert not [note for note in (await audit(house)).notes if "--quick" in note]


async def letters_as_sent(house: House) -> tuple[str, str]:
    """The names of the papers of two letters about one case."""
    await send_letters(house)
    assert (await audit(house)).is_sound
    async with house.database.reading() as session:
        query = text("SELECT paper_id FROM letters WHERE case_no = :c ORDER BY id LIMIT 2")
        first, second = (await session.execute(query, {"c": MOVED})).scalars()
    return first, second


async def test_letters_that_changed_places_are_found(house: House) -> None:
    first, second = await letters_as_sent(house)
    for old, new in ((first, "elsewhere"), (second, first), ("elsewhere", second)):
        await do(house, "UPDATE letters SET paper_id = :new WHERE paper_id = :old", old=old, new=new)
    flaws = (await audit(house)).flaws
    assert {(flaw.case_no, flaw.where) for flaw in flaws} == {(MOVED, "letter")}
    assert any("message_id is not what was kept" in flaw.what for flaw in flaws)


async def test_a_letter_that_is_said_to_have_left_earlier_than_it_did_is_found(house: House) -> None:
    first, _ = await letters_as_sent(house)
    await do(house, "UPDATE letters SET sent_at = ordered_at WHERE paper_id = :p", p=first)
    (flaw,) = (await audit(house)).flaws
    assert (flaw.case_no, flaw.where) == (MOVED, "letter")
    assert "sent_at is not what was kept" in flaw.what


async def test_a_letter_that_is_gone_while_its_text_is_there_is_found_and_the_other_way_round(house: House) -> None:
    first, second = await letters_as_sent(house)
    await do(house, "DELETE FROM letters WHERE paper_id = :p", p=first)
    await do(house, "DELETE FROM papers WHERE id = :p", p=second)
    whats = " ".join(flaw.what for flaw in (await audit(house)).flaws)
    assert "of which the outbox knows nothing" in whats
    assert "is not kept as it was sent" in whats


async def test_a_second_value_under_a_name_is_found_though_our_own_readers_do_not_take_it(house: House) -> None:
    is_sqlite = house.database.is_sqlite
    told = "data" if is_sqlite else "CAST(data AS TEXT)"
    twice = f"""'{{"channel": "phone", ' || substr({told}, 2)"""
    change = twice if is_sqlite else f"CAST({twice} AS JSON)"
    statement = f"UPDATE events SET data = {change} WHERE case_no = :c AND seq = 1"  # noqa: S608  no data in it
    async with house.database.engine.connect() as connection:
        await connection.exec_driver_sql(statement.replace(":c", f"'{OPEN}'"))
        await connection.commit()
    assert await found(house) == [(OPEN, 1, "chain")]
