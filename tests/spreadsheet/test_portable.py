"""The list of the modules that also run inside a spreadsheet is whole, and each says so."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator

import pytest

from crmformulas.catalog.formula import CATEGORIES, module_of
from crmformulas.spreadsheet.portable import CALC, LITE, MARK, PORTABLE, source_of

EVERY = sorted({*CALC, *LITE})


@pytest.mark.parametrize("name", EVERY)
def test_a_portable_module_says_so(name: str) -> None:
    assert source_of(name).read_text(encoding="utf-8").count(MARK) == 1


@pytest.mark.parametrize("shipped", [CALC, LITE], ids=["calc", "lite"])
def test_what_is_shipped_is_all_that_is_imported(shipped: tuple[str, ...]) -> None:
    begin = "crmformulas.libreoffice.component" if shipped is CALC else "crmformulas.excel.udfs"
    found, left = set[str](), [begin, *map(module_of, CATEGORIES)]
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += imports(name)
    stand_ins = {name for name in shipped if name not in PORTABLE}
    assert found | stand_ins == set(shipped)


@pytest.mark.parametrize("name", EVERY)
def test_nothing_else_is_imported(name: str) -> None:
    allowed = {"numpy", "pandas", "crmformulas"} | sys.stdlib_module_names
    if name.endswith((".udfs", ".long_ranges")):
        allowed |= {"xlwings"}
    if name.endswith(".component"):
        allowed |= {"uno", "unohelper"}
    tree = ast.parse(source_of(name).read_text(encoding="utf-8"))
    assert {module for node in running(tree) for module in roots(node)} <= allowed


def imports(module: str) -> set[str]:
    """The modules of this package that a module imports when it runs, at once or later."""
    return set(imported(ast.parse(source_of(module).read_text(encoding="utf-8"))))


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.Try) and "ImportError" in [
            ast.unparse(handler.type) for handler in node.handlers if handler.type
        ]:
            # What is tried is not shipped; the other way is.
            for other in (*node.handlers, *node.orelse):
                yield from imported(other)
            continue
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("crmformulas"):
            inside = [f"{node.module}.{alias.name}" for alias in node.names]
            # What is imported from a package is a module, or comes from its __init__.
            yield from [name for name in inside if source_of(name).exists()] or [str(node.module)]
        yield from imported(node)


def running(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(tree):
        if not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"):
            yield node
            yield from running(node)


def roots(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name.partition(".")[0] for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [(node.module or "").partition(".")[0]]
    return []
