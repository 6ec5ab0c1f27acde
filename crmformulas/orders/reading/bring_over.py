"""Rows of a database server, brought to the engine here and counted by it.

A server that lets its user only read can't count: that takes temporary tables. And rows that are
brought are counted several times faster than most servers count them, by the rules for text, dates
and amounts that hold for files. Larger tables stay where they are, if the server lets them be
counted.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from crmformulas.errors import InputError
from crmformulas.formats import with_separators
from crmformulas.orders.reading.account import note
from crmformulas.orders.reading.column_roles import Choice
from crmformulas.orders.reading.engine import Engine, open_engine
from crmformulas.orders.reading.engine_errors import in_words
from crmformulas.orders.reading.server_rows import bring_rows
from crmformulas.orders.reading.source_tables import OpenSource, SourceTable, table_part, unique
from crmformulas.translations import Translated, counted

__all__ = ["HERE_UP_TO", "CountingPlace", "bring_over", "columns_of", "place_of"]

CountingPlace = Literal["source", "here"]

HERE_UP_TO = 20_000_000
"""Rows of a server that are brought here unless the user says otherwise."""
EMBEDDED = ("duckdb", "sqlite")
SERVERS = ("postgres", "mysql", "mssql", "oracle")
"""Servers of one machine, which is seldom free for counting. Clusters and warehouses are made for
it: what they hold stays there."""
ALIKE = {"mysql": "MySQL"}
"""Servers whose texts are compared by the language of their column, by what they are called."""
PER_CELL = 16
"""Bytes of a cell, for the engine's memory."""


def place_of(opened: OpenSource, wanted: CountingPlace | None) -> tuple[CountingPlace, int]:
    """Where the rows of an opened source are counted, and how many there are to bring.

    Args:
        opened: The source.
        wanted: What the user says.

    Raises:
        InputError: the server can't tell how many rows there are, or would count wrongly.
    """
    name = opened.backend.name
    if name in EMBEDDED or not opened.owned or len(opened.parts) != 1:
        if wanted == "here" and not opened.owned:
            return "here", _rows(opened)
        return "source", 0
    if wanted == "source" and name in ALIKE:
        raise InputError(
            Translated(
                f"{opened.parts[0].label}: {ALIKE[name]} takes ids for one that differ in upper"
                " case or accents only, so its rows are counted here; leave out --where-to-count",
                f"{opened.parts[0].label}: {ALIKE[name]} tar id för ett som bara skiljer i"
                " versaler eller accenter, så dess rader räknas här; utelämna --where-to-count",
            )
        )
    if wanted == "source" or (wanted is None and name not in SERVERS):
        return "source", 0
    rows = _rows(opened)
    large = rows > HERE_UP_TO and name not in ALIKE
    if wanted is None and large and not _only_reads(opened.backend):
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
    elsewhere = (
        ("", "")
        if opened.backend.name in ALIKE
        else (
            "; --where-to-count source counts them on the server",
            "; --where-to-count source räknar dem på servern",
        )
    )
    brought = note(
        "brought_over",
        f"{part.label}: {counted(rows, 'row', 'was', shown=shown)} brought here and counted here"
        f"{elsewhere[0]}",
        f"{part.label}: {counted(rows, 'row', lang='sv', shown=shown)} hämtades hit och räknades"
        f" här{elsewhere[1]}",
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
    columns = {name: part.column(i) for name, i in zip(unique(names), positions, strict=True)}
    bring_rows(part.table.select(**columns), engine, "rows_here", zoned=bool(part.zones))
    copied = table_part(engine.backend.table("rows_here"), part.label, names, engine)
    zones = {new: part.zones[old] for new, old in enumerate(positions) if old in part.zones}
    copied.zones, copied.hint = zones, part.hint
    return copied
