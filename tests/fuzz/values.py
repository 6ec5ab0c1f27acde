"""Values of types and sizes that nobody gives a formula on purpose."""

from __future__ import annotations

import math
import sys
from array import array
from collections import deque
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd


def in_itself() -> list[Any]:
    endless: list[Any] = [1.0]
    endless.append(endless)
    return endless


def numbers() -> Iterator[int]:
    yield from (1, 2, 3)


class Surly:
    """Somebody's own type, which refuses everything."""

    def __float__(self) -> float:
        raise RuntimeError("no")

    def __repr__(self) -> str:
        raise RuntimeError("no")


ODD: dict[str, Callable[[], Any]] = {
    "masked array": lambda: np.ma.masked_array([0.5, 0.25, 0.75], [False, True, False]),
    "masked all": lambda: np.ma.masked_all(3),
    "masked": lambda: np.ma.masked,
    "masked whole numbers": lambda: np.ma.masked_array([1, 2, 3], [False, True, False]),
    "masked texts": lambda: np.ma.masked_array(["a", "b"], [False, True]),
    "masked in a list": lambda: [0.5, np.ma.masked],
    "complex": lambda: 1 + 2j,
    "NumPy's complex": lambda: np.complex128(1 + 2j),
    "complex array": lambda: np.array([1 + 2j, 1]),
    "complex objects": lambda: np.array([1 + 2j, 1], dtype=object),
    "complex in a list": lambda: [0.5, np.complex64(2j)],
    "bytes": lambda: b"1",
    "byte array": lambda: bytearray(b"\x01\x02"),
    "memory": lambda: memoryview(b"\x01\x02"),
    "array of bytes": lambda: np.array([b"1", b"2"]),
    "bytes in a list": lambda: [0.5, b"1"],
    "records": lambda: np.zeros(2, dtype=[("a", "f8"), ("b", "i4")]),
    "set": lambda: {0.1, 0.2},
    "frozen set": lambda: frozenset({0.1, 0.2}),
    "set in a list": lambda: [{0.1}],
    "generator": numbers,
    "iterator": lambda: iter([1, 2]),
    "map": lambda: map(float, [1, 2]),
    "keys": lambda: {"a": 1}.keys(),
    "values": lambda: {"a": 1.0}.values(),
    "mapping": lambda: {"a": 1.0},
    "mapping in a list": lambda: [{"a": 1.0}],
    "list in itself": in_itself,
    "deep list": lambda: [[[[[[[1.0]]]]]]],
    "ragged": lambda: [[1.0, 2.0], [3.0]],
    "arrays in a list": lambda: [np.array([0.5, 0.25]), np.array([0.5, 0.75])],
    "array": lambda: array("d", [0.5, 0.25]),
    "whole array": lambda: array("q", [1, 2]),
    "deque": lambda: deque([0.5, 0.25]),
    "range": lambda: range(3),
    "matrix": lambda: np.matrix([[0.5, 0.25]]),
    "no dimension": lambda: np.array(0.5),
    "three dimensions": lambda: np.full((2, 2, 2), 0.5),
    "empty": lambda: [],
    "empty rows": lambda: [[], []],
    "huge": lambda: 10**400,
    "huge in a list": lambda: [1, 10**400],
    "beyond digits": lambda: 10**5000,
    "beyond digits in a list": lambda: [1, -(10**5000)],
    "decimal": lambda: Decimal("0.5"),
    "decimal nan": lambda: [Decimal("NaN"), Decimal(1)],
    "signalling": lambda: Decimal("sNaN"),
    "signalling in a list": lambda: [Decimal("sNaN"), Decimal(1)],
    "large decimal": lambda: Decimal("1e999999"),
    "fraction": lambda: Fraction(1, 3),
    "huge fraction": lambda: Fraction(10**400, 3),
    "float16": lambda: np.float16(0.5),
    "longdouble": lambda: np.longdouble("1e4000"),
    "infinity": lambda: [math.inf, -math.inf],
    "duration": lambda: timedelta(days=3),
    "NumPy's duration": lambda: np.timedelta64(3, "D"),
    "NumPy's day": lambda: np.datetime64("2026-10-31"),
    "far day": lambda: np.datetime64("10000-01-01"),
    "far days": lambda: np.array(["10000-01-01", "2026-01-01"], dtype="datetime64[D]"),
    "days of NumPy": lambda: np.array(["2026-10-31", "NaT"], dtype="datetime64[ns]"),
    "days": lambda: [date(2026, 10, 31), date(1, 1, 1)],
    "nothing of pandas": lambda: pd.NA,
    "no time": lambda: pd.NaT,
    "nullable": lambda: pd.Series([1, None, 3], dtype="Int64"),
    "categories": lambda: pd.Series(["a", "b"], dtype="category"),
    "table": lambda: pd.DataFrame({"a": [0.5, 0.25], "b": [0.5, 0.75]}),
    "table of all": lambda: pd.DataFrame({"a": [0.5, None], "b": ["x", b"y"]}),
    "truth": lambda: [True, False],
    "NumPy's truth": lambda: np.array([True, False]),
    "no value": lambda: [None, ...],
    "type": lambda: float,
    "function": lambda: len,
    "module": lambda: math,
    "surly": Surly,
    "surly in a list": lambda: [Surly(), 1.0],
    "text": lambda: "five\x1b[2J",
    "long text": lambda: "x" * 100_000,
    "error": lambda: "#REF!",
    "error in a list": lambda: [1.0, "#N/A"],
    "error in an array": lambda: np.array(["#DIV/0!", 1], dtype=object),
}

EXTREMES: tuple[Any, ...] = (
    *(0, -0.0, 1, -1, 0.5, 2, 12, 1000, 0.1 + 0.2, 1 - 1e-16, 1 + 1e-15, 1e-9, -1e-9),
    *(2**31, 2**53, 2**53 + 1, 2**63, -(2**63), 10**15, 10**400, math.inf, -math.inf, math.nan),
    *(sys.float_info.max, -sys.float_info.max, sys.float_info.min, 5e-324, -5e-324),
    *(None, "", " ", "x", "5", "#REF!", "#N/A", True, False, "retention", "lost", "super"),
    *("2026-10-31", "31/10/2026", "9999-12-31", "0001-01-01", 46326, 2958465, 2958466, 60),
    *(date(2026, 10, 31), date.max, date.min, Decimal("0.1"), Fraction(1, 3)),
)
