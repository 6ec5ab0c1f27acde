"""The formula bar: on every screen the answers of ``crmf calc``, and never a traceback."""

from __future__ import annotations

from typing import Any

import pytest
from crmformulas_tui.file_figures import filled_in
from crmformulas_tui.screens import SCREENS
from crmformulas_tui.widgets.formula_bar import FormulaBar, FormulaField
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from crmformulas.catalog.formula import load
from crmformulas.errors import CrmError, FormulaError, InputError
from crmformulas.formats import NumberFormat
from crmformulas.formulas.value import clv
from crmformulas.orders.summary.model import Summary
from crmformulas.spreadsheet.cell_text import call_text
from crmformulas.spreadsheet.completion import begun, call_at, complete, names, search
from crmformulas.spreadsheet.evaluator import evaluate
from crmformulas.translations import LANGS, Lang
from tests.tui.conftest import MakeApp
from tests.tui.driving import go_to, opened, screen_text, settled, until


class Bar(App[None]):
    """The bar alone: what it tells depends on nothing else."""

    def __init__(self, lang: Lang = "en") -> None:
        super().__init__()
        self.lang = lang

    def compose(self) -> ComposeResult:
        """The bar."""
        yield FormulaBar(self.lang)

    def _focus_pane(self) -> None:
        """There is none."""


def field_of(pilot: Pilot[Any]) -> FormulaField:
    return pilot.app.query_one(FormulaField)


def lines(pilot: Pilot[Any]) -> list[str]:
    """The tip above the bar, and the bar."""
    strips = pilot.app.screen._compositor.render_strips(pilot.app.size)
    text = [strip.text.rstrip().replace("\u00a0", " ") for strip in strips]
    return [line for line in text if line.strip()]


async def calculate(pilot: Pilot[Any], text: str) -> list[str]:
    bar = pilot.app.query_one(FormulaBar)
    bar.enter(text)
    await pilot.pause()
    await pilot.press("enter")
    await pilot.pause()
    return lines(pilot)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("=CLV(5,500,2.5)", "6 250"),  # Elinder 2018
        ("=clv(5; 500; 2.5) * 2", "12 500"),
        ("CLV(5, 500, 2.5)", "6 250"),
        ("=1/3", "0.333333333333333"),
        ('="a [bold]text[/]"', "a [bold]text[/]"),
        ("=TRUE", "TRUE"),
        ("=-1234567.5", "−1 234 567.5"),
        ("=1e300", "1e+300"),
    ],
)
async def test_a_value_stands_at_the_right(text: str, result: str) -> None:
    async with Bar().run_test(size=(80, 24)) as pilot:
        shown = await calculate(pilot, text)
        assert shown == [shown[-1]]
        assert shown[-1].startswith(text)
        assert shown[-1].endswith(f" {result}")


async def test_a_tier_stands_for_its_figures(make_app: MakeApp, summary: Summary) -> None:
    row = summary.portfolio_records[0]
    assert row.duration is not None
    drivers = row.orders_per_customer, row.value_per_order, row.duration
    app = make_app("sv")
    async with app.run_test(size=(120, 30)) as pilot:
        await opened(pilot)
        await pilot.press("equals_sign", *["C", "L", "V", "left_parenthesis", "s"])
        assert "super" in screen_text(app)
        await pilot.press("tab", *[{" ": "space"}.get(c, c) for c in "; margin 40%)"], "enter")
        await pilot.pause()
        # The result is the formula's own, and its numbers are told.
        wanted = NumberFormat("sv").cell(float(clv(*drivers, 0.4)))
        last = screen_text(app).splitlines()[-2]
        assert last.strip().startswith("=CLV(super; margin 40%)")
        assert last.rstrip().endswith(wanted.replace("\u00a0", " "))
        assert f"{row.value_per_order:.15g}".replace(".", ",") in screen_text(app)
        await pilot.press("escape")


def test_figures_of_the_orders_are_filled_in(summary: Summary) -> None:
    flows, top = summary.flows, summary.portfolio_records[1]
    assert flows.opening is not None
    assert flows.lost is not None
    assert filled_in("=RETENTION(all)", summary, "en") == (
        f"=RETENTION({flows.opening}, {flows.opening - flows.lost})"
    )
    assert filled_in("=1+RETENTION(topp)*2", summary, "sv") == (
        f"=1+RETENTION({top.f12_customers}; {(top.f12_customers or 0) - (top.lost or 0)})*2"
    )
    assert filled_in("=RETENTION(100; 40)", summary, "sv") == "=RETENTION(100; 40)"
    with pytest.raises(InputError, match="CLV has no 'margins'"):
        filled_in("=CLV(super, margins 40%)", summary, "en")
    with pytest.raises(InputError, match="frequency"):
        filled_in("=CLV(all)", summary, "en")


