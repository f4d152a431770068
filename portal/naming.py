"""Naming: who may have staff named in what leaves the house. For everybody else they are pseudonyms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from complaints.errors import NotYours

if TYPE_CHECKING:
    from adapters.house import House


async def must_be_allowed(house: House, by: str) -> None:
    """NotYours unless this member of staff holds a role that the policy names."""
    roster, policy = await house.directory.current(), await house.library.current()
    may = policy.archive.named_exports
    if not roster.works_here(by) or set(may).isdisjoint(roster.staff[by].roles):
        message = f"only {', '.join(may)} may have staff named: say with --by who asks for it"
        raise NotYours(message)
