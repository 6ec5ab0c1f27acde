"""From a source to tables of the engine, with the columns as they are and nothing read yet."""

from __future__ import annotations

import glob
import uuid
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from crmformulas.errors import InputError
from crmformulas.orders.reading import databases, excel_sheets
from crmformulas.orders.reading.csv_dialect import Head, read_head
from crmformulas.orders.reading.engine import Engine, first_line, literal_glob, open_engine
from crmformulas.orders.reading.source_tables import Format, Opened, Part, shown, table_part, unique
from crmformulas.orders.reading.text_files import text_part

__all__ = ["find_files", "frame_part", "open_source"]

# Files that are often sent instead of a table, with what to do.
OTHERS = (
    ((b"%PDF",), "is a PDF; give the table it was made from"),
    ((b"<!doctype", b"<html", b"<table"), "is a web page; save it as .xlsx or CSV"),
    ((b"{", b"[{", b"[\n"), "is JSON; save the rows as CSV or Parquet"),
)


def open_source(source: Any, options: Format) -> Opened:
    """Open files, a database, a frame or a table.

    Raises:
        InputError: it can't be found, opened or understood; one line says why.
    """
    if isinstance(source, (list, tuple)) and len(source) == 1:
        (source,) = source
    if isinstance(source, str) and "://" in source:
        return databases.open_url(source, options)
    if isinstance(source, (str, Path)):
        source = [source]
    elif not isinstance(source, (list, tuple)):
        if _is_ibis(source):
            return Opened(source.get_backend(), [table_part(source, "the table")], owned=False)
        with _ClosedOnError(open_engine(**_limits(options))) as engine:
            part = frame_part(engine, source)
            engine.lock([])
        return Opened(engine.backend, [part], engine)
    paths = [path for item in source for path in find_files(item)]
    if not paths:
        raise InputError("no input given; give a file of orders")
    heads = [read_head(path) for path in paths]
    for path, head in zip(paths, heads, strict=True):
        if databases.is_duckdb(head.data) or databases.is_sqlite(head.data):
            if len(paths) > 1:
                raise InputError(f"{shown(path)}: is a database; give it alone")
            opener = databases.open_duckdb if databases.is_duckdb(head.data) else None
            return (opener or databases.open_sqlite)(path, options)
    size = sum(path.stat().st_size for path in paths)
    with _ClosedOnError(open_engine(input_bytes=size, **_limits(options))) as engine:
        opened = Opened(engine.backend, [], engine)
        engine.lock(path.absolute() for path in paths)
        _add_files(opened, engine, paths, heads, options)
    return opened


class _ClosedOnError:
    """Close the engine when opening goes wrong, and only then."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def __enter__(self) -> Engine:
        return self.engine

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if kind is not None:
            self.engine.close()


def _limits(options: Format) -> dict[str, Any]:
    names = ("memory_limit", "temp_directory", "threads")
    return {name: getattr(options, name) for name in names}


def find_files(source: str | Path) -> list[Path]:
    """The files that a path or pattern means; an existing path always means itself."""
    text = str(source)
    try:
        path = Path(text)
        if path.is_dir():
            raise InputError(
                f"{shown(path)}: is a folder; give its files, for example {shown(path / '*.csv')}"
            )
        if path.is_file():
            return [path]
        if path.exists():
            raise InputError(f"{shown(path)}: is no file that can be read twice; save it first")
        found = sorted(Path(name) for name in glob.glob(text, recursive=True))
        found = [path for path in found if path.is_file()]
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{shown(text)}: {reason}") from error
    if not found:
        what = "no file matches" if glob.has_magic(text) else "there is no such file"
        raise InputError(f"{shown(text)}: {what}; check the path")
    return found


def _add_files(
    opened: Opened, engine: Engine, paths: Sequence[Path], heads: Sequence[Head], options: Format
) -> None:
    for path, head in zip(paths, heads, strict=True):
        if head.data.startswith(b"PAR1"):
            part = _parquet_part(engine, path)
        elif head.data.startswith(excel_sheets.MAGIC) and head.compression == "none":
            arrow, names, label, hint = excel_sheets.read_sheet(path, options.table)
            part = _registered(engine, arrow, names, label)
            part.hint = hint
        else:
            start = head.data[:200].lstrip().lower()
            for beginnings, what in OTHERS:
                if start.startswith(beginnings):
                    raise InputError(f"{shown(path)}: {what}")
            part = text_part(
                engine,
                path,
                head,
                delimiter=options.delimiter,
                encoding=options.encoding,
                notes=opened.notes,
            )
        opened.parts.append(part)


def _parquet_part(engine: Engine, path: Path) -> Part:
    try:
        table = engine.backend.read_parquet(
            [literal_glob(str(path.absolute()))], hive_partitioning=False
        )
    except Exception as error:
        raise InputError(f"{shown(path)}: can't be read: {first_line(error)}") from error
    return table_part(table, shown(path), engine=engine)


def _is_ibis(source: Any) -> bool:
    # Who has an Ibis table has imported Ibis.
    return type(source).__module__.startswith("ibis.") and hasattr(source, "get_backend")


def frame_part(engine: Engine, source: Any) -> Part:
    """A pandas frame or an Arrow table as a part."""
    kind = f"{type(source).__module__.partition('.')[0]}.{type(source).__name__}"
    if kind == "pandas.DataFrame":
        names = [str(name) for name in source.columns]
        table = _as_arrow(source)
    elif kind == "pyarrow.Table":
        names = list(source.column_names)
        table = source
    else:
        raise InputError(
            f"orders can't be read from {type(source).__name__}; give files, a pandas frame,"
            " an Arrow table or an Ibis table"
        )
    table = _plain_types(table.rename_columns(unique(names)))
    return _registered(engine, table, names, "the table")


def _registered(engine: Engine, table: Any, names: list[str], label: str) -> Part:
    name = f"given_{uuid.uuid4().hex}"
    engine.connection.register(name, table)
    return table_part(engine.backend.table(name), label, names, engine)


def _as_arrow(frame: Any) -> Any:
    """A pandas frame as an Arrow table; columns of mixed objects as text."""
    pyarrow = import_module("pyarrow")
    arrays = []
    for position in range(frame.shape[1]):
        column = frame.iloc[:, position]
        try:
            array = pyarrow.Array.from_pandas(column)
        except (pyarrow.ArrowException, TypeError, ValueError, OverflowError):
            array = pyarrow.array([None if _missing(v) else str(v) for v in column], "string")
        arrays.append(array)
    return pyarrow.Table.from_arrays(arrays, names=[str(i) for i in range(len(arrays))])


def _missing(value: Any) -> bool:
    # NaN and NaT are not equal to themselves, and pandas' NA refuses to say.
    try:
        return value is None or bool(value != value)
    except TypeError:
        return True


def _plain_types(table: Any) -> Any:
    """Times with a zone as the clock on the wall there showed them: the day as written.

    Columns without a single value are text: the engine knows no type for nothing.
    """
    pyarrow = import_module("pyarrow")
    compute = import_module("pyarrow.compute")
    for position, column in enumerate(table.schema):
        cells = table.column(position)
        if pyarrow.types.is_timestamp(column.type) and column.type.tz is not None:
            table = table.set_column(position, column.name, compute.local_timestamp(cells))
        elif pyarrow.types.is_null(column.type):
            table = table.set_column(position, column.name, cells.cast(pyarrow.string()))
    return table
