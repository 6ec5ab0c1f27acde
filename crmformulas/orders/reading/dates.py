"""Dates as people and systems write them: the calendar day as written, time and offset dropped.

``2024-01-05``, ``20240105`` and ``5 Jan 2024`` have one meaning; ``05/01/2024`` has two, day first
or month first. Which is meant is decided by the other rows of the column, never guessed.

Each pattern serves Python (a sample, the tests) and the engine (every row): it keeps to what RE2
and `re` understand alike. A match is rewritten to year-month-day, and the calendar decides whether
there is such a day.
"""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from importlib import import_module
from typing import Any

from crmformulas.orders.reading.evidence import Reading
from crmformulas.orders.reading.ibis_types import dtype

__all__ = [
    "DAY_FIRST",
    "MONTH_FIRST",
    "date_reading",
    "day_number",
    "fast_form",
    "fast_reading",
    "given_reading",
    "read_day",
]

DAY_FIRST: Reading = "first"
MONTH_FIRST: Reading = "second"

EPOCH = date(1970, 1, 1)
FIRST_DAY = (date(1, 1, 1) - EPOCH).days
LAST_DAY = (date(9999, 12, 31) - EPOCH).days

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
SPELLED = (
    "(jan|feb|mar|apr|may|maj|jun|jul|aug|sep|oct|okt|nov|dec)"
    "(?:uary|uari|ruary|ruari|ch|s|il|e|i|y|ust|usti|t|tember|ober|ember)?"
)
SAME_MONTH = {"maj": "may", "okt": "oct"}

TIME = (
    "(?:(?:T|,? +| at |, at )[0-9]{1,2}(?:[:.][0-9]{2}){0,2}(?:[.,][0-9]{1,9})?"
    " ?(?:[ap][.]?m[.]?)?)?"
    " ?(?:Z|UTC|GMT|CET|CEST|EST|EDT|CST|CDT|MST|MDT|PST|PDT|BST)?"
    "(?: ?[-+][0-9]{2}(?::?[0-9]{2})?)?(?: ?[(][A-Za-z ]{3,40}[)])?"
)
BLANK = "[ \\t\\r\\n\u00a0\u202f]*"
WEEKDAY = "(?:[a-z\u00e5\u00e4\u00f6]{2,9}[.,]{0,2} )?"
YEAR, DAY = "([0-9]{4})", "([0-9]{1,2})"


def _whole(pattern: str) -> str:
    return f"(?i)^{BLANK}{pattern}{BLANK}$"


YEAR_FIRST = _whole(f"{YEAR}[-/.]{DAY}[-/.]{DAY}{TIME}")
DIGITS = _whole(f"([0-9]{{4}})([0-9]{{2}})([0-9]{{2}})(?:[.]0+|T?[0-9]{{4,6}}Z?|{TIME})")
TWO_NUMBERS = _whole(f"{DAY}[-/.]{DAY}[-/.]{YEAR}{TIME}")
MONTH_DAY = _whole(f"{WEEKDAY}{SPELLED}[.]? {DAY}(?:st|nd|rd|th)?,? {YEAR}{TIME}")
DAY_MONTH = _whole(
    f"{WEEKDAY}{DAY}(?:st|nd|rd|th|[.])?(?: of )?[- ]?{SPELLED}[.]?,?[- ]?{YEAR}{TIME}"
)

# Each with its groups for year, month and day; no text matches two of them.
CERTAIN = (
    (YEAR_FIRST, (1, 2, 3)),
    (DIGITS, (1, 2, 3)),
    (MONTH_DAY, (3, 1, 2)),
    (DAY_MONTH, (3, 2, 1)),
)
READY = "^(?:[0-9]{3}[1-9]|[0-9]{2}[1-9]0|[0-9][1-9]00|[1-9]000)-[0-9]{1,2}-[0-9]{1,2}$"
"""Rewritten; there is no year 0."""
TWO_DAYS = {DAY_FIRST: (3, 2, 1), MONTH_FIRST: (3, 1, 2)}

