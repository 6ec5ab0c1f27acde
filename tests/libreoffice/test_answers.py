"""The extension's own Python answers, without NumPy, as this package answers with it."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from crmformulas.catalog.formula import Formula, load
from crmformulas.libreoffice.calls import NUMBERS
from crmformulas.orders.demo import demo_frames
from tests.google_sheets.vectors import MISSING, calls, expected, logs

ASK = Path(__file__).with_name("ask.py")
FORMULAS = load()
ORDER_TABLES = [f for f in FORMULAS.values() if f.category == "orders"]
LOGS = 30
"""Adversarial order logs; each is asked for every table."""
ROUNDING = 1e-12
"""NumPy adds up in an order of its own."""
FITTED = {"BTYD_FIT": 1e-4}
"""Where a climb ends differs by rounding."""


def ask(unzipped: Path, asked: list[list[Any]], python: str = sys.executable) -> dict[str, Any]:
    done = subprocess.run(
        [python, "-I", "-S", str(ASK), str(unzipped)],
        input=json.dumps(asked),
        capture_output=True,
        encoding="utf-8",
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    answered: dict[str, Any] = json.loads(done.stdout)
    return answered


# ------------------------------------------------------------------------------- as Calc sees cells


def cell(value: Any) -> Any:
    """A day is its number and TRUE is 1."""
    if isinstance(value, datetime):
        return (value - datetime(1899, 12, 30)).total_seconds() / 86400
    return float(value) if isinstance(value, bool) else value


def in_calc(args: list[Any]) -> list[Any]:
    return [
        [list(map(cell, row)) for row in value] if isinstance(value, list) else cell(value)
        for value in args
    ]


def sent(args: list[Any]) -> list[Any]:
    return [None if value is MISSING else value for value in args]


def wanted(entry: Formula, args: list[Any]) -> list[list[Any]]:
    """The answer of Python with NumPy, in rows of cells; errors as Calc's numbers."""
    kind, value = expected(entry, args)
    if kind == "error":
        return [[{"error": code(value)}]]
    rows = value if isinstance(value, list) else [[value]]
    return [[{"error": code(v)} if str(v).startswith("#") else v for v in row] for row in rows]


def code(told: str) -> int:
    return NUMBERS[told.split()[0]]


def same(one: Any, other: Any, rounding: float) -> bool:
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return math.isclose(one, other, rel_tol=rounding, abs_tol=rounding)
    return bool(one == other)


def differences(asked: list[list[Any]], answers: list[Any], right: list[Any]) -> list[str]:
    found = []
    for call, answer, rows in zip(asked, answers, right, strict=True):
        given = answer if isinstance(answer, list) else [[answer]]
        if [len(row) for row in given] != [len(row) for row in rows] or not all(
            same(a, b, FITTED.get(call[0], ROUNDING))
            for one, other in zip(given, rows, strict=True)
            for a, b in zip(one, other, strict=True)
        ):
            found.append(f"{call}: {given} ≠ {rows}")
    return found


# --------------------------------------------------------------------------------------- the tests


@pytest.mark.parametrize("entry", FORMULAS.values(), ids=list(FORMULAS))
def test_every_call_is_answered_as_by_python(entry: Formula, unzipped: Path) -> None:
    made = [in_calc(args) for args in calls(entry)]
    asked = [[entry.spreadsheet_name, *sent(args)] for args in made]
    answers = ask(unzipped, asked)["answers"]
    right = [wanted(entry, args) for args in made]
    assert differences(asked, answers, right) == []


def test_every_log_is_counted_as_by_the_engine(unzipped: Path) -> None:
    # A log is asked for all tables in turn, as the engine keeps what it has counted.
    made = [(entry, in_calc(args)) for args in logs(LOGS) for entry in ORDER_TABLES]
    asked = [[entry.spreadsheet_name, *sent(args)] for entry, args in made]
    answers = ask(unzipped, asked)["answers"]
    assert differences(asked, answers, [wanted(entry, args) for entry, args in made]) == []


def test_a_retailer_s_log_is_counted_as_by_the_engine(unzipped: Path) -> None:
    orders, _ = demo_frames(orders=1500)
    columns = [
        [[str(v)] for v in orders["customer_id"]],
        [[cell(datetime.fromisoformat(str(v)[:10]))] for v in orders["order_date"]],
        [[float(v)] for v in orders["amount"]],
    ]
    args = [*columns, MISSING, MISSING]
    asked = [[entry.spreadsheet_name, *sent(args)] for entry in ORDER_TABLES]
    answers = ask(unzipped, asked)["answers"]
    assert differences(asked, answers, [wanted(entry, args) for entry in ORDER_TABLES]) == []


def test_nothing_but_the_standard_library_is_imported(unzipped: Path) -> None:
    example = ["portfolio", "budget", "rfm"]
    asked = [[n.upper(), *in_calc(next(iter(calls(FORMULAS[n]))))] for n in example]
    modules = ask(unzipped, [sent(call) for call in asked])["modules"]
    roots = {name.partition(".")[0] for name in modules}
    ours = {"__main__", "crmformulas_calc"}
    assert roots - ours <= set(sys.stdlib_module_names) | {"sitecustomize"}
    assert ours <= roots
