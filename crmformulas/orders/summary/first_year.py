"""First year of new customers, by when they came."""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from crmformulas.dates import add_months, from_number, month_start
from crmformulas.errors import FormulaError
from crmformulas.formulas.retention import customer_duration
from crmformulas.formulas.uncertainty import rate_bounds
from crmformulas.formulas.value import bridge_shares, clv, growth_rate
from crmformulas.orders.counting.counts import CohortCount, Counts, MoneyCount, money
from crmformulas.orders.rules import LTV_AGES, Windows
from crmformulas.orders.summary.model import FirstYear
from crmformulas.translations import Translated

if TYPE_CHECKING:
    from crmformulas.orders.summary.model import Summary

__all__ = ["first_year", "newest_first_years", "period_name"]

YEAR = LTV_AGES.index(12)
"""How many ages pass before a customer is a year old."""

NEAR_START = 90
"""Days: who comes so soon after history starts may well have bought before it."""


@dataclass(frozen=True, slots=True)
class _Period:
    """A period of first orders.

    Attributes:
        kind: Year, quarter or rolling.
        name: As it is shown.
        start: Its first day.
        former: The first day of the same period a year before.
        length: Its months.
        key: What the counts of its customers have in common.
    """

    kind: str
    name: str
    start: date
    former: date
    length: int
    key: int


@dataclass(slots=True)
class _Sums:
    """The sums over the customers of a period.

    Attributes:
        customers: How many came.
        observed: Those whose first year is all observed.
        orders: Their purchases in it.
        revenue: Their net revenue in it, in ten-thousandths.
        again: Those of them who bought again in it.
        reached: Customers who have reached each of ``LTV_AGES``.
        worth: Their net revenue up to it.
    """

    customers: int
    observed: int
    orders: int
    revenue: int
    again: int
    reached: tuple[int, ...]
    worth: tuple[int, ...]

    @classmethod
    def of(cls, sizes: Sequence[CohortCount], sums: Sequence[MoneyCount]) -> _Sums:
        year = [m for m in sums if m.observed > YEAR and 0 <= m.age <= YEAR]
        ages = range(len(LTV_AGES))
        return cls(
            customers=sum(c.customers for c in sizes),
            observed=sum(c.customers for c in sizes if c.observed > YEAR),
            orders=sum(m.orders for m in year),
            revenue=sum(m.revenue for m in year),
            again=sum(m.second for m in year),
            reached=tuple(sum(c.customers for c in sizes if c.observed > age) for age in ages),
            worth=tuple(
                sum(m.revenue for m in sums if m.observed > age and 0 <= m.age <= age)
                for age in ages
            ),
        )


Count = TypeVar("Count", CohortCount, MoneyCount)


@dataclass(frozen=True)
class _Groups:
    """The counts by what a period is told by."""

    sizes: dict[int, list[CohortCount]]
    sums: dict[int, list[MoneyCount]]

    @classmethod
    def by(cls, key: Callable[[CohortCount | MoneyCount], int], counts: Counts) -> _Groups:
        return cls(_grouped(counts.cohorts, key), _grouped(counts.money, key))

    def at(self, *keys: int) -> _Sums:
        """The sums of the customers of some keys together."""
        return _Sums.of(
            [c for key in keys for c in self.sizes.get(key, ())],
            [m for key in keys for m in self.sums.get(key, ())],
        )


def _grouped(counts: Sequence[Count], key: Callable[[Count], int]) -> dict[int, list[Count]]:
    groups: dict[int, list[Count]] = {}
    for one in counts:
        groups.setdefault(key(one), []).append(one)
    return groups


def first_year(counts: Counts, windows: Windows) -> tuple[FirstYear, ...]:
    """The first year of the new by calendar year, quarter, and rolling recruit year.

    A rolling recruit year ends 12, 24 … months before the as-of day, and is all observed; none
    begins before history does. Of a period that is observed in part its first whole months are
    compared with the same months of the year before.
    """
    assert counts.extent.first is not None
    first_day = from_number(counts.extent.first)
    by_month = _Groups.by(lambda count: count.cohort, counts)
    by_year = _Groups.by(lambda count: count.years, counts)
    rows = []
    for period in _periods(counts.cohorts, windows.as_of, first_day):
        rolling = period.kind == "rolling"
        groups = by_year if rolling else by_month
        keys = (period.key,) if rolling else range(period.key, period.key + period.length)
        row = _row(period, groups.at(*keys), first_day)
        months = period.length if rolling else _whole_months(period, windows.as_of)
        row = replace(row, months=months)
        if months and period.former >= first_day:
            # The recruit years are counted back, the months on.
            now: tuple[int, ...] = (period.key,)
            then: tuple[int, ...] = (period.key + 1,)
            if not rolling:
                now = tuple(range(period.key, period.key + months))
                then = tuple(month - 12 for month in now)
            row = _compared(row, groups.at(*then), groups.at(*now))
        rows.append(row)
    return tuple(rows)


