"""The F-ladder of a summary with goals: what they bring, and where the bottleneck is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import ceil, floor
from typing import TYPE_CHECKING, Any, NamedTuple

from crmformulas.formulas.ladder import extra_orders, step_gain, tipping_point
from crmformulas.orders.summary.build import value_or_none

if TYPE_CHECKING:
    from crmformulas.orders.summary.model import Summary

__all__ = ["PER", "GoalHistory", "LadderGoals", "goal_history", "whole_per_cent"]

PER = 1000
"""New customers for whom extra orders are told."""


@dataclass(frozen=True)
class LadderGoals:
    """Step rates and a goal for each.

    Attributes:
        rates: Share that goes on from F1, F2, … to the next step, as fractions.
        goals: The share wanted at each of these steps.
        threshold: The share from which a step is the tipping point.

    Examples:
        >>> wanted = LadderGoals((0.25, 0.5), (0.5, 0.5), 0.5)
        >>> wanted.extra_now, wanted.extra_goal, wanted.bottleneck
        (375.0, 750.0, 1)
    """

    rates: tuple[float, ...]
    goals: tuple[float, ...]
    threshold: float

    @classmethod
    def of(cls, summary: Summary, wanted: Mapping[int, float]) -> LadderGoals:
        """Take the rates of a summary's ladder, and set goals for some of its steps.

        Args:
            summary: Every figure at an as-of day.
            wanted: The goal of a step k→k+1 by its k, as a fraction. The goal of every other step
                is its rate of today; a step that the ladder has not is left aside.
        """
        rates = tuple(r.rate for r in summary.ladder.step_records if r.rate is not None)
        goals = tuple(wanted.get(k, rate) for k, rate in enumerate(rates, start=1))
        return cls(rates, goals, summary.rules.threshold)

    @cached_property
    def extra_now(self) -> float:
        """Extra orders of 1 000 new customers at the rates of today."""
        return self._extra(self.rates)

    @cached_property
    def extra_goal(self) -> float:
        """Extra orders of 1 000 new customers with every step at its goal."""
        return self._extra(self.goals)

    @property
    def extra_change(self) -> float:
        """Extra orders that the goals add, per 1 000 new customers."""
        return self.extra_goal - self.extra_now

    @cached_property
    def gains(self) -> tuple[float, ...]:
        """Extra orders of 1 000 new customers if one step alone reached its goal, for each step."""
        if not self.rates:
            return ()
        formula: Callable[..., Any] = step_gain
        return tuple(formula(self.rates, self.goals, PER).tolist())

    @property
    def bottleneck(self) -> int | None:
        """The k of the step k→k+1 that gains most; None where no step is below its goal."""
        most = max(self.gains, default=0.0)
        return self.gains.index(most) + 1 if most > 0 else None

    @property
    def tip_now(self) -> int | None:
        """The tipping point at the rates of today; None if no step reaches the threshold."""
        return self._tip(self.rates)

    @property
    def tip_goal(self) -> int | None:
        """The tipping point with every step at its goal."""
        return self._tip(self.goals)

    def _extra(self, rates: tuple[float, ...]) -> float:
        formula: Callable[..., Any] = extra_orders
        return float(formula(rates, PER)) if rates else 0.0

    def _tip(self, rates: tuple[float, ...]) -> int | None:
        tip = value_or_none(tipping_point, rates, self.threshold) if rates else None
        return None if tip is None else int(tip)


def whole_per_cent(share: float, step: int) -> float:
    """Step to the next whole per cent above a share (1) or below it (−1), from 0 to 1.

    Examples:
        >>> whole_per_cent(0.1809, 1), whole_per_cent(0.19, 1), whole_per_cent(0.1809, -1)
        (0.19, 0.2, 0.18)
    """
    # A share such as 0.29 times 100 is not a whole number to the last digit.
    points = round(share * 100, 9)
    chosen = floor(points) + 1 if step > 0 else ceil(points) - 1
    return min(max(chosen, 0), 100) / 100


class GoalHistory(NamedTuple):
    """A step with a goal, followed over time. Rates are fractions.

    Attributes:
        step: k of the step k→k+1.
        was: The share that had gone on a year before; None where history does not reach it.
        now: The share that has gone on.
        goal: The share wanted.
        quarters: The share that went on soon enough, of those who made their k-th purchase in a
            quarter, the oldest first; quarters that are too young are left out.
    """

    step: int
    was: float | None
    now: float
    goal: float
    quarters: tuple[tuple[str, float], ...] = ()

    @property
    def left(self) -> float:
        """Rest to the goal, as a fraction; below 0 where it is passed."""
        return self.goal - self.now


def goal_history(
    summary: Summary, before: Summary | None, goals: Mapping[int, float]
) -> tuple[GoalHistory, ...]:
    """Steps with a goal: last year, now and the goal.

    Args:
        summary: Every figure at an as-of day.
        before: The summary of a year before; None where there is none.
        goals: The goal of a step k→k+1 by its k; a step that the ladder has not is left aside.

    Examples:
        >>> import pandas as pd
        >>> from crmformulas.orders import read
        >>> log = {"customer": ["a", "a", "b"], "date": "2026-01-05", "amount": 9.0}
        >>> with read(pd.DataFrame(log)) as orders:
        ...     made = orders.summary(every_row=True)
        >>> [row[:4] for row in goal_history(made, None, {1: 0.75, 9: 0.5})]
        [(1, None, 0.5, 0.75)]
    """

    def rates(of: Summary | None) -> dict[int, float]:
        steps = of.ladder.step_records if of is not None else ()
        return {step.f: step.rate for step in steps if step.rate is not None}

    now, was = rates(summary), rates(before)
    by_step: dict[int, list[tuple[str, float]]] = {}
    for row in summary.step_quarters:
        if row.rate is not None:
            by_step.setdefault(row.step, []).append((row.quarter, row.rate))
    return tuple(
        GoalHistory(k, was.get(k), now[k], goal, tuple(by_step.get(k, ())))
        for k, goal in sorted(goals.items())
        if k in now
    )
