"""Lists of persons as files: written batch by batch, so that a million rows take little memory."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from crmformulas.csv_export import safe_text
from crmformulas.formats import NumberFormat
from crmformulas.translations import LANGS, Translated, counted

__all__ = [
    "WRITERS",
    "persons",
    "rows_of",
    "write_csv_batches",
    "write_json_batches",
    "write_parquet",
]

Progress = Callable[[int], None]


def _quiet(rows: int) -> None:
    """Tell nobody."""


def persons(n: int) -> Translated:
    """Number of persons in an export, as each face says it."""
    return Translated(
        *(counted(n, "person", lang=lang, shown=NumberFormat(lang).whole(n)) for lang in LANGS)
    )


def rows_of(batches: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    """The rows of Arrow record batches as Python values."""
    for batch in batches:
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def write_csv_batches(
    path: Path,
    batches: Iterable[Any],
    schema: Any,
    *,
    safe: bool = False,
    progress: Progress = _quiet,
) -> tuple[int, int]:
    """Write a CSV file in UTF-8.

    Args:
        path: A file that is there.
        batches: Arrow record batches.
        schema: Their schema, as there may be none.
        safe: Put an apostrophe before texts that a spreadsheet would execute.
        progress: Called with the rows written so far.

    Returns:
        How many rows, and how many cells were given an apostrophe.
    """
    import pyarrow.csv as pc

    rows = changed = 0
    with pc.CSVWriter(path, schema) as writer:
        for batch in batches:
            safe_batch, more = _safe(batch) if safe else (batch, 0)
            writer.write_batch(safe_batch)
            rows, changed = rows + batch.num_rows, changed + more
            progress(rows)
    return rows, changed


def _safe(batch: Any) -> tuple[Any, int]:
    """A batch with its texts made safe, and how many were changed."""
    import pyarrow as pa

    columns, changed = [], 0
    for column in batch.columns:
        if pa.types.is_string(column.type):
            texts = column.to_pylist()
            safe = [None if text is None else safe_text(text) for text in texts]
            changed += sum(one != other for one, other in zip(texts, safe, strict=True))
            column = pa.array(safe, pa.string())
        columns.append(column)
    return pa.RecordBatch.from_arrays(columns, schema=batch.schema), changed


def write_parquet(
    path: Path,
    batches: Iterable[Any],
    schema: Any,
    *,
    safe: bool = False,
    progress: Progress = _quiet,
) -> tuple[int, int]:
    """Write a Parquet file; cells of it are never executed, so all are as they are."""
    import pyarrow.parquet as pq

    rows = 0
    with pq.ParquetWriter(path, schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
            rows += batch.num_rows
            progress(rows)
    return rows, 0


def write_json_batches(
    path: Path,
    batches: Iterable[Any],
    schema: Any,
    *,
    safe: bool = False,
    progress: Progress = _quiet,
    lines: bool = False,
) -> tuple[int, int]:
    """Write an array of objects, one a line, or the lines alone."""
    rows = 0
    with path.open("w", encoding="utf-8") as file:
        file.write("" if lines else "[")
        for row in json_lines(batches, schema.names):
            comma = "," if rows and not lines else ""
            file.write(f"{comma}\n{row}" if rows or not lines else row)
            rows += 1
            if rows % 10_000 == 0:
                progress(rows)
        file.write("\n" if lines else "\n]\n")
    return rows, 0


def json_lines(batches: Iterable[Any], names: Sequence[str]) -> Iterator[str]:
    """Each person as a JSON object."""
    for row in rows_of(batches):
        yield json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False, default=str)


WRITERS: dict[str, Callable[..., tuple[int, int]]] = {
    ".csv": write_csv_batches,
    ".parquet": write_parquet,
    ".json": write_json_batches,
    ".jsonl": partial(write_json_batches, lines=True),
}
"""How a file of a suffix is written; a workbook is a matter of its face."""
