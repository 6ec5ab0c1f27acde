"""The histories of customers as cells, counted in the engine.

A purchase day is a calendar day with at least one order above 0; several orders in a day are one. A
history is the number of purchase days after the first, the days from the first to the last, and the
days from the first to the origin. Customers with the same history are one cell, so that a million
customers are some tens of thousands of cells.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from crmformulas.orders.analysis.forecast.order_values import RepeatValues
from crmformulas.orders.analysis.forecast.purchases import Histories, coarse_days
from crmformulas.orders.counting import queries
from crmformulas.orders.counting.counts import UNITS
from crmformulas.orders.reading.expressions import _, ibis, total

if TYPE_CHECKING:
    from collections.abc import Mapping

    import ibis.expr.types as ir
    from numpy.typing import NDArray

    from crmformulas.orders.analysis.forecast.maximum import Floats
    from crmformulas.orders.reading.id_codes import IdCodes

__all__ = [
    "LAST_STEP",
    "STATUSES",
    "Cells",
    "Counted",
    "cells",
    "distinct",
    "known_at",
    "value_cells",
    "with_history",
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

        place = counted("place").astype(np.int64)
        nothing = np.zeros(len(place))
        later = {
            name: counted(name) if name in columns else nothing
            for name in ("later_days", "later_buyers", "later_revenue")
        }
        later["later_revenue"] = later["later_revenue"] / UNITS
        return cls(
            tier=place // PLACES_OF_A_TIER + NO_TIER,
            status=place // LAST_STEP % len(STATUSES),
            step=place % LAST_STEP + 1,
            repeats=counted("repeats").astype(np.int64),
            last=counted("last"),
            age=counted("age"),
            customers=counted("customers"),
            repeat_revenue=counted("repeat_revenue") / UNITS,
            s12_revenue=counted("s12_revenue") / UNITS,
            **later,
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
    keys, place = np.unique(key, return_inverse=True)
    shifts = range(BITS * (len(columns) - 1), -1, -BITS)
    values = np.array([(keys >> shift) & ((1 << BITS) - 1) for shift in shifts])
    return values, place.ravel().astype(np.int64)


def _merged(repeats: NDArray[np.int64], last: Floats, age: Floats, customers: Floats) -> Histories:
    (x, tx, t), place = distinct(repeats, last, age)
    return Histories.of(x, tx, t, np.bincount(place, weights=customers))


class Counted(NamedTuple):
    """Customers as a summary counts them and a forecast uses them: stored tables.

    Attributes:
        customers: Of :func:`~crmformulas.orders.counting.queries.customers_of`.
        several: Of :func:`~crmformulas.orders.counting.queries.numbered`.
        sequence: Of :func:`~crmformulas.orders.counting.queries.sequence`.
        ids: The ids of the customers where they are numbers.
    """

    customers: ir.CachedTable
    several: ir.CachedTable
    sequence: ir.CachedTable
    ids: IdCodes | None = None


def known_at(
    counted: Counted, bounds: queries.Bounds, later: int | None
) -> tuple[ir.Table, ir.Table]:
    """The customers who had bought by the as-of day of the bounds, which may be before that of the
    counting: those with one order at the counting, and those with several.

    Nothing is counted from the orders again: the first have no other than their first, and the
    orders of the others stand in the sequence. Both tables have the columns that value tiers
    follow from, with the history: ``orders``, ``repeats``, ``latest``, ``repeat_revenue``.

    Args:
        counted: At the as-of day of the bounds, or later.
        bounds: The origin.
        later: The last day of which purchases are told as ``later_days`` and ``later_revenue``;
            None tells none.
    """
    one = counted.customers.filter((_.entries == 1) & (_.first <= bounds.as_of))
    nothing = ibis.literal(0, "int64")
    late, early = one["first"] >= bounds.s12, one["first"] >= bounds.f12
    single = one.select(
        "customer",
        "first",
        last_before=ibis.cases((~late, one["first"])),
        first_within=ibis.cases((late, one["first"])),
        s12_revenue=ibis.cases((late, one.revenue), else_=nothing),
        f12_revenue=ibis.cases((early & ~late, one.revenue), else_=nothing),
        orders=ibis.literal(1, "int32"),
        repeats=ibis.literal(0, "int32"),
        latest=one["first"],
        repeat_revenue=nothing,
    )
    if later is not None:
        single = single.mutate(later_days=ibis.literal(0, "int32"), later_revenue=nothing)
    upto = counted.sequence.filter(_.day <= bounds.as_of).rename(customer="id")
    bought = upto.amount > 0
    # Several orders of a day are one purchase day.
    again = bought & (upto.k > 1) & (upto.day > upto.previous)
    of_several = queries.customers_of(
        upto,
        bounds,
        orders=upto.count(where=bought).cast("int32"),
        repeats=upto.count(where=again).cast("int32"),
        latest=upto.day.max(where=bought),
        repeat_revenue=total(upto.amount, bought & (upto.day > upto["first"])).fill_null(0),
    ).rename(id="customer")
    named = of_several.inner_join(counted.several, "id")
    if later is not None:
        after = _later(counted.sequence, bounds.as_of, later)
        named = named.left_join(after, named.id == after.later_id)
        unknown = {name: named[name].fill_null(0) for name in ("later_days", "later_revenue")}
        named = named.mutate(**unknown)
    return single, named.select(*single.columns)


def _later(sequence: ir.Table, origin: int, end: int) -> ir.Table:
    """Purchase days and revenue after an origin, up to an end, of customers with several orders."""
    later = sequence.filter((_.amount > 0) & (_.day > origin) & (_.day <= end))
    # The first of a day: k numbers purchases by day.
    opens = (later.k == 1) | (later.day > later.previous)
    return later.group_by(later_id=later.id).agg(
        later_days=later.count(where=opens).cast("int32"),
        later_revenue=total(later.amount),
    )


def with_history(placed: ir.Table, bounds: queries.Bounds, tiers: int) -> ir.Table:
    """The customers with their history, and with tier, status and step as one number.

    Args:
        placed: The customers of :func:`known_at`, with ``origin`` and ``target`` of
            :func:`~crmformulas.orders.counting.tiers.with_places`.
        bounds: The origin.
        tiers: How many tiers there are.
    """
    late, early = (queries.active(placed, bounds, window) for window in ("s12", "f12"))
    new, continued, reactivated, lost, former = range(len(STATUSES))
    status = ibis.cases(
        (late & early, continued),
        (late & (placed.origin == tiers), reactivated),
        (late, new),
        (early, lost),
        else_=former,
    )
    tier = ibis.cases((late, placed.target), else_=NO_TIER)
    step = ibis.least(placed.orders, LAST_STEP)
    place = ((tier - NO_TIER) * len(STATUSES) + status) * LAST_STEP + step - 1
    after = [name for name in ("later_days", "later_revenue") if name in placed.columns]
    return placed.select(
        "customer",
        "repeats",
        "repeat_revenue",
        "s12_revenue",
        *after,
        place=place.cast("int32"),
        last=(placed.latest - placed["first"]).cast("int32"),
        age=(ibis.literal(bounds.as_of, "int32") - placed["first"]).cast("int32"),
    )


PLACES_OF_A_TIER = len(STATUSES) * LAST_STEP
"""So many ``place`` numbers have the same tier; the first are those of no tier."""


def cells(people: ir.Table) -> ir.Table:
    """The table of :func:`people` by place and history."""
    later = {}
    if "later_days" in people.columns:
        later = {
            "later_days": people.later_days.sum(),
            "later_buyers": (people.later_days > 0).sum(),
            "later_revenue": people.later_revenue.sum(),
        }
    keys = ("place", "repeats", "last", "age")
    counted = people.group_by(*keys).agg(
        customers=_.count(),
        repeat_revenue=_.repeat_revenue.sum(),
        s12_revenue=_.s12_revenue.sum(),
        **later,
    )
    # In one order, as sums of floats differ in their last digits by it.
    return counted.order_by(*keys)


def value_cells(people: ir.Table) -> ir.Table:
    """Customers with repeats, by their number and the mean value rounded to one in a thousand."""
    several = people.filter((_.repeats > 0) & (_.repeat_revenue > 0))
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
