"""Cohorts: the customers whose first order lies in one month, followed month by month.

Nothing here is asked of an engine: what a summary counts by month of first order and month is
enough, and is only looked at when cohorts are.
"""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from crmformulas.dates import month_index
from crmformulas.orders.counting.counts import money
from crmformulas.orders.rules import LTV_AGES
from crmformulas.orders.summary.build import per
from crmformulas.orders.summary.months import first_open_month, month_name

if TYPE_CHECKING:
    from crmformulas.orders.summary.model import Summary

__all__ = ["ALL", "Cohort", "cohorts"]

ALL = "all"
"""The name of all cohorts together."""


NONE = (0, 0, 0, 0)
"""Customers, revenue, that of a month before, and buyers where nothing is observed."""


@dataclass(frozen=True)
class Cohort:
    """Customers by the month of their first order, and what became of them.

    The m-th figure of a line is of the m-th calendar month after the first order's, the 0th of
    that month itself. It is None where the last day of the month lies after the as-of day. For all
    cohorts it is over those for which the month is observed: young ones never lower it.
    Their revenue is chained: what the customers who are observed in a month spent in it, added to
    what was spent until then, as a mean of all until now would compare customers with others.

    Attributes:
        month: The month of the first order, as ``2026-10``; or :data:`ALL`.
        customers: How many.
        followed: How many of them are in the m-th figure.
        revenue: Net revenue per customer up to and with the m-th month, in currency units.
        active: Customers with at least one purchase in the m-th month.
        retention: The share of the customers that is, as a fraction; in the 0th month all.
        ltv: Mean net revenue up to each of ``LTV_AGES`` months of age, over the customers who
            have reached it; None if that is nobody.
    """

    month: str
    customers: int
    followed: tuple[int, ...]
    revenue: tuple[float | None, ...]
    active: tuple[int | None, ...]
    retention: tuple[float | None, ...]
    ltv: tuple[float | None, ...]

    @property
    def covered(self) -> int:
        """Months for which at least half of the customers were followed: a curve ends there."""
        return sum(1 for n in self.followed if n and 2 * n >= self.customers)


def cohorts(summary: Summary) -> tuple[Cohort, ...]:
    """Follow all cohorts together, and then each, the oldest first.

    Args:
        summary: Every figure at an as-of day.

    Returns:
        All alone where nobody has bought: of returns there are no cohorts.

    Examples:
        >>> import pandas as pd
        >>> from crmformulas.orders import read
        >>> log = {"customer": ["a", "b", "a"], "amount": [10, 30, 20]}
        >>> days = ["2026-01-05", "2026-01-09", "2026-03-31"]
        >>> with read(pd.DataFrame({**log, "date": days})) as orders:
        ...     made = cohorts(orders.summary())
        >>> made[1].month, made[1].revenue, made[1].retention
        ('2026-01', (20.0, 20.0, 30.0), (1.0, 0.0, 0.5))
    """
    units: dict[tuple[int, int], int] = {}
    people: dict[tuple[int, int], int] = {}
    for record in summary.month_records:
        key = (record.cohort, record.month - record.cohort)
        units[key] = units.get(key, 0) + record.revenue
        people[key] = people.get(key, 0) + record.active
    sizes = {_number(r.cohort): r.customers for r in summary.cohort_records}
    end, still_open = month_index(summary.as_of), first_open_month(summary.windows)
    worth = {(r.cohort, r.age_months): r.ltv for r in summary.ltv_by_cohort_records}
    lines: list[tuple[int, list[int], list[int]]] = []
    by_month: list[Cohort] = []
    for number, size in sorted(sizes.items()):
        since = range(end - number + 1)
        observed = still_open - number
        so_far = list(accumulate(units.get((number, m), 0) for m in since))
        active = [people.get((number, m), 0) for m in since]
        lines.append((size, so_far[:observed], active[:observed]))
        name = month_name(number)
        ltv = [worth.get((name, age)) for age in LTV_AGES]
        by_month.append(_cohort(name, len(since), lines[-1:], ltv))
    ltv = [r.ltv for r in summary.ltv_records]
    months = end - min(sizes) + 1 if sizes else 0
    return _cohort(ALL, months, lines, ltv), *by_month


def _cohort(
    name: str,
    months: int,
    lines: Sequence[tuple[int, list[int], list[int]]],
    ltv: Iterable[float | None],
) -> Cohort:
    """Join cohorts to one: their customers, and revenue and active customers while observed."""
    followed: list[int] = []
    revenue: list[float | None] = []
    active: list[int | None] = []
    chained = 0.0
    for m in range(months):
        here = [
            (size, so_far[m], so_far[m - 1] if m else 0, buyers[m])
            for size, so_far, buyers in lines
            if len(so_far) > m
        ]
        size, units, before, buyers = (
            (sum(one) for one in zip(*here, strict=True)) if here else NONE
        )
        followed.append(size)
        chained += per(money(units - before), size) or 0.0
        # Of one cohort the steps add up to its own mean, which needs no rounding on the way.
        whole = per(money(units), size)
        revenue.append(chained if len(lines) > 1 and size else whole)
        active.append(buyers if size else None)
    return Cohort(
        month=name,
        customers=sum(size for size, _, _ in lines),
        followed=tuple(followed),
        revenue=tuple(revenue),
        active=tuple(active),
        retention=tuple(per(n, size) for n, size in zip(active, followed, strict=True)),
        ltv=tuple(ltv),
    )


def _number(month: str) -> int:
    year, number = month.split("-")
    return int(year) * 12 + int(number) - 1
