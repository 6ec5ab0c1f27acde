"""An order log of ranges of cells, counted in plain Python where there is no engine.

LibreOffice Calc and xlwings Lite count by it; :mod:`.range_engine` is its counterpart where DuckDB
is installed. It counts what :mod:`.queries` says, in the same whole numbers, and the figures follow
from them as they do from those of an engine.
"""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import accumulate, pairwise
from typing import Any

from crmformulas.dates import add_months, day_number, from_number, month_index
from crmformulas.errors import InputError, NotEnoughDataError
from crmformulas.formulas.migration import round_half_up, tier_sizes
from crmformulas.orders.counting.counts import (
    AgainCount,
    BeforeCount,
    CohortCount,
    Counts,
    Extent,
    FlowCount,
    GapCount,
    MoneyCount,
    RenewedCount,
    ReturnedSum,
    SoonCount,
    SpreadCount,
    TierGapCount,
    spread_unit,
)
from crmformulas.orders.reading.cell_ranges import CellRows
from crmformulas.orders.rules import (
    LONGEST_HISTORY,
    LTV_AGES,
    Rules,
    Windows,
    eve_and_year,
    placed,
    soon_days,
)
from crmformulas.orders.summary.build import summarise
from crmformulas.orders.summary.model import Summary
from crmformulas.translations import Translated

__all__ = ["last_day", "statuses", "summary"]

KEPT = 16
"""Answers that are kept: those of a few logs, each at a few days."""

_answers: OrderedDict[tuple[str, bytes], Any] = OrderedDict()


def summary(rows: CellRows) -> Summary:
    """Every figure of the rows at their as-of day.

    Raises:
        NotEnoughDataError: there is nothing to count.
    """
    answer: Summary = _answer("summary", rows, lambda log: log.summary())
    return answer


def statuses(rows: CellRows) -> list[tuple[str, str, str | None, str | None]]:
    """Every customer who has bought, in order of appearance: id, status, F12 tier, S12 tier.

    Raises:
        NotEnoughDataError: there is nothing to count.
    """
    answer: list[tuple[str, str, str | None, str | None]] = _answer(
        "statuses", rows, lambda log: log.statuses()
    )
    return answer


def _answer(what: str, rows: CellRows, ask: Callable[[_Log], Any]) -> Any:
    key = what, rows.digest
    if key not in _answers:
        try:
            _answers[key] = ask(_Log(rows))
        except InputError as error:
            raise NotEnoughDataError(str(error)) from error
    _answers.move_to_end(key)
    while len(_answers) > KEPT:
        _answers.popitem(last=False)
    return _answers[key]


@dataclass
class _Customer:
    """One who has bought, with the orders up to the as-of day.

    Attributes:
        bought: Days of the purchases, in order.
        amounts: Ten-thousandths by day, returns too.
        revenue: Of S12 and of F12.
        places: In the ranking of S12 and of F12; none where not active.
    """

    id: str
    bought: list[int]
    amounts: dict[int, int]
    revenue: dict[str, int]
    places: dict[str, int]