_COMPILED: dict[str, re.Pattern[str]] = {}


def _matched(pattern: str, text: str) -> re.Match[str] | None:
    # Compiled on first use: nothing happens at import.
    if pattern not in _COMPILED:
        _COMPILED[pattern] = re.compile(pattern)
    return _COMPILED[pattern].match(text)


def _day(year: str, month: str, day: str) -> int | None:
    month = month.lower()
    month = SAME_MONTH.get(month, month)
    number = MONTHS.index(month) + 1 if month in MONTHS else int(month)
    try:
        return (date(int(year), number, int(day)) - EPOCH).days
    except ValueError:
        return None


def read_day(text: str, reading: Reading) -> int | None:
    """The day that a text means in that reading, in days since 1970-01-01, or None.

    >>> read_day("2024-01-05T23:30:00+02:00", "either"), read_day("5 Jan 2024", "either")
    (19727, 19727)
    >>> read_day("05/01/2024", "either") is None, read_day("05/01/2024", DAY_FIRST)
    (True, 19727)
    """
    for pattern, groups in CERTAIN:
        match = _matched(pattern, text)
        if match is not None:
            return _day(*match.group(*groups))
    match = _matched(TWO_NUMBERS, text)
    if match is None:
        return None
    days = {way: _day(*match.group(*groups)) for way, groups in TWO_DAYS.items()}
    if reading != "either":
        return days[reading]
    first, second = days.values()
    if first is None or second is None:
        return second if first is None else first
    return first if first == second else None


# ------------------------------------------------------------------------------- in the engine


def day_number(day: Any) -> Any:
    """The days since 1970-01-01 of a DuckDB date column; null outside the years 1 to 9999."""
    number = day.delta(import_module("ibis").date(EPOCH), unit="day")
    return number.between(FIRST_DAY, LAST_DAY).ifelse(number, None).cast(dtype("int32"))


def date_reading(text: Any, reading: Reading) -> Any:
    """The Ibis expression of `read_day` over a text column."""
    ibis = import_module("ibis")
    named = _rewritten(_rewritten(text, *CERTAIN[2]), *CERTAIN[3]).lower()
    for other, month in SAME_MONTH.items():
        named = named.replace(f"-{other}-", f"-{month}-")
    for number, month in enumerate(MONTHS, 1):
        named = named.replace(f"-{month}-", f"-{number:02}-")
    first, second = (
        _calendar(_rewritten(text, TWO_NUMBERS, groups)) for groups in TWO_DAYS.values()
    )
    if reading == "either":
        agreed = (first == second).ifelse(first, None)
        numbers = second.isnull().ifelse(first, first.isnull().ifelse(second, agreed))
    else:
        numbers = first if reading == DAY_FIRST else second
    # How a text begins says which pattern can match: one instead of five per row.
    return ibis.cases(
        (text.re_search(f"^{BLANK}[0-9]{{4}}[-/.]"), _calendar(_rewritten(text, *CERTAIN[0]))),
        (text.re_search(f"^{BLANK}[0-9]{{8}}"), _calendar(_rewritten(text, *CERTAIN[1]))),
        (text.re_search(f"^{BLANK}[0-9]{{1,2}}[-/.][0-9]"), numbers),
        else_=_calendar(named),
    )


def _rewritten(text: Any, pattern: str, groups: tuple[int, int, int]) -> Any:
    return text.re_replace(pattern, "-".join(f"\\{group}" for group in groups))


def _calendar(text: Any) -> Any:
    # Only what has been rewritten: the cast also reads the word "epoch" and years of five digits.
    day = text.re_extract(READY, 0).try_cast(dtype("date"))
    return day.delta(import_module("ibis").date(EPOCH), unit="day").cast(dtype("int32"))


