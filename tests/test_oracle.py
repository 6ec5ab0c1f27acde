"""The oracle itself, against examples worked by hand and against published figures."""

from __future__ import annotations

import csv
import gzip
import math
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings

from tests import logs
from tests.oracle import add_months, differences, median, summary, tier_sizes

# The public order files lie beside the repository, where they are at hand; none is part of it.
DATA = Path(__file__).parents[2] / "shared" / "data"


def log(*lines: str) -> pd.DataFrame:
    """Rows written as "customer day amount [order]"; "-" stands for a cell that can't be read."""
    cells = [[None if cell == "-" else cell for cell in line.split()] for line in lines]
    rows = [
        (customer, day and date.fromisoformat(day), amount and Decimal(amount), *order)
        for customer, day, amount, *order in cells
    ]
    columns = ["customer", "day", "amount", "order"][: len(rows[0])]
    return pd.DataFrame(rows, columns=pd.Index(columns), dtype=object)


def contact_list(*lines: str) -> pd.DataFrame:
    """Contacts written as "customer signed-up [last-reached]"; "-" is unknown."""
    rows = [
        (id_, *(None if cell == "-" else date.fromisoformat(cell) for cell in days))
        for id_, *days in map(str.split, lines)
    ]
    columns = ["customer", "signed_up", "last_reached"][: len(rows[0])]
    return pd.DataFrame(rows, columns=pd.Index(columns), dtype=object)


# ------------------------------------------------------------------------------ the small functions


def test_months_are_clipped_to_the_end_of_the_month() -> None:
    # 31 Aug - 6 months = 28/29 Feb is the example of the definitions.
    assert add_months(date(2023, 8, 31), -6) == date(2023, 2, 28)
    assert add_months(date(2024, 8, 31), -6) == date(2024, 2, 29)
    assert add_months(date(2024, 2, 29), -12) == date(2023, 2, 28)
    assert add_months(date(2023, 12, 31), 1) == date(2024, 1, 31)


def test_median_of_an_even_count_is_the_mean_of_the_middle_two() -> None:
    assert median([5, 1, 9]) == 5
    assert median([1, 2, 10, 3]) == 2.5
    assert median([]) is None


def test_tier_sizes_round_half_up_and_never_fall_below_zero() -> None:
    tiers = [("super", 0.05), ("top", 0.15), ("mid", 0.5), ("bottom", 0.3)]
    # 0.5, 1.5 and 5.0 of ten: 1, 2 and 5, and the last tier has the rest.
    assert tier_sizes(tiers, 10) == [1, 2, 5, 2]
    # 0.05 and 0.15 round to 0, half of one to 1.
    assert tier_sizes(tiers, 1) == [0, 0, 1, 0]
    # Each half of one rounds to 1, but there is only one customer: the earlier tier has it.
    assert tier_sizes([("a", 0.5), ("b", 0.5), ("c", 0.0)], 1) == [1, 0, 0]
    # 0.15 x 10 is 1.5 exactly, though the nearest binary fraction to 0.15 is below it.
    assert tier_sizes([("a", 0.15), ("b", 0.85)], 10) == [2, 8]
    # Published F12 and S12 counts: 94 387 gives 4 719 (printed: 4 720), 101 811 gives 5 091.
    assert tier_sizes(tiers, 94_387) == [4_719, 14_158, 47_194, 28_316]
    assert tier_sizes(tiers, 101_811) == [5_091, 15_272, 50_906, 30_542]


# -------------------------------------------------------------------------------- rows and orders


def test_rows_of_one_customer_with_one_order_id_are_one_order() -> None:
    rows = log(
        "a 2024-03-02 10 1",
        "a 2024-03-01 5 1",  # the same order: its day is the earlier one, 1 March
        "b 2024-03-05 7 1",  # the same id with another customer is another order
        "a 2024-03-05 1 -",  # no order id: one order of the day …
        "a 2024-03-05 2 -",  # … with this row
        "a 2024-03-05 4 2",  # … but not with one that has an id
    )
    answer = summary(rows)
    assert answer["as_of"] == "2024-03-05"
    assert answer["input"]["orders"] == 4
    assert answer["input"]["net_revenue"] == 29.0
    assert answer["input"]["first_day"] == "2024-03-01"
    # a's orders: 1 March, and two on 5 March: 4 days and 0 days between them.
    steps = answer["ladder"]["steps"]
    assert [(s["customers"], s["median_days"]) for s in steps] == [(2, 4.0), (1, 0.0), (1, None)]


def test_without_order_column_a_customers_day_is_an_order_or_every_row_is() -> None:
    rows = log("a 2024-03-01 10", "a 2024-03-01 5", "a 2024-03-02 -15")
    assert summary(rows)["input"]["orders"] == 1
    assert summary(rows, every_row_an_order=True)["input"]["orders"] == 2
    # A row that takes back the day's order makes the day's amount nothing: a return.
    assert summary(log("a 2024-03-01 10", "b 2024-03-01 1", "a 2024-03-01 -10"))["input"] == {
        "rows": 3,
        "orders": 1,
        "returns": 1,
        "customers": 1,
        "net_revenue": 1.0,
        "first_day": "2024-03-01",
        "last_day": "2024-03-01",
        "excluded": {"no_customer": 0, "bad_date": 0, "bad_amount": 0},
    }


