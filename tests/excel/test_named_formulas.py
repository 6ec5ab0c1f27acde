"""Formulas with names, and the tables that are made of them."""

from __future__ import annotations

import pytest

from crmformulas.excel.functions.lambdas import closed_forms
from crmformulas.excel.workbook.book import Book, write_book
from crmformulas.excel.workbook.lines import Grid, lines
from crmformulas.excel.workbook.named_formulas import (
    PARTS,
    escape,
    paragraphs,
    resolve,
    translated,
    write_message,
)
from crmformulas.excel.workbook.sheet import Sheet

TIERS = lines("""
    customers: count
        Customers | Kunder | How many there are. | Hur många de är.
    revenue: money
        Revenue | Omsättning | What they bought for. | Vad de köpte för.
    each: money, grey value = RATIO([revenue],[customers])
        Each | Per kund
        total = RATIO(SUM([revenue@]),SUM([customers@]))
    so_far: count = SUM([customers@top:*])
        So far | Hittills
""")
VALUES = {"customers": {"top": 4, "low": 6}, "revenue": {"top": 300, "low": 90}}
MESSAGE = """
    COUNT([tier.top.each])=0 → Nothing (yet), so to say | Inget (än), så att säga
    [tier.top.each]<{least} → Too little | För lite
    {FIXED([tier.top.each],0)} each, {share} of all
        | {FIXED([tier.top.each],0)} var, {share} av allt
    where share = PER_CENT([tier.top.each]/SUM([tier.top.revenue:tier.low.revenue]), 0)
"""


def write(book: Book) -> None:
    book.guide((), source="")
    sheet = book.sheet("Tiers", "Tiers", (20, 12, 12, 12))
    grid = Grid(sheet, 6, 1, TIERS, ("top", "low"), key="tier.*.#")
    grid.label(0)
    grid.write(lambda line, item: VALUES[line][item])
    write_message(sheet, 3, MESSAGE, "message", "tier.message", least="10")


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    return write_book(tmp_path_factory.mktemp("books") / "book.xlsx", "sv", "Tiers", write)


def formula(book: Book, key: str) -> str:
    return book.formulas[book[key]].text


def test_a_name_is_the_cell_of_the_same_item(book: Book) -> None:
    assert formula(book, "tier.low.each") == 'IF(COUNT(C8,C7)=2,IF(C7=0,"–",C8/C7),"–")'
    assert formula(book, "tier.low.so_far") == "SUM(B7:C7)"


def test_a_sentence_is_that_of_the_first_condition_that_holds(book: Book) -> None:
    # 300 / 4 each, of 390: by hand.
    assert book.value(book["tier.message"]) == "75 var, 19 % av allt"


@pytest.fixture(scope="module")
def sheet(book: Book) -> Sheet:
    return next(sheet for sheet in book.sheets if sheet.name == "Tiers")


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("KNOWN([tier.top.each]*company+1)", 'IF(COUNT(B9,company)=2,B9*company+1,"–")'),
        ("GUARD([$tier.top.each], -[tier.top.each])", 'IF(COUNT($B$9)=1,-B9,"–")'),
        (
            "SUM_OF([tier.top.each:tier.low.each])",
            'IF(COUNT(B9:C9)=ROWS(B9:C9)*COLUMNS(B9:C9),SUM(B9:C9),"–")',
        ),
        ('IF([tier.*.each]="[a], (b)","yes | ja", DASH)', 'IF(C9="[a], (b)","ja","–")'),
        ("RATIO(SUM([tier.top.each],1),2)", 'IF(COUNT(SUM(B9,1),2)=2,IF(2=0,"–",SUM(B9,1)/2),"–")'),
    ],
)
def test_formulas(sheet: Sheet, formula: str, expected: str) -> None:
    assert resolve(sheet, formula, "low") == expected


@pytest.mark.parametrize("name", ["a]:b", "x@-", "DASH", "*#$", 'KNOWN("', "~61~", "ITEM"])
def test_names_of_data_are_nothing_but_names(book: Book, sheet: Sheet, name: str) -> None:
    """A tier may be called anything: its name is no part of a formula."""
    grid = Grid(sheet, 20, 1, TIERS, (name, "other"), key="odd.*.#")
    assert resolve(sheet, "KNOWN([odd.*.each])", name) == 'IF(COUNT(B23)=1,B23,"–")'
    told = resolve(sheet, f"SUM([each@*:{escape('other')}],[each])", name, grid.lookup(name))
    assert told == "SUM(B23:C23,B23)"
    assert book[f"odd.{name}.each"].cell == "B23"


@pytest.mark.parametrize("formula", ["[nowhere]", "RATIO([tier.top.each],1"])
def test_what_can_not_be_written_is_an_error(sheet: Sheet, formula: str) -> None:
    with pytest.raises((KeyError, ValueError)):
        resolve(sheet, formula)


def test_no_part_is_a_formula_of_the_catalogue() -> None:
    """A workbook has them as names, which a part would hide."""
    assert not set(PARTS) & set(closed_forms())


def test_texts_have_both_languages() -> None:
    assert [text.sv for text in paragraphs("one\n  two | ett\n  två\nthree | tre")] == [
        "ett två",
        "tre",
    ]
    assert translated("ROMI") == ("ROMI", "ROMI")
    with pytest.raises(ValueError, match="languages"):
        translated("a | b | c")


def test_a_line_has_label_and_note() -> None:
    line = lines("retention: rate, optional, high 1\n  @retention\n  | Share | Andel")["retention"]
    assert (line.label, line.note) == (("Retention", "Retention"), ("Share", "Andel"))
    assert line.options == {"optional": True, "high": 1}
    with pytest.raises(ValueError, match="label and note"):
        lines("retention: rate\n  a | b | c | d | e")
