"""The portal: all rooms of the web site put together."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from adapters.house import House, open_house
from adapters.settings import ROOT
from portal import (
    acts,
    api,
    audit_findings,
    audit_process,
    audit_replay,
    audit_report,
    audit_samples,
    audit_scoring,
    audit_search,
    away,
    coming_back,
    customer,
    failures,
    health,
    incidents,
    intake,
    looking,
    mail,
    my_findings,
    my_history,
    my_tasks,
    outbox,
    privacy,
    privacy_case,
    signing_in,
    staff_list,
    staff_person,
    tasks,
    team,
    viewing,
)
from portal.counting import Counted
from portal.security import SecureHeaders

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.responses import Response

ROOMS = (
    intake,
    tasks,
    acts,
    customer,
    coming_back,
    viewing,
    signing_in,
    my_tasks,
    away,
    my_history,
    my_findings,
    looking,
    team,
    incidents,
    staff_list,
    staff_person,
    audit_search,
    audit_samples,
    audit_report,
    audit_scoring,
    audit_replay,
    audit_findings,
    audit_process,
    privacy,
    privacy_case,
    mail,
    outbox,
)
"""Those with pages for people."""


def create_app(house: House | None = None) -> FastAPI:
    """The portal of a house; without one it opens its own by the settings, and closes it at the end."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        if house is not None:
            yield
            return
        app.state.house = own = await open_house()
        own.meters.count_troubles()
        try:
            yield
        finally:
            await own.close()

    # The documentation pages that FastAPI brings load scripts from elsewhere.
    app = FastAPI(title="Redress", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url="/api/openapi.json")
    if house is not None:
        app.state.house = house
    for room in (*ROOMS, api, health):
        app.include_router(room.router)
    app.mount("/static", _Static(directory=ROOT / "portal" / "static"))
    failures.install(app)
    app.add_middleware(failures.CalmErrors)
    app.add_middleware(SecureHeaders)
    app.add_middleware(Counted)
    return app


class _Static(StaticFiles):
    """Files that hold nothing of anybody and may be kept for an hour."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they came
        response.headers["Cache-Control"] = "public, max-age=3600"
        return response
