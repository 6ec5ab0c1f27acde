"""A part of a source: one file or table of the engine, as it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from weakref import WeakSet

from crmformulas.errors import InputError
from crmformulas.orders.reading.account import AppliedRule
from crmformulas.orders.reading.engine import Engine
from crmformulas.orders.reading.engine_errors import in_words, is_interruption
from crmformulas.orders.reading.expressions import Expression, live, real
from crmformulas.orders.reading.header_row import Wanted
from crmformulas.translations import Translated

__all__ = [
    "Grouped",
    "Mixed",
    "OpenSource",
    "SourceOptions",
    "SourceTable",
    "interrupt_all",
    "shown",
    "table_part",
    "unique",
]

SAMPLE = 5_000
"""Rows of a table that are looked at before anything is read."""

INPUT = Translated("the input", "indata")
"""What an error is about that names no file."""


@dataclass(frozen=True, kw_only=True)
class SourceOptions:
    """Options of a source, whatever it holds: all optional.

    Attributes:
        table: The table of a database, or the sheet of a workbook.
        delimiter: What separates the fields of a text file.
        encoding: The encoding of a text file.
        memory_limit: The memory of DuckDB, such as ``4GB``.
        temp_directory: Where temporary files go.
        threads: The threads of DuckDB.
        time_zone: The zone in which the day of an instant is meant, such as ``Europe/Stockholm``.
    """

    table: str | None = None
    delimiter: str | None = None
    encoding: str | None = None
    memory_limit: str | None = None
    temp_directory: Path | None = None
    threads: int | None = None
    time_zone: str | None = None

    @property
    def wanted(self) -> Wanted:
        """Names in the header of a table."""
        return Wanted()


@dataclass(frozen=True)
class Mixed:
    """Columns for the cells of a column of several types, each type for itself, by position."""

    text: int
    number: int | None = None
    day: int | None = None


@dataclass(frozen=True)
class Grouped:
    """The columns of a table that has been grouped before it came here, by what its rows stand for.

    Attributes:
        rows: The column that says how many rows of the source one is.
        units: That of the sum of their amounts, in ten-thousandths.
        high: That of the largest of their amounts.
    """

    rows: str
    units: str
    high: str


@dataclass
class SourceTable:
    """One file or table, as it is."""

    made: Any
    """A table whose column names are unique, or what makes it when it is first asked for;
    behind the columns of the input what `mixed` names."""
    names: list[str]
    """The columns as the input names them, in the order of `table`."""
    label: str
    """The file or table, for messages."""
    sample: Callable[[Sequence[int]], list[tuple[Any, ...]]]
    """Some rows of the columns at these positions."""
    whole: bool = False
    """Whether the sample is all there is."""
    hint: str = ""
    """What else the user could choose when the columns are not recognised."""
    places: tuple[str, ...] = ()
    """How the engine names the file in its messages."""
    remedy: Callable[[Exception], SourceTable | None] | None = None
    """The part to go on with after an error of the engine, if there is one."""

    mixed: Mapping[int, Mixed] = field(default_factory=dict)
    """Columns that hold text, numbers and dates side by side: their cells by type."""
    zones: Mapping[int, str] = field(default_factory=dict)
    """The zones of the columns that hold instants."""
    grouped: Grouped | None = None
    """Where one of its rows stands for several: what it says of them."""
    engine: Engine | None = None
    """The engine that holds it, unless that is another backend's."""
    narrow: Callable[[Sequence[int]], SourceTable] | None = None
    """The part with the columns at these positions only, where it has so many that it is slow."""

    @property
    def table(self) -> Any:
        """The table."""
        if not isinstance(self.made, Expression):
            self.made = self.made()
        return self.made

    def ask(self, query: Any) -> list[dict[str, Any]]:
        """The records of a small expression over the part."""
        if self.engine is not None:
            return self.engine.ask(query)
        records: list[dict[str, Any]] = query.to_pyarrow().to_pylist()
        return records

    @property
    def columns(self) -> tuple[str, ...]:
        """The names in `table` of the columns of the input."""
        return tuple(self.table.columns[: len(self.names)])

    def column(self, position: int) -> Any:
        """The column at that position."""
        return self.table[self.table.columns[position]]

    def count(self) -> Any:
        """Number of rows of the source that the table stands for."""
        return self.table.count() if self.grouped is None else self.table[self.grouped.rows].sum()

    def is_text(self, position: int) -> bool:
        """Whether the column at that position holds text."""
        return bool(self.column(position).type().is_string())


