"""Control groups: who is left alone, what such a test can find, and what a campaign brought.

The draw is stratified by value tier and recency, and depends on nothing but the seed and the id:
the same file gives the same group, and new customers move nobody. Whoever was drawn counts,
reached or not.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import nextafter, sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from crmformulas.dates import add_months
from crmformulas.errors import InputError
from crmformulas.formulas.campaign import (
    LEVEL,
    POWER,
    Stratum,
    lift_bounds,
    power_reach,
    stratified_lift,
)
from crmformulas.formulas.uncertainty import UNKNOWN, Interval, normal_quantile
from crmformulas.orders.counting.counts import UNITS
from crmformulas.orders.reading.expressions import _
from crmformulas.translations import Label, Translated

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from crmformulas.orders.counting.customer_list import Customers

__all__ = [
    "COLUMNS",
    "Draw",
    "Group",
    "Lift",
    "Measured",
    "Power",
    "draw_group",
    "in_control",
    "mean_lift",
    "measure",
    "power_of",
    "read_group",
]

COLUMNS = ("customer", "group", "stratum", "drawn_on", "seed")
TREATED, CONTROL = "treated", "control"
THIRDS = ("recent", "middle", "long ago")
DRAWS = 2_000
"""Of the bootstrap and of the permutations."""
SMALL = 100
"""Buyers of a stratum up to which each permutation deals their values out one by one."""
LARGE = 2_000
"""Buyers of a cell from which the mean of a resample is drawn from its normal distribution."""


def in_control(customer: str, share: float, seed: int) -> bool:
    """Whether a customer is left alone: by a hash of the seed and the id alone.

    Examples:
        >>> sum(in_control(f"c{n}", 0.1, 1) for n in range(10_000))
        998
        >>> in_control("anna@example.se", 0.5, 1) == in_control("anna@example.se", 0.5, 1)
        True
    """
    digest = hashlib.sha256(f"{seed}:{customer}".encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big") < share * 2**64


class Person(NamedTuple):
    """A row of the file of a group."""

    customer: str
    group: str
    stratum: str
    drawn_on: date
    seed: int


@dataclass
class Cell:
    """A stratum: its customers, and their purchases of a year before.

    Attributes:
        treated: Customers who are treated.
        control: Customers who are left alone.
        buyers: Of both, those who bought in the same period a year before.
        revenue: Their net revenue in it, in currency units.
        squares: The sum of the squares of it.
    """

    treated: int = 0
    control: int = 0
    buyers: int = 0
    revenue: float = 0.0
    squares: float = 0.0


TOO_SHORT = Translated("history does not reach a year back", "historiken når inte ett år tillbaka")

History = Mapping[str, tuple[int, int]]
"""Purchases and net revenue, in ten-thousandths, of those with orders in a period."""


@dataclass(frozen=True)
class Draw:
    """A draw, to be written row by row, and what is known of it before.

    Attributes:
        drawn_on: The as-of day.
        share: The share of the control group.
        seed: Of the draw.
        period: The days a year before those in which the campaign is to be followed.
        cells: The strata, by name; whole when the rows have been read.
        rows: The persons.
        unknown: Why nothing is known of the period; empty if it is.
    """

    drawn_on: date
    share: float
    seed: int
    period: tuple[date, date]
    cells: dict[str, Cell]
    rows: Iterator[Person]
    unknown: Label = ""

    def power(self) -> Power | None:
        """The power of the group, once its rows have been read; None where that is not known."""
        return None if self.unknown else power_of(self.cells, *self.period)


def _thirds(customers: Customers, where: str) -> tuple[int, int]:
    """The days since the last order up to which a third, and two thirds, of the selected lie."""
    people = customers.people
    selected = people.where(where)
    by_day = people.scope.ask(selected.group_by("last").agg(n=_.count()).order_by(_["last"].desc()))
    total, passed = sum(by_day["n"]), 0
    ends: list[int] = []
    for last, n in zip(by_day["last"], by_day["n"], strict=True):
        passed += n
        while len(ends) < 2 and 3 * passed >= (len(ends) + 1) * total:
            ends.append(people.scope.as_of - int(last))
    return (ends[0], ends[1]) if len(ends) == 2 else (0, 0)


def draw_group(
    customers: Customers,
    where: str,
    share: float,
    seed: int,
    period: tuple[date, date],
    history: History | None,
) -> Draw:
    """Draw a control group among the customers for whom a condition holds.

    Args:
        customers: The customers.
        where: Which of them; all if it is blank.
        share: Share of the control group in each stratum, above 0 and below 1.
        seed: Another one gives another group.
        period: The days a year before those in which the campaign is to be followed.
        history: What customers did in them; None where the log does not reach so far back.

    Raises:
        InputError: if the share is none, or nobody is selected.
    """
    if not 0 < share < 1:
        raise InputError(
            Translated(
                f"the share of the control group is above 0 and below 1, got {share:g}",
                f"kontrollgruppens andel är över 0 och under 1, fick {share:g}",
            )
        )
    people = customers.people
    wanted = [people.attribute(name) for name in ("customer", "s12_tier", "recency_days")]
    before = people.attribute("f12_tier")
    needed = [*wanted, before]
    people.need(needed)
    selected = people.where(where)
    if not people.count(where):
        raise InputError(
            Translated(
                "nobody is selected: there is no group to draw",
                "ingen är vald: det finns ingen grupp att dra",
            )
        )
    first, second = _thirds(customers, where)
    by = people.sort_keys(selected, wanted[0], False)
    cells: dict[str, Cell] = {}
    past = history or {}
    unknown = TOO_SHORT if history is None else ""

    def persons() -> Iterator[Person]:
        from crmformulas.orders.selections.list_files import rows_of

        for customer, tier, days, tier_before in rows_of(people.batches(selected, needed, by)):
            third = THIRDS[(days > first) + (days > second)]
            before_words = f"was {tier_before}" if tier_before else "inactive"
            stratum = f"{tier or before_words} · {third}"
            control = in_control(customer, share, seed)
            cell = cells.setdefault(stratum, Cell())
            cell.control += control
            cell.treated += not control
            purchases, units = past.get(customer, (0, 0))
            cell.buyers += purchases > 0
            cell.revenue += units / UNITS
            cell.squares += (units / UNITS) ** 2
            group = CONTROL if control else TREATED
            yield Person(customer, group, stratum, customers.windows.as_of, seed)

    drawn_on = customers.windows.as_of
    return Draw(drawn_on, share, seed, period, cells, persons(), unknown)


# What a test can find


class Power(NamedTuple):
    """Effects that a test can find, from what its customers did a year before.

    Attributes:
        first: The first day of the period a year before.
        last: Its last day.
        rate: Share who bought in it.
        revenue: Net revenue per customer in it, in currency units.
        detectable_rate: The smallest difference of the share that is found with the power.
        detectable_revenue: The same of revenue per customer.
    """

    first: date
    last: date
    rate: float
    revenue: float
    detectable_rate: float
    detectable_revenue: float


def power_of(
    cells: Mapping[str, Cell],
    first: date,
    last: date,
    *,
    level: float = LEVEL,
    power: float = POWER,
) -> Power | None:
    """The smallest lift a draw can be expected to find; None where a group is empty.

    Args:
        cells: The strata with what their customers did in the period.
        first: The first day of the period a year before.
        last: Its last day.
        level: How often the interval holds the true lift.
        power: How often a lift of that size is found.
    """
    whole = [cell for cell in cells.values() if cell.treated and cell.control]
    total = sum(cell.treated for cell in whole)
    if not total:
        return None
    rate = revenue = rate_error = revenue_error = 0.0
    for cell in whole:
        weight, n = cell.treated / total, cell.treated + cell.control
        p, mean = cell.buyers / n, cell.revenue / n
        variance = max(cell.squares - n * mean * mean, 0.0) / max(n - 1, 1)
        both = 1 / cell.treated + 1 / cell.control
        rate += weight * p
        revenue += weight * mean
        rate_error += weight**2 * p * (1 - p) * both
        revenue_error += weight**2 * variance * both
    reach = power_reach(level, power)
    return Power(first, last, rate, revenue, reach * sqrt(rate_error), reach * sqrt(revenue_error))


def year_before(first: date, last: date) -> tuple[date, date]:
    """The same days a year before."""
    return add_months(first, -12), add_months(last, -12)


# What a campaign brought


@dataclass
class Group:
    """A group as its file has it.

    Attributes:
        people: Per customer, whether in the control group, and the stratum.
        drawn_on: The as-of day of the draw.
    """

    people: dict[str, tuple[bool, str]] = field(default_factory=dict)
    drawn_on: date | None = None


def read_group(path: Path | str) -> Group:
    """Read the file of a group.

    Raises:
        InputError: if it is no such file; the message names the line.
    """
    group, path = Group(), Path(path)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            lacking = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
            if lacking:
                raise InputError(
                    Translated(
                        f"{str(path)!r} is no control group: it has no column {', '.join(lacking)}",
                        f"{str(path)!r} är ingen kontrollgrupp: den saknar kolumnen "
                        f"{', '.join(lacking)}",
                    )
                )
            for row in rows:
                _take(group, row, path, rows.line_num)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(
            Translated(
                f"{str(path)!r} can't be read: {error}",
                f"{str(path)!r} går inte att läsa: {error}",
            )
        ) from None
    if not group.people:
        raise InputError(
            Translated(
                f"{str(path)!r} holds nobody",
                f"{str(path)!r} innehåller ingen",
            )
        )
    return group


def _take(group_read: Group, row: Mapping[str, str], path: Path, line: int) -> None:
    customer, group = row["customer"], row["group"]
    if group not in (TREATED, CONTROL):
        raise InputError(
            Translated(
                f"{str(path)!r}, line {line}: group is treated or control, not {group!r}",
                f"{str(path)!r}, rad {line}: group är treated eller control, inte {group!r}",
            )
        )
    if customer in group_read.people:
        raise InputError(
            Translated(
                f"{str(path)!r}, line {line}: {customer!r} stands there twice",
                f"{str(path)!r}, rad {line}: {customer!r} står där två gånger",
            )
        )
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", row["drawn_on"] or ""):
        raise InputError(
            Translated(
                f"{str(path)!r}, line {line}: drawn_on is no day like 2026-10-31",
                f"{str(path)!r}, rad {line}: drawn_on är ingen dag som 2026-10-31",
            )
        )
    group_read.people[customer] = (group == CONTROL, row["stratum"])
    if group_read.drawn_on is None:
        group_read.drawn_on = date.fromisoformat(row["drawn_on"])


class Lift(NamedTuple):
    """A difference between the treated and the control group, in the mix of the treated.

    Attributes:
        treated: Share or mean of the treated.
        control: That of the control group.
        lift: The difference.
        low: The low end of its interval.
        high: The high end.
        found: Whether it is above what chance may do: the whole interval lies above 0.
    """

    treated: float
    control: float
    lift: float
    low: float
    high: float

    @property
    def found(self) -> bool:
        """Whether the whole interval lies above 0."""
        return self.low > 0


@dataclass(frozen=True)
class Measured:
    """Outcome of a campaign beyond its control group.

    Attributes:
        first: The first day that counts.
        last: The last day.
        treated: Customers who were treated.
        control: Customers who were left alone.
        left_out: Customers of strata in which one of the groups is empty.
        buyers: Of the share who bought.
        orders: Of orders per customer.
        revenue: Of net revenue per customer, in currency units.
        extra_orders: Orders that would not have come: lift × treated, with its interval.
        extra_revenue: Currency units that would not have come, with its interval.
        cost: Of the campaign, if it was told.
        romi: (extra revenue × margin − cost) / cost, with its interval; None without a cost.
        level: How often the intervals hold what is true.
    """

    first: date
    last: date
    treated: int
    control: int
    left_out: int
    buyers: Lift
    orders: Lift
    revenue: Lift
    extra_orders: tuple[float, float, float]
    extra_revenue: tuple[float, float, float]
    cost: float | None
    romi: tuple[float, float, float] | None
    level: float

    def to_dict(self) -> dict[str, Any]:
        """The result as plain values, for JSON."""
        fields = {name: getattr(self, name) for name in self.__dataclass_fields__}
        for name in ("buyers", "orders", "revenue"):
            lift: Lift = fields[name]
            fields[name] = lift._asdict() | {"found": lift.found}
        return fields | {"first": self.first.isoformat(), "last": self.last.isoformat()}


class Values(NamedTuple):
    """The values of a stratum's customers in one of its groups.

    Attributes:
        size: How many there are.
        some: The values of those that have one; the others have 0.
    """

    size: int
    some: NDArray[np.float64]

    @property
    def mean(self) -> float:
        """The mean over all."""
        return float(self.some.sum()) / self.size

    @property
    def variance(self) -> float:
        """The variance over all, by n - 1; 0 for one customer."""
        if self.size < 2:
            return 0.0
        squares = float((self.some**2).sum()) - self.size * self.mean**2
        return max(squares, 0.0) / (self.size - 1)

    @property
    def third(self) -> float:
        """The third moment about the mean, over all."""
        mean, rest = self.mean, self.size - len(self.some)
        return (float(((self.some - mean) ** 3).sum()) - rest * mean**3) / self.size


def mean_lift(
    strata: Sequence[tuple[Values, Values]],
    level: float = LEVEL,
    *,
    bootstrap: int = 0,
    permutations: int = 0,
    seed: int = 0,
) -> Lift:
    """The stratified difference of means, each group with its own variance.

    Amounts are skewed, and a small control group that lacks its few large buyers looks both poor
    and even: the plain normal interval then finds effects where there are none. So its ends are
    also taken with Hall's correction for skewness, the bootstrap's if it is asked for, and the
    widest count. Whether 0 lies inside is settled by the permutation test, which needs no normal
    distribution: the groups were drawn at random, so without effect every other draw from the same
    strata was as likely.

    Args:
        strata: The treated and the control group of each stratum, both with customers.
        level: How often the interval holds the true difference.
        bootstrap: Draws of a stratified bootstrap.
        permutations: Draws of the permutation test.
        seed: Of the draws.

    References:
        Hall, "On the removal of skewness by transformation", Journal of the Royal Statistical
        Society B 54, 1992; Ernst, "Permutation methods: a basis for exact inference", Statistical
        Science 19, 2004.
    """
    total = sum(treated.size for treated, _control in strata)
    weights = [treated.size / total for treated, _control in strata]
    pairs = list(zip(weights, strata, strict=True))
    first = sum(w * treated.mean for w, (treated, _control) in pairs)
    second = sum(w * control.mean for w, (_treated, control) in pairs)
    error = sqrt(sum(w * w * (a.variance / a.size + b.variance / b.size) for w, (a, b) in pairs))
    third = sum(w**3 * (a.third / a.size**2 - b.third / b.size**2) for w, (a, b) in pairs)
    difference, reach = first - second, normal_quantile(level)
    shift = (2 * reach**2 + 1) / 6 * third / error**2 if error else 0.0
    low = difference - reach * error + min(shift, 0.0)
    high = difference + reach * error + max(shift, 0.0)
    if bootstrap:
        ends = _bootstrap(pairs, level, bootstrap, seed)
        low, high = min(low, ends[0]), max(high, ends[1])
    if permutations:
        alike = _permuted(pairs, permutations, seed)
        rare = (1 - level) / 2 * (1 + permutations) - 1
        more, less = int((alike >= difference).sum()), int((alike <= difference).sum())
        low = max(low, nextafter(0, 1)) if more <= rare else min(low, 0.0)
        high = min(high, nextafter(0, -1)) if less <= rare else max(high, 0.0)
    return Lift(first, second, difference, low, high)


def _permuted(
    pairs: Sequence[tuple[float, tuple[Values, Values]]], draws: int, seed: int
) -> NDArray[np.float64]:
    """Differences when the customers of each stratum are dealt out to the two groups anew."""
    import numpy as np

    random = np.random.default_rng(seed)
    statistics = np.zeros(draws)
    for weight, (treated, control) in pairs:
        some = np.concatenate([treated.some, control.some])
        count, people = len(some), treated.size + control.size
        if not count:
            continue
        picked = random.hypergeometric(count, people - count, control.size, draws)
        sums = _dealt(some, picked, random)
        statistics += weight * ((some.sum() - sums) / treated.size - sums / control.size)
    return statistics


def _dealt(some: NDArray[np.float64], picked: NDArray[np.int64], random: Any) -> Any:
    """The sums of so many values, picked without replacement."""
    import numpy as np

    count, draws = len(some), len(picked)
    if count <= SMALL:
        mixed = random.permuted(np.broadcast_to(some, (draws, count)), axis=1)
        upto = np.concatenate([np.zeros((draws, 1)), np.cumsum(mixed, axis=1)], axis=1)
        return upto[np.arange(draws), picked]
    mean, left = float(some.mean()), np.sqrt((count - picked) / (count - 1))
    if picked.mean() > LARGE:
        return picked * mean + left * np.sqrt(picked) * random.normal(0, some.std(), draws)
    # As with replacement, drawn in to the spread that it has without.
    return picked * mean + left * (_picked_sums(some, picked, random) - picked * mean)


def _picked_sums(some: NDArray[np.float64], sizes: NDArray[np.int64], random: Any) -> Any:
    """The sums of so many values, picked with replacement."""
    import numpy as np

    chosen = random.choice(some, int(sizes.sum()))
    ends = np.concatenate([[0], np.cumsum(sizes)])
    sums = np.concatenate([[0.0], np.cumsum(chosen)])
    return sums[ends[1:]] - sums[ends[:-1]]


def _bootstrap(
    pairs: Sequence[tuple[float, tuple[Values, Values]]], level: float, draws: int, seed: int
) -> tuple[float, float]:
    """The ends of the middle of differences of resampled means."""
    import numpy as np

    random = np.random.default_rng(seed)
    means = np.zeros(draws)
    for weight, (treated, control) in pairs:
        means += weight * (_resampled(treated, draws, random) - _resampled(control, draws, random))
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _resampled(values: Values, draws: int, random: Any) -> Any:
    """Means of resamples: how many buyers each has, and whom; the others add 0."""
    import numpy as np

    count = len(values.some)
    if not count:
        return np.zeros(draws)
    if count > LARGE:
        return random.normal(values.mean, sqrt(values.variance / values.size), draws)
    sizes = random.binomial(values.size, count / values.size, draws)
    return _picked_sums(values.some, sizes, random) / values.size


def measure(
    group: Group,
    outcomes: Iterable[tuple[str, int, int]],
    first: date,
    last: date,
    *,
    cost: float | None = None,
    margin: float = 1.0,
    level: float = LEVEL,
) -> Measured:
    """Measure what the treated did beyond the control group.

    Args:
        group: Who is in which.
        outcomes: Per customer with orders in the period: id, purchases, net revenue in
            ten-thousandths; others than those of the group are passed over.
        first: The first day of the period.
        last: Its last day.
        cost: Of the campaign, in currency units.
        margin: Share of the revenue that is earned, for the return on the cost.
        level: How often the intervals hold what is true.

    Raises:
        InputError: if no stratum has both groups.
    """
    import numpy as np

    sizes: dict[str, list[int]] = {}
    for control, stratum in group.people.values():
        sizes.setdefault(stratum, [0, 0])[control] += 1
    orders: dict[tuple[str, bool], list[float]] = {}
    revenue: dict[tuple[str, bool], list[float]] = {}
    for customer, purchases, amount in outcomes:
        if (placing := group.people.get(customer)) is not None:
            place = placing[1], placing[0]
            orders.setdefault(place, []).append(float(purchases))
            revenue.setdefault(place, []).append(amount / UNITS)
    whole = {name: size for name, size in sizes.items() if all(size)}
    if not whole:
        raise InputError(
            Translated(
                "no stratum has both treated and control: nothing can be compared",
                "inget stratum har både treated och control: inget går att jämföra",
            )
        )

    def pairs(values: dict[tuple[str, bool], list[float]]) -> list[tuple[Values, Values]]:
        return [
            (
                Values(size[0], np.array(values.get((name, False), []))),
                Values(size[1], np.array(values.get((name, True), []))),
            )
            for name, size in whole.items()
        ]

    strata = [
        Stratum(
            float((treated.some > 0).sum()),
            treated.size,
            float((control.some > 0).sum()),
            control.size,
        )
        for treated, control in pairs(orders)
    ]
    shares, ends = stratified_lift(strata), lift_bounds(strata, level)
    assert shares is not None
    buyers = Lift(*shares, shares[0] - shares[1], *_known(ends))
    of_orders = mean_lift(pairs(orders), level, permutations=DRAWS, seed=1)
    of_revenue = mean_lift(pairs(revenue), level, bootstrap=DRAWS, permutations=DRAWS, seed=1)
    treated = sum(size[0] for size in whole.values())
    extra = _extra(of_revenue, treated)
    return Measured(
        first=first,
        last=last,
        treated=treated,
        control=sum(size[1] for size in whole.values()),
        left_out=sum(sum(size) for name, size in sizes.items() if name not in whole),
        buyers=buyers,
        orders=of_orders,
        revenue=of_revenue,
        extra_orders=_extra(of_orders, treated),
        extra_revenue=extra,
        cost=cost,
        romi=_romi(extra, cost, margin),
        level=level,
    )


def _known(ends: Interval) -> tuple[float, float]:
    assert ends != UNKNOWN
    assert ends.low is not None
    assert ends.high is not None
    return ends.low, ends.high


def _extra(lift: Lift, treated: int) -> tuple[float, float, float]:
    return lift.lift * treated, lift.low * treated, lift.high * treated


def _romi(
    extra: tuple[float, float, float], cost: float | None, margin: float
) -> tuple[float, float, float] | None:
    if not cost:
        return None
    first, low, high = ((value * margin - cost) / cost for value in extra)
    return first, low, high


def after(day: date, days: int) -> tuple[date, date]:
    """The days that follow a day."""
    return day + timedelta(days=1), day + timedelta(days=days)
