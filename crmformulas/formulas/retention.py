"""Retention: how many customers stay, how long they stay, and what it is worth."""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING

from crmformulas.catalog.formula import (
    COUNT,
    EXPECTED,
    FACTOR,
    LIFETIME,
    MONEY,
    NUMBER,
    POINTS,
    POSITIVE,
    RATE,
    RATIO,
    SIGNED_RATE,
    SPEND,
    YEARS,
    Example,
    Numeric,
    Relation,
    Shape,
    formula,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "churn",
    "closing_customers",
    "customer_duration",
    "keep_or_acquire",
    "keep_vs_acquire",
    "net_duration",
    "net_revenue_retention",
    "reactivation_rate",
    "retention",
    "retention_from_duration",
    "retention_gain",
    "retention_gain_rate",
    "retention_profit",
]

ELINDER = "Elinder, 'Dina nycklar till framgångsrikare CRM' (IRi, 2018)"


@formula(
    opening=COUNT,
    retained=COUNT,
    result=RATE,
    relations=(Relation(("retained",), "opening"),),
    expression="retained/opening",
    example=Example((4720, 4181), 4181 / 4720, f"{ELINDER}: super tier, printed 0.89"),
)
def retention(opening: Numeric, retained: Numeric) -> Numeric:
    """Share of the customers at the start of a period who are still customers at its end.

    Equation:
        retention = retained / opening

    Args:
        opening: Active customers when the period starts. Scalar or array.
        retained: How many of them are active in the period. Scalar or array, at most ``opening``.

    Returns:
        A fraction per period (per year when the period is 12 months), 0 to 1.

    Raises:
        DomainError: if an argument is no whole number of at least 0, or ``retained`` exceeds
            ``opening``.
        DivisionError: if ``opening`` is 0.

    References:
        Elinder, "Dina nycklar till framgångsrikare CRM", IRi, 2018.

    Examples:
        >>> round(retention(4720, 4181), 2)
        0.89
    """
    return retained / opening


@formula(
    retention=RATE,
    result=YEARS,
    expression="1/(1-retention)",
    example=Example((0.6,), 2.5, ELINDER),
)
def customer_duration(retention: Numeric) -> Numeric:
    """Expected number of years as a customer when the same share stays every year.

    Equation:
        duration = 1 / (1 − retention)

    Args:
        retention: Share of customers who stay, a fraction per year. Scalar or array.

    Returns:
        Years, at least 1. Where everybody stays the duration has no finite estimate.

    Raises:
        DomainError: if ``retention`` is not between 0 and 1.
        DivisionError: if ``retention`` is 1.

    References:
        Elinder, "Dina nycklar till framgångsrikare CRM", IRi, 2018.

    Examples:
        >>> customer_duration(0.6)
        2.5
    """
    return 1 / (1 - retention)


@formula(
    opening=COUNT,
    lost=COUNT,
    result=RATE,
    relations=(Relation(("lost",), "opening"),),
    expression="lost/opening",
    example=Example((94387, 33570), 33570 / 94387, f"{ELINDER}: 1 − the printed retention 0.64"),
)
def churn(opening: Numeric, lost: Numeric) -> Numeric:
    """Share of the customers at the start of a period who are no customers at its end.

    Equation:
        churn = lost / opening = 1 − retention

    Args:
        opening: Active customers when the period starts. Scalar or array.
        lost: How many of them are not active in the period. Scalar or array, at most ``opening``.

    Returns:
        A fraction per period (per year when the period is 12 months), 0 to 1.

    Raises:
        DomainError: if an argument is no whole number of at least 0, or ``lost`` exceeds
            ``opening``.
        DivisionError: if ``opening`` is 0.

    References:
        Farris et al., "Marketing Metrics", 3rd ed., Pearson, 2015, ch. 5.

    Examples:
        >>> churn(200, 50)
        0.25
    """
    return lost / opening


