"""The formulas over whole ranges, on lists: LibreOffice's Python has no NumPy.

Each function has the name, the arguments and the equation of the formula that it stands in for;
tests hold the two together. Numbers come in as checked floats, a range as a list and a table as
a list of rows; NaN is an undefined number. A table goes out as a sheet shows it: with its headers,
and with its labels where it has some.

It is shipped with the add-in (see :mod:`crmformulas.calc_addin.bundle`), so it keeps to what
Python 3.8 knows.
"""

from __future__ import annotations

from math import copysign, floor
from statistics import median
from typing import Any

from crmformulas.budget import COLUMNS, GROWTH, LEVERS, SEGMENT_OF_LEVER, SEGMENTS, _chosen, _solve
from crmformulas.errors import ArgumentError, DivisionError, DomainError, NotEnoughDataError
from crmformulas.ladder import LONGEST_LADDER
from crmformulas.migration import LOST, ROUNDING, _distinct, round_half_up, tier_sizes
from crmformulas.segment import SCORES, UNITS
from crmformulas.value import DRIVERS

__all__ = [
    "budget",
    "clv_bridge",
    "clv_index",
    "extra_orders",
    "f_ladder",
    "migration",
    "migration_rates",
    "pareto_share",
    "portfolio_value",
    "project_portfolio",
    "required_factor",
    "rfm",
    "step_gain",
    "step_rates",
    "tier",
    "time_between_purchases",
    "tipping_point",
]

NAN = float("nan")
MOST_UNITS = 2.0**53


def _ratio(part: float, whole: float) -> float:
    """Undefined (NaN) where there is nothing to divide by."""
    return part / whole if whole else NAN


# ------------------------------------------------------------------------------------------ value


def portfolio_value(clv: list[float], customers: list[float]) -> float:
    """Σ CLV × customers."""
    return sum(value * number for value, number in zip(clv, customers))


def clv_index(clv: list[float], base: float | None) -> list[float]:
    """CLV / base."""
    base = clv[-1] if base is None else base
    if base == 0:
        raise DivisionError("base must not be 0, got 0")
    return [value / base for value in clv]


def clv_bridge(before: list[float], after: list[float]) -> list[float]:
    """change_i × ∫₀¹ Π_{j≠i} (before_j + s change_j) ds, by Simpson's rule."""
    for name, column in (("before", before), ("after", after)):
        if len(column) != len(DRIVERS):
            raise ArgumentError(f"{name} must be 4 numbers, got {len(column)}")
    change = [new - old for old, new in zip(before, after)]

    def others(driver: int, share: float) -> float:
        product = 1.0
        for i, old in enumerate(before):
            product *= 1.0 if i == driver else old + share * change[i]
        return product

    return [
        change[i] * (others(i, 0.0) + 4 * others(i, 0.5) + others(i, 1.0)) / 6
        for i in range(len(DRIVERS))
    ]


# -------------------------------------------------------------------------------------- migration


def tier(revenue: list[float], shares: list[float], names: list[str | None]) -> list[str]:
    """The value tier of each customer; of two with the same revenue the first is ranked first."""
    labels = _distinct(names)
    if len(labels) != len(shares):
        raise ArgumentError(f"names must be as many as shares ({len(shares)}), got {len(labels)}")
    highest_first = sorted(range(len(revenue)), key=lambda i: -revenue[i])
    tiers = [""] * len(revenue)
    start = 0
    for label, size in zip(labels, tier_sizes(len(revenue), shares)):
        for i in highest_first[start : start + size]:
            tiers[i] = label
        start += size
    return tiers


def migration(
    from_tiers: list[str | None], to_tiers: list[str | None], names: list[str | None]
) -> list[list[Any]]:
    """Customers by tier before (rows) and tier now, or lost (columns)."""
    labels = _distinct(names)
    if LOST in labels:
        raise ArgumentError(f"names must not contain {LOST!r}: it is the last column")
    counts = {label: dict.fromkeys([*labels, LOST], 0) for label in labels}
    for before, now in zip(from_tiers, to_tiers):
        if before in counts:
            counts[before][now if now in counts else LOST] += 1
    return [["", *labels, LOST], *([label, *row.values()] for label, row in counts.items())]


def migration_rates(counts: list[list[float]]) -> list[list[float]]:
    """Each row divided by its sum."""
    return [[_ratio(count, sum(row)) for count in row] for row in counts]


def project_portfolio(
    customers: list[float], rates: list[list[float]], inflow: list[float], years: int
) -> list[list[float]]:
    """customers_j(t + 1) = Σ_i customers_i(t) × rates(i, j) + inflow_j."""
    tiers = len(customers)
    if len(rates[0]) not in (tiers, tiers + 1):
        raise ArgumentError(f"rates must have {tiers} or {tiers + 1} columns, got {len(rates[0])}")
    most = max(map(sum, rates))
    if most > 1 + ROUNDING:
        raise DomainError(f"a row of rates must add up to at most 1, got {most:g}")
    table = [customers]
    for _ in range(years):
        now = table[-1]
        table.append(
            [sum(n * row[j] for n, row in zip(now, rates)) + new for j, new in enumerate(inflow)]
        )
    return table