@pytest.mark.parametrize("lang", LANGS)
async def test_the_bar_is_on_every_screen(make_app: MakeApp, lang: Lang) -> None:
    app = make_app(lang)
    argument = "frequency, " if lang == "en" else "frequency; "
    text = "5,500,2.5)" if lang == "en" else "5;500;2,5)"
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        # The bar is one; in the other language some screens will do.
        for name, _, _ in SCREENS if lang == "en" else SCREENS[::6]:
            await go_to(pilot, name)
            await settled(pilot)
            field = app.query_one(FormulaField)
            field.value, focused = "", app.focused
            # Digits and letters are keys of the application elsewhere.
            await pilot.press("equals_sign", *["C", "L", "V", "left_parenthesis", "5"])
            assert f"CLV({argument}" in screen_text(app), name
            assert field.value == "=CLV(5"
            field.value = f"=CLV({text}"
            await pilot.press("enter")
            await pilot.pause()
            last = screen_text(app).splitlines()[-2]
            assert last.split("  ")[0] == f"=CLV({text}"
            assert last.endswith("6 250")
            await pilot.press("escape")
            await pilot.pause()
            # A screen that is still asking the engine gives focus to its table when it comes.
            assert app.focused is focused or focused is None, name
            assert app.pane is not None
            assert app.pane.id == name


async def test_errors_as_in_a_spreadsheet_with_their_reason() -> None:
    async with Bar().run_test(size=(80, 24)) as pilot:
        for text, code, reason in (
            ("=CLV(-5,500,2)", "#NUM!", "frequency must be at least 0, got -5"),
            ("=RETENTION(0,0)", "#DIV/0!", "division by zero in retention"),
            ('=CLV("a",1,1)', "#VALUE!", "frequency must be a number, got 'a'"),
            ("=CLW(1,1,1)", "#NAME?", "there is no formula CLW; did you mean CLV?"),
            ("=#N/A+1", "#N/A", "#N/A in an argument"),
        ):
            shown = await calculate(pilot, text)
            assert shown[-1].endswith(f" {code}")
            assert shown[0].strip().startswith(f"✗ {code} {reason}")


async def test_what_can_not_be_read_is_said_and_the_cursor_is_there() -> None:
    async with Bar().run_test(size=(80, 24)) as pilot:
        shown = await calculate(pilot, "=CLV(5,,2))")
        assert shown[0].strip().startswith("✗ expected an operator or the end, got ')' at 11")
        assert field_of(pilot).cursor_position == 10
        shown = await calculate(pilot, "=CLV(5)")
        assert "✗ CLV takes 3 to 4 arguments, got 1: CLV(frequency," in shown[0]
        assert shown[-1].strip() == "=CLV(5)"


async def test_a_table_stands_above_the_bar() -> None:
    async with Bar().run_test(size=(80, 24)) as pilot:
        call = call_text(load()["budget"], load()["budget"].example.args)
        shown = await calculate(pilot, f"={call}")
        assert shown[-1].endswith(" 4 × 6")
        # By hand, in the example: 110 × 240; 270 × 300.
        assert shown[1].split()[:3] == ["new", "110", "26"]
        assert any(line.split()[:4] == ["continued", "270", "81", "000"] for line in shown)
        shown = await calculate(pilot, "=STEP_RATES({100;25;10})")
        assert shown[0].split() == ["0.25", "0.4"]
        assert shown[-1].endswith(" 2 × 1")
        shown = await calculate(pilot, "=MIGRATION({1;1},{2;2},{1;2;3;4;5;6;7;8;9})")
        assert shown[-2].strip() == "… 3 more rows"
        assert len(shown) == 9


async def test_history_keeps_what_was_being_typed() -> None:
    async with Bar().run_test(size=(80, 24)) as pilot:
        field = field_of(pilot)
        for text in ("=1+1", "=2+", "=3+3"):
            await calculate(pilot, text)
        field.value = "=draft"
        await pilot.press("up")
        assert field.value == "=3+3"
        await pilot.press("up", "up", "up")
        assert field.value == "=1+1"
        await pilot.press("down")
        assert field.value == "=2+"
        await pilot.press("down", "down", "down")
        assert field.value == "=draft"
        # What is calculated again comes last, once.
        await calculate(pilot, "=1+1")
        await pilot.press("up")
        assert field.value == "=1+1"
        await pilot.press("up")
        assert field.value == "=3+3"


async def test_tab_completes_and_goes_on_to_the_next() -> None:
    async with Bar().run_test(size=(80, 24)) as pilot:
        field = field_of(pilot)
        pilot.app.query_one(FormulaBar).enter()
        await pilot.press(*"2*clv_")
        await pilot.pause()
        # The shortest name first: CLV before CLOSING_CUSTOMERS.
        assert lines(pilot)[0].split()[:3] == ["CLV_INDEX", "CLV_BRIDGE", "CLV_TO_CAC"]
        for name in (
            "CLV_INDEX", "CLV_BRIDGE", "CLV_TO_CAC", "CLV_INTERVAL", "CLV_DISCOUNTED",
            "CLV_INDEX", "CLV_BRIDGE",
        ):  # fmt: skip
            await pilot.press("tab")
            assert field.value == f"=2*{name}("
        await pilot.pause()
        await pilot.press("1")
        await pilot.pause()
        assert lines(pilot)[0].strip() == "CLV_BRIDGE(before, after)"
        assert lines(pilot)[1].strip().startswith("before: Frequency, order value")
        before = field.value
        await pilot.press("tab")
        assert field.value == before
        assert field.has_focus


