"""Completion of a formula: the name that is begun, and the call that the cursor is in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from crmformulas.catalog.formula import Formula, load
from crmformulas.translations import Translated

__all__ = ["CATEGORY_LABELS", "Call", "begun", "call_at", "complete", "names", "search"]

WORD = re.compile(r"(?<![\w.\"])[^\W\d][\w.]*$")


CATEGORY_LABELS: dict[str, Translated] = {
    "value": Translated("value", "värde"),
    "retention": Translated("retention", "retention"),
    "migration": Translated("migration", "migration"),
    "ladder": Translated("ladder", "trappa"),
    "budget": Translated("budget", "budget"),
    "kpi": Translated("KPI", "nyckeltal"),
    "campaign": Translated("campaign", "kampanj"),
    "segment": Translated("segment", "segment"),
    "uncertainty": Translated("uncertainty", "osäkerhet"),
    "forecast": Translated("forecast", "prognos"),
    "orders": Translated("orders", "ordrar"),
}


class Call(NamedTuple):
    """A call that is being typed: its formula, and the place of the argument at the cursor."""

    formula: Formula
    place: int


def names() -> list[str]:
    """The names of all formulas as a spreadsheet has them, sorted."""
    return sorted(formula.spreadsheet_name for formula in load().values())


def begun(text: str) -> str:
    """The name at the end of a text, in capitals; empty where there is none, or in a quoted text.

    Examples:
        >>> begun("=2*cl"), begun("=CLV(5"), begun('="cl')
        ('CL', '', '')
    """
    if text.count('"') % 2:
        return ""
    match = WORD.search(text)
    return match[0].upper() if match else ""


def complete(text: str) -> list[str]:
    """The texts that the name at the end of a text may become, the shortest name first.

    Examples:
        >>> complete("=2*clv_b")
        ['=2*CLV_BRIDGE(']
        >>> complete("=cl")[0]
        '=CLV('
    """
    word = begun(text)
    start = text[: len(text) - len(word)]
    found = sorted((name for name in names() if name.startswith(word)), key=len)
    return [f"{start}{name}(" for name in found] if word else []


def call_at(text: str) -> Call | None:
    """The innermost call that is open at the end of a text, if its formula is known.

    Examples:
        >>> call = call_at("=CLV(5; CUSTOMER_DURATION(0,6); ")
        >>> call.formula.name, call.place
        ('clv', 2)
    """
    opened: list[tuple[str, list[str]]] = []
    quoted, name = False, ""
    for i, sign in enumerate(text):
        if sign == '"':
            quoted = not quoted
        if quoted:
            continue
        if sign in "({[":
            match = WORD.search(text[:i]) if sign == "(" else None
            opened.append((match[0] if match else "", []))
        elif sign in ")}]" and opened:
            opened.pop()
        elif sign in ",;" and opened:
            opened[-1][1].append(sign)
    while opened:
        name, between = opened.pop()
        if name:
            formula = load().get(name.lower())
            return None if formula is None else Call(formula, _place(between))
    return None


def _place(between: Sequence[str]) -> int:
    """Where semicolons stand between arguments, a comma is a decimal sign."""
    return between.count(";") or between.count(",")


def search(query: str) -> list[Formula]:
    """The formulas in whose name, arguments, category or summary every word of a query occurs.

    Those whose name begins so come first; without a query all, in order of category.

    Examples:
        >>> [formula.name for formula in search("portfolio")][:3]
        ['portfolio_value', 'portfolio_bridge', 'portfolio']
    """
    words = re.findall(r"[^\W_]+", query.casefold())
    matches = [
        formula for formula in load().values() if all(word in _text(formula) for word in words)
    ]
    begins = words[0] if words else ""
    return sorted(matches, key=lambda formula: bool(begins) and not formula.name.startswith(begins))


def _text(formula: Formula) -> str:
    labels = " ".join(CATEGORY_LABELS[formula.category])
    names = " ".join((formula.name, *(p.name for p in formula.parameters))).replace("_", " ")
    return f"{names} {labels} {formula.summary}".casefold()
