"""Contents of a summary: typed rows and values, pandas frames when asked for, and JSON.

A table is a tuple of rows, each with its figures as attributes. The frames are made on first use,
because a summary in the terminal needs no pandas, whose import would be a third of the whole run
on a small file.
"""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cached_property
from importlib import import_module
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from crmformulas.formulas.migration import LOST
from crmformulas.formulas.uncertainty import (
    UNKNOWN,
    Interval,
    clv_bounds,
    extra_orders_bounds,
    rate_bounds,
    retention_bounds,
)
from crmformulas.orders.counting.counts import MoneyCount
from crmformulas.orders.reading.account import Account
from crmformulas.orders.rules import Rules, Windows
from crmformulas.translations import Label, translate

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "BoughtWithin",
    "Buyers",
    "CohortLtvRow",
    "CohortRow",
    "Conversion",
    "FirstYear",
    "FlowRow",
    "FlowValue",
    "Flows",
    "Input",
    "Kpis",
    "Ladder",
    "LadderStep",
    "LtvRow",
    "Migration",
    "Month",
    "PortfolioBridge",
    "PortfolioRow",
    "Reach",
    "RetentionSince",
    "ReturningMonth",
    "StepQuarter",
    "Summary",
    "money_or_none",
]

Json: TypeAlias = dict[str, Any]
"""An object of the JSON contract."""

MONEY_COLUMNS = (
    "annual_value",
    "by_duration",
    "by_frequency",
    "by_order_value",
    "clv",
    "ltv",
    "ltv_high",
    "ltv_low",
    "net_revenue",
    "order_value",
    "portfolio_value",
    "returning_revenue",
    "revenue",
    "revenue_per_customer",
    "value",
    "value_per_order",
)
"""What the contract tells with at most four decimals; rows and frames hold it unrounded."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: its figures are attributes, None where unknown."""

    NAMES: ClassVar[Mapping[str, str]] = {}
    """What a column is called in the contract and in frames where it is not as the attribute."""

    def as_dict(self) -> Json:
        """The row by the names of its columns."""
        return {self.NAMES.get(f.name, f.name): getattr(self, f.name) for f in fields(self)}

    def to_dict(self) -> Json:
        """The row as the contract has it."""
        return {
            name: money_or_none(value) if name in MONEY_COLUMNS else value
            for name, value in self.as_dict().items()
        }


def _ends(name: str, interval: Interval, *, money: bool = False) -> Json:
    """An interval as the contract has it."""
    low, high = map(money_or_none, interval) if money else interval
    return {f"{name}_low": low, f"{name}_high": high}


def _duration_bounds(opening: int | None, lost: int | None) -> Interval:
    """A duration is the CLV of one unit of money a year."""
    return UNKNOWN if opening is None or lost is None else clv_bounds(1.0, opening, lost)


@dataclass(frozen=True, slots=True)
class FlowRow(Row):
    """The customers who went from one place to another within the year.

    Attributes:
        origin: A value tier of F12, ``reactivated`` or ``new``; None where history tells too
            little of F12. In the contract ``from``.
        target: A value tier of S12, or ``lost``. In the contract ``to``.
        customers: How many.
        orders: Their purchases in S12; None for the lost, who have none.
        revenue: Their net revenue of S12 in currency units, of F12 for the lost.
    """

    NAMES: ClassVar[Mapping[str, str]] = {"origin": "from", "target": "to"}

    origin: str | None
    target: str
    customers: int
    orders: int | None
    revenue: float


