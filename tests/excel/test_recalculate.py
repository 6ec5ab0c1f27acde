"""The harness itself: two engines against plain arithmetic, in a workbook that stores zeros."""

from __future__ import annotations

import os
import shutil
import signal
import zipfile
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from tests.excel import recalculate
from tests.excel.recalculate import (
    Cells,
    Changes,
    Error,
    LibreOffice,
    LibreOfficeError,
    cached_cells,
    compare,
    errors,
    ironcalc_cells,
)

MARGIN, RATE = ("Så här", "B1"), ("Så här", "B2")
NAME, SHARE = ("Så här", "B3"), ("Så här", "B4")


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    path = tmp_path / "åäö book.xlsx"
    book = xlsxwriter.Workbook(str(path))
    inputs, results = book.add_worksheet("Så här"), book.add_worksheet("Results")
    book.add_worksheet("Empty")
    inputs.write_column("A1", ["Margin", "Rate", "Name", "Share"])
    inputs.write_column("B1", [40, 0.8, "Ada"])
    inputs.write_formula("B4", "=B2/2")
    inputs.write_datetime("C1", date(2026, 1, 31), book.add_format({"num_format": "yyyy-mm-dd"}))
    inputs.write_boolean("C2", True)
    book.define_name("margin", "='Så här'!$B$1")
    results.write_formula("B1", "=margin/(1-'Så här'!B2)")
    results.write_formula("B2", "=1/('Så här'!B2-0.8)")
    results.write_formula("B3", "=IF(ISTEXT('Så här'!B3),\"customer \"&'Så här'!B3,\"\")")
    results.write_formula("B4", "=margin>50")
    results.write_formula("B5", "='Så här'!B4")
    results.write_array_formula("C1:C2", "{=TRANSPOSE({1,2})*margin}")
    book.close()
    return path


def expected(margin: float = 40.0, rate: float = 0.8, name: str = "Ada") -> Cells:
    return {
        "Så här": {
            **{"A1": "Margin", "A2": "Rate", "A3": "Name", "A4": "Share"},
            **{"B1": margin, "B2": rate, "B3": name, "B4": rate / 2},
            **{"C1": 46053.0, "C2": True},
        },
        "Results": {
            "B1": Error("#DIV/0!") if rate == 1 else margin / (1 - rate),
            "B2": Error("#DIV/0!") if rate == 0.8 else 1 / (rate - 0.8),
            "B3": f"customer {name}" if name else "",
            "B4": margin > 50,
            "B5": rate / 2,
            **{"C1": margin, "C2": 2 * margin},
        },
        "Empty": {},
    }


def running(group: int) -> list[str]:
    """The processes of a group that still run; those that nobody has buried do not."""
    stats = [
        path.read_text().rpartition(")")[2].split() for path in Path("/proc").glob("[0-9]*/stat")
    ]
    return [state for state, _, of, *_ in stats if int(of) == group and state != "Z"]


CHANGES: list[tuple[Changes, Cells]] = [
    ({}, expected()),
    ({MARGIN: 60, RATE: 0.5}, expected(60, 0.5)),
    ({RATE: 1}, expected(rate=1)),
    ({NAME: "=1+1"}, expected(name="=1+1")),
    ({NAME: "007"}, expected(name="007")),
    ({NAME: None}, expected(name="")),
]


@pytest.mark.parametrize(("changes", "told"), CHANGES)
def test_both_engines_agree_with_arithmetic(
    libreoffice: LibreOffice, workbook: Path, changes: Changes, told: Cells
) -> None:
    libreoffice.open(workbook)
    assert compare(told, libreoffice.recalculate(changes)) == []
    assert compare(told, ironcalc_cells(workbook, changes)) == []


def test_what_the_last_call_changed_is_restored(libreoffice: LibreOffice, workbook: Path) -> None:
    libreoffice.open(workbook)
    formulas = libreoffice.formulas()
    assert formulas["Results"]["B5"] == "=$'Så här'.B4"
    for changes, told in [*CHANGES, *reversed(CHANGES)]:
        assert compare(told, libreoffice.recalculate(changes)) == []
    overwritten = libreoffice.recalculate({SHARE: 7, ("Results", "B3"): True})
    assert overwritten["Results"]["B5"] == 7
    assert overwritten["Results"]["B3"] is True
    assert compare(expected(), libreoffice.recalculate()) == []
    assert libreoffice.formulas() == formulas


def test_stored_results_are_told_apart_from_recalculated_ones(
    libreoffice: LibreOffice, workbook: Path, tmp_path: Path
) -> None:
    stored = cached_cells(workbook)  # XlsxWriter stores a 0 for each formula
    assert compare(stored, expected())[0] == "Så här!B4: 0 ≠ 0.4"
    assert stored["Så här"]["C1"] == 46053
    libreoffice.open(workbook)
    libreoffice.recalculate({RATE: 0.5})
    saved = cached_cells(libreoffice.save(tmp_path / "saved.xlsx"))
    assert compare(saved, expected(rate=0.5)) == []


