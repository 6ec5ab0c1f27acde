"""Contents of arguments, and the reading of values of any library as such.

A range comes as a list, a list of rows, an array, a pandas column or table, or from a spreadsheet.
NumPy is imported on the first range.
"""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

import struct
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import Enum
from math import ceil, floor, inf
from numbers import Complex, Real
from typing import TYPE_CHECKING, Any

from crmformulas.errors import SPREADSHEET_ERRORS, ArgumentError, DomainError, PassedError, describe
from crmformulas.translations import Label, Translated

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "HEADER",
    "LARGEST",
    "REQUIRED",
    "Kind",
    "Parameter",
    "Relation",
    "Shape",
    "accept",
    "convert",
    "floats",
    "is_range",
    "number",
    "plain",
    "shown",
    "unmasked",
]

LARGEST = sys.float_info.max
"""The bound of a number that has no other: infinity and NaN lie outside it."""


_EXACT = 2.0**53
"""Whole numbers up to here are floats without loss."""

DEEPEST = 3
"""Lists in lists that a range may be: rows of cells, and a little more for arrays of Python."""

_SIMPLE = frozenset({int, float, type(None), bool})
_FINER_THAN_DATETIME = ("ns", "ps", "fs", "as")  # NumPy lists these as bare numbers
_NO_NUMBERS = ("bool", "bool_", "datetime64", "timedelta64")

_LARGEST_BITS = int.from_bytes(struct.pack(">d", LARGEST), "big")


class _Required(Enum):
    REQUIRED = "required"

    def __repr__(self) -> str:
        return "REQUIRED"


REQUIRED = _Required.REQUIRED
"""The default of an argument that must be given."""


class Shape(Enum):
    """Meaning of a range to an argument or a result."""

    ELEMENT = "number"  # one number; a range is many calls
    COLUMN = "column"  # one list of values, read row by row
    TABLE = "table"  # rows and columns


