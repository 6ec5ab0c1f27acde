"""The sheet of the customer portfolio that looks ahead: the tiers in five years."""

from __future__ import annotations

from crmformulas.excel.templates.portfolio.data import (
    PortfolioData,
    halves,
    in_brackets,
    tier_cells,
)
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.cell_range import CellRange
from crmformulas.excel.workbook.charts import MILLIONS, Series, chart
from crmformulas.excel.workbook.lines import Grid, entries, lines
from crmformulas.excel.workbook.named_formulas import translated, write_message
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.excel.workbook.styles import SHADES

__all__ = ["YEARS", "write_projection"]

YEARS = 5

LEVER = 7
"""The row with the inflow against today's."""

CHARTS, TABLES = 9, 30
"""Where the charts begin, and on the next page the tables that they draw."""

RAMP = ("#1F4E5F", "#356877", "#4F8294", "#6E9BAB", "#8DB4C2", "#C9DDE4")
"""Up to six tiers, the most valuable the darkest."""

WIDTHS = (30, 15, *[15] * (YEARS + 1))

INFLOW = lines("""
    inflow: factor, setting
        Inflow against today | Inflöde mot i dag
        | New and reactivated customers in that year as a share of those of the last 12 months.
        100 % is unchanged; 110 % is a tenth more.
        | Årets nya och återvunna kunder som andel av de senaste 12 månadernas. 100 % är oförändrat;
        110 % är en tiondel fler.
""")["inflow"]

CUSTOMERS = """
    inflow: count = KNOWN([migration.reactivated.*]+[migration.new.*])
        Inflow a year today | Inflöde per år i dag
        total = SUM_OF([.@tiers])
    0: count = [flows.*.customers]
        Today | I dag
        total = SUM_OF([.@tiers])
"""
OF_A_YEAR = """
    YEAR: count
        Year YEAR | År YEAR
        = IF(COUNT([BEFORE@tiers],[rate.to.*],[projection.factor.YEAR],[$inflow])=
        2*ROWS([BEFORE@tiers])+2,
        SUMPRODUCT([BEFORE@tiers],[rate.to.*])+[$inflow]*[projection.factor.YEAR],DASH)
        total = SUM_OF([.@tiers])
"""
"""Those of the year before who stay in the tier or move to it, from every tier, and the inflow."""

VALUE = """
    clv: money = [portfolio.*.clv]
        CLV today | CLV i dag
        total =
"""
VALUE_OF_A_YEAR = """
    YEAR: money = TIMES([projection.*.YEAR],[$clv])
        Year YEAR | År YEAR
        total = SUM_OF([.@tiers])
"""

CHANGE = """
    YEAR: signed rate = CHANGE([projection.*.YEAR],[projection.*.0])
        Change since today | Förändring sedan i dag
"""

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


def write_projection(book: Book, data: PortfolioData) -> Sheet:
    """Customers and value of each tier, year by year, if customers go on moving as they did."""
    title = "Five-year projection of the tiers | Femårsprognos för nivåerna"
    sheet = book.sheet("Projection | Prognos", title, WIDTHS)
    _levers(sheet)
    for j, tier in enumerate(data.tiers):
        book.places[f"rate.to.{tier}"] = book["rate"].down(j)
    below = TABLES + len(data.tiers) + 4
    text = CUSTOMERS + _by_year(OF_A_YEAR)
    customers = _table(sheet, TABLES, "Customers per tier | Kunder per nivå", data, text)
    text = VALUE + _by_year(VALUE_OF_A_YEAR, 0).replace("Year 0 | År 0", "Today | I dag")
    title = "Portfolio value per tier | Portföljvärde per nivå"
    value = _table(sheet, below, title, data, text, "value")
    sheet.paragraph(below + len(data.tiers) + 4, 0, YEARS + 2, NOTE)
    changed = (in_brackets(book[f"projection.{x}.change.5"].cell) for x in ("customers", "value"))
    people, worth = changed
    lacks = data.unknown_f12 or UNKNOWN
    key = "projection.message"
    first = write_message(sheet, 3, MESSAGE, "message", key, change=people, unknown=lacks)
    second = write_message(sheet, 4, SECOND, "plain", "projection.second", change=worth)
    half, left, right = halves(WIDTHS)
    for grid, said, column, width, shown in (
        (customers, first, 0, left, "#,##0"),
        (value, second, half, right, MILLIONS),
    ):
        if data.f12_known:
            _draw(grid, (CHARTS, column), said, shown, width)
    sheet.page(below + len(data.tiers) + 6, breaks=[TABLES - 1])
    return sheet


def _levers(sheet: Sheet) -> None:
    years = range(1, YEARS + 1)
    sheet.heads(LEVER - 1, 3, [translated(f"Year {t} | År {t}") for t in years], 0)
    sheet.text(LEVER, 0, INFLOW.label)
    factors = entries(sheet, LEVER, 3, INFLOW, [1.0] * YEARS, across=True, key="projection.factors")
    for t in years:
        sheet.book.places[f"projection.factor.{t}"] = factors.at(0, t - 1)


def _by_year(text: str, first: int = 1) -> str:
    years = range(first, YEARS + 1)
    return "".join(text.replace("YEAR", str(t)).replace("BEFORE", str(t - 1)) for t in years)


def _table(
    sheet: Sheet, row: int, title: str, data: PortfolioData, text: str, of: str = ""
) -> Grid:
    """A line for each tier and the total, and below it how far that is from today."""
    what = of or "customers"
    items, groups = (*data.tiers, "total"), {"tiers": (data.tiers[0], data.tiers[-1])}
    key = f"projection.*.{of}.#" if of else "projection.*.#"
    grid = Grid(sheet, row + 1, 1, lines(text), items, across=True, key=key, groups=groups)
    grid.head([translated(title)])
    grid.name([*tier_cells(sheet.book), translated("Total | Totalt")])
    grid.write()
    below = row + len(items) + 1
    for line in grid.lines:
        sheet.book.places[f"projection.{what}.{line}"] = grid.place(line, "total")
    changes = lines(_by_year(CHANGE))
    sheet.text(below, 0, changes["1"].label)
    change = Grid(sheet, below, 3, changes, (what,), across=True, key="projection.*.change.#")
    change.write()
    return grid


def _draw(grid: Grid, at: tuple[int, int], title: CellRange, shown: str, width: int) -> None:
    """A chart of the years, the tiers on top of each other."""
    sheet, tiers, row = grid.sheet, grid.items[:-1], grid.place("0").row
    colours = SHADES if len(tiers) == len(SHADES) else RAMP
    series = [
        Series(sheet.place(i, 0), grid.place("0", tier).to(grid.place(str(YEARS), tier)), colour)
        for i, (tier, colour) in enumerate(zip(tiers, colours, strict=False), row)
    ]
    years, size = sheet.place(row - 1, 2, row - 1, YEARS + 2), (width, 380)
    chart(sheet, at, "column", title, years, series, stacked=True, shown=shown, size=size, gap=45)
