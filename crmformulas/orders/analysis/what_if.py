"""CLV and value by tier if customers bought more often, for more, or stayed longer."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from crmformulas.formulas.value import annual_value, clv, clv_bridge, growth_rate, portfolio_value
from crmformulas.orders.analysis.movements import total
from crmformulas.orders.summary.build import per, value_or_none
from crmformulas.orders.summary.model import PortfolioRow
from crmformulas.translations import Translated

if TYPE_CHECKING:
    from crmformulas.orders.summary.model import Summary

__all__ = ["LEAST", "LEVERS", "MOST", "Change", "TierCase", "WhatIf", "all_tiers", "what_if"]

LEVERS = ("frequency", "order_value", "duration")
"""The drivers of CLV that can be changed, in the order of the formula."""

LEAST, MOST = -1.0, 10.0
"""The relative changes that make sense: from nothing left to eleven times as much."""


class Change(NamedTuple):
    """A relative change of each driver of CLV: 0.1 is a tenth more.

    Examples:
        >>> Change(frequency=0.1).stepped("frequency", 0.05).frequency
        0.15
    """

    frequency: float = 0.0
    order_value: float = 0.0
    duration: float = 0.0

    def stepped(self, lever: str, by: float) -> Change:
        """Change one driver further, within what makes sense."""
        # Whole ten-thousandths: ten steps of a tenth are one.
        now = round(getattr(self, lever) + by, 4)
        return self._replace(**{lever: min(max(now, LEAST), MOST)})


@dataclass(frozen=True)
class TierCase:
    """A tier as it is and as it would be.

    Attributes:
        tier: Its name.
        customers: Active customers, who stay the same.
        change: What is changed.
        clv_before: CLV of today; None where unknown.
        clv: CLV with the change.
        value_before: CLV of today × customers; None where unknown.
        value: The same with the change.
        bridge: How much of the change in value each of the drivers brought.
        unknown: Why the CLV is unknown, where it is and there are customers.
    """

    tier: str
    customers: int
    change: Change
    clv_before: float | None
    clv: float | None
    value_before: float | None
    value: float | None
    bridge: tuple[float, ...]
    unknown: Translated | None = None

    @property
    def growth(self) -> float | None:
        """Growth of the tier's value, as a fraction."""
        return _known(growth_rate, self.value_before, self.value)


@dataclass(frozen=True)
class WhatIf:
    """The portfolio as it is and as it would be; tiers whose CLV is unknown are in no sum.

    Attributes:
        tiers: The tiers, highest first.
        value_before: Portfolio value of today; None if that of no tier is known.
        value: With the changes.
        shares: Of the tiers in the portfolio value of today; None where unknown.
        bridge: How much of the difference each of the drivers brought; they add up to it.
    """

    tiers: tuple[TierCase, ...]
    value_before: float | None
    value: float | None
    shares: tuple[float | None, ...]
    bridge: tuple[float, ...]

    @property
    def difference(self) -> float | None:
        """Change of the portfolio's value, in currency units."""
        return _known(lambda before, after: after - before, self.value_before, self.value)

    @property
    def growth(self) -> float | None:
        """Change of the portfolio's value, as a fraction."""
        return _known(growth_rate, self.value_before, self.value)

    def common(self, lever: str, tiers: Collection[str] | None = None) -> float | None:
        """The change of a driver that these tiers, or all, have in common; None if it differs."""
        here = [case for case in self.tiers if tiers is None or case.tier in tiers]
        values = {getattr(case.change, lever) for case in here}
        return values.pop() if len(values) == 1 else None

    @property
    def carrier(self) -> int | None:
        """Position of the tier that is worth most today; None where no tier's value is known."""
        known_shares = [(share, -i) for i, share in enumerate(self.shares) if share is not None]
        return -max(known_shares)[1] if known_shares else None

    @property
    def left_out(self) -> tuple[TierCase, ...]:
        """Tiers with customers whose value is unknown."""
        return tuple(case for case in self.tiers if case.unknown is not None)


