"""From a source to tables of the engine, with the columns as they are and nothing read yet."""

from __future__ import annotations

import glob
import os
import shutil
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from crmformulas.errors import InputError
from crmformulas.orders.reading import databases, excel_sheets, hive_folders, other_engines
from crmformulas.orders.reading.engine import Engine, open_engine
from crmformulas.orders.reading.engine_errors import (
    in_words,
    is_full,
    is_interruption,
    of_an_engine,
    telling,
)
from crmformulas.orders.reading.json_files import is_json, json_part
from crmformulas.orders.reading.packed_files import Head, is_workbook, read_head, unpack
from crmformulas.orders.reading.source_tables import (
    OpenSource,
    SourceOptions,
    SourceTable,
    shown,
    table_part,
    unique,
)
from crmformulas.orders.reading.sql_literals import literal_glob, quoted
from crmformulas.orders.reading.text_files import text_part
from crmformulas.orders.reading.time_zones import arrow_days, checked_zone, parquet_zones
from crmformulas.translations import Translated

__all__ = ["find_files", "frame_part", "open_source"]

# Files that are often sent instead of a table, with what to do.
OTHERS = (
    (
        (b"%pdf",),
        Translated(
            "is a PDF; give the table it was made from",
            "är en PDF; ange tabellen den gjordes av",
        ),
    ),
    (
        (b"<!doctype html", b"<html", b"<table", b"<head", b"<body", b"<meta", b"<div"),
        Translated(
            "is a web page (HTML), whatever its name says; open it in a spreadsheet and save it as"
            " .xlsx or CSV",
            "är en webbsida (HTML), vad den än heter; öppna den i ett kalkylprogram och spara som"
            " .xlsx eller CSV",
        ),
    ),
    (
        (b"<?xml", b"<!doctype", b"<"),
        Translated(
            "is XML, whatever its name says; open it in a spreadsheet and save it as .xlsx or CSV,"
            " or export the rows as CSV",
            "är XML, vad den än heter; öppna den i ett kalkylprogram och spara som .xlsx eller CSV,"
            " eller exportera raderna som CSV",
        ),
    ),
    (
        (b"orc",),
        Translated(
            "is an ORC file; export the table as Parquet",
            "är en ORC-fil; exportera tabellen som Parquet",
        ),
    ),
    (
        (b"obj\x01",),
        Translated(
            "is an Avro file; export the table as Parquet",
            "är en Avro-fil; exportera tabellen som Parquet",
        ),
    ),
    (
        (b"{\\rtf",),
        Translated(
            "is a text document (RTF); export the rows as CSV",
            "är ett textdokument (RTF); exportera raderna som CSV",
        ),
    ),
    (
        (b"rar!", b"7z\xbc\xaf\x27\x1c"),
        Translated(
            "is an archive; unpack it and give the file in it",
            "är ett arkiv; packa upp det och ange filen i det",
        ),
    ),
)
ARROW = (b"ARROW1\0\0", b"FEA1")

NO_FILE = Translated(
    "{}: there is no such file; check the path", "{}: filen finns inte; kontrollera sökvägen"
)
NO_MATCH = Translated(
    "{}: no file matches; check the path", "{}: ingen fil passar; kontrollera sökvägen"
)


@dataclass
class _Found:
    """A file, where its content lies now, and what the folders that it lies in say."""

    path: Path
    at: Path
    head: Head
    keys: Mapping[str, str] = field(default_factory=dict)


def open_source(source: Any, options: SourceOptions) -> OpenSource:
    """Open files, a database, a frame or a table.

    Raises:
        InputError: it can't be found, opened or understood; one line says why.
    """
    label = shown(source) if isinstance(source, (str, Path)) else "the input"
    with telling(lambda error: in_words(error, databases.without_password(label))):
        return _open(source, options)


