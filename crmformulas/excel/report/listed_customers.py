"""The sheet of the customers: the largest first, as many as are wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.expressions import DASH
from crmformulas.excel.workbook.long_table import LONGEST, LongTable
from crmformulas.formats import with_separators
from crmformulas.orders.counting.customer_list import STATUSES
from crmformulas.translations import Label, Translated, counted, term, translate

if TYPE_CHECKING:
    from crmformulas.orders.counting.customer_list import Customer

__all__ = ["MOST_ROWS", "Listing", "cut_ids", "write_customers"]

MOST_ROWS = 1_048_576 - 7
"""What Excel has room for below the heads of the table, and above a line that follows it."""

HEAD_ROW = 4

PRINTED = 30
"""As many customers are printed: a list of thousands is to filter, not to leaf through."""

COLUMNS: tuple[tuple[str, Label, float, str], ...] = (
    ("customer", term("customer").capitalize(), 22, "text"),
    ("status", term("status").capitalize(), 16, "text"),
    ("f12_tier", Translated("Tier F12", "Nivå F12"), 11, "text"),
    ("s12_tier", Translated("Tier S12", "Nivå S12"), 11, "text"),
    ("orders", term("orders").capitalize(), 10, "count"),
    ("revenue", term("revenue").capitalize(), 14, "money"),
    ("s12_revenue", Translated("Revenue S12", "Omsättning S12"), 16, "money"),
    ("last_order", Translated("Last order", "Senaste köp"), 14, "date"),
    ("f_step", Translated("F-step", "F-steg"), 9, '"F"0'),
)
"""Column, head, width and kind. The step is the number of orders, up to that of the ladder."""

TEXTS = 4


@dataclass(slots=True)
class Listing:
    """The customers to list.

    Attributes:
        rows: Gives the first so many, the largest revenue first.
        count: How many there are.
        limit: How many are wanted at most.
        steps: The last step of the ladder.
        tiers: The names of the value tiers.
        progress: Told the share that is written.
        cut: How many ids were too long for a cell, once all is written.
    """

    rows: Callable[[int], Iterable[Customer]]
    count: int
    limit: int
    steps: int
    tiers: tuple[str, ...]
    progress: Callable[[float], None] = lambda share: None
    cut: int = 0

    @property
    def listed(self) -> int:
        """The number of customers that are listed."""
        return min(self.count, self.limit, MOST_ROWS)


def write_customers(book: Book, listing: Listing) -> None:
    """Write the sheet. Its rows are written with the file, as there may be a million of them."""
    sheet = book.sheet(term("customers").capitalize(), _title(listing), [c[2] for c in COLUMNS])
    sheet.text(2, 0, _left_out(listing), "note")
    listed = max(listing.listed, 1)
    first = HEAD_ROW + 1
    heads = [head for _, head, _, _ in COLUMNS]
    sheet.table(HEAD_ROW, 0, heads, 1, "Customers", texts=TEXTS, filters=True)
    text, plain = book.styles("plain", "text"), book.styles("plain")
    for column, (_, _, _, kind) in enumerate(COLUMNS):
        if column < TEXTS:
            sheet.xl.write_blank(first, column, None, text if column == 0 else plain)
        else:
            sheet.value(first, column, 0, kind)
    row = sheet.place(first, 0, first, len(COLUMNS) - 1)
    book.places["customers.list"] = row
    book.long.append(
        LongTable(
            "Customers",
            len(book.sheets),
            row,
            listing.listed,
            lambda: _rows(book, listing),
            lambda: f"▲ {book.translate(cut_ids(listing.cut))}" if listing.cut else "",
        )
    )
    sheet.freeze(first, 1)
    sheet.print_columns(len(COLUMNS) - 1, first + min(listed, PRINTED) + 2)
    # An id is text even if it looks like a number: Excel need not offer to change that.
    sheet.xl.ignore_errors({"number_stored_as_text": f"A{first + 1}:A{first + listed}"})


def _rows(book: Book, listing: Listing) -> Iterator[tuple[str | float | date, ...]]:
    words = {None: DASH} | {key: translate(term(key), book.lang) for key in STATUSES}
    for tier in listing.tiers:
        words[tier] = translate(term(tier), book.lang)
    for place, one in enumerate(listing.rows(listing.listed)):
        if place % 1000 == 0:
            listing.progress(place / listing.listed)
        yield (
            _fitting(one.customer, listing),
            words[one.status],
            words[one.f12_tier],
            words[one.s12_tier],
            one.orders,
            one.revenue,
            one.s12_revenue,
            one.last_order,
            min(one.orders, listing.steps),
        )


def _fitting(text: str, listing: Listing) -> str:
    """A text as far as a cell holds it."""
    if len(text) <= LONGEST // 2 or len(data := text.encode("utf-16-le")) <= 2 * LONGEST:
        return text
    listing.cut += 1
    return f"{data[: 2 * LONGEST - 2].decode('utf-16-le', 'ignore')}…"


def cut_ids(count: int) -> Translated:
    """The notice of ids that were too long."""
    ids, longest = with_separators(count), with_separators(LONGEST)
    one = count == 1
    return Translated(
        f"{counted(count, 'id', 'is', shown=ids)} longer than a cell holds ({longest} characters): "
        f"{'it ends' if one else 'they end'} with … on the sheet of customers",
        f"{ids} id är längre än en cell rymmer ({longest} tecken): {'det' if one else 'de'} "
        "slutar med … på bladet med kunder",
    )


def _title(listing: Listing) -> Translated:
    if listing.listed == listing.count:
        return Translated(
            f"All {with_separators(listing.count)} customers",
            f"Alla {with_separators(listing.count)} kunder",
        )
    some, all_of_them = with_separators(listing.listed), with_separators(listing.count)
    return Translated(
        f"The {some} largest of {all_of_them} customers",
        f"De {some} största av {all_of_them} kunder",
    )


def _left_out(listing: Listing) -> Translated:
    order = Translated(
        "By revenue since the first order, the largest first.",
        "Efter omsättning sedan första köpet, störst först.",
    )
    missing = listing.count - listing.listed
    if not missing:
        return order
    why = (
        Translated("as Excel has no more rows", "eftersom Excel inte har fler rader")
        if listing.limit > MOST_ROWS
        else Translated("a report can list more", "en rapport kan lista fler")
    )
    out = with_separators(missing)
    return Translated(
        f"{order.en} {counted(missing, 'customer', 'is', shown=out)} left out ({why.en}).",
        f"{order.sv} {counted(missing, 'customer', lang='sv', shown=out)} är inte med ({why.sv}).",
    )
