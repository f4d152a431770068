"""The cipher: without a case's key its papers are noise, and the master key is born once, for its owner alone."""

from __future__ import annotations

import base64
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.cipher import Cipher, open_bytes, open_paper, seal_bytes, seal_paper, stationery
from adapters.keyring import keyring_of
from adapters.settings import ROOT, Settings
from complaints.errors import GiveUp
from complaints.papers import Paper

if TYPE_CHECKING:
    from collections.abc import Callable

MASTER, OTHER = bytes(range(32)), bytes(32)
CIPHER = Cipher(MASTER)
PAPER = Paper(id="paper-1", kind="record", salt="salt", content={"name": "Ann Lee", "detail": "漏水"})
KEY, WRAPPED = CIPHER.new_case_key("TC20261123-0001")


# --- papers ---------------------------------------------------------------------


def test_a_sealed_paper_opens_with_its_key_and_shows_nothing_without() -> None:
    sealed = seal_paper(KEY, PAPER)
    assert open_paper(KEY, paper_id="paper-1", kind="record", sealed=sealed) == PAPER
    assert not [word for word in ("Ann", "Lee", "漏水", "salt", "name") if word.encode() in sealed]


def test_the_same_paper_sealed_twice_does_not_look_the_same() -> None:
    assert seal_paper(KEY, PAPER) != seal_paper(KEY, PAPER)


@pytest.mark.parametrize(
    "opening",
    [
        lambda sealed: open_paper(OTHER, paper_id="paper-1", kind="record", sealed=sealed),
        lambda sealed: open_paper(KEY, paper_id="paper-2", kind="record", sealed=sealed),
        lambda sealed: open_paper(KEY, paper_id="paper-1", kind="record", sealed=sealed[:-1]),
        lambda sealed: open_paper(KEY, paper_id="paper-1", kind="record", sealed=sealed[:5]),
        lambda sealed: open_paper(KEY, paper_id="paper-1", kind="record", sealed=sealed[:0]),
        lambda sealed: open_paper(KEY, paper_id="paper-1", kind="record", sealed=bytes([sealed[0] ^ 1]) + sealed[1:]),
    ],
    ids=["another key", "another paper", "cut off", "stump", "nothing", "changed"],
)
def test_a_paper_does_not_open_otherwise_and_the_house_says_so(opening: Callable[[bytes], Paper]) -> None:
    with pytest.raises(GiveUp, match="does not open with this house's key, or was changed"):
        opening(seal_paper(KEY, PAPER))


@given(content=st.binary(max_size=2000), about=st.text(max_size=30))
def test_a_file_comes_out_as_it_went_in_whatever_it_holds(content: bytes, about: str) -> None:
    sealed = seal_bytes(KEY, content, about=about)
    assert open_bytes(KEY, sealed, about=about) == content
    assert len(content) < 8 or content not in sealed


# --- keys -----------------------------------------------------------------------


def test_every_case_has_a_key_of_its_own_that_only_the_master_key_unwraps() -> None:
    assert CIPHER.unwrap("TC20261123-0001", WRAPPED) == KEY
    assert CIPHER.new_case_key("TC20261123-0001")[0] != KEY
    assert KEY not in WRAPPED
    with pytest.raises(GiveUp):
        Cipher(OTHER).unwrap("TC20261123-0001", WRAPPED)
    with pytest.raises(GiveUp):
        CIPHER.unwrap("TC20261123-0002", WRAPPED)


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_master_key_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(GiveUp, match=f"the master key must be 32 bytes, not {length}"):
        Cipher(bytes(length))


def test_keys_for_other_purposes_tell_nothing_of_each_other() -> None:
    derived = {CIPHER.derived(purpose) for purpose in ("links", "lookup", "")}
    assert len({*derived, MASTER}) == 4
    assert CIPHER.derived("links") == Cipher(MASTER).derived("links")
    assert CIPHER.derived("links") != Cipher(OTHER).derived("links")


@pytest.mark.parametrize(
    ("one", "other"),
    [("ann.lee@example.test", "Ann.Lee@Example.test "), ("+86 138 0013 8000", "+8613800138000")],
)
def test_a_contact_is_found_however_it_is_spaced_and_cased(one: str, other: str) -> None:
    assert CIPHER.lookup(one) == CIPHER.lookup(other)


def test_a_contact_cannot_be_looked_up_without_the_key_and_nobody_has_no_contact() -> None:
    assert CIPHER.lookup("ann.lee@example.test") != Cipher(OTHER).lookup("ann.lee@example.test")
    assert CIPHER.lookup("ann.lee@example.test") != CIPHER.lookup("ann.lea@example.test")
    assert CIPHER.lookup("") == CIPHER.lookup("  ") == ""


def test_sheets_never_repeat() -> None:
    sheets = [sheet for _ in range(50) for sheet in stationery(3).ids]
    assert len({part for sheet in sheets for part in sheet}) == 300


# --- the master key's home --------------------------------------------------------


def test_the_master_key_is_made_on_first_use_and_is_its_owners_alone(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "house")
    key = keyring_of(settings).newest
    path = tmp_path / "house" / "master.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert base64.b64decode(path.read_text()) == key
    assert keyring_of(settings).newest == key
    assert list(path.parent.iterdir()) == [path]


def test_the_key_is_never_readable_by_others_not_even_while_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    modes: list[int] = []
    written = Path.write_text

    def watch(path: Path, text: str) -> int:
        modes.append(stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o666)
        return written(path, text)

    monkeypatch.setattr(Path, "write_text", watch)
    keyring_of(Settings(home=tmp_path))
    assert modes == [0o600]


def test_two_processes_that_start_at_once_make_one_key(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from adapters.keyring import keyring_of; "
        "from adapters.settings import Settings; sys.stdin.readline(); "
        "print(keyring_of(Settings(home=Path(sys.argv[1]))).newest.hex())"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    starting = [
        subprocess.Popen(command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(3)
    ]
    keys = {process.communicate("go\n", timeout=60)[0].strip() for process in starting}
    assert keys == {keyring_of(Settings(home=tmp_path)).newest.hex()}


def test_a_key_in_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    given_key = base64.b64encode(MASTER).decode()
    assert keyring_of(Settings.model_validate({"home": tmp_path, "master_key": given_key})).newest == MASTER
    assert not (tmp_path / "master.key").exists()


@pytest.mark.parametrize(
    "content", [b"not base64!", "密钥".encode(), b"\xff\xfe\x00"], ids=["text", "Chinese", "bytes"]
)
def test_a_key_that_is_none_says_where_it_stands(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "master.key").write_bytes(content)
    with pytest.raises(GiveUp, match=r"master\.key does not hold a key in base64"):
        keyring_of(Settings(home=tmp_path))
    with pytest.raises(GiveUp, match="REDRESS_MASTER_KEY does not hold a key in base64"):
        keyring_of(Settings.model_validate({"home": tmp_path, "master_key": "not base64!"}))
