"""Forecast of each customer: expressions in the engine, a row a customer.

What depends on parameters alone is arithmetic there. How many orders follow, and their interval,
are sums that no SQL writes; they depend on the number of repeats and the age, of which there are
few pairs, and are looked up in a table that is made once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from crmformulas.orders.analysis.forecast.histories import PLACES_OF_A_TIER
from crmformulas.orders.counting.counts import UNITS
from crmformulas.orders.reading.expressions import ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa
    from numpy.typing import NDArray

    from crmformulas.orders.analysis.forecast.maximum import Floats
    from crmformulas.orders.analysis.forecast.order_values import OrderValueModel
    from crmformulas.orders.analysis.forecast.purchases import PurchaseModel

__all__ = ["AT_RISK", "COLUMNS", "CustomerModel", "at_risk", "customer_columns", "history_columns"]

COLUMNS = (
    "p_alive",
    "p_buy",
    "expected_orders",
    "orders_low",
    "orders_high",
    "expected_value",
    "expected_revenue",
    "revenue_low",
    "revenue_high",
    "next_order_days",
    "next_order_days_low",
    "next_order_days_high",
    "rhythm_days",
    "silent_days",
    "overdue",
    "at_stake",
)
"""The figures of a customer beside her id, in the order of the table.

- ``p_alive``: probability that she is still a customer.
- ``p_buy``: probability that she buys within the horizon: the figure to show and to sort by.
- ``expected_orders``, ``orders_low``, ``orders_high``: purchase days in the horizon, with the whole
  numbers between which they lie in 80 %.
- ``expected_value``: revenue of an order, in currency units.
- ``expected_revenue``, ``revenue_low``, ``revenue_high``: expected orders × expected value, before
  returns; the ends are those of the orders at the expected value, NULL where values vary so much
  that no interval has a meaning.
- ``next_order_days``, ``…_low``, ``…_high``: days from the as-of day until the next order has come
  with 50, 10 and 90 %; NULL where it more likely never comes. Where tiers are multiplied, the
  chance that it comes by a day is, too, as ``p_buy``.
- ``rhythm_days``: days between her purchases, drawn towards those of all who have few; NULL for
  who has bought on one day.
- ``silent_days``: days since the last purchase.
- ``overdue``: silence in rhythms.
- ``at_stake``: (1 − p_alive) × expected orders if alive × expected value: what would be lost with
  her, in currency units.
