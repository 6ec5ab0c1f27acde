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
from crmformulas.orders.summary.flow_values import TRAPS
from crmformulas.orders.summary.notices import f12_reason
from crmformulas.translations import term, translate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmformulas.orders.summary.model import Summary

__all__ = ["as_json", "tables_view"]

FIGURES = NumberFormat("en")
SUMS = ("subtotal", "total")


def as_json(summary: Summary, before: Summary | None, tables: Sequence[str]) -> dict[str, Any]:
    """The tables that were asked for, as the contract adds them."""
    by_table: dict[str, Any] = {}
    if "flows" in tables:
        by_table["customer_flows"] = [line.to_dict() for line in customer_flows(summary)]
    if "development" in tables:
        by_table["development"] = [line.as_dict() for line in development(summary, before)]
    return by_table


def tables_view(
    summary: Summary, before: Summary | None, tables: Sequence[str], name: str
) -> RenderableType:
    """The tables as something rich can print."""
    title = f" {name} · 12 months to {FIGURES.day(summary.as_of)}"
    parts: list[RenderableType] = [Text(title, style="bold")]
    for table in tables:
        parts.append(Text())
        if table == "flows":
            parts.append(_flows(summary))
        elif table == "months":
            parts.append(_months(summary))
        else:
            parts.append(_development(summary, development(summary, before)))
    return Group(*parts)


def _why(summary: Summary) -> RenderableType:
    reason = f12_reason(summary.windows, summary.input.first_day)
    text = translate(reason, "en") if reason else "history does not hold the year before F12"
    return Text(f" unknown: {text}", style="yellow")


def _grid(heads: Sequence[str], gap: int = 2) -> Table:
    table = Table.grid(padding=(0, gap, 0, 0))
    table.add_column(no_wrap=True)
    for _ in heads[1:]:
        table.add_column(justify="right", no_wrap=True)
    table.add_row(*(Text(head, style="bold") for head in heads))
    return table


def _flows(summary: Summary) -> RenderableType:
    lines = customer_flows(summary)
    if not lines:
        return _why(summary)
    labels = tier_labels(summary)
    about = "" if summary.f12_covered else "≈ "
    heads = (f"{about}Customer flows", "customers", "orders", "revenue", "each", "value")
    table = _grid(heads)
    for line in lines:
        style = "bold" if line.kind in SUMS else ""
        cells = (
            translate(line.label(labels), "en"),
            FIGURES.whole(line.customers),
            FIGURES.whole(line.orders),
            FIGURES.amount(line.revenue),
            FIGURES.amount(line.per_customer),
            "" if line.kind in SUMS else _value(line),
        )
        table.add_row(*(Text(cell, style=style) for cell in cells))
    notes = [Padding(Text(translate(t, "en"), style="dim"), (0, 0, 0, 1)) for t in TRAPS]
    return Group(Padding(table, (0, 0, 0, 1)), Text(), *notes)


def _value(line: FlowLine) -> str:
    """The value with its sign, which says whether the flow is wanted."""
    if line.value is None:
        return FIGURES.amount(None)
    sign = "+" if line.value > 0 else "−" if line.value < 0 else ""
    return f"{sign}{FIGURES.amount(abs(line.value))}"


def _months(summary: Summary) -> RenderableType:
    """The last 24 months; those that history does not hold, or in which nobody bought, are told."""
    heads = (
        "Month",
        *("active", "new", "back", "revenue", "of back", "share"),
        *("2nd", "was", "repeat", "days"),
    )
    table = _grid(heads, gap=1)
    months = summary.months
    for month, then in zip(months, (*(None,) * 12, *months), strict=False):
        if month.active is None:
            continue
        share = (
            (month.returning_revenue or 0) / month.revenue
            if month.revenue and month.revenue > 0
            else None
        )
        table.add_row(
            month.month,
            *map(FIGURES.whole, (month.active, month.new, month.returning)),
            FIGURES.amount(month.revenue),
            FIGURES.amount(month.returning_revenue),
            FIGURES.percent(share),
            FIGURES.whole(month.second_orders),
            FIGURES.whole(then.second_orders if then else None),
            FIGURES.percent(month.repeat_rate),
            FIGURES.whole(month.median_days),
        )
    unseen = sum(month.active is None for month in months)
    caption = (
        "Back: customers who had bought before the month. 2nd: orders that were a customer's "
        "second; was: in the same month a year before. Repeat: customers to date who have bought "
        "twice. Days: median since the order before."
    )
    if unseen:
        caption += f" The first {unseen} of 24 months lie before history."
    note = Padding(Text(caption, style="dim"), (0, 0, 0, 1))
    return Group(Padding(table, (0, 0, 0, 1)), Text(), note)


def _development(summary: Summary, lines: Sequence[DevelopmentLine]) -> RenderableType:
    if not lines:
        return _why(summary)
    heads = ("S12 / F12", "customers", "revenue", "orders", "per order", "orders each", "each")
    table = _grid(heads)
    for line in lines:
        name = "former customers" if line.segment == "lost" else translate(term(line.segment), "en")
        figures = list(line.as_dict().values())[1:]
        cells = (
            [FIGURES.percent(figures[0], 0)]
            if line.segment == "lost"
            else [FIGURES.percent(figure, 0) for figure in figures]
        )
        table.add_row(name, *cells)
    return Padding(table, (0, 0, 0, 1))
