"""The rules that every template workbook keeps to, in both languages."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Collection, Iterator
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import range_boundaries

from crmformulas.excel.functions.lambdas import closed_forms, stored
from crmformulas.excel.templates import TEMPLATES, write_template
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.styles import INPUT
from crmformulas.translations import LANGS, TERMS, Lang
from tests.excel.recalculate import (
    Changes,
    LibreOffice,
    Value,
    cached_cells,
    compare,
    errors,
    ironcalc_cells,
)

CLASSIC = set(
    """
    ABS ADDRESS AND AVERAGE CHAR CHOOSE COLUMN COLUMNS COUNT COUNTA COUNTBLANK COUNTIF COUNTIFS
    DATE DAY
    EDATE EOMONTH EXP FIXED HLOOKUP IF IFERROR INDEX INT ISBLANK ISERROR ISNA ISNUMBER ISTEXT
    LARGE LEFT LEN LN LOOKUP LOWER MATCH MAX MEDIAN MID MIN MMULT MOD MONTH N NA NOT OR POWER
    PRODUCT RANK REPT RIGHT ROUND ROUNDDOWN ROUNDUP ROW ROWS SIGN SMALL SUBSTITUTE SUM SUMIF
    SQRT SUMIFS SUMPRODUCT SUMSQ T TEXT TRANSPOSE TRIM UPPER VLOOKUP YEAR
    """.split()  # noqa: SIM905
)
"""Functions that Excel 2016, Google Sheets and LibreOffice have alike."""

BOOKS = [(name, lang) for name in TEMPLATES for lang in LANGS]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, Lang], tuple[Path, Book]]:
    folder = tmp_path_factory.mktemp("templates")
    found = {}
    for name, lang in BOOKS:
        path = folder / TEMPLATES[name].file_name(lang)
        found[name, lang] = path, write_template(name, path, lang)
    return found


@pytest.fixture(params=BOOKS, ids=lambda p: f"{p[0]}-{p[1]}")
def one(
    request: pytest.FixtureRequest, made: dict[tuple[str, Lang], tuple[Path, Book]]
) -> tuple[Path, Book]:
    return made[request.param]


def test_no_error_and_what_is_stored_is_what_is_calculated(
    one: tuple[Path, Book], libreoffice: LibreOffice, request: pytest.FixtureRequest
) -> None:
    path, book = one
    libreoffice.open(path)
    recalculated, stored_values = libreoffice.recalculate(), cached_cells(path)
    assert len(book.formulas) > 40
    assert errors(recalculated) == {}
    assert errors(stored_values) == {}
    assert compare(recalculated, ironcalc_cells(path, {})) == []
    if book.lang == "sv":
        office: LibreOffice = request.getfixturevalue("swedish_libreoffice")
        office.open(path)
        recalculated = office.recalculate()
    assert compare(stored_values, recalculated) == []


def typed(book: Book, what: str, only: str = "") -> Changes:
    """The same in every input cell, or in those of one kind: also what a paste may bring there."""
    bounds = {"low": 0, "high": 1}
    return {
        (place.sheet, place.at(i, j).cell): limits[bounds[what]] if what in bounds else OFTEN[what]
        for place, kind, limits, *_ in book.inputs
        for i in range(place.last_row - place.row + 1)
        for j in range(place.last_column - place.column + 1)
        if only in ("", kind)
    }


OFTEN: dict[str, Value] = {"empty": None, "text": "?", "zero": 0, "negative": -1, "tiny": 1e-9}


@pytest.mark.parametrize("name", TEMPLATES)
def test_whatever_is_typed_no_cell_shows_an_error(
    name: str, made: dict[tuple[str, Lang], tuple[Path, Book]], libreoffice: LibreOffice
) -> None:
    path, book = made[name, "en"]
    libreoffice.open(path)
    for what in (*OFTEN, "low", "high"):
        changes = typed(book, what)
        if what in ("empty", "text"):
            assert errors(libreoffice.recalculate(changes)) == {}, what
        assert errors(ironcalc_cells(path, changes)) == {}, what
    for kind in {kind for _, kind, *_ in book.inputs}:
        for what in ("empty", "text", "zero", "low", "high"):
            found = errors(ironcalc_cells(path, typed(book, what, kind)))
            assert found == {}, (what, kind)


def test_only_classic_functions(one: tuple[Path, Book]) -> None:
    used = set()
    for sheet in openpyxl.load_workbook(one[0]).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert isinstance(cell.value, str), f"{cell.coordinate} is an array formula"
                    # What Excel takes: 8 192 characters, and texts in them of 255.
                    assert len(cell.value) <= 8192
                    assert max(map(len, re.findall(r'"([^"]*)"', cell.value)), default=0) <= 255
                    bare = re.sub(r'"[^"]*"', "", cell.value)
                    assert "[" not in bare, f"{cell.coordinate} refers to a table or a file"
                    used |= set(re.findall(r"([A-Za-z_.][\w.]*)\(", bare))
    assert used - CLASSIC == set()


def test_names_of_the_catalogue_are_in_it(one: tuple[Path, Book]) -> None:
    names = openpyxl.load_workbook(one[0]).defined_names
    for name, formula in closed_forms().items():
        assert names[name].attr_text == stored(formula)
    own = [n for n, held in names.items() if n not in closed_forms() and n[:1] != "_"]
    for name in own:
        assert re.fullmatch(r"[a-z][a-z0-9_]{2,}", name)
        assert re.fullmatch(r"'?[^'!]+'?!\$[A-Z]+\$\d+(:\$[A-Z]+\$\d+)?", names[name].attr_text)


def test_no_macro_no_link_no_hidden_thing(one: tuple[Path, Book]) -> None:
    with zipfile.ZipFile(one[0]) as package:
        parts = package.namelist()
        texts = {p: package.read(p).decode() for p in parts if p.endswith((".xml", ".rels"))}
    assert not [p for p in parts if re.search(r"vba|externalLink|connections|embed", p)]
    assert not [p for p, text in texts.items() if 'TargetMode="External"' in text]
    hidden = re.compile(r'(hidden|veryHidden)="1"|state="(very)?[Hh]idden"')
    assert not [p for p, t in texts.items() if hidden.search(t) and "/worksheets/" not in p]
    for sheet in openpyxl.load_workbook(one[0]).worksheets:
        assert not [row for row, how in sheet.row_dimensions.items() if how.hidden]
        # What isn't printed prints a hidden column, in which nothing stands.
        columns = [name for name, how in sheet.column_dimensions.items() if how.hidden]
        assert not [c.coordinate for name in columns for c in sheet[name] if c.value is not None]
        assert [f"'{sheet.title}'!${c}$1" for c in columns] in ([], [sheet.print_area])


def test_every_number_is_an_input_or_a_formula(one: tuple[Path, Book]) -> None:
    path, book = one
    inputs = {
        (place.sheet, row, column)
        for place, *_ in book.inputs
        for row in range(place.row, place.last_row + 1)
        for column in range(place.column, place.last_column + 1)
    }
    coloured = set()
    for sheet in openpyxl.load_workbook(path).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                here = (sheet.title, cell.row - 1, cell.column - 1)
                if cell.data_type in ("n", "d") and cell.value is not None:
                    assert here in inputs, f"{sheet.title}!{cell.coordinate} is a pasted number"
                fill = cell.fill.start_color.rgb if cell.fill.fill_type else ""
                if fill == f"FF{INPUT[1:]}" and cell.border.left.style:
                    coloured.add(here)
    assert coloured == inputs


def validated(path: Path) -> Iterator[tuple[str, int, int]]:
    for sheet in openpyxl.load_workbook(path).worksheets:
        for rule in sheet.data_validations.dataValidation:
            assert rule.promptTitle
            assert rule.prompt
            assert rule.error
            for area in str(rule.sqref).split():
                left, top, right, bottom = range_boundaries(area)
                for row in range(top, bottom + 1):
                    for column in range(left, right + 1):
                        yield sheet.title, row - 1, column - 1


def test_every_input_is_validated_and_has_a_note(one: tuple[Path, Book]) -> None:
    path, book = one
    places = set(validated(path))
    for place, *_ in book.inputs:
        for row in range(place.row, place.last_row + 1):
            for column in range(place.column, place.last_column + 1):
                assert (place.sheet, row, column) in places


def test_pages_and_panes(one: tuple[Path, Book]) -> None:
    pages_and_panes(one[0], ("landscape",))


def pages_and_panes(path: Path, ways: Collection[str]) -> None:
    """Sheets are set up to be printed, in one of these ways, and to be scrolled."""
    for sheet in openpyxl.load_workbook(path).worksheets:
        assert sheet.page_setup.orientation in ways
        assert sheet.page_setup.paperSize == 9
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.freeze_panes
        assert sheet.print_area
        assert sheet.oddFooter.left.text == "&F"


def test_first_sheet_says_in_ten_lines_how(one: tuple[Path, Book]) -> None:
    sheet = openpyxl.load_workbook(one[0]).worksheets[0]
    assert sheet.title in ("Read me", "Läs mig")
    numbered = [r[0].value for r in sheet.iter_rows() if str(r[0].value).isdigit()]
    assert numbered == [str(i) for i in range(1, 11)]


def test_languages_have_the_same_formulas(made: dict[tuple[str, Lang], tuple[Path, Book]]) -> None:
    for name in TEMPLATES:
        english, swedish = (made[name, lang][1] for lang in LANGS)
        at = [[(p.row, p.column) for p in book.formulas] for book in (english, swedish)]
        assert at[0] == at[1]
        assert english.places.keys() == swedish.places.keys()
        assert [s.name for s in english.sheets] != [s.name for s in swedish.sheets]


def test_terms_have_both_languages() -> None:
    for key, text in TERMS.items():
        assert text.en.strip(), key
        assert text.sv.strip(), key
