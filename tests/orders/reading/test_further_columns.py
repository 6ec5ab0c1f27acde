"""Further columns of orders, against plain Python on generated logs, on three engines."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmformulas.errors import InputError
from crmformulas.orders.analysis.data_quality import check
from crmformulas.orders.log import read
from crmformulas.orders.reading.further_columns import BLANK, SEVERAL, _bits_for, _weighted
from tests.examples import examples

CHANNELS = ["email", "Email", "direct", None, " "]
PRODUCTS = ["Stool", "Rug", "Sofa", "å", None]


@dataclass(frozen=True)
class Line:
    order: str
    customer: str
    day: str
    amount: int
    product: str | None


@st.composite
def logs(draw: st.DrawFn) -> tuple[list[Line], dict[str, str | None]]:
    """Lines of orders, and the channel of each order."""
    lines, channels = [], {}
    for number in range(draw(st.integers(2, 12))):
        order = draw(st.sampled_from(["", "0", "a"])) + str(number)
        channels[order] = draw(st.sampled_from(CHANNELS))
        customer = draw(st.sampled_from("xyz"))
        day = draw(st.sampled_from(["2026-01-31", "2026-02-01", "2026-02-02"]))
        for _ in range(draw(st.integers(1, 3))):
            amount = draw(st.sampled_from([10, 20, 20, -30]))
            lines.append(Line(order, customer, day, amount, draw(st.sampled_from(PRODUCTS))))
    return lines, channels


def frame(lines: list[Line], channels: dict[str, str | None]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "order_id": [one.order for one in lines],
            "customer": [one.customer for one in lines],
            "date": [one.day for one in lines],
            "amount": [float(one.amount) for one in lines],
            "channel": [channels[one.order] for one in lines],
            "product": [one.product for one in lines],
        },
        dtype=object,
    ).astype({"amount": float})


def text(value: str | None) -> str:
    return BLANK if value is None or not value.strip() else value


def expected(
    lines: list[Line], channels: dict[str, str | None], level: str
) -> dict[str, tuple[str, str, str, str]]:
    """Per customer the first and last channel and product of the purchases."""
    common = Counter(text(one.product) for one in lines)
    by_order: dict[str, list[Line]] = {}
    for one in lines:
        by_order.setdefault(one.order, []).append(one)
    firsts: dict[str, list[tuple[str, str, str, str]]] = {}
    for order, theirs in by_order.items():
        if sum(one.amount for one in theirs) <= 0:
            continue
        dearest = min(
            theirs,
            key=lambda one: (
                -one.amount,
                text(one.product) == BLANK,
                -common[text(one.product)],
                text(one.product),
            ),
        )
        values = {text(one.product) for one in theirs} - {BLANK} or {BLANK}
        whole = values.pop() if len(values) == 1 else SEVERAL
        product = whole if level == "order" else text(dearest.product)
        at = (theirs[0].day, order, text(channels[order]), product)
        firsts.setdefault(theirs[0].customer, []).append(at)
    return {customer: (*min(found)[2:], *max(found)[2:]) for customer, found in firsts.items()}


def found_by(log: Any, names: list[str]) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    table, columns = log.customer_values(names)
    rows = {
        row["customer"]: tuple(
            column.labels[column.position(row[f"{which}_{i}"])]
            for which in ("first", "last")
            for i, column in enumerate(columns)
        )
        for row in log.records(table)
    }
    return rows, [column.level for column in columns]


@settings(max_examples=examples(8), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(logs())
def test_first_and_last_values(made: tuple[list[Line], dict[str, str | None]]) -> None:
    lines, channels = made
    table = frame(lines, channels)
    names = [name for name in ("channel", "product") if table[name].map(text).nunique() > 1]
    if not names or not any(sum(o.amount for o in lines if o.order == n) > 0 for n in channels):
        return
    with read(table, amount="amount") as log:
        rows, levels = found_by(log, names)
        level = dict(zip(names, levels, strict=True))
        assert level.get("channel", "order") == "order"
        told = expected(lines, channels, level.get("product", "line"))
        keep = [i for i, name in enumerate(["channel", "product"]) if name in names]
        assert rows == {
            customer: tuple(values[i + at] for at in (0, 2) for i in keep)
            for customer, values in told.items()
        }


def sample() -> pd.DataFrame:
    lines = [
        Line(
            f"{'b' if n % 3 else 'B'}{n % 7}",
            f"c{n % 5}",
            "2026-03-01",
            10 + n % 4,
            PRODUCTS[n % 4],
        )
        for n in range(60)
    ]
    return frame(lines, {one.order: CHANNELS[len(one.customer + one.order) % 3] for one in lines})


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_engines_agree(engine: str, request: pytest.FixtureRequest) -> None:
    table = sample()
    table["channel"] = [CHANNELS[ord(order[-1]) % 2] for order in table["order_id"]]
    url = request.getfixturevalue("postgres_url") if engine == "postgres" else "sqlite://"
    backend = ibis.connect(url)
    stored = backend.create_table("further", table, temp=True)
    names = ["channel", "product"]
    with read(table, amount="amount") as log, read(stored) as other:
        assert log.further_columns().columns == other.further_columns().columns
        assert found_by(log, names) == found_by(other, names)
        figures = [one.summary().to_dict() for one in (log, other)]
        assert figures[0]["ladder"] == figures[1]["ladder"]
    backend.disconnect()


def test_summary_is_the_same_with_further_columns() -> None:
    table = sample()
    with read(table, amount="amount") as log:
        before = log.summary().to_dict()
        log.further_columns()
        assert log.summary().to_dict() == before


def test_rows_of_an_order_that_differ_are_several() -> None:
    """A value that 2 000 of 2 001 orders agree in is the order's; the other order has several."""
    rows = 4_002
    table = pd.DataFrame(
        {
            "order_id": [i // 2 for i in range(rows)],
            "customer": [f"c{i // 2}" for i in range(rows)],
            "date": "2026-03-01",
            "amount": 5,
            "channel": ["email" if i % 8 < 4 else "direct" for i in range(rows)],
        }
    )
    table.loc[0, "channel"] = "direct"
    with read(table, amount="amount") as log:
        rows_found, levels = found_by(log, ["channel"])
        assert levels == ["order"]
        assert rows_found["c0"] == (SEVERAL, SEVERAL)
        assert rows_found["c1"] == ("email", "email")


def test_columns_that_tell_nothing_are_left_out(tmp_path: Path) -> None:
    table = pd.DataFrame(
        {
            "customer": [f"c{i % 700}" for i in range(2_000)],
            "date": "2026-03-01",
            "amount": 5,
            "note": [f"note {i}" for i in range(2_000)],
            "shop": "one",
            "code": ["A" if i % 3 else "" for i in range(2_000)],
        }
    )
    path = tmp_path / "orders.csv"
    table.to_csv(path, index=False)
    with read(path) as log:
        further = log.further_columns()
        assert [column.name for column in further.columns] == ["code"]
        assert {name: reason.en for name, reason in further.left_out.items()} == {
            "note": "nearly every row has a value of its own",
            "shop": "has one value only",
        }
        with pytest.raises(InputError, match="no column 'colour'"):
            log.further_columns(["colour"])


def test_files_whose_columns_differ(tmp_path: Path) -> None:
    """A file that lacks a column leaves it blank; names compare as columns do."""
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    one.write_text("order,customer,date,amount,Sales Channel\n1,a,2026-01-01,5,web\n")
    two.write_text(
        "order,customer,date,amount,sales_channel\n2,a,2026-02-01,5,shop\n3,b,2026-02-02,6,web\n"
    )
    three = tmp_path / "three.csv"
    three.write_text("order,customer,date,amount\n4,b,2026-03-01,5\n")
    with read([one, two, three]) as log:
        rows, _ = found_by(log, ["Sales Channel"])
        assert rows == {"a": ("web", "shop"), "b": ("web", BLANK)}


@given(st.integers(1, 4_001))
def test_codes_of_a_weight_are_enough_and_apart(count: int) -> None:
    """Two codes or-ed together are no code: they have more bits set than any."""
    bits = _bits_for(count)
    codes = list(_weighted(bits))
    assert len(codes) >= count
    assert len({code.bit_count() for code in codes}) == 1
    assert codes == sorted(set(codes))


@pytest.mark.parametrize(
    ("tool", "columns", "known"),
    [
        (
            "Shopify",
            "Name,Email,Created at,Total,Lineitem quantity,Lineitem name,Discount Code,"
            "Discount Amount,Source,Shipping Method,Payment Method,Billing Country",
            {
                "discount": "Discount Amount",
                "discount_code": "Discount Code",
                "product": "Lineitem name",
                "channel": "Source",
                "country": "Billing Country",
                "payment": "Payment Method",
                "shipping": "Shipping Method",
            },
        ),
        (
            "WooCommerce",
            "Order Number,Order Date,Customer User,Order Total Amount,Cart Discount Amount,"
            "Coupon Code(s),Payment Method Title,Country Code (Billing),Item Name,Category",
            {
                "discount": "Cart Discount Amount",
                "discount_code": "Coupon Code(s)",
                "product": "Item Name",
                "category": "Category",
                "country": "Country Code (Billing)",
                "payment": "Payment Method Title",
            },
        ),
        (
            "Google Analytics",
            "Transaction ID,User ID,Date,Revenue,Session default channel group,Session campaign,"
            "Device category,Country,Item category",
            {
                "category": "Item category",
                "channel": "Session default channel group",
                "campaign": "Session campaign",
                "country": "Country",
                "device": "Device category",
            },
        ),
        (
            "Klaviyo",
            "Order ID,Email,Date,Value,Attributed Channel,Attributed Campaign,Coupon Code",
            {
                "discount_code": "Coupon Code",
                "channel": "Attributed Channel",
                "campaign": "Attributed Campaign",
            },
        ),
        (
            "Swedish",
            "ordernummer;kundnummer;orderdatum;belopp;rabattkod;rabattbelopp;kategori;kanal;land",
            {
                "discount": "rabattbelopp",
                "discount_code": "rabattkod",
                "category": "kategori",
                "channel": "kanal",
                "country": "land",
            },
        ),
    ],
)
def test_columns_of_other_tools_are_known(
    tool: str, columns: str, known: dict[str, str], tmp_path: Path
) -> None:
    """By the headers of their exports, and told by ``crmf check``."""
    path = tmp_path / f"{tool}.csv"
    mark = ";" if ";" in columns else ","
    names = columns.split(mark)
    days = {"Created at", "Order Date", "Date", "orderdatum"}
    cells = ["2026-03-01" if n in days else "12" if n in ("Total", "Value") else "5" for n in names]
    path.write_text(f"{columns}\n{mark.join(cells)}\n")
    with read(path) as log:
        assert log.rows.further_roles() == known
        findings = {finding.key: finding for finding in check(log).findings}
        told = findings["further_columns"].to_dict()["text"]
        assert all(repr(name) in told for name in known.values())
