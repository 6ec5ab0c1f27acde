"""The formulas: what is listed is the catalogue, and what comes out is what the formulas say."""

from __future__ import annotations

import re
from typing import Any

import pytest
from crmformulas_tui.app import BrowseApp
from crmformulas_tui.argument_words import in_swedish, unit_text
from crmformulas_tui.formula_words import SWEDISH, equation_of, found_by, summary_of
from crmformulas_tui.screens import screen_place
from crmformulas_tui.screens.formulas import FormulasPane
from crmformulas_tui.widgets.formula_bar import DECIMALS
from crmformulas_tui.widgets.formula_form import FieldInput, FormulaForm
from crmformulas_tui.widgets.line_table import LineTable
from textual import events
from textual.pilot import Pilot

from crmformulas.catalog.formula import Formula, load
from crmformulas.formats import NumberFormat
from crmformulas.spreadsheet.cell_text import help_text, is_table, render
from crmformulas.spreadsheet.completion import CATEGORY_LABELS
from crmformulas.spreadsheet.form_fields import example_texts, fill
from crmformulas.translations import Lang, translate
from tests.tui.conftest import MakeApp
from tests.tui.driving import opened, screen_text, settled, until, until_shown

SMALL, LARGE = (80, 24), (200, 60)
FORMULAS = list(load().values())


def pane_of(app: BrowseApp) -> FormulasPane:
    assert isinstance(app.pane, FormulasPane)
    return app.pane


