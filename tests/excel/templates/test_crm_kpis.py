"""The template of key figures: its figures are those of the formulas, whatever is typed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
from openpyxl.utils.datetime import to_excel

from crmformulas.dates import add_months
from crmformulas.errors import DomainError, FormulaError
from crmformulas.excel.templates import write_template
from crmformulas.excel.templates.kpis.crm_kpis import (
    EXAMPLE,
    GUIDE,
    KPIS,
    Cohort,
    KpiData,
    Ltv,
    Series,
    write_kpis,
)
from crmformulas.excel.workbook.book import Book, write_book
from crmformulas.excel.workbook.cell_range import CellRange
from crmformulas.excel.workbook.expressions import DASH
from crmformulas.formulas.kpi import repeat_purchase_rate, subscriber_to_customer, total_reach
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

pytestmark = pytest.mark.filterwarnings("ignore:Sparkline Group extension")


def share(whole: float, part: float) -> float:
    if part > whole:
        raise DomainError("a part of the customers is not more than all of them")
    return part / whole


FORMULAS: dict[str, Callable[[float, float], Any]] = {
    "subscriber_to_customer": subscriber_to_customer,
    "repeat_purchase_rate": repeat_purchase_rate,
    "returning_share": share,
    "returning_revenue": lambda whole, part: part / whole,
    "total_reach": lambda contacts, reached: total_reach(reached, contacts),
}
LOWER = {"en": "lower", "sv": "lägre"}


@pytest.fixture(scope="module", params=LANGS)
def template(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Book]:
    path = tmp_path_factory.mktemp("kpis") / f"kpis-{request.param}.xlsx"
    return path, write_template("crm-kpis", path, request.param)


def values(cells: Cells, place: CellRange) -> list[Value]:
    return [
        cells[place.sheet].get(place.at(i, j).cell)
        for i in range(place.last_row - place.row + 1)
        for j in range(place.last_column - place.column + 1)
    ]


def changed(book: Book, data: KpiData) -> Changes:
    """The cells typed for other data of as many months and cohorts."""
    changes: dict[tuple[str, str], Value] = {}

    def put(key: str, rows: list[tuple[float | None, ...]]) -> None:
        for i, row in enumerate(rows):
            for j, n in enumerate(row):
                changes[book[key].sheet, book[key].at(i, j).cell] = n

    put("kpi.tolerance", [(data.tolerance,)])
    for key, series in data.series.items():
        put(f"kpi.target.{key}", [(data.targets.get(key),)])
        for name in ("whole", "part", "value"):
            figures = getattr(series, f"{name}s")
            if figures:
                put(f"kpi.{name}.{key}", [(n,) for n in figures])
    assert data.ltv is not None
    put("ltv.targets", [data.ltv.targets])
    put("ltv.customers", [c.customers for c in data.ltv.cohorts])
    put("ltv.revenue", [c.revenue for c in data.ltv.cohorts])
    return changes


def figures(key: str, data: KpiData) -> list[float | None]:
    """A key figure of every month, by the formula of the catalogue; None where it is unknown."""
    series = data.series.get(key, Series())
    if not series.parts:
        given = list(series.values or (None,) * data.months)
        # Nobody orders again before the order: a median of 0 days is none.
        return [None if n == 0 and KPIS[key].kind == "days" else n for n in given]
    told: list[float | None] = []
    for whole, part in zip(series.wholes, series.parts, strict=True):
        try:
            told.append(None if whole is None or part is None else FORMULAS[key](whole, part))
        except (FormulaError, ZeroDivisionError):
            told.append(None)
    return told


def light(value: float | None, target: float | None, tolerance: float, *, less: bool) -> str:
    if value is None or target is None:
        return DASH
    missed = value > target if less else value < target
    bound = target * (1 + tolerance) if less else target * (1 - tolerance)
    near = value <= bound if less else value >= bound
    return ("▼", "●")[near] if missed else "▲"


def shown(number: float | None) -> Value:
    return DASH if number is None else number


def ltv_at(ltv: Ltv, j: int) -> tuple[list[Value], Value, float]:
    """Of an age: each cohort, their total, and its customers."""
    cells: list[Value] = []
    revenue = customers = 0.0
    for cohort in ltv.cohorts:
        n, worth = cohort.customers[j], cohort.revenue[j]
        if n and worth is not None:
            cells.append(worth / n)
            revenue, customers = revenue + worth, customers + n
        else:
            cells.append("")
    return cells, shown(revenue / customers if customers else None), customers


def assert_figures(cells: Cells, book: Book, data: KpiData) -> None:
    lights = []
    for key, kpi in KPIS.items():
        now, target = figures(key, data), data.targets.get(key)
        last = now[-12:]
        before = [now[i - 12] if i >= 12 else None for i in range(len(now))][-12:]
        size = 1 if kpi.kind == "days" else 100
        change = [
            None if a is None or b is None else size * (a - b)
            for a, b in zip(last, before, strict=True)
        ]
        lit = [light(n, target, data.tolerance, less=kpi.kind == "days") for n in last]
        lights.append(lit[-1])
        same(values(cells, book[f"kpi.{key}"]), [shown(n) for n in last])
        same(values(cells, book[f"kpi.{key}.before"]), [shown(n) for n in before])
        same(values(cells, book[f"kpi.{key}.change"]), [shown(n) for n in change])
        assert values(cells, book[f"kpi.{key}.light"]) == lit
    if data.ltv is not None:
        for j, target in enumerate(data.ltv.targets):
            cohorts, total, customers = ltv_at(data.ltv, j)
            same([v or "" for v in values(cells, book["ltv.cohorts"].down(j))], cohorts)
            same(values(cells, book["ltv.total"].at(0, j)), [total])
            same(values(cells, book["ltv.observed"].at(0, j)), [customers])
            known = None if isinstance(total, str) else float(total or 0)
            lit_age = light(known, target, data.tolerance, less=False)
            assert values(cells, book["ltv.light"].at(0, j)) == [lit_age]
            if j == 2:
                lights.append(lit_age)
    assert [str(v)[:1] for v in values(cells, book["dashboard.status"])] == lights
    assert_beside(cells, book, data)
    message = str(values(cells, book["dashboard.message"])[0])
    message = message.removeprefix("Example: ").removeprefix("Exempel: ")
    if message.startswith("▼"):
        # A count or a target that is not possible goes before any message.
        assert re.match(r"▼ (KPI inputs|Nyckeltal indata), [A-Z]+\d+:", message)
    elif set(lights) != {DASH}:
        rated = [one for one in lights if one != DASH]
        assert message.split()[0] == str(lights.count("▲"))
        assert message.split()[2] == str(len(rated))


def assert_beside(cells: Cells, book: Book, data: KpiData) -> None:
    """Months, ages, targets, and the dashboard's lines: what the figures stand beside."""

    def months(first: date, count: int) -> list[Value]:
        return [float(to_excel(add_months(first, i))) for i in range(count)]

    same(values(cells, book["kpi.months"]), months(data.first_month, data.months))
    latest, changes, targets = [], [], []
    for key, kpi in KPIS.items():
        now = figures(key, data)
        before = now[-13] if len(now) > 12 else None
        size = 1 if kpi.kind == "days" else 100
        last = now[-1]
        latest.append(shown(last))
        change = None if last is None or before is None else size * (last - before)
        # What is shown as 0.0 has no sign.
        changes.append(0 if change is not None and abs(change) < 0.05 else shown(change))
        targets.append(shown(data.targets.get(key)))
    if (ltv := data.ltv) is not None:
        same(values(cells, book["ltv.months"]), months(ltv.first_month, len(ltv.cohorts)))
        place = book["ltv.cohorts"]
        labels = CellRange(place.sheet, place.row, 0, place.last_row, 0)
        same(values(cells, labels), months(ltv.first_month, len(ltv.cohorts)))
        ages = book["ltv.ages"]
        repeated = CellRange(
            ages.sheet, ages.row, ages.last_column + 1, ages.row, ages.last_column + len(ltv.ages)
        )
        same(values(cells, repeated), list(ltv.ages))
        same(values(cells, book["ltv.heads"]), list(ltv.ages))
        same(values(cells, book["ltv.target"]), [shown(t) for t in ltv.targets])
        j = min(2, len(ltv.ages) - 1)
        latest.append(ltv_at(ltv, j)[1])
        changes.append(DASH)
        targets.append(shown(ltv.targets[j]))
    same(values(cells, book["dashboard.latest"]), latest)
    same(values(cells, book["dashboard.change"]), changes)
    same(values(cells, book["dashboard.target"]), targets)