@dataclass(frozen=True, slots=True)
class PortfolioRow(Row):
    """A value tier.

    Attributes:
        tier: Its name.
        customers: Active customers: those who bought in S12.
        orders: Their purchases in S12.
        revenue: Their net revenue of S12, in currency units.
        f12_customers: Customers who were in the tier in F12; None, as all that rests on it, where
            history tells too little of F12.
        lost: How many of those did not buy in S12.
        retention: The share of them who did, a fraction per year.
        duration: Years that a customer stays; None where nobody was lost or nobody was there.
        orders_per_customer: Purchases a year.
        value_per_order: Net revenue per purchase, in currency units.
        annual_value: Net revenue per customer and year, in currency units.
        clv: Customer lifetime value in currency units; None where it has no finite estimate.
        clv_index: CLV against that of the last tier, which is 1.
        portfolio_value: CLV × customers in currency units; 0 for a tier without customers.
        median_days: Median days between two purchases of a customer with the later one in S12.
    """

    tier: str
    customers: int
    orders: int
    revenue: float
    f12_customers: int | None
    lost: int | None
    retention: float | None
    duration: float | None
    orders_per_customer: float | None
    value_per_order: float | None
    annual_value: float | None
    clv: float | None
    clv_index: float | None
    portfolio_value: float | None
    median_days: float | None = None

    @property
    def retention_interval(self) -> Interval:
        """Between what ends retention lies in 80 %; where nobody was lost: at least the low end."""
        if self.f12_customers is None or self.lost is None:
            return UNKNOWN
        return retention_bounds(self.f12_customers, self.lost)

    @property
    def clv_interval(self) -> Interval:
        """Between what ends CLV lies; without a high end where nobody was lost: at least."""
        if self.f12_customers is None or self.lost is None or self.annual_value is None:
            return UNKNOWN
        return clv_bounds(self.annual_value, self.f12_customers, self.lost)

    @property
    def duration_interval(self) -> Interval:
        """Between what years duration lies; without a high end where nobody was lost."""
        return _duration_bounds(self.f12_customers, self.lost)

    @property
    def portfolio_interval(self) -> Interval:
        """Between what ends the value of the tier lies: CLV × customers, of whom we know."""
        if self.portfolio_value is not None and not self.customers:
            return Interval(0.0, 0.0)
        low, high = self.clv_interval
        return Interval(
            None if low is None else low * self.customers,
            None if high is None else high * self.customers,
        )

    def to_dict(self) -> Json:
        """The row as the contract has it, with its intervals."""
        return {
            name: money_or_none(value) if name in MONEY_COLUMNS else value
            for name, value in self.as_dict().items()
        } | {
            **_ends("retention", self.retention_interval),
            **_ends("duration", self.duration_interval),
            **_ends("clv", self.clv_interval, money=True),
            **_ends("portfolio_value", self.portfolio_interval, money=True),
        }


@dataclass(frozen=True, slots=True)
class FlowValue(Row):
    """Value that a flow of customers adds to the portfolio, or takes from it.

    Attributes:
        origin: A value tier of F12, ``reactivated`` or ``new``. In the contract ``from``.
        target: A value tier of S12, or ``lost``. In the contract ``to``.
        customers: How many.
        value: Customers × (CLV of the target − CLV of the origin), in currency units, at the CLV
            of S12; None where one of them is unknown.
        wanted: Whether they came or moved up; None of those who stayed where they were.
    """

    NAMES: ClassVar[Mapping[str, str]] = {"origin": "from", "target": "to"}

    origin: str
    target: str
    customers: int
    value: float | None
    wanted: bool | None


@dataclass(frozen=True, slots=True)
class PortfolioBridge(Row):
    """Bridge of the portfolio's value from F12 to S12, in currency units; it adds up.

    Attributes:
        opening: F12 customers × CLV of F12: its revenue per customer × the duration of today.
        new: Value of those who are new.
        reactivated: Of those who came back.
        upgrade: Of those who moved up.
        downgrade: Of those who moved down; below 0.
        lost: Of those who were lost; below 0. It does not depend on how many left, as the CLV is
            the longer the fewer they are.
        flows: All flows together: the growth of the base, as tiers are shares of it.
        changed_clv: What the change of the CLV makes of the F12 customers.
        closing: S12 customers × CLV of S12: the portfolio value.
    """

    opening: float
    new: float
    reactivated: float
    upgrade: float
    downgrade: float
    lost: float
    flows: float
    changed_clv: float
    closing: float

    def to_dict(self) -> Json:
        """The row as the contract has it."""
        return {name: money_or_none(value) for name, value in self.as_dict().items()}


@dataclass(frozen=True, slots=True)
class LadderStep(Row):
    """A step of the F-ladder.

    Attributes:
        f: k: the number of purchases.
        customers: Customers with at least k purchases.
        rate: The share of them who made one more, a fraction; None on the last step told.
        median_days: The median days from purchase k to the next, of those who made it.
        matured_rate: The share who made one more within ``Rules.matured`` days, of those whose
            k-th purchase is that old; None where not asked for.
    """

    f: int
    customers: int
    rate: float | None
    median_days: float | None
    matured_rate: float | None = None


@dataclass(frozen=True, slots=True)
class CohortRow(Row):
    """The customers whose first order lies in one month.

    Attributes:
        cohort: The month, as ``2026-10``.
        customers: How many.
        revenue_per_customer: Net revenue per customer up to and with the m-th month after, in
            currency units; None for a month that is not wholly observed.
    """

    cohort: str
    customers: int
    revenue_per_customer: tuple[float | None, ...]

    def to_dict(self) -> Json:
        """The row as the contract has it."""
        return {
            **self.as_dict(),
            "revenue_per_customer": [money_or_none(v) for v in self.revenue_per_customer],
        }


