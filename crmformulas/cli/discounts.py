"""``crmf discounts``: discounts by step of the ladder, and what is given past the tipping point."""

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
    spared,
)
from crmformulas.cli.output import print_csv, print_json, print_view

if TYPE_CHECKING:
    from rich.console import RenderableType

    from crmformulas.orders.analysis.discounts import Discounts

__all__ = ["discounts"]


@examples(
    """
    crmf discounts orders.csv
    crmf discounts orders.csv --matured 180 --threshold 0.6
    crmf discounts orders.csv --format csv
    """
)
@click.command(cls=OrderCommand)
@ORDERS
@AS_OF
@formats("csv", text="Tables to read, JSON, or a CSV row per order number.")
@SAFE_CELLS
@options(READING, COUNTING)
def discounts(
    orders: tuple[str, ...], as_of: date | None, format: str, safe_cells: bool, **given: Any
) -> None:
    """Show discounts by order number, and what was given past the tipping point.

    Columns of discounts and codes are recognised by name: Discount Amount, Discount Code, Coupon
    Code(s), rabatt … Amounts of the orders are taken as net of them.
    """
    with opened(orders, None, spared(orders, given)) as (log, _, rules):
        breakdown = log.discounts(within=rules.pop("matured", None), as_of=as_of, **rules)
    if format == "json":
        print_json(breakdown.to_json())
    elif format == "csv":
        heads = list(breakdown.steps[0].as_dict()) if breakdown.steps else ["order"]
        rows = (list(step.as_dict().values()) for step in breakdown.steps)
        print_csv(heads, rows, safe_cells=safe_cells)
    else:
        print_view(discounts_view(breakdown, name_of(orders)))


def discounts_view(breakdown: Discounts, name: str) -> RenderableType:
    """The table as something rich can print at 80 columns or more."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    from crmformulas.formats import NumberFormat
    from crmformulas.orders.analysis.discounts import LIMITS
    from crmformulas.translations import translate

    figures = NumberFormat("en")

    def points(share: float | None) -> str:
        return figures.signed(None if share is None else 100 * share, 1)

    columns = ", ".join(breakdown.columns.values())
    head = Text(f" {name} · discounts by order number · to {figures.day(breakdown.as_of)}", "bold")
    head.append(f"\n from {columns}", "not bold")
    given = Table(box=None, title="Discounts", title_justify="left")
    for heading in ("order", "orders", "discounted", "share", "given", "of their gross", "of all"):
        given.add_column(heading, justify="right", no_wrap=True)
    after = Table(
        box=None, title=f"The next order within {breakdown.days} days", title_justify="left"
    )
    for heading in ("order", "with", "came", "without", "came", "diff., pp", "95 %"):
        after.add_column(heading, justify="right", no_wrap=True)
    for step in breakdown.steps:
        given.add_row(
            step.order,
            figures.whole(step.orders),
            figures.whole(step.discounted),
            figures.percent(step.share),
            figures.amount(step.discount),
            figures.percent(step.of_gross_discounted),
            figures.percent(step.of_gross_all),
        )
        after.add_row(
            step.order,
            figures.whole(step.matured_with),
            figures.percent(step.rate_with),
            figures.whole(step.matured_without),
            figures.percent(step.rate_without),
            points(step.difference),
            "" if step.low is None else f"{points(step.low)} … {points(step.high)}",
            style="bold" if step.stands_out else "",
        )
    parts: list[RenderableType] = [head]
    parts += [Text(f" ! {translate(notice, 'en')}", "yellow") for notice in breakdown.notices]
    parts += [Text(), given, Text(), after]
    if any(step.stands_out for step in breakdown.steps):
        parts.append(Text(" bold: differs beyond chance, compared within the same quarter", "dim"))
    if breakdown.past:
        parts.append(Text())
    for row in breakdown.past:
        headline = f" Past the tipping point (order {breakdown.tipping_point}), {row.period}: "
        headline += f"{figures.whole(row.orders)} discounted orders"
        if row.discount is not None:
            headline += f", {figures.amount(row.discount)} given"
            headline += f" ({figures.percent(row.share)} of {figures.amount(row.all_discount)})"
        parts.append(Text(headline, "bold"))
    return Group(*parts, Text(f"\n {LIMITS.en}"))
