"""The customer development budget: from last year's outcome to next year's customers and revenue.

Three segments carry it, and each is a product: new customers are recruited, continued ones are
retained, reactivated ones are won back; times frequency, times order value.
"""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING, Any, NamedTuple

from crmformulas.catalog import checks
from crmformulas.catalog.formula import (
    CATALOG,
    EXPECTED,
    FACTOR,
    LABEL,
    MONEY,
    RATE,
    Example,
    Kind,
    Numeric,
    Shape,
    formula,
)
from crmformulas.catalog.table_headers import LANGUAGE, in_language
from crmformulas.errors import (
    ArgumentError,
    DivisionError,
    DomainError,
    NotEnoughDataError,
    in_short,
)
from crmformulas.formulas._root_finding import factor_reaching
from crmformulas.formulas.migration import ROUNDING
from crmformulas.translations import Translated

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

__all__ = [
    "COLUMNS",
    "GROWTH",
    "LEVERS",
    "SEGMENTS",
    "BudgetRow",
    "budget",
    "budget_rows",
    "customer_development",
    "development_rows",
    "growth_factors",
    "outcome_rows",
    "required_factor",
]

SEGMENTS = ("new", "continued", "reactivated")
"""The rows of an outcome; a budget has the total below them."""

ROWS = (*SEGMENTS, "total")
"""The rows of a budget."""


class BudgetRow(NamedTuple):
    """A segment of a year, or all of them; what can't be divided is NaN.

    Attributes:
        customers: How many; not rounded.
        revenue: In currency units.
        orders: How many; not rounded.
        value_per_order: In currency units.
        orders_per_customer: Orders of a customer in the year.
        revenue_per_customer: In currency units.
    """

    customers: float
    revenue: float
    orders: float
    value_per_order: float
    orders_per_customer: float
    revenue_per_customer: float


COLUMNS = BudgetRow._fields
"""The columns of a budget; an outcome has the first three."""

LEVERS = (
    "recruitment",
    "retention",
    "reactivation",
    "new_frequency",
    "new_order_value",
    "continued_frequency",
    "continued_order_value",
    "reactivated_frequency",
    "reactivated_order_value",
)
"""The factors of a simulation: first those of the customers, then two for each segment."""

GROWTH = (LEVERS[0], *LEVERS[3:])
"""The growth factors: a budget's retention and reactivation are rates of their own."""

SEGMENT_OF_LEVER = (0, 1, 2, 0, 0, 1, 1, 2, 2)

GROWTH_KIND = Kind("growth", "factor (1 = unchanged)", low=0.0, names=GROWTH)
SIMULATION = Kind("simulation", "factor (1 = unchanged)", low=0.0, names=LEVERS)

OUTCOME = [[100, 20_000, 200], [300, 90_000, 600], [50, 5_000, 50]]


def growth_factors(outcome: Numeric, former: Numeric) -> NDArray[np.float64]:
    """By how much recruitment, frequency and order value grew from one period to the next.

    Args:
        outcome: Outcome of the period, as for a budget. Table of 3 × 3.
        former: The same for the period before.

    Returns:
        The factors in the order of :data:`GROWTH`; undefined (NaN) where a segment was empty.

    Examples:
        >>> now, before = [[110, 24_200, 242]] * 3, [[100, 20_000, 200]] * 3
        >>> growth_factors(now, before).round(2).tolist()
        [1.1, 1.1, 1.0, 1.1, 1.0, 1.1, 1.0]
    """
    import numpy as np

    now, before = _plan(outcome), _plan(former)
    frequency = _ratio(now.frequency, before.frequency)
    order_value = _ratio(now.order_value, before.order_value)
    recruitment = _ratio(now.customers, before.customers)[:1]
    return np.concatenate((recruitment, np.column_stack((frequency, order_value)).ravel()))


