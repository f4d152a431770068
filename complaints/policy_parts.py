"""The parts of a policy about taking in and grading complaints, and the small types that all parts are made of."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from complaints.durations import Length
from complaints.words import CustomerType, Language, Scope

Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]*$")]
Share = Annotated[float, Field(ge=0, le=1)]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Region = Annotated[str, StringConstraints(pattern=r"^([A-Z]{2})?$")]
"""A country by its two letters (ISO 3166-1), or '' for none."""
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
    """When business hours and business days run.

    Public holidays and make-up working days of a region come frozen with the pack's texts; the pack's own two lists are
    laid over them, and of a date that both speak of the pack's word counts (complaints/policy_calendars.py).
    """

    timezone: str
    always: bool = False
    """Open around the clock on every day: hours, region and lists do not count."""
    hours: dict[Weekday, tuple[tuple[ClockTime, ClockTime], ...]] = Field(default_factory=dict)
    region: Region = ""
    subdivision: str = ""
    years: tuple[int, int] = (2024, 2032)
    """The first and the last year whose public holidays are taken up."""
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
    """Cases of so many different customers."""
    within: Length
    similarity: Share
    scope: Scope = Scope.GROUP
    """How many people each of its cases concerns then, at least."""
    wide_from: int = Field(default=50, ge=2)
    """From so many cases on it concerns the public."""
    most: int = Field(default=200, ge=2, le=2000)
    """With how many of the newest open cases a new one is compared."""


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


class Regrade(Part):
    """What follows when a case is graded anew."""

    clocks: Literal["keep", "sooner_only", "restart"] = "sooner_only"
    """Running clocks stay; or end where the new level puts them, counted from their beginning: only if that is sooner,
    or in any case."""
    reassign: bool = False
    """Whether a department that leads under the new grade gets the case, with a handler of its own."""


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
    regrade: Regrade = Regrade()
    severity: dict[Scheme, dict[Code, Severity]]
    """The severity word of each level, per scheme: `limits.by_severity` is keyed by it."""
