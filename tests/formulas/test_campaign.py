"""Formulas of campaigns and acquisition. The equations are those of the references they cite."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from crmformulas.errors import ArgumentError, DivisionError, DomainError, NotEnoughDataError
from crmformulas.formulas.campaign import (
    acquisition_cost,
    campaign_roi,
    clv_to_cac,
    detectable_lift,
    lift,
    lift_interval,
    nps,
    payback_years,
    response_rate,
    romi,
    sample_size,
    share_of_wallet,
)


@pytest.mark.parametrize(
    ("formula", "args", "expected"),
    [
        (response_rate, (0, 100), 0),
        (response_rate, (100, 100), 1),
        (campaign_roi, (100, 100), 0),  # breaks even
        (campaign_roi, (0, 100), -1),  # loses all
        (campaign_roi, (-50, 100), -1.5),  # and drives customers away
        (romi, (1000, 1100, 100), 0),
        (romi, (1000, 1000, 100), -1),
        (share_of_wallet, (3, 4), 0.75),
        (nps, (10, 0, 0), 1),
        (nps, (0, 0, 10), -1),
        (nps, (0, 10, 0), 0),
        (acquisition_cost, (0, 5), 0),
        (clv_to_cac, (3000, 1000), 3),
        (clv_to_cac, (-3000, 1000), -3),
        (payback_years, (1000, 500), 2),
        (payback_years, (1000, 500, 0.5), 4),
    ],
)
def test_by_hand(formula: Any, args: tuple[float, ...], expected: float) -> None:
    assert formula(*args) == expected


@pytest.mark.parametrize(
    ("formula", "args"),
    [
        (response_rate, (0, 0)),
        (campaign_roi, (1, 0)),
        (romi, (1, 2, 0)),
        (share_of_wallet, (0, 0)),
        (nps, (0, 0, 0)),
        (acquisition_cost, (5, 0)),
        (clv_to_cac, (1, 0)),
        (payback_years, (1, 0)),
        (payback_years, (1, 5, 0)),
    ],
)
def test_division_by_zero(formula: Any, args: tuple[float, ...]) -> None:
    with pytest.raises(DivisionError, match=f"division by zero in {formula.__name__}"):
        formula(*args)
    assert np.isnan(formula(*([value] for value in args))).all()


@pytest.mark.parametrize(
    ("formula", "args", "name"),
    [
        (response_rate, (2, 1), "responses"),
        (campaign_roi, (1, -1), "cost"),
        (romi, (1, 2, -1), "investment"),
        (share_of_wallet, (5, 4), "own_spend"),
        (nps, (1, -1, 1), "passives"),
        (acquisition_cost, (-1, 1), "cost"),
        (clv_to_cac, (1, -1), "cac"),
        (payback_years, (1, -1), "annual_value"),
        (payback_years, (1, 1, -1), "margin"),
    ],
)
def test_out_of_the_domain(formula: Any, args: tuple[float, ...], name: str) -> None:
    with pytest.raises(DomainError, match=f"^{name} must be (a whole number of )?at "):
        formula(*args)


def test_text_is_refused() -> None:
    with pytest.raises(ArgumentError, match="sent must be a number, got 'many'"):
        response_rate(1, "many")


# Control groups


def test_a_sample_of_the_size_detects_the_lift() -> None:
    for rate, wanted, share in [(0.1, 0.02, 0.5), (0.4, 0.01, 0.1), (0.02, 0.005, 0.25)]:
        customers = sample_size(rate, wanted, share)
        held = customers * share
        found = detectable_lift(rate, round(customers - held), round(held))
        assert found == pytest.approx(wanted, rel=0.003)


def test_sample_size_of_a_textbook() -> None:
    # Fleiss, Levin and Paik, "Statistical Methods for Rates and Proportions", 3rd ed., 2003, gives
    # 2 (z + z)^2 p q / d^2 a group for equal groups: (1.959964 + 0.841621)^2 is 7.8489.
    assert sample_size(0.5, 0.1, 0.5, 0.95, 0.8) == np.ceil(2 * 2 * 7.8489 * 0.25 / 0.01)


def test_a_lift_of_one_stratum_is_a_difference() -> None:
    assert lift(56, 70, 48, 80) == pytest.approx(0.2)
    # Newcombe 1998, table II, method 10
    assert lift_interval(56, 70, 48, 80, 0.95).round(4).tolist() == [[0.0524, 0.3339]]


def test_a_stratum_without_a_control_group_is_left_out() -> None:
    assert lift([56, 9], [70, 9], [48, 0], [80, 0]) == lift(56, 70, 48, 80)
    for nobody in ([0], [5]):
        with pytest.raises(NotEnoughDataError, match="no stratum"):
            lift([0], nobody, [0], [0])
        with pytest.raises(NotEnoughDataError, match="no stratum"):
            lift_interval([0], nobody, [0], [0])


def test_where_everybody_buys_there_is_an_interval() -> None:
    ends = lift_interval([3, 7], [3, 7], [3, 3], [3, 3])[0]
    assert ends[0] < 0 < ends[1]
    assert lift([3, 7], [3, 7], [3, 3], [3, 3]) == 0


def test_more_buyers_than_customers_are_refused() -> None:
    with pytest.raises(DomainError, match="buyers must be at most treated"):
        lift([3], [2], [1], [2])
    with pytest.raises(DomainError, match="control_buyers must be at most control"):
        lift_interval([1], [2], [3], [2])


def test_groups_too_small_for_any_lift() -> None:
    with pytest.raises(NotEnoughDataError, match="too small"):
        detectable_lift(0.9, 5, 5)
    assert np.isnan(detectable_lift([0.9, 0.1], 5, [5, 500])[0])


def test_intervals_hold_the_lift_and_the_power_is_what_was_told() -> None:
    """1 500 campaigns of two strata, simulated: the law asks for 88 to 92 % of 90 % intervals."""
    random = np.random.default_rng(4)
    sizes = np.array([[3000, 600], [4000, 500]])
    before, effect = np.array([0.05, 0.2]), 0.03
    after = before + effect
    holds = found = 0
    for _ in range(1500):
        bought = random.binomial(sizes[:, 0], after)
        waited = random.binomial(sizes[:, 1], before)
        low, high = lift_interval(bought, sizes[:, 0], waited, sizes[:, 1])[0]
        holds += low <= effect <= high
        found += low > 0
    assert 0.88 <= holds / 1500 <= 0.92
    # A lift of more than what can be detected with a power of 80 % is found more often than that.
    assert detectable_lift(0.2, 7000, 1100) > effect
    assert found / 1500 > 0.5
