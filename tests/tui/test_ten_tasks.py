"""Ten tasks of an analyst, each with as many keys as it may take at most, from the start."""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from crmformulas_tui.app import BrowseApp
from crmformulas_tui.session import Source
from crmformulas_tui.shorthand import written_out
from textual.pilot import Pilot

from crmformulas.formats import NumberFormat
from crmformulas.formulas.value import clv
from crmformulas.orders import read
from crmformulas.orders.analysis.budget_plan import Plan
from crmformulas.orders.analysis.movements import movement
from crmformulas.orders.analysis.scenarios import OWN
from crmformulas.orders.demo import write_demo
from crmformulas.orders.summary.model import Summary
from tests.tui.conftest import MakeApp
from tests.tui.driving import screen_text, settled, until, until_shown

FIGURES = NumberFormat("en")


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@asynccontextmanager
async def started(app: BrowseApp, size: tuple[int, int] = (100, 40)) -> AsyncIterator[Pilot[Any]]:
    """The application with all figures, on its first screen."""
    async with app.run_test(size=size, notifications=True) as pilot:
        await until(pilot, lambda: app.session.view and app.session.view.before, "the figures")
        await settled(pilot)
        yield pilot


async def press(pilot: Pilot[Any], most: int, *keys: str) -> None:
    """Press keys, no more than so many; what they ask for comes before the next."""
    assert len(keys) <= most
    for key in keys:
        await pilot.press(key)
        await pilot.pause()
    await settled(pilot)


def typed(text: str) -> list[str]:
    """The keys of a text."""
    names = {
        " ": "space", "-": "minus", "%": "percent_sign", "/": "slash", ".": "full_stop",
        "=": "equals_sign", ">": "greater_than_sign",
    }  # fmt: skip
    return [names.get(one, one) for one in text]


@pytest.fixture(scope="module")
def mail_csv(tmp_path_factory: pytest.TempPathFactory, orders_csv: Path) -> Path:
    """A contact list with an address for each customer of the order file."""
    path = tmp_path_factory.mktemp("mail") / "contacts.csv"
    with read(str(orders_csv)) as log:
        ids = [one.customer for one in log.customers().rows()]
    rows = [f"{one},{one.lower()}@example.com,2019-01-01" for one in ids]
    path.write_text("\n".join(["customer_id,email,signed_up", *rows]) + "\n")
    return path


