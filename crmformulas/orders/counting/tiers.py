"""Value tiers in the engine: where a ranking is cut, and who stands where.

Nobody need be ranked for it. A tier ends at a revenue and, among those who tie at it, at an id;
revenues are far fewer than customers, and a running sum of how many have each finds the cuts. On
two million active customers it costs a twentieth of ranking them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add, or_
from typing import TYPE_CHECKING, NamedTuple

from crmformulas.orders.counting.queries import Bounds, active
from crmformulas.orders.reading.expressions import _, ibis, number
from crmformulas.orders.rules import Rules

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from crmformulas.orders.reading.id_codes import IdCodes

__all__ = [
    "Cut",
    "CutRow",
    "by_code_point",
    "came_back",
    "cut_rows",
    "cuts_at",
    "flows",
    "s12_tiers",
    "with_places",
    "with_tiers",
]


MANY = 50_000
"""Customers above a rank, from which on bands of revenue are counted first."""
BAND = 100_000
"""The width of a band, in ten-thousandths of the currency unit."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Where a ranking by revenue is cut: above it are those with more, and the first ``place`` by
    id of those who have ``revenue`` itself."""

    revenue: int
    place: int
    tied: int


class CutRow(NamedTuple):
    """A revenue at which a wanted rank of a window stands.

    Attributes:
        revenue: In ten-thousandths of the currency unit.
        tied: Customers who have it.
        upto: Customers who have it or more.
        window: ``s12`` or ``f12``.
    """

    revenue: int
    tied: int
    upto: int
    window: str


def cut_rows(customers: ir.Table, bounds: Bounds, ranks: Mapping[str, Sequence[int]]) -> ir.Table:
    """The revenues at which the given ranks of each window stand."""
    parts = []
    for window, wanted in ranks.items():
        here = customers.filter(active(customers, bounds, window))
        here = here.select(revenue=here[f"{window}_revenue"])
        many = max(wanted, default=0) >= MANY
        running = _parted(here, wanted) if many else _running(here)
        parts.append(
            running.filter(_holds_one_of(running, wanted)).select(
                "revenue", "tied", "upto", window=ibis.literal(window)
            )
        )
    return parts[0].union(*parts[1:])


def _holds_one_of(running: ir.Table, wanted: Sequence[int]) -> ir.BooleanValue:
    """Whether a wanted rank stands among the tied of a row."""
    # Nobody stands at rank 0, but an engine is to be asked something.
    at = [ibis.literal(False)]
    at += [(running.upto >= r) & (running.upto - running.tied < r) for r in map(number, wanted)]
    return reduce(or_, at)


def _running(here: ir.Table) -> ir.Table:
    """Each revenue with how many have it, and how many have it or more."""
    sizes = here.group_by("revenue").agg(tied=_.count())
    descending = ibis.cumulative_window(order_by=_.revenue.desc())
    return sizes.mutate(upto=_.tied.sum().over(descending))


def _parted(here: ir.Table, wanted: Sequence[int]) -> ir.Table:
    """As :func:`_running`, of those bands of revenue alone in which a wanted rank stands.

    Different revenues may be nearly as many as customers; bands are few.
    """
    banded = here.mutate(band=(here.revenue / BAND).floor().cast("int64"))
    sizes = banded.group_by("band").agg(tied=_.count())
    bands = sizes.mutate(upto=_.tied.sum().over(ibis.cumulative_window(order_by=_.band.desc())))
    bands = bands.filter(_holds_one_of(bands, wanted))
    bands = bands.select("band", above=bands.upto - bands.tied)
    inside = banded.inner_join(bands, "band").group_by("band", "above", "revenue")
    within = ibis.cumulative_window(group_by=_.band, order_by=_.revenue.desc())
    return inside.agg(tied=_.count()).mutate(upto=_.above + _.tied.sum().over(within))


def cuts_at(rows: Sequence[CutRow], window: str, ranks: Sequence[int]) -> list[Cut | None]:
    """The cut at each rank; None where the rank is 0 and nobody is above."""
    cuts: list[Cut | None] = []
    for rank in ranks:
        cut = None
        for row in rows:
            place = rank - (row.upto - row.tied)
            if row.window == window and 0 < place <= row.tied:
                cut = Cut(row.revenue, place, row.tied)
        cuts.append(cut)
    return cuts


def with_tiers(
    customers: ir.Table,
    days: ir.Table,
    bounds: Bounds,
    cuts: dict[str, list[Cut | None]],
    rules: Rules,
    ids: IdCodes | None = None,
) -> ir.Table:
    """The active customers with where they come from and where they are, and if in the top share.

    ``origin`` and ``target`` are positions: the tiers in order, then reactivated and new, or
    lost. The last cut of S12 is that of the Pareto share.
    """
    here = customers.filter(active(customers, bounds, "s12") | active(customers, bounds, "f12"))
    return with_places(here, customers, days, bounds, cuts, rules, ids)


def with_places(
    people: ir.Table,
    customers: ir.Table,
    days: ir.Table,
    bounds: Bounds,
    cuts: dict[str, list[Cut | None]],
    rules: Rules,
    ids: IdCodes | None = None,
) -> ir.Table:
    """Some of the customers with the columns of :func:`with_tiers`.

    What they say of who was active in neither window has no meaning. With ``ids`` customers are
    numbers, of which these are the ids.
    """
    count = len(rules.tiers)
    people = people.left_join(days.select("on", "lapsed"), people.last_before == days.on)
    for window, wanted in cuts.items():
        people = _with_ties(people, customers, bounds, window, wanted, ids)
    late, early = active(people, bounds, "s12"), active(people, bounds, "f12")
    before, now = (_tier(people, window, cuts, rules) for window in ("f12", "s12"))
    return people.mutate(
        origin=ibis.cases((early, before), (came_back(people), count), else_=count + 1).cast(
            "int32"
        ),
        target=ibis.cases((late, now), else_=count).cast("int32"),
        top=late & ~_below(people, "s12", cuts["s12"][-1]),
    )


def s12_tiers(
    customers: ir.Table,
    bounds: Bounds,
    cuts: dict[str, list[Cut | None]],
    rules: Rules,
    ids: IdCodes | None = None,
) -> ir.Table:
    """The active customers with several orders: ``customer`` and the position of their ``tier``."""
    people = customers.filter(active(customers, bounds, "s12") & (customers.entries > 1))
    people = _with_ties(people, customers, bounds, "s12", cuts["s12"], ids)
    return people.select("customer", tier=_tier(people, "s12", cuts, rules))


def _tier(
    people: ir.Table, window: str, cuts: dict[str, list[Cut | None]], rules: Rules
) -> ir.IntegerValue:
    """The position of the tier of a window: how many of its cuts somebody is below."""
    parting = cuts[window][: len(rules.tiers) - 1]
    below = [_below(people, window, cut).cast("int32") for cut in parting]
    return reduce(add, below, ibis.literal(0, "int32"))


def came_back(people: ir.Table) -> ir.BooleanValue:
    """Whether who bought again in S12 did so before being new again: ``lapsed`` is until when."""
    return (people.first_within <= people.lapsed).fill_null(False)


def _with_ties(
    people: ir.Table,
    customers: ir.Table,
    bounds: Bounds,
    window: str,
    cuts: Sequence[Cut | None],
    ids: IdCodes | None,
) -> ir.Table:
    """Add ``s12_place`` or ``f12_place``: among those who tie where a cut parts them, by id."""
    there = [cut for cut in cuts if cut]
    if not any(cut.place < cut.tied for cut in there):
        return people
    tied = customers.filter(
        active(customers, bounds, window)
        & customers[f"{window}_revenue"].isin([number(cut.revenue) for cut in there])
    )
    named = tied.customer if ids is None else ids.text(tied.customer)
    by_id = ibis.window(group_by=tied[f"{window}_revenue"], order_by=by_code_point(named))
    places = tied.select(
        **{"tied_id": tied.customer, f"{window}_place": ibis.row_number().over(by_id) + 1}
    )
    return people.left_join(places, people.customer == places.tied_id).drop("tied_id")


def by_code_point(ids: ir.StringColumn) -> ir.Value:
    """Ids as they order by code point, which is how every engine but one orders text itself."""
    if ids.get_backend().name != "postgres":
        return ids

    def convert_to(text: str, encoding: str) -> bytes:
        raise AssertionError("a function of Postgres, only ever run there")

    # There the order is that of the database's language; bytes have but one.
    return ibis.udf.scalar.builtin(convert_to)(ids, "UTF8")


def _below(people: ir.Table, window: str, cut: Cut | None) -> ir.BooleanValue:
    if cut is None:
        return ibis.literal(True)
    revenue = people[f"{window}_revenue"]
    # Of all cuts of a window, so that the query is the same whichever of them part somebody.
    if f"{window}_place" in people.columns:
        place = people[f"{window}_place"]
        same = revenue == number(cut.revenue)
        return (revenue < number(cut.revenue)) | (same & (place > number(cut.place)))
    return revenue < number(cut.revenue)


def flows(tiered: ir.Table) -> ir.Table:
    """Customers, orders and revenue by origin and target, and the revenue of the top share."""
    return tiered.group_by("origin", "target").agg(
        customers=_.count(),
        s12_orders=_.s12_orders.sum(),
        s12_revenue=_.s12_revenue.sum(),
        f12_revenue=_.f12_revenue.sum(),
        top_revenue=_.s12_revenue.sum(where=_.top).fill_null(0),
    )
