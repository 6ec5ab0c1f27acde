"""The report: every figure is that of the summary, whatever the log and whatever is typed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple, cast

import ibis
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from crmformulas.excel.book import Book
from crmformulas.excel.report import People, write_report
from crmformulas.orders import Summary, read
from crmformulas.orders.analysis import Orders
from crmformulas.terms import LANGS, Lang
from tests.logs import Case, cases
from tests.orders.test_counting import TypedContacts, day, text, typed, typed_rows
from tests.orders.test_counting import expected as by_the_oracle
from tests.workbooks.recalculate import Cells, Changes, LibreOffice, ironcalc_cells
from tests.workbooks.report_figures import differences, expected

DATA = Path(__file__).parents[3] / "shared" / "data"


class Report(NamedTuple):
    """A report, and what it was written from."""

    path: Path
    book: Book
    summary: Summary
    before: Summary | None


def written(log: Orders, path: Path, lang: Lang, as_of: date | None = None, **rules: Any) -> Report:
    """A report as the command writes it, with its customers."""
    from crmformulas.excel.workbook_cli import year_before

    made = log.summary(as_of, **rules)
    before = year_before(log, made)
    listed = log.customers(made.as_of, made.rules)
    people = People(
        listed.rows, listed.count(), 1000, made.rules.steps, made.rules.tier_names, lambda _: None
    )
    book = write_report(path, made, "orders", lang, before=before, people=people)
    return Report(path, book, made, before)


def both_engines(
    office: LibreOffice, path: Path, changes: Changes | None = None
) -> Iterator[Cells]:
    office.open(path)
    yield office.recalculate(changes)
    yield ironcalc_cells(path, changes)


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
    figures = expected(told_by_the_command(str(DATA / file), "--as-of", as_of))
    assert len(figures) > 250
    with read(DATA / file) as log:
        report = written(log, tmp_path / "report.xlsx", lang, date.fromisoformat(as_of))
    for cells in both_engines(libreoffice, report.path):
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
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large,
                           HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much],
)  # fmt: skip


def report_of(case: Case, rules: dict[str, Any], path: Path, lang: Lang) -> tuple[Report, Any]:
    """A report of a generated log, and what the oracle says of the log."""
    told = by_the_oracle(case, **rules)
    assume(told is not None)
    assert told is not None
    return written(log_of(case), path, lang, case.as_of, **rules), expected(told)


@given(case=cases(), rules=RULES, lang=st.sampled_from(LANGS))
@settings(generated, max_examples=40)
def test_any_orders_are_those_of_the_oracle(
    case: Case, rules: dict[str, Any], lang: Lang, tmp_path: Path
) -> None:
    report, figures = report_of(case, rules, tmp_path / "report.xlsx", lang)
    assert differences(ironcalc_cells(report.path), report.book, figures) == []


@given(case=cases(), rules=RULES, lang=st.sampled_from(LANGS))
@settings(generated, max_examples=8)
def test_any_orders_in_libreoffice(
    case: Case, rules: dict[str, Any], lang: Lang, tmp_path: Path, libreoffice: LibreOffice
) -> None:
    report, figures = report_of(case, rules, tmp_path / "report.xlsx", lang)
    libreoffice.open(report.path)
    assert differences(libreoffice.recalculate(), report.book, figures) == []
