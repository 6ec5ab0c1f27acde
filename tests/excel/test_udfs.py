"""The spreadsheet functions, called through xlwings' own code for COM and for Lite and Server."""

from __future__ import annotations

import math
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from crmformulas.catalog.formula import Formula, load
from crmformulas.catalog.parameters import Parameter, Shape
from crmformulas.catalog.table_headers import HEADERS
from crmformulas.errors import SPREADSHEET_ERRORS, FormulaError
from crmformulas.spreadsheet.cell_text import help_text
from tests.excel.calls import MISSING, ROOT, ask

FORMULAS = load()
RUNTIMES = ["com", "server"]
ERROR_TYPES = {
    "Div0": "#DIV/0!",
    "NotAvailable": "#N/A",
    "Name": "#NAME?",
    "Null": "#NULL!",
    "Num": "#NUM!",
    "Ref": "#REF!",
    "Value": "#VALUE!",
}
each_formula = pytest.mark.parametrize("entry", FORMULAS.values(), ids=list(FORMULAS))
each_runtime = pytest.mark.parametrize("runtime", RUNTIMES)


# ------------------------------------------------------------------------------ calls of a sheet


def as_cells(value: Any) -> Any:
    """An argument as it stands in a sheet: a list is a column."""
    if not isinstance(value, list):
        return value
    return [row if isinstance(row, list) else [row] for row in value]


def with_first(value: Any, cell: Any) -> Any:
    """An argument whose first cell is another one."""
    if not isinstance(value, list):
        return [[cell]]
    (_, *row), *rows = value
    return [[cell, *row], *rows]


def variants(entry: Formula) -> dict[str, list[Any]]:
    """Calls of a formula: its example, and what else a sheet may hold."""
    args = [as_cells(v) for v in entry.example.args]
    full = [*args, *[MISSING] * (len(entry.parameters) - len(args))]
    required = [
        v if not p.optional else MISSING for p, v in zip(entry.parameters, full, strict=True)
    ]
    first, *rest = full
    calls = {
        "example": full,
        "optional missing": required,
        "required missing": [MISSING, *rest],
        "blank": [with_first(first, None), *rest],
        "text": [with_first(first, "text"), *rest],
        "error": [with_first(first, "#REF!"), *rest],
        "truth value": [with_first(first, True), *rest],
    }
    if entry.elementwise:
        columns = [v if v == MISSING else [[v], [v], [v]] for v in full]
        # A call in which each row has an answer of its own.
        columns[0] = [[first], [None], ["text"], ["#N/A"], [-1e300]]
        columns[1:] = [v if v == MISSING else [[row] for row in [v] * 5] for v in rest]
        calls["column"] = columns
        calls["row"] = [v if v == MISSING else [[v, v, v]] for v in full]
    return calls


CALLS = [
    (name, what, call) for name, entry in FORMULAS.items() for what, call in variants(entry).items()
]


@pytest.fixture(scope="module")
def asked() -> dict[str, dict[str, Any]]:
    calls = [[name.upper(), *call] for name, _, call in CALLS]
    return {runtime: ask(runtime, calls) for runtime in RUNTIMES}


def expected(entry: Formula, call: list[Any]) -> Any:
    """The formula's answer in Python, as rows of cells in which errors are their codes."""

    def given(value: Any, optional: bool) -> Any:
        if isinstance(value, list) and len(value) == len(value[0]) == 1:
            value = "" if value[0][0] is None else value[0][0]
        return None if value == MISSING else value

    args = [given(v, p.optional) for p, v in zip(entry.parameters, call, strict=True)]
    result = entry.spill(*args)
    if hasattr(result, "columns"):
        labelled = result if result.index.dtype.kind == "i" else result.reset_index(names="")
        head = list(labelled.columns)
        if result.index.name and labelled is not result:
            head[0] = result.index.name
        head = [HEADERS[name].en if name in HEADERS else name for name in head]
        result = [head, *labelled.astype(object).to_numpy().tolist()]
    rows = result if isinstance(result, list) else [[result]]
    return [[coded(v) for v in row] for row in rows]


