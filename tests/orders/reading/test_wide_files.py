"""Tables of thousands of columns: each column holds its own content, in every run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from crmformulas.errors import InputError
from crmformulas.orders.log import read
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
            assert all(list(engine.backend.table("wide").columns) == NAMES for _ in range(4))
    finally:
        engine.close()


def test_a_wide_text_file_is_read_the_same_in_every_run(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    write_wide(path, 3_000)
    with busy():
        assert all(read_once(path) for _ in range(2))


def test_a_wide_parquet_file_and_frame_are_read_the_same(tmp_path: Path) -> None:
    columns = {
        "customer": [c for c, _, _ in EXPECTED],
        "date": [f"2026-01-0{i + 1}" for i in range(5)],
        "amount": [a // 10_000 for _, _, a in EXPECTED],
    }
    table = pa.table({**columns, **{name: ["1"] * 5 for name in NAMES[:2_100]}})
    path = tmp_path / "wide.parquet"
    pq.write_table(table, path)
    for source in (path, table):
        with busy(), open_rows(source) as rows:
            found = rows.opened.ask(rows.table)
            assert sorted(tuple(row.values()) for row in found) == EXPECTED


def wide(path: Path, change: Callable[[list[list[str]]], object] = lambda rows: None) -> Path:
    rows = [["customer", "date", "amount", *(f"x{i}" for i in range(3_000))]]
    rows += [[f"c{i}", f"2026-01-0{i + 1}", str(10 * (i + 1)), *["1"] * 3_000] for i in range(5)]
    rows[0][2_900] = "Order ID"
    change(rows)
    path.write_text("".join(",".join(row) + "\n" for row in rows))
    return path


def test_of_a_wide_table_only_some_columns_are_looked_at_and_that_is_said(tmp_path: Path) -> None:
    path = wide(tmp_path / "wide.csv", lambda rows: rows[3].__setitem__(1, "soon"))
    with read(path) as log:
        made = log.summary()
        assert log.rows.columns["order"] == "Order ID"
    assert any("of 3003 columns the first 500 are looked at" in str(note) for note in made.warnings)
    (sample,) = made.input.sample
    assert len(sample["row"]) == 501


def test_a_short_row_of_a_wide_table_is_read_and_a_stray_quote_is_named(tmp_path: Path) -> None:
    with read(wide(tmp_path / "short.csv", lambda rows: rows[3].pop())) as log:
        made = log.summary()
    assert made.input.rows == 5
    assert any("fewer fields than the header" in str(note) for note in made.warnings)

    def stray(rows: list[list[str]]) -> None:
        rows[2][-3], rows[3][-5] = '"open', 'a"b'

    with (
        pytest.raises(InputError, match=r"stray\.csv: a stray quote in line \d"),
        read(wide(tmp_path / "stray.csv", stray)) as log,
    ):
        log.summary()


def test_a_question_about_a_wide_table_lists_a_few_columns(tmp_path: Path) -> None:
    path = wide(tmp_path / "wide.csv", lambda rows: rows[0].__setitem__(0, "zz"))
    with pytest.raises(InputError, match="and 2973 more") as error:
        read(path)
    assert len(str(error.value)) < 1_000
