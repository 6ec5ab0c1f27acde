"""From counts by value and stratum to what separates: differences, intervals and decisions.

A value's customers are compared with the others *of the same stratum* (the month of their start
order), weighted as Mantel and Haenszel do; the interval of the weighted difference is Newcombe's of
the two weighted rates at their effective sizes, so that with one stratum it is his method 10. The
test is that of Cochran, Mantel and Haenszel without continuity correction. Columns are decided by
Benjamini and Hochberg over their Simes p at 5 %, and the values of the called columns by the same
at 5 % × called / tested. How large a difference is told is another question, which empirical Bayes
answers: the largest of many differences are large by luck, too.

Pure functions on arrays of values × strata; nothing here knows an order file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import erfc, sqrt
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

import numpy as np

from crmformulas.formulas.uncertainty import normal_quantile

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]
    Ints: TypeAlias = NDArray[np.int64]

__all__ = [
    "FEWEST",
    "FEWEST_EVENTS",
    "LEVEL",
    "ColumnCounts",
    "ColumnFinding",
    "Note",
    "ValueFinding",
    "benjamini_hochberg",
    "decide",
    "judge",
    "least_visible",
    "simes",
    "weighted_difference",
]

LEVEL = 0.95
"""How often an interval holds the true difference."""
Z = normal_quantile(LEVEL)
FALSE_CALLS = 0.05
"""The share of wrongly called columns among those that are called."""
FEWEST, FEWEST_EVENTS = 30, 10
"""A value has at least so many customers, of whom so many are expected to go on, and to stop."""
LEAST_OVERLAP = 0.5
"""Share of a value's customers in strata where there are others, below which it says nothing."""
KNOWS_THE_ANSWER = 0.8
"""A column with such a share of the largest spread there can be was likely made after the fact."""
MANY_VALUES = 4.32
"""Standard errors that a difference must have to be called among about a hundred values."""

Note = Literal["", "turns", "strata", "mirror", "no overlap"]


class ColumnCounts(NamedTuple):
    """The customers of a question by the values of a column.

    Attributes:
        labels: The values.
        customers: Customers by value and stratum.
        went_on: Those of them who went on.
        total: Customers by stratum, of all values (a value may overlap others).
        total_on: Those of them who went on.
        partition: Whether each customer has one value, and values are no bins of a number.
    """

    labels: Sequence[str]
    customers: Ints
    went_on: Ints
    total: Ints
    total_on: Ints
    partition: bool = True


@dataclass(frozen=True)
class ValueFinding:
    """A value against the others: rates are fractions, differences of them, too.

    Attributes:
        value: As it is written.
        customers: Those who have it.
        went_on: Those of them who went on.
        rate: Their share.
        others_rate: The share of all others who went on.
        plain: The difference of the two, over all strata together.
        plain_low: The lower end of its 95 % interval.
        plain_high: The upper end.
        difference: The difference within the same stratum; None where there is none.
        low: The lower end of its 95 % interval.
        high: The upper end.
        shrunk: What of it is to be believed, among the column's values.
        chi_square: Of the Cochran-Mantel-Haenszel test.
        p: Its p; 1 where too few stand in strata with others.
        overlap: The share of the value's customers in strata where there are others.
        stands_out: Whether it is called.
        note: ``turns``: the plain difference has the other sign, both beyond chance; ``strata``:
            within strata it is less than half; ``mirror``: nothing is left once stronger values are
            set aside; ``no overlap``.
    """

    value: str
    customers: int
    went_on: int
    rate: float
    others_rate: float
    plain: float
    plain_low: float
    plain_high: float
    difference: float | None
    low: float | None
    high: float | None
    shrunk: float
    chi_square: float
    p: float
    overlap: float
    stands_out: bool = False
    note: Note = ""


@dataclass(frozen=True)
class ColumnFinding:
    """A column: whether it separates, and its values.

    Attributes:
        name: The column.
        separates: Whether it is called.
        p: Simes' p of its values.
        spread: The standard deviation of the customers' true rates over its values.
        values: Those that have customers enough, the most common first.
        pooled: How many values have too few customers to tell.
        pooled_customers: Their customers.
        after_the_fact: It separates so well that it was likely made after the fact.
    """

    name: str
    separates: bool
    p: float
    spread: float
    values: tuple[ValueFinding, ...]
    pooled: int
    pooled_customers: int
    after_the_fact: bool
    counts: ColumnCounts = field(repr=False, compare=False)


# --------------------------------------------------------------------------------- one value


class Difference(NamedTuple):
    """Weighted differences with their intervals and tests, an array each."""

    difference: Floats
    low: Floats
    high: Floats
    chi_square: Floats
    overlap: Floats


def wilson_bounds(rate: Floats, size: Floats) -> tuple[Floats, Floats]:
    """Wilson's interval of rates at sizes that need not be whole."""
    squared = Z * Z
    scale = 1 + squared / size
    middle = (rate + squared / (2 * size)) / scale
    half = Z * np.sqrt(np.maximum(rate * (1 - rate), 0) / size + squared / (4 * size**2)) / scale
    return middle - half, middle + half


