"""Rows of a database server, as a table of the engine here: streamed, with every digit.

PostgreSQL hands them out by ``COPY``, several times faster than row by row; of MySQL and MariaDB a
cursor that stays on the server is read; of other servers Ibis hands out Arrow batches. None of
them needs more than ``SELECT`` there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from typing import Any

from crmformulas.orders.reading.embedded import named
from crmformulas.orders.reading.engine import Engine
from crmformulas.orders.reading.expressions import ibis, real
from crmformulas.orders.reading.sql_literals import quoted

__all__ = ["bring_rows", "plain"]

BATCH = 10_000
"""Rows that are on the way at a time."""
DIGITS = "decimal(38, 10)"
"""The type of numbers of any length, whose text would have to be read otherwise."""
MOST_DIGITS = 38
WORK_MEM = "128MB"
"""What PostgreSQL may take to put rows together, before it goes by way of its disk."""
ENDLESS = ("DATE", "TIMESTAMP")
"""Types that have an infinity, which is no day."""


def bring_rows(table: Any, engine: Engine, name: str, *, zoned: bool = False) -> None:
    """Store the rows of an Ibis table of a server as a table of the engine.

    Args:
        table: What is brought, with the names that it has here.
        engine: Where to.
        name: The name of the table there; one that is there is replaced.
        zoned: Whether a zone was asked for in which MySQL's instants have their day.
    """
    backend = table.get_backend()
    table = table.select(**{column: plain(table[column]) for column in table.columns})
    table = real(table)
    if backend.name == "mysql":
        _copy_mysql(backend, table, engine, name, zoned=zoned)
        return
    if backend.name == "postgres":
        with suppress(*_refusals()):
            _copy_postgres(backend, table, engine, name)
            return
    stream = backend.to_pyarrow_batches(table, chunk_size=BATCH)
    _store(engine, name, stream, "SELECT * FROM brought")


def _store(engine: Engine, name: str, stream: Any, query: str) -> None:
    """Store what a query makes of a stream, which it calls ``brought``, as a table."""
    run = engine.backend.whole
    run.register("brought", stream)
    try:
        run.execute(f"CREATE OR REPLACE TEMP TABLE {named(name)} AS {query}")
    finally:
        run.unregister("brought")


def plain(column: Any) -> Any:
    """A column whose cells have a type that both sides know."""
    kind = column.type()
    if kind.is_decimal() and (None in (kind.precision, kind.scale) or kind.precision > MOST_DIGITS):
        return column.cast(ibis.dtype(DIGITS))
    if kind.is_floating():
        # MySQL shows six digits of one of 32 bits.
        return column.cast("float64")
    plain_kind = kind.is_string() or kind.is_numeric() or kind.is_boolean()
    return column if plain_kind or kind.is_date() or kind.is_timestamp() else column.cast("string")


def _typed(table: Any, engine: Engine, offset: str | None) -> str:
    """The texts of a table's cells by their types, as a list of SELECT.

    What has no value of the type here, such as ``NaN`` among decimals or a day of zeros, is
    nothing. ``offset`` is that of instants whose texts have none; where it is None they are the
    clock on the wall.
    """
    mapper = engine.backend.compiler.type_mapper
    cells = []
    for column, kind in table.schema().items():
        cell, wanted = named(column), mapper.to_string(kind)
        if kind.is_timestamp():
            zoned = kind.timezone and offset is not None
            wanted = "TIMESTAMPTZ" if zoned else "TIMESTAMP"
            cell = f"{cell} || {quoted(offset or '')}" if zoned and offset else cell
        if not kind.is_string():
            cell = f"TRY_CAST({cell} AS {wanted})"
        if kind.is_floating() or wanted.startswith(ENDLESS):
            cell = f"CASE WHEN isfinite({cell}) THEN {cell} END"
        cells.append(f"{cell} AS {named(column)}")
    return ", ".join(cells)


# PostgreSQL


def _refusals() -> tuple[type[Exception], ...]:
    """The errors after which rows come one by one only: COPY refused, or text not in UTF-8."""
    refused, duckdb = import_module("psycopg").errors, import_module("duckdb")
    return refused.FeatureNotSupported, refused.SyntaxError, duckdb.InvalidInputException


def _copy_postgres(backend: Any, table: Any, engine: Engine, name: str) -> None:
    """By way of a file in the engine's temporary folder, which holds texts that can't be mistaken.

    A text is quoted, and nothing is not.
    """
    path = engine.temp / f"{name}.csv"
    connection, query = backend.con, backend.compile(table)
    texts = [column for column, kind in table.schema().items() if kind.is_string()]
    quote = f", FORCE_QUOTE ({', '.join(map(named, texts))})" if texts else ""
    try:
        with connection.transaction(), connection.cursor() as cursor:
            # Days and instants as the engine here reads them, whatever the server's habits are.
            for setting, value in (
                ("datestyle", "ISO"),
                ("timezone", "UTC"),
                ("client_encoding", "UTF8"),
                ("extra_float_digits", "1"),
                ("work_mem", WORK_MEM),
            ):
                cursor.execute(f"SET LOCAL {setting} TO {quoted(value)}")
            with (
                cursor.copy(f"COPY ({query}) TO STDOUT WITH (FORMAT csv{quote})") as rows,
                path.open("wb") as file,
            ):
                for piece in rows:
                    file.write(piece)
        columns = ", ".join(f"{quoted(one)}: 'VARCHAR'" for one in table.columns)
        engine.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {named(name)} AS"
            f" SELECT {_typed(table, engine, offset='')} FROM read_csv({quoted(str(path))},"
            f" columns = {{{columns}}}, auto_detect = false, header = false, delim = ',',"
            " quote = '\"', escape = '\"', nullstr = '', allow_quoted_nulls = false,"
            " parallel = false, hive_partitioning = false, max_line_size = 1000000000)"
        )
    finally:
        path.unlink(missing_ok=True)


# MySQL and MariaDB


def _copy_mysql(backend: Any, table: Any, engine: Engine, name: str, *, zoned: bool) -> None:
    """By a cursor that stays on the server, and as texts: Ibis would make decimals floats.

    Instants come as the clock of the server shows them, or of UTC where a zone was asked for.
    """
    pyarrow, cursors = import_module("pyarrow"), import_module("MySQLdb.cursors")
    connection = backend.con
    schema = pyarrow.schema({column: pyarrow.binary() for column in table.columns})

    def batches(cursor: Any) -> Iterator[Any]:
        while rows := cursor.fetchmany(BATCH):
            cells = [pyarrow.array(column, pyarrow.binary()) for column in zip(*rows, strict=True)]
            yield pyarrow.RecordBatch.from_arrays(cells, schema=schema)

    connection.set_character_set("utf8mb4")
    clock = quoted("+00:00") if zoned else "@@global.time_zone"
    with connection.cursor() as cursor:
        cursor.execute(f"SET time_zone = {clock}")
    kept, connection.converter = connection.converter, {}
    try:
        with connection.cursor(cursors.SSCursor) as cursor:
            cursor.execute(backend.compile(table))
            stream = pyarrow.RecordBatchReader.from_batches(schema, batches(cursor))
            typed = _typed(table, engine, offset="+00" if zoned else None)
            texts = ", ".join(
                f"decode({named(column)}) AS {named(column)}" for column in table.columns
            )
            _store(engine, name, stream, f"SELECT {typed} FROM (SELECT {texts} FROM brought)")
    finally:
        connection.converter = kept
