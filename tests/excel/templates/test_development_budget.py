"""The customer development budget as a workbook: the figures of two engines and of the catalogue.

``data/budget_published.csv``: outcome, Budget 1 and three scenarios as printed in Elinder, "Dina
nycklar till framgångsrikare CRM" (IRi, 2018). All other expected figures are those of
`crmformulas.formulas.budget`, whose tests stand in test_budget.py.
"""

from __future__ import annotations

import csv
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from crmformulas import (
    budget,
    customer_duration,
    required_factor,
)
from crmformulas.errors import DomainError, NotEnoughDataError
from crmformulas.excel.templates import write_template
from crmformulas.excel.templates.budget.budget import write_budget
from crmformulas.excel.templates.budget.cells import ROWS, SCENARIOS
from crmformulas.excel.templates.budget.data import EXAMPLE, UNKNOWN, BudgetData
from crmformulas.excel.workbook.book import Book, write_book
from crmformulas.formulas.budget import (
    COLUMNS,
    GROWTH,
    LEVERS,
    SEGMENTS,
    growth_factors,
    outcome_rows,
)
from crmformulas.orders.analysis.scenarios import Scenario
from crmformulas.translations import LANGS, Lang, Translated
from tests.excel.grid import number, unread_figures, watched
from tests.excel.recalculate import (
    Cells,
    LibreOffice,
    Value,
    cached_cells,
    compare,
    errors,
    ironcalc_cells,
)
from tests.excel.templates.budget_tables import check_tables

with (Path(__file__).parents[2] / "data" / "budget_published.csv").open(encoding="utf-8") as file:
    PUBLISHED = {(row["scenario"], row["segment"]): row for row in csv.DictReader(file)}

NAMED = dict(zip(("develop", "recruit", "winback"), SCENARIOS[:3], strict=True))
DASH = "–"
SEEDS = 24
TIGHT = {"rel": 1e-9, "abs": 1e-6}


@dataclass(frozen=True)
class Made:
    path: Path
    book: Book

    def figure(self, cells: Cells, key: str) -> Value:
        place = self.book[key]
        return cells[place.sheet].get(place.cell)

    def changes(self, values: dict[str, Any]) -> dict[tuple[str, str], Any]:
        """Changes of cells, from changes by key."""
        return {(self.book[k].sheet, self.book[k].cell): value for k, value in values.items()}


class Office:
    """Opens a workbook only where another was open: that takes longer than to recalculate it."""

    def __init__(self, libreoffice: LibreOffice) -> None:
        self._libreoffice = libreoffice
        self._open: Path | None = None

    def recalculate(self, made: Made, values: dict[str, Any] | None = None) -> Cells:
        if self._open != made.path:
            self._libreoffice.open(made.path)
            self._open = made.path
        return self._libreoffice.recalculate(made.changes(values or {}))


@pytest.fixture(scope="module")
def office(libreoffice: LibreOffice) -> Office:
    return Office(libreoffice)


@pytest.fixture(scope="module", params=LANGS)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Made:
    lang: Lang = request.param
    path = tmp_path_factory.mktemp("budget") / f"budget-{lang}.xlsx"
    return Made(path, write_template("customer-development-budget", path, lang))


@pytest.fixture(scope="module")
def english(tmp_path_factory: pytest.TempPathFactory) -> Made:
    path = tmp_path_factory.mktemp("budget") / "budget.xlsx"
    return Made(path, write_template("customer-development-budget", path))


# ------------------------------------------------------------------------------------- expectations


