"""Orders that live in a database: a DuckDB or SQLite file, or a server that Ibis can talk to."""

from __future__ import annotations

import _thread
import re
import warnings
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from crmformulas.errors import InputError
from crmformulas.orders.reading import other_engines, spark
from crmformulas.orders.reading.engine import open_engine
from crmformulas.orders.reading.engine_errors import in_words
from crmformulas.orders.reading.source_tables import (
    OpenSource,
    SourceOptions,
    SourceTable,
    shown,
    table_part,
)
from crmformulas.orders.reading.sql_literals import quoted
from crmformulas.orders.reading.time_zones import checked_zone
from crmformulas.translations import Translated

__all__ = ["is_duckdb", "is_sqlite", "open_duckdb", "open_sqlite", "open_url"]

STEPS = 100_000
"""Of SQLite's machine between two looks at signals: a few milliseconds."""
EXTRAS = {
    "postgres": "postgres",
    "postgresql": "postgres",
    "mysql": "mysql",
    "mariadb": "mysql",
    "pyspark": "spark",
    "sc": "spark",
    "spark": "spark",
    "bigquery": "bigquery",
    "snowflake": "snowflake",
}
"""By kind of database the extra that installs its driver."""
SQLITE = b"SQLite format 3\0"


def is_duckdb(head: bytes) -> bool:
    """Whether a file that begins like this is a DuckDB database."""
    return head[8:12] == b"DUCK"


def is_sqlite(head: bytes) -> bool:
    """Whether a file that begins like this is a SQLite database."""
    return head.startswith(SQLITE)


def open_duckdb(path: Path, options: SourceOptions) -> OpenSource:
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
            raise in_words(error, shown(path)) from error
        engine.lock([path.absolute()])
        rows = run(
            "SELECT table_schema, table_name FROM information_schema.tables"
            " WHERE table_catalog = 'source' ORDER BY ALL"
        ).fetchall()
        tables = {
            name if schema == "main" else f"{schema}.{name}": (schema, name)
            for schema, name in rows
        }
        chosen = choose_table(list(tables), options.table, shown(path))
        schema, name = tables[chosen]
        table = engine.backend.table(name, database=("source", schema))
        part = table_part(table, f"{shown(path)} table {chosen!r}", engine=engine)
        part.zones = zones_of(engine.backend, part, options.time_zone)
    except BaseException:
        engine.close()
        raise
    return OpenSource(engine.backend, [part], engine)


def open_sqlite(path: Path, options: SourceOptions) -> OpenSource:
    """A table of a SQLite file; SQLite itself counts."""
    try:
        backend = import_module("ibis").sqlite.connect(path)
        backend.con.set_progress_handler(_let_signals_in, STEPS)
        other_engines.add_functions(backend.con)
        part = _table(backend, options.table, shown(path))
    except InputError:
        raise
    except Exception as error:
        raise in_words(error, shown(path)) from error
    return OpenSource(backend, [part])


def _let_signals_in() -> int:
    """Whether SQLite is to stop: it counts without ever coming back to Python otherwise."""
    try:
        # A signal is handled here, in the first line of Python that is run.
        return 0
    except KeyboardInterrupt:
        # What is raised here goes no further: it is raised again when SQLite has stopped.
        _thread.interrupt_main()
        return 1


def open_url(url: str, options: SourceOptions) -> OpenSource:
    """A table of a database server, by a URL as SQLAlchemy and Ibis write it."""
    label = without_password(url)
    # SQLAlchemy names the driver too.
    address = re.sub(r"^([A-Za-z0-9]+)[+][A-Za-z0-9_]+://", r"\1://", url)
    kind, _, rest = address.partition("://")
    if kind in ("sqlite", "duckdb") and rest.lstrip("/"):
        # Three slashes before a path from here, four before one from the root.
        path = Path(rest.removeprefix("/") if rest.startswith("/") else rest)
        if not path.exists():
            path = Path("/" + rest.lstrip("/"))
        if not path.is_file():
            raise InputError(
                Translated(
                    f"{shown(label)}: there is no such file; check the path",
                    f"{shown(label)}: filen finns inte; kontrollera sökvägen",
                )
            )
        return (open_sqlite if kind == "sqlite" else open_duckdb)(path, options)
    address = re.sub(r"^mariadb:", "mysql:", address)
    try:
        with warnings.catch_warnings():
            # That a MySQL without names of zones takes no "UTC": its clock is set where it matters.
            warnings.simplefilter("ignore")
            backend = (
                spark.connect_spark(address, shown(label))
                if kind in spark.SCHEMES
                else import_module("ibis").connect(address)
            )
    except InputError:
        raise
    except ImportError:
        extra = EXTRAS.get(kind.lower())
        remedy = f"; pip install 'crmformulas[{extra}]'" if extra else ""
        raise InputError(
            Translated(
                f"{shown(label)}: the driver for this kind of database is not installed",
                f"{shown(label)}: drivrutinen för den här databasen är inte installerad",
            ),
            remedy,
        ) from None
    except Exception as error:
        raise in_words(error, shown(label)) from None
    try:
        part = _table(backend, options.table, shown(label))
        part.zones = zones_of(backend, part, options.time_zone)
    except InputError:
        backend.disconnect()
        raise
    except Exception as error:
        backend.disconnect()
        raise in_words(error, shown(label)) from None
    return OpenSource(backend, [part])


