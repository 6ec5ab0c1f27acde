"""Workbooks of each kind that are damaged, or hold more than they say, are refused in time."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from crmformulas.errors import InputError
from tests.orders.reading.test_reading import collect
from tests.orders.reading.workbook_files import LOG, WRITERS, understate

SHEETS = {
    "xlsx": ("xl/worksheets/sheet1.xml", b"</sheetData>"),
    "xlsb": ("xl/worksheets/sheet1.bin", None),
    "ods": ("content.xml", b"</table:table>"),
}

KINDS = pytest.mark.parametrize("kind", WRITERS)


@KINDS
def test_a_sound_one_is_read(tmp_path: Path, kind: str) -> None:
    assert collect(WRITERS[kind](tmp_path / f"o.{kind}", LOG))[0] == [("a", "2024-01-05", 10.0)]


@KINDS
@pytest.mark.parametrize("corner", [(1_048_575, 16_383), (1_000_000, 2)])
def test_a_stray_cell_is_refused_with_the_size_of_its_sheet(
    tmp_path: Path, kind: str, corner: tuple[int, int]
) -> None:
    path = WRITERS[kind](tmp_path / f"o.{kind}", {**LOG, corner: 1.0})
    with pytest.raises(
        InputError, match=rf"a sheet has \d+ cells in a rectangle of {corner[0] + 1}"
    ):
        collect(path)


@KINDS
@pytest.mark.parametrize("place", [0.1, 0.3, 0.5, 0.7, 0.9])
@pytest.mark.parametrize("fault", ["cut", "flipped"])
def test_a_damaged_one_is_read_or_refused_by_name(
    tmp_path: Path, kind: str, place: float, fault: str
) -> None:
    cells = {**LOG, **{(i, 0): f"c{i}" for i in range(2, 300)}}
    path = WRITERS[kind](tmp_path / f"o.{kind}", cells)
    data = bytearray(path.read_bytes())
    at = int(len(data) * place)
    data[at:] = b"" if fault == "cut" else data[at : at + 9][::-1] + data[at + 9 :]
    path.write_bytes(data)
    said = path.name
    try:
        collect(path)
    except InputError as error:
        said = str(error)
    assert path.name in said
    assert "\n" not in said


@KINDS
@pytest.mark.parametrize("honest", [True, False], ids=["honest", "understated"])
def test_a_bomb_takes_no_memory(tmp_path: Path, kind: str, honest: bool) -> None:
    name, before = SHEETS[kind]
    sound = WRITERS[kind](tmp_path / f"sound.{kind}", LOG)
    path = tmp_path / f"bomb.{kind}"
    with (
        zipfile.ZipFile(sound) as old,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new,
    ):
        for part in old.namelist():
            data = old.read(part)
            with new.open(part, "w") as target:
                if part != name:
                    target.write(data)
                    continue
                head, tail = (data, b"") if before is None else data.split(before)
                target.write(head)
                for _ in range(80):
                    target.write(bytes(1_000_000) if before is None else b" " * 1_000_000)
                target.write((before or b"") + tail)
    if not honest:
        understate(path, name, 5_000)
    ask = "import sys; from crmformulas.orders.log import read\n"
    ask += "from crmformulas.errors import InputError\n"
    ask += "try: read(sys.argv[1])\nexcept InputError as error: print(error)\n"
    # Not by getrusage(), whose peak begins with that of the process that started this one.
    ask += "status = open('/proc/self/status').read()\n"
    ask += "print(status.partition('VmHWM:')[2].split()[0])"
    done = subprocess.run(
        [sys.executable, "-c", ask, str(path)], capture_output=True, text=True, check=True
    )
    said, most = done.stdout.splitlines()
    assert path.name in said
    # Kilobytes; the modules of the engine alone take 100 to 150 MB.
    assert int(most) < 210_000
