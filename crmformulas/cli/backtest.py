"""``crmf backtest``: what the method said a year ago against what came."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from crmformulas.cli.options import examples, formats, options
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
from crmformulas.formats import NumberFormat
from crmformulas.translations import translate

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from crmformulas.orders.analysis.backtest import Backtest, Said

__all__ = ["backtest", "backtest_view"]

FIGURES = NumberFormat("en")


@examples(
    """
    crmf backtest orders.csv
    crmf backtest orders.csv --as-of 2026-10-31 --format json
    """
)
@click.command(cls=OrderCommand)
@ORDERS
@AS_OF
@formats()
@options(READING, OF_ORDERS)
def backtest(orders: tuple[str, ...], as_of: date | None, format: str, **given: Any) -> None:
    """Hold what the method said a year ago against what came since.

    Everything is counted anew from the orders up to a year before the as-of day: the first year of
    CLV, Budget 1, the projection of tiers, the forecast and the extra orders of the ladder.
    """
    with opened(orders, None, given) as (log, _, rules):
        evaluation = log.backtest(as_of, **rules)
    if format == "json":
        print_json(json.dumps(evaluation.to_dict(), ensure_ascii=False, indent=1))
        return
    print_view(backtest_view(evaluation, name_of(orders)))


def backtest_view(evaluation: Backtest, name: str) -> RenderableType:
    """The backtest as something rich can print at 80 columns or more."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    from crmformulas.orders.analysis.backtest import METHODS

    head = Text(
        f" {name} · said on {FIGURES.day(evaluation.origin)}, "
        f"came by {FIGURES.day(evaluation.as_of)}",
        "bold",
    )
    words = Table.grid(padding=(0, 1, 0, 0))
    for sentence in evaluation.sentences():
        words.add_row(Text(" "), Text(sentence))
    for notice in evaluation.notices:
        words.add_row(Text(" !", "yellow"), Text(translate(notice, "en"), "yellow"))
    parts: list[RenderableType] = [head, words]
    for method, title in METHODS.items():
        rows = [row for row in evaluation.rows if row.method == method]
        if rows:
            parts += [Text(), _table(translate(title, "en"), rows)]
    return Group(*parts)


def _table(title: str, rows: list[Said]) -> Table:
    from rich.table import Table

    table = Table(box=None, title=title[:1].upper() + title[1:], title_justify="left")
    table.add_column("group", no_wrap=True)
    table.add_column("figure")
    for heading in ("said", "came", "off"):
        table.add_column(heading, justify="right")
    for row in rows:
        style = "bold" if row.group == "total" else ""
        table.add_row(row.group, row.figure.replace("_", " "), *_told(row), style=style)
    return table


def _told(row: Said) -> list[str]:
    if row.figure == "retention":
        off = "" if row.error is None else f"{FIGURES.signed(row.error * 100, 1)} pp"
        return [FIGURES.percent(row.said), FIGURES.percent(row.came), off]
    show = FIGURES.amount if row.figure == "revenue" else FIGURES.whole
    off = FIGURES.signed_percent(row.error) if row.method != "extra_orders" else "so far"
    return [show(row.said), show(row.came), off]
