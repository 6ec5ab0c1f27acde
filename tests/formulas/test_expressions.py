"""The spreadsheet expressions, evaluated by IronCalc, give what the Python functions give.

All calls stand in one workbook, each as ``=LET(frequency, 5, …, expression)`` with room to spill.
What the boundary refuses in Python (kinds and relations) is not part of an expression.
"""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import ironcalc
import pytest

from crmformulas.catalog.formula import CATEGORIES, FACTOR, Formula, Kind, Parameter, load
from crmformulas.catalog.parameters import is_range
from crmformulas.catalog.table_headers import LANGUAGE
from crmformulas.errors import FormulaError
from crmformulas.spreadsheet.cell_text import as_rows

FORMULAS = {name: f for name, f in load().items() if f.expression is not None}
CALLS = 40
WIDTH = 8

WITHOUT_EXPRESSION = {
    "flow_table": "flows have names",
    "migration": "labels are counted",
    "migration_table": "rows have names",
    "required_factor": "several levers have no closed form",
    "rfm": "dates and ids are grouped",
    "rfm_segment": "labels are looked up",
    "tier": "labels are ranked",
    "time_between_purchases": "dates and ids are grouped",
    **{name: "orders are counted" for name, f in load().items() if f.category == "orders"},
}


def test_every_closed_form_has_an_expression() -> None:
    assert set(load()) - set(FORMULAS) == set(WITHOUT_EXPRESSION)
    assert {f.category for f in FORMULAS.values()} == set(CATEGORIES) - {"orders"}


# ----------------------------------------------------------------------------- arguments to try


def number(kind: Kind, rng: random.Random) -> float:
    """A number of the kind, its bounds more often than chance would have it."""
    if kind.whole:
        return float(rng.randint(int(kind.low), int(kind.low) + 9))
    low, high = max(kind.low, -2000.0), min(kind.high, 2000.0)
    inside = rng.choice([round(rng.uniform(low, high), 2), rng.uniform(low, high)])
    edges = [kind.low if kind.low > -1 else 0.0, 0.0, 1.0, min(high, 5.0)]
    drawn = rng.choice([inside, inside, inside, rng.choice(edges)])
    return drawn if kind.accepts(drawn) else inside


def falling(rng: random.Random) -> list[float]:
    return sorted((float(rng.randint(0, 50)) for _ in range(rng.randint(2, 7))), reverse=True)


def column(kind: Kind, length: int, rng: random.Random) -> list[float]:
    return [number(kind, rng) for _ in range(length)]


def counted(name: str, rng: random.Random) -> list[Any]:
    """Arguments of an interval: parts of totals, often none or all, and at times a level."""
    length = rng.randint(1, 4)
    wholes = [[float(rng.randint(1, 60)) for _ in range(length)] for _ in range(2)]
    parts = [
        [rng.choice([0.0, n, float(rng.randint(0, int(n)))]) for n in whole] for whole in wholes
    ]
    columns = {
        "wilson": [parts[0], wholes[0]],
        "rate_difference": [parts[0], wholes[0], parts[1], wholes[1]],
        "retention_interval": [wholes[0], parts[0]],
        "clv_interval": [[rng.uniform(-50, 900) for _ in range(length)], wholes[0], parts[0]],
        "lift": [parts[0], wholes[0], parts[1], wholes[1]],
        "lift_interval": [parts[0], wholes[0], parts[1], wholes[1]],
    }[name]
    if name == "lift":
        return columns
    return [*columns, *rng.choice([[], [0.95], [round(rng.uniform(0.5, 0.99), 3)]])]


