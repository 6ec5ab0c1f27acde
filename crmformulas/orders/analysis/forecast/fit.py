"""Both models fitted on the customers at an origin, and what follows for groups of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from crmformulas.orders.analysis.forecast.histories import Cells, distinct
from crmformulas.orders.analysis.forecast.order_values import (
    OrderValueModel,
    RepeatValues,
    fit_order_values,
)
from crmformulas.orders.analysis.forecast.purchases import PurchaseModel, fit_purchases
from crmformulas.orders.analysis.forecast.range_fit import MANY_CELLS
from crmformulas.orders.counting.counts import UNITS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from crmformulas.orders.analysis.forecast.groups import Group
    from crmformulas.orders.analysis.forecast.maximum import Floats

__all__ = ["Fit", "Origin", "Tiers", "fit_origin"]


LEAST_SHAPE = 2.5
"""Of a customer's mean value: below it its variance is infinite, or all but."""


class Tiers(NamedTuple):
    """The value tiers at an origin.

    Attributes:
        names: Their names.
        known: Whether history tells enough of F12.
        retention: Of each the share of its F12 customers who stayed; None where unknown.
        revenue: Net revenue of S12, in currency units.
    """

    names: tuple[str, ...]
    known: bool
    retention: tuple[float | None, ...]
    revenue: tuple[float, ...]

    @classmethod
    def of(cls, names: tuple[str, ...], moves: Iterable[Sequence[int]], *, known: bool) -> Tiers:
        """The tiers from customers and S12 revenue (ten-thousandths) by origin and target."""
        count = len(names)
        before, lost, revenue = [0] * count, [0] * count, [0] * count
        for origin, target, customers, amount in moves:
            if origin < count:
                before[origin] += customers
                lost[origin] += customers * (target == count)
            if target < count:
                revenue[target] += amount
        retention = tuple(
            1 - gone / all_ if known and all_ else None
            for all_, gone in zip(before, lost, strict=True)
        )
        return cls(names, known, retention, tuple(units / UNITS for units in revenue))


NO_TIERS = Tiers((), False, (), ())


@dataclass(frozen=True)
class Origin:
    """The customers at an origin, and what a model needs to know of them.

    Attributes:
        day: The origin.
        end: The last day of the period after it.
        cells: Customers by tier and history.
        values: Customers with repeats by the number and the mean value.
        tiers: What the law of value rests on at the origin.
    """

    day: date
    end: date
    cells: Cells
    values: RepeatValues
    tiers: Tiers = NO_TIERS

    @property
    def period(self) -> int:
        """Days of the period."""
        return (self.end - self.day).days

    @property
    def repeaters(self) -> int:
        """Customers with a repeat purchase."""
        return int(self.cells.customers[self.cells.repeats > 0].sum())

    @property
    def gap(self) -> float:
        """Mean days between purchases, over all customers."""
        at = self.cells
        return float((at.customers * at.last).sum() / (at.customers * at.repeats).sum())

    @property
    def longest(self) -> int:
        """Days since the first purchase of all."""
        return int(self.cells.age.max(initial=0))


