"""Ids of a row's customer as they are compared, and the words that mean that nobody is known.

Two texts that mean one customer are folded to one id: e-mail addresses in lower case, Unicode in
its composed form, whole numbers without the ``.0`` that passing through a float left behind.
"""

from __future__ import annotations

import re
from functools import cache, reduce
from typing import Any

from crmformulas.orders.reading.column_roles import words
from crmformulas.orders.reading.expressions import ibis, is_duckdb

__all__ = [
    "ADDRESS_NAMES",
    "NOBODY",
    "NOBODY_NUMBERS",
    "combined",
    "folded",
    "is_nobody",
    "like_totals",
    "point_zero",
    "whole_number",
    "without_point_zero",
]

NOBODY = frozenset(
    words(
        r"""
    null (null) <null> <na> none nil nan \n n/a #n/a undefined - -- ? guest guests anonymous
    anonym unknown gäst gast okänd okand gast unbekannt inconnu invité ukjent ukendt gæst gjest
    tuntematon vieras desconocido invitado onbekend anoniem total totals totalt totalsumma summa
    summe gesamt gesamtsumme sum subtotal delsumma [null] (blank) (tom) (leer) (none) empty
    gästkund gastkunde gästköp anonymous_user grandtotal gesamtergebnis zwischensumme endsumme
    totaal eindtotaal subtotaal suma #ref! #value! #name? #null! #num! #div/0! #saknas!
    #värdefel! #referens! #namn? #division/0! #nv #bezug! #wert! #valeur! #nom?
        """
    )
) | {
    "not set",
    "(not set)",
    "guest customer",
    "guest checkout",
    "guest user",
    "guest order",
    "anonymous customer",
    "anonymous user",
    "unknown customer",
    "okänd kund",
    "grand total",
    "total general",
    "total général",
    "sous-total",
    "sub total",
    "i alt",
    "yhteensä",
}
"""Ids, in lower case, that mean that nobody is known, or that the row is a total."""
NOBODY_SPELLED = sorted({spelling for word in NOBODY for spelling in (word, f"{word}:")})
NOBODY_PATTERN = f"^(?:{'|'.join(re.escape(word) for word in sorted(NOBODY))}):?$"
LONGEST_NOBODY = max(map(len, NOBODY_SPELLED))
NOBODY_NUMBERS = ("0", "-1", "00000000-0000-0000-0000-000000000000")
"""Ids that mean nobody where they stand for many orders, or beside a column of addresses."""
ADDRESS_NAMES = ("email", "mail", "epost", "mejl", "courriel", "correo", "sahkoposti")
"""What the name of a column of e-mail addresses contains, normalised."""
BLANKS = " \t\r\n\v\f\u00a0\u2007\u202f\u200b\ufeff"
TOTALS = r"(?i)^(?:sub|grand )?(?:total|totalt|totalsumma|summa|summe|gesamt|delsumma)\b[ :]+\S"
"""Ids that begin as a row of totals does; a company may be called so, too."""
POINT_ZERO = r"^(-?[0-9]+)[.,]0+$"
WHOLE = r"^-?[0-9]+([.,]0+)?$"


@cache
def _builtin() -> tuple[Any, Any, Any]:
    """Functions that DuckDB has and Ibis does not name."""
    scalar = ibis.udf.scalar

    def nfc_normalize(text: str) -> str:
        raise NotImplementedError

    def trim(text: str, letters: str) -> str:
        raise NotImplementedError

    def strlen(text: str) -> int:
        raise NotImplementedError

    for function, result in ((nfc_normalize, str), (trim, str), (strlen, int)):
        function.__annotations__ = dict.fromkeys(function.__annotations__, str) | {"return": result}
    return scalar.builtin(nfc_normalize), scalar.builtin(trim), scalar.builtin(strlen)


def folded(ids: Any, *, duckdb: bool) -> Any:
    """Ids as they are compared; null where nothing is left of them."""
    if duckdb:
        nfc_normalize, trim, strlen = _builtin()
        # What is ASCII, and nearly all ids are, needs no second look.
        composed = nfc_normalize(trim(ids, BLANKS)).nullif("")
        ids = (strlen(ids) == ids.length()).ifelse(ids, composed)
    # An address has something before its @; a handle such as @Anna keeps its capitals.
    return (ids.contains("@") & ~ids.startswith("@")).ifelse(ids.lower(), ids)


def point_zero(ids: Any) -> Any:
    """Whether an id ends as a whole number does that has passed through a float."""
    return ids.endswith(".0") | ids.endswith(",0")


def like_totals(ids: Any) -> Any:
    """Whether an id may be that of a row of totals, such as ``Total January``."""
    return ids.contains(" ").ifelse(ids.re_search(TOTALS), False)


def whole_number(ids: Any) -> Any:
    """Whether an id is a whole number, perhaps with zeros behind a point."""
    return ids.re_search(WHOLE)


def without_point_zero(ids: Any) -> Any:
    """``12345`` for ``12345.0`` and ``12345,0``."""
    return point_zero(ids).ifelse(ids.re_replace(POINT_ZERO, r"\1"), ids)


def is_nobody(ids: Any) -> Any:
    """Whether an id is one of the words that mean nobody."""
    # Most ids end with a digit, and none of the words does. DuckDB makes a join of a long list, and
    # so looks every row up; a pattern it asks of those alone that are left.
    lower = ids.lower()
    listed = lower.re_search(NOBODY_PATTERN) if is_duckdb(ids) else lower.isin(NOBODY_SPELLED)
    word = (ids.length() <= LONGEST_NOBODY).ifelse(listed, False)
    return ids.right(1).between("0", "9").ifelse(False, word)


def combined(ids: list[Any]) -> Any:
    """Several columns as one key, null where one of them is: no two keys make the same text."""
    if len(ids) == 1:
        return ids[0]
    escaped = [part.replace("\\", "\\\\").replace("|", "\\|") for part in ids]
    return reduce(lambda one, other: one + " | " + other, escaped)
