"""The F-ladder: from the first order to the second and on, and where the tipping point is."""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from math import nan
from operator import mul
from typing import TYPE_CHECKING

from crmformulas.catalog.formula import (
    COUNT,
    EXPECTED,
    ORDERS,
    RATE,
    STEPS,
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

__all__ = ["extra_orders", "f_ladder", "step_gain", "step_rates", "tipping_point"]

RIM = "RIM, 'The Tipping Point' (newsletter article)"

GOALS = (0.25, 0.31, 0.47, 0.63, 0.63, 0.637)

LONGEST_LADDER = int(STEPS.high)


@formula(
    order_counts=ORDERS,
    max_f=STEPS,
    result=COUNT,
    shapes={"order_counts": Shape.COLUMN},
    skips=("order_counts",),
    result_shape=Shape.COLUMN,
    defaults={"max_f": f"MIN(MAX(order_counts),{LONGEST_LADDER})"},
    expression="MAP(SEQUENCE(max_f),LAMBDA(step,SUM((order_counts>=step)*1)))",
    example=Example(([1, 3, 1, 2],), [4, 2, 1], "counted by hand"),
)
def f_ladder(order_counts: Numeric, max_f: int | None = None) -> NDArray[np.int64]:
    """The number of customers who have made at least one order, at least two, and so on.

    Equation:
        Fk = number of customers with orders ≥ k,  k = 1, …, max F

    Args:
        order_counts: Number of orders of each customer. Range of whole numbers.
        max_f: The last step, a whole number from 1 to 1000. The largest count unless given.

    Returns:
        An array of ``max_f`` numbers of customers, none larger than the one before.

    Raises:
        DomainError: if a count is negative or not whole.
        NotEnoughDataError: if ``max_f`` is not given and nobody has an order.

    References:
        RIM, "The Tipping Point", newsletter article.

    Examples:
        >>> f_ladder([1, 3, 1, 2]).tolist()
        [4, 2, 1]
    """
    import numpy as np

    if max_f is None:
        max_f = min(int(order_counts.max(initial=0)), LONGEST_LADDER)
        if max_f < 1:
            raise NotEnoughDataError(
                Translated(
                    "order_counts must have at least one order",
                    "order_counts måste ha minst ett köp",
                )
            )
    # Where a machine counts in 32 bits, as Pyodide's does, places of 64 bits are refused.
    places = np.minimum(order_counts, max_f).astype(np.intp)
    with_exactly = np.bincount(places, minlength=max_f + 1).astype(np.int64)
    return np.cumsum(with_exactly[::-1])[::-1][1:]


@formula(
    ladder=EXPECTED,
    result=RATE,
    shapes={"ladder": Shape.COLUMN},
    result_shape=Shape.COLUMN,
    expression="DROP(TOCOL(ladder),1)/DROP(TOCOL(ladder),-1)",
    example=Example(([1000, 250, 100],), [0.25, 0.4], "250 / 1000 and 100 / 250"),
)
def step_rates(ladder: Numeric) -> NDArray[np.float64]:
    """Which share of the customers at each step goes on to the next.

    Equation:
        step rate k→k+1 = F(k+1) / Fk

    Args:
        ladder: Customers with at least 1, 2, … n orders. Range of n numbers.

    Returns:
        An array of n − 1 fractions. Where a step has no customers the rate is undefined (NaN).

    Raises:
        DomainError: if a number is negative or larger than the one before.
        NotEnoughDataError: if there are fewer than two steps.

    References:
        RIM, "The Tipping Point", newsletter article.

    Examples:
        >>> step_rates([1000, 250, 100]).tolist()
        [0.25, 0.4]
    """
    if len(ladder) < 2:
        raise NotEnoughDataError(
            Translated(
                f"ladder must have at least 2 steps, got {len(ladder)}",
                f"ladder måste ha minst 2 steg, fick {len(ladder)}",
            )
        )
    here, above = ladder[:-1], ladder[1:]
    if (above > here).any():
        step = int((above > here).argmax())
        raise DomainError(
            Translated(
                f"ladder must not rise, got {above[step]:g} after {here[step]:g} at {step + 2}",
                f"ladder får inte stiga, fick {above[step]:g} efter {here[step]:g} på "
                f"plats {step + 2}",
            )
        )
    import numpy as np

    return np.array(going_on(ladder.tolist()))


def going_on(ladder: Sequence[float]) -> list[float]:
    """The body of :func:`step_rates`, which a summary uses without NumPy."""
    return [later / now if now else nan for now, later in pairwise(ladder)]


@formula(
    rates=RATE,
    customers=EXPECTED,
    result=EXPECTED,
    shapes={"rates": Shape.COLUMN},
    expression="customers*SUM(SCAN(1,TOCOL(rates),LAMBDA(reached,share,reached*share)))",
    example=Example(
        (list(GOALS), 1000), 411, f"{RIM}: goal ladder, printed as a whole number", rel_tol=0.002
    ),
)
def extra_orders(rates: Numeric, customers: float = 1000.0) -> float:
    """The number of orders, after the first, that come from a number of new customers.

    Equation:
        extra orders = customers × Σ_k Π_{j≤k} rate_j

    Args:
        rates: Share that goes on from each step to the next, as fractions. Range of n numbers.
        customers: New customers, each with one order. Scalar.

    Returns:
        Number of orders over the steps of ``rates``, not rounded.

    Raises:
        DomainError: if a rate is not between 0 and 1, or ``customers`` is negative.

    References:
        RIM, "The Tipping Point", newsletter article.

    Examples:
        >>> extra_orders([0.5, 0.5], 1000)
        750.0
    """
    return customers * orders_after_first(rates.tolist())


def orders_after_first(rates: Sequence[float]) -> float:
    """The body of :func:`extra_orders` for one customer."""
    return float(sum(accumulate(rates, mul)))


@formula(
    rates=RATE,
    threshold=RATE,
    result=STEPS,
    shapes={"rates": Shape.COLUMN},
    expression="MATCH(TRUE,TOCOL(rates)>=threshold,0)",
    example=Example((list(GOALS),), 4, f"{RIM}: from F4 a majority (63 %) buys again"),
)
def tipping_point(rates: Numeric, threshold: float = 0.5) -> int:
    """The first step of the ladder from which enough customers go on.

    Equation:
        tipping point = min { k : step rate k→k+1 ≥ threshold }

    Args:
        rates: Share that goes on from each step to the next, as fractions. Range of n numbers.
        threshold: The share that is enough, a fraction. Scalar.

    Returns:
        The number of the step, 1 to n: k stands for customers with k orders.

    Raises:
        DomainError: if a rate or ``threshold`` is not between 0 and 1.
        NotEnoughDataError: if no step reaches the threshold.

    References:
        RIM, "The Tipping Point", newsletter article.

    Examples:
        >>> tipping_point([0.2, 0.4, 0.6])
        3
    """
    step = first_reaching(rates.tolist(), threshold)
    if step is None:
        raise NotEnoughDataError(
            Translated(
                f"no step reaches the threshold {threshold:g}",
                f"inget steg når gränsen {threshold:g}",
            )
        )
    return step


def first_reaching(rates: Sequence[float], threshold: float) -> int | None:
    """The body of :func:`tipping_point`; None if no step reaches the threshold."""
    return next((k for k, rate in enumerate(rates, start=1) if rate >= threshold), None)


@formula(
    rates=RATE,
    goals=RATE,
    customers=EXPECTED,
    result=EXPECTED,
    shapes={"rates": Shape.COLUMN, "goals": Shape.COLUMN},
    result_shape=Shape.COLUMN,
    aligned=("rates", "goals"),
    expression=(
        "LET(rate_now,TOCOL(rates),goal,TOCOL(goals),steps,SEQUENCE(ROWS(rate_now)),"
        "extra,LAMBDA(ladder,SUM(SCAN(1,ladder,LAMBDA(reached,share,reached*share)))),"
        "MAP(steps,LAMBDA(step,customers*("
        "extra(IF((steps=step)*(goal>rate_now),goal,rate_now))-extra(rate_now)))))"
    ),
    example=Example(
        ([0.2, 0.5], [0.3, 0.6], 1000),
        [150, 20],
        "by hand: 1000 × (0.3 + 0.15 − 0.3) and 1000 × (0.2 + 0.12 − 0.3)",
    ),
)
def step_gain(rates: Numeric, goals: Numeric, customers: float = 1000.0) -> NDArray[np.float64]:
    """Where the bottleneck is: the extra orders if only that step reached its goal.

    Equation:
        gain_k = extra orders(rates with max(rate_k, goal_k) at k) − extra orders(rates)

    Args:
        rates: Share that goes on from each step to the next, as fractions. Range of n numbers.
        goals: The goal of each step, as fractions. Range of n numbers.
        customers: New customers, each with one order. Scalar.

    Returns:
        An array of n numbers of orders. A step that is beyond its goal gains nothing.

    Raises:
        DomainError: if a rate or goal is not between 0 and 1, or ``customers`` is negative.
        ArgumentError: if the ranges differ in length.

    References:
        RIM, "The Tipping Point", newsletter article.

    Examples:
        >>> step_gain([0.25, 0.5], [0.5, 0.75], 1000).tolist()
        [375.0, 62.5]
    """
    import numpy as np

    # Row k of the table is the ladder with step k alone at its goal.
    own = np.eye(len(rates), dtype=bool)
    at_goal = np.asarray(np.where(own, np.maximum(rates, goals), rates))
    extra = at_goal.cumprod(axis=1).sum(axis=1)
    gain: NDArray[np.float64] = customers * (extra - rates.cumprod().sum())
    return gain