@dataclass(frozen=True, slots=True)
class LtvRow(Row):
    """Lifetime value to date at an age.

    Attributes:
        age_months: Months since the first order.
        customers: Those of whom all the days up to that age are observed.
        ltv: Their mean net revenue up to it, in currency units; None if that is nobody.
        low: Between what ends the mean of all such customers lies in 80 %; None of fewer than 10.
            In the contract ``ltv_low``.
        high: The other end. In the contract ``ltv_high``.
    """

    NAMES: ClassVar[Mapping[str, str]] = {"low": "ltv_low", "high": "ltv_high"}

    age_months: int
    customers: int
    ltv: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class CohortLtvRow(Row):
    """Lifetime value to date of a cohort at an age it has reached.

    Attributes:
        cohort: The month of the first order, as ``2026-10``.
        age_months: Months since the first order.
        customers: Those of whom all the days up to that age are observed; at least one.
        ltv: Their mean net revenue up to it, in currency units.
        low: Between what ends it lies in 80 %, by how much all customers of that age differ: the
            few of a cohort don't know how large one may be. None of fewer than 10.
        high: The other end.
    """

    NAMES: ClassVar[Mapping[str, str]] = LtvRow.NAMES

    cohort: str
    age_months: int
    customers: int
    ltv: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class ReturningMonth(Row):
    """A month, and how many of its customers had bought before it.

    Attributes:
        month: As ``2026-10``.
        customers: Active customers; None where the history does not cover the month.
        share: The share of them who had bought before it, a fraction.
        revenue_share: The share of the month's net revenue that they brought, a fraction.
        change_pp: The change of ``share`` since the year before, in percentage points.
    """

    month: str
    customers: int | None
    share: float | None
    revenue_share: float | None
    change_pp: float | None


@dataclass(frozen=True, slots=True)
class FirstYear(Row):
    """First twelve months of the customers of a period.

    Attributes:
        period: The period of their first orders: ``2026``, ``2026-Q3``, or first and last day as
            ``2024-11-01..2025-10-31``.
        kind: ``year``, ``quarter`` or ``rolling``: a recruit year that ends 12, 24 … months before
            the as-of day, and so is all observed.
        customers: How many came.
        observed: Those of them whose first year is all observed; what follows is over them.
        orders: Their purchases in it.
        revenue: Their net revenue in it, in currency units.
        orders_per_customer: Purchases in the first year.
        order_value: Net revenue per purchase, in currency units.
        revenue_per_customer: In the first year, in currency units: the LTV at 12 months.
        repeat_share: The share who bought again in it, a fraction.
        low: Between what ends that share lies in 80 %.
        high: The other end.
        clv: Orders per customer × order value × 1 / (1 − repeat share), in currency units; None
            where everybody bought again.
        months: How many months of the period, from its first, are all observed.
        near_start: Whether history starts in it or just before: some may have bought before.
        ltv_months: The highest age that all of them have reached, in months.
        ltv: Their net revenue up to it, measured, in currency units per customer.
        change: The change of the CLV since the same ``months`` a year before, a fraction; None
            where history lacks them.
        by_frequency: What orders per customer brought of it, in currency units.
        by_order_value: What the order value brought.
        by_duration: What the repeat share brought.
    """

    period: str
    kind: str
    customers: int
    observed: int
    orders: int | None
    revenue: float | None
    orders_per_customer: float | None
    order_value: float | None
    revenue_per_customer: float | None
    repeat_share: float | None
    low: float | None
    high: float | None
    clv: float | None
    months: int = 0
    near_start: bool = False
    ltv_months: int | None = None
    ltv: float | None = None
    change: float | None = None
    by_frequency: float | None = None
    by_order_value: float | None = None
    by_duration: float | None = None

    @property
    def whole(self) -> bool:
        """Whether the first year of all is observed."""
        return self.observed == self.customers


OF_CONTACTS = frozenset(
    (
        *("sign_ups", "converted_leads", "leads", "lead_rate", "leads_to_date"),
        *("converted_to_date", "contacts_to_date", "reached", "reach"),
    )
)
"""What of a month follows from a contact list."""


