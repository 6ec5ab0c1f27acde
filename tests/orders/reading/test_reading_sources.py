"""Parquet, workbooks, databases and frames: typed columns, and what else they hold."""

from __future__ import annotations

import datetime as dt
import gzip
import sqlite3
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import ibis
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from crmformulas.errors import InputError
from crmformulas.orders.reading import other_engines
from crmformulas.orders.reading.contacts import open_contacts
from crmformulas.orders.reading.expressions import live, real
from crmformulas.orders.reading.typed_rows import ReadOptions, open_rows
from tests.orders.reading.test_reading import collect, write

ORDERS = [("C1", "2024-01-05", 1234.5), ("C2", "2024-02-29", 7.0)]
DAYS = [dt.date(2024, 1, 5), dt.date(2024, 2, 29)]
TIMES = [dt.datetime(2024, 1, 5, 23, 59), dt.datetime(2024, 2, 29)]


def table(**columns: Any) -> pa.Table:
    named = {"customer": ["C1", "C2"], "date": DAYS, "amount": [1234.5, 7.0], **columns}
    return pa.table(named)


# ------------------------------------------------------------------------------------------ types

TYPES: dict[str, dict[str, Any]] = {
    "days and floats": {},
    "times": {"date": pa.array(TIMES, pa.timestamp("us"))},
    "nanoseconds": {"date": pa.array(TIMES, pa.timestamp("ns"))},
    "digits": {"date": pa.array([20240105, 20240229], pa.int32())},
    "text days": {"date": ["2024-01-05T23:59:00+02:00", "29 Feb 2024"]},
    "a dictionary": {"date": pa.array(["20240105", "20240229"]).dictionary_encode()},
    "decimals": {"amount": pa.array([Decimal("1234.50"), Decimal("7")], pa.decimal128(10, 2))},
    "wide decimals": {
        "amount": pa.array([Decimal("1234.5000000001"), Decimal("7")], pa.decimal128(38, 20))
    },
    "text amounts": {"amount": ["1 234,50 kr", "7,00 kr"]},
    "narrow floats": {"amount": pa.array([1234.5, 7], pa.float32())},
}


@pytest.mark.parametrize("columns", TYPES.values(), ids=TYPES.keys())
@pytest.mark.parametrize("kind", ["parquet", "arrow", "pandas", "duckdb", "ibis"])
def test_columns_of_each_type(tmp_path: Path, columns: dict[str, Any], kind: str) -> None:
    data = table(**columns)
    source: Any = data
    if kind == "parquet":
        source = tmp_path / "orders.parquet"
        pq.write_table(data, source)
    elif kind == "pandas":
        source = data.to_pandas()
    elif kind == "duckdb":
        source = tmp_path / "orders.db"
        with duckdb.connect(str(source)) as connection:
            connection.register("data", data)
            connection.execute("CREATE TABLE orders AS FROM data")
    elif kind == "ibis":
        source = ibis.duckdb.connect().create_table("orders", data)
    assert collect(source)[0] == ORDERS


def test_customers_of_each_type() -> None:
    for ids in (
        pa.array([1, 2]),
        pa.array([1.0, 2.0]),
        pa.array([Decimal("1.00"), Decimal("2.00")]),
        pa.array([" 1", "2 "]),
    ):
        assert [row[0] for row in collect(table(customer=ids))[0]] == ["1", "2"]
    assert [row[0] for row in collect(table(customer=pa.array([1.0, None])))[0]] == ["1", None]
    assert [row[0] for row in collect(table(customer=pa.nulls(2)))[0]] == [None, None]


