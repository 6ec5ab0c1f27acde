"""``crmf summary``: the figures of an order file, as text or JSON."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from crmformulas.cli.options import examples, option, options
from crmformulas.cli.order_options import (
    AS_OF,
    CONTACTS,
    COUNTING,
    ORDERS,
    READING,
    OrderCommand,
    name_of,
    opened,
)
from crmformulas.cli.output import echo, print_json, print_view
from crmformulas.printable import printable

__all__ = ["summary"]


@examples(
    """
    crmf summary orders.csv
    crmf summary orders.csv --as-of 2026-10-31 --format json
    crmf summary 2025.csv 2026.csv --contacts newsletter.csv
    crmf summary lines.csv --order InvoiceNo --quantity Quantity --price UnitPrice
    crmf summary shop.duckdb --table orders
    """
)
@click.command(cls=OrderCommand)
@ORDERS
@AS_OF
@option(
    "--format",
    "Tables to read, or JSON.",
    None,
    type=click.Choice(["text", "json"]),
    default="text",
)
@options(CONTACTS, READING, COUNTING)
def summary(
    orders: tuple[str, ...], as_of: date | None, format: str, contacts: str | None, **given: Any
) -> None:
    """Summarise an order file: flows, CLV per value tier, F-ladder, cohorts and key figures.

    ORDERS is a CSV (also .gz), TSV, Parquet or Excel file, several files or a glob, a DuckDB or
    SQLite database (with --table), or a URL such as postgres://… . Columns are recognised by
    name, or given.
    """
    with opened(orders, contacts, given) as (log, _, rules):
        made = log.summary(as_of, **rules)
    if format == "json":
        for row in made.input.sample:
            echo(printable(f"excluded, {row['reason']}: {row['row']}"), err=True)
        print_json(made.to_json())
        return
    from crmformulas.cli.summary_text import summary_view

    print_view(summary_view(made, name_of(orders)))
