"""The fact: what every entry of a history states, frozen, with the name it is stored under for ever."""

from __future__ import annotations

from typing import ClassVar

from pydantic import BaseModel, ConfigDict

REGISTRY: dict[str, type[Fact]] = {}


class Fact(BaseModel):
    """One thing that happened. `type` is its stored name for ever; `version` rises when its shape changes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: ClassVar[str]
    version: ClassVar[int] = 1

    def __init_subclass__(cls) -> None:
        if "type" in cls.__dict__:
            REGISTRY[cls.type] = cls


class Part(BaseModel):
    """A piece of a fact."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Answer(Fact):
    """A fact that answers a manual task and thereby closes it."""

    task_id: str
