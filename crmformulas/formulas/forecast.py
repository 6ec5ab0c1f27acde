"""A customer's expected purchases and value, by the parameters of an MBG/NBD and gamma-gamma.

While alive a customer buys at random with a rate of her own (gamma distributed: ``r``, ``alpha``);
after every purchase, the first too, she may be gone for good (beta distributed: ``a``, ``b``). Days
are counted in the unit of ``alpha``.
"""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

from math import ceil, exp, expm1, log, log1p, sqrt

from crmformulas.catalog.formula import (
    DAYS,
    EXPECTED,
    MONEY,
    ORDERS,
    POSITIVE,
    RATE,
    SPEND,
    Example,
    Kind,
    Numeric,
    Relation,
    formula,
)
from crmformulas.errors import DomainError
from crmformulas.formulas._elements import one_by_one
from crmformulas.translations import Translated

__all__ = ["expected_orders", "expected_value", "p_alive", "p_buys"]

ABOVE_ONE = Kind("above one", "number above one", low=1.0, above=True)

CDNOW = (
    "CDNOW's calibration sample (Fader and Hardie, 2 357 customers) in weeks: parameters and "
    "answers of lifetimes 0.11.3, to five digits"
)

KEPT = "((alpha+last)/(alpha+age))^(shape+repeats)"
ALIVE = f"{KEPT}/({KEPT}+a/(b+repeats))"
"""Without an exponential that could grow beyond what a number holds."""


@formula(
    shape=POSITIVE,
    alpha=POSITIVE,
    a=POSITIVE,
    b=POSITIVE,
    repeats=ORDERS,
    last=DAYS,
    age=DAYS,
    result=RATE,
    relations=(Relation(("last",), "age"),),
    expression=ALIVE,
    example=Example(
        (0.52484, 6.183, 0.89136, 1.614, 2, 30.43, 38.86), 0.706126, CDNOW, rel_tol=2e-6
    ),
)
def p_alive(
    shape: Numeric,
    alpha: Numeric,
    a: Numeric,
    b: Numeric,
    repeats: Numeric,
    last: Numeric,
    age: Numeric,
) -> Numeric:
    """Probability that a customer is still one.

    Equation:
        kept = ((alpha + last) / (alpha + age))^(shape + repeats)
        P(alive) = kept / (kept + a / (b + repeats))

    Args:
        shape: Shape r of the rates at which customers buy. Scalar or array.
        alpha: Scale of them, in days (or in the unit of ``last`` and ``age``). Scalar or array.
        a: First parameter of the probability to be gone after a purchase. Scalar or array.
        b: Second parameter of it. Scalar or array.
        repeats: Purchase days after the first. Scalar or array.
        last: Days from the first purchase to the last. Scalar or array, at most ``age``.
        age: Days from the first purchase to the day of the forecast. Scalar or array.

    Returns:
        A probability, 0 to 1. Show P(buys) in its place: this one is near 1 for everybody where
        the model sees nobody leave.

    Raises:
        DomainError: if a parameter is not above 0, ``repeats`` is no whole number of at least 0, or
            ``last`` is negative or exceeds ``age``.

    References:
        Batislam, Denizel and Filiztekin, "Empirical validation and comparison of models for
        customer base analysis", International Journal of Research in Marketing 24, 2007.

    Examples:
        >>> round(p_alive(0.52484, 6.183, 0.89136, 1.614, 2, 30.43, 38.86), 4)
        0.7061
    """
    kept = ((alpha + last) / (alpha + age)) ** (shape + repeats)
    return kept / (kept + a / (b + repeats))


