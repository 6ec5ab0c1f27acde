"""``crmf cross-sell``: what customers of a value tier buy, and how much of it each of them does."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crmformulas.cli.options import (
    FORCE,
    LANG,
    SAFE_CELLS,
    as_share,
    examples,
    formats,
    option,
    options,
)
from crmformulas.cli.order_options import (
    AS_OF,
    OF_ORDERS,
    ORDERS,
    READING,
    OrderCommand,
    name_of,
    opened,
)
from crmformulas.cli.output import headed_table
from crmformulas.cli.table_output import OUTPUT, TABLES, give_table, refuse_output
from crmformulas.printable import printable
from crmformulas.translations import Lang, Translated, term, translate

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from crmformulas.orders.selections.cross_sell import CrossSell

__all__ = ["PRODUCT_HEADS", "TIER_HEADS", "USUAL", "cross_sell"]

MOST_SHOWN = 10
"""Products of a tier that the text shows; JSON and CSV hold all."""


@examples(
    """
    crmf cross-sell orders.csv
    crmf cross-sell orders.csv --product category --lang sv
    crmf cross-sell orders.csv --product article --share 5% -o usual.csv
    crmf customers orders.csv --where 'tier = super' --sort potential --columns +share_bought
    """
)
@click.command(cls=OrderCommand)
@ORDERS
@AS_OF
@option(
    "--share",
    "Share of a tier that buys what is usual in it.",
    "SHARE",
    type=as_share,
    default="20%",
    show_default=True,
)
@formats("csv", text="Tables to read, JSON, or a CSV row per tier and product.")
@OUTPUT
@SAFE_CELLS
@FORCE
@LANG
@options(READING, OF_ORDERS)
def cross_sell(
    orders: tuple[str, ...],
    as_of: date | None,
    share: float,
    format: str,
    output: Path | None,
    safe_cells: bool,
    force: bool,
    lang: Lang,
    **given: Any,
) -> None:
    """Show what the customers of each value tier buy, and the share of it that each of them does.

    What a customer does not buy of it is the potential, at most: who buys a product is not who
    would.
    """
    refuse_output(output, force, orders, TABLES)
    with opened(orders, None, given) as (log, _, rules):
        usual = log.cross_sell(share=share, as_of=as_of, **rules)
    view = cross_sell_view(usual, name_of(orders), lang)
    plain, sheet = usual.to_json(), "cross-sell"
    give_table(view, usual.records(), plain, format, output, sheet, lang, safe_cells=safe_cells)


def cross_sell_view(usual: CrossSell, name: str, lang: Lang) -> RenderableType:
    """The tables as something rich can print; a dash is not known."""
    from rich.console import Group
    from rich.text import Text

    from crmformulas.formats import NumberFormat
    from crmformulas.orders.selections.cross_sell import CAVEAT, FEWEST

    figures = NumberFormat(lang)
    head = Translated(
        " {} · cross-sell by {} · S12 to {}", " {} · merförsäljning per {} · S12 t.o.m. {}"
    )
    title = head.format(printable(name), printable(usual.column), figures.day(usual.as_of))
    rule = USUAL.format(figures.percent(usual.least_share, 0), FEWEST)
    parts: list[RenderableType] = [
        Text(str(translate(title, lang)), "bold"),
        Text(f" {translate(rule, lang)}"),
        Text(),
        _tiers(usual, lang),
        Text(),
    ]
    if usual.products:
        parts += [_products(usual, lang), Text()]
    return Group(*parts, Text(f" {translate(CAVEAT, lang)}"))


USUAL = Translated(
    "Usual is what at least {} of a tier buy, and {} customers of it.",
    "Vanligt är det som minst {} av en nivå köper, och {} kunder i den.",
)

TIER = Translated("tier", "nivå")

TIER_HEADS = (
    TIER,
    Translated("customers", "kunder"),
    Translated("usual", "vanliga"),
    Translated("bought, each", "köpta, per kund"),
    Translated("share bought", "andel köpt"),
    Translated("potential, at most", "potential, som mest"),
)
"""Of the table of what the customers of each tier buy of what is usual there."""

PRODUCT_HEADS = (
    TIER,
    Translated("usual in it", "vanligt i den"),
    Translated("buyers", "köpare"),
    Translated("share of the tier", "andel av nivån"),
    Translated("spent, each", "köpt för, per köpare"),
)
"""Of the table of what is usual."""


def _tiers(usual: CrossSell, lang: Lang) -> Table:
    from crmformulas.formats import NumberFormat

    figures = NumberFormat(lang)
    table = headed_table(TIER_HEADS, lang, fold=True)
    for row in usual.tiers:
        table.add_row(
            printable(str(translate(term(row.tier), lang))),
            figures.whole(row.customers),
            figures.whole(row.products),
            figures.fixed(row.bought_each, 2),
            figures.percent(row.share_bought),
            figures.whole(row.potential),
        )
    return table


def _products(usual: CrossSell, lang: Lang) -> Table:
    from crmformulas.formats import NumberFormat

    figures = NumberFormat(lang)
    table = headed_table(PRODUCT_HEADS, lang, 2, fold=True)
    for tier in usual.tiers:
        rows = [row for row in usual.products if row.tier == tier.tier]
        for place, row in enumerate(rows[:MOST_SHOWN]):
            table.add_row(
                "" if place else printable(str(translate(term(row.tier), lang))),
                printable(row.product),
                figures.whole(row.buyers),
                figures.percent(row.share),
                figures.whole(row.spent_each),
            )
        if (more := len(rows) - MOST_SHOWN) > 0:
            message = Translated(f"and {more} more", f"och {more} till")
            table.add_row("", str(translate(message, lang)))
    return table
