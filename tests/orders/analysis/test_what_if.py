"""What-if and projection of a portfolio against the formulas called one by one."""

from __future__ import annotations

from functools import cache
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmformulas.formulas.migration import project_portfolio
from crmformulas.formulas.value import clv, clv_bridge, portfolio_value
from crmformulas.orders import read
from crmformulas.orders.analysis.projection import project
from crmformulas.orders.analysis.what_if import LEAST, LEVERS, MOST, Change, all_tiers, what_if
from crmformulas.orders.demo import demo_frames
from crmformulas.orders.summary.model import Summary


@cache
def demo() -> Summary:
    with read(demo_frames(orders=20_000)[0]) as orders:
        return orders.summary()


changes = st.builds(Change, *[st.integers(-10_000, 30_000).map(lambda n: n / 10_000)] * 3)
whole = st.dictionaries(st.sampled_from(["super", "top", "mid", "bottom"]), changes)


@given(whole)
@settings(deadline=None)  # the first one reads the demo
def test_every_tier_is_what_the_formulas_say(wanted: dict[str, Change]) -> None:
    made = what_if(demo(), wanted)
    for case, record in zip(made.tiers, demo().portfolio_records, strict=True):
        change = wanted.get(case.tier, Change())
        before = [record.orders_per_customer, record.value_per_order, record.duration]
        after = [driver * (1 + more) for driver, more in zip(before, change, strict=True)]
        assert case.clv == clv(*after)
        assert case.value == portfolio_value([clv(*after)], [case.customers])
        bridge = clv_bridge([*before, case.customers], [*after, case.customers])
        assert case.bridge == tuple(bridge.tolist()[:3])
    assert made.value_before == pytest.approx(demo().portfolio_value)
    assert made.value == pytest.approx(sum(case.value or 0 for case in made.tiers))
    # A bridge leads from one side to the other.
    assert sum(made.bridge) == pytest.approx(made.difference, abs=1e-3)


def test_without_changes_all_is_as_it_was() -> None:
    made = what_if(demo(), {"gone": Change(1.0, 1.0, 1.0)})
    assert [case.clv for case in made.tiers] == [r.clv for r in demo().portfolio_records]
    assert (made.difference, made.growth, made.bridge) == (0, 0, (0, 0, 0))
    assert sum(share or 0 for share in made.shares) == pytest.approx(1)
    assert made.common("duration") == 0
    values = [r.portfolio_value for r in demo().portfolio_records]
    assert made.carrier == values.index(max(values))


def test_one_lever_alone_brings_all() -> None:
    for place, lever in enumerate(LEVERS):
        made = what_if(demo(), {"top": Change()._replace(**{lever: 0.1})})
        assert made.tiers[1].growth == pytest.approx(0.1)
        assert made.bridge[place] == pytest.approx(made.difference)
        assert [b for i, b in enumerate(made.bridge) if i != place] == [0, 0]
        assert made.common(lever) is None
        assert made.common(lever, ["top"]) == 0.1


def test_steps_add_up_and_end_where_it_makes_no_sense() -> None:
    change = Change()
    for _ in range(10):
        change = change.stepped("frequency", 0.01)
    assert change == Change(frequency=0.1)
    assert Change(duration=-0.995).stepped("duration", -0.01).duration == LEAST
    assert Change(order_value=9.999).stepped("order_value", 0.01).order_value == MOST


def summary_of(*lines: str, **rules: Any) -> Summary:
    cells = [line.split() for line in lines]
    log = pd.DataFrame(cells, columns=pd.Index(["customer", "date", "amount"]))
    with read(log) as orders:
        return orders.summary(**rules)


HALVES = (("high", 0.5), ("low", 0.5))


