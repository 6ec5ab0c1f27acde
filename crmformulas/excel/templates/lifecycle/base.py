"""The base figures of the business cases: outcome, Budget 1, and what each lever moves."""

from __future__ import annotations

from crmformulas.excel.templates.lifecycle.data import Plan
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.cell_range import CellRange
from crmformulas.excel.workbook.expressions import DASH, guard, ratio, times, when_numbers
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.formulas.budget import LEVERS, SEGMENTS
from crmformulas.translations import Translated, term

__all__ = ["LEVER_LABELS", "SEGMENT_LABELS", "write_base"]


def _of(segment: str, driver: str) -> Translated:
    return Translated("{}: {}", "{}: {}").format(term(segment), term(driver)).capitalize()


SEGMENT_LABELS = tuple(Translated("{}", "{}").format(term(s)).capitalize() for s in SEGMENTS)

LEVER_LABELS = (
    *(Translated("{}", "{}").format(term(lever)).capitalize() for lever in LEVERS[:3]),
    *(_of(s, driver) for s in SEGMENTS for driver in ("frequency", "order_value")),
)
"""In the order of :data:`~crmformulas.formulas.budget.LEVERS`."""


FIGURES = (
    Translated("Segment", "Segment"),
    Translated("Customers", "Kunder"),
    Translated("Revenue", "Omsättning"),
    Translated("Orders", "Antal köp"),
    Translated("Orders per customer", "Köp per kund"),
    Translated("Value per order", "Intäkt per köp"),
)
"""The heads of what is known of a segment."""


def write_base(book: Book, plan: Plan) -> None:
    """The sheet Base figures."""
    name = Translated("Base figures", "Utgångsläge")
    title = Translated("What the activities start from", "Det som aktiviteterna utgår från")
    sheet = book.sheet(name, title, (38, 14, 15, 14, 14, 14, 14, 14, 14))
    _outcome(sheet, 3, plan)
    _rates(sheet, 11, plan)
    _budget(sheet, 22)
    _levers(sheet, 30)
    sheet.freeze(3, 1)
    sheet.print_columns(8, 42)
    sheet.xl.fit_to_pages(1, 1)


def _outcome(sheet: Sheet, row: int, plan: Plan) -> None:
    book, base = sheet.book, plan.base
    sheet.text(row, 0, Translated("Outcome and growth", "Utfall och tillväxt"), "heading")
    heads = (
        *FIGURES,
        Translated("Growth of recruitment", "Tillväxt rekrytering"),
        Translated("Growth of frequency", "Tillväxt köpfrekvens"),
        Translated("Growth of order value", "Tillväxt intäkt per köp"),
    )
    sheet.heads(row + 1, 0, heads)
    first = row + 2
    notes = (
        Translated(
            "Customers of the segment, last 12 months.", "Segmentets kunder, senaste 12 månaderna."
        ),
        Translated(
            "Their revenue in the last 12 months, in currency units.",
            "Deras omsättning de senaste 12 månaderna, i valutaenheter.",
        ),
        Translated(
            "Their orders in the last 12 months.", "Deras antal köp de senaste 12 månaderna."
        ),
    )
    for i, (segment, label) in enumerate(zip(SEGMENTS, SEGMENT_LABELS, strict=True)):
        r = first + i
        sheet.text(r, 0, label)
        for j, (kind, note) in enumerate(zip(("count", "money", "count"), notes, strict=True)):
            sheet.input(
                r,
                1 + j,
                base.outcome[i][j],
                kind,
                heads[1 + j],
                note,
                optional=True,
                key=f"plan.outcome.{segment}.{('customers', 'revenue', 'orders')[j]}",
            )
        people, revenue, orders = (sheet.place(r, j).cell for j in (1, 2, 3))
        sheet.formula(r, 4, ratio(orders, people), "frequency")
        sheet.formula(r, 5, ratio(revenue, orders), "money")
    growth = Translated(
        "Expected growth to next year without the activities: 100 % is unchanged, which is also "
        "what an empty cell means.",
        "Väntad tillväxt till nästa år utan aktiviteterna: 100 % är oförändrat, och det betyder "
        "också en tom cell.",
    )
    cells = ((0, 6), *((i, j) for i in range(3) for j in (7, 8)))
    for k, (i, j) in enumerate(cells):
        sheet.input(
            first + i,
            j,
            base.growth[k],
            "factor",
            heads[j],
            growth,
            optional=True,
            key=f"plan.growth.{k}",
        )
    total = first + len(SEGMENTS)
    sheet.text(total, 0, Translated("Total", "Totalt"), "total label")
    for j, kind in ((1, "count"), (2, "money"), (3, "count")):
        cells_above = sheet.place(first, j, total - 1).cell
        sheet.formula(total, j, when_numbers(cells_above, 3, f"SUM({cells_above})"), kind, "total")
    people, revenue, orders = (sheet.place(total, j).cell for j in (1, 2, 3))
    sheet.formula(total, 4, ratio(orders, people), "frequency", "total")
    sheet.formula(total, 5, ratio(revenue, orders), "money", "total")
    book.places["plan.outcome"] = sheet.place(first, 1, total, 5)
    for i, name in enumerate(("plan_new", "plan_continued", "plan_reactivated")):
        book.define(name, sheet.place(first + i, 1))
    book.places["plan.growth"] = sheet.place(first, 6, total - 1, 8)


