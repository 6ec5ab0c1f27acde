"""The demo retailer: a seeded order file of eight years, from one order to a hundred million.

A retailer of durable goods, drawn so that a summary at :data:`LAST_DAY` tells the story the method
was made for. Each customer is given how many purchases there will be (the F-ladder), when the first
comes (season and growth), how long the pauses are and what is spent; what would fall after the last
day has not happened yet. Customers come in chunks of a fixed number, each with its own random
stream, and are written as they are made: memory does not grow with the size, and the rows depend on
seed and size only.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from crmformulas.files import atomic_write

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COMPANY", "CURRENCY", "DEFAULT_ORDERS", "LAST_DAY"]
__all__ += ["DemoFiles", "demo_frames", "write_demo"]

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Random: TypeAlias = np.random.Generator

COMPANY, CURRENCY = "Demo retailer", "kr"
FIRST_DAY, LAST_DAY = date(2018, 11, 1), date(2026, 10, 31)
DAYS = (LAST_DAY - FIRST_DAY).days + 1  # a day is a number from 0
DEFAULT_ORDERS: int = 120_000  # at these order values about 20 M kr in the last 12 months
ORDERS_PER_CUSTOMER = 1.3632  # purchases, returns and guest orders, measured at ten million
CHUNK = 131_072  # customers; about 270 000 rows, a comfortable Parquet row group
SUFFIXES = (".parquet", ".csv", ".csv.gz")

# Weights with mean about 1: January to December with the peak of the fourth quarter, and Monday
# to Sunday. Yearly growth of the number of new customers, and of order values.
MONTHS = (0.84, 0.74, 0.84, 0.90, 0.96, 0.94, 0.84, 0.90, 0.96, 1.04, 1.50, 1.54)
WEEKDAYS = (1.10, 1.00, 0.98, 0.96, 0.94, 0.90, 1.12)
GROWTH, INFLATION = 0.04, 0.03

# Share of those with k purchases who will ever make one more, k = 1, 2, …, and beyond those a
# constant: the heavy tail. Fitted at 2.6 million customers so that the ladder as counted on the
# last day, when young customers have had less time, goes 18, 33, 29, 41, 44, 61, 70, 76, 81,
# 84, 86 %: a dip after F3, the tipping point at F6, 274 extra orders per 1 000 new customers.
GOES_ON = (0.199, 0.396, 0.354, 0.463, 0.495, 0.685, 0.794, 0.822, 0.855, 0.814, 0.814)
GOES_ON_TAIL, MOST_PURCHASES = 0.93, 120

# Median days between the purchases of customers who make 2, 3, 4 purchases in all; who makes more
# keeps a steady rhythm that fills LIFE days, at the slowest SLOWEST. When four customers of five
# buy once, the super tier keeps two of three only if the loyal come back about once a year. Spreads
# are of the logarithm. SHORTEST keeps two purchases on different days in the busiest season.
PAUSE, PAUSE_SPREAD = {2: 90.0, 3: 180.0, 4: 280.0}, 0.7
SLOWEST, LIFE, RHYTHM_SPREAD, SHORTEST = 300.0, 3000.0, 0.3, 3.0
# Some stay away for years and are won back: share of the pauses, shortest and longest in days.
AWAY, AWAY_LOYAL, AWAY_DAYS = 0.08, 0.012, (400.0, 1900.0)

# Order value: the median, in kr of the last day, of customers who buy once; what is added to its
# logarithm for customers of 1, 2, … purchases (the loyal buy the dearer goods: this spreads the
# tiers); spread of customers, of orders. An order's value knows nothing of its place in the
# customer's history: were the last one another, whatever predicts would only look for that.
ORDER_VALUE, CUSTOMER_SPREAD, ORDER_SPREAD = 510.0, 0.50, 0.50
VALUE_BY_PURCHASES = (0.0, 0.25, 1.0, 1.8, 2.1)

LINES = (0.62, 0.86, 0.96)  # cumulative share of orders with 1, 2, 3 lines; the others have 4
RETURNED, RETURN_DAYS = 0.06, (4, 45)
GUESTS = 0.0080  # orders without customer id, per customer: 0.6 % of the rows

# Sign-up of buyers, cumulative: not in the list, some weeks after the first order (checked out as
# a guest), on its day, in the 30 days before; the others MONTHS_BEFORE days before on average.
SIGN_UP, MONTHS_BEFORE, MOST_BEFORE = (0.05, 0.12, 0.46, 0.68), 120.0, 720
PROSPECTS = 0.4  # contacts who have not bought, per customer
REACHED_AGO, NEVER_REACHED = 180.0, 0.1  # mean days since the last message; share without one

PRICE_EDGES = (100, 200, 400, 800, 1600, 3200, 6400)  # kr; a small and a large product below each
SMALL = ("Coat hook", "Tea towel", "Cushion", "Mirror", "Bed linen", "Bookcase", "Rug", "Sofa")
LARGE = ("Candle", "Bread knife", "Carafe", "Table lamp", "Stool", "Armchair", "Desk", "Wardrobe")


# What each kind of product belongs to, in the order of SMALL and LARGE.
CATEGORIES = (
    *("Decor", "Textiles", "Textiles", "Decor", "Textiles", "Furniture", "Textiles", "Furniture"),
    *("Decor", "Kitchen", "Kitchen", "Decor", *("Furniture",) * 4),
)

# Where first orders come from, and by how much likelier such customers come back than the others;
# where later orders come from, which says nothing of what follows.
CHANNELS = ("organic search", "paid social", "email", "affiliate", "direct", "referral")
CHANNEL_SHARE = (0.30, 0.28, 0.14, 0.12, 0.10, 0.06)
CHANNEL_LIFT = (1.05, 0.70, 1.25, 0.80, 1.0, 1.7)
CHANNEL_LATER = (0.20, 0.08, 0.45, 0.04, 0.20, 0.03)
# Norwegians stop at F3, and nowhere else.
COUNTRIES, COUNTRY_SHARE = ("Sweden", "Norway", "Finland", "Denmark"), (0.70, 0.12, 0.10, 0.08)
STOPS_AT, STOPS_IN, STOPS_LIFT = 3, 1, 0.55
# Codes by order number: the share of such orders, the lift of who goes on, the share of those who
# go on, the discount. Black Week has the first orders of some days in November; the rest of the
# first orders have another code.
CODES = (
    ("BLACKWEEK25", (1, 1), 0.50, 0.55, GOES_ON[0], 0.25),
    ("WELCOME10", (1, 1), 0.35, 1.0, GOES_ON[0], 0.10),
    ("SALE15", (2, 3), 0.25, 1.0, 0.38, 0.15),
    ("COMEBACK10", (4, 5), 0.20, 1.30, 0.48, 0.10),
    ("VIP15", (7, MOST_PURCHASES), 0.50, 1.0, 0.8, 0.15),
)
BLACK_WEEK = 20  # its first day in November
# Columns that tell nothing of what a customer does next.
GIFT_WRAP, GIFT_WRAP_LATE = 0.05, 0.7  # the second in November and December
PAYMENTS, CARRIERS = ("card", "invoice", "swish", "paypal"), ("PostNord", "DHL", "Budbee")
SALES_REPS = tuple(f"Rep {number:03}" for number in range(200))
AB_TEST = ("A", "B")

MORE_COLUMNS = (
    "category",
    "channel",
    "discount_code",
    "discount_amount",
    "country",
    "gift_wrap",
    "payment",
    "carrier",
    "sales_rep",
    "ab_test",
)
"""The columns behind those of the first demo file. The order's discount stands on its first row,
as shops write it."""


class Attributes(NamedTuple):
    """Values of the purchases in MORE_COLUMNS, as numbers; ``country`` is that of each customer."""

    channel: Ints
    code: Ints
    country: Ints
    gift: NDArray[np.bool_]
    payment: Ints
    carrier: Ints
    sales_rep: Ints
    ab_test: Ints


@dataclass(frozen=True)
class DemoFiles:
    """Files that :func:`write_demo` wrote.

    ``rows`` and ``order_count`` are all in the order file, returns and orders without customer id
    too; ``customers`` are those with an id who bought; ``contacts_count`` the rows of the list.
    """

    orders: Path
    contacts: Path
    rows: int
    order_count: int
    customers: int
    contacts_count: int


def write_demo(
    path: Path,
    *,
    orders: int = DEFAULT_ORDERS,
    seed: int = 1,
    progress: Callable[[float], None] | None = None,
    overwrite: bool = False,
) -> DemoFiles:
    """Write the demo retailer's orders to ``path`` and its contact list beside it.

    The order file has a row per order line: ``order_id, customer_id, order_date, product, amount``
    and MORE_COLUMNS, some of which go together with what customers do next and some of which don't;
    the list, ``<stem>-contacts<suffix>``, has ``customer_id, signed_up, last_reached``. Same seed
    and size, same rows. The files get their names when both are whole: an interrupted run leaves
    nothing.

    Args:
        path: the order file to be; its suffix is ``.parquet``, ``.csv`` or ``.csv.gz``.
        orders: orders wanted, at least 1; from 10 000 on they come within 2 per cent.
        seed: a whole number, at least 0.
        progress: called with the fraction done, from 0 to 1.
        overwrite: replace files that are there.

    Returns:
        The two paths and what is in them.

    Raises:
        ValueError: ``orders`` below 1, ``seed`` below 0, or another suffix.
        FileExistsError: one of the files is there and ``overwrite`` is not set.
    """
    path = Path(path)
    suffix = next((known for known in SUFFIXES if path.name.lower().endswith(known)), None)
    if suffix is None:
        raise ValueError(f"suffix must be one of {', '.join(SUFFIXES)}, got {path.name}")
    contacts = path.with_name(f"{path.name[: -len(suffix)]}-contacts{path.name[-len(suffix) :]}")
    customers = _customers(orders, seed)
    for target in (path, contacts):
        if target.exists() and not overwrite:
            raise FileExistsError(f"{target} exists already")
    rows = order_count = listed = 0
    with (
        atomic_write(path, overwrite=overwrite) as order_file,
        atomic_write(contacts, overwrite=overwrite) as contact_file,
        ExitStack() as stack,
    ):
        order_schema, contact_schema = _schemas()
        write_orders = _appender(stack, order_file, suffix, order_schema)
        write_contacts = _appender(stack, contact_file, suffix, contact_schema)
        for done, lines, people, last_order in _chunks(customers, seed):
            write_orders(lines)
            write_contacts(people)
            rows, listed, order_count = rows + len(lines), listed + len(people), last_order
            if progress is not None:
                progress(done)
    return DemoFiles(path, contacts, rows, order_count, customers, listed)


def demo_frames(
    *, orders: int = DEFAULT_ORDERS, seed: int = 1
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The demo retailer in memory: the rows of :func:`write_demo` as two data frames.

    Args:
        orders: orders wanted, at least 1.
        seed: a whole number, at least 0.

    Returns:
        Orders (``order_id, customer_id, order_date, product, amount``, MORE_COLUMNS) and contacts
        (``customer_id, signed_up, last_reached``); days as datetimes, amounts in kr as floats.

    Raises:
        ValueError: ``orders`` below 1 or ``seed`` below 0.

    >>> lines, contacts = demo_frames(orders=1)
    >>> str(lines["order_date"].max().date())
    '2026-10-31'
    """
    pa: Any = import_module("pyarrow")
    _, *parts, _ = zip(*_chunks(_customers(orders, seed), seed), strict=True)
    lines, contacts = (pa.concat_tables(tables) for tables in parts)
    # The cast misses the nearest float by a digit at times; rounding finds it.
    for name in ("amount", "discount_amount"):
        money = lines[name].cast(pa.float64()).to_numpy().round(2)
        at = lines.schema.get_field_index(name)
        lines = lines.set_column(at, name, pa.array(money, from_pandas=True))
    return lines.to_pandas(date_as_object=False), contacts.to_pandas(date_as_object=False)


