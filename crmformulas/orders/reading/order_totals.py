"""From rows to orders, and what each order is worth, decided over the whole input.

One pass groups the rows by order; what else has to be known (whether an amount is the order's
total, whether order ids are used again, who is nobody) is read off the groups, which are few
columns of numbers, and never needs the source again unless there is something to mend.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Literal, TypeAlias

from crmformulas.errors import QuestionError
from crmformulas.orders.reading.account import AppliedRule, money_text
from crmformulas.orders.reading.carried import carried, carried_singly
from crmformulas.orders.reading.column_roles import amount_of
from crmformulas.orders.reading.expressions import ibis, total
from crmformulas.orders.reading.id_codes import IdCodes
from crmformulas.orders.reading.identities import NOBODY_NUMBERS, like_totals, point_zero
from crmformulas.translations import Label, Translated, counted, counted_in_both

__all__ = [
    "AGAIN_AFTER",
    "GAP",
    "WEIGHT",
    "Totals",
    "decide_totals",
    "fill_gaps",
    "group_customers_first",
    "group_rows",
    "is_numbered",
    "merged",
    "split_reused",
    "tally",
    "worth",
]

Ask: TypeAlias = Callable[[Any], list[dict[str, Any]]]
Store: TypeAlias = Callable[[Any], Any]
GAP = -4
"""The key of rows that leave cells blank which another row of their order may fill; GAP - 1 where
the amount is among them."""
NO_ORDER = -(2**63) + 1
"""Stands for no order id where ids are numbers."""
WEIGHT = "weight"
"""The column of how many rows of the source a row is, where that is not one; ``high`` is then the
largest of their amounts."""
AGAIN_AFTER = 90
"""Days after an order's first, from which on its id has been used for another order."""
MONTH = 31
"""Days after which the rows of an order lie in different months, wherever it begins."""
ENOUGH_ORDERS = 3
ENOUGH_SHARE = 0.95
"""From so many orders with several rows, and such a share of them alike, the data decides."""
SUMS = (
    "amount",
    "rows",
    "lines",
    "void_rows",
    "void_amount",
    "unsure",
    "hinted",
    "refund_sum",
    "credits",
    "missing",
    "continued",
)
MAXIMA = ("high", "last", "refund_high", "sale", "changed")


def reason(rows: Any) -> Any:
    """-1, -2 … for the reasons for which a row is excluded, null for none."""
    tests = (rows.customer.isnull(), rows.day.isnull(), rows.amount.isnull())
    return ibis.cases(*((test, -1 - i) for i, test in enumerate(tests)))


def group_rows(rows: Any, *, every_row: bool = False, keep: bool = False) -> Any:
    """One row an order, and beside them the excluded rows by reason: one pass does both.

    With an order-id column the rows of a customer with one order id are one order; rows without
    an id, and all rows where there is no such column, make one order per customer and day.

    Args:
        rows: ``customer``, ``day``, ``amount``, and ``order`` or more where there is more.
        every_row: without an order-id column each row is an order.
        keep: hand on every ``order``, not only those that are used again.

    Returns:
        ``key`` is null (or, for orders without an id, not negative) for an order, else the reason
        of excluded rows; ``day`` and ``last`` are its first and last; ``amount`` is the sum and
        ``high`` the largest of its amounts; ``rows`` counts rows.
    """
    key = rows.key if "key" in rows.columns else reason(rows)
    files = ["file"] if "file" in rows.columns else []
    if "order" in rows.columns:
        key = ibis.cases(((key == GAP) & rows.amount.isnull(), GAP - 1), else_=key)
        # The third key sets rows without an order id apart by day. It is never negative, as a day
        # number may be before 1970, so that it can't be taken for a reason.
        unnamed = ibis.cases((rows.order.isnull(), rows.day + 2**30))
        groups = rows.group_by("customer", "order", *files, key=ibis.coalesce(key, unnamed))
        totals = groups.agg(day=rows.day.min(), last=rows.day.max(), **_sums(rows))
        if keep:
            return totals
        again = (totals.last - totals.day > AGAIN_AFTER).ifelse(totals.order, None)
        return totals.mutate(order=again)
    if every_row:
        return rows.select("customer", "day", *files, key=key, **_single(rows))
    return rows.group_by("customer", "day", *files, key=key).agg(**_sums(rows))


