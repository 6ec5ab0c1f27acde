"""Dialect of a text file: encoding, delimiter, header; found on its first kilobytes.

The engine is then told explicitly how to read the file. What it can't be told (an encoding other
than UTF-8) is rewritten to a temporary file on the way.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from crmformulas.errors import InputError
from crmformulas.orders.reading.account import AppliedRule, note
from crmformulas.orders.reading.header_row import WITHIN, Wanted
from crmformulas.orders.reading.packed_files import HEAD, Compression, Head
from crmformulas.orders.reading.source_tables import shown
from crmformulas.translations import Translated

__all__ = ["LINE_END", "UTF8", "Dialect", "guessed_encoding", "later_records", "sniff"]

ENOUGH = 1 << 14
"""Of that much text the delimiter is guessed."""
DELIMITERS = ",;\t|"
RARE_DELIMITERS = "^~\x1f\x01:"
"""Tried where the usual ones cut nothing."""
LINE_END = "\r\n|\r|\n"  # not what else Python takes for one
UTF8 = ("utf-8", "utf-8-sig", "ascii")
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
COMMON_CONTROLS = b"\t\n\r\f\v\x1a\x1f\x01"
# What stands in rows and not in headers.
VALUE = re.compile(r"^\s*[-+(]?[$€£]?\d[\d\s.,:/TZ+%-]*\)?\s*$|@")


def guessed_encoding(label: str) -> AppliedRule:
    """Notice of a file that is not UTF-8."""
    return note(
        "encoding_guessed",
        f"{label}: not UTF-8, read as Windows-1252; if it is another, give it with --encoding",
        f"{label}: inte UTF-8, läst som Windows-1252; en annan anges med --encoding",
        "--encoding",
    )


@dataclass(frozen=True)
class Dialect:
    """Dialect of one text file."""

    encoding: str
    delimiter: str
    """One character, or a blank for runs of blanks."""
    names: tuple[str, ...] | None
    """The header, or None where the first line holds values."""
    skip: int
    """Lines before the header or the first row."""
    width: int
    compression: Compression
    mixed_ends: bool
    """Whether some lines end otherwise than others, which the engine refuses."""
    rows: tuple[tuple[str, ...], ...]
    """The rows of the sample."""
    titles: tuple[tuple[str, ...], ...]
    """The rows above the header."""
    whole: bool
    """Whether the sample is the whole file."""
    guessed: AppliedRule | None
    """What the user must know about how the file was read."""
    escape: str = '"'
    """What stands before a quote inside quotes: another, or a backslash."""
    cut: bool = False
    """Whether the lines before the header have to be cut off, as the engine can't skip them."""


def find_encoding(head: Head, path: Path, given: str | None) -> str:
    """The encoding of a file by its first bytes."""
    if given is not None:
        try:
            return codecs.lookup(given).name
        except LookupError as error:
            raise InputError(
                Translated(
                    f"encoding {given!r} is not known; give utf-8, cp1252, utf-16 or another",
                    f"kodningen {given!r} är okänd; ange utf-8, cp1252, utf-16 eller en annan",
                ),
                command=f"--encoding {given!r} is not known; give utf-8, cp1252, utf-16 or another",
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
    controls = sum(data.count(byte) for byte in range(1, 32) if byte not in COMMON_CONTROLS)
    unknown = InputError(f"{shown(path)}: is neither text nor a kind of file that is known")
    if data.count(0) * 20 > len(data) or (b"\0" in data and controls * 100 > len(data)):
        raise unknown
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data, final=head.whole)
    except UnicodeDecodeError:
        if controls * 100 > len(data):
            raise unknown from None
        return "cp1252"
    return "utf-8"


