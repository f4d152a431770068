"""An entry of the staff list as its forms show it, and what two people wrote of it at the same time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from complaints.staffing import ENTRY, LEAVING, fingerprint
from complaints.words import Language

if TYPE_CHECKING:
    from collections.abc import Mapping

    from complaints.roster import Roster
    from portal.sheets import Typed

DRAWN_FROM: Final = "drawn_from"
LEAVING_DRAWN_FROM: Final = "leaving_drawn_from"
"""Fields of the forms that carry what they were drawn from: of who she is, and of that she leaves."""


@dataclass(frozen=True)
class Beside:
    """One field of which two people think differently: what stands on the list now, and what was typed here."""

    field: str
    now: str
    typed: str


def typed_of(roster: Roster, staff_id: str) -> dict[str, tuple[str, ...]]:
    """What stands in the forms of somebody who is known, or of a new one."""
    if not staff_id:
        return {"present": ("yes",), "language": (Language.ZH_CN.value,), "languages": tuple(Language)}
    one = roster.staff[staff_id]
    return {
        **marks_of(roster, staff_id),
        "name": (one.name,),
        "email": (one.email,),
        "department": (one.department,),
        "roles": tuple(one.roles),
        "language": (one.language.value,),
        "languages": tuple(one.languages),
        "skills": one.skills,
        "max_open": ("" if one.max_open is None else str(one.max_open),),
        "key_customers": ("yes",) if one.key_customers else (),
        "present": ("yes",) if one.present else (),
    }


def marks_of(roster: Roster, staff_id: str) -> dict[str, tuple[str, ...]]:
    """What the forms of somebody are drawn from, so that whoever sends one hears of what others changed meanwhile."""
    if not staff_id:
        return {}
    return {
        DRAWN_FROM: (fingerprint(roster, staff_id, fields=ENTRY),),
        LEAVING_DRAWN_FROM: (fingerprint(roster, staff_id, fields=LEAVING),),
    }


def beside(roster: Roster, staff_id: str, typed: Typed, words: Mapping[str, Mapping[str, str]]) -> tuple[Beside, ...]:
    """Where the list and the form that was sent differ, in the words of the page."""
    one = roster.staff[staff_id]
    leaving = {"left": (str(one.left or ""),), "heir": (one.heir or "",)}
    act = next(iter(typed.get("act", ())), "")
    # Who says that somebody stays types nothing but her reason: what she has to see is what stands there.
    known = leaving if act in {"leave", "stay"} else typed_of(roster, staff_id)
    compared = [name for name in known if name not in {DRAWN_FROM, LEAVING_DRAWN_FROM}]
    lines = [Beside(name, *(_told(name, found.get(name, ()), words) for found in (known, typed))) for name in compared]
    return tuple(line for line in lines if line.now != line.typed)


def _told(name: str, values: tuple[str, ...], words: Mapping[str, Mapping[str, str]]) -> str:
    called = words.get(name, {})
    return " · ".join(sorted(called.get(value, value) for value in map(str.strip, values) if value))