def _open(source: Any, options: SourceOptions) -> OpenSource:
    if isinstance(source, (list, tuple)) and len(source) == 1:
        (source,) = source
    if isinstance(source, str) and "://" in source:
        return databases.open_url(source, options)
    if isinstance(source, (str, Path)):
        source = [source]
    elif not isinstance(source, (list, tuple)):
        return _open_object(source, options)
    folders = [hive_folders.find(item) for item in source]
    paths = [
        path
        for item, folder in zip(source, folders, strict=True)
        for path in (folder.files if folder else find_files(item))
    ]
    if not paths:
        raise InputError(
            Translated(
                "no input given; give a file of orders", "inget angivet; ange en fil med köp"
            )
        )
    heads = {path: read_head(path) for path in dict.fromkeys(paths)}
    for path, head in heads.items():
        if databases.is_duckdb(head.data) or databases.is_sqlite(head.data):
            return _open_database(path, head, options, alone=len(paths) == 1)
    size = sum(path.stat().st_size for path in heads)
    label = shown(paths[0]) if len(heads) == 1 else "the input"
    with _ClosedOnError(open_engine(input_bytes=size, **_limits(options)), label) as engine:
        opened = OpenSource(engine.backend, [], engine)
        engine.lock(_in_place(path) for path in heads)
        for item, folder in zip(source, folders, strict=True):
            if folder:
                hive_folders.add(opened, engine, folder, heads, options, _file_parts)
                continue
            for path in find_files(item):
                opened.parts += _file_parts(opened, engine, path, heads[path], options)
    return opened


def _open_object(source: Any, options: SourceOptions) -> OpenSource:
    """Open a table of an engine, or a frame that an engine can read."""
    if _is_ibis(source):
        backend = source.get_backend()
        if backend.name == "sqlite":
            other_engines.add_functions(backend.con)
        part = table_part(source, "the table")
        part.zones = databases.zones_of(backend, part, options.time_zone)
        return OpenSource(backend, [part], owned=False)
    with _ClosedOnError(open_engine(**_limits(options))) as engine:
        part = frame_part(engine, source, options.time_zone)
        engine.lock([])
    return OpenSource(engine.backend, [part], engine)


def _open_database(path: Path, head: Head, options: SourceOptions, *, alone: bool) -> OpenSource:
    if not alone:
        raise InputError(
            Translated(
                f"{shown(path)}: is a database; give it alone",
                f"{shown(path)}: är en databas; ange den ensam",
            )
        )
    if head.compression != "none":
        raise InputError(
            Translated(
                f"{shown(path)}: is a packed database; unpack it first",
                f"{shown(path)}: är en packad databas; packa upp den först",
            )
        )
    if databases.is_duckdb(head.data):
        return databases.open_duckdb(path, options)
    return databases.open_sqlite(path, options)


def _in_place(path: Path) -> Path:
    return path.absolute()


class _ClosedOnError:
    """Close the engine when opening goes wrong, and only then."""

    def __init__(self, engine: Engine, label: str = "the input") -> None:
        self.engine = engine
        self.label = label

    def __enter__(self) -> Engine:
        return self.engine

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if kind is not None:
            self.engine.close()
        if not isinstance(error, Exception) or is_interruption(error):
            return
        if of_an_engine(error) or is_full(error):
            # Whatever stands in the file, what the engine says of it is not for the user.
            raise in_words(error, self.label, self.engine.temp) from error


def _limits(options: SourceOptions) -> dict[str, Any]:
    names = ("memory_limit", "temp_directory", "threads")
    return {name: getattr(options, name) for name in names}


def find_files(source: str | Path) -> list[Path]:
    """The files that a path or pattern means; an existing path always means itself."""
    text = str(source)
    try:
        path = Path(text)
        if path.is_dir():
            raise InputError(
                Translated(
                    f"{shown(path)}: is a folder; give its files, for example"
                    f" {shown(path / '*.csv')}",
                    f"{shown(path)}: är en mapp; ange filerna i den, som {shown(path / '*.csv')}",
                )
            )
        if path.is_file():
            return [path]
        if path.exists():
            raise InputError(
                Translated(
                    f"{shown(path)}: is no file that can be read twice; save it first",
                    f"{shown(path)}: kan inte läsas två gånger; spara den som fil först",
                )
            )
        matching = sorted(Path(name) for name in glob.glob(text, recursive=True))
        matching = [path for path in matching if path.is_file()]
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{shown(text)}: {reason}") from error
    if not matching:
        what = NO_MATCH if glob.has_magic(text) else NO_FILE
        raise InputError(what.format(shown(text)))
    return matching


