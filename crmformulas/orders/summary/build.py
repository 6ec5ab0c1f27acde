"""From counts to figures: the formulas applied to what the engine has counted."""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import accumulate
from math import sqrt
from typing import Any

from crmformulas.dates import from_number, month_index
from crmformulas.errors import FormulaError
from crmformulas.formulas.kpi import repeat_purchase_rate, subscriber_to_customer, total_reach
from crmformulas.formulas.ladder import first_reaching, going_on, orders_after_first
from crmformulas.formulas.migration import round_half_up
from crmformulas.formulas.retention import (
    customer_duration,
    net_duration,
    reactivation_rate,
    retention,
)
from crmformulas.formulas.uncertainty import UNKNOWN, Share, mean_bounds, portfolio_bounds
from crmformulas.formulas.value import annual_value, clv
from crmformulas.orders.counting.counts import (
    CohortCount,
    Counts,
    FlowCount,
    MoneyCount,
    money,
    spread_unit,
)
from crmformulas.orders.rules import LTV_AGES, Rules, Windows
from crmformulas.orders.summary.first_year import first_year
from crmformulas.orders.summary.flow_values import flow_values, portfolio_bridge
from crmformulas.orders.summary.model import (
    BoughtWithin,
    Buyers,
    CohortLtvRow,
    CohortRow,
    Conversion,
    FirstYear,
    FlowRow,
    Flows,
    Input,
    Kpis,
    Ladder,
    LadderStep,
    LtvRow,
    Migration,
    PortfolioRow,
    Reach,
    RetentionSince,
    ReturningMonth,
    Summary,
)
from crmformulas.orders.summary.months import (
    first_open_month,
    first_whole_month,
    median,
    month_name,
    months_of,
    step_quarters,
)
from crmformulas.orders.summary.notices import warnings

__all__ = ["per", "summarise", "value_or_none"]


def summarise(counts: Counts, windows: Windows, rules: Rules) -> Summary:
    """Apply the formulas to the counts."""
    read = _input(counts)
    portfolio = _with_days(_portfolio(counts.flows, rules), counts)
    ladder_counts = _LadderCounts.of(counts, rules)
    recruits = first_year(counts, windows)
    variations = _variations(counts)
    flows, flow_records = _flows(counts, windows, rules), _flow_table(counts.flows, rules)
    summary = Summary(
        rules=rules,
        windows=windows,
        input=read,
        notices=(*warnings(counts.extent, read, windows, portfolio), *counts.notes),
        flows=flows,
        flow_records=flow_records,
        migration=_migration(counts.flows, rules),
        portfolio_records=portfolio,
        portfolio_value=_sum_or_none(row.portfolio_value for row in portfolio),
        ladder=_ladder(ladder_counts, counts, rules),
        cohort_records=_cohorts(counts, windows),
        ltv_records=_ltv(counts.cohorts, counts.money, variations),
        ltv_by_cohort_records=_ltv_by_cohort(counts, variations),
        kpis=_kpis(ladder_counts, counts, windows, rules, recruits),
        portfolio_clv=_clv_of_all(portfolio, flows),
        portfolio_interval=portfolio_bounds(
            # Of a tier that lost nobody the value is unknown, but not 0.
            [
                Share(
                    row.customers if row.clv is None else row.portfolio_value or 0.0,
                    row.f12_customers or 0,
                    row.lost or 0,
                )
                for row in portfolio
            ]
        ),
        flow_values=flow_values(flow_records, portfolio),
        portfolio_bridge=portfolio_bridge(counts.flows, portfolio),
        month_records=counts.money,
        first_year_records=recruits,
        month_rows=partial(months_of, counts, windows, rules),
        quarter_rows=partial(step_quarters, counts, windows, rules),
        reading=counts.account,
    )
    if not summary.f12_known:
        return _without_f12(summary)
    # A year that is seen in part tells no revenue of a year.
    return summary if summary.f12_covered else replace(summary, portfolio_bridge=None)


def _without_f12(summary: Summary) -> Summary:
    """The summary with all that rests on F12 unknown: who came from where, and who was lost."""
    tiers = len(summary.migration.origins)
    nobody = ((None,) * (tiers + 1),) * tiers
    return replace(
        summary,
        flows=Flows(None, None, None, None, None, summary.flows.closing, None, None, None),
        flow_records=tuple(
            FlowRow(None, row.tier, row.customers, row.orders, row.revenue)
            for row in summary.portfolio_records
            if row.customers
        ),
        migration=replace(summary.migration, counts=nobody, shares=nobody),
        portfolio_records=tuple(
            replace(
                row,
                f12_customers=None,
                lost=None,
                retention=None,
                duration=None,
                clv=None,
                clv_index=None,
                portfolio_value=None,
            )
            for row in summary.portfolio_records
        ),
        portfolio_value=None,
        portfolio_clv=None,
        portfolio_interval=UNKNOWN,
        flow_values=(),
        portfolio_bridge=None,
    )


