"""Size of an unpacked workbook, found before its reader unpacks it.

A reader of workbooks holds the whole rectangle of a sheet, from its first cell to its last. One
stray cell in the last row and column makes that 17 billion cells, and a few kilobytes of a zip
archive can hold gigabytes.
"""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from crmformulas.errors import InputError
from crmformulas.orders.reading.packed_files import reading
from crmformulas.orders.reading.source_tables import shown
from crmformulas.translations import Translated

__all__ = ["bounded_workbook"]

CHUNK = 1 << 20
SOUND_SIZE = 1 << 26
SOUND_TIMES = 250
"""Sheets are repetitive, yet a sound one is packed to no less than a few hundredths."""
TIMES_USED = 10
ALWAYS_FINE = 1_000_000
"""Cells of a rectangle that are held whatever of it is used."""

XLSX_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
XLSB_SHEET = re.compile(r"xl/worksheets/[^/]+\.bin", re.IGNORECASE)
FAR_COLUMN = re.compile(rb"""\sr=["']([A-Z]{2,3})[0-9]""")
FAR_ROW = re.compile(rb"""\sr=["'][A-Z]{1,3}([0-9]{5,})["']""")
REFERENCE = re.compile(rb"""\sr=["']([A-Z]{1,3})([0-9]{1,7})["']""")
BLANK_CELL = re.compile(rb"<(?:\w+:)?c(?:\s[^<>]*)?(?:/>|></(?:\w+:)?c>)")
REPEATED = re.compile(
    rb"<table:table-row\b([^>]*)>|</table:table-row>"
    rb"|<table:(?:covered-)?table-cell\b([^>]*?)(/?)>|<table:table\b"
)
TIMES = {
    "rows": re.compile(rb'number-rows-repeated="([0-9]{1,9})"'),
    "columns": re.compile(rb'number-columns-repeated="([0-9]{1,9})"'),
}


@dataclass
class _Extent:
    """The cells of a sheet: how many, and how far they reach."""

    used: int = 0
    rows: int = 0
    columns: int = 0
    farthest: str = field(default="", compare=False)

    @property
    def too_wide(self) -> bool:
        return self.rows * self.columns > TIMES_USED * self.used + ALWAYS_FINE


def bounded_workbook(path: Path, folder: Path) -> Path:
    """The workbook, or a copy without the blank cells that made its sheets too large to hold.

    Raises:
        InputError: it unpacks to more than any sound workbook, or holds stray cells.
    """
    if not zipfile.is_zipfile(path):
        # The older binary format ends at 65 536 rows and 256 columns.
        return path
    with reading(path, "workbook"), zipfile.ZipFile(path) as archive:
        _refuse_bomb(path, archive)
        wide = _too_wide(path, archive)
        if not wide:
            return path
        copy = Path(tempfile.mkdtemp(dir=folder), path.name)
        _copy_without_blank_cells(archive, copy, wide)
    with reading(path, "workbook"), zipfile.ZipFile(copy) as archive:
        for name in wide:
            extent = _exact_extent(archive, name)
            if extent.too_wide:
                raise _stray(path, extent)
    return copy


def _refuse_bomb(path: Path, archive: zipfile.ZipFile) -> None:
    """Refuse what unpacks to more than any sound workbook, by the sizes that it declares."""
    size, most = 0, max(SOUND_SIZE, SOUND_TIMES * path.stat().st_size)
    for info in archive.infolist():
        size += info.file_size
        if size > most:
            raise InputError(
                Translated(
                    f"{shown(path)}: unpacks to more than {most // 1_000_000} MB, which no sound"
                    " workbook of its size does; save the sheet as CSV",
                    f"{shown(path)}: packas upp till mer än {most // 1000000} MB, vilket "
                    "ingen riktig arbetsbok av dess storlek gör; spara bladet som CSV",
                )
            )


def _too_wide(path: Path, archive: zipfile.ZipFile) -> list[str]:
    """The sheets of an .xlsx that blank cells make too large; such a one of a kind that can't be
    copied without them is refused."""
    wide = []
    for name in archive.namelist():
        if XLSX_SHEET.fullmatch(name):
            if _xlsx_extent(archive, name).too_wide:
                wide.append(name)
            continue
        if XLSB_SHEET.fullmatch(name):
            extent = _xlsb_extent(archive, name)
        elif name == "content.xml":
            extent = _ods_extent(archive, name)
        else:
            continue
        if extent.too_wide:
            raise _stray(path, extent)
    return wide


