"""Keep or acquire: what a kept, a won-back and a new customer cost, and what they bring.

What one brings is the revenue per customer and year of those who are so now, × the years that such
customers stay, × the margin. How long they stay is told by what became of last year's: of the new,
the continued and the reactivated each by itself, where history reaches so far back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crmformulas.formulas.retention import customer_duration
from crmformulas.formulas.value import clv
from crmformulas.orders.summary.build import value_or_none
from crmformulas.translations import Label, Translated

if TYPE_CHECKING:
    from crmformulas.orders.summary.model import Summary
    from crmformulas.settings import Settings

__all__ = ["WAYS", "Way", "keep_or_acquire"]

WAYS: Mapping[str, tuple[str, Label]] = {
    "kept": ("continued", Translated("a kept customer", "en behållen kund")),
    "won_back": ("reactivated", Translated("a won-back customer", "en återvunnen kund")),
    "new": ("new", Translated("a new customer", "en ny kund")),
}
"""The ways to a customer, each with the segment that tells what one brings."""


@dataclass(frozen=True, slots=True)
class Way:
    """A way to a customer, what it costs, and what it brings. Money is in currency units.

    Attributes:
        way: ``kept``, ``won_back`` or ``new``.
        cost: Of one; None where the settings don't say it.
        annual_value: Revenue per customer and year of those who are so now.
        retention: The share of last year's such customers who stayed, a fraction.
        own_retention: Whether it is of such customers alone; else of all.
        margin: The share of revenue that counts; 1 where the settings don't say it.
    """

    way: str
    cost: float | None
    annual_value: float | None
    retention: float | None
    own_retention: bool
    margin: float

    @property
    def duration(self) -> float | None:
        """Years that one stays; None where nobody was lost."""
        years: float | None = value_or_none(customer_duration, self.retention)
        return years

    @property
    def brings(self) -> float | None:
        """Annual value × duration × margin: the most that one may cost, the break-even."""
        worth: float | None = value_or_none(clv, 1.0, self.annual_value, self.duration)
        return None if worth is None else worth * self.margin

    @property
    def per_cost(self) -> float | None:
        """Return of one unit of money; above 1 it pays."""
        return None if self.brings is None or not self.cost else self.brings / self.cost

    @property
    def payback(self) -> float | None:
        """Years until the cost is back; None where it is not while the customer stays."""
        from crmformulas.formulas.campaign import payback_years

        if self.per_cost is not None and self.per_cost < 1:
            return None
        years: float | None = value_or_none(
            payback_years, self.cost, self.annual_value, self.margin
        )
        return years

    def to_dict(self) -> dict[str, Any]:
        """The row as the JSON contract has it."""
        money = {
            name: None if value is None else round(value, 4)
            for name, value in (
                ("cost", self.cost),
                ("annual_value", self.annual_value),
                ("brings", self.brings),
            )
        }
        return {
            "way": self.way,
            **money,
            "retention": self.retention,
            "own_retention": self.own_retention,
            "duration": self.duration,
            "margin": self.margin,
            "per_cost": self.per_cost,
            "payback_years": self.payback,
        }


def keep_or_acquire(summary: Summary, settings: Settings) -> tuple[Way, ...]:
    """The three ways; none where no cost is set, or history tells too little of F12.

    Args:
        summary: Every figure at an as-of day.
        settings: Costs and margin, ``[costs]`` and ``[money]``.

    Examples:
        >>> import pandas as pd
        >>> from crmformulas.orders import read
        >>> from crmformulas.settings import Costs, Money, Settings
        >>> ids, days = list("aabcc"), ["2024-01-05", "2025-03-01", "2024-02-01"]
        >>> log = {"customer": ids, "date": [*days, "2023-01-01", "2025-06-30"], "amount": 100.0}
        >>> with read(pd.DataFrame(log)) as orders:
        ...     kept, *_ = keep_or_acquire(
        ...         orders.summary(), Settings(costs=Costs(kept=20.0), money=Money(margin=0.4))
        ...     )
        >>> kept.annual_value, kept.duration, kept.brings, kept.per_cost
        (100.0, 2.0, 80.0, 4.0)
    """
    costs = {way: getattr(settings.costs, way) for way in WAYS}
    if not any(cost is not None for cost in costs.values()):
        return ()
    outcome = summary.outcome
    if outcome is None:
        return ()
    margin = 1.0 if settings.money.margin is None else settings.money.margin
    segments = dict(zip(("new", "continued", "reactivated"), outcome, strict=True))
    since = {row.status: row for row in summary.flows.since if row.customers}
    ways = []
    for way, (segment, _) in WAYS.items():
        customers, revenue, _orders = segments[segment]
        own = since.get(segment)
        ways.append(
            Way(
                way=way,
                cost=costs[way],
                annual_value=revenue / customers if customers else None,
                retention=own.retention if own else summary.flows.retention,
                own_retention=own is not None,
                margin=margin,
            )
        )
    return tuple(ways)
