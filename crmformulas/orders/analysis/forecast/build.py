"""A forecast of the next months, admitted by a backtest: what is expected, and how sure it is.

It is told beside the law of value (CLV = frequency × order value × duration), never as CLV. A
forecast whose backtest fails is not shown; the table of its errors is.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from crmformulas.dates import add_months, day_number, from_number
from crmformulas.formats import NumberFormat
from crmformulas.orders.analysis.forecast.customers import CustomerModel, Pairs
from crmformulas.orders.analysis.forecast.fit import Fit, Origin, fit_origin
from crmformulas.orders.analysis.forecast.groups import Group, groups
from crmformulas.orders.analysis.forecast.histories import distinct
from crmformulas.orders.analysis.forecast.range_fit import FEWEST_MONTHS, FEWEST_REPEATERS
from crmformulas.orders.analysis.forecast.results import (
    TOTAL,
    BacktestRow,
    Came,
    Errors,
    Expected,
    Forecast,
    Month,
    Rung,
)
from crmformulas.orders.counting.counts import money
from crmformulas.orders.summary.months import first_open_month, month_name
from crmformulas.translations import LANGS, Label, Translated, counted_in_both

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmformulas.orders.analysis.forecast.histories import Cells
    from crmformulas.orders.analysis.forecast.maximum import Floats
    from crmformulas.orders.analysis.forecast.order_values import RepeatValues
    from crmformulas.orders.summary.model import Summary

__all__ = ["MOST_MONTHS", "forecast_from"]

MOST_MONTHS = 24
"""How far ahead a forecast may go."""

YEAR = 12
"""Months."""

SHOWN_MONTHS = 24
"""Of the past, beside those to come."""

FEWEST_CUSTOMERS = 100
"""Customers known at the origin of a backtest, at least."""

Z80 = 1.2816
"""The normal quantile of an 80 % interval."""

FLOOR, FLOOR_UNTESTED, FLOOR_GROUP = 0.15, 0.20, 0.30
"""What a forecast misses beyond chance, as a logarithm: the world is not stationary. These floors
made 80 % intervals hold on 32 real cases (0.75 … 0.88)."""

BUYERS_OFF, REVENUE_OFF = 0.30, 0.50
"""Errors of the backtest above which no forecast is shown."""

TIER_ERROR = 0.5
"""Above it, each tier is multiplied by what its backtest missed."""

RISING = 0.4
"""Rank correlation of number and value of orders above which the value model misleads."""

SEASON = 1.5
"""How many times the weakest month the best one brings, from where the season is told."""


def forecast_from(
    now: Origin,
    summary: Summary,
    past: Origin | None,
    *,
    months: int,
    returns: float,
) -> Forecast:
    """A forecast of the customers at an origin.

    Args:
        now: The customers at the as-of day.
        summary: The summary at it.
        past: Those of 12 months before with what they did since; None without 24 months.
        months: How many months ahead.
        returns: Returns as a share of the revenue of the last 12 months.
    """
    history = _history(summary)
    blank = Forecast(now.day, months, "blank", history=history, returns=returns)
    if reason := _too_little(now):
        return replace(blank, notices=(reason,))
    fit = fit_origin(now)
    if fit.values.q <= 1:
        return replace(blank, notices=(NO_MEAN,))
    blank = replace(blank, purchases=fit.purchases, values=fit.values, status="untested")
    notices = _notices(fit, returns, months, history)
    tiers = summary.rules.tier_names
    tested = None
    if past is not None and _testable(past):
        tested = Backtest.of(past)
        blank = replace(
            blank,
            status="tested",
            backtest=tested.rows,
            came=tested.came,
            backtest_as_of=past.day,
        )
        if reason := _failed(tested.rows[0]):
            return replace(blank, status="failed", notices=(reason, *notices))
        if (tested.factors != 1).any():
            notices.append(MULTIPLIED)
    else:
        notices.append(UNTESTED if past is None else UNTESTABLE)
    if months == YEAR and summary.f12_known and not summary.f12_covered:
        notices.append(PARTLY.format(summary.f12_months))
    notices.append(FOOTER)
    factors = np.ones((3, len(tiers) + 1)) if tested is None else tested.factors
    scaled = _scaled(fit, factors)
    ways = groups(now.cells, now.day, tiers, with_status=summary.f12_known)
    law = _law(now) if months == YEAR else None
    by = {way.by: _expected(fit, way, scaled, law, tested) for way in ways}
    total = by["tier"][-1]
    return replace(
        blank,
        total=total,
        by={name: rows[:-1] for name, rows in by.items()},
        ahead=_ahead(fit, factors, total, months),
        ladder=_ladder(fit, factors, by["step"][:-1]),
        notices=tuple(notices),
        model=CustomerModel(
            fit.purchases, fit.values, now.period, now.gap, _pairs(now.cells), factors
        ),
    )


def _testable(past: Origin) -> bool:
    """Whether a model can be fitted on who was known a year ago."""
    return past.repeaters >= FEWEST_REPEATERS and past.cells.customers.sum() >= FEWEST_CUSTOMERS


# What is expected


def _scaled(fit: Fit, factors: Floats) -> Floats:
    """Buyers, orders and revenue of each cell, with what its tier is multiplied by."""
    tier = fit.origin.cells.tier
    place = np.where(tier < 0, factors.shape[1] - 1, tier)
    scaled: Floats = fit.expected[[0, 1, 3]] * factors[:, place]
    return scaled


class _Law(NamedTuple):
    """Of each cell: revenue by the law's way (None where unknown), and that of last year."""

    revenue: Floats | None
    last_year: Floats


