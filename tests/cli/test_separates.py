"""``crmf separates``, ``crmf discounts``, ``crmf products``: text, JSON, CSV, one-line errors."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from crmformulas.cli.main import crmf
from crmformulas.orders.analysis.separation.results import FOOTER
from crmformulas.orders.demo import write_demo


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_demo(tmp_path_factory.mktemp("demo") / "shop.csv", orders=12_000).orders)


def run(*args: str) -> str:
    made = CliRunner().invoke(crmf, args)
    assert made.exit_code == 0, made.output
    return made.stdout


def test_text(orders: str) -> None:
    told = " ".join(run("separates", orders, "--by", "channel", "--by", "order value").split())
    assert "shop · F1→F2: from order 1 to order 2 within 365 days · to 31 Oct 2026" in told
    assert "compared within the same month" in told
    assert "What separates, the most first" in told
    assert told.index("order value") < told.index("channel")
    assert "more orders number 2 than as many others of the same months" in told
    assert told.endswith(FOOTER.en)
    for claim in ("because", "causes", "leads to", "thanks to"):
        assert claim not in told


def test_json_and_csv_hold_the_same(orders: str) -> None:
    told = json.loads(run("separates", orders, "--loyal", "--by", "channel", "--format", "json"))
    assert (told["question"], told["kind"], told["days"]) == ("F6+", "loyal", None)
    assert told["note"] == FOOTER.en
    rows = run("separates", orders, "--loyal", "--by", "channel", "--format", "csv")
    table = list(csv.DictReader(io.StringIO(rows)))
    values = [(c["name"], v) for c in told["columns"] for v in c["values"]]
    assert len(table) == len(values)
    for row, (name, value) in zip(table, values, strict=True):
        assert (row["column"], row["value"]) == (name, value["value"])
        assert float(row["shrunk"]) == pytest.approx(value["shrunk"], rel=1e-12)


def test_empty_answer(orders: str) -> None:
    told = " ".join(run("separates", orders, "--by", "ab_test", "--by", "payment").split())
    assert "Nothing stands out. With" in told
    assert "pp to be seen." in told
    assert told.endswith(FOOTER.en)


def test_discounts(orders: str) -> None:
    told = " ".join(run("discounts", orders).split())
    assert "from discount_amount, discount_code" in told
    assert "Past the tipping point" in told
    assert "Only a control group tells." in told
    table = list(csv.DictReader(io.StringIO(run("discounts", orders, "--format", "csv"))))
    assert [row["order"] for row in table][:3] == ["1", "2", "3"]
    assert table[-1]["order"] == "all"


def test_products(orders: str) -> None:
    told = " ".join(run("products", orders).split())
    assert "by category" in told
    assert "Natural cycle: days to the next order" in told
    assert "Bought next, beyond chance" in told
    parsed = json.loads(run("products", orders, "--product", "product", "--format", "json"))
    assert parsed["column"] == "product"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["separates", "--step", "2", "--loyal"], "ask for a step, for the loyal, for who"),
        (["separates", "--by", "colour"], "no column 'colour'; the columns are"),
        (["separates", "--step", "90"], "nobody stands at the start"),
        (["products", "--product", "colour"], "no column 'colour'"),
    ],
)
def test_errors_are_one_line(args: list[str], message: str, orders: str) -> None:
    made = CliRunner().invoke(crmf, [args[0], orders, *args[1:]])
    assert made.exception is not None
    assert message in str(made.exception)


def test_text_of_a_file_is_never_markup_or_code(tmp_path: Path) -> None:
    """Values are shown as they are: markup, escapes and braces mean nothing."""
    path = tmp_path / "orders.csv"
    rows = ["customer,date,amount,{0}[red]x"]
    for number in range(400):
        value = "[bold]{more}" if number % 2 else "=1+1\x1b[31m"
        rows.append(f"c{number},2025-01-{1 + number % 28:02},10,{value}")
        if number % 2 and number % 3:
            rows.append(f"c{number},2025-02-{1 + number % 28:02},10,{value}")
    rows.append("z,2025-12-31,5,x")
    path.write_text("\n".join(rows) + "\n")
    told = run("separates", str(path), "--matured", "60")
    assert "[bold]{more}" in told
    assert "\x1b" not in told
    assert "{0}[red]x" in told
    cells = run("separates", str(path), "--matured", "60", "--format", "csv", "--safe-cells")
    assert "'=1+1" in cells
