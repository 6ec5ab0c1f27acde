"""The histories of customers as cells, counted in the engine.

A purchase day is a calendar day with at least one order above 0; several orders in a day are one. A
history is the number of purchase days after the first, the days from the first to the last, and the
days from the first to the origin. Customers with the same history are one cell, so that a million
customers are some tens of thousands of cells.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np
from ibis import _

from crmformulas.orders.analysis.forecast.order_values import RepeatValues
from crmformulas.orders.analysis.forecast.purchases import Histories, coarse_days
from crmformulas.orders.counting.counts import UNITS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import ibis.expr.types as ir
    from numpy.typing import NDArray

    from crmformulas.orders.analysis.forecast.maximum import Floats

__all__ = [
    "LAST_STEP",
    "STATUSES",
    "Cells",
    "cells",
    "customer_histories",
    "distinct",
    "value_cells",
]

NO_TIER = -1
"""The position of a customer in no tier."""

STATUSES = ("new", "continued", "reactivated", "lost", "former")
"""By position, as in the list of customers."""

LAST_STEP = 6
"""From this many purchases on, the steps of the F-ladder are one group."""


@dataclass(frozen=True)
class Cells:
    """Customers with the same history, tier, status and step at the origin; what they did later.

    All fields are arrays of one length. Money is in currency units.

    Attributes:
        tier: The position of the value tier at the origin, -1 for who was inactive.
        status: The position of the status among :data:`STATUSES`.
        step: Purchases up to the origin, cut at :data:`LAST_STEP`.
        repeats: Purchase days after the first, up to the origin.
        last: Days from the first to the last of them.
        age: Days from the first to the origin.
        customers: How many customers.
        repeat_revenue: Sum of their purchases after the first purchase day.
        s12_revenue: Their net revenue of the 12 months before the origin.
        later_days: Purchase days after the origin, up to the end of the period.
        later_buyers: Customers who have one.
        later_revenue: Sum of those purchases.
    """

    tier: NDArray[np.int64]
    status: NDArray[np.int64]
    step: NDArray[np.int64]
    repeats: NDArray[np.int64]
    last: Floats
    age: Floats
    customers: Floats
    repeat_revenue: Floats
    s12_revenue: Floats
    later_days: Floats
    later_buyers: Floats
    later_revenue: Floats

    @classmethod
    def of(cls, columns: Mapping[str, Any]) -> Cells:
        """Cells from the columns that the engine counted."""

        def counted(name: str) -> Floats:
            return np.asarray(columns[name]).astype(np.int64).astype(np.float64)

        return cls(
            tier=counted("tier").astype(np.int64),
            status=counted("status").astype(np.int64),
            step=counted("step").astype(np.int64),
            repeats=counted("repeats").astype(np.int64),
            last=counted("last"),
            age=counted("age"),
            customers=counted("customers"),
            repeat_revenue=counted("repeat_revenue") / UNITS,
            s12_revenue=counted("s12_revenue") / UNITS,
            later_days=counted("later_days"),
            later_buyers=counted("later_buyers"),
            later_revenue=counted("later_revenue") / UNITS,
        )

    def histories(self) -> Histories:
        """The cells as a model is fitted on them, whatever the group."""
        return _merged(self.repeats, self.last, self.age, self.customers)

    def coarse(self, days: int) -> Histories:
        """The cells with days cut to the middle of so many; one-time buyers stay as they are."""
        last, age = coarse_days(self.repeats, self.last, self.age, days)
        return _merged(self.repeats, last, age, self.customers)


BITS = 21
"""Of a whole number in a key: 5 700 years in days, or as many purchases."""


def distinct(*columns: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Distinct tuples of whole numbers of 0 up to 2^21, sorted, and the place of each among them.

    Of a million cells seven times as fast as ``np.unique`` of rows, as one number is sorted.
    """
    key = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        key = (key << BITS) | column.astype(np.int64)
    found, place = np.unique(key, return_inverse=True)
    shifts = range(BITS * (len(columns) - 1), -1, -BITS)
    made = np.array([(found >> shift) & ((1 << BITS) - 1) for shift in shifts])
    return made, place.ravel().astype(np.int64)


def _merged(repeats: NDArray[np.int64], last: Floats, age: Floats, customers: Floats) -> Histories:
    (x, tx, t), place = distinct(repeats, last, age)
    return Histories.of(x, tx, t, np.bincount(place, weights=customers))


