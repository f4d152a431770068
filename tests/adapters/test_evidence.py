"""The evidence store: files are sealed, addressed by what they contain, and come back as they were."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from adapters.evidence import EvidenceStore
from complaints.errors import GiveUp, TryAgain

if TYPE_CHECKING:
    from pathlib import Path

CASE_NO = "TC20261123-0001"
KEY, OTHER = bytes(32), bytes(range(32))
PHOTO = b"\x89PNG a broken kettle" * 50


@pytest.fixture
def store(tmp_path: Path) -> EvidenceStore:
    return EvidenceStore(tmp_path / "evidence")


@pytest.mark.parametrize("content", [PHOTO, b"", b"\x00" * 100_000], ids=["photo", "empty", "large"])
def test_a_file_comes_back_as_it_was(store: EvidenceStore, content: bytes) -> None:
    address = store.keep(CASE_NO, KEY, content)
    assert store.fetch(CASE_NO, KEY, address) == content


def test_on_disk_a_file_is_noise_named_by_its_own_digest(store: EvidenceStore, tmp_path: Path) -> None:
    address = store.keep(CASE_NO, KEY, PHOTO)
    path = tmp_path / "evidence" / CASE_NO / address
    assert b"kettle" not in path.read_bytes()
    assert hashlib.sha256(path.read_bytes()).hexdigest() == address
    assert address != hashlib.sha256(PHOTO).hexdigest()


def test_the_same_file_kept_twice_is_two_that_do_not_look_alike(store: EvidenceStore) -> None:
    first, second = (store.keep(CASE_NO, KEY, PHOTO) for _ in range(2))
    assert first != second
    assert store.fetch(CASE_NO, KEY, first) == store.fetch(CASE_NO, KEY, second)


def test_a_file_opens_neither_with_another_key_nor_as_another_cases(store: EvidenceStore, tmp_path: Path) -> None:
    address = store.keep(CASE_NO, KEY, PHOTO)
    with pytest.raises(GiveUp):
        store.fetch(CASE_NO, OTHER, address)
    elsewhere = tmp_path / "evidence" / "TC20261123-0002"
    elsewhere.mkdir()
    (elsewhere / address).write_bytes((tmp_path / "evidence" / CASE_NO / address).read_bytes())
    with pytest.raises(GiveUp):
        store.fetch("TC20261123-0002", KEY, address)


def test_a_file_that_was_changed_on_disk_is_not_given_out(store: EvidenceStore, tmp_path: Path) -> None:
    address = store.keep(CASE_NO, KEY, PHOTO)
    path = tmp_path / "evidence" / CASE_NO / address
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    with pytest.raises(GiveUp, match="or was changed"):
        store.fetch(CASE_NO, KEY, address)


def test_a_file_that_is_not_there_may_be_on_a_disk_that_comes_back(store: EvidenceStore) -> None:
    with pytest.raises(TryAgain, match=f"evidence {'0' * 12} of {CASE_NO} cannot be read"):
        store.fetch(CASE_NO, KEY, "0" * 64)


def test_a_folder_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "evidence").write_text("a file where the folder should be")
    with pytest.raises(TryAgain, match="cannot be written"):
        EvidenceStore(tmp_path / "evidence").keep(CASE_NO, KEY, PHOTO)
