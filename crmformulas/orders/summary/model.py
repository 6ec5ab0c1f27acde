"""What a summary holds: plain values, tables that become pandas frames when asked for, and JSON.

The tables are kept as records and turn into frames on first use, because a summary in the
terminal needs no pandas, whose import would be a third of the whole run on a small file.
"""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

from crmformulas.formulas.budget import SEGMENTS
from crmformulas.formulas.migration import LOST
from crmformulas.orders.rules import Rules, Windows
from crmformulas.translations import Label, translate

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Flows", "Input", "Kpis", "Ladder", "Migration", "Summary"]

Record: TypeAlias = dict[str, Any]
"""A row of a table: column name to value; None is unknown."""


MONEY_COLUMNS = (
    "annual_value",
    "clv",
    "ltv",
    "net_revenue",
    "portfolio_value",
    "revenue",
    "revenue_per_customer",
    "value_per_order",
)
"""What the contract tells with at most four decimals; frames hold it unrounded."""


def rounded(record: Record) -> Record:
    """A copy of the record with its money rounded to four decimals."""
    return {
        name: _round(value) if name in MONEY_COLUMNS else value for name, value in record.items()
    }


def _round(value: Any) -> Any:
    if isinstance(value, list):
        return [_round(v) for v in value]
    return None if value is None else round(value, 4)


def frame(records: tuple[Record, ...], index: str | None = None) -> pd.DataFrame:
    """The records as a frame; unknown numbers are NaN."""
    import pandas as pd

    made = pd.DataFrame.from_records(list(records))
    for column in made.columns:
        whole = made[column].dtype == object
        if whole and all(v is None or isinstance(v, (int, float)) for v in made[column]):
            made[column] = made[column].astype("float64")
    return made.set_index(index) if index and not made.empty else made


@dataclass(frozen=True)
class Input:
    """What came in: rows of the input, and the orders up to the as-of day that they make."""

    rows: int
    orders: int
    returns: int
    customers: int
    net_revenue: float
    first_day: date
    last_day: date
    excluded: dict[str, int]
    sample: tuple[Record, ...] = ()

    def to_dict(self) -> Record:
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


@dataclass(frozen=True)
class Flows:
    """The year's balance of customers: closing = opening + new + reactivated − lost."""

    opening: int
    new: int
    reactivated: int
    continued: int
    lost: int
    closing: int
    retention: float | None
    duration: float | None
    net_duration: float | None

    def to_dict(self) -> Record:
        """The contract's ``flows``."""
        return dict(self.__dict__)


@dataclass(frozen=True)
class Migration:
    """Customers by F12 tier (rows) and S12 tier or lost (columns)."""

    origins: tuple[str, ...]
    targets: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    shares: tuple[tuple[float | None, ...], ...]

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

    def to_dict(self) -> Record:
        """The contract's ``migration``."""
        return {
            "from": list(self.origins),
            "to": list(self.targets),
            "customers": [list(row) for row in self.counts],
            "rates": [list(row) for row in self.shares],
        }


@dataclass(frozen=True)
class Ladder:
    """The F-ladder: customers with at least k orders, and how many go on."""

    step_records: tuple[Record, ...]
    tipping_point: int | None
    extra_orders_per_1000: float
    f0: int | None = None
    f0_rate: float | None = None
    contacts: int | None = None

    @cached_property
    def steps(self) -> pd.DataFrame:
        """One row a step: customers, rate to the next step, median days to it."""
        return frame(self.step_records, "f")

    def to_dict(self) -> Record:
        """The contract's ``ladder``."""
        made: Record = {
            "steps": [dict(r) for r in self.step_records],
            "tipping_point": self.tipping_point,
            "extra_orders_per_1000": self.extra_orders_per_1000,
        }
        if self.f0 is not None:
            made |= {"f0": self.f0, "f0_rate": self.f0_rate}
        return made


