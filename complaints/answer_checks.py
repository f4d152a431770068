"""Contradictions in the rules of review, response and callback: levels nobody knows, approvers nobody is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from complaints.grading import ALL_SCHEMES, levels_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from complaints.policy import Policy
    from complaints.toml_lines import Path

    Found = Iterator[tuple[Path, str]]


def chain_unfit(policy: Policy) -> Found:
    """Whoever approves in a chain must have authority at all, and levels must be those of the scheme in use."""
    for nth, rule in enumerate(policy.review.chain):
        for place, role in enumerate(rule.roles):
            if role not in policy.review.authority:
                yield ("review", "chain", nth, "roles", place), f"{role.value!r} may approve nothing: add its authority"
        known = levels_of(policy.grading.scheme, policy.grading)
        for place, level in enumerate(rule.levels):
            if level not in known:
                message = f"unknown level {level!r} of scheme {policy.grading.scheme!r}; known: {', '.join(known)}"
                yield ("review", "chain", nth, "levels", place), message


def levels_of_answers_unknown(policy: Policy) -> Found:
    """A length for a level that no scheme has would never count; levels of another scheme may be inherited."""
    known = {level for scheme in ALL_SCHEMES for level in levels_of(scheme, policy.grading)}
    for level in policy.response.execute_within:
        if level not in known:
            yield ("response", "execute_within", level), f"unknown level {level!r}; known: {', '.join(sorted(known))}"


def final_decision_unapproved(policy: Policy) -> Found:
    """Somebody must hold the role that approves final decisions."""
    role = policy.response.final_approved_by
    if not policy.with_role(role):
        yield ("response", "final_approved_by"), f"nobody holds the role {role.value!r}: give it to a member of staff"
