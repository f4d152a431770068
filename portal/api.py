"""The API: a complaint from another program of the house or its partners, and how its case stands."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Header, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, ValidationError

from adapters.links import Ticket
from complaints.record import Complaint
from complaints.words import CUSTOMER, Channel, Language
from portal import desk
from portal.filing import TELLABLE, write
from portal.pages import TheHouse
from portal.problems import Problem, tell
from portal.progress import Progress, progress

if TYPE_CHECKING:
    from adapters.house import House

router = APIRouter(prefix="/api", tags=["complaints"])

_CHANNELS: Final = frozenset({Channel.WEB, Channel.APP, Channel.CHAT, Channel.PLATFORM, Channel.PARTNER})
"""Channels that programs bring complaints from; those that people key in are not claimed here."""

_LARGEST_BODY = 2_000_000
_LONGEST_KEY = 200


class Telling(BaseModel):
    """A complaint as a program tells it: the texts of the form, with the same names and limits."""

    model_config = ConfigDict(extra="allow", frozen=True)

    channel: Channel = Channel.WEB
    language: Language = Language.EN


class Promised(BaseModel):
    """What was promised by when."""

    name: str
    due_at: datetime
    is_met: bool


class Standing(BaseModel):
    """How a case stands, as its customer may know it."""

    case_no: str
    is_open: bool
    step: str
    outcome: str | None
    awaits_customer: tuple[str, ...]
    promises: tuple[Promised, ...]


@router.post("/complaints")
async def tell_complaint(
    request: Request, house: TheHouse, idempotency_key: Annotated[str, Header(max_length=_LONGEST_KEY)] = ""
) -> JSONResponse:
    """Register a complaint: 201 with its number and tracking link, 422 with what is wrong with each field.

    The same `Idempotency-Key` with the same content registers one case, however often it is sent.
    """
    body = await _body(request)
    if isinstance(body, JSONResponse):
        return body
    try:
        telling = Telling.model_validate(body)
    except ValidationError as wrong:
        return _refused([Problem(str(error["loc"][0]), "enum") for error in wrong.errors()], Language.EN)
    extra = {name: value for name, value in (telling.model_extra or {}).items() if value is not None}
    told = {name: str(value) for name, value in extra.items()}
    problems = _strangers(extra) if telling.channel in _CHANNELS else [Problem("channel", "enum")]
    policy = await house.library.current()
    record = write(told, house=house, policy=policy, channel=telling.channel, language=telling.language)
    if not isinstance(record, Complaint) or problems:
        problems += () if isinstance(record, Complaint) else record
        return _refused(problems, telling.language)
    case_no = await desk.register(house, record, desk.by_customer(idempotency_key, told))
    return await _registered(house, case_no)


@router.head("/complaints/{token}", include_in_schema=False)
@router.get("/complaints/{token}")
async def standing(token: str, house: TheHouse) -> Standing:
    """How the case of a tracking link stands."""
    ticket = house.links.read(token, "track")
    briefing = await house.casebook.brief(ticket.case_no, with_loads=False)
    entries = (await house.casebook.file_of(briefing.case)).entries
    return _standing(progress(briefing, entries, briefing.case.language))


def _standing(seen: Progress) -> Standing:
    reached = [step.name for step in seen.steps if step.since is not None]
    return Standing(
        case_no=seen.case_no,
        is_open=seen.is_open,
        step=reached[-1] if reached else seen.steps[0].name,
        outcome=seen.outcome.value if seen.outcome else None,
        awaits_customer=tuple(task.kind.value for task in seen.awaits),
        promises=tuple(Promised(name=told.name, due_at=told.due_at, is_met=told.is_met) for told in seen.promises),
    )


async def _registered(house: House, case_no: str) -> JSONResponse:
    ticket = Ticket(purpose="track", case_no=case_no, holder=CUSTOMER)
    track, status = house.links.address(ticket), f"/api/complaints/{house.links.token(ticket)}"
    body = {"case_no": case_no, "track": track, "status": status}
    return JSONResponse(body, status_code=201, headers={"Location": status})


async def _body(request: Request) -> dict[str, Any] | JSONResponse:
    """The JSON object of a request. Only JSON is taken, which no foreign page can post with a form."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        return JSONResponse({"error": "send application/json"}, status_code=415)
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > _LARGEST_BODY:
            return JSONResponse({"error": "too_large"}, status_code=413)
    try:
        body = json.loads(content)
    except ValueError:
        body = None
    return body if isinstance(body, dict) else JSONResponse({"error": "send one JSON object"}, status_code=400)


def _strangers(told: dict[str, Any]) -> list[Problem]:
    """Fields that a complaint does not have, and values that are neither text nor number nor yes or no."""
    unknown = [Problem(name, "unknown_field") for name in told if name not in TELLABLE]
    nested = [Problem(name, "unreadable") for name, value in told.items() if not isinstance(value, str | int | float)]
    return unknown + nested


def _refused(problems: list[Problem], language: Language) -> JSONResponse:
    texts = tell(problems, language)
    found = [
        {"field": problem.field, "code": problem.code, "message": told.message}
        for problem, told in zip(problems, texts, strict=True)
    ]
    return JSONResponse({"error": "invalid", "problems": found}, status_code=422)
