"""Rows of a database server, brought to the engine here and counted by it.

A server that lets its user only read can't count: that takes temporary tables. And rows that are
brought are counted several times faster than most servers count them, by the rules for text, dates
and amounts that hold for files. Larger tables stay where they are, if the server lets them be
counted.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

from crmformulas.errors import InputError
from crmformulas.formats import with_separators
from crmformulas.orders.reading.account import note
from crmformulas.orders.reading.column_roles import Choice
from crmformulas.orders.reading.engine import Engine, open_engine
from crmformulas.orders.reading.engine_errors import in_words
from crmformulas.orders.reading.source_tables import OpenSource, SourceTable, table_part, unique
from crmformulas.translations import counted

__all__ = ["BATCH", "HERE_UP_TO", "CountingPlace", "bring_over", "columns_of", "place_of"]

CountingPlace = Literal["source", "here"]

HERE_UP_TO = 20_000_000
"""Rows of a server that are brought here unless the user says otherwise."""
BATCH = 10_000
"""Rows that are on the way at a time."""
EMBEDDED = ("duckdb", "sqlite")
SERVERS = ("postgres", "mysql", "mssql", "oracle")
"""Servers of one machine, which is seldom free for counting. Clusters and warehouses are made for
it: what they hold stays there."""
PER_CELL = 16
"""Bytes of a cell, for the engine's memory."""


def place_of(opened: OpenSource, wanted: CountingPlace | None) -> tuple[CountingPlace, int]:
    """Where the rows of an opened source are counted, and how many there are to bring.

    Args:
        opened: The source.
        wanted: What the user says.

    Raises:
        InputError: the server can't tell how many rows there are.
    """
    name = opened.backend.name
    if name in EMBEDDED or not opened.owned or len(opened.parts) != 1:
        if wanted == "here" and not opened.owned:
            return "here", _rows(opened)
        return "source", 0
    if wanted == "source" or (wanted is None and name not in SERVERS):
        return "source", 0
    rows = _rows(opened)
    if wanted is None and rows > HERE_UP_TO and not _only_reads(opened.backend):
        return "source", 0
    return "here", rows


def _rows(opened: OpenSource) -> int:
    (part,) = opened.parts
    try:
        return int(opened.ask(part.table.aggregate(rows=part.table.count()))[0]["rows"])
    except Exception as error:
        raise in_words(error, part.label) from None


def _only_reads(backend: Any) -> bool:
    """Whether the user may create nothing there, not even for as long as the session lasts."""
    if backend.name != "postgres":
        return False
    query = (
        "SELECT current_setting('transaction_read_only') = 'on'"
        " OR NOT has_database_privilege(current_database(), 'TEMPORARY')"
    )
    with backend.con.cursor() as cursor:
        return bool(cursor.execute(query).fetchone()[0])


def columns_of(choice: Choice) -> tuple[int, ...]:
    """The positions of the columns that reading looks at."""
    return tuple(sorted({*choice.roles.values(), *choice.keys, *choice.statuses, *choice.articles}))


def bring_over(
    opened: OpenSource,
    rows: int,
    choose: Callable[[SourceTable], Choice],
    *,
    memory_limit: str | None = None,
    temp_directory: Path | None = None,
    threads: int | None = None,
) -> OpenSource:
    """The source with its rows in an engine here; the connection to the server is closed.

    Args:
        opened: A source of one table.
        rows: How many rows it has.
        choose: The columns of the roles.
        memory_limit: As for reading.
        temp_directory: As for reading.
        threads: As for reading.

    Raises:
        InputError: the rows can't be had.
    """
    (part,) = opened.parts
    chosen = choose(part)
    positions = columns_of(chosen)
    engine = open_engine(
        input_bytes=rows * len(positions) * PER_CELL,
        memory_limit=memory_limit,
        temp_directory=temp_directory,
        threads=threads,
    )
    try:
        here = _copied(part, positions, engine)
        if _named(here, choose(here)) != _named(part, chosen):
            # With fewer names to choose among, others are meant.
            here = _copied(part, range(len(part.names)), engine)
        engine.lock([])
    except InputError:
        engine.close()
        raise
    except Exception as error:
        folder = engine.temp
        engine.close()
        raise in_words(error, part.label, folder) from None
    except BaseException:
        engine.close()
        raise
    shown = with_separators(rows)
    brought = note(
        "brought_over",
        f"{part.label}: {counted(rows, 'row', 'was', shown=shown)} brought here and counted here;"
        " --where-to-count source counts them on the server",
        f"{part.label}: {counted(rows, 'row', lang='sv', shown=shown)} hämtades hit och räknades"
        " här; --where-to-count source räknar dem på servern",
        "--where-to-count",
        rows,
    )
    opened.close()
    return OpenSource(engine.backend, [here], engine, [*opened.notes, brought])


def _named(part: SourceTable, choice: Choice) -> dict[str, str]:
    return {role: part.names[position] for role, position in choice.roles.items()}


def _copied(part: SourceTable, positions: Any, engine: Engine) -> SourceTable:
    """The columns at these positions as a table of the engine."""
    names = [part.names[i] for i in positions]
    columns = {
        name: _plain(part.column(i)) for name, i in zip(unique(names), positions, strict=True)
    }
    table = part.table.select(**columns)
    batches = table.get_backend().to_pyarrow_batches(table, chunk_size=BATCH)
    run = engine.connection
    run.register("brought", batches)
    run.execute("CREATE OR REPLACE TEMP TABLE rows_here AS SELECT * FROM brought")
    run.unregister("brought")
    made = table_part(engine.backend.table("rows_here"), part.label, names, engine)
    zones = {new: part.zones[old] for new, old in enumerate(positions) if old in part.zones}
    made.zones, made.hint = zones, part.hint
    return made


def _plain(column: Any) -> Any:
    """A column whose cells have a type that both sides know."""
    kind = column.type()
    if kind.is_decimal() and (kind.precision is None or kind.scale is None):
        # A number of any length, whose text would have to be read.
        return column.cast(import_module("ibis").dtype("decimal(38, 10)"))
    known = kind.is_string() or kind.is_numeric() or kind.is_temporal() or kind.is_boolean()
    return column if known else column.cast("string")
