"""The macro workbook, the add-in and the module: read back, and run by another reader of VBA.

Excel itself is not here. LibreOffice opens the workbook, reads its modules and executes them
against a stand-in for the Python side that gives the answers which xlwings' own COM code gives.
"""

from __future__ import annotations

import json
import math
import os
import random
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import olefile
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oletools.olevba import VBA_Parser, decompress_stream

from crmformulas.catalog.formula import load
from crmformulas.errors import InputError
from crmformulas.excel.functions.macrobook import EXAMPLE, write_macro_book
from crmformulas.excel.functions.vba_module import LONGEST_LINE, WHY, vba_module
from crmformulas.excel.functions.vba_project import compound_file, compressed, decompressed
from tests.excel.calls import MISSING, ask
from tests.excel.recalculate import environment, missing, python_with_uno

FORMULAS = load()
CODES = {  # Microsoft, "CVErr function": the numbers of xlErrNull, xlErrDiv0 …
    "#NULL!": 2000, "#DIV/0!": 2007, "#VALUE!": 2015, "#REF!": 2023, "#NAME?": 2029,
    "#NUM!": 2036, "#N/A": 2042,
}  # fmt: skip


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("books")
    paths = {suffix: folder / f"crm.{suffix}" for suffix in ("xlsm", "xlam", "bas")}
    for path in paths.values():
        write_macro_book(path)
    return paths


def source(path: Path, name: str) -> str:
    """The text of a module as olevba reads it."""
    for _, _, file, code in VBA_Parser(str(path)).extract_macros():
        if file.partition(".")[0] == name:
            return str(code).replace("\r\n", "\n")
    raise KeyError(name)


# ------------------------------------------------------------------------------------- read back


@pytest.mark.parametrize("suffix", ["xlsm", "xlam"])
def test_olevba_reads_the_module_back(books: dict[str, Path], suffix: str) -> None:
    wanted = f'Attribute VB_Name = "CRM"\n{vba_module(addin=suffix == "xlam")}'
    assert source(books[suffix], "CRM").rstrip() == wanted.rstrip()
    names = {file for _, _, file, _ in VBA_Parser(str(books[suffix])).extract_macros()}
    assert names == {
        *("CRM.bas", "xlwings.bas", "Dictionary.cls"),
        *("ThisWorkbook.cls", "Sheet1.cls", "Sheet2.cls"),
    }
    assert "SampleCall" not in source(books[suffix], "CRM")


def test_the_other_modules_are_those_of_xlwings(books: dict[str, Path]) -> None:
    import xlwings

    pattern = Path(xlwings.__file__).parent / "quickstart_standalone.xlsm"
    for name in ("xlwings", "Dictionary", "ThisWorkbook", "Sheet1", "Sheet2"):
        assert source(books["xlsm"], name) == source(pattern, name)


def test_an_add_in_is_one_by_its_type_and_serves_every_workbook(books: dict[str, Path]) -> None:
    with zipfile.ZipFile(books["xlam"]) as package:
        types = package.read("[Content_Types].xml").decode()
    assert "ms-excel.addin.macroEnabled.main+xml" in types
    assert "ms-excel.sheet.macroEnabled.main+xml" not in types
    assert "ActiveWorkbook, caller)" in source(books["xlam"], "CRM")
    assert "ThisWorkbook, caller)" in source(books["xlsm"], "CRM")


def test_the_module_alone_can_be_imported(books: dict[str, Path]) -> None:
    raw = books["bas"].read_bytes()
    assert raw.startswith(b'Attribute VB_Name = "CRM"\r\n')
    assert raw.isascii()
    assert raw.count(b"\n") == raw.count(b"\r\n")


def test_every_other_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"must end in \.xlsm \(a workbook\), \.xlam"):
        write_macro_book(tmp_path / "crm.xlsx")
    (tmp_path / "crm.xlsm").write_text("mine")
    with pytest.raises(InputError, match="--force"):
        write_macro_book(tmp_path / "crm.xlsm")
    assert (tmp_path / "crm.xlsm").read_text() == "mine"
    with pytest.raises(InputError, match="there is no folder"):
        write_macro_book(tmp_path / "nowhere" / "crm.xlam")


