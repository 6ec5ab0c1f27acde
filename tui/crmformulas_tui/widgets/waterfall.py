"""A balance as bars to scale: where one ends the next begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from rich.cells import cell_len
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Region
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from crmformulas.formats import bar

if TYPE_CHECKING:
    from textual import events
    from textual.geometry import Size

__all__ = ["Bar", "Waterfall"]

COLOURS = {"level": "$primary", "growth": "$success", "loss": "$error"}

LONGEST = 80
"""A bar is no longer, however much room there is."""


@dataclass(frozen=True)
class Bar:
    """A line of the balance.

    Attributes:
        label: What it is.
        figure: How much, as text.
        start: Where its bar begins, 0 to 1.
        share: How long it is, 0 to 1.
        kind: A level, or what makes it grow or shrink.
    """

    label: str
    figure: str
    start: float
    share: float
    kind: Literal["level", "growth", "loss"]


class Waterfall(Widget, can_focus=True):
    """The bars, with a cursor that stands on one."""

    DEFAULT_CSS = """
    Waterfall { height: auto; width: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", show=False),
        Binding("down,j", "move(1)", show=False),
        Binding("home,g", "move(-9)", show=False),
        Binding("end,G", "move(9)", show=False),
    ]

    cursor: reactive[int] = reactive(0, repaint=False)

    class Chosen(Message):
        """The bar with the cursor was clicked."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._bars: Sequence[Bar] = ()

    def show_data(self, bars: Sequence[Bar]) -> None:
        """Show a balance; the cursor stays where it was."""
        self._bars = bars
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """A line for each bar."""
        return len(self._bars)

    def render(self) -> Content:
        """Label, figure and bar."""
        labels = max((cell_len(b.label) for b in self._bars), default=0)
        figures = max((cell_len(b.figure) for b in self._bars), default=0)
        room = min(max(self.size.width - labels - figures - 8, 8), LONGEST)
        parts: list[Any] = []
        for place, one in enumerate(self._bars):
            here = self.has_focus and place == self.cursor
            blank = " " * (labels - cell_len(one.label))
            text = f"{'▸' if here else ' '} {one.label}{blank}  {one.figure.rjust(figures)}  "
            drawn = " " * round(one.start * room) + bar(one.share, room)
            parts += [(text, "bold" if here else ""), (drawn, COLOURS[one.kind]), "\n"]
        return Content.assemble(*parts[:-1])

    def watch_cursor(self, before: int, now: int) -> None:
        """Draw the bar it stood on and the one it stands on."""
        self.refresh(*(Region(0, place, self.size.width, 1) for place in (before, now)))

    def action_move(self, step: int) -> None:
        """To another bar."""
        before = self.cursor
        self.cursor = min(max(before + step, 0), max(len(self._bars) - 1, 0))
        if self.cursor == before:
            # At the edge the pane scrolls.
            raise SkipAction

    def on_click(self, event: events.Click) -> None:
        """A click on the bar with the cursor chooses it."""
        event.stop()
        if event.y == self.cursor:
            self.post_message(self.Chosen())
        self.cursor = min(event.y, len(self._bars) - 1)
