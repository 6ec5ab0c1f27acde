"""The sheets of what separates and of discounts hold what the library says, with live formulas."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from crmformulas.cli.main import crmf
from crmformulas.orders.demo import write_demo
from crmformulas.orders.log import read


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("separated")
    orders = write_demo(folder / "shop.csv", orders=12_000).orders
    path = folder / "report.xlsx"
    args = ["report", str(orders), "-o", str(path), "--separates", "--customers", "0"]
    made = CliRunner().invoke(crmf, args)
    assert made.exit_code == 0, made.output
    return orders, path


def test_sheets_hold_what_the_library_says(written: tuple[Path, Path]) -> None:
    orders, path = written
    book: Any = openpyxl.load_workbook(path, data_only=True)
    rows = list(book["What separates"].iter_rows(values_only=True))
    assert any("does not prove" in str(row[0]) for row in rows)
    bands = [str(row[0]) for row in rows if "→" in str(row[0]) or str(row[0]).startswith("F6+")]
    assert bands[0] == "F1→F2: from order 1 to order 2 within 365 days"
    with read(orders) as log:
        channel = log.separates(1).column("channel")
        made = log.discounts()
    told = {row[1]: row for row in rows if row[0] == "channel" and row[2]}
    stand_out = {one.value: one for one in channel.values if one.stands_out}
    assert stand_out
    for value, one in stand_out.items():
        row = told[value]
        assert (row[2], row[3]) == (one.customers, one.went_on)
        assert row[4] == pytest.approx(one.rate)
        assert (row[6], row[9]) == pytest.approx((one.difference, one.shrunk))
        assert row[10] == pytest.approx(one.extra)
    table = {row[0]: row for row in book["Discounts by step"].iter_rows(values_only=True)}
    for step in made.steps:
        assert table[step.order][1:3] == (step.orders, step.discounted)
        assert table[step.order][4] == step.discount


def test_the_sheet_of_products_holds_what_the_library_says(written: tuple[Path, Path]) -> None:
    orders, path = written
    book: Any = openpyxl.load_workbook(path, data_only=True)
    rows = list(book["Products"].iter_rows(values_only=True))
    with read(orders) as log:
        made = log.products()
    assert made.column in str(rows[0])
    upto = next(i for i, row in enumerate(rows) if row[0] == "Bought next")
    cycles = {row[0]: row for row in rows[:upto]}
    for cycle in made.cycles:
        assert cycles[cycle.value][1:4] == (cycle.orders, cycle.again, cycle.median_days)
    start = next(i for i, row in enumerate(rows) if row[0] == "Kinds by step")
    kinds = {row[0]: row for row in rows[start + 2 :]}
    for step in made.steps:
        assert kinds[step.step][1] == step.customers
        assert kinds[step.step][2] == pytest.approx(step.values)
        assert kinds[step.step][3] == pytest.approx(step.one_value)


def test_rates_are_live_formulas(written: tuple[Path, Path]) -> None:
    book: Any = openpyxl.load_workbook(written[1])
    cells = [
        row[4].value for row in book["What separates"].iter_rows() if row[0].value == "channel"
    ]
    assert cells
    assert all(str(cell).startswith("=D") for cell in cells)


def test_only_a_workbook_has_them(tmp_path: Path) -> None:
    args = ["report", "orders.csv", "-o", str(tmp_path / "page.html"), "--separates"]
    made = CliRunner().invoke(crmf, args)
    assert "--separates adds sheets to a workbook" in str(made.exception)
