"""Tables for the reader to fill in, a column at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.translations import Label, Translated

__all__ = ["Entry", "write_entries"]

Record = TypeVar("Record")


@dataclass(frozen=True, slots=True)
class Entry(Generic[Record]):
    """A column of input cells.

    Attributes:
        label: Its head.
        note: What to type.
        value: The entry of a record.
        kind: A name of :data:`~crmformulas.excel.workbook.styles.KINDS`.
        choices: The texts to choose from.
        key: By which tests and other sheets find the column.
        low: The least number, in place of the kind's.
        high: The greatest.
    """

    label: Translated
    note: Translated
    value: Callable[[Record], Any]
    kind: str = "text"
    choices: Sequence[Label] | None = None
    key: str = ""
    low: float | None = None
    high: float | None = None


def write_entries(
    sheet: Sheet,
    row: int,
    column: int,
    entries: Sequence[Entry[Record]],
    records: Sequence[Record],
    spare: int = 0,
) -> None:
    """Write the columns beside each other from a cell on, with empty rows below the records."""
    for j, entry in enumerate(entries, column):
        values = [entry.value(record) for record in records] + [None] * spare
        if entry.kind == "text":
            values = [sheet.book.translate(value or "") for value in values]
        sheet.inputs(
            row,
            j,
            [[value] for value in values],
            entry.kind,
            entry.label,
            entry.note,
            choices=entry.choices,
            key=entry.key,
            low=entry.low,
            high=entry.high,
            optional=True,
        )
