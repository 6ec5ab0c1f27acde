"""The few figures that come first, with their change since the year before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from crmformulas.errors import FormulaError
from crmformulas.formulas.value import growth_rate
from crmformulas.translations import Label, Translated, term

if TYPE_CHECKING:
    from crmformulas.orders.summary.model import Summary

__all__ = ["Headline", "growth", "headlines"]

Unit = Literal["money", "share", "years", "count", "days"]


@dataclass(frozen=True, slots=True)
class Headline:
    """A key figure.

    Attributes:
        key: What it is, such as ``retention``.
        label: How it is called.
        unit: What it is counted in.
        now: At the as-of day; None where unknown.
        before: Twelve months before; None where unknown.
    """

    key: str
    label: Label
    unit: Unit
    now: float | None
    before: float | None

    @property
    def change(self) -> float | None:
        """Of a share in percentage points, else relative; None where unknown.

        Examples:
            >>> round(Headline("retention", "", "share", 0.52, 0.5).change, 6)
            2.0
            >>> Headline("customers", "", "count", 125, 100).change
            0.25
        """
        if self.now is None or self.before is None:
            return None
        if self.unit == "share":
            return (self.now - self.before) * 100
        try:
            return float(growth_rate(self.before, self.now))
        except FormulaError:
            return None


def headlines(summary: Summary, before: Summary | None = None) -> Iterator[Headline]:
    """The key figures of a summary, beside those of a year before where all of it is known."""
    now, then = _figures(summary), _figures(before) if before and summary.f12_covered else {}
    pareto = f"{summary.rules.pareto:.0%}".replace("%", " %")
    labels: tuple[tuple[str, Label, Unit], ...] = (
        ("customers", term("active_customers"), "count"),
        ("revenue", Translated("revenue, 12 months", "omsättning, 12 månader"), "money"),
        ("portfolio_value", term("portfolio_value"), "money"),
        ("retention", term("retention"), "share"),
        ("duration", term("duration"), "years"),
        ("second", Translated("F1→F2: buy again", "F1→F2: köper igen"), "share"),
        ("extra_orders", Translated("extra orders per 1 000", "merköp per 1 000"), "count"),
        ("days", Translated("days between purchases", "dagar mellan köp"), "days"),
        ("pareto", Translated(f"revenue of top {pareto}", f"omsättning topp {pareto}"), "share"),
    )
    for key, label, unit in labels:
        yield Headline(key, label, unit, now[key], then.get(key))


def _figures(summary: Summary) -> dict[str, float | None]:
    steps = summary.ladder.step_records
    return {
        "customers": summary.flows.closing,
        "revenue": sum(row.revenue for row in summary.portfolio_records),
        "portfolio_value": summary.portfolio_value,
        "retention": summary.flows.retention,
        "duration": summary.flows.duration,
        "second": steps[0].rate if steps else None,
        "extra_orders": summary.ladder.extra_orders_per_1000,
        "days": summary.kpis.time_between_purchases,
        "pareto": summary.kpis.pareto_share,
    }


def growth(summary: Summary) -> float | None:
    """By how much the active customers grew in the year; None unless history has all of F12."""
    flows = summary.flows
    if not flows.opening or not summary.f12_covered:
        return None
    return float(growth_rate(flows.opening, flows.closing))
