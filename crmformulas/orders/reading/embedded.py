"""The embedded DuckDB as a backend: what Ibis' own does, with Ibis loaded when it is needed."""

from __future__ import annotations

import re
import signal
import sys
import threading
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from importlib import import_module
from typing import Any

from crmformulas.orders.reading.expressions import (
    LIVE,
    Expression,
    Stored,
    Varying,
    real,
    shape,
    stand_in,
    stood_in,
    table,
)
from crmformulas.orders.reading.kept_sql import KeptSql
from crmformulas.orders.reading.sql_literals import literal_glob, quoted

__all__ = ["Embedded", "named"]

OWN_NAME = re.compile(r"[a-z]+_[0-9a-f]{32}")
"""Names of tables that are made here, and differ from run to run."""
TEXT = "VARCHAR"
TYPES = {"int32": "INTEGER", "int64": "BIGINT", "string": TEXT}


def duckdb() -> Any:
    """DuckDB without its layer of Python, most of which is for notebooks, where there is such."""
    with _signals_held():
        try:
            return import_module("_duckdb")
        except ImportError:  # before DuckDB 1.4
            return import_module("duckdb")


@contextmanager
def _signals_held() -> Iterator[None]:
    """Let a signal wait: where Python raises while it is loaded, the engine ends the process."""
    if "_duckdb" in sys.modules or threading.current_thread() is not threading.main_thread():
        yield
        return
    held: list[int] = []
    before = {one: signal.getsignal(one) for one in signal.valid_signals()}
    handlers = {one: handler for one, handler in before.items() if callable(handler)}
    for one in handlers:
        signal.signal(one, lambda number, _: held.append(number))
    try:
        yield
    finally:
        for one, handler in handlers.items():
            signal.signal(one, handler)
        for number in held:
            signal.raise_signal(number)


def named(text: str) -> str:
    """A SQL name."""
    return '"' + text.replace('"', '""') + '"'


def own_name(kind: str) -> str:
    """The name of a table that nobody has yet."""
    return f"{kind}_{uuid.uuid4().hex}"


