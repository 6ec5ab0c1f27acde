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

    def __init__(
        self, title: str = "", *, id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.border_title = title

    def set_title(self, title: str) -> None:
        """Write another title in the frame."""
        self.border_title = title
