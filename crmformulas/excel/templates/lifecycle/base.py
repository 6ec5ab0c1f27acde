"""The base figures of the business cases: outcome, Budget 1, and what each lever moves."""

from __future__ import annotations

from itertools import product

from crmformulas.excel.templates.lifecycle.data import Plan
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.lines import Grid, filled, lines
from crmformulas.excel.workbook.named_formulas import resolve, translated
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


OUTCOME = lines("""
    customers: count, optional
        Customers | Kunder
        | Customers of the segment, last 12 months. | Segmentets kunder, senaste 12 månaderna.
        total = SUM_OF([customers@new:reactivated])
    revenue: money, optional
        Revenue | Omsättning
        | Their revenue in the last 12 months, in currency units.
        | Deras omsättning de senaste 12 månaderna, i valutaenheter.
        total = SUM_OF([revenue@new:reactivated])
    orders: count, optional
        Orders | Antal köp
        | Their orders in the last 12 months. | Deras antal köp de senaste 12 månaderna.
        total = SUM_OF([orders@new:reactivated])
    each: frequency = RATIO([orders],[customers])
        Orders per customer | Köp per kund
    value: money = RATIO([revenue],[orders])
        Value per order | Intäkt per köp
""")

GROWTH = lines("""
    recruitment: factor, optional
        Growth of recruitment | Tillväxt rekrytering
    frequency: factor, optional
        Growth of frequency | Tillväxt köpfrekvens
    order_value: factor, optional
        Growth of order value | Tillväxt intäkt per köp
""")
GROWTH_NOTE = translated("""
    Expected growth to next year without the activities: 100 % is unchanged, which is also what an
    empty cell means.
    | Väntad tillväxt till nästa år utan aktiviteterna: 100 % är oförändrat, och det betyder också
    en tom cell.
""")

RATES = lines("""
    opening: count, optional, named plan_opening
        Opening customers | Aktiva kunder, IB
        | Active customers when the last 12 months began.
        | Aktiva kunder när de senaste 12 månaderna började.
    reactivation: rate, optional, named plan_reactivation
        Reactivation rate | Återvinningsgrad
        | Share of the lost customers who come back within a year, 0 to 100 %.
        | Andel av de förlorade kunderna som kommer tillbaka inom ett år, 0–100 %.
    margin: rate, setting, named plan_margin
        Margin | Marginal
        | Share of the revenue that counts as value. 100 % gives the value in revenue; your
        contribution margin gives it in profit.
        | Andel av omsättningen som räknas som värde. 100 % ger värdet i omsättning; er
        täckningsgrad ger det i vinst.
    closing: count, named plan_closing = [plan.outcome.total.customers]
        Closing customers | Aktiva kunder, UB
        | New + continued + reactivated. | Nya + fortsatt aktiva + återvunna.
    lost: count, named plan_lost = IF(POSSIBLE,plan_opening-KEPT,DASH)
        Lost customers | Förlorade kunder | Opening − continued. | IB − fortsatt aktiva.
    retention: rate, named plan_retention = IF(POSSIBLE,KEPT/plan_opening,DASH)
        Retention | Retention | Continued / opening. | Fortsatt aktiva / IB.
    duration: years, named plan_duration
        Gross duration, years | Bruttoduration, år | 1 / (1 − retention). | 1 / (1 − retention).
        = IF(ISNUMBER(plan_retention),IF(plan_retention<1,1/(1-plan_retention),DASH),DASH)
""")
WORDS = {
    "POSSIBLE": "IF(COUNT(KEPT,plan_opening)=2,AND(plan_opening>0,KEPT<=plan_opening),FALSE)",
    "KEPT": "[plan.outcome.continued.customers]",
}
TOO_MANY = (
    "IF(COUNT([plan.outcome.continued.customers],plan_opening)=2,"
    "IF([plan.outcome.continued.customers]>plan_opening,"
    '"▼ More continued than there were at the opening. | ▼ Fler fortsatte än det fanns i IB."'
    ',""),"")'
)

BUDGET = lines("""
    customers: count
        Customers | Kunder
        new = GROWN([plan.outcome.new.customers],[plan.growth.0])
        continued = IF(COUNT(plan_closing,plan_retention)=2,plan_closing*plan_retention,DASH)
        reactivated = IF(COUNT(plan_lost,plan_reactivation)=2,plan_lost*plan_reactivation,DASH)
        total = SUM_OF([customers@new:reactivated])
    revenue: money = TIMES([orders],[value])
        Revenue | Omsättning
        total = SUM_OF([revenue@new:reactivated])
    orders: count = TIMES([customers],[each])
        Orders | Antal köp
        total = SUM_OF([orders@new:reactivated])
    each: frequency = GROWN([plan.outcome.*.each],[plan.growth.*.frequency])
        Orders per customer | Köp per kund
        total = RATIO([orders],[customers])
    value: money = GROWN([plan.outcome.*.value],[plan.growth.*.order_value])
        Value per order | Intäkt per köp
        total = RATIO([revenue],[orders])
    clv: money = KNOWN([each]*[value]*plan_duration*plan_margin)
        CLV | CLV
        total = RATIO([worth],[customers])
    worth: money = KNOWN([revenue]*plan_duration*plan_margin)
        Portfolio value | Portföljvärde
""")
"""Budget 1; the portfolio's value is customers × CLV, as revenue × duration × margin."""

