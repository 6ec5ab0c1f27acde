"""The data of the sheets of key figures: months of counts, and cohorts by age."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from crmformulas.excel.templates.examples import Record, records
from crmformulas.orders.summary.key_figures import KEY_FIGURES
from crmformulas.translations import Translated

__all__ = ["EXAMPLE", "KPIS", "Cohort", "Kpi", "KpiData", "Ltv", "Monthly", "Series"]

Monthly: TypeAlias = "tuple[float | None, ...]"
"""A figure a month, or an age; None is unknown."""


@dataclass(frozen=True, slots=True)
class Kpi:
    """A key figure: a share of two counts, or a number of days; what they are, and what it is."""

    label: Translated
    about: Translated
    whole: Translated
    part: Translated | None = None
    kind: str = "rate"
    counts: str = "count"

    @property
    def change(self) -> Translated:
        """The name of its change."""
        if self.kind == "days":
            return Translated("Change in a year, days", "Ändring på ett år, dagar")
        return Translated("Change in a year, pp", "Ändring på ett år, p.e.")


KPIS: dict[str, Kpi] = {
    key: Kpi(
        figure.monthly.title,
        figure.monthly.about,
        figure.monthly.whole,
        figure.monthly.part,
        kind="days" if figure.unit == "days" else "rate",
        counts=figure.monthly.counts,
    )
    for key, figure in KEY_FIGURES.items()
    if figure.monthly is not None
}
"""By key, in the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class Series:
    """A key figure month by month: its counts, or where they are not known the figure itself."""

    wholes: Monthly = ()
    parts: Monthly = ()
    values: Monthly = ()


@dataclass(frozen=True, slots=True)
class Cohort:
    """Customers whose first order is of one month, at each age.

    Attributes:
        customers: Those whose first months, as many as the age, are over.
        revenue: Their revenue in those months.
    """

    customers: Monthly
    revenue: Monthly


Ends: TypeAlias = tuple[tuple[float | None, float | None], ...]
"""The low and the high end of the interval at each age."""


@dataclass(frozen=True, slots=True)
class Ltv:
    """Cohorts of months that follow on each other.

    Attributes:
        first_month: That of the first cohort: its first day.
        as_of: The last day that is counted.
        cohorts: The cohorts.
        ages: In months.
        targets: Revenue per customer wanted at each age.
        ends: Between what ends the mean of each age lies in 80 %, where that is known.
        cohort_ends: The same by cohort.
    """

    first_month: date
    as_of: date
    cohorts: tuple[Cohort, ...]
    ages: tuple[int, ...] = (3, 6, 12, 24, 36)
    targets: Monthly = (None,) * 5
    ends: Ends = ()
    cohort_ends: tuple[Ends, ...] = ()


@dataclass(frozen=True, slots=True)
class KpiData:
    """Key figures month by month, with targets.

    Attributes:
        first_month: The first of the months: its first day.
        months: How many; the last 12 are shown, those before are what they are compared with.
        series: By key of :data:`KPIS`; a key figure that is left out is unknown.
        targets: By key.
        tolerance: How far from its target a figure is still near, a share of the target.
        ltv: Cohorts, if they are known.
    """

    first_month: date
    months: int = 24
    series: Mapping[str, Series] = field(default_factory=dict)
    targets: Mapping[str, float | None] = field(default_factory=dict)
    tolerance: float = 0.05
    ltv: Ltv | None = None


def _series(months: list[Record]) -> dict[str, Series]:
    """The columns ``KEY.wholes``, ``KEY.parts`` and ``KEY.values`` of the months."""
    found: dict[str, dict[str, Monthly]] = {}
    for column in months[0].cells:
        key, name = column.split(".")
        found.setdefault(key, {})[name] = tuple(month.number(column) for month in months)
    return {key: Series(**columns) for key, columns in found.items()}


_MONTHS = records(__package__, "months")
_AGES = (3, 6, 12, 24, 36)

EXAMPLE = KpiData(
    first_month=date(2024, 11, 1),
    months=len(_MONTHS),
    series=_series(_MONTHS),
    targets={
        "subscriber_to_customer": 0.125,
        "repeat_purchase_rate": 0.18,
        "returning_share": 0.36,
        "returning_revenue": 0.47,
        "time_between_purchases": 75,
        "total_reach": 0.8,
    },
    ltv=Ltv(
        first_month=date(2022, 11, 1),
        as_of=date(2026, 10, 31),
        cohorts=tuple(
            Cohort(
                tuple(cohort.number(f"customers_{age}") for age in _AGES),
                tuple(cohort.number(f"revenue_{age}") for age in _AGES),
            )
            for cohort in records(__package__, "cohorts")
        ),
        ages=_AGES,
        targets=(950, 1_050, 1_150, 1_250, 1_350),
    ),
)
"""A retailer, made up: it sells most in the fourth quarter, each cohort is worth a little more than
the one before, and it ends with the customers of its F-ladder.
"""
