"""The life-cycle plan: every figure equals the formulas of the catalogue, in two engines.

Published figures are those of ``tests/data/budget_published.csv``: Elinder, "Dina nycklar till
framgångsrikare CRM" (IRi, 2018).
"""

from __future__ import annotations

import csv
import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from crmformulas.excel.templates import write_template
from crmformulas.excel.templates.lifecycle.base import LEVER_LABELS
from crmformulas.excel.templates.lifecycle.cases import CASES
from crmformulas.excel.templates.lifecycle.data import DECISIONS, PHASES, STATUSES, Base, Plan
from crmformulas.excel.templates.lifecycle.plan import EXAMPLE, write_plan
from crmformulas.excel.templates.lifecycle.ranking import BY_ROMI, BY_VALUE
from crmformulas.excel.workbook.book import Book, write_book
from crmformulas.excel.workbook.cell_range import CellRange
from crmformulas.excel.workbook.expressions import DASH
from crmformulas.formulas.budget import LEVERS, SEGMENTS, budget
from crmformulas.formulas.campaign import payback_years, romi
from crmformulas.formulas.retention import customer_duration, retention
from crmformulas.formulas.value import clv, portfolio_value
from crmformulas.translations import LANGS, Lang
from tests.excel.grid import unread_figures, watched
from tests.excel.recalculate import (
    Cells,
    Changes,
    LibreOffice,
    Value,
    cached_cells,
    compare,
    errors,
    ironcalc_cells,
)
from tests.excel.templates.lifecycle_tables import check_tables

with (Path(__file__).parents[2] / "data/budget_published.csv").open(encoding="utf-8") as file:
    PUBLISHED = {(row["scenario"], row["segment"]): row for row in csv.DictReader(file)}

SCENARIOS = {
    "develop": {"continued_frequency": 0.05, "retention": 0.1, "reactivation": 0.1},
    "recruit": {"new_frequency": 0.2, "new_order_value": 0.05},
    "winback": {
        "new_frequency": 0.1,
        "continued_frequency": 0.1,
        "retention": 0.1,
        "reactivation": 0.1,
    },
}
"""Elinder 2018: the published simulation panels, as lifts."""


@dataclass(frozen=True)
class Made:
    """A workbook, where its cells are, and what recalculates it."""

    lang: Lang
    path: Path
    book: Book
    stored: Cells
    open: Callable[[Changes | None], Cells]

    def cells(self, changes: dict[CellRange, Value] | None = None) -> Cells:
        """All cells, recalculated; what a cell holds already is not typed again: that is slow."""
        told = {(p.sheet, p.cell): entry for p, entry in (changes or {}).items()}
        return self.open(
            {
                (sheet, cell): entry
                for (sheet, cell), entry in told.items()
                if entry != self.stored[sheet].get(cell)
            }
        )

    def translate(self, words: Any) -> str:
        return self.book.translate(words)


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> dict[Lang, tuple[Path, Book]]:
    folder = tmp_path_factory.mktemp("lifecycle")
    made: dict[Lang, tuple[Path, Book]] = {}
    for lang in LANGS:
        path = folder / f"plan-{lang}.xlsx"
        made[lang] = path, write_template("lifecycle-plan", path, lang)
    return made


@pytest.fixture(
    scope="module",
    params=[(lang, engine) for lang in LANGS for engine in ("LibreOffice", "IronCalc")],
    ids="-".join,
)
def made(request: pytest.FixtureRequest, books: dict[Lang, tuple[Path, Book]]) -> Iterator[Made]:
    lang, engine = request.param
    path, book = books[lang]
    stored = cached_cells(path)
    if engine == "IronCalc":
        yield Made(lang, path, book, stored, lambda changes: ironcalc_cells(path, changes))
    else:
        office: LibreOffice = request.getfixturevalue("libreoffice")
        office.open(path)
        yield Made(lang, path, book, stored, office.recalculate)


ENGLISH = pytest.mark.parametrize(
    "made", [("en", "LibreOffice"), ("en", "IronCalc")], ids="-".join, indirect=True
)
"""Where the language can make no difference."""


def values(cells: Cells, place: CellRange) -> list[Value]:
    """The values of a range, row by row; an empty cell is an empty text."""
    return [
        cells[place.sheet].get(place.at(i, j).cell, "")
        for i in range(place.last_row - place.row + 1)
        for j in range(place.last_column - place.column + 1)
    ]


