"""Segments, their customers, and the orders of one. Figures are those of the summary."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
from crmformulas_tui.app import BrowseApp
from crmformulas_tui.session import Source
from crmformulas_tui.widgets.customer_table import BLOCK, HEADS, CustomerTable
from crmformulas_tui.widgets.customers_view import CustomersView
from crmformulas_tui.widgets.line_table import LineTable

from crmformulas.orders import read
from crmformulas.orders.analysis.customer_history import history
from crmformulas.orders.analysis.movements import statuses, total
from crmformulas.orders.counting.customer_list import COLUMNS, Customer, Filters
from crmformulas.orders.summary.model import Summary
from tests.tui.conftest import MakeApp, Shared
from tests.tui.driving import line_of, opened, pane_lines, screen_text, settled, until, until_shown


def told(number: float | None) -> str:
    """A count or an amount as an English screen tells it."""
    return "–" if number is None else f"{round(number):,}".replace(",", " ")


def listed(app: BrowseApp) -> list[Customer]:
    """The customers that stand on the screen."""
    table = app.query_one(CustomerTable)
    found = [table.customer(place) for place in table.in_sight()]
    assert all(found)
    return [one for one in found if one is not None]


def wanted(path: Path, count: int, **how: object) -> list[Customer]:
    """The first customers of an order, asked of the log itself."""
    with read(str(path)) as log:
        return log.customers().page(0, count, **how)  # type: ignore[arg-type]


async def test_tiers_and_statuses_are_those_of_the_summary(
    make_app: MakeApp, summary: Summary
) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot, "segments")
        for record in summary.portfolio_records:
            cells = line_of(app, record.tier).split("  ")
            assert cells[1:5] == [
                told(getattr(record, key)) for key in ("customers", "orders", "revenue", "clv")
            ]
        whole = total(summary)
        cells = line_of(app, "active customers").split("  ")
        assert cells[1:4] == [told(n) for n in whole[1:]]
        assert cells[-1] == told(summary.portfolio_value)
        for one in statuses(summary):
            name = "former customers" if one.name == "former" else one.name
            assert line_of(app, name).split("  ")[1:4] == [told(n) for n in one[1:]]


def as_one_line(app: BrowseApp) -> str:
    """What stands in the pane, as if no line were wrapped."""
    return " ".join(" ".join(pane_lines(app)).split())


async def test_who_bought_in_the_last_days_stands_below_the_segments(
    make_app: MakeApp, summary: Summary
) -> None:
    bought = summary.kpis.bought_within
    assert bought is not None
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "segments")
        for one, words in ((bought.active, "active until then"), (bought.lapsed, "lapsed")):
            assert f"of the {told(one.customers)} {words}" in as_one_line(app)
            assert one.rate is not None
            assert f"{one.rate:.1%}".replace("%", " %") in as_one_line(app)
        assert "contacts" not in as_one_line(app)
        assert app.pane is not None
        *_, table = app.pane.export_tables()
        # Who they are is listed in their place.
        await pilot.press("enter")
        await settled(pilot)
        assert "Bought in the last" not in screen_text(app)
    assert [row[0] for row in table.rows] == ["active", "lapsed"]
    rates = [dict(zip(table.heads, row, strict=True))["rate"] for row in table.rows]
    assert rates == [bought.active.rate, bought.lapsed.rate]


async def test_reach_by_month_where_the_list_tells_of_days(
    make_app: MakeApp, orders_csv: Path, contacts_csv: Path, tmp_path: Path
) -> None:
    # Of 400 contacts all were reached in 2024, a half of them in October 2025, a quarter in 2026.
    with contacts_csv.open(encoding="utf-8", newline="") as file:
        everybody = [row for row in csv.DictReader(file) if row["signed_up"] < "2024-01-01"][:400]
    lines = ["customer_id,signed_up,last_reached"]
    for day, each in (("2024-10-01", 1), ("2025-10-15", 2), ("2026-10-15", 4)):
        some = [row for place, row in enumerate(everybody) if place % each == 0]
        lines += [f"{row['customer_id']},{row['signed_up']},{day}" for row in some]
    lines += [f"{row['customer_id']},{row['signed_up']},2024-11-01" for row in everybody]
    (tmp_path / "days.csv").write_text("\n".join(lines) + "\n")
    app = make_app(source=Source((str(orders_csv),), "shop", str(tmp_path / "days.csv")))
    async with app.run_test(size=(200, 60)) as pilot:
        await opened(pilot, "segments")
        assert "to the end of 2026-10: 25.0 % of the contacts, a year before 50.0 %" in as_one_line(
            app
        )
        assert "Share of contacts reached" in screen_text(app)
        assert app.pane is not None
        table = app.pane.export_tables()[-1]
    assert table.name == "reach"
    assert list(table.rows)[-1] == ("2026-10", 400, 100, 0.25)


async def test_reach_by_month_is_unknown_of_last_days(
    make_app: MakeApp, orders_csv: Path, contacts_csv: Path
) -> None:
    app = make_app(source=Source((str(orders_csv),), "shop", str(contacts_csv)))
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "segments")
        # Nothing is cut: the last line of the pane is seen, too.
        assert "contacts without an order (F0)" in as_one_line(app)
        assert "Reach by month: – (a list with every day" in as_one_line(app)


async def test_nothing_essential_is_cut_at_80_columns(make_app: MakeApp) -> None:
    for lang in ("en", "sv"):
        app = make_app(lang)
        async with app.run_test(size=(80, 24)) as pilot:
            await opened(pilot, "segments")
            assert "…" not in screen_text(app)
            head = pane_lines(app)[1].split()
            assert head[:5] == (
                ["segment", "customers", "orders", "revenue", "CLV"]
                if lang == "en"
                else ["segment", "kunder", "köp", "omsättning", "CLV"]
            )


async def test_enter_lists_the_customers_of_a_tier_then_the_orders_of_one(
    make_app: MakeApp, summary: Summary, orders_csv: Path
) -> None:
    app = make_app()
    async with app.run_test(size=(120, 30)) as pilot:
        await opened(pilot, "segments")
        await pilot.press("down", "enter")
        top = summary.portfolio_records[1].customers
        await until_shown(pilot, f"{top} customers · top")
        await settled(pilot)
        there = listed(app)
        assert there == wanted(orders_csv, len(there), filters=Filters(s12_tier="top"))
        await pilot.press("down", "down", "enter")
        one = there[2]
        await until_shown(pilot, f"{one.customer} · {one.status}")
        with read(str(orders_csv)) as log:
            events = history(log.customers().orders_of(one.customer))
        lines = pane_lines(app)[2:]
        for event, line in zip(events, lines, strict=False):
            cells = line.lstrip(" ▸").split()
            assert cells[0] == event.day.isoformat()
            assert cells[1] == ("–" if event.step is None else f"F{event.step}")
        # Once more tells all that is known, and the lines of the file.
        await pilot.press("enter")
        await until_shown(pilot, "Own rhythm")
        await pilot.press("pagedown")
        await until_shown(pilot, "12 months to")
        await pilot.press("escape")
        await until_shown(pilot, f"{one.customer} · {one.status}")
        # And back, step by step, to where one came from.
        await pilot.press("escape")
        await until_shown(pilot, f"{top} customers · top")
        assert app.query_one(CustomerTable).cursor == 2
        await pilot.press("escape")
        await until_shown(pilot, "all who have bought")
        assert app.query_one("#segments-table", LineTable).cursor == 1


@pytest.mark.parametrize(("steps", "name"), [(5, "new"), (8, "lost"), (9, "former")])
async def test_enter_lists_the_customers_of_a_status(
    make_app: MakeApp, summary: Summary, steps: int, name: str
) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "segments")
        await pilot.press(*["down"] * steps, "enter")
        count = next(one.customers for one in statuses(summary) if one.name == name)
        words = "former customers" if name == "former" else name
        await until_shown(pilot, f"{told(count)} customers · {words}")
        await settled(pilot)
        assert {one.status for one in listed(app)} == {name}


async def test_the_list_sorts_by_every_column_both_ways(
    make_app: MakeApp, orders_csv: Path
) -> None:
    app = make_app()
    async with app.run_test(size=(200, 30)) as pilot:
        await opened(pilot, "segments")
        await pilot.press("end", "enter")
        await until_shown(pilot, "all who have bought")
        await settled(pilot)
        view = app.query_one(CustomersView)
        seen = set()
        await pilot.press(*["left"] * len(HEADS))
        for column in HEADS:
            # It stands at the column already, or comes to it: s orders, once more turns the order.
            for _ in range(2):
                await pilot.press("s")
                await settled(pilot)
                asked = view._listed
                assert asked is not None
                assert asked.sort == column
                seen.add((asked.sort, asked.descending))
                there = listed(app)
                how = {"sort": asked.sort, "descending": asked.descending}
                assert there == wanted(orders_csv, len(there), **how)
                mark = "▼" if asked.descending else "▲"
                assert f"[{HEADS[asked.sort][0].en} {mark}]" in screen_text(app)
            await pilot.press("right")
        assert seen == {(column, way) for column in COLUMNS for way in (True, False)}
        # v turns the order of whatever orders.
        assert view._listed is not None
        before = view._listed
        await pilot.press("v")
        await settled(pilot)
        assert view._listed == replace(before, descending=not before.descending)


async def test_the_columns_of_a_list_are_chosen(make_app: MakeApp, orders_csv: Path) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "segments")
        await pilot.press("end", "enter")
        await settled(pilot)
        await pilot.press("full_stop")
        await pilot.pause()
        dialog: Any = app.screen
        names = list(dialog._known)
        # Away with the tiers, and the rhythm of each beside the rest.
        for name in ("f12_tier", "s12_tier", "own_rhythm"):
            dialog.query_one("OptionList").highlighted = names.index(name)
            await pilot.press("space")
        await pilot.press("enter")
        await until_shown(pilot, "own rhythm")
        await settled(pilot)
        assert "F12 " not in screen_text(app)
        await pilot.press(*["right"] * 20, "s")
        await settled(pilot)
        assert "[own rhythm ▼]" in screen_text(app)
        with read(str(orders_csv)) as log:
            customers = log.customers()
            ids = [one.customer for one in customers.rows()]
            rhythms = customers.values_of(ids, ["own_rhythm"])
        known = [value for (value,) in rhythms.values() if value is not None]
        assert rhythms[listed(app)[0].customer] == (max(known),)
        # The file has it, too, beside the usual ones.
        pane: Any = app.pane
        [table] = pane.export_tables()
        assert list(table.heads) == [*COLUMNS, "own_rhythm"]
        assert next(iter(table.rows))[-1] == max(known)


async def test_a_filter_nobody_matches_leaves_an_empty_list(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "segments")
        await pilot.press("enter")
        await settled(pilot)
        await pilot.press("slash", *"%_[x]", "enter")
        await until_shown(pilot, "0 customers · super · id has “%_[x]”: nobody")
        await pilot.press("enter", "down", "end", "s", "v")
        await settled(pilot)
        await pilot.press("escape", "escape")
        await until_shown(pilot, "portfolio value")


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty thousand customers, the k-th of whom spends k in one order; ids are no numbers."""
    path = tmp_path_factory.mktemp("many") / "many.parquet"
    duckdb.sql(
        "select 'K' || printf('%06d', i) as customer, date '2026-01-01' + cast(i % 90 as int) as"
        " date, i as amount from range(1, 30001) t(i)"
    ).write_parquet(str(path))
    return path


