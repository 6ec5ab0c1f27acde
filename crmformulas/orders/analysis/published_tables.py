"""The two tables of the sources as they are printed: customer flows, and customer development."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from crmformulas.formulas.budget import development_rows
from crmformulas.formulas.migration import (
    ALL_ACTIVE,
    ALL_LOST,
    DOWNGRADE,
    FLOW_NAMES,
    LOST,
    STAYED,
    SUBTOTAL,
    TOTAL,
    UPGRADE,
    flow_blocks,
    flow_kind,
)
from crmformulas.orders.analysis.budget_plan import former_outcome
from crmformulas.orders.summary.flow_values import move_value
from crmformulas.orders.summary.model import FlowRow, FlowValue, Row, money_or_none
from crmformulas.translations import Label, Lang, Translated, term, translate

if TYPE_CHECKING:
    from crmformulas.orders.summary.model import Json, Summary

__all__ = [
    "DOWNGRADE",
    "FLOW_NAMES",
    "STAYED",
    "UPGRADE",
    "DevelopmentLine",
    "FlowLine",
    "customer_flows",
    "development",
    "flow_kind",
    "tier_labels",
]


@dataclass(frozen=True, slots=True)
class FlowLine(Row):
    """A line of the table of customer flows.

    Attributes:
        kind: ``stayed``, ``upgrade``, ``downgrade``, ``new``, ``reactivated``, ``lost``,
            ``subtotal`` or ``total``.
        origin: Where they come from; None of a subtotal. In the contract ``from``.
        target: Where they are; None of the total. In the contract ``to``.
        customers: How many.
        orders: Their purchases in S12; None for the lost.
        revenue: Their net revenue of S12, of F12 for the lost, in currency units.
        per_customer: Revenue per customer; None of nobody.
        value: Customers × what their CLV changed by, at the CLV of S12; None where it is unknown,
            and of sums.
        wanted: Whether they came or moved up; None of those who stayed, and of sums.
        customers_before: How many did the same a year before; None where that is not known.
        value_before: Their value at this year's CLV, so that years can be compared.
    """

    NAMES: ClassVar[Mapping[str, str]] = {"origin": "from", "target": "to"}

    kind: str
    origin: str | None
    target: str | None
    customers: int
    orders: int | None
    revenue: float
    per_customer: float | None
    value: float | None = None
    wanted: bool | None = None
    customers_before: int | None = None
    value_before: float | None = None

    @property
    def value_change(self) -> float | None:
        """Change of the flow's value on the year before, at one and the same CLV."""
        if self.value is None or self.value_before is None:
            return None
        return self.value - self.value_before

    def to_dict(self) -> Json:
        """The line as the contract has it."""
        money = ("per_customer", "value_before")
        rounded = {name: money_or_none(getattr(self, name)) for name in money}
        return Row.to_dict(self) | rounded

    def label(self, tiers: dict[str, Label]) -> Label:
        """Name, by the labels of the tiers."""
        if self.kind == TOTAL:
            return ALL_ACTIVE
        if self.kind == SUBTOTAL:
            return ALL_LOST if self.target == LOST else tiers[self.target or ""]
        name = FLOW_NAMES[self.kind]
        return name.format(tiers[self.origin]) if self.origin in tiers else name


def tier_labels(summary: Summary) -> dict[str, Label]:
    """The tiers with their shares: ``Top 15 %``."""

    def label(name: str, share: float) -> Label:
        def text(lang: Lang) -> str:
            shown, word = f"{share * 100:.10g}", translate(term(name), lang)
            comma = shown if lang == "en" else shown.replace(".", ",")
            return f"{word[:1].upper()}{word[1:]} {comma} %"

        return Translated(text("en"), text("sv"))

    return {name: label(name, share) for name, share in summary.rules.tiers}


def customer_flows(summary: Summary, before: Summary | None = None) -> tuple[FlowLine, ...]:
    """Customers of each tier of S12 by where they came from, the lost, and the total.

    Empty where history tells too little of F12.

    Args:
        summary: Every figure at an as-of day.
        before: Those of a year before; None where they are not asked for.
    """
    if not summary.f12_known:
        return ()
    tiers = summary.rules.tier_names
    then = _Former.of(summary, before)
    cells = {(row.origin, row.target): row for row in summary.flow_records}
    values = {(row.origin, row.target): row for row in summary.flow_values}
    lines: list[FlowLine] = []
    for target, origins in flow_blocks(tiers):
        block = [
            then.beside(_line(cells.get((o, target)), values.get((o, target)), o, target, tiers))
            for o in origins
        ]
        lines += [*block, _sum(block, SUBTOTAL, target)]
    return (
        *lines,
        _sum([x for x in lines if x.kind == SUBTOTAL and x.target != LOST], TOTAL, None),
    )


