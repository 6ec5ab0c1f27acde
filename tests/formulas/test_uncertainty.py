"""Intervals: the published figures, and that they hold the truth as often as they say."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import crmformulas as crm
from crmformulas.errors import DomainError
from crmformulas.formulas.uncertainty import (
    Share,
    clv_bounds,
    difference_bounds,
    extra_orders_bounds,
    mean_bounds,
    normal_quantile,
    portfolio_bounds,
    rate_bounds,
    retention_bounds,
)

DATA = Path(__file__).parents[1] / "data"
TIERS = ("super", "top", "mid", "bottom")

counts = st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
levels = st.floats(0.5, 0.999)


def published(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_normal_quantiles() -> None:
    # Abramowitz and Stegun, table 26.5: the 90 % and the 97.5 % point.
    assert normal_quantile(0.8) == pytest.approx(1.2815515655, abs=1e-10)
    assert normal_quantile(0.95) == pytest.approx(1.9599639845, abs=1e-10)


def test_rates_of_newcombe_1998_table_one() -> None:
    printed = {
        (81, 263): (0.2553, 0.3662),
        (15, 148): (0.0624, 0.1605),
        (0, 20): (0.0, 0.1611),
        (1, 29): (0.0061, 0.1718),
    }
    for (hits, total), ends in printed.items():
        assert rate_bounds(hits, total, 0.95) == pytest.approx(ends, abs=5e-5)


def test_differences_of_newcombe_1998_table_two() -> None:
    # Method 10 of the paper, examples a, b, c, e and g.
    printed = {
        (56, 70, 48, 80): (0.0524, 0.3339),
        (9, 10, 3, 10): (0.1705, 0.8090),
        (6, 7, 2, 7): (0.0582, 0.8062),
        (0, 10, 0, 20): (-0.1611, 0.2775),
        (10, 10, 0, 20): (0.6791, 1.0),
    }
    for counted, ends in printed.items():
        assert difference_bounds(*counted, 0.95) == pytest.approx(ends, abs=6e-5)


def test_the_published_portfolio() -> None:
    """The tiers of Elinder (IRi, 2018), at the ends worked out for the law of this project."""
    tiers = published("portfolio_published.csv")
    clvs = {
        "super": (100_838, 111_877),
        "top": (28_004, 29_268),
        "mid": (5_490, 5_578),
        "bottom": (818, 831),
    }
    shares = []
    for tier in tiers[:-1]:
        opening, lost, customers = (
            int(tier[c]) for c in ("f12_customers", "lost", "s12_customers")
        )
        annual = int(tier["s12_revenue"]) / customers
        ends = clv_bounds(annual, opening, lost)
        assert ends == pytest.approx(clvs[tier["tier"]], abs=0.6)
        shares.append(Share(annual * opening / lost * customers, opening, lost))
    assert retention_bounds(4720, 539) == pytest.approx((0.8797, 0.8916), abs=5e-5)
    assert retention_bounds(4720, 539, 0.95) == pytest.approx((0.8764, 0.8946), abs=5e-5)
    assert portfolio_bounds(shares) == pytest.approx((1_255_273_330, 1_314_845_286), abs=1)
    assert portfolio_bounds(shares, 0.95) == pytest.approx((1_239_962_443, 1_331_080_815), abs=1)


def test_few_lost_is_at_least() -> None:
    # 0 of 8: churn is at most 18.22 %, so the duration at least 5.49 years (95 %: 31.23 %, 3.20).
    low, high = retention_bounds(8, 0)
    assert (round(1 - (low or 0), 4), high) == (0.1822, 1.0)
    low, high = clv_bounds(1.0, 8, 0, 0.95)
    assert (round(low or 0, 2), high) == (3.20, None)
    assert rate_bounds(3, 9) == pytest.approx((0.17209, 0.54602), abs=5e-6)
    # A tier that lost nobody leaves the portfolio without an upper end; an empty one says nothing.
    told = Share(1000, 100, 50)
    low, high = portfolio_bounds([told, Share(10, 5, 0)])
    assert (low, high) == (portfolio_bounds([told]).low, None)
    assert portfolio_bounds([told, Share(0, 5, 0)]) == portfolio_bounds([told])
    assert portfolio_bounds([]) == (None, None)


def test_extra_orders_and_means() -> None:
    # The ladder 1000, 180, 59, 17, 7, 3: 266 extra orders between 240.2 and 294.5.
    assert extra_orders_bounds([1000, 180, 59, 17, 7, 3]) == pytest.approx((240.2, 294.5), abs=0.05)
    assert extra_orders_bounds([1000]) == (None, None)
    assert mean_bounds(90.73, 2.10, 100) == pytest.approx((69.3, 118.7), abs=0.05)
    assert mean_bounds(90.73, 2.10, 9) == mean_bounds(-1.0, 2.10, 100) == (None, None)


@given(counts, levels)
def test_an_interval_holds_the_rate_that_was_seen(count: tuple[int, int], level: float) -> None:
    hits, total = count
    low, high = rate_bounds(hits, total, level)
    assert low is not None
    assert high is not None
    assert 0 <= low <= hits / total + 1e-12
    assert hits / total - 1e-12 <= high <= 1
    # What did not happen is the mirror of what did.
    other = rate_bounds(total - hits, total, level)
    assert other == pytest.approx((1 - high, 1 - low), abs=1e-9)
    # The more certain, the wider; the more counted, the narrower.
    wider = rate_bounds(hits, total, (1 + level) / 2)
    assert (wider.high or 0) - (wider.low or 0) >= high - low
    narrow = rate_bounds(4 * hits, 4 * total, level)
    assert (narrow.high or 0) - (narrow.low or 0) <= high - low + 1e-12


@given(counts, levels)
def test_formulas_are_the_bounds(count: tuple[int, int], level: float) -> None:
    hits, total = count
    assert crm.wilson([hits], [total], level).tolist() == [list(rate_bounds(hits, total, level))]
    kept = crm.retention_interval([total], [total - hits], level).tolist()
    assert kept == [list(retention_bounds(total, hits, level))]
    told = [math.nan if end is None else end for end in clv_bounds(100, total, hits, level)]
    assert crm.clv_interval([100], [total], [total - hits], level)[0] == pytest.approx(
        told, nan_ok=True
    )


def test_nobody_counted_is_unknown_and_more_than_all_refused() -> None:
    assert np.isnan(crm.wilson([0, 1], [0, 2])).tolist() == [[True, True], [False, False]]
    assert np.isnan(crm.rate_difference([0], [0], [1], [2])).all()
    with pytest.raises(DomainError, match="successes must be at most total"):
        crm.wilson([1, 3], [2, 2])


# ------------------------------------------------------------------- do they hold what they say?


@pytest.mark.parametrize(("total", "share", "least", "most"), [
    (400, 0.114, 0.77, 0.84), (1000, 0.05, 0.77, 0.84), (5000, 0.5, 0.77, 0.83),
])  # fmt: skip
def test_four_of_five_intervals_of_a_rate_hold_the_truth(
    total: int, share: float, least: float, most: float
) -> None:
    """Exactly, over the binomial distribution: no draw, no chance in the test."""
    held = 0.0
    for hits in range(total + 1):
        low, high = rate_bounds(hits, total)
        if (low or 0) <= share <= (high or 1):
            held += math.exp(
                math.lgamma(total + 1) - math.lgamma(hits + 1) - math.lgamma(total - hits + 1)
                + hits * math.log(share) + (total - hits) * math.log1p(-share)
            )  # fmt: skip
    assert least <= held <= most


def test_four_of_five_intervals_of_a_portfolio_hold_the_truth() -> None:
    rng = np.random.default_rng(1)
    openings, churn = (236, 708, 2360, 1416), (0.114, 0.192, 0.354, 0.480)
    annual, customers = (12_127, 5_510, 1_959, 396), (255, 764, 2545, 1527)
    truth = sum(a / q * n for a, q, n in zip(annual, churn, customers, strict=True))
    held = 0
    for _ in range(2000):
        lost = rng.binomial(openings, churn)
        shares = [
            Share(a * o / left * n, o, left)
            for a, o, left, n in zip(annual, openings, lost.tolist(), customers, strict=True)
        ]
        low, high = portfolio_bounds(shares)
        held += (low or 0) <= truth <= (high or math.inf)
    # .81 to .86 where the law was tried; the standard error of 2 000 draws is .009.
    assert 0.77 <= held / 2000 <= 0.88


def test_values_that_cancel_each_other_have_no_interval() -> None:
    """100.01 and −100 leave a cent: exp() of its error is no number."""
    shares = [Share(100.01, 10, 5), Share(-100.0, 10, 5)]
    assert portfolio_bounds(shares) == (None, None)


def test_intervals_of_means_hold_with_the_variation_of_all() -> None:
    """A heavy tail, as revenue has: the cohort's own variation would be too small by far."""
    rng = np.random.default_rng(2)
    base = rng.lognormal(4, 1.2, 200_000)
    variation, truth = base.std() / base.mean(), base.mean()
    held = 0
    for _ in range(1000):
        mean = rng.choice(base, 200).mean()
        low, high = mean_bounds(float(mean), float(variation), 200)
        held += (low or 0) <= truth <= (high or 0)
    assert 0.76 <= held / 1000 <= 0.9


