"""Investigation as a Prefect task."""

from __future__ import annotations

from complaints import investigation as rules
from complaints.words import Stage
from tasks.stage import stage

investigation = stage(Stage.INVESTIGATION, rules.decide)