def same(found: list[Value], wanted: list[Value]) -> None:
    assert len(found) == len(wanted)
    for one, other in zip(found, wanted, strict=True):
        if isinstance(other, str):
            assert one == other
        else:
            assert one == pytest.approx(other, rel=1e-9, abs=1e-9)


def random_data(seed: int) -> KpiData:
    """Any counts for the months and cohorts of the example: with empty cells and zeros."""
    draw = Random(seed)

    def counted(n: int, most: int) -> tuple[float | None, ...]:
        return tuple(draw.choice((None, 0, *(draw.randint(1, most),) * 8)) for _ in range(n))

    def share(wholes: tuple[float | None, ...]) -> tuple[float | None, ...]:
        # Sometimes a part is larger than its whole, as it can't be.
        return tuple(round((n or 0) * draw.choice((0, 0.5, draw.random(), 1, 1.2))) for n in wholes)

    series, months = {}, EXAMPLE.months
    for key, kpi in KPIS.items():
        if kpi.kind == "days":
            series[key] = Series(values=counted(months, 400))
        else:
            wholes = counted(months, 10**6)
            series[key] = Series(wholes, share(wholes))
    assert EXAMPLE.ltv is not None
    cohorts = tuple(
        Cohort(
            tuple(n and draw.choice((None, 0, n, n)) for n in one.customers),
            tuple(n and draw.choice((None, n, -n)) for n in one.revenue),
        )
        for one in EXAMPLE.ltv.cohorts
    )
    targets = {
        key: draw.choice((None, 0, 100 if kpi.kind == "days" else draw.random()))
        for key, kpi in KPIS.items()
    }
    ltv = replace(EXAMPLE.ltv, cohorts=cohorts, targets=(None, 0, 900.0, 1200.5, 1e6))
    return replace(
        EXAMPLE, series=series, targets=targets, tolerance=draw.choice((0, 0.1)), ltv=ltv
    )