@dataclass(frozen=True, slots=True)
class Month(Row):
    """A complete calendar month. All but its name is None where history does not cover it.

    Attributes:
        month: As ``2026-10``.
        active: Customers who bought in it.
        new: Those of them whose first order lies in it.
        returning: The others.
        revenue: Net revenue of the active customers in it, in currency units.
        returning_revenue: That of those who return.
        second_orders: Orders that were their customer's second.
        kth_orders: Orders that were a customer's k-th, from the second to the last of the ladder.
        customers_to_date: Customers who had bought by its end.
        repeaters_to_date: Those of them who had bought twice.
        repeat_rate: The share that is, a fraction.
        median_days: Median days from the purchase before to those of the month; None if none.
        median_days_12: The same of the twelve months that end with it; None where history lacks
            some of them.
        sign_ups: Contacts who signed up in it. This and what follows is None without contacts.
        converted_leads: Contacts whose first order lies in it, after the lead and within the
            horizon that follows it.
        leads: Contacts whose horizon ended in it and who had not bought by the end of the lead.
        lead_rate: The share of those who bought within the horizon.
        leads_to_date: The leads of this month and of all before it.
        converted_to_date: Those of them who bought within the horizon.
        contacts_to_date: Contacts who had signed up by its end. This and what follows is None
            where the list holds but the last day on which each was reached.
        reached: Those of them who were reached in the ``Rules.reach`` days up to its end.
        reach: The share that is, a fraction.
    """

    month: str
    active: int | None = None
    new: int | None = None
    returning: int | None = None
    revenue: float | None = None
    returning_revenue: float | None = None
    second_orders: int | None = None
    kth_orders: Mapping[str, int] | None = None
    customers_to_date: int | None = None
    repeaters_to_date: int | None = None
    repeat_rate: float | None = None
    median_days: float | None = None
    median_days_12: float | None = None
    sign_ups: int | None = None
    converted_leads: int | None = None
    leads: int | None = None
    lead_rate: float | None = None
    leads_to_date: int | None = None
    converted_to_date: int | None = None
    contacts_to_date: int | None = None
    reached: int | None = None
    reach: float | None = None

    def to_dict(self, *, contacts: bool = True) -> Json:
        """The month as the contract has it.

        Args:
            contacts: Whether there is a contact list: else what follows from it is left out.
        """
        row = Row.to_dict(self)
        return row if contacts else {k: v for k, v in row.items() if k not in OF_CONTACTS}

    @property
    def returning_share(self) -> float | None:
        """The share of the active customers who had bought before the month."""
        if self.returning is None or not self.active:
            return None
        return self.returning / self.active

    @property
    def returning_revenue_share(self) -> float | None:
        """The share of the revenue that they brought; None of a revenue that is not above 0."""
        if self.returning_revenue is None or self.revenue is None or self.revenue <= 0:
            return None
        return self.returning_revenue / self.revenue


@dataclass(frozen=True, slots=True)
class StepQuarter(Row):
    """A step of the ladder in a quarter: who made their k-th purchase in it, and who went on.

    Attributes:
        step: k: the number of the purchase they made in the quarter.
        quarter: As ``2026-Q3``.
        within_days: How many days they were followed.
        customers: How many made it.
        went_on: Those of them who made one more within those days; None, as the rate, while some
            have not had them.
        rate: The share that is, a fraction.
        low: Between what ends it lies in 80 %.
        high: The other end.
        median_days: The median days from purchase k to the next, of those whose next one lies in
            the quarter; None of nobody.
    """

    step: int
    quarter: str
    within_days: int
    customers: int
    went_on: int | None
    rate: float | None
    low: float | None
    high: float | None
    median_days: float | None


@dataclass(frozen=True, slots=True)
class Conversion(Row):
    """Contacts who became customers.

    Attributes:
        eligible: Sign-ups followed long enough who had not bought by the end of the lead.
        converted: Those of them who bought within the horizon.
        rate: The share that is, a fraction; None without anybody.
    """

    eligible: int
    converted: int
    rate: float | None


@dataclass(frozen=True, slots=True)
class Reach(Row):
    """Contacts who were reached.

    Attributes:
        reached: Contacts last reached within the days that count.
        contacts: All contacts.
        rate: The share that is, a fraction; None without contacts.
        days: How many days count.
    """

    reached: int
    contacts: int
    rate: float | None
    days: int


def money_or_none(value: float | None) -> float | None:
    """Money as the contract has it, with at most four decimals; None is unknown."""
    return None if value is None else round(value, 4)


def frame(rows: Sequence[Row], index: str | None = None, *, without: str = "") -> pd.DataFrame:
    """Rows as a frame, less a column; unknown numbers are NaN."""
    import pandas as pd

    records = [row.as_dict() for row in rows]
    table = pd.DataFrame.from_records(
        [{name: value for name, value in record.items() if name != without} for record in records]
    )
    for column in table.columns:
        whole = table[column].dtype == object
        if whole and all(v is None or isinstance(v, (int, float)) for v in table[column]):
            table[column] = table[column].astype("float64")
    return table.set_index(index) if index and not table.empty else table


