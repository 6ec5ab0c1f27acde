"""The screen of the first year, and the value of the flows on that of migration."""

from __future__ import annotations

from crmformulas_tui.screens.firstyear import FirstYearPane

from crmformulas.orders import Summary
from crmformulas.orders.analysis.movements import movement
from tests.tui.conftest import MakeApp
from tests.tui.driving import opened, screen_text, until, until_shown


async def test_recruits_are_those_of_the_summary(make_app: MakeApp, summary: Summary) -> None:
    app = make_app()
    async with app.run_test(size=(140, 40)) as pilot:
        await opened(pilot, "firstyear")
        await until_shown(pilot, "bought again")
        pane = app.pane
        assert isinstance(pane, FirstYearPane)
        for kind in ("rolling", "year", "quarter"):
            wanted = [row for row in summary.first_year_records if row.kind == kind]
            assert list(pane.rows) == wanted[::-1]
            await pilot.press("m")
        newest = pane.rows[0]
        await until(pilot, lambda: newest.period.replace("..", "–") in screen_text(app), "it")
        if newest.by_frequency is not None:
            await until_shown(pilot, "CLV against the year before")
        [table] = pane.export_tables()
        assert len(list(table.rows)) == len(summary.first_year_records)


async def test_it_is_told_in_swedish(make_app: MakeApp) -> None:
    app = make_app(lang="sv")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "firstyear")
        await until_shown(pilot, "köpte igen")


def test_the_value_of_the_flows_adds_up(summary: Summary) -> None:
    shown = movement(summary, "value")
    told = {(flow.origin, flow.target): flow.value for flow in summary.flow_values}
    for origin, cells in zip(shown.origins, shown.cells, strict=True):
        for target, value in zip(shown.targets, cells, strict=True):
            assert value is None or value == told.get((origin, target), 0.0)
    if shown.total is not None and summary.portfolio_bridge is not None:
        assert round(shown.total - summary.portfolio_bridge.flows, 4) == 0
