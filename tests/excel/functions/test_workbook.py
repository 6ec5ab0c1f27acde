"""The workbook that is shipped is what the catalogue makes, and shows what Python gives."""

from __future__ import annotations

import math
import os
import re
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ironcalc
import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula

from crmformulas.excel.functions.lambdas import closed_forms, stored
from crmformulas.excel.functions.prefixes import lint, lint_name
from crmformulas.excel.templates import TEMPLATES
from crmformulas.translations import LANGS

FOLDER = Path(__file__).parents[3] / "workbooks"
SHIPPED = FOLDER / "crm-formulas.xlsx"
CALL = re.compile(r"\b([A-Z_]{3,})\(")


SITE = """
import datetime
import importlib
import pkgutil
import time

import xlsxwriter

LATER = 400 * 86400
seconds, local, utc = time.time, time.localtime, time.gmtime
time.time = lambda: seconds() + LATER
time.localtime = lambda at=None: local(time.time() if at is None else at)
time.gmtime = lambda at=None: utc(time.time() if at is None else at)


class Any(type):
    def __instancecheck__(self, one):
        return isinstance(one, datetime.datetime)


class Later(datetime.datetime, metaclass=Any):
    @classmethod
    def now(cls, tz=None):
        return super().now(tz) + datetime.timedelta(seconds=LATER)


for found in pkgutil.iter_modules(xlsxwriter.__path__):
    module = importlib.import_module(f"xlsxwriter.{found.name}")
    if getattr(module, "datetime", None) is datetime.datetime:
        module.datetime = Later
"""
"""A ``sitecustomize`` for which it is more than a year later, to all that writes a file."""


def run(
    *args: str, folder: Path = FOLDER, cwd: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(folder / "build.py"), *args]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        env=os.environ | environment,
    )


def test_each_workbook_is_there() -> None:
    shipped = {path.name for path in FOLDER.glob("*.xlsx")}
    assert shipped == {"crm-formulas.xlsx"} | {
        template.file_name(lang) for template in TEMPLATES.values() for lang in LANGS
    }


def test_same_sources_make_the_same_bytes(tmp_path: Path) -> None:
    """Whatever the day, the time zone, the order of sets, the locale and the folder."""
    here, there, site = (tmp_path / name for name in ("here", "there", "site"))
    for folder in (here, there, site):
        folder.mkdir()
    for source in FOLDER.glob("*.py"):
        for folder in (here, there):
            (folder / source.name).write_bytes(source.read_bytes())
    (site / "sitecustomize.py").write_text(SITE)
    now = {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "1", "LC_ALL": "C.UTF-8"}
    later = {"TZ": "America/Los_Angeles", "PYTHONHASHSEED": "2", "LC_ALL": "sv_SE.UTF-8"}
    path = os.pathsep.join(filter(None, (str(site), os.environ.get("PYTHONPATH"))))
    told = subprocess.run(
        [sys.executable, "-c", "import time, xlsxwriter.core as x; print(x.datetime, time.time())"],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": path},
    ).stdout.split()
    assert "Later" in told[1]
    assert float(told[-1]) > time.time() + 86400
    assert run(folder=here, cwd=tmp_path, **now).returncode == 0
    made = sorted(here.glob("*.xlsx"))
    assert len(made) == 11
    for built in made:
        (there / built.name).write_bytes(built.read_bytes())
    # What a check finds current is what it would build, byte by byte.
    assert run("--check", folder=there, cwd=Path("/"), PYTHONPATH=path, **later).returncode == 0
    name = made[-1].name
    (there / name).write_bytes(made[0].read_bytes())
    assert run("--check", name, folder=there).returncode == 1
    (there / name).unlink()
    assert run("--check", name, folder=there).returncode == 1


@pytest.fixture(scope="module")
def package() -> dict[str, str]:
    with zipfile.ZipFile(SHIPPED) as held:
        return {name: held.read(name).decode() for name in held.namelist()}