def _copy_without_blank_cells(archive: zipfile.ZipFile, copy: Path, wide: list[str]) -> None:
    with zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as target:
        for name in archive.namelist():
            with archive.open(name) as source, target.open(name, "w") as member:
                for text in _tags(source):
                    member.write(BLANK_CELL.sub(b"", text) if name in wide else text)


def _stray(path: Path, extent: _Extent) -> InputError:
    where = f" (as far as {extent.farthest})" if extent.farthest else ""
    return InputError(
        f"{shown(path)}: a sheet has {extent.used} cells in a rectangle of {extent.rows} rows and"
        f" {extent.columns} columns{where}; delete what lies outside of the table, or save the"
        " sheet as CSV"
    )


def _tags(file: IO[bytes]) -> Iterator[bytes]:
    """A file in pieces that end where a tag of a cell does not go on."""
    rest = b""
    while chunk := file.read(CHUNK):
        text = rest + chunk
        end = max(text.rfind(b"<row"), text.rfind(b"</row>"), text.rfind(b"</c>"), 0)
        if not end or len(text) - end > CHUNK:
            end = text.rfind(b">") + 1 or len(text)
        yield text[:end]
        rest = text[end:]
    yield rest


def _xlsx_extent(archive: zipfile.ZipFile, name: str) -> _Extent:
    """At least what a sheet's rectangle is: exact where it matters, and fast."""
    extent = _Extent(rows=9_999, columns=26)
    with archive.open(name) as file:
        for text in _tags(file):
            extent.used += text.count(b"<c ") + text.count(b":c ")
            far = set(FAR_COLUMN.findall(text))
            extent.columns = max([extent.columns, *map(_column_number, far)])
            extent.rows = max([extent.rows, *map(int, set(FAR_ROW.findall(text)))])
    return _exact_extent(archive, name) if extent.too_wide else extent


def _exact_extent(archive: zipfile.ZipFile, name: str) -> _Extent:
    extent = _Extent()
    with archive.open(name) as file:
        for text in _tags(file):
            for letters, digits in REFERENCE.findall(text):
                extent.used += 1
                column, row = _column_number(letters), int(digits)
                if column > extent.columns or row > extent.rows:
                    extent.farthest = (letters + digits).decode()
                extent.columns = max(extent.columns, column)
                extent.rows = max(extent.rows, row)
    return extent


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _xlsb_extent(archive: zipfile.ZipFile, name: str) -> _Extent:
    """The cells of a binary sheet: records of a kind, a size and, first, the column."""
    extent, row = _Extent(), 0
    with archive.open(name) as file:
        while (kind := _number(file)) is not None:
            size = _number(file) or 0
            data = file.read(size)
            if kind == 0:
                row = int.from_bytes(data[:4], "little")
            elif kind <= 11 or kind == 62:
                extent.used += 1
                extent.rows = max(extent.rows, row + 1)
                extent.columns = max(extent.columns, int.from_bytes(data[:4], "little") + 1)
    return extent


def _number(file: IO[bytes]) -> int | None:
    """A number in as many bytes as it needs, seven bits in each."""
    number = 0
    for place in range(4):
        byte = file.read(1)
        if not byte:
            return None
        number |= (byte[0] & 127) << (7 * place)
        if byte[0] < 128:
            break
    return number


def _ods_extent(archive: zipfile.ZipFile, name: str) -> _Extent:
    """The cells with content that repetition makes, and where they end."""
    worst, extent, row, column, times, filled = _Extent(), _Extent(), 0, 0, 1, 0
    with archive.open(name) as file:
        for text in _tags(file):
            for tag_match in REPEATED.finditer(text):
                tag = tag_match[0]
                if tag.startswith(b"<table:table-row"):
                    times, column, filled = _times("rows", tag_match[1]), 0, 0
                elif tag == b"</table:table-row>":
                    row += times
                    if filled:
                        extent.used += 1
                        extent.rows = max(extent.rows, row)
                elif tag == b"<table:table":
                    worst, extent, row = max(worst, extent, key=_room), _Extent(), 0
                else:
                    column += _times("columns", tag_match[2])
                    if not tag_match[3] or b"office:value" in tag_match[2]:
                        filled += 1
                        extent.used += 1
                        extent.columns = max(extent.columns, column)
    return max(worst, extent, key=_room)


def _room(extent: _Extent) -> int:
    return extent.rows * extent.columns - TIMES_USED * extent.used


def _times(what: str, attributes: bytes) -> int:
    match = TIMES[what].search(attributes)
    return int(match[1]) if match else 1
