"""From a source to tables of the engine, with the columns as they are and nothing read yet."""

from __future__ import annotations

import glob
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from crmformulas.errors import InputError
from crmformulas.orders.dialect import Dialect, later_records, read_head, shown, sniff
from crmformulas.orders.engine import Engine, first_line, literal_glob, open_engine

__all__ = ["Format", "Opened", "Part", "open_source"]

SAMPLE = 20_000
"""Rows of a typed table that are looked at before anything is read."""


@dataclass(frozen=True, kw_only=True)
class Format:
    """What the user says about the source: all optional."""

    table: str | None = None
    delimiter: str | None = None
    encoding: str | None = None
    memory_limit: str | None = None
    temp_directory: Path | None = None
    threads: int | None = None


@dataclass
class Part:
    """One file or table, as it is."""

    table: Any
    """An Ibis table whose column names are unique."""
    names: list[str]
    """The columns as the input names them, in the order of `table`."""
    label: str
    """The file or table, for messages."""
    sample: Callable[[Sequence[int]], list[tuple[Any, ...]]]
    """Some rows of the columns at these positions."""
    whole: bool = False
    """Whether the sample is all there is."""
    headed: bool = True
    """Whether the input names its columns."""
    relaxed: Callable[[], Part] | None = None
    """The same part for the file that the engine refuses to read strictly."""

    def column(self, position: int) -> Any:
        """The Ibis column at that position."""
        return self.table[self.table.columns[position]]


@dataclass
class Opened:
    """The parts of a source on one backend."""

    backend: Any
    parts: list[Part]
    engine: Engine | None = None
    notes: list[str] = field(default_factory=list)

    def close(self) -> None:
        """Close what was opened here."""
        if self.engine is not None:
            self.engine.close()


def open_source(source: Any, options: Format) -> Opened:
    """Open files, a frame or a table.

    Raises:
        InputError: it can't be found, opened or understood; one line says why.
    """
    if isinstance(source, (str, Path)):
        source = [source]
    if isinstance(source, Sequence):
        if not source:
            raise InputError("no input given; give a file of orders")
        paths = [path for item in source for path in find_files(item)]
        return _open_files(paths, options)
    return _open_frame(source, options)


def find_files(source: str | Path) -> list[Path]:
    """The files that a path or pattern means; an existing path always means itself."""
    text = str(source)
    try:
        path = Path(text)
        if path.is_dir():
            raise InputError(
                f"{shown(path)}: is a folder; give its files, for example {shown(path / '*.csv')}"
            )
        if path.exists():
            return [path]
        found = sorted(Path(name) for name in glob.glob(text) if Path(name).is_file())
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{shown(text)}: {reason}") from error
    if not found:
        what = "no file matches" if glob.has_magic(text) else "there is no such file"
        raise InputError(f"{shown(text)}: {what}; check the path")
    return found


def _open_files(paths: list[Path], options: Format) -> Opened:
    heads = [read_head(path) for path in paths]
    absolute = [path.absolute() for path in paths]
    engine = open_engine(
        input_bytes=sum(path.stat().st_size for path in paths),
        memory_limit=options.memory_limit,
        temp_directory=options.temp_directory,
        threads=options.threads,
    )
    try:
        opened = Opened(engine.backend, [], engine)
        engine.lock(absolute)
        for path, head in zip(paths, heads, strict=True):
            if head.data.startswith(b"PAR1"):
                part = _parquet(engine, path)
            else:
                dialect = sniff(
                    path, delimiter=options.delimiter, encoding=options.encoding, head=head
                )
                part = _text(engine, path, dialect)
                if dialect.guessed:
                    opened.notes.append(dialect.guessed)
            opened.parts.append(part)
    except BaseException:
        engine.close()
        raise
    return opened


