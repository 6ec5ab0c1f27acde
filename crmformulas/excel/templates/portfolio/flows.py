"""The sheet of the customer portfolio with the balance of customers, and the tiers of two years."""

from __future__ import annotations

from textwrap import dedent

from crmformulas.excel.templates.portfolio.data import (
    NEW,
    REACTIVATED,
    PortfolioData,
    halves,
    in_brackets,
    moved,
    tier_cells,
)
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.cell_range import CellRange
from crmformulas.excel.workbook.charts import MILLIONS, Series, Step, chart, waterfall
from crmformulas.excel.workbook.expressions import ratio
from crmformulas.excel.workbook.lines import Grid, filled, lines
from crmformulas.excel.workbook.named_formulas import translated, write_message
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.excel.workbook.styles import SHADES
from crmformulas.formulas.migration import LOST
from crmformulas.translations import Translated, term

__all__ = ["UNKNOWN_CUSTOMERS", "write_flows"]

LABELS = {key: Translated(*term(key)).capitalize() for key in (NEW, REACTIVATED, LOST)}
"""As they begin a line. A spreadsheet finds them in the flow table, where they have no capital."""

FLOW_WIDTHS = (26, *[15] * 8)


def write_flows(book: Book, data: PortfolioData) -> Sheet:
    """The balance of customers with its waterfall, and the tiers of F12 beside those of S12."""
    sheet = book.sheet(
        "Customer flows | Kundflöden",
        "Customer flows and value tiers | Kundflöden och värdenivåer",
        FLOW_WIDTHS,
    )
    charts, table = 14, 34
    tiers = _tiers(sheet, table, data)
    _balance(sheet, 7, data)
    _durations(sheet, 7)
    _flow_messages(sheet, data)
    half, left, right = halves(FLOW_WIDTHS)
    if data.f12_known:
        _balance_chart(sheet, tiers.last_row + 2, (charts, 0), left)
    _revenue_chart(sheet, (charts, half), right, tiers, len(data.tiers))
    sheet.page(tiers.last_row + 1, breaks=[table - 1])
    return sheet


BALANCE = lines("""
    opening: count, named portfolio_opening = [flows.total.f12_customers]
        Opening customers | Ingående kunder (IB)
    new: signed count, named portfolio_new
        @new
    reactivated: signed count, named portfolio_reactivated
        @reactivated
    lost: signed count, named portfolio_lost
        @lost
    closing: count, total, named portfolio_closing = SUM_OF([opening:lost])
        Closing customers | Utgående kunder (UB)
""")


def _balance(sheet: Sheet, row: int, data: PortfolioData) -> None:
    heads = "Balance | Balans; Customers | Kunder; Share of opening | Andel av IB"
    sheet.heads(row - 1, 0, heads)
    grid = Grid(sheet, row, 1, BALANCE, key="flows.#")
    grid.label(0)
    label = {key: sheet.place(i, 0).fixed for i, key in enumerate(BALANCE, row)}
    formulas = {
        key: moved(sheet.book, "customers", origin=label[key]) for key in (NEW, REACTIVATED)
    }
    formulas[LOST] = moved(sheet.book, "customers", target=label[LOST], sign="-")
    told = {key: {"": data.told(formula)} for key, formula in formulas.items()}
    if not data.f12_known:
        told["closing"] = {"": "[flows.total.customers]"}
    grid.write(formulas=told)
    for key, line in BALANCE.items():
        place = grid.place(key)
        kind = line.kind.replace("count", "rate")
        share = ratio(place.cell, "portfolio_opening")
        if key in LABELS:
            # What is shown as nothing has no sign.
            share = f"IF(ABS(N({place.cell}))<0.0005*N(portfolio_opening),0,{share})"
        sheet.formula(place.row, 2, share, kind, line.look("value"))


KEY_FIGURES = lines("""
    retention: rate
        Retention
        = GUARD(portfolio_opening,portfolio_lost,
        IF(portfolio_opening=0,DASH,(portfolio_opening+portfolio_lost)/portfolio_opening))
    duration: years
        Gross duration, years | Bruttoduration, år
        = GUARD(portfolio_opening,portfolio_lost,
        IF(portfolio_lost=0,DASH,-portfolio_opening/portfolio_lost))
    net_duration: years
        Net duration, years | Nettoduration, år
        = GUARD(portfolio_opening,portfolio_lost,portfolio_reactivated,
        IF(NET<=0,DASH,portfolio_opening/(NET)))
""")
NET = "portfolio_opening-(portfolio_opening+portfolio_lost)-portfolio_reactivated"

DURATION_NOTE = translated("""
    Net duration counts the reactivated as staying. Where nobody leaves, or as many come back as
    leave, there is no finite estimate: a dash.
    | Nettodurationen räknar de återvunna som kvar. Där ingen lämnar, eller lika många kommer
    tillbaka som lämnar, finns ingen ändlig skattning: ett streck.
""")


def _durations(sheet: Sheet, row: int) -> None:
    """Key figures of the balance, beside it."""
    heads = (Translated("Key figures", "Nyckeltal"), "", Translated("Value", "Värde"))
    sheet.heads(row - 1, 4, heads, 2)
    grid = Grid(sheet, row, 6, filled(KEY_FIGURES, {"NET": NET}), key="flows.#")
    grid.label(4)
    grid.write()
    sheet.paragraph(row + 5, 0, 8, DURATION_NOTE)