@dataclass(frozen=True, slots=True)
class Kind:
    """Contents of an argument: its unit and the inclusive bounds of its numbers.

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
        return self.limits.en

    @property
    def limits(self) -> Translated:
        """The bounds in words, in each language."""
        of = (
            Translated("a whole number {}", "ett heltal {}")
            if self.whole
            else Translated("{}", "{}")
        )
        low, high = f"{self.low:g}", f"{self.high:g}"
        if self.low > -LARGEST and self.high < LARGEST:
            if self.above:
                within = Translated("above {} and at most {}", "över {} och högst {}")
                return within.format(low, high)
            between = Translated("between {} and {}", "mellan {} och {}")
            return of.format(between.format(low, high))
        if self.low > -LARGEST:
            least = Translated("above {}", "över {}") if self.above else AT_LEAST
            if self.whole:
                of = Translated("a whole number of {}", "ett heltal, {}")
            return of.format(least.format(low))
        return Translated("a number that is not infinite", "ett tal som inte är oändligt")

    def accepts(self, value: float) -> bool:
        """Whether a number is inside the bounds."""
        low = self.low < value if self.above else self.low <= value
        return low and value <= self.high and not (self.whole and value != int(value))

    def rejects(self, array: NDArray[np.float64]) -> NDArray[np.bool_] | None:
        """Mask of the numbers of an array outside the bounds; None if there is none."""
        if not array.size:
            return None
        if self._within(array) and not self.whole:
            return None
        import numpy as np

        inside = (array > self.low) if self.above else (array >= self.low)
        inside &= array <= self.high
        if self.whole:
            inside &= np.floor(array) == array
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

    @property
    def unbounded(self) -> Parameter:
        """The same argument without bounds, to see how many numbers there are."""
        content = "number" if self.kind.content == "number" else "text"
        kind = Kind(self.kind.name, self.kind.unit, low=-inf, high=inf, content=content)
        return replace(self, kind=kind)

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
        got = shown(value) if isinstance(value, float) else describe(value)
        return DomainError(MUST_BE.format(self.name, self.kind.limits, got, at(where)))


MUST_BE = Translated("{} must be {}, got {}{}", "{} måste vara {}, fick {}{}")
AT_LEAST = Translated("at least {}", "minst {}")
A_NUMBER = Translated("a number", "ett tal")
NOTHING = Translated("nothing", "ingenting")
TOO_LARGE = Translated("{} is too large for a number", "{} är för stort för ett tal")


def at(where: int | None) -> Label:
    """Position of a value in a range, counted from 0; empty where there is one alone."""
    return "" if where is None else Translated(" at {}", " på plats {}").format(where + 1)


def shown(number: float) -> str:
    """A number as errors show it: with all the digits a spreadsheet has, and no more."""
    return f"{number:.15g}"


def is_range(value: object) -> bool:
    """Whether a value holds several elements: a list, an array, a column, a table."""
    if isinstance(value, (str, bytes, Real, Mapping)):
        return False
    return hasattr(value, "__len__") and getattr(value, "ndim", 1) > 0


def accept(names: Sequence[str], values: Sequence[Any]) -> list[Any]:
    """The arguments as all that follows takes them, whatever libraries hand over.

    Values that are masked become nothing. A spreadsheet error value passes through as an error.

    Raises:
        PassedError: for the first error value among the arguments or in their ranges.
        ArgumentError: for what is neither a value nor a range of values: bytes, complex numbers,
            sets, iterators, lists in themselves.
    """
    accepted, refused = list[Any](), list[ArgumentError]()
    for name, value in zip(names, values, strict=True):
        try:
            accepted.append(plain(name, value))
        except ArgumentError as error:
            # An error value in a later argument comes before it, as in a spreadsheet.
            refused.append(error)
    if refused:
        raise refused[0]
    return accepted


def plain(name: str, value: Any, depth: int = 0) -> Any:
    """One argument of that name, or an element of it so deep in its lists: see :func:`accept`."""
    if isinstance(value, str):
        if value in SPREADSHEET_ERRORS:
            raise PassedError(value)
        return value
    if value is None or isinstance(value, Real):
        return value
    if isinstance(value, (list, tuple)):
        return _plain_elements(name, value, depth)
    if isinstance(value, Mapping):
        if depth:
            raise ArgumentError(
                Translated(
                    f"{name} must be a range of values, got a mapping in it",
                    f"{name} måste vara ett område med värden, fick en mappning i det",
                )
            )
        return {key: plain(name, one, depth + 1) for key, one in value.items()}
    _refuse_unfit(name, value)
    if hasattr(value, "dtype") or hasattr(value, "columns") or hasattr(value, "__array__"):
        return _plain_array(name, value, depth)
    if is_range(value) and hasattr(value, "__iter__"):
        return _plain_elements(name, list(value), depth)
    return value


def _refuse_unfit(name: str, value: Any) -> None:
    """Refuse what is neither a number or text nor a range that can be read again."""
    if isinstance(value, (bytes, bytearray, memoryview)):
        raise ArgumentError(
            Translated(
                f"{name} must be numbers or text, got {describe(value)}",
                f"{name} måste vara tal eller text, fick {describe(value)}",
            )
        )
    if isinstance(value, (set, frozenset)):
        raise ArgumentError(
            Translated(
                f"{name} must be in an order, got a set; give a list",
                f"{name} måste ha en ordning, fick en mängd; ange en lista",
            )
        )
    if hasattr(value, "__next__"):
        raise ArgumentError(
            Translated(
                f"{name} must be a range, got what is read once; give a list",
                f"{name} måste vara ett område, fick något som läses en gång; ange en lista",
            )
        )
    if isinstance(value, Complex):
        raise ArgumentError(
            Translated(
                f"{name} must be real numbers, got {describe(value)}",
                f"{name} måste vara reella tal, fick {describe(value)}",
            )
        )


def _plain_elements(name: str, values: Sequence[Any], depth: int) -> Sequence[Any]:
    if depth > DEEPEST:
        raise ArgumentError(
            Translated(
                f"{name} is a list too deep in lists; give rows of cells",
                f"{name} är en lista för djupt i listor; ange rader av celler",
            )
        )
    kinds = set(map(type, values))
    if not kinds <= _SIMPLE and not all(map(_is_simple, kinds)):
        return [plain(name, value, depth + 1) for value in values]
    if any(issubclass(kind, str) for kind in kinds):
        errors = SPREADSHEET_ERRORS.intersection(v for v in values if isinstance(v, str))
        if errors:
            raise PassedError(next(v for v in values if isinstance(v, str) and v in errors))
    return values


def _is_simple(kind: type) -> bool:
    """Whether all of a type are single values that need no second look."""
    simple = (str, Real, Decimal, date)
    return issubclass(kind, simple) or kind.__name__ in ("NoneType", "NAType", "NaTType")


def _plain_array(name: str, value: Any, depth: int) -> Any:
    """An array or a table without a mask; in a list it is a list itself."""
    import numpy as np

    value = unmasked(value)
    array = np.asarray(value)
    if array.dtype.kind in "cSV":
        held = {"c": "complex numbers", "S": "bytes", "V": "records"}[array.dtype.kind]
        raise ArgumentError(
            Translated(
                f"{name} must be numbers or text, got {held}",
                f"{name} måste vara tal eller text, fick {held}",
            )
        )
    if array.dtype.kind == "M":
        from crmformulas.dates import check_calendar

        check_calendar(array, name)
    if array.dtype.kind in "OU":
        elements = array.ravel().tolist()
        if array.ndim or not isinstance(elements[0], type(value)):
            cleaned = _plain_elements(name, elements, depth + 1)
            if cleaned is not elements:
                array = np.empty(array.size, dtype=object)
                array[:] = cleaned
                value = array.reshape(np.shape(value))
    if depth == 0:
        return value
    array = np.asarray(value)
    if array.dtype.kind == "M" and np.datetime_data(array.dtype)[0] in _FINER_THAN_DATETIME:
        array = array.astype("datetime64[us]")
    return array.tolist()


def unmasked(value: Any) -> Any:
    """An array in which nothing stands for what is masked; anything else as it is."""
    if not (hasattr(value, "mask") and hasattr(value, "filled")):
        return value
    if value.dtype.kind in "biuf":
        return value.astype("f8").filled(float("nan"))
    return value.astype(object).filled(None)


def _absent(value: Any) -> bool:
    """Nothing, in any of the ways that lists, NumPy, pandas and spreadsheets say it."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    if isinstance(value, str):
        return value == ""
    return bool(isinstance(value, float) and value != value)


