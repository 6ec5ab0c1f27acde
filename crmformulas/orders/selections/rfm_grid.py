"""The grid of RFM: customers by recency and by the mean of the other two scores, and its moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from crmformulas.formulas.segment import RFM_SEGMENTS
from crmformulas.orders.counting.counts import money
from crmformulas.orders.reading.expressions import _
from crmformulas.orders.reading.kept_sql import of_everybody
from crmformulas.orders.selections.scores import BEST, RFM_NAMES

if TYPE_CHECKING:
    from crmformulas.orders.counting.customer_list import Customers

__all__ = ["RfmCell", "RfmSegment", "rfm_cells", "rfm_segments"]


class RfmCell(NamedTuple):
    """A cell of the grid.

    Attributes:
        r: Score of recency, 1 to 5.
        fm: Mean of the scores of frequency and monetary value, halves up, 1 to 5.
        segment: What its customers are called.
        customers: How many.
        revenue: Their net revenue so far, in currency units.
        customers_before: How many a year before; None where history does not reach back.
        revenue_before: Their net revenue until then.
    """

    r: int
    fm: int
    segment: str
    customers: int
    revenue: float
    customers_before: int | None
    revenue_before: float | None


class RfmSegment(NamedTuple):
    """A segment of RFM: its cells together."""

    segment: str
    customers: int
    revenue: float
    customers_before: int | None
    revenue_before: float | None


def _counted(customers: Customers) -> dict[tuple[int, int], tuple[int, int]]:
    people = customers.people
    scores = [people.attribute(f"{name}_score") for name in "rfm"]
    table = people.need(scores)
    r, f, m = (score.expression(table) for score in scores)
    # Half of an odd sum is rounded up.
    cells = table.select(cell=r * 16 + f + m + 1, revenue=table.revenue)
    with of_everybody():
        counts = people.scope.ask(cells.group_by("cell").agg(n=_.count(), revenue=_.revenue.sum()))
    by_place: dict[tuple[int, int], tuple[int, int]] = {}
    for cell, n, revenue in zip(counts["cell"], counts["n"], counts["revenue"], strict=True):
        place = int(cell) // 16, int(cell) % 16 // 2
        before = by_place.get(place, (0, 0))
        by_place[place] = before[0] + int(n), before[1] + int(revenue)
    return by_place


def rfm_cells(now: Customers, before: Customers | None) -> list[RfmCell]:
    """Count the cells of the grid, best recency first, from the lowest mean on.

    Args:
        now: The customers at the as-of day.
        before: Those a year before, if history reaches back.
    """
    counts = _counted(now)
    earlier = None if before is None else _counted(before)
    cells_of_grid = []
    for r in range(BEST, 0, -1):
        for fm in range(1, BEST + 1):
            customers, revenue = counts.get((r, fm), (0, 0))
            was: Any = (None, None)
            if earlier is not None:
                number, spent = earlier.get((r, fm), (0, 0))
                was = number, money(spent)
            name = RFM_SEGMENTS[r - 1][fm - 1]
            cells_of_grid.append(RfmCell(r, fm, name, customers, money(revenue), *was))
    return cells_of_grid


def rfm_segments(cells: list[RfmCell]) -> list[RfmSegment]:
    """The eleven segments, the best first."""
    segments = []
    for name in reversed(RFM_NAMES):
        of_it = [cell for cell in cells if cell.segment == name]
        has_year_before = all(cell.customers_before is not None for cell in of_it)
        segments.append(
            RfmSegment(
                name,
                sum(cell.customers for cell in of_it),
                round(sum(cell.revenue for cell in of_it), 4),
                sum(cell.customers_before or 0 for cell in of_it) if has_year_before else None,
                round(sum(cell.revenue_before or 0 for cell in of_it), 4)
                if has_year_before
                else None,
            )
        )
    return segments