def _file_parts(
    opened: OpenSource, engine: Engine, path: Path, head: Head, options: SourceOptions
) -> list[SourceTable]:
    """The parts of a file, whatever kind of file it is."""
    label = shown(path)
    at = _readable(engine, path)
    if head.compression not in ("none", "gzip", "zstd") or (
        head.compression != "none" and _is_binary(head.data)
    ):
        at = unpack(path, head.compression, engine.temp)
        head = read_head(at)
    if head.data.startswith(b"PAR1"):
        return [_parquet_part(engine, at, label, options)]
    if head.data.startswith(ARROW):
        return [_arrow_part(engine, at, label, options)]
    if head.data.startswith(excel_sheets.MAGIC) and is_workbook(at):
        parts = []
        for sheet in excel_sheets.read_sheets(
            at, options.table, options.wanted, engine.temp, label
        ):
            part = _registered(engine, sheet.arrow, sheet.names, sheet.label)
            part.hint, part.mixed = sheet.hint, sheet.mixed
            opened.notes += sheet.notes
            opened.not_read += [
                {"name": path.name, "sheet": name, "rows": rows, "why": "its header is another"}
                for name, rows in sheet.not_read
            ]
            parts.append(part)
        return parts
    if is_json(head):
        return [json_part(engine, at, head, label)]
    start = head.data[:200].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for beginnings, what in OTHERS:
        if start.startswith(beginnings):
            raise InputError(Translated("{}: {}", "{}: {}").format(label, what))
    return [
        text_part(
            engine,
            at,
            head,
            delimiter=options.delimiter,
            encoding=options.encoding,
            notes=opened.notes,
            wanted=options.wanted,
            source=path,
        )
    ]


def _is_binary(data: bytes) -> bool:
    return data.startswith((b"PAR1", *ARROW, *excel_sheets.MAGIC))


def _readable(engine: Engine, path: Path) -> Path:
    """The file where the engine can open it: by a link, where its name is no text."""
    try:
        str(path.absolute()).encode("utf-8")
    except UnicodeEncodeError:
        link = engine.temp / f"{uuid.uuid4().hex}{path.suffix if path.suffix.isascii() else ''}"
        try:
            os.link(path, link)
        except OSError:
            # On another disk; a symbolic link would lead to a name that can't be told either.
            shutil.copyfile(path, link)
        return link
    return path


def _parquet_part(engine: Engine, path: Path, label: str, options: SourceOptions) -> SourceTable:
    source = (
        f"read_parquet([{quoted(literal_glob(str(path.absolute())))}], hive_partitioning = false)"
    )
    try:
        part = table_part(engine.view(source), label, engine=engine)
        kinds = [row[1] for row in engine.connection.execute(f"DESCRIBE FROM {source}").fetchall()]
        if options.time_zone is not None:
            checked_zone(options.time_zone)
        if any(kind.startswith("TIMESTAMP") for kind in kinds):
            # Arrow, which knows the zone that was written, takes longer to load than DuckDB.
            part.zones = parquet_zones(path, part.names, options.time_zone)
    except Exception as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            Translated(
                f"{label}: the Parquet file is damaged or cut off; get it again",
                f"{label}: Parquet-filen är skadad eller avkortad; hämta den igen",
            )
        ) from error

    def remedy(error: Exception) -> SourceTable | None:
        if "memory" in str(error).casefold() or "space" in str(error).casefold():
            return None
        if not path.exists():
            return None
        raise InputError(
            Translated(
                f"{label}: the Parquet file is damaged or cut off; get it again",
                f"{label}: Parquet-filen är skadad eller avkortad; hämta den igen",
            )
        ) from error

    part.places, part.remedy = (str(path.absolute()), literal_glob(str(path.absolute()))), remedy
    return part


