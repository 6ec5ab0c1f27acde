"""The extension in a real LibreOffice: typed, calculated, explained, saved and opened again."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from crmformulas.catalog.formula import Formula, load
from crmformulas.catalog.table_headers import table_rows
from crmformulas.errors import FormulaError
from crmformulas.excel.functions.names import add_names
from tests.excel.recalculate import Cells, Error, LibreOffice, compare, errors, ironcalc_cells

FORMULAS = load()
ADD_IN = 11
"""The number of Calc's category Add-in: it lists there what is none of its own."""


def written(value: Any) -> str:
    """An argument as Calc writes it: a list is a column, None a blank, rows part by |."""
    if isinstance(value, (list, tuple)):
        rows = [row if isinstance(row, (list, tuple)) else [row] for row in value]
        return "{" + "|".join(";".join(map(written, row)) for row in rows) + "}"
    if isinstance(value, str) or value is None:
        return '"' + (value or "").replace('"', '""') + '"'
    return repr(value)


def call(name: str, *args: Any) -> str:
    return f"=CRM.{name}({';'.join(map(written, args))})"


def told(entry: Formula) -> list[list[Any]]:
    """The worked example's answer as cells, from Python, whose own tests hold it to its source."""
    result = entry.spill(*entry.example.args)
    if hasattr(result, "columns"):
        result = table_rows(result)
    rows = result if isinstance(result, list) else [[result]]
    return [[cell(value) for value in row] for row in rows]


def cell(value: Any) -> Any:
    if isinstance(value, FormulaError):
        return Error(value.code)
    return "" if value is None else value


def same(one: Any, other: Any, rounding: float = 1e-12) -> bool:
    if isinstance(one, str) or isinstance(other, str):
        return type(one) is type(other) and one == other
    return math.isclose(one, other, rel_tol=rounding, abs_tol=rounding)


# ------------------------------------------------------------------------------------- typed in


def test_a_user_types_the_name_and_the_file_keeps_the_whole_name(calc: LibreOffice) -> None:
    # 5 × 500 × 2.5
    assert calc.typed("=CLV(5;500;2.5)") == (6250.0, "=CRM.CLV(5;500;2.5)")
    assert calc.typed("=clv(5;500;2.5)/2") == (3125.0, "=CRM.CLV(5;500;2.5)/2")


@pytest.mark.parametrize("entry", FORMULAS.values(), ids=list(FORMULAS))
def test_the_worked_example_comes_out(entry: Formula, calc: LibreOffice) -> None:
    wanted = told(entry)
    formula = call(entry.spreadsheet_name, *entry.example.args)
    found = calc.evaluate_rows(formula, len(wanted), len(wanted[0]))
    rounding = 1e-5 if entry.name == "btyd_fit" else 1e-12  # where a climb ends
    assert all(
        same(one, other, rounding)
        for row, right in zip(found, wanted, strict=True)
        for one, other in zip(row, right, strict=True)
    ), (found, wanted)


@pytest.mark.parametrize(
    ("formula", "wanted"),
    [
        ("=CRM.CLV(-1;500;2.5)", "#NUM!"),  # below 0
        ("=CRM.CUSTOMER_DURATION(1.4)", "#NUM!"),  # above 1
        ('=CRM.CLV("five";500;2.5)', "#VALUE!"),
        ('=CRM.CLV("5";500;2.5)', "#VALUE!"),  # a text of digits is a text
        ("=CRM.CLV(5;500)", "#VALUE!"),  # duration is missing
        ("=CRM.CLV(5;;2.5)", "#VALUE!"),
        ("=CRM.CLV(1;2;3;4;5)", "#VALUE!"),  # there is no fifth
        ("=CRM.RETENTION(0;0)", "#DIV/0!"),
        ("=CRM.CUSTOMER_DURATION(1)", "#DIV/0!"),
        ("=CRM.TIPPING_POINT({0.1;0.2};0.9)", "#N/A"),  # no step reaches it
        ("=CRM.F_LADDER({0|0})", "#N/A"),  # nobody has bought
        ("=CRM.PARETO_SHARE({0|0})", "#DIV/0!"),
        ("=CRM.PORTFOLIO_VALUE({1|2};{1|2|3})", "#VALUE!"),  # of different lengths
        ('=CRM.PORTFOLIO("a";"2026-01-01";-5)', "#N/A"),  # a return alone
        # An error passes through, whatever else is wrong.
        ("=CRM.CLV(1/0;-1;2.5)", "#DIV/0!"),
        ('=CRM.CLV(NA();"x";2.5)', "#N/A"),
        ("=CRM.CLV(SQRT(-1);1;1)", Error("#VALUE!")),
        ("=CRM.CLV(CRM.RETENTION(0;0);1;1)", "#DIV/0!"),
        ("=CRM.CLV(CRM.TIPPING_POINT({0.1};0.9);1;1)", "#N/A"),
    ],
)
def test_each_kind_of_error(formula: str, wanted: str, calc: LibreOffice) -> None:
    assert calc.evaluate(formula) == Error(wanted)