def test_amounts_are_rounded_half_away_from_zero() -> None:
    exact = [Decimal("0.00005"), Decimal("-0.00005"), Decimal("0.000049"), Decimal("12.34565")]
    rounded = [0.0001, -0.0001, 0.0, 12.3457]
    for amounts in (
        pa.array(exact, pa.decimal128(20, 8)),
        pa.array([f"{amount:f}" for amount in exact]),
    ):
        data = pa.table({"customer": list("abcd"), "date": DAYS * 2, "amount": amounts})
        assert [row[2] for row in collect(data)[0]] == rounded
    large = pa.array([Decimal("99999999999.99995"), Decimal("-10000000000")], pa.decimal128(30, 5))
    assert [row[2] for row in collect(table(amount=large))[0]] == [10.0**11, -(10.0**10)]
    halves = [0.5 / 10_000, -0.5 / 10_000]
    assert [row[2] for row in collect(table(amount=halves))[0]] == [0.0001, -0.0001]


def test_what_a_typed_column_can_not_say() -> None:
    nothing = pa.array([None, float("nan")]), pa.array([float("inf"), -float("inf")])
    for amounts in nothing:
        assert [row[2] for row in collect(table(amount=amounts))[0]] == [None, None]
    days = pa.array([20241301, None], pa.int64())
    assert [row[1] for row in collect(table(date=days))[0]] == [None, None]
    assert [row[1] for row in collect(table(date=pa.nulls(2)))[0]] == [None, None]
    assert [row[1] for row in collect(table(date=[20240105.0, None]))[0]] == ["2024-01-05", None]
    with pytest.raises(InputError, match=r"column 'date' holds bool.*, not dates"):
        collect(table(date=[True, False]))
    with pytest.raises(InputError, match=r"column 'amount' holds date.*, not numbers"):
        collect(table(amount=DAYS))


def test_quantity_and_price_of_any_type() -> None:
    for quantity in (pa.array([2, -1]), pa.array([2.0, -1.0]), pa.array(["2", "-1"])):
        for price in (
            pa.array([0.5, 1.5]),
            pa.array([Decimal("0.5"), Decimal("1.5")]),
            pa.array(["0,5", "1,5"]),
        ):
            data = pa.table(
                {"customer": ["a", "b"], "date": DAYS, "antal": quantity, "pris": price}
            )
            assert [row[2] for row in collect(data)[0]] == [1.0, -1.5]


# ------------------------------------------------------------------------------------------ frames


def test_frames_of_pandas() -> None:
    frame = pd.DataFrame(
        {
            "customer": ["C1", "C2"],
            "date": pd.to_datetime(["2024-01-05 23:30", "2024-02-29 00:00"]).tz_localize(
                "America/New_York"
            ),
            "amount": [Decimal("1234.50"), Decimal(7)],
        }
    )
    assert collect(frame)[0] == ORDERS
    frame["customer"] = pd.Categorical(["C1", "C2"])
    frame["date"] = [dt.date(2024, 1, 5), "2024-02-29"]
    frame["amount"] = [1234.5, "7"]
    assert collect(frame)[0] == ORDERS
    frame.index = ["x", "x"]
    assert collect(frame.convert_dtypes())[0] == ORDERS
    nothing = pd.DataFrame({"customer": [None], "date": [pd.NaT], "amount": [pd.NA]})
    assert collect(nothing)[0] == [(None, None, None)]
    assert collect(frame.head(0))[0] == []
    twice = pd.DataFrame([["C1", "2024-01-05", 1, 1234.5]], columns=["customer", "date", "x", "x"])
    assert collect(twice, amount="4")[0] == ORDERS[:1]
    numbered = pd.DataFrame([["C1", "2024-01-05", 1234.5]])
    assert collect(numbered, customer="0", date="1", amount="2")[0] == ORDERS[:1]


def test_what_is_no_frame() -> None:
    with pytest.raises(InputError, match="can't be read from dict"):
        open_rows({"customer": []})


def test_a_table_of_the_users_own_backend_stays_open() -> None:
    backend = ibis.duckdb.connect()
    mine = backend.create_table("mine", table())
    assert collect(mine.filter(mine.amount > 10))[0] == ORDERS[:1]
    assert mine.count().execute() == 2


# --------------------------------------------------------------------------------------- workbooks


