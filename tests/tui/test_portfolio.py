"""The portfolio: tiers as the summary has them, what-if and projection as the formulas say."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from crmformulas_tui.screens.portfolio import PortfolioPane
from crmformulas_tui.session import Source
from crmformulas_tui.widgets.line_table import LineTable
from crmformulas_tui.widgets.projection import ProjectionTable
from crmformulas_tui.widgets.tiers import TierTable, WhatIfGrid
from textual.pilot import Pilot
from textual.widgets import Input

from crmformulas.formats import NumberFormat
from crmformulas.formulas.migration import project_portfolio
from crmformulas.formulas.value import clv, portfolio_value
from crmformulas.orders import Rules
from crmformulas.orders.analysis.retention_gain import portfolio_gain
from crmformulas.orders.analysis.what_if import Change, what_if
from crmformulas.orders.summary.model import Summary
from crmformulas.orders.summary.who_buys import who_buys_by_subject
from crmformulas.translations import Lang, term, translate
from tests.tui.conftest import MakeApp
from tests.tui.driving import (
    line_of,
    opened,
    pane_lines,
    record_lists,
    screen_text,
    settled,
    until,
    until_shown,
)

SIZES = ((80, 24), (200, 60))


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def lines_of(pilot: Pilot[Any], table: type[LineTable]) -> list[list[str]]:
    """The cells of a table as they are filled in."""
    found = pilot.app.query_one(table)
    return [[plain(c) for c in found.cells(i) or ()] for i in range(found.count)]


async def type_change(pilot: Pilot[Any], text: str) -> None:
    await pilot.press("enter")
    await pilot.pause()
    pilot.app.screen.query_one(Input).value = text
    await pilot.press("enter")
    await pilot.pause()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["en", "sv"])
async def test_every_tier_of_the_summary_is_shown(
    make_app: MakeApp, summary: Summary, size: tuple[int, int], lang: Lang
) -> None:
    app, f = make_app(lang), NumberFormat(lang)
    async with app.run_test(size=size) as pilot:
        await opened(pilot, "portfolio")
        for record in summary.portfolio_records:
            line = line_of(app, f"{translate(term(record.tier), lang)} ")
            told = (
                f.whole(record.customers),
                f.percent(record.retention),
                f.fixed(record.duration, 2),
                f.fixed(record.orders_per_customer, 2),
                f.amount(record.value_per_order),
                f.amount(record.annual_value),
                f.amount(record.clv),
                f.fixed(record.clv_index, 1),
                f.amount(record.portfolio_value),
            )
            assert " ".join(line.split()).endswith(" ".join(map(plain, told)))
        total = line_of(app, f"{translate(term('total'), lang)} ")
        assert plain(f.whole(summary.flows.closing)) in total
        assert total.endswith(plain(f.amount(summary.portfolio_value)))
        message = pane_lines(app)[0]
        assert plain(f.amount(summary.portfolio_value)) in message
        assert summary.portfolio_value is not None
        share = summary.portfolio_records[0].portfolio_value / summary.portfolio_value
        assert plain(f.percent(share, 0)) in message
        # What a point of retention adds, as the command tells it; with a margin its profit, too.
        gain = portfolio_gain(summary, margin=0.4)
        assert gain is not None
        assert gain.profit is not None
        assert plain(f.amount(gain.value)) in pane_lines(app)[1]
        # The days between the purchases of the lowest tier, as the command tells them.
        told = translate(who_buys_by_subject(summary)["days_between"], lang).split()[-4:]
        days = " ".join(" ".join(pane_lines(app)).split())
        assert " ".join(told) in days
        app.workspace.margin = 0.4
        app.pane.margin_changed()
        await pilot.pause()
        assert plain(f.amount(gain.profit)) in pane_lines(app)[1]
        # Nothing is cut: the last line of the pane is seen, too.
        hint = {"en": "to type a change", "sv": "skriv"}[lang]
        assert hint in screen_text(app)


async def test_plus_and_minus_change_the_driver_of_all_tiers(
    make_app: MakeApp, summary: Summary
) -> None:
    app, f = make_app(), NumberFormat("en")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "portfolio")
        await pilot.press("plus", "plus", "right", "minus")
        change = Change(frequency=0.02, order_value=-0.01)
        made = what_if(summary, dict.fromkeys(summary.rules.tier_names, change))
        for case, line in zip(made.tiers, lines_of(pilot, WhatIfGrid), strict=False):
            record = next(r for r in summary.portfolio_records if r.tier == case.tier)
            worth = clv(
                record.orders_per_customer * 1.02, record.value_per_order * 0.99,
                record.duration,
            )  # fmt: skip
            assert case.clv == pytest.approx(worth)
            told = (f.amount(worth), f.amount(worth * record.customers))
            assert line == [case.tier, "+2.0 %", "−1.0 %", "0.0 %", *map(plain, told), "+1.0 %"]
        assert "[−1.0 %]" in line_of(app, "all ")
        assert f"is worth {plain(f.amount(made.value))}: +1.0 %" in pane_lines(app)[0]
        head = line_of(app, "What each driver brings")
        assert plain(f.amount(made.value)) in head
        assert made.difference is not None
        assert f"(+{plain(f.amount(made.difference))})" in head
        assert f"+{plain(f.amount(made.bridge[0]))}" in line_of(app, "frequency ")
        assert plain(f.amount(made.bridge[1])) in line_of(app, "order value ")
        assert line_of(app, "duration ").split() == ["duration", "0"]


async def test_a_typed_change_of_one_tier(make_app: MakeApp, summary: Summary) -> None:
    app, f = make_app("sv"), NumberFormat("sv")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "portfolio")
        await pilot.press("home", "right", "right")
        await type_change(pilot, "12,5")
        made = what_if(summary, {"super": Change(duration=0.125)})
        case = made.tiers[0]
        assert lines_of(pilot, WhatIfGrid)[0] == [
            "super", "0,0 %", "0,0 %", "+12,5 %", plain(f.amount(case.clv)),
            plain(f.amount(case.value)), "+12,5 %",
        ]  # fmt: skip
        assert lines_of(pilot, WhatIfGrid)[-1][3] == "olika"
        assert lines_of(pilot, WhatIfGrid)[1][3] == "0,0 %"
        assert f"+{plain(f.amount(made.bridge[2]))}" in line_of(app, "duration ")
        # The field holds what is there; an empty one takes the change back.
        await pilot.press("enter")
        await pilot.pause()
        assert plain(app.screen.query_one(Input).value) == "+12,5 %"
        await pilot.press("escape")
        await pilot.press("l")
        await until_shown(pilot, "what if")
        await settled(pilot)
        assert lines_of(pilot, WhatIfGrid)[0][3] == "+12.5 %"
        assert app.query_one(WhatIfGrid).cursor == 0
        assert app.query_one(WhatIfGrid).column == 2
        await type_change(pilot, "")
        assert lines_of(pilot, WhatIfGrid)[0][3] == "0.0 %"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("much", "“much” is not a number in per cent"),
        ("-101", "a change is between −100 % and 1 000 %"),
        ("1001", "a change is between −100 % and 1 000 %"),
    ],
)
async def test_a_change_that_cannot_be_is_asked_for_again(
    make_app: MakeApp, text: str, words: str
) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "portfolio")
        before = lines_of(pilot, WhatIfGrid)
        await type_change(pilot, text)
        assert words in screen_text(app)
        await pilot.press("escape")
        assert lines_of(pilot, WhatIfGrid) == before


async def test_reset_takes_back_the_driver_or_all(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "portfolio")
        begun = lines_of(pilot, WhatIfGrid)
        await pilot.press("plus", "right", "plus", "r")
        assert [line[1:4] for line in lines_of(pilot, WhatIfGrid)] == [
            ["+1.0 %", "0.0 %", "0.0 %"]
        ] * len(begun)
        await pilot.press("up", "plus", "R")
        assert lines_of(pilot, WhatIfGrid) == begun
        assert "to type a change" in screen_text(app)


@pytest.mark.parametrize(("place", "name"), [(1, "top"), (4, "total")])
async def test_enter_on_a_tier_asks_for_its_customers(
    make_app: MakeApp, summary: Summary, place: int, name: str
) -> None:
    app = make_app()
    lists = record_lists(app)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "portfolio")
        # From the grid up over its first line to the last line of the tiers.
        await pilot.press("home", "up")
        assert app.query_one(TierTable).has_focus
        assert app.query_one(TierTable).cursor == 4
        await pilot.press(*["up"] * (4 - place), "enter")
        await settled(pilot)
        asked = lists
        assert len(asked) == 1
        session = app.session
        found = await session.run(lambda: session.customers().count(asked[0].filters))
        tiers = {r.tier: r.customers for r in summary.portfolio_records}
        assert found == tiers.get(name, summary.flows.closing)
        await until_shown(pilot, f"{found} customers · ")
        await pilot.press("escape")
        await until(pilot, lambda: app.pane and app.pane.id == "portfolio", "the portfolio")


async def test_the_projection_is_that_of_the_formula(make_app: MakeApp, summary: Summary) -> None:
    app, f = make_app(), NumberFormat("en")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "portfolio")
        await pilot.press("p")
        assert app.query_one(ProjectionTable).has_focus
        customers = [r.customers for r in summary.portfolio_records]
        counts = summary.migration.counts
        inflow = [n - sum(row[j] for row in counts) for j, n in enumerate(customers)]
        rates = [list(row) for row in summary.migration.shares]
        table = project_portfolio(customers, rates, inflow, 5).tolist()
        worth = [r.clv for r in summary.portfolio_records]
        lines = lines_of(pilot, ProjectionTable)
        for year, (line, row) in enumerate(zip(lines, table, strict=False)):
            value = f.amount(portfolio_value(worth, row))
            told = [*map(f.whole, row), f.whole(sum(row)), value]
            assert line[0] == ("today" if year == 0 else f"+{year}")
            assert line[1:7] == [plain(t) for t in told]
            assert " ".join(line[1:7]) in " ".join(screen_text(app).split())
        assert lines[-1][1:6] == [plain(f.whole(n)) for n in (*inflow, sum(inflow))]
        last = f"In 5 years {plain(f.whole(sum(table[5])))} customers"
        assert last in screen_text(app)
        # Another horizon.
        await pilot.press("y")
        app.screen.query_one(Input).value = "2"
        await pilot.press("enter")
        await pilot.pause()
        assert len(lines_of(pilot, ProjectionTable)) == 4
        assert "In 2 years" in screen_text(app)
        await pilot.press("p")
        assert app.query_one(WhatIfGrid).has_focus
        assert "In 2 years" not in screen_text(app)


@pytest.mark.parametrize("text", ["0", "51", "two", "1.5", "9999999999", "²"])
async def test_years_that_cannot_be_are_asked_for_again(make_app: MakeApp, text: str) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "portfolio")
        await pilot.press("y")
        app.screen.query_one(Input).value = text
        await pilot.press("enter")
        await pilot.pause()
        assert "years are a whole number from 1 to 50" in screen_text(app)


async def test_the_value_ahead_with_the_changes_stands_beside_it(
    make_app: MakeApp, summary: Summary
) -> None:
    app, f = make_app(), NumberFormat("en")
    async with app.run_test(size=(200, 60)) as pilot:
        await opened(pilot, "portfolio")
        await type_change(pilot, "10")
        lines = lines_of(pilot, ProjectionTable)
        assert summary.portfolio_value is not None
        assert lines[0][7] == plain(f.amount(summary.portfolio_value * 1.1))
        # There is room for both; the key moves between them.
        assert app.query_one(WhatIfGrid).has_focus
        assert "In 5 years" in screen_text(app)
        await pilot.press("p")
        assert app.query_one(ProjectionTable).has_focus
        assert "What each driver brings" in screen_text(app)
        await pilot.press("p")
        assert app.query_one(WhatIfGrid).has_focus


async def test_keys_of_what_if_do_nothing_while_it_is_not_shown(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "portfolio")
        begun = lines_of(pilot, WhatIfGrid)
        await pilot.press("p", "plus", "r", "p")
        assert lines_of(pilot, WhatIfGrid) == begun


async def test_changes_outlive_another_day_and_stay_with_their_tiers(
    make_app: MakeApp, year_before: Summary
) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        view = await opened(pilot, "portfolio")
        await pilot.press("home", "plus", "plus")
        app.recount(year_before.as_of, view.rules)
        await until(pilot, lambda: app.session.view and app.session.view.as_of == year_before.as_of)
        await settled(pilot)
        made = what_if(year_before, {"super": Change(frequency=0.02)})
        line = lines_of(pilot, WhatIfGrid)[0]
        assert line[1] == "+2.0 %"
        assert line[4] == plain(NumberFormat("en").amount(made.tiers[0].clv))
        # Other tiers have no changes; when the old ones come back, so do theirs.
        app.recount(view.as_of, Rules(tiers=(("gold", 0.5), ("super", 0.5))))
        await until(pilot, lambda: "gold" in screen_text(app), "gold")
        await settled(pilot)
        assert [line[1] for line in lines_of(pilot, WhatIfGrid)] == ["0.0 %", "+2.0 %", "varies"]


async def test_a_tier_of_unknown_duration_is_left_out_with_a_note(
    make_app: MakeApp, tmp_path: Path
) -> None:
    # As in the test of the engine: high lost nobody; low is 1 customer, 9 a year for 2 years.
    path = tmp_path / "few.csv"
    path.write_text(
        "customer,date,amount\na,2024-06-01,900\nb,2025-01-01,800\nc,2025-01-01,9\n"
        "d,2025-01-01,8\na,2026-01-01,900\nb,2026-01-01,10\nc,2026-01-01,9\n"
    )
    tiers = (("[b]high[/]", 0.5), ("low", 0.5))
    app = make_app(source=Source((str(path),), "few"), rules=lambda: Rules(tiers=tiers))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.session.view, "the figures")
        await pilot.press("5")
        await until_shown(pilot, "what if")
        await settled(pilot)
        note = "! [b]high[/]: left out, CLV unknown, nobody in it was lost"
        assert note in screen_text(app)
        assert lines_of(pilot, TierTable)[0][3:] == ["–", "1.00", "455", "455", "–", "–", "–"]
        assert lines_of(pilot, TierTable)[-1][-1] == "18.00"
        assert lines_of(pilot, WhatIfGrid)[0][4:] == ["–", "–", "–"]
        await pilot.press("plus")
        assert lines_of(pilot, WhatIfGrid)[-1][4:] == ["", "18.18", "+1.0 %"]


async def test_a_portfolio_of_unknown_value(make_app: MakeApp, tmp_path: Path) -> None:
    path = tmp_path / "young.csv"
    path.write_text("customer,date,amount\na,2026-01-01,900\n")
    app = make_app("sv", source=Source((str(path),), "young"))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.session.view, "the figures")
        await pilot.press("5")
        await until_shown(pilot, "Vad kunderna är värda är okänt.")
        note = "! mellan: inte med, CLV okänt, historiken säger för lite om året innan"
        assert note in screen_text(app)
        await pilot.press("p")
        await until_shown(pilot, "Ingen prognos: ingen var i mellan året innan.")
        for table in app.query_one(PortfolioPane).export_tables():
            list(table.rows)


async def test_all_three_tables_are_exported(
    make_app: MakeApp, summary: Summary, tmp_path: Path
) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "portfolio")
        await pilot.press("plus", "e")
        app.screen.query_one(Input).value = str(tmp_path / "out.csv")
        await pilot.press("enter")
        names = ("portfolio", "whatif", "projection")
        paths = {name: tmp_path / f"out-{name}.csv" for name in names}
        await until(pilot, lambda: all(p.exists() for p in paths.values()), "the files")
    tables = {}
    for name, path in paths.items():
        with path.open(newline="") as file:
            tables[name] = list(csv.DictReader(file))
    # A file has numbers with 15 significant digits.
    assert [float(r["clv"]) for r in tables["portfolio"][:-1]] == [
        float(f"{r.clv:.15g}") for r in summary.portfolio_records
    ]
    made = what_if(summary, dict.fromkeys(summary.rules.tier_names, Change(frequency=0.01)))
    values = [*(case.value for case in made.tiers), made.value]
    assert [float(r["value"]) for r in tables["whatif"]] == [float(f"{v:.15g}") for v in values]
    assert float(tables["whatif"][-1]["from_frequency"]) == float(f"{made.bridge[0]:.15g}")
    assert len(tables["projection"]) == 6
    assert float(tables["projection"][0]["value_whatif"]) == pytest.approx(made.value)


async def test_the_tables_lead_into_each_other(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(200, 60)) as pilot:
        await opened(pilot, "portfolio")
        order = (TierTable, WhatIfGrid, ProjectionTable)
        app.query_one(TierTable).focus()
        await pilot.press("home")
        for table in order:
            assert app.query_one(table).has_focus
            await pilot.press("end", "down")
        await pilot.press("home", "up")
        assert app.query_one(WhatIfGrid).has_focus
        assert app.query_one(WhatIfGrid).cursor == app.query_one(WhatIfGrid).count - 1
