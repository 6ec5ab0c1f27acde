"""The cohorts: grid and curves tell what the summary and the engine's cohorts say."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from crmformulas_tui.app import BrowseApp
from crmformulas_tui.screens.cohorts import CohortsState
from crmformulas_tui.session import Source
from crmformulas_tui.widgets.grid import Grid
from crmformulas_tui.widgets.plot import Plot
from textual.widgets import Input

from crmformulas.formats import NumberFormat
from crmformulas.orders.analysis.cohorts import Cohort, cohorts
from crmformulas.orders.rules import LTV_AGES
from crmformulas.orders.summary.model import Summary
from crmformulas.translations import Lang
from tests.tui.conftest import MakeApp
from tests.tui.driving import (
    line_of,
    opened,
    pane_lines,
    record_lists,
    screen_text,
    settled,
    state_of,
    until,
    until_shown,
)

SIZES = ((80, 24), (200, 60))


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def lines_of(app: BrowseApp) -> list[list[str]]:
    """The cells of the grid."""
    grid = app.query_one(Grid)
    return [[plain(c) for c in grid.cells(i) or ()] for i in range(grid.count)]


def drawn(app: BrowseApp) -> list[str]:
    """The names of the curves."""
    return [curve.name for curve in app.query_one(Plot)._curves]


def newest_first(summary: Summary) -> list[Cohort]:
    everyone, *each = cohorts(summary)
    return [everyone, *each[::-1]]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["en", "sv"])
async def test_revenue_of_every_cohort_is_that_of_the_summary(
    make_app: MakeApp, summary: Summary, size: tuple[int, int], lang: Lang
) -> None:
    app, f = make_app(lang), NumberFormat(lang)
    async with app.run_test(size=size) as pilot:
        await opened(pilot, "cohorts")
        lines = lines_of(app)
        assert [line[0] for line in lines[1:]] == [r.cohort for r in summary.cohort_records[::-1]]
        for record, line in zip(summary.cohort_records[::-1], lines[1:], strict=True):
            assert line[1] == plain(f.whole(record.customers))
            told = ["" if v is None else plain(f.amount(v)) for v in record.revenue_per_customer]
            # Blank where it is not observed, and beyond.
            assert line[2:] == told + [""] * (len(line) - 2 - len(told))
        everyone = cohorts(summary)[0]
        assert lines[0][2:] == ["" if v is None else plain(f.amount(v)) for v in everyone.revenue]
        # What is seen is what is filled in.
        second = line_of(app, lines[1][0])
        assert second.split() == " ".join(c for c in lines[1] if c).split()
        ltv = {r.age_months: f.amount(r.ltv) for r in summary.ltv_records}
        message = pane_lines(app)[0]
        assert plain(ltv[12]) in message
        assert plain(ltv[36]) in message


async def test_the_measure_goes_round(make_app: MakeApp, summary: Summary) -> None:
    app, f = make_app(), NumberFormat("en")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "cohorts")
        begun = lines_of(app)
        await pilot.press("m")
        everyone = cohorts(summary)[0]
        assert "Share who buy in the month (%)" in screen_text(app)
        for cohort, line in zip(newest_first(summary), lines_of(app), strict=True):
            told = ["" if v is None else f.fixed(v * 100, 1) for v in cohort.retention]
            assert line[2 : 2 + len(told)] == told
        share = f.fixed((everyone.retention[12] or 0) * 100, 1)
        followed = plain(f.whole(everyone.followed[12]))
        assert f"{share} % of {followed} customers buy in month 12" in screen_text(app)
        await pilot.press("m")
        heads = [column.head for column in app.query_one(Grid).columns]
        assert heads[2:] == [str(age) for age in LTV_AGES]
        assert lines_of(app)[0][2:] == [plain(f.amount(r.ltv)) for r in summary.ltv_records]
        found = {(r.cohort, r.age_months): r.ltv for r in summary.ltv_by_cohort_records}
        for line in lines_of(app)[1:]:
            told = [found.get((line[0], age)) for age in LTV_AGES]
            assert line[2:] == ["" if v is None else plain(f.amount(v)) for v in told]
        await pilot.press("m")
        assert lines_of(app) == begun


async def test_the_curve_under_the_cursor_and_those_that_are_kept(
    make_app: MakeApp, summary: Summary
) -> None:
    app = make_app()
    months = [r.cohort for r in summary.cohort_records[::-1]]
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "cohorts")
        assert drawn(app) == ["all"]
        points = app.query_one(Plot)._curves[0].points
        everyone = cohorts(summary)[0]
        # As far as at least half of all customers were followed.
        covered = [
            value
            for value, n in zip(everyone.revenue, everyone.followed, strict=True)
            if 2 * n >= everyone.customers
        ]
        assert [y for _, y in points] == covered
        assert 12 < len(covered) < len(everyone.revenue)
        await pilot.press(*["down"] * 15)
        assert drawn(app) == ["all", months[14]]
        cohort = newest_first(summary)[15]
        curve = app.query_one(Plot)._curves[1]
        assert list(curve.points) == [(m, v) for m, v in enumerate(cohort.revenue) if v is not None]
        plot = "\n".join(pane_lines(app)[1:12])
        assert months[14] in plot
        assert "all" in plot
        # All together are drawn as far as the cohort, so that it has the width.
        assert len(app.query_one(Plot)._curves[0].points) == min(len(cohort.revenue), len(covered))
        await pilot.press("space", *["down"] * 10)
        assert drawn(app) == ["all", months[14], months[24]]
        # The mark is not of colour alone.
        await pilot.press(*["up"] * 3)
        assert f"{months[14]} ●" in [line[0] for line in lines_of(app)]
        await pilot.press("r")
        assert drawn(app) == ["all", months[21]]
        await pilot.press("space", "space")
        assert state_of(app, CohortsState).marked == []
        # No more than four are kept.
        for _ in range(5):
            await pilot.press("space", "down")
        assert state_of(app, CohortsState).marked == months[22:26]


async def test_retention_is_drawn_without_the_first_month(
    make_app: MakeApp, summary: Summary
) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "cohorts")
        await pilot.press("m")
        points = app.query_one(Plot)._curves[0].points
        assert points[0] == (1.0, cohorts(summary)[0].retention[1])
        # From 0 on, with per cent at the axis.
        assert "0.0 % ┤" in screen_text(app)


async def test_enter_asks_for_the_customers_of_the_cohort(
    make_app: MakeApp, summary: Summary
) -> None:
    app = make_app()
    lists = record_lists(app)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "cohorts")
        await pilot.press("down", "down", "enter")
        await settled(pilot)
        asked = lists
        assert len(asked) == 1
        record = summary.cohort_records[-2]
        assert asked[0].label.sv == f"första köp {record.cohort}"
        session = app.session
        found = await session.run(lambda: session.customers().count(asked[0].filters))
        assert found == record.customers
        await until_shown(pilot, f"{found} customers · first order in {record.cohort}")
        await pilot.press("escape")
        await until(pilot, lambda: app.pane and app.pane.id == "cohorts", "the cohorts")
        assert f"▸ {record.cohort} " in screen_text(app)


async def test_enter_on_all_asks_for_everybody(make_app: MakeApp, summary: Summary) -> None:
    app = make_app()
    lists = record_lists(app)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "cohorts")
        await pilot.press("enter")
        await settled(pilot)
        (asked,) = lists
        session = app.session
        found = await session.run(lambda: session.customers().count(asked.filters))
        assert found == summary.input.customers


async def test_what_is_chosen_outlives_another_day_and_language(
    make_app: MakeApp, summary: Summary, year_before: Summary
) -> None:
    app = make_app()
    month = year_before.cohort_records[-3].cohort
    place = [r.cohort for r in summary.cohort_records[::-1]].index(month) + 1
    async with app.run_test(size=(80, 24)) as pilot:
        view = await opened(pilot, "cohorts")
        await pilot.press("m", *["down"] * place, "space", "right", "right")
        app.recount(year_before.as_of, view.rules)
        await until(pilot, lambda: app.session.view and app.session.view.as_of == year_before.as_of)
        await settled(pilot)
        grid = app.query_one(Grid)
        assert lines_of(app)[grid.cursor][0] == f"{month} ●"
        assert grid.column == 2
        assert "Share who buy" in screen_text(app)
        await pilot.press("l")
        await until_shown(pilot, "Andel som köper i månaden")
        await settled(pilot)
        grid = app.query_one(Grid)
        assert lines_of(app)[grid.cursor][0] == f"{month} ●"
        assert drawn(app) == ["alla", month]


async def test_grid_and_ltv_are_exported(
    make_app: MakeApp, summary: Summary, tmp_path: Path
) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "cohorts")
        await pilot.press("m", "e")
        app.screen.query_one(Input).value = str(tmp_path / "out.csv")
        await pilot.press("enter")
        paths = [tmp_path / f"out-{name}.csv" for name in ("retention", "ltv")]
        await until(pilot, lambda: all(p.exists() for p in paths), "the files")
    made = cohorts(summary)
    with paths[0].open(newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["cohort", "customers", *map(str, range(len(made[0].active)))]
    for cohort, row in zip(made, rows[1:], strict=True):
        assert row[0] == cohort.month
        shares = [v for v in cohort.retention if v is not None]
        assert [float(c) for c in row[2:] if c] == pytest.approx(shares, rel=1e-14)
    with paths[1].open(newline="") as file:
        rows = list(csv.reader(file))
    wanted = [r.ltv for r in summary.ltv_records]
    assert [float(c) for c in rows[1][2:]] == pytest.approx(wanted, rel=1e-14)


async def test_a_log_of_one_month(make_app: MakeApp, tmp_path: Path) -> None:
    path = tmp_path / "young.csv"
    path.write_text("customer,date,amount\na,2026-01-03,900\nb,2026-01-09,100\n")
    app = make_app(source=Source((str(path),), "young"))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.session.view, "the figures")
        await pilot.press("6")
        await until_shown(pilot, "Fewer than half of the customers have been followed")
        # The month is not over: nothing of it is observed.
        assert lines_of(app) == [["all", "2", ""], ["2026-01", "2", ""]]
        await pilot.press("m", "m", "m", "down", "space", "right", "enter")
        await settled(pilot)