def _sizes(outcome: Any, growth: Any, simulation: Any, **_: Any) -> None:
    _three_by_three(outcome)
    if len(growth) not in (len(GROWTH), 9):
        raise ArgumentError(
            Translated(
                f"growth must be 7 factors or a table of 3 × 3, got {len(growth)}",
                f"growth måste vara 7 faktorer eller en tabell på 3 × 3, fick {len(growth)}",
            )
        )
    if simulation is not None and len(simulation) != len(LEVERS):
        raise ArgumentError(
            Translated(
                f"simulation must be {len(LEVERS)} factors, got {len(simulation)}",
                f"simulation måste vara {len(LEVERS)} faktorer, fick {len(simulation)}",
            )
        )


def _three_by_three(outcome: Any, name: str = "outcome") -> None:
    if (shape := outcome.shape) != (3, 3):
        got = "×".join(map(str, shape))
        raise ArgumentError(
            Translated(
                f"{name} must be a table of 3 rows and 3 columns, got {got}",
                f"{name} måste vara en tabell med 3 rader och 3 kolumner, fick {got}",
            )
        )


@formula(
    outcome=EXPECTED,
    opening=EXPECTED,
    growth=GROWTH_KIND,
    reactivation=RATE,
    simulation=SIMULATION,
    language=LANGUAGE,
    result=MONEY,
    shapes={"outcome": Shape.TABLE, "growth": Shape.COLUMN, "simulation": Shape.COLUMN},
    sizes=_sizes,
    result_shape=Shape.TABLE,
    defaults={"simulation": "SEQUENCE(9,1,1,0)", "language": '"en"'},
    expression=(
        "LET(people,CHOOSECOLS(outcome,1),revenue,CHOOSECOLS(outcome,2),"
        "orders,CHOOSECOLS(outcome,3),kept,INDEX(people,2),"
        "given,TOCOL(growth),lever,TOCOL(simulation),"
        "former,IF(ROWS(given)=9,WRAPROWS(given,3),outcome),"
        "was,CHOOSECOLS(former,1),had,CHOOSECOLS(former,2),bought,CHOOSECOLS(former,3),"
        "recruited,IF(ROWS(given)=9,INDEX(people,1)/INDEX(was,1),INDEX(given,1)),"
        "oftener,IF(ROWS(given)=9,(orders/people)/(bought/was),"
        "VSTACK(INDEX(given,2),INDEX(given,4),INDEX(given,6))),"
        "larger,IF(ROWS(given)=9,(revenue/orders)/(had/bought),"
        "VSTACK(INDEX(given,3),INDEX(given,5),INDEX(given,7))),"
        "per_customer,orders/people*oftener*VSTACK(INDEX(lever,4),INDEX(lever,6),INDEX(lever,8)),"
        "per_order,revenue/orders*larger*VSTACK(INDEX(lever,5),INDEX(lever,7),INDEX(lever,9)),"
        "customers,VSTACK(INDEX(people,1)*recruited*INDEX(lever,1),"
        "SUM(people)*kept/opening*INDEX(lever,2),(opening-kept)*reactivation*INDEX(lever,3)),"
        "ordered,IF(customers=0,0,customers*per_customer),"
        "segments,HSTACK(customers,IF(ordered=0,0,ordered*per_order),ordered),"
        "lines,VSTACK(segments,BYCOL(segments,LAMBDA(part,SUM(part)))),"
        "HSTACK(lines,CHOOSECOLS(lines,2)/CHOOSECOLS(lines,3),"
        "CHOOSECOLS(lines,3)/CHOOSECOLS(lines,1),CHOOSECOLS(lines,2)/CHOOSECOLS(lines,1)))"
    ),
    example=Example(
        (OUTCOME, 500, [1.1, 1, 1.2, 1, 1, 1, 1], 0.4),
        [
            [110, 26_400, 220, 120, 2, 240],
            [270, 81_000, 540, 150, 2, 300],
            [80, 8_000, 80, 100, 1, 100],
            [460, 115_400, 840, 115_400 / 840, 840 / 460, 115_400 / 460],
        ],
        "by hand: 100 × 1.1; 450 × 300 / 500; 200 × 0.4",
    ),
)
def budget(
    outcome: Any,
    opening: float,
    growth: Any,
    reactivation: float,
    simulation: Any = None,
    language: Any = None,
) -> pd.DataFrame:
    """Customers, orders and revenue of next year, by segment and in total.

    Equation:
        new = outcome new × growth × simulation
        continued = closing × (outcome continued / opening) × simulation
        reactivated = (opening − outcome continued) × reactivation × simulation
        orders = customers × (outcome frequency × growth × simulation)
        revenue = orders × (outcome order value × growth × simulation)

    Args:
        outcome: Outcome of the year: rows new, continued, reactivated; columns customers, revenue,
            orders. Table of 3 × 3 numbers, at least 0.
        opening: Active customers when that year began, at least those who continued. Scalar.
        growth: Seven factors (recruitment; frequency and order value of new, continued and
            reactivated customers), or the outcome of the year before, as a table of 3 × 3, which
            gives them. Range; in Python also a mapping by the names in ``GROWTH``.
        reactivation: Share of the lost customers who come back, a fraction per year. Scalar.
        simulation: Nine factors, 1 unless given (recruitment, retention, reactivation; frequency
            and order value of new, continued and reactivated customers). Range; in Python also a
            mapping by the names in ``LEVERS``.
        language: Language in which a spreadsheet shows the headers, ``en`` or ``sv``; in Python a
            DataFrame keeps its names. English unless given.

    Returns:
        A table with the rows new, continued, reactivated and total; the columns customers, revenue,
        orders, value per order, orders per customer and revenue per customer. Customers and orders
        are not rounded. What a segment without outcome leaves undefined is NaN.

    Raises:
        DomainError: if an argument is outside its bounds, more continue than there were, or the
            simulated retention or reactivation exceeds 1.
        DivisionError: if ``opening`` is 0.
        ArgumentError: if a range has the wrong size.

    References:
        Elinder, "Dina nycklar till framgångsrikare CRM", IRi, 2018.

    Examples:
        >>> outcome = [[100, 20_000, 200], [300, 90_000, 600], [50, 5_000, 50]]
        >>> budget(outcome, 500, [1] * 7, 0.4)["customers"].to_dict()
        {'new': 100.0, 'continued': 270.0, 'reactivated': 80.0, 'total': 450.0}
    """
    import pandas as pd

    rows = _budget_rows(outcome, opening, growth, reactivation, simulation)
    table = [list(row) for row in rows.values()]
    frame = pd.DataFrame(table, index=pd.Index(ROWS), columns=pd.Index(COLUMNS), dtype=float)
    return in_language(frame, language)


