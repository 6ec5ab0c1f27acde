"""The sheet of the data's quality: what was read and how, what was left out, and what looks odd."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmformulas.excel.workbook.book import Book
from crmformulas.orders.analysis.data_quality import HEADS, NOTHING, SEVERITIES
from crmformulas.orders.summary.wording import in_documents
from crmformulas.translations import Label, Translated

if TYPE_CHECKING:
    from crmformulas.orders.analysis.data_quality import Quality

__all__ = ["write_quality"]

HEAD_ROW = 5
WIDTHS = (16.0, 96.0, 10.0, 10.0, 10.0, 14.0, 18.0)
TITLE = Translated("Data quality", "Datakvalitet")
AGAIN = Translated("Read again with", "Läs om med")
"""The head of the options, as a document calls them."""
LONGEST = 4_000
"""Characters of what is said of one thing."""


def write_quality(book: Book, quality: Quality) -> None:
    """Write the sheet."""
    sheet = book.sheet(TITLE, TITLE, WIDTHS)
    book.places["quality.findings"] = sheet.place(HEAD_ROW, 0)
    sheet.text(2, 0, _cut(book, in_documents(quality.account.line).capitalize()), "note")
    if quality.account.settings:
        sheet.text(3, 0, _cut(book, quality.account.settings.line), "note")
    row = HEAD_ROW
    sheet.heads(row, 0, HEADS[:-1], texts=2)
    sheet.text(row, len(HEADS) - 1, AGAIN, "beside head")
    for one in quality.findings:
        row += 1
        sheet.text(row, 0, SEVERITIES[one.severity])
        sheet.text(row, 1, _cut(book, in_documents(one.text)), "wrapped")
        for column, number in enumerate((one.rows, one.orders, one.customers), start=2):
            if number:
                sheet.value(row, column, number, "count")
        if one.money:
            sheet.value(row, 5, one.money / 10_000, "money")
        sheet.text(row, 6, one.option or "", "beside")
        for example in one.examples:
            row += 1
            sheet.text(row, 1, _cut(book, f"    {example}"), "wrapped note")
    if not quality.findings:
        sheet.text(row + 1, 0, NOTHING)
    sheet.freeze(HEAD_ROW + 1, 0)
    sheet.print_columns(len(WIDTHS) - 1, row + 1)


def _cut(book: Book, words: Label) -> str:
    return book.translate(words)[:LONGEST]
