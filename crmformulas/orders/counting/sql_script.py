"""The counting queries as SQL of a database or warehouse, to be scheduled there.

The same expressions that a summary asks, over a table that nobody is connected to: rows to orders,
orders to customers, the flows of customers between the windows, and the purchases of those with
several in order. Value tiers are not among them, as where they part follows from the data.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

import ibis

from crmformulas.dates import add_months, day_number
from crmformulas.errors import InputError
from crmformulas.orders.counting.queries import (
    Bounds,
    active,
    customers_of,
    gaps,
    numbered,
    sequence,
    usable,
)
from crmformulas.orders.counting.tiers import came_back
from crmformulas.orders.reading import other_engines
from crmformulas.orders.reading.expressions import _, live, real
from crmformulas.orders.reading.order_totals import group_rows
from crmformulas.orders.rules import Rules, Windows

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["DATE_TYPES", "DIALECTS", "NamedColumns", "sql_script"]

DIALECTS = {
    "bigquery": "bigquery",
    "clickhouse": "clickhouse",
    "databricks": "databricks",
    "duckdb": "duckdb",
    "postgres": "postgres",
    "snowflake": "snowflake",
    "spark": "databricks",
    "trino": "trino",
}
"""What Ibis calls a dialect, by the name it is asked for."""
DateType = Literal["date", "timestamp", "text"]
DATE_TYPES: dict[str, str] = {"date": "date", "timestamp": "timestamp", "text": "string"}
PREFIX = "crmf_"
AT_ONCE = 500
"""Rows of an INSERT."""
KNOWN = {
    "orders": {"customer": "string", "day": "int32", "amount": "int64"},
    "days": {"on": "int32", "lapsed": "int32"},
}


@dataclass(frozen=True, kw_only=True)
class NamedColumns:
    """The columns of a table of orders: the names as the database keeps them."""

    customer: str
    date: str
    amount: str
    order: str | None = None
    date_type: DateType = "date"


def sql_script(
    dialect: str,
    table: str,
    columns: NamedColumns,
    as_of: date,
    rules: Rules | None = None,
) -> str:
    """The counting queries at an as-of day, each as a table that the next ones read.

    Args:
        dialect: One of `DIALECTS`.
        table: The table of order rows, with its schema and catalog: ``sales.orders``.
        columns: Its columns.
        as_of: The last day that counts.
        rules: How to count.

    Raises:
        InputError: there is no such dialect.

    Examples:
        >>> columns = NamedColumns(customer="id", date="day", amount="paid")
        >>> script = sql_script("snowflake", "sales.orders", columns, date(2026, 10, 31))
        >>> [line for line in script.splitlines() if line.startswith("CREATE")][:2]
        ['CREATE TABLE crmf_orders AS', 'CREATE TABLE crmf_days ("on" INT, "lapsed" INT);']
    """
    if dialect not in DIALECTS:
        raise InputError(f"dialect {dialect!r} is not known; there are {', '.join(DIALECTS)}")
    rules, bounds = rules or Rules(), Bounds.of(Windows.ending(as_of))
    said = [
        f"-- Customers counted at {as_of}, 12 months (S12) against the 12 before (F12).",
        "-- Days are numbers from 1970-01-01, amounts ten-thousandths of the currency unit.",
        "-- Run it in a schema of its own; dbt takes each SELECT as a model.",
    ]
    within = _orders(dialect, table, columns, bounds, rules)
    orders, days = (live(ibis.table(KNOWN[n], name=f"{PREFIX}{n}")) for n in ("orders", "days"))
    people = _known("customers", customers_of(orders, bounds))
    steps = _known("sequence", sequence(orders, numbered(people)))
    told = [
        ("orders", "One row an order, or a return where amount is not above 0", within),
        ("days", "Until when a customer who bought on a day is not new again", None),
        ("customers", "One row a customer who has bought", customers_of(orders, bounds)),
        ("flows", "Who stayed, was lost, came back or is new", flows(people, days, bounds)),
        (
            "sequence",
            "The orders of customers with several, in order",
            sequence(orders, numbered(people)),
        ),
        ("gaps", "Purchases by number and days since the one before", gaps(steps, bounds, rules)),
    ]
    for name, what, expression in told:
        said += ["", f"-- {what}."]
        if expression is None:
            said += _calendar(dialect, as_of, rules)
            continue
        sql = str(ibis.to_sql(real(expression), dialect=DIALECTS[dialect])).strip()
        said += [f"CREATE TABLE {PREFIX}{name} AS", f"{sql};"]
    return "\n".join(said) + "\n"


def flows(people: ir.Table, days: ir.Table, bounds: Bounds) -> ir.Table:
    """One row: customers by what they did in the two windows, and their net revenue of each."""
    joined = people.left_join(days, people.last_before == days.on)
    late, early = active(joined, bounds, "s12"), active(joined, bounds, "f12")
    back = came_back(joined)
    count = {
        "customers": joined.count(),
        "opening": early.sum(),
        "continued": (early & late).sum(),
        "lost": (early & ~late).sum(),
        "reactivated": (late & ~early & back).sum(),
        "new": (late & ~early & ~back).sum(),
        "closing": late.sum(),
        "s12_revenue": joined.s12_revenue.sum(where=late),
        "f12_revenue": joined.f12_revenue.sum(where=early),
    }
    return joined.aggregate(**{name: n.fill_null(0) for name, n in count.items()})


def _orders(
    dialect: str, table: str, columns: NamedColumns, bounds: Bounds, rules: Rules
) -> ir.Table:
    # Ids are cast to text, whatever they are: declared a number, as a cast from text is left out.
    kinds = {
        columns.customer: "int64",
        columns.date: DATE_TYPES[columns.date_type],
        columns.amount: "decimal(38, 9)",
    }
    if columns.order is not None:
        kinds[columns.order] = "int64"
    *place, name = table.split(".")
    where = dict(zip(("database", "catalog"), reversed(place), strict=False))
    rows = live(ibis.table(kinds, name=name, **where))
    typed = {
        "customer": _id(rows[columns.customer]),
        "day": other_engines.day(rows[columns.date], dialect),
        "amount": other_engines.amount(rows[columns.amount], dialect),
    }
    if columns.order is not None:
        typed["order"] = _id(rows[columns.order])
    orders = usable(group_rows(rows.select(**typed).view()))
    within = orders.filter(orders.day <= bounds.as_of)
    return within.filter(_.amount > 0) if rules.returns == "ignore" else within


def _id(column: ir.Value) -> ir.Value:
    """An id as text; of no letter it is none."""
    return column.cast("string").nullif("")


def _known(name: str, expression: ir.Table) -> ir.Table:
    """A table that an earlier query of the script has made."""
    return live(ibis.table(real(expression).schema(), name=f"{PREFIX}{name}"))


def _calendar(dialect: str, as_of: date, rules: Rules) -> list[str]:
    """The days of F12 and so long before it that whoever bought then comes back."""
    name = f"{PREFIX}days"
    first = add_months(as_of, -24 - rules.new_after)
    days = [first + timedelta(days=n) for n in range((as_of - first).days + 1)]
    rows = [f"({day_number(d)}, {day_number(add_months(d, rules.new_after))})" for d in days]
    quote = "`" if dialect in ("bigquery", "databricks", "spark") else '"'
    kind = {"bigquery": "INT64", "clickhouse": "Int32"}.get(dialect, "INT")
    engine = " ENGINE = MergeTree ORDER BY tuple()" if dialect == "clickhouse" else ""
    columns = ", ".join(f"{quote}{column}{quote} {kind}" for column in KNOWN["days"])
    said = [f"CREATE TABLE {name} ({columns}){engine};"]
    for start in range(0, len(rows), AT_ONCE):
        said.append(f"INSERT INTO {name} VALUES {', '.join(rows[start : start + AT_ONCE])};")
    return said