@dataclass(frozen=True)
class Case:
    """The figures typed, and what the catalogue makes of them."""

    outcome: tuple[tuple[float, ...], ...]
    opening: float
    growth: tuple[float, ...]
    reactivation: float
    target: float
    factors: tuple[tuple[float, ...], ...]
    chosen: int
    margin: float | None
    costs: tuple[tuple[float | None, ...], ...]

    @property
    def arguments(self) -> tuple[Any, ...]:
        return self.outcome, self.opening, self.growth, self.reactivation

    def simulated(self, scenario: int) -> Any:
        return budget(*self.arguments, self.factors[scenario])

    def typed(self) -> dict[str, Any]:
        typed: dict[str, Any] = {
            f"outcome.{s}.{c}": self.outcome[i][j]
            for i, s in enumerate(SEGMENTS)
            for j, c in enumerate(COLUMNS[:3])
        }
        typed |= {f"own_growth.{name}": x for name, x in zip(GROWTH, self.growth, strict=True)}
        for key, factors in zip(SCENARIOS, self.factors, strict=True):
            typed |= {f"{key}.{lever}": x for lever, x in zip(LEVERS, factors, strict=True)}
        for key, costs in zip(SCENARIOS, self.costs, strict=True):
            typed |= {f"{key}.{lever}.cost": x for lever, x in zip(LEVERS, costs, strict=True)}
        for key in SCENARIOS:
            typed[f"{key}.name"] = f"Scenario {key}"
        return typed | {
            "opening_customers": self.opening,
            "reactivation.own": self.reactivation,
            "target_revenue": self.target,
            "budget_margin": self.margin,
            "chosen_scenario": f"Scenario {SCENARIOS[self.chosen]}",
        }


def example() -> Case:
    scenarios = (*EXAMPLE.scenarios, EXAMPLE.own)
    return Case(
        EXAMPLE.outcome,
        EXAMPLE.opening,
        tuple(growth_factors(EXAMPLE.outcome, EXAMPLE.former).tolist()),
        EXAMPLE.reactivation,
        EXAMPLE.target,  # type: ignore[arg-type]
        tuple(tuple(s.factors.get(lever, 1.0) for lever in LEVERS) for s in scenarios),
        EXAMPLE.chosen,
        EXAMPLE.margin,
        ((None,) * len(LEVERS),) * 4,
    )


def generated(seed: int) -> Case:
    """Any case that the workbook accepts; now and then more than all would stay or come back."""
    dice = random.Random(seed)

    def people() -> tuple[float, float, float]:
        number = dice.choice([dice.randint(1, 50), dice.randint(1, 10**6)])
        orders = number * dice.randint(1, 5) + dice.randint(0, 3)
        return number, round(orders * dice.uniform(1, 9000), 2), orders

    outcome = (people(), people(), people())
    return Case(
        outcome,
        outcome[1][0] + dice.randint(0, 10**6),
        tuple(dice.uniform(0.5, 2) for _ in GROWTH),
        dice.choice([0, 1, dice.random()]),
        dice.uniform(0, 1.5) * sum(segment[1] for segment in outcome),
        tuple(tuple(dice.choice([0, 1, dice.uniform(0.5, 1.5)]) for _ in LEVERS) for _ in range(4)),
        dice.randrange(4),
        dice.choice([None, 0, dice.random()]),
        tuple(_costs(dice) for _ in range(4)),
    )


def _costs(dice: random.Random) -> tuple[float | None, ...]:
    """Those of a scenario's levers: of all, or not of every one."""
    some = dice.random() < 0.5
    return tuple(
        None if some and dice.random() < 0.3 else dice.choice([0, dice.uniform(0, 1e6)])
        for _ in LEVERS
    )