def group_customers_first(rows: Any, store: Store) -> Any:
    """The groups of `group_rows` where ids are numbers, by way of the customers.

    Most customers of most shops have one order, which grouping by customer finds at a third of the
    cost of grouping by order. Only the rows of the others are grouped by order.

    Args:
        rows: Stored: ``customer``, ``day``, ``amount``, ``key`` and, where there is one, ``order``.
        store: Stores a table.

    Returns:
        The groups, with ``single``: whether the customer has no other.
    """
    fine = rows.filter(rows.key.isnull())
    by_order = "order" in rows.columns
    which = fine.order.fill_null(NO_ORDER) if by_order else fine.day
    people = store(
        fine.group_by("customer").agg(
            order=which.min(),
            other=which.max(),
            day=fine.day.min(),
            last=fine.day.max(),
            **_sums(fine),
        )
    )
    alone = people.order == people.other
    if by_order:
        alone = alone & (people.order > NO_ORDER)
    several = people.filter(~alone).select("customer")
    of_several = store(group_rows(fine.semi_join(several, "customer")))
    excluded = store(group_rows(rows.filter(rows.key.notnull())))
    ones = people.filter(alone).mutate(key=ibis.null("int32"))
    if by_order:
        again = ones["last"] - ones.day > AGAIN_AFTER
        ones = ones.mutate(order=again.ifelse(ones.order, None))
    types = of_several.schema()
    one, rest = ibis.literal(True), ibis.literal(False)
    columns = list(of_several.columns)
    cast = {name: ones[name].cast(types[name]) for name in columns}
    return (
        ones.select(**cast, single=one)
        .union(of_several.select(*columns, single=rest))
        .union(excluded.select(*columns, single=rest))
    )


def _sums(rows: Any) -> dict[str, Any]:
    amount = rows.amount
    high = rows.high if WEIGHT in rows.columns else amount
    more: dict[str, Any] = {}
    if "void" in rows.columns:
        more["void_rows"] = _times(rows, rows.void)
        more["void_amount"] = total(amount, rows.void)
        more["sale"] = rows.sale.cast("int8").max()
        more["unsure"] = _times(rows, rows.unsure)
        amount, high = (rows.void.ifelse(None, one) for one in (amount, high))
        more["lines"] = _times(rows, amount.notnull()) if WEIGHT in rows.columns else amount.count()
    if "hinted" in rows.columns:
        more["hinted"] = rows.hinted.sum()
    if "refund" in rows.columns:
        more |= {"refund_high": rows.refund.max(), "refund_sum": total(rows.refund)}
    if "credit" in rows.columns:
        more["credits"] = rows.credit.sum()
    if "changed" in rows.columns:
        more["changed"] = rows.changed.cast("int8").max()
    more |= carried(rows, total)
    count = total(rows[WEIGHT]) if WEIGHT in rows.columns else rows.count()
    return {"amount": total(amount), "high": high.max(), "rows": count, **more}


def _times(rows: Any, condition: Any) -> Any:
    """For how many rows of the source a condition holds."""
    if WEIGHT not in rows.columns:
        return condition.sum()
    return total(condition.ifelse(rows[WEIGHT], 0))


def _single(rows: Any) -> dict[str, Any]:
    """The columns that `_sums` makes, of a row by itself."""
    one = ibis.literal(1, "int64")
    amount = rows.amount
    more: dict[str, Any] = {}
    if "void" in rows.columns:
        void = rows.void.cast("int64")
        more = {
            "void_rows": void,
            "void_amount": rows.void.ifelse(amount, None),
            "sale": rows.sale.cast("int8"),
            "unsure": rows.unsure.cast("int64"),
        }
        amount = rows.void.ifelse(None, amount)
        more["lines"] = amount.notnull().cast("int64")
    if "refund" in rows.columns:
        more |= {"refund_high": rows.refund, "refund_sum": rows.refund}
    for name, source in (("credits", "credit"), ("changed", "changed"), ("hinted", "hinted")):
        if source in rows.columns:
            more[name] = rows[source].cast("int64")
    more |= carried_singly(rows)
    return {"amount": amount, "high": amount, "rows": one, **more}