def _rates(sheet: Sheet, row: int, plan: Plan) -> None:
    base = plan.base
    sheet.text(
        row, 0, Translated("Opening, rates and margin", "IB, andelar och marginal"), "heading"
    )
    inputs = (
        (
            "opening",
            Translated("Opening customers", "Aktiva kunder, IB"),
            base.opening,
            "count",
            True,
            Translated(
                "Active customers when the last 12 months began.",
                "Aktiva kunder när de senaste 12 månaderna började.",
            ),
        ),
        (
            "reactivation",
            Translated("Reactivation rate", "Återvinningsgrad"),
            base.reactivation,
            "rate",
            True,
            Translated(
                "Share of the lost customers who come back within a year, 0 to 100 %.",
                "Andel av de förlorade kunderna som kommer tillbaka inom ett år, 0–100 %.",
            ),
        ),
        (
            "margin",
            Translated("Margin", "Marginal"),
            base.margin,
            "rate",
            False,
            Translated(
                "Share of the revenue that counts as value. 100 % gives the value in revenue; your "
                "contribution margin gives it in profit.",
                "Andel av omsättningen som räknas som värde. 100 % ger värdet i omsättning; er "
                "täckningsgrad ger det i vinst.",
            ),
        ),
    )
    for i, (key, label, value, kind, optional, note) in enumerate(inputs, 1):
        sheet.text(row + i, 0, label)
        sheet.input(
            row + i,
            1,
            value,
            kind,
            label,
            note,
            name=f"plan_{key}",
            key=f"plan.{key}",
            setting=key == "margin",
            optional=optional,
        )
        sheet.text(row + i, 2, note, "beside")
    outcome = sheet.book["plan.outcome"]
    kept, closing = outcome.at(1).cell, outcome.at(3).cell
    both = f"COUNT({kept},plan_opening)=2"
    possible = f"IF({both},AND(plan_opening>0,{kept}<=plan_opening),FALSE)"
    results = (
        (
            "closing",
            Translated("Closing customers", "Aktiva kunder, UB"),
            closing,
            "count",
            Translated("New + continued + reactivated.", "Nya + fortsatt aktiva + återvunna."),
        ),
        (
            "lost",
            Translated("Lost customers", "Förlorade kunder"),
            f'IF({possible},plan_opening-{kept},"{DASH}")',
            "count",
            Translated("Opening − continued.", "IB − fortsatt aktiva."),
        ),
        (
            "retention",
            Translated("Retention", "Retention"),
            f'IF({possible},{kept}/plan_opening,"{DASH}")',
            "rate",
            Translated("Continued / opening.", "Fortsatt aktiva / IB."),
        ),
        (
            "duration",
            Translated("Gross duration, years", "Bruttoduration, år"),
            f'IF(ISNUMBER(plan_retention),IF(plan_retention<1,1/(1-plan_retention),"{DASH}"),"{DASH}")',
            "years",
            Translated("1 / (1 − retention).", "1 / (1 − retention)."),
        ),
    )
    for i, (key, label, formula, kind, note) in enumerate(results, len(inputs) + 1):
        sheet.text(row + i, 0, label)
        sheet.formula(row + i, 1, formula, kind, name=f"plan_{key}", key=f"plan.{key}")
        sheet.text(row + i, 2, note, "beside")
    warning = sheet.book.translate(
        Translated(
            "▼ More continued than there were at the opening.",
            "▼ Fler fortsatte än det fanns i IB.",
        )
    )
    r = row + len(inputs) + len(results) + 1
    place = sheet.formula(
        r, 0, f'IF({both},IF({kept}>plan_opening,"{warning}",""),"")', "", "plain"
    )
    sheet.book.places["plan.base.check"] = place