def test_errors_stand_where_they_belong_in_a_range(calc: LibreOffice) -> None:
    found = calc.evaluate_rows('=CRM.CUSTOMER_DURATION({0.6;1|1.4;"x"})', 2, 2)
    assert found == [[2.5, Error("#DIV/0!")], [Error("#NUM!"), Error("#VALUE!")]]
    rates = calc.evaluate_rows("=CRM.STEP_RATES({100|0|0})", 2, 1)
    assert rates == [[0.0], [Error("#DIV/0!")]]
    # Nobody was lost: no finite duration, and nothing that follows from it.
    log = '{"a"|"a"|"a"};{"2020-01-10"|"2025-01-10"|"2026-01-10"};{5|10|20}'
    portfolio = calc.evaluate_rows(f"=CRM.PORTFOLIO({log})", 5, 14)
    assert portfolio[4][:6] == ["bottom", 0.0, 0.0, 0.0, 0.0, 0.0]
    assert {Error("#N/A")} == {v for row in portfolio for v in row if isinstance(v, Error)}


def test_a_range_gives_a_range(calc: LibreOffice) -> None:
    found = calc.evaluate_rows("=CRM.CLV({1|2};{10;20;30};1)", 2, 3)
    assert found == [[10.0, 20.0, 30.0], [20.0, 40.0, 60.0]]
    assert calc.evaluate("=SUM(CRM.CLV({1|2};{10;20;30};1))") == 180.0
    assert calc.evaluate("=CRM.CLV({1|2|3};{10|20};1)") == Error("#VALUE!")
    # Without an array formula a cell shows the first.
    assert calc.evaluate("=CRM.STEP_RATES({1000|250|100})") == 0.25


def test_an_answer_is_a_number_to_other_functions(calc: LibreOffice) -> None:
    assert calc.evaluate("=CRM.CLV(5;500;CRM.CUSTOMER_DURATION(0.6))") == 6250.0
    assert calc.evaluate('=IF(CRM.CLV(5;500;2.5)>6000;"high";"low")') == "high"
    assert calc.evaluate("=ROUND(CRM.CLV(5;500;2.5);-3)&" + '" kr"') == "6000 kr"
    assert calc.evaluate("=IFERROR(CRM.CLV(-1;1;1);7)") == 7.0
    assert calc.evaluate("=ISNA(CRM.TIPPING_POINT({0.1};0.9))") is True
    assert calc.evaluate("=ISERR(CRM.CLV(-1;1;1))") is True
    assert calc.evaluate("=INDEX(CRM.F_LADDER({1|3|1|2});2)") == 2.0


def test_what_is_left_out_has_its_default(calc: LibreOffice) -> None:
    assert calc.evaluate("=CRM.CLV(5;500;2.5;)") == 6250.0
    assert calc.evaluate("=CRM.CLV(5;500;2.5;0.5)") == 3125.0
    # 1000 / (1 − 0.8 / 1.1) without years; with one, the payment of today alone.
    assert calc.evaluate("=ROUND(CRM.CLV_DISCOUNTED(1000;0.8;0.1);2)") == 3666.67
    assert calc.evaluate("=CRM.CLV_DISCOUNTED(1000;0.8;0.1;1)") == 1000.0
    assert calc.evaluate("=CRM.EXTRA_ORDERS({0.5})") == 500.0
    tiers = calc.evaluate_rows('=CRM.TIER({1|9};{0.5|0.5};{"best"|"rest"})', 2, 1)
    assert tiers == [["rest"], ["best"]]


# ------------------------------------------------------------------------------ cells of a sheet


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """Calls on cells: numbers, blanks, errors, dates; a single formula and array formulas."""
    path = tmp_path / "åäö calls.xlsx"
    book = xlsxwriter.Workbook(str(path))
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    inputs, results = book.add_worksheet("Inputs"), book.add_worksheet("Results")
    inputs.write_column("A1", [5, 500, 2.5])
    inputs.write_column("B1", ["ann", "bo", "ann", 7, 7])
    # 2025-01-10, 2025-02-11, 2025-03-12, 2026-01-10, 2026-02-01 as a sheet counts days
    inputs.write_column("C1", [45667, 45699, 45728, 46032, 46054], day)
    inputs.write_column("D1", [100, 40, 60, 80, 20])
    inputs.write_column("E1", [0.6, 1.4])
    inputs.write_formula("E3", "=1/0")
    results.write_formula("A1", "=CRM.CLV(Inputs!A1,Inputs!A2,Inputs!A3)")
    results.write_formula("A2", '=IF(CRM.CLV(Inputs!A1,Inputs!A2,Inputs!A3)>6000,"high","low")')
    results.write_formula("A3", "=CRM.CUSTOMER_DURATION(Inputs!E2)")
    results.write_formula("A4", "=CRM.CUSTOMER_DURATION(Inputs!E3)")
    results.write_formula("A5", "=CRM.TIME_BETWEEN_PURCHASES(Inputs!B1:B5,Inputs!C1:C5)")
    results.write_formula("A6", "=CRM.CLV(Inputs!A9,Inputs!A2,Inputs!A3)")
    results.write_formula("A7", "=CRM.RETENTION(Inputs!A9,Inputs!A9)")
    results.write_formula("A8", "=CRM.F_LADDER(Inputs!A9:A10)")
    results.write_formula("A9", "=CRM.EXTRA_ORDERS(Inputs!E1:E3)")
    results.write_array_formula("C1:C4", "{=CRM.CUSTOMER_DURATION(Inputs!E1:E2)}")
    results.write_array_formula(
        "E1:H4", "{=CRM.CUSTOMER_STATUS(Inputs!B1:B6,Inputs!C1:C6,Inputs!D1:D6,Inputs!C5)}"
    )
    book.close()
    return path


