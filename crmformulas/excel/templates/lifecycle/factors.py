"""The sums of the cases as simulation factors, and the budget that they give."""

from __future__ import annotations

from crmformulas.excel.templates.budget.cells import SEGMENT_NAMES
from crmformulas.excel.templates.lifecycle.base import (
    LEVER_LABELS,
    SEGMENT_LABELS,
)
from crmformulas.excel.templates.lifecycle.cases import REACTIVATION, RETENTION
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.charts import MILLIONS, Series, chart
from crmformulas.excel.workbook.expressions import DASH, amount, when_numbers
from crmformulas.excel.workbook.lines import Grid, lines
from crmformulas.excel.workbook.named_formulas import message_formula, translated, write_message
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.excel.workbook.styles import LOSS, SHADES
from crmformulas.formulas.budget import LEVERS
from crmformulas.translations import Translated

__all__ = ["write_factors"]

WITH = Translated("with the activities", "med aktiviteterna")

FACTORS = lines("""
    no: words, note
        No | Nr
    lever: words, plain
        Lever | Budgetfaktor
    activities: count = COUNTIF([plan.cases.number],ITEM)
        Activities | Aktiviteter
        total = SUM([activities@recruitment:reactivated_order_value])
    cost: money = SUMIF([plan.cases.number],ITEM,[plan.cases.cost])
        Cost | Kostnad
        total = SUM([cost@recruitment:reactivated_order_value])
    sum: signed rate = SUMIF([plan.cases.number],ITEM,[plan.cases.effect])
        Sum of lift × share | Summa lyft × andel
        total =
    factor: factor = MAX(0,1+[sum])
        Simulation factor | Simuleringsfaktor
        total =
    check: words, indented
        Check | Kontroll
        retention = IF(IF(ISNUMBER(plan_retention),plan_retention*[factor]>=1,FALSE),
        "▼ more than 100 % | ▼ mer än 100 %","")
        reactivation = IF(N(plan_reactivation)*[factor]>1,"▼ more than 100 % | ▼ mer än 100 %","")
""")

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
    COUNT({all})<6 → Revenue by segment | Omsättning per segment
    {most}<=0 → Revenue by segment | Omsättning per segment
    Revenue gains most from {label}: {AMOUNT}
        | Omsättningen ökar mest hos {label}: {AMOUNT}