# What needs no second look when a whole column is weighed: the 13th to the 28th are in every month,
# and a year in front leaves nothing open.
OBVIOUS = (
    "^(?:1[3-9]|2[0-8])[-/.](?:0?[1-9]|1[0-2])[-/.][1-9][0-9]{3}$",
    "^(?:0?[1-9]|1[0-2])[-/.](?:1[3-9]|2[0-8])[-/.][1-9][0-9]{3}$",
    "^[0-9]{4}[-/.]|^[0-9]{8}",
)
CLOCKS = {
    "": "",
    " %H:%M": " [0-9]{1,2}:[0-9]{2}",
    " %H:%M:%S": " [0-9]{1,2}:[0-9]{2}:[0-9]{2}",
    " %I:%M %p": " [0-9]{1,2}:[0-9]{2} [AaPp][Mm]",
    " %I:%M:%S %p": " [0-9]{1,2}:[0-9]{2}:[0-9]{2} [AaPp][Mm]",
}
# Forms that the engine has a cast or a fast function for, with the texts they fit.
FAST_FORMS = {
    "iso-": "^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[T ][0-9]{2}:[0-9]{2}.*)?$",
    "iso/": "^[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}(?:[T ][0-9]{2}:[0-9]{2}.*)?$",
    "%Y%m%d": "^[0-9]{8}$",
    **{
        f"%d{mark}%m{mark}%Y{clock}": f"^[0-9]{{1,2}}[{mark}][0-9]{{1,2}}[{mark}][0-9]{{4}}{time}$"
        for mark in "/.-"
        for clock, time in CLOCKS.items()
    },
    **{
        f"%b %d, %Y{clock}": f"^[A-Z][a-z]{{2}} [0-9]{{1,2}}, [0-9]{{4}}{time}$"
        for clock, time in CLOCKS.items()
    },
}
FIRST_SURE_YEAR = (date(1000, 1, 1) - EPOCH).days
"""A year of two digits would be one of the first century."""


def fast_form(texts: Sequence[str]) -> str | None:
    """The one form in which all of these texts are written, if the engine has a cast for it."""
    for form, pattern in FAST_FORMS.items():
        if all(_matched(pattern, text) for text in texts):
            return form
    return None


def fast_reading(text: Any, form: str, reading: Reading) -> Any:
    """What `date_reading` reads of the texts of one form, many times faster; else null."""
    if form.startswith("iso"):
        # The cast knows more than this format: "epoch", and years of two or five digits.
        fits = text.find(form[3]) == 4
        if int(import_module("duckdb").__version__.partition(".")[0]) < 2:
            # There the cast to a date ignores what follows it; the one to a time does not.
            fits &= text.try_cast(dtype("timestamp")).notnull()
        return day_number(fits.ifelse(text, None).try_cast(dtype("date")))
    fits = text.length() == 8 if form == "%Y%m%d" else text.length() >= 8
    # "-infinity" is a timestamp too.
    fits &= text.between("A", "[") if form.startswith("%b") else text.between("0", ":")
    if form.startswith("%d") and reading == MONTH_FIRST:
        form = f"%m{form[2]}%d{form[5:]}"
    day = day_number(_try_strptime(fits.ifelse(text, None), form).date())
    return (day >= FIRST_SURE_YEAR).ifelse(day, None)


def given_reading(text: Any, pattern: str) -> Any:
    """The days that a strptime pattern of the user reads."""
    return day_number(_try_strptime(text.strip(), pattern).date())


def _try_strptime(text: Any, pattern: str) -> Any:
    ibis = import_module("ibis")
    function = ibis.udf.scalar.builtin(
        _signature,
        name="try_strptime",
        signature=((dtype("string"), dtype("string")), dtype("timestamp")),
    )
    return function(text, pattern)


def _signature(text: str, pattern: str) -> None:
    """The shape of DuckDB's function: text and pattern in, timestamp or null out."""
