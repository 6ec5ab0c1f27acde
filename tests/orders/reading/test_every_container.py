"""The same rules in whatever the rows come: text, packed, workbook, Parquet, databases, frames."""

from __future__ import annotations

import gzip
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from crmformulas.orders.log import read

HEAD = ["receipt", "shopper email", "sold on", "sum", "sales state", "is_cancelled"]
ROWS: list[list[str]] = [
    # A total on each of its order's rows, three times: 100 + 60 + 40.
    ["1", "Ann@x.se", "2024-01-05", "100", "completed", "no"],
    ["1", "ann@x.se", "2024-01-05", "100", "completed", "no"],
    ["2", "bo@x.se", "2024-01-06", "60", "completed", "no"],
    ["2", "bo@x.se", "2024-01-06", "60", "completed", "no"],
    ["3", "ann@x.se ", "2024-01-07", "40", "completed", "no"],
    ["3", "ann@x.se", "2024-01-07", "40", "completed", "no"],
    # No sale, and one that a column nobody reads says something of: 20.
    ["4", "bo@x.se", "2024-01-08", "999", "cancelled", "no"],
    ["5", "bo@x.se", "2024-01-09", "20", "completed", "yes"],
    # Money that went back, as a row of its own: −5. Nobody: left out.
    ["6", "bo@x.se", "2024-01-10", "-5", "refunded", "no"],
    ["7", "guest", "2024-01-11", "70", "completed", "no"],
]
OPTIONS: dict[str, Any] = {
    "customer": "shopper email",
    "date": "sold on",
    "order_total": "sum",
    "order": "receipt",
    "status": "sales state",
}
NET, BUYERS, ORDERS = 215.0, {"ann@x.se", "bo@x.se"}, 4


def text(rows: list[list[str]]) -> str:
    return "\n".join(",".join(row) for row in [HEAD, *rows]) + "\n"


def table(rows: list[list[str]]) -> pa.Table:
    return pa.table({name: [row[i] for row in rows] for i, name in enumerate(HEAD)})


def as_csv(folder: Path) -> Any:
    (folder / "a.csv").write_text(text(ROWS))
    return folder / "a.csv"


def as_gzip(folder: Path) -> Any:
    (folder / "a.csv.gz").write_bytes(gzip.compress(text(ROWS).encode()))
    return folder / "a.csv.gz"


def as_files(folder: Path) -> Any:
    # Cut in the middle of the second order.
    (folder / "a.csv").write_text(text(ROWS[:3]))
    (folder / "b.csv").write_text(text(ROWS[3:]))
    return [folder / "a.csv", folder / "b.csv"]


def as_late_rows(folder: Path) -> Any:
    # Far behind what a sample sees: orders of one row, worth 0, of nobody else.
    plain = [[str(n), "ann@x.se", "2024-01-05", "0", "completed", "no"] for n in range(100, 60_100)]
    (folder / "a.csv").write_text(text([*plain, *ROWS]))
    return folder / "a.csv"


def as_workbook(folder: Path) -> Any:
    frame = table(ROWS).to_pandas()
    frame["sum"], frame["sold on"] = frame["sum"].astype(float), pd.to_datetime(frame["sold on"])
    frame.to_excel(folder / "a.xlsx", index=False, engine="xlsxwriter")
    return folder / "a.xlsx"


def as_parquet(folder: Path) -> Any:
    pq.write_table(table(ROWS), folder / "a.parquet")
    return folder / "a.parquet"


def as_duckdb(folder: Path) -> Any:
    held = table(ROWS)
    with duckdb.connect(str(folder / "a.duckdb")) as connection:
        connection.register("held", held)
        connection.execute("CREATE TABLE orders AS SELECT * FROM held")
    return folder / "a.duckdb"


def as_sqlite(folder: Path) -> Any:
    connection = sqlite3.connect(folder / "a.sqlite")
    names = ", ".join(f'"{name}" TEXT' for name in HEAD)
    connection.execute(f"CREATE TABLE orders ({names})")
    connection.executemany("INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?)", ROWS)
    connection.commit()
    connection.close()
    return folder / "a.sqlite"


def as_frame(folder: Path) -> Any:
    return table(ROWS).to_pandas()


CONTAINERS: list[Callable[[Path], Any]] = [
    as_csv,
    as_gzip,
    as_files,
    as_late_rows,
    as_workbook,
    as_parquet,
    as_duckdb,
    as_sqlite,
    as_frame,
]


@pytest.mark.parametrize("made", CONTAINERS, ids=lambda made: made.__name__)
def test_the_rules_hold_in_every_container(made: Callable[[Path], Any], tmp_path: Path) -> None:
    with read(made(tmp_path), **OPTIONS) as log:
        account = log.account()
        orders = log.records(log.orders())
    bought = [order for order in orders if order["amount"] > 0]
    assert sum(order["amount"] for order in orders) / 10_000 == NET
    assert {order["customer"] for order in bought} == BUYERS
    assert len(bought) == ORDERS
    rules = {rule.rule: rule for rule in account.rules}
    # The rows of an order that was cut have become one before.
    at_stake = 140 if made is as_files else 200
    assert rules["order_total"].money == at_stake * 10_000
    assert rules["status_no_sale"].money == 999 * 10_000
    if made is not as_sqlite:
        assert rules["taken_back_not_read"].money == 20 * 10_000
