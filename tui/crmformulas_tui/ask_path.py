"""Ask where to write a file; one that is there is overwritten only when that is said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from crmformulas.translations import Label, Translated
from crmformulas_tui.dialogs import AskChoice, AskText
from crmformulas_tui.export import problem_with

if TYPE_CHECKING:
    from crmformulas_tui.app import BrowseApp

__all__ = ["ask_path", "file_name"]


def file_name(words: str) -> str:
    """A text as the name of a file: what a system may not take becomes a hyphen.

    Examples:
        >>> file_name("Win back / 2027")
        'Win back - 2027'
    """
    return "".join(c if c.isalnum() or c in " ._-" else "-" for c in words).strip() or "-"


def ask_path(
    app: BrowseApp,
    question: Label,
    name: str,
    take: Callable[[Path, bool], None],
) -> None:
    """Ask for a path to write to.

    Args:
        app: The application.
        question: What is to be written.
        name: The name that is offered; its suffix is that of a path without one.
        take: Gets the path, and whether a file that is there is to be overwritten.
    """
    suffix = Path(name).suffix

    def check(text: str) -> Path:
        path = Path(text).expanduser()
        if text and not path.suffix and not path.is_dir():
            path = path.with_name(path.name + suffix)
        if problem := problem_with(text, path):
            raise ValueError(app.translate(problem))
        return path

    def then(path: Path | None) -> None:
        if path is None:
            return
        if not path.exists():
            take(path, False)
            return

        def decide(answer: int | None) -> None:
            if answer == 1:
                take(path, True)

        there = Translated(f"{path.name} is there already", f"{path.name} finns redan")
        choices = (
            Translated("Keep it", "Behåll den"),
            Translated("Overwrite it", "Skriv över den"),
        )
        app.push_screen(AskChoice(there, choices), decide)

    app.push_screen(AskText(question, check, name), then)