def sniff(
    path: Path,
    *,
    delimiter: str | None = None,
    encoding: str | None = None,
    head: Head,
    wanted: Wanted | None = None,
) -> Dialect:
    """Find the dialect of a file.

    Raises:
        InputError: it is empty, not text, or not a table.
    """
    wanted = wanted or Wanted()
    detected = find_encoding(head, path, encoding)
    text = _decoded(head, path, detected)
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
    cut = _cut(path, text, delimiter, wanted, skip, whole=head.whole)
    first, header = cut.records[cut.start], cut.header
    rows = cut.records[cut.start + header :]
    widths = Counter(map(len, rows)).most_common(1)
    width = len(first) if header else widths[0][0]
    # A last field that is always blank: a delimiter ends each line.
    over = [row for row in rows if len(row) > width and any(map(str.strip, row[width:]))]
    if header and len(over) * 2 > len(rows):
        raise InputError(
            Translated(
                f"{shown(path)}: the rows have {len(over[0])} fields, the header {width}; add the"
                " missing names, or put quotes around values that hold the delimiter",
                f"{shown(path)}: raderna har {len(over[0])} fält, rubriken {width}; lägg till de"
                " rubriker som saknas, eller sätt citattecken om värden som har skiljetecknet",
            )
        )
    above = cut.lines[cut.start] - 1
    names = tuple(cell.strip() for cell in first) if header else None
    guessed = None
    if detected == "cp1252" and encoding is None:
        guessed = guessed_encoding(shown(path))
    return Dialect(
        detected,
        cut.delimiter,
        names,
        skip + above,
        width,
        head.compression,
        _mixed_ends(text, names),
        tuple(tuple(row) for row in rows),
        tuple(tuple(row) for row in cut.records[: cut.start]),
        head.whole,
        guessed,
        cut.escape,
        # A quote up there could hold line ends, or not: the engine is not asked to skip those.
        cut=above > 0 and '"' in "".join(text.splitlines(keepends=True)[:above]),
    )


def _decoded(head: Head, path: Path, encoding: str) -> str:
    try:
        text = codecs.getincrementaldecoder(encoding)(errors="replace").decode(head.data)
    except UnicodeError as error:
        raise InputError(
            Translated(
                f"{shown(path)}: is not {encoding}: {error}",
                f"{shown(path)}: är inte {encoding}: {error}",
            ),
            "; give another --encoding",
        ) from error
    text = text.removeprefix("\ufeff").replace("\0", "")
    if not text.strip().strip("\x1a"):
        raise InputError(Translated(f"{shown(path)}: is empty", f"{shown(path)}: är tom"))
    return text


def _mixed_ends(text: str, names: tuple[str, ...] | None) -> bool:
    """Whether the engine must not be given the line ends as they are."""
    endings = set(re.findall(LINE_END, re.sub(r'"[^"]*"', "", text)))
    # By a line end inside the header's quotes it would tell those of all lines.
    inside = {end for name in names or () for end in re.findall(LINE_END, name)}
    return len(endings | inside) > 1


@dataclass(frozen=True)
class _Cut:
    """A text cut into records, and where the first of the table is."""

    delimiter: str
    escape: str
    records: list[list[str]]
    lines: list[int]
    """The line, from 1, in which each record begins."""
    start: int
    header: bool


def _cut(
    path: Path, text: str, given: str | None, wanted: Wanted, skipped: int, *, whole: bool
) -> _Cut:
    """Cut a text into records by the delimiter that is given, or that suits it best."""
    delimiter = _given_delimiter(given) if given else _naming(text, wanted) or _best_delimiter(text)
    escape = _escape(text, delimiter)
    numbered = list(_numbered(text, delimiter, escape))
    if not whole and len(numbered) > 1:
        # Where the text was cut inside quotes, the last record is cut too.
        numbered.pop()
    records = [record for _, record in numbered]
    lines = [line for line, _ in numbered]
    if wanted.row is not None:
        line = wanted.row - skipped
        if line not in lines:
            raise InputError(
                Translated(
                    f"{shown(path)}: no row begins in line {wanted.row}",
                    f"{shown(path)}: ingen rad börjar på rad {wanted.row}",
                ),
                " (--header-row)",
            )
        return _Cut(delimiter, escape, records, lines, lines.index(line), True)
    start = wanted.find(records)
    if start is not None:
        return _Cut(delimiter, escape, records, lines, start, True)
    start = _below_titles(records)
    return _Cut(
        delimiter,
        escape,
        records,
        lines,
        start,
        _is_header(records[start], records[start + 1 :]),
    )


