"""A segment in detail: its figures with how sure they are, and what they were a year before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from crmformulas.formats import NumberFormat
from crmformulas.orders.analysis.what_if import all_tiers
from crmformulas.translations import Label, Lang, Translated, term, translate
from crmformulas_tui.widgets.line_table import Column, StaticTable

if TYPE_CHECKING:
    from crmformulas.formulas.uncertainty import Interval
    from crmformulas.orders.analysis.movements import Segment
    from crmformulas.orders.summary.model import PortfolioRow, Summary

__all__ = ["SegmentDetail", "interval_words"]

FigureText = Callable[[float | None], str]

Changed = Callable[[float | None, float | None, bool], str]
"""Says how much a figure changed, from what it is and was; in points if told so."""


class _Figure(NamedTuple):
    """A figure of a tier: its label, its unit, and the name of its interval."""

    key: str
    label: Label
    unit: str
    interval: str = ""


TIER: tuple[_Figure, ...] = (
    _Figure("customers", term("customers"), "whole"),
    _Figure("orders_per_customer", term("orders_per_customer"), "two"),
    _Figure(
        "median_days",
        Translated("median days", "mediandagar"),
        "whole",
    ),
    _Figure("value_per_order", term("average_order_value"), "amount"),
    _Figure("annual_value", term("annual_value"), "amount"),
    _Figure("retention", term("retention"), "percent", "retention_interval"),
    _Figure("duration", term("duration"), "years", "duration_interval"),
    _Figure("clv", Translated("CLV", "CLV"), "amount", "clv_interval"),
    _Figure("portfolio_value", term("portfolio_value"), "amount", "portfolio_interval"),
)

STATUS: tuple[_Figure, ...] = (
    _Figure("customers", term("customers"), "whole"),
    _Figure("orders", term("orders"), "whole"),
    _Figure("revenue", term("revenue"), "amount"),
)

HEADS: tuple[tuple[str, Translated, int], ...] = (
    ("figure", Translated("figure", "siffra"), 0),
    ("now", Translated("now", "nu"), 0),
    ("range", Translated("80 % range", "80 %-intervall"), 1),
    ("before", Translated("year before", "året innan"), 0),
    ("change", Translated("change", "ändring"), 0),
)


def interval_words(interval: Interval, as_text: FigureText) -> str:
    """An interval as text: both ends, ``≥`` where the high one is open, or nothing."""
    low, high = interval
    if low is None:
        return ""
    return f"≥ {as_text(low)}" if high is None else f"{as_text(low)}–{as_text(high)}"


class SegmentDetail(StaticTable):
    """A line for each figure of a value tier or a status."""

    def show_tier(
        self,
        now: PortfolioRow,
        before: PortfolioRow | None,
        lang: Lang,
        changed: Changed,
    ) -> None:
        """Show a tier.

        Args:
            now: The tier.
            before: The same a year before, where that is known.
            lang: The language.
            changed: Says how much a figure changed, in points if told so.
        """
        ranges = [getattr(now, one.interval) if one.interval else None for one in TIER]
        self._show(TIER, now, before, ranges, lang, changed)

    def show_total(
        self, now: Summary, before: Summary | None, lang: Lang, changed: Changed
    ) -> None:
        """Show all tiers together, which have no CLV nor days; as :meth:`show_tier`."""
        whole = all_tiers(now)
        figures = [one for one in TIER if one.key not in ("clv", "median_days")]
        ranges = [getattr(whole, one.interval) if one.interval else None for one in figures]
        # How sure the tiers are together does not follow from the retention of all.
        ranges[-1] = now.portfolio_interval
        then = all_tiers(before) if before is not None else None
        self._show(figures, whole, then, ranges, lang, changed)

    def show_status(
        self,
        now: Segment,
        before: Segment | None,
        lang: Lang,
        changed: Changed,
    ) -> None:
        """Show a status, or all; as :meth:`show_tier`."""
        self._show(STATUS, now, before, [None] * len(STATUS), lang, changed)

    def _show(
        self,
        figures: Sequence[_Figure],
        now: PortfolioRow | Segment,
        before: PortfolioRow | Segment | None,
        ranges: Sequence[Interval | None],
        lang: Lang,
        changed: Changed,
    ) -> None:
        f = NumberFormat(lang)
        units: dict[str, FigureText] = {
            "whole": f.whole,
            "two": lambda number: f.fixed(number, 2),
            "amount": f.amount,
            "percent": f.percent,
            "years": f.years,
        }
        self.columns = tuple(
            Column(key, translate(head, lang), text=key == "figure", rank=rank)
            for key, head, rank in HEADS
            if key != "range" or any(ranges)
        )
        lines = []
        for one, interval in zip(figures, ranges, strict=True):
            told, value = units[one.unit], getattr(now, one.key)
            was = getattr(before, one.key) if before is not None else None
            line = [translate(one.label, lang), told(value)]
            if any(ranges):
                line.append(interval_words(interval, told) if interval else "")
            lines.append([*line, told(was), changed(value, was, one.unit == "percent")])
        self.show_data(lines)
