"""Every formula of the catalogue as a spreadsheet function, by way of xlwings.

The module holds one function for each formula, under its spreadsheet name (``CLV``), made from the
catalogue by one builder. It serves Excel on Windows (COM), xlwings Lite and xlwings Server alike,
and keeps to what all three understand; without one of them importing it does nothing. In xlwings
Lite: ``from crmformulas.excel.udfs import *``.

Cells go in as rows and come out as rows: a range broadcasts, a column or table spills, a table has
its headers. What a formula can't answer is an error value where the runtime has them, and on COM,
which has none, its text with the reason: ``#NUM! retention must be between 0 and 1, got 1.4``.

Dates that reach a function as serial numbers are those of the 1900 date system, unless the
environment variable ``CRMF_DATE_SYSTEM`` is 1904, as workbooks made on old Macs need it.
"""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from inspect import Parameter as Positional
from inspect import Signature
from itertools import chain
from typing import Any

import xlwings as xw

from crmformulas.catalog.formula import Formula, load
from crmformulas.catalog.parameters import Parameter, Shape
from crmformulas.catalog.table_headers import table_rows
from crmformulas.errors import FormulaError, PassedError
from crmformulas.excel.long_ranges import Cells
from crmformulas.spreadsheet.cell_text import help_text

CATEGORY = "CRM"
HELP_LENGTH = 255
"""Excel takes no longer help."""
FIRST_OF_1904 = 1462
"""The serial number, in the 1900 date system, of the day that the 1904 system begins with."""

ON_COM = xw.func.__module__ == "xlwings.udfs"
"""Whether Excel calls by COM, where an error can only be text."""

VBA_WORDS = (
    "and as call case const date debug declare dim do each else end enum erase error event exit"
    " for friend function get global goto if imp in input is let lib like lock loop me mod name new"
    " next not nothing null object on open option optional or print private property public put"
    " random read resume return seek select set static step stop sub then to type until variant"
    " wend while with write xor app array application failed"
)
"""What an argument can't be called in the code that xlwings writes for COM."""

VALUES = frozenset({float, int, str, bool, type(None)})
"""The types of what a cell can show as it is."""


def answer(entry: Formula, cells: Sequence[Any]) -> Any:
    """Call a formula with arguments as xlwings hands them over, and return what cells can show.

    Args:
        entry: The formula.
        cells: A list of rows for each argument, or the default of one that is missing.
    """
    with _collector_paused():
        return _answer(entry, cells)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Make rows undisturbed: while they grow, the collector would walk them again and again.

    That is 60 of 90 ms for 100 000 rows, none of which is garbage.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _answer(entry: Formula, cells: Sequence[Any]) -> Any:
    given = [_argument(p, rows) for p, rows in zip(entry.parameters, cells, strict=True)]
    result = entry.spill(*given)
    if isinstance(result, FormulaError):
        return _shown(result)
    if hasattr(result, "columns"):
        result = table_rows(result)
    if isinstance(result, list) and not VALUES.issuperset(map(type, chain.from_iterable(result))):
        return [[_shown(v) if isinstance(v, FormulaError) else v for v in r] for r in result]
    return result


def _argument(parameter: Parameter, rows: Any) -> Any:
    """The rows of a range as the formula takes them fastest."""
    if not isinstance(rows, list):
        return rows
    flat = list(chain.from_iterable(rows))
    if parameter.kind.content == "day" and os.environ.get("CRMF_DATE_SYSTEM") == "1904":
        flat = [v + FIRST_OF_1904 if type(v) in (float, int) else v for v in flat]
        rows = [flat[i : i + len(rows[0])] for i in range(0, len(flat), len(rows[0]))]
    if len(flat) == 1 and parameter.shape is Shape.ELEMENT:
        # An empty cell is not the same as a missing argument, which has its default.
        return "" if flat[0] is None else flat[0]
    if set(map(type, flat)) == {float}:
        import numpy as np

        numbers = np.array(flat)
        column = parameter.shape is Shape.COLUMN
        return numbers if column else numbers.reshape(len(rows), -1)
    return flat if parameter.shape is Shape.COLUMN else rows


def _shown(error: FormulaError) -> str:
    """An error as its runtime shows it."""
    reason = str(error)
    if not ON_COM or not reason or isinstance(error, PassedError):
        return error.code
    return f"{error.code} {reason}"


def _function(entry: Formula) -> Callable[..., Any]:
    """The spreadsheet function of a formula."""
    defaults = tuple(p.default if p.optional else None for p in entry.parameters)

    def call(*cells: Any) -> Any:
        return answer(entry, (*cells, *defaults[len(cells) :]))

    call.__name__ = call.__qualname__ = entry.spreadsheet_name
    call.__doc__ = short_help(entry.summary)
    # Hints would be taken for converters.
    call.__annotations__ = {}
    names = argument_names(entry)
    vars(call)["__signature__"] = Signature(
        [
            Positional(
                name,
                Positional.POSITIONAL_OR_KEYWORD,
                default=p.default if p.optional else Positional.empty,
            )
            for name, p in zip(names, entry.parameters, strict=True)
        ]
    )
    for name, parameter in zip(names, entry.parameters, strict=True):
        # Error cells come as text, as they would come as empty otherwise.
        doc = short_help(help_text(entry, parameter))
        xw.arg(name, Cells, ndim=2, err_to_str=True, doc=doc)(call)
    xw.ret(Cells)(call)
    # Last, as each argument sets the category to that of xlwings.
    return xw.func(category=CATEGORY)(call)


def argument_names(entry: Formula) -> list[str]:
    """The names of a formula's arguments in Excel."""
    return [p.name + "_" * (p.name in VBA_WORDS.split()) for p in entry.parameters]


def short_help(text: str) -> str:
    """Help without markup, cut after a sentence or else a word where it is too long."""
    text = text.replace("``", "")
    if len(text) <= HELP_LENGTH:
        return text
    sentence = text.rfind(". ", 0, HELP_LENGTH) + 1
    return text[:sentence] if sentence else text[: text.rindex(" ", 0, HELP_LENGTH - 1)] + " …"


_functions = {entry.spreadsheet_name: _function(entry) for entry in load().values()}
globals().update(_functions)
__all__ = list(_functions)
