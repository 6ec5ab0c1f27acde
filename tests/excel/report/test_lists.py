"""The sheets of lists: whom to write to, who is at risk, RFM, the forecast, and a survey."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from crmformulas.cli.main import run
from crmformulas.excel.report.forecast import NO_LADDER, write_forecast
from crmformulas.excel.report.lists import write_lists
from crmformulas.excel.workbook.book import Book, write_book
from crmformulas.excel.workbook.expressions import DASH
from crmformulas.orders.analysis.budget_plan import Plan
from crmformulas.orders.analysis.forecast.scenario import compare
from crmformulas.orders.demo import demo_frames
from crmformulas.orders.log import read
from crmformulas.orders.selections.report_lists import ReportLists, report_lists
from crmformulas.orders.summary.wording import for_a_document
from crmformulas.translations import LANGS, Lang, translate


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[ReportLists, Path, Path, Plan]:
    """The lists of a shop, and its report in English and Swedish."""
    orders = demo_frames(orders=6_000)[0]
    ids = sorted(orders.customer_id.dropna().unique())[:400]
    survey = pd.DataFrame({"customer_id": ids, "score": [i % 11 for i in range(400)]})
    folder = tmp_path_factory.mktemp("report")
    with read(orders) as log:
        summary = log.survey(survey).summary()
        lists = report_lists(log, summary, listed=7)
    plan = Plan.of(summary, None)
    for lang in LANGS:
        write_book(folder / f"{lang}.xlsx", lang, "shop", lambda book: sheets(book, lists, plan))
    return lists, folder / "en.xlsx", folder / "sv.xlsx", plan


def sheets(book: Book, lists: ReportLists, plan: Plan) -> None:
    write_lists(book, lists)
    assert lists.forecast is not None
    write_forecast(book, lists.forecast, plan)


def cells(path: Path, sheet: str) -> list[list[object]]:
    book = openpyxl.load_workbook(path, read_only=True)
    return [[cell for cell in row if cell is not None] for row in book[sheet].values]


def test_the_five_segments_with_the_most_at_stake_are_listed(
    told: tuple[ReportLists, Path, Path, Plan],
) -> None:
    lists, english, swedish, _ = told
    stakes = sorted((s.at_stake or 0 for s in lists.segments if s.customers), reverse=True)
    assert [one.size.at_stake for one in lists.to_do] == stakes[:5]
    rows = cells(english, "To do now")
    heads = next(i for i, row in enumerate(rows) if row[:2] == ["Segment", "Customers"])
    for row, one in zip(rows[heads + 1 :], lists.to_do, strict=False):
        known = [one.size.customers, one.size.revenue, one.size.at_stake]
        assert row[1:4] == pytest.approx(known)
    flat = [row[0] for row in rows if row]
    for one in lists.to_do:
        assert len(one.rows) == min(7, one.size.customers or 0)
        assert all(row[0] in flat for row in one.rows)
        order = [c.name for c in one.columns].index("revenue")
        if one.size.name == "due":
            assert [r[order] for r in one.rows] == sorted(r[order] for r in one.rows)[::-1]
    assert "Vilka, och varför nu" in [c for row in cells(swedish, "Att göra nu") for c in row]


def test_the_grid_of_rfm_holds_everybody(told: tuple[ReportLists, Path, Path, Plan]) -> None:
    lists, english, swedish, _ = told
    rows = cells(english, "RFM")
    first = next(i for i, row in enumerate(rows) if row == ["Customers"]) + 2
    grid = [[int(str(cell)) for cell in row] for row in rows[first : first + 5]]
    assert [row[0] for row in grid] == [5, 4, 3, 2, 1]
    assert sum(sum(row[1:]) for row in grid) == sum(cell.customers for cell in lists.rfm)
    moved = next(i for i, row in enumerate(rows) if row[:1] == [MOVED]) + 2
    change = [[int(str(cell)) for cell in row[1:]] for row in rows[moved : moved + 5]]
    before = sum(cell.customers_before or 0 for cell in lists.rfm)
    assert sum(map(sum, change)) == sum(map(sum, (row[1:] for row in grid))) - before
    assert "stjärnor" in [cell for row in cells(swedish, "RFM") for cell in row]


MOVED = "Customers more or fewer than a year ago"


def test_the_forecast_stands_with_its_interval_and_its_errors(
    told: tuple[ReportLists, Path, Path, Plan],
) -> None:
    lists, english, swedish, _ = told
    made = lists.forecast
    assert made is not None
    rows = cells(english, "Forecast")
    if made.total is None:
        assert any("not shown" in str(row[0]) for row in rows if row)
        return
    total = next(row for row in rows if row[:1] == ["All"])
    expected = [made.total.revenue, made.total.revenue_low, made.total.revenue_high]
    assert total[6:9] == pytest.approx(expected)
    method = next(row for row in rows if row[:1] == ["the forecast"])
    errors = made.backtest[0]
    assert method[1:] == pytest.approx(
        [errors.buyers_error, errors.orders_error, errors.revenue_error, errors.tier_error]
    )
    assert lists.at_risk is not None
    risky = cells(english, "At risk")
    for one in lists.at_risk.rows:
        row = next(row for row in risky if row[:1] == [one.customer])
        assert row[-1] == one.reason.en
    assert "Väntat" in openpyxl.load_workbook(swedish, read_only=True).sheetnames


def test_the_survey_stands_with_its_intervals(told: tuple[ReportLists, Path, Path, Plan]) -> None:
    lists, english, _, _ = told
    made = lists.satisfaction
    assert made is not None
    total = next(row for row in cells(english, "Satisfaction") if row[:1] == ["All"])
    assert total[1] == 400
    assert made.total.nps is not None
    assert total[6] == pytest.approx(100 * made.total.nps)


@pytest.mark.parametrize("lang", LANGS)
def test_a_failed_forecast_is_not_shown_its_errors_are(
    told: tuple[ReportLists, Path, Path, Plan], tmp_path: Path, lang: Lang
) -> None:
    good, path = told[0].forecast, tmp_path / "r.xlsx"
    assert good is not None
    failed = replace(good, status="failed", total=None, by={}, ahead=(), history=(), ladder=())
    plan = told[3]
    write_book(path, lang, "shop", lambda book: write_forecast(book, failed, plan))
    words = "Forecast", "not shown", "the forecast", "All", "Total"
    if lang == "sv":
        words = "Väntat", "visas inte", "prognosen", "Alla", "Totalt"
    sheet, not_shown, forecast, everybody, total = words
    rows = [row for row in cells(path, sheet) if row]
    assert any(not_shown in str(row[0]) for row in rows)
    assert any(row[0] == forecast for row in rows)
    assert not any(row[0] == everybody for row in rows)
    # Budget 1 stands alone, and says why; nobody knows who climbs.
    why = compare(failed, plan).why
    texts = [row[0] for row in rows]
    assert {for_a_document(why or "", lang), translate(NO_LADDER, lang)} <= set(texts)
    (own,) = (row for row in rows if row[0] == total)
    assert own[1:] == [pytest.approx(plan.budget_1.revenue), DASH, DASH, DASH]
    assert [DASH] * 5 in rows


def test_a_report_that_names_persons_is_for_its_owner_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    orders = tmp_path / "orders.csv"
    demo_frames(orders=2_000)[0].to_csv(orders, index=False)
    path = tmp_path / "named.xlsx"
    path.touch(0o644)  # as if it had been there, for all to read
    with pytest.raises(SystemExit):
        run(["report", str(orders), "-o", str(path), "--force", "--lang", "sv"])
    assert "on lists of what to do" in capsys.readouterr().out
    assert path.stat().st_mode & 0o077 == 0
    ids = {str(row[0]) for row in cells(path, "Att göra nu") if row}
    assert any(one.startswith("C00") for one in ids)


def test_lists_of_nobody_tell_sizes_alone(
    told: tuple[ReportLists, Path, Path, Plan], tmp_path: Path
) -> None:
    path, lists = tmp_path / "r.xlsx", told[0]
    bare = [replace(one, rows=()) for one in lists.to_do]
    assert lists.at_risk is not None
    sizes = replace(lists, to_do=bare, at_risk=lists.at_risk._replace(rows=()))
    assert sizes.persons == 0 < lists.persons
    write_book(path, "en", "shop", lambda book: sheets(book, sizes, told[3]))
    for sheet in ("To do now", "At risk"):
        rows = [str(cell) for row in cells(path, sheet) for cell in row]
        assert rows
        assert not any(cell.startswith("C00") for cell in rows)