def _clv_of_all(tiers: Sequence[PortfolioRow], flows: Flows) -> float | None:
    """Annual value × duration of all customers, as if they were one tier."""
    annual = per(sum(row.revenue for row in tiers), sum(row.customers for row in tiers))
    if annual is None or flows.duration is None:
        return None
    return annual * flows.duration


def value_or_none(formula: Callable[..., Any], *args: Any) -> Any:
    """The formula's answer, or None where an argument is unknown or there is no answer."""
    if any(a is None for a in args):
        return None
    try:
        return formula(*args)
    except FormulaError:
        return None


def per(total: float | None, count: float) -> float | None:
    """The mean per one, unknown where there is none."""
    return None if total is None or not count else total / count


def _sum_or_none(values: Iterable[float | None]) -> float | None:
    """The sum, unknown if any part is."""
    whole = 0.0
    for value in values:
        if value is None:
            return None
        whole += value
    return whole


def _input(counts: Counts) -> Input:
    extent = counts.extent
    assert extent.first is not None
    assert extent.last is not None
    return Input(
        rows=extent.rows,
        orders=extent.purchases,
        returns=extent.returns,
        customers=_customers(counts.cohorts),
        net_revenue=money(extent.revenue),
        first_day=from_number(extent.first),
        last_day=from_number(extent.last),
        excluded=extent.excluded,
        sample=counts.sample,
    )


def _customers(cells: Iterable[CohortCount | FlowCount]) -> int:
    return sum(cell.customers for cell in cells)


def _flows(counts: Counts, windows: Windows, rules: Rules) -> Flows:
    cells, tiers = counts.flows, len(rules.tiers)
    opening = _customers(c for c in cells if c.origin < tiers)
    lost = _customers(c for c in cells if c.target == tiers)
    new = _customers(c for c in cells if c.origin == tiers + 1)
    reactivated = _customers(c for c in cells if c.origin == tiers)
    continued = opening - lost
    stay = value_or_none(retention, opening, continued)
    assert counts.extent.first is not None
    lost_f12: int | None = None
    since: tuple[RetentionSince, ...] = ()
    was_existing = was_all = None
    if from_number(counts.extent.first) <= windows.f11_start:
        lost_f12 = _customers(c for c in counts.cohorts if c.past == LAST_YEAR and not c.in_f12)
        since = _retention_since(counts)
        was_existing, was_all = _existing_in_f12(counts)
    active = [c for c in cells if c.target < tiers]
    revenue = sum(c.s12_revenue for c in active)
    existing = sum(c.s12_revenue for c in active if c.origin <= tiers)
    # More may come back than were lost in a single year.
    of = lost_f12 if lost_f12 and lost_f12 >= reactivated else lost
    return Flows(
        opening=opening,
        new=new,
        reactivated=reactivated,
        continued=continued,
        lost=lost,
        closing=opening + new + reactivated - lost,
        retention=stay,
        duration=value_or_none(customer_duration, stay),
        net_duration=value_or_none(net_duration, opening, continued, reactivated),
        lost_f12=lost_f12,
        reactivation_rate=value_or_none(reactivation_rate, reactivated, of),
        existing_revenue=money(existing),
        existing_share=per(money(existing), max(money(revenue), 0)),
        existing_revenue_f12=None if was_existing is None else money(was_existing),
        existing_share_f12=(
            None if was_existing is None else per(money(was_existing), max(money(was_all), 0))
        ),
        since=since,
    )


NOTHING, ONCE, LAST_YEAR = range(3)
"""What a customer did before F12, as counted."""

PAST = {"new": NOTHING, "continued": LAST_YEAR, "reactivated": ONCE}


def _existing_in_f12(counts: Counts) -> tuple[int, int]:
    """The revenue of F12 of those customers of it who were not new, and that of all of them."""
    here = [c for c in counts.cohorts if c.in_f12]
    old = sum(c.f12_revenue for c in here if c.past != NOTHING)
    return old - sum(r.f12_revenue for r in counts.renewed), sum(c.f12_revenue for c in here)