def _naming(text: str, wanted: Wanted) -> str | None:
    """The delimiter by which one of the first rows names the columns that are looked for."""
    lines = re.split(LINE_END, text)[: 2 * WITHIN]
    few = "\n".join(lines)
    widths = {}
    for delimiter in DELIMITERS + RARE_DELIMITERS:
        if any(delimiter in line for line in lines):
            records = [record for _, record in _numbered(few, delimiter)]
            start = wanted.find(records)
            if start is not None:
                widths[delimiter] = len(records[start])
    return max(widths, key=lambda delimiter: widths[delimiter]) if widths else None


def _below_titles(records: list[list[str]]) -> int:
    """The first record of the usual width, where those above are titles: much narrower."""
    filled = [sum(1 for cell in record if cell.strip()) for record in records]
    (usual, _), *_ = Counter(map(len, records)).most_common(1)
    if filled[0] * 2 > usual or usual < 3:
        return 0
    for number, record in enumerate(records[: WITHIN + 1]):
        if len(record) == usual and filled[number] * 2 > usual:
            return number if _is_header(record, records[number + 1 :]) else 0
    return 0


def _escape(text: str, delimiter: str) -> str:
    """A backslash, where quotes are escaped by one and not by another quote."""
    if '\\"' not in text or delimiter == " ":
        return '"'
    few = text[:ENOUGH]

    def uneven(escape: str) -> int:
        widths = Counter(len(record) for _, record in _numbered(few, delimiter, escape))
        return widths.total() - max(widths.values())

    return "\\" if uneven("\\") < uneven('"') else '"'


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
        raise InputError(
            Translated(
                f"delimiter {given!r}: give one character, or 'tab' or 'space'",
                f"skiljetecknet {given!r}: ange ett tecken, eller 'tab' eller 'space'",
            ),
            command=f"--delimiter {given!r}: give one character, or 'tab' or 'space'",
        )
    return given


def _best_delimiter(text: str) -> str:
    """The delimiter that cuts the lines most evenly, into as many fields as the first line has."""
    best, best_score = _most_even(text, DELIMITERS)
    if best and best_score >= 0.5:
        return best
    widths = [len(record) for record in _records(text, " ")]
    width, count = Counter(widths).most_common(1)[0]
    if width > 1 and count >= 0.9 * len(widths):
        return " "
    rare, rare_score = _most_even(text, RARE_DELIMITERS)
    return rare if rare and rare_score == 1 else best or ","


def _most_even(text: str, delimiters: str) -> tuple[str, float]:
    best, best_score = "", (0.0, 0)
    text = text[:ENOUGH] if len(text) <= ENOUGH else text[: text.rfind("\n", 0, ENOUGH) + 1] or text
    for delimiter in delimiters:
        widths = [len(record) for record in _records(text, delimiter)]
        ((width, _),) = Counter(widths).most_common(1)
        width = max(width, 1) if width == widths[0] or widths[0] == 1 else widths[0]
        if width < 2:
            continue
        even = sum(w == width for w in widths) / len(widths)
        if widths[0] != width:
            even /= 2
        score = (round(even, 1), width)
        if score > best_score:
            best, best_score = delimiter, score
    return best, best_score[0]


def _records(text: str, delimiter: str, escape: str = '"') -> Iterator[list[str]]:
    """The records of a text that aren't blank."""
    return (record for _, record in _numbered(text, delimiter, escape))


def _numbered(text: str, delimiter: str, escape: str = '"') -> Iterator[tuple[int, list[str]]]:
    """The records of a text that aren't blank, with the line in which each begins, from 1."""
    if delimiter == " ":
        for number, line in enumerate(re.split(LINE_END, text), 1):
            if line.strip():
                yield number, line.split()
        return
    csv.field_size_limit(1 << 30)
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=delimiter,
        skipinitialspace=delimiter != "\t",
        doublequote=escape == '"',
        escapechar=None if escape == '"' else escape,
    )
    begins = 1
    for record in reader:
        if record:
            yield begins, record
        begins = reader.line_num + 1


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
            parsed = _records(text.replace("\0", ""), dialect.delimiter, dialect.escape)
            records += [record for record in parsed if len(record) == dialect.width]
    return records
