"""``crmf products``: when the next order comes after a product, and what it is."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from crmformulas.cli.options import SAFE_CELLS, examples, formats, options
from crmformulas.cli.order_options import (
    AS_OF,
    COUNTING,
    ORDERS,
    READING,
    OrderCommand,
    name_of,
    opened,
)
from crmformulas.cli.output import print_csv, print_json, print_view

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from crmformulas.orders.analysis.products import Products

__all__ = ["products"]

MOST_SHOWN = 15
"""Rows of a table that the text shows; JSON and CSV hold all."""


@examples(
    """
    crmf products orders.csv
    crmf products orders.csv --product category
    crmf products orders.csv --product category --format csv
    """
)
@click.command(cls=OrderCommand)
@ORDERS
@AS_OF
@formats("csv", text="Tables to read, JSON, or a CSV row per pair of first and next value.")
@SAFE_CELLS
@options(READING, COUNTING)
def products(
    orders: tuple[str, ...],
    as_of: date | None,
    format: str,
    safe_cells: bool,
    **given: Any,
) -> None:
    """Show the natural cycle of products or categories, what is bought next, and kinds by step.

    What first products lead on is told by crmf separates --by.
    """
    with opened(orders, None, given) as (log, _, rules):
        breakdown = log.products(as_of=as_of, **rules)
    if format == "json":
        print_json(breakdown.to_json())
    elif format == "csv":
        heads = list(breakdown.next[0].as_dict()) if breakdown.next else ["value", "next_value"]
        print_csv(
            heads, (list(row.as_dict().values()) for row in breakdown.next), safe_cells=safe_cells
        )
    else:
        print_view(products_view(breakdown, name_of(orders)))


def products_view(breakdown: Products, name: str) -> RenderableType:
    """The tables as something rich can print at 80 columns or more."""
    from rich.console import Group
    from rich.text import Text

    from crmformulas.formats import NumberFormat
    from crmformulas.orders.analysis.products import MAIN

    figures = NumberFormat("en")
    head = Text(f" {name} · by {breakdown.column} · to {figures.day(breakdown.as_of)}", "bold")
    parts: list[RenderableType] = [head, Text(), _cycles(breakdown), Text()]
    called = [row for row in breakdown.next if row.stands_out]
    if called:
        parts.append(_next(breakdown))
        if len(called) > MOST_SHOWN:
            parts.append(Text(f" and {len(called) - MOST_SHOWN} more", "dim"))
    else:
        parts.append(Text(" What is bought next does not differ beyond chance."))
    return Group(*parts, Text(), _steps(breakdown), Text(f"\n {MAIN.en}"))


def _table(title: str, *headings: str) -> Table:
    from rich.table import Table

    table = Table(box=None, title=title, title_justify="left")
    for i, heading in enumerate(headings):
        table.add_column(heading, justify="right" if i else "left")
    return table


def _cycles(breakdown: Products) -> Table:
    from crmformulas.formats import NumberFormat

    figures = NumberFormat("en")
    heads = ("value", "orders", "came again", "median", "a quarter by", "three quarters by")
    table = _table("Natural cycle: days to the next order", *heads)
    for row in breakdown.cycles[:MOST_SHOWN]:
        days = (row.median_days, row.quarter_days, row.three_quarters_days)
        table.add_row(
            row.value,
            figures.whole(row.orders),
            figures.whole(row.again),
            *map(figures.whole, days),
        )
    return table


def _next(breakdown: Products) -> Table:
    from crmformulas.formats import NumberFormat

    figures = NumberFormat("en")
    heads = ("first", "then", "customers", "share", "others", "lift", "diff., pp", "95 %")
    table = _table("Bought next, beyond chance", *heads)
    for row in [row for row in breakdown.next if row.stands_out][:MOST_SHOWN]:
        low, difference, high = (
            figures.signed(100 * share, 1) for share in (row.low, row.difference, row.high)
        )
        table.add_row(
            row.value,
            row.next_value,
            figures.whole(row.customers),
            figures.percent(row.share),
            figures.percent(row.others_share),
            figures.fixed(row.lift, 2),
            difference,
            f"{low} … {high}",
        )
    return table


def _steps(breakdown: Products) -> Table:
    from crmformulas.formats import NumberFormat

    figures = NumberFormat("en")
    heads = ("step", "customers", "kinds per customer", "one kind only")
    table = _table(f"{breakdown.column} per customer, by step", *heads)
    last = breakdown.steps[-1].step if breakdown.steps else 0
    for row in breakdown.steps:
        above = "+" if row.step == last and last >= 12 else ""
        table.add_row(
            f"F{row.step}{above}",
            figures.whole(row.customers),
            figures.fixed(row.values, 2),
            figures.percent(row.one_value),
        )
    return table
