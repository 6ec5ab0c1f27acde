"""The sheet of the customer portfolio that tells who moved from which value tier to which."""

from __future__ import annotations

from crmformulas.excel.templates.portfolio.data import (
    PortfolioData,
    all_or_dash,
    moved,
    tier_heads,
    tier_name,
)
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.cell_range import CellRange
from crmformulas.excel.workbook.charts import Series, chart
from crmformulas.excel.workbook.expressions import DASH, ratio
from crmformulas.excel.workbook.named_formulas import resolve, translated, write_message
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.excel.workbook.styles import GAIN, LOSS, SHADES
from crmformulas.formulas.migration import LOST
from crmformulas.translations import Translated, term

__all__ = ["write_migration"]


def write_migration(book: Book, data: PortfolioData) -> Sheet:
    """From which tier to which: customers and rates as heat maps, and who moved up or down."""
    count = len(data.tiers)
    sheet = book.sheet(
        Translated("Migration", "Migration"),
        Translated("Customer migration", "Kundmigration"),
        (32, *[13] * max(count + 2, 6)),
    )
    counts = _counts(sheet, 6, data)
    rates = _rates(sheet, counts.last_row + 8, counts, data)
    moves = _moves(sheet, rates.last_row + 3, counts, rates, data)
    last = _moves_chart(sheet, moves, data)
    sheet.freeze(3, 1)
    sheet.print_columns(max(count + 2, 6), last)
    sheet.xl.set_h_pagebreaks([moves.row - 1])
    return sheet


def _matrix_heads(sheet: Sheet, row: int, title: Translated, count: int) -> None:
    sheet.text(row, 0, title, "head")
    tier_heads(sheet, row, 1, count)
    sheet.text(row, count + 1, term(LOST), "number head")
    sheet.text(row, count + 2, Translated("Total", "Totalt"), "number head")


def _counts(sheet: Sheet, row: int, data: PortfolioData) -> CellRange:
    """Customers by origin and destination; returns those of the tiers, with the lost."""
    book, count, first = sheet.book, len(data.tiers), row + 1
    title = Translated("Customers, from (rows) to", "Kunder, från (rader) till")
    _matrix_heads(sheet, row, title, count)
    for i, origin in enumerate(data.origins):
        r = first + i
        if origin in data.tiers:
            sheet.formula(r, 0, tier_name(book, i), "", "plain")
        else:
            sheet.text(r, 0, term(origin))
        targets = data.targets(origin)
        for j, target in enumerate(targets, 1):
            head = sheet.place(row, j).fixed
            formula = data.told(moved(book, "customers", sheet.place(r, 0).fixed, head))
            sheet.formula(r, j, formula, "count", key=f"migration.{origin}.{target}")
        line = sheet.place(r, 1, r, len(targets))
        sheet.formula(r, count + 2, all_or_dash(line), "count", key=f"migration.{origin}.total")
    total = first + count + 2
    sheet.text(total, 0, Translated("Total", "Totalt"), "total label")
    for j, target in enumerate((*data.tiers, LOST, "total"), 1):
        # Only who was there can be lost.
        column = sheet.place(first, j, total - 1 if target != LOST else first + count - 1)
        sheet.formula(
            total, j, all_or_dash(column), "count", "total", key=f"migration.total.{target}"
        )
    note = Translated(
        "At the right the customers of each tier in F12; below those of each tier in S12.",
        "Till höger kunderna i varje nivå F12; nederst kunderna i varje nivå S12.",
    )
    retained = Translated("Total retained", "Totalt kvar")
    sheet.text(total + 1, 0, retained)
    for j, target in enumerate((*data.tiers, "total"), 1):
        cells = sheet.place(first, j, first + count - 1)
        at = j if target != "total" else count + 2
        formula = (
            all_or_dash(cells)
            if target != "total"
            else all_or_dash(sheet.place(total + 1, 1, total + 1, count))
        )
        sheet.formula(total + 1, at, formula, "count", key=f"migration.retained.{target}")
    sheet.text(total + 2, 0, note, "note")
    unknown = data.unknown_f12 or NOT_COUNTED
    write_message(sheet, total + 3, UNFOUND, "note", "check.found", unknown=unknown)
    cells = sheet.place(first, 1, first + count - 1, count + 1)
    book.places["migration"] = cells
    sheet.heat(cells, SHADES[2])
    return sheet.place(first, 1, first + count - 1, count + 1)


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