def test_amounts_are_rounded_row_by_row_half_away_from_zero() -> None:
    # 0.00005 rounds to 0.0001, -0.00005 to -0.0001, 0.00004 to 0: two orders, two returns.
    rows = log("a 2024-03-01 0.00005", "b 2024-03-01 -0.00005", "c 2024-03-01 0.00004")
    answer = summary(pd.concat([rows, log("d 2024-03-01 0.00015")], ignore_index=True))
    assert (answer["input"]["orders"], answer["input"]["returns"]) == (2, 2)
    assert answer["input"]["net_revenue"] == 0.0002
    # Row by row: two times 0.00005 in one order are 0.0002, not 0.0001.
    assert summary(log("a 2024-03-01 0.00005", "a 2024-03-01 0.00005"))["input"][
        "net_revenue"
    ] == pytest.approx(0.0002, abs=0)


def test_a_row_is_excluded_once_for_the_first_reason() -> None:
    rows = log(
        "a 2024-03-01 10",
        "- 2024-03-01 10",
        "- - -",  # no customer comes first
        "a - -",  # then the date
        "a 2024-03-01 -",
        "a 2024-06-01 -",  # after the as-of day: excluded rows are those of the whole input
    )
    rows.loc[len(rows)] = [" \t", date(2024, 3, 1), Decimal(1)]  # blanks are no customer id
    rows.loc[len(rows)] = [" a ", date(2024, 3, 2), Decimal(1)]  # and do not belong to one
    answer = summary(rows, as_of=date(2024, 3, 31))
    assert answer["input"]["rows"] == 8
    assert answer["input"]["excluded"] == {"no_customer": 3, "bad_date": 1, "bad_amount": 2}
    assert (answer["input"]["orders"], answer["input"]["customers"]) == (2, 1)


def test_the_as_of_day_is_the_newest_order_and_cuts_off_what_is_later() -> None:
    rows = log("a 2024-03-01 10", "b 2024-03-04 -3", "b 2024-02-01 5")
    # A return is an order: the newest one is b's of 4 March.
    assert summary(rows)["as_of"] == "2024-03-04"
    answer = summary(rows, as_of=date(2024, 2, 29))
    assert answer["input"] | {"excluded": None} == {
        "rows": 3,
        "orders": 1,
        "returns": 0,
        "customers": 1,
        "net_revenue": 5.0,
        "first_day": "2024-02-01",
        "last_day": "2024-02-01",
        "excluded": None,
    }
    with pytest.raises(ValueError, match="no usable order"):
        summary(rows, as_of=date(2024, 1, 31))
    with pytest.raises(ValueError, match="no usable order"):
        summary(log("- 2024-03-01 10"))


def test_ignored_returns_are_counted_and_nothing_else() -> None:
    rows = log("a 2024-03-01 10", "a 2024-03-04 -3", "b 2024-02-01 -5")
    net = summary(rows)
    assert (net["as_of"], net["input"]["returns"], net["input"]["net_revenue"]) == (
        "2024-03-04",
        2,
        2.0,
    )
    # Ignored, the newest order is a's purchase, and history begins with it as well; the return of
    # 4 March lies after it, b's of 1 February is counted.
    assert summary(rows, returns="ignore")["input"] == {
        "rows": 3,
        "orders": 1,
        "returns": 1,
        "customers": 1,
        "net_revenue": 10.0,
        "first_day": "2024-03-01",
        "last_day": "2024-03-01",
        "excluded": {"no_customer": 0, "bad_date": 0, "bad_amount": 0},
    }


# ---------------------------------------------------------------------------------- windows, status


def test_windows_are_calendar_months_and_include_the_as_of_day() -> None:
    # S12 = (T - 12 months, T]: the printed example of the contract.
    assert summary(log("a 2011-11-30 1"))["windows"] == {
        "s12": ["2010-12-01", "2011-11-30"],
        "f12": ["2009-12-01", "2010-11-30"],
        "f12_months": 0,
    }
    # From a leap day: 29 Feb 2024 - 12 months is 28 Feb 2023, which still belongs to F12.
    assert summary(log("a 2024-02-29 1"))["windows"] == {
        "s12": ["2023-03-01", "2024-02-29"],
        "f12": ["2022-03-01", "2023-02-28"],
        "f12_months": 0,
    }


def f12_months(first: str, as_of: date) -> int:
    rows = log(f"a {first} 1", f"a {as_of} 1")
    months: int = summary(rows, as_of=as_of)["windows"]["f12_months"]
    return months


def test_months_of_f12_that_lie_wholly_in_history() -> None:
    # F12 is 1 July 1996 to 30 June 1997; from January on there are six of its months.
    end = date(1998, 6, 30)
    assert f12_months("1997-01-01", end) == 6
    assert f12_months("1997-01-02", end) == 5
    assert [f12_months(day, end) for day in ("1996-07-01", "1996-07-02")] == [12, 11]
    assert [f12_months(day, end) for day in ("1997-06-01", "1997-06-02")] == [1, 0]
    assert f12_months("1998-01-01", end) == 0
    # F12 is 29 Feb 2024 to 28 Feb 2025: without the leap day a part of a month lacks.
    assert [f12_months(day, date(2026, 2, 28)) for day in ("2024-02-29", "2024-03-01")] == [12, 11]
    # Months from a day within one: 10 Dec 2009 to 9 Dec 2010.
    end = date(2011, 12, 9)
    assert [f12_months(day, end) for day in ("2010-06-10", "2010-06-11", "2010-12-01")] == [6, 5, 0]