def is_order(groups: Any) -> Any:
    """Whether a group is an order, and not rows that are excluded."""
    return groups.key.isnull() | (groups.key >= 0)


def merged(groups: Any, *by: str) -> Any:
    """Groups as larger groups."""
    columns = groups.columns
    day = {"day": groups.day.min()} if "day" not in by else {}
    sums = {name: total(groups[name]) for name in SUMS if name in columns}
    highest = {name: groups[name].max() for name in MAXIMA if name in columns}
    return groups.group_by(*by).agg(**day, **sums, **highest, **carried(groups, total))


# ------------------------------------------------------------------------------- what is known


def tally(groups: Any, *, by_file: bool, names: bool = False, codes: IdCodes | None = None) -> Any:
    """Tally behind the decisions, a row a file; `names` where customers are called by words.

    With `codes` customers are numbers.
    """
    order = is_order(groups)
    lines = groups.lines if "lines" in groups.columns else groups.rows
    several = order & (lines > 1) & (groups.high != 0)
    alike = several & (groups.amount == groups.high * lines)
    counts: dict[str, Any] = {
        "rows": groups.rows.sum(),
        "orders": order.sum(),
        "several": several.sum(),
        "alike": alike.sum(),
        "alike_rows": lines.sum(where=alike),
        "lowest": groups.high.min(where=alike),
        "highest": groups.high.max(where=alike),
        "once": groups.high.sum(where=order),
        "every": groups.amount.sum(where=order),
        "nameless": groups.rows.sum(where=groups.key == -1),
    }
    counts |= _tally_of_ids(groups, order, codes)
    if names:
        totals = order & like_totals(groups.customer)
        counts |= {
            "totals_rows": groups.rows.sum(where=totals),
            "totals_money": groups.amount.sum(where=totals),
            "totals_name": totals.ifelse(groups.customer, None).min(),
        }
    if "order" in groups.columns:
        counts["again"] = (order & groups.order.notnull()).sum(
            where=groups.last - groups.day > AGAIN_AFTER
        )
        long = order & (groups.last - groups.day > MONTH)
        counts["long"] = long.sum()
        counts["long_money"] = groups.amount.sum(where=long)
        counts["gaps"] = groups.rows.sum(where=groups.key <= GAP)
    if "void_rows" in groups.columns:
        none = order & (groups.void_rows > 0)
        counts |= {
            "void_orders": none.sum(),
            "void_rows": groups.void_rows.sum(where=order),
            "void_money": groups.void_amount.sum(where=order),
            "unsure_rows": groups.unsure.sum(where=order),
            "unsure_orders": (order & (groups.unsure > 0)).sum(),
            "unsure_money": groups.amount.sum(where=order & (groups.unsure > 0)),
        }
    if "refund_high" in groups.columns:
        given = order & (groups.refund_high > 0)
        counts |= {
            "refund_orders": given.sum(),
            "refund_rows": groups.rows.sum(where=given),
            "refund_once": groups.refund_high.sum(where=order),
            "refund_every": groups.refund_sum.sum(where=order),
            "refund_several": (given & (groups.refund_sum != groups.refund_high)).sum(),
            "refund_alike": (
                given
                & (groups.refund_sum != groups.refund_high)
                & (groups.refund_sum == groups.refund_high * groups.rows)
            ).sum(),
        }
    if "hinted" in groups.columns:
        hinted = order & (groups.hinted > 0)
        if "void_rows" in groups.columns:
            hinted = hinted & (groups.void_rows < groups.rows)
        if "refund_high" in groups.columns:
            hinted = hinted & (groups.refund_high == 0)
        counts |= {
            "hinted_rows": groups.hinted.sum(where=hinted),
            "hinted_orders": hinted.sum(),
            "hinted_money": groups.amount.sum(where=hinted),
        }
    if "credits" in groups.columns:
        counts |= {
            "credit_rows": groups.credits.sum(where=order),
            "credit_orders": (order & (groups.credits > 0)).sum(),
            "credit_money": groups.amount.sum(where=order & (groups.credits > 0)),
        }
    if "changed" in groups.columns:
        changed = order & (groups.changed > 0)
        counts |= {
            "changed_orders": changed.sum(),
            "changed_rows": groups.rows.sum(where=changed),
            "changed_money": groups.amount.sum(where=changed),
        }
    counts = {
        name: n if name in ("lowest", "highest", "totals_name") else n.fill_null(0)
        for name, n in counts.items()
    }
    if by_file:
        return groups.group_by("file").agg(**counts)
    return groups.agg(**counts)


