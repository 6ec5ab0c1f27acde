"""Formulas as a workbook file holds them, and the rules that Excel has for them.

A file holds functions younger than its format as ``_xlfn.LET``, the names that LET and LAMBDA
introduce as ``_xlpm.name``, and an optional argument, where it is declared, as ``_xlop.name``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from crmformulas.catalog.formula import load

__all__ = ["LIMIT", "lint", "lint_name", "prefixed"]

LIMIT = 8192
"""The characters that Excel allows in a formula, the equals sign included."""

DEEPEST = 64
"""The levels of nesting that Excel allows."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


CLASSIC = _words(
    "AND BETADIST COLUMNS EXP GAMMALN IF INDEX INT ISERROR ISNUMBER MATCH MAX MIN MMULT NA "
    "NORMSINV OR ROUND ROUNDUP ROWS SQRT SUM SUMPRODUCT TRANSPOSE"
)
"""The functions in use that a file holds as they are typed."""

FUTURE = _words(
    "BYCOL BYROW CHOOSECOLS CHOOSEROWS DROP EXPAND HSTACK ISOMITTED LAMBDA LET MAKEARRAY MAP "
    "REDUCE SCAN SEQUENCE SORTBY TAKE TOCOL TOROW VSTACK WRAPCOLS WRAPROWS XLOOKUP XMATCH"
)
"""Functions younger than the file format, which a file holds under a prefix."""

FUTURE_OF_SHEETS = _words("FILTER SORT")
"""Those among them that have one more prefix."""

BUILT_IN = CLASSIC | FUTURE | FUTURE_OF_SHEETS
SHADOWED = BUILT_IN | _words(
    "CHOOSE CONFIDENCE DURATION FORECAST FREQUENCY GROWTH LOOKUP MEDIAN MODE PERCENTILE QUARTILE "
    "RANK RATE RETURN TRUE FALSE TREND UNIQUE YIELD"
)
"""Names that a spreadsheet has itself."""

_TOKEN = re.compile(
    r"""(?P<text>"[^"]*")
    |(?P<error>\#[A-Z/0]+[!?]?)
    |(?P<number>\d+(?:\.\d+)?(?:E[+-]?\d+)?)
    |(?P<optional>\[[a-z_]+\])
    |(?P<prefix>_xl(?:fn(?:\._xlws)?|pm|op)\.)?(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?P<call>\()?
    |(?P<sign><>|<=|>=|[-+*/^=<>&(){},;:])""",
    re.VERBOSE,
)


def prefixed(formula: str) -> str:
    """A formula as a file holds it: each young function and each own name under its prefix.

    >>> prefixed("=LAMBDA(a_x,[b_x],LET(b_y,IF(ISOMITTED(b_x),1,b_x),SORT(a_x*b_y)))")
    '=_xlfn.LAMBDA(_xlpm.a_x,_xlop.b_x,_xlfn.LET(_xlpm.b_y,IF(_xlfn.ISOMITTED(_xlpm.b_x),1,_xlpm.b_x),_xlfn._xlws.SORT(_xlpm.a_x*_xlpm.b_y)))'
    """

    def put(token: re.Match[str]) -> str:
        # Excel drops a name whose optional argument is stored in brackets.
        if token["optional"]:
            return f"_xlop.{token['optional'][1:-1]}"
        name = token["name"]
        if not name or name in ("TRUE", "FALSE"):
            return token[0]
        if name.islower():
            return f"_xlpm.{token[0]}"
        if name in FUTURE_OF_SHEETS:
            return f"_xlfn._xlws.{token[0]}"
        return f"_xlfn.{token[0]}" if name in FUTURE else token[0]

    return _TOKEN.sub(put, formula)


# ------------------------------------------------------------------------------- what Excel wants


def lint_name(name: str) -> list[str]:
    """List the faults of a defined name.

    >>> lint_name("CLV"), lint_name("LTV12")
    ([], ['LTV12 looks like a cell'])
    """
    problems = []
    if not re.fullmatch(r"(?:[A-Z][A-Z0-9_]+\.)?[A-Z_0-9]{3,250}", name):
        problems.append(f"{name} must be 3 or more letters")
    if _like_a_cell(name):
        problems.append(f"{name} looks like a cell")
    if name in SHADOWED:
        problems.append(f"{name} is a function that the spreadsheet has")
    return problems


def lint(text: str) -> list[str]:
    """List the faults in the text of a LAMBDA as a file holds it; engines other than Excel accept
    much of this.

    >>> lint("_xlfn.LAMBDA(_xlpm.a_x,LET(_xlpm.b_x,1,_xlpm.a_x+b_y))")
    ['LET is without _xlfn.', 'b_y is without _xlpm.']
    """
    problems = list(_structure(text))
    declared = _declared(text)
    at = 0
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            problems.append(f"{text[at]!r} at {at} is no part of a formula")
            break
        if token["name"]:
            problems += _name(token, declared)
        elif token["optional"]:
            problems.append(f"{token[0]} is not how a file holds an optional argument")
        at = token.end()
    return problems


def _structure(text: str) -> Iterator[str]:
    if not text.startswith("_xlfn.LAMBDA("):
        yield "it must begin with _xlfn.LAMBDA("
    if len(text) + 1 > LIMIT:
        yield f"it has {len(text) + 1} characters, more than {LIMIT}"
    depth = deepest = 0
    for sign in re.findall("[()]", re.sub(r'"[^"]*"', "", text)):
        depth += 1 if sign == "(" else -1
        deepest = max(deepest, depth)
        if depth < 0:
            break
    if depth:
        yield "its brackets don't match"
    if deepest > DEEPEST:
        yield f"it is nested {deepest} deep, more than {DEEPEST}"


def _declared(text: str) -> dict[str, set[str]]:
    """The names that LAMBDA and LET introduce, and which of them may be left out."""
    declared = {"any": set[str](), "optional": set[str]()}
    for names in re.findall(r"_xlfn\.LAMBDA\(((?:_xl[po][pm]\.[a-z_]+,)+)", text):
        declared["any"] |= set(re.findall(r"_xl(?:pm|op)\.([a-z_]+)", names))
        declared["optional"] |= set(re.findall(r"_xlop\.([a-z_]+)", names))
    declared["any"] |= set(re.findall(r"(?:LET\(|,)_xlpm\.([a-z_]+),", text))
    return declared


def _name(token: re.Match[str], declared: dict[str, set[str]]) -> Iterator[str]:
    name, prefix = token["name"], token["prefix"] or ""
    if name in ("TRUE", "FALSE"):
        return
    if token["call"] and name.isupper():
        right = "_xlfn._xlws." if name in FUTURE_OF_SHEETS else "_xlfn." * (name in FUTURE)
        if name not in BUILT_IN:
            yield f"{name} is no function known here"
        elif prefix != right:
            yield f"{name} is without {right}" if right else f"{name} must not have {prefix}"
        return
    if name in load():
        yield f"{name} is the name of a formula"
    if prefix not in ("_xlpm.", "_xlop."):
        yield f"{name} is without _xlpm."
    elif name not in declared["any"]:
        yield f"{name} is not declared"
    elif prefix == "_xlop." and name not in declared["optional"]:
        yield f"{name} has _xlop. where it is used"
    if _like_a_cell(name):
        yield f"{name} looks like a cell"


def _like_a_cell(name: str) -> bool:
    cell = r"[A-Z]{1,3}\d+|R\d*|C\d*|R\d*C\d*"
    return bool(re.fullmatch(cell, name, re.IGNORECASE))