def check(made: Made, cells: Cells, case: Case) -> None:
    """Every figure of the workbook is the catalogue's."""
    assert errors(cells) == {}
    unsimulated = budget(*case.arguments)
    check_table(
        made, cells, "outcome", pd.DataFrame.from_dict(outcome_rows(case.outcome), orient="index")
    )
    check_table(made, cells, "budget1", unsimulated)
    for i, key in enumerate(SCENARIOS):
        try:
            simulated = case.simulated(i)
        except DomainError:
            assert made.figure(cells, f"{key}.total.revenue") == DASH
            assert str(made.figure(cells, f"{key}.possible")).startswith("▼")
            check_result(made, cells, case, i, None)
        else:
            assert str(made.figure(cells, f"{key}.possible")).startswith("●")
            check_table(made, cells, key, simulated)
            gain = simulated.revenue["total"] - unsimulated.revenue["total"]
            lack = 1e-9 * unsimulated.revenue["total"]
            assert made.figure(cells, f"{key}.against_budget1") == pytest.approx(gain, abs=lack)
            check_result(made, cells, case, i, gain)
    check_balance(made, cells, "outcome", case.opening, [row[0] for row in case.outcome])
    closing = sum(row[0] for row in case.outcome)
    check_balance(made, cells, "budget1", closing, unsimulated.customers[:3])
    check_levers(made, cells, case)
    try:
        simulated = case.simulated(case.chosen)
    except DomainError:
        assert str(made.figure(cells, "budget2.check")).startswith("▼")
        assert made.figure(cells, "target_gap") == DASH
        return
    check_table(made, cells, "budget2", simulated)
    check_balance(made, cells, "budget2", closing, simulated.customers[:3])
    total = simulated.revenue["total"]
    gap = pytest.approx(case.target - total, abs=1e-9 * max(total, 1))
    assert made.figure(cells, "target_gap") == gap
    check_sense(made, cells, case.target - total)
    if made.book.lang == "en":
        own = [number(made.figure(cells, f"own_growth.{name}")) for name in GROWTH]
        check_tables(cells, made.book, own, case.chosen)


def check_table(made: Made, cells: Cells, key: str, table: Any) -> None:
    for segment in ROWS:
        for column in COLUMNS:
            expected = table.loc[segment, column]
            shown = made.figure(cells, f"{key}.{segment}.{column}")
            if expected != expected:
                assert shown == DASH, (key, segment, column)
            else:
                assert shown == pytest.approx(expected, rel=1e-9), (key, segment, column)


def check_balance(made: Made, cells: Cells, key: str, opening: float, people: Any) -> None:
    new, continued, reactivated = map(float, people)
    assert made.figure(cells, f"{key}.lost") == pytest.approx(opening - continued, **TIGHT)
    assert made.figure(cells, f"{key}.closing") == pytest.approx(new + continued + reactivated)
    # The balance of the definitions holds: closing = opening + new + reactivated − lost.
    moved = [made.figure(cells, f"{key}.{x}") for x in ("opening", "plus_new", "plus_reactivated")]
    lost = made.figure(cells, f"{key}.lost")
    assert sum(moved) - lost == pytest.approx(made.figure(cells, f"{key}.closing"), rel=1e-9)  # type: ignore[arg-type, operator]
    # As the equations of RETENTION and NET_DURATION: planned customers are no whole numbers.
    kept = min(continued, opening) / opening
    assert made.figure(cells, f"{key}.retention") == pytest.approx(kept, rel=1e-9)
    # Where (nearly) all stay, there is no finite duration.
    gross = float(customer_duration(kept)) if kept < 1 - 1e-9 else None
    both = continued + reactivated
    net = 1 / (1 - both / opening) if both < opening else None
    for name, expected in (("gross_duration", gross), ("net_duration", net)):
        shown = made.figure(cells, f"{key}.{name}")
        if expected is None:
            assert shown == DASH or float(shown) > 1e8  # type: ignore[arg-type]
        else:
            # The last digits of a long duration are those of 1 − a share.
            assert shown == pytest.approx(expected, rel=1e-9 * max(1, expected))


