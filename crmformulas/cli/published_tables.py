"""The tables of the sources for the terminal: customer flows and customer development."""

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
    made: dict[str, Any] = {}
    if "flows" in tables:
        made["customer_flows"] = [line.to_dict() for line in customer_flows(summary)]
    if "development" in tables:
        made["development"] = [line.as_dict() for line in development(summary, before)]
    return made


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
        else:
            parts.append(_development(summary, development(summary, before)))
    return Group(*parts)


def _why(summary: Summary) -> RenderableType:
    reason = f12_reason(summary.windows, summary.input.first_day)
    told = translate(reason, "en") if reason else "history does not hold the year before F12"
    return Text(f" unknown: {told}", style="yellow")


def _grid(heads: Sequence[str]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
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


def _development(summary: Summary, lines: Sequence[DevelopmentLine]) -> RenderableType:
    if not lines:
        return _why(summary)
    heads = ("S12 / F12", "customers", "revenue", "orders", "per order", "orders each", "each")
    table = _grid(heads)
    for line in lines:
        name = "former customers" if line.segment == "lost" else translate(term(line.segment), "en")
        figures = list(line.as_dict().values())[1:]
        told = (
            [FIGURES.percent(figures[0], 0)]
            if line.segment == "lost"
            else [FIGURES.percent(figure, 0) for figure in figures]
        )
        table.add_row(name, *told)
    return Padding(table, (0, 0, 0, 1))