@formula(
    duration=LIFETIME,
    result=RATE,
    expression="1-1/duration",
    example=Example((2.5,), 0.6, ELINDER),
)
def retention_from_duration(duration: Numeric) -> Numeric:
    """The yearly retention that gives a customer duration.

    Equation:
        retention = 1 − 1 / duration

    Args:
        duration: Years as a customer, at least 1. Scalar or array.

    Returns:
        A fraction per year, 0 to 1.

    Raises:
        DomainError: if ``duration`` is below 1.

    References:
        Elinder, "Dina nycklar till framgångsrikare CRM", IRi, 2018.

    Examples:
        >>> retention_from_duration(2.5)
        0.6
    """
    return 1 - 1 / duration


@formula(
    opening=COUNT,
    continued=COUNT,
    reactivated=COUNT,
    result=YEARS,
    relations=(Relation(("continued", "reactivated"), "opening"),),
    expression="1/(1-(continued+reactivated)/opening)",
    example=Example((46834, 12051, 11978), 2.05, f"{ELINDER}: printed 2.05", rel_tol=0.005),
)
def net_duration(opening: Numeric, continued: Numeric, reactivated: Numeric) -> Numeric:
    """Customer duration when the customers who are won back count as staying.

    Equation:
        net duration = 1 / (1 − (continued + reactivated) / opening)

    Args:
        opening: Active customers when the period starts. Scalar or array.
        continued: How many of them are active in the period. Scalar or array.
        reactivated: Former customers who came back in the period. Scalar or array; together with
            ``continued`` at most ``opening``.

    Returns:
        Years when the period is 12 months, at least 1. Where as many come back as leave the
        duration has no finite estimate.

    Raises:
        DomainError: if an argument is no whole number of at least 0, or the parts exceed
            ``opening``.
        DivisionError: if ``opening`` is 0 or the parts equal it.

    References:
        Elinder, "Dina nycklar till framgångsrikare CRM", IRi, 2018.

    Examples:
        >>> net_duration(1000, 300, 200)
        2.0
    """
    return 1 / (1 - (continued + reactivated) / opening)


@formula(
    reactivated=COUNT,
    former=COUNT,
    result=RATE,
    relations=(Relation(("reactivated",), "former"),),
    expression="reactivated/former",
    example=Example((14136, 34783), 0.4064, f"{ELINDER}: printed 40.64 %", rel_tol=0.0002),
)
def reactivation_rate(reactivated: Numeric, former: Numeric) -> Numeric:
    """Share of the former customers who came back.

    Equation:
        reactivation rate = reactivated / former

    Args:
        reactivated: Former customers who came back in the period. Scalar or array.
        former: Customers who had been lost when the period began. Scalar or array, at least
            ``reactivated``.

    Returns:
        A fraction per period, 0 to 1.

    Raises:
        DomainError: if an argument is no whole number of at least 0, or ``reactivated`` exceeds
            ``former``.
        DivisionError: if ``former`` is 0.

    References:
        Elinder, "Dina nycklar till framgångsrikare CRM", IRi, 2018.

    Examples:
        >>> reactivation_rate(40, 100)
        0.4
    """
    return reactivated / former


@formula(
    opening=COUNT,
    new=COUNT,
    reactivated=COUNT,
    lost=COUNT,
    result=COUNT,
    relations=(Relation(("lost",), "opening"),),
    expression="opening+new+reactivated-lost",
    example=Example((94387, 23388, 17606, 33570), 101811, ELINDER),
)
def closing_customers(
    opening: Numeric, new: Numeric, reactivated: Numeric, lost: Numeric
) -> Numeric:
    """Active customers at the end of a period: the balance of the customer flows.

    Equation:
        closing = opening + new + reactivated − lost

    Args:
        opening: Active customers when the period starts. Scalar or array.
        new: Customers who bought for the first time. Scalar or array.
        reactivated: Former customers who came back. Scalar or array.
        lost: Customers of ``opening`` who are not active any more. Scalar or array, at most
            ``opening``.

    Returns:
        Number of customers.

    Raises:
        DomainError: if an argument is no whole number of at least 0, or ``lost`` exceeds
            ``opening``.

    References:
        Elinder, "Dina nycklar till framgångsrikare CRM", IRi, 2018.

    Examples:
        >>> closing_customers(100, 30, 10, 40)
        100.0
    """
    return opening + new + reactivated - lost