TIER_COLUMNS = lines("""
    name: words, plain
        Value tiers | Värdenivåer
    f12_customers: count
        Customers F12 | Kunder F12
    f12_orders: count = IF(ISNUMBER([f12.orders.*]),[f12.orders.*],DASH)
        Orders F12 | Antal köp F12
    f12_revenue: money = IF(ISNUMBER([f12.revenue.*]),[f12.revenue.*],DASH)
        Revenue F12 | Omsättning F12
    customers: count
        Customers S12 | Kunder S12
    orders: count
        Orders S12 | Antal köp S12
    revenue: money
        Revenue S12 | Omsättning S12
    customers_change: signed rate = CHANGE([customers],[f12_customers])
        Change, customers | Förändring, kunder
    revenue_change: signed rate = CHANGE([revenue],[f12_revenue])
        Change, revenue | Förändring, omsättning
""")

TIERS_NOTE = translated("""
    F12: the 12 months before. S12: the last 12 months. A dash: not given.
    | F12: föregående 12 månader. S12: de senaste 12 månaderna. Streck: uppgift saknas.
""")


def _tiers(sheet: Sheet, row: int, data: PortfolioData) -> CellRange:
    """The tiers of both years, a row each, and their total; returns the table below its heads."""
    book, count, first = sheet.book, len(data.tiers), row + 1
    items = (*data.tiers, "total")
    groups = {"tiers": (data.tiers[0], data.tiers[-1])}
    grid = Grid(sheet, first, 0, TIER_COLUMNS, items, across=True, key="flows.*.#", groups=groups)
    grid.head()
    counted = {"f12_customers": data.told(moved(book, "customers", origin="[$name]"))}
    for key in ("customers", "orders", "revenue"):
        counted[key] = moved(book, key, target="[$name]")
    names = [*tier_cells(book), term("total").capitalize()]
    for i, (item, label) in enumerate(zip(items, names, strict=True), first):
        sheet.text(i, 0, label, "total label" if item == "total" else "plain")
        for key in ("orders", "revenue"):
            book.places[f"f12.{key}.{item}"] = book[f"f12.{key}"].at(i - first)
    sums = {key: {"total": "SUM_OF([.@tiers])"} for key in tuple(TIER_COLUMNS)[1:7]}
    formulas = sums | {key: {"": one} | sums[key] for key, one in counted.items()}
    grid.write(formulas=formulas, leave=("name",))
    sheet.text(first + count + 1, 0, TIERS_NOTE, "note")
    return sheet.place(first, 0, first + count + 1, 8)


UNKNOWN_CUSTOMERS = translated("""
    How many customers are active is not known | Hur många kunder som är aktiva är inte känt
""")
UNKNOWN = "COUNT(portfolio_closing)=0 → {unknown}"
MESSAGE = """
    N(portfolio_opening)=0 → {ACTIVE}
    portfolio_closing-portfolio_opening<0
        → ▼ {number} fewer active customers than a year before{change}
        | ▼ {number} färre aktiva kunder än ett år tidigare{change}
    ▲ {number} more active customers than a year before{change}
        | ▲ {number} fler aktiva kunder än ett år tidigare{change}
    where number = FIXED(ABS(portfolio_closing-portfolio_opening),0)
"""
ACTIVE = """
    {FIXED(portfolio_closing,0)} active customers | {FIXED(portfolio_closing,0)} aktiva kunder
"""
SECOND = """
    Revenue of the last 12 months: {AMOUNT([flows.total.revenue])}{change}
        | Senaste 12 månadernas omsättning: {AMOUNT([flows.total.revenue])}{change}
"""


def _flow_messages(sheet: Sheet, data: PortfolioData) -> None:
    people, revenue = (
        in_brackets(sheet.book[f"flows.total.{key}_change"].cell)
        for key in ("customers", "revenue")
    )
    known = MESSAGE.replace("{ACTIVE}", ACTIVE.strip()) if data.f12_covered else ACTIVE
    message, unknown = f"{UNKNOWN}\n{dedent(known)}", UNKNOWN_CUSTOMERS
    write_message(sheet, 3, message, "message", "flows.message", change=people, unknown=unknown)
    write_message(sheet, 4, SECOND, "plain", "flows.second", change=revenue)


def _balance_chart(sheet: Sheet, row: int, at: tuple[int, int], width: int) -> None:
    """Draw the waterfall of what stands at the row."""
    book = sheet.book
    steps = [
        Step(Translated("Opening", "IB"), "portfolio_opening", True),
        Step(LABELS[NEW], "portfolio_new"),
        Step(LABELS[REACTIVATED], "portfolio_reactivated"),
        Step(LABELS[LOST], "portfolio_lost"),
        Step(Translated("Closing", "UB"), "portfolio_closing", True),
    ]
    waterfall(
        sheet, row, 0, steps, book["flows.message"], at, key="flows.waterfall", size=(width, 340)
    )


def _revenue_chart(
    sheet: Sheet, at: tuple[int, int], width: int, tiers: CellRange, count: int
) -> None:
    def column(j: int) -> CellRange:
        return sheet.place(tiers.row, j, tiers.row + count - 1)

    shown = (("f12_revenue", 3, SHADES[2]), ("revenue", 6, SHADES[0]))
    series = [Series(TIER_COLUMNS[key].label, column(j), colour) for key, j, colour in shown]
    size, second = (width, 340), sheet.book["flows.second"]
    chart(sheet, at, "column", second, column(0), series, shown=MILLIONS, size=size)