class _Former(NamedTuple):
    """The flows of a year before, at the CLV of now.

    Attributes:
        customers: By where they came from and went; None where the year is not known.
        clvs: Of the tiers now.
    """

    customers: Mapping[tuple[str | None, str], int] | None
    clvs: Mapping[str, float | None]

    @classmethod
    def of(cls, summary: Summary, before: Summary | None) -> _Former:
        """The flows of a year, where history holds all that they rest on."""
        clvs = {row.tier: row.clv for row in summary.portfolio_records}
        if before is None or not before.f12_covered or before.rules.tiers != summary.rules.tiers:
            return cls(None, clvs)
        return cls({(r.origin, r.target): r.customers for r in before.flow_records}, clvs)

    def beside(self, line: FlowLine) -> FlowLine:
        """A line with what it was a year before."""
        if self.customers is None or line.target is None:
            return line
        customers = self.customers.get((line.origin, line.target), 0)
        value = move_value(customers, str(line.origin), line.target, self.clvs)
        return replace(line, customers_before=customers, value_before=value if customers else 0.0)


def _line(
    row: FlowRow | None, value: FlowValue | None, origin: str, target: str, tiers: Sequence[str]
) -> FlowLine:
    customers, revenue = (row.customers, row.revenue) if row else (0, 0.0)
    orders = None if target == LOST else (row.orders or 0) if row else 0
    kind = flow_kind(origin, target, tiers)
    return FlowLine(
        kind=kind,
        origin=origin,
        target=target,
        customers=customers,
        orders=orders,
        revenue=revenue,
        per_customer=revenue / customers if customers else None,
        # Nobody's flow is worth nothing, whatever the CLV would be.
        value=value.value if value else 0.0,
        wanted=None if kind == STAYED else kind not in (DOWNGRADE, LOST),
    )


def _sum(lines: Sequence[FlowLine], kind: str, target: str | None) -> FlowLine:
    customers = sum(line.customers for line in lines)
    # Sums of money are exact to four decimals.
    revenue = round(sum(line.revenue for line in lines), 4)
    return FlowLine(
        kind=kind,
        origin=None,
        target=target,
        customers=customers,
        orders=None if target == LOST else sum(line.orders or 0 for line in lines),
        revenue=revenue,
        per_customer=revenue / customers if customers else None,
        customers_before=_all_or_none(line.customers_before for line in lines),
    )


def _all_or_none(numbers: Iterable[int | None]) -> int | None:
    """The sum; None where one is not known."""
    total = 0
    for number in numbers:
        if number is None:
            return None
        total += number
    return total


@dataclass(frozen=True, slots=True)
class DevelopmentLine(Row):
    """A segment: S12 divided by F12, as fractions; None where one of them is unknown or nothing.

    Attributes:
        segment: ``new``, ``continued``, ``reactivated`` or ``total``; ``lost`` has customers alone.
        customers: Of the total closing by opening.
        revenue: Net revenue.
        orders: Purchases.
        value_per_order: Revenue per order.
        orders_per_customer: Orders a customer.
        revenue_per_customer: Revenue a customer.
    """

    segment: str
    customers: float | None
    revenue: float | None = None
    orders: float | None = None
    value_per_order: float | None = None
    orders_per_customer: float | None = None
    revenue_per_customer: float | None = None


def development(summary: Summary, before: Summary | None) -> tuple[DevelopmentLine, ...]:
    """Development of each segment from F12 to S12, and the former customers.

    Args:
        summary: The figures at an as-of day.
        before: Those of a year before; None where there are none.

    Returns:
        The lines new, continued, reactivated, total and lost; none where history tells too little
        of F12 or does not hold all of the year before it, as its outcome is not known then.
    """
    former = former_outcome(summary, before)
    if before is None or former is None or summary.outcome is None:
        return ()
    return tuple(
        _developed(summary.outcome, former, summary.flows.lost or 0, before.flows.lost or 0)
    )


def _developed(
    outcome: Sequence[Sequence[float]], former: Sequence[Sequence[float]], lost: int, was_lost: int
) -> Iterator[DevelopmentLine]:
    for segment, row in development_rows(outcome, former).items():
        yield DevelopmentLine(segment, *(None if index != index else index for index in row))
    yield DevelopmentLine(LOST, lost / was_lost if was_lost else None)
