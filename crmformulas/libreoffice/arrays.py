"""As much of NumPy as the formulas ask for: LibreOffice's Python has none.

In the add-in this module stands where a formula imports NumPy, so that each formula keeps its one
definition. The arrays themselves are those of :mod:`.ndarray`.
"""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

import math
import operator
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from functools import reduce
from itertools import chain
from statistics import median as middle
from typing import Any

from crmformulas.libreoffice.ndarray import (
    CASTS,
    array,
    asarray,
    broadcast,
    divided,
    dtype,
    float64,
    found_kind,
    inf,
    int64,
    intp,
    kind_of,
    nan,
    ndarray,
    of_list,
    stack,
)

__all__ = ["array", "asarray", "dtype", "float64", "found_kind", "inf", "int64", "intp"]
__all__ += ["kind_of", "nan", "ndarray", "of_list", "stack"]


def fromiter(values: Iterable[Any], dtype: Any, count: int = -1) -> ndarray:
    """The values as an array of one dimension."""
    return array(list(values), dtype)


def full(shape: Any, value: Any, dtype: Any = float) -> ndarray:
    """One value everywhere."""
    sides = shape if isinstance(shape, tuple) else (shape,)
    flat = [CASTS[kind_of(dtype)](value)] * reduce(operator.mul, sides, 1)
    return ndarray(flat, sides, kind_of(dtype))


def zeros(shape: Any, dtype: Any = float) -> ndarray:
    """Zero everywhere."""
    return full(shape, 0, dtype)


def ones(shape: Any, dtype: Any = float) -> ndarray:
    """One everywhere."""
    return full(shape, 1, dtype)


def empty_like(other: ndarray) -> ndarray:
    """An array of the same shape and type."""
    return other.copy()


def zeros_like(other: ndarray) -> ndarray:
    """Zero everywhere, in the shape of another array."""
    return zeros(other.shape, other.dtype)


def full_like(other: ndarray, value: Any) -> ndarray:
    """One value everywhere, in the shape of another array."""
    return full(other.shape, value, other.dtype)


def arange(stop: int) -> ndarray:
    """0, 1, … up to below a number."""
    return of_list(list(range(stop)), "i")


def eye(size: int, dtype: Any = float) -> ndarray:
    """The unit matrix."""
    matrix = zeros((size, size), dtype)
    for i in range(size):
        matrix[i, i] = 1
    return matrix


def repeat(values: ndarray, times: Sequence[int]) -> ndarray:
    """Each element so many times."""
    repeated = ([value] * n for value, n in zip(values.flat, times, strict=True))
    return of_list(list(chain.from_iterable(repeated)), values.kind)


def vstack(tables: Sequence[Any]) -> ndarray:
    """Tables, or lines, one below the other."""
    return array([r for t in map(asarray, tables) for r in (t.rows() if t.ndim == 2 else [t.flat])])


def column_stack(columns: Sequence[Any]) -> ndarray:
    """Lines as the columns of a table."""
    return stack(list(zip(*(asarray(column).flat for column in columns), strict=True)))


def concatenate(arrays: Sequence[Any]) -> ndarray:
    """Lines one after the other."""
    return of_list([v for a in arrays for v in asarray(a).flat])


def append(one: Any, other: Any) -> ndarray:
    """Elements after others."""
    return concatenate((one, other))


def split(values: ndarray, parts: int) -> list[ndarray]:
    """As many parts of a line, of equal length."""
    size = len(values.flat) // parts
    return [of_list(values.flat[i * size : (i + 1) * size], values.kind) for i in range(parts)]


# --------------------------------------------------------------------------------------- functions


def where(condition: Any, this: Any, that: Any) -> ndarray:
    """One or the other of two values at each place."""
    return broadcast(lambda so, one, other: one if so else other, condition, this, that)


def divide(part: ndarray, whole: ndarray, out: ndarray, where: ndarray) -> ndarray:
    """The quotient where a condition holds, and what was there elsewhere."""
    quotients = broadcast(
        lambda a, b, was, so: divided(a, b) if so else was, part, whole, out, where
    )
    out.flat[:] = quotients.flat
    return out


def _of_each(function: Callable[[float], Any], kind: str = "") -> Callable[[Any], ndarray]:
    return lambda values: asarray(values).each(function, kind)


def _down(value: float) -> float:
    return float(math.floor(value)) if math.isfinite(value) else value


isfinite = _of_each(math.isfinite, "b")
isinf = _of_each(math.isinf, "b")
isnan = _of_each(math.isnan, "b")
floor = _of_each(_down, "f")
rint = _of_each(lambda v: float(round(v)), "f")
abs = operator.abs


def _of_number(function: Callable[[float], float]) -> Callable[[Any], Any]:
    """A function of numbers: of one, or of each element."""

    def applied(values: Any) -> Any:
        if isinstance(values, (int, float)):
            return function(values)
        return asarray(values).each(function, "f")

    return applied


def _log(value: float) -> float:
    if value > 0:
        return math.log(value)
    return nan if value else -inf


def _exp(value: float) -> float:
    return math.exp(value) if value < LARGEST_POWER or value != value else inf


LARGEST_POWER = 709.782712893384
"""Of e, that a number holds."""

log = _of_number(_log)
log1p = _of_number(math.log1p)
exp = _of_number(_exp)


def _log_of_sum(one: float, other: float) -> float:
    """ln(e^one + e^other), however large or small they are."""
    high, low = (one, other) if one > other else (other, one)
    return high if low == -inf else high + math.log1p(math.exp(low - high))


def logaddexp(one: Any, other: Any) -> ndarray:
    """The logarithm of the sum of powers of e at each place."""
    return broadcast(_log_of_sum, one, other, kind="f")