LEVERS_HEADING = translated("""
    The nine levers and the figures of Budget 1 that each raises in proportion
    | De nio budgetfaktorerna och de siffror i Budget 1 som var och en lyfter i proportion
""")
SEGMENT = Translated("Segment", "Segment")
ITEMS = (*SEGMENTS, "total")


def write_base(book: Book, plan: Plan) -> None:
    """The sheet Base figures."""
    sheet = book.sheet(
        "Base figures | Utgångsläge",
        "What the activities start from | Det som aktiviteterna utgår från",
        (38, 14, 15, 14, 14, 14, 14, 14, 14),
    )
    _outcome(sheet, 3, plan)
    _rates(sheet, 11, plan)
    _budget(sheet, 22)
    _levers(sheet, 30)
    sheet.page(42, whole=True)


def _outcome(sheet: Sheet, row: int, plan: Plan) -> None:
    book, base, first = sheet.book, plan.base, row + 2
    sheet.text(row, 0, Translated("Outcome and growth", "Utfall och tillväxt"), "heading")
    grid = Grid(sheet, first, 1, OUTCOME, ITEMS, across=True, key="plan.outcome.*.#")
    growth = Grid(sheet, first, 6, GROWTH, SEGMENTS, across=True, key="plan.growth.*.#")
    grid.head([SEGMENT])
    growth.head()
    grid.name([*SEGMENT_LABELS, Translated("Total", "Totalt")])
    columns = tuple(OUTCOME)
    grid.write(lambda line, item: base.outcome[SEGMENTS.index(item)][columns.index(line)])
    cells = (("recruitment", SEGMENTS[0]), *product(("frequency", "order_value"), SEGMENTS))
    ordered = sorted(cells, key=lambda cell: (cell[0] != "recruitment", SEGMENTS.index(cell[1])))
    for k, (line, segment) in enumerate(ordered):
        place = growth.place(line, segment)
        sheet.input(
            place.row,
            place.column,
            base.growth[k],
            "factor",
            GROWTH[line].label,
            GROWTH_NOTE,
            optional=True,
            key=f"plan.growth.{k}",
        )
    total = first + len(SEGMENTS)
    book.places["plan.outcome"] = sheet.place(first, 1, total, 5)
    for i, name in enumerate(("plan_new", "plan_continued", "plan_reactivated")):
        book.define(name, sheet.place(first + i, 1))
    book.places["plan.growth"] = sheet.place(first, 6, total - 1, 8)


def _rates(sheet: Sheet, row: int, plan: Plan) -> None:
    heading = Translated("Opening, rates and margin", "IB, andelar och marginal")
    sheet.text(row, 0, heading, "heading")
    grid = Grid(sheet, row + 1, 1, filled(RATES, WORDS), key="plan.#")
    grid.label(0, 2)
    grid.write(lambda line, _: getattr(plan.base, line))
    check = resolve(sheet, TOO_MANY)
    place = sheet.formula(row + 1 + len(RATES), 0, check, "", "plain")
    sheet.book.places["plan.base.check"] = place


def _budget(sheet: Sheet, row: int) -> None:
    """Budget 1: next year without the activities, and the portfolio's value."""
    book, first = sheet.book, row + 2
    heading = Translated(
        "Budget 1: next year without the activities", "Budget 1: nästa år utan aktiviteterna"
    )
    sheet.text(row, 0, heading, "heading")
    grid = Grid(sheet, first, 1, BUDGET, ITEMS, across=True, key="plan.budget1.*.#")
    grid.head([SEGMENT])
    grid.name([*SEGMENT_LABELS, Translated("Total", "Totalt")])
    grid.write()
    book.define("plan_value", grid.place("worth", "total"))
    book.places["plan.value"] = grid.place("worth", "total")
    book.places["plan.budget1"] = sheet.place(first, 1, first + len(SEGMENTS), 7)
    book.define("plan_revenue", grid.place("revenue", "total"))


def _levers(sheet: Sheet, row: int) -> None:
    """Write what each of the nine levers moves: these figures of Budget 1, in proportion."""
    book, budget = sheet.book, sheet.book["plan.budget1"]
    sheet.text(row, 0, LEVERS_HEADING, "heading")
    heads = [Translated("Lever", "Budgetfaktor"), *(BUDGET[x].label for x in tuple(BUDGET)[:3])]
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
