"""Order rows from the cells of three ranges: a customer, a day and an amount in each.

What a cell can hold is more than what stands in a column of a file: real dates beside text, serial
numbers, numbers beside amounts with a currency. Text is read by the rules of files, and its
meaning is decided by the whole column (see :mod:`crmformulas.orders.reading.evidence`). A row that
is blank in all three columns is skipped; anything else that can't be read is an error that names
its place, as a cell has no room to tell what was left out.
"""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from hashlib import blake2b
from itertools import chain, compress
from math import isfinite
from numbers import Real
from string import whitespace
from typing import TYPE_CHECKING, Any

from crmformulas.catalog.parameters import HEADER, accept
from crmformulas.dates import LAST_SERIAL, SERIAL_OF_NO_DAY, as_float, day_number, day_numbers
from crmformulas.errors import ArgumentError, DomainError, NotEnoughDataError, describe
from crmformulas.orders.reading.amounts import read_amount
from crmformulas.orders.reading.dates import read_day
from crmformulas.orders.reading.evidence import Reading, choose_reading, gather_evidence

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["CellRows", "read_cells"]

UNITS = 10_000
"""Amounts are counted in ten-thousandths of the currency unit."""
NUMBERS = (int, float)
LARGEST = 10**14
"""Amounts of this size are beyond what the engines hold in 64 bits."""
FIRST_AS_OF, LAST_AS_OF = day_number(date(1900, 1, 1)), day_number(date(9998, 12, 31))

SIDES = {
    "dates": ("day first", "month first"),
    "amounts": ("with a decimal point", "with a decimal comma"),
}
REMEDIES = {
    "dates": "enter dates, or text such as 2026-10-31",
    "amounts": "enter numbers, or text such as 1299.50",
}


@dataclass(frozen=True)
class CellRows:
    """The rows of a log, and how many were blank.

    Attributes:
        customers: Customer ids, without blanks around them.
        days: Day numbers.
        amounts: Ten-thousandths.
        as_of: The day number of the last day that counts, if one is given.
        blank: Rows without anything in them.
        numbers: Ids that were numbers, so that they can be shown, and looked up, as such.
    """

    customers: list[str]
    days: NDArray[np.int64]
    amounts: NDArray[np.int64]
    as_of: int | None
    blank: int
    numbers: dict[str, float]

    @property
    def digest(self) -> bytes:
        """A short stand-in for all that figures follow from."""
        hasher = blake2b("\0".join(self.customers).encode("utf-8", "surrogatepass"))
        hasher.update(self.days.tobytes())
        hasher.update(self.amounts.tobytes())
        hasher.update(repr((self.as_of, len(self.customers))).encode())
        return hasher.digest()


def read_cells(customers: Any, dates: Any, amounts: Any, as_of: Any = None) -> CellRows:
    """Read three ranges of equally many rows, and a day.

    Raises:
        PassedError: a cell holds an error value.
        ArgumentError: the ranges differ in length, or a cell is no id, date or amount, or can be
            read in two ways.
        DomainError: a number is no day or too large an amount.
        NotEnoughDataError: every row is blank.
    """
    names = ("customers", "dates", "amounts")
    *given, end = map(_flat, accept((*names, "as_of"), (customers, dates, amounts, as_of)))
    columns = dict(zip(names, given, strict=True))
    expected = len(columns["customers"])
    for name, cells in columns.items():
        if len(cells) != expected:
            raise ArgumentError(
                f"{name} must have as many rows as customers ({expected}), got {len(cells)}"
            )
    if len(end) != 1:
        raise ArgumentError(f"as_of must be one day, got a range of {len(end)}")
    filled = [_filled(cells) for cells in columns.values()]
    kept = [any(row) for row in zip(*filled, strict=True)]
    places: Sequence[int] = range(expected)
    if not all(kept):
        places = list(compress(places, kept))
        columns = {name: list(compress(cells, kept)) for name, cells in columns.items()}
    if not places:
        raise NotEnoughDataError("every row is blank")
    for name, full in zip(columns, filled, strict=True):
        if not all(full):
            where = next((place for place in places if not full[place]), None)
            if where is not None:
                wanted = {"customers": "given", "amounts": "numbers"}.get(name, name)
                raise ArgumentError(f"{name} must be {wanted}, got nothing at {where + 1}")
    days, reading = _days("dates", columns["dates"], places)
    ids = _ids(columns["customers"])
    end_day = None if as_of is None else _as_of(end[0], reading)
    last = int(days.max()) if end_day is None else end_day
    if not FIRST_AS_OF <= last <= LAST_AS_OF:
        what = "the last of dates" if end_day is None else "as_of"
        when = "before the year 9999" if last > LAST_AS_OF else "of the year 1900 or later"
        raise DomainError(f"{what} must be a day {when}")
    return CellRows(
        customers=ids,
        days=days,
        amounts=_amounts(columns["amounts"], places),
        as_of=end_day,
        blank=expected - len(places),
        numbers={
            i: n for i, n in zip(ids, columns["customers"], strict=True) if type(n) in NUMBERS
        },
    )


