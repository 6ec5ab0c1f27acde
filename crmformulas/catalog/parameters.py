"""What arguments may hold, and how values of any library are read as such.

A range comes as a list, a list of rows, an array, a pandas column or table, or from a spreadsheet.
NumPy is imported on the first range.
"""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

import struct
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from math import ceil, floor
from numbers import Real
from typing import TYPE_CHECKING, Any

from crmformulas.errors import SPREADSHEET_ERRORS, ArgumentError, DomainError, PassedError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "LARGEST",
    "REQUIRED",
    "Kind",
    "Parameter",
    "Relation",
    "Shape",
    "convert",
    "floats",
    "is_range",
    "number",
    "pass_errors",
    "shown",
]

LARGEST = sys.float_info.max
"""The bound of a number that has no other: infinity and NaN lie outside it."""


_EXACT = 2.0**53
"""Whole numbers up to here are floats without loss."""

_LARGEST_BITS = int.from_bytes(struct.pack(">d", LARGEST), "big")


class _Required(Enum):
    REQUIRED = "required"

    def __repr__(self) -> str:
        return "REQUIRED"


REQUIRED = _Required.REQUIRED
"""The default of an argument that must be given."""


class Shape(Enum):
    """What a range means to an argument or a result."""

    ELEMENT = "number"  # one number; a range is many calls
    COLUMN = "column"  # one list of values, read row by row
    TABLE = "table"  # rows and columns


@dataclass(frozen=True, slots=True)
class Kind:
    """What an argument holds: its unit and the inclusive bounds of its numbers.

    ``above`` leaves out the lower bound itself. ``content`` is number, text, day or id. A column
    whose elements have ``names`` may also be given as a mapping; what it does not name is 1.
    """

    name: str
    unit: str
    low: float = -LARGEST
    high: float = LARGEST
    above: bool = False
    whole: bool = False
    content: str = "number"
    names: tuple[str, ...] = ()

    @property
    def bounds(self) -> str:
        """The bounds in words, as the errors say them."""
        whole = "a whole number " if self.whole else ""
        if self.low > -LARGEST and self.high < LARGEST:
            return f"{whole}between {self.low:g} and {self.high:g}"
        if self.low > -LARGEST:
            whole = f"{whole}of " if whole else ""
            return f"{whole}above {self.low:g}" if self.above else f"{whole}at least {self.low:g}"
        return "a number that is not infinite"

    def accepts(self, value: float) -> bool:
        """Whether a number is inside the bounds."""
        low = self.low < value if self.above else self.low <= value
        return low and value <= self.high and not (self.whole and value != int(value))

    def rejects(self, array: NDArray[np.float64]) -> NDArray[np.bool_] | None:
        """Where the numbers of an array lie outside the bounds; None if nowhere."""
        if not array.size:
            return None
        if self._within(array) and not self.whole:
            return None
        inside = (array > self.low) if self.above else (array >= self.low)
        inside &= array <= self.high
        if self.whole:
            inside &= array % 1 == 0
        return None if inside.all() else ~inside

    def _within(self, array: NDArray[np.float64]) -> bool:
        """Whether all numbers keep the bounds, by reductions: they are cheaper than masks."""
        if self.low == 0 and self.high == LARGEST and not self.above:
            # The bits of a negative number, infinity or NaN, read as a whole number, are larger.
            return bool(array.view("u8").max() <= _LARGEST_BITS)
        least = array.min()
        low = least > self.low if self.above else least >= self.low
        return bool(low and array.max() <= self.high)


@dataclass(frozen=True, slots=True)
class Relation:
    """The sum of some arguments lies between ``low`` and ``high``, a number or an argument."""

    parts: tuple[str, ...]
    high: str | float
    low: float = -LARGEST


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument of a formula.

    ``default_expression`` is the default as a spreadsheet writes it, where it is not a number.
    """

    name: str
    kind: Kind
    shape: Shape
    default: Any = REQUIRED
    default_expression: str | None = None

    @property
    def optional(self) -> bool:
        """Whether the argument may be left out."""
        return self.default is not REQUIRED

    def test(self) -> str:
        """Source of the comparisons that a plain number within the bounds passes.

        An int is compared with ints: with floats it takes three times as long.
        """
        name, kind = self.name, self.kind
        low, high = max(kind.low, -_EXACT), min(kind.high, _EXACT)
        least = "<" if kind.above else "<="
        whole = f" and {name} == int({name})" if kind.whole else ""
        absent = f"{name} is None or " if self.default is None else ""
        of_float = f"{kind.low!r} {least} {name} <= {kind.high!r}{whole}"
        of_int = f"{ceil(low)} {least} {name} <= {floor(high)}"
        return f"({absent}type({name}) is float and {of_float} or type({name}) is int and {of_int})"

    def refuse(self, value: object, where: int | None = None) -> DomainError:
        """The error that says which bound a number breaks."""
        place = "" if where is None else f" at {where + 1}"
        got = shown(value) if isinstance(value, float) else value
        return DomainError(f"{self.name} must be {self.kind.bounds}, got {got}{place}")


def shown(number: float) -> str:
    """A number as errors show it: with all the digits a spreadsheet has, and no more."""
    return f"{number:.15g}"


def is_range(value: object) -> bool:
    """Whether a value holds several elements: a list, an array, a column, a table."""
    if isinstance(value, (str, bytes, Real, Mapping)):
        return False
    return hasattr(value, "__len__") and getattr(value, "ndim", 1) > 0


def pass_errors(values: Sequence[object]) -> None:
    """Raise for the first spreadsheet error value among the arguments or in their ranges."""
    for value in values:
        if isinstance(value, str):
            if value in SPREADSHEET_ERRORS:
                raise PassedError(value)
        elif isinstance(value, (list, tuple)):
            pass_errors(value)
        elif isinstance(value, Mapping):
            pass_errors(tuple(value.values()))
        elif is_range(value):
            import numpy as np

            array = np.asarray(value)
            if array.dtype.kind in "OUT":
                pass_errors(array.ravel().tolist())


def _absent(value: Any) -> bool:
    """Nothing, in any of the ways that lists, NumPy, pandas and spreadsheets say it."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return bool(value == "" or (isinstance(value, float) and value != value))


