"""From counts to figures: the formulas applied to what the engine has counted."""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import Any

from crmformulas.dates import from_number, month_index, month_start
from crmformulas.errors import FormulaError
from crmformulas.formulas.kpi import repeat_purchase_rate, subscriber_to_customer, total_reach
from crmformulas.formulas.ladder import extra_orders, step_rates, tipping_point
from crmformulas.formulas.migration import migration_rates
from crmformulas.formulas.retention import customer_duration, net_duration, retention
from crmformulas.formulas.value import annual_value, clv, clv_index, portfolio_value
from crmformulas.orders.rules import LTV_AGES, Rules, Windows
from crmformulas.orders.summary.model import Flows, Input, Kpis, Ladder, Migration, Record, Summary
from crmformulas.orders.summary.notices import EXCLUDED, warnings

__all__ = ["Counts", "summarise"]

UNITS = 10_000
"""Amounts are counted in ten-thousandths of the currency unit."""


@dataclass(frozen=True, kw_only=True)
class Counts:
    """The small tables that come out of the engine (see ``orders.counting.queries``)."""

    extent: Record
    cohorts: list[Record]
    gaps: dict[str, list[Any]]
    flows: list[Record]
    money: list[Record]
    returned: list[Record]
    contacts: Record | None
    sample: tuple[Record, ...] = ()
    notes: tuple[str, ...] = ()
    has_reach: bool = False


def summarise(counts: Counts, windows: Windows, rules: Rules) -> Summary:
    """Apply the formulas to the counts."""
    read = _input(counts)
    portfolio = _portfolio(counts.flows, rules)
    worth = [r["portfolio_value"] for r in portfolio]
    ladder, repeats = _ladder(counts, rules)
    return Summary(
        rules=rules,
        windows=windows,
        input=read,
        notices=(*warnings(counts.extent, read, windows, portfolio), *counts.notes),
        flows=_flows(counts.flows, rules),
        flow_records=_flow_table(counts.flows, rules),
        migration=_migration(counts.flows, rules),
        portfolio_records=portfolio,
        portfolio_value=None if None in worth else sum(worth),
        ladder=ladder,
        cohort_records=_cohorts(counts, windows),
        ltv_records=_ltv(counts),
        ltv_by_cohort_records=_ltv_by_cohort(counts),
        kpis=_kpis(counts, windows, rules, repeats),
        month_records=counts.money,
    )


def known(formula: Callable[..., Any], *args: Any) -> Any:
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


def money(units: int | None) -> float:
    """Ten-thousandths as currency units."""
    return (units or 0) / UNITS


def _input(counts: Counts) -> Input:
    extent = counts.extent
    return Input(
        rows=extent["rows"],
        orders=extent["purchases"],
        returns=extent["returns"],
        customers=sum(c["customers"] for c in counts.cohorts),
        net_revenue=money(extent["revenue"]),
        first_day=from_number(extent["first"]),
        last_day=from_number(extent["last"]),
        excluded={name: extent[name] for name in EXCLUDED},
        sample=counts.sample,
    )


def _total(cells: Iterable[Record], column: str = "customers") -> int:
    return sum(cell[column] for cell in cells)


def _flows(cells: list[Record], rules: Rules) -> Flows:
    tiers = len(rules.tiers)
    opening = _total(c for c in cells if c["origin"] < tiers)
    lost = _total(c for c in cells if c["target"] == tiers)
    new = _total(c for c in cells if c["origin"] == tiers + 1)
    reactivated = _total(c for c in cells if c["origin"] == tiers)
    continued = opening - lost
    stay = known(retention, opening, continued)
    return Flows(
        opening=opening,
        new=new,
        reactivated=reactivated,
        continued=continued,
        lost=lost,
        closing=opening + new + reactivated - lost,
        retention=stay,
        duration=known(customer_duration, stay),
        net_duration=known(net_duration, opening, continued, reactivated),
    )


def _flow_table(cells: list[Record], rules: Rules) -> tuple[Record, ...]:
    origins = (*rules.tier_names, "reactivated", "new")
    targets = (*rules.tier_names, "lost")
    lost = len(rules.tiers)
    return tuple(
        {
            "from": origins[c["origin"]],
            "to": targets[c["target"]],
            "customers": c["customers"],
            "orders": None if c["target"] == lost else c["s12_orders"],
            "revenue": money(c["f12_revenue" if c["target"] == lost else "s12_revenue"]),
        }
        for c in sorted(cells, key=lambda c: (c["origin"], c["target"]))
    )


def _migration(cells: list[Record], rules: Rules) -> Migration:
    count = len(rules.tiers)
    found = {(c["origin"], c["target"]): c["customers"] for c in cells}
    counts = tuple(tuple(found.get((i, j), 0) for j in range(count + 1)) for i in range(count))
    rates = migration_rates([list(row) for row in counts]).tolist()
    return Migration(
        origins=rules.tier_names,
        targets=(*rules.tier_names, "lost"),
        counts=counts,
        shares=tuple(tuple(None if r != r else r for r in row) for row in rates),
    )


