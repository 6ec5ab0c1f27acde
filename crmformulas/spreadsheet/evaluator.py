"""The evaluator behind ``crmf calc``: one spreadsheet expression in, its value out.

    expression  = term { ("+" | "-") term }
    term        = power { ("*" | "/") power }
    power       = signed { "^" signed }
    signed      = ("-" | "+") signed | operand { "%" }
    operand     = number | text | TRUE | FALSE | error | range | call | "(" expression ")"
    range       = "{" 1 "," 2 ";" 3 "," 4 "}" | "[" list of expressions, or of such lists "]"
    call        = name "(" [ argument { ("," | ";") argument } ] ")"

As in a spreadsheet, a minus sign binds tighter than a power (``-2^2`` is 4), powers go from left to
right, and an error is a value, which passes through whatever it is an argument of. Nothing is
handed to Python's ``eval``.

A Swedish spreadsheet writes ``CLV(5;500;2,5)`` and ``{0,5\\0,2;1\\0,8}``: a comma before decimals,
semicolons between arguments, a backslash between columns. :func:`evaluate` reads that too where it
is told so, and the other form where it can mean nothing else.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from typing import Literal, NamedTuple, TypeAlias

from crmformulas.catalog.formula import Formula, load
from crmformulas.catalog.parameters import LARGEST
from crmformulas.errors import (
    SPREADSHEET_ERRORS,
    ArgumentError,
    DivisionError,
    DomainError,
    FormulaError,
    InputError,
    PassedError,
    UnknownNameError,
)
from crmformulas.spreadsheet.cell_text import Value, as_rows, call_text, cell_text, is_table, render
from crmformulas.translations import Label, Lang, Translated

__all__ = ["ParseError", "call_text", "evaluate", "render"]

TOKEN = re.compile(
    r"\s*(?:"
    r"(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
    r'|(?P<text>"(?:[^"]|"")*")'
    rf"|(?P<error>{'|'.join(map(re.escape, sorted(SPREADSHEET_ERRORS)))})"
    r"|(?P<name>[^\W\d][\w.]*)"
    r"|(?P<sign>[-+*/^%(),;{}\[\]])"
    r"|(?P<end>$))",
    re.IGNORECASE,
)

COMMA_TOKEN = re.compile(
    TOKEN.pattern.replace(r"\d+\.?\d*|\.\d+", r"\d+(?:[.,]\d+|[.,](?!\d))?|[.,]\d+").replace(
        r"[-+*/^%(),;{}\[\]]", r"[-+*/^%();{}\[\]\\]"
    ),
    re.IGNORECASE,
)
"""The same where a comma stands before decimals, and nowhere else."""

RANKS = (("+", "-"), ("*", "/"), ("^",))
"""The operators that join two operands, those that bind tighter later."""


LONGEST = 200
"""Characters of an expression that an error shows, around the place."""


EXPECTED = Translated("expected {}", "väntade {}")
RESULT_TOO_LARGE = Translated(
    "the result is too large for a number", "resultatet är för stort för ett tal"
)


class ParseError(InputError):
    """An expression that can't be read; ``position`` is where, from 0."""

    def __init__(self, message: Label, text: str, position: int) -> None:
        shown = text
        if len(text) > LONGEST:
            begin = max(position - LONGEST // 2, 0)
            end = begin + LONGEST
            shown = "…" * (begin > 0) + text[begin:end] + "…" * (end < len(text))
        told = Translated("{} at {} in: {}", "{} på plats {} i: {}")
        super().__init__(told.format(message, position + 1, shown))
        self.text = text
        self.position = position

    @property
    def caret(self) -> str:
        """The expression, and below it a caret at the position."""
        return f"{self.text}\n{' ' * self.position}^"


def evaluate(text: str, lang: Lang = "en") -> Value:
    """The value of an expression such as ``CLV(5, 500, 2.5)``; a leading ``=`` may stand before it.

    Args:
        text: Formulas in any case, numbers, texts, ranges and arithmetic. Decimals have a point.
        lang: With ``sv`` it may also be as a Swedish spreadsheet writes it. A text that means one
            thing there and another with decimal points is refused, and both are told.

    Returns:
        The value; of an error the :class:`FormulaError`, which is not raised.

    Raises:
        ParseError: if the text is not an expression.
        InputError: if a formula has too many or too few arguments.

    Examples:
        >>> evaluate("=clv(5, 500, 2.5) * 2")
        12500.0
        >>> render(evaluate("CUSTOMER_DURATION({0.6; 1})"))
        '    2.5\\n#DIV/0!'
        >>> evaluate("=clv(5; 500; 2,5)", "sv")
        6250.0
    """
    text = re.sub(r"\s", " ", text).strip()
    if lang == "sv" and ("," in text or "\\" in text):
        return _swedish(text)
    return _read(text)


def _read(text: str, style: Style = "") -> Value:
    try:
        return _Parser(text, style).whole()
    except RecursionError:
        too_deep = Translated("too many nested parentheses", "för många parenteser i varandra")
        raise ParseError(too_deep, text, 0) from None


def _swedish(text: str) -> Value:
    """The meaning of a text with decimal commas, or else with points; refused where that differs.

    But a comma after a lone 0 is a decimal sign: ``{0,25;0,31}`` are two rates, hardly two rows
    that begin with nothing.
    """
    try:
        value = _read(text, "comma")
    except InputError as error:
        try:
            return _read(text)
        except InputError as other:
            # Where neither can be read, the one that is an expression has more to say.
            raise (error if isinstance(other, ParseError) else other) from None
    try:
        other_value = _read(text, "point")
    except InputError:
        return value
    bare = re.sub(r'"[^"]*"', "", text)
    rates = re.findall(r"(?<![\w.,])0,(?=\d)", bare)
    if bare.count(",") > len(rates) and render(value) != render(other_value):
        raise ParseError(
            Translated(
                "a comma here is a decimal sign or stands between two values: write decimals with"
                " a point, or ; between arguments and \\ between columns",
                "ett komma här är decimaltecken eller står mellan två värden: skriv decimaler med"
                " punkt, eller ; mellan argument och \\ mellan kolumner",
            ),
            text,
            text.index(","),
        )
    return value


Style: TypeAlias = Literal["", "comma", "point"]
"""Decimal commas as in Swedish, or points as in English; blank takes ; between arguments too."""


class _Token(NamedTuple):
    kind: str
    text: str
    position: int


def _tokens(text: str, style: Style) -> Iterator[_Token]:
    position = 1 if text.startswith("=") else 0
    pattern = COMMA_TOKEN if style == "comma" else TOKEN
    while True:
        match = pattern.match(text, position)
        if match is None or match.lastgroup is None:
            start = position + len(text[position:]) - len(text[position:].lstrip())
            what: Label = repr(text[start])
            if text[start] == '"':
                what = Translated("a text without its end", "en text utan slut")
            raise ParseError(
                Translated("{} can't be read", "{} kan inte läsas").format(what), text, start
            )
        yield _Token(match.lastgroup, match[match.lastgroup], match.start(match.lastgroup))
        if match.lastgroup == "end":
            return
        position = match.end()


class _Parser:
    """Reads and evaluates an expression from left to right."""

    def __init__(self, text: str, style: Style) -> None:
        self.text = text
        self.tokens = list(_tokens(text, style))
        self.next = 0
        self.between = {"": ",;", "comma": ";", "point": ","}[style]
        self.columns = "\\" if style == "comma" else ","

    @property
    def token(self) -> _Token:
        return self.tokens[self.next]

    def at(self, *signs: str) -> bool:
        """Whether one of these signs comes next."""
        return self.token.kind == "sign" and self.token.text in signs

    def take(self) -> _Token:
        token = self.token
        self.next += 1
        return token

    def expect(self, sign: str) -> None:
        if not self.at(sign):
            raise self.error(EXPECTED.format(repr(sign)))
        self.next += 1

    def error(self, message: Label) -> ParseError:
        got: Label = repr(self.token.text)
        if self.token.kind == "end":
            got = Translated("the end", "slutet")
        told = Translated("{}, got {}", "{}, fick {}").format(message, got)
        return ParseError(told, self.text, self.token.position)

    def whole(self) -> Value:
        value = self.expression()
        if self.token.kind != "end":
            raise self.error(
                EXPECTED.format(Translated("an operator or the end", "en operator eller slutet"))
            )
        return value

    def expression(self, rank: int = 0) -> Value:
        """Operands joined by operators of this rank or one that binds tighter."""
        if rank == len(RANKS):
            return self.signed()
        value = self.expression(rank + 1)
        while self.at(*RANKS[rank]):
            sign = self.take().text
            value = _apply(OPERATORS[sign], value, self.expression(rank + 1))
        return value

    def signed(self) -> Value:
        if self.at("-", "+"):
            sign = self.take().text
            value = self.signed()
            return _apply(operator.mul, -1.0, value) if sign == "-" else value
        value = self.operand()
        while self.at("%"):
            self.take()
            value = _apply(operator.truediv, value, 100.0)
        return value

    def operand(self) -> Value:
        token = self.take()
        if token.kind == "number":
            number = float(token.text.replace(",", "."))
            return number if number <= LARGEST else DomainError(f"{token.text} is too large")
        if token.kind == "text":
            return token.text[1:-1].replace('""', '"')
        if token.kind == "error":
            return PassedError(token.text.upper())
        if token.kind == "name":
            return self.named(token)
        if token.text == "(":
            value = self.expression()
            self.expect(")")
            return value
        if token.text == "{":
            return self.constant_range()
        if token.text == "[":
            return self.listed_range()
        self.next -= 1
        raise self.error(
            EXPECTED.format(
                Translated("a number, a formula or '('", "ett tal, en formel eller '('")
            )
        )

    def named(self, token: _Token) -> Value:
        if not self.at("("):
            if token.text.upper() in ("TRUE", "FALSE"):
                return token.text.upper() == "TRUE"
            return _unknown(token.text)
        self.expect("(")
        arguments = self.arguments()
        self.expect(")")
        formula = load().get(token.text.lower())
        return _unknown(token.text) if formula is None else _call(formula, arguments)

    def arguments(self) -> list[Value]:
        """The arguments up to the closing parenthesis; None for one that is left out."""
        if self.at(")"):
            return []
        values, separator = list[Value](), ""
        while True:
            values.append(None if self.at(*self.between, ")") else self.expression())
            if not self.at(*self.between):
                return values
            if separator and self.token.text != separator:
                told = Translated(
                    "arguments go by {!r} here, and decimals have a point",
                    "argument skiljs med {!r} här, och decimaler har punkt",
                )
                raise self.error(told.format(separator))
            separator = self.take().text

    def constant_range(self) -> Value:
        """``{1,2;3,4}``: commas between columns, semicolons between rows."""
        start = self.tokens[self.next - 1]
        rows = [[self.expression()]]
        while self.at(self.columns, ";"):
            if self.take().text == ";":
                rows.append([])
            rows[-1].append(self.expression())
        self.expect("}")
        return self.rectangle(rows, start)

    def listed_range(self) -> Value:
        """``[1, 2]``, a column, or ``[[1, 2], [3, 4]]``, rows."""
        start = self.tokens[self.next - 1]
        rows = [self.row()]
        while self.at(*self.between):
            self.take()
            rows.append(self.row())
        self.expect("]")
        return self.rectangle(rows, start)

    def row(self) -> list[Value]:
        if not self.at("["):
            return [self.expression()]
        self.take()
        row = [self.expression()]
        while self.at(*self.between):
            self.take()
            row.append(self.expression())
        self.expect("]")
        return row

    def rectangle(self, rows: list[list[Value]], start: _Token) -> Value:
        if any(len(row) != len(rows[0]) for row in rows):
            told = Translated(
                "the rows of a range differ in length", "områdets rader är olika långa"
            )
            raise ParseError(told, self.text, start.position)
        if any(is_table(value) for row in rows for value in row):
            told = Translated(
                "a range must hold single values", "ett område måste ha enstaka värden"
            )
            raise ParseError(told, self.text, start.position)
        return rows


def _call(formula: Formula, arguments: list[Value]) -> Value:
    """The formula's value. Errors among the arguments pass through."""
    required = sum(not p.optional for p in formula.parameters)
    most = len(formula.parameters)
    if not required <= len(arguments) <= most:
        number: Label = str(most)
        if required != most:
            number = Translated("{} to {}", "{} till {}").format(required, most)
        takes = Translated(
            f"{{}} takes {{}} argument{'s' if most > 1 else ''}, got {{}}: {{}}",
            "{} tar {} argument, fick {}: {}",
        )
        raise InputError(
            takes.format(formula.spreadsheet_name, number, len(arguments), formula.syntax)
        )
    error = next((value for value in arguments if isinstance(value, FormulaError)), None)
    if error is not None:
        return error
    given = list[Value]()
    for parameter, value in zip(formula.parameters, arguments, strict=False):
        if value is None and not parameter.optional:
            given_in = Translated("{} must be given in {}", "{} måste anges i {}")
            return ArgumentError(given_in.format(parameter.name, formula.syntax))
        given.append(parameter.default if value is None else _codes(value))
    return formula.spill(*given)


def _codes(value: Value) -> Value:
    """A range with its errors as the texts that a spreadsheet hands over."""
    if not isinstance(value, list):
        return value
    return [[v.code if isinstance(v, FormulaError) else v for v in row] for row in value]


def _unknown(name: str) -> UnknownNameError:
    formulas = {formula.spreadsheet_name: formula for formula in load().values()}
    if name.upper() in formulas:
        is_one = Translated("{} is a formula: {}", "{} är en formel: {}")
        return UnknownNameError(is_one.format(name, formulas[name.upper()].syntax))
    near = get_close_matches(name.upper(), formulas, n=1)
    hint: Label = ""
    if near:
        hint = Translated("; did you mean {}?", "; menade du {}?").format(near[0])
    none = Translated("there is no formula {}{}", "det finns ingen formel {}{}")
    return UnknownNameError(none.format(name, hint))


OPERATORS: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "^": operator.pow,
}


