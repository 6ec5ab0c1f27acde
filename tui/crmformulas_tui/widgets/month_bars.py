"""Months as columns from zero, and those to come as a band from low to high."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil
from typing import Any, NamedTuple

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

__all__ = ["MonthBar", "MonthBars"]

EIGHTHS = " ▁▂▃▄▅▆▇█"

WIDEST = 7
"""Characters of a month, the blank after its column among them."""

LEAST = 3
"""Lines below which nothing is drawn."""

JANUARY = "01"


class MonthBar(NamedTuple):
    """A month.

    Attributes:
        month: As ``2026-10``.
        value: What came, or is expected.
        low: Lower end of what is expected; None of what came.
        high: Upper end of it.
        before: The same month a year before, drawn as a line; None for none.
    """

    month: str
    value: float
    low: float | None = None
    high: float | None = None
    before: float | None = None


class MonthBars(Widget):
    """Columns on an axis from zero, whose labels are never cut."""

    DEFAULT_CSS = """
    MonthBars { height: 9; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._months: Sequence[MonthBar] = ()
        self._told: Callable[[float | None], str] = str

    def show_data(self, months: Sequence[MonthBar], text_of: Callable[[float | None], str]) -> None:
        """Draw these months.

        Args:
            months: The oldest first.
            text_of: How a value is written at the axis.
        """
        self._months, self._told = months, text_of
        self.refresh()

    def render(self) -> Content:
        """The columns, the axis at their left and the years below."""
        height = self.size.height - 1
        most = max((max(m.value, m.high or 0, m.before or 0) for m in self._months), default=0)
        if height < LEAST or most <= 0:
            return Content("")
        labels = {height: self._told(most), (height + 1) // 2: self._told(most / 2), 1: "0"}
        left = max(map(cell_len, labels.values()))
        # The label of the middle stands on the line whose upper edge is the half.
        wide = min((self.size.width - left - 2) // len(self._months), WIDEST)
        if wide < 1:
            return Content("")
        unit = most / height
        parts: list[Any] = []
        for line in range(height, 0, -1):
            label = labels.get(line, "")
            parts.append((f"{label.rjust(left)} {'┤' if label else '│'}", "$text-muted"))
            for month in self._months:
                parts += self._cell(month, line, unit, wide)
            parts.append("\n")
        parts.append((" " * (left + 2) + self._years(wide), "$text-muted"))
        return Content.assemble(*parts)

    @staticmethod
    def _cell(month: MonthBar, line: int, unit: float, wide: int) -> list[tuple[str, str]]:
        """A line of a column: what is filled of it, or whether the band goes through it."""
        room = max(wide - 1, 1)
        blank = " " * (wide - room)
        middle = (line - 0.5) * unit
        if month.low is not None and month.high is not None:
            near = abs(month.value - middle) <= unit / 2
            inside = month.low <= middle <= month.high
            sign = "▒" if near else "░" if inside else " "
            return [(sign * room + blank, "$accent")]
        filled = EIGHTHS[max(0, min(8, round((month.value / unit - (line - 1)) * 8)))]
        # On one line alone, though a value may lie between two.
        if month.before is not None and max(ceil(round(month.before / unit, 9)), 1) == line:
            # The line goes on through the column, in the colour of its ground.
            if filled == "█":
                return [("━" * room, "$background on $primary"), (blank, "")]
            if filled == " ":
                return [("━" * room + blank, "$text-muted")]
        return [(filled * room + blank, "$primary")]

    def _years(self, wide: int) -> str:
        """The years, below their January."""
        shown = ""
        for place, one in enumerate(self._months):
            if one.month.endswith(JANUARY) and place * wide >= len(shown) + bool(shown):
                shown = shown.ljust(place * wide) + one.month[:4]
        return shown