def _budget_rows(
    outcome: Any, opening: float, growth: Any, reactivation: float, simulation: Any = None
) -> dict[str, BudgetRow]:
    """The table of :func:`budget` as a row for each segment and one for the total.

    It takes the same arguments and checks them in the same way, and needs no pandas.
    """
    import numpy as np

    plan = _budgeted(outcome, opening, growth, reactivation, _simulation(simulation))
    return outcome_rows(np.column_stack((plan.customers, plan.revenue, plan.orders)))


budget_rows = checks.checked(_budget_rows, CATALOG["budget"].parameters[:5], sizes=_sizes)


def outcome_rows(outcome: Any) -> dict[str, BudgetRow]:
    """An outcome with the total, and what follows from its three columns.

    Args:
        outcome: Rows new, continued, reactivated; columns customers, revenue, orders. Table of
            3 × 3 numbers.

    Returns:
        The rows of a budget by their names.

    Examples:
        >>> outcome = [[100, 20_000, 200], [300, 90_000, 600], [50, 5_000, 50]]
        >>> [round(row.value_per_order, 1) for row in outcome_rows(outcome).values()]
        [100.0, 150.0, 100.0, 135.3]
    """
    import numpy as np

    segments = np.asarray(outcome, dtype=np.float64)
    customers, revenue, orders = np.vstack((segments, segments.sum(axis=0))).T
    each = (_ratio(revenue, orders), _ratio(orders, customers), _ratio(revenue, customers))
    table = np.column_stack((customers, revenue, orders, *each)).tolist()
    return {name: BudgetRow(*row) for name, row in zip(ROWS, table, strict=True)}


