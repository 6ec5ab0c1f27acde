"""The figures of an order file that the sheets of the templates are filled with."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from crmformulas.dates import add_months
from crmformulas.errors import InputError
from crmformulas.excel.templates.budget.data import UNKNOWN, BudgetData
from crmformulas.excel.templates.kpis.crm_kpis import Cohort, KpiData, Ltv, Series
from crmformulas.excel.templates.ladder.goals import LadderGoals
from crmformulas.excel.templates.portfolio.data import MOST_TIERS, PortfolioData
from crmformulas.excel.workbook.long_table import FIRST_YEAR
from crmformulas.formats import day_label
from crmformulas.orders.analysis.budget_plan import former_outcome
from crmformulas.orders.rules import LTV_AGES, f12_held
from crmformulas.orders.summary.model import Summary
from crmformulas.translations import Lang, Translated, term, translate

__all__ = [
    "LTV_MONTHS",
    "budget",
    "kpis",
    "ladder",
    "next_period",
    "portfolio",
    "whole_year_before",
]


FIRST_AS_OF = 1903
"""The key figures go three years back, and the calendar of a spreadsheet begins in 1900."""

NEITHER = (None, None)
"""The ends of an interval that is unknown."""

LTV_MONTHS = 240
"""Cohorts that stand by themselves; those before them are in the first."""


def next_period(summary: Summary) -> Translated:
    """The twelve months that a budget is made for: a calendar year where they are one."""
    end = add_months(summary.as_of, 12)
    if (end.month, end.day) == (12, 31):
        return Translated(str(end.year), str(end.year))
    return Translated("12 months to {}", "12 månader till {}").format(day_label(end))


def f12_lack(summary: Summary) -> Translated | None:
    """Why what rests on F12 is unknown or approximate; None where history holds all of it."""
    months = summary.f12_months
    if months == 12:
        return None
    # Short, as it is a line of the sheet; the first sheet has the days.
    held = f12_held(months)
    if not summary.f12_known:
        return Translated(
            f"– Not known: {held.en}, so who stayed, came back or was lost can't be told",
            f"– Inte känt: {held.sv}, så vilka som är kvar, återvunna eller förlorade går inte att "
            "säga",
        )
    return Translated(
        f"≈ Approximate: {held.en}, so fewer are seen to come back and to be lost",
        f"≈ Ungefärligt: {held.sv}, så färre syns komma åter och gå förlorade",
    )


def whole_year_before(summary: Summary, before: Summary | None) -> Summary | None:
    """The year before, where history covers all of it: otherwise its sums are too low."""
    return before if summary.f12_covered else None


def portfolio(summary: Summary, before: Summary | None, lang: Lang) -> PortfolioData:
    """The flow table, and orders and revenue of F12 by tier: those of S12 a year before.

    Raises:
        InputError: if nobody bought, if there are more tiers than the sheets have room for, or
            one alone, or if their names are the same to a spreadsheet, which tells no capitals
            apart.
    """
    if not summary.input.customers:
        raise InputError("there are no purchases to report on: no amount is above 0")
    names = summary.rules.tier_names
    if not 2 <= len(names) <= MOST_TIERS:
        raise InputError(
            f"a report has 2 to {MOST_TIERS} value tiers, got {len(names)}: give --tiers"
        )
    taken = {_alike(name, lang): name for name in OTHERS}
    for name in names:
        if name in RESERVED:
            raise InputError(
                f"a report has a row of its own called {name!r}: "
                "give that value tier another name in --tiers"
            )
        if (other := taken.setdefault(_alike(name, lang), name)) is not name:
            raise InputError(
                f"a workbook can't tell the value tier {name!r} from {other!r}: "
                "give it another name in --tiers"
            )
    has_f12 = summary.f12_known
    data = PortfolioData.from_summary(summary, f12_lack(summary), f12_known=has_f12)
    if (year := whole_year_before(summary, before)) is None:
        return data
    tiers = year.portfolio_records
    return replace(
        data,
        f12_orders=tuple(tier.orders for tier in tiers),
        f12_revenue=tuple(tier.revenue for tier in tiers),
    )


def _alike(name: str, lang: Lang) -> str:
    """A form that is the same for names that a spreadsheet takes for the same."""
    return str(translate(term(name), lang)).casefold()


OTHERS = ("new", "reactivated", "lost")
RESERVED = ("total", "customers", "value", "factor")
"""What the sheets call their own rows."""


def ladder(summary: Summary) -> LadderGoals:
    """The ladder, without goals: those are the reader's to set."""
    steps = summary.ladder.step_records
    orders = sum(tier.orders for tier in summary.portfolio_records)
    revenue = sum(tier.revenue for tier in summary.portfolio_records)
    return LadderGoals(
        customers=tuple(step.customers for step in steps),
        goals=(None,) * (len(steps) - 1),
        days=tuple(step.median_days for step in steps[:-1]),
        contacts=summary.ladder.contacts,
        without_order=summary.ladder.f0,
        threshold=summary.rules.threshold,
        order_value=revenue / orders if orders and revenue > 0 else None,
    )


