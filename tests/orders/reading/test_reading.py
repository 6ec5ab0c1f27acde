"""Text files of every make, read row by row: nothing lost, nothing guessed."""

from __future__ import annotations

import gzip
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from crmformulas.errors import InputError, QuestionError
from crmformulas.orders.log import read
from crmformulas.orders.reading.expressions import real
from crmformulas.orders.reading.typed_rows import ReadOptions, Rows, open_rows

HEADER = "customer;date;amount\n"


def collect(
    source: Any, **options: Any
) -> tuple[list[tuple[Any, ...]], Rows, list[dict[str, Any]]]:
    """The rows as (customer, date, amount in units[, order]), sorted, and some excluded ones."""
    rows = open_rows(source, ReadOptions(**options))
    try:
        while True:
            try:
                records = rows.backend.to_pyarrow(real(rows.table)).to_pylist()
            except Exception as error:
                rows = rows.recover(error)
                continue
            if any(r["day"] is None or r["amount"] is None for r in records):
                settled = rows.check()
                if settled is not rows:
                    rows = settled
                    continue
            break
        excluded = rows.sample()
    finally:
        rows.close()
    return sorted((tuple(map(plain, r.items())) for r in records), key=repr), rows, excluded


def plain(cell: tuple[str, Any]) -> Any:
    name, value = cell
    if value is None:
        return None
    if name == "day":
        return str(date(1970, 1, 1) + timedelta(days=value))
    return value / 10_000 if name == "amount" else value


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


ONE = [("C1", "2024-01-05", 1234.5)]
TWO = [("C1", "2024-01-05", 1234.5), ("C2", "2024-02-29", 7.0)]


# ------------------------------------------------------------------------------------- delimiters


@pytest.mark.parametrize(
    "text",
    [
        "customer,date,amount\nC1,2024-01-05,1234.50\nC2,2024-02-29,7\n",
        "customer;date;amount\nC1;2024-01-05;1234,50\nC2;2024-02-29;7\n",
        "customer\tdate\tamount\nC1\t2024-01-05\t1 234,50\nC2\t2024-02-29\t7\n",
        "customer|date|amount\nC1|2024-01-05|1,234.50\nC2|2024-02-29|7\n",
        " customer  date amount\n C1 2024-01-05  1234.50\n C2    2024-02-29 7\n",
        'customer,date,amount\n"C1","2024-01-05","1,234.50"\n"C2","2024-02-29","7"\n',
        "customer,date,amount\r\nC1,2024-01-05,1234.50\r\nC2,2024-02-29,7\r\n",
        "customer,date,amount\rC1,2024-01-05,1234.50\rC2,2024-02-29,7\r",
        "customer,date,amount\r\nC1,2024-01-05,1234.50\nC2,2024-02-29,7",
        "sep=;\ncustomer;date;amount\nC1;2024-01-05;1234,50\nC2;2024-02-29;7\n",
        "\n\n\ncustomer,date,amount\n\nC1,2024-01-05,1234.50\n\n\nC2,2024-02-29,7\n\n",
        "customer,date,amount,\nC1,2024-01-05,1234.50,\nC2,2024-02-29,7,\n",
        "customer,date,amount\nC1,2024-01-05,1234.50,\nC2,2024-02-29,7,\n",
        "customer , date, amount\nC1 , 2024-01-05, 1234.50\nC2, 2024-02-29 ,7\n",
    ],
)
def test_delimiters_quotes_and_line_ends(tmp_path: Path, text: str) -> None:
    assert collect(write(tmp_path / "orders.csv", text))[0] == TWO


def test_decimal_commas_do_not_pass_for_delimiters(tmp_path: Path) -> None:
    lines = "".join(f"C{i};2024-01-05;{i},50;{i},25\n" for i in range(20))
    text = "customer;date;amount;vat\n" + lines
    found, _, _ = collect(write(tmp_path / "orders.csv", text))
    assert len(found) == 20
    assert sum(row[2] for row in found) == sum(range(20)) + 10


