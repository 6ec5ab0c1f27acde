"""Every order-level figure once more, plainly: the oracle that the engine is tested against.

Written for a reader who checks it sentence by sentence against the definitions, not for speed:
customer by customer, in exact integers and fractions, and without a line shared with the package.
`summary` answers with the keys of `crmf summary --format json`, in their order, except `warnings`.

Money is counted in ten-thousandths, as `int`; a quotient is a `Fraction` until it is written out.
"""

from __future__ import annotations

import calendar
import math
import statistics
import string
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from itertools import pairwise, permutations
from math import floor
from typing import Any, Literal

import pandas as pd

TIERS = (("super", 0.05), ("top", 0.15), ("mid", 0.5), ("bottom", 0.3))
LTV_AGES = (3, 6, 12, 24, 36)
LEAST_MONTHS = 6  # of F12's 12 that must lie in history for anything that rests on F12


# ------------------------------------------------------------------------------- calendar and sums


def add_months(day: date, months: int) -> date:
    """The same day `months` calendar months away, or the last day of a shorter month."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, min(day.day, calendar.monthrange(years, month + 1)[1]))


def month_of(day: date) -> date:
    """The first day of the month: stands for the month."""
    return day.replace(day=1)


def month_end(day: date) -> date:
    """The last day of the day's month."""
    return add_months(month_of(day), 1) - timedelta(days=1)


def round_half_up(number: Fraction) -> int:
    return floor(number + Fraction(1, 2))


def exact(share: float) -> Fraction:
    """The decimal that was written: 0.15 is 15/100, not the nearest binary fraction."""
    return Fraction(Decimal(str(share)))


def money(ten_thousandths: Fraction | int | None) -> float | None:
    """Money leaves with at most four decimals, half away from zero, also where it is a mean."""
    if ten_thousandths is None:
        return None
    size = round_half_up(abs(Fraction(ten_thousandths)))
    return (-size if ten_thousandths < 0 else size) / 10_000


def rate(number: Fraction | None) -> float | None:
    """Rates, durations and indices leave unrounded."""
    return None if number is None else float(number)


def ratio(numerator: int | Fraction, denominator: int | Fraction) -> Fraction | None:
    """Undefined (None), never 0, where there is nothing to divide by."""
    return Fraction(numerator) / denominator if denominator else None


