"""Intervals: how far chance alone may have moved a figure that rests on a count.

One method a kind of figure, and each in one place: Wilson's score interval for rates, Newcombe's
for the difference of two, and what follows from them for retention, CLV, a portfolio, extra orders
and means. They say nothing of a market that changes.
"""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from math import exp, inf, nan, sqrt
from typing import TYPE_CHECKING, NamedTuple

from crmformulas.catalog.formula import (
    CONFIDENCE,
    COUNT,
    MONEY,
    RATE,
    Example,
    Numeric,
    Shape,
    formula,
)
from crmformulas.errors import DomainError, NotEnoughDataError
from crmformulas.translations import Translated

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "LEVEL",
    "UNKNOWN",
    "Interval",
    "Share",
    "at_most",
    "clv_bounds",
    "clv_interval",
    "difference_bounds",
    "extra_orders_bounds",
    "mean_bounds",
    "normal_quantile",
    "portfolio_bounds",
    "rate_bounds",
    "rate_difference",
    "retention_bounds",
    "retention_interval",
    "wilson",
    "wilson_ends",
]

LEVEL = 0.8
"""How often an interval holds the true figure, unless another share is asked for."""

WIDEST = 100
"""An error of so many times the estimate says nothing of it, and its ends are no numbers."""

FEWEST = 10
"""Customers below which a mean has no interval: a few do not know how large a large one may be."""

NEWCOMBE_ONE = (
    "Newcombe, 'Two-sided confidence intervals for the single proportion', Statistics in Medicine "
    "17, 1998, table I (81/263, 15/148, 0/20 and 1/29, method 3)"
)
NEWCOMBE_TWO = (
    "Newcombe, 'Interval estimation for the difference between independent proportions', "
    "Statistics in Medicine 17, 1998, table II (56/70 against 48/80, method 10)"
)


class Interval(NamedTuple):
    """The ends of an interval; one that is None is unknown, or has no finite estimate."""

    low: float | None
    high: float | None


UNKNOWN = Interval(None, None)
"""Of what nothing is known."""


@cache
def normal_quantile(level: float) -> float:
    """The number of standard errors that the middle ``level`` of a normal distribution reaches out.

    Examples:
        >>> round(normal_quantile(0.8), 10), round(normal_quantile(0.95), 10)
        (1.2815515655, 1.9599639845)
    """
    from statistics import NormalDist

    return NormalDist().inv_cdf((1 + level) / 2)


def rate_bounds(successes: float, total: float, level: float = LEVEL) -> Interval:
    """Wilson's score interval of a rate; unknown where nobody was counted.

    Args:
        successes: How many of the total.
        total: How many there were.
        level: How often the interval holds the true rate, above 0 and below 1.

    Returns:
        The ends, as fractions.

    Examples:
        >>> [round(end, 5) for end in rate_bounds(539, 4720)]
        [0.1084, 0.12026]
        >>> rate_bounds(0, 0)
        Interval(low=None, high=None)
    """
    if not total:
        return UNKNOWN
    z = normal_quantile(level)
    rate, squared = successes / total, z * z
    middle, scale = rate + squared / (2 * total), 1 + squared / total
    half = z * sqrt(rate * (1 - rate) / total + squared / (4 * total * total))
    return Interval(
        (middle - half) / scale if successes else 0.0,
        (middle + half) / scale if successes < total else 1.0,
    )


def difference_bounds(
    successes: float, total: float, other: float, of_other: float, level: float = LEVEL
) -> Interval:
    """Newcombe's interval of a rate less another one, of customers apart (his method 10).

    Examples:
        >>> [round(end, 4) for end in difference_bounds(56, 70, 48, 80, 0.95)]
        [0.0524, 0.3339]
    """
    one, two = rate_bounds(successes, total, level), rate_bounds(other, of_other, level)
    if one.low is None or one.high is None or two.low is None or two.high is None:
        return UNKNOWN
    first, second = successes / total, other / of_other
    difference = first - second
    return Interval(
        difference - sqrt((first - one.low) ** 2 + (two.high - second) ** 2),
        difference + sqrt((one.high - first) ** 2 + (second - two.low) ** 2),
    )


