"""Rotating: the master key's rotation as an operator watches it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from adapters.rotation import Rotation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adapters.house import House
    from adapters.rotation import Rotated


async def rotate(house: House) -> Rotated:
    """Rotate, and say on the way how far it is where somebody watches."""
    shows = sys.stderr.isatty()

    def tell(done: int) -> None:
        if shows:
            sys.stderr.write(f"\r{done} case keys locked anew")

    rotated = await Rotation(house).run(tell)
    if shows:
        sys.stderr.write("\n")
    return rotated


def told(rotated: Rotated) -> Iterator[str]:
    """What was done, and what is left to do, a line each."""
    if rotated.was_cut_off:
        yield "An earlier rotation was not finished: it is now. No further key was made."
    yield f"Master key {rotated.key_id} locks all cases now; {rotated.rewrapped} case keys were locked anew."
    for name in rotated.retired:
        yield f"Master key {name} is retired: nothing in the database is locked with it any more."
    for path in rotated.put_away:
        yield (
            f"It lies in {path}, which no process reads. Backups made until now need it: keep it with them, and "
            "destroy it with the last of them."
        )
    if rotated.retired and not rotated.put_away:
        yield "Take it out of REDRESS_MASTER_KEY; keep it with the backups made until now, and destroy it with them."
