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
from functools import cache
from importlib import import_module
from typing import Any

from crmformulas.orders.reading.evidence import Reading
from crmformulas.orders.reading.expressions import dtype, ibis

__all__ = [
    "DAY_FIRST",
    "MONTH_FIRST",
    "SHORT_WORDS",
    "count_orders",
    "date_reading",
    "day_number",
    "fast_form",
    "fast_reading",
    "given_reading",
    "is_short",
    "long_year",
    "possible_orders",
    "read_day",
    "with_long_years",
]

DAY_FIRST: Reading = "first"
MONTH_FIRST: Reading = "second"

EPOCH = date(1970, 1, 1)
FIRST_DAY = (date(1, 1, 1) - EPOCH).days
LAST_DAY = (date(9999, 12, 31) - EPOCH).days

# Swedish, English, German, French, Norwegian, Danish, Finnish, Spanish and Dutch; no name means
# another month in another of these languages.
MONTHS = tuple(
    tuple(names.split())
    for names in (
        "january januari januar janvier janv jänner enero ene tammikuuta tammikuu tammi jan",
        "february februari februar février fevrier févr fevr fév fev febrero febr helmikuuta"
        " helmikuu helmi feb",
        "march mars marts märz maerz maart marzo mrz mär mrt maaliskuuta maaliskuu maalis mar",
        "april avril avr abril abr huhtikuuta huhtikuu huhti apr",
        "may maj mai mayo mei toukokuuta toukokuu touko",
        "june juni juin junio kesäkuuta kesäkuu kesä jun",
        "july juli juillet juil julio heinäkuuta heinäkuu heinä jul",
        "august augusti augustus août aout agosto ago elokuuta elokuu elo aug",
        "september septembre septiembre setiembre syyskuuta syyskuu syys sept sep",
        "october oktober octobre octubre lokakuuta lokakuu loka okt oct",
        "november novembre noviembre marraskuuta marraskuu marras nov",
        "december dezember décembre decembre desember diciembre joulukuuta joulukuu joulu dez déc"
        " des dic dec",
    )
)
NUMBER_OF = {name: number for number, names in enumerate(MONTHS, 1) for name in names}
SPELLED = f"({'|'.join(sorted(NUMBER_OF, key=len, reverse=True))})"

TIME = (
    "(?:(?:T|,? +| at |, at )[0-9]{1,2}(?:[:.][0-9]{2}){0,2}(?:[.,][0-9]{1,9})?"
    " ?(?:[ap][.]?m[.]?)?)?"
    " ?(?:Z|UTC|GMT|CET|CEST|EST|EDT|CST|CDT|MST|MDT|PST|PDT|BST)?"
    "(?: ?[-+][0-9]{2}(?::?[0-9]{2})?)?(?: ?[(][A-Za-z ]{3,40}[)])?"
)
BLANK = "[ \\t\\r\\n\u00a0\u202f]*"
LETTERS = "[a-z\u00e5\u00e4\u00f6\u00e6\u00f8\u00e9\u00e1]"
WEEKDAY = f"(?:{LETTERS}{{2,12}}[.,]{{0,2}} )?(?:(?:den|d[.]?|le|el|the) )?"
YEAR, DAY = "([0-9]{4})", "([0-9]{1,2})"


def _whole(pattern: str) -> str:
    return f"(?i)^{BLANK}{pattern}{BLANK}$"


YEAR_FIRST = _whole(f"{YEAR}[-/.]{DAY}[-/.]{DAY}{TIME}")
DIGITS = _whole(f"([0-9]{{4}})([0-9]{{2}})([0-9]{{2}})(?:[.]0+|T?[0-9]{{4,6}}Z?|{TIME})")
TWO_NUMBERS = _whole(f"{DAY}[-/.]{DAY}[-/.]{YEAR}{TIME}")
BEFORE_YEAR = f"{WEEKDAY}{SPELLED}[.]?[-/ ]{DAY}(?:st|nd|rd|th)?,?[-/ ]"
MONTH_DAY = _whole(f"{BEFORE_YEAR}{YEAR}{TIME}")
BEFORE_MONTH = f"{WEEKDAY}{DAY}(?:st|nd|rd|th|er|:e|[.\u00ba])?(?: of| de)?[-/ ]?"
DAY_MONTH = _whole(f"{BEFORE_MONTH}{SPELLED}[.]?,?(?: del?)?[-/ ]?{YEAR}{TIME}")

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
    number = NUMBER_OF.get(month.lower()) or int(month)
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


# ----------------------------------------------------------------------- years of two digits

