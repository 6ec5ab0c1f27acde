"""Damaged and hostile files: one line that names the file, and memory in proportion to them."""

from __future__ import annotations

import bz2
import gzip
import lzma
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from crmformulas.errors import InputError
from crmformulas.orders.reading.typed_rows import ReadOptions, open_rows
from tests.orders.reading.endless import ENGINES, endless
from tests.orders.reading.test_reading import collect

CSV = b"customer,date,amount\n" + b"".join(
    f"c{i},2024-01-{i % 28 + 1:02},{i}\n".encode() for i in range(20_000)
)


@pytest.mark.parametrize(
    ("name", "pack"),
    [("o.csv.gz", gzip.compress), ("o.csv.bz2", bz2.compress), ("o.csv.xz", lzma.compress)],
)
@pytest.mark.parametrize("fault", ["cut", "flipped"])
def test_damaged_packed_files(tmp_path: Path, name: str, pack: Any, fault: str) -> None:
    data = bytearray(pack(CSV))
    if fault == "cut":
        data = data[: len(data) // 2]
    else:
        data[len(data) // 2 :] = bytes(255 - byte for byte in data[len(data) // 2 :])
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(InputError, match=name):
        collect(path)


def test_a_gzip_file_in_which_one_bit_flipped_gives_no_number(tmp_path: Path) -> None:
    # It still unpacks, to other amounts; only the checksum at its end tells.
    rows = "".join(
        f"c{i % 977},2026-01-{i % 28 + 1:02d},{i % 3001}.{i % 90 + 10}\n" for i in range(9_000)
    )
    data = bytearray(gzip.compress(f"customer,date,amount\n{rows}".encode()))
    path = tmp_path / "o.csv.gz"
    for place in (3, 5, 7):
        damaged = data.copy()
        damaged[len(data) * place // 10] ^= 4
        path.write_bytes(damaged)
        with pytest.raises(InputError, match=r"o\.csv\.gz: the gzip file is (damaged|cut off)"):
            collect(path)


@pytest.mark.parametrize("place", [0.05, 0.3, 0.6, 0.9, 0.99])
@pytest.mark.parametrize("kind", ["parquet", "xlsx"])
def test_damaged_parquet_and_workbooks(tmp_path: Path, kind: str, place: float) -> None:
    path = tmp_path / f"o.{kind}"
    rows = range(3_000)
    frame = pd.DataFrame({"customer": [f"c{i}" for i in rows], "date": "2024-01-05", "amount": 1.5})
    frame.to_parquet(path) if kind == "parquet" else frame.to_excel(path, index=False)
    data = bytearray(path.read_bytes())
    start = int(len(data) * place)
    data[start : start + 40] = bytes(255 - byte for byte in data[start : start + 40])
    path.write_bytes(data)
    try:
        found, _, _ = collect(path)
    except InputError as error:
        said = str(error)
    else:
        # What was hit holds none of the rows.
        said = f"{path.name}: {len(found)} rows"
        assert len(found) == 3_000
    assert path.name in said
    assert "Error:" not in said


@pytest.mark.parametrize("value", [None, 1])
def test_a_stray_cell_in_the_last_corner(tmp_path: Path, value: int | None) -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append(["customer", "date", "amount"])
    sheet.append(["a", "2024-01-05", 10])
    cell = sheet.cell(1_048_576, 16_384, value)
    cell.font = openpyxl.styles.Font(bold=True)
    path = tmp_path / "orders.xlsx"
    book.save(path)
    if value is None:
        assert collect(path)[0] == [("a", "2024-01-05", 10.0)]
    else:
        with pytest.raises(InputError, match="as far as XFD1048576"):
            collect(path)


def test_a_workbook_that_unpacks_to_gigabytes(tmp_path: Path) -> None:
    path = tmp_path / "orders.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 100_000_000)
    with pytest.raises(InputError, match="unpacks to more than"):
        collect(path)


@pytest.mark.parametrize("name", [b"\xff.csv", "\u00e5 b.csv".encode()])
def test_names_that_are_no_text(tmp_path: Path, name: bytes) -> None:
    import os

    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))
    path.write_bytes(b"customer,date,amount\na,2024-01-05,10\n")
    assert collect(path)[0] == [("a", "2024-01-05", 10.0)]


def test_limits_that_fit_nothing(tmp_path: Path) -> None:
    path = tmp_path / "o.csv"
    path.write_bytes(CSV)
    for options in (ReadOptions(memory_limit="10MB"), ReadOptions(threads=100_000)):
        with pytest.raises(InputError, match=r"10MB|100000"):
            open_rows(path, options)


PATIENCE, MARGIN = 2.0, 1.5
"""Seconds from a signal to the end, and what a process may wait for a turn on a busy machine."""


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM], ids=lambda sign: sign.name)
@pytest.mark.parametrize("engine", ENGINES)
def test_an_endless_table_ends_within_two_seconds_of_a_signal(
    tmp_path: Path, engine: str, sign: signal.Signals, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("postgres_url") if engine == "postgres" else ""
    with endless(engine, tmp_path, url) as (source, table):
        run = subprocess.Popen(
            [sys.executable, "-m", "crmformulas", "summary", source, "--table", table],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )
        assert run.stderr is not None
        # The first step that is told: the run has begun, and counts without end from here on.
        assert run.stderr.readline()
        time.sleep(4)
        begin = time.monotonic()
        run.send_signal(sign)
        try:
            _, said = run.communicate(timeout=30)
            took = time.monotonic() - begin
        finally:
            run.kill()
    assert run.returncode == 130
    assert b"Traceback" not in said
    assert took < PATIENCE + MARGIN