def test_calls_on_cells_survive_both_formats(
    calc: LibreOffice, bare: LibreOffice, workbook: Path, tmp_path: Path
) -> None:
    calc.open(workbook)
    first = calc.recalculate()
    results = first["Results"]
    assert results["A1"] == 6250.0
    assert results["A2"] == "high"
    assert results["A3"] == Error("#NUM!")
    assert results["A4"] == Error("#DIV/0!")
    # ann: 61 days; 7: 22 days
    assert results["A5"] == 41.5
    assert results["A6"] == 0.0  # to Calc a blank cell alone is 0
    assert results["A7"] == Error("#DIV/0!")
    assert results["A8"] == Error("#VALUE!")  # in a range it is blank
    assert results["A9"] == Error("#VALUE!")  # Calc asks no add-in about a range with an error
    assert [results["C1"], results["C2"]] == [2.5, Error("#NUM!")]
    # By hand, from the definitions: S12 begins 2025-02-02; of its three customers two are mid.
    assert [[results.get(f"{column}{row}", "") for column in "EFGH"] for row in range(1, 5)] == [
        ["customer", "status", "value tier F12", "value tier S12"],
        # definitions.md, Coverage: of F12 history holds a month.
        ["ann", Error("#N/A"), Error("#N/A"), "mid"],
        ["bo", Error("#N/A"), Error("#N/A"), "bottom"],
        [7.0, Error("#N/A"), Error("#N/A"), "mid"],
    ]
    formulas = calc.formulas()
    assert formulas["Results"]["A1"] == "=CRM.CLV($Inputs.A1;$Inputs.A2;$Inputs.A3)"
    for suffix in (".ods", ".xlsx"):
        saved = calc.save(tmp_path / f"saved{suffix}")
        calc.open(saved)
        assert compare(first, calc.recalculate()) == []
        assert calc.formulas() == formulas
        # Who has not the extension sees #NAME?, and loses nothing by saving.
        bare.open(saved)
        assert errors(bare.recalculate())["Results!A1"] == Error("#NAME?")
        kept = bare.save(tmp_path / f"kept{suffix}")
        calc.open(kept)
        assert compare(first, calc.recalculate()) == []
        assert calc.formulas() == formulas
        calc.open(workbook)
        calc.recalculate()


def test_ten_thousand_calls_in_a_sheet(calc: LibreOffice, tmp_path: Path) -> None:
    path = tmp_path / "many.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Many")
    for row in range(10_000):
        sheet.write_number(row, 0, row)
        sheet.write_formula(row, 1, f"=CRM.CLV(A{row + 1},500,2.5)")
    book.close()
    calc.open(path)
    cells: Cells = calc.recalculate()
    assert all(cells["Many"][f"B{row + 1}"] == row * 1250 for row in range(10_000))


def test_names_with_the_prefix_make_one_file_for_excel_and_calc(
    calc: LibreOffice, tmp_path: Path
) -> None:
    path = tmp_path / "both.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Calls")
    sheet.write_formula("A1", "=CRM.CLV(5,500,2.5)")
    sheet.write_formula("A2", "=CRM.CUSTOMER_DURATION(1.4)")
    book.close()
    add_names(path, prefix="CRM.")
    calc.open(path)
    found = calc.recalculate()["Calls"]
    # 5 × 500 × 2.5
    assert (found["A1"], found["A2"]) == (6250.0, Error("#NUM!"))
    excel_like = ironcalc_cells(path)["Calls"]
    assert (excel_like["A1"], excel_like["A2"]) == (6250.0, Error("#NUM!"))


# ------------------------------------------------------------------------------------- explained


def test_the_function_wizard_explains_every_function(calc: LibreOffice) -> None:
    found = calc.described()
    for formula in FORMULAS.values():
        shown = found[formula.spreadsheet_name]
        assert shown["category"] == ADD_IN
        assert shown["description"] == f"CRM: {formula.summary}"
        assert [name for name, _ in shown["arguments"]] == [p.name for p in formula.parameters]
        for (_, text), parameter in zip(shown["arguments"], formula.parameters, strict=True):
            assert text.startswith("Optional. " if parameter.optional else "Required. ")
            assert len(text) > 20
