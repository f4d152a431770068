"""The signet: one key at a time, each vouched for by the one before, and a seal for every archived case."""

from __future__ import annotations

import asyncio
import base64
import secrets
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from adapters.settings import Settings
from adapters.signet import Signet, is_signed, read_keys
from complaints.errors import GiveUp
from complaints.seals import Seal, key_named, period_of, was_valid
from models.tables import SEALS
from tests.builders import MONDAY_MORNING, Hands, carry_on, complain, withdraw

if TYPE_CHECKING:
    from pathlib import Path

    from adapters.house import House
    from complaints.seals import SealKey


@pytest.fixture
def house(either_house: House) -> House:
    """On both engines."""
    return either_house


async def keys(house: House) -> tuple[SealKey, ...]:
    async with house.database.reading() as session:
        return await read_keys(session)


async def seals(house: House) -> list[Seal]:
    async with house.database.reading() as session:
        rows = await session.execute(select(SEALS).order_by(SEALS.c.case_no))
        return [Seal(**row) for row in rows.mappings()]


async def archived(house: House) -> str:
    """A case that was withdrawn at once."""
    case_no = await complain(house)
    await carry_on(house, case_no)
    await withdraw(house, case_no)
    assert not (await carry_on(house, case_no)).is_open
    return case_no


async def rotate(house: House) -> SealKey:
    async with house.database.writing() as session:
        key = await house.signet.rotate(session, at=house.clock.now())
    house.signet.finish()
    return key


async def test_archiving_seals_the_head_of_the_case_with_the_key_of_the_house(house: House) -> None:
    case_no = await archived(house)
    (seal,), (key,) = await seals(house), await keys(house)
    case = await house.casebook.case(case_no)
    assert (seal.case_no, seal.entries, seal.head) == (case_no, case.seq, case.head)
    assert (seal.sealed_at, seal.key_id, seal.heads) == (house.clock.now(), key.key_id, "")
    assert is_signed(seal.signed, seal.signature, key.public)
    assert not is_signed(replace(seal, entries=seal.entries - 1).signed, seal.signature, key.public)
    assert is_signed(key.signed, key.signature, key.public)


async def test_an_open_case_is_not_sealed(house: House) -> None:
    await carry_on(house, await complain(house))
    assert await seals(house) == []
    assert await keys(house) == ()


async def test_cases_archived_at_the_same_moment_share_one_key(house: House) -> None:
    cases = [await complain(house) for _ in range(4)]
    for case_no in cases:
        await carry_on(house, case_no)
    await asyncio.gather(*(withdraw(house, case_no) for case_no in cases))
    await asyncio.gather(*(carry_on(house, case_no) for case_no in cases))
    assert len(await seals(house)) == 4
    assert len(await keys(house)) == 1


async def test_after_a_rotation_the_new_key_signs_and_old_seals_stay_verifiable(house: House, hands: Hands) -> None:
    first = await archived(house)
    hands.move(days=30)
    new = await rotate(house)
    hands.move(days=1)
    second = await archived(house)
    old = (await keys(house))[0]
    by_case = {seal.case_no: seal for seal in await seals(house)}
    assert (by_case[first].key_id, by_case[second].key_id) == (old.key_id, new.key_id)
    for seal in by_case.values():
        key = key_named(await keys(house), seal.key_id)
        assert key is not None
        assert is_signed(seal.signed, seal.signature, key.public)
    assert period_of(await keys(house), old.key_id) == (old.valid_from, new.valid_from)
    assert new.previous == old.digest
    assert is_signed(new.signed, new.endorsement, old.public)


def fresh_key() -> str:
    """A new private key as `REDRESS_SEAL_KEY` wants it."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


async def test_a_rotation_that_was_cut_off_after_the_table_was_written_is_finished(house: House) -> None:
    await archived(house)
    async with house.database.writing() as session:
        new = await house.signet.rotate(session, at=house.clock.now())
    await archived(house)
    assert [seal.key_id for seal in await seals(house)][1] == new.key_id
    assert house.signet.key_id == new.key_id


async def test_a_rotation_that_was_cut_off_before_the_table_was_written_left_nothing(house: House) -> None:
    await archived(house)
    (old,) = await keys(house)
    (house.settings.home / "seal.key.next").write_text(fresh_key())
    await archived(house)
    assert {seal.key_id for seal in await seals(house)} == {old.key_id}
    await rotate(house)
    assert len(await keys(house)) == 2


def test_the_key_is_for_its_owner_alone_and_is_made_once(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    assert Signet(settings).key_id == Signet(settings).key_id
    assert (tmp_path / "seal.key").stat().st_mode & 0o777 == 0o600


async def test_a_key_of_the_environment_signs_and_is_rotated_by_the_operator(house: House, tmp_path: Path) -> None:
    given = Signet(Settings(home=tmp_path / "other", seal_key=SecretStr(fresh_key())))
    async with house.database.writing() as session:
        assert await given.register(session, at=house.clock.now()) == given.key_id
        with pytest.raises(GiveUp, match="REDRESS_SEAL_KEY is set"):
            await given.rotate(session, at=house.clock.now())
    assert not (tmp_path / "other" / "seal.key").exists()


@pytest.mark.parametrize("given", ["%%%", "c2hvcnQ="])
def test_a_setting_that_is_no_key_is_named(given: str, tmp_path: Path) -> None:
    with pytest.raises(GiveUp, match="REDRESS_SEAL_KEY does not hold"):
        Signet(Settings(home=tmp_path, seal_key=SecretStr(given))).sign(b"")


def test_a_key_signs_in_its_time_give_or_take_what_clocks_differ_by() -> None:
    period = (MONDAY_MORNING, MONDAY_MORNING + timedelta(days=1))
    assert was_valid(period, MONDAY_MORNING - timedelta(minutes=5))
    assert not was_valid(period, MONDAY_MORNING - timedelta(minutes=5, seconds=1))
    assert was_valid(period, MONDAY_MORNING + timedelta(days=1, minutes=5))
    assert not was_valid(period, MONDAY_MORNING + timedelta(days=1, minutes=5, seconds=1))
    assert was_valid((MONDAY_MORNING, None), MONDAY_MORNING + timedelta(days=9999))
