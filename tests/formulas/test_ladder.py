"""Formulas of the F-ladder."""

from __future__ import annotations

from math import prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmformulas.errors import ArgumentError, DomainError, NotEnoughDataError
from crmformulas.formulas.ladder import extra_orders, f_ladder, step_gain, step_rates, tipping_point

rates = st.lists(st.floats(0, 1), max_size=12)


@given(st.lists(st.integers(0, 15), min_size=1), st.integers(1, 20))
def test_f_ladder_counts_those_with_at_least_k(counts: list[int], max_f: int) -> None:
    expected = [sum(n >= k for n in counts) for k in range(1, max_f + 1)]
    assert f_ladder(counts, max_f).tolist() == expected
    if any(counts):
        assert f_ladder(counts).tolist() == [
            sum(n >= k for n in counts) for k in range(1, max(counts) + 1)
        ]


def test_f_ladder_of_nobody() -> None:
    assert f_ladder([], 3).tolist() == [0, 0, 0]
    for counts in ([], [0, 0]):
        with pytest.raises(NotEnoughDataError, match="order_counts must have at least one order"):
            f_ladder(counts)
    with pytest.raises(DomainError, match="order_counts must be a whole number of at least 0"):
        f_ladder([1, 2.5])


def test_f_ladder_has_an_end() -> None:
    assert len(f_ladder([5, 10**12])) == 1000


def test_step_rates() -> None:
    assert step_rates([[1000, 250, 100]]).tolist() == [0.25, 0.4]
    np.testing.assert_array_equal(step_rates([5, 0, 0]), [0, np.nan])
    with pytest.raises(NotEnoughDataError, match="at least 2 steps, got 1"):
        step_rates([5])
    with pytest.raises(DomainError, match="ladder must not rise, got 6 after 5 at 3"):
        step_rates([9, 5, 6])


@given(rates, st.floats(0, 1e6))
def test_extra_orders_is_the_sum_of_products(shares: list[float], customers: float) -> None:
    expected = customers * sum(prod(shares[: k + 1]) for k in range(len(shares)))
    assert extra_orders(shares, customers) == pytest.approx(expected)


def test_extra_orders_of_a_thousand() -> None:
    assert extra_orders([0.5, 0.5]) == extra_orders([0.5, 0.5], 1000) == 750
    with pytest.raises(DomainError, match="rates must be between 0 and 1, got 50 at 2"):
        extra_orders([0.5, 50])


def test_tipping_point() -> None:
    assert tipping_point([0.2, 0.5, 0.7]) == 2  # reaching the threshold is enough
    assert tipping_point([0.2, 0.5, 0.7], 0.6) == 3
    with pytest.raises(NotEnoughDataError, match=r"no step reaches the threshold 0\.9"):
        tipping_point([0.2, 0.5, 0.7], 0.9)
    with pytest.raises(NotEnoughDataError):
        tipping_point([])
    with pytest.raises(DomainError, match="threshold must be between 0 and 1, got 50"):
        tipping_point([0.2], 50)


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), max_size=10))
def test_step_gain_is_the_difference_of_two_ladders(steps: list[tuple[float, float]]) -> None:
    now, goals = [rate for rate, _ in steps], [goal for _, goal in steps]
    expected = [
        extra_orders([*now[:k], max(now[k], goals[k]), *now[k + 1 :]]) - extra_orders(now)
        for k in range(len(steps))
    ]
    np.testing.assert_allclose(step_gain(now, goals), expected, atol=1e-8)


def test_step_gain_needs_a_goal_for_each_step() -> None:
    with pytest.raises(ArgumentError, match=r"goals must have as many rows as rates \(2\), got 1"):
        step_gain([0.2, 0.5], [0.3])


def test_step_gain_finds_the_bottleneck() -> None:
    # RIM's goal ladder, with the step 3→4 lagging behind.
    goals = [0.25, 0.31, 0.47, 0.63, 0.63, 0.637]
    lagging = [0.25, 0.31, 0.2, 0.63, 0.63, 0.637]
    gain = step_gain(lagging, goals)
    assert gain.argmax() == 2
    assert gain[2] == pytest.approx(extra_orders(goals) - extra_orders(lagging))
