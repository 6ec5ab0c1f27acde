"""Put the LAMBDA names into a workbook that is there, and leave everything else in it alone.

A workbook is a zip of parts, and names stand in one of them, the workbook part. That part alone is
edited, as text: every byte around the names stays. All other parts are copied as they are, so that
charts, pictures, macros, pivot tables and whatever a library would not know survive.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TypeAlias
from xml.parsers import expat
from xml.sax.saxutils import escape

from crmformulas.errors import InputError
from crmformulas.excel.functions.lambdas import closed_forms, comment, stored
from crmformulas.files import atomic_write, keep_mode

__all__ = ["Name", "Report", "add_names", "copy_package", "lambda_names", "with_names"]

Rewriting: TypeAlias = Callable[[zipfile.ZipFile], Mapping[str, Callable[[bytes], Iterable[bytes]]]]
"""Tells of a package what some of its parts become."""

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How old workbooks (.xls) and encrypted ones begin."""

BEFORE_NAMES = ("sheets", "functionGroups", "externalReferences")
"""The elements that come before the names, of which the first is always there."""


@dataclass(frozen=True, slots=True)
class Name:
    """A defined name: what it is called, what it refers to, and what Excel says of it."""

    name: str
    text: str
    comment: str = ""


@dataclass(slots=True)
class Report:
    """The outcome for each name."""

    added: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    current: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    """Names that a sheet has for itself, which hide ours on it: ``CLV on 'Sales'``."""

    @property
    def changed(self) -> bool:
        """Whether the workbook is not what it was."""
        return bool(self.added or self.replaced)


def lambda_names(prefix: str = "") -> list[Name]:
    """Every formula of the catalogue that can be a LAMBDA, in alphabetical order.

    Args:
        prefix: What comes before the names. With ``CRM.`` a file says what LibreOffice's extension
            understands, too, and no table or name called BUDGET is in the way.

    Raises:
        InputError: if the prefix is none.
    """
    if prefix and not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]+\.", prefix):
        raise InputError(f"--prefix must be letters and a full stop such as CRM., got {prefix!r}")
    names = sorted(closed_forms().items())
    return [Name(prefix.upper() + n, stored(f), comment(f)) for n, f in names]


def add_names(
    path: str | Path,
    output: str | Path | None = None,
    *,
    names: Sequence[Name] | None = None,
    prefix: str = "",
    force: bool = False,
    rewrite: Rewriting | None = None,
) -> Report:
    """Add the names to a workbook (.xlsx, .xlsm, .xltx, .xltm), or to a copy of it.

    A name that is there already is kept; with ``force`` it is replaced. The name of a table is
    always kept, as Excel does not let a table and a name be called the same. ``rewrite`` tells
    what other parts of the package become, from what they are.

    Raises:
        InputError: if the file is no such workbook, is encrypted or signed, or is open.
    """
    source = Path(path).resolve()
    target = source if output is None else Path(output).resolve()
    if target != source and target.exists() and not force:
        raise InputError(f"{str(output)!r} is there already; --force overwrites it")
    for program, lock in (("Excel", f"~${source.name}"), ("LibreOffice", f".~lock.{source.name}#")):
        if target == source and (source.parent / lock).exists():
            raise InputError(
                f"{str(path)!r} is open in {program}; close it, or give -o FILE for a copy"
            )
    with _package(source, str(path)) as package:
        if any(part.startswith("_xmlsignatures/") for part in package.namelist()) and not force:
            raise InputError(f"{str(path)!r} is signed, and names would break the signature")
        part = _workbook_part(package, str(path))
        wanted = lambda_names(prefix) if names is None else names
        edited, report = with_names(
            package.read(part), wanted, tables=_tables(package), replace=force
        )
    if not report.changed and target == source:
        return report
    # The source is closed before its place is taken: Windows replaces no file that is open.
    with atomic_write(target) as new, _package(source, str(path)) as package:
        others = rewrite(package) if rewrite else {}
        copy_package(package, {**others, part: edited}, new)
        keep_mode(source, new)
    return report


# ------------------------------------------------------------------------------------ the package


