"""The competitors of the benchmarks count the same: else their seconds would prove nothing."""

from __future__ import annotations

import csv
import importlib.util
import json
import random
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings

from crmformulas.orders import read
from crmformulas.orders.questions import summary as summary_module
from tests import logs, oracle
from tests.examples import examples

# What the baselines leave out, by name wherever it stands, or by path. All but months and quarters
# is derived in Python from counts and sums, with no further counting of orders; those two are more
# work for the summary than for them, so the ratios are what it does no better than.
DERIVED = {
    *("f12_months", "flow_values", "portfolio_bridge"),
    *("retention_low", "retention_high", "rate_low", "rate_high"),
    *("duration_low", "duration_high", "ltv_low", "ltv_high", "ltv_by_cohort", "retained"),
    *("clv_low", "clv_high", "portfolio_value_low", "portfolio_value_high"),
    *("extra_orders_low", "extra_orders_high"),
    *("first_year", "months", "step_quarters", "first_year_clv", "lost_f12", "reactivation_rate"),
    *("existing_revenue", "existing_share", "retention_since", "months_before", "bought_within"),
    *("existing_revenue_f12", "existing_share_f12", "portfolio.median_days"),
    "portfolio_total.clv",  # of all customers; a tier's is the baselines', too
}

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
COLUMNS = ["order_id", "customer_id", "order_date", "product", "amount"]


@cache
def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"baseline_{name}", BENCHMARKS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def hand_sql(file: Path, as_of: date | None) -> dict[str, Any]:
    module = load("hand_sql")
    with module.connect(":memory:", "1GB", 1, str(file.parent)) as connection:
        return dict(module.summary(module.Run(connection), str(file), as_of))


def plain_pandas(file: Path, as_of: date | None) -> dict[str, Any]:
    return dict(load("plain_pandas").summary(str(file), as_of))


Baseline = Callable[[Path, date | None], dict[str, Any]]


def tuned_pandas(file: Path, as_of: date | None) -> dict[str, Any]:
    return dict(load("plain_pandas").summary(str(file), as_of, tuned=True))


BASELINES: list[Baseline] = [hand_sql, plain_pandas, tuned_pandas]


def write_csv(rows: pd.DataFrame, file: Path) -> Path:
    with file.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        for row in rows.itertuples():
            day = "some day" if row.day is None else row.day
            amount = "n/a" if row.amount is None else f"{row.amount:f}"
            writer.writerow([row.order, row.customer, day, "a, b", amount])
    return file


def write_parquet(rows: pd.DataFrame, file: Path) -> Path:
    types = [pa.string(), pa.string(), pa.date32(), pa.string(), pa.decimal128(18, 5)]
    cells = [rows["order"], rows["customer"], rows["day"], ["a"] * len(rows), rows["amount"]]
    arrays = [pa.array(list(column), kind) for column, kind in zip(cells, types, strict=True)]
    pq.write_table(pa.Table.from_arrays(arrays, COLUMNS), file)
    return file


Writer = Callable[[pd.DataFrame, Path], Path]
WRITERS: list[Writer] = [write_csv, write_parquet]
FILES: dict[Writer, str] = {write_csv: "orders.csv", write_parquet: "orders.parquet"}


def demo_like_log(customers: int) -> pd.DataFrame:
    """Five years of orders with a few lines each, returns, ties and rows without customer."""
    chance = random.Random(2026)
    rows: list[tuple[str | None, date, Decimal, str]] = []
    for number in range(customers):
        day = date(2021, 11, 1) + timedelta(days=chance.randrange(1500))
        for order in range(1 + min(int(chance.expovariate(0.8)), 20)):
            for _line in range(chance.choice([1, 1, 1, 2, 3])):
                amount = Decimal(chance.randrange(1, 40) * 2500).scaleb(-2)
                id_ = None if chance.random() < 0.006 else f"C{number:06}"
                amount = -amount if chance.random() < 0.04 else amount
                rows.append((id_, day, amount, f"O{number}-{order}"))
            day += timedelta(days=chance.randrange(400))
    return pd.DataFrame(
        rows, columns=pd.Index(["customer", "day", "amount", "order"]), dtype=object
    )


