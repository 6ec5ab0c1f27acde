"""``crmf scores``: what a survey says, by tier, step, cohort and segment."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crmformulas.cli.options import FORCE, LANG, SAFE_CELLS, examples, formats, option, options
from crmformulas.cli.order_options import (
    AS_OF,
    OF_ORDERS,
    ORDERS,
    READING,
    SCALE,
    SCORES,
    OrderCommand,
    name_of,
    opened,
)
from crmformulas.cli.output import echo
from crmformulas.cli.table_output import OUTPUT, TABLES, give_table, refuse_output
from crmformulas.errors import InputError
from crmformulas.printable import printable
from crmformulas.translations import Lang, Translated, translate

if TYPE_CHECKING:
    from rich.console import RenderableType

    from crmformulas.orders.selections.satisfaction import Satisfaction, Score

__all__ = ["satisfaction_view", "scores"]


@examples(
    """
    crmf scores orders.csv --scores survey.csv
    crmf scores orders.csv --scores survey.xlsx --scale 1-5 --lang sv
    crmf scores orders.csv --scores survey.csv -o scores.csv
    crmf customers orders.csv --scores survey.csv --where 'score <= 6 and tier = super'
    """
)
@click.command(cls=OrderCommand)
@ORDERS
@AS_OF
@SCALE
@option(
    "--level",
    "How often the intervals hold the true figure.",
    "SHARE",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=0.8,
    show_default=True,
)
@formats("csv", text="Tables to read, JSON, or a CSV row per group.")
@OUTPUT
@SAFE_CELLS
@FORCE
@LANG
@options(SCORES, READING, OF_ORDERS)
def scores(
    orders: tuple[str, ...],
    as_of: date | None,
    scale: str | None,
    level: float,
    format: str,
    output: Path | None,
    safe_cells: bool,
    force: bool,
    lang: Lang,
    **given: Any,
) -> None:
    """Tell NPS and satisfaction index of a survey, by tier, step, cohort and segment.

    The last answer of each person counts. Intervals hold the true figure in 80 % of surveys, as far
    as chance alone decides who answers.
    """
    from crmformulas.orders.selections.satisfaction import as_scale

    if not given["scores"]:
        raise InputError("which survey? Give --scores FILE: customer, score, day of the answer")
    refuse_output(output, force, [*orders, given["scores"]], TABLES)
    wanted = None if scale is None else as_scale(scale)
    with opened(orders, None, given) as (log, _, rules):
        ratings = log.satisfaction(as_of, scale=wanted, level=level, **rules)
    plain = ratings.to_dict(lang)
    records = [{"by": "total", **plain["total"]}]
    records += [{"by": by, **row} for by, rows in plain["by"].items() for row in rows]
    view = satisfaction_view(ratings, name_of(orders), lang)
    text = json.dumps(plain, ensure_ascii=False, indent=1)
    give_table(view, records, text, format, output, "scores", lang, safe_cells=safe_cells)
    if format == "json" and output is None:
        return  # It holds them.
    for notice in ratings.notices:
        echo(printable(f"! {translate(notice, lang)}"), err=True)


def satisfaction_view(ratings: Satisfaction, name: str, lang: Lang) -> RenderableType:
    """The answers as something rich can print; a dash is not known."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    from crmformulas.formats import NumberFormat
    from crmformulas.orders.selections.satisfaction import GROUPS, PARTS

    figures = NumberFormat(lang)
    heads = (
        Translated("answers", "svar"),
        Translated("of", "av"),
        Translated("NPS", "NPS"),
        Translated("interval", "intervall"),
        Translated("index", "index"),
        Translated("interval", "intervall"),
    )
    table = Table(box=None, pad_edge=False)
    table.add_column("")
    for head in heads:
        table.add_column(str(translate(head, lang)), justify="right", no_wrap=True)

    def add(row: Score, style: str = "") -> None:
        points = [None if one is None else 100 * one for one in _figures(row)]
        score, low, high, index, index_low, index_high = points
        table.add_row(
            printable(str(translate(row.label, lang))),
            figures.whole(row.answers),
            "" if row.persons is None else figures.whole(row.persons),
            figures.signed(score, 0),
            _between(figures.signed(low, 0), figures.signed(high, 0), low),
            figures.fixed(index, 0),
            _between(figures.fixed(index_low, 0), figures.fixed(index_high, 0), index_low),
            style=style,
        )

    add(ratings.total, "bold")
    for by, label in GROUPS.items():
        rows = [row for row in ratings.by[by] if row.answers]
        if rows:
            table.add_row()
            table.add_row(Text(str(translate(label, lang)), "dim"))
            for row in rows:
                add(row)
    low, high = (f"{end:g}" for end in ratings.scale)
    note = Translated(
        f" One answer a person, scale {low} to {high}; intervals "
        f"{figures.percent(ratings.level, 0)}",
        f" Ett svar per person, skala {low} till {high}; intervall "
        f"{figures.percent(ratings.level, 0)}",
    )
    parts: list[RenderableType] = [Text(f" {printable(name)} · {ratings.as_of}", "bold"), table]
    parts.append(Text(str(translate(note, lang)), "dim"))
    if ratings.left_out:
        why = ", ".join(
            f"{figures.whole(n)} {translate(PARTS[part], lang)}"
            for part, n in ratings.left_out.items()
        )
        rows_told = Translated("rows of the survey; not counted", "rader i enkäten; räknas inte")
        whole = figures.whole(ratings.rows)
        parts.append(Text(f" {whole} {translate(rows_told, lang)}: {why}", "dim"))
    return Group(*parts)


def _figures(row: Score) -> tuple[float | None, ...]:
    return row.nps, row.nps_low, row.nps_high, row.index, row.index_low, row.index_high


def _between(low: str, high: str, estimate: float | None) -> str:
    return "" if estimate is None else f"{low} … {high}"
