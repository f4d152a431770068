"""Worker health: a small web site on this machine that tells how the worker is, and its figures."""

from __future__ import annotations

import asyncio
import logging
import socket
from typing import TYPE_CHECKING

import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.meters import CONTENT_TYPE
from adapters.migrations import is_current
from complaints.errors import TryAgain

if TYPE_CHECKING:
    from starlette.requests import Request

    from adapters.alarms import Alarms
    from adapters.house import House

log = logging.getLogger("redress.worker")

HOST = "127.0.0.1"
_LATE_SECONDS = 30
"""A waker that has not looked for so long is ill; it looks every second."""


class HealthSite:
    """Answers /healthz (the loop turns), /readyz (cases are woken) and /metrics."""

    def __init__(self, house: House, alarms: Alarms) -> None:
        self._house = house
        self._alarms = alarms
        meters, doorbell = house.meters, house.doorbell
        meters.watch("redress_hot_flows", "Flows that wait in this worker's memory", lambda: doorbell.waiting)
        meters.watch("redress_flows", "Flows in this worker, waiting or not", lambda: len(doorbell.inside))
        meters.watch("redress_steps_queued", "Steps that wait for others to end", lambda: house.gate.queue)

    async def stand_open(self, stop: asyncio.Event) -> None:
        """Answer until told to stop. A port that is taken costs the door, never the worker."""
        port = self._house.settings.worker_port
        if not port:
            return
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError as taken:
            listener.close()
            log.warning("worker.door_taken", extra={"port": port, "trouble": str(taken)})
            return
        server = uvicorn.Server(uvicorn.Config(self.site(), log_config=None, access_log=False, lifespan="off"))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        await asyncio.wait({serving, asyncio.create_task(stop.wait())}, return_when=asyncio.FIRST_COMPLETED)
        server.should_exit = True
        await serving

    def site(self) -> Starlette:
        """The three pages."""
        return Starlette(
            routes=[
                Route("/healthz", self._alive),
                Route("/readyz", self._ready),
                Route("/metrics", self._metrics),
            ]
        )

    async def _alive(self, _request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def _ready(self, _request: Request) -> Response:
        if reason := await self._trouble():
            return JSONResponse(
                {"status": "not ready", "reason": reason}, status_code=503, headers={"Retry-After": "5"}
            )
        return JSONResponse({"status": "ready"})

    async def _trouble(self) -> str:
        try:
            if not await is_current(self._house.database):
                return "the database is not migrated"
        except TryAgain as trouble:
            return str(trouble)
        looked_at = self._alarms.looked_at
        if looked_at is None:
            return "Prefect's server has not answered yet"
        late = (self._house.clock.now() - looked_at).total_seconds()
        return f"nobody has looked for due cases for {late:.0f} seconds" if late > _LATE_SECONDS else ""

    async def _metrics(self, _request: Request) -> Response:
        return Response(self._house.meters.exposition(), media_type=CONTENT_TYPE)
