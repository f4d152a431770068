"""Naming: who may have persons named in what leaves the house: in event logs staff, in a dossier everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from complaints.errors import NotYours

if TYPE_CHECKING:
    from adapters.house import House


async def must_be_allowed(house: House, by: str, *, to: str = "have staff named") -> None:
    """NotYours unless this member of staff holds a role that the policy names; `to` says for what it is needed."""
    roster, policy = await house.directory.current(), await house.library.current()
    may = policy.archive.named_exports
    if not roster.works_here(by) or set(may).isdisjoint(roster.staff[by].roles):
        message = f"only {', '.join(may)} may {to}: say with --by who asks for it"
        raise NotYours(message)
