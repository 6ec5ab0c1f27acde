"""The exports of well-known shops and files, as they come."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmformulas.errors import InputError
from tests.orders.reading.test_reading import collect, write

FILES = Path(__file__).parent / "files"
SHARED = Path(__file__).parents[4] / "shared" / "data"


def test_shopify_orders_count_once_and_have_all_their_rows() -> None:
    found, rows, excluded = collect(FILES / "shopify.csv")
    assert found == sorted(
        [
            ("anna@example.com", "2024-01-31", 647.0, "#1003"),
            ("anna@example.com", "2024-01-31", 0.0, "#1003"),
            ("anna@example.com", "2024-01-31", 0.0, "#1003"),
            ("bo@example.com", "2024-01-15", 250.0, "#1002"),
            (None, "2024-01-02", 99.0, "#1001"),
            (None, "2024-01-02", 0.0, "#1001"),
        ],
        key=repr,
    )
    assert {row["reason"] for row in excluded} == {"no_customer"}
    assert any("1 row is 'refunded' and counted" in note for note in rows.notes)


def test_shopify_orders_without_a_total_are_not_hidden(tmp_path: Path) -> None:
    text = (FILES / "shopify.csv").read_text(encoding="utf-8").replace(",250.00,VINTER", ",,VINTER")
    found, _, _ = collect(write(tmp_path / "orders.csv", text))
    assert [row for row in found if row[3] == "#1002"] == [
        ("bo@example.com", "2024-01-15", None, "#1002")
    ]


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
    found, _, _ = collect(path, currency="SEK")
    assert [row[3] for row in found] == ["#1003", "#1003", "#1003", "#1001", "#1001"]


def test_woocommerce() -> None:
    found, rows, _ = collect(FILES / "woocommerce.csv")
    assert found == [
        ("0", "2024-03-02", 348.5, "2102"),
        ("17", "2024-03-01", 1299.0, "2101"),
        ("17", "2024-03-02", 89.0, "2103"),
    ]
    assert any("customer id '0'" in note and "--no-customer" in note for note in rows.notes)
    assert any("1 row is 'cancelled' and counted" in note for note in rows.notes)
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
    found, rows, _ = collect(FILES / "magento_items.csv")
    assert found == [
        ("gun@example.com", "2024-01-05", 0.0, "000000311"),
        ("gun@example.com", "2024-01-05", 1299.0, "000000311"),
        ("hal@example.com", "2024-01-06", 250.0, "000000312"),
    ]
    assert any("counts once an order" in note for note in rows.notes)


def test_a_total_on_each_row_of_an_order_is_asked_about(tmp_path: Path) -> None:
    def export(orders: int, lines: int = 2) -> Path:
        rows = "".join(
            f"C{i},2024-01-05,{i},S{j},{i}9.50\n"
            for i in range(1, orders + 1)
            for j in range(lines)
        )
        return write(tmp_path / "orders.csv", "customer,date,order,sku,total\n" + rows)

    with pytest.raises(InputError, match=r"looks like the order's total.*give --amount 'total'"):
        collect(export(3))
    found, rows, _ = collect(export(3), amount="total")
    assert len(found) == 6
    assert any("counts more than once" in note for note in rows.notes)
    assert any("counts more than once" in note for note in collect(export(1))[1].notes)
    assert not collect(export(3, lines=1))[1].notes


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
