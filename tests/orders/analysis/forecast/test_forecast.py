"""The forecast of a log: published totals, what the engine counts, and when nothing is told."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from crmformulas.cli.main import run
from crmformulas.errors import InputError
from crmformulas.orders import read
from crmformulas.orders.analysis.forecast.fit import Origin, fit_origin
from crmformulas.orders.analysis.forecast.groups import groups
from crmformulas.orders.analysis.forecast.purchases import PurchaseModel
from crmformulas.orders.analysis.forecast.results import Forecast
from crmformulas.orders.counting.customer_list import Filters
from crmformulas.orders.rules import Rules
from crmformulas.translations import translate
from tests.orders.analysis.forecast.made_up import LOG

AS_OF = date(2025, 12, 31)

CDNOW = Path(__file__).parents[5] / "shared" / "data" / "CDNOW_master.txt"


@pytest.fixture(scope="module")
def forecast() -> Forecast:
    with read(LOG) as log:
        return log.forecast(AS_OF)


@pytest.mark.skipif(not CDNOW.exists(), reason="the public CDNOW log is not beside the repository")
@pytest.mark.parametrize(
    ("day", "days", "customers", "parameters", "log_likelihood", "orders", "revenue", "buyers",
     "wrong"),
    [
        # All of Fader and Hardie's CDNOW, MBG in days; checked with lifetimes 0.11.3.
        (date(1997, 9, 30), 273, 23_500, (0.6381, 51.2325, 0.8095, 1.2381), -142_641.41,
         (15_929.9, 19_674), (606_493, 776_871), 5_595.3, (-21, -19, -22)),
        (date(1997, 12, 31), 181, 23_502, (0.6055, 56.371, 0.6413, 1.1894), -186_347.35,
         (11_554.1, 12_265), (445_316, 476_154), 4_926.4, (-8, -6, -6)),
    ],
)  # fmt: skip
def test_published_log(
    day: date,
    days: int,
    customers: int,
    parameters: tuple[float, ...],
    log_likelihood: float,
    orders: tuple[float, int],
    revenue: tuple[float, int],
    buyers: float,
    wrong: tuple[int, int, int],
) -> None:
    """``wrong`` is in per cent, of buyers, orders and revenue, as the guide tells it."""
    with read(CDNOW) as log:
        origin = log.histories(day, day + timedelta(days=days), Rules())
    fit = fit_origin(origin)
    model = fit.purchases
    assert origin.cells.customers.sum() == customers
    assert (model.r, model.alpha, model.a, model.b) == pytest.approx(parameters, rel=1e-3)
    assert model.log_likelihood == pytest.approx(log_likelihood, abs=0.02)
    (way, *_) = groups(origin.cells, day, "abcd", with_status=False)
    said = fit.by(way)[:, -1]
    assert said[0] == pytest.approx(buyers, rel=1e-3)
    assert said[1] == pytest.approx(orders[0], rel=1e-3)
    assert said[3] == pytest.approx(revenue[0], rel=1e-3)
    assert origin.cells.later_days.sum() == orders[1]
    assert origin.cells.later_revenue.sum() == pytest.approx(revenue[1], abs=1)
    came = (origin.cells.later_buyers.sum(), orders[1], revenue[1])
    assert 100 * (said[[0, 1, 3]] / came - 1) == pytest.approx(wrong, abs=0.5)
    if days == 181:
        # Of the lowest, the fourth and the three highest tenths by P(buys): said and came.
        told = [(0.064, 0.099), (0.079, 0.090), (0.288, 0.349), (0.459, 0.465), (0.750, 0.733)]
        found = [tenths(origin, model)[tenth][1:] for tenth in (0, 3, 7, 8, 9)]
        assert found == [pytest.approx(one, abs=5e-4) for one in told]


def tenths(origin: Origin, model: PurchaseModel) -> list[tuple[int, float, float]]:
    """Tenths of the customers by P(buys): how many, the mean said, and the share who came."""
    at = origin.cells
    said = model.buys(at.repeats.astype(float), at.last, at.age, origin.period)
    order = np.argsort(said)
    share = at.customers[order].cumsum() / at.customers.sum()
    which = np.minimum((share * 10 - 1e-9).astype(int), 9)
    made = []
    for tenth in range(10):
        here = order[which == tenth]
        customers = at.customers[here].sum()
        wanted = (said * at.customers)[here].sum() / customers
        made.append((customers, wanted, at.later_buyers[here].sum() / customers))
    return made


RETAIL = CDNOW.with_name("online_retail.csv.gz")


@pytest.mark.skipif(not RETAIL.exists(), reason="the public Online Retail log is not here")
def test_errors_on_a_shop_with_a_season() -> None:
    """Online Retail (UCI), two origins: what was told wrong, in per cent, by the method's author.

    91 days before Christmas the season is what is missed.
    """
    published = (
        (date(2011, 6, 9), 183, (-8, -9, -31)),
        (date(2011, 9, 9), 91, (-19, -25, -44)),
    )
    with read(RETAIL) as log:
        for day, days, wrong in published:
            origin = log.histories(day, day + timedelta(days=days), Rules())
            fit, at = fit_origin(origin), origin.cells
            (way, *_) = groups(at, day, "abcd", with_status=False)
            said = fit.by(way)[[0, 1, 3], -1]
            came = way.sums(at.later_buyers, at.later_days, at.later_revenue)[:, -1]
            assert 100 * (said / came - 1) == pytest.approx(wrong, abs=2)
            assert {"a", "b"} & set(fit.purchases.on_bound)


def test_who_is_said_to_buy_does(forecast: Forecast) -> None:
    """Reliability: by decile of P(buys), as many buy in the year as were said to."""
    with read(LOG) as log:
        origin = log.histories(date(2024, 12, 31), AS_OF, Rules())
    for customers, wanted, came in tenths(origin, fit_origin(origin).purchases):
        # Three standard errors of a share.
        assert came == pytest.approx(wanted, abs=3 * np.sqrt(0.25 / customers))


def test_cells_are_those_of_pandas() -> None:
    """The same histories counted the plain way, customer by customer."""
    origin, end = date(2024, 6, 30), date(2025, 6, 30)
    with read(LOG) as log:
        found = log.histories(origin, end, Rules())
    plain = LOG.assign(day=pd.to_datetime(LOG.date))
    days = plain.groupby(["customer", "day"]).amount.sum().reset_index()
    before, after = (
        days[days.day <= pd.Timestamp(origin)],
        days[(days.day > pd.Timestamp(origin)) & (days.day <= pd.Timestamp(end))],
    )
    known = before.groupby("customer").day.agg(["min", "max", "count"])
    later = after[after.customer.isin(known.index)]
    assert found.cells.customers.sum() == len(known)
    assert (found.cells.customers * found.cells.repeats).sum() == (known["count"] - 1).sum()
    ages = (pd.Timestamp(origin) - known["min"]).dt.days
    assert (found.cells.customers * found.cells.age).sum() == ages.sum()
    lasts = (known["max"] - known["min"]).dt.days
    assert (found.cells.customers * found.cells.last).sum() == lasts.sum()
    first = before.merge(known["min"].rename("first").reset_index())
    repeated = first[first.day > first["first"]]
    assert found.cells.repeat_revenue.sum() == pytest.approx(repeated.amount.sum())
    assert found.cells.later_days.sum() == len(later)
    assert found.cells.later_buyers.sum() == later.customer.nunique()
    assert found.cells.later_revenue.sum() == pytest.approx(later.amount.sum())
    assert found.repeaters == (known["count"] > 1).sum()


def test_a_stationary_shop_passes_its_backtest(forecast: Forecast) -> None:
    assert forecast.status == "tested"
    first = forecast.backtest[0]
    assert first.method == "forecast"
    assert first.buyers_error is not None
    assert abs(first.buyers_error) < 0.1
    assert forecast.total is not None
    assert forecast.total.orders_low < forecast.total.orders < forecast.total.orders_high
    # Whoever buys has an order, tier by tier.
    assert all(row.buyers <= row.orders for row in (*forecast.tiers, forecast.total))
    assert list(forecast.by) == ["tier", "status", "step", "cohort"]
    names = ("customers", "buyers", "orders", "revenue", "law_revenue", "last_year_revenue")
    for name in names:
        for rows in forecast.by.values():
            summed = sum(getattr(row, name) for row in rows)
            assert getattr(forecast.total, name) == pytest.approx(summed)
    assert sum(month.revenue for month in forecast.ahead) == pytest.approx(forecast.total.revenue)
    assert [month.month for month in (forecast.history[-1], *forecast.ahead)] == [
        f"{(2025 * 12 + 11 + n) // 12}-{(11 + n) % 12 + 1:02}" for n in range(13)
    ]


def test_the_ladder_as_forecast_is_that_of_single_customers(forecast: Forecast) -> None:
    """A customer on Fs reaches Fk with P(alive) × P(at least k − s purchases), one by one."""
    with read(LOG) as log:
        at = log.histories(AS_OF, AS_OF + timedelta(days=365), Rules()).cells
        people = log.summary(AS_OF).ladder.step_records
    model = forecast.purchases
    assert model is not None
    x = at.repeats.astype(float)
    tails = model.orders_if_alive(x, at.age, 365, most=5).at_least
    climbs = model.alive(x, at.last, at.age)[:, None] * tails
    for rung in forecast.ladder:
        assert rung.reached == people[rung.step - 1].customers
        away = np.clip(rung.step - at.step, 0, 5).astype(int)
        reach = np.where(away == 0, 1.0, climbs[np.arange(len(away)), away - 1])
        assert rung.expected == pytest.approx((reach * at.customers).sum())
        assert rung.reached <= rung.low <= rung.expected <= rung.high <= at.customers.sum()
    # The second step is reached by who of the first buys at all.
    second = forecast.ladder[1]
    assert second.expected - second.reached == pytest.approx(forecast.by["step"][0].buyers)
    assert [rung.step for rung in forecast.ladder] == [1, 2, 3, 4, 5, 6]


def test_groups_are_those_of_the_summary_and_the_list(forecast: Forecast) -> None:
    with read(LOG) as log:
        summary, people = log.summary(AS_OF), log.customers(AS_OF)
        for status in ("new", "continued", "reactivated", "lost", "former"):
            (row,) = (r for r in forecast.by["status"] if r.name == status)
            assert row.customers == people.count(Filters(status=status))
        for place, row in enumerate(forecast.by["step"]):
            above = people.count(Filters(least_orders=place + 2)) if place < 5 else 0
            assert row.customers == people.count(Filters(least_orders=place + 1)) - above
    last_year = [row.last_year_revenue for row in forecast.tiers[:-1]]
    assert last_year == pytest.approx([row.revenue for row in summary.portfolio_records])
    law = [row.law_revenue for row in forecast.tiers[:-1]]
    assert law == pytest.approx(
        [row.revenue * (row.retention or 0) for row in summary.portfolio_records]
    )
    # First orders of the last 12 months.
    new = LOG.groupby("customer").date.min() > "2024-12-31"
    assert forecast.by["cohort"][0].customers == new.sum()


def test_the_backtest_of_a_group_is_its_own(forecast: Forecast) -> None:
    """Said a year ago by the forecast of that day against what the plain log says came."""
    with read(LOG[LOG.date <= "2024-12-31"]) as log:
        said = log.forecast("2024-12-31")
        steps = log.customers("2024-12-31").rows()
        step_of = {one.customer: min(one.orders, 6) for one in steps}
    later = LOG[(LOG.date > "2024-12-31") & LOG.customer.isin(step_of)]
    came = later.groupby(later.customer.map(step_of)).agg(
        buyers=("customer", "nunique"), revenue=("amount", "sum")
    )
    for before, row in zip(said.by["step"], forecast.by["step"], strict=True):
        assert row.errors is not None
        actual = came.loc[int(row.name[1])]
        assert row.errors.buyers == pytest.approx(before.buyers / actual.buyers - 1, rel=1e-6)
        assert row.errors.revenue == pytest.approx(before.revenue / actual.revenue - 1, rel=1e-6)
        assert row.errors.law == pytest.approx(before.law_revenue / actual.revenue - 1, rel=1e-6)
        missed = max(
            0.3,
            abs(
                np.log(
                    before.orders
                    / (later.customer.map(step_of) == int(row.name[1]))
                    .groupby([later.customer, later.date])
                    .first()
                    .sum()
                )
            ),
        )
        # The interval is at least as wide as what the group's own backtest missed.
        assert np.log(row.orders_high / row.orders) >= 1.2816 * missed - 1e-9


def test_part_of_a_year_tells_that_the_season_is_not_in_it() -> None:
    with read(LOG) as log:
        made = log.forecast(months=3)
    assert made.total is not None
    assert made.total.law_revenue is None
    words = [translate(notice, "sv") for notice in made.notices]
    assert any("säsongen är inte med" in each for each in words)
    assert any("season is not in it" in each for each in made.to_dict()["notices"])


def test_sqlite_counts_and_answers_the_same(forecast: Forecast, tmp_path: Path) -> None:
    import sqlite3

    with sqlite3.connect(tmp_path / "log.db") as connection:
        LOG.to_sql("orders", connection, index=False)
    with read(tmp_path / "log.db", table="orders") as log:
        other = log.forecast(AS_OF)
    assert other.total is not None
    assert forecast.total is not None
    assert other.total[1:-1] == pytest.approx(forecast.total[1:-1], rel=1e-9)
    assert other.total.errors == pytest.approx(forecast.total.errors, rel=1e-9)


def test_too_short_a_history_or_too_few_repeaters_is_blank() -> None:
    with read(LOG[LOG.date < "2022-06-01"]) as log:
        short = log.forecast()
    assert (short.status, short.total) == ("blank", None)
    assert "12 months" in translate(short.notices[0], "en")
    with read(LOG.drop_duplicates("customer")) as log:
        once = log.forecast()
    assert (once.status, once.total) == ("blank", None)
    assert "0 customers bought more than once" in translate(once.notices[0], "en")


def test_a_history_of_a_year_and_a_half_is_untested() -> None:
    with read(LOG[LOG.date < "2023-07-01"]) as log:
        made = log.forecast()
    assert (made.status, made.backtest) == ("untested", ())
    assert made.total is not None
    assert any("untested" in notice for notice in made.to_dict()["notices"])


def test_too_few_repeaters_a_year_ago_leave_it_untested() -> None:
    """Everybody bought in January 2023 and again in June 2025."""
    rows = [(f"c{n}", day, 5.0) for n in range(500) for day in ("2023-01-01", "2025-06-01")]
    with read(pd.DataFrame(rows, columns=["customer", "date", "amount"])) as log:
        made = log.forecast()
    assert (made.status, made.backtest) == ("untested", ())
    assert any("a year ago fewer than 100" in notice for notice in made.to_dict()["notices"])


def test_a_forecast_that_fails_its_backtest_is_not_shown() -> None:
    """The shop closes for the last year, but for one day."""
    closed = LOG[(LOG.date < "2025-01-01") | (LOG.date >= "2025-12-25")]
    with read(closed) as log:
        made = log.forecast()
    assert (made.status, made.total, made.tiers) == ("failed", None, ())
    assert made.backtest[0].buyers_error is not None
    assert made.backtest[0].buyers_error > 0.3
    assert "no forecast" in made.to_dict()["notices"][0]


def test_months_out_of_range_are_refused() -> None:
    with read(LOG) as log, pytest.raises(InputError, match="1 to 24, got 36"):
        log.forecast(months=36)


def test_the_command(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    LOG.to_csv(path, index=False)
    for arguments in ([], ["--format", "json"]):
        with pytest.raises(SystemExit) as end:
            run(["forecast", str(path), *arguments])
        assert not end.value.code
    text, _, found = capsys.readouterr().out.partition("\n{")
    told = json.loads("{" + found)
    assert told["status"] == "tested"
    assert {row["tier"] for row in told["by"]["tier"]} == {
        "super", "top", "mid", "bottom", "inactive",
    }  # fmt: skip
    assert "Backtest: said on" in text
    assert "CLV" not in text
    assert max(map(len, text.splitlines())) <= 80
