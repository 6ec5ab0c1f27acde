"""Python and spreadsheet expressions, patterns and values as JavaScript writes them."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping
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


def literal(content: Any) -> str:
    """A value as JavaScript writes it, in ASCII."""
    if isinstance(content, Mapping):
        inside = ", ".join(f"{key(k)}: {literal(v)}" for k, v in content.items())
        return f"{{ {inside} }}"
    if isinstance(content, (list, tuple)):
        return f"[{', '.join(map(literal, content))}]"
    if isinstance(content, str):
        return "'" + json.dumps(content)[1:-1].replace('\\"', '"').replace("'", "\\'") + "'"
    return json.dumps(content)


OPERATORS: Mapping[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*"}


def arithmetic(expression: str) -> str | None:
    """A spreadsheet expression in JavaScript; None if it is more than arithmetic.

    Arithmetic is written in a spreadsheet as in Python, whose parser reads it. Each operation is
    kept in its place, so that the result is the same to the last digit; a division asks for zero.

    >>> arithmetic("1/(1-retention)")
    'over(1, (1 - retention))'
    >>> arithmetic('IF(years="",1,2)') is None
    True
    """
    try:
        return _translated(ast.parse(expression, mode="eval").body)
    except (SyntaxError, _NotArithmeticError):
        return None


class _NotArithmeticError(Exception):
    """An expression calls functions or compares."""


def _translated(node: ast.expr) -> str:
    if isinstance(node, ast.BinOp):
        left, right = _translated(node.left), _translated(node.right)
        if isinstance(node.op, ast.Div):
            return f"over({left}, {right})"
        if type(node.op) in OPERATORS:
            return f"({left} {OPERATORS[type(node.op)]} {right})"
    if isinstance(node, ast.Name):
        return safe(node.id)
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return repr(node.value)
    raise _NotArithmeticError


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
    before, found, rest = source.partition("(?i:")
    if not found:
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
