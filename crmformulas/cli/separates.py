"""``crmf separates``: what separates those who go on from those who stop."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from crmformulas.cli.options import LANG, SAFE_CELLS, examples, formats, option, options
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
from crmformulas.translations import Label, Lang, Translated, counted_in_both, term, translate

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
    crmf separates orders.csv --lang sv
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
@LANG
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
    lang: Lang,
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
        print_csv(heads, (list(row.values()) for row in rows), safe_cells=safe_cells, lang=lang)
    else:
        print_view(separates_view(separation, name_of(orders), lang))


HEAD = Translated("{} · {}: {} · to {}", "{} · {}: {} · t.o.m. {}")
COUNTS = Translated("{}, {} {} ({}); compared within {}", "{}, {} {} ({}); jämförda inom {}")
TOO_YOUNG = Translated(
    "{} left out: less than {} days have passed", "{} utelämnade: det har gått mindre än {} dagar"
)
QUIET = Translated("Not told apart from chance: {}", "Går inte att skilja från slumpen: {}")
LEFT_OUT = Translated("Left out: {} {}", "Utelämnad: {} {}")
LEVELS = {
    "line": Translated("{} (dearest line)", "{} (dyraste raden)"),
    "any line": Translated("{} (any line)", "{} (alla rader)"),
}
"""How a column is taken, where that is not as it stands."""
SEPARATES = Translated("What separates, the most first", "Vad som skiljer, mest först")
COLUMN_HEADS: tuple[Label, ...] = (
    Translated("column", "kolumn"),
    Translated("spread, pp", "spridning, p.e."),
    Translated("values", "värden"),
    Translated("stand out", "sticker ut"),
    Translated("too few to tell", "för få för att säga"),
)
VALUE_HEADS: tuple[Label, ...] = (
    Translated("value", "värde"),
    term("customers"),
    Translated("rate", "andel"),
    Translated("others", "övriga"),
    Translated("diff., pp", "diff., p.e."),
    "95 %",
    Translated("shrunk", "krympt"),
)
NOT_CALLED = Translated("not called: {}", "sticker inte ut: {}")
MORE = Translated("and {} more", "och {} till")


def separates_view(answer: Separation, name: str, lang: Lang = "en") -> RenderableType:
    """The answer as something rich can print at 80 columns or more."""
    from rich.console import Group
    from rich.text import Text

    from crmformulas.orders.analysis.separation.results import FOOTER

    figures = NumberFormat(lang)

    def line(words: Label, style: str = "", start: str = " ") -> Text:
        return Text(f"{start}{translate(words, lang)}", style)

    head = line(HEAD.format(name, answer.question, answer.asked, figures.day(answer.as_of)), "bold")
    customers = counted_in_both(answer.customers, "customer", shown=figures.whole(answer.customers))
    on, rate = figures.whole(answer.went_on), figures.percent(answer.rate)
    counts = COUNTS.format(customers, on, answer.outcome, rate, answer.within)
    head.append(line(counts, "not bold", "\n "))
    if answer.too_young:
        young = TOO_YOUNG.format(figures.whole(answer.too_young), answer.days)
        head.append(line(young, "not bold", "\n "))
    parts: list[RenderableType] = [head]
    parts += [line(notice, "yellow", " ! ") for notice in answer.notices]
    if answer.called:
        parts += [Text(), _columns(answer, lang)]
        for column in answer.called:
            parts += [Text(), _values(answer, column, lang)]
    else:
        parts += [Text(), line(answer.empty_answer())]
    if quiet := [column_name(c, lang) for c in answer.columns if not c.separates]:
        parts.append(line(QUIET.format(", ".join(quiet)), "dim", "\n "))
    parts += [line(LEFT_OUT.format(left, reason), "dim") for left, reason in answer.left_out]
    return Group(*parts, line(FOOTER, start="\n "))


def column_name(column: SeparatedColumn, lang: Lang) -> str:
    """The name of a column, with how it is taken where that is not as it stands."""
    named = LEVELS[column.level].format(column.label) if column.level in LEVELS else column.label
    return str(translate(named, lang))


def _columns(separation: Separation, lang: Lang) -> RenderableType:
    from rich.table import Table

    from crmformulas.orders.analysis.separation.results import AFTER_THE_FACT

    figures = NumberFormat(lang)
    title = translate(
        Translated("What separates, the most first", "Vad som skiljer, mest först"), lang
    )
    table = Table(box=None, title=title, title_justify="left")
    for place, heading in enumerate(COLUMN_HEADS):
        table.add_column(translate(heading, lang), justify="right" if place else "left")
    table.add_column("")
    for column in separation.called:
        table.add_row(
            column_name(column, lang),
            figures.fixed(100 * column.spread, 1),
            figures.whole(len(column.values)),
            figures.whole(sum(one.stands_out for one in column.values)),
            figures.whole(column.pooled),
            translate(AFTER_THE_FACT, lang) if column.after_the_fact else "",
        )
    return table


def _values(answer: Separation, column: SeparatedColumn, lang: Lang) -> RenderableType:
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    from crmformulas.orders.analysis.separation.results import (
        NOTE_NAMES,
        NOTES,
        value_text,
        worth_sentence,
    )

    figures = NumberFormat(lang)

    def points(share: float | None) -> str:
        return figures.signed(None if share is None else 100 * share, 1)

    def line(words: Label, style: str = "") -> Text:
        return Text(f" {translate(words, lang)}", style)

    # What stands out, and what would but for the months: it is the same people, seen otherwise.
    shown = [one for one in column.values if one.stands_out or one.note in ("strata", "turns")]
    shown = sorted(shown, key=lambda one: -abs(one.shrunk))
    table = Table(box=None, title=column_name(column, lang), title_justify="left")
    table.add_column(translate(VALUE_HEADS[0], lang), overflow="fold")
    for heading in VALUE_HEADS[1:]:
        table.add_column(translate(heading, lang), justify="right", no_wrap=True)
    table.add_column("")
    for one in shown[:MOST_SHOWN]:
        note = NOTE_NAMES.get(one.note, "")
        table.add_row(
            value_text(column, one, lang),
            figures.whole(one.customers),
            figures.percent(one.rate),
            figures.percent(one.others_rate),
            points(one.difference),
            f"{points(one.low)} … {points(one.high)}",
            points(one.shrunk) if one.stands_out else "",
            translate(note if one.stands_out else NOT_CALLED.format(note), lang),
            style="" if one.stands_out else "dim",
        )
    parts: list[RenderableType] = [table]
    if len(shown) > MOST_SHOWN:
        parts.append(line(MORE.format(len(shown) - MOST_SHOWN), "dim"))
    for key in dict.fromkeys(one.note for one in shown[:MOST_SHOWN] if one.note):
        parts.append(
            line(Translated("{}: {}", "{}: {}").format(NOTE_NAMES[key], NOTES[key]), "dim")
        )
    best = next((one for one in shown if one.stands_out and one.note != "mirror"), None)
    if best is not None:
        parts.append(line(worth_sentence(answer, column, best)))
    return Group(*parts)
