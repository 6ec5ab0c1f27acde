"""The two tables of the sources as they are printed: customer flows, and customer development."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

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

    def to_dict(self) -> Json:
        """The line as the contract has it."""
        rounded = {"per_customer": money_or_none(self.per_customer)}
        return Row.to_dict(self) | rounded

    def label(self, tiers: dict[str, Label]) -> Label:
        """What it is called, by the labels of the tiers."""
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


def customer_flows(summary: Summary) -> tuple[FlowLine, ...]:
    """Who is in each tier of S12 and where they came from, then who was lost, and the total.

    Empty where history tells too little of F12.
    """
    if not summary.f12_known:
        return ()
    tiers = summary.rules.tier_names
    cells = {(row.origin, row.target): row for row in summary.flow_records}
    values = {(row.origin, row.target): row for row in summary.flow_values}
    lines: list[FlowLine] = []
    for target, origins in flow_blocks(tiers):
        block = [
            _line(cells.get((o, target)), values.get((o, target)), o, target, tiers)
            for o in origins
        ]
        lines += [*block, _sum(block, SUBTOTAL, target)]
    return (
        *lines,
        _sum([x for x in lines if x.kind == SUBTOTAL and x.target != LOST], TOTAL, None),
    )


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
    )


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
    """How each segment developed from F12 to S12, and the former customers.

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