def _flat(values: Any) -> list[Any]:
    """The cells of a range of any library, row by row."""
    if hasattr(values, "to_numpy"):
        values = values.to_numpy()
    if hasattr(values, "tolist"):
        if getattr(values.dtype, "kind", "") == "M":
            values = values.astype("datetime64[D]")
        values = values.ravel().tolist()
    if not isinstance(values, (list, tuple)):
        return [values]
    if list in (kinds := set(map(type, values))) or tuple in kinds:
        return list(chain.from_iterable(v if isinstance(v, (list, tuple)) else [v] for v in values))
    return list(values)


def _filled(cells: list[Any]) -> list[bool]:
    """Whether each cell holds anything."""
    kinds = set(map(type, cells))
    if kinds == {str}:
        return [bool(cell.strip(whitespace)) for cell in cells]
    if kinds == {float}:
        return [cell == cell for cell in cells]
    return [not _blank(cell) for cell in cells]


def _blank(cell: Any) -> bool:
    if cell is None or type(cell).__name__ in ("NAType", "NaTType"):
        return True
    if isinstance(cell, str):
        return not cell.strip(whitespace)
    if isinstance(cell, Decimal):
        return cell.is_nan()
    return bool(isinstance(cell, float) and cell != cell)


def _ids(cells: list[Any]) -> list[str]:
    """Ids as text; whole numbers are floats in a sheet, and stay whole."""
    return [cell.strip(whitespace) if type(cell) is str else _id(cell) for cell in cells]