# ------------------------------------------------------------------------------------- the binary


@given(st.binary(max_size=40).flatmap(lambda word: st.integers(0, 400).map(lambda n: word * n)))
@settings(deadline=None)
def test_compressed_text_is_read_back(content: bytes) -> None:
    made = compressed(content)
    assert decompressed(made)[: len(content)] == content
    if content and len(made) < len(content):
        assert bytes(decompress_stream(bytearray(made))) == content


@given(
    st.dictionaries(
        st.sampled_from(["a", "B", "dir/c", "dir/DD", "dir/e", "f"]), st.integers(0, 9000)
    )
)
@settings(deadline=None)
def test_a_compound_file_is_read_back(sizes: dict[str, int]) -> None:
    streams = {name: random.Random(name).randbytes(size) for name, size in sizes.items()}
    made = compound_file(streams)
    if not streams:
        return
    with olefile.OleFileIO(made, raise_defects=olefile.DEFECT_POTENTIAL) as file:
        assert {"/".join(path) for path in file.listdir()} == set(streams)
        for name, content in streams.items():
            assert file.openstream(name).read() == content


# ------------------------------------------------------------------------------------- the text


DECLARED = re.compile(r"^(?:Private )?(?:Function|Sub) (\w+)\((.*?)\)", re.MULTILINE)


@pytest.mark.parametrize("addin", [False, True])
def test_the_text_keeps_the_rules_of_vba(addin: bool) -> None:
    text = vba_module(addin=addin)
    assert text.isascii()
    lines = text.splitlines()
    assert max(map(len, lines)) <= LONGEST_LINE
    joined = re.sub(r" _\n\s*", " ", text)
    # A statement goes over at most 25 lines (Microsoft, "Too many line continuations").
    assert max(len(run) for run in re.findall(r"(?:.* _\n)+", text)) < 25 * LONGEST_LINE
    assert max(run.count("\n") for run in re.findall(r"(?:.* _\n)+", text)) <= 24
    names = [name.lower() for name, _ in DECLARED.findall(joined)]
    assert len(names) == len(set(names))
    for name, arguments in DECLARED.findall(joined):
        own = re.sub(r"\b(?:Optional|ByVal|As \w+)\b", "", arguments).replace(" ", "")
        given_names = [one.lower() for one in own.split(",") if one]
        assert len(given_names) == len(set(given_names))
        assert name.lower() not in given_names
    for opening, closing in (("Function", "End Function"), ("Sub", "End Sub")):
        begun = re.findall(rf"^(?:Private )?{opening} ", text, re.MULTILINE)
        assert len(begun) == len(re.findall(rf"^{closing}$", text, re.MULTILINE))
    for line in lines:
        code = re.sub(r'"(?:[^"]|"")*"', '""', line)
        assert code.count('"') % 2 == 0, line


def test_every_function_is_there_with_its_arguments() -> None:
    declared = dict(DECLARED.findall(vba_module()))
    for entry in FORMULAS.values():
        given_names = declared[entry.spreadsheet_name].split(", ")
        optional = [name.startswith("Optional ") for name in given_names]
        assert optional == [p.optional for p in entry.parameters]
        plain = [name.removeprefix("Optional ").rstrip("_") for name in given_names]
        assert plain == [p.name for p in entry.parameters]
    assert WHY in declared


# ---------------------------------------------------------------------------------- LibreOffice