def workbook(path: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


CELLS: list[list[Any]] = [
    ["Customer", "Order date", "Amount", "Order ID", "Note"],
    [1001, dt.datetime(2024, 1, 5, 13, 0), 1234.5, "A1", None],
    [1002, dt.date(2024, 2, 29), 7, "A2", "x"],
    [None, dt.date(2024, 2, 29), 1, None, 5],
]
READ = [
    ("1001", "2024-01-05", 1234.5, "A1"),
    ("1002", "2024-02-29", 7.0, "A2"),
    (None, "2024-02-29", 1.0, None),
]


def test_a_workbook(tmp_path: Path) -> None:
    assert collect(workbook(tmp_path / "orders.xlsx", {"Orders": CELLS}))[0] == READ


def test_a_workbook_with_titles_text_and_other_sheets(tmp_path: Path) -> None:
    text = [[str(cell) if cell is not None else None for cell in row] for row in CELLS]
    titled = [["Orders of the year", None], [None], [None], *text]
    path = workbook(
        tmp_path / "orders.xlsx", {"Empty": [], "Orders": titled, "Other": [["x"], [1]]}
    )
    assert collect(path)[0] == READ
    with pytest.raises(InputError, match="which column is the customer"):
        collect(path, table="Other")
    with pytest.raises(InputError, match="has no sheet 'Missing'; its sheets are 'Empty'"):
        collect(path, table="Missing")
    with pytest.raises(InputError, match="sheet 'Empty' is empty"):
        collect(path, table="Empty")
    path = workbook(tmp_path / "other.xlsx", {"Notes": [["a", "b"], [1, 2]], "Orders": CELLS})
    # The sheet whose header names the columns that are needed, wherever it is.
    assert collect(path)[0] == collect(path, table="Orders")[0] == READ
    path = workbook(tmp_path / "notes.xlsx", {"Notes": [["a", "b"], [1, 2]], "More": [["c"], [1]]})
    with pytest.raises(InputError, match="its sheets are 'Notes', 'More': choose one with --table"):
        collect(path)
    with pytest.raises(InputError, match="has no cell with anything in it"):
        collect(workbook(tmp_path / "nothing.xlsx", {"A": []}))


# --------------------------------------------------------------------------------------- databases


def sqlite_file(path: Path) -> Path:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE orders (customer TEXT, date DATE, amount REAL, n INTEGER)")
        connection.executemany(
            "INSERT INTO orders VALUES (?, ?, ?, ?)",
            [
                (" C1", "2024-01-05 23:30:00", 1234.5, 20240105),
                ("C2", "2024-02-29", 7, 20240229),
                (" ", "2024-02-30", None, 20240230),
            ],
        )
    connection.close()
    return path


def test_a_sqlite_file(tmp_path: Path) -> None:
    path = sqlite_file(tmp_path / "orders.data")
    found, rows, excluded = collect(path)
    assert rows.backend.name == "sqlite"
    assert found == [*ORDERS, (None, None, None)]
    assert excluded[0]["row"] == {
        "customer": " ",
        "date": "2024-02-30",
        "amount": None,
        "n": "20240230",
    }
    assert collect(path, date="n")[0] == found
    assert collect(path, no_customer=("C2",))[0][1] == (None, "2024-02-29", 7.0)


def test_text_that_only_files_can_be_asked_to_read(tmp_path: Path) -> None:
    path = tmp_path / "orders.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE orders (customer TEXT, date TEXT, amount TEXT)")
        connection.execute("INSERT INTO orders VALUES ('C1', '2024-01-05', '1234.50')")
        connection.commit()
        assert collect(path)[0] == ORDERS[:1]
        connection.execute("INSERT INTO orders VALUES ('C1', '2024-01-05', '1 234,50 kr')")
        connection.commit()
        with pytest.raises(InputError, match=r"'1 234,50 kr'.*store numbers, or export"):
            collect(path)
        connection.execute("UPDATE orders SET amount = '1', date = '5/1/2024'")
        connection.commit()
        with pytest.raises(InputError, match=r"'5/1/2024'.*store dates"):
            collect(path)
    connection.close()