def _portfolio(cells: list[Record], rules: Rules) -> tuple[Record, ...]:
    records: list[Record] = []
    for i, name in enumerate(rules.tier_names):
        here = [c for c in cells if c["target"] == i]
        before = [c for c in cells if c["origin"] == i]
        customers, orders = _total(here), _total(here, "s12_orders")
        revenue = money(_total(here, "s12_revenue"))
        lost = _total(c for c in before if c["target"] == len(rules.tiers))
        stay = known(retention, _total(before), _total(before) - lost)
        duration = known(customer_duration, stay)
        frequency, value = per(orders, customers), per(revenue, orders)
        worth = known(clv, frequency, value, duration)
        records.append(
            {
                "tier": name,
                "customers": customers,
                "orders": orders,
                "revenue": revenue,
                "f12_customers": _total(before),
                "lost": lost,
                "retention": stay,
                "duration": duration,
                "orders_per_customer": frequency,
                "value_per_order": value,
                "annual_value": known(annual_value, frequency, value),
                "clv": worth,
                "clv_index": None,
                # An empty tier is worth nothing whatever its customers would be worth.
                "portfolio_value": known(_worth, worth, customers) if customers else 0.0,
            }
        )
    base = records[-1]["clv"]
    for record in records:
        index = known(clv_index, record["clv"], base)
        record["clv_index"] = None if index is None else float(index[0])
    return tuple(records)


def _worth(value: float, customers: int) -> float:
    return float(portfolio_value([value], [customers]))


def _ladder(counts: Counts, rules: Rules) -> tuple[Ladder, Record]:
    """The ladder, and the key figures that follow from the same histogram."""
    # Customers with a single order are not in the histogram; they stand on the first step.
    alone = [c for c in counts.cohorts if c["single"]]
    reached, old, went_on = ([0] * (rules.numbers + 2) for _ in range(3))
    reached[1], old[1] = _total(alone), _total(c for c in alone if c["old"])
    days: list[dict[int, int]] = [{} for _ in reached]
    late_days: dict[int, int] = {}
    columns = ("k", "gap", "late", "old", "previous_old", "purchases")
    for k, gap, late, is_old, previous_old, n in zip(
        *(counts.gaps[c] for c in columns), strict=True
    ):
        reached[k] += n
        old[k] += n if is_old else 0
        if gap is None:
            continue
        days[k - 1][gap] = days[k - 1].get(gap, 0) + n
        if late:
            late_days[gap] = late_days.get(gap, 0) + n
        if previous_old and rules.matured is not None and gap <= rules.matured:
            went_on[k - 1] += n
    shown = [n for n in reached[1 : rules.steps + 1] if n]
    rates = [float(r) for r in step_rates(shown)] if len(shown) > 1 else []
    records = []
    for k, customers in enumerate(shown, start=1):
        last = k == len(shown)
        record: Record = {
            "f": k,
            "customers": customers,
            "rate": None if last else rates[k - 1],
            "median_days": None if last else median(days[k]),
        }
        if rules.matured is not None:
            record["matured_rate"] = None if last else per(went_on[k], old[k])
        records.append(record)
    tip = known(tipping_point, rates, rules.threshold) if rates else None
    f0, f0_rate, contacts = None, None, None
    if people := counts.contacts:
        f0, contacts = people["without_order"], people["contacts"]
        f0_rate = known(subscriber_to_customer, people["contacts"], people["contacts"] - f0)
    return (
        Ladder(
            step_records=tuple(records),
            tipping_point=None if tip is None else int(tip),
            extra_orders_per_1000=float(extra_orders(rates, 1000)) if rates else 0.0,
            f0=f0,
            f0_rate=f0_rate,
            contacts=contacts,
        ),
        {
            "repeat_purchase_rate": known(repeat_purchase_rate, reached[1], reached[2]),
            "time_between_purchases": median(late_days),
        },
    )


