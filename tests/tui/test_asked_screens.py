"""The screens that ask the engine show what the log answers, and list whom they count."""

from __future__ import annotations

import re
from typing import Any

import pytest
from crmformulas_tui.asking import AskingPane
from crmformulas_tui.pane import Pane
from crmformulas_tui.screens.rfm import rfm_label
from crmformulas_tui.session import Source
from textual.pilot import Pilot

from crmformulas.formats import NumberFormat
from crmformulas.orders import read
from crmformulas.orders.analysis.budget_plan import Plan
from crmformulas.orders.analysis.forecast.scenario import beside_budget
from crmformulas.orders.analysis.published_tables import customer_flows, development
from crmformulas.orders.analysis.scenarios import OWN
from crmformulas.orders.selections.rfm_grid import rfm_segments
from crmformulas.orders.summary.model import Summary
from tests.orders.analysis.forecast.made_up import LOG
from tests.tui.conftest import MakeApp
from tests.tui.driving import go_to, line_of, opened, screen_text, settled, until, until_shown

FIGURES = NumberFormat("en")


async def asked(pilot: Pilot[Any], name: str) -> Any:
    """Go to a screen and wait for its answer."""
    app: Any = pilot.app
    await go_to(pilot, name)
    pane = app.pane
    assert isinstance(pane, AskingPane)
    await until(pilot, lambda: pane.answer is not None, "the answer")
    await settled(pilot)
    return pane


async def listed(pilot: Pilot[Any], count: int, back_to: str) -> None:
    """Open what the cursor stands on; as many customers are listed; then go back."""
    app: Any = pilot.app
    await pilot.press("enter")
    noun = "customer" if count == 1 else "customers"
    await until_shown(pilot, f"{FIGURES.whole(count)} {noun} ·".replace("\u00a0", " "))
    await settled(pilot)
    await pilot.press("escape")
    await until(pilot, lambda: app.pane and app.pane.id == back_to, back_to)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


