"""The sheet of the customer portfolio that looks ahead: the tiers in five years."""

from __future__ import annotations

from crmformulas.excel.templates.portfolio.data import (
    NEW,
    REACTIVATED,
    PortfolioData,
    all_or_dash,
    halves,
    in_brackets,
    tier_name,
)
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.cell_range import CellRange
from crmformulas.excel.workbook.charts import MILLIONS, Series, chart
from crmformulas.excel.workbook.expressions import DASH, change, guard, times
from crmformulas.excel.workbook.lines import entries, lines
from crmformulas.excel.workbook.named_formulas import translated, write_message
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.excel.workbook.styles import SHADES
from crmformulas.translations import Translated

__all__ = ["YEARS", "write_projection"]

YEARS = 5

LEVER = 7
"""The row with the inflow against today's."""

CHARTS, TABLES = 9, 30
"""Where the charts begin, and on the next page the tables that they draw."""

TODAY = 2
"""The column of today, the one before the first year."""

RAMP = ("#1F4E5F", "#356877", "#4F8294", "#6E9BAB", "#8DB4C2", "#C9DDE4")
"""Up to six tiers, the most valuable the darkest."""


WIDTHS = (30, 15, *[15] * (YEARS + 1))


def write_projection(book: Book, data: PortfolioData) -> Sheet:
    """Customers and value of each tier, year by year, if customers go on moving as they did."""
    sheet = book.sheet(
        Translated("Projection", "Prognos"),
        Translated("Five-year projection of the tiers", "Femårsprognos för nivåerna"),
        WIDTHS,
    )
    _levers(sheet)
    customers = _customers(sheet, TABLES, data)
    value = _value(sheet, customers.last_row + 4, customers, data)
    sheet.paragraph(value.last_row + 4, 0, TODAY + YEARS, NOTE)
    _messages(sheet, data)
    half, left, right = halves(WIDTHS)
    if data.f12_known:
        _chart(sheet, (CHARTS, 0), left, customers, book["projection.message"], "#,##0")
        _chart(sheet, (CHARTS, half), right, value, book["projection.second"], MILLIONS)
    sheet.freeze(3, 1)
    sheet.print_columns(TODAY + YEARS, value.last_row + 6)
    sheet.xl.set_h_pagebreaks([TABLES - 1])
    return sheet


def _year(number: int) -> Translated:
    return Translated(f"Year {number}", f"År {number}")


INFLOW = lines("""
    inflow: factor, setting
        Inflow against today | Inflöde mot i dag
        | New and reactivated customers in that year as a share of those of the last 12 months.
        100 % is unchanged; 110 % is a tenth more.
        | Årets nya och återvunna kunder som andel av de senaste 12 månadernas. 100 % är oförändrat;
        110 % är en tiondel fler.
""")["inflow"]


def _levers(sheet: Sheet) -> None:
    sheet.heads(LEVER - 1, TODAY + 1, [_year(t) for t in range(1, YEARS + 1)], 0)
    sheet.text(LEVER, 0, INFLOW.label)
    values = [1.0] * YEARS
    factors = entries(
        sheet, LEVER, TODAY + 1, INFLOW, values, across=True, key="projection.factors"
    )
    for t in range(1, YEARS + 1):
        sheet.book.places[f"projection.factor.{t}"] = factors.at(0, t - 1)


def _heads(sheet: Sheet, row: int, title: Translated, beside: Translated) -> None:
    years = [_year(t) for t in range(1, YEARS + 1)]
    sheet.heads(row, 0, (title, beside, Translated("Today", "I dag"), *years))


def _customers(sheet: Sheet, row: int, data: PortfolioData) -> CellRange:
    """Each year: those who stay or move here from every tier, and the inflow."""
    book, count, first = sheet.book, len(data.tiers), row + 1
    title = Translated("Customers per tier", "Kunder per nivå")
    _heads(sheet, row, title, Translated("Inflow a year today", "Inflöde per år i dag"))
    for j, tier in enumerate(data.tiers):
        r = first + j
        sheet.formula(r, 0, tier_name(book, j), "", "plain")
        sources = "+".join(book[f"migration.{k}.{tier}"].full for k in (REACTIVATED, NEW))
        both = [book[f"migration.{k}.{tier}"].full for k in (REACTIVATED, NEW)]
        inflow = sheet.formula(r, 1, guard(both, sources), "count", key=f"projection.{tier}.inflow")
        today = book[f"flows.{tier}.customers"].full
        sheet.formula(r, TODAY, today, "count", key=f"projection.{tier}.0")
        rates = book["rates"].down(j)
        # Without the column of the lost, and the rows of the tiers alone.
        for t in range(1, YEARS + 1):
            before = sheet.place(first, TODAY + t - 1, first + count - 1).cell
            factor = book[f"projection.factor.{t}"].cell
            formula = (
                f"IF(COUNT({before},{rates.full},{factor},$B{inflow.row + 1})={2 * count + 2},"
                f"SUMPRODUCT({before},{rates.full})+$B{inflow.row + 1}*{factor},"
                f'"{DASH}")'
            )
            sheet.formula(r, TODAY + t, formula, "count", key=f"projection.{tier}.{t}")
    _totals(sheet, first, count, "customers", "count", 1)
    return sheet.place(first, 0, first + count - 1, TODAY + YEARS)


