"""Purchase frequency and drop-out: the MBG/NBD model.

While alive a customer buys at random with a rate of her own; after every purchase, the first too,
she may be gone for good with a probability of her own. Rates are gamma distributed over customers
(``r``, ``alpha``), the probabilities beta (``a``, ``b``). In BG/NBD nobody is gone after the first
purchase, which makes one-time buyers immortal: it is here for published anchors only.

References:
    Batislam, Denizel, Filiztekin, "Empirical validation and comparison of models for customer base
    analysis", IJRM 24 (2007); Fader, Hardie, Lee, "Counting your customers the easy way",
    Marketing Science 24 (2005).
"""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from crmformulas.orders.analysis.forecast.maximum import Floats, highest

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Histories", "OrderCounts", "PurchaseModel", "coarse_days", "fit_purchases"]

NAMES = ("r", "alpha", "a", "b")

STARTS = ((1.0, 0.25, 1.0, 2.5), (0.5, 0.1, 0.3, 1.5), (0.2, 0.3, 0.8, 0.5))
"""r, alpha / mean age, a, b: where climbs begin."""

LOW = np.array([-7.0, -9.0, -7.0, -7.0])
HIGH = np.array([7.0, 9.0, 4.5, 7.0])
"""The box for the logarithms of r, alpha / mean age, a and b."""

BLOCK = 2_000_000
"""Terms that are summed at a time."""


class Histories(NamedTuple):
    """Cells of customers with the same history: arrays of one length.

    Attributes:
        repeats: Purchase days after the first (x), whole numbers.
        last: Days from the first to the last purchase (t_x).
        age: Days from the first purchase to the as-of day (T).
        customers: How many customers are in the cell.
    """

    repeats: NDArray[np.int64]
    last: Floats
    age: Floats
    customers: Floats

    @classmethod
    def of(cls, repeats: object, last: object, age: object, customers: object = None) -> Histories:
        """Cells from array-likes; a customer a cell where no counts are given."""
        x = np.asarray(repeats, dtype=np.int64)
        counts = np.ones(len(x)) if customers is None else np.asarray(customers, dtype=np.float64)
        return cls(x, np.asarray(last, np.float64), np.asarray(age, np.float64), counts)