@cache
def _calendar() -> tuple[Floats, Floats]:
    """Seasonal time at the start of each day and the end of the last; share of customers so far."""
    days = np.arange(np.datetime64(FIRST_DAY), np.datetime64(LAST_DAY) + 1)
    month = days.astype("datetime64[M]").astype(np.int64) % 12
    weekday = (days.astype(np.int64) + 3) % 7  # 1 January 1970 was a Thursday
    season = np.array(MONTHS)[month] * np.array(WEEKDAYS)[weekday]
    season /= season.mean()
    # Rounded to binary fractions, so that sums are exact and days alike on every machine.
    clock = np.rint(np.concatenate(([0.0], season.cumsum())) * 1024) / 1024
    joined = (season * (1 + GROWTH) ** (np.arange(DAYS) / 365.25)).cumsum()
    return clock, joined / joined[-1]


def _joining_day(share: Floats) -> Ints:
    return np.minimum(np.searchsorted(_calendar()[1], share, "right"), DAYS - 1)


def _purchases(
    random: Random, customers: int, newest: bool
) -> tuple[Ints, Ints, Floats, Ints, Ints]:
    """Customer, day and value in kr of each purchase; first those that are a customer's first.
    And its number among the customer's, and how many these will be.

    Numbers from ``customers`` on are guests, who buy once and leave no id. ``newest``: customer 0
    comes on the last day, so that the newest order is there at every size.
    """
    goes_on = np.full(MOST_PURCHASES - 1, GOES_ON_TAIL)
    goes_on[: len(GOES_ON)] = GOES_ON
    # Not drawn one by one but from a lattice, so that ladder and revenue hold at every seed: each
    # customer has an equal slice of the ladder, and steps of the golden ratio spread those of
    # like loyalty evenly over the days of joining.
    place = random.permutation(customers)
    rank = (place + random.random(customers)) / customers
    in_all = 1 + np.searchsorted(-goes_on.cumprod(), -rank)
    in_all = np.concatenate((in_all, np.ones(round(GUESTS * customers), dtype=np.int64)))
    people = np.arange(len(in_all))
    share = np.concatenate((place * 0.6180339887498949, random.random(len(people) - customers)))
    first = _joining_day((share + random.random()) % 1.0)
    if newest:
        first[0] = DAYS - 1

    more = in_all - 1
    start = more.cumsum() - more
    customer = np.repeat(people, more)
    total = in_all[customer]
    rhythm = np.minimum(SLOWEST, LIFE / np.arange(1, MOST_PURCHASES + 1))
    rhythm[np.array(list(PAUSE)) - 1] = list(PAUSE.values())
    spread = np.where(total >= max(PAUSE), RHYTHM_SPREAD, PAUSE_SPREAD)
    pause = rhythm[total - 1] * np.exp(spread * random.standard_normal(len(total)))
    away = random.random(len(total)) < np.where(total > max(PAUSE), AWAY_LOYAL, AWAY)
    pause[away] = random.uniform(*AWAY_DAYS, np.count_nonzero(away))
    pause = np.rint(np.maximum(pause, SHORTEST) * 16) / 16
    elapsed = np.concatenate(([0.0], pause.cumsum()))
    clock, _ = _calendar()  # in a busy season it runs faster, so that purchases come closer
    joined = (clock[first] + clock[first + 1]) / 2
    moment = joined[customer] + (elapsed[1:] - elapsed[start[customer]])
    day = np.searchsorted(clock, moment, "right") - 1
    nth = 2 + np.arange(len(total)) - start[customer]
    happened = day < DAYS

    customer = np.concatenate((people, customer[happened]))
    day = np.concatenate((first, day[happened]))
    nth = np.concatenate((np.ones_like(first), nth[happened]))
    total = in_all[customer]
    value = np.array(VALUE_BY_PURCHASES)[np.minimum(total, len(VALUE_BY_PURCHASES)) - 1]
    value += np.log1p(INFLATION) * (day - DAYS) / 365.25
    value += CUSTOMER_SPREAD * random.standard_normal(len(people))[customer]
    value += ORDER_SPREAD * random.standard_normal(len(customer))
    return customer, day, ORDER_VALUE * np.exp(value), nth, total


