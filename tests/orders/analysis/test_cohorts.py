"""Cohorts against the plain oracle, on every engine."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crmformulas.errors import InputError
from crmformulas.orders import read
from crmformulas.orders.analysis.cohorts import ALL, Cohort, cohorts
from crmformulas.orders.counting.customer_list import Filters
from crmformulas.orders.demo import demo_frames
from tests import oracle
from tests.examples import examples
from tests.logs import Case, cases
from tests.orders.counting.test_customer_list import opened
from tests.orders.counting.test_queries import ENGINES, NAMES, NOBODY, engine, relaxed


@pytest.fixture(scope="module", params=ENGINES)
def backend(request: pytest.FixtureRequest) -> Any:
    return engine(request.param, request)


def told(one: Cohort) -> dict[str, Any]:
    return {
        "month": one.month,
        "customers": one.customers,
        "followed": list(one.followed),
        "revenue_per_customer": list(one.revenue),
        "active": list(one.active),
        "retention": list(one.retention),
        "ltv": list(one.ltv),
    }


def compare(backend: Any, case: Case, **rules: Any) -> None:
    known = {NAMES.get(name, name): value for name, value in rules.items()}
    try:
        plain = oracle.cohort_table(case.rows, as_of=case.as_of, **known)
    except ValueError:
        with opened(backend, case.rows) as log, pytest.raises(InputError):
            log.summary(case.as_of, **rules)
        return
    for line in plain:
        # So that the comparison knows it for a mean of money.
        line["revenue_per_customer"] = line.pop("revenue")
    with opened(backend, case.rows) as log:
        made = cohorts(log.summary(case.as_of, **rules))
    ours = [told(one) for one in made]
    order = list(ours[0])
    assert oracle.differences(ours, [{k: line[k] for k in order} for line in plain]) == []


RETURN = pd.DataFrame({"customer": ["a"], "day": [date(2022, 1, 1)], "amount": [Decimal(-5)]})


@given(case=cases())
@example(case=Case(NOBODY, None, None))
@example(case=Case(RETURN, date(2022, 7, 31), None))
@settings(relaxed, max_examples=examples(40))
def test_every_cohort_is_that_of_the_oracle(backend: Any, case: Case) -> None:
    compare(backend, case)


@given(
    case=cases(),
    rules=st.sampled_from([{"returns": "ignore"}, {"every_row": True}]),
)
@settings(relaxed, max_examples=examples(20))
def test_rules_change_what_the_oracle_says_they_do(
    backend: Any, case: Case, rules: dict[str, Any]
) -> None:
    compare(backend, case, **rules)


def test_a_cohort_worked_by_hand() -> None:
    # Three customers of January, one of February; the as-of day is within April.
    lines = (
        "a 2026-01-05 10",
        "a 2026-01-30 10",
        "a 2026-03-01 5",
        "b 2026-01-31 20",
        "b 2026-02-01 20",
        "c 2026-01-01 30",
        "c 2026-04-09 1",
        "d 2026-02-28 8",
        "d 2026-03-31 -3",
        "a 2026-03-02 5",
    )
    columns = pd.Index(["customer", "date", "amount"])
    with read(pd.DataFrame([line.split() for line in lines], columns=columns)) as orders:
        everyone, january, february = cohorts(orders.summary(date(2026, 4, 15)))
    assert january.revenue == (70 / 3, 90 / 3, 100 / 3, None)
    # Two purchases in a month are one customer who buys; a return is none.
    assert january.active == (3, 1, 1, None)
    assert january.retention == (1, 1 / 3, 1 / 3, None)
    assert february.revenue == (8, 5, None)
    assert february.active == (1, 0, None)
    # March is observed for both, the month after that for none but January.
    assert everyone.followed == (4, 4, 3, 0)
    assert (everyone.covered, january.covered, february.covered) == (3, 3, 2)
    # What January's customers spent in that month comes on top of what all had spent.
    assert everyone.revenue == (78 / 4, 95 / 4, 95 / 4 + 10 / 3, None)
    assert everyone.retention == (1, 1 / 4, 1 / 3, None)
    assert (everyone.month, everyone.customers) == (ALL, 4)


def test_cohorts_of_the_demo_add_up_to_the_summary() -> None:
    with read(demo_frames(orders=20_000)[0]) as orders:
        summary = orders.summary()
        customers = orders.customers()
        found = {
            row.cohort: customers.count(Filters(cohort=row.cohort))
            for row in summary.cohort_records
        }
        with pytest.raises(InputError, match="cohort must be a month like 2026-10, got '2026-13'"):
            customers.count(Filters(cohort="2026-13"))
    everyone, *each = cohorts(summary)
    assert found == {one.month: one.customers for one in each}
    assert everyone.customers == summary.input.customers
    assert [one.month for one in each] == [r.cohort for r in summary.cohort_records]
    assert [one.revenue for one in each] == [r.revenue_per_customer for r in summary.cohort_records]
    assert list(everyone.ltv) == [r.ltv for r in summary.ltv_records]
    # Who buys in a month, by cohort, are all who buy in it.
    month = summary.kpis.returning_records[-1]
    active = sum(one.active[-1] or 0 for one in each if one.active and one.month <= month.month)
    assert active == month.customers
