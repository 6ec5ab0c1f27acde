"""Discounts by step of the ladder, and what was given past the tipping point.

Order data hold only discounts that were used. Whether a code made an order can't be seen, as nobody
who had one and stayed away is in the file; who had one and who hadn't are different customers.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from crmformulas.orders.analysis.separation.method import (
    FALSE_CALLS,
    benjamini_hochberg,
    p_of,
    weighted_difference,
)
from crmformulas.orders.counting.counts import UNITS
from crmformulas.orders.reading.expressions import _, ibis
from crmformulas.orders.reading.further_columns import FurtherColumn, FurtherColumns
from crmformulas.orders.reading.order_totals import ENOUGH_ORDERS, ENOUGH_SHARE
from crmformulas.orders.summary.model import Row, frame
from crmformulas.translations import Label, Translated, translate

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

    from crmformulas.orders.counting.queries import Bounds

__all__ = ["LIMITS", "DiscountStep", "Discounts", "PastTippingPoint", "discounts_of"]

LAST_ROW = 12
"""The last order number with a row of its own; those above share one."""

LIMITS = Translated(
    "Only discounts that were used are in order data: whether one made the order can't be seen, and"
    " with and without are different customers. Only a control group tells.",
    "Orderdata har bara rabatter som användes: om en rabatt gav köpet syns inte, och med och utan"
    " är olika kunder. Bara en kontrollgrupp visar det.",
)
"""Said beside every table."""

Ask: TypeAlias = "Callable[[ir.Table], Sequence[Mapping[str, Any]]]"


@dataclass(frozen=True, slots=True)
class DiscountStep(Row):
    """The k-th orders: made by customers on step k − 1, who reach step k by them.

    Attributes:
        order: ``1`` to ``12``, ``13+`` or ``all``.
        orders: How many.
        discounted: Those with a discount.
        share: Their share, a fraction.
        discount: What was given, in currency units; None where only codes are known.
        of_gross_discounted: As a share of the gross of the discounted orders.
        of_gross_all: As a share of the gross of all of them.
        matured_with: Discounted orders whose days for the next one have passed.
        rate_with: The share of them after which the next order came.
        matured_without: The other orders whose days have passed.
        rate_without: The share of them after which it came.
        difference: Within the same quarter, a fraction; None where there are not two sides.
        low: The lower end of its 95 % interval.
        high: The upper end.
        p: Of the test within quarters.
        stands_out: Whether it is called among the rows.
    """

    order: str
    orders: int
    discounted: int
    share: float | None
    discount: float | None
    of_gross_discounted: float | None
    of_gross_all: float | None
    matured_with: int
    rate_with: float | None
    matured_without: int
    rate_without: float | None
    difference: float | None
    low: float | None
    high: float | None
    p: float | None
    stands_out: bool


@dataclass(frozen=True, slots=True)
class PastTippingPoint(Row):
    """Discounts on orders of customers who were at the tipping point already.

    Attributes:
        period: ``all time`` or ``last 12 months``.
        orders: Their discounted orders.
        discount: What was given; None where only codes are known.
        share: As a share of all discounts of the period.
        all_discount: All discounts of the period.
    """

    period: str
    orders: int
    discount: float | None
    share: float | None
    all_discount: float | None


@dataclass(frozen=True)
class Discounts:
    """Discounts by step.

    Attributes:
        as_of: The last day that counts.
        days: Within how many days the next order counts.
        tipping_point: The order number of the tipping point; None where there is none.
        columns: The columns that tell of discounts, by role.
        steps: A row an order number.
        past: All time, and the last 12 months; empty without a tipping point.
        notices: What must be known.
    """

    as_of: date
    days: int
    tipping_point: int | None
    columns: Mapping[str, str]
    steps: tuple[DiscountStep, ...]
    past: tuple[PastTippingPoint, ...]
    notices: tuple[Label, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """The steps as a frame."""
        return frame(self.steps)

    def to_dict(self) -> dict[str, Any]:
        """The table as JSON has it."""
        return {
            "as_of": self.as_of.isoformat(),
            "days": self.days,
            "tipping_point": self.tipping_point,
            "columns": dict(self.columns),
            "steps": [step.as_dict() for step in self.steps],
            "past_tipping_point": [row.as_dict() for row in self.past],
            "notices": [translate(notice, "en") for notice in self.notices],
            "note": LIMITS.en,
        }

    def to_json(self) -> str:
        """The table as JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=1)


