"""The policy: every number and name that a business may change, as frozen types (sources: PROCESS.md)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from complaints.durations import Length, parse_duration
from complaints.policy_answers import Callback, ChainRule, Response
from complaints.policy_assignment import Assignment
from complaints.policy_clocks import HOUSE, ClockRule, LevelClocks, PauseReason, standard_clocks, standard_pauses
from complaints.policy_parts import Calendar, Category, Code, Flag, Grading, Intake, Named, Part, Severity, Share
from complaints.policy_triggers import Storm, Triggers
from complaints.staff import Department, Staff
from complaints.words import Channel, Language, RemedyKind, Role, Stage, TaskKind


class Limits(Part):
    """Deadlines. Tables are named alternatives: the sources contradict each other and are not merged."""

    table: Literal["by_level", "by_severity", "maximum_response"] = "by_level"
    """Which of them counts. Two have one column: severity resolves, the maximum response is the first response."""
    by_level: dict[Code, LevelClocks]
    by_channel: dict[Channel, Length]
    by_severity: dict[Severity, Length]
    maximum_response: dict[Code, Length]
    otherwise: LevelClocks | None = None
    """What a table of one column leaves open."""
    stages: dict[Code, dict[Code, Length]]
    tasks: dict[TaskKind, Length]
    warning_fraction: Share
    one_warning_within: Length = parse_duration("1 h")
    """Whoever was warned of her own work in a case hears nothing of the case's clocks for so long."""
    progress_after_silence: Length
    progress_after_stages: tuple[Stage, ...] = ()


class EscalationStep(Part):
    """One step up: who is told, whether the work moves to them, how much time it adds."""

    role: Role
    moves_work: bool
    extends_by: Length


class Escalation(Part):
    """The escalation path and what happens after its top (PROCESS.md section 6)."""

    path: tuple[EscalationStep, ...]
    remind_after_top: Length
    customer_reminders: int = Field(ge=0)
    customer_extends_by: Length
    triggers: Triggers = Triggers()
    storm: Storm = Storm()


class Authority(Part):
    """What a role may grant on its own; None is no limit."""

    money: float | None = Field(default=None, ge=0)
    remedies: tuple[RemedyKind, ...]


class Review(Part):
    """How departments are heard and proposals approved (PROCESS.md section 7)."""

    quorum: Literal["all"] | int
    on_objection: Literal["send_back", "approver_decides"]
    most_rounds: int = Field(ge=0)
    """After so many rounds of objection the approver decides with the objections before her."""
    chain: tuple[ChainRule, ...]
    authority: dict[Role, Authority]
    currency: str = Field(pattern="^[A-Z]{3}$")
    """As ISO 4217 writes it, e.g. CNY."""


class Archive(Part):
    """How long a sealed case is kept."""

    keep: Length
    erasure_approvers: tuple[Role, ...] = Field(default=(Role.COMPLAINTS_MANAGER,), min_length=1)
    """Who may approve that a case's personal data is destroyed, never whoever asked for it."""
    data_protection: tuple[Role, ...] = Field(default=(Role.COMPLAINTS_MANAGER, Role.ADMINISTRATOR), min_length=1)
    """Who finds what is due, held or erased on pages of her own, beside whoever may approve."""
    named_exports: tuple[Role, ...] = Field(default=(Role.AUDITOR, Role.COMPLAINTS_MANAGER), min_length=1)
    """Who may have staff named in what leaves the house; everybody else gets pseudonyms."""

    @property
    def guardians(self) -> tuple[Role, ...]:
        """The roles to which the pages of data protection are open."""
        return tuple(dict.fromkeys((*self.data_protection, *self.erasure_approvers)))


class Engine(Part):
    """What happens when the process owner cancels a run, or a run crashes, while its case is open."""

    on_interrupted: Literal["reopen", "leave"]


class Targets(Part):
    """What the figures are held against (PROCESS.md section 9); rates are shares of 1."""

    resolution_rate: Share
    handling_time: Length
    first_response_time: Length
    satisfaction_rate: Share
    csat: float = Field(ge=1, le=5)
    repeat_rate: Share
    escalation_rate: Share


class House(Part):
    """The house as customers know it."""

    name: Named
    address: Named
    email: str
    phone: str


class Policy(Part):
    """A whole policy pack. `version` is a digest of the files it was read from, frozen into each case at intake."""

    name: Code
    title: Named
    version: str
    process_version: int = Field(ge=1)
    house: House
    calendar: Calendar
    calendars: dict[Code, Calendar] = Field(default_factory=dict)
    clocks: dict[Code, ClockRule] = Field(default_factory=standard_clocks)
    pauses: dict[Code, PauseReason] = Field(default_factory=standard_pauses)
    intake: Intake
    flags: dict[Code, Flag]
    categories: dict[Code, Category]
    grading: Grading
    assignment: Assignment
    limits: Limits
    escalation: Escalation
    review: Review
    response: Response
    callback: Callback
    archive: Archive
    engine: Engine
    targets: Targets
    cause_codes: dict[Code, Named]
    departments: dict[Code, Department]
    staff: dict[Code, Staff]

    def calendar_of(self, name: str) -> Calendar:
        """A calendar by its name: the house's own, or one of the others."""
        return self.calendar if name == HOUSE else self.calendars[name]

    def clock_name(self, code: str, language: Language | str) -> str:
        """`resolve` as a reader calls it; a clock that this policy does not know keeps its code."""
        rule = self.clocks.get(code)
        return rule.name.in_language(language) if rule else code

    def members_of(self, department: str) -> dict[str, Staff]:
        """The staff of a department by id."""
        return {staff_id: person for staff_id, person in self.staff.items() if person.department == department}

    def with_role(self, role: Role) -> dict[str, Staff]:
        """The staff who hold a role, by id."""
        return {staff_id: person for staff_id, person in self.staff.items() if role in person.roles}

    def category_name(self, code: str, language: Language | str) -> str:
        """`product.quality` as a reader calls it; an unknown code is returned as it is."""
        category, _, sub = code.partition(".")
        if category not in self.categories:
            return code
        found = self.categories[category]
        if sub in found.subcategories:
            return f"{found.name.in_language(language)} · {found.subcategories[sub].name.in_language(language)}"
        return found.name.in_language(language)