def weighted_difference(customers: Ints, went_on: Ints, total: Ints, total_on: Ints) -> Difference:
    """Compare each value with the others of the same strata.

    Args:
        customers: Values × strata.
        went_on: Values × strata.
        total: Strata; with ``total_on`` of all customers, the value's own among them.
        total_on: Strata.

    Returns:
        The differences with Mantel-Haenszel weights; NaN where no stratum has others.

    Examples:
        >>> one = np.array([[70]]), np.array([[56]]), np.array([150]), np.array([104])
        >>> made = weighted_difference(*one)  # Newcombe 1998, method 10: 0.0524, 0.3339
        >>> round(made.low[0], 4), round(made.high[0], 4)
        (np.float64(0.0524), np.float64(0.3339))
    """
    n1, x1 = customers.astype(np.float64), went_on.astype(np.float64)
    every, on = np.broadcast_to(total, n1.shape), np.broadcast_to(total_on, n1.shape)
    n0, x0 = np.maximum(every - n1, 0.0), np.maximum(on - x1, 0.0)
    usable = (n1 > 0) & (n0 > 0)
    at_least_1 = np.maximum(every, 1)
    weight = np.where(usable, n1 * n0 / at_least_1, 0.0)
    sums = weight.sum(axis=1, keepdims=True)
    weight = weight / np.where(sums > 0, sums, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        rates, bounds = [], []
        for x, n in ((x1, n1), (x0, n0)):
            many = np.maximum(n, 1)
            rate = (weight * np.where(usable, x / many, 0)).sum(axis=1)
            size = 1 / (weight**2 / many).sum(axis=1)
            rates.append(rate)
            bounds.append(wilson_bounds(rate, size))
        (p1, p0), ((l1, u1), (l0, u0)) = rates, bounds
        difference = p1 - p0
        low = difference - np.sqrt((p1 - l1) ** 2 + (u0 - p0) ** 2)
        high = difference + np.sqrt((u1 - p1) ** 2 + (p0 - l0) ** 2)
        surplus = np.where(usable, x1 - n1 * on / at_least_1, 0).sum(axis=1)
        spread = n1 * n0 * on * (every - on) / (at_least_1**2 * np.maximum(every - 1, 1))
        spread = np.where(usable & (every > 1), spread, 0).sum(axis=1)
        chi = np.where(spread > 0, surplus**2 / np.where(spread > 0, spread, 1), 0)
        overlap = np.where(usable, n1, 0).sum(axis=1) / np.maximum(n1.sum(axis=1), 1)
    nothing = sums[:, 0] <= 0
    difference, low, high = (np.where(nothing, np.nan, made) for made in (difference, low, high))
    return Difference(difference, low, high, np.where(nothing, 0.0, chi), overlap)


def p_of(chi_square: float) -> float:
    """The p of a χ² of one degree of freedom.

    Examples:
        >>> round(p_of(3.841458820694124), 6)
        0.05
    """
    return erfc(sqrt(chi_square / 2))


def simes(p: Sequence[float]) -> float:
    """The p of several together: the least of m p / rank.

    Examples:
        >>> simes([0.01, 0.5, 0.04]), simes([])
        (0.03, 1.0)
    """
    ranked = sorted(p)
    return min((one * len(ranked) / rank for rank, one in enumerate(ranked, 1)), default=1.0)


def benjamini_hochberg(p: Sequence[float], share: float) -> list[bool]:
    """Which are called, so that at most such a share of the calls is false.

    Examples:
        >>> benjamini_hochberg([0.01, 0.04, 0.03, 0.5], 0.05)
        [True, False, False, False]
    """
    ranked = sorted(p)
    cut = max((x for i, x in enumerate(ranked, 1) if x <= share * i / len(ranked)), default=-1.0)
    return [one <= cut for one in p]


def least_visible(rate: float, customers: int, of: int) -> float:
    """The difference that a value of so many customers must have to be seen among many values.

    Examples:
        >>> round(100 * least_visible(0.169, 7546, 75461), 1)
        2.0
    """
    return MANY_VALUES * sqrt(rate * (1 - rate) * (1 / customers + 1 / (of - customers)))


# ------------------------------------------------------------------------------- one column


def judge(
    name: str, counts: ColumnCounts, *, least: int = FEWEST, events: int = FEWEST_EVENTS
) -> ColumnFinding | None:
    """Compare the values of a column; None where there are not two things to compare.

    Args:
        name: The column.
        counts: Its customers by value and stratum.
        least: The fewest customers of a value.
        events: The fewest of them expected to go on, and to stop.
    """
    total, on = int(counts.total.sum()), int(counts.total_on.sum())
    if not total:
        return None
    rate = on / total
    of_value = counts.customers.sum(axis=1)
    enough = (of_value >= least) & (min(rate, 1 - rate) * of_value >= events)
    enough &= total - of_value >= least
    if not enough.any() or enough.sum() + (~enough & (of_value > 0)).any() < 2:
        return None
    rare = ~enough & (of_value > 0)
    order = [int(i) for i in np.argsort(-of_value, kind="stable") if enough[i]]
    kept = counts._replace(
        labels=[counts.labels[i] for i in order],
        customers=counts.customers[order],
        went_on=counts.went_on[order],
    )
    values, spread = _values(kept, total, on)
    return ColumnFinding(
        name,
        False,
        simes([one.p for one in values]),
        spread,
        values,
        int(rare.sum()),
        int(of_value[rare].sum()),
        spread > KNOWS_THE_ANSWER * sqrt(rate * (1 - rate)),
        kept,
    )


def _values(counts: ColumnCounts, total: int, on: int) -> tuple[tuple[ValueFinding, ...], float]:
    """The difference of each value, and the spread of the true rates."""
    estimate = weighted_difference(*counts[1:5])
    n, x = counts.customers.sum(axis=1), counts.went_on.sum(axis=1)
    plain = weighted_difference(n[:, None], x[:, None], np.array([total]), np.array([on]))
    usable = np.isfinite(estimate.difference) & (estimate.overlap >= LEAST_OVERLAP)
    difference = np.where(usable, estimate.difference, 0.0)
    variance = np.where(usable, ((estimate.high - estimate.low) / (2 * Z)) ** 2, 0.0)
    share = n / total
    # A value's own rate lies (1 - share) of the difference from that of all.
    excess = share * ((difference * (1 - share)) ** 2 - variance * (1 - share) ** 2)
    spread = sqrt(max(0.0, float(excess.sum() / max(float(share[usable].sum()), 1e-12))))
    true_square = 0.0
    if usable.any():
        true_square = max(0.0, float((difference**2 - variance)[usable].mean()))
    with np.errstate(invalid="ignore", divide="ignore"):
        believed = np.where(true_square > 0, true_square / (true_square + variance), 0.0)
    values = []
    for i, label in enumerate(counts.labels):
        own, went = int(n[i]), int(x[i])
        finite = bool(np.isfinite(estimate.difference[i]))
        values.append(
            ValueFinding(
                label,
                own,
                went,
                went / own,
                (on - went) / (total - own),
                float(plain.difference[i]),
                float(plain.low[i]),
                float(plain.high[i]),
                float(estimate.difference[i]) if finite else None,
                float(estimate.low[i]) if finite else None,
                float(estimate.high[i]) if finite else None,
                float(difference[i] * believed[i]) if usable[i] else 0.0,
                float(estimate.chi_square[i]),
                p_of(float(estimate.chi_square[i])) if usable[i] else 1.0,
                float(estimate.overlap[i]),
            )
        )
    return tuple(values), spread


# ------------------------------------------------------------------------------ all columns


def decide(
    columns: Mapping[str, ColumnFinding | None], share: float = FALSE_CALLS
) -> list[ColumnFinding]:
    """Call columns, and the values of those that are called; the widest spread first.

    Args:
        columns: By name; None is what could not be compared.
        share: The share of false calls that is borne.
    """
    tested = [column for column in columns.values() if column is not None]
    called = benjamini_hochberg([column.p for column in tested], share)
    within = share * sum(called) / max(len(tested), 1)
    decided = [_decided(column, yes, within) for column, yes in zip(tested, called, strict=True)]
    return sorted(decided, key=lambda column: (not column.separates, -column.spread, column.name))


def _decided(column: ColumnFinding, called: bool, level: float) -> ColumnFinding:
    stand_out = benjamini_hochberg([one.p for one in column.values], level)
    values = [
        replace(one, stands_out=called and out, note=_note(one, called and out))
        for one, out in zip(column.values, stand_out, strict=True)
    ]
    if called and column.counts.partition:
        for i in _mirrors(column.counts, [one.stands_out for one in values], level):
            values[i] = replace(values[i], note="mirror")
    return replace(column, separates=called, values=tuple(values))


def _note(one: ValueFinding, stands_out: bool) -> Note:
    if one.overlap < LEAST_OVERLAP or one.difference is None:
        return "no overlap"
    beyond_chance = one.plain_low > 0 or one.plain_high < 0
    if stands_out and beyond_chance and one.difference * one.plain < 0:
        return "turns"
    return "strata" if beyond_chance and abs(one.difference) < 0.5 * abs(one.plain) else ""


def _mirrors(counts: ColumnCounts, stands_out: Sequence[bool], level: float) -> list[int]:
    """Values with nothing left once the stronger ones, found before them, are set aside.

    What is left of ``Sweden`` when ``Norway`` is out of the comparison.
    """
    left = [i for i, out in enumerate(stands_out) if out]
    total, on = counts.total, counts.total_on
    while left:
        estimate = weighted_difference(counts.customers[left], counts.went_on[left], total, on)
        sizes = counts.customers[left].sum(axis=1)
        # Of two that tell the same the smaller is the reason; a blank never is.
        best = min(
            range(len(left)),
            key=lambda i: (
                -round(float(estimate.chi_square[i]), 9),
                counts.labels[left[i]] == "(blank)",
                int(sizes[i]),
            ),
        )
        if p_of(float(estimate.chi_square[best])) > level:
            break
        i = left.pop(best)
        total, on = total - counts.customers[i], on - counts.went_on[i]
    return left
