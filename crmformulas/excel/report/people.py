"""The sheet of the customers: the largest first, as many as are wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmformulas.excel.book import Book
from crmformulas.excel.sheet import DASH, Sheet
from crmformulas.orders.warnings import grouped
from crmformulas.terms import Text, Words, say, term

if TYPE_CHECKING:
    from crmformulas.orders.customers import Customer

__all__ = ["MOST_ROWS", "People", "write_customers"]

MOST_ROWS = 1_048_576 - 5
"""What Excel has room for below the heads of the table."""

LONGEST = 32_767
"""The most characters that a cell holds."""

HEAD_ROW = 4

COLUMNS: tuple[tuple[str, Words, float, str], ...] = (
    ("customer", term("customer"), 22, "text"),
    ("status", term("status"), 16, "text"),
    ("f12_tier", Text("tier F12", "nivå F12"), 11, "text"),
    ("s12_tier", Text("tier S12", "nivå S12"), 11, "text"),
    ("orders", term("orders"), 10, "count"),
    ("revenue", term("revenue"), 14, "money"),
    ("s12_revenue", Text("revenue S12", "omsättning S12"), 16, "money"),
    ("last_order", Text("last order", "senaste köp"), 14, "date"),
    ("f_step", Text("F-step", "F-steg"), 9, '"F"0'),
)
"""Column, head, width and kind. The step is the number of orders, up to that of the ladder."""

TEXTS = 4


@dataclass(frozen=True, slots=True)
class People:
    """The customers to list.

    Attributes:
        rows: Gives the first so many, the largest revenue first.
        count: How many there are.
        limit: How many are wanted at most.
        steps: The last step of the ladder.
        progress: Told the share that is written.
    """

    rows: Callable[[int], Iterable[Customer]]
    count: int
    limit: int
    steps: int
    progress: Callable[[float], None] = lambda share: None

    @property
    def listed(self) -> int:
        """How many are listed."""
        return min(self.count, self.limit, MOST_ROWS)


def write_customers(book: Book, people: People) -> None:
    """Write the sheet. The draft has no rows, as no formula reads them."""
    sheet = book.sheet(term("customers").capitalize(), _title(people), [c[2] for c in COLUMNS])
    sheet.text(2, 0, _left_out(people), "note")
    listed = people.listed
    sheet.table(
        HEAD_ROW,
        0,
        [head for _, head, _, _ in COLUMNS],
        max(listed, 1),
        "Customers",
        texts=TEXTS,
        filters=True,
    )
    sheet.freeze(HEAD_ROW + 1, 1)
    sheet.print_columns(len(COLUMNS) - 1, HEAD_ROW + 1 + max(listed, 1))
    # An id is text even if it looks like a number: Excel need not offer to change that.
    sheet.xl.ignore_errors({"number_stored_as_text": f"A{HEAD_ROW + 2}:A{HEAD_ROW + 1 + listed}"})
    if not book.draft:
        _write_rows(sheet, people)


def _write_rows(on: Sheet, people: People) -> None:
    book, sheet, listed = on.book, on.xl, people.listed
    words = {key: say(term(key), book.lang) for key in _LABELS}
    styles = [book.styles("value", kind) for *_, kind in COLUMNS]
    text, date = book.styles("plain", "text"), book.styles("value", "date")
    for place, one in enumerate(people.rows(listed)):
        row = HEAD_ROW + 1 + place
        sheet.write_string(row, 0, one.customer[:LONGEST], text)
        for column, word in enumerate((one.status, one.f12_tier, one.s12_tier), 1):
            shown = DASH if word is None else words.get(word) or say(term(word), book.lang)
            sheet.write_string(row, column, shown)
        sheet.write_number(row, 4, one.orders, styles[4])
        sheet.write_number(row, 5, one.revenue, styles[5])
        sheet.write_number(row, 6, one.s12_revenue, styles[6])
        sheet.write_datetime(row, 7, one.last_order, date)
        sheet.write_number(row, 8, min(one.orders, people.steps), styles[8])
        if place % 1000 == 0:
            people.progress(place / listed)


_LABELS = ("new", "continued", "reactivated", "lost", "former", "super", "top", "mid", "bottom")


def _title(people: People) -> Text:
    if people.listed == people.count:
        return Text(
            f"All {grouped(people.count)} customers", f"Alla {grouped(people.count)} kunder"
        )
    some, all_of_them = grouped(people.listed), grouped(people.count)
    return Text(
        f"The {some} largest of {all_of_them} customers",
        f"De {some} största av {all_of_them} kunder",
    )


def _left_out(people: People) -> Text:
    order = Text(
        "By revenue since the first order, the largest first.",
        "Efter omsättning sedan första köpet, störst först.",
    )
    missing = people.count - people.listed
    if not missing:
        return order
    why = (
        Text("as Excel has no more rows", "eftersom Excel inte har fler rader")
        if people.limit > MOST_ROWS
        else Text("--customers N lists more", "--customers N listar fler")
    )
    return Text(
        f"{order.en} {grouped(missing)} customers are left out ({why.en}).",
        f"{order.sv} {grouped(missing)} kunder är inte med ({why.sv}).",
    )
