"""A forecast of the next months, admitted by a backtest: what is expected, and how sure it is.

It is told beside the law of value (CLV = frequency × order value × duration), never as CLV. A
forecast whose backtest fails is not shown; the table of its errors is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from crmformulas.dates import add_months, day_number, from_number
from crmformulas.errors import InputError
from crmformulas.orders.analysis.forecast.customers import CustomerModel, Pairs
from crmformulas.orders.analysis.forecast.histories import Cells
from crmformulas.orders.analysis.forecast.order_values import (
    OrderValueModel,
    RepeatValues,
    fit_order_values,
)
from crmformulas.orders.analysis.forecast.purchases import PurchaseModel, fit_purchases

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from crmformulas.orders.analysis.forecast.maximum import Floats
    from crmformulas.orders.summary.model import Summary

__all__ = [
    "BacktestRow",
    "Expected",
    "Fit",
    "Forecast",
    "Origin",
    "fit_origin",
    "forecast_from",
]

MOST_MONTHS = 24
"""How far ahead a forecast may go."""

FEWEST_REPEATERS = 100
FEWEST_CUSTOMERS = 100
"""Customers known at the origin of a backtest, at least."""

MANY_CELLS = 20_000
"""Above so many cells of days the model is fitted on months first, then on weeks."""

Z80 = 1.2816
"""The normal quantile of an 80 % interval."""

FLOOR, FLOOR_UNTESTED, FLOOR_TIER = 0.15, 0.20, 0.30
"""What a forecast misses beyond chance, as a logarithm: the world is not stationary. These floors
made 80 % intervals hold on 32 real cases (0.75 … 0.88)."""

BUYERS_OFF, REVENUE_OFF = 0.30, 0.50
"""Errors of the backtest above which no forecast is shown."""

TIER_ERROR = 0.5
"""Above it, each tier is multiplied by what its backtest missed."""

RISING = 0.4
"""Rank correlation of number and value of orders above which the value model misleads."""

Status = Literal["tested", "untested", "failed", "blank"]


class Expected(NamedTuple):
    """What is expected of a group of customers in the period; an interval holds with 80 %.

    Attributes:
        name: The tier, ``inactive``, or ``total``.
        customers: How many there are at the as-of day.
        buyers: How many are expected to buy.
        orders: Expected purchase days.
        orders_low: Lower end of the interval.
        orders_high: Upper end of it.
        revenue: Expected revenue in currency units, before returns.
        revenue_low: Lower end of the interval.
        revenue_high: Upper end of it.
    """

    name: str
    customers: int
    buyers: float
    orders: float
    orders_low: float
    orders_high: float
    revenue: float
    revenue_low: float
    revenue_high: float


class BacktestRow(NamedTuple):
    """What a method said a year ago against what came; errors are fractions of what came.

    Attributes:
        method: ``forecast``, ``law`` (retention × annual value per tier) or ``last_year``.
        buyers_error: Of the customers who bought; None where the method does not tell them.
        orders_error: Of the purchase days; None where the method does not tell them.
        revenue_error: Of the revenue before returns.
        tier_error: Σ over tiers of |said − came| / what came in all.
    """

    method: str
    buyers_error: float | None
    orders_error: float | None
    revenue_error: float | None
    tier_error: float | None


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
class Forecast:
    """What customers are expected to do in the months after the as-of day.

    Attributes:
        as_of: The last day that counts.
        months: How many months ahead.
        status: ``tested``; ``untested``, where history is under 24 months; ``failed``, where the
            backtest is too far off and nothing else is told; ``blank``, with the reason in notices.
        purchases: The fitted model of purchases, with alpha in days.
        values: The fitted model of order values.
        total: All customers; None where ``failed`` or ``blank``.
        tiers: By value tier at the as-of day, then ``inactive``.
        backtest_as_of: The day to which the backtest went back.
        backtest: What methods said there against what came; empty where history is too short.
        notices: What to know beside the figures.
    """

    as_of: date
    months: int
    status: Status
    purchases: PurchaseModel | None = None
    values: OrderValueModel | None = None
    total: Expected | None = None
    tiers: tuple[Expected, ...] = ()
    backtest_as_of: date | None = None
    backtest: tuple[BacktestRow, ...] = ()
    notices: tuple[str, ...] = ()
    model: CustomerModel | None = field(default=None, repr=False, compare=False)
    table: Callable[[CustomerModel], ir.Table] | None = field(
        default=None, repr=False, compare=False
    )

    def customers(self) -> ir.Table:
        """What each customer is expected to do: a table in the engine of the log, a row each.

        It has ``customer``, the id as in the log, and the columns that
        :data:`crmformulas.orders.analysis.forecast.customers.COLUMNS` explains, such as ``p_buy``,
        ``expected_revenue`` and ``rhythm_days``; money is in currency units. Who has bought up to
        the as-of day is in it, once. It is made on first use and kept until the log is closed;
        join it with other tables of the engine by ``customer``.

        Raises:
            InputError: if there is no forecast, with the reason, or it is of no log.

        Examples:
            >>> from crmformulas.orders import demo, read
            >>> with read(demo.orders(customers=900, seed=1)) as log:
            ...     people = log.forecast().customers()
            ...     people.columns[:3]
            ('customer', 'p_alive', 'p_buy')
        """
        if self.model is None or self.total is None:
            raise InputError(next(iter(self.notices), "there is no forecast"))
        if self.table is None:
            raise InputError("the forecast is of no log that could list its customers")
        return self.table(self.model)

    def to_dict(self) -> dict[str, Any]:
        """The JSON contract: plain values, money with at most four decimals."""
        model: dict[str, Any] | None = None
        if self.purchases is not None:
            one = self.purchases
            model = {"r": one.r, "alpha": one.alpha, "a": one.a, "b": one.b}
            model["log_likelihood"] = one.log_likelihood
            if self.values is not None:
                model |= {"p": self.values.p, "q": self.values.q, "gamma": self.values.gamma}
        return {
            "as_of": self.as_of.isoformat(),
            "model": model,
            "months": self.months,
            "status": self.status,
            "total": None if self.total is None else _plain(self.total, "name"),
            "by": {"tier": [_plain(t, "") | {"tier": t.name} for t in self.tiers]},
            "backtest": {
                "as_of": self.backtest_as_of.isoformat() if self.backtest_as_of else None,
                "methods": [row._asdict() for row in self.backtest],
            },
            "notices": list(self.notices),
        }


def _plain(row: Expected, without: str) -> dict[str, Any]:
    made = {
        name: round(value, 4) if isinstance(value, float) else value
        for name, value in row._asdict().items()
        if name not in ("name", without)
    }
    return made


@dataclass(frozen=True)
class Fit:
    """The models of an origin, and what each cell is expected to do."""

    origin: Origin
    purchases: PurchaseModel
    values: OrderValueModel

    def per_cell(self, model: PurchaseModel | None = None) -> tuple[Floats, Floats, Floats, Floats]:
        """Buyers, orders, their variance and revenue of each cell."""
        model, at = model or self.purchases, self.origin.cells
        x = at.repeats.astype(np.float64)
        alive = model.alive(x, at.last, at.age)
        # What follows if alive depends on repeats and age alone: once for each distinct pair.
        pairs, place = np.unique(np.stack([x, at.age]), axis=1, return_inverse=True)
        counts = model.orders_if_alive(pairs[0], pairs[1], self.origin.period)
        place = place.ravel()
        mean, square = alive * counts.mean[place], alive * counts.square[place]
        v = self.values
        # Of a cell the sum of expected values is linear in the sum of its repeat revenue.
        worth = v.p * (v.gamma * at.customers + at.repeat_revenue) / (v.p * x + v.q - 1)
        buyers = at.customers * model.buys(x, at.last, at.age, self.origin.period)
        return buyers, at.customers * mean, at.customers * (square - mean**2), mean * worth

    def by_tier(self, tiers: int, model: PurchaseModel | None = None) -> Floats:
        """Buyers, orders, their variance and revenue: a row each, by tier, inactive and total."""
        return _by_tier(self.origin.cells, tiers, *self.per_cell(model))

    def spreads(self, tiers: int) -> Floats:
        """What parameters and chance move the logarithms of orders and of revenue by: one standard
        deviation; two rows, by the tiers, the inactive and the total."""
        _, orders, variance, _ = self.by_tier(tiers)
        with np.errstate(divide="ignore", invalid="ignore"):
            chance = np.array([variance / orders**2, variance / orders**2])
            chance[1] += self._value_variation() / orders
            covariance = self.purchases.covariance
            if covariance is not None:
                gradient = np.array([self._slope(axis, tiers) for axis in np.eye(4) * 1e-3])
                chance += np.einsum("ikt,ij,jkt->kt", gradient, covariance, gradient)
        made: Floats = np.sqrt(np.nan_to_num(chance, posinf=0.0).clip(min=0))
        return made

    def _slope(self, axis: Floats, tiers: int) -> Floats:
        """How the logarithms of orders and of revenue move with a parameter's logarithm."""
        ahead, behind = (
            self.by_tier(tiers, self.purchases.moved(self.purchases.logs + s * axis))[[1, 3]]
            for s in (1, -1)
        )
        made: Floats = (np.log(ahead) - np.log(behind)) / (2 * axis.max())
        return made

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