def _tally_of_ids(groups: Any, order: Any, codes: IdCodes | None) -> dict[str, Any]:
    """The counts and sums that are to be known of the ids of customers."""
    numbered = order & is_numbered(groups.customer, codes)
    counts = {
        "numbered": numbered.sum(),
        "numbered_rows": groups.rows.sum(where=numbered),
        "numbered_money": groups.amount.sum(where=numbered),
    }
    if codes is None:
        return counts | {
            "point_zero": point_zero(groups.customer).sum(),
            "exponent": (order & groups.customer.contains("E+")).sum(),
            "zeros": (order & groups.customer.startswith("0")).sum(),
        }
    nothing = ibis.literal(0)
    zeros = (order & codes.text(groups.customer).startswith("0")).sum()
    return counts | {
        "point_zero": nothing,
        "exponent": nothing,
        # The zeros that come before other digits are in texts alone.
        "zeros": zeros if codes.prefix == "" else nothing,
        "gaps": groups.rows.sum(where=groups.key <= GAP),
    }


def is_numbered(customers: Any, codes: IdCodes | None) -> Any:
    """Whether the id of a customer is a number that may mean nobody."""
    if codes is None:
        return customers.isin(NOBODY_NUMBERS)
    known = [code for code in map(codes.code, NOBODY_NUMBERS) if code is not None]
    return customers.isin(known) if known else ibis.literal(False)


# -------------------------------------------------------------------------- totals of orders


@dataclass(frozen=True)
class Totals:
    """Whether the amount is that of the order or of the row, and why."""

    once: bool
    rules: tuple[AppliedRule, ...] = ()


Data = Literal["total", "line", "open", "none"]


def _data_says(several: int, alike: int, varied: bool) -> Data:
    """The meaning of the amounts of orders with several rows, as they themselves say it."""
    if not several:
        return "none"
    if alike < ENOUGH_SHARE * several:
        return "line"
    return "total" if several >= ENOUGH_ORDERS and varied else "open"


def decide_totals(
    column: str, where: str, tallies: Sequence[dict[str, Any]], *, given: bool, once: bool
) -> Totals:
    """Decide whether an amount counts once per order.

    Args:
        column: the name of the amount's column.
        where: the input and the column, for messages.
        tallies: what `tally` says of each file that has it.
        given: the user named the column as the amount.
        once: the user named it as the order's total.

    Raises:
        QuestionError: name and data disagree, or neither says anything; with both sums.
    """
    several, alike = (sum(f[name] for f in tallies) for name in ("several", "alike"))
    lows = [f["lowest"] for f in tallies if f["lowest"] is not None]
    highs = [f["highest"] for f in tallies if f["highest"] is not None]
    data = _data_says(several, alike, bool(lows) and min(lows) != max(highs))
    named = amount_of(column)
    sums = sum(f["once"] or 0 for f in tallies), sum(f["every"] or 0 for f in tallies)
    rows = sum(f["alike_rows"] or 0 for f in tallies)
    if once:
        return _once(where, several, alike, rows, sums)
    if named == "order" and data != "line":
        return _once(where, several, alike, rows, sums)
    if given:
        return Totals(False, _looks_like_a_total(where, column, data, several, rows, sums))
    if named is None and data == "total":
        return _once(where, several, alike, rows, sums)
    if sums[0] == sums[1]:
        return Totals(False)
    if (named == "order" and data == "line") or (named == "line" and data == "total"):
        said = "the whole order's" if named == "order" else "a row's"
        but = (
            f"differs between the rows of {several - alike} of {counted(several, 'order')}"
            if named == "order"
            else f"is the same on all rows of {alike} of {counted(several, 'order')}"
        )
        raise _ask(where, column, f"is {said} by its name but {but}", sums)
    if named is None and data == "open":
        which = counted(several, "order", "is")
        raise _ask(where, column, f"is the same on all rows wherever {which} of several", sums)
    return Totals(False)


