"""The master key rotates under everybody's hands: only wrapped case keys change, and what was given out holds."""

from __future__ import annotations

import asyncio
import base64
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from adapters.cipher import Cipher
from adapters.house import open_house
from adapters.keyring import Keyring, key_path, keyring_of, name_of, put_first
from adapters.masters import in_use
from adapters.probes import fits
from adapters.rotation import Rotation, list_masters
from adapters.settings import ROOT, Settings
from complaints.errors import GiveUp
from complaints.words import TaskKind
from models.tables import CASE_KEYS, PAPERS
from portal.rotating import rotate, told
from tests.audited import audit, hand_in
from tests.builders import ANN, Hands, bring_to, carry_on, complain, task_link

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from adapters.house import House


async def wrapped_by(house: House) -> dict[str, str]:
    async with house.database.reading() as session:
        rows = await session.execute(select(CASE_KEYS.c.case_no, CASE_KEYS.c.master))
        return {row.case_no: row.master for row in rows}


async def sealed(house: House) -> list[bytes]:
    async with house.database.reading() as session:
        return list((await session.execute(select(PAPERS.c.sealed).order_by(PAPERS.c.id))).scalars())


async def name_in(house: House, case_no: str) -> str:
    return (await house.casebook.brief(case_no)).record.name


def reopened(house: House, **changes: object) -> Settings:
    return house.settings.model_copy(update=changes)


@pytest.fixture
async def running(either_house: House) -> AsyncIterator[House]:
    """Another process of the same house, that was there before."""
    opened = await open_house(either_house.settings, clock=either_house.clock)
    yield opened
    await opened.close()


async def test_only_the_wrapping_of_case_keys_is_written_anew(either_house: House, running: House) -> None:
    cases = [await complain(either_house) for _ in range(5)]
    await hand_in(either_house, cases[0], b"the bill")
    before, papers = key_path(either_house.settings).read_text(), await sealed(either_house)
    rotated = await Rotation(either_house, at_once=2).run()
    assert rotated.rewrapped == 5
    assert set((await wrapped_by(either_house)).values()) == {rotated.key_id}
    assert await sealed(either_house) == papers
    assert before not in key_path(either_house.settings).read_text()
    # Who ran before reads on, old cases and new ones, and writes what others can read.
    assert [await name_in(running, case_no) for case_no in cases] == [ANN.name] * 5
    late = await complain(running)
    assert (await wrapped_by(either_house))[late] == rotated.key_id
    assert await name_in(either_house, late) == ANN.name
    assert (await audit(running)).is_sound


async def test_links_lookups_and_pseudonyms_given_out_before_still_hold(either_house: House) -> None:
    case_no = await complain(either_house)
    task = await bring_to(either_house, case_no, TaskKind.FINDINGS)
    token = task_link(either_house, case_no, task).removeprefix("/task/")
    for _ in range(2):
        await Rotation(either_house).run()
    fresh = await open_house(either_house.settings, clock=either_house.clock)
    assert fresh.links.read(token, "task").case_no == case_no
    assert fresh.cipher.lookup(ANN.email) == either_house.cipher.lookup(ANN.email)
    assert fresh.cipher.derived("pseudonyms") == either_house.cipher.derived("pseudonyms")
    twin = await complain(fresh)
    assert [one.case_no for one in (await fresh.casebook.brief(twin)).lookalikes] == [case_no]
    await fresh.close()


async def test_the_retired_key_opens_nothing_and_is_put_away_for_the_backups(either_house: House) -> None:
    await complain(either_house)
    old = keyring_of(either_house.settings).newest
    rotated = await rotate(either_house)
    (away,) = rotated.put_away
    assert base64.b64decode(away.read_text()) == old
    assert away.stat().st_mode & 0o077 == 0
    assert rotated.retired == (name_of(old),)
    assert not await fits(Keyring((old,)), either_house.database)
    assert await fits(keyring_of(either_house.settings), either_house.database)
    said = " ".join(told(rotated))
    assert "is retired: nothing in the database is locked with it any more" in said
    assert str(away) in said


async def test_without_the_key_in_use_no_house_opens(either_house: House) -> None:
    await complain(either_house)
    rotated = await Rotation(either_house).run()
    wrong = reopened(either_house, master_key=SecretStr(base64.b64encode(bytes(32)).decode()))
    with pytest.raises(GiveUp, match=rotated.key_id):
        await open_house(wrong, clock=either_house.clock)
    (away,) = rotated.put_away
    gone = reopened(either_house, master_key=SecretStr(away.read_text()))
    with pytest.raises(GiveUp, match=rotated.key_id):
        await open_house(gone, clock=either_house.clock)


