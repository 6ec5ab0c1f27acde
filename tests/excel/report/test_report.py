"""The report: every figure is that of the summary, whatever the log and whatever is typed."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, cast

import ibis
import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from crmformulas.cli.published_tables import as_json
from crmformulas.cli.report import workbook_findings
from crmformulas.errors import InputError
from crmformulas.excel.report import Listing, listed_customers, write_report
from crmformulas.excel.report.filled import LTV_MONTHS
from crmformulas.excel.workbook import long_table
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.expressions import DASH
from crmformulas.orders import Summary, read
from crmformulas.orders.analysis.budget_plan import Plan
from crmformulas.orders.analysis.forecast.scenario import compare as compare_budgets
from crmformulas.orders.analysis.keep_or_acquire import keep_or_acquire
from crmformulas.orders.demo import demo_frames
from crmformulas.orders.log import Orders
from crmformulas.orders.selections.report_lists import ReportLists, report_lists
from crmformulas.settings import Costs, Money, Settings
from crmformulas.translations import LANGS, Lang
from tests.examples import examples
from tests.excel.recalculate import (
    Cells,
    Changes,
    LibreOffice,
    cached_cells,
    compare,
    errors,
    ironcalc_cells,
)
from tests.excel.report.report_figures import cell, differences, expected
from tests.logs import Case, cases
from tests.orders.counting.test_queries import TypedContacts, day, text, typed, typed_rows
from tests.orders.counting.test_queries import expected as by_the_oracle

pytestmark = pytest.mark.filterwarnings("ignore:Sparkline Group extension")

DATA = Path(__file__).parents[4] / "shared" / "data"


class Report(NamedTuple):
    """A report, and what it was written from."""

    path: Path
    book: Book
    summary: Summary
    before: Summary | None


def written(log: Orders, path: Path, lang: Lang, as_of: date | None = None, **rules: Any) -> Report:
    """A report as the command writes it, with its customers."""
    from crmformulas.cli.report import year_before

    made = log.summary(as_of, **rules)
    before = year_before(log, made)
    listed = log.customers(made.as_of, made.rules)
    rules_made = made.rules
    all_of_them = Listing(
        listed.rows, listed.count(), 1000, rules_made.steps, rules_made.tier_names
    )
    book = write_report(path, made, "orders", lang, before=before, customers=all_of_them)
    return Report(path, book, made, before)


def both_engines(
    office: LibreOffice, path: Path, changes: Changes | None = None
) -> Iterator[Cells]:
    office.open(path)
    yield office.recalculate(changes)
    yield ironcalc_cells(path, changes)


def recalculated(office: LibreOffice, path: Path, lang: Lang) -> Iterator[Cells]:
    """By both engines in English, which share its formulas with Swedish; that by LibreOffice."""
    office.open(path)
    yield office.recalculate()
    if lang == "en":
        yield ironcalc_cells(path)


@cache
def told_by_the_command(*arguments: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "crmformulas", "summary", *arguments, "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


# Real orders


FILES = {
    "CDNOW": ("CDNOW_master.txt", "1998-06-30"),
    "CDNOW in mid month": ("CDNOW_master.txt", "1998-05-17"),
    "Online Retail": ("online_retail.csv.gz", "2011-11-30"),
}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", FILES)
def test_real_orders_are_those_of_the_summary(
    name: str, lang: Lang, libreoffice: LibreOffice, tmp_path: Path
) -> None:
    """Fader and Hardie's CDNOW; Chen, UCI Machine Learning Repository, 2015."""
    file, as_of = FILES[name]
    if not (DATA / file).exists():
        pytest.skip(f"{file} is not beside the repository, in shared/data")
    figures = expected(told_by_the_command(str(DATA / file), "--as-of", as_of, "--tables", "flows"))
    assert len(figures) > 300
    with read(DATA / file) as log:
        report = written(log, tmp_path / "report.xlsx", lang, date.fromisoformat(as_of))
    for cells in recalculated(libreoffice, report.path, lang):
        assert differences(cells, report.book, figures) == []