@dataclass(frozen=True)
class Input:
    """Rows of the input, and the orders up to the as-of day that they make."""

    rows: int
    orders: int
    returns: int
    customers: int
    net_revenue: float
    first_day: date
    last_day: date
    excluded: dict[str, int]
    sample: tuple[dict[str, Any], ...] = ()

    def to_dict(self) -> Json:
        """The contract's ``input``."""
        return {
            "rows": self.rows,
            "orders": self.orders,
            "returns": self.returns,
            "customers": self.customers,
            "net_revenue": self.net_revenue,
            "first_day": self.first_day.isoformat(),
            "last_day": self.last_day.isoformat(),
            "excluded": dict(self.excluded),
        }


@dataclass(frozen=True, slots=True)
class RetentionSince(Row):
    """The customers of F12 by what they were in it.

    Attributes:
        status: ``new`` of those whose first order lies in F12, ``continued`` of those who had also
            bought in the 12 months before it, ``reactivated`` of those who had bought earlier.
        customers: How many.
        retained: Those of them who bought in S12.
        retention: The share that is, a fraction; None without anybody.
    """

    status: str
    customers: int
    retained: int
    retention: float | None

    @property
    def interval(self) -> Interval:
        """Between what ends the retention lies in 80 %."""
        return retention_bounds(self.customers, self.customers - self.retained)

    def to_dict(self) -> Json:
        """The row as the contract has it, with its interval."""
        low, high = self.interval
        return self.as_dict() | {"low": low, "high": high}


@dataclass(frozen=True)
class Flows:
    """The year's balance of customers: closing = opening + new + reactivated − lost.

    All but the closing is None where history tells too little of F12.
    """

    opening: int | None
    new: int | None
    reactivated: int | None
    continued: int | None
    lost: int | None
    closing: int
    retention: float | None
    duration: float | None
    net_duration: float | None
    lost_f12: int | None = None
    """Customers who were lost in F12; None where history lacks a part of the year before it."""
    reactivation_rate: float | None = None
    """Reactivated, of those lost in F12; of those lost in S12 where ``lost_f12`` is unknown, or
    where more came back than were lost in that year."""
    existing_revenue: float | None = None
    """Revenue of S12 from continued and reactivated customers, in currency units."""
    existing_share: float | None = None
    """The share of the revenue of S12 that is."""
    existing_revenue_f12: float | None = None
    """The same of F12, as it was told a year before; None, as its share, where history lacks a part
    of the year before F12."""
    existing_share_f12: float | None = None
    since: tuple[RetentionSince, ...] = ()
    """Retention by what the customers were in F12; none where history lacks the year before."""

    @property
    def back_of_f12(self) -> bool:
        """Whether the reactivation rate is of those who were lost in F12."""
        return bool(self.lost_f12) and (self.lost_f12 or 0) >= (self.reactivated or 0)

    @property
    def retention_interval(self) -> Interval:
        """Between what ends retention lies in 80 %; where nobody was lost: at least the low end."""
        if self.opening is None or self.lost is None:
            return UNKNOWN
        return retention_bounds(self.opening, self.lost)

    @property
    def duration_interval(self) -> Interval:
        """Between what years duration lies; without a high end where nobody was lost."""
        return _duration_bounds(self.opening, self.lost)

    def to_dict(self) -> Json:
        """The contract's ``flows``."""
        fields = dict(self.__dict__)
        since = [row.to_dict() for row in fields.pop("since")]
        ends = {
            **_ends("retention", self.retention_interval),
            **_ends("duration", self.duration_interval),
            "retention_since": since,
        }
        amounts = ("existing_revenue", "existing_revenue_f12")
        return fields | {name: money_or_none(fields[name]) for name in amounts} | ends


@dataclass(frozen=True)
class Migration:
    """Customers by F12 tier (rows) and S12 tier or lost (columns); None where unknown."""

    origins: tuple[str, ...]
    targets: tuple[str, ...]
    counts: tuple[tuple[int | None, ...], ...]
    shares: tuple[tuple[float | None, ...], ...]

    @property
    def retained(self) -> tuple[int | None, ...]:
        """Customers of each S12 tier who were customers in F12: the sum of its column."""
        tiers = len(self.origins)
        columns = ([row[j] for row in self.counts] for j in range(tiers))
        return tuple(None if None in c else sum(n or 0 for n in c) for c in columns)

    @cached_property
    def customers(self) -> pd.DataFrame:
        """Customers as a frame, F12 tiers by S12 tiers."""
        import pandas as pd

        return pd.DataFrame(self.counts, index=list(self.origins), columns=list(self.targets))

    @cached_property
    def rates(self) -> pd.DataFrame:
        """Each row divided by its F12 customers; rows sum to 1."""
        import pandas as pd

        return pd.DataFrame(
            self.shares, index=list(self.origins), columns=list(self.targets), dtype="float64"
        )

    def to_dict(self) -> Json:
        """The contract's ``migration``."""
        return {
            "from": list(self.origins),
            "to": list(self.targets),
            "customers": [list(row) for row in self.counts],
            "rates": [list(row) for row in self.shares],
            "retained": list(self.retained),
        }


