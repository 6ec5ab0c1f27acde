"""The value of customers."""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

from math import expm1, log, prod
from typing import TYPE_CHECKING

from crmformulas.catalog.formula import (
    DISCOUNT,
    DRIVER,
    EXPECTED,
    FACTOR,
    FREQUENCY,
    MONEY,
    NUMBER,
    RATE,
    RATIO,
    SIGNED_RATE,
    WHOLE_YEARS,
    YEARS,
    Example,
    Numeric,
    Shape,
    formula,
)
from crmformulas.errors import ArgumentError, DivisionError, DomainError, NotEnoughDataError
from crmformulas.translations import Translated

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "DRIVERS",
    "annual_value",
    "clv",
    "clv_bridge",
    "clv_discounted",
    "clv_index",
    "flow_value",
    "growth_rate",
    "portfolio_value",
]

ELINDER = "Elinder, 'Dina nycklar till framgångsrikare CRM' (IRi, 2018)"

DRIVERS = ("frequency", "order_value", "duration", "customers")
"""What portfolio value is the product of, in the order of :func:`clv_bridge`."""


@formula(
    frequency=FREQUENCY,
    order_value=MONEY,
    result=MONEY,
    expression="frequency*order_value",
    example=Example((5, 500), 2500, ELINDER),
)
def annual_value(frequency: Numeric, order_value: Numeric) -> Numeric:
    """Revenue per customer and year.

    Equation:
        annual value = frequency × order value

    Args:
        frequency: Orders per customer and year, at least 0. Scalar or array.
        order_value: Revenue per order, in currency units. Scalar or array.

    Returns:
        Currency units per customer and year.

    Raises:
        DomainError: if ``frequency`` is negative.

    References:
        Elinder, "Dina nycklar till framgångsrikare CRM", IRi, 2018.

    Examples:
        >>> annual_value(5, 500)
        2500.0
    """
    return frequency * order_value


@formula(
    frequency=FREQUENCY,
    order_value=MONEY,
    duration=YEARS,
    margin=FACTOR,
    result=MONEY,
    expression="frequency*order_value*duration*margin",
    example=Example((5, 500, 2.5), 6250, ELINDER),
)
def clv(
    frequency: Numeric, order_value: Numeric, duration: Numeric, margin: Numeric = 1.0
) -> Numeric:
    """Customer lifetime value: what a customer is expected to bring over the whole duration.

    Equation:
        CLV = frequency × order value × duration × margin

    Args:
        frequency: Orders per customer and year, at least 0. Scalar or array.
        order_value: Revenue per order, in currency units. Scalar or array.
        duration: Years as a customer, at least 0. Scalar or array.
        margin: Share of the revenue that counts; 1 gives the value in revenue. Scalar or array.

    Returns:
        Currency units per customer.

    Raises:
        DomainError: if ``frequency``, ``duration`` or ``margin`` is negative.

    References:
        Elinder, "Dina nycklar till framgångsrikare CRM", IRi, 2018.

    Examples:
        >>> clv(5, 500, 2.5)
        6250.0
    """
    return frequency * order_value * duration * margin


@formula(
    annual_value=MONEY,
    retention=RATE,
    discount_rate=DISCOUNT,
    years=WHOLE_YEARS,
    result=MONEY,
    defaults={"years": '""'},
    expression=(
        'LET(kept,retention/(1+discount_rate),annual_value*IF(years="",'
        "IF(kept>1,SQRT(-1),1/(1-kept)),"
        "IF(kept=1,years,(1-kept^years)/(1-kept))))"
    ),
    example=Example((1000, 0.8, 0.1, 3), 1000 * (1 + 8 / 11 + 64 / 121), "three terms added"),
)
def clv_discounted(
    annual_value: Numeric, retention: Numeric, discount_rate: Numeric, years: Numeric = None
) -> Numeric:
    """Customer lifetime value with later years counted at their present value.

    Equation:
        CLV = Σ annual value × (retention / (1 + discount rate))^t,  t = 0, 1, …, years − 1

    Args:
        annual_value: Revenue per customer and year, in currency units. Scalar or array.
        retention: Share of customers who stay, a fraction per year. Scalar or array.
        discount_rate: Fraction per year, above −1. Scalar or array.
        years: How many years count: whole, at least 1. Without it all do. Scalar or array.

    Returns:
        Currency units per customer. The first year counts in full.

    Raises:
        DomainError: if an argument is outside its bounds, or without ``years`` the sum has no
            limit because retention exceeds 1 + discount rate.
        DivisionError: if without ``years`` retention equals 1 + discount rate.

    References:
        Gupta and Lehmann, "Customers as Assets", Journal of Interactive Marketing 17(1), 2003.

    Examples:
        >>> round(clv_discounted(1000, 0.8, 0.1), 2)
        3666.67
        >>> round(clv_discounted(1000, 0.8, 0.1, 3), 2)
        2256.2
    """
    kept = retention / (1 + discount_rate)
    return annual_value * (_limit(kept) if years is None else _geometric_sum(kept, years))