def plain(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").split())


def told(app: BrowseApp) -> str:
    """The screen as one text: lines are broken where there is no room."""
    return plain(screen_text(app))


async def open_form(pilot: Pilot[Any], name: str) -> list[FieldInput]:
    """Find a formula by its name and open its form: its fields."""
    app = pilot.app
    assert isinstance(app, BrowseApp)
    await pilot.press("slash")
    await pilot.pause()
    app.query_one("#search").value = name  # type: ignore[attr-defined]
    await pilot.pause()
    await pilot.press("enter", "enter")
    await until(pilot, lambda: isinstance(app.focused, FieldInput), "the form")
    return [row.field for row in app.query_one(FormulaForm).rows]


async def put(pilot: Pilot[Any], field: FieldInput, text: str) -> None:
    field.value = text
    await pilot.pause()


@pytest.mark.parametrize("size", [SMALL, LARGE])
@pytest.mark.parametrize("lang", ["en", "sv"])
async def test_the_catalogue_is_listed(
    make_app: MakeApp, size: tuple[int, int], lang: Lang
) -> None:
    app = make_app(lang)
    async with app.run_test(size=size) as pilot:
        await opened(pilot, "formulas")
        assert {"en": f"Formulas: {len(FORMULAS)}", "sv": f"Formler: {len(FORMULAS)}"}[
            lang
        ] in screen_text(app)
        seen, table = screen_text(app), app.query_one("#formula-list", LineTable)
        # On a wide screen the summary is that of the formula under the cursor, in its form, which
        # is the same for all: every eighth is looked at.
        step = 8 if size == LARGE else len(table.in_sight())
        places = [*range(step, len(FORMULAS), step), len(FORMULAS) - 1]
        for place in places:
            table.cursor = place
            await pilot.pause()
            seen += screen_text(app)
        for formula in FORMULAS:
            category = translate(CATEGORY_LABELS[formula.category], lang)
            assert re.search(rf"\b{formula.spreadsheet_name} +{category}\b", seen)
        for place, formula in enumerate(FORMULAS):
            if size == SMALL or place in places:
                assert summary_of(formula, lang)[:25] in seen


def test_words_in_swedish_are_of_formulas_that_there_are() -> None:
    assert set(SWEDISH) <= set(load())
    assert summary_of(load()["clv"], "sv") != load()["clv"].summary
    assert "payback_years" in [formula.name for formula in found_by("hur många år", "sv")]


def test_equations_in_swedish_are_the_same_equations() -> None:
    signs = re.compile(r"[=×/^Σ√⌊⌋≥≤∫Π²₀₁±|{}\[\]]|\d+")
    for formula in FORMULAS:
        english = equation_of(formula, "en").partition("\n\n")[0]
        swedish = equation_of(formula, "sv")
        assert signs.findall(swedish) == signs.findall(english), formula.name
        names = set(re.findall(r"[a-zåäö]{4,}", swedish.casefold()))
        english_only = {"customers", "orders", "revenue", "value", "rate", "annual", "opening"}
        assert not names & english_only, formula.name


def test_arguments_have_words_in_swedish() -> None:
    for formula in FORMULAS:
        for parameter in formula.parameters:
            assert unit_text(parameter, "sv")
            told = in_swedish(help_text(formula, parameter))
            assert told, f"{formula.name}: {parameter.name} has no Swedish in argument_words.py"
            assert not re.search(r"\b(?:of|the|each|at most|unless|range)\b", told), told


async def test_typing_filters_by_name_category_and_summary(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        await opened(pilot, "formulas")
        await pilot.press("slash", *"nps")
        await pilot.pause()
        assert "Formulas: 1" in screen_text(app)
        assert "NPS " in screen_text(app)
        await pilot.press(*["backspace"] * 3, *"campaign")
        await pilot.pause()
        names = [f.spreadsheet_name for f in FORMULAS if f.category == "campaign"]
        assert all(f"{name} " in screen_text(app) for name in names)
        await pilot.press(*["backspace"] * 8, *"promoter score")
        await pilot.pause()
        assert "NPS " in screen_text(app)
        await pilot.press("x")
        await pilot.pause()
        assert "No formula has 'promoter scorex'" in screen_text(app)
        await pilot.press("down", "enter")
        assert app.query_one("#catalogue").display
        await pilot.press("slash", "escape")
        await pilot.pause()
        assert f"Formulas: {len(FORMULAS)}" in screen_text(app)
        assert not app.query_one("#search").display
        assert isinstance(app.focused, LineTable)


async def test_every_formula_calculates_its_example() -> None:
    """The form alone, as it needs nothing else; one form shows them all in turn."""
    from textual.app import App, ComposeResult

    class Alone(App[None]):
        def compose(self) -> ComposeResult:
            yield FormulaForm()

    async with Alone().run_test(size=(160, 60)) as pilot:
        form = pilot.app.query_one(FormulaForm)
        for entry in FORMULAS:
            form.show(entry, example_texts(entry), "en")
            await pilot.pause()
            shown = plain(screen_text(pilot.app))  # type: ignore[arg-type]
            for text in told_of(entry, form):
                assert text in shown, entry.name


def told_of(entry: Formula, form: FormulaForm) -> list[str]:
    """The lines of the form of a formula with the arguments of its example."""
    value, f = entry.spill(*entry.example.args), NumberFormat("en")
    table = is_table(value) or hasattr(value, "columns")
    # One value has all its digits.
    lines = render(value, lambda cell: f.cell(cell, DECIMALS)) if table else f.cell(value)
    return [
        f"={entry.syntax}",
        *(parameter.name for parameter in entry.parameters),
        summary_of(entry, "en")[:25],
        *map(plain, lines.splitlines()),
        plain(entry.sections["Equation"])[:60],
        plain(f"In Excel ={form.filled.call}")[:120],
    ]


async def test_a_form_calculates_at_once(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        await opened(pilot, "formulas")
        fields = await open_form(pilot, "clv")
        # The worked example: Elinder 2018.
        assert "= 6 250 " in told(app)
        assert "In Excel =CLV(5, 500, 2.5)" in told(app)
        assert "CLV = frequency × order value × duration × margin" in told(app)
        assert "frequency Orders per customer and year" in told(app)
        # What is typed takes the place of the example.
        await pilot.press("1", "0")
        await pilot.pause()
        assert fields[0].value == "10"
        assert "= 12 500 " in told(app)
        await pilot.press("down", "down", "down", "0", ".", "4")
        await pilot.pause()
        assert "= 5 000 " in told(app)
        assert "In Excel =CLV(10, 500, 2.5, 0.4)" in told(app)
        await pilot.press("enter")
        assert app.focused is fields[0]
        await pilot.press("up")
        assert app.focused is fields[3]
        await pilot.press("tab")
        await pilot.pause()


async def test_fields_are_checked_in_the_words_of_all_faces(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        await opened(pilot, "formulas")
        fields = await open_form(pilot, "clv")
        for text, message in (
            ("-1", "✗ frequency must be at least 0, got -1"),
            ("", "✗ frequency must be given"),
            ("often", "✗ frequency must be a number, got 'often'"),
            ("[red]x[/]", "✗"),
        ):
            await put(pilot, fields[0], text)
            assert message in told(app)
            assert "= –" in told(app)
            assert "In Excel" not in told(app)
        await put(pilot, fields[0], "5")
        assert "✗" not in told(app)
        assert "= 6 250 " in told(app)


async def test_what_ties_fields_together_is_an_error_of_the_result(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        await opened(pilot, "formulas")
        fields = await open_form(pilot, "retained")
        await put(pilot, fields[0], "5")
        assert "= #NUM! retained must be at most opening (5), got" in told(app)
        await put(pilot, fields[0], "0")
        await put(pilot, fields[1], "0")
        assert "= #DIV/0! division by zero" in told(app)


async def test_lists_and_tables_in_fields(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        await opened(pilot, "formulas")
        fields = await open_form(pilot, "step_rates")
        for text in ("{100;25;10}", "100 25 10", "100; 25; 10"):
            await put(pilot, fields[0], text)
            assert "= 0.25 0.4" in told(app)
            assert "In Excel =STEP_RATES({100;25;10})" in told(app)
        # A column that was copied in a spreadsheet, and a table.
        fields[0].value = ""
        fields[0].post_message(events.Paste("100\n25\n10\n"))
        await pilot.pause()
        assert fields[0].value == "100; 25; 10"
        await pilot.press("escape")
        fields = await open_form(pilot, "migration_rates")
        fields[0].value = ""
        fields[0].post_message(events.Paste("1\t3\n2\t2\n"))
        await pilot.pause()
        assert fields[0].value == "1 3; 2 2"
        assert "= 0.25 0.75 0.5 0.5" in told(app)


async def test_copy_for_excel(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await opened(pilot, "formulas")
        fields = await open_form(pilot, "clv")
        await pilot.press("ctrl+y")
        await until_shown(pilot, "Copied: =CLV(5, 500, 2.5)")
        assert app.clipboard == "=CLV(5, 500, 2.5)"
        await put(pilot, fields[0], "x")
        await pilot.press("ctrl+y")
        await until_shown(pilot, "A field is not right yet")
        assert app.clipboard == "=CLV(5, 500, 2.5)"
        # From the list it is the call of the formula under the cursor.
        await put(pilot, fields[0], "7")
        await pilot.press("escape", "ctrl+y")
        await pilot.pause()
        assert app.clipboard == "=CLV(7, 500, 2.5)"


async def test_swedish_signs(make_app: MakeApp) -> None:
    app = make_app("sv")
    async with app.run_test(size=SMALL) as pilot:
        await opened(pilot, "formulas")
        fields = await open_form(pilot, "clv")
        assert fields[2].value == "2,5"
        assert "=CLV(frequency; order_value; duration; [margin])" in told(app)
        assert "I Excel =CLV(5; 500; 2,5)" in told(app)
        await put(pilot, fields[2], "2,55")
        assert "= 6 375 " in told(app)
        await pilot.press("ctrl+y")
        assert app.clipboard == "=CLV(5; 500; 2,55)"
        # What the form tells is what the bar reads.
        await pilot.press("escape", "equals_sign", *"CLV(5; 500; 2,55)", "enter")
        await pilot.pause()
        assert screen_text(app).rstrip().splitlines()[-2].endswith("6 375")


async def test_what_was_typed_outlives_screens_and_languages(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        await opened(pilot, "formulas")
        fields = await open_form(pilot, "clv")
        await put(pilot, fields[2], "3.25")
        await pilot.press("escape")
        await pilot.press("down", "down", "enter", "escape", "up", "up", "enter")
        await pilot.pause()
        assert "= 8 125 " in told(app)
        await pilot.press("escape", "1")
        await settled(pilot)
        await pilot.press("8")
        await until(pilot, lambda: app.pane and app.pane.id == "formulas", "the pane")
        assert "clv" in screen_text(app)
        await pilot.press("l")
        await until_shown(pilot, "Formler: ")
        await pilot.press("enter")
        await pilot.pause()
        assert "I Excel =CLV(5; 500; 3,25)" in told(app)
        await pilot.press("escape", "l")
        await until_shown(pilot, "Formulas: ")
        await pilot.press("enter")
        await pilot.pause()
        assert "In Excel =CLV(5, 500, 3.25)" in told(app)


async def test_wide_shows_the_form_beside_the_catalogue(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=LARGE) as pilot:
        await opened(pilot, "formulas")
        await pilot.press("down")
        await pilot.pause()
        text = screen_text(app)
        assert "PORTFOLIO_VALUE" in text
        assert "=CLV(frequency, order_value, duration, [margin])" in text
        assert "In Excel  =CLV(5, 500, 2.5)" in text
        await pilot.press("enter", "9", "escape")
        await pilot.pause()
        assert isinstance(app.focused, LineTable)
        assert "In Excel  =CLV(9, 500, 2.5)" in screen_text(app)
        # A smaller terminal has room for one of them.
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert "PORTFOLIO_VALUE" in screen_text(app)
        assert "In Excel" not in screen_text(app)
        await pilot.press("enter")
        await pilot.pause()
        assert "PORTFOLIO_VALUE" not in screen_text(app)


async def test_keys_in_haste_open_the_formula_under_the_cursor(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        await opened(pilot, "formulas")
        app.query_one("#formula-list", LineTable).action_move(1)
        pane_of(app).action_form()
        await pilot.pause()
        assert "=CLV(frequency" in told(app)
        assert "= 6 250 " in told(app)


async def test_the_mouse_opens_a_form(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        await opened(pilot, "formulas")
        await pilot.click("#formula-list", offset=(6, 2))
        await pilot.pause()
        await pilot.click("#formula-list", offset=(6, 2))
        await until(pilot, lambda: isinstance(app.focused, FieldInput), "the form")
        assert "=CLV(frequency" in told(app)


async def test_formulas_need_no_orders(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        await app.action_pane(screen_place("formulas"))
        await pilot.pause()
        assert f"Formulas: {len(FORMULAS)}" in screen_text(app)
        await pilot.press("down", "enter")
        await pilot.pause()
        assert "= 6 250 " in told(app)


async def test_what_is_exported(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        await opened(pilot, "formulas")
        (catalogue,) = pane_of(app).export_tables()
        assert list(catalogue.rows) == [
            (f.spreadsheet_name, f.category, f.syntax, f.summary) for f in FORMULAS
        ]
        await open_form(pilot, "clv")
        (result,) = pane_of(app).export_tables()
        assert (result.name, result.rows) == ("clv", [["=CLV(5, 500, 2.5)", 6250.0]])
        await pilot.press("escape")
        await open_form(pilot, "=budget(")
        assert "= customers revenue orders" in told(app)


async def test_a_table_is_exported_unrounded(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        await opened(pilot, "formulas")
        for name in ("next year", "step_rates", "clv_index"):
            await open_form(pilot, name)
            form = app.query_one(FormulaForm)
            assert form.formula is not None
            expected = fill(form.formula, form.texts).value
            (result,) = pane_of(app).export_tables()
            rows = list(result.rows)
            if hasattr(expected, "columns"):
                assert list(result.heads) == ["", *expected.columns]
                assert [row[0] for row in rows] == list(expected.index)
                assert [list(row[1:]) for row in rows] == expected.to_numpy().tolist()
            else:
                assert rows == expected
            await pilot.press("escape")