# Any orders


TIERS = (
    (("a", 0.5), ("b", 0.5)),
    (("x", 0.0), ("y", 0.125), ("z", 0.875)),
    (("=1+1", 0.2), ("+46", 0.1), ("1e5", 0.2), ("007", 0.1), ("*", 0.2), (">0", 0.2)),
)
RULES = st.fixed_dictionaries(
    {},
    optional={
        "returns": st.just("ignore"),
        "new_after": st.sampled_from([0, 24]),
        "steps": st.sampled_from([1, 2, 5, 20]),
        "threshold": st.sampled_from([0.0, 0.25, 1.0]),
        "pareto": st.sampled_from([0.0, 0.5, 1.0]),
        "tiers": st.sampled_from(TIERS),
        "lead": st.sampled_from([0, 7]),
        "reach": st.sampled_from([1, 365]),
    },
)


def log_of(case: Case) -> Orders:
    backend = ibis.duckdb.connect()
    log: Any = Orders(cast(Any, typed_rows(backend, case.rows)))
    if case.contacts is not None:
        readers = {"customer": text, "signed_up": day, "last_reached": day}
        log._contacts = TypedContacts(typed(backend, case.contacts, readers))
    return cast(Orders, log)


generated = settings(
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.function_scoped_fixture,
        HealthCheck.filter_too_much,
    ],
)


def report_of(case: Case, rules: dict[str, Any], path: Path, lang: Lang) -> tuple[Report, Any]:
    """A report of a generated log, and what the oracle and the tables of flows say of the log."""
    told = by_the_oracle(case, **rules)
    assert told is not None
    report = written(log_of(case), path, lang, case.as_of, **rules)
    tables = as_json(report.summary, report.before, ("flows",))
    return report, expected(told | tables)


def has_customers(case: Case) -> bool:
    told = by_the_oracle(case)
    return told is not None and told["input"]["customers"] > 0


@given(case=cases().filter(has_customers), rules=RULES, lang=st.sampled_from(LANGS))
@settings(generated, max_examples=examples(25))
def test_any_orders_are_those_of_the_oracle(
    case: Case, rules: dict[str, Any], lang: Lang, tmp_path: Path
) -> None:
    report, figures = report_of(case, rules, tmp_path / "report.xlsx", lang)
    assert differences(ironcalc_cells(report.path), report.book, figures) == []


@given(case=cases().filter(has_customers), rules=RULES, lang=st.sampled_from(LANGS))
@settings(generated, max_examples=examples(6))
def test_any_orders_in_libreoffice(
    case: Case, rules: dict[str, Any], lang: Lang, tmp_path: Path, libreoffice: LibreOffice
) -> None:
    report, figures = report_of(case, rules, tmp_path / "report.xlsx", lang)
    libreoffice.open(report.path)
    assert differences(libreoffice.recalculate(), report.book, figures) == []


# Logs that are hard for a reader to see through


def case(*lines: str, as_of: str | None = None) -> Case:
    """A log of lines such as ``a 2026-01-01 10``."""
    rows = [line.rsplit(maxsplit=2) for line in lines]
    frame = pd.DataFrame(
        [(who, date.fromisoformat(when), Decimal(amount)) for who, when, amount in rows],
        columns=pd.Index(["customer", "day", "amount"]),
        dtype=object,
    )
    return Case(frame, None if as_of is None else date.fromisoformat(as_of), None)


