"""The worth of an order and the id of its customer, by other names and from other sources."""

from __future__ import annotations

import gzip
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from crmformulas.errors import InputError, QuestionError
from crmformulas.orders.log import read

SWEDISH = pd.DataFrame(
    {
        "Kundnr": ["1", "1", "2", "2", "3", "3", "4"],
        "Orderdatum": ["2024-01-05"] * 7,
        "Ordernr": [1, 1, 2, 2, 3, 3, 4],
        "Belopp": [100.0, 100, 50, 50, 70, 70, 10],
        "Status": ["Betald"] * 6 + ["Makulerad"],
    }
)
"""Three orders with their total on both rows, and one that was voided."""


def as_sqlite(frame: pd.DataFrame, path: Path) -> None:
    connection = sqlite3.connect(path)
    frame.to_sql("orders", connection, index=False)
    connection.commit()
    connection.close()


def as_gzip(frame: pd.DataFrame, path: Path) -> None:
    path.write_bytes(gzip.compress(frame.to_csv(index=False).encode()))


WRITERS: dict[str, Callable[[pd.DataFrame, Path], Any]] = {
    "orders.csv": lambda frame, path: frame.to_csv(path, index=False),
    "orders.csv.gz": as_gzip,
    "orders.parquet": lambda frame, path: frame.to_parquet(path),
    "orders.xlsx": lambda frame, path: frame.to_excel(path, index=False),
    "orders.db": as_sqlite,
}


def counted(rows: dict[str, list[Any]] | pd.DataFrame | Any, **options: Any) -> Any:
    """Orders, customers and net revenue, and the keys of the rules that took effect."""
    source = pd.DataFrame(rows) if isinstance(rows, dict) else rows
    with read(source, **options) as log:
        made = log.summary()
    figures = (made.input.orders, made.input.customers, made.input.net_revenue)
    return figures, [rule.rule for rule in made.reading.rules]


@pytest.mark.parametrize("name", WRITERS)
def test_totals_and_statuses_from_any_source(tmp_path: Path, name: str) -> None:
    WRITERS[name](SWEDISH, tmp_path / name)
    # 100 + 50 + 70; every row would be 440.
    found = counted(str(tmp_path / name))
    assert found == ((3, 3, 220.0), ["order_total", "status_no_sale"])


def test_statuses_are_chosen() -> None:
    assert counted(SWEDISH, status="none")[0] == (4, 4, 230.0)
    assert counted(SWEDISH, keep_status=("makulerad",))[0] == (4, 4, 230.0)
    few = SWEDISH.assign(Status=["Betald"] * 4 + ["Osäker"] * 2 + ["Betald"])
    assert counted(few)[0] == (4, 4, 230.0)
    # Of what is left two orders have several rows, too few to decide by.
    dropped = counted(few, drop_status=("osäker",), order_total="Belopp")
    assert dropped[0] == (3, 3, 160.0)


def test_order_ids_used_again_after_ninety_days_are_other_orders() -> None:
    days = ["2023-01-01", "2023-04-01", "2023-04-02", "2024-01-02"]
    rows = {"customer": ["a"] * 4, "date": days, "receipt no": ["1"] * 4, "amount": [1, 2, 4, 8]}
    # 1 April is the 90th day after 1 January; 2 April begins another, and January 2024 a third.
    assert counted(rows) == ((3, 1, 15.0), ["order_id_again", "order_over_months"])


def test_several_columns_are_one_customer() -> None:
    rows = {"store": ["s1", "s2", "s1"], "nr": ["1", "1", None], "date": ["2024-01-01"] * 3}
    found = counted(rows | {"amount": [1, 2, 4]}, customer=("store", "nr"))
    # Nobody is known where one of the two is blank.
    assert found[0] == (2, 2, 3.0)


@pytest.mark.parametrize(
    ("column", "word"),
    [("Document type", "Credit note"), ("Belegart", "Gutschrift"), ("Typ", "Kreditfaktura")],
)
def test_credit_notes_count_negative(column: str, word: str) -> None:
    days = ["2024-01-01", "2024-02-01", "2024-01-01", "2024-01-01"]
    rows = {"customer": ["a", "a", "b", "b"], "date": days, "amount": [100, 30, 5, -1]}
    kinds = ["Invoice", word, "Invoice", word]
    found = counted(pd.DataFrame(rows | {column: kinds}))
    assert found == ((2, 2, 74.0), ["credit_note"])
    assert counted(pd.DataFrame(rows | {column: kinds}), document_type="none")[0][2] == 134.0


def test_discounts_are_told_and_taken_off_when_asked() -> None:
    rows = {"customer": ["a", "b"], "date": ["2024-01-01"] * 2, "quantity": [2, 1]}
    prices = rows | {"unit price": [10, 5]}
    share, money = prices | {"discount": [0.1, 0]}, prices | {"rabattbelopp": [3, 0]}
    assert counted(share) == ((2, 2, 25.0), ["quantity_price", "discount_not_applied"])
    assert counted(share, discount="discount")[0][2] == 23.0  # 20 × 0.9 + 5
    assert counted(money, discount="rabattbelopp")[0][2] == 22.0  # 20 − 3 + 5


@pytest.mark.parametrize(("column", "worth"), [("item-price", 150.0), ("Lineitem price", 250.0)])
def test_a_price_that_grows_with_the_quantity_is_that_of_the_row(column: str, worth: float) -> None:
    rows = {"customer": ["a", "b"], "date": ["2024-01-01"] * 2, "sku": ["x", "x"]}
    assert counted(rows | {"qty": [1, 2], column: [50, 100]})[0][2] == worth


