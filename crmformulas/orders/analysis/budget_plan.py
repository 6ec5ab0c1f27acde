"""The customer development budget of a summary: outcome, Budget 1, and Budget 2 by a scenario."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from crmformulas.errors import FormulaError
from crmformulas.formulas.budget import (
    GROWTH,
    LEVERS,
    ROWS,
    SEGMENT_OF_LEVER,
    SEGMENTS,
    BudgetRow,
    budget_rows,
    growth_factors,
    outcome_rows,
    required_factor,
)
from crmformulas.formulas.migration import ROUNDING
from crmformulas.formulas.retention import (
    customer_duration,
    reactivation_rate,
    retention,
)
from crmformulas.formulas.value import growth_rate
from crmformulas.orders.analysis.scenarios import LEVER_LABELS, OWN, SEGMENT_LABELS, Scenario
from crmformulas.orders.summary.build import value_or_none
from crmformulas.orders.summary.model import Row
from crmformulas.orders.summary.notices import f12_reason
from crmformulas.translations import Label, Translated

if TYPE_CHECKING:
    from crmformulas.orders.summary.model import Summary

__all__ = ["BALANCE", "PERIODS", "Needed", "Period", "Plan", "change", "former_outcome", "grown"]

Outcome: TypeAlias = tuple[tuple[float, ...], ...]
"""Rows new, continued, reactivated; columns customers, revenue, orders."""

NOTHING: Outcome = ((0.0,) * 3,) * 3
"""Stands for an outcome that is unknown."""

PERIODS = ("outcome", "budget1", "budget2")

SHARES = LEVERS[1:3]
"""The levers of which there can't be more than 100 %."""

COLUMN_OF = dict(
    zip(
        LEVERS,
        ("customers", None, None, *("orders_per_customer", "value_per_order") * 3),
        strict=True,
    )
)
"""The column that shows what a lever lifts; the two shares stand in none."""


def grown(outcome: float, growth: float) -> float:
    """Outcome after a growth.

    Args:
        outcome: In currency units.
        growth: A fraction: 0.2 is 20 % more.

    Examples:
        >>> grown(500.0, 0.2)
        600.0
    """
    return outcome * (1 + growth)


def former_outcome(summary: Summary, before: Summary | None) -> Outcome | None:
    """The outcome of the year before; None unless the history covers all of it."""
    if before is None or not before.f12_covered:
        return None
    return before.outcome


@dataclass(frozen=True, slots=True)
class SegmentRow(Row):
    """A segment of a year, or all of them; None is unknown.

    Attributes:
        customers: How many; not rounded.
        revenue: In currency units.
        orders: How many; not rounded.
        value_per_order: In currency units.
        orders_per_customer: Orders of a customer in the year.
        revenue_per_customer: In currency units.
    """

    customers: float | None = None
    revenue: float | None = None
    orders: float | None = None
    value_per_order: float | None = None
    orders_per_customer: float | None = None
    revenue_per_customer: float | None = None


@dataclass(frozen=True, slots=True)
class Balance(Row):
    """Movement of customers in a year; None is unknown.

    Attributes:
        opening: Active customers when it begins.
        new: Customers who come for the first time.
        reactivated: Customers who come back.
        lost: Customers who don't stay.
        closing: Active customers when it ends.
        retention: The share that stays, a fraction.
        gross_duration: Years that a customer stays.
        net_duration: The same with those who come back counted.
    """

    opening: float | None = None
    new: float | None = None
    reactivated: float | None = None
    lost: float | None = None
    closing: float | None = None
    retention: float | None = None
    gross_duration: float | None = None
    net_duration: float | None = None


BALANCE = tuple(each.name for each in fields(Balance))
"""What is told of how the customers move in a period."""


@dataclass(frozen=True, slots=True)
class Period:
    """A year: its outcome, or a budget of it.

    Attributes:
        rows: By segment and in total.
        balance: How the customers move.
        wrong: Why figures are unknown; None where all are known.
    """

    rows: Mapping[str, SegmentRow]
    balance: Balance
    wrong: Label | None = None

    @property
    def revenue(self) -> float | None:
        """Revenue in total."""
        return self.rows["total"].revenue

    @property
    def customers(self) -> float | None:
        """Active customers when the year ends."""
        return self.rows["total"].customers


