"""The F-ladder template: its figures are those of the formulas, whatever is typed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import TypeAlias

import numpy as np
import pytest

from crmformulas.errors import NotEnoughDataError
from crmformulas.excel.templates import write_template
from crmformulas.excel.templates.ladder.goals import EXAMPLE, GUIDE, LadderGoals, write_ladder
from crmformulas.excel.workbook.book import Book, write_book
from crmformulas.excel.workbook.cell_range import CellRange
from crmformulas.excel.workbook.expressions import DASH
from crmformulas.formulas.ladder import extra_orders, step_gain, step_rates, tipping_point
from crmformulas.translations import LANGS, Translated
from tests.excel.grid import unread_figures, watched
from tests.excel.recalculate import (
    Cells,
    Changes,
    LibreOffice,
    Value,
    both_engines,
    cached_cells,
    errors,
    ironcalc_cells,
)

Figures: TypeAlias = dict[str, object]


@pytest.fixture(scope="module", params=LANGS)
def template(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Book]:
    path = tmp_path_factory.mktemp("ladder") / f"ladder-{request.param}.xlsx"
    return path, write_template("f-ladder-goals", path, request.param)


def value(cells: Cells, place: CellRange) -> Value:
    return cells[place.sheet].get(place.cell)


def column(cells: Cells, place: CellRange) -> list[Value]:
    return [value(cells, place.at(i)) for i in range(place.last_row - place.row + 1)]


def changed(book: Book, data: LadderGoals) -> Changes:
    """The cells typed for other data with as many steps."""
    single = ("contacts", "without_order", "threshold", "new_customers", "order_value")
    given = {f"ladder.{name}": getattr(data, name) for name in single}
    changes = {(book[key].sheet, book[key].cell): n for key, n in given.items()}
    for name in ("customers", "goals", "days"):
        place = book[f"ladder.{name}"]
        for i, n in enumerate(getattr(data, name)):
            changes[place.sheet, place.at(i).cell] = n
    return changes


def known(numbers: list[float | None]) -> list[float]:
    """The numbers up to the first that is unknown."""
    return [n for i, n in enumerate(numbers) if n is not None and None not in numbers[:i]]


def expected(data: LadderGoals) -> Figures:
    """The figures of the catalogue's formulas; a ladder ends at its first empty count."""
    ladder = known(list(data.customers))
    with_customers = [n for n in ladder if n]
    # A step without customers has no rate; the one before it has, 0.
    shown = ladder[: len(with_customers) + 1]
    rates = [float(r) for r in step_rates(shown)] if len(shown) > 1 and with_customers else []
    steps = len(ladder) - 1
    goals = [
        g if g is not None else rates[i] if i < len(rates) else None
        for i, g in enumerate(data.goals[:steps])
    ]
    wanted = known(list(goals))

    def tip(of: list[float]) -> str:
        try:
            return f"F{tipping_point(of, data.threshold)}"
        except NotEnoughDataError:
            return DASH

    n, total = data.new_customers, max(len(data.goals), 2)
    pairs = [(r, g) for r, g in zip(rates, goals, strict=False) if g is not None]
    # Beyond the rates that are known nobody is left; a gain is counted over those.
    gains = list(step_gain(rates, [g for _, g in pairs], n)) if rates else []
    best = max(range(len(gains)), key=lambda k: gains[k], default=None)
    if best is None or not gains[best] > 0:
        best = None
    worth = data.order_value
    return {
        "rate": padded(rates, total),
        "goal": padded(wanted, total),
        "gain": padded(gains, total),
        "money": padded([g * worth for g in gains] if worth is not None else [], total),
        "extra_now": extra_orders(rates, n) if rates else DASH,
        "extra_goal": extra_orders(wanted, n) if wanted else DASH,
        "result.tip_now": tip(rates) if rates else DASH,
        "result.tip_goal": tip(wanted) if wanted and any_goal(data) else DASH,
        "result.bottleneck": DASH if best is None else f"F{best + 1}→F{best + 2}",
        "result.gain": DASH if best is None else gains[best],
        "median": padded([DASH if d is None else d for d in data.days], total),
        **followed(data, rates, wanted, total),
    }


