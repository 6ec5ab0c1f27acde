"""A key figure in a frame: its value, its change, and how it went month by month."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.content import Content
from textual.widget import Widget

from crmformulas.formats import sparkline

__all__ = ["Card"]

TONES = {"good": "$text-success", "bad": "$text-error", "": "$text-muted"}


class Card(Widget):
    """A figure to be read at a glance; its title stands in the frame."""

    DEFAULT_CSS = """
    Card {
        height: 5; width: 1fr; padding: 0 1;
        border: round $surface-lighten-2; border-title-color: $text-muted;
    }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._value = self._change = self._note = ""
        self._tone = ""
        self._months: Sequence[float] = ()

    def show_data(
        self,
        title: str,
        value: str,
        change: str = "",
        tone: str = "",
        *,
        months: Sequence[float] = (),
        note: str = "",
    ) -> None:
        """Show a figure.

        Args:
            title: What it is.
            value: How much, as text.
            change: How it changed, with a mark that reads without colour.
            tone: Whether that is good: good, bad or empty.
            months: How it went, the oldest first.
            note: What stands in the place of the months where they are not known.
        """
        self.border_title = title
        self._value, self._change, self._tone = value, change, tone
        self._months, self._note = months, note
        self.refresh()

    def render(self) -> Content:
        """The value, the change beside it, the months below."""
        room = max(self.size.width, 1)
        gap = " " * max(room - len(self._value) - len(self._change), 2)
        below: Any = (self._note, "$text-muted")
        if self._months:
            below = (sparkline(self._months[-room:]), "$primary")
        return Content.assemble(
            (self._value, "bold"), gap, (self._change, TONES[self._tone]), "\n\n", below
        )
