"""Customer flows and customer development as the sources print them.

``tests/data/expected/kundfloden.csv`` and ``kundutveckling.csv``: Elinder, "Dina nycklar till
framgångsrikare CRM", IRi, 2018. F12 of the second is reconstructed, as the source prints indices.
"""

from __future__ import annotations

import csv
import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner

from crmformulas.cli.main import crmf
from crmformulas.formulas.migration import LOST
from crmformulas.orders import Summary, read
from crmformulas.orders.analysis.published_tables import (
    customer_flows,
    development,
    tier_labels,
)
from crmformulas.orders.demo import demo_frames
from crmformulas.orders.summary.model import FlowRow
from crmformulas.translations import translate

DATA = Path(__file__).parents[2] / "data"


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def made() -> tuple[Summary, Summary]:
    with read(demo_frames(orders=4_000)[0]) as orders:
        now = orders.summary("2026-10-31")
        return now, orders.summary("2025-10-31")


@pytest.fixture(scope="module")
def published(made: tuple[Summary, Summary]) -> Summary:
    flows = tuple(
        FlowRow(
            row["from"],
            row["to"],
            int(row["customers"]),
            None if row["to"] == LOST else int(row["orders"]),
            float(row["revenue"]),
        )
        for row in rows("flows_published")
    )
    return replace(made[0], flow_records=flows)


def test_customer_flows_are_printed_as_in_the_source(published: Summary) -> None:
    lines, labels = customer_flows(published), tier_labels(published)
    wanted = rows("expected/kundfloden")
    assert len(lines) == len(wanted) == 34
    for line, row in zip(lines, wanted, strict=True):
        assert (line.kind, line.origin or "", line.target or "total") == (
            row["kind"],
            row["from"],
            row["to"] or "total",
        )
        assert translate(line.label(labels), "en") == row["row_en"]
        # The source writes 5% without a space.
        assert str(translate(line.label(labels), "sv")).replace(" %", "%") == row["row_sv"]
        assert line.customers == int(row["customers"])
        assert line.orders == (int(row["orders"]) if row["orders"] else None)
        assert line.revenue == float(row["revenue"])
        assert line.per_customer == pytest.approx(float(row["per_customer"]), abs=0.005)


def outcome(window: str) -> tuple[tuple[float, ...], ...]:
    table = {row["segment"]: row for row in rows("expected/kundutveckling_input")}
    return tuple(
        tuple(float(table[s][f"{window}_{m}"]) for m in ("customers", "revenue", "orders"))
        for s in ("new", "continued", "reactivated")
    )


def of_outcome(base: Summary, window: str, lost: int) -> Summary:
    """A summary whose outcome and lost customers are those of the source."""
    new, continued, reactivated = outcome(window)
    origins = zip(("new", "mid", "reactivated"), (new, continued, reactivated), strict=True)
    flows = tuple(FlowRow(o, "mid", int(n), int(k), r) for o, (n, r, k) in origins)
    return replace(base, flow_records=flows, flows=replace(base.flows, lost=lost))


def test_customer_development_is_that_of_the_source(made: tuple[Summary, Summary]) -> None:
    now, before = (
        of_outcome(base, window, lost)
        for base, window, lost in zip(made, ("s12", "f12"), (34_783, 33_770), strict=True)
    )
    lines: dict[str, Any] = {line.segment: line for line in development(now, before)}
    wanted = rows("expected/kundutveckling")
    assert len(lines) == 5
    for row in wanted:
        told = getattr(lines[row["segment"]], row["measure"])
        assert told == pytest.approx(float(row["index"]), abs=5e-7)
        assert round(100 * told) == int(row["printed_percent"])


def test_nothing_is_told_of_a_year_that_history_lacks(made: tuple[Summary, Summary]) -> None:
    assert development(made[0], None) == ()
    log = {"customer": ["a", "a"], "date": [date(2025, 10, 31), date(2026, 10, 31)]}
    with read(pd.DataFrame({**log, "amount": [10, 20]})) as orders:
        assert customer_flows(orders.summary()) == ()


def test_the_command_shows_them(tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    demo_frames(orders=4_000)[0].to_csv(file, index=False)
    run = CliRunner().invoke(crmf, ["summary", str(file), "--tables", "flows,development"])
    assert run.exit_code == 0, run.output
    assert "Upgrade – Top 15 %" in run.output
    assert "former customers" in run.output
    assert "does not depend on how many left" in run.output
    again = ["summary", str(file), "--tables", "flows,development", "--format", "json"]
    told = json.loads(CliRunner().invoke(crmf, again).stdout)
    assert len(told["customer_flows"]) == 34
    assert [line["segment"] for line in told["development"]][-1] == "lost"
    active = told["customer_flows"][-1]
    assert active["customers"] == told["flows"]["closing"]
    months = CliRunner().invoke(crmf, ["summary", str(file), "--tables", "months"]).output
    newest = told["months"][-1]
    line = next(line for line in months.splitlines() if line.startswith(f" {newest['month']} "))
    assert line.split()[1:3] == [str(newest["active"]), str(newest["new"])]
    assert str(newest["second_orders"]) in line.split()
    assert sum(bool(re.match(r" \d{4}-\d\d ", line)) for line in months.splitlines()) == 24
    wrong = CliRunner().invoke(crmf, ["summary", str(file), "--tables", "plans"])
    assert wrong.exit_code == 2
    assert "'plans' is no table" in wrong.output
