"""Tables for the terminal that a summary has no room for: customer flows and customer development
as the sources have them, and 24 months of the key figures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from crmformulas.formats import NumberFormat
from crmformulas.orders.analysis.published_tables import (
    DevelopmentLine,
    FlowLine,
    customer_flows,
    development,
    tier_labels,
)
from crmformulas.orders.summary.flow_values import NO_YEAR_BEFORE_F12, TRAPS, bridge_as_told
from crmformulas.orders.summary.notices import f12_reason
from crmformulas.translations import Label, Lang, Translated, term, translate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmformulas.orders.summary.model import Summary

__all__ = ["as_json", "tables_view"]

SUMS = ("subtotal", "total")

MONTH_HEADS: tuple[Label, ...] = (
    Translated("Month", "Månad"),
    Translated("active", "aktiva"),
    Translated("new", "nya"),
    Translated("back", "åter"),
    Translated("revenue", "omsättn."),
    Translated("of back", "från åter"),
    Translated("share", "andel"),
    Translated("2nd", "2:a"),
    Translated("was", "var"),
    Translated("repeat", "återköp"),
    Translated("days", "dagar"),
)
LEAD_HEADS: tuple[Label, ...] = (Translated("leads", "leads"),)

MONTHS_ABOUT = Translated(
    "Back: customers who had bought before the month. 2nd: orders that were a customer's second; "
    "was: in the same month a year before. Repeat: customers to date who have bought twice. Days: "
    "median since the order before.",
    "Åter: kunder som hade köpt före månaden. 2:a: köp som var kundens andra; var: samma månad "
    "året före. Återköp: kunder hittills som har köpt två gånger. Dagar: median sedan köpet före.",
)
UNKNOWN_BEFORE = Translated(
    "A dash: history does not hold the same month a year before.",
    "Streck: historiken har inte samma månad året före.",
)
LEADS_ABOUT = Translated(
    "Leads: contacts who made their first order, after the lead and within the time that counts.",
    "Leads: kontakter som gjorde sitt första köp, efter karenstiden och inom den tid som räknas.",
)


def as_json(summary: Summary, before: Summary | None, tables: Sequence[str]) -> dict[str, Any]:
    """The tables that were asked for, as the contract adds them."""
    by_table: dict[str, Any] = {}
    if "flows" in tables:
        by_table["customer_flows"] = [line.to_dict() for line in customer_flows(summary, before)]
        told = bridge_as_told(summary, before)
        by_table["portfolio_bridge_as_told"] = told and told.to_dict()
    if "development" in tables:
        by_table["development"] = [line.as_dict() for line in development(summary, before)]
    return by_table


def tables_view(
    summary: Summary,
    before: Summary | None,
    tables: Sequence[str],
    name: str,
    lang: Lang = "en",
) -> RenderableType:
    """The tables as something rich can print."""
    day = NumberFormat(lang).day(summary.as_of)
    period = translate(Translated(f"12 months to {day}", f"12 månader till {day}"), lang)
    parts: list[RenderableType] = [Text(f" {name} · {period}", style="bold")]
    for table in tables:
        parts.append(Text())
        if table == "flows":
            parts.append(_flows(summary, before, lang))
        elif table == "months":
            parts.append(_months(summary, lang))
        else:
            parts.append(_development(summary, development(summary, before), lang))
    return Group(*parts)


def _why(summary: Summary, lang: Lang) -> RenderableType:
    reason = f12_reason(summary.windows, summary.input.first_day) or NO_YEAR_BEFORE_F12
    unknown = Translated("unknown: {}", "okänt: {}").format(reason)
    return Text(f" {translate(unknown, lang)}", style="yellow")


def _grid(heads: Sequence[Label], lang: Lang, gap: int = 2) -> Table:
    table = Table.grid(padding=(0, gap, 0, 0))
    table.add_column(no_wrap=True)
    for _ in heads[1:]:
        table.add_column(justify="right", no_wrap=True)
    table.add_row(*(Text(translate(head, lang), style="bold") for head in heads))
    return table


WAS_ABOUT = Translated(
    "Was: customers who did the same a year before.", "Var: kunder som gjorde samma året före."
)
WAS_UNKNOWN = Translated(
    "Was: unknown, as history does not hold the year before F12.",
    "Var: okänt, då historiken inte har året före F12.",
)
DEARER = Translated(
    "Against the year before, at this year's CLV: most worse {}, most better {}.",
    "Mot året före, med årets livstidsintäkt: mest sämre {}, mest bättre {}.",
)
AS_TOLD = Translated(
    "The portfolio as told a year before, {}, became {}: flows {}, changed CLV {}.",
    "Portföljen som den var för ett år sedan, {}, blev {}: flöden {}, ändrad CLV {}.",
)


def _against_before(
    summary: Summary, before: Summary | None, lines: Sequence[FlowLine], figures: NumberFormat
) -> list[Label]:
    """The sentences on the flows against those of the year before."""
    changed = [line for line in lines if line.value_change is not None and line.kind not in SUMS]
    if not changed:
        return [WAS_UNKNOWN]

    def told(line: FlowLine) -> Translated:
        move = term(line.origin or ""), term(line.target or "")
        return Translated("{}→{} {}", "{}→{} {}").format(*move, _signed(line.value_change, figures))

    said: list[Label] = [WAS_ABOUT]
    worst = min(changed, key=lambda line: line.value_change or 0)
    best = max(changed, key=lambda line: line.value_change or 0)
    if (worst.value_change or 0) < 0 < (best.value_change or 0):
        said.append(DEARER.format(told(worst), told(best)))
    if (bridge := bridge_as_told(summary, before)) is not None:
        ends = figures.amount(bridge.opening), figures.amount(bridge.closing)
        parts = (_signed(value, figures) for value in (bridge.flows, bridge.changed_clv))
        said.append(AS_TOLD.format(*ends, *parts))
    return said


def _flows(summary: Summary, before: Summary | None, lang: Lang) -> RenderableType:
    figures = NumberFormat(lang)
    lines = customer_flows(summary, before)
    if not lines:
        return _why(summary, lang)
    labels = tier_labels(summary)
    about = "" if summary.f12_covered else "≈ "
    heads = (
        Translated(f"{about}Customer flows", f"{about}Kundflöden"),
        term("customers"),
        Translated("was", "var"),
        Translated("orders", "köp"),
        term("revenue"),
        Translated("each", "per kund"),
        Translated("value", "värde"),
    )
    table = _grid(heads, lang, gap=1)
    for line in lines:
        style = "bold" if line.kind in SUMS else ""
        cells = (
            translate(line.label(labels), lang),
            figures.whole(line.customers),
            figures.whole(line.customers_before),
            figures.whole(line.orders),
            figures.amount(line.revenue),
            figures.amount(line.per_customer),
            "" if line.kind in SUMS else _signed(line.value, figures),
        )
        table.add_row(*(Text(cell, style=style) for cell in cells))
    said = (*_against_before(summary, before, lines, figures), *TRAPS)
    notes = [Padding(Text(translate(t, lang), style="dim"), (0, 0, 0, 1)) for t in said]
    return Group(Padding(table, (0, 0, 0, 1)), Text(), *notes)


def _signed(value: float | None, figures: NumberFormat) -> str:
    """An amount with its sign, which says of a flow whether it is wanted."""
    if value is None:
        return figures.amount(None)
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{figures.amount(abs(value))}"


def _months(summary: Summary, lang: Lang) -> RenderableType:
    """The last 24 months; those that history does not hold, or in which nobody bought, are told."""
    figures = NumberFormat(lang)
    with_contacts = summary.ladder.contacts is not None
    table = _grid((*MONTH_HEADS, *(LEAD_HEADS if with_contacts else ())), lang, gap=1)
    months = summary.months
    every = (*summary.months_before, *months)
    for month, then in zip(months, every, strict=False):
        if month.active is None:
            continue
        share = (
            (month.returning_revenue or 0) / month.revenue
            if month.revenue and month.revenue > 0
            else None
        )
        table.add_row(
            month.month,
            *map(figures.whole, (month.active, month.new, month.returning)),
            figures.amount(month.revenue),
            figures.amount(month.returning_revenue),
            figures.percent(share),
            figures.whole(month.second_orders),
            figures.whole(then.second_orders),
            figures.percent(month.repeat_rate),
            figures.whole(month.median_days),
            *([figures.whole(month.converted_leads)] if with_contacts else ()),
        )
    unseen = sum(month.active is None for month in months)
    captions = [MONTHS_ABOUT, *([LEADS_ABOUT] if with_contacts else ())]
    if unseen:
        captions.append(
            Translated(
                f"The first {unseen} of 24 months lie before history.",
                f"De första {unseen} av 24 månader ligger före historiken.",
            )
        )
    pairs = zip(months, every, strict=False)
    if any(month.active is not None and then.active is None for month, then in pairs):
        captions.append(UNKNOWN_BEFORE)
    caption = " ".join(str(translate(one, lang)) for one in captions)
    note = Padding(Text(caption, style="dim"), (0, 0, 0, 1))
    return Group(Padding(table, (0, 0, 0, 1)), Text(), note)


def _development(summary: Summary, lines: Sequence[DevelopmentLine], lang: Lang) -> RenderableType:
    if not lines:
        return _why(summary, lang)
    figures = NumberFormat(lang)
    heads = (
        "S12 / F12",
        term("customers"),
        term("revenue"),
        term("orders"),
        Translated("per order", "per köp"),
        Translated("orders each", "köp/kund"),
        Translated("each", "per kund"),
    )
    table = _grid(heads, lang)
    for line in lines:
        name = translate(term("former" if line.segment == "lost" else line.segment), lang)
        ratios = list(line.as_dict().values())[1:]
        shown = ratios[:1] if line.segment == "lost" else ratios
        table.add_row(name, *(figures.percent(ratio, 0) for ratio in shown))
    return Padding(table, (0, 0, 0, 1))
