"""Several files as one table: a row that stands in more than one of them counts once.

Exports overlap: January to March, then February to April. A row that is identical in every column
and stands in several files counts as often as in the file that has it most often; rows that are
repeated within one file are all meant.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from importlib import import_module
from typing import Any

from crmformulas.orders.reading.ibis_types import dtype
from crmformulas.orders.reading.source_tables import Opened
from crmformulas.orders.reading.typed_parts import RAW, TypedPart

__all__ = ["joined"]


def joined(
    opened: Opened, parts: Sequence[TypedPart], currency: str | None, *, order: bool
) -> tuple[Any, int]:
    """The rows of all parts, stored in the engine, and how many rows were left out."""
    ibis = import_module("ibis")
    names = list(dict.fromkeys(name for typed in parts for name in typed.part.table.columns))
    tables = []
    for number, typed in enumerate(parts):
        rows = typed.rows(currency, raw=True, order=order)
        own = {name: f"{RAW}{i}" for i, name in enumerate(typed.part.table.columns)}
        typed_columns = [name for name in rows.columns if not name.startswith(RAW)]
        # A column that only other files have is blank here.
        cells = {
            f"{RAW}{i}": rows[own[name]].cast(dtype("string"))
            if name in own
            else ibis.null(dtype("string"))
            for i, name in enumerate(names)
        }
        tables.append(
            rows.select(*typed_columns, **cells, file=ibis.literal(number, dtype("int32")))
        )
    table = reduce(lambda one, other: one.union(other), tables)
    keys = [name for name in table.columns if name != "file"]
    # In two steps: with the counts of all files side by side, in one, memory does not suffice for
    # as much, and it takes as long.
    per_file = table.group_by([*keys, "file"]).agg(times=table.count())
    counted = per_file.group_by(keys).agg(times=per_file.times.max(), seen=per_file.times.sum())
    typed_columns = [name for name in keys if not name.startswith(RAW)]
    stored = opened.backend.create_table(
        ibis.util.gen_name("rows"), counted.select(*typed_columns, "times", "seen"), temp=True
    )
    left_out = opened.ask(stored.agg(rows=(stored.seen - stored.times).sum()))[0]["rows"]
    every = stored.select(*typed_columns, copy=ibis.range(stored.times).unnest())
    return every.drop("copy"), int(left_out or 0)
