"""Classification as a Prefect task."""

from __future__ import annotations

from complaints import classification as rules
from complaints.words import Stage
from tasks.stage import stage

classification = stage(Stage.CLASSIFICATION, rules.decide)
