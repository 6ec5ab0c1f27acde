"""The sheet that tells how it is counted, what of it history covers, and how it held a year ago."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.expressions import DASH
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.formats import NumberFormat, bar
from crmformulas.orders.analysis.backtest import METHODS
from crmformulas.orders.summary.notices import f12_reason
from crmformulas.orders.summary.wording import definitions, in_documents
from crmformulas.translations import Label, Translated, term

if TYPE_CHECKING:
    from crmformulas.orders.analysis.backtest import Backtest, Said
    from crmformulas.orders.summary.model import Summary

__all__ = ["write_method"]

WIDTHS = (34.0, 16.0, 26.0, 16.0, 16.0, 16.0)
LAST = len(WIDTHS) - 1
FIRST = 3

FIGURES: dict[str, tuple[Label, str]] = {
    "customers": (Translated("customers", "kunder"), "count"),
    "orders": (Translated("orders", "köp"), "count"),
    "revenue": (Translated("revenue", "omsättning"), "money"),
    "retention": (Translated("retention", "retention"), "rate"),
    "extra_orders": (Translated("extra orders per 1,000", "merköp per 1 000"), "count"),
}
"""What a figure of the backtest is called, and its kind."""


def write_method(book: Book, summary: Summary, backtest: Backtest | None) -> None:
    """Write the sheet.

    Args:
        book: The report.
        summary: The figures.
        backtest: What was said a year ago against what came; None where nothing was counted then.
    """
    sheet = book.sheet(
        Translated("Method", "Metod"), Translated("How it is counted", "Hur det är räknat"), WIDTHS
    )
    book.places["method.coverage"] = sheet.place(FIRST, 0)
    row = _coverage(sheet, summary)
    for words in definitions(summary):
        sheet.paragraph(row, 0, LAST, words, "plain")
        row += 1
    row = _held(sheet, row + 1, backtest)
    sheet.freeze(2, 0)
    sheet.print_columns(LAST, row + 1)
    sheet.xl.fit_to_pages(1, 1)


def _coverage(sheet: Sheet, summary: Summary) -> int:
    """The windows, and how much of each lies in history."""
    form, first = NumberFormat(sheet.book.lang), summary.input.first_day
    heads = (
        Translated("Window", "Fönster"),
        Translated("From", "Från"),
        Translated("To", "Till"),
        Translated("Months held", "Månader som finns"),
        Translated("Of 12", "Av 12"),
    )
    sheet.heads(FIRST, 0, heads, texts=3)
    names = (
        Translated("The last 12 months (S12)", "De senaste 12 månaderna (S12)"),
        Translated("The 12 months before (F12)", "De 12 månaderna innan (F12)"),
    )
    months = (summary.windows.s12_months(first), summary.f12_months)
    windows = (summary.windows.s12, summary.windows.f12)
    row = FIRST
    for name, (start, end), held in zip(names, windows, months, strict=True):
        row += 1
        sheet.text(row, 0, name)
        sheet.text(row, 1, form.day(start))
        sheet.text(row, 2, form.day(end))
        sheet.value(row, 3, held, "count")
        sheet.text(row, 4, bar(held / 12, 12), "bar")
    reason = f12_reason(summary.windows, first)
    if reason is not None:
        row += 1
        sheet.paragraph(row, 0, LAST, in_documents(reason))
    return row + 2


def _held(sheet: Sheet, row: int, backtest: Backtest | None) -> int:
    """Write what the method said a year ago against what came; returns the last row written."""
    title = Translated("Said a year ago, and what came", "Sagt för ett år sedan, och vad som kom")
    sheet.text(row, 0, title, "message")
    if backtest is None or not backtest.rows:
        why: Label = Translated(
            "Nothing could be said a year ago: history is too short.",
            "Inget kunde sägas för ett år sedan: historiken är för kort.",
        )
        notices = backtest.notices if backtest else ()
        for words in notices or (why,):
            row += 1
            sheet.paragraph(row, 0, LAST, in_documents(words))
        return row
    for sentence in backtest.sentences(sheet.book.lang):
        row += 1
        sheet.paragraph(row, 0, LAST, in_documents(sentence), "plain")
    for notice in backtest.notices:
        row += 1
        sheet.paragraph(row, 0, LAST, in_documents(notice))
    row += 2
    sheet.heads(
        row,
        0,
        (
            Translated("Method", "Metod"),
            Translated("Of", "Av"),
            Translated("Figure", "Siffra"),
            Translated("Said", "Sagt"),
            Translated("Came", "Kom"),
            Translated("Off by", "Fel"),
        ),
        texts=3,
    )
    for said in backtest.rows:
        row += 1
        _line(sheet, row, said)
    note = Translated(
        "Off by: said / came − 1; of retention the difference in percentage points.",
        "Fel: sagt / kom − 1; av retention skillnaden i procentenheter.",
    )
    sheet.paragraph(row + 1, 0, LAST, note)
    return row + 1


def _line(sheet: Sheet, row: int, said: Said) -> None:
    words, kind = FIGURES[said.figure]
    group: Label = Translated("all", "alla") if said.group == "total" else term(said.group)
    look = "total" if said.group == "total" else "value"
    sheet.text(row, 0, in_documents(METHODS[said.method]))
    sheet.text(row, 1, group)
    sheet.text(row, 2, words)
    cells = [sheet.value(row, 3 + j, n, kind, look) for j, n in enumerate((said.said, said.came))]
    first, second = (place.cell for place in cells)
    off = f"({first}-{second})*100" if said.figure == "retention" else f"{first}/{second}-1"
    # What is shown as nothing has no sign.
    nil = "0.05" if said.figure == "retention" else "0.0005"
    both_known = f"AND(ISNUMBER({first}),ISNUMBER({second}))"
    nothing = "FALSE" if said.figure == "retention" else f"N({second})=0"
    sheet.formula(
        row,
        5,
        f'IF({both_known},IF({nothing},"{DASH}",IF(ABS({off})<{nil},0,{off})),"{DASH}")',
        "points change" if said.figure == "retention" else "signed rate",
        look,
    )
