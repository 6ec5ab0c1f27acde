"""Separation in real files: every figure of the expected tables.

``tests/data/expected/separates_*.csv`` were made by plain programs that share no code with the
package, of CDNOW (Fader and Hardie) and Online Retail (Chen 2015). What stands out depends on the
columns beside, which are more here, so only figures are compared.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from crmformulas.orders.analysis.separation.results import SeparatedColumn
from crmformulas.orders.log import read

EXPECTED = Path(__file__).parents[3] / "data" / "expected"
DATA = Path(__file__).parents[5] / "shared" / "data"
FILES: dict[str, tuple[str, dict[str, dict[str, Any]]]] = {
    "separates_cdnow": (
        "CDNOW_master.txt",
        {
            "F1→F2": {"step": 1, "within": 180},
            "F3→F4": {"step": 3, "within": 180},
            "F6": {"loyal": 6},
        },
    ),
    "separates_online_retail": (
        "online_retail.csv.gz",
        {
            "F1→F2": {"step": 1, "within": 90, "any_line": ["StockCode"]},
            "F3→F4": {"step": 3, "within": 90, "any_line": ["StockCode"]},
        },
    ),
}
# The table's product of the main line breaks ties of amount by code point alone; the method has the
# value that is more common first. See the last test.
LEFT_OUT = "product (main line)"
NAMES = {"product (any line)": "StockCode", "country": "Country"}


def questions(name: str) -> Iterator[tuple[str, str, list[dict[str, str]]]]:
    with (EXPECTED / f"{name}.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["column"] != LEFT_OUT]
    for (question, column), own in groupby(rows, lambda row: (row["question"], row["column"])):
        yield question, column, list(own)


def first_of(value: str, column: str) -> str:
    """The mark of a value: the code of a product, the least of a range."""
    return value.split()[0] if column.startswith("product") else value.partition(" – ")[0]


@pytest.mark.parametrize("name", FILES)
def test_every_figure_is_the_expected_one(name: str) -> None:
    file, asked = FILES[name]
    if not (path := DATA / file).exists():
        pytest.skip(f"{file} is not beside the repository, in shared/data")
    with read(path) as log:
        answers = {begins: log.separates(**question) for begins, question in asked.items()}
    for question, heading, rows in questions(name):
        answer = next(made for begins, made in answers.items() if question.startswith(begins))
        assert f"({answer.customers} customers, {answer.went_on} went on)" in question
        any_line = heading.endswith("(any line)")
        column: SeparatedColumn = next(
            one
            for one in answer.columns
            if (one.name, one.at) == (NAMES.get(heading, heading), "start")
            and (one.level == "any line") == any_line
        )
        assert column.p == pytest.approx(float(rows[0]["column_p"]), rel=1e-3)
        assert 100 * column.spread == pytest.approx(float(rows[0]["spread_pp"]), abs=6e-5)
        values = {first_of(one.value, heading): one for one in column.values}
        for row in rows:
            one = values[first_of(row["value"], heading)]
            counts = [int(row["customers"]), int(row["went_on"])]
            assert [one.customers, one.went_on] == counts
            figures = [one.difference, one.low, one.high, one.shrunk]
            names = ("adjusted_pp", "low_pp", "high_pp", "shrunk_pp")
            assert [100 * (figure or 0.0) for figure in figures] == pytest.approx(
                [float(row[n]) for n in names], abs=6e-5
            )
            assert one.p == pytest.approx(float(row["p"]), rel=1e-3)


def test_ties_of_the_main_line_are_what_parts_ours_from_the_table() -> None:
    """The plain way in pandas, by both rules: one gives the table's counts, the other ours."""
    if not (path := DATA / "online_retail.csv.gz").exists():
        pytest.skip("online_retail.csv.gz is not beside the repository, in shared/data")
    with (EXPECTED / "separates_online_retail.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["column"] == LEFT_OUT]
    table = {
        row["value"].split()[0]: (int(row["customers"]), int(row["went_on"]))
        for row in rows
        if row["question"].startswith("F1→F2")
    }
    with read(path) as log:
        (column,) = log.separates(step=1, within=90, by=["StockCode"]).columns
    ours = {one.value: (one.customers, one.went_on) for one in column.values}
    lines = pd.read_csv(path, dtype={"InvoiceNo": str, "StockCode": str, "CustomerID": str})
    lines = lines[lines.CustomerID.notna()]
    lines["amount"] = (lines.Quantity * lines.UnitPrice * 10_000).round()
    lines["common"] = lines.StockCode.map(lines.StockCode.value_counts())
    lines["day"] = pd.to_datetime(lines.InvoiceDate).dt.normalize()
    keys = ["CustomerID", "InvoiceNo"]
    orders = lines.groupby(keys).agg(day=("day", "min"), amount=("amount", "sum")).reset_index()
    orders = orders[orders.amount > 0].sort_values(["CustomerID", "day", "InvoiceNo"])
    orders["wait"] = orders.groupby("CustomerID").day.diff().dt.days.shift(-1)
    orders.loc[~orders.CustomerID.duplicated(keep="last"), "wait"] = None
    first = orders.drop_duplicates("CustomerID")
    first = first[first.day <= lines.day.max() - pd.Timedelta(days=90)]
    theirs = lines.merge(first.assign(went_on=first.wait <= 90)[[*keys, "went_on"]])

    def counted(*order: str) -> dict[str, tuple[int, int]]:
        ascending = [name == "StockCode" for name in order]
        main = theirs.sort_values(list(order), ascending=ascending).drop_duplicates("CustomerID")
        sums = main.groupby("StockCode").went_on.agg(["size", "sum"])
        return {code: tuple(sums.loc[code]) for code in table}

    assert counted("amount", "StockCode") == table
    assert counted("amount", "common", "StockCode") == {code: ours[code] for code in table}
    assert ours != table