def discounts_of(
    purchases: tuple[ir.Table, ir.Table],
    further: FurtherColumns,
    ask: Ask,
    bounds: Bounds,
    as_of: date,
    days: int,
    tipping_point: int | None,
) -> Discounts | None:
    """The table of an order log; None where nothing in it tells of discounts.

    Args:
        purchases: Those of customers with one, and the numbered ones of the others.
        further: What they carry.
        ask: Gives a small table as records.
        bounds: The cut-off days.
        as_of: The last day that counts.
        days: Within how many days the next order counts.
        tipping_point: The order number from which customers are past it.
    """
    money = "discount" in further.sums
    code = further.column(further.names.get("discount_code", ""))
    if not money and code is None:
        return None
    one, several = purchases
    carried = ["day", "amount", "rows", *further.slots]
    every = one.select(*carried, k=_int(1), next=ibis.null("int32")).union(
        several.select(*carried, "k", next=several.next.cast("int32"))
    )
    once = money and _once(ask, every)
    given, has = _given(every, code, money=money, once=once)
    cells = _cells(every, given, has, bounds, days, max(LAST_ROW, tipping_point or 0) + 1)
    return _table(list(ask(cells)), money, as_of, days, tipping_point, further)


def discounted(orders: ir.Table, further: FurtherColumns, ask: Ask) -> ir.BooleanValue | None:
    """Whether each order had a discount; None where nothing in the file tells of discounts."""
    money = "discount" in further.sums
    code = further.column(further.names.get("discount_code", ""))
    if not money and code is None:
        return None
    once = money and _once(ask, orders)
    return _given(orders, code, money=money, once=once)[1]


def _int(number: int) -> ir.IntegerScalar:
    return ibis.literal(number, "int32")


def _once(ask: Ask, orders: ir.Table) -> bool:
    """Whether the rows of an order repeat its discount, as the rows of a total do."""
    several = (orders.times_discount > 1) & (orders.rows > 1)
    alike = several & (orders.sum_discount == orders.most_discount * orders.rows)
    counts = orders.agg(several=several.sum().fill_null(0), alike=alike.sum().fill_null(0))
    tally = ask(counts)[0]
    enough = int(tally["several"]) >= ENOUGH_ORDERS
    return enough and int(tally["alike"]) >= ENOUGH_SHARE * int(tally["several"])


def _given(
    orders: ir.Table, code: FurtherColumn | None, *, money: bool, once: bool
) -> tuple[ir.IntegerValue, ir.BooleanValue]:
    """The discount given on an order, and whether there was one."""
    if money:
        given: ir.IntegerValue = orders.most_discount if once else orders.sum_discount
        return given, given > 0
    assert code is not None
    blank = code.codes[-1]
    return ibis.literal(0, "int64"), code.code(orders) != blank


def _cells(
    orders: ir.Table,
    given: ir.IntegerValue,
    has: ir.BooleanValue,
    bounds: Bounds,
    days: int,
    last: int,
) -> ir.Table:
    """Orders by number, quarter, window and discount."""
    mature = orders.day <= bounds.as_of - days
    on = mature & (orders.next - orders.day <= days).fill_null(False)
    placed = orders.mutate(
        number=ibis.least(orders.k, last), given=given, has=has.cast("int32"), mature=mature, on=on
    )
    return placed.group_by(
        "number", "day", "has", late=(placed.day >= bounds.s12).cast("int32")
    ).agg(
        orders=_.count(),
        given=_.given.sum(),
        net=_.amount.sum(),
        mature=_.mature.sum(),
        on=_.on.sum(),
    )


class _Grid:
    """The cells as arrays, of which some are chosen and summed."""

    def __init__(self, rows: Sequence[Mapping[str, Any]]) -> None:
        names = ("number", "day", "has", "late", "orders", "given", "net", "mature", "on")
        self.of = {
            name: np.array([int(row[name] or 0) for row in rows], dtype=np.int64) for name in names
        }
        month = self.of["day"].astype("M8[D]").astype("M8[M]").astype(np.int64)
        self.quarter = month // 3

    def sum(self, name: str, where: Any) -> int:
        return int(self.of[name][where].sum())


