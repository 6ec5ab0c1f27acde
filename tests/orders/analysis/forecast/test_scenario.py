"""The budget as forecast: Budget 2 by the scenario brings what the forecast expects."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from crmformulas.cli.main import run
from crmformulas.errors import InputError
from crmformulas.orders import read
from crmformulas.orders.analysis.budget_plan import Plan
from crmformulas.orders.analysis.forecast.results import Forecast
from crmformulas.orders.analysis.forecast.scenario import as_forecast, band, beside_budget, compare
from crmformulas.orders.analysis.scenarios import read_scenario
from crmformulas.translations import translate
from tests.orders.analysis.forecast.made_up import LOG

AS_OF = date(2025, 12, 31)


@pytest.fixture(scope="module")
def made() -> tuple[Forecast, Plan]:
    with read(LOG) as log:
        plan = Plan.of(log.summary(AS_OF), log.summary("2024-12-31"))
        return log.forecast(AS_OF), plan


@pytest.mark.parametrize("returns", [0.0, 0.2])
def test_the_budget_is_that_of_the_forecast(made: tuple[Forecast, Plan], returns: float) -> None:
    forecast, plan = replace(made[0], returns=returns), made[1]
    rows = replace(plan, scenario=as_forecast(forecast, plan)).budget_2.rows
    *active, inactive = forecast.tiers
    for segment, parts in (("continued", active), ("reactivated", [inactive])):
        row = rows[segment]
        assert row.customers == pytest.approx(sum(part.buyers for part in parts))
        assert row.orders == pytest.approx(sum(part.orders for part in parts))
        assert row.revenue == pytest.approx((1 - returns) * sum(part.revenue for part in parts))
    assert rows["new"] == plan.budget_1.rows["new"]
    ends, total = band(forecast, plan), rows["total"].revenue
    assert ends is not None
    assert total is not None
    assert ends.low < total < ends.high


def test_it_stands_beside_budget_1(made: tuple[Forecast, Plan]) -> None:
    forecast, plan = made
    rows = {row.segment: row for row in beside_budget(forecast, plan)}
    ends, total = band(forecast, plan), rows["total"]
    assert ends == (total.low, total.high)
    assert total.revenue == pytest.approx(
        sum(row.revenue or 0 for name, row in rows.items() if name != "total")
    )
    for segment, row in rows.items():
        own = plan.budget_1.rows[segment]
        assert (row.budget_customers, row.budget_revenue) == (own.customers, own.revenue)


def test_there_is_none_without_a_forecast_of_a_year(made: tuple[Forecast, Plan]) -> None:
    forecast, plan = made
    for other in (replace(forecast, total=None), replace(forecast, months=6)):
        with pytest.raises(InputError, match="forecast of 12 months"):
            as_forecast(other, plan)
        rows, why = compare(other, plan)
        assert translate(why or "", "sv").startswith("budgeten tar en prognos för 12 månader")
        for row in rows:
            own = plan.budget_1.rows[row.segment]
            assert row[1:] == (own.customers, own.revenue, *[None] * 4)


def test_who_comes_back_is_expected_where_no_budget_has_them(
    made: tuple[Forecast, Plan],
) -> None:
    """No factor on 0 brings what is expected of them, so the rows are not those of the factors."""
    forecast, plan = made
    nobody = replace(plan, outcome=(*plan.outcome[:2], (0.0, 0.0, 0.0)))
    rows = {row.segment: row for row in beside_budget(forecast, nobody)}
    *_, inactive = forecast.tiers
    net = 1 - forecast.returns
    assert rows["reactivated"].budget_revenue == 0
    assert rows["reactivated"].revenue == pytest.approx(net * inactive.revenue)
    assert inactive.revenue > 0
    known = net * sum(part.revenue for part in forecast.tiers)
    assert rows["total"].revenue == pytest.approx((rows["new"].revenue or 0) + known)


def test_the_command_writes_it(
    made: tuple[Forecast, Plan], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    orders, file = tmp_path / "orders.csv", tmp_path / "forecast.toml"
    LOG.to_csv(orders, index=False)
    arguments = ["forecast", str(orders), "--as-of", str(AS_OF), "--save-scenario", str(file)]
    for status in (0, 2):
        with pytest.raises(SystemExit) as end:
            run([*arguments, "--budget", "--format", "json"])
        assert (end.value.code or 0) == status
    shown = capsys.readouterr()
    assert "--force" in shown.err
    told = json.loads(shown.out)
    assert told["budget"] == [row._asdict() for row in beside_budget(*made)]
    # A JSON number says no less than the figure but for its last digits.
    assert [tuple(row.values()) for row in told["ladder"]] == [
        pytest.approx(rung, abs=1e-4) for rung in made[0].ladder
    ]
    written = read_scenario(file)
    assert translate(written.name, "en") == "As forecast"
    assert written.factors == pytest.approx(as_forecast(*made).factors)


def test_a_file_of_five_customers_says_why_there_is_no_budget(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "five.csv"
    rows = [f"{customer},2026-0{month}-01,10" for month, customer in enumerate("abcde", start=1)]
    file.write_text("\n".join(["customer,date,amount", *rows]))
    with pytest.raises(SystemExit) as end:
        run(["forecast", str(file), "--budget", "--format", "json"])
    assert not end.value.code
    told = json.loads(capsys.readouterr().out)
    assert told["budget"] is None
    assert told["notices"] == [
        "blank: history is shorter than 12 months",
        "the budget takes a forecast of 12 months, and there is none",
    ]