def _rates(sheet: Sheet, row: int, counts: CellRange, data: PortfolioData) -> CellRange:
    count, first = len(data.tiers), row + 1
    title = Translated("Share of the row, from (rows) to", "Andel av raden, från (rader) till")
    _matrix_heads(sheet, row, title, count)
    for i, origin in enumerate(data.tiers):
        r = first + i
        sheet.formula(r, 0, tier_name(sheet.book, i), "", "plain")
        everyone = sheet.book[f"migration.{origin}.total"].fixed
        for j, target in enumerate((*data.tiers, LOST)):
            formula = ratio(counts.at(i, j).cell, everyone)
            sheet.formula(r, j + 1, formula, "rate", key=f"rate.{origin}.{target}")
        line = sheet.place(r, 1, r, count + 1)
        sheet.formula(r, count + 2, all_or_dash(line), "rate")
    rates = sheet.place(first, 1, first + count - 1, count + 1)
    sheet.heat(rates, SHADES[2])
    sheet.book.places["rates"] = rates
    return rates


MOVES = (
    ("up", Translated("▲ Moved up", "▲ Flyttade upp")),
    ("stay", Translated("● Stayed", "● Kvar")),
    ("down", Translated("▼ Moved down", "▼ Flyttade ned")),
    ("lost", Translated("✕ Lost", "✕ Förlorade")),
)


MOVED = "IF(COUNT({all})<{count},DASH,IF(SUM({all})=0,DASH,SUMPRODUCT({share},{all})/SUM({all})))"

MESSAGE = """
    ISNUMBER([moves.total.lost])
        → Of last year's customers ▲ {up} % moved up, ▼ {down} % moved down, ✕ {lost} % were lost
        | Av fjolårets kunder flyttade ▲ {up} % upp och ▼ {down} % ned, ✕ {lost} % gick förlorade
    {unknown}
    where up = ROUND(100*[moves.total.up],0)
    where down = ROUND(100*[moves.total.down],0)
    where lost = ROUND(100*[moves.total.lost],0)
"""
NOBODY = Translated(
    "There are no customers of the year before", "Det finns inga kunder från året före"
)


def _moves(
    sheet: Sheet, row: int, counts: CellRange, rates: CellRange, data: PortfolioData
) -> CellRange:
    """The share of each tier that moved up, stayed, moved down and was lost."""
    book, count, first = sheet.book, len(data.tiers), row + 1
    title = Translated("Share of last year's customers", "Andel av fjolårets kunder")
    sheet.heads(row, 0, (title, *(words for _, words in MOVES)))
    for i, tier in enumerate(data.tiers):
        r = first + i
        sheet.formula(r, 0, tier_name(book, i), "", "plain")
        line = sheet.place(rates.row + i, 1, rates.row + i, count + 1)
        parts = ((0, i), (i, i + 1), (i + 1, count), (count, count + 1))
        for j, ((key, _), (start, end)) in enumerate(zip(MOVES, parts, strict=True), 1):
            if start == end:
                sheet.text(r, j, DASH, "grey value")
                continue
            cells = sheet.place(line.row, 1 + start, line.row, end)
            sheet.formula(r, j, all_or_dash(cells), "rate", key=f"moves.{tier}.{key}")
    total = first + count
    everyone = sheet.place(counts.row, count + 2, counts.last_row)
    sheet.text(total, 0, Translated("All customers", "Alla kunder"), "total label")
    for j, (key, _) in enumerate(MOVES, 1):
        share = sheet.place(first, j, total - 1)
        moved_so = resolve(sheet, MOVED.format(all=everyone.cell, count=count, share=share.cell))
        sheet.formula(total, j, moved_so, "rate", "total", key=f"moves.total.{key}")
    unknown = data.unknown_f12 or NOBODY
    write_message(sheet, 3, MESSAGE, "message", "migration.message", unknown=unknown)
    return sheet.place(first, 0, total, 4)


WIDE_ENOUGH = '[>=0.04]0%;""'
"""The number format of a share that has room for its label."""


def _moves_chart(sheet: Sheet, moves: CellRange, data: PortfolioData) -> int:
    colours = (GAIN, SHADES[2], SHADES[3], LOSS)
    series = [
        Series(
            sheet.place(moves.row - 1, j),
            sheet.place(moves.row, j, moves.last_row),
            colour,
            WIDE_ENOUGH,
        )
        for j, colour in enumerate(colours, 1)
    ]
    categories = sheet.place(moves.row, 0, moves.last_row)
    row = moves.last_row + 2
    if not data.f12_known:
        return row
    height = 110 + 45 * (len(data.tiers) + 1)
    chart(
        sheet,
        (row, 0),
        "bar",
        sheet.book["migration.message"],
        categories,
        series,
        stacked=True,
        axis=False,
        most=1,
        size=(780, height),
        gap=35,
    )
    return row + height // 20 + 2
