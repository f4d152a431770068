"""The fact: what every entry of a history states, frozen, with the name it is stored under for ever."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

REGISTRY: dict[str, type[Fact]] = {}


class Fact(BaseModel):
    """One thing that happened. `type` is its stored name for ever; `version` rises when its shape changes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: ClassVar[str]
    version: ClassVar[int] = 1

    def stated(self) -> dict[str, Any]:
        """What it says, as it is stored and hashed.

        Only what was said: a field that a later version added, and an earlier one never wrote, leaves the hash of that
        entry as it was.
        """
        return self.model_dump(mode="json", exclude_unset=True)

    def __init_subclass__(cls) -> None:
        if "type" in cls.__dict__:
            REGISTRY[cls.type] = cls


class Part(BaseModel):
    """A piece of a fact."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Answer(Fact):
    """A fact that answers a manual task and thereby closes it."""

    task_id: str
