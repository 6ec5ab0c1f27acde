"""Month by month: revenue, buyers and new customers of the last complete months.

Nothing here is asked of an engine: what a summary counts by month of first order and month is
enough.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmformulas.errors import FormulaError
from crmformulas.formulas.value import growth_rate
from crmformulas.orders.counting.counts import money
from crmformulas.orders.summary.months import first_open_month, month_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmformulas.orders.summary.model import Summary

__all__ = ["Month", "change_on_year", "months"]

YEAR = 12
"""Months."""


class Month(NamedTuple):
    """A calendar month.

    Attributes:
        month: As ``2026-10``.
        revenue: Net revenue in currency units.
        customers: Customers with at least one purchase in it.
        new: Customers whose first order lies in it.
    """

    month: str
    revenue: float
    customers: int
    new: int


def months(summary: Summary, count: int = 24) -> tuple[Month, ...]:
    """The last complete months, the oldest first.

    Args:
        summary: Every figure at an as-of day.
        count: How many at most; fewer where history is shorter.

    Returns:
        A month without orders has zeros; the month of the first order comes first at the earliest,
        and one that is not over at the as-of day is left out.

    Examples:
        >>> import pandas as pd
        >>> from crmformulas.orders import read
        >>> log = {"customer": ["a", "b", "a"], "amount": [10, 30, 20]}
        >>> days = ["2026-01-05", "2026-01-09", "2026-03-31"]
        >>> with read(pd.DataFrame({**log, "date": days})) as orders:
        ...     [tuple(month) for month in months(orders.summary())]
        [('2026-01', 40.0, 2, 2), ('2026-02', 0.0, 0, 0), ('2026-03', 20.0, 1, 0)]
    """
    revenue: dict[int, int] = {}
    customers: dict[int, int] = {}
    for record in summary.month_records:
        revenue[record.month] = revenue.get(record.month, 0) + record.revenue
        customers[record.month] = customers.get(record.month, 0) + record.active
    new = {row.cohort: row.customers for row in summary.cohort_records}
    end = first_open_month(summary.windows)
    first = min(revenue, default=end)
    return tuple(
        Month(
            month_name(number),
            money(revenue.get(number, 0)),
            customers.get(number, 0),
            new.get(month_name(number), 0),
        )
        for number in range(max(first, end - count), end)
    )


def change_on_year(numbers: Sequence[float]) -> float | None:
    """Change of the last of monthly numbers on the same month a year before, as a fraction.

    Examples:
        >>> change_on_year([100, *[0] * 11, 125])
        0.25
        >>> change_on_year([100, 125]) is None
        True
    """
    if len(numbers) <= YEAR:
        return None
    try:
        return float(growth_rate(numbers[-1 - YEAR], numbers[-1]))
    except FormulaError:
        return None
