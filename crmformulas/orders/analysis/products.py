"""Products: when the next order comes after each, what it is, and how many kinds a step has.

An order is its main product or category: that of its dearest line.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from crmformulas.orders.analysis.separation.method import (
    FALSE_CALLS,
    FEWEST,
    ColumnCounts,
    benjamini_hochberg,
    judge,
)
from crmformulas.orders.reading.expressions import _, ibis
from crmformulas.orders.reading.further_columns import FurtherColumn
from crmformulas.orders.summary.model import Row, frame
from crmformulas.translations import Translated

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd
    from numpy.typing import NDArray

    Ints: TypeAlias = NDArray[np.int64]
    Counts: TypeAlias = Callable[[ir.Table], Mapping[str, Ints]]

__all__ = ["MAIN", "Cycle", "NextBought", "Products", "StepKinds", "products_of"]

MOST_VALUES = 50
"""The most common values whose next orders are looked at."""

MAIN = Translated(
    "An order counts as its dearest line. What is bought next goes together with, and does not"
    " prove.",
    "En order räknas som sin dyraste rad. Vad som köps härnäst hänger ihop med, och bevisar inte.",
)
"""Said beside every table."""


@dataclass(frozen=True, slots=True)
class Cycle(Row):
    """The natural cycle of a value: the days to the next order after orders of it.

    Attributes:
        value: As the file writes it.
        orders: Orders of it.
        again: Those of them with a next order.
        median_days: The median days to it; None where fewer than 30 had one.
        quarter_days: By when a quarter of those had come.
        three_quarters_days: By when three quarters had come.
    """

    value: str
    orders: int
    again: int
    median_days: float | None
    quarter_days: float | None
    three_quarters_days: float | None


@dataclass(frozen=True, slots=True)
class NextBought(Row):
    """Second orders of customers whose first order was one value.

    Attributes:
        value: Of the first order.
        next_value: Of the second.
        customers: Customers of the first value who ordered again.
        bought: Those of them whose second order was the next value.
        share: Their share.
        others_share: The share among the others who ordered again.
        lift: What they bought against what as many others of the same months did; None where those
            did not.
        difference: Within the same month, a fraction.
        low: The lower end of its 95 % interval.
        high: The upper end.
        p: Of the test within months.
        stands_out: Whether it is called among all pairs.
    """

    value: str
    next_value: str
    customers: int
    bought: int
    share: float
    others_share: float
    lift: float | None
    difference: float
    low: float
    high: float
    p: float
    stands_out: bool


@dataclass(frozen=True, slots=True)
class StepKinds(Row):
    """Number of different values in the orders of the customers on a step.

    Attributes:
        step: Their purchases so far.
        customers: How many they are.
        values: Different values per customer, on average.
        one_value: The share of them who have bought one only.
    """

    step: int
    customers: int
    values: float
    one_value: float


@dataclass(frozen=True)
class Products:
    """Next order after each value of a column of products or categories.

    Attributes:
        column: As the file names it.
        as_of: The last day that counts.
        cycles: A row a value, the most common first.
        next: Pairs with customers enough, what stands out first.
        steps: A row a step, the last one all above.
    """

    column: str
    as_of: date
    cycles: tuple[Cycle, ...]
    next: tuple[NextBought, ...]
    steps: tuple[StepKinds, ...]

    def to_frame(self) -> pd.DataFrame:
        """The pairs as a frame."""
        return frame(self.next)

    def to_dict(self) -> dict[str, Any]:
        """The tables as JSON has them."""
        return {
            "column": self.column,
            "as_of": self.as_of.isoformat(),
            "cycles": [row.as_dict() for row in self.cycles],
            "next": [row.as_dict() for row in self.next],
            "steps": [row.as_dict() for row in self.steps],
            "note": MAIN.en,
        }

    def to_json(self) -> str:
        """The tables as JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=1)


LAST_STEP = 12


def products_of(
    one: ir.Table,
    several: ir.Table,
    days: ir.Table,
    column: FurtherColumn,
    counts: Counts,
    day: date,
) -> Products:
    """The tables of a column.

    Args:
        one: The purchases of customers with one.
        several: The numbered purchases of the others.
        days: The calendar.
        column: The column.
        counts: Gives a small table as arrays.
        day: The last day that counts.
    """
    alone = counts(one.group_by(value=column.code(one)).agg(n=_.count()))
    gaps = counts(
        several.group_by(value=column.code(several), gap=several.next - several.day).agg(
            n=_.count(), none=_.next.isnull().sum()
        )
    )
    return Products(
        column.name,
        day,
        _cycles(column, alone, gaps),
        _next(column, counts(_pairs(several, days, column))),
        _steps(counts, several, column, int(alone["n"].sum())),
    )


def _labels(column: FurtherColumn, codes: Ints) -> list[str]:
    return [column.labels[column.position(int(code))] for code in codes]


def _cycles(
    column: FurtherColumn, alone: Mapping[str, Ints], gaps: Mapping[str, Ints]
) -> tuple[Cycle, ...]:
    orders: dict[str, int] = {}
    days: dict[str, dict[int, int]] = {}
    for label, n in zip(_labels(column, alone["value"]), alone["n"], strict=True):
        orders[label] = orders.get(label, 0) + int(n)
    rows = zip(_labels(column, gaps["value"]), gaps["gap"], gaps["n"], gaps["none"], strict=True)
    for label, gap, n, none in rows:
        orders[label] = orders.get(label, 0) + int(n)
        if not none:
            days.setdefault(label, {})[int(gap)] = int(n)
    cycles = [_cycle(label, n, days.get(label, {})) for label, n in orders.items()]
    return tuple(sorted(cycles, key=lambda row: (-row.orders, row.value)))


