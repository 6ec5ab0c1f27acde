"""``crmf follow``: a budget against what has come of its year."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crmformulas.cli.options import LANG, examples, formats, option, options
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
from crmformulas.cli.output import headed_table, print_json, print_view
from crmformulas.formats import UNKNOWN, NumberFormat
from crmformulas.translations import Label, Lang, Translated, term, translate

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from crmformulas.orders.analysis.follow import Follow

__all__ = ["follow", "follow_view"]

HEADS: tuple[Label, ...] = (
    term("segment"),
    Translated("figure", "tal"),
    Translated("budget", "budget"),
    Translated("so far", "hittills"),
    Translated("due", "borde vara"),
    Translated("left", "kvar"),
    Translated("at pace", "i takt"),
    Translated("against", "mot budget"),
)


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
@LANG
@options(READING, OF_ORDERS)
def follow(
    orders: tuple[str, ...],
    scenario: Path,
    as_of: date | None,
    start: date | None,
    format: str,
    lang: Lang,
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
    print_view(follow_view(follow_up, name_of(orders), lang))


def follow_view(follow_up: Follow, name: str, lang: Lang = "en") -> RenderableType:
    """The follow-up as something rich can print at 80 columns or more."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    title = translate(follow_up.name, lang)
    ends = map(NumberFormat(lang).day, (follow_up.start, follow_up.as_of))
    days = translate(Translated("{} to {}", "{} till {}").format(*ends), lang)
    verdict = Text("\n".join(f" {line}" for line in follow_up.told(lang)))
    parts: list[RenderableType] = [Text(f" {name} · {title} · {days}", "bold"), verdict]
    words = Table.grid(padding=(0, 1, 0, 0))
    for notice in follow_up.notices:
        words.add_row(Text(" !", "yellow"), Text(translate(notice, lang), "yellow"))
    parts += [words] if follow_up.notices else []
    parts += [Text(), _rows(follow_up, lang), Text(), _months(follow_up, lang)]
    return Group(*parts)


def _rows(follow_up: Follow, lang: Lang) -> Table:
    figures = NumberFormat(lang)
    table = headed_table(HEADS, lang, 2, whole=1)
    table.padding = (0, 1, 0, 0)
    for row in follow_up.rows:
        show = figures.amount if row.figure == "revenue" else figures.whole
        cells = [show(v) for v in (row.budget, row.so_far, row.due, row.left, row.pace)]
        # Adding 0 turns -0 into 0.
        ahead = None if row.ahead is None else round(row.ahead, 2) + 0.0
        names = (translate(term(key), lang) for key in (row.segment, row.figure))
        style = "bold" if row.segment == "total" else ""
        table.add_row(*names, *cells, figures.signed_percent(ahead, 0), style=style)
    return table


def _months(follow_up: Follow, lang: Lang) -> Table:
    from rich.table import Table

    figures = NumberFormat(lang)
    title = Translated("Revenue by month: came / budget", "Omsättning per månad: kom / budget")
    table = Table(
        box=None, title=translate(title, lang), title_justify="left", padding=(0, 1, 0, 0)
    )
    table.add_column(translate(Translated("month", "månad"), lang), no_wrap=True)
    segments = list(dict.fromkeys(month.segment for month in follow_up.months))
    for segment in segments:
        table.add_column(translate(term(segment), lang), justify="right", no_wrap=True)
    for name in dict.fromkeys(month.month for month in follow_up.months):
        here = {month.segment: month for month in follow_up.months if month.month == name}
        cells = []
        for segment in segments:
            month = here[segment]
            came = UNKNOWN if month.came is None else figures.amount(month.came)
            cells.append(f"{came} / {figures.amount(month.budget)}")
        part = here["total"]
        mark = "" if part.whole or part.came is None else " …"
        table.add_row(f"{name}{mark}", *cells, style="dim" if part.came is None else "")
    return table