def without_derived(expected: Any, path: str = "") -> Any:
    """A summary without what the baselines leave out."""
    if isinstance(expected, list):
        return [without_derived(entry, path) for entry in expected]
    if not isinstance(expected, dict):
        return expected
    return {
        key: without_derived(value, f"{path}{key}.")
        for key, value in expected.items()
        if DERIVED.isdisjoint((key, f"{path}{key}"))
    }


def differences(answer: dict[str, Any], expected: dict[str, Any]) -> list[str]:
    """Where a baseline differs in what it tells.

    The baselines count F12 whatever is known of it; where less is known than a summary needs, what
    rests on it is blanked in theirs as it is in the summary, and the rest is compared.
    """
    if expected["windows"]["f12_months"] < oracle.LEAST_MONTHS:
        answer = without_derived(oracle.without_f12(answer))
    return oracle.differences(answer, without_derived(expected))


@pytest.fixture(scope="module")
def demo() -> pd.DataFrame:
    return demo_like_log(3_000)


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize("baseline", BASELINES)
@pytest.mark.parametrize("as_of", [None, date(2025, 6, 30), date(2024, 2, 29)])
def test_a_demo_like_log(
    baseline: Baseline, write: Writer, as_of: date | None, demo: pd.DataFrame, tmp_path: Path
) -> None:
    answer = baseline(write(demo, tmp_path / FILES[write]), as_of)
    assert differences(answer, oracle.summary(demo, as_of=as_of)) == []


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize("baseline", BASELINES)
@settings(
    deadline=None,
    max_examples=examples(25),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(case=logs.cases(order_column=True))
def test_any_log(baseline: Baseline, write: Writer, case: logs.Case, tmp_path: Path) -> None:
    file = write(case.rows, tmp_path / FILES[write])
    try:
        expected = oracle.summary(case.rows, as_of=case.as_of)
    except ValueError:
        with pytest.raises(ValueError, match="no order"):
            baseline(file, case.as_of)
        return
    assert differences(baseline(file, case.as_of), expected) == []


@pytest.mark.parametrize("name", ["hand_sql", "plain_pandas"])
def test_as_a_command(name: str, demo: pd.DataFrame, tmp_path: Path) -> None:
    file = write_csv(demo.head(500), tmp_path / "orders.csv")
    command = [sys.executable, str(BENCHMARKS / f"{name}.py"), str(file), "--as-of", "2025-06-30"]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    expected = oracle.summary(demo.head(500), as_of=date(2025, 6, 30))
    assert differences(json.loads(output), expected) == []


def test_hand_sql_counts_further_what_a_summary_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With it the two are measured on the same figures: months, quarters and intervals too."""
    file = write_parquet(demo_like_log(60), tmp_path / "orders.parquet")
    module, seen = load("hand_sql"), list[Any]()
    made = summary_module.summarise
    monkeypatch.setattr(
        summary_module,
        "summarise",
        lambda counts, *rest: seen.append(counts) or made(counts, *rest),
    )
    with read(file) as log:
        log.summary()
    with module.connect(":memory:", "1GB", 1, str(tmp_path)) as connection:
        further = module.summary(module.Run(connection), str(file), None, True)["further"]
    [counts] = seen
    assert sorted(further["by_number"]) == sorted(counts.purchases)
    assert sorted(further["soon"]) == sorted(map(tuple, counts.soon))
    spread = {row[0]: [*row] for row in further["spread"]}
    assert {row.observed: [*row] for row in counts.spread}.keys() == spread.keys()
    for row in counts.spread:
        # An age that has not passed gives a number that nobody asks for.
        assert [*row][: row.observed + 1] == spread[row.observed][: row.observed + 1]
    several = sum(n for _, _, n, _ in further["second"])
    assert several == sum(n for *_, n in counts.purchases)
