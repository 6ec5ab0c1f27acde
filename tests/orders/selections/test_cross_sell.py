"""Purchases of those alike: against the plain oracle, on every engine, and as it is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from io import StringIO
from pathlib import Path
from random import Random
from typing import Any

import ibis
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.console import Console

from crmformulas.cli.cross_sell import cross_sell_view
from crmformulas.cli.customer import also_text
from crmformulas.cli.main import crmf as command
from crmformulas.errors import InputError
from crmformulas.orders.demo import demo_frames
from crmformulas.orders.log import Orders, read
from crmformulas.orders.selections import cross_sell
from crmformulas.translations import Lang
from tests import oracle
from tests.examples import examples
from tests.orders.counting.test_queries import relaxed

AS_OF = date(2026, 2, 28)
# Two spellings are two products, as they are written.
PRODUCTS = ("rug", "Rug", "sofa ", "lamp", "å", None, " ")


def lines(seed: int) -> pd.DataFrame:
    """Order lines: returns, lines without product or order id, orders at the borders of S12."""
    random = Random(seed)
    days = [AS_OF - timedelta(days=back) for back in (0, 1, 30, 200, 364, 365, 366, 700, -1)]
    rows = []
    for order in range(random.choice([4, 25, 40])):
        customer, day = f"c{random.randrange(14)}", random.choice(days)
        id_ = random.choice([f"o{order}", f"o{order}", f"o{order % 3}", None])
        for _ in range(random.randrange(1, 4)):
            amount = Decimal(random.choice(["10", "20.5", "20.5", "99.99", "-10", "0"]))
            rows.append((customer, day, amount, id_, random.choice(PRODUCTS)))
    return pd.DataFrame(rows, columns=["customer", "day", "amount", "order", "product"])


def told(log: Orders, where: str = "") -> dict[str, dict[str, Any]]:
    """The attributes of those in S12, by id."""
    people = log.customers(AS_OF).people
    wanted = [people.attribute(name) for name in ("customer", *cross_sell.ATTRIBUTES)]
    table = people.where(where or "tier is not blank")
    rows = people.rows(table if where else people.need(wanted).filter(people.table.s12_orders > 0),
                       wanted)  # fmt: skip
    return {row[0]: dict(zip(cross_sell.ATTRIBUTES, row[1:], strict=True)) for row in rows}


def close(one: Any) -> Any:
    return pytest.approx(one, rel=1e-12, abs=1e-12)


def compare(log: Orders, rows: pd.DataFrame, least: int) -> None:
    by_id, by_tier, by_product = oracle.cross_sell(rows, as_of=AS_OF, least=least)
    found = told(log)
    assert found.keys() == by_id.keys()
    for id_, plain in by_id.items():
        assert found[id_] == {name: close(value) for name, value in plain.items()}, id_
    answer = log.cross_sell("product", as_of=AS_OF)
    for row, wanted in zip(answer.tiers, by_tier, strict=True):
        assert row.as_dict() == {name: close(value) for name, value in wanted.items()}
    for product, wanted in zip(answer.products, by_product, strict=True):
        assert product.as_dict() == {name: close(value) for name, value in wanted.items()}


OPTIONS: dict[str, Any] = {"date": "day", "order": "order", "amount": "amount"}


@given(seed=st.integers(0, 10**6), least=st.integers(1, 3))
@example(seed=3686, least=1)  # an id that is used again
@example(seed=359682, least=2)  # an order of two days
@settings(relaxed, max_examples=examples(4))
def test_everybody_is_told_what_the_oracle_says(seed: int, least: int) -> None:
    rows = lines(seed)
    with pytest.MonkeyPatch.context() as patch, read(rows, **OPTIONS) as log:
        patch.setattr(cross_sell, "FEWEST", least)
        try:
            log.customers(AS_OF)
        except InputError:
            return
        compare(log, rows, least)


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_engines_agree(
    engine: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = lines(7)
    url = request.getfixturevalue("postgres_url") if engine == "postgres" else "sqlite://"
    backend = ibis.connect(url)
    stored = backend.create_table("lines", rows.astype({"amount": float}), temp=True)
    monkeypatch.setattr(cross_sell, "FEWEST", 2)
    with read(stored, **OPTIONS) as log:
        compare(log, rows, 2)
    backend.disconnect()


# --------------------------------------------------------------------------------- as it is told


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("shop") / "orders.csv"
    demo_frames(orders=3_000)[0].to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def log(shop: Path) -> Iterator[Orders]:
    with read(shop) as opened:
        yield opened


def test_what_is_told_adds_up(log: Orders) -> None:
    answer = log.cross_sell()
    assert answer.column == "category"
    people = log.customers().people
    wanted = [people.attribute(name) for name in ("s12_tier", *cross_sell.ATTRIBUTES)]
    rows = people.rows(people.need(wanted), wanted)
    for tier in answer.tiers:
        theirs = [row for row in rows if row[0] == tier.tier]
        assert len(theirs) == tier.customers
        if tier.products:
            assert sum(row[3] for row in theirs) == close(tier.potential)
            assert sum(row[1] for row in theirs) / len(theirs) == close(tier.share_bought)
    assert {tier.tier for tier in answer.tiers if tier.products} >= {"mid", "bottom"}
    # A condition selects by them, and they order.
    assert people.count("tier = mid and not_bought >= 1") == sum(
        row[0] == "mid" and row[2] >= 1 for row in rows
    )
    # Most articles are bought by few.
    assert log.cross_sell("product", share=1).products == ()
    with pytest.raises(InputError, match="above 0"):
        log.cross_sell(share=0)
    with pytest.raises(InputError, match="colour"):
        log.cross_sell("colour")


def test_the_page_of_a_customer_tells_it(log: Orders) -> None:
    answer = log.cross_sell()
    texts: dict[Lang, str] = {"en": "who buys a product is", "sv": "den som köper en vara"}
    for lang, words in texts.items():
        with StringIO() as file:
            Console(file=file, width=200).print(cross_sell_view(answer, "x", lang))
            said = file.getvalue()
        assert answer.products[0].product in said
        assert words in said
    first = log.customers(where="tier = mid").page(limit=1, sort="potential")
    page = log.customer(first[0].customer)
    told = page.to_dict()
    mid = {row.product: row.as_dict() for row in answer.products if row.tier == "mid"}
    assert told["also_bought"]
    for one in told["also_bought"]:
        assert one == {name: mid[one["product"]][name] for name in one}
    missed = sum(one["buyers"] * one["spent_each"] for one in told["also_bought"])
    size = next(row.customers for row in answer.tiers if row.tier == "mid")
    assert told["known"]["potential"] == close(missed / size)
    also = also_text(page, "sv")
    assert also.en.startswith(" Those alike also buy: ")
    assert also.sv.startswith(" Liknande kunder köper också: ")


def test_the_command_writes_a_row_a_tier_and_product(shop: Path, tmp_path: Path) -> None:
    output = tmp_path / "usual.csv"
    asked = ["cross-sell", shop, "--product", "product", "--share", "3%", "-o", output]
    done = CliRunner().invoke(command, list(map(str, asked)), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    table = pd.read_csv(output)
    assert (table["share"].dropna() >= 0.03).all()
    assert set(table["tier"]) == {"super", "top", "mid", "bottom"}


def test_amounts_of_whole_orders_tell_nothing_of_a_product(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    rows = [
        (f"o{n}", f"c{n}", "2026-01-05", 100 + n, product)
        for n in range(900)
        for product in ("rug", "sofa")
    ]
    heads = ["order_id", "customer", "date", "order_total", "product"]
    pd.DataFrame(rows, columns=heads).to_csv(path, index=False)
    with read(path) as log:
        answer = log.cross_sell()
        assert [row.potential for row in answer.tiers] == [None] * 4
        assert {row.share_bought for row in answer.tiers} == {1.0}
        assert {row.spent_each for row in answer.products} == {None}
        people = log.customers().people
        assert "whole orders" in str(people.attribute("potential").unknown)
        assert people.count("share_bought = 100%") == 900


def test_a_file_without_products_has_no_such_attribute(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("customer,date,amount,shop\na,2026-01-05,10,x\nb,2026-01-06,20,y\n")
    with read(path) as log:
        assert "potential" not in log.customers().attributes
        with pytest.raises(InputError, match=r"--product; the columns are .*shop"):
            log.cross_sell()
    with read(path, product="shops") as log, pytest.raises(InputError, match="no column 'shops'"):
        log.customers()
    with read(path, product="4") as log:
        assert log.customers().attributes["potential"].about.sv
        assert log.cross_sell().column == "shop"


def test_a_share_is_exact() -> None:
    """Seven of 35 are a fifth, whatever a float makes of it."""
    assert not any(
        (buyers / n >= cross_sell.LEAST_SHARE) != (Fraction(buyers, n) >= Fraction(1, 5))
        for n in range(1, 300)
        for buyers in range(n + 1)
    )