def check_levers(made: Made, cells: Cells, case: Case) -> None:
    """Each lever's factor to the target is `required_factor`, or there is a reason."""
    for i, lever in enumerate(LEVERS):
        shown = made.figure(cells, f"target.{lever}.needed")
        factors = case.factors[case.chosen]
        gap = number(made.figure(cells, "target_gap"))
        if gap is not None and gap <= 0:
            assert shown == DASH, lever
            assert made.figure(cells, f"target.{lever}.why") == "the target is reached" or (
                made.book.lang == "sv"
            )
            continue
        try:
            expected = required_factor(*case.arguments, case.target, lever, factors)
        except (DomainError, NotEnoughDataError):
            assert shown == DASH, lever
            assert made.figure(cells, f"target.{lever}.why"), lever
            continue
        assert shown == pytest.approx(expected, rel=1e-9, abs=1e-9), lever
        assert not made.figure(cells, f"target.{lever}.why"), lever
        lift = made.figure(cells, f"target.{lever}.lift")
        if factors[i]:
            assert lift == pytest.approx(expected / factors[i] - 1, **TIGHT), lever
        else:
            assert lift == DASH


def check_sense(made: Made, cells: Cells, gap: float) -> None:
    """Check that what is told has the sign and the sense of its figures."""
    if made.book.lang != "en":
        return
    for place, formula in made.book.formulas.items():
        if formula.look == "message" or ".title" in formula.key:
            said = str(cells[place.sheet].get(place.cell))
            # A change has its own mark, and what is short or to spare has none.
            assert not re.search(r"[-−]\d|[+−-]0(?![.,]?\d)|NaN|E\+", said), (formula.key, said)
    said = str(made.figure(cells, "target.message"))
    if gap > 0:
        assert " short of the target" in said
        if more := re.search(r"([\d,.]+) % more from", said):
            assert float(more[1].replace(",", "")) >= 0
        assert ("No lever alone" in said) == (not more)
    else:
        assert " reaches the target, with " in said
        assert made.figure(cells, "charts.target.title") == "The target is reached without a lift"
        assert str(made.figure(cells, "target.check")).startswith("● The target is reached")
    # The chart has the lifts where there are any, else the budget beside the target.
    drawn = made.book["charts.target.drawn"]
    first, second = (cells[drawn.sheet].get(drawn.at(i).cell) for i in (0, 1))
    if made.figure(cells, "charts.target.1") == DASH:
        revenue = made.figure(cells, "budget2.total.revenue")
        assert first == revenue
        assert second == pytest.approx(revenue + gap, **TIGHT)
    else:
        assert first == made.figure(cells, "charts.target.1")


def check_result(made: Made, cells: Cells, case: Case, i: int, gain: float | None) -> None:
    """Check what lifting costs and leaves: unknown where a lifted lever has no cost."""
    key, costs = SCENARIOS[i], case.costs[i]
    lifted = [cost for cost, x in zip(costs, case.factors[i], strict=True) if x != 1]
    cost = None if None in lifted else sum(x or 0.0 for x in costs)
    margin = case.margin
    brought = None if margin is None or gain is None else gain * margin
    left = None if brought is None or cost is None else brought - cost
    romi = None if left is None or not cost else left / cost
    small = 1e-9 * sum(segment[1] for segment in case.outcome) * 10
    told = {"cost": cost, "contribution": brought, "result": left, "romi": romi}
    for name, expected in told.items():
        shown = made.figure(cells, f"{key}.{name}")
        near = small / (cost or 1) if name == "romi" else small
        want = DASH if expected is None else pytest.approx(expected, rel=1e-6, abs=near)
        assert shown == want, (key, name)


# ------------------------------------------------------------------------------------------- tests


def test_every_figure_is_the_catalogues(made: Made, office: Office) -> None:
    ours, theirs = ironcalc_cells(made.path), office.recalculate(made)
    assert compare(theirs, ours) == []
    check(made, theirs, example())


def test_no_figure_is_unchecked(english: Made) -> None:
    cells = watched(ironcalc_cells(english.path))
    check(english, cells, example())
    assert unread_figures(cells, english.book) == []


