"""Text files in the engine: as they are where it can read them, else rewritten or leniently."""

from __future__ import annotations

import codecs
import gzip
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from crmformulas.errors import InputError
from crmformulas.orders.dialect import UTF8, Dialect, Head, later_records, sniff
from crmformulas.orders.engine import Engine, literal_glob
from crmformulas.orders.parts import Part, shown, unique

__all__ = ["text_part"]

CHUNK = 1 << 22
LINES = 2_000
"""Lines of a Zstandard file that are looked at; Python reads that format from 3.14 on only."""
LONGEST_LINE = 1 << 28
BLANKS = "[ \t]+"

# What the engine calls what is wrong with a line, and what becomes of it when read leniently.
FAULTS = {
    "MISSING COLUMNS": "fewer fields than the header; what is missing is blank",
    "TOO MANY COLUMNS": "more fields than the header; what is over is left out",
    "UNQUOTED VALUE": "a stray quote; read as well as can be",
}


def text_part(
    engine: Engine,
    path: Path,
    head: Head,
    *,
    delimiter: str | None,
    encoding: str | None,
    notes: list[str],
) -> Part:
    """A text file as a part."""
    if head.compression == "zstd":
        head = _zstandard_head(engine, path)
    dialect = sniff(path, delimiter=delimiter, encoding=encoding, head=head)
    if dialect.guessed:
        notes.append(dialect.guessed)
    file = _TextFile(engine, path, path.absolute(), dialect, notes)
    if dialect.encoding not in UTF8:
        file = file.rewritten(dialect.encoding)
    return file.part()


def _zstandard_head(engine: Engine, path: Path) -> Head:
    lines = engine.connection.execute(
        "SELECT line FROM read_csv(?, auto_detect = false, header = false, delim = '\x01',"
        " quote = '', escape = '', strict_mode = false, compression = 'zstd',"
        " columns = {'line': 'VARCHAR'}) LIMIT ?",
        [literal_glob(str(path.absolute())), LINES],
    ).fetchall()
    text = "\n".join(line or "" for (line,) in lines)
    return Head(text.encode(), len(lines) < LINES, "zstd")


@dataclass(frozen=True)
class _TextFile:
    """A text file and how the engine is told to read it."""

    engine: Engine
    source: Path
    path: Path
    """Where the text is now: the source, or its copy in UTF-8."""
    dialect: Dialect
    notes: list[str]
    lenient: bool = False

    def part(self) -> Part:
        """The part that reads this file in this way."""
        dialect = self.dialect
        names = list(dialect.names or map(str, range(1, dialect.width + 1)))

        def sample(positions: Sequence[int]) -> list[tuple[Any, ...]]:
            records = [*dialect.rows, *later_records(self.path, dialect)]
            return [tuple(row[i] if i < len(row) else None for i in positions) for row in records]

        return Part(
            self._table(unique(names)),
            names,
            shown(self.source),
            sample,
            whole=dialect.whole,
            headed=dialect.names is not None,
            remedy=self.remedy,
        )

    def _table(self, names: list[str], **more: Any) -> Any:
        dialect = self.dialect
        settings: dict[str, Any] = {
            "header": dialect.names is not None,
            "skip": dialect.skip,
            "delim": dialect.delimiter,
            "quote": '"',
            "escape": '"',
            "strict_mode": dialect.strict and not self.lenient,
            "compression": dialect.compression,
            "hive_partitioning": False,
            **more,
        }
        if self.lenient:
            # In parallel, fields with line breaks can't be told from rows that are too short.
            settings.update(null_padding=True, parallel=False, max_line_size=LONGEST_LINE)
        paths = [literal_glob(str(self.path))]
        read = self.engine.backend.read_csv
        if dialect.delimiter != " ":
            return read(paths, columns=dict.fromkeys(names, "varchar"), **settings)
        # The engine cuts at single characters only: take whole lines, and cut them at runs.
        settings.update(delim="\x01", quote="", escape="")
        lines = read(paths, columns={"line": "varchar"}, **settings)
        fields = lines.line.strip().re_split(BLANKS)
        return lines.select(**{name: fields[i] for i, name in enumerate(names)})

    def rewritten(self, encoding: str) -> _TextFile:
        """The same text in UTF-8, in the engine's temp directory."""
        errors = "strict"
        if encoding == "cp1252":
            # Five bytes have no character there; as everywhere, they are control characters.
            errors = "crmformulas.control"
            codecs.register_error(errors, _control_character)
        decoder = codecs.getincrementaldecoder(encoding)(errors)
        handle, copy = tempfile.mkstemp(suffix=".csv", dir=self.engine.temp)
        packed = self.dialect.compression == "gzip"
        try:
            with (
                os.fdopen(handle, "w", encoding="utf-8", newline="") as target,
                gzip.open(self.path) if packed else self.path.open("rb") as source,
            ):
                while chunk := source.read(CHUNK):
                    target.write(decoder.decode(chunk))
                target.write(decoder.decode(b"", final=True))
        except UnicodeDecodeError as error:
            raise InputError(
                f"{shown(self.source)}: is not {encoding}: {error.reason}; give another --encoding"
            ) from error
        except (EOFError, OSError) as error:
            raise InputError(f"{shown(self.source)}: can't be read: {error}") from error
        dialect = replace(self.dialect, compression="none", encoding="utf-8")
        return replace(self, path=Path(copy), dialect=dialect)

    def remedy(self, error: Exception) -> Part | None:
        """The part after what the engine said about the file; None when nothing helps."""
        said = str(error).lower()
        if "gzip" in said or "zstd" in said:
            raise InputError(
                f"{shown(self.source)}: the compressed file is damaged or cut off; get it again"
            ) from error
        if ("utf-8" in said or "unicode" in said) and self.path == self.source.absolute():
            self.notes.append(
                f"{shown(self.source)}: not UTF-8, read as Windows-1252; if it is another,"
                " give it with --encoding"
            )
            return self.rewritten("cp1252").part()
        if self.lenient or "csv" not in said:
            return None
        lenient = replace(self, lenient=True)
        faults = self._faults()
        part = lenient.part()
        if "UNQUOTED VALUE" in faults:
            lenient._refuse_swallowed(part, faults["UNQUOTED VALUE"][1])
        for kind, (count, line) in faults.items():
            if kind in FAULTS:
                rows = "1 row has" if count == 1 else f"{count} rows have"
                self.notes.append(f"{shown(self.source)}: {rows} {FAULTS[kind]} (line {line})")
        return part

    def _faults(self) -> dict[str, tuple[int, int]]:
        """How many lines are at fault in which way, and the first of each."""
        names = unique(list(self.dialect.names or map(str, range(1, self.dialect.width + 1))))
        table = self._table(names, store_rejects=True, rejects_limit=0)
        # Every column is asked for, or the engine would not look at all of the line.
        self.engine.backend.execute(table.agg([table[name].max().name(name) for name in names]))
        found = self.engine.connection.execute(
            "SELECT CAST(error_type AS VARCHAR), count(DISTINCT line), min(line) FROM reject_errors"
            " WHERE scan_id = (SELECT max(scan_id) FROM reject_errors) GROUP BY 1"
        ).fetchall()
        return {kind: (count, line) for kind, count, line in found}

    def _refuse_swallowed(self, part: Part, line: int) -> None:
        """A quote that is never closed takes the next rows into one field: that loses rows."""
        table = part.table
        broken = table[table.columns[-1]].isnull()
        inside = [table[name].contains("\n") for name in table.columns]
        either = inside[0]
        for more in inside[1:]:
            either = either | more
        if self.engine.backend.execute((broken & either.fill_null(False)).sum()):
            raise InputError(
                f"{shown(self.source)}: a quote is opened and not closed (line {line} or before);"
                " close it, or double the quotes inside quoted text"
            )


def _control_character(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("latin-1"), error.end