@dataclass(frozen=True, slots=True)
class Needed:
    """The factor with which a lever, or several evenly, reach the target; or why there is none."""

    factor: float | None
    why: Label | None = None


@dataclass(frozen=True)
class Plan:
    """An outcome, and what next year brings by a scenario.

    Attributes:
        outcome: The last 12 months.
        opening: Active customers when they began.
        growth: The growth factors in the order of :data:`crmformulas.formulas.budget.GROWTH`.
        unknown: Those of them that no year before tells, and which count as 1.
        scenario: The simulation factors and the target.
        why_unknown: Why outcome and budget are unknown; None where they are known.
        lost_f12: Customers lost in the year before the outcome, who could come back in it; None
            where history does not tell.

    Examples:
        >>> plan = Plan(((100, 20_000, 200), (300, 90_000, 600), (50, 5_000, 50)), 500)
        >>> plan.budget_1.revenue, plan.with_factor("retention", 1.1).gain
        (106000.0, 8100.0)
        >>> round(plan.with_target(114_100).needed("retention").factor, 9)
        1.1
    """

    outcome: Outcome
    opening: float
    growth: tuple[float, ...] = (1.0,) * len(GROWTH)
    unknown: tuple[str, ...] = ()
    scenario: Scenario = field(default=OWN)
    why_unknown: Label | None = None
    lost_f12: int | None = None

    def __post_init__(self) -> None:
        """A target told as growth is one on the outcome."""
        growth = self.scenario.target_growth
        if self.scenario.target is None and growth is not None and self.why_unknown is None:
            wanted = grown(sum(row[1] for row in self.outcome), growth)
            object.__setattr__(self, "scenario", replace(self.scenario, target=wanted))

    @classmethod
    def of(cls, summary: Summary, before: Summary | None, scenario: Scenario = OWN) -> Plan:
        """Plan the year after a summary, at the growth since the year before."""
        if summary.outcome is None or summary.flows.opening is None:
            why = f12_reason(summary.windows, summary.input.first_day)
            return cls(NOTHING, 0.0, unknown=GROWTH, scenario=scenario, why_unknown=why)
        former = former_outcome(summary, before)
        growth, unknown = _growth(summary.outcome, former)
        could = summary.flows.lost_f12 if summary.flows.back_of_f12 else None
        return cls(
            summary.outcome, summary.flows.opening, growth, unknown, scenario, lost_f12=could
        )

    # Changing it

    def factor(self, lever: str) -> float:
        """The simulation factor of a lever."""
        return self.scenario.factors.get(lever, 1.0)

    def with_factors(self, factors: Mapping[str, float]) -> Plan:
        """Copy the plan with other factors for some levers."""
        merged = {**self.scenario.factors, **factors}
        kept = {lever: merged[lever] for lever in LEVERS if merged.get(lever, 1) != 1}
        return replace(self, scenario=replace(self.scenario, factors=kept))

    def with_factor(self, lever: str, factor: float) -> Plan:
        """Copy the plan with another factor for a lever."""
        return self.with_factors({lever: factor})

    def stepped(self, lever: str, points: float) -> Plan:
        """Copy the plan with a lever some per cent of Budget 1 higher or lower, at least 0."""
        factor = round(self.factor(lever) + points / 100, 10)
        return self.with_factor(lever, max(factor, 0.0))

    def with_target(self, target: float | None) -> Plan:
        """Copy the plan with another target."""
        return replace(self, scenario=replace(self.scenario, target=target, target_growth=None))

    def with_rate(self, rate: float | None) -> Plan:
        """Copy the plan with another reactivation rate; None is that of the outcome."""
        return replace(self, scenario=replace(self.scenario, reactivation_rate=rate))

    def reaching(self, levers: Iterable[str]) -> Plan:
        """Copy the plan with these levers set to reach the target, if they can."""
        chosen = tuple(levers)
        factor = self.needed(*chosen).factor
        return self if factor is None else self.with_factors(dict.fromkeys(chosen, factor))

    # What it brings

    @cached_property
    def rate(self) -> float | None:
        """Reactivation rate: the scenario's own, or that of the outcome.

        That is of those who were lost in the year before it and could come back in it, where
        history tells; else of those who were lost in it, by which next year's reactivated are this
        year's wherever the two years begin alike.
        """
        if self.scenario.reactivation_rate is not None:
            return self.scenario.reactivation_rate
        return self.outcome_rate

    @cached_property
    def outcome_rate(self) -> float | None:
        """The reactivation rate of the outcome."""
        former = self._lost if self.lost_f12 is None else self.lost_f12
        rate: float | None = value_or_none(reactivation_rate, self.outcome[2][0], former)
        return rate

    @cached_property
    def retention(self) -> float | None:
        """Retention of the outcome, which is that of Budget 1 too."""
        rate: float | None = value_or_none(retention, self.opening, self.outcome[1][0])
        return rate

    @property
    def _lost(self) -> float:
        return self.opening - self.outcome[1][0]

    @cached_property
    def outcome_period(self) -> Period:
        """The year of the outcome: the last 12 months."""
        if self.why_unknown is not None:
            return Period(dict.fromkeys(ROWS, SegmentRow()), Balance(), self.why_unknown)
        return _period(outcome_rows(self.outcome), self.opening)

    @cached_property
    def budget_1(self) -> Period:
        """Next year if growth goes on and retention stays: Budget 1."""
        return self._budget({})

    @cached_property
    def budget_2(self) -> Period:
        """Next year by the scenario: Budget 2."""
        return self._budget(self.scenario.factors)

    def period(self, name: str) -> Period:
        """One of :data:`PERIODS`."""
        chosen: Period = getattr(
            self, {"outcome": "outcome_period", "budget1": "budget_1"}.get(name, "budget_2")
        )
        return chosen

    def _budget(self, factors: Mapping[str, float]) -> Period:
        opening = self.outcome_period.customers
        try:
            if (wrong := self._wrong(factors)) is None:
                by_segment = budget_rows(
                    self.outcome, self.opening, self.growth, self.rate or 0.0, factors
                )
                return _period(by_segment, opening, self._lacking(by_segment))
        except FormulaError as error:
            wrong = str(error)
        return Period(dict.fromkeys(ROWS, SegmentRow()), Balance(opening=opening), wrong)

    def _wrong(self, factors: Mapping[str, float]) -> Label | None:
        """Why there is no budget, in the reader's language where that is likely to be read."""
        if self.why_unknown is not None:
            return self.why_unknown
        if not self.opening:
            return Translated(
                "no orders from the year before are known, so neither is how many stay",
                "köp från året innan är inte kända, och därmed inte heller hur många som stannar",
            )
        if self.rate is None:
            return Translated(
                "the reactivation rate is not known: type one",
                "återvinningsgraden är inte känd: skriv en",
            )
        for lever, share in zip(SHARES, (self.retention, self.rate), strict=True):
            if share is not None and share * factors.get(lever, 1.0) > 1 + ROUNDING:
                return Translated(
                    "{}: more than 100 % can't stay or come back; lower the factor",
                    "{}: mer än 100 % kan inte stanna eller komma åter; sänk faktorn",
                ).format(LEVER_LABELS[lever])
        return None

    def _lacking(self, by_segment: Mapping[str, BudgetRow]) -> Label | None:
        """A segment that has customers but no outcome to tell what they buy."""
        empty = [name for name, row in by_segment.items() if row.revenue != row.revenue]
        if not empty:
            return None
        return Translated(
            "{}: what they buy is not known, as there were none in the outcome",
            "{}: vad de köper är inte känt, då det inte fanns några i utfallet",
        ).format(SEGMENT_LABELS[empty[0]])

    @property
    def gain(self) -> float | None:
        """The revenue of Budget 2 beyond that of Budget 1."""
        return _less(self.budget_2.revenue, self.budget_1.revenue)

    @property
    def growth_of_revenue(self) -> float | None:
        """The revenue of Budget 2 against the outcome, as a fraction."""
        return change(self.budget_2.revenue, self.outcome_period.revenue)

    @property
    def gap(self) -> float | None:
        """Gap of Budget 2 to the target; negative where it has more."""
        return _less(self.scenario.target, self.budget_2.revenue)

    def lifted(self, lever: str, period: str) -> float | None:
        """The figure that a lever lifts: customers, a share, a frequency or an order value."""
        budget = self.period(period)
        column = COLUMN_OF[lever]
        if column is not None:
            segment = SEGMENTS[SEGMENT_OF_LEVER[LEVERS.index(lever)]]
            figure: float | None = getattr(budget.rows[segment], column)
            return figure
        if lever == "retention":
            return budget.balance.retention
        base = self.rate if period != "outcome" else self.outcome_rate
        if base is None or (period == "budget2" and budget.wrong is not None):
            return None
        return base * (self.factor(lever) if period == "budget2" else 1.0)

    # The target

    def needed(self, *levers: str) -> Needed:
        """The factor with which these levers evenly, the others as they are, reach the target."""
        if self.scenario.target is None:
            return Needed(None, Translated("there is no target", "det finns inget mål"))
        unknown = Translated("a figure is not known", "en siffra är inte känd")
        others = {k: f for k, f in self.scenario.factors.items() if k not in levers}
        if self.rate is None:
            return Needed(None, unknown)
        try:
            required = required_factor(
                self.outcome,
                self.opening,
                self.growth,
                self.rate,
                self.scenario.target,
                list(levers),
                others,
            )
        except FormulaError:
            return Needed(None, self._why_not(levers, others) or unknown)
        return Needed(float(required))

    def _why_not(self, levers: tuple[str, ...], others: Mapping[str, float]) -> Label | None:
        at_1 = self._budget(others)
        if at_1.revenue is None or self.scenario.target is None:
            return at_1.wrong
        mine = {SEGMENTS[SEGMENT_OF_LEVER[LEVERS.index(lever)]] for lever in levers}
        fixed = sum(at_1.rows[s].revenue or 0.0 for s in SEGMENTS if s not in mine)
        if fixed > self.scenario.target:
            return Translated("the other segments bring more", "övriga segment ger mer")
        if not any(at_1.rows[segment].revenue for segment in mine):
            return Translated("there is nothing to lift", "det finns inget att lyfta")
        return Translated("more than 100 % of customers", "mer än 100 % av kunderna")


