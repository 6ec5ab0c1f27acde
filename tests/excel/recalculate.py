"""Recalculate workbooks as a spreadsheet does: LibreOffice by UNO, and IronCalc in this process.

Both tell every cell: ``{"Sheet": {"B7": 1.5}}``. A formula that fails gives an `Error`.

    with LibreOffice() as office:
        office.open(path)
        cells = office.recalculate({("Inputs", "B3"): 0.8})
"""

from __future__ import annotations

import contextlib
import datetime
import functools
import json
import math
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import ironcalc
import openpyxl
from openpyxl.utils.cell import coordinate_from_string
from openpyxl.utils.datetime import to_excel

Value = float | str | bool | None
Cells = dict[str, dict[str, Value]]
"""Values by cell by sheet. An empty cell is left out; what a formula leaves empty may be ``""``."""
Changes = Mapping[tuple[str, str], Value]
"""New contents by (sheet, cell). A text is a text, also one that begins with =; None empties."""

SERVER = Path(__file__).with_name("uno_server.py")
END_SECONDS = 10.0
ABSOLUTE = 1e-12
"""What two engines may leave where a sum comes out at zero."""
RECALCULATE_ON_LOAD = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
 <prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop>
 <prop oor:name="ODFRecalcMode" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Setup/L10N">
 <prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>{locale}</value></prop></item>
</oor:items>
"""


class Error(str):
    """An error that a cell shows instead of a value: ``Error("#DIV/0!")``."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Error({str(self)!r})"


class LibreOfficeError(Exception):
    """LibreOffice is missing, hung, or refused what was asked of it."""


def environment(folder: Path) -> dict[str, str]:
    """That of a LibreOffice which speaks English whoever runs it, and of a Python that is plain.

    What they write besides is in ``folder``.
    """
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return ours | {"LC_ALL": "C.UTF-8", "TMPDIR": str(folder)}


@functools.cache
def python_with_uno() -> str | None:
    """The Python that can drive LibreOffice: the distribution's, or the one it brings along."""
    beside = Path(shutil.which("soffice") or "").resolve().parent / "python"
    for candidate in (sys.executable, "/usr/bin/python3", str(beside)):
        if shutil.which(candidate) is None:
            continue
        asked = subprocess.run(
            [candidate, "-c", "import uno"],
            capture_output=True,
            env=environment(Path(tempfile.gettempdir())),
            timeout=60,
        )
        if asked.returncode == 0:
            return candidate
    return None


def missing() -> str | None:
    """The program that is not installed, told to whoever reads that a test was skipped."""
    if shutil.which("soffice") is None:
        return "LibreOffice is not installed (Debian: apt-get install libreoffice-calc)"
    if python_with_uno() is None:
        return "no Python can import uno (Debian: apt-get install python3-uno)"
    return None


