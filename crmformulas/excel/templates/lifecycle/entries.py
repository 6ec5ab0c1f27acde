"""Tables for the reader to fill in, a column at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from crmformulas.excel.workbook.cell_range import CellRange
from crmformulas.excel.workbook.lines import Line
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.translations import Label

__all__ = ["Choices", "write_entries"]

Choices: TypeAlias = Mapping[str, Sequence[Label] | CellRange]
"""The texts to choose from, or the cells that hold them, by column."""


def write_entries(
    sheet: Sheet,
    row: int,
    column: int,
    table: Mapping[str, Line],
    records: Sequence[Any],
    spare: int = 0,
    *,
    value: Callable[[Any, str], Any] = getattr,
    choices: Choices | None = None,
    key: str = "",
) -> None:
    """Write columns of input cells beside each other, with empty rows below the records.

    Args:
        sheet: Where.
        row, column: The first cell.
        table: The columns.
        records: What they come filled with, a row each.
        spare: How many rows stay empty.
        value: The entry of a record in a column; by default its attribute of that name.
        choices: The texts to choose from, or the cells that hold them, by column.
        key: How the columns are called in the book, with ``#`` for the name of each.
    """
    for j, (name, line) in enumerate(table.items(), column):
        values = [value(record, name) for record in records] + [None] * spare
        if line.kind == "text":
            values = [sheet.book.translate(entry or "") for entry in values]
        sheet.inputs(
            row,
            j,
            [[entry] for entry in values],
            line.kind,
            line.label,
            line.note,
            choices=(choices or {}).get(name),
            key=key.replace("#", name),
            optional=True,
            **line.options,
        )
