"""Where a cell or range is, and how formulas say it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from xlsxwriter.utility import quote_sheetname, xl_range, xl_range_abs

__all__ = ["CellRange"]


@dataclass(frozen=True, slots=True)
class CellRange:
    """Where a cell or range is, zero-based; the last row and column are those of a range."""

    sheet: str
    row: int
    column: int
    last_row: int
    last_column: int

    @property
    def cell(self) -> str:
        """``B7`` or ``B7:C9``, as formulas of the same sheet say it."""
        return str(xl_range(self.row, self.column, self.last_row, self.last_column))

    @property
    def fixed(self) -> str:
        """``$B$7``, as formulas of the same sheet say it where they are copied."""
        return str(xl_range_abs(self.row, self.column, self.last_row, self.last_column))

    @property
    def full(self) -> str:
        """``'Sheet'!$B$7``, as other sheets, names and charts say it."""
        return f"{quote_sheetname(self.sheet)}!{self.fixed}"

    def at(self, row: int, column: int = 0) -> CellRange:
        """One cell of the range, counted from its first."""
        r, c = self.row + row, self.column + column
        return CellRange(self.sheet, r, c, r, c)

    def each(self) -> Iterator[CellRange]:
        """Its cells, row by row."""
        for row in range(self.row, self.last_row + 1):
            for column in range(self.column, self.last_column + 1):
                yield CellRange(self.sheet, row, column, row, column)

    def line(self, row: int) -> CellRange:
        """One row of the range."""
        r = self.row + row
        return CellRange(self.sheet, r, self.column, r, self.last_column)

    def down(self, column: int) -> CellRange:
        """One column of the range."""
        c = self.column + column
        return CellRange(self.sheet, self.row, c, self.last_row, c)

    def to(self, last: CellRange) -> CellRange:
        """From its first cell to the last of another on the same sheet."""
        return CellRange(self.sheet, self.row, self.column, last.last_row, last.last_column)