def value(cells: Cells, place: CellRange) -> Value:
    return values(cells, place)[0]


def near(expected: float, abs_tol: float = 0.0) -> Any:
    """The figure, or a dash where it is not defined."""
    if math.isnan(expected):
        return DASH
    return pytest.approx(expected, rel=1e-9, abs=max(abs_tol, 1e-12))


# What the workbook shall show, by the formulas of the catalogue.


@dataclass(frozen=True)
class Case:
    name: str
    phase: Any
    lever: str
    lift: float
    share: float
    cost: float
    actual: tuple[float | None, float | None, float | None] = (None, None, None)


CASES_OF_EXAMPLE = tuple(
    Case(a.name.en, a.phase, a.lever, a.lift, a.share, a.cost, a.actual)  # type: ignore[arg-type, union-attr]
    for a in EXAMPLE.activities
)


def valued(base: Base, simulation: dict[str, float]) -> tuple[Any, float, float]:
    """The budget with a simulation, its duration and the portfolio's value."""
    plan = budget(base.outcome, base.opening, base.growth, base.reactivation, simulation)
    assert base.opening is not None
    kept = retention(base.opening, base.outcome[1][0] or 0.0)
    duration = float(customer_duration(kept * simulation.get("retention", 1.0)))
    segments = plan.loc[list(SEGMENTS)]
    segments = segments[segments["customers"] > 0]  # the others have no frequency
    each = clv(
        segments["orders_per_customer"].to_numpy(),
        segments["value_per_order"].to_numpy(),
        duration,
        base.margin,
    )
    return plan, duration, portfolio_value(each, segments["customers"].to_numpy())


def check_base(cells: Cells, book: Book, base: Base) -> None:
    plan, duration, worth = valued(base, {})
    shown = book["plan.budget1"]
    for i, segment in enumerate([*SEGMENTS, "total"]):
        row = plan.loc[segment]
        figures = ("customers", "revenue", "orders", "orders_per_customer", "value_per_order")
        for j, figure in enumerate(figures if row["customers"] else figures[:3]):
            assert value(cells, shown.at(i, j)) == near(float(row[figure])), (segment, figure)
    assert value(cells, book["plan.duration"]) == near(duration)
    assert value(cells, book["plan.value"]) == near(worth)


def check_cases(cells: Cells, book: Book, base: Base, cases: tuple[Case, ...]) -> None:
    before, _, worth = valued(base, {})

    def column(key: str) -> list[Value]:
        return values(cells, book[f"plan.cases.{key}"])

    added = []
    for i, case in enumerate(cases):
        after, _, more = valued(base, {case.lever: 1 + case.lift * case.share})
        change = after.loc["total"] - before.loc["total"]
        for figure in ("customers", "orders", "revenue"):
            small = 1e-12 * float(before.loc["total"][figure])
            assert column(figure)[i] == near(float(change[figure]), small), (case, figure)
        assert column("value")[i] == near(more - worth, 1e-12 * worth), case
        noise = 1e-12 * worth / case.cost
        assert column("romi")[i] == near(float(romi(worth, more, case.cost)), noise), case
        revenue = float(change["revenue"])
        if revenue * base.margin > 1e-6:
            assert column("payback")[i] == near(
                float(payback_years(case.cost, revenue, base.margin))
            )
        else:
            assert column("payback")[i] == DASH
        added.append(more - worth)
    assert column("value")[len(cases) :] == [""] * (CASES - len(cases))
    assert value(cells, book["plan.total.value"]) == near(sum(added), 1e-12 * worth)
    assert value(cells, book["plan.total.cost"]) == near(sum(c.cost for c in cases))


def factors(cases: tuple[Case, ...]) -> dict[str, float]:
    return {x: 1 + sum(c.lift * c.share for c in cases if c.lever == x) for x in LEVERS}


