"""A budget followed up: the whole year is that of the summary, a part of it is counted plain."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from crmformulas.cli.main import run
from crmformulas.errors import InputError
from crmformulas.excel.report.follow import write_follow
from crmformulas.excel.workbook.book import Book, write_book
from crmformulas.formats import NumberFormat
from crmformulas.formulas.budget import SEGMENTS
from crmformulas.orders import read
from crmformulas.orders.analysis.budget_plan import Plan
from crmformulas.orders.analysis.follow import FIGURES, Follow
from crmformulas.orders.analysis.scenarios import OWN, Scenario
from crmformulas.translations import LANGS, translate
from tests.orders.analysis.forecast.made_up import LOG

PLAN = Scenario("Develop", {"retention": 1.1, "new_frequency": 1.2}, 250_000.0)


@pytest.fixture(scope="module")
def found() -> Follow:
    with read(LOG) as log:
        return log.follow(PLAN, "2025-08-17")


def test_a_whole_year_is_the_outcome_of_the_summary() -> None:
    """On the last day of a year its segments are those of S12, whatever the day it began."""
    for day, start in (("2025-12-31", "2025-01-01"), ("2025-08-17", "2024-08-18")):
        with read(LOG) as log:
            made, outcome = log.follow(OWN, day, start), log.summary(day).outcome
        assert outcome is not None
        for segment, row in zip(SEGMENTS, outcome, strict=True):
            told = [
                made.row(segment, figure).so_far for figure in ("customers", "revenue", "orders")
            ]
            assert told == pytest.approx(row)
        # All of last year had come: the pace is what came, and what was due is the budget.
        for one in made.rows:
            assert one.share in (None, pytest.approx(1.0))
            assert one.pace in (None, pytest.approx(one.so_far))


def test_a_part_of_the_year_is_counted_plain(found: Follow) -> None:
    year = LOG[(LOG.date >= "2025-01-01") & (LOG.date <= "2025-08-17")]
    before = LOG[LOG.date < "2025-01-01"]
    last_year = set(before[before.date >= "2024-01-01"].customer)
    stayed = year.customer.isin(last_year)
    # Back after more than 36 months is new again.
    gap = pd.to_datetime(before.groupby("customer").date.max()) + pd.DateOffset(months=36)
    back = pd.to_datetime(year.groupby("customer").date.min())
    known = year.customer.map((back <= gap.reindex(back.index)).fillna(False))
    parts = {"continued": stayed, "reactivated": known & ~stayed, "new": ~known}
    for segment, where in parts.items():
        assert found.row(segment, "customers").so_far == year[where].customer.nunique()
        assert found.row(segment).so_far == pytest.approx(year[where].amount.sum())
        assert found.row(segment, "orders").so_far == len(
            year[where].drop_duplicates(["customer", "date"])
        )
    for figure in FIGURES:
        parts_of = [found.row(segment, figure).so_far for segment in SEGMENTS]
        assert found.row("total", figure).so_far == pytest.approx(sum(parts_of))


def test_the_pace_is_the_share_of_last_year_by_the_same_day(found: Follow) -> None:
    last = LOG[(LOG.date >= "2024-01-01") & (LOG.date <= "2024-12-31")]
    share = last[last.date <= "2024-08-17"].amount.sum() / last.amount.sum()
    row = found.row()
    assert row.share == pytest.approx(share)
    assert row.pace == pytest.approx(row.so_far / share)
    assert row.budget is not None
    assert row.due == pytest.approx(row.budget * share)
    assert row.left == pytest.approx(row.budget - row.so_far)
    assert row.ahead == pytest.approx(row.pace / row.budget - 1)  # type: ignore[operator]


def test_the_budget_is_that_of_the_plan(found: Follow) -> None:
    """Made from the orders before the year alone."""
    with read(LOG[LOG.date < "2025-01-01"]) as log:
        plan = Plan.of(log.summary("2024-12-31"), log.summary("2023-12-31"), PLAN)
    for segment, budget in plan.budget_2.rows.items():
        for figure in FIGURES:
            assert found.row(segment, figure).budget == pytest.approx(getattr(budget, figure))


def test_months_add_up_to_the_year(found: Follow) -> None:
    for segment in (*SEGMENTS, "total"):
        months = [month for month in found.months if month.segment == segment]
        assert [month.month for month in months] == [f"2025-{n:02}" for n in range(1, 13)]
        assert sum(m.came or 0 for m in months) == pytest.approx(found.row(segment).so_far)
        assert sum(m.budget or 0 for m in months) == pytest.approx(found.row(segment).budget)
        assert [m.came is None for m in months] == [False] * 8 + [True] * 4
        assert [m.whole for m in months] == [True] * 7 + [False] * 5


def test_sqlite_counts_the_same(found: Follow, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "log.db") as connection:
        LOG.to_sql("orders", connection, index=False)
    with read(tmp_path / "log.db", table="orders") as log:
        other = log.follow(PLAN, "2025-08-17")
    for row, same in zip(found.rows, other.rows, strict=True):
        assert row[2:] == pytest.approx(same[2:], rel=1e-9)


def test_a_short_history_has_no_pace() -> None:
    with read(LOG[LOG.date >= "2024-03-01"]) as log:
        made = log.follow(OWN, date(2025, 8, 17))
    assert {row.pace for row in made.rows} == {None}
    assert any("takten är okänd" in translate(words, "sv") for words in made.notices)
    with read(LOG[LOG.date >= "2025-02-01"]) as log, pytest.raises(InputError, match="no budget"):
        log.follow(OWN, "2025-08-17")
    with read(LOG) as log, pytest.raises(InputError, match="is not in it"):
        log.follow(OWN, "2025-08-17", "2024-01-01")


def test_the_command(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path, plan = tmp_path / "orders.csv", tmp_path / "plan.toml"
    LOG.to_csv(path, index=False)
    plan.write_text('name = "Develop"\ntarget = 250000\n[factors]\nretention = 1.1\n')
    for arguments in ([], ["--format", "json"]):
        with pytest.raises(SystemExit) as end:
            run(["follow", str(path), "--scenario", str(plan), "--as-of", "2025-08-17", *arguments])
        assert not end.value.code
    text, _, found = capsys.readouterr().out.partition("\n{")
    told = json.loads("{" + found)
    assert (told["scenario"], told["start"], told["end"]) == ("Develop", "2025-01-01", "2025-12-31")
    assert "the target of 250 000" in text.replace("\xa0", " ")
    assert "the pace" in text
    assert max(map(len, text.splitlines())) <= 80


def test_sentences_have_both_languages(found: Follow) -> None:
    """Sentences on what has come, the pace and the target; the figures are those of the rows."""
    row = found.row()
    assert row.budget is not None
    assert row.pace is not None
    for lang, words in (
        ("en", ("has come", "pace", "target of")),
        ("sv", ("kommit", "takt", "mål")),
    ):
        told = found.told(lang)  # type: ignore[arg-type]
        assert len(told) == 4
        assert all(word in " ".join(told) for word in words)
        f = NumberFormat(lang)  # type: ignore[arg-type]
        assert f.amount(row.budget) in told[0]
        assert f.amount(row.pace) in told[2]
        assert f.amount(abs(row.pace - 250_000)) in told[3]
    above = replace(found, target=row.pace / 2)
    assert "above" in above.told("en")[3]
    assert "över" in above.told("sv")[3]


def test_the_sheet_of_the_report_says_the_same(found: Follow, tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    for lang in LANGS:

        def write(book: Book) -> None:
            book.guide(["line"], source="source")
            write_follow(book, found)

        book = write_book(path, lang, "shop", write)
        sheet = openpyxl.load_workbook(path, data_only=True)[book["follow.message"].sheet]
        assert sheet[book["follow.message"].cell].value == found.told(lang)[0]
        for one in found.rows:
            key = f"follow.{one.segment}.{one.figure}"
            for name, expected in (("pace", one.pace), ("ahead", one.ahead)):
                shown = sheet[book[f"{key}.{name}"].cell].value
                assert shown == ("–" if expected is None else pytest.approx(expected))