def _retention_since(counts: Counts) -> tuple[RetentionSince, ...]:
    """The retention of the customers of F12, by what they were in it."""
    rates = []
    # Those who were new again in it had bought before the year before it alone.
    moved = {"new": 1, "reactivated": -1}
    again = sum(r.customers for r in counts.renewed)
    again_retained = sum(r.customers for r in counts.renewed if r.in_s12)
    for status, past in PAST.items():
        here = [c for c in counts.cohorts if c.in_f12 and c.past == past]
        sign = moved.get(status, 0)
        opening = _customers(here) + sign * again
        retained = _customers(c for c in here if c.in_s12) + sign * again_retained
        stay = value_or_none(retention, opening, retained)
        rates.append(RetentionSince(status, opening, retained, stay))
    return tuple(rates)


def _flow_table(cells: Sequence[FlowCount], rules: Rules) -> tuple[FlowRow, ...]:
    origins = (*rules.tier_names, "reactivated", "new")
    targets = (*rules.tier_names, "lost")
    lost = len(rules.tiers)
    return tuple(
        FlowRow(
            origin=origins[c.origin],
            target=targets[c.target],
            customers=c.customers,
            orders=None if c.target == lost else c.s12_orders,
            revenue=money(c.f12_revenue if c.target == lost else c.s12_revenue),
        )
        for c in sorted(cells, key=lambda c: (c.origin, c.target))
    )


def _migration(cells: Sequence[FlowCount], rules: Rules) -> Migration:
    count = len(rules.tiers)
    by_move = {(c.origin, c.target): c.customers for c in cells}
    counts = tuple(tuple(by_move.get((i, j), 0) for j in range(count + 1)) for i in range(count))
    return Migration(
        origins=rules.tier_names,
        targets=(*rules.tier_names, "lost"),
        counts=counts,
        # As migration_rates of ranges, which would load NumPy for a few quotients.
        shares=tuple(tuple(per(n, sum(row)) for n in row) for row in counts),
    )


def _portfolio(cells: Sequence[FlowCount], rules: Rules) -> tuple[PortfolioRow, ...]:
    rows = [_tier(cells, position, rules) for position in range(len(rules.tiers))]
    base = rows[-1].clv
    # As clv_index of ranges, which would load NumPy for a few quotients.
    return tuple(
        replace(row, clv_index=None if base is None else per(row.clv, base)) for row in rows
    )


def _with_days(rows: Sequence[PortfolioRow], counts: Counts) -> tuple[PortfolioRow, ...]:
    """The tiers with the days between their purchases."""
    by_tier: list[Counter[int]] = [Counter() for _ in rows]
    for row in counts.tier_gaps:
        by_tier[row.tier][row.gap] += row.purchases
    return tuple(
        replace(row, median_days=median(days)) for row, days in zip(rows, by_tier, strict=True)
    )


def _tier(cells: Sequence[FlowCount], position: int, rules: Rules) -> PortfolioRow:
    here = [c for c in cells if c.target == position]
    before = [c for c in cells if c.origin == position]
    customers, orders = _customers(here), sum(c.s12_orders for c in here)
    revenue = money(sum(c.s12_revenue for c in here))
    f12_customers = _customers(before)
    lost = _customers(c for c in before if c.target == len(rules.tiers))
    stay = value_or_none(retention, f12_customers, f12_customers - lost)
    duration = value_or_none(customer_duration, stay)
    frequency, value = per(orders, customers), per(revenue, orders)
    worth = value_or_none(clv, frequency, value, duration)
    return PortfolioRow(
        tier=rules.tier_names[position],
        customers=customers,
        orders=orders,
        revenue=revenue,
        f12_customers=f12_customers,
        lost=lost,
        retention=stay,
        duration=duration,
        orders_per_customer=frequency,
        value_per_order=value,
        annual_value=value_or_none(annual_value, frequency, value),
        clv=worth,
        clv_index=None,
        # An empty tier is worth nothing whatever its customers would be worth.
        portfolio_value=value_or_none(_worth, worth, customers) if customers else 0.0,
    )


def _worth(value: float, customers: int) -> float:
    """The portfolio value of one tier: that of ranges would load NumPy for a single product."""
    return value * customers