@pytest.mark.parametrize("scenario", ["outcome", "budget1", *NAMED])
def test_published(made: Made, scenario: str) -> None:
    """The published tables, by the workbook as it is delivered."""
    cells = cached_cells(made.path)
    key = NAMED.get(scenario, scenario)
    for segment in ROWS:
        printed = {c: float(PUBLISHED[scenario, segment][c]) for c in COLUMNS}
        shown = {c: made.figure(cells, f"{key}.{segment}.{c}") for c in COLUMNS}
        for column in COLUMNS[:3]:
            # The rates are printed with four digits, and the customers followed from others.
            assert shown[column] == pytest.approx(printed[column], rel=3e-4), (segment, column)
        assert shown["value_per_order"] == pytest.approx(printed["value_per_order"], abs=1.5)
        assert shown["orders_per_customer"] == pytest.approx(
            printed["orders_per_customer"], abs=0.0051
        )
        assert shown["revenue_per_customer"] == pytest.approx(
            printed["revenue_per_customer"], abs=2.5
        )


def test_published_durations(made: Made) -> None:
    cells = cached_cells(made.path)
    # Elinder 2018: lost 34 783; gross 1.35; net 2.05 in the outcome and 2.27 in Budget 1.
    assert made.figure(cells, "outcome.lost") == 34783
    for key, printed in (
        ("outcome.gross_duration", 1.35),
        ("outcome.net_duration", 2.05),
        ("budget1.net_duration", 2.27),
        # Not printed: 1 / (1 − (13 281 + 15 549) / 46 917), the printed counts of "win back".
        ("budget2.net_duration", 2.59),
    ):
        assert made.figure(cells, key) == pytest.approx(printed, abs=0.005), key


def test_messages(english: Made) -> None:
    cells = cached_cells(english.path)
    # The figures are those of the tests above, rounded.
    for key, told in {
        "outcome.message": "Example: 46,917 customers bought for 252.8 M kr",
        "budget1.message": "Example: Budget 1 for the next 12 months brings 331.2 M kr: "
        "▲ 78.4 M kr against the outcome",
        "scenarios.message": "Example: Win back (published) brings most: ▲ 42.8 M kr against "
        "Budget 1",
        "budget2.message": "Example: Win back (published) for the next 12 months brings "
        "374.0 M kr: "
        "▲ 42.8 M kr against Budget 1, "
        "▲ 121.2 M kr against the outcome",
        # The source's own target, +20 % on the outcome.
        "target.message": "Example: Win back (published) reaches the target, with 70.1 M kr to "
        "spare",
        "scenarios.best": "Type what each lifted lever costs, and the margin: the result follows.",
        "charts.revenue.title": "Win back (published) brings most: 374.0 M kr",
        "charts.customers.title": "Win back (published): customers ▲ 5,052",
        "charts.target.title": "The target is reached without a lift",
    }.items():
        assert english.figure(cells, key) == told


@pytest.mark.parametrize("seed", range(SEEDS))
def test_any_inputs(seed: int, english: Made, office: Office) -> None:
    case = generated(seed)
    typed = case.typed()
    ours = ironcalc_cells(english.path, english.changes(typed))
    check(english, ours, case)
    if seed < 6:
        assert compare(office.recalculate(english, typed), ours) == []


def test_generated_cases_reach_every_branch() -> None:
    cases = [generated(seed) for seed in range(SEEDS)]

    def answers(ask: Callable[[Case], Any]) -> set[str]:
        def answer(case: Case) -> str:
            try:
                ask(case)
            except (DomainError, NotEnoughDataError) as error:
                return type(error).__name__
            return "answer"

        return {answer(case) for case in cases}

    assert answers(lambda c: c.simulated(c.chosen)) == {"answer", "DomainError"}

    def retained(case: Case) -> Any:
        return required_factor(*case.arguments, case.target, "retention", case.factors[case.chosen])

    assert answers(retained) == {"answer", "DomainError", "NotEnoughDataError"}


