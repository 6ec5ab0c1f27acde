"""Purchases of those alike. Figures are of :meth:`crmformulas.orders.log.Orders.cross_sell`."""

from __future__ import annotations

from pathlib import Path

import pytest
from crmformulas_tui.screens.crosssell import CrossSellPane
from crmformulas_tui.session import Source
from crmformulas_tui.widgets.line_table import LineTable

from crmformulas.formats import NumberFormat
from crmformulas.orders import read
from crmformulas.orders.counting.customer_list import Filters
from crmformulas.orders.selections.cross_sell import CrossSell
from tests.tui.conftest import MakeApp
from tests.tui.driving import go_to, line_of, opened, screen_text, until, until_shown


@pytest.fixture(scope="module")
def usual(orders_csv: Path) -> tuple[CrossSell, int]:
    """The command's answer, and how many of mid lack something that is usual there."""
    with read(str(orders_csv)) as orders:
        lacking = orders.customers().count(Filters(s12_tier="mid", where="not_bought > 0"))
        return orders.cross_sell(), lacking


async def test_a_tier_leads_to_what_is_usual_in_it_and_to_who_lacks_it(
    make_app: MakeApp, usual: tuple[CrossSell, int]
) -> None:
    told, lacking = usual
    f, app = NumberFormat("en"), make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot, "segments")
        # The third tier.
        await pilot.press("down", "down", "B")
        await until(pilot, lambda: app.pane and app.pane.id == "crosssell", "cross-sell")
        await until_shown(pilot, "Usual in mid")
        for row in told.tiers:
            cells = line_of(app, f"{row.tier} ").split("  ")
            shown = [f.whole(row.customers), f.whole(row.products), f.fixed(row.bought_each, 2)]
            assert [cell.strip() for cell in cells][1:4] == shown
        products = [row for row in told.products if row.tier == "mid"]
        assert products, "the demo has products that are usual in mid"
        for product in products:
            share = f.percent(product.share).replace("\u00a0", " ")
            assert share in line_of(app, product.product)
        await pilot.press("enter")
        await until_shown(pilot, f"{lacking} customers · mid: lack what is usual")
        # A customer leads back to the tier.
        await pilot.press("B")
        await until_shown(pilot, "Usual in mid")
        pane = app.pane
        assert isinstance(pane, CrossSellPane)
        table = pane.query_one("#crosssell-table", LineTable)
        place = table.cursor
        await pilot.press("up")
        top = [row.product for row in told.products if row.tier == told.tiers[place - 1].tier]
        await until_shown(pilot, f"Usual in {told.tiers[place - 1].tier}")
        assert all(name in screen_text(app) for name in top)
        assert [len(one.rows) for one in pane.export_tables()] == [
            len(told.tiers), len(told.products),
        ]  # fmt: skip


async def test_orders_without_products_say_so(make_app: MakeApp) -> None:
    Path("plain.csv").write_text(
        "customer,day,amount\n" + "".join(f"k{i},2026-0{i}-03,{i}0\n" for i in range(1, 9))
    )
    app = make_app(source=Source(("plain.csv",), "plain"))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.session.view and not app.session.busy, "the figures")
        await go_to(pilot, "crosssell")
        await until_shown(pilot, "which column holds products or categories?")
        assert "--product" not in screen_text(app)
        assert isinstance(app.pane, CrossSellPane)
        assert app.pane.export_tables() == []