@pytest.mark.parametrize("delimiter", ["^", "tab", "space", ":"])
def test_a_delimiter_given(tmp_path: Path, delimiter: str) -> None:
    mark = {"tab": "\t", "space": " "}.get(delimiter, delimiter)
    text = f"customer{mark}date{mark}amount\nC1{mark}2024-01-05{mark}1234.5\n"
    assert collect(write(tmp_path / "orders.txt", text), delimiter=delimiter)[0] == ONE


def test_a_delimiter_that_is_none(tmp_path: Path) -> None:
    path = write(tmp_path / "orders.csv", HEADER)
    with pytest.raises(InputError, match="--delimiter 'ab'"):
        open_rows(path, ReadOptions(delimiter="ab"))


# -------------------------------------------------------------------------------------- encodings


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
@pytest.mark.parametrize("packed", [False, True])
def test_encodings(tmp_path: Path, encoding: str, packed: bool) -> None:
    text = "kundnr;orderdatum;belopp\nÅsa Öberg;2024-01-05;1234,50\nzoë;2024-02-29;7 €\n"
    data = text.encode(encoding)
    path = tmp_path / "orders.csv"
    path.write_bytes(gzip.compress(data) if packed else data)
    found, rows, _ = collect(path)
    assert found == [("zoë", "2024-02-29", 7.0), ("Åsa Öberg", "2024-01-05", 1234.5)]
    assert any("Windows-1252" in note.text.en for note in rows.notes) == (encoding == "cp1252")


def test_a_marked_utf_16_of_either_order(tmp_path: Path) -> None:
    text = "\ufeffcustomer,date,amount\nÖ,2024-01-05,1\n"
    for encoding in ("utf-16-le", "utf-16-be"):
        found, _, _ = collect(write(tmp_path / f"{encoding}.csv", text, encoding))
        assert found == [("Ö", "2024-01-05", 1.0)]


def test_the_first_windows_1252_letter_stands_far_down(tmp_path: Path) -> None:
    rows = "".join(f"C{i},2024-01-05,1.50\n" for i in range(20_000))
    path = tmp_path / "orders.csv"
    path.write_bytes(("customer,date,amount\n" + rows).encode() + b"\xd6berg,2024-01-06,2\x2e50\n")
    found, made, _ = collect(path)
    assert len(found) == 20_001
    assert ("Öberg", "2024-01-06", 2.5) in found
    assert sum("Windows-1252" in note.text.en for note in made.notes) == 1