@dataclass(frozen=True)
class _LadderCounts:
    """Customers and days by number of the purchase; what stands at k is of the k-th.

    Attributes:
        reached: Customers with at least k purchases.
        old: Those of them whose k-th purchase is old enough for the matured rates.
        went_on: Those of them who made one more within ``Rules.matured`` days.
        days: How many took so many days from the k-th purchase to the next.
        late_days: How many took so many days to a purchase in S12, whatever its number.
    """

    reached: list[int]
    old: list[int]
    went_on: list[int]
    days: list[Counter[int]]
    late_days: Counter[int] = field(default_factory=Counter)

    @classmethod
    def of(cls, counts: Counts, rules: Rules) -> _LadderCounts:
        size = rules.numbers + 2
        ladder = cls([0] * size, [0] * size, [0] * size, [Counter() for _ in range(size)])
        # Customers with a single order are not in the histogram; they stand on the first step.
        for cell in counts.cohorts:
            if cell.single:
                ladder.reached[1] += cell.customers
                ladder.old[1] += cell.customers if cell.old else 0
        within = -1 if rules.matured is None else rules.matured
        for k, gap, late, old, previous_old, purchases in counts.gaps:
            ladder.reached[k] += purchases
            ladder.old[k] += purchases if old else 0
            if gap is None:
                continue
            ladder.days[k - 1][gap] += purchases
            if late:
                ladder.late_days[gap] += purchases
            if previous_old and gap <= within:
                ladder.went_on[k - 1] += purchases
        return ladder


def _ladder(counted: _LadderCounts, counts: Counts, rules: Rules) -> Ladder:
    shown = [n for n in counted.reached[1 : rules.steps + 1] if n]
    rates = going_on(shown)
    ladder = Ladder(
        step_records=tuple(
            _step(k, customers, rates, counted, rules) for k, customers in enumerate(shown, start=1)
        ),
        tipping_point=first_reaching(rates, rules.threshold),
        extra_orders_per_1000=1000 * orders_after_first(rates),
        with_matured=rules.matured is not None,
    )
    if (contact_counts := counts.contacts) is None:
        return ladder
    bought = contact_counts.contacts - contact_counts.without_order
    return replace(
        ladder,
        f0=contact_counts.without_order,
        f0_rate=value_or_none(subscriber_to_customer, contact_counts.contacts, bought),
        contacts=contact_counts.contacts,
    )


def _step(
    k: int, customers: int, rates: Sequence[float], counted: _LadderCounts, rules: Rules
) -> LadderStep:
    if k > len(rates):
        # Who goes on from the last step is not told.
        return LadderStep(k, customers, None, None)
    matured = None if rules.matured is None else per(counted.went_on[k], counted.old[k])
    return LadderStep(k, customers, rates[k - 1], median(counted.days[k]), matured)


def _cohorts(counts: Counts, windows: Windows) -> tuple[CohortRow, ...]:
    sizes: Counter[int] = Counter()
    for c in counts.cohorts:
        sizes[c.cohort] += c.customers
    revenue: Counter[tuple[int, int]] = Counter()
    for m in counts.money:
        revenue[m.cohort, m.month] += m.revenue
    end, complete = month_index(windows.as_of), first_open_month(windows)
    rows = []
    for cohort, customers in sorted(sizes.items()):
        months = range(cohort, end + 1)
        so_far = accumulate(revenue[cohort, month] for month in months)
        per_customer = (
            per(money(total), customers) if month < complete else None
            for month, total in zip(months, so_far, strict=True)
        )
        rows.append(CohortRow(month_name(cohort), customers, tuple(per_customer)))
    return tuple(rows)


def _ltv(
    sizes: Sequence[CohortCount],
    sums: Sequence[MoneyCount],
    variations: Sequence[float | None],
) -> tuple[LtvRow, ...]:
    """Lifetime value to date at each age, over the customers of whom all its days are observed."""
    rows = []
    for passed, age in enumerate(LTV_AGES):
        customers, revenue = _up_to(passed, sizes, sums)
        mean = per(money(revenue), customers)
        low, high = mean_bounds(mean, variations[passed], customers)
        rows.append(LtvRow(age, customers, mean, low, high))
    return tuple(rows)


def _up_to(
    passed: int, sizes: Sequence[CohortCount], sums: Sequence[MoneyCount]
) -> tuple[int, int]:
    """The customers who have reached an age, and their net revenue up to it."""
    customers = _customers(c for c in sizes if c.observed > passed)
    return customers, sum(m.revenue for m in sums if m.observed > passed and 0 <= m.age <= passed)


def _variations(counts: Counts) -> tuple[float | None, ...]:
    """Standard deviation / mean of what all customers have brought up to each age."""
    unit = spread_unit(counts.extent)
    variations: list[float | None] = []
    for passed in range(len(LTV_AGES)):
        customers, revenue = _up_to(passed, counts.cohorts, counts.money)
        # After ``observed`` stand the ages.
        squares = sum(row[passed + 1] for row in counts.spread if row.observed > passed)
        if customers < 2 or revenue <= 0:
            variations.append(None)
            continue
        mean = revenue / unit / customers
        variance = max(squares - customers * mean**2, 0.0) / (customers - 1)
        variations.append(sqrt(variance) / mean)
    return tuple(variations)


