"""``crmf sql``: the counting queries for a warehouse to run by itself."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from crmformulas.cli.options import examples, option, options
from crmformulas.cli.order_options import AS_OF, COUNTING, READING, names
from crmformulas.cli.output import echo
from crmformulas.errors import InputError

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
NEEDED = ("table", "customer", "date", "amount")
COLUMNS = [one for one in READING if names([one]) <= {*NEEDED, "order"}]
RULES = [one for one in COUNTING if names([one]) <= {"returns", "new_after"}]


@examples(
    """
    crmf sql --dialect snowflake --table SALES.ORDERS --customer CUSTOMER_ID --date ORDER_DATE
    --amount AMOUNT --order ORDER_ID --as-of 2026-10-31 > counting.sql
    """
)
@click.command()
@option("--dialect", "Whose SQL.", None, type=click.Choice(DIALECTS), required=True)
@options(COLUMNS)
@option(
    "--date-type",
    "What the column of the day holds.",
    None,
    type=click.Choice(["date", "timestamp", "text"]),
    default="date",
    show_default=True,
)
@AS_OF
@options(RULES)
def sql(
    dialect: str,
    table: str | None,
    as_of: date | None,
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

    lacking = [name for name in NEEDED if {"table": table, **columns}[name] is None]
    if table is None or as_of is None or lacking:
        wanted = ", ".join(f"--{name}" for name in [*lacking, *([] if as_of else ["as-of"])])
        raise InputError(f"nobody is asked here, so all is to be given: {wanted} is missing")
    if not isinstance(columns["customer"], str):
        raise InputError("--customer is one column here; make one of several in a view")
    given: dict[str, Any] = {"returns": returns, "new_after": new_after}
    rules = Rules(**{name: value for name, value in given.items() if value is not None})
    echo(sql_script(dialect, table, NamedColumns(**columns), as_of, rules).rstrip())