def _by_tier(at: Cells, tiers: int, *weights: Floats) -> Floats:
    """A row for each weight: its sum by tier, of the inactive and in total."""
    place = np.where(at.tier < 0, tiers, at.tier)
    rows = [np.bincount(place, weights=w, minlength=tiers + 1) for w in weights]
    return np.array([[*row, row.sum()] for row in rows])


def _error(said: float, came: float) -> float | None:
    return float(said / came - 1) if came else None


def _tier_error(said: Floats, came: Floats) -> float | None:
    total = float(came.sum())
    return float(np.abs(said - came).sum()) / total if total else None


class _Backtest(NamedTuple):
    rows: tuple[BacktestRow, ...]
    factors: Floats
    logs: tuple[float, float]


def _backtest(past: Origin, tiers: int, law: Floats | None, last_year: Floats) -> _Backtest:
    """What was said at the origin against what came.

    Args:
        past: The customers at the origin, with what they did later.
        tiers: How many value tiers there are.
        law: Revenue of the year after by tier and the inactive, by retention × annual value; None
            where history does not cover what retention rests on.
        last_year: Revenue of the year before the origin, by the same.
    """
    fit, at = fit_origin(past), past.cells
    said = fit.by_tier(tiers)[[0, 1, 3]]
    came = _by_tier(at, tiers, at.later_buyers, at.later_days, at.later_revenue)
    buyers, orders, money = map(_error, said[:, -1], came[:, -1])
    revenue, came_revenue = said[2, :-1], came[2, :-1]
    rows = [BacktestRow("forecast", buyers, orders, money, _tier_error(revenue, came_revenue))]
    for name, other in (("law", law), ("last_year", last_year)):
        if other is None:
            rows.append(BacktestRow(name, None, None, None, None))
            continue
        error = _error(other.sum(), came_revenue.sum())
        rows.append(BacktestRow(name, None, None, error, _tier_error(other, came_revenue)))
    factors = np.ones((3, tiers + 1))
    if (rows[0].tier_error or 0) > TIER_ERROR:
        weight = came[0, :-1] / (came[0, :-1] + 20)
        seen = (came[:, :-1] > 0) & (said[:, :-1] > 0)
        ratios = np.divide(came[:, :-1], said[:, :-1], where=seen, out=np.ones_like(factors))
        factors = ratios**weight
    logs = []
    for total, actual in zip((factors * said[:, :-1]).sum(axis=1)[1:], came[1:, -1], strict=True):
        logs.append(float(np.log(actual / total)) if actual and total else 0.0)
    return _Backtest(tuple(rows), factors, (logs[0], logs[1]))


