"""Value tiers and the movement between them. The published flow table stands in test_golden."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import floor
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmformulas.errors import ArgumentError, DomainError
from crmformulas.formulas.migration import (
    TIERS,
    migration,
    migration_rates,
    project_portfolio,
    tier,
    tier_sizes,
)

NAMES = [name for name, _ in TIERS]
SHARES = [share for _, share in TIERS]


@st.composite
def shares(draw: st.DrawFn) -> list[float]:
    """Percentages that add up to 1."""
    cuts = sorted(draw(st.lists(st.integers(0, 100), max_size=5)))
    parts = [b - a for a, b in zip([0, *cuts], [*cuts, 100], strict=True)]
    return [float(Decimal(part) / 100) for part in parts]


# ------------------------------------------------------------------------------------- tiers


def test_sizes_of_the_published_years() -> None:
    # Elinder 2018. The earlier year is printed with one more customer in super, one less in bottom.
    assert tier_sizes(101811) == [5091, 15272, 50906, 30542]
    assert tier_sizes(94387) == [4719, 14158, 47194, 28316]


@given(st.integers(0, 10**12), shares())
def test_sizes_add_up_and_none_is_negative(customers: int, parts: list[float]) -> None:
    sizes = tier_sizes(customers, parts)
    assert sum(sizes) == customers
    assert min(sizes) >= 0
    left = customers
    for size, share in zip(sizes[:-1], parts, strict=False):
        exact = Fraction(Decimal(str(share))) * customers
        assert size == min(left, floor(exact + Fraction(1, 2)))
        left -= size


def test_a_half_is_rounded_up_by_the_decimals_as_written() -> None:
    # 0.15 × 10 is one and a half, though 0.15 in binary is less than 15/100.
    assert tier_sizes(10, [0.15, 0.85]) == [2, 8]
    assert tier_sizes(10, [np.float64(0.15), np.float64(0.85)]) == [2, 8]
    assert [tier_sizes(n) for n in (1, 2, 3)] == [[0, 0, 1, 0], [0, 0, 1, 1], [0, 0, 2, 1]]


def test_earlier_tiers_are_served_first() -> None:
    assert tier_sizes(1, [0.5, 0.5, 0]) == [1, 0, 0]


@pytest.mark.parametrize(
    ("parts", "error", "message"),
    [
        ([0.5, 0.4], DomainError, "shares must add up to 1, got 0.9"),
        ([1.5, -0.5], DomainError, "shares must be between 0 and 1, got 1.5"),
        ([5, 15, 50, 30], DomainError, "shares must be between 0 and 1, got 5"),
        ([], ArgumentError, "shares must be given, one for each tier"),
    ],
)
def test_shares_that_are_none_are_refused(
    parts: list[float], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        tier_sizes(10, parts)
    if parts:
        with pytest.raises(error, match=message):
            tier([1, 2], parts, list("abcd")[: len(parts)])


def test_negative_number_of_customers_is_refused() -> None:
    with pytest.raises(DomainError, match="customers must be at least 0, got -1"):
        tier_sizes(-1)


@given(st.lists(st.integers(-5, 5), max_size=50), shares())
def test_tier_ranks_the_highest_first_and_ties_by_position(
    revenue: list[int], parts: list[float]
) -> None:
    names = [f"tier {i}" for i in range(len(parts))]
    ranking = sorted(range(len(revenue)), key=lambda i: (-revenue[i], i))
    expected = dict(
        zip(
            ranking,
            [
                name
                for name, size in zip(names, tier_sizes(len(revenue), parts), strict=True)
                for _ in range(size)
            ],
            strict=True,
        )
    )
    assert tier(revenue, parts, names) == [expected[i] for i in range(len(revenue))]


def test_tier_by_default() -> None:
    assert Counter(tier(range(100))) == {"super": 5, "top": 15, "mid": 50, "bottom": 30}
    assert tier([]) == []


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["a"], r"names must be as many as shares \(2\), got 1"),
        (["a", "a"], "names must differ, got 'a' twice"),
        (["a", None], "names must be given, one for each tier"),
    ],
)
def test_names_that_do_not_fit_are_refused(names: list[Any], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        tier([1, 2], [0.5, 0.5], names)


# --------------------------------------------------------------------------------- migration

labels = st.sampled_from([*NAMES, "new", "reactivated", "lost", "", None])


@given(st.lists(st.tuples(labels, labels)))
def test_migration_counts_pairs(pairs: list[tuple[str | None, str | None]]) -> None:
    counts = migration([a for a, _ in pairs], [b for _, b in pairs])
    assert counts.index.tolist() == NAMES
    assert counts.columns.tolist() == [*NAMES, "lost"]
    expected = Counter((a, b if b in NAMES else "lost") for a, b in pairs if a in NAMES)
    for row in NAMES:
        for column in counts.columns:
            assert counts.loc[row, column] == expected[row, column]


def test_migration_reads_columns_of_any_library() -> None:
    expected = [[1, 0], [0, 1]]
    before, now, names = ["1", 2], [1.0, None], [1, 2.0]
    assert migration(before, now, names).to_numpy()[:, [0, 2]].tolist() == expected
    series = pd.Series(["a", "b"]), pd.Series(["a", None])
    assert migration(*series, ["a", "b"]).to_numpy()[:, [0, 2]].tolist() == expected
    assert migration([["a"], ["b"]], np.array(["a", "x"]), ["a", "b"]).loc["b", "lost"] == 1


def test_migration_refuses_what_does_not_fit() -> None:
    with pytest.raises(ArgumentError, match="to_tiers must have as many rows as from_tiers"):
        migration(["top"], ["top", "mid"])
    with pytest.raises(ArgumentError, match="names must not contain 'lost'"):
        migration(["top"], ["top"], ["top", "lost"])


def test_migration_rates_keep_labels_and_leave_empty_rows_undefined() -> None:
    counts = migration(["top", "top", "mid"], ["top", None, "mid"], ["top", "mid", "low"])
    rates = migration_rates(counts)
    assert isinstance(rates, pd.DataFrame)
    assert rates.loc["top"].tolist() == [0.5, 0, 0, 0.5]
    assert rates.loc["low"].isna().all()
    np.testing.assert_array_equal(migration_rates(counts.to_numpy()), rates.to_numpy())
    with pytest.raises(
        DomainError, match=r"counts must be a whole number between 0 and 1e\+15, got -1 at 2"
    ):
        migration_rates([[1, -1]])


# -------------------------------------------------------------------------------- projection


@given(st.integers(1, 6))
def test_projection_repeats_one_year(years: int) -> None:
    rates, inflow = [[0.5, 0.2, 0.3], [0.1, 0.6, 0.3]], [10, 40]
    table = project_portfolio([100, 200], rates, inflow, years)
    assert table.shape == (years + 1, 2)
    for before, after in pairwise(table):
        np.testing.assert_allclose(after, before @ np.array(rates)[:, :2] + inflow)


def test_projection_goes_to_a_steady_state() -> None:
    # The solution of x = 0.5 x + 0.1 y + 10 and y = 0.2 x + 0.6 y + 40.
    last = project_portfolio([0, 0], [[0.5, 0.2], [0.1, 0.6]], [10, 40], 1000)[-1]
    np.testing.assert_allclose(last, [400 / 9, 1100 / 9])


def test_projection_reads_a_table_of_rates_with_labels() -> None:
    counts = migration(["a", "a", "b", "b"], ["a", "b", "b", None], ["a", "b"])
    table = project_portfolio([2, 2], migration_rates(counts), [1, 0], 1)
    assert table.tolist() == [[2, 2], [2, 2]]


@pytest.mark.parametrize(
    ("args", "error", "message"),
    [
        (([1, 2], [[1]], [1, 2], 1), ArgumentError, r"rates must have as many rows as customers"),
        (([1], [[1]], [1, 2], 1), ArgumentError, r"inflow must have as many rows as customers"),
        (([1], [[0.1, 0.1, 0.1]], [1], 1), ArgumentError, "rates must have 1 or 2 columns, got 3"),
        (([1], [[0.7, 0.4]], [1], 1), DomainError, "row of rates must add up to at most 1"),
        (([1], [[50]], [1], 1), DomainError, "rates must be between 0 and 1, got 50 at 1"),
        (([1], [[0.5]], [1], 0), DomainError, "years must be a whole number between 1 and 1000"),
        (([1], [[0.5]], [-1], 1), DomainError, "inflow must be at least 0, got -1 at 1"),
    ],
)
def test_projection_refuses_what_does_not_fit(
    args: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        project_portfolio(*args)
