"""The rooms of the house: none too large, none without a name of its own, and one clock."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
FLOORS = ("complaints", "models", "adapters", "tasks", "flows", "portal", "deployments", "benchmarks", "tests")
MOST_LINES = 320
MOST_LINES_OF_TESTS = 400
MOST_LINES_OF_A_FUNCTION = 30
NAMES_OF_NOTHING = {"utils", "util", "helpers", "helper", "common", "base", "manager", "misc", "shared"}
TELLING_TIME = {"now", "today", "utcnow", "time", "time_ns"}
CLOCK = Path("adapters/clock.py")


def modules() -> list[Path]:
    """Every Python file of ours, seen from the checkout."""
    found = [path for floor in FLOORS for path in (ROOT / floor).rglob("*.py")]
    return sorted(path.relative_to(ROOT) for path in (*found, *ROOT.glob("*.py")) if "__pycache__" not in path.parts)


@cache
def tree(module: Path) -> ast.Module:
    return ast.parse((ROOT / module).read_text(encoding="utf-8"))


def is_a_migration(module: Path) -> bool:
    """Alembic shapes these files: a migration is one list of tables, however many there are."""
    return "versions" in module.parts


def is_a_test(module: Path) -> bool:
    return module.parts[0] == "tests"


def most_lines(module: Path) -> int:
    """Tests of one door stay together with the scenes they share, which a reader looks up and does not read through."""
    return MOST_LINES_OF_TESTS if is_a_test(module) else MOST_LINES


def length(function: ast.AST) -> int:
    """Lines of a function from its name on, without its docstring."""
    assert isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
    said = ast.get_docstring(function, clean=False)
    docstring = function.body[0].end_lineno - function.body[0].lineno + 1 if said else 0  # type: ignore[operator]
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


def functions(module: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(tree(module)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def test_the_house_has_its_floors() -> None:
    assert {path.parts[0] for path in modules()} >= {*FLOORS} - {"benchmarks"}
    assert len(modules()) > 150


def test_no_room_is_so_large_that_it_is_two() -> None:
    lines = {module: len((ROOT / module).read_text(encoding="utf-8").splitlines()) for module in modules()}
    assert {module: many for module, many in lines.items() if many > most_lines(module)} == {}


def test_no_function_is_so_long_that_it_hides_a_noun() -> None:
    """A test may tell a whole story, which is as long as it is."""
    long = {
        f"{module}:{function.name}": length(function)
        for module in modules()
        for function in functions(module)
        if not is_a_migration(module)
        and not (is_a_test(module) and function.name.startswith("test_"))
        and length(function) > MOST_LINES_OF_A_FUNCTION
    }
    assert long == {}


def test_no_room_is_named_for_nothing_in_particular() -> None:
    named = [module for module in modules() if {module.stem, *module.parts[:-1]} & NAMES_OF_NOTHING]
    assert named == []


def test_every_package_is_empty_at_its_door() -> None:
    doors = [module for module in modules() if module.name == "__init__.py"]
    assert len(doors) > 5
    assert [str(door) for door in doors if (ROOT / door).stat().st_size] == []


def test_only_the_clock_tells_the_time() -> None:
    told = [
        f"{module}:{call.lineno}"
        for module in modules()
        if module != CLOCK and not is_a_test(module)
        for call in ast.walk(tree(module))
        if isinstance(call, ast.Call) and _tells_the_time(call.func)
    ]
    assert told == []
    assert any(_tells_the_time(node.func) for node in ast.walk(tree(CLOCK)) if isinstance(node, ast.Call))


def _tells_the_time(called: ast.expr) -> bool:
    """`datetime.now`, `date.today`, `time.time`: not a clock's `now`, nor any other thing's."""
    return (
        isinstance(called, ast.Attribute)
        and called.attr in TELLING_TIME
        and isinstance(called.value, ast.Name | ast.Attribute)
        and (called.value.id if isinstance(called.value, ast.Name) else called.value.attr)
        in {"datetime", "date", "time"}
    )


def test_every_room_says_in_one_sentence_what_it_is_for() -> None:
    silent = []
    for module in modules():
        said = (ast.get_docstring(tree(module)) or "").partition("\n\n")[0].replace("\n", " ")
        if module.name != "__init__.py" and not is_a_migration(module) and not said.endswith((".", "`", "?")):
            silent.append(str(module))
    assert silent == []


@pytest.mark.parametrize("stage", ["intake", "classification", "assignment", "investigation", "review", "response"])
def test_a_stage_has_the_same_name_on_every_floor(stage: str) -> None:
    rooms = [f"complaints/{stage}.py", f"tasks/{stage}.py", f"tests/complaints/test_{stage}.py"]
    assert [room for room in rooms if not (ROOT / room).exists()] == []


def test_a_test_asserts_something() -> None:
    """By an assert, by expecting an exception, or by calling something of the test's own that asserts."""
    checks = ("assert", "expect", "check", "raises", "fail", "ended")
    silent = [
        f"{module}:{function.name}"
        for module in modules()
        if is_a_test(module)
        for function in functions(module)
        if function.name.startswith("test_") and not _asserts(function, checks)
    ]
    assert silent == []


def _asserts(function: ast.AST, checks: tuple[str, ...]) -> bool:
    for node in ast.walk(function):
        if isinstance(node, ast.Assert):
            return True
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if any(word in name for word in checks):
                return True
    return False