class LibreOffice:
    """One headless LibreOffice with a profile of its own, alive while the context lasts.

    ``extensions`` are .oxt files, installed into that profile. Every question has ``timeout``
    seconds; a LibreOffice that exceeds them is killed, and the question fails. Numbers in texts
    are written as in the country of ``locale``.
    """

    def __init__(
        self, extensions: Sequence[Path] = (), timeout: float = 60.0, locale: str = "en-US"
    ) -> None:
        self.extensions = extensions
        self.timeout = timeout
        self.locale = locale

    def __enter__(self) -> LibreOffice:
        if (lack := missing()) is not None:
            raise LibreOfficeError(lack)
        self._folder = Path(tempfile.mkdtemp(prefix="crmf-office-"))
        profile = self._folder / "profile"
        (profile / "user").mkdir(parents=True)
        (profile / "user/registrymodifications.xcu").write_text(
            RECALCULATE_ON_LOAD.format(locale=self.locale), "utf-8"
        )
        self._log = (self._folder / "log").open("w+", encoding="utf-8")
        self._opened = 0
        try:
            self._server = subprocess.Popen(
                [str(python_with_uno()), str(SERVER), str(shutil.which("soffice")), str(profile)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._log,
                text=True,
                encoding="utf-8",
                env=environment(self._folder),
                start_new_session=True,  # a group, so that its soffice can be killed with it
            )
            try:
                self._answer()
                for extension in self.extensions:
                    self._ask("install", path=str(extension.resolve()))
                if self.extensions:
                    # Until it is started again, an extension runs in a process beside it.
                    self._ask("restart")
            except BaseException:
                self._kill()
                raise
        except BaseException:
            self._clean()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._server.stdin is not None
        with contextlib.suppress(BrokenPipeError, subprocess.TimeoutExpired):
            self._server.stdin.close()  # at which it ends in good order, without stray sockets
            self._server.wait(END_SECONDS)
        self._kill()
        self._clean()

    def open(self, path: Path) -> None:
        """Load a copy of a workbook, so that no lock is left beside it; close the one before."""
        self._opened += 1
        copy = self._folder / str(self._opened) / path.name
        copy.parent.mkdir()
        shutil.copyfile(path, copy)
        self._ask("open", path=str(copy))

    def recalculate(self, changes: Changes | None = None) -> Cells:
        """Every cell after a hard recalculation with ``changes`` to the workbook as it was opened.

        What the last call changed is restored first. Array formulas cannot be changed.
        """
        given = [(sheet, cell, value) for (sheet, cell), value in (changes or {}).items()]
        answer = self._ask("recalculate", changes=given)
        return {
            sheet: {cell: _value(value) for cell, value in cells.items()}
            for sheet, cells in answer.items()
        }

    def formulas(self) -> dict[str, dict[str, str]]:
        """The formulas as LibreOffice understood them; an array formula is in braces."""
        found: dict[str, dict[str, str]] = self._ask("formulas")
        return found

    def save_pdf(self, out: Path) -> Path:
        """Print the workbook as it is now."""
        return self.save(out.with_suffix(".pdf"))

    def save(self, out: Path) -> Path:
        """Write the workbook as it is now, as .ods, .xlsx or .pdf."""
        self._ask("save", path=str(out.resolve()))
        return out

    def evaluate(self, formula: str) -> Value:
        """The value of ``=CLV(5;500;2.5)`` in a blank document: English names, semicolons."""
        return _value(self._ask("evaluate", formula=formula, rows=None, columns=None)[0][0])

    def evaluate_rows(self, formula: str, rows: int, columns: int) -> list[list[Value]]:
        """The values of an array formula in so many cells; in ``{1;2|3;4}``, | begins a row.

        As in a sheet, a single row or column is repeated, and cells beyond the result are #N/A.
        """
        answer = self._ask("evaluate", formula=formula, rows=rows, columns=columns)
        return [[_value(value) for value in row] for row in answer]

    def typed(self, formula: str) -> tuple[Value, str]:
        """The value of a formula as a user types it, with the names shown; and what is kept."""
        answer = self._ask("typed", formula=formula)
        return _value(answer["value"]), answer["kept"]

    def described(self) -> dict[str, dict[str, Any]]:
        """The function wizard's words on each function: category, description, arguments."""
        found: dict[str, dict[str, Any]] = self._ask("described")
        return found

    def _ask(self, do: str, **arguments: Any) -> Any:
        if self._server.poll() is not None:
            raise LibreOfficeError(f"LibreOffice is no longer running: {self._told()}")
        assert self._server.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # the answer will be that it ended
            self._server.stdin.write(json.dumps({"do": do, **arguments}) + "\n")
            self._server.stdin.flush()
        return self._answer(do)

    def _answer(self, do: str = "start") -> Any:
        assert self._server.stdout is not None
        late = threading.Event()

        def stop() -> None:
            late.set()
            self._kill()

        timer = threading.Timer(self.timeout, stop)
        timer.start()
        try:
            line = self._server.stdout.readline()
        finally:
            timer.cancel()
            timer.join()
        if not line:
            why = f"took more than {self.timeout} s" if late.is_set() else "ended"
            raise LibreOfficeError(f"LibreOffice {why} at {do!r}: {self._told()}")
        told = json.loads(line)
        if "error" in told:
            raise LibreOfficeError(f"{do}: {told['error']} {self._told()}".rstrip())
        return told["answer"]

    def _told(self) -> str:
        return (self._folder / "log").read_text("utf-8", "replace")[-1000:]

    def _kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._server.pid, signal.SIGKILL)
        self._server.wait()

    def _clean(self) -> None:
        self._log.close()
        shutil.rmtree(self._folder, ignore_errors=True)


