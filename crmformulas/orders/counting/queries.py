"""Queries of the engine: small tables of counts and exact sums, nothing else.

Every figure of a summary follows from the tables here. They are Ibis expressions over typed rows,
so that DuckDB, SQLite, Postgres or Spark do the work where the orders are, and each gives the
same integers: money is ten-thousandths, days are numbers, and what depends on calendar months is
looked up in a calendar that Python computes once.

Three passes do the work: rows to orders (see ``orders.reading.order_totals``), orders to
customers, and a window over the orders of
those customers who have more than one. All else reads small tables.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import TYPE_CHECKING

from crmformulas.dates import (
    add_months,
    day_number,
    from_number,
    month_index,
    month_start,
)
from crmformulas.orders.counting.counts import REASONS
from crmformulas.orders.reading.expressions import _, ibis, number, total
from crmformulas.orders.rules import LTV_AGES, Rules, Windows

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["Bounds"]

LAST_DAY = 2**31 - 1
"""After every day there is."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The cut-off days as numbers: the as-of day, and the first days of the windows."""

    as_of: int
    s12: int
    f12: int
    f11: int

    @classmethod
    def of(cls, windows: Windows) -> Bounds:
        """The windows as numbers."""
        first_days = windows.s12[0], windows.f12[0], windows.f11_start
        return cls(day_number(windows.as_of), *map(day_number, first_days))


# Orders among the groups


def usable(grouped: ir.Table) -> ir.Table:
    """The orders among the groups: customer, day, amount, and ``single`` where it is known."""
    single = ["single"] if "single" in grouped.columns else []
    return grouped.filter(_is_order(grouped)).select("customer", "day", "amount", *single)


def _is_order(grouped: ir.Table) -> ir.BooleanValue:
    return grouped.key.isnull() | (grouped.key >= 0)


def extent(grouped: ir.Table, as_of: int | None) -> ir.Table:
    """One row: rows of the input and those excluded for each reason; purchases, returns, their
    sums and first and last days up to the as-of day; and how many orders come after it."""
    excluded = {
        name: grouped.rows.sum(where=grouped.key == -1 - i) for i, name in enumerate(REASONS)
    }
    order, amount = _is_order(grouped), grouped.amount
    within = order & (grouped.day <= (LAST_DAY if as_of is None else as_of))
    bought = within & (amount > 0)
    counts = {
        "rows": grouped.rows.sum(),
        **excluded,
        "orders": order.sum(),
        "purchases": bought.sum(),
        "returns": (within & (amount <= 0)).sum(),
        "revenue": amount.sum(where=within),
        "revenue_bought": amount.sum(where=bought),
    }
    return grouped.aggregate(
        **{name: n.fill_null(0) for name, n in counts.items()},
        first=grouped.day.min(where=within),
        last=grouped.day.max(where=within),
        first_bought=grouped.day.min(where=bought),
        last_bought=grouped.day.max(where=bought),
    )


# Orders to customers


def calendar(first: int, bounds: Bounds, rules: Rules) -> dict[str, list[int]]:
    """By column a value a day: its month, and the days so many calendar months later.

    ``observed`` is how many of LTV_AGES have passed at the as-of day for a first order on the
    day; ``years`` how many of the recruit years that end 12, 24 … months before the as-of day have
    ended on the day or later; ``lapsed`` is the last day on which a returning customer is not new
    again.
    """
    days = range(first, bounds.as_of + 1)
    later = {"lapsed": rules.new_after, **{f"age{age}": age for age in LTV_AGES}}
    ends = _recruit_years(first, bounds)
    begin = month_index(from_number(first))
    end = month_index(from_number(bounds.as_of))
    starts = _month_starts(begin, end + max(later.values()) + 2)
    columns: dict[str, list[int]] = {"on": list(days), "month": [], "month_start": []}
    columns |= {name: [] for name in ("observed", "years", *later)}
    for place, month in enumerate(range(begin, end + 1)):
        start = starts[place]
        here = range(max(first, start), min(bounds.as_of + 1, starts[place + 1]))
        columns["month"] += [month] * len(here)
        columns["month_start"] += [start] * len(here)
        for name, months in later.items():
            target, last = starts[place + months], starts[place + months + 1] - 1
            columns[name] += [min(target + day - start, last) for day in here]
    ages = zip(*(columns[f"age{age}"] for age in LTV_AGES), strict=True)
    columns["observed"] = [sum(day <= bounds.as_of + 1 for day in row) for row in ages]
    columns["years"] = [sum(day <= end for end in ends) for day in days]
    return columns