# ----------------------------------------------------------------------------------------- ladder


def f_ladder(order_counts: list[float], max_f: int | None) -> list[int]:
    """Customers with at least 1, 2, … max_f orders."""
    if max_f is None:
        max_f = min(int(max(order_counts)), LONGEST_LADDER)
        if max_f < 1:
            raise NotEnoughDataError("order_counts must have at least one order")
    exactly = [0] * (max_f + 1)
    for count in order_counts:
        exactly[int(min(count, max_f))] += 1
    ladder, so_far = [], 0
    for customers in reversed(exactly[1:]):
        so_far += customers
        ladder.append(so_far)
    return ladder[::-1]


def step_rates(ladder: list[float]) -> list[float]:
    """F(k + 1) / Fk."""
    if len(ladder) < 2:
        raise NotEnoughDataError(f"ladder must have at least 2 steps, got {len(ladder)}")
    steps = list(zip(ladder, ladder[1:]))
    if any(above > here for here, above in steps):
        raise DomainError("ladder must not rise")
    return [_ratio(above, here) for here, above in steps]


def extra_orders(rates: list[float], customers: float) -> float:
    """customers × Σ_k Π_{j≤k} rate_j."""
    reached, total = 1.0, 0.0
    for rate in rates:
        reached *= rate
        total += reached
    return customers * total


def tipping_point(rates: list[float], threshold: float) -> int:
    """The first step whose rate is at least the threshold."""
    for step, rate in enumerate(rates, 1):
        if rate >= threshold:
            return step
    raise NotEnoughDataError(f"no step reaches the threshold {threshold:g}")


def step_gain(rates: list[float], goals: list[float], customers: float) -> list[float]:
    """Extra orders with one step alone at its goal, less those without."""
    now = extra_orders(rates, 1.0)
    return [
        customers * (extra_orders([*rates[:k], max(rate, goal), *rates[k + 1 :]], 1.0) - now)
        for k, (rate, goal) in enumerate(zip(rates, goals))
    ]


# ----------------------------------------------------------------------------------------- budget


def budget(
    outcome: list[list[float]],
    opening: float,
    growth: list[float],
    reactivation: float,
    simulation: list[float] | None,
) -> list[list[Any]]:
    """Customers, orders and revenue of next year, by segment and in total."""
    levers = _levers(simulation)
    rows, _ = _budgeted(outcome, opening, growth, reactivation, levers)
    rows.append([sum(column) for column in zip(*rows)])
    return [
        ["", *COLUMNS],
        *(
            [name, customers, revenue, orders]
            + [_ratio(revenue, orders), _ratio(orders, customers), _ratio(revenue, customers)]
            for name, (customers, revenue, orders) in zip((*SEGMENTS, "total"), rows)
        ),
    ]


def required_factor(
    outcome: list[list[float]],
    opening: float,
    growth: list[float],
    reactivation: float,
    target: float,
    lever: list[str | None],
    simulation: list[float] | None,
) -> float:
    """The simulation factor with which the levers reach the target revenue."""
    levers, chosen = _levers(simulation), _chosen(lever)
    for i in chosen:
        levers[i] = 1.0
    rows, shares = _budgeted(outcome, opening, growth, reactivation, levers)
    powers = [sum(SEGMENT_OF_LEVER[i] == segment for i in chosen) for segment in range(3)]
    factor = _solve([revenue for _, revenue, _ in rows], powers, target)
    for i, share in enumerate(shares, LEVERS.index("retention")):
        if i in chosen and factor * share > 1 + ROUNDING:
            raise NotEnoughDataError(f"no factor reaches {target:g}")
    return factor


def _levers(simulation: list[float] | None) -> list[float]:
    if simulation is None:
        return [1.0] * len(LEVERS)
    if len(simulation) != len(LEVERS):
        raise ArgumentError(f"simulation must be {len(LEVERS)} factors, got {len(simulation)}")
    return list(simulation)


