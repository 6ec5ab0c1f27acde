"""Excel files: a sheet as an Arrow table. A million rows at most, so Python may see each."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from crmformulas.errors import InputError
from crmformulas.orders.reading.engine import first_line
from crmformulas.orders.reading.source_tables import shown, unique

__all__ = ["MAGIC", "read_sheet"]

MAGIC = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How .xlsx, .xlsb and .ods begin (they are zip archives), and .xls."""
HEADER_WITHIN = 20
"""Rows among which the header is looked for, below titles and blank rows."""


def read_sheet(path: Path, wanted: str | None) -> tuple[Any, list[str], str, str]:
    """A sheet as an Arrow table, its columns' names, its label, and the other sheets as a hint.

    Raises:
        InputError: the file is no workbook, or the sheet is not in it or empty.
    """
    calamine = import_module("python_calamine")
    label = shown(path)
    try:
        book = calamine.CalamineWorkbook.from_path(str(path))
        sheets = list(book.sheet_names)
    except Exception as error:
        raise InputError(
            f"{label}: is no workbook that can be read ({first_line(error)});"
            " give an .xlsx, .xls, .xlsb or .ods file, or unpack the archive"
        ) from error
    if wanted is not None:
        if wanted not in sheets:
            named = ", ".join(map(repr, sheets))
            raise InputError(f"{label}: has no sheet {wanted!r}; its sheets are {named}")
        cells = _cells(book, wanted)
        if not cells:
            raise InputError(f"{label}: sheet {wanted!r} is empty")
        table, names = _table(cells)
        return table, names, f"{label} sheet {wanted!r}", ""
    filled = []
    first: list[list[Any]] = []
    for sheet in sheets:
        cells = _cells(book, sheet)
        if cells:
            filled.append(sheet)
            first = first or cells
    if not filled:
        raise InputError(f"{label}: has no cell with anything in it")
    table, names = _table(first)
    others = ", ".join(map(repr, filled))
    hint = f"; its sheets are {others}: choose one with --table" if len(filled) > 1 else ""
    return table, names, f"{label} sheet {filled[0]!r}", hint


def _cells(book: Any, sheet: str) -> list[list[Any]]:
    rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    return [row for row in rows if any(cell not in ("", None) for cell in row)]


def _table(cells: Sequence[Sequence[Any]]) -> tuple[Any, list[str]]:
    pyarrow = import_module("pyarrow")
    start = _header(cells)
    width = max(len(row) for row in cells[start:])
    header = [_text(cell) or "" for cell in cells[start]]
    names = [name.strip() for name in header] + [""] * (width - len(header))
    rows = cells[start + 1 :]
    columns = [
        _column(pyarrow, [row[i] if i < len(row) else None for row in rows]) for i in range(width)
    ]
    return pyarrow.Table.from_arrays(columns, names=unique(names)), names


def _header(cells: Sequence[Sequence[Any]]) -> int:
    """The first row that is nearly as wide as the widest and holds text only."""
    top = cells[:HEADER_WITHIN]
    filled = [[cell for cell in row if cell not in ("", None)] for row in top]
    widest = max(map(len, filled))
    for number, row in enumerate(filled):
        if len(row) * 2 > widest and all(isinstance(cell, str) for cell in row):
            return number
    return 0


def _column(pyarrow: Any, values: list[Any]) -> Any:
    """Dates where all cells are dates, numbers where all are numbers, else text."""
    values = [None if value == "" else value for value in values]
    kinds = {type(value) for value in values if value is not None}
    if kinds and kinds <= {datetime.date, datetime.datetime}:
        days = [value and datetime.datetime(*value.timetuple()[:6]) for value in values]
        return pyarrow.array(days, pyarrow.timestamp("us"))
    if kinds and kinds <= {int, float}:
        return pyarrow.array(values, pyarrow.float64())
    return pyarrow.array([_text(value) for value in values], pyarrow.string())


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    return str(value)
