"""Sources that join the list of customers from the orders: own rhythm, and returns."""

from __future__ import annotations

from typing import Any

from crmformulas.orders.reading.expressions import _, ibis, total
from crmformulas.orders.selections.attributes import (
    DAYS,
    Attribute,
    Kind,
    Scope,
    Source,
    share_of,
)
from crmformulas.orders.selections.scores import SCORES
from crmformulas.orders.summary.months import median
from crmformulas.translations import Translated

__all__ = ["RETURNS", "RHYTHM", "STEPS", "of_the_orders"]


# Own rhythm: (t_x + 2ḡ) / (x + 2), with ḡ = Σ t_x / Σ x


def _buying_days(scope: Scope, customers: Any) -> Any:
    """Days with a purchase, of those who have bought more than twice; see :func:`_days`."""
    several = customers.filter(customers.orders > 2).select("customer")
    bought = scope.orders.filter(scope.orders.amount > 0).select("customer", "day")
    days = bought.semi_join(several, "customer").distinct()
    return days.group_by("customer").agg(buying_days=_.count())


def _days(customers: Any) -> Any:
    """Days with a purchase: of one or two purchases the first day and the last say it."""
    two = (customers["first"] < customers["last"]).ifelse(2, 1).cast("int64")
    return customers.buying_days.coalesce(two)


def _mean_gap(scope: Scope, customers: Any) -> None:
    # Who has bought on one day adds nothing to either.
    sums = scope.ask(
        customers.aggregate(
            days=total(customers["last"] - customers["first"]).fill_null(0),
            gaps=total(_days(customers) - 1).fill_null(0),
        )
    )
    days, gaps = int(sums["days"][0]), int(sums["gaps"][0])
    scope.known["mean_gap"] = days / gaps if gaps else None


def _rhythm(scope: Scope) -> list[Attribute]:
    def rhythm(table: Any) -> Any:
        mean = scope.known["mean_gap"]
        if mean is None:
            return ibis.null("float64")
        again = (_days(table) - 1).cast("float64")
        spread = (table["last"] - table["first"]).cast("float64")
        return (spread + 2 * mean) / (again + 2)

    def since(table: Any) -> Any:
        return (ibis.literal(scope.as_of, "int32") - table["last"]).cast("float64")

    def expected(table: Any) -> Any:
        return table["last"] + (rhythm(table) + 0.5).floor().cast("int32")

    return [
        Attribute(
            "own_rhythm",
            Translated("own rhythm", "egen rytm"),
            Kind.NUMBER,
            Translated(
                "days between purchases, as usual for the customer",
                "dagar mellan köp, som är vanligt för kunden",
            ),
            rhythm,
            aliases=("rhythm",),
            source="rhythm",
            unit=DAYS,
        ),
        Attribute(
            "silence",
            Translated("silence", "tystnad"),
            Kind.NUMBER,
            Translated(
                "days since the last purchase by the own rhythm; above 2 is overdue",
                "dagar sedan senaste köpet genom egen rytm; över 2 är försenad",
            ),
            lambda table: since(table) / rhythm(table).nullif(0),
            aliases=("overdue",),
            source="rhythm",
        ),
        Attribute(
            "next_order",
            Translated("next order", "nästa köp"),
            Kind.DAY,
            Translated(
                "day of the next purchase by the own rhythm; in the past if it is overdue",
                "dag för nästa köp enligt egen rytm; passerad om den är försenad",
            ),
            expected,
            aliases=("expected_day",),
            source="rhythm",
        ),
    ]


def _step_medians(scope: Scope, customers: Any) -> None:
    """The median days from each step to the next, of those who made both."""
    bought = scope.orders.filter(scope.orders.amount > 0).select("customer", "day")
    window = ibis.window(group_by=bought.customer, order_by=bought.day)
    steps = bought.mutate(k=ibis.row_number().over(window) + 1, then=bought.day.lead().over(window))
    made = steps.filter(steps.then.notnull() & (steps.k <= scope.rules.steps))
    found = scope.ask(made.group_by(k=made.k, gap=made.then - made.day).agg(n=_.count()))
    gaps: dict[int, dict[int, int]] = {}
    for k, gap, n in zip(found["k"], found["gap"], found["n"], strict=True):
        gaps.setdefault(int(k), {})[int(gap)] = int(n)
    scope.known["step_medians"] = {k: median(counts) for k, counts in gaps.items()}


def _steps(scope: Scope) -> list[Attribute]:
    def usual(table: Any) -> Any:
        medians = scope.known["step_medians"]
        if not medians:
            return ibis.null("float64")
        cases = [(table.orders == k, ibis.literal(float(m))) for k, m in sorted(medians.items())]
        return ibis.cases(*cases)

    def silence(table: Any) -> Any:
        since = (ibis.literal(scope.as_of, "int32") - table["last"]).cast("float64")
        return since / usual(table).nullif(0)

    def due(table: Any) -> Any:
        return table["last"] + (usual(table) + 0.5).floor().cast("int32")

    return [
        Attribute(
            "step_silence",
            Translated("silence on the step", "tystnad på steget"),
            Kind.NUMBER,
            Translated(
                "days since the last purchase by the median days from this step to the next; "
                "above 2 is stuck",
                "dagar sedan senaste köpet genom mediandagarna från steget till nästa; över 2 har "
                "fastnat",
            ),
            silence,
            aliases=("stuck",),
            source="steps",
        ),
        Attribute(
            "step_due",
            Translated("next step due", "nästa steg väntas"),
            Kind.DAY,
            Translated(
                "day by which half of those who went on from this step had done so",
                "dagen då hälften av dem som gick vidare från steget hade gjort det",
            ),
            due,
            source="steps",
        ),
    ]


STEPS = Source("steps", _steps, learn=_step_medians)


RHYTHM = Source("rhythm", _rhythm, _buying_days, _mean_gap)


# Returns


def _returned(scope: Scope, customers: Any) -> Any:
    back = scope.orders.filter(scope.orders.amount <= 0)
    return back.group_by("customer").agg(returned=-total(back.amount), returns=back.count())


def _returns(scope: Scope) -> list[Attribute]:
    left_out = Translated("returns are left out", "returer räknas inte")
    why = left_out if scope.rules.returns == "ignore" else ""

    def share(table: Any) -> Any:
        back = table.returned.fill_null(0)
        return share_of(back, table.revenue + back)

    return [
        Attribute(
            "returns",
            Translated("returns", "returer"),
            Kind.WHOLE,
            Translated("returns so far", "returer hittills"),
            lambda table: table.returns.fill_null(0),
            source="returns",
            unknown=why,
        ),
        Attribute(
            "returned",
            Translated("returned", "returnerat"),
            Kind.MONEY,
            Translated("money of returns so far", "returnerat belopp hittills"),
            lambda table: table.returned.fill_null(0),
            source="returns",
            unknown=why,
        ),
        Attribute(
            "returns_share",
            Translated("returns share", "returandel"),
            Kind.SHARE,
            Translated("returned by what was bought", "returnerat av det köpta"),
            share,
            source="returns",
            unknown=why,
        ),
    ]


RETURNS = Source("returns", _returns, _returned)


def of_the_orders() -> dict[str, Source]:
    """Sources that every log has."""
    return {source.name: source for source in (SCORES, RHYTHM, STEPS, RETURNS)}