def customer_histories(orders: ir.Table, origin: int, end: int) -> ir.Table:
    """One row a customer who had bought by the origin: the history, and what came until the end.

    Args:
        orders: Customer, day number, amount in ten-thousandths.
        origin: The day at which the forecast is made, inclusive.
        end: The last day that counts as later.
    """
    bought = orders.filter((orders.amount > 0) & (orders.day <= end))
    days = bought.group_by("customer", "day").agg(
        amount=_.amount.sum().cast("int64"), orders=_.count()
    )
    before = days.day <= origin
    known = (
        days.group_by("customer")
        .agg(
            first=days.day.min(),
            latest=days.day.max(where=before),
            days=before.sum(),
            orders=days.orders.sum(where=before),
            revenue=days.amount.sum(where=before),
            later_days=(~before).sum(),
            later_revenue=days.amount.sum(where=~before),
        )
        .filter(_.first <= origin)
    )
    # One-time buyers, most of them, have no repeat revenue: only for the others is it looked up.
    several = known.filter(_.days > 1).select("first", buyer=_.customer)
    on_first = days.inner_join(
        several, [days.customer == several.buyer, days.day == several["first"]]
    ).select("buyer", first_amount=days.amount)
    joined = known.left_join(on_first, known.customer == on_first.buyer)
    return joined.select(
        "customer",
        orders=joined.orders.cast("int64"),
        repeats=(joined.days - 1).cast("int64"),
        last=(joined.latest - joined["first"]).cast("int64"),
        age=(ibis.literal(origin, "int64") - joined["first"]).cast("int64"),
        repeat_revenue=ibis.cases(
            (joined.days > 1, joined.revenue - joined.first_amount), else_=0
        ).cast("int64"),
        later_days=joined.later_days.cast("int64"),
        later_revenue=joined.later_revenue.fill_null(0).cast("int64"),
    )


def cells(histories: ir.Table, placed: ir.Table, tiers: int) -> ir.Table:
    """Histories by tier, status, step and history.

    Args:
        histories: One row a customer, of :func:`customer_histories`.
        placed: Customer, ``origin`` and ``target`` in the flow table at the origin, and
            ``s12_revenue``; who was active in neither year is not in it.
        tiers: How many tiers there are.
    """
    named = placed.select("origin", "target", "s12_revenue", named=placed.customer)
    joined = histories.left_join(named, histories.customer == named.named)
    here = (joined.target < tiers).fill_null(False)
    new, continued, reactivated, lost, former = range(len(STATUSES))
    status = ibis.cases(
        (joined.target.isnull(), former),
        (joined.target == tiers, lost),
        (joined.origin < tiers, continued),
        (joined.origin == tiers, reactivated),
        else_=new,
    )
    counted = joined.group_by(
        tier=ibis.cases((here, joined.target), else_=NO_TIER).cast("int64"),
        status=status.cast("int64"),
        step=ibis.least(joined.orders, LAST_STEP).cast("int64"),
        repeats=joined.repeats,
        last=joined["last"],
        age=joined.age,
    ).agg(
        customers=_.count(),
        repeat_revenue=_.repeat_revenue.sum(),
        s12_revenue=_.s12_revenue.sum().fill_null(0),
        later_days=_.later_days.sum(),
        later_buyers=(_.later_days > 0).sum(),
        later_revenue=_.later_revenue.sum(),
    )
    # In one order, as sums of floats differ in their last digits by it.
    return counted.order_by("tier", "status", "step", "repeats", "last", "age")


def value_cells(histories: ir.Table) -> ir.Table:
    """Customers with repeats, by their number and the mean value rounded to one in a thousand."""
    several = histories.filter((_.repeats > 0) & (_.repeat_revenue > 0))
    mean = several.repeat_revenue.cast("float64") / several.repeats.cast("float64")
    counted = several.group_by(
        repeats=several.repeats, per_mille=(mean.ln() * 1000).round().cast("int64")
    ).agg(customers=_.count())
    return counted.order_by("repeats", "per_mille")


def repeat_values(columns: Mapping[str, Any]) -> RepeatValues:
    """The counted value cells as a model is fitted on them, in currency units."""
    x, logs, customers = (
        np.asarray(columns[name]).astype(np.int64) for name in ("repeats", "per_mille", "customers")
    )
    # An engine tells them in any order, and a sum in another order differs in its last digits.
    order = np.lexsort((logs, x))
    return RepeatValues.of(x[order], np.exp(logs[order] / 1000) / UNITS, customers[order])
