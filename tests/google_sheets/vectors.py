"""Calls as a sheet makes them, and what each must answer according to Python.

A cell is a number, a text, a truth value, ``""`` if it is blank, or a datetime. An argument is a
cell, rows of cells, or MISSING. An answer is ``("value", …)`` or ``("error", text)``.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pandas as pd
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from crmformulas.catalog.formula import Formula
from crmformulas.catalog.parameters import Parameter, Shape
from crmformulas.catalog.table_headers import HEADERS, LANGUAGE
from crmformulas.errors import FormulaError, PassedError
from crmformulas.orders.reading.cell_ranges import read_cells
from crmformulas.translations import LANGS
from tests.formulas import test_expressions
from tests.logs import Case, cases
from tests.orders.test_order_formulas import as_cells, readable

MISSING = {"missing": True}
GENERATED = 20
"""Calls with drawn arguments for a formula."""


# ------------------------------------------------------------------------------- what Python says


def expected(entry: Formula, args: list[Any]) -> tuple[str, Any]:
    """The answer that a call must give."""
    given_ = [_given(p, v) for p, v in zip(entry.parameters, args, strict=True)]
    result = entry.spill(*given_)
    if isinstance(result, FormulaError):
        return "error", told(result)
    if isinstance(result, pd.DataFrame):
        result = _table(result)
    if isinstance(result, list):
        return "value", [[_shown(v) for v in row] for row in result]
    return "value", result


def _table(frame: pd.DataFrame) -> list[list[Any]]:
    """A table with its headers, and its labels unless they only number the rows."""
    lang = LANGS.index(frame.attrs.get("language", "en"))
    heads = [HEADERS[c][lang] if c in HEADERS else c for c in (frame.index.name or "", *frame)]
    columns = [heads[1:], *zip(*(frame[c].tolist() for c in frame), strict=True)]
    if frame.index.dtype.kind == "i":
        return [list(row) for row in columns]
    labels = [heads[0], *frame.index]
    return [[label, *row] for label, row in zip(labels, columns, strict=True)]


def _given(parameter: Parameter, value: Any) -> Any:
    if value is MISSING:
        return None
    table = parameter.shape is Shape.TABLE
    return [[value]] if table and not isinstance(value, list) else value


def told(error: FormulaError) -> str:
    """An error as the script throws it: the error value with the reason."""
    reason = "" if isinstance(error, PassedError) else str(error)
    return f"{error.code} {reason}".strip()


def _shown(cell: Any) -> Any:
    if isinstance(cell, FormulaError):
        return told(cell)
    return "" if cell is None else cell


# ---------------------------------------------------------------------------------- calls to make


def rows(value: Any) -> Any:
    """An argument of Python as cells: a list is a column, None a blank cell, a date a datetime."""
    if isinstance(value, (list, tuple)):
        made = [list(r) if isinstance(r, (list, tuple)) else [r] for r in value]
        made = [[_cell(c) for c in row] for row in made]
        # A range of one cell is that cell.
        return made[0][0] if len(made) == len(made[0]) == 1 else made
    return _cell(value)


def _cell(value: Any) -> Any:
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return "" if value is None else value


def full(entry: Formula, args: Any) -> list[Any]:
    """The arguments as cells, with those that are left out."""
    made = [MISSING if v is None else rows(v) for v in args]
    return made + [MISSING] * (len(entry.parameters) - len(made))


def calls(entry: Formula) -> Iterator[list[Any]]:
    """The worked example, drawn arguments, ranges, and everything that can be wrong with them."""
    example = full(entry, entry.example.args)
    if entry.parameters[-1].kind is LANGUAGE:
        yield from ([*example[:-1], lang] for lang in ("sv", "SV", "en", "de", 1.0, "", "#N/A"))
    yield example
    yield [v if not p.optional else MISSING for p, v in zip(entry.parameters, example, strict=True)]
    if entry.category == "orders":
        # All of them read cells by the same rules; further logs come from logs().
        if entry.name == "customer_status":
            yield from (args for args in _spoiled(entry, example) if _refused(args))
        return
    drawn = [full(entry, args) for args in _drawn(entry)]
    yield from drawn
    for args in (example, drawn[0]):
        yield from _spoiled(entry, args)
    if entry.elementwise:
        yield from _ranges(entry, drawn)


def _refused(args: list[Any]) -> bool:
    """Whether the cells of a log can't be read; the others would each be counted by the engine."""
    try:
        read_cells(*(None if v is MISSING else v for v in args[:4]))
    except FormulaError:
        return True
    return False


def _drawn(entry: Formula) -> Iterator[list[Any]]:
    rng = random.Random(entry.name)
    count = 0
    if entry.expression is not None:
        for args in test_expressions.calls(entry):
            count += 1
            if count > GENERATED:
                return
            yield args
    for _ in range(GENERATED):
        yield OWN.get(entry.name, _log)(rng)


def _log(rng: random.Random) -> list[Any]:
    """Orders of a few customers over three years, with repeated days and returns."""
    count = rng.randint(1, 40)
    people = [rng.choice(["ann", "bo", 7.0, "7", "Åsa", 12.5]) for _ in range(count)]
    days = [datetime(rng.randint(2023, 2025), rng.randint(1, 12), 15) for _ in range(count)]
    amounts = [rng.choice([10.0, 99.995, -5.0, 0.0, rng.uniform(-20, 200)]) for _ in range(count)]
    as_of = rng.choice([[], [datetime(2025, 6, 30)], ["2025-12-31"], [45800.0]])
    return [people, days, amounts, *as_of]


