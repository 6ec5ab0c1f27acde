"""Drive one LibreOffice by UNO, for `tests.excel.recalculate`: a line of JSON in, one out.

    setsid /usr/bin/python3 uno_server.py SOFFICE PROFILE

It is run by the Python that has ``uno``, which is seldom the one that runs the tests, and leads a
process group that ends with its input. A question is ``{"do": "recalculate", ...}``, an answer
``{"answer": ...}`` or ``{"error": "why"}``; an error value of a cell is ``{"error": "#DIV/0!"}``.
The first answer comes once LibreOffice runs.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ERRORS = {
    502: "#VALUE!",
    503: "#NUM!",
    504: "#VALUE!",
    519: "#VALUE!",
    521: "#NULL!",
    523: "#NUM!",
    524: "#REF!",
    525: "#NAME?",
    530: "#NAME?",
    531: "#NAME?",
    532: "#DIV/0!",
    32767: "#N/A",
}
"""LibreOffice's codes as Excel's names, as its own export writes them; others are ``Err:508``."""
FILTERS = {".pdf": "calc_pdf_Export", ".ods": "calc8", ".xlsx": "Calc MS Excel 2007 XML"}
CONTENT, FORMULA = 1 | 2 | 4 | 16, 16  # com.sun.star.sheet.CellFlags
TEXT_RESULT, ERROR_RESULT = 2, 4  # com.sun.star.sheet.FormulaResult
SHOWN = 1  # of a search: what cells show, not what they hold
START_SECONDS, END_SECONDS = 60.0, 5.0


class Formula(str):
    """A formula, not a text that begins with =."""

    __slots__ = ()


def content(value: Any) -> Any:
    """The content that a cell is set to; nothing is an empty text."""
    if isinstance(value, bool):
        return Formula("=TRUE()" if value else "=FALSE()")
    return value if isinstance(value, str) else "" if value is None else float(value)


def letters(column: int) -> str:
    """The name of a column, counted from 0."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def cells_of(ranges: Any) -> Iterator[tuple[int, int]]:
    """Every (column, row) of some cell ranges."""
    for area in ranges.getRangeAddresses():
        for row in range(area.StartRow, area.EndRow + 1):
            for column in range(area.StartColumn, area.EndColumn + 1):
                yield column, row


def error_of(cell: Any) -> dict[str, str]:
    code = cell.getError()
    return {"error": ERRORS.get(code, f"Err:{code}")}


def place(name: str) -> tuple[int, int]:
    """The (column, row) of ``B7``, counted from 0."""
    column = 0
    for letter in (found := name.rstrip("0123456789")):
        column = column * 26 + ord(letter) - 64
    return column - 1, int(name[len(found) :]) - 1


def blocks(cells: dict[tuple[int, int], Any]) -> Iterator[tuple[int, int, list[list[Any]]]]:
    """The cells as rectangles: column, row and rows of contents.

    A question to LibreOffice costs some milliseconds, whether it is about one cell or a thousand.
    """
    runs: list[tuple[int, int, list[Any]]] = []
    for column, row in sorted(cells, key=lambda at: (at[1], at[0])):
        content = cells[column, row]
        if runs and runs[-1][1] == row and runs[-1][0] + len(runs[-1][2]) == column:
            runs[-1][2].append(content)
        else:
            runs.append((column, row, [content]))
    found: dict[tuple[int, int, int], list[list[Any]]] = {}  # by left, width, and row that follows
    for column, row, contents in runs:
        rows = found.pop((column, len(contents), row), [])
        found[column, len(contents), row + 1] = [*rows, contents]
    for (column, _, end), rows in found.items():
        yield column, end - len(rows), rows