def test_a_price_of_which_nothing_is_known_is_asked_about() -> None:
    rows = {"customer": ["a", "b"], "date": ["2024-01-01"] * 2, "qty": [1, 2]}
    with pytest.raises(QuestionError, match=r"as the row's amount it sums to 150.*to 250") as asked:
        counted(rows | {"item price": [50, 100]})
    assert asked.value.options == "--amount 'item price'"


def test_three_columns_need_no_question() -> None:
    days = ["2024-01-01", "2024-02-01"] * 2
    found = counted({"Id": ["a", "a", "b", "b"], "Date": days, "Price": [1, 2, 3, 4]})
    assert found == ((4, 2, 10.0), ["price_as_amount"])
    with pytest.raises(QuestionError, match=r"new on every row.*--customer"):
        counted({"Id": ["a", "b", "c", "d"], "Date": days, "Price": [1, 2, 3, 4]})


@pytest.mark.parametrize(
    ("ids", "customers", "rules"),
    [
        (["Åsa", "A\u030asa", "\ufeffÅsa", "\u00a0Åsa"], 1, ["ids_folded"]),
        (["1.0", "1", "2.0", "2"], 2, ["ids_folded"]),
        (["1.0", "1", "x.0", "x"], 4, []),
        (["A@x.se", "a@X.se ", "b@x.se", "B"], 3, ["ids_folded"]),
        ([1.0, None, 2.0, 1.0], 2, []),
        (["007", "7", "8", "9"], 4, ["ids_zeros"]),
        (["1.2E+12", "1.3E+12", "8", "9"], 4, ["ids_exponent"]),
        (["guest", "Gäst", "Grand total", "9"], 1, []),
    ],
)
def test_who_the_customer_is(ids: list[Any], customers: int, rules: list[str]) -> None:
    rows = {"customer": ids, "date": ["2024-01-01"] * 4, "amount": [1] * 4}
    (_, found, _), told = counted(rows)
    assert (found, told) == (customers, rules)
    with read(pd.DataFrame(rows), ids="as-written") as log:
        assert log.summary().input.customers == len({id_ for id_ in ids if id_ is not None})


def test_refunds_of_rows_add_up_and_those_of_orders_count_once() -> None:
    rows = {"customer": ["a", "a"], "date": ["2024-01-01"] * 2, "order id": ["1", "1"]}
    lines = rows | {"line total": [10, 20], "line refund amount": [1, 2]}
    assert counted(lines, refund="line refund amount")[0][2] == 27.0
    whole = rows | {"order total": [30, 30], "refunded amount": [5, 5]}
    assert counted(whole) == ((1, 1, 25.0), ["order_total", "refund"])


def test_an_order_of_two_exports_counts_as_the_later_has_it(tmp_path: Path) -> None:
    header = "customer,date,order id,sku,line total,note\n"
    early, late = tmp_path / "z.csv", tmp_path / "a.csv"
    early.write_text(header + "a,2024-01-05,1,x,10,open\na,2024-01-05,1,y,20,open\n")
    late.write_text(
        header + "a,2024-01-05,1,x,10,sent\na,2024-01-05,1,y,15,sent\nb,2024-02-01,2,x,5,sent\n"
    )
    # Order 1 as the file that reaches February has it, whatever the order of the files.
    for paths in ([early, late], [late, early]):
        assert counted([str(path) for path in paths]) == ((2, 2, 30.0), ["overlap"])
    cut = tmp_path / "cut.csv"
    cut.write_text(header + "b,2024-02-01,2,z,7,sent\n")
    # None of its rows is the same: it was cut, and its parts add up.
    assert counted([str(late), str(cut)]) == ((2, 2, 37.0), ["cut"])


@pytest.mark.parametrize(
    ("amounts", "more", "expected"),
    [
        (["12,50 kr", "1 000,00 kr", "99,90 kr"], None, "kr"),
        (["$12.50", "$1,000.00", "$99.90"], None, "$"),
        (["EUR 12.50", "EUR 1000.00", "EUR 99.90"], None, "EUR"),
        (["12.50", "1000.00", "99.90"], "SEK", "SEK"),
        (["12.50", "1000.00", "99.90"], None, ""),
        (["1e3", "2e3", "3e3"], None, ""),
    ],
)
def test_the_currency_is_what_the_file_says(
    tmp_path: Path, amounts: list[str], more: str | None, expected: str
) -> None:
    path = tmp_path / "orders.csv"
    rows = [
        f"{c};2026-01-0{i};{a}" + (f";{more}" if more else "")
        for i, (c, a) in enumerate(zip("aba", amounts, strict=True), 1)
    ]
    header = "customer_id;order_date;amount" + (";currency" if more else "")
    path.write_text("\n".join([header, *rows]), encoding="utf-8")
    with read(path) as log:
        assert log.currency == expected
    settings = tmp_path / "crmformulas.toml"
    settings.write_text('[money]\ncurrency = "NOK"\n')
    if expected not in ("", "kr"):  # a file in another currency is not in crowns of any kind
        with pytest.raises(InputError, match=f"has no rows in NOK; it has {re.escape(expected)}"):
            read(path, settings=settings)
        return
    with read(path, settings=settings) as log:
        assert log.currency == "NOK"
    if expected:
        with read(path, currency="NOK") as log:
            assert log.currency == "NOK"
    else:
        with pytest.raises(InputError, match="no currency column to find NOK in"):
            read(path, currency="NOK")
