"""The exports of well-known shops and files, as they come."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from crmformulas.errors import InputError, QuestionError
from crmformulas.orders.log import read
from crmformulas.orders.reading.account import Account
from crmformulas.orders.reading.typed_rows import ReadOptions, open_rows
from crmformulas.translations import translate
from tests.orders.reading.test_reading import collect, plain, write

FILES = Path(__file__).parent / "files"
SHARED = Path(__file__).parents[4] / "shared" / "data"


def counted(source: Any, **options: Any) -> tuple[list[tuple[Any, ...]], Account]:
    """The orders and excluded rows as (customer, day, amount, rows), and the account of them."""
    with open_rows(source, ReadOptions(**options)) as rows:
        log = rows.orders()
        found = rows.opened.ask(log.table)
        account = log.account
        log.release()
    records = [
        (
            row["customer"] if row["key"] != -1 else None,
            plain(("day", row["day"])),
            plain(("amount", row["amount"])),
            row["rows"],
        )
        for row in found
    ]
    return sorted(records, key=repr), account


def test_shopify_orders_count_once_and_have_all_their_rows() -> None:
    found, account = counted(FILES / "shopify.csv")
    assert found == sorted(
        [
            ("anna@example.com", "2024-01-31", 647.0, 3),
            # Refunded in full, as the column of refunds says.
            ("bo@example.com", "2024-01-15", 0.0, 1),
            (None, None, None, 1),
            (None, "2024-01-02", 99.0, 1),
        ],
        key=repr,
    )
    rules = {rule.rule: rule for rule in account.rules}
    assert rules["refund"].money == 250_0000
    assert "once per order" in translate(account.line, "en")
    excluded = collect(FILES / "shopify.csv")[2]
    assert {row["reason"] for row in excluded} == {"no_customer"}
    without, account = counted(FILES / "shopify.csv", refund="none")
    rules = {rule.rule: rule for rule in account.rules}
    # Without a column of refunds the status decides.
    assert "'refunded'" in translate(rules["status_no_sale"].text, "en")
    assert without == found
    kept, _ = counted(FILES / "shopify.csv", refund="none", keep_status=("refunded",))
    assert ("bo@example.com", "2024-01-15", 250.0, 1) in kept
    assert counted(FILES / "shopify.csv", refund="none", status="none")[0] == kept


def test_shopify_orders_without_a_total_are_not_hidden(tmp_path: Path) -> None:
    text = (FILES / "shopify.csv").read_text(encoding="utf-8").replace(",250.00,VINTER", ",,VINTER")
    path = write(tmp_path / "orders.csv", text)
    with read(str(path), refund="none", status="none") as log:
        made = log.summary()
    assert made.input.excluded == {"no_customer": 2, "bad_date": 0, "bad_amount": 1}
    assert {row["reason"] for row in made.input.sample} == {"no_customer", "bad_amount"}


def test_shopify_by_article() -> None:
    found, _, _ = collect(
        FILES / "shopify.csv", quantity="Lineitem quantity", price="Lineitem price"
    )
    assert [row[2] for row in found if row[3] == "#1003"] == [0.0, 199.0, 399.0]


def test_shopify_in_one_of_several_currencies(tmp_path: Path) -> None:
    text = (FILES / "shopify.csv").read_text(encoding="utf-8")
    path = write(tmp_path / "orders.csv", text.replace("no,SEK,250.00", "no,EUR,250.00"))
    with pytest.raises(InputError, match="several currencies"):
        collect(path)
    found, _ = counted(path, currency="SEK")
    assert [row[2] for row in found] == [647.0, 99.0, None]


def test_woocommerce() -> None:
    found, account = counted(FILES / "woocommerce.csv")
    assert [row[:3] for row in found] == [
        ("17", "2024-03-01", 1299.0),
        ("17", "2024-03-02", 0.0),  # cancelled
        (None, "2024-03-02", 348.5),  # customer 0, for a third of the orders
    ]
    told = {rule.rule: translate(rule.text, "en") for rule in account.rules}
    assert "'wc-cancelled'" in told["status_no_sale"]
    assert "0 or -1" in told["nobody_number"]
    found, _, _ = collect(FILES / "woocommerce_analytics.csv")
    assert found == [
        ("Cia Dahl", "2024-03-01", 1299.0, "2101"),
        ("Dan Ek", "2024-03-02", 299.5, "2102"),
    ]


def test_klaviyo() -> None:
    found, _, _ = collect(FILES / "klaviyo.csv")
    assert found == [
        ("01HXA", "2024-05-01", 420.0, "a1f"),
        ("01HXB", "2024-05-03", 75.25, "a20"),
    ]


def test_magento_counts_in_its_own_currency_and_each_order_once() -> None:
    found, _, _ = collect(FILES / "magento_grid.csv")
    assert found == [
        ("gun@example.com", "2024-01-05", 1299.0, "000000311"),
        ("hal@example.com", "2024-01-16", 250.0, "000000312"),
    ]
    found, account = counted(FILES / "magento_items.csv")
    assert [row[:3] for row in found] == [
        ("gun@example.com", "2024-01-05", 1299.0),
        ("hal@example.com", "2024-01-06", 250.0),
    ]
    assert "order_total" in {rule.rule for rule in account.rules}


def export(folder: Path, column: str, orders: int, lines: int = 2) -> Path:
    """Orders of several rows, each with the same amount on all of its rows."""
    rows = "".join(
        f"C{i},2024-01-05,{i},S{j},{i}9.50\n" for i in range(1, orders + 1) for j in range(lines)
    )
    return write(folder / "orders.csv", f"customer,date,order,sku,{column}\n" + rows)


def test_a_total_on_each_row_of_an_order_counts_once(tmp_path: Path) -> None:
    found, account = counted(export(tmp_path, "total", 3))
    assert [row[2] for row in found] == [19.5, 29.5, 39.5]
    [rule] = [rule for rule in account.rules if rule.rule == "order_total"]
    assert (rule.orders, rule.rows, rule.money, rule.option) == (3, 6, 88_5000, "--amount")
    # The user says that it is the row's own.
    found, account = counted(export(tmp_path, "total", 3), amount="total")
    assert [row[2] for row in found] == [39.0, 59.0, 79.0]
    assert {rule.rule for rule in account.rules} == {"repeated_amount"}
    assert not counted(export(tmp_path, "total", 3, lines=1))[1].rules


@pytest.mark.parametrize(
    ("column", "orders", "said"),
    [
        # Too few orders, and no name that helps.
        ("total", 2, "once per order it sums to 49, every row to 98"),
        # The name says row, the data says order.
        ("line total", 3, "is a row's by its name but"),
    ],
)
def test_where_name_and_data_disagree_both_sums_are_told(
    tmp_path: Path, column: str, orders: int, said: str
) -> None:
    with pytest.raises(QuestionError, match=said) as caught:
        counted(export(tmp_path, column, orders))
    assert caught.value.options.startswith("--order-total")
    # Both answers can be given.
    assert len(counted(tmp_path / "orders.csv", order_total=column)[0]) == orders
    assert len(counted(tmp_path / "orders.csv", amount=column)[0]) == orders


def test_swedish_names_and_amounts(tmp_path: Path) -> None:
    expected = [
        ("1001", "2024-01-05", 1299.5, "5001"),
        ("1001", "2024-02-01", -75.0, "5003"),
        ("1002", "2024-01-06", 75.0, "5002"),
    ]
    assert collect(FILES / "svensk.csv")[0] == expected
    found, _, _ = collect(FILES / "svensk.csv", quantity="Antal", price="À-pris")
    assert found == expected
    text = (FILES / "svensk.csv").read_text(encoding="utf-8").replace("\u2212", "-")
    assert collect(write(tmp_path / "svensk.csv", text, "cp1252"))[0] == expected


# ------------------------------------------------------------------------------- published files


def test_cdnow() -> None:
    found, rows, _ = collect(FILES / "cdnow.txt")
    assert found == [
        ("00001", "1997-01-01", 11.77),
        ("00002", "1997-01-12", 12.0),
        ("00002", "1997-01-12", 77.0),
    ]
    assert rows.columns["amount"] == "dollar_value"


def test_cdnow_without_a_header() -> None:
    with pytest.raises(
        InputError, match="there is no header, the first row is '00004', '0001', '19970101'"
    ):
        collect(FILES / "cdnow_sample.txt")
    found, _, _ = collect(FILES / "cdnow_sample.txt", customer="2", date="3", amount="5")
    assert found == [
        ("0001", "1997-01-01", 29.33),
        ("0001", "1997-01-18", 29.73),
        ("0002", "1997-01-01", 63.34),
    ]


@pytest.fixture
def shared() -> Path:
    if not SHARED.exists():
        pytest.skip("the published files are not here")
    return SHARED


def test_cdnow_in_full(shared: Path) -> None:
    found, _, _ = collect(shared / "CDNOW_master.txt")
    assert len(found) == 69_659
    assert len({row[0] for row in found}) == 23_570
    assert all(None not in row for row in found)
    assert min(row[1] for row in found) == "1997-01-01"
    assert max(row[1] for row in found) == "1998-06-30"
    sample, _, _ = collect(shared / "CDNOW_sample.txt", customer="2", date="3", amount="5")
    assert len({row[0] for row in sample}) == 2_357


def test_online_retail_in_full(shared: Path) -> None:
    found, rows, _ = collect(shared / "online_retail.csv.gz")
    assert len(found) == 541_909
    assert sum(row[0] is None for row in found) == 135_080
    assert all(row[1] is not None and row[2] is not None for row in found)
    # Chen's cleaned lines: with customer, no cancellation, positive quantity and price.
    clean = [row for row in found if row[0] and not row[3].startswith("C") and row[2] > 0]
    assert len(clean) == 397_884
    assert len({row[0] for row in clean}) == 4_338
    assert round(sum(row[2] for row in clean), 3) == 8_911_407.904
    assert rows.columns["order"] == "InvoiceNo"
