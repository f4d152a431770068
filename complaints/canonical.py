"""The one form in which data is hashed and signed, so that equal data always gives equal bytes."""

from __future__ import annotations

import json
from typing import Any


def canonical(value: Any) -> bytes:  # noqa: ANN401  whatever JSON can hold
    """JSON in UTF-8 with sorted keys and no spaces."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
