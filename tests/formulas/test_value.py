"""Formulas of customer value."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmformulas.errors import (
    ArgumentError,
    DivisionError,
    DomainError,
    NotEnoughDataError,
)
from crmformulas.formulas.value import (
    annual_value,
    clv,
    clv_bridge,
    clv_discounted,
    clv_index,
    growth_rate,
    portfolio_value,
)

drivers = st.lists(st.floats(0, 1e6), min_size=4, max_size=4)


def test_annual_value() -> None:
    # Elinder 2018: before and after of two worked examples.
    assert annual_value([5, 6, 2.4, 3.2], [500, 600, 350, 390]).tolist() == [2500, 3600, 840, 1248]
    with pytest.raises(DomainError, match="frequency"):
        annual_value(-1, 500)


def test_clv_in_profit() -> None:
    assert clv(5, 500, 2.5, 0.4) == 2500  # 40 % of the 6 250 of Elinder 2018
    with pytest.raises(DomainError, match="margin must be at least 0"):
        clv(5, 500, 2.5, -0.4)


def test_clv_is_the_undiscounted_limit() -> None:
    # At no discount the sum is annual value × duration.
    assert clv_discounted(2500, 0.6, 0) == clv(5, 500, 2.5)


@pytest.mark.parametrize("years", [1, 2, 7, 40])
@pytest.mark.parametrize(
    ("retention", "discount_rate"), [(0.8, 0.1), (0, 0.1), (1, 0), (0.9, -0.2)]
)
def test_clv_discounted_is_the_sum_of_its_terms(
    retention: float, discount_rate: float, years: int
) -> None:
    terms = (1000 * (retention / (1 + discount_rate)) ** t for t in range(years))
    expected = math.fsum(terms)
    assert clv_discounted(1000, retention, discount_rate, years) == pytest.approx(expected)


def test_clv_discounted_keeps_its_digits_where_nothing_is_lost() -> None:
    # Added up exactly; (1 − q^n) / (1 − q) itself would leave four digits of it.
    exact = sum(Fraction(1 - 1e-12) ** t for t in range(100))
    assert clv_discounted(1, 1 - 1e-12, 0, 100) == pytest.approx(float(exact), rel=1e-15)


def test_clv_discounted_without_a_limit() -> None:
    with pytest.raises(DivisionError):
        clv_discounted(1000, 0.9, -0.1)
    with pytest.raises(DomainError, match="retention must be at most 1 \\+ discount_rate"):
        clv_discounted(1000, 0.9, -0.2)
    assert np.isnan(clv_discounted(1000, [0.9, 0.9, 0.9], [-0.1, -0.2, 0])).tolist() == [
        True,
        True,
        False,
    ]


@pytest.mark.parametrize("years", [0, 2.5, -1])
def test_clv_discounted_needs_whole_years(years: float) -> None:
    with pytest.raises(DomainError, match="years must be a whole number of at least 1, got"):
        clv_discounted(1000, 0.8, 0.1, years)


def test_portfolio_value() -> None:
    assert portfolio_value([6250], [5000]) == 31_250_000  # Elinder 2018
    assert portfolio_value([], []) == 0
    with pytest.raises(DomainError, match="customers must be at least 0, got -1 at 2"):
        portfolio_value([1, 2], [1, -1])


def test_clv_index() -> None:
    assert clv_index([900, 300], 100).tolist() == [9, 3]
    with pytest.raises(DivisionError, match="base must not be 0"):
        clv_index([1, 2, 0])
    with pytest.raises(DivisionError, match="base must not be 0"):
        clv_index([1, 2], 0)
    with pytest.raises(NotEnoughDataError):
        clv_index([])


def test_growth_rate() -> None:
    assert growth_rate([200, 100, 0], 150).tolist()[:2] == [-0.25, 0.5]
    with pytest.raises(DivisionError, match="division by zero in growth_rate"):
        growth_rate(0, 5)


def by_permutation(before: list[float], after: list[float]) -> list[float]:
    """Shapley values as they are defined: the mean effect over all orders of change."""
    effects = [list[float]() for _ in before]
    for order in permutations(range(len(before))):
        now = list(before)
        for i in order:
            value = math.prod(now)
            now[i] = after[i]
            effects[i].append(math.prod(now) - value)
    return [math.fsum(each) / len(each) for each in effects]


@given(drivers, drivers)
def test_clv_bridge_is_the_mean_over_all_orders(before: list[float], after: list[float]) -> None:
    scale = max(math.prod(before), math.prod(after), *map(abs, by_permutation(before, after)))
    shares = clv_bridge(before, after)
    np.testing.assert_allclose(shares, by_permutation(before, after), atol=1e-12 * scale + 1e-300)
    change = math.prod(after) - math.prod(before)
    assert math.isclose(shares.sum(), change, abs_tol=1e-12 * scale + 1e-300)


def test_clv_bridge_gives_nothing_to_what_did_not_change() -> None:
    assert clv_bridge([5, 500, 2.5, 100], [5, 500, 2.5, 110]).tolist() == [0, 0, 0, 62_500]
    assert clv_bridge([5, 500, 2.5, 0], [5, 500, 2.5, 0]).tolist() == [0, 0, 0, 0]


def test_clv_bridge_needs_four_numbers() -> None:
    with pytest.raises(ArgumentError, match=r"after must be 4 numbers \(.*\), got 3"):
        clv_bridge([1, 2, 3, 4], [1, 2, 3])
    with pytest.raises(DomainError, match="before must be at least 0, got -2 at 2"):
        clv_bridge([1, -2, 3, 4], [1, 2, 3, 4])
