"""Python and spreadsheet expressions, patterns and values as JavaScript writes them."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping
from math import inf
from typing import Any

__all__ = ["arithmetic", "key", "literal", "pattern", "safe"]

RESERVED = (
    "arguments await break case catch class const continue debugger default delete do else enum"
    " eval export extends false finally for function if implements import in instanceof interface"
    " let new null package private protected public return static super switch this throw true try"
    " typeof var void while with yield"
)
"""What an argument can't be called in a script."""


def safe(name: str) -> str:
    """A name, with an underscore where a script has another use for it."""
    return name + "_" * (name in RESERVED.split())


def key(name: str) -> str:
    """The name of a property."""
    return name if name.isidentifier() else literal(name)


def literal(content: Any, width: float = inf) -> str:
    """A value as JavaScript writes it, in ASCII; over several lines if it is wider than ``width``.

    >>> literal({"kr": 1.0, "to pay": ["it's", None]})
    "{ kr: 1, 'to pay': ['it\\\\'s', null] }"
    """
    if isinstance(content, Mapping):
        return _enclosed("{", [f"{key(k)}: {literal(v)}" for k, v in content.items()], "}", width)
    if isinstance(content, (list, tuple)):
        return _enclosed("[", [literal(v) for v in content], "]", width)
    if isinstance(content, str):
        return "'" + json.dumps(content)[1:-1].replace('\\"', '"').replace("'", "\\'") + "'"
    if isinstance(content, float) and content.is_integer():
        return str(int(content))
    return json.dumps(content)


def _enclosed(start: str, parts: list[str], end: str, width: float) -> str:
    blank = " " * (start == "{")
    line = f"{start}{blank}{', '.join(parts)}{blank}{end}"
    if len(line) <= width:
        return line
    lines: list[str] = []
    for part in parts:
        if lines and len(lines[-1]) + len(part) + 2 < width:
            lines[-1] += f" {part},"
        else:
            lines.append(f"  {part},")
    return "\n".join((start, *lines, end))


OPERATORS: Mapping[type[ast.operator], tuple[str, int]] = {
    ast.Add: ("+", 1),
    ast.Sub: ("-", 1),
    ast.Mult: ("*", 2),
}
"""The sign of an operation, and how closely it binds."""


def arithmetic(expression: str) -> str | None:
    """A spreadsheet expression in JavaScript; None if it is more than arithmetic.

    Arithmetic is written in a spreadsheet as in Python, whose parser reads it. Each operation is
    kept in its place, so that the result is the same to the last digit; a division asks for zero.

    >>> arithmetic("a*b/(1-(c+d))")
    'over(a * b, 1 - (c + d))'
    >>> arithmetic('IF(years="",1,2)') is None
    True
    """
    try:
        return _translated(ast.parse(expression, mode="eval").body)[0]
    except (SyntaxError, _NotArithmeticError):
        return None


class _NotArithmeticError(Exception):
    """An expression calls functions or compares."""


CALL = 3
"""How closely a call or a single value binds."""


def _translated(node: ast.expr) -> tuple[str, int]:
    """A term, and how closely it binds."""
    if isinstance(node, ast.BinOp):
        left, right = _translated(node.left), _translated(node.right)
        if isinstance(node.op, ast.Div):
            return f"over({left[0]}, {right[0]})", CALL
        if type(node.op) in OPERATORS:
            sign, binds = OPERATORS[type(node.op)]
            # Operations of one kind are done from the left.
            return f"{_within(left, binds)} {sign} {_within(right, binds + 1)}", binds
    if isinstance(node, ast.Name):
        return safe(node.id), CALL
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return literal(node.value), CALL
    raise _NotArithmeticError


def _within(term: tuple[str, int], binds: int) -> str:
    return term[0] if term[1] >= binds else f"({term[0]})"


def pattern(source: str) -> str:
    """A regular expression of Python as a literal of JavaScript.

    >>> pattern("(?i)^(jan|feb) [0-9]{1,2}$")
    '/^(jan|feb) [0-9]{1,2}\\\\n?$/iu'
    >>> pattern("^(?i:kr|us)[$]$")
    '/^(?:[Kk][Rr]|[Uu][Ss])[$]\\\\n?$/u'
    """
    flags = "iu" if source.startswith("(?i)") else "u"
    source = _caseless(source.removeprefix("(?i)"))
    if source.endswith("$"):
        # In Python the end is also before a last line break.
        source = source[:-1] + r"\n?$"
    escaped = re.sub(r"[^ -~]", lambda c: json.dumps(c[0])[1:-1], source.replace("/", r"\/"))
    return f"/{escaped}/{flags}"


def _caseless(source: str) -> str:
    """Groups without case as groups of both cases: a script has a flag for the whole only."""
    before, separator, rest = source.partition("(?i:")
    if not separator:
        return source
    end, depth = 0, 1
    while depth:
        depth += {"(": 1, ")": -1}.get(rest[end], 0)
        end += 1
    end -= 1
    inside = "".join(
        f"[{c.upper()}{c.lower()}]" if c.upper() != c.lower() else c for c in rest[:end]
    )
    return f"{before}(?:{inside}{_caseless(rest[end:])}"