def _lines(random: Random, customer: Ints, day: Ints, value: Floats) -> tuple[Ints, ...]:
    """Order, customer, day, product, cents and purchase of each line, by day, returns included."""
    count = 1 + np.searchsorted(LINES, random.random(len(day)), "right")
    start = count.cumsum() - count
    order = np.repeat(np.arange(len(count)), count)
    weight = 0.4 + random.random(len(order))
    weight /= np.add.reduceat(weight, start)[order]
    cents = np.maximum(np.rint(100 * value[order] * weight), 100).astype(np.int64)
    band = np.searchsorted(100 * np.array(PRICE_EDGES), cents)
    product = band + len(SMALL) * random.integers(2, size=len(band))

    # A return is an order of its own that takes back the first line of a purchase.
    returned = np.flatnonzero(random.random(len(count)) < RETURNED)
    day_back = day[returned] + random.integers(*RETURN_DAYS, size=len(returned))
    returned, day_back = returned[day_back < DAYS], day_back[day_back < DAYS]
    line = np.concatenate((np.arange(len(order)), start[returned]))
    sign = np.repeat((1, -1), (len(order), len(returned)))
    day = np.concatenate((day, day_back))
    count = np.concatenate((count, np.ones_like(returned)))

    # By day, in random order within it; two bytes hold a day and make it a radix sort.
    queue = random.permutation(len(day))
    queue = queue[np.argsort(day[queue].astype(np.int16), kind="stable")]
    size = count[queue]
    before = (count.cumsum() - count)[queue] - (size.cumsum() - size)
    at = np.repeat(before, size) + np.arange(len(line))
    line, sign = line[at], sign[at]
    number = np.repeat(np.arange(len(queue)), size)
    bought = order[line]
    day = day[queue][number]
    return number, customer[bought], day, product[line], sign * cents[line], bought


