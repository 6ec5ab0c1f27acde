"""Both models fitted on the customers at an origin, and what follows for groups of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from crmformulas.orders.analysis.forecast.histories import Cells, distinct
from crmformulas.orders.analysis.forecast.order_values import (
    OrderValueModel,
    RepeatValues,
    fit_order_values,
)
from crmformulas.orders.analysis.forecast.purchases import PurchaseModel, fit_purchases
from crmformulas.orders.analysis.forecast.range_fit import MANY_CELLS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from crmformulas.orders.analysis.forecast.groups import Group
    from crmformulas.orders.analysis.forecast.maximum import Floats

__all__ = ["Fit", "Origin", "fit_origin"]


@dataclass(frozen=True)
class Origin:
    """The customers at an origin, and what a model needs to know of them.

    Attributes:
        day: The origin.
        end: The last day of the period after it.
        cells: Customers by tier and history.
        values: Customers with repeats by the number and the mean value.
    """

    day: date
    end: date
    cells: Cells
    values: RepeatValues

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

    def per_cell(self, model: PurchaseModel | None = None, period: int | None = None) -> Floats:
        """Buyers, orders, their variance and revenue of each cell: a row each.

        Args:
            model: Another model than the fitted one.
            period: Days ahead; those of the origin unless given.
        """
        model, at = model or self.purchases, self.origin.cells
        days = self.origin.period if period is None else period
        x = at.repeats.astype(np.float64)
        alive = model.alive(x, at.last, at.age)
        pairs, place = self._pairs
        counts = model.orders_if_alive(pairs[0], pairs[1], days)
        mean, square = alive * counts.mean[place], alive * counts.square[place]
        v = self.values
        # Of a cell the sum of expected values is linear in the sum of its repeat revenue.
        worth = v.p * (v.gamma * at.customers + at.repeat_revenue) / (v.p * x + v.q - 1)
        buyers = at.customers * model.buys(x, at.last, at.age, days)
        return np.array(
            [buyers, at.customers * mean, at.customers * (square - mean**2), mean * worth]
        )

    @cached_property
    def expected(self) -> Floats:
        """Buyers, orders, their variance and revenue of each cell in the period."""
        return self.per_cell()

    def by(self, group: Group) -> Floats:
        """Buyers, orders, their variance and revenue: a row each, by group and in total."""
        return group.sums(*self.expected)

    def spreads(self, group: Group) -> Floats:
        """What parameters and chance move the logarithms of orders and of revenue by: one standard
        deviation; two rows, by group and in total."""
        _, orders, variance, revenue = self.by(group)
        made: Floats = np.zeros((2, len(orders)))
        # Of a group of whom nothing is expected there is no logarithm.
        some = (orders > 0) & (revenue > 0)
        made[:] = np.divide(variance, orders**2, where=some, out=np.zeros_like(orders))
        made[1] += np.divide(self._value_variation, orders, where=some, out=np.zeros_like(orders))
        covariance = self.purchases.covariance
        if covariance is not None:
            slopes = np.array([group.sums(*rows)[:, some] for rows in self._slopes])
            gradient = slopes / np.array([orders[some], revenue[some]])
            made[:, some] += np.einsum("ikt,ij,jkt->kt", gradient, covariance, gradient)
        deviations: Floats = np.sqrt(made.clip(min=0))
        return deviations

    @cached_property
    def _slopes(self) -> Floats:
        """How orders and revenue of each cell move with the logarithm of each parameter."""
        step = 1e-3
        made = []
        for axis in np.eye(4) * step:
            ahead, behind = (
                self.per_cell(self.purchases.moved(self.purchases.logs + s * axis))[[1, 3]]
                for s in (1, -1)
            )
            made.append((ahead - behind) / (2 * step))
        return np.array(made)

    @cached_property
    def _value_variation(self) -> float:
        """The squared coefficient of variation of the mean values of customers."""
        values = self.origin.values
        mean = np.average(values.mean, weights=values.customers)
        return float(np.average((values.mean / mean - 1) ** 2, weights=values.customers))


def fit_origin(origin: Origin) -> Fit:
    """Fit both models on the customers at an origin."""
    histories = origin.cells.histories()
    if len(histories.repeats) > MANY_CELLS:
        start = fit_purchases(origin.cells.coarse(56))
        purchases = fit_purchases(origin.cells.coarse(7), start=start)
    else:
        purchases = fit_purchases(histories)
    return Fit(origin, purchases, fit_order_values(origin.values))
