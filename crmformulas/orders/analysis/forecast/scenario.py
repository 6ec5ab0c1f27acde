"""The budget if customers do as forecast: a scenario beside those that are typed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from crmformulas.errors import InputError
from crmformulas.orders.analysis.scenarios import Scenario
from crmformulas.translations import Translated

if TYPE_CHECKING:
    from crmformulas.orders.analysis.budget_plan import Plan
    from crmformulas.orders.analysis.forecast.results import Forecast

__all__ = ["AS_FORECAST", "Band", "Beside", "as_forecast", "band", "beside_budget"]

AS_FORECAST = Translated("As forecast", "Som prognosen")

INACTIVE = "inactive"


class _Known(NamedTuple):
    """What the forecast expects of customers who are known, net of returns."""

    buyers: float
    orders: float
    revenue: float


def as_forecast(forecast: Forecast, plan: Plan) -> Scenario:
    """The factors with which Budget 2 brings what the forecast expects of the known customers.

    Who is active stays and buys as forecast; who is inactive comes back as forecast. Who is new
    stands as in Budget 1, as a forecast knows nobody of them. The forecast is told before returns,
    a budget net of them: revenue is less by the share that they took of the last 12 months.

    Args:
        forecast: Of 12 months, at the as-of day of the plan.
        plan: Whose first budget the factors are of.

    Raises:
        InputError: if there is no forecast of 12 months, or the budget is unknown.
    """
    if forecast.total is None or forecast.months != 12:
        raise InputError("the budget takes a forecast of 12 months, and there is none")
    budget, stays = plan.budget_1, plan.retention
    if budget.wrong is not None or not stays or plan.outcome_period.customers is None:
        raise InputError("the budget is unknown, so it can't be as forecast")
    active = [row for row in forecast.tiers if row.name != INACTIVE]
    back = [row for row in forecast.tiers if row.name == INACTIVE]
    kept, won = (
        _Known(
            sum(row.buyers for row in rows),
            sum(row.orders for row in rows),
            sum(row.revenue for row in rows) * (1 - forecast.returns),
        )
        for rows in (active, back)
    )
    customers = sum(row.customers for row in active)
    factors = {"retention": _ratio(kept.buyers / customers if customers else 0.0, stays)}
    factors["reactivation"] = _ratio(won.buyers, budget.rows["reactivated"].customers)
    for segment, expected in (("continued", kept), ("reactivated", won)):
        row = budget.rows[segment]
        orders = expected.orders / expected.buyers if expected.buyers else 0.0
        value = expected.revenue / expected.orders if expected.orders else 0.0
        factors[f"{segment}_frequency"] = _ratio(orders, row.orders_per_customer)
        factors[f"{segment}_order_value"] = _ratio(value, row.value_per_order)
    return Scenario(AS_FORECAST, {lever: f for lever, f in factors.items() if f != 1.0})


def _ratio(wanted: float, now: float | None) -> float:
    """By what a figure is to be multiplied; 1 where there is none to multiply."""
    return wanted / now if now else 1.0


class Band(NamedTuple):
    """Revenue of the year between the ends of the forecast's interval, in currency units.

    Attributes:
        low: Known customers at the lower end, new ones as in Budget 1.
        high: Known customers at the upper end.
    """

    low: float
    high: float


def band(forecast: Forecast, plan: Plan) -> Band | None:
    """Between what revenue the budget as forecast lies in 80 %; None if it is unknown."""
    new = plan.budget_1.rows["new"].revenue
    if forecast.total is None or new is None:
        return None
    low, high = forecast.total.revenue_low, forecast.total.revenue_high
    net = 1 - forecast.returns
    return Band(new + low * net, new + high * net)


class Beside(NamedTuple):
    """Customers, orders and net revenue of the year ahead, by Budget 1 and as forecast.

    Attributes:
        segment: ``new``, ``continued``, ``reactivated`` or ``total``.
        budget_customers: By Budget 1.
        budget_revenue: By Budget 1, in currency units.
        customers: As forecast; of those who are new as in Budget 1.
        revenue: As forecast, in currency units, net of returns.
        low: Lower end of the revenue's interval, which holds with 80 %; of the total alone.
        high: Upper end of it.
    """

    segment: str
    budget_customers: float | None
    budget_revenue: float | None
    customers: float | None
    revenue: float | None
    low: float | None = None
    high: float | None = None


def beside_budget(forecast: Forecast, plan: Plan) -> tuple[Beside, ...]:
    """The budget as forecast beside Budget 1, a row a segment and the total with its band.

    Raises:
        InputError: as :func:`as_forecast`.
    """
    budgets = plan.budget_1.rows, replace(plan, scenario=as_forecast(forecast, plan)).budget_2.rows
    ends = band(forecast, plan)
    rows = []
    for segment in ("new", "continued", "reactivated", "total"):
        budget, expected = (each[segment] for each in budgets)
        own = ends if segment == "total" and ends is not None else (None, None)
        figures = (budget.customers, budget.revenue, expected.customers, expected.revenue)
        rows.append(Beside(segment, *figures, *own))
    return tuple(rows)