@dataclass(frozen=True)
class Fit:
    """The models of an origin, and what each cell is expected to do.

    Attributes:
        origin: The customers.
        purchases: The model of purchases.
        values: The model of order values.
    """

    origin: Origin
    purchases: PurchaseModel
    values: OrderValueModel

    @cached_property
    def _pairs(self) -> tuple[Floats, NDArray[np.int64]]:
        """Distinct pairs of repeats and age, on which alone depends what follows if alive; and
        the place of each cell's pair among them."""
        at = self.origin.cells
        pairs, place = distinct(at.repeats, at.age)
        return pairs.astype(np.float64), place

    def per_cell(self, model: PurchaseModel | None = None) -> Floats:
        """Buyers, orders, their variance and revenue of each cell in the period: a row each.

        Args:
            model: Another model than the fitted one.
        """
        model, at = model or self.purchases, self.origin.cells
        (x, age), place = self._pairs
        period = self.origin.period
        alive, counts = self._alive(model), model.orders_if_alive(x, age, period)
        mean, square = alive * counts.mean[place], alive * counts.square[place]
        buyers = at.customers * alive * model.buys_if_alive(x, age, period)[place]
        worth = self._worth(self.values)
        return np.array(
            [buyers, at.customers * mean, at.customers * (square - mean**2), mean * worth]
        )

    def revenue(self, factors: Floats, periods: Iterable[float]) -> list[float]:
        """The revenue of all within periods of so many days, that of each cell times a factor."""
        (x, age), place = self._pairs
        worth = self._alive(self.purchases) * self._worth(self.values) * factors
        of_pairs = np.bincount(place, weights=worth)
        return [
            float((of_pairs * self.purchases.orders_if_alive(x, age, period).mean).sum())
            for period in periods
        ]

    def at_least(self, most: int) -> Floats:
        """The probability of at least 1 … ``most`` purchases in the period: a row a cell."""
        (x, age), place = self._pairs
        tails = self.purchases.orders_if_alive(x, age, self.origin.period, most=most).at_least
        chances: Floats = self._alive(self.purchases)[:, None] * tails[place]
        return chances

    def _alive(self, model: PurchaseModel) -> Floats:
        """P(alive) of each cell."""
        x, last, age = self._whole
        # Of a million cells there are some thousand days: logarithms of each, once.
        logs = np.log(model.alpha + np.arange(int(age.max(initial=0)) + 1))
        odds = np.log(model.a / (model.b + np.arange(int(x.max(initial=0)) + 1)))
        log_odds = odds[x] + (model.r + x) * (logs[age] - logs[last])
        chance: Floats = 1 / (1 + np.exp(np.minimum(log_odds, 700.0)))
        return chance

    @cached_property
    def _whole(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Repeats, last and age of each cell as whole numbers."""
        at = self.origin.cells
        return at.repeats, at.last.astype(np.int64), at.age.astype(np.int64)

    def _worth(self, values: OrderValueModel) -> Floats:
        """The sum of the expected values of an order of each cell's customers."""
        at, v = self.origin.cells, values
        # It is linear in the sum of the cell's repeat revenue.
        numerator: Floats = v.p * (v.gamma * at.customers + at.repeat_revenue)
        return numerator / (v.p * at.repeats + v.q - 1)

    @cached_property
    def expected(self) -> Floats:
        """Buyers, orders, their variance and revenue of each cell in the period."""
        return self.per_cell()

    def by(self, group: Group) -> Floats:
        """Buyers, orders, their variance and revenue: a row each, by group and in total."""
        return group.sums(*self.expected)

    def spreads(self, group: Group) -> Floats:
        """The spread of the logarithms of orders and of revenue by parameters and chance: one
        standard deviation; two rows, by group and in total."""
        _, orders, variance, revenue = self.by(group)
        variances: Floats = np.zeros((2, len(orders)))
        # Of a group of whom nothing is expected there is no logarithm.
        some = (orders > 0) & (revenue > 0)
        by_chance = (variance, group.sums(self._revenue_variance)[0])
        for row, (chance, expected) in enumerate(zip(by_chance, (orders, revenue), strict=True)):
            variances[row] = np.divide(chance, expected**2, where=some, out=np.zeros_like(orders))
        covariance = self.purchases.covariance
        if covariance is not None:
            slopes = np.array([group.sums(*rows)[:, some] for rows in self._slopes])
            gradient = slopes / np.array([orders[some], revenue[some]])
            variances[:, some] += np.einsum("ikt,ij,jkt->kt", gradient, covariance, gradient)
        covariance = self.values.covariance
        if covariance is not None:
            gradient = np.array([group.sums(row)[0][some] for row in self._value_slopes])
            gradient /= revenue[some]
            variances[1, some] += np.einsum("it,ij,jt->t", gradient, covariance, gradient)
        deviations: Floats = np.sqrt(variances.clip(min=0))
        return deviations

    @cached_property
    def _slopes(self) -> Floats:
        """The change in orders and revenue of each cell with the logarithm of each parameter."""
        step = 1e-3
        slopes = []
        for axis in np.eye(4) * step:
            ahead, behind = (
                self.per_cell(self.purchases.moved(self.purchases.logs + s * axis))[[1, 3]]
                for s in (1, -1)
            )
            slopes.append((ahead - behind) / (2 * step))
        return np.array(slopes)

    @cached_property
    def _value_slopes(self) -> Floats:
        """The change in revenue of each cell with the logarithm of each parameter of values."""
        step, at = 1e-4, self.origin.cells
        orders = self.expected[1] / at.customers
        slopes = [
            (self._worth(self.values.moved(axis)) - self._worth(self.values.moved(-axis)))
            * orders
            / (2 * step)
            for axis in np.eye(3) * step
        ]
        return np.array(slopes)

    @cached_property
    def _revenue_variance(self) -> Floats:
        """The variance of each cell's revenue: of the number of orders, of the values of single
        orders, and of what is not known of the customer's mean, which all her orders share.

        Where the model has no finite variance, that of the means that were seen stands for it.
        """
        at, v = self.origin.cells, self.values
        _, orders, variance, _ = self.expected
        worth = self._worth(v) / at.customers
        shape = v.p * at.repeats + v.q
        finite = shape > LEAST_SHAPE
        spread = np.where(finite, shape, LEAST_SHAPE) - 2
        shared = (variance + orders**2 / at.customers) / spread
        single = orders * (spread + 1) / (v.p * spread)
        seen = self.origin.values
        mean = np.average(seen.mean, weights=seen.customers)
        cut = np.average((seen.mean / mean - 1) ** 2, weights=seen.customers)
        revenue_variance: Floats = worth**2 * (
            variance + np.where(finite, shared + single, orders * cut)
        )
        return revenue_variance


def fit_origin(origin: Origin) -> Fit:
    """Fit both models on the customers at an origin."""
    histories = origin.cells.histories()
    if len(histories.repeats) > MANY_CELLS:
        start = fit_purchases(origin.cells.coarse(56))
        purchases = fit_purchases(origin.cells.coarse(7), start=start)
    else:
        purchases = fit_purchases(histories)
    return Fit(origin, purchases, fit_order_values(origin.values))