async def test_to_do_and_rfm_are_those_of_the_log(make_app: MakeApp, orders_csv: Any) -> None:
    with read(str(orders_csv)) as log:
        sizes, cells, forecast = log.segments(), log.rfm(), log.forecast()
        risk = forecast.at_risk(200) if forecast.total is not None else None
    app = make_app()
    async with app.run_test(size=(160, 50)) as pilot:
        await opened(pilot)
        pane = await asked(pilot, "todo")
        assert list(pane.answer.segments) == sizes
        # The engine's threads add floats in any order.
        assert (pane.answer.risk is None) == (risk is None)
        if risk is not None:
            assert pane.answer.risk.customers == risk.customers
            assert pane.answer.risk.at_stake == pytest.approx(risk.at_stake)
            shown = [row.customer for row in pane.answer.risk.rows]
            assert shown == [row.customer for row in risk.rows]
        for size in sizes:
            if size.customers:
                line = line_of(app, size.label.en)
                assert plain(FIGURES.whole(size.customers)) in line
        place = next(i for i, size in enumerate(sizes) if size.customers)
        for _ in range(place):
            await pilot.press("down")
        await listed(pilot, sizes[place].customers or 0, "todo")
        assert len(pane.export_tables()) == (2 if risk else 1)

        pane = await asked(pilot, "rfm")
        assert pane.answer == cells
        for one in rfm_segments(cells):
            assert plain(FIGURES.whole(one.customers)) in line_of(app, rfm_label(one.segment).en)
        # The cell with most customers holds as many as its condition selects.
        place = max(range(25), key=lambda i: cells[i].customers)
        for _ in range(place // 5):
            await pilot.press("down")
        for _ in range(4 - place % 5):
            await pilot.press("left")
        await listed(pilot, cells[place].customers, "rfm")
        await pilot.press("m")
        await until_shown(pilot, "against a year before")
        await pilot.press("tab")
        segment = next(i for i, one in enumerate(rfm_segments(cells)) if one.customers)
        for _ in range(segment):
            await pilot.press("down")
        await listed(pilot, rfm_segments(cells)[segment].customers, "rfm")


def cells(app: Any, begins: str) -> list[str]:
    """The cells of the last line that begins so."""
    lines = [part.strip(" ▸") for line in screen_text(app).splitlines() for part in line.split("│")]
    return re.split(r" {2,}", [line for line in lines if line.startswith(begins)][-1])


async def test_the_plan_is_told_by_the_log(make_app: MakeApp, tmp_path: Any) -> None:
    # Orders of the model itself: their forecast holds.
    path = tmp_path / "made_up.csv"
    LOG.to_csv(path, index=False)
    with read(str(path)) as log:
        forecast, follow, backtest = log.forecast(), log.follow(OWN), log.backtest()
        now = log.summary()
        rows = beside_budget(forecast, Plan.of(now, log.summary(now.windows.f12[1])))
    app = make_app(source=Source((str(path),), "made_up"))
    async with app.run_test(size=(140, 50)) as pilot:
        await opened(pilot)
        pane = await asked(pilot, "forecast")
        assert [one[:2] for one in pane.answer.tiers] == [one[:2] for one in forecast.tiers]
        assert pane.answer.status == forecast.status
        assert forecast.total is not None
        assert plain(FIGURES.amount(forecast.total.revenue)) in screen_text(app)
        for title in ("Status", "F-step", "Months since"):
            await pilot.press("m")
            await until_shown(pilot, f"Expected: {title}")
        await pilot.press("m")
        await until_shown(pilot, "The F-ladder of the known customers in 12 months")
        second = forecast.ladder[1]
        rate = FIGURES.percent(second.expected / forecast.ladder[0].expected)
        assert cells(app, "F1")[-1] == plain(rate)
        assert cells(app, "F2")[1:3] == [
            plain(FIGURES.whole(number)) for number in (second.reached, second.expected)
        ]
        # The budget as forecast stands beside Budget 1, as the command tells it.
        await go_to(pilot, "budget")
        total = rows[-1]
        line = line_of(app, "As forecast")
        for number in (total.revenue, total.low, total.high):
            assert plain(FIGURES.amount(number)) in line
        for row, name in zip(rows, ("New", "Continued", "Reactivated", "As forecast"), strict=True):
            exported = next(
                one
                for one in app.pane.export_tables()[0].rows
                if one[:2] == ("as_forecast", row.segment)
            )
            assert exported[2] == pytest.approx(row.customers), name
        await pilot.press("p")
        assert "As forecast" not in screen_text(app)
        pane = await asked(pilot, "follow")
        # The engine's threads add floats in any order.
        told, own = pane.answer.to_dict(), follow.to_dict()
        for part in ("rows", "months"):
            for one, other in zip(told.pop(part), own.pop(part), strict=True):
                assert one == pytest.approx(other)
        assert told == own
        message = str(app.query_one("#follow-message").render())
        for sentence in follow.told("en"):
            assert sentence[1:] in message
        # Another scenario of the budget is followed when the screen is seen again.
        await go_to(pilot, "budget")
        await pilot.press("plus")
        await go_to(pilot, "follow")
        first = follow.row().budget
        assert first is not None
        await until(pilot, lambda: pane.answer.row().budget > first * 1.0001, "the other budget")
        pane = await asked(pilot, "backtest")
        assert [row[:3] for row in pane.answer.rows] == [row[:3] for row in backtest.rows]
        for one, other in zip(pane.answer.rows, backtest.rows, strict=True):
            assert one[3:] == pytest.approx(other[3:])
        for sentence in backtest.sentences():
            assert plain(sentence)[:60] in screen_text(app)
        [table] = pane.export_tables()
        assert len(list(table.rows)) == len(backtest.rows)


async def test_flows_and_development_are_the_tables(
    make_app: MakeApp, summary: Summary, year_before: Summary
) -> None:
    flows, indices = customer_flows(summary), development(summary, year_before)
    app = make_app()
    async with app.run_test(size=(120, 50)) as pilot:
        await opened(pilot)
        await go_to(pilot, "flows")
        pane: Any = app.pane
        assert isinstance(pane, Pane)
        [table] = pane.export_tables()
        assert len(list(table.rows)) == len(flows)
        for place, line in enumerate(flows[:8]):
            if line.customers:
                await listed(pilot, line.customers, "flows")
                assert pane._table.cursor == place
            await pilot.press("down")
        await pilot.press("end")
        await listed(pilot, summary.flows.closing, "flows")
        await go_to(pilot, "development")
        total = next(line for line in indices if line.segment == "total")
        assert total.revenue is not None
        assert f"Revenue index {round(total.revenue * 100)}:" in screen_text(app)
        await pilot.press("down", "down", "down")
        await listed(pilot, summary.flows.closing, "development")


@pytest.mark.parametrize("name", ["backtest", "follow"])
async def test_what_history_does_not_tell_has_its_reason(
    make_app: MakeApp, tmp_path: Any, name: str
) -> None:
    path = tmp_path / "short.csv"
    path.write_text("customer,date,amount\na,2026-03-01,20\nb,2026-03-09,50\n")
    app = make_app("sv", Source((str(path),), "short"))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.session.view, "the figures")
        await go_to(pilot, name)
        await settled(pilot)
        await until(pilot, lambda: "--" not in screen_text(app), "no option")
        message = app.query_one(f"#{name}-message").render()
        assert str(message).strip()
        assert not app._notifications
