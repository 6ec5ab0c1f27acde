"""``crmf backtest``: what the method said a year ago against what came."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from crmformulas.cli.options import LANG, examples, formats, options
from crmformulas.cli.order_options import (
    AS_OF,
    OF_ORDERS,
    ORDERS,
    READING,
    OrderCommand,
    name_of,
    opened,
)
from crmformulas.cli.output import headed_table, print_json, print_view
from crmformulas.formats import NumberFormat
from crmformulas.translations import Label, Lang, Translated, term, translate

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from crmformulas.orders.analysis.backtest import Backtest, Said

__all__ = ["backtest", "backtest_view"]

HEADS: tuple[Label, ...] = (
    Translated("group", "grupp"),
    Translated("figure", "tal"),
    Translated("said", "sades"),
    Translated("came", "kom"),
    Translated("off", "fel"),
)


@examples(
    """
    crmf backtest orders.csv
    crmf backtest orders.csv --as-of 2026-10-31 --format json
    crmf backtest orders.csv --lang sv
    """
)
@click.command(cls=OrderCommand)
@ORDERS
@AS_OF
@formats()
@LANG
@options(READING, OF_ORDERS)
def backtest(
    orders: tuple[str, ...], as_of: date | None, format: str, lang: Lang, **given: Any
) -> None:
    """Hold what the method said a year ago against what came since.

    Everything is counted anew from the orders up to a year before the as-of day: the first year of
    CLV, Budget 1, the projection of tiers, the forecast and the extra orders of the ladder.
    """
    with opened(orders, None, given) as (log, _, rules):
        evaluation = log.backtest(as_of, **rules)
    if format == "json":
        print_json(json.dumps(evaluation.to_dict(), ensure_ascii=False, indent=1))
        return
    print_view(backtest_view(evaluation, name_of(orders), lang))


def backtest_view(evaluation: Backtest, name: str, lang: Lang = "en") -> RenderableType:
    """The backtest as something rich can print at 80 columns or more."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    from crmformulas.orders.analysis.backtest import METHODS

    days = map(NumberFormat(lang).day, (evaluation.origin, evaluation.as_of))
    when = Translated("said on {}, came by {}", "sagt {}, kom till {}").format(*days)
    head = Text(f" {name} · {translate(when, lang)}", "bold")
    words = Table.grid(padding=(0, 1, 0, 0))
    for sentence in evaluation.sentences(lang):
        words.add_row(Text(" "), Text(sentence))
    for notice in evaluation.notices:
        words.add_row(Text(" !", "yellow"), Text(translate(notice, lang), "yellow"))
    parts: list[RenderableType] = [head, words]
    for method, title in METHODS.items():
        rows = [row for row in evaluation.rows if row.method == method]
        if rows:
            parts += [Text(), _table(translate(title, lang), rows, lang)]
    return Group(*parts)


def _table(title: str, rows: list[Said], lang: Lang) -> Table:
    table = headed_table(HEADS, lang, 2, whole=1)
    table.title, table.title_justify = title[:1].upper() + title[1:], "left"
    for row in rows:
        style = "bold" if row.group == "total" else ""
        figure = str(translate(term(row.figure), lang)).replace("_", " ")
        table.add_row(translate(term(row.group), lang), figure, *_told(row, lang), style=style)
    return table


def _told(row: Said, lang: Lang) -> list[str]:
    figures = NumberFormat(lang)
    if row.figure == "retention":
        unit = translate(Translated("pp", "p.e."), lang)
        off = "" if row.error is None else f"{figures.signed(row.error * 100, 1)} {unit}"
        return [figures.percent(row.said), figures.percent(row.came), off]
    show = figures.amount if row.figure == "revenue" else figures.whole
    so_far = str(translate(Translated("so far", "hittills"), lang))
    off = figures.signed_percent(row.error) if row.method != "extra_orders" else so_far
    return [show(row.said), show(row.came), off]
