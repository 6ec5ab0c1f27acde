"""The sheet of the customer portfolio with the balance of customers, and the tiers of two years."""

from __future__ import annotations

from crmformulas.excel.templates.portfolio.data import (
    NEW,
    REACTIVATED,
    PortfolioData,
    all_or_dash,
    halves,
    in_brackets,
    moved,
    tier_name,
)
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.cell_range import CellRange
from crmformulas.excel.workbook.charts import MILLIONS, Series, Step, chart, waterfall
from crmformulas.excel.workbook.expressions import DASH, amount, change, guard, ratio
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.excel.workbook.styles import SHADES
from crmformulas.formulas.migration import LOST
from crmformulas.translations import Translated, term

__all__ = ["write_flows"]

LABELS = {key: Translated(*term(key)).capitalize() for key in (NEW, REACTIVATED, LOST)}
"""As they begin a line. A spreadsheet finds them in the flow table, where they have no capital."""

MESSAGE, SECOND = 3, 4
"""The rows of a sheet that say what its charts show."""


FLOW_WIDTHS = (26, *[15] * 8)


def write_flows(book: Book, data: PortfolioData) -> Sheet:
    """The balance of customers with its waterfall, and the tiers of F12 beside those of S12."""
    sheet = book.sheet(
        Translated("Customer flows", "Kundflöden"),
        Translated("Customer flows and value tiers", "Kundflöden och värdenivåer"),
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
    sheet.freeze(3, 1)
    sheet.print_columns(8, tiers.last_row + 1)
    sheet.xl.set_h_pagebreaks([table - 1])
    return sheet


def _balance(sheet: Sheet, row: int, data: PortfolioData) -> None:
    book = sheet.book
    heads = (
        Translated("Balance", "Balans"),
        Translated("Customers", "Kunder"),
        Translated("Share of opening", "Andel av IB"),
    )
    sheet.heads(row - 1, 0, heads)
    label = [sheet.place(row + i, 0).fixed for i in range(5)]
    formulas = {
        "opening": book["flows.total.f12_customers"].cell,
        NEW: data.told(moved(book, "customers", origin=label[1])),
        REACTIVATED: data.told(moved(book, "customers", origin=label[2])),
        LOST: data.told(moved(book, "customers", target=label[3], sign="-")),
        "closing": all_or_dash(sheet.place(row, 1, row + 3))
        if data.f12_known
        else book["flows.total.customers"].cell,
    }
    words = LABELS | {
        "opening": Translated("Opening customers", "Ingående kunder (IB)"),
        "closing": Translated("Closing customers", "Utgående kunder (UB)"),
    }
    for i, (key, formula) in enumerate(formulas.items()):
        total = key == "closing"
        sheet.text(row + i, 0, words[key], "total label" if total else "plain")
        cell = sheet.formula(
            row + i,
            1,
            formula,
            "count" if key in ("opening", "closing") else "signed count",
            "total" if total else "value",
            key=f"flows.{key}",
            name=f"portfolio_{key}",
        )
        share = ratio(cell.cell, "portfolio_opening")
        kind = "rate" if key in ("opening", "closing") else "signed rate"
        sheet.formula(row + i, 2, share, kind, "total" if total else "value")


def _durations(sheet: Sheet, row: int) -> None:
    """Key figures of the balance, beside it."""
    heads = (Translated("Key figures", "Nyckeltal"), "", Translated("Value", "Värde"))
    sheet.heads(row - 1, 4, heads, 2)
    staying = "portfolio_opening+portfolio_lost"
    moved_cells = ["portfolio_opening", "portfolio_lost", "portfolio_reactivated"]
    net = f"portfolio_opening-({staying})-portfolio_reactivated"
    figures = (
        (
            "retention",
            Translated("Retention", "Retention"),
            guard(
                moved_cells[:2], f'IF(portfolio_opening=0,"{DASH}",({staying})/portfolio_opening)'
            ),
            "rate",
        ),
        (
            "duration",
            Translated("Gross duration, years", "Bruttoduration, år"),
            guard(
                moved_cells[:2], f'IF(portfolio_lost=0,"{DASH}",-portfolio_opening/portfolio_lost)'
            ),
            "years",
        ),
        (
            "net_duration",
            Translated("Net duration, years", "Nettoduration, år"),
            guard(moved_cells, f'IF({net}<=0,"{DASH}",portfolio_opening/({net}))'),
            "years",
        ),
    )
    for i, (key, words, formula, kind) in enumerate(figures):
        sheet.text(row + i, 4, words)
        sheet.formula(row + i, 6, formula, kind, key=f"flows.{key}")
    note = Translated(
        "Net duration counts the reactivated as staying. Where nobody leaves, or as many come back "
        "as leave, there is no finite estimate: a dash.",
        "Nettodurationen räknar de återvunna som kvar. Där ingen lämnar, eller lika många kommer "
        "tillbaka som lämnar, finns ingen ändlig skattning: ett streck.",
    )
    sheet.paragraph(row + 5, 0, 8, note)


TIER_COLUMNS = (
    ("f12_customers", Translated("Customers F12", "Kunder F12"), "count"),
    ("f12_orders", Translated("Orders F12", "Antal köp F12"), "count"),
    ("f12_revenue", Translated("Revenue F12", "Omsättning F12"), "money"),
    ("customers", Translated("Customers S12", "Kunder S12"), "count"),
    ("orders", Translated("Orders S12", "Antal köp S12"), "count"),
    ("revenue", Translated("Revenue S12", "Omsättning S12"), "money"),
    ("customers_change", Translated("Change, customers", "Förändring, kunder"), "signed rate"),
    ("revenue_change", Translated("Change, revenue", "Förändring, omsättning"), "signed rate"),
)


def _tiers(sheet: Sheet, row: int, data: PortfolioData) -> CellRange:
    """The tiers of both years, a row each, and their total; returns the table below its heads."""
    book, count, first = sheet.book, len(data.tiers), row + 1
    sheet.heads(
        row, 0, (Translated("Value tiers", "Värdenivåer"), *(h for _, h, _ in TIER_COLUMNS))
    )
    for i, tier in enumerate((*data.tiers, "total")):
        r, total = first + i, i == count
        look = "total" if total else "value"
        if total:
            sheet.text(r, 0, term("total").capitalize(), "total label")
            column = [all_or_dash(sheet.place(first, j, r - 1)) for j in range(1, 7)]
        else:
            sheet.formula(r, 0, tier_name(book, i), "", "plain")
            column = _tier_row(sheet, r, i, data)
        cell = [sheet.place(r, j).cell for j in range(7)]
        column += [change(cell[4], cell[1]), change(cell[6], cell[3])]
        for j, ((key, _, kind), formula) in enumerate(zip(TIER_COLUMNS, column, strict=True), 1):
            sheet.formula(r, j, formula, kind, look, key=f"flows.{tier}.{key}")
    note = Translated(
        "F12: the 12 months before. S12: the last 12 months. A dash: not given.",
        "F12: föregående 12 månader. S12: de senaste 12 månaderna. Streck: uppgift saknas.",
    )
    sheet.text(first + count + 1, 0, note, "note")
    return sheet.place(first, 0, first + count + 1, 8)


def _tier_row(sheet: Sheet, row: int, tier: int, data: PortfolioData) -> list[str]:
    book = sheet.book
    name = sheet.place(row, 0).fixed

    def given(key: str) -> str:
        cell = book[key].at(tier).full
        return f'IF(ISNUMBER({cell}),{cell},"{DASH}")'

    return [
        data.told(moved(book, "customers", origin=name)),
        given("f12.orders"),
        given("f12.revenue"),
        moved(book, "customers", target=name),
        moved(book, "orders", target=name),
        moved(book, "revenue", target=name),
    ]


def _flow_messages(sheet: Sheet, data: PortfolioData) -> None:
    book = sheet.book
    grown, share = "portfolio_closing-portfolio_opening", book["flows.total.customers_change"].cell
    more = Translated(
        "▲ {number} more active customers than a year before{change}",
        "▲ {number} fler aktiva kunder än ett år tidigare{change}",
    )
    fewer = Translated(
        "▼ {number} fewer active customers than a year before{change}",
        "▼ {number} färre aktiva kunder än ett år tidigare{change}",
    )
    parts = {"number": f"FIXED(ABS({grown}),0)", "change": in_brackets(share)}
    active = book.sentence(
        Translated("{number} active customers", "{number} aktiva kunder"),
        number="FIXED(portfolio_closing,0)",
    )
    finding = f"IF({grown}<0,{book.sentence(fewer, **parts)},{book.sentence(more, **parts)})"
    message = f"IF(N(portfolio_opening)=0,{active},{finding})" if data.f12_covered else active
    sheet.formula(MESSAGE, 0, message, "", "message", key="flows.message")
    revenue = Translated(
        "Revenue of the last 12 months: {revenue}{change}",
        "Senaste 12 månadernas omsättning: {revenue}{change}",
    )
    second = book.sentence(
        revenue,
        revenue=amount(book["flows.total.revenue"].cell),
        change=in_brackets(book["flows.total.revenue_change"].cell),
    )
    sheet.formula(SECOND, 0, second, "", "plain", key="flows.second")


def _balance_chart(sheet: Sheet, row: int, at: tuple[int, int], width: int) -> None:
    """What the waterfall draws stands at the row."""
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

    series = [
        Series(sheet.place(tiers.row - 1, 3), column(3), SHADES[2]),
        Series(sheet.place(tiers.row - 1, 6), column(6), SHADES[0]),
    ]
    chart(
        sheet,
        at,
        "column",
        sheet.book["flows.second"],
        column(0),
        series,
        shown=MILLIONS,
        size=(width, 340),
    )
