"""Purchases of a budget's segments in a year, month by month, as far as it has come."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmformulas.formulas.budget import SEGMENTS
from crmformulas.orders.counting.queries import Bounds, active, customers_of
from crmformulas.orders.reading.expressions import _, ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["YearCount", "year_counts"]


class YearCount(NamedTuple):
    """A segment in a month of a year.

    Attributes:
        segment: The position among :data:`crmformulas.formulas.budget.SEGMENTS`.
        month: The number of the month.
        reached: Whether it lies up to the day to which the year is compared.
        customers: Customers whose first purchase of the year lies in the month.
        orders: Purchases.
        revenue: Net revenue in ten-thousandths.
    """

    segment: int
    month: int
    reached: bool
    customers: int
    orders: int
    revenue: int


def year_counts(orders: ir.Table, days: ir.Table, bounds: Bounds, until: int) -> ir.Table:
    """Customers, orders and revenue of the year by segment and month.

    Args:
        orders: Customer, day, amount up to ``bounds.as_of``.
        days: The calendar, with the day on which a customer is no longer only lapsed.
        bounds: ``s12`` is the first day of the year, ``f12`` that of the year before.
        until: The day to which the year is compared; what comes after it is not ``reached``.
    """
    customers = customers_of(orders, bounds)
    buyers = customers.filter(active(customers, bounds, "s12"))
    placed = buyers.left_join(days.select("on", "lapsed"), buyers.last_before == days.on)
    came_back = (placed.first_within <= placed.lapsed).fill_null(False)
    new, continued, reactivated = range(len(SEGMENTS))
    stayed = (placed.last_before >= bounds.f12).fill_null(False)
    segments = placed.select(
        "first_within",
        buyer=placed.customer,
        segment=ibis.cases((stayed, continued), (came_back, reactivated), else_=new),
    )
    within = orders.filter(orders.day >= bounds.s12)
    theirs = within.inner_join(segments, within.customer == segments.buyer)
    bought = theirs.amount > 0
    dated = theirs.select(
        "segment",
        "day",
        "amount",
        "customer",
        bought=bought,
        opens=bought & (theirs.day == theirs.first_within),
    ).inner_join(days.select("on", "month"), _.day == days.on)
    return dated.group_by(
        segment=dated.segment.cast("int32"),
        month=dated.month,
        reached=dated.day <= until,
    ).agg(
        customers=dated.customer.nunique(where=dated.opens),
        orders=dated.bought.sum(),
        revenue=dated.amount.sum(),
    )
