"""Every screen and dialog of a Swedish run: no English words, and nothing too faint to read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from crmformulas_tui.app import BrowseApp
from crmformulas_tui.dialogs.ask import AskChoice, AskText, TextDialog
from crmformulas_tui.dialogs.columns import ColumnsDialog
from crmformulas_tui.dialogs.compare import CompareDialog
from crmformulas_tui.dialogs.dialog import Dialog
from crmformulas_tui.dialogs.export import ExportDialog
from crmformulas_tui.dialogs.mapping import MappingDialog
from crmformulas_tui.dialogs.picker import Picker
from crmformulas_tui.dialogs.profile import ProfileDialog
from crmformulas_tui.screens import SCREENS
from crmformulas_tui.widgets.heat import contrast
from textual.color import Color
from textual.command import CommandPalette
from textual.pilot import Pilot

from crmformulas.catalog.formula import load
from tests.swedish import WORD, english_in
from tests.tui.conftest import MakeApp
from tests.tui.driving import go_to, opened, screen_text, settled, until

FAINTEST = 4.5
"""The contrast of text with its ground that WCAG 2.2 asks for at least (1.4.3, level AA)."""


def faint_texts(app: BrowseApp) -> dict[str, float]:
    """Texts on the screen whose contrast with their ground is too small, and how small."""
    faint = {}
    # What lies below a dialog is dimmed on purpose.
    part = app.screen.children[0].region if len(app.screen_stack) > 1 else app.screen.region
    for strip in app.screen._compositor.render_strips(app.size)[part.y : part.bottom]:
        for text, style, _ in strip.crop(part.x, part.right):
            if not style or not style.color or not style.bgcolor or not re.search(r"\w", text):
                continue
            colours = (Color(*one.get_truecolor()) for one in (style.color, style.bgcolor))
            if (seen := contrast(*colours)) < FAINTEST:
                faint[text.strip()] = round(seen, 2)
    return faint


DIALOGS: tuple[tuple[str, str, type[Any]], ...] = (
    ("overview", "question_mark", TextDialog),
    ("overview", "F", TextDialog),
    ("overview", "e", ExportDialog),
    ("overview", "o", Picker),
    ("overview", "i", MappingDialog),
    ("overview", "X", CompareDialog),
    ("overview", "d", AskText),
    ("overview", "t", AskText),
    ("overview", "percent_sign", AskText),
    ("overview", "ctrl+p", CommandPalette),
    ("portfolio", "enter", AskText),
    ("ladder", "g", AskText),
    ("budget", "g", AskText),
    ("budget", "enter", AskText),
    ("budget", "ctrl+s", AskText),
    ("budget", "c", AskChoice),
    ("segments", "enter full_stop", ColumnsDialog),
    ("segments", "enter ctrl+s", AskText),
    ("segments", "enter enter enter", ProfileDialog),
)
"""A screen, the keys that open a dialog there, and its class."""


async def test_every_screen_is_swedish_and_legible(make_app: MakeApp, orders_csv: Path) -> None:
    data = frozenset(one.lower() for one in WORD.findall(orders_csv.read_text()))
    data |= {one.name for formula in load().values() for one in formula.parameters}
    app = make_app("sv")
    english: dict[str, list[Any]] = {}
    faint: dict[tuple[str, str], dict[str, float]] = {}
    opened_dialogs: set[type[Any]] = {Dialog}

    def look(where: str) -> None:
        # Equations are of the names of arguments.
        for line in screen_text(app).partition("Ekvation")[0].splitlines():
            if words := english_in(line, data):
                english[where] = [*english.get(where, []), (line.strip(" │"), words)]
        if found := faint_texts(app):
            faint[where, app.theme] = found

    async def go_round(pilot: Pilot[Any], dialogs: Iterable[tuple[str, str, type[Any]]]) -> None:
        for name, _, _ in SCREENS:
            await go_to(pilot, name)
            await until(pilot, lambda: not app.session.busy, "rest")
            look(name)
        for name, keys, kind in dialogs:
            await go_to(pilot, name)
            for key in keys.split():
                await pilot.press(key)
                await settled(pilot)
            await until(pilot, lambda kind=kind: isinstance(app.screen, kind), f"{name} {keys}")
            opened_dialogs.add(kind)
            look(f"{name} {keys}")
            # Out of the dialog, and of the customer and the list of customers below it.
            await pilot.press("escape", "escape", "escape")

    async with app.run_test(size=(150, 50), notifications=True) as pilot:
        await opened(pilot)
        await go_round(pilot, DIALOGS)
        # One of each kind in the other theme.
        app.theme = "textual-light"
        await go_round(pilot, {kind: one for one in DIALOGS for kind in one[2:]}.values())
    assert (english, faint) == ({}, {})
    assert opened_dialogs >= {Dialog, *Dialog.__subclasses__()}
