"""Value of a customer's orders: the gamma-gamma model of repeat purchases.

The values of a customer's orders vary around a mean of her own; the means vary over customers. Only
purchases after the first are used, as one-time buyers differ: with first purchases included, the
revenue of a shop of loyal customers was told too low by half.

References:
    Fader, Hardie, "The gamma-gamma model of monetary value", 2013.
"""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

from dataclasses import dataclass, field
from math import lgamma, log
from typing import NamedTuple

import numpy as np

from crmformulas.orders.analysis.forecast.maximum import Floats, highest

__all__ = ["OrderValueModel", "RepeatValues", "fit_order_values"]

NAMES = ("p", "q", "gamma")
STARTS = ((2.0, 3.0, 1.0), (6.0, 4.0, 0.5))
LOW, HIGH = np.full(3, -6.0), np.full(3, 8.0)
DIFFERENCE = 1e-5


class RepeatValues(NamedTuple):
    """Cells of customers with as many repeat purchases of the same mean value.

    Attributes:
        repeats: Purchases after the first, at least 1.
        mean: Their mean value, above 0.
        customers: How many customers are in the cell.
    """

    repeats: Floats
    mean: Floats
    customers: Floats

    @classmethod
    def of(cls, repeats: object, mean: object, customers: object = None) -> RepeatValues:
        """Cells from array-likes; a customer a cell where no counts are given."""
        x = np.asarray(repeats, np.float64)
        counts = np.ones(len(x)) if customers is None else np.asarray(customers, np.float64)
        return cls(x, np.asarray(mean, np.float64), counts)


@dataclass(frozen=True)
class OrderValueModel:
    """A fitted model.

    Attributes:
        p: Shape of a customer's values: the larger, the more alike her orders.
        q: Shape of the means over customers; at most 2, their variance is infinite.
        gamma: Scale of the means.
        log_likelihood: Of the values that the model was fitted on.
        on_bound: Names of the parameters that stand on a bound of what is searched.
    """

    p: float
    q: float
    gamma: float
    log_likelihood: float = float("nan")
    on_bound: tuple[str, ...] = ()
    covariance: Floats | None = field(default=None, compare=False, repr=False)

    @property
    def mean(self) -> float:
        """The mean value of an order over all customers."""
        return self.p * self.gamma / (self.q - 1)

    @property
    def bounded(self) -> bool:
        """Whether the variance over customers is finite, so that an interval has a meaning."""
        return self.q > 2

    def moved(self, by: Floats) -> OrderValueModel:
        """The model with the logarithms of p, q and gamma moved."""
        p, q, gamma = np.array([self.p, self.q, self.gamma]) * np.exp(by)
        return OrderValueModel(float(p), float(q), float(gamma))

    def expected(self, repeats: Floats, mean: Floats) -> Floats:
        """The expected value of an order of customers with so many repeats of such a mean."""
        repeats = np.asarray(repeats, np.float64)
        seen = np.where(repeats > 0, mean, 0.0)
        values: Floats = self.p * (self.gamma + repeats * seen) / (self.p * repeats + self.q - 1)
        return values


def fit_order_values(values: RepeatValues) -> OrderValueModel:
    """Fit the model by maximum likelihood.

    Raises:
        ValueError: if there are no customers with repeat purchases.
    """
    if not len(values.repeats):
        raise ValueError("no customer has a repeat purchase")
    unit = float(np.average(values.mean, weights=values.customers))
    scaled = values._replace(mean=values.mean / unit)
    observed = _Known.of(scaled)
    optimum = highest(
        lambda logs: _with_gradient(logs, observed), [np.log(s) for s in STARTS], LOW, HIGH, 1e-7
    )
    p, q, gamma = map(float, np.exp(optimum.logs))
    return OrderValueModel(
        p,
        q,
        gamma * unit,
        optimum.log_likelihood - float(values.customers.sum()) * float(np.log(unit)),
        tuple(name for name, held in zip(NAMES, optimum.on_bound, strict=True) if held),
        optimum.covariance,
    )


class _Known(NamedTuple):
    """The numbers that a likelihood needs of the cells and that no parameter changes.

    The gamma functions depend on the number of repeats alone, of which there are few.
    """

    repeats: Floats
    distinct: list[float]
    by_distinct: Floats
    revenue: Floats
    customers: Floats
    logs: float
    repeated_logs: float

    @classmethod
    def of(cls, cells: RepeatValues) -> _Known:
        x, m, n = cells.repeats, cells.mean, cells.customers
        distinct, place = np.unique(x, return_inverse=True)
        return cls(
            repeats=x,
            distinct=distinct.tolist(),
            by_distinct=np.bincount(place, weights=n).astype(np.float64),
            revenue=m * x,
            customers=n,
            logs=float((n * np.log(m)).sum()),
            repeated_logs=float((n * x * np.log(m * x)).sum()),
        )


def _with_gradient(logs: Floats, cells: _Known) -> tuple[float, Floats]:
    slopes = []
    for axis in np.eye(3) * DIFFERENCE:
        ahead, behind = (_log_likelihood(logs + s * axis, cells) for s in (1, -1))
        slopes.append((ahead - behind) / (2 * DIFFERENCE))
    return _log_likelihood(logs, cells), np.array(slopes)


def _log_likelihood(logs: Floats, observed: _Known) -> float:
    p, q, gamma = map(float, np.exp(logs))
    of_q = lgamma(q) - q * log(gamma)
    gammas = np.array([lgamma(p * n + q) - lgamma(p * n) - of_q for n in observed.distinct])
    spread = observed.customers * (p * observed.repeats + q) * np.log(gamma + observed.revenue)
    return (
        float((observed.by_distinct * gammas).sum())
        + p * observed.repeated_logs
        - observed.logs
        - float(spread.sum())
    )