def _limit(ratio: Numeric) -> Numeric:
    """Σ ratio^t over all t: 1 / (1 − ratio)."""
    if isinstance(ratio, float):
        if ratio > 1:
            raise DomainError(
                Translated(
                    "retention must be at most 1 + discount_rate where years are not given",
                    "retention får vara högst 1 + discount_rate när years inte anges",
                )
            )
        return 1 / (1 - ratio)
    import numpy as np

    return np.where(ratio > 1, np.nan, 1 / (1 - ratio))


def _geometric_sum(ratio: Numeric, terms: Numeric) -> Numeric:
    """Σ ratio^t over t < terms: (1 − ratio^terms) / (1 − ratio).

    The numerator by ``expm1``, or it loses its digits where the ratio is close to 1.
    """
    if isinstance(ratio, float):
        if ratio in (0, 1):
            return terms if ratio else 1.0
        return -expm1(terms * log(ratio)) / (1 - ratio)
    import numpy as np

    return np.where(ratio == 1, terms, -np.expm1(terms * np.log(ratio)) / (1 - ratio))


@formula(
    clv=MONEY,
    customers=EXPECTED,
    result=MONEY,
    shapes={"clv": Shape.COLUMN, "customers": Shape.COLUMN},
    aligned=("clv", "customers"),
    skips=("clv", "customers"),
    expression="SUMPRODUCT(TOCOL(clv),TOCOL(customers))",
    example=Example(([6250], [5000]), 31_250_000, ELINDER),
)
def portfolio_value(clv: Numeric, customers: Numeric) -> float:
    """The value that all customers together are expected to bring.

    Equation:
        portfolio value = Σ CLV × customers

    Args:
        clv: Customer lifetime value of each tier, in currency units. Range of n numbers.
        customers: Customers of each tier. Range of n numbers.

    Returns:
        Currency units; 0 for no tiers.

    Raises:
        DomainError: if a number of customers is negative.
        ArgumentError: if the ranges differ in length.

    References:
        Elinder, "Dina nycklar till framgångsrikare CRM", IRi, 2018.

    Examples:
        >>> portfolio_value([6250, 1000], [5000, 200])
        31450000.0
    """
    return float(clv @ customers)


@formula(
    clv=MONEY,
    base=MONEY,
    undefined=DomainError,
    result=RATIO,
    shapes={"clv": Shape.COLUMN},
    result_shape=Shape.COLUMN,
    skips=("clv",),
    row_by_row=True,
    defaults={"base": "TAKE(TOCOL(clv),-1)"},
    expression="TOCOL(clv)/base",
    example=Example(
        ([106196, 28627, 5534, 824],),
        [128.8, 34.7, 6.7, 1.0],
        f"{ELINDER}: printed to one decimal",
        rel_tol=0.003,
    ),
)
def clv_index(clv: Numeric, base: float | None = None) -> NDArray[np.float64]:
    """The worth of each customer as a multiple of that of the base customer.

    Equation:
        index = CLV / base

    Args:
        clv: Customer lifetime value of each tier, in currency units. Range of n numbers.
        base: What they are compared with; the last of them unless given. Scalar.

    Returns:
        An array of n ratios.

    Raises:
        DivisionError: if ``base`` is 0.
        NotEnoughDataError: if ``clv`` is empty.

    References:
        Elinder, "Dina nycklar till framgångsrikare CRM", IRi, 2018.

    Examples:
        >>> clv_index([900, 300, 100]).tolist()
        [9.0, 3.0, 1.0]
    """
    if not len(clv):
        raise NotEnoughDataError(
            Translated("clv must have at least one element", "clv måste ha minst ett värde")
        )
    base = clv[-1] if base is None else base
    if base == 0:
        raise DivisionError(Translated("base must not be 0, got 0", "base får inte vara 0, fick 0"))
    index: NDArray[np.float64] = clv / base
    return index


@formula(
    customers=EXPECTED,
    clv_from=MONEY,
    clv_to=MONEY,
    result=MONEY,
    expression="customers*(clv_to-clv_from)",
    example=Example(
        (1494, 106_196, 5534),
        -150_389_028,
        f"{ELINDER}: customers from super to mid times 5 534 − 106 196",
    ),
)
def flow_value(customers: Numeric, clv_from: Numeric, clv_to: Numeric) -> Numeric:
    """The value that a flow of customers between two tiers adds to the portfolio, or takes from it.

    Equation:
        value = customers × (CLV of the tier they are in now − CLV of the tier they were in)

    Args:
        customers: How many moved. Scalar or array.
        clv_from: CLV of the tier they come from, in currency units; 0 for new and reactivated
            customers. Scalar or array.
        clv_to: CLV of the tier they are in now; 0 for the lost. Scalar or array.

    Returns:
        Currency units; negative for a loss. That of the lost does not depend on how many left, as
        their CLV is the longer the fewer they are: hold one year's CLV when years are compared.

    Raises:
        DomainError: if ``customers`` is negative.

    References:
        Elinder, "Dina nycklar till framgångsrikare CRM", IRi, 2018. Gupta and Lehmann, "Customers
        as Assets", Journal of Interactive Marketing 17(1), 2003.

    Examples:
        >>> flow_value(100, 5000, 800), flow_value(40, 0, 800)
        (-420000.0, 32000.0)
    """
    return customers * (clv_to - clv_from)


