"""Tables of a sheet as a reader finds them: a figure by the labels of its row and its column.

`Watched` cells tell which of them a test has read, so that no figure stays unchecked.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.cell_range import CellRange
from crmformulas.excel.workbook.expressions import DASH
from tests.excel.recalculate import Cells, Value

__all__ = [
    "Grid",
    "Tables",
    "Watched",
    "check_waterfall",
    "divided",
    "grown",
    "less",
    "number",
    "same",
    "unread_figures",
    "watched",
]


class Watched(dict[str, Value]):
    """The cells of a sheet, which remember what was asked of them."""

    def __init__(self, cells: dict[str, Value]) -> None:
        super().__init__(cells)
        self.read: set[str] = set()

    def get(self, cell: str, default: Any = None) -> Any:
        self.read.add(cell)
        return super().get(cell, default)

    def __getitem__(self, cell: str) -> Value:
        self.read.add(cell)
        return super().__getitem__(cell)


def watched(cells: Cells) -> Cells:
    """The same cells, watched."""
    return {sheet: Watched(values) for sheet, values in cells.items()}


def unread_figures(cells: Cells, book: Book) -> list[str]:
    """Every formula that gives a number, and that nobody has read of these watched cells."""
    return [
        f"{place.sheet}!{place.cell}"
        for place, formula in book.formulas.items()
        if formula.look != "aside"  # what the checks of the inputs count by
        and place.cell not in _watched(cells, place.sheet).read
        and isinstance(dict.get(cells[place.sheet], place.cell), int | float)
    ]


def _watched(cells: Cells, sheet: str) -> Watched:
    found = cells[sheet]
    assert isinstance(found, Watched)
    return found


class Grid:
    """A table whose heads stand in the row of ``corner``, and its labels below it.

    It ends where a label is empty. ``column`` is that of the labels, ``nth`` tells tables with the
    same corner apart.
    """

    def __init__(
        self, cells: Cells, sheet: str, corner: str, column: str = "A", nth: int = 0
    ) -> None:
        self._cells = cells[sheet]
        # What stands where is looked up without being read.
        at = {coordinate_from_string(cell): value for cell, value in self._cells.items()}
        rows = sorted(
            row for (letters, row), value in at.items() if letters == column and value == corner
        )
        self._name, self._row = f"{sheet}, {corner}", rows[nth]
        first = column_index_from_string(column)
        self.heads: dict[str, str] = {}
        for (letters, row), value in sorted(at.items(), key=lambda item: item[0][1]):
            right = row == self._row and column_index_from_string(letters) > first
            if right and isinstance(value, str) and value:
                self.heads.setdefault(value, letters)
        self.labels: list[str] = []
        row = self._row + 1
        while (label := at.get((column, row))) not in (None, ""):
            self.labels.append(str(label))
            row += 1

    def __getitem__(self, at: tuple[str, str]) -> Value:
        label, head = at
        return self._cells.get(f"{self.heads[head]}{self._row + 1 + self.labels.index(label)}")

    def down(self, head: str, count: int | None = None) -> list[Value]:
        """The figures below a head, as many as there are labels or as asked for."""
        letters, first = self.heads[head], self._row + 1
        rows = range(first, first + (len(self.labels) if count is None else count))
        return [self._cells.get(f"{letters}{row}") for row in rows]

    def check(self, label: str, head: str, expected: Any, rel: float = 1e-9) -> None:
        """That figure is the expected one; a NaN or None is a dash."""
        same(f"{self._name}: {label}, {head}", self[label, head], expected, rel)

    def check_down(self, head: str, expected: Sequence[Any]) -> None:
        """The figures below a head are these."""
        for i, (found, one) in enumerate(
            zip(self.down(head, len(expected)), expected, strict=True)
        ):
            same(f"{self._name}: {head}, row {i + 1}", found, one)


class Tables:
    """The cells of a workbook by key, which are compared with the catalogue's, and its tables."""

    def __init__(self, cells: Cells, book: Book) -> None:
        self.cells, self.book = cells, book

    def values(self, place: CellRange) -> list[Value]:
        """The values of a range, row by row."""
        return [
            self.cells[place.sheet].get(place.at(i, j).cell)
            for i in range(place.last_row - place.row + 1)
            for j in range(place.last_column - place.column + 1)
        ]

    def figure(self, key: str) -> Value:
        """The value of the cell with this key, or of the first of its range."""
        return self.values(self.book[key].at(0))[0]

    def grid(self, sheet: str, corner: str, column: str = "A", nth: int = 0) -> Grid:
        """The table with this corner."""
        return Grid(self.cells, sheet, corner, column, nth)


def same(what: str, found: Value, expected: Any, rel: float = 1e-9, small: float = 1e-9) -> None:
    """Fail where a figure is not the expected one; a NaN or None is a dash."""
    if expected is None or (isinstance(expected, float) and math.isnan(expected)):
        expected = DASH
    if isinstance(expected, str) or isinstance(found, str) or found is None:
        assert (found or "") == expected, f"{what}: {found!r}, not {expected!r}"
    else:
        near = math.isclose(found, expected, rel_tol=rel, abs_tol=small)
        assert near, f"{what}: {found!r}, not {expected!r}"


def number(value: Value) -> float | None:
    """A figure, or None where it is not one."""
    return None if isinstance(value, str) or value is None else float(value)


def grown(after: Value, before: Value) -> float | None:
    """After / before − 1, where both are known and there was something before.

    What would be shown as 0.0 % is 0.
    """
    a, b = number(after), number(before)
    if a is None or b is None or b <= 0:
        return None
    return 0.0 if abs(a / b - 1) < 0.0005 else a / b - 1


def divided(part: Value, whole: Value) -> float | None:
    """Part / whole, where both are known."""
    a, b = number(part), number(whole)
    return None if a is None or not b else a / b


def less(one: Value, other: Value) -> float | None:
    """One − other, where both are known."""
    a, b = number(one), number(other)
    return None if a is None or b is None else a - b


def check_waterfall(grid: Grid, steps: Iterable[tuple[str, Value, bool]]) -> None:
    """Check what a waterfall draws: label, amount, and whether it is a level."""
    top = 0.0
    for label, amount, level in steps:
        n = number(amount)
        grid.check(label, "Amount", n)
        top, start = (n or 0.0, top) if level else (top + (n or 0.0), top)
        drawn = {
            "Ground": 0.0 if level else min(top, start),
            "Level": n if level else 0.0,
            "Gain": 0.0 if level else max(top - start, 0.0),
            "Loss": 0.0 if level else max(start - top, 0.0),
        }
        for head, expected in drawn.items():
            size = 1e-9 * max(abs(top), abs(start), 1.0)
            what = f"{grid.labels}: {label}, {head}"
            same(what, grid[label, head], expected, small=size)