def check_together(cells: Cells, book: Book, base: Base, cases: tuple[Case, ...]) -> None:
    simulation = factors(cases)
    shown = values(cells, book["plan.factors"])
    assert shown == [near(simulation[lever]) for lever in LEVERS]
    plan, _, more = valued(base, simulation)
    _, _, worth = valued(base, {})
    for i, segment in enumerate([*SEGMENTS, "total"]):
        for j, figure in ((1, "customers"), (3, "orders"), (5, "revenue")):
            expected = near(float(plan.loc[segment][figure]))
            assert value(cells, book["plan.budget"].at(i, j)) == expected, (segment, figure)
    assert value(cells, book["plan.value.after"]) == near(more)
    cost = sum(c.cost for c in cases)
    assert value(cells, book["plan_romi"]) == near(
        float(romi(worth, more, cost)), 1e-12 * worth / cost
    )
    alone = value(cells, book["plan.total.value"])
    assert isinstance(alone, float)
    assert value(cells, book["plan_together"]) == near(more - worth - alone, 1e-11 * worth)


def check_order(cells: Cells, book: Book, cases: tuple[Case, ...], key: str) -> None:
    """The list holds the cases from the highest score; cases with the same score by row."""
    scores = values(cells, book[f"plan.cases.{key}"])[: len(cases)]
    known = [i for i, score in enumerate(scores) if score != DASH]
    order = sorted(known, key=lambda i: -float(scores[i] or 0))
    order += [i for i, score in enumerate(scores) if score == DASH]
    listed = book["plan.list"]
    names = [cases[i].name for i in order] + [""] * (CASES - len(cases))
    assert values(cells, listed.down(1)) == names
    running = 0.0
    for place, i in enumerate(order):
        running += cases[i].cost
        assert value(cells, listed.at(place, 8)) == near(running)


def check_actual(cells: Cells, book: Book, base: Base, cases: tuple[Case, ...]) -> None:
    _, _, worth = valued(base, {})
    total = {"goal": 0.0, "actual": 0.0}
    measured = 0
    for i, case in enumerate(cases):
        lift, share, cost = case.actual
        shown = value(cells, book["plan.actual.value"].at(i))
        verdict = value(cells, book["plan.actual.status"].at(i))
        if lift is None or share is None:
            assert shown == verdict == DASH
            continue
        _, _, goal = valued(base, {case.lever: 1 + case.lift * case.share})
        _, _, more = valued(base, {case.lever: 1 + lift * share})
        assert shown == near(more - worth, 1e-12 * worth)
        mark = "▲" if more >= goal else "●" if more - worth >= 0.8 * (goal - worth) else "▼"
        assert str(verdict)[0] == mark
        if cost:
            expected = near(float(romi(worth, more, cost)), 1e-12 * worth / cost)
            assert value(cells, book["plan.actual.romi"].at(i)) == expected
        total["goal"] += goal - worth
        total["actual"] += more - worth
        measured += 1
    assert measured
    assert value(cells, book["plan.measured.goal.value"]) == near(total["goal"], 1e-12 * worth)
    assert value(cells, book["plan.measured.value"]) == near(total["actual"], 1e-12 * worth)


def typed(made: Made, base: Base, cases: tuple[Case, ...]) -> dict[CellRange, Value]:
    """The changes that put these figures into the workbook; other activities are emptied."""
    book = made.book
    changes: dict[CellRange, Value] = {
        book["plan.opening"]: base.opening,
        book["plan.reactivation"]: base.reactivation,
        book["plan.margin"]: base.margin,
    }
    for i, segment in enumerate(SEGMENTS):
        for j, figure in enumerate(("customers", "revenue", "orders")):
            changes[book[f"plan.outcome.{segment}.{figure}"]] = base.outcome[i][j]
    for k, growth in enumerate(base.growth):
        changes[book[f"plan.growth.{k}"]] = growth
    for i in range(CASES):
        row: tuple[Value, ...] = (None,) * 9
        if i < len(cases):
            case = cases[i]
            lever = made.translate(LEVER_LABELS[LEVERS.index(case.lever)])
            row = (
                case.name,
                made.translate(case.phase),
                lever,
                case.lift,
                case.share,
                case.cost,
                *case.actual,
            )
        keys = [f"plan.cases.{k}" for k in ("name", "phase", "lever", "lift", "share", "cost")]
        keys += [f"plan.actual.{k}" for k in ("lift", "share", "cost")]
        changes |= {book[key].at(i): entry for key, entry in zip(keys, row, strict=True)}
    return changes


