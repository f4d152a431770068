"""Facts: stored and read again they are the same, to the last digit that their hash covers."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from complaints.errors import UnknownEvent
from complaints.events import read_fact
from complaints.fact import REGISTRY, Answer, Fact
from complaints.work_events import TaskRevoked

st.register_type_strategy(
    datetime,
    st.integers(0, 10**15).map(lambda passed: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(microseconds=passed)),
)
st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))
KINDS = sorted(REGISTRY)


def facts(kind: str) -> st.SearchStrategy[Fact]:
    """Any fact of a kind."""
    return _models(REGISTRY[kind])


def _models(model: type[Any]) -> st.SearchStrategy[Any]:
    parts = {name: _values(field.annotation) for name, field in model.model_fields.items()}
    return st.builds(model, **parts)


def _values(annotation: Any) -> st.SearchStrategy[Any]:  # noqa: ANN401  any annotation of a field
    for model in (*_nested(annotation),):
        st.register_type_strategy(model, _models)
    return st.from_type(annotation)


def _nested(annotation: Any) -> list[type[Any]]:  # noqa: ANN401  as above
    found = [part for argument in getattr(annotation, "__args__", ()) for part in _nested(argument)]
    return [*found, annotation] if hasattr(annotation, "model_fields") else found


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=15)
@given(data=st.data())
def test_a_fact_is_the_same_after_it_was_stored(kind: str, data: st.DataObject) -> None:
    fact = data.draw(facts(kind))
    stored = json.dumps(fact.model_dump(mode="json"))
    read = read_fact(kind, fact.version, json.loads(stored))
    assert read == fact
    assert json.dumps(read.model_dump(mode="json")) == stored


@pytest.mark.parametrize("kind", KINDS)
def test_a_fact_has_a_name_we_chose_a_version_and_says_what_it_means(kind: str) -> None:
    known = REGISTRY[kind]
    thing, _, what = kind.partition(".")
    assert thing.islower()
    assert what.islower()
    assert known.type == kind
    assert known.version >= 1
    assert known.__doc__


def test_every_fact_a_case_can_fold_is_known_by_name() -> None:
    def subclasses(kind: type[Fact]) -> set[type[Fact]]:
        return {kind}.union(*(subclasses(below) for below in kind.__subclasses__()))

    assert subclasses(Fact) - {Fact, Answer} == set(REGISTRY.values())
    assert len(KINDS) == len({known.__name__ for known in REGISTRY.values()})


def test_an_unknown_event_is_named() -> None:
    with pytest.raises(UnknownEvent, match=r"'case\.teleported' version 1, .* upgrade first"):
        read_fact("case.teleported", 1, {})


def test_an_event_of_a_later_version_is_named() -> None:
    with pytest.raises(UnknownEvent, match=r"'task\.revoked' version 2, .* upgrade first"):
        read_fact("task.revoked", 2, {"task_id": "findings-1", "reason": "nothing"})


def test_a_fact_cannot_be_changed_or_given_more_than_it_has() -> None:
    fact = TaskRevoked(task_id="findings-1", reason="nothing")
    with pytest.raises(ValidationError, match="frozen"):
        fact.reason = "something"  # type: ignore[misc]
    with pytest.raises(ValidationError, match="Extra inputs"):
        read_fact("task.revoked", 1, {"task_id": "findings-1", "reason": "nothing", "name": "Ann Lee"})
