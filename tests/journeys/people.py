"""People as they come: anything that somebody might validly answer, chosen by whoever plays them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from complaints.people import recused
from complaints.policy_checks import category_codes
from complaints.words import CustomerDecision, OpinionVerdict, RemedyKind, Role, Scope, TaskKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from complaints.briefing import Briefing
    from complaints.case import ManualTask

    Choose = Callable[[Sequence[Any]], Any]

AMOUNTS = (0, 1, 199.99, 1_000, 4_000, 18_000, 90_000, 12_345_678.9)


def an_answer(task: ManualTask, briefing: Briefing, choose: Choose) -> dict[str, Any]:  # noqa: PLR0911  one for each kind
    """Fields that the form of this task accepts."""
    match task.kind:
        case TaskKind.COMPLETION:
            return {"item": choose(["", "Kettle K2"]), "detail": choose(["", "It also hums."])}
        case TaskKind.SCREENING:
            decision = choose(["accept", "accept", "accept", "duplicate", "refer"])
            return {"decision": decision, "reason": "So.", "original": "TC20261101-0001", "referred_to": "The maker"}
        case TaskKind.CLASSIFICATION:
            factors = {"impact": choose(range(1, 6)), "urgency": choose(range(1, 6)), "scope": choose(list(Scope))}
            return {"category": choose(category_codes(briefing.policy)), **factors}
        case TaskKind.DISPATCH:
            return {"handler": choose(sorted(set(briefing.policy.with_role(Role.HANDLER)) - recused(briefing)))}
        case TaskKind.FINDINGS:
            return {"remedy": choose(list(RemedyKind)), "amount": choose(AMOUNTS)}
        case TaskKind.OPINION:
            return {"verdict": choose(list(OpinionVerdict)), "reason": "Because."}
        case TaskKind.APPROVAL:
            return {"decision": choose(["approve", "approve", "send_back"]), "reason": "Because."}
        case _:
            return _of_the_end(task, choose)


def _of_the_end(task: ManualTask, choose: Choose) -> dict[str, Any]:  # noqa: PLR0911  one for each kind
    match task.kind:
        case TaskKind.DECISION:
            return {"decision": choose(list(CustomerDecision)), "text": "I think so."}
        case TaskKind.SURVEY:
            return {"csat": choose(range(1, 6)), "resolved": choose(["yes", "no"])}
        case TaskKind.PHONE_CALLBACK if choose([True, False]):
            return {"reached": "no", "csat": None, "resolved": None}
        case TaskKind.PHONE_CALLBACK:
            return {"reached": "yes", "csat": choose(range(1, 6)), "resolved": choose(["yes", "no"])}
        case TaskKind.CLOSURE:
            return {"decision": choose(["close", "another_round"])}
        case TaskKind.HELP:
            return {"decision": choose(["take_over", "accompany"])}
        case _:
            return {}
