"""Intake as a Prefect task."""

from __future__ import annotations

from complaints import intake as rules
from complaints.words import Stage
from tasks.stage import stage

intake = stage(Stage.INTAKE, rules.decide)
