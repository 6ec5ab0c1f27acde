"""Calendar days: how a column of them is read, and the arithmetic of months.

A day is a number here, counted from 1970-01-01; a month is ``year × 12 + month − 1``. Time of day
and zone offset are dropped as written. NumPy is imported on the first column.
"""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime
from math import inf, nan
from numbers import Real
from typing import TYPE_CHECKING, Any

from crmformulas.errors import SPREADSHEET_ERRORS, ArgumentError, DomainError, PassedError, describe
from crmformulas.translations import Translated

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "add_months",
    "add_months_array",
    "as_float",
    "check_calendar",
    "day_number",
    "day_numbers",
    "from_number",
    "month_index",
    "month_indices",
    "month_start",
]

EPOCH = date(1970, 1, 1).toordinal()

FIRST_DAY, LAST_DAY = date.min.toordinal() - EPOCH, date.max.toordinal() - EPOCH

# The 1900 date system of spreadsheets. It has a 29 February 1900, which never was, as day 60.
SERIAL_OF_EPOCH = 25569
SERIAL_OF_NO_DAY = 60
LAST_SERIAL = 2958465  # 9999-12-31


def day_number(day: date) -> int:
    """The day as a number, 1970-01-01 being 0."""
    return day.toordinal() - EPOCH


def as_float(number: Any) -> float:
    """A real number as a float; one that is too large for a float is infinite, or no number."""
    try:
        return float(number)
    except OverflowError:
        return inf if number > 0 else -inf
    except ValueError:  # a signalling NaN
        return nan


def from_number(number: int) -> date:
    """The day with this number."""
    return date.fromordinal(number + EPOCH)


def month_index(day: date) -> int:
    """The month of a day as one number: ``year × 12 + month − 1``."""
    return day.year * 12 + day.month - 1


def month_start(index: int) -> date:
    """The first day of the month with this index."""
    year, month = divmod(index, 12)
    return date(year, month + 1, 1)


def add_months(day: date, months: int) -> date:
    """The same day ``months`` calendar months away, clipped to the end of that month.

    >>> add_months(date(2026, 8, 31), -6)
    datetime.date(2026, 2, 28)
    """
    year, month = divmod(month_index(day) + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add_months_array(days: NDArray[np.int64], months: int | NDArray[np.int64]) -> NDArray[np.int64]:
    """:func:`add_months` on day numbers."""
    import numpy as np

    day = days.astype("datetime64[D]")
    month = day.astype("datetime64[M]")
    target = month + np.asarray(months, dtype="timedelta64[M]")
    first, beyond = target.astype("datetime64[D]"), (target + 1).astype("datetime64[D]")
    same_day = first + (day - month.astype("datetime64[D]"))
    return np.asarray(np.minimum(same_day, beyond - 1), dtype="datetime64[D]").astype(np.int64)


def month_indices(days: NDArray[np.int64]) -> NDArray[np.int64]:
    """:func:`month_index` on day numbers."""
    import numpy as np

    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 1970 * 12


def day_numbers(values: Any, name: str) -> NDArray[np.int64]:
    """One column of days, in any of the forms that lists, NumPy, pandas and spreadsheets use.

    Args:
        values: Dates, datetimes, ISO 8601 texts, ``datetime64`` or serial numbers of the 1900 date
            system; one of them or a range, which is read row by row.
        name: The argument that they are given for, which the errors name.

    Returns:
        Day numbers, one-dimensional.

    Raises:
        ArgumentError: if an element is missing or not a date.
        DomainError: if a serial number is not one of a day between 1900 and 9999.

    Examples:
        >>> day_numbers(["1970-01-02", date(1970, 1, 3), 25572], "dates").tolist()
        [1, 2, 3]
    """
    import numpy as np

    kind = getattr(getattr(values, "dtype", None), "kind", None)
    array = np.asarray(values, dtype=None if kind else object).ravel()
    if array.dtype.kind == "M":
        if np.isnat(array).any():
            raise _no_day(name, None, int(np.isnat(array).argmax()))
        check_calendar(array, name)
        return array.astype("datetime64[D]").astype(np.int64)
    if array.dtype.kind in "iuf":
        return _serials(array, name)
    return np.fromiter(
        (_one_day(value, name, i) for i, value in enumerate(array.tolist())),
        dtype=np.int64,
        count=array.size,
    )


def check_calendar(array: NDArray[np.datetime64], name: str) -> None:
    """Refuse days of NumPy that no date of Python is: it tells them as bare numbers.

    Raises:
        ArgumentError: if one lies outside the years 1 to 9999.
    """
    import numpy as np

    flat = array.ravel()
    days = flat.astype("datetime64[D]").astype(np.int64)
    outside = ~np.isnat(flat) & ((days < FIRST_DAY) | (days > LAST_DAY))
    if outside.any():
        where = int(outside.argmax())
        raise _no_day(name, str(flat[where]), where)


def _serials(array: NDArray[Any], name: str) -> NDArray[np.int64]:
    import numpy as np

    good = (array >= 1) & (array < LAST_SERIAL + 1) & (np.floor(array) != SERIAL_OF_NO_DAY)
    if not good.all():
        where = int((~good).argmax())
        _day_of_serial(float(array[where]), name, where)
    serial: NDArray[np.int64] = np.floor(array).astype(np.int64)
    return np.where(serial < SERIAL_OF_NO_DAY, serial + 1, serial) - SERIAL_OF_EPOCH


def _one_day(value: Any, name: str, where: int) -> int:
    if isinstance(value, datetime):
        # NaT is a datetime without a date.
        if value != value:
            raise _no_day(name, None, where)
        return day_number(value.date())
    if isinstance(value, date):
        return day_number(value)
    if isinstance(value, str):
        if value in SPREADSHEET_ERRORS:
            raise PassedError(value)
        try:
            return day_number(datetime.fromisoformat(value.strip()).date())
        except ValueError:
            raise _no_day(name, value, where) from None
    if isinstance(value, Real) and not isinstance(value, bool):
        return _day_of_serial(as_float(value), name, where)
    if type(value).__name__ == "datetime64":
        # A day that no date has is a number there, which is no serial number.
        day = value.astype("datetime64[D]").item()
        if day is None or isinstance(day, date):
            return _one_day(day, name, where)
    raise _no_day(name, value, where)


def _day_of_serial(serial: float, name: str, where: int) -> int:
    if serial != serial:
        raise _no_day(name, None, where)
    if not 1 <= serial < LAST_SERIAL + 1 or int(serial) == SERIAL_OF_NO_DAY:
        raise DomainError(
            Translated(
                f"{name} must be days from 1900-01-01 to 9999-12-31 (serial numbers 1 to "
                f"{LAST_SERIAL}), got {serial:g} at {where + 1}",
                f"{name} måste vara dagar från 1900-01-01 till 9999-12-31 (serienummer 1 "
                f"till {LAST_SERIAL}), fick {serial:g} på plats {where + 1}",
            )
        )
    return int(serial) - SERIAL_OF_EPOCH + (int(serial) < SERIAL_OF_NO_DAY)


def _no_day(name: str, value: object, where: int) -> ArgumentError:
    missing = value is None or type(value).__name__ in ("NaTType", "NAType") or value == ""
    got = "nothing" if missing else describe(value)
    return ArgumentError(f"{name} must be dates, got {got} at {where + 1}")
