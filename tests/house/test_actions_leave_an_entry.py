"""Every public action of every room leaves a ledger entry, itself or through what it calls."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.rooms import BUILT, ROOT

#: Called only by actions that record for them; each with the reason.
RECORDED_ELSEWHERE = {
    "job_scope": "enters a scope and writes nothing",
}


def modules(room: str) -> Iterator[ast.Module]:
    folder = ROOT / "gridward" / room
    for path in [*folder.glob("*.py"), *folder.glob("actions/**/*.py")]:
        yield ast.parse(path.read_text(encoding="utf-8"))


def action_files(room: str) -> list[Path]:
    folder = ROOT / "gridward" / room
    return [*folder.glob("actions.py"), *folder.glob("actions/**/*.py"), *folder.glob("merging.py"),
            *folder.glob("roster.py"), *folder.glob("duty.py"), *folder.glob("extending.py")]  # fmt: skip


def calls(function: ast.FunctionDef) -> set[str]:
    names = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            target = node.func
            names.add(target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", ""))
    return names


def recording() -> set[str]:
    """Return the names of all functions that record, directly or through others (a fixed point over the house)."""
    functions = {}
    for room in BUILT:
        for module in modules(room):
            for node in ast.walk(module):
                if isinstance(node, ast.FunctionDef):
                    functions.setdefault(node.name, set()).update(calls(node))
    known = {"record", "record_many"}
    while True:
        more = {name for name, called in functions.items() if called & known} - known
        if not more:
            return known
        known |= more


def test_every_public_action_records() -> None:
    recorders = recording()
    silent = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for room in BUILT
        for path in action_files(room)
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and {argument.arg for argument in node.args.kwonlyargs} >= {"by", "now"}
        and node.name not in recorders | set(RECORDED_ELSEWHERE)
    ]

    assert silent == []