@formula(
    shape=POSITIVE,
    alpha=POSITIVE,
    a=POSITIVE,
    b=POSITIVE,
    repeats=ORDERS,
    last=DAYS,
    age=DAYS,
    period=DAYS,
    result=RATE,
    relations=(Relation(("last",), "age"),),
    expression=f"{ALIVE}*(1-((alpha+age)/(alpha+age+period))^(shape+repeats))",
    example=Example(
        (0.52484, 6.183, 0.89136, 1.614, 0, 0, 38.86, 52), 0.129221, CDNOW, rel_tol=1e-5
    ),
)
def p_buys(
    shape: Numeric,
    alpha: Numeric,
    a: Numeric,
    b: Numeric,
    repeats: Numeric,
    last: Numeric,
    age: Numeric,
    period: Numeric,
) -> Numeric:
    """Probability that a customer buys within a period.

    Equation:
        P(buys) = P(alive) × (1 − ((alpha + age) / (alpha + age + period))^(shape + repeats))

    Args:
        shape: Shape r of the rates at which customers buy. Scalar or array.
        alpha: Scale of them, in days (or in the unit of the other times). Scalar or array.
        a: First parameter of the probability to be gone after a purchase. Scalar or array.
        b: Second parameter of it. Scalar or array.
        repeats: Purchase days after the first. Scalar or array.
        last: Days from the first purchase to the last. Scalar or array, at most ``age``.
        age: Days from the first purchase to the day of the forecast. Scalar or array.
        period: Days ahead, 365 for a year. Scalar or array.

    Returns:
        A probability, 0 to 1: comparable with retention where the period is a year.

    Raises:
        DomainError: if a parameter is not above 0, ``repeats`` is no whole number of at least 0,
            ``period`` is negative, or ``last`` is negative or exceeds ``age``.

    References:
        Batislam, Denizel and Filiztekin, "Empirical validation and comparison of models for
        customer base analysis", International Journal of Research in Marketing 24, 2007.

    Examples:
        >>> round(p_buys(0.52484, 6.183, 0.89136, 1.614, 2, 30.43, 38.86, 52), 4)
        0.6044
    """
    kept = ((alpha + last) / (alpha + age)) ** (shape + repeats)
    waits = ((alpha + age) / (alpha + age + period)) ** (shape + repeats)
    return kept / (kept + a / (b + repeats)) * (1 - waits)


MOST_TERMS = 100_000
"""Orders beyond which a sum is refused: nobody's shop, and a sheet would not end."""

ALL = "shape+alpha+a+b+repeats+last+age+period"

EXPECTED_ORDERS = (
    f"LET(zero,0*({ALL}),scale,alpha+age,mean_orders,(shape+repeats)*period/scale,"
    "terms,mean_orders+12*(mean_orders*(1+period/scale))^0.5+40*(1+period/scale)+zero,"
    f"({ALIVE})*MAP(shape+repeats+zero,period/(scale+period)+zero,b+1+repeats+zero,a+zero,terms,"
    "LAMBDA(shape_of,share_of,stays_of,goes_of,terms_of,"
    f"IF(terms_of>{MOST_TERMS},SQRT(-1),IF(share_of=0,0,REDUCE(0,SEQUENCE(ROUNDUP(terms_of,0)),"
    "LAMBDA(so_far,nth,so_far+BETADIST(share_of,nth,shape_of)*EXP("
    "GAMMALN(stays_of+nth-1)-GAMMALN(stays_of)"
    "-GAMMALN(goes_of+stays_of+nth-1)+GAMMALN(goes_of+stays_of)))))))))"
)
"""Σ P(at least n orders), of arguments of any sizes that fit together: all become one size first.

P(at least n purchases of who never leaves) is an incomplete beta function; that she is still there
for the n-th is a product, by logarithms of gamma functions.
"""


