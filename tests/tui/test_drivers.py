"""The screen of drivers tells what `crmf separates` does, and lists who has not gone on."""

from __future__ import annotations

from pathlib import Path

import pytest
from crmformulas_tui.app import BrowseApp
from crmformulas_tui.screens.drivers import DriversPane, condition_of
from crmformulas_tui.session import Source

from crmformulas.orders import read
from crmformulas.orders.analysis.separation.results import FOOTER
from crmformulas.translations import Lang, translate
from tests.tui.driving import screen_text, settled, until


def shop(folder: Path) -> Path:
    """Six hundred customers; those who came by the shop come back three times as often."""
    rows = ["order,customer,date,amount,channel"]
    for number in range(600):
        channel = ("web", "shop", "app")[number % 3]
        day = f"2024-{1 + number // 3 % 6:02}-{1 + number % 28:02}"
        rows.append(f"{len(rows)},c{number:03},{day},{20 + number % 7},{channel}")
        if number % 10 < (6 if channel == "shop" else 2):
            again = f"2024-{6 + number // 3 % 6:02}-{1 + number % 28:02}"
            rows.append(f"{len(rows)},c{number:03},{again},30,{channel}")
    rows.append(f"{len(rows)},z,2025-12-31,5,web")
    path = folder / "shop.csv"
    path.write_text("\n".join(rows) + "\n")
    return path


@pytest.mark.parametrize("lang", ["sv"])
async def test_it_tells_what_the_command_tells(tmp_path: Path, lang: Lang) -> None:
    path = shop(tmp_path)
    with read(str(path)) as log:
        wanted = log.separates(1)
    app = BrowseApp(Source((str(path),), "shop"), lang)
    async with app.run_test(size=(140, 40)) as pilot:
        await until(pilot, lambda: app.session.view, "the figures")
        await pilot.press("0")
        await until(pilot, lambda: isinstance(app.pane, DriversPane), "the screen")
        pane = app.pane
        assert isinstance(pane, DriversPane)
        await until(pilot, lambda: pane.answer, "the answer")
        await settled(pilot)
        assert pane.answer is not None
        assert pane.answer.to_dict() == wanted.to_dict()
        assert translate(FOOTER, lang)[:40] in screen_text(app)
        [table] = pane.export_tables()
        assert len(list(table.rows)) == len(list(wanted.rows()))
        here = next(line for line in pane._lines if line[1].value == "shop")
        known = ["last_order", "first_channel", "last_channel"]
        where = condition_of(pane.answer, *here, known)
        assert where == "orders = 1 and last_channel = shop"
        assert condition_of(pane.answer, *here, ["orders"]) is None


async def test_questions_by_key(tmp_path: Path) -> None:
    app = BrowseApp(Source((str(shop(tmp_path)),), "shop"), "en")
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.session.view, "the figures")
        await pilot.press("0")
        await until(pilot, lambda: isinstance(app.pane, DriversPane), "the screen")
        pane = app.pane
        assert isinstance(pane, DriversPane)
        await until(pilot, lambda: pane.answer, "the answer")
        await pilot.press("C")
        await until(pilot, lambda: "continued:" in screen_text(app), "who continued")
        await pilot.press("N")
        await until(pilot, lambda: "F1→F2:" in screen_text(app), "the first step")
        # A step of the ladder asks it, too.
        await pilot.press("4")
        await until(pilot, lambda: app.pane is not pane, "the ladder")
        await settled(pilot)
        await pilot.press("down", "W")
        await until(pilot, lambda: "F2→F3:" in screen_text(app) or app.pane is pane, "drivers")
        await until(pilot, lambda: pane._asked == "2", "the second step")
