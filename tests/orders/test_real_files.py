"""Real order files, read where they lie, give the published figures.

CDNOW: Fader and Hardie's public file of 69 659 purchases. Online Retail: Chen, UCI Machine Learning
Repository, 2015. The figures were counted by hand-written programs of their own; the oracle, which
shares no code with the engine, gives the same.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from crmformulas.orders import Summary, read

DATA = Path(__file__).parents[3] / "shared" / "data"


def summary(name: str, as_of: str, **options: Any) -> Summary:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"{name} is not beside the repository, in shared/data")
    with read(path, **options) as log:
        return log.summary(as_of)


def balance(made: Summary) -> tuple[int | None, ...]:
    flows = made.flows
    return (
        *(flows.opening, flows.new, flows.reactivated, flows.continued, flows.lost),
        flows.closing,
    )


@pytest.fixture(scope="module")
def cdnow() -> Summary:
    return summary("CDNOW_master.txt", "1998-06-30")


@pytest.fixture(scope="module")
def retail() -> Summary:
    return summary("online_retail.csv.gz", "2011-11-30")


def test_cdnow_flows(cdnow: Summary) -> None:
    assert balance(cdnow) == (23_500, 2, 0, 8_330, 15_170, 8_332)
    assert cdnow.input.rows == 69_659
    assert sum(cdnow.input.excluded.values()) == 0


def test_cdnow_ladder(cdnow: Summary) -> None:
    steps = cdnow.ladder.step_records
    ladder = [s.customers for s in steps[:6]]
    assert ladder == [23_502, 11_513, 7_473, 5_270, 3_835, 2_844]
    assert [s.median_days for s in steps[:5]] == [57, 52, 44, 37, 32]


def test_cdnow_portfolio(cdnow: Summary) -> None:
    assert cdnow.portfolio["customers"].tolist() == [417, 1_250, 4_166, 2_499]
    # 616.199 in top: 323 176.76 / 1 250 × 3 525 / 1 479.
    expected = [3_474.650, 616.199, 123.059, 25.025]
    assert cdnow.portfolio["clv"].tolist() == pytest.approx(expected, abs=0.0005)
    assert (cdnow.f12_months, cdnow.f12_known, cdnow.f12_covered) == (6, True, False)
    assert any("holds 6 of the 12 months from 1996-07-01" in w for w in cdnow.warnings)


def test_online_retail(retail: Summary) -> None:
    # The log begins in S12: nobody can be seen as lost, or told to be new.
    assert balance(retail) == (None, None, None, None, None, 4_297)
    assert (retail.f12_months, retail.portfolio_value, retail.outcome) == (0, None, None)
    assert retail.input.excluded["no_customer"] == 135_080
    steps = retail.ladder.step_records
    assert [s.customers for s in steps[:6]] == [4_297, 2_759, 1_953, 1_438, 1_056, 829]
    assert [s.median_days for s in steps[:5]] == [50, 41, 35, 29, 25]
    assert any("can't be told, so what rests on that is unknown" in w for w in retail.warnings)


def test_online_retail_columns_are_recognised_or_given(retail: Summary) -> None:
    given = summary(
        "online_retail.csv.gz",
        "2011-11-30",
        customer="CustomerID",
        date="InvoiceDate",
        quantity="Quantity",
        price="UnitPrice",
        order="InvoiceNo",
    )
    assert given.to_dict() == retail.to_dict()


def test_published_totals_of_the_cleaned_lines(tmp_path: Path) -> None:
    """Chen (2015): 397 884 lines, 4 338 customers, 18 532 invoices, 8 911 407.904."""
    source = DATA / "online_retail.csv.gz"
    if not source.exists():
        pytest.skip("online_retail.csv.gz is not beside the repository, in shared/data")
    script = (
        "import pandas as pd, sys; d = pd.read_csv(sys.argv[1], dtype=str); "
        "ok = ~d.InvoiceNo.str.startswith('C') & d.CustomerID.notna() "
        "& (d.Quantity.astype(int) > 0) & (d.UnitPrice.astype(float) > 0); "
        "d[ok].to_csv(sys.argv[2], index=False)"
    )
    target = tmp_path / "cleaned.csv"
    subprocess.run([sys.executable, "-c", script, str(source), str(target)], check=True)
    with read(target) as log:
        made = log.summary().input
    assert (made.rows, made.customers, made.orders) == (397_884, 4_338, 18_532)
    assert made.net_revenue == pytest.approx(8_911_407.904, abs=0.0005)
