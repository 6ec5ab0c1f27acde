"""Build the workbooks of this folder.

``crm-formulas.xlsx`` has every closed form of the catalogue as a LAMBDA name, with examples; the
others are the templates, in English and Swedish.

    python workbooks/build.py                     write all
    python workbooks/build.py crm-kpis.xlsx …     write these
    python workbooks/build.py --check             exit 1 and say which are not current

The same catalogue makes the same bytes. What a formula gives is written beside it by the Python
function, so that viewers which don't calculate show it too.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from playground import write_playground

from crmformulas import __version__
from crmformulas.catalog.formula import CATEGORIES, Formula
from crmformulas.catalog.parameters import Parameter
from crmformulas.excel.functions.lambdas import closed_forms
from crmformulas.excel.templates import TEMPLATES, write_template
from crmformulas.excel.workbook.book import Book, write_book
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.excel.workbook.styles import KINDS
from crmformulas.spreadsheet.cell_text import as_rows, cell_text, help_text
from crmformulas.translations import LANGS

FOLDER = Path(__file__).parent

START = (
    "Excel 365, Excel 2024 or Excel on the web is needed, as the formulas are LAMBDA names; other "
    "programs show #NAME?.",
    "Type =CLV(5, 500, 2.5) in any cell of this workbook: the formulas are names in it (Formulas > "
    "Name Manager). Nothing is installed, no macro runs.",
    "Functions: each formula with its arguments, their units, an example to change and its source.",
    "Playground: a small portfolio, a what-if and an F-ladder, calculated with the formulas.",
    "Cells of this colour are for your own numbers; the others calculate. Notes are grey.",
    "Rates are fractions: 0.25 and 25 % are the same. [Arguments] in brackets can be left out.",
    "An argument takes a number or a range, which is calculated row by row; the result spills.",
    "To have the formulas in a workbook of yours: right-click the tab Functions > Move or Copy > "
    "your workbook > Create a copy. The names go with it; then you may hide the sheet.",
    "#VALUE! text or an empty cell for a number · #NUM! outside what is possible · #DIV/0! a "
    "division by zero · #N/A too little data.",
)
VALUES = 7
"""The columns for values: the longest argument has seven."""


def formulas(path: Path) -> None:
    """Write ``crm-formulas.xlsx``."""

    def write(book: Book) -> None:
        _write_start(book.plain_sheet("Start"))
        _write_functions(book.plain_sheet("Functions"))
        write_playground(book.plain_sheet("Playground"))

    write_book(path, "en", "CRM formulas", write)


BOOKS: dict[str, Callable[[Path], object]] = {
    "crm-formulas.xlsx": formulas,
    **{
        template.file_name(lang): partial(write_template, template.name, lang=lang)
        for template in TEMPLATES.values()
        for lang in LANGS
    },
}
"""What writes each file."""


def _write_start(sheet: Sheet) -> None:
    sheet.widths(3, 108)
    sheet.text(0, 0, "CRM formulas: customer value in a spreadsheet", "title")
    for i, line in enumerate(START, 1):
        sheet.text(i, 0, str(i), "note")
        sheet.text(i, 1, line, "wrapped input" if "this colour" in line else "wrapped")
    sheet.text(len(START) + 1, 1, f"Made by crmformulas {__version__}.", "note")


def _write_functions(sheet: Sheet) -> None:
    sheet.widths(29, 29, 60, *[10] * VALUES)
    for j, head in enumerate(("Formula and arguments", "Unit", "What it is", "Example")):
        sheet.text(0, j, head, "head")
    for j in range(4, 3 + VALUES):
        sheet.text(0, j, "", "head")
    sheet.freeze(1, 1)
    sheet.text(1, 0, "Change a coloured cell and see what its formula gives.", "note")
    # The third row says which input can't be used.
    row = 3
    formulas = list(closed_forms().values())
    for category in CATEGORIES:
        own = [f for f in formulas if f.category == category]
        if own:
            sheet.band(
                row, 3 + VALUES, category.upper() if category == "kpi" else category.capitalize()
            )
            row += 1
        for formula in own:
            row = _write_formula(sheet, row, formula) + 1
    sheet.print_columns(2 + VALUES, row)


def _write_formula(sheet: Sheet, row: int, formula: Formula) -> int:
    """A formula with an example; returns the row after it."""
    sheet.text(row, 0, formula.spreadsheet_name, "strong")
    sheet.text(row, 1, formula.syntax, "syntax")
    row += 1
    sheet.text(row, 0, formula.summary, "plain")
    row += 1
    cells = []
    for parameter, value in zip(formula.parameters, _values(formula), strict=True):
        sheet.text(row, 0, parameter.name, "argument")
        sheet.text(row, 1, _unit(parameter), "wrapped note")
        sheet.text(row, 2, help_text(formula, parameter), "wrapped note")
        if value is None:
            sheet.text(row, 3, "left out", "note")
            row += 1
            continue
        rows = as_rows(value)
        if len(rows[0]) == 1:
            rows = [[line[0] for line in rows]]
        cells.append(_inputs(sheet, row, rows, formula, parameter))
        row += len(rows)
    call = f"{formula.spreadsheet_name}({','.join(cells)})"
    sheet.text(row, 0, "Result", "argument")
    sheet.text(row, 1, formula.result.unit, "note")
    sheet.text(row, 2, f"={call}", "formula")
    result = as_rows(formula.spill(*_values(formula)))
    sheet.spill(row, 3, call, result, formula.result.name)
    row += len(result)
    references = formula.sections["References"].split()
    for label, text in (("Source", " ".join(references)), ("Example", formula.example.source)):
        sheet.text(row, 0, label, "argument")
        sheet.text(row, 1, text, "note")
        row += 1
    return row


def _inputs(
    sheet: Sheet, row: int, rows: list[list[Any]], formula: Formula, parameter: Parameter
) -> str:
    """The cells of an argument; returns what a formula calls them."""
    kind = parameter.kind
    numbers = [v for line in rows for v in line if not isinstance(v, str)]
    large = [v for v in numbers if float(v).is_integer() and abs(v) >= 1000]
    shown = kind.name if kind.name in KINDS else "count" if large else "plain"
    place = sheet.inputs(
        row,
        3,
        rows,
        shown if numbers else "text",
        parameter.name,
        help_text(formula, parameter),
        low=max(kind.low, -1e15),
        high=min(kind.high, 1e15),
    )
    return place.cell


def _values(formula: Formula) -> list[Any]:
    """The arguments of the example, with the defaults that are numbers."""
    given = list(formula.example.args)
    return given + [p.default for p in formula.parameters[len(given) :]]


def _unit(parameter: Parameter) -> str:
    if not parameter.optional:
        return parameter.kind.unit
    default = parameter.default
    return f"{parameter.kind.unit}, " + (
        "optional" if default is None else f"default {cell_text(default)}"
    )


def _parts(path: Path) -> list[tuple[str, bytes]]:
    """The parts of a workbook: another zlib packs the same ones into other bytes."""
    with zipfile.ZipFile(path) as package:
        return [(name, package.read(name)) for name in package.namelist()]


def main() -> int:
    """Write the workbooks, or compare them with what would be written."""
    parser = argparse.ArgumentParser(description="Build the workbooks.")
    parser.add_argument("names", nargs="*", choices=[[], *BOOKS], help="files; all by default")
    parser.add_argument("--check", action="store_true", help="only compare")
    given = parser.parse_args()
    names = given.names or list(BOOKS)
    if not given.check:
        for name in names:
            BOOKS[name](FOLDER / name)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        stale = [name for name in names if not _current(name, Path(folder) / name)]
    for name in stale:
        print(f"{name} is not current; run: python workbooks/build.py {name}", file=sys.stderr)
    return 1 if stale else 0


def _current(name: str, fresh: Path) -> bool:
    BOOKS[name](fresh)
    built = FOLDER / name
    return built.exists() and _parts(fresh) == _parts(built)


if __name__ == "__main__":
    sys.exit(main())
