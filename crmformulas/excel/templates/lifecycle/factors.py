"""The sums of the cases as simulation factors, and the budget that they give."""

from __future__ import annotations

from crmformulas.excel.templates.budget.cells import SEGMENT_NAMES
from crmformulas.excel.templates.lifecycle.base import (
    LEVER_LABELS,
    SEGMENT_LABELS,
)
from crmformulas.excel.templates.lifecycle.cases import REACTIVATION, RETENTION, romi_of
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.charts import MILLIONS, Series, chart
from crmformulas.excel.workbook.expressions import DASH, amount, guard, when_numbers
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.excel.workbook.styles import LOSS, SHADES
from crmformulas.formulas.budget import LEVERS
from crmformulas.translations import Translated

__all__ = ["write_factors"]

WITH = Translated("with the activities", "med aktiviteterna")


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
    _message(sheet)
    sheet.freeze(3, 0)
    sheet.print_columns(7, 45)
    sheet.xl.fit_to_pages(1, 1)


def _factors(sheet: Sheet, row: int) -> None:
    book = sheet.book
    heads = (
        Translated("No", "Nr"),
        Translated("Lever", "Budgetfaktor"),
        Translated("Activities", "Aktiviteter"),
        Translated("Cost", "Kostnad"),
        Translated("Sum of lift × share", "Summa lyft × andel"),
        Translated("Simulation factor", "Simuleringsfaktor"),
        Translated("Check", "Kontroll"),
    )
    sheet.heads(row - 1, 0, heads[:-1], 2)
    sheet.text(row - 1, 6, heads[-1], "beside head")
    numbers, effects = book["plan.cases.number"].full, book["plan.cases.effect"].full
    costs = book["plan.cases.cost"].full
    over = book.translate(Translated("▼ more than 100 %", "▼ mer än 100 %"))
    for k, label in enumerate(LEVER_LABELS, 1):
        r = row + k - 1
        sheet.text(r, 0, str(k), "note")
        sheet.text(r, 1, label)
        sheet.formula(r, 2, f"COUNTIF({numbers},{k})", "count")
        sheet.formula(r, 3, f"SUMIF({numbers},{k},{costs})", "money")
        total = sheet.formula(r, 4, f"SUMIF({numbers},{k},{effects})", "signed rate").cell
        factor = sheet.formula(
            r, 5, f"MAX(0,1+{total})", "factor", key=f"plan.factor.{LEVERS[k - 1]}"
        ).cell
        if k == RETENTION:
            broken = f"IF(ISNUMBER(plan_retention),plan_retention*{factor}>=1,FALSE)"
        elif k == REACTIVATION:
            broken = f"N(plan_reactivation)*{factor}>1"
        else:
            continue
        sheet.formula(r, 6, f'IF({broken},"{over}","")', "", "indented")
        sheet.colour(sheet.place(r, 6), f'{sheet.place(r, 6).cell}<>""', LOSS)
    last = row + len(LEVERS)
    book.places["plan.factors"] = sheet.place(row, 5, last - 1)
    for j in range(7):
        sheet.text(last, j, "", "total label")
    sheet.text(last, 1, Translated("Total", "Totalt"), "total label")
    for j, kind in ((2, "count"), (3, "money")):
        above = sheet.place(row, j, last - 1).cell
        sheet.formula(last, j, f"SUM({above})", kind, "total")


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
    title = sheet.formula(total + 8, 1, _title(sheet), "", "note")
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


def _title(sheet: Sheet) -> str:
    """The chart's message: the segment that gains the most revenue."""
    budget = sheet.book["plan.budget"]
    gains = [f"({budget.at(i, 5).cell}-{budget.at(i, 4).cell})" for i in range(3)]
    labels = [sheet.book.sentence(words) for words in SEGMENT_NAMES.values()]
    most = f"MAX({','.join(gains)})"
    label = f"IF({gains[0]}={most},{labels[0]},IF({gains[1]}={most},{labels[1]},{labels[2]}))"
    six = f"COUNT({sheet.place(budget.row, 6, budget.row + 2, 7).cell})=6"
    headline = sheet.book.sentence(
        Translated(
            "Revenue gains most from {label}: {amount}",
            "Omsättningen ökar mest hos {label}: {amount}",
        ),
        label=label,
        amount=amount(most),
    )
    other = sheet.book.translate(Translated("Revenue by segment", "Omsättning per segment"))
    return f'IF({six},IF({most}>0,{headline},"{other}"),"{other}")'