def _choose(random: Random, weights: Floats) -> Ints:
    """The number of one of the columns for each row, by their weights."""
    ends = weights.cumsum(axis=1)
    chosen: Ints = (random.random(len(weights))[:, None] * ends[:, -1:] > ends[:, :-1]).sum(axis=1)
    return chosen


def _given(share: Any, lift: Any, goes: NDArray[np.bool_], rate: float) -> Floats:
    """By Bayes: how likely a value is, known who goes on, so that the ladder stays as it is.

    ``share`` have it, and of them ``lift`` times the ``rate`` of those who go on.
    """
    weights: Floats = np.where(goes, share * lift, share * (1 - rate * lift) / (1 - rate))
    return weights


def _attributes(random: Random, customer: Ints, day: Ints, nth: Ints, total: Ints) -> Attributes:
    """The values of each purchase, as numbers of their names."""
    goes = total > nth
    date_of = np.datetime64(FIRST_DAY) + day
    month = date_of.astype("M8[M]").astype(np.int64) % 12 + 1
    in_month = (date_of - date_of.astype("M8[M]")).astype(np.int64) + 1
    share, lift = np.array(CHANNEL_SHARE), np.array(CHANNEL_LIFT)
    first = _given(share, lift / (share * lift).sum(), goes[:, None], GOES_ON[0])
    weights = np.where((nth == 1)[:, None], first, np.array(CHANNEL_LATER))
    channel = _choose(random, weights)

    black_week = (month == 11) & (in_month >= BLACK_WEEK)
    code = np.zeros(len(nth), dtype=np.int64)
    luck = random.random(len(nth))
    for number, (name, (low, high), part, times, rate, _) in enumerate(CODES, 1):
        if number > 1:
            luck = random.random(len(nth))
        where = (nth >= low) & (nth <= high) & (code == 0)
        if name == "BLACKWEEK25":
            where &= black_week
        elif high == 1:
            where &= ~black_week
        code[where & (luck < _given(part, times, goes, rate))] = number

    people: Ints = np.zeros(customer.max() + 1, dtype=np.int64)
    people[customer] = total
    share, lift = np.array(COUNTRY_SHARE), np.ones(len(COUNTRIES))
    lift[STOPS_IN] = STOPS_LIFT
    share_in = share[STOPS_IN]
    lift[np.arange(len(lift)) != STOPS_IN] = (1 - share_in * STOPS_LIFT) / (1 - share_in)
    order_counts = people[:, None]
    stops = _given(share, lift, order_counts > STOPS_AT, GOES_ON[STOPS_AT - 1])
    country = _choose(random, np.where(order_counts >= STOPS_AT, stops, share))

    gift = random.random(len(nth)) < np.where(month >= 11, GIFT_WRAP_LATE, GIFT_WRAP)
    nothing = [
        random.integers(len(names), size=len(nth))
        for names in (PAYMENTS, CARRIERS, SALES_REPS, AB_TEST)
    ]
    return Attributes(channel, code, country, gift, *nothing)


