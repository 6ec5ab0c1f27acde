"""``crmf follow``: a budget against what has come of its year."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crmformulas.cli.options import examples, formats, option, options
from crmformulas.cli.order_options import (
    AS_OF,
    OF_ORDERS,
    ORDERS,
    READING,
    SCENARIO,
    OrderCommand,
    as_day,
    name_of,
    opened,
)
from crmformulas.cli.output import print_json, print_view
from crmformulas.formats import UNKNOWN, NumberFormat
from crmformulas.translations import translate

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table
    from rich.text import Text

    from crmformulas.orders.analysis.follow import Follow

__all__ = ["follow", "follow_view"]

FIGURES = NumberFormat("en")


@examples(
    """
    crmf follow orders.csv --scenario plan.toml
    crmf follow orders.csv --scenario plan.toml --start 2025-11-01 --as-of 2026-10-31
    """
)
@click.command(cls=OrderCommand)
@ORDERS
@option(
    *SCENARIO,
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
)
@AS_OF
@option(
    "--start",
    "The first day of the budget's year; by default 1 January of the as-of day's.",
    "DAY",
    type=as_day,
)
@formats()
@options(READING, OF_ORDERS)
def follow(
    orders: tuple[str, ...],
    scenario: Path,
    as_of: date | None,
    start: date | None,
    format: str,
    **given: Any,
) -> None:
    """Follow up a budget: what has come so far, what is left, and whether the pace holds.

    The budget is made from the orders before its year. The pace is that of last year: the share of
    it that had come by the same day.
    """
    from crmformulas.orders.analysis.scenarios import read_scenario

    plan = read_scenario(scenario)
    with opened(orders, None, given) as (log, _, rules):
        follow_up = log.follow(plan, as_of, start, **rules)
    if format == "json":
        print_json(json.dumps(follow_up.to_dict(), ensure_ascii=False, indent=1))
        return
    print_view(follow_view(follow_up, name_of(orders)))


def follow_view(follow_up: Follow, name: str) -> RenderableType:
    """The follow-up as something rich can print at 80 columns or more."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    title = translate(follow_up.name, "en")
    days = f"{FIGURES.day(follow_up.start)} to {FIGURES.day(follow_up.as_of)}"
    parts: list[RenderableType] = [Text(f" {name} · {title} · {days}", "bold"), _verdict(follow_up)]
    words = Table.grid(padding=(0, 1, 0, 0))
    for notice in follow_up.notices:
        words.add_row(Text(" !", "yellow"), Text(translate(notice, "en"), "yellow"))
    parts += [words] if follow_up.notices else []
    parts += [Text(), _rows(follow_up), Text(), _months(follow_up)]
    return Group(*parts)


def _verdict(follow_up: Follow) -> Text:
    from rich.text import Text

    return Text("\n".join(f" {line}" for line in follow_up.told("en")))


def _signed(share: float | None, decimals: int = 0) -> str:
    # Adding 0 turns -0 into 0.
    rounded = None if share is None else round(share, decimals + 2) + 0.0
    return FIGURES.signed_percent(rounded, decimals)


def _rows(follow_up: Follow) -> Table:
    from rich.table import Table

    table = Table(box=None, padding=(0, 1, 0, 0))
    table.add_column("segment", no_wrap=True)
    table.add_column("figure")
    for heading in ("budget", "so far", "due", "left", "at pace", "against"):
        table.add_column(heading, justify="right")
    for row in follow_up.rows:
        show = FIGURES.amount if row.figure == "revenue" else FIGURES.whole
        cells = [show(v) for v in (row.budget, row.so_far, row.due, row.left, row.pace)]
        style = "bold" if row.segment == "total" else ""
        table.add_row(row.segment, row.figure, *cells, _signed(row.ahead), style=style)
    return table


def _months(follow_up: Follow) -> Table:
    from rich.table import Table

    table = Table(
        box=None,
        title="Revenue by month: came / budget",
        title_justify="left",
        padding=(0, 1, 0, 0),
    )
    table.add_column("month", no_wrap=True)
    segments = list(dict.fromkeys(month.segment for month in follow_up.months))
    for segment in segments:
        table.add_column(segment, justify="right", no_wrap=True)
    for name in dict.fromkeys(month.month for month in follow_up.months):
        here = {month.segment: month for month in follow_up.months if month.month == name}
        cells = []
        for segment in segments:
            month = here[segment]
            came = UNKNOWN if month.came is None else FIGURES.amount(month.came)
            cells.append(f"{came} / {FIGURES.amount(month.budget)}")
        part = here["total"]
        mark = "" if part.whole or part.came is None else " …"
        table.add_row(f"{name}{mark}", *cells, style="dim" if part.came is None else "")
    return table