def _value(sheet: Sheet, row: int) -> None:
    """Duration and portfolio value before and after, and the return on all activities."""
    book, budget = sheet.book, sheet.book["plan.budget"]
    retained = f"plan_retention*{book['plan.factors'].at(RETENTION - 1).cell}"
    fine = f'IF(ISNUMBER(plan_retention),{book["plan.factors"].at(RETENTION - 1, 1).cell}="",FALSE)'
    revenue = budget.at(3, 5).cell
    heads = (
        Translated("The portfolio", "Portföljen"),
        Translated("Budget 1", "Budget 1"),
        WITH.capitalize(),
        Translated("Change", "Förändring"),
    )
    sheet.heads(row, 1, heads)
    names = tuple(sheet.place(row + i, 3).cell for i in range(1, 3))
    lines = (
        (
            Translated("Gross duration, years", "Bruttoduration, år"),
            "plan_duration",
            f'IF({fine},1/(1-{retained}),"{DASH}")',
            "years",
        ),
        (
            Translated("Portfolio value", "Portföljvärde"),
            "plan_value",
            guard([revenue, names[0], "plan_margin"], f"{revenue}*{names[0]}*plan_margin"),
            "money",
        ),
    )
    for r, (label, before, after, kind) in enumerate(lines, row + 1):
        sheet.text(r, 1, label)
        was = sheet.formula(r, 2, before, kind).cell
        now = sheet.formula(r, 3, after, kind).cell
        change = "+0.00;-0.00;0.00" if kind == "years" else "signed money"
        sheet.formula(r, 4, when_numbers(f"{was},{now}", 2, f"{now}-{was}"), change)
    book.places["plan.value.before"] = sheet.place(row + 2, 2)
    book.places["plan.value.after"] = sheet.place(row + 2, 3)
    book.define("plan_added", sheet.place(row + 2, 4))
    costed = "IF(plan_cases_count=plan_cases_costed,plan_cases_cost,0)"
    alone = when_numbers("plan_added,plan_cases_value", 2, "plan_added-plan_cases_value")
    returns = (
        (
            Translated("Effect of doing all at once", "Effekten av att göra allt samtidigt"),
            "plan_together",
            f'IF(plan_cases_count=plan_cases_valued,{alone},"{DASH}")',
            "signed money",
        ),
        (
            Translated("ROMI of all activities", "ROMI för alla aktiviteter"),
            "plan_romi",
            romi_of("plan_added", costed),
            "growth rate",
        ),
    )
    for r, (label, key, formula, kind) in enumerate(returns, row + 3):
        sheet.text(r, 1, label)
        sheet.formula(r, 4, formula, kind, name=key, key=key.replace("_", ".", 1))
    note = Translated(
        "Effect of doing all at once: more customers who buy oftener and for more is more than the "
        "sum of each alone.",
        "Effekten av att göra allt samtidigt: fler kunder som köper oftare och för mer är mer än "
        "summan av vart och ett för sig.",
    )
    sheet.paragraph(row + 5, 1, 7, note)


def _message(sheet: Sheet) -> None:
    book = sheet.book
    total = book["plan.budget"].line(3)
    before, after = total.at(0, 4).cell, total.at(0, 5).cell
    message = book.sentence(
        Translated(
            "Type these nine factors into the budget: its revenue goes from {before} to {after}",
            "Skriv in de nio faktorerna i budgeten: omsättningen går från {before} till {after}",
        ),
        before=amount(before),
        after=amount(after),
    )
    unknown = book.sentence(
        Translated(
            "The budget is unknown: see the checks below and the base figures",
            "Budgeten är okänd: se kontrollerna nedan och utgångsläget",
        )
    )
    formula = f"IF(COUNT({before},{after})=2,{message},{unknown})"
    sheet.formula(3, 0, formula, "", "message", key="plan.factors.message")