@contextlib.contextmanager
def _package(path: Path, shown: str) -> Iterator[zipfile.ZipFile]:
    """The zip at a path; whatever is wrong with it is said in one line."""
    try:
        with path.open("rb") as stream:
            _refuse_old(stream, shown)
            with zipfile.ZipFile(stream) as package:
                yield package
    except FileNotFoundError:
        raise InputError(f"there is no file {shown!r}") from None
    except IsADirectoryError:
        raise InputError(f"{shown!r} is a folder, not a workbook") from None
    except PermissionError:
        raise InputError(f"{shown!r} can't be opened or replaced; is it open in Excel?") from None
    except (zipfile.BadZipFile, NotImplementedError, EOFError, expat.ExpatError) as error:
        raise InputError(f"{shown!r} is no sound .xlsx or .xlsm workbook ({error})") from None
    except RuntimeError as error:  # what zipfile says of a zip with a password
        raise InputError(f"{shown!r} can't be read: {error}") from None


def _refuse_old(stream: IO[bytes], shown: str) -> None:
    begin = stream.read(len(OLE))
    if begin == OLE:
        if "EncryptedPackage".encode("utf-16-le") in stream.read():
            raise InputError(f"{shown!r} is encrypted; save it without a password first")
        raise InputError(f"{shown!r} is an old .xls workbook; save it as .xlsx first")
    stream.seek(0)


def _workbook_part(package: zipfile.ZipFile, shown: str) -> str:
    """The part that holds the names; the relations of the package say where it is."""
    targets: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        # The strict variant of the format has another address before the last word.
        if name.endswith("Relationship") and attributes.get("Type", "").endswith("/officeDocument"):
            targets.append(attributes.get("Target", "").lstrip("/"))

    if "_rels/.rels" in package.namelist():
        _parser(start).Parse(package.read("_rels/.rels"), True)
    if not targets or targets[0] not in package.namelist():
        raise InputError(f"{shown!r} is a zip file without a workbook.xml, so no Excel workbook")
    if not targets[0].endswith(".xml"):
        raise InputError(f"{shown!r} is a binary workbook; save it as .xlsx or .xlsm first")
    return targets[0]


