"""Health: whether the portal lives, whether it can serve, and the figures of the house."""

from __future__ import annotations

import hmac
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from prometheus_client.core import GaugeMetricFamily

from adapters.census import take_census
from adapters.meters import CONTENT_TYPE
from adapters.migrations import is_current
from complaints.errors import TryAgain
from portal.pages import TheHouse

if TYPE_CHECKING:
    from adapters.house import House

router = APIRouter(include_in_schema=False)

_THIS_MACHINE: Final = frozenset({"127.0.0.1", "::1"})


@router.api_route("/healthz", methods=["GET", "HEAD"])
async def alive() -> JSONResponse:
    """The process answers."""
    return JSONResponse({"status": "ok"})


@router.get("/metrics")
async def metrics(request: Request, house: TheHouse) -> Response:
    """What Prometheus collects: the census of the house, and what this process counted."""
    if not _may_ask(request, house):
        return PlainTextResponse("Set REDRESS_METRICS_TOKEN and send it as a bearer token.\n", HTTPStatus.FORBIDDEN)
    try:
        census = await take_census(house.database, now=house.clock.now())
    except TryAgain:
        # What the process counted is worth most just now.
        census = ()
    up = GaugeMetricFamily("redress_database_up", "Whether the business database answers", value=bool(census))
    return Response(house.meters.exposition([up, *census]), media_type=CONTENT_TYPE)


def _may_ask(request: Request, house: House) -> bool:
    """Numbers of cases are the house's own: this machine may ask, and whoever shows the token."""
    token = house.settings.metrics_token.get_secret_value()
    if token:
        return hmac.compare_digest(request.headers.get("authorization", "").encode(), f"Bearer {token}".encode())
    return request.client is not None and request.client.host in _THIS_MACHINE and not _is_forwarded(request)


def _is_forwarded(request: Request) -> bool:
    """Behind a proxy on this machine everybody would look like this machine."""
    return any(name in request.headers for name in ("forwarded", "x-forwarded-for", "x-real-ip", "via"))


@router.api_route("/readyz", methods=["GET", "HEAD"])
async def ready(house: TheHouse) -> JSONResponse:
    """The database answers and has the shape that this version needs."""
    try:
        reason = "" if await is_current(house.database) else "the database is not migrated"
    except TryAgain as trouble:
        reason = str(trouble)
    if reason:
        return JSONResponse({"status": "not ready", "reason": reason}, status_code=503, headers={"Retry-After": "5"})
    return JSONResponse({"status": "ready"})