@formula(
    annual_value=MONEY,
    retention=RATE,
    lift=POINTS,
    customers=EXPECTED,
    result=MONEY,
    relations=(Relation(("retention", "lift"), 1.0, low=0.0),),
    expression="annual_value*customers*(1/(1-(retention+lift))-1/(1-retention))",
    example=Example(
        (840, 0.6, 0.07, 1000),
        840_000 * (1 / 0.33 - 2.5),
        f"{ELINDER}: duration 2.5 years at 60 %, 3.03 at 67 %",
    ),
)
def retention_gain(
    annual_value: Numeric, retention: Numeric, lift: Numeric, customers: Numeric
) -> Numeric:
    """Portfolio value added when more customers stay.

    Equation:
        gain = annual value × customers × (1 / (1 − (retention + lift)) − 1 / (1 − retention))

    Args:
        annual_value: Revenue per customer and year, in currency units. Scalar or array.
        retention: Share of customers who stay today, a fraction per year. Scalar or array.
        lift: By how much the retention rises, 0.05 being 5 percentage points. Scalar or array.
        customers: Number of customers. Scalar or array.

    Returns:
        Currency units; negative for a fall in retention.

    Raises:
        DomainError: if an argument is outside its bounds, or ``retention + lift`` not in 0 to 1.
        DivisionError: if ``retention`` or ``retention + lift`` is 1.

    References:
        Elinder, "Dina nycklar till framgångsrikare CRM", IRi, 2018.

    Examples:
        >>> retention_gain(1000, 0.5, 0.25, 100)
        200000.0
    """
    duration, longer = 1 / (1 - retention), 1 / (1 - (retention + lift))
    return annual_value * customers * (longer - duration)


@formula(
    annual_value=MONEY,
    retention=RATE,
    lift=POINTS,
    customers=EXPECTED,
    margin=FACTOR,
    result=MONEY,
    relations=(Relation(("retention", "lift"), 1.0, low=0.0),),
    expression="annual_value*margin*customers*(1/(1-(retention+lift))-1/(1-retention))",
    example=Example(
        (840, 0.6, 0.07, 1000, 0.4),
        336_000 * (1 / 0.33 - 2.5),
        f"{ELINDER}: duration 2.5 years at 60 %, 3.03 at 67 %; of 840 a margin of 40 % is 336",
    ),
)
def retention_profit(
    annual_value: Numeric, retention: Numeric, lift: Numeric, customers: Numeric, margin: Numeric
) -> Numeric:
    """Margin that more retention adds to the portfolio value.

    Equation:
        profit = annual value × margin × customers
                 × (1 / (1 − (retention + lift)) − 1 / (1 − retention))

    Args:
        annual_value: Revenue per customer and year, in currency units. Scalar or array.
        retention: Share of customers who stay today, a fraction per year. Scalar or array.
        lift: By how much the retention rises, 0.05 being 5 percentage points. Scalar or array.
        customers: Number of customers. Scalar or array.
        margin: Share of the revenue that is left when the goods are paid for. Scalar or array.

    Returns:
        Currency units of margin; negative for a fall in retention.

    Raises:
        DomainError: if an argument is outside its bounds, or ``retention + lift`` not in 0 to 1.
        DivisionError: if ``retention`` or ``retention + lift`` is 1.

    References:
        Reichheld and Sasser, "Zero defections: quality comes to services", Harvard Business
        Review 68(5), 1990.

    Examples:
        >>> retention_profit(1000, 0.5, 0.25, 100, 0.4)
        80000.0
    """
    duration, longer = 1 / (1 - retention), 1 / (1 - (retention + lift))
    return annual_value * margin * customers * (longer - duration)