def number(argument: Parameter, value: Any) -> float:
    """One number as a float; numeric types of any library are numbers, truth values are not."""
    if type(value).__name__ not in _NO_NUMBERS and not isinstance(value, (str, bytes)):
        try:
            return float(value)
        except OverflowError:
            raise DomainError(TOO_LARGE.format(argument.name)) from None
        except Exception:  # whatever somebody's own type says: it is no number
            pass
    got: Label = NOTHING if _absent(value) else describe(value)
    raise ArgumentError(MUST_BE.format(argument.name, A_NUMBER, got, ""))


def floats(argument: Parameter, value: Any) -> NDArray[np.float64]:
    """A range as a float array; nothing is NaN, text and truth values are refused."""
    import numpy as np

    try:
        array = np.asarray(value)
    except ValueError:
        raise ArgumentError(
            Translated(
                f"{argument.name} must have rows of equal length",
                f"{argument.name} måste ha lika långa rader",
            )
        ) from None
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


HEADER = Translated(
    "; a row of headers is left out of the ranges", "; en rad med rubriker tas inte med i områdena"
)
"""What is said of a text in the first of several rows."""


def convert(argument: Parameter, value: Any) -> Any:
    """An argument of a range formula: one value, a checked array, or a list of labels."""
    try:
        return _converted(argument, value)
    except ArgumentError as error:
        raise _with_header(argument, value, error) from None


def _with_header(argument: Parameter, value: Any, error: ArgumentError) -> ArgumentError:
    """The error, with what to do about it where the first of several cells is a text."""
    if argument.shape is Shape.ELEMENT or argument.kind.content not in ("number", "day"):
        return error
    cells = _flat(value)
    if len(cells) < 2 or not isinstance(cells[0], str) or not cells[0]:
        return error
    got = f"got {describe(cells[0])}"
    if not str(error).endswith((got, f"{got} at 1")):
        return error
    return ArgumentError(Translated("{}{}", "{}{}").format(error.message, HEADER))


