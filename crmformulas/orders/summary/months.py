"""Month by month: what each of the last 24 complete months brought."""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date
from itertools import accumulate
from typing import Any

from crmformulas.dates import LAST_DAY, day_number, from_number, month_index, month_start
from crmformulas.formulas.uncertainty import rate_bounds
from crmformulas.orders.counting.counts import Counts, money
from crmformulas.orders.rules import Rules, Windows, soon_days
from crmformulas.orders.summary.model import Month, StepQuarter

__all__ = [
    "first_open_month",
    "first_whole_month",
    "median",
    "month_ends",
    "month_name",
    "months_of",
    "step_quarters",
]

SHOWN = 24
"""How many complete months are told."""

YEAR = 12
"""Months: so many more are counted, for the first of those that are told to compare with."""


FIRST_MONTH = 12
"""January of year 1."""

MANY_DAYS = 2
"""So many days of contact each, on average, make a list of contacts rather than of last days."""


def month_name(index: int) -> str:
    """A month as ``2026-10``."""
    return month_start(index).isoformat()[:7]


def first_open_month(windows: Windows) -> int:
    """The first month that is not wholly observed at the as-of day."""
    return month_index(date.fromordinal(windows.as_of.toordinal() + 1))


def first_whole_month(counts: Counts) -> int:
    """The first month that lies wholly in history."""
    assert counts.extent.first is not None
    first = from_number(counts.extent.first)
    return month_index(first) + (first.day > 1)