SHORT_ORDERS = {"DMY": (3, 2, 1), "MDY": (3, 1, 2), "YMD": (1, 2, 3)}
"""Per order of the three numbers the groups of year, month and day."""
SHORT_WORDS = {"DMY": "D/M/Y", "MDY": "M/D/Y", "YMD": "Y-M-D"}
CENTURIES = {"20": "([0-6][0-9])", "19": "([7-9][0-9])"}
"""Two digits mean 1970 to 2069."""
SHORT = _whole(f"{DAY}[-/.]{DAY}[-/.]{DAY}{TIME}")
SHORT_SPELLED = f"{BEFORE_MONTH}{SPELLED}[.]?,?(?: del?)?[-/ ]?'?"


@cache
def _with_century(order: str) -> list[tuple[str, str]]:
    """Patterns of dates with years of two digits, and what they become."""
    year, month, day = SHORT_ORDERS[order]
    result = []
    for century, digits in CENTURIES.items():
        groups = [digits if place == year else DAY for place in (1, 2, 3)]
        pattern = _whole(f"{'[-/.]'.join(groups)}{TIME}")
        result.append((pattern, f"{century}\\{year}-\\{month}-\\{day}"))
    return result


@cache
def _spelled_with_century() -> list[tuple[str, str]]:
    # A spelled month leaves one reading: nobody writes the year before it in two digits.
    return [
        (_whole(f"{before}{digits}{TIME}"), f"\\1 \\2 {century}\\3")
        for before in (SHORT_SPELLED, f"{BEFORE_YEAR}'?")
        for century, digits in CENTURIES.items()
    ]


def is_short(text: str) -> bool:
    """Whether a text may be a date with a year of two digits.

    >>> is_short("01/15/24"), is_short("5 Jan 24"), is_short("05/01/2024")
    (True, True, False)
    >>> is_short("Jan-05-24")
    True
    """
    if text.lstrip()[:3].isdecimal():
        # As nearly all are: it begins with a year, or is digits alone.
        return False
    return _matched(SHORT, text) is not None or any(
        _matched(pattern, text) for pattern, _ in _spelled_with_century()
    )


def long_year(text: str, order: str | None) -> str:
    """The same date with all digits of its year, in that order of year, month and day.

    >>> long_year("01/15/24", "MDY"), long_year("5 Jan 99", None)
    ('2024-01-15', '5 Jan 1999')
    """
    for pattern, new in [*(_with_century(order) if order else ()), *_spelled_with_century()]:
        match = _matched(pattern, text)
        if match is not None:
            return match.expand(new)
    return text


def possible_orders(texts: Sequence[str]) -> dict[str, int]:
    """Per order of year, month and day how many of these texts with short years have a day in it.

    >>> possible_orders(["01/15/24", "02/03/24"])
    {'DMY': 1, 'MDY': 2, 'YMD': 1}
    """
    return {
        order: sum(
            _matched(SHORT, t) is not None and read_day(long_year(t, order), "either") is not None
            for t in texts
        )
        for order in SHORT_ORDERS
    }


def with_long_years(text: Any, order: str | None) -> Any:
    """The Ibis expression of `long_year` over a text column."""
    for pattern, new in [*(_with_century(order) if order else ()), *_spelled_with_century()]:
        text = text.re_replace(pattern, new)
    return text


def count_orders(text: Any) -> dict[str, Any]:
    """The aggregates of `possible_orders` over a text column."""
    short = text.re_search(SHORT).ifelse(text, None)
    counts = {}
    for order in SHORT_ORDERS:
        long = short
        for pattern, new in _with_century(order):
            long = long.re_replace(pattern, new)
        counts[order] = _calendar(long).notnull().sum()
    return {**counts, "example": short.max()}


# ------------------------------------------------------------------------------- in the engine


def day_number(day: Any) -> Any:
    """The days since 1970-01-01 of a DuckDB date column; null outside the years 1 to 9999."""
    number = day.delta(ibis.date(EPOCH), unit="day")
    return number.between(FIRST_DAY, LAST_DAY).ifelse(number, None).cast(dtype("int32"))


def date_reading(text: Any, reading: Reading) -> Any:
    """The Ibis expression of `read_day` over a text column."""
    named = _rewritten(_rewritten(text, *CERTAIN[2]), *CERTAIN[3]).lower()
    for number, names in enumerate(MONTHS, 1):
        named = named.re_replace(f"-(?:{'|'.join(names)})-", f"-{number:02}-")
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
    return day.delta(ibis.date(EPOCH), unit="day").cast(dtype("int32"))


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
    """`date_reading` of the texts of one form, many times faster; else null."""
    if form.startswith("iso"):
        # The cast knows more than this format: "epoch", and years of two or five digits.
        fits = text.find(form[3]) == 4
        if (
            int(
                import_module("crmformulas.orders.reading.embedded")
                .duckdb()
                .__version__.partition(".")[0]
            )
            < 2
        ):
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
    function = ibis.udf.scalar.builtin(
        _signature,
        name="try_strptime",
        signature=((dtype("string"), dtype("string")), dtype("timestamp")),
    )
    return function(text, pattern)


def _signature(text: str, pattern: str) -> None:
    """The shape of DuckDB's function: text and pattern in, timestamp or null out."""