@formula(
    before=NUMBER,
    after=NUMBER,
    result=SIGNED_RATE,
    expression="after/before-1",
    example=Example((31_250_000, 48_600_000), 0.5552, f"{ELINDER}: printed +55 %"),
)
def growth_rate(before: Numeric, after: Numeric) -> Numeric:
    """By how much something grew, as a share of what it was.

    Equation:
        growth = after / before − 1

    Args:
        before: The earlier figure. Scalar or array.
        after: The later figure, in the same unit. Scalar or array.

    Returns:
        A fraction per the time between the two; negative for a decline.

    Raises:
        DivisionError: if ``before`` is 0.

    References:
        Elinder, "Dina nycklar till framgångsrikare CRM", IRi, 2018.

    Examples:
        >>> growth_rate(200, 250)
        0.25
    """
    return after / before - 1


def _four_drivers(**columns: Numeric) -> None:
    for name, column in columns.items():
        if len(column) != len(DRIVERS):
            raise ArgumentError(
                Translated(
                    f"{name} must be 4 numbers ({', '.join(DRIVERS)}), got {len(column)}",
                    f"{name} måste vara 4 tal ({', '.join(DRIVERS)}), fick {len(column)}",
                )
            )


@formula(
    before=DRIVER,
    after=DRIVER,
    undefined=DomainError,
    sizes=_four_drivers,
    result=MONEY,
    shapes={"before": Shape.COLUMN, "after": Shape.COLUMN},
    result_shape=Shape.COLUMN,
    expression=(
        "LET(old,TOCOL(before),new,TOCOL(after),MAP(SEQUENCE(4),LAMBDA(driver,"
        "LET(others,LAMBDA(share,REDUCE(1,SEQUENCE(4),LAMBDA(so_far,i,"
        "so_far*IF(i=driver,1,INDEX(old,i)+share*(INDEX(new,i)-INDEX(old,i)))))),"
        "(INDEX(new,driver)-INDEX(old,driver))*(others(0)+4*others(0.5)+others(1))/6))))"
    ),
    example=Example(
        ([5, 500, 2.5, 5000], [6, 600, 3, 4500]),
        [7_181_250, 7_181_250, 7_181_250, -4_193_750],
        f"the mean over all 24 orders of change, from 31 250 000 to 48 600 000 ({ELINDER})",
    ),
)
def clv_bridge(before: Numeric, after: Numeric) -> NDArray[np.float64]:
    """The part that each driver brought of the change in portfolio value.

    Equation:
        share_i = (after_i − before_i) × ∫₀¹ Π_{j≠i} (before_j + s (after_j − before_j)) ds

    This is the driver's Shapley value: its effect, averaged over all orders in which the four
    drivers can change one after the other. The integrand is a cubic, so Simpson's rule is exact.

    Args:
        before: Frequency, order value, duration and customers before. Range of 4 numbers.
        after: The same four afterwards. Range of 4 numbers.

    Returns:
        An array of 4 amounts in currency units, in the order of the drivers; they add up to the
        change in frequency × order value × duration × customers.

    Raises:
        DomainError: if a number is negative.
        ArgumentError: if a range has not 4 numbers.

    References:
        Owen, "Multilinear Extensions of Games", Management Science 18(5), 1972.

    Examples:
        >>> clv_bridge([5, 500, 2.5, 100], [6, 500, 2.5, 100]).tolist()
        [125000.0, 0.0, 0.0, 0.0]
    """
    import numpy as np

    old, new = np.asarray(before, float), np.asarray(after, float)
    return np.array(bridge_shares(old.tolist(), new.tolist()))


def bridge_shares(before: Sequence[float], after: Sequence[float]) -> list[float]:
    """The part that each of four drivers brought, as `clv_bridge` tells it, of numbers in order."""
    shares = []
    for driver, (old, new) in enumerate(zip(before, after, strict=True)):
        # The other three drivers at the start, halfway and at the end.
        at_start, halfway, at_end = (
            prod(
                1.0 if i == driver else one + share * (other - one)
                for i, (one, other) in enumerate(zip(before, after, strict=True))
            )
            for share in (0, 0.5, 1)
        )
        shares.append((new - old) * (at_start + 4 * halfway + at_end) / 6)
    return shares
