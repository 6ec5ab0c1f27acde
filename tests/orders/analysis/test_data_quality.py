"""Findings of `crmf check` on the exports of shops."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner

from crmformulas.cli.check import check as command
from crmformulas.orders.analysis.data_quality import check
from crmformulas.orders.log import read
from crmformulas.orders.summary.wording import in_documents

CASES = Path(__file__).parents[1] / "reading" / "files" / "cases"


def findings(source: Any, **options: Any) -> dict[str, list[dict[str, Any]]]:
    made: dict[str, list[dict[str, Any]]] = {}
    with read(source, **options) as log:
        for finding in check(log).findings:
            made.setdefault(finding.key, []).append(finding.to_dict())
    return made


def test_what_changes_figures_comes_first_with_rows_and_money() -> None:
    with read(str(CASES / "01-shopify.csv")) as log:
        quality = check(log)
    severities = [finding.severity for finding in quality.findings]
    assert severities == sorted(severities, key=["changes", "look", "fine"].index)
    found = {finding.key: finding.to_dict() for finding in quality.findings}
    # Summed by hand: order #1006 of nobody (60) and its second row; 100 + 80 refunded; 999 voided.
    assert (found["no_customer"]["rows"], found["no_customer"]["money"]) == (2, 60.0)
    assert (found["refund"]["orders"], found["refund"]["money"]) == (2, 180.0)
    assert (found["status_no_sale"]["orders"], found["status_no_sale"]["money"]) == (1, 999.0)
    assert "6.6 %" in found["no_customer"]["text"]


def test_what_looks_odd() -> None:
    rows = [("a", "2025-01-01", 1.0)] * 1 + [(f"c{i}", "2025-06-01", 1.0) for i in range(200)]
    frame = pd.DataFrame([*rows, ("till", "2025-06-02", 100.0)], columns=["customer", "date", "x"])
    found = findings(frame, amount="x")
    [large] = found["large_order"]
    # 100 of 301.
    assert large["money"] == 100.0
    assert "33.2 %" in large["text"]
    assert found["large_customer"][0]["customers"] == 1
    [quiet] = found["no_orders"]
    # From 2 January to 31 May 2025.
    assert "2025-01-02 to 2025-05-31 (150 days)" in quiet["text"]
    assert set(findings(frame[frame["customer"] != "till"][1:], amount="x")) == set()


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_command(form: str) -> None:
    path = str(CASES / "02-woocommerce-suite.csv")
    ran = CliRunner().invoke(command, [path, "--format", form])
    assert ran.exit_code == 0, ran.output
    if form == "json":
        made = json.loads(ran.stdout)
        assert made["reading"]["sources"][0]["amount_rule"] == "once per order"
        assert "nobody_number" in {finding["key"] for finding in made["findings"]}
    else:
        assert ran.stdout.startswith("read: customer 'customer_id', day 'order_date', amount")
        assert "--customer 'customer_email' would tell them apart" in ran.stdout


LATE = """order,customer,date,amount,status,currency
1,a,2025-01-05,100,paid,SEK
1,a,2025-02-20,10,paid,SEK
2,b,2025-03-01,50,paid,SEK
3,b,2025-03-02,20,cancelled,SEK
4,,2025-03-03,30,paid,SEK
5,c,nonsense,40,paid,SEK
6,c,2025-04-01,5,paid,SEK
6,c,2025-04-01,5,paid,SEK
"""


def test_what_is_told_of_days_ids_currencies_states_and_repeats(tmp_path: Path) -> None:
    path = tmp_path / "late.csv"
    path.write_text(LATE, encoding="utf-8")
    with read(str(path)) as log:
        found = {f.key: f.to_dict() for f in check(log, "2025-03-15").findings}
        states = {s.value: (s.rows, s.orders, s.money) for s in log.values("status")}
    # Order 6, two equal rows of 5 each.
    assert (found["after_as_of"]["orders"], found["after_as_of"]["money"]) == (1, 10.0)
    assert found["repeated_rows"]["rows"] == 1
    # Order 1: 46 days between its rows.
    assert (found["order_over_months"]["orders"], found["order_over_months"]["money"]) == (1, 110.0)
    assert (found["currency"]["orders"], found["currency"]["money"]) == (6, 260.0)
    assert states == {"paid": (7, 5, 2_400_000), "cancelled": (1, 1, 200_000)}
    # The money of 1, 2, 6 and of the rows left out: 170 + 30 + 40.
    assert "12.5 % of all revenue" in found["no_customer"]["text"]
    assert "16.7 % of all revenue" in found["bad_date"]["text"]
    assert "date='nonsense'" in found["bad_date"]["examples"][0]
    assert "1 row" in found["bad_date"]["text"]


def test_the_sheet_of_the_report_says_the_same(tmp_path: Path) -> None:
    import openpyxl

    from crmformulas.excel.report.quality import write_quality
    from crmformulas.excel.workbook.book import Book, write_book

    path = tmp_path / "late.csv"
    path.write_text(LATE.replace("nonsense", "=1+1"), encoding="utf-8")
    with read(str(path)) as log:
        quality = check(log, "2025-03-15")

    def write(book: Book) -> None:
        book.guide((), source="")
        write_quality(book, quality)

    write_book(tmp_path / "q.xlsx", "sv", "Q", write)
    sheet = openpyxl.load_workbook(tmp_path / "q.xlsx")["Datakvalitet"]
    cells = [cell for row in sheet.iter_rows(values_only=True) for cell in row]
    for finding in quality.findings:
        # Worded for a document: what names an option of the command is left out.
        assert in_documents(finding.text).sv in cells
        assert "--" not in in_documents(finding.text).sv
        for example in finding.examples:
            assert f"    {example}" in cells
    # Data is never a formula: the only ones are those of the frame.
    assert not [c for c in cells if isinstance(c, str) and c.startswith("=") and "company" not in c]


@pytest.mark.parametrize("order", [True, False])
def test_a_row_of_totals_is_no_revenue_of_unknown_customers(tmp_path: Path, order: bool) -> None:
    """Worked by hand: 50 of 1 150 is of nobody; the total below is nobody's and of no day."""
    path = tmp_path / "orders.csv"
    lines = ["customer,date,amount", "a,2025-01-05,100", "b,2025-02-05,1000", ",2025-03-01,50"]
    lines.append("Total,,1150")
    if order:
        lines = [f"{line},{'order' if i == 0 else i}" for i, line in enumerate(lines)]
        lines[-1] = "Total,,1150,"
    path.write_text("\n".join(lines) + "\n")
    (found,) = findings(path)["no_customer"]
    assert (found["rows"], found["money"]) == (2, 50.0)
    assert "4.3 % of all revenue" in found["text"]
