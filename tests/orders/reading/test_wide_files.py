"""Tables of thousands of columns: each column holds its own content, in every run."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from crmformulas.orders.reading.engine import open_engine
from crmformulas.orders.reading.typed_rows import open_rows
from tests.orders.reading.wide_files import EXPECTED, busy, read_once, write_wide

NAMES = [f"x{i}" for i in range(10_000)]


def test_the_columns_of_a_wide_table_come_in_its_order() -> None:
    engine = open_engine(threads=8)
    try:
        engine.connection.register("wide", pa.table({name: ["1"] for name in NAMES}))
        with busy():
            # DESCRIBE, by which Ibis would find them, shuffles them about every other time.
            assert all(list(engine.backend.table("wide").columns) == NAMES for _ in range(8))
    finally:
        engine.close()


def test_a_wide_text_file_is_read_the_same_in_every_run(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    write_wide(path, 5_000)
    with busy():
        assert all(read_once(path) for _ in range(2))


def test_a_wide_parquet_file_and_frame_are_read_the_same(tmp_path: Path) -> None:
    columns = {
        "customer": [c for c, _, _ in EXPECTED],
        "date": [f"2026-01-0{i + 1}" for i in range(5)],
        "amount": [a // 10_000 for _, _, a in EXPECTED],
    }
    table = pa.table({**columns, **{name: ["1"] * 5 for name in NAMES[:5_000]}})
    path = tmp_path / "wide.parquet"
    pq.write_table(table, path)
    for source in (path, table):
        with busy(), open_rows(source) as rows:
            found = rows.opened.ask(rows.table)
            assert sorted(tuple(row.values()) for row in found) == EXPECTED
