"""The few figures that come first, with their change since the year before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmformulas.errors import FormulaError
from crmformulas.formats import NumberFormat
from crmformulas.formulas.value import growth_rate
from crmformulas.orders.summary.key_figures import KEY_FIGURES, Better, Unit
from crmformulas.translations import Label, Lang, Translated, translate

if TYPE_CHECKING:
    from crmformulas.orders.summary.model import Summary

__all__ = ["Headline", "growth", "headlines"]


@dataclass(frozen=True, slots=True)
class Headline:
    """A key figure at an as-of day.

    Attributes:
        key: Its key in :data:`~crmformulas.orders.summary.key_figures.KEY_FIGURES`.
        label: How it is called.
        unit: What it is counted in.
        now: At the as-of day; None where unknown.
        before: Twelve months before; None where unknown.
        better: Which direction is good.
    """

    key: str
    label: Label
    unit: Unit
    now: float | None
    before: float | None
    better: Better = "more"

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

    def text(self, lang: Lang) -> str:
        """The figure now as it is read.

        Examples:
            >>> Headline("duration", "", "years", 1.16, None).text("en")
            '1.16\xa0yr'
        """
        return NumberFormat(lang).of_unit(self.now, self.unit)

    def change_text(self, lang: Lang) -> str:
        """The change as it is read; empty where unknown.

        Examples:
            >>> Headline("retention", "", "share", 0.52, 0.5).change_text("sv")
            '+2,0 p.e.'
        """
        figures, change = NumberFormat(lang), self.change
        if change is None:
            return ""
        if self.unit == "share":
            return f"{figures.signed(change, 1)} {translate(Translated('pp', 'p.e.'), lang)}"
        return figures.signed_percent(change)


def headlines(summary: Summary, before: Summary | None = None) -> Iterator[Headline]:
    """The figures that come first, beside those of a year before where all of it is known."""
    then = before if before is not None and summary.f12_covered else None
    for key, figure in KEY_FIGURES.items():
        if figure.headline:
            yield Headline(
                key=key,
                label=figure.label(summary.rules, short=True),
                unit=figure.unit,
                now=figure.of(summary),
                before=None if then is None else figure.of(then),
                better=figure.better,
            )


def growth(summary: Summary) -> float | None:
    """By how much the active customers grew in the year; None unless history has all of F12."""
    flows = summary.flows
    if not flows.opening or not summary.f12_covered:
        return None
    return float(growth_rate(flows.opening, flows.closing))