def drawn(seed: int) -> tuple[Base, tuple[Case, ...]]:
    """Figures at random: a base whose customers stay and come back, and a few activities."""
    r = random.Random(seed)
    opening = r.randint(50, 90_000)
    kept = round(opening * r.uniform(0.05, 0.7))

    def segment(customers: int) -> tuple[float, float, float]:
        orders = customers + r.randint(0, 3 * customers)
        return customers, round(orders * r.uniform(50, 9000), 2), orders

    base = Base(
        outcome=(segment(r.randint(1, 40_000)), segment(kept or 1), segment(r.randint(1, 9_000))),
        opening=opening,
        reactivation=r.choice((0.0, r.uniform(0.01, 0.6))),
        growth=tuple(r.uniform(0.6, 1.5) for _ in range(7)),
        margin=r.choice((1.0, r.uniform(0.05, 1.0))),
    )
    cases = []
    for i in range(r.randint(1, 8) if seed else CASES):
        # Retention at most 0.7 × 1.39 and reactivation 0.6 × 1.39, all cases together.
        actual = (r.uniform(-0.3, 0.3), r.random(), r.choice((None, r.uniform(1, 1e6))))
        cases.append(
            Case(
                name=f"Case {i}",
                phase=r.choice(PHASES),
                lever=r.choice(LEVERS),
                lift=r.uniform(-0.019, 0.019) * (1 if i else 20),
                share=r.uniform(0.05, 1),
                cost=r.uniform(1, 5e6),
                actual=actual if i == 0 or r.random() < 0.4 else (None, None, None),
            )
        )
    return base, tuple(cases)


# The tests.


def test_example(made: Made) -> None:
    cells = made.cells()
    assert errors(cells) == {}
    cases = tuple(
        replace(case, name=made.translate(a.name))
        for case, a in zip(CASES_OF_EXAMPLE, EXAMPLE.activities, strict=True)
    )
    check_base(cells, made.book, EXAMPLE.base)
    check_cases(cells, made.book, EXAMPLE.base, cases)
    check_together(cells, made.book, EXAMPLE.base, cases)
    check_order(cells, made.book, cases, "romi")
    check_actual(cells, made.book, EXAMPLE.base, cases)
    if made.lang == "en":
        check_tables(cells, made.book, EXAMPLE.base, cases, "romi")


def test_no_figure_is_unchecked(books: dict[Lang, tuple[Path, Book]]) -> None:
    path, book = books["en"]
    cells = watched(ironcalc_cells(path))
    made = Made("en", path, book, cells, lambda changes: cells)
    for check in (
        test_example,
        test_gaps_are_counted,
        test_weeks_as_they_come,
        test_the_list_of_processes_counts_what_their_sheets_say,
        test_touchpoints_by_the_figure_they_are_to_move,
        test_pilots_are_counted_by_decision,
    ):
        check(made)
    for key in ("plan.resources.shares", "plan.contacts.years", "plan.contacts.total"):
        values(cells, book[key])
    values(cells, book["plan.contacts.spent"])
    table = book["plan.success"]
    values(cells, CellRange(table.sheet, table.last_row, 1, table.last_row, 2))
    assert unread_figures(cells, book) == []


@ENGLISH
def test_budget_1_is_the_published_one(made: Made) -> None:
    cells = made.cells()
    for i, segment in enumerate([*SEGMENTS, "total"]):
        printed = PUBLISHED["budget1", segment]
        for j, figure in enumerate(("customers", "revenue", "orders")):
            # The reactivation rate is printed with four digits.
            expected = pytest.approx(float(printed[figure]), rel=2e-4)
            assert value(cells, made.book["plan.budget1"].at(i, j)) == expected


@ENGLISH
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_published_scenarios(made: Made, scenario: str) -> None:
    """Activities that lift the levers of a published panel, for everyone, give its budget."""
    lifts = SCENARIOS[scenario]
    cases = tuple(Case(lever, PHASES[1], lever, lift, 1.0, 1e6) for lever, lift in lifts.items())
    cells = made.cells(typed(made, EXAMPLE.base, cases))
    for i, segment in enumerate([*SEGMENTS, "total"]):
        printed = PUBLISHED[scenario, segment]
        for j, figure in ((1, "customers"), (3, "orders"), (5, "revenue")):
            # Rates and factors are printed with few digits, as in tests/test_budget.py.
            expected = pytest.approx(float(printed[figure]), rel=3e-4)
            assert value(cells, made.book["plan.budget"].at(i, j)) == expected


