"""The engine sees its inputs and nothing else, and loads nothing by itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from crmformulas.orders.log import read
from crmformulas.orders.reading.engine import open_engine
from tests.orders.reading.test_reading import write

SCRIPT = """
import sys
from pathlib import Path
from crmformulas.orders.reading.engine import open_engine
from crmformulas.orders.reading.typed_rows import open_rows

folder = Path(sys.argv[1])
engine = open_engine()
loaded = engine.connection.execute(
    "SELECT DISTINCT install_mode FROM duckdb_extensions() WHERE loaded"
).fetchall()
assert loaded == [("STATICALLY_LINKED",)], loaded
engine.close()
with open_rows(folder / "orders.csv") as rows:
    # Opening a file needs neither pandas nor the modules of other sources.
    assert not {"pandas", "python_calamine", "sqlite3"} & set(sys.modules)
    rows.backend.to_pyarrow(rows.table)
    run = rows.backend.con.execute
    settings = dict(run("SELECT name, value FROM duckdb_settings()").fetchall())
    assert settings["enable_external_access"] == "false", settings["enable_external_access"]
    assert settings["autoload_known_extensions"] == "false"
    assert settings["autoinstall_known_extensions"] == "false"
    assert settings["lock_configuration"] == "true"
    temp = rows.opened.engine.temp
    allowed = [
        "SELECT count(*) FROM read_csv('%s')" % (folder / "orders.csv"),
        "COPY (SELECT 1) TO '%s'" % (temp / "x.csv"),
    ]
    refused = [
        "SELECT count(*) FROM read_csv('%s')" % (folder / "secret.csv"),
        "SELECT count(*) FROM read_csv('%s/*.csv')" % folder,
        "SELECT count(*) FROM read_text('/etc/hostname')",
        "SELECT count(*) FROM read_csv('%s/../../secret.csv')" % temp,
        "COPY (SELECT 1) TO '%s'" % (folder / "out.csv"),
        "ATTACH '%s'" % (folder / "new.duckdb"),
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET allowed_directories = ['/']",
        "SET memory_limit = '1GB'",
        "RESET lock_configuration",
        "SELECT count(*) FROM read_csv('https://example.com/orders.csv')",
    ]
    for statement in allowed:
        run(statement)
    for statement in refused:
        try:
            run(statement).fetchall()
        except Exception as error:
            print(type(error).__name__)
        else:
            raise SystemExit("not refused: " + statement)
    # What is stored or spilled still works.
    run("CREATE TEMP TABLE kept AS SELECT range AS n FROM range(1000000)")
    assert run("SELECT count(DISTINCT n) FROM kept").fetchone() == (1000000,)
    assert rows.backend.con.query_progress() is not None
assert not temp.exists()
assert sorted(path.name for path in folder.iterdir()) == ["orders.csv", "secret.csv"]
"""


def test_the_engine_is_closed(tmp_path: Path) -> None:
    write(tmp_path / "orders.csv", "customer,date,amount\nC1,2024-01-05,1\n")
    write(tmp_path / "secret.csv", "customer,date,amount\nC1,2024-01-05,1\n")
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCRIPT, str(tmp_path)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
        check=False,
    )
    assert run.returncode == 0, run.stderr


def test_reading_is_imported_without_an_engine() -> None:
    script = (
        "import sys, crmformulas.orders.reading.typed_rows, crmformulas.orders.reading.contacts\n"
        "print(sorted({'ibis', 'duckdb', 'pandas', 'numpy', 'pyarrow'} & set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
        check=True,
    )
    assert run.stdout.strip() == "[]"


def test_a_cell_that_is_no_number_is_null_and_no_error(tmp_path: Path) -> None:
    # DuckDB 2.0 casts in its reader where nothing else is asked of the column, and fails there.
    path = tmp_path / "o.csv"
    rows = [
        f"c{i},2026-01-{i % 28 + 1:02},{i}.5,{'none of it' if i == 30_000 else 0.5}"
        for i in range(40_000)
    ]
    path.write_text("customer,date,amount,discount_amount\n" + "\n".join(rows))
    engine = open_engine()
    try:
        table = engine.read_text(path, ["a", "b", "c", "d"], header=True, delim=",")
        table = table.select(d=table.d.try_cast("decimal(18,4)"))
        assert len(engine.ask(table)) == 40_000
    finally:
        engine.close()
    with read(path) as log:
        assert log.summary().input.rows == 40_000