def newest_first_years(summary: Summary) -> tuple[FirstYear, ...]:
    """The recruits of F12, and those of the year before where history has them.

    Without a whole recruit year those of the newest year of which some are observed.
    """
    rolling = [row for row in summary.first_year_records if row.kind == "rolling"]
    if rolling:
        return tuple(reversed(rolling[-2:]))
    years = [row for row in summary.first_year_records if row.kind == "year" and row.observed]
    return tuple(years[-1:])


def period_name(row: FirstYear) -> Translated:
    """A period as it stands in a sentence; of one that is observed in part, its months."""
    name = row.period.replace("..", "–")
    if row.kind == "rolling" or not row.months or row.months == LENGTHS[row.kind]:
        return Translated(name, name)
    if row.months == 1:
        return Translated(f"{name} (first month)", f"{name} (första månaden)")
    return Translated(
        f"{name} (first {row.months} months)", f"{name} (första {row.months} månaderna)"
    )


LENGTHS = {"year": 12, "quarter": 3, "rolling": 12}
"""Months of a period, by its kind."""


def _periods(sizes: Sequence[CohortCount], as_of: date, first_day: date) -> Iterator[_Period]:
    """The periods in which customers came, the oldest of each kind first."""
    months = sorted({c.cohort for c in sizes})
    for year in sorted({month // 12 for month in months}):
        start = month_start(year * 12)
        yield _Period("year", str(year), start, add_months(start, -12), 12, year * 12)
    for quarter in sorted({month // 3 for month in months}):
        name, start = f"{quarter // 4}-Q{quarter % 4 + 1}", month_start(quarter * 3)
        yield _Period("quarter", name, start, add_months(start, -12), 3, quarter * 3)
    for years in sorted({c.years for c in sizes if c.years}, reverse=True):
        end, start = add_months(as_of, -12 * years), _after(as_of, years + 1)
        if start >= first_day:
            former = _after(as_of, years + 2)
            yield _Period("rolling", f"{start}..{end}", start, former, 12, years)


def _after(as_of: date, years: int) -> date:
    """The day after the one so many years before."""
    return date.fromordinal(add_months(as_of, -12 * years).toordinal() + 1)


def _whole_months(period: _Period, as_of: date) -> int:
    """The number of months of a period, from its first, that are observed for a year."""
    after = date.fromordinal(as_of.toordinal() + 1)
    return sum(
        add_months(period.start, month + 12) <= after for month in range(1, period.length + 1)
    )


def _row(period: _Period, sums: _Sums, first_day: date) -> FirstYear:
    seen, low, high = sums.observed, None, None
    if seen:
        low, high = rate_bounds(sums.again, seen)
    revenue, share = money(sums.revenue), _per(sums.again, seen)
    frequency, value = _per(sums.orders, seen), _per(revenue, sums.orders)
    age = max((a for a in range(len(LTV_AGES)) if sums.reached[a] == sums.customers), default=None)
    return FirstYear(
        period=period.name,
        kind=period.kind,
        customers=sums.customers,
        observed=seen,
        orders=sums.orders if seen else None,
        revenue=revenue if seen else None,
        orders_per_customer=frequency,
        order_value=value,
        revenue_per_customer=_per(revenue, seen),
        repeat_share=share,
        low=low,
        high=high,
        clv=_worth(frequency, value, share),
        near_start=(period.start - first_day).days < NEAR_START,
        ltv_months=None if age is None else LTV_AGES[age],
        ltv=None if age is None else _per(money(sums.worth[age]), sums.customers),
    )


def _per(total: float, count: int) -> float | None:
    return total / count if count else None


def _worth(frequency: float | None, value: float | None, share: float | None) -> float | None:
    """Orders a customer × order value × 1 / (1 − share); None where everybody bought again."""
    if frequency is None or value is None or share is None or share >= 1:
        return None
    return float(clv(frequency, value, customer_duration(share)))


def _compared(row: FirstYear, then: _Sums, now: _Sums) -> FirstYear:
    """The row with its change, and what frequency, order value and duration brought of it."""
    levels = []
    for sums in (then, now):
        if sums.revenue <= 0 or sums.again >= sums.observed:
            return row
        duration = sums.observed / (sums.observed - sums.again)
        frequency = sums.orders / sums.observed
        levels.append([frequency, money(sums.revenue) / sums.orders, duration, 1.0])
    try:
        # Of numbers that are none below 0: ranges would load NumPy for it.
        brought = bridge_shares(*levels)
        before, after = (frequency * value * years for frequency, value, years, _ in levels)
        change = float(growth_rate(before, after))
    except FormulaError:
        return row
    return replace(
        row,
        change=change,
        by_frequency=brought[0],
        by_order_value=brought[1],
        by_duration=brought[2],
    )
