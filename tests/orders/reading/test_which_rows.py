"""Which rows a file holds: sheets, titles, packed files, JSON, folders, odd bytes and delimiters.

The answers follow from the files, which the tests write themselves; the files of ``cases`` are made
up in the shape of real exports, and their answers stand in their tests.
"""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from crmformulas.errors import InputError
from tests.orders.reading.test_reading import collect

CASES = Path(__file__).parent / "cases"
CSV = "customer,date,amount\na,2024-01-05,10\nb,2024-02-05,20.5\n"
EXPECTED = [("a", "2024-01-05", 10.0), ("b", "2024-02-05", 20.5)]


def read(source: Any, **options: Any) -> tuple[list[tuple[Any, ...]], str]:
    """The rows as customer, day and amount, and what is told."""
    found, rows, _ = collect(source, **options)
    return [row[:3] for row in found], "\n".join(note.text.en for note in rows.notes)


def zipped(data: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("orders.csv", data)
        archive.writestr("__MACOSX/._orders.csv", b"\0")
    return target.getvalue()


def zstandard(data: bytes) -> bytes:
    return bytes(pa.compress(data, "zstd", asbytes=True))


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("orders.csv.gz", gzip.compress),
        ("orders.csv.bz2", bz2.compress),
        ("orders.csv.xz", lzma.compress),
        ("orders.csv.zst", zstandard),
        ("orders.zip", zipped),
        ("orders.csv", bz2.compress),
    ],
)
def test_packed_files(tmp_path: Path, name: str, pack: Callable[[bytes], bytes]) -> None:
    path = tmp_path / name
    path.write_bytes(pack(CSV.encode()))
    assert read(path)[0] == EXPECTED


def test_packed_workbook_and_parquet_are_unpacked(tmp_path: Path) -> None:
    plain = tmp_path / "orders.parquet"
    pq.write_table(
        pa.table({"customer": ["a"], "date": [date(2024, 1, 5)], "amount": [10.0]}), plain
    )
    for name, pack in {"p.gz": gzip.compress, "p.xz": lzma.compress, "p.zst": zstandard}.items():
        path = tmp_path / name
        path.write_bytes(pack(plain.read_bytes()))
        assert read(path)[0] == EXPECTED[:1]


def test_an_archive_of_several_files_names_them(tmp_path: Path) -> None:
    path = tmp_path / "orders.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", CSV)
        archive.writestr("b.csv", CSV)
    with pytest.raises(InputError, match=r"holds 2 files.*a\.csv, b\.csv"):
        read(path)


def test_a_small_file_that_unpacks_to_gigabytes_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crmformulas.orders.reading.packed_files.MOST_UNPACKED", 1 << 22)
    path = tmp_path / "orders.csv.xz"
    path.write_bytes(lzma.compress(CSV.encode() + b" " * (1 << 23)))
    with pytest.raises(InputError, match="unpacks to more than 4 MB"):
        read(path)


