"""Cells that can't be used are named, no message rests on them unsaid, and headlines make sense."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

import ironcalc
import openpyxl
import pytest

from crmformulas.excel.templates import TEMPLATES, write_template
from crmformulas.excel.workbook.book import Book, write_book
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
    """A value that a paste may bring: a text like a number, or a number that is not possible."""
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
    """A paste from a printed table brings it; the published 1 050 of super to super."""
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
    """A user who pastes a shorter table over the flow table clears what is left of the old one."""
    path, book = made["customer-portfolio"]
    row = ["from", "to", "customers", "revenue", "orders"]
    cleared = {
        (book[f"flow.new.bottom.{c}"].sheet, book[f"flow.new.bottom.{c}"].cell): None for c in row
    }
    cells = ironcalc_cells(path, cleared)
    assert "▼" not in str(cells["Flow table"].get(alarm(book, "Flow table").cell))
    assert cells["Portfolio"][book["portfolio.message"].cell] != DASH
    assert isinstance(cells["Portfolio"][book["portfolio_total"].cell], float)


def test_a_sheet_may_begin_with_any_letter(tmp_path: Path) -> None:
    """Sentences on another sheet rest on its inputs, whatever letter its name begins with."""

    def write(book: Book) -> None:
        book.guide((), source="")
        inputs = book.sheet("Återköp", "Återköp", (20, 12))
        share = inputs.input(5, 1, 0.5, "rate", "Andel", "", key="share")
        told = book.sheet("Svar", "Svar", (20, 12))
        told.formula(3, 0, f'"Andel "&{share.full}', "", "message", key="told")

    path = tmp_path / "a.xlsx"
    book = write_book(path, "sv", "A", write)
    share, told = book["share"], book["told"]
    cells = ironcalc_cells(path, {(share.sheet, share.cell): -1})
    assert str(cells[told.sheet][told.cell]).startswith("▼ Återköp, B6:")


# Headlines

SEEDS = 60

TYPED: dict[str, list[dict[str, Value]]] = {
    "customer-development-budget": [
        {"outcome.continued.customers": 10**6},
        {"outcome.reactivated.customers": 10**6, "reactivation.own": None},
        {"scenario1.name": "Twice", "scenario2.name": "Twice"},
        {"chosen_scenario": "Nobody"},
    ],
    "customer-portfolio": [
        {"tier.names": "Twice"},
        {"tier.shares": None},
        {"flow.super.super.to": "elsewhere"},
    ],
    "lifecycle-plan": [
        {"plan.cases.name": None},
        {"plan.success.marks": 3},
        {
            f"plan.touchpoints.{column}.{phase}": text
            for phase in range(4)
            for column, text in (("activity", "A letter"), ("status", "running"))
        },
    ],
}
"""What reaches the headlines that no change of numbers does: cells or ranges by key."""

BEHIND = (
    "The outcome is not wholly known",
    "▼ Figures are lacking",
    "The revenue is not known",
    "Fill in all eight yellow cells",
)
"""What a report says whose file does not tell; in a template the warning of a sheet goes before."""


def split(text: str, sign: str) -> list[str]:
    """The parts of a formula between signs that stand in no bracket and no text."""
    parts, depth, quoted, begin = [], 0, False, 0
    for i, letter in enumerate(text):
        if letter == '"':
            quoted = not quoted
        elif not quoted:
            depth += (letter == "(") - (letter == ")")
            if depth == 0 and letter == sign:
                parts.append(text[begin:i])
                begin = i + 1
    return [*parts, text[begin:]]


def sentences(formula: str) -> list[str]:
    """The formulas of the sentences among which another one chooses, but for a sheet's warning."""
    parts = split(formula, "&")
    if len(parts) > 1 and parts[0].endswith('"Example: ","")'):
        return sentences("&".join(parts[1:]))
    if len(parts) > 1 or not formula.startswith("IF("):
        return [formula]
    _, one, others = split(formula[3:-1], ",")
    warning = re.fullmatch(r"(('[^']*'|\w+)!)?\$?A\$?3", one)
    return [*([] if warning else sentences(one)), *sentences(others)]


