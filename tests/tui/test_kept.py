"""Settings of the application are kept beside the orders, and are there the next time."""

from __future__ import annotations

import shutil
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from crmformulas_tui.cli import _source
from crmformulas_tui.kept import keep
from crmformulas_tui.screens.budget import BudgetState
from crmformulas_tui.screens.ladder import LadderState
from crmformulas_tui.session import Source, View
from crmformulas_tui.wording import in_application
from crmformulas_tui.workspace import Workspace

from crmformulas.errors import InputError
from crmformulas.orders.analysis.scenarios import Scenario
from crmformulas.orders.summary.model import Summary
from crmformulas.settings import FILE_NAME
from tests.tui.conftest import MakeApp
from tests.tui.driving import go_to, opened, settled, state_of, until, until_shown
from tests.tui.test_ten_tasks import typed


@pytest.fixture
def own(orders_csv: Path, tmp_path: Path) -> Path:
    """The orders in a folder of their own."""
    path = tmp_path / "shop" / "shop.csv"
    path.parent.mkdir()
    shutil.copy(orders_csv, path)
    return path


async def test_settings_are_kept_and_begun_with(make_app: MakeApp, own: Path) -> None:
    source, _ = _source([str(own)], None, {})
    app = make_app(source=source)
    kept = own.with_name(FILE_NAME)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await opened(pilot)
        await pilot.press(*typed("%40"), "enter")
        await pilot.press("d", *["backspace"] * 10, *typed("2026-06-30"), "enter")
        day = date(2026, 6, 30)
        await until(pilot, lambda: app.session.view and app.session.view.as_of == day, "the day")
        await settled(pilot)
        await go_to(pilot, "ladder")
        await pilot.press("plus")
        goals = dict(state_of(app, LadderState).goals)
        await go_to(pilot, "budget")
        await pilot.press("down", "shift+up", "shift+up")
        factors = dict(state_of(app, BudgetState).scenario.factors)
        await pilot.press("K")
        await until(pilot, kept.exists, "the settings")
        await until_shown(pilot, "Kept in")
    said = tomllib.loads(kept.read_text())
    assert said["money"] == {"margin": 0.4}
    assert said["browse"] == {"as_of": day}
    assert list(said["goals"].values()) == list(goals.values())
    assert said["scenarios"] == {"Own": factors}

    source, _ = _source([str(own)], None, {})
    again = make_app(source=source)
    async with again.run_test(size=(120, 40), notifications=True) as pilot:
        view = await opened(pilot, "ladder")
        assert view.as_of == day
        assert again.workspace.margin == 0.4
        assert state_of(again, LadderState).goals == goals
        await go_to(pilot, "budget")
        await pilot.press("c")
        await until_shown(pilot, "Own (kept)")
        await pilot.press(*["down"] * 4, "enter")
        await pilot.pause()
        assert state_of(again, BudgetState).scenario == Scenario("Own", factors)
        # At the day of the newest order nothing is pinned: orders to come are to be counted.
        newest = view.span[1]
        await pilot.press("d", *["backspace"] * 10, *typed(newest.isoformat()), "enter")
        await until(
            pilot, lambda: again.session.view and again.session.view.as_of == newest, "the day"
        )
        await pilot.press("K")
        await until(pilot, lambda: "as_of" not in kept.read_text(), "the day to go")


async def test_a_list_is_saved_as_a_segment(make_app: MakeApp, own: Path) -> None:
    source, _ = _source([str(own)], None, {})
    app = make_app(source=source)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await opened(pilot)
        await pilot.press(*typed("/orders >= 3"), "enter")
        await settled(pilot)
        pane: Any = app.pane
        listed = pane.customers.table.count
        await pilot.press("ctrl+s")
        await pilot.pause()
        await pilot.press("enter")
        await until_shown(pilot, "give it a name")
        await pilot.press(*"faithful", "enter")
        await until_shown(pilot, "“faithful” is a segment now")
        assert tomllib.loads(own.with_name(FILE_NAME).read_text())["segments"] == {
            "faithful": "orders >= 3"
        }
        # It can be asked for at once.
        await pilot.press("slash", *["backspace"] * 20, *typed("segment = faithful"), "enter")
        await settled(pilot)
        await until(pilot, lambda: pane.customers._typed == "segment = faithful", "the segment")
        await settled(pilot)
        assert pane.customers.table.count == listed


def test_the_demo_has_no_place_for_settings(summary: Summary) -> None:
    workspace = Workspace("sv")
    workspace.session.view = View(Source(), summary, summary.rules)
    with pytest.raises(InputError) as caught:
        keep(workspace)
    assert in_application(caught.value, "sv").startswith("demobutiken har ingen mapp")
    workspace.session.end()