def test_what_rests_on_f12_is_unknown_with_fewer_than_six_of_its_months() -> None:
    rows = log("a 2023-01-02 10", "a 2024-01-01 20", "b 2024-01-01 5", "c 2023-01-02 1")
    answer = summary(rows, as_of=date(2024, 6, 30), tiers=TWO)
    assert answer["windows"]["f12_months"] == 5
    assert {k: v for k, v in answer["flows"].items() if v not in (None, [])} == {"closing": 2}
    assert [tuple(cell.values()) for cell in answer["flow_table"]] == [
        (None, "best", 1, 1, 20.0),
        (None, "rest", 1, 1, 5.0),
    ]
    assert answer["migration"]["customers"] == [[None] * 3, [None] * 3]
    best = answer["portfolio"][0]
    assert (best["customers"], best["revenue"], best["annual_value"]) == (1, 20.0, 20.0)
    names = ("f12_customers", "lost", "retention", "duration", "clv", "portfolio_value")
    assert [best[name] for name in names] == [None] * 6
    assert {k: v for k, v in answer["portfolio_total"].items() if v is not None} == {"customers": 2}
    # A day earlier there are six, and the figures stand.
    earlier = pd.concat([rows, log("c 2023-01-01 1")], ignore_index=True)
    assert summary(earlier, as_of=date(2024, 6, 30), tiers=TWO)["flows"]["lost"] == 1


def statuses(*lines: str, **options: Any) -> dict[str, int]:
    # Someone who bought long before F12, so that history covers it, and is in none of the flows.
    rows = log("early 2015-01-01 1", *lines)
    flows = summary(rows, as_of=date(2024, 6, 30), **options)["flows"]
    names = ("opening", "new", "reactivated", "continued", "lost", "closing")
    return {name: flows[name] for name in names if flows[name]}


def test_status_of_a_customer() -> None:
    # S12 is 1 July 2023 - 30 June 2024, F12 the year before it.
    assert statuses("a 2023-07-01 1") == {"new": 1, "closing": 1}
    assert statuses("a 2023-06-30 1") == {"opening": 1, "lost": 1}
    assert statuses("a 2022-07-01 1", "a 2024-06-30 1") == {
        "opening": 1,
        "continued": 1,
        "closing": 1,
    }
    assert statuses("a 2022-06-30 1", "a 2024-06-30 1") == {"reactivated": 1, "closing": 1}
    # Bought before F12 only: in none of the flows.
    assert statuses("a 2022-06-30 1") == {}


def test_after_a_gap_of_more_than_36_months_a_customer_is_new() -> None:
    # 31 Aug 2020 + 36 months = 31 Aug 2023: on the day still reactivated, a day later new.
    assert statuses("a 2020-08-31 1", "a 2023-08-31 1") == {"reactivated": 1, "closing": 1}
    assert statuses("a 2020-08-31 1", "a 2023-09-01 1") == {"new": 1, "closing": 1}
    # 29 Feb 2020 + 48 months is a leap day again, + 47 months 29 Jan 2024.
    assert statuses("a 2020-02-29 1", "a 2024-02-29 1", new_after_months=48)["closing"] == 1
    assert statuses("a 2020-02-29 1", "a 2024-02-29 1", new_after_months=47)["new"] == 1
    # 31 Mar 2021 + 35 months is clipped to 29 Feb 2024.
    gap = ("a 2021-03-31 1", "a 2024-02-29 1")
    assert statuses(*gap, new_after_months=35)["reactivated"] == 1
    assert statuses("a 2021-03-31 1", "a 2024-03-01 1", new_after_months=35)["new"] == 1
    # The gap ends with the first order in S12 and begins with the last one before it.
    assert statuses("a 2020-08-31 1", "a 2023-08-31 1", "a 2024-06-30 1")["reactivated"] == 1
    # Who bought in F12 is continued, however long the gap.
    assert statuses("a 2022-07-01 1", "a 2024-06-30 1", new_after_months=6)["continued"] == 1


def test_a_return_makes_nobody_active() -> None:
    assert statuses("a 2024-01-01 -5", "b 2024-01-01 0", "c 2024-01-01 1") == {
        "new": 1,
        "closing": 1,
    }
    # A return in F12 does not make a customer continued, nor one before it reactivated.
    assert statuses("a 2022-08-01 -5", "a 2021-01-01 -5", "a 2024-01-01 1")["new"] == 1


# ---------------------------------------------------------------- tiers, flow table, portfolio

# Ten customers, two tiers of 30 and 70 per cent: 3 and 7.
TWO = (("best", 0.3), ("rest", 0.7))
F12, S12 = "2023-01-01", "2024-01-01"
TEN = log(
    # F12: a, b, c are best (90, 80, 70), d … j rest.
    *(
        f"{id_} {F12} {amount}"
        for id_, amount in zip("abcdefghij", range(90, -10, -10), strict=True)
    ),
    # … of whom j's 0 is no purchase, so nine were active: round-half-up(2.7) = 3 are best.
    f"a {S12} 50",  # best → best
    "a 2024-02-01 25",
    f"b {S12} 40",  # best → best: 40 - 5 net, as much as d, and b comes before d
    "b 2024-03-01 -5",
    f"d {S12} 35",  # rest → rest
    f"e {S12} 20",  # rest → rest
    f"j {S12} 10",  # new: its order of 0 was none
    f"k {S12} 1",  # new
)


