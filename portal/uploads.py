"""Uploads: which files may join a case, judged by their content and not by their names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from portal.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from complaints.policy_parts import Intake

FIELD: Final = "evidence"
"""The name of every file field."""

MEGABYTE: Final = 1_000_000

_LONGEST_NAME = 150
_TEXT_ENDINGS = frozenset({"", ".txt", ".text", ".log", ".md", ".csv", ".eml"})

_OPENINGS: Final = (
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF8", "image/gif"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"\xff\xf2", "audio/mpeg"),
)
"""First bytes of the types that have fixed ones."""

_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_AUDIO_BRANDS = frozenset({b"M4A ", b"M4B ", b"F4A "})


@dataclass(frozen=True)
class Upload:
    """A file as it came: its bytes end a little beyond the limit when it is too large."""

    name: str
    content: bytes

    @property
    def shown_name(self) -> str:
        """The name without folders and control characters, not longer than a line."""
        last = PurePath(self.name.replace("\\", "/")).name
        return "".join(sign for sign in last if sign.isprintable())[-_LONGEST_NAME:] or "file"


def check(uploads: Sequence[Upload], intake: Intake) -> tuple[Problem, ...]:
    """What is wrong with these files by the policy's limits; empty when they may all be kept."""
    problems = [problem for upload in uploads if (problem := _check_one(upload, intake))]
    if len(uploads) > intake.most_uploads:
        problems.insert(0, Problem(FIELD, "upload_too_many", {"most": intake.most_uploads}))
    return tuple(problems)


def limit_in_bytes(intake: Intake) -> int:
    """The largest file that is kept."""
    return round(intake.largest_upload_mb * MEGABYTE)


def media_type(upload: Upload) -> str | None:
    """What the bytes are; None when they are nothing we know."""
    content = upload.content
    for opening, kind in _OPENINGS:
        if content.startswith(opening):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:8] == b"ftyp":
        return _by_brand(content[8:12])
    return "text/plain" if _is_text(upload) else None


def _check_one(upload: Upload, intake: Intake) -> Problem | None:
    about = {"file": upload.shown_name}
    if not upload.content:
        return Problem(FIELD, "upload_empty", about)
    if len(upload.content) > limit_in_bytes(intake):
        return Problem(FIELD, "upload_too_large", {**about, "limit": f"{intake.largest_upload_mb:g}"})
    if media_type(upload) not in intake.upload_types:
        return Problem(FIELD, "upload_type", about)
    return None


def _by_brand(brand: bytes) -> str:
    if brand in _HEIC_BRANDS:
        return "image/heic"
    return "audio/mp4" if brand in _AUDIO_BRANDS else "video/mp4"


def _is_text(upload: Upload) -> bool:
    """Plain text by name and by content: a page or script in disguise of another name is none."""
    if PurePath(upload.name).suffix.lower() not in _TEXT_ENDINGS or b"\x00" in upload.content:
        return False
    return any(_decodes(upload.content, encoding) for encoding in ("utf-8", "gb18030"))


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