HARD = {
    "one order": case("a 2026-01-15 10"),
    "one customer": case("a 2023-05-01 5", "a 2024-06-01 7", "a 2025-07-01 9"),
    "no year before": case("a 2026-01-15 10", "b 2026-02-01 10", "b 2026-03-01 4"),
    "nobody active": case("a 2021-01-01 10", "b 2022-01-01 20", as_of="2026-06-30"),
    "only returns a year before": case("a 2024-01-01 -3", "a 2026-01-01 10"),
    "mid month": case("a 2024-03-09 10", "a 2025-03-09 11", "b 2025-04-30 2", as_of="2025-05-17"),
    "leap day": case("a 2022-03-01 10", "a 2023-02-28 11", "b 2024-02-29 2", as_of="2024-02-29"),
    # A year before, February is over on the same day: the months of the two years overlap.
    "leap day left": case(
        "a 2022-02-10 10",
        "a 2022-07-02 5",
        "a 2023-02-28 1",
        "b 2023-06-07 3",
        "b 2024-01-09 2",
        as_of="2024-02-28",
    ),
    "before the calendar of a spreadsheet": case(
        "a 1850-01-01 10",
        "a 2025-03-09 11",
        "b 1899-12-31 2",
        "c 1900-01-31 4",
        "d 2026-01-01 1",
        as_of="2026-01-01",
    ),
    "more cohorts than stand by themselves": case(
        "a 1970-01-01 10",
        "b 1970-01-01 20",
        "c 1999-05-01 7",
        "d 2025-12-01 1",
        "e 2026-01-01 1",
        as_of="2026-01-01",
    ),
    "negative revenue": case("a 2025-05-01 5", "a 2025-06-01 -50", "b 2024-06-01 4"),
}


@pytest.mark.parametrize("name", HARD)
def test_hard_logs(name: str, tmp_path: Path, libreoffice: LibreOffice) -> None:
    for lang in LANGS:
        report, figures = report_of(HARD[name], {}, tmp_path / f"{lang}.xlsx", lang)
        for cells in recalculated(libreoffice, report.path, lang):
            assert differences(cells, report.book, figures) == []
        if lang == "en":
            # The last engine is IronCalc, which is not told here how Swedes write numbers.
            assert compare(cached_cells(report.path), cells) == []


def test_older_cohorts_are_told_in_the_first(tmp_path: Path) -> None:
    hard = HARD["more cohorts than stand by themselves"]
    report, _ = report_of(hard, {}, tmp_path / "report.xlsx", "en")
    assert report.book["ltv.months"].last_row - report.book["ltv.months"].row + 1 == LTV_MONTHS
    book = openpyxl.load_workbook(report.path)
    for key in ("ltv.months", "ltv.cohorts"):
        place = report.book[key]
        note = book[place.sheet].cell(place.row + 1, 1).comment
        assert "the customers of all months from 1970-01 on" in note.text


def test_year_before_is_unknown_where_it_is_not_wholly_observed(tmp_path: Path) -> None:
    """Orders from 2024-08 on: the 12 months to 2025-06-30 are covered, those before in part."""
    lines = [f"c{i} 2024-{8 + i % 5:02}-11 10" for i in range(9)]
    lines += [f"c{i} 2025-09-11 12" for i in range(5)]
    partly = case(*lines, as_of="2026-06-30")
    report, _ = report_of(partly, {}, tmp_path / "partly.xlsx", "en")
    cells = ironcalc_cells(report.path)
    for key in ("customers", "revenue", "time_between_purchases"):
        assert cell(cells, report.book[f"overview.{key}.before"]) == DASH
    # Nor is anybody said to be more or fewer than those of a year before.
    for key in ("overview.message", "flows.message"):
        assert cell(cells, report.book[key]) == "5 active customers"
    wholly = case("z 2024-06-30 1", *lines, as_of="2026-06-30")
    report, _ = report_of(wholly, {}, tmp_path / "wholly.xlsx", "en")
    cells = ironcalc_cells(report.path)
    assert cell(cells, report.book["overview.revenue.before"]) == 90
    assert str(cell(cells, report.book["overview.message"])).startswith("5 active customers, ")


