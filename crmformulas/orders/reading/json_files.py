"""JSON and JSON lines: an object is a row, a key a column, and what lies within objects too."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from crmformulas.errors import InputError
from crmformulas.orders.reading.engine import Engine
from crmformulas.orders.reading.packed_files import Head
from crmformulas.orders.reading.source_tables import Mixed, SourceTable, table_part, unique
from crmformulas.orders.reading.sql_literals import literal_glob, quoted
from crmformulas.translations import Translated

__all__ = ["is_json", "json_part"]

LOOKED_AT = 500
"""Objects in which keys within objects are looked for; those of the outer one in all."""
DEEPEST = 3
MOST_BESIDE = 3
"""Values beside a list of rows, as of pages; an order with a list of its articles has more."""
SMALLEST_BUFFER, LARGEST_BUFFER = 1 << 24, 1 << 28
"""Bytes of the largest object that is looked for, of which the engine takes twice as many."""
NUMBERS = "('UBIGINT', 'BIGINT', 'HUGEINT', 'UHUGEINT', 'DOUBLE')"


def is_json(head: Head) -> bool:
    """Whether a file begins as JSON: an object, or a list of objects."""
    text = head.data.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"["):
        text = text[1:].lstrip()
    return text[:1] == b"{" and text[1:].lstrip()[:1] in (b'"', b"}")


def json_part(engine: Engine, path: Path, head: Head, label: str) -> SourceTable:
    """The objects of a JSON file as a part.

    Raises:
        InputError: it is damaged, or holds no list of objects.
    """
    damaged = InputError(f"{label}: the JSON can't be read; it is damaged, cut off or not in UTF-8")
    packed = {"gzip": "gzip", "zstd": "zstd"}.get(head.compression, "none")
    settings = f"format = 'auto', compression = '{packed}'"
    if not head.data.startswith(b"\xef\xbb\xbf") and head.data.lstrip()[:1] == b"{":
        as_one_object = f"{settings}, maximum_object_size = {_largest_object(path)}"
        wrapped = _wrapping_key(engine, path, as_one_object)
        if wrapped is not None:
            settings = as_one_object
    else:
        wrapped = None
    objects = f"SELECT json FROM read_json_objects([{_file(path)}], {settings})"
    if wrapped is not None:
        listed = f"json -> {quoted(_path((wrapped,)))}"
        objects = f"SELECT unnest(from_json({listed}, '[\"JSON\"]')) AS json FROM ({objects})"
    run = engine.connection.execute
    try:
        first = [json.loads(text) for (text,) in run(f"{objects} LIMIT {LOOKED_AT}").fetchall()]
        every = run(f"SELECT DISTINCT unnest(json_keys(json)) AS key FROM ({objects}) ORDER BY key")
        outer = [key for (key,) in every.fetchall()]
    except Exception as error:
        raise damaged from error
    paths = _paths([row for row in first if isinstance(row, dict)], outer)
    if not paths:
        raise InputError(
            Translated(
                f"{label}: the JSON holds no list of objects",
                f"{label}: JSON-filen har ingen lista av objekt",
            )
        )
    names = [".".join(path) for path in paths]
    visible, apart = [], []
    for name, keys in zip(unique(names), paths, strict=True):
        cell = f"json -> {quoted(_path(keys))}"
        text, kind = f"({cell}) ->> '$'", f"json_type({cell})"
        visible.append(f"CASE WHEN {kind} <> 'NULL' THEN {text} END AS \"{_doubled(name)}\"")
        is_number = f"{kind} IN {NUMBERS}"
        apart.append(f"CASE WHEN {kind} <> 'NULL' AND NOT {is_number} THEN {text} END")
        apart.append(f"CASE WHEN {is_number} THEN TRY_CAST({text} AS DECIMAL(38, 10)) END")
    hidden = unique([*names, *(f"cells {i}" for i in range(len(apart)))])[len(names) :]
    columns = visible + [
        f'{cell} AS "{_doubled(name)}"' for cell, name in zip(apart, hidden, strict=True)
    ]
    view = f"json_{uuid.uuid4().hex}"
    run(f"CREATE TEMP VIEW {view} AS SELECT {', '.join(columns)} FROM ({objects})")
    part = table_part(engine.backend.table(view), label, names, engine)
    count = len(names)
    part.mixed = {i: Mixed(text=count + 2 * i, number=count + 2 * i + 1) for i in range(count)}

    def remedy(error: Exception) -> SourceTable | None:
        raise damaged from error

    part.remedy, part.places = remedy, (str(path),)
    return part


def _file(path: Path) -> str:
    return quoted(literal_glob(str(path.absolute())))


def _doubled(name: str) -> str:
    return name.replace('"', '""')


def _path(keys: tuple[str, ...]) -> str:
    """The path of a key in the engine's words."""
    return "$" + "".join('."' + key.replace("\\", "\\\\").replace('"', '\\"') + '"' for key in keys)


def _largest_object(path: Path) -> int:
    """Bytes of the object that a file may hold around all of its rows, also if it is packed."""
    return min(max(8 * path.stat().st_size, SMALLEST_BUFFER), LARGEST_BUFFER)


def _wrapping_key(engine: Engine, path: Path, settings: str) -> str | None:
    """The one key of a file that holds a single object around its list of rows."""
    rows = f"SELECT json FROM read_json_objects([{_file(path)}], {settings}) LIMIT 2"
    try:
        objects = engine.connection.execute(rows).fetchall()
        outer = json.loads(objects[0][0]) if len(objects) == 1 else None
    except Exception:
        # Whoever reads the rows says what is wrong.
        return None
    if not isinstance(outer, dict):
        return None
    lists = [
        key
        for key, value in outer.items()
        if isinstance(value, list) and value and all(isinstance(row, dict) for row in value)
    ]
    scalars = [value for value in outer.values() if isinstance(value, (str, int, float))]
    return lists[0] if len(lists) == 1 and len(scalars) <= MOST_BESIDE else None


def _paths(rows: list[dict[str, Any]], outer: list[str]) -> list[tuple[str, ...]]:
    """The keys of the objects, and of objects within them, in the order in which they come."""
    paths: dict[tuple[str, ...], None] = {}
    for row in rows:
        paths.update(dict.fromkeys(_leaves(row, ())))
    first_keys = {path[0] for path in paths}
    return [*paths, *((key,) for key in outer if key not in first_keys)]


def _leaves(row: dict[str, Any], above: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for key, value in row.items():
        here = (*above, key)
        if isinstance(value, dict) and len(here) < DEEPEST:
            yield from _leaves(value, here)
        elif value is not None or not above:
            yield here