@ENGLISH
@pytest.mark.parametrize("seed", range(8))
def test_other_figures(made: Made, seed: int) -> None:
    base, cases = drawn(seed)
    by_value = seed % 2 == 1
    changes = typed(made, base, cases)
    changes[made.book["plan.order"]] = made.translate(BY_VALUE if by_value else BY_ROMI)
    cells = made.cells(changes)
    assert errors(cells) == {}
    check_base(cells, made.book, base)
    check_cases(cells, made.book, base, cases)
    check_together(cells, made.book, base, cases)
    check_order(cells, made.book, cases, "value" if by_value else "romi")
    check_actual(cells, made.book, base, cases)
    check_tables(cells, made.book, base, cases, "value" if by_value else "romi")


@ENGLISH
def test_equal_cases_keep_their_order(made: Made) -> None:
    case = CASES_OF_EXAMPLE[2]
    cases = tuple(replace(case, name=name) for name in "abcd")
    cells = made.cells(typed(made, EXAMPLE.base, cases))
    assert values(cells, made.book["plan.list"].down(1))[:5] == ["a", "b", "c", "d", ""]


@ENGLISH
def test_unknown_is_a_dash(made: Made) -> None:
    """Cells that need an unknown figure are a dash, and only they."""
    book = made.book
    cells = made.cells({book["plan.reactivation"]: None})
    assert errors(cells) == {}
    shown = values(cells, book["plan.cases.value"])[:10]
    # Reactivation, and retention, which makes all revenue last longer.
    for case, seen in zip(CASES_OF_EXAMPLE, shown, strict=True):
        unknown = "reactivat" in case.lever or case.lever == "retention"
        assert (seen == DASH) == unknown, case
    assert value(cells, book["plan.value"]) == value(cells, book["plan_romi"]) == DASH
    assert value(cells, book["plan.total.romi"]) == DASH
    listed = values(cells, book["plan.list"].down(1))[:10]
    assert listed[:6] == sorted(listed[:6], key=listed.index)
    assert sum(1 for v in values(cells, book["plan.list"].down(6))[:10] if v == DASH) == 4


@ENGLISH
def test_growth_that_is_empty_is_none(made: Made) -> None:
    base = replace(EXAMPLE.base, growth=(1.0,) * 7)
    changes: dict[CellRange, Value] = {made.book[f"plan.growth.{k}"]: None for k in range(7)}
    check_base(made.cells(changes), made.book, base)


@ENGLISH
def test_nobody_can_stay_more_than_everybody(made: Made) -> None:
    book = made.book
    base = EXAMPLE.base
    kept = 12051 / 46834  # Elinder 2018: continued of opening
    over = Case("over", PHASES[2], "retention", 1 / kept - 1 + 1e-6, 1.0, 1e6)
    fine = replace(over, name="fine", lift=1 / kept - 1 - 1e-6)
    back = Case("back", PHASES[3], "reactivation", 1 / 0.4064 - 1 + 1e-6, 1.0, 1e6)
    cells = made.cells(typed(made, base, (over, back, fine)))
    assert errors(cells) == {}
    shown = values(cells, book["plan.cases.value"])[:3]
    assert shown[:2] == [DASH, DASH]
    assert isinstance(shown[2], float)
    checks = values(cells, book["plan.cases.remark"])[:3]
    assert [str(check)[:1] for check in checks] == ["▼", "▼", ""]
    assert value(cells, book["plan.value.after"]) == value(cells, book["plan_romi"]) == DASH


@ENGLISH
def test_cases_that_lack_something(made: Made) -> None:
    book = made.book
    changes: dict[CellRange, Value] = {
        book["plan.cases.cost"].at(0): None,
        book["plan.cases.cost"].at(1): 0,
        book["plan.cases.lift"].at(2): None,
        book["plan.cases.lever"].at(3): None,
        book["plan.cases.name"].at(4): None,
    }
    cells = made.cells(changes)
    assert errors(cells) == {}
    assert values(cells, book["plan.cases.romi"])[:5] == [DASH, DASH, DASH, DASH, ""]
    assert isinstance(value(cells, book["plan.cases.value"].at(0)), float)
    assert values(cells, book["plan.cases.value"])[2:5] == [DASH, DASH, ""]
    assert value(cells, book["plan.total.romi"]) == DASH
    # 11.55 M less the rows without cost, at no cost, and without a name.
    assert value(cells, book["plan.total.cost"]) == 11_550_000 - 900_000 - 250_000 - 800_000
    rest = CASES_OF_EXAMPLE[:2] + CASES_OF_EXAMPLE[5:]
    assert values(cells, book["plan.factors"]) == [near(factors(rest)[lever]) for lever in LEVERS]


