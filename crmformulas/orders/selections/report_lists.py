"""Lists of a report beside the summary: whom to write to, and what comes next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from crmformulas.errors import InputError
from crmformulas.orders.selections.segments import LISTED
from crmformulas.translations import Label, Translated, term

if TYPE_CHECKING:
    from crmformulas.orders.analysis.forecast.results import AllAtRisk, Forecast
    from crmformulas.orders.log import Orders
    from crmformulas.orders.selections.rfm_grid import RfmCell
    from crmformulas.orders.selections.satisfaction import Satisfaction
    from crmformulas.orders.selections.segments import SegmentList, SegmentSize
    from crmformulas.orders.summary.model import Summary

__all__ = [
    "FORECAST_FAILED",
    "FORECAST_GROUPS",
    "FORECAST_METHODS",
    "NO_LISTS",
    "ReportLists",
    "forecast_group",
    "report_lists",
]

FORECAST_GROUPS = {
    "tier": Translated("Value tier", "Värdenivå"),
    "status": Translated("Status", "Status"),
    "step": Translated("F-step", "F-steg"),
    "cohort": Translated("Months since the first order", "Månader sedan första köpet"),
}
"""The ways in which a forecast parts customers, as a report calls them."""

FORECAST_METHODS = {
    "forecast": Translated("the forecast", "prognosen"),
    "law": Translated("retention × annual value", "retention × årsintäkt"),
    "last_year": Translated("a year like the last", "ett år som det förra"),
}
"""The methods that a backtest compares."""

FORECAST_FAILED = Translated(
    "The forecast is not shown: a year ago it would have been too far off",
    "Prognosen visas inte: för ett år sedan hade den slagit för fel",
)


def forecast_group(name: str) -> Label:
    """Name of a group of a forecast in a table."""
    words = {
        "total": Translated("All", "Alla"),
        "inactive": Translated("no order in S12", "inget köp i S12"),
    }
    # From one month to another.
    return words.get(name) or (name.replace("-", "–") if name[:1].isdigit() else term(name))


@dataclass(frozen=True)
class ReportLists:
    """Lists and forecasts of a report; empty or None where the log can't tell them.

    Attributes:
        segments: The ready segments and the user's own.
        to_do: The segments with the most at stake, with their first customers.
        rfm: The cells of RFM's grid.
        forecast: What is expected of the customers who are known.
        at_risk: Who may be about to leave; None without a forecast that is shown.
        satisfaction: What a survey says; None without one.
    """

    segments: Sequence[SegmentSize] = ()
    to_do: Sequence[SegmentList] = ()
    rfm: Sequence[RfmCell] = ()
    forecast: Forecast | None = None
    at_risk: AllAtRisk | None = None
    satisfaction: Satisfaction | None = None

    @property
    def persons(self) -> int:
        """Number of customers on the lists, each once."""
        ids = {row[0] for one in self.to_do for row in one.rows}
        return len(ids | {one.customer for one in (self.at_risk.rows if self.at_risk else ())})


NO_LISTS = ReportLists()

Answer = TypeVar("Answer")


def report_lists(
    log: Orders,
    summary: Summary,
    *,
    listed: int = LISTED,
    scale: tuple[float, float] | None = None,
) -> ReportLists:
    """Ask a log for the lists of its report.

    Args:
        log: The orders.
        summary: The figures at the day and by the rules of the report.
        listed: Customers of each list at most; 0 names nobody.
        scale: Of the survey's answers, if there is one; found from them where it is None.
    """
    day, rules = summary.as_of, summary.rules

    def or_nothing(ask: Callable[[], Answer]) -> Answer | None:
        try:
            return ask()
        except InputError:
            return None

    forecast = or_nothing(lambda: log.forecast(day, rules=rules))
    at_risk = None
    if forecast is not None and forecast.total is not None:
        at_risk = forecast.at_risk(listed)
    # A scale that has to be told is asked for, not passed over.
    satisfaction = log.satisfaction(day, rules, scale=scale) if log.has_survey else None
    sizes = or_nothing(lambda: log.segments(day, rules, summary=summary)) or []
    return ReportLists(
        sizes,
        or_nothing(lambda: log.to_do(day, rules, listed=listed, sizes=sizes)) or (),
        or_nothing(lambda: log.rfm(day, rules)) or (),
        forecast,
        at_risk,
        satisfaction,
    )