def median(counts: dict[int, int]) -> float | None:
    """The median of a histogram, value → count; of an even number the mean of the middle two."""
    total = sum(counts.values())
    if not total:
        return None
    values = sorted(value for value, count in counts.items() if count)
    reach = list(accumulate(counts[v] for v in values))
    low = next(v for v, n in zip(values, reach, strict=True) if n > (total - 1) // 2)
    high = next(v for v, n in zip(values, reach, strict=True) if n > total // 2)
    return (low + high) / 2


def months_of(counts: Counts, windows: Windows, rules: Rules) -> tuple[Month, ...]:
    """The last 36 complete months, the oldest first.

    A month that history does not cover wholly is unknown. The revenue is that of the customers
    who are active in the month, as that of the share of those who return.
    """
    end, covered = first_open_month(windows), first_whole_month(counts)
    begin = end - SHOWN - YEAR
    months = _Months(counts, since=begin - YEAR + 1)
    leads = None if counts.contacts is None else _Leads(counts, rules)
    rows = []
    for month in range(begin, end):
        months.go_to(month)
        row = months.row(month, covered, rules) if month >= covered else None
        rows.append(row and (leads.added_to(row, month) if leads else row))
    names = map(month_name, range(begin, end))
    return tuple(row or Month(name) for row, name in zip(rows, names, strict=True))


def month_ends(windows: Windows) -> list[int]:
    """The last days of the complete months that are counted, as numbers."""
    end = first_open_month(windows)
    starts = range(max(end - SHOWN - YEAR, FIRST_MONTH) + 1, end + 1)
    return [day_number(month_start(month)) - 1 for month in starts]


class _Months:
    """The counts by month; the days between purchases from a month on alone."""

    def __init__(self, counts: Counts, since: int) -> None:
        self.active: Counter[tuple[int, bool]] = Counter()
        self.revenue: Counter[tuple[int, bool]] = Counter()
        for m in counts.money:
            self.active[m.month, m.cohort < m.month] += m.active
            self.revenue[m.month, m.cohort < m.month] += m.bought
        for r in counts.returned:
            self.revenue[r.month, r.returning] += r.revenue
        self.numbers: Counter[tuple[int, int]] = Counter()
        self.gaps: defaultdict[int, Counter[int]] = defaultdict(Counter)
        for k, month, gap, purchases in counts.purchases:
            self.numbers[month, k] += purchases
            if gap >= 0 and month >= since:
                self.gaps[month][gap] += purchases
        self.came: Counter[int] = Counter()
        for c in counts.cohorts:
            self.came[c.cohort] += c.customers
        self.year: Counter[int] = Counter()
        """Days between the purchases of twelve months, for the months in turn."""
        for month in range(since, since + YEAR - 1):
            self.year.update(self.gaps[month])

    def go_to(self, month: int) -> None:
        """Move the year on, so that it ends with a month: the one after that of before."""
        self.year.update(self.gaps[month])
        self.year.subtract(self.gaps[month - YEAR])

    def row(self, month: int, covered: int, rules: Rules) -> Month:
        """The figures of a month."""
        returning, new = (self.active[month, before] for before in (True, False))
        theirs, others = (self.revenue[month, before] for before in (True, False))
        ever = sum(n for cohort, n in self.came.items() if cohort <= month)
        twice = sum(n for (at, k), n in self.numbers.items() if k == 2 and at <= month)
        return Month(
            month=month_name(month),
            active=returning + new,
            new=new,
            returning=returning,
            revenue=money(theirs + others),
            returning_revenue=money(theirs),
            second_orders=self.numbers[month, 2],
            kth_orders={str(k): self.numbers[month, k] for k in range(2, rules.steps + 1)},
            customers_to_date=ever,
            repeaters_to_date=twice,
            repeat_rate=twice / ever if ever else None,
            median_days=median(self.gaps[month]),
            median_days_12=median(self.year) if month - YEAR + 1 >= covered else None,
        )


class _Leads:
    """The counts of contacts, by month."""

    def __init__(self, counts: Counts, rules: Rules) -> None:
        self.signed_up: Counter[int] = Counter()
        self.leads: Counter[int] = Counter()
        self.of_them: Counter[int] = Counter()
        """Those of the leads who bought, by the month in which their horizon ended."""
        for day in counts.sign_ups:
            self.signed_up[month_index(from_number(day.signed_up))] += day.contacts
            if (ended := day.signed_up + rules.lead + rules.horizon) <= LAST_DAY:
                due = month_index(from_number(ended))
                self.leads[due] += day.leads
                self.of_them[due] += day.converted
        self.reach = rules.reach
        self.days, self.ever = counts.reach_days, counts.contacts.contacts if counts.contacts else 0
        self.reached = {row.end: row.reached for row in counts.reach_months}
        self.unsigned = self.ever - sum(self.signed_up.values())
        """Contacts of whom nobody knows when they signed up."""
        self.converted: Counter[int] = Counter()
        for first, converted in counts.conversions:
            self.converted[month_index(from_number(first))] += converted

    def added_to(self, row: Month, month: int) -> Month:
        """The row of a month with what its contacts did."""
        leads = self.leads[month]
        return replace(
            row,
            sign_ups=self.signed_up[month],
            converted_leads=self.converted[month],
            leads=leads,
            lead_rate=self.of_them[month] / leads if leads else None,
            leads_to_date=sum(n for due, n in self.leads.items() if due <= month),
            converted_to_date=sum(n for due, n in self.of_them.items() if due <= month),
            **self._reach(month),
        )

    def _reach(self, month: int) -> dict[str, Any]:
        """The people reached up to the end of a month, where the list holds more than last days."""
        end, days = day_number(month_start(month + 1)) - 1, self.days
        if days is None or days.first is None or days.days < MANY_DAYS * days.contacts:
            return {}
        if end - self.reach + 1 < days.first:
            return {}
        contacts = self.unsigned + sum(n for at, n in self.signed_up.items() if at <= month)
        reached = self.reached.get(end, 0)
        rate = reached / contacts if contacts else None
        return {"contacts_to_date": contacts, "reached": reached, "reach": rate}


def step_quarters(counts: Counts, windows: Windows, rules: Rules) -> tuple[StepQuarter, ...]:
    """The steps of the ladder by the quarter in which customers made their k-th purchase.

    A rate is told where all of them have had as many days to go on, so that young quarters do not
    look bad.
    """
    assert counts.extent.first is not None
    as_of = day_number(windows.as_of)
    days = soon_days(rules, counts.extent.first, as_of)
    by_quarter: Counter[tuple[int, int]] = Counter()
    gaps: defaultdict[tuple[int, int], Counter[int]] = defaultdict(Counter)
    for k, month, gap, purchases in counts.purchases:
        if k <= rules.numbers:
            by_quarter[k, month // 3] += purchases
            if gap >= 0:
                gaps[k - 1, month // 3][gap] += purchases
    for c in counts.cohorts:
        if c.single:
            by_quarter[1, c.cohort // 3] += c.customers
    soon = {(row.k, row.quarter): row.purchases for row in counts.soon}
    return tuple(
        _step_quarter(
            k,
            quarter,
            days,
            customers,
            soon.get((k, quarter), 0),
            median(gaps[k, quarter]),
            mature=day_number(month_start(quarter * 3 + 3)) - 1 + days <= as_of,
        )
        for (k, quarter), customers in sorted(by_quarter.items())
        if k < rules.numbers
    )


def _step_quarter(
    k: int,
    quarter: int,
    days: int,
    customers: int,
    went_on: int,
    median_days: float | None,
    *,
    mature: bool,
) -> StepQuarter:
    low, high = rate_bounds(went_on, customers) if mature else (None, None)
    return StepQuarter(
        step=k,
        quarter=f"{quarter // 4}-Q{quarter % 4 + 1}",
        within_days=days,
        customers=customers,
        went_on=went_on if mature else None,
        rate=went_on / customers if mature else None,
        low=low,
        high=high,
        median_days=median_days,
    )