def _budget(sheet: Sheet, row: int) -> None:
    """Budget 1: next year without the activities, and the portfolio's value."""
    book = sheet.book
    heading = Translated(
        "Budget 1: next year without the activities", "Budget 1: nästa år utan aktiviteterna"
    )
    sheet.text(row, 0, heading, "heading")
    heads = (
        *FIGURES,
        Translated("CLV", "CLV"),
        Translated("Portfolio value", "Portföljvärde"),
    )
    sheet.heads(row + 1, 0, heads)
    outcome, growth = book["plan.outcome"], book["plan.growth"]

    def grown(figure: CellRange, factor: CellRange) -> str:
        unchanged = f"IF(ISNUMBER({factor.cell}),{factor.cell},1)"
        return f'IF(ISNUMBER({figure.cell}),{figure.cell}*{unchanged},"{DASH}")'

    customers = (
        grown(outcome.at(0, 0), growth.at(0, 0)),
        f'IF(COUNT(plan_closing,plan_retention)=2,plan_closing*plan_retention,"{DASH}")',
        f'IF(COUNT(plan_lost,plan_reactivation)=2,plan_lost*plan_reactivation,"{DASH}")',
    )
    first = row + 2
    total = first + len(SEGMENTS)
    for i, label in enumerate(SEGMENT_LABELS):
        r = first + i
        people, revenue, orders, each, value = (sheet.place(r, j).cell for j in range(1, 6))
        sheet.text(r, 0, label)
        sheet.formula(r, 1, customers[i], "count")
        sheet.formula(r, 2, times(orders, value), "money")
        sheet.formula(r, 3, times(people, each), "count")
        sheet.formula(r, 4, grown(outcome.at(i, 3), growth.at(i, 1)), "frequency")
        sheet.formula(r, 5, grown(outcome.at(i, 4), growth.at(i, 2)), "money")
        worth = f"{each}*{value}*plan_duration*plan_margin"
        sheet.formula(r, 6, guard([each, value, "plan_duration", "plan_margin"], worth), "money")
        sheet.formula(r, 7, _worth(revenue), "money")
    sheet.text(total, 0, Translated("Total", "Totalt"), "total label")
    for j, kind in ((1, "count"), (2, "money"), (3, "count")):
        above = sheet.place(first, j, total - 1).cell
        sheet.formula(total, j, when_numbers(above, 3, f"SUM({above})"), kind, "total")
    people, revenue, orders = (sheet.place(total, j).cell for j in (1, 2, 3))
    sheet.formula(total, 4, ratio(orders, people), "frequency", "total")
    sheet.formula(total, 5, ratio(revenue, orders), "money", "total")
    value = sheet.formula(
        total, 7, _worth(revenue), "money", "total", name="plan_value", key="plan.value"
    ).cell
    sheet.formula(total, 6, ratio(value, people), "money", "total")
    book.places["plan.budget1"] = sheet.place(first, 1, total, 7)
    book.define("plan_revenue", sheet.place(total, 2))


def _worth(revenue: str) -> str:
    """Customers × CLV, as revenue × duration × margin."""
    return guard([revenue, "plan_duration", "plan_margin"], f"{revenue}*plan_duration*plan_margin")


def _levers(sheet: Sheet, row: int) -> None:
    """What each of the nine levers moves: it raises these figures of Budget 1 in proportion."""
    book, budget = sheet.book, sheet.book["plan.budget1"]
    heading = Translated(
        "The nine levers and the figures of Budget 1 that each raises in proportion",
        "De nio budgetfaktorerna och de siffror i Budget 1 som var och en lyfter i proportion",
    )
    sheet.text(row, 0, heading, "heading")
    heads = (
        Translated("Lever", "Budgetfaktor"),
        Translated("Customers", "Kunder"),
        Translated("Revenue", "Omsättning"),
        Translated("Orders", "Antal köp"),
    )
    sheet.heads(row + 1, 0, heads)
    first = row + 2
    for k, label in enumerate(LEVER_LABELS):
        segment = k if k < 3 else (k - 3) // 2
        raises_orders = k < 3 or k % 2 == 1
        moved = (k < 3, True, raises_orders)
        sheet.text(first + k, 0, label)
        for j, kind in enumerate(("count", "money", "count")):
            figure = budget.at(segment, j).cell if moved[j] else "0"
            sheet.formula(first + k, 1 + j, figure, kind)
    last = first + len(LEVERS) - 1
    book.places["plan.levers"] = sheet.place(first, 0, last)
    for j, moves in enumerate(("customers", "revenue", "orders"), 1):
        book.places[f"plan.levers.{moves}"] = sheet.place(first, j, last)