def without_password(url: str) -> str:
    """A URL for messages: a password is nobody's business but the server's.

    Examples:
        >>> without_password("postgres://me:secret@host/shop?sslpassword=secret")
        'postgres://me:***@host/shop?…'
        >>> without_password("sc://host:443/;token=secret")
        'sc://host:443/;…'
    """
    hidden = re.sub(r"//([^/@:]*):[^/@]*@", r"//\1:***@", url)
    return re.sub(r"(://[^?;]*[?;]).+", r"\1…", hidden)


def zones_of(backend: Any, part: SourceTable, time_zone: str | None) -> dict[int, str]:
    """The zone of each column of instants: the one given, else that of the session."""
    if time_zone is not None:
        checked_zone(time_zone)
    types = [part.column(i).type() for i in range(len(part.names))]
    instants = [i for i, kind in enumerate(types) if kind.is_timestamp() and kind.timezone]
    if backend.name == "pyspark":
        instants = spark.instants(backend, part.table)
    if time_zone is None and backend.name == "mysql":
        # They are brought as the server's clock shows them.
        return {}
    if not instants or backend.name not in ("duckdb", "mysql", "postgres", "pyspark"):
        return {}
    zone = time_zone or _session_zone(backend)
    return dict.fromkeys(instants, zone)


def _session_zone(backend: Any) -> str:
    if backend.name == "pyspark":
        # Ibis has set that of the session to UTC.
        return str(getattr(backend, "session_zone", "UTC"))
    query = "SELECT current_setting('TimeZone') AS zone"
    if backend.name == "duckdb":
        return str(backend.con.execute(query).fetchall()[0][0])
    with backend.con.cursor() as cursor:
        return str(cursor.execute(query).fetchone()[0])


def _table(backend: Any, wanted: str | None, label: str) -> SourceTable:
    if backend.name == "pyspark" and wanted and spark.is_path(wanted):
        return table_part(spark.files_as_table(backend, wanted), shown(wanted))
    tables = backend.list_tables()
    schema, dot, name = (wanted or "").rpartition(".")
    if dot and wanted not in tables and backend.name != "sqlite":
        try:
            there = backend.list_tables(database=schema)
        except Exception as error:
            raise InputError(
                Translated(
                    f"{label}: has no schema {schema!r}", f"{label}: har inget schema {schema!r}"
                )
            ) from error
        choose_table([f"{schema}.{one}" for one in there], wanted, label)
        table = backend.table(name, database=schema)
        return table_part(_plain_types(table), f"{label} table {wanted!r}")
    chosen = choose_table(tables, wanted, label)
    return table_part(_plain_types(backend.table(chosen)), f"{label} table {chosen!r}")


def _plain_types(table: Any) -> Any:
    """Amounts of a type of their own, as PostgreSQL's money, as the decimals that they are."""
    # Ibis calls it unknown, or a decimal as long as it: the server hands out texts in any case.
    maybe = ("unknown", "decimal(19, 4)")
    money = [n for n, kind in table.schema().items() if str(kind).startswith(maybe)]
    types = _database_types(table) if money else {}
    own = {n: table[n].cast("decimal(38, 4)") for n in money if types.get(n) == "money"}
    return table.mutate(**own) if own else table


def _database_types(table: Any) -> dict[str, str]:
    """The names that PostgreSQL has for the types of a table's columns."""
    operation, backend = table.op(), table.get_backend()
    if backend.name != "postgres":
        return {}
    query = (
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s"
        " AND table_schema = coalesce(%s, current_schema())"
    )
    with backend.con.cursor() as cursor:
        rows = cursor.execute(query, [operation.name, operation.namespace.database]).fetchall()
    return dict(rows)


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
        raise InputError(Translated(f"{where}: has no tables", f"{where}: har inga tabeller"))
    listed = ", ".join(map(repr, tables[:30])) + (" …" if len(tables) > 30 else "")
    problem = Translated("has several tables", "har flera tabeller")
    if wanted is not None:
        problem = Translated(f"has no table {wanted!r}", f"har ingen tabell {wanted!r}")
    told = Translated("{}: {}: {}", "{}: {}: {}").format(where, problem, listed)
    raise InputError(told, command=f"{where}: {problem.en}; choose one with --table: {listed}")
