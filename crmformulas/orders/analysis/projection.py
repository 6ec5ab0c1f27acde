"""Projection of the tiers if customers go on moving as they did in the last 12 months."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from crmformulas.formulas.migration import OUTSIDE, project_portfolio
from crmformulas.formulas.value import portfolio_value

if TYPE_CHECKING:
    from crmformulas.orders.summary.model import Summary

__all__ = ["Projection", "Year", "project"]


class Year(NamedTuple):
    """The tiers a number of years ahead.

    Attributes:
        ahead: Years from today; 0 is today.
        customers: Of each tier, not rounded.
        total: Of all tiers.
        value: Customers × CLV over the tiers whose CLV is known; None if that is none.
    """

    ahead: int
    customers: tuple[float, ...]
    total: float
    value: float | None


@dataclass(frozen=True)
class Projection:
    """A projection of the tiers, year by year.

    Attributes:
        tiers: Their names, highest first.
        inflow: New and reactivated customers who come into each tier in a year.
        years: Today and the years after; none where the movement of a tier is unknown.
        unknown: The tiers with customers that have no rates, as nobody was in them the year before.
    """

    tiers: tuple[str, ...]
    inflow: tuple[int, ...]
    years: tuple[Year, ...]
    unknown: tuple[str, ...]

    @property
    def total_inflow(self) -> int:
        """New and reactivated customers a year, over all tiers."""
        return sum(self.inflow)


def project(
    summary: Summary, years: int = 5, worth: Sequence[float | None] | None = None
) -> Projection:
    """Project the tiers of a summary years ahead at the rates and the inflow observed.

    Args:
        summary: Every figure at an as-of day.
        years: How many years ahead, 1 to 1000.
        worth: CLV of each tier, in currency units; that of today by default.

    Returns:
        The projection.

    Examples:
        >>> import pandas as pd
        >>> from crmformulas.orders import read
        >>> log = {"customer": ["a", "a", "b", "c"], "amount": [10, 30, 20, 5]}
        >>> days = ["2024-06-01", "2026-03-01", "2024-06-01", "2026-02-01"]
        >>> with read(pd.DataFrame({**log, "date": days})) as orders:
        ...     made = project(orders.summary(tiers=(("all", 1),)), 2)
        >>> made.inflow, [year.total for year in made.years]
        ((1,), [2.0, 2.0, 2.0])
    """
    records, shares = summary.portfolio_records, summary.migration.shares
    tiers = tuple(r.tier for r in records)
    customers = [r.customers for r in records]
    inflow = tuple(
        sum(r.customers for r in summary.flow_records if r.origin in OUTSIDE and r.target == t)
        for t in tiers
    )
    rates, unknown = [], []
    for i, row in enumerate(shares):
        # Who can't be there goes nowhere: such as in a tier of no share.
        comes = (customers[i], inflow[i], *(r[i] for j, r in enumerate(shares) if j != i))
        if None in row and any(comes):
            unknown.append(tiers[i])
        rates.append([rate or 0.0 for rate in row])
    if unknown:
        return Projection(tiers, inflow, (), tuple(unknown))
    formula: Callable[..., Any] = project_portfolio
    table = formula(customers, rates, inflow, years).tolist()
    values = [r.clv for r in records] if worth is None else worth
    projected = tuple(
        Year(t, tuple(row), sum(row), _value(values, row)) for t, row in enumerate(table)
    )
    return Projection(tiers, inflow, projected, ())


def _value(worth: Sequence[float | None], customers: Sequence[float]) -> float | None:
    formula: Callable[..., float] = portfolio_value
    pairs = [(w, n) for w, n in zip(worth, customers, strict=True) if w is not None]
    return formula(*map(list, zip(*pairs, strict=True))) if pairs else None