def what_if(summary: Summary, changes: Mapping[str, Change]) -> WhatIf:
    """Recalculate the portfolio of a summary with some drivers changed.

    Args:
        summary: Every figure at an as-of day.
        changes: What is changed, by tier; other tiers stay as they are.

    Returns:
        The tiers and their sums.

    Examples:
        >>> import pandas as pd
        >>> from crmformulas.orders import read
        >>> log = {"customer": ["a", "a", "b"], "amount": [10, 30, 20]}
        >>> days = ["2024-06-01", "2026-03-01", "2024-06-01"]
        >>> with read(pd.DataFrame({**log, "date": days})) as orders:
        ...     summary = orders.summary(tiers=(("all", 1),))
        >>> case = what_if(summary, {"all": Change(duration=0.5)})
        >>> case.value_before, case.value, case.bridge
        (60.0, 90.0, (0.0, 0.0, 30.0))
    """
    tiers = tuple(_case(row, changes.get(row.tier, Change())) for row in summary.portfolio_records)
    before = _sum(tiers, lambda case: case.value_before)
    return WhatIf(
        tiers,
        before,
        _sum(tiers, lambda case: case.value),
        tuple(value_or_none(per, case.value_before, before) for case in tiers),
        tuple(sum(parts) for parts in zip(*(case.bridge for case in tiers), strict=True)),
    )


def all_tiers(summary: Summary) -> PortfolioRow:
    """Take the active customers together, with the figures of a tier.

    There is no CLV of all: that of the tiers is not the product of these means.
    """
    everyone, flows = total(summary), summary.flows
    frequency = value_or_none(per, everyone.orders, everyone.customers)
    value = value_or_none(per, everyone.revenue, everyone.orders)
    return PortfolioRow(
        tier=everyone.name,
        customers=flows.closing,
        orders=everyone.orders or 0,
        revenue=everyone.revenue or 0.0,
        f12_customers=flows.opening,
        lost=flows.lost,
        retention=flows.retention,
        duration=flows.duration,
        orders_per_customer=frequency,
        value_per_order=value,
        annual_value=value_or_none(annual_value, frequency, value),
        clv=None,
        clv_index=None,
        portfolio_value=what_if(summary, {}).value_before,
    )


def _unknown(row: PortfolioRow) -> Translated | None:
    """The reason why a tier has customers and no CLV; None where it has one."""
    if row.clv is not None or not row.customers:
        return None
    if row.f12_customers is None:
        return Translated(
            "history tells too little of the year before",
            "historiken säger för lite om året innan",
        )
    if not row.f12_customers:
        return Translated("nobody was in it the year before", "ingen var där året innan")
    return Translated("nobody in it was lost", "ingen där gick förlorad")


def _case(row: PortfolioRow, change: Change) -> TierCase:
    customers = row.customers
    before = (row.orders_per_customer, row.value_per_order, row.duration)
    after = tuple(
        None if driver is None else driver * (1 + more)
        for driver, more in zip(before, change, strict=True)
    )
    worth = value_or_none(clv, *after)
    bridge = (0.0,) * len(LEVERS)
    if row.clv is not None:
        bridge = _bridge(before, after, customers)
    return TierCase(
        tier=row.tier,
        customers=customers,
        change=change,
        clv_before=row.clv,
        clv=worth,
        value_before=row.portfolio_value,
        value=value_or_none(_worth, worth, customers) if customers else row.portfolio_value,
        bridge=bridge,
        unknown=_unknown(row),
    )


def _bridge(before: Sequence[Any], after: Sequence[Any], customers: int) -> tuple[float, ...]:
    formula: Callable[..., Any] = clv_bridge
    # A tier may have returned more than it bought. The bridge of such a loss is that of a gain of
    # its size, with the sign turned: value is proportional to order value.
    sign = -1.0 if before[1] < 0 else 1.0
    sizes = ([*map(abs, drivers), customers] for drivers in (before, after))
    shares = formula(*sizes).tolist()[: len(LEVERS)]
    return tuple(sign * share for share in shares)


def _known(formula: Callable[..., float], *args: float | None) -> float | None:
    value: float | None = value_or_none(formula, *args)
    return value


def _worth(value: float, customers: int) -> float:
    formula: Callable[..., float] = portfolio_value
    return formula([value], [customers])


def _sum(tiers: Sequence[TierCase], of: Callable[[TierCase], float | None]) -> float | None:
    """The sum over the tiers where it is known; None if it is not of any with customers."""
    here = [case for case in tiers if case.customers]
    values = [value for value in map(of, here) if value is not None]
    return sum(values) if values or not here else None
