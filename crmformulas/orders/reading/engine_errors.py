"""Which errors say that an input or an engine failed, not that this program is wrong."""

from __future__ import annotations

__all__ = ["of_an_engine"]

ENGINES = ("_duckdb", "duckdb", "ibis", "pyarrow", "sqlglot", "sqlite3", "psycopg", "pyspark")


def of_an_engine(error: Exception) -> bool:
    """Whether the error comes from an engine.

    Examples:
        >>> import sqlite3
        >>> of_an_engine(sqlite3.OperationalError("disk is full")), of_an_engine(KeyError("a"))
        (True, False)
    """
    return type(error).__module__.startswith(ENGINES)
