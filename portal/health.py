"""Health: whether the portal lives, and whether it can serve."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from adapters.migrations import is_current
from complaints.errors import TryAgain
from portal.pages import TheHouse

router = APIRouter(include_in_schema=False)


@router.api_route("/healthz", methods=["GET", "HEAD"])
async def alive() -> JSONResponse:
    """The process answers."""
    return JSONResponse({"status": "ok"})


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
