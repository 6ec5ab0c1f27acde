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
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
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
NOT_PARSED = "#ERROR!"
RECALCULATE_ON_LOAD = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
 <prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop>
 <prop oor:name="ODFRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


class Error(str):
    """What a cell shows instead of a value: ``Error("#DIV/0!")``."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Error({str(self)!r})"


class LibreOfficeError(Exception):
    """LibreOffice is missing, hung, or refused what was asked of it."""


@functools.cache
def python_with_uno() -> str | None:
    """The Python that can drive LibreOffice: the distribution's, or the one it brings along."""
    beside = Path(shutil.which("soffice") or "").resolve().parent / "python"
    for candidate in (sys.executable, "/usr/bin/python3", str(beside)):
        if shutil.which(candidate) is None:
            continue
        asked = subprocess.run([candidate, "-c", "import uno"], capture_output=True, timeout=60)
        if asked.returncode == 0:
            return candidate
    return None


def missing() -> str | None:
    """What is not installed, told to whoever reads that a test was skipped."""
    if shutil.which("soffice") is None:
        return "LibreOffice is not installed (Debian: apt-get install libreoffice-calc)"
    if python_with_uno() is None:
        return "no Python can import uno (Debian: apt-get install python3-uno)"
    return None


class LibreOffice:
    """One headless LibreOffice with a profile of its own, alive while the context lasts.

    ``extensions`` are .oxt files, installed into that profile. Every question has ``timeout``
    seconds; a LibreOffice that exceeds them is killed, and the question fails.
    """

    def __init__(self, extensions: Sequence[Path] = (), timeout: float = 60.0) -> None:
        self.extensions = extensions
        self.timeout = timeout

    def __enter__(self) -> LibreOffice:
        if (lack := missing()) is not None:
            raise LibreOfficeError(lack)
        self._folder = Path(tempfile.mkdtemp(prefix="crmf-office-"))
        profile = self._folder / "profile"
        (profile / "user").mkdir(parents=True)
        (profile / "user/registrymodifications.xcu").write_text(RECALCULATE_ON_LOAD, "utf-8")
        self._log = (self._folder / "log").open("w+", encoding="utf-8")
        self._opened = 0
        try:
            for extension in self.extensions:
                self._install(extension, profile)
            self._server = subprocess.Popen(
                [str(python_with_uno()), str(SERVER), str(shutil.which("soffice")), str(profile)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._log,
                text=True,
                encoding="utf-8",
                start_new_session=True,  # a group, so that its soffice can be killed with it
            )
            try:
                self._answer()
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
        self._kill()
        self._clean()

    def open(self, path: Path) -> None:
        """Load a copy of a workbook, so that no lock is left beside it; the one before is closed."""
        self._opened += 1
        copy = self._folder / str(self._opened) / path.name
        copy.parent.mkdir()
        shutil.copyfile(path, copy)
        self._ask("open", path=str(copy))

    def recalculate(self, changes: Changes | None = None) -> Cells:
        """Every cell after a hard recalculation with ``changes`` to the workbook as it was opened.

        What the last call changed is restored first. A protected cell cannot be changed.
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
        """What ``=CLV(5;500;2.5)`` gives in a blank document: English names, semicolons."""
        return _value(self._ask("evaluate", formula=formula, rows=None, columns=None)[0][0])

    def evaluate_rows(self, formula: str, rows: int, columns: int) -> list[list[Value]]:
        """What an array formula gives in so many cells; those beyond its result are #N/A."""
        answer = self._ask("evaluate", formula=formula, rows=rows, columns=columns)
        return [[_value(value) for value in row] for row in answer]

    def _install(self, extension: Path, profile: Path) -> None:
        done = subprocess.run(
            ["unopkg", "add", "--suppress-license", f"-env:UserInstallation={profile.as_uri()}",
             str(extension.resolve())],
            capture_output=True, text=True, timeout=self.timeout,
        )  # fmt: skip
        if done.returncode != 0:
            raise LibreOfficeError(f"unopkg add {extension}: {done.stderr or done.stdout}")

    def _ask(self, do: str, **arguments: Any) -> Any:
        if self._server.poll() is not None:
            raise LibreOfficeError(f"LibreOffice is no longer running: {self._told()}")
        assert self._server.stdin is not None
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
    """Every cell as IronCalc recalculates it; a formula that it can't read is an `Error`."""
    model = ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")
    names = [str(sheet["name"]) for sheet in model.get_worksheets_properties()]
    for (sheet, name), value in (changes or {}).items():
        letters, row = coordinate_from_string(name)
        at = (names.index(sheet), row, ironcalc.column_number_from_name(letters))
        if value is None:
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
