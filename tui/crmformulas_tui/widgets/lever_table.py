"""The levers of a budget: left and right change the one under the cursor."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from crmformulas_tui.widgets.line_table import LineTable

__all__ = ["LeverTable"]


class LeverTable(LineTable):
    """The levers: left and right change the one under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "less", show=False),
        Binding("right", "more", show=False),
    ]

    class Stepped(Message):
        """The lever under the cursor is to be lower or higher by some per cent of Budget 1."""

        def __init__(self, points: int) -> None:
            super().__init__()
            self.points = points

    def action_less(self) -> None:
        """A per cent lower."""
        self.post_message(self.Stepped(-1))

    def action_more(self) -> None:
        """A per cent higher."""
        self.post_message(self.Stepped(1))
