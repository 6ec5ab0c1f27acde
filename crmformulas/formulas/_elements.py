"""A function of numbers on each element of arrays, where it is more than arithmetic."""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

from collections.abc import Callable
from math import nan
from typing import Any

from crmformulas.errors import FormulaError

__all__ = ["one_by_one"]


def one_by_one(function: Callable[..., float], *args: Any) -> Any:
    """The function of numbers, or of each element of arrays; NaN where it has no answer.

    Examples:
        >>> one_by_one(max, 1.0, 2.0)
        2.0
    """
    if all(isinstance(value, (int, float)) for value in args):
        return function(*args)
    import numpy as np

    columns = [np.asarray(value, dtype=float).reshape(-1).tolist() for value in args]
    size = max(map(len, columns))
    rows = zip(*(column * size if len(column) == 1 else column for column in columns), strict=True)

    def answer(row: tuple[float, ...]) -> float:
        try:
            return function(*row)
        except (FormulaError, ArithmeticError, ValueError):
            return nan

    return np.fromiter((answer(row) for row in rows), float, size)