def _month_starts(begin: int, end: int) -> list[int]:
    """The first days of months; numbers, as there may be no date so late."""
    starts = [day_number(month_start(begin))]
    for month in range(begin, end):
        year, number = divmod(month, 12)
        # The calendar repeats itself after 400 years.
        starts.append(starts[-1] + monthrange(2000 + year % 400, number + 1)[1])
    return starts


def _recruit_years(first: int, bounds: Bounds) -> list[int]:
    """The last days of the recruit years, from a year before the as-of day back to a day."""
    as_of, ends = from_number(bounds.as_of), [bounds.as_of]
    while ends[-1] >= first and (as_of.year - len(ends)) >= 1:
        ends.append(day_number(add_months(as_of, -12 * len(ends))))
    return ends[1:]


def customers_of(orders: ir.Table, bounds: Bounds, /, **more: ir.Scalar) -> ir.Table:
    """One row a customer who has bought: what status, tiers and cohorts follow from.

    Active in S12 is who has ``first_within``; active in F12 is whose ``last_before`` lies in it;
    ``earlier`` is the last purchase before F12.
    ``entries`` counts orders and returns. ``more`` is for what only a list of customers tells: two
    more columns cost a summary of a million orders a tenth of a second.
    """
    bought = orders.amount > 0
    in_s12 = orders.day >= bounds.s12
    in_f12 = (orders.day >= bounds.f12) & ~in_s12
    groups = orders.group_by("customer").agg(
        entries=_.count(),
        revenue=total(orders.amount),
        first=orders.day.min(where=bought),
        earlier=orders.day.max(where=bought & (orders.day < bounds.f12)),
        last_before=orders.day.max(where=bought & ~in_s12),
        first_within=orders.day.min(where=bought & in_s12),
        s12_orders=orders.count(where=bought & in_s12),
        s12_revenue=total(orders.amount, in_s12).fill_null(0),
        f12_revenue=total(orders.amount, in_f12).fill_null(0),
        **more,
    )
    return groups.filter(_.first.notnull())


def customers_of_one(orders: ir.Table, bounds: Bounds, several: ir.Table) -> ir.Table:
    """The customers of :func:`customers_of` whose only order each is: nothing need be grouped.

    Args:
        orders: Orders, each of a customer who has no other.
        bounds: The windows.
        several: The other customers, of whom the types are the same.
    """
    late, early = orders.day >= bounds.s12, orders.day >= bounds.f12
    nothing = ibis.literal(0)
    columns = {
        "customer": orders.customer,
        "entries": ibis.literal(1),
        "revenue": orders.amount,
        "first": orders.day,
        "earlier": ibis.cases((~early, orders.day)),
        "last_before": ibis.cases((~late, orders.day)),
        "first_within": ibis.cases((late, orders.day)),
        "s12_orders": late.cast("int64"),
        "s12_revenue": ibis.cases((late, orders.amount), else_=nothing),
        "f12_revenue": ibis.cases((early & ~late, orders.amount), else_=nothing),
    }
    types = several.schema()
    return orders.filter(_.amount > 0).select(
        **{name: column.cast(types[name]) for name, column in columns.items()}
    )


def active(customers: ir.Table, bounds: Bounds, window: str) -> ir.BooleanValue:
    """Whether a customer has an order in the window ``s12`` or ``f12``."""
    if window == "s12":
        return customers.first_within.notnull()
    return (customers.last_before >= bounds.f12).fill_null(False)


