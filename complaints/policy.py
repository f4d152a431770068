"""The policy: every number and name that a business may change, as frozen types (PROCESS.md has their sources)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from complaints.durations import Length
from complaints.words import Channel, CustomerType, Language, RemedyKind, Role, Scope, TaskKind

Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]*$")]
Share = Annotated[float, Field(ge=0, le=1)]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
ClockTime = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$")]


class Part(BaseModel):
    """A part of a policy: frozen, and no key that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Named(Part):
    """Something with a name in both languages."""

    en: str
    zh: str

    def in_language(self, language: Language | str) -> str:
        """The name as a reader of this language calls it."""
        return self.zh if str(language).lower().startswith("zh") else self.en


class Keywords(Part):
    """Words that point to something, per language; matching ignores case, and whole words count in English."""

    en: tuple[str, ...] = ()
    zh: tuple[str, ...] = ()


class Calendar(Part):
    """When business hours and business days run."""

    timezone: str
    hours: dict[Weekday, tuple[tuple[ClockTime, ClockTime], ...]]
    holidays: tuple[str, ...] = ()
    working_days: tuple[str, ...] = ()


class CompletenessWeights(Part):
    """The weights of the completeness score (PROCESS.md section 2)."""

    customer: Share
    contact: Share
    time: Share
    item: Share
    description: Share
    level: Share


class MassEvent(Part):
    """When many similar complaints become one incident."""

    count: int = Field(ge=2)
    within: Length
    similarity: Share


class Flag(Part):
    """A risk flag, raised with its reason when a keyword is met; never a verdict."""

    name: Named
    keywords: Keywords = Keywords()
    needs_person: bool = False
    impact: int | None = Field(default=None, ge=1, le=5)
    urgency: int | None = Field(default=None, ge=1, le=5)


class Intake(Part):
    """Rules of registration and screening."""

    completeness_threshold: Share
    weights: CompletenessWeights
    asking_pauses_clocks: bool
    acknowledge_within: Length
    duplicate_within: Length
    duplicate_similarity: Share
    mass_event: MassEvent
    largest_text: int = Field(gt=0)
    largest_upload_mb: float = Field(gt=0)
    most_uploads: int = Field(gt=0)
    upload_types: tuple[str, ...]
    link_valid: Length


class Subcategory(Part):
    """One kind of complaint within a category, with the words that point to it."""

    name: Named
    keywords: Keywords


class Category(Part):
    """A kind of complaint (PROCESS.md section 3)."""

    name: Named
    subcategories: dict[Code, Subcategory]


class Signal(Part):
    """A keyword rule of grading: when met, the factor is at least this score."""

    factor: Literal["impact", "urgency", "severity", "scope", "complexity"]
    score: int = Field(ge=1, le=5)
    reason: Named
    keywords: Keywords


class Base(Part):
    """Where the factors of a category start before any signal."""

    impact: int = Field(ge=1, le=5)
    urgency: int = Field(ge=1, le=5)


class G1(Part):
    """Weights and cuts of the weighted-three scheme."""

    severity: Share
    scope: Share
    customer_value: Share
    high_from: float
    medium_from: float


class G2(Part):
    """Weights of the impact-urgency-five scheme."""

    impact: Share
    urgency: Share


class G3(Part):
    """Weights of the circulation-four scheme."""

    urgency: Share
    complexity: Share
    potential_impact: Share


class CustomerFloor(Part):
    """What a kind of customer brings to grading: her value for `g1`, and factors that never fall below a floor."""

    value: int = Field(ge=1, le=3)
    impact: int = Field(ge=1, le=5)
    urgency: int = Field(ge=1, le=5)


class Thresholds(Part):
    """From which impact and urgency (1-5) a complaint counts as important and as urgent."""

    important_from: int = Field(ge=1, le=6)
    urgent_from: int = Field(ge=1, le=6)


Scheme = Literal["g1", "g2", "g3", "g4"]
Severity = Literal["very_serious", "serious", "medium", "simple"]


class Grading(Part):
    """How a level is found; a level means nothing without its scheme."""

    scheme: Scheme
    confidence_needed: Share
    worst_level_needs_person: bool
    base: dict[Code, Base]
    scopes: dict[Scope, Base]
    customers: dict[CustomerType, CustomerFloor]
    signals: tuple[Signal, ...]
    urgency_words: Thresholds
    """`important_from` and `urgent_from` both read urgency here: below both it is normal."""
    priority: Thresholds
    g1: G1
    g2: G2
    g3: G3
    g4: dict[Literal["urgent", "important", "normal"], dict[Literal["individual", "group", "wide"], Code]]
    level_names: dict[Code, Named]
    severity: dict[Scheme, dict[Code, Severity]]
    """The severity word of each level, per scheme: `limits.by_severity` is keyed by it."""


class Responsibility(Part):
    """One row of the responsibility matrix."""

    lead: Code
    supporting: tuple[Code, ...]
    respond_within: Length


class Assignment(Part):
    """Who leads and who handles (PROCESS.md section 4)."""

    matrix: dict[Code, Responsibility]
    default: Responsibility
    special_team: Code
    special_team_from_urgency: int = Field(ge=1, le=6)
    key_customer_lane: Code | None = None


class LevelClocks(Part):
    """The three clocks a level sets."""

    first_response: Length
    resolve: Length
    callback: Length


class Limits(Part):
    """Deadlines. Tables are named alternatives: the sources contradict each other and are not merged."""

    by_level: dict[Code, LevelClocks]
    by_channel: dict[Channel, Length]
    by_severity: dict[Severity, Length]
    maximum_response: dict[Code, Length]
    stages: dict[Code, dict[Code, Length]]
    tasks: dict[TaskKind, Length]
    warning_fraction: Share
    progress_after_silence: Length


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


class Authority(Part):
    """What a role may grant on its own; None is no limit."""

    money: float | None = Field(default=None, ge=0)
    remedies: tuple[RemedyKind, ...]


class Review(Part):
    """How departments are heard and proposals approved (PROCESS.md section 7)."""

    quorum: Literal["all"] | int
    authority: dict[Role, Authority]
    currency: str


class ShortPath(Part):
    """When a case is resolved at first assessment (PROCESS.md section 1)."""

    categories: tuple[Code, ...]
    best_levels: tuple[Code, ...]
    reason: Named


class Response(Part):
    """Rounds and the text that tells the customer where to go next."""

    max_rounds: int = Field(ge=1)
    appeal: Named
    short_path: ShortPath


class Callback(Part):
    """The satisfaction callback (PROCESS.md section 8)."""

    reopen_at_or_below: int = Field(ge=0, le=5)
    reopen_within: Length
    """Later contact opens a linked new case (PROCESS.md section 1)."""
    phone_attempts: int = Field(ge=1)
    sampling: dict[Code, Share]


class Archive(Part):
    """How long a sealed case is kept."""

    keep: Length


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


class Department(Part):
    """A department of the house."""

    name: Named


class Staff(Part):
    """A member of staff."""

    name: str
    email: str
    department: Code
    roles: tuple[Role, ...]
    language: Language
    skills: tuple[Code, ...] = ()
    languages: tuple[Language, ...] = (Language.EN, Language.ZH_CN)
    present: bool = True


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
