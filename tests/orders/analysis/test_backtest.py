"""The backtest: what was said a year ago was known there; what came is counted the plain way."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from crmformulas.cli.main import run
from crmformulas.errors import InputError
from crmformulas.orders import read
from crmformulas.orders.analysis.backtest import Backtest
from crmformulas.orders.analysis.budget_plan import Plan
from crmformulas.orders.analysis.projection import project
from crmformulas.translations import translate
from tests.orders.analysis.forecast.made_up import LOG

AS_OF, ORIGIN = date(2025, 12, 31), date(2024, 12, 31)


@pytest.fixture(scope="module")
def found() -> Backtest:
    with read(LOG) as log:
        return log.backtest(AS_OF)


def test_nothing_that_came_later_was_known(found: Backtest) -> None:
    """The forecast was said by the orders up to the origin alone."""
    with read(LOG[LOG.date <= str(ORIGIN)]) as log:
        then, before = log.summary(ORIGIN), log.summary("2023-12-31")
        forecast = log.forecast(ORIGIN)
    plan, year = Plan.of(then, before), project(then, 1).years[1]
    for segment, row in plan.budget_1.rows.items():
        for figure in ("customers", "orders", "revenue"):
            said = found.of("budget_1", figure, segment)
            assert said is not None
            assert said.said == pytest.approx(getattr(row, figure), rel=1e-9)
    for place, one in enumerate(then.portfolio_records):
        projected = found.of("projection", "customers", one.tier)
        first_year = found.of("clv", "revenue", one.tier)
        assert projected is not None
        assert first_year is not None
        assert one.retention is not None
        assert projected.said == pytest.approx(year.customers[place])
        assert first_year.said == pytest.approx(one.revenue * one.retention)
    said = found.of("forecast", "revenue")
    assert said is not None
    assert forecast.total is not None
    assert said.said == pytest.approx(forecast.total.revenue, rel=1e-6)


def test_what_came_is_in_the_log(found: Backtest) -> None:
    """Counted with pandas, customer by customer."""
    year, earlier = LOG[LOG.date > str(ORIGIN)], LOG[LOG.date <= str(ORIGIN)]
    last = earlier[earlier.date > "2023-12-31"]
    known = year[year.customer.isin(last.customer)]
    first_year = found.of("clv", "revenue")
    stayed = found.of("clv", "retention")
    assert first_year is not None
    assert stayed is not None
    # Of those who were active a year ago; the others who came back had no CLV.
    assert first_year.came == pytest.approx(known.amount.sum())
    assert stayed.came == pytest.approx(known.customer.nunique() / last.customer.nunique())
    total = found.of("budget_1", "revenue")
    assert total is not None
    assert total.came == pytest.approx(year.amount.sum())
    active = found.of("projection", "customers")
    assert active is not None
    assert active.came == year.customer.nunique()
    forecast = found.of("forecast", "revenue")
    assert forecast is not None
    assert forecast.came == pytest.approx(year[year.customer.isin(earlier.customer)].amount.sum())
    first = LOG.groupby("customer").date.min()
    new = first[(first > "2023-12-31") & (first <= str(ORIGIN))].index
    # Without order ids, what a customer buys in a day is one order.
    orders = LOG.drop_duplicates(["customer", "date"]).customer.isin(new).sum()
    extra = found.of("extra_orders", "extra_orders")
    assert extra is not None
    assert extra.came == pytest.approx(1000 * (orders - len(new)) / len(new))


def test_tiers_and_segments_add_up(found: Backtest) -> None:
    for method, figure in (("clv", "revenue"), ("budget_1", "customers"), ("forecast", "orders")):
        rows = [r for r in found.rows if (r.method, r.figure) == (method, figure)]
        for side in ("said", "came"):
            values = [getattr(row, side) for row in rows]
            assert sum(values[:-1]) == pytest.approx(values[-1])


def test_sentences_say_how_far_off_it_was(found: Backtest) -> None:
    row = found.of("budget_1", "revenue")
    assert row is not None
    assert row.error is not None
    for lang, high, low in (("en", "too high", "too low"), ("sv", "för högt", "för lågt")):
        (told,) = (s for s in found.sentences(lang) if s.startswith("Budget 1"))  # type: ignore[arg-type]
        assert (high if row.error > 0 else low) in told
    assert len(found.sentences()) == 5


def test_too_little_history_says_why() -> None:
    log = LOG[LOG.date >= "2024-06-01"]
    with read(log) as opened:
        made = opened.backtest(AS_OF)
    assert made.rows == ()
    (notice,) = made.notices
    assert "history starts 2024-06-01" in translate(notice, "en")
    with read(LOG[LOG.date >= "2025-06-01"]) as short, pytest.raises(InputError, match="goes back"):
        short.backtest(AS_OF)


def test_the_command(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    LOG.to_csv(path, index=False)
    for arguments in ([], ["--format", "json"]):
        with pytest.raises(SystemExit) as end:
            run(["backtest", str(path), "--as-of", str(AS_OF), *arguments])
        assert not end.value.code
    text, _, found = capsys.readouterr().out.partition("\n{")
    told = json.loads("{" + found)
    assert told["origin"] == "2024-12-31"
    assert {row["method"] for row in told["said"]} == {
        "clv", "budget_1", "projection", "forecast", "extra_orders",
    }  # fmt: skip
    frame = pd.DataFrame(told["said"])
    assert (frame.figure == "revenue").any()
    assert "Budget 1 said" in text
    assert max(map(len, text.splitlines())) <= 80
