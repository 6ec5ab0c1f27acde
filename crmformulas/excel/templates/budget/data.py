"""Input of the customer development budget: an outcome, the year before, and goals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from crmformulas.orders.analysis.scenarios import OWN, SCENARIOS, Scenario

__all__ = ["EXAMPLE", "UNKNOWN", "BudgetData", "Outcome"]

Outcome: TypeAlias = tuple[tuple[float | None, ...], ...]
"""Rows new, continued, reactivated; columns customers, revenue, orders. None is unknown."""

UNKNOWN: Outcome = ((None,) * 3,) * 3


@dataclass(frozen=True, slots=True)
class BudgetData:
    """The figures that the input cells come filled with.

    Attributes:
        outcome: The last 12 months.
        opening: Active customers when they began.
        former: The same outcome 12 months before, as far as it is known.
        growth: The user's own growth factors in the order of ``formulas.budget.GROWTH``;
            one that is None follows from the two outcomes, and is 1 where they don't tell.
        reactivation: Share of the lost customers who come back in the budget's year; None is the
            share of the outcome.
        lost_f12: Customers who were lost in F12 and could come back in S12, of whom that share is;
            None takes those who were lost in S12.
        target: The revenue wanted.
        target_growth: Or by how much more than the outcome's, where no revenue is given.
        scenarios: The three scenarios that have a name.
        own: The user's own.
        chosen: Which of the four is shown as Budget 2, from 0.
        margin: The share of revenue that is left of it before the cost of the levers.
    """

    outcome: Outcome
    opening: float | None
    former: Outcome = UNKNOWN
    growth: tuple[float | None, ...] = (None,) * 7
    reactivation: float | None = None
    lost_f12: float | None = None
    target: float | None = None
    target_growth: float | None = None
    scenarios: tuple[Scenario, Scenario, Scenario] = SCENARIOS
    own: Scenario = OWN
    chosen: int = 3
    margin: float | None = None

    @property
    def has_outcome(self) -> bool:
        """Whether there is an outcome at all."""
        return any(number is not None for row in self.outcome for number in row)


EXAMPLE = BudgetData(
    outcome=(
        (22888, 109399261, 25139),
        (12051, 72138851, 13833),
        (11978, 71264672, 13297),
    ),
    opening=46834,
    former=(
        (22639, 85527046, 24621),
        (12870, 63377716, 14383),
        (11325, 54799839, 12348),
    ),
    reactivation=0.4064,
    target=303_888_000,
    chosen=2,
)
"""Elinder, "Dina nycklar till framgångsrikare CRM" (IRi, 2018).

The outcome, the reactivation rate and the target are printed there. F12 is not, but its index is,
by segment and column, and so are the growth factors (1.011, 1.010, 1.253, 1.027, 1.183, 1.018,
1.208): these are whole numbers that give all of them.
"""
