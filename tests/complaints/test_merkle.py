"""The Merkle tree: roots as others compute them, and proofs that hold for their leaf and no other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.merkle import GrowingTree, path_to, root_by, root_of

LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""The reference roots of Certificate Transparency over the first 0 to 8 of these leaves."""

SOME = st.lists(st.binary(max_size=8), min_size=1, max_size=40, unique=True)


@pytest.mark.parametrize("many", range(9))
def test_roots_are_those_of_certificate_transparency(many: int) -> None:
    assert root_of(LEAVES[:many]) == ROOTS[many]


@given(leaves=SOME)
def test_every_leaf_has_a_proof_and_it_holds_for_no_other_leaf_place_or_size(leaves: list[bytes]) -> None:
    root, size = root_of(leaves), len(leaves)
    for place, leaf in enumerate(leaves):
        path = path_to(place, leaves)
        assert root_by(path, leaf, place=place, size=size) == root
        assert root_by(path, leaf + b"x", place=place, size=size) != root
        assert root_by((*path, "00" * 32), leaf, place=place, size=size) != root
        for other in range(-1, size + 1):
            assert other == place or root_by(path, leaf, place=other, size=size) != root
    assert root_by(path_to(0, leaves), leaves[0], place=0, size=0) is None


@given(leaves=SOME, data=st.data())
def test_any_changed_missing_or_moved_leaf_changes_the_root(leaves: list[bytes], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(leaves) - 1))
    root = root_of(leaves)
    assert root_of([*leaves[:place], leaves[place] + b"x", *leaves[place + 1 :]]) != root
    assert root_of([*leaves[:place], *leaves[place + 1 :]]) != root
    assert root_of([*leaves, leaves[place]]) != root
    assert len(leaves) == 1 or root_of([*leaves[1:], leaves[0]]) != root


def test_a_node_does_not_pass_for_a_leaf() -> None:
    one, other = GrowingTree(), GrowingTree()
    one.add(b"a")
    one.add(b"b")
    other.add(bytes.fromhex(root_of([b"a"])) + bytes.fromhex(root_of([b"b"])))
    assert one.root != other.root
