"""Expectations of each customer: the engines against NumPy, customer by customer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import pandas as pd
import pytest

from crmformulas.errors import InputError
from crmformulas.orders import read
from crmformulas.orders.analysis.forecast.customers import COLUMNS
from crmformulas.orders.analysis.forecast.results import Forecast
from crmformulas.translations import translate
from tests.orders.analysis.forecast.made_up import LOG

AS_OF = date(2025, 12, 31)


def listed(forecast: Forecast) -> pd.DataFrame:
    people = forecast.customers()
    assert tuple(people.columns) == ("customer", *COLUMNS)
    return people.to_pandas().set_index("customer").sort_index().astype("float64")


@pytest.fixture(scope="module")
def told() -> tuple[Forecast, pd.DataFrame]:
    with read(LOG) as log:
        forecast = log.forecast(AS_OF)
        return forecast, listed(forecast)


def plain(forecast: Forecast) -> pd.DataFrame:
    """The same, counted with pandas and reckoned customer by customer as the method is written."""
    days = LOG.assign(day=pd.to_datetime(LOG.date)).groupby(["customer", "day"]).amount.sum()
    frame = days.reset_index()
    by = frame.groupby("customer")
    first, last = by.day.min(), by.day.max()
    x = by.day.count() - 1
    t = (pd.Timestamp(AS_OF) - first).dt.days
    tx = (last - first).dt.days
    repeated = frame[frame.day > frame.customer.map(first)].groupby("customer").amount.sum()
    spent = repeated.reindex(x.index).fillna(0.0)
    one, values, model = forecast.purchases, forecast.values, forecast.model
    assert one is not None
    assert values is not None
    assert model is not None
    period = (date(2026, 12, 31) - AS_OF).days
    odds = one.a / (one.b + x) * ((one.alpha + t) / (one.alpha + tx)) ** (one.r + x)
    alive = 1 / (1 + odds)
    counts = one.orders_if_alive(x.to_numpy(), t.to_numpy(), period, most=400)
    tails = alive.to_numpy()[:, None] * counts.at_least
    made = pd.DataFrame({"p_alive": alive, "silent_days": t - tx})
    made["p_buy"] = alive * (1 - ((one.alpha + t) / (one.alpha + t + period)) ** (one.r + x))
    made["expected_orders"] = alive * counts.mean
    # P(at least n) falls with n: the largest n that reaches a probability is how many do.
    made["orders_low"] = (tails >= 0.9).sum(axis=1)
    made["orders_high"] = (tails > 0.1).sum(axis=1)
    made["expected_value"] = values.p * (values.gamma + spent) / (values.p * x + values.q - 1)
    made["expected_revenue"] = made.expected_orders * made.expected_value
    for end in ("low", "high"):
        made[f"revenue_{end}"] = made[f"orders_{end}"] * made.expected_value
    for name, probability in (("", 0.5), ("_low", 0.1), ("_high", 0.9)):
        share = (probability / alive).to_numpy()
        ever = np.where(share < 1, share, np.nan)
        made[f"next_order_days{name}"] = (one.alpha + t) * ((1 - ever) ** (-1 / (one.r + x)) - 1)
    rhythm = (tx + 2 * tx.sum() / x.sum()) / (x + 2)
    made["rhythm_days"] = rhythm.where(x > 0)
    made["overdue"] = made.silent_days / made.rhythm_days
    made["at_stake"] = (1 - alive) * counts.mean * made.expected_value
    return made[list(COLUMNS)].sort_index().astype("float64")


def test_the_engine_reckons_as_numpy_does(told: tuple[Forecast, pd.DataFrame]) -> None:
    forecast, people = told
    pd.testing.assert_frame_equal(people, plain(forecast), rtol=1e-9, check_names=False)
    assert people.next_order_days.isna().any()
    assert (people.orders_low > 0).any()


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_other_engines_say_the_same(
    engine: str, told: tuple[Forecast, pd.DataFrame], request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url = (
        request.getfixturevalue("postgres_url")
        if engine == "postgres"
        else f"sqlite://{tmp_path}/log.db"
    )
    backend: Any = ibis.connect(url)
    backend.create_table("forecast_log", ibis.memtable(LOG))
    with read(backend.table("forecast_log")) as log:
        found = listed(log.forecast(AS_OF))
    pd.testing.assert_frame_equal(found, told[1], rtol=1e-9)
    backend.drop_table("forecast_log")
    backend.disconnect()


def test_customers_add_up_to_the_totals(told: tuple[Forecast, pd.DataFrame]) -> None:
    forecast, people = told
    assert forecast.total is not None
    assert len(people) == forecast.total.customers
    assert people.p_buy.sum() == pytest.approx(forecast.total.buyers, rel=1e-9)
    assert people.expected_orders.sum() == pytest.approx(forecast.total.orders, rel=1e-9)
    assert people.expected_revenue.sum() == pytest.approx(forecast.total.revenue, rel=1e-9)


def test_customers_follow_the_factors_of_their_tier() -> None:
    """Where the backtest missed by tier, customers add up to the corrected totals, too."""
    with read(LOG) as log:
        forecast = log.forecast(AS_OF)
        assert forecast.model is not None
        by_tier = {row.name: row for row in forecast.tiers}
        factors = np.array([[1.0] * 5, [2.0, 1, 1, 1, 1], [3.0, 1, 1, 1, 0.5]])
        # Of a day of its own, or the table of the forecast itself would be at hand.
        changed = replace(forecast, model=replace(forecast.model, factors=factors, period=366))
        before = replace(forecast, model=replace(forecast.model, period=367))
        people, plain = listed(changed), listed(before)
    grown = people.expected_orders / plain.expected_orders
    assert (grown > 1.9).sum() == by_tier["super"].customers
    assert ((people.expected_value / plain.expected_value).round(1) == 1.5).sum() == by_tier[
        "super"
    ].customers
    assert ((people.expected_value / plain.expected_value).round(1) == 0.5).sum() == by_tier[
        "inactive"
    ].customers


def test_the_day_of_the_next_order_agrees_with_the_chance_of_one() -> None:
    """At the end of the horizon the next order has come with p_buy, multiplied or not."""
    with read(LOG) as log:
        forecast = log.forecast(AS_OF)
        assert forecast.model is not None
        for period, buyers in ((368, [1.0] * 5), (369, [1.4, 1.2, 0.6, 0.5, 2.5])):
            factors = np.array([buyers, [1.0] * 5, [1.0] * 5])
            model = replace(forecast.model, factors=factors, period=period)
            people = listed(replace(forecast, model=model))
            likely = people.p_buy >= 0.5
            assert 0 < likely.sum() < len(people)
            assert (likely == (people.next_order_days <= period)).all(), buyers


def test_who_is_at_risk(told: tuple[Forecast, pd.DataFrame]) -> None:
    """By hand from the figures of all customers; words in both languages."""
    _, people = told
    with read(LOG) as log:
        found = log.forecast(AS_OF).at_risk(30)
    here = people[(people.overdue > 2) & (people.silent_days <= 365)]
    assert (here.rhythm_days > 0).all()
    assert found.customers == len(here) > 30
    assert found.at_stake == pytest.approx(here.at_stake.sum())
    first = here.reset_index().sort_values(["p_buy", "customer"]).head(30)
    assert [row.customer for row in found.rows] == first.customer.tolist()
    for row, p_buy in zip(found.rows, first.p_buy, strict=True):
        assert row.p_buy == pytest.approx(p_buy)
    row = found.rows[0]
    days = f"{round(row.rhythm_days)}", str(row.silent_days)
    assert translate(row.reason, "en") == f"usually every {days[0]} days, silent for {days[1]}"
    assert translate(row.reason, "sv") == f"brukar köpa var {days[0]}:e dag, tyst i {days[1]}"


def test_no_forecast_lists_no_customers() -> None:
    with read(LOG[LOG.date < "2022-06-01"]) as log:
        forecast = log.forecast()
        with pytest.raises(InputError, match="history is shorter than 12 months"):
            forecast.customers()
