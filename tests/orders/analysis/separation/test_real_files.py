"""What separates in real files: every figure of the expected tables.

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
# The table's product of the main line breaks ties by code point alone, and not by how common a
# value is.
LEFT_OUT = "product (main line)"
NAMES = {"product (any line)": "StockCode", "country": "Country"}


def questions(name: str) -> Iterator[tuple[str, str, list[dict[str, str]]]]:
    with (EXPECTED / f"{name}.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["column"] != LEFT_OUT]
    for (question, column), own in groupby(rows, lambda row: (row["question"], row["column"])):
        yield question, column, list(own)


def first_of(value: str, column: str) -> str:
    """What identifies a value: the code of a product, the least of a range."""
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