"""
"""The segment that gains the most revenue."""


def write_factors(book: Book) -> None:
    """The sheet Budget factors.

    A lever's factor is 1 + the sum of its cases' lift × share: each case is told of Budget 1, and
    of customers of its own, so that their effects add up and don't multiply.
    """
    name = Translated("Budget factors", "Budgetfaktorer")
    title = Translated("Simulation factors for the budget", "Simuleringsfaktorer till budgeten")
    sheet = book.sheet(name, title, (5, 38, 16, 16, 16, 19, 18, 18))
    _factors(sheet, 5)
    _budget(sheet, 17)
    _value(sheet, 23)
    write_message(sheet, 3, MESSAGE, "message", "plan.factors.message")
    sheet.freeze(3, 0)
    sheet.print_columns(7, 45)
    sheet.xl.fit_to_pages(1, 1)


def _factors(sheet: Sheet, row: int) -> None:
    book, last = sheet.book, row + len(LEVERS)
    grid = Grid(sheet, row, 0, FACTORS, (*LEVERS, "total"), across=True)
    grid.head()
    for k, (lever, label) in enumerate(zip(LEVERS, LEVER_LABELS, strict=True), row):
        sheet.text(k, 0, str(k - row + 1), "note")
        sheet.text(k, 1, label)
        book.places[f"plan.factor.{lever}"] = grid.place("factor", lever)
    book.places["plan.factor.check"] = grid.place("check", "retention")
    book.places["plan.factors"] = grid.place("factor", LEVERS[0], LEVERS[-1])
    for j in range(7):
        sheet.text(last, j, "", "total label")
    sheet.text(last, 1, Translated("Total", "Totalt"), "total label")
    grid.write(leave=("no", "lever"))
    for lever in LEVERS[1:3]:
        check = grid.place("check", lever)
        sheet.colour(check, f'{check.cell}<>""', LOSS)


def _budget(sheet: Sheet, row: int) -> None:
    """Budget 1 beside the budget with the factors, by segment."""
    book = sheet.book
    budget, factors = book["plan.budget1"], book["plan.factors"]
    sheet.text(row - 1, 1, Translated("The budget they give", "Budgeten de ger"), "heading")
    heads = (
        Translated("Segment", "Segment"),
        Translated("Customers, Budget 1", "Kunder, Budget 1"),
        Translated("Customers, {}", "Kunder, {}").format(WITH),
        Translated("Orders, Budget 1", "Antal köp, Budget 1"),
        Translated("Orders, {}", "Antal köp, {}").format(WITH),
        Translated("Revenue, Budget 1", "Omsättning, Budget 1"),
        Translated("Revenue, {}", "Omsättning, {}").format(WITH),
    )
    sheet.heads(row, 1, heads)
    first = row + 1
    total = first + len(SEGMENT_LABELS)
    for i, label in enumerate(SEGMENT_LABELS):
        r = first + i
        sheet.text(r, 1, label)
        raised = factors.at(i).cell, factors.at(3 + 2 * i).cell, factors.at(4 + 2 * i).cell
        # Customers rise by the first factor, orders by two, revenue by all three.
        for j, (column, kind) in enumerate(((0, "count"), (2, "count"), (1, "money"))):
            before = sheet.formula(r, 2 + 2 * j, budget.at(i, column).full, kind).cell
            after = f'IF(ISNUMBER({before}),{"*".join((before, *raised[: j + 1]))},"{DASH}")'
            if i in (RETENTION - 1, REACTIVATION - 1):
                after = f'IF({sheet.book["plan.factors"].at(i, 1).cell}="",{after},"{DASH}")'
            sheet.formula(r, 3 + 2 * j, after, kind)
    sheet.text(total, 1, Translated("Total", "Totalt"), "total label")
    for j in range(2, 8):
        above = sheet.place(first, j, total - 1).cell
        kind = "money" if j >= 6 else "count"
        sheet.formula(total, j, when_numbers(above, 3, f"SUM({above})"), kind, "total")
    book.places["plan.budget"] = sheet.place(first, 2, total, 7)
    place = book.places["plan.budget"]
    book.places["plan.revenue.before"], book.places["plan.revenue.after"] = (
        place.at(3, j) for j in (4, 5)
    )
    gains = [f"({place.at(i, 5).cell}-{place.at(i, 4).cell})" for i in range(3)]
    most = f"MAX({','.join(gains)})"
    labels = [book.sentence(words) for words in SEGMENT_NAMES.values()]
    gainer = f"IF({gains[0]}={most},{labels[0]},IF({gains[1]}={most},{labels[1]},{labels[2]}))"
    holes = {"all": sheet.place(first, 6, total - 1, 7).cell, "most": most, "label": gainer}
    told = message_formula(book, TITLE, {**holes, "AMOUNT": amount(most)})
    title = sheet.formula(total + 8, 1, told, "", "note")
    series = [
        Series(
            book.translate(Translated("Budget 1", "Budget 1")),
            sheet.place(first, 6, total - 1),
            SHADES[2],
        ),
        Series(book.translate(WITH.capitalize()), sheet.place(first, 7, total - 1), SHADES[0]),
    ]
    chart(
        sheet,
        (total + 9, 1),
        "column",
        title,
        sheet.place(first, 1, total - 1),
        series,
        size=(1000, 280),
        shown=MILLIONS,
    )


def _value(sheet: Sheet, row: int) -> None:
    """Duration and portfolio value before and after, and the return on all activities."""
    heads = (
        Translated("The portfolio", "Portföljen"),
        Translated("Budget 1", "Budget 1"),
        WITH.capitalize(),
        Translated("Change", "Förändring"),
    )
    sheet.heads(row, 1, heads)
    grid = Grid(sheet, row + 1, 2, PORTFOLIO, ("before", "after"), key="plan.#.*")
    grid.write()
    changes = Grid(sheet, row + 1, 4, CHANGES, key="plan.change.#")
    changes.label(1)
    changes.write()
    for key in ("together", "romi"):
        sheet.book.places[f"plan.{key}"] = changes.place(key)
    sheet.paragraph(row + 5, 1, 7, NOTE)
