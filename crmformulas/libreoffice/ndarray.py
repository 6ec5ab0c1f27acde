"""Arrays as NumPy has them, on lists: elements, shapes, arithmetic.

They have one or two dimensions and hold floats, whole numbers, truth values or objects. Arithmetic
goes element by element and broadcasts, and dividing by zero gives infinity or NaN.
"""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

import math
import operator
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial, reduce
from itertools import accumulate
from typing import Any

__all__ = [
    "array",
    "asarray",
    "broadcast",
    "divided",
    "dtype",
    "kind_of",
    "ndarray",
    "of_list",
    "stack",
]

nan, inf = math.nan, math.inf


class dtype:  # noqa: N801
    """The type of the elements, told by NumPy's letter: f, i, b or O."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def __eq__(self, other: object) -> bool:
        return isinstance(other, (dtype, type, str)) and kind_of(other) == self.kind

    def __hash__(self) -> int:
        return hash(self.kind)


float64, int64 = dtype("f"), dtype("i")
intp = int64

CASTS: dict[str, Callable[[Any], Any]] = {
    "f": lambda v: nan if v is None else float(v),
    "i": int,
    "b": bool,
    "O": lambda v: v,
}
KINDS = {float: "f", int: "i", bool: "b", object: "O", "float64": "f", "int64": "i"}


def kind_of(wanted: Any) -> str:
    """The letter of a type in any of the ways to say it."""
    return wanted.kind if isinstance(wanted, dtype) else KINDS[wanted]


def found_kind(flat: Iterable[Any]) -> str:
    """The letter of what holds these values; numbers beside truth values are objects."""
    kinds = set(map(type, flat))
    if kinds <= {float, int}:
        return "i" if kinds == {int} else "f"
    return "b" if kinds == {bool} else "O"


class ndarray:  # noqa: N801
    """An array: its elements row by row, its shape, and the letter of their type."""

    def __init__(self, flat: list[Any], shape: tuple[int, ...], kind: str) -> None:
        self.flat, self.shape, self.kind = flat, shape, kind

    @property
    def dtype(self) -> dtype:
        """The type of the elements."""
        return dtype(self.kind)

    @property
    def ndim(self) -> int:
        """Number of dimensions."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """Number of elements."""
        return len(self.flat)

    @property
    def T(self) -> ndarray:  # noqa: N802
        """Rows as columns."""
        if self.ndim < 2:
            return self
        return stack(list(zip(*self.rows(), strict=True))) if self.size else self

    def rows(self) -> list[list[Any]]:
        """The rows of a table."""
        width = self.shape[1]
        return [self.flat[i * width : (i + 1) * width] for i in range(self.shape[0])]

    def tolist(self) -> Any:
        """The elements as they are, in rows where it is a table."""
        if not self.shape:
            return self.flat[0]
        return self.rows() if self.ndim == 2 else list(self.flat)

    def to_numpy(self) -> ndarray:
        """The elements alone, as what is calculated of a column is asked for them, too."""
        return self.copy()

    def tobytes(self) -> bytes:
        """The elements as the machine writes them."""
        return struct.pack(f"<{self.size}{'d' if self.kind == 'f' else 'q'}", *self.flat)

    def view(self, kind: str) -> ndarray:
        """The bits of floats, read as whole numbers."""
        assert (self.kind, kind) == ("f", "u8")
        bits = struct.unpack(f"<{self.size}Q", struct.pack(f"<{self.size}d", *self.flat))
        return ndarray(list(bits), self.shape, "i")

    # ---------------------------------------------------------------------------------- elements

    def __len__(self) -> int:
        return self.shape[0]

    def __iter__(self) -> Iterator[Any]:
        return (
            iter(self.flat) if self.ndim < 2 else (of_list(row, self.kind) for row in self.rows())
        )

    def __bool__(self) -> bool:
        assert self.size == 1
        return bool(self.flat[0])

    def __getitem__(self, key: Any) -> Any:
        places = self.places(key)
        if isinstance(places, int):
            return self.flat[places]
        flat, shape = places
        return ndarray([self.flat[i] for i in flat], shape, self.kind)

    def __setitem__(self, key: Any, value: Any) -> None:
        places = self.places(key)
        flat = [places] if isinstance(places, int) else places[0]
        values = list(value.flat) if isinstance(value, ndarray) else [value] * len(flat)
        for i, one in zip(flat, values, strict=True):
            self.flat[i] = CASTS[self.kind](one)

    def places(self, key: Any) -> Any:
        """The place of one element, or the places of several and the shape that they make."""
        if isinstance(key, ndarray) and key.kind == "b":
            chosen = [i for i, one in enumerate(key.flat) if one]
            return chosen, (len(chosen),)
        if self.ndim == 1:
            line = range(self.size)
            if isinstance(key, int):
                return line[key]
            chosen = list(line[key]) if isinstance(key, slice) else [line[i] for i in key]
            return chosen, (len(chosen),)
        width = self.shape[1]
        row, column = key if isinstance(key, tuple) else (key, slice(None))
        rows = row if isinstance(row, list) else range(self.shape[0])[row]
        columns = column if isinstance(column, list) else range(width)[column]
        if isinstance(rows, int) and isinstance(columns, int):
            return rows * width + columns
        down = [rows] if isinstance(rows, int) else rows
        across = [columns] if isinstance(columns, int) else columns
        shape = tuple(len(r) for r in (rows, columns) if not isinstance(r, int))
        return [i * width + j for i in down for j in across], shape

    # ------------------------------------------------------------------------------------ shapes

    def ravel(self) -> ndarray:
        """Row by row as one row."""
        return ndarray(list(self.flat), (self.size,), self.kind)

    def reshape(self, *shape: Any) -> ndarray:
        """The same elements in another shape; -1 is what is left."""
        wanted = shape[0] if isinstance(shape[0], tuple) else shape
        product = reduce(operator.mul, (n for n in wanted if n >= 0), 1)
        full = tuple(self.size // product if n < 0 else n for n in wanted)
        return ndarray(list(self.flat), full, self.kind)

    def astype(self, wanted: Any, copy: bool = True) -> ndarray:
        """The elements as another type."""
        return array(self, wanted)

    def copy(self) -> ndarray:
        """An array of its own."""
        return ndarray(list(self.flat), self.shape, self.kind)

    # ---------------------------------------------------------------------------------- together

    def along(self, of_line: Callable[[list[Any]], Any], axis: int | None) -> Any:
        """Apply a function to each row, to each column, or to all the elements."""
        if axis is None or self.ndim == 1:
            return of_line(self.flat)
        lines = self.rows() if axis == 1 else [list(c) for c in zip(*self.rows(), strict=True)]
        per_line = [of_line(line) for line in lines]
        return stack(per_line) if per_line and isinstance(per_line[0], list) else of_list(per_line)

    def sum(self, axis: int | None = None) -> Any:
        """The sum."""
        return self.along(sum, axis)

    def prod(self, axis: int | None = None) -> Any:
        """The product."""
        return self.along(partial(reduce, operator.mul), axis)

    def cumsum(self) -> ndarray:
        """The sum of the elements up to each."""
        return of_list(list(accumulate(self.flat)), self.kind)

    def cumprod(self, axis: int | None = None) -> ndarray:
        """The product of the elements up to each."""
        products = self.along(lambda line: list(accumulate(line, operator.mul)), axis)
        return products if isinstance(products, ndarray) else of_list(products, self.kind)

    def min(self) -> Any:
        """The smallest, or NaN where there is one."""
        return nan if any(v != v for v in self.flat) else min(self.flat)

    def max(self, initial: Any = None) -> Any:
        """The largest, or NaN where there is one."""
        every = self.flat if initial is None else [initial, *self.flat]
        return nan if any(v != v for v in every) else max(every)

    def all(self) -> bool:
        """Whether all are true."""
        return all(self.flat)

    def any(self) -> bool:
        """Whether one is true."""
        return any(self.flat)

    def argmax(self) -> int:
        """Position of the largest, the first of several."""
        return self.flat.index(max(self.flat))

    def argsort(self, kind: str = "stable") -> ndarray:
        """The places of the elements from the smallest on."""
        return of_list(sorted(range(self.size), key=self.flat.__getitem__), "i")

    # -------------------------------------------------------------------------------- arithmetic

    def each(self, change: Callable[[Any], Any], kind: str = "") -> ndarray:
        """Apply a function to each element."""
        return ndarray([change(v) for v in self.flat], self.shape, kind or self.kind)

    def __neg__(self) -> ndarray:
        return self.each(operator.neg)

    def __abs__(self) -> ndarray:
        return self.each(abs)

    def __invert__(self) -> ndarray:
        return self.each(operator.not_, "b")

    def __matmul__(self, other: ndarray) -> Any:
        if self.ndim == 2:
            return of_list([sum(map(operator.mul, row, other.flat)) for row in self.rows()])
        if other.ndim == 1:
            return sum(map(operator.mul, self.flat, other.flat))
        return of_list(
            [
                sum(a * b for a, b in zip(self.flat, c, strict=True))
                for c in zip(*other.rows(), strict=True)
            ]
        )


def divided(part: float, whole: float) -> float:
    """A quotient; of zero it is infinite or undefined."""
    if whole:
        return part / whole
    return math.copysign(inf, part) * math.copysign(1.0, whole) if part and part == part else nan


def left_over(value: float, by: float) -> float:
    """Remainder of a division; undefined of infinity."""
    return value % by if math.isfinite(value) else nan


def broadcast(function: Callable[..., Any], *values: Any, kind: str = "") -> ndarray:
    """Apply a function to the elements at the same place."""
    arrays = [asarray(v) for v in values]
    shape = max((a.shape for a in arrays), key=lambda s: (len(s), s))
    sides = [_spread(a, shape) for a in arrays]
    flat = list(map(function, *sides))
    return ndarray(flat, shape, kind or found_kind(flat))


def _spread(one: ndarray, shape: tuple[int, ...]) -> list[Any]:
    """The elements repeated to a shape: a number everywhere, a row in each row, a column likewise.

    Raises:
        ValueError: it does not fit.
    """
    if one.shape == shape:
        return one.flat
    size = reduce(operator.mul, shape, 1)
    if one.size == 1:
        return one.flat * size
    if len(shape) == 2 and one.shape in ((shape[1],), (1, shape[1])):
        return one.flat * shape[0]
    if len(shape) == 2 and one.shape == (shape[0], 1):
        return [v for v in one.flat for _ in range(shape[1])]
    raise ValueError(f"shapes {one.shape} and {shape} can't be combined")


def _operator(function: Callable[[Any, Any], Any], kind: str) -> tuple[Any, Any]:
    """A method for an operator, and one for the other side."""

    def forward(self: ndarray, other: Any) -> ndarray:
        return broadcast(function, self, other, kind=kind)

    def backward(self: ndarray, other: Any) -> ndarray:
        return broadcast(function, other, self, kind=kind)

    return forward, backward


for _name, _function, _kind in (
    ("add", operator.add, ""),
    ("sub", operator.sub, ""),
    ("mul", operator.mul, ""),
    ("truediv", divided, "f"),
    ("floordiv", operator.floordiv, ""),
    ("mod", left_over, ""),
    ("and", operator.and_, "b"),
    ("or", operator.or_, "b"),
    ("lt", operator.lt, "b"),
    ("le", operator.le, "b"),
    ("gt", operator.gt, "b"),
    ("ge", operator.ge, "b"),
    ("eq", operator.eq, "b"),
    ("ne", operator.ne, "b"),
):
    _forward, _backward = _operator(_function, _kind)
    setattr(ndarray, f"__{_name}__", _forward)
    setattr(ndarray, f"__r{_name}__", _backward)


# ----------------------------------------------------------------------------------- making arrays


def of_list(flat: list[Any], kind: str = "") -> ndarray:
    """A list as an array of one dimension."""
    return ndarray(flat, (len(flat),), kind or found_kind(flat))


def array(values: Any, dtype: Any = None) -> ndarray:
    """A number, a list, or a list of rows of one length, as an array of its own.

    Raises:
        ValueError: the rows differ in length.
    """
    if isinstance(values, ndarray):
        flat, shape, kind = list(values.flat), values.shape, values.kind
    elif not isinstance(values, (list, tuple)):
        flat, shape, kind = [values], (), ""
    elif values and all(isinstance(row, (list, tuple, ndarray)) for row in values):
        rows = [list(row) for row in values]
        if len(set(map(len, rows))) > 1:
            raise ValueError("rows differ in length")
        flat, shape, kind = [v for row in rows for v in row], (len(rows), len(rows[0])), ""
    else:
        flat, shape, kind = list(values), (len(values),), ""
    wanted = kind_of(dtype) if dtype is not None else kind or found_kind(flat)
    return ndarray(flat if wanted == kind else [CASTS[wanted](v) for v in flat], shape, wanted)


def asarray(values: Any, dtype: Any = None) -> ndarray:
    """The array itself where it is one of that type."""
    if isinstance(values, ndarray) and (dtype is None or values.dtype == dtype):
        return values
    return array(values, dtype)


def stack(rows: Sequence[Any]) -> ndarray:
    """Lines as the rows of a table."""
    return array([list(row) for row in rows])