def followed(
    data: LadderGoals, rates: list[float], goals: list[float], total: int
) -> dict[str, object]:
    """The figures beside those, from the definitions: products of the rates, in order."""
    ladder, n = known(list(data.customers)), data.new_customers
    now, goal = (list(n * np.cumprod(of)) for of in (rates, goals))
    brings: list[float] = []
    for rate in reversed([*rates[1:], 0.0][: len(rates)]):
        brings.insert(0, 1 + rate * brings[0] if brings else 1.0)
    # Nothing is wanted yet where there is no goal.
    told = any_goal(data)
    extra = (sum(now) if rates else None, sum(goal) if goals and told else None)
    worth = data.order_value
    money = tuple(None if x is None or worth is None else x * worth for x in extra)
    again = (now[0] if now else None, goal[0] if goal and told else None)
    counts = [c or 0 for c in (*data.customers, *(None,) * (3 - len(data.customers)))]
    bars = [c / max(counts) if max(counts) else 0 for c in counts]
    contacts, without = data.contacts, data.without_order
    bought = None
    if contacts is not None and without is not None and without <= contacts:
        bought = contacts - without
    results = {"extra": extra, "money": money, "again": again}
    return {
        "from": padded([DASH if c is None else c for c in data.customers][:total], total),
        "to": padded([*ladder[1:]], total),
        "gap": padded([100 * (r - g) for r, g in zip(rates, goals, strict=False)], total),
        "reach_now": padded(now, total),
        "reach_goal": padded(goal, total),
        "brings": padded(brings, total),
        "funnel.bar": bars,
        "funnel.side": [(1 - bar) / 2 for bar in bars],
        "f0_contacts": shown(contacts),
        "f0_bought": shown(bought),
        "f0_rate": shown(bought / contacts if bought is not None and contacts else None),
        "result.f0_rate": shown(bought / contacts if bought is not None and contacts else None),
        **{f"result.{key}.now": shown(a) for key, (a, _) in results.items()},
        **{f"result.{key}.goal": shown(b) for key, (_, b) in results.items()},
        **{
            f"result.{key}.change": shown(None if a is None or b is None else b - a)
            for key, (a, b) in results.items()
        },
    }


def any_goal(data: LadderGoals) -> bool:
    return any(goal is not None for goal in data.goals)


def shown(number: float | None) -> object:
    return DASH if number is None else number


def padded(numbers: Sequence[object], steps: int) -> list[object]:
    return [*numbers, *[DASH] * (steps - len(numbers))]


def told(cells: Cells, book: Book, figures: Figures) -> Figures:
    return {
        key: column(cells, book[f"ladder.{key}"])
        if isinstance(one, list)
        else value(cells, book[f"ladder.{key}"])
        for key, one in figures.items()
    }


def assert_same(found: Figures, wanted: Figures) -> None:
    for key, one in wanted.items():
        other = found[key]
        if isinstance(one, list):
            assert isinstance(other, list)
            for a, b in zip(other, one, strict=True):
                same(key, a, b)
        else:
            same(key, other, one)


def same(key: str, found: object, wanted: object) -> None:
    if isinstance(wanted, str):
        assert found == wanted, key
    else:
        assert found == pytest.approx(wanted, rel=1e-9, abs=1e-9), key


def random_ladder(seed: int) -> LadderGoals:
    """Any ladder with as many steps as the example: with empty goals, ends and no customers."""
    draw = Random(seed)
    counts: list[float | None] = [draw.randint(1, 10**6)]
    for _ in EXAMPLE.goals:
        counts.append(int((counts[-1] or 0) * draw.choice((0, draw.random(), draw.random(), 1))))
    if seed % 3 == 0:
        counts[draw.randint(2, 6)] = None
    return LadderGoals(
        customers=tuple(counts),
        goals=tuple(draw.choice((None, draw.random(), draw.random(), 1.0)) for _ in EXAMPLE.goals),
        days=tuple(draw.choice((None, draw.randint(1, 400))) for _ in EXAMPLE.goals),
        contacts=draw.choice((None, 10**6)),
        without_order=draw.choice((None, 4321)),
        threshold=draw.choice((0.3, 0.5, 0.9, 1.0)),
        new_customers=draw.choice((1, 1000, 250_000)),
        order_value=draw.choice((None, 0, 799.5)),
    )


EDGES = {
    "as prefilled": EXAMPLE,
    "nothing known": LadderGoals((None,) * 7, (None,) * 6, (None,) * 6),
    "no customers": LadderGoals((0,) * 7, (0.5,) * 6, (0,) * 6, contacts=0, without_order=0),
    "everyone goes on": LadderGoals((10,) * 7, (1.0,) * 6, (1,) * 6, order_value=10.0),
    "goals of nothing": LadderGoals((90, 80, 70, 60, 50, 40, 30), (0.0,) * 6, (None,) * 6),
    "one step": LadderGoals((90, 30, *(None,) * 5), EXAMPLE.goals, EXAMPLE.days),
    "no new customers": LadderGoals(
        (90, 80, 70, 60, 50, 40, 30), (1.0,) * 6, (None,) * 6, new_customers=0
    ),
}


