"""A matrix whose cells are the darker the more they hold; the figure stands in each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from crmformulas_tui.widgets.heat import heat_style

if TYPE_CHECKING:
    from textual import events
    from textual.geometry import Size

__all__ = ["Cell", "HeatMap"]

PADDING = 2
"""The mark of the cursor before a figure, and a blank after it."""

WIDEST = 16
"""A column is no wider, however much room there is."""

TALL = 30
"""From a screen so high on lines are three high."""


@dataclass(frozen=True)
class Cell:
    """A cell.

    Attributes:
        text: The figure as text.
        heat: 0 to 1; None for a total and for what can't be, which have no ground.
        short: The figure in few digits, such as 12.7 M, for a screen without room for all of them.
    """

    text: str
    heat: float | None = None
    short: str = ""


class HeatMap(Widget, can_focus=True):
    """The matrix, with a cursor that stands on a cell; totals stand last."""

    DEFAULT_CSS = """
    HeatMap { height: auto; width: 1fr; color: $foreground; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1, 0)", show=False),
        Binding("down,j", "move(1, 0)", show=False),
        Binding("left", "move(0, -1)", show=False),
        Binding("right", "move(0, 1)", show=False),
        Binding("home", "edge(0)", show=False),
        Binding("end", "edge(1)", show=False),
    ]

    cursor: reactive[tuple[int, int]] = reactive((0, 0), repaint=False)

    class Moved(Message):
        """The cursor stands on another cell."""

    class Chosen(Message):
        """The cell under the cursor was clicked."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._corner = ""
        self._heads: Sequence[str] = ()
        self._names: Sequence[str] = ()
        self._cells: Sequence[Sequence[Cell]] = ()

    def show_data(
        self,
        corner: str,
        heads: Sequence[str],
        names: Sequence[str],
        cells: Sequence[Sequence[Cell]],
    ) -> None:
        """Show a matrix; the cursor stays where it was.

        Args:
            corner: What the names of the lines are.
            heads: The heads of the columns.
            names: The names of the lines.
            cells: A line of cells for each name.
        """
        self._corner, self._heads, self._names, self._cells = corner, heads, names, cells
        row, column = self.cursor
        self.cursor = min(row, len(names) - 1), min(column, len(heads) - 1)
        self.refresh(layout=True)

    # Where everything stands

    @property
    def _tall(self) -> int:
        return 3 if self.app.size.height >= TALL else 1

    @property
    def _left(self) -> int:
        """The width of the names."""
        return max(map(cell_len, [self._corner, *self._names])) + 1 if self._names else 0

    def _needed(self, texts: Iterable[str]) -> int:
        """The width of a column of these texts; the blanks around them are part of it."""
        return max(map(cell_len, texts), default=0) + PADDING

    @property
    def _compact(self) -> bool:
        """Whether figures are written short: there is no room for all digits of all columns."""
        room = (self.size.width - self._left) // max(len(self._heads), 1)
        return room < self._needed(cell.text for line in self._cells for cell in line)

    def _text(self, cell: Cell) -> str:
        return cell.short or cell.text if self._compact else cell.text

    @property
    def _wide(self) -> int:
        """The width of a column, which never cuts a figure."""
        if not self._heads:
            return 1
        room = (self.size.width - self._left) // len(self._heads)
        figures = self._needed(self._text(cell) for line in self._cells for cell in line)
        heads = self._needed(self._heads)
        return max(figures, min(max(heads, WIDEST), room))

    @property
    def _columns(self) -> range:
        """The columns in sight: all, or as many as there is room for, that of the cursor too."""
        count = len(self._heads)
        fit = max((self.size.width - self._left) // self._wide, 1)
        if fit >= count:
            return range(count)
        first = min(max(self.cursor[1] - fit + 1, 0), count - fit)
        return range(first, first + fit)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The head and the lines."""
        return 1 + len(self._names) * self._tall

    # Drawing

    def render_line(self, y: int) -> Strip:
        """The heads, or the line of a row."""
        plain = self.rich_style
        wide, width = self._wide, self.size.width
        if y == 0:
            text = self._fit(self._corner, self._left, left=True)
            text += "".join(self._fit(self._heads[i] + " ", wide) for i in self._columns)
            return Strip([Segment(text, plain + Style(bold=True))]).adjust_cell_length(width, plain)
        row, within = divmod(y - 1, self._tall)
        if row >= len(self._names):
            return Strip.blank(width, plain)
        middle = within == self._tall // 2
        name = self._fit(self._names[row], self._left, left=True) if middle else " " * self._left
        segments = [Segment(name, plain + Style(bold=row == self.cursor[0]))]
        for column in self._columns:
            cell = self._cells[row][column]
            here = self.has_focus and (row, column) == self.cursor
            text = self._fit(f"{self._text(cell)} ", wide - 1) if middle else " " * (wide - 1)
            style = self._style(cell.heat, here)
            # The mark of the cursor stands between two cells, and takes no digit's place.
            mark = Segment("▸" if here and middle else " ", plain)
            segments += [mark, Segment(text, plain + style)]
        return Strip(segments).adjust_cell_length(width, plain)

    @staticmethod
    def _fit(text: str, width: int, left: bool = False) -> str:
        if cell_len(text) > width:
            return set_cell_size(text, width - 1) + "…"
        blank = " " * (width - cell_len(text))
        return text + blank if left else blank + text

    def _style(self, heat: float | None, here: bool) -> Style:
        if heat is None:
            return Style(bold=True, reverse=here)
        style = heat_style(heat, self.app.theme_variables)
        return style + Style(bold=True, underline=True) if here else style

    # Moving

    def watch_cursor(self, before: tuple[int, int], now: tuple[int, int]) -> None:
        """Draw the cell it stood on and the one it stands on, with the names of their lines."""
        tall, left, wide = self._tall, self._left, self._wide
        if len(self._columns) < len(self._heads):
            self.refresh()
        for row, column in (before, now):
            top = 1 + row * tall
            self.refresh(Region(0, top, left, tall), Region(left + column * wide, top, wide, tall))
        if self.is_mounted:
            self.post_message(self.Moved())

    def action_move(self, down: int, right: int) -> None:
        """To the next cell in a direction."""
        row, column = self.cursor
        row = min(max(row + down, 0), max(len(self._names) - 1, 0))
        self.cursor = row, min(max(column + right, 0), max(len(self._heads) - 1, 0))

    def action_edge(self, last: int) -> None:
        """To the first or the last cell of the line."""
        self.cursor = self.cursor[0], (len(self._heads) - 1) * last

    def on_resize(self) -> None:
        """More or less room."""
        self.refresh(layout=True)

    def on_click(self, event: events.Click) -> None:
        """A click on the cell with the cursor chooses it, one on another moves it there."""
        event.stop()
        columns = self._columns
        row, column = (event.y - 1) // self._tall, (event.x - self._left) // self._wide
        column += columns.start
        if event.y < 1 or not (0 <= row < len(self._names) and 0 <= column < len(self._heads)):
            return
        if (row, column) == self.cursor:
            self.post_message(self.Chosen())
        self.cursor = row, column
