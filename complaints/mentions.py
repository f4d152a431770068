"""Mentions: which members of staff a text names, whatever language it is in."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from complaints.keywords import plain, words_met_in
from complaints.policy_parts import Keywords

if TYPE_CHECKING:
    from collections.abc import Mapping

    from complaints.staff import Staff

_HAN = re.compile(r"[\u4e00-\u9fff]+")


def staff_named_in(text: str, staff: Mapping[str, Staff]) -> frozenset[str]:
    """The ids of those whose names stand in a text."""
    read = plain(text)
    return frozenset(staff_id for staff_id, person in staff.items() if words_met_in(read, _names_of(person.name)))


@lru_cache(maxsize=4096)
def _names_of(name: str) -> Keywords:
    """`Wang Fang 王芳` is named by either half."""
    return Keywords(en=tuple(filter(None, (_HAN.sub(" ", name).strip(),))), zh=tuple(_HAN.findall(name)))
