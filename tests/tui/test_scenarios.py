"""Scenarios of the budget: published ones, files, and the workbook."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from crmformulas_tui.app import BrowseApp
from crmformulas_tui.dialogs.ask import AskChoice, AskText
from crmformulas_tui.screens.budget import BudgetPane
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from crmformulas.formulas.budget import LEVERS
from crmformulas.orders.analysis.scenarios import SCENARIOS, Scenario, read_scenario, write_scenario
from tests.tui.conftest import MakeApp
from tests.tui.driving import line_of, opened, pane_lines, screen_text, until, until_shown

SIZE = (80, 24)


def pane_of(app: BrowseApp) -> BudgetPane:
    assert isinstance(app.pane, BudgetPane)
    return app.pane


def notices(app: BrowseApp) -> str:
    """The notices told; on the screen a long path is broken into lines."""
    return "\n".join(one.message for one in app._notifications)


def message(app: BrowseApp) -> str:
    return pane_lines(app)[0].strip()


async def choose(pilot: Pilot[Any], place: int) -> None:
    await pilot.press("c")
    await until(pilot, lambda: isinstance(pilot.app.screen, AskChoice), "the choice")
    pilot.app.screen.query_one(OptionList).highlighted = place
    await pilot.press("enter")
    await pilot.pause()


async def type_path(pilot: Pilot[Any], text: str) -> None:
    await until(pilot, lambda: isinstance(pilot.app.screen, AskText), "the question")
    pilot.app.screen.query_one(Input).value = text
    await pilot.press("enter")
    await pilot.pause()


@pytest.mark.parametrize("place", [1, 2, 3])
async def test_a_published_scenario_sets_the_factors(make_app: MakeApp, place: int) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, "budget")
        await pilot.press("g")
        await type_path(pilot, "900000")
        await choose(pilot, place)
        published = SCENARIOS[place - 1]
        plan = pane_of(app).plan
        assert dict(plan.scenario.factors) == published.factors
        assert plan.scenario.target == 900_000
        assert message(app).startswith(f"{published.name[0]} brings")
        # A change makes it another scenario.
        await pilot.press("plus")
        await pilot.pause()
        assert message(app).startswith(f"{published.name[0]} * brings")
        await choose(pilot, 0)
        assert message(app).startswith("Budget 1 brings")
        assert pane_of(app).plan.scenario.target == 900_000


async def test_a_scenario_is_saved_and_loaded(make_app: MakeApp, tmp_path: Path) -> None:
    app = make_app()
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await opened(pilot, "budget")
        await choose(pilot, 1)
        await pilot.press("plus")
        await pilot.press("g")
        await type_path(pilot, "1.2M")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, AskText), "the question")
        assert app.screen.query_one(Input).value == "Develop.toml"
        await type_path(pilot, "my plan")
        await until(pilot, lambda: notices(app) == f"Saved:\n{tmp_path / 'my plan.toml'}", "it")
        assert "Saved:" in screen_text(app)
        saved = read_scenario(tmp_path / "my plan.toml")
        factors = {"recruitment": 1.01, **SCENARIOS[0].factors}
        assert saved == Scenario("my plan", factors, 1_200_000)
        assert message(app).startswith("my plan brings")
        shown = message(app)
        await pilot.press("R", "g")
        await type_path(pilot, "")
        assert message(app).startswith("Budget 1 brings")
        # It is offered after the published ones; a file of another tool is not.
        Path("pyproject.toml").write_text("[project]\n")
        await pilot.press("c")
        await until_shown(pilot, "my plan.toml")
        assert "pyproject" not in screen_text(app)
        await pilot.press("escape")
        await choose(pilot, 4)
        assert message(app) == shown
        assert pane_of(app).plan.scenario == saved
        await pilot.press("u")
        await pilot.pause()
        assert message(app).startswith("Budget 1 brings")


async def test_a_file_of_another_folder_is_typed(make_app: MakeApp, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    scenario = Scenario("[bold]not markup[/]", {"retention": 1.25})
    write_scenario(folder / "x.toml", scenario)
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, "budget")
        await choose(pilot, 4)
        await type_path(pilot, str(folder / "x.toml"))
        assert message(app).startswith("[bold]not markup[/] brings")
        assert "125.0 %" in line_of(app, "Retention ")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("[factors]\nretension = 1.1", "unknown 'retension'; did you mean"),
        ("this is not", "this is no scenario"),
        ("[factors]\nretention = -1", "retention must be at least 0, got -1"),
        (None, "there is no such file; check the path"),
    ],
)
async def test_a_bad_file_is_told_and_nothing_changes(
    make_app: MakeApp, tmp_path: Path, content: str | None, told: str
) -> None:
    if content is not None:
        (tmp_path / "bad.toml").write_text(content, encoding="utf-8")
    app = make_app()
    async with app.run_test(size=(120, 30), notifications=True) as pilot:
        await opened(pilot, "budget")
        await pilot.press("plus")
        await pilot.pause()
        before = message(app)
        if content is None:
            await choose(pilot, 4)
            await type_path(pilot, "bad.toml")
        else:
            await choose(pilot, 4)
        await until_shown(pilot, "'bad.toml':")
        text = " ".join(screen_text(app).split())
        assert " ".join(told.split()[:4]) in text
        assert message(app) == before


async def test_leaving_the_questions_changes_nothing(make_app: MakeApp, tmp_path: Path) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, "budget")
        before = screen_text(app)
        for key in ("c", "ctrl+s", "w", "g", "f", "enter"):
            await pilot.press(key)
            await until(pilot, lambda: len(app.screen_stack) > 1, key)
            await pilot.press("escape")
            await until(pilot, lambda: len(app.screen_stack) == 1, "back")
        assert screen_text(app) == before
        assert not list(tmp_path.glob("*.toml")) + list(tmp_path.glob("*.xlsx"))


async def test_a_file_is_overwritten_only_when_that_is_said(
    make_app: MakeApp, tmp_path: Path
) -> None:
    path = tmp_path / "there.toml"
    there = Scenario("there", {"retention": 1.5})
    write_scenario(path, there)
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, "budget")
        await pilot.press("shift+up", "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, AskText), "the question")
        # A scenario that has no name yet is offered that of the orders.
        assert app.screen.query_one(Input).value == "shop-scenario.toml"
        await type_path(pilot, "there.toml")
        await until_shown(pilot, "there.toml is there already")
        await pilot.press("enter")
        await pilot.pause()
        assert read_scenario(path) == there
        await pilot.press("ctrl+s")
        await type_path(pilot, "there")
        await until_shown(pilot, "there.toml is there already")
        await pilot.press("down", "enter")
        saved = Scenario("there", {"recruitment": 1.05})
        await until(pilot, lambda: read_scenario(path) == saved, "the scenario")


async def test_a_path_that_is_none_is_asked_for_again(make_app: MakeApp, tmp_path: Path) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, "budget")
        await pilot.press("ctrl+s")
        for text, told in (
            ("", "Give the name of a file"),
            (str(tmp_path), "Give the name of a file"),
            ("none/x.toml", "There is no folder none"),
        ):
            await type_path(pilot, text)
            assert told in screen_text(app)
        await pilot.press("escape")


@pytest.mark.parametrize("lang", ["en", "sv"])
async def test_the_workbook_has_the_same_budget(
    make_app: MakeApp, tmp_path: Path, lang: str
) -> None:
    app = make_app(lang)
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await opened(pilot, "budget")
        await choose(pilot, 1)
        await pilot.press("down", "plus", "g")
        await type_path(pilot, "1M")
        await pilot.press("f")
        await type_path(pilot, "7.5")
        await pilot.press("w")
        await until(pilot, lambda: isinstance(app.screen, AskText), "the question")
        assert app.screen.query_one(Input).value == "shop-budget.xlsx"
        await pilot.press("enter")
        await until(pilot, lambda: (tmp_path / "shop-budget.xlsx").exists(), "the workbook")
        written = {"en": "Written", "sv": "Skrivet"}[lang]
        await until(pilot, lambda: f"{written}:\n{tmp_path / 'shop-budget.xlsx'}" in notices(app))
        plan = pane_of(app).plan
        revenue, customers = plan.budget_2.revenue, plan.budget_2.customers
        needed = plan.needed("new_frequency").factor
    assert revenue is not None
    book = openpyxl.load_workbook(tmp_path / "shop-budget.xlsx", data_only=True)
    sheet = book["4 Budget 2"]
    values = [cell.value for row in sheet.iter_rows() for cell in row]
    numbers = [value for value in values if isinstance(value, (int, float))]
    # The workbook calculates itself; what the screen tells is what its formulas give.
    assert any(value == pytest.approx(revenue, rel=1e-12) for value in numbers)
    assert any(value == pytest.approx(customers, rel=1e-12) for value in numbers)
    target = book["Target" if lang == "en" else "Mål"]
    cells = [cell.value for row in target.iter_rows() for cell in row]
    assert 1_000_000 in cells
    numbers = [value for value in cells if isinstance(value, (int, float))]
    assert any(value == pytest.approx(needed, rel=1e-9) for value in numbers)
    factors = [cell.value for row in book.worksheets[4].iter_rows() for cell in row]
    for lever in LEVERS:
        assert plan.factor(lever) in factors


async def test_a_workbook_is_overwritten_only_when_that_is_said(
    make_app: MakeApp, tmp_path: Path
) -> None:
    path = tmp_path / "shop-budget.xlsx"
    path.write_bytes(b"mine")
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, "budget")
        await pilot.press("w", "enter")
        await until_shown(pilot, "shop-budget.xlsx is there already")
        await pilot.press("enter")
        await pilot.pause(0.2)
        assert path.read_bytes() == b"mine"
        await pilot.press("w", "enter")
        await until_shown(pilot, "shop-budget.xlsx is there already")
        await pilot.press("down", "enter")
        await until(pilot, lambda: path.read_bytes() != b"mine", "the workbook")
    assert "4 Budget 2" in openpyxl.load_workbook(path).sheetnames
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []
