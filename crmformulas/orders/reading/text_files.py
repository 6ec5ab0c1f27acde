"""Text files in the engine: as they are where it can read them, else rewritten or leniently."""

from __future__ import annotations

import codecs
import csv
import io
import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from crmformulas.errors import InputError
from crmformulas.orders.reading.account import AppliedRule, note
from crmformulas.orders.reading.csv_dialect import (
    LINE_END,
    UTF8,
    Dialect,
    guessed_encoding,
    later_records,
    sniff,
)
from crmformulas.orders.reading.engine import Engine
from crmformulas.orders.reading.header_row import Wanted, titles_note
from crmformulas.orders.reading.packed_files import Compression, Head, opened_file, reading
from crmformulas.orders.reading.source_tables import SourceTable, shown, unique
from crmformulas.orders.reading.sql_literals import literal_glob
from crmformulas.translations import Translated, counted

__all__ = ["text_part"]

CHUNK = 1 << 22
LONGEST_LINE = 1 << 28
LEAST_LINE = 1 << 21
LEAST_BUFFER = 1 << 25
PACKED = 1_100
"""Times its size that a compressed file may hold, so that a line in it may be that long."""
MOST_CELLS = 20
SHOWN_OF_LINE = 10_000
"""Of a longer line the engine shows the beginning only."""
BLANKS = "[ \t]+"

# Rows at fault are left out. (The setting that is meant for it, ignore_errors, leaves out all that
# follow a stray quote.)
SKIPPING = {"store_rejects": True, "rejects_limit": 1}
STRAY = "UNQUOTED VALUE"
# What the engine calls what is wrong with a line, and what becomes of it.
SMALL = 1 << 26
"""Bytes of a file of many columns that are looked through here: what the engine takes to open as
many columns is more."""
FAULTS = {
    "MISSING COLUMNS": Translated(
        "fewer fields than the header; what is missing is blank",
        "färre fält än rubrikerna; det som saknas är tomt",
    ),
    "TOO MANY COLUMNS": Translated(
        "more fields than the header; what is over is left out",
        "fler fält än rubrikerna; det som är över är inte med",
    ),
    STRAY: Translated(
        "a stray quote; read as well as can be",
        "ett ensamt citattecken; läst så gott det går",
    ),
}


def text_part(
    engine: Engine,
    path: Path,
    head: Head,
    *,
    delimiter: str | None,
    encoding: str | None,
    notes: list[AppliedRule],
    wanted: Wanted | None = None,
    source: Path | None = None,
) -> SourceTable:
    """A text file as a part; `source` is what the user calls it, where it lies elsewhere."""
    source = source or path
    dialect = sniff(source, delimiter=delimiter, encoding=encoding, head=head, wanted=wanted)
    if dialect.guessed:
        notes.append(dialect.guessed)
    title_note = titles_note(shown(source), dialect.titles)
    if title_note:
        notes.append(title_note)
    file = _TextFile(engine, source, path.absolute(), dialect, notes)
    # The engine takes what comes out of a damaged gzip file, and looks at no checksum.
    nul = b"\0" in head.data if head.whole else _has_nul(path, dialect.compression)
    if dialect.encoding not in UTF8 or dialect.mixed_ends or dialect.cut or nul:
        file = file.rewritten(dialect.encoding)
    return file.part()


def _has_nul(path: Path, compression: Compression) -> bool:
    """Whether there is a NUL byte in a file, which is read to its end where it is compressed.

    Raises:
        InputError: it is damaged, or cut off.
    """
    kind = "file" if compression == "none" else f"{compression} file"
    has_nul = False
    with reading(path, kind), opened_file(path, compression) as file:
        while chunk := file.read(CHUNK):
            has_nul = has_nul or b"\0" in chunk
            if has_nul and compression == "none":
                break
    return has_nul


@dataclass(frozen=True)
class _TextFile:
    """A text file and how the engine is told to read it."""

    engine: Engine
    source: Path
    path: Path
    """Where the text is now: the source, or its copy in UTF-8."""
    dialect: Dialect
    notes: list[AppliedRule]
    settings: Mapping[str, Any] = field(default_factory=dict)
    """What the engine is told beyond that."""
    only: tuple[int, ...] | None = None
    """The columns that are read, where not all are."""
    mended: Path | None = None
    """Rows that had to be put right, which the engine leaves out of the file itself."""

    def part(self) -> SourceTable:
        """The part that reads this file in this way."""
        dialect = self.dialect
        names = self._names()
        kept = range(len(names)) if self.only is None else self.only

        @cache
        def records() -> list[Sequence[str]]:
            return [*dialect.rows, *later_records(self.path, dialect)]

        def sample(positions: Sequence[int]) -> list[tuple[Any, ...]]:
            places = [kept[i] for i in positions]
            return [tuple(row[i] if i < len(row) else None for i in places) for row in records()]

        def table() -> Any:
            clean_rows = self._table(self.path, unique(names), self.only, **self.settings)
            if self.mended is None:
                return clean_rows
            return clean_rows.union(self._table(self.mended, unique(names), self.only, skip=0))

        return SourceTable(
            table,
            [names[i] for i in kept],
            shown(self.source),
            sample,
            whole=dialect.whole,
            hint="" if dialect.names is not None else _first_row(dialect),
            places=(str(self.path), literal_glob(str(self.path))),
            remedy=self.remedy,
            engine=self.engine,
            narrow=None if self.only else self._narrowed,
        )

    def _narrowed(self, only: Sequence[int]) -> SourceTable:
        """The part with some of its columns."""
        copy = self._copy_of(only)
        if copy is None:
            return replace(self, only=tuple(only)).part()

        def narrow(row: Sequence[str]) -> tuple[str, ...]:
            return tuple(row[i] if i < len(row) else "" for i in only)

        dialect = replace(
            self.dialect,
            names=narrow(self._names()),
            rows=tuple(map(narrow, self.dialect.rows)),
            width=len(only),
            compression="none",
        )
        return replace(self, path=copy, dialect=dialect).part()

    def _copy_of(self, only: Sequence[int]) -> Path | None:
        """A copy of a small file with some of its columns, which the engine opens at once.

        None where the file is not small, or where its rows are not plainly what stands between
        delimiters: what is quoted, too short or not UTF-8 is the engine's to read.
        """
        dialect = self.dialect
        plain = dialect.encoding in UTF8 and dialect.delimiter != " " and not dialect.skip
        if not plain or dialect.names is None or self.settings or self.mended is not None:
            return None
        with reading(self.source), opened_file(self.path, dialect.compression) as source:
            data = source.read(SMALL + 1)
        if len(data) > SMALL or b'"' in data:
            return None
        try:
            lines = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n").split("\n")
        except UnicodeDecodeError:
            return None
        if not lines[-1]:
            lines.pop()
        if any(line.count(dialect.delimiter) != len(dialect.names) - 1 for line in lines):
            return None
        handle, copy = tempfile.mkstemp(suffix=".csv", dir=self.engine.temp)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as target:
            for line in lines:
                fields = line.split(dialect.delimiter)
                target.write(dialect.delimiter.join([fields[i] for i in only]) + "\n")
        return Path(copy)

    def _names(self) -> list[str]:
        return list(self.dialect.names or map(str, range(1, self.dialect.width + 1)))

    def _table(
        self, path: Path, names: list[str], only: Sequence[int] | None = None, **more: Any
    ) -> Any:
        dialect = self.dialect
        settings: dict[str, Any] = {
            "header": dialect.names is not None,
            "skip": dialect.skip,
            "delim": dialect.delimiter,
            "quote": '"',
            "escape": dialect.escape,
            "compression": dialect.compression if path == self.path else "none",
            **more,
        }
        if dialect.delimiter != " ":
            return self.engine.read_text(path, names, only, **settings)
        # The engine cuts at single characters only: take whole lines, and cut them at runs.
        settings.update(delim="\x01", quote="", escape="")
        lines = self.engine.read_text(path, ["line"], **settings)
        fields = lines.line.strip().re_split(BLANKS)
        return lines.select(**{names[i]: fields[i] for i in only or range(len(names))})

    def rewritten(self, encoding: str) -> _TextFile:
        """The same text in UTF-8, in the engine's temp directory."""
        errors = "strict"
        if encoding == "cp1252":
            # Five bytes have no character there; as everywhere, they are control characters.
            errors = "crmformulas.control"
            codecs.register_error(errors, _control_character)
        # All lines end alike afterwards.
        decoder = io.IncrementalNewlineDecoder(
            codecs.getincrementaldecoder(encoding)(errors), translate=True
        )
        handle, copy = tempfile.mkstemp(suffix=".csv", dir=self.engine.temp)
        cutting, dropped = self.dialect.skip if self.dialect.cut else 0, 0
        wide = encoding.startswith(("utf-16", "utf-32"))
        try:
            with (
                reading(self.source),
                os.fdopen(handle, "w", encoding="utf-8", newline="") as target,
                opened_file(self.path, self.dialect.compression) as source,
            ):
                chunk = b"_"
                while chunk:
                    chunk = source.read(CHUNK)
                    text = decoder.decode(chunk, final=not chunk)
                    if "\0" in text:
                        # In UTF-16 and UTF-32 there is no other sign of it than in the text.
                        dropped += text.count("\0")
                        text = text.replace("\0", "")
                    while cutting and "\n" in text:
                        cutting, text = cutting - 1, text.partition("\n")[2]
                    if not cutting:
                        target.write(text)
        except UnicodeDecodeError as error:
            raise InputError(
                Translated(
                    f"{shown(self.source)}: is not {encoding}: {error.reason}",
                    f"{shown(self.source)}: är inte {encoding}: {error.reason}",
                ),
                "; give another --encoding",
            ) from error
        if dropped and not wide:
            self.notes.append(
                note(
                    "nul_bytes",
                    f"{shown(self.source)}: {counted(dropped, 'NUL byte', 'is')} left out",
                    f"{shown(self.source)}: {dropped} NUL-byte är utelämnade",
                )
            )
        dialect = replace(
            self.dialect,
            compression="none",
            encoding="utf-8",
            mixed_ends=False,
            skip=0 if self.dialect.cut else self.dialect.skip,
            cut=False,
        )
        return replace(self, path=Path(copy), dialect=dialect)

    def remedy(self, error: Exception) -> SourceTable | None:
        """The part after what the engine said about the file; None when nothing helps."""
        if not self.path.exists():
            return None
        said = str(error).lower()
        if "gzip" in said or "zstd" in said:
            raise InputError(
                Translated(
                    f"{shown(self.source)}: the compressed file is damaged or cut off; get it"
                    " again",
                    f"{shown(self.source)}: den packade filen är skadad eller avkortad; hämta den"
                    " igen",
                )
            ) from error
        if self.path == self.source.absolute():
            if ("utf-8" in said or "unicode" in said) and not self._is_utf_8():
                self.notes.append(guessed_encoding(shown(self.source)))
                return self.rewritten("cp1252").part()
            if "invalid state" in said:
                return self.rewritten(self.dialect.encoding).part()
        if self.settings or "csv" not in said:
            return None
        return self._forgiving().part()

    def _is_utf_8(self) -> bool:
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            with reading(self.source), opened_file(self.path, self.dialect.compression) as source:
                while chunk := source.read(CHUNK):
                    decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
        return True

    def _forgiving(self) -> _TextFile:
        """The same file, with the rows that are not as they should be."""
        names = unique(self._names())
        faults, lines = self._faults(names)
        stray = any(fault == STRAY for fault, _, _ in faults)
        if stray and self.dialect.escape == '"' and any('\\"' in text for _, text in lines):
            # Further down than was looked, a backslash stands before quotes inside quotes.
            other = replace(self, dialect=replace(self.dialect, escape="\\"))
            its_faults, _ = other._faults(names)
            if not any(fault == STRAY for fault, _, _ in its_faults):
                return other if not its_faults else other._forgiving()
        for fault, count, line in faults:
            if fault in FAULTS:
                en = f"{counted(count, 'row', 'has')} {FAULTS[fault].en} (line {line})"
                sv = f"{counted(count, 'row', lang='sv')} har {FAULTS[fault].sv} (rad {line})"
                label = shown(self.source)
                self.notes.append(note("odd_rows", f"{label}: {en}", f"{label}: {sv}", rows=count))
        more: dict[str, Any] = {**self._long_lines()}
        if not stray:
            # In parallel, fields with line breaks can't be told from rows that are too short.
            more.update(null_padding=True, parallel=False, strict_mode=False)
            return replace(self, settings=more)
        if self.only is not None:
            line = min((line for fault, _, line in faults if fault == STRAY), default=1)
            raise InputError(
                Translated(
                    f"{shown(self.source)}: a stray quote in line {line}, in a table too wide to"
                    " tell what it holds; double the quotes inside quoted text",
                    f"{shown(self.source)}: ett löst citattecken på rad {line}, i en tabell för"
                    " bred för att tydas; dubblera citattecken i citerad text",
                )
            )
        # A stray quote can take the next rows into its field: they are cut apart here.
        for line, text in lines:
            if len(text) >= SHOWN_OF_LINE:
                raise InputError(
                    Translated(
                        f"{shown(self.source)}: a quote is opened in line {line} and not closed;"
                        " close it, or double the quotes inside quoted text",
                        f"{shown(self.source)}: ett citattecken på rad {line} stängs aldrig;"
                        " stäng det, eller dubblera citattecken i citerad text",
                    )
                )
        self._refuse_loss(names, [text for _, text in lines], min(line for line, _ in lines))
        handle, mended = tempfile.mkstemp(suffix=".csv", dir=self.engine.temp)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, delimiter=self.dialect.delimiter, quoting=csv.QUOTE_ALL)
            if self.dialect.names is not None:
                writer.writerow(names)
            for _, text in lines:
                for row in mended_rows(text, self.dialect.delimiter, len(names)):
                    writer.writerow((row + [""] * len(names))[: len(names)])
        return replace(self, settings={**more, **SKIPPING}, mended=Path(mended))

    def _long_lines(self) -> dict[str, int]:
        """Room for the longest line there may be: the engine takes it at once, and 16 times it."""
        size = self.path.stat().st_size
        if self.dialect.compression != "none":
            size *= PACKED
        longest = min(LONGEST_LINE, max(LEAST_LINE, size))
        return {"max_line_size": longest, "buffer_size": max(LEAST_BUFFER, longest)}

    def _faults(self, names: list[str]) -> tuple[list[tuple[str, int, int]], list[tuple[int, str]]]:
        """The faults of lines: per kind of fault how many and the first; and those lines."""
        looking = {**SKIPPING, "rejects_limit": 0, **self._long_lines()}
        # The last column is asked for, too, or the engine would not look at all of each line.
        only = None if self.only is None else sorted({*self.only, len(names) - 1})
        table = self._table(self.path, names, only, **looking)
        self.engine.ask(table.agg([table[name].max().name(name) for name in table.columns]))
        run = self.engine.connection.execute
        this_scan = "WHERE scan_id = (SELECT max(scan_id) FROM reject_errors)"
        faults = run(
            "SELECT CAST(error_type AS VARCHAR) AS fault, count(DISTINCT line), min(line)"
            f" FROM reject_errors {this_scan} GROUP BY fault ORDER BY fault"
        ).fetchall()
        lines = run(
            f"SELECT DISTINCT line, csv_line FROM reject_errors {this_scan} ORDER BY line"
        ).fetchall()
        return faults, lines

    def _refuse_loss(self, names: list[str], rejected: list[str], line: int) -> None:
        """Make sure that each line is in a row that the engine reads, or in one that it rejects."""
        table = self._table(self.path, names, None, **SKIPPING, **self._long_lines())
        breaks = [(table[n].length() - table[n].replace("\n", "").length()).sum() for n in names]
        inside = [count.fill_null(0).name(str(i)) for i, count in enumerate(breaks)]
        settings = {"delim": "\x01", "quote": "", "escape": "", **self._long_lines()}
        lines = self._table(self.path, ["line"], None, **settings)
        execute = self.engine.backend.to_pyarrow
        kept = sum(
            execute(table.agg([table.count().name("rows"), *inside])).to_pylist()[0].values()
        )
        there = execute(lines.line.count()).as_py()
        header = sum(name.count("\n") for name in self.dialect.names or ())
        if (
            kept + sum(len(re.split(LINE_END, text.rstrip("\r\n"))) for text in rejected)
            < there - header
        ):
            raise InputError(
                Translated(
                    f"{shown(self.source)}: quotes from line {line} on can't be told apart;"
                    " double the quotes inside quoted text",
                    f"{shown(self.source)}: citattecken från rad {line} går inte att skilja åt;"
                    " dubblera citattecken i citerad text",
                )
            )


def mended_rows(text: str, delimiter: str, width: int) -> list[list[str]]:
    """The rows of a text in which a quote stands where none should.

    If every line is a row of the right width by itself, each is one; else quotes hold the lines
    together.

    >>> mended_rows('A,"open\\nB,"12" pipe"', ",", 2)
    [['A', 'open'], ['B', '12 pipe"']]
    """
    rows = [_mended_line(line, delimiter, width) for line in re.split(LINE_END, text) if line]
    if all(len(row) == width for row in rows):
        return rows
    whole = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    return whole if all(len(row) == width for row in whole) else rows


def _mended_line(line: str, delimiter: str, width: int) -> list[str]:
    row = next(csv.reader([line], delimiter=delimiter))
    if len(row) == width:
        return row
    cut = [cell.strip('"') for cell in line.split(delimiter)]
    return cut if len(cut) == width else row


def _first_row(dialect: Dialect) -> str:
    """The first row of a file without header, by column, for who is asked to choose."""
    cells = ", ".join(repr(cell) for cell in dialect.rows[0][:MOST_CELLS])
    return f"; there is no header, the first row is {cells}"


def _control_character(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("latin-1"), error.end