@dataclass(frozen=True)
class Ladder:
    """The F-ladder: customers with at least k orders, and how many go on."""

    step_records: tuple[LadderStep, ...]
    tipping_point: int | None
    extra_orders_per_1000: float
    f0: int | None = None
    f0_rate: float | None = None
    contacts: int | None = None
    with_matured: bool = False

    @cached_property
    def steps(self) -> pd.DataFrame:
        """One row a step: customers, rate to the next step, median days to it."""
        return frame(self.step_records, "f", without=self._not_told)

    @property
    def _not_told(self) -> str:
        return "" if self.with_matured else "matured_rate"

    @cached_property
    def rate_intervals(self) -> tuple[Interval, ...]:
        """Between what ends the rate of each step lies in 80 %; the last has none."""
        reached = [step.customers for step in self.step_records]
        intervals = [rate_bounds(above, here) for here, above in pairwise(reached)]
        return (*intervals, UNKNOWN)[: len(reached)]

    @property
    def extra_orders_interval(self) -> Interval:
        """Between what ends the extra orders per 1 000 new customers lie."""
        return extra_orders_bounds([step.customers for step in self.step_records])

    @property
    def dips(self) -> tuple[int, ...]:
        """The steps k from which a smaller share goes on than from the step before.

        Customers who have bought more often go on more often; where they don't, something stops
        them. Only where chance alone would hardly make it so.
        """
        steps = self.step_records
        return tuple(
            steps[i].f
            for i in range(1, len(steps) - 1)
            if (high := self.rate_intervals[i].high) is not None
            and (before := steps[i - 1].rate) is not None
            and high < before
        )

    def to_dict(self) -> Json:
        """The contract's ``ladder``."""
        low, high = self.extra_orders_interval
        fields: Json = {
            "steps": [
                {name: value for name, value in step.to_dict().items() if name != self._not_told}
                | {"rate_low": ends.low, "rate_high": ends.high}
                for step, ends in zip(self.step_records, self.rate_intervals, strict=True)
            ],
            "tipping_point": self.tipping_point,
            "extra_orders_per_1000": self.extra_orders_per_1000,
            "extra_orders_low": low,
            "extra_orders_high": high,
        }
        if self.f0 is not None:
            fields |= {"f0": self.f0, "f0_rate": self.f0_rate}
        return fields


@dataclass(frozen=True, slots=True)
class Buyers(Row):
    """Of a group, who bought.

    Attributes:
        customers: How many there were; None where history does not tell.
        buyers: Those of them who bought.
    """

    customers: int | None
    buyers: int | None

    @property
    def rate(self) -> float | None:
        """The share who bought, a fraction; None of nobody."""
        return self.buyers / self.customers if self.customers and self.buyers is not None else None

    @property
    def interval(self) -> Interval:
        """Between what ends it lies in 80 %."""
        return rate_bounds(self.buyers or 0, self.customers or 0)

    def to_dict(self) -> Json:
        """The group as the contract has it."""
        low, high = self.interval
        return self.as_dict() | {"rate": self.rate, "low": low, "high": high}


@dataclass(frozen=True, slots=True)
class BoughtWithin:
    """Buyers of the last days, by what they were when these began.

    Attributes:
        days: How many days.
        active: Customers who had bought in the 12 months up to then.
        lapsed: Those who had bought before these months alone.
        f0: Contacts who had signed up and not bought; None without a contact list.
    """

    days: int
    active: Buyers
    lapsed: Buyers
    f0: Buyers | None

    def to_dict(self) -> Json:
        """The contract's ``bought_within``."""
        groups = {"active": self.active, "lapsed": self.lapsed, "f0": self.f0}
        told = {name: one.to_dict() for name, one in groups.items() if one is not None}
        return {"days": self.days, **told}