def median(counts: dict[int, int]) -> float | None:
    """The median of values told as value → count; of an even number the mean of the middle two."""
    total = sum(counts.values())
    if not total:
        return None
    values = sorted(counts)
    reach = list(accumulate(counts[v] for v in values))
    low = next(v for v, n in zip(values, reach, strict=True) if n > (total - 1) // 2)
    high = next(v for v, n in zip(values, reach, strict=True) if n > total // 2)
    return (low + high) / 2


def month_name(index: int) -> str:
    """A month as ``2026-10``."""
    return month_start(index).isoformat()[:7]


def first_open_month(windows: Windows) -> int:
    """The first month that is not wholly observed at the as-of day."""
    return month_index(date.fromordinal(windows.as_of.toordinal() + 1))


def _cohorts(counts: Counts, windows: Windows) -> tuple[Record, ...]:
    sizes: dict[int, int] = {}
    for c in counts.cohorts:
        sizes[c["cohort"]] = sizes.get(c["cohort"], 0) + c["customers"]
    revenue: dict[tuple[int, int], int] = {}
    for m in counts.money:
        key = (m["cohort"], m["month"])
        revenue[key] = revenue.get(key, 0) + m["revenue"]
    end, complete = month_index(windows.as_of), first_open_month(windows)
    return tuple(
        {
            "cohort": month_name(cohort),
            "customers": customers,
            "revenue_per_customer": [
                per(money(total), customers) if month < complete else None
                for month, total in zip(
                    range(cohort, end + 1),
                    accumulate(revenue.get((cohort, m), 0) for m in range(cohort, end + 1)),
                    strict=True,
                )
            ],
        }
        for cohort, customers in sorted(sizes.items())
    )


def _ltv(counts: Counts) -> tuple[Record, ...]:
    """Lifetime value to date at each age, over the customers of whom all its days are observed."""
    records = []
    for passed, age in enumerate(LTV_AGES):
        customers = _total(c for c in counts.cohorts if c["observed"] > passed)
        revenue = _total(
            (m for m in counts.money if m["observed"] > passed and 0 <= m["age"] <= passed),
            "revenue",
        )
        records.append(
            {"age_months": age, "customers": customers, "ltv": per(money(revenue), customers)}
        )
    return tuple(records)


def _ltv_by_cohort(counts: Counts) -> tuple[Record, ...]:
    by_cohort: dict[int, tuple[list[Record], list[Record]]] = {}
    for c in counts.cohorts:
        by_cohort.setdefault(c["cohort"], ([], []))[0].append(c)
    for m in counts.money:
        by_cohort[m["cohort"]][1].append(m)
    records = []
    for cohort, (sizes, sums) in sorted(by_cohort.items()):
        one = Counts(**{**counts.__dict__, "cohorts": sizes, "money": sums})
        records += [{"cohort": month_name(cohort), **r} for r in _ltv(one) if r["customers"]]
    return tuple(records)


def _kpis(counts: Counts, windows: Windows, rules: Rules, repeats: Record) -> Kpis:
    active = [c for c in counts.flows if c["target"] < len(rules.tiers)]
    contacts, months = counts.contacts, _returning(counts, windows)
    return Kpis(
        **repeats,
        returning_records=months[-12:],
        former_records=months[:-12],
        pareto_share=per(
            money(_total(active, "top_revenue")), max(money(_total(active, "s12_revenue")), 0)
        ),
        subscriber_to_customer={
            "eligible": contacts["eligible"],
            "converted": contacts["converted"],
            "rate": known(subscriber_to_customer, contacts["eligible"], contacts["converted"]),
        }
        if contacts
        else None,
        total_reach={
            "reached": contacts["reached"],
            "contacts": contacts["contacts"],
            "rate": known(total_reach, contacts["reached"], contacts["contacts"]),
            "days": rules.reach,
        }
        if contacts and counts.has_reach
        else None,
    )


def _returning(counts: Counts, windows: Windows) -> tuple[Record, ...]:
    """The last 24 complete months; a month that history does not cover wholly is unknown."""
    complete = first_open_month(windows)
    first = from_number(counts.extent["first"])
    covered = month_index(first) + (first.day > 1)
    people: dict[tuple[int, bool], int] = {}
    worth: dict[tuple[int, bool], int] = {}
    for m in counts.money:
        key = (m["month"], m["cohort"] < m["month"])
        people[key] = people.get(key, 0) + m["active"]
        worth[key] = worth.get(key, 0) + m["bought"]
    for r in counts.returned:
        key = (r["month"], r["returning"])
        worth[key] = worth.get(key, 0) + r["revenue"]

    def share(month: int) -> tuple[int | None, float | None, float | None]:
        if month < covered:
            return None, None, None
        counted = [people.get((month, back), 0) for back in (True, False)]
        revenue = [money(worth.get((month, back), 0)) for back in (True, False)]
        all_of_it = max(sum(revenue), 0)
        return sum(counted), per(counted[0], sum(counted)), per(revenue[0], all_of_it)

    records = []
    for month in range(complete - 24, complete):
        customers, of_customers, of_revenue = share(month)
        before = share(month - 12)[1]
        change = None
        if of_customers is not None and before is not None:
            change = (of_customers - before) * 100
        records.append(
            {
                "month": month_name(month),
                "customers": customers,
                "share": of_customers,
                "revenue_share": of_revenue,
                "change_pp": change,
            }
        )
    return tuple(records)
