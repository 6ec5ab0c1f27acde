"""What a forecast needs of an order log: the customers now, and those of a year ago."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from crmformulas.dates import add_months, day_number
from crmformulas.errors import InputError
from crmformulas.orders.analysis.forecast.build import Forecast, Origin, forecast_from
from crmformulas.orders.analysis.forecast.histories import (
    Cells,
    cells,
    customer_histories,
    repeat_values,
    value_cells,
)
from crmformulas.orders.counting import queries
from crmformulas.orders.counting.counts import CohortCount

if TYPE_CHECKING:
    from collections.abc import Mapping

    import ibis.expr.types as ir

    from crmformulas.orders.analysis.forecast.maximum import Floats
    from crmformulas.orders.log import Orders
    from crmformulas.orders.rules import Rules
    from crmformulas.orders.summary.model import Summary

__all__ = ["customers_at", "forecast"]

MOST_MONTHS = 24


def forecast(log: Orders, as_of: date | str | None, months: int, rules: Rules) -> Forecast:
    """Forecast the months after an as-of day; see :meth:`Orders.forecast`."""
    if not 1 <= months <= MOST_MONTHS:
        raise InputError(f"the months of a forecast must be 1 to {MOST_MONTHS}, got {months}")
    summary = log.summary(as_of, rules)
    now = customers_at(log, summary.as_of, add_months(summary.as_of, months), rules)
    year_ago = add_months(summary.as_of, -12)
    past, law, last_year = None, None, np.zeros(len(rules.tiers) + 1)
    # Both days count, so that a calendar year is 12 months.
    if day_number(add_months(summary.input.first_day, 12)) <= day_number(year_ago) + 1:
        past = customers_at(log, year_ago, summary.as_of, rules)
        law, last_year = _law(log.summary(year_ago, rules))
    return forecast_from(
        now, past, rules.tier_names, law, last_year, months, _returns_share(log, summary, rules)
    )


def customers_at(log: Orders, day: date, end: date, rules: Rules) -> Origin:
    """The customers at a day, with what they did until the end."""
    _, _, bounds, within, days = log._prepare(day, rules)
    with ExitStack() as held:
        customers = held.enter_context(queries.customers_of(within, bounds).cache())
        cohorts = log._rows(queries.cohorts(customers, days, bounds, rules), CohortCount)
        tiered = log._tiered(customers, days, bounds, cohorts, rules)
        placed = tiered.filter(tiered.target < len(rules.tiers)).select("customer", "target")
        orders = queries.usable(log._grouped(rules))
        histories = held.enter_context(
            customer_histories(orders, day_number(day), day_number(end)).cache()
        )
        counted = Cells.of(_columns(log, cells(histories, placed)))
        values = repeat_values(_columns(log, value_cells(histories)))
    return Origin(day, end, counted, values)


def _columns(log: Orders, expression: ir.Table) -> Mapping[str, Any]:
    """A result as NumPy columns: there may be a million cells, and no row is made of them."""
    if (connection := log._duckdb) is not None:
        found: Mapping[str, Any] = connection.execute(
            log.rows.backend.compile(expression)
        ).fetchnumpy()
        return found
    table = log.rows.backend.to_pyarrow(expression)
    return {name: table[name].to_numpy() for name in table.column_names}


def _law(summary: Summary) -> tuple[Floats | None, Floats]:
    """Retention × annual value by tier, and last year's revenue; the inactive bring nothing."""
    rows = summary.portfolio_records
    last_year = np.array([*(row.revenue for row in rows), 0.0])
    retention = [row.retention for row in rows]
    if any(rate is None for rate in retention):
        return None, last_year
    return last_year * np.array([*retention, 0.0], dtype=np.float64), last_year


def _returns_share(log: Orders, summary: Summary, rules: Rules) -> float:
    """Returns of the last 12 months as a share of what was bought in them."""
    if rules.returns == "ignore":
        return 0.0
    orders = queries.usable(log._grouped(rules))
    first, last = (day_number(day) for day in summary.windows.s12)
    within = orders.filter((orders.day >= first) & (orders.day <= last))
    sums = within.aggregate(
        bought=within.amount.sum(where=within.amount > 0).fill_null(0),
        returned=within.amount.sum(where=within.amount < 0).fill_null(0),
    )
    ((bought, returned),) = log._tuples(sums)
    return float(-returned / bought) if bought else 0.0
