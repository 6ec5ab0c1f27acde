"""A bridge of drivers: what each of them brings, as bars to scale."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.cells import cell_len
from textual.content import Content
from textual.widgets import Static

from crmformulas.formats import bar

__all__ = ["Bridge"]


class Bridge(Static):
    """A line for each driver: its name, its amount with a sign, and a bar of its size."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)

    def show_data(self, head: str, parts: Sequence[tuple[str, float, str]], width: int) -> None:
        """Show the parts.

        Args:
            head: The line above them.
            parts: Name, amount, and the amount as text.
            width: Of the longest bar.
        """
        most = max((abs(amount) for _, amount, _ in parts), default=0.0) or 1.0
        names = max((cell_len(name) for name, _, _ in parts), default=0)
        text_width = max((cell_len(text) for _, _, text in parts), default=0)
        lines: list[Any] = [(head, "bold" if parts else "$text-muted")]
        for name, amount, text in parts:
            colour = "$success" if amount > 0 else "$error" if amount < 0 else ""
            lines += [
                "\n",
                f"{name}{' ' * (names - cell_len(name))}  {text.rjust(text_width)}  ",
                (bar(abs(amount) / most, width), colour),
            ]
        self.update(Content.assemble(*lines))
