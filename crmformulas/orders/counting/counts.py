"""Results of counting: a few small tables of counts and exact sums, as typed rows.

Their columns are those of the expressions in :mod:`crmformulas.orders.counting.queries`, in the
same order. Months are counted from year 0, days from 1970, and money in ten-thousandths of the
currency unit, so that every engine gives the same whole numbers.
"""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from crmformulas.orders.reading.account import Account
from crmformulas.translations import Label

__all__ = [
    "REASONS",
    "UNITS",
    "AgainCount",
    "BeforeCount",
    "CohortCount",
    "ContactCounts",
    "ConversionDay",
    "Counts",
    "Extent",
    "FlowCount",
    "GapCount",
    "MoneyCount",
    "PurchaseCount",
    "ReachDays",
    "ReachMonth",
    "RenewedCount",
    "ReturnedSum",
    "SignUpDay",
    "SoonCount",
    "SpreadCount",
    "TierGapCount",
    "money",
    "spread_unit",
]

UNITS = 10_000
"""Amounts are counted in ten-thousandths of the currency unit."""

REASONS = ("no_customer", "bad_date", "bad_amount")
"""Why a row is excluded, in order: a row counts for the first reason that holds."""


def money(units: int | None) -> float:
    """Ten-thousandths as currency units.

    Examples:
        >>> money(12_500), money(None)
        (1.25, 0.0)
    """
    return (units or 0) / UNITS


class Extent(NamedTuple):
    """Size of the input: its rows, and the orders up to the as-of day.

    Attributes:
        rows: Rows of the input.
        no_customer: Rows left out as they have no customer id.
        bad_date: Rows left out as their day can't be read.
        bad_amount: Rows left out as their amount can't be read.
        orders: All orders, those after the as-of day too.
        purchases: Orders of more than 0 up to the as-of day.
        returns: The other orders up to that day.
        revenue: Sum of both.
        revenue_bought: Sum of the purchases.
        first: Day of the first order; None where there is none.
        last: Day of the last order.
        first_bought: Day of the first purchase.
        last_bought: Day of the last purchase.
    """

    rows: int
    no_customer: int
    bad_date: int
    bad_amount: int
    orders: int
    purchases: int
    returns: int
    revenue: int | None
    revenue_bought: int | None
    first: int | None
    last: int | None
    first_bought: int | None
    last_bought: int | None

    @property
    def excluded(self) -> dict[str, int]:
        """Rows left out, by reason."""
        return {reason: getattr(self, reason) for reason in REASONS}

    @property
    def later(self) -> int:
        """Orders after the as-of day."""
        return self.orders - self.purchases - self.returns

    def of_purchases(self) -> Extent:
        """The same with the purchases alone in what is said of all orders."""
        return self._replace(
            revenue=self.revenue_bought, first=self.first_bought, last=self.last_bought
        )


class CohortCount(NamedTuple):
    """Customers by month of first order and what else they are counted by.

    Attributes:
        cohort: Month of the first order.
        observed: How many of ``LTV_AGES`` have passed at the as-of day.
        in_s12: Whether they are active in S12.
        in_f12: Whether they are active in F12.
        past: What they did before F12: 0 nothing, 1 bought, 2 bought in the 12 months before it.
        years: How many of the recruit years that end a year before the as-of day have begun and
            ended since the first order; 0 for the recruits of S12.
        single: Whether they have one order, returns counted.
        old: Whether the first order is old enough for the matured rates.
        customers: How many.
        f12_revenue: Their net revenue of F12.
    """

    cohort: int
    observed: int
    in_s12: bool
    in_f12: bool
    past: int
    years: int
    single: bool
    old: bool
    customers: int
    f12_revenue: int


class RenewedCount(NamedTuple):
    """Customers of F12 who had bought before, but so long ago that they were new again in it.

    Attributes:
        in_s12: Whether they are active in S12.
        customers: How many.
        f12_revenue: Their net revenue of F12.
    """

    in_s12: bool
    customers: int
    f12_revenue: int