def pattern(sentence: str) -> str:
    """The pattern of a sentence's text, whatever it tells."""
    texts = (
        re.escape(part[1:-1].replace('""', '"')) if part.startswith('"') else ".*"
        for part in split(sentence, "&")
    )
    return f"(Example: )?{''.join(texts)}"


NONSENSE = re.compile(
    r"[▲▼±] ?[-−+]\d|[-−]\d\S* (more|fewer)|[+−-]0(?![.,]?\d)(?! %)|NaN|E\+|[^ \d]-\d|#|\bFALSE"
)
"""A mark and a sign, less than nothing more, a signed nothing, a hyphen for a minus, an error."""


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_headline_is_said_and_makes_sense(
    name: str, made: dict[str, tuple[Path, Book]]
) -> None:
    path, book = made[name]
    model = ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")
    model.evaluate()
    order = [sheet.name for sheet in book.xl.worksheets()]

    def at(place: CellRange) -> tuple[int, int, int]:
        return order.index(place.sheet), place.row + 1, place.column + 1

    def write_all(values: dict[CellRange, Value]) -> None:
        for place, value in values.items():
            if value is None:
                model.clear_cell_contents(*at(place))
            elif isinstance(value, str):
                model.update_cell_with_text(*at(place), value)
            else:
                model.update_cell_with_number(*at(place), value)

    told = headlines(book)
    missing = {(place, text) for place, texts in told.items() for text in texts}

    def look() -> None:
        model.evaluate()
        for place, texts in told.items():
            shown = str(model.get_cell_value(*at(place)) or "")
            if "a number is lacking" in shown:
                continue
            said = [text for text in texts if re.fullmatch(pattern(text), shown)]
            assert said, (place, shown)
            assert not NONSENSE.search(shown), (place, shown)
            missing.discard((place, max(said, key=lambda text: len(pattern(text)))))

    numeric = [one for one in book.inputs if one.kind != "text"]
    cells = [(one, place) for one in numeric for place in every(one.place)]
    delivered = {place: model.get_cell_value(*at(place)) for _, place in cells}
    for seed in range(SEEDS):
        write_all(changed_numbers(cells, delivered, Random(seed)))
        look()
    write_all(delivered)
    for typed in TYPED.get(name, ()):
        changed = {place: value for key, value in typed.items() for place in every(book[key])}
        before = {place: model.get_cell_value(*at(place)) for place in changed}
        write_all(changed)
        look()
        write_all(before)
    assert [text for _, text in missing if not text.strip('"').startswith(BEHIND)] == []


def headlines(book: Book) -> dict[CellRange, list[str]]:
    """The cells that tell something, and the formulas of their sentences."""
    return {
        place: sentences(formula.text)
        for place, formula in book.formulas.items()
        if formula.look == "message" or (TELLS.search(formula.key) and formula.look != "alarm")
        if "&" in formula.text or formula.text.startswith("IF(")
    }


def changed_numbers(
    cells: list[tuple[Input, CellRange]], delivered: dict[CellRange, Value], dice: Random
) -> dict[CellRange, Value]:
    """The numbers of the cells when some blocks are empty, grow together or each by its own."""
    blocks = list(dict.fromkeys(one.place for one, _ in cells))
    chosen = set(dice.sample(blocks, max(1, len(blocks) // dice.choice((1, 2, 4)))))
    factor = dice.choice((0.0, 0.3, 0.7, 1.5, 3.0, None, ...))
    values = dict(delivered)
    for one, place in cells:
        value = delivered[place]
        if one.place in chosen and isinstance(value, float | int):
            by = dice.choice((0.0, 0.5, 0.9, 1.0, 1.1, 2.0)) if factor is ... else factor
            if by is not None:
                low, high = (value * by if end is None else end for end in one.bounds)
                values[place] = min(max(value * by, low), high)
            elif one.optional:
                values[place] = None
    return values


def every(place: CellRange) -> list[CellRange]:
    """The cells of a range."""
    return [
        place.at(i, j)
        for i in range(place.last_row - place.row + 1)
        for j in range(place.last_column - place.column + 1)
    ]