def emptied(number: float | None) -> KpiData:
    """The example with the same in every cell."""
    assert EXAMPLE.ltv is not None

    def fill(figures: tuple[float | None, ...]) -> tuple[float | None, ...]:
        return (number,) * len(figures)

    series = {
        key: Series(fill(s.wholes), fill(s.parts), fill(s.values))
        for key, s in EXAMPLE.series.items()
    }
    cohorts = tuple(Cohort(fill(c.customers), fill(c.revenue)) for c in EXAMPLE.ltv.cohorts)
    ltv = replace(EXAMPLE.ltv, cohorts=cohorts, targets=fill(EXAMPLE.ltv.targets))
    return replace(EXAMPLE, series=series, targets=dict.fromkeys(KPIS, number), ltv=ltv)


def test_every_figure_is_that_of_the_formulas(
    libreoffice: LibreOffice, template: tuple[Path, Book]
) -> None:
    path, book = template
    libreoffice.open(path)
    for cells in both_engines(libreoffice, path, {}):
        assert errors(cells) == {}
        assert_figures(cells, book, EXAMPLE)


def test_no_figure_is_unchecked(template: tuple[Path, Book]) -> None:
    path, book = template
    cells = watched(ironcalc_cells(path, {}))
    assert_figures(cells, book, EXAMPLE)
    assert unread_figures(cells, book) == []


def test_the_dashboard_tells_its_message(template: tuple[Path, Book]) -> None:
    path, book = template
    message = values(cached_cells(path), book["dashboard.message"])[0]
    # Made-up figures that show every light: three at their target, two near it, two not.
    assert message in (
        "Example: 3 of 7 key figures reach their target. 2 are near it.",
        "Exempel: 3 av 7 nyckeltal når sitt mål. 2 är nära det.",
    )
    assert len(GUIDE) == 10


def test_any_figures(libreoffice: LibreOffice, template: tuple[Path, Book]) -> None:
    path, book = template
    libreoffice.open(path)
    # Both languages have the same formulas, and take turns with the figures.
    for seed in range(LANGS.index(book.lang), 3, 2):
        data = random_data(seed)
        for cells in both_engines(libreoffice, path, changed(book, data)):
            assert errors(cells) == {}
            assert_figures(cells, book, data)


