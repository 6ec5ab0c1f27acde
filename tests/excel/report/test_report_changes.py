"""A change in a report is followed by all that depends on it, on every sheet."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from crmformulas.cli.published_tables import as_json
from crmformulas.excel.report import filled, write_report
from crmformulas.excel.templates.kpis.crm_kpis import KpiData, Series
from crmformulas.excel.templates.ladder.goals import LadderGoals
from crmformulas.excel.templates.portfolio.customer_portfolio import PortfolioData
from crmformulas.formulas.budget import COLUMNS, SEGMENTS, budget, growth_factors
from crmformulas.orders import read
from tests.excel.recalculate import (
    Cells,
    LibreOffice,
    Value,
    cached_cells,
    compare,
    errors,
    ironcalc_cells,
)
from tests.excel.report.report_figures import cell, differences, expected
from tests.excel.report.test_report import Report, written
from tests.excel.templates import test_crm_kpis as kpis
from tests.excel.templates import test_customer_portfolio as portfolio
from tests.excel.templates import test_development_budget as development
from tests.excel.templates import test_ladder_goals as ladders
from tests.excel.templates import test_templates as templates

SEEDS = range(2)
Changes = dict[tuple[str, str], Value]


@pytest.fixture(scope="module")
def retailer(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """A report on the demo retailer, with history and contacts for every sheet."""
    folder = tmp_path_factory.mktemp("retailer")
    orders, contacts = folder / "demo.csv", folder / "demo-contacts.csv"
    command = [sys.executable, "-m", "crmformulas", "demo", "--orders", "4000", "-o", str(orders)]
    subprocess.run(command, check=True, capture_output=True)
    with read(orders) as log:
        log.contacts(contacts)
        return written(log, folder / "report.xlsx", "en")


@pytest.fixture(scope="module")
def office(libreoffice: LibreOffice, retailer: Report) -> LibreOffice:
    """It has the report open: that takes longer than to recalculate it."""
    libreoffice.open(retailer.path)
    return libreoffice


def both_engines(office: LibreOffice, report: Report, changes: Changes) -> Iterator[Cells]:
    yield office.recalculate(changes)
    yield ironcalc_cells(report.path, changes)


def generated_flows(seed: int, data: PortfolioData) -> PortfolioData:
    """Any flows in which every segment has customers, and more are lost than come back."""
    dice, flows = Random(seed), []
    for row in data.rows():
        lost = row["to"] == "lost"
        customers = dice.randint(1000, 9000) if lost else dice.randint(1, 900)
        orders = None if lost else customers * dice.randint(1, 9)
        revenue = round(customers * dice.uniform(1, 5000), 2)
        flows.append({**row, "customers": customers, "orders": orders, "revenue": revenue})
    return replace(data, flows=tuple(flows))


def typed_flows(report: Report, data: PortfolioData) -> Changes:
    changes: Changes = {}
    for row in data.rows():
        for column in ("customers", "orders", "revenue"):
            if row["to"] != "lost" or column != "orders":
                place = report.book[f"flow.{row['from']}.{row['to']}.{column}"]
                changes[place.sheet, place.cell] = row[column]
    return changes


def outcome(data: PortfolioData) -> tuple[tuple[float, ...], ...]:
    """S12 by segment: customers, revenue, orders."""
    rows = []
    for segment in SEGMENTS:
        origins = data.tiers if segment == "continued" else (segment,)
        here = [r for r in data.flows if r["from"] in origins and r["to"] != "lost"]
        rows.append(tuple(sum(r[c] for r in here) for c in ("customers", "revenue", "orders")))
    return tuple(rows)


def test_as_it_comes(retailer: Report, office: LibreOffice) -> None:
    tables = as_json(retailer.summary, retailer.before, ("flows",))
    figures = expected(retailer.summary.to_dict() | tables)
    assert figures["bridge_as_told.opening", 0, 0] > 0
    for cells in both_engines(office, retailer, {}):
        assert differences(cells, retailer.book, figures) == []


@pytest.mark.parametrize("seed", SEEDS)
def test_all_sheets_follow_the_flow_table(seed: int, retailer: Report, office: LibreOffice) -> None:
    summary, before, book = retailer.summary, retailer.before, retailer.book
    assert before is not None
    data = generated_flows(seed, filled.portfolio(summary, before, "en"))
    figures = {k: v for k, v in portfolio.wanted(data).items() if k in book.places}
    assert len(figures) > 150
    here = outcome(data)
    opening = sum(row["customers"] for row in data.flows if row["from"] in data.tiers)
    lost = sum(row["customers"] for row in data.flows if row["to"] == "lost")
    # definitions.md: of those who were lost in F12, unless more have come back than that.
    could = summary.flows.lost_f12
    of = could if could and could >= here[2][0] else lost
    plan = budget(here, opening, growth_factors(here, before.outcome), here[2][0] / of)
    for cells in both_engines(office, retailer, typed_flows(retailer, data)):
        assert portfolio.differences(cells, book, figures) == []
        for segment, row in zip(SEGMENTS, here, strict=True):
            for column, wanted in zip(COLUMNS, row, strict=False):
                found = cell(cells, book[f"outcome.{segment}.{column}"])
                assert found == pytest.approx(wanted, rel=1e-9)
        made = development.Made(retailer.path, book)
        development.check_table(made, cells, "budget1", plan)
        assert_overview(cells, retailer, here, opening)


def assert_overview(
    cells: Cells, report: Report, here: tuple[tuple[float, ...], ...], opening: int
) -> None:
    book = report.book
    closing = sum(row[0] for row in here)
    assert cell(cells, book["overview.customers"]) == closing
    assert cell(cells, book["overview.customers.before"]) == opening
    revenue, orders = (sum(row[j] for row in here) for j in (1, 2))
    assert cell(cells, book["overview.revenue"]) == pytest.approx(revenue, rel=1e-9)
    assert cell(cells, book["ladder_order_value"]) == pytest.approx(revenue / orders, rel=1e-9)
    message = str(cell(cells, book["overview.message"]))
    more = "more" if closing >= opening else "fewer"
    assert message.startswith(f"{closing:,} active customers, ")
    assert f" % {more} than a year before" in message


@pytest.mark.parametrize("seed", SEEDS)
def test_ladder(seed: int, retailer: Report, office: LibreOffice) -> None:
    dice = Random(seed)
    base = filled.ladder(retailer.summary)
    counts: list[float] = [dice.randint(1000, 10**6)]
    for _ in base.goals:
        counts.append(int(counts[-1] * dice.random()))
    data: LadderGoals = replace(
        base,
        customers=tuple(counts),
        goals=tuple(dice.choice([None, dice.random()]) for _ in base.goals),
        new_customers=dice.choice([1000, 12_345]),
        order_value=dice.uniform(1, 2000),
    )
    wanted = ladders.expected(data)
    changes = ladders.changed(retailer.book, data)
    for cells in both_engines(office, retailer, changes):
        assert errors(cells) == {}
        ladders.assert_same(ladders.told(cells, retailer.book, wanted), wanted)


@pytest.mark.parametrize("seed", SEEDS)
def test_key_figures(seed: int, retailer: Report, office: LibreOffice) -> None:
    data = generated_kpis(seed, filled.kpis(retailer.summary, retailer.before))
    for cells in both_engines(office, retailer, kpis.changed(retailer.book, data)):
        assert errors(cells) == {}
        kpis.assert_figures(cells, retailer.book, data)


def generated_kpis(seed: int, data: KpiData) -> KpiData:
    """Other figures and targets; what is unknown stays so."""
    dice = Random(seed)

    def others(figures: tuple[Any, ...], high: float) -> tuple[Any, ...]:
        return tuple(None if n is None else round(dice.uniform(0, high), 3) for n in figures)

    series = {
        key: Series(
            tuple(None if n is None else dice.randint(100, 900) for n in one.wholes),
            tuple(None if n is None else dice.randint(0, 100) for n in one.parts),
            others(one.values, 1),
        )
        for key, one in data.series.items()
    }
    assert data.ltv is not None
    cohorts = tuple(replace(c, revenue=others(c.revenue, 10**6)) for c in data.ltv.cohorts)
    return replace(
        data,
        series=series,
        targets={key: dice.choice([None, dice.random()]) for key in series},
        ltv=replace(data.ltv, cohorts=cohorts, targets=others(data.ltv.ages, 1000)),
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_cohorts(seed: int, retailer: Report, office: LibreOffice) -> None:
    """Cumulative revenue per customer, and the mean increments of who reached a month, chained."""
    dice, book = Random(seed), retailer.book
    revenue, sizes = book["cohorts.revenue"], book["cohorts.customers"]
    changes: Changes = {}
    grown: dict[int, float] = {}
    reached: dict[int, int] = {}
    everybody = 0
    figures: dict[str, float | str] = {}
    cohorts = retailer.summary.cohort_records
    for i, cohort in enumerate(cohorts):
        customers, spent, until = cohort.customers, 0.0, 0.0
        # Each change takes LibreOffice some milliseconds: a few of each cohort.
        if dice.random() < 0.3:
            customers = changes[sizes.sheet, sizes.at(i).cell] = dice.randint(1, 5000)
        if seed == 1 and i == len(cohorts) - 12:
            # More than half of all: the curve ends where these are not observed any more.
            customers = changes[sizes.sheet, sizes.at(i).cell] = 10**6
        everybody += customers
        for m, told in enumerate(cohort.revenue_per_customer[:37]):
            if told is None:
                continue
            month = told * cohort.customers - until
            until = told * cohort.customers
            if dice.random() < 0.03:
                month = round(dice.uniform(-100, 10**5), 2)
                changes[revenue.sheet, revenue.at(i, m).cell] = month
            spent += month
            figures[f"cohort.{cohort.cohort}.{m}"] = spent / customers
            grown[m] = grown.get(m, 0.0) + month
            reached[m] = reached.get(m, 0) + customers
    chained, ended = 0.0, 0
    for m, customers in sorted(reached.items()):
        chained += grown[m] / customers
        few = 2 * customers < everybody
        ended += few
        figures[f"cohort.all.{m}"] = "" if few else chained
        figures[f"cohort.reached.{m}"] = customers
    assert ended < len(reached)
    assert (ended > 0) == (seed == 1)
    for cells in both_engines(office, retailer, changes):
        assert errors(cells) == {}
        for key, wanted in figures.items():
            found = cell(cells, book[key])
            if wanted == "":
                assert found in (None, ""), key
            else:
                assert found == pytest.approx(wanted, rel=1e-9, abs=1e-6), key


def test_a_stored_value_is_what_a_recalculation_gives(retailer: Report) -> None:
    """Previews and pandas show what is stored."""
    assert compare(cached_cells(retailer.path), ironcalc_cells(retailer.path)) == []


# What every template keeps to, a report keeps to as well


def test_it_is_made_as_the_templates_are(retailer: Report) -> None:
    made = retailer.path, retailer.book
    templates.test_only_classic_functions(made)
    templates.test_names_of_the_catalogue_are_in_it(made)
    templates.test_no_macro_no_link_no_hidden_thing(made)
    templates.pages_and_panes(retailer.path, ("landscape", "portrait"))


@pytest.mark.parametrize("what", [*templates.OFTEN, "low", "high"])
def test_whatever_is_typed_no_cell_shows_an_error(what: str, retailer: Report) -> None:
    changes = templates.typed(retailer.book, what)
    assert errors(ironcalc_cells(retailer.path, changes)) == {}


def test_swedish_values_are_stored_as_swedes_write_them(
    retailer: Report, swedish_libreoffice: LibreOffice, tmp_path: Path
) -> None:
    path = tmp_path / "rapport.xlsx"
    write_report(path, retailer.summary, "ordrar", "sv", before=retailer.before)
    swedish_libreoffice.open(path)
    assert compare(cached_cells(path), swedish_libreoffice.recalculate()) == []