class _Log:
    """The rows as customers with orders; the rows of one on one day are one order."""

    def __init__(self, rows: CellRows) -> None:
        self.rules = Rules()
        self.amounts: dict[str, dict[int, int]] = {}
        days, units = rows.days.tolist(), rows.amounts.tolist()
        for id_, day, amount in zip(rows.customers, days, units, strict=True):
            orders = self.amounts.setdefault(id_, {})
            orders[day] = orders.get(day, 0) + amount
        self.last = last_day(rows)
        self.windows = Windows.ending(from_number(self.last))
        self.starts = {
            "s12": day_number(self.windows.s12[0]),
            "f12": day_number(self.windows.f12[0]),
        }
        self.ends = {"s12": self.last + 1, "f12": self.starts["s12"]}
        self.f11 = day_number(self.windows.f11_start)
        self.years = _recruit_years(self.windows.as_of, min(days))
        self.customers = list(self._customers())
        if not self.customers:
            raise NotEnoughDataError(
                Translated(
                    "nobody has bought",
                    "ingen har köpt",
                )
            )
        self.cuts = {window: self._ranked(window) for window in self.starts}

    def _customers(self) -> Iterator[_Customer]:
        for id_, amounts in self.amounts.items():
            within = {day: amounts[day] for day in sorted(amounts) if day <= self.last}
            bought = [day for day, amount in within.items() if amount > 0]
            if bought:
                revenue = {
                    window: sum(amount for day, amount in within.items() if start <= day < end)
                    for window, start, end in self._spans()
                }
                yield _Customer(id_, bought, within, revenue, {})

    def _spans(self) -> Iterator[tuple[str, int, int]]:
        for window, start in self.starts.items():
            yield window, start, self.ends[window]

    def _ranked(self, window: str) -> list[int]:
        """Give the active customers of a window their places; where each tier ends."""
        start, end = self.starts[window], self.ends[window]
        active = [c for c in self.customers if any(start <= day < end for day in c.bought)]
        active.sort(key=lambda c: (-c.revenue[window], c.id))
        for place, customer in enumerate(active):
            customer.places[window] = place
        return list(accumulate(tier_sizes(len(active), self.rules.tier_shares)))

    def _tier(self, customer: _Customer, window: str) -> int | None:
        place = customer.places.get(window)
        return None if place is None else sum(place >= end for end in self.cuts[window])

    def _moved(self, customer: _Customer) -> tuple[int, int] | None:
        """Origin and target in the flow table; None of one who is active in neither window."""
        before, now = self._tier(customer, "f12"), self._tier(customer, "s12")
        lost = back = len(self.rules.tiers)
        if before is not None:
            return before, lost if now is None else now
        if now is None:
            return None
        earlier = [day for day in customer.bought if day < self.starts["s12"]]
        came = customer.bought[len(earlier)]
        returning = earlier and came <= _later(earlier[-1], self.rules.new_after)
        return (back if returning else back + 1), now

    # ------------------------------------------------------------------------------- what is told

    def statuses(self) -> list[tuple[str, str, str | None, str | None]]:
        """The customers with their status and tiers, in order of appearance."""
        names = self.rules.tier_names
        rows = []
        for customer in self.customers:
            origin, target = self._moved(customer) or (None, None)
            rows.append((customer.id, *placed(origin, target, names)))
        return rows

    def summary(self) -> Summary:
        """Every figure that the order formulas tell."""
        counts = Counts(
            extent=self._extent(),
            cohorts=self._cohorts(),
            gaps=self._gaps(),
            flows=self._flows(),
            money=self._money(),
            returned=self._returned(),
            contacts=None,
            spread=self._spread(),
            purchases=self._purchases(),
            soon=self._soon(),
            tier_gaps=self._tier_gaps(),
            renewed=self._renewed(),
            again=self._again(),
            before=self._before(),
        )
        return summarise(counts, self.windows, self.rules)

    def _extent(self) -> Extent:
        every = [(day, amount) for one in self.amounts.values() for day, amount in one.items()]
        within = [(day, amount) for day, amount in every if day <= self.last]
        bought = sum(amount > 0 for _, amount in within)
        return Extent(
            rows=len(every),
            no_customer=0,
            bad_date=0,
            bad_amount=0,
            orders=len(every),
            purchases=bought,
            returns=len(within) - bought,
            revenue=sum(amount for _, amount in within),
            revenue_bought=sum(amount for _, amount in within if amount > 0),
            first=min(day for day, _ in within),
            last=max(day for day, _ in within),
            first_bought=min(day for day, amount in within if amount > 0),
            last_bought=max(day for day, amount in within if amount > 0),
        )

    def _cohorts(self) -> list[CohortCount]:
        counted: Counter[tuple[Any, ...]] = Counter()
        revenue: Counter[tuple[Any, ...]] = Counter()
        for c in self.customers:
            key = (
                _month(c.bought[0]),
                _ages(c.bought[0], self.last + 1),
                "s12" in c.places,
                "f12" in c.places,
                self._past(c),
                sum(c.bought[0] <= end for end in self.years),
                len(c.amounts) == 1,
                True,
            )
            counted[key] += 1
            revenue[key] += c.revenue["f12"]
        return [CohortCount(*(*key, n, revenue[key])) for key, n in counted.items()]

    def _gaps(self) -> list[GapCount]:
        counted = Counter(
            (
                min(k, self.rules.numbers + 1),
                None if previous is None else day - previous,
                day >= self.starts["s12"],
                True,
                previous is not None,
            )
            for c in self.customers
            if len(c.amounts) > 1
            for k, (previous, day) in enumerate(
                zip([None, *c.bought], c.bought, strict=False), start=1
            )
        )
        return [GapCount(*key, purchases) for key, purchases in counted.items()]

    def _past(self, customer: _Customer) -> int:
        """The customer's past before F12: 0 nothing, 1 bought, 2 bought in the year before it."""
        earlier = [day for day in customer.bought if day < self.starts["f12"]]
        return 0 if not earlier else 2 if earlier[-1] >= self.f11 else 1

    def _returned(self) -> list[ReturnedSum]:
        sums: Counter[tuple[int, bool]] = Counter()
        for c in self.customers:
            months = {_month(day) for day in c.bought}
            for day, amount in c.amounts.items():
                if amount <= 0 and (month := _month(day)) in months:
                    sums[month, _month(c.bought[0]) < month] += amount
        return [ReturnedSum(*key, units) for key, units in sums.items()]

    def _purchases(self) -> list[tuple[int, int, int, int]]:
        counted = Counter(
            (
                min(k, self.rules.numbers + 1),
                _month(day),
                -1 if previous is None else day - previous,
            )
            for c in self.customers
            if len(c.amounts) > 1
            for k, (previous, day) in enumerate(
                zip([None, *c.bought], c.bought, strict=False), start=1
            )
        )
        return [(*key, purchases) for key, purchases in counted.items()]

    def _soon(self) -> list[SoonCount]:
        first = min(day for one in self.amounts.values() for day in one)
        within = soon_days(self.rules, first, self.last)
        counted = Counter(
            (k, _month(day) // 3)
            for c in self.customers
            for k, (day, following) in enumerate(pairwise(c.bought), start=1)
            if k < self.rules.numbers and following - day <= within
        )
        return [SoonCount(*key, purchases) for key, purchases in counted.items()]

    def _tier_gaps(self) -> list[TierGapCount]:
        counted: Counter[tuple[int, int]] = Counter()
        for c in self.customers:
            tier = self._tier(c, "s12")
            for before, day in pairwise(c.bought):
                if tier is not None and day >= self.starts["s12"]:
                    counted[tier, day - before] += 1
        return [TierGapCount(*key, purchases) for key, purchases in counted.items()]

    def _renewed(self) -> list[RenewedCount]:
        counted: Counter[bool] = Counter()
        revenue: Counter[bool] = Counter()
        for c in self.customers:
            if "f12" in c.places and self._past(c) == 1:
                last, back = next(
                    pair for pair in pairwise(c.bought) if pair[1] >= self.starts["f12"]
                )
                if back > _later(last, self.rules.new_after):
                    counted["s12" in c.places] += 1
                    revenue["s12" in c.places] += c.revenue["f12"]
        return [RenewedCount(late, n, revenue[late]) for late, n in counted.items()]

    def _around(self) -> tuple[int, int] | None:
        first = min(day for one in self.amounts.values() for day in one)
        return eve_and_year(self.windows, self.rules, first)

    def _again(self) -> AgainCount | None:
        if (days := self._around()) is None:
            return None
        eve, year = days
        counted = [0, 0, 0]
        for c in self.customers:
            if len(c.amounts) > 1 and c.bought[0] <= eve:
                active = any(year <= day <= eve for day in c.bought)
                after = c.bought[-1] > eve
                for place, which in enumerate((active, active and after, after and not active)):
                    counted[place] += which
        return AgainCount(*counted)

    def _before(self) -> BeforeCount | None:
        if (days := self._around()) is None:
            return None
        eve, year = days
        firsts = [(c.bought[0], len(c.amounts) == 1) for c in self.customers]
        return BeforeCount(
            sum(first <= eve for first, _ in firsts),
            sum(once and year <= first <= eve for first, once in firsts),
        )

    def _flows(self) -> list[FlowCount]:
        top = round_half_up(self.rules.pareto, sum("s12" in c.places for c in self.customers))
        cells: dict[tuple[int, int], FlowCount] = {}
        for c in self.customers:
            cell = self._moved(c)
            if cell is None:
                continue
            before = cells.get(cell) or FlowCount(*cell, 0, 0, 0, 0, 0)
            in_top = c.places.get("s12", top) < top
            cells[cell] = FlowCount(
                *cell,
                customers=before.customers + 1,
                s12_orders=before.s12_orders + sum(day >= self.starts["s12"] for day in c.bought),
                s12_revenue=before.s12_revenue + c.revenue["s12"],
                f12_revenue=before.f12_revenue + c.revenue["f12"],
                top_revenue=before.top_revenue + (c.revenue["s12"] if in_top else 0),
            )
        return list(cells.values())

    def _spread(self) -> list[SpreadCount]:
        unit, rows = spread_unit(self._extent()), dict[int, list[int]]()
        for c in self.customers:
            first = c.bought[0]
            squares = rows.setdefault(_ages(first, self.last + 1), [0] * len(LTV_AGES))
            for passed in range(len(LTV_AGES)):
                worth = sum(
                    amount
                    for day, amount in c.amounts.items()
                    if day >= first and _ages(first, day) <= passed
                )
                squares[passed] += int(abs(worth) / unit + 0.5) ** 2
        return [SpreadCount(observed, *squares) for observed, squares in rows.items()]

    def _money(self) -> list[MoneyCount]:
        revenue: Counter[tuple[int, int, int, int, int]] = Counter()
        bought: Counter[tuple[int, ...]] = Counter()
        active: Counter[tuple[int, ...]] = Counter()
        orders: Counter[tuple[int, ...]] = Counter()
        second: Counter[tuple[int, ...]] = Counter()
        for c in self.customers:
            first = c.bought[0]
            cohort, observed = _month(first), _ages(first, self.last + 1)
            years = sum(first <= end for end in self.years)
            months = set()
            for day, amount in c.amounts.items():
                month = _month(day)
                key = (cohort, observed, years, month, _ages(first, day) - (day < first))
                revenue[key] += amount
                if amount > 0:
                    bought[key] += amount
                    active[key] += month not in months
                    orders[key] += 1
                    second[key] += c.bought[1:2] == [day]
                    months.add(month)
        return [
            MoneyCount(*key, units, bought[key], active[key], orders[key], second[key])
            for key, units in revenue.items()
        ]


_passed: dict[int, list[int]] = {}
"""The days at which each of LTV_AGES has passed, by day of first order."""


def last_day(rows: CellRows) -> int:
    """The last day that counts: that which is given, or that of the newest order.

    Raises:
        NotEnoughDataError: there are no orders up to it, or they run over more years than any
            shop's, as one with a mistaken day does.
    """
    days = rows.days.tolist()
    first, last = min(days), max(days)
    if rows.as_of is None and last - first > LONGEST_HISTORY:
        raise NotEnoughDataError(
            Translated(
                f"the orders run from {from_number(first)} to {from_number(last)}: "
                "give as_of with the last day that counts",
                f"köpen går från {from_number(first)} till {from_number(last)}: ange "
                "as_of med sista dagen som räknas",
            )
        )
    last = last if rows.as_of is None else rows.as_of
    if first > last:
        raise NotEnoughDataError(
            Translated(
                f"no orders up to {from_number(last)}: give a later as_of day",
                f"inga köp till och med {from_number(last)}: ange en senare as_of",
            )
        )
    return last


def _recruit_years(as_of: date, first: int) -> list[int]:
    """The last days of the recruit years, from a year before the as-of day back to a day."""
    ends = [day_number(as_of)]
    while ends[-1] >= first and as_of.year > len(ends):
        ends.append(day_number(add_months(as_of, -12 * len(ends))))
    return ends[1:]


def _later(day: int, months: int) -> int:
    return day_number(add_months(from_number(day), months))


def _month(day: int) -> int:
    return month_index(from_number(day))


def _ages(first: int, day: int) -> int:
    """The number of LTV_AGES that have passed at a day."""
    if first not in _passed:
        _passed[first] = [_later(first, age) for age in LTV_AGES]
    return sum(day >= end for end in _passed[first])