@dataclass(frozen=True)
class Kpis:
    """Key figures of the base."""

    repeat_purchase_rate: float | None
    time_between_purchases: float | None
    returning_records: tuple[ReturningMonth, ...]
    pareto_share: float | None
    first_year_clv: float | None = None
    """CLV from the first year of the recruits of F12, in currency units."""
    subscriber_to_customer: Conversion | None = None
    total_reach: Reach | None = None
    bought_within: BoughtWithin | None = None
    former_records: tuple[ReturningMonth, ...] = field(default=(), repr=False)
    """The twelve months before those of ``returning_records``, told in the same way."""

    @cached_property
    def returning_share(self) -> pd.DataFrame:
        """One row a month: active customers, and the share who had bought before it."""
        return frame(self.returning_records, "month")

    def to_dict(self) -> Json:
        """The contract's ``kpis``."""
        fields: Json = {
            "repeat_purchase_rate": self.repeat_purchase_rate,
            "time_between_purchases": self.time_between_purchases,
            "returning_share": [month.to_dict() for month in self.returning_records],
            "pareto_share": self.pareto_share,
            "first_year_clv": money_or_none(self.first_year_clv),
        }
        if self.bought_within is not None:
            fields["bought_within"] = self.bought_within.to_dict()
        if self.subscriber_to_customer is not None:
            fields["subscriber_to_customer"] = self.subscriber_to_customer.to_dict()
            fields["total_reach"] = self.total_reach.to_dict() if self.total_reach else None
        return fields