def retention_bounds(opening: float, lost: float, level: float = LEVEL) -> Interval:
    """The interval of retention; one-sided, up to 1, where nobody was lost.

    Examples:
        >>> [round(end, 4) for end in retention_bounds(4720, 539)]
        [0.8797, 0.8916]
        >>> retention_bounds(8, 0).high, round(1 - retention_bounds(8, 0).low, 4)
        (1.0, 0.1822)
    """
    if not opening:
        return UNKNOWN
    if not lost:
        return Interval((1 - level) ** (1 / opening), 1.0)
    low, high = rate_bounds(opening - lost, opening, level)
    return Interval(low, high)


def clv_bounds(annual_value: float, opening: float, lost: float, level: float = LEVEL) -> Interval:
    """The interval of annual value × duration, by that of churn: annual value is a fact.

    Where nobody was lost there is no upper end, and the lower one says "at least". What is worth
    less than nothing has its ends in order.

    Examples:
        >>> [round(end) for end in clv_bounds(12126.9989, 4720, 539)]
        [100838, 111877]
        >>> low, high = clv_bounds(1, 8, 0)
        >>> round(low, 2), high
        (5.49, None)
    """
    low, high = retention_bounds(opening, lost, level)
    if low is None or high is None:
        return UNKNOWN
    shortest = annual_value / (1 - low)
    longest = annual_value / (1 - high) if lost else None
    if annual_value < 0:
        return Interval(longest, shortest)
    return Interval(shortest, longest)


class Share(NamedTuple):
    """The part of a tier in the interval of a portfolio: CLV × customers, and its losses.

    Of a tier that lost nobody ``value`` is any number but 0 if it has customers.
    """

    value: float
    opening: float
    lost: float


def portfolio_bounds(tiers: Sequence[Share], level: float = LEVEL) -> Interval:
    """The interval of the value of tiers together, each with a duration of its own.

    Where a tier that is worth something lost nobody there is only a low end, that of the others:
    "at least". Unknown where the value is not above 0.

    Examples:
        >>> published = [
        ...     Share(540_642_767, 4720, 539), Share(437_196_598, 14158, 2725),
        ...     Share(281_701_853, 47194, 16706), Share(25_172_843, 28315, 13600),
        ... ]
        >>> [round(end / 1e6, 1) for end in portfolio_bounds(published)]
        [1255.3, 1314.8]
    """
    usable = [tier for tier in tiers if tier.value and tier.lost]
    total = sum(tier.value for tier in usable)
    if total <= 0:
        return UNKNOWN
    variance = sum(t.value**2 * (1 - t.lost / t.opening) / t.lost for t in usable)
    low, high = _around(total, sqrt(variance), level)
    return Interval(low, high if all(tier.lost or not tier.value for tier in tiers) else None)


def extra_orders_bounds(
    ladder: Sequence[float], customers: float = 1000.0, level: float = LEVEL
) -> Interval:
    """The interval of the extra orders of new customers, from how many stand on each step.

    Examples:
        >>> [round(end, 1) for end in extra_orders_bounds([1000, 180, 59, 17, 7, 3])]
        [240.2, 294.5]
    """
    reached = [step for step in ladder if step]
    if len(reached) < 2:
        return UNKNOWN
    first = reached[0]
    products = [step / first for step in reached[1:]]
    expected = customers * sum(products)
    variance = 0.0
    for j in range(len(products)):
        rate = reached[j + 1] / reached[j]
        variance += (1 - rate) / (rate * reached[j]) * sum(products[j:]) ** 2
    return _around(expected, customers * sqrt(variance), level)


def mean_bounds(
    mean: float | None, variation: float | None, customers: int, level: float = LEVEL
) -> Interval:
    """The interval of a mean over customers, of a variation known from many more.

    A few customers do not know how large a large one may be; so the variation (standard deviation
    / mean) is that of all customers observed at that age, not of the few.

    Args:
        mean: In any unit; without an interval unless above 0.
        variation: Standard deviation / mean of all; None where unknown.
        customers: How many the mean is over; fewer than 10 have no interval.
        level: How often the interval holds the true mean.

    Examples:
        >>> [round(end, 1) for end in mean_bounds(90.73, 2.1, 100)]
        [69.3, 118.7]
    """
    if mean is None or variation is None or mean <= 0 or customers < FEWEST:
        return UNKNOWN
    return _around(mean, mean * variation / sqrt(customers), level)