def _table(
    rows: list[Mapping[str, Any]],
    money: bool,
    as_of: date,
    days: int,
    tipping_point: int | None,
    further: FurtherColumns,
) -> Discounts:
    grid = _Grid(rows)
    number = grid.of["number"]
    chosen = {str(k): number == k for k in range(1, LAST_ROW + 1)}
    chosen |= {f"{LAST_ROW + 1}+": number > LAST_ROW, "all": number > 0}
    chosen = {name: where for name, where in chosen.items() if grid.sum("orders", where)}
    tests = {name: _difference(grid, where) for name, where in chosen.items() if name.isdecimal()}
    tested = {name: test for name, test in tests.items() if test is not None}
    called = benjamini_hochberg([test[-1] for test in tested.values()], FALSE_CALLS)
    stands_out = dict(zip(tested, called, strict=True))
    steps = tuple(
        _step(grid, name, where, money, tested.get(name), stands_out.get(name, False))
        for name, where in chosen.items()
    )
    roles = ("discount", "discount_percent", "discount_code")
    names = {role: further.names[role] for role in roles if role in further.names}
    past = () if tipping_point is None else _past(grid, tipping_point, money)
    notices = [] if tipping_point is not None else [NO_TIPPING_POINT]
    notices += [] if money else [CODES_ONLY]
    return Discounts(as_of, days, tipping_point, names, steps, past, tuple(notices))


NO_TIPPING_POINT = Translated(
    "no step of the ladder is the tipping point, so nothing is past it",
    "inget steg på trappan är tipping point, så inget ligger bortom den",
)
CODES_ONLY = Translated(
    "only codes are known, so the money given is not",
    "bara koder är kända, så de givna beloppen är det inte",
)


def _difference(grid: _Grid, where: Any) -> tuple[float, float, float, float] | None:
    """The difference within quarters between orders with a discount and without, and its p."""
    quarters, place = np.unique(grid.quarter[where], return_inverse=True)

    def by_quarter(name: str, among: Any) -> Any:
        weights = grid.of[name][where] * among
        return np.bincount(place, weights=weights, minlength=len(quarters)).astype(np.int64)

    has = grid.of["has"][where]
    n, x = by_quarter("mature", has), by_quarter("on", has)
    total, on = by_quarter("mature", 1), by_quarter("on", 1)
    if not n.sum() or n.sum() == total.sum():
        return None
    estimate = weighted_difference(n[None, :], x[None, :], total, on)
    if not np.isfinite(estimate.difference[0]):
        return None
    bounds = (float(estimate.difference[0]), float(estimate.low[0]), float(estimate.high[0]))
    return (*bounds, p_of(float(estimate.chi_square[0])))


def _share(part: float, of: float) -> float | None:
    return part / of if of else None


def _step(
    grid: _Grid,
    name: str,
    where: Any,
    money: bool,
    test: tuple[float, float, float, float] | None,
    stands_out: bool,
) -> DiscountStep:
    having = where & (grid.of["has"] > 0)
    without = where & (grid.of["has"] == 0)
    orders, discounted = grid.sum("orders", where), grid.sum("orders", having)
    given = grid.sum("given", where)
    gross, gross_with = (grid.sum("net", one) + given for one in (where, having))
    mature = grid.sum("mature", having), grid.sum("mature", without)
    difference, low, high, p = test or (None, None, None, None)
    return DiscountStep(
        name,
        orders,
        discounted,
        _share(discounted, orders),
        given / UNITS if money else None,
        _share(given, gross_with) if money and discounted else None,
        _share(given, gross) if money else None,
        mature[0],
        _share(grid.sum("on", having), mature[0]),
        mature[1],
        _share(grid.sum("on", without), mature[1]),
        difference,
        low,
        high,
        p,
        stands_out,
    )


def _past(grid: _Grid, tipping_point: int, money: bool) -> tuple[PastTippingPoint, ...]:
    years = []
    for period, within in (
        ("all time", grid.of["day"] > -(10**9)),
        ("last 12 months", grid.of["late"] > 0),
    ):
        past = within & (grid.of["number"] > tipping_point) & (grid.of["has"] > 0)
        given, every = grid.sum("given", past), grid.sum("given", within)
        years.append(
            PastTippingPoint(
                period,
                grid.sum("orders", past),
                given / UNITS if money else None,
                _share(given, every) if money else None,
                every / UNITS if money else None,
            )
        )
    return tuple(years)
