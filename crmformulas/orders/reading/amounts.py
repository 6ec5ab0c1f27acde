"""Amounts as people and systems write them, read exactly.

An amount has two readings: with a decimal point (``1,299.50``) or with a decimal comma
(``1.299,50``). Most texts have one of the two, or the same value in both (``12``, ``1 299``);
``1.299`` has two values. Which one is meant is decided by the other rows of the column, never
guessed.

Each pattern serves Python (a sample, the tests) and the engine (every row): it keeps to what RE2
and `re` understand alike.
"""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from crmformulas.orders.reading.evidence import Reading
from crmformulas.orders.reading.expressions import dtype

__all__ = [
    "CODES",
    "COMMA",
    "DOLLARS",
    "OBVIOUS",
    "POINT",
    "amount_reading",
    "fast_form",
    "fast_reading",
    "is_plain",
    "read_amount",
]

POINT: Reading = "first"
COMMA: Reading = "second"

CODES = (
    "AED ARS AUD BGN BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP HKD HRK HUF IDR ILS INR ISK JPY"
    " KES KRW KWD MAD MXN MYR NGN NOK NZD PEN PHP PKR PLN QAR RON RSD RUB SAR SEK SGD THB TND TRY"
    " TWD UAH USD UYU VND ZAR kr dkr nkr skr fr sfr rs rm ft lei din euro kč zł лв руб р"
)
DOLLARS = ("us", "a", "au", "c", "ca", "nz", "hk", "mx", "nt", "r", "s")
"""What stands before a dollar sign to tell whose."""
LETTER = "A-Za-zčČłŁа-яА-Я"
BLANK = "[ \\t\\r\\n\u00a0\u2007\u2009\u202f]*"
INNER = " \u00a0\u2007\u2009\u202f"
SIGN = "[-+\u2212\u2013]?"
MARK = "\x02"
"""Stands before a rewritten text, so that a text that was not rewritten is told apart."""
FOUR_PLACES = Decimal("0.0001")
WIDE = Context(prec=200)
AMOUNT = "decimal(18,4)"

# At most one word, and it is a currency or stands before a dollar sign, as in US$ and R$.
WORDS = (
    f"^[^{LETTER}]*(?:(?:(?i:{'|'.join(sorted(CODES.split(), key=len, reverse=True))})"
    f"|(?i:{'|'.join(DOLLARS)})[$])[^{LETTER}]*)?$"
)
MONEY = f"(?:[{LETTER}]{{1,4}}[.]?|[{LETTER}]{{0,3}}[$€£¥₩₹₽₺₴₦₱₪₫฿¢])?"
LOOSE = f"[.,]?[0-9](?:[0-9.,'\u2019{INNER}]*[0-9])?"
# Signs, brackets and currency around digits; "100:-" and "100,-" are prices without decimals.
FRAME = (
    f"^{BLANK}([(]|{SIGN}){BLANK}{MONEY}{BLANK}({SIGN}){BLANK}"
    f"(?:({LOOSE})[:,.][-\u2013]{BLANK}{MONEY}"
    f"|({LOOSE}[.,]?){BLANK}({SIGN}){BLANK}{MONEY}{BLANK}({SIGN})){BLANK}([)]?){BLANK}$"
)
REWRITTEN = MARK + r"\1\2\5\6\7\3\4"
"""All signs and brackets, then the digits."""
MINUS = ("()", "\u2212", "\u2013")
"""What else means minus, once the text has been rewritten."""


def _digits(point: str, group: str) -> str:
    """One sign at most, and digits ungrouped or in groups of three by one kind of separator."""
    marks = (group, f"[{INNER}]", "['\u2019]")
    groups = "|".join(f"(?:{mark}[0-9]{{3}})+" for mark in marks)
    lakhs = "|[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}" if group == "," else ""
    whole = f"(?:[0-9]+|[1-9][0-9]{{0,2}}(?:{groups}){lakhs})"
    return f"^{MARK}([-+]?(?:{whole}(?:{point}[0-9]*)?|{point}[0-9]+))$"


# Per reading the digits it accepts, its separator of groups, and its decimal mark.
WRITTEN = {POINT: (_digits("[.]", ","), ",", "."), COMMA: (_digits(",", "[.]"), ".", ",")}
PLAIN = r"^[ ]*[-+]?(?:[0-9]+[.]?[0-9]*|[.][0-9]+)(?:[eE][-+]?[0-9]{1,2})?[ ]*$"
"""What the engine's own cast reads."""
ZERO = "\u200b"
AFFIX = "[^-0-9.,()+\u2212\u2013\u200b]*?"
SEPARATORS = f"{INNER}'\u2019"


def _ten_thousandths(digits: str) -> int | None:
    value = Decimal(digits)
    if abs(value) >= 10**14:  # beyond what the engines hold in 64 bits
        return None
    rounded = value.quantize(FOUR_PLACES, ROUND_HALF_UP, WIDE)
    return int(rounded.scaleb(4)) if abs(rounded) < 10**14 else None


_COMPILED: dict[str, re.Pattern[str]] = {}


def _matched(pattern: str, text: str) -> re.Match[str] | None:
    # Compiled on first use: nothing happens at import.
    if pattern not in _COMPILED:
        _COMPILED[pattern] = re.compile(pattern)
    return _COMPILED[pattern].match(text)


def is_plain(text: str) -> bool:
    """Whether the text is a number with a decimal point and nothing else."""
    return _matched(PLAIN, text) is not None