def _cycle(label: str, orders: int, days: Mapping[int, int]) -> Cycle:
    again = sum(days.values())
    if again < FEWEST:
        return Cycle(label, orders, again, None, None, None)
    middle, early, late = (_quantile(days, share) for share in (0.5, 0.25, 0.75))
    return Cycle(label, orders, again, middle, early, late)


def _quantile(days: Mapping[int, int], share: float) -> float:
    """A quantile of a histogram; between two days their middle.

    Examples:
        >>> _quantile({1: 1, 3: 1}, 0.5), _quantile({1: 2, 3: 1}, 0.5)
        (2.0, 1.0)
    """
    count = sum(days.values())
    upto, below = 0, None
    for gap in sorted(days):
        upto += days[gap]
        if below is not None:
            return (below + gap) / 2
        if upto > share * count:
            return float(gap)
        if upto == share * count:
            below = gap
    return float(gap)


def _pairs(several: ir.Table, days: ir.Table, column: FurtherColumn) -> ir.Table:
    """Customers who ordered again by first value, second value and the month of the second."""
    first, second = several.filter(several.k == 1), several.filter(several.k == 2)
    then = second.select(then_id=second.id, then=second.day, next_value=column.code(second))
    both = first.select("id", value=column.code(first)).inner_join(then, _.id == then.then_id)
    months = days.select("month", month_on=days.on)
    dated = both.inner_join(months, both.then == months.month_on)
    return dated.group_by("value", "next_value", "month").agg(n=_.count())


def _next(column: FurtherColumn, cells: Mapping[str, Ints]) -> tuple[NextBought, ...]:
    if not len(cells["n"]):
        return ()
    labels = _labels(column, cells["value"])
    nexts = _labels(column, cells["next_value"])
    sizes: dict[str, int] = {}
    for label, n in zip(labels, cells["n"], strict=True):
        sizes[label] = sizes.get(label, 0) + int(n)
    kept = sorted(sizes, key=lambda label: (-sizes[label], label))
    place = {label: i for i, label in enumerate(kept)}
    months, month = np.unique(cells["month"], return_inverse=True)
    own = np.array([place[label] for label in labels], dtype=np.int64)
    wide = len(months)

    def grid(where: Any) -> Ints:
        at = (own * wide + month)[where]
        counts = np.bincount(at, weights=cells["n"][where], minlength=len(kept) * wide)
        return counts.astype(np.int64).reshape(len(kept), wide)

    everybody = grid(slice(None))
    rows: list[NextBought] = []
    for wanted in sorted(set(nexts)):
        bought = grid(np.array([one == wanted for one in nexts]))
        rows += _of_next(wanted, kept, everybody, bought)
    called = benjamini_hochberg([row.p for row in rows], FALSE_CALLS)
    judged = [_called(row, yes) for row, yes in zip(rows, called, strict=True)]
    return tuple(
        sorted(judged, key=lambda row: (not row.stands_out, row.p, row.value, row.next_value))
    )


def _of_next(wanted: str, labels: list[str], everybody: Ints, bought: Ints) -> list[NextBought]:
    """Each first value against the others, for one second value."""
    total, on = everybody.sum(axis=0), bought.sum(axis=0)
    judged = judge(wanted, ColumnCounts(labels, everybody, bought, total, on))
    if judged is None:
        return []
    rows = []
    with np.errstate(invalid="ignore", divide="ignore"):
        rate = np.where(total > 0, on / np.maximum(total, 1), 0.0)
    for one in judged.values[:MOST_VALUES]:
        expected = float((everybody[labels.index(one.value)] * rate).sum())
        if one.difference is None or one.low is None or one.high is None:
            continue
        rows.append(
            NextBought(
                one.value,
                wanted,
                one.customers,
                one.went_on,
                one.rate,
                one.others_rate,
                one.went_on / expected if expected else None,
                one.difference,
                one.low,
                one.high,
                one.p,
                False,
            )
        )
    return rows


def _called(row: NextBought, yes: bool) -> NextBought:
    from dataclasses import replace

    return replace(row, stands_out=yes)


def _steps(
    counts: Counts, several: ir.Table, column: FurtherColumn, alone: int
) -> tuple[StepKinds, ...]:
    coded = several.select("id", "purchases", value=column.code(several))
    kinds = coded.group_by("id", "purchases").agg(values=_.value.nunique())
    table = kinds.group_by(step=ibis.least(kinds.purchases, LAST_STEP)).agg(
        n=_.count(), values=_["values"].sum(), one=(_["values"] == 1).sum()
    )
    cells = counts(table)
    rows = [StepKinds(1, alone, 1.0, 1.0)] if alone else []
    order = np.argsort(cells["step"])
    for i in order:
        n = int(cells["n"][i])
        rows.append(
            StepKinds(
                int(cells["step"][i]), n, int(cells["values"][i]) / n, int(cells["one"][i]) / n
            )
        )
    return tuple(rows)