@pytest.mark.parametrize("steps", [0, 1, 2])
async def test_a_rotation_that_was_cut_off_is_finished_by_the_next(
    either_house: House, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    """Before the new key has a name in the database; after it; between two batches."""
    cases = [await complain(either_house) for _ in range(4)]
    old = name_of(keyring_of(either_house.settings).newest)
    calls = 0
    real = Rotation._rewrap if steps else Rotation._register  # noqa: SLF001  the place where it is cut off

    async def cut(self: Rotation, *told: object) -> object:
        nonlocal calls
        calls += 1
        if calls >= max(steps, 1):
            raise KeyboardInterrupt
        return await real(self, *told)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(Rotation, real.__name__, cut)
        with pytest.raises(KeyboardInterrupt):
            await Rotation(either_house, at_once=2).run()
    assert len(keyring_of(either_house.settings).keys) == 2
    fresh = await open_house(either_house.settings, clock=either_house.clock)
    assert [await name_in(fresh, case_no) for case_no in cases] == [ANN.name] * 4
    late = await complain(fresh)
    await fresh.close()
    rotated = await Rotation(either_house, at_once=2).run()
    assert rotated.was_cut_off
    assert rotated.retired == (old,)
    assert set((await wrapped_by(either_house)).values()) == {rotated.key_id}
    assert await name_in(either_house, late) == ANN.name
    assert not (await Rotation(either_house).run()).was_cut_off


_KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from adapters import rotation
from adapters.house import open_house
from adapters.settings import Settings

async def main():
    house = await open_house(Settings(home=Path(sys.argv[1]), database_url=sys.argv[2]))
    await rotation.Rotation(house, at_once=1).run(lambda done: done == 2 and os.kill(os.getpid(), signal.SIGKILL))

asyncio.run(main())
"""


async def test_killed_in_the_middle_it_is_run_again(either_house: House) -> None:
    cases = [await complain(either_house) for _ in range(4)]
    settings = either_house.settings
    command = [sys.executable, "-c", _KILLED, str(settings.home), settings.database_url]
    killed = await asyncio.to_thread(subprocess.run, command, cwd=ROOT, capture_output=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert len(set((await wrapped_by(either_house)).values())) == 2
    assert [await name_in(either_house, case_no) for case_no in cases] == [ANN.name] * 4
    rotated = await Rotation(either_house).run()
    assert (rotated.was_cut_off, rotated.rewrapped) == (True, 2)


async def test_a_case_that_an_older_process_wraps_meanwhile_is_not_left_behind(either_house: House) -> None:
    """Whoever holds the lock of a new case keeps the old master from being retired."""
    first = await complain(either_house)
    await Rotation(either_house).run()
    old = Cipher(Keyring(keyring_of(either_house.settings).keys))
    put_first(key_path(either_house.settings))
    rotation = Rotation(either_house)
    ring = keyring_of(either_house.settings)
    fresh = Cipher(ring)
    await rotation._register(fresh, ring)  # noqa: SLF001  between the two steps of a rotation
    async with either_house.database.reading() as session:
        known_to_old, known_to_new = await in_use(session, old), await in_use(session, fresh)
    assert (known_to_old, known_to_new) == (name_of(ring.oldest), name_of(ring.newest))
    assert await rotation._retire(name_of(ring.newest)) is None  # noqa: SLF001  as above
    assert await name_in(either_house, first) == ANN.name
    assert (await Rotation(either_house).run()).rewrapped == 1


async def test_keys_of_the_environment_are_named_by_the_operator(tmp_path: Path, sqlite_url: str) -> None:
    old, new = (base64.b64encode(bytes([nth]) * 32).decode() for nth in (1, 2))
    settings = Settings(home=tmp_path, database_url=sqlite_url, master_key=SecretStr(old))
    house = await open_house(settings, clock=Hands().clock)
    case_no = await complain(house)
    with pytest.raises(GiveUp, match="put a new key before the old one"):
        await Rotation(house).run()
    await house.close()
    both = await open_house(reopened(house, master_key=SecretStr(f"{new},{old}")), clock=house.clock)
    assert await name_in(both, case_no) == ANN.name
    rotated = await Rotation(both).run()
    assert rotated.retired == (name_of(base64.b64decode(old)),)
    assert any("REDRESS_MASTER_KEY" in line for line in told(rotated))
    await both.close()
    alone = await open_house(reopened(house, master_key=SecretStr(new)), clock=house.clock)
    assert await name_in(alone, case_no) == ANN.name
    assert alone.cipher.lookup("a@b") == house.cipher.lookup("a@b")
    await alone.close()
    # A process that still has only the old one says so rather than lock a case for nobody.
    with pytest.raises(GiveUp, match="master key"):
        await complain(house)
    await house.close()


async def test_an_operator_sees_which_key_locks_how_many(either_house: House) -> None:
    await complain(either_house)
    (only,) = await list_masters(either_house)
    assert (only.state, only.cases) == ("in use since the house began", 1)
    await Rotation(either_house).run()
    newest, first = await list_masters(either_house)
    assert (newest.state, newest.cases) == ("in use", 1)
    assert (first.key_id, first.state, first.cases) == (only.key_id, "retired 2026-11-23", 0)


async def test_cases_go_on_while_the_key_rotates(either_house: House) -> None:
    cases = [await complain(either_house) for _ in range(6)]

    async def work() -> None:
        for case_no in cases:
            await carry_on(either_house, case_no)
            await complain(either_house)

    rotated, _ = await asyncio.gather(Rotation(either_house, at_once=1).run(), work())
    assert set((await wrapped_by(either_house)).values()) == {rotated.key_id}
    assert (await audit(either_house)).is_sound
