"""Gain of retention in the value of the portfolio: in money, in per cent and as profit."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmformulas.formulas.retention import retention_gain, retention_profit

if TYPE_CHECKING:
    from crmformulas.orders.summary.model import Summary

__all__ = ["POINT", "RetentionGain", "portfolio_gain"]

POINT = 0.01
"""A percentage point, as a fraction."""


class RetentionGain(NamedTuple):
    """Gain in portfolio value of a higher retention in every tier.

    Attributes:
        points: By how much it is higher, a fraction: 0.01 is a percentage point.
        value: What the portfolio is worth more, in currency units.
        share: The same as a fraction of the portfolio value; None where that is not above 0.
        profit: What of it the margin leaves; None without a margin.
    """

    points: float
    value: float
    share: float | None
    profit: float | None

    def to_dict(self) -> dict[str, float | None]:
        """The JSON contract: money in ten-thousandths."""
        return {
            "points": self.points,
            "value": round(self.value, 4),
            "share": self.share,
            "profit": None if self.profit is None else round(self.profit, 4),
        }


def portfolio_gain(
    summary: Summary, points: float = POINT, margin: float | None = None
) -> RetentionGain | None:
    """Sum what a lift of retention adds over the tiers.

    Args:
        summary: The figures.
        points: By how much retention rises in every tier, a fraction.
        margin: The share of revenue that is left when the goods are paid for.

    Returns:
        The sum; None where what a tier brings is unknown, or no retention can rise so much.
    """
    value, profit = 0.0, 0.0
    for tier in summary.portfolio_records:
        if not tier.customers:
            continue
        stay, annual = tier.retention, tier.annual_value
        if stay is None or annual is None or stay + points >= 1:
            return None
        value += retention_gain(annual, stay, points, tier.customers)
        if margin is not None:
            profit += retention_profit(annual, stay, points, tier.customers, margin)
    whole = summary.portfolio_value
    share = value / whole if whole is not None and whole > 0 else None
    return RetentionGain(points, value, share, None if margin is None else profit)