@ENGLISH
def test_gaps_are_counted(made: Made) -> None:
    cells = made.cells()
    gaps = made.book["plan.gaps"]
    for i, points in enumerate(EXAMPLE.touchpoints):
        covered, planned = (sum(p.status == s for p in points) for s in STATUSES[:2])
        shown = values(cells, gaps.line(i))
        assert shown[:4] == [len(points), covered, planned, len(points) - covered - planned]
    assert values(cells, gaps.line(4))[:4] == [24, 14, 3, 7]
    assert str(value(cells, made.book["plan.gaps.message"])).startswith("7 ")


def test_an_activity_that_is_emptied_is_a_gap(made: Made) -> None:
    sheet = made.book["plan.gaps"].sheet
    # The first touchpoint: its activity in B7, its status in D7.
    cells = made.cells({CellRange(sheet, 6, 1, 6, 1): None})
    assert values(cells, made.book["plan.gaps"].line(0))[:4] == [6, 3, 1, 2]
    cells = made.cells({CellRange(sheet, 6, 0, 6, 0): None})
    assert values(cells, made.book["plan.gaps"].line(0))[:4] == [5, 3, 1, 1]


PROCESS = {process.key: process for process in EXAMPLE.processes}
RUNNING = [d for d in PROCESS["new"].dialogs if d.status == STATUSES[0]]


def weeks(*spans: tuple[int, int]) -> list[int]:
    return [sum(start <= w < start + n for start, n in spans) for w in range(1, 13)]


@ENGLISH
def test_weeks_as_they_come(made: Made) -> None:
    cells, book = made.cells(), made.book
    for key, process in PROCESS.items():
        shown = book[f"plan.process.{key}.counts"]
        heads = CellRange(shown.sheet, 12, shown.column, 12, shown.last_column)
        assert values(cells, heads) == list(range(1, 13))
        running = [d for d in process.dialogs if d.status == STATUSES[0]]
        assert values(cells, shown) == weeks(*((d.start, d.weeks) for d in running))
        counted = [sum(d.status == status for d in process.dialogs) for status in STATUSES]
        assert values(cells, book[f"plan.process.{key}.statuses"]) == counted
    assert values(cells, book["plan.process.new.statuses"]) == [5, 3, 1]


@ENGLISH
def test_weeks_of_the_process(made: Made) -> None:
    book, key = made.book, "plan.process.new"
    cells = made.cells({book[f"{key}.start"].at(0): 11, book[f"{key}.weeks"].at(0): 9})
    later = [(d.start, d.weeks) for d in RUNNING[1:]]
    assert values(cells, book[f"{key}.counts"]) == weeks((11, 9), *later)


@ENGLISH
def test_the_list_of_processes_counts_what_their_sheets_say(made: Made) -> None:
    cells, listed = made.cells(), made.book["plan.processes"]
    rows = []
    for process in EXAMPLE.processes:
        running = [d for d in process.dialogs if d.status == STATUSES[0]]
        silent = weeks(*((d.start, d.weeks) for d in running)).count(0)
        measured = [d for d in process.dialogs if d.goal is not None and d.result is not None]
        reached = sum(d.result >= d.goal for d in measured)  # type: ignore[operator]
        counted = [sum(d.status == status for d in process.dialogs) for status in STATUSES]
        rows.append([*counted, silent, len(measured), reached])
    rows.append([sum(column) for column in zip(*rows, strict=True)])
    assert [values(cells, listed.line(i)) for i in range(len(rows))] == rows
    message = str(value(cells, made.book["plan.processes.message"]))
    assert f"{rows[-1][5]} of {rows[-1][4]} measured goals" in message