def test_growth_follows_from_the_year_before(english: Made, office: Office) -> None:
    former = ((20000, 9e7, 21000), (11000, 6e7, 12000), (10000, 5e7, 10500))
    typed: dict[str, Any] = {f"own_growth.{name}": None for name in GROWTH}
    typed |= {
        f"former.{s}.{c}": former[i][j]
        for i, s in enumerate(SEGMENTS)
        for j, c in enumerate(COLUMNS[:3])
    }
    typed["own_growth.new_frequency"] = 1.5
    factors = growth_factors(EXAMPLE.outcome, former)
    factors[1] = 1.5
    case = replace(example(), growth=tuple(factors.tolist()))
    cells = office.recalculate(english, typed)
    check(english, cells, case)
    assert compare(cells, ironcalc_cells(english.path, english.changes(typed))) == []
    sources = {name: english.figure(cells, f"growth_from.{name}") for name in GROWTH}
    assert sources.pop("new_frequency") == "own factor"
    assert set(sources.values()) == {"S12 / F12"}


FORMER_EMPTY = {f"former.{s}.{c}": None for s in SEGMENTS for c in COLUMNS[:3]}


def test_unknown_growth_counts_as_unchanged(english: Made, office: Office) -> None:
    typed: dict[str, Any] = {f"own_growth.{name}": None for name in GROWTH} | FORMER_EMPTY
    typed["reactivation.own"] = None
    # Without a rate of one's own as many come back as in the outcome: 11 978 of 34 783.
    case = replace(example(), growth=(1.0,) * 7, reactivation=11978 / 34783)
    cells = office.recalculate(english, typed)
    check(english, cells, case)
    assert english.figure(cells, "budget1.reactivated.customers") == pytest.approx(11978)
    assert str(english.figure(cells, "development.check")).endswith("100 %: 7")


EDGES: dict[str, dict[str, Any]] = {
    "everything optional is empty": {
        **{f"own_growth.{name}": None for name in GROWTH},
        **FORMER_EMPTY,
        "reactivation.own": None,
        "target_revenue": None,
        "company": None,
        "period": None,
        "currency": None,
    },
    "nothing is known": {
        **{f"outcome.{s}.{c}": None for s in SEGMENTS for c in COLUMNS[:3]},
        "opening_customers": None,
        "budget_margin": None,
    },
    "nothing was sold": {
        **{f"outcome.{s}.{c}": 0 for s in SEGMENTS for c in COLUMNS[:3]},
        "opening_customers": 0,
        "target_revenue": 0,
    },
    "one segment is empty": {f"outcome.reactivated.{c}": 0 for c in COLUMNS[:3]},
    "one figure is lacking": {"outcome.new.orders": None},
    "more continue than there were": {"opening_customers": 12050},
    "everybody continues": {"opening_customers": 12051},
    "all factors are 0": {f"{s}.{lever}": 0 for s in SCENARIOS for lever in LEVERS},
    "all factors are 1000 %": {f"{s}.{lever}": 10 for s in SCENARIOS for lever in LEVERS},
    "factors are lacking": {f"{s}.{lever}": None for s in SCENARIOS for lever in LEVERS},
    "scenarios have no name": {f"{s}.name": None for s in SCENARIOS},
    "an unknown scenario is chosen": {"chosen_scenario": "Sell more"},
    "texts stand where numbers should": {
        "outcome.new.revenue": "much",
        "target_revenue": "more",
        "own_growth.recruitment": "up",
    },
    "everything grows hugely": {
        **{f"own_growth.{name}": 10 for name in GROWTH},
        "reactivation.own": 1,
        "budget_margin": 1,
        **{f"{s}.{lever}.cost": 1e15 for s in SCENARIOS for lever in LEVERS},
        "target_revenue": 1e15,
        "outcome.new.revenue": 1e15,
    },
    "a cost is no number": {"scenario1.recruitment.cost": "dear", "budget_margin": 0.4},
}


