"""The sheet of the customer portfolio that tells who moved from which value tier to which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from crmformulas.excel.templates.portfolio.data import (
    NEW,
    REACTIVATED,
    PortfolioData,
    moved,
    tier_cells,
)
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.charts import chart
from crmformulas.excel.workbook.expressions import DASH
from crmformulas.excel.workbook.lines import Grid, Line, lines
from crmformulas.excel.workbook.named_formulas import escape, translated, write_message
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.excel.workbook.styles import GAIN, LOSS, SHADES
from crmformulas.formulas.migration import LOST
from crmformulas.translations import term

__all__ = ["write_migration"]

TOTALS = translated("Total | Totalt"), translated("Total retained | Totalt kvar")

NOTE = translated("""
    At the right the customers of each tier in F12; below those of each tier in S12.
    | Till höger kunderna i varje nivå F12; nederst kunderna i varje nivå S12.
""")

UNFOUND = """
    NOT(ISNUMBER([migration.total.total])) → {unknown}
    ABS({rest})<0.5 → ● All customers of the flow table are here.
        | ● Alla kunder i flödestabellen finns med.
    ▲ {number} customers stand in the flow table at names that are not among the tiers.
        | ▲ {number} kunder står i flödestabellen vid namn som inte är någon nivå.
    where rest = SUM([flow.customers])-[migration.total.total]
    where number = FIXED({rest},0)
"""
"""Whether all customers of the flow table are in the matrix."""

NOT_COUNTED = translated("""
    ▼ Customers of the flow table are not known. | ▼ Kunder i flödestabellen är inte kända.
""")

MOVES = lines("""
    up: rate
        ▲ Moved up | ▲ Flyttade upp
    stay: rate
        ● Stayed | ● Kvar
    down: rate
        ▼ Moved down | ▼ Flyttade ned
    lost: rate
        ✕ Lost | ✕ Förlorade
""")
WIDE_ENOUGH = '[>=0.04]0%;""'
"""The number format of a share that has room for its label."""
COLOURS = {"up": GAIN, "stay": SHADES[2], "down": SHADES[3], "lost": LOSS}

OF_ALL = (
    "IF(COUNT(EVERYONE)<ROWS(EVERYONE),DASH,IF(SUM(EVERYONE)=0,DASH,"
    "SUMPRODUCT([.@tiers],EVERYONE)/SUM(EVERYONE)))"
)

MESSAGE = """
    ISNUMBER([moves.total.lost])
        → Of last year's customers ▲ {up} % moved up, ▼ {down} % moved down, ✕ {lost} % were lost
        | Av fjolårets kunder flyttade ▲ {up} % upp och ▼ {down} % ned, ✕ {lost} % gick förlorade
    {unknown}
    where up = ROUND(100*[moves.total.up],0)
    where down = ROUND(100*[moves.total.down],0)
    where lost = ROUND(100*[moves.total.lost],0)
"""
NOBODY = translated("""
    There are no customers of the year before | Det finns inga kunder från året före