def starts(customers: ir.Table, bounds: Bounds, unit: int = 1) -> ir.Table:
    """Customers by day of first order and what they did since; of those with one order also what
    they brought, and the squares of it in a unit. Small, whatever the number of customers.

    ``kind`` has in one number whether they were active in each window, what they did before F12,
    and whether they have one order: a second key costs as much as the first.
    """
    single = customers.entries == 1
    past = ibis.cases(
        (customers.earlier >= bounds.f11, 2), (customers.earlier.notnull(), 1), else_=0
    )
    late, early = (active(customers, bounds, window).cast("int32") for window in ("s12", "f12"))
    kind = (late * 12 + early * 6 + past * 2 + single.cast("int32")).cast("int32")
    return customers.group_by(first=customers.first, kind=kind).agg(
        customers=_.count(),
        revenue=total(customers.revenue, single).fill_null(0),
        f12_revenue=total(customers.f12_revenue).fill_null(0),
        squares=_squared(customers.revenue, unit, single).fill_null(0),
    )


def cohorts(starts: ir.Table, days: ir.Table, bounds: Bounds, rules: Rules) -> ir.Table:
    """Customers by month of first order and what else they are counted by."""
    joined = starts.inner_join(days, starts["first"] == days.on)
    kind = joined.kind
    return joined.group_by(
        cohort=joined.month,
        observed=joined.observed,
        in_s12=kind >= 12,
        in_f12=kind % 12 >= 6,
        past=((kind % 6 - kind % 2) / 2).cast("int32"),
        years=joined.years,
        single=kind % 2 == 1,
        old=joined["first"] <= bounds.as_of - (rules.matured or 0),
    ).agg(customers=_.customers.sum(), f12_revenue=total(joined.f12_revenue))


def _squared(
    column: ir.IntegerColumn, unit: int, where: ir.BooleanValue | None = None
) -> ir.IntegerScalar:
    """The sum of the squares in a unit."""
    # Halves are exact, as the unit is a power of two: every engine rounds to the same.
    whole = (column.abs() / number(unit) + 0.5).floor().cast("int64")
    return total(whole * whole, where)


# Steps of those who have more than one order


def numbered(customers: ir.Table) -> ir.Table:
    """The customers with several orders, with a number each: ``customer`` and ``id``.

    To be stored where it is used twice, as an engine numbers them in any order. Customers that are
    numbers already keep theirs.
    """
    several = customers.filter(_.entries > 1)
    if several.customer.type().is_integer():
        return several.select("customer", id=several.customer)
    return several.select("customer", id=ibis.row_number())


def sequence(orders: ir.Table, several: ir.Table) -> ir.Table:
    """The orders of customers with several, in order: ``id`` is a number of the customer, k numbers
    the purchases, ``previous`` is the day of the one before, ``first`` that of the first. Returns
    stand after the purchases, so that the first order is a purchase, as every customer here has
    one.

    Most customers of most shops have one order, and need no window. The others are numbered, as a
    window sorts numbers several times faster than ids.

    Args:
        orders: Customer, day, amount.
        several: The customers with several, of :func:`numbered`.
    """
    theirs = orders.inner_join(several, "customer").select("id", "day", "amount")
    window = ibis.window(group_by=theirs.id, order_by=[theirs.amount <= 0, theirs.day])
    return theirs.select(
        "id",
        "day",
        "amount",
        k=(ibis.row_number().over(window) + 1).cast("int32"),
        previous=theirs.day.lag().over(window),
        first=theirs.day.first().over(window),
    )


def gaps(sequence: ir.Table, bounds: Bounds, rules: Rules) -> ir.Table:
    """Purchases by number, days since the one before, and whether the purchase lies in S12.

    Numbers are cut at one above those that are told apart. The ladder, its medians and the time
    between purchases follow from this histogram; ``old`` and ``previous_old`` serve the matured
    rates.
    """
    mature = bounds.as_of - (rules.matured or 0)
    return (
        sequence.filter(_.amount > 0)
        .group_by(
            k=ibis.least(_.k, rules.numbers + 1),
            gap=ibis.cases((_.k > 1, _.day - _.previous)),
            late=_.day >= bounds.s12,
            old=_.day <= mature,
            previous_old=(_.previous <= mature).fill_null(False),
        )
        .agg(purchases=_.count())
    )