def _converted(argument: Parameter, value: Any) -> Any:
    kind, name = argument.kind, argument.name
    element = argument.shape is Shape.ELEMENT
    if element and is_range(value):
        cells = _flat(value)
        if len(cells) != 1:
            raise ArgumentError(
                Translated(
                    f"{name} must be one {kind.content}, got a range of {len(cells)}",
                    f"{name} måste vara ett enda värde, fick ett område med {len(cells)}",
                )
            )
        value = cells[0]
    if kind.content == "day":
        from crmformulas.dates import day_numbers

        days = day_numbers(value, name)
        return int(days[0]) if element else days
    if kind.content == "id":
        return _ids(name, value)
    if kind.content == "text":
        labels = _labels(_flat(value))
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
        raise ArgumentError(
            Translated(
                f"{name} must be a table of rows and columns",
                f"{name} måste vara en tabell med rader och kolumner",
            )
        )
    wrong = kind.rejects(array)
    if wrong is not None:
        where = int(wrong.ravel().argmax())
        got = float(array.ravel()[where])
        if got != got:
            numbers = Translated("numbers", "tal")
            raise ArgumentError(MUST_BE.format(name, numbers, NOTHING, at(where)))
        raise argument.refuse(got, where)
    if argument.shape is Shape.TABLE and hasattr(value, "columns"):
        return type(value)(array, index=value.index, columns=value.columns)
    return array


def _by_name(argument: Parameter, values: Mapping[str, Any]) -> list[Any]:
    names = argument.kind.names
    for name in values:
        if name not in names:
            raise ArgumentError(
                Translated(
                    f"{argument.name} has no {describe(name)}; it has {', '.join(names)}",
                    f"{argument.name} saknar {describe(name)}; det finns {', '.join(names)}",
                )
            )
    return [values.get(name, 1.0) for name in names]


def _ids(name: str, value: Any) -> NDArray[Any]:
    """A range of identifiers, none of which may be missing."""
    import numpy as np

    kind = getattr(getattr(value, "dtype", None), "kind", None)
    ids = np.asarray(value, dtype=None if kind in ("i", "u") else object).ravel()
    if ids.dtype.kind == "O":
        where = next((i for i, v in enumerate(ids.tolist()) if _absent(v)), None)
        if where is not None:
            raise ArgumentError(
                Translated(
                    f"{name} must be given, got nothing at {where + 1}",
                    f"{name} måste anges, fick ingenting på plats {where + 1}",
                )
            )
        try:
            set(ids.tolist())
        except TypeError:  # lists among values, in rows of unequal length
            raise ArgumentError(
                Translated(
                    f"{name} must be ids in rows of equal length",
                    f"{name} måste vara id i lika långa rader",
                )
            ) from None
    return ids


def _labels(values: list[Any]) -> list[str | None]:
    """Labels as text, nothing as None; a spreadsheet hands over 1 as 1.0."""
    if set(map(type, values)) <= {str, type(None)}:
        labels = {value: value.strip() if value else None for value in set(values)}
        return [labels[value] for value in values]
    return [None if _absent(value) else _label(value) for value in values]


def _label(value: Any) -> str:
    if type(value) is str:
        return value.strip()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    try:
        return str(value).strip()
    except Exception:  # a number of too many digits, or somebody's own type
        raise ArgumentError(
            Translated(
                f"a label must be text, got {describe(value)}",
                f"en etikett måste vara text, fick {describe(value)}",
            )
        ) from None


def _flat(value: Any) -> list[Any]:
    """A range of labels, row by row."""
    if hasattr(value, "to_numpy"):
        value = value.to_numpy()
    if hasattr(value, "tolist"):
        value = value.tolist()
    if not isinstance(value, (list, tuple)):
        return [value]
    if {list, tuple}.isdisjoint(map(type, value)):
        return list(value)
    return [element for row in value for element in _flat(row)]
