"""Types of columns by name."""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

__all__ = ["dtype", "is_duckdb"]


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