async def test_a_long_list_scrolls_from_end_to_end(make_app: MakeApp, many: Path) -> None:
    app = make_app(source=Source((str(many),), "many"))
    async with app.run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "30 000 active customers")
        await until(pilot, lambda: not app.session.busy, "rest")
        await pilot.press("2", "end", "enter")
        await until_shown(pilot, "30 000 customers")
        await settled(pilot)
        table = app.query_one(CustomerTable)
        assert listed(app)[0].customer == "K030000"
        await pilot.press("end")
        await until(pilot, lambda: table.customer(29_999), "the last line")
        assert listed(app)[-1].customer == "K000001"
        for _ in range(40):
            await pilot.press("pageup")
        await until(pilot, lambda: table.lacks() is None, "the lines in sight")
        there = listed(app)
        spent = [one.revenue for one in there]
        # The customer with the k-th largest revenue stands on line k.
        assert spent == [30_000.0 - place for place in table.in_sight()]
        await pilot.press("home")
        await until(pilot, lambda: table.customer(0), "the first line")
        assert listed(app)[0].customer == "K030000"
        # What is kept does not grow with what was looked at.
        for _ in range(30_000 // BLOCK // 4):
            table.cursor = min(table.cursor + BLOCK * 4, 29_999)
            await until(pilot, lambda: table.customer(table.cursor), "the line")
        assert len(table._blocks) <= 60


async def test_ids_from_data_are_shown_as_they_are(make_app: MakeApp, tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text(
        'customer,date,amount\n"[b]x[/b]",2026-03-01,10\n"=1+1",2026-04-01,20\n'
        '"a\x1b[31mred",2026-04-02,5\n"${x}",2025-01-02,7\n'
    )
    app = make_app(source=Source((str(path),), "odd"))
    async with app.run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "3 active customers")
        await until(pilot, lambda: not app.session.busy, "rest")
        await pilot.press("2", "end", "enter")
        await until_shown(pilot, "4 customers")
        await settled(pilot)
        text = screen_text(app)
        for shown in ("[b]x[/b]", "=1+1", r"a\x1b[31mred", "${x}"):
            assert shown in text
        await pilot.press("enter")
        await until_shown(pilot, "=1+1 · ")


async def test_another_day_lists_the_same_segment_again(
    make_app: MakeApp, orders_csv: Path
) -> None:
    from datetime import date

    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        view = await opened(pilot, "segments")
        await pilot.press("enter")
        await settled(pilot)
        app.recount(date(2025, 6, 30), view.rules)
        with read(str(orders_csv)) as log:
            then = log.customers("2025-06-30")
            count, first = then.count(Filters(s12_tier="super")), then.page(0, 1)[0]
        await until_shown(pilot, f"{count} customers · super")
        await settled(pilot)
        assert listed(app)[0] == first


async def test_tiers_that_are_no_more_leave_their_list(make_app: MakeApp) -> None:
    from dataclasses import replace

    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        view = await opened(pilot, "segments")
        await pilot.press("enter")
        await settled(pilot)
        app.recount(view.as_of, replace(view.rules, tiers=(("all", 1.0),)))
        await until_shown(pilot, "▸ all")


async def test_a_failing_query_is_told_and_nothing_is_lost(
    make_app: MakeApp, shared: Shared
) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(pilot, "segments")
        # The engine goes away under the screen; other tests open the file anew.
        shared.give_away(app.session.log)
        await app.session.run(lambda: app.session.log.rows.backend.con.close())
        await pilot.press("enter")
        await until_shown(pilot, "That did not work")
        await until_shown(pilot, "all who have bought")
        assert line_of(app, "super")
        await pilot.press("1")
        await until(pilot, lambda: app.pane and app.pane.id == "overview", "the overview")
        assert "active customers" in screen_text(app)