def test_flow_table_and_migration() -> None:
    answer = summary(TEN, as_of=date(2024, 6, 30), tiers=TWO)
    # Active in S12: a 75, b 35, d 35, e 20, j 10, k 1; round-half-up(1.8) = 2 are best: a, b.
    ends = [f"{name}_{end}" for name in ("retention", "duration") for end in ("low", "high")]
    told = {name: value for name, value in answer["flows"].items() if name not in ends}
    assert told == {
        # Nobody came back, of five; the year before F12 lies before history.
        "lost_f12": None,
        "reactivation_rate": 0.0,
        "existing_revenue": answer["flows"]["existing_revenue"],
        "existing_share": answer["flows"]["existing_share"],
        "existing_revenue_f12": None,
        "existing_share_f12": None,
        "retention_since": [],
        "opening": 9,
        "new": 2,
        "reactivated": 0,
        "continued": 4,
        "lost": 5,
        "closing": 6,
        "retention": 4 / 9,
        "duration": 9 / 5,
        "net_duration": 9 / 5,
    }
    low, high = answer["flows"]["duration_low"], answer["flows"]["duration_high"]
    assert 1 < low < 9 / 5 < high
    # A duration is 1 / (1 − retention), at both ends.
    assert answer["flows"]["retention_low"] == pytest.approx(1 - 1 / low)
    assert answer["flows"]["retention_high"] == pytest.approx(1 - 1 / high)
    assert [tuple(cell.values()) for cell in answer["flow_table"]] == [
        ("best", "best", 2, 3, 110.0),
        ("best", "lost", 1, None, 70.0),  # c, with what it bought in F12
        ("rest", "rest", 2, 2, 55.0),
        ("rest", "lost", 4, None, 40.0 + 30.0 + 20.0 + 10.0),  # f, g, h, i
        ("new", "rest", 2, 2, 11.0),
    ]
    assert answer["migration"] == {
        "from": ["best", "rest"],
        "to": ["best", "rest", "lost"],
        "customers": [[2, 0, 1], [0, 2, 4]],
        "rates": [[2 / 3, 0.0, 1 / 3], [0.0, 2 / 6, 4 / 6]],
        "retained": [2, 2],
    }


def test_portfolio() -> None:
    answer = summary(TEN, as_of=date(2024, 6, 30), tiers=TWO)
    best, rest = answer["portfolio"]
    assert best == {
        "tier": "best",
        "customers": 2,
        "orders": 3,
        "revenue": 110.0,
        "f12_customers": 3,
        "lost": 1,
        "retention": 2 / 3,
        "duration": 3.0,  # 3 / 1
        "orders_per_customer": 1.5,
        "value_per_order": 36.6667,
        "annual_value": 55.0,
        "clv": 165.0,  # 55 x 3
        "clv_index": pytest.approx(165 / 24.75),
        "portfolio_value": 330.0,
        # a and b bought again after a year, and a once more.
        "median_days": 365.0,
        # 1 of 3 lost: churn is (2 + z² ± z √(z² + 8/3)) / (2 (3 + z²)), z = 1.28155.
        "retention_low": pytest.approx(1 - 0.67882, abs=1e-4),
        "retention_high": pytest.approx(1 - 0.10578, abs=1e-4),
        "clv_low": pytest.approx(55 / 0.67882, abs=0.02),
        "clv_high": pytest.approx(55 / 0.10578, abs=0.4),
        "duration_low": pytest.approx(1 / 0.67882, abs=1e-3),
        "duration_high": pytest.approx(1 / 0.10578, abs=0.01),
        "portfolio_value_low": pytest.approx(110 / 0.67882, abs=0.04),
        "portfolio_value_high": pytest.approx(110 / 0.10578, abs=0.8),
    }
    # d, e, j and k: 66 in 4 orders; 6 were there and 4 left: 16.5 x 1.5 = 24.75.
    assert (rest["revenue"], rest["annual_value"], rest["duration"]) == (66.0, 16.5, 1.5)
    assert (rest["clv"], rest["clv_index"], rest["portfolio_value"]) == (24.75, 1.0, 99.0)
    whole = answer["portfolio_total"]
    assert (whole["customers"], whole["portfolio_value"]) == (6, 429.0)
    # 176 of 6 customers, 9 of whom 5 were lost.
    assert whole["clv"] == pytest.approx(176 / 6 * 9 / 5, abs=1e-4)
    assert whole["clv_low"] < whole["clv"] < whole["clv_high"]
    assert whole["portfolio_value_low"] < 429 < whole["portfolio_value_high"]
    # b moved nowhere; two of best stayed, c left: −165; rest lost 4 × 24.75 and won 2 new.
    assert [(f["from"], f["to"], f["value"], f["wanted"]) for f in answer["flow_values"]] == [
        ("best", "best", 0.0, None),
        ("best", "lost", -165.0, False),
        ("rest", "rest", 0.0, None),
        ("rest", "lost", -99.0, False),
        ("new", "rest", 49.5, True),
    ]
    # Half of F12 lies before history, so there is no bridge; with all of it there is.
    assert answer["portfolio_bridge"] is None
    early = pd.concat([TEN, log("z 2015-01-01 1")], ignore_index=True)
    bridge = summary(early, as_of=date(2024, 6, 30), tiers=TWO)["portfolio_bridge"]
    # F12: best 240 of 3, of whom 1 was lost; rest 210 of 6, of whom 4 were.
    assert bridge == {
        "opening": 240 * 3 + 52.5 * 6,
        "new": 49.5,
        "reactivated": 0.0,
        "upgrade": 0.0,
        "downgrade": 0.0,
        "lost": -264.0,
        "flows": -214.5,
        "changed_clv": (165 - 240) * 3 + (24.75 - 52.5) * 6,
        "closing": 429.0,
    }


def test_ties_are_ordered_by_code_point() -> None:
    # "10" < "9" < "A" < "a" < "Ä"; equal revenue, so two of five are the best by id alone.
    rows = log(*(f"{id_} 2024-01-01 10" for id_ in ("9", "a", "Ä", "A", "10")))
    rows = pd.concat([rows, log("9 2024-01-02 5", "10 2024-01-03 3")], ignore_index=True)
    half = (("best", 0.4), ("rest", 0.6))
    assert summary(rows, tiers=half)["portfolio"][0]["revenue"] == 28.0
    tied = rows.iloc[:5]
    tied = pd.concat([tied, log("A 2024-01-04 -2", "A 2024-01-05 2")], ignore_index=True)
    # Best are "10" and "9": three orders of A's ten crowns are with the rest.
    assert [tier["orders"] for tier in summary(tied, tiers=half)["portfolio"]] == [2, 4]


