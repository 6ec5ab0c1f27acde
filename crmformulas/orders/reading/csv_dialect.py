"""How a text file is written: encoding, delimiter, header; found on its first kilobytes.

The engine is then told explicitly how to read the file. What it can't be told (an encoding other
than UTF-8) is rewritten to a temporary file on the way.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from crmformulas.errors import InputError
from crmformulas.orders.reading.source_tables import shown

__all__ = ["LINE_END", "UTF8", "Dialect", "Head", "later_records", "read_head", "sniff"]

HEAD = 1 << 16
ENOUGH = 1 << 14
"""Of that much text the delimiter is guessed."""
DELIMITERS = ",;\t|"
LINE_END = "\r\n|\r|\n"  # not what else Python takes for one
UTF8 = ("utf-8", "utf-8-sig", "ascii")
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What stands in rows and not in headers.
VALUE = re.compile(r"^\s*[-+(]?[$€£]?\d[\d\s.,:/TZ+%-]*\)?\s*$|@")


@dataclass(frozen=True)
class Dialect:
    """How to read one text file."""

    encoding: str
    delimiter: str
    """One character, or a blank for runs of blanks."""
    names: tuple[str, ...] | None
    """The header, or None where the first line holds values."""
    skip: int
    """Lines before the header or the first row."""
    width: int
    compression: Literal["none", "gzip", "zstd"]
    mixed_ends: bool
    """Whether some lines end otherwise than others, which the engine refuses."""
    rows: tuple[tuple[str, ...], ...]
    """The rows of the sample."""
    whole: bool
    """Whether the sample is the whole file."""
    guessed: str | None
    """What the user must know about how the file was read."""


@dataclass(frozen=True)
class Head:
    """The first bytes of a file, decompressed, and whether that is all of it."""

    data: bytes
    whole: bool
    compression: Literal["none", "gzip", "zstd"]


def read_head(path: Path, size: int = HEAD) -> Head:
    """The first bytes, decompressed where gzip or Zstandard wrote them.

    Raises:
        InputError: the file can't be opened, or its compression is broken.
    """
    try:
        with path.open("rb") as file:
            data = file.read(size + 1)
            compression: Literal["none", "gzip", "zstd"] = "none"
            if data.startswith(b"\x1f\x8b"):
                compression = "gzip"
                file.seek(0)
                with gzip.open(file) as unpacked:
                    data = unpacked.read(size + 1)
            elif data.startswith(b"\x28\xb5\x2f\xfd"):
                compression = "zstd"
    except EOFError as error:
        raise InputError(f"{shown(path)}: the gzip file is cut off; get it again") from error
    except gzip.BadGzipFile as error:
        raise InputError(f"{shown(path)}: the gzip file is damaged; get it again") from error
    except OSError as error:
        raise InputError(f"{shown(path)}: {error.strerror or error}") from error
    return Head(data[:size], len(data) <= size, compression)


def find_encoding(head: Head, path: Path, given: str | None) -> str:
    """The encoding of a file by its first bytes."""
    if given is not None:
        try:
            return codecs.lookup(given).name
        except LookupError as error:
            raise InputError(
                f"--encoding {given!r} is not known; give utf-8, cp1252, utf-16 or another"
            ) from error
    for bom, encoding in BOMS:
        if head.data.startswith(bom):
            return encoding
    data = head.data
    if b"\0" in data:
        # Latin text in UTF-16 without its mark: every other byte is zero.
        for encoding, start in (("utf-16-le", 1), ("utf-16-be", 0)):
            every_other = data[start::2]
            if every_other.count(0) * 10 >= len(every_other) * 9:
                return encoding
        raise InputError(f"{shown(path)}: is neither text nor a kind of file that is known")
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data, final=head.whole)
    except UnicodeDecodeError:
        controls = sum(data.count(byte) for byte in range(32) if byte not in b"\t\n\r\f\v\x1a")
        if controls * 100 > len(data):
            raise InputError(
                f"{shown(path)}: is neither text nor a kind of file that is known"
            ) from None
        return "cp1252"
    return "utf-8"


def sniff(
    path: Path, *, delimiter: str | None = None, encoding: str | None = None, head: Head
) -> Dialect:
    """How the file is written.

    Raises:
        InputError: it is empty, not text, or not a table.
    """
    found = find_encoding(head, path, encoding)
    try:
        text = codecs.getincrementaldecoder(found)(errors="replace").decode(head.data)
    except UnicodeError as error:
        raise InputError(
            f"{shown(path)}: is not {found}: {error}; give another --encoding"
        ) from error
    text = text.removeprefix("\ufeff")
    if not text.strip().strip("\0\x1a"):
        raise InputError(f"{shown(path)}: is empty")
    skip = 0
    hint = re.match(r"sep=(.)\r?\n", text)
    if hint is not None:
        # Excel's own note on the delimiter.
        skip, text = 1, text[hint.end() :]
        delimiter = delimiter or hint[1]
    blank_lines = re.match(r"(?:[ \t]*(?:\r\n|\r|\n))+", text)
    if blank_lines is not None:
        skip += len(re.findall(LINE_END, blank_lines[0]))
        text = text[blank_lines.end() :]
    if not head.whole:
        # The last line may be cut off in its middle.
        text = text[: max(text.rfind("\n"), text.rfind("\r")) + 1] or text
    delimiter = _given_delimiter(delimiter) if delimiter else _best_delimiter(text)
    records = list(_records(text, delimiter))
    if not head.whole and len(records) > 1:
        # Where the text was cut inside quotes, the last record is cut too.
        records.pop()
    first = records[0]
    header = _is_header(first, records[1:])
    rows = records[1:] if header else records
    widths = Counter(map(len, rows)).most_common(1)
    width = len(first) if header else widths[0][0]
    # A last field that is always blank: a delimiter ends each line.
    over = [row for row in rows if len(row) > width and any(map(str.strip, row[width:]))]
    if header and len(over) * 2 > len(rows):
        raise InputError(
            f"{shown(path)}: the rows have {len(over[0])} fields, the header {width}; add the"
            " missing names, or put quotes around values that hold the delimiter"
        )
    endings = Counter(re.findall(LINE_END, re.sub(r'"[^"]*"', "", text)))
    names = tuple(cell.strip() for cell in first) if header else None
    guessed = None
    if found == "cp1252" and encoding is None:
        guessed = (
            f"{shown(path)}: not UTF-8, read as Windows-1252; if it is another, give it with"
            " --encoding"
        )
    return Dialect(
        found,
        delimiter,
        names,
        skip,
        width,
        head.compression,
        len(endings) > 1,
        tuple(tuple(row) for row in rows),
        head.whole,
        guessed,
    )


def _is_header(first: list[str], rows: list[list[str]]) -> bool:
    """Whether the first record names columns: few values in it, and fewer than below."""
    filled = [i for i, cell in enumerate(first) if cell.strip()]
    values = [i for i in filled if VALUE.search(first[i])]
    if not filled or len(values) * 2 >= len(filled):
        return False
    names = set(filled) - set(values)
    return not values or any(
        VALUE.search(row[i]) for row in rows[:100] for i in names if i < len(row)
    )


def _given_delimiter(given: str) -> str:
    words = {"tab": "\t", "\\t": "\t", "space": " ", "blank": " ", "comma": ",", "semicolon": ";"}
    given = words.get(given.lower(), given)
    if len(given) != 1 or given in '"\r\n' or not given.isascii():
        raise InputError(f"--delimiter {given!r}: give one character, or 'tab' or 'space'")
    return given


def _best_delimiter(text: str) -> str:
    """The delimiter that cuts the lines most evenly, into as many fields as the first line has."""
    best, best_score = "", (0.0, 0)
    text = text[:ENOUGH] if len(text) <= ENOUGH else text[: text.rfind("\n", 0, ENOUGH) + 1] or text
    for delimiter in DELIMITERS:
        widths = [len(record) for record in _records(text, delimiter)]
        width, count = Counter(widths).most_common(1)[0]
        width = max(width, 1) if width == widths[0] or widths[0] == 1 else widths[0]
        if width < 2:
            continue
        even = sum(w == width for w in widths) / len(widths)
        if widths[0] != width:
            even /= 2
        score = (round(even, 1), width)
        if score > best_score:
            best, best_score = delimiter, score
    if best and best_score[0] >= 0.5:
        return best
    widths = [len(record) for record in _records(text, " ")]
    width, count = Counter(widths).most_common(1)[0]
    if width > 1 and count >= 0.9 * len(widths):
        return " "
    return best or ","


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    """The records of a text that aren't blank."""
    if delimiter == " ":
        for line in re.split(LINE_END, text):
            if line.strip():
                yield line.split()
        return
    csv.field_size_limit(1 << 30)
    for record in csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=delimiter != "\t"
    ):
        if record:
            yield record


def later_records(path: Path, dialect: Dialect, size: int = HEAD // 16) -> list[list[str]]:
    """Some records from further down an uncompressed file, its end included, cheaply.

    A chunk that begins inside a quoted field gives wrong records; those of another width than the
    header's are left out, and what remains only speaks for or against a reading.
    """
    if dialect.whole or dialect.compression != "none" or dialect.encoding not in UTF8:
        return []
    records: list[list[str]] = []
    with path.open("rb") as file:
        end = file.seek(0, io.SEEK_END)
        for eighth in range(1, 9):
            file.seek(max(0, end * eighth // 8 - size))
            text = file.read(size).decode("utf-8", errors="replace").partition("\n")[2]
            if eighth < 8:
                text = text.rpartition("\n")[0]
            found = _records(text, dialect.delimiter)
            records += [record for record in found if len(record) == dialect.width]
    return records