def coded(cell: Any) -> Any:
    """A cell that came from anywhere, in which an error is its code."""
    if isinstance(cell, FormulaError):
        return cell.code
    if isinstance(cell, dict):
        assert cell["type"] == "Error"
        return ERROR_TYPES[cell["errorType"]]
    if isinstance(cell, str) and cell.partition(" ")[0] in SPREADSHEET_ERRORS:
        return cell.partition(" ")[0]
    return "" if cell is None else cell


def as_rows(answer: Any, width: int) -> list[list[Any]]:
    """An answer as rows; COM has neither rows of one cell nor one row of rows."""
    if not isinstance(answer, list):
        answer = [[answer]]
    elif not isinstance(answer[0], list):
        answer = [answer]
    assert all(len(row) == width for row in answer)
    return [[coded(v) for v in row] for row in answer]


def same(one: Any, other: Any) -> bool:
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-12)
    return bool(one == other)


@each_runtime
@each_formula
def test_every_call_answers_as_in_python(
    asked: dict[str, dict[str, Any]], runtime: str, entry: Formula
) -> None:
    answers = asked[runtime]["answers"]
    assert len(answers) == len(CALLS)
    for (name, what, call), answer in zip(CALLS, answers, strict=True):
        if name == entry.name:
            wanted = expected(entry, call)
            found = as_rows(answer, len(wanted[0]))
            told = f"{what}: {found} instead of {wanted}"
            assert len(found) == len(wanted), told
            for one, other in zip(found, wanted, strict=True):
                assert all(map(same, one, other)), told


@each_runtime
@each_formula
def test_an_error_cell_passes_through(
    asked: dict[str, dict[str, Any]], runtime: str, entry: Formula
) -> None:
    place = next(i for i, c in enumerate(CALLS) if c[:2] == (entry.name, "error"))
    assert as_rows(asked[runtime]["answers"][place], 1) == [["#REF!"]]


@each_formula
def test_com_tells_the_reason(asked: dict[str, dict[str, Any]], entry: Formula) -> None:
    for (name, _, call), answer in zip(CALLS, asked["com"]["answers"], strict=True):
        if name == entry.name and isinstance(answer, str) and answer.startswith("#VALUE!"):
            args = [None if v == MISSING else v for v in call]
            assert len(answer) > len("#VALUE! ") + 10, args


# ------------------------------------------------------------------------------------- some cells

ORDERS = [
    [["ann"], [7], [None], [" ann "], [7]],
    [[{"date": "2026-01-02"}], ["2024-12-01"], [None], [{"date": "2025-01-05"}], [45992]],
    [[10], ["20,50"], [None], [30.25], [5]],
]
LATE = {"date": "2026-02-01"}
SOME = {
    "scalar": ["CLV", 5, 500, 2.5, MISSING],
    "empty is not missing": ["CLV", 5, 500, 2.5, None],
    "domain": ["CUSTOMER_DURATION", 1.4],
    "division": ["CUSTOMER_DURATION", 1],
    "data": ["TIPPING_POINT", [[0.1], [0.2]], MISSING],
    "status": ["CUSTOMER_STATUS", *ORDERS, LATE],
    "ladder": ["ORDER_LADDER", *ORDERS, MISSING],
    "ltv": ["LTV_AT_AGE", *ORDERS, LATE],
    "ltv in Swedish": ["LTV_AT_AGE", *ORDERS, LATE, [["sv"]]],
    "two ways": ["PORTFOLIO", [["a"]], [["05/01/2024"]], [[1]], MISSING],
    "half a row": ["PORTFOLIO", [["a"], ["b"]], [[45000], [None]], [[1], [1]], MISSING],
    "all blank": ["PORTFOLIO", [[None], [" "]], [[None], [None]], [[None], [None]], MISSING],
    "no purchase": ["PORTFOLIO", [["a"]], [[45000]], [[-1]], MISSING],
}


@pytest.fixture(scope="module")
def some() -> dict[str, dict[str, Any]]:
    answers = {runtime: ask(runtime, list(SOME.values()))["answers"] for runtime in RUNTIMES}
    return {r: dict(zip(SOME, found, strict=True)) for r, found in answers.items()}