def _arrow_part(engine: Engine, path: Path, label: str, options: SourceOptions) -> SourceTable:
    feather = import_module("pyarrow.feather")
    try:
        table = feather.read_table(str(path))
    except Exception as error:
        raise InputError(
            Translated(
                f"{label}: the Arrow file is damaged or cut off; get it again",
                f"{label}: Arrow-filen är skadad eller avkortad; hämta den igen",
            )
        ) from error
    return _arrow_table_part(engine, table, label, options.time_zone)


def _is_ibis(source: Any) -> bool:
    # Who has an Ibis table has imported Ibis.
    return type(source).__module__.startswith("ibis.") and hasattr(source, "get_backend")


def frame_part(engine: Engine, source: Any, time_zone: str | None = None) -> SourceTable:
    """A pandas frame, or whatever hands out its columns as an Arrow stream, as a part."""
    kind = f"{type(source).__module__.partition('.')[0]}.{type(source).__name__}"
    if kind == "pandas.DataFrame":
        names = [str(name) for name in source.columns]
        table = _as_arrow(source).rename_columns(unique(names))
        return _arrow_table_part(engine, table, "the table", time_zone, names)
    if kind == "pyarrow.Table":
        return _arrow_table_part(engine, source, "the table", time_zone)
    if hasattr(source, "collect") and kind == "polars.LazyFrame":
        source = source.collect()
    if not hasattr(source, "__arrow_c_stream__"):
        raise InputError(
            Translated(
                f"orders can't be read from {type(source).__name__}; give files, a frame (pandas,"
                " polars), an Arrow table or stream, or an Ibis table",
                f"köp kan inte läsas från {type(source).__name__}; ange filer, en tabell "
                "(pandas, polars), en Arrow-tabell eller -ström, eller en Ibis-tabell",
            )
        )
    pyarrow = import_module("pyarrow")
    try:
        table = pyarrow.RecordBatchReader.from_stream(source).read_all()
    except Exception as error:
        raise InputError(
            Translated(
                f"the table: {type(source).__name__} hands out no rows of columns"
                f" ({type(error).__name__})",
                f"tabellen: {type(source).__name__} ger inga rader med kolumner "
                f"({type(error).__name__})",
            )
        ) from error
    return _arrow_table_part(engine, table, "the table", time_zone)


def _arrow_table_part(
    engine: Engine, table: Any, label: str, time_zone: str | None, names: list[str] | None = None
) -> SourceTable:
    names = names or list(table.column_names)
    table = _plain_types(table.rename_columns(unique(names)), label, time_zone)
    return _registered(engine, table, names, label)


def _registered(engine: Engine, table: Any, names: list[str], label: str) -> SourceTable:
    return table_part(engine.backend.arrow_table(table), label, names, engine)


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


def _plain_types(table: Any, label: str, time_zone: str | None) -> Any:
    """Columns of types that the engine knows, and that mean the same there.

    Times with a zone become the clock on the wall there: the day as written. Columns without a
    single value are text: the engine knows no type for nothing. Decimals of 256 bits are rounded to
    ten places, which is more than an amount has.
    """
    pyarrow = import_module("pyarrow")
    types, compute = pyarrow.types, import_module("pyarrow.compute")
    for position, column in enumerate(table.schema):
        cells, kind = table.column(position), column.type
        try:
            if types.is_dictionary(kind):
                cells = cells.cast(kind.value_type)
                kind = kind.value_type
            if types.is_timestamp(kind) and kind.tz is not None:
                cells = arrow_days(cells, kind, time_zone)
            elif types.is_null(kind):
                cells = cells.cast(pyarrow.string())
            elif types.is_decimal256(kind):
                cells = compute.round(cells, min(kind.scale, 10)).cast(
                    pyarrow.decimal128(38, min(kind.scale, 10)), safe=False
                )
        except pyarrow.ArrowException as error:
            raise InputError(
                Translated(
                    f"{label}: column {column.name!r} ({kind}) holds values that can't be read",
                    f"{label}: kolumn {column.name!r} ({kind}) har värden som inte kan läsas",
                )
            ) from error
        if cells is not table.column(position):
            table = table.set_column(position, column.name, cells)
    return table
