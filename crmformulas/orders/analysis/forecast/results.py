"""Results of a forecast: groups of customers, the backtest, months, customers at risk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from crmformulas.errors import InputError
from crmformulas.translations import Label, Translated, translate

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from crmformulas.orders.analysis.forecast.customers import CustomerModel
    from crmformulas.orders.analysis.forecast.order_values import OrderValueModel
    from crmformulas.orders.analysis.forecast.purchases import PurchaseModel

__all__ = [
    "AllAtRisk",
    "AtRisk",
    "BacktestRow",
    "Came",
    "Errors",
    "Expected",
    "Forecast",
    "Month",
    "Rung",
    "Status",
]

Status: TypeAlias = Literal["tested", "untested", "failed", "blank"]

TOTAL = "total"


class Errors(NamedTuple):
    """Errors of a group's backtest: said / came − 1; None where nothing came.

    Attributes:
        buyers: Of the forecast's customers who buy.
        orders: Of its purchase days.
        revenue: Of its revenue before returns.
        law: Of the revenue by the law's way: retention × annual value per tier.
        last_year: Of the revenue if the year had been as the one before.
    """

    buyers: float | None = None
    orders: float | None = None
    revenue: float | None = None
    law: float | None = None
    last_year: float | None = None


class Expected(NamedTuple):
    """Expected figures of a group of customers in the period; an interval holds with 80 %.

    Attributes:
        name: The group, or ``total``.
        customers: How many there are at the as-of day.
        buyers: How many are expected to buy.
        orders: Expected purchase days.
        orders_low: Lower end of the interval.
        orders_high: Upper end of it.
        revenue: Expected revenue in currency units, before returns.
        revenue_low: Lower end of the interval.
        revenue_high: Upper end of it.
        law_revenue: Beside it the law's way, retention × annual value per tier; None where
            retention is unknown or the period is not 12 months.
        last_year_revenue: Their net revenue of the last 12 months; None as above.
        errors: What the backtest of the group missed; None without one.
    """

    name: str
    customers: int
    buyers: float
    orders: float
    orders_low: float
    orders_high: float
    revenue: float
    revenue_low: float
    revenue_high: float
    law_revenue: float | None = None
    last_year_revenue: float | None = None
    errors: Errors | None = None

    def to_dict(self) -> dict[str, Any]:
        """The row as the JSON contract has it, without its name."""
        plain = self._asdict()
        del plain["name"], plain["errors"]
        rounded = {k: round(v, 4) if isinstance(v, float) else v for k, v in plain.items()}
        errors = self.errors or Errors()
        return rounded | {f"{name}_error": error for name, error in errors._asdict().items()}


class BacktestRow(NamedTuple):
    """A method's forecast of a year ago beside the outcome; errors are fractions of the outcome.

    Attributes:
        method: ``forecast``, ``law`` (retention × annual value per tier) or ``last_year``.
        buyers_error: Of the customers who bought; None where the method does not tell them.
        orders_error: Of the purchase days; None where the method does not tell them.
        revenue_error: Of the revenue before returns.
        tier_error: Σ over tiers of |said − came| / what came in all.
    """

    method: str
    buyers_error: float | None
    orders_error: float | None
    revenue_error: float | None
    tier_error: float | None


class Came(NamedTuple):
    """Forecast of a value tier a year ago, and the outcome.

    Attributes:
        name: The tier a year ago, ``inactive`` or ``total``.
        buyers_said: Customers who would buy.
        buyers_came: Customers who did.
        orders_said: Purchase days that would come.
        orders_came: Those that came.
        revenue_said: Revenue before returns that would come, in currency units.
        revenue_came: That which came.
    """

    name: str
    buyers_said: float
    buyers_came: float
    orders_said: float
    orders_came: float
    revenue_said: float
    revenue_came: float


class AtRisk(NamedTuple):
    """A customer at risk.

    Attributes:
        customer: The id, as in the log.
        p_buy: Probability that she buys within the horizon.
        expected_revenue: Within it, in currency units, before returns.
        at_stake: What would be lost with her: (1 − P(alive)) × expected orders if alive × their
            value, in currency units.
        rhythm_days: Days between her purchases.
        silent_days: Days since the last.
    """

    customer: str
    p_buy: float
    expected_revenue: float
    at_stake: float
    rhythm_days: float
    silent_days: int

    @property
    def reason(self) -> Translated:
        """Why: her own rhythm, and for how long she has been silent."""
        return Translated(
            "usually every {} days, silent for {}", "brukar köpa var {}:e dag, tyst i {}"
        ).format(round(self.rhythm_days), self.silent_days)


class AllAtRisk(NamedTuple):
    """The customers at risk.

    Attributes:
        customers: How many there are.
        at_stake: Of all of them, in currency units.
        rows: The first of them by P(buys), the least likely first.
    """

    customers: int
    at_stake: float
    rows: tuple[AtRisk, ...]


class Month(NamedTuple):
    """A month, past or to come.

    Attributes:
        month: The calendar month ``2026-10``; of those to come that in which it begins.
        revenue: Before returns, in currency units: of all customers, or expected of those known.
        low: Lower end of the interval; None of what has come.
        high: Upper end of it.
    """

    month: str
    revenue: float
    low: float | None = None
    high: float | None = None


class Rung(NamedTuple):
    """A step of the F-ladder at the end of the period, if known customers do as forecast.

    Attributes:
        step: The k of Fk; the last one stands for all above, too.
        reached: Customers who have made k purchases at the as-of day.
        expected: Those who will have by the end of the period; nobody who is new is among them.
        low: Lower end of the interval, which holds with 80 %.
        high: Upper end of it.
    """

    step: int
    reached: int
    expected: float
    low: float
    high: float


@dataclass(frozen=True)
class Forecast:
    """Forecast of customers in the months after the as-of day.

    Attributes:
        as_of: The last day that counts.
        months: How many months ahead.
        status: ``tested``; ``untested``, where history is under 24 months; ``failed``, where the
            backtest is too far off and nothing else is told; ``blank``, with the reason in notices.
        purchases: The fitted model of purchases, with alpha in days.
        values: The fitted model of order values.
        total: All customers; None where ``failed`` or ``blank``.
        by: The same by ``tier``, ``status``, ``step`` and ``cohort``, in their order; ``status`` is
            missing where history does not tell it.
        backtest_as_of: The day to which the backtest went back.
        backtest: What methods said there against what came; empty where history is too short.
        came: The forecast of that day by value tier, with what came.
        history: Revenue before returns of the last 24 complete months.
        ahead: The months to come, without season: what is expected of the year, spread.
        ladder: The F-ladder of known customers as forecast, from F1.
        returns: Returns as a share of the revenue of the last 12 months.
        notices: What to know beside the figures, in both languages.
        model: What the figures of customers follow from.
        table: Makes their table in the engine.
        ask: Fetches the rows of a table of the engine.
    """

    as_of: date
    months: int
    status: Status
    purchases: PurchaseModel | None = None
    values: OrderValueModel | None = None
    total: Expected | None = None
    by: Mapping[str, tuple[Expected, ...]] = field(default_factory=dict)
    backtest_as_of: date | None = None
    backtest: tuple[BacktestRow, ...] = ()
    came: tuple[Came, ...] = ()
    history: tuple[Month, ...] = ()
    ahead: tuple[Month, ...] = ()
    ladder: tuple[Rung, ...] = ()
    returns: float = 0.0
    notices: tuple[Label, ...] = ()
    model: CustomerModel | None = field(default=None, repr=False, compare=False)
    table: Callable[[CustomerModel], ir.Table] | None = field(
        default=None, repr=False, compare=False
    )
    ask: Callable[[ir.Table], list[tuple[Any, ...]]] | None = field(
        default=None, repr=False, compare=False
    )

    @property
    def tiers(self) -> tuple[Expected, ...]:
        """By value tier at the as-of day, then ``inactive``."""
        return self.by.get("tier", ())

    def _repr_html_(self) -> str:
        # By name: counting knows no face.
        html: str = import_module("crmformulas.charts.notebook").forecast_html(self)
        return html

    def customers(self) -> ir.Table:
        """Forecast of each customer: a table in the engine of the log, a row each.

        It has ``customer``, the id as in the log, and the columns that
        :data:`crmformulas.orders.analysis.forecast.customers.COLUMNS` explains, such as ``p_buy``,
        ``expected_revenue`` and ``rhythm_days``; money is in currency units. Who has bought up to
        the as-of day is in it, once. It is made on first use and kept until the log is closed;
        join it with other tables of the engine by ``customer``.

        Raises:
            InputError: if there is no forecast, with the reason, or it is of no log.

        Examples:
            >>> from crmformulas.orders import read
            >>> from crmformulas.orders.demo import demo_frames
            >>> with read(demo_frames(orders=5_000)[0]) as log:
            ...     log.forecast().customers().columns[:3]
            ('customer', 'p_alive', 'p_buy')
        """
        if self.model is None or self.total is None:
            reason = next(iter(self.notices), "there is no forecast")
            raise InputError(translate(reason, "en"))
        if self.table is None:
            raise InputError(
                Translated(
                    "the forecast is of no log that could list its customers",
                    "prognosen hör inte till några köp vars kunder kan listas",
                )
            )
        return self.table(self.model)

    def at_risk(self, limit: int = 200) -> AllAtRisk:
        """Customers at risk: bought at least twice, within the last year, and silent for long.

        Long is more than two of her own rhythms. They are sorted by P(buys), the least likely
        first; rhythm explains, and does not rank. Only the rows that are asked for leave the
        engine.

        Args:
            limit: How many customers at most.

        Raises:
            InputError: if there is no forecast, with the reason, or the log is closed.
        """
        from crmformulas.orders.analysis.forecast.customers import at_risk

        people = at_risk(self.customers())
        assert self.ask is not None
        ((count, stake),) = self.ask(people.aggregate(n=people.count(), s=people.at_stake.sum()))
        first = people.order_by(people.p_buy, people.customer).limit(limit)
        rows = self.ask(first.select(*AtRisk._fields))
        return AllAtRisk(int(count), float(stake or 0.0), tuple(map(AtRisk._make, rows)))

    def to_dict(self) -> dict[str, Any]:
        """The JSON contract: plain values, money with at most four decimals."""
        model: dict[str, Any] | None = None
        if self.purchases is not None:
            one = self.purchases
            model = {"r": one.r, "alpha": one.alpha, "a": one.a, "b": one.b}
            model["log_likelihood"] = one.log_likelihood
            if self.values is not None:
                model |= {"p": self.values.p, "q": self.values.q, "gamma": self.values.gamma}
        return {
            "as_of": self.as_of.isoformat(),
            "model": model,
            "months": self.months,
            "status": self.status,
            "total": None if self.total is None else self.total.to_dict(),
            "by": {
                by: [{by: row.name} | row.to_dict() for row in rows] for by, rows in self.by.items()
            },
            "backtest": {
                "as_of": self.backtest_as_of.isoformat() if self.backtest_as_of else None,
                "methods": [row._asdict() for row in self.backtest],
            },
            "history": [_rounded(month) for month in self.history],
            "ahead": [_rounded(month) for month in self.ahead],
            "ladder": [_rounded(rung) for rung in self.ladder],
            "notices": [translate(notice, "en") for notice in self.notices],
        }


def _rounded(row: Month | Rung) -> dict[str, Any]:
    present = {k: v for k, v in row._asdict().items() if v is not None}
    return {k: round(v, 4) if isinstance(v, float) else v for k, v in present.items()}
