"""The wire: tells the workers of this machine at once that something came for a case.

Only a hint: a datagram with a case number, over the loopback. One that is lost, or meant for a worker elsewhere, is
made up for by the alarms, which every worker looks at once or twice a second; one that is false only makes a flow look.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

log = logging.getLogger("redress.wire")

LOOPBACK = "127.0.0.1"
_LONGEST = 64


class Wire:
    """From any process of a house to its workers; they leave their ports in a folder of the home."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "wire"
        self._socket: socket.socket | None = None

    def tell(self, case_no: str) -> None:
        """Say that something came for this case. It never waits and never fails."""
        with suppress(OSError):
            if self._socket is None:
                self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                self._socket.setblocking(False)  # noqa: FBT003  the socket's own
            for port in self._ports():
                self._socket.sendto(case_no.encode(), (LOOPBACK, port))

    async def listen(self, hear: Callable[[str], None]) -> None:
        """Call `hear` for every case that somebody tells of, until cancelled."""
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: _Ear(hear), local_addr=(LOOPBACK, 0)
        )
        note = self._folder / str(os.getpid())
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            scratch = note.with_suffix(".new")
            scratch.write_text(str(transport.get_extra_info("sockname")[1]), encoding="utf-8")
            scratch.replace(note)
            await asyncio.Event().wait()
        finally:
            note.unlink(missing_ok=True)
            transport.close()

    def close(self) -> None:
        """Let go of the socket."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _ports(self) -> list[int]:
        notes = [note for note in self._folder.glob("*") if note.name.isdecimal()]
        return [int(note.read_text(encoding="utf-8")) for note in notes if _is_alive(note)]


def _is_alive(note: Path) -> bool:
    """Whether the worker that left this note is there; the note of one that was killed is thrown away."""
    try:
        os.kill(int(note.name), 0)
    except ProcessLookupError:
        note.unlink(missing_ok=True)
        return False
    except PermissionError:
        return True
    return True


class _Ear(asyncio.DatagramProtocol):
    def __init__(self, hear: Callable[[str], None]) -> None:
        self._hear = hear

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        del addr
        if len(data) <= _LONGEST and data.isascii():
            self._hear(data.decode())