def _law(origin: Origin) -> _Law:
    at, tiers = origin.cells, origin.tiers
    # The inactive have no annual value. A tier without customers the year before loses nobody
    # known, and where it has revenue, that is unknown.
    both = zip(tiers.retention, tiers.revenue, strict=True)
    if any(rate is None and revenue for rate, revenue in both):
        return _Law(None, at.s12_revenue)
    by_tier = np.array([*(rate or 0.0 for rate in tiers.retention), 0.0])
    return _Law(at.s12_revenue * by_tier[at.tier], at.s12_revenue)


def _expected(
    fit: Fit, way: Group, scaled: Floats, law: _Law | None, tested: Backtest | None
) -> tuple[Expected, ...]:
    """The rows of a way to part the customers, and the total."""
    at, names = fit.origin.cells, (*way.names, TOTAL)
    (customers,) = way.sums(at.customers)
    buyers, orders, revenue = way.sums(*scaled)
    missed = tested.missed(way) if tested else {}
    beyond = np.full((2, len(names)), FLOOR_GROUP)
    beyond[:, -1] = FLOOR if tested else FLOOR_UNTESTED
    for place, name in enumerate(names):
        # What is beyond chance: at least what such forecasts miss, or what this one missed.
        beyond[:, place] = np.maximum(beyond[:, place], missed.get(name, NOTHING).logs)
    width = np.exp(Z80 * np.hypot(fit.spreads(way), beyond))
    weightings = [None, None] if law is None else [law.revenue, law.last_year]
    beside = [
        [None] * len(names) if weights is None else way.sums(weights)[0].tolist()
        for weights in weightings
    ]
    figures = []
    for value, wide in zip((orders, revenue), width, strict=True):
        figures += [value.tolist(), (value / wide).tolist(), (value * wide).tolist()]
    rows = zip(
        names, customers.astype(int).tolist(), buyers.tolist(), *figures, *beside, strict=True
    )
    return tuple(
        Expected._make((*row, missed[row[0]].errors if row[0] in missed else None)) for row in rows
    )


def _ahead(fit: Fit, factors: Floats, total: Expected, months: int) -> tuple[Month, ...]:
    """The months to come: how the expected revenue spreads, by the customers who leave alone."""
    origin, at = day_number(fit.origin.day), fit.origin.cells
    # Calendar months where the origin ends one.
    first = from_number(origin + 1)
    ends = [day_number(add_months(first, month)) - 1 - origin for month in range(1, months)]
    place = np.where(at.tier < 0, factors.shape[1] - 1, at.tier)
    upto = [0.0, *fit.revenue(factors[2][place], [*ends, fit.origin.period])]
    rows = []
    for month, (until, revenue) in enumerate(pairwise(upto)):
        own = revenue - until
        low, high = (own * end / total.revenue for end in (total.revenue_low, total.revenue_high))
        rows.append(Month(f"{add_months(first, month):%Y-%m}", own, low, high))
    return tuple(rows)


def _ladder(fit: Fit, factors: Floats, steps: Sequence[Expected]) -> tuple[Rung, ...]:
    """The rungs: who has reached each step, and who makes the purchases that are missing.

    The interval of those who climb is as wide as that of the orders of the step they come from.
    """
    at, last = fit.origin.cells, len(steps)
    place = np.where(at.tier < 0, factors.shape[1] - 1, at.tier)
    # P(at least n purchases) of each cell: a column for each n.
    climbs = np.minimum(fit.at_least(last - 1) * factors[0][place][:, None], 1)
    climbing = [
        (climbs[at.step == k] * at.customers[at.step == k, None]).sum(0) for k in range(1, last)
    ]
    everybody = float(at.customers.sum())
    rungs = [Rung(1, int(everybody), everybody, everybody, everybody)]
    for k in range(2, last + 1):
        reached = float(at.customers[at.step >= k].sum())
        more = sum(float(climbing[step - 1][k - step - 1]) for step in range(1, k))
        below, most = steps[k - 2], everybody - reached
        wide = below.orders_high / below.orders if below.orders else 1.0
        ends = (reached + more / wide, reached + min(more * wide, most))
        rungs.append(Rung(k, int(reached), reached + more, *ends))
    return tuple(rungs)


