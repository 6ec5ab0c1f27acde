"""Tables that other programs hold: Arrow streams without pandas, and a real Postgres server."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import polars as pl
import psycopg
import pyarrow as pa
import pytest

from crmformulas.dates import from_number
from crmformulas.errors import InputError
from crmformulas.orders.log import read

ROWS = {
    "customer": ["a", "a", "b"],
    "date": [date(2024, 1, 5), date(2024, 2, 5), date(2024, 2, 6)],
    "amount": [Decimal("10.50"), Decimal("20.25"), Decimal("-3.00")],
}


def money(source: Any, **options: Any) -> tuple[int, list[str]]:
    """The revenue in ten-thousandths, and the days of the orders."""
    with read(source, **options) as log:
        days = sorted(str(from_number(one["day"])) for one in log.records(log.orders()))
        return log.totals()["revenue"], days


WANTED = (277_500, ["2024-01-05", "2024-02-05", "2024-02-06"])
"""10.50 + 20.25 − 3."""


def test_frames_of_polars() -> None:
    assert money(pl.DataFrame(ROWS)) == WANTED
    texts = pl.DataFrame(
        {**ROWS, "amount": ["10,50", "20,25", "-3"], "date": map(str, ROWS["date"])}
    )
    assert money(texts) == WANTED
    instants = pl.DataFrame(
        {
            "customer": ["a"],
            "date": pl.Series([datetime(2024, 1, 5, 23, 30)]).dt.replace_time_zone("UTC"),
            "amount": [1.0],
        }
    ).with_columns(pl.col("date").dt.convert_time_zone("Europe/Stockholm"))
    assert money(instants) == (10_000, ["2024-01-06"])


def test_lazy_frames_of_polars() -> None:
    assert money(pl.DataFrame(ROWS).lazy()) == WANTED


def test_anything_that_hands_out_an_arrow_stream() -> None:
    table = pa.table(ROWS)
    assert money(table) == WANTED
    assert money(table.to_batches()[0]) == WANTED
    assert money(pa.RecordBatchReader.from_batches(table.schema, table.to_batches())) == WANTED
    connection = duckdb.connect()
    connection.register("held", table)
    assert money(connection.sql("SELECT * FROM held")) == WANTED

    class Stream:
        """As results of ADBC and of other engines are."""

        def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
            return table.__arrow_c_stream__(requested_schema)

    assert money(Stream()) == WANTED


def test_wide_decimals() -> None:
    wide = pa.table({**ROWS, "amount": pa.array(ROWS["amount"], pa.decimal256(60, 2))})
    assert money(wide) == WANTED


def test_a_frame_of_polars_is_read_without_pandas() -> None:
    code = (
        "import sys, polars as pl\n"
        "from crmformulas.orders.log import read\n"
        "f = pl.DataFrame({'customer': ['a'], 'date': ['2024-01-05'], 'amount': [1.5]})\n"
        "with read(f) as log:\n"
        "    assert log.totals()['revenue'] == 15_000\n"
        "assert 'pandas' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


@pytest.fixture(scope="module")
def server(postgres_url: str) -> str:
    with psycopg.connect(postgres_url.replace("postgres://", "postgresql://")) as connection:
        connection.execute("CREATE SCHEMA IF NOT EXISTS sold")
        connection.execute("DROP TABLE IF EXISTS sold.typed")
        connection.execute(
            "CREATE TABLE sold.typed (customer text, date timestamptz, amount money, total numeric)"
        )
        connection.execute(
            "INSERT INTO sold.typed VALUES ('a', '2024-01-05 23:30+00', '1234.50', 1234.5),"
            " ('b', '2024-02-05 10:00+00', '-3.25', -3.25)"
        )
    return postgres_url


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_urls_as_sqlalchemy_writes_them(server: str, scheme: str) -> None:
    url = server.replace("postgres://", f"{scheme}://")
    assert money(url, table="sold.typed", amount="total")[0] == 12_312_500


def test_money_and_the_zone_of_the_server(server: str) -> None:
    revenue, days = money(server, table="sold.typed", amount="amount", time_zone="Europe/Stockholm")
    assert revenue == 12_312_500
    assert days == ["2024-01-06", "2024-02-05"]
    with read(server, table="sold.typed", amount="total", time_zone="UTC") as log:
        assert log.account().sources[0].zone == "UTC"
        assert str(from_number(min(o["day"] for o in log.records(log.orders())))) == "2024-01-05"


def test_a_table_that_is_not_there_is_a_line(server: str) -> None:
    with pytest.raises(InputError, match=r"sold\.nothing") as refused:
        read(server, table="sold.nothing")
    assert "\n" not in str(refused.value)
