"""Values and calls as a spreadsheet writes them."""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from crmformulas.catalog.formula import Formula, Parameter
from crmformulas.catalog.table_headers import table_rows
from crmformulas.errors import DivisionError, FormulaError
from crmformulas.translations import Lang

__all__ = [
    "Value",
    "as_rows",
    "call_text",
    "cell_text",
    "example_text",
    "help_text",
    "is_table",
    "render",
    "result_text",
]

Value: TypeAlias = Any
"""A number, text, truth value or error; a list of rows of these, an array or a DataFrame."""


def render(value: Value, text_of: Callable[[Value], str] | None = None) -> str:
    """A value as text: up to 15 significant digits, ranges and tables row by row.

    Args:
        value: The value.
        text_of: How a cell is told; as a spreadsheet shows it unless given.

    >>> render(0.1 + 0.2)
    '0.3'
    >>> print(render([[1.5, 20], [300, DivisionError()]]))
    1.5       20
    300  #DIV/0!
    """
    if hasattr(value, "columns"):
        value = table_rows(value)
    text_of = text_of or cell_text
    return _aligned(as_rows(value), text_of) if is_table(value) else text_of(value)


def call_text(formula: Formula, args: Sequence[Any], separator: str = "", lang: Lang = "en") -> str:
    """A call as it is typed into a spreadsheet, in Swedish with the signs it has there.

    Args:
        formula: The formula.
        args: Its arguments.
        separator: What stands between them, where a spreadsheet has a way of its own.
        lang: The language of the spreadsheet.

    >>> from crmformulas.catalog.formula import load
    >>> call_text(load()["tier"], ([10, 90], [0.5, 0.5], ["best", "rest"]))
    'TIER({10;90}, {0.5;0.5}, {"best";"rest"})'
    >>> call_text(load()["clv"], (5, 500, 2.5), lang="sv")
    'CLV(5; 500; 2,5)'
    """
    separator = separator or ("; " if lang == "sv" else ", ")
    return f"{formula.spreadsheet_name}({separator.join(_typed(a, lang) for a in args)})"


LONG = 60
"""Rows from which an example names a range of a sheet in place of its cells."""


def example_text(formula: Formula, separator: str = "") -> str:
    """The call of the worked example; long ranges stand as columns of a sheet.

    >>> from crmformulas.catalog.formula import load
    >>> example_text(load()["clv"]), example_text(load()["btyd_fit"])
    ('CLV(5, 500, 2.5)', 'BTYD_FIT(A2:A497, B2:B497, C2:C497, "2025-12-31")')
    """
    arguments = [
        f"{chr(ord('A') + i)}2:{chr(ord('A') + i)}{len(value) + 1}"
        if isinstance(value, (list, tuple)) and len(value) > LONG
        else _typed(value, "en")
        for i, value in enumerate(formula.example.args)
    ]
    return f"{formula.spreadsheet_name}({(separator or ', ').join(arguments)})"


def help_text(formula: Formula, parameter: Parameter) -> str:
    """Description of an argument from its docstring, with a spreadsheet's words for its shape."""
    text = formula.argument_help[parameter.name].replace("``", "")
    text = re.sub(r"; in Python [^.]*", "", text)
    return text.replace(" Scalar or array", " Number or range").replace(" Scalar", " One number")


def result_text(formula: Formula) -> str:
    """Description of the result from its docstring, in its markup, with a spreadsheet's words."""
    text = re.sub(r"\s+A DataFrame keeps its labels\.", "", formula.sections["Returns"])
    text = text.replace("An array of", "A range of")
    return re.sub(r"undefined\s+\(NaN\)|\bNaN\b", f"``{formula.undefined.code}``", text)


def _typed(value: Value, lang: Lang) -> str:
    if is_table(value):
        between = "\\" if lang == "sv" else ","
        rows = (between.join(_typed(cell, lang) for cell in row) for row in as_rows(value))
        return "{" + ";".join(rows) + "}"
    if isinstance(value, str):
        return '"' + value.replace('"', '""') + '"'
    if value is None:
        return '""'
    text = cell_text(value)
    return text.replace(".", ",") if lang == "sv" and not isinstance(value, FormulaError) else text


def is_table(value: Value) -> bool:
    """Whether a value has rows."""
    return isinstance(value, (list, tuple)) or getattr(value, "ndim", 0) > 0


def as_rows(value: Value) -> list[list[Value]]:
    """A value as rows: a list is a column, a DataFrame loses its labels, NaN is a division by 0."""
    if hasattr(value, "to_numpy"):
        value = value.to_numpy()
    if hasattr(value, "tolist"):
        value = value.tolist()
    if not isinstance(value, (list, tuple)):
        return [[value]]
    rows = [row if isinstance(row, (list, tuple)) else [row] for row in value]
    return [[DivisionError("division by zero") if v != v else v for v in row] for row in rows]


def cell_text(value: Value) -> str:
    """One value as a cell shows it."""
    if isinstance(value, FormulaError):
        return value.code
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, (int, float)):
        # Adding 0 turns -0 into 0.
        return f"{value + 0.0:.15g}"
    return "" if value is None else str(value)


def _aligned(rows: list[list[Value]], text_of: Callable[[Value], str]) -> str:
    """Rows of cells in columns: the first to the left if it is text, the others to the right."""
    texts = [[text_of(value) for value in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    return "\n".join(
        "  ".join(
            text.ljust(width) if isinstance(value, str) and i == 0 else text.rjust(width)
            for i, (value, text, width) in enumerate(zip(row, line, widths, strict=True))
        ).rstrip()
        for row, line in zip(rows, texts, strict=True)
    )