def ranges(entry: Formula, rng: random.Random) -> list[Any]:
    """Arguments of a range formula."""
    by_name: dict[str, Callable[[], list[Any]]] = {
        "budget": lambda: [
            [[float(rng.randint(0, 3) and rng.randint(1, 900)) for _ in "abc"] for _ in "abc"],
            float(rng.randint(900, 2000)),
            # Seven factors, or a year before in which no segment was empty: IronCalc's VSTACK has
            # no single elements that are errors.
            rng.choice([column(FACTOR, 7, rng), [float(rng.randint(1, 900)) for _ in range(9)]]),
            rng.random(),
            *rng.choice([[], [[round(rng.uniform(0, 1), 2) for _ in range(9)]]]),
        ],
        "customer_development": lambda: [
            [[float(rng.randint(0, 9) and rng.randint(1, 900)) for _ in "abc"] for _ in "abc"]
            for _ in "ab"
        ],
        "clv_bridge": lambda: [column(p.kind, 4, rng) for p in entry.parameters],
        "migration_rates": lambda: [
            [column(entry.parameters[0].kind, 3, rng) for _ in range(2)] + [[0.0, 0.0, 0.0]]
        ],
        "project_portfolio": lambda: [
            column(entry.parameters[0].kind, 2, rng),
            [[round(rng.uniform(0, 0.3), 3) for _ in range(rows)] for rows in [rng.choice([2, 3])]]
            * 2,
            column(entry.parameters[2].kind, 2, rng),
            float(rng.randint(1, 6)),
        ],
        "keep_or_acquire": lambda: [
            *(
                column(p.kind, length, rng)
                for length in [rng.randint(1, 4)]
                for p in entry.parameters[:3]
            ),
            *rng.choice([[], [0.4]]),
        ],
        "step_rates": lambda: [falling(rng)],
        "portfolio_bridge": lambda: [
            [[float(rng.randint(0, 50)) for _ in "abc"] for _ in "abcd"],
            column(entry.parameters[1].kind, 2, rng),
            column(entry.parameters[2].kind, 2, rng),
            *rng.choice([[], [rng.random()], [0.0]]),
        ],
        **{
            name: partial(counted, name, rng)
            for name in (
                *("wilson", "rate_difference", "retention_interval", "clv_interval"),
                *("lift", "lift_interval"),
            )
        },
        "f_ladder": lambda: [[float(rng.randint(1, 6)) for _ in range(rng.randint(1, 9))]],
    }
    if entry.name in by_name:
        return by_name[entry.name]()
    length = rng.randint(1, 6)
    given = [p for p in entry.parameters if not p.optional or rng.random() < 0.5]
    return [
        number(p.kind, rng) if p.shape.value == "number" else column(p.kind, length, rng)
        for p in given
    ]


def elements(entry: Formula, rng: random.Random) -> list[float] | None:
    """Arguments of an elementwise formula; None where they break a relation."""
    args = [number(p.kind, rng) for p in entry.parameters if not p.optional or rng.random() < 0.5]
    named = dict(zip((p.name for p in entry.parameters), args, strict=False))
    whole = {p.name: p.kind.whole for p in entry.parameters}
    for relation in entry.relations:
        high = relation.high
        most = named[high] if isinstance(high, str) else high
        if rng.random() < 0.7:  # keep it: the parts share the whole
            for part in relation.parts:
                share = rng.choice([rng.random(), rng.random(), 1.0])
                named[part] = share * most / len(relation.parts)
                if whole[part]:
                    named[part] //= 1
    for relation in entry.relations:
        most = named[relation.high] if isinstance(relation.high, str) else relation.high
        if not relation.low <= sum(named[part] for part in relation.parts) <= most:
            return None
    return list(named.values())


def calls(entry: Formula) -> Iterator[list[Any]]:
    yield list(entry.example.args)
    if entry.elementwise and all(p.kind.accepts(0.0) for p in entry.parameters):
        yield [0.0] * len(entry.parameters)
    rng = random.Random(entry.name)
    count = 0
    while count < CALLS:
        args = elements(entry, rng) if entry.elementwise else ranges(entry, rng)
        if args is not None:
            count += 1
            yield args


# --------------------------------------------------------------------------- the one workbook


def literal(value: Any) -> str:
    if is_range(value):
        return "{" + ";".join(",".join(map(literal, row)) for row in as_rows(value)) + "}"
    return repr(float(value)) if not isinstance(value, str) else f'"{value}"'


def default(parameter: Parameter) -> str:
    return parameter.default_expression or literal(parameter.default)


def let(entry: Formula, args: list[Any]) -> str:
    """The call as a cell formula, with the defaults as a spreadsheet writes them."""
    values = [literal(value) for value in args]
    values += [default(p) for p in entry.parameters[len(args) :]]
    pairs = zip((p.name for p in entry.parameters), values, strict=True)
    return f"=LET({','.join(f'{name},{value}' for name, value in pairs)},{entry.expression})"


@pytest.fixture(scope="module")
def workbook() -> dict[tuple[str, int], list[list[Any]]]:
    """The answers of IronCalc to every call: rows of numbers and error codes."""
    model = ironcalc.create("expressions", "en", "UTC", "en")
    for entry in list(FORMULAS.values())[1:]:  # all first: with each, every formula is read anew
        model.add_sheet(entry.name)
    for sheet, entry in enumerate(FORMULAS.values()):
        for i, args in enumerate(calls(entry)):
            model.set_user_input(sheet, 1, 1 + i * WIDTH, let(entry, args))
    model.evaluate()
    answers = dict[tuple[str, int], list[list[Any]]]()
    for sheet, entry in enumerate(FORMULAS.values()):
        for i, _ in enumerate(calls(entry)):
            first = 1 + i * WIDTH
            rows = list[list[Any]]()
            while model.get_cell_value(sheet, len(rows) + 1, first) is not None:
                line = [model.get_cell_value(sheet, len(rows) + 1, first + j) for j in range(WIDTH)]
                rows.append([value for value in line if value is not None])
            answers[entry.name, i] = rows
    return answers