def test_what_is_undefined_is_null_in_the_portfolio() -> None:
    # One customer, never lost: of the default tiers it is "mid"; the others are empty.
    answer = summary(log("a 2023-01-01 5", "a 2024-01-01 8"), as_of=date(2024, 6, 30))
    assert answer["flows"]["retention"] == 1.0
    assert answer["flows"]["duration"] is None  # nobody lost
    assert answer["flows"]["net_duration"] is None
    empty, mid = answer["portfolio"][0], answer["portfolio"][2]
    assert empty["portfolio_value"] == 0.0
    names = ("retention", "duration", "orders_per_customer", "value_per_order", "annual_value")
    assert [empty[name] for name in (*names, "clv", "clv_index")] == [None] * 7
    assert (mid["retention"], mid["annual_value"], mid["clv"]) == (1.0, 8.0, None)
    assert mid["portfolio_value"] is None
    whole = answer["portfolio_total"]
    assert (whole["customers"], whole["portfolio_value"]) == (1, None)
    # At least: nobody of one was lost.
    assert (mid["clv_low"], mid["clv_high"]) == (pytest.approx(8 / 0.8), None)
    assert answer["migration"]["rates"][0] == [None] * 5
    assert answer["migration"]["rates"][2] == [0.0, 0.0, 1.0, 0.0, 0.0]


# ------------------------------------------------------------------------------------------- ladder

# a buys on days 0, 10 and 40, b on days 0 and 20, c on day 0, d on day 36; T is day 40 = 10 Feb.
LADDER = log(
    "a 2024-01-01 1",
    "a 2024-01-11 1",
    "a 2024-02-10 1",
    "b 2024-01-01 1",
    "b 2024-01-21 1",
    "c 2024-01-01 1",
    "d 2024-02-06 1",
)


def without_ends(step: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in step.items() if name not in ("rate_low", "rate_high")}


def test_intervals_of_the_ladder() -> None:
    steps = summary(LADDER)["ladder"]["steps"]
    # 2 of 4: Wilson's interval lies around the middle: 0.5 ± 0.5 z / √(4 + z²), z = 1.28155.
    assert steps[0]["rate_low"] == pytest.approx(
        0.5 - 0.5 * 1.28155 / (4 + 1.6424) ** 0.5, abs=1e-4
    )
    assert steps[0]["rate_low"] + steps[0]["rate_high"] == pytest.approx(1)
    assert (steps[2]["rate_low"], steps[2]["rate_high"]) == (None, None)


def test_ladder() -> None:
    answer = summary(LADDER)["ladder"]
    assert [without_ends(step) for step in answer["steps"]] == [
        {"f": 1, "customers": 4, "rate": 0.5, "median_days": 15.0},  # 10 and 20 days
        {"f": 2, "customers": 2, "rate": 0.5, "median_days": 30.0},
        {"f": 3, "customers": 1, "rate": None, "median_days": None},
    ]
    assert answer["tipping_point"] == 1
    # 1 000 x (0.5 + 0.5 x 0.5)
    assert answer["extra_orders_per_1000"] == 750.0
    assert summary(LADDER, threshold=0.51)["ladder"]["tipping_point"] is None
    two = summary(LADDER, max_steps=2)["ladder"]
    assert without_ends(two["steps"][-1]) == {
        "f": 2,
        "customers": 2,
        "rate": None,
        "median_days": None,
    }
    assert two["extra_orders_per_1000"] == 500.0
    assert summary(LADDER, max_steps=1)["ladder"]["extra_orders_per_1000"] == 0.0


def test_matured_rate() -> None:
    # 20 days: a, b and c bought first by day 20 (d did not), and a and b again within 20 days;
    # a and b bought a second time by day 20, a again, but after 30 days.
    rates = [s["matured_rate"] for s in summary(LADDER, matured_days=20)["ladder"]["steps"]]
    assert rates == [2 / 3, 0.0, None]
    # 30 days: second orders of a by day 10 only; its third within 30 days.
    rates = [s["matured_rate"] for s in summary(LADDER, matured_days=30)["ladder"]["steps"]]
    assert rates == [2 / 3, 1.0, None]
    # 41 days: nobody's order is that old.
    assert summary(LADDER, matured_days=41)["ladder"]["steps"][0]["matured_rate"] is None


def test_the_ladder_of_returns_alone_is_empty() -> None:
    answer = summary(log("a 2024-01-01 -1"))
    assert {name: value for name, value in answer["ladder"].items() if value is not None} == {
        "steps": [],
        "extra_orders_per_1000": 0.0,
    }
    assert answer["kpis"]["repeat_purchase_rate"] is None
    assert answer["portfolio_total"]["portfolio_value"] is None
    assert answer["input"]["net_revenue"] == -1.0


# --------------------------------------------------------------------------- cohorts, ltv, the KPIs


def test_cohorts() -> None:
    rows = log(
        "a 2024-01-31 10",
        "a 2024-02-01 5",
        "b 2024-01-02 20",
        "b 2023-12-31 -3",  # before the cohort's month: left out
        "b 2024-01-01 -4",  # in it, though before the first purchase
        "b 2024-03-31 -1",
        "c 2024-03-01 7",
    )
    # January: (10 + 20 - 4) / 2, then + 5 / 2, then - 1 / 2; no cohort in February.
    assert summary(rows, as_of=date(2024, 3, 31))["cohorts"] == [
        {"cohort": "2024-01", "customers": 2, "revenue_per_customer": [13.0, 15.5, 15.0]},
        {"cohort": "2024-03", "customers": 1, "revenue_per_customer": [7.0]},
    ]
    # A day before the end of March it is not observed.
    assert summary(rows, as_of=date(2024, 3, 30))["cohorts"] == [
        {"cohort": "2024-01", "customers": 2, "revenue_per_customer": [13.0, 15.5, None]},
        {"cohort": "2024-03", "customers": 1, "revenue_per_customer": [None]},
    ]


