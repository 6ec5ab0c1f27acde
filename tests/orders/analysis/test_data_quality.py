"""What `crmf check` finds, on the exports of shops."""

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
