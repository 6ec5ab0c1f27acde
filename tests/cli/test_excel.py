"""``crmf excel``: what each command writes and says, on Windows, macOS and Linux."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import openpyxl.workbook.defined_name
import pytest
import xlwings
from click.testing import CliRunner, Result

from crmformulas.cli import excel
from crmformulas.errors import InputError
from crmformulas.excel.functions.names import lambda_names

QUICKSTART, STANDALONE = (
    Path(xlwings.__file__).parent / f"quickstart{name}.xlsm" for name in ("", "_standalone")
)
PYTHON = r"C:\Python\python.exe"


def crmf(*args: str | Path) -> Result:
    done = CliRunner().invoke(excel.excel, [*map(str, args)], prog_name="crmf excel")
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder of nobody."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setattr(Path, "home", lambda: folder)
    return folder


def on(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the commands see another system than this one."""
    seen = SimpleNamespace(platform=platform, executable=PYTHON, version=sys.version)
    monkeypatch.setattr(excel, "sys", seen)
    held = {r"Excel.Application\CurVer": "Excel.Application.16"}
    winreg = SimpleNamespace(HKEY_CLASSES_ROOT=0, QueryValue=lambda _, key: held[key])
    monkeypatch.setitem(sys.modules, "winreg", winreg)


# ------------------------------------------------------------------------------------------ setup


