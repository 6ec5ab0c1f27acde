"""What the sheets of key figures are written from: months of counts, and cohorts by age."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

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
        """What its change is called."""
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


# The example retailer, made up: 24 months to October 2026. It sells most in the fourth quarter, by
# the weights below (January to December), and ends with the customers of its F-ladder.
_SEASON = (0.84, 0.74, 0.84, 0.90, 0.96, 0.94, 0.84, 0.90, 0.96, 1.04, 1.50, 1.54)
_WIGGLE = (0.4, -0.7, 0.1, 0.8, -0.3, -0.9, 0.6, 0.2, -0.5, 0.9, -0.1, -0.6, 0.5)
_MONTHS, _COHORTS = 24, 48


def _season(i: int, months: int) -> float:
    return _SEASON[(i - months + 10) % 12]


def _wiggle(i: int) -> float:
    """What looks like chance, between -1 and 1."""
    return _WIGGLE[i % len(_WIGGLE)]


def _share(wholes: Monthly, first: float, last: float, noise: float) -> Monthly:
    """Parts of the wholes: their share goes from the first to the last, with some noise."""
    steps = len(wholes) - 1
    return tuple(
        round((whole or 0) * (first + (last - first) * i / steps + noise * _wiggle(i)))
        for i, whole in enumerate(wholes)
    )


def _example_series() -> dict[str, Series]:
    months = range(_MONTHS)
    new = [round(1_000 * _season(i, _MONTHS) * (1 + 0.004 * i)) for i in months]
    f1: Monthly = tuple(96_411 - sum(new[i + 1 :]) for i in months)
    f2 = (*_share(f1, 0.1755, 0.1819, 0.0002)[:-1], 17_546)
    eligible: Monthly = tuple(round(1_150 * _season(i - 4, _MONTHS)) for i in months)
    active: Monthly = tuple(round(1_520 * _season(i, _MONTHS) * (1 + 0.005 * i)) for i in months)
    revenue: Monthly = tuple(round((n or 0) * (1_070 + 4 * i)) for i, n in enumerate(active))
    contacts: Monthly = tuple(round(128_600 * (1 - 0.006 * (_MONTHS - 1 - i))) for i in months)
    return {
        "subscriber_to_customer": Series(eligible, _share(eligible, 0.118, 0.129, 0.004)),
        "repeat_purchase_rate": Series(f1, f2),
        "returning_share": Series(active, _share(active, 0.335, 0.352, 0.008)),
        "returning_revenue": Series(revenue, _share(revenue, 0.445, 0.472, 0.008)),
        "time_between_purchases": Series(
            values=tuple(round(84 - 0.2 * i + 1.5 * _wiggle(i)) for i in months)
        ),
        "total_reach": Series(contacts, _share(contacts, 0.83, 0.752, 0.006)),
    }


def _example_ltv() -> Ltv:
    """Four years of cohorts: revenue per customer at each age, a little higher every month."""
    ages, first, levels = (3, 6, 12, 24, 36), date(2022, 11, 1), (905, 985, 1_090, 1_235, 1_330)
    cohorts = []
    for i in range(_COHORTS):
        size = round(900 * _season(i, _COHORTS) * (1 + 0.004 * i))
        # The cohort of a month is wholly observed when the age has passed since its last day.
        over = [_COHORTS - i > age for age in ages]
        worth = [level * (1 + 0.0015 * i + 0.02 * _wiggle(i + j)) for j, level in enumerate(levels)]
        cohorts.append(
            Cohort(
                tuple(size if seen else None for seen in over),
                tuple(
                    round(size * w) if seen else None for w, seen in zip(worth, over, strict=True)
                ),
            )
        )
    return Ltv(first, date(2026, 10, 31), tuple(cohorts), ages, (950, 1_050, 1_150, 1_250, 1_350))


EXAMPLE = KpiData(
    first_month=date(2024, 11, 1),
    months=_MONTHS,
    series=_example_series(),
    targets={
        "subscriber_to_customer": 0.125,
        "repeat_purchase_rate": 0.18,
        "returning_share": 0.36,
        "returning_revenue": 0.47,
        "time_between_purchases": 75,
        "total_reach": 0.8,
    },
    ltv=_example_ltv(),
)