def number(argument: Parameter, value: Any) -> float:
    """One number as a float; numeric types of any library are numbers, truth values are not."""
    if type(value).__name__ not in ("bool", "bool_") and not isinstance(value, (str, bytes)):
        try:
            return float(value)
        except OverflowError:
            raise DomainError(f"{argument.name} is too large for a number") from None
        except (TypeError, ValueError):
            pass
    got = "nothing" if _absent(value) else repr(value)
    raise ArgumentError(f"{argument.name} must be a number, got {got}")


def floats(argument: Parameter, value: Any) -> NDArray[np.float64]:
    """A range as a float array; nothing is NaN, text and truth values are refused."""
    import numpy as np

    try:
        array = np.asarray(value)
    except ValueError:
        raise ArgumentError(f"{argument.name} must have rows of equal length") from None
    # Among numbers NumPy takes a truth value of a list for one.
    if array.dtype.kind in "fiu" and not (isinstance(value, (list, tuple)) and _has_truth(value)):
        return array.astype(np.float64, copy=False)
    cells = np.asarray(value, dtype=object)
    flat = [np.nan if v is None or _absent(v) else number(argument, v) for v in cells.ravel()]
    return np.asarray(flat, dtype=np.float64).reshape(cells.shape)


def _has_truth(values: Sequence[Any]) -> bool:
    kinds = set(map(type, values))
    if bool in kinds:
        return True
    return any(map(_has_truth, values)) if kinds and kinds <= {list, tuple} else False


def convert(argument: Parameter, value: Any) -> Any:
    """An argument of a range formula: one value, a checked array, or a list of labels."""
    kind, name = argument.kind, argument.name
    element = argument.shape is Shape.ELEMENT
    if element and is_range(value):
        cells = _flat(value)
        if len(cells) != 1:
            raise ArgumentError(f"{name} must be one {kind.content}, got a range of {len(cells)}")
        value = cells[0]
    if kind.content == "day":
        from crmformulas.dates import day_numbers

        days = day_numbers(value, name)
        return int(days[0]) if element else days
    if kind.content == "id":
        return _ids(name, value)
    if kind.content == "text":
        labels = [None if _absent(v) else _label(v) for v in _flat(value)]
        return labels[0] if element else labels
    if isinstance(value, Mapping) and kind.names:
        value = _by_name(argument, value)
    return _element(argument, value) if element else _numbers(argument, value)


def _element(argument: Parameter, value: Any) -> float | int:
    """One number within the bounds."""
    one = number(argument, value)
    if not argument.kind.accepts(one):
        raise argument.refuse(value)
    return int(one) if argument.kind.whole else one


def _numbers(argument: Parameter, value: Any) -> Any:
    """A column or a table of numbers within the bounds; a DataFrame keeps its labels."""
    name, kind = argument.name, argument.kind
    array = floats(argument, value)
    if argument.shape is Shape.COLUMN:
        array = array.ravel()
    elif array.ndim != 2:
        raise ArgumentError(f"{name} must be a table of rows and columns")
    wrong = kind.rejects(array)
    if wrong is not None:
        where = int(wrong.ravel().argmax())
        got = float(array.ravel()[where])
        if got != got:
            raise ArgumentError(f"{name} must be numbers, got nothing at {where + 1}")
        raise argument.refuse(got, where)
    if argument.shape is Shape.TABLE and hasattr(value, "columns"):
        return type(value)(array, index=value.index, columns=value.columns)
    return array


def _by_name(argument: Parameter, values: Mapping[str, Any]) -> list[Any]:
    names = argument.kind.names
    for name in values:
        if name not in names:
            raise ArgumentError(f"{argument.name} has no {name!r}; it has {', '.join(names)}")
    return [values.get(name, 1.0) for name in names]


def _ids(name: str, value: Any) -> NDArray[Any]:
    """A range of identifiers, none of which may be missing."""
    import numpy as np

    kind = getattr(getattr(value, "dtype", None), "kind", None)
    ids = np.asarray(value, dtype=None if kind in ("i", "u") else object).ravel()
    if ids.dtype.kind == "O":
        where = next((i for i, v in enumerate(ids.tolist()) if _absent(v)), None)
        if where is not None:
            raise ArgumentError(f"{name} must be given, got nothing at {where + 1}")
    return ids


def _label(value: Any) -> str:
    """A label as text; a spreadsheet hands over 1 as 1.0."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


def _flat(value: Any) -> list[Any]:
    """A range of labels, row by row."""
    if hasattr(value, "to_numpy"):
        value = value.to_numpy()
    if hasattr(value, "tolist"):
        value = value.tolist()
    if not isinstance(value, (list, tuple)):
        return [value]
    return [element for row in value for element in _flat(row)]
