"""Assignment as a Prefect task."""

from __future__ import annotations

from complaints import assignment as rules
from complaints.words import Stage
from tasks.stage import stage

assignment = stage(Stage.ASSIGNMENT, rules.decide)
