"""Tables too long to be held in memory: their rows go straight into the file of the sheet.

XlsxWriter keeps every cell until the book is closed, a few hundred bytes each. A long table is
written with one row, which says how its columns look; when the file is put in its place, that row
gives way to all of them, one after the other.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias
from xml.sax.saxutils import escape

from xlsxwriter.utility import xl_col_to_name

from crmformulas.errors import InputError
from crmformulas.excel.workbook.cell_range import CellRange

__all__ = ["FIRST_YEAR", "LONGEST", "LongTable", "Rewrite", "rewrites", "serial", "storable"]

Cell: TypeAlias = "str | float | date"
Rewrite: TypeAlias = Callable[[bytes], Iterable[bytes]]
"""What a part of the file becomes, from what it is."""

LONGEST = 32_767
"""The most characters that a cell holds, counted as UTF-16 does."""

FIRST_YEAR = 1900
"""The calendar of a spreadsheet begins here."""

MOST_BYTES = zipfile.ZIP64_LIMIT - 2**24
"""What a part of the file may be long and still be read by every program."""

CHUNK = 500
"""Rows that are compressed at a time."""

ESCAPED = re.compile(r"(_x[0-9a-fA-F]{4}_)")
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class LongTable:
    """A table whose rows are written when the file is.

    Attributes:
        name: Of the table.
        number: Of its sheet in the book, from 1.
        row: Where the one row is that shows how its columns look.
        count: How many rows there are.
        rows: Gives their cells: as many as the columns, for ``count`` rows.
        after: A line to write two rows below them, told when they are written; may be empty.
    """

    name: str
    number: int
    row: CellRange
    count: int
    rows: Callable[[], Iterable[Sequence[Cell]]]
    after: Callable[[], str] = lambda: ""

    @property
    def part(self) -> str:
        """The part of the file where its sheet stands."""
        return f"xl/worksheets/sheet{self.number}.xml"

    @property
    def whole(self) -> str:
        """The table with all its rows, and without its heads."""
        here = self.row
        return CellRange(
            "", here.row, here.column, here.row + self.count - 1, here.last_column
        ).cell

    def sheet(self, xml: bytes) -> Iterator[bytes]:
        """The part of the sheet with all rows in it.

        Raises:
            InputError: if the part gets longer than programs read.
        """
        first = self.row.row + 1
        begin, end, last = f'<row r="{first}"'.encode(), b"</row>", first + self.count - 1
        before, separator, rest = xml.partition(begin)
        sample, _, after = rest.partition(end)
        if not separator or not self.count:
            yield xml
            return
        yield re.sub(rb'(<dimension ref="\w+:[A-Z]+)\d+', rb"\g<1>%d" % last, before)
        looks = [f' s="{s}"' if s else "" for s in _styles(sample.decode(), self.row)]
        places = range(self.row.column, self.row.last_column + 1)
        columns = [_Column(xl_col_to_name(c), s) for c, s in zip(places, looks, strict=True)]
        written, chunk = len(xml), list[str]()
        for number, cells in enumerate(self.rows(), first):
            chunk.append(_row(number, cells, columns))
            if len(chunk) == CHUNK:
                data = "".join(chunk).encode()
                written += len(data)
                if written > MOST_BYTES:
                    raise InputError(
                        f"the table {self.name} gets too long for a workbook: list fewer rows"
                    )
                yield data
                chunk.clear()
        if words := self.after():
            chunk.append(_row(last + 2, [words], [_Column(xl_col_to_name(self.row.column), "")]))
        yield "".join(chunk).encode()
        yield after

    def table(self, xml: bytes) -> Iterator[bytes]:
        """The part of the table, with the range of all its rows."""
        here = self.row
        heads = CellRange("", here.row - 1, here.column, here.row, here.last_column)
        long = CellRange(
            "", heads.row, here.column, here.row + max(self.count, 1) - 1, here.last_column
        )
        yield xml.replace(f'"{heads.cell}"'.encode(), f'"{long.cell}"'.encode())


def rewrites(package: zipfile.ZipFile, tables: Sequence[LongTable]) -> Mapping[str, Rewrite]:
    """The parts of a package that long tables change."""
    by_part: dict[str, Rewrite] = {table.part: table.sheet for table in tables}
    for part in package.namelist() if tables else ():
        if part.startswith("xl/tables/"):
            xml = package.read(part)
            for table in tables:
                if f' name="{table.name}"'.encode() in xml:
                    by_part[part] = table.table
    return by_part


def _styles(sample: str, row: CellRange) -> list[str]:
    by_column = dict(re.findall(r'<c r="([A-Z]+)\d+" s="(\d+)"', sample))
    return [by_column.get(xl_col_to_name(c), "") for c in range(row.column, row.last_column + 1)]


class _Column:
    """The way the cells of a column are written, up to their value."""

    __slots__ = ("begin", "number", "text")

    def __init__(self, letter: str, look: str) -> None:
        self.begin = f'<c r="{letter}'
        self.number = f'"{look}><v>'
        # A text in place is never a formula, a number or a link, whatever it looks like.
        self.text = f'"{look} t="inlineStr"><is><t xml:space="preserve">'


def _row(number: int, cells: Sequence[Cell], columns: Sequence[_Column]) -> str:
    """A row of the sheet. There may be a million, so that each cell is one format."""
    parts = [f'<row r="{number}">']
    for cell, column in zip(cells, columns, strict=False):
        if isinstance(cell, date):
            days = serial(cell)
            cell = cell.isoformat() if days is None else days
        if isinstance(cell, str):
            text = cell if cell.isalnum() else storable(cell)
            parts.append(f"{column.begin}{number}{column.text}{text}</t></is></c>")
        else:
            parts.append(f"{column.begin}{number}{column.number}{cell!r}</v></c>")
    parts.append("</row>")
    return "".join(parts)


def storable(text: str) -> str:
    """A text as the file has it: what XML has no room for is told by its number."""
    if "_x" in text:
        text = ESCAPED.sub(r"_x005F\1", text)
    if not text.isprintable():
        text = CONTROL.sub(lambda match: f"_x{ord(match[0]):04X}_", text)
    return escape(text)


def serial(day: date) -> int | None:
    """The number of a day in a spreadsheet, whose 1900 has a 29 February; None before 1900.

    Examples:
        >>> serial(date(1900, 1, 1)), serial(date(1900, 3, 1)), serial(date(1899, 12, 31))
        (1, 61, None)
    """
    if day.year < FIRST_YEAR:
        return None
    days = day.toordinal() - date(1899, 12, 31).toordinal()
    return days + (days > 59)