def median(numbers: Iterable[int]) -> float | None:
    """Of an even count the mean of the middle two; of none, None."""
    line = sorted(numbers)
    if not line:
        return None
    return (line[(len(line) - 1) // 2] + line[len(line) // 2]) / 2


# ---------------------------------------------------------------------------- what chance may move

Z = 1.2815515655446004  # the 90 % point of the normal distribution: intervals hold in 80 %
Ends = tuple[float | None, float | None]
Window = tuple[date, date]


def wilson(successes: int, total: int) -> Ends:
    """Wilson's interval, as the roots of (p - x/n)^2 = z^2 p (1 - p) / n."""
    if not total:
        return None, None
    seen = successes / total
    a, b, c = 1 + Z * Z / total, -(2 * seen + Z * Z / total), seen * seen
    root = math.sqrt(max(b * b - 4 * a * c, 0.0))
    low, high = (-b - root) / (2 * a), (-b + root) / (2 * a)
    return (low if successes else 0.0), (high if successes < total else 1.0)


def of_churn(started: int, left: int) -> Ends:
    """Retention by the interval of churn; of nobody lost, one-sided: at least."""
    if started and not left:
        return 0.2 ** (1 / started), 1.0
    low, high = wilson(left, started)
    return (None, None) if low is None or high is None else (1 - high, 1 - low)


def of_clv(annual_value: Fraction | None, started: int, left: int) -> Ends:
    """Annual value x duration, at the ends of retention; without one where nobody was lost."""
    low, high = of_churn(started, left)
    if annual_value is None or low is None or high is None:
        return None, None
    worth = float(annual_value / 10_000)
    ends = [worth / (1 - low), worth / (1 - high) if left else None]
    return (ends[1], ends[0]) if annual_value < 0 else (ends[0], ends[1])


def ends_of(name: str, ends: Ends, *, rounded: bool = False) -> dict[str, float | None]:
    """The two ends as the contract names them."""
    low, high = map(cents, ends) if rounded else ends
    return {f"{name}_low": low, f"{name}_high": high}


def even_in_ratios(estimate: float, error: float) -> Ends:
    if error >= 100 * estimate:  # it says nothing, and its ends are no numbers
        return None, None
    return estimate * math.exp(-Z * error / estimate), estimate * math.exp(Z * error / estimate)


def cents(amount: float | None) -> float | None:
    """Money that is no quotient of whole numbers leaves with four decimals."""
    return None if amount is None else round(amount, 4)


# ------------------------------------------------------------------------------ from rows to orders


@dataclass
class Order:
    day: date
    amount: int
    lines: list[tuple[str | None, int]] = field(default_factory=list)  # product and amount


@dataclass
class Customer:
    id: str
    purchases: list[Order] = field(default_factory=list)  # amount > 0, by day
    returns: list[Order] = field(default_factory=list)  # amount <= 0

    def days(self) -> list[date]:
        return [order.day for order in self.purchases]

    def first(self) -> date:
        return self.purchases[0].day

    def bought(self, start: date, end: date) -> int:
        """Purchases on the days from start to end, both included."""
        return sum(start <= order.day <= end for order in self.purchases)

    def revenue(self, start: date, end: date) -> int:
        """Net revenue on the days from start to end: purchases and returns."""
        return sum(o.amount for o in self.purchases + self.returns if start <= o.day <= end)


def text_or_none(cell: object) -> str | None:
    # Blanks are the ASCII ones (space, tab, line ends), on both sides; an id of nothing else is
    # no id. Order ids and contact ids are read in the same way.
    stripped = cell.strip(string.whitespace) if isinstance(cell, str) else ""
    return stripped or None


def day_or_none(cell: object) -> date | None:
    if cell is None or cell is pd.NaT or not isinstance(cell, date):
        return None
    return cell.date() if isinstance(cell, datetime) else cell


def amount_or_none(cell: object) -> int | None:
    # Four places, half away from zero, row by row; everything after is exact.
    if not isinstance(cell, Decimal) or not cell.is_finite():
        return None
    return int(cell.scaleb(4, Context(prec=80)).to_integral_value(ROUND_HALF_UP))


def read_orders(
    rows: pd.DataFrame, every_row_an_order: bool
) -> tuple[dict[str, list[Order]], dict[str, int]]:
    """The orders of each customer, and the excluded rows by reason."""
    excluded = {"no_customer": 0, "bad_date": 0, "bad_amount": 0}
    orders: dict[tuple[str, str, object], list[Order]] = {}
    has_order_column = "order" in rows.columns
    order_ids = rows["order"] if has_order_column else [None] * len(rows)
    products = rows["product"] if "product" in rows.columns else [None] * len(rows)
    cells = zip(rows["customer"], rows["day"], rows["amount"], order_ids, products, strict=True)
    for number, (customer_cell, day_cell, amount_cell, order_cell, product) in enumerate(cells):
        customer = text_or_none(customer_cell)
        day = day_or_none(day_cell)
        amount = amount_or_none(amount_cell)
        # A row is excluded once, for the first of these reasons.
        if customer is None:
            excluded["no_customer"] += 1
            continue
        if day is None:
            excluded["bad_date"] += 1
            continue
        if amount is None:
            excluded["bad_amount"] += 1
            continue
        # One order: the rows of one customer with one order id. A row without order id joins the
        # others of its customer and day, as all rows do when there is no order column at all;
        # "every row is an order" is an option for logs without order column only.
        order_id = text_or_none(order_cell)
        key: tuple[str, str, object]
        if order_id is not None:
            key = (customer, "id", order_id)
        elif every_row_an_order and not has_order_column:
            key = (customer, "row", number)
        else:
            key = (customer, "day", day)
        line = text_or_none(product) and product, amount
        orders.setdefault(key, []).append(Order(day, amount, [line]))
    by_customer: dict[str, list[Order]] = defaultdict(list)
    for (customer, _, _), of_one_id in orders.items():
        by_customer[customer] += orders_of_one_id(of_one_id)
    return by_customer, excluded


def orders_of_one_id(rows: list[Order]) -> list[Order]:
    """The rows of one customer and order id as orders: the id of a receipt may be used again.

    Rows that lie more than 90 days after an order's first day begin a new order.
    """
    made: list[Order] = []
    for row in sorted(rows, key=lambda row: row.day):
        if made and (row.day - made[-1].day).days <= 90:
            made[-1].amount += row.amount
            made[-1].lines += row.lines
        else:
            made.append(row)
    return made


# ------------------------------------------------------------------------------------------ figures


def tier_sizes(tiers: Sequence[tuple[str, float]], customers: int) -> list[int]:
    """Round-half-up(share x N), earlier tiers served first from what is left, the last the rest."""
    sizes: list[int] = []
    for _, share in tiers[:-1]:
        sizes.append(min(round_half_up(exact(share) * customers), customers - sum(sizes)))
    return [*sizes, customers - sum(sizes)]


def ranked(active: Iterable[Customer], start: date, end: date) -> list[Customer]:
    """By net revenue of the window, highest first; ties by id, ascending by code point."""
    return sorted(active, key=lambda customer: (-customer.revenue(start, end), customer.id))


def tier_of(ranking: Sequence[Customer], tiers: Sequence[tuple[str, float]]) -> dict[str, str]:
    """Customer id to tier name."""
    found: dict[str, str] = {}
    rest = iter(ranking)
    for (name, _), size in zip(tiers, tier_sizes(tiers, len(ranking)), strict=True):
        for _ in range(size):
            found[next(rest).id] = name
    return found


def ladder(
    buyers: Sequence[Customer],
    as_of: date,
    max_steps: int,
    threshold: float,
    matured_days: int | None,
) -> dict[str, Any]:
    most = max((len(customer.purchases) for customer in buyers), default=0)
    shown = min(max_steps, most)
    at_least = [sum(len(c.purchases) >= k for c in buyers) for k in range(1, shown + 1)]
    # The last step shown has no rate and no median, whether or not anyone went further.
    rates = [Fraction(after, before) for before, after in pairwise(at_least)]
    steps: list[dict[str, Any]] = []
    for k in range(1, shown + 1):
        last = k == shown
        went_on = [customer.days() for customer in buyers if len(customer.purchases) > k]
        gaps = [(days[k] - days[k - 1]).days for days in went_on]
        step: dict[str, Any] = {
            "f": k,
            "customers": at_least[k - 1],
            "rate": None if last else rate(rates[k - 1]),
            "median_days": None if last else median(gaps),
        }
        low, high = (None, None) if last else wilson(at_least[k], at_least[k - 1])
        ends = {"rate_low": low, "rate_high": high}
        if matured_days is not None:
            wait = timedelta(days=matured_days)
            # Those whose k-th purchase is at least so many days back …
            matured = [
                customer.days()
                for customer in buyers
                if len(customer.purchases) >= k and customer.days()[k - 1] <= as_of - wait
            ]
            # … and of them those who bought again within as many days.
            again = [days for days in matured if len(days) > k and days[k] <= days[k - 1] + wait]
            step["matured_rate"] = None if last else rate(ratio(len(again), len(matured)))
        steps.append(step | ends)
    reached_limit = [k for k, r in enumerate(rates, start=1) if r >= exact(threshold)]
    product, products = Fraction(1), []
    for r in rates:
        product *= r
        products.append(product)
    # The variance of a sum of products, step by step (the delta method).
    variance = sum(
        float((1 - r) / (r * at_least[j]) * sum(products[j:], Fraction(0)) ** 2)
        for j, r in enumerate(rates)
    )
    expected = float(1000 * sum(products, Fraction(0)))
    low, high = even_in_ratios(expected, 1000 * math.sqrt(variance)) if expected else (None, None)
    return {
        "steps": steps,
        "tipping_point": min(reached_limit, default=None),
        # Of one step or none there are no rates: no extra orders are shown, 0.0.
        "extra_orders_per_1000": expected,
        "extra_orders_low": low,
        "extra_orders_high": high,
    }


def cohorts(buyers: Sequence[Customer], as_of: date) -> list[dict[str, Any]]:
    members: dict[date, list[Customer]] = defaultdict(list)
    for customer in buyers:
        members[month_of(customer.first())].append(customer)
    answer = []
    for cohort, customers in sorted(members.items()):
        by_month: Counter[date] = Counter()
        for customer in customers:
            for order in customer.purchases + customer.returns:
                by_month[month_of(order.day)] += order.amount
        # From the cohort's month to the month of T. Months before the first order's are left out:
        # a return may come before the first purchase.
        line: list[float | None] = []
        so_far, month = 0, cohort
        while month <= as_of:
            so_far += by_month[month]
            observed = month_end(month) <= as_of
            line.append(money(ratio(so_far, len(customers))) if observed else None)
            month = add_months(month, 1)
        answer.append(
            {
                "cohort": f"{cohort:%Y-%m}",
                "customers": len(customers),
                "revenue_per_customer": line,
            }
        )
    return answer


def ltv(buyers: Sequence[Customer], as_of: date) -> list[dict[str, Any]]:
    answer = []
    for age in LTV_AGES:
        # All days from the first order (inclusive) to `age` months later (exclusive) are observed.
        last_days = {c.id: add_months(c.first(), age) - timedelta(days=1) for c in buyers}
        old = [customer for customer in buyers if last_days[customer.id] <= as_of]
        worth = [customer.revenue(customer.first(), last_days[customer.id]) for customer in old]
        mean = ratio(sum(worth), len(old))
        low, high = of_mean(mean, variation(worth), len(old))
        answer.append(
            {
                "age_months": age,
                "customers": len(old),
                "ltv": money(mean),
                "ltv_low": low,
                "ltv_high": high,
            }
        )
    return answer


def variation(worth: Sequence[int]) -> float | None:
    """Standard deviation / mean, where there are two at least and the mean is above 0."""
    mean = ratio(sum(worth), len(worth))
    if mean is None or mean <= 0 or len(worth) < 2:
        return None
    squares = sum((one - mean) ** 2 for one in worth)
    return math.sqrt(squares / (len(worth) - 1)) / float(mean)


def of_mean(mean: Fraction | None, spread: float | None, customers: int) -> Ends:
    """A mean over 10 at least, by the spread of all who are as old."""
    if mean is None or mean <= 0 or spread is None or customers < 10:
        return None, None
    low, high = even_in_ratios(float(mean), float(mean) * spread / math.sqrt(customers))
    if low is None or high is None:
        return None, None
    return cents(low / 10_000), cents(high / 10_000)


def ltv_by_cohort(buyers: Sequence[Customer], as_of: date) -> list[dict[str, Any]]:
    """The same by month of first order, by the spread of all: a few don't know how large one is."""
    months_of: dict[str, list[Customer]] = defaultdict(list)
    for customer in buyers:
        months_of[f"{customer.first():%Y-%m}"].append(customer)
    spreads = {
        age: variation(
            [
                c.revenue(c.first(), add_months(c.first(), age) - timedelta(days=1))
                for c in buyers
                if add_months(c.first(), age) - timedelta(days=1) <= as_of
            ]
        )
        for age in LTV_AGES
    }
    answer = []
    for cohort, members in sorted(months_of.items()):
        for row in ltv(members, as_of):
            if row["ltv"] is None:
                continue
            end = row["age_months"]
            worth = [
                c.revenue(c.first(), add_months(c.first(), end) - timedelta(days=1))
                for c in members
                if add_months(c.first(), end) - timedelta(days=1) <= as_of
            ]
            low, high = of_mean(ratio(sum(worth), len(worth)), spreads[end], len(worth))
            answer.append({"cohort": cohort, **row, "ltv_low": low, "ltv_high": high})
    return answer


def returning_share(
    buyers: Sequence[Customer], first_day: date, as_of: date
) -> list[dict[str, Any]]:
    active: dict[date, dict[str, Customer]] = defaultdict(dict)
    net: dict[date, Counter[str]] = defaultdict(Counter)
    for customer in buyers:
        for order in customer.purchases:
            active[month_of(order.day)][customer.id] = customer
        for order in customer.purchases + customer.returns:
            net[month_of(order.day)][customer.id] += order.amount

    def share(month: date) -> tuple[int | None, Fraction | None, Fraction | None]:
        if month < first_day:  # a part of the month lies before history
            return None, None, None
        here = active[month]
        before = [customer.id for customer in here.values() if customer.first() < month]
        # The revenue is that of the customers active in the month; a share of nothing, or of a
        # net loss, says nothing.
        total = sum(net[month][id_] for id_ in here)
        theirs = sum(net[month][id_] for id_ in before)
        return len(here), ratio(len(before), len(here)), ratio(theirs, total) if total > 0 else None

    # The last complete month is the newest whose last day is not after T.
    newest = month_of(as_of if month_end(as_of) == as_of else add_months(as_of, -1))
    answer = []
    for back in range(11, -1, -1):
        month = add_months(newest, -back)
        customers, of_customers, of_revenue = share(month)
        _, year_before, _ = share(add_months(month, -12))
        change = None
        if of_customers is not None and year_before is not None:
            change = (of_customers - year_before) * 100
        answer.append(
            {
                "month": f"{month:%Y-%m}",
                "customers": customers,
                "share": rate(of_customers),
                "revenue_share": rate(of_revenue),
                "change_pp": rate(change),
            }
        )
    return answer


@dataclass
class Contact:
    signed_up: date | None
    reached: set[date]


def read_contacts(contacts: pd.DataFrame, as_of: date) -> dict[str, Contact]:
    """The contacts at T: one an id, signed up on the earliest day that can be read."""
    found: dict[str, Contact] = {}
    has_reached = "last_reached" in contacts.columns
    reached_cells = contacts["last_reached"] if has_reached else [None] * len(contacts)
    for id_cell, signed_cell, reached_cell in zip(
        contacts["customer"], contacts["signed_up"], reached_cells, strict=True
    ):
        id_, signed_up, reached = (
            text_or_none(id_cell),
            day_or_none(signed_cell),
            day_or_none(reached_cell),
        )
        if id_ is None:
            continue
        contact = found.setdefault(id_, Contact(signed_up, set()))
        if signed_up is not None:
            contact.signed_up = min(signed_up, contact.signed_up or signed_up)
        if reached is not None:
            contact.reached.add(reached)
    # Who signed up after T is not a contact yet; who signed up on an unknown day is one.
    return {
        id_: contact
        for id_, contact in found.items()
        if contact.signed_up is None or contact.signed_up <= as_of
    }


def subscriber_to_customer(
    contacts: Mapping[str, Contact],
    first_purchase: Mapping[str, date],
    as_of: date,
    lead_days: int,
    horizon_days: int,
) -> dict[str, Any]:
    eligible = converted = 0
    for id_, contact in contacts.items():
        if contact.signed_up is None:
            continue
        lead_ends = contact.signed_up + timedelta(days=lead_days)
        horizon_ends = lead_ends + timedelta(days=horizon_days)
        first = first_purchase.get(id_)
        if horizon_ends > as_of or (first is not None and first <= lead_ends):
            continue
        eligible += 1
        converted += first is not None and first <= horizon_ends
    return {
        "eligible": eligible,
        "converted": converted,
        "rate": rate(ratio(converted, eligible)),
    }


def leads_by_month(
    contacts: Mapping[str, Contact],
    first_purchase: Mapping[str, date],
    first_day: date,
    as_of: date,
    lead_days: int,
    horizon_days: int,
) -> dict[str, dict[str, Any]]:
    """The figures that each of the last complete months adds where there is a contact list."""
    answer: dict[str, dict[str, Any]] = {}
    for start in last_months(as_of):
        end = month_end(start)
        converted = 0
        for id_, contact in contacts.items():
            first = first_purchase.get(id_)
            if contact.signed_up is not None and first is not None:
                lead_ends = contact.signed_up + timedelta(days=lead_days)
                in_time = lead_ends < first <= lead_ends + timedelta(days=horizon_days)
                converted += in_time and start <= first <= end
        to_date = subscriber_to_customer(contacts, first_purchase, end, lead_days, horizon_days)
        before = subscriber_to_customer(
            contacts, first_purchase, start - timedelta(days=1), lead_days, horizon_days
        )
        leads = to_date["eligible"] - before["eligible"]
        of_them = to_date["converted"] - before["converted"]
        line: dict[str, Any] = {
            "sign_ups": sum(
                c.signed_up is not None and start <= c.signed_up <= end for c in contacts.values()
            ),
            "converted_leads": converted,
            "leads": leads,
            "lead_rate": rate(ratio(of_them, leads)),
            "leads_to_date": to_date["eligible"],
            "converted_to_date": to_date["converted"],
        }
        if start < first_day:
            line = dict.fromkeys(line)
        answer[f"{start:%Y-%m}"] = line
    return answer


def reach_by_month(
    contacts: Mapping[str, Contact], first_day: date, as_of: date, reached_days: int
) -> dict[str, dict[str, Any]]:
    """Total reach at the end of each of the last complete months.

    Told where those who were reached have two days of it on average; else the list holds but the
    last day of each, and nobody knows who was reached before. A month is known where the days
    that count begin on the first day of contact or later.
    """
    days = sorted(day for c in contacts.values() for day in c.reached if day <= as_of)
    persons = sum(any(day <= as_of for day in c.reached) for c in contacts.values())
    answer: dict[str, dict[str, Any]] = {}
    for start in last_months(as_of):
        end = month_end(start)
        line: dict[str, Any] = {"contacts_to_date": None, "reached": None, "reach": None}
        begins = end - timedelta(days=reached_days - 1)
        if persons and len(days) >= 2 * persons and begins >= days[0] and start >= first_day:
            then = {
                id_: c for id_, c in contacts.items() if c.signed_up is None or c.signed_up <= end
            }
            told = total_reach(then, end, reached_days)
            line = {
                "contacts_to_date": told["contacts"],
                "reached": told["reached"],
                "reach": told["rate"],
            }
        answer[f"{start:%Y-%m}"] = line
    return answer


def total_reach(contacts: Mapping[str, Contact], as_of: date, reached_days: int) -> dict[str, Any]:
    start = as_of - timedelta(days=reached_days)
    reached = sum(any(start < day <= as_of for day in c.reached) for c in contacts.values())
    return {
        "reached": reached,
        "contacts": len(contacts),
        "rate": rate(ratio(reached, len(contacts))),
        "days": reached_days,
    }


# ---------------------------------------------------------------------------- customers at a day


def windows(as_of: date) -> tuple[Window, Window]:
    """S12 = (T - 12 months, T], F12 = (T - 24 months, T - 12 months]."""
    s12 = (add_months(as_of, -12) + timedelta(days=1), as_of)
    f12 = (add_months(as_of, -24) + timedelta(days=1), add_months(as_of, -12))
    return s12, f12


def months_in_history(window: Window, first_day: date) -> int:
    """The number of months of a window of 12 wholly in history, counted back from its end."""
    start, end = window
    if first_day <= start:
        return 12
    whole = 0
    while add_months(first_day, whole + 1) <= end + timedelta(days=1):
        whole += 1
    # A day that lacks makes one of the twelve a part, as 29 February may.
    return min(whole, 11)


def those_who_could_come_back(
    buyers: Sequence[Customer], reactivated: int, lost: int, as_of: date, first_day: date
) -> dict[str, Any]:
    """The reactivation rate: of those lost in F12, where history holds the year before it.

    Else of those lost in S12; and so where more came back than were lost in a single year.
    """
    f11 = add_months(as_of, -36) + timedelta(days=1), add_months(as_of, -24)
    f12 = windows(as_of)[1]
    lost_f12 = None
    if months_in_history(f11, first_day) == 12:
        lost_f12 = sum(bool(c.bought(*f11)) and not c.bought(*f12) for c in buyers)
    of = lost_f12 if lost_f12 and reactivated <= lost_f12 else lost
    return {
        "lost_f12": lost_f12,
        "reactivation_rate": rate(ratio(reactivated, of)) if reactivated <= of else None,
    }


def existing_customers(
    buyers: Sequence[Customer], as_of: date, first_day: date, new_after_months: int
) -> dict[str, Any]:
    """The revenue from customers who are not new, and its share: of S12, and as told a year before.

    That of F12 needs the year before it in history, which tells who was new in F12.
    """
    s12, f12 = windows(as_of)
    f11 = add_months(as_of, -36) + timedelta(days=1), add_months(as_of, -24)
    answer: dict[str, Any] = {}
    for end, (now, then), known in (
        ("", (s12, f12), True),
        ("_f12", (f12, f11), months_in_history(f11, first_day) == 12),
    ):
        active = [c for c in buyers if c.bought(*now)]
        old = [c for c in active if status_of(c, now, then, new_after_months) != "new"]
        theirs, total = (sum(c.revenue(*now) for c in group) for group in (old, active))
        share = rate(ratio(theirs, total)) if total > 0 else None
        answer |= {
            f"existing_revenue{end}": money(theirs) if known else None,
            f"existing_share{end}": share if known else None,
        }
    return answer


def bought_within(
    buyers: Sequence[Customer],
    contacts: Mapping[str, Contact] | None,
    as_of: date,
    first_day: date,
    days: int,
) -> dict[str, Any]:
    """The customers who bought in the last so many days, by what they were when these began.

    Active: who had bought in the 12 months up to then. Lapsed: who had bought before those alone.
    F0: who stood on the contact list and had not bought. Unknown unless history holds those months.
    """
    groups: dict[str, list[bool]] = {"active": [], "lapsed": []}
    if contacts is not None:
        groups["f0"] = []
    told = (as_of - first_day).days > days
    if told:
        eve = as_of - timedelta(days=days)  # the last day before
        year = add_months(eve, -12) + timedelta(days=1), eve
        told = first_day <= year[0]
    if told:
        first_purchase = {customer.id: customer.first() for customer in buyers}
        for customer in buyers:
            if customer.first() <= eve:
                what = "active" if customer.bought(*year) else "lapsed"
                groups[what].append(any(eve < day <= as_of for day in customer.days()))
        for id_, contact in (contacts or {}).items():
            first = first_purchase.get(id_)
            waiting = contact.signed_up is not None and contact.signed_up <= eve
            if waiting and (first is None or first > eve):
                groups["f0"].append(first is not None)
    answer: dict[str, Any] = {"days": days}
    for group, bought in groups.items():
        low, high = wilson(sum(bought), len(bought))
        answer[group] = {
            "customers": len(bought) if told else None,
            "buyers": sum(bought) if told else None,
            "rate": rate(ratio(sum(bought), len(bought))),
            "low": low,
            "high": high,
        }
    return answer


def retention_since(
    buyers: Sequence[Customer], as_of: date, first_day: date, new_after_months: int
) -> list[dict[str, Any]]:
    """The customers of F12 by what they were in it, and how many of them stayed."""
    f11 = add_months(as_of, -36) + timedelta(days=1), add_months(as_of, -24)
    if months_in_history(f11, first_day) < 12:
        return []
    s12, f12 = windows(as_of)
    groups: dict[str, list[Customer]] = {"new": [], "continued": [], "reactivated": []}
    for customer in buyers:
        if customer.bought(*f12):
            groups[status_of(customer, f12, f11, new_after_months)].append(customer)
    answer = []
    for status, here in groups.items():
        stayed = sum(bool(customer.bought(*s12)) for customer in here)
        low, high = of_churn(len(here), len(here) - stayed)
        answer.append(
            {
                "status": status,
                "customers": len(here),
                "retained": stayed,
                "retention": rate(ratio(stayed, len(here))),
                "low": low,
                "high": high,
            }
        )
    return answer


def without_f12(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer with everything that rests on F12 unknown."""
    closing = answer["flows"]["closing"]
    blank_tier = dict.fromkeys(
        ("f12_customers", "lost", "retention", "duration", "clv", "clv_index", "portfolio_value",
         "retention_low", "retention_high", "duration_low", "duration_high", "clv_low", "clv_high",
         "portfolio_value_low", "portfolio_value_high")
    )  # fmt: skip
    to: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for cell in answer["flow_table"]:
        to[cell["to"]].append(cell)
    rows = [[None] * len(row) for row in answer["migration"]["customers"]]
    return answer | {
        "flows": dict.fromkeys(answer["flows"]) | {"closing": closing, "retention_since": []},
        # Where they are is known, where they came from is not, nor who was lost.
        "flow_table": [
            {
                "from": None,
                "to": tier["tier"],
                "customers": tier["customers"],
                "orders": tier["orders"],
                "revenue": tier["revenue"],
            }
            for tier in answer["portfolio"]
            if to[tier["tier"]]
        ],
        "migration": answer["migration"]
        | {"customers": rows, "rates": rows, "retained": [None] * len(rows)},
        "portfolio": [tier | blank_tier for tier in answer["portfolio"]],
        "portfolio_total": dict.fromkeys(answer["portfolio_total"]) | {"customers": closing},
        "flow_values": [],
        "portfolio_bridge": None,
    }


def customers_at(
    rows: pd.DataFrame, as_of: date | None, returns: str, every_row_an_order: bool
) -> tuple[date, list[Customer], int, dict[str, int]]:
    """The as-of day, everyone with an order up to it, the returns, and the excluded rows."""
    by_customer, excluded = read_orders(rows, every_row_an_order)

    # A return is an order of at most nothing. Ignored returns are gone for all purposes (as-of
    # day, first and last day, revenue); only input.returns still counts them.
    considered = [
        order
        for orders in by_customer.values()
        for order in orders
        if returns == "net" or order.amount > 0
    ]
    if as_of is None:  # the day of the newest order
        as_of = max((order.day for order in considered), default=None)
    if as_of is None or not any(order.day <= as_of for order in considered):
        raise ValueError("no usable order up to the as-of day")

    # Orders after T are left out of everything but the counts of rows.
    returns_counted = 0
    customers: list[Customer] = []
    for id_, orders in by_customer.items():
        customer = Customer(id_)
        for order in sorted(orders, key=lambda order: order.day):
            if order.day > as_of:
                continue
            if order.amount > 0:
                customer.purchases.append(order)
                continue
            returns_counted += 1
            if returns == "net":
                customer.returns.append(order)
        customers.append(customer)
    return as_of, customers, returns_counted, excluded


def status_of(customer: Customer, s12: Window, f12: Window, new_after_months: int) -> str:
    """The status of someone who has bought."""
    if customer.bought(*f12):
        # Orders in F12: continued or lost, whatever the gap.
        return "continued" if customer.bought(*s12) else "lost"
    if not customer.bought(*s12):
        return "former"
    before = [day for day in customer.days() if day < s12[0]]
    first_in_s12 = min(day for day in customer.days() if day >= s12[0])
    # The gap is more than n months when the next order comes after the last one's day n
    # months on (clipped to the end of that month); on that very day it is not.
    came_back = before and first_in_s12 <= add_months(max(before), new_after_months)
    return "reactivated" if came_back else "new"


def customer_table(
    rows: pd.DataFrame,
    *,
    as_of: date | None = None,
    returns: Literal["net", "ignore"] = "net",
    every_row_an_order: bool = False,
    tiers: Sequence[tuple[str, float]] = TIERS,
    new_after_months: int = 36,
) -> list[dict[str, Any]]:
    """Everyone who has bought up to the as-of day, by id.

    Status and F12 tier are None where history holds too little of F12.

    Raises ValueError when no order is left up to the as-of day.
    """
    as_of, customers, _, _ = customers_at(rows, as_of, returns, every_row_an_order)
    s12, f12 = windows(as_of)
    first_day = min(o.day for c in customers for o in c.purchases + c.returns)
    f12_known = months_in_history(f12, first_day) >= LEAST_MONTHS
    buyers = sorted((c for c in customers if c.purchases), key=lambda customer: customer.id)
    tier = {
        window: tier_of(ranked([c for c in buyers if c.bought(*window)], *window), tiers)
        for window in (s12, f12)
    }
    return [
        {
            "customer": c.id,
            "status": status_of(c, s12, f12, new_after_months) if f12_known else None,
            "f12_tier": tier[f12].get(c.id) if f12_known else None,
            "s12_tier": tier[s12].get(c.id),
            "orders": len(c.purchases),
            "revenue": money(sum(order.amount for order in c.purchases + c.returns)),
            "s12_orders": c.bought(*s12),
            "s12_revenue": money(c.revenue(*s12)),
            "f12_revenue": money(c.revenue(*f12)),
            "first_order": c.first(),
            "last_order": c.days()[-1],
            "recency_days": (as_of - c.days()[-1]).days,
        }
        for c in buyers
    ]


RFM_CELLS = """
    lost         | lost                | at risk             | cannot lose | cannot lose
    hibernating  | hibernating         | at risk             | at risk     | at risk
    about to sleep | about to sleep    | need attention      | loyal       | loyal
    promising    | potential loyalists | potential loyalists | loyal       | loyal
    new          | potential loyalists | potential loyalists | champions   | champions
"""  # rows: score of recency 1 to 5; columns: mean of the other two scores, rounded half up


def score(better: int, count: int) -> int:
    """The score of whom so many do better than."""
    return 5 - 5 * better // count


def customer_attributes(
    rows: pd.DataFrame, *, as_of: date | None = None, **rules: Any
) -> list[dict[str, Any]]:
    """The attributes of everyone who has bought, by id: the list, and what follows from orders."""
    table = customer_table(rows, as_of=as_of, **rules)
    day, customers, _, _ = customers_at(
        rows, as_of, rules.get("returns", "net"), rules.get("every_row_an_order", False)
    )
    people = {c.id: c for c in customers}
    spread = {c.id: (c.days()[-1] - c.first()).days for c in customers if c.purchases}
    again = {c.id: len(set(c.days())) - 1 for c in customers if c.purchases}
    gaps = sum(again.values())
    mean = sum(spread.values()) / gaps if gaps else None
    to_next: dict[int, list[int]] = {}
    for one in people.values():
        for k, (this, later_day) in enumerate(pairwise(one.days()), 1):
            to_next.setdefault(k, []).append((later_day - this).days)
    most = rules.get("steps", 12)
    step_medians = {k: statistics.median(gaps) for k, gaps in to_next.items() if k <= most}
    cells = [[name.strip() for name in row.split("|")] for row in RFM_CELLS.strip().splitlines()]
    for line in table:
        one = people[line["customer"]]
        own = sum(order.amount for order in one.purchases + one.returns)
        back = -sum(order.amount for order in one.returns)
        line["order_value"] = own / line["orders"] / 10_000
        line["cohort"] = f"{line['first_order']:%Y-%m}"
        line["returns"] = len(one.returns)
        line["returned"] = back / 10_000
        line["returns_share"] = back / (own + back)
        x, t_x = again[one.id], spread[one.id]
        rhythm = None if mean is None else (t_x + 2 * mean) / (x + 2)
        line["own_rhythm"] = rhythm
        line["silence"] = line["recency_days"] / rhythm if rhythm else None
        later = timedelta(days=math.floor(rhythm + 0.5)) if rhythm is not None else None
        line["next_order"] = None if later is None else line["last_order"] + later
        median = step_medians.get(line["orders"])
        line["step_silence"] = line["recency_days"] / median if median else None
        then = None if median is None else timedelta(days=math.floor(median + 0.5))
        line["step_due"] = None if then is None else line["last_order"] + then
    n = len(table)
    for line in table:
        by = {"r": "recency_days", "f": "orders", "m": "revenue"}
        made = {}
        for name, key in by.items():
            sign = -1 if name == "r" else 1
            better = sum(sign * other[key] > sign * line[key] for other in table)
            made[name] = score(better, n)
        line |= {f"{name}_score": value for name, value in made.items()}
        line["rfm"] = cells[made["r"] - 1][(made["f"] + made["m"] + 1) // 2 - 1]
    assert day
    return table


def cross_sell(
    rows: pd.DataFrame,
    *,
    as_of: date | None = None,
    share: Fraction = Fraction(1, 5),
    least: int = 30,
    returns: Literal["net", "ignore"] = "net",
    tiers: Sequence[tuple[str, float]] = TIERS,
) -> tuple[dict[str, dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
    """The purchases of S12's customers of what the tier buys: by id, tier, and tier and product.

    A product is usual in a tier where so large a share of its customers, and at least so many, paid
    for a line of it in a purchase of S12.
    """
    day, customers, _, _ = customers_at(rows, as_of, returns, False)
    s12, _ = windows(day)
    tier = tier_of(ranked([c for c in customers if c.bought(*s12)], *s12), tiers)
    baskets: dict[str, dict[str, int]] = {id_: {} for id_ in tier}
    for one in customers:
        for order in one.purchases:
            for product, amount in order.lines:
                if s12[0] <= order.day <= s12[1] and product is not None and amount > 0:
                    spent = baskets[one.id].get(product, 0) + amount
                    baskets[one.id][product] = spent
    by_id: dict[str, dict[str, Any]] = {}
    by_tier, by_product = [], []
    for name, _ in tiers:
        members = [id_ for id_ in tier if tier[id_] == name]
        spent_by: dict[str, list[int]] = {}
        for id_ in members:
            for product, spent in baskets[id_].items():
                spent_by.setdefault(product, []).append(spent)
        usual = {
            product: spent
            for product, spent in spent_by.items()
            if len(spent) >= max(share * len(members), least)
        }
        for id_ in members:
            lacking = [product for product in usual if product not in baskets[id_]]
            missed = sum(sum(usual[product]) for product in lacking)
            by_id[id_] = {
                "share_bought": 1 - len(lacking) / len(usual) if usual else None,
                "not_bought": len(lacking) if usual else None,
                "potential": float(Fraction(missed, 10_000 * len(members))) if usual else None,
            }
        bought = sum(map(len, usual.values()))
        possible = len(members) * len(usual)
        told = [by_id[id_]["potential"] for id_ in members if usual]
        by_tier.append(
            {
                "tier": name,
                "customers": len(members),
                "products": len(usual),
                "bought_each": bought / len(members) if usual else None,
                "share_bought": bought / possible if usual else None,
                "potential": sum(told) if usual else None,
            }
        )
        for product, spent in sorted(usual.items(), key=lambda item: (-len(item[1]), item[0])):
            by_product.append(
                {
                    "tier": name,
                    "product": product,
                    "buyers": len(spent),
                    "share": len(spent) / len(members),
                    "spent_each": float(Fraction(sum(spent), 10_000 * len(spent))),
                }
            )
    return by_id, by_tier, by_product


def cohort_table(
    rows: pd.DataFrame,
    *,
    as_of: date | None = None,
    returns: Literal["net", "ignore"] = "net",
    every_row_an_order: bool = False,
) -> list[dict[str, Any]]:
    """All customers together, and then by month of first order: what became of them.

    Raises ValueError when no order is left up to the as-of day.
    """
    as_of, customers, _, _ = customers_at(rows, as_of, returns, every_row_an_order)
    buyers = [customer for customer in customers if customer.purchases]
    groups: dict[str, list[Customer]] = {"all": buyers}
    for customer in sorted(buyers, key=Customer.first):
        groups.setdefault(f"{month_of(customer.first()):%Y-%m}", []).append(customer)
    answer = []
    for name, members in groups.items():
        line: dict[str, Any] = {
            "month": name, "customers": len(members),
            "followed": [], "revenue": [], "active": [], "retention": [],
            # As everyone's, of these customers alone.
            "ltv": [age["ltv"] for age in ltv(members, as_of)],
        }  # fmt: skip
        m, spent = 0, Fraction(0)
        while any(add_months(month_of(c.first()), m) <= as_of for c in members):
            # Of all together only those count whose m-th month has ended.
            month = {c.id: add_months(month_of(c.first()), m) for c in members}
            seen = [c for c in members if month_end(month[c.id]) <= as_of]
            back = [c for c in seen if c.bought(month[c.id], month_end(month[c.id]))]
            # What they spent in that month comes on top of what was spent until then: chained, as
            # those who are seen become fewer.
            grown = sum(c.revenue(month[c.id], month_end(month[c.id])) for c in seen)
            spent += ratio(grown, len(seen)) or 0
            line["followed"].append(len(seen))
            line["revenue"].append(money(spent if seen else None))
            line["active"].append(len(back) if seen else None)
            line["retention"].append(rate(ratio(len(back), len(seen))))
            m += 1
        answer.append(line)
    return answer


# -------------------------------------------------------------------------- first year of the new


def first_year(buyers: Sequence[Customer], first_day: date, as_of: date) -> list[dict[str, Any]]:
    """The first twelve months of new customers from their first order, by when they came."""
    periods: dict[tuple[str, str], tuple[date, date]] = {}
    for customer in sorted(buyers, key=Customer.first):
        year, month = customer.first().year, customer.first().month
        periods["year", str(year)] = date(year, 1, 1), date(year, 12, 31)
        quarter = (month - 1) // 3
        start = date(year, 3 * quarter + 1, 1)
        periods["quarter", f"{year}-Q{quarter + 1}"] = start, month_end(add_months(start, 2))
    # Recruit years that end a year before T, and so are always whole; none begins before history.
    back = 12
    rolling: list[tuple[date, date]] = []
    while (start := add_months(as_of, -back - 12) + timedelta(days=1)) >= first_day:
        rolling.append((start, add_months(as_of, -back)))
        back += 12
    for start, end in reversed(rolling):
        if any(start <= customer.first() <= end for customer in buyers):
            periods["rolling", f"{start}..{end}"] = start, end
    before = dict(pairwise(rolling))
    kinds = ("year", "quarter", "rolling")
    answer = []
    for (kind, name), (start, end) in sorted(periods.items(), key=lambda p: kinds.index(p[0][0])):
        came = [customer for customer in buyers if start <= customer.first() <= end]
        seen = [c for c in came if add_months(c.first(), 12) <= as_of + timedelta(days=1)]
        # How many months of the period, from its first, are wholly observed.
        length = {"year": 12, "quarter": 3, "rolling": 12}[kind]
        whole = 0
        while whole < length and add_months(start, whole + 13) <= as_of + timedelta(days=1):
            whole += 1
        if kind == "rolling":
            whole = length
        answer.append(
            {
                "period": name,
                "kind": kind,
                "customers": len(came),
                **in_first_year(seen),
                "months": whole,
                "near_start": (start - first_day).days < 90,
                **oldest_ltv(came, as_of),
                **change_of_first_year(
                    buyers,
                    (before.get((start, end)), (start, end))
                    if kind == "rolling"
                    else same_months(start, whole, first_day),
                ),
            }
        )
    return answer


def in_first_year(seen: Sequence[Customer]) -> dict[str, Any]:
    """The figures of customers whose first twelve months are all observed."""
    ends = {c.id: add_months(c.first(), 12) - timedelta(days=1) for c in seen}
    orders = sum(c.bought(c.first(), ends[c.id]) for c in seen)
    revenue = sum(c.revenue(c.first(), ends[c.id]) for c in seen)
    again = sum(c.bought(c.first(), ends[c.id]) >= 2 for c in seen)
    share = ratio(again, len(seen))
    low, high = wilson(again, len(seen))
    # 1 / (1 - share) years: customers / those who did not buy again
    duration = ratio(len(seen), len(seen) - again)
    each = ratio(revenue, len(seen))
    return {
        "observed": len(seen),
        "orders": orders if seen else None,
        "revenue": money(revenue) if seen else None,
        "orders_per_customer": rate(ratio(orders, len(seen))),
        "order_value": money(ratio(revenue, orders)),
        "revenue_per_customer": money(each),
        "repeat_share": rate(share),
        "low": low,
        "high": high,
        "clv": money(each * duration) if each is not None and duration else None,
    }


def oldest_ltv(came: Sequence[Customer], as_of: date) -> dict[str, Any]:
    """Measured: net revenue per customer up to the highest age that all of them have reached."""
    for age in reversed(LTV_AGES):
        last = {c.id: add_months(c.first(), age) - timedelta(days=1) for c in came}
        if all(day <= as_of for day in last.values()):
            total = sum(c.revenue(c.first(), last[c.id]) for c in came)
            return {"ltv_months": age, "ltv": money(ratio(total, len(came)))}
    return {"ltv_months": None, "ltv": None}


def same_months(start: date, months: int, first_day: date) -> tuple[Window | None, Window]:
    """The first months of a period, and the same a year before where history holds them."""
    then, now = (
        (begin, add_months(begin, months) - timedelta(days=1))
        for begin in (add_months(start, -12), start)
    )
    return then if months and then[0] >= first_day else None, now


def change_of_first_year(
    buyers: Sequence[Customer], spans: tuple[Window | None, Window]
) -> dict[str, Any]:
    """Against the same months a year before, those before history never taken for a year."""
    nothing = dict.fromkeys(("change", "by_frequency", "by_order_value", "by_duration"))
    levels = []
    for span in spans:
        if span is None:
            return nothing
        made = in_first_year([c for c in buyers if span[0] <= c.first() <= span[1]])
        if made["clv"] is None or made["revenue"] <= 0:
            return nothing
        frequency, value = made["orders_per_customer"], made["revenue"] / made["orders"]
        levels.append((frequency, value, 1 / (1 - made["repeat_share"])))
    before, after = levels
    one, other = (a * b * c for a, b, c in levels)
    lines = shapley(before, after)
    return {"change": other / one - 1, **dict(zip(list(nothing)[1:], lines, strict=True))}


def shapley(before: Sequence[float], after: Sequence[float]) -> list[float]:
    """The part that each factor of a product adds, the mean over all orders of change."""
    added = [0.0] * len(before)
    orders = list(permutations(range(len(before))))
    for order in orders:
        level = list(before)
        for factor in order:
            was = math.prod(level)
            level[factor] = after[factor]
            added[factor] += (math.prod(level) - was) / len(orders)
    return [cents(one) or 0.0 for one in added]


# --------------------------------------------------------------------------- the ladder by quarter


def quarter_of(day: date) -> str:
    return f"{day.year}-Q{(day.month + 2) // 3}"


def step_quarters(
    buyers: Sequence[Customer],
    first_day: date,
    as_of: date,
    max_steps: int,
    matured_days: int | None,
) -> list[dict[str, Any]]:
    """The customers who made their k-th purchase in a quarter, and how many soon went on."""
    history = (as_of - first_day).days + 1
    days = matured_days or next((d for d in (365, 180, 90, 30) if 3 * d <= history), 30)
    answer = []
    for k in range(1, max(max_steps, 2)):
        starts: dict[str, list[Customer]] = defaultdict(list)
        gaps: dict[str, list[int]] = defaultdict(list)
        for customer in buyers:
            line = customer.days()
            if len(line) >= k:
                starts[quarter_of(line[k - 1])].append(customer)
            if len(line) > k:
                gaps[quarter_of(line[k])].append((line[k] - line[k - 1]).days)
        for quarter, here in sorted(starts.items()):
            year, number = int(quarter[:4]), int(quarter[-1])
            end = month_end(date(year, 3 * number, 1))
            soon = sum(
                len(c.days()) > k and (c.days()[k] - c.days()[k - 1]).days <= days for c in here
            )
            # All of them have had so many days, or nothing is told.
            told = end + timedelta(days=days) <= as_of
            low, high = wilson(soon, len(here)) if told else (None, None)
            answer.append(
                {
                    "step": k,
                    "quarter": quarter,
                    "within_days": days,
                    "customers": len(here),
                    "went_on": soon if told else None,
                    "rate": rate(ratio(soon, len(here))) if told else None,
                    "low": low,
                    "high": high,
                    "median_days": median(gaps[quarter]),
                }
            )
    return answer


# ----------------------------------------------------------------------------------- month by month


def last_months(as_of: date) -> list[date]:
    """The first days of the last 36 complete months, the oldest first.

    The last 24 are told, the twelve before them are what the first of those compare with.
    """
    newest = month_of(as_of if month_end(as_of) == as_of else add_months(as_of, -1))
    return [add_months(newest, -back) for back in range(35, -1, -1)]


def months(
    buyers: Sequence[Customer], first_day: date, as_of: date, max_steps: int
) -> list[dict[str, Any]]:
    """The last complete months; one that history does not cover wholly is unknown."""
    numbers = range(2, max(max_steps, 2) + 1)
    answer = []
    for start in last_months(as_of):
        end = month_end(start)
        line: dict[str, Any] = {"month": f"{start:%Y-%m}"}
        here = [c for c in buyers if c.bought(start, end)]
        old = [c for c in here if c.first() < start]
        revenue, theirs = (sum(c.revenue(start, end) for c in group) for group in (here, old))
        # Days from each purchase to the next, with the day of the later one and its number.
        steps = [
            (k, later, (later - earlier).days)
            for c in buyers
            for k, (earlier, later) in enumerate(pairwise(c.days()), start=2)
        ]
        kth = {n: sum(k == n and start <= day <= end for k, day, _ in steps) for n in numbers}
        year = add_months(start, -11)
        ever = sum(c.first() <= end for c in buyers)
        twice = sum(k == 2 and day <= end for k, day, _ in steps)
        whole_year = first_day <= year
        line |= {
            "active": len(here),
            "new": len(here) - len(old),
            "returning": len(old),
            "revenue": money(revenue),
            "returning_revenue": money(theirs),
            "second_orders": kth[2],
            "kth_orders": {str(n): kth[n] for n in range(2, max_steps + 1)},
            "customers_to_date": ever,
            "repeaters_to_date": twice,
            "repeat_rate": rate(ratio(twice, ever)),
            "median_days": median(gap for _, day, gap in steps if start <= day <= end),
            "median_days_12": median(gap for _, day, gap in steps if year <= day <= end)
            if whole_year
            else None,
        }
        if start < first_day:
            line = dict.fromkeys(line) | {"month": line["month"]}
        answer.append(line)
    return answer


# --------------------------------------------------------------------------- the value of the flows

Cells = Mapping[tuple[str, str], Sequence[Customer]]


def portfolio_as_a_whole(
    portfolio: Sequence[Mapping[str, Any]],
    values: Sequence[Fraction | None],
    opening: int,
    lost: int,
) -> dict[str, float | None]:
    """CLV of all, as if they were one tier, and the interval of the value of the tiers."""
    customers = sum(tier["customers"] for tier in portfolio)
    revenue = sum(Fraction(str(tier["revenue"])) * 10_000 for tier in portfolio)
    annual = ratio(revenue, customers)
    duration = ratio(opening, lost) if opening else None
    clv = None if annual is None or duration is None else annual * duration
    total = variance = 0.0
    open_ended = False
    for tier, value in zip(portfolio, values, strict=True):
        left, started = tier["lost"], tier["f12_customers"]
        if value is None:
            open_ended = True
        elif value:
            total += float(value)
            variance += float(value) ** 2 * (1 - left / started) / left
    low, high = even_in_ratios(total, math.sqrt(variance)) if total > 0 else (None, None)
    return {
        "clv": money(clv),
        "portfolio_value_low": None if low is None else cents(low / 10_000),
        "portfolio_value_high": None if high is None or open_ended else cents(high / 10_000),
        **ends_of("clv", of_clv(annual, opening, lost), rounded=True),
    }


def value_of_flows(
    cells: Cells, names: Sequence[str], clvs: Sequence[Fraction | None]
) -> list[dict[str, Any]]:
    """Customers x (CLV of where they are - CLV of where they were); outside and lost have none."""
    clv = dict(zip(names, clvs, strict=True)) | dict.fromkeys(
        ("reactivated", "new", "lost"), Fraction(0)
    )
    answer = []
    for from_ in [*names, "reactivated", "new"]:
        for to in [*names, "lost"]:
            here = cells.get((from_, to), ())
            if not here:
                continue
            before, now = clv[from_], clv[to]
            value = None if before is None or now is None else (now - before) * len(here)
            if from_ == to:  # whoever stayed has neither gained nor lost, whatever they are worth
                value, wanted = Fraction(0), None
            else:
                up = from_ in ("reactivated", "new") or (
                    to != "lost" and names.index(to) < names.index(from_)
                )
                wanted = up
            answer.append(
                {
                    "from": from_,
                    "to": to,
                    "customers": len(here),
                    "value": money(value),
                    "wanted": wanted,
                }
            )
    return answer


def portfolio_bridge(
    matrix: Sequence[Sequence[int]],
    f12_revenue: Sequence[int],
    clvs: Sequence[Fraction | None],
    cells: Cells,
    names: Sequence[str],
) -> dict[str, float | None] | None:
    """From F12's portfolio to S12's: F12's CLV is its revenue per customer x the same duration."""
    come = {from_: [len(cells.get((from_, to), ())) for to in names]
            for from_ in ("new", "reactivated")}  # fmt: skip
    now, before = [], []
    for i, row in enumerate(matrix):
        are = sum(line[i] for line in matrix) + come["new"][i] + come["reactivated"][i]
        started, left = sum(row), row[-1]
        if clvs[i] is None and (are or started):
            return None
        now.append(clvs[i] or Fraction(0))
        before.append(Fraction(f12_revenue[i], left) if left else Fraction(0))
    lines: dict[str, Fraction] = {
        "opening": sum((b * sum(r) for b, r in zip(before, matrix, strict=True)), Fraction(0)),
        "new": sum((n * c for n, c in zip(come["new"], now, strict=True)), Fraction(0)),
        "reactivated": sum(
            (n * c for n, c in zip(come["reactivated"], now, strict=True)), Fraction(0)
        ),
        "upgrade": Fraction(0),
        "downgrade": Fraction(0),
        "lost": -sum((r[-1] * c for r, c in zip(matrix, now, strict=True)), Fraction(0)),
    }
    for i, row in enumerate(matrix):
        for j in range(len(names)):
            lines["upgrade" if j < i else "downgrade"] += row[j] * (now[j] - now[i])
    lines["flows"] = sum((v for k, v in lines.items() if k != "opening"), Fraction(0))
    lines["changed_clv"] = sum(
        ((n - b) * sum(r) for n, b, r in zip(now, before, matrix, strict=True)), Fraction(0)
    )
    lines["closing"] = lines["opening"] + lines["flows"] + lines["changed_clv"]
    return {name: money(value) for name, value in lines.items()}


# ------------------------------------------------------------------------------------- all together


def summary(
    rows: pd.DataFrame,
    *,
    as_of: date | None = None,
    returns: Literal["net", "ignore"] = "net",
    every_row_an_order: bool = False,
    tiers: Sequence[tuple[str, float]] = TIERS,
    new_after_months: int = 36,
    max_steps: int = 12,
    threshold: float = 0.5,
    pareto_top: float = 0.2,
    matured_days: int | None = None,
    contacts: pd.DataFrame | None = None,
    lead_days: int = 30,
    horizon_days: int = 90,
    reached_days: int = 90,
) -> dict[str, Any]:
    """All figures of the order rows at the as-of day.

    `rows` has the columns customer (text, None or blank), day (a date, or None where it could not
    be read), amount (a Decimal, or None) and perhaps order (text, None or blank). `contacts` has
    customer, signed_up and perhaps last_reached.

    Raises ValueError when no order is left up to the as-of day.
    """
    as_of, customers, returns_counted, excluded = customers_at(
        rows, as_of, returns, every_row_an_order
    )
    # Only purchases make a customer; someone with nothing but returns is in input's revenue alone.
    buyers = [customer for customer in customers if customer.purchases]
    all_orders = [order for c in customers for order in c.purchases + c.returns]
    first_day = min(order.day for order in all_orders)
    last_day = max(order.day for order in all_orders)

    s12, f12 = windows(as_of)

    in_s12 = [customer for customer in buyers if customer.bought(*s12)]
    in_f12 = [customer for customer in buyers if customer.bought(*f12)]
    ranking = ranked(in_s12, *s12)
    s12_tier = tier_of(ranking, tiers)
    f12_tier = tier_of(ranked(in_f12, *f12), tiers)

    # From where each customer came: an F12 tier, reactivated or new; and where they went.
    cells: dict[tuple[str, str], list[Customer]] = defaultdict(list)
    status: Counter[str] = Counter()
    for customer in buyers:
        what = status_of(customer, s12, f12, new_after_months)
        if what == "former":
            continue
        status[what] += 1
        from_ = f12_tier.get(customer.id, what)
        cells[from_, s12_tier.get(customer.id, "lost")].append(customer)

    opening, closing = len(in_f12), len(in_s12)
    new, reactivated = status["new"], status["reactivated"]
    continued, lost = status["continued"], status["lost"]
    staying = opening - continued - reactivated  # opening customers not made up for
    flows = {
        "opening": opening,
        "new": new,
        "reactivated": reactivated,
        "continued": continued,
        "lost": lost,
        "closing": closing,
        "retention": rate(ratio(continued, opening)),
        # 1 / (1 - retention); no finite estimate when nobody was lost
        "duration": rate(ratio(opening, lost)),
        "net_duration": rate(ratio(opening, staying)) if opening and staying > 0 else None,
        **those_who_could_come_back(buyers, reactivated, lost, as_of, first_day),
        **existing_customers(buyers, as_of, first_day, new_after_months),
        "retention_low": of_churn(opening, lost)[0],
        "retention_high": of_churn(opening, lost)[1],
        **ends_of("duration", of_clv(Fraction(10_000), opening, lost)),
        "retention_since": retention_since(buyers, as_of, first_day, new_after_months),
    }

    names = [name for name, _ in tiers]
    flow_table = []
    for from_ in [*names, "reactivated", "new"]:
        for to in [*names, "lost"]:
            here = cells[from_, to]
            if not here:
                continue
            window = f12 if to == "lost" else s12
            flow_table.append(
                {
                    "from": from_,
                    "to": to,
                    "customers": len(here),
                    "orders": None if to == "lost" else sum(c.bought(*s12) for c in here),
                    "revenue": money(sum(c.revenue(*window) for c in here)),
                }
            )

    matrix = [[len(cells[from_, to]) for to in [*names, "lost"]] for from_ in names]
    migration = {
        "from": names,
        "to": [*names, "lost"],
        "customers": matrix,
        # A tier nobody was in has no rates.
        "rates": [[rate(ratio(count, sum(row))) for count in row] for row in matrix],
        "retained": [sum(row[j] for row in matrix) for j in range(len(names))],
    }

    portfolio: list[dict[str, Any]] = []
    clvs: list[Fraction | None] = []
    values: list[Fraction | None] = []
    for name, row in zip(names, matrix, strict=True):
        here = [customer for customer in in_s12 if s12_tier[customer.id] == name]
        orders_here = sum(customer.bought(*s12) for customer in here)
        revenue = sum(customer.revenue(*s12) for customer in here)
        started, left = sum(row), row[-1]
        duration = ratio(started, left) if started else None
        annual_value = ratio(revenue, len(here))
        clv = value = None
        if annual_value is not None and duration is not None:
            clv = annual_value * duration
            value = clv * len(here)
        if not here:  # a tier nobody is in is worth nothing; no duration is needed to know that
            value = Fraction(0)
        clvs.append(clv)
        values.append(value)
        portfolio.append(
            {
                "tier": name,
                "customers": len(here),
                "orders": orders_here,
                "revenue": money(revenue),
                "f12_customers": started,
                "lost": left,
                "retention": rate(ratio(started - left, started)),
                "duration": rate(duration),
                "orders_per_customer": rate(ratio(orders_here, len(here))),
                "value_per_order": money(ratio(revenue, orders_here)),
                "annual_value": money(annual_value),
                "clv": money(clv),
                "clv_index": None,
                "portfolio_value": money(value),
                # Days to each purchase of S12 from the one before it, whenever that was.
                "median_days": median(
                    (later - earlier).days
                    for customer in here
                    for earlier, later in pairwise(customer.days())
                    if later >= s12[0]
                ),
                "retention_low": of_churn(started, left)[0],
                "retention_high": of_churn(started, left)[1],
                **ends_of("duration", of_clv(Fraction(10_000), started, left)),
                **ends_of("clv", of_clv(annual_value, started, left), rounded=True),
                **ends_of(
                    "portfolio_value",
                    of_clv(annual_value and annual_value * len(here), started, left)
                    if here
                    else (0.0, 0.0),
                    rounded=True,
                ),
            }
        )
    for entry, clv in zip(portfolio, clvs, strict=True):
        if clv is not None and clvs[-1]:
            entry["clv_index"] = rate(clv / clvs[-1])
    portfolio_total = {
        "customers": closing,
        "portfolio_value": None if None in values else money(sum(filter(None, values))),
        **portfolio_as_a_whole(portfolio, values, opening, lost),
    }
    flow_values = value_of_flows(cells, names, clvs)
    f12_revenue = [
        sum(c.revenue(*f12) for (from_, _), here in cells.items() if from_ == name for c in here)
        for name in names
    ]
    # Of a year that is seen in part the revenue is not that of a year.
    whole = months_in_history(f12, first_day) == 12
    bridge = portfolio_bridge(matrix, f12_revenue, clvs, cells, names) if whole else None

    steps = ladder(buyers, as_of, max_steps, threshold, matured_days)
    f2 = sum(len(customer.purchases) >= 2 for customer in buyers)
    gaps = [
        (later - earlier).days
        for customer in buyers
        for earlier, later in pairwise(customer.days())
        if later >= s12[0]
    ]
    top = round_half_up(exact(pareto_top) * closing)
    revenues = [customer.revenue(*s12) for customer in ranking]
    # Of a share of customers that nobody is in, nothing is known.
    pareto = ratio(sum(revenues[:top]), sum(revenues)) if top and sum(revenues) > 0 else None
    recruits = first_year(buyers, first_day, as_of)
    kpis: dict[str, Any] = {
        "repeat_purchase_rate": rate(ratio(f2, len(buyers))),
        "time_between_purchases": median(gaps),
        "returning_share": returning_share(buyers, first_day, as_of),
        "pareto_share": rate(pareto),
        "first_year_clv": next(
            (p["clv"] for p in reversed(recruits) if p["kind"] == "rolling"), None
        ),
    }
    leads: dict[str, dict[str, Any]] = {}
    known_contacts = None if contacts is None else read_contacts(contacts, as_of)
    kpis["bought_within"] = bought_within(buyers, known_contacts, as_of, first_day, horizon_days)
    if contacts is not None and known_contacts is not None:
        first_purchase = {customer.id: customer.first() for customer in buyers}
        without = sum(id_ not in first_purchase for id_ in known_contacts)
        steps["f0"] = without
        steps["f0_rate"] = rate(ratio(len(known_contacts) - without, len(known_contacts)))
        kpis["subscriber_to_customer"] = subscriber_to_customer(
            known_contacts, first_purchase, as_of, lead_days, horizon_days
        )
        kpis["total_reach"] = (
            total_reach(known_contacts, as_of, reached_days)
            if "last_reached" in contacts.columns
            else None
        )
        leads = leads_by_month(
            known_contacts, first_purchase, first_day, as_of, lead_days, horizon_days
        )
        reach = reach_by_month(known_contacts, first_day, as_of, reached_days)
        leads = {month: line | reach[month] for month, line in leads.items()}

    by_month = [
        line | leads.get(line["month"], {}) for line in months(buyers, first_day, as_of, max_steps)
    ]
    f12_months = months_in_history(f12, first_day)
    answer = {
        "as_of": as_of.isoformat(),
        "windows": {
            "s12": [day.isoformat() for day in s12],
            "f12": [day.isoformat() for day in f12],
            "f12_months": f12_months,
        },
        "input": {
            "rows": len(rows),
            "orders": sum(len(customer.purchases) for customer in buyers),
            "returns": returns_counted,
            "customers": len(buyers),
            "net_revenue": money(sum(order.amount for order in all_orders)),
            "first_day": first_day.isoformat(),
            "last_day": last_day.isoformat(),
            "excluded": excluded,
        },
        "flows": flows,
        "flow_table": flow_table,
        "migration": migration,
        "portfolio": portfolio,
        "portfolio_total": portfolio_total,
        "flow_values": flow_values,
        "portfolio_bridge": bridge,
        "ladder": steps,
        "cohorts": cohorts(buyers, as_of),
        "ltv": ltv(buyers, as_of),
        "ltv_by_cohort": ltv_by_cohort(buyers, as_of),
        "kpis": kpis,
        "first_year": recruits,
        "months": by_month[12:],
        "months_before": by_month[:12],
        "step_quarters": step_quarters(buyers, first_day, as_of, max_steps, matured_days),
    }
    return answer if f12_months >= LEAST_MONTHS else without_f12(answer)


# ------------------------------------------------------------------------------ comparing summaries

# Money that is a quotient, and so rounded on its way out; sums of money are exact.
MEANS = {
    *("clv_low", "clv_high", "portfolio_value_low", "portfolio_value_high", "value"),
    *("opening", "new", "reactivated", "upgrade", "downgrade", "lost", "flows", "changed_clv"),
    *("first_year_clv", "order_value", "by_frequency", "by_order_value", "by_duration"),
    "closing",
    "value_per_order",
    "annual_value",
    "clv",
    "portfolio_value",
    "revenue_per_customer",
    "ltv",
    "ltv_low",
    "ltv_high",
}


# How far numbers may differ, of themselves. The spread of a mean is summed in whole numbers of at
# most 31 bits, so that the sum of squares fits in 64.
ROOM = {"revenue": 1e-15, "net_revenue": 1e-15, "ltv_low": 1e-6, "ltv_high": 1e-6}


def differences(actual: Any, expected: Any, path: str = "") -> list[str]:
    """Where two summaries differ; empty when they agree.

    Counts, names, days and null must be the same, and sums of money to the digits of a float. Rates
    agree to twelve digits; a mean of money to its last decimal, as it may be rounded from a float.
    """
    if isinstance(actual, dict) and isinstance(expected, dict):
        if list(actual) != list(expected):
            return [f"{path}: keys {list(actual)} instead of {list(expected)}"]
        return [
            line
            for key, value in expected.items()
            for line in differences(actual[key], value, f"{path}.{key}" if path else key)
        ]
    if isinstance(actual, list) and isinstance(expected, list):
        if len(actual) != len(expected):
            return [f"{path}: {len(actual)} entries instead of {len(expected)}"]
        return [
            line
            for number, (one, other) in enumerate(zip(actual, expected, strict=True))
            for line in differences(one, other, f"{path}[{number}]")
        ]
    same = actual == expected
    if isinstance(expected, float) and isinstance(actual, int | float):
        leaf = path.rsplit(".", 1)[-1].split("[")[0]
        room = ROOM.get(leaf, 1e-12)
        # Of a change that is nearly nothing the last digits are those of the floats.
        least = 1.01e-4 if leaf in MEANS else 1e-12 if leaf == "change" else 0.0
        same = abs(actual - expected) <= max(least, abs(expected) * room)
    return [] if same else [f"{path}: {actual!r} instead of {expected!r}"]
