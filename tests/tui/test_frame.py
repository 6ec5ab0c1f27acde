"""The frame: tabs, keys, languages, the overview, and what happens when something goes wrong."""

from __future__ import annotations

from crmformulas.orders.results import Summary
from tests.tui.conftest import MakeApp
from tests.tui.driving import opened, same_figures, screen_text


async def test_the_overview_shows_the_figures_of_the_summary(
    make_app: MakeApp, summary: Summary
) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        view = await opened(pilot)
        assert same_figures(view.summary, summary)
        assert f"{summary.flows.closing:,}".replace(",", " ") in screen_text(app)