def _around(estimate: float, error: float, level: float) -> Interval:
    """An interval that is even in ratios, so that neither end is negative."""
    if error >= WIDEST * estimate > 0:
        return UNKNOWN
    factor = exp(normal_quantile(level) * error / estimate) if estimate else inf
    return Interval(estimate / factor, estimate * factor)


# ------------------------------------------------------------------- the formulas of a spreadsheet


def wilson_ends(share: str, total: str) -> str:
    """The expression of the ends of rates, from names of the rates and their totals, as columns
    side by side."""
    return (
        f"LET(reach,NORMSINV((1+level)/2),middle,{share}+reach^2/(2*{total}),"
        f"width,reach*SQRT({share}*(1-{share})/{total}+reach^2/(4*{total}^2)),"
        f"scale,1+reach^2/{total},"
        f"HSTACK(IF({share}=0,0,(middle-width)/scale),IF({share}=1,1,(middle+width)/scale)))"
    )


WILSON = f"LET(hits,TOCOL({{0}}),all,TOCOL({{1}}),share,hits/all,{wilson_ends('share', 'all')})"
"""The same from names of how many of how many."""

KEPT = (
    "LET(all,TOCOL(opening),kept,TOCOL(retained),share,kept/all,ends," + WILSON + ","
    "low,IF(share=1,(1-level)^(1/all),TAKE(ends,ROWS(ends),1)),"
    "high,TAKE(ends,ROWS(ends),-1),"
)


def _table(rows: list[tuple[float | None, ...]]) -> NDArray[np.float64]:
    """Rows of numbers as a table; what is unknown is NaN."""
    import numpy as np

    return np.array([[nan if end is None else float(end) for end in row] for row in rows])


def at_most(part: Numeric, whole: Numeric, names: tuple[str, str]) -> None:
    """Refuse columns in which a part exceeds its whole."""
    if (part > whole).any():
        raise DomainError(
            Translated(
                f"{names[0]} must be at most {names[1]}", f"{names[0]} får vara högst {names[1]}"
            )
        )


def _ends(
    bounds: Callable[[float, float, float], Interval], level: float, one: Numeric, other: Numeric
) -> NDArray[np.float64]:
    pairs = zip(one.tolist(), other.tolist(), strict=True)
    return _table([bounds(a, b, level) for a, b in pairs])


@formula(
    successes=COUNT,
    total=COUNT,
    level=CONFIDENCE,
    result=RATE,
    shapes={"successes": Shape.COLUMN, "total": Shape.COLUMN},
    result_shape=Shape.TABLE,
    aligned=("successes", "total"),
    skips=("successes", "total"),
    row_by_row=True,
    expression=WILSON.format("successes", "total"),
    example=Example(
        ([81, 15, 0, 1], [263, 148, 20, 29], 0.95),
        [[0.2553, 0.3662], [0.0624, 0.1605], [0.0, 0.1611], [0.0061, 0.1718]],
        f"{NEWCOMBE_ONE}, printed to four decimals",
        rel_tol=0.006,
    ),
)
def wilson(successes: Numeric, total: Numeric, level: float = LEVEL) -> NDArray[np.float64]:
    """Between what ends a rate lies, as far as chance goes: Wilson's score interval.

    Equation:
        (p + z²/2n ± z √(p(1 − p)/n + z²/4n²)) / (1 + z²/n),  p = successes / total, n = total

    Args:
        successes: How many of each total. Range of n numbers, each at most its total.
        total: How many there were. Range of n numbers.
        level: How often the interval holds the true rate: a fraction, 0.8 unless given.

    Returns:
        A table of fractions: a row for each rate, with its low and its high end.

    Raises:
        DomainError: if a number is negative or not whole, or a success exceeds its total.
        ArgumentError: if the ranges differ in length.

    References:
        Wilson, "Probable inference, the law of succession, and statistical inference", Journal of
        the American Statistical Association 22, 1927. Brown, Cai and DasGupta, "Interval
        Estimation for a Binomial Proportion", Statistical Science 16(2), 2001.

    Examples:
        >>> wilson([3], [9]).round(5).tolist()
        [[0.17209, 0.54602]]
    """
    at_most(successes, total, ("successes", "total"))
    return _ends(rate_bounds, level, successes, total)