def test_databases_with_several_tables(tmp_path: Path) -> None:
    lite = sqlite_file(tmp_path / "a.sqlite")
    with sqlite3.connect(lite) as connection:
        connection.execute("CREATE TABLE other (x INTEGER)")
    connection.close()
    duck = tmp_path / "it's [1]; a.duckdb"
    with duckdb.connect(str(duck)) as made:
        made.execute("CREATE TABLE other (x INTEGER)")
        made.execute('CREATE SCHEMA "s;x"')
        made.register("data", table())
        made.execute('CREATE TABLE "s;x"."it\'s" AS FROM data')
        made.execute('CREATE VIEW seen AS FROM "s;x"."it\'s"')
    for path, name in ((lite, "orders"), (duck, "s;x.it's"), (duck, "seen")):
        with pytest.raises(InputError, match="has several tables; choose one with --table: "):
            collect(path)
        with pytest.raises(InputError, match="has no table 'x'; choose one with --table: 'o"):
            collect(path, table="x")
        assert collect(path, table=name)[0][:2] == ORDERS
    with pytest.raises(InputError, match="is a database; give it alone"):
        collect([lite, duck])


def test_databases_that_can_not_be_opened(tmp_path: Path) -> None:
    empty = tmp_path / "empty.duckdb"
    duckdb.connect(str(empty)).close()
    with pytest.raises(InputError, match="has no tables"):
        collect(empty)
    data = empty.read_bytes()
    (tmp_path / "broken.duckdb").write_bytes(data[:16] + b"\xff" * 5000)
    with pytest.raises(InputError, match=r"broken\.duckdb: the file is damaged"):
        collect(tmp_path / "broken.duckdb")
    (tmp_path / "broken.sqlite").write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    with pytest.raises(InputError, match=r"broken\.sqlite: the file is damaged"):
        collect(tmp_path / "broken.sqlite")


def test_urls(tmp_path: Path) -> None:
    path = sqlite_file(tmp_path / "orders.sqlite")
    assert collect(f"sqlite://{path}")[0][:2] == ORDERS
    with pytest.raises(InputError, match=r"nosuch://anna:\*\*\*@host/db: can't be") as caught:
        collect("nosuch://anna:secret@host/db")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("dialect", ["postgres", "snowflake", "bigquery", "trino", "clickhouse"])
def test_portable_expressions_compile_for_other_engines(dialect: str) -> None:
    table = ibis.table(
        {
            "customer": "string",
            "number": "int64",
            "day": "date",
            "moment": "timestamp",
            "text": "string",
            "money": "decimal(38, 9)",
            "double": "float64",
        },
        name="orders",
    )
    orders = live(table)
    expression = orders.select(
        customer=other_engines.identifier(orders.customer),
        id=other_engines.identifier(orders.number),
        day=other_engines.day(orders.day, dialect),
        moment=other_engines.day(orders.moment, dialect),
        text=other_engines.day(orders.text, dialect),
        digits=other_engines.day(orders.number, dialect),
        money=other_engines.amount(orders.money, dialect),
        double=other_engines.amount(orders.double, dialect),
        written=other_engines.amount(orders.text, dialect),
    )
    assert "orders" in ibis.to_sql(real(expression), dialect=dialect)


# ---------------------------------------------------------------------------------------- contacts

CONTACTS = """customer_id,email,signed_up,last_contacted
C1,a@x,2023-12-01,2024-01-01
 C2,b@x,01/13/2024,
,c@x,soon,
"""
HELD = [("C1", "2023-12-01", "2024-01-01"), ("C2", "2024-01-13", None), (None, None, None)]


