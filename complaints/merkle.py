"""The Merkle tree of RFC 6962 section 2.1: one root for many leaves, and short proofs that a leaf is among them.

A leaf is hashed behind 0x00 and a node behind 0x01, so that no node can be passed off as a leaf.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of a leaf (RFC 6962 section 2.1)."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node over its two children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class GrowingTree:
    """A tree that is told its leaves one after the other and keeps only the roots of its whole subtrees."""

    def __init__(self) -> None:
        self.size = 0
        self._whole: list[tuple[int, bytes]] = []

    def add(self, leaf: bytes) -> None:
        """One more leaf."""
        self.size += 1
        grown = (1, leaf_hash(leaf))
        while self._whole and self._whole[-1][0] == grown[0]:
            size, left = self._whole.pop()
            grown = (size * 2, node_hash(left, grown[1]))
        self._whole.append(grown)

    @property
    def root(self) -> str:
        """The root over all leaves so far, in hex; of no leaves the hash of nothing."""
        if not self._whole:
            return hashlib.sha256().hexdigest()
        right = self._whole[-1][1]
        for _, left in reversed(self._whole[:-1]):
            right = node_hash(left, right)
        return right.hex()


def root_of(leaves: Iterable[bytes]) -> str:
    """The root over these leaves, in hex."""
    tree = GrowingTree()
    for leaf in leaves:
        tree.add(leaf)
    return tree.root


def path_to(place: int, leaves: Sequence[bytes]) -> tuple[str, ...]:
    """The audit path of the leaf at this place (RFC 6962 section 2.1.1), in hex, from the leaf up."""
    level = [leaf_hash(leaf) for leaf in leaves]
    path: list[str] = []
    while len(level) > 1:
        neighbour = place ^ 1
        if neighbour < len(level):
            path.append(level[neighbour].hex())
        # A last one without a neighbour goes up as it is: the left subtree is the largest whole one.
        level = [
            node_hash(level[at], level[at + 1]) if at + 1 < len(level) else level[at] for at in range(0, len(level), 2)
        ]
        place //= 2
    return tuple(path)


def root_by(path: Sequence[str], leaf: bytes, *, place: int, size: int) -> str | None:
    """The root that a path leads to (RFC 9162 section 2.1.3.2), in hex; None where no tree of this size has it."""
    if not 0 <= place < size:
        return None
    here, last, found = place, size - 1, leaf_hash(leaf)
    for step in path:
        if last == 0:
            return None
        if here % 2 or here == last:
            found = node_hash(bytes.fromhex(step), found)
            while here % 2 == 0 and here != 0:
                here, last = here // 2, last // 2
        else:
            found = node_hash(found, bytes.fromhex(step))
        here, last = here // 2, last // 2
    return found.hex() if last == 0 else None