def _more_columns(schema: Any, attributes: Attributes, lines: tuple[Ints, ...]) -> list[Any]:
    """MORE_COLUMNS of the lines."""
    pa: Any = import_module("pyarrow")
    order, customer, _, product, cents, bought = lines
    starts = np.concatenate(([True], order[1:] != order[:-1]))
    share = np.array([0.0, *(percent for *_, percent in CODES)])[attributes.code[bought]]
    off = np.where(cents > 0, np.rint(cents * share / (1 - share)), 0.0).astype(np.int64)
    whole = np.bincount(order, weights=off).astype(np.int64)[order]
    bits = pa.py_buffer(np.stack((whole, np.zeros_like(whole)), axis=1))
    mask = pa.py_buffer(np.packbits(starts, bitorder="little"))
    kind = schema.field("discount_amount").type

    def names(texts: Sequence[str], numbers: Ints) -> Any:
        return pa.array(list(texts)).take(pa.array(numbers))

    def first(texts: Any, valid: NDArray[np.bool_]) -> Any:
        return pa.compute.if_else(pa.array(valid), texts, pa.scalar(None, pa.string()))

    code = attributes.code[bought]
    codes = names(["", *(name for name, *_ in CODES)], code)
    return [
        names(CATEGORIES, product),
        names(CHANNELS, attributes.channel[bought]),
        first(codes, starts & (code > 0)),
        pa.Array.from_buffers(kind, len(whole), [mask, bits]),
        names(COUNTRIES, attributes.country[customer]),
        names(("no", "yes"), attributes.gift[bought].astype(np.int64)),
        names(PAYMENTS, attributes.payment[bought]),
        names(CARRIERS, attributes.carrier[bought]),
        names(SALES_REPS, attributes.sales_rep[bought]),
        names(AB_TEST, attributes.ab_test[bought]),
    ]