def _budgeted(
    outcome: list[list[float]],
    opening: float,
    growth: list[float],
    reactivation: float,
    simulation: list[float],
) -> tuple[list[list[float]], tuple[float, float]]:
    """Customers, revenue and orders of each segment; the retention and reactivation in them."""
    now = _segments(outcome)
    if len(growth) == 9:
        growth = _growth(now, _segments([growth[:3], growth[3:6], growth[6:]]))
    if len(growth) != len(GROWTH):
        raise ArgumentError(f"growth must be 7 factors or a table of 3 × 3, got {len(growth)}")
    if opening == 0:
        raise DivisionError("opening must not be 0, got 0")
    (new, _, _), (continued, _, _), (reactivated, _, _) = now
    if continued > opening:
        raise DomainError(f"continued must be at most opening ({opening:g}), got {continued:g}")
    shares = (continued / opening * simulation[1], reactivation * simulation[2])
    if max(shares) > 1 + ROUNDING:
        raise DomainError(f"a share with its simulation must be at most 1, got {max(shares):g}")
    closing, lost = new + continued + reactivated, opening - continued
    people = (new * growth[0] * simulation[0], closing * shares[0], lost * shares[1])
    rows = []
    for i, (customers, (_, frequency, order_value)) in enumerate(zip(people, now)):
        each = frequency * growth[1 + 2 * i] * simulation[3 + 2 * i]
        orders = _times(customers, each)
        value = order_value * growth[2 + 2 * i] * simulation[4 + 2 * i]
        rows.append([customers, _times(orders, value), orders])
    return rows, shares


def _segments(outcome: list[list[float]]) -> list[list[float]]:
    """Customers, frequency and order value of each segment."""
    if len(outcome) != 3 or len(outcome[0]) != 3:
        raise ArgumentError("outcome must be a table of 3 rows and 3 columns")
    return [
        [customers, _ratio(orders, customers), _ratio(revenue, orders)]
        for customers, revenue, orders in outcome
    ]


def _growth(now: list[list[float]], before: list[list[float]]) -> list[float]:
    """The growth factors from one period to the next."""
    factors = [_ratio(now[0][0], before[0][0])]
    for later, earlier in zip(now, before):
        factors += [_ratio(later[1], earlier[1]), _ratio(later[2], earlier[2])]
    return factors


def _times(number: float, each: float) -> float:
    """Nothing times an unknown value is nothing."""
    return 0.0 if number == 0 else number * each


# --------------------------------------------------------------------------------- kpi and segment


def time_between_purchases(customers: list[Any], dates: list[int]) -> float:
    """The median number of days from one day with orders of a customer to the next."""
    days: dict[Any, set[int]] = {}
    for customer, day in zip(customers, dates):
        days.setdefault(customer, set()).add(day)
    ordered = [sorted(of_one) for of_one in days.values()]
    gaps = [later - day for of_one in ordered for day, later in zip(of_one, of_one[1:])]
    if not gaps:
        raise NotEnoughDataError("nobody has bought on two days")
    return float(median(gaps))


def pareto_share(revenue: list[float], top: float) -> float:
    """Revenue of the first round half up (top × n) customers / revenue."""
    total = sum(revenue)
    if total == 0:
        raise DivisionError("revenue adds up to 0")
    if total < 0:
        raise DomainError(f"revenue must add up to more than 0, got {total:g}")
    highest_first = sorted(revenue, reverse=True)
    return sum(highest_first[: round_half_up(top, len(revenue))]) / total


def rfm(
    customers: list[Any], dates: list[int], amounts: list[float], as_of: int | None
) -> list[list[Any]]:
    """Recency, frequency and monetary value of each customer who has bought, with scores."""
    end = max(dates) if as_of is None else as_of
    # Customers and their days in order of appearance: ten-thousandths, so that sums are exact.
    units: dict[tuple[Any, int], int] = {}
    for customer, day, whole in zip(customers, dates, [_whole_units(a) for a in amounts]):
        if day <= end:
            units[customer, day] = units.get((customer, day), 0) + whole
    days: dict[Any, list[int]] = {}
    monetary: dict[Any, int] = {}
    for (customer, day), amount in units.items():
        monetary[customer] = monetary.get(customer, 0) + amount
        if amount > 0:
            days.setdefault(customer, []).append(day)
    if not days:
        raise NotEnoughDataError("nobody has bought")
    recency = [end - max(of_one) for of_one in days.values()]
    frequency = [len(of_one) for of_one in days.values()]
    worth = [monetary[customer] for customer in days]
    scores = (_quintiles([-days for days in recency]), _quintiles(frequency), _quintiles(worth))
    values = zip(days, recency, frequency, [amount / UNITS for amount in worth], *scores)
    return [
        ["customer", "recency", "frequency", "monetary", "r", "f", "m"],
        *(list(row) for row in values),
    ]


def _whole_units(amount: float) -> int:
    """An amount in ten-thousandths, halves away from zero."""
    units = copysign(floor(abs(amount) * UNITS + 0.5), amount)
    if abs(units) >= MOST_UNITS:
        raise DomainError(f"amounts must be below {MOST_UNITS / UNITS:g}")
    return int(units)


def _quintiles(worth: list[int]) -> list[int]:
    """Scores 5 to 1 by rank, the largest being best."""
    rank: dict[int, int] = {}
    for i, value in enumerate(sorted(worth, reverse=True)):
        rank.setdefault(value, i)
    return [SCORES - SCORES * rank[value] // len(worth) for value in worth]