@pytest.mark.parametrize("edge", EDGES)
def test_no_error_at_the_edges(edge: str, english: Made, office: Office) -> None:
    theirs = office.recalculate(english, EDGES[edge])
    ours = ironcalc_cells(english.path, english.changes(EDGES[edge]))
    assert errors(theirs) == errors(ours) == {}
    assert compare(theirs, ours) == []


@pytest.mark.parametrize(
    ("edge", "key", "sign"),
    [
        ("nothing is known", "outcome.check", "▼"),
        ("nothing is known", "budget2.check", "▼"),
        ("nothing was sold", "outcome.check", "▼"),
        ("one segment is empty", "outcome.check", "▲"),
        ("one segment is empty", "budget1.check", "▼"),
        ("more continue than there were", "outcome.check", "▼"),
        ("all factors are 1000 %", "scenarios.check", "▼"),
        ("all factors are 1000 %", "budget2.check", "▼"),
        ("an unknown scenario is chosen", "budget2.check", "▼"),
        ("everything optional is empty", "target.check", "▲"),
        ("everything optional is empty", "development.check", "▲"),
    ],
)
def test_what_is_wrong_is_said(edge: str, key: str, sign: str, english: Made) -> None:
    cells = ironcalc_cells(english.path, english.changes(EDGES[edge]))
    assert str(english.figure(cells, key)).startswith(sign)
    assert not str(english.figure(cached_cells(english.path), key)).startswith(sign)


def test_empty_segments_are_undefined_as_in_the_catalogue(english: Made) -> None:
    outcome = (*EXAMPLE.outcome[:2], (0.0, 0.0, 0.0))
    table = budget(outcome, EXAMPLE.opening, example().growth, 0.4064)
    changes = english.changes(EDGES["one segment is empty"])
    cells = ironcalc_cells(english.path, changes)
    check_table(english, cells, "budget1", table)
    assert english.figure(cells, "budget1.total.revenue") == DASH


def test_a_report_writes_its_own_data(tmp_path: Path, office: Office) -> None:
    """Figures that are not known, and scenarios of one's own."""
    named = Scenario(Translated("Calm", "Lugnt"), {"retention": 0.9})
    data = BudgetData(
        outcome=((100, 20_000, 200), (300, 90_000, 600), (50, 5_000, 50)),
        opening=500,
        former=((80, 16_000, None), *UNKNOWN[1:]),
        scenarios=(named, *EXAMPLE.scenarios[1:]),
    )

    def write(book: Book) -> None:
        book.guide([Translated("line", "rad")] * 10, source=Translated("source", "källa"))
        write_budget(book, data)

    made = Made(
        tmp_path / "report.xlsx", write_book(tmp_path / "report.xlsx", "en", "Budget", write)
    )
    cells = office.recalculate(made)
    assert errors(cells) == {}
    assert compare(cached_cells(made.path), cells) == []
    # Recruitment grew 100 / 80; no other growth is known. 50 of 200 lost came back.
    growth = (100 / 80, *(1.0,) * 6)
    check_table(made, cells, "budget1", budget(data.outcome, 500, growth, 50 / 200))
    simulated = budget(data.outcome, 500, growth, 50 / 200, {"retention": 0.9})
    check_table(made, cells, "scenario1", simulated)
    assert made.figure(cells, "scenario1.name") == "Calm"
    assert made.figure(cells, "target_gap") == DASH
    # With its own factors at 100 % the chosen scenario is Budget 1.
    check_table(made, cells, "budget2", budget(data.outcome, 500, growth, 50 / 200))


def test_every_input_may_be_told_from_a_result(made: Made) -> None:
    inputs = {
        (place.sheet, place.row + i, place.column + j)
        for place, *_ in made.book.inputs
        for i in range(place.last_row - place.row + 1)
        for j in range(place.last_column - place.column + 1)
    }
    formulas = {(place.sheet, place.row, place.column) for place in made.book.formulas}
    assert not inputs & formulas
    # Nine of the outcome, opening; nine of F12, seven growth factors, reactivation; four names and
    # 36 factors, with as many costs and the margin; the choice; the target as revenue or growth;
    # four on the first sheet.
    assert len(inputs) == 9 + 1 + 9 + 7 + 1 + 4 + 36 + 36 + 1 + 1 + 2 + 4


