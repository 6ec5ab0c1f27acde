"""Key figures."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmformulas.dates import day_number
from crmformulas.errors import ArgumentError, DivisionError, DomainError, NotEnoughDataError
from crmformulas.formulas.kpi import (
    repeat_purchase_rate,
    subscriber_to_customer,
    time_between_purchases,
    total_reach,
)


@pytest.mark.parametrize(
    ("formula", "args"),
    [
        (subscriber_to_customer, (800, 120)),
        (repeat_purchase_rate, (800, 120)),
        (total_reach, (120, 800)),
    ],
)
def test_rates_are_parts_of_a_whole(formula: Any, args: tuple[float, float]) -> None:
    assert formula(*args) == 0.15
    with pytest.raises(DomainError, match=r"must be at most \w+ \(120\), got 800"):
        formula(*args[::-1])
    with pytest.raises(DivisionError):
        formula(0, 0)


CUSTOMERS = ["a", "a", "b", "a", "b", "c"]
DATES = [date(2026, 1, day) for day in (1, 11, 5, 31, 25, 7)]
SERIAL_OF_EPOCH = 25569  # 1970-01-01 in the 1900 date system


@pytest.mark.parametrize(
    "dates",
    [
        DATES,
        [datetime.combine(day, datetime.max.time()) for day in DATES],
        [day.isoformat() for day in DATES],
        [f"{day.isoformat()}T23:30:00-08:00" for day in DATES],
        [day_number(day) + SERIAL_OF_EPOCH for day in DATES],
        [[day_number(day) + SERIAL_OF_EPOCH + 0.75] for day in DATES],
        np.array(DATES, dtype="datetime64[D]"),
        np.array(DATES, dtype="datetime64[ns]"),
        list(np.array(DATES, dtype="datetime64[ns]")),
        pd.Series(pd.to_datetime(DATES)),
        pd.Series(pd.to_datetime(DATES)).dt.tz_localize("Europe/Stockholm"),
        pd.Series(DATES),
        list(pd.to_datetime(DATES)),
    ],
    ids=lambda dates: f"{type(dates).__name__} of {type(next(iter(dates))).__name__}",
)
def test_dates_come_in_many_forms(dates: Any) -> None:
    # By hand: gaps of 10 and 20 days (a) and of 20 (b).
    assert time_between_purchases(CUSTOMERS, dates) == 20


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 60)), min_size=1))
def test_time_between_purchases_is_the_median_gap(rows: list[tuple[int, int]]) -> None:
    gaps = list[int]()
    for customer in {customer for customer, _ in rows}:
        days = sorted({day for who, day in rows if who == customer})
        gaps += [later - earlier for earlier, later in pairwise(days)]
    ids = [customer for customer, _ in rows]
    dates = [date(2026, 1, 1) + timedelta(day) for _, day in rows]
    if gaps:
        assert time_between_purchases(ids, dates) == median(gaps)
    else:
        with pytest.raises(NotEnoughDataError, match="nobody has bought on two days"):
            time_between_purchases(ids, dates)


def test_ids_of_any_type() -> None:
    dates = ["2026-01-01", "2026-01-04"]
    for ids in ([7, 7], [7.0, 7.0], np.array([7, 7]), pd.Series(["a", "a"]), [[1], [1]]):
        assert time_between_purchases(ids, dates) == 3
    with pytest.raises(NotEnoughDataError):
        time_between_purchases(["7", 7], dates)


@pytest.mark.parametrize(
    ("customers", "dates", "message"),
    [
        (["a", None], DATES[:2], "customers must be given, got nothing at 2"),
        (["a", ""], DATES[:2], "customers must be given, got nothing at 2"),
        (["a", float("nan")], DATES[:2], "customers must be given, got nothing at 2"),
        (pd.Series(["a", None]), DATES[:2], "customers must be given, got nothing at 2"),
        (["a", "b"], ["2026-01-01", None], "dates must be dates, got nothing at 2"),
        (["a", "b"], ["2026-01-01", pd.NaT], "dates must be dates, got nothing at 2"),
        (["a", "b"], ["2026-01-01", "soon"], "dates must be dates, got 'soon' at 2"),
        (["a", "b"], ["2026-01-01", "2026-02-30"], "dates must be dates, got '2026-02-30' at 2"),
        (["a", "b"], ["2026-01-01"], r"dates must have as many rows as customers \(2\), got 1"),
    ],
)
def test_missing_and_unreadable_cells_are_refused(customers: Any, dates: Any, message: str) -> None:
    with pytest.raises(ArgumentError, match=f"^{message}$"):
        time_between_purchases(customers, dates)


@pytest.mark.parametrize("serial", [0, -5, 60, 2958466, 20260131, float("inf")])
def test_serial_numbers_of_no_day_are_refused(serial: float) -> None:
    for dates in ([1, serial], np.array([1.0, serial])):
        with pytest.raises(DomainError, match="dates must be days from 1900-01-01 to 9999-12-31"):
            time_between_purchases(["a", "a"], dates)


def test_the_day_that_never_was_lies_between_two_that_were() -> None:
    # Serial 59 is 28 February 1900, 61 the day after it.
    assert time_between_purchases(["a", "a"], [59, 61]) == 1
    assert time_between_purchases(["a", "a"], np.array([59.0, 61.0])) == 1
