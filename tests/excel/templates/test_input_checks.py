"""What can't be used is named, wherever it stands, and no message rests on it unsaid."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

import ironcalc
import openpyxl
import pytest

from crmformulas.excel.templates import TEMPLATES, write_template
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.cell_range import CellRange
from crmformulas.excel.workbook.contents import Input
from crmformulas.excel.workbook.expressions import DASH
from crmformulas.excel.workbook.input_checks import TELLS
from tests.excel.recalculate import LibreOffice, Value, errors, ironcalc_cells


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Book]]:
    folder = tmp_path_factory.mktemp("checked")
    return {
        name: (folder / f"{name}.xlsx", write_template(name, folder / f"{name}.xlsx"))
        for name in TEMPLATES
    }


def alarm(book: Book, sheet: str) -> CellRange:
    """The cell of a sheet that says which input can't be used."""
    number = [one.name for one in book.sheets].index(sheet)
    return book[f"inputs.{number}"]


def numbers(book: Book) -> list[Input]:
    return [one for one in book.inputs if one.kind != "text" and one.needed is None]


def wrong(one: Input, dice: Random) -> Value:
    """What a paste may bring: a text that looks like a number, or a number that is not possible."""
    low, high = one.bounds
    given: list[Value] = ["1 050", "–", " "]
    if low is not None:
        given.append(low - 1)
    if high is not None:
        given.append(high + max(1.0, high))  # a spreadsheet compares fifteen digits
    if not one.optional:
        given.append(None)
    return dice.choice(given)


@pytest.mark.parametrize("name", TEMPLATES)
def test_what_is_delivered_can_be_used(name: str, made: dict[str, tuple[Path, Book]]) -> None:
    path, book = made[name]
    cells = ironcalc_cells(path)
    found = [key for key in book.places if re.fullmatch(r"inputs\.\d+", key)]
    assert found
    for key in found:
        said = str(cells[book[key].sheet].get(book[key].cell) or "")
        assert said == "" or said.startswith("▲ The example's figures stand in "), said
        assert cells[book[key].sheet][book[f"{key}.bad"].cell] == 0


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_first_is_named_and_no_message_rests_on_it(
    name: str, made: dict[str, tuple[Path, Book]]
) -> None:
    """In every block of inputs: what is told of the figures says what is wrong, or stays."""
    path, book = made[name]
    dice, model = Random(name), ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")
    order = [sheet.name for sheet in book.xl.worksheets()]

    def shown(place: CellRange) -> Value:
        return model.get_cell_value(order.index(place.sheet), place.row + 1, place.column + 1)

    said = [
        place for place, f in book.formulas.items() if f.look == "message" or TELLS.search(f.key)
    ]
    model.evaluate()
    before = {place: shown(place) for place in said}
    for one in numbers(book):
        at = one.place.at(
            dice.randint(0, one.place.last_row - one.place.row),
            dice.randint(0, one.place.last_column - one.place.column),
        )
        cell, typed, value = (
            (order.index(at.sheet), at.row + 1, at.column + 1),
            shown(at),
            wrong(one, dice),
        )
        if isinstance(value, str):
            model.update_cell_with_text(*cell, value)
        elif value is None:
            model.clear_cell_contents(*cell)
        else:
            model.update_cell_with_number(*cell, value)
        model.evaluate()
        told = str(shown(alarm(book, at.sheet)))
        assert told.startswith(f"▼ {at.sheet}, {at.cell}:"), (at, value, told)
        assert "(1 of " in told
        for place in said:
            assert shown(place) in (before[place], told), (at, value, place)
        for place in book.formulas:
            kind = model.get_cell_type(order.index(place.sheet), place.row + 1, place.column + 1)
            assert kind != ironcalc.CellType.ErrorValue, (at, value, place)
        model.set_user_input(*cell, "" if typed is None else repr(typed))


@pytest.mark.parametrize("name", TEMPLATES)
def test_engines_agree(
    name: str, made: dict[str, tuple[Path, Book]], libreoffice: LibreOffice
) -> None:
    path, book = made[name]
    dice = Random(name)
    libreoffice.open(path)
    for one in dice.sample(numbers(book), 4):
        at = one.place.at(0)
        changes = {(at.sheet, at.cell): wrong(one, dice)}
        where = alarm(book, at.sheet)
        told = [
            run(changes)[where.sheet][where.cell]
            for run in (libreoffice.recalculate, lambda given: ironcalc_cells(path, given))
        ]
        assert told[0] == told[1]
        assert str(told[0]).startswith(f"▼ {at.sheet}, {at.cell}:")


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_input_turns_red(name: str, made: dict[str, tuple[Path, Book]]) -> None:
    path, book = made[name]
    file = openpyxl.load_workbook(path)
    for one in book.inputs:
        if one.kind == "text" and one.choices is None:
            continue
        rules = [
            rule
            for area in file[one.place.sheet].conditional_formatting
            if one.place.cell in str(area.sqref).split()
            for rule in area.rules
        ]
        assert any(rule.dxf and rule.dxf.fill for rule in rules), one


@pytest.mark.parametrize("value", ["1 050", None, -1050, "–"])
def test_a_flow_that_is_no_number_takes_nothing_off(
    value: Value, made: dict[str, tuple[Path, Book]], libreoffice: LibreOffice
) -> None:
    """What a paste from a printed table brings; the published 1 050 of super to super."""
    path, book = made["customer-portfolio"]
    at = book["flow.super.super.customers"]
    libreoffice.open(path)
    for cells in (
        libreoffice.recalculate({(at.sheet, at.cell): value}),
        ironcalc_cells(path, {(at.sheet, at.cell): value}),
    ):
        assert errors(cells) == {}

        def shown(key: str, cells: dict[str, dict[str, Value]] = cells) -> Value:
            return cells[book[key].sheet].get(book[key].cell)

        for key in (
            "portfolio_total", "portfolio_opening", "portfolio_closing", "flows.retention",
            "portfolio.super.clv", "portfolio.total.retention", "migration.total.total",
            "rate.super.super", "moves.total.lost", "projection.value.5", "projection.customers.1",
            "portfolio.bottom.value_share",
        ):  # fmt: skip
            assert shown(key) == DASH, key
        # What does not rest on it stays.
        assert shown("portfolio.bottom.clv") == pytest.approx(824, abs=1)
        for key in (
            "flows.message", "flows.second", "migration.message", "portfolio.message",
            "portfolio.second", "projection.message", "projection.second", "check.found",
        ):  # fmt: skip
            assert str(shown(key)).startswith(f"▼ Flow table, {at.cell}:"), key


def test_a_row_without_names_needs_no_numbers(made: dict[str, tuple[Path, Book]]) -> None:
    """Who pastes a shorter table over the flow table clears what is left of the old one."""
    path, book = made["customer-portfolio"]
    row = ["from", "to", "customers", "revenue", "orders"]
    cleared = {
        (book[f"flow.new.bottom.{c}"].sheet, book[f"flow.new.bottom.{c}"].cell): None for c in row
    }
    cells = ironcalc_cells(path, cleared)
    assert "▼" not in str(cells["Flow table"].get(alarm(book, "Flow table").cell))
    assert cells["Portfolio"][book["portfolio.message"].cell] != DASH
    assert isinstance(cells["Portfolio"][book["portfolio_total"].cell], float)