# ------------------------------------------------------------------------------- the value of flows


def clv_of(tier: dict[str, str], window: str) -> float:
    revenue, customers = int(tier[f"{window}_revenue"]), int(tier[f"{window}_customers"])
    return revenue / customers * int(tier["f12_customers"]) / int(tier["lost"])


def test_the_published_flows_to_the_krona() -> None:
    """Elinder (IRi, 2018): 28 flows at the CLV of S12, and the bridge between the portfolios."""
    portfolio = published("portfolio_published.csv")[:-1]
    now = {tier["tier"]: clv_of(tier, "s12") for tier in portfolio}
    before = {tier["tier"]: clv_of(tier, "f12") for tier in portfolio}
    flows = published("flows_published.csv")
    valued = {
        (row["from"], row["to"]): float(row["value_at_s12_clv"])
        for row in published("expected/flow_values.csv")
    }
    assert len(valued) == 28
    sums = dict.fromkeys(("upgrade", "downgrade", "lost", "new", "reactivated", "stayed"), 0.0)
    table = {
        origin: dict.fromkeys((*TIERS, "lost"), 0) for origin in (*TIERS, "reactivated", "new")
    }
    for flow in flows:
        origin, target = flow["from"], flow["to"]
        value = crm.flow_value(int(flow["customers"]), now.get(origin, 0.0), now.get(target, 0.0))
        table[origin][target] = int(flow["customers"])
        kind = "lost" if target == "lost" else origin
        if kind in TIERS:
            places = TIERS.index(origin) - TIERS.index(target)
            kind = "upgrade" if places > 0 else "downgrade" if places < 0 else "stayed"
        sums[kind] += value
        assert value == pytest.approx(valued[origin, target], abs=0.005)
    assert {kind: round(value) for kind, value in sums.items()} == {
        "upgrade": 427_295_646,
        "downgrade": -504_924_205,
        "lost": -238_905_266,
        "new": 268_303_399,
        "reactivated": 141_896_750,
        "stayed": 0,
    }
    assert round(sum(sums.values())) == 93_666_324
    rows = [list(line.values()) for line in table.values()]
    clvs = [list(before.values()), list(now.values())]
    expected = {
        1.0: [1172600776.72, 268303398.73, 141896750.33, 427295646.08, -504924205.14,
              -238905266.04, 18446960.80, 1284714061.49],
        0.0: [1172600776.72, 263721802.18, 138870790.71, 425411568.32, -502621120.90,
              -233167960.00, 19898204.47, 1284714061.49],
        0.5: [1172600776.72, 266012600.46, 140383770.52, 426353607.20, -503772663.02,
              -236036613.02, 19172582.64, 1284714061.49],
    }  # fmt: skip
    for valued_at, lines in expected.items():
        made = crm.portfolio_bridge(rows, *clvs, valued_at)
        assert made.tolist() == pytest.approx(lines, abs=0.005)


@given(
    st.lists(st.lists(st.integers(0, 500), min_size=3, max_size=3), min_size=4, max_size=4),
    st.lists(st.floats(-100, 1e5), min_size=4, max_size=4),
    st.floats(0, 1),
)
def test_a_bridge_adds_up(rows: list[list[int]], clvs: list[float], valued_at: float) -> None:
    made = crm.portfolio_bridge(rows, clvs[:2], clvs[2:], valued_at)
    assert made[:-1].sum() == pytest.approx(made[-1], abs=1e-4)
