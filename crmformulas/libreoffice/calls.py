"""A call from a cell: its arguments as Calc hands them over, and its answer as Calc shows it.

A range comes as rows, a blank cell in it as empty text; a number, a reference to a single cell and
TRUE come as a number, a blank single cell as 0, and an argument that is left out as None. Calc
itself answers for an argument that is an error, or a range with one in it, and does not call.
"""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

from crmformulas.catalog.formula import Formula, load
from crmformulas.catalog.parameters import Parameter, Shape
from crmformulas.catalog.table_headers import table_rows
from crmformulas.errors import ArgumentError, FormulaError

__all__ = ["answering", "error_value", "formulas"]

Rows = Any
"""Rows of cells, as tuples of tuples."""

NUMBERS = {
    "#NUM!": 503,
    "#VALUE!": 519,
    "#NULL!": 521,
    "#REF!": 524,
    "#NAME?": 525,
    "#DIV/0!": 532,
    "#N/A": 32767,
}
"""What Calc calls the errors."""


def formulas() -> Sequence[Formula]:
    """Every formula."""
    return list(load().values())


def error_value(code: str) -> float:
    """A number that is none, which Calc shows as an error: the low bits say which."""
    bits = 0x7FF8_0000_0000_0000 | NUMBERS.get(code, NUMBERS["#VALUE!"])
    value: float = struct.unpack("<d", struct.pack("<Q", bits))[0]
    return value


def answering(formula: Formula, in_rows: bool) -> Callable[..., Any]:
    """Make what answers the calls of a formula, in rows of cells or with the one value there is.

    A function takes as many arguments as the formula; in the place of one that is left out
    stands None.
    """
    ask = _on_numbers(formula) if formula.elementwise else _on_ranges(formula)
    if in_rows:
        return lambda *args: _rows(ask(args))
    return lambda *args: _first(ask(args))


def _rows(answer: Any) -> Rows:
    return answer if type(answer) is tuple else ((answer,),)


def _first(answer: Any) -> Any:
    return answer[0][0] if type(answer) is tuple else answer


def _on_ranges(formula: Formula) -> Callable[[Sequence[Any]], Any]:
    def ask(args: Sequence[Any]) -> Any:
        return _cells(formula.spill(*map(_argument, formula.parameters, args)))

    return ask


def _on_numbers(formula: Formula) -> Callable[[Sequence[Any]], Any]:
    """Each element is a call of its own, by the path of the formula that needs no arrays."""
    defaults = [p.default if p.optional else None for p in formula.parameters]

    def ask(args: Sequence[Any]) -> Any:
        cells = [
            default if value is None else _single(value)
            for value, default in zip(args, defaults, strict=True)
        ]
        return _spread(formula, cells) if tuple in map(type, cells) else _one(formula, cells)

    return ask


def _one(formula: Formula, cells: Sequence[Any]) -> float:
    try:
        value: float = formula.function(*cells)
    except FormulaError as error:
        return error_value(error.code)
    return value


def _single(value: Any) -> Any:
    """The cell of a range of one."""
    if type(value) is tuple and len(value) == len(value[0]) == 1:
        return value[0][0]
    return value


def _spread(formula: Formula, args: Sequence[Any]) -> Any:
    """A formula of numbers on ranges: a single row or column is repeated, as in a sheet."""
    tables = [value if type(value) is tuple else ((value,),) for value in args]
    height, width = max(map(len, tables)), max(len(table[0]) for table in tables)
    for table in tables:
        if len(table) not in (1, height) or len(table[0]) not in (1, width):
            return error_value(ArgumentError.code)
    lines = [table * height if len(table) == 1 else table for table in tables]
    wide = [i for i, table in enumerate(tables) if len(table) > 1 or len(table[0]) > 1]
    cache: dict[tuple[Any, ...], Any] = {}

    def element(cells: tuple[Any, ...]) -> Any:
        if all(cells[i] == "" for i in wide):
            return ""
        if cells not in cache:
            cache[cells] = _one(formula, cells)
        return cache[cells]

    def row(parts: tuple[Rows, ...]) -> tuple[Any, ...]:
        wide_parts = (part * width if len(part) == 1 else part for part in parts)
        return tuple([element(cells) for cells in zip(*wide_parts, strict=True)])

    # A blank row of a whole column is answered with a blank, after one comparison.
    nothing, blank = ("",) * width, tuple(("",) * len(tables[i][0]) for i in wide)
    asked = zip(*(lines[i] for i in wide), strict=True)
    rows = zip(*lines, strict=True)
    return tuple([nothing if a == blank else row(r) for a, r in zip(asked, rows, strict=True)])


def _argument(parameter: Parameter, value: Any) -> Any:
    """The cells of a range as the formula takes them."""
    if parameter.shape is Shape.ELEMENT:
        return _single(value)
    if type(value) is not tuple:
        return [[value]] if parameter.shape is Shape.TABLE and value is not None else value
    if parameter.shape is Shape.COLUMN:
        return list(chain.from_iterable(value))
    return [list(row) for row in value]


def _cells(result: Any) -> Any:
    if hasattr(result, "columns"):
        result = table_rows(result)
    if isinstance(result, list):
        return tuple([tuple([_cell(value) for value in row]) for row in result])
    return _cell(result)


def _cell(value: Any) -> Any:
    if isinstance(value, FormulaError):
        return error_value(value.code)
    if value is None:
        return ""
    # Calc takes whole numbers of 64 bits for text.
    return float(value) if isinstance(value, int) else value
