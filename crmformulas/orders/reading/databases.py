"""Orders that live in a database: a DuckDB or SQLite file, or a server that Ibis can talk to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from crmformulas.errors import InputError
from crmformulas.orders.reading.engine import first_line, open_engine, quoted
from crmformulas.orders.reading.source_tables import Format, Opened, Part, shown, table_part

__all__ = ["is_duckdb", "is_sqlite", "open_duckdb", "open_sqlite", "open_url"]

SQLITE = b"SQLite format 3\0"


def is_duckdb(head: bytes) -> bool:
    """Whether a file that begins like this is a DuckDB database."""
    return head[8:12] == b"DUCK"


def is_sqlite(head: bytes) -> bool:
    """Whether a file that begins like this is a SQLite database."""
    return head.startswith(SQLITE)


def open_duckdb(path: Path, options: Format) -> Opened:
    """A table of a DuckDB file, attached read-only."""
    engine = open_engine(
        input_bytes=path.stat().st_size,
        memory_limit=options.memory_limit,
        temp_directory=options.temp_directory,
        threads=options.threads,
    )
    try:
        run = engine.connection.execute
        try:
            run(f"ATTACH {quoted(str(path.absolute()))} AS source (READ_ONLY)")
        except Exception as error:
            raise InputError(f"{shown(path)}: can't be opened: {first_line(error)}") from error
        engine.lock([path.absolute()])
        found = run(
            "SELECT table_schema, table_name FROM information_schema.tables"
            " WHERE table_catalog = 'source' ORDER BY ALL"
        ).fetchall()
        tables = {
            name if schema == "main" else f"{schema}.{name}": (schema, name)
            for schema, name in found
        }
        chosen = choose_table(list(tables), options.table, shown(path))
        schema, name = tables[chosen]
        table = engine.backend.table(name, database=("source", schema))
        part = table_part(table, f"{shown(path)} table {chosen!r}", engine=engine)
    except BaseException:
        engine.close()
        raise
    return Opened(engine.backend, [part], engine)


def open_sqlite(path: Path, options: Format) -> Opened:
    """A table of a SQLite file; SQLite itself counts."""
    try:
        backend = import_module("ibis").sqlite.connect(path)
        part = _table(backend, options.table, shown(path))
    except InputError:
        raise
    except Exception as error:
        raise InputError(f"{shown(path)}: can't be opened: {first_line(error)}") from error
    return Opened(backend, [part])


def open_url(url: str, options: Format) -> Opened:
    """A table of a database server."""
    # A password is nobody's business but the server's.
    label = re.sub(r"//([^/@:]*):[^/@]*@", r"//\1:***@", url)
    try:
        backend = import_module("ibis").connect(url)
    except Exception as error:
        reason = first_line(error).replace(url, label)
        raise InputError(f"{shown(label)}: can't be reached: {reason}") from None
    try:
        part = _table(backend, options.table, shown(label))
    except InputError:
        backend.disconnect()
        raise
    except Exception as error:
        backend.disconnect()
        reason = first_line(error).replace(url, label)
        raise InputError(f"{shown(label)}: {reason}") from None
    return Opened(backend, [part])


def _table(backend: Any, wanted: str | None, label: str) -> Part:
    chosen = choose_table(backend.list_tables(), wanted, label)
    return table_part(backend.table(chosen), f"{label} table {chosen!r}")


def choose_table(tables: Sequence[str], wanted: str | None, where: str) -> str:
    """The table that is wanted, or the only one there is.

    Raises:
        InputError: it isn't there, or there are several to choose from.
    """
    if wanted is None and len(tables) == 1:
        return tables[0]
    if wanted is not None and wanted in tables:
        return wanted
    if not tables:
        raise InputError(f"{where}: has no tables")
    listed = ", ".join(map(repr, tables[:30])) + (" …" if len(tables) > 30 else "")
    problem = "has several tables" if wanted is None else f"has no table {wanted!r}"
    raise InputError(f"{where}: {problem}; choose one with --table: {listed}")
