"""The one form in which data is hashed and signed, so that equal data always gives equal bytes."""

from __future__ import annotations

import json
from typing import Any


def canonical(value: Any) -> bytes:  # noqa: ANN401  whatever JSON can hold
    """JSON in UTF-8 with sorted keys and no spaces."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """For `object_pairs_hook`: ValueError where a name stands twice, of which readers take one or the other."""
    told = dict(pairs)
    if len(told) != len(pairs):
        message = "a name stands twice"
        raise ValueError(message)
    return told