async def test_mails_of_f4_to_f5_who_are_silent_for_90_days(
    make_app: MakeApp, orders_csv: Path, mail_csv: Path, tmp_path: Path
) -> None:
    source = Source((str(orders_csv),), "shop", str(mail_csv))
    async with started(make_app(source=source)) as pilot:
        await press(pilot, 12, *typed("/f4-5 90d"), "enter", "e", "enter")
        await until_shown(pilot, "Written:")
    [path] = tmp_path.glob("*.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with read(str(orders_csv)) as log:
        wanted = [one.customer for one in log.customers(where=written_out("f4-5 90d")).rows()]
    assert wanted
    assert [row["customer"] for row in rows] == wanted
    assert [row["email"] for row in rows] == [f"{one.lower()}@example.com" for one in wanted]


async def test_revenue_next_year_if_more_stay_and_fewer_come(
    make_app: MakeApp, summary: Summary, year_before: Summary
) -> None:
    from dataclasses import replace

    app = make_app()
    async with started(app) as pilot:
        await press(pilot, 5, "7", "shift+down", "down", "shift+up", "shift+up")
        plan: Any = app.pane
        scenario = plan._state.scenario
        assert sorted(scenario.factors.values()) == pytest.approx([0.95, 1.1])
        asked = replace(OWN, factors=scenario.factors)
        brings = Plan.of(summary, year_before, asked).budget_2.revenue
        assert plain(FIGURES.amount(brings)) in screen_text(app)


async def test_the_tier_that_loses_most_value(make_app: MakeApp, summary: Summary) -> None:
    shown = movement(summary, "value")
    lost = [line[shown.targets.index("lost")] or 0.0 for line in shown.cells[:-2]]
    worst = shown.origins[lost.index(min(lost))]
    app = make_app()
    async with started(app, (80, 24)) as pilot:
        await press(pilot, 2, "3")
        told = f"Most value is lost from {worst}: {FIGURES.amount(-min(lost))}"
        # The headline goes over two lines.
        assert plain(told) in " ".join(screen_text(app).split())


async def test_new_customers_of_this_year_and_of_last(
    make_app: MakeApp, summary: Summary, year_before: Summary
) -> None:
    app = make_app()
    async with started(app, (80, 24)) as pilot:
        await press(pilot, 2, "x")
        now, then = summary.flows.new, year_before.flows.new
        words = f"New customers: {FIGURES.whole(now)}; in the 12 months to"
        assert plain(words) in screen_text(app)
        line = next(one for one in screen_text(app).splitlines() if one.strip().startswith("+ new"))
        assert line.split("+ new")[1].split()[:2] == [str(now), str(then)]
        # Segments, the ladder and migration are compared, too; x again ends it.
        for key, words in (("2", "then"), ("4", "then"), ("3", "then (")):
            await press(pilot, 1, key)
            assert words in screen_text(app)
        await press(pilot, 1, "x")
        assert "then (" not in screen_text(app)


async def test_a_customer_and_the_orders(make_app: MakeApp, tmp_path: Path) -> None:
    path = tmp_path / "ids.csv"
    ids = [10017, 100170, 110017, 10018, *range(20000, 20040)]
    rows = [f"{one},2025-{1 + one % 12:02}-05,{one % 97 + 1}" for one in ids]
    rows += [f"{one},2026-{1 + one % 9:02}-05,{one % 97 + 1}" for one in ids]
    path.write_text("\n".join(["customer,date,amount", *rows]) + "\n")
    app = make_app(source=Source((str(path),), "ids"))
    async with app.run_test(size=(100, 40)) as pilot:
        await until(pilot, lambda: app.session.view, "the figures")
        await settled(pilot)
        await press(pilot, 9, *typed("/10017"), "enter")
        await until_shown(pilot, "10017 ·")
        pane: Any = app.pane
        assert pane.customers.customer.customer == "10017"
        assert "revenue so far" in screen_text(app)
        await press(pilot, 1, "escape")
        assert "3 customers" in screen_text(app)


async def test_clv_at_40_per_cent_margin(make_app: MakeApp, summary: Summary) -> None:
    app = make_app()
    async with started(app) as pilot:
        await press(pilot, 4, *typed("%40"), "enter")
        await until_shown(pilot, "At 40 % margin")
        for row in summary.portfolio_records:
            if row.clv is not None and row.duration is not None:
                value = clv(row.orders_per_customer, row.value_per_order, row.duration, 0.4)
                assert plain(FIGURES.whole(float(value))) in screen_text(app)
        assert "margin 40 %" in screen_text(app).splitlines()[0]


async def test_what_separates_those_who_go_on_at_f3(make_app: MakeApp, orders_csv: Path) -> None:
    app = make_app()
    async with started(app) as pilot:
        await press(pilot, 2, "0", "f3")
        pane: Any = app.pane
        await until(pilot, lambda: pane.answer and pane.answer.step == 3, "the answer")
        await until_shown(pilot, "F3→F4:")


async def test_who_is_at_risk(make_app: MakeApp, tmp_path: Path) -> None:
    # A forecast of the smaller log of these tests fails its backtest.
    orders = write_demo(tmp_path / "large.csv", orders=6_000, seed=1).orders
    with read(str(orders)) as log:
        risk = log.forecast().at_risk(5)
    app = make_app(source=Source((str(orders),), "large"))
    async with started(app) as pilot:
        await press(pilot, 2, "2", "2")
        await until_shown(pilot, f"{risk.customers} customers are at risk")
        await until_shown(pilot, f"At risk: {risk.customers} customers")
        for one in risk.rows:
            assert one.customer in screen_text(app)


async def test_the_whole_report_as_a_page(make_app: MakeApp, tmp_path: Path) -> None:
    async with started(make_app()) as pilot:
        await press(pilot, 5, "e", "up", "enter")
        await until_shown(pilot, "Written:")
    page = (tmp_path / "shop-report.html").read_text()
    assert page.startswith("<!doctype html>") or "<html" in page[:200]
    assert "C000" not in page


async def test_figures_as_of_30_september(make_app: MakeApp, orders_csv: Path) -> None:
    with read(str(orders_csv)) as log:
        wanted = log.summary(date(2026, 9, 30))
    app = make_app()
    async with started(app) as pilot:
        await press(pilot, 12, *typed("d30.9.2026"), "enter")
        await until(
            pilot, lambda: app.session.view and app.session.view.as_of == wanted.as_of, "the day"
        )
        assert f"{FIGURES.whole(wanted.flows.closing)} active".replace(
            "\u00a0", " "
        ) in screen_text(app)
