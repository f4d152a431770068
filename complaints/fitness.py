"""Fitness: who may do which manual task, by role and authority; whoever hands work over asks here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from complaints.authority import may_grant_proposal
from complaints.four_eyes import may_judge
from complaints.people import recused
from complaints.words import Role, TaskKind

if TYPE_CHECKING:
    from complaints.briefing import Briefing
    from complaints.case import ManualTask

_ABOVE = (Role.TEAM_LEAD, Role.DEPARTMENT_HEAD, Role.COMPLAINTS_MANAGER)
"""The escalation path moves a handler's work to these, so they may do it."""

ROLES: dict[TaskKind, tuple[Role, ...]] = {
    TaskKind.COMPLETION: (Role.INTAKE_CLERK,),
    TaskKind.SCREENING: (Role.INTAKE_CLERK, Role.COMPLAINTS_MANAGER),
    TaskKind.CLASSIFICATION: (Role.CLASSIFIER, Role.COMPLAINTS_MANAGER),
    TaskKind.DISPATCH: (Role.DISPATCHER, Role.COMPLAINTS_MANAGER),
    TaskKind.ACCEPTANCE: (Role.HANDLER, *_ABOVE),
    TaskKind.FINDINGS: (Role.HANDLER, *_ABOVE),
    TaskKind.OPINION: (Role.HANDLER, *_ABOVE),
    TaskKind.LETTER: (Role.HANDLER, *_ABOVE),
    TaskKind.REMEDY: (Role.HANDLER, *_ABOVE),
    TaskKind.DECISION: (Role.CALLBACK_SPECIALIST, Role.HANDLER),
    TaskKind.SURVEY: (Role.CALLBACK_SPECIALIST,),
    TaskKind.PHONE_CALLBACK: (Role.CALLBACK_SPECIALIST, Role.COMPLAINTS_MANAGER),
    TaskKind.CLOSURE: (Role.COMPLAINTS_MANAGER, Role.EXECUTIVE),
}
"""The roles whose holders may do a task; for kinds not named here, those that the present assignee holds."""


def unfit(briefing: Briefing, task: ManualTask, staff_id: str) -> str | None:
    """Why somebody may not be given a task, as a code; None when she may."""
    roster = briefing.roster
    if not roster.works_here(staff_id):
        return "not_on_staff"
    if staff_id in recused(briefing):
        return "recused"
    if not may_judge(briefing, task, staff_id):
        return "four_eyes"
    if not has_role_for(briefing, task, staff_id):
        return "no_authority" if task.kind is TaskKind.APPROVAL else "role"
    if not roster.is_present(staff_id, briefing.now):
        return "absent"
    return None


def has_role_for(briefing: Briefing, task: ManualTask, staff_id: str) -> bool:
    """Whether somebody holds a role that this task is given to, in the department that was asked where it matters."""
    person = briefing.roster.staff.get(staff_id)
    if person is None:
        return False
    if task.kind is TaskKind.APPROVAL:
        return any(may_grant_proposal(briefing, role) for role in person.roles if role is not Role.HANDLER)
    if task.kind is TaskKind.OPINION and person.department != task.department:
        return Role.COMPLAINTS_MANAGER in person.roles
    return bool(set(person.roles) & set(roles_for(briefing, task)))


def roles_for(briefing: Briefing, task: ManualTask) -> tuple[Role, ...]:
    """The roles whose holders may do this task."""
    present = briefing.roster.staff.get(task.assignee)
    return ROLES.get(task.kind) or (present.roles if present else ())
