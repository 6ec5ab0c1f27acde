"""The cost of a spreadsheet function beyond xlwings itself: a call on a long range, and the import.

    python -m benchmarks.udfs com|server

times calls within one process, as a sheet makes them, each in turn with a function that returns its
input; ``rows()`` does so for both runtimes and times the import, for benchmarks/README.md.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import random
import statistics
import subprocess
import sys
import time
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
ROWS = 100_000
RUNS = 9
BOUND = 1.3
IMPORT_BOUND = 1.2
IMPORTS = 21
MODULE = "crmformulas.excel.udfs"
RUNTIMES = {"com": "COM (stub)", "server": "Lite/Server"}

Caller = Callable[[str, str, list[Any]], Any]


def com() -> Caller:
    from tests.excel import com_stub

    com_stub.install()
    server = importlib.import_module("xlwings.com_server").XLPython()

    def call(module: str, name: str, args: list[Any]) -> Any:
        given = [com_stub.MISSING if a is None else a for a in args]
        given = [tuple(map(tuple, a)) if isinstance(a, list) else a for a in given]
        start = time.perf_counter()
        answer = server.CallUDF(module, name, tuple(given))
        seconds = time.perf_counter() - start
        assert len(answer) == ROWS
        return seconds

    return call


def server() -> Caller:
    # Off Lite xlwings fails to import this for each cell, which is 60 µs and would hide the rest.
    ffi = types.ModuleType("pyodide.ffi")
    vars(ffi)["JsNull"] = type("JsNull", (), {})
    sys.modules |= {"pyodide": types.ModuleType("pyodide"), "pyodide.ffi": ffi}
    xlwings = importlib.import_module("xlwings")
    run = importlib.import_module("xlwings.server").custom_functions_call

    def call(module: str, name: str, args: list[Any]) -> Any:
        data = {
            "func_name": name,
            "args": [a if isinstance(a, list) else [[a]] for a in args],
            "version": xlwings.__version__,
            "client": "Office.js",
            "runtime": "1.4",
            "caller_address": "Sheet1!A1",
        }
        loaded = importlib.import_module(module)
        start = time.perf_counter()
        answer = asyncio.run(run(data, loaded))
        seconds = time.perf_counter() - start
        assert len(answer) == ROWS
        return seconds

    return call


def measured(call: Caller) -> dict[str, float]:
    """The time of each call as a multiple of that of a function that returns its input."""
    source = random.Random(1)
    column = [[source.uniform(1, 9)] for _ in range(ROWS)]
    few = [*column[:900], *([None] for _ in range(ROWS - 900))]
    calls = {
        "CLV(range, 500, 2.5)": ("first_of", "CLV", [column, 500.0, 2.5]),
        "CLV(range, range, range)": ("first_of", "CLV", [column, column, column]),
        "TIER(range)": ("same", "TIER", [column]),
        "CLV(900 numbers and blanks, 500, 2.5)": (
            "first_of",
            "CLV",
            [few, 500.0, 2.5],
        ),
    }
    found = {}
    for what, (plain, name, args) in calls.items():
        # TIER has two optional arguments, which are left out.
        ours = [*args, None, None] if name == "TIER" else [*args, 1.0]
        ratios = []
        for run in range(RUNS + 1):
            one, other = call("benchmarks.same", plain, args), call(MODULE, name, ours)
            if run:
                ratios.append(other / one)
        found[what] = statistics.median(ratios)
    return found


def ratios(runtime: str) -> dict[str, float]:
    """Run :func:`measured` in a process of the runtime, and return what it finds."""
    on_server = {"XLWINGS_ON_SERVER": "true", "XLWINGS_LICENSE_KEY": "noncommercial"}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.udfs", runtime],
        check=True,
        cwd=ROOT,
        env={**os.environ, **(on_server if runtime == "server" else {})},
        capture_output=True,
        text=True,
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def import_ratio() -> float:
    """The import of the functions as a multiple of that of xlwings, each in turn."""

    def seconds(module: str) -> float:
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", f"import {module}"], check=True, cwd=ROOT)
        return time.perf_counter() - start

    pairs = [(seconds("xlwings"), seconds(MODULE)) for _ in range(IMPORTS)][1:]
    return statistics.median(theirs / plain for plain, theirs in pairs)


def rows() -> list[str]:
    """The rows of the table in benchmarks/README.md."""
    lines = [
        f"| `{what}` on {ROWS:,} rows, {label} | a function that returns its input |"
        f" {ratio:.2f} × its time | ≤ {BOUND} × | |".replace(f"{ROWS:,}", "100 000")
        for runtime, label in RUNTIMES.items()
        for what, ratio in ratios(runtime).items()
    ]
    lines.append(
        f"| `import {MODULE}` | `import xlwings` |"
        f" {import_ratio():.2f} × its time | ≤ {IMPORT_BOUND} × | |"
    )
    return lines


if __name__ == "__main__":
    print(json.dumps(measured({"com": com, "server": server}[sys.argv[1]]())))
