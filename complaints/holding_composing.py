"""Composing the letters that a pack's rule wants (complaints/holding.py orders them)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from complaints import holding_correspondence as says
from complaints.drafting import head, offers
from complaints.letters import LetterKind
from complaints.words import Stage

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from complaints.correspondence import Letter
    from complaints.drafting import Draft


def _holding_response(draft: Draft) -> Letter:
    case, clock = draft.briefing.case, draft.details["clock"]
    return says.HoldingResponse(
        head=head(draft),
        received_at=case.received_at or draft.briefing.now,
        due_at=case.clocks[clock].clock.due_at,
        stage=Stage(draft.details["stage"]),
        late=draft.details["late"] == "yes",
        expected_by=_promised_by(draft, clock),
        signpost=signpost(draft, LetterKind.HOLDING_RESPONSE),
        track=draft.addresses.track,
    )


def _promised_by(draft: Draft, clock: str) -> datetime | None:
    """When the decision is promised for: the end of the clock that the policy names, if it runs for this case."""
    rule = draft.policy.clocks.get(clock)
    named = rule.on_due.promise if rule and rule.on_due else None
    running = draft.briefing.case.clocks.get(named) if named else None
    return running.clock.due_at if running else None


def _summary_resolution(draft: Draft) -> Letter:
    case = draft.briefing.case
    return says.SummaryResolution(
        head=head(draft),
        received_at=case.received_at or draft.briefing.now,
        offers=offers(draft, case.letter.remedies if case.letter else ()),
        signpost=signpost(draft, LetterKind.SUMMARY_RESOLUTION),
        track=draft.addresses.track,
    )


def signpost(draft: Draft, kind: LetterKind) -> str:
    """Where the customer may turn, as the pack wants it said in this letter; else as in every other."""
    response = draft.policy.response
    said = getattr(response.signposts, kind.value) or response.appeal
    return str(said.in_language(draft.language))


HOLDING_LETTERS: dict[LetterKind, Callable[[Draft], Letter]] = {
    LetterKind.HOLDING_RESPONSE: _holding_response,
    LetterKind.SUMMARY_RESOLUTION: _summary_resolution,
}
