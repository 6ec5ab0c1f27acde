"""The orders of one customer, told as steps on the F-ladder."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

__all__ = ["Event", "history"]


class Event(NamedTuple):
    """An order of a customer.

    Attributes:
        day: Its day.
        amount: In currency units; at most 0 for a return.
        step: Which purchase it is, so the step of the F-ladder; None for a return.
        gap_days: Days since the purchase before; None for the first one and for a return.
        revenue: Of this order and all before it.
    """

    day: date
    amount: float
    step: int | None
    gap_days: int | None
    revenue: float


def history(orders: Iterable[tuple[date, float]]) -> list[Event]:
    """Tell which step of the F-ladder each order of a customer is.

    Args:
        orders: Day and amount of each, the first first, as
            :meth:`~crmformulas.orders.counting.customer_list.Customers.orders_of` tells them.

    Returns:
        An event for each order.

    Examples:
        >>> day = date(2026, 3, 1), date(2026, 3, 9), date(2026, 3, 31)
        >>> [(e.step, e.gap_days) for e in history(zip(day, (10.0, -10.0, 5.5)))]
        [(1, None), (None, None), (2, 30)]
    """
    events: list[Event] = []
    step, before, revenue = 0, None, 0.0
    for day, amount in orders:
        # Amounts have four decimals; so has their sum.
        revenue = round(revenue + amount, 4)
        if amount <= 0:
            events.append(Event(day, amount, None, None, revenue))
            continue
        step += 1
        gap = None if before is None else (day - before).days
        events.append(Event(day, amount, step, gap, revenue))
        before = day
    return events
