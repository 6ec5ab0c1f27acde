"""Key figures of a customer base."""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

from typing import Any

from crmformulas.catalog.formula import (
    COUNT,
    CUSTOMER,
    DAY,
    DAYS,
    FREQUENCY,
    MONEY,
    RATE,
    Example,
    Numeric,
    Relation,
    Shape,
    formula,
)
from crmformulas.errors import NotEnoughDataError
from crmformulas.translations import Translated

__all__ = [
    "average_order_value",
    "conversion_rate",
    "purchase_frequency",
    "repeat_purchase_rate",
    "subscriber_to_customer",
    "time_between_purchases",
    "total_reach",
]


@formula(
    subscribers=COUNT,
    converted=COUNT,
    result=RATE,
    relations=(Relation(("converted",), "subscribers"),),
    expression="converted/subscribers",
    example=Example((800, 120), 0.15, "120 / 800"),
)
def subscriber_to_customer(subscribers: Numeric, converted: Numeric) -> Numeric:
    """Share of the subscribers who became customers.

    Equation:
        rate = converted / subscribers

    Args:
        subscribers: Contacts who had signed up and not bought, and whose time to do so is over.
            Scalar or array.
        converted: How many of them made a first order within that time. Scalar or array, at most
            ``subscribers``.

    Returns:
        A fraction over the time that the conversion was given, 0 to 1.

    Raises:
        DomainError: if an argument is no whole number of at least 0, or ``converted`` exceeds
            ``subscribers``.
        DivisionError: if ``subscribers`` is 0.

    References:
        Farris et al., "Marketing Metrics", 3rd ed., Pearson, 2015, ch. 10 (conversion rate).

    Examples:
        >>> subscriber_to_customer(800, 120)
        0.15
    """
    return converted / subscribers


@formula(
    customers=COUNT,
    repeaters=COUNT,
    result=RATE,
    relations=(Relation(("repeaters",), "customers"),),
    expression="repeaters/customers",
    example=Example((1000, 250), 0.25, "F2 / F1 of a ladder 1000, 250"),
)
def repeat_purchase_rate(customers: Numeric, repeaters: Numeric) -> Numeric:
    """Share of the customers who have bought more than once.

    Equation:
        repeat purchase rate = F2 / F1

    Args:
        customers: Customers with at least one order (F1). Scalar or array.
        repeaters: Customers with at least two (F2). Scalar or array, at most ``customers``.

    Returns:
        A fraction, over all time up to the day of counting, 0 to 1.

    Raises:
        DomainError: if an argument is no whole number of at least 0, or ``repeaters`` exceeds
            ``customers``.
        DivisionError: if ``customers`` is 0.

    References:
        Farris et al., "Marketing Metrics", 3rd ed., Pearson, 2015, ch. 2 (repeat rate).

    Examples:
        >>> repeat_purchase_rate(1000, 250)
        0.25
    """
    return repeaters / customers


@formula(
    reached=COUNT,
    contacts=COUNT,
    result=RATE,
    relations=(Relation(("reached",), "contacts"),),
    expression="reached/contacts",
    example=Example((600, 800), 0.75, "600 / 800"),
)
def total_reach(reached: Numeric, contacts: Numeric) -> Numeric:
    """Share of all contacts who were reached.

    Equation:
        total reach = reached / contacts

    Args:
        reached: Distinct contacts who were reached in the period. Scalar or array, at most
            ``contacts``.
        contacts: All contacts. Scalar or array.

    Returns:
        A fraction over the period, 0 to 1.

    Raises:
        DomainError: if an argument is no whole number of at least 0, or ``reached`` exceeds
            ``contacts``.
        DivisionError: if ``contacts`` is 0.

    References:
        Farris et al., "Marketing Metrics", 3rd ed., Pearson, 2015, ch. 9 (net reach).

    Examples:
        >>> total_reach(600, 800)
        0.75
    """
    return reached / contacts


