"""The customer portfolio template: its figures are those of the formulas, whatever is typed."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from math import isclose, sqrt
from pathlib import Path
from random import Random
from typing import Any, TypeAlias

import pytest

import crmformulas as crm
from crmformulas.errors import FormulaError
from crmformulas.excel.templates import write_template
from crmformulas.excel.templates.portfolio.customer_portfolio import (
    EXAMPLE,
    EXAMPLE_CHANGE,
    PortfolioChange,
    PortfolioData,
    write_change,
    write_portfolio,
)
from crmformulas.excel.workbook.book import Book, write_book
from crmformulas.excel.workbook.expressions import DASH
from crmformulas.formulas.retention import customer_duration, net_duration
from crmformulas.formulas.retention import retention as staying
from crmformulas.formulas.uncertainty import (
    Share,
    clv_bounds,
    portfolio_bounds,
    retention_bounds,
)
from crmformulas.formulas.value import DRIVERS
from crmformulas.orders import read
from crmformulas.translations import LANGS, Lang, Translated
from tests.excel.grid import unread_figures, watched
from tests.excel.recalculate import (
    Cells,
    Changes,
    LibreOffice,
    Value,
    errors,
    ironcalc_cells,
)
from tests.excel.templates.portfolio_tables import check_tables

DATA = Path(__file__).parents[2] / "data"
LOST = "lost"
UNCHANGED = (1.0,) * 5
Figures: TypeAlias = dict[str, float | str]
Template: TypeAlias = tuple[Path, Book]


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> dict[Lang, Template]:
    folder = tmp_path_factory.mktemp("portfolio")
    paths = {lang: folder / f"portfolio-{lang}.xlsx" for lang in LANGS}
    return {lang: (p, write_template("customer-portfolio", p, lang)) for lang, p in paths.items()}


@pytest.fixture(params=LANGS)
def template(request: pytest.FixtureRequest, templates: dict[Lang, Template]) -> Template:
    return templates[request.param]


@pytest.fixture
def english(templates: dict[Lang, Template]) -> Template:
    return templates["en"]


def both_engines(office: LibreOffice, path: Path, *cases: Changes) -> Iterator[Cells]:
    office.open(path)
    for changes in cases:
        yield office.recalculate(changes)
        yield ironcalc_cells(path, changes)


def at(book: Book, key: str) -> tuple[str, str]:
    return book[key].sheet, book[key].cell


def figure(cells: Cells, book: Book, key: str) -> Value:
    sheet, cell = at(book, key)
    return cells[sheet].get(cell)


def emptied(book: Book, *keys: str) -> dict[tuple[str, str], None]:
    """Every cell of the ranges at the keys."""
    return {
        (place.sheet, place.at(i, j).cell): None
        for place in (book[key] for key in keys)
        for i in range(place.last_row - place.row + 1)
        for j in range(place.last_column - place.column + 1)
    }


# What the Python formulas say


def known(formula: Any, *args: Any) -> Any:
    if any(a == DASH for a in args):
        return DASH
    try:
        return formula(*args)
    except FormulaError:
        return DASH


def added(values: Sequence[Any]) -> Any:
    return DASH if DASH in values else sum(values)


def wanted(
    data: PortfolioData,
    change: PortfolioChange = EXAMPLE_CHANGE,
    factors: Sequence[float] = UNCHANGED,
) -> Figures:
    """Every figure of the workbook, by the formulas of the catalogue."""
    cells = {(row["from"], row["to"]): row for row in data.rows()}
    return {
        **_balance(data, cells),
        **_tiers(data, cells),
        **_worth(data, cells, factors),
        **_change(change),
    }


def _into(data: PortfolioData, cells: Mapping[Any, Any], target: str, column: str) -> Any:
    origins = data.tiers if target == LOST else data.origins
    return sum(cells[origin, target][column] or 0 for origin in origins)


def _out_of(data: PortfolioData, cells: Mapping[Any, Any], origin: str) -> int:
    return sum(int(cells[origin, target]["customers"]) for target in data.targets(origin))


def _balance(data: PortfolioData, cells: Mapping[Any, Any]) -> Figures:
    opening = sum(_out_of(data, cells, tier) for tier in data.tiers)
    new, reactivated = (_out_of(data, cells, origin) for origin in ("new", "reactivated"))
    lost = _into(data, cells, LOST, "customers")
    stay = known(staying, opening, opening - lost)
    return {
        "flows.opening": opening,
        "flows.new": new,
        "flows.reactivated": reactivated,
        "flows.lost": -lost,
        "flows.closing": crm.closing_customers(opening, new, reactivated, lost),
        "flows.retention": stay,
        "flows.duration": known(customer_duration, stay),
        "flows.net_duration": known(net_duration, opening, opening - lost, reactivated),
    }


def _tiers(data: PortfolioData, cells: Mapping[Any, Any]) -> Figures:
    found: Figures = {}
    for i, tier in enumerate(data.tiers):
        counts = [cells[tier, target]["customers"] for target in data.targets(tier)]
        rates = crm.migration_rates([counts]).tolist()[0] if sum(counts) else [DASH] * len(counts)
        for target, count, rate in zip(data.targets(tier), counts, rates, strict=True):
            found |= {f"migration.{tier}.{target}": count, f"rate.{tier}.{target}": rate}
        parts = {"up": rates[:i], "stay": rates[i : i + 1], "down": rates[i + 1 : -1]}
        found |= {f"moves.{tier}.{key}": added(part) for key, part in parts.items() if part}
        found |= {
            f"flows.{tier}.f12_customers": sum(counts),
            f"flows.{tier}.f12_orders": _or_dash(data.f12_orders[i]),
            f"flows.{tier}.f12_revenue": _or_dash(data.f12_revenue[i]),
        }
    for tier in data.tiers:
        stayed = [cells[origin, tier]["customers"] or 0 for origin in data.tiers]
        found[f"migration.retained.{tier}"] = sum(stayed)
    found["migration.retained.total"] = sum(
        int(found[f"migration.retained.{tier}"]) for tier in data.tiers
    )
    for key in ("f12_orders", "f12_revenue"):
        found[f"flows.total.{key}"] = added([found[f"flows.{t}.{key}"] for t in data.tiers])
    return found


def _or_dash(value: float | None) -> float | str:
    return DASH if value is None else value


def _worth(data: PortfolioData, cells: Mapping[Any, Any], factors: Sequence[float]) -> Figures:
    found: Figures = {}
    for tier in data.tiers:
        customers, orders, revenue = (
            _into(data, cells, tier, column) for column in ("customers", "orders", "revenue")
        )
        before, lost = _out_of(data, cells, tier), cells[tier, LOST]["customers"]
        found |= _figures(tier, customers, orders, revenue, before, lost)
        if not customers:
            found[f"portfolio.{tier}.portfolio_value"] = 0
    sums = [
        sum(float(found[f"portfolio.{tier}.{key}"]) for tier in data.tiers)
        for key in ("customers", "orders", "revenue", "f12_customers", "lost")
    ]
    values = [found[f"portfolio.{tier}.portfolio_value"] for tier in data.tiers]
    total = added(values)
    found |= _figures("total", *sums) | {"portfolio.total.portfolio_value": total}
    base = found[f"portfolio.{data.tiers[-1]}.clv"]
    for tier, value in zip(data.tiers, values, strict=True):
        worth = found[f"portfolio.{tier}.clv"]
        index = known(lambda a, b: crm.clv_index([a], b)[0], worth, base)
        share = DASH if total in (DASH, 0) else float(value) / float(total)
        found |= {f"portfolio.{tier}.clv_index": index, f"portfolio.{tier}.value_share": share}
    shares = [
        # Of a tier that lost nobody the value is not known, but not 0.
        Share(
            float(found[f"portfolio.{tier}.customers"] if value == DASH else value),
            float(found[f"portfolio.{tier}.f12_customers"]),
            float(found[f"portfolio.{tier}.lost"]),
        )
        for tier, value in zip(data.tiers, values, strict=True)
    ]
    found |= _ends("total", "portfolio_value", portfolio_bounds(shares))
    errors_of = [
        DASH
        if value == DASH or (value and not share.lost)
        else float(value) and float(value) * sqrt((1 - share.lost / share.opening) / share.lost)
        for value, share in zip(values, shares, strict=True)
    ]
    squares = [float(error) ** 2 for error in errors_of if error != DASH]
    found |= {
        f"portfolio.{tier}.value_error": error
        for tier, error in zip(data.tiers, errors_of, strict=True)
    }
    found["portfolio.total.value_error"] = sqrt(sum(squares)) if squares else DASH
    return found | _projection(data, cells, found, factors)


def _figures(
    tier: str, customers: float, orders: float, revenue: float, before: float, lost: float
) -> Figures:
    stay = known(staying, before, before - lost)
    duration = known(customer_duration, stay)
    frequency = orders / customers if customers else DASH
    order_value = revenue / orders if orders else DASH
    worth = known(crm.clv, frequency, order_value, duration)
    made = {
        "customers": customers,
        "orders": orders,
        "revenue": revenue,
        "f12_customers": before,
        "lost": lost,
        "retention": stay,
        "duration": duration,
        "orders_per_customer": frequency,
        "value_per_order": order_value,
        "annual_value": known(crm.annual_value, frequency, order_value),
        "clv": worth,
        "portfolio_value": known(lambda a, b: crm.portfolio_value([a], [b]), worth, customers),
    }
    ends = _ends(tier, "retention", retention_bounds(before, lost))
    if customers:
        low, high = clv_bounds(revenue / customers, before, lost)
        ends |= _ends(tier, "clv", (low, high))
        ends |= _ends(
            tier,
            "portfolio_value",
            [None if end is None else end * customers for end in (low, high)],
        )
    return {f"portfolio.{tier}.{key}": value for key, value in made.items()} | ends


def _ends(tier: str, name: str, interval: Sequence[float | None]) -> Figures:
    return {
        f"portfolio.{tier}.{name}_{end}": _or_dash(value)
        for end, value in zip(("low", "high"), interval, strict=True)
    }


def _projection(
    data: PortfolioData, cells: Mapping[Any, Any], found: Figures, factors: Sequence[float]
) -> Figures:
    if not all(_out_of(data, cells, tier) for tier in data.tiers):
        return {f"projection.customers.{t}": DASH for t in range(1, 6)}
    counts = [[cells[i, j]["customers"] for j in data.targets(i)] for i in data.tiers]
    rates = crm.migration_rates(counts)
    inflow = [
        sum(cells[origin, tier]["customers"] for origin in ("reactivated", "new"))
        for tier in data.tiers
    ]
    years = [[float(found[f"portfolio.{tier}.customers"]) for tier in data.tiers]]
    if set(factors) == {1.0}:
        years = crm.project_portfolio(years[0], rates, inflow, len(factors)).tolist()
    else:
        for factor in factors:
            step = crm.project_portfolio(years[-1], rates, [n * factor for n in inflow], 1)
            years.append(step.tolist()[-1])
    worths = [found[f"portfolio.{tier}.clv"] for tier in data.tiers]
    made: Figures = {}
    for t, row in enumerate(years):
        values = [
            0 if not n else known(lambda a, b: a * b, w, n)
            for w, n in zip(worths, row, strict=True)
        ]
        made |= {f"projection.{tier}.{t}": n for tier, n in zip(data.tiers, row, strict=True)}
        made |= {f"projection.customers.{t}": sum(row), f"projection.value.{t}": added(values)}
    return made


def _change(change: PortfolioChange) -> Figures:
    if None in (*change.before, *change.after):
        return dict.fromkeys([*(f"bridge.{driver}" for driver in DRIVERS), "bridge.total"], DASH)
    before, after = ([float(n or 0) for n in side] for side in (change.before, change.after))
    worths = [crm.clv(*side[:3]) for side in (before, after)]
    values = [
        crm.portfolio_value([w], side[3:]) for w, side in zip(worths, (before, after), strict=True)
    ]
    shares = crm.clv_bridge(before, after).tolist()
    return {
        "change.before.clv": worths[0],
        "change.after.clv": worths[1],
        "change.before.value": values[0],
        "change.after.value": values[1],
        "change.value": known(crm.growth_rate, *values),
        **{f"bridge.{driver}": share for driver, share in zip(DRIVERS, shares, strict=True)},
        "bridge.total": values[1] - values[0],
    }


def differences(cells: Cells, book: Book, figures: Figures) -> list[str]:
    lines = [f"{place} {error}" for place, error in errors(cells).items()]
    for key, expected in figures.items():
        found = figure(cells, book, key)
        if isinstance(expected, str) or not isinstance(found, (int, float)):
            alike = found == expected
        else:
            # What is left of a difference of values counts against the values.
            values = ("change.before.value", "change.after.value")
            size = sum(float(figures[v]) for v in values) if key.startswith("bridge") else 1.0
            alike = isclose(found, expected, rel_tol=1e-9, abs_tol=1e-12 * size)
        if not alike:
            lines.append(f"{key}: {found!r} in the workbook, {expected!r} by the formulas")
    return lines


# As it comes


def test_every_figure_is_that_of_the_formulas(template: Template, libreoffice: LibreOffice) -> None:
    path, book = template
    figures = wanted(EXAMPLE)
    assert len(figures) > 150
    for cells in both_engines(libreoffice, path, {}):
        assert differences(cells, book, figures) == []


def test_no_figure_is_unchecked(english: Template) -> None:
    path, book = english
    cells = watched(ironcalc_cells(path))
    assert differences(cells, book, wanted(EXAMPLE)) == []
    check_tables(cells, book, EXAMPLE, EXAMPLE_CHANGE)
    assert unread_figures(cells, book) == []


def test_example_is_what_was_published() -> None:
    with (DATA / "flows_published.csv").open() as file:
        published = {(r["from"], r["to"]): r for r in csv.DictReader(file)}
    assert len(EXAMPLE.flows) == len(published)
    for flow in EXAMPLE.flows:
        row = published[flow["from"], flow["to"]]
        for name in ("customers", "orders", "revenue"):
            assert (flow[name] or 0) == float(row[name] or 0), (flow, name)


PRINTED = {
    **{"customers": 0, "orders": 0, "revenue": 0, "f12_customers": 0, "lost": 0},
    **{"duration": 0.05, "orders_per_customer": 0.005, "value_per_order": 0.005},
    **{"annual_value": 0.5, "clv": 0.5, "clv_index": 0.05, "retention": 0.005},
    "portfolio_value": 0.5,
}
"""Half of the last digit that the published table prints; the sum of its total rounds each tier."""
ROUNDED_TOTAL = 2


def test_portfolio_is_the_published_one(english: Template, libreoffice: LibreOffice) -> None:
    path, book = english
    with (DATA / "portfolio_published.csv").open() as file:
        published = {r["tier"]: r for r in csv.DictReader(file)}
    (cells, _) = both_engines(libreoffice, path, {})
    for tier in (*EXAMPLE.tiers, "total"):
        for key, tolerance in PRINTED.items():
            name = f"s12_{key}" if key in ("customers", "orders", "revenue") else key
            if published[tier][name] == "":
                continue
            found = figure(cells, book, f"portfolio.{tier}.{key}")
            slack = tolerance + (ROUNDED_TOTAL if tier == "total" and tolerance == 0 else 0)
            assert found == pytest.approx(float(published[tier][name]), abs=slack, rel=1e-12), key
        for key in ("f12_orders", "f12_revenue"):
            found = figure(cells, book, f"flows.{tier}.{key}")
            assert found == pytest.approx(float(published[tier][key]), abs=ROUNDED_TOTAL)
    # Printed: 1 284 714 061, and super with 5 % of the customers and 42 % of the value.
    assert figure(cells, book, "portfolio_total") == pytest.approx(1_284_714_061, abs=0.5)
    assert figure(cells, book, "portfolio.message") == (
        "Example: Super: 5 % of the customers hold 42 % of the value"
    )


def test_before_and_after_is_the_published_one(english: Template, libreoffice: LibreOffice) -> None:
    """Printed: 31.25 M, 48.6 M, +55 %; the shares are the mean of all 24 orders of change."""
    path, book = english
    for cells in both_engines(libreoffice, path, {}):
        assert figure(cells, book, "change.before.value") == 31_250_000
        assert figure(cells, book, "change.after.value") == 48_600_000
        assert figure(cells, book, "change.value") == pytest.approx(0.5552)
        shares = [figure(cells, book, f"bridge.{driver}") for driver in DRIVERS]
        assert shares == pytest.approx([7_181_250, 7_181_250, 7_181_250, -4_193_750])
        message = figure(cells, book, "change.message")
        assert message == "Example: The value of the portfolio changes by +17.4 M kr (+55.5 %)"


# What is typed


def generated(seed: int, tiers: tuple[str, ...] = EXAMPLE.tiers) -> PortfolioData:
    random = Random(seed)
    blank = PortfolioData(tiers, (), ())
    flows = []
    for row in blank.rows():
        customers = random.choice((0, 1, random.randrange(1, 50), random.randrange(50, 200_000)))
        orders = None if row["to"] == LOST else customers * random.randrange(1, 12)
        revenue = round(customers * random.uniform(-10, 2000), 2)
        flows.append({**row, "customers": customers, "orders": orders, "revenue": revenue})
    known_before = [random.choice((None, random.randrange(1, 10**6))) for _ in tiers]
    shares = tuple(random.random() for _ in tiers)
    return replace(blank, shares=shares, flows=tuple(flows), f12_orders=tuple(known_before))


def generated_change(seed: int) -> PortfolioChange:
    random = Random(seed)
    before, after = (
        (
            round(random.uniform(0, 12), 2),
            random.choice((0, 250, random.uniform(1, 5000))),
            random.uniform(1, 9),
            random.randrange(0, 10**6),
        )
        for _ in range(2)
    )
    return PortfolioChange(before, after)


def typed(
    book: Book, data: PortfolioData, change: PortfolioChange, factors: Sequence[float]
) -> dict[tuple[str, str], Value]:
    changes: dict[tuple[str, str], Value] = {}
    for row in data.rows():
        for column in ("customers", "orders", "revenue"):
            if row["to"] != LOST or column != "orders":
                changes[at(book, f"flow.{row['from']}.{row['to']}.{column}")] = row[column]
    for key, values in (
        ("f12.orders", data.f12_orders),
        ("f12.revenue", data.f12_revenue),
        ("tier.shares", data.shares),
    ):
        for i, value in enumerate(values):
            changes[book[key].sheet, book[key].at(i).cell] = value
    for t, factor in enumerate(factors, 1):
        changes[at(book, f"projection.factor.{t}")] = factor
    for when, values in (("before", change.before), ("after", change.after)):
        for driver, value in zip(DRIVERS, values, strict=True):
            changes[at(book, f"change.{when}.{driver}")] = value
    return changes


@pytest.mark.parametrize("seed", range(8))
def test_changed_inputs(
    seed: int, templates: dict[Lang, Template], libreoffice: LibreOffice
) -> None:
    path, book = templates[LANGS[seed % 2]]
    data, change = generated(seed), generated_change(seed)
    random = Random(seed)
    factors = [round(random.uniform(0, 2), 2) for _ in range(5)]
    figures = wanted(data, change, factors)
    for cells in both_engines(libreoffice, path, typed(book, data, change, factors)):
        assert differences(cells, book, figures) == []
        if book.lang == "en":
            check_tables(cells, book, data, change)


def test_generated_cases_have_what_is_unknown() -> None:
    """Or the cases above would not show that a dash stands where it should."""
    cases = [wanted(generated(seed), generated_change(seed)) for seed in range(8)]
    for key in ("portfolio.super.clv", "portfolio.total.portfolio_value", "projection.value.5"):
        found = [case.get(key) for case in cases]
        assert {isinstance(value, str) for value in found} == {True, False}, key


def without(data: PortfolioData, **side: str) -> PortfolioData:
    """With nobody from, or to, somewhere."""
    name, where = side.popitem()
    name = name.strip("_")
    nobody = {"customers": 0, "orders": 0, "revenue": 0}
    flows = tuple({**f, **nobody} if f[name] == where else f for f in data.flows)
    return replace(data, flows=flows)


@pytest.mark.parametrize(
    ("data", "dashes", "why"),
    [
        (without(EXAMPLE, to="lost"), ("duration", "clv", "clv_index"), "nobody lost"),
        (without(EXAMPLE, to="super"), ("annual_value", "clv"), "no customers now"),
        (without(EXAMPLE, from_="super"), ("retention", "duration", "clv"), "none in F12"),
    ],
)
def test_what_is_unknown_is_a_dash_with_the_reason(
    data: PortfolioData,
    dashes: Sequence[str],
    why: str,
    english: Template,
    libreoffice: LibreOffice,
) -> None:
    path, book = english
    changes = typed(book, data, EXAMPLE_CHANGE, UNCHANGED)
    empty = why == "no customers now"
    for cells in both_engines(libreoffice, path, changes):
        assert differences(cells, book, wanted(data)) == []
        assert [figure(cells, book, f"portfolio.super.{key}") for key in dashes] == [DASH] * len(
            dashes
        )
        assert figure(cells, book, "portfolio.super.why") == why
        # A tier without customers is worth 0, and the total is known; else it is not.
        assert figure(cells, book, "portfolio.super.portfolio_value") == (0 if empty else DASH)
        assert (figure(cells, book, "portfolio_total") == DASH) is not empty


def test_emptied_inputs_and_zeros_give_no_error(
    english: Template, libreoffice: LibreOffice
) -> None:
    path, book = english
    everything = {place for place, *_ in book.inputs}
    numbers = [p for p, kind, *_ in book.inputs if kind != "text"]

    def filled(value: Value) -> Changes:
        return {
            (p.sheet, p.at(i, j).cell): value
            for p in numbers
            for i in range(p.last_row - p.row + 1)
            for j in range(p.last_column - p.column + 1)
        }

    texts = {
        (p.sheet, p.at(i).cell): None for p in everything for i in range(p.last_row - p.row + 1)
    }
    cases: list[Changes] = [filled(0), filled(1), {**texts, **filled(None)}]
    for cells in both_engines(libreoffice, path, *cases):
        assert errors(cells) == {}
    for place in everything:
        cells = ironcalc_cells(path, {(place.sheet, place.at(0).cell): None})
        assert errors(cells) == {}, place


def test_unknown_revenue_orders_and_inflow(english: Template, libreoffice: LibreOffice) -> None:
    path, book = english
    changes = {
        at(book, "flow.top.super.revenue"): None,
        at(book, "flow.new.mid.orders"): None,
        at(book, "projection.factor.3"): None,
        **emptied(book, "f12.revenue"),
    }
    for cells in both_engines(libreoffice, path, changes):
        assert errors(cells) == {}
        for key in (
            "super.revenue",
            "super.clv",
            "super.portfolio_value",
            "mid.orders_per_customer",
        ):
            assert figure(cells, book, f"portfolio.{key}") == DASH
        assert figure(cells, book, "portfolio.super.why") == "no revenue given"
        assert figure(cells, book, "portfolio_total") == DASH
        # CLV is annual value × duration, which needs no orders.
        assert figure(cells, book, "portfolio.mid.clv") == pytest.approx(5534, abs=0.5)
        assert figure(cells, book, "projection.customers.2") == pytest.approx(
            float(wanted(EXAMPLE)["projection.customers.2"])
        )
        assert figure(cells, book, "projection.customers.3") == DASH
        assert figure(cells, book, "flows.total.f12_revenue") == DASH


def test_a_table_pasted_in_another_order(english: Template, libreoffice: LibreOffice) -> None:
    """Texts over all five columns; names are compared as they are, also >1000 and top*."""
    path, book = english
    names = {"super": ">1000", "top": "t*", "mid": "to?", "bottom": "=x"}
    table, rows = book["flow.from"], EXAMPLE.rows()
    changes: dict[tuple[str, str], Value] = {
        (book["tier.names"].sheet, book["tier.names"].at(i).cell): name
        for i, name in enumerate(names.values())
    }
    for i, row in enumerate(reversed(rows)):
        values = (names.get(row["from"], row["from"]), names.get(row["to"], row["to"]))
        for j, value in enumerate((*values, *(row[k] for k in ("customers", "orders", "revenue")))):
            changes[table.sheet, table.at(i, j).cell] = value
    for cells in both_engines(libreoffice, path, changes):
        assert differences(cells, book, wanted(EXAMPLE)) == []
        assert str(figure(cells, book, "portfolio.message")).startswith("Example: >1000: 5 %")


def test_checks(english: Template, libreoffice: LibreOffice) -> None:
    path, book = english
    names = book["tier.names"]
    keys = ("check.names", "check.shares", "check.found")
    cases: tuple[tuple[Changes, str], ...] = (
        ({}, "●●●"),
        ({(names.sheet, names.at(1).cell): "super"}, "▲●▼"),
        ({(book["tier.shares"].sheet, book["tier.shares"].at(1).cell): 0.2}, "●▲●"),
        ({(book["flow.from"].sheet, book["flow.from"].at(0).cell): "gone"}, "●●▲"),
    )
    for changes, marks in cases:
        for cells in both_engines(libreoffice, path, changes):
            assert "".join(str(figure(cells, book, key))[0] for key in keys) == marks


def test_messages_tell_of_decline(
    templates: dict[Lang, Template], libreoffice: LibreOffice
) -> None:
    path, book = templates["sv"]
    changes = {
        **{at(book, f"flow.new.{tier}.customers"): 0 for tier in EXAMPLE.tiers},
        at(book, "change.after.customers"): 2000,
    }
    for cells in both_engines(libreoffice, path, changes):
        assert figure(cells, book, "flows.message") == (
            "Exempel: ▼ 15,964 färre aktiva kunder än ett år tidigare (−16.9 %)"
        )
        assert figure(cells, book, "change.message") == (
            "Portföljens värde ändras med −9.7 M kr (−30.9 %)"
        )


# Other data


@pytest.mark.parametrize("count", [2, 3, 6])
def test_other_tiers(count: int, tmp_path: Path, libreoffice: LibreOffice) -> None:
    data = generated(100 + count, tuple(f"tier {i}" for i in range(count)))
    unknown = PortfolioChange((5, None, 2, 100), (6, 500, 2, 100))
    path = tmp_path / "other.xlsx"

    def write(book: Book) -> None:
        book.guide(["…"] * 10, source="generated")
        write_portfolio(book, data)
        write_change(book, unknown)

    book = write_book(path, "en", Translated("Other", "Annan"), write)
    for cells in both_engines(libreoffice, path, {}):
        assert differences(cells, book, wanted(data, unknown)) == []
        check_tables(cells, book, data, unknown)


def test_too_few_or_too_many_tiers() -> None:
    for count in (1, 7):
        with pytest.raises(ValueError, match=f"tiers must be 2 to 6, got {count}"):
            PortfolioData(tuple("abcdefg"[:count]), (), ())
    with pytest.raises(ValueError, match="shares must be as many as tiers"):
        PortfolioData(("a", "b"), (0.5,), ())


@pytest.mark.parametrize("customers", [3, 300])
def test_a_summary_of_orders(customers: int, tmp_path: Path, libreoffice: LibreOffice) -> None:
    """Of few customers much is unknown: what is None in the summary is a dash in the workbook."""
    random = Random(5)
    rows = ["customer,date,amount"]
    for _ in range(customers * 4):
        day = date(2024, 1, 1) + timedelta(days=random.randrange(1000))
        rows.append(f"{random.randrange(customers)},{day},{random.randrange(50, 3000)}")
    (tmp_path / "orders.csv").write_text("\n".join(rows))
    with read(tmp_path / "orders.csv") as log:
        summary = log.summary(tiers=(("gold", 0.2), ("rest", 0.8)))
    data = PortfolioData.from_summary(summary)
    book = write_book(
        tmp_path / "book.xlsx", "sv", Translated("Report", "Rapport"), lambda b: _report(b, data)
    )
    for cells in both_engines(libreoffice, tmp_path / "book.xlsx", {}):
        assert errors(cells) == {}
        for record in summary.portfolio_records:
            for key, value in record.as_dict().items():
                if key not in ("tier", "median_days"):
                    found = figure(cells, book, f"portfolio.{record.tier}.{key}")
                    assert found == (DASH if value is None else pytest.approx(value)), key
        total = summary.portfolio_value
        assert figure(cells, book, "portfolio_total") == (
            DASH if total is None else pytest.approx(total)
        )


def _report(book: Book, data: PortfolioData) -> None:
    book.guide(["…"] * 10, source="orders.csv")
    write_portfolio(book, data)


# Flows by tier


PRINTED_FLOWS = {
    # Elinder 2018, "Kundflöden": customers, orders, revenue, revenue per customer as printed.
    "super.super": (1050, 11229, 14743845, 14042),
    "top.super": (1144, 9776, 13625342, 11910),
    "reactivated.super": (402, 1897, 4463065, 11102),
    "new.bottom": (7153, 8749, 2878719, 402),
    "super": (5091, 38626, 61738655, 12127),
    "bottom": (30542, 40075, 12090788, 396),
    "super.lost": (539, DASH, 6031206, 11190),
    "bottom.lost": (13600, DASH, 4878755, 359),
    "lost": (33570, DASH, 54125759, 1612),
    "total": (101811, 268110, 257695394, 2531),
}

FLOW_VALUES = {
    # Customers × change of the published CLV, by a plain program on the published flow table.
    "upgrade": 427295646.08,
    "downgrade": -504924205.14,
    "lost": -238905266.04,
    "new": 268303398.73,
    "reactivated": 141896750.33,
    "total": 93666323.97,
}


def test_flows_by_tier_are_the_published_ones(english: Template, libreoffice: LibreOffice) -> None:
    path, book = english
    for cells in both_engines(libreoffice, path, {}):
        for row, printed in PRINTED_FLOWS.items():
            for column, expected in zip(
                ("customers", "orders", "revenue", "per_customer"), printed, strict=True
            ):
                key = f"flow_table.{row}.{column}"
                if expected == DASH:
                    continue
                assert figure(cells, book, key) == pytest.approx(expected, abs=0.5), key
        for kind, worth in FLOW_VALUES.items():
            assert figure(cells, book, f"flow_values.{kind}") == pytest.approx(worth, abs=0.01)
