"""A table of lines: drawn line by line, so that it may have any number of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

if TYPE_CHECKING:
    from rich.style import Style
    from textual import events

__all__ = ["Column", "LineTable", "StaticTable"]

GAPS = (2, 1)
"""Between columns: the first where all columns have room with it."""

MARK = 2
"""The width of what marks the line with the cursor, so that it is seen without colour."""

LEAST_FIRST = 8
"""The first column is cut to this before another one is left out."""

BAR = re.compile("[▏▎▍▌▋▊▉█]+")
"""What bars are drawn with."""

MOST = 24
"""Nor is any other column of texts wider than this, unless there is room left."""


@dataclass(frozen=True)
class Column:
    """A column.

    Attributes:
        key: What it is.
        head: How it is headed.
        text: Whether it is text, which stands at the left; figures stand at the right.
        rank: The higher the sooner it is left out where room is scarce.
        least: Its least width.
    """

    key: str
    head: str
    text: bool = False
    rank: int = 0
    least: int = 0


class LineTable(ScrollView, can_focus=True):
    """A table with a cursor that stands on a line.

    Lines are strings as they are shown. Those of :meth:`show_data` are there; a subclass may have
    them come later, by :meth:`cells`. Columns that don't fit are left out, the highest rank first,
    but never the first one nor the one by which lines are sorted.
    """

    DEFAULT_CSS = """
    LineTable {
        height: auto;
        background: $background;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
        & > .line-table--head { text-style: bold; color: $foreground; }
        & > .line-table--line { color: $foreground; }
        & > .line-table--strong { text-style: bold; color: $foreground; }
        & > .line-table--quiet { color: $text-muted; }
        & > .line-table--good { color: $text-success; }
        & > .line-table--bad { color: $text-error; }
        & > .line-table--bar { color: $primary; text-style: none; }
        & > .line-table--cursor { text-style: bold; background: $surface-lighten-1; }
        &:focus > .line-table--cursor {
            color: $block-cursor-foreground;
            background: $block-cursor-background;
            text-style: bold;
        }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "line-table--head",
        "line-table--line",
        "line-table--strong",
        "line-table--quiet",
        "line-table--good",
        "line-table--bad",
        "line-table--bar",
        "line-table--cursor",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", show=False),
        Binding("down,j", "move(1)", show=False),
        Binding("pageup,ctrl+u", "page(-1)", show=False),
        Binding("pagedown,ctrl+d", "page(1)", show=False),
        Binding("home,ctrl+home", "first", show=False),
        Binding("end,ctrl+end,G", "last", show=False),
    ]

    cursor: reactive[int] = reactive(0, repaint=False)
    """The line it stands on. Where it was and where it is are drawn anew, not all lines."""

    class TableMessage(Message):
        """A message of a table to its pane."""

        def __init__(self, table: LineTable) -> None:
            super().__init__()
            self.table = table

        @property
        def control(self) -> LineTable:
            """The table."""
            return self.table

    class Chosen(TableMessage):
        """The line under the cursor was chosen with the mouse."""

    class Moved(TableMessage):
        """The cursor stands on another line."""

    class Needs(TableMessage):
        """Other lines are in sight, which may not be there yet."""

    class Edge(TableMessage):
        """The cursor was to go above the first line (-1) or below the last one (1)."""

        def __init__(self, table: LineTable, step: int) -> None:
            super().__init__(table)
            self.step = step

    class Head(TableMessage):
        """The head of a column was clicked."""

        def __init__(self, table: LineTable, key: str) -> None:
            super().__init__(table)
            self.key = key

    def __init__(self, columns: Sequence[Column] = (), *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.columns = tuple(columns)
        self.count = 0
        self.sorted_by: tuple[str, bool] | None = None
        self.pointed: str | None = None
        self._lines: Sequence[Sequence[str]] = ()
        self._strong: Collection[int] = ()
        self._apart: Collection[int] = ()
        self._tones: Mapping[tuple[int, str], str] = {}
        self._seen: dict[str, int] = {}
        self._plan: tuple[tuple[int, int], ...] = ()
        self._gap = GAPS[0]

    # What is shown

    def show_data(
        self,
        lines: Sequence[Sequence[str]],
        strong: Collection[int] = (),
        apart: Collection[int] = (),
        tones: Mapping[tuple[int, str], str] | None = None,
    ) -> None:
        """Show these lines; the cursor stays where it was.

        Args:
            lines: The cells of each line, as text.
            strong: Lines that are set off, such as a total.
            apart: Lines that the cursor passes over, such as a blank one between two groups.
            tones: How cells are coloured, by line and column key: good, bad or quiet.
        """
        self._tones = tones or {}
        self._lines, self._strong, self._apart = lines, strong, apart
        self._seen = {}
        for line in lines:
            self._note(line)
        self.resize(len(lines))

    def cells(self, place: int) -> Sequence[str] | None:
        """The cells of a line; None if they are not there yet."""
        return self._lines[place] if place < len(self._lines) else None

    def resize(self, count: int) -> None:
        """Have so many lines."""
        self.count = count
        self.virtual_size = Size(0, count + 1)
        self.cursor = min(self.cursor, max(count - 1, 0))
        self._arrange()
        self.refresh(layout=self.styles.height is None or self.styles.height.is_auto)

    def in_sight(self) -> range:
        """The lines in sight."""
        top = self.scroll_offset.y
        return range(top, min(top + self._room, self.count))

    @property
    def _room(self) -> int:
        """Lines that fit below the head."""
        return max(self.scrollable_content_region.height - 1, 1)

    def _note(self, line: Sequence[str]) -> bool:
        """Remember how wide the cells of a line are, and say whether a column got wider."""
        wider = False
        for column, cell in zip(self.columns, line, strict=True):
            if (width := cell_len(cell)) > self._seen.get(column.key, 0):
                self._seen[column.key] = width
                wider = True
        return wider

    def _arrange(self) -> None:
        """Which columns there is room for, and how wide they are."""
        room = self.scrollable_content_region.width - MARK
        if room <= 0 or not self.columns:
            # Not the plan of the columns before: there may be fewer now.
            self._plan = ()
            return
        # A text may be cut; a figure without its last digits would be another figure.
        widths = [
            min(self._width(column), MOST) if column.text else self._width(column)
            for column in self.columns
        ]
        first = self._width(self.columns[0])
        widths[0] = min(first, max(LEAST_FIRST, self.columns[0].least))
        now = {self.sorted_by[0] if self.sorted_by else None, self.pointed}
        ranked = sorted(
            range(len(widths)),
            key=lambda i: (i > 0, self.columns[i].key not in now, self.columns[i].rank),
        )
        self._gap = next((g for g in GAPS if self._spread(widths, g) <= room), GAPS[-1])
        taken: list[int] = []
        for i in ranked:
            chosen = [*taken, i]
            if taken and self._spread([widths[j] for j in chosen], self._gap) > room:
                break
            taken = chosen
        left = room - self._spread([widths[j] for j in taken], self._gap)
        # What is left goes to the first column, then to other texts that were cut.
        for i in (0, *(i for i in sorted(taken) if i and self.columns[i].text)):
            more = max(min(self._width(self.columns[i]) - widths[i], left), 0)
            widths[i] += more
            left -= more
        self._plan = tuple((i, widths[i]) for i in sorted(taken))

    def _spread(self, widths: Sequence[int], gap: int) -> int:
        return sum(widths) + gap * (len(widths) - 1)

    def _width(self, column: Column) -> int:
        mark = 2 if self.sorted_by and self.sorted_by[0] == column.key else 0
        mark += 2 if self.pointed == column.key else 0
        seen = self._seen.get(column.key, 0)
        return max(cell_len(column.head) + mark, column.least, seen)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The head and all lines."""
        return self.count + 1

    # Drawing

    def render_line(self, y: int) -> Strip:
        """The head, or the line that stands there now."""
        width = self.scrollable_content_region.width
        if y == 0:
            return self._strip(self._heads(), "", "line-table--head", width)
        place = y - 1 + self.scroll_offset.y
        if place >= self.count:
            return Strip.blank(width, self.rich_style)
        cells = self.cells(place)
        here = place == self.cursor
        kind = "cursor" if here else "strong" if place in self._strong else "line"
        if cells is None:
            cells = ["·"] * len(self.columns)
            kind = kind if here else "quiet"
        mark = "▸" if here and self.has_focus else ""
        return self._strip(cells, mark, f"line-table--{kind}", width, place)

    def _heads(self) -> list[str]:
        key, descending = self.sorted_by or ("", False)
        mark = "▼" if descending else "▲"
        heads = [f"{c.head} {mark}" if c.key == key else c.head for c in self.columns]
        pointed = (c.key == self.pointed for c in self.columns)
        return [f"[{head}]" if here else head for head, here in zip(heads, pointed, strict=True)]

    def _strip(
        self, cells: Sequence[str], mark: str, kind: str, width: int, line: int = -1
    ) -> Strip:
        gap = " " * self._gap
        style = self.rich_style + self._style(kind)
        segments = [Segment(mark.ljust(MARK), style)]
        for place, (i, room) in enumerate(self._plan):
            cell = cells[i]
            if cell_len(cell) > room:
                cell = set_cell_size(cell, room - 1) + "…"
            blank = " " * (room - cell_len(cell))
            text = cell + blank if self.columns[i].text else blank + cell
            tone = self._tones.get((line, self.columns[i].key))
            segments.append(Segment(gap if place else "", style))
            # The cursor has one colour; a mark in the cell says the same as its tone.
            if kind == "line-table--cursor":
                segments.append(Segment(text, style))
            elif tone is None:
                segments += self._with_bars(text, style)
            else:
                segments.append(Segment(text, style + self._style(f"line-table--{tone}")))
        # One run of cells for each style: a step of the cursor is then few bytes.
        return Strip(segments).simplify().adjust_cell_length(width, style)

    def _style(self, kind: str) -> Style:
        # What is quiet is so on the background alone: without it, it is white in any theme.
        partial = kind != "line-table--quiet"
        style: Style = self.get_component_rich_style(kind, partial=partial)
        return style

    def _with_bars(self, text: str, style: Style) -> Iterator[Segment]:
        """A text, in which bars have the accent."""
        end = 0
        for found in BAR.finditer(text):
            yield Segment(text[end : found.start()], style)
            yield Segment(found[0], style + self._style("line-table--bar"))
            end = found.end()
        yield Segment(text[end:], style)

    # Moving

    def action_move(self, step: int) -> None:
        """The next line, or the one before."""
        place = self.cursor + step
        while place in self._apart:
            place += step
        if 0 <= place < self.count:
            self.cursor = place
        else:
            self.post_message(self.Edge(self, step))

    def action_page(self, step: int) -> None:
        """As many lines on as can be seen."""
        place = min(max(self.cursor + step * self._room, 0), max(self.count - 1, 0))
        while place in self._apart:
            place += step
        self.cursor = place

    def action_first(self) -> None:
        """The first line."""
        self.cursor = 0

    def action_last(self) -> None:
        """The last line."""
        self.cursor = max(self.count - 1, 0)

    def watch_cursor(self, before: int, now: int) -> None:
        """Keep the cursor in sight."""
        top = self.scroll_offset.y
        for place in (before, now):
            self.refresh(Region(0, place - top + 1, self.size.width, 1))
        if self.is_mounted:
            self.show_cursor()
            self.post_message(self.Moved(self))

    def show_cursor(self) -> None:
        """Scroll to where the cursor is."""
        top, room = self.scroll_offset.y, self._room
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False, force=True)
        elif self.cursor >= top + room:
            self.scroll_to(y=self.cursor - room + 1, animate=False, force=True)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Ask for the lines that came into sight."""
        super().watch_scroll_y(old_value, new_value)
        if round(old_value) != round(new_value):
            self.post_message(self.Needs(self))

    def on_resize(self) -> None:
        """More or less room."""
        self._arrange()
        self.show_cursor()
        self.refresh()
        self.post_message(self.Needs(self))

    def on_click(self, event: events.Click) -> None:
        """The head of a column, or a line: a click on the one with the cursor chooses it."""
        event.stop()
        if event.y == 0:
            left = MARK
            for i, width in self._plan:
                left += width + self._gap
                if event.x < left:
                    self.post_message(self.Head(self, self.columns[i].key))
                    return
            return
        place = event.y - 1 + self.scroll_offset.y
        if place < self.count and place not in self._apart:
            if place == self.cursor:
                self.post_message(self.Chosen(self))
            self.cursor = place


class StaticTable(LineTable, can_focus=False):
    """A table without a cursor, whose lines are only read."""

    def __init__(self, columns: Sequence[Column] = (), *, id: str | None = None) -> None:
        super().__init__(columns, id=id)
        self.set_reactive(LineTable.cursor, -1)