@formula(
    retention=RATE,
    lift=POINTS,
    result=SIGNED_RATE,
    relations=(Relation(("retention", "lift"), 1.0, low=0.0),),
    expression="(1-retention)/(1-(retention+lift))-1",
    example=Example((0.6, 0.07), 0.4 / 0.33 - 1, f"{ELINDER}: duration 2.5 years to 3.03"),
)
def retention_gain_rate(retention: Numeric, lift: Numeric) -> Numeric:
    """By how many per cent the portfolio value rises when more customers stay.

    Equation:
        gain = (1 − retention) / (1 − (retention + lift)) − 1

    Args:
        retention: Share of customers who stay today, a fraction per year. Scalar or array.
        lift: By how much the retention rises, 0.05 being 5 percentage points. Scalar or array.

    Returns:
        A fraction of today's value, 0.25 being 25 %; negative for a fall in retention.

    Raises:
        DomainError: if an argument is outside its bounds, or ``retention + lift`` not in 0 to 1.
        DivisionError: if ``retention + lift`` is 1.

    References:
        Reichheld and Sasser, "Zero defections: quality comes to services", Harvard Business
        Review 68(5), 1990.

    Examples:
        >>> retention_gain_rate(0.5, 0.25)
        1.0
    """
    return (1 - retention) / (1 - (retention + lift)) - 1


@formula(
    opening_revenue=SPEND,
    expansion=SPEND,
    contraction=SPEND,
    lost_revenue=SPEND,
    result=RATIO,
    relations=(Relation(("contraction", "lost_revenue"), "opening_revenue"),),
    expression="(opening_revenue+expansion-contraction-lost_revenue)/opening_revenue",
    example=Example((100_000, 15_000, 5_000, 8_000), 1.02, "(100 + 15 − 5 − 8) / 100"),
)
def net_revenue_retention(
    opening_revenue: Numeric, expansion: Numeric, contraction: Numeric, lost_revenue: Numeric
) -> Numeric:
    """Revenue that the customers of a year ago bring now, per revenue that they brought then.

    Equation:
        net revenue retention = (opening + expansion − contraction − lost) / opening

    Args:
        opening_revenue: Revenue of the customers in the period before. Scalar or array.
        expansion: What those of them who buy more now bring more. Scalar or array.
        contraction: What those who buy less bring less. Scalar or array.
        lost_revenue: What those who left had brought; together with ``contraction`` at most
            ``opening_revenue``. Scalar or array.

    Returns:
        A ratio: 1 where the customers who were there bring as much as before, without any new one.

    Raises:
        DomainError: if an argument is negative, or more is lost than there was.
        DivisionError: if ``opening_revenue`` is 0.

    References:
        Common usage of subscription businesses, where it is called net dollar retention, too.

    Examples:
        >>> net_revenue_retention(100, 15, 5, 8)
        1.02
    """
    return (opening_revenue + expansion - contraction - lost_revenue) / opening_revenue