def _tables(package: zipfile.ZipFile) -> frozenset[str]:
    """The names of the tables, in capitals."""
    names = set[str]()

    def start(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "table":
            names.add(attributes.get("displayName", attributes.get("name", "")).upper())

    for part in package.namelist():
        if re.search(r"(^|/)tables/[^/]+\.xml$", part):
            _parser(start).Parse(package.read(part), True)
    return frozenset(names)


def copy_package(
    package: zipfile.ZipFile,
    edited: Mapping[str, bytes | Callable[[bytes], Iterable[bytes]]],
    target: Path,
) -> None:
    """Write a package to a file, with some of its parts replaced.

    A long part is told by what makes its pieces from what it was.
    """
    with zipfile.ZipFile(target, "w") as copy_of_package:
        copy_of_package.comment = package.comment
        for entry in package.infolist():
            # What needs the larger size fields must have them from the start.
            large = entry.file_size > zipfile.ZIP64_LIMIT // 2
            own = copy(entry)
            with copy_of_package.open(own, "w", force_zip64=large) as part:
                new = edited.get(entry.filename)
                if callable(new):
                    part.writelines(new(package.read(entry)))
                elif new is not None:
                    part.write(new)
                else:
                    with package.open(entry) as original:
                        shutil.copyfileobj(original, part)
            # Opening gives an entry without file permissions some.
            own.external_attr = entry.external_attr


# ------------------------------------------------------------------------------ the workbook part


def with_names(
    xml: bytes,
    names: Sequence[Name],
    *,
    tables: frozenset[str] = frozenset(),
    replace: bool = False,
) -> tuple[bytes, Report]:
    """The workbook part with the names in it; the bytes around them stay as they are.

    Args:
        xml: The workbook part.
        names: The names to add.
        tables: Names of tables, in capitals, which no name may have.
        replace: Whether a name that is there already is replaced.

    Returns:
        The part with the names, and what became of each.
    """
    layout = _Layout(xml)
    report, edits, new = Report(), list[tuple[int, int, str]](), ""
    ours = {one.name for one in names}
    report.hidden = [
        f"{name} on {layout.sheets[place]!r}" for name, place in layout.local if name in ours
    ]
    for one in names:
        there = layout.names.get(one.name)
        if one.name in tables:
            report.tables.append(one.name)
        elif there is None:
            report.added.append(one.name)
            new += layout.element(one)
        elif there.text == one.text:
            report.current.append(one.name)
        elif replace:
            report.replaced.append(one.name)
            edits.append((there.start, there.end, layout.element(one)))
        else:
            report.kept.append(one.name)
    if new:
        edits.append(layout.room(new))
    for start, end, text in sorted(edits, reverse=True):
        xml = xml[:start] + text.encode() + xml[end:]
    return xml, report


@dataclass(slots=True)
class _Span:
    """An element: where it starts, where its content ends and where it ends itself."""

    start: int
    content: int = 0
    end: int = 0
    empty: bool = False
    text: str = ""


_TAG = re.compile(rb"""<(?:[^"'>]|"[^"]*"|'[^']*')*>""")


class _Layout:
    """Where in the bytes of a workbook part the names are, or belong."""

    def __init__(self, xml: bytes) -> None:
        self.xml = xml
        self.prefix = ""
        self.names: dict[str, _Span] = {}
        self.sheets: list[str] = []
        self.local: list[tuple[str, int]] = []
        self.parts: dict[str, _Span] = {}
        self._open: list[tuple[str, dict[str, str], _Span]] = []
        self._parser = _parser(self._start, self._end, self._text)
        self._parser.Parse(xml, True)
        if "sheets" not in self.parts:
            raise expat.ExpatError("its workbook part has no sheets")

    def element(self, name: Name) -> str:
        """The element of a name."""
        comment = f' comment="{_escaped(name.comment)}"' if name.comment else ""
        tag = f"{self.prefix}definedName"
        return f'<{tag} name="{_escaped(name.name)}"{comment}>{escape(name.text)}</{tag}>'

    def room(self, elements: str) -> tuple[int, int, str]:
        """The edit that adds elements after the names that are there."""
        there = self.parts.get("definedNames")
        if there and not there.empty:
            return there.content, there.content, elements
        tag = f"{self.prefix}definedNames"
        whole = f"<{tag}>{elements}</{tag}>"
        if there:
            return there.start, there.end, whole
        last = max(self.parts[name].end for name in BEFORE_NAMES if name in self.parts)
        return last, last, whole

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if not self._open:
            prefix, colon, _ = tag.rpartition(":")
            self.prefix = prefix + colon
        self._open.append((tag, attributes, _Span(self._parser.CurrentByteIndex)))

    def _text(self, text: str) -> None:
        self._open[-1][2].text += text

    def _end(self, tag: str) -> None:
        _, attributes, span = self._open.pop()
        begin = _TAG.match(self.xml, span.start)
        assert begin is not None
        span.empty = begin[0].endswith(b"/>")
        span.content = begin.end() if span.empty else self._parser.CurrentByteIndex
        span.end = begin.end() if span.empty else self.xml.index(b">", span.content) + 1
        if len(self._open) == 1 and tag.startswith(self.prefix):
            self.parts.setdefault(tag.removeprefix(self.prefix), span)
        # A name of one sheet alone goes beside the same name for the whole workbook.
        inside = len(self._open) == 2
        if inside and tag == f"{self.prefix}sheet":
            self.sheets.append(attributes.get("name", ""))
        if inside and tag == f"{self.prefix}definedName":
            name = attributes.get("name", "").upper()
            if "localSheetId" in attributes:
                self.local.append((name, int(attributes["localSheetId"])))
            else:
                self.names[name] = span


def _parser(
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> expat.XMLParserType:
    # The encoding is given, as positions count bytes.
    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _refuse_doctype(*_: object) -> None:
    # No workbook has one; one that has could expand into anything.
    raise expat.ExpatError("a part declares a document type")


def _escaped(text: str) -> str:
    return escape(text, {'"': "&quot;"})