def development_rows(outcome: Any, former: Any) -> dict[str, BudgetRow]:
    """Each figure of an outcome divided by that of the period before, with the total.

    Args:
        outcome: Outcome of the period, as for a budget. Table of 3 × 3 numbers.
        former: The same for the period before.

    Returns:
        The rows of a budget by their names, as fractions; what can't be divided is NaN.
    """
    now, then = outcome_rows(outcome), outcome_rows(former)

    def index(after: float, before: float) -> float:
        return after / before if before and before == before else nan

    return {name: BudgetRow(*map(index, now[name], then[name])) for name in ROWS}


def _two_outcomes(outcome: Any, former: Any, **_: Any) -> None:
    _three_by_three(outcome)
    _three_by_three(former, "former")


WHOLE = (
    "LET(lines,VSTACK({0},BYCOL({0},LAMBDA(part,SUM(part)))),"
    "HSTACK(lines,CHOOSECOLS(lines,2)/CHOOSECOLS(lines,3),"
    "CHOOSECOLS(lines,3)/CHOOSECOLS(lines,1),CHOOSECOLS(lines,2)/CHOOSECOLS(lines,1)))"
)
"""An outcome with the total, and what follows from its three columns."""


@formula(
    outcome=EXPECTED,
    former=EXPECTED,
    language=LANGUAGE,
    result=FACTOR,
    shapes={"outcome": Shape.TABLE, "former": Shape.TABLE},
    sizes=_two_outcomes,
    result_shape=Shape.TABLE,
    defaults={"language": '"en"'},
    expression=f"{WHOLE.format('outcome')}/{WHOLE.format('former')}",
    example=Example(
        (
            [
                [22_888, 109_399_261, 25_139],
                [12_051, 72_138_851, 13_833],
                [11_978, 71_264_672, 13_297],
            ],
            [
                [22_639, 85_527_046, 24_621],
                [12_870, 63_377_716, 14_383],
                [11_325, 54_799_839, 12_348],
            ],
        ),
        [
            [1.011, 1.279, 1.021, 1.253, 1.010, 1.265],
            [0.936, 1.138, 0.962, 1.183, 1.027, 1.216],
            [1.058, 1.300, 1.077, 1.208, 1.018, 1.230],
            [1.002, 1.241, 1.018, 1.219, 1.016, 1.239],
        ],
        "Elinder (IRi, 2018) prints 101, 128, 102, 125, 101, 127 % for the new, 94 … 122 %, "
        "106 … 123 %, and 100, 124, 102, 122, 102, 124 % in total; the year before follows from "
        "them",
        rel_tol=0.0006,
    ),
)
def customer_development(outcome: Any, former: Any, language: Any = None) -> pd.DataFrame:
    """The change of each segment from one year to the next: customers, orders, revenue, and why.

    Equation:
        index = figure of the year / the same figure of the year before
        revenue = customers × orders per customer × value per order, and so are their indices

    Args:
        outcome: Outcome of the year: rows new, continued, reactivated; columns customers, revenue,
            orders. Table of 3 × 3 numbers, at least 0.
        former: The same for the year before. Table of 3 × 3 numbers, at least 0.
        language: Language in which a spreadsheet shows the headers, ``en`` or ``sv``; in Python a
            DataFrame keeps its names. English unless given.

    Returns:
        A table of fractions (1.05 = 5 % more) with the rows new, continued, reactivated and total;
        the columns customers, revenue, orders, value per order, orders per customer and revenue per
        customer. NaN where the year before has nothing to compare with. The index of former
        customers is one division, of those who were lost in each year.

    Raises:
        DomainError: if a number is negative.
        ArgumentError: if a table is not 3 × 3.

    References:
        Elinder, "Dina nycklar till framgångsrikare CRM", IRi, 2018 (customer development).

    Examples:
        >>> now, before = [[110, 24_200, 242]] * 3, [[100, 20_000, 200]] * 3
        >>> customer_development(now, before).loc["total"].round(2).tolist()
        [1.1, 1.21, 1.21, 1.0, 1.1, 1.1]
    """
    import pandas as pd

    table = [list(row) for row in development_rows(outcome, former).values()]
    frame = pd.DataFrame(table, index=pd.Index(ROWS), columns=pd.Index(COLUMNS), dtype=float)
    return in_language(frame, language)