class AgainCount(NamedTuple):
    """Customers with several orders around the day before the last ``Rules.horizon`` days.

    Attributes:
        active: Those who bought in the 12 months up to that day.
        active_buyers: Those of them who bought after it.
        lapsed_buyers: Those who bought after it and had last bought before those 12 months.
    """

    active: int
    active_buyers: int
    lapsed_buyers: int


class BeforeCount(NamedTuple):
    """Customers before the last ``Rules.horizon`` days.

    Attributes:
        customers: All who had bought.
        once: Those whose only order lies in the 12 months up to then.
    """

    customers: int
    once: int


class GapCount(NamedTuple):
    """Purchases of customers with several orders, by number and days since the one before.

    Attributes:
        k: The number of the purchase, cut at one above those that are told apart.
        gap: Days since the purchase before; None for the first.
        late: Whether it lies in S12.
        old: Whether it is old enough for the matured rates.
        previous_old: Whether the purchase before is.
        purchases: How many.
    """

    k: int
    gap: int | None
    late: bool
    old: bool
    previous_old: bool
    purchases: int


class TierGapCount(NamedTuple):
    """Purchases in S12 of customers with several orders, by value tier and days since the one
    before.

    Attributes:
        tier: Position of the S12 tier.
        gap: Days since the purchase before.
        purchases: How many.
    """

    tier: int
    gap: int
    purchases: int


class PurchaseCount(NamedTuple):
    """Purchases of customers with several orders, by number, month and days since the one before.

    Attributes:
        k: The number of the purchase, cut at one above those that are told apart.
        month: Its month.
        gap: Days since the purchase before; −1 for the first.
        purchases: How many.
    """

    k: int
    month: int
    gap: int
    purchases: int


class SoonCount(NamedTuple):
    """Purchases that were soon followed by another one, by number and quarter.

    Attributes:
        k: The number of the purchase.
        quarter: Its quarter, counted from year 0.
        purchases: How many were followed within the days of ``rules.soon_days``.
    """

    k: int
    quarter: int
    purchases: int


class FlowCount(NamedTuple):
    """Customers by where they come from and where they are.

    Attributes:
        origin: Position of the F12 tier; after the tiers come reactivated and new.
        target: Position of the S12 tier; after the tiers comes lost.
        customers: How many.
        s12_orders: Their purchases in S12.
        s12_revenue: Their net revenue of S12.
        f12_revenue: Their net revenue of F12.
        top_revenue: The net revenue of S12 of those among them who are in the top share.
    """

    origin: int
    target: int
    customers: int
    s12_orders: int
    s12_revenue: int
    f12_revenue: int
    top_revenue: int


class MoneyCount(NamedTuple):
    """Revenue and active customers by month of first order, month, and age at the order.

    Attributes:
        cohort: Month of the first order.
        observed: How many of ``LTV_AGES`` have passed at the as-of day.
        years: Recruit years since the first order, as in :class:`CohortCount`.
        month: Month of the orders.
        age: How many of ``LTV_AGES`` had passed at the order; −1 is before the first purchase.
        revenue: Net revenue.
        bought: Revenue of the purchases.
        active: Customers whose first purchase of the month it is.
        orders: Purchases.
        second: Purchases that are their customer's second.
    """

    cohort: int
    observed: int
    years: int
    month: int
    age: int
    revenue: int
    bought: int
    active: int
    orders: int
    second: int


class ReturnedSum(NamedTuple):
    """Returns of the customers who also bought in the month.

    Attributes:
        month: The month.
        returning: Whether they had bought before it.
        revenue: The sum, at most 0.
    """

    month: int
    returning: bool
    revenue: int


class SpreadCount(NamedTuple):
    """Squares of the net revenue of customers up to each of ``LTV_AGES``, of all its digits but the
    lowest (see :func:`spread_unit`).

    Attributes:
        observed: How many of ``LTV_AGES`` have passed at the as-of day.
        age3: The sum up to three months from the first order, and so on.
        age6: Up to six.
        age12: Up to twelve.
        age24: Up to 24.
        age36: Up to 36.
    """

    observed: int
    age3: int
    age6: int
    age12: int
    age24: int
    age36: int