def test_errors_on_com_are_text_with_the_reason(some: dict[str, dict[str, Any]]) -> None:
    com = some["com"]
    assert com["scalar"] == 6250.0
    assert com["empty is not missing"] == "#VALUE! margin must be a number, got nothing"
    assert com["domain"] == "#NUM! retention must be between 0 and 1, got 1.4"
    assert com["division"].startswith("#DIV/0! division by zero")
    assert com["data"].startswith("#N/A ")
    assert com["two ways"] == (
        "#VALUE! dates can be read day first or month first, for example '05/01/2024'; enter dates,"
        " or text such as 2026-10-31"
    )
    assert com["half a row"] == "#VALUE! dates must be dates, got nothing at 2"
    assert com["all blank"] == "#N/A every row is blank"
    assert com["no purchase"] == "#N/A nobody has bought"


def test_errors_on_the_server_are_error_values(some: dict[str, dict[str, Any]]) -> None:
    server = some["server"]
    assert server["domain"] == [[{"type": "Error", "errorType": "Num"}]]
    codes = {what: coded(server[what][0][0]) for what in SOME}
    assert codes["empty is not missing"] == codes["two ways"] == codes["half a row"] == "#VALUE!"
    assert codes["division"] == "#DIV/0!"
    assert codes["data"] == codes["all blank"] == codes["no purchase"] == "#N/A"


@each_runtime
def test_tables_of_orders_come_with_headers(some: dict[str, dict[str, Any]], runtime: str) -> None:
    answers = some[runtime]
    # definitions.md, Coverage: history holds too little of F12 to know who was a customer then.
    assert as_rows(answers["status"], 4) == [
        ["customer", "status", "value tier F12", "value tier S12"],
        ["ann", "#N/A", "#N/A", "mid"],
        [7, "#N/A", "#N/A", "bottom"],
    ]
    assert as_rows(answers["ladder"], 4) == [
        ["F", "customers", "share that goes on", "median days"],
        [1, 2, 1.0, 363.5],
        [2, 2, "", ""],
    ]
    ltv = as_rows(answers["ltv"], 3)
    assert ltv[0] == ["age in months", "customers", "LTV"]
    assert as_rows(answers["ltv in Swedish"], 3)[0] == ["ålder i månader", "kunder", "LTV"]
    assert [row[2] for row in ltv[1:]] == [25.375, 25.375, 30.375, "#N/A", "#N/A"]


@each_runtime
def test_serial_numbers_of_the_1904_system(runtime: str) -> None:
    ranges = [[["a"], ["a"], ["b"]], [[1], [31], [61]], [[10], [10], [10]]]
    call = ["RFM", *ranges, 61]
    one = ask(runtime, [call], CRMF_DATE_SYSTEM="1904")["answers"][0]
    dated = [[{"date": d}] for d in ("1904-01-02", "1904-02-01", "1904-03-02")]
    other = ask("com", [["RFM", ranges[0], dated, ranges[2], {"date": "1904-03-02"}]])
    assert one == other["answers"][0]


# ----------------------------------------------------------------------------- what Excel is told

RESERVED = """
    as boolean byref byte byval call case close const currency date debug declare dim do double
    each else elseif empty end enum eqv erase error event exit false for friend function get
    global gosub goto if imp implements in input integer is let lib like lock long loop lset me
    mod new next not nothing null object on open option optional or output paramarray preserve
    print private property public put raiseevent random read redim rem resume return rset seek
    select set single spc static step stop string sub tab then to true type typeof unlock until
    variant wend while with withevents write xor app array application xlpy failed thisworkbook
"""
"""Label that VBA, or the VBA that xlwings writes, takes for something else."""


def named(parameter: Parameter) -> str:
    return parameter.name + "_" * (parameter.name in RESERVED.split())


def test_com_is_told_names_help_and_category(asked: dict[str, dict[str, Any]]) -> None:
    functions, vba = asked["com"]["functions"], asked["com"]["vba"]
    assert sorted(functions) == sorted(f.spreadsheet_name for f in FORMULAS.values())
    for entry in FORMULAS.values():
        told = functions[entry.spreadsheet_name]
        assert told["name"] == entry.spreadsheet_name
        assert told["category"] == "CRM"
        assert told["doc"] == entry.summary
        assert [(n, o) for n, _, o in told["arguments"]] == [
            (named(p), p.optional) for p in entry.parameters
        ]
        names = [("Optional " if p.optional else "") + named(p) for p in entry.parameters]
        line = f"Function {entry.spreadsheet_name}({', '.join(names)})"
        assert line in vba.splitlines()
        assert entry.name not in RESERVED.split()