def _value(sheet: Sheet, row: int, customers: CellRange, data: PortfolioData) -> CellRange:
    """The customers of each year at the CLV of today."""
    book, count, first = sheet.book, len(data.tiers), row + 1
    title = Translated("Portfolio value per tier", "Portföljvärde per nivå")
    _heads(sheet, row, title, Translated("CLV today", "CLV i dag"))
    for j, tier in enumerate(data.tiers):
        r = first + j
        sheet.formula(r, 0, tier_name(book, j), "", "plain")
        sheet.formula(r, 1, book[f"portfolio.{tier}.clv"].full, "money")
        for t in range(YEARS + 1):
            n, clv = customers.at(j, TODAY + t).cell, f"$B{r + 1}"
            key = f"projection.{tier}.value.{t}"
            sheet.formula(r, TODAY + t, times(n, clv), "money", key=key)
    _totals(sheet, first, count, "value", "money", 2)
    return sheet.place(first, 0, first + count - 1, TODAY + YEARS)


def _totals(sheet: Sheet, first: int, count: int, what: str, kind: str, start: int) -> None:
    """The sum of each year, and below it how far it is from today."""
    row = first + count
    sheet.text(row, 0, Translated("Total", "Totalt"), "total label")
    sheet.text(row + 1, 0, Translated("Change since today", "Förändring sedan i dag"))
    if start > 1:
        sheet.text(row, 1, "", "total label")
    today = sheet.place(row, TODAY).cell
    for column in range(start, TODAY + YEARS + 1):
        cells = sheet.place(first, column, row - 1)
        t = column - TODAY
        key = f"projection.{what}.{t}" if t >= 0 else f"projection.{what}.inflow"
        total = sheet.formula(row, column, all_or_dash(cells), kind, "total", key=key).cell
        if t > 0:
            key = f"projection.{what}.change.{t}"
            sheet.formula(row + 1, column, change(total, today), "signed rate", key=key)


MESSAGE = """
    ISNUMBER([projection.customers.5])
        → In five years {FIXED([projection.customers.5],0)} customers{change}
        | Om fem år {FIXED([projection.customers.5],0)} kunder{change}
    {unknown}
"""
UNKNOWN = translated("""
    Customers in five years are unknown: a rate or an inflow is missing
    | Antalet kunder om fem år är okänt: en andel eller ett inflöde saknas
""")
SECOND = """
    Worth {AMOUNT([projection.value.5])} in five years at today's CLV{change}
        | Värda {AMOUNT([projection.value.5])} om fem år med dagens livstidsintäkt{change}
"""
NOTE = translated("""
    Customers of a year = the customers of the year before in every tier × the share of them that
    goes to this tier (sheet Migration) + inflow. Not rounded. The value counts them at today's CLV.
    It is what follows if nothing changes, not a forecast.
    | Årets kunder = fjolårets kunder i varje nivå × den andel av dem som går till nivån (bladet
    Migration) + inflödet. Inte avrundat. Värdet räknar dem till dagens livstidsintäkt (CLV). Det är
    vad som följer om inget ändras, inte en förutsägelse.
""")


def _messages(sheet: Sheet, data: PortfolioData) -> None:
    people, value = (
        in_brackets(sheet.book[f"projection.{what}.change.{YEARS}"].cell)
        for what in ("customers", "value")
    )
    unknown = data.unknown_f12 or UNKNOWN
    write_message(
        sheet, 3, MESSAGE, "message", "projection.message", change=people, unknown=unknown
    )
    write_message(sheet, 4, SECOND, "plain", "projection.second", change=value)


def _chart(
    sheet: Sheet, at: tuple[int, int], width: int, place: CellRange, title: CellRange, shown: str
) -> None:
    count = place.last_row - place.row + 1
    colours = SHADES if count == len(SHADES) else RAMP[:count]
    years = sheet.place(place.row - 1, TODAY, place.row - 1, TODAY + YEARS)
    series = [
        Series(
            sheet.place(place.row + j, 0),
            sheet.place(place.row + j, TODAY, place.row + j, TODAY + YEARS),
            colour,
        )
        for j, colour in enumerate(colours)
    ]
    chart(
        sheet,
        at,
        "column",
        title,
        years,
        series,
        stacked=True,
        shown=shown,
        size=(width, 380),
        gap=45,
    )