def test_ltv() -> None:
    rows = log(
        "a 2023-11-30 10",
        "a 2024-02-28 2",  # within three months: up to 28 Feb, as 30 Feb is clipped to 29 Feb
        "a 2024-02-29 4",  # not within
        "a 2023-11-01 -100",  # before the first purchase: not in the days counted
        "a 2023-12-01 -1",
        "b 2023-12-01 30",
    )

    def at(day: date) -> dict[int, tuple[int, float | None]]:
        ages = summary(rows, as_of=day)["ltv"]
        return {age["age_months"]: (age["customers"], age["ltv"]) for age in ages}

    # On 28 Feb all of a's days are observed, b's (up to 29 Feb) not.
    assert at(date(2024, 2, 27))[3] == (0, None)
    assert at(date(2024, 2, 28))[3] == (1, 11.0)
    assert at(date(2024, 2, 29))[3] == (2, 20.5)
    assert at(date(2024, 2, 29))[6] == (0, None)
    assert list(at(date(2024, 2, 29))) == [3, 6, 12, 24, 36]


def test_the_ends_of_ltv_are_by_the_spread_of_all_of_that_age() -> None:
    # 20 in January who spend 10 or 30 each: mean 20, standard deviation √(20 × 10² / 19), cv 0.513.
    rows = log(*(f"c{i} 2024-01-0{1 + i % 9} {10 + 20 * (i % 2)}" for i in range(20)))
    (three, *_) = summary(rows, as_of=date(2024, 6, 30))["ltv"]
    error = 1.2815516 * (math.sqrt(20 * 100 / 19) / 20) / math.sqrt(20)
    assert three["ltv"] == 20.0
    assert three["ltv_low"] == pytest.approx(20 * math.exp(-error), abs=1e-4)
    assert three["ltv_high"] == pytest.approx(20 * math.exp(error), abs=1e-4)
    # Nine more who all spend 20 are too few to tell; ten are told by how much all 30 differ.
    more = log(*(f"d{i} 2024-02-01 20" for i in range(10)))
    for few, told in ((more.iloc[:9], False), (more, True)):
        every = pd.concat([rows, few], ignore_index=True)
        cohorts = summary(every, as_of=date(2024, 6, 30))["ltv_by_cohort"]
        february = next(row for row in cohorts if row["cohort"] == "2024-02")
        assert (february["ltv"], february["ltv_low"] is not None) == (20.0, told)
    spread = math.sqrt(20 * 100 / 29) / 20
    low = 20 * math.exp(-1.2815516 * spread / math.sqrt(10))
    assert february["ltv_low"] == pytest.approx(low, abs=1e-4)


def test_returning_share() -> None:
    rows = log(
        "a 2023-01-01 10",
        "b 2023-02-10 10",
        "a 2023-02-20 30",  # February 2023: one of two returning, with 30 of 40
        "a 2024-02-01 30",
        "b 2024-02-10 20",
        "c 2024-02-15 60",
        "c 2024-02-16 -10",  # net of the month: 50 of c's, a's and b's 100
        "d 2024-02-20 -40",  # d is not active
        "a 2024-03-01 1",
    )
    months = {
        m["month"]: m for m in summary(rows, as_of=date(2024, 3, 30))["kpis"]["returning_share"]
    }
    assert next(iter(months)) == "2023-03"  # March 2024 is not complete
    assert list(months)[-1] == "2024-02"
    assert months["2024-02"] == {
        "month": "2024-02",
        "customers": 3,
        "share": 2 / 3,
        "revenue_share": 0.5,
        "change_pp": pytest.approx(100 * (2 / 3 - 1 / 2)),
    }
    assert months["2023-12"] == {
        "month": "2023-12",
        "customers": 0,
        "share": None,
        "revenue_share": None,
        "change_pp": None,
    }
    march = summary(rows, as_of=date(2024, 3, 31))["kpis"]["returning_share"][-1]
    # March 2023 lies in history, but nobody was active.
    assert (march["month"], march["share"], march["change_pp"]) == ("2024-03", 1.0, None)


def test_a_month_that_history_does_not_cover_wholly_is_blank() -> None:
    rows = log("a 2024-01-02 10", "a 2024-02-01 10", "b 2024-02-29 -30")
    months = summary(rows, as_of=date(2024, 2, 29))["kpis"]["returning_share"]
    assert months[-2] == {
        "month": "2024-01",
        "customers": None,
        "share": None,
        "revenue_share": None,
        "change_pp": None,
    }
    assert (months[-1]["customers"], months[-1]["share"]) == (1, 1.0)
    # A return is a part of history, and history begins with it here.
    earlier = pd.concat([rows, log("z 2024-01-01 -1")], ignore_index=True)
    months = summary(earlier, as_of=date(2024, 2, 29))["kpis"]["returning_share"]
    assert (months[-2]["customers"], months[-2]["share"]) == (1, 0.0)
    # A month's net loss has no shares.
    loss = pd.concat([rows, log("a 2024-02-02 -50")], ignore_index=True)
    month = summary(loss, as_of=date(2024, 2, 29))["kpis"]["returning_share"][-1]
    assert (month["share"], month["revenue_share"]) == (1.0, None)


