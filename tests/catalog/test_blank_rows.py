"""Whole columns: rows that are blank are skipped, or answered with a blank, in every runtime."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmformulas.catalog.formula import Formula, load
from crmformulas.errors import FormulaError
from crmformulas.libreoffice.calls import answering, error_value
from tests.google_sheets.test_apps_script import NAN, run
from tests.google_sheets.vectors import MISSING, expected

FORMULAS = load()
COLUMNS = [f for f in FORMULAS.values() if not f.elementwise and not f.reads_itself]
SKIPPING = [f for f in COLUMNS if f.skips]


def plain(answer: Any) -> Any:
    """An answer in which an error is its code and a table its rows."""
    if isinstance(answer, FormulaError):
        return answer.code
    if hasattr(answer, "columns"):
        return [list(answer.columns), *answer.astype(object).to_numpy().tolist()]
    if isinstance(answer, list):
        return [[plain(cell) for cell in row] for row in answer]
    return answer


def as_rows(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    return [list(row) if isinstance(row, list) else [row] for row in value]


def full(entry: Formula) -> list[Any]:
    given_args = [as_rows(v) for v in entry.example.args]
    return [*given_args, *[None] * (len(entry.parameters) - len(given_args))]


def lengthened(entry: Formula, args: list[Any], place: int | None) -> list[Any]:
    """The arguments with a blank row in each column: at a place, or below the last."""

    def longer(i: int, rows: Any) -> Any:
        names = entry.skips if place is not None else tuple(p.name for p in entry.parameters)
        if not isinstance(rows, list) or entry.parameters[i].name not in names:
            return rows
        at = len(rows) if place is None else place
        blank = [random.Random(i).choice([None, ""]) for _ in rows[0]]
        return [*rows[:at], blank, *rows[at:]]

    return [longer(i, rows) for i, rows in enumerate(args)]


@pytest.mark.parametrize("entry", COLUMNS, ids=lambda f: f.name)
def test_blank_rows_below_the_last_change_nothing(entry: Formula) -> None:
    args = full(entry)
    found = plain(entry.spill(*lengthened(entry, lengthened(entry, args, None), None)))
    wanted = plain(entry.spill(*args))
    if entry.row_by_row:
        assert found[-1] == [None] * len(found[0])
        found = found[:-2]
    assert found == wanted


@pytest.mark.parametrize("entry", SKIPPING, ids=lambda f: f.name)
def test_blank_rows_between_are_skipped_where_rows_are_customers(entry: Formula) -> None:
    args = full(entry)
    for place in (0, 1):
        found = plain(entry.spill(*lengthened(entry, args, place)))
        if entry.row_by_row:
            assert found.pop(place) == [None] * len(found[0])
        assert found == plain(entry.spill(*args))


@pytest.mark.parametrize("name", ["step_rates", "extra_orders", "tipping_point", "clv_bridge"])
def test_a_blank_step_between_others_is_a_missing_number(name: str) -> None:
    entry = FORMULAS[name]
    args = full(entry)
    args[0] = [args[0][0], [None], *args[0][1:]]
    answer = entry.spill(*args)
    assert answer.code == "#VALUE!"


def test_an_error_names_the_row_of_the_sheet() -> None:
    customers = [["a"], [None], ["a"], [None]]
    dates = [["2026-01-01"], [None], [None], [None]]
    answer = FORMULAS["time_between_purchases"].spill(customers, dates)
    assert str(answer).endswith(" at 3")
    (found,) = run([["TIME_BETWEEN_PURCHASES", customers, dates]])["answers"]
    assert found["error"].endswith(" at 3")


def test_ranges_of_unequal_length_are_refused_whatever_is_blank() -> None:
    answer = FORMULAS["portfolio_value"].spill([[1], [2], [3]], [[3], [4]])
    assert str(answer) == "customers must have as many rows as clv (3), got 2"


def test_numbers_are_blank_where_every_range_is() -> None:
    clv = FORMULAS["clv"]
    answer = clv.spill([[5.0], [None], [None], [6.0]], [[500.0], [None], [500.0], [""]], 2.5)
    # 5 × 500 × 2.5; half a row is no blank one.
    assert plain(answer) == [[6250.0], [None], ["#VALUE!"], ["#VALUE!"]]


cells = st.sampled_from([None, "", 0.0, 1.0, 5.0, 0.5, -1.0, "x", "#N/A"])


@given(st.lists(st.tuples(cells, cells), min_size=2, max_size=8))
@settings(max_examples=60, deadline=None)
def test_calc_answers_as_python(rows: list[tuple[Any, Any]]) -> None:
    args = [[row[0]] for row in rows], [[row[1]] for row in rows]
    wanted = plain(FORMULAS["annual_value"].spill(*args))
    in_calc = [tuple(("" if c is None else c,) for (c,) in column) for column in args]
    found = answering(FORMULAS["annual_value"], True)(*in_calc)
    for (one,), (other,) in zip(found, wanted, strict=True):
        if isinstance(other, str):
            assert repr(one) == repr(error_value(other))
        else:
            assert one == ("" if other is None else other)


def test_sheets_answers_as_python() -> None:
    asked: list[list[Any]] = []
    wanted: list[Any] = []
    for entry in COLUMNS:
        for place in (None, 0) if entry.skips else (None,):
            args = lengthened(entry, full(entry), place)
            call = [MISSING if v is None else blanked(v) for v in args]
            asked.append([entry.spreadsheet_name, *call])
            wanted.append(expected(entry, call)[1])
    asked.append(["CLV", [[5.0], [""], [-1.0]], [[500.0], [""], [1.0]], 2.5])
    wanted.append([[6250.0], [""], ["#NUM!"]])
    for call, found, right in zip(asked, run(asked)["answers"], wanted, strict=True):
        assert "value" in found, (call, found)
        assert alike(found["value"], right), (call, found, right)


def blanked(value: Any) -> Any:
    if isinstance(value, list):
        return [blanked(v) for v in value]
    return "" if value is None else value


def alike(found: Any, wanted: Any) -> bool:
    if isinstance(wanted, list):
        return len(found) == len(wanted) and all(map(alike, found, wanted))
    if found == NAN:
        return isinstance(wanted, str) and wanted.startswith("#")
    if isinstance(wanted, float) or isinstance(found, float):
        return bool(found == pytest.approx(wanted, rel=1e-12))
    return bool(found == wanted)


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("tier", (["revenue", 5.0],)),
        ("rfm", (["customer", "a"], ["date", "2026-01-01"], ["amount", 3.0])),
        ("time_between_purchases", (["customer", "a"], ["date", "2026-01-01"])),
        ("migration_rates", ([["top", "lost"], [1, 2]],)),
        ("btyd_fit", (["customer", "a"], ["date", "2026-01-01"], ["amount", 3.0])),
    ],
)
def test_a_row_of_headers_is_told_what_to_do(name: str, args: tuple[object, ...]) -> None:
    error = load()[name].spill(*args)
    assert str(error).endswith("; a row of headers is left out of the ranges")
    # A text further down is none, and a single cell has no row to leave out.
    assert "headers" not in str(load()["tier"].spill([5.0, "revenue"]))
    assert "headers" not in str(load()["tier"].spill(["revenue"]))
