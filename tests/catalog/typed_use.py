"""A user's script that calls the formulas and the orders: what a type checker takes and refuses.

A line that ends with ``# refused`` is to be refused, each other one to be taken; what a call
answers is asserted. It is checked by ``test_typed_api``, and never run.
"""

from __future__ import annotations

from datetime import date
from typing import assert_type

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import crmformulas as crm

column = pd.Series([5.0, 6.0])
frame = pd.DataFrame({"who": ["a"], "day": [date(2026, 1, 1)], "paid": [1.0]})

# Numbers in, a number out; a range in, an array out.
assert_type(crm.clv(5, 500, 2.5), float)
assert_type(crm.clv(5, 500, 2.5, margin=0.4), float)
assert_type(crm.clv(np.float64(5), np.int64(500), 2.5), float)
assert_type(crm.clv_discounted(100, 0.5, 0.1), float)
assert_type(crm.clv_discounted(100, 0.5, 0.1, None), float)
assert_type(crm.clv(np.array([5.0, 6.0]), 500, 2.5), NDArray[np.float64])
assert_type(crm.clv([5, 6], 500, [2.5, 3.0]), NDArray[np.float64])
assert_type(crm.clv(column, 500, 2.5), NDArray[np.float64])
assert_type(crm.churn([[1, 2], [3, 4]], 1), NDArray[np.float64])
assert_type(crm.churn([1, None], 1), NDArray[np.float64])

# Formulas of whole ranges.
assert_type(crm.tipping_point([0.1, 0.6]), int)
assert_type(crm.pareto_share(column), float)
assert_type(crm.f_ladder([1, 2, 2]), NDArray[np.int64])
assert_type(crm.tier(column, [0.2, 0.8], ["top", "rest"]), list[str])
assert_type(crm.migration(["top"], ["lost"]), pd.DataFrame)
assert_type(crm.migration_rates([[1, 2, 3]]), NDArray[np.float64])
assert_type(crm.migration_rates(pd.DataFrame([[1, 2]])), pd.DataFrame)
assert_type(crm.budget([[1, 2, 3]] * 3, 4, {"recruitment": 1.1}, 0.4), pd.DataFrame)
assert_type(crm.rfm(["a", "b"], ["2026-01-01", date(2026, 1, 2)], [1.0, 2.0]), pd.DataFrame)
assert_type(crm.portfolio(frame["who"], frame["day"], frame["paid"], "2026-01-31"), pd.DataFrame)
assert_type(crm.time_between_purchases([1, 1, 2], [46000, 46031, 46001]), float)

# Orders: results have attributes, and keywords are known.
with crm.orders.read("orders.csv", customer="id", date="day", amount="paid") as orders:
    summary = orders.summary("2026-10-31", returns="ignore", new_after=24)
    customers = orders.customers(rules=crm.orders.Rules(steps=6))
assert_type(summary.flows.closing, int)
assert_type(summary.portfolio_records[0].clv, float | None)
assert_type(summary.ladder.step_records[0].rate, float | None)
assert_type(summary.kpis.returning_records[0].month, str)
assert_type(summary.portfolio, pd.DataFrame)
lost = crm.orders.Filters(status="lost", f12_tier=["super", "top"])
assert_type(customers.page(limit=10, sort="revenue", filters=lost)[0].revenue, float)

crm.orders.read("orders.csv", custmer="id")  # refused
crm.orders.read("orders.csv", threads="two")  # refused
orders.summary(new_afer=24)  # refused
orders.summary(returns="nett")  # refused
crm.orders.Rules(step=6)  # refused
crm.orders.Filters(state="lost")  # refused
customers.page(sortby="revenue")  # refused
print(summary.portfolio_records[0].cvl)  # refused
crm.orders.reed("orders.csv")  # refused
crm.clv("five", 500, 2.5)  # refused
crm.clv(5, 500)  # refused
crm.clv(5, 500, 2.5, margins=0.3)  # refused
crm.clv([5, "six"], 500, 2.5)  # refused
crm.clv({"frequency": 5}, 500, 2.5)  # refused
crm.tipping_point("high")  # refused
crm.tier(column, "most")  # refused
crm.migration(1, 2)  # refused
crm.pareto_share([1, 2], "0.2")  # refused
crm.clw(5, 500, 2.5)  # refused
whole: int = crm.clv(5, 500, 2.5)  # refused
