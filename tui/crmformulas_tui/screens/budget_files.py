"""Files of the budget: scenarios to load and to save, and its workbook."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from crmformulas.errors import InputError
from crmformulas.orders.analysis.scenarios import (
    OWN,
    SCENARIOS,
    Scenario,
    kept_scenarios,
    read_scenario,
    write_scenario,
)
from crmformulas.printable import printable
from crmformulas.settings import FILE_NAME
from crmformulas.translations import Label, Translated
from crmformulas_tui.dialogs.ask import AskChoice, AskText
from crmformulas_tui.dialogs.path import ask_path, file_name
from crmformulas_tui.settings_file import kept_settings
from crmformulas_tui.workspace import report_error

if TYPE_CHECKING:
    from crmformulas_tui.pane import Pane
    from crmformulas_tui.session import View

__all__ = ["ask_scenario", "save_scenario", "write_workbook"]

OTHERS = {FILE_NAME, "pyproject.toml"}
"""Files with the same ending that are no scenarios."""

LISTED = 20
"""Files that are offered at most; any other can be typed."""


def ask_scenario(
    pane: Pane, take: Callable[[Scenario, bool], None], expected: Scenario | None = None
) -> None:
    """Ask for a scenario.

    Args:
        pane: The screen that asks.
        take: Gets the scenario, and whether it is one of a file, with its target, or one that sets
            factors alone.
        expected: The scenario as forecast; None where no forecast is known.
    """
    kept = kept_scenarios(kept_settings(pane.workspace))
    files = [path for path in sorted(Path().glob("*.toml")) if path.name not in OTHERS][:LISTED]
    published = Translated("{} (published)", "{} (publicerat)")
    own = Translated("{} (kept)", "{} (sparat)")
    choices: list[tuple[Label, Callable[[], object]]] = [
        (
            Translated("Budget 1: all factors 100 %", "Budget 1: alla faktorer 100 %"),
            lambda: take(OWN, False),
        )
    ]
    choices += [(published.format(one.name), partial(take, one, False)) for one in SCENARIOS]
    choices += [(own.format(printable(str(one.name))), partial(take, one, True)) for one in kept]
    choices += [(expected.name, partial(take, expected, False))] if expected else []

    def load(path: Path) -> None:
        try:
            scenario = read_scenario(path)
        except InputError as error:
            report_error(pane, error, pane.lang)
            return
        take(scenario, True)

    def typed(text: str | None) -> None:
        if text:
            load(Path(text).expanduser())

    def another() -> None:
        question = Translated("Scenario: its file", "Scenario: dess fil")
        pane.app.push_screen(AskText(pane.lang, question), typed)

    def decide(answer: int | None) -> None:
        if answer is not None:
            choices[answer][1]()

    choices += [(printable(path.name), partial(load, path)) for path in files]
    choices.append((Translated("Another file…", "En annan fil…"), another))
    labels = [label for label, _ in choices]
    pane.app.push_screen(AskChoice(pane.lang, Translated("Scenario", "Scenario"), labels), decide)


def save_scenario(pane: Pane, scenario: Scenario, then: Callable[[Scenario], None]) -> None:
    """Ask where to save a scenario, and save it; the file gives it its name.

    Args:
        pane: The screen that asks.
        scenario: What to save.
        then: Gets the scenario as it was saved.
    """

    def take(path: Path, overwrite: bool) -> None:
        named = replace(scenario, name=path.stem)
        try:
            write_scenario(path, named, overwrite=overwrite)
        except InputError as error:
            report_error(pane, error, pane.lang)
            return
        then(named)
        where = printable(str(path.absolute()))
        pane.notify(
            pane.translate(Translated(f"Saved:\n{where}", f"Sparat:\n{where}")), markup=False
        )

    question = Translated("Save the scenario: its file", "Spara scenariot: dess fil")
    name = pane.translate(scenario.name)
    if scenario.name == OWN.name and pane.shown_view is not None:
        # It has no name yet: that of the orders.
        name = f"{pane.shown_view.source.name or 'demo'}-scenario"
    ask_path(pane, pane.lang, question, f"{file_name(name)}.toml", take)


def write_workbook(pane: Pane, view: View, scenario: Scenario) -> None:
    """Ask where to write the budget workbook, and write it in the engine's thread."""
    name = view.source.name or "demo"

    async def write(path: Path) -> None:
        def work() -> None:
            from crmformulas.excel.report.budget_book import write_budget_book

            write_budget_book(path, view.summary, scenario, name, pane.lang, before=view.before)

        with pane.reporting():
            doing = Translated("writing the workbook", "skriver arbetsboken")
            await pane.workspace.session.run(work, pane.translate(doing))
            where = printable(str(path.absolute()))
            said = Translated(f"Written:\n{where}", f"Skrivet:\n{where}")
            pane.notify(pane.translate(said), timeout=8, markup=False)

    def take(path: Path, _: bool) -> None:
        pane.app.run_worker(write(path), group="export")

    question = Translated("Budget workbook: where to", "Budgetarbetsbok: vart")
    ask_path(pane, pane.lang, question, f"{file_name(name)}-budget.xlsx", take)