"""

AT_RISK = "orders >= 2 and overdue > 2 and silent_days <= 365"
"""Who is at risk, as a condition: to be sorted by ``p_buy``. Rhythm explains and does not rank:
sorted by it, the customers who matter come worse than by plain recency on every real file tried.
Who has not bought for a year is lost already."""

OVERDUE, SILENT = 2.0, 365
"""The numbers of :data:`AT_RISK`: rhythms, and days."""

LARGEST = 700.0
"""Of exponents: beyond it some engines raise where others say infinity."""

NOT_REACHED = 1e300
"""In place of the probability of at least no orders, so that a product with it always suffices."""

LOW, HIGH = 0.9, 0.1
"""An end of the 80 % interval is the largest number of orders reached with that probability."""


WAITS = {"next_order_days": 0.5, "next_order_days_low": 0.1, "next_order_days_high": 0.9}
"""With which probability the next order has come by then."""


class Pairs(NamedTuple):
    """Distinct pairs of repeats and age: arrays of one length."""

    repeats: NDArray[np.int64]
    age: NDArray[np.int64]


@dataclass(frozen=True)
class CustomerModel:
    """Parameters and histories behind the figures of customers.

    Attributes:
        purchases: The model of purchases, with alpha in days.
        values: The model of order values.
        period: Days of the horizon.
        gap: Mean days between purchases, over all customers.
        pairs: The pairs of repeats and age that there are.
        factors: By what the buyers, orders and revenue of each tier, and of the inactive at the
            end, are multiplied; all 1 unless the backtest missed by tier.
    """

    purchases: PurchaseModel
    values: OrderValueModel
    period: int
    gap: float
    pairs: Pairs
    factors: Floats

    @cached_property
    def expected(self) -> pa.Table:
        """By pair: the expected number of orders of who is alive."""
        x, age = (column.astype(np.float64) for column in self.pairs)
        mean = self.purchases.orders_if_alive(x, age, self.period).mean
        return _table({"x": self.pairs.repeats, "t": self.pairs.age, "mean": mean})

    @cached_property
    def reached(self) -> pa.Table:
        """By pair and number of orders n: the probabilities, if alive, of at least n and n + 1.

        Up to the n that can be the upper end of an interval.
        """
        x, age = (column.astype(np.float64) for column in self.pairs)
        scale = self.purchases.alpha + age
        mean = (self.purchases.r + x) * self.period / scale
        # A tail above .1 ends within three standard deviations (Cantelli), and drop-out shortens it
        most = np.floor(mean + 3 * np.sqrt(mean * (1 + self.period / scale))).astype(np.int64) + 2
        order = np.argsort(most, kind="stable")
        parts, start = [], 0
        while start < len(order):
            width = int(most[order[min(start + 5000, len(order) - 1)]])
            rows = order[start : start + max(1, min(5000, 4_000_000 // width))]
            start += len(rows)
            width = int(most[rows[-1]])
            tails = self.purchases.orders_if_alive(
                x[rows], age[rows], self.period, most=width
            ).at_least
            tails = np.column_stack([np.full(len(rows), NOT_REACHED), tails])
            place, n = np.nonzero(tails[:, :-1] > HIGH)
            parts.append((rows[place], n, tails[place, n], tails[place, n + 1]))
        which, n, least, more = (np.concatenate(column) for column in zip(*parts, strict=True))
        pair = {"x": self.pairs.repeats[which], "t": self.pairs.age[which]}
        return _table({**pair, "n": n, "least": least, "more": more})


def _table(columns: dict[str, NDArray[np.int64] | Floats]) -> pa.Table:
    import pyarrow as pa

    # From buffers, as pa.array() of a NumPy array imports pandas to ask what it is.
    arrays = []
    for column in columns.values():
        whole = column.dtype.kind == "i"
        plain = np.ascontiguousarray(column, np.int64 if whole else np.float64)
        kind = pa.int64() if whole else pa.float64()
        arrays.append(pa.Array.from_buffers(kind, len(plain), [None, pa.py_buffer(plain)]))
    return pa.Table.from_arrays(arrays, names=list(columns))


def history_columns(
    people: ir.Table, model: CustomerModel, expected: ir.Table, reached: ir.Table
) -> ir.Table:
    """Columns that don't rest on the value of orders: a row for each history, which many share.

    Args:
        people: One row a customer, of
            :func:`~crmformulas.orders.analysis.forecast.histories.with_history`.
        model: What was fitted on them.
        expected: ``model.expected`` as a table of the engine.
        reached: ``model.reached`` as a table of the engine.
    """
    cells = people.select("repeats", "last", "age").distinct()
    return _of_histories(cells, model, expected, reached)


def customer_columns(people: ir.Table, predictions: ir.Table, model: CustomerModel) -> ir.Table:
    """The figures of each customer, beside the id: a table of ``customer`` and :data:`COLUMNS`.

    Args:
        people: One row a customer, stored.
        predictions: What :func:`history_columns` tells of the histories, stored.
        model: What was fitted on them.
    """
    values = model.values
    here = [people[name] == predictions[name] for name in ("repeats", "last", "age")]
    joined = people.select(
        "customer", "place", "repeats", "last", "age", "repeat_revenue"
    ).inner_join(predictions, here, rname="{name}_of")
    bought = joined.repeat_revenue.cast("float64") / UNITS
    worth = values.p * (bought + values.gamma) / (values.p * joined.x + (values.q - 1))
    return _figures(_with_factors(joined.mutate(worth=worth), model), model)


def _of_histories(
    histories: ir.Table, model: CustomerModel, expected: ir.Table, reached: ir.Table
) -> ir.Table:
    """The table of what follows from repeats, days to the last and age: a row each."""
    one, period = model.purchases, float(model.period)
    x = histories.repeats.cast("float64")
    # As floats: an engine may take a plain fraction for a decimal.
    shape = x + one.r
    at_age, at_last = (histories[n].cast("float64") + one.alpha for n in ("age", "last"))
    # x + 1 purchases are survived, the first too: ln(a / (b + x)) + (r + x) ln(…).
    odds = (one.a / (x + one.b)).ln() + shape * (at_age.ln() - at_last.ln())
    people = histories.select(
        "repeats",
        "last",
        "age",
        x=x,
        shape=shape,
        at_age=at_age,
        p_alive=1 / (1 + _exp(odds)),
        p_if_alive=1 - _exp(shape * (at_age.ln() - (at_age + period).ln())),
    )
    people = _looked_up(people, expected)
    for end, level in (("low", LOW), ("high", HIGH)):
        ends = reached.rename({f"n_{end}": "n"})
        least, more = (people.p_alive * ends[name] for name in ("least", "more"))
        # An end of .9 is reached at .9 itself; one of .1 only above it.
        here = ((least >= level) & (more < level), (least > level) & (more <= level))
        people = _looked_up(people, ends, here[end == "high"]).drop("least", "more")
    waits = _waits(people.p_alive, people.shape, people.at_age)
    rhythm = ibis.cases((people.repeats > 0, (people["last"] + 2 * model.gap) / (people.x + 2)))
    silent = people.age - people["last"]
    with_rhythm = people.mutate(
        rhythm_days=rhythm, silent_days=silent, overdue=silent / rhythm, **waits
    )
    return with_rhythm.drop("shape", "at_age")


def _waits(ever: ir.Column, shape: ir.Column, at_age: ir.Column) -> dict[str, ir.Column]:
    """Days until the next order has come with each probability, by that of its ever coming."""

    def after(probability: float) -> ir.Column:
        share = probability / ever
        # Above 0 also where it is not told, as engines may reckon both ways of a case.
        wait = _exp(-ibis.greatest(1 - share, 1e-300).ln() / shape) - 1
        return ibis.cases((share < 1, at_age * wait))

    return {name: after(probability) for name, probability in WAITS.items()}


def at_risk(people: ir.Table) -> ir.Table:
    """Those of :func:`customer_columns` who are at risk; a rhythm has who bought on two days."""
    return people.filter((people.overdue > OVERDUE) & (people.silent_days <= SILENT))


def _looked_up(people: ir.Table, table: ir.Table, *where: ir.BooleanValue) -> ir.Table:
    """Add what a table tells of the customer's pair of repeats and age."""
    here = [people.repeats == table.x, people.age == table.t, *where]
    return people.inner_join(table, here, rname="{name}_of").drop("x_of", "t")


