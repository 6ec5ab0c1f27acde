"""``crmf forecast``: what customers are expected to do next, beside a backtest of it."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from crmformulas.cli.options import examples, option, options
from crmformulas.cli.order_options import (
    AS_OF,
    OF_ORDERS,
    ORDERS,
    READING,
    OrderCommand,
    name_of,
    opened,
)
from crmformulas.cli.output import print_json, print_view

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from crmformulas.orders.analysis.forecast.build import Expected, Forecast

__all__ = ["forecast"]

METHODS = {
    "forecast": "this forecast",
    "law": "retention × annual value",
    "last_year": "same as the year before",
}


@examples(
    """
    crmf forecast orders.csv
    crmf forecast orders.csv --horizon 6 --as-of 2026-10-31
    crmf forecast orders.csv --format json
    """
)
@click.command(cls=OrderCommand)
@ORDERS
@AS_OF
@option(
    "--horizon months",
    "How many months ahead.",
    "MONTHS",
    type=click.IntRange(1, 24),
    default=12,
    show_default=True,
)
@option(
    "--format",
    "Tables to read, or JSON.",
    None,
    type=click.Choice(["text", "json"]),
    default="text",
)
@options(READING, OF_ORDERS)
def forecast(
    orders: tuple[str, ...], as_of: date | None, months: int, format: str, **given: Any
) -> None:
    """Forecast buyers, orders and revenue of the next months, with what a backtest says of it.

    Known customers only: who is new next year is not in it. A forecast whose backtest fails is not
    shown; its errors are. It is a figure of its own, and never CLV.
    """
    with opened(orders, None, given) as (log, _, rules):
        made = log.forecast(as_of, months, **rules)
    if format == "json":
        print_json(json.dumps(made.to_dict(), ensure_ascii=False, indent=1))
        return
    print_view(forecast_view(made, name_of(orders)))


def forecast_view(made: Forecast, name: str) -> RenderableType:
    """The forecast as something rich can print at 80 columns or more."""
    from rich.console import Group
    from rich.text import Text

    from crmformulas.formats import NumberFormat

    figures = NumberFormat("en")
    head = Text(f" {name} · the {made.months} months after {figures.day(made.as_of)}", "bold")
    if made.total is not None:
        total = made.total
        head.append(
            f"\n {figures.amount(total.revenue)} expected from known customers "
            f"({figures.amount(total.revenue_low)} to {figures.amount(total.revenue_high)})",
            style="not bold",
        )
    parts: list[RenderableType] = [head]
    parts += [Text(f" ! {notice}", "yellow") for notice in made.notices]
    if made.total is not None:
        parts += [Text(), _expected([*made.tiers, made.total])]
    if made.backtest:
        parts += [Text(), _backtest(made)]
    if made.status == "untested":
        parts.append(Text(" untested: no year to hold it against", "dim"))
    return Group(*parts)


def _expected(rows: list[Expected]) -> Table:
    from rich.table import Table

    from crmformulas.formats import NumberFormat

    figures = NumberFormat("en")
    table = Table(box=None, title="Expected, with 80 % intervals", title_justify="left")
    table.add_column("tier")
    for heading in ("customers", "buyers", "orders", "", "revenue", ""):
        table.add_column(heading, justify="right" if heading else "left")
    for row in rows:
        orders = (row.orders_low, row.orders_high)
        revenue = (row.revenue_low, row.revenue_high)
        table.add_row(
            row.name,
            figures.whole(row.customers),
            figures.whole(round(row.buyers)),
            figures.whole(round(row.orders)),
            "–".join(figures.whole(round(end)) for end in orders),
            figures.amount(row.revenue),
            "–".join(figures.amount(end) for end in revenue),
            style="bold" if row.name == "total" else "",
        )
    return table


def _backtest(made: Forecast) -> Table:
    from rich.table import Table

    from crmformulas.formats import UNKNOWN, NumberFormat

    figures = NumberFormat("en")
    assert made.backtest_as_of is not None
    table = Table(
        box=None,
        title=f"Backtest: said on {figures.day(made.backtest_as_of)} against what came then",
        title_justify="left",
    )
    table.add_column("method")
    for heading in ("buyers", "orders", "revenue", "by tier"):
        table.add_column(heading, justify="right")
    for row in made.backtest:
        errors = (row.buyers_error, row.orders_error, row.revenue_error)
        told = [UNKNOWN if e is None else f"{e:+.0%}" for e in errors]
        spread = UNKNOWN if row.tier_error is None else figures.percent(row.tier_error)
        table.add_row(METHODS[row.method], *told, spread)
    return table