def test_a_target_typed_as_growth(english: Made) -> None:
    """The source's goal is +20 % on 252.8 M: 303 363 341; printed, rounded, as 303 888 000."""
    typed = {"target_revenue": None, "target_growth": 0.2, "chosen_scenario": "Develop (published)"}
    cells = ironcalc_cells(english.path, english.changes(typed))
    assert english.figure(cells, "target_used") == pytest.approx(1.2 * 252802784)
    assert "reaches the target, with " in str(english.figure(cells, "target.message"))


def test_example_values_are_told_until_they_are_gone(english: Made) -> None:
    """Her S12 and F12 typed: what is left of the example is named, and the growth is hers."""
    case = generated(1)
    typed = {key: value for key, value in case.typed().items() if key.startswith("outcome.")}
    typed |= {f"former.{key.partition('.')[2]}": float(value) for key, value in typed.items()}
    typed |= {"opening_customers": case.opening}
    cells = ironcalc_cells(english.path, english.changes(typed))
    assert str(english.figure(cells, "budget1.message")).startswith("Example: ")
    assert [english.figure(cells, f"growth.{name}") for name in GROWTH] == pytest.approx([1.0] * 7)
    assert cells["2 Development"]["A3"] == "▲ The example's figures stand in E25"
    assert cells["1 Outcome"]["A3"] == ""
    typed |= {"reactivation.own": None, "target_revenue": 1e6}
    cells = ironcalc_cells(english.path, english.changes(typed))
    for key in ("budget1.message", "budget2.message", "target.message"):
        assert not str(english.figure(cells, key)).startswith("Example: "), key


def test_two_scenarios_of_one_name(english: Made) -> None:
    typed = {"own.name": "Win back (published)"}
    cells = ironcalc_cells(english.path, english.changes(typed))
    assert english.figure(cells, "chosen_number") == DASH
    assert str(english.figure(cells, "scenarios.check")).startswith("▼ Two scenarios")
    assert english.figure(cells, "budget2.total.revenue") == DASH


def test_growth_stands_beside_the_factors(english: Made) -> None:
    """The published index of S12 against F12 by segment, and the growth factors."""
    cells = cached_cells(english.path)["Scenarios"]
    row = english.book[f"scenario1.{LEVERS[0]}"].row + 1
    shown = [float(cells[f"C{row + i}"]) for i in range(len(LEVERS))]  # type: ignore[arg-type]
    # Elinder 2018: 1.011; continued 94 %, reactivated 106 %; 1.010, 1.253, 1.027, 1.183, 1.018,
    # 1.208. Of the levers' order frequencies stand before order values, segment by segment.
    printed = [1.011, 0.94, 1.06, 1.010, 1.253, 1.027, 1.183, 1.018, 1.208]
    assert shown == pytest.approx(printed, abs=0.005)


def test_the_best_scenario_after_its_cost(english: Made) -> None:
    """Win back brings 42.8 M more than Budget 1: at 40 %, less 20 M, −2.9 M; Develop is free."""
    costs = {f"{s}.{lever}.cost": 0 for s in SCENARIOS for lever in LEVERS}
    typed = {**costs, "scenario3.reactivation.cost": 20_000_000, "budget_margin": 0.4}
    cells = ironcalc_cells(english.path, english.changes(typed))
    more = float(english.figure(cells, "scenario3.against_budget1"))  # type: ignore[arg-type]
    assert english.figure(cells, "scenario3.result") == pytest.approx(0.4 * more - 20e6)
    assert "After its cost Recruit (published) leaves most: ▲ " in str(
        english.figure(cells, "scenarios.best")
    )
