"""Attributes of orders beside day and amount, per customer and purchase: Ibis expressions.

Purchases are numbered by day and, on one day, by order id in code-point order, so that what a
customer's k-th purchase says does not depend on the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from crmformulas.orders.counting.tiers import by_code_point
from crmformulas.orders.reading.expressions import _, ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from crmformulas.orders.reading.further_columns import FurtherColumn, FurtherColumns

__all__ = ["ends", "numbered", "with_attributes"]


def with_attributes(grouped: ir.Table, further: FurtherColumns, as_of: int) -> ir.Table:
    """The purchases up to a day with what they carry, and their order id where there are some."""
    order = ["order"] if "order" in grouped.columns else []
    is_order = grouped.key.isnull() | (grouped.key >= 0)
    within = grouped.filter(is_order & (grouped.amount > 0) & (grouped.day <= as_of))
    # In half the bytes of a sum: they are kept for every customer.
    rows = within.rows.cast("int32")
    return within.select("customer", "day", "amount", *order, *further.slots, rows=rows)


def by_order(orders: ir.Table) -> list[ir.Value]:
    """Order of purchases: by the day, then the order id."""
    if "order" not in orders.columns:
        return [orders.day]
    order = orders.order
    return [orders.day, by_code_point(order if order.type().is_string() else order.cast("string"))]


def numbered(
    orders: ir.Table,
    store: Callable[[ir.Table], ir.Table] = lambda table: table,
    *,
    ids: bool = True,
) -> tuple[ir.Table, ir.Table]:
    """The purchases of customers who have one, and of those who have several, with ``k``.

    Those of several are numbered, with ``next``, the day of the one after; most customers of most
    shops have one, and need no window. ``store`` keeps who has several, as both ask for it.
    Without ``ids`` those of several tell neither customer nor order, but for the number ``id``:
    of what is kept they take most of the memory.
    """
    counts = orders.group_by("customer").agg(purchases=_.count())
    several = counts.filter(_.purchases > 1).select(
        "customer", purchases=_.purchases.cast("int32"), id=ibis.row_number()
    )
    several = store(several)
    one = orders.anti_join(several, "customer")
    theirs = orders.inner_join(several, "customer")
    window = ibis.window(group_by=theirs.id, order_by=by_order(theirs))
    ranked = theirs.mutate(
        k=(ibis.row_number().over(window) + 1).cast("int32"), next=theirs.day.lead().over(window)
    )
    return one, ranked if ids else ranked.drop(
        *(n for n in ranked.columns if n in ("customer", "order"))
    )


def ends(orders: ir.Table, columns: Sequence[FurtherColumn]) -> ir.Table:
    """Per customer the codes of the first and the last purchase: ``first_0``, ``last_0`` …"""
    one, several = numbered(orders)
    codes = {i: column.code(one) for i, column in enumerate(columns)}
    firsts = {f"first_{i}": code for i, code in codes.items()}
    lasts = {f"last_{i}": code for i, code in codes.items()}
    alone = one.select("customer", **firsts, **lasts)
    first = several.filter(_.k == 1)
    last = several.filter(_.k == _.purchases)
    first = first.select("customer", **{f"first_{i}": c.code(first) for i, c in enumerate(columns)})
    last = last.select(
        buyer=last.customer, **{f"last_{i}": c.code(last) for i, c in enumerate(columns)}
    )
    both = first.inner_join(last, first.customer == last.buyer).select(*alone.columns)
    return alone.union(both)
