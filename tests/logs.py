"""Small adversarial order logs, contact lists and as-of days, as Hypothesis strategies.

The days cluster around one as-of day and what is derived from it (window borders, the 36 months
that separate reactivated from new, month ends, lifetime ages), because a uniform day would
hardly ever meet a border; amounts and ids cluster so that ties are common.
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import pandas as pd
from hypothesis import strategies as st

# Month ends of every length, leap days and their neighbours, and days with nothing special.
AS_OF_DAYS = [
    date(2024, 2, 29),
    date(2025, 2, 28),
    date(2024, 2, 28),
    date(2023, 3, 31),
    date(2023, 4, 30),
    date(2024, 1, 31),
    date(2022, 8, 31),
    date(2023, 12, 31),
    date(2024, 3, 1),
    date(2023, 5, 1),
    date(2023, 7, 17),
]

# Ids that a careless reader, writer or collation would change, merge or sort otherwise: numbers as
# text, upper and lower case, one letter in two encodings, code points whose UTF-16 order differs
# from their own order, words that mean "missing" elsewhere, and characters that end a CSV cell.
IDS = [
    "10",
    "9",
    "0010",
    "1e1",
    "a",
    "A",
    "Å",
    "A\u030a",
    "ö",
    "\uff5e",
    "\U0001f600",
    'the "best"',
    "O'Neil",
    "semi;colon,comma",
    "line\nbreak",
    "NULL",
    "nan",
    "%s",
    "-1",
]
BLANK_IDS = [None, "", " ", "\t "]

# Ties, zero, halves of the last decimal on both sides, sums that a float would miss, and large.
GAINS = """10 10 10.00 20 0.1 0.2 0.3 99.99 12.34565 0.00005 1000000.01 123456789.1234"""
LOSSES = """0 0.0 0.00004 -0.00004 -0.00005 -0.1 -10 -10 -20 -99.99 -5000"""

ORDER_IDS = ["1", "2", "3", "10", "A-1", "a-1", "x;y", "é", "NULL"]


def months_after(day: date, months: int) -> date:
    """That many calendar months on, clipped to the end of the month."""
    total = day.year * 12 + day.month - 1 + months
    year, month = total // 12, total % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def border_days(as_of: date) -> list[date]:
    """The as-of day, the days that figures at it depend on, and the days beside them."""
    centres = [months_after(as_of, -months) for months in (0, 1, 3, 6, 12, 13, 24, 36, 48, 60)]
    # A first day in S12, and 36 months before it: reactivated or new.
    centres += [months_after(as_of, -months) + timedelta(days=1) for months in (12, 24, 48)]
    # Lead and horizon of a sign-up.
    centres += [as_of - timedelta(days=days) for days in (30, 90, 120)]
    year = as_of.year
    centres += [date(year - 1, 1, 31), date(year - 1, 4, 30), date(year - 3, 2, 28)]
    centres += [date(2020, 2, 29), date(2024, 2, 29), date(year - 1, 12, 31)]
    beside = {centre + timedelta(days=days) for centre in centres for days in (-1, 0, 1)}
    return sorted(beside)


def mostly(
    usual: st.SearchStrategy[Any], rare: st.SearchStrategy[Any], of: int = 15
) -> st.SearchStrategy[Any]:
    """`rare` once in `of` draws. (one_of does not weigh: it drops repetitions.)"""
    chances = st.sampled_from([False] * (of - 1) + [True])
    return chances.flatmap(lambda chance: rare if chance else usual)


def days_around(as_of: date) -> st.SearchStrategy[date]:
    anywhere = st.integers(-60, 365 * 5).map(lambda back: as_of - timedelta(days=back))
    # The two windows and the years before them, so that customers have something in each.
    inside = st.integers(0, 3 * 365).map(lambda back: as_of - timedelta(days=back))
    return st.one_of(st.sampled_from(border_days(as_of)), inside, anywhere)


@st.composite
def order_logs(
    draw: st.DrawFn,
    *,
    as_of: date | None = None,
    order_column: bool | None = None,
    max_rows: int = 24,
) -> pd.DataFrame:
    """Order rows with the columns customer, day, amount and, drawn or told, order.

    The day and amount of a row are None where the input could not be read. A log may have no
    row at all, or none that can be used.
    """
    centre = as_of or draw(st.sampled_from(AS_OF_DAYS))
    days = days_around(centre)
    # One customer, two, a few: more would only thin out what happens to each.
    ids = draw(st.lists(st.sampled_from(IDS), min_size=1, max_size=5, unique=True))
    # Mostly usable cells; the unusable ones are the exception, as in real files.
    padded = st.sampled_from([f" {ids[0]}", f"{ids[0]}  ", f"\t{ids[-1]} "])
    customers = mostly(st.sampled_from(ids), padded | st.sampled_from(BLANK_IDS))
    some_days = mostly(days, st.none())
    gains, losses = (st.sampled_from([*map(Decimal, text.split())]) for text in (GAINS, LOSSES))
    amounts = mostly(mostly(gains, losses, of=4), st.none())
    order_ids = mostly(st.sampled_from(ORDER_IDS), st.sampled_from(BLANK_IDS), of=6)
    with_orders = draw(st.booleans()) if order_column is None else order_column

    # A plain integer would mostly be small.
    usual = st.sampled_from([max_rows // 4, max_rows // 2, 3 * max_rows // 4, max_rows])
    sizes = mostly(usual, st.sampled_from([0, 1, 2]), of=8)
    rows: list[tuple[Any, ...]] = []
    for _ in range(draw(sizes)):
        customer, day, amount, order = (
            draw(customers),
            draw(some_days),
            draw(amounts),
            draw(order_ids) if with_orders else None,
        )
        # Now and then a row that follows from the one before: its return, the next line of the
        # same order a day later, or the same customer 36 months on, to the day and beside it.
        follows = draw(st.sampled_from(["", "", "", "return", "line", "gap"])) if rows else ""
        if follows:
            last_customer, last_day, last_amount, last_order = rows[-1]
            customer, order = last_customer, last_order
            if follows == "return" and last_amount is not None:
                amount, day = -last_amount, last_day
            elif follows == "line" and last_day is not None:
                day = last_day + timedelta(days=draw(st.integers(-1, 1)))
            elif follows == "gap" and last_day is not None:
                day = months_after(last_day, 36) + timedelta(days=draw(st.integers(-1, 1)))
                order = draw(order_ids) if with_orders else None
        rows.append((customer, day, amount, order))
    columns = ["customer", "day", "amount", "order"]
    log = pd.DataFrame(rows, columns=pd.Index(columns), dtype=object)
    return log if with_orders else log.drop(columns="order")


@st.composite
def contact_lists(
    draw: st.DrawFn, *, as_of: date | None = None, reached_column: bool | None = None
) -> pd.DataFrame:
    """Contacts of which some are ids of the order logs, with the columns of a contact list."""
    centre = as_of or draw(st.sampled_from(AS_OF_DAYS))
    days = mostly(days_around(centre), st.none(), of=10)
    padded = st.sampled_from(IDS).map(lambda id_: f" {id_} ")
    known = st.sampled_from([*IDS, "contact only", "contact Ö"])
    ids = mostly(known, padded | st.sampled_from(BLANK_IDS), of=8)
    rows = draw(st.lists(st.tuples(ids, days, days), max_size=16))
    columns = ["customer", "signed_up", "last_reached"]
    contacts = pd.DataFrame(rows, columns=pd.Index(columns), dtype=object)
    with_reached = draw(st.booleans()) if reached_column is None else reached_column
    return contacts if with_reached else contacts.drop(columns="last_reached")


class Case(NamedTuple):
    """The input of one run of `crmf summary`; `as_of` None means the newest order's day."""

    rows: pd.DataFrame
    as_of: date | None
    contacts: pd.DataFrame | None


@st.composite
def cases(draw: st.DrawFn, *, order_column: bool | None = None, max_rows: int = 24) -> Case:
    """A log, a contact list (or none) and an as-of day that belong together."""
    centre = draw(st.sampled_from(AS_OF_DAYS))
    rows = draw(order_logs(as_of=centre, order_column=order_column, max_rows=max_rows))
    contacts = draw(st.one_of(st.none(), contact_lists(as_of=centre)))
    nearby = [centre + timedelta(days=days) for days in (-1, 1)]
    as_of = draw(st.sampled_from([centre, centre, centre, *nearby, months_after(centre, -1), None]))
    return Case(rows, as_of, contacts)
