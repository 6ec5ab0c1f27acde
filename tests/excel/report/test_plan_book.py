"""The plan and the budget in one book: what one knows reaches the other by formula."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from crmformulas.excel.report.plan_book import Counted, write_plan_book
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.cell_range import CellRange
from crmformulas.excel.workbook.expressions import DASH
from crmformulas.formulas.budget import COLUMNS, GROWTH, LEVERS, SEGMENTS, budget
from crmformulas.orders.demo import demo_frames
from crmformulas.orders.log import read
from tests.excel.recalculate import Cells, Changes, LibreOffice, Value, both_engines, errors


class Written(NamedTuple):
    path: Path
    book: Book


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Written:
    path = tmp_path_factory.mktemp("plan") / "plan.xlsx"
    return Written(path, write_plan_book(path))


def value(cells: Cells, place: CellRange) -> Value:
    return cells[place.sheet].get(place.cell)


def at(place: CellRange, entry: Value) -> tuple[tuple[str, str], Value]:
    return (place.sheet, place.cell), entry


def number(cells: Cells, book: Book, key: str) -> float:
    found = value(cells, book[key])
    assert isinstance(found, float | int), (key, found)
    return float(found)


def changes(book: Book) -> Changes:
    """Other figures than the example's in every part that the other one follows."""
    return dict(
        [
            at(book["outcome.new.customers"], 20_000),
            at(book["outcome.continued.revenue"], 90_000_000),
            at(book["opening_customers"], 50_000),
            at(book["reactivation.own"], 0.3),
            at(book["own_growth.new_frequency"], 1.07),
            at(book["plan_margin"], 0.25),
            at(book["plan.cases.lift"].at(0), 0.2),
            at(book["plan.cases.cost"].at(1), 4_000_000),
        ]
    )


@pytest.mark.parametrize("typed", ["as prefilled", "other figures"])
def test_the_budget_follows_the_plan(
    typed: str, example: Written, libreoffice: LibreOffice
) -> None:
    path, book = example
    libreoffice.open(path)
    for cells in both_engines(libreoffice, path, {} if typed == "as prefilled" else changes(book)):
        assert errors(cells) == {}
        factors = {lever: number(cells, book, f"own.{lever}") for lever in LEVERS}
        assert factors == {lever: number(cells, book, f"plan.factor.{lever}") for lever in LEVERS}
        # The formula of the catalogue, on what the cells of the outcome hold.
        outcome = [
            [number(cells, book, f"outcome.{segment}.{column}") for column in COLUMNS[:3]]
            for segment in SEGMENTS
        ]
        growth = [number(cells, book, f"growth.{lever}") for lever in GROWTH]
        rate = number(cells, book, "reactivation_used")
        opening = number(cells, book, "opening_customers")
        expected = budget(outcome, opening, growth, rate, factors)
        for segment in (*SEGMENTS, "total"):
            for column in ("customers", "orders", "revenue"):
                told = number(cells, book, f"budget2.{segment}.{column}")
                assert told == pytest.approx(float(expected.loc[segment, column])), (
                    segment,
                    column,
                )
        # The plan tells the same of its activities.
        plan = book["plan.revenue.after"]
        assert value(cells, plan) == pytest.approx(number(cells, book, "budget2.total.revenue"))
        cost = number(cells, book, "own.cost")
        assert cost == pytest.approx(number(cells, book, "plan.total.cost"))
        # (More revenue × margin − cost) / cost, by hand.
        more = number(cells, book, "budget2.total.revenue") - number(
            cells, book, "budget1.total.revenue"
        )
        gain = more * number(cells, book, "plan_margin")
        assert number(cells, book, "own.result") == pytest.approx(gain - cost)


def test_an_activity_without_a_cost_is_not_free(example: Written, libreoffice: LibreOffice) -> None:
    path, book = example
    libreoffice.open(path)
    for cells in both_engines(libreoffice, path, dict([at(book["plan.cases.cost"].at(0), None)])):
        assert value(cells, book["own.cost"]) == value(cells, book["own.result"]) == DASH


def test_nothing_is_typed_twice(example: Written) -> None:
    typed = {(one.place.sheet, one.place.cell) for one in example.book.inputs}
    keys = ["plan.opening", "plan.reactivation", "budget_margin", "plan.growth.6", "own.retention"]
    for key in (*keys, "plan.outcome.new.orders", "own.recruitment.cost"):
        place = example.book[key]
        assert (place.sheet, place.cell) not in typed, key
    assert ("Base figures", example.book["plan.margin"].cell) in typed


def test_a_plan_of_orders(tmp_path: Path, libreoffice: LibreOffice) -> None:
    """Its outcome is that of the summary, and nothing of the example's activities stands in it."""
    orders = demo_frames(orders=3_000, seed=3)[0]
    path = tmp_path / "plan.xlsx"
    with read(orders) as log:
        summary = log.summary()
        book = write_plan_book(path, "sv", counted=Counted(summary, None, "orders", "SEK"))
    assert summary.outcome is not None
    libreoffice.open(path)
    for cells in both_engines(libreoffice, path, {}):
        assert errors(cells) == {}
        for segment, row in zip(SEGMENTS, summary.outcome, strict=True):
            for column, count in zip(COLUMNS[:3], row, strict=True):
                told = value(cells, book[f"plan.outcome.{segment}.{column}"])
                assert told == pytest.approx(count), (segment, column)
        assert [value(cells, book[f"own.{lever}"]) for lever in LEVERS] == [1] * 9
        assert value(cells, book["plan.cases.message"]) == "Det finns inga aktiviteter än"