def test_unknown_opening_is_no_growth(tmp_path: Path) -> None:
    report, _ = report_of(HARD["no year before"], {}, tmp_path / "report.xlsx", "en")
    cells = ironcalc_cells(report.path)
    assert cell(cells, report.book["overview.message"]) == "2 active customers"
    assert cell(cells, report.book["flows.message"]) == "2 active customers"
    overview = cells["Overview"]
    balance = {
        str(overview[f"F{r}"]): overview[f"G{r}"]
        for r in range(5, 30)
        if f"F{r}" in overview and f"G{r}" in overview
    }
    assert balance["Opening customers"] == balance["− lost"] == DASH
    assert balance["= Closing customers"] == 2


def flows_sheet(report: Report) -> list[str]:
    """The texts of the sheet of the flows by tier."""
    cells = ironcalc_cells(report.path)[report.book["flow_values.message"].sheet]
    return [value for value in cells.values() if isinstance(value, str)]


def test_flows_of_an_unknown_year_are_a_dash_with_the_reason(tmp_path: Path) -> None:
    """Two customers who come every March and are never lost, so that their CLV is unknown."""

    def since(year: int) -> tuple[Report, Any]:
        made = (f"{who} {y}-03-11 {10 * y}" for y in range(year, 2027) for who in "ab")
        return report_of(case(*made, as_of="2026-06-30"), {}, tmp_path / f"{year}.xlsx", "en")

    report, figures = since(2024)
    assert report.summary.f12_covered
    assert differences(ironcalc_cells(report.path), report.book, figures) == []
    assert figures["flow_table.total.customers_before", 0, 0] is None
    why, said = "history does not hold the year before F12", flows_sheet(report)
    assert f"– The year before is not known: {why}" in said
    assert f"– The portfolio of a year before is not known: {why}" in said
    report, figures = since(2023)
    assert differences(ironcalc_cells(report.path), report.book, figures) == []
    assert figures["flow_table.total.customers_before", 0, 0] == 2
    (reason,) = [one for one in flows_sheet(report) if "year before is not known" in one]
    assert reason.endswith("the CLV of a tier is unknown, now or a year before")


# Ids and names are data


IDS = [
    "=1+1",
    '=HYPERLINK("http://x.example","y")',
    "=cmd|' /C calc'!A0",
    "+46701234567",
    "-1",
    "@SUM(1)",
    "007",
    "1e5",
    "12345678901234567890",
    "1.50",
    "TRUE",
    "#N/A",
    "2026-01-01",
    "1/2",
    "http://x.example",
    "mailto:a@b.example",
    "internal:Sheet1!A1",
    "{=1}",
    "'007",
    "<r>a</r>",
    "&amp;",
    "<b>",
    "_x0041_",
    "a_x0041_b",
    "new\nline",
    "\x01\x02",
    "\x7f",
    "\ufffe",
    "a\u200bb",
    "\U0001f600",
    "A\u030a",
    "Å",
    "x" * 32_767,
]


def ungrouped(text: object) -> str:
    """A text whose numbers are in one piece, as each language keeps their groups apart."""
    return re.sub(r"(?<=\d)[ \u00a0,](?=\d{3})", "", str(text))


def undone(text: str) -> str:
    """The text that _xHHHH_ stands for (ECMA-376, ST_Xstring), which IronCalc leaves in place."""
    return re.sub("_x([0-9A-F]{4})_", lambda found: chr(int(found[1], 16)), text)


