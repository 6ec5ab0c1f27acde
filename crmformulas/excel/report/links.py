"""Formulas that take what other sheets have counted into the cells where a template is typed in."""

from __future__ import annotations

from crmformulas.excel.templates.portfolio.data import PortfolioData, moved
from crmformulas.excel.workbook.book import Book
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
            book.link(cells[segment], formula, kind)
        rest = [cells[segment].cell for segment in came]
        stayed = guard([total, *rest], f"{total}-{rest[0]}-{rest[1]}")
        book.link(cells["continued"], stayed, kind)
    opening = book["flows.opening"].full
    book.link(
        book["opening_customers"],
        f'IF(ISNUMBER({opening}),IF({opening}>0,{opening},"{DASH}"),"{DASH}")',
        "count",
    )
    revenue, orders = (book[f"portfolio.total.{column}"].full for column in ("revenue", "orders"))
    worth = f'IF({orders}>0,IF({revenue}>0,{revenue}/{orders},""),"")'
    book.link(book["ladder_order_value"], guard([revenue, orders], worth), "money")
