"""Tables beside a forecast: the budget, and the F-ladder in a year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from crmformulas.charts.chart import Column, Table
from crmformulas.orders.analysis.scenarios import SEGMENT_LABELS
from crmformulas.translations import Translated, counted_in_both

if TYPE_CHECKING:
    from crmformulas.orders.analysis.forecast.results import Forecast, Rung
    from crmformulas.orders.analysis.forecast.scenario import Beside

__all__ = [
    "BUDGET_CAPTION",
    "BUDGET_NOTE",
    "ENDS",
    "budget_table",
    "ladder_caption",
    "ladder_table",
    "step_name",
]

ENDS = Translated("80 %: from", "80 %: från"), Translated("to", "till")
"""What the columns of an interval are called."""

# As short as a figure in millions: a column is no wider.
EXPECTED = Translated("As forecast", "Prognos")

BUDGET_CAPTION = Translated(
    "Net revenue: Budget 1, and as forecast", "Nettoomsättning: Budget 1, och som prognosen"
)

BUDGET_NOTE = Translated(
    "New customers are as in Budget 1; the interval is that of the known.",
    "Nya kunder är som i Budget 1; intervallet är det för dagens kunder.",
)


def budget_table(rows: Sequence[Beside]) -> Table:
    """Revenue by Budget 1 and as forecast, a row a segment; the total has the interval.

    Examples:
        >>> from crmformulas.orders.analysis.forecast.scenario import Beside
        >>> total = Beside("total", 460.0, 115_400.0, 420.0, 98_000.0, 85_000.0, 113_000.0)
        >>> budget_table([total]).text("en")
        [['Total', '115\\xa0400', '98\\xa0000', '85\\xa0000', '113\\xa0000']]
    """
    columns = (
        Column(Translated("Segment", "Segment"), "text"),
        Column("Budget 1", "money"),
        Column(EXPECTED, "money"),
        *(Column(end, "money") for end in ENDS),
    )
    figures = (
        (SEGMENT_LABELS[one.segment], one.budget_revenue, one.revenue, one.low, one.high)
        for one in rows
    )
    return Table(columns, tuple(figures), total=True)


def ladder_caption(forecast: Forecast) -> Translated:
    """Caption of the table of the F-ladder."""
    return Translated(
        "The F-ladder of known customers in {}, as forecast",
        "F-trappan för dagens kunder om {}, som prognosen",
    ).format(counted_in_both(forecast.months, "month"))


def ladder_table(forecast: Forecast) -> Table:
    """Customers on each step of the F-ladder, now and as forecast at the end of the period.

    Examples:
        >>> from datetime import date
        >>> from crmformulas.orders.analysis.forecast.results import Forecast, Rung
        >>> rungs = Rung(1, 900, 900.0, 900.0, 900.0), Rung(2, 400, 450.2, 440.4, 462.0)
        >>> ladder_table(Forecast(date(2025, 12, 31), 12, "tested", ladder=rungs)).text("en")
        [['F1', '900', '900', '900', '900'], ['F2+', '400', '450', '440', '462']]
    """
    columns = (
        Column(Translated("Step", "Steg"), "text"),
        Column(Translated("Today", "I dag")),
        Column(EXPECTED),
        *(Column(end) for end in ENDS),
    )
    last = forecast.ladder[-1] if forecast.ladder else None
    figures = (
        (step_name(rung, last=rung is last), rung.reached, rung.expected, rung.low, rung.high)
        for rung in forecast.ladder
    )
    return Table(columns, tuple(figures))


def step_name(rung: Rung, *, last: bool) -> str:
    """Name of a step; the last stands for all above, too."""
    return f"F{rung.step}{'+' if last else ''}"
