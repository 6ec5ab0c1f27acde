"""Spreadsheet expressions of the catalogue in JavaScript, for a page that recalculates by itself.

The expression of a formula is its definition in a spreadsheet. Each of its operations becomes a
call of ``ranges.js``, which knows them on numbers and on ranges alike. What a spreadsheet answers
with an error is NaN.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from importlib.resources import files

from crmformulas.catalog.formula import load

__all__ = ["function", "runtime", "translated"]

TOKEN = re.compile(
    r'\s*(?:(?P<number>\d+\.?\d*(?:[eE][+-]?\d+)?)|(?P<text>"(?:[^"]|"")*")'
    r"|(?P<name>[A-Za-z_][A-Za-z_.0-9]*)|(?P<sign><>|<=|>=|[-+*/^=<>&(),])|(?P<end>$))"
)

RANKS: tuple[dict[str, str], ...] = (
    {
        "=": "equal",
        "<>": "unequal",
        "<": "below",
        "<=": "atMost",
        ">": "above",
        ">=": "atLeast",
    },
    {"+": "plus", "-": "minus"},
    {"*": "times", "/": "over"},
    {"^": "power"},
)
"""The operations, the loosest first, and what ``ranges.js`` calls them."""

CONSTANTS = {"TRUE": "true", "FALSE": "false"}


def function(name: str) -> str:
    """A formula as a JavaScript function of its arguments, in their order.

    Raises:
        ValueError: if it has no expression, or one that is more than :data:`KNOWN` functions.

    Examples:
        >>> function("customer_duration")
        '($retention) => R.over(1, R.minus(1, $retention))'
    """
    formula = load()[name]
    if formula.expression is None:
        raise ValueError(f"{name} has no expression")
    given = ", ".join(f"${p.name}" for p in formula.parameters)
    return f"({given}) => {translated(formula.expression)}"


def translated(expression: str) -> str:
    """An expression in JavaScript; its names begin with ``$``.

    Examples:
        >>> translated("LET(a,1,IF(a>b,a*2,-b))")
        '(() => { const $a = 1; return R.IF(R.above($a, $b), R.times($a, 2), R.minus(0, $b)); })()'
    """
    return _Parser(expression).whole()


KNOWN = (
    "BYCOL",
    "CHOOSECOLS",
    "DROP",
    "HSTACK",
    "IF",
    "INDEX",
    "MAP",
    "MATCH",
    "ROWS",
    "SCAN",
    "SEQUENCE",
    "SUM",
    "SUMPRODUCT",
    "TOCOL",
    "VSTACK",
    "WRAPROWS",
)
"""Functions that ``ranges.js`` knows, beside LET and LAMBDA."""


def runtime(names: Sequence[str]) -> str:
    """A script with ``ranges.js`` and these formulas, as the object ``crmf``."""
    members = ",\n".join(f"  {name}: {function(name)}" for name in names)
    source = files("crmformulas.spreadsheet").joinpath("ranges.js").read_text("utf-8")
    return f"{source}\nconst crmf = {{\n{members},\n}};\n"


class _Parser:
    """Reads an expression once, from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = self._read(text)
        self._kind, self._word = next(self._tokens)
        self._local: list[str] = []

    def _read(self, text: str) -> Iterator[tuple[str, str]]:
        at = 0
        while True:
            lexeme = TOKEN.match(text, at)
            if lexeme is None or lexeme.lastgroup is None:
                raise ValueError(f"{text[at : at + 20]!r} can't be translated")
            yield lexeme.lastgroup, lexeme[lexeme.lastgroup]
            at = lexeme.end()

    def _take(self) -> str:
        word = self._word
        self._kind, self._word = next(self._tokens)
        return word

    def _expect(self, sign: str) -> None:
        if self._word != sign:
            raise ValueError(f"{sign!r} is wanted in place of {self._word!r} in {self._text!r}")
        self._take()

    def whole(self) -> str:
        code = self._operation(0)
        if self._kind != "end":
            raise ValueError(f"{self._word!r} is too much in {self._text!r}")
        return code

    def _operation(self, rank: int) -> str:
        if rank == len(RANKS):
            return self._signed()
        code = self._operation(rank + 1)
        while self._kind == "sign" and self._word in RANKS[rank]:
            name = RANKS[rank][self._take()]
            code = f"R.{name}({code}, {self._operation(rank + 1)})"
        return code

    def _signed(self) -> str:
        if self._word == "-":
            self._take()
            return f"R.minus(0, {self._signed()})"
        return self._operand()

    def _operand(self) -> str:
        kind, word = self._kind, self._take()
        match kind:
            case "number":
                return word
            case "text":
                return json.dumps(word[1:-1].replace('""', '"'))
            case "name":
                return self._named(word)
        if word != "(":
            raise ValueError(f"{word!r} is not wanted in {self._text!r}")
        code = self._operation(0)
        self._expect(")")
        return code

    def _named(self, name: str) -> str:
        if self._word != "(":
            return CONSTANTS.get(name.upper(), f"${name}")
        if name in ("LET", "LAMBDA"):
            return self._let() if name == "LET" else self._lambda()
        arguments = ", ".join(self._arguments())
        if name in KNOWN:
            return f"R.{name}({arguments})"
        if name.isupper():
            raise ValueError(f"{name} is not known to ranges.js")
        return f"${name}({arguments})"

    def _arguments(self) -> Iterator[str]:
        self._expect("(")
        yield self._operation(0)
        while self._word == ",":
            self._take()
            yield self._operation(0)
        self._expect(")")

    def _let(self) -> str:
        self._expect("(")
        parts: list[str] = []
        while True:
            code = self._operation(0)
            if self._word == ")":
                self._take()
                return f"(() => {{ {' '.join(parts)} return {code}; }})()"
            self._expect(",")
            parts.append(f"const {code} = {self._operation(0)};")
            self._expect(",")

    def _lambda(self) -> str:
        *names, body = self._arguments()
        return f"({', '.join(names)}) => {body}"
