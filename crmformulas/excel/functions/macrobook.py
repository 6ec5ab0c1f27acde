"""A macro workbook for the functions, from the quickstart file of the xlwings that is installed.

Its sheet of settings, which xlwings ships inactive, is made active and says which module has the
functions. It says no more: a setting in a sheet, even an empty one, overrides that of the user.
"""

from __future__ import annotations

import re
import zipfile
from importlib.util import find_spec
from pathlib import Path
from xml.sax.saxutils import escape

from crmformulas.errors import InputError
from crmformulas.excel.functions.names import copied, put

__all__ = ["write_macro_workbook"]

WORKBOOK = "xl/workbook.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
INACTIVE, ACTIVE = b'name="_xlwings.conf"', b'name="xlwings.conf"'
NOTE = "The settings of this workbook for xlwings; all others are those of the user."


def write_macro_workbook(file: str | Path, module: str, *, overwrite: bool = False) -> None:
    """Write a macro workbook whose functions are those of a module.

    Raises:
        InputError: if the file is there already, or is not called .xlsm, or the quickstart file
            of xlwings is not what is expected.
    """
    target = Path(file)
    if target.suffix.lower() != ".xlsm":
        raise InputError(f"{str(file)!r} must end in .xlsm, as it holds macros")
    if target.exists() and not overwrite:
        raise InputError(f"{str(file)!r} is there already; --force overwrites it")
    found = find_spec("xlwings")
    if found is None or found.origin is None:
        raise InputError("xlwings is not installed: pip install xlwings")
    source = Path(found.origin).parent / "quickstart.xlsm"
    try:
        with zipfile.ZipFile(source) as package:
            temporary = copied(package, _settings(package, module), target)
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise InputError(f"the quickstart file of xlwings can't be used: {error}") from None
    temporary.chmod(0o644)
    put(temporary, target)


def _settings(package: zipfile.ZipFile, module: str) -> dict[str, bytes]:
    """The parts of the quickstart file that change: the name of a sheet, and what is on it."""
    workbook = package.read(WORKBOOK)
    sheet = re.search(rb"<sheet [^>]*" + re.escape(INACTIVE) + rb'[^>]* r:id="(\w+)"', workbook)
    if sheet is None:
        raise KeyError("it has no sheet _xlwings.conf")
    relation = re.search(
        rb'<Relationship [^>]*Id="' + sheet[1] + rb'"[^>]*>', package.read(RELATIONS)
    )
    target = relation and re.search(rb'Target="([^"]+)"', relation[0])
    if not target:
        raise KeyError("its sheet _xlwings.conf has no part")
    part = "xl/" + target[1].decode()
    cells = _row(1, "UDF Modules", module) + _row(4, NOTE)
    edited, count = re.subn(
        rb"<sheetData>.*</sheetData>",
        lambda _: f"<sheetData>{cells}</sheetData>".encode(),
        package.read(part),
        flags=re.DOTALL,
    )
    if count != 1:
        raise KeyError(f"{part} has no data")
    return {WORKBOOK: workbook.replace(INACTIVE, ACTIVE), part: edited}


def _row(number: int, *texts: str) -> str:
    cells = "".join(
        f'<c r="{column}{number}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'
        for column, text in zip("AB", texts, strict=False)
    )
    return f'<row r="{number}">{cells}</row>'
