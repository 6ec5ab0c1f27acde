"""The key figures: what each is called in both languages, counted in, good for, and read from.

Text, JSON, terminal, report and dashboard take names, units and directions from here. A new key
figure is an entry below and, where it needs one, a column of the summary; the tests say which face
still lacks it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from crmformulas.translations import Label, Translated, term

if TYPE_CHECKING:
    from crmformulas.orders.rules import Rules
    from crmformulas.orders.summary.model import Summary

__all__ = ["KEY_FIGURES", "Better", "KeyFigure", "Monthly", "Unit"]

Unit: TypeAlias = Literal["money", "share", "years", "count", "days"]
"""What a key figure is counted in; a share is a fraction."""

Better: TypeAlias = Literal["more", "less", "neither"]
"""Which direction is good."""


@dataclass(frozen=True, slots=True)
class Monthly:
    """Words of a key figure month by month: of two counts, or of the figure itself.

    Attributes:
        title: What its sheet and its line in the dashboard are called.
        about: What is counted, in a sentence.
        whole: What the number is called that it is a share of; of a number of days, that number.
        part: What the other number is called; None where there is none.
        counts: What both are counted in.
    """

    title: Translated
    about: Translated
    whole: Translated
    part: Translated | None = None
    counts: Literal["count", "money"] = "count"


def _always(summary: Summary) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A key figure of the customer base.

    Attributes:
        name: What it is called, as it stands within a sentence. ``{pareto}`` and ``{reach}`` are
            those of the rules.
        unit: What it is counted in.
        better: Which direction is good.
        of: Its value in a summary; None where unknown.
        path: Where the JSON contract has it; of a list, the sum over its entries.
        headline: Whether it is one of the figures that come first.
        short: What lists of the figures that come first call it, where that is not the name.
        monthly: How it is told month by month; None where a month has none.
        asked: Whether a summary can have it at all: some need a contact list.
    """

    name: Label
    unit: Unit
    better: Better
    of: Callable[[Summary], float | None]
    path: tuple[str, ...]
    headline: bool = False
    short: Label | None = None
    monthly: Monthly | None = None
    asked: Callable[[Summary], bool] = _always

    def label(self, rules: Rules, *, short: bool = False) -> Label:
        """Name where orders are counted by these rules."""
        name = self.short if short and self.short is not None else self.name
        if not isinstance(name, Translated):
            return name
        pareto = f"{rules.pareto:.0%}".replace("%", " %")
        return name.format(pareto=pareto, reach=rules.reach)


def _revenue(summary: Summary) -> float:
    return sum(tier.revenue for tier in summary.portfolio_records)


def _returning_share(summary: Summary) -> float | None:
    return summary.kpis.returning_records[-1].share


def _returning_revenue(summary: Summary) -> float | None:
    return summary.kpis.returning_records[-1].revenue_share


def _subscriber_to_customer(summary: Summary) -> float | None:
    conversion = summary.kpis.subscriber_to_customer
    return None if conversion is None else conversion.rate


def _total_reach(summary: Summary) -> float | None:
    reach = summary.kpis.total_reach
    return None if reach is None else reach.rate


