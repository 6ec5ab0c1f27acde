"""Ask where to write a file; one that is there is overwritten only when that is said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from crmformulas.printable import printable
from crmformulas.translations import Label, Lang, Translated, translate
from crmformulas_tui.dialogs.ask import AskChoice, AskText

if TYPE_CHECKING:
    from textual.widget import Widget

__all__ = ["ask_path", "file_name", "problem_with"]


def file_name(words: str) -> str:
    """A text as the name of a file: what a system may not take becomes a hyphen.

    Examples:
        >>> file_name("Win back / 2027")
        'Win back - 2027'
    """
    return "".join(c if c.isalnum() or c in " ._-" else "-" for c in words).strip() or "-"


def ask_path(
    node: Widget,
    lang: Lang,
    question: Label,
    name: str,
    take: Callable[[Path, bool], None],
) -> None:
    """Ask for a path to write to.

    Args:
        node: The widget that asks.
        lang: The language.
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
            raise ValueError(translate(problem, lang))
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

        shown = printable(path.name)
        there = Translated(f"{shown} is there already", f"{shown} finns redan")
        choices = (
            Translated("Keep it", "Behåll den"),
            Translated("Overwrite it", "Skriv över den"),
        )
        node.app.push_screen(AskChoice(lang, there, choices), decide)

    node.app.push_screen(AskText(lang, question, check, name), then)


def problem_with(text: str, path: Path) -> Translated | None:
    """Why nothing can be written there, as far as that shows beforehand."""
    try:
        if not text or (path.exists() and not path.is_file()):
            return Translated("Give the name of a file", "Ange ett filnamn")
        if not path.parent.is_dir():
            return Translated(
                f"There is no folder {path.parent}", f"Mappen {path.parent} finns inte"
            )
    except (OSError, ValueError) as error:
        return Translated(str(error), str(error))
    return None