""")


def write_migration(book: Book, data: PortfolioData) -> Sheet:
    """From which tier to which: customers and rates as heat maps, and who moved up or down."""
    count = len(data.tiers)
    widths = (32, *[13] * max(count + 2, 6))
    sheet = book.sheet("Migration", "Customer migration | Kundmigration", widths)
    _counts(sheet, 7, data)
    _rates(sheet, 15 + count, data)
    first = 18 + 2 * count
    _moves(sheet, first, data)
    unknown = data.unknown_f12 or NOT_COUNTED
    write_message(sheet, 12 + count, UNFOUND, "note", "check.found", unknown=unknown)
    last = first + count + 2
    if data.f12_known:
        last += (110 + 45 * (count + 1)) // 20 + 2
    sheet.page(last, breaks=[first - 1])
    return sheet


def _matrix(
    sheet: Sheet, row: int, title: str, columns: Sequence[Line], items: tuple[str, ...], key: str
) -> Grid:
    """A line for each tier that customers come from, a column for each they go to, and the lost."""
    book, tiers = sheet.book, tier_cells(sheet.book)
    heads = [*tiers, None, None]
    table = {x.key: replace(x, head=head) for x, head in zip(columns, heads, strict=True)}
    groups = {"tiers": (items[0], items[len(tiers) - 1])}
    if NEW in items:
        groups["origins"] = (items[0], NEW)
    grid = Grid(sheet, row, 1, table, items, across=True, key=f"{key}.*.#", groups=groups)
    grid.head([translated(title)])
    grid.name([*tiers, *map(term, (REACTIVATED, NEW)), *TOTALS][: len(items)])
    grid.write()
    cells = grid.place(items[0], items[0]).to(grid.place(LOST, items[len(tiers) - 1]))
    book.places[key] = cells
    sheet.heat(cells, SHADES[2])
    return grid


def _counts(sheet: Sheet, row: int, data: PortfolioData) -> None:
    """Customers by origin and destination, and how many are still there."""
    moves = data.told(moved(sheet.book, "customers", "[$label]", "[$head]"))
    first, last = escape(data.tiers[0]), escape(data.tiers[-1])
    of_tiers = {"": moves, "total": "SUM_OF([.@origins])", "retained": "SUM_OF([.@tiers])"}
    # Only who was there can be lost.
    of_lost = dict.fromkeys(data.tiers, moves) | {"total": "SUM_OF([.@tiers])"}
    of_all = dict.fromkeys(data.tiers, f"SUM_OF([{first}:lost])") | {
        "": f"SUM_OF([{first}:{last}])",
        "total": "SUM_OF([.@origins])",
    }
    columns = [
        *(Line(tier, "count", formulas=of_tiers) for tier in data.tiers),
        Line(LOST, "count", term(LOST), formulas=of_lost),
        Line("total", "count", TOTALS[0], formulas=of_all),
    ]
    title = "Customers, from (rows) to | Kunder, från (rader) till"
    _matrix(sheet, row, title, columns, (*data.origins, "total", "retained"), "migration")
    sheet.text(row + len(data.tiers) + 4, 0, NOTE, "note")


def _rates(sheet: Sheet, row: int, data: PortfolioData) -> None:
    names = [*map(escape, data.tiers), LOST]
    rates = [f"RATIO([migration.*.{name}],[$migration.*.total])" for name in names]
    keys = (*data.tiers, LOST, "total")
    formulas = (*rates, f"SUM_OF([{names[0]}:lost])")
    labels = (*[""] * len(data.tiers), term(LOST), TOTALS[0])
    named = zip(keys, labels, formulas, strict=True)
    columns = [Line(x, "rate", label, formulas={"": formula}) for x, label, formula in named]
    title = "Share of the row, from (rows) to | Andel av raden, från (rader) till"
    _matrix(sheet, row, title, columns, data.tiers, "rate")


def _moves(sheet: Sheet, row: int, data: PortfolioData) -> None:
    """The share of each tier that moved up, stayed, moved down and was lost; and its chart."""
    count, names = len(data.tiers), [*map(escape, data.tiers), LOST]
    groups = {"tiers": (data.tiers[0], data.tiers[-1])}
    items = (*data.tiers, "total")
    grid = Grid(sheet, row, 1, MOVES, items, across=True, key="moves.*.#", groups=groups)
    grid.head([translated("Share of last year's customers | Andel av fjolårets kunder")])
    grid.name([*tier_cells(sheet.book), translated("All customers | Alla kunder")])
    everyone = f"[migration.{names[0]}.total:migration.{names[count - 1]}.total]"
    formulas = {key: {"total": OF_ALL.replace("EVERYONE", everyone)} for key in MOVES}
    for i, tier in enumerate(data.tiers):
        parts = ((0, i), (i, i + 1), (i + 1, count), (count, count + 1))
        for key, (start, end) in zip(MOVES, parts, strict=True):
            if start < end:
                cells = f"[rate.*.{names[start]}:rate.*.{names[end - 1]}]"
                formulas[key][tier] = f"SUM_OF({cells})"
            else:
                place = grid.place(key, tier)
                sheet.text(place.row, place.column, DASH, "grey value")
    grid.write(formulas=formulas)
    unknown = data.unknown_f12 or NOBODY
    said = write_message(sheet, 3, MESSAGE, "message", "migration.message", unknown=unknown)
    if data.f12_known:
        chart(
            sheet,
            (row + count + 2, 0),
            "bar",
            said,
            sheet.place(row, 0, row + count),
            [grid.series(key, colour, WIDE_ENOUGH) for key, colour in COLOURS.items()],
            stacked=True,
            axis=False,
            most=1,
            size=(780, 110 + 45 * (count + 1)),
            gap=35,
        )
