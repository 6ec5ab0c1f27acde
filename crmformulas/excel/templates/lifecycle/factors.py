"""The sums of the cases as simulation factors, and the budget that they give."""

from __future__ import annotations

from crmformulas.excel.templates.lifecycle.base import (
    LEVER_LABELS,
    SEGMENT_LABELS,
)
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.charts import MILLIONS, Series, chart
from crmformulas.excel.workbook.lines import Grid, lines
from crmformulas.excel.workbook.named_formulas import phrases, translated, write_message
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.excel.workbook.styles import LOSS, SHADES
from crmformulas.formulas.budget import LEVERS, SEGMENTS
from crmformulas.translations import Translated

__all__ = ["write_factors"]

WITH = Translated("with the activities", "med aktiviteterna")

FACTORS = lines("""
    activities: count = COUNTIF([plan.cases.number],ITEM)
        Activities | Aktiviteter
        total = SUM([.@levers])
    cost: money = SUMIF([plan.cases.number],ITEM,[plan.cases.cost])
        Cost | Kostnad
        total = SUM([.@levers])
    sum: signed rate = SUMIF([plan.cases.number],ITEM,[plan.cases.effect])
        Sum of lift × share | Summa lyft × andel
        total =
    factor: factor = MAX(0,1+[sum])
        Simulation factor | Simuleringsfaktor
        total =
    check: words, indented
        Check | Kontroll
        total =
        retention = IF(IF(ISNUMBER(plan_retention),plan_retention*[factor]>=1,FALSE),
        "▼ more than 100 % | ▼ mer än 100 %","")
        reactivation = IF(N(plan_reactivation)*[factor]>1,"▼ more than 100 % | ▼ mer än 100 %","")
""")

BUDGET = lines("""
    customers: count = [plan.budget1.*.customers]
        Customers, Budget 1 | Kunder, Budget 1
        total = SUM_OF([.@segments])
    customers_with: count
        Customers, with the activities | Kunder, med aktiviteterna
        = IF([check.*]="",GUARD([customers],[customers]*[first.*]),DASH)
        total = SUM_OF([.@segments])
    orders: count = [plan.budget1.*.orders]
        Orders, Budget 1 | Antal köp, Budget 1
        total = SUM_OF([.@segments])
    orders_with: count
        Orders, with the activities | Antal köp, med aktiviteterna
        = IF([check.*]="",GUARD([orders],[orders]*[first.*]*[plan.factor.*_frequency]),DASH)
        total = SUM_OF([.@segments])
    revenue: money = [plan.budget1.*.revenue]
        Revenue, Budget 1 | Omsättning, Budget 1
        total = SUM_OF([.@segments])
    revenue_with: money
        Revenue, with the activities | Omsättning, med aktiviteterna
        = IF([check.*]="",GUARD([revenue],
        [revenue]*[first.*]*[plan.factor.*_frequency]*[plan.factor.*_order_value]),DASH)
        total = SUM_OF([.@segments])
""")
"""Customers rise by the first factor of a segment, orders by two, revenue by all three."""

PORTFOLIO = lines("""
    duration: years = plan_duration
        Before | Före
        after = IF(IF(ISNUMBER(plan_retention),[plan.factor.check]="",FALSE),
        1/(1-plan_retention*[plan.factor.retention]),DASH)
    value: money = plan_value
        Before | Före
        after = KNOWN([plan.revenue.after]*[duration]*plan_margin)
""")
CHANGES = lines("""
    duration: +0.00;-0.00;0.00
        Gross duration, years | Bruttoduration, år
        = GUARD([plan.duration.before],[plan.duration.after],
        [plan.duration.after]-[plan.duration.before])
    value: signed money, named plan_added
        Portfolio value | Portföljvärde
        = GUARD([plan.value.before],[plan.value.after],[plan.value.after]-[plan.value.before])
    together: signed money, named plan_together
        Effect of doing all at once | Effekten av att göra allt samtidigt
        = IF(plan_cases_count=plan_cases_valued,
        GUARD(plan_added,plan_cases_value,plan_added-plan_cases_value),DASH)
    romi: growth rate, named plan_romi
        ROMI of all activities | ROMI för alla aktiviteter
        = RETURN_ON(plan_added,IF(plan_cases_count=plan_cases_costed,plan_cases_cost,0))
""")
NOTE = translated("""
    Effect of doing all at once: more customers who buy oftener and for more is more than the sum of
    each alone.
    | Effekten av att göra allt samtidigt: fler kunder som köper oftare och för mer är mer än summan
    av vart och ett för sig.
""")

MESSAGE = """
    COUNT([plan.revenue.before],[plan.revenue.after])<2
        → The budget is unknown: see the checks below and the base figures
        | Budgeten är okänd: se kontrollerna nedan och utgångsläget
    Type these nine factors into the budget: its revenue goes from {before} to {after}
        | Skriv in de nio faktorerna i budgeten: omsättningen går från {before} till {after}
    where before = AMOUNT([plan.revenue.before])
    where after = AMOUNT([plan.revenue.after])
"""

