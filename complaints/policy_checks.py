"""Contradictions between well-formed parts of a policy: names that lead nowhere, work that nobody can do."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from complaints.answer_checks import chain_unfit, final_decision_unapproved, levels_of_answers_unknown
from complaints.clock_checks import (
    approvers_missing,
    calendar_gaps,
    cases_of_clocks_unknown,
    clocks_unfit,
    clocks_unfounded,
    early_window_unknown,
    other_calendars_wrong,
    table_unfit,
)
from complaints.grading import ALL_SCHEMES, levels_of
from complaints.policy_amounts import lengths_impossible, mails_wrong, scales_exceeded, weights_not_whole
from complaints.policy_shape import unknown_name
from complaints.roster_checks import assignment_unfit, staff_beyond_the_policy, staff_contradictions
from complaints.trigger_checks import triggers_beyond_the_path, triggers_that_tell_nobody
from complaints.words import CustomerType, RemedyKind, Role, Scope, TaskKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from complaints.policy import Policy
    from complaints.policy_assignment import Responsibility
    from complaints.toml_lines import Path

    Found = Iterator[tuple[Path, str]]
    Check = Callable[[Policy], Found]

_NEEDED_ROLES = (
    Role.INTAKE_CLERK,
    Role.CLASSIFIER,
    Role.DISPATCHER,
    Role.HANDLER,
    Role.CALLBACK_SPECIALIST,
    Role.COMPLAINTS_MANAGER,
    Role.EXECUTIVE,
)
"""Roles that manual tasks are given to, whatever the escalation path says."""


def contradictions(policy: Policy, *, whole: frozenset[str]) -> Found:
    """Every contradiction among the sections that are whole; checks that need another section are left out."""
    for needed, check in _CHECKS:
        if whole.issuperset(needed):
            yield from check(policy)


def _departments_named(policy: Policy) -> Found:
    """Where the assignment rules name a department."""
    rules = policy.assignment
    rows: dict[Path, Responsibility] = {("assignment", "matrix", code): row for code, row in rules.matrix.items()}
    rows["assignment", "default"] = rules.default
    for path, row in rows.items():
        yield (*path, "lead"), row.lead
        yield from (((*path, "supporting", nth), name) for nth, name in enumerate(row.supporting))
    yield ("assignment", "special_team"), rules.special_team
    if rules.key_customer_lane:
        yield ("assignment", "key_customer_lane"), rules.key_customer_lane


def _unknown_departments(policy: Policy) -> Found:
    for path, name in _departments_named(policy):
        yield from unknown_name(path, "department", name, policy.departments)


def _staff_out_of_place(policy: Policy) -> Found:
    codes = category_codes(policy)
    for staff_id, person in policy.staff.items():
        yield from unknown_name(("staff", staff_id, "department"), "department", person.department, policy.departments)
        for nth, skill in enumerate(person.skills):
            yield from unknown_name(("staff", staff_id, "skills", nth), "category", skill, codes)


def _departments_without_people(policy: Policy) -> Found:
    for code in policy.departments:
        if not policy.members_of(code):
            yield ("departments", code), f"nobody works in {code!r}: give it staff or take it out"


def _departments_without_handlers(policy: Policy) -> Found:
    """A department that leads or is heard needs somebody to do the work."""
    staffed = {person.department for person in policy.with_role(Role.HANDLER).values()}
    for path, name in _departments_named(policy):
        if policy.members_of(name) and name not in staffed:
            yield path, f"nobody in {name!r} has the role 'handler': give it to one of its staff"


def _roles_nobody_holds(policy: Policy) -> Found:
    asked: dict[Path, Role] = {}
    for nth, step in enumerate(policy.escalation.path):
        asked["escalation", "path", nth, "role"] = step.role
    for role in policy.review.authority:
        asked["review", "authority", role.value] = role
    for nth, rule in enumerate(policy.review.chain):
        asked.update({("review", "chain", nth, "roles", place): role for place, role in enumerate(rule.roles)})
    for path, role in asked.items():
        if not policy.with_role(role):
            yield path, f"nobody holds the role {role.value!r}: give it to a member of staff"
    for role in _NEEDED_ROLES:
        if not policy.with_role(role):
            yield (
                ("staff",),
                f"nobody holds the role {role.value!r}, which manual tasks are given to: add it to somebody",
            )


def _path_unfit(policy: Policy) -> Found:
    path = policy.escalation.path
    if not path:
        yield ("escalation", "path"), "is empty: name at least one role that is told when a deadline passes"
    for role, times in Counter(step.role for step in path).items():
        if times > 1:
            yield (
                ("escalation", "path"),
                f"names the role {role.value!r} {times} times: each level needs a role of its own",
            )


def _authority_gaps(policy: Policy) -> Found:
    """Whatever is proposed, somebody must be able to approve it (PROCESS.md section 7)."""
    top = [held for role, held in policy.review.authority.items() if held.money is None and policy.with_role(role)]
    if not top:
        yield ("review", "authority"), "every role has a money limit: leave out `money` for the role at the top"
        return
    for kind in RemedyKind:
        if not any(kind in held.remedies for held in top):
            message = f"no role without a money limit may grant {kind.value!r}: add it to the remedies of the top role"
            yield ("review", "authority"), message


def _quorum_of_nobody(policy: Policy) -> Found:
    quorum = policy.review.quorum
    if quorum != "all" and quorum < 1:
        yield ("review", "quorum"), f"is {quorum}: at least one department must be heard, or write 'all'"


def category_codes(policy: Policy) -> tuple[str, ...]:
    """Every code a complaint may be classified as, and the codes of whole categories."""
    subs = (f"{code}.{sub}" for code, category in policy.categories.items() for sub in category.subcategories)
    return (*policy.categories, *subs)


def _unknown_categories(policy: Policy) -> Found:
    codes = category_codes(policy)
    for code in policy.assignment.matrix:
        yield from unknown_name(("assignment", "matrix", code), "category", code, codes)
    for nth, code in enumerate(policy.response.short_path.categories):
        yield from unknown_name(("response", "short_path", "categories", nth), "category", code, codes)


def _grading_bases(policy: Policy) -> Found:
    for code in policy.grading.base:
        yield from unknown_name(("grading", "base", code), "category", code, category_codes(policy))
    for code in policy.categories:
        if code not in policy.grading.base:
            yield ("grading", "base"), f"category {code!r} has no starting factors: add [grading.base.{code}]"
    for scope in Scope:
        if scope not in policy.grading.scopes:
            yield ("grading", "scopes"), f"has nothing for scope {scope.value!r}: add it"
    for customer in CustomerType:
        if customer not in policy.grading.customers:
            yield ("grading", "customers"), f"has nothing for customer type {customer.value!r}: add it"


def _levels_without_rules(policy: Policy) -> Found:
    """Every level of the scheme needs its name, severity word and sampling rate."""
    grading = policy.grading
    tables: dict[Path, Iterable[str]] = {
        ("callback", "sampling"): policy.callback.sampling,
        ("grading", "level_names"): grading.level_names,
        ("grading", "severity", grading.scheme): grading.severity.get(grading.scheme, {}),
    }
    for path, table in tables.items():
        for level in levels_of(grading.scheme, grading):
            if level not in table:
                yield path, f"has nothing for level {level!r} of scheme {grading.scheme!r}: add it"


def _unknown_levels(policy: Policy) -> Found:
    """Levels of schemes that are not in use are no mistake: a pack may inherit them."""
    grading = policy.grading
    every = tuple(dict.fromkeys(level for scheme in ALL_SCHEMES for level in levels_of(scheme, grading)))
    tables: dict[Path, Iterable[str]] = {
        ("limits", "by_level"): policy.limits.by_level,
        ("callback", "sampling"): policy.callback.sampling,
        ("grading", "level_names"): grading.level_names,
    }
    for path, table in tables.items():
        for level in table:
            yield from unknown_name((*path, level), "level", level, every)
    for scheme, words in grading.severity.items():
        for level in words:
            yield from unknown_name(("grading", "severity", scheme, level), "level", level, levels_of(scheme, grading))
    for level in policy.limits.maximum_response:
        yield from unknown_name(("limits", "maximum_response", level), "level", level, levels_of("g3", grading))
    for nth, level in enumerate(policy.response.short_path.best_levels):
        path = ("response", "short_path", "best_levels", nth)
        yield from unknown_name(path, f"level of scheme {grading.scheme!r}:", level, levels_of(grading.scheme, grading))


_TIMED_ELSEWHERE = frozenset({TaskKind.ACCEPTANCE, TaskKind.HELP, TaskKind.EXTENSION})
"""Their time stands with what asks for them: [assignment.acceptance], the trigger, and the clock."""


def _tasks_without_limits(policy: Policy) -> Found:
    for kind in TaskKind:
        if kind not in policy.limits.tasks and kind not in _TIMED_ELSEWHERE:
            yield ("limits", "tasks"), f"has no deadline for {kind.value!r}: add it"


_CHECKS: tuple[tuple[tuple[str, ...], Check], ...] = (
    (("calendar",), calendar_gaps),
    (("calendars",), other_calendars_wrong),
    (("calendars", "clocks", "pauses"), clocks_unfit),
    (("clocks",), clocks_unfounded),
    (("clocks", "response"), early_window_unknown),
    (("categories", "grading", "clocks"), cases_of_clocks_unknown),
    (("clocks", "staff"), approvers_missing),
    (("grading", "limits"), table_unfit),
    (("house", "staff"), mails_wrong),
    (("intake", "grading"), weights_not_whole),
    (("grading",), scales_exceeded),
    (("limits",), _tasks_without_limits),
    (("categories", "assignment", "response"), _unknown_categories),
    (("categories", "grading"), _grading_bases),
    (("grading", "callback"), _levels_without_rules),
    (("grading", "limits", "callback", "response"), _unknown_levels),
    (("assignment", "departments"), _unknown_departments),
    (("categories", "departments", "staff"), _staff_out_of_place),
    (("staff",), staff_contradictions),
    (("calendars", "grading", "staff"), staff_beyond_the_policy),
    (("assignment", "departments", "grading", "staff"), assignment_unfit),
    (("departments", "staff"), _departments_without_people),
    (("assignment", "staff"), _departments_without_handlers),
    (("escalation",), _path_unfit),
    (("escalation",), triggers_beyond_the_path),
    (("escalation", "staff"), triggers_that_tell_nobody),
    (("escalation", "review", "staff"), _roles_nobody_holds),
    (("review", "staff"), _authority_gaps),
    (("review",), _quorum_of_nobody),
    (("grading", "review"), chain_unfit),
    (("grading", "response"), levels_of_answers_unknown),
    (("response", "review", "staff"), final_decision_unapproved),
    ((), lengths_impossible),
)
"""Each check with the sections it reads."""