@pytest.fixture(scope="module")
def book() -> openpyxl.Workbook:
    return openpyxl.load_workbook(SHIPPED)


def test_names_are_those_of_the_catalogue(book: openpyxl.Workbook) -> None:
    texts = {name: held.attr_text for name, held in book.defined_names.items()}
    made = {n: t for n, t in texts.items() if not n.startswith("_xlnm")}
    assert made == {name: stored(entry) for name, entry in closed_forms().items()}
    assert [*filter(lint_name, made)] == []
    assert [*filter(lint, made.values())] == []


def formulas(package: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Every cell with a formula, and the formula."""
    for part, text in package.items():
        if part.startswith("xl/worksheets/sheet"):
            for cell in re.findall(r"<c [^>]*>(?:(?!</c>).)*<f.*?</c>", text):
                yield cell, re.sub(r".*<f[^>]*>(.*?)</f>.*", r"\1", cell)


def test_every_call_is_a_dynamic_array(package: dict[str, str]) -> None:
    # What tells of inputs that can't be used calls classic functions alone, in one cell each.
    names = set(closed_forms())
    calls = [(c, text) for c, text in formulas(package) if names & set(CALL.findall(text))]
    assert len(calls) > len(names)
    for cell, text in calls:
        assert ' cm="1"' in cell, text
        assert '<f t="array"' in cell, text
        assert "<v>" in cell, text


def test_functions_sheet_calls_every_name(book: openpyxl.Workbook) -> None:
    # So that a copy of this one sheet takes all names with it.
    called = {
        name
        for row in book["Functions"].iter_rows()
        for cell in row
        if isinstance(cell.value, ArrayFormula)
        for name in CALL.findall(cell.value.text)
    }
    assert called == set(closed_forms())


def test_functions_sheet_says_what_the_catalogue_says(book: openpyxl.Workbook) -> None:
    shown = {str(cell.value) for row in book["Functions"].iter_rows() for cell in row}
    for entry in closed_forms().values():
        assert {entry.spreadsheet_name, entry.syntax, entry.summary} <= shown
        assert {p.name for p in entry.parameters} <= shown
        assert entry.example.source in shown
        assert " ".join(entry.sections["References"].split()) in shown


def test_what_is_shown_is_what_is_calculated() -> None:
    """The values in the file, made by Python, are those that IronCalc calculates."""
    shown = openpyxl.load_workbook(SHIPPED, data_only=True)
    model = ironcalc.load_from_xlsx(str(SHIPPED), "en", "UTC", "en")
    model.evaluate()
    compared = 0
    for number, sheet in enumerate(shown.worksheets):
        for row in sheet.iter_rows():
            for cell in row:
                value: Any = model.get_cell_value(number, cell.row, cell.column)
                if isinstance(cell.value, (int, float)):
                    assert isinstance(value, (int, float)), (sheet.title, cell.coordinate, value)
                    assert math.isclose(cell.value, value, rel_tol=1e-9, abs_tol=1e-9)
                    compared += 1
    assert compared > 250


def test_first_sheet_is_short_and_pages_fit(book: openpyxl.Workbook) -> None:
    assert book.sheetnames == ["Start", "Functions", "Playground"]
    lines = [row[1].value for row in book["Start"].iter_rows(min_row=2) if row[0].value]
    assert 0 < len(lines) <= 10
    for sheet in book.worksheets:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        # One page wide is what a file says by not saying how many.
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (None, 0)
    assert book["Functions"].freeze_panes == "B2"


def test_example_inputs_have_the_colour_of_inputs(book: openpyxl.Workbook) -> None:
    colours = {"#FFF4CC"}
    for row in book["Functions"].iter_rows(min_col=4, min_row=2):
        for cell in row:
            if cell.data_type == "n" and cell.value is not None and cell.fill.fill_type:
                colours.add(f"#{cell.fill.start_color.rgb[2:]}")
    assert len(colours) == 1
