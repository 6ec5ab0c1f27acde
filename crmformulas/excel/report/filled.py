"""What the sheets of the templates are filled with, from the figures of an order file."""

from __future__ import annotations

from datetime import date

from crmformulas.days import add_months
from crmformulas.errors import InputError
from crmformulas.excel.templates.crm_kpis import Cohort, KpiData, Ltv, Series
from crmformulas.excel.templates.development_budget import UNKNOWN, BudgetData
from crmformulas.excel.templates.ladder_goals import LadderGoals
from crmformulas.excel.templates.portfolio_data import MOST_TIERS, PortfolioData
from crmformulas.ladder import GOALS
from crmformulas.orders.plan import former_outcome
from crmformulas.orders.results import Record, Summary
from crmformulas.orders.rules import LTV_AGES

__all__ = ["budget", "kpis", "ladder", "portfolio"]


def portfolio(summary: Summary) -> PortfolioData:
    """The flow table.

    Raises:
        InputError: if there are more tiers than the sheets have room for, or one alone.
    """
    count = len(summary.rules.tiers)
    if not 2 <= count <= MOST_TIERS:
        raise InputError(f"a report has 2 to {MOST_TIERS} value tiers, got {count}: give --tiers")
    return PortfolioData.from_summary(summary)


def ladder(summary: Summary) -> LadderGoals:
    """The ladder, with the published goals for its first steps."""
    steps, kpis = summary.ladder.step_records, summary.kpis
    between = [r["median_days"] for r in steps[:-1]]
    wanted = [GOALS[i] if i < len(GOALS) else None for i in range(len(between))]
    orders = sum(r["orders"] for r in summary.portfolio_records)
    revenue = sum(r["revenue"] for r in summary.portfolio_records)
    known = summary.ladder.f0 is not None and kpis.total_reach is not None
    return LadderGoals(
        customers=tuple(r["customers"] for r in steps),
        goals=tuple(wanted),
        days=tuple(between),
        contacts=kpis.total_reach["contacts"] if known and kpis.total_reach else None,
        without_order=summary.ladder.f0 if known else None,
        threshold=summary.rules.threshold,
        order_value=revenue / orders if orders and revenue > 0 else None,
    )


def budget(summary: Summary, before: Summary | None) -> BudgetData:
    """The outcome, and that of the year before where history tells who was new in it."""
    return BudgetData(
        outcome=summary.outcome,
        opening=summary.flows.opening or None,
        former=former_outcome(summary, before) or UNKNOWN,
    )


def kpis(summary: Summary, before: Summary | None) -> KpiData:
    """The key figures of the last complete months, and those of the year before them.

    Repeat purchase rate, time between purchases and what follows from contacts are known at the
    as-of day alone, which stands in the last month.
    """
    now = summary.kpis.returning_records
    months: tuple[Record, ...] = now
    first = date.fromisoformat(f"{now[0]['month']}-01")
    if before is not None:
        months = (*before.kpis.returning_records, *now)
    months = months[-24:]
    earlier = 24 - len(months)
    blank: tuple[None, ...] = (None,) * earlier
    customers = (*blank, *(m["customers"] for m in months))
    share = (*blank, *(m["share"] for m in months))
    returning = tuple(
        None if n is None or s is None else round(n * s)
        for n, s in zip(customers, share, strict=True)
    )

    def last(value: float | None, then: float | None = None) -> tuple[float | None, ...]:
        return (*(None,) * 11, then, *(None,) * 11, value)

    steps = summary.ladder.step_records
    two = steps[1]["customers"] if len(steps) > 1 else 0
    were = before.ladder.step_records if before else ()
    had_two = (were[1]["customers"] if len(were) > 1 else 0) if were else None
    series = {
        "repeat_purchase_rate": Series(
            last(steps[0]["customers"], were[0]["customers"] if were else None), last(two, had_two)
        ),
        "returning_share": Series(customers, returning),
        "returning_revenue": Series(
            values=(*blank, *(m["revenue_share"] for m in months)),
        ),
        "time_between_purchases": Series(
            values=last(
                summary.kpis.time_between_purchases,
                before.kpis.time_between_purchases if before else None,
            )
        ),
    }
    if (becoming := summary.kpis.subscriber_to_customer) is not None:
        series["subscriber_to_customer"] = Series(
            last(becoming["eligible"]), last(becoming["converted"])
        )
    if (reach := summary.kpis.total_reach) is not None:
        series["total_reach"] = Series(last(reach["contacts"]), last(reach["reached"]))
    return KpiData(add_months(first, -12), 24, series, ltv=_ltv(summary))


def _ltv(summary: Summary) -> Ltv:
    found = {(r["cohort"], r["age_months"]): r for r in summary.ltv_by_cohort_records}
    first = date.fromisoformat(f"{summary.cohort_records[0]['cohort']}-01")
    last = date.fromisoformat(f"{summary.cohort_records[-1]['cohort']}-01")
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    cohorts = []
    for i in range(count):
        month = add_months(first, i).isoformat()[:7]
        records = [found.get((month, age)) for age in LTV_AGES]
        cohorts.append(
            Cohort(
                tuple(r and r["customers"] for r in records),
                tuple(r and round(r["ltv"] * r["customers"], 4) for r in records),
            )
        )
    return Ltv(first, summary.as_of, tuple(cohorts), LTV_AGES)