@pytest.mark.parametrize(
    "text",
    [
        "Contoso AB;;\nReport 2024;;\n;;\nKundnr;Orderdatum;Belopp\nK1;2024-01-05;100,50\n",
        "Contoso AB\nPrinted 2024, page 1\n\nKundnr;Orderdatum;Belopp\nK1;2024-01-05;100,50\n",
        "# from the shop\n# all orders\nKundnr,Orderdatum,Belopp\nK1,2024-01-05,100.50\n",
        '"A title, with\na line break"\r\nKundnr,Orderdatum,Belopp\r\nK1,2024-01-05,100.50\r\n',
        "Order;;Sums;\nKundnr;Orderdatum;Belopp;Moms\nK1;2024-01-05;100,50;20\n",
        "\n" * 3 + "Title\n" * 40 + "Kundnr\tOrderdatum\tBelopp\nK1\t2024-01-05\t100.50\n",
    ],
)
@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress])
def test_titles_and_comments_stand_above_the_header(
    tmp_path: Path, text: str, pack: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes(pack(text.encode()))
    rows, told = read(path)
    assert rows == [("K1", "2024-01-05", 100.5)]
    assert "above the header" in told


def test_the_user_says_which_line_names_the_columns(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("x,y,z\nvem,nar,kr\na,2024-01-05,10\n")
    names = {"customer": "vem", "date": "nar", "amount": "kr"}
    assert read(path, **names)[0] == EXPECTED[:1]
    assert read(path, header_row=2, customer="1", date="2", amount="3")[0] == EXPECTED[:1]
    with pytest.raises(InputError, match="no row begins in line 9"):
        read(path, header_row=9)


def test_titles_above_a_sheet(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for row in (
        ["Sales"],
        [],
        ["printed", datetime(2024, 3, 1)],
        ["Customer", None, "Sum"],
        ["customer", "date", "amount"],
        ["a", datetime(2024, 1, 5), 10],
        ["b", datetime(2024, 2, 5), 20.5],
    ):
        sheet.append(row)
    path = tmp_path / "orders.xlsx"
    book.save(path)
    assert read(path)[0] == EXPECTED
    assert read(path, header_row=5)[0] == EXPECTED


def test_sheets_of_one_layout_are_one_log() -> None:
    # Three rows on the first sheet and two on the second; -25.0 to 67.2 by hand from the cells.
    rows, told = read(CASES / "22-online-retail-ii-two-sheets.xlsx")
    assert len(rows) == 5
    assert round(sum(row[2] for row in rows), 2) == 87.70
    assert "one header and are one log" in told


def test_a_sheet_of_another_layout_is_named_and_not_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    first: Any = book.active
    first.append(["Key", "Meaning"])
    first.append(["a", "Anna"])
    for month, (customer, day, amount) in enumerate(EXPECTED, 1):
        sheet = book.create_sheet(f"month {month}")
        sheet.append(["Customer", "Date ", "AMOUNT"])
        sheet.append([customer, day, amount])
    path = tmp_path / "orders.xlsx"
    book.save(path)
    rows, told = read(path)
    assert rows == EXPECTED
    assert "not read: 'Sheet' (1 row)" in told
    assert read(path, table="month 2")[0] == EXPECTED[1:]


def test_number_cells_are_the_numbers_they_are_and_texts_are_parsed() -> None:
    # 1299.5 and 12.125 are numbers, "1 299,50" and "99,90 kr" Swedish texts.
    rows, _ = read(CASES / "29-mixed-amounts.xlsx")
    assert [row[2] for row in rows] == [1299.5, 1299.5, 99.9, 12.125]


@pytest.mark.parametrize(("text", "value"), [("1.299,50", 1299.5), ("1,299.50", 1299.5)])
def test_number_cells_say_nothing_of_how_texts_are_written(
    tmp_path: Path, text: str, value: float
) -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append(["customer", "date", "quantity", "unit price"])
    sheet.append(["a", "2024-01-05", 2, 1.125])
    sheet.append(["b", "2024-02-05", "1", text])
    path = tmp_path / "orders.xlsx"
    book.save(path)
    assert [row[2] for row in read(path)[0]] == [2.25, value]


@pytest.mark.parametrize("late", [False, True])
def test_nul_bytes_are_left_out_and_told(tmp_path: Path, late: bool) -> None:
    path = tmp_path / "orders.csv"
    filler = "".join(f"c{i},2024-01-01,1\n" for i in range(10_000)) if late else ""
    text = f"customer,date,amount\n{filler}a\0,2024-01-05,1\0000\nb,2024-02-05,20.5\n"
    path.write_text(text)
    rows, told = read(path)
    assert [row for row in rows if row[0] in ("a", "b")] == EXPECTED
    assert "2 NUL bytes are left out" in told


@pytest.mark.parametrize("delimiter", ["^", "~", "\x1f", "\x01", ":"])
def test_other_delimiters(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "orders.txt"
    path.write_text(CSV.replace(",", delimiter))
    assert read(path)[0] == EXPECTED


@pytest.mark.parametrize("late", [False, True])
def test_quotes_escaped_by_a_backslash(tmp_path: Path, late: bool) -> None:
    path = tmp_path / "orders.csv"
    filler = "".join(f'"c{i}",2024-01-01,1,"x"\n' for i in range(10_000)) if late else ""
    path.write_text(
        f'customer,date,amount,note\n{filler}"a",2024-01-05,10,"said \\"hi, there\\""\n'
        '"b",2024-02-05,20.5,"12\\" pipe"\n'
    )
    rows, _ = read(path)
    assert [row for row in rows if row[0] in ("a", "b")] == EXPECTED
    assert len(rows) == (10_002 if late else 2)


OBJECTS = [
    {"customer": {"email": "a"}, "date": "2024-01-05", "amount": 10},
    {"customer": {"email": "b"}, "date": "2024-02-05", "amount": 20.5, "note": None},
]


@pytest.mark.parametrize(
    "text",
    [
        "".join(json.dumps(o) + "\n" for o in OBJECTS),
        json.dumps(OBJECTS),
        json.dumps(OBJECTS, indent=1),
        json.dumps({"orders": OBJECTS, "next": None}),
        json.dumps([{**o, "amount": str(o["amount"]).replace(".", ",")} for o in OBJECTS]),
    ],
)
@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress])
def test_json(tmp_path: Path, text: str, pack: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "orders.json"
    path.write_bytes(pack(text.encode()))
    assert read(path)[0] == EXPECTED


def test_a_number_of_json_has_a_decimal_point(tmp_path: Path) -> None:
    path = tmp_path / "orders.jsonl"
    path.write_text('{"customer": "a", "date": "2024-01-05", "amount": 1.299}\n')
    assert read(path)[0] == [("a", "2024-01-05", 1.299)]


def test_damaged_json_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "orders.json"
    path.write_text('[{"customer": "a", "date": "2024-01-05", "amount": 1}, {"customer": ')
    with pytest.raises(InputError, match="the JSON can't be read; it is damaged"):
        read(path)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_folders_with_keys_are_one_table(tmp_path: Path, kind: str) -> None:
    for customer, day, amount in EXPECTED:
        folder = tmp_path / "orders" / f"date={day}" / "shop=S%20E"
        folder.mkdir(parents=True)
        if kind == "csv":
            (folder / "part-0.csv").write_text(f"customer,amount\n{customer},{amount}\n")
        else:
            table = pa.table({"customer": [customer], "amount": [amount]})
            pq.write_table(table, folder / "part-0.parquet")
    (tmp_path / "orders" / "_SUCCESS").write_text("")
    rows, told = read(tmp_path / "orders")
    assert rows == EXPECTED
    assert "2 files are one table, with the folders' 'date', 'shop' as columns" in told


def test_equal_rows_of_a_folder_all_count(tmp_path: Path) -> None:
    for part in range(3):
        (tmp_path / f"part-{part}.csv").write_text(CSV)
    assert len(read(tmp_path)[0]) == 6


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("<!DOCTYPE html><html><table>", r"web page \(HTML\)"),
        ("\n<table border=1><tr><td>customer", r"web page \(HTML\)"),
        ('<?xml version="1.0"?><Workbook xmlns="x">', "is XML"),
        ("<orders><order/></orders>", "is XML"),
    ],
)
@pytest.mark.parametrize("name", ["orders.xls", "orders.csv"])
def test_other_files_are_named_as_what_they_are(
    tmp_path: Path, text: str, what: str, name: str
) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(InputError, match=what):
        read(path)


def test_a_line_break_in_a_header_of_a_crlf_file(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    for inside in ("\n", "\r\n", "\r"):
        path.write_bytes(
            f'customer,"date{inside}(utc)",amount\r\na,2024-01-05,10\r\nb,2024-02-05,20.5\r\n'.encode()
        )
        assert read(path, date="2")[0] == EXPECTED