@formula(
    shape=POSITIVE,
    alpha=POSITIVE,
    a=POSITIVE,
    b=POSITIVE,
    repeats=ORDERS,
    last=DAYS,
    age=DAYS,
    period=DAYS,
    result=EXPECTED,
    relations=(Relation(("last",), "age"),),
    expression=EXPECTED_ORDERS,
    example=Example(
        (0.52484, 6.183, 0.89136, 1.614, 2, 30.43, 38.86, 39), 1.262671, CDNOW, rel_tol=2e-6
    ),
)
def expected_orders(
    shape: Numeric,
    alpha: Numeric,
    a: Numeric,
    b: Numeric,
    repeats: Numeric,
    last: Numeric,
    age: Numeric,
    period: Numeric,
) -> Numeric:
    """Purchase days that are expected of a customer within a period.

    Equation:
        E = P(alive) × Σ over n ≥ 1 of P(N ≥ n) × Π over i < n − 1 of
        (b + 1 + repeats + i) / (a + b + 1 + repeats + i), N negative binomial with the shape
        shape + repeats and the share period / (alpha + age + period)

    All terms are positive: the form with a hypergeometric function, in which they cancel, is not
    finite for many parameters.

    Args:
        shape: Shape r of the rates at which customers buy. Scalar or array.
        alpha: Scale of them, in days (or in the unit of the other times). Scalar or array.
        a: First parameter of the probability to be gone after a purchase. Scalar or array.
        b: Second parameter of it. Scalar or array.
        repeats: Purchase days after the first. Scalar or array.
        last: Days from the first purchase to the last. Scalar or array, at most ``age``.
        age: Days from the first purchase to the day of the forecast. Scalar or array.
        period: Days ahead, 365 for a year. Scalar or array.

    Returns:
        A number of purchase days in the period.

    Raises:
        DomainError: if a parameter is not above 0, ``repeats`` is no whole number of at least 0,
            ``period`` is negative, ``last`` is negative or exceeds ``age``, or so many orders are
            expected that their sum would not end.

    References:
        Batislam, Denizel and Filiztekin, "Empirical validation and comparison of models for
        customer base analysis", International Journal of Research in Marketing 24, 2007.

    Examples:
        >>> round(expected_orders(0.52484, 6.183, 0.89136, 1.614, 2, 30.43, 38.86, 39), 4)
        1.2627
    """
    kept = ((alpha + last) / (alpha + age)) ** (shape + repeats)
    alive = kept / (kept + a / (b + repeats))
    return alive * one_by_one(_if_alive, shape + repeats, alpha + age, a, b + 1 + repeats, period)


def _if_alive(shape: float, scale: float, goes: float, stays: float, period: float) -> float:
    """Expected orders of who is still a customer: a sum of positive terms."""
    if period == 0:
        return 0.0
    share, mean = period / (scale + period), shape * period / scale
    terms = mean + 12 * sqrt(mean * (1 + period / scale)) + 40 * (1 + period / scale)
    if not terms <= MOST_TERMS:
        raise DomainError(
            Translated(
                f"more than {MOST_TERMS:,} orders can't be summed",
                f"fler än {MOST_TERMS:,} köp kan inte summeras",
            )
        )
    # ln P(N = n), and what is left of 1: exactly so where next to nothing is expected.
    exactly = shape * log1p(-share)
    at_least, there, total = -expm1(exactly), 1.0, 0.0
    for n in range(ceil(terms)):
        total += at_least * there
        exactly += log((shape + n) / (n + 1) * share)
        at_least = max(at_least - exp(exactly), 0.0)
        there *= (stays + n) / (goes + stays + n)
    return total


@formula(
    p=POSITIVE,
    q=ABOVE_ONE,
    gamma=POSITIVE,
    repeats=ORDERS,
    mean_value=SPEND,
    result=MONEY,
    expression="p*(gamma+repeats*mean_value)/(p*repeats+q-1)",
    example=Example(
        (6.2488, 3.7446, 15.4477, 2, 22.35),
        24.6586,
        "CDNOW's 946 customers with repeats; Fader and Hardie (2013) print p 6.25, q 3.74, γ 15.44",
        rel_tol=5e-6,
    ),
)
def expected_value(
    p: Numeric, q: Numeric, gamma: Numeric, repeats: Numeric, mean_value: Numeric
) -> Numeric:
    """Revenue that is expected of a customer's next order.

    Equation:
        value = p × (gamma + repeats × mean value) / (p × repeats + q − 1)

    It lies between the mean of all customers and her own, nearer to that the more she has bought.

    Args:
        p: Shape of the values of a customer's orders. Scalar or array.
        q: Shape of the means over customers, above 1. Scalar or array.
        gamma: Scale of the means, in currency units. Scalar or array.
        repeats: Purchase days after the first. Scalar or array.
        mean_value: Mean revenue of those, in currency units; any where there are none. Scalar or
            array.

    Returns:
        Currency units per order.

    Raises:
        DomainError: if ``p`` or ``gamma`` is not above 0, ``q`` not above 1, ``repeats`` no whole
            number of at least 0, or ``mean_value`` negative.

    References:
        Fader and Hardie, "The Gamma-Gamma Model of Monetary Value", 2013.

    Examples:
        >>> round(expected_value(6.2488, 3.7446, 15.4477, 2, 22.35), 2)
        24.66
    """
    return p * (gamma + repeats * mean_value) / (p * repeats + q - 1)
