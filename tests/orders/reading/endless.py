"""Tables whose rows never end, on each engine: only an interruption ends their counting."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

ENGINES = ("sqlite", "duckdb", "postgres")

ROWS = "SELECT 'c' || i AS customer, {day} AS date, 10 AS amount FROM {series}"


@contextmanager
def endless(engine: str, folder: Path, url: str = "") -> Iterator[tuple[str, str]]:
    """A view without end: where it is, and its name."""
    path = folder / "shop.db"
    if engine == "sqlite":
        numbers = "WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r)"
        with sqlite3.connect(path) as lite:
            rows = ROWS.format(day="'2024-01-05'", series="r")
            lite.execute(f"CREATE VIEW endless AS {numbers} {rows}")
        lite.close()
        yield str(path), "endless"
    elif engine == "duckdb":
        duck = duckdb.connect(str(path))
        # Of a cross product, so that nothing is known of it without counting.
        series = "(SELECT a.range AS i FROM range(100000000) a, range(100000000) b)"
        rows = ROWS.format(day="DATE '2024-01-05'", series=series)
        duck.execute(f"CREATE VIEW endless AS {rows}")
        duck.close()
        yield str(path), "endless"
    else:
        import psycopg

        rows = ROWS.format(day="DATE '2024-01-05'", series="generate_series(1, 1000000000000) i")
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(f"CREATE VIEW endless AS {rows}")
            try:
                yield url, "endless"
            finally:
                server.execute("DROP VIEW endless")