class Office:
    """A LibreOffice, its open workbook and a blank document to evaluate formulas in."""

    def __init__(self, soffice: str, profile: str) -> None:
        self.uno: Any = importlib.import_module("uno")
        pipe = f"crmf{uuid.uuid4().hex}"
        self.process = subprocess.Popen(
            [
                soffice,
                f"-env:UserInstallation={Path(profile).as_uri()}",
                "--headless",
                "--invisible",
                "--norestore",
                "--nologo",
                "--nodefault",
                f"--accept=pipe,name={pipe};urp;StarOffice.ComponentContext",
            ],
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,
            stderr=sys.stderr,
        )
        local = self.uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext(
            "com.sun.star.bridge.UnoUrlResolver", local
        )
        no_connection = self.uno.getClass("com.sun.star.connection.NoConnectException")
        address = f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext"
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                remote = resolver.resolve(address)
                break
            except no_connection:
                if self.process.poll() not in (None, 0, 81):  # 81: it restarts itself
                    raise RuntimeError(f"soffice ended with {self.process.returncode}") from None
                if time.monotonic() > deadline:
                    raise RuntimeError(f"no soffice after {START_SECONDS} s") from None
                time.sleep(0.05)
        self.context = remote
        self.desktop = remote.ServiceManager.createInstanceWithContext(
            "com.sun.star.frame.Desktop", remote
        )
        self.document: Any = None
        self.scratch: Any = None
        self.sheets: dict[str, Any] = {}
        self.contents: dict[str, dict[tuple[int, int], Any]] = {}
        self.changed: dict[str, set[tuple[int, int]]] = {}

    def end(self) -> None:
        with contextlib.suppress(Exception):  # the connection breaks at once
            self.desktop.terminate()
        self.process.wait(END_SECONDS)

    def property(self, name: str, value: Any) -> Any:
        told = self.uno.createUnoStruct("com.sun.star.beans.PropertyValue")
        told.Name, told.Value = name, value
        return told

    def install(self, path: str) -> None:
        """Add an extension to the profile: ``unopkg add`` would, but refuses whoever is root."""
        if not Path(path).is_file():
            raise FileNotFoundError(f"no extension {path}")
        unohelper: Any = importlib.import_module("unohelper")
        approve = self.uno.getTypeByName("com.sun.star.task.XInteractionApprove")

        def handle(_: Any, request: Any) -> None:  # "install it?", and "do you accept?"
            answers = [one.queryInterface(approve) for one in request.getContinuations()]
            for answer in filter(None, answers):
                answer.select()

        def implement(name: str, **methods: Any) -> Any:
            return type("Implementation", (unohelper.Base, self.uno.getClass(name)), methods)()

        handler = implement("com.sun.star.task.XInteractionHandler", handle=handle)
        environment = implement(
            "com.sun.star.ucb.XCommandEnvironment",
            getInteractionHandler=lambda _: handler,
            getProgressHandler=lambda _: None,
        )
        manager = self.context.getValueByName(
            "/singletons/com.sun.star.deployment.ExtensionManager"
        )
        manager.addExtension(Path(path).as_uri(), (), "user", None, environment)

    def load(self, url: str) -> Any:
        document = self.desktop.loadComponentFromURL(
            url, "_blank", 0, (self.property("Hidden", True),)
        )
        if document is None or not document.supportsService(
            "com.sun.star.sheet.SpreadsheetDocument"
        ):
            raise ValueError(f"LibreOffice reads no workbook in {url}")
        return document

    def open(self, path: str) -> None:
        if self.document is not None:
            self.document.close(True)
        self.document, self.contents, self.changed = None, {}, {}
        self.document = self.load(Path(path).as_uri())
        sheets = self.document.Sheets
        self.sheets = {name: sheets.getByName(name) for name in sheets.ElementNames}

    def original(self, name: str) -> dict[tuple[int, int], Any]:
        """The cells of a sheet when it was opened: number, text, or ``=formula``."""
        if name not in self.sheets:
            raise ValueError(f"no sheet {name!r} in {list(self.sheets)}")
        if name not in self.contents:
            sheet = self.sheets[name]
            used = self.used(sheet)
            data = used.getDataArray() if used else ()
            formulas = used.getFormulaArray() if used else ()
            found = {
                (column, row): value
                for row, values in enumerate(data)
                for column, value in enumerate(values)
            }
            for at in cells_of(sheet.queryContentCells(FORMULA)):
                found[at] = Formula(formulas[at[1]][at[0]])
            self.contents[name] = found
        return self.contents[name]

    def write(self, name: str, cells: dict[tuple[int, int], Any]) -> None:
        """Set cells to numbers, texts, formulas or, by ``""``, to nothing."""
        sheet = self.sheets[name]
        formulas = {at: value for at, value in cells.items() if isinstance(value, Formula)}
        constants = {at: value for at, value in cells.items() if at not in formulas}
        for part, put in ((constants, "setDataArray"), (formulas, "setFormulaArray")):
            for column, row, rows in blocks(part):
                right, bottom = column + len(rows[0]) - 1, row + len(rows) - 1
                area = sheet.getCellRangeByPosition(column, row, right, bottom)
                getattr(area, put)(tuple(map(tuple, rows)))

    def recalculate(self, changes: list[tuple[str, str, Any]]) -> dict[str, dict[str, Any]]:
        self.document.enableAutomaticCalculation(False)
        try:
            for name, places in self.changed.items():
                self.write(name, {at: self.original(name).get(at, "") for at in places})
            self.changed = {}
            cells: dict[str, dict[tuple[int, int], Any]] = {}
            for name, cell, value in changes:
                at = place(cell)
                if str(self.original(name).get(at)).startswith("{"):
                    raise ValueError(f"{name}!{cell} is part of an array formula")
                cells.setdefault(name, {})[at] = content(value)
            for name, given in cells.items():
                self.changed[name] = set(given)
                self.write(name, given)
            self.document.calculateAll()
        finally:
            self.document.enableAutomaticCalculation(True)
        return {name: self.values(sheet) for name, sheet in self.sheets.items()}

    def used(self, sheet: Any) -> Any:
        """From A1 to the last cell that holds something; None if none does."""
        content = sheet.queryContentCells(CONTENT).getRangeAddresses()
        if not content:
            return None
        right, bottom = max(a.EndColumn for a in content), max(a.EndRow for a in content)
        return sheet.getCellRangeByPosition(0, 0, right, bottom)

    def truths(self, sheet: Any) -> set[tuple[int, int]]:
        """The cells that show TRUE or FALSE: to LibreOffice these are 1 and 0."""
        search = sheet.createSearchDescriptor()
        search.SearchString, search.SearchRegularExpression = "^(TRUE|FALSE)$", True
        search.SearchType = SHOWN
        ranges = sheet.findAll(search)
        return set(cells_of(ranges)) if ranges else set()

    def values(self, sheet: Any) -> dict[str, Any]:
        """The values of a sheet's cells; one that shows nothing is told if a formula made it."""
        used = self.used(sheet)
        if used is None:
            return {}
        truths = self.truths(sheet)
        found = {
            f"{letters(column)}{row + 1}": bool(value)
            if (column, row) in truths and value in (0.0, 1.0)
            else value
            for row, values in enumerate(used.getDataArray())
            for column, value in enumerate(values)
            if value not in ("", None)
        }
        for column, row in cells_of(sheet.queryFormulaCells(TEXT_RESULT)):
            found.setdefault(f"{letters(column)}{row + 1}", "")
        for column, row in cells_of(sheet.queryFormulaCells(ERROR_RESULT)):
            found[f"{letters(column)}{row + 1}"] = error_of(sheet.getCellByPosition(column, row))
        return found

    def formulas(self) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for name in self.document.Sheets.ElementNames:
            sheet = self.document.Sheets.getByName(name)
            found[name] = {}
            for area in sheet.queryContentCells(FORMULA).getRangeAddresses():
                cells = sheet.getCellRangeByPosition(
                    area.StartColumn, area.StartRow, area.EndColumn, area.EndRow
                )
                for row, values in enumerate(cells.getFormulaArray(), start=area.StartRow + 1):
                    for column, formula in enumerate(values, start=area.StartColumn):
                        found[name][f"{letters(column)}{row}"] = formula
        return found

    def save(self, path: str) -> None:
        filter_name = self.property("FilterName", FILTERS[Path(path).suffix])
        self.document.storeToURL(Path(path).as_uri(), (filter_name,))

    def evaluate(self, formula: str, rows: int | None, columns: int | None) -> list[list[Any]]:
        """The rows that a formula gives in a blank document; an array formula if sized."""
        if self.scratch is None:
            self.scratch = self.load("private:factory/scalc")
        sheet = self.scratch.Sheets.getByIndex(0)
        area = sheet.getCellRangeByPosition(0, 0, (columns or 1) - 1, (rows or 1) - 1)
        if rows is None:
            sheet.getCellByPosition(0, 0).setFormula(formula)
        else:
            area.setArrayFormula(formula)
        try:
            rows_found = area.getDataArray()  # first, as asking calculates
            truths = self.truths(area)
            answer = [
                [bool(v) if (i, j) in truths and v in (0.0, 1.0) else v for i, v in enumerate(row)]
                for j, row in enumerate(rows_found)
            ]
            for column, row in cells_of(area.queryFormulaCells(ERROR_RESULT)):
                answer[row][column] = error_of(area.getCellByPosition(column, row))
            return answer
        finally:
            area.clearContents(CONTENT)
            area.NumberFormat = 0  # a date or a truth value leaves its format behind

    def typed(self, formula: str) -> dict[str, Any]:
        """The value of a formula as a user types it, and how it is kept: names are local there."""
        if self.scratch is None:
            self.scratch = self.load("private:factory/scalc")
        cell = self.scratch.Sheets.getByIndex(0).getCellByPosition(0, 0)
        cell.FormulaLocal = formula
        try:
            kept = cell.getFormula()
            if cell.getError():
                return {"value": error_of(cell), "kept": kept}
            text = cell.FormulaResultType2 == TEXT_RESULT
            return {"value": cell.getString() if text else cell.getValue(), "kept": kept}
        finally:
            cell.clearContents(CONTENT)

    def described(self) -> dict[str, dict[str, Any]]:
        """The function wizard's words on each function, by its name."""
        functions = self.context.ServiceManager.createInstanceWithContext(
            "com.sun.star.sheet.FunctionDescriptions", self.context
        )
        found = {}
        for i in range(functions.getCount()):
            told = {one.Name: one.Value for one in functions.getByIndex(i)}
            arguments = [[a.Name, a.Description] for a in told["Arguments"] or ()]
            found[told["Name"]] = {
                "category": told["Category"],
                "description": told["Description"],
                "arguments": arguments,
            }
        return found


def main() -> None:
    """Answer each question of the standard input until it ends."""
    if os.getpid() != os.getpgrp():
        raise SystemExit("uno_server.py ends its process group: start it in one of its own")

    def translate(**told: Any) -> None:
        print(json.dumps(told), flush=True)

    try:
        office = Office(*sys.argv[1:])
    except Exception as error:
        translate(error=f"{type(error).__name__}: {error}")
        return
    translate(answer="ready")
    try:
        for line in sys.stdin:
            question = json.loads(line)
            try:
                if question["do"] == "restart":
                    office.end()
                    office = Office(*sys.argv[1:])
                    translate(answer="ready")
                    continue
                translate(answer=getattr(office, question.pop("do"))(**question))
            except Exception as error:
                translate(error=str(error) or type(error).__name__)
    finally:  # whoever asked has gone; soffice runs below a shell script, in this group
        with contextlib.suppress(Exception):
            office.end()
        os.killpg(os.getpgrp(), signal.SIGKILL)


if __name__ == "__main__":
    main()