def _ltv_by_cohort(counts: Counts, variations: Sequence[float | None]) -> tuple[CohortLtvRow, ...]:
    by_cohort: dict[int, tuple[list[CohortCount], list[MoneyCount]]] = {}
    for c in counts.cohorts:
        by_cohort.setdefault(c.cohort, ([], []))[0].append(c)
    for m in counts.money:
        by_cohort[m.cohort][1].append(m)
    return tuple(
        CohortLtvRow(month_name(cohort), row.age_months, row.customers, row.ltv, row.low, row.high)
        for cohort, (sizes, sums) in sorted(by_cohort.items())
        for row in _ltv(sizes, sums, variations)
        if row.ltv is not None
    )


def _kpis(
    counted: _LadderCounts,
    counts: Counts,
    windows: Windows,
    rules: Rules,
    recruits: Sequence[FirstYear],
) -> Kpis:
    active = [c for c in counts.flows if c.target < len(rules.tiers)]
    top, whole = sum(c.top_revenue for c in active), sum(c.s12_revenue for c in active)
    months = _returning(counts, windows)
    return Kpis(
        repeat_purchase_rate=value_or_none(
            repeat_purchase_rate, counted.reached[1], counted.reached[2]
        ),
        time_between_purchases=median(counted.late_days),
        returning_records=months[-12:],
        former_records=months[:-12],
        # Of few customers there may be nobody in the share.
        pareto_share=(
            per(money(top), max(money(whole), 0))
            if round_half_up(rules.pareto, _customers(active))
            else None
        ),
        first_year_clv=next((row.clv for row in reversed(recruits) if row.kind == "rolling"), None),
        bought_within=_bought_within(counts, rules),
        subscriber_to_customer=_conversion(counts),
        total_reach=_reach(counts, rules),
    )


def _bought_within(counts: Counts, rules: Rules) -> BoughtWithin:
    """The customers who bought in the last days, by what they were before."""
    contacts, again, before = counts.contacts, counts.again, counts.before
    unknown = Buyers(None, None)
    if again is None or before is None:
        return BoughtWithin(rules.horizon, unknown, unknown, unknown if contacts else None)
    active = again.active + before.once
    return BoughtWithin(
        days=rules.horizon,
        active=Buyers(active, again.active_buyers),
        lapsed=Buyers(before.customers - active, again.lapsed_buyers),
        f0=Buyers(contacts.waiting, contacts.waiting_buyers) if contacts else None,
    )


def _conversion(counts: Counts) -> Conversion | None:
    if (contact_counts := counts.contacts) is None:
        return None
    eligible, converted = contact_counts.eligible, contact_counts.converted
    rate = value_or_none(subscriber_to_customer, eligible, converted)
    return Conversion(eligible, converted, rate)


def _reach(counts: Counts, rules: Rules) -> Reach | None:
    if (contact_counts := counts.contacts) is None or not counts.has_reach:
        return None
    reached, contacts = contact_counts.reached, contact_counts.contacts
    return Reach(reached, contacts, value_or_none(total_reach, reached, contacts), rules.reach)


def _returning(counts: Counts, windows: Windows) -> tuple[ReturningMonth, ...]:
    """The last 24 complete months; a month that history does not cover wholly is unknown."""
    complete, covered = first_open_month(windows), first_whole_month(counts)
    active: Counter[tuple[int, bool]] = Counter()
    revenue: Counter[tuple[int, bool]] = Counter()
    for m in counts.money:
        active[m.month, m.cohort < m.month] += m.active
        revenue[m.month, m.cohort < m.month] += m.bought
    for r in counts.returned:
        revenue[r.month, r.returning] += r.revenue

    def share(month: int) -> float | None:
        if month < covered:
            return None
        returning = active[month, True]
        return per(returning, returning + active[month, False])

    def row(month: int) -> ReturningMonth:
        now, before = share(month), share(month - 12)
        change = None if now is None or before is None else (now - before) * 100
        if month < covered:
            return ReturningMonth(month_name(month), None, None, None, change)
        worth = [money(revenue[month, returning]) for returning in (True, False)]
        return ReturningMonth(
            month=month_name(month),
            customers=active[month, True] + active[month, False],
            share=now,
            revenue_share=per(worth[0], max(sum(worth), 0)),
            change_pp=change,
        )

    return tuple(row(month) for month in range(complete - 24, complete))