def _once(where: str, several: int, alike: int, rows: int, sums: tuple[int, int]) -> Totals:
    rules = []
    if several:
        stake = money_text(sums[1] - sums[0])
        rules.append(
            AppliedRule(
                "order_total",
                Translated(
                    f"{where} repeats the order's total on each of its rows: it counts once per"
                    " order ({n} of several rows; every row would add {money})",
                    f"{where} upprepar orderns totalbelopp på var och en av dess rader: det räknas"
                    " en gång per order ({n} med flera rader; varje rad skulle ge {money} mer)",
                ).format(n=counted_in_both(several, "order"), money=stake),
                "--amount",
                rows,
                several,
                sums[1] - sums[0],
            )
        )
    if several > alike:
        n = several - alike
        rules.append(
            AppliedRule(
                "order_total_differs",
                Translated(
                    f"{where}: {counted(n, 'order', 'has')} rows with different totals, of which"
                    " the largest counts",
                    f"{where}: {n} order har rader med olika totalbelopp, varav det största räknas",
                ),
                "--amount",
                orders=n,
            )
        )
    return Totals(True, tuple(rules))


def _looks_like_a_total(
    where: str, column: str, data: Data, several: int, rows: int, sums: tuple[int, int]
) -> tuple[AppliedRule, ...]:
    if data not in ("total", "open"):
        return ()
    once, every = map(money_text, sums)
    return (
        AppliedRule(
            "repeated_amount",
            Translated(
                f"{where} is the same on all rows of {counted(several, 'order')}; if that is the"
                f" order's total, it counts more than once: --order-total {column!r} gives"
                " {once}, every row {every}",
                f"{where} är detsamma på alla rader i {several} order; är det orderns"
                f" totalbelopp räknas det mer än en gång: --order-total {column!r} ger"
                " {once}, varje rad {every}",
            ).format(once=once, every=every),
            "--order-total",
            rows,
            several,
            sums[1] - sums[0],
            "look",
        ),
    )


def _ask(where: str, column: str, why: Label, sums: tuple[int, int]) -> QuestionError:
    once, every = (money_text(units) for units in sums)
    name = shlex.quote(column)
    said = Translated(
        "{} {}: once per order it sums to {}, every row to {}",
        "{} {}: en gång per order blir summan {}, varje rad {}",
    )
    return QuestionError(
        said.format(where, why, once, every),
        f"--order-total {name}",
        f"; give --order-total {name} or --amount {name}",
    )


# ---------------------------------------------------------------------- orders that need mending


