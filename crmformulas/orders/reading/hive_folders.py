"""Folders of files whose names say what all their rows have in common: ``year=2024/part-0.csv``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from crmformulas.errors import InputError
from crmformulas.orders.reading.account import note
from crmformulas.orders.reading.engine import Engine
from crmformulas.orders.reading.expressions import dtype, ibis
from crmformulas.orders.reading.packed_files import Head
from crmformulas.orders.reading.source_tables import (
    OpenSource,
    SourceOptions,
    SourceTable,
    shown,
    table_part,
    unique,
)
from crmformulas.orders.reading.sql_literals import literal_glob, quoted
from crmformulas.orders.reading.time_zones import parquet_zones
from crmformulas.translations import Translated, counted

__all__ = ["Folder", "add", "find"]

FEW = 20
"""Files whose rows are looked at."""
BLANK = "__HIVE_DEFAULT_PARTITION__"
FileParts = Callable[[OpenSource, Engine, Path, Head, SourceOptions], list[SourceTable]]


@dataclass
class Folder:
    """A folder whose files together are one table."""

    path: Path
    files: list[Path]

    def keys(self, file: Path) -> dict[str, str]:
        """Keys of a file by the folders it is in."""
        between = file.relative_to(self.path).parts[:-1]
        pairs = (name.partition("=") for name in between if "=" in name)
        return {unquote(key): unquote(value) for key, _, value in pairs}

    def values(self, file: Path, keys: Sequence[str]) -> list[str | None]:
        """The values of these keys for a file."""
        said = self.keys(file)
        return [None if said.get(key, BLANK) == BLANK else said[key] for key in keys]


def find(source: Any) -> Folder | None:
    """The files of a folder that are its table; None for what is no such folder.

    Raises:
        InputError: the folder holds no files.
    """
    path = Path(str(source))
    try:
        if not path.is_dir():
            return None
    except (OSError, ValueError):
        return None
    files = sorted(
        file
        for file in path.rglob("*")
        if file.is_file()
        # Marks and logs of what wrote the folder.
        and not any(part.startswith((".", "_")) for part in file.relative_to(path).parts)
    )
    kinds = {"".join(file.suffixes[-2:]).casefold() for file in files}
    keyed = [file for file in files if "=" in "".join(file.relative_to(path).parts[:-1])]
    if not files:
        raise InputError(
            Translated(
                f"{shown(path)}: is a folder without files; give a file of orders",
                f"{shown(path)}: är en mapp utan filer; ange en fil med köp",
            )
        )
    if (not keyed and len(kinds) > 1) or (keyed and len(keyed) != len(files)):
        raise InputError(
            Translated(
                f"{shown(path)}: is a folder of different files; give those that are meant, for"
                f" example {shown(path / '*.csv')}",
                f"{shown(path)}: är en mapp med olika filer; ange dem som menas, som"
                f" {shown(path / '*.csv')}",
            )
        )
    return Folder(path, files)


def add(
    opened: OpenSource,
    engine: Engine,
    folder: Folder,
    heads: Mapping[Path, Head],
    options: SourceOptions,
    parts_of: FileParts,
) -> None:
    """Add the table of a folder: its files one under the other, with their keys as columns."""
    keys = list(dict.fromkeys(key for file in folder.files for key in folder.keys(file)))
    if all(heads[file].data.startswith(b"PAR1") for file in folder.files):
        parts = [_parquet(engine, folder, keys, options)]
    else:
        each = [(f, parts_of(opened, engine, f, heads[f], options)) for f in folder.files]
        if any(len(parts) > 1 or parts[0].mixed for _, parts in each):
            # Workbooks and JSON: one by one, as files that are given one by one.
            if keys:
                raise InputError(
                    Translated(
                        f"{shown(folder.path)}: folders with keys are read of CSV and Parquet "
                        "files",
                        f"{shown(folder.path)}: mappar med nycklar läses för CSV- och "
                        "Parquet-filer",
                    )
                )
            opened.parts += [part for _, parts in each for part in parts]
            return
        parts = [_together(folder, [(file, part) for file, (part,) in each], keys)]
    opened.parts += parts
    n, named = len(folder.files), ", ".join(map(repr, keys))
    opened.notes.append(
        note(
            "folder",
            f"{shown(folder.path)}: {counted(n, 'file', 'is')} one table"
            + (f", with the folders' {named} as columns" if keys else ""),
            f"{shown(folder.path)}: {counted(n, 'file', lang='sv')} är en tabell"
            + (f", med mapparnas {named} som kolumner" if keys else ""),
        )
    )


def _parquet(
    engine: Engine, folder: Folder, keys: list[str], options: SourceOptions
) -> SourceTable:
    files = ", ".join(quoted(literal_glob(str(file.absolute()))) for file in folder.files)
    label = shown(folder.path)
    try:
        table = engine.view(
            f"read_parquet([{files}], union_by_name = true,"
            f" hive_partitioning = {str(bool(keys)).lower()}, hive_types_autocast = false)"
        )
        part = table_part(table, label, engine=engine)
        zones = parquet_zones(folder.files[0], part.names, options.time_zone)
    except Exception as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            Translated(
                f"{label}: a file is damaged, or has other columns",
                f"{label}: en fil är skadad, eller har andra kolumner",
            )
        ) from error
    part.zones = zones
    return part


def _together(
    folder: Folder, parts: list[tuple[Path, SourceTable]], keys: list[str]
) -> SourceTable:
    first = parts[0][1]
    count = len(first.names)
    names = unique([*first.names, *keys])[count:]
    tables = []
    for file, part in parts:
        if part.names != first.names:
            raise InputError(
                Translated(
                    f"{part.label}: has other columns than {first.label}; give the files that"
                    " belong together",
                    f"{part.label}: har andra kolumner än {first.label}; ange de filer som hör"
                    " ihop",
                )
            )
        same = dict(zip(first.table.columns, part.table.columns, strict=True))
        said = zip(names, folder.values(file, keys), strict=True)
        fixed = {name: ibis.literal(value, dtype("string")) for name, value in said}
        tables.append(part.table.rename(same).mutate(**fixed))

    def sample(positions: Sequence[int]) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = []
        for file, part in parts[:FEW]:
            fixed = folder.values(file, keys)
            own = part.sample(range(count))
            rows += [tuple([*row, *fixed][i] for i in positions) for row in own]
        return rows

    return SourceTable(
        tables[0] if len(tables) == 1 else ibis.union(*tables),
        [*first.names, *keys],
        shown(folder.path),
        sample,
        whole=len(parts) <= FEW and all(part.whole for _, part in parts),
        zones=first.zones,
        engine=first.engine,
    )
