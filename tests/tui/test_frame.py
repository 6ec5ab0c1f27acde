"""The frame: tabs, keys, languages, themes, and the overview. Figures are those of the summary."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from crmformulas_tui.screens import DIRECT, GROUPS, SCREENS, screen_place
from crmformulas_tui.session import Source
from crmformulas_tui.widgets.formula_bar import FormulaBar
from crmformulas_tui.widgets.top import TabBar

from crmformulas.orders import read
from crmformulas.orders.rules import Rules
from crmformulas.orders.summary.headlines import headlines
from crmformulas.orders.summary.model import Summary
from crmformulas.translations import LANGS, Lang, translate
from tests.tui.conftest import MakeApp
from tests.tui.driving import (
    line_of,
    opened,
    same_figures,
    screen_text,
    settled,
    until,
    until_shown,
)


def told(number: float) -> str:
    """A count as an English screen tells it."""
    return f"{number:,.0f}".replace(",", " ")


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
async def test_the_overview_tells_balance_and_key_figures(
    make_app: MakeApp, summary: Summary, year_before: Summary, size: tuple[int, int]
) -> None:
    app = make_app()
    async with app.run_test(size=size) as pilot:
        view = await opened(pilot)
        assert same_figures(view.summary, summary)
        assert view.before is not None
        assert same_figures(view.before, year_before)
        flows = summary.flows
        for sign, key in (("", "opening"), ("+ ", "new"), ("+ ", "reactivated"),
                          ("− ", "lost"), ("= ", "closing")):  # fmt: skip
            shown = line_of(app, sign + key)
            assert shown.split("  ")[1].strip() == told(getattr(flows, key)), shown
        share = f"{flows.retention:.1%}".replace("%", " %")
        assert f"{share} stayed." in screen_text(app)
        text = screen_text(app)
        assert re.search(rf"retention +{re.escape(share)}", text)
        for line in headlines(summary, year_before):
            assert str(line.label if isinstance(line.label, str) else line.label.en) in text
        for words in summary.warnings:
            assert words[:40] in text


async def test_bars_of_the_balance_are_to_scale(make_app: MakeApp, summary: Summary) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        bars = {}
        for key in ("opening", "+ new", "− lost", "= closing"):
            line = next(x for x in screen_text(app).splitlines() if x.lstrip(" ▸│").startswith(key))
            full = "".join(c for c in line if c in "█▏▎▍▌▋▊▉")
            bars[key.lstrip("+−= ")] = len(full), line.index("█")
        flows = summary.flows
        (opening, start), (new, begins) = bars["opening"], bars["new"]
        # To a character: where the bar of the opening ends that of the new customers begins.
        assert abs(new - opening * flows.new / flows.opening) <= 1.5
        assert abs(begins - start - opening) <= 1
        assert abs(bars["closing"][0] - opening * flows.closing / flows.opening) <= 1.5


async def test_a_bar_of_the_balance_lists_its_customers_and_esc_leads_back(
    make_app: MakeApp, summary: Summary
) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await pilot.press("down", "enter")
        await until_shown(pilot, f"{told(summary.flows.new)} customers · new")
        await settled(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: app.pane and app.pane.id == "overview", "the overview")


async def test_keys_and_mouse_go_to_every_pane(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        bar = app.query_one(TabBar)
        # From the last screen of a tab its key leads to the first again.
        for number, group in reversed([*enumerate(GROUPS, 1)]):
            for name, title, _ in (*group.screens, group.screens[0]):
                if len(group.screens) > 1 or app.pane is None or app.pane.id != name:
                    await pilot.press(str(number))
                await until(pilot, lambda name=name: app.pane and app.pane.id == name, name)
                assert bar.chosen == screen_place(name)
                tabs, screens = screen_text(app).splitlines()[1:3]
                assert f"{number} {group.title.en}" in tabs
                assert title.en in screens or len(group.screens) == 1
        for name, key in DIRECT.items():
            await pilot.press(key)
            await until(pilot, lambda name=name: app.pane and app.pane.id == name, name)
        for place in (0, 5, 2):
            await pilot.click(TabBar, offset=(len("".join(bar._labels()[:place])) + 3, 0))
            await until(pilot, lambda p=place: bar.group == p, "the tab")
        await pilot.click(TabBar, offset=(len("".join(bar._screens()[:1])) + 3, 1))
        await until(pilot, lambda: app.pane and app.pane.id == "flows", "the second screen")


@pytest.mark.parametrize("lang", LANGS)
async def test_every_tab_is_whole_at_80_columns(make_app: MakeApp, lang: Lang) -> None:
    app = make_app(lang)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        tabs = screen_text(app).splitlines()[1]
        for number, group in enumerate(GROUPS, 1):
            assert f"{number} {translate(group.title, lang)}" in tabs
            names = [translate(entry.title, lang) for entry in group.screens]
            assert len("    ".join(names)) < 80


async def test_the_language_changes_while_it_runs(make_app: MakeApp, summary: Summary) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await pilot.press("l")
        await until_shown(pilot, "aktiva kunder")
        assert "1 Översikt" in screen_text(app)
        assert "avsluta" in screen_text(app).splitlines()[-1]
        share = f"{summary.flows.retention:.1%}".replace("%", " %").replace(".", ",")
        assert line_of(app, "retention").split("  ")[1] == share
        await pilot.press("l")
        await until_shown(pilot, "active customers")


async def test_what_is_looked_at_outlives_a_change_of_language(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "segments")
        await pilot.press("down", "enter")
        await until_shown(pilot, "· top")
        await settled(pilot)
        await pilot.press("right", "s", "slash", "0", "1", "enter", "down", "down")
        await settled(pilot)
        before = line_of(app, "C")
        await pilot.press("l")
        await until_shown(pilot, "· topp · id har “01”")
        await settled(pilot)
        assert line_of(app, "C").split()[0] == before.split()[0]


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light"])
async def test_both_themes_are_there(make_app: MakeApp, theme: str) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        if app.theme != theme:
            await pilot.press("b")
        assert app.theme == theme
        await pilot.pause()
        _, _, ground, ink = app.query_one("#message").colors
        assert (ground.brightness > 0.5) == (theme == "textual-light")
        assert abs(ground.brightness - ink.brightness) > 0.5


async def test_without_colour_everything_is_readable(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_app()
    async with made.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        coloured = screen_text(made)
    monkeypatch.setenv("NO_COLOR", "1")
    app = make_app()
    assert app.no_color
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        assert screen_text(app) == coloured


async def test_another_as_of_day_recounts(make_app: MakeApp, orders_csv: Path) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await pilot.press("d")
        await until_shown(pilot, "The last day that counts")
        await pilot.press("x", "enter")
        await until_shown(pilot, "is not a day like 2026-10-31")
        field = app.screen.query_one("Input")
        field.value = "2025-12-31"  # type: ignore[attr-defined]
        await pilot.press("enter")
        await until(pilot, lambda: app.session.view.as_of == date(2025, 12, 31), "the day")  # type: ignore[union-attr]
        await settled(pilot)
        with read(str(orders_csv)) as log:
            wanted = log.summary("2025-12-31")
        assert app.session.view is not None
        assert same_figures(app.session.view.summary, wanted)
        assert "to 2025-12-31" in screen_text(app).splitlines()[0]
        assert line_of(app, "= closing").split("  ")[1].strip() == told(wanted.flows.closing)


async def test_other_tiers_recount(make_app: MakeApp, orders_csv: Path) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "segments")
        await pilot.press("t")
        await until_shown(pilot, "Value tiers and their shares")
        field = app.screen.query_one("Input")
        assert field.value == "super=5,top=15,mid=50,bottom=30"  # type: ignore[attr-defined]
        field.value = "gold"  # type: ignore[attr-defined]
        await pilot.press("enter")
        await until_shown(pilot, "'gold' is not like super=5")
        field.value = "gold=10,[b]rest=80"  # type: ignore[attr-defined]
        await pilot.press("enter")
        await until_shown(pilot, "the shares must add up to 100 %, not 90 %")
        field.value = "gold=10,[b]rest=90"  # type: ignore[attr-defined]
        await pilot.press("enter")
        await until_shown(pilot, "[b]rest")
        await settled(pilot)
        with read(str(orders_csv)) as log:
            wanted = log.summary(tiers=(("gold", 0.1), ("[b]rest", 0.9)))
        assert app.session.view is not None
        assert same_figures(app.session.view.summary, wanted)
        assert line_of(app, "gold").split()[1] == str(wanted.portfolio_records[0].customers)


async def test_help_tells_the_keys_of_the_screen_and_of_all(make_app: MakeApp) -> None:
    app = make_app("sv")
    async with app.run_test(size=(100, 50)) as pilot:
        await opened(pilot, "segments")
        await pilot.press("question_mark")
        await until_shown(pilot, "Tangenter")
        text = screen_text(app)
        for key in (*app.pane.KEYS, *app.KEYS):  # type: ignore[union-attr]
            assert key.label.sv in text
        await pilot.press("escape")
        await until(pilot, lambda: "Tangenter" not in screen_text(app), "the screen below")


async def test_the_command_palette_does_what_the_keys_do(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(100, 40)) as pilot:
        await opened(pilot)
        await pilot.press("ctrl+p")
        # In the order of the tabs, before a word is typed.
        await until_shown(pilot, "Go to Segments")
        text = screen_text(app)
        places = [text.index(f"Go to {entry.title.en}") for entry in SCREENS[:5]]
        assert places == sorted(places)
        await pilot.press(*"Migr")
        await until_shown(pilot, "Go to Migration")
        await until(pilot, lambda: not any(one.is_running for one in app.workers), "rest")
        await pilot.press("enter")
        await until(pilot, lambda: app.pane and app.pane.id == "migration", "migration")


async def test_keys_that_are_told_fit_the_line_and_what_is_too_small_is_told(
    make_app: MakeApp,
) -> None:
    app = make_app("sv")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "segments")
        await pilot.press("enter")
        await settled(pilot)
        for size in ((80, 24), (60, 20), (40, 12), (200, 60)):
            await pilot.resize_terminal(*size)
            await settled(pilot)
            last = screen_text(app).splitlines()[-1]
            assert last.endswith("? hjälp  q avsluta")
            assert ("e exportera" in last) == (size[0] > 80)
            assert "För litet" not in screen_text(app)
        await pilot.resize_terminal(30, 8)
        await until_shown(pilot, "För litet: 30 × 8.")
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: "För litet" not in screen_text(app), "the list again")
        assert "kunder" in screen_text(app)


async def test_the_formula_bar_calculates_on_every_screen(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await pilot.press("equals_sign", *"CLV(5,500,2.5)", "enter")
        # 5 orders a year of 500 over 2.5 years are 6 250.
        await until_shown(pilot, "6 250")
        await pilot.press("escape")
        assert not isinstance(app.focused, FormulaBar)
        await pilot.press("3")
        await until(pilot, lambda: app.pane and app.pane.id == "migration", "migration")
        assert "6 250" in screen_text(app)


async def test_a_history_that_begins_late_leaves_what_is_unknown_a_dash(
    make_app: MakeApp, tmp_path: Path
) -> None:
    path = tmp_path / "young.csv"
    path.write_text("customer,date,amount\na,2026-03-01,10\nb,2026-04-01,20\n")
    app = make_app(source=Source((str(path),), "young"))
    async with app.run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "2 active customers")
        for sign, key in (("", "opening"), ("+ ", "reactivated"), ("− ", "lost")):
            assert line_of(app, sign + key).split("  ")[1].strip() == "–"
        assert line_of(app, "= closing").split("  ")[1].strip() == "2"
        assert line_of(app, "retention").split("  ")[1:] == ["–", "–", "–"]


async def test_rules_of_the_command_are_kept_when_another_day_is_asked_for(
    make_app: MakeApp,
) -> None:
    rules = Rules(tiers=(("all", 1.0),), new_after=12)
    app = make_app(rules=lambda: rules)
    async with app.run_test(size=(80, 24)) as pilot:
        view = await opened(pilot)
        assert view.rules == rules
        app.recount(date(2026, 6, 30), view.rules)
        await until(pilot, lambda: app.session.view.as_of == date(2026, 6, 30), "the day")  # type: ignore[union-attr]
        assert app.session.view == replace(app.session.view, rules=rules)  # type: ignore[type-var]


async def test_few_customers_are_told_by_their_number(make_app: MakeApp, tmp_path: Path) -> None:
    path = tmp_path / "few.csv"
    rows = ["a,2024-01-05,10", "a,2025-02-01,10", "b,2026-01-05,10", "c,2026-02-01,5"]
    for more, words in (
        ((), "2 active customers, 1 a year before; 0.0 % stayed."),
        (("a,2026-01-07,10",), "3 active customers, 1 a year before; 100.0 % stayed."),
        (("b,2025-01-31,9",), "2 active customers, as many as a year before; 50.0 % stayed."),
    ):
        path.write_text("\n".join(["customer,date,amount", *rows, *more]) + "\n")
        app = make_app(source=Source((str(path),), "few"))
        async with app.run_test(size=(100, 30)) as pilot:
            await until(pilot, lambda app=app: app.session.view, "the figures")
            await until_shown(pilot, words)
