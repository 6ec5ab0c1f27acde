"""Rules of the tree beyond the import contracts: no circles, and a light import."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = {"crmformulas": ROOT / "crmformulas", "crmformulas_tui": ROOT / "tui/crmformulas_tui"}


def modules() -> dict[str, Path]:
    found = {}
    for package, folder in PACKAGES.items():
        for path in folder.rglob("*.py"):
            parts = path.relative_to(folder).with_suffix("").parts
            found[".".join([package, *parts]).removesuffix(".__init__")] = path
    return found


MODULES = modules()


def imports(path: Path) -> Iterator[str]:
    """The modules that a module imports, at once, late, or for its type checker alone."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in MODULES)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inside = f"{node.module}.{alias.name}"
                if inside in MODULES:
                    yield inside
                elif node.module in MODULES:
                    yield node.module


def test_no_module_imports_itself_by_way_of_others() -> None:
    graph = {
        name: {other for other in imports(path) if other != name} for name, path in MODULES.items()
    }
    # A package's own __init__ offers names of its modules, which is no arrow between subjects.
    offers = [name for name, path in MODULES.items() if path.name == "__init__.py"]
    for name in offers:
        graph[name] = set()
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" imports ".join(error.args[1]))


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = (
        "import sys, crmformulas; "
        "print([m for m in ('numpy', 'pandas', 'xlwings', 'ibis', 'duckdb') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_no_file_of_the_product_imports_the_terminal_application() -> None:
    for name, path in MODULES.items():
        if not name.startswith("crmformulas_tui"):
            assert not any(other.startswith("crmformulas_tui") for other in imports(path)), name