def fill_gaps(groups: Any, ask: Ask, store: Store) -> tuple[Any, AppliedRule | None]:
    """Rows that continue an order and leave its fields blank, as part of their order.

    A blank customer is that of the order's other rows, where they have one only; a blank day is
    the order's. What stays blank is excluded by its reason. A blank amount belongs to an order
    whose amount stands on one of its rows; where amounts stand on several rows, it is missing.
    """
    gap = (groups.key <= GAP).fill_null(False)
    named = groups.order.notnull() & groups.key.isnull()
    gaps = groups.filter(gap)
    orders = gaps.select("order").distinct()
    theirs = groups.filter(named).semi_join(orders, "order")
    rest = groups.filter(~gap & ~named).union(groups.filter(named).anti_join(orders, "order"))
    both = gaps.union(theirs)
    owners = both.group_by("order").agg(owner=both.customer.max(), owners=both.customer.nunique())
    joined = both.inner_join(owners, "order")
    owner = joined.customer.coalesce((joined.owners == 1).ifelse(joined.owner, None))
    blank = (joined.key == GAP - 1).fill_null(False)
    lines = joined.lines if "lines" in joined.columns else joined.rows
    joined = joined.mutate(
        customer=owner,
        missing=blank.ifelse(joined.rows, 0),
        continued=(joined.key <= GAP).fill_null(False).ifelse(joined.rows, 0),
        lines=blank.ifelse(0, lines),
    ).drop("owner", "owners", "key")
    files = ["file"] if "file" in joined.columns else []
    whole = merged(joined, "customer", "order", *files)
    nothing = (whole.void_rows == 0) if "void_rows" in whole.columns else ibis.literal(True)
    key = ibis.cases(
        (whole.customer.isnull(), -1),
        (whole.day.isnull(), -2),
        (whole.high.isnull() & nothing, -3),
    )
    whole = store(whole.mutate(key=key.cast("int32")))
    fine = whole.key.isnull() & (whole.missing > 0)
    counts = ask(
        whole.agg(
            rows=whole.continued.sum(where=whole.key.isnull()).fill_null(0),
            orders=(whole.key.isnull() & (whole.continued > 0)).sum().fill_null(0),
            first=(fine & (whole.lines <= 1)).sum().fill_null(0),
            several=(fine & (whole.lines > 1)).sum().fill_null(0),
        )
    )[0]
    out = whole.mutate(missing=0)
    if counts["first"] < ENOUGH_SHARE * (counts["first"] + counts["several"]):
        out = whole.mutate(rows=(whole.key.isnull()).ifelse(whole.rows - whole.missing, whole.rows))
        lost = whole.filter(fine).mutate(rows=whole.missing, key=ibis.literal(-3, "int32"))
        out = out.union(lost)
    columns = list(rest.columns)
    types = {name: rest[name].type() for name in columns}
    out = out.select(**{name: out[name].cast(types[name]) for name in columns})
    rule = None
    if counts["rows"]:
        rule = AppliedRule(
            "continued",
            Translated(
                f"{counted(counts['rows'], 'row')} of {counted(counts['orders'], 'order')}"
                f" {'leaves' if counts['rows'] == 1 else 'leave'} the"
                " day or amount blank, which stands on another row of the order",
                f"{counted(counts['rows'], 'row', lang='sv')} fortsätter en order och lämnar dess"
                " dag eller belopp tomma, som står på en annan av dess rader"
                f" ({counts['orders']} order)",
            ),
            None,
            counts["rows"],
            counts["orders"],
            severity="fine",
        )
    return rest.union(out), rule


def split_reused(groups: Any, rows: Any, ask: Ask, store: Store) -> tuple[Any, int, int]:
    """Orders whose id was used again more than 90 days after their first day, told apart.

    Returns:
        The groups, the orders whose id was used again, and how many more orders that makes.
    """
    columns = list(groups.columns)
    again = (is_order(groups) & groups.order.notnull()).fill_null(False)
    again = again & (groups.last - groups.day > AGAIN_AFTER)
    several = groups.filter(again).select("customer", "order")
    key = rows.key if "key" in rows.columns else reason(rows)
    rest = rows.filter(key.isnull() & rows.order.notnull())
    rest = store(rest.semi_join(several, ["customer", "order"]))
    parts, orders, more = [groups.filter(~again)], 0, 0
    while True:
        first = rest.group_by("customer", "order").agg(first=rest.day.min())
        both = rest.inner_join(first, ["customer", "order"])
        now = both.filter(both.day <= both.first + AGAIN_AFTER).drop("first")
        later = store(both.filter(both.day > both.first + AGAIN_AFTER).drop("first"))
        by_number = store(group_rows(now, keep=True))
        parts.append(by_number.select(*columns))
        n = ask(by_number.agg(n=by_number.count()))[0]["n"]
        orders, more = orders or n, more + n
        if not ask(later.agg(n=later.count()))[0]["n"]:
            break
        rest = later
    return reduce(lambda one, other: one.union(other), parts), orders, more - orders


def worth(groups: Any, once: Sequence[int], refund: Literal["once", "every", "no"]) -> Any:
    """The groups with what each order is worth as its amount.

    Args:
        groups: as `group_rows` makes them.
        once: the files in which the amount is the order's total.
        refund: how a refunded amount is told.
    """
    amount = groups.amount
    if once and "file" not in groups.columns:
        amount = groups.high
    elif once:
        amount = groups.file.isin(list(once)).ifelse(groups.high, groups.amount)
    if refund != "no":
        amount = amount - (groups.refund_high if refund == "once" else groups.refund_sum)
    if "void_rows" in groups.columns:
        none = (groups.void_rows > 0) & (groups.sale == 0)
        amount = none.ifelse(0, amount)
    counted = is_order(groups).ifelse(amount.fill_null(0), groups.amount)
    return groups.mutate(amount=counted)