def spread_unit(extent: Extent) -> int:
    """In how many ten-thousandths money is squared: a power of two.

    All purchases and returns together come to less than 2³¹ of it, and so the sum of the squares
    of what customers brought to less than 2⁶².
    """
    bought = extent.revenue_bought or 0
    moved = 2 * bought - (extent.revenue or 0)
    return 1 << max(max(moved, bought).bit_length() - 31, 0)


class ContactCounts(NamedTuple):
    """Counts of a contact list.

    Attributes:
        contacts: Contacts signed up by the as-of day.
        without_order: Those of them who have not bought.
        eligible: Sign-ups followed long enough who had not bought by the end of the lead.
        converted: Those of them who bought within the horizon.
        reached: Contacts reached within the days that count.
        waiting: Contacts who had signed up and not bought before the last ``Rules.horizon`` days.
        waiting_buyers: Those of them who bought in these.
    """

    contacts: int
    without_order: int
    eligible: int
    converted: int
    reached: int
    waiting: int
    waiting_buyers: int


class ReachDays(NamedTuple):
    """Extent of the days on which a contact list says that contacts were reached.

    Attributes:
        days: Days of all contacts, each counted once for a contact.
        contacts: Contacts who were reached at all.
        first: The first of the days; None without any.
    """

    days: int
    contacts: int
    first: int | None


class ReachMonth(NamedTuple):
    """Contacts who were reached in the days that count up to the end of a month.

    Attributes:
        end: The last day of the month.
        reached: How many.
    """

    end: int
    reached: int


class SignUpDay(NamedTuple):
    """Contacts who signed up on a day.

    Attributes:
        signed_up: The day.
        contacts: How many.
        leads: Those of them who had not bought by the end of the lead.
        converted: Those of these who bought within the horizon, as far as history goes.
    """

    signed_up: int
    contacts: int
    leads: int
    converted: int


class ConversionDay(NamedTuple):
    """Contacts who made their first purchase on a day, after the lead and within the horizon."""

    first: int
    converted: int


@dataclass(frozen=True, kw_only=True)
class Counts:
    """All that a summary follows from.

    Attributes:
        extent: How much there is.
        cohorts: Customers by month of first order.
        gaps: Purchases by number and days since the one before.
        flows: Customers by origin and target.
        money: Revenue by month of first order, month and age.
        returned: Returns by month; none where they are ignored.
        purchases: Purchases by number, month and days since the one before, as plain tuples of
            the fields of :class:`PurchaseCount`: there may be a hundred thousand.
        soon: Purchases that were soon followed by another one.
        contacts: What the contact list comes to; None without one.
        sign_ups: Contacts by day of sign-up.
        conversions: Contacts who became customers, by day of the first purchase.
        spread: Squares of the revenue of customers up to the ages of lifetime value.
        tier_gaps: Purchases in S12 by value tier and days since the one before.
        renewed: Customers who were new again in F12.
        again: Customers with several orders around the last ``Rules.horizon`` days; None, as
            ``before``, where history does not hold the 12 months before these.
        before: Customers before those days.
        reach_days: How much the list tells of days of contact; None where it has no such column.
        reach_months: Who was reached, by month.
        has_reach: Whether the list tells when contacts were reached.
        sample: Some rows that are left out: ``reason``, and ``row`` with its cells as text.
        notes: What was decided on reading, a line each.
        account: What was read and how.
    """

    extent: Extent
    cohorts: Sequence[CohortCount]
    gaps: Sequence[GapCount]
    flows: Sequence[FlowCount]
    money: Sequence[MoneyCount]
    returned: Sequence[ReturnedSum]
    contacts: ContactCounts | None
    sign_ups: Sequence[SignUpDay] = ()
    conversions: Sequence[ConversionDay] = ()
    spread: Sequence[SpreadCount] = ()
    purchases: Sequence[tuple[int, int, int, int]] = ()
    soon: Sequence[SoonCount] = ()
    tier_gaps: Sequence[TierGapCount] = ()
    renewed: Sequence[RenewedCount] = ()
    again: AgainCount | None = None
    before: BeforeCount | None = None
    reach_days: ReachDays | None = None
    reach_months: Sequence[ReachMonth] = ()
    has_reach: bool = False
    sample: tuple[dict[str, Any], ...] = ()
    notes: tuple[Label, ...] = ()
    account: Account = field(default_factory=Account)
