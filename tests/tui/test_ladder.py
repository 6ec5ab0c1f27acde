"""The ladder: its figures are the summary's, and goals bring what the formulas say."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from crmformulas_tui.screens.ladder import LadderPane, LadderState
from crmformulas_tui.session import Source
from crmformulas_tui.widgets.line_table import LineTable
from textual.pilot import Pilot
from textual.widgets import Input

from crmformulas.formats import NumberFormat
from crmformulas.formulas.ladder import extra_orders, step_gain
from crmformulas.orders import Rules
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


def rates_of(summary: Summary) -> list[float]:
    return [r.rate for r in summary.ladder.step_records[:-1]]


async def type_goal(pilot: Pilot[Any], text: str) -> None:
    await pilot.press("g")
    field = pilot.app.screen.query_one(Input)
    field.value = text
    await pilot.press("enter")
    await pilot.pause()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["en", "sv"])
async def test_every_step_of_the_summary_is_shown(
    make_app: MakeApp, summary: Summary, size: tuple[int, int], lang: Lang
) -> None:
    app, f = make_app(lang), NumberFormat(lang)
    async with app.run_test(size=size) as pilot:
        await opened(pilot, "ladder")
        ladder = summary.ladder
        for record in ladder.step_records:
            line = line_of(app, f"F{record.f} ")
            told = (f.whole(record.customers), f.percent(record.rate),
                    f.whole(record.median_days))  # fmt: skip
            for figure in told:
                assert plain(figure) in line
        assert ladder.tipping_point is not None
        assert "◀ tipping point" in line_of(app, f"F{ladder.tipping_point} ")
        extra = f.whole(ladder.extra_orders_per_1000)
        label = {"en": "Extra orders", "sv": "Merköp"}[lang]
        assert line_of(app, label).split()[-3:] == [extra, extra, "0"]
        assert f" {extra} " in pane_lines(app)[0]
        assert "F0" not in screen_text(app)


async def test_a_typed_goal_shows_at_once_what_it_brings(
    make_app: MakeApp, summary: Summary
) -> None:
    app, f = make_app(), NumberFormat("en")
    rates = rates_of(summary)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "ladder")
        await type_goal(pilot, "30.5 %")
        goals = [0.305, *rates[1:]]
        extra, gain = extra_orders(goals, 1000), step_gain(rates, goals, 1000)[0]
        assert line_of(app, "Extra orders").split()[2:] == [
            f.whole(extra_orders(rates, 1000)),
            f.whole(extra),
            f.signed(extra - extra_orders(rates, 1000)),
        ]
        line = line_of(app, "F1 ")
        assert "30.5 %" in line
        assert f"+{f.fixed(gain, 1)}" in line
        assert "▲ bottleneck" in line
        assert f"Bottleneck F1→F2: at its goal alone {f.fixed(gain, 1)} extra" in screen_text(app)
        assert f"bring {f.whole(extra)} extra orders" in pane_lines(app)[0]
        # A higher goal of a later step moves the bottleneck and the tipping point at goal.
        await pilot.press("r", "plus", "down")
        await type_goal(pilot, "99")
        goals = [int(rates[0] * 100 + 1) / 100, 0.99, *rates[2:]]
        gains = step_gain(rates, goals, 1000)
        assert gains[1] > gains[0]
        assert "▲" in line_of(app, "F2 ")
        assert "▲" not in line_of(app, "F1 ")
        assert "◁" in line_of(app, "F2 ")
        assert line_of(app, "Tipping point").split()[3:] == [
            f"F{summary.ladder.tipping_point}",
            "F2",
        ]


async def test_a_decimal_comma_is_read_and_shown_in_swedish(make_app: MakeApp) -> None:
    app = make_app("sv")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "ladder")
        await type_goal(pilot, "31,5")
        assert "31,5 %" in line_of(app, "F1 ")
        assert "▲ flaskhals" in line_of(app, "F1 ")
        # The other language keeps the goals, as the pane is made anew.
        await pilot.press("l")
        await until_shown(pilot, "▲ bottleneck")
        assert "31.5 %" in line_of(app, "F1 ")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("abc", "“abc” is not a number in per cent, like 25 or 2.5"),
        ("101", "a goal is between 0 and 100 %"),
        ("-1", "a goal is between 0 and 100 %"),
        ("[b]5", "“[b]5” is not a number in per cent, like 25 or 2.5"),
    ],
)
async def test_a_goal_that_cannot_be_is_asked_for_again(
    make_app: MakeApp, text: str, words: str
) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "ladder")
        before = line_of(app, "F1 ")
        await type_goal(pilot, text)
        assert words in screen_text(app)
        await pilot.press("escape")
        await pilot.pause()
        assert line_of(app, "F1 ") == before


async def test_plus_and_minus_go_by_whole_per_cents_and_reset_goes_back(
    make_app: MakeApp, summary: Summary
) -> None:
    app, f = make_app(), NumberFormat("en")
    rates = rates_of(summary)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "ladder")
        begun = {k: line_of(app, f"F{k} ") for k in (1, 2)}
        await pilot.press("plus", "plus", "down", "plus")
        above = int(rates[0] * 100) + 2
        assert f"{above}.0 %" in line_of(app, "F1 ")
        second = int(rates[1] * 100) + 1
        gains = step_gain(rates, [above / 100, second / 100, *rates[2:]], 1000)
        assert f"+{f.fixed(gains[1], 1)}" in line_of(app, "F2 ")
        await pilot.press("minus")
        assert f"{second - 1}.0 %" in line_of(app, "F2 ")
        assert "▲" not in line_of(app, "F2 ")
        await pilot.press("r")
        assert line_of(app, "F2 ") == begun[2]
        assert f"{above}.0 %" in line_of(app, "F1 ")
        # An empty goal is that of today, too.
        await pilot.press("up")
        await type_goal(pilot, "")
        assert line_of(app, "F1 ") == begun[1]
        await pilot.press("plus", "down", "plus", "R")
        assert {k: line_of(app, f"F{k} ") for k in (1, 2)} == begun
        assert "No step is below its goal" in screen_text(app)


async def test_a_goal_below_the_rate_loses_orders_and_gains_nothing(
    make_app: MakeApp, summary: Summary
) -> None:
    app, f = make_app(), NumberFormat("en")
    rates = rates_of(summary)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "ladder")
        await type_goal(pilot, "0")
        assert extra_orders([0.0, *rates[1:]], 1000) == 0
        change = f.signed(-extra_orders(rates, 1000))
        assert line_of(app, "Extra orders").split()[3:] == ["0", change]
        assert "▲" not in line_of(app, "F1 ")


async def test_enter_asks_for_the_customers_of_the_step(
    make_app: MakeApp, summary: Summary
) -> None:
    app = make_app()
    lists = record_lists(app)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "ladder")
        await pilot.press("down", "enter")
        await settled(pilot)
        asked = lists
        assert len(asked) == 1
        assert asked[0].label.en == "F2: at least 2 orders"
        session, filters = app.session, asked[0].filters
        found = await session.run(lambda: session.customers().count(filters))
        assert found == summary.ladder.step_records[1].customers
        # They are listed, and esc leads back to the step.
        await until_shown(pilot, f"{found} customers · F2: at least 2 orders")
        await pilot.press("escape")
        await until(pilot, lambda: app.pane and app.pane.id == "ladder", "the ladder")
        assert "▸ F2 " in screen_text(app)


async def test_contacts_are_f0_and_have_no_goal(
    make_app: MakeApp, orders_csv: Path, contacts_csv: Path
) -> None:
    source = Source((str(orders_csv),), "shop", str(contacts_csv))
    app, f = make_app(source=source), NumberFormat("en")
    lists = record_lists(app)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        view = await opened(pilot, "ladder")
        ladder = view.summary.ladder
        assert ladder.f0 is not None
        line = line_of(app, "F0 ")
        assert plain(f.whole(ladder.f0)) in line
        assert plain(f.percent(ladder.f0_rate)) in line
        # The cursor begins at F1; what belongs to the screen fits.
        assert "▸ F1 " in screen_text(app)
        assert line_of(app, f"F{len(ladder.step_records)} ")
        assert line_of(app, "No step is below")
        await pilot.press("up", "g")
        await until_shown(pilot, "has no goal")
        await pilot.press("enter")
        await until_shown(pilot, "F0 have no order")
        assert not lists
        await pilot.press("end", "plus")
        await until_shown(pilot, f"F{len(ladder.step_records)} has no goal")
        assert not state_of(app, LadderState).goals


async def test_goals_outlive_another_day_and_other_tiers(
    make_app: MakeApp, year_before: Summary
) -> None:
    app, f = make_app(), NumberFormat("en")
    async with app.run_test(size=(80, 24)) as pilot:
        view = await opened(pilot, "ladder")
        await type_goal(pilot, "44")
        app.recount(year_before.as_of, view.rules)
        await until(pilot, lambda: app.session.view and app.session.view.as_of == year_before.as_of)
        await settled(pilot)
        line = line_of(app, "F1 ")
        assert plain(f.whole(year_before.ladder.step_records[0].customers)) in line
        assert "44.0 %" in line
        rates = rates_of(year_before)
        goals = [0.44, *rates[1:]]
        assert line_of(app, "Extra orders").split()[3] == f.whole(extra_orders(goals, 1000))


async def test_goals_of_one_shop_are_not_those_of_another(
    make_app: MakeApp, orders_csv: Path
) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "ladder")
        await type_goal(pilot, "44")
        app.load(Source((str(orders_csv),), "other shop"))
        await until(
            pilot, lambda: app.session.view and app.session.view.source.name == "other shop"
        )
        await settled(pilot)
        assert "44.0 %" not in screen_text(app)


async def test_matured_rates_are_told_where_the_rules_ask_for_them(make_app: MakeApp) -> None:
    app, f = make_app(rules=lambda: Rules(matured=180)), NumberFormat("en")
    async with app.run_test(size=(80, 24)) as pilot:
        view = await opened(pilot, "ladder")
        assert "in 180 d" in screen_text(app)
        records = view.summary.ladder.step_records
        for record in records[:-1]:
            assert plain(f.percent(record.matured_rate)) in line_of(app, f"F{record.f} ")
        heads = app.query_one(LadderPane).export_tables()[0].heads
        assert heads[-1] == "matured_rate"


async def test_the_steps_are_exported_with_their_goals(
    make_app: MakeApp, summary: Summary, tmp_path: Path
) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "ladder")
        await type_goal(pilot, "30")
        await pilot.press("e")
        field = app.screen.query_one(Input)
        field.value = str(tmp_path / "steps.csv")
        await pilot.press("enter")
        await until(pilot, lambda: (tmp_path / "steps-goals.csv").exists(), "the files")
    rates = rates_of(summary)
    goals = [0.3, *rates[1:]]
    with (tmp_path / "steps-ladder.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [int(r["customers"]) for r in rows] == [r.customers for r in summary.ladder.step_records]
    # A file has numbers with 15 significant digits.
    assert [float(r["goal"]) for r in rows[:-1]] == [float(f"{goal:.15g}") for goal in goals]
    gains = step_gain(rates, goals, 1000)
    assert [float(r["gain"]) for r in rows[:-1]] == [float(f"{gain:.15g}") for gain in gains]
    assert rows[-1]["goal"] == ""
    with (tmp_path / "steps-goals.csv").open(newline="") as file:
        figures = {r["figure"]: r for r in csv.DictReader(file)}
    more = float(f"{extra_orders(goals, 1000):.15g}")
    assert float(figures["extra_orders_per_1000"]["goal"]) == more
    assert figures["bottleneck"]["goal"] == "1"


async def test_a_log_without_second_orders(make_app: MakeApp, tmp_path: Path) -> None:
    path = tmp_path / "once.csv"
    path.write_text("customer,date,amount\na,2026-01-01,5\nb,2026-02-01,6\n")
    app = make_app(source=Source((str(path),), "once"))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await until(pilot, lambda: app.session.view, "the figures")
        await pilot.press("4")
        await until_shown(pilot, "Nobody has bought twice yet.")
        assert line_of(app, "F1 ").split()[-2:] == ["–", "–"]
        await pilot.press("g")
        await until_shown(pilot, "F1 has no goal")


async def test_a_long_ladder_scrolls_above_its_results(make_app: MakeApp, tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    days = "\n".join(f"a,2026-{m:02d}-{d:02d},5" for m in range(1, 4) for d in range(1, 29))
    path.write_text(f"customer,date,amount\n{days}\n")
    app = make_app(source=Source((str(path),), "many"), rules=lambda: Rules(steps=60))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.session.view, "the figures")
        await pilot.press("4")
        await until_shown(pilot, "Extra orders")
        await pilot.press("end")
        await until_shown(pilot, "▸ F60")
        assert "Extra orders" in screen_text(app)


@pytest.mark.parametrize("pane", ["4", "5", "6"])
async def test_keys_do_nothing_while_nothing_is_open(make_app: MakeApp, pane: str) -> None:
    app = make_app(source=Source(("nowhere.csv",), "nowhere"))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await until_shown(pilot, "nowhere.csv")
        await pilot.press(pane)
        await pilot.press(
            "enter", "plus", "minus", "space", "up", "down", "left", "right", *"grRmpy"
        )
        assert app.pane is not None
        assert app.pane.export_tables() == []
        assert len(app.screen_stack) == 1
        assert not app.workspace._states


@pytest.mark.parametrize("pane", ["4", "5", "6"])
async def test_a_day_before_which_there_are_only_returns(
    make_app: MakeApp, tmp_path: Path, pane: str
) -> None:
    path = tmp_path / "returns.csv"
    path.write_text("customer,date,amount\na,2026-01-01,-5\na,2026-03-01,9\n")
    app = make_app(source=Source((str(path),), "returns"), as_of=date(2026, 2, 1))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await until(pilot, lambda: app.session.view, "the figures")
        assert app.session.view is not None
        assert app.session.view.summary.input.customers == 0
        await pilot.press(pane)
        moves = ("up", "down", "left", "right")
        await pilot.press("plus", "minus", "space", *moves, *"rRmm")
        await settled(pilot)
        assert app.pane is not None
        for table in app.pane.export_tables():
            list(table.rows)


async def test_the_keys_are_in_the_footer_and_in_the_help(make_app: MakeApp) -> None:
    app = make_app("sv")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "ladder")
        assert "g mål" in screen_text(app).splitlines()[-1]
        await pilot.press("question_mark")
        await until_shown(pilot, "nollställ mål")
        assert "målet 1 % upp" in screen_text(app)
        await pilot.press("escape")
        assert app.pane is not None
        assert isinstance(app.focused, LineTable)
        assert app.focused in app.pane.query(LineTable)