@formula(
    successes=COUNT,
    total=COUNT,
    other_successes=COUNT,
    other_total=COUNT,
    level=CONFIDENCE,
    result=RATE,
    shapes=dict.fromkeys(("successes", "total", "other_successes", "other_total"), Shape.COLUMN),
    result_shape=Shape.TABLE,
    aligned=("successes", "total", "other_successes", "other_total"),
    skips=("successes", "total", "other_successes", "other_total"),
    row_by_row=True,
    expression=(
        "LET(one,TOCOL(successes)/TOCOL(total),two,TOCOL(other_successes)/TOCOL(other_total),"
        f"first_ends,{WILSON.format('successes', 'total')},"
        f"other_ends,{WILSON.format('other_successes', 'other_total')},"
        "rows_of,ROWS(one),"
        "HSTACK(one-two,"
        "one-two-SQRT((one-TAKE(first_ends,rows_of,1))^2+(TAKE(other_ends,rows_of,-1)-two)^2),"
        "one-two+SQRT((TAKE(first_ends,rows_of,-1)-one)^2+(two-TAKE(other_ends,rows_of,1))^2)))"
    ),
    example=Example(
        ([56], [70], [48], [80], 0.95),
        [[0.2, 0.0524, 0.3339]],
        f"{NEWCOMBE_TWO}, printed to four decimals",
        rel_tol=0.001,
    ),
)
def rate_difference(
    successes: Numeric,
    total: Numeric,
    other_successes: Numeric,
    other_total: Numeric,
    level: float = LEVEL,
) -> NDArray[np.float64]:
    """The difference of one rate from another, and how far chance alone may have moved it.

    Equation:
        d = p₁ − p₀;  d − √((p₁ − l₁)² + (u₀ − p₀)²),  d + √((u₁ − p₁)² + (p₀ − l₀)²)

    l and u are the ends of Wilson's interval of each rate (Newcombe's method 10).

    Args:
        successes: How many of the first total. Range of n numbers.
        total: How many there were. Range of n numbers.
        other_successes: How many of the other total, of other customers. Range of n numbers.
        other_total: How many there were of them. Range of n numbers.
        level: How often the interval holds the true difference: a fraction, 0.8 unless given.

    Returns:
        A table of fractions (0.05 = 5 percentage points): a row for each pair, with the
        difference, its low and its high end.

    Raises:
        DomainError: if a number is negative or not whole, or a success exceeds its total.
        ArgumentError: if the ranges differ in length.

    References:
        Newcombe, "Interval estimation for the difference between independent proportions:
        comparison of eleven methods", Statistics in Medicine 17, 1998.

    Examples:
        >>> rate_difference([56], [70], [48], [80], 0.95).round(4).tolist()
        [[0.2, 0.0524, 0.3339]]
    """
    at_most(successes, total, ("successes", "total"))
    at_most(other_successes, other_total, ("other_successes", "other_total"))
    columns = (successes, total, other_successes, other_total)
    return _table(
        [
            (one / n - other / m if n and m else None, *difference_bounds(one, n, other, m, level))
            for one, n, other, m in zip(*(c.tolist() for c in columns), strict=True)
        ]
    )