class Embedded:
    """DuckDB in this process, and the SQL that is kept for it."""

    name = "duckdb"

    def __init__(self, connection: Any) -> None:
        self.con = connection
        self.closed = False
        self.kept = KeptSql()
        for setting, value in (("timezone", "'UTC'"), ("python_enable_replacements", "false")):
            # As Ibis sets them: for days, and so that no name means a variable of Python.
            connection.execute(f"SET {setting} = {value}")

    def __getattr__(self, name: str) -> Any:
        """Take from Ibis' backend what only that has."""
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.ibis, name)

    @property
    def whole(self) -> Any:
        """The connection with what it does in Python: Arrow, and relations."""
        import_module("duckdb")
        return self.con

    @cached_property
    def ibis(self) -> Any:
        """Ibis' backend on the same connection."""
        return import_module("crmformulas.orders.reading.duckdb_backend").attached(self.con)

    # Tables

    def table(self, name: str, *, database: Sequence[str] = ()) -> Any:
        """A table of the engine, with its columns as they are."""
        place = ".".join(map(named, (*database, name)))
        # The rows of DESCRIBE may come in any order, as the engine needn't keep one.
        names = [column[0] for column in self.con.execute(f"FROM {place} LIMIT 0").description]
        described = self.con.execute(f"DESCRIBE FROM {place}").fetchall()
        types = {column: kind for column, kind, *_ in described}
        return self._known(name, [(column, types[column]) for column in names], database)

    def text_view(self, name: str, columns: Sequence[str]) -> Any:
        """The table of a view whose columns are known, all of them text."""
        return self._known(name, [(column, TEXT) for column in columns])

    def _known(
        self, name: str, columns: Sequence[tuple[str, str]], database: Sequence[str] = ()
    ) -> Any:
        own = OWN_NAME.fullmatch(name) and not database
        known = table(Varying("name", name) if own else name, columns, self, database)
        self.kept.begin(known._digest.hex())
        return known

    def ibis_table(
        self, name: Any, columns: Sequence[tuple[str, str]], place: Sequence[str]
    ) -> Any:
        """The same table for Ibis."""
        return self.ibis.known_table(name, columns, place)

    def store(self, expression: Expression) -> Any:
        """The rows of an expression, stored until they are released."""
        name = own_name("stored")
        return self._stored(name, self._insert(name, expression))

    def small_table(self, columns: Mapping[str, Sequence[Any]], kinds: Mapping[str, str]) -> Any:
        """Columns of this process as a table, until it is released."""
        name = own_name("local")
        types = {column: TYPES[kind] for column, kind in kinds.items()}
        # No Arrow for it, which takes longer to import than a small file to count.
        lists = ", ".join(f"unnest(?::{types[column]}[]) AS {named(column)}" for column in columns)
        query = f"CREATE TEMP TABLE {named(name)} AS SELECT {lists}"
        self.con.execute(query, [list(values) for values in columns.values()])
        return self._stored(name, list(types.items()))

    def arrow_table(self, table: Any) -> Any:
        """An Arrow table as a table of the engine, which keeps it."""
        name = own_name("given")
        self.whole.register(name, table)
        return self.table(name)

    def _insert(
        self, name: str, expression: Expression, *, temp: bool = True
    ) -> list[tuple[str, str]]:
        """Create a table of the rows of an expression; its columns with their types."""
        query, columns = self._compiled(expression, typed=True)
        kinds = ", ".join(f"{named(column)} {kind}" for column, kind in columns)
        self.con.execute(f"CREATE {'TEMP ' * temp}TABLE {named(name)} ({kinds})")
        self.con.execute(f"INSERT INTO {named(name)} {query}").fetchall()
        return columns

    def _stored(self, name: str, columns: Sequence[tuple[str, str]]) -> Stored:
        return Stored(
            "table",
            Varying("name", name),
            tuple(columns),
            (),
            source=self,
            drop=lambda: self._drop(name),
        )

    def create_table(self, name: str, expression: Expression, *, temp: bool) -> Any:
        """A table that stays."""
        return self._known(name, self._insert(name, expression, temp=temp))

    def _drop(self, name: str) -> None:
        if self.closed:
            return
        # A connection that is closed has no tables left.
        with suppress(duckdb().ConnectionException):
            self.con.execute(f"DROP TABLE IF EXISTS {named(name)}")

    # Queries

    def compile(self, expression: Any) -> str:
        """The SQL of an expression, as Ibis compiles it."""
        return self._compiled(expression)[0]

    def _compiled(
        self, expression: Any, *, typed: bool = False
    ) -> tuple[str, list[tuple[str, str]]]:
        """The SQL and, if they are asked for, the names and types of its columns."""
        if not isinstance(expression, Expression) or expression._source in (None, LIVE):
            built = real(expression)
            return str(self.ibis.compile(built)), self._types(built) if typed else []
        if expression._kept is None:
            expression._kept = shape(expression)
        key, varying = expression._kept
        pieces = self.kept.get(key, lambda: self._pieces(expression, varying))
        if pieces is None:
            built = real(expression)
            return str(self.ibis.compile(built)), self._types(built) if typed else []
        columns = (
            self.kept.get(f"{key}:types", lambda: self._types(stood_in(expression)))
            if typed
            else []
        )
        return _filled(pieces, varying), [(column, kind) for column, kind in columns]

    def _types(self, built: Any) -> list[tuple[str, str]]:
        """The columns of what Ibis has built, with their types in SQL."""
        columns: list[tuple[str, str]] = self.ibis.columns_of(built)
        return columns

    def _pieces(self, expression: Expression, varying: Sequence[Varying]) -> list[str | int] | None:
        """The SQL in pieces, what varies between them by its place; None if some is not there."""
        text = str(self.ibis.compile(stood_in(expression)))
        places: dict[str, int] = {}
        for place, one in enumerate(varying):
            if one.kind != "view":
                other = stand_in(one)
                places[named(other) if one.kind == "name" else str(abs(other))] = place
        if not places:
            return [text]
        pattern = "|".join(
            other if other[0] == '"' else rf"(?<![\w.]){other}(?![\w.])" for other in places
        )
        pieces: list[str | int] = []
        start = 0
        for found in re.finditer(pattern, text):
            pieces += [text[start : found.start()], places[found[0]]]
            start = found.end()
        pieces.append(text[start:])
        if set(places.values()) <= set(pieces):
            return pieces
        # Ibis leaves out what no column of the result needs, such as a cut between tiers: that
        # holds for other numbers, too, if with these ones nothing else has changed.
        return (
            pieces if _filled(pieces, varying) == str(self.ibis.compile(real(expression))) else None
        )

    def to_pyarrow(self, expression: Any) -> Any:
        """The result in Arrow, as Ibis gives it."""
        return self.ibis.to_pyarrow(real(expression))

    def to_pyarrow_batches(self, expression: Any, **options: Any) -> Any:
        """The result as Arrow batches, as Ibis gives it."""
        return self.ibis.to_pyarrow_batches(real(expression), **options)

    def to_parquet(self, expression: Any, path: Any) -> None:
        """Write the result into a Parquet file."""
        self.con.execute(
            f"COPY ({self.compile(expression)}) TO {quoted(str(path))} (FORMAT parquet)"
        )

    def read_parquet(self, path: Any) -> Any:
        """The table of a Parquet file."""
        name = own_name("handed")
        source = f"read_parquet({quoted(literal_glob(str(path)))}, hive_partitioning = false)"
        self.con.execute(f"CREATE TEMP VIEW {named(name)} AS FROM {source}")
        return self.table(name)

    def disconnect(self) -> None:
        """Close the connection; what was stored in it goes with it."""
        self.kept.save()
        self.closed = True
        self.con.close()


def _filled(pieces: Sequence[str | int], varying: Sequence[Varying]) -> str:
    """The SQL, with what varies in its places."""
    said = [_written(one) for one in varying]
    return "".join(said[piece] if isinstance(piece, int) else piece for piece in pieces)


def _written(one: Varying) -> str:
    """The text of what varies, as it stands in SQL."""
    if one.kind == "name":
        return named(one.value)
    # The sign before other numbers is part of the query.
    return str(one.value if one.kind == "data" else abs(one.value))