def _text(engine: Engine, path: Path, dialect: Dialect, *, lenient: bool = False) -> Part:
    compression = dialect.compression
    names = list(dialect.names or [str(i + 1) for i in range(dialect.width)])
    settings: dict[str, Any] = {
        "header": dialect.names is not None,
        "skip": dialect.skip,
        "quote": '"',
        "escape": '"',
        "compression": compression,
        "strict_mode": dialect.strict and not lenient,
        "hive_partitioning": False,
    }
    blanks = dialect.delimiter == " "
    columns = ["line"] if blanks else unique(names)
    settings["delim"] = "\x01" if blanks else dialect.delimiter
    if blanks:
        settings.update(quote="", escape="")
    if lenient:
        # Missing fields are blank; not in parallel, because fields may hold line breaks.
        settings.update(null_padding=True, parallel=False, max_line_size=1 << 28)
    table = engine.backend.read_csv(
        [literal_glob(str(path.absolute()))],
        columns=dict.fromkeys(columns, "varchar"),
        **settings,
    )
    if blanks:
        fields = table.line.strip().re_split("[ \t]+")
        table = table.select(**{name: fields[i] for i, name in enumerate(unique(names))})

    def sample(positions: Sequence[int]) -> list[tuple[Any, ...]]:
        records = [*dialect.rows, *later_records(path, dialect)]
        most = max(positions, default=0)
        return [tuple(row[i] for i in positions) for row in records if len(row) > most]

    return Part(
        table,
        names,
        shown(path),
        sample,
        whole=dialect.whole,
        headed=dialect.names is not None,
        relaxed=None if lenient else lambda: _text(engine, path, dialect, lenient=True),
    )


def _parquet(engine: Engine, path: Path) -> Part:
    try:
        table = engine.backend.read_parquet(
            [literal_glob(str(path.absolute()))], hive_partitioning=False
        )
    except Exception as error:
        raise InputError(f"{shown(path)}: is not Parquet: {first_line(error)}") from error
    return table_part(table, shown(path))


def table_part(table: Any, label: str) -> Part:
    """A part over a typed table; the sample is a query."""

    def sample(positions: Sequence[int]) -> list[tuple[Any, ...]]:
        columns = [table.columns[i] for i in positions]
        frame = table.select(columns).limit(SAMPLE).to_pyarrow()
        return list(zip(*(column.to_pylist() for column in frame.columns), strict=True))

    return Part(table, list(table.columns), label, sample)


def _open_frame(source: Any, options: Format) -> Opened:
    ibis = import_module("ibis")
    kind = f"{type(source).__module__.partition('.')[0]}.{type(source).__name__}"
    if isinstance(source, ibis.expr.types.Table):
        backend = source.get_backend()
        return Opened(backend, [table_part(source, "the table")])
    if kind == "pandas.DataFrame":
        names = [str(name) for name in source.columns]
        source = _as_arrow(source)
    elif kind == "pyarrow.Table":
        names = list(source.column_names)
    else:
        raise InputError(
            f"orders can't be read from {type(source).__name__}; give files, a pandas frame,"
            " an Arrow table or an Ibis table"
        )
    engine = open_engine(
        memory_limit=options.memory_limit,
        temp_directory=options.temp_directory,
        threads=options.threads,
    )
    try:
        source = _wall_clock(source.rename_columns(unique(names)))
        engine.connection.register("rows_given", source)
        engine.lock([])
        part = table_part(engine.backend.table("rows_given"), "the table")
        part.names = names
    except BaseException:
        engine.close()
        raise
    return Opened(engine.backend, [part], engine)


def _as_arrow(frame: Any) -> Any:
    """A pandas frame as an Arrow table; columns of mixed objects as text."""
    pyarrow = import_module("pyarrow")
    arrays = []
    for position in range(frame.shape[1]):
        column = frame.iloc[:, position]
        try:
            array = pyarrow.Array.from_pandas(column)
        except (pyarrow.ArrowException, TypeError, ValueError, OverflowError):
            array = pyarrow.array([None if _missing(v) else str(v) for v in column])
        arrays.append(array)
    names = [str(position) for position in range(len(arrays))]
    return pyarrow.Table.from_arrays(arrays, names=names)


def _missing(value: Any) -> bool:
    # NaN and NaT are the values that differ from themselves; pandas' NA is neither.
    same = value is None or value == value
    return value is None or same is not True


def _wall_clock(table: Any) -> Any:
    """Times with a zone as the clock on the wall there showed them: the day as written."""
    pyarrow = import_module("pyarrow")
    compute = import_module("pyarrow.compute")
    for position, column in enumerate(table.schema):
        if pyarrow.types.is_timestamp(column.type) and column.type.tz is not None:
            local = compute.local_timestamp(table.column(position))
            table = table.set_column(position, column.name, local)
    return table


def unique(names: Sequence[str]) -> list[str]:
    """Names that the engine can tell apart, whose comparison ignores case."""
    taken: set[str] = set()
    result = []
    for position, name in enumerate(names, 1):
        new = name or f"column {position}"
        while new.casefold() in taken:
            new = f"{new} ({position})"
        taken.add(new.casefold())
        result.append(new)
    return result
