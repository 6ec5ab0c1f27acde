"""Workbooks written part by part, sound or hostile: cells anywhere, sizes that are not true."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from xml.sax.saxutils import escape

Cells = Mapping[tuple[int, int], "str | float"]
"""What stands in row and column, both from 0."""

LOG: Cells = {
    **{(0, i): name for i, name in enumerate(("customer", "date", "amount"))},
    **{(1, 0): "a", (1, 1): "2024-01-05", (1, 2): 10.0},
}


def _letters(column: int) -> str:
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def _by_row(cells: Cells) -> Iterable[tuple[int, list[tuple[int, str | float]]]]:
    rows: dict[int, list[tuple[int, str | float]]] = {}
    for (row, column), value in sorted(cells.items()):
        rows.setdefault(row, []).append((column, value))
    return rows.items()


OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def _write_parts(book: zipfile.ZipFile, kind: str) -> None:
    """Write the parts that say where the workbook and its sheet are."""
    relations = f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1"'
    book.writestr("[Content_Types].xml", f'<Types xmlns="{PACKAGE}/content-types"/>')
    for place, what, target in (
        ("_rels/.rels", "officeDocument", f"xl/workbook.{kind}"),
        (f"xl/_rels/workbook.{kind}.rels", "worksheet", f"worksheets/sheet1.{kind}"),
    ):
        book.writestr(
            place, f'{relations} Type="{OFFICE}/{what}" Target="{target}"/></Relationships>'
        )


def write_xlsx(path: Path, cells: Cells) -> Path:
    """An .xlsx of one sheet."""
    spreadsheet = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        _write_parts(book, "xml")
        book.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{spreadsheet}" xmlns:r="{OFFICE}"><sheets>'
            '<sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
        )
        with book.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(f'<worksheet xmlns="{spreadsheet}"><sheetData>'.encode())
            for row, columns in _by_row(cells):
                text = f'<row r="{row + 1}">'
                for column, value in columns:
                    where = f"{_letters(column)}{row + 1}"
                    text += (
                        f'<c r="{where}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
                        if isinstance(value, str)
                        else f'<c r="{where}"><v>{value!r}</v></c>'
                    )
                sheet.write(f"{text}</row>".encode())
            sheet.write(b"</sheetData></worksheet>")
    return path


def write_xlsb(path: Path, cells: Cells) -> Path:
    """An .xlsb of one sheet ([MS-XLSB]: BrtBundleSh, BrtWsDim, BrtRowHdr, BrtCellSt, -Real)."""

    def record(kind: int, data: bytes = b"") -> bytes:
        head = bytes([kind]) if kind < 128 else bytes([kind & 127 | 128, kind >> 7])
        size, length = len(data), b""
        while size > 127:
            length += bytes([size & 127 | 128])
            size >>= 7
        return head + length + bytes([size]) + data

    def text(value: str) -> bytes:
        return struct.pack("<I", len(value)) + value.encode("utf-16-le")

    rows, columns = (max(place[i] for place in cells) for i in (0, 1))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        end = record(144) + record(157, bytes(26)) + record(132)
        bundle = record(156, struct.pack("<II", 0, 1) + text("rId1") + text("S"))
        book.writestr("xl/workbook.bin", record(131) + record(143) + bundle + end)
        _write_parts(book, "bin")
        with book.open("xl/worksheets/sheet1.bin", "w") as sheet:
            sheet.write(record(129) + record(148, struct.pack("<IIII", 0, rows, 0, columns)))
            sheet.write(record(145))
            for row, places in _by_row(cells):
                made = record(0, struct.pack("<I", row) + bytes(13))
                for column, value in places:
                    start = struct.pack("<II", column, 0)
                    made += (
                        record(6, start + text(value))
                        if isinstance(value, str)
                        else record(5, start + struct.pack("<d", value))
                    )
                sheet.write(made)
            sheet.write(record(146) + record(130))
    return path


def write_ods(path: Path, cells: Cells) -> Path:
    """An .ods of one sheet; blank cells and rows stand as repetitions, as programs write them."""
    names = "".join(
        f' xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"'
        for prefix in ("office", "table", "text")
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr("META-INF/manifest.xml", "<manifest/>")
        with book.open("content.xml", "w") as sheet:
            sheet.write(
                f"<office:document-content{names}><office:body><office:spreadsheet>"
                '<table:table table:name="S">'.encode()
            )
            below = 0
            for row, places in _by_row(cells):
                made = ""
                if row > below:
                    made += (
                        f'<table:table-row table:number-rows-repeated="{row - below}">'
                        "<table:table-cell/></table:table-row>"
                    )
                below, right = row + 1, 0
                made += "<table:table-row>"
                for column, value in places:
                    if column > right:
                        times = column - right
                        made += f'<table:table-cell table:number-columns-repeated="{times}"/>'
                    right = column + 1
                    made += (
                        '<table:table-cell office:value-type="string">'
                        f"<text:p>{escape(value)}</text:p></table:table-cell>"
                        if isinstance(value, str)
                        else f'<table:table-cell office:value-type="float" office:value="{value}">'
                        f"<text:p>{value}</text:p></table:table-cell>"
                    )
                sheet.write(f"{made}</table:table-row>".encode())
            sheet.write(
                b"</table:table></office:spreadsheet></office:body></office:document-content>"
            )
    return path


WRITERS: dict[str, Callable[[Path, Cells], Path]] = {
    "xlsx": write_xlsx,
    "xlsb": write_xlsb,
    "ods": write_ods,
}


def understate(path: Path, name: str, size: int) -> None:
    """Let an archive say that a member unpacks to so many bytes, in both of its places."""
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo(name)
        at, true = info.header_offset, info.file_size
    data = bytearray(path.read_bytes())
    old, new = struct.pack("<I", true), struct.pack("<I", size)
    for signature, place in ((b"PK\3\4", 22), (b"PK\1\2", 24)):
        start = data.find(signature, at if signature == b"PK\3\4" else 0)
        while start >= 0:
            field = slice(start + place, start + place + 4)
            if data[field] == old:
                data[field] = new
            start = data.find(signature, start + 4)
    path.write_bytes(data)