@ENGLISH
def test_touchpoints_by_the_figure_they_are_to_move(made: Made) -> None:
    cells, book = made.cells(), made.book
    points = [p for phase in EXAMPLE.touchpoints for p in phase]
    for i, lever in enumerate(LEVERS):
        own = [p for p in points if p.kpi == lever]
        gaps = sum(p.status == STATUSES[2] or not p.activity for p in own)
        assert values(cells, book["plan.figures"].line(i)) == [len(own), gaps]
    new, continued, reactivated = (row[0] for row in EXAMPLE.base.outcome)
    assert EXAMPLE.base.opening is not None
    assert continued is not None
    lost = EXAMPLE.base.opening - continued
    assert values(cells, book["plan.moves"]) == [new, continued, lost, reactivated]


@ENGLISH
def test_priorities_share_the_resources(made: Made) -> None:
    cells, book = made.cells(), made.book
    money = [p.resources or 0.0 for p in EXAMPLE.priorities]
    for i, own in enumerate([*money, sum(money)]):
        shown = values(cells, book["plan.resources.shares"].line(i))
        assert shown == [own, near(own / sum(money))]
    cells = made.cells({book["plan.resources"].at(i): None for i in range(4)})
    assert values(cells, book["plan.resources.shares"].line(4)) == [DASH, DASH]
    assert value(cells, book["plan.priorities.message"]) == "No resources are set yet"


@ENGLISH
def test_the_contact_plan_adds_up(made: Made) -> None:
    cells, book = made.cells(), made.book
    rows, customers = EXAMPLE.contacts, [row[0] for row in EXAMPLE.base.outcome]
    assert EXAMPLE.base.opening is not None
    assert customers[1] is not None
    people = [None, *customers, EXAMPLE.base.opening - customers[1]]
    for i, (row, count) in enumerate(zip(rows, people, strict=True)):
        year = sum(n or 0.0 for n in row.months)
        each = near(year / count) if count else DASH
        shown = values(cells, book["plan.contacts.years"].line(i))
        assert shown == [year, near(year * (row.cost or 0.0)), each]
    months = [sum(row.months[m] or 0.0 for row in rows) for m in range(12)]
    assert values(cells, book["plan.contacts.total"]) == [*months, sum(months)]
    spent = [sum((row.months[m] or 0.0) * (row.cost or 0.0) for row in rows) for m in range(12)]
    shown = values(cells, book["plan.contacts.spent"])
    assert shown[:12] == [near(n) for n in spent]
    assert shown[13] == near(sum(spent))
    # A segment that is contacted at an unknown cost: the months' cost is unknown too, not less.
    cells = made.cells({book["plan.contacts.cost"].at(4): None})
    shown = values(cells, book["plan.contacts.spent"])
    assert [n == DASH for n in shown[:12]] == [bool(n) for n in rows[4].months]
    assert shown[13] == DASH


@ENGLISH
def test_success_is_marked_by_the_published_shares(made: Made) -> None:
    """McKean 1999: money 2/2/2/1/1/10/82 %, success 20/15/10/20/10/15/10 %."""
    book, marks, money = made.book, [3, 4, 2, 5, 1, 3, 4], [10, 0, 20, 0, 0, 30, 40]
    table = book["plan.success"]
    cells = made.cells()
    sums = CellRange(table.sheet, table.last_row, 1, table.last_row, 2)
    assert values(cells, sums) == [near(1), near(1)]
    assert set(values(cells, table)) == {DASH, None} or DASH in values(cells, table)
    typed_in: dict[CellRange, Value] = {}
    for i in range(7):
        typed_in[book["plan.success.marks"].at(i)] = marks[i]
        typed_in[book["plan.success.money"].at(i)] = money[i]
    cells = made.cells(typed_in)
    success = [0.20, 0.15, 0.10, 0.20, 0.10, 0.15, 0.10]
    for i, weight in enumerate(success):
        share, away, mark, points, left = values(cells, table.line(i))
        assert [share, mark] == [near(money[i] / 100), marks[i]]
        assert away == pytest.approx(100 * (money[i] / 100 - weight), abs=1e-9)
        assert [points, left] == [near(weight * marks[i] / 5), near(weight * (5 - marks[i]) / 5)]
    whole = sum(w * m / 5 for w, m in zip(success, marks, strict=True))
    assert values(cells, table.line(7))[3:] == [near(whole), near(1 - whole)]
    message = str(value(cells, book["plan.success.message"]))
    assert message == f"{round(100 * whole)} % of full marks; most is left to gain in People"


