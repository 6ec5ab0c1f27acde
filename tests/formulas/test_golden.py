"""The published figures come out: single cases, and the flow table up to the portfolio.

``data/golden.json`` names the source of each case. ``data/flows_published.csv`` and
``data/portfolio_published.csv`` are the customer flows and the portfolio of one retailer in
Elinder, "Dina nycklar till framgångsrikare CRM" (IRi, 2018).
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import crmformulas as crm
from crmformulas.formulas.migration import TIERS

DATA = Path(__file__).parents[1] / "data"
CASES = json.loads((DATA / "golden.json").read_text(encoding="utf-8"))["cases"]
NAMES = [name for name, _ in TIERS]


def read(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


PRINTED = {row["tier"]: row for row in read("portfolio_published.csv")}
FLOWS = read("flows_published.csv")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['formula']}{case['args']}"[:60])
def test_published_case(case: dict[str, Any]) -> None:
    result = getattr(crm, case["formula"])(*case["args"])
    # A list is printed to one decimal, from figures that are rounded themselves.
    half = 0.05 if isinstance(case["expected"], list) else 0
    np.testing.assert_allclose(result, case["expected"], rtol=case["rel_tol"], atol=half)


def printed(column: str) -> list[float]:
    return [float(PRINTED[name][column]) for name in NAMES]


def flows(column: str, **where: str) -> float:
    """The sum of a column over the flows from, to or between."""
    return sum(
        float(row[column] or 0)
        for row in FLOWS
        if all(row[key.rstrip("_")] == value for key, value in where.items())
    )


F12_CUSTOMERS = [flows("customers", from_=name) for name in NAMES]
S12_CUSTOMERS = [flows("customers", to=name) for name in NAMES]
LOST = [flows("customers", from_=name, to="lost") for name in NAMES]
ORDERS = [flows("orders", to=name) for name in NAMES]
REVENUE = [flows("revenue", to=name) for name in NAMES]


def test_flows_add_up_to_the_printed_counts() -> None:
    assert printed("f12_customers") == F12_CUSTOMERS
    assert printed("s12_customers") == S12_CUSTOMERS
    assert printed("lost") == LOST
    assert printed("s12_orders") == ORDERS
    # Printed in whole currency units, cell by cell.
    np.testing.assert_allclose(REVENUE, printed("s12_revenue"), atol=4, rtol=0)


def test_flows_balance() -> None:
    opening, closing = sum(F12_CUSTOMERS), sum(S12_CUSTOMERS)
    new, reactivated = flows("customers", from_="new"), flows("customers", from_="reactivated")
    assert crm.closing_customers(opening, new, reactivated, sum(LOST)) == closing == 101811


@pytest.mark.parametrize(
    ("column", "decimals"),
    [
        ("retention", 2),
        # Printed with one decimal for all but the first tier.
        ("duration", 1),
        ("orders_per_customer", 2),
        ("value_per_order", 2),
        ("annual_value", 0),
        ("clv", 0),
        ("clv_index", 1),
        ("portfolio_value", 0),
    ],
)
def test_portfolio_comes_from_the_flows(column: str, decimals: int) -> None:
    half = 0.5 * 10**-decimals * (1 + 1e-9)
    np.testing.assert_allclose(portfolio()[column], printed(column), atol=half, rtol=0)


def portfolio() -> dict[str, Any]:
    customers, orders = np.array(S12_CUSTOMERS), np.array(ORDERS)
    retention = crm.retention(F12_CUSTOMERS, np.subtract(F12_CUSTOMERS, LOST))
    duration = crm.customer_duration(retention)
    frequency, order_value = orders / customers, printed("s12_revenue") / orders
    clv = crm.clv(frequency, order_value, duration)
    return {
        "retention": retention,
        "duration": duration,
        "orders_per_customer": frequency,
        "value_per_order": order_value,
        "annual_value": crm.annual_value(frequency, order_value),
        "clv": clv,
        "clv_index": crm.clv_index(clv),
        "portfolio_value": clv * customers,
    }


def test_the_tiers_add_up_to_the_printed_portfolio() -> None:
    total = crm.portfolio_value(portfolio()["clv"], S12_CUSTOMERS)
    assert round(total) == int(PRINTED["total"]["portfolio_value"]) == 1284714061


def test_totals_of_the_portfolio() -> None:
    total = PRINTED["total"]
    opening, lost = sum(F12_CUSTOMERS), sum(LOST)
    duration = crm.customer_duration(crm.retention(opening, opening - lost))
    assert duration == pytest.approx(float(total["duration"]), abs=0.005)
    assert crm.churn(opening, lost) == pytest.approx(1 - float(total["retention"]), abs=0.005)
    frequency = sum(ORDERS) / sum(S12_CUSTOMERS)
    order_value = float(total["s12_revenue"]) / sum(ORDERS)
    assert crm.annual_value(frequency, order_value) == pytest.approx(2531, abs=0.5)
    assert crm.clv(frequency, order_value, duration) == pytest.approx(7117, abs=0.5)


def test_tiers_of_the_later_year_follow_the_rule() -> None:
    assert crm.migration_rates([S12_CUSTOMERS])[0] == pytest.approx(
        [0.05, 0.15, 0.5, 0.3], abs=1e-4
    )
    labels = crm.tier(np.arange(101811))
    assert [labels.count(name) for name in NAMES] == S12_CUSTOMERS


def test_migration_rates_of_the_flows() -> None:
    counts = [[flows("customers", from_=a, to=b) for b in [*NAMES, "lost"]] for a in NAMES]
    rates = crm.migration_rates(counts)
    np.testing.assert_allclose(rates.sum(axis=1), 1, rtol=1e-15)
    np.testing.assert_allclose(1 - rates[:, -1], printed("retention"), atol=0.005)
    inflow = [
        flows("customers", from_="new", to=name) + flows("customers", from_="reactivated", to=name)
        for name in NAMES
    ]
    # What these rates and this inflow make of the opening customers are the closing ones.
    table = crm.project_portfolio(F12_CUSTOMERS, rates, inflow, 1)
    np.testing.assert_allclose(table, [F12_CUSTOMERS, S12_CUSTOMERS], rtol=1e-12)


def test_published_migration_as_printed() -> None:
    """The figures printed below the tiers: all who were retained, in each tier they are in."""
    rows, columns = [*NAMES, "reactivated", "new"], [*NAMES, "lost"]
    counts = [[flows("customers", from_=a, to=b) for b in columns] for a in rows]
    made = crm.migration_table(counts)
    # Printed: 16 359 in bottom, 30 352 in mid, 10 377 in top and 3 729 in super.
    assert made.loc["Total retained", list(NAMES)].tolist() == [3729, 10377, 30352, 16359]
    assert made.loc["Total", "lost"] == 33_570
    assert made.loc["Total", list(NAMES)].sum() == 101_811
    assert made.loc[list(NAMES), "customers"].tolist() == list(F12_CUSTOMERS)
    swedish = crm.migration_table(counts, language="sv")
    assert [*swedish.index[4:]] == ["Totalt kvar", "Återvunna", "Nya", "Totalt"]


def test_published_flows_as_printed() -> None:
    """The 34 rows of the source, with revenue per customer printed to the krona."""
    rows, columns = [*NAMES, "reactivated", "new"], [*NAMES, "lost"]

    def table(measure: str) -> list[list[float]]:
        return [[flows(measure, from_=a, to=b) for b in columns] for a in rows]

    made = crm.flow_table(table("customers"), table("orders"), table("revenue"))
    assert len(made) == 34
    whole = made.set_index("flow")
    # Printed: 12 127, 5 510, 1 959 and 396 kr a customer, and 2 531 in all.
    each = whole.loc[[*NAMES, "Total active"], "revenue_per_customer"].round().tolist()
    assert each == [12127, 5510, 1959, 396, 2531]
    assert whole.loc["Total active", "customers"] == 101_811
    assert whole.loc["Lost", "customers"] == 33_570
    assert made["orders"].isna().sum() == 5


def test_keep_or_acquire_is_what_the_summary_tells_of_it() -> None:
    """One definition: the rows of the report and terminal, and those of the formula."""
    from crmformulas.orders.analysis.keep_or_acquire import Way

    ways = [("kept", 25.0, 512.5, 0.61), ("won_back", 50.0, 433.0, 0.5), ("new", 130.0, 402.0, 0.0)]
    for way, cost, annual, stay in ways:
        told = Way(way, cost, annual, stay, own_retention=True, margin=0.35)
        (row,) = crm.keep_or_acquire([cost], [annual], [stay], 0.35).tolist()
        assert told.brings is not None
        wanted = [told.duration, told.brings, told.brings - cost, told.per_cost, told.payback]
        assert row == pytest.approx(wanted, rel=1e-14)
