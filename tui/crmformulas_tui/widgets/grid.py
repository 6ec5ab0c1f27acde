"""A table with a cursor that stands in a cell: it scrolls sideways, and may be a heat map."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.reactive import reactive
from textual.strip import Strip

from crmformulas_tui.widgets.heat import heat_style
from crmformulas_tui.widgets.line_table import MARK, Column, LineTable

if TYPE_CHECKING:
    from textual import events

__all__ = ["Grid", "Heat"]

BRACKETS = 2
"""The room for what marks the cell with the cursor."""

Heat = Callable[[int, int], float | None]
"""How hot the cell of a line and a column is, 0 to 1; None for a cell without colour."""


class Grid(LineTable):
    """Lines of cells; the first columns are the labels of a line and always seen.

    The other columns scroll, a whole column at a time, so that the cell with the cursor is in
    sight. The cell is marked by ``▸`` before its line and ``[ ]`` around it, so that it is seen
    without colour.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "aside(-1)", show=False),
        Binding("right", "aside(1)", show=False),
        Binding("g", "first", show=False),
        Binding("ctrl+left", "aside(-6)", show=False),
        Binding("ctrl+right", "aside(6)", show=False),
    ]

    column: reactive[int] = reactive(0)
    """The column with the cursor, counted from the first that can have it."""

    def __init__(self, *, labels: int = 1, reach: int | None = None, id: str | None = None) -> None:
        """Make an empty grid.

        Args:
            labels: How many columns are labels.
            reach: How many columns after them the cursor can stand in; all by default.
            id: Of the widget.
        """
        super().__init__(id=id)
        self._labels, self._reach = labels, reach
        self._heat: Heat = lambda line, column: None
        self._quiet: Callable[[int, int], bool] = lambda line, column: False
        self._left = 0

    def show_cells(
        self,
        columns: Sequence[Column],
        lines: Sequence[Sequence[str]],
        *,
        strong: Collection[int] = (),
        heat_of: Heat | None = None,
        quiet: Callable[[int, int], bool] | None = None,
    ) -> None:
        """Show these columns and lines; the cursor stays where it was, as far as that is there.

        Args:
            columns: Labels first.
            lines: The cells of each line, as text.
            strong: Lines that are set off, such as a total.
            heat_of: How hot the cell of a line and a column is.
            quiet: Whether the cell of a line and a column is dimmed, as it rests on little.
        """
        self._quiet = quiet or (lambda line, column: False)
        self.columns = tuple(columns)
        self._heat = heat_of or (lambda line, column: None)
        self.set_reactive(Grid.column, min(self.column, self._last_column))
        self.show_data(lines, strong)

    @property
    def _last_column(self) -> int:
        beyond = len(self.columns) - self._labels
        return max((beyond if self._reach is None else min(self._reach, beyond)) - 1, 0)

    def _arrange(self) -> None:
        """The labels, and as many columns from the first one in sight as there is room for."""
        room = self.scrollable_content_region.width - MARK
        if room <= 0 or not self.columns:
            return
        widths = [
            self._width(column) + (0 if i < self._labels else BRACKETS)
            for i, column in enumerate(self.columns)
        ]
        self._gap = 1
        labels = [(i, widths[i]) for i in range(min(self._labels, len(widths)))]
        left_room = room - sum(width + 1 for _, width in labels)
        here = self._labels + self.column
        first = min(self._labels + self._left, here)
        # Further to the right until the cursor is in sight, and not further than there are columns.
        while first < here and sum(w + 1 for w in widths[first : here + 1]) > left_room + 1:
            first += 1
        while first > self._labels and sum(w + 1 for w in widths[first - 1 :]) <= left_room + 1:
            first -= 1
        self._left = first - self._labels
        plan, used = list(labels), 0
        for i in range(first, len(widths)):
            used += widths[i] + 1
            if used > left_room + 1 and i > first:
                break
            plan.append((i, widths[i]))
        self._plan = tuple(plan)

    def render_line(self, y: int) -> Strip:
        """The heads, or a line with its cells."""
        place = y - 1 + self.scroll_offset.y
        width = self.scrollable_content_region.width
        if y == 0 or place >= self.count:
            cells, mark, kind, place = [c.head for c in self.columns], "", "line-table--head", -1
            if y:
                return Strip.blank(width, self.rich_style)
        else:
            cells = list(self.cells(place) or ())
            here = place == self.cursor
            mark = "▸" if here else ""
            kind = "line-table--strong" if place in self._strong else "line-table--line"
        plain = self.rich_style + self.get_component_rich_style(kind, partial=True)
        chosen = self.rich_style + self.get_component_rich_style("line-table--cursor", partial=True)
        segments = [Segment(mark.ljust(MARK), plain)]
        for i, room in self._plan:
            label = i < self._labels
            at_cursor = place == self.cursor and i == self._labels + self.column
            text = _set(cells[i], room, self.columns[i].text, label, at_cursor)
            style = plain
            if not label and place >= 0:
                hot = self._heat(place, i - self._labels)
                style = (
                    chosen
                    if at_cursor
                    else plain
                    if hot is None
                    else plain + heat_style(hot, self.app.theme_variables)
                )
                if self._quiet(place, i - self._labels) and not at_cursor:
                    style = plain + self._style("line-table--quiet")
            segments += [Segment(text, style), Segment(" ", plain)]
        return Strip(segments).adjust_cell_length(width, plain)

    def action_aside(self, step: int) -> None:
        """The column so many to the right, or to the left."""
        self.column = min(max(self.column + step, 0), self._last_column)

    def watch_column(self) -> None:
        """Keep the cursor in sight."""
        self._arrange()
        self.refresh()
        if self.is_mounted:
            self.post_message(self.Moved(self))

    def on_click(self, event: events.Click) -> None:
        """Go to the cell; the head of a column goes there, too."""
        event.stop()
        left = MARK
        for i, width in self._plan:
            left += width + 1
            if event.x < left:
                if i >= self._labels:
                    self.column = min(i - self._labels, self._last_column)
                break
        place = event.y - 1 + self.scroll_offset.y
        if 0 <= place < self.count:
            if place == self.cursor:
                self.post_message(self.Chosen(self))
            self.cursor = place


def _set(cell: str, room: int, text: bool, label: bool, at_cursor: bool) -> str:
    """A cell in its width; other cells than labels have room for the brackets of the cursor."""
    if label:
        blank = " " * (room - cell_len(cell))
        return cell + blank if text else blank + cell
    blank = " " * (room - BRACKETS - cell_len(cell))
    if at_cursor:
        return f"{blank}[{cell}]"
    return f"{blank} {cell} "