def tier_gaps(sequence: ir.Table, numbered: ir.Table, tiered: ir.Table, bounds: Bounds) -> ir.Table:
    """Purchases in S12 by value tier and days since the one before.

    Args:
        sequence: The orders of customers with several.
        numbered: The number of each of them, by which the sequence knows them.
        tiered: Customers with their ``tier``.
        bounds: The windows.
    """
    late = (sequence.day >= bounds.s12) & sequence.previous.notnull() & (sequence.amount > 0)
    gaps = sequence.filter(late).select("id", gap=sequence.day - sequence.previous)
    places = numbered.inner_join(tiered, "customer").select("id", "tier")
    return gaps.inner_join(places, "id").group_by("tier", "gap").agg(purchases=_.count())


def purchases(sequence: ir.Table, days: ir.Table, rules: Rules) -> ir.Table:
    """Purchases by number, month, and days since the one before: what months are told by."""
    later = sequence.filter(_.amount > 0)
    dated = later.inner_join(days.select("on", "month"), later.day == days.on)
    return dated.group_by(
        k=ibis.least(_.k, rules.numbers + 1),
        month=_.month,
        gap=ibis.cases((_.k > 1, _.day - _.previous), else_=-1),
    ).agg(purchases=_.count())


def soon(sequence: ir.Table, days: ir.Table, within: int, rules: Rules) -> ir.Table:
    """Purchases that were followed by another one within some days, by number and quarter."""
    later = sequence.filter(
        (_.amount > 0) & (_.k > 1) & (_.k <= rules.numbers) & (_.day - _.previous <= within)
    )
    dated = later.inner_join(days.select("on", "month"), later.previous == days.on)
    return dated.group_by(k=dated.k - 1, quarter=dated.month // 3).agg(purchases=_.count())


def may_be_renewed(first: int, bounds: Bounds, rules: Rules) -> bool:
    """Whether history is so long that a customer can have been new again in F12."""
    if first >= bounds.f11:
        return False
    return day_number(add_months(from_number(first), rules.new_after)) < bounds.s12


def renewed(sequence: ir.Table, days: ir.Table, bounds: Bounds) -> ir.Table:
    """Customers who had bought before F12 and the year before it, but were new again in F12: how
    many are active in S12 and not, and their net revenue of F12."""
    in_f12 = (sequence.day >= bounds.f12) & (sequence.day < bounds.s12)
    back = sequence.filter((_.amount > 0) & in_f12 & (_.previous < bounds.f11))
    dated = back.inner_join(days.select("on", "lapsed"), back.previous == days.on)
    theirs = dated.filter(_.day > _.lapsed).select("id").distinct()
    since = sequence.filter(_.day >= bounds.f12).semi_join(theirs, "id")
    late = since.day >= bounds.s12
    each = since.group_by("id").agg(
        in_s12=(late & (since.amount > 0)).any(),
        revenue=total(since.amount, ~late).fill_null(0),
    )
    return each.group_by("in_s12").agg(customers=_.count(), f12_revenue=_.revenue.sum())


def again(sequence: ir.Table, eve: int, year: int) -> ir.Table:
    """One row: customers with several orders who were active at a day, and who bought after it.

    Args:
        sequence: Their orders.
        eve: The day.
        year: The first of the 12 months up to it.
    """
    bought, previous = sequence.amount > 0, sequence.previous
    after = bought & (sequence.day > eve)
    # The first purchase in those months stands for the customer.
    opens = previous.isnull() | (previous < year)
    within = bought & (sequence.day >= year) & (sequence.day <= eve)
    counts = {
        "active": within & opens,
        "active_buyers": after & (previous >= year) & (previous <= eve),
        "lapsed_buyers": after & (previous < year),
    }
    named = {name: which.fill_null(False).sum().fill_null(0) for name, which in counts.items()}
    return sequence.aggregate(**named)


def before(starts: ir.Table, eve: int, year: int) -> ir.Table:
    """One row: customers who had bought by a day; and those whose one order is of the year."""
    by_then = starts["first"] <= eve
    once = by_then & (starts["first"] >= year) & (starts.kind % 2 == 1)
    return starts.aggregate(
        customers=starts.customers.sum(where=by_then).fill_null(0),
        once=starts.customers.sum(where=once).fill_null(0),
    )


# Money by month and age


def money(sequence: ir.Table, starts: ir.Table, days: ir.Table) -> ir.Table:
    """By month of first order, ages observed, month, and age at the order: net revenue, that of
    purchases, and customers whose first purchase of the month it is.

    ``age`` is how many of LTV_AGES had passed; -1 is before the first order.
    """
    ages = [f"age{a}" for a in LTV_AGES]
    firsts = days.select("observed", "years", *ages, first_on=days.on, cohort=days.month)
    dated = sequence.inner_join(
        days.select("on", "month", "month_start"), sequence.day == days.on
    ).drop("on")
    joined = dated.inner_join(firsts, dated.first == firsts.first_on)
    bought = joined.amount > 0
    opens_month = bought & ((joined.k == 1) | (joined.previous < joined.month_start))
    passed = [(joined.day >= joined[age]).cast("int32") for age in ages]
    of_several = joined.group_by(
        cohort=joined.cohort,
        observed=joined.observed,
        years=joined.years,
        month=joined.month,
        age=reduce(add, passed, -(joined.day < joined.first).cast("int32")),
    ).agg(
        revenue=joined.amount.sum(),
        bought=joined.amount.sum(where=bought).fill_null(0),
        active=joined.count(where=opens_month),
        orders=joined.count(where=bought),
        second=joined.count(where=bought & (joined.k == 2)),
    )
    # Who has one order has it at the age of no month.
    single = starts.filter(_.kind % 2 == 1)
    opened = single.inner_join(
        days.select("on", "month", "observed", "years"), single["first"] == days.on
    )
    nothing = ibis.literal(0, "int64")
    of_one = (
        opened.group_by(cohort=opened.month, observed=opened.observed, years=opened.years)
        .agg(revenue=_.revenue.sum(), active=_.customers.sum())
        .mutate(month=_.cohort, age=nothing, bought=_.revenue, orders=_.active, second=nothing)
    )
    keys = ("cohort", "observed", "years", "month", "age")
    sums = ("revenue", "bought", "active", "orders", "second")
    columns = (*keys, *sums)
    return (
        of_several.select(*columns)
        .union(of_one.select(*columns))
        .group_by(*keys)
        .agg(**{name: _[name].sum() for name in sums})
    )


def spread(sequence: ir.Table, starts: ir.Table, days: ir.Table, unit: int) -> ir.Table:
    """Squares of what customers brought up to each of LTV_AGES, in a unit that leaves them room.

    By how many of the ages have passed; an age that has not gives a number that nobody asks for.
    """
    ages = [f"age{a}" for a in LTV_AGES]

    firsts = days.select("observed", *ages, first_on=days.on)
    joined = sequence.inner_join(firsts, sequence.first == firsts.first_on)
    since = joined.day >= joined.first
    worth = joined.group_by("id").agg(
        observed=joined.observed.max(),
        **{
            age: total(joined.amount, since & (joined.day < joined[age])).fill_null(0)
            for age in ages
        },
    )
    of_several = worth.group_by("observed").agg(**{age: _squared(worth[age], unit) for age in ages})
    # Who has one order has brought as much at every age.
    single = starts.filter(_.kind % 2 == 1)
    opened = single.inner_join(days.select("on", "observed"), single["first"] == days.on)
    alike = opened.group_by("observed").agg(squares=total(opened.squares))
    of_one = alike.select("observed", **dict.fromkeys(ages, alike.squares))
    return of_several.union(of_one).group_by("observed").agg(**{age: _[age].sum() for age in ages})


def returned(sequence: ir.Table, days: ir.Table, since: int) -> ir.Table:
    """Returns by month, of the customers who also bought in that month, from a day on.

    Whoever has returns and a purchase has several entries, so the sequence holds them all.
    """
    recent = sequence.filter(_.day >= since)
    dated = recent.inner_join(days.select("on", "month", "month_start"), recent.day == days.on)
    back = dated.filter(_.amount <= 0)
    bought = dated.filter(_.amount > 0).select("id", "month").distinct()
    return (
        back.semi_join(bought, ["id", "month"])
        .group_by("month", returning=_.first < _.month_start)
        .agg(revenue=_.amount.sum())
    )


def three_years_back(windows: Windows) -> int:
    """The first day of the 36 complete months that end at or before the as-of day."""
    complete = month_index(from_number(day_number(windows.as_of) + 1))
    return day_number(month_start(max(complete - 36, 12)))


# Contacts


def contacts_beside(contacts: ir.Table, customers: ir.Table, as_of: int, rules: Rules) -> ir.Table:
    """Contacts with their first purchase: who had none by the end of the lead, and who then bought.

    ``converted`` are those who bought after the lead and within the horizon.
    """
    reached = (
        ibis.cases((contacts.last_reached <= as_of, contacts.last_reached))
        if "last_reached" in contacts.columns
        else ibis.null("int32")
    )
    listed = (
        contacts.mutate(reached=reached)
        .filter(_.customer.notnull())
        .group_by("customer")
        .agg(signed_up=_.signed_up.min(), reached=_.reached.max())
        .filter(_.signed_up.isnull() | (_.signed_up <= as_of))
    )
    firsts = customers.select("first", buyer=_.customer)
    people = listed.left_join(firsts, listed.customer == firsts.buyer)
    starts = people.signed_up + rules.lead
    return people.mutate(
        lead=(people.first.isnull() | (people.first > starts)).fill_null(False),
        converted=((people.first > starts) & (people.first <= starts + rules.horizon)).fill_null(
            False
        ),
    )


def contacts_tally(people: ir.Table, as_of: int, rules: Rules) -> ir.Table:
    """One row: contacts, those without an order, sign-ups followed long enough, reach, and those
    who had signed up and not bought before the last days that count."""
    eve = as_of - rules.horizon
    had_bought = (people.first <= eve).fill_null(False)
    waiting = (people.signed_up <= eve).fill_null(False) & ~had_bought
    followed = (people.signed_up + rules.lead + rules.horizon <= as_of).fill_null(False)
    return people.aggregate(
        contacts=people.count(),
        without_order=people.first.isnull().sum().fill_null(0),
        eligible=(followed & people.lead).sum().fill_null(0),
        converted=(followed & people.converted).sum().fill_null(0),
        reached=(people.reached > as_of - rules.reach).fill_null(False).sum().fill_null(0),
        waiting=waiting.sum().fill_null(0),
        waiting_buyers=(waiting & people.first.notnull()).sum().fill_null(0),
    )


def sign_ups(people: ir.Table) -> ir.Table:
    """Contacts by day of sign-up, with those who had not bought by the end of the lead."""
    return (
        people.filter(_.signed_up.notnull())
        .group_by("signed_up")
        .agg(contacts=_.count(), leads=_.lead.sum(), converted=_.converted.sum())
    )


def conversions(people: ir.Table) -> ir.Table:
    """Contacts who became customers, by day of their first purchase."""
    return people.filter(_.converted).group_by("first").agg(converted=_.count())


def contact_days(contacts: ir.Table, people: ir.Table, as_of: int) -> ir.Table:
    """The days on which each contact was reached, once, with the day of sign-up.

    Args:
        contacts: The rows of the list.
        people: The contacts among them, of :func:`contacts_beside`.
        as_of: The last day that counts.
    """
    known = contacts.customer.notnull() & (contacts.last_reached <= as_of)
    days = contacts.filter(known).select("customer", day=contacts.last_reached).distinct()
    return days.inner_join(people.select("customer", "signed_up"), "customer")


def reach_days(days: ir.Table) -> ir.Table:
    """One row: days of contact, contacts who have some, and the first of the days."""
    return days.aggregate(days=days.count(), contacts=days.customer.nunique(), first=days.day.min())


def reach_months(days: ir.Table, months: ir.Table, rules: Rules) -> ir.Table:
    """Contacts who were reached in the days that count up to each month's end."""
    beside = days.cross_join(months)
    counts = (
        (beside.day <= beside.end)
        & (beside.day > beside.end - rules.reach)
        & (beside.signed_up.isnull() | (beside.signed_up <= beside.end))
    )
    return beside.filter(counts).group_by("end").agg(reached=_.customer.nunique())
