"""Tables: the first columns at the left, figures at the right, as they are told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from rich.text import Text as Cell
from textual.widgets import DataTable

if TYPE_CHECKING:
    from rich.console import JustifyMethod

__all__ = ["fill"]


def fill(
    table: DataTable[Any],
    heads: Sequence[str],
    rows: Iterable[Sequence[str | Cell]],
    *,
    texts: int = 1,
    keys: Sequence[str] | None = None,
    widths: Sequence[int | None] = (),
) -> None:
    """Fill a table anew; the cursor stays where it was.

    Cells are shown as they are: what stands in brackets is no markup.

    Args:
        table: The table.
        heads: The heads of the columns.
        rows: A row a line; cells that are styled are rich texts.
        texts: How many columns are texts, at the left; the others are figures.
        keys: A key for each row.
        widths: Of the columns, where they are fixed.
    """
    row, column = table.cursor_coordinate
    table.clear(columns=True)
    for i, head in enumerate(heads):
        side: JustifyMethod = "left" if i < texts else "right"
        width = widths[i] if i < len(widths) else None
        table.add_column(Cell(head, justify=side, style="bold"), width=width)
    for place, cells in enumerate(rows):
        made = []
        for i, cell in enumerate(cells):
            one = cell if isinstance(cell, Cell) else Cell(cell)
            one.justify = "left" if i < texts else "right"
            one.no_wrap = True
            made.append(one)
        table.add_row(*made, key=keys[place] if keys else None)
    table.move_cursor(row=row, column=column, animate=False)