def _figures(people: ir.Table, model: CustomerModel) -> ir.Table:
    """The columns that are told, of those that they are made from."""
    orders = people.p_alive * people["mean"] * people.of_orders
    money = people.worth * people.of_revenue / people.of_orders

    def scaled(end: ir.Column, whole: ir.Column) -> ir.Column:
        # Whole numbers, but for a tier that is multiplied.
        return end.cast("float64") * whole

    lowest, highest = (
        scaled(people.n_low, people.of_orders),
        scaled(people.n_high, people.of_orders),
    )
    bounded = model.values.bounded
    unknown = ibis.null("float64")
    waits = {name: people[name] for name in WAITS}
    if (model.factors[0] != 1).any():
        # The day follows p_buy: both say when the next order comes.
        one = model.purchases
        shape, at_age = people.x + one.r, people.age + ibis.literal(one.alpha)
        waits = _waits(people.p_alive * people.of_buyers, shape, at_age)
    return people.select(
        "customer",
        p_alive=people.p_alive,
        p_buy=ibis.least(people.p_alive * people.p_if_alive * people.of_buyers, 1.0),
        expected_orders=orders,
        orders_low=lowest,
        orders_high=highest,
        expected_value=money,
        expected_revenue=orders * money,
        revenue_low=lowest * money if bounded else unknown,
        revenue_high=highest * money if bounded else unknown,
        **waits,
        rhythm_days=people.rhythm_days,
        silent_days=people.silent_days,
        overdue=people.overdue,
        at_stake=(1 - people.p_alive) * people["mean"] * people.of_orders * money,
    )


def _with_factors(people: ir.Table, model: CustomerModel) -> ir.Table:
    """Add what the figures of the customer's tier are multiplied by."""
    names = ("of_buyers", "of_orders", "of_revenue")
    if (model.factors == 1).all():
        return people.mutate(**dict.fromkeys(names, ibis.literal(1.0)))
    factors = {}
    for name, (*active, inactive) in zip(names, model.factors.tolist(), strict=True):
        # By place the customers of no tier come first, then those of each.
        steps = [inactive, *active[:-1]]
        by_tier = [
            (people.place < PLACES_OF_A_TIER * (n + 1), factor) for n, factor in enumerate(steps)
        ]
        factors[name] = ibis.cases(*by_tier, else_=active[-1])
    return people.mutate(**factors)


def _exp(exponent: ir.Column) -> ir.Column:
    return ibis.greatest(ibis.least(exponent, LARGEST), -LARGEST).exp()
