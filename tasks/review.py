"""Review as a Prefect task."""

from __future__ import annotations

from complaints import review as rules
from complaints.words import Stage
from tasks.stage import stage

review = stage(Stage.REVIEW, rules.decide)
