"""Tables as they are, in a workbook: texts stay texts, whatever they look like."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from crmformulas.errors import InputError
from crmformulas.files import TemporaryFolder, atomic_write

__all__ = ["Table", "close", "write_tables"]

MOST_ROWS = 1_048_575
"""Rows of a sheet below its heads."""
LONGEST = 32_767
"""Characters of a cell."""


class Table(NamedTuple):
    """A sheet: its name, the heads of its columns, and rows of numbers, texts, days and None."""

    name: str
    heads: Sequence[str]
    rows: Iterable[Sequence[Any]]


def write_tables(
    path: Path, tables: Iterable[Table], on_row: Callable[[], None] = lambda: None
) -> None:
    """Write a workbook with a sheet for each table; rows are taken one by one.

    Args:
        path: The workbook to write; what is there is replaced when it is whole.
        tables: What it holds. Unknown numbers (None, NaN) are blank cells.
        on_row: Called after each row.

    Raises:
        InputError: if a table is larger than a sheet, a text longer than a cell, or the file can't
            be written.
    """
    with atomic_write(path) as part, TemporaryFolder() as folder:
        _write_tables(part, tables, on_row, folder)


def _write_tables(
    path: Path, tables: Iterable[Table], on_row: Callable[[], None], folder: Path
) -> None:
    import xlsxwriter

    options = {
        "constant_memory": True,
        "tmpdir": str(folder),
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(path, options)
    head = book.add_format({"bold": True, "bottom": 1})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    taken: set[str] = set()
    for table in tables:
        sheet = book.add_worksheet(_sheet_name(table.name, taken))
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max(len(table.heads) - 1, 0), 14)
        for column, text in enumerate(table.heads):
            sheet.write_string(0, column, text, head)
        for row, cells in enumerate(table.rows, 1):
            if row > MOST_ROWS:
                raise InputError(
                    f"more than {MOST_ROWS} rows do not fit on a sheet; export CSV instead"
                )
            for column, cell in enumerate(cells):
                _write(sheet, row, column, cell, day)
            on_row()
    close(book)


def close(book: Any) -> None:
    """Write an XlsxWriter workbook to its file.

    Raises:
        OSError: what the system says of it.
    """
    from xlsxwriter.exceptions import FileCreateError

    try:
        book.close()
    except FileCreateError as error:
        raise next((e for e in error.args if isinstance(e, OSError)), error) from None


def _write(sheet: Any, row: int, column: int, cell: Any, day: Any) -> None:
    if cell is None or (isinstance(cell, float) and not math.isfinite(cell)):
        return
    if isinstance(cell, bool):
        sheet.write_boolean(row, column, cell)
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, cell, day)
    elif isinstance(cell, str):
        if len(cell) > LONGEST:
            raise InputError(f"a text of {len(cell)} characters does not fit in a cell; export CSV")
        sheet.write_string(row, column, cell)
    else:
        sheet.write_number(row, column, cell)


def _sheet_name(name: str, taken: set[str]) -> str:
    """A name that Excel allows and that no other sheet has."""
    clean = "".join("-" if c in "[]:*?/\\" or not c.isprintable() else c for c in name)
    clean = clean.strip("' ")[:31] or "table"
    candidate, number = clean, 2
    while candidate.casefold() in taken or candidate.casefold() == "history":
        candidate = f"{clean[:27]} {number}"
        number += 1
    taken.add(candidate.casefold())
    return candidate