@ENGLISH
def test_pilots_are_counted_by_decision(made: Made) -> None:
    cells, book = made.cells(), made.book
    decided = [sum(p.decision == d for p in EXAMPLE.pilots) for d in DECISIONS]
    assert values(cells, book["plan.pilots.decisions"]) == decided == [3, 1, 0]


@ENGLISH
def test_a_decision_without_a_control_group_is_told(made: Made) -> None:
    cells, book = made.cells(), made.book
    control = book["plan.pilots.control"]
    row = next(i for i, p in enumerate(EXAMPLE.pilots) if p.decision)
    check = CellRange(control.sheet, control.row + row, 9, control.row + row, 9)
    assert value(cells, check) == ""
    cells = made.cells({control.at(row): None})
    assert value(cells, check) == "▼ decided without a control group"


EDGES: dict[str, dict[str, Value]] = {
    "no opening": {"plan.opening": None},
    "opening is 0": {"plan.opening": 0},
    "more continued than there were": {"plan.opening": 10},
    "everybody continues": {"plan.opening": 12051},
    "no margin": {"plan.margin": 0},
    "no new customers": {f"plan.outcome.new.{x}": 0 for x in ("customers", "revenue", "orders")},
    "no orders": {"plan.outcome.continued.orders": 0},
    "revenue unknown": {"plan.outcome.reactivated.revenue": None},
    "nobody comes back": {"plan.reactivation": 0},
    "all come back": {"plan.reactivation": 1},
    "near is all": {"plan.near": 0},
}


@ENGLISH
@pytest.mark.parametrize("edge", EDGES)
def test_edges_give_no_error(made: Made, edge: str) -> None:
    cells = made.cells({made.book[key]: entry for key, entry in EDGES[edge].items()})
    assert errors(cells) == {}


def at_ends(book: Book, end: str) -> list[dict[CellRange, Value]]:
    """The changes that bring each range of inputs to an end: empty, or a bound of its kind."""
    ranges: list[dict[CellRange, Value]] = []
    for place, _, (low, high), optional, *_ in book.inputs:
        if end == "empty" and optional:
            ranges.append({place.at(i): None for i in range(place.last_row - place.row + 1)})
        elif end != "empty" and (bound := low if end == "low" else high) is not None:
            ranges.append({place.at(i): bound for i in range(place.last_row - place.row + 1)})
    return ranges


@ENGLISH
@pytest.mark.parametrize("end", ["empty", "low", "high"])
def test_all_inputs_at_an_end(made: Made, end: str) -> None:
    ranges = at_ends(made.book, end)
    assert len(ranges) > 20
    together = {p: v for changes in ranges for p, v in changes.items()}
    assert errors(made.cells(together)) == {}


@pytest.mark.parametrize("end", ["empty", "low", "high"])
def test_inputs_of_a_sheet_at_an_end(books: dict[Lang, tuple[Path, Book]], end: str) -> None:
    path, book = books["sv"]
    ranges = at_ends(book, end)
    for sheet in {place.sheet for changes in ranges for place in changes}:
        alone = {
            (p.sheet, p.cell): v
            for changes in ranges
            for p, v in changes.items()
            if p.sheet == sheet
        }
        assert errors(ironcalc_cells(path, alone)) == {}, sheet


def test_a_plan_of_little(tmp_path: Path, libreoffice: LibreOffice) -> None:
    """As the report makes it from a short history: much is unknown, there is no activity."""
    unknown = Base(((10, 900.0, 12), (0, 0.0, 0), (None, None, None)), None, None)
    plan = Plan(((), EXAMPLE.touchpoints[0], (), ()), EXAMPLE.processes[:1], unknown, ())

    def write(book: Book) -> None:
        book.guide(["-"] * 10, source="-")
        write_plan(book, plan)

    path = tmp_path / "little.xlsx"
    book = write_book(path, "en", "Little", write)
    libreoffice.open(path)
    cells = libreoffice.recalculate()
    assert errors(cells) == {}
    assert compare(cached_cells(path), cells) == []
    assert value(cells, book["plan.value"]) == DASH
    assert values(cells, book["plan.gaps"].line(0))[:4] == [0, 0, 0, 0]
    assert values(cells, book["plan.list"].down(1)) == [""] * CASES
