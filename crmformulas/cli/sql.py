"""``crmf sql``: the counting queries for a warehouse to run by itself."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from crmformulas.cli.options import examples, option, options
from crmformulas.cli.order_options import COUNTING, as_day, names
from crmformulas.cli.output import echo

__all__ = ["sql"]

DIALECTS = (
    "bigquery",
    "clickhouse",
    "databricks",
    "duckdb",
    "postgres",
    "snowflake",
    "spark",
    "trino",
)
"""Those of ``sql_script.DIALECTS``, which would import the engine before the help is shown."""
RULES = [one for one in COUNTING if names([one]) <= {"returns", "new_after"}]


@examples(
    """
    crmf sql --dialect snowflake --table SALES.ORDERS --customer CUSTOMER_ID --date ORDER_DATE
    --amount AMOUNT --order ORDER_ID --as-of 2026-10-31 > counting.sql
    """
)
@click.command()
@option("--dialect", "Whose SQL.", None, type=click.Choice(DIALECTS), required=True)
@option("--table", "The table of order rows, such as sales.orders.", required=True)
@option("--customer", "The column of the customer.", "COLUMN", required=True)
@option("--date", "The column of the day.", "COLUMN", required=True)
@option("--amount", "The column of the amount of a row.", "COLUMN", required=True)
@option("--order", "The column of the order id; without it a day is an order.", "COLUMN")
@option(
    "--date-type",
    "What the column of the day holds.",
    None,
    type=click.Choice(["date", "timestamp", "text"]),
    default="date",
    show_default=True,
)
@option("--as-of", "The last day that counts.", "DAY", type=as_day, required=True)
@options(RULES)
def sql(
    dialect: str,
    table: str,
    as_of: date,
    returns: str | None,
    new_after: int | None,
    **columns: Any,
) -> None:
    """Print the counting queries as SQL, for a database to run on a schedule.

    Rows to orders, orders to customers, the flows between the last 12 months and the 12 before,
    and the purchases of customers in order. Names are meant as the database keeps them (Snowflake:
    in upper case). Ids are compared as written.
    """
    from crmformulas.orders.counting.sql_script import NamedColumns, sql_script
    from crmformulas.orders.rules import Rules

    given: dict[str, Any] = {"returns": returns, "new_after": new_after}
    rules = Rules(**{name: value for name, value in given.items() if value is not None})
    echo(sql_script(dialect, table, NamedColumns(**columns), as_of, rules).rstrip())