@pytest.mark.parametrize("lang", LANGS)
def test_how_it_held_a_year_ago_and_what_customers_cost(lang: Lang, tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    with read(demo_frames(orders=4_000, seed=5)[0]) as log:
        made = log.summary()
        before = log.summary(made.windows.f12[1])
        held = log.backtest_of(made, before)
        # Without the forecast it says the same as the command does.
        of_command = log.backtest()
        assert held.rows == tuple(row for row in of_command.rows if row.method != "forecast")
        ways = keep_or_acquire(
            made, Settings(costs=Costs(kept=50.0, won_back=120.0), money=Money(margin=0.4))
        )
        forecast = log.forecast()
        book = write_report(
            path,
            made,
            "shop",
            lang,
            before=before,
            backtest=held,
            ways=ways,
            lists=ReportLists(forecast=forecast),
        )
    cells = ironcalc_cells(path, None)
    assert errors(cells) == {}
    method = cells[book["method.coverage"].sheet]
    for sentence in held.sentences(lang):
        assert ungrouped(sentence) in map(ungrouped, method.values())
    budget = held.of("budget_1", "revenue")
    assert budget is not None
    assert budget.error is not None
    assert any(value == pytest.approx(budget.error) for value in method.values() if value != "")
    for way in ways:
        brings = cell(cells, book[f"keep.{way.way}.brings"])
        assert brings == (DASH if way.brings is None else pytest.approx(way.brings))
    best = max(way.per_cost for way in ways if way.per_cost is not None)
    assert f"{best:.1f}" in str(cell(cells, book["keep.message"])).replace(",", ".")
    # Nobody knows what a new customer costs; and without a margin all of the revenue counts.
    typed = {"keep.margin": 1.0, "own_growth.recruitment": 2.0}
    raised = ironcalc_cells(path, {(book[k].sheet, book[k].cell): v for k, v in typed.items()})
    assert cell(raised, book["keep.kept.brings"]) == pytest.approx((ways[0].brings or 0) / 0.4)
    plan = Plan.of(made, before)
    assert plan.growth[0] != 2.0
    for found, year in ((cells, plan), (raised, replace(plan, growth=(2.0, *plan.growth[1:])))):
        rows, why = compare_budgets(forecast, year)
        assert why is None
        for row in rows:
            own = (row.budget_revenue, row.revenue)
            figures = dict(zip(("budget", "revenue"), own, strict=True))
            if row.segment == "total":
                figures |= {"low": row.low, "high": row.high}
            for name, figure in figures.items():
                place = book[f"forecast.{row.segment}.{name}"]
                assert cell(found, place) == pytest.approx(figure), place
    ladder = book["forecast.ladder"]
    steps = [
        [cells[ladder.sheet].get(ladder.at(i, j).cell) for j in range(1, 5)]
        for i in range(len(forecast.ladder))
    ]
    assert steps == [[round(figure) for figure in rung[1:]] for rung in forecast.ladder]


def test_what_is_handed_round_is_printed(tmp_path: Path, libreoffice: LibreOffice) -> None:
    """A page for each sheet, none smaller than half its size; inputs and lists of customers not."""
    with read(demo_frames(orders=8_000)[0]) as log:
        made = log.summary()
        listed = log.customers()
        rows = Listing(listed.rows, listed.count(), 1000, 12, made.rules.tier_names)
        path = tmp_path / "report.xlsx"
        found = workbook_findings(log, made, None, lists := report_lists(log, made))
        book = write_report(path, made, "shop", "sv", customers=rows, lists=lists, **found)
    printed = [sheet for sheet in book.sheets if sheet.is_printed]
    assert {"Styrelsen", "Att göra nu", "3 Budget 1", "Metod"} <= {one.name for one in printed}
    aside = {one.name for one in book.sheets} - {one.name for one in printed}
    assert {"Kunder", "Läs mig", "Flödestabell", "LTV", "1 Utfall"} <= aside
    assert all(one.fit_on_a_page() for one in printed)
    libreoffice.open(path)
    pages = re.findall(rb"/Type ?/Page\b", libreoffice.save_pdf(tmp_path / "printed").read_bytes())
    assert len(pages) == len(printed) <= 20


def test_pages_of_dashes_are_not_printed(tmp_path: Path) -> None:
    """History of three months tells nothing of the year before."""
    lines = pd.DataFrame({"customer": ["a", "a", "b"], "date": ["2026-01-01", "2026-03-01",
        "2026-02-01"], "amount": 50})  # fmt: skip
    with read(lines) as log:
        report = written(log, tmp_path / "report.xlsx", "en")
    printed = {sheet.name for sheet in report.book.sheets if sheet.is_printed}
    assert {"Board", "Customer flows", "Cohorts", "Method"} <= printed
    assert not {"Migration", "Portfolio", "Flows by tier", "Projection", "3 Budget 1"} & printed
    # What is drawn is known: no series is of dashes alone, and no goal is drawn that nobody set.
    cells, drawn = cached_cells(report.path), list(series_of(report.path))
    assert drawn
    for name, sheet, place in drawn:
        assert any(isinstance(cells[sheet].get(cell), float | int) for cell in place), (name, sheet)
    assert not {"At goal", "Target", "A year before"} & {name for name, _, _ in drawn}


def series_of(path: Path) -> Iterator[tuple[str, str, list[str]]]:
    """The name of each series of the charts, the sheet of its figures, and their cells."""
    with zipfile.ZipFile(path) as package:
        for part in (one for one in package.namelist() if one.startswith("xl/charts/chart")):
            for series in re.findall(r"<c:ser>.*?</c:ser>", package.read(part).decode(), re.S):
                name = re.search(r"<c:tx>.*?<c:v>(.*?)</c:v>", series, re.S)
                found = re.search(r"<c:val>.*?<c:f>'?(.*?)'?!([$A-Z0-9:]+)</c:f>", series, re.S)
                assert found
                rows = openpyxl.utils.cell.rows_from_range(found[2].replace("$", ""))
                yield name[1] if name else "", found[1], [cell for row in rows for cell in row]


def test_an_approximate_year_gives_its_reason_once(tmp_path: Path) -> None:
    """Where a figure is unknown for another reason, its headline tells that one."""
    lines = pd.DataFrame(
        [(c, f"{y}-{m:02}-01", 50) for c, y, m in (("a", 2024, 2), ("a", 2025, 1), ("b", 2024, 3),
         ("c", 2024, 5), ("c", 2025, 3), ("d", 2025, 2), ("e", 2023, 12), ("e", 2025, 7))],
        columns=["customer", "date", "amount"],
    )  # fmt: skip
    with read(lines) as log:
        report = written(log, tmp_path / "report.xlsx", "en")
    assert 6 <= report.summary.f12_months < 12
    cells = ironcalc_cells(report.path)
    for key in ("migration", "portfolio", "flow_values", "projection"):
        said = str(cell(cells, report.book[f"{key}.message"]))
        assert said.startswith("≈ ")
        assert "Approximate: history" not in said


def test_ids_are_text_exactly(tmp_path: Path, libreoffice: LibreOffice) -> None:
    lines = pd.DataFrame({"customer": IDS, "date": "2026-01-01", "amount": range(len(IDS), 0, -1)})
    # Folded, -1 and #N/A would be nobody, and the two ways to write Å one customer.
    with read(lines, ids="as-written") as log:
        report = written(log, tmp_path / "report.xlsx", "en")
    in_office, plainly = both_engines(libreoffice, report.path)
    for cells, read_back in ((in_office, str), (plainly, undone)):
        found = [cells["Customers"].get(f"A{6 + i}") for i in range(len(IDS))]
        assert [read_back(str(id_)) for id_ in found] == IDS
        assert errors(cells) == {}
    with zipfile.ZipFile(report.path) as package:
        number = [one.name for one in report.book.sheets].index("Customers") + 1
        sheet = package.read(f"xl/worksheets/sheet{number}.xml").decode()
        parts = {name: package.read(name) for name in package.namelist()}
        # The only links lead to other sheets, and that of this one to the first.
        links = [p for p in parts if b'TargetMode="External"' in parts[p]]
    assert sheet.count("<hyperlink ") == 1
    assert sheet.count("<f>") == 1  # Company and period at its top.
    assert links == []


def test_ids_longer_than_a_cell_are_told(tmp_path: Path) -> None:
    ids = ["x" * 32_768, "\U0001f600" * 16_384, "y" * 32_767]
    lines = pd.DataFrame({"customer": ids, "date": "2026-01-01", "amount": [3, 2, 1]})
    with read(lines) as log:
        report = written(log, tmp_path / "report.xlsx", "sv")
    sheet = openpyxl.load_workbook(report.path)["Kunder"]
    assert sheet["A6"].value == "x" * 32_766 + "…"
    assert sheet["A7"].value == "\U0001f600" * 16_383 + "…"
    assert sheet["A8"].value == "y" * 32_767
    assert sheet["A10"].value.startswith("▲ 2 id är längre än en cell rymmer")
    assert sheet.tables["Customers"].ref == "A5:I8"


def test_names_are_text(tmp_path: Path, libreoffice: LibreOffice) -> None:
    made = HARD["one customer"]
    log = log_of(made)
    path = tmp_path / "report.xlsx"
    book = write_report(path, log.summary(), '=HYPERLINK("http://x.example")', "en", currency="=1")
    for cells in both_engines(libreoffice, path):
        assert errors(cells) == {}
        assert cell(cells, book["company"]) == '=HYPERLINK("http://x.example")'
        assert cell(cells, book["currency"]) == "=1"


def test_no_more_rows_than_excel_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit of Excel, with room for the title and a note below, is 1 048 569 customers."""
    assert listed_customers.MOST_ROWS == 1_048_569
    assert listed_customers.HEAD_ROW + 1 + listed_customers.MOST_ROWS + 2 == 1_048_576
    monkeypatch.setattr(listed_customers, "MOST_ROWS", 2)
    lines = pd.DataFrame({"customer": list("abc"), "date": "2026-01-01", "amount": [3, 2, 1]})
    with read(lines) as log:
        report = written(log, tmp_path / "report.xlsx", "en")
    sheet = openpyxl.load_workbook(report.path)["Customers"]
    assert [sheet[f"A{r}"].value for r in (6, 7, 8)] == ["a", "b", None]
    assert sheet["A1"].value == "The 2 largest of 3 customers"


def test_row_of_a_customer(tmp_path: Path) -> None:
    hard = case(
        "a 2023-05-01 5",
        "a 2024-06-01 7",
        "a 2025-07-01 9",
        "a 2025-07-02 -2",
        "b 2025-06-01 900",
        "c 2020-01-01 1",
    )
    report, _ = report_of(hard, {"steps": 2}, tmp_path / "report.xlsx", "sv")
    sheet = openpyxl.load_workbook(report.path)["Kunder"]
    rows = [[c.value for c in row] for row in sheet["A6:I8"]]
    assert rows == [
        ["b", "nya", "–", "mellan", 1, 900, 900, datetime(2025, 6, 1), 1],
        ["a", "fortsatt aktiva", "mellan", "botten", 3, 19, 7, datetime(2025, 7, 1), 2],
        ["c", "f.d. kunder", "–", "–", 1, 1, 0, datetime(2020, 1, 1), 1],
    ]


def test_a_sheet_too_long_for_other_programs_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A part of the file beyond 2 GB; here beyond what one customer takes."""
    monkeypatch.setattr(long_table, "MOST_BYTES", 4_000)
    monkeypatch.setattr(long_table, "CHUNK", 1)
    path = tmp_path / "report.xlsx"
    path.write_bytes(b"mine")
    lines = pd.DataFrame({"customer": ["x" * 9_000, "b"], "date": "2026-01-01", "amount": 1})
    with read(lines) as log, pytest.raises(InputError, match="Customers gets too long"):
        written(log, path, "en")
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("report.xlsx", b"mine")]
