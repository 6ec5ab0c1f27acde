"""The currencies of the rows: of a column, or as signs and codes beside the amounts themselves."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from crmformulas.errors import InputError, QuestionError
from crmformulas.orders.reading.account import AppliedRule, money_text, note
from crmformulas.orders.reading.amounts import CODES, DOLLARS
from crmformulas.orders.reading.source_tables import OpenSource
from crmformulas.orders.reading.typed_parts import CURRENCY_SIGNS, TypedPart
from crmformulas.translations import LANGS, Label, Lang, Translated, counted, translate

__all__ = ["CurrencyQuestionError", "NoCurrencyColumnError", "look_at_currencies"]

MOST_NAMED = 12
SEVERAL_CODES: Mapping[str, frozenset[str]] = {
    "KR": frozenset({"SEK", "NOK", "DKK", "ISK"}),
    "$": frozenset({"USD", "AUD", "CAD", "NZD", "HKD", "MXN", "SGD", "TWD", "BRL", "CLP", "COP"}),
    "¥": frozenset({"JPY", "CNY"}),
    "RS": frozenset({"INR", "PKR"}),
}
ONE_CODE: Mapping[str, str] = {
    **{"SKR": "SEK", "NKR": "NOK", "DKR": "DKK", "FR": "CHF", "SFR": "CHF", "RM": "MYR"},
    **{"FT": "HUF", "LEI": "RON", "DIN": "RSD", "EURO": "EUR", "KČ": "CZK", "ZŁ": "PLN"},
    **{"ЛВ": "BGN", "РУБ": "RUB", "Р": "RUB", "₽": "RUB", "€": "EUR", "£": "GBP", "₩": "KRW"},
    **{"₹": "INR", "₺": "TRY", "₴": "UAH", "₦": "NGN", "₱": "PHP", "₪": "ILS", "₫": "VND"},
    **{"฿": "THB", "US$": "USD", "A$": "AUD", "AU$": "AUD", "C$": "CAD", "CA$": "CAD"},
    **{"NZ$": "NZD", "HK$": "HKD", "MX$": "MXN", "NT$": "TWD", "R$": "BRL", "S$": "SGD"},
}
"""The code that a sign or a word means."""
KNOWN = frozenset(
    {code.upper() for code in CODES.split()}
    | {f"{word.upper()}$" for word in DOLLARS}
    | set(ONE_CODE)
    | set(SEVERAL_CODES)
)


class NoCurrencyColumnError(InputError):
    """A currency is to be kept, and nothing says which rows are in it."""


class CurrencyQuestionError(QuestionError):
    """Several currencies, of which `currency` is the most common."""

    def __init__(self, message: Label, currency: str, remedy: str) -> None:
        super().__init__(message, f"--currency {currency}", remedy)
        self.currency = currency


def codes_of(written: Collection[str]) -> dict[str, str]:
    """Codes of currencies however they are written, so that each has one name.

    Examples:
        >>> codes_of(["KR", "SEK", "€"])
        {'KR': 'SEK', 'SEK': 'SEK', '€': '€'}
        >>> codes_of(["€", "EURO"]), codes_of(["KR", "SEK", "NOK"])["KR"]
        ({'€': 'EUR', 'EURO': 'EUR'}, 'KR')
    """
    meant = {}
    for name in written:
        among = SEVERAL_CODES.get(name, frozenset()) & set(written)
        meant[name] = next(iter(among)) if len(among) == 1 else ONE_CODE.get(name, name)
    often = Counter(meant.values())
    # A sign that stands alone is shown as it is written.
    return {name: code if often[code] > 1 else name for name, code in meant.items()}


def look_at_currencies(
    opened: OpenSource, parts: Sequence[TypedPart], wanted: str | None
) -> list[AppliedRule]:
    """Notices of the currencies of the rows.

    Raises:
        QuestionError: there are several and no choice.
        InputError: the one that is wanted is not among them.
    """
    counts: Counter[str] = Counter()
    where = None
    for typed in parts:
        column = _where(typed)
        codes = _written(opened, typed) if column else Counter()
        nowhere = "currency" not in typed.choice.roles and not codes.keys() - {""}
        if wanted is not None and nowhere:
            raise NoCurrencyColumnError(
                Translated(
                    f"{typed.part.label}: no currency column to find {wanted} in",
                    f"{typed.part.label}: ingen valutakolumn att hitta {wanted} i",
                ),
                "; give it with --currency-column, or leave --currency out",
            )
        where = where or (column if codes.keys() - {""} else None)
        counts += codes
    blank = counts.pop("", 0)
    names = codes_of(counts)
    rows: Counter[str] = Counter()
    for written, n in counts.items():
        rows[names[written]] += n
    for typed in parts:
        typed.currency_names = {w: code for w, code in names.items() if w != code}
    if not rows:
        if wanted is not None:
            raise InputError(
                Translated(
                    f"{_where(parts[0])} has no rows in {wanted}; it has none",
                    f"{_where(parts[0])} har inga rader i {wanted}",
                )
            )
        return []
    assert where is not None
    if wanted is None:
        if len(rows) > 1:
            raise _question(opened, parts, where, rows)
        return _sole(parts, where, next(iter(rows)), blank)
    chosen = next((code for code in rows if code == wanted or wanted in _meanings(code)), None)
    if chosen is None:
        most_first = sorted(rows.items(), key=_most_first)
        en, sv = (
            ", ".join(f"{_shown(c)} ({counted(n, 'row', lang=lang)})" for c, n in most_first)
            for lang in LANGS
        )
        raise InputError(
            Translated(
                f"{where} has no rows in {wanted}; it has {en}",
                f"{where} har inga rader i {wanted}; den har {sv}",
            )
        )
    for typed in parts:
        typed.currency_names = {w: wanted if code == chosen else code for w, code in names.items()}
        typed.every_currency = len(rows) == 1 and "currency" not in typed.choice.roles
    parts[0].code = wanted
    return _left_out(parts, where, wanted, rows.total() - rows[chosen], blank)


def _meanings(written: str) -> Iterable[str]:
    return SEVERAL_CODES.get(written, frozenset({ONE_CODE.get(written, written)}))


def _shown(code: str) -> str:
    """A code as it is shown: krona is written in small letters."""
    return "kr" if code == "KR" else code


def _most_first(named: tuple[str, int]) -> tuple[int, str]:
    return -named[1], named[0]


def _where(typed: TypedPart) -> str | None:
    """The column that tells the currency of a row, for messages; None where none does."""
    if "currency" in typed.choice.roles:
        return typed.where("currency")
    role = typed.priced
    return typed.where(role) if role in typed.texts or typed.currency_of_name else None


def _written(opened: OpenSource, typed: TypedPart) -> Counter[str]:
    """Count how often each currency is written, in capitals; "" where none is."""
    of_a_column = "currency" in typed.choice.roles
    if not of_a_column and typed.currency_of_name:
        n = opened.ask(typed.part.table.agg(n=typed.part.count()))[0]["n"]
        return Counter({typed.currency_of_name: n})
    column = None if of_a_column else typed.texts[typed.priced]
    if column is not None:
        seen = {_sign(cell) for cell in dict.fromkeys(column.texts)} & KNOWN
        # Where the sample has none and is read in one form, no other cell is read that has one.
        if not seen and (column.whole or column.form is not None):
            return Counter()
    grouped, table = typed.part.grouped, typed.part.table
    weights = {} if grouped is None else {"rows": table[grouped.rows]}
    named = table.select(code=typed.written_currency(), **weights)
    rows = named.count() if grouped is None else named["rows"].sum()
    counts: Counter[str] = Counter()
    for row in opened.ask(named.group_by("code").agg(n=rows)):
        code = row["code"] or ""
        # Other letters beside a number are no currency, such as those of an exponent.
        counts[code if column is None or code in KNOWN else ""] += row["n"]
    return counts


def _sign(cell: str) -> str:
    return "".join(re.findall(rf"[^\W\d_]|[{CURRENCY_SIGNS}]", cell)).upper()


def _question(
    opened: OpenSource, parts: Sequence[TypedPart], where: str, rows: Counter[str]
) -> CurrencyQuestionError:
    """Which currency is meant, with the rows and the sum of each."""
    sums: Counter[str] = Counter()
    for typed in parts:
        if _where(typed) is None:
            continue
        named = typed.part.table.select(code=typed.currency(), amount=typed.amount()).view()
        for row in opened.ask(named.group_by("code").agg(units=named.amount.sum())):
            sums[row["code"] or ""] += int(row["units"] or 0)
    en, sv = (
        ", ".join(
            f"{_shown(code)} ({counted(n, 'row', lang=lang)},"
            f" {translate(money_text(sums[code]), lang)})"
            for code, n in sorted(rows.items(), key=_most_first)[:MOST_NAMED]
        )
        for lang in LANGS
    )
    said = Translated(f"{where} has several currencies: {en}", f"{where} har flera valutor: {sv}")
    first = _shown(min(rows.items(), key=_most_first)[0])
    return CurrencyQuestionError(said, first, "; choose one with --currency")


def _sole(parts: Sequence[TypedPart], where: str, code: str, blank: int) -> list[AppliedRule]:
    parts[0].code = _shown(code)
    of_a_column = any("currency" in typed.choice.roles for typed in parts)
    if not blank or any(typed.leaves_gaps for typed in parts) or not of_a_column:
        return []
    return [
        note(
            "currency_blank",
            f"{where}: {counted(blank, 'row', 'has')} no currency and"
            f" {'counts' if blank == 1 else 'count'} as {_shown(code)}",
            f"{where}: {counted(blank, 'row', lang='sv')} har ingen valuta och räknas som"
            f" {_shown(code)}",
            "--currency",
            blank,
        )
    ]


def _left_out(
    parts: Sequence[TypedPart], where: str, wanted: str, others: int, blank: int
) -> list[AppliedRule]:
    notes = []

    def rows(n: int, lang: Lang = "en") -> str:
        return counted(n, "row", lang=lang)

    if others:
        notes.append(
            note(
                "other_currencies",
                f"{rows(others)} in other currencies than {_shown(wanted)}"
                f" {'is' if others == 1 else 'are'} left out",
                f"{rows(others, 'sv')} i andra valutor än {_shown(wanted)} är inte med",
                "--currency",
                others,
            )
        )
    kept = all(typed.every_currency for typed in parts)
    if blank and not kept and not any(typed.leaves_gaps for typed in parts):
        notes.append(
            note(
                "currency_blank",
                f"{where}: {counted(blank, 'row', 'has')} no currency and"
                f" {'is' if blank == 1 else 'are'} left out",
                f"{where}: {rows(blank, 'sv')} har ingen valuta och är inte med",
                "--currency",
                blank,
            )
        )
    return notes
