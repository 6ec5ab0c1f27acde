"""The field's words: what a class, a function or a module is called."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
OWN_WORDS = frozenset(
    """tell told_ahead Told Shown Place Kept Text say Words grouped Part Opened known _begun noted
    weighed decided Format Options people _people People""".split()  # noqa: SIM905
)
"""Words of no field, each of which once stood for two things or more."""


def named() -> Iterator[tuple[str, str]]:
    """Every class, function and top-level name of the package and the terminal application."""
    for folder in ("crmformulas", "tui/crmformulas_tui"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            tree = ast.parse(file.read_text(encoding="utf-8"))
            for node in ast.walk(tree):
                if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
                    yield f"{file.relative_to(ROOT)}:{node.lineno}", node.name
            for node in tree.body:
                for target in node.targets if isinstance(node, ast.Assign) else ():
                    if isinstance(target, ast.Name):
                        yield f"{file.relative_to(ROOT)}:{node.lineno}", target.id


def test_names_are_those_of_the_field() -> None:
    found = list(named())
    assert len(found) > 3000
    assert [one for one in found if one[1] in OWN_WORDS] == []