@formula(
    customers=CUSTOMER,
    dates=DAY,
    result=DAYS,
    shapes={"customers": Shape.COLUMN, "dates": Shape.COLUMN},
    aligned=("customers", "dates"),
    skips=("customers", "dates"),
    example=Example(
        (
            ["a", "a", "b", "a", "b"],
            ["2026-01-01", "2026-01-11", "2026-01-05", "2026-02-10", "2026-01-25"],
        ),
        20,
        "by hand: the gaps are 10 and 30 (a) and 20 (b)",
    ),
)
def time_between_purchases(customers: Any, dates: Any) -> float:
    """The median number of days until a customer buys again.

    Equation:
        median of (day of order k + 1) − (day of order k), over all customers and k

    Args:
        customers: Customer id of each order. Range of n ids.
        dates: Day of each order. Range of n dates. Orders of a customer on one day are one.

    Returns:
        Days; the mean of the middle two where the number of gaps is even.

    Raises:
        ArgumentError: if an id or date is missing, or the ranges differ in length.
        NotEnoughDataError: if nobody has bought on two days.

    References:
        Kumar and Reinartz, "Customer Relationship Management", 3rd ed., Springer, 2018
        (inter-purchase time).

    Examples:
        >>> time_between_purchases(["a", "a", "a"], ["2026-01-01", "2026-01-11", "2026-02-10"])
        20.0
    """
    import numpy as np
    import pandas as pd

    codes = pd.factorize(customers)[0]
    by_customer_and_day = np.lexsort((dates, codes))
    customer, day = codes[by_customer_and_day], dates[by_customer_and_day]
    gaps = np.diff(day)[np.diff(customer) == 0]
    gaps = gaps[gaps > 0]
    if not gaps.size:
        raise NotEnoughDataError(
            Translated("nobody has bought on two days", "ingen har köpt två dagar")
        )
    return float(np.median(gaps))


ELINDER = "Elinder, 'Dina nycklar till framgångsrikare CRM' (IRi, 2018)"


@formula(
    revenue=MONEY,
    orders=COUNT,
    result=MONEY,
    expression="revenue/orders",
    example=Example((109399261, 25139), 4352, f"{ELINDER}: new customers, printed", rel_tol=0.0002),
)
def average_order_value(revenue: Numeric, orders: Numeric) -> Numeric:
    """The mean revenue of an order.

    Equation:
        average order value = revenue / orders

    Args:
        revenue: Net revenue of the period, in currency units. Scalar or array.
        orders: Orders of the period. Scalar or array.

    Returns:
        Currency units per order.

    Raises:
        DomainError: if ``orders`` is no whole number of at least 0.
        DivisionError: if ``orders`` is 0.

    References:
        Common usage of shops.

    Examples:
        >>> average_order_value(5000, 10)
        500.0
    """
    return revenue / orders


@formula(
    orders=COUNT,
    customers=COUNT,
    result=FREQUENCY,
    expression="orders/customers",
    example=Example(
        (13833, 12051), 1.15, f"{ELINDER}: continued customers, printed", rel_tol=0.005
    ),
)
def purchase_frequency(orders: Numeric, customers: Numeric) -> Numeric:
    """The mean number of orders of an active customer in a period.

    Equation:
        purchase frequency = orders / customers

    Args:
        orders: Orders of the period. Scalar or array.
        customers: Customers with at least one of them. Scalar or array.

    Returns:
        Orders per customer and period (per year when the period is 12 months).

    Raises:
        DomainError: if an argument is no whole number of at least 0.
        DivisionError: if ``customers`` is 0.

    References:
        Common usage; the frequency of the CLV in Elinder, "Dina nycklar till framgångsrikare
        CRM", IRi, 2018.

    Examples:
        >>> purchase_frequency(13833, 12051) > 1
        True
    """
    return orders / customers


@formula(
    visitors=COUNT,
    converted=COUNT,
    result=RATE,
    relations=(Relation(("converted",), "visitors"),),
    expression="converted/visitors",
    example=Example((40_000, 1_200), 0.03, "1 200 / 40 000"),
)
def conversion_rate(visitors: Numeric, converted: Numeric) -> Numeric:
    """Share of the visitors, or of other prospects, who bought.

    Equation:
        conversion rate = converted / visitors

    Args:
        visitors: Visitors of the period, each counted once. Scalar or array.
        converted: How many of them bought. Scalar or array, at most ``visitors``.

    Returns:
        A fraction per period, 0 to 1.

    Raises:
        DomainError: if an argument is no whole number of at least 0, or ``converted`` exceeds
            ``visitors``.
        DivisionError: if ``visitors`` is 0.

    References:
        Farris et al., "Marketing Metrics", 3rd ed., Pearson, 2015, ch. 10 (conversion rate).

    Examples:
        >>> conversion_rate(40_000, 1_200)
        0.03
    """
    return converted / visitors
