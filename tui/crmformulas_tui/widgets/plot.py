"""Curves drawn with braille dots: two by four of them in a character."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

__all__ = ["Curve", "Plot", "draw"]

BLANK = 0x2800
"""The braille character without dots."""

DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""The bit of each dot of a character, by row and column."""

STEPS = (1, 2, 3, 6, 12, 24, 36, 60, 120, 240)
"""Between the labels of the horizontal axis."""

AREAS = ("primary", "secondary", "accent", "success", "warning", "error")
AS_TEXT = {f"${name}": f"$text-{name}" for name in AREAS}
"""The colour of the name of a curve, by that of the curve."""

GAP = 2
"""Characters between the labels of the horizontal axis, at least."""


@dataclass(frozen=True)
class Curve:
    """A line through points.

    Attributes:
        name: What stands at its end.
        points: x and y of each, x ascending.
        style: Its colour; the name says the same without colour.
    """

    name: str
    points: Sequence[tuple[float, float]]
    style: str = ""


Cells = list[list[tuple[str, str]]]
"""Lines of characters with their styles."""


def draw(
    curves: Sequence[Curve],
    width: int,
    height: int,
    x_range: tuple[float, float],
    y_range: tuple[float, float],
) -> Cells:
    """The curves in a field of characters; later ones lie above.

    Args:
        curves: What to draw.
        width: Characters in a line.
        height: Lines.
        x_range: The values at the left and the right edge.
        y_range: The values at the lower and the upper edge.

    Returns:
        The lines from above, each so many characters with their styles.

    Examples:
        >>> field = draw([Curve("", [(0, 0), (3, 3)])], 2, 1, (0, 3), (0, 3))
        >>> "".join(character for character, _ in field[0])
        '⡠⠊'
    """
    bits = [[0] * width for _ in range(height)]
    styles = [[""] * width for _ in range(height)]
    columns, rows = width * 2 - 1, height * 4 - 1

    def dot(x: int, y: int, style: str) -> None:
        if 0 <= x <= columns and 0 <= y <= rows:
            line, place = divmod(rows - y, 4)[0], x // 2
            bits[line][place] |= DOTS[(rows - y) % 4][x % 2]
            styles[line][place] = style

    for curve in curves:
        at = [(_scaled(x, x_range, columns), _scaled(y, y_range, rows)) for x, y in curve.points]
        for (x0, y0), (x1, y1) in pairwise(at):
            steps = max(abs(x1 - x0), abs(y1 - y0), 1)
            for i in range(steps + 1):
                x = round(x0 + (x1 - x0) * i / steps)
                dot(x, round(y0 + (y1 - y0) * i / steps), curve.style)
        if len(at) == 1:
            dot(*at[0], curve.style)
    return [
        [(chr(BLANK + b) if b else " ", style) for b, style in zip(line, row, strict=True)]
        for line, row in zip(bits, styles, strict=True)
    ]


def _scaled(value: float, span: tuple[float, float], most: int) -> int:
    low, high = span
    return round((value - low) / (high - low) * most) if high > low else 0


class Plot(Widget):
    """Curves with their axes; each curve ends in its name."""

    DEFAULT_CSS = """
    Plot { height: 8; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._curves: Sequence[Curve] = ()
        self._y_told: Callable[[float], str] = str
        self._x_name = ""
        self._from_zero = False

    def show_data(
        self,
        curves: Sequence[Curve],
        *,
        y_told: Callable[[float], str],
        x_name: str,
        from_zero: bool,
    ) -> None:
        """Draw these curves.

        Args:
            curves: The last one lies above the others.
            y_told: How a value is written at the vertical axis.
            x_name: What the horizontal axis counts.
            from_zero: Whether the vertical axis begins at 0.
        """
        self._curves, self._y_told = curves, y_told
        self._x_name, self._from_zero = x_name, from_zero
        self.refresh()

    def render(self) -> Content:
        """The field, the axis at its left and the one below."""
        points = [point for curve in self._curves for point in curve.points]
        height = self.size.height - 1
        if not points or height < 1:
            return Content("")
        xs, ys = zip(*points, strict=True)
        low, high = min(ys), max(ys)
        if self._from_zero:
            low = min(low, 0.0)
        if low == high:
            low, high = low - 1, high + 1
        ticks = (
            {0: high, height // 2: (low + high) / 2, height - 1: low} if height > 2 else {0: high}
        )
        labels = {line: self._y_told(value) for line, value in ticks.items()}
        left = max(map(cell_len, labels.values()))
        names = max(cell_len(curve.name) for curve in self._curves) + 1
        width = self.size.width - left - 2 - names
        if width < 8:
            return Content("")
        x_range, y_range = (min(xs), max(xs)), (low, high)
        field = draw(self._curves, width, height, x_range, y_range)
        for line in field:
            line += [(" ", "")] * names
        for curve in self._curves[::-1]:
            self._write_name(field, curve, width, x_range, y_range)
        parts: list[Any] = []
        for place, line in enumerate(field):
            label = labels.get(place, "")
            blank = " " * (left - cell_len(label))
            parts += [f"{blank}{label} {'┤' if label else '│'}", *line, "\n"]
        parts.append(" " * (left + 1) + self._x_axis(width, width + names + 1, x_range))
        return Content.assemble(*parts)

    def _write_name(
        self,
        field: Cells,
        curve: Curve,
        width: int,
        x_range: tuple[float, float],
        y_range: tuple[float, float],
    ) -> None:
        """Write the name of a curve at its end, or on the nearest line that has room for it."""
        if not curve.points:
            return
        x, y = curve.points[-1]
        # What is drawn in the colour of an area is written in that of a text.
        style = AS_TEXT.get(curve.style, curve.style)
        place = _scaled(x, x_range, width * 2 - 1) // 2 + 1
        line = len(field) - 1 - _scaled(y, y_range, len(field) * 4 - 1) // 4
        taken = slice(place, place + len(curve.name) + 1)
        near = sorted(range(len(field)), key=lambda other: abs(other - line))
        free = next(
            (
                other
                for other in near
                if all(c == " " or ord(c[0]) >= BLANK for c, _ in field[other][taken])
            ),
            line,
        )
        field[free][place : place + len(curve.name)] = [(c, style) for c in curve.name]

    def _x_axis(self, width: int, room: int, x_range: tuple[float, float]) -> str:
        """Whole numbers where there is room for them, and what they count."""
        low, high = x_range
        name = f" {self._x_name}"
        step = next((s for s in STEPS if (high - low) / s * 5 <= width), STEPS[-1])
        shown, value = "", low
        while value <= high:
            text = f"{value:g}"
            place = _scaled(value, x_range, width * 2 - 1) // 2 + 1
            if place >= len(shown) + (GAP if shown else 0) and place + len(text + name) <= room:
                shown = shown.ljust(place) + text
            value += step
        return shown + name
