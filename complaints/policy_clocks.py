"""The parts of a policy about clocks: what must have happened by when, what may stop the time, what may stretch it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from complaints.durations import Length
from complaints.policy_parts import Code, Named, Part, Severity, Share
from complaints.words import Channel, CustomerType, Role

Start = Literal["received", "classified", "assigned", "held"]
"""`held`: a holding response left, which said that the answer needs longer."""
Stop = Literal["acknowledged", "first_response", "decided", "agreed", "resolved", "closed"]
"""`decided`: a written decision left to the customer; `agreed`: she accepted it; `resolved`: it is carried out;
`closed`: the case is sealed."""
Column = Literal["acknowledge", "first_response", "resolve"]
HOUSE = "house"
"""The name of the calendar in [calendar]; [calendars.NAME] adds others."""
CUSTOMER_INFORMATION = "customer_information"
"""The pause in which the customer completes her record."""


class LevelClocks(Part):
    """The three lengths a level sets."""

    first_response: Length
    resolve: Length
    callback: Length


class Applies(Part):
    """Which cases a clock runs for; what is left empty asks nothing. A category stands for its sub-categories too."""

    levels: tuple[Code, ...] = ()
    severities: tuple[Severity, ...] = ()
    categories: tuple[Code, ...] = ()
    except_categories: tuple[Code, ...] = ()
    channels: tuple[Channel, ...] = ()
    complexity: tuple[Literal["low", "medium", "high"], ...] = ()
    customer_types: tuple[CustomerType, ...] = ()

    @property
    def is_known_at_receipt(self) -> bool:
        """Whether it can be told before the case is classified."""
        return not (self.levels or self.severities or self.categories or self.except_categories or self.complexity)


class Extension(Part):
    """By how much a clock may be stretched, how often, who must approve, and the reasons told to the customer."""

    by: Length
    approver: Role
    times: int = Field(default=1, ge=1)
    decide_within: Length
    """How long the approver may take."""
    reasons: dict[Code, Named] = Field(min_length=1)


class OnDue(Part):
    """What the customer is written when a clock runs out, and which other clock's end that letter promises."""

    letter: Literal["holding_response"]
    promise: Code | None = None


class ClockRule(Part):
    """One clock: its length is `limit`, or `limit_of` names a column of the table of limits in use."""

    name: Named
    kind: Literal["promise", "regulatory", "window"] = "promise"
    """A window is a time in which something simpler is allowed: when it is over, nothing was missed, nobody is told."""
    source: str = ""
    """The rule and section that it comes from; a regulatory clock has one."""
    limit: Length | None = None
    limit_of: Column | None = None
    calendar: Code = HOUSE
    starts: Start = "received"
    stops: Stop
    pauses: tuple[Code, ...] = ()
    """Reasons of [pauses] for which it may stand still; a clock without any never does."""
    warn: Share | None = None
    """The fraction of its time after which whoever has the case is warned; without one, nobody is."""
    applies: Applies = Applies()
    extension: Extension | None = None
    on_due: OnDue | None = None

    @model_validator(mode="after")
    def _has_one_length(self) -> ClockRule:
        if (self.limit is None) == (self.limit_of is None):
            message = "needs one length: either limit = '8 w', or limit_of = 'resolve' for a column of the table in use"
            raise ValueError(message)
        return self


class PauseReason(Part):
    """Why clocks may stand still, for whom the house waits then, and after how long they run on all the same."""

    name: Named
    waits_for: Literal["customer", "third_party", "authority"]
    longest: Length


def standard_pauses() -> dict[str, PauseReason]:
    """The pause that every house had before packs could name their own; packs stored then say nothing of it."""
    name = Named(en="The customer is asked for information", zh="等待客户补充信息")
    return {
        CUSTOMER_INFORMATION: PauseReason.model_validate({"name": name, "waits_for": "customer", "longest": "30 d"})
    }


def standard_clocks() -> dict[str, ClockRule]:
    """The clocks that every house had before packs could name their own; packs stored then say nothing of them."""
    rows: dict[Column, tuple[str, str, Stop]] = {
        "acknowledge": ("Acknowledgement", "受理告知", "acknowledged"),
        "first_response": ("First response", "首次响应", "first_response"),
        "resolve": ("Resolution", "办结", "resolved"),
    }
    return {
        column: ClockRule(
            name=Named(en=en, zh=zh),
            limit_of=column,
            stops=stops,
            pauses=() if column == "acknowledge" else (CUSTOMER_INFORMATION,),
        )
        for column, (en, zh, stops) in rows.items()
    }
