"""First year of the new: the expected tables, and the published pair.

``tests/data/expected`` was made by plain programs that share no code with the package, of CDNOW
(Fader and Hardie), Online Retail (Chen 2015) and the made-up retailer with its default seed. The
pair of 2014 and 2015 is that of Elinder, "Dina nycklar till framgångsrikare CRM", IRi, 2018.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import crmformulas as crm
from crmformulas.orders import Summary, read
from crmformulas.orders.analysis.published_tables import customer_flows
from crmformulas.orders.demo import demo_frames
from crmformulas.orders.summary.flow_values import bridge_as_told

EXPECTED = Path(__file__).parents[2] / "data" / "expected"
DATA = Path(__file__).parents[4] / "shared" / "data"


def expected(name: str) -> list[dict[str, str]]:
    with (EXPECTED / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@cache
def demo() -> Summary:
    with read(demo_frames(orders=120_000)[0]) as orders:
        return orders.summary("2026-10-31")


@cache
def a_year_before() -> Summary:
    with read(demo_frames(orders=120_000)[0]) as orders:
        return orders.summary("2025-10-31")


def test_the_bridge_from_the_portfolio_as_told_a_year_before() -> None:
    made = bridge_as_told(demo(), a_year_before())
    assert made is not None
    lines = [row["at this year's CLV"] for row in expected("demo_flow_values")]
    told = made.as_dict()
    del told["flows"]
    assert [*told.values()] == pytest.approx([float(line) for line in lines], abs=2)
    # At the CLV of the year before the flows are worth less, and the change more.
    table = [[0] * 5 for _ in range(6)]
    places = {name: i for i, name in enumerate((*demo().rules.tier_names, "reactivated", "new"))}
    for row in demo().flow_records:
        table[places[str(row.origin)]][4 if row.target == "lost" else places[row.target]] = (
            row.customers
        )
    clvs = ([row.clv for row in one.portfolio_records] for one in (a_year_before(), demo()))
    lines = [row["at last year's CLV"] for row in expected("demo_flow_values")]
    again = crm.portfolio_bridge(table, *clvs, 0.0).tolist()
    assert again == pytest.approx([float(line) for line in lines], abs=2)


def test_each_flow_beside_the_same_a_year_before() -> None:
    lines = customer_flows(demo(), a_year_before())
    then = {(row.origin, row.target): row.customers for row in a_year_before().flow_records}
    clv = {row.tier: row.clv or 0.0 for row in demo().portfolio_records}
    moved = [line for line in lines if line.kind not in ("subtotal", "total")]
    assert [line.customers_before for line in moved] == [
        then.get((line.origin, str(line.target)), 0) for line in moved
    ]
    for line in moved:
        one = clv.get(str(line.target), 0.0) - clv.get(str(line.origin), 0.0)
        assert line.value_before == pytest.approx((line.customers_before or 0) * one, abs=1e-6)
    assert lines[-1].customers_before == demo().flows.opening
    # Of a year that history holds in part nothing is said.
    assert customer_flows(demo(), None)[0].customers_before is None


@cache
def real(name: str, as_of: str) -> Summary:
    if not (path := DATA / name).exists():
        pytest.skip(f"{name} is not beside the repository, in shared/data")
    with read(path) as orders:
        return orders.summary(as_of)


COLUMNS = {
    "customers": "customers",
    "observed": "observed",
    "orders": "orders",
    "revenue": "revenue",
    "orders_per_customer": "orders_per_customer",
    "value_per_order": "order_value",
    "revenue_per_customer": "revenue_per_customer",
    "repeat_share": "repeat_share",
    "clv": "clv",
}


@pytest.mark.parametrize(
    ("file", "kind", "source"),
    [
        ("first_year_cdnow_year", "year", ("CDNOW_master.txt", "1998-06-30")),
        ("first_year_cdnow_quarter", "quarter", ("CDNOW_master.txt", "1998-06-30")),
        ("first_year_online_year", "year", ("online_retail.csv.gz", "2011-12-09")),
        ("first_year_online_quarter", "quarter", ("online_retail.csv.gz", "2011-12-09")),
        ("first_year_demo_year", "year", None),
        ("first_year_demo_quarter", "quarter", None),
        ("first_year_demo_rolling", "rolling", None),
    ],
)
def test_every_figure_is_the_expected_one(
    file: str, kind: str, source: tuple[str, str] | None
) -> None:
    made = demo() if source is None else real(*source)
    rows = {row.period: row for row in made.first_year_records if row.kind == kind}
    wanted = expected(file)
    assert set(rows) >= {row["period"] for row in wanted}
    for row in wanted:
        for column, name in COLUMNS.items():
            told = getattr(rows[row["period"]], name)
            if not row[column] or (not int(row["observed"]) and name == "orders"):
                assert told is None
            else:
                assert told == pytest.approx(float(row[column]), rel=1e-6, abs=1e-6)


def test_change_and_bridge_of_the_recruit_years() -> None:
    """By pandas, and the mean over the six orders in which the three factors can change."""
    newest = demo().first_year_records[-1]
    assert (newest.period, newest.kind) == ("2024-11-01..2025-10-31", "rolling")
    assert newest.change == pytest.approx(0.015328, abs=5e-7)
    bridge = [newest.by_frequency, newest.by_order_value, newest.by_duration]
    assert bridge == pytest.approx([-1.504, 21.100, -0.560], abs=5e-4)


def test_the_published_pair() -> None:
    rows = {row["year"]: row for row in expected("first_year_seed")}
    sides: list[list[float]] = []
    for year in ("2014", "2015"):
        row = rows[year]
        duration = float(crm.customer_duration(float(row["repeat_share"])))
        sides.append([float(row["orders_per_customer"]), float(row["value_per_order"]), duration])
        worth = float(crm.clv(*sides[-1]))
        assert worth == pytest.approx(float(row["clv"]), abs=5e-5)
    bridge = crm.clv_bridge([*sides[0], 1], [*sides[1], 1]).tolist()[:3]
    named = [
        float(rows[f"bridge_{n}"]["orders_per_customer"])
        for n in ("frequency", "order_value", "duration")
    ]
    assert bridge == pytest.approx(named, abs=5e-5)
    assert crm.growth_rate(2100, 3781.8182) == pytest.approx(float(rows["change"]["clv"]), abs=1e-6)


def test_revenue_of_the_first_year_is_the_ltv_at_twelve_months() -> None:
    rows = [row for row in demo().first_year_records if row.kind == "year" and row.observed]
    revenue, customers = (sum(getattr(row, n) for row in rows) for n in ("revenue", "observed"))
    ltv: Any = next(row for row in demo().ltv_records if row.age_months == 12)
    assert (customers, revenue / customers) == (ltv.customers, pytest.approx(ltv.ltv))


def test_a_part_of_a_year_is_compared_with_the_same_months() -> None:
    part = next(row for row in demo().first_year_records if row.period == "2025")
    # Recruits of 1 November 2025 are observed, too, but November is not.
    assert (part.months, part.observed, part.whole) == (10, 9_104, False)
    months = [r for r in demo().first_year_records if r.period in ("2024-Q1", "2025-Q1")]
    assert part.change is not None
    assert months[1].change == pytest.approx(months[1].clv / months[0].clv - 1)  # type: ignore[operator]


def test_who_comes_as_history_starts_is_marked() -> None:
    marked = {row.period for row in demo().first_year_records if row.near_start}
    assert marked == {"2018", "2019", "2018-Q4", "2019-Q1", "2018-11-01..2019-10-31"}


def test_months_of_the_demo() -> None:
    """Counted by SQL: 211 second orders in October 2026 against 200 in October 2025."""
    now, then = demo().months[-1], demo().months[-13]
    assert (now.month, now.second_orders, then.second_orders) == ("2026-10", 211, 200)
    assert now.repeaters_to_date == 15_925
    # As the key figure of the same twelve months.
    assert now.median_days_12 == demo().kpis.time_between_purchases
