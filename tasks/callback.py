"""Callback as a Prefect task."""

from __future__ import annotations

from complaints import callback as rules
from complaints.words import Stage
from tasks.stage import stage

callback = stage(Stage.CALLBACK, rules.decide)