def _contacts(random: Random, first: Ints) -> tuple[Ints, ...]:
    """The customer number of buyers and then prospects; number, sign-up and reach of the listed.

    Numbers follow the day a person became known; ``first`` are the days of the first orders.
    """
    buyers = len(first)
    how = np.searchsorted(SIGN_UP, random.random(buyers), "right")
    weeks = random.integers(1, 31, size=buyers)
    months = 31 + MONTHS_BEFORE * random.standard_exponential(buyers)
    months = np.minimum(months, MOST_BEFORE).astype(np.int64)
    signed_up = first - np.select([how == 1, how == 3, how == 4], [-weeks, weeks, months], 0)
    prospects = _joining_day(random.random(round(PROSPECTS * buyers)))
    listed = np.concatenate((how > 0, np.ones_like(prospects, dtype=np.bool_)))
    known_since = np.concatenate((np.where(how > 1, signed_up, first), prospects))
    signed_up = np.concatenate((signed_up, prospects))
    listed &= signed_up < DAYS

    queue = np.argsort(known_since, kind="stable")
    number = np.empty_like(queue)
    number[queue] = np.arange(len(queue))
    ago = (REACHED_AGO * random.standard_exponential(len(known_since))).astype(np.int64)
    ago[random.random(len(known_since)) < NEVER_REACHED] = 2 * DAYS
    queue = queue[listed[queue]]
    return number, number[queue], signed_up[queue], DAYS - 1 - ago[queue]


def _customers(orders: int, seed: int) -> int:
    for name, given, least in (("orders", orders, 1), ("seed", seed, 0)):
        if given < least:
            raise ValueError(f"{name} must be at least {least}, got {given}")
    return max(1, round(orders / ORDERS_PER_CUSTOMER))


