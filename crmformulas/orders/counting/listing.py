"""The list of customers in the engine: a row for each who has bought, to be paged through.

A customer's place in the flow table is one number, ``cell``; status and tiers are its words, so
that filters and sorting by any of them come down to comparing that number. Customers are numbered
by id, which settles ties.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmformulas.orders.counting import queries
from crmformulas.orders.counting.tiers import by_code_point
from crmformulas.orders.reading.expressions import ibis
from crmformulas.orders.rules import Rules, placed

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["COUNTED", "cells", "contains", "listed", "storable", "with_latest"]

COUNTED = ("orders", "revenue", "s12_orders", "s12_revenue", "f12_revenue", "first", "last")
"""The columns of the list beside ``customer``, ``cell`` and ``number``."""

FORMER = -1
"""The cell of those who are not in the flow table."""


def cells(tiers: tuple[str, ...]) -> dict[int, tuple[str, str | None, str | None]]:
    """Each cell of the flow table by its number, with status, F12 tier and S12 tier."""
    count = len(tiers)
    within = {
        origin * (count + 1) + target: placed(origin, target, tiers)
        for origin in range(count + 2)
        for target in range(count + 1)
        # Who comes from outside was not lost.
        if origin < count or target < count
    }
    return {FORMER: placed(None, None, tiers), **within}


def with_latest(orders: ir.Table, bounds: queries.Bounds) -> ir.Table:
    """The customers with their purchases and the day of the last."""
    bought = orders.amount > 0
    return queries.customers_of(
        orders, bounds, orders=orders.count(where=bought), last=orders.day.max(where=bought)
    )


def listed(customers: ir.Table, tiered: ir.Table, bounds: queries.Bounds, rules: Rules) -> ir.Table:
    """All customers with their cell, numbered by id from 0."""
    cell = tiered.origin * (len(rules.tiers) + 1) + tiered.target
    within = tiered.select("customer", *COUNTED, cell=cell.cast("int32"))
    late, early = (queries.active(customers, bounds, window) for window in ("s12", "f12"))
    former = customers.filter(~(late | early)).select(
        "customer", *COUNTED, cell=ibis.literal(FORMER, "int32")
    )
    people = within.union(former)
    by_id = ibis.window(order_by=by_code_point(people.customer))
    return people.mutate(number=ibis.row_number().over(by_id))


def contains(ids: ir.StringColumn, text: str) -> ir.BooleanValue:
    """Whether ids contain the text, upper and lower case being the same."""
    engine = ids.get_backend().name
    if not storable(text, engine):
        return ibis.literal(False)
    if text.isascii() and text.lower() == text.upper():
        # Digits alone are the same in both cases: as little as there is to do for each id.
        return ids.contains(ibis.literal(text, "string"))
    if engine != "sqlite":
        return ids.lower().contains(ibis.literal(text, "string").lower())

    # There lower() knows the letters from A to Z only.
    return ibis.udf.scalar.python(_lowered)(ids).contains(text.lower())


def _lowered(text: str) -> str:
    return text.lower()


def storable(text: str, engine: str) -> bool:
    """Whether an id can be such text: only DuckDB takes a NUL, and nobody half a character."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return engine == "duckdb" or "\0" not in text