MODULE = "Rem Attribute VBA_ModuleType=VBAModule\nOption VBASupport 1\n"
CLASS = "Rem Attribute VBA_ModuleType=VBAClassModule\nOption VBASupport 1\nOption ClassModule\n"
RANGE = """
Public Row As Long
Public Column As Long
Public Where As String
Public Function Cells(i, j)
    Set Cells = Me
End Function
Public Function Worksheet()
    Set Worksheet = Me
End Function
Public Function Parent()
    Set Parent = Me
End Function
Public Function Name()
    Name = "Sheet1"
End Function
Public Function Address()
    Address = Where
End Function
"""
PROBES = """
Function Shown(v)
    Dim i, j, last
    If Not IsArray(v) Then
        Shown = CStr(v)
        Exit Function
    End If
    last = CrmColumns(v)
    For i = LBound(v, 1) To UBound(v, 1)
        If last < 0 Then
            Shown = Shown & CStr(v(i)) & Chr(31)
        Else
            For j = LBound(v, 2) To UBound(v, 2)
                Shown = Shown & CStr(v(i, j)) & Chr(31)
            Next j
            Shown = Shown & Chr(30)
        End If
    Next i
End Function

Function Reasoned()
    Dim cell, beside, answer
    Set cell = New CrmRange
    cell.Row = 3: cell.Column = 2: cell.Where = "$B$3"
    answer = CrmAnswer("#NUM! because", cell)
    Reasoned = CStr(answer) & ";" & CRM_WHY(cell)
    Dim t(0 To 1, 0 To 1)
    t(0, 0) = 1: t(0, 1) = "#N/A": t(1, 0) = "#DIV/0! by zero": t(1, 1) = "#1 fan"
    answer = CrmAnswer(t, cell)
    Reasoned = Reasoned & ";" & Shown(answer) & ";" & Reasons.Item(CrmKey(cell)).Item("1,0")
    answer = CrmAnswer(7, cell)
    Reasoned = Reasoned & ";" & CStr(answer) & ";" & Reasons.Count
End Function
"""


def basic(value: Any) -> str:
    """A value of a cell as Basic writes it."""
    if value is None:
        return "Empty"
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, (int, float)):
        return repr(float(value))
    return '"' + value.encode("ascii", "replace").decode().replace('"', '""') + '"'


def given_by_python(name: str, answer: Any, count: int) -> Iterator[str]:
    """The lines of the stand-in that answer a call, if it comes with so many arguments."""
    yield f'If name = "{name}" And UBound(arguments) = {count - 1} Then'
    if isinstance(answer, list) and isinstance(answer[0], list):
        yield f"Dim t{name}(0 To {len(answer) - 1}, 0 To {len(answer[0]) - 1})"
        for i, row in enumerate(answer):
            yield from (f"t{name}({i}, {j}) = {basic(cell)}" for j, cell in enumerate(row))
        yield f"CallUDF = t{name}"
    elif isinstance(answer, list):
        yield f"CallUDF = Array({', '.join(map(basic, answer))})"
    else:
        yield f"CallUDF = {basic(answer)}"
    yield "Exit Function"
    yield "End If"


