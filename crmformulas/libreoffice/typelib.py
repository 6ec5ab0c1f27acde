"""The type library of the add-in: what LibreOffice must know of its functions to call them.

It is one interface with a method for each formula, in the binary UNOIDL format, which the readme of
LibreOffice's module ``unoidl`` specifies: little-endian numbers, names by their place in the file.
Writing it takes fifty lines and saves whoever builds the add-in LibreOffice's SDK.
"""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass

from crmformulas.catalog.formula import Formula
from crmformulas.catalog.parameters import Shape

__all__ = [
    "IMPLEMENTATION",
    "INTERFACE",
    "SERVICE",
    "Method",
    "method_of",
    "signatures",
    "type_library",
]

SERVICE = "CRM"
"""A document names a function by the service and the method: ``CRM.CLV``."""
INTERFACE = "crmformulas.calc.XFormulas"
IMPLEMENTATION = "crmformulas.calc.Formulas"

BASE = "com.sun.star.uno.XInterface"
VALUE = "any"
"""A number or text. Each argument is one: a number, text, nothing where it is left out, or rows."""
ROWS = "[][]any"
"""Rows of cells. A method from Python can't return them as ``any``."""


@dataclass(frozen=True)
class Method:
    """A method of the interface: its name, what it returns, and the names of its arguments."""

    name: str
    result: str
    arguments: tuple[str, ...]

    def __str__(self) -> str:
        """The signature as IDL writes it."""
        result = "sequence<sequence<any>>" if self.result == ROWS else self.result
        arguments = ", ".join(f"[in] any {name}" for name in self.arguments)
        return f"{result} {self.name}({arguments});"


def method_of(formula: Formula) -> Method:
    """The method of a formula.

    A formula of numbers answers a range with a range, so its answer is always told as rows.
    """
    spills = formula.elementwise or formula.result_shape is not Shape.ELEMENT
    names = tuple(_camel(p.name) for p in formula.parameters)
    return Method(formula.spreadsheet_name, ROWS if spills else VALUE, names)


def _camel(name: str) -> str:
    """UNO's identifiers that begin with a small letter have no underscore."""
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


def signatures(methods: Iterable[Method]) -> str:
    """The interface in words, a line for each method."""
    return "".join(f"{method}\n" for method in methods)


def type_library(methods: Iterable[Method], interface: str = INTERFACE) -> bytes:
    """The interface as a file that LibreOffice reads."""
    *modules, name = interface.split(".")
    data = bytearray(b"UNOIDL\xff\0" + bytes(8))
    payload = len(data)
    data += _interface(list(methods))
    for module in reversed(["", *modules]):
        # A map of one entry: the place of its name, and that of what it names.
        where = len(data)
        data += name.encode("ascii") + b"\0"
        name, entries = module, len(data)
        data += (b"\0" + _number(1) if module else b"") + _number(where) + _number(payload)
        payload = entries
    data[8:16] = _number(payload) + _number(1)
    return bytes(data)


def _interface(methods: list[Method]) -> bytes:
    # Kind 5, one base; no optional bases, no attributes.
    data = b"\5" + _number(1) + _text(BASE) + _number(0) + _number(0) + _number(len(methods))
    for method in methods:
        data += _text(method.name) + _text(method.result) + _number(len(method.arguments))
        # Direction 0 is in.
        data += b"".join(b"\0" + _text(name) + _text(VALUE) for name in method.arguments)
        data += _number(0)  # exceptions
    return data


def _number(number: int) -> bytes:
    return struct.pack("<I", number)


def _text(text: str) -> bytes:
    return _number(len(text)) + text.encode("ascii")
