"""The budget workbook of an order file: the plan of the screen, calculated by the workbook."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmformulas.excel.report.budget_book import write_budget_book
from crmformulas.excel.workbook.book import Book
from crmformulas.formulas.budget import LEVERS, SEGMENTS
from crmformulas.orders import demo, read
from crmformulas.orders.analysis.budget_plan import Plan
from crmformulas.orders.analysis.scenarios import SCENARIOS, Scenario
from crmformulas.orders.summary.model import Summary
from crmformulas.translations import Lang
from tests.excel.recalculate import ironcalc_cells

TIGHT = {"rel": 1e-9, "abs": 1e-6}


@pytest.fixture(scope="module")
def summaries() -> tuple[Summary, Summary]:
    frames = demo.demo_frames(orders=3_000, seed=1)
    with read(frames[0]) as log:
        summary = log.summary()
        return summary, log.summary(summary.windows.f12[1])


def written(
    tmp_path: Path, summaries: tuple[Summary, Summary], scenario: Scenario, lang: Lang = "en"
) -> tuple[Book, Plan, dict[str, object]]:
    summary, before = summaries
    path = tmp_path / "budget.xlsx"
    book = write_budget_book(path, summary, scenario, "Shop", lang, before=before)
    cells = ironcalc_cells(path)
    found: dict[str, object] = {}
    for key, place in book.places.items():
        found[key] = cells[place.sheet].get(place.at(0).cell.replace("$", ""))
    return book, Plan.of(summary, before, scenario), found


@pytest.mark.parametrize("lang", ["en", "sv"])
def test_the_workbook_calculates_the_plan(
    tmp_path: Path, summaries: tuple[Summary, Summary], lang: Lang
) -> None:
    factors = {"retention": 1.1, "new_order_value": 1.07}
    scenario = Scenario("Next year", factors, 900_000, 0.05)
    _, plan, found = written(tmp_path, summaries, scenario, lang)
    assert found["chosen_scenario"] == "Next year"
    for period in ("outcome", "budget1", "budget2"):
        made = plan.period(period)
        for row in (*SEGMENTS, "total"):
            for column in ("customers", "revenue", "orders"):
                assert found[f"{period}.{row}.{column}"] == pytest.approx(
                    getattr(made.rows[row], column), **TIGHT
                )
        for key, cell in (
            ("retention", "retention"),
            ("lost", "lost"),
            ("gross_duration", "gross_duration"),
        ):
            if period != "outcome":
                assert found[f"{period}.{cell}"] == pytest.approx(
                    getattr(made.balance, key), **TIGHT
                )
    assert found["target_gap"] == pytest.approx(plan.gap, **TIGHT)
    for lever in LEVERS:
        needed = plan.needed(lever).factor
        told = found[f"target.{lever}.needed"]
        assert told == "–" if needed is None else told == pytest.approx(needed, **TIGHT)


def test_a_published_scenario_is_the_one_that_has_its_name_there(
    tmp_path: Path, summaries: tuple[Summary, Summary]
) -> None:
    _, plan, found = written(tmp_path, summaries, SCENARIOS[1])
    assert found["chosen_scenario"] == "Recruit (published)"
    assert found["budget2.total.revenue"] == pytest.approx(plan.budget_2.revenue, **TIGHT)


@pytest.mark.parametrize("name", ["develop", "a*", "", " ", "x" * 80, "=1+1", "[b]"])
def test_a_name_the_workbook_would_not_find_is_its_own(
    tmp_path: Path, summaries: tuple[Summary, Summary], name: str
) -> None:
    scenario = Scenario(name, {"recruitment": 1.3})
    _, plan, found = written(tmp_path, summaries, scenario)
    kept = name in ("=1+1", "[b]")
    assert found["chosen_scenario"] == (name if kept else "Own")
    # Whatever it is called, its factors are those that count.
    assert found["budget2.total.revenue"] == pytest.approx(plan.budget_2.revenue, **TIGHT)


def test_without_a_year_before_growth_counts_as_it_was(
    tmp_path: Path, summaries: tuple[Summary, Summary]
) -> None:
    path = tmp_path / "budget.xlsx"
    book = write_budget_book(path, summaries[0], Scenario("x"), "Shop")
    place = book["budget1.total.revenue"]
    told = ironcalc_cells(path)[place.sheet][place.cell]
    assert told == pytest.approx(Plan.of(summaries[0], None).budget_1.revenue, **TIGHT)
