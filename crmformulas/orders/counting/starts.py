"""The start orders of a question, with what they carry and whether the customer went on.

One row a customer: where the question starts, its month, and whether the success came. Nothing
later than the start order is looked at but the success itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from crmformulas.orders.reading.expressions import _, ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from crmformulas.orders.counting.queries import Bounds

__all__ = [
    "FIRST",
    "MOST_STEPS",
    "Kind",
    "Question",
    "bin_rows",
    "binned",
    "by_value",
    "starts_of",
    "with_month",
]

MOST_STEPS = 12
"""Order numbers above are one stratum."""
FIRST = "first_"
"""Before the name of what the customer's first order carries."""


Kind: TypeAlias = Literal["step", "loyal", "continued", "lost", "tier"]
"""What may be asked."""


class Question(NamedTuple):
    """A question: who of those who start go on?

    Attributes:
        kind: ``step``: from the k-th to the next purchase within days; ``loyal``: from the first to
            the k-th, so far; ``continued``: from F12 to S12; ``lost``: the other way round;
            ``tier``: from the first to a value tier of S12.
        step: The k; 0 where that is not asked.
        days: Within how many days; 0 where that is not asked.
        tier: The value tier: of F12 where it is asked who of it continued or was lost.
    """

    kind: Kind
    step: int = 0
    days: int = 0
    tier: str = ""

    @property
    def of_years(self) -> bool:
        """Whether it is asked of those who were active the year before."""
        return self.kind in ("continued", "lost")


def starts_of(
    one: ir.Table,
    several: ir.Table,
    question: Question,
    bounds: Bounds,
    members: ir.Table | None = None,
) -> ir.Table:
    """Per customer the start order: ``day``, ``step``, ``went_on`` and what orders carry.

    For later steps also what the first order carries, by the same names with ``first_`` before.
    ``members`` are the customers of the question's tier.
    """
    # Both tell who, or neither does.
    known = set(several.columns)
    carried = [name for name in one.columns if name in known and name not in ("customer", "day")]
    columns = [*(["customer"] if "customer" in known else []), "day", *carried]
    if question.of_years:
        gone = question.kind == "lost"
        alone = one.filter((one.day >= bounds.f12) & (one.day < bounds.s12))
        inside = (several.day >= bounds.f12) & (several.day < bounds.s12)
        last = several.next.isnull() | (several.next >= bounds.s12)
        start = several.filter(inside & last)
        success = start.next.isnull() if gone else start.next.notnull()
        rows = alone.select(*columns, step=_int32(1), went_on=_int32(int(gone))).union(
            start.select(
                *columns,
                step=ibis.least(start.k, MOST_STEPS).cast("int32"),
                went_on=success.cast("int32"),
            )
        )
        return rows if members is None else rows.semi_join(members, "customer")
    latest = bounds.as_of - question.days
    start = several.filter(several.k == (question.step if question.kind == "step" else 1))
    start = start.filter(start.day <= latest)
    if question.kind == "tier":
        assert members is not None
        alone = one.filter(one.day <= latest)
        firsts = alone.select(*columns).union(start.select(*columns))
        tier_members = members.select(member="customer")
        both = firsts.left_join(tier_members, firsts.customer == tier_members.member)
        in_it = both.member.notnull().cast("int32")
        return both.select(*columns, step=_int32(0), went_on=in_it)
    if question.kind == "loyal":
        success = start.purchases >= question.step
    else:
        success = (start.next - start.day <= question.days).fill_null(False)
    rows = start.select("id", *columns, step=_int32(0), went_on=success.cast("int32"))
    if question.kind == "loyal" or question.step == 1:
        alone = one.filter(one.day <= latest)
        return alone.select(*columns, step=_int32(0), went_on=_int32(0)).union(rows.drop("id"))
    first = several.filter(several.k == 1)
    names = {f"{FIRST}{name}": first[name] for name in ("day", *carried)}
    first = first.select(first_id=first.id, **names)
    return rows.inner_join(first, rows.id == first.first_id).drop("id", "first_id")


def _int32(number: int) -> ir.IntegerScalar:
    return ibis.literal(number, "int32")


def with_month(starts: ir.Table, days: ir.Table) -> ir.Table:
    """The starts with the month of their day, counted from year 0."""
    months = days.select("month", month_on=days.on)
    return starts.inner_join(months, starts.day == months.month_on).drop("month_on")


def by_value(starts: ir.Table, value: ir.Value, hold: ir.Value | None = None) -> ir.Table:
    """Customers, and those who went on, by value, month, step and what is held."""
    held = {} if hold is None else {"hold": hold}
    return starts.group_by(value=value, month=starts.month, step=starts.step, **held).agg(
        customers=_.count(), went_on=starts.went_on.sum()
    )


def bin_rows(starts: ir.Table, number: ir.IntegerValue, count: int) -> ir.Table:
    """The bins of a number by rank: bin, least, greatest, different numbers and customers.

    A number's bin is the whole part of ``count`` × (customers strictly below) / customers.
    """
    sizes = starts.group_by(number=number).agg(n=_.count()).filter(_.number.notnull())
    running = sizes.mutate(
        upto=_.n.sum().over(ibis.cumulative_window(order_by=_.number)),
        every=_.n.sum().over(ibis.window()),
    )
    below = (running.upto - running.n) * count
    places = [(below >= running.every * place).cast("int32") for place in range(1, count)]
    placed = running.mutate(bin=reduce(add, places, _int32(0)))
    return placed.group_by("bin").agg(
        low=_.number.min(), high=_.number.max(), numbers=_.count(), customers=_.n.sum()
    )


def binned(number: ir.IntegerValue, lows: Sequence[int]) -> ir.IntegerValue:
    """The place of a number among the least numbers of bins, ascending."""
    over = [(number >= low).cast("int32") for low in lows[1:]]
    return reduce(add, over, _int32(0))
