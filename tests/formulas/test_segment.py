"""Pareto share and RFM."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmformulas.errors import ArgumentError, DivisionError, DomainError, NotEnoughDataError
from crmformulas.formulas.segment import pareto_share, rfm

START = date(2026, 1, 1)


@given(
    st.lists(st.integers(-50, 1000), min_size=1, max_size=60),
    st.decimals(0, 1, places=2),
)
def test_pareto_share_is_that_of_the_first(revenue: list[int], top: Decimal) -> None:
    count = floor(Fraction(top) * len(revenue) + Fraction(1, 2))
    total = sum(revenue)
    if total > 0:
        expected = sum(sorted(revenue, reverse=True)[:count]) / total
        assert pareto_share(revenue, float(top)) == pytest.approx(expected)
    else:
        with pytest.raises(DivisionError if total == 0 else DomainError, match="revenue"):
            pareto_share(revenue, float(top))


def test_pareto_share_rounds_a_half_up() -> None:
    # 0.15 × 10 customers is one and a half, though 0.15 in binary is less than 15/100.
    assert pareto_share([1] * 10, 0.15) == 0.2
    assert pareto_share([1] * 10, 0.14) == 0.1
    assert pareto_share([1] * 10, 0) == 0
    assert pareto_share([1] * 10, 1) == 1


def test_pareto_share_of_nobody() -> None:
    with pytest.raises(NotEnoughDataError, match="revenue must have at least one element"):
        pareto_share([])
    with pytest.raises(DomainError, match="top must be between 0 and 1, got 20"):
        pareto_share([1], 20)


def row(table: pd.DataFrame, customer: Any) -> list[float]:
    """Recency, frequency, monetary; r, f and m."""
    return list(table.set_index("customer").loc[customer])


def test_rfm_by_hand() -> None:
    table = rfm(
        ["a", "a", "a", "b", "b", "c", "d"],
        # a: two rows on one day are one order; a return of 30 later.
        [f"2026-01-{day:02}" for day in (1, 1, 9, 3, 7, 8, 20)],
        [100, 50, -30, 20, 20, 5.5, 1000],
        "2026-01-10",
    )
    assert table.columns.tolist() == [
        "customer",
        "recency",
        "frequency",
        "monetary",
        "r",
        "f",
        "m",
    ]
    assert table["customer"].tolist() == ["a", "b", "c"]  # d bought after the day
    assert row(table, "a") == [9, 1, 120, 2, 4, 5]
    assert row(table, "b") == [3, 2, 40, 4, 5, 4]
    assert row(table, "c") == [2, 1, 5.5, 5, 4, 2]


def test_rfm_default_day_is_the_newest() -> None:
    table = rfm(["a", "b"], ["2026-01-01", "2026-01-05"], [1, 1])
    assert table["recency"].tolist() == [4, 0]


def test_rfm_scores_five_customers_from_five_to_one() -> None:
    days = [START + timedelta(i) for i in range(5)]
    table = rfm(list("abcde"), days, [10, 20, 30, 40, 50])
    assert table["r"].tolist() == table["m"].tolist() == [1, 2, 3, 4, 5]
    assert table["f"].tolist() == [5] * 5  # ties share the score of their first rank


def test_ids_that_are_truth_values_are_ids() -> None:
    # By hand; pandas takes such labels for a choice of rows in most places.
    table = rfm([False, True, False], ["2026-01-01", "2026-01-05", "2026-01-02"], [100, 40, 5])
    assert table["customer"].tolist() == [False, True]
    assert table["monetary"].tolist() == [105, 40]


def test_a_day_of_which_nothing_is_left_is_no_purchase() -> None:
    dates = ["2026-01-01", "2026-01-02", "2026-01-02", "2026-01-01"]
    table = rfm(["a", "a", "a", "b"], dates, [10, 5, -5, -3])
    assert table["customer"].tolist() == ["a"]
    assert row(table, "a") == [1, 1, 10, 5, 5, 5]
    with pytest.raises(NotEnoughDataError, match="nobody has bought"):
        rfm(["a"], ["2026-01-01"], [0])
    with pytest.raises(NotEnoughDataError):
        rfm([], [], [])


rows = st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, 40), st.integers(-200, 1000)), min_size=1
)


@given(rows, st.integers(0, 45))
def test_rfm_against_plain_counting(orders: list[tuple[int, int, int]], until: int) -> None:
    days: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for customer, day, cents in orders:
        if day <= until:
            days[customer][day] += cents
    expected = {
        customer: (
            until - max(day for day, cents in amounts.items() if cents > 0),
            sum(cents > 0 for cents in amounts.values()),
            sum(amounts.values()) / 100,
        )
        for customer, amounts in days.items()
        if any(cents > 0 for cents in amounts.values())
    }
    columns = [list(column) for column in zip(*orders, strict=True)]
    dates = [START + timedelta(day) for day in columns[1]]
    amounts = [cents / 100 for cents in columns[2]]
    as_of = START + timedelta(until)
    if not expected:
        with pytest.raises(NotEnoughDataError):
            rfm(columns[0], dates, amounts, as_of)
        return
    table = rfm(columns[0], dates, amounts, as_of)
    values = table.set_index("customer")[["recency", "frequency", "monetary"]]
    assert {k: tuple(v) for k, v in zip(values.index, values.to_numpy(), strict=True)} == expected
    for name, sign in (("recency", -1), ("frequency", 1), ("monetary", 1)):
        worth = sign * table[name].to_numpy()
        better = [int((worth > w).sum()) for w in worth]
        assert table[name[0]].tolist() == [5 - 5 * n // len(worth) for n in better]


def test_rfm_refuses_what_it_cannot_read() -> None:
    with pytest.raises(ArgumentError, match="amounts must be a number, got 'much'"):
        rfm(["a"], ["2026-01-01"], ["much"])
    with pytest.raises(ArgumentError, match="as_of must be dates, got 'today'"):
        rfm(["a"], ["2026-01-01"], [1], "today")
    with pytest.raises(DomainError, match="amounts must be below"):
        rfm(["a"], ["2026-01-01"], [1e15])
    assert rfm(np.array([3]), np.array(["2026-01-01"], "datetime64[D]"), [1])["r"].tolist() == [5]
