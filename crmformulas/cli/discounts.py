"""``crmf discounts``: discounts by step of the ladder, and what is given past the tipping point."""

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
    spared,
)
from crmformulas.cli.output import print_csv, print_json, print_view
from crmformulas.formats import NumberFormat
from crmformulas.translations import Label, Lang, Translated, translate

if TYPE_CHECKING:
    from rich.console import RenderableType

    from crmformulas.orders.analysis.discounts import Discounts

__all__ = ["discounts"]


@examples(
    """
    crmf discounts orders.csv
    crmf discounts orders.csv --matured 180 --threshold 0.6
    crmf discounts orders.csv --format csv
    crmf discounts orders.csv --lang sv
    """
)
@click.command(cls=OrderCommand)
@ORDERS
@AS_OF
@formats("csv", text="Tables to read, JSON, or a CSV row per order number.")
@SAFE_CELLS
@LANG
@options(READING, COUNTING)
def discounts(
    orders: tuple[str, ...],
    as_of: date | None,
    format: str,
    safe_cells: bool,
    lang: Lang,
    **given: Any,
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
        print_csv(heads, rows, safe_cells=safe_cells, lang=lang)
    else:
        print_view(discounts_view(breakdown, name_of(orders), lang))


HEAD = Translated(
    "{} · discounts by order number · to {}", "{} · rabatter per köpnummer · t.o.m. {}"
)
FROM = Translated("from {}", "ur {}")
GIVEN = Translated("Discounts", "Rabatter")
GIVEN_HEADS: tuple[Label, ...] = (
    Translated("order", "köp"),
    Translated("orders", "antal köp"),
    Translated("discounted", "med rabatt"),
    Translated("share", "andel"),
    Translated("given", "rabatt"),
    Translated("of their gross", "av deras brutto"),
    Translated("of all", "av allas"),
)
AFTER = Translated("The next order within {} days", "Nästa köp inom {} dagar")
AFTER_HEADS: tuple[Label, ...] = (
    Translated("order", "köp"),
    Translated("with", "med"),
    Translated("came", "kom"),
    Translated("without", "utan"),
    Translated("came", "kom"),
    Translated("diff., pp", "diff., p.e."),
    "95 %",
)
BOLD = Translated(
    "bold: differs beyond chance, compared within the same quarter",
    "fet stil: skiljer sig mer än slumpen, jämfört inom samma kvartal",
)
PAST = Translated(
    "Past the tipping point (order {}), {}: {} discounted orders",
    "Bortom tipping point (köp {}), {}: {} köp med rabatt",
)
PAST_MONEY = Translated(", {} given ({} of {})", ", {} i rabatt ({} av {})")
PERIODS: dict[str, Label] = {
    "all time": Translated("all time", "hela tiden"),
    "last 12 months": Translated("last 12 months", "senaste 12 månaderna"),
}
ORDER_NUMBERS: dict[str, Label] = {"all": Translated("all", "alla")}


def discounts_view(breakdown: Discounts, name: str, lang: Lang = "en") -> RenderableType:
    """The table as something rich can print at 80 columns or more."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    from crmformulas.orders.analysis.discounts import LIMITS

    figures = NumberFormat(lang)

    def points(share: float | None) -> str:
        return figures.signed(None if share is None else 100 * share, 1)

    def line(words: Label, style: str = "", start: str = " ") -> Text:
        return Text(f"{start}{translate(words, lang)}", style)

    def table(title: Label, heads: tuple[Label, ...]) -> Table:
        made = Table(box=None, title=translate(title, lang), title_justify="left")
        for heading in heads:
            made.add_column(translate(heading, lang), justify="right", no_wrap=True)
        return made

    head = line(HEAD.format(name, figures.day(breakdown.as_of)), "bold")
    head.append(line(FROM.format(", ".join(breakdown.columns.values())), "not bold", "\n "))
    given = table(GIVEN, GIVEN_HEADS)
    after = table(AFTER.format(breakdown.days), AFTER_HEADS)
    for step in breakdown.steps:
        order = translate(ORDER_NUMBERS.get(step.order, step.order), lang)
        given.add_row(
            order,
            figures.whole(step.orders),
            figures.whole(step.discounted),
            figures.percent(step.share),
            figures.amount(step.discount),
            figures.percent(step.of_gross_discounted),
            figures.percent(step.of_gross_all),
        )
        after.add_row(
            order,
            figures.whole(step.matured_with),
            figures.percent(step.rate_with),
            figures.whole(step.matured_without),
            figures.percent(step.rate_without),
            points(step.difference),
            "" if step.low is None else f"{points(step.low)} … {points(step.high)}",
            style="bold" if step.stands_out else "",
        )
    parts: list[RenderableType] = [head]
    parts += [line(notice, "yellow", " ! ") for notice in breakdown.notices]
    parts += [Text(), given, Text(), after]
    if any(step.stands_out for step in breakdown.steps):
        parts.append(line(BOLD, "dim"))
    if breakdown.past:
        parts.append(Text())
    for row in breakdown.past:
        orders = figures.whole(row.orders)
        past = PAST.format(breakdown.tipping_point, PERIODS[row.period], orders)
        headline = line(past, "bold")
        if row.discount is not None:
            amounts = figures.amount(row.discount), figures.percent(row.share)
            of_all = figures.amount(row.all_discount)
            headline.append(line(PAST_MONEY.format(*amounts, of_all), start=""))
        parts.append(headline)
    return Group(*parts, line(LIMITS, start="\n "))
