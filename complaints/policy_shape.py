"""The shape of a policy: which keys must be there and of what kind; pydantic judges, this room words it."""

from __future__ import annotations

import json
import types
from copy import deepcopy
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError

from complaints.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pydantic_core import ErrorDetails

    from complaints.policy_source import Problem, Source
    from complaints.toml_lines import Path

GIVEN = frozenset({"name", "version"})
"""Fields of a policy that are not written in its file: they come from the file itself."""

WRITTEN = tuple(name for name in Policy.model_fields if name not in GIVEN)

_KINDS = {
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "bool_type": "must be true or false",
    "string_type": "must be a text in quotes",
    "tuple_type": "must be a list in [ ]",
    "dict_type": "must be a table",
    "date_from_datetime_parsing": "must be a day, for example 2026-12-24",
    "date_parsing": "must be a day, for example 2026-12-24",
    "model_type": "must be a table",
    "dataclass_type": "must be a length of time in quotes, for example '24 h'",
    "unexpected_keyword_argument": "must be a length of time in quotes, for example '24 h'",
}
_BOUNDS = {
    "greater_than_equal": ("ge", "at least"),
    "greater_than": ("gt", "more than"),
    "less_than_equal": ("le", "at most"),
    "less_than": ("lt", "less than"),
    "too_long": ("max_length", "no longer than"),
    "too_short": ("min_length", "no shorter than"),
}


def read_sections(source: Source, wanted: Iterable[str] = WRITTEN) -> tuple[dict[str, Any], list[Problem]]:
    """The sections that are whole, as their types, and every problem of those that are not.

    An unknown key is reported and then left out, so that it does not hide what else is wrong with its section.
    """
    data = deepcopy(source.data)
    wanted = tuple(wanted)
    problems = [_unknown_key(source, (key,)) for key in data if key not in wanted]
    sections: dict[str, Any] = {}
    for name in wanted:
        if name not in data and not Policy.model_fields[name].is_required():
            sections[name] = Policy.model_fields[name].get_default(call_default_factory=True)
            continue
        if name not in data:
            problems.append(source.problem((name,), "is missing: add this table or key"))
            continue
        problems += _drop_unknown(source, name, data)
        try:
            sections[name] = _judge(name, data[name])
        except ValidationError as error:
            problems += _word(source, name, error.errors(include_url=False))
    return sections, problems


@cache
def _adapter(name: str) -> TypeAdapter[Any]:
    return TypeAdapter(Policy.model_fields[name].rebuild_annotation())


def _judge(name: str, value: object) -> object:
    """Validate as JSON: there strictness refuses '3' for 3, yet takes lists and names for what TOML has no kind for."""
    return _adapter(name).validate_json(json.dumps(value, default=str), strict=True)


def _drop_unknown(source: Source, name: str, data: dict[str, Any]) -> list[Problem]:
    try:
        _judge(name, data[name])
    except ValidationError as error:
        paths = [(name, *item["loc"]) for item in error.errors(include_url=False) if item["type"] == "extra_forbidden"]
        for path in paths:
            _remove(data, path)
        return [_unknown_key(source, path) for path in paths]
    return []


def _remove(data: Any, path: Path) -> None:  # noqa: ANN401  tables and lists of any depth
    for step in path[:-1]:
        data = data[step]
    del data[path[-1]]


def _word(source: Source, name: str, errors: Iterable[ErrorDetails]) -> list[Problem]:
    """One problem per key: pydantic reports each way in which a value with several shapes is wrong."""
    said: dict[Path, list[str]] = {}
    for error in errors:
        path = _path_in(source.data, (name, *error["loc"]), missing=error["type"] == "missing")
        said.setdefault(path, []).append(_say(error))
    return [source.problem(path, "; or: ".join(dict.fromkeys(messages))) for path, messages in said.items()]


def _path_in(data: Any, loc: Path, *, missing: bool) -> Path:  # noqa: ANN401
    """The part of pydantic's location that the file has: what follows are names of pydantic's own."""
    path: Path = ()
    for step in loc:
        inside = step in data if isinstance(data, dict) else isinstance(data, list) and step in range(len(data))
        if not inside:
            return (*path, step) if missing else path
        path = (*path, step)
        data = data[step]
    return path


def _say(error: ErrorDetails) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "missing":
        return "is missing: add it"
    if kind in _KINDS:
        return _KINDS[kind]
    if kind in _BOUNDS:
        limit, words = _BOUNDS[kind]
        return f"is {error['input']!r} but must be {words} {context[limit]}"
    if kind in {"enum", "literal_error"}:
        return _not_one_of(error["input"], context["expected"])
    if kind == "string_pattern_mismatch":
        return _not_the_pattern(error["input"], context["pattern"])
    return str(context["error"]) if kind == "value_error" else error["msg"]


def _not_one_of(value: object, expected: str) -> str:
    choices = [choice.strip(" '") for choice in expected.replace(" or ", ", ").split(",")]
    return f"is {value!r} but must be one of {', '.join(choices)}{did_you_mean(str(value), choices)}"


def _not_the_pattern(value: object, pattern: str) -> str:
    if "A-Z" in pattern:
        return f"{value!r} is not a currency: write its three capitals of ISO 4217, like 'CNY'"
    if ":" in pattern:
        return f"{value!r} is not a time of day: write it like '09:00'"
    return f"{value!r} is not a code: use small letters, digits, '_', '-' and '.', and begin with a letter or digit"


def _unknown_key(source: Source, path: Path) -> Problem:
    known = [key for key in _keys_at(path[:-1]) if key not in GIVEN or len(path) > 1]
    hint = did_you_mean(str(path[-1]), known) or f"; known here: {', '.join(known)}"
    return source.problem(path, f"unknown key {str(path[-1])!r}{hint}")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The end of a sentence that offers the nearest known word, or nothing when none is near."""
    near = get_close_matches(word, list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def unknown_name(path: Path, kind: str, name: str, known: Iterable[str]) -> Iterator[tuple[Path, str]]:
    """Nothing where a name is known; else its place and what is wrong with it."""
    known = tuple(known)
    if name not in known:
        yield path, f"unknown {kind} {name!r}" + (did_you_mean(name, known) or f"; known: {', '.join(known) or 'none'}")


def _keys_at(path: Path) -> list[str]:
    """The keys that the table at a path may have."""
    shape: Any = Policy
    for step in path:
        shape = _inside(shape, step)
    return list(shape.model_fields) if isinstance(shape, type) and issubclass(shape, BaseModel) else []


def _inside(shape: Any, step: str | int) -> Any:  # noqa: ANN401  annotations have no common type
    if isinstance(shape, type) and issubclass(shape, BaseModel):
        return shape.model_fields[str(step)].annotation
    if get_origin(shape) in {Union, types.UnionType}:
        return next(_inside(option, step) for option in get_args(shape) if option is not type(None))
    arguments = get_args(shape)
    return arguments[1] if get_origin(shape) is dict else arguments[0]