def test_no_figure_is_unchecked(template: tuple[Path, Book]) -> None:
    path, book = template
    cells, wanted = watched(ironcalc_cells(path, {})), expected(EXAMPLE)
    assert_same(told(cells, book, wanted), wanted)
    assert unread_figures(cells, book) == []


def test_the_published_goals(template: tuple[Path, Book]) -> None:
    path, book = template
    cells = cached_cells(path)
    # RIM, "The Tipping Point" (newsletter article): 411, a whole number; a majority from F4.
    assert value(cells, book["ladder.extra_goal"]) == pytest.approx(411, abs=0.5)
    assert value(cells, book["ladder.result.tip_goal"]) == "F4"
    # The example tells the story of that article: 274 extra orders, the tipping point at F6.
    assert value(cells, book["ladder.extra_now"]) == pytest.approx(274, abs=0.5)
    assert value(cells, book["ladder.result.tip_now"]) == "F6"
    message = value(cells, book["ladder.message"])
    assert isinstance(message, str)
    assert "274" in message
    assert "411" in message
    assert "+137" in message
    assert "F1→F2" in message


@pytest.mark.parametrize("data", EDGES.values(), ids=EDGES)
def test_edges(libreoffice: LibreOffice, template: tuple[Path, Book], data: LadderGoals) -> None:
    path, book = template
    libreoffice.open(path)
    wanted = expected(data)
    for cells in both_engines(libreoffice, path, changed(book, data)):
        assert errors(cells) == {}
        assert_same(told(cells, book, wanted), wanted)


def test_any_ladder(libreoffice: LibreOffice, template: tuple[Path, Book]) -> None:
    path, book = template
    libreoffice.open(path)
    for seed in range(8):
        data = random_ladder(seed)
        wanted = expected(data)
        for cells in both_engines(libreoffice, path, changed(book, data)):
            assert errors(cells) == {}, data
            assert_same(told(cells, book, wanted), wanted)


def test_customers_who_rise_are_told(libreoffice: LibreOffice, template: tuple[Path, Book]) -> None:
    path, book = template
    libreoffice.open(path)
    place = book["ladder.customers"]
    for cells in both_engines(libreoffice, path, {(place.sheet, place.at(2).cell): 20_000}):
        assert errors(cells) == {}
        assert str(value(cells, book["ladder.message"])).partition(": ")[2].startswith("▲")
        assert [str(c)[:1] for c in column(cells, book["ladder.checks"])].count("▲") == 1
        assert column(cells, book["ladder.rate"])[1:] == [DASH] * 5


def test_contacts_who_have_bought(libreoffice: LibreOffice, template: tuple[Path, Book]) -> None:
    path, book = template
    libreoffice.open(path)
    at, f0 = book["ladder.contacts"], book["ladder.without_order"]
    for contacts, without, rate in (
        (800, 600, 0.25),
        (800, None, DASH),
        (0, 0, DASH),
        (5, 6, DASH),
    ):
        changes: Changes = {(at.sheet, at.cell): contacts, (f0.sheet, f0.cell): without}
        for cells in both_engines(libreoffice, path, changes):
            assert value(cells, book["ladder.f0_rate"]) == rate


@pytest.mark.parametrize(
    "data",
    [
        LadderGoals((50,), (), ()),
        LadderGoals((50, 20), (None,), (12,)),
        LadderGoals(
            tuple(12_000 // k**2 for k in range(1, 13)),
            (*EXAMPLE.goals, *(None,) * 5),
            tuple(range(30, 41)),
            order_value=None,
        ),
    ],
    ids=["one step", "two steps", "twelve steps"],
)
def test_ladders_of_a_report(libreoffice: LibreOffice, tmp_path: Path, data: LadderGoals) -> None:
    def write(book: Book) -> None:
        book.guide(GUIDE, source=Translated("Own orders.", "Egna köp."))
        write_ladder(book, data)

    path = tmp_path / "report.xlsx"
    book = write_book(path, "en", "Report", write)
    libreoffice.open(path)
    wanted = expected(data)
    for cells in (cached_cells(path), *both_engines(libreoffice, path, {})):
        assert errors(cells) == {}
        assert_same(told(cells, book, wanted), wanted)
