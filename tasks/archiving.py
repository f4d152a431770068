"""Archiving as a Prefect task."""

from __future__ import annotations

from complaints import archiving as rules
from complaints.words import Stage
from tasks.stage import stage

archiving = stage(Stage.ARCHIVING, rules.decide)