def clip(values: Any, low: Any, high: Any) -> ndarray:
    """Each element brought between two bounds."""
    return broadcast(lambda value, a, b: min(max(value, a), b), values, low, high)


def ix_(rows: ndarray, columns: ndarray) -> tuple[list[int], list[int]]:
    """The rows and columns of a table that are true."""
    return flatnonzero(rows).flat, flatnonzero(columns).flat


def average(values: ndarray, weights: ndarray) -> float:
    """The mean of weighted elements."""
    return math.fsum(map(operator.mul, values.flat, weights.flat)) / math.fsum(weights.flat)


def unique(values: ndarray, return_inverse: bool) -> tuple[ndarray, ndarray]:
    """The distinct elements in order, and the place of each element among them."""
    assert return_inverse
    distinct = sorted(set(values.flat))
    place = {value: i for i, value in enumerate(distinct)}
    return of_list(distinct, values.kind), of_list([place[value] for value in values.flat], "i")


class linalg:  # noqa: N801
    """As much of linear algebra as a climb needs: small symmetric matrices."""

    @staticmethod
    def eigh(matrix: ndarray) -> tuple[ndarray, ndarray]:
        """The eigenvalues, and the eigenvectors as columns, by Jacobi's rotations."""
        size = len(matrix)
        left, axes = matrix.copy(), eye(size)
        pairs = [(i, j) for i in range(size) for j in range(i + 1, size)]
        for _ in range(SWEEPS):
            if not any(left[i, j] for i, j in pairs):
                break
            for i, j in pairs:
                if left[i, j]:
                    _rotate(left, axes, i, j)
        return of_list([left[i, i] for i in range(size)], "f"), axes

    @staticmethod
    def pinv(matrix: ndarray, hermitian: bool) -> ndarray:
        """The inverse, without the directions in which there is none."""
        assert hermitian
        sizes, axes = linalg.eigh(matrix)
        least = 1e-15 * abs(sizes).max()
        inverse = of_list([1 / v if math.fabs(v) > least else 0.0 for v in sizes.flat], "f")
        rows = [axes @ (inverse * row) for row in axes]
        return stack(rows)


SWEEPS = 50
"""Rounds of rotations at most; a matrix of four rows needs six or so."""


def _rotate(left: ndarray, axes: ndarray, i: int, j: int) -> None:
    """Turn two axes so that a symmetric matrix has no element between them."""
    ratio = (left[j, j] - left[i, i]) / (2 * left[i, j])
    tangent = math.copysign(1.0, ratio) / (math.fabs(ratio) + math.hypot(ratio, 1.0))
    cosine = 1 / math.hypot(tangent, 1.0)
    sine = tangent * cosine
    for k in range(len(left)):
        a, b = left[k, i], left[k, j]
        left[k, i], left[k, j] = cosine * a - sine * b, sine * a + cosine * b
    for k in range(len(left)):
        a, b = left[i, k], left[j, k]
        left[i, k], left[j, k] = cosine * a - sine * b, sine * a + cosine * b
        a, b = axes[k, i], axes[k, j]
        axes[k, i], axes[k, j] = cosine * a - sine * b, sine * a + cosine * b
    left[i, j] = left[j, i] = 0.0


def minimum(one: Any, other: Any) -> ndarray:
    """The smaller at each place."""
    return broadcast(min, one, other)


def maximum(one: Any, other: Any) -> ndarray:
    """The larger at each place."""
    return broadcast(max, one, other)


def copysign(size: Any, sign: Any) -> ndarray:
    """One number with the sign of the other."""
    return broadcast(math.copysign, size, sign, kind="f")


def argsort(values: ndarray, kind: str = "stable") -> ndarray:
    """The places of the elements from the smallest on."""
    return values.argsort()


def lexsort(keys: Sequence[ndarray]) -> ndarray:
    """The places of elements ordered by the last key, then by the one before it."""
    order = sorted(zip(*(key.flat for key in reversed(keys)), range(keys[0].size), strict=True))
    return of_list([row[-1] for row in order], "i")


def sort(values: ndarray) -> ndarray:
    """The elements from the smallest on."""
    return of_list(sorted(values.flat), values.kind)


def searchsorted(ordered: ndarray, values: ndarray, side: str) -> ndarray:
    """Number of elements of an ordered line smaller than each value."""
    assert side == "left"
    return of_list([bisect_left(ordered.flat, value) for value in values.flat], "i")


def flatnonzero(values: ndarray) -> ndarray:
    """The places of what is true."""
    return of_list([i for i, value in enumerate(values.flat) if value], "i")


def bincount(values: ndarray, minlength: int = 0, weights: ndarray | None = None) -> ndarray:
    """Count of each whole number from 0 on, or the sum of its weights."""
    count = max(minlength, max(values.flat, default=-1) + 1)
    if weights is None:
        counts = [0] * count
        for value in values.flat:
            counts[value] += 1
        return of_list(counts, "i")
    sums = [0.0] * count
    for value, weight in zip(values.flat, weights.flat, strict=True):
        sums[value] += weight
    return of_list(sums, "f")


def cumsum(values: ndarray) -> ndarray:
    """The sum of the elements up to each."""
    return values.cumsum()


def diff(values: ndarray) -> ndarray:
    """Each element less the one before it."""
    return of_list([b - a for a, b in zip(values.flat, values.flat[1:], strict=False)], values.kind)


def median(values: ndarray) -> float:
    """The middle element, or the mean of the middle two."""
    return float(middle(values.flat))


def errstate(**states: str) -> Any:
    """Nothing to switch off: arithmetic here does not warn."""
    return nullcontext()


class iinfo:  # noqa: N801
    """The bounds of whole numbers."""

    def __init__(self, kind: dtype) -> None:
        self.min, self.max = -(2**63), 2**63 - 1
