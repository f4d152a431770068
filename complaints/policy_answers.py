"""The parts of a policy about approving, answering and asking back (PROCESS.md sections 7 and 8)."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from complaints.durations import Length
from complaints.policy_parts import Code, Named, Part, Share
from complaints.words import Role


class ChainRule(Part):
    """Which proposals need several approvals, and by which roles, one after another."""

    levels: tuple[Code, ...] = ()
    """Levels of the scheme in use; empty for every level."""
    above: float | None = Field(default=None, ge=0)
    """Only proposals of more money than this."""
    roles: tuple[Role, ...] = Field(min_length=1)


class ShortPath(Part):
    """When a case is resolved at first assessment (PROCESS.md section 1)."""

    categories: tuple[Code, ...]
    best_levels: tuple[Code, ...]
    reason: Named


class AnswerLetter(StrEnum):
    """The letters that bring a decision to the customer."""

    DECISION = "decision"
    FINAL_DECISION = "final_decision"


class LetterTexts(Part):
    """The pack's own words in a letter; what is left out is said as the house says it."""

    opening: Named | None = None
    """First paragraph of the draft; the handler may change it."""
    closing: Named | None = None
    """Last paragraph of the draft; the handler may change it."""
    legal: tuple[Named, ...] = ()
    """Paragraphs below the signature, which nobody can leave out."""


class Signposts(Part):
    """What the rule of a pack wants said in these letters. Left out: nothing in the first, else `appeal`."""

    acknowledgement: Named | None = None
    holding_response: Named | None = None
    summary_resolution: Named | None = None


class Response(Part):
    """Rounds, letters, and the text that tells the customer where to go next (PROCESS.md section 7)."""

    max_rounds: int = Field(ge=1)
    final_approved_by: Role
    """A case is never closed on a refusal alone: the final decision is reasoned and approved."""
    execute_at_once_from_urgency: int = Field(ge=1, le=6)
    """From this place among the levels, best to worst, a remedy is carried out once it is approved."""
    execute_within: dict[Code, Length]
    """By level; other levels have `limits.tasks.remedy`."""
    appeal: Named
    signposts: Signposts = Signposts()
    summary_resolution_within: Code | None = None
    """A clock: whoever accepts the decision before it runs out gets a summary resolution."""
    letters: dict[AnswerLetter, LetterTexts]
    short_path: ShortPath

    def texts(self, kind: AnswerLetter) -> LetterTexts:
        """The pack's words in a letter."""
        return self.letters.get(kind) or LetterTexts()


class Callback(Part):
    """The satisfaction callback (PROCESS.md section 8)."""

    reopen_at_or_below: int = Field(ge=0, le=5)
    on_low_score: Literal["reopen", "escalate"]
    """Another round at once, or a manager who decides between closing and another round."""
    reopen_within: Length
    """Since the response; later contact opens a linked new case (PROCESS.md section 1)."""
    phone_attempts: int = Field(ge=1)
    phone_again_after: Length
    """Since a call that did not reach the customer."""
    sampling: dict[Code, Share]