@pytest.fixture(scope="module")
def office(books: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The workbook as LibreOffice reads it, and the answers of its functions."""
    lack = missing()
    if lack is not None:
        assert not os.environ.get("CRMF_REQUIRE_LIBREOFFICE"), lack
        pytest.skip(lack)
    called = dict(calls())
    answers = dict(zip(called, ask("com", list(called.values()))["answers"], strict=True))
    stub, probes = [CLASS, "Public Function CallUDF(module, name, arguments, book, caller)"], []
    for key, call in called.items():
        name, entry = call[0], FORMULAS[call[0].lower()]
        if key.endswith(" example"):
            stub += given_by_python(name, answers[key], len(entry.parameters))
            needed = sum(not p.optional for p in entry.parameters)
            probes.append(
                f"Function Ask{name}()\nAsk{name} = Shown({name}({', '.join('1' * needed)}))"
            )
            probes.append("End Function")
    stub += ['CallUDF = "#NAME? " & name', "End Function"]
    crm = source(books["xlsm"], "CRM")
    crm = re.sub(r"(?m)^Attribute .*\n", "", crm)
    # LibreOffice has a toolbar of that name, which no window shows.
    wizard = 'Not Application.CommandBars("Standard").Controls(1).Enabled'
    assert crm.count(wizard) == 1
    crm = crm.replace(wizard, "False")
    modules = {
        "xlwings": f"{MODULE}Function XLPy() As Object\nSet XLPy = New CrmStub\nEnd Function\n",
        "Dictionary": "",
        "CrmStub": "\n".join(stub),
        "CrmRange": CLASS + RANGE,
        "CRM": "\n".join((MODULE, crm, PROBES, *probes)),
    }
    folder = tmp_path_factory.mktemp("office")
    macros = ["CRM.Reasoned", *(f"CRM.Ask{name}" for name, *_ in called.values())]
    done = subprocess.run(
        [
            str(python_with_uno()), str(Path(__file__).with_name("vba_office.py")),
            str(shutil.which("soffice")), str(folder / "profile"), str(books["xlsm"]),
        ],
        input=json.dumps({"modules": modules, "macros": macros}),
        capture_output=True, encoding="utf-8", timeout=240, env=environment(folder),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    told: dict[str, Any] = json.loads(done.stdout)
    return told | {"given": answers}


def calls() -> Iterator[tuple[str, list[Any]]]:
    """The worked example of each formula, as cells."""
    for entry in FORMULAS.values():
        args = [
            [row if isinstance(row, list) else [row] for row in v] if isinstance(v, list) else v
            for v in entry.example.args
        ]
        missed = [MISSING] * (len(entry.parameters) - len(args))
        yield f"{entry.name} example", [entry.spreadsheet_name, *args, *missed]


def test_libreoffice_reads_the_module_back(office: dict[str, Any], books: dict[str, Path]) -> None:
    plain = re.sub(r"(?m)^Attribute .*\n", "", source(books["xlsm"], "CRM"))
    read = office["read"]["CRM"].replace("\r\n", "\n").partition("Option VBASupport 1\n")[2]
    assert read.strip() == plain.strip()


@pytest.mark.parametrize("name", FORMULAS)
def test_every_function_hands_on_what_python_answers(office: dict[str, Any], name: str) -> None:
    shown = office["answers"][f"CRM.Ask{name.upper()}"]
    given_cells = office["given"][f"{name} example"]
    if not isinstance(given_cells, list):
        given_cells, cells = [[given_cells]], [[shown]]
    else:
        if not isinstance(given_cells[0], list):
            given_cells = [[cell] for cell in given_cells]
            cells = [[cell] for cell in shown.split("\x1f")[:-1]]
        else:
            cells = [row.split("\x1f")[:-1] for row in shown.split("\x1e")[:-1]]
    assert [len(row) for row in cells] == [len(row) for row in given_cells]
    for one, other in zip(cells, given_cells, strict=True):
        for found, wanted in zip(one, other, strict=True):
            assert same(found, wanted), (found, wanted)


def same(found: str, wanted: Any) -> bool:
    if isinstance(wanted, bool) or wanted is None:
        return found == ("" if wanted is None else str(wanted))
    if isinstance(wanted, (int, float)):
        return math.isclose(float(found), wanted, rel_tol=1e-12)
    code = wanted.partition(" ")[0]
    if code in CODES:
        return found == f"Error {CODES[code]}"
    return bool(found == wanted.encode("ascii", "replace").decode())


def test_errors_are_error_values_with_a_reason_also_in_a_range(office: dict[str, Any]) -> None:
    assert office["answers"]["CRM.Reasoned"] == (
        "Error 2036;because;1\x1fError 2042\x1f\x1eError 2007\x1f#1 fan\x1f\x1e;by zero;7;0"
    )


def test_the_sheet_shows_an_example(office: dict[str, Any]) -> None:
    rows = office["cells"]
    assert rows[0][0] == EXAMPLE[0][0]
    assert rows[2][:4] == [
        "Orders per year",
        "Value per order",
        "Years as a customer",
        "Lifetime value",
    ]
    # What Python answers to the worked example of CLV: 5 × 500 × 2.5.
    assert rows[3][3] == "6250"
