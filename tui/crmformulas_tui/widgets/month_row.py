"""Months side by side: what some figures were in the last twelve, against the year before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from textual.containers import Horizontal

from crmformulas.formats import NumberFormat
from crmformulas.translations import Label, Lang, Translated, translate
from crmformulas_tui.widgets.month_bars import MonthBar, MonthBars
from crmformulas_tui.widgets.panel import Panel

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from crmformulas.orders.summary.model import Month, Summary

__all__ = ["MonthRow", "MonthSeries", "kth_orders", "monthly"]

YEAR = 12
"""Months."""

TITLES: dict[str, Translated] = {
    "revenue": Translated("Revenue by month", "Omsättning per månad"),
    "returning_revenue": Translated("Revenue of those who return", "Omsättning från återkommande"),
    "active": Translated("Customers who bought", "Kunder som köpte"),
    "new": Translated("New customers", "Nya kunder"),
    "returning": Translated("Customers who returned", "Kunder som kom tillbaka"),
    "second_orders": Translated("Second orders", "Andra köp"),
    "reach": Translated("Share of contacts reached", "Andel nådda kontakter"),
}
"""Figures of a month, by their names in a summary."""

MONEY = ("revenue", "returning_revenue")
SHARES = ("reach",)

BEFORE = Translated("{}; the line is the year before", "{}; strecket är året innan")


class MonthSeries(NamedTuple):
    """A figure by month.

    Attributes:
        title: What it is.
        months: The months to draw, each with what it was a year before; the oldest first.
        told: How a value is written.
    """

    title: Label
    months: Sequence[MonthBar]
    told: Callable[[float | None], str]


def _series(
    summary: Summary,
    title: Translated,
    value_of: Callable[[Month], float | None],
    told: Callable[[float | None], str],
) -> MonthSeries:
    rows = summary.months
    bars = [
        MonthBar(now.month, value, before=value_of(then))
        for then, now in zip(rows[-2 * YEAR : -YEAR], rows[-YEAR:], strict=True)
        if (value := value_of(now)) is not None
    ]
    return MonthSeries(BEFORE.format(title), bars, told)


def monthly(summary: Summary, figure: str, numbers: NumberFormat) -> MonthSeries:
    """A figure of the last twelve complete months.

    Args:
        summary: Every figure at an as-of day.
        figure: Its name there, such as ``second_orders``.
        numbers: How numbers are written.
    """
    told: Callable[[float | None], str] = numbers.whole
    if figure in MONEY:
        told = numbers.amount
    elif figure in SHARES:
        told = numbers.percent
    return _series(summary, TITLES[figure], lambda month: getattr(month, figure), told)


def kth_orders(summary: Summary, k: int, numbers: NumberFormat) -> MonthSeries:
    """Orders that were their customer's k-th, of the last twelve complete months."""
    title = Translated(f"Orders number {k}", f"Köp nummer {k}")
    return _series(
        summary, title, lambda month: (month.kth_orders or {}).get(str(k)), numbers.whole
    )


class MonthRow(Horizontal):
    """Panels with months, the same width each; shown where a screen is wide and high."""

    DEFAULT_CSS = """
    MonthRow { display: none; height: 1fr; min-height: 9; }
    MonthRow > Panel { height: 100%; margin-left: 1; }
    MonthRow > Panel.first { margin-left: 0; }
    MonthRow MonthBars { height: 1fr; }
    """

    def __init__(self, lang: Lang, panels: int = 3) -> None:
        super().__init__()
        self._lang, self._panels = lang, panels

    def compose(self) -> ComposeResult:
        """A panel for each figure."""
        for place in range(self._panels):
            with Panel(classes="" if place else "first"):
                yield MonthBars()

    def show_data(self, figures: Sequence[MonthSeries]) -> None:
        """Draw the figures, at most as many as there are panels."""
        panels = list(self.query(Panel))
        for panel in panels:
            panel.display = panel in panels[: len(figures)]
        for panel, figure in zip(panels, figures, strict=False):
            panel.set_title(translate(figure.title, self._lang))
            panel.query_one(MonthBars).show_data(figure.months, figure.told)