async def test_the_signature_follows_the_cursor() -> None:
    async with Bar().run_test(size=(80, 24)) as pilot:
        pilot.app.query_one(FormulaBar).enter("=CLV(5, CUSTOMER_DURATION(0.6), ")
        await pilot.pause()
        assert lines(pilot)[1].strip().startswith("duration: Years as a customer")
        field_of(pilot).cursor_position = len("=CLV(5, CUSTOMER_DURATION(0")
        await pilot.pause()
        assert lines(pilot)[0].strip() == "CUSTOMER_DURATION(retention)"
        field_of(pilot).cursor_position = len("=CLV(5")
        await pilot.pause()
        assert lines(pilot)[1].strip().startswith("frequency: ")


async def test_a_result_is_gone_when_its_text_is_changed() -> None:
    async with Bar().run_test(size=(80, 24)) as pilot:
        assert (await calculate(pilot, "=1+1"))[-1].endswith(" 2")
        await pilot.press("backspace")
        await pilot.pause()
        assert lines(pilot)[-1].strip() == "=1+"


async def test_leaving(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        focused = app.focused
        await pilot.press("equals_sign", "enter")
        await pilot.pause()
        assert app.focused is focused
        assert "press = to calculate" in screen_text(app)
        await pilot.press("equals_sign", "1", "escape")
        await pilot.pause()
        assert app.focused is focused
        # What was typed is still there.
        await pilot.press("equals_sign", "plus", "2", "enter")
        await pilot.pause()
        assert screen_text(app).splitlines()[-2].endswith("3")
        await pilot.click("#formula")
        await pilot.pause()
        assert app.query_one(FormulaBar).has_focus_within


async def test_a_formula_that_is_typed_keeps_the_keys_when_figures_arrive(
    make_app: MakeApp,
) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        view = await opened(pilot)
        await pilot.press("equals_sign", *"CLV(5,")
        app.recount(view.as_of.replace(day=1), view.rules)
        await until(pilot, lambda: app.session.view and app.session.view.as_of.day == 1)
        await pilot.press(*"500,2.5)", "enter")
        await pilot.pause()
        assert screen_text(app).splitlines()[-2].endswith("6 250")


async def test_history_outlives_a_change_of_language(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await pilot.press("equals_sign", *"1+1", "enter", "escape", "l")
        await until(pilot, lambda: app.lang == "sv" and app.pane is not None, "Swedish")
        await pilot.press("equals_sign", *["backspace"] * 9, "up")
        await pilot.pause()
        assert app.query_one(FormulaField).value == "=1+1"


texts = st.text(max_size=40) | st.lists(
    st.sampled_from(
        [*names(), "(", ")", ",", ";", "{", "}", "[", "]", "1", "0.5", "2,5", '"a"', '"', "+", "%",
         "^", "#N/A", "\\", "=", " ", "e9", "å", "\t", "\x1b[31m"]
    ),
    max_size=14,
).map("".join)  # fmt: skip


@given(texts, st.sampled_from(LANGS))
def test_any_text_has_an_answer_a_reason_and_a_tip(text: str, lang: Lang) -> None:
    begun(text)
    complete(text)
    call_at(text)
    search(text)
    try:
        value = evaluate(text, lang)
    except CrmError:
        return
    if not isinstance(value, FormulaError) and not hasattr(value, "columns"):
        NumberFormat(lang).cell(value if not isinstance(value, list) else value[0][0])


async def test_any_text_can_be_typed_into_the_bar() -> None:
    """One bar takes all of them, as one bar does."""
    async with Bar().run_test(size=(80, 24)) as pilot:
        for text in (
            "=" * 50, "((((((", "=CLV(" * 40, '="', "={1,2;3}", "=[[1,2],[3,4]]", "=\\", "=2,5",
            "=PORTFOLIO(1,2,3)", "=RFM({1;2},{1;2},{3;4})", "=CLV(1,2,3", "=#REF!", "=1e999",
            "=0^0", "=" + "(" * 3000 + "1" + ")" * 3000, "\x1b[31m", "=[bold]x[/]", "=TIER({1})",
            "=CLV({1;2;3},{1,2},1)", "=ORDER_LADDER({1},{\"2025-01-01\"},{10})", "={}", "=%%%",
        ):  # fmt: skip
            shown = await calculate(pilot, text)
            assert shown
            assert pilot.app.is_running
