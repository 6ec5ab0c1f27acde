"""Pictures of every screen, at two sizes, in both themes and languages.

What is shown is asserted by the other tests; these hold how it looks. After a change that is meant:
``pytest tests/tui/test_snapshots.py --snapshot-update``, and look at the pictures.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from crmformulas_tui.app import BrowseApp
from crmformulas_tui.screens import SCREENS
from crmformulas_tui.session import Source
from crmformulas_tui.widgets.formula_bar import FormulaBar
from crmformulas_tui.widgets.key_line import KeyLine
from crmformulas_tui.widgets.top import TabBar, TopLine
from textual.pilot import Pilot
from textual.widgets import Input

from tests.tui.conftest import MakeApp
from tests.tui.driving import opened, screen_text, settled, until, until_shown

SMALL, LARGE = (80, 24), (120, 40)
FRAME = 4
"""Lines of the screen that are not the pane's."""
NAMES = [name for name, _, _ in SCREENS]

Compare = Callable[..., bool]


def leave_the_pane(app: BrowseApp) -> None:
    """Take away the frame: a picture holds one pane, and a new tab changes none."""
    for part in (TopLine, TabBar, FormulaBar, KeyLine):
        app.screen_stack[0].query_one(part).display = False


async def at_rest(pilot: Pilot[Any]) -> None:
    """Wait until nothing changes any more: no cursor blinks, nothing is counted."""
    await settled(pilot)
    for field in pilot.app.screen.query(Input):
        field.cursor_blink = False
    await pilot.pause()
    # Without the frame a pane has more room, and may show more: it is told of that later.
    before = ""
    while (now := screen_text(pilot.app)) != before:  # type: ignore[arg-type]
        before = now
        await pilot.pause(0.05)


def shown(compare: Compare, app: BrowseApp, size: tuple[int, int], pane: str, *keys: str) -> bool:
    """Whether a pane looks as it did, after some keys."""

    async def before(pilot: Pilot[Any]) -> None:
        await opened(pilot, pane)
        if size == LARGE:
            await pilot.press("b")
        leave_the_pane(app)
        for key in keys:
            await pilot.press(key)
            await settled(pilot)
        await at_rest(pilot)

    width, height = size
    return compare(app, terminal_size=(width, height - FRAME), run_before=before)


@pytest.mark.parametrize("pane", NAMES)
def test_small_and_dark(snap_compare: Compare, make_app: MakeApp, pane: str) -> None:
    assert shown(snap_compare, make_app(), SMALL, pane)


@pytest.mark.parametrize("pane", NAMES)
def test_large_and_light_in_swedish(snap_compare: Compare, make_app: MakeApp, pane: str) -> None:
    assert shown(snap_compare, make_app("sv"), LARGE, pane)


def test_customers_of_a_segment(snap_compare: Compare, make_app: MakeApp) -> None:
    keys = ("down", "enter", "right", "s", "slash", "1", "enter", "down")
    assert shown(snap_compare, make_app(), SMALL, "segments", *keys)


def test_orders_of_a_customer(snap_compare: Compare, make_app: MakeApp) -> None:
    assert shown(snap_compare, make_app("sv"), LARGE, "segments", "enter", "enter")


def test_the_help(snap_compare: Compare, make_app: MakeApp) -> None:
    assert shown(snap_compare, make_app(), SMALL, "migration", "question_mark")


def test_the_export(snap_compare: Compare, make_app: MakeApp) -> None:
    assert shown(snap_compare, make_app(), SMALL, "overview", "e", "down")


def test_columns_that_are_asked_for(snap_compare: Compare, make_app: MakeApp) -> None:
    app = make_app(source=Source(("odd.csv",), "odd"))
    Path("odd.csv").write_text("code,day,sum1,sum2\nk1,2026-01-03,10.5,3\nk2,2026-02-03,20.5,3\n")

    async def before(pilot: Pilot[Any]) -> None:
        await until_shown(pilot, "Which column is what")
        await until(pilot, lambda: not app.session.busy, "rest")
        leave_the_pane(app)
        await at_rest(pilot)

    assert snap_compare(app, terminal_size=SMALL, run_before=before)
