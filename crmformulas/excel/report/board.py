"""The first page of the report: the year in a few sentences, three charts, and what was read."""

from __future__ import annotations

from crmformulas.excel.templates.portfolio.flow_values import draw_flow_values
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.cell_range import CellRange
from crmformulas.excel.workbook.charts import Series, chart, draw_waterfall
from crmformulas.excel.workbook.expressions import DASH, per_cent, sign
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.excel.workbook.styles import SHADES
from crmformulas.orders.analysis.narrative import Sentence
from crmformulas.translations import Translated

__all__ = ["begin_board", "write_board"]

WIDTHS = (*[11.0] * 11, 15.0)
LAST = len(WIDTHS) - 1
FIRST = 4
"""The row of the first sentence."""

TABLES = {
    "customers": "flows.message",
    "revenue": "flow_table.total.revenue",
    "value": "portfolio.message",
    "stake": "flow_table.lost.revenue",
    "ladder": "ladder.message",
    "next": "budget1.message",
}
"""Where the figures of a sentence stand."""

LINES = 2
"""As high as two lines is a sentence."""

SIZE = (324, 300)
"""Of a chart, in pixels: three stand beside each other."""

AT = (0, 4, 8)
"""The columns where they begin."""


def begin_board(book: Book) -> Sheet:
    """The sheet, which stands first and is written last."""
    return book.sheet(
        Translated("Board", "Styrelsen"),
        Translated("The year on one page", "Året på en sida"),
        WIDTHS,
    )


def write_board(
    book: Book,
    sheet: Sheet,
    sentences: tuple[Sentence, ...],
    read: Translated,
    *,
    f12_known: bool,
    valued: bool = True,
) -> None:
    """Fill the page.

    Args:
        book: With all the other sheets.
        sheet: The one of :func:`begin_board`.
        sentences: What is told, in order.
        read: What was read, and how well.
        f12_known: Whether anything that rests on the year before is told.
        valued: Whether it is known what the flows are worth.
    """
    before = Translated("Read: {}", "Inläst: {}").format(read)
    sheet.text(2, 0, before, "note")
    for i, one in enumerate(sentences):
        row = FIRST + i
        sentence = book.translate(one.text)
        mark = "" if one.known else f"{DASH} "
        style = book.styles("sentence")
        sheet.xl.merge_range(row, 0, row, LAST - 1, "", style)
        sheet.xl.write_string(row, 0, f"{mark}{sentence}", style)
        sheet.xl.set_row(row, 17 * (LINES if len(sentence) > 105 else 1) + 4)
        sheet.link(
            row,
            LAST,
            book[TABLES[one.key]].sheet,
            f"→ {book[TABLES[one.key]].sheet}",
            "link beside",
        )
    row = FIRST + len(sentences) + 1
    _charts(book, sheet, row, f12_known=f12_known, valued=valued)
    sheet.xl.fit_to_pages(1, 1)
    sheet.freeze(2, 0)
    sheet.print_columns(LAST, row + 16)


def _charts(book: Book, sheet: Sheet, row: int, *, f12_known: bool, valued: bool) -> None:
    places = iter(AT)
    if f12_known:
        draw_waterfall(
            sheet, book["flows.waterfall"], book["flows.message"], (row, next(places)), size=SIZE
        )
        if valued:
            draw_flow_values(sheet, (row, next(places)), SIZE)
    months, customers = book["kpi.months"], book["kpi.whole.returning_share"]
    title = sheet.formula(row + 17, 0, _months(book, customers), "", "note", key="board.months")
    name = book.translate(Translated("Active customers", "Aktiva kunder"))
    chart(
        sheet,
        (row, next(places)),
        "column",
        title,
        months,
        [Series(name, customers, SHADES[1])],
        size=SIZE,
        dates="yyyy-mm",
        gap=30,
        least=0,
    )


def _months(book: Book, customers: CellRange) -> str:
    """The message of the chart of the months: the last one against the same a year before."""
    count = customers.last_row - customers.row + 1
    now, then = customers.at(count - 1).full, customers.at(max(count - 13, 0)).full
    by = f"({now}/{then}-1)"
    comparison = book.sentence(
        Translated(
            "{now} active customers in the last month, {by} against a year before",
            "{now} aktiva kunder den sista månaden, {by} mot ett år tidigare",
        ),
        now=f"FIXED({now},0)",
        by=f"{sign(by)}&{per_cent(f'ABS({by})')}",
    )
    plain = book.sentence(Translated("Active customers by month", "Aktiva kunder per månad"))
    return f"IF(COUNT({now},{then})=2,IF({then}>0,{comparison},{plain}),{plain})"
