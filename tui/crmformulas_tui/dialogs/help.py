"""The help: the keys of a screen and of all, from where they are defined."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from crmformulas.translations import Lang, Translated, translate
from crmformulas_tui.keys import Key, key_sign
from crmformulas_tui.screens import GROUPS
from crmformulas_tui.widgets.formula_bar import FormulaField

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crmformulas_tui.pane import Pane

__all__ = ["help_text"]

EVERYWHERE = (
    (
        f"1–{len(GROUPS)}",
        Translated("go to a tab; again: its next screen", "gå till en flik; igen: nästa skärm"),
    ),
    ("↑ ↓", Translated("move", "flytta")),
    ("⏎", Translated("drill down, or change", "gå in, eller ändra")),
    ("esc", Translated("back; stop what is being done", "tillbaka; avbryt det som pågår")),
    ("tab", Translated("next field or table", "nästa fält eller tabell")),
    ("^p", Translated("all commands", "alla kommandon")),
)


def help_text(lang: Lang, pane: type[Pane] | None, app_keys: Iterable[Key]) -> Content:
    """The help of a screen: what it is for, its keys, and those that work everywhere.

    Args:
        lang: The language.
        pane: The class of the current screen.
        app_keys: The keys of the application.
    """
    parts: list[str] = []
    if pane is not None:
        parts += [translate(pane.ABOUT, lang), ""] if pane.ABOUT.en else []
        parts += [translate(pane.NAME, lang).upper(), *_lines(lang, pane.KEYS), ""]
    parts += [translate(Translated("EVERYWHERE", "ÖVERALLT"), lang)]
    parts += [f"  {keys:10} {translate(label, lang)}" for keys, label in EVERYWHERE]
    parts += _lines(lang, app_keys)
    parts += ["", translate(Translated("FORMULA BAR", "FORMELRADEN"), lang)]
    parts += _lines(lang, FormulaField.KEYS)
    return Content("\n".join(parts))


def _lines(lang: Lang, keys: Iterable[Key]) -> list[str]:
    return [f"  {key_sign(key.keys):10} {translate(key.label, lang)}" for key in keys]
