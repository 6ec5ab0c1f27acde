"""The story of a report: its sections in order, what each is called, and the charts it is told by.

The page and the slides tell the same one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmformulas.charts.chart import Chart
from crmformulas.charts.of_analyses import forecast_chart, segments_chart, separation_chart
from crmformulas.charts.of_summary import Charts
from crmformulas.errors import InputError
from crmformulas.orders.selections.report_lists import NO_LISTS
from crmformulas.translations import Lang, Translated

if TYPE_CHECKING:
    from crmformulas.orders.analysis.backtest import Backtest
    from crmformulas.orders.analysis.forecast.results import Forecast
    from crmformulas.orders.analysis.separation.results import Separation
    from crmformulas.orders.selections.report_lists import ReportLists
    from crmformulas.orders.selections.segments import SegmentSize
    from crmformulas.orders.summary.model import Summary

__all__ = ["HEADINGS", "NOTHING", "Findings", "Story"]


@dataclass(frozen=True)
class Findings:
    """Further analyses of the orders; None where the log can't tell one.

    Attributes:
        separation: What separates those who go on from the step that matters.
        segments: The ready segments and the user's own.
        forecast: What is expected of the customers who are known.
        lists: Whom to write to, RFM, and what a survey says.
        backtest: What the method said a year ago against what came.
    """

    separation: Separation | None = None
    segments: Sequence[SegmentSize] = ()
    forecast: Forecast | None = None
    lists: ReportLists = NO_LISTS
    backtest: Backtest | None = None


NOTHING = Findings()

HEADINGS = {
    "message": Translated("The year in short", "Året i korthet"),
    "read": Translated("What was read", "Det som lästes"),
    "balance": Translated("Who came, stayed and left", "Vilka kom, stannade och lämnade"),
    "value": Translated("What the customers are worth", "Vad kunderna är värda"),
    "ladder": Translated("The ladder", "Trappan"),
    "separates": Translated("What separates those who go on", "Vad som skiljer dem som går vidare"),
    "first-year": Translated("The first year of the new", "Nykundernas första år"),
    "cohorts": Translated("Cohorts: month of first order", "Kohorter: månad för första köp"),
    "rfm": Translated("RFM: when, how often, how much", "RFM: när, hur ofta, hur mycket"),
    "scores": Translated("What the survey says", "Vad enkäten säger"),
    "todo": Translated(
        "To do: who, how many, what is at stake",
        "Att göra: vilka, hur många, vad som står på spel",
    ),
    "risk": Translated("At risk", "I riskzonen"),
    "budget": Translated("Next 12 months", "De kommande 12 månaderna"),
    "method": Translated("How it is counted", "Hur det är räknat"),
}
"""The sections of a report, in the order in which they are read."""


@dataclass(frozen=True)
class Story:
    """Sources of a report's sections.

    Attributes:
        summary: The figures.
        before: Those of a year before, where history tells them.
        lang: The language of its charts.
        findings: What else was asked of the orders.
    """

    summary: Summary
    before: Summary | None = None
    lang: Lang = "en"
    findings: Findings = NOTHING

    def charts(self, section: str) -> tuple[Chart, ...]:
        """The charts of a section whose figures are known, in their order."""
        drawn = []
        for make in self._makers().get(section, ()):
            try:
                drawn.append(make())
            except InputError:
                continue
        return tuple(drawn)

    def _makers(self) -> dict[str, tuple[Callable[[], Chart], ...]]:
        of, lang, also = Charts(self.summary, self.before, self.lang), self.lang, self.findings

        def separated() -> Chart:
            if also.separation is None:
                raise InputError("nobody asked what separates")
            return separation_chart(also.separation, lang)

        def expected() -> Chart:
            if also.forecast is None:
                raise InputError("there is no forecast")
            return forecast_chart(also.forecast, lang)

        return {
            "balance": (of.balance, of.months),
            "value": (of.portfolio, of.flow_values, of.migration),
            "ladder": (of.ladder,),
            "separates": (separated,),
            "first-year": (of.first_year,),
            "cohorts": (of.cohorts, of.ltv),
            "todo": (lambda: segments_chart(also.segments, lang),),
            "budget": (expected, of.budget),
        }