def _history(summary: Summary) -> tuple[Month, ...]:
    """Revenue before returns of the last complete months."""
    revenue: dict[int, int] = {}
    for record in summary.month_records:
        revenue[record.month] = revenue.get(record.month, 0) + record.bought
    end = first_open_month(summary.windows)
    first = max(min(revenue, default=end), end - SHOWN_MONTHS)
    return tuple(Month(month_name(n), money(revenue.get(n, 0))) for n in range(first, end))


def _pairs(at: Cells) -> Pairs:
    (x, age), _ = distinct(at.repeats, at.age)
    return Pairs(x, age)


# The backtest


class Missed(NamedTuple):
    """The misses of a group's backtest: as fractions, and as the sizes of the logarithms of orders
    and revenue after the tiers were multiplied."""

    errors: Errors
    logs: tuple[float, float]


NOTHING = Missed(Errors(), (0.0, 0.0))


class Backtest(NamedTuple):
    """Figures said a year ago beside the outcome.

    Attributes:
        fit: The models fitted there, on what was known there.
        law: What the law's way said of each cell.
        rows: The errors of each method.
        came: The forecast by tier, with what came.
        factors: By what buyers, orders and revenue of each tier, and of the inactive, are to be
            multiplied.
    """

    fit: Fit
    law: _Law
    rows: tuple[BacktestRow, ...]
    came: tuple[Came, ...]
    factors: Floats

    @classmethod
    def of(cls, past: Origin) -> Backtest:
        """Make the forecast of a year ago, and hold it against what came.

        Args:
            past: The customers at the origin, with what they did later.
        """
        at, tiers = past.cells, past.tiers.names
        fit, law = fit_origin(past), _law(past)
        (way, *_) = groups(at, past.day, tiers, with_status=False)
        said = fit.by(way)[[0, 1, 3]]
        came = _came(at, way)
        buyers, orders, money = map(_error, said[:, -1], came[:, -1])
        rows = [BacktestRow("forecast", buyers, orders, money, _tier_error(said[2], came[2]))]
        for name, weights in (("law", law.revenue), ("last_year", law.last_year)):
            if weights is None:
                rows.append(BacktestRow(name, None, None, None, None))
                continue
            (other,) = way.sums(weights)
            error = _error(other[-1], came[2, -1])
            rows.append(BacktestRow(name, None, None, error, _tier_error(other, came[2])))
        factors = np.ones((3, len(way.names)))
        if (rows[0].tier_error or 0) > TIER_ERROR:
            weight = came[0, :-1] / (came[0, :-1] + 20)
            seen = (came[:, :-1] > 0) & (said[:, :-1] > 0)
            ratios = np.divide(came[:, :-1], said[:, :-1], where=seen, out=np.ones_like(factors))
            factors = ratios**weight
        pairs = np.stack([said, came], axis=1).reshape(6, -1).T.tolist()
        both = [Came(name, *row) for name, row in zip((*way.names, TOTAL), pairs, strict=True)]
        return cls(fit, law, tuple(rows), tuple(both), factors)

    def missed(self, now: Group) -> dict[str, Missed]:
        """Errors by group and in total, the customers parted as they are now."""
        past = self.fit.origin
        matching = [
            way
            for way in groups(
                past.cells,
                past.day,
                past.tiers.names,
                with_status=past.tiers.known,
            )
            if way.by == now.by
        ]
        if not matching:
            return {}
        (way,) = matching
        said, came = self.fit.by(way)[[0, 1, 3]], _came(past.cells, way)
        scaled = way.sums(*_scaled(self.fit, self.factors))
        law, last_year = (
            [None] * said.shape[1] if weights is None else way.sums(weights)[0]
            for weights in self.law
        )
        by_name = {}
        for place, name in enumerate((*way.names, TOTAL)):
            actual = came[:, place]
            predictions = (*said[:, place], law[place], last_year[place])
            errors = Errors._make(map(_error, predictions, (*actual, actual[2], actual[2])))
            orders, revenue = map(_log, actual[1:], scaled[1:, place])
            by_name[name] = Missed(errors, (orders, revenue))
        return by_name


def _came(at: Cells, way: Group) -> Floats:
    return way.sums(at.later_buyers, at.later_days, at.later_revenue)


def _error(said: float | None, came: float) -> float | None:
    return float(said / came - 1) if came and said is not None else None


def _log(came: float, said: float) -> float:
    return abs(float(np.log(came / said))) if came > 0 and said > 0 else 0.0


