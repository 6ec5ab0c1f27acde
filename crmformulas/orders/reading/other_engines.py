"""Reading on engines other than DuckDB: typed columns, and text in the plainest forms.

These expressions keep to what every engine computes alike: whole numbers, comparison, substrings.
Casts of text that is not a number are never reached: they stand behind a pattern.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

from crmformulas.errors import InputError
from crmformulas.orders.reading import amounts, dates
from crmformulas.orders.reading.dates import EPOCH
from crmformulas.orders.reading.expressions import dtype, ibis
from crmformulas.translations import Translated

__all__ = ["add_functions", "amount", "day", "identifier", "refuse_other_forms"]

ISO = "^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ].*)?$"
DIGITS = "^[0-9]{8}$"
ORIGIN = EPOCH.toordinal()
PLAIN = r"^-?[0-9]{1,14}([.][0-9]*)?$"


def identifier(column: Any) -> Any:
    """Ids as text without blanks around them; null where nothing is left."""
    kind = column.type()
    if kind.is_floating() or kind.is_decimal():
        column = column.cast(dtype("int64"))
    if not kind.is_string():
        return column.cast(dtype("string"))
    return column.strip().nullif("")


def day(column: Any, backend: str) -> Any:
    """Days since 1970-01-01 of a date, a timestamp, or text or number in ISO form."""
    kind = column.type()
    # SQLite has no date type: such a column holds text.
    if (kind.is_date() or kind.is_timestamp()) and backend != "sqlite":
        only_day = column.date() if kind.is_timestamp() else column
        return only_day.delta(ibis.date(EPOCH), unit="day").cast(dtype("int32"))
    text = column.cast(dtype("string")).strip()
    if backend == "sqlite":
        return _own_functions()[0](text)
    digits = ibis.cases(
        (text.re_search(ISO), text.substr(0, 4) + text.substr(5, 2) + text.substr(8, 2)),
        (text.re_search(DIGITS), text),
    )
    return _days(digits.cast(dtype("int64")))


@cache
def _own_functions() -> tuple[Any, Any]:
    """The functions that SQLite calls to read a day and an amount.

    Written out they are too deep for its parser wherever they stand inside another expression.
    """

    def crmf_day(text: str) -> int:  # type: ignore[empty-body]
        """`day_of` by the name that SQLite calls it."""

    def crmf_amount(text: str) -> int:  # type: ignore[empty-body]
        """`amount_of` by the name that SQLite calls it."""

    builtin = ibis.udf.scalar.builtin
    return (
        builtin(crmf_day, signature=(("string",), "int32")),
        builtin(crmf_amount, signature=(("string",), "int64")),
    )


def add_functions(connection: Any) -> None:
    """Give a SQLite connection the functions that the expressions call."""
    connection.create_function("crmf_day", 1, day_of, deterministic=True)
    connection.create_function("crmf_amount", 1, amount_of, deterministic=True)


def amount_of(text: object) -> int | None:
    """Ten-thousandths of a text in plain digits, half away from zero; None where it is another.

    Examples:
        >>> amount_of("12.5"), amount_of("-0.00005"), amount_of("1."), amount_of("1,5")
        (125000, -1, 10000, None)
    """
    if not isinstance(text, str) or re.search(PLAIN, text) is None:
        return None
    whole, _, places = text.lstrip("-").partition(".")
    digits = f"{places}00000"
    size = int(whole) * 10_000 + int(digits[:4]) + (digits[4] >= "5")
    return -size if text.startswith("-") else size


def day_of(text: object) -> int | None:
    """Days since 1970-01-01 of a text in ISO form; None where there is no such day.

    Examples:
        >>> day_of("1970-01-02"), day_of("19700103"), day_of("2026-02-29"), day_of("soon")
        (1, 2, None, None)
    """
    if not isinstance(text, str):
        return None
    match = re.search(ISO, text) or re.search(DIGITS, text)
    if match is None:
        return None
    digits = text[:10].replace("-", "")
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8])).toordinal() - ORIGIN
    except ValueError:
        return None


def _days(number: Any) -> Any:
    """The days since 1970-01-01 of a whole number YYYYMMDD; null where there is no such day."""
    year, month, day_of_month = number // 10_000, number // 100 % 100, number % 100
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    short = month.isin([4, 6, 9, 11]).ifelse(30, 31)
    length = (month == 2).ifelse(leap.ifelse(29, 28), short)
    valid = (year >= 1) & month.between(1, 12) & (day_of_month >= 1) & (day_of_month <= length)
    # Years that begin in March, so that the leap day is the last.
    years = year - (month <= 2).ifelse(1, 0)
    months = (month + 9) % 12
    days = years * 365 + years // 4 - years // 100 + years // 400
    days = days + (months * 153 + 2) // 5 + day_of_month - 1
    return valid.ifelse(days - MARCH_FIRST, None).cast(dtype("int32"))


MARCH_FIRST = EPOCH.toordinal() - date(1, 3, 1).toordinal() + 365
"""The days from 1 March of the year 0 to 1970-01-01."""


def amount(column: Any, backend: str) -> Any:
    """Ten-thousandths of a number, or of text in plain digits with a decimal point."""
    kind = column.type()
    if kind.is_string():
        text = column.strip()
        return _own_functions()[1](text) if backend == "sqlite" else _digits(text)
    if kind.is_integer():
        return column.cast(dtype("int64")) * 10_000
    if kind.is_decimal() and backend != "sqlite":
        return half_away(column * 10_000)
    return half_away(column.cast(dtype("float64")) * 10_000)


def _digits(text: Any) -> Any:
    """Exactly what is written, without a float in between."""
    text = text.re_search(PLAIN).ifelse(text, None)
    size = text.replace("-", "")
    point = size.find(".")
    whole = (point < 0).ifelse(size, size.substr(0, point)).cast(dtype("int64"))
    places = ((point < 0).ifelse("", size.substr(point + 1)) + "00000").substr(0, 5)
    rounded = places.substr(0, 4).cast(dtype("int64")) + (places.substr(4, 1) >= "5").ifelse(1, 0)
    return text.startswith("-").ifelse(-1, 1) * (whole * 10_000 + rounded)


def half_away(number: Any) -> Any:
    """A number rounded half away from zero, on which the engines' own rounding does not agree."""
    size = number.abs()
    whole = size.floor()
    rounded = whole + (size - whole >= 0.5).ifelse(1, 0)
    signed = ((number < 0).ifelse(-1, 1) * rounded).cast(dtype("int64"))
    # Neither infinity nor NaN, which PostgreSQL holds to be greater than any number.
    return (size < 9e18).ifelse(signed, None)


def refuse_other_forms(texts: Sequence[str], where: str, *, is_date: bool) -> None:
    """Say so when a text column holds what only DuckDB can be told to read."""
    for text in texts:
        if is_date:
            plain = dates.fast_form([text]) in ("iso-", "%Y%m%d")
            readable = dates.read_day(text, "first") or dates.read_day(text, "second")
            wanted = "dates, or text such as 2024-01-05"
        else:
            plain = amounts.is_plain(text)
            readable = amounts.read_amount(text, "first") or amounts.read_amount(text, "second")
            wanted = "numbers"
        if readable and not plain:
            raise InputError(
                Translated(
                    f"{where} holds text such as {text!r}, which this database can't be asked to"
                    f" read; store {wanted}, or export the table to a CSV or Parquet file",
                    f"{where} har text som {text!r}, som den här databasen inte kan läsa; "
                    f"lagra {wanted}, eller exportera tabellen till en CSV- eller Parquet-fil",
                )
            )
