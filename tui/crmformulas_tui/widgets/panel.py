"""A titled frame around what belongs together; on a small screen its title alone, or nothing."""

from __future__ import annotations

from textual.containers import Vertical

__all__ = ["Panel"]


class Panel(Vertical):
    """A part of a screen with a title in its frame.

    Frames take room that a small screen lacks: there the pane has no class ``roomy``, and the frame
    goes.
    """

    DEFAULT_CSS = """
    Panel { height: auto; width: 1fr; }
    """

    def set_title(self, title: str) -> None:
        """Write a title in the frame."""
        self.border_title = title