@formula(
    cost=SPEND,
    annual_value=SPEND,
    retention=RATE,
    margin=FACTOR,
    result=NUMBER,
    shapes={"cost": Shape.COLUMN, "annual_value": Shape.COLUMN, "retention": Shape.COLUMN},
    result_shape=Shape.TABLE,
    aligned=("cost", "annual_value", "retention"),
    skips=("cost", "annual_value", "retention"),
    row_by_row=True,
    expression=(
        "LET(paid,TOCOL(cost),a_year,TOCOL(annual_value),years,1/(1-TOCOL(retention)),"
        "brings,a_year*years*margin,"
        "HSTACK(years,brings,brings-paid,brings/paid,paid/(a_year*margin)))"
    ),
    example=Example(
        ([25, 50, 125], [500, 400, 400], [0.6, 0.5, 0.5], 0.4),
        [[2.5, 500, 475, 20, 0.125], [2, 320, 270, 6.4, 0.3125], [2, 320, 195, 2.56, 0.78125]],
        "by hand: 500 × 1 / (1 − 0.6) × 0.4 = 500; 500 − 25; 500 / 25; 25 / (500 × 0.4)",
    ),
)
def keep_or_acquire(
    cost: Numeric, annual_value: Numeric, retention: Numeric, margin: float = 1.0
) -> NDArray[np.float64]:
    """The value of a kept, a won-back and a new customer, and whether they are worth their cost.

    Equation:
        duration = 1 / (1 − retention)
        brings = annual value × duration × margin

    Args:
        cost: What it costs to keep, win back or recruit one customer, in currency units, a row for
            each way. Range of n numbers.
        annual_value: Revenue per customer and year of those who came that way. Range of n numbers.
        retention: The share of them who stay, a fraction per year. Range of n numbers.
        margin: The share of the revenue that counts, 1 unless given.

    Returns:
        A table with a row for each way: duration in years; what one brings, which is the most that
        one may cost; what is left over after the cost; what one unit of cost brings; years until
        the cost is back. Where nobody is lost there is no end to what they bring: NaN.

    Raises:
        DomainError: if a cost, an annual value or the margin is negative, or a retention is outside
            0 to 1.
        ArgumentError: if the ranges differ in length.

    References:
        Gallo, "The value of keeping the right customers", Harvard Business Review, 2014.

    Examples:
        >>> keep_or_acquire([25, 125], [500, 400], [0.6, 0.5], 0.4).tolist()
        [[2.5, 500.0, 475.0, 20.0, 0.125], [2.0, 320.0, 195.0, 2.56, 0.78125]]
    """
    import numpy as np

    rows = list[list[float]]()
    for paid, a_year, stays in zip(
        cost.tolist(), annual_value.tolist(), retention.tolist(), strict=True
    ):
        years = 1 / (1 - stays) if stays < 1 else nan
        brings = a_year * years * margin
        each_year = a_year * margin
        per_cost = brings / paid if paid else nan
        rows.append(
            [years, brings, brings - paid, per_cost, paid / each_year if each_year else nan]
        )
    return np.asarray(rows)


@formula(
    cost_to_keep=SPEND,
    cost_to_acquire=SPEND,
    kept=POSITIVE,
    acquired=POSITIVE,
    result=RATIO,
    expression="cost_to_acquire/acquired/(cost_to_keep/kept)",
    example=Example((50_000, 250_000, 2_000, 1_000), 10, "250 a new customer to 25 a kept one"),
)
def keep_vs_acquire(
    cost_to_keep: Numeric,
    cost_to_acquire: Numeric,
    kept: Numeric = 1.0,
    acquired: Numeric = 1.0,
) -> Numeric:
    """The cost of a new customer as a multiple of that of one who is kept.

    Equation:
        ratio = (cost to acquire / acquired) / (cost to keep / kept)

    Args:
        cost_to_keep: Cost of keeping, in currency units: in all, or per customer. Scalar or array.
        cost_to_acquire: Cost of acquiring, in currency units: in all, or per customer. Scalar or
            array.
        kept: Customers who were kept for that cost; 1 if it is per customer. Scalar or array.
        acquired: Customers who were won for that cost; 1 if it is per customer. Scalar or array.

    Returns:
        A ratio: 5 if a new customer costs five times as much as one who is kept.

    Raises:
        DomainError: if a cost is negative, or a number of customers not above 0.
        DivisionError: if ``cost_to_keep`` is 0.

    References:
        Gallo, "The value of keeping the right customers", Harvard Business Review, 2014.

    Examples:
        >>> keep_vs_acquire(25, 125)
        5.0
    """
    return cost_to_acquire / acquired / (cost_to_keep / kept)