def test_setup_writes_where_xlwings_reads(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on("win32", monkeypatch)
    done = crmf("setup")
    path = home / ".xlwings" / "xlwings.conf"
    assert path.read_text() == (
        f'"UDF MODULES","crmformulas.excel.udfs"\n"INTERPRETER_WIN","{PYTHON}"\n'
    )
    assert str(path) in done.output
    assert "crmf excel new crm.xlam" in done.output
    relative = Path(xlwings.USER_CONFIG_FILE).relative_to(Path("~").expanduser())
    assert sys.platform == "darwin" or relative == path.relative_to(home)


def test_setup_keeps_what_is_there(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on("win32", monkeypatch)
    path = home / ".xlwings" / "xlwings.conf"
    path.parent.mkdir()
    before = (
        b'"PYTHONPATH","C:\\mine"\n"udf modules","mine;other"\n"INTERPRETER_WIN","old.exe"\n'
        b'"CONDA ENV",""\n"ODD \xff\xe4"\n"SHOW CONSOLE","True"\n'
    )
    path.write_bytes(before)
    done = crmf("setup")
    after = path.read_bytes()
    assert after == before.replace(
        b'"udf modules","mine;other"', b'"UDF MODULES","mine;other;crmformulas.excel.udfs"'
    ).replace(b"old.exe", PYTHON.encode())
    assert path.with_name("xlwings.conf.bak").read_bytes() == before
    assert "(was old.exe)" in done.output
    again = crmf("setup")
    assert "has all that is needed" in again.output
    assert path.read_bytes() == after
    assert path.with_name("xlwings.conf.bak").read_bytes() == before


def test_dry_run_writes_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on("win32", monkeypatch)
    done = crmf("setup", "--dry-run")
    assert "UDF MODULES = crmformulas.excel.udfs" in done.output
    assert "Nothing was written" in done.output
    assert list(home.iterdir()) == []


@pytest.mark.parametrize(
    ("platform", "path", "settings"),
    [
        ("linux", ".xlwings/xlwings.conf", {"UDF MODULES"}),
        (
            "darwin",
            "Library/Containers/com.microsoft.Excel/Data/xlwings.conf",
            {"UDF MODULES", "INTERPRETER_MAC"},
        ),
    ],
)
def test_setup_elsewhere_says_what_works_there(
    platform: str, path: str, settings: set[str], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on(platform, monkeypatch)
    done = crmf("setup")
    assert set(excel.read_settings((home / path).read_text())) == settings
    assert "on Windows alone" in done.output
    assert "crmf excel add-names" in done.output
    assert "crmf excel lite" in done.output


# ----------------------------------------------------------------------------------------- status


def test_status_says_what_is_missing_and_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    on("win32", monkeypatch)
    versions = {"xlwings": "0.37.8", "pywin32": None}
    monkeypatch.setattr(excel, "_version", versions.get)
    done = crmf("status")
    lines = dict(re.findall(r"^(\S.*?)  +(.*)$", done.output, re.MULTILINE))
    assert lines["Excel"] == "Excel.Application.16"
    assert lines["xlwings"] == "0.37.8"
    for missing in ("pywin32", "xlwings add-in", "settings file", "our functions in it"):
        assert lines[missing] == "missing"
    steps = done.output[done.output.index("Next: ") :]
    for step in (
        "pip install pywin32",
        "crmf excel setup",
        "crmf excel new",
    ):
        assert steps.count(step) == 1


def test_status_when_all_is_there(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on("win32", monkeypatch)
    monkeypatch.setattr(excel, "_version", lambda _: "1")
    monkeypatch.setattr(excel, "find_spec", lambda _: True)
    addin = home / "AppData/Roaming/Microsoft/Excel/XLSTART/xlwings.xlam"
    addin.parent.mkdir(parents=True)
    addin.write_bytes(b"")
    crmf("setup")
    done = crmf("status")
    assert "missing" not in done.output
    assert "Next: crmf excel new crm.xlam (functions in every workbook)" in done.output
    # Where Import Functions remains, what it needs is told.
    assert "Trust access to the" in done.output


@pytest.mark.parametrize(("platform", "system"), [("linux", "Linux"), ("darwin", "macOS")])
def test_status_elsewhere(platform: str, system: str, monkeypatch: pytest.MonkeyPatch) -> None:
    on(platform, monkeypatch)
    done = crmf("status")
    assert f"On {system} Excel runs no Python functions by COM" in done.output
    assert "crmf excel add-names" in done.output


# ------------------------------------------------------------------------------------- workbooks


@pytest.mark.parametrize(
    ("name", "what", "step"),
    [
        ("crm.xlsm", "a macro workbook", "Enable Content"),
        ("crm.xlam", "an add-in", "Options > Add-ins"),
        ("crm.bas", "a VBA module", "File > Import File"),
    ],
)
def test_new_writes_the_functions_and_says_what_to_do(
    name: str, what: str, step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on("win32", monkeypatch)
    path = tmp_path / name
    done = crmf("new", path)
    assert done.output.startswith(f"{path}: {what} with the functions")
    assert step in done.output
    assert "Import Functions" not in done.output
    assert path.stat().st_size > 10_000


def test_new_changes_what_is_meant_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "crm.xlsm"
    crmf("new", path)
    with zipfile.ZipFile(path) as made, zipfile.ZipFile(STANDALONE) as source:
        assert made.namelist() == source.namelist()
        different = [n for n in made.namelist() if made.read(n) != source.read(n)]
    assert set(different) == {"xl/vbaProject.bin", "xl/worksheets/sheet1.xml"}
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert [cell.value for cell in sheet[4]] == [5, 500, 2.5, "=CLV(A4,B4,C4)", "=CRM_WHY(D4)"]


def test_new_overwrites_nothing_unasked(tmp_path: Path) -> None:
    path = tmp_path / "mine.xlsm"
    path.write_bytes(b"mine")
    with pytest.raises(InputError, match="is there already; --force"):
        crmf("new", path)
    assert path.read_bytes() == b"mine"
    crmf("new", path, "--force")
    assert zipfile.is_zipfile(path)
    with pytest.raises(InputError, match=r"must end in \.xlsm"):
        crmf("new", tmp_path / "mine.xlsx")
    with pytest.raises(InputError, match="there is no folder"):
        crmf("new", tmp_path / "none" / "mine.xlsm")


def test_new_says_when_xlwings_is_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from crmformulas.excel.functions import macrobook

    package = tmp_path / "xlwings"
    package.mkdir()
    spec = SimpleNamespace(origin=str(package / "__init__.py"))
    monkeypatch.setattr(macrobook, "find_spec", lambda _: spec)
    with pytest.raises(InputError, match="quickstart file of xlwings can't be used"):
        crmf("new", tmp_path / "mine.xlsm")
    with zipfile.ZipFile(package / STANDALONE.name, "w") as empty:
        empty.writestr("xl/workbook.xml", "<workbook/>")
    with pytest.raises(InputError, match=r"no item named 'xl/vbaProject\.bin'"):
        crmf("new", tmp_path / "mine.xlsm")
    with zipfile.ZipFile(package / STANDALONE.name, "w") as compiled:
        # The quickstart file that needs the add-in keeps compiled code.
        compiled.writestr(
            "xl/vbaProject.bin", zipfile.ZipFile(QUICKSTART).read("xl/vbaProject.bin")
        )
    with pytest.raises(InputError, match="its VBA project holds compiled code"):
        crmf("new", tmp_path / "mine.xlsm")
    assert not (tmp_path / "mine.xlsm").exists()


def test_add_names_says_what_it_did(tmp_path: Path) -> None:
    path = tmp_path / "mine.xlsm"
    path.write_bytes(QUICKSTART.read_bytes())
    count = len(lambda_names())
    assert crmf("add-names", path).output == f"{path}: {count} names added\n"
    assert f"0 names added, {count} there already" in crmf("add-names", path).output
    with zipfile.ZipFile(path) as package:
        held = package.read("xl/workbook.xml")
    assert held.count(b"<definedName ") == count


def test_add_names_to_a_copy_and_by_force(tmp_path: Path) -> None:
    path, copy = tmp_path / "mine.xlsm", tmp_path / "copy.xlsm"
    with zipfile.ZipFile(QUICKSTART) as source, zipfile.ZipFile(path, "w") as made:
        for name in source.namelist():
            held = source.read(name)
            names = b'<definedNames><definedName name="CLV">1</definedName></definedNames><calcPr'
            made.writestr(name, held.replace(b"<calcPr", names))
        made.writestr("xl/tables/table1.xml", '<table displayName="Budget"/>')
    output = crmf("add-names", path, "-o", copy).output
    assert "kept as they are (--force replaces them): CLV" in output
    assert "tables are called so: BUDGET" in output
    assert ", 1 replaced" in crmf("add-names", copy, "--force").output


def test_lite_writes_one_file_and_says_where_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "main.py"
    output = crmf("lite", "-o", path).output
    assert output.startswith(f"{path}: the functions for xlwings Lite, ")
    assert "=CLV(5, 500, 2.5)" in output
    assert "from crmformulas.excel.udfs import *" in path.read_text()
    with pytest.raises(InputError, match="--force overwrites it"):
        crmf("lite", "-o", path)
    assert "=CRM.CLV(5, 500, 2.5)" in crmf("lite", "-o", path, "--force", "--prefix", "CRM.").output
    assert '__xlwings_func_namespace__ = "CRM"' in path.read_text()


def test_add_names_with_a_prefix_and_beside_names_of_a_sheet(tmp_path: Path) -> None:
    path = tmp_path / "mine.xlsx"
    book = openpyxl.Workbook()
    book.active.title = "Q1 sales"
    book.active.defined_names["CLV"] = openpyxl.workbook.defined_name.DefinedName(
        "CLV", attr_text="'Q1 sales'!$A$1"
    )
    book.save(path)
    output = crmf("add-names", path).output
    assert "hidden there by a name that the sheet has for itself: CLV on 'Q1 sales'" in output
    output = crmf("add-names", path, "--prefix", "crm.").output
    assert f"{len(lambda_names())} names added" in output
    assert "hidden" not in output
    names = openpyxl.load_workbook(path).defined_names
    assert names["CRM.CLV"].attr_text == names["CLV"].attr_text
    for wrong in ("CRM", "1.", "C.", "A1B!."):
        with pytest.raises(InputError, match="--prefix must be letters"):
            crmf("add-names", path, "--prefix", wrong)


@pytest.mark.parametrize(
    ("lock", "program"), [("~$mine.xlsx", "Excel"), (".~lock.mine.xlsx#", "LibreOffice")]
)
def test_a_workbook_that_is_open_is_left_alone(tmp_path: Path, lock: str, program: str) -> None:
    path = tmp_path / "mine.xlsx"
    openpyxl.Workbook().save(path)
    (tmp_path / lock).write_text("")
    with pytest.raises(InputError, match=f"is open in {program}; close it, or give -o FILE"):
        crmf("add-names", path)
    assert "names added" in crmf("add-names", path, "-o", tmp_path / "copy.xlsx").output


# ------------------------------------------------------------------------------------------ help


def test_every_command_has_help() -> None:
    assert set(excel.excel.commands) == {"setup", "status", "new", "lite", "add-names"}
    for name, command in excel.excel.commands.items():
        assert (command.help or "").strip(), name
        options: list[Any] = [p for p in command.params if p.param_type_name == "option"]
        assert all(option.help for option in options)


def test_the_group_is_light_to_import() -> None:
    code = (
        "import sys, crmformulas.cli.excel;"
        "print({'numpy', 'pandas', 'xlwings', 'xlsxwriter', 'openpyxl'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