def _tier_error(said: Floats, came: Floats) -> float | None:
    """Σ |said − came| over the groups, of what came in total, which stands last."""
    total = float(came[-1])
    return float(np.abs(said[:-1] - came[:-1]).sum()) / total if total else None


# What is told beside the figures

UNTESTED = Translated(
    "untested: history is shorter than 24 months, so no backtest could be made",
    "oprövad: historiken är kortare än 24 månader, så inget bakåttest kunde göras",
)

UNTESTABLE = Translated(
    "untested: a year ago fewer than {} customers had bought more than once",
    "oprövad: för ett år sedan hade färre än {} kunder köpt mer än en gång",
).format(FEWEST_REPEATERS)

MULTIPLIED = Translated(
    "each tier is multiplied by what its backtest missed, as that is large",
    "varje värdenivå är multiplicerad med vad bakåttestet missade, då det är mycket",
)

PARTLY = Translated(
    "revenue by retention is approximate: history holds {} of the 12 months that it rests on",
    "omsättningen enligt retention är ungefärlig: historiken har {} av de 12 månader den vilar på",
)

FOOTER = Translated(
    "the intervals hold chance and drift as in the backtest, not a changed market",
    "intervallen rymmer slump och drift som i bakåttestet, inte en förändrad marknad",
)

NO_MEAN = Translated(
    "blank: order values vary so much between customers that they have no mean to expect",
    "tom: ordervärden skiljer sig så mycket mellan kunder att de inte har något medelvärde att "
    "vänta",
)


def _too_little(now: Origin) -> Label | None:
    first = day_number(now.day) - now.longest
    if day_number(add_months(from_number(first), FEWEST_MONTHS)) > day_number(now.day) + 1:
        return Translated(
            "blank: history is shorter than 12 months", "tom: historiken är kortare än 12 månader"
        )
    if now.repeaters < FEWEST_REPEATERS:
        return Translated(
            "blank: {} bought more than once; {} are needed",
            "tom: {} köpte mer än en gång; {} behövs",
        ).format(counted_in_both(now.repeaters, "customer"), FEWEST_REPEATERS)
    return None


OFF = (
    (Translated("buyers", "köpare"), "buyers_error", BUYERS_OFF),
    (Translated("revenue", "omsättning"), "revenue_error", REVENUE_OFF),
)


def _failed(row: BacktestRow) -> Label | None:
    for name, field, most in OFF:
        error = getattr(row, field)
        if error is None:
            return Translated(
                "no forecast: in the backtest {} can't be compared, as nothing came",
                "ingen prognos: i bakåttestet kan {} inte jämföras, då inget kom",
            ).format(name)
        if abs(error) > most:
            figures = NumberFormat("en")  # whole per cent are written alike
            return Translated(
                "no forecast: its backtest is {} off in {}, and at most {} is let pass",
                "ingen prognos: bakåttestet är {} fel om {}, och högst {} godtas",
            ).format(figures.signed_percent(error, 0), name, figures.percent(most, 0))
    return None


def _notices(fit: Fit, returns: float, months: int, history: Sequence[Month]) -> list[Label]:
    notices: list[Label] = []
    if bound := fit.purchases.on_bound:
        drop_out = {"a", "b"} & set(bound)
        notices.append(
            Translated(
                "the model stands on a bound of its parameters ({}): {}",
                "modellen står på en gräns för sina parametrar ({}): {}",
            ).format(
                ", ".join(bound),
                Translated("no drop-out is seen", "inget bortfall syns")
                if drop_out
                else Translated("all buy at one rate", "alla köper i en takt"),
            )
        )
    if _rank_correlation(fit.origin.values) >= RISING:
        notices.append(
            Translated(
                "order value rises with the number of orders: revenue may be told too low",
                "ordervärdet stiger med antalet köp: omsättningen kan vara för låg",
            )
        )
    if returns:
        notices.append(
            Translated(
                "revenue is before returns, which took {} of the last 12 months",
                "omsättningen är före returer, som tog {} av de senaste 12 månaderna",
            ).format(Translated(*(NumberFormat(lang).percent(returns) for lang in LANGS)))
        )
    if months % YEAR:
        notices.append(_season(months, history))
    return notices


def _season(months: int, history: Sequence[Month]) -> Label:
    year = [month.revenue for month in history[-YEAR:]]
    text = Translated(
        "the season is not in it: of {} months, revenue is that of an average part of the year",
        "säsongen är inte med: för {} månader är omsättningen den för en genomsnittlig del av året",
    ).format(months)
    if len(year) < YEAR or min(year) <= 0 or max(year) < SEASON * min(year):
        return text
    best = Translated(
        "{}; the best of the last 12 brought {} times the weakest",
        "{}; den bästa av de senaste 12 gav {} gånger den svagaste",
    )
    return best.format(text, f"{max(year) / min(year):.1f}")


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
