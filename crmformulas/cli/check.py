"""``crmf check``: how an order file was read, and what in it is worth a look."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import click

from crmformulas.cli.options import LANG, examples, formats, options
from crmformulas.cli.order_options import AS_OF, ORDERS, READING, OrderCommand, opened
from crmformulas.cli.output import echo, print_json
from crmformulas.printable import printable
from crmformulas.translations import Lang, Translated, translate

__all__ = ["check"]

LONGEST = 160
"""Characters of an example."""
MARKS = {"changes": "!", "look": "?", "fine": " "}

LEGEND = Translated(
    "! changes figures   ? worth a look   the rest is as it should be",
    "! ändrar siffror   ? värt en titt   resten är som det ska",
)


@examples(
    """
    crmf check orders.csv
    crmf check 2025.csv 2026.csv --format json
    crmf check orders.csv --lang sv
    """
)
@click.command(cls=OrderCommand)
@ORDERS
@AS_OF
@formats(text="Lines to read, or JSON.")
@LANG
@options(READING)
def check(
    orders: tuple[str, ...], as_of: date | None, format: str, lang: Lang, **given: Any
) -> None:
    """Say how an order file was read, what was left out, and what in it looks odd.

    A line that begins with ! changes figures, one with ? is worth a look.
    """
    from crmformulas.orders.analysis.data_quality import NOTHING
    from crmformulas.orders.analysis.data_quality import check as look_over

    with opened(orders, None, given) as (log, _, _):
        quality = look_over(log, as_of)
    if format == "json":
        print_json(json.dumps(quality.to_dict(), ensure_ascii=False, indent=1))
        return
    echo(translate(quality.account.line, lang))
    if quality.account.settings:
        echo(translate(quality.account.settings.line, lang))
    for finding in quality.findings:
        echo(f" {MARKS[finding.severity]} {translate(finding.text, lang)}")
        for example in finding.examples:
            echo(f"     {printable(example)[:LONGEST]}")
    if not quality.findings:
        echo(f"   {translate(NOTHING, lang)}")
    else:
        echo(translate(LEGEND, lang))
