"""The rulebook: which rules speak in which stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from complaints import archiving, assignment, callback, classification, intake, investigation, response, review
from complaints.words import Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from complaints.briefing import Briefing, Verdict

RULES: Mapping[Stage, Callable[[Briefing], Verdict]] = {
    Stage.INTAKE: intake.decide,
    Stage.CLASSIFICATION: classification.decide,
    Stage.ASSIGNMENT: assignment.decide,
    Stage.INVESTIGATION: investigation.decide,
    Stage.REVIEW: review.decide,
    Stage.RESPONSE: response.decide,
    Stage.CALLBACK: callback.decide,
    Stage.ARCHIVING: archiving.decide,
}
