"""Rows of a sheet that are blank, so that whole columns can be given.

A row that is blank in every column that a function reads row by row is skipped. Where the rows are
customers or orders (``skips``) that is so wherever it stands; where the place of a row has
a meaning, as that of a step on a ladder or of a driver of a value, blank rows below the last are
left off, and one between the others is refused as a missing number.
"""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Any

from crmformulas.catalog.parameters import Parameter, Shape, is_range
from crmformulas.errors import FormulaError, PassedError

__all__ = ["Given", "is_blank", "row_groups", "without_blank_elements", "without_blank_rows"]


def is_blank(cell: Any) -> bool:
    """Whether a cell holds nothing.

    >>> [is_blank(cell) for cell in (None, "", 0.0, " ", False)]
    [True, True, False, False, False]
    """
    return cell is None or (type(cell) is str and not cell)


@dataclass(frozen=True)
class Given:
    """The arguments without blank rows.

    Attributes:
        args: The arguments.
        places: The rows that are kept, of those that were given; None if all are.
        rows: How many were given.
    """

    args: tuple[Any, ...]
    places: Sequence[int] | None = None
    rows: int = 0

    def placed(self, error: FormulaError) -> FormulaError:
        """The error with the places that rows have in the sheet."""
        if self.places is None or isinstance(error, PassedError):
            return error
        places = self.places

        def place(match: re.Match[str]) -> str:
            number = int(match[1])
            return f" at {places[number - 1] + 1}" if 0 < number <= len(places) else match[0]

        return type(error)(re.sub(r" at (\d+)\b", place, str(error)))

    def restored(self, rows: list[list[Any]]) -> list[list[Any]]:
        """Rows of a result beside the rows that they belong to; beside a blank one stand blanks."""
        if self.places is None:
            return rows
        blank: list[list[Any]] = [[None] * len(rows[0])] * self.rows
        for place, row in zip(self.places, rows, strict=True):
            blank[place] = row
        return blank


def without_blank_rows(
    args: tuple[Any, ...],
    parameters: Sequence[Parameter],
    aligned: Sequence[str] = (),
    skips: Sequence[str] = (),
) -> Given:
    """The arguments of a formula on columns, without the rows that are blank.

    Args:
        args: The arguments.
        parameters: What they are.
        aligned: Names of the columns that are read row by row together.
        skips: Names of the columns whose blank rows are skipped wherever they stand.
    """
    arguments = list(args)
    places: Sequence[int] | None = None
    count = 0
    for group in row_groups(parameters, aligned):
        rows = {i: _rows_of(parameters[i], arguments[i]) for i in group if i < len(arguments)}
        given = {i: one for i, one in rows.items() if one is not None}
        if len(given) < len(group) or len({len(one) for one in given.values()}) > 1:
            # What is missing, one value or of another length is told by the formula.
            continue
        filled = [any(row) for row in zip(*map(_filled, given.values()), strict=True)]
        if all(filled) or not any(filled):
            continue
        anywhere = parameters[group[0]].name in skips
        last = len(filled) - filled[::-1].index(True)
        kept: Sequence[int] = [*compress(range(last), filled)] if anywhere else range(last)
        for i, one in given.items():
            arguments[i] = [*compress(one, filled)] if anywhere else one[:last]
        if anywhere:
            places, count = kept, len(filled)
    return Given(tuple(arguments), places, count)


def without_blank_elements(args: tuple[Any, ...]) -> Given:
    """The arguments of a formula on numbers, without the rows that are blank in every range.

    Ranges of different heights, and those that no blank can be in, are left as they are.
    """
    ranges = {i: value for i, value in enumerate(args) if is_range(value)}
    tall = {i: value for i, value in ranges.items() if len(value) > 1}
    heights = {len(value) for value in tall.values()}
    if len(heights) != 1 or not all(map(_is_column_of_cells, tall.values())):
        return Given(args)
    if any(is_range(v[0]) and len(v[0]) > 1 for i, v in ranges.items() if i not in tall):
        # A row is repeated beside each of a column.
        return Given(args)
    filled = [any(row) for row in zip(*map(_filled, tall.values()), strict=True)]
    if all(filled) or not any(filled):
        return Given(args)
    made = list(args)
    for i, rows in tall.items():
        made[i] = [*compress(rows, filled)]
    return Given(tuple(made), [*compress(range(len(filled)), filled)], len(filled))


def _is_column_of_cells(value: Any) -> bool:
    """Whether a range is a list of cells, or of rows of them."""
    if not isinstance(value, (list, tuple)):
        return False
    kinds = set(map(type, value))
    return kinds in ({list}, {tuple}) or not any(hasattr(k, "__len__") for k in kinds - {str})


def row_groups(parameters: Sequence[Parameter], aligned: Sequence[str]) -> Iterator[list[int]]:
    """The positions of columns that are read row by row together, and of each other one."""
    names = [p.name for p in parameters]
    if aligned:
        yield [names.index(name) for name in aligned]
    for i, parameter in enumerate(parameters):
        if parameter.shape is not Shape.ELEMENT and parameter.name not in aligned:
            yield [i]


def _rows_of(parameter: Parameter, value: Any) -> list[Any] | None:
    """The cells of a column, or the rows of a table; None where it is no range of cells."""
    if not isinstance(value, (list, tuple)):
        # An array of numbers has no blank cell, and may stand beside a column that has.
        kind = getattr(getattr(value, "dtype", None), "kind", "")
        if kind not in ("f", "i") or not getattr(value, "ndim", 0):
            return None
        value = value.tolist()
    if parameter.shape is Shape.TABLE:
        return [list(row) if isinstance(row, (list, tuple)) else [row] for row in value]
    if {list, tuple}.isdisjoint(map(type, value)):
        return list(value)
    return [cell for row in value for cell in (row if isinstance(row, (list, tuple)) else [row])]


def _filled(rows: list[Any]) -> list[bool]:
    """Which cells or rows hold anything."""
    if rows and type(rows[0]) in (list, tuple):
        # Most of a whole column is found blank by the comparisons, at a tenth of the time.
        kind, width = type(rows[0]), len(rows[0])
        nothing, no_text = kind([None] * width), kind([""] * width)
        return [row != nothing and row != no_text and not all(map(is_blank, row)) for row in rows]
    return [cell is not None and not (type(cell) is str and not cell) for cell in rows]
