"""The log of the customers whom a condition selects: as if the others had never bought."""

from __future__ import annotations

import pandas as pd
import pytest

from crmformulas.errors import InputError
from crmformulas.orders import demo, read


@pytest.fixture(scope="module")
def orders() -> pd.DataFrame:
    made: pd.DataFrame = demo.demo_frames(orders=1_500, seed=3)[0]
    return made


@pytest.mark.parametrize("where", ["orders >= 2", "revenue > 500"])
def test_it_counts_as_a_file_of_these_customers_alone(orders: pd.DataFrame, where: str) -> None:
    with read(orders) as log:
        part = log.only(where)
        found = part.summary(log.summary().as_of).to_dict()
        whole = log.summary().to_dict()
        ids = [one.customer for one in log.customers(where=where).rows()]
    with read(orders[orders.customer_id.isin(ids)]) as alone:
        wanted = alone.summary(whole["as_of"]).to_dict()
    assert ids
    # History reaches as far as that of the whole log.
    for day in ("first_day", "last_day"):
        assert found["input"].pop(day) == whole["input"][day]
        wanted["input"].pop(day)
    # So do the recruit years, and what is said of those near its start.
    rows = {row["period"]: row for row in found.pop("first_year")}
    for row in wanted.pop("first_year"):
        assert rows[row["period"]] | {"near_start": row["near_start"]} == row
    for key in ("reading", "warnings", "notices"):
        found.pop(key, None), wanted.pop(key, None)
    assert found == wanted


def test_a_segment_of_the_new_alone_keeps_the_history_of_all(orders: pd.DataFrame) -> None:
    with read(orders) as log:
        whole = log.summary()
        found = log.only("segment = due").summary(whole.as_of)
        count = log.customers(where="segment = due").count()
    # Of a file of theirs alone nobody could say that they are new: it would begin with them.
    assert found.flows.new == found.flows.closing == count > 0
    assert found.flows.opening == 0
    assert found.ladder.step_records[0].customers == count


def test_further_columns_are_of_these_customers(orders: pd.DataFrame) -> None:
    with read(orders) as log:
        part = log.only("orders >= 2")
        wanted = part.totals()["orders"]
        part.further_columns(["channel"])
        assert part.totals()["orders"] == wanted < log.totals()["orders"]
        # What all and some begin with stays when those of some are let go of.
        part.close()
        day = log.summary().windows.f12[1]
        assert log.summary(day).flows.closing == log.summary().flows.opening


def test_nobody_is_no_log(orders: pd.DataFrame) -> None:
    with (
        read(orders) as log,
        pytest.raises(InputError, match="nobody is selected by orders > 9999"),
    ):
        log.only("orders > 9999")
