"""The F-ladder with goals against the formulas called one by one."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmformulas.formulas.ladder import extra_orders, step_gain
from crmformulas.orders import read
from crmformulas.orders.analysis.ladder_goals import LadderGoals, whole_per_cent

shares = st.floats(0, 1)
ladders = st.lists(st.tuples(shares, shares), min_size=1, max_size=12)


@given(ladders)
def test_what_goals_bring_is_what_the_formulas_say(steps: list[tuple[float, float]]) -> None:
    rates, wanted = zip(*steps, strict=True)
    goals = LadderGoals(rates, wanted, 0.5)
    assert goals.extra_now == extra_orders(list(rates), 1000)
    assert goals.extra_goal == extra_orders(list(wanted), 1000)
    assert list(goals.gains) == step_gain(list(rates), list(wanted), 1000).tolist()
    for tip, line in ((goals.tip_now, rates), (goals.tip_goal, wanted)):
        assert tip == next((k for k, r in enumerate(line, 1) if r >= 0.5), None)


@given(ladders)
def test_goals_that_are_the_rates_bring_nothing(steps: list[tuple[float, float]]) -> None:
    rates = tuple(rate for rate, _ in steps)
    goals = LadderGoals(rates, rates, 0.5)
    assert set(goals.gains) == {0.0}
    assert goals.extra_change == 0
    assert goals.bottleneck is None


@given(ladders)
def test_the_bottleneck_gains_most(steps: list[tuple[float, float]]) -> None:
    rates, wanted = zip(*steps, strict=True)
    goals = LadderGoals(rates, wanted, 0.5)
    if goals.bottleneck is not None:
        most = goals.gains[goals.bottleneck - 1]
        assert most == max(goals.gains) > 0
        assert goals.goals[goals.bottleneck - 1] > goals.rates[goals.bottleneck - 1]
    else:
        assert max(goals.gains) <= 0


def test_the_ladder_of_a_summary() -> None:
    # Counted by hand: four customers, two of whom buy twice and one three times.
    log = {"customer": list("aaabbcd"), "amount": [1] * 7}
    days = [f"2026-0{i}-01" for i in (1, 2, 3, 1, 2, 1, 1)]
    with read(pd.DataFrame({**log, "date": days})) as orders:
        summary = orders.summary()
    plain = LadderGoals.of(summary, {})
    assert plain.rates == plain.goals == (0.5, 0.5)
    wanted = LadderGoals.of(summary, {2: 0.75, 9: 0.1})
    assert wanted.goals == (0.5, 0.75)
    assert wanted.extra_now == 1000 * (0.5 + 0.25)
    assert wanted.extra_change == pytest.approx(1000 * 0.5 * 0.25)
    assert (wanted.bottleneck, wanted.tip_now) == (2, 1)


def test_a_ladder_of_one_step_has_no_rates() -> None:
    goals = LadderGoals((), (), 0.5)
    assert (goals.extra_now, goals.gains, goals.bottleneck, goals.tip_now) == (0.0, (), None, None)


@given(st.integers(0, 100))
def test_steps_go_from_whole_to_whole(points: int) -> None:
    share = points / 100
    assert whole_per_cent(share, 1) == min(points + 1, 100) / 100
    assert whole_per_cent(share, -1) == max(points - 1, 0) / 100