def _growth(outcome: Outcome, former: Outcome | None) -> tuple[tuple[float, ...], tuple[str, ...]]:
    """The seven factors, and the names of those that are unknown and count as 1."""
    if former is None:
        return (1.0,) * len(GROWTH), GROWTH
    factors = growth_factors(outcome, former).tolist()
    # Where returns exceed purchases there is no growth to go on with.
    missing = tuple(k for k, f in zip(GROWTH, factors, strict=True) if not 0 <= f < float("inf"))
    return tuple(1.0 if k in missing else f for k, f in zip(GROWTH, factors, strict=True)), missing


def _period(
    by_segment: Mapping[str, BudgetRow], opening: float | None, wrong: Label | None = None
) -> Period:
    rows = {
        name: SegmentRow(*(None if v != v else v for v in row)) for name, row in by_segment.items()
    }
    new, continued, reactivated = (rows[segment].customers for segment in SEGMENTS)
    # Planned customers are no whole numbers, which the formulas of counts refuse.
    stay, stay_or_return = (
        _share(part, opening) for part in (continued, _sum(continued, reactivated))
    )
    balance = Balance(
        opening=opening,
        new=new,
        reactivated=reactivated,
        lost=_less(opening, continued),
        closing=rows["total"].customers,
        retention=stay,
        gross_duration=value_or_none(customer_duration, stay),
        net_duration=value_or_none(customer_duration, stay_or_return),
    )
    return Period(rows, balance, wrong)


def _sum(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one + other


def _share(part: float | None, whole: float | None) -> float | None:
    """The part of a whole; None where one is unknown, or it is no part of it."""
    if part is None or not whole or not 0 <= part <= whole:
        return None
    return part / whole


def _less(whole: float | None, part: float | None) -> float | None:
    return None if whole is None or part is None else whole - part


def change(after: float | None, before: float | None) -> float | None:
    """After / before − 1; None where one is unknown or before is 0."""
    rate: float | None = value_or_none(growth_rate, before, after)
    return rate
