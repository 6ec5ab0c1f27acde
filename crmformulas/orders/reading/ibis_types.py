"""Types of columns by name, and sums in 64 bits."""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

__all__ = ["dtype", "is_duckdb", "total"]


@cache
def dtype(name: str) -> Any:
    """As ``ibis.dtype``, without its parser, which takes 2 ms for each name."""
    types = import_module("ibis.expr.datatypes")
    base, _, numbers = name.partition("(")
    if numbers:
        return types.Decimal(*map(int, numbers.rstrip(")").split(",")))
    return getattr(types, base)


def is_duckdb(value: Any) -> bool:
    """Whether DuckDB computes a value; nobody does as long as its table is a name alone."""
    backends, _ = value._find_backends()
    return [backend.name for backend in backends] == ["duckdb"]


def total(column: Any, where: Any = None) -> Any:
    """The sum in 64 bits: DuckDB sums to 128, which make all that follows slower."""
    summed = column.sum(where=where)
    return summed.try_cast("int64") if is_duckdb(column) else summed