def in_python(entry: Formula, args: list[Any]) -> list[list[Any]]:
    value = entry.spill(*args)
    rows = [[value]] if isinstance(value, FormulaError) else as_rows(value)
    return [[v.code if isinstance(v, FormulaError) else v for v in row] for row in rows]


@pytest.mark.parametrize("name", FORMULAS)
def test_expression_gives_what_python_gives(
    name: str, workbook: dict[tuple[str, int], list[list[Any]]]
) -> None:
    entry = FORMULAS[name]
    for i, args in enumerate(calls(entry)):
        actual, expected = workbook[name, i], in_python(entry, args)
        if expected in ([["#DIV/0!"]], [["#NUM!"]]) and len(actual) > 1:
            expected = [expected[0] * len(row) for row in actual]  # each element has the error
        assert [len(row) for row in actual] == [len(row) for row in expected], args
        # What is the difference of two numbers is as exact as they are.
        scale = max((abs(v) for v in _flat([args, expected]) if not isinstance(v, str)), default=0)
        for got, wanted in zip(_flat(actual), _flat(expected), strict=True):
            if isinstance(wanted, str) or isinstance(got, str):
                assert got == wanted, args
            else:
                assert math.isclose(got, wanted, rel_tol=1e-12, abs_tol=1e-12 * scale), args


def _flat(value: Any) -> list[Any]:
    return [x for v in value for x in _flat(v)] if isinstance(value, (list, tuple)) else [value]


@pytest.mark.parametrize("name", ["retention", "customer_duration", "nps", "payback_years"])
def test_a_division_by_zero_is_among_the_calls(
    name: str, workbook: dict[tuple[str, int], list[list[Any]]]
) -> None:
    assert [["#DIV/0!"]] in [rows for (formula, _), rows in workbook.items() if formula == name]


def test_clv_discounted_meets_its_errors() -> None:
    entry = FORMULAS["clv_discounted"]
    model = ironcalc.create("discounted", "en", "UTC", "en")
    cases = [[1000, 0.9, -0.1], [1000, 0.9, -0.2], [1000, 1, 0, 7], [1000, 0, 0.1, 1]]
    for row, args in enumerate(cases, 1):
        model.set_user_input(0, row, 1, let(entry, args))
    model.evaluate()
    answers = [model.get_cell_value(0, row, 1) for row in range(1, 5)]
    assert answers == ["#DIV/0!", "#NUM!", 7000, 1000]
    assert [in_python(entry, args)[0][0] for args in cases] == answers


# ------------------------------------------------------------------------------- how it is written


@pytest.mark.parametrize("name", FORMULAS)
def test_expression_is_plain_excel(name: str) -> None:
    entry = FORMULAS[name]
    expression = re.sub(r'"[^"]*"', '""', entry.expression or "")
    assert "_xl" not in expression
    assert " " not in expression
    assert len(let(entry, list(entry.example.args))) < 8192
    words = set(re.findall(r"[A-Za-z_]\w*", expression))
    functions = set(re.findall(r"\b([A-Z]+)\(", expression))
    names = words - functions - {"TRUE", "FALSE"}
    assert {p.name for p in entry.parameters if p.kind is not LANGUAGE} <= names
    for own in names:
        assert re.fullmatch(r"[a-z_]+", own)
        assert not re.fullmatch(r"[a-z]{1,3}\d+|r\d*c\d*|[cr]", own)


def test_names_within_an_expression_are_no_functions() -> None:
    own = sorted(
        {
            word
            for entry in FORMULAS.values()
            for word in re.findall(r"(?<![\w\"])[a-z_]+", entry.expression or "")
            if word not in {p.name for p in entry.parameters}
        }
    )
    model = ironcalc.create("names", "en", "UTC", "en")
    for row, word in enumerate(own, 1):
        model.set_user_input(0, row, 1, f"={word.upper()}()")
    model.evaluate()
    known = [w for i, w in enumerate(own, 1) if model.get_cell_value(0, i, 1) != "#NAME?"]
    assert known == []
