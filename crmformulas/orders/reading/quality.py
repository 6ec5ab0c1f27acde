"""What has to be known before rows are counted: how columns are read, and what else stands in them.

Each question to the engine is asked only where the sample gives cause for it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from crmformulas.errors import InputError, QuestionError
from crmformulas.orders.reading.account import counted
from crmformulas.orders.reading.ambiguity import DATES, TextColumn
from crmformulas.orders.reading.source_tables import OpenSource
from crmformulas.orders.reading.typed_parts import TypedPart

__all__ = [
    "collect_notices",
    "decide",
    "leaves_gaps",
    "look_again",
    "look_at_currencies",
    "look_at_discounts",
    "reading_notes",
]


class NoCurrencyColumnError(InputError):
    """A currency is to be kept, and no column says which rows are in it."""


SIGN = re.compile(r"[$€£¥₩₹₽₺₴₦₱₪₫฿¢]|kr|[a-z]{3}")
"""What may stand behind figures as their currency: a sign, kr, or a code of three letters."""
CURRENCY = re.compile(r"[^\W\d_]+|[$€£¥₩₹₽₺₴₦₱₪₫฿¢]")


def decide(opened: OpenSource, parts: Sequence[TypedPart]) -> None:
    """Decide how each column is read where the sample left it open.

    Raises:
        InputError: a column can be read in two ways.
    """
    for typed in parts:
        still_open = {
            role: column
            for role, column in typed.texts.items()
            if column.open is not None and not column.whole
        }
        for role, result in _evidence(opened, typed, still_open).items():
            try:
                still_open[role].settle(result)
            except InputError:
                # Perhaps another file knows.
                continue
    questions = []
    for typed in parts:
        for role, column in typed.texts.items():
            if column.open is None:
                continue
            if role in ("refund", "discount"):
                # As the amounts beside it are written; nothing is asked for it alone.
                beside = typed.texts.get("amount") or typed.texts.get("price")
                known = beside is not None and beside.open is None
                column.adopt(beside.reading if beside is not None and known else "either")
                continue
            others = {
                other.texts[role].reading
                for other in parts
                if role in other.texts and other.texts[role].open is None
            } - {"either"}
            if column.open.first or column.open.second or len(others) != 1:
                questions.append(_question(opened, typed, column))
            else:
                column.adopt(others.pop())
    if questions:
        raise QuestionError.together(questions)


def _question(opened: OpenSource, typed: TypedPart, column: TextColumn) -> QuestionError:
    """How a column is to be read, with what each answer would give."""
    assert column.open is not None
    if typed.duckdb:
        found = opened.ask(typed.part.table.agg(**column.outcomes()))[0]
        return column.ambiguous(column.open, column.answers(found))
    return column.ambiguous(column.open)


def look_again(opened: OpenSource, parts: Sequence[TypedPart]) -> bool:
    """Settle what only the sample decided; whether anything is read otherwise than before.

    Raises:
        InputError: a column can be read in two ways.
    """
    changed = False
    for typed in parts:
        unsettled = {role: c for role, c in typed.texts.items() if not c.settled}
        for role, result in _evidence(opened, typed, unsettled).items():
            changed |= unsettled[role].settle(result)
    return changed


def _evidence(
    opened: OpenSource, typed: TypedPart, columns: dict[str, TextColumn]
) -> dict[str, dict[str, Any]]:
    """The evidence of whole columns, in one pass over the part."""
    if not columns:
        return {}
    wanted: dict[str, Any] = {}
    for role, column in columns.items():
        wanted.update({f"{role}:{name}": value for name, value in column.evidence().items()})
    found = opened.ask(typed.part.table.agg(**wanted))[0]
    return {
        role: {name.partition(":")[2]: found[name] for name in found if name.startswith(f"{role}:")}
        for role in columns
    }


# ------------------------------------------------------------------------------------------ notes


def collect_notices(
    opened: OpenSource, parts: Sequence[TypedPart], currency: str | None
) -> list[str]:
    """What the user must know about the parts before their rows are grouped.

    Raises:
        InputError: several currencies and no choice.
    """
    notes = [*look_at_currencies(opened, parts, currency), *reading_notes(parts)]
    for typed in parts:
        notes += _signs(typed)
    return notes


def look_at_discounts(opened: OpenSource, parts: Sequence[TypedPart]) -> None:
    """Find whether discounts are shares or money, and whether there are any."""
    for typed in parts:
        if "discount" not in typed.choice.roles:
            continue
        if not typed.duckdb:
            typed.discounts = 1
            continue
        size = typed.number("discount").abs()
        table = typed.part.table.select(size=size)
        found = opened.ask(table.agg(most=table["size"].max(), n=(table["size"] > 0).sum()))[0]
        typed.discounts = int(found["n"] or 0)
        typed.small_discounts = (found["most"] or 0) <= 10_000


def reading_notes(parts: Sequence[TypedPart]) -> list[str]:
    """Which of two readings the rows of a date column decided."""
    notes = []
    for typed in parts:
        for column in typed.texts.values():
            if column.kind is DATES and column.reading != "either" and column.given is None:
                side = column.kind.sides[0 if column.reading == "first" else 1]
                notes.append(f"{column.where} is read {side}")
    return notes


def look_at_currencies(
    opened: OpenSource, parts: Sequence[TypedPart], wanted: str | None
) -> list[str]:
    """What is told of the currencies of the rows.

    Raises:
        QuestionError: there are several and no choice.
        InputError: the one that is wanted is not among them.
    """
    counts: Counter[str] = Counter()
    label = parts[0].part.label
    for typed in parts:
        if "currency" not in typed.choice.roles:
            if wanted is not None:
                raise NoCurrencyColumnError(
                    f"{typed.part.label}: no currency column to find {wanted} in; give it with"
                    " --currency-column, or leave --currency out"
                )
            continue
        label = typed.where("currency")
        named = typed.part.table.select(code=typed.currency())
        for row in opened.ask(named.group_by("code").agg(n=named.count())):
            counts[row["code"] or ""] += row["n"]
    blank = counts.pop("", 0)
    listed = ", ".join(
        f"{code} ({counted(count, 'row')})" for code, count in counts.most_common(12)
    )
    if wanted is None:
        if len(counts) > 1:
            raise QuestionError(
                f"{label} has several currencies: {listed}; choose one with --currency",
                f"--currency {counts.most_common(1)[0][0]}",
            )
        parts[0].code = next(iter(counts), None)
        continued = any(leaves_gaps(typed) for typed in parts)
        if not counts or not blank or continued:
            return []
        said = counted(blank, "row")
        have = "has no currency and counts" if blank == 1 else "have no currency and count"
        return [f"{label}: {said} {have} as {next(iter(counts))}"]
    if wanted not in counts:
        raise InputError(f"{label} has no rows in {wanted}; it has {listed or 'none'}")
    parts[0].code = wanted
    left = counts.total() - counts[wanted]
    are = "is" if left == 1 else "are"
    told = f"{counted(left, 'row')} in other currencies than {wanted} {are} left out"
    notes = [told] if left else []
    if blank and not any(leaves_gaps(typed) for typed in parts):
        said = counted(blank, "row")
        have = "has no currency and is" if blank == 1 else "have no currency and are"
        notes.append(f"{label}: {said} {have} left out")
    return notes


def leaves_gaps(typed: TypedPart) -> bool:
    """Whether the sample has rows that continue an order and leave its fields blank."""
    orders = typed.sample.get("order", ())
    return any(
        order.strip() and not cell.strip()
        for role in ("date", "amount")
        for order, cell in zip(orders, typed.sample.get(role, ()), strict=False)
    )


def _signs(typed: TypedPart) -> list[str]:
    """More than one currency written in the amounts themselves."""
    if "amount" not in typed.texts:
        return []
    cells = dict.fromkeys(typed.texts["amount"].texts)
    found = {"".join(CURRENCY.findall(cell)).casefold() for cell in cells} - {""}
    if len(found) < 2:
        sign = next(iter(found), "")
        if typed.code is None and SIGN.fullmatch(sign):
            typed.code = sign if len(sign) < 3 else sign.upper()
        return []
    named = ", ".join(map(repr, sorted(found)[:5]))
    return [
        f"{typed.where('amount')} has amounts in several currencies, added as they are: {named}"
    ]