def test_bytes_that_windows_1252_has_no_letter_for(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes(b"customer,date,amount\nA\x81\xe5,2024-01-05,1.50\n")
    assert collect(path)[0] == [("A\x81å", "2024-01-05", 1.5)]


def test_an_encoding_given(tmp_path: Path) -> None:
    path = write(tmp_path / "orders.csv", "customer,date,amount\nЖанна,2024-01-05,1.5\n", "cp1251")
    assert collect(path, encoding="cp1251")[0] == [("Жанна", "2024-01-05", 1.5)]
    with pytest.raises(InputError, match="--encoding 'klingon'"):
        open_rows(path, ReadOptions(encoding="klingon"))
    with pytest.raises(InputError, match="is not utf-16"):
        open_rows(write(tmp_path / "odd.csv", HEADER + "xyz"), ReadOptions(encoding="utf-16"))


# ------------------------------------------------------------------------------------ ragged rows


def test_rows_with_too_few_or_too_many_fields_are_kept(tmp_path: Path) -> None:
    good = "".join(f"C{i},2024-01-05,1.50,x\n" for i in range(50))
    text = (
        "customer,date,amount,note\n"
        + good
        + "A,2024-01-06,2.50\nB,2024-01-07\nC,2024-01-08,3.50,x,y,z\n"
    )
    found, rows, excluded = collect(write(tmp_path / "orders.csv", text))
    assert len(found) == 53
    assert ("A", "2024-01-06", 2.5) in found
    assert ("B", "2024-01-07", None) in found
    assert ("C", "2024-01-08", 3.5) in found
    assert any(
        "2 rows have fewer fields" in note.text.en and "line 52" in note.text.en
        for note in rows.notes
    )
    assert any("1 row has more fields" in note.text.en for note in rows.notes)
    assert excluded == [
        {
            "reason": "bad_amount",
            "row": {"customer": "B", "date": "2024-01-07", "amount": None, "note": None},
        }
    ]


def test_a_header_that_is_too_short_for_the_rows_is_refused(tmp_path: Path) -> None:
    path = write(
        tmp_path / "orders.csv", "customer,date,amount\nC1,2024-01-05,1,50\nC2,2024-01-06,2,50\n"
    )
    with pytest.raises(InputError, match="the rows have 4 fields, the header 3"):
        open_rows(path)


def test_line_breaks_and_quotes_inside_fields(tmp_path: Path) -> None:
    text = (
        'customer,date,amount,note\n"A ""the\nbest""",2024-01-05,1.50,"x\r\ny,z"\n'
        'B,2024-01-06,2,""\n'
    )
    found, _, _ = collect(write(tmp_path / "orders.csv", text))
    assert found == [('A "the\nbest"', "2024-01-05", 1.5), ("B", "2024-01-06", 2.0)]


def test_line_breaks_inside_fields_beside_ragged_rows(tmp_path: Path) -> None:
    text = 'customer,date,amount,note\n"A\nB",2024-01-05,1.50,x\nC,2024-01-06,2\n'
    found, _, _ = collect(write(tmp_path / "orders.csv", text))
    assert found == [("A\nB", "2024-01-05", 1.5), ("C", "2024-01-06", 2.0)]


def test_a_stray_quote_loses_no_row(tmp_path: Path) -> None:
    good = "".join(f"C{i},2024-01-05,1.50,x\n" for i in range(50))
    text = (
        'customer,date,amount,note\nA,2024-01-05,1.50,12" pipe\nB,2024-01-06,2,"12" pipe"\n'
        'C,2024-01-07,3,x\nD,2024-01-08,4,"open\nE,2024-01-09,5,x\nF,2024-01-10,6,"5" x"\n'
        '"I\nJ",2024-01-13,9,"5" x"\n"G,2024-01-11,7,x\nH,2024-01-12\n'
    )
    found, rows, _ = collect(write(tmp_path / "orders.csv", text + good))
    assert len(found) == 59
    kept = [row for row in found if row[0] is None or not row[0].startswith("C") or row[0] == "C"]
    assert kept == [
        ("A", "2024-01-05", 1.5),
        ("B", "2024-01-06", 2.0),
        ("C", "2024-01-07", 3.0),
        ("D", "2024-01-08", 4.0),
        ("E", "2024-01-09", 5.0),
        ("F", "2024-01-10", 6.0),
        ("G", "2024-01-11", 7.0),
        ("H", "2024-01-12", None),
        ("I\nJ", "2024-01-13", 9.0),
    ]
    assert any("stray quote" in note.text.en for note in rows.notes)


def test_a_quote_that_is_never_closed_is_refused(tmp_path: Path) -> None:
    good = "".join(f"C{i},2024-01-05,1.50,x\n" for i in range(5000))
    path = write(tmp_path / "orders.csv", 'customer,date,amount,note\n"B,2024-01-06,2,x\n' + good)
    with pytest.raises(InputError, match="a quote is opened in line 2 and not closed"):
        collect(path)


def test_a_very_long_line(tmp_path: Path) -> None:
    text = f"customer,date,amount,note\nA,2024-01-05,1.50,{'x' * 5_000_000}\nB,2024-01-06,2,y\n"
    found, _, _ = collect(write(tmp_path / "orders.csv", text))
    assert found == [("A", "2024-01-05", 1.5), ("B", "2024-01-06", 2.0)]


# ------------------------------------------------------------------------------------ what is null


def test_ids_are_trimmed_and_blank_ones_are_nobody(tmp_path: Path) -> None:
    text = (
        'customer,date,amount,order\n A \t,2024-01-05,1,1\n"  ",2024-01-05,1, \n'
        ",2024-01-05,1,2\n!,2024-01-05,1,3\n"
    )
    found, rows, _ = collect(write(tmp_path / "orders.csv", text))
    assert rows.has_order
    assert found == sorted(
        [
            ("A", "2024-01-05", 1.0, "1"),
            (None, "2024-01-05", 1.0, None),
            (None, "2024-01-05", 1.0, "2"),
            ("!", "2024-01-05", 1.0, "3"),
        ],
        key=repr,
    )


def test_ids_that_mean_nobody(tmp_path: Path) -> None:
    ids = ("NULL", "guest", "Guest", "A")
    text = "customer,date,amount\n" + "".join(f"{name},2024-01-05,1\n" for name in ids)
    path = write(tmp_path / "orders.csv", text)
    assert [row[0] for row in collect(path)[0]] == ["A", None, None, None]
    assert [row[0] for row in collect(path, no_customer=("A",))[0]] == [None] * 4
    found, _, _ = collect(path, ids="as-written", no_customer=("NULL",))
    assert [row[0] for row in found] == ["A", "Guest", "guest", None]


def test_excluded_rows_are_shown_as_written(tmp_path: Path) -> None:
    text = "customer,date,amount\n,x,y\nA,2024-02-30,7\nB,2024-01-05,much\nC,2024-01-05,1\n"
    _, _, excluded = collect(write(tmp_path / "orders.csv", text))
    assert excluded == [
        {"reason": "no_customer", "row": {"customer": None, "date": "x", "amount": "y"}},
        {"reason": "bad_date", "row": {"customer": "A", "date": "2024-02-30", "amount": "7"}},
        {"reason": "bad_amount", "row": {"customer": "B", "date": "2024-01-05", "amount": "much"}},
    ]


def test_a_rare_reason_is_looked_for(tmp_path: Path) -> None:
    lines = [f"C{i};2024-01-05;x{i}\n" for i in range(FILLER)]
    lines.insert(FILLER // 3, "X;someday;1\n")
    with open_rows(write(tmp_path / "orders.csv", HEADER + "".join(lines))) as rows:
        assert {row["reason"] for row in rows.sample(2)} == {"bad_amount"}
        found = rows.sample(2, among=["bad_date", "bad_amount"])
        assert [row["reason"] for row in found] == ["bad_date", "bad_amount", "bad_amount"]


def test_excluded_rows_with_letters_that_no_counted_column_has(tmp_path: Path) -> None:
    lines = "".join(f"C{i},2024-01-05,1,x\n" for i in range(FILLER))
    path = tmp_path / "orders.csv"
    path.write_bytes(f"customer,date,amount,note\n{lines}".encode() + b"A,2024-01-05,x,\xe5\n")
    found, _, excluded = collect(path)
    assert len(found) == FILLER + 1
    assert [row["row"]["note"] for row in excluded] == ["å"]


@pytest.mark.parametrize("header", ["customer,date,amount,2024", "customer,date,amount,1"])
def test_a_header_with_a_number_in_it(tmp_path: Path, header: str) -> None:
    path = write(tmp_path / "orders.csv", f"{header}\nC1,2024-01-05,1234.5,x\n")
    assert collect(path)[0] == ONE


@pytest.mark.parametrize("line", ["C1,2024-01-05,1234.5", "Anna,Berg,Sweden,C1,2024-01-05,1234.5"])
def test_a_file_without_a_header(tmp_path: Path, line: str) -> None:
    path = write(tmp_path / "orders.csv", f"{line}\n{line}\n")
    with pytest.raises(InputError, match="which column is the customer"):
        collect(path)
    last = line.count(",") + 1
    given = {"customer": str(last - 2), "date": str(last - 1), "amount": str(last)}
    assert collect(path, **given)[0] == ONE * 2


def test_links_and_paths_with_dots(tmp_path: Path) -> None:
    path = write(tmp_path / "orders.csv", "customer,date,amount\nC1,2024-01-05,1234.5\n")
    (tmp_path / "sub").mkdir()
    assert collect(tmp_path / "sub" / ".." / "orders.csv")[0] == ONE
    link = tmp_path / "link.csv"
    try:
        link.symlink_to(path)
    except OSError:
        pytest.skip("this system has no links")
    assert collect(link)[0] == ONE
    (tmp_path / "folder").symlink_to(tmp_path)
    assert collect(tmp_path / "folder" / "orders.csv")[0] == ONE


# ------------------------------------------------------------------------------ decided far below


FILLER = 30_000


@pytest.mark.parametrize(
    ("cells", "last", "expected"),
    [
        # The sample proves a decimal point; a comma far down is the same column's own.
        ("{0}.25", "7,5", 7.5),
        ("{0}.25", "1 234,50 kr", 1234.5),
        ("{0}.25", "(5.00)", -5.0),
        ("{0},25", "1.299,00", 1299.0),
        ("{0},25", "1.299", 1299.0),
        ("{0}", "1 299,5", 1299.5),
        ("{0}", "7.25", 7.25),
    ],
)
def test_amounts_whose_form_shows_far_down(
    tmp_path: Path, cells: str, last: str, expected: float
) -> None:
    lines = [f"C{i};2024-01-05;{cells.format(i)}\n" for i in range(FILLER)]
    lines.insert(FILLER // 3, f"X;2024-01-05;{last}\n")
    found, _, _ = collect(write(tmp_path / "orders.csv", HEADER + "".join(lines)))
    assert len(found) == FILLER + 1
    assert [row for row in found if row[0] == "X"] == [("X", "2024-01-05", expected)]
    assert all(row[2] is not None for row in found)


@pytest.mark.parametrize(
    ("cells", "lines"),
    [
        ("{0}.250", []),
        ("{0}.25", ["1.299", "7,5"]),
        ("{0}", ["1.299"]),
        ("{0},25", ["1.299", "7.5"]),
    ],
)
def test_amounts_that_stay_open_are_refused(tmp_path: Path, cells: str, lines: list[str]) -> None:
    text = [f"C{i};2024-01-05;{cells.format(i % 900 + 1)}\n" for i in range(FILLER)]
    for line in lines:
        text.insert(FILLER // 3, f"X;2024-01-05;{line}\n")
    path = write(tmp_path / "orders.csv", HEADER + "".join(text))
    with pytest.raises(InputError, match=r"'amount'.*--decimal"):
        collect(path)
    assert len(collect(path, decimal=".")[0]) == FILLER + len(lines)


def test_dates_that_only_a_row_far_down_decides(tmp_path: Path) -> None:
    lines = [f"C{i};0{i % 9 + 1}/02/2024;1\n" for i in range(FILLER)]
    lines.insert(FILLER // 3, "X;13/02/2024;1\n")
    found, rows, _ = collect(write(tmp_path / "orders.csv", HEADER + "".join(lines)))
    assert {row[1] for row in found} == {f"2024-02-{d:02}" for d in (*range(1, 10), 13)}
    assert any("is read day first" in note.text.en for note in rows.notes)


@pytest.mark.parametrize(
    "cell", ["2024-02-05T10:00:00+02:00", "20240205", "5 Feb 2024", "2024.02.05"]
)
def test_dates_of_another_form_far_down(tmp_path: Path, cell: str) -> None:
    lines = [f"C{i};2024-01-05;1\n" for i in range(FILLER)]
    lines.insert(FILLER // 3, f"X;{cell};1\n")
    found, _, _ = collect(write(tmp_path / "orders.csv", HEADER + "".join(lines)))
    assert [row for row in found if row[0] == "X"] == [("X", "2024-02-05", 1.0)]


def test_dates_that_stay_open_are_refused(tmp_path: Path) -> None:
    lines = [f"C{i};0{i % 9 + 1}/02/2024;1\n" for i in range(FILLER)]
    path = write(tmp_path / "orders.csv", HEADER + "".join(lines))
    with pytest.raises(InputError, match=r"'date'.*--date-format"):
        collect(path)
    found, _, _ = collect(path, date_format="M/D/Y")
    assert {row[1][-2:] for row in found} == {"02"}
    lines.insert(FILLER // 3, "X;13/02/2024;1\n")
    lines.insert(FILLER // 2, "X;02/13/2024;1\n")
    with pytest.raises(InputError, match="only be read day first and others only month first"):
        collect(write(path, HEADER + "".join(lines)))
    found, _, _ = collect(path, date_format="D/M/Y")
    assert sum(row[1] is None for row in found) == 1


# ----------------------------------------------------------------------------------- no table here


NO_TABLES = {
    "empty.csv": (b"", "is empty"),
    "blank.csv": (b"\n \n\t\n", "is empty"),
    "binary.csv": (bytes(range(256)) * 40, "neither text nor"),
    "cut.csv.gz": (
        gzip.compress(b"customer,date,amount\n" + b"A,2024-01-05,1\n" * 99)[:60],
        "gzip",
    ),
    "page.xls": (b"<html><table><tr><td>1</td></tr></table></html>", "web page"),
    "paper.pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "PDF"),
    "rows.json": (b'[{"customer": 1', "the JSON can't be read"),
    "archive.zip": (b"PK\x03\x04rubbish", "workbook"),
    "words.txt": (b"only one column\nand no table\n", "columns are"),
    "bad.parquet": (b"PAR1 and then nothing PAR1", "damaged or cut off"),
}


@pytest.mark.parametrize("name", NO_TABLES)
def test_what_is_no_table(tmp_path: Path, name: str) -> None:
    data, said = NO_TABLES[name]
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(InputError, match=said) as caught:
        collect(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_gzip_file_that_breaks_off_far_down(tmp_path: Path) -> None:
    lines = "".join(f"C{i},2024-01-05,{i}.5\n" for i in range(200_000))
    packed = gzip.compress(("customer,date,amount\n" + lines).encode())
    path = tmp_path / "orders.csv.gz"
    path.write_bytes(packed[: len(packed) * 3 // 4])
    with pytest.raises(InputError, match="the gzip file is cut off; get it again"):
        collect(path)


def test_a_header_and_no_rows(tmp_path: Path) -> None:
    for text in ("customer,date,amount\n", "customer,date,amount"):
        assert collect(write(tmp_path / "orders.csv", text))[0] == []


def test_paths_that_lead_nowhere(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such file"):
        open_rows(tmp_path / "missing.csv")
    with pytest.raises(InputError, match="no file matches"):
        open_rows(str(tmp_path / "*.csv"))
    with pytest.raises(InputError, match="is a folder without files"):
        open_rows(tmp_path)
    with pytest.raises(InputError, match="no input given"):
        open_rows([])
    with pytest.raises(InputError) as caught:
        open_rows("no\nsuch\0file.csv")
    assert "\n" not in str(caught.value)


def test_a_file_without_permission(tmp_path: Path) -> None:
    path = write(tmp_path / "orders.csv", HEADER)
    path.chmod(0)
    try:
        path.open().close()
    except PermissionError:
        with pytest.raises(InputError, match="Permission denied"):
            open_rows(path)
    else:
        pytest.skip("this user may read everything")


NAMES = [
    "a b.csv",
    "it's; DROP TABLE x.csv",
    "[1-3].csv",
    "a[b].csv",
    "what?.csv",
    "all*.csv",
    'say "hi".csv',
    "line\nbreak.csv",
    "ünïcode.csv",
    "$HOME.csv",
    "%s{}.csv",
    "year=2024.csv",
]


@pytest.mark.parametrize("name", NAMES)
def test_file_names_are_only_names(tmp_path: Path, name: str) -> None:
    try:
        path = write(tmp_path / name, "customer,date,amount\nC1,2024-01-05,1234.5\n")
    except OSError:
        pytest.skip("this file system does not have such names")
    # What the name would match as a pattern, and must not.
    for decoy in ("1.csv", "ab.csv", "whatx.csv", "allx.csv"):
        if decoy != name:
            write(tmp_path / decoy, "customer,date,amount\nNOT,2024-01-05,1\n")
    assert collect(path)[0] == ONE
    assert collect(str(path))[0] == ONE


def test_column_names_are_only_names(tmp_path: Path) -> None:
    names = [
        'a"b',
        "x'; DROP TABLE y;--",
        "[c]",
        "d\ne",
        "customer",
        "date",
        "amount",
        "",
        "",
        "{f}",
    ]
    header = ",".join('"' + name.replace('"', '""') + '"' for name in names)
    text = header + "\n1,2,3,4,C1,2024-01-05,1234.5,8,9,10\n,,,,C2,x,1,,,\n"
    found, _, excluded = collect(write(tmp_path / "orders.csv", text))
    assert found[0] == ONE[0]
    row = excluded[0]["row"]
    assert list(row)[:4] == names[:4]
    assert row["date"] == "x"
    assert collect(tmp_path / "orders.csv", order='a"b')[0][0] == (*ONE[0], "1")
    assert collect(tmp_path / "orders.csv", order="x'; DROP TABLE y;--")[0][0] == (*ONE[0], "2")


# ----------------------------------------------------------------------------------- several files


def test_a_pattern_means_its_files(tmp_path: Path) -> None:
    for number in (1, 2):
        write(tmp_path / f"{number}.csv", f"customer,date,amount\nC{number},2024-01-05,{number}\n")
    found, _, _ = collect(str(tmp_path / "*.csv"))
    assert [row[0] for row in found] == ["C1", "C2"]


def test_rows_in_several_files_count_once(tmp_path: Path) -> None:
    one = write(
        tmp_path / "one.csv",
        "customer,date,amount\nA,2024-01-05,1.5\nA,2024-01-05,1.5\nB,2024-01-06,2\n",
    )
    two = write(
        tmp_path / "two.csv",
        "customer,date,amount\nA,2024-01-05,1.5\nB,2024-01-06,2\nB,2024-01-06,2\nB,2024-01-06,2\nC,2024-01-07,3\n",
    )
    found, rows, _ = collect([one, two])
    assert [row[0] for row in found] == ["A", "A", "B", "B", "B", "C"]
    assert rows.repeated == 2
    found, rows, _ = collect([one, one])
    assert [row[0] for row in found] == ["A", "A", "B"]
    assert rows.repeated == 3


@pytest.mark.parametrize("files", [2, 12, 13, 40])
def test_any_number_of_files(tmp_path: Path, files: int) -> None:
    for number in range(files):
        twice = "A,2024-01-05,1.5\n" * (2 if number == 1 else 1)
        text = f"customer,date,amount\n{twice}C{number},2024-01-06,2\n"
        write(tmp_path / f"{number:02}.csv", text)
    found, rows, _ = collect(str(tmp_path / "*.csv"))
    assert [row[0] for row in found].count("A") == 2
    assert len(found) == files + 2
    assert rows.repeated == files - 1


def test_files_of_different_make(tmp_path: Path) -> None:
    one = write(tmp_path / "one.csv", "customer,date,amount,order\nA,2024-01-05,1299.50,1\n")
    two = write(
        tmp_path / "two.csv",
        "Kundnr;Orderdatum;Belopp;Ordernr;Vara\nÅ;13/01/2024;1 299,50;2;x\n",
        "cp1252",
    )
    found, rows, _ = collect([one, two])
    assert found == [("A", "2024-01-05", 1299.5, "1"), ("Å", "2024-01-13", 1299.5, "2")]
    three = write(tmp_path / "three.csv", "customer,date,amount\nB,2024-01-05,1299.50\n")
    found, rows, _ = collect([one, three])
    assert found == [("A", "2024-01-05", 1299.5), ("B", "2024-01-05", 1299.5)]
    assert not rows.has_order
    assert any("has no order ids" in note.text.en for note in rows.notes)


def test_a_file_that_proves_nothing_is_read_as_the_others(tmp_path: Path) -> None:
    one = write(tmp_path / "one.csv", HEADER + "A;13/02/2024;1,50\n")
    two = write(tmp_path / "two.csv", HEADER + "B;05/02/2024;1.299\n")
    with pytest.raises(InputError, match=r"two\.csv"):
        collect(two)
    assert collect([one, two])[0] == [("A", "2024-02-13", 1.5), ("B", "2024-02-05", 1299.0)]
    three = write(tmp_path / "three.csv", HEADER + "C;02/13/2024;1,50\n")
    with pytest.raises(InputError, match="day first or month first"):
        collect([one, two, three])


# --------------------------------------------------------------------------------------- currency


def test_currencies_in_the_amounts_themselves(tmp_path: Path) -> None:
    path = write(tmp_path / "orders.csv", HEADER + "A;2024-01-05;€ 5\nB;2024-01-05;7 kr\n")
    with pytest.raises(QuestionError, match=r"several currencies: .*€ \(1 row, 5\)") as question:
        collect(path)
    assert question.value.options.startswith("--currency ")
    assert "kr (1 row, 7)" in str(question.value)
    assert [row[0] for row in collect(path, currency="kr")[0]] == ["B"]
    assert [row[0] for row in collect(path, currency="EUR")[0]] == ["A"]


def test_one_currency_in_the_amounts_is_no_question(tmp_path: Path) -> None:
    text = HEADER + "A;2024-01-05;5 kr\nB;2024-01-05;SEK 7\nC;2024-01-06;8\n"
    path = write(tmp_path / "orders.csv", text)
    assert [row[2] for row in collect(path)[0]] == [5, 7, 8]
    assert [row[2] for row in collect(path, currency="SEK")[0]] == [5, 7, 8]
    with pytest.raises(InputError, match=r"no rows in EUR; it has SEK \(2 rows\)"):
        collect(path, currency="EUR")


def test_another_currency_far_down_in_the_amounts(tmp_path: Path) -> None:
    for first in ("", " kr"):
        rows = "".join(f"C{i};2024-01-05;{i}{first}\n" for i in range(FILLER))
        path = write(
            tmp_path / "orders.csv", HEADER + rows + "X;2024-01-06;7 kr\nY;2024-01-06;€5\n"
        )
        asked = pytest.raises(InputError, match=r"several currencies: .*kr .*€ \(1 row, 5\)")
        with asked, read(str(path)) as log:
            log.summary()


CURRENCIES = (
    "customer,date,amount,currency\nA,2024-01-05,1,SEK\nB,2024-01-05,2,sek \nC,2024-01-05,3,EUR\n"
)


def test_several_currencies_need_a_choice(tmp_path: Path) -> None:
    path = write(tmp_path / "orders.csv", CURRENCIES)
    with pytest.raises(InputError, match=r"SEK \(2 rows, 3\), EUR \(1 row, 3\).*--currency"):
        collect(path)
    found, rows, _ = collect(path, currency="sek")
    assert [row[0] for row in found] == ["A", "B"]
    assert any("1 row in other currencies than SEK" in note.text.en for note in rows.notes)
    with pytest.raises(InputError, match="no rows in USD"):
        collect(path, currency="USD")
    plain_file = write(tmp_path / "plain.csv", "customer,date,amount\nA,2024-01-05,1\n")
    with pytest.raises(InputError, match="no currency column"):
        collect(plain_file, currency="USD")


def test_a_currency_that_shows_far_down(tmp_path: Path) -> None:
    lines = [f"C{i},2024-01-05,{i}.5,SEK\n" for i in range(FILLER)]
    lines.insert(FILLER // 3, "X,2024-01-05,1.5,EUR\n")
    path = write(tmp_path / "orders.csv", "customer,date,amount,currency\n" + "".join(lines))
    with pytest.raises(InputError, match="several currencies"):
        collect(path)
