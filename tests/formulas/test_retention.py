"""Formulas of staying, leaving and coming back. Published cases stand in test_golden."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmformulas.errors import DivisionError, DomainError
from crmformulas.formulas.retention import (
    churn,
    closing_customers,
    customer_duration,
    net_duration,
    reactivation_rate,
    retention,
    retention_from_duration,
    retention_gain,
)


@given(opening=st.integers(1, 10**9), share=st.floats(0, 1))
def test_retention_and_churn_add_up_to_one(opening: int, share: float) -> None:
    lost = round(share * opening)
    assert retention(opening, opening - lost) + churn(opening, lost) == pytest.approx(1)


@given(st.floats(0, 0.999))
def test_duration_and_retention_are_inverse(rate: float) -> None:
    assert retention_from_duration(customer_duration(rate)) == pytest.approx(rate, abs=1e-12)


def test_bounds() -> None:
    assert retention(5, 0) == 0
    assert retention(5, 5) == 1
    assert customer_duration(0) == 1
    assert retention_from_duration(1) == 0
    assert net_duration(10, 0, 0) == 1


def test_nobody_lost_has_no_duration() -> None:
    with pytest.raises(
        DivisionError, match=r"division by zero in customer_duration\(retention=1\)"
    ):
        customer_duration(1)
    with pytest.raises(DivisionError):
        net_duration(10, 6, 4)
    with pytest.raises(DivisionError):
        retention_gain(1000, 1, 0, 10)
    with pytest.raises(DivisionError):
        retention_gain(1000, 0.5, 0.5, 10)


def test_parts_do_not_exceed_their_whole() -> None:
    for formula, args in (
        (retention, (10, 11)),
        (churn, (10, 11)),
        (reactivation_rate, (11, 10)),
        (closing_customers, (10, 0, 0, 11)),
        (net_duration, (10, 6, 5)),
        (retention_gain, (1, 0.6, 0.5, 1)),
    ):
        with pytest.raises(DomainError, match="must be at most"):
            formula(*args)


def test_nobody_there_has_no_rates() -> None:
    for formula in (retention, churn, reactivation_rate):
        with pytest.raises(DivisionError):
            formula(0, 0)


def test_gross_and_net_duration() -> None:
    # Elinder 2018: gross 1.35 and net 2.27 printed for Budget 1, of 46 917 customers.
    assert customer_duration(retention(46917, 12072)) == pytest.approx(1.35, abs=0.005)
    assert net_duration(46917, 12072, 14136) == pytest.approx(2.27, abs=0.005)
    # The counts of the win-back scenario give 2.59, where the source repeats Budget 1's 2.27.
    assert net_duration(46917, 13281, 15549) == pytest.approx(2.59, abs=0.005)


def test_closing_customers_is_a_balance() -> None:
    assert closing_customers(0, 5, 0, 0) == 5
    assert closing_customers(7, 0, 0, 7) == 0


def test_retention_gain() -> None:
    # 840 a year at 60 %: 2 100 (Elinder 2018); at 67 %, 1/0.33 years.
    assert retention_gain(840, 0.6, 0.07, 1) == pytest.approx(840 / 0.33 - 2100)
    assert retention_gain(840, 0.6, -0.1, 1) == pytest.approx(840 / 0.5 - 2100)
    assert retention_gain(840, [0.6, 1], [0, 0], 1).tolist()[0] == 0
    assert np.isnan(retention_gain(840, 1, [0, -0.5], 1)).all()
