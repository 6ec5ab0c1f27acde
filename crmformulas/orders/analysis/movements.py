"""The flow table told in other ways: by status, and as a matrix with its totals."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from crmformulas.errors import FormulaError
from crmformulas.formulas.migration import LOST, OUTSIDE, migration_rates

if TYPE_CHECKING:
    from crmformulas.orders.summary.model import FlowRow, Summary

__all__ = [
    "Loss",
    "Measure",
    "Movement",
    "Segment",
    "largest_loss",
    "movement",
    "statuses",
    "total",
]

Measure = Literal["customers", "rates", "revenue", "value"]
"""What a matrix of movement tells."""


class Segment(NamedTuple):
    """Customers who have something in common.

    Attributes:
        name: A status, or ``total``.
        customers: How many; None, as orders and revenue, where history tells too little of F12.
        orders: Purchases in S12; None where there can be none.
        revenue: Net revenue of S12 in currency units, of F12 for who was lost; None where there
            is none in either.
    """

    name: str
    customers: int | None
    orders: int | None
    revenue: float | None


class Loss(NamedTuple):
    """The revenue that left with the lost customers, and the tier that lost most of it.

    Attributes:
        revenue: Net revenue in F12 of all who were lost, in currency units.
        tier: The value tier of F12 whose lost customers had most of it.
        share: Its share of that revenue, as a fraction.
        rate: The share of its customers who were lost, as a fraction.
    """

    revenue: float
    tier: str
    share: float
    rate: float


def largest_loss(summary: Summary) -> Loss | None:
    """The revenue lost with customers, and the tier that carried most of it.

    Args:
        summary: Every figure at an as-of day.

    Returns:
        None where F12 is unknown, or nobody with revenue was lost.

    Examples:
        >>> import pandas as pd
        >>> from crmformulas.orders import read
        >>> log = {"customer": list("eabcdb"), "amount": [9, 60, 50, 10, 5, 20]}
        >>> days = ["2023-12-01", *["2025-01-01"] * 4, "2026-01-01"]
        >>> with read(pd.DataFrame({**log, "date": days})) as orders:
        ...     largest_loss(orders.summary(tiers=(("high", 0.5), ("low", 0.5))))
        Loss(revenue=75.0, tier='high', share=0.8, rate=0.5)
    """
    if not summary.f12_known:
        return None
    lost = {r.origin: r.revenue for r in summary.flow_records if r.origin and r.target == LOST}
    revenue = sum(lost.values())
    if revenue <= 0:
        return None
    tier = max(lost, key=lambda name: lost[name])
    of_tier = [r for r in summary.flow_records if r.origin == tier]
    gone = sum(r.customers for r in of_tier if r.target == LOST)
    return Loss(revenue, tier, lost[tier] / revenue, gone / sum(r.customers for r in of_tier))


def statuses(summary: Summary) -> tuple[Segment, ...]:
    """Count the customers by status: all who have bought up to the as-of day, each in one segment.

    Args:
        summary: Every figure at an as-of day.

    Returns:
        New, continued, reactivated, lost and former, in this order.

    Examples:
        >>> import pandas as pd
        >>> from crmformulas.orders import read
        >>> log = {"customer": ["a", "b"], "date": ["2024-03-01", "2026-03-01"], "amount": [20, 50]}
        >>> with read(pd.DataFrame(log)) as orders:
        ...     [one.customers for one in statuses(orders.summary())]
        [1, 0, 0, 0, 1]
    """
    records, flows = summary.flow_records, summary.flows
    if flows.lost is None:
        names = ("new", "continued", "reactivated", "lost", "former")
        return tuple(Segment(name, None, None, None) for name in names)
    came = {name: [r for r in records if r.origin == name] for name in OUTSIDE}
    stayed = [r for r in records if r.origin not in OUTSIDE and r.target != LOST]
    gone = [r for r in records if r.target == LOST]
    former = summary.input.customers - flows.closing - flows.lost
    return (
        _segment("new", came["new"]),
        _segment("continued", stayed),
        _segment("reactivated", came["reactivated"]),
        _segment("lost", gone)._replace(orders=None),
        Segment("former", former, None, None),
    )


def total(summary: Summary) -> Segment:
    """Add up the active customers with their purchases and revenue of S12."""
    return _segment("total", [r for r in summary.flow_records if r.target != LOST])


def _segment(name: str, records: Iterable[FlowRow]) -> Segment:
    rows = list(records)
    return Segment(
        name,
        sum(r.customers for r in rows),
        sum(r.orders or 0 for r in rows),
        sum(r.revenue for r in rows),
    )


Line = tuple[float | None, ...]


@dataclass(frozen=True)
class Movement:
    """A matrix of where customers came from and where they went, with totals.

    Attributes:
        measure: What the figures are: customers, revenue (of S12; of F12 for who was lost), each
            row divided by its customers, or value: customers × what their CLV changed by.
        origins: F12 tiers, reactivated and new.
        targets: S12 tiers and lost.
        cells: A line for each origin; None where nobody can be, and rates of nobody; all None, as
            their totals, where history tells too little of F12.
        of_origins: The total of each line.
        of_targets: The total of each column; none of rates.
        total: Of all; none of rates.
        most: The largest cell, to which the others are compared; a rate is compared to 1.
    """

    measure: Measure
    origins: tuple[str, ...]
    targets: tuple[str, ...]
    cells: tuple[Line, ...]
    of_origins: Line
    of_targets: Line
    total: float | None
    most: float


def movement(summary: Summary, measure: Measure = "customers") -> Movement:
    """Arrange the flow table as a matrix.

    Args:
        summary: Every figure at an as-of day.
        measure: What to tell.

    Returns:
        The matrix.

    Examples:
        >>> import pandas as pd
        >>> from crmformulas.orders import read
        >>> log = {"customer": ["a", "a", "b"], "amount": [20, 30, 50]}
        >>> days = ["2024-06-01", "2026-03-01", "2024-06-01"]
        >>> with read(pd.DataFrame({**log, "date": days})) as orders:
        ...     matrix = movement(orders.summary(tiers=(("all", 1),)), "rates")
        >>> matrix.targets, matrix.cells[0]
        (('all', 'lost'), (0.5, 0.5))
    """
    tiers = summary.migration.origins
    origins, targets = (*tiers, *OUTSIDE), summary.migration.targets
    by_pair = {
        (r.origin, r.target): r.revenue if measure == "revenue" else r.customers
        for r in summary.flow_records
    }
    if not summary.f12_known:
        return _unknown(summary, measure, origins)
    if measure == "value":
        return _valued(summary, origins)
    counted = [[by_pair.get((origin, target), 0) for target in targets] for origin in origins]
    if measure == "rates":
        rows = [_rates(row) for row in counted]
        return Movement(
            measure=measure,
            origins=origins,
            targets=targets,
            cells=_possible(rows, len(tiers)),
            of_origins=tuple(None if None in row else 1.0 for row in rows),
            of_targets=(None,) * len(targets),
            total=None,
            most=1.0,
        )
    return Movement(
        measure=measure,
        origins=origins,
        targets=targets,
        cells=_possible(counted, len(tiers)),
        of_origins=tuple(sum(row) for row in counted),
        of_targets=tuple(sum(column) for column in zip(*counted, strict=True)),
        total=sum(sum(row) for row in counted),
        most=max(max(row) for row in counted),
    )


def _valued(summary: Summary, origins: tuple[str, ...]) -> Movement:
    """The matrix of the values of the flows; a total with an unknown one is unknown."""
    targets = summary.migration.targets
    worth = {(flow.origin, flow.target): flow.value for flow in summary.flow_values}
    rows = [[worth.get((origin, target), 0.0) for target in targets] for origin in origins]

    def added(values: Iterable[float | None]) -> float | None:
        items = list(values)
        return None if None in items else sum(value or 0.0 for value in items)

    of_origins = tuple(map(added, rows))
    return Movement(
        measure="value",
        origins=origins,
        targets=targets,
        cells=_possible(rows, len(summary.migration.origins)),
        of_origins=of_origins,
        of_targets=tuple(map(added, zip(*rows, strict=True))),
        total=added(of_origins),
        most=max(abs(value or 0.0) for row in rows for value in row),
    )


def _unknown(summary: Summary, measure: Measure, origins: tuple[str, ...]) -> Movement:
    """The matrix where it is not known from where customers came: they are where they are."""
    targets = summary.migration.targets
    by_target = {
        r.target: r.revenue if measure == "revenue" else r.customers for r in summary.flow_records
    }
    of_targets: Line = (None,) * len(targets)
    whole: float | None = None
    if measure in ("customers", "revenue"):
        of_targets = (*(by_target.get(target, 0) for target in targets[:-1]), None)
        whole = sum(by_target.values())
    nobody: Line = (None,) * len(targets)
    cells = (nobody,) * len(origins)
    return Movement(
        measure, origins, targets, cells, (None,) * len(origins), of_targets, whole, 1.0
    )


def _rates(row: list[Any]) -> list[float | None]:
    formula: Callable[[list[list[float]]], Any] = migration_rates
    try:
        rates = formula([row]).tolist()[0]
    except FormulaError:
        return [None] * len(row)
    return [None if rate != rate else rate for rate in rates]


def _possible(rows: list[Any], tiers: int) -> tuple[Line, ...]:
    """Blank the cells where there can be nobody: customers from outside who were lost."""
    return tuple(tuple(row) if i < tiers else (*row[:-1], None) for i, row in enumerate(rows))