def test_kpis_of_orders() -> None:
    kpis = summary(TEN, as_of=date(2024, 6, 30))["kpis"]
    # a … i bought in F12, a (three times), b, d and e again; k and j once: 4 of 11.
    assert kpis["repeat_purchase_rate"] == 4 / 11
    # To S12's orders of a (365, then 31 days), b, d and e (365 each).
    assert kpis["time_between_purchases"] == 365.0
    # The top 20 % of six are one: 75 of 75 + 35 + 35 + 20 + 10 + 1 = 176.
    assert kpis["pareto_share"] == 75 / 176
    assert summary(TEN, as_of=date(2024, 6, 30), pareto_top=0.25)["kpis"]["pareto_share"] == (
        110 / 176  # 1.5 of six rounds to two
    )
    # The later purchase must lie in S12: in 2023 there was none but the first.
    assert summary(TEN, as_of=date(2023, 12, 31))["kpis"]["time_between_purchases"] is None


def test_who_bought_within_the_last_days() -> None:
    rows = log(
        "a 2022-01-01 5",  # history begins; lapsed on 31 March 2024, and buys again
        "a 2024-06-01 5",
        "b 2023-05-01 5",  # active on 31 March 2024, and buys again
        "b 2024-04-01 5",
        "c 2024-03-31 5",  # active on its last day, with one order
        "d 2023-03-31 5",  # lapsed by a day
        "e 2024-05-05 5",  # new: on the list before
        "f 2023-09-09 5",  # active by the first of two orders, with a return after
        "f 2023-10-09 5",
        "f 2024-05-01 -1",
    )
    contacts = contact_list("e 2024-01-01", "x 2024-03-31", "y 2024-04-01", "z -", "b 2024-01-01")
    # 91 days before 30 June 2024 end on 31 March.
    answer = summary(rows, as_of=date(2024, 6, 30), contacts=contacts, horizon_days=91)
    within = answer["kpis"]["bought_within"]
    shares = {k: (v["customers"], v["buyers"]) for k, v in within.items() if k != "days"}
    assert shares == {"active": (3, 1), "lapsed": (2, 1), "f0": (2, 1)}
    # Of a history of less than the 12 months before nothing is told.
    young = summary(rows.iloc[2:], as_of=date(2024, 3, 31), horizon_days=60)
    assert young["kpis"]["bought_within"]["active"]["customers"] is None


def test_the_revenue_of_existing_customers_the_year_before() -> None:
    rows = log(
        "a 2018-01-01 1",  # more than 36 months before the next: new again in F12
        "a 2023-01-01 10",
        "b 2022-01-01 1",  # continued in F12
        "b 2023-02-01 20",
        "c 2019-12-31 1",  # reactivated in F12, on the last day it can be
        "c 2022-12-31 30",
        "d 2023-03-01 40",  # new in F12
        "d 2024-03-01 50",
    )
    flows = summary(rows, as_of=date(2024, 6, 30))["flows"]
    assert flows["existing_revenue_f12"] == 50.0
    assert flows["existing_share_f12"] == 0.5
    told = {row["status"]: (row["customers"], row["retained"]) for row in flows["retention_since"]}
    assert told == {"new": (2, 1), "continued": (1, 0), "reactivated": (1, 0)}


def test_reach_by_month() -> None:
    rows = log("a 2022-01-01 5", "a 2024-06-30 5")
    contacts = contact_list(
        "a 2024-01-01 2024-03-01",
        "a 2024-01-01 2024-06-01",
        "b - 2024-03-31",
        "b - 2024-04-02",
        "c 2024-06-15 2024-06-20",
        "c 2024-06-15 2024-06-21",
        "c 2024-06-15 2024-07-21",  # after the as-of day
    )
    told = summary(rows, as_of=date(2024, 6, 30), contacts=contacts, reached_days=30)["months"]
    # Days of 30 up to the end of April begin on the 1st, up to the end of March on the 2nd of it:
    # after the first day of contact, which is the 1st of March. Those of February do not.
    assert [(m["reached"], m["contacts_to_date"]) for m in told[-5:]] == [
        *((None, None), (1, 2), (1, 2)),
        *((0, 2), (2, 3)),
    ]
    # Of one day for each nobody knows whom it replaced.
    last = summary(rows, as_of=date(2024, 6, 30), contacts=contacts.iloc[[1, 3, 5]])["months"]
    assert {month["reach"] for month in last} == {None}


def test_contacts() -> None:
    rows = log(
        "a 2024-01-01 1", "b 2024-03-05 1", "c 2024-02-15 1", "d 2024-05-30 1", "f 2024-04-01 -1"
    )
    contacts = contact_list(
        "a 2024-02-01 2024-06-30",  # had bought before: not eligible
        "b 2024-02-03 2024-04-01",  # 31 days after the sign-up: converted; reached too long ago
        "b 2024-02-20 2024-04-02",  # a later sign-up does not count; reached just in time
        "c 2024-02-01 -",  # 14 days after: within the lead
        "d 2024-02-01 2024-07-01",  # 119 days after: converted; reached after T
        "e 2024-03-02 2024-06-30",  # 120 days before T: eligible, did not buy
        "f 2024-03-03 -",  # 119 days before T: too young; a return is no purchase
        "g - 2024-06-30",  # a contact since an unknown day
        "h 2024-07-01 2024-06-30",  # no contact yet
    )
    answer = summary(rows, as_of=date(2024, 6, 30), contacts=contacts)
    # Contacts a … g; without a purchase: e, f, g.
    assert answer["ladder"]["f0"] == 3
    assert answer["ladder"]["f0_rate"] == 4 / 7
    assert answer["kpis"]["subscriber_to_customer"] == {
        "eligible": 3,  # b, d, e
        "converted": 2,
        "rate": 2 / 3,
    }
    # 30 June - 90 days = 1 April, itself not within: a, b (2 April), e, g.
    assert answer["kpis"]["total_reach"] == {
        "reached": 4,
        "contacts": 7,
        "rate": 4 / 7,
        "days": 90,
    }
    # The horizon's last day counts, the lead's last day does not.
    narrow = summary(
        rows, as_of=date(2024, 6, 30), contacts=contacts, lead_days=31, horizon_days=88
    )
    assert narrow["kpis"]["subscriber_to_customer"] == {
        "eligible": 3,  # d, e, and f, whose 119 days are enough now
        "converted": 1,
        "rate": 1 / 3,
    }
    without = summary(rows, contacts=contacts.drop(columns="last_reached"))
    assert without["kpis"]["total_reach"] is None
    nobody = summary(rows, as_of=date(2024, 6, 30), contacts=contacts.iloc[-1:])
    assert (nobody["ladder"]["f0"], nobody["ladder"]["f0_rate"]) == (0, None)
    assert nobody["kpis"]["subscriber_to_customer"] == {
        "eligible": 0,
        "converted": 0,
        "rate": None,
    }
    assert nobody["kpis"]["total_reach"]["rate"] is None