def _chunks(customers: int, seed: int) -> Iterator[tuple[float, Any, Any, int]]:
    """Fraction done, tables of the lines and the contacts, and the last order's number."""
    pa: Any = import_module("pyarrow")  # by name, for it ships no types
    order_schema, contact_schema = _schemas()
    products = pa.array(SMALL + LARGE)
    people = CHUNK + round(PROSPECTS * CHUNK)
    digits = max(7, len(str((1 + customers // CHUNK) * people)))
    last_order = 0
    for chunk, start in enumerate(range(0, customers, CHUNK)):
        stream = np.random.SeedSequence(seed, spawn_key=(chunk,))
        random = np.random.Generator(np.random.PCG64(stream))
        buyers = min(CHUNK, customers - start)
        bought = _purchases(random, buyers, newest=chunk == 0)
        buyers_of, days_of, values, nth, total = bought
        lines_of = _lines(random, buyers_of, days_of, values)
        order, customer, day, product, cents, _ = lines_of
        number, listed, signed_up, reached = _contacts(random, bought[1][:buyers])
        first_id, named = 1 + chunk * people, customer < buyers
        buyer = number[np.where(named, customer, 0)]
        # A decimal is 128 bits: the low half the cents, the high half their sign repeated.
        bits = pa.py_buffer(np.stack((cents, cents >> 63), axis=1))
        amount = pa.Array.from_buffers(order_schema.field(4).type, len(cents), [None, bits])
        columns = [last_order + 1 + order, _id_column(first_id + buyer, digits, named)]
        columns += [_day_column(day), products.take(pa.array(product)), amount]
        # From a stream of their own: the rows are those that they would be without.
        stream = np.random.SeedSequence(seed, spawn_key=(chunk, 1))
        more = np.random.Generator(np.random.PCG64(stream))
        attributes = _attributes(more, buyers_of, days_of, nth, total)
        columns += _more_columns(order_schema, attributes, lines_of)
        last_order += 1 + int(order[-1])
        listing = [_id_column(first_id + listed, digits), _day_column(signed_up)]
        listing += [_day_column(reached, reached >= signed_up)]
        lines, contacts = pa.table(columns, order_schema), pa.table(listing, contact_schema)
        yield (start + buyers) / customers, lines, contacts, last_order


def _schemas() -> tuple[Any, Any]:
    pa: Any = import_module("pyarrow")
    text, day, kr = pa.string(), pa.date32(), pa.decimal128(12, 2)
    lines = {"order_id": pa.int64(), "customer_id": text, "order_date": day}
    contacts = {"customer_id": text, "signed_up": day, "last_reached": day}
    lines |= {"product": text, "amount": kr, **dict.fromkeys(MORE_COLUMNS, text)}
    return pa.schema(lines | {"discount_amount": kr}), pa.schema(contacts)


def _day_column(day: Ints, valid: NDArray[np.bool_] | None = None) -> Any:
    pa: Any = import_module("pyarrow")
    since_1970 = (day + (FIRST_DAY - date(1970, 1, 1)).days).astype(np.int32)
    return pa.array(since_1970, mask=None if valid is None else ~valid).view(pa.date32())


def _id_column(ids: Ints, digits: int, valid: NDArray[np.bool_] | None = None) -> Any:
    """``C0012345``: written digit by digit into the column's buffer, without Python strings."""
    pa: Any = import_module("pyarrow")
    text = np.full((len(ids), 1 + digits), ord("C"), dtype=np.uint8)
    rest = ids.astype(np.uint32)  # half the time of 64 bits
    for place in range(digits, 0, -1):
        rest, digit = np.divmod(rest, np.uint32(10))
        text[:, place] = digit + ord("0")
    ends = np.arange(len(ids) + 1, dtype=np.int32) * np.int32(1 + digits)
    mask = None if valid is None else pa.py_buffer(np.packbits(valid, bitorder="little"))
    buffers = [mask, pa.py_buffer(ends), pa.py_buffer(text)]
    return pa.Array.from_buffers(pa.string(), len(ids), buffers)


def _appender(stack: ExitStack, path: Path, suffix: str, schema: Any) -> Callable[[Any], None]:
    """A function that appends a table to the file; ``stack`` closes it."""
    if suffix == ".parquet":
        parquet: Any = import_module("pyarrow.parquet")
        table: Any = parquet.ParquetWriter(
            path, schema, compression="zstd", use_dictionary=["product", *MORE_COLUMNS]
        )
    else:
        csv: Any = import_module("pyarrow.csv")
        sink: Any = stack.enter_context(path.open("wb"))
        if suffix == ".csv.gz":  # without name and time: same rows, same bytes
            sink = stack.enter_context(gzip.GzipFile("", "wb", 4, sink, mtime=0))
        sink.write((",".join(schema.names) + "\n").encode())
        form = csv.WriteOptions(include_header=False, quoting_style="none", batch_size=16_384)
        table = csv.CSVWriter(sink, schema, write_options=form)
    write: Callable[[Any], None] = stack.enter_context(table).write_table
    return write
