"""Steps that tests of the terminal application take again and again."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from crmformulas_tui.app import BrowseApp
from crmformulas_tui.screens import screen_place
from crmformulas_tui.session import View
from crmformulas_tui.workspace import ScreenState
from textual.pilot import Pilot

from crmformulas.orders.counting.customer_list import Filters
from crmformulas.orders.summary.model import Summary
from crmformulas.translations import Label

S = TypeVar("S", bound=ScreenState)

PATIENCE = 180.0
"""Seconds after which what is waited for will not come; far more than any of it takes."""

LOOKS = 0.01, 0.1
"""Seconds between two looks at what is waited for, at first and at most."""


def screen_text(app: BrowseApp) -> str:
    """The text on the screen, line by line; no-break spaces as plain ones."""
    strips = app.screen._compositor.render_strips(app.size)
    return "\n".join(strip.text.rstrip() for strip in strips).replace("\u00a0", " ")


FRAME = 3
"""Lines above a pane: the name of the orders, the tabs and their screens."""


def pane_lines(app: BrowseApp) -> list[str]:
    """The lines below the tabs from the message on; the frames of panels are blanks."""
    lines = screen_text(app).translate(dict.fromkeys(map(ord, "│╭╮╰╯─"), " ")).splitlines()[FRAME:]
    first = next((place for place, line in enumerate(lines) if line.strip()), 0)
    return [line.rstrip() for line in lines[first:]]


def line_of(app: BrowseApp, begins: str) -> str:
    """The first line of the screen, or of a panel, that begins so; blanks and marks aside."""
    for line in screen_text(app).splitlines():
        for part in line.split("│"):
            bare = part.strip(" ▸")
            if bare.startswith(begins):
                return re.sub(r" {2,}", "  ", bare)
    raise AssertionError(f"no line begins with {begins!r} in\n{screen_text(app)}")


async def until(pilot: Pilot[Any], true: Callable[[], object], what: str = "") -> None:
    """Wait until something is true."""
    end, rest = time.monotonic() + PATIENCE, LOOKS[0]
    while not true():
        if time.monotonic() > end:
            shown = screen_text(pilot.app)  # type: ignore[arg-type]
            told = "\n".join(getattr(pilot.app, "told", ()))
            raise AssertionError(f"waited in vain for {what or true}:\n{shown}\ntold: {told}")
        if pilot.app._exception is not None:
            raise pilot.app._exception
        # Not the pilot's pause, which asks every widget of the screen whether it rests.
        await asyncio.sleep(rest)
        rest = min(rest * 1.2, LOOKS[1])
    await pilot.pause()


async def until_shown(pilot: Pilot[Any], text: str) -> None:
    """Wait until a text stands on the screen."""
    await until(pilot, lambda: text in screen_text(pilot.app), repr(text))  # type: ignore[arg-type]


async def opened(pilot: Pilot[Any], pane: str = "overview") -> View:
    """Wait until all figures are there, those of the year before too, and go to a pane."""
    app = pilot.app
    assert isinstance(app, BrowseApp)
    await until(pilot, lambda: app.session.view and app.session.view.before, "the figures")
    await until(pilot, lambda: not app.session.doing, "rest")
    await go_to(pilot, pane)
    await pilot.pause()
    assert app.session.view is not None
    return app.session.view


async def go_to(pilot: Pilot[Any], pane: str) -> None:
    """Go to a pane at once, as from the list of commands: the screens on the way aren't shown."""
    app = pilot.app
    assert isinstance(app, BrowseApp)
    await app.run_action(f"pane({screen_place(pane)})")
    assert app.pane
    assert app.pane.id == pane
    await pilot.pause()


async def settled(pilot: Pilot[Any]) -> None:
    """Wait until the engine rests and all is drawn."""
    app = pilot.app
    assert isinstance(app, BrowseApp)
    await asyncio.sleep(0)
    await until(pilot, lambda: not app.session.doing, "rest")
    await pilot.pause()


class AskedList(NamedTuple):
    """The customers that a screen asked for."""

    filters: Filters
    label: Label


def record_lists(app: BrowseApp) -> list[AskedList]:
    """Record which customers are asked for, and list them as ever."""
    asked: list[AskedList] = []
    go_on = app.workspace.list_customers

    async def record(filters: Filters, label: Label) -> None:
        asked.append(AskedList(filters, label))
        await go_on(filters, label)

    app.workspace.list_customers = record
    return asked


def state_of(app: BrowseApp, kind: type[S]) -> S:
    """The state that the user set in a screen."""
    assert app.session.view is not None
    return app.workspace.state(kind, app.session.view.source)


def same_figures(one: Summary, other: Summary) -> bool:
    """Whether two summaries tell the same."""
    return one.to_dict() == other.to_dict()