def budget(summary: Summary, before: Summary | None) -> BudgetData:
    """The outcome, and that of the year before where history tells who was new in it."""
    return BudgetData(
        outcome=summary.outcome or UNKNOWN,
        opening=summary.flows.opening or None,
        former=former_outcome(summary, before) or UNKNOWN,
        lost_f12=summary.flows.lost_f12 if summary.flows.back_of_f12 else None,
    )


def kpis(summary: Summary, before: Summary | None) -> KpiData:
    """The key figures of the last complete months, and those of the year before them.

    The last month of reach stands for the as-of day; those before it are known where the list
    holds more than each contact's last day.
    """
    if summary.as_of.year < FIRST_AS_OF:
        raise InputError(
            f"a report's days are of {FIRST_AS_OF} or later, as a spreadsheet's calendar begins "
            f"in 1900; the as-of day is {summary.as_of}"
        )
    year = whole_year_before(summary, before)
    months = summary.months

    between = [month.median_days_12 for month in months]
    # The newest month stands for the as-of day, as the key figure does.
    between[-1] = summary.kpis.time_between_purchases
    if year is not None:
        between[-1 - 12] = year.kpis.time_between_purchases
    ever = [month.customers_to_date for month in months]
    twice = [month.repeaters_to_date for month in months]
    ever[-1], twice[-1] = _ever(summary), _twice(summary)
    if before is not None:
        ever[-1 - 12], twice[-1 - 12] = _ever(before), _twice(before)
    series = {
        "repeat_purchase_rate": Series(tuple(ever), tuple(twice)),
        "returning_share": Series(
            tuple(month.active for month in months), tuple(month.returning for month in months)
        ),
        "returning_revenue": Series(
            tuple(month.revenue for month in months),
            tuple(month.returning_revenue for month in months),
        ),
        "time_between_purchases": Series(values=tuple(between)),
    }
    if (becoming := summary.kpis.subscriber_to_customer) is not None:
        leads = [month.leads_to_date for month in months]
        customers = [month.converted_to_date for month in months]
        leads[-1], customers[-1] = becoming.eligible, becoming.converted
        series["subscriber_to_customer"] = Series(tuple(leads), tuple(customers))
    if (reach := summary.kpis.total_reach) is not None:
        contacts = [month.contacts_to_date for month in months]
        reached = [month.reached for month in months]
        contacts[-1], reached[-1] = reach.contacts, reach.reached
        series["total_reach"] = Series(tuple(contacts), tuple(reached))
    first = date.fromisoformat(f"{months[0].month}-01")
    return KpiData(first, len(months), series, ltv=_ltv(summary))


def _ever(summary: Summary | None) -> int | None:
    return summary.input.customers if summary else None


def _twice(summary: Summary | None) -> int | None:
    """Customers who have bought at least twice: the ladder may be asked for one step alone."""
    share = summary.kpis.repeat_purchase_rate if summary else None
    ever = _ever(summary)
    return None if share is None or ever is None else round(share * ever)


def _ltv(summary: Summary) -> Ltv:
    """Cohorts of consecutive months; what is older than all of them counts in the first."""
    last = date.fromisoformat(f"{summary.cohort_records[-1].cohort}-01")
    first = date.fromisoformat(f"{summary.cohort_records[0].cohort}-01")
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    # A range of one cell is no range for every program.
    months = min(max(months, 2), LTV_MONTHS, (last.year - FIRST_YEAR) * 12 + last.month)
    first = add_months(last, 1 - months)
    sums = [[(0, 0.0)] * len(LTV_AGES) for _ in range(months)]
    for record in summary.ltv_by_cohort_records:
        cohort = date.fromisoformat(f"{record.cohort}-01")
        row = max((cohort.year - first.year) * 12 + cohort.month - first.month, 0)
        age = LTV_AGES.index(record.age_months)
        customers, revenue = sums[row][age]
        worth = round(record.ltv * record.customers, 4)
        sums[row][age] = (customers + record.customers, round(revenue + worth, 4))
    cohorts = tuple(
        Cohort(
            tuple(customers or None for customers, _ in row),
            tuple(revenue if customers else None for customers, revenue in row),
        )
        for row in sums
    )
    by_age = {record.age_months: record for record in summary.ltv_records}
    ends = tuple((by_age[a].low, by_age[a].high) if a in by_age else NEITHER for a in LTV_AGES)
    known = {
        (record.cohort, record.age_months): (record.low, record.high)
        for record in summary.ltv_by_cohort_records
    }
    names = [f"{day:%Y-%m}" for day in (add_months(first, i) for i in range(months))]
    if summary.cohort_records[0].cohort < names[0]:
        # The first row has those of all months before, too, whose interval nobody has counted.
        names[0] = ""
    by_cohort = tuple(tuple(known.get((name, a), NEITHER) for a in LTV_AGES) for name in names)
    return Ltv(first, summary.as_of, cohorts, LTV_AGES, ends=ends, cohort_ends=by_cohort)
