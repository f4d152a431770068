"""Evidence: hands out a file of a case to whoever may see it, unchanged and unable to act in the browser."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING
from urllib.parse import quote

from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from complaints.errors import HistoryBroken, NoSuchCase
from complaints.events import EvidenceAdded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.house import House
    from complaints.chain import Entry

_SHOWN = ("image/jpeg", "image/png", "image/webp")
"""Types a browser shows without running anything; all others are only saved."""


async def serve(house: House, case_no: str, number: str, *, entries: Sequence[Entry]) -> Response:
    """A file by its number; NoSuchCase when the case has none, HistoryBroken when it is not what was handed in."""
    fact = next(
        (f for entry in entries if isinstance(f := entry.fact, EvidenceAdded) and f.evidence_no == number), None
    )
    if fact is None:
        message = f"{case_no} has no evidence {number}"
        raise NoSuchCase(message)
    paper = (await house.casebook.papers(case_no))[fact.paper.id].content
    key = await house.casebook.key(case_no)
    content = await run_in_threadpool(house.evidence.fetch, case_no, key, str(paper["address"]))
    if hashlib.sha256(str(paper["salt"]).encode() + content).hexdigest() != fact.sha256:
        message = f"evidence {number} of {case_no} is not the file that was handed in"
        raise HistoryBroken(message)
    way = "inline" if fact.media_type in _SHOWN else "attachment"
    headers = {
        "Content-Disposition": f"{way}; filename*=UTF-8''{quote(str(paper['name']))}",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'",
    }
    return Response(content, media_type=fact.media_type, headers=headers)
