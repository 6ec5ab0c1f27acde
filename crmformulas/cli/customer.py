"""``crmf customer ID``: all that is known of one customer, order line by order line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from crmformulas.cli.options import LANG, examples, formats, options
from crmformulas.cli.order_options import (
    AS_OF,
    CONTACTS,
    COUNTING,
    ORDERS,
    READING,
    SCORES,
    OrderCommand,
    opened,
)
from crmformulas.cli.output import echo, headed_table, print_json, print_view
from crmformulas.printable import printable
from crmformulas.translations import LANGS, Lang, Translated, term, translate

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from crmformulas.orders.selections.customer_page import CustomerPage

__all__ = ["customer"]


@examples(
    """
    crmf customer C0036463 orders.csv
    crmf customer anna@example.com orders.csv --contacts list.csv --format json
    """
)
@click.command(cls=OrderCommand)
@click.argument("id", metavar="ID")
@ORDERS
@AS_OF
@formats()
@LANG
@options(CONTACTS, SCORES, READING, COUNTING)
def customer(
    id: str,
    orders: tuple[str, ...],
    as_of: date | None,
    format: str,
    lang: Lang,
    contacts: str | None,
    **given: Any,
) -> None:
    """Show a customer: orders and their lines, rhythm and next day, tiers by year, segments."""
    with opened(orders, contacts, given) as (log, _, rules):
        page = log.customer(id, as_of, **rules)
    if format == "json":
        print_json(json.dumps(page.to_dict(), ensure_ascii=False, indent=1, default=str))
    else:
        print_view(page_view(page, lang))
        echo()
        for line in line_texts(page):
            echo(f" {line}")


def page_view(page: CustomerPage, lang: Lang) -> RenderableType:
    """The page as something rich can print."""
    from rich.console import Group
    from rich.text import Text

    parts: list[RenderableType] = [Text(f" {printable(page.customer)}", "bold")]
    if page.segments:
        names = ", ".join(printable(str(translate(label, lang))) for label in page.segments)
        parts.append(Text(f" {names}"))
    return Group(
        *parts,
        _known(page, lang),
        Text(),
        *([Text(str(translate(also_text(page, lang), lang))), Text()] if page.also_bought else []),
        _tiers(page, lang),
        Text(),
        _orders(page, lang),
    )


MOST_TOLD = 5
"""Products that those alike also buy; JSON holds all."""


def also_text(page: CustomerPage, lang: Lang) -> Translated:
    """Sentence of what customers alike also buy."""
    from crmformulas.formats import NumberFormat

    figures = NumberFormat(lang)
    told = Translated("{} ({}, {} buyers, {} each)", "{} ({}, {} köpare, {} var)")
    bare = Translated("{} ({}, {} buyers)", "{} ({}, {} köpare)")
    parts = [
        (bare if one.spent_each is None else told).format(
            printable(one.product),
            figures.percent(one.share, 0),
            figures.whole(one.buyers),
            figures.whole(one.spent_each),
        )
        for one in page.also_bought[:MOST_TOLD]
    ]
    more = len(page.also_bought) - len(parts)
    if more > 0:
        parts.append(Translated(f"{more} more", f"{more} till"))
    both = [", ".join(str(translate(part, which)) for part in parts) for which in LANGS]
    return Translated(" Those alike also buy: {}", " Liknande kunder köper också: {}").format(
        Translated(*both)
    )


def _known(page: CustomerPage, lang: Lang) -> Table:
    from rich.table import Table

    from crmformulas.orders.selections.attributes import cell_text
    from crmformulas.orders.selections.joined_sources import NEXT

    table = Table(box=None, show_header=False)
    for attribute, value in page.known:
        words = str(translate(attribute.label, lang))
        label = words[:1].upper() + words[1:]
        if attribute.name == NEXT and value is None:
            table.add_row(label, str(translate(NEVER, lang)))
        elif attribute.name != "customer" and value is not None:
            unit = str(translate(attribute.unit, lang))
            table.add_row(label, f"{cell_text(attribute, value, lang)} {unit}".strip())
    return table


NEVER = Translated("more likely never", "troligare aldrig")


def _tiers(page: CustomerPage, lang: Lang) -> Table:
    heads = Translated("12 months to", "12 månader till"), term("tier")
    table = headed_table(heads, lang, 2)
    for day, tier in page.tiers:
        table.add_row(day.isoformat(), "–" if tier is None else str(translate(term(tier), lang)))
    return table


def _orders(page: CustomerPage, lang: Lang) -> Table:
    from crmformulas.formats import NumberFormat

    figures = NumberFormat(lang)
    heads = (
        Translated("day", "dag"),
        Translated("step", "steg"),
        Translated("amount", "belopp"),
        Translated("days since", "dagar sedan"),
        Translated("revenue so far", "omsättning hittills"),
    )
    table = headed_table(heads, lang, 2)
    for event in page.orders:
        table.add_row(
            event.day.isoformat(),
            "–" if event.step is None else f"F{event.step}",
            figures.fixed(event.amount, 2),
            figures.whole(event.gap_days),
            figures.fixed(event.revenue, 2),
        )
    return table


def line_texts(page: CustomerPage) -> Iterator[str]:
    """The rows of the file, each in a line as wide as it is, so that nothing is cut."""
    if not page.lines:
        return
    rows = [[printable(head) for head in page.lines[0]]]
    rows += [[printable("" if v is None else str(v)) for v in one.values()] for one in page.lines]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()
