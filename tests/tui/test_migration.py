"""The heat map of the movement. Figures are those of the summary's flow table."""

from __future__ import annotations

from itertools import pairwise

import pytest
from crmformulas_tui.app import BrowseApp
from crmformulas_tui.widgets.customer_table import CustomerTable
from crmformulas_tui.widgets.heat_map import HeatMap
from rich.color import Color

from crmformulas.orders.analysis.movements import Movement, movement
from crmformulas.orders.summary.model import Summary
from tests.tui.conftest import MakeApp
from tests.tui.driving import line_of, opened, screen_text, settled, until, until_shown


def told(number: float | None, shares: bool) -> str:
    """A figure as an English screen tells it."""
    if number is None:
        return "–"
    return f"{number:.1%}".replace("%", " %") if shares else f"{round(number):,}".replace(",", " ")


def expected(shown: Movement, row: int) -> list[str]:
    """The line of an origin; what can't be is blank, and so not there."""
    shares, outside = shown.measure == "rates", row >= len(shown.origins) - 2
    cells = shown.cells[row][:-1] if outside else shown.cells[row]
    return [told(value, shares) for value in (*cells, shown.of_origins[row])]


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
async def test_counts_shares_and_revenue_are_those_of_the_summary(
    make_app: MakeApp, summary: Summary, size: tuple[int, int]
) -> None:
    app = make_app()
    async with app.run_test(size=size) as pilot:
        await opened(pilot, "migration")
        for measure, title in (
            ("customers", "Customers"), ("rates", "Shares"), ("revenue", "Revenue in S12")
        ):  # fmt: skip
            await until_shown(pilot, title)
            shown = movement(summary, measure)  # type: ignore[arg-type]
            for row, origin in enumerate(shown.origins):
                cells = line_of(app, f"{origin} ").replace("▸ ", " ").split("  ")
                cells = [cell.strip() for cell in cells if cell.strip()]
                assert cells == [origin, *expected(shown, row)]
            if measure != "rates":
                cells = [c for c in line_of(app, "total ").split("  ") if c]
                of = (*shown.of_targets, shown.total)
                assert cells == ["total", *(told(value, False) for value in of)]
            await pilot.press("m")


async def test_the_cell_under_the_cursor_tells_all_measures(
    make_app: MakeApp, summary: Summary
) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "migration")
        await pilot.press("down", "right", "right", "right", "right")
        counts, rates, revenue = (movement(summary, m).cells[1][4]
                                  for m in ("customers", "rates", "revenue"))  # fmt: skip
        await until_shown(
            pilot,
            f"top → lost · {told(counts, False)} customers · {told(rates, True)} of the row"
            f" · revenue {told(revenue, False)}",
        )


def places(summary: Summary) -> list[tuple[int, int]]:
    """Cells, totals of lines and of columns, and the total of all."""
    rows, columns = len(summary.migration.origins) + 2, len(summary.migration.targets)
    return [(0, 0), (1, columns - 1), (rows - 1, 1), (rows - 2, 2), (2, columns), (rows, 1),
            (rows, columns - 1), (rows - 1, columns), (rows, columns)]  # fmt: skip


async def test_enter_lists_the_customers_of_a_cell_or_a_total(
    make_app: MakeApp, summary: Summary
) -> None:
    app = make_app()
    shown = movement(summary)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "migration")
        for row, column in places(summary):
            at = app.query_one(HeatMap)
            at.cursor = row, column
            await pilot.pause()
            if row < len(shown.origins):
                line = shown.cells[row]
                count = line[column] if column < len(line) else shown.of_origins[row]
            else:
                of = shown.of_targets
                count = of[column] if column < len(of) else shown.total
            await pilot.press("enter")
            if not count:
                assert app.pane is not None
                assert app.pane.id == "migration"
                continue
            words = "customer" if count == 1 else "customers"
            await until_shown(pilot, f"{told(count, False)} {words} · ")
            await settled(pilot)
            table = app.query_one(CustomerTable)
            found = [table.customer(place) for place in table.in_sight()]
            for one in found:
                assert one is not None
                origin = one.f12_tier or one.status
                target = one.s12_tier or one.status
                assert row >= len(shown.origins) or origin == shown.origins[row]
                assert column >= len(shown.targets) or target == shown.targets[column]
            # Back to the cell one came from.
            await pilot.press("escape")
            await until(pilot, lambda: app.pane and app.pane.id == "migration", "migration")
            assert at.cursor == (row, column)


async def test_a_click_moves_and_a_second_one_lists(make_app: MakeApp, summary: Summary) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "migration")

        def cell() -> tuple[int, int]:
            """Where it stands now."""
            lines = screen_text(app).splitlines()
            y = next(y for y, text in enumerate(lines) if " top " in text[:6])
            return lines[y].index(told(summary.migration.counts[1][1], False)), y

        await pilot.click(offset=cell())
        await until(pilot, lambda: app.query_one(HeatMap).cursor == (1, 1), "the cursor")
        await until_shown(pilot, "top → top · ")
        await settled(pilot)
        await pilot.click(offset=cell())
        await until_shown(pilot, "customers · top → top")


def grounds(app: BrowseApp) -> dict[tuple[int, int], float]:
    """The brightness of the ground of each cell."""
    widget = app.query_one(HeatMap)
    found = {}
    for row in range(len(widget._names) - 1):
        for column in range(len(widget._heads) - 1):
            style = widget._style(widget._cells[row][column].heat, here=False)
            if style.bgcolor is not None:
                red, green, blue = Color.parse(style.bgcolor.name).get_truecolor()
                found[row, column] = 0.299 * red + 0.587 * green + 0.114 * blue
    return found


@pytest.mark.parametrize("dark", [True, False])
async def test_the_ramp_is_single_and_goes_with_the_figure(
    make_app: MakeApp, summary: Summary, dark: bool
) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "migration")
        if not dark:
            await pilot.press("b")
        await pilot.press("m")
        shares = movement(summary, "rates").cells
        found = grounds(app)
        ranked = sorted(
            (shares[row][column] or 0.0, bright) for (row, column), bright in found.items()
        )
        brightness = [bright for _, bright in ranked]
        steps = [b - a for a, b in pairwise(brightness)]
        # Colours are whole numbers, so neighbours may differ by their rounding.
        assert min(steps) > -1.5 if dark else max(steps) < 1.5
        assert max(brightness) - min(brightness) > 40
