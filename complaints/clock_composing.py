"""Composing letters about clocks: from an order and the case as it stands to what the letter says."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from complaints import clock_correspondence as says
from complaints.drafting import head, matter, person, responsible
from complaints.letters import LetterKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from complaints.correspondence import Letter
    from complaints.drafting import Draft


def _clock_missed(draft: Draft) -> says.ClockMissed:
    case, name = draft.briefing.case, draft.details["clock"]
    return says.ClockMissed(
        head=head(draft),
        clock=_named(draft, name),
        due_at=case.clocks[name].clock.due_at,
        stage=case.stage,
        **responsible(draft),
        matter=matter(draft),
        view=draft.addresses.view,
    )


def _clock_warning(draft: Draft) -> says.ClockWarning:
    case, name = draft.briefing.case, draft.details["clock"]
    return says.ClockWarning(
        head=head(draft),
        clock=_named(draft, name),
        is_law=case.clocks[name].clock.kind == "regulatory",
        due_at=case.clocks[name].clock.due_at,
        stage=case.stage,
        matter=matter(draft),
        view=draft.addresses.view,
    )


def _extension_notice(draft: Draft) -> says.ExtensionNotice:
    details, policy = draft.details, draft.policy
    rule = policy.clocks.get(details["clock"])
    known = rule.extension.reasons.get(details["reason"]) if rule and rule.extension else None
    return says.ExtensionNotice(
        head=head(draft),
        clock=_named(draft, details["clock"]),
        reason=known.in_language(draft.language) if known else "",
        previous_due_at=datetime.fromisoformat(details["previous_due_at"]),
        due_at=datetime.fromisoformat(details["due_at"]),
        is_latest=details.get("latest") == "yes",
        appeal=policy.response.appeal.in_language(draft.language),
        track=draft.addresses.track,
    )


def _question(draft: Draft) -> says.Question:
    paper = draft.briefing.papers.get(draft.details["note"], {})
    return says.Question(
        head=head(draft),
        words=str(paper.get("note", "")),
        handler=person(draft, draft.details["by"]),
        ends_at=datetime.fromisoformat(draft.details["ends_at"]),
        track=draft.addresses.track,
    )


def _extension_decided(draft: Draft) -> says.ExtensionDecided:
    case, clock = draft.briefing.case, draft.task.asks["clock"]
    paper = draft.briefing.papers.get(draft.details.get("reason", ""), {})
    return says.ExtensionDecided(
        head=head(draft),
        clock=_named(draft, clock),
        granted=draft.details["granted"] == "yes",
        decided_by=person(draft, draft.task.closed_by or ""),
        reason=str(paper.get("reason", "")),
        due_at=case.clocks[clock].clock.due_at,
        matter=matter(draft),
        view=draft.addresses.view,
    )


def _named(draft: Draft, clock: str) -> str:
    return draft.policy.clock_name(clock, draft.language)


CLOCK_LETTERS: dict[LetterKind, Callable[[Draft], Letter]] = {
    LetterKind.CLOCK_MISSED: _clock_missed,
    LetterKind.CLOCK_WARNING: _clock_warning,
    LetterKind.EXTENSION_NOTICE: _extension_notice,
    LetterKind.EXTENSION_DECIDED: _extension_decided,
    LetterKind.QUESTION: _question,
}
