"""Rows of a server are brought here and counted as those of a file, by a user who may only read."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

import ibis
import psycopg
import pytest
from click.testing import CliRunner

from crmformulas.cli.main import crmf
from crmformulas.errors import InputError
from crmformulas.orders.log import read
from crmformulas.orders.reading import bring_over

HEADER = "order_id,customer_id,order_day,product,amount"
ROWS = [
    # A blank text is no customer, as a missing one; an id of blanks neither.
    ("1", "a", "2025-01-31", "x", "10.005"),
    ("1", "a", "2025-01-31", "y", "5"),
    ("2", "b", "2025-03-01", "x", "1234.567"),
    ("3", "a", "2026-01-31", "x", "-3.10"),
    ("4", "", "2026-01-30", "x", "7"),
    ("5", "c", "2026-02-01", "x", "99.9"),
    ("6", "b", "2026-02-02", "x", "0.0001"),
]


@pytest.fixture(scope="module")
def reader(postgres_url: str) -> Iterator[str]:
    """The URL of a user with SELECT on one view and nothing else: no TEMP, read-only."""
    with psycopg.connect(postgres_url.replace("postgres://", "postgresql://")) as server:
        server.execute("CREATE SCHEMA sales")
        server.execute(
            "CREATE TABLE sales.lines (order_id text, customer_id text, order_day timestamptz,"
            " product text, amount numeric)"
        )
        with server.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO sales.lines VALUES (%s, %s, %s::date + time '23:30', %s, %s)", ROWS
            )
        server.execute("CREATE VIEW sales.orders AS SELECT * FROM sales.lines")
        server.execute("CREATE ROLE looker LOGIN")
        server.execute("REVOKE TEMPORARY ON DATABASE shop FROM PUBLIC")
        server.execute("GRANT USAGE ON SCHEMA sales TO looker")
        server.execute("GRANT SELECT ON sales.orders TO looker")
        server.execute("ALTER ROLE looker SET default_transaction_read_only = on")
    name = postgres_url.partition("//")[2].partition("@")[0]
    yield postgres_url.replace(f"//{name}@", "//looker@")
    with psycopg.connect(postgres_url.replace("postgres://", "postgresql://")) as server:
        server.execute("GRANT TEMPORARY ON DATABASE shop TO PUBLIC")
        server.execute("DROP SCHEMA sales CASCADE")
        server.execute("DROP ROLE looker")


@pytest.fixture(scope="module")
def of_a_file(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    path = tmp_path_factory.mktemp("here") / "orders.csv"
    path.write_text("\n".join([HEADER, *(",".join(row) for row in ROWS)]))
    with read(path, decimal=".") as log:
        return figures(log.summary().to_dict())


def figures(summary: dict[str, object]) -> dict[str, object]:
    """What does not name the source."""
    told = {"reading", "warnings", "input"}
    return {name: value for name, value in summary.items() if name not in told}


def test_a_user_who_may_only_read_gets_the_summary_of_the_same_rows_in_a_file(
    reader: str, of_a_file: dict[str, object]
) -> None:
    with read(reader, table="sales.orders") as log:
        summary = log.summary()
        assert figures(summary.to_dict()) == of_a_file
    assert any("7 rows were brought here" in str(note) for note in summary.notices)


def test_the_server_counts_the_same(
    postgres_url: str, of_a_file: dict[str, object], reader: str
) -> None:
    with read(postgres_url, table="sales.orders", where_to_count="source") as log:
        assert log.rows.backend.name == "postgres"
        assert figures(log.summary().to_dict()) == of_a_file
    with read(postgres_url, table="sales.orders", where_to_count="here") as log:
        assert log.rows.backend.name == "duckdb"
        assert figures(log.summary().to_dict()) == of_a_file


def test_instants_keep_the_zone_that_is_given(reader: str) -> None:
    days = {}
    for zone in ("UTC", "Asia/Tokyo"):
        with read(reader, table="sales.orders", time_zone=zone) as log:
            days[zone] = log.summary().input.first_day.isoformat()
    with psycopg.connect(reader.replace("postgres://", "postgresql://")) as server:
        # Independently: what the server itself says of its first instant.
        want = {
            zone: server.execute(
                "SELECT min(order_day) AT TIME ZONE %s FROM sales.orders", [zone]
            ).fetchone()[0]
            for zone in days
        }
    assert days == {zone: instant.date().isoformat() for zone, instant in want.items()}
    assert len(set(days.values())) == 2


def test_a_large_table_is_brought_only_from_a_server_that_lets_nothing_be_created(
    reader: str, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bring_over, "HERE_UP_TO", 3)
    with read(reader, table="sales.orders") as log:
        assert log.rows.backend.name == "duckdb"
    with read(postgres_url, table="sales.orders") as log:
        assert log.rows.backend.name == "postgres"


def test_counting_where_nothing_can_be_created_says_what_to_do(reader: str) -> None:
    with (
        pytest.raises(InputError, match="may only read there; --where-to-count here"),
        read(reader, table="sales.orders", where_to_count="source") as log,
    ):
        log.summary()


def test_what_follows_from_a_summary_works_on_brought_rows(reader: str) -> None:
    run = CliRunner().invoke(
        crmf, ["summary", reader, "--table", "sales.orders", "--format", "json"]
    )
    assert run.exit_code == 0, run.output
    told = json.loads(run.stdout)
    assert told["reading"]["sources"][0]["rows"] == 7
    with read(reader, table="sales.orders") as log:
        assert sorted(one.customer for one in log.customers().page()) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("kind", "driver"),
    [("mysql", "MySQLdb"), ("snowflake", "snowflake"), ("bigquery", "google.cloud")],
)
def test_a_missing_driver_is_named_with_its_extra(
    kind: str, driver: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, driver, None)
    monkeypatch.delitem(vars(ibis), kind, raising=False)
    monkeypatch.delitem(vars(ibis.backends), kind, raising=False)
    monkeypatch.delitem(sys.modules, f"ibis.backends.{kind}", raising=False)
    with pytest.raises(InputError, match=rf"pip install 'crmformulas\[{kind}\]'"):
        read(f"{kind}://user@127.0.0.1/shop")