@formula(
    outcome=EXPECTED,
    opening=EXPECTED,
    growth=GROWTH_KIND,
    reactivation=RATE,
    target=MONEY,
    lever=LABEL,
    simulation=SIMULATION,
    result=FACTOR,
    shapes={
        "outcome": Shape.TABLE,
        "growth": Shape.COLUMN,
        "lever": Shape.COLUMN,
        "simulation": Shape.COLUMN,
    },
    sizes=_sizes,
    defaults={"simulation": "SEQUENCE(9,1,1,0)"},
    example=Example(
        (OUTCOME, 500, [1.1, 1, 1.2, 1, 1, 1, 1], 0.4, 123_500, "retention"),
        1.1,
        "by hand: 8 100 of 81 000 are lacking",
    ),
)
def required_factor(
    outcome: Any,
    opening: float,
    growth: Any,
    reactivation: float,
    target: float,
    lever: Any,
    simulation: Any = None,
) -> float:
    """The simulation factor with which one lever, or several evenly, reach the target revenue.

    Equation:
        Σ revenue of a segment, its levers 1 × factor^(chosen levers of the segment) = target

    Args:
        outcome: Outcome of the year, as for a budget. Table of 3 × 3 numbers.
        opening: Active customers when that year began. Scalar.
        growth: Seven growth factors, or the outcome of the year before. Range.
        reactivation: Share of the lost customers who come back, a fraction per year. Scalar.
        target: The revenue to reach, in currency units. Scalar.
        lever: Name of the lever, or of several that are lifted by the same factor. Text or range.
        simulation: Nine factors for the other levers, 1 unless given. Range.

    Returns:
        The factor: 1.1 is a lift of 10 %. It takes the place of the levers' own simulation.

    Raises:
        DomainError: if an argument is outside its bounds.
        NotEnoughDataError: if no factor of at least 0 reaches the target, or only one by which more
            customers would stay or come back than there are.
        ArgumentError: if there is no lever of that name, or a range has the wrong size.

    References:
        Elinder, "Dina nycklar till framgångsrikare CRM", IRi, 2018.

    Examples:
        >>> outcome = [[100, 20_000, 200], [300, 90_000, 600], [50, 5_000, 50]]
        >>> round(required_factor(outcome, 500, [1] * 7, 0.4, 110_000, "new_frequency"), 3)
        1.05
    """
    levers, chosen = _simulation(simulation), _chosen(lever)
    levers[chosen] = 1.0
    plan = _budgeted(outcome, opening, growth, reactivation, levers)
    powers = [sum(SEGMENT_OF_LEVER[i] == segment for i in chosen) for segment in range(3)]
    factor = factor_reaching(plan.revenue.tolist(), powers, target)
    for i, share in enumerate(plan.shares, LEVERS.index("retention")):
        if i in chosen and factor * share > 1 + ROUNDING:
            raise NotEnoughDataError(
                Translated(
                    f"no factor reaches {target:g}: {LEVERS[i]} {share:.4g} × {factor:.4g} "
                    "exceeds 1",
                    f"ingen faktor når {target:g}: {LEVERS[i]} {share:.4g} × {factor:.4g} går "
                    "över 1",
                )
            )
    return factor


