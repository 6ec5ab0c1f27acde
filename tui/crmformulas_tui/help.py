"""The help screen: the keys of this screen and of all, from where they are defined."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from crmformulas.translations import Translated
from crmformulas_tui.widgets.formula_bar import FormulaField

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crmformulas_tui.app import BrowseApp
    from crmformulas_tui.pane import Key

__all__ = ["help_text"]

SIGNS = {
    "equals_sign": "=",
    "question_mark": "?",
    "slash": "/",
    "enter": "⏎",
    "escape": "esc",
    "plus": "+",
    "minus": "−",
    "left": "←",
    "right": "→",
    "up": "↑",
    "down": "↓",
    "space": "␣",
}

EVERYWHERE = (
    ("1–8", Translated("go to a screen", "gå till en skärm")),
    ("↑ ↓", Translated("move", "flytta")),
    ("⏎", Translated("drill down, or change", "gå in, eller ändra")),
    ("esc", Translated("back; stop what is being done", "tillbaka; avbryt det som pågår")),
    ("tab", Translated("next field or table", "nästa fält eller tabell")),
    ("^p", Translated("all commands", "alla kommandon")),
)


def sign(keys: str) -> str:
    """How a key is written."""
    return " ".join(SIGNS.get(k, k.replace("ctrl+", "^")) for k in keys.split(","))


def help_text(app: BrowseApp) -> Content:
    """What the pane is for, its keys, and those that work everywhere."""
    parts: list[str] = []
    pane = app.pane
    if pane is not None:
        parts += [app.translate(pane.ABOUT), ""] if pane.ABOUT.en else []
        parts += [app.translate(pane.NAME).upper(), *_lines(app, pane.KEYS), ""]
    parts += [app.translate(Translated("EVERYWHERE", "ÖVERALLT"))]
    parts += [f"  {keys:10} {app.translate(words)}" for keys, words in EVERYWHERE]
    parts += _lines(app, app.KEYS)
    parts += [
        "",
        app.translate(Translated("FORMULA BAR", "FORMELRADEN")),
        *_lines(app, FormulaField.KEYS),
    ]
    return Content("\n".join(parts))


def _lines(app: BrowseApp, keys: Iterable[Key]) -> list[str]:
    return [f"  {sign(key.keys):10} {app.translate(key.words)}" for key in keys]
