"""The output of ``crmf sql`` counts as a summary does, and compiles for every dialect it names."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest
import sqlglot
from click.testing import CliRunner

from crmformulas.cli.main import crmf
from crmformulas.cli.sql import sql
from crmformulas.errors import InputError
from crmformulas.orders.counting.sql_script import DIALECTS, NamedColumns, sql_script
from crmformulas.orders.demo import write_demo
from crmformulas.orders.log import read
from crmformulas.orders.rules import Rules

AS_OF = date(2026, 10, 31)
COLUMNS = NamedColumns(customer="customer_id", date="order_date", amount="amount", order="order_id")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sql") / "demo.parquet"
    write_demo(path, orders=3_000)
    return path


@pytest.fixture(scope="module")
def summary(demo: Path) -> dict[str, Any]:
    with read(demo, ids="as-written") as log:
        made: dict[str, Any] = log.summary(AS_OF).to_dict()
    return made


def compare(run: Any, summary: dict[str, Any]) -> None:
    """The tables that a script has made hold the figures of the summary."""
    customers, opening, continued, lost, reactivated, new, closing, revenue, _ = run(
        "SELECT * FROM crmf_flows"
    )[0]
    told = summary["flows"]
    assert customers == summary["input"]["customers"]
    assert (opening, continued, lost, reactivated, new, closing) == tuple(
        told[name] for name in ("opening", "continued", "lost", "reactivated", "new", "closing")
    )
    # Revenue of the active customers, by tier in the summary.
    tiers = sum(tier["revenue"] for tier in summary["portfolio"])
    assert float(revenue) / 10_000 == pytest.approx(tiers, abs=0.005)
    rows = run("SELECT k, sum(purchases) FROM crmf_gaps GROUP BY k ORDER BY k")
    steps = {step["f"]: step["customers"] for step in summary["ladder"]["steps"]}
    assert {k: n for k, n in rows if 1 < k in steps} == {k: n for k, n in steps.items() if k > 1}


def test_duckdb_counts_the_same(demo: Path, summary: dict[str, Any]) -> None:
    connection = duckdb.connect()
    connection.execute("CREATE SCHEMA sales")
    connection.execute(f"CREATE TABLE sales.orders AS FROM read_parquet('{demo}')")
    connection.execute(sql_script("duckdb", "sales.orders", COLUMNS, AS_OF))
    compare(lambda query: connection.execute(query).fetchall(), summary)


def test_postgres_counts_the_same(demo: Path, summary: dict[str, Any], postgres_url: str) -> None:
    rows = duckdb.sql(
        f"SELECT order_id, customer_id, order_date, amount FROM read_parquet('{demo}')"
    ).fetchall()
    with psycopg.connect(postgres_url.replace("postgres://", "postgresql://")) as server:
        server.execute("CREATE SCHEMA scripted; SET search_path TO scripted")
        server.execute(
            "CREATE TABLE orders (order_id text, customer_id text, order_date date, amount numeric)"
        )
        with server.cursor() as cursor, cursor.copy("COPY orders FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        server.execute(sql_script("postgres", "scripted.orders", COLUMNS, AS_OF))
        compare(lambda query: server.execute(query).fetchall(), summary)
        server.rollback()


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_is_valid_by_its_grammar(dialect: str) -> None:
    # Compiled and parsed only: no warehouse is asked.
    columns = NamedColumns(customer="it's", date="day", amount="paid", date_type="timestamp")
    script = sql_script(dialect, "shop.sales.orders", columns, AS_OF, Rules(returns="ignore"))
    parsed = sqlglot.parse(script, read=DIALECTS[dialect])
    assert [made.key for made in parsed if made is not None and made.key == "create"] == (
        ["create"] * 6
    )


def test_the_command_prints_it() -> None:
    offered = next(one for one in sql.params if one.name == "dialect").type
    assert list(offered.choices) == list(DIALECTS)
    given = "--dialect snowflake --table S.O --customer C --date D --amount A --as-of 2026-10-31"
    run = CliRunner().invoke(crmf, ["sql", *given.split()])
    assert run.exit_code == 0, run.output
    columns = NamedColumns(customer="C", date="D", amount="A")
    assert run.stdout == sql_script("snowflake", "S.O", columns, AS_OF)


def test_what_is_missing_is_named() -> None:
    run = CliRunner().invoke(crmf, ["sql", "--dialect", "duckdb", "--table", "t", "--date", "d"])
    assert isinstance(run.exception, InputError)
    assert "--customer, --amount, --as-of is missing" in str(run.exception)