KEY_FIGURES: dict[str, KeyFigure] = {
    "customers": KeyFigure(
        name=term("active_customers"),
        unit="count",
        better="more",
        of=lambda summary: summary.flows.closing,
        path=("flows", "closing"),
        headline=True,
    ),
    "revenue": KeyFigure(
        name=Translated("revenue, 12 months", "omsättning, 12 månader"),
        unit="money",
        better="more",
        of=_revenue,
        path=("portfolio", "revenue"),
        headline=True,
    ),
    "portfolio_value": KeyFigure(
        name=term("portfolio_value"),
        unit="money",
        better="more",
        of=lambda summary: summary.portfolio_value,
        path=("portfolio_total", "portfolio_value"),
        headline=True,
    ),
    "retention": KeyFigure(
        name=term("retention"),
        unit="share",
        better="more",
        of=lambda summary: summary.flows.retention,
        path=("flows", "retention"),
        headline=True,
    ),
    "duration": KeyFigure(
        name=term("duration"),
        unit="years",
        better="more",
        of=lambda summary: summary.flows.duration,
        path=("flows", "duration"),
        headline=True,
    ),
    "subscriber_to_customer": KeyFigure(
        name=Translated("subscriber to customer", "prenumerant till kund"),
        unit="share",
        better="more",
        of=_subscriber_to_customer,
        path=("kpis", "subscriber_to_customer", "rate"),
        asked=lambda summary: summary.kpis.subscriber_to_customer is not None,
        monthly=Monthly(
            Translated("Subscriber to customer", "Prenumerant till kund"),
            Translated(
                "Contacts who had not bought 30 days after they signed up, and had 90 days more to "
                "do so; and those of them who did.",
                "Kontakter som inte köpt 30 dagar efter anmälan och sedan haft 90 dagar på sig; "
                "och de av dem som köpte.",
            ),
            Translated("Eligible subscribers", "Möjliga prenumeranter"),
            Translated("of them converted", "varav blev kunder"),
        ),
    ),
    "repeat_purchase_rate": KeyFigure(
        name=Translated("repeat purchase rate", "återköpsandel"),
        short=Translated("F1→F2: buy again", "F1→F2: köper igen"),
        unit="share",
        better="more",
        of=lambda summary: summary.kpis.repeat_purchase_rate,
        path=("kpis", "repeat_purchase_rate"),
        headline=True,
        monthly=Monthly(
            Translated("Repeat purchase rate", "Återköpsandel"),
            Translated(
                "All customers at the end of the month who ever bought (F1); and those of them who "
                "bought at least twice (F2).",
                "Alla kunder vid månadens slut som någonsin köpt (F1); och de av dem som köpt "
                "minst två gånger (F2).",
            ),
            Translated("Customers ever (F1)", "Kunder hittills (F1)"),
            Translated("of them with two orders (F2)", "varav med två köp (F2)"),
        ),
    ),
    "first_year_clv": KeyFigure(
        name=Translated("CLV of the new, from their first year", "CLV för nya, av första året"),
        short=Translated("CLV of the new", "CLV för nya"),
        unit="money",
        better="more",
        of=lambda summary: summary.kpis.first_year_clv,
        path=("kpis", "first_year_clv"),
        headline=True,
    ),
    "extra_orders_per_1000": KeyFigure(
        name=Translated("extra orders per 1 000", "merköp per 1 000"),
        unit="count",
        better="more",
        of=lambda summary: summary.ladder.extra_orders_per_1000,
        path=("ladder", "extra_orders_per_1000"),
        headline=True,
    ),
    "returning_share": KeyFigure(
        name=Translated("returning customers", "återkommande kunder"),
        unit="share",
        better="more",
        of=_returning_share,
        path=("kpis", "returning_share", "-1", "share"),
        monthly=Monthly(
            Translated("Returning customers", "Återkommande kunder"),
            Translated(
                "Customers with an order in the month; and those of them whose first order lies "
                "before the month.",
                "Kunder med köp i månaden; och de av dem vars första köp ligger före månaden.",
            ),
            Translated("Active customers", "Aktiva kunder"),
            Translated("of them returning", "varav återkommande"),
        ),
    ),
    "returning_revenue": KeyFigure(
        name=Translated("revenue from returning", "omsättning från återkommande"),
        unit="share",
        better="more",
        of=_returning_revenue,
        path=("kpis", "returning_share", "-1", "revenue_share"),
        monthly=Monthly(
            Translated("Revenue from returning", "Omsättning från återkommande"),
            Translated(
                "Net revenue of the month; and that of customers whose first order lies before it.",
                "Månadens nettoomsättning; och den från kunder vars första köp ligger före "
                "månaden.",
            ),
            Translated("Revenue", "Omsättning"),
            Translated("of it from returning", "varav från återkommande"),
            counts="money",
        ),
    ),
    "time_between_purchases": KeyFigure(
        name=Translated("days between purchases", "dagar mellan köp"),
        unit="days",
        better="less",
        of=lambda summary: summary.kpis.time_between_purchases,
        path=("kpis", "time_between_purchases"),
        headline=True,
        monthly=Monthly(
            Translated("Time between purchases", "Tid mellan köp"),
            Translated(
                "Median days between one order and the next, with the later one in the last 12 "
                "months.",
                "Mediandagar mellan ett köp och nästa, där det senare är från de senaste 12 "
                "månaderna.",
            ),
            Translated("Median days", "Median, dagar"),
        ),
    ),
    "pareto_share": KeyFigure(
        name=Translated("revenue of top {pareto}", "omsättning topp {pareto}"),
        unit="share",
        better="neither",
        of=lambda summary: summary.kpis.pareto_share,
        path=("kpis", "pareto_share"),
        headline=True,
    ),
    "total_reach": KeyFigure(
        name=Translated("reached in {reach} days", "nådda på {reach} dagar"),
        unit="share",
        better="more",
        of=_total_reach,
        path=("kpis", "total_reach", "rate"),
        asked=lambda summary: summary.kpis.total_reach is not None,
        monthly=Monthly(
            Translated("Total reach", "Total räckvidd"),
            Translated(
                "Contacts in all; and those of them who were reached in the last 90 days, each "
                "once.",
                "Kontakter totalt; och de av dem som nåtts de senaste 90 dagarna, var och en en "
                "gång.",
            ),
            Translated("Contacts", "Kontakter"),
            Translated("of them reached", "varav nådda"),
        ),
    ),
}
"""By key, in the order in which they are shown."""