@dataclass(eq=False)
class OpenSource:
    """The parts of a source on one backend."""

    backend: Any
    parts: list[SourceTable]
    engine: Engine | None = None
    notes: list[AppliedRule] = field(default_factory=list)
    not_read: list[dict[str, Any]] = field(default_factory=list)
    """Sheets that are there and are not among the parts, and why."""
    owned: bool = True
    """Whether the backend was opened here."""
    server: OpenSource | None = None
    """Where rows or columns have been left of which only a part was brought here."""
    bring_rest: Callable[[], None] | None = None
    """Brings them too, where there are any."""

    def __post_init__(self) -> None:
        """Be known to `interrupt_all` from here on."""
        _open.add(self)

    def interrupt(self) -> None:
        """Stop what is asked of the backend, from another thread."""
        connection = getattr(self.backend, "con", None)
        # Of PostgreSQL it is asked by another connection, of the others in this process.
        stop = getattr(connection, "interrupt", None) or getattr(connection, "cancel", None)
        with suppress(Exception):
            stop()  # type: ignore[misc]

    def ask(self, query: Any) -> list[dict[str, Any]]:
        """The records of a small table expression."""
        if self.engine is not None:
            return self.engine.ask(query)
        records: list[dict[str, Any]] = self.backend.to_pyarrow(real(query)).to_pylist()
        return records

    def recover(self, error: Exception) -> None:
        """Go on after an error of the engine with parts that avoid it.

        Raises:
            InputError: nothing avoids it.
            Exception: it is not about the input.
        """
        if type(error).__module__ == "builtins" or is_interruption(error):
            raise error
        helped = False
        named = self._named_in(error)
        for index, part in enumerate(self.parts):
            if part.remedy is not None and part in named:
                better = part.remedy(error)
                if better is not None:
                    self.parts[index], helped = better, True
        if not helped:
            raise self.in_words(error) from error

    def in_words(self, error: Exception) -> InputError:
        """An error of the engine as one of this program, with the file and table it is about."""
        named = self._named_in(error)
        folder = None if self.engine is None else self.engine.temp
        return in_words(error, named[0].label if len(named) == 1 else INPUT, folder)

    def _named_in(self, error: Exception) -> list[SourceTable]:
        said = str(error)
        return [p for p in self.parts if any(place in said for place in p.places)] or self.parts

    def close(self) -> None:
        """Close what was opened here."""
        if self.server is not None:
            self.server.close()
        if self.engine is not None:
            self.engine.close()
        elif self.owned:
            self.backend.disconnect()


_open: WeakSet[OpenSource] = WeakSet()


def interrupt_all() -> None:
    """Stop what is asked of every source that is open or is being opened."""
    for source in list(_open):
        source.interrupt()


def shown(path: Path | str) -> str:
    """A path for a message: as it is, or quoted when it holds anything that would confuse."""
    text = str(path)
    return text if text.isprintable() and text == text.strip() else ascii(text)


def table_part(
    table: Any, label: str, names: Sequence[str] | None = None, engine: Engine | None = None
) -> SourceTable:
    """A part over a table of the engine, or of another backend; the sample is a query."""

    table = live(table)

    def sample(positions: Sequence[int]) -> list[tuple[Any, ...]]:
        if not positions:
            return []
        columns = [table[table.columns[i]].name(str(i)) for i in positions]
        few = table.select(columns).limit(SAMPLE)
        records = engine.ask(few) if engine is not None else few.to_pyarrow().to_pylist()
        return [tuple(record.values()) for record in records]

    return SourceTable(table, list(names or table.columns), label, sample, engine=engine)


def unique(names: Sequence[str]) -> list[str]:
    """Names that the engine can tell apart; it doesn't tell upper case from lower."""
    taken: set[str] = set()
    result = []
    for position, name in enumerate(names, 1):
        new = name or f"column {position}"
        while new.casefold() in taken:
            new = f"{new} ({position})"
        taken.add(new.casefold())
        result.append(new)
    return result