def _apply(operation: Callable[[float, float], float], left: Value, right: Value) -> Value:
    """An operator on single values, or element by element where one is a range."""
    if not is_table(left) and not is_table(right):
        return _on_numbers(operation, left, right)
    first, second = as_rows(left), as_rows(right)
    height, width = max(len(first), len(second)), max(len(first[0]), len(second[0]))
    for table in (first, second):
        if len(table) not in (1, height) or len(table[0]) not in (1, width):
            return ArgumentError(
                Translated(
                    "ranges of these sizes can't be combined",
                    "områden av de storlekarna går inte ihop",
                )
            )

    def element(table: list[list[Value]], i: int, j: int) -> Value:
        return table[i % len(table)][j % len(table[0])]

    return [
        [_on_numbers(operation, element(first, i, j), element(second, i, j)) for j in range(width)]
        for i in range(height)
    ]


def _on_numbers(operation: Callable[[float, float], float], left: Value, right: Value) -> Value:
    for value in (left, right):
        if isinstance(value, FormulaError):
            return value
    for value in (left, right):
        if value is None or isinstance(value, (str, bool)):
            got = "nothing" if value is None else repr(value)
            told = Translated("expected a number, got {}", "väntade ett tal, fick {}")
            return ArgumentError(told.format(got))
    try:
        result = operation(float(left), float(right))
    except ZeroDivisionError:
        return DivisionError(Translated("division by zero", "division med noll"))
    except OverflowError:
        return DomainError(RESULT_TOO_LARGE)
    # A root of a negative number is complex; 0^0 is undefined.
    if isinstance(result, complex) or (operation is operator.pow and left == right == 0):
        told = Translated("{}^{} is not a number", "{}^{} är inget tal")
        return DomainError(told.format(cell_text(left), cell_text(right)))
    return result if result - result == 0 else DomainError(RESULT_TOO_LARGE)
