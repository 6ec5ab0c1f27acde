"""``crmf summary``: the figures of an order file, as text or JSON."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from crmformulas.cli.options import LANG, examples, formats, option, options
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
from crmformulas.dates import add_months
from crmformulas.errors import InputError
from crmformulas.printable import printable
from crmformulas.translations import Lang

if TYPE_CHECKING:
    from crmformulas.orders.log import Orders
    from crmformulas.orders.summary.model import Summary

__all__ = ["summary"]


TABLES = ("flows", "development", "months")
"""Those of the sources, and the key figures by month."""

JSON: dict[str, Any] = {"ensure_ascii": False, "indent": 1, "allow_nan": False}


def _tables(text: str | None) -> tuple[str, ...]:
    names = tuple(name.strip() for name in (text or "").split(",") if name.strip())
    for name in names:
        if name not in TABLES:
            raise click.BadParameter(f"{name!r} is no table: there are {', '.join(TABLES)}")
    return names


def year_before(log: Orders, current: Summary, rules: dict[str, Any]) -> Summary | None:
    """The summary of a year before; None where there were no orders yet."""
    try:
        return log.summary(add_months(current.as_of, -12), **rules)
    except InputError:
        return None


@examples(
    """
    crmf summary orders.csv
    crmf summary orders.csv --as-of 2026-10-31 --format json
    crmf summary 2025.csv 2026.csv --contacts newsletter.csv
    crmf summary lines.csv --order InvoiceNo --quantity Quantity --price UnitPrice
    crmf summary shop.duckdb --table orders
    crmf summary orders.csv --tables flows,development
    crmf summary orders.csv --lang sv
    """
)
@click.command(cls=OrderCommand)
@ORDERS
@AS_OF
@formats()
@option(
    "--tables",
    "Tables to show instead, as flows,development,months: where the customers of each tier came "
    "from, how the segments developed, and 24 months of key figures.",
    "NAMES",
    callback=lambda _context, _parameter, text: _tables(text),
)
@LANG
@options(CONTACTS, READING, COUNTING)
def summary(
    orders: tuple[str, ...],
    as_of: date | None,
    format: str,
    tables: tuple[str, ...],
    lang: Lang,
    contacts: str | None,
    **given: Any,
) -> None:
    """Summarise an order file: flows, CLV per value tier, F-ladder, cohorts and key figures.

    ORDERS is a CSV (also .gz), TSV, Parquet or Excel file, several files or a glob, a DuckDB or
    SQLite database (with --table), or a URL such as postgres://… . Columns are recognised by
    name, or given.
    """
    with opened(orders, contacts, given) as (log, _, rules):
        current = log.summary(as_of, **rules)
        goals = log.settings.goals
        wanted = goals or {"development", "flows"} & set(tables)
        before = year_before(log, current, rules) if wanted else None
        # Imported here: nothing that the help prints needs them.
        from crmformulas.orders.analysis.keep_or_acquire import keep_or_acquire
        from crmformulas.orders.analysis.ladder_goals import goal_history
        from crmformulas.orders.analysis.retention_gain import portfolio_gain

        gain = portfolio_gain(current, margin=log.settings.money.margin)
        ways = keep_or_acquire(current, log.settings)
        history = goal_history(current, before, goals) if goals else ()
    if format == "json":
        for row in current.input.sample:
            echo(printable(f"excluded, {row['reason']}: {row['row']}"), err=True)
        payload = current.to_dict()
        if tables:
            from crmformulas.cli.published_tables import as_json

            payload |= as_json(current, before, tables)
        if goals:
            payload["goals"] = [row._asdict() for row in history]
        if gain is not None:
            payload["retention_gain"] = gain.to_dict()
        if ways:
            payload["keep_or_acquire"] = [way.to_dict() for way in ways]
        print_json(json.dumps(payload, **JSON))
        return
    if tables:
        from crmformulas.cli.published_tables import tables_view

        print_view(tables_view(current, before, tables, name_of(orders), lang))
        return
    from crmformulas.cli.summary_text import summary_view

    name = name_of(orders)
    print_view(summary_view(current, name, lang, ways=ways, goals=history, gain=gain))
