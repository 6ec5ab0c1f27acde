"""Names go into a workbook, and every other byte of it stays."""

from __future__ import annotations

import io
import os
import re
import stat
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import ironcalc
import openpyxl
import pytest
import xlsxwriter
import xlwings

from crmformulas.errors import InputError
from crmformulas.excel.functions.names import Name, Report, add_names, lambda_names, with_names

QUICKSTART = Path(xlwings.__file__).parent / "quickstart.xlsm"
COUNT = len(lambda_names())
PART = "xl/workbook.xml"
SMALL = b'<workbook xmlns="m"><sheets><sheet name="a"/></sheets><calcPr calcId="1"/></workbook>'


def png(width: int = 4) -> bytes:
    """A small grey picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    head = struct.pack(">IIBBBBB", width, width, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\x80" * width) * width)
    begin = b"\x89PNG\r\n\x1a\n"
    return begin + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def rich(path: Path) -> Path:
    """A macro workbook with charts, a picture, comments, a table, a pivot-like part and names."""
    with zipfile.ZipFile(QUICKSTART) as package:
        macros = path.parent / "vbaProject.bin"
        macros.write_bytes(package.read("xl/vbaProject.bin"))
    with xlsxwriter.Workbook(path) as book:
        book.add_vba_project(str(macros))
        sheet = book.add_worksheet("Data")
        sheet.write_column(1, 0, [1, 2, 3])
        sheet.add_table(0, 0, 3, 0, {"name": "Churn", "columns": [{"header": "x"}]})
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=Data!$A$2:$A$4"})
        sheet.insert_chart("C2", chart)
        sheet.insert_image("C20", "grey.png", {"image_data": io.BytesIO(png())})
        sheet.write_comment("A1", "a comment")
        sheet.data_validation("B1", {"validate": "list", "source": ["a", "b"]})
        sheet.conditional_format("A2:A4", {"type": "data_bar"})
        sheet.set_header("&L&G", {"image_left": "grey.png", "image_data_left": io.BytesIO(png(8))})
        book.define_name("Mine", "=Data!$A$2:$A$4")
        book.define_name("clv", "=Data!$A$2")
        book.define_name("Data!NPS", "=Data!$A$3")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/pivotTables/pivotTable1.xml", "<pivotTableDefinition name='Romi'/>")
        package.writestr("customXml/item1.xml", "<unknown>\r\n\tä &amp; ö</unknown>")
        package.writestr(zipfile.ZipInfo("xl/stored.bin"), os.urandom(2000))
        package.comment = b"made by hand"
    return path


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def headers(path: Path) -> list[tuple[object, ...]]:
    with zipfile.ZipFile(path) as package:
        return [
            (i.filename, i.date_time, i.compress_type, i.external_attr, i.extra, i.comment)
            for i in package.infolist()
        ]


def quickstart(path: Path) -> Path:
    """A macro workbook that Excel itself has written."""
    path.write_bytes(QUICKSTART.read_bytes())
    return path


@pytest.mark.parametrize("make", [rich, quickstart])
def test_every_other_part_stays_byte_for_byte(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    path = make(tmp_path / "book.xlsm")
    before, heads, files = parts(path), headers(path), set(tmp_path.iterdir())
    report = add_names(path)
    after = parts(path)
    assert list(after) == list(before)
    assert headers(path) == heads
    assert [name for name in before if before[name] != after[name]] == [PART]
    # In the workbook part everything but the new names is as it was.
    new = rb'<definedName name="[A-Z_]+" comment="[^"]*">[^<]*</definedName>'
    rest = re.sub(new, b"", after[PART]).replace(b"<definedNames></definedNames>", b"")
    assert rest == before[PART]
    assert len(re.findall(new, after[PART])) == len(report.added)
    assert len(report.added) + len(report.kept) + len(report.tables) == COUNT
    assert set(tmp_path.iterdir()) == files


def test_rich_workbook_has_what_could_be_lost(tmp_path: Path) -> None:
    names = parts(rich(tmp_path / "book.xlsm"))
    for part in ("chart", "media", "comments", "vbaProject", "table", "pivotTable", "vmlDrawing"):
        assert any(part in name for name in names), part


def test_names_that_are_there_are_kept_or_replaced(tmp_path: Path) -> None:
    path = rich(tmp_path / "book.xlsm")
    report = add_names(path)
    assert (report.kept, report.tables) == (["CLV"], ["CHURN"])
    assert b'<definedName name="clv">Data!$A$2</definedName>' in parts(path)[PART]
    again = add_names(path)
    assert not again.changed
    assert len(again.current) == COUNT - 2
    forced = add_names(path, force=True)
    assert (forced.replaced, forced.tables) == (["CLV"], ["CHURN"])
    part = parts(path)[PART]
    assert b'name="clv"' not in part
    assert b'<definedName name="Mine">' in part
    assert b'<definedName name="NPS" localSheetId="0">' in part
    assert b'name="CHURN"' not in part


def test_unchanged_workbook_is_not_written(tmp_path: Path) -> None:
    path = quickstart(tmp_path / "book.xlsm")
    add_names(path)
    os.utime(path, (1, 1))
    add_names(path)
    assert path.stat().st_mtime == 1


def test_names_work_and_other_readers_read_the_file(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Data")
        sheet.write_dynamic_array_formula("A1", "=CLV(5,500,2.5)")
        sheet.write_dynamic_array_formula("A2", "=EXTRA_ORDERS({0.5;0.5})")
    add_names(path)
    model = ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")
    model.evaluate()
    assert [model.get_cell_value(0, row, 1) for row in (1, 2)] == [6250, 750]
    assert set(openpyxl.load_workbook(path).defined_names) == {n.name for n in lambda_names()}


def test_copy_leaves_the_workbook_alone(tmp_path: Path) -> None:
    path, copy = quickstart(tmp_path / "book.xlsm"), tmp_path / "copy.xlsm"
    path.chmod(0o640)
    add_names(path, copy)
    assert path.read_bytes() == QUICKSTART.read_bytes()
    assert len(re.findall(b"<definedName ", parts(copy)[PART])) == COUNT
    if sys.platform != "win32":
        assert stat.S_IMODE(copy.stat().st_mode) == 0o640
    with pytest.raises(InputError, match=r"copy.xlsm' is there already; --force"):
        add_names(path, copy)
    add_names(path, copy, force=True)
    with pytest.raises(InputError, match="there is no folder"):
        add_names(path, tmp_path / "none" / "copy.xlsm")


def test_link_stays_a_link(tmp_path: Path) -> None:
    path, link = quickstart(tmp_path / "book.xlsm"), tmp_path / "link.xlsm"
    link.symlink_to(path)
    add_names(link)
    assert link.is_symlink()
    assert b"<definedNames>" in parts(path)[PART]


# -------------------------------------------------------------------------- the text of the part


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (SMALL, SMALL.replace(b"<calcPr", b"<definedNames>NEW</definedNames><calcPr")),
        (
            b"<workbook><sheets/><functionGroups/><externalReferences><e/></externalReferences >"
            b"<calcPr/></workbook>",
            b"<workbook><sheets/><functionGroups/><externalReferences><e/></externalReferences >"
            b"<definedNames>NEW</definedNames><calcPr/></workbook>",
        ),
        (
            b'\xef\xbb\xbf<?xml version="1.0"?>\r\n<x:workbook xmlns:x="m" a=">"><x:sheets a="/>"/>'
            b"<!-- <definedNames/> --><x:definedNames /><x:calcPr/></x:workbook>",
            b'\xef\xbb\xbf<?xml version="1.0"?>\r\n<x:workbook xmlns:x="m" a=">"><x:sheets a="/>"/>'
            b"<!-- <definedNames/> --><x:definedNames>XNEW</x:definedNames><x:calcPr/>"
            b"</x:workbook>",
        ),
        (
            "<workbook><sheets>ä€</sheets><definedNames><definedName name='Ö'>1</definedName>"
            "</definedNames></workbook>".encode(),
            "<workbook><sheets>ä€</sheets><definedNames><definedName name='Ö'>1</definedName>"
            "NEW</definedNames></workbook>".encode(),
        ),
        (
            b"<workbook><sheets/><mc:A xmlns:mc='u'><definedNames><definedName name='ABC'/>"
            b"</definedNames></mc:A></workbook>",
            b"<workbook><sheets/><definedNames>NEW</definedNames><mc:A xmlns:mc='u'><definedNames>"
            b"<definedName name='ABC'/></definedNames></mc:A></workbook>",
        ),
    ],
)
def test_names_go_where_they_belong(before: bytes, after: bytes) -> None:
    made, report = with_names(before, [Name("ABC", '1<2&"ö"', 'say "a" & <b>')])
    comment = "say &quot;a&quot; &amp; &lt;b&gt;"
    new = f'<definedName name="ABC" comment="{comment}">1&lt;2&amp;"ö"</definedName>'
    prefixed = new.replace("<d", "<x:d").replace("</d", "</x:d")
    assert made == after.replace(b"XNEW", prefixed.encode()).replace(b"NEW", new.encode())
    assert report == Report(added=["ABC"])


def test_name_is_the_same_however_it_is_escaped() -> None:
    there = SMALL.replace(
        b"<calcPr",
        b"<definedNames><definedName name='Abc'>1 &lt; &quot;&#x32;&quot;</definedName>"
        b"</definedNames><calcPr",
    )
    made, report = with_names(there, [Name("ABC", '1 < "2"')])
    assert (made, report) == (there, Report(current=["ABC"]))


# ------------------------------------------------------------------------------------- bad files


def zipped(**files: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as package:
        for name, data in files.items():
            package.writestr(name.replace("__", "/"), data)
    return held.getvalue()


def relation(target: str) -> bytes:
    return f"<All><Relationship Type='a/officeDocument' Target='{target}'/></All>".encode()


def damaged() -> bytes:
    data = bytearray(QUICKSTART.read_bytes())
    with zipfile.ZipFile(QUICKSTART) as package:
        at = package.getinfo("xl/vbaProject.bin").header_offset + 2000
    data[at : at + 8] = b"\0" * 8
    return bytes(data)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
RELS = "_rels/.rels"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "no sound"),
        (b"a,b\n1,2\n", "no sound"),
        (OLE + b"\0" * 600, "old .xls workbook"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (zipped(a=b"1"), "without a workbook.xml"),
        (zipped(**{RELS: relation("xl/workbook.xml")}), "without a workbook.xml"),
        (zipped(**{RELS: relation("/x.bin"), "x.bin": b"1"}), "binary workbook"),
        (zipped(**{RELS: b"<not", "x.xml": b"1"}), "no sound"),
        (zipped(**{RELS: relation("x.xml"), "x.xml": b"<workbook/>"}), "no sheets"),
        (zipped(**{RELS: relation("x.xml"), "x.xml": b"<workbook><sheets>"}), "no sound"),
        (zipped(**{RELS: relation("x.xml"), "x.xml": b"<!DOCTYPE a><a/>"}), "document type"),
        (QUICKSTART.read_bytes()[:9000], "no sound"),
        (damaged(), "no sound"),
    ],
    # Bytes in a name would hold the second in which they were packed: no two processes agree.
    ids=lambda value: value if isinstance(value, str) else "file",
)
def test_bad_file_is_said_in_a_line_and_left_alone(
    tmp_path: Path, data: bytes, message: str
) -> None:
    path = tmp_path / "bad.xlsx"
    path.write_bytes(data)
    with pytest.raises(InputError, match=message) as caught:
        add_names(path)
    assert "\n" not in str(caught.value)
    assert path.read_bytes() == data
    assert list(tmp_path.iterdir()) == [path]


def test_file_that_is_missing_open_or_signed(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no file"):
        add_names(tmp_path / "none.xlsx")
    with pytest.raises(InputError, match="is a folder"):
        add_names(tmp_path)
    path = quickstart(tmp_path / "book.xlsm")
    lock = tmp_path / "~$book.xlsm"
    lock.write_bytes(b"")
    with pytest.raises(InputError, match="is open in Excel"):
        add_names(path)
    add_names(path, tmp_path / "copy.xlsm")
    lock.unlink()
    with zipfile.ZipFile(path, "a") as package:
        package.writestr("_xmlsignatures/origin.sigs", b"")
    with pytest.raises(InputError, match="is signed"):
        add_names(path)


def test_locked_file_is_said_in_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = quickstart(tmp_path / "book.xlsm")

    def refuse(self: Path, target: Path) -> None:
        raise PermissionError(13, "in use", str(target))

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(InputError, match="can't be replaced; is it open in Excel"):
        add_names(path)
    assert path.read_bytes() == QUICKSTART.read_bytes()
    assert list(tmp_path.iterdir()) == [path]
