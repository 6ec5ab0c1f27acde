"""Faults of an engine reach a program as an InputError with the file's name, from every method.

Each fault is made for real: pages of databases are overwritten, inputs deleted, servers told to go.
"""

from __future__ import annotations

import gzip
import inspect
import sqlite3
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmformulas.errors import InputError
from crmformulas.orders.log import Orders, read
from crmformulas.orders.reading.engine_errors import of_an_engine
from crmformulas.orders.reading.other_engines import amount_of, day_of

HEAD = "customer,date,amount\n"
ROWS = [(f"c{i % 500}", f"2025-{i % 12 + 1:02}-{i % 28 + 1:02}", f"{i}.5") for i in range(20_000)]


def sqlite_file(path: Path, rows: list[tuple[str, str, str]] = ROWS) -> Path:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE orders (customer TEXT, date TEXT, amount TEXT)")
        connection.executemany("INSERT INTO orders VALUES (?, ?, ?)", rows)
    connection.close()
    return path


def duckdb_file(path: Path) -> Path:
    connection = duckdb.connect(str(path))
    connection.execute(
        "CREATE TABLE orders AS SELECT 'c' || i // 7 AS customer, DATE '2025-01-01' +"
        " CAST(i % 300 AS INTEGER) AS date, hash(i) / 1e16 AS amount FROM range(200000) t(i)"
    )
    connection.close()
    return path


@pytest.mark.parametrize("make", [sqlite_file, duckdb_file])
@pytest.mark.parametrize("place", [0.2, 0.5, 0.8])
def test_a_database_with_overwritten_pages(
    tmp_path: Path, make: Callable[[Path], Path], place: float
) -> None:
    path = make(tmp_path / "shop.db")
    data = bytearray(path.read_bytes())
    start = int(len(data) * place)
    data[start : start + 20_000] = bytes(255 - byte for byte in data[start : start + 20_000])
    path.write_bytes(data)
    with pytest.raises(InputError, match=r"shop\.db"), read(path) as log:
        log.summary()


@pytest.mark.parametrize("kind", ["csv", "parquet", "csv.gz"])
def test_an_input_that_is_deleted_while_it_is_read(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"shop.{kind}"
    text = HEAD + "".join(f"{','.join(row)}\n" for row in ROWS)
    if kind == "parquet":
        table = duckdb.sql("SELECT 'a' AS customer, DATE '2025-01-01' AS date, 5 AS amount")
        table.write_parquet(str(path))
    else:
        path.write_bytes(gzip.compress(text.encode()) if kind == "csv.gz" else text.encode())
    with read(path) as log:
        path.unlink()
        with pytest.raises(
            InputError, match=rf"shop\.{kind}: can't be opened any more; it was moved or deleted"
        ):
            log.summary()


@pytest.mark.parametrize("kind", ["csv", "sqlite"])
def test_sums_beyond_64_bits_are_one_sentence(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"shop.{kind}"
    rows = [("a", f"2026-01-{i + 1:02}", "99000000000000") for i in range(20)]
    if kind == "csv":
        path.write_text(HEAD + "".join(f"{','.join(row)}\n" for row in rows))
    else:
        sqlite_file(path, rows)
    with (
        pytest.raises(InputError, match=rf"shop\.{kind}.*: a sum is beyond 64 bits; [^\n]*$"),
        read(path) as log,
    ):
        log.summary()


def test_a_server_that_goes_while_it_is_asked(postgres_url: str) -> None:
    import psycopg

    with psycopg.connect(postgres_url, autocommit=True) as other:
        other.execute("CREATE TABLE going AS SELECT 'a' customer, DATE '2026-01-05' date, 5 amount")
        try:
            log = read(postgres_url, table="going", where_to_count="source")
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )
            with pytest.raises(InputError, match=r"table 'going': [^\n]+$"):
                log.summary()
            log.close()
        finally:
            other.execute("DROP TABLE going")


def test_no_method_of_a_log_raises_what_an_engine_raises() -> None:
    methods = {
        f"{of.__name__}.{name}": method
        for of in Orders.__mro__
        for name, method in vars(of).items()
        if inspect.isfunction(method) and name[:2] != "__"
    }
    assert len(methods) > 50
    assert [name for name, method in methods.items() if not hasattr(method, "__wrapped__")] == []


def test_an_interruption_is_not_taken_for_a_fault_of_the_file(tmp_path: Path) -> None:
    path = sqlite_file(tmp_path / "shop.db")
    with read(path) as log:
        log.rows.backend.con.set_progress_handler(lambda: 1, 1_000)
        with pytest.raises(sqlite3.OperationalError, match="interrupted") as error:
            log.summary()
        assert of_an_engine(error.value)
        log.rows.backend.con.set_progress_handler(None, 0)


def test_sqlite_rows_that_cant_be_read_are_excluded_as_those_of_a_file(tmp_path: Path) -> None:
    bad = [("x", "soon", "5"), ("x", "2025-02-30", "5"), ("x", "2025-03-01", "many"), ("", "2", "")]
    rows = [*ROWS[:300], *bad]
    text = tmp_path / "shop.csv"
    text.write_text(HEAD + "".join(f"{','.join(row)}\n" for row in rows))
    told = []
    for path in (text, sqlite_file(tmp_path / "shop.db", rows)):
        with read(path) as log:
            made = log.summary().input
        told.append((made.rows, made.excluded, made.sample))
    assert told[0][:2] == told[1][:2]
    assert {row["reason"] for row in told[1][2]} == {row["reason"] for row in told[0][2]}


def test_a_short_row_in_a_packed_file_takes_no_gigabytes(tmp_path: Path) -> None:
    path = tmp_path / "shop.csv.gz"
    path.write_bytes(gzip.compress((HEAD + "a,2026-01-05,10\nb,2026-01-06\n").encode()))
    with read(path, memory_limit="200MB") as log:
        made = log.summary()
    assert made.input.rows == 2


@given(
    st.one_of(
        st.decimals(-(10**14), 10**14, allow_nan=False, places=6).map("{:f}".format),
        st.text("0123456789.,- ", max_size=12),
    )
)
def test_amounts_in_sqlite_are_those_of_decimal(text: str) -> None:
    digits = text.removeprefix("-")
    whole, _, places = digits.partition(".")
    plain = 1 <= len(whole) <= 14 and f"{whole}{places}0".isdecimal() and digits.isascii()
    wanted = None
    if plain:
        exact = Decimal(text.removesuffix(".")) * 10_000
        # Beyond the fifth place nothing is looked at.
        exact = exact.quantize(Decimal("0.1"), "ROUND_DOWN")
        wanted = int(exact.quantize(Decimal(1), ROUND_HALF_UP))
    assert amount_of(text) == wanted


@given(st.dates())
def test_days_in_sqlite_are_those_of_the_calendar(day: object) -> None:
    from datetime import date

    assert isinstance(day, date)
    wanted = (day - date(1970, 1, 1)).days
    assert day_of(day.isoformat()) == day_of(f"{day:%Y%m%d}".zfill(8)) == wanted
    assert day_of(f"{day.isoformat()} 23:59") == wanted