def _tiers(rng: random.Random) -> list[Any]:
    revenue = [rng.choice([rng.uniform(-5, 500), 20.0]) for _ in range(rng.randint(1, 30))]
    shares = [[], [[0.15, 0.35, 0.5], ["a", "b", 3.0]], [[0.25, 0.75], ["x ", "y"]]]
    return [revenue, *rng.choice(shares)]


def _moves(rng: random.Random) -> list[Any]:
    names = ["super", "top", "mid", "bottom", "new", None, " top "]
    count = rng.randint(1, 30)
    return [[rng.choice(names) for _ in range(count)] for _ in "ab"]


def _target(rng: random.Random) -> list[Any]:
    from crmformulas.catalog.formula import load

    levers = ["new_frequency", "Retention", "reactivation", "continued order-value", "recruitment"]
    outcome, opening, growth, reactivation, *simulation = test_expressions.ranges(
        load()["budget"], rng
    )
    lever = rng.choice([rng.choice(levers), rng.sample(levers, 3)])
    target = rng.choice([rng.uniform(0, 4000), rng.uniform(500, 90_000)])
    return [outcome, opening, growth, reactivation, target, lever, *simulation]


def _scores(rng: random.Random) -> list[Any]:
    count = rng.randint(1, 12)
    return [[float(rng.randint(1, 5)) for _ in range(count)] for _ in "rfm"]


def _flows(rng: random.Random) -> list[Any]:
    tiers = rng.randint(1, 3)
    names = rng.sample(["super", "top", "Övriga", "7", "{}"], tiers)

    def table(columns: int, most: int) -> list[list[float]]:
        return [[float(rng.randint(0, most)) for _ in range(columns)] for _ in range(tiers + 2)]

    counts = [table(tiers + 1, 50), table(rng.choice([tiers, tiers + 1]), 90)]
    revenue = [[cell - 2000.25 for cell in row] for row in table(tiers + 1, 9000)]
    return [*counts, revenue, names, *rng.choice([[], ["sv"]])]


OWN = {
    "flow_table": _flows,
    "migration_table": lambda rng: [made for i, made in enumerate(_flows(rng)) if i in (0, 3, 4)],
    "rfm_segment": _scores,
    "tier": _tiers,
    "migration": _moves,
    "required_factor": _target,
    "time_between_purchases": lambda rng: _log(rng)[:2],
}

WRONG = [
    *("", " ", "text", 'it\'s "so"', "naïve\u200b\n\u00a0", "12", True, False),
    *("#REF!", "#N/A", -1.0, -0.5, 0.0, 1.0, 1.4, 2.5, 1000.5, 1001.0, 100000.5, 1e15, 1e308),
    *(-1e308, 1e-7, 60.0, 2958466.0, "2026-10-31", "05/06/2026", datetime(2026, 10, 31, 23, 5)),
]


def _spoiled(entry: Formula, args: list[Any]) -> Iterator[list[Any]]:
    """The call with one cell after the other wrong; or two; a missing argument; odd sizes."""
    rng = random.Random(f"{entry.name} spoiled")
    for i, parameter in enumerate(entry.parameters):
        if args[i] is MISSING:
            continue
        for cell in WRONG:
            # How a date is quoted where none belongs is the business of each language.
            if not isinstance(cell, datetime) or parameter.kind.content == "day":
                yield [*args[:i], _with(args[i], cell, rng), *args[i + 1 :]]
        yield [*args[:i], MISSING, *args[i + 1 :]]
        if isinstance(args[i], list):
            yield [*args[:i], args[i][1:], *args[i + 1 :]]
            yield [*args[:i], args[i][0][0], *args[i + 1 :]]
            yield [*args[:i], [[*row, row[-1]] for row in args[i]], *args[i + 1 :]]
        elif not entry.elementwise:
            yield [*args[:i], [[args[i]], [args[i]]], *args[i + 1 :]]
    for _ in range(10):
        both = [
            v if v is MISSING or rng.random() < 0.4 else _with(v, rng.choice(WRONG[:-1]), rng)
            for v in args
        ]
        yield both


def _with(value: Any, cell: Any, rng: random.Random) -> Any:
    """An argument with one of its cells another one."""
    if not isinstance(value, list):
        return cell
    i = rng.randrange(len(value))
    j = rng.randrange(len(value[i]))
    made = [list(row) for row in value]
    made[i][j] = cell
    return made


def _ranges(entry: Formula, drawn: list[list[Any]]) -> Iterator[list[Any]]:
    """Columns, rows and tables, among them cells that are wrong, and sizes that don't fit."""
    column = [[[v] for v in values] for values in zip(*drawn, strict=True)]
    column = [MISSING if any(v is MISSING for (v,) in c) else c for c in column]
    for i, own in enumerate(column):
        if own is not MISSING:
            cells = [[v for (v,) in own[:5]] for _ in range(5)]
            cells[1][2], cells[3][0] = "", "text"
            own[2], own[4], own[6], own[8] = [""], ["text"], ["#DIV/0!"], [1e300 * (-1) ** i]
            yield [*drawn[1][:i], cells, *drawn[1][i + 1 :]]
            yield [*drawn[1][:i], [[v for (v,) in own]], *drawn[1][i + 1 :]]
    yield column
    if len(column) > 1 and column[1] is not MISSING:
        yield [column[0], [[v for (v,) in column[1][:4]]], *drawn[0][2:]]
        yield [column[0], column[1][:3], *drawn[0][2:]]


def logs(count: int) -> list[list[Any]]:
    """Adversarial order logs, in cells of every form, as arguments of an order table."""
    found: list[list[Any]] = []

    @given(case=cases(order_column=False), data=st.data())
    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def collect(case: Case, data: st.DataObject) -> None:
        log = readable(case.rows)
        if len(log) > 1:
            found.append([*map(rows, as_cells(log, data)), rows(case.as_of or MISSING), MISSING])

    collect()
    return found
