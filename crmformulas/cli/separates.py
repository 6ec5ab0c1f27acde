"""``crmf separates``: what separates those who go on from those who stop."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from crmformulas.cli.options import SAFE_CELLS, examples, formats, option, options
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

    from crmformulas.orders.analysis.separation.results import SeparatedColumn, Separation

__all__ = ["separates"]

MOST_SHOWN = 8
"""Values of a column that the text shows; JSON and CSV hold all."""


@examples(
    """
    crmf separates orders.csv
    crmf separates orders.csv --step 3
    crmf separates orders.csv --loyal --by channel --by "discount code"
    crmf separates orders.csv --continued --matured 180
    crmf separates orders.csv --tier super
    crmf separates orders.csv --lost --tier top
    crmf separates orders.csv --by product --hold "order value"
    crmf separates lines.csv --any-line product --format json
    """
)
@click.command(cls=OrderCommand)
@ORDERS
@AS_OF
@option("--step", "Who goes on from this purchase to the next; 1 by default.", "K", type=int)
@option("--loyal", "Who of all customers reaches the tipping point.", None, is_flag=True)
@option(
    "--continued", "Who of the year before is active in the last 12 months.", None, is_flag=True
)
@option("--lost", "Who of the year before was lost.", None, is_flag=True)
@option(
    "--tier",
    "Who is in this value tier; with --lost or --continued, who of it a year ago.",
    "TIER",
)
@option("--by", "Ask this column only; repeat it.", "COLUMN", multiple=True)
@option("--hold", "Compare within the values of this column.", "COLUMN")
@option(
    "--any-line",
    "Every line of an order counts in this column, not its dearest alone; repeat it.",
    "COLUMN",
    multiple=True,
)
@formats("csv", text="Tables to read, JSON, or a CSV row per value.")
@SAFE_CELLS
@options(READING, COUNTING)
def separates(
    orders: tuple[str, ...],
    as_of: date | None,
    step: int | None,
    loyal: bool,
    continued: bool,
    lost: bool,
    tier: str | None,
    by: tuple[str, ...],
    hold: str | None,
    any_line: tuple[str, ...],
    format: str,
    safe_cells: bool,
    **given: Any,
) -> None:
    """Find what those who go on have in common: channel, product, discount code, country …

    Each value's customers are compared with the others of the same month; chance is set aside. It
    goes together with, and does not prove.
    """
    with opened(orders, None, spared(orders, given)) as (log, _, rules):
        separation = log.separates(
            step,
            loyal=loyal,
            continued=continued,
            lost=lost,
            tier=tier,
            by=by,
            hold=hold,
            any_line=any_line,
            within=rules.pop("matured", None),
            as_of=as_of,
            **rules,
        )
    if format == "json":
        print_json(separation.to_json())
    elif format == "csv":
        rows = [*separation.rows()]
        heads = list(rows[0]) if rows else ["question", "column"]
        print_csv(heads, (list(row.values()) for row in rows), safe_cells=safe_cells)
    else:
        print_view(separates_view(separation, name_of(orders)))


def separates_view(answer: Separation, name: str) -> RenderableType:
    """The answer as something rich can print at 80 columns or more."""
    from rich.console import Group
    from rich.text import Text

    from crmformulas.formats import NumberFormat
    from crmformulas.orders.analysis.separation.results import FOOTER
    from crmformulas.translations import counted, translate

    figures = NumberFormat("en")
    asked = translate(answer.asked, "en")
    head = Text(f" {name} · {answer.question}: {asked} · to {figures.day(answer.as_of)}", "bold")
    head.append(
        f"\n {counted(answer.customers, 'customer', shown=figures.whole(answer.customers))},"
        f" {figures.whole(answer.went_on)}"
        f" {translate(answer.outcome, 'en')} ({figures.percent(answer.rate)});"
        f" compared within {translate(answer.within, 'en')}",
        style="not bold",
    )
    if answer.too_young:
        head.append(
            f"\n {figures.whole(answer.too_young)} left out: less than {answer.days} days have "
            "passed",
            style="not bold",
        )
    parts: list[RenderableType] = [head]
    parts += [Text(f" ! {translate(notice, 'en')}", "yellow") for notice in answer.notices]
    if answer.called:
        parts += [Text(), _columns(answer)]
        for column in answer.called:
            parts += [Text(), _values(answer, column)]
    else:
        parts += [Text(), Text(f" {translate(answer.empty_answer(), 'en')}")]
    if quiet := [str(column_name(c)) for c in answer.columns if not c.separates]:
        parts.append(Text(f"\n Not told apart from chance: {', '.join(quiet)}", "dim"))
    for left, reason in answer.left_out:
        parts.append(Text(f" Left out: {left} {translate(reason, 'en')}", "dim"))
    return Group(*parts, Text(f"\n {FOOTER.en}"))


def column_name(column: SeparatedColumn) -> str:
    """The name of a column, with how it is taken where that is not as it stands."""
    from crmformulas.translations import translate

    name = str(translate(column.label, "en"))
    return {
        "line": f"{name} (dearest line)",
        "any line": f"{name} (any line)",
    }.get(column.level, name)


def _columns(separation: Separation) -> RenderableType:
    from rich.table import Table

    from crmformulas.formats import NumberFormat

    figures = NumberFormat("en")
    table = Table(box=None, title="What separates, the most first", title_justify="left")
    table.add_column("column")
    for heading in ("spread, pp", "values", "stand out", "too few to tell"):
        table.add_column(heading, justify="right")
    table.add_column("")
    for column in separation.called:
        table.add_row(
            column_name(column),
            figures.fixed(100 * column.spread, 1),
            figures.whole(len(column.values)),
            figures.whole(sum(one.stands_out for one in column.values)),
            figures.whole(column.pooled),
            "knows the answer? (made after the fact)" if column.after_the_fact else "",
        )
    return table


def _values(answer: Separation, column: SeparatedColumn) -> RenderableType:
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    from crmformulas.formats import NumberFormat
    from crmformulas.orders.analysis.separation.results import NOTES, worth_sentence
    from crmformulas.translations import translate

    figures = NumberFormat("en")

    def points(share: float | None) -> str:
        return figures.signed(None if share is None else 100 * share, 1)

    # What stands out, and what would but for the months: it is the same people, seen otherwise.
    shown = [one for one in column.values if one.stands_out or one.note in ("strata", "turns")]
    shown = sorted(shown, key=lambda one: -abs(one.shrunk))
    table = Table(box=None, title=column_name(column), title_justify="left")
    table.add_column("value", overflow="fold")
    for heading in ("customers", "rate", "others", "diff., pp", "95 %", "shrunk"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("")
    for one in shown[:MOST_SHOWN]:
        table.add_row(
            one.value,
            figures.whole(one.customers),
            figures.percent(one.rate),
            figures.percent(one.others_rate),
            points(one.difference),
            f"{points(one.low)} … {points(one.high)}",
            points(one.shrunk) if one.stands_out else "",
            one.note if one.stands_out else f"not called: {one.note}",
            style="" if one.stands_out else "dim",
        )
    parts: list[RenderableType] = [table]
    if len(shown) > MOST_SHOWN:
        parts.append(Text(f" and {len(shown) - MOST_SHOWN} more", "dim"))
    for note in dict.fromkeys(one.note for one in shown[:MOST_SHOWN] if one.note):
        parts.append(Text(f" {note}: {translate(NOTES[note], 'en')}", "dim"))
    best = next((one for one in shown if one.stands_out and one.note != "mirror"), None)
    if best is not None:
        parts.append(Text(f" {translate(worth_sentence(answer, column, best), 'en')}"))
    return Group(*parts)