def read_amount(text: str, reading: Reading) -> int | None:
    """The ten-thousandths that a text means in that reading, or None.

    >>> read_amount("1 299,50 kr", COMMA), read_amount("(5.00)", "either")
    (12995000, -50000)
    >>> read_amount("1.299", "either") is None
    True
    """
    if reading == "either":
        point, comma = read_amount(text, POINT), read_amount(text, COMMA)
        if point is None or comma is None:
            return comma if point is None else point
        return point if point == comma else None
    plain = text.replace(",", ".") if reading == COMMA and "." not in text else text
    if (reading == POINT or "." not in text) and is_plain(plain):
        return _ten_thousandths(plain.strip(" "))
    framed = _matched(FRAME, text)
    if framed is None or _matched(WORDS, text) is None:
        return None
    signs_first = (1, 2, 5, 6, 7, 3, 4)
    new = MARK + "".join(part for part in framed.group(*signs_first) if part)
    for sign in MINUS:
        new = new.replace(sign, "-")
    pattern, group, mark = WRITTEN[reading]
    match = _matched(pattern, new)
    if match is None:
        return None
    digits = match[1]
    for separator in SEPARATORS + group:
        digits = digits.replace(separator, "")
    return _ten_thousandths(digits.replace(mark, "."))


# What needs no second look when a whole column is weighed: digits, a separator and not three digits
# speak for one reading; digits alone for none.
OBVIOUS = (
    "^-?[0-9]+[.](?:[0-9]{1,2}|[0-9]{4,})$",
    "^-?[0-9]+,(?:[0-9]{1,2}|[0-9]{4,})$",
    "^-?[0-9]+$",
)


def amount_reading(text: Any, reading: Reading, decimals: str = AMOUNT) -> Any:
    """The Ibis expression of `read_amount` over a text column, as a decimal of that type."""
    plain = _plain(text, reading).try_cast(dtype(decimals))
    if reading != "either":
        return plain.coalesce(_rewritten(text, reading, decimals))
    point = amount_reading(text, POINT, decimals)
    comma = amount_reading(text, COMMA, decimals)
    agreed = (point == comma).ifelse(point, None)
    return plain.coalesce(comma.isnull().ifelse(point, point.isnull().ifelse(comma, agreed)))


def _plain(text: Any, reading: Reading) -> Any:
    """The texts that the engine's cast may read, as it reads them."""
    if reading == "either":
        return (text.contains(".") | text.contains(",")).ifelse(None, text)
    # Two commas become two points, which no cast reads.
    return text if reading == POINT else text.contains(".").ifelse(None, text.replace(",", "."))


def fast_form(texts: Sequence[str], reading: Reading) -> str | None:
    """The one form that all of these texts have, if there is a fast way to read it.

    That is numbers as the engine's cast reads them (no form), or with the same currency around all
    of them and one separator of groups: prefix, separator and suffix, with blanks of width zero
    between them.
    """
    if reading == "either":
        return "" if all(map(str.isdecimal, texts)) else None
    swap = reading == COMMA
    if all(is_plain(t.replace(",", ".") if swap else t) and not (swap and "." in t) for t in texts):
        return ""
    parts = [re.match(f"^-?({AFFIX})-?([0-9].*?)({AFFIX})$", text) for text in texts]
    around = {(part[1], part[3]) for part in parts if part is not None}
    marks = {mark for part in parts if part is not None for mark in part[2] if not mark.isdigit()}
    groups = marks - {WRITTEN[reading][2]}
    if len(around) != 1 or len(groups) > 1:
        return None
    (prefix, suffix) = around.pop()
    form = ZERO.join((prefix, "".join(groups), suffix))
    fits = re.compile(_fitting(form, reading)).match
    return form if all(map(fits, texts)) and read_amount(texts[0], reading) is not None else None


def _fitting(form: str, reading: Reading) -> str:
    prefix, group, suffix = map(re.escape, form.split(ZERO))
    mark = re.escape(WRITTEN[reading][2])
    groups = f"|[1-9][0-9]{{0,2}}(?:{group}[0-9]{{3}})+" if group else ""
    return f"^-?{prefix}-?(?:[0-9]+{groups})(?:{mark}[0-9]*)?{suffix}$"


def fast_reading(text: Any, form: str, reading: Reading, decimals: str = AMOUNT) -> Any:
    """`amount_reading` of the texts of one form, several times faster; else null."""
    if not form:
        return _plain(text, reading).try_cast(dtype(decimals))
    digits = text.re_search(_fitting(form, reading)).ifelse(text, None)
    prefix, group, suffix = form.split(ZERO)
    # The separator last: it may stand in the suffix too.
    for part in filter(None, (prefix, suffix, group)):
        digits = digits.replace(part, "")
    return digits.replace(WRITTEN[reading][2], ".").try_cast(dtype(decimals))


def _rewritten(text: Any, reading: Reading, decimals: str) -> Any:
    # Each step uses the one before it once: DuckDB computes an expression that it meets twice for
    # every row, also where only the rest of the rows needs it.
    pattern, group, mark = WRITTEN[reading]
    new = text.re_search(WORDS).ifelse(text, None).re_replace(FRAME, REWRITTEN)
    for sign in MINUS:
        new = new.replace(sign, "-")
    digits = new.re_extract(pattern, 1)
    for separator in SEPARATORS + group:
        digits = digits.replace(separator, "")
    return digits.replace(mark, ".").try_cast(dtype(decimals))