# ------------------------------------------------------------------------ what holds for every log


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(case=logs.cases())
def test_the_figures_of_any_log_agree_with_each_other(case: logs.Case) -> None:
    try:
        answer = summary(case.rows, as_of=case.as_of, contacts=case.contacts)
    except ValueError:
        return
    flows, tiers = answer["flows"], answer["portfolio"]
    assert flows["closing"] == sum(tier["customers"] for tier in tiers)
    if answer["windows"]["f12_months"] >= 6:
        assert flows["closing"] == (
            flows["opening"] + flows["new"] + flows["reactivated"] - flows["lost"]
        )
        assert flows["opening"] == sum(tier["f12_customers"] for tier in tiers)
        assert flows["lost"] == sum(tier["lost"] for tier in tiers)
    staying = [cell for cell in answer["flow_table"] if cell["to"] != "lost"]
    assert flows["closing"] == sum(cell["customers"] for cell in staying)
    for row in answer["migration"]["rates"]:
        assert row[0] is None or sum(row) == pytest.approx(1)
    counted = answer["input"]
    assert counted["customers"] == sum(cohort["customers"] for cohort in answer["cohorts"])
    steps = answer["ladder"]["steps"]
    assert counted["customers"] == (steps[0]["customers"] if steps else 0)
    assert not differences(
        answer, summary(case.rows.iloc[::-1], as_of=case.as_of, contacts=case.contacts)
    )


def test_differences_tell_where() -> None:
    one, other = summary(LADDER), summary(LADDER)
    assert differences(one, other) == []
    other["flows"]["closing"] = 5
    other["portfolio"][0]["retention"] = 0.0
    other["ladder"]["steps"][0]["rate"] += 1e-9
    assert differences(one, other) == [
        "flows.closing: 4 instead of 5",
        "portfolio[0].retention: None instead of 0.0",
        "ladder.steps[0].rate: 0.5 instead of 0.500000001",
    ]


# -------------------------------------------------------------------------------- published figures


def data_file(name: str) -> Path:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"{name} is not beside the repository (looked in {DATA})")
    return path


def test_cdnow() -> None:
    """Fader and Hardie's CDNOW purchases, an order a customer and day."""
    rows = []
    for line in data_file("CDNOW_master.txt").read_text().splitlines()[1:]:
        customer, day, _cds, dollars = line.split()
        rows.append((customer, datetime.strptime(day, "%Y%m%d").date(), Decimal(dollars)))
    frame = pd.DataFrame(rows, columns=pd.Index(["customer", "day", "amount"]), dtype=object)
    answer = summary(frame, as_of=date(1998, 6, 30))

    assert answer["input"]["rows"] == 69_659
    flows = list(answer["flows"].values())
    assert flows[:6] == [23_500, 2, 0, 8_330, 15_170, 8_332]
    steps = answer["ladder"]["steps"]
    assert [s["customers"] for s in steps[:6]] == [23_502, 11_513, 7_473, 5_270, 3_835, 2_844]
    assert [s["median_days"] for s in steps[:5]] == [57, 52, 44, 37, 32]
    portfolio = answer["portfolio"]
    assert [tier["customers"] for tier in portfolio] == [417, 1_250, 4_166, 2_499]
    assert [round(tier["clv"], 3) for tier in portfolio] == [3474.650, 616.199, 123.059, 25.025]


def test_online_retail() -> None:
    """UCI Online Retail (Chen 2015), quantity x unit price, cancellations as returns."""
    rows = []
    with gzip.open(data_file("online_retail.csv.gz"), "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            day = date.fromisoformat(row["InvoiceDate"][:10])
            amount = int(row["Quantity"]) * Decimal(row["UnitPrice"])
            rows.append((row["CustomerID"], day, amount, row["InvoiceNo"]))
    columns = pd.Index(["customer", "day", "amount", "order"])
    answer = summary(pd.DataFrame(rows, columns=columns, dtype=object), as_of=date(2011, 11, 30))

    assert answer["input"]["rows"] == 541_909
    assert answer["input"]["excluded"] == {"no_customer": 135_080, "bad_date": 0, "bad_amount": 0}
    # The log begins in S12: nobody can be seen as lost, or told to be new.
    assert list(answer["flows"].values())[:6] == [None, None, None, None, None, 4_297]
    steps = answer["ladder"]["steps"]
    assert [s["customers"] for s in steps[:6]] == [4_297, 2_759, 1_953, 1_438, 1_056, 829]
    assert [s["median_days"] for s in steps[:5]] == [50, 41, 35, 29, 25]
