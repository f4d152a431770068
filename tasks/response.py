"""Response as a Prefect task."""

from __future__ import annotations

from complaints import response as rules
from complaints.words import Stage
from tasks.stage import stage

response = stage(Stage.RESPONSE, rules.decide)
