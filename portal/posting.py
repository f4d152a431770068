"""Posting: reads what a page's form sent, without letting a large file or an endless body eat the machine."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser

from portal.uploads import Upload, limit_in_bytes

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

    from starlette.requests import Request

    from complaints.policy_parts import Intake

NONCE: Final = "nonce"
"""The form field that carries the page's mark."""

_MOST_FIELDS = 200
_MOST_FILES = 100
"""Hard bounds against abuse, far above what the policy allows: what lies between gets a message next to its field."""

_LARGEST_FIELD = 8_000_000
_MOST_WITHOUT_FILES = 16_000_000
_TIMES_ALLOWED = 4


@dataclass(frozen=True)
class Posting:
    """A posted form: texts by field, and the files that came with it."""

    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    uploads: tuple[Upload, ...] = ()

    def first(self, name: str) -> str:
        """The text of a field, '' when it was not sent."""
        return next(iter(self.fields.get(name, ())), "")

    def all(self, name: str) -> tuple[str, ...]:
        """The texts of a field that stands in a form more than once, without the empty ones."""
        return tuple(text.strip() for text in self.fields.get(name, ()) if text.strip())

    def filled(self) -> dict[str, str]:
        """The first text of every field that is not blank."""
        firsts = {name: self.first(name).strip() for name in self.fields}
        return {name: text for name, text in firsts.items() if text}


async def read_posting(request: Request, intake: Intake) -> Posting:
    """The form of a POST; 413 when it is beyond all bounds, 400 when it is no form.

    It is also kept with the request, so that a page which cannot be shown now can give back what was typed.
    """
    posting = await _read(request, intake)
    request.state.posting = posting
    return posting


async def _read(request: Request, intake: Intake) -> Posting:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        return await _read_parts(request, intake)
    body = b"".join([chunk async for chunk in _bounded(request, _MOST_WITHOUT_FILES)])
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError as wrong:
        raise HTTPException(400) from wrong
    return Posting(fields=_gathered(pairs))


async def _read_parts(request: Request, intake: Intake) -> Posting:
    most = _TIMES_ALLOWED * intake.most_uploads * limit_in_bytes(intake) + _MOST_WITHOUT_FILES
    parser = _BoundedParser(
        request.headers,
        _bounded(request, most),
        max_files=_MOST_FILES,
        max_fields=_MOST_FIELDS,
        max_part_size=_LARGEST_FIELD,
    )
    parser.largest_file = limit_in_bytes(intake)
    try:
        form = await parser.parse()
    except MultiPartException as wrong:
        raise HTTPException(413 if "xceeded" in wrong.message or "Too many" in wrong.message else 400) from wrong
    pairs = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    files = [value for _, value in form.multi_items() if isinstance(value, UploadFile)]
    uploads = [await _upload(file) for file in files]
    # A file field that was left alone arrives as a file without a name.
    return Posting(fields=_gathered(pairs), uploads=tuple(upload for upload in uploads if upload.name))


class _BoundedParser(MultiPartParser):
    """Starlette's parser, which stops keeping a file once it is too large, so that the other fields survive it."""

    largest_file = 0

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        file = self._current_part.file
        if file is None or (file.size or 0) <= self.largest_file:
            super().on_part_data(data, start, end)


async def _upload(file: UploadFile) -> Upload:
    content = await file.read()
    await file.close()
    return Upload(name=file.filename or "", content=content)


async def _bounded(request: Request, most: int) -> AsyncGenerator[bytes, None]:
    seen = 0
    async for chunk in request.stream():
        seen += len(chunk)
        if seen > most:
            raise HTTPException(413)
        yield chunk


def _gathered(pairs: list[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """Texts by field. Browsers send line ends as CR LF; we keep them as LF."""
    gathered: defaultdict[str, list[str]] = defaultdict(list)
    for name, text in pairs:
        gathered[name].append(text.replace("\r\n", "\n"))
    return {name: tuple(texts) for name, texts in gathered.items()}