def test_a_tier_that_lost_nobody_is_left_out() -> None:
    # By hand: a and b were there in both years, d only in F12: low lost 1 of 2, high nobody.
    made = what_if(
        summary_of(
            "a 2024-06-01 900",
            "b 2025-01-01 800",
            "c 2025-01-01 9",
            "d 2025-01-01 8",
            "a 2026-01-01 900",
            "b 2026-01-01 10",
            "c 2026-01-01 9",
            tiers=HALVES,
        ),
        {"low": Change(frequency=1.0), "high": Change(frequency=1.0)},
    )
    high, low = made.tiers
    assert (high.clv, high.value, high.bridge) == (None, None, (0, 0, 0))
    assert high.unknown is not None
    assert high.unknown.en == "nobody in it was lost"
    # round-half-up(0.5 × 3) = 2 in high (900 and 10), 1 in low: 1 order of 9, duration 2 / 1.
    assert (low.value_before, low.value) == (18, 36)
    assert (made.value_before, made.value, made.growth) == (18, 36, 1)
    assert [case.tier for case in made.left_out] == ["high"]
    assert made.shares == (None, 1)
    assert made.carrier == 1


def test_a_portfolio_of_which_nothing_is_known() -> None:
    made = what_if(summary_of("a 2026-01-01 5"), {})
    assert (made.value_before, made.value, made.growth) == (None, None, None)
    assert made.carrier is None
    assert [case.unknown.en for case in made.left_out if case.unknown] == [
        "history tells too little of the year before"
    ]


def test_a_tier_that_returned_more_than_it_bought() -> None:
    # By hand: 1 order of −20 net a customer, duration 2; half as many orders lose half as much.
    lines = ("a 2024-06-01 5", "b 2025-01-01 5", "a 2026-01-01 10", "a 2026-01-02 -30")
    made = what_if(summary_of(*lines, tiers=(("all", 1),)), {"all": Change(frequency=-0.5)})
    assert (made.value_before, made.value) == (-40, -20)
    assert made.bridge == (20, 0, 0)


def test_all_tiers_together_are_the_columns_of_a_tier() -> None:
    record = all_tiers(demo())
    for column in ("customers", "orders", "f12_customers", "lost"):
        assert getattr(record, column) == sum(getattr(r, column) for r in demo().portfolio_records)
    assert record.revenue == pytest.approx(sum(r.revenue for r in demo().portfolio_records))
    assert record.annual_value == pytest.approx(record.revenue / record.customers)
    assert record.retention == demo().flows.retention


# ----------------------------------------------------------------------------------- projection


def test_a_projection_is_what_the_formula_says() -> None:
    summary = demo()
    found = project(summary, 3)
    customers = [r.customers for r in summary.portfolio_records]
    # Whoever is in a tier today came from outside or from a tier of F12.
    stayed = summary.migration.counts
    inflow = [n - sum(row[j] for row in stayed) for j, n in enumerate(customers)]
    assert list(found.inflow) == inflow
    assert found.total_inflow == summary.flows.new + summary.flows.reactivated
    shares = [list(row) for row in summary.migration.shares]
    table = project_portfolio(customers, shares, inflow, 3).tolist()
    assert [list(year.customers) for year in found.years] == table
    worth = [r.clv for r in summary.portfolio_records]
    for year, row in zip(found.years, table, strict=True):
        assert year.total == sum(row)
        assert year.value == portfolio_value(worth, row)
    assert found.years[0].value == pytest.approx(summary.portfolio_value)
    assert project(summary, 3, [1, 1, 1, 1]).years[2].value == pytest.approx(found.years[2].total)


def test_tiers_whose_clv_is_unknown_are_in_no_value_of_a_projection() -> None:
    year = project(demo(), 1, [None, None, None, 2.0]).years[1]
    assert year.value == 2 * year.customers[3]
    assert project(demo(), 1, [None] * 4).years[1].value is None


def test_there_is_no_projection_where_a_movement_is_unknown() -> None:
    found = project(summary_of("a 2026-01-01 5"))
    assert (found.years, found.unknown) == ((), ("mid",))


def test_a_tier_where_nobody_can_be_does_not_hinder() -> None:
    found = project(demo_with_empty_tier(), 1)
    assert found.years[1].customers[0] == 0


def demo_with_empty_tier() -> Summary:
    with read(demo_frames(orders=20_000)[0]) as orders:
        return orders.summary(tiers=(("none", 0.0), ("all", 1.0)))
