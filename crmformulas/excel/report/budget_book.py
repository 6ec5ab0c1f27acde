"""The budget workbook: the template, filled with an outcome and a scenario."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from crmformulas.excel.report import filled
from crmformulas.excel.report.filled import next_period
from crmformulas.excel.templates.budget.budget import GUIDE, write_budget
from crmformulas.orders.analysis.scenarios import OWN, SCENARIOS, Scenario
from crmformulas.translations import Lang, Translated, translate

if TYPE_CHECKING:
    from crmformulas.excel.templates.budget.data import BudgetData
    from crmformulas.excel.workbook.book import Book
    from crmformulas.orders.summary.model import Summary

__all__ = ["with_scenario", "write_budget_book"]

TITLE = Translated("Customer development budget", "Kundutvecklingsbudget")

SOURCE = Translated(
    "The outcome is that of your orders. The three named scenarios are those of Elinder, “Dina "
    "nycklar till framgångsrikare CRM” (IRi, 2018).",
    "Utfallet är det i dina ordrar. De tre namngivna scenarierna är Elinders, ”Dina nycklar till "
    "framgångsrikare CRM” (IRi, 2018).",
)


def write_budget_book(
    path: Path,
    summary: Summary,
    scenario: Scenario,
    name: str,
    lang: Lang = "en",
    *,
    before: Summary | None = None,
) -> Book:
    """Write the budget workbook of a summary, its Budget 2 by the scenario.

    The scenario is the one that the workbook calls the user's own, unless it is one of the three
    that have a name there.

    Args:
        path: Where to write; what is there is replaced.
        summary: The figures.
        scenario: The simulation factors and the target.
        name: What the orders are called.
        lang: The language of its texts.
        before: The figures of a year before, which give the growth.

    Returns:
        The book, closed: to find its places.
    """
    # Imported here: it loads the spreadsheet engine.
    from crmformulas.excel.workbook.book import write_book

    data = with_scenario(filled.budget(summary, before), scenario, lang)

    def write(book: Book) -> None:
        year = summary.as_of.isoformat()
        period = Translated(f"12 months to {year}", f"12 månader till {year}")
        book.guide(
            GUIDE,
            source=SOURCE,
            company=name,
            period=period,
            currency="",
            budget=next_period(summary),
        )
        write_budget(book, data)

    return write_book(path, lang, TITLE, write)


def with_scenario(data: BudgetData, scenario: Scenario, lang: Lang) -> BudgetData:
    """The data with a scenario as the chosen one: the user's own, unless it is a named one."""
    named = [dict(one.factors) for one in SCENARIOS]
    factors = dict(scenario.factors)
    own = replace(scenario, name=_own_name(scenario, lang))
    return replace(
        data,
        reactivation=scenario.reactivation_rate,
        target=scenario.target,
        target_growth=scenario.target_growth,
        own=OWN if factors in named else own,
        chosen=named.index(factors) if factors in named else len(named),
    )


def _own_name(scenario: Scenario, lang: Lang) -> str:
    """Its name, unless the workbook would not find it: it looks scenarios up by their names."""
    name: str = translate(scenario.name, lang).strip()
    taken = {translate(one.name, lang).lower() for one in SCENARIOS}
    if not name or name.lower() in taken or any(sign in name for sign in "*?~") or len(name) > 60:
        return str(translate(OWN.name, lang))
    return name
