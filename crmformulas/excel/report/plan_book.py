"""The life-cycle plan and the budget in one workbook, each with what the other knows, by formula.

The plan starts from the budget's outcome and growth; what its activities lift and cost is a
scenario of the budget. Nothing is typed twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from crmformulas.excel.report import filled
from crmformulas.excel.templates.budget.budget import GUIDE as BUDGET_GUIDE
from crmformulas.excel.templates.budget.budget import NEXT_YEAR, write_budget
from crmformulas.excel.templates.budget.data import EXAMPLE as BUDGET
from crmformulas.excel.templates.lifecycle.plan import EXAMPLE, GUIDE, SOURCE, write_plan
from crmformulas.excel.workbook.named_formulas import paragraphs, resolve, translated, write_message
from crmformulas.formulas.budget import COLUMNS, GROWTH, LEVERS, SEGMENTS
from crmformulas.orders.analysis.scenarios import Scenario
from crmformulas.translations import Lang, Translated

if TYPE_CHECKING:
    from crmformulas.excel.templates.lifecycle.data import Plan
    from crmformulas.excel.workbook.book import Book
    from crmformulas.orders.summary.model import Summary

__all__ = ["Counted", "write_plan_book"]

TITLE = Translated("Life-cycle plan with its budget", "Livscykelplan med budget")

SCENARIO = Translated("Life-cycle plan", "Livscykelplan")
"""What the budget calls the scenario whose factors are the plan's."""

LINKED = paragraphs("""
    1 Outcome and 2 Development: type customers, revenue and orders of the last 12 months and of the
        12 before, the opening customers and the reactivation rate. Base figures shows them: nothing
        is typed twice.
        | 1 Utfall och 2 Utveckling: skriv kunder, omsättning och antal köp för de senaste 12
        månaderna och de 12 före, IB och återvinningsgraden. Utgångsläge visar dem: inget skrivs två
        gånger.
    Ranking: read which activities to do first. Budget factors are the scenario Life-cycle plan on
        the sheet Scenarios, by formula, with the cost of each lever: change an activity, and 4
        Budget 2, Target and the result after cost follow.
        | Rangordning: se vilka aktiviteter som ska göras först. Budgetfaktorer är scenariot
        Livscykelplan på bladet Scenarier, via formel, med kostnaden per faktor: ändra en aktivitet,
        så följer 4 Budget 2, Mål och resultatet efter kostnad.
""")
FACTORS_MESSAGE = """
    COUNT([plan.revenue.before],[plan.revenue.after])<2
        → The budget is unknown: see the checks below and the base figures
        | Budgeten är okänd: se kontrollerna nedan och utgångsläget
    These nine factors are a scenario of the budget: its revenue goes from {before} to {after}
        | De nio faktorerna är ett scenario i budgeten: omsättningen går från {before} till {after}
    where before = AMOUNT([plan.revenue.before])
    where after = AMOUNT([plan.revenue.after])
"""
BASE_NOTE = translated("""
    Outcome, opening, reactivation rate and growth are those of 1 Outcome and 2 Development.
    | Utfall, IB, återvinningsgrad och tillväxt är de på 1 Utfall och 2 Utveckling.
""")
OF_ORDERS = translated("""
    The outcome is that of your orders. The three named scenarios are those of Elinder, “Dina
    nycklar till framgångsrikare CRM” (IRi, 2018).
    | Utfallet är det i dina ordrar. De tre namngivna scenarierna är Elinders, ”Dina nycklar till
    framgångsrikare CRM” (IRi, 2018).
""")

COST = (
    "IF(COUNTIF([plan.cases.number],{n})="
    'COUNTIFS([plan.cases.number],{n},[plan.cases.cost],">=0"),'
    "SUMIF([plan.cases.number],{n},[plan.cases.cost]),DASH)"
)
"""What the activities of a lever cost; unknown where one of them has no cost, as it is not free."""


class Counted(NamedTuple):
    """The figures of an order file, and of a year before, where the plan starts from them."""

    summary: Summary
    before: Summary | None
    name: str
    currency: str


def write_plan_book(
    path: Path,
    lang: Lang = "en",
    plan: Plan = EXAMPLE,
    *,
    counted: Counted | None = None,
    empty: bool = False,
) -> Book:
    """Write the life-cycle plan and the customer development budget, linked by formulas.

    Args:
        path: Where to write; what is there is replaced.
        lang: The language of its texts.
        plan: What its cells come filled with.
        counted: The figures of orders, for the outcome and the growth. The plan's own cells are
            blank then: an example's activities say nothing of these customers.
        empty: Whether all cells come blank.

    Returns:
        The book, closed: to find its places.
    """
    # Imported here: it loads the spreadsheet engine.
    from crmformulas.excel.workbook.book import write_book

    data = BUDGET if counted is None else filled.budget(counted.summary, counted.before)
    data = replace(data, own=Scenario(SCENARIO), chosen=3, target=None)

    def write(book: Book) -> None:
        _guide(book, counted)
        book.empty = empty or counted is not None
        write_plan(book, plan)
        book.empty = empty
        write_budget(book, data)
        _link(book)

    kind = {"from_file": counted is not None, "example": counted is None and not empty}
    return write_book(path, lang, TITLE, write, empty=empty, **kind)


def _guide(book: Book, counted: Counted | None) -> None:
    # The plan's own base figures and the factors to retype give way to the link.
    lines = (*GUIDE[:4], LINKED[0], *GUIDE[5:8], LINKED[1], *GUIDE[9:], *BUDGET_GUIDE[-2:])
    if counted is None:
        book.guide(lines, source=SOURCE, budget=NEXT_YEAR)
        return
    year = counted.summary.as_of.isoformat()
    book.guide(
        lines,
        source=OF_ORDERS,
        company=counted.name,
        period=Translated(f"12 months to {year}", f"12 månader till {year}"),
        currency=counted.currency,
        budget=filled.next_period(counted.summary),
    )


def _link(book: Book) -> None:
    """Formulas in the place of what would be typed a second time."""
    for key, formula, kind in _links():
        place = book[key]
        book.link(place, resolve(book.sheet_of(place), formula), kind)
    base, factors = (book.sheet_of(book[key]) for key in ("plan.outcome", "plan.factors"))
    base.text(20, 0, BASE_NOTE, "note")
    write_message(factors, 3, FACTORS_MESSAGE, "message", "plan.factors.message")


def _links() -> Iterator[tuple[str, str, str]]:
    """The cells that follow, by their keys, with their formulas and kinds."""
    for segment in SEGMENTS:
        for column, kind in zip(COLUMNS[:3], ("count", "money", "count"), strict=True):
            key = f"outcome.{segment}.{column}"
            yield f"plan.{key}", f"KNOWN([{key}])", kind
    yield "plan.opening", "KNOWN(opening_customers)", "count"
    yield "plan.reactivation", "KNOWN(reactivation_used)", "rate"
    for k, lever in enumerate(GROWTH):
        yield f"plan.growth.{k}", f"KNOWN([growth.{lever}])", "factor"
    yield "budget_margin", "KNOWN(plan_margin)", "rate"
    for n, lever in enumerate(LEVERS, 1):
        yield f"own.{lever}", f"KNOWN([plan.factor.{lever}])", "factor"
        yield f"own.{lever}.cost", COST.format(n=n), "money"