def test_the_server_is_told_names_and_help(asked: dict[str, dict[str, Any]]) -> None:
    told = {f["id"]: f for f in asked["server"]["functions"]["functions"]}
    assert sorted(told) == sorted(f.spreadsheet_name for f in FORMULAS.values())
    for entry in FORMULAS.values():
        function = told[entry.spreadsheet_name]
        assert function["name"] == entry.spreadsheet_name
        assert function["description"] == entry.summary
        assert [(p["name"], p.get("optional", False)) for p in function["parameters"]] == [
            (named(p), p.optional) for p in entry.parameters
        ]


def test_help_is_not_cut_off_by_excel(asked: dict[str, dict[str, Any]]) -> None:
    for entry in FORMULAS.values():
        told = asked["com"]["functions"][entry.spreadsheet_name]["arguments"]
        for (_, doc, _), parameter in zip(told, entry.parameters, strict=True):
            assert 0 < len(doc) <= 255
            assert doc.endswith((".", "…"))
            # The words of Google Sheets and Calc.
            full = help_text(entry, parameter)
            assert full.startswith(doc.removesuffix(" …"))


# ------------------------------------------------------------------------------ without a runtime


def run(code: str) -> str:
    settings = {k: v for k, v in os.environ.items() if not k.startswith("XLWINGS_")}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=settings, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.skipif(sys.platform == "win32", reason="there a runtime is found")
def test_import_without_excel_registers_nothing() -> None:
    code = (
        "import crmformulas.excel.udfs as udfs\n"
        "print([n for n in udfs.__all__ if hasattr(getattr(udfs, n), '__xlfunc__')])\n"
        "print(udfs.CLV([[5.0]], [[500.0]], [[2.5]]), udfs.CUSTOMER_DURATION([[1.4]]))"
    )
    assert run(code).splitlines() == ["[]", "6250.0 #NUM!"]


def test_import_is_of_nothing_that_xlwings_does_not_import() -> None:
    code = (
        "import sys, xlwings; before = set(sys.modules); import crmformulas.excel.udfs\n"
        "print(sorted({m.partition('.')[0] for m in set(sys.modules) - before}))"
    )
    third_party = set(re.findall(r"\w+", run(code))) - sys.stdlib_module_names
    assert third_party == {"crmformulas"}


def test_the_licensed_part_of_xlwings_is_not_used() -> None:
    for file in Path(ROOT, "crmformulas").rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"xlwings[. ](pro|server|import (pro|server))\b", text), file


def test_every_function_has_one_shape_of_argument() -> None:
    # What the wrapper unwraps, flattens or leaves as rows; a new shape needs a rule there.
    shapes = {p.shape for entry in FORMULAS.values() for p in entry.parameters}
    assert shapes == {Shape.ELEMENT, Shape.COLUMN, Shape.TABLE}


@each_runtime
def test_a_whole_column_answers_as_its_rows_do(runtime: str) -> None:
    """Beyond a thousand rows blank ones are found by comparison, wherever they stand."""
    cells: dict[int, Any] = {0: 5.0, 700: "text", 701: "#N/A", 1200: -1.0, 1300: True, 1301: 6.0}
    for last in (None, 2.0):
        column = [[cells.get(i)] for i in range(1501)] + [[last]]
        texts = [[""] if cell is None else [cell] for (cell,) in column]
        wide = [[cell, None] for (cell,) in column]
        calls = [["CLV", one, 500.0, 2.5, MISSING] for one in (column, texts, wide)]
        calls.append(
            ["F_LADDER", [[i % 3 + 1.0] if i % 7 == 0 else [None] for i in range(1500)], MISSING]
        )
        short = [["CLV", [[cell]], 500.0, 2.5, MISSING] for cell in cells.values()]
        *whole, ladder = ask(runtime, calls)["answers"]
        alone = dict(zip(cells, ask(runtime, short)["answers"], strict=True))
        for answer in whole:
            assert len(answer) == len(column)
            for i, (cell, *beside) in enumerate(answer):
                one = alone.get(i, "" if i < 1501 or last is None else 2500.0)
                assert cell == (one[0][0] if isinstance(one, list) else one), i
                assert beside in ([], [""])
        # Each third of 215 customers has one order more.
        assert ladder == [[215.0], [143.0], [71.0]]