def days(found: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    epoch = dt.date(1970, 1, 1)
    rows = [
        tuple(
            str(epoch + dt.timedelta(days=value)) if isinstance(value, int) else value
            for name, value in row.items()
            if name in ("customer", "signed_up", "last_reached")
        )
        for row in found
    ]
    return sorted(rows, key=repr)


@pytest.mark.parametrize("orders", ["csv", "sqlite", "ibis"])
def test_contacts_stand_beside_the_orders(tmp_path: Path, orders: str) -> None:
    source: Any = {
        "csv": lambda: write(tmp_path / "orders.csv", "customer,date,amount\nC1,2024-01-05,1\n"),
        "sqlite": lambda: sqlite_file(tmp_path / "orders.sqlite"),
        "ibis": lambda: ibis.duckdb.connect().create_table("orders", table()),
    }[orders]()
    contacts = write(tmp_path / "it's [1].csv", CONTACTS)
    frame = pd.read_csv(contacts)
    packed = tmp_path / "contacts.csv.gz"
    packed.write_bytes(gzip.compress(CONTACTS.encode()))
    with open_rows(source) as rows:
        for given in (contacts, packed, frame, pa.Table.from_pandas(frame)):
            made = open_contacts(given, rows)
            assert days(rows.backend.to_pyarrow(real(made.table)).to_pylist()) == HELD
            assert made.columns["contact_id"] == "customer_id"
            assert any("1 day can't be read" in note.text.en for note in made.notes)
        both = rows.table.inner_join(made.table, "customer").count()
        assert rows.backend.to_pyarrow(real(both)).as_py() > 0


def test_contacts_have_the_ids_of_the_orders(tmp_path: Path) -> None:
    orders = write(tmp_path / "orders.csv", "Email,date,amount\na@x,2024-01-05,1\n")
    contacts = write(tmp_path / "contacts.csv", CONTACTS)
    with open_rows(orders) as rows:
        made = open_contacts(contacts, rows)
        assert made.columns["contact_id"] == "email"
        made = open_contacts(contacts, rows, contact_id="customer_id", signed_up="4")
        assert made.columns["contact_id"] == "customer_id"
        assert made.columns["signed_up"] == "last_contacted"


def test_contacts_with_little_to_them(tmp_path: Path) -> None:
    orders = write(tmp_path / "orders.csv", "customer,date,amount\nC1,2024-01-05,1\n")
    with open_rows(orders) as rows:
        made = open_contacts(write(tmp_path / "ids.csv", "customer\nC1\nC2\n"), rows)
        assert rows.backend.to_pyarrow(real(made.table)).to_pylist() == [
            {"customer": "C1", "signed_up": None},
            {"customer": "C2", "signed_up": None},
        ]
        assert any("has no sign-up day" in note.text.en for note in made.notes)
        with pytest.raises(InputError, match=r"which column is the contact id.*--contact-id"):
            open_contacts(write(tmp_path / "names.csv", "name,signed_up\nA,2024-01-05\n"), rows)
        open_days = "customer,signed_up\nC1,05/01/2024\n"
        with pytest.raises(InputError, match="--date-format"):
            open_contacts(write(tmp_path / "open.csv", open_days), rows)
        made = open_contacts(tmp_path / "open.csv", rows, date_format="D/M/Y")
        assert days(rows.backend.to_pyarrow(real(made.table)).to_pylist()) == [("C1", "2024-01-05")]


def test_settings_of_the_engine(tmp_path: Path) -> None:
    path = write(tmp_path / "orders.csv", "customer,date,amount\nC1,2024-01-05,1\n")
    temp = tmp_path / "temp"
    temp.mkdir()
    options = ReadOptions(memory_limit="500MB", temp_directory=temp, threads=1)
    with open_rows(path, options) as rows:
        assert [entry.name[:5] for entry in temp.iterdir()] == ["crmf-"]
        value = rows.backend.con.execute("SELECT current_setting('memory_limit')").fetchone()
        assert value == ("381.4 MiB",)  # four fifths of it
    assert not list(temp.iterdir())
    rows.close()
    for wrong in (
        ReadOptions(memory_limit="plenty"),
        ReadOptions(threads=0),
        ReadOptions(temp_directory=tmp_path / "none"),
    ):
        with pytest.raises(InputError):
            open_rows(path, wrong)
    assert not list(temp.iterdir())
