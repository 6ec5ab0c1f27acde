"""Groups of customers, into which cells are summed: by tier, status, F-step and cohort."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from crmformulas.dates import add_months, day_number
from crmformulas.orders.analysis.forecast.histories import LAST_STEP, STATUSES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from crmformulas.orders.analysis.forecast.histories import Cells
    from crmformulas.orders.analysis.forecast.maximum import Floats

__all__ = ["COHORTS", "INACTIVE", "Group", "groups"]

INACTIVE = "inactive"
"""Who did not buy in S12 and has no tier."""

COHORTS = ("0-11", "12-23", "24-35", "36-47", "48+")
"""Cohorts by the months since the first order, so that those of a year ago are told apart alike."""


class Group(NamedTuple):
    """A way to part the customers.

    Attributes:
        by: ``tier``, ``status``, ``step`` or ``cohort``.
        names: Of the groups.
        place: Of each cell: the position of its group.
    """

    by: str
    names: tuple[str, ...]
    place: NDArray[np.int64]

    def sums(self, *weights: Floats) -> Floats:
        """A row for each weight of the cells: its sum by group, and in total."""
        count = len(self.names)
        rows = [np.bincount(self.place, weights=w, minlength=count) for w in weights]
        return np.array([[*row, row.sum()] for row in rows])


def groups(at: Cells, day: date, tiers: Sequence[str], *, with_status: bool) -> tuple[Group, ...]:
    """Every way to part the customers at an origin.

    Args:
        at: The cells.
        day: The origin.
        tiers: The names of the value tiers.
        with_status: Whether history tells who is new and who continued.
    """
    steps = (*(f"F{step}" for step in range(1, LAST_STEP)), f"F{LAST_STEP}+")
    # The last day on which a first order is so many years old.
    years = [day_number(day) - day_number(add_months(day, -12 * n)) for n in range(1, len(COHORTS))]
    all_groups = [
        Group("tier", (*tiers, INACTIVE), np.where(at.tier < 0, len(tiers), at.tier)),
        Group("status", STATUSES, at.status),
        Group("step", steps, at.step - 1),
        Group("cohort", COHORTS, np.searchsorted(years, at.age, side="right")),
    ]
    return tuple(group for group in all_groups if with_status or group.by != "status")
