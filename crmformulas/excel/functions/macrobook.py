"""Macro workbooks and add-ins with the functions, from a quickstart file of the installed xlwings.

The quickstart file that stands alone holds what calls Python; it needs no add-in of xlwings. Our
module of functions takes the place of its sample macro, and an example that of its empty sheet.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from xml.sax.saxutils import escape

from crmformulas.errors import InputError
from crmformulas.excel.functions.names import copy_package
from crmformulas.excel.functions.vba_module import MODULE, WHY, vba_module
from crmformulas.excel.functions.vba_project import with_module
from crmformulas.files import atomic_write, refuse_existing

__all__ = ["SUFFIXES", "write_macro_book"]

SUFFIXES = {".xlsm": "a macro workbook", ".xlam": "an add-in", ".bas": "a VBA module"}
"""What can be written, by how the file is called."""

SAMPLE = "Module1"
"""The module of the quickstart file that goes."""
PROJECT, SHEET, TYPES = "xl/vbaProject.bin", "xl/worksheets/sheet1.xml", "[Content_Types].xml"
WORKBOOK_TYPE, ADDIN_TYPE = (
    f"application/vnd.ms-excel.{kind}.macroEnabled.main+xml" for kind in ("sheet", "addin")
)

EXAMPLE: tuple[tuple[str | float, ...], ...] = (
    ("The CRM functions as Python answers them",),
    (),
    ("Orders per year", "Value per order", "Years as a customer", "Lifetime value", "Why"),
    (5, 500, 2.5, "=CLV(A4,B4,C4)", f"={WHY}(D4)"),
    (5, 500, -1, "=CLV(A5,B5,C5)", f"={WHY}(D5)"),
    (),
    ("If column D shows #NAME?: choose Enable Content, and calculate anew (Ctrl+Alt+F9).",),
    ("If it shows #VALUE!, column E says why; crmf excel status says what is missing.",),
    ("Type a function anywhere in this workbook, for example =CUSTOMER_DURATION(60%)",),
)
"""What stands on the sheet."""


def write_macro_book(file: str | Path, *, overwrite: bool = False) -> None:
    """Write a macro workbook (.xlsm), an add-in (.xlam) or a VBA module to import (.bas).

    Raises:
        InputError: if the file is there already, or is called otherwise, or the quickstart file of
            xlwings is not what is expected.
    """
    target = Path(file)
    suffix = target.suffix.lower()
    if suffix not in SUFFIXES:
        raise InputError(f"{str(file)!r} must end in .xlsm (a workbook), .xlam (an add-in) or .bas")
    refuse_existing(target, overwrite)
    if suffix == ".bas":
        text = f'Attribute VB_Name = "{MODULE}"\n{vba_module()}'
        with atomic_write(target, overwrite=overwrite) as part:
            part.write_text(text, encoding="ascii", newline="\r\n")
        return
    spec = find_spec("xlwings")
    if spec is None or spec.origin is None:
        raise InputError("xlwings is not installed: pip install xlwings")
    source = Path(spec.origin).parent / "quickstart_standalone.xlsm"
    try:
        with zipfile.ZipFile(source) as package:
            parts = _parts(package, addin=suffix == ".xlam")
    except ModuleNotFoundError as error:
        name = error.name
        raise InputError(f"{name} is not installed: pip install 'crmformulas[excel]'") from None
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise InputError(f"the quickstart file of xlwings can't be used: {error}") from None
    with (
        atomic_write(target, overwrite=overwrite) as part,
        zipfile.ZipFile(source) as package,
    ):
        copy_package(package, parts, part)


def _parts(package: zipfile.ZipFile, *, addin: bool) -> Mapping[str, bytes]:
    """The parts of the quickstart file that change."""
    project = with_module(package.read(PROJECT), SAMPLE, MODULE, vba_module(addin=addin))
    rows = "".join(_row(i, *cells) for i, cells in enumerate(EXAMPLE, 1) if cells)
    sheet, count = re.subn(
        rb"<sheetData ?/>", f"<sheetData>{rows}</sheetData>".encode(), package.read(SHEET)
    )
    if count != 1:
        raise KeyError(f"{SHEET} is not empty")
    sheet = sheet.replace(
        b'<dimension ref="A1" />', f'<dimension ref="A1:E{len(EXAMPLE)}" />'.encode()
    )
    parts = {PROJECT: project, SHEET: sheet}
    if addin:
        types = package.read(TYPES)
        if WORKBOOK_TYPE.encode() not in types:
            raise KeyError(f"{TYPES} names no macro workbook")
        parts[TYPES] = types.replace(WORKBOOK_TYPE.encode(), ADDIN_TYPE.encode())
    return parts


def _row(number: int, *cells: str | float) -> str:
    elements = "".join(
        _cell(f"{column}{number}", content) for column, content in zip("ABCDE", cells, strict=False)
    )
    return f'<row r="{number}">{elements}</row>'


def _cell(place: str, content: str | float) -> str:
    if not isinstance(content, str):
        return f'<c r="{place}"><v>{content:g}</v></c>'
    if content.startswith("="):
        return f'<c r="{place}"><f>{escape(content[1:])}</f></c>'
    return f'<c r="{place}" t="inlineStr"><is><t>{escape(content)}</t></is></c>'