@dataclass(frozen=True)
class Summary:
    """Every figure of an order file at an as-of day."""

    rules: Rules
    windows: Windows
    input: Input
    notices: tuple[Label, ...]
    flows: Flows
    flow_records: tuple[FlowRow, ...]
    migration: Migration
    portfolio_records: tuple[PortfolioRow, ...]
    portfolio_value: float | None
    ladder: Ladder
    cohort_records: tuple[CohortRow, ...]
    ltv_records: tuple[LtvRow, ...]
    ltv_by_cohort_records: tuple[CohortLtvRow, ...] = field(repr=False)
    kpis: Kpis = field()
    portfolio_clv: float | None = None
    """CLV of all customers as if they were one tier: annual value × duration."""
    portfolio_interval: Interval = UNKNOWN
    """Between what ends the portfolio value lies in 80 %; without a high end where a tier lost
    nobody: at least that of the others."""
    flow_values: tuple[FlowValue, ...] = ()
    first_year_records: tuple[FirstYear, ...] = ()
    """The first year of the new by calendar year, quarter and rolling recruit year."""
    month_rows: Callable[[], tuple[Month, ...]] = field(default=tuple, repr=False, compare=False)
    """Makes ``months`` when they are asked for."""
    quarter_rows: Callable[[], tuple[StepQuarter, ...]] = field(
        default=tuple, repr=False, compare=False
    )
    """Makes ``step_quarters`` when they are asked for."""
    portfolio_bridge: PortfolioBridge | None = None
    """None where the CLV of a tier is unknown, or history holds a part of F12 alone."""
    month_records: Sequence[MoneyCount] = field(default=(), repr=False)
    """By month of first order and month, as counted; read by ``orders.analysis.cohorts``."""
    reading: Account = field(default_factory=Account, repr=False)
    """What was read, and by which rules."""

    @property
    def chart(self) -> Any:
        """Its charts, such as ``summary.chart.ladder()``: of :class:`crmformulas.charts.Charts`."""
        # By name: counting knows no face, and a summary without charts needs none.
        return import_module("crmformulas.charts.of_summary").Charts(self)

    def _repr_html_(self) -> str:
        markup: str = import_module("crmformulas.charts.notebook").summary_html(self)
        return markup

    @property
    def warnings(self) -> tuple[str, ...]:
        """Notices to the reader of the figures in English; ``notices`` has both languages."""
        return tuple(translate(words, "en") for words in self.notices)

    @property
    def as_of(self) -> date:
        """The last day that counts."""
        return self.windows.as_of

    @property
    def f12_months(self) -> int:
        """Number of F12's 12 months that lie wholly in history."""
        return self.windows.f12_months(self.input.first_day)

    @property
    def f12_covered(self) -> bool:
        """Whether history holds all of F12; else what is counted in it is too low."""
        return self.f12_months == 12

    @property
    def f12_known(self) -> bool:
        """Whether history holds enough of F12; else all that rests on it is None.

        Between enough and all of it a figure that rests on F12 is shown with "≈".
        """
        return self.windows.f12_known(self.input.first_day)

    @property
    def outcome(self) -> tuple[tuple[float, float, float], ...] | None:
        """S12 for a budget: rows new, continued, reactivated; customers, revenue, orders.

        None where history tells too little of F12 to know who is which.
        """
        from crmformulas.formulas.budget import SEGMENTS

        if not self.f12_known:
            return None
        rows = []
        for segment in SEGMENTS:
            origins = self.rules.tier_names if segment == "continued" else (segment,)
            here = [r for r in self.flow_records if r.origin in origins and r.target != LOST]
            rows.append(
                (
                    sum(r.customers for r in here),
                    sum(r.revenue for r in here),
                    sum(r.orders or 0 for r in here),
                )
            )
        return tuple(rows)

    @property
    def clv_interval(self) -> Interval:
        """Between what ends ``portfolio_clv`` lies in 80 %."""
        flows, revenue = self.flows, sum(row.revenue for row in self.portfolio_records)
        if flows.opening is None or flows.lost is None or not flows.closing:
            return UNKNOWN
        return clv_bounds(revenue / flows.closing, flows.opening, flows.lost)

    @cached_property
    def months(self) -> tuple[Month, ...]:
        """The last 24 complete months, the oldest first."""
        return self._months[-24:]

    @property
    def months_before(self) -> tuple[Month, ...]:
        """The twelve complete months before those, for the first of them to compare with."""
        return self._months[:-24]

    @cached_property
    def _months(self) -> tuple[Month, ...]:
        return self.month_rows()

    @cached_property
    def step_quarters(self) -> tuple[StepQuarter, ...]:
        """The steps of the ladder by quarter, the oldest first."""
        return self.quarter_rows()

    @cached_property
    def flow_table(self) -> pd.DataFrame:
        """One row per origin and target that has customers."""
        return frame(self.flow_records)

    @cached_property
    def portfolio(self) -> pd.DataFrame:
        """One row a value tier, from the orders to the CLV and the value of the tier."""
        return frame(self.portfolio_records, "tier")

    @cached_property
    def cohorts(self) -> pd.DataFrame:
        """Cumulative net revenue per customer by month of first order and months since."""
        import pandas as pd

        return pd.DataFrame.from_dict(
            {r.cohort: pd.Series(r.revenue_per_customer) for r in self.cohort_records},
            orient="index",
            dtype="float64",
        ).rename_axis("cohort")

    @cached_property
    def ltv(self) -> pd.DataFrame:
        """Mean net revenue up to each age, over the customers who have reached it."""
        return frame(self.ltv_records, "age_months")

    @cached_property
    def first_year(self) -> pd.DataFrame:
        """First year of new customers, by when they came."""
        return frame(self.first_year_records)

    @cached_property
    def ltv_by_cohort(self) -> pd.DataFrame:
        """The same by month of first order."""
        return frame(self.ltv_by_cohort_records)

    def to_dict(self) -> Json:
        """The summary as the JSON contract has it."""
        s12, f12 = self.windows.s12, self.windows.f12
        return {
            "as_of": self.as_of.isoformat(),
            "windows": {
                "s12": [day.isoformat() for day in s12],
                "f12": [day.isoformat() for day in f12],
                "f12_months": self.f12_months,
            },
            "input": self.input.to_dict(),
            "warnings": list(self.warnings),
            "reading": self.reading.to_dict(),
            "flows": self.flows.to_dict(),
            "flow_table": [row.to_dict() for row in self.flow_records],
            "migration": self.migration.to_dict(),
            "portfolio": [row.to_dict() for row in self.portfolio_records],
            "portfolio_total": {
                "customers": self.flows.closing,
                "portfolio_value": money_or_none(self.portfolio_value),
                "clv": money_or_none(self.portfolio_clv),
                **_ends("portfolio_value", self.portfolio_interval, money=True),
                **_ends("clv", self.clv_interval, money=True),
            },
            "flow_values": [row.to_dict() for row in self.flow_values],
            "portfolio_bridge": self.portfolio_bridge and self.portfolio_bridge.to_dict(),
            "ladder": self.ladder.to_dict(),
            "cohorts": [row.to_dict() for row in self.cohort_records],
            "ltv": [row.to_dict() for row in self.ltv_records],
            "ltv_by_cohort": [row.to_dict() for row in self.ltv_by_cohort_records],
            "kpis": self.kpis.to_dict(),
            "first_year": [row.to_dict() for row in self.first_year_records],
            "months": self._month_rows(self.months),
            "months_before": self._month_rows(self.months_before),
            "step_quarters": [row.to_dict() for row in self.step_quarters],
        }

    def _month_rows(self, months: Sequence[Month]) -> list[Json]:
        with_contacts = self.ladder.contacts is not None
        return [month.to_dict(contacts=with_contacts) for month in months]

    def to_json(self, indent: int | None = 1) -> str:
        """The contract as text."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent, allow_nan=False)
