"""``crmf products``: when the next order comes after a product, and what it is."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from crmformulas.cli.options import LANG, SAFE_CELLS, examples, formats, options
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
from crmformulas.formats import NumberFormat
from crmformulas.translations import Label, Lang, Translated, term, translate

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
    crmf products orders.csv --product category --lang sv
    """
)
@click.command(cls=OrderCommand)
@ORDERS
@AS_OF
@formats("csv", text="Tables to read, JSON, or a CSV row per pair of first and next value.")
@SAFE_CELLS
@LANG
@options(READING, COUNTING)
def products(
    orders: tuple[str, ...],
    as_of: date | None,
    format: str,
    safe_cells: bool,
    lang: Lang,
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
        rows = (list(row.as_dict().values()) for row in breakdown.next)
        print_csv(heads, rows, safe_cells=safe_cells, lang=lang)
    else:
        print_view(products_view(breakdown, name_of(orders), lang))


HEAD = Translated("{} · by {} · to {}", "{} · per {} · t.o.m. {}")
NO_NEXT = Translated(
    "What is bought next does not differ beyond chance.",
    "Vad som köps härnäst skiljer sig inte mer än slumpen.",
)
MORE = Translated("and {} more", "och {} till")
CYCLES = Translated(
    "Natural cycle: days to the next order", "Naturlig köpcykel: dagar till nästa köp"
)
CYCLE_HEADS: tuple[Label, ...] = (
    Translated("value", "värde"),
    Translated("orders", "antal köp"),
    Translated("came again", "kom åter"),
    Translated("median", "median"),
    Translated("a quarter by", "en fjärdedel"),
    Translated("three quarters by", "tre fjärdedelar"),
)
NEXT = Translated("Bought next, beyond chance", "Köps härnäst, mer än slumpen")
NEXT_HEADS: tuple[Label, ...] = (
    Translated("first", "först"),
    Translated("then", "sedan"),
    term("customers"),
    Translated("share", "andel"),
    Translated("others", "övriga"),
    Translated("lift", "lyft"),
    Translated("diff., pp", "diff., p.e."),
    "95 %",
)
STEPS = Translated("{} per customer, by step", "{} per kund, efter steg")
STEP_HEADS: tuple[Label, ...] = (
    Translated("step", "steg"),
    term("customers"),
    Translated("kinds per customer", "slag per kund"),
    Translated("one kind only", "bara ett slag"),
)


def products_view(breakdown: Products, name: str, lang: Lang = "en") -> RenderableType:
    """The tables as something rich can print at 80 columns or more."""
    from rich.console import Group
    from rich.text import Text

    from crmformulas.orders.analysis.products import MAIN

    def line(words: Label, style: str = "", start: str = " ") -> Text:
        return Text(f"{start}{translate(words, lang)}", style)

    day = NumberFormat(lang).day(breakdown.as_of)
    head = line(HEAD.format(name, breakdown.column, day), "bold")
    parts: list[RenderableType] = [head, Text(), _cycles(breakdown, lang), Text()]
    called = [row for row in breakdown.next if row.stands_out]
    if called:
        parts.append(_next(breakdown, lang))
        if len(called) > MOST_SHOWN:
            parts.append(line(MORE.format(len(called) - MOST_SHOWN), "dim"))
    else:
        parts.append(line(NO_NEXT))
    return Group(*parts, Text(), _steps(breakdown, lang), line(MAIN, start="\n "))


def _table(title: Label, headings: tuple[Label, ...], lang: Lang) -> Table:
    from rich.table import Table

    table = Table(box=None, title=translate(title, lang), title_justify="left")
    for i, heading in enumerate(headings):
        table.add_column(translate(heading, lang), justify="right" if i else "left")
    return table


def _cycles(breakdown: Products, lang: Lang) -> Table:
    figures = NumberFormat(lang)
    table = _table(CYCLES, CYCLE_HEADS, lang)
    for row in breakdown.cycles[:MOST_SHOWN]:
        days = (row.median_days, row.quarter_days, row.three_quarters_days)
        table.add_row(
            row.value,
            figures.whole(row.orders),
            figures.whole(row.again),
            *map(figures.whole, days),
        )
    return table


def _next(breakdown: Products, lang: Lang) -> Table:
    figures = NumberFormat(lang)
    table = _table(NEXT, NEXT_HEADS, lang)
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


def _steps(breakdown: Products, lang: Lang) -> Table:
    figures = NumberFormat(lang)
    table = _table(STEPS.format(breakdown.column), STEP_HEADS, lang)
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
