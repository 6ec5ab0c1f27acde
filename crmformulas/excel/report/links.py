"""What other sheets have counted already, as formulas in the cells where a template is typed in."""

from __future__ import annotations

from crmformulas.excel.templates.portfolio.data import PortfolioData, moved
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.cell_range import CellRange
from crmformulas.excel.workbook.expressions import DASH, guard

__all__ = ["link_inputs"]

COLUMNS = {"customers": "count", "revenue": "money", "orders": "count"}


def link_inputs(book: Book, data: PortfolioData) -> None:
    """Let budget and ladder follow the flow table.

    Args:
        book: With the sheets of portfolio, ladder and budget.
        data: What the flow table holds.
    """
    tier = data.tiers[0]
    for column, kind in COLUMNS.items():
        total = book[f"portfolio.total.{column}"].full
        came = {
            origin: moved(book, column, origin=book[f"flow.{origin}.{tier}.from"].full)
            if data.f12_known
            else f'"{DASH}"'
            for origin in ("new", "reactivated")
        }
        cells = {segment: book[f"outcome.{segment}.{column}"] for segment in (*came, "continued")}
        for segment, formula in came.items():
            _put(book, cells[segment], formula, kind)
        rest = [cells[segment].cell for segment in came]
        stayed = guard([total, *rest], f"{total}-{rest[0]}-{rest[1]}")
        _put(book, cells["continued"], stayed, kind)
    opening = book["flows.opening"].full
    _put(
        book,
        book["opening_customers"],
        f'IF(ISNUMBER({opening}),IF({opening}>0,{opening},"{DASH}"),"{DASH}")',
        "count",
    )
    revenue, orders = (book[f"portfolio.total.{column}"].full for column in ("revenue", "orders"))
    worth = f'IF({orders}>0,IF({revenue}>0,{revenue}/{orders},""),"")'
    _put(book, book["ladder_order_value"], guard([revenue, orders], worth), "money")


def _put(book: Book, place: CellRange, formula: str, kind: str) -> None:
    """A formula in the place of what was typed; XlsxWriter keeps what is written last."""
    sheet = next(one for one in book.sheets if one.name == place.sheet)
    sheet.formula(place.row, place.column, formula, kind)
    book.inputs[:] = [one for one in book.inputs if one.place != place]