def _id(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    try:
        return str(cell).upper() if isinstance(cell, bool) else str(cell).strip(whitespace)
    except ValueError:  # Python writes no number of more than 4300 digits
        raise DomainError("customers must be ids, got a number that is too large") from None


def _reading(name: str, cells: list[Any]) -> Reading:
    """The reading of the texts of a column, which their whole decides."""
    texts = [cell for cell in cells if isinstance(cell, str)]
    if not texts:
        return "either"
    evidence = gather_evidence(texts, read_day if name == "dates" else read_amount)
    verdict = choose_reading(evidence)
    if verdict is None:
        one, other = SIDES[name]
        why = f"can be read {one} or {other}"
        if evidence.first and evidence.second:
            why = f"has some that can only be read {one} and others only {other}"
        raise ArgumentError(f"{name} {why}, for example {evidence.example!r}; {REMEDIES[name]}")
    return verdict


# --------------------------------------------------------------------------------------- days


def _days(name: str, cells: list[Any], places: Sequence[int]) -> tuple[NDArray[np.int64], Reading]:
    """Day numbers, and how text is read."""
    import numpy as np

    if set(map(type, cells)) == {float}:
        serials = np.array(cells)
        usual = (serials >= SERIAL_OF_NO_DAY + 1) & (serials < LAST_SERIAL + 1)
        if usual.all():
            return day_numbers(serials, name), "either"
    reading = _reading("dates", cells)
    cache: dict[Any, int] = {}
    for cell, place in zip(cells, places, strict=True):
        # True is 1 to a dictionary, and no day.
        key = type(cell), cell
        if type(cell).__hash__ is None or key not in cache:
            cache[key] = _day(name, cell, f" at {place + 1}", reading)
    days = (cache[key] for key in zip(map(type, cells), cells, strict=True))
    return np.fromiter(days, np.int64, len(cells)), reading


def _day(name: str, cell: Any, at: str, reading: Reading) -> int:
    number = None
    if isinstance(cell, (date, datetime)):
        # Time and zone are dropped as written.
        number = day_number(date(cell.year, cell.month, cell.day))
    elif isinstance(cell, str):
        number = read_day(cell, reading)
    elif isinstance(cell, (Real, Decimal)) and not isinstance(cell, bool):
        number = _day_of_number(name, as_float(cell), at)
    if number is None:
        raise ArgumentError(f"{name} must be dates, got {describe(cell)}{at}{_header(cell, at)}")
    return number


def _header(cell: Any, at: str) -> str:
    """The advice on a text in the first row, which may be that of headers."""
    return HEADER.en if at == " at 1" and isinstance(cell, str) else ""


def _day_of_number(name: str, number: float, at: str) -> int:
    """The day of a serial number, or of a number such as 20261031."""
    if 1 <= number < LAST_SERIAL + 1 and int(number) != SERIAL_OF_NO_DAY:
        return int(day_numbers([number], name)[0])
    written = read_day(str(int(number)), "either") if isfinite(number) else None
    if written is None or number != int(number):
        raise DomainError(
            f"{name} must be days from 1900-01-01 to 9999-12-31 (serial numbers 1 to "
            f"{LAST_SERIAL}), got {number:.15g}{at}"
        )
    return written


def _as_of(cell: Any, reading: Reading) -> int:
    if _blank(cell):
        raise ArgumentError("as_of must be a date, got nothing")
    if isinstance(cell, str) and read_day(cell, reading) is None:
        if read_day(cell, "first") is not None or read_day(cell, "second") is not None:
            raise ArgumentError(
                f"as_of must be a date that reads one way, got {cell!r}; {REMEDIES['dates']}"
            )
        raise ArgumentError(f"as_of must be a date, got {describe(cell)}")
    return _day("as_of", cell, "", reading)


# ------------------------------------------------------------------------------------ amounts


def _amounts(cells: list[Any], places: Sequence[int]) -> NDArray[np.int64]:
    """Ten-thousandths, halves away from zero."""
    import numpy as np

    if set(map(type, cells)) == {float}:
        numbers = np.array(cells)
        # What is too large, not a number or infinite is refused below.
        scaled = np.where(np.abs(numbers) < LARGEST, numbers, LARGEST) * UNITS
        # Near a half the decimals as written decide, which only their digits tell.
        sure = (np.abs(scaled) < 1e12) & (np.abs(scaled - np.floor(scaled) - 0.5) > 0.001)
        units = np.rint(np.where(sure, scaled, 0)).astype(np.int64)
        for i in np.flatnonzero(~sure).tolist():
            units[i] = _amount(cells[i], places[i], "either")
        return units
    reading = _reading("amounts", cells)
    amounts = (_amount(cell, place, reading) for cell, place in zip(cells, places, strict=True))
    return np.fromiter(amounts, np.int64, len(cells))


def _amount(cell: Any, place: int, reading: Reading) -> int:
    units = None
    if isinstance(cell, str):
        units = read_amount(cell, reading)
    elif isinstance(cell, (Real, Decimal)) and not isinstance(cell, bool):
        if not abs(as_float(cell)) < LARGEST:
            got = f"{as_float(cell):g}"
            raise DomainError(f"amounts must be below {LARGEST:g}, got {got} at {place + 1}")
        written = cell if isinstance(cell, Decimal) else Decimal(repr(float(cell)))
        units = read_amount(format(written, "f"), "first")
    if units is None:
        at = f" at {place + 1}"
        raise ArgumentError(f"amounts must be numbers, got {describe(cell)}{at}{_header(cell, at)}")
    return units