def test_nothing_known(libreoffice: LibreOffice, template: tuple[Path, Book]) -> None:
    path, book = template
    number = {"en": None, "sv": 0}[book.lang]
    libreoffice.open(path)
    for cells in both_engines(libreoffice, path, changed(book, emptied(number))):
        assert errors(cells) == {}
        for key in ("subscriber_to_customer", "returning_share", "returning_revenue"):
            assert values(cells, book[f"kpi.{key}"]) == [DASH] * 12
        assert values(cells, book["ltv.total"]) == [DASH] * 5


def test_young_customers_never_lower_it(
    libreoffice: LibreOffice, template: tuple[Path, Book]
) -> None:
    """A figure typed for an age that no customer of the month can have reached doesn't count."""
    path, book = template
    libreoffice.open(path)
    total = book["ltv.total"].at(0, 2)
    before = values(cached_cells(path), total)
    changes: Changes = {
        (book[key].sheet, book[key].at(47, 2).cell): n
        for key, n in (("ltv.customers", 90_000), ("ltv.revenue", 1))
    }
    as_of = book["ltv.as_of"]
    later = {**changes, (as_of.sheet, as_of.cell): 47_000}  # a day in 2028: all are old enough
    for cells in both_engines(libreoffice, path, changes):
        assert values(cells, total) == pytest.approx(before)
    for cells in both_engines(libreoffice, path, later):
        (found,) = values(cells, total)
        assert isinstance(found, float)
        assert found < 500


def test_which_is_better_and_the_first_month_can_be_changed(
    libreoffice: LibreOffice, template: tuple[Path, Book]
) -> None:
    path, book = template
    libreoffice.open(path)
    better, first = book["kpi.better.total_reach"], book["kpi.first_month"]
    changes: Changes = {
        (better.sheet, better.cell): LOWER[book.lang],
        (first.sheet, first.cell): 45_658,  # 1 Jan 2025
    }
    for cells in both_engines(libreoffice, path, changes):
        assert values(cells, book["kpi.total_reach.light"])[-1] == "▲"
        assert values(cells, book["kpi.shown"])[0] == "2026-01"
        assert values(cells, book["kpi.shown"])[-1] == "2026-12"


REPORTS = {
    "returning only, 12 months": KpiData(
        date(2025, 11, 1),
        12,
        {"returning_share": Series(values=(*(None,) * 3, *(0.3 + 0.01 * i for i in range(9))))},
        {"returning_share": 0.35},
    ),
    "the last month only, with cohorts": KpiData(
        date(2024, 11, 1),
        24,
        {
            "repeat_purchase_rate": Series((*(None,) * 23, 96_411), (*(None,) * 23, 17_546)),
            "time_between_purchases": Series(values=(*(None,) * 23, 71.5)),
        },
        ltv=Ltv(
            date(2026, 8, 1),
            date(2026, 10, 31),
            (Cohort((4, None), (1_234.5678, None)), Cohort((None, None), (None, None))),
            (3, 6),
            (None, 500),
        ),
    ),
    "nothing": KpiData(date(2026, 1, 1), 12),
}


@pytest.mark.parametrize("data", REPORTS.values(), ids=REPORTS)
def test_figures_of_a_report(libreoffice: LibreOffice, tmp_path: Path, data: KpiData) -> None:
    def write(book: Book) -> None:
        book.guide(GUIDE, source=Translated("Own orders.", "Egna köp."))
        write_kpis(book, data)

    path = tmp_path / "report.xlsx"
    book = write_book(path, "en", "Report", write)
    libreoffice.open(path)
    for cells in (cached_cells(path), *both_engines(libreoffice, path, {})):
        assert errors(cells) == {}
        if data.ltv is None:
            assert_figures(cells, book, data)
        else:
            # By hand: 17 546 / 96 411, and 1 234.5678 / 4 for those of 1 August.
            assert values(cells, book["kpi.repeat_purchase_rate"])[-1] == pytest.approx(
                17_546 / 96_411
            )
            assert values(cells, book["ltv.total"]) == [pytest.approx(308.64195), DASH]