def test_errors_are_seen_by_both(libreoffice: LibreOffice, tmp_path: Path) -> None:
    path = tmp_path / "errors.xlsx"
    book = xlsxwriter.Workbook(str(path))
    formulas = ["=1/0", '="a"+1', "=NA()", "=NOSUCH(1)", '=IF(A3,"","")']
    sheet = book.add_worksheet("E")
    for row, formula in enumerate(formulas):
        sheet.write_formula(row, 0, formula)
    book.close()
    libreoffice.open(path)
    told = ["#DIV/0!", "#VALUE!", "#N/A", "#NAME?", "#N/A"]
    expected = {f"E!A{row}": Error(error) for row, error in enumerate(told, start=1)}
    assert errors(libreoffice.recalculate()) == expected
    assert errors(ironcalc_cells(path)) == expected


def test_ironcalc_tells_what_it_cannot_parse(tmp_path: Path) -> None:
    path = tmp_path / "odd.xlsx"
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet("E").write_formula("A1", "=SUM(E!A2:INDEX(A2:A9,3))", value=5)
    book.close()
    assert errors(ironcalc_cells(path)) == {"E!A1": Error("#ERROR!")}


def test_what_cannot_be_changed_fails(libreoffice: LibreOffice, workbook: Path) -> None:
    libreoffice.open(workbook)
    with pytest.raises(LibreOfficeError, match=r"Results!C2 is part of an array formula"):
        libreoffice.recalculate({MARGIN: 50, ("Results", "C2"): 2})
    with pytest.raises(LibreOfficeError, match="no sheet 'Q'"):
        libreoffice.recalculate({("Q", "B2"): 2})
    assert compare(expected(), libreoffice.recalculate()) == []


def test_formulas_of_a_blank_document(libreoffice: LibreOffice) -> None:
    assert libreoffice.evaluate("=SUM(1;2.5)") == 3.5
    assert libreoffice.evaluate('="a"&1') == "a1"
    assert libreoffice.evaluate('=""') == ""
    assert libreoffice.evaluate("=1=1") is True
    assert libreoffice.evaluate("=DATE(2026;1;31)") == 46053
    assert libreoffice.evaluate("=1/0") == Error("#DIV/0!")
    assert libreoffice.evaluate_rows("=TRANSPOSE({1;2|3;4})", 3, 2) == [
        [1, 3],
        [2, 4],
        [Error("#N/A"), Error("#N/A")],
    ]
    assert libreoffice.evaluate("=ISBLANK(B2)") is True  # nothing is left behind


def test_a_workbook_is_printed(libreoffice: LibreOffice, workbook: Path, tmp_path: Path) -> None:
    libreoffice.open(workbook)
    assert libreoffice.save_pdf(tmp_path / "printed.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.usefixtures("libreoffice")
def test_a_hung_libreoffice_fails_and_leaves_nothing(workbook: Path) -> None:
    with LibreOffice() as office:
        folder, group = office._folder, office._server.pid
        office.open(workbook)
        os.killpg(group, signal.SIGSTOP)  # hung for certain, however fast the machine
        office.timeout = 0.2
        with pytest.raises(LibreOfficeError, match=r"took more than 0\.2 s at 'recalculate'"):
            office.recalculate()
        with pytest.raises(LibreOfficeError, match="no longer running"):
            office.recalculate()
    assert not folder.exists()
    assert running(group) == []


@pytest.mark.usefixtures("libreoffice")
def test_an_extension_is_installed_into_the_profile(tmp_path: Path) -> None:
    extension = tmp_path / "empty.oxt"
    with zipfile.ZipFile(extension, "w") as packed:
        packed.writestr(
            "META-INF/manifest.xml",
            '<m:manifest xmlns:m="http://openoffice.org/2001/manifest"/>',
        )
        packed.writestr(
            "description.xml",
            '<description xmlns="http://openoffice.org/extensions/description/2006">'
            '<identifier value="crmf.empty"/><version value="1"/></description>',
        )
    with LibreOffice([extension]) as office:
        assert office.evaluate("=1+1") == 2
        assert list((office._folder / "profile/user/uno_packages").rglob("empty.oxt"))
    with pytest.raises(LibreOfficeError, match="no extension"):
        LibreOffice([tmp_path / "none.oxt"]).__enter__()


def test_what_is_missing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert "libreoffice-calc" in str(recalculate.missing())
    with pytest.raises(LibreOfficeError, match="not installed"):
        LibreOffice().__enter__()


def test_two_at_once(libreoffice: LibreOffice, workbook: Path) -> None:
    libreoffice.open(workbook)
    with LibreOffice() as other:
        other.open(workbook)
        assert compare(expected(60), other.recalculate({MARGIN: 60})) == []
        assert compare(expected(), libreoffice.recalculate()) == []


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (None, "", True),
        (1, 1.0, True),
        (True, 1.0, True),
        (0.1 + 0.2, 0.3, True),
        (1e-17, 0, True),
        (1, 1.00001, False),
        (0, None, False),
        ("1", 1, False),
        (Error("#N/A"), Error("#N/A"), True),
        (Error("#N/A"), "#N/A", False),
        (Error("#N/A"), Error("#REF!"), False),
        (Error("#N/A"), None, False),
    ],
)
def test_comparing(one: recalculate.Value, other: recalculate.Value, same: bool) -> None:
    lines = compare({"S": {"B7": one}}, {"S": {"B7": other}})
    assert lines == ([] if same else [f"S!B7: {one!r} ≠ {other!r}"])


def test_comparing_sheets() -> None:
    assert compare({"S": {}}, {"T": {}}) == [
        "S: only in one of the two",
        "T: only in one of the two",
    ]
