"""Rows of a server are brought here and counted as those of a file, by a user who may only read."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

import ibis
import psycopg
import pytest
from click.testing import CliRunner

from crmformulas.cli.main import crmf
from crmformulas.errors import InputError
from crmformulas.orders.log import read
from crmformulas.orders.reading import bring_over

SEEDS = range(6)
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
    """The figures that do not name the source."""
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


def test_of_a_large_table_the_rows_of_an_order_are_put_together_on_the_server(
    reader: str, postgres_url: str, of_a_file: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bring_over, "HERE_UP_TO", 3)
    for url in (reader, postgres_url):
        with read(url, table="sales.orders") as log:
            summary = log.summary()
            assert figures(summary.to_dict()) == of_a_file
            told = " ".join(map(str, summary.notices))
            # Two rows of one order, which differ in their product.
            assert "7 rows were put together to 6 by order" in told
            assert "--where-to-count here brings every row" in told
            assert log.totals()["orders"] == 5
            # What single rows are asked for brings them all.
            assert log.products("product").column == "product"
            assert log.rows.opened.server is None
            assert figures(log.summary().to_dict()) == of_a_file
        with read(url, table="sales.orders") as log:
            log.summary()
            assert [line["product"] for line in log.customer("a").lines] == ["x", "y", "x"]


AMOUNTS = ("12.5", "0.00005", "-0.000049999", "7", "99999999999999.99995", "1234567890123456789")
IDS = ("a", "A", " a ", "Ann@X.se", "ann@x.se", "@Ann", "0", "-1", "12.0", "12", "gast", "", None)
STATES = ("paid", "Cancelled", "refunded", "odd", "", None)


def dirty_rows(seed: int) -> list[tuple[str | None, ...]]:
    """Rows of orders that repeat their total, go on, are used again, cancelled or nobody's."""
    chance = Random(seed)
    ids = chance.sample(IDS, 6)
    rows: list[tuple[str | None, ...]] = []
    for order in range(60):
        customer, state = chance.choice(ids), chance.choice(STATES)
        amount = chance.choice(AMOUNTS[:4] if seed % 2 else AMOUNTS)
        again = order % 20 if seed % 3 == 0 else order
        for line in range(chance.choice((1, 1, 2, 3))):
            day = date(2024, 1, 1) + timedelta(chance.choice((0, 0, 40, 200)) + order * 5)
            blank = seed % 4 == 1 and line and chance.random() < 0.5
            rows.append(
                (
                    str(again) if chance.random() < 0.95 else None,
                    customer,
                    None if blank else f"{day} {chance.choice(('00:10', '23:50'))}+00",
                    amount if seed % 5 == 0 else None if blank else chance.choice(AMOUNTS),
                    state if chance.random() < 0.8 else None,
                    "SEK",
                    f"article {line}",
                )
            )
    return rows


def test_rows_put_together_there_make_the_orders_of_the_single_rows(
    reader: str, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("order_id", "customer_id", "order_day", "amount", "status", "currency", "product")
    with psycopg.connect(postgres_url.replace("postgres://", "postgresql://")) as server:
        server.execute(
            "CREATE TABLE sales.dirty (seed int, order_id text, customer_id text,"
            " order_day timestamptz, amount numeric, status text, currency text, product text)"
        )
        with server.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO sales.dirty (seed, {', '.join(names)})"
                " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
                [(seed, *row) for seed in SEEDS for row in dirty_rows(seed)],
            )
        for seed in SEEDS:
            server.execute(
                f"CREATE VIEW sales.dirty_{seed} AS"
                f" SELECT {', '.join(names)} FROM sales.dirty WHERE seed = {seed}"
            )
        server.execute("GRANT SELECT ON ALL TABLES IN SCHEMA sales TO looker")
    for seed in SEEDS:
        found = []
        for up_to in (bring_over.HERE_UP_TO, 3):
            monkeypatch.setattr(bring_over, "HERE_UP_TO", up_to)
            amount = "amount" if seed % 2 else None
            with read(
                reader, table=f"sales.dirty_{seed}", time_zone="Asia/Tokyo", amount=amount
            ) as log:
                (part,) = log.rows.opened.parts
                assert (part.grouped is not None) == (up_to == 3)
                # But for the order in which a text names the states.
                told = [rule.to_dict() | {"text": ""} for rule in log.account().rules]
                rules = [rule for rule in told if rule["rule"] != "brought_over"]
                assert len(rules) == len(told) - 1
                orders = [tuple(one.values()) for one in log.records(log.orders())]
                found.append((sorted(orders, key=repr), log.totals(), rules))
            monkeypatch.undo()
        assert found[0] == found[1], seed


def test_what_a_server_would_take_for_one_is_brought_row_by_row(
    reader: str, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ids of a collation without case, amounts as text, and refunds beside them."""
    with psycopg.connect(postgres_url.replace("postgres://", "postgresql://")) as server:
        server.execute(
            "CREATE COLLATION sales.caseless (provider = icu, locale = 'und-u-ks-level2',"
            " deterministic = false)"
        )
        first = "order_id, order_day, amount"
        server.execute(
            f"CREATE VIEW sales.caseless_ids AS SELECT {first},"
            " customer_id COLLATE sales.caseless AS customer_id FROM sales.lines"
        )
        server.execute(
            "CREATE VIEW sales.texts AS SELECT order_id, customer_id, order_day,"
            " amount::text AS amount FROM sales.lines"
        )
        server.execute(
            f"CREATE VIEW sales.refunds AS SELECT {first}, customer_id, 1 AS refunded_amount"
            " FROM sales.lines"
        )
        server.execute("GRANT SELECT ON ALL TABLES IN SCHEMA sales TO looker")
    monkeypatch.setattr(bring_over, "HERE_UP_TO", 3)
    for name in ("caseless_ids", "texts", "refunds"):
        with read(reader, table=f"sales.{name}") as log:
            assert log.rows.backend.name == "duckdb"
            assert log.rows.opened.parts[0].grouped is None
        # Where tables can be made, the server counts what it can't put together.
        with read(postgres_url, table=f"sales.{name}") as log:
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
