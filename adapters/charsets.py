"""Charsets: in which encoding a file was written, told by strict rules; where they are not sure, a person is asked."""

from __future__ import annotations

import codecs
import unicodedata
from typing import TYPE_CHECKING

from charset_normalizer import from_bytes

from complaints.errors import GiveUp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    Chunks = Callable[[], Iterator[bytes]]
    """Reads the bytes of one file from its start, as often as it is called."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    # UTF-32 first: its mark begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 1 << 18
_GUESSED_FROM = 1 << 16
_CHINESE = {"gb18030", "gbk", "gb2312", "cp936", "gb18030_2000", "hz"}
_FREQUENT = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事"
    "成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心本前开但因只从想实客服退款商品店货买钱订单平台求投诉"
)
"""Characters that make up a good third of any Chinese running text, and next to nothing of text misread as Chinese."""
_FREQUENT_ENOUGH = 0.2
_FREQUENT_ENOUGH_WHEN_AGREED = 0.08
_FEW = 4
"""Fewer foreign characters than this prove no encoding that would also read otherwise."""


def named_encoding(name: str) -> str:
    """The encoding that an operator named; the old names of the Chinese one all mean its newest, which holds them."""
    try:
        # Codecs that are no charsets (hex, zip) refuse to decode.
        b"  ".decode(name, errors="replace")
        canonical = codecs.lookup(name).name
    except LookupError:
        raise GiveUp(f"There is no encoding {name!r}: try utf-8, gb18030, utf-16, big5 or windows-1252.") from None
    return "gb18030" if canonical in _CHINESE else canonical


def find_encoding(chunks: Chunks) -> str:
    """The encoding of a text; GiveUp asks for it by name when the bytes do not prove it."""
    sample = _first(chunks(), _SAMPLE)
    for mark, encoding in _MARKS:
        if sample.startswith(mark):
            return encoding
    if b"\0" in sample:
        return _wide(sample)
    foreign_lines = _foreign_lines(chunks())
    if trouble(chunks(), "utf-8") is None:
        return _utf8_unless_doubtful(foreign_lines)
    if trouble(chunks(), "gb18030") is None and _reads_chinese(foreign_lines):
        return "gb18030"
    raise GiveUp(f"The encoding of this file is not certain: {_suggestion(foreign_lines)}.")


def trouble(chunks: Iterable[bytes], encoding: str) -> int | None:
    """Where (in bytes, roughly) a text stops to be in this encoding; None when all of it is."""
    decoder = codecs.getincrementaldecoder(encoding)()
    done = 0
    try:
        for chunk in chunks:
            decoder.decode(chunk)
            done += len(chunk)
        decoder.decode(b"", final=True)
    except UnicodeError as wrong:
        return done + (wrong.start if isinstance(wrong, UnicodeDecodeError) else 0)
    return None


def _first(chunks: Iterator[bytes], size: int) -> bytes:
    sample = bytearray()
    for chunk in chunks:
        sample += chunk
        if len(sample) >= size:
            break
    return bytes(sample[:size])


def _foreign_lines(chunks: Iterator[bytes]) -> bytes:
    """The first lines that hold anything beyond ASCII: all that tells one encoding from another."""
    sample = bytearray()
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        sample += b"".join(line + b"\n" for line in lines if not line.isascii())
        if len(sample) >= _SAMPLE:
            break
    return bytes(sample if rest.isascii() else sample + rest)


def _wide(sample: bytes) -> str:
    """Text with zero bytes is UTF-16 without its mark, or no text."""
    even = sample[: len(sample) // 4 * 4]
    for encoding in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"):
        if _is_plain_text(even.decode(encoding, errors="replace")):
            return encoding
    raise GiveUp("This is not a text file: save the table as CSV first.")


def _is_plain_text(text: str) -> bool:
    """Whether a text reads as lines and cells of assigned characters, which it does in one byte order only."""
    strange = sum(1 for sign in text if unicodedata.category(sign) in {"Cn", "Co", "Cs"} or sign == "\ufffd")
    controls = any(unicodedata.category(sign) == "Cc" and sign not in "\t\r\n\x0b\x0c" for sign in text)
    # The sample may end within a pair of surrogates.
    return not controls and strange <= 1 and not set(text).isdisjoint("\n\r\t,;|")


def _utf8_unless_doubtful(sample: bytes) -> str:
    """Bytes that read as UTF-8 are, but for a handful of two-byte signs that read as Chinese just as well."""
    foreign = [sign for sign in sample.decode("utf-8", errors="ignore") if not sign.isascii()]
    if not foreign or len(foreign) >= _FEW or any(len(sign.encode()) > 2 for sign in foreign):  # noqa: PLR2004
        return "utf-8"
    as_chinese = [sign for sign in sample.decode("gb18030", errors="replace") if not sign.isascii()]
    if all(sign in _FREQUENT for sign in as_chinese):
        raise GiveUp(f"The encoding of this file is not certain: {''.join(foreign)!r} or {''.join(as_chinese)!r}?")
    return "utf-8"


def _reads_chinese(sample: bytes) -> bool:
    """Frequent characters are frequent, and the statistics of charset-normalizer agree unless they very much are."""
    text = sample.decode("gb18030", errors="ignore")
    foreign = [sign for sign in text if not sign.isascii()]
    share = sum(sign in _FREQUENT for sign in foreign) / max(1, len(foreign))
    if share >= _FREQUENT_ENOUGH and len(foreign) >= _FEW:
        return True
    return share >= _FREQUENT_ENOUGH_WHEN_AGREED and _guess(sample) in _CHINESE


def _guess(sample: bytes) -> str:
    """The likeliest encoding by charset-normalizer, or ''."""
    cut = sample[:_GUESSED_FROM]
    whole_lines = cut[: cut.rfind(b"\n") + 1] or cut
    best = from_bytes(whole_lines).best()
    return best.encoding if best else ""


def _suggestion(sample: bytes) -> str:
    """What a person could say to be understood."""
    guess = _guess(sample)
    if not guess or guess in {"utf_8", "ascii"}:
        return "it is neither whole UTF-8 nor anything else known; save it as UTF-8, or say --encoding"
    shown = next((line for line in sample.decode(guess, errors="replace").splitlines() if not line.isascii()), "")
    name = guess.replace("_", "-")
    return f"if {shown[:40]!r} reads well say --encoding {name}, else name the right one"
