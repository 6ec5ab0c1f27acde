"""The formulas of the forecast: published answers, sums of high precision, and the model's own."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest

from crmformulas import expected_orders, expected_value, p_alive, p_buys
from crmformulas.errors import DomainError
from crmformulas.orders.analysis.forecast.order_values import OrderValueModel
from crmformulas.orders.analysis.forecast.purchases import PurchaseModel

# CDNOW's calibration sample in weeks; six digits equal to lifetimes 0.11.3.
MBG = (0.52484, 6.1830, 0.89136, 1.61400)


@pytest.mark.parametrize(
    ("customer", "alive", "buys", "orders"),
    [
        # lifetimes 0.11.3, ModifiedBetaGeoFitter: 52 weeks ahead.
        ((0, 0, 38.86), 0.389716, 0.129221, 0.197628),
        ((26, 30.86, 31), 0.965553, 0.965553, 23.999957),
    ],
)
def test_customers_at_the_ends(
    customer: tuple[float, float, float], alive: float, buys: float, orders: float
) -> None:
    assert p_alive(*MBG, *customer) == pytest.approx(alive, abs=1e-5)
    assert p_buys(*MBG, *customer, 52) == pytest.approx(buys, abs=1e-5)
    # The parameters are printed with five digits.
    assert expected_orders(*MBG, *customer, 52) == pytest.approx(orders, rel=5e-6, abs=1e-5)


def test_they_are_those_of_the_model() -> None:
    """The forecast of customers and the formulas are two ways to one figure."""
    random = np.random.default_rng(3)
    n = 300
    r, alpha, a, b = np.exp(random.uniform([-3, -2, -3, -3], [3, 6, 3, 4], (n, 4))).T
    x = random.integers(0, 60, n).astype(float)
    last, age = np.sort(random.uniform(0, 900, (2, n)), axis=0)
    formulas = [
        p_alive(r, alpha, a, b, x, last, age),
        p_buys(r, alpha, a, b, x, last, age, 365),
        expected_orders(r, alpha, a, b, x, last, age, 365),
    ]
    for i in range(n):
        model = PurchaseModel(r[i], alpha[i], a[i], b[i])
        one = x[i : i + 1], last[i : i + 1], age[i : i + 1]
        alive = model.alive(*one)
        counts = model.orders_if_alive(one[0], one[2], 365)
        told = alive, model.buys(*one, 365), alive * counts.mean
        for formula, (same,) in zip(formulas, told, strict=True):
            assert formula[i] == pytest.approx(same, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("seed", range(20))
def test_sums_of_high_precision(seed: int) -> None:
    """Twenty parameter sets a case, 400 in all, against 40 digits by an incomplete beta function.

    For 23 of 400 such sets the form with a hypergeometric function is not finite in doubles.
    """
    random = np.random.default_rng(1000 + seed)
    for _ in range(20):
        r, alpha, a, b = (float(v) for v in np.exp(random.uniform([-3, -2, -3, -3], [3, 6, 3, 4])))
        x, age = int(random.integers(0, 60)), float(random.uniform(1, 900))
        last = float(random.uniform(0, age)) if x else 0.0
        found = expected_orders(r, alpha, a, b, x, last, age, 365)
        with mpmath.workdps(40):
            exact = _expected(r, alpha, a, b, x, last, age, 365)
        assert found == pytest.approx(exact, rel=1e-9, abs=1e-300)


def _expected(*arguments: float) -> float:
    """E = (a + b' − 1)/(a − 1) × (1 − (A/(A + h))^s × 2F1(s, b'; a + b' − 1; h/(A + h)))."""
    r, alpha, a, b, x, last, age, period = map(mpmath.mpf, arguments)
    kept = ((alpha + last) / (alpha + age)) ** (r + x)
    alive = kept / (kept + a / (b + x))
    share, stays = period / (alpha + age + period), b + 1 + x
    series = mpmath.hyp2f1(r + x, stays, a + stays - 1, share)
    return float(alive * (a + stays - 1) / (a - 1) * (1 - (1 - share) ** (r + x) * series))


def test_a_busy_customer_and_a_quiet_one_keep_their_digits() -> None:
    """Where P(no order) is no number any more, and where next to nothing is expected."""
    # A buyer of every day for nine years goes on so, if nobody ever leaves.
    busy = expected_orders(1, 1, 1e-9, 1e3, 3285, 3285, 3285, 365)
    assert busy == pytest.approx((1 + 3285) * 365 / 3286, rel=1e-6)
    # Orders of so short a time: its length times the rate.
    quiet = expected_orders(0.5, 10, 1, 2, 0, 0, 90, 1e-9)
    assert quiet == pytest.approx(p_alive(0.5, 10, 1, 2, 0, 0, 90) * 0.5 / 100 * 1e-9, rel=1e-9)
    assert expected_orders(0.5, 10, 1, 2, 0, 0, 90, 0) == 0
    with pytest.raises(DomainError, match="can't be summed"):
        expected_orders(0.5, 10, 1, 2, 1000, 1, 1, 1e6)
    both = expected_orders(0.5, 10, 1, 2, [1000, 0], 1, 1, [1e6, 365])
    assert math.isnan(both[0])
    assert both[1] > 0


def test_the_value_is_that_of_the_model() -> None:
    model = OrderValueModel(6.2488, 3.7446, 15.4477)
    repeats, mean = np.array([0.0, 2, 40]), np.array([99.0, 22.35, 80])
    told = expected_value(6.2488, 3.7446, 15.4477, repeats, mean)
    assert told == pytest.approx(model.expected(repeats, mean))
    assert told[0] == pytest.approx(model.mean)
    with pytest.raises(DomainError):
        expected_value(6.2, 1.0, 15.4, 2, 22.35)