def _value(told: Any) -> Value:
    if isinstance(told, dict):
        return Error(told["error"])
    value: Value = told
    return value


def ironcalc_cells(path: Path, changes: Changes | None = None) -> Cells:
    """Every cell as IronCalc recalculates it; a formula that it can't read is an `Error`.

    It writes #ERROR! for what it can't parse, #NAME? for an unknown function and #N/IMPL! for a
    known one whose arguments it doesn't support.
    """
    model = ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")
    names = [str(sheet["name"]) for sheet in model.get_worksheets_properties()]
    for (sheet, name), value in (changes or {}).items():
        letters, row = coordinate_from_string(name)
        at = (names.index(sheet), row, ironcalc.column_number_from_name(letters))
        if value is None or value == "":
            model.clear_cell_contents(*at)
        elif isinstance(value, bool):
            model.update_cell_with_bool(*at, value)
        elif isinstance(value, str):
            model.update_cell_with_text(*at, value)
        else:
            model.update_cell_with_number(*at, value)
    model.evaluate()
    cells: Cells = {name: {} for name in names}
    for index, row, column in model.get_all_cells():
        found: Value = model.get_cell_value(index, row, column)
        if model.get_cell_type(index, row, column) == ironcalc.CellType.ErrorValue:
            found = Error(model.get_formatted_cell_value(index, row, column))
        elif not found and model.is_empty_cell(index, row, column):
            continue
        cells[names[index]][f"{ironcalc.column_name_from_number(column)}{row}"] = found
    return cells


def both_engines(office: LibreOffice, path: Path, changes: Changes) -> Iterator[Cells]:
    """The cells as LibreOffice, which has the workbook open, and then IronCalc recalculate them."""
    yield office.recalculate(changes)
    yield ironcalc_cells(path, changes)


def cached_cells(path: Path) -> Cells:
    """The results that the file stores; a date is its serial number, as in a recalculation."""
    workbook = openpyxl.load_workbook(path, data_only=True)
    return {
        sheet.title: {
            cell.coordinate: _stored(cell)
            for row in sheet.iter_rows()
            for cell in row
            if cell.value is not None
        }
        for sheet in workbook.worksheets
    }


def _stored(cell: Any) -> Value:
    value = cell.value
    if cell.data_type == "e":
        return Error(value)
    if isinstance(value, datetime.date | datetime.time | datetime.timedelta):
        return float(to_excel(value))
    stored: Value = value
    return stored


def compare(a: Cells, b: Cells, rel: float = 1e-9) -> list[str]:
    """List how ``b`` differs from ``a``, a readable line for each cell: ``Sheet!B7: 1.0 ≠ 2.0``.

    An empty cell is the same as an empty text and TRUE the same as 1; an error is the same as that
    error alone.
    """
    lines = [f"{sheet}: only in one of the two" for sheet in a if sheet not in b]
    lines += [f"{sheet}: only in one of the two" for sheet in b if sheet not in a]
    for sheet in (sheet for sheet in a if sheet in b):
        for cell in sorted(a[sheet].keys() | b[sheet].keys(), key=_place):
            one, other = a[sheet].get(cell), b[sheet].get(cell)
            if not _same(one, other, rel):
                lines.append(f"{sheet}!{cell}: {one!r} ≠ {other!r}")
    return lines


def errors(cells: Cells) -> dict[str, Error]:
    """The cells that show an error, as ``{"Sheet!B7": Error("#DIV/0!")}``."""
    return {
        f"{sheet}!{cell}": value
        for sheet, values in cells.items()
        for cell, value in values.items()
        if isinstance(value, Error)
    }


def _same(one: Value, other: Value, rel: float) -> bool:
    if isinstance(one, Error) or isinstance(other, Error):
        return type(one) is type(other) and one == other
    if one in (None, "") or other in (None, ""):
        return one in (None, "") and other in (None, "")
    if isinstance(one, str) or isinstance(other, str):
        return one == other
    return math.isclose(float(one or 0), float(other or 0), rel_tol=rel, abs_tol=ABSOLUTE)


def _place(cell: str) -> tuple[int, int]:
    letters, row = coordinate_from_string(cell)
    return row, ironcalc.column_number_from_name(letters)