def forecast_from(
    now: Origin,
    past: Origin | None,
    earlier: Summary | None,
    tiers: Sequence[str],
    months: int,
    returns: float,
) -> Forecast:
    """A forecast of the customers at an origin.

    Args:
        now: The customers at the as-of day.
        past: Those of 12 months before with what they did since; None without 24 months.
        earlier: The summary at ``past``, for what the law of value said there.
        tiers: The names of the value tiers.
        months: How many months ahead.
        returns: Returns as a share of the revenue of the last 12 months.
    """
    made = Forecast(now.day, months, "blank")
    if reason := _too_little(now):
        return replace(made, notices=(reason,))
    fit = fit_origin(now)
    made = replace(made, purchases=fit.purchases, values=fit.values, status="untested")
    notices = _notices(now, fit, returns)
    factors, logs = np.ones((3, len(tiers) + 1)), (0.0, 0.0)
    if past is None or earlier is None:
        notices.append("untested: history is shorter than 24 months, so no backtest could be made")
    else:
        tested = _backtest(past, len(tiers), *_law(earlier))
        factors, logs = tested.factors, tested.logs
        made = replace(made, status="tested", backtest=tested.rows, backtest_as_of=past.day)
        if reason := _failed(tested.rows[0]):
            return replace(made, status="failed", notices=(reason, *notices))
        if (factors != 1).any():
            notices.append("each tier is multiplied by what its backtest missed, as that is large")
    notices.append("chance and drift are as in the backtest; a changed market is not in it")
    rows = _expected(fit, tiers, factors, logs, tested=past is not None)
    model = CustomerModel(
        fit.purchases, fit.values, now.period, now.gap, _pairs(now.cells), factors
    )
    return replace(
        made, total=rows[-1], tiers=tuple(rows[:-1]), notices=tuple(notices), model=model
    )


