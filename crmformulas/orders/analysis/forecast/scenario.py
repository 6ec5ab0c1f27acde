"""The budget if customers do as forecast: a scenario beside those that are typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmformulas.errors import InputError
from crmformulas.orders.analysis.scenarios import Scenario
from crmformulas.translations import Label, Translated

if TYPE_CHECKING:
    from crmformulas.orders.analysis.budget_plan import Plan
    from crmformulas.orders.analysis.forecast.results import Forecast

__all__ = [
    "AS_FORECAST",
    "Band",
    "Beside",
    "Comparison",
    "as_forecast",
    "band",
    "beside_budget",
    "compare",
]

AS_FORECAST = Translated("As forecast", "Som prognosen")

NO_FORECAST = Translated(
    "the budget takes a forecast of 12 months, and there is none",
    "budgeten tar en prognos för 12 månader, och det finns ingen",
)

UNKNOWN_BUDGET = Translated(
    "the budget is unknown, so it can't be as forecast",
    "budgeten är okänd, så den kan inte bli som prognosen",
)

ROWS = ("new", "continued", "reactivated", "total")

INACTIVE = "inactive"


class _Known(NamedTuple):
    """The forecast's expectation of customers who are known, net of returns."""

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
    kept, won = _known(forecast, plan)
    budget, stays = plan.budget_1, plan.retention
    assert stays is not None
    customers = sum(row.customers for row in forecast.tiers if row.name != INACTIVE)
    factors = {"retention": _ratio(kept.buyers / customers if customers else 0.0, stays)}
    factors["reactivation"] = _ratio(won.buyers, budget.rows["reactivated"].customers)
    for segment, expected in (("continued", kept), ("reactivated", won)):
        row = budget.rows[segment]
        orders = expected.orders / expected.buyers if expected.buyers else 0.0
        value = expected.revenue / expected.orders if expected.orders else 0.0
        factors[f"{segment}_frequency"] = _ratio(orders, row.orders_per_customer)
        factors[f"{segment}_order_value"] = _ratio(value, row.value_per_order)
    return Scenario(AS_FORECAST, {lever: f for lever, f in factors.items() if f != 1.0})


def _known(forecast: Forecast, plan: Plan) -> tuple[_Known, _Known]:
    """The expectations of customers who are active, and of those who are inactive.

    Raises:
        InputError: if there is no forecast of 12 months, or the budget is unknown.
    """
    if forecast.total is None or forecast.months != 12:
        raise InputError(NO_FORECAST)
    customers = plan.outcome_period.customers
    if plan.budget_1.wrong is not None or not plan.retention or customers is None:
        raise InputError(UNKNOWN_BUDGET)
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
    return kept, won


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
    kept, won = _known(forecast, plan)
    budget, ends = plan.budget_1.rows, band(forecast, plan)
    new = budget["new"].customers, budget["new"].revenue
    # Not by the factors: where Budget 1 has nobody who comes back, none brings what is expected.
    known = [(kept.buyers, kept.revenue), (won.buyers, won.revenue)]
    total = tuple(
        None if of_new is None else of_new + sum(column)
        for of_new, column in zip(new, zip(*known, strict=True), strict=True)
    )
    expected = dict(zip(ROWS, (new, *known, total), strict=True))
    rows = []
    for segment in ROWS:
        own = ends if segment == "total" and ends is not None else (None, None)
        of_budget = budget[segment].customers, budget[segment].revenue
        rows.append(Beside(segment, *of_budget, *expected[segment], *own))
    return tuple(rows)


class Comparison(NamedTuple):
    """Budget 1 and the budget as forecast, or why that one is unknown.

    Attributes:
        rows: New, continued, reactivated and total; without the forecast's figures where they are
            unknown.
        why: Why they are; None where they are known.
    """

    rows: tuple[Beside, ...]
    why: Label | None = None


def compare(forecast: Forecast, plan: Plan) -> Comparison:
    """The same as :func:`beside_budget`; what is unknown there is so here, with the reason."""
    try:
        return Comparison(beside_budget(forecast, plan))
    except InputError as error:
        budget = plan.budget_1.rows
        alone = (
            Beside(segment, budget[segment].customers, budget[segment].revenue, None, None)
            for segment in ROWS
        )
        return Comparison(tuple(alone), error.message)
