"""The sheet that follows up a budget: what has come, what is left, and whether the pace holds."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.charts import MILLIONS, Series, chart
from crmformulas.excel.workbook.expressions import guard, ratio
from crmformulas.excel.workbook.styles import SHADES
from crmformulas.formats import day_label
from crmformulas.translations import Label, Translated, term

if TYPE_CHECKING:
    from crmformulas.excel.workbook.sheet import Sheet
    from crmformulas.orders.analysis.follow import Follow

__all__ = ["write_follow"]

HEADS: tuple[Label, ...] = (
    Translated("Segment", "Segment"),
    Translated("Figure", "Tal"),
    Translated("Budget", "Budget"),
    Translated("So far", "Hittills"),
    Translated("Left", "Kvar"),
    Translated("Of last year, by now", "Av förra året, vid den här tiden"),
    Translated("Due", "Borde vara"),
    Translated("At last year's pace", "I förra årets takt"),
    Translated("Against budget", "Mot budget"),
)
WIDTHS = (24, 14, *[15] * 7)
FIRST = 9
"""The row of the heads."""


def write_follow(book: Book, made: Follow) -> None:
    """Write the sheet; what counts as budget and as outcome comes from the orders."""
    sheet = book.sheet(
        Translated("Follow-up", "Uppföljning"),
        Translated("The budget so far", "Budgeten hittills"),
        WIDTHS,
    )
    last = len(WIDTHS) - 1
    told = made.told(book.lang)
    book.places["follow.message"] = sheet.text(3, 0, told[0], "message")
    for row, words in enumerate(told[1:4], 4):
        sheet.text(row, 0, words)
    days = Translated("{} – {}", "{} – {}").format(day_label(made.start), day_label(made.as_of))
    period = Translated("{}, budget to {}", "{}, budget till {}").format(days, day_label(made.end))
    sheet.text(FIRST - 2, 0, period, "note")
    sheet.heads(FIRST, 0, HEADS, texts=2)
    row = FIRST
    for one in made.rows:
        row += 1
        key = f"follow.{one.segment}.{one.figure}"
        kind = "money" if one.figure == "revenue" else "count"
        look = "total" if one.segment == "total" else "value"
        sheet.text(
            row, 0, term(one.segment).capitalize(), "total label" if look == "total" else "plain"
        )
        sheet.text(row, 1, term(one.figure), "total label" if look == "total" else "plain")
        budget, came = (
            sheet.value(row, column, value, kind, look).cell
            for column, value in ((2, one.budget), (3, one.so_far))
        )
        sheet.formula(row, 4, guard([budget, came], f"{budget}-{came}"), kind, look)
        share = sheet.value(row, 5, one.share, "rate", look).cell
        sheet.formula(row, 6, guard([budget, share], f"{budget}*{share}"), kind, look)
        pace = sheet.formula(row, 7, ratio(came, share), kind, look, key=f"{key}.pace").cell
        ahead = guard([pace, budget], f'IF({budget}>0,{pace}/{budget}-1,"–")')
        sheet.formula(row, 8, ahead, "signed rate", look, key=f"{key}.ahead")
    row = _months(sheet, row + 2, made)
    for notice in made.notices:
        sheet.paragraph(row, 0, last, notice)
        row += 1
    sheet.freeze(3, 1)
    sheet.print_columns(last, row + 1)


def _months(sheet: Sheet, row: int, made: Follow) -> int:
    """Revenue by month in all, against the budget spread as last year's; the row after it."""
    months = [month for month in made.months if month.segment == "total"]
    heads = (
        Translated("Month", "Månad"),
        "",
        Translated("Budget", "Budget"),
        Translated("Came", "Kom"),
    )
    sheet.heads(row, 0, heads, texts=2)
    for i, month in enumerate(months, row + 1):
        sheet.value(i, 0, date.fromisoformat(f"{month.month}-01"), "month", "label")
        if month.came is not None and not month.whole:
            sheet.text(i, 1, Translated("not over", "pågår"), "note")
        for column, value in ((2, month.budget), (3, month.came)):
            if value is not None:
                sheet.value(i, column, value, "money")
    first, last = row + 1, row + len(months)
    series = [
        Series(sheet.place(row, column), sheet.place(first, column, last), SHADES[shade])
        for column, shade in ((2, 2), (3, 0))
    ]
    title = Translated("Revenue by month against the budget", "Omsättning per månad mot budgeten")
    chart(
        sheet,
        (row, 4),
        "column",
        title,
        sheet.place(first, 0, last),
        series,
        shown=MILLIONS,
        least=0,
        dates="mmm yy",
        size=(560, 280),
    )
    return row + max(len(months), 13) + 3