@formula(
    opening=COUNT,
    retained=COUNT,
    level=CONFIDENCE,
    result=RATE,
    shapes={"opening": Shape.COLUMN, "retained": Shape.COLUMN},
    result_shape=Shape.TABLE,
    aligned=("opening", "retained"),
    skips=("opening", "retained"),
    row_by_row=True,
    expression=KEPT.format("retained", "opening") + "HSTACK(low,high))",
    example=Example(
        ([263, 8], [81, 8], 0.95),
        [[0.2553, 0.3662], [0.6877, 1.0]],
        f"{NEWCOMBE_ONE}; 8 of 8: 1 − retention is at most 1 − 0.05^(1/8) = 31.23 %",
        rel_tol=0.001,
    ),
)
def retention_interval(
    opening: Numeric, retained: Numeric, level: float = LEVEL
) -> NDArray[np.float64]:
    """Between what ends retention lies, as far as chance goes.

    Equation:
        Wilson's interval of retained / opening; where nobody was lost (1 − level)^(1/opening) to 1

    Args:
        opening: Active customers when the period starts, of each tier. Range of n numbers.
        retained: How many of them are active in the period. Range of n numbers.
        level: How often the interval holds the true retention: a fraction, 0.8 unless given.

    Returns:
        A table of fractions: a row for each tier, with the low and the high end. Where nobody was
        lost the low end says "at least".

    Raises:
        DomainError: if a number is negative or not whole, or ``retained`` exceeds ``opening``.
        ArgumentError: if the ranges differ in length.

    References:
        Brown, Cai and DasGupta, "Interval Estimation for a Binomial Proportion", Statistical
        Science 16(2), 2001.

    Examples:
        >>> retention_interval([4720], [4181]).round(4).tolist()
        [[0.8797, 0.8916]]
    """
    at_most(retained, opening, ("retained", "opening"))
    return _ends(
        lambda all_, kept, share: retention_bounds(all_, all_ - kept, share),
        level,
        opening,
        retained,
    )


@formula(
    annual_value=MONEY,
    opening=COUNT,
    retained=COUNT,
    level=CONFIDENCE,
    result=MONEY,
    shapes={"annual_value": Shape.COLUMN, "opening": Shape.COLUMN, "retained": Shape.COLUMN},
    result_shape=Shape.TABLE,
    aligned=("annual_value", "opening", "retained"),
    skips=("annual_value", "opening", "retained"),
    row_by_row=True,
    undefined=NotEnoughDataError,
    expression=(
        KEPT.format("retained", "opening")
        + "worth,TOCOL(annual_value),near,worth/(1-low),far,IF(high=1,NA(),worth/(1-high)),"
        "HSTACK(IF(all=0,NA(),IF(worth<0,far,near)),IF(all=0,NA(),IF(worth<0,near,far))))"
    ),
    example=Example(
        ([12127, 5510], [4720, 14158], [4181, 11433]),
        [[100_838, 111_877], [28_004, 29_268]],
        "super and top of Elinder (IRi, 2018) at the ends of Wilson's interval of churn",
        rel_tol=0.001,
    ),
)
def clv_interval(
    annual_value: Numeric, opening: Numeric, retained: Numeric, level: float = LEVEL
) -> NDArray[np.float64]:
    """Between what ends customer lifetime value lies, as far as chance goes.

    Equation:
        annual value / (1 − the ends of the interval of retention)

    Args:
        annual_value: Revenue per customer and year, of each tier. Range of n numbers.
        opening: Active customers when the period starts, of each tier. Range of n numbers.
        retained: How many of them are active in the period. Range of n numbers.
        level: How often the interval holds the true CLV: a fraction, 0.8 unless given.

    Returns:
        A table in currency units per customer: a row for each tier, with the low and the high end.
        Where nobody was lost there is a low end only: "at least".

    Raises:
        DomainError: if a number of customers is negative or not whole, or ``retained`` exceeds
            ``opening``.
        ArgumentError: if the ranges differ in length.

    References:
        Elinder, "Dina nycklar till framgångsrikare CRM", IRi, 2018 (CLV). Brown, Cai and DasGupta,
        "Interval Estimation for a Binomial Proportion", Statistical Science 16(2), 2001.

    Examples:
        >>> clv_interval([12127], [4720], [4181]).round().tolist()
        [[100838.0, 111877.0]]
    """
    at_most(retained, opening, ("retained", "opening"))
    columns = (annual_value, opening, retained)
    return _table(
        [
            clv_bounds(worth, all_, all_ - kept, level)
            for worth, all_, kept in zip(*(c.tolist() for c in columns), strict=True)
        ]
    )
