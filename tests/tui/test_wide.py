"""Wide and high screens show details, plots and months beside and below the tables."""

from __future__ import annotations

from typing import Any

from crmformulas_tui.widgets.intervals import interval_text
from crmformulas_tui.widgets.month_bars import MonthBars
from crmformulas_tui.widgets.month_row import MonthRow

from crmformulas.formats import NumberFormat
from crmformulas.orders.analysis.movements import statuses
from crmformulas.orders.summary.model import Summary
from tests.tui.conftest import MakeApp
from tests.tui.driving import go_to, line_of, opened, screen_text, settled, until

F = NumberFormat("en")

MONTHS = {
    "segments": ("new", "returning", "second_orders"),
    "portfolio": ("revenue", "returning_revenue", "active"),
    "rfm": ("active", "returning", "returning_revenue"),
    "drivers": (None, "returning", "new"),
    "firstyear": (None, "new", "second_orders"),
}
"""What each screen shows by month; None for what is told apart."""


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def drawn(app: Any) -> list[list[tuple[float, float | None]]]:
    """The values of each panel of months, with those of the year before."""
    row = app.pane.query_one(MonthRow)
    shown = [bars for bars in row.query(MonthBars) if bars.parent and bars.parent.display]
    return [[(m.value, m.before) for m in bars._months] for bars in shown]


async def test_five_screens_use_the_room(
    make_app: MakeApp, summary: Summary, year_before: Summary
) -> None:
    app = make_app()
    rows = summary.months
    async with app.run_test(size=(200, 60)) as pilot:
        await opened(pilot)
        for name, figures in MONTHS.items():
            await go_to(pilot, name)
            await settled(pilot)
            await until(pilot, lambda: not app.session.busy, "rest")
            for figure, bars in zip(figures, drawn(app), strict=True):
                assert bars
                if figure:
                    values = [getattr(row, figure) for row in rows]
                    assert bars == list(zip(values[12:], values[:12], strict=True))
            # The room below the tables is used: few lines are empty.
            lines = [line.strip(" │") for line in screen_text(app).splitlines()]
            assert sum(not line for line in lines) < 16, name

        # Drivers: orders number 2 are those that are asked about.
        await go_to(pilot, "drivers")
        second = [(row.kth_orders or {})["2"] for row in rows]
        assert drawn(app)[0] == list(zip(second[12:], second[:12], strict=True))

        # The tier under the cursor with its interval, and what it was a year before.
        await go_to(pilot, "segments")
        now, before = summary.portfolio_records[0], year_before.portfolio_records[0]
        low, high = now.clv_interval
        line = line_of(app, "CLV  ")
        assert plain(f"{F.amount(low)}–{F.amount(high)}") in line
        assert plain(F.amount(before.clv)) in line
        for _ in range(len(summary.portfolio_records) + 1):
            await pilot.press("down")
        status = statuses(summary)[0]
        assert plain(F.amount(status.revenue)) in line_of(app, "revenue  ")

        # All tiers together: the interval is that of the portfolio, not of its mean.
        await go_to(pilot, "portfolio")
        await pilot.pause()
        low, high = summary.portfolio_interval
        assert low is not None
        assert high is not None
        assert summary.portfolio_value is not None
        assert low <= summary.portfolio_value <= high
        line = [one for one in screen_text(app).splitlines() if "portfolio value  " in one][-1]
        assert plain(f"{F.amount(low)}–{F.amount(high)}") in line
        # A smaller screen shows none of it.
        await pilot.resize_terminal(120, 40)
        await settled(pilot)
        assert not app.pane.query_one(MonthRow).display  # type: ignore[union-attr]


def test_where_an_interval_lies() -> None:
    # From −1 to 1 in 21 characters: zero in the middle, a tenth each.
    assert interval_text(0.5, 0.3, 0.7, (-1.0, 1.0), 21) == "          │  ├─●─┤"
    assert interval_text(-0.5, -1.0, -0.2, (-1.0, 1.0), 21) == "├────●──┤ │"
    # Open at its high end, and without an interval.
    assert interval_text(0.5, 0.3, None, (-1.0, 1.0), 21) == "          │  ├─●────→"
    assert interval_text(0.5, None, None, (-1.0, 1.0), 21) == "          │    ●"
    assert interval_text(None, 0.1, 0.2, (-1.0, 1.0), 21) == ""
    assert interval_text(1.0, 1.0, 1.0, None, 21) == interval_text(1.0, 1.0, 1.0, (1, 1), 21) == ""