def _pairs(at: Cells) -> Pairs:
    x, age = np.unique(np.stack([at.repeats, at.age.astype(np.int64)]), axis=1)
    return Pairs(x, age)


def _law(summary: Summary) -> tuple[Floats | None, Floats]:
    """Retention × annual value by tier, and last year's revenue; the inactive bring nothing."""
    rows = summary.portfolio_records
    last_year = np.array([*(row.revenue for row in rows), 0.0])
    retention = [row.retention for row in rows]
    if any(rate is None for rate in retention):
        return None, last_year
    return last_year * np.array([*retention, 0.0], dtype=np.float64), last_year


def _too_little(now: Origin) -> str:
    first = day_number(now.day) - now.longest
    if day_number(add_months(from_number(first), 12)) > day_number(now.day) + 1:
        return "blank: history is shorter than 12 months"
    if now.repeaters < FEWEST_REPEATERS:
        return (
            f"blank: {now.repeaters} customers bought more than once; {FEWEST_REPEATERS} are needed"
        )
    return ""


def _failed(row: BacktestRow) -> str:
    for name, error, most in (
        ("buyers", row.buyers_error, BUYERS_OFF),
        ("revenue", row.revenue_error, REVENUE_OFF),
    ):
        if error is None or abs(error) > most:
            off = "can't be compared" if error is None else f"were {error:+.0%} off"
            return f"no forecast: in the backtest {name} {off}"
    return ""


def _notices(now: Origin, fit: Fit, returns: float) -> list[str]:
    found = []
    if fit.purchases.on_bound:
        names = ", ".join(fit.purchases.on_bound)
        found.append(
            f"the model stands on a bound of its parameters ({names}): no drop-out is seen"
        )
    if _rank_correlation(now.values) >= RISING:
        found.append("order value rises with the number of orders: revenue may be told too low")
    if returns:
        found.append(f"revenue is before returns, which took {returns:.1%} of the last 12 months")
    return found


def _rank_correlation(values: RepeatValues) -> float:
    """Spearman's correlation of the number of repeats and their mean value."""
    ranks = []
    for column in (values.repeats, values.mean):
        distinct, place = np.unique(column, return_inverse=True)
        counts = np.bincount(place, weights=values.customers, minlength=len(distinct))
        ranks.append((counts.cumsum() - counts / 2)[place])
    n = values.customers
    one, other = (r - np.average(r, weights=n) for r in ranks)
    spread = np.sqrt(float(n @ one**2) * float(n @ other**2))
    return float(n @ (one * other)) / spread if spread else 0.0


def _expected(
    fit: Fit, tiers: Sequence[str], factors: Floats, logs: tuple[float, float], *, tested: bool
) -> list[Expected]:
    count = len(tiers)
    at = fit.origin.cells
    (customers,) = _by_tier(at, count, at.customers)
    known = factors * fit.by_tier(count)[[0, 1, 3], :-1]
    buyers, orders, revenue = np.column_stack([known, known.sum(axis=1)])
    figures = []
    for value, spread, log in zip((orders, revenue), fit.spreads(count), logs, strict=True):
        # What is beyond chance: at least what such forecasts miss, or what this one missed.
        beyond = np.full(count + 2, FLOOR_TIER)
        beyond[-1] = max(FLOOR if tested else FLOOR_UNTESTED, abs(log))
        width = np.exp(Z80 * np.hypot(spread, beyond))
        figures += [value, value / width, value * width]
    names = (*tiers, "inactive", "total")
    rows = zip(names, customers, buyers, *figures, strict=True)
    return [Expected(name, int(n), *map(float, rest)) for name, n, *rest in rows]