def coarse_days(
    repeats: NDArray[np.int64], last: Floats, age: Floats, days: int
) -> tuple[Floats, Floats]:
    """Days to the last purchase and to the as-of day, cut to the middle of so many.

    One-time buyers stay as they are. On weeks the fitted parameters differ by 0.02 % from those on
    days.
    """
    bought = repeats > 0
    middle = days // 2
    cut = np.where(bought, last // days * days + middle, last)
    silent = (age - last) // days * days + middle
    return cut, np.where(bought, cut + silent, age)


class OrderCounts(NamedTuple):
    """The number of orders in a period of customers who are alive when it begins.

    Attributes:
        mean: Expected orders.
        square: The expected square of the number of orders.
        at_least: The probability of at least 1, 2, … orders; a column each.
    """

    mean: Floats
    square: Floats
    at_least: Floats


@dataclass(frozen=True)
class PurchaseModel:
    """A fitted model. Times are in the unit of the histories, in which ``alpha`` is, too.

    Attributes:
        r: Shape of the rates; the smaller, the more customers differ.
        alpha: Rate of the rates: r / alpha is the mean number of purchases per unit of time.
        a: First parameter of the probability to be gone after a purchase.
        b: Second parameter of it; a / (a + b) is its mean.
        first: 1 if a customer may be gone after the first purchase (MBG), 0 if not (BG).
        log_likelihood: Of the histories that the model was fitted on.
        covariance: Of the logarithms of the four parameters.
        on_bound: Names of the parameters that stand on a bound of what is searched.
    """

    r: float
    alpha: float
    a: float
    b: float
    first: int = 1
    log_likelihood: float = float("nan")
    covariance: Floats | None = None
    on_bound: tuple[str, ...] = ()

    @cached_property
    def logs(self) -> Floats:
        """The logarithms of r, alpha, a and b."""
        return np.log([self.r, self.alpha, self.a, self.b])

    def moved(self, logs: Floats) -> PurchaseModel:
        """The model with other parameters, given as logarithms."""
        r, alpha, a, b = map(float, np.exp(logs))
        return PurchaseModel(r, alpha, a, b, self.first)

    def alive(self, repeats: Floats, last: Floats, age: Floats) -> Floats:
        """The probability that a customer is still one, at ``age``."""
        repeats = np.asarray(repeats, np.float64)
        survived = repeats + self.first
        with np.errstate(divide="ignore"):
            log_odds = np.log(self.a / (self.b + survived - 1)) + (self.r + repeats) * (
                np.log(self.alpha + age) - np.log(self.alpha + last)
            )
        gone = np.where(survived > 0, np.minimum(log_odds, 700.0), -np.inf)
        probability: Floats = 1 / (1 + np.exp(gone))
        return probability

    def buys(self, repeats: Floats, last: Floats, age: Floats, period: float) -> Floats:
        """The probability of at least one purchase in the period that begins at ``age``."""
        return self.alive(repeats, last, age) * self.buys_if_alive(repeats, age, period)

    def buys_if_alive(self, repeats: Floats, age: Floats, period: float) -> Floats:
        """The same of a customer who is alive at ``age``."""
        waits = ((self.alpha + age) / (self.alpha + age + period)) ** (self.r + repeats)
        probability: Floats = 1 - waits
        return probability

    def next_purchase(
        self, repeats: Floats, last: Floats, age: Floats, probability: float = 0.5
    ) -> Floats:
        """Time until the next purchase has come with a probability; NaN if it never reaches it."""
        share = probability / self.alive(repeats, last, age)
        ever = np.minimum(share, 1)
        with np.errstate(divide="ignore", invalid="ignore"):
            time = (self.alpha + age) * ((1 - ever) ** (-1 / (self.r + repeats)) - 1)
        return np.where(share < 1, time, np.nan)

    def orders_if_alive(
        self, repeats: Floats, age: Floats, period: float, most: int = 0
    ) -> OrderCounts:
        """The number of purchases in the period that begins at ``age``, of customers alive then.

        P(Y ≥ n) is the probability to survive n − 1 purchases, beta distributed, times that of n
        purchases of a customer who never leaves, negative binomial. All terms are positive, so that
        nothing cancels, as it does in the form with a hypergeometric function.

        Args:
            repeats: Purchases after the first. Array of n.
            age: Time since the first purchase. Array of n.
            period: Its length.
            most: The probabilities of at least 1 … ``most`` purchases are given.
        """
        x, ages = np.broadcast_arrays(np.asarray(repeats, np.float64), np.asarray(age, np.float64))
        scale = self.alpha + ages
        mean = (self.r + x) * period / scale
        spread = np.sqrt(mean * (1 + period / scale))
        terms = np.ceil(mean + 12 * spread + 40 * (1 + period / scale)).astype(np.int64)
        counts = OrderCounts(np.empty(len(x)), np.empty(len(x)), np.zeros((len(x), most)))
        order = np.argsort(terms, kind="stable")
        start = 0
        while start < len(order):
            # Rows of about as many terms, as many at a time as memory allows.
            ahead = order[min(start + 1000, len(order) - 1)]
            rows = order[start : start + max(1, BLOCK // int(terms[ahead]))]
            start += len(rows)
            self._sum(counts, rows, x[rows], scale[rows], period, int(terms[rows[-1]]))
        return counts

    def _sum(
        self,
        counts: OrderCounts,
        rows: NDArray[np.int64],
        repeats: Floats,
        scale: Floats,
        period: float,
        terms: int,
    ) -> None:
        # What depends on the repeats alone, of which there are few, is reckoned once for each:
        # ln of what P(N = n) has beside the times, and P(survive n − 1 purchases).
        distinct, which = np.unique(repeats, return_inverse=True)
        n = np.arange(terms)
        steps = np.log((self.r + distinct[:, None] + n) / (n + 1)).cumsum(axis=1)
        stays = (self.b + self.first + distinct)[:, None]
        survives = np.ones((len(distinct), terms))
        (((stays + n[:-1]) / (self.a + stays + n[:-1])).cumprod(axis=1, out=survives[:, 1:]))
        # Σ P(Y ≥ n) = Σ P(N = n) × (the chances to survive 0 … n − 1 purchases), all positive.
        means = survives.cumsum(axis=1)
        squares = (survives * (2 * n + 1)).cumsum(axis=1)
        share = period / (scale + period)
        never, log_share = (self.r + repeats) * np.log1p(-share), np.log(share)
        exactly: Floats = np.multiply.outer(log_share, n + 1.0)
        exactly += steps[which]
        exactly += never[:, None]
        np.exp(exactly, out=exactly)  # P(N = n + 1)
        counts.mean[rows] = (exactly * means[which]).sum(axis=1)
        counts.square[rows] = (exactly * squares[which]).sum(axis=1)
        if most := min(counts.at_least.shape[1], terms):
            at_least = exactly[:, ::-1].cumsum(axis=1)[:, ::-1][:, :most]
            counts.at_least[np.ix_(rows, np.arange(most))] = at_least * survives[which, :most]


def fit_purchases(
    histories: Histories, first: int = 1, start: PurchaseModel | None = None
) -> PurchaseModel:
    """Fit the model by maximum likelihood.

    Args:
        histories: Cells of customers.
        first: 1 for MBG/NBD, 0 for BG/NBD.
        start: A model fitted on coarser cells, from which one short climb suffices.

    Returns:
        The model; a parameter on a bound is named in ``on_bound``.

    Raises:
        ValueError: if there are no customers.
    """
    customers = float(histories.customers.sum())
    if not customers:
        raise ValueError("there are no customers to fit a model on")
    # In units of the mean age, so that the same box and starts serve days and weeks.
    unit = float(histories.customers @ histories.age / customers) or 1.0
    observed = _Known.of(histories._replace(last=histories.last / unit, age=histories.age / unit))
    shift = np.array([0.0, np.log(unit), 0.0, 0.0])
    starts = [start.logs - shift] if start else [np.log(s) for s in STARTS]
    optimum = highest(lambda logs: _log_likelihood(logs, observed, first), starts, LOW, HIGH)
    r, alpha, a, b = map(float, np.exp(optimum.logs + shift))
    return PurchaseModel(
        r,
        alpha,
        a,
        b,
        first=first,
        log_likelihood=optimum.log_likelihood
        - float(histories.customers @ histories.repeats) * float(np.log(unit)),
        covariance=optimum.covariance,
        on_bound=tuple(name for name, held in zip(NAMES, optimum.on_bound, strict=True) if held),
    )


class _Known(NamedTuple):
    """The numbers that a likelihood needs of the cells and that no parameter changes.

    Most of it depends on the repeats or on a number of days alone, of which there are few; what is
    left for each cell is one exponential and one logarithm.
    """

    repeats: Floats
    by_repeats: Floats
    days: Floats
    last: NDArray[np.int64]
    age: NDArray[np.int64]
    by_age: Floats
    repeats_by_age: Floats
    cells: Histories

    @classmethod
    def of(cls, cells: Histories) -> _Known:
        # Of the size that places have, which is 32 bits in Pyodide.
        n, x = cells.customers, cells.repeats.astype(np.intp)
        days, place = np.unique(np.concatenate([cells.last, cells.age]), return_inverse=True)
        last, age = np.split(place, 2)

        def summed(place: NDArray[np.int64], weights: Floats, count: int) -> Floats:
            return np.bincount(place, weights=weights, minlength=count).astype(np.float64)

        most = int(x.max(initial=0)) + 1
        return cls(
            repeats=x.astype(np.float64),
            by_repeats=summed(x, n, most),
            days=days,
            last=last,
            age=age,
            by_age=summed(age, n, len(days)),
            repeats_by_age=summed(age, n * x, len(days)),
            cells=cells._replace(repeats=x),
        )


def _sums(parameter: float, count: int) -> tuple[Floats, Floats]:
    """Σ ln(p + i) and Σ 1 / (p + i) over i < n for each n up to a count: ratios of gamma functions
    and their slopes."""
    terms = parameter + np.arange(count)
    return np.append(0.0, np.log(terms).cumsum()), np.append(0.0, (1 / terms).cumsum())


def _log_likelihood(logs: Floats, observed: _Known, first: int) -> tuple[float, Floats]:
    """The log-likelihood of the cells, and its gradient by the logarithms of the parameters."""
    r, alpha, a, b = map(float, np.exp(logs))
    most = len(observed.by_repeats) - 1
    survived = np.arange(most + 1) + first
    r_logs, r_slopes = _sums(r, most)
    b_logs, b_slopes = (part[first:] for part in _sums(b, most + first))
    ab_logs, ab_slopes = (part[first:] for part in _sums(a + b, most + first))
    with np.errstate(divide="ignore"):
        # Of a customer who left after the last purchase, to one who stayed.
        odds = np.where(survived > 0, np.log(a / np.maximum(b + survived - 1, 1e-300)), -np.inf)
    x, n = observed.cells.repeats, observed.cells.customers
    at = alpha + observed.days
    ln_at, shape = np.log(at), r + observed.repeats
    apart = ln_at[observed.age] - ln_at[observed.last]
    log_odds = odds[x] + shape * apart
    small = np.exp(-np.abs(log_odds))
    left = n * np.where(log_odds > 0, 1.0, small) / (1 + small)
    left_by_repeats = np.bincount(x, weights=left, minlength=most + 1)
    stayed_by_repeats = observed.by_repeats - left_by_repeats
    # Sums, not inner products, for which BLAS would wake its threads a thousand times.
    by_age = r * observed.by_age + observed.repeats_by_age
    value = (
        float((observed.by_repeats * (r_logs + r * np.log(alpha) + b_logs - ab_logs)).sum())
        - float((by_age * ln_at).sum())
        + float((n * (np.maximum(log_odds, 0.0) + np.log1p(small))).sum())
    )
    slower = (1 / at)[observed.age] - (1 / at)[observed.last]
    before = np.maximum(survived - 1, 0)
    with np.errstate(divide="ignore"):
        b_before = np.where(survived > 0, b_slopes - 1 / (b + before), 0.0)
    gradient = (
        float((observed.by_repeats * (r_slopes + np.log(alpha))).sum())
        - float((observed.by_age * ln_at).sum())
        + float((left * apart).sum()),
        float(n.sum()) * r / alpha
        - float((by_age / at).sum())
        + float((left * shape * slower).sum()),
        float((left_by_repeats / a - observed.by_repeats * ab_slopes).sum()),
        float(
            (
                stayed_by_repeats * b_slopes
                + left_by_repeats * b_before
                - observed.by_repeats * ab_slopes
            ).sum()
        ),
    )
    return value, np.array(gradient) * np.exp(logs)
