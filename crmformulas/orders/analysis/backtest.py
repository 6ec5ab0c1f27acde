"""Backtest: the method's figures of a year ago beside the outcome.

Everything is counted anew as it stood 12 months before the as-of day, from the orders up to that
day alone; nothing that came later is known there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from crmformulas.formats import NumberFormat
from crmformulas.formulas.budget import SEGMENTS
from crmformulas.formulas.migration import LOST
from crmformulas.orders.analysis.budget_plan import Plan
from crmformulas.orders.analysis.projection import project
from crmformulas.orders.summary.notices import f12_reason
from crmformulas.translations import Label, Translated, term, translate

if TYPE_CHECKING:
    from crmformulas.orders.analysis.forecast.results import Forecast
    from crmformulas.orders.summary.model import FlowRow, Summary
    from crmformulas.translations import Lang

__all__ = ["METHODS", "Backtest", "NewCustomers", "Said", "backtest_from"]

TOTAL = "total"

METHODS: dict[str, Label] = {
    "clv": Translated("CLV: its first year", "CLV: dess första år"),
    "budget_1": Translated("Budget 1", "Budget 1"),
    "projection": Translated("projection of tiers", "projektion av värdenivåer"),
    "forecast": Translated("forecast of known customers", "prognos för kända kunder"),
    "extra_orders": term("extra_orders"),
}
"""What was said, by key."""


class Said(NamedTuple):
    """A figure that was said, and what came.

    Attributes:
        method: A key of :data:`METHODS`.
        group: A value tier, a segment, or ``total``.
        figure: ``customers``, ``orders``, ``revenue`` (in currency units), ``retention`` (a
            fraction) or ``extra_orders`` (per 1 000 new customers).
        said: A year ago.
        came: In the year since.
    """

    method: str
    group: str
    figure: str
    said: float | None
    came: float | None

    @property
    def error(self) -> float | None:
        """Said / came − 1; of a share the difference; None where one is unknown or nothing came."""
        if self.said is None or self.came is None:
            return None
        if self.figure == "retention":
            return self.said - self.came
        return self.said / self.came - 1 if self.came else None


class NewCustomers(NamedTuple):
    """The customers of the year before the origin, and what they have bought until today.

    Attributes:
        customers: Whose first order lies in that year.
        orders: Their purchases up to the as-of day, the first one too.
    """

    customers: int
    orders: int


@dataclass(frozen=True)
class Backtest:
    """Figures said a year ago beside the outcome.

    Attributes:
        as_of: The last day that counts.
        origin: The day a year before, at which everything was said.
        rows: The figures.
        notices: What to know beside them, or why there are none.
    """

    as_of: date
    origin: date
    rows: tuple[Said, ...] = ()
    notices: tuple[Label, ...] = ()

    def of(self, method: str, figure: str, group: str = TOTAL) -> Said | None:
        """One figure; None if it was not said."""
        wanted = method, group, figure
        return next((row for row in self.rows if row[:3] == wanted), None)

    def sentences(self, lang: Lang = "en") -> tuple[str, ...]:
        """A sentence a method: what it said in all, what came, and how far off it was."""
        figures = NumberFormat(lang)
        lines = []
        for method, figure, words in SENTENCES:
            row = self.of(method, figure)
            if row is None or row.error is None:
                continue
            tell = figures.whole if figure == "customers" else figures.amount
            off = _off(row.error, lang) if method != "extra_orders" else ""
            lines.append(
                translate(words, lang).format(
                    said=tell(row.said),
                    came=tell(row.came),
                    off=off,
                    origin=figures.day(self.origin),
                )
            )
        return tuple(lines)

    def to_dict(self) -> dict[str, Any]:
        """The JSON contract."""
        return {
            "as_of": self.as_of.isoformat(),
            "origin": self.origin.isoformat(),
            "said": [row._asdict() | {"error": row.error} for row in self.rows],
            "sentences": list(self.sentences()),
            "notices": [translate(notice, "en") for notice in self.notices],
        }


SENTENCES = (
    (
        "clv",
        "revenue",
        Translated(
            "CLV of {origin} promised {said} from its customers in the first year; {came} came: "
            "{off}.",
            "CLV den {origin} lovade {said} från sina kunder det första året; {came} kom: {off}.",
        ),
    ),
    (
        "budget_1",
        "revenue",
        Translated(
            "Budget 1 said a revenue of {said}; {came} came: {off}.",
            "Budget 1 sade omsättningen {said}; {came} kom: {off}.",
        ),
    ),
    (
        "projection",
        "customers",
        Translated(
            "The projection said {said} active customers; {came} came: {off}.",
            "Projektionen sade {said} aktiva kunder; {came} kom: {off}.",
        ),
    ),
    (
        "forecast",
        "revenue",
        Translated(
            "The forecast said {said} from the customers known then, before returns; {came} came: "
            "{off}.",
            "Prognosen sade {said} från de kunder som var kända då, före returer; {came} kom: "
            "{off}.",
        ),
    ),
    (
        "extra_orders",
        "extra_orders",
        Translated(
            "The ladder said {said} extra orders per 1 000 new customers; those recruited in the "
            "year to {origin} have made {came} so far, and go on.",
            "F-stegen sade {said} merköp per 1 000 nya kunder; de som rekryterades året till "
            "{origin} har hittills gjort {came}, och fortsätter.",
        ),
    ),
)
"""In the order in which they are told, with the figure that stands for the method."""


def _off(error: float, lang: Lang) -> str:
    size = NumberFormat(lang).percent(abs(error))
    if not error:
        return str(translate(Translated("as it was said", "som det sades"), lang))
    words = (
        Translated("{} too high", "{} för högt")
        if error > 0
        else Translated("{} too low", "{} för lågt")
    )
    return str(translate(words, lang)).format(size)


def backtest_from(
    now: Summary,
    then: Summary,
    before: Summary | None,
    forecast: Forecast | None,
    recruited: NewCustomers,
) -> Backtest:
    """Hold what was said a year ago against what came.

    Args:
        now: The summary at the as-of day.
        then: The summary 12 months before, from the orders up to there.
        before: The summary 24 months before, from which Budget 1 took its growth; None if history
            does not reach it.
        forecast: The forecast at the as-of day, with its own backtest; None if there is none.
        recruited: The new customers of the year to ``then``.
    """
    if not then.f12_known:
        reason = f12_reason(then.windows, then.input.first_day)
        words = Translated("nothing was said on {}: {}", "inget sades den {}: {}").format(
            str(then.as_of), reason or ""
        )
        return Backtest(now.as_of, then.as_of, notices=(words,))
    notices: list[Label] = []
    if not then.f12_covered:
        notices.append(
            Translated(
                "what was said rests on {} of 12 months of the year before, and is approximate",
                "det som sades vilar på {} av 12 månader av året innan, och är ungefärligt",
            ).format(then.f12_months)
        )
    if before is None or not before.f12_covered:
        notices.append(
            Translated(
                "Budget 1 knew no growth then, as history was too short: it says the same again",
                "Budget 1 kände ingen tillväxt då, för historiken var för kort: den säger detsamma",
            )
        )
    rows = [*_clv(now, then), *_budget(now, then, before), *_projection(now, then)]
    rows += [*_forecast(forecast), *_extra_orders(then, recruited)]
    return Backtest(now.as_of, then.as_of, tuple(rows), tuple(notices))


def _from(now: Summary, tier: str) -> list[FlowRow]:
    """Where those who were in a tier a year ago have gone, less the lost."""
    return [r for r in now.flow_records if r.origin == tier and r.target != LOST]


def _clv(now: Summary, then: Summary) -> Iterator[Said]:
    """CLV says that of each customer the share that is retained brings the annual value again."""
    said_total, came_total, unknown = 0.0, 0.0, False
    for was, row in zip(then.portfolio_records, now.portfolio_records, strict=True):
        yield Said("clv", was.tier, "retention", was.retention, row.retention)
        said = None if was.retention is None else was.revenue * was.retention
        came = sum(r.revenue for r in _from(now, was.tier))
        yield Said("clv", was.tier, "revenue", said, came)
        unknown |= said is None and bool(was.customers)
        said_total, came_total = said_total + (said or 0.0), came_total + came
    yield Said("clv", TOTAL, "retention", then.flows.retention, now.flows.retention)
    yield Said("clv", TOTAL, "revenue", None if unknown else said_total, came_total)


def _budget(now: Summary, then: Summary, before: Summary | None) -> Iterator[Said]:
    said = Plan.of(then, before).budget_1
    came = Plan.of(now, None).outcome_period
    for segment in (*SEGMENTS, TOTAL):
        for figure in ("customers", "orders", "revenue"):
            pair = (getattr(period.rows[segment], figure) for period in (said, came))
            yield Said("budget_1", segment, figure, *pair)


def _projection(now: Summary, then: Summary) -> Iterator[Said]:
    projected = project(then, 1)
    if not projected.years:
        return
    _, year = projected.years
    for said, row in zip(year.customers, now.portfolio_records, strict=True):
        yield Said("projection", row.tier, "customers", said, row.customers)
    yield Said("projection", TOTAL, "customers", year.total, now.flows.closing)


def _forecast(forecast: Forecast | None) -> Iterator[Said]:
    """The figures of the forecast as it was a year ago, whether or not it would be shown today."""
    for row in () if forecast is None else forecast.came:
        for figure in ("buyers", "orders", "revenue"):
            said, came = getattr(row, f"{figure}_said"), getattr(row, f"{figure}_came")
            yield Said(
                "forecast", row.name, "customers" if figure == "buyers" else figure, said, came
            )


def _extra_orders(then: Summary, recruited: NewCustomers) -> Iterator[Said]:
    if not recruited.customers:
        return
    came = 1000 * (recruited.orders - recruited.customers) / recruited.customers
    said = then.ladder.extra_orders_per_1000
    yield Said("extra_orders", TOTAL, "extra_orders", said, came)