TITLE = """
    COUNT([revenue@segments],[revenue_with@segments])<6
        → Revenue by segment | Omsättning per segment
    {most}<=0 → Revenue by segment | Omsättning per segment
    Revenue gains most from {segment}: {amount} | Omsättningen ökar mest hos {segment}: {amount}
    where new = ([revenue_with@new]-[revenue@new])
    where continued = ([revenue_with@continued]-[revenue@continued])
    where reactivated = ([revenue_with@reactivated]-[revenue@reactivated])
    where most = MAX({new},{continued},{reactivated})
    where amount = AMOUNT({most})
    where segment = IF({new}={most},"new customers | nya kunder",
        IF({continued}={most},"continued customers | fortsatt aktiva kunder",
        "reactivated customers | återvunna kunder"))
"""
"""The segment that gains the most revenue."""


def write_factors(book: Book) -> None:
    """The sheet Budget factors.

    A lever's factor is 1 + the sum of its cases' lift × share: each case is told of Budget 1, and
    of customers of its own, so that their effects add up and don't multiply.
    """
    title = "Simulation factors for the budget | Simuleringsfaktorer till budgeten"
    widths = (5, 38, 16, 16, 16, 19, 18, 18)
    sheet = book.sheet("Budget factors | Budgetfaktorer", title, widths)
    _factors(sheet, 5)
    _budget(sheet, 18)
    _value(sheet, 23)
    write_message(sheet, 3, MESSAGE, "message", "plan.factors.message")
    sheet.page(45, (3, 0), whole=True)


def _factors(sheet: Sheet, row: int) -> None:
    places = sheet.book.places
    groups = {"levers": (LEVERS[0], LEVERS[-1])}
    grid = Grid(sheet, row, 2, FACTORS, (*LEVERS, "total"), across=True, groups=groups)
    sheet.heads(row - 1, 0, "No | Nr")
    grid.head([Translated("Lever", "Budgetfaktor")])
    sheet.text(row + len(LEVERS), 0, "", "total label")
    grid.name([*LEVER_LABELS, Translated("Total", "Totalt")])
    grid.write()
    for i, lever in enumerate(LEVERS):
        sheet.text(row + i, 0, str(i + 1), "note")
        places[f"plan.factor.{lever}"] = grid.place("factor", lever)
    for segment, lever in zip(SEGMENTS, LEVERS, strict=False):
        places[f"first.{segment}"] = grid.place("factor", lever)
        check = places[f"check.{segment}"] = grid.place("check", lever)
        sheet.colour(check, 'CELL<>""', LOSS)
    places["plan.factor.check"] = grid.place("check", "retention")
    places["plan.factors"] = grid.place("factor", LEVERS[0], LEVERS[-1])


def _budget(sheet: Sheet, row: int) -> None:
    """Budget 1 beside the budget with the factors, by segment; and its chart."""
    places, total = sheet.book.places, row + len(SEGMENTS)
    items, groups = (*SEGMENTS, "total"), {"segments": (SEGMENTS[0], SEGMENTS[-1])}
    grid = Grid(sheet, row, 2, BUDGET, items, across=True, groups=groups)
    sheet.text(row - 2, 1, Translated("The budget they give", "Budgeten de ger"), "heading")
    grid.head([Translated("Segment", "Segment")])
    grid.name([*SEGMENT_LABELS, Translated("Total", "Totalt")])
    grid.write()
    places["plan.budget"] = grid.place("customers").to(grid.place("revenue_with", "total"))
    for key, line in (("before", "revenue"), ("after", "revenue_with")):
        places[f"plan.revenue.{key}"] = grid.place(line, "total")
    lookup = grid.lookup("total")
    title = write_message(sheet, (total + 8, 1), TITLE, "note", "plan.factors.title", lookup)
    shown = (("revenue", "Budget 1", SHADES[2]), ("revenue_with", WITH.capitalize(), SHADES[0]))
    series = [Series(x, grid.place(y, *groups["segments"]), colour) for y, x, colour in shown]
    names, size = sheet.place(row, 1, total - 1), (1000, 280)
    chart(sheet, (total + 9, 1), "column", title, names, series, size=size, shown=MILLIONS)


def _value(sheet: Sheet, row: int) -> None:
    """Duration and portfolio value before and after, and the return on all activities."""
    heads = phrases("The portfolio | Portföljen; Budget 1")
    sheet.heads(row, 1, [*heads, WITH.capitalize(), Translated("Change", "Förändring")])
    Grid(sheet, row + 1, 2, PORTFOLIO, ("before", "after"), key="plan.#.*").write()
    changes = Grid(sheet, row + 1, 4, CHANGES, key="plan.change.#")
    changes.label(1)
    changes.write()
    for key in ("together", "romi"):
        sheet.book.places[f"plan.{key}"] = changes.place(key)
    sheet.paragraph(row + 5, 1, 7, NOTE)