@dataclass(frozen=True, slots=True)
class _Plan:
    """The factors of revenue, by segment; and the retention and reactivation in it."""

    customers: NDArray[np.float64]
    frequency: NDArray[np.float64]
    order_value: NDArray[np.float64]
    shares: tuple[float, ...] = ()

    @property
    def orders(self) -> NDArray[np.float64]:
        return _times(self.customers, self.frequency)

    @property
    def revenue(self) -> NDArray[np.float64]:
        return _times(self.orders, self.order_value)


def _plan(outcome: Any) -> _Plan:
    import numpy as np

    table = np.asarray(outcome, dtype=np.float64)
    _three_by_three(table)
    customers, revenue, orders = table.T
    return _Plan(customers, _ratio(orders, customers), _ratio(revenue, orders))


def _budgeted(
    outcome: Any,
    opening: float,
    growth: NDArray[np.float64],
    reactivation: float,
    simulation: NDArray[np.float64],
) -> _Plan:
    """The plan for next year with these nine simulation factors."""
    import numpy as np

    now = _plan(outcome)
    new, continued, _ = now.customers
    if len(growth) == 9:
        growth = growth_factors(outcome, growth.reshape(3, 3))
    if opening == 0:
        raise DivisionError(
            Translated("opening must not be 0, got 0", "opening får inte vara 0, fick 0")
        )
    if continued > opening:
        raise DomainError(
            Translated(
                f"continued must be at most opening ({opening:g}), got {continued:g}",
                f"continued får vara högst opening ({opening:g}), fick {continued:g}",
            )
        )
    shares = (continued / opening * simulation[1], reactivation * simulation[2])
    for name, share in zip(LEVERS[1:3], shares, strict=True):
        if share > 1 + ROUNDING:
            raise DomainError(
                Translated(
                    f"{name} with its simulation must be at most 1, got {share:g}",
                    f"{name} med sin simulering får vara högst 1, fick {share:g}",
                )
            )
    closing, lost = now.customers.sum(), opening - continued
    return _Plan(
        customers=np.array(
            [new * growth[0] * simulation[0], closing * shares[0], lost * shares[1]]
        ),
        frequency=now.frequency * growth[1::2] * simulation[3::2],
        order_value=now.order_value * growth[2::2] * simulation[4::2],
        shares=shares,
    )


def _ratio(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    """Undefined (NaN) where there is nothing to divide by; infinite where a number is too large."""
    import numpy as np

    ratio = np.divide(part, whole, out=np.full_like(part, np.nan), where=whole != 0)
    return np.where(np.isinf(part) | np.isinf(whole), np.inf, ratio)


def _times(number: NDArray[np.float64], each: NDArray[np.float64]) -> NDArray[np.float64]:
    """Nothing times an unknown value is nothing."""
    import numpy as np

    return np.where(number == 0, 0.0, number * each)


def _simulation(factors: NDArray[np.float64] | None) -> NDArray[np.float64]:
    import numpy as np

    if factors is None:
        return np.ones(len(LEVERS))
    return factors.copy()


def _chosen(names: Sequence[str | None]) -> list[int]:
    """The positions of the levers with these names, each once."""
    chosen = {name.lower().replace(" ", "_").replace("-", "_") for name in names if name}
    unknown = chosen.difference(LEVERS)
    if unknown or not chosen:
        got = in_short(", ".join(sorted(unknown)) or "nothing")
        raise ArgumentError(
            Translated(
                f"lever must be one of {', '.join(LEVERS)}, got {got}",
                f"lever måste vara en av {', '.join(LEVERS)}, fick {got}",
            )
        )
    return [i for i, name in enumerate(LEVERS) if name in chosen]