@dataclass(frozen=True)
class Kpis:
    """Key figures of the base."""

    repeat_purchase_rate: float | None
    time_between_purchases: float | None
    returning_records: tuple[Record, ...]
    pareto_share: float | None
    subscriber_to_customer: Record | None = None
    total_reach: Record | None = None
    former_records: tuple[Record, ...] = field(default=(), repr=False)
    """The twelve months before those of ``returning_records``, told in the same way."""

    @cached_property
    def returning_share(self) -> pd.DataFrame:
        """One row a month: active customers, and the share who had bought before it."""
        return frame(self.returning_records, "month")

    def to_dict(self) -> Record:
        """The contract's ``kpis``."""
        made: Record = {
            "repeat_purchase_rate": self.repeat_purchase_rate,
            "time_between_purchases": self.time_between_purchases,
            "returning_share": [dict(r) for r in self.returning_records],
            "pareto_share": self.pareto_share,
        }
        if self.subscriber_to_customer is not None:
            made["subscriber_to_customer"] = dict(self.subscriber_to_customer)
            made["total_reach"] = self.total_reach and dict(self.total_reach)
        return made


@dataclass(frozen=True)
class Summary:
    """Every figure of an order file at an as-of day."""

    rules: Rules
    windows: Windows
    input: Input
    notices: tuple[Label, ...]
    flows: Flows
    flow_records: tuple[Record, ...]
    migration: Migration
    portfolio_records: tuple[Record, ...]
    portfolio_value: float | None
    ladder: Ladder
    cohort_records: tuple[Record, ...]
    ltv_records: tuple[Record, ...]
    ltv_by_cohort_records: tuple[Record, ...] = field(repr=False)
    kpis: Kpis = field()
    month_records: Sequence[Record] = field(default=(), repr=False)
    """By month of first order and month, as counted; read by ``orders.analysis.cohorts``."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader of the figures must know, in English; ``notices`` has both languages."""
        return tuple(translate(words, "en") for words in self.notices)

    @property
    def as_of(self) -> date:
        """The last day that counts."""
        return self.windows.as_of

    @property
    def f12_covered(self) -> bool:
        """Whether the history holds all of F12; else what is counted in it is too low."""
        return self.input.first_day <= self.windows.f12[0]

    @property
    def f12_seen(self) -> bool:
        """Whether the history holds any of F12; else opening, lost and reactivated are unknown."""
        return self.input.first_day <= self.windows.f12[1]

    @property
    def outcome(self) -> tuple[tuple[float, float, float], ...]:
        """S12 for a budget: rows new, continued, reactivated; customers, revenue, orders."""
        rows = []
        for segment in SEGMENTS:
            origins = self.rules.tier_names if segment == "continued" else (segment,)
            here = [r for r in self.flow_records if r["from"] in origins and r["to"] != LOST]
            customers, revenue, orders = (
                sum(r[column] for r in here) for column in ("customers", "revenue", "orders")
            )
            rows.append((customers, revenue, orders))
        return tuple(rows)

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
            {r["cohort"]: pd.Series(r["revenue_per_customer"]) for r in self.cohort_records},
            orient="index",
            dtype="float64",
        ).rename_axis("cohort")

    @cached_property
    def ltv(self) -> pd.DataFrame:
        """Mean net revenue up to each age, over the customers who have reached it."""
        return frame(self.ltv_records, "age_months")

    @cached_property
    def ltv_by_cohort(self) -> pd.DataFrame:
        """The same by month of first order."""
        return frame(self.ltv_by_cohort_records)

    def to_dict(self) -> Record:
        """The summary as the JSON contract has it."""
        s12, f12 = self.windows.s12, self.windows.f12
        return {
            "as_of": self.as_of.isoformat(),
            "windows": {
                "s12": [day.isoformat() for day in s12],
                "f12": [day.isoformat() for day in f12],
            },
            "input": self.input.to_dict(),
            "warnings": list(self.warnings),
            "flows": self.flows.to_dict(),
            "flow_table": [rounded(r) for r in self.flow_records],
            "migration": self.migration.to_dict(),
            "portfolio": [rounded(r) for r in self.portfolio_records],
            "portfolio_total": {
                "customers": self.flows.closing,
                "portfolio_value": _round(self.portfolio_value),
            },
            "ladder": self.ladder.to_dict(),
            "cohorts": [rounded(r) for r in self.cohort_records],
            "ltv": [rounded(r) for r in self.ltv_records],
            "kpis": self.kpis.to_dict(),
        }

    def to_json(self, indent: int | None = 1) -> str:
        """The contract as text."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent, allow_nan=False)
