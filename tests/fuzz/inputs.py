"""Inputs that nobody would write: each follows from its number, so that any can be made again."""

from __future__ import annotations

import csv
import gzip
import io
import random
import re
import sqlite3
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from crmformulas.catalog.formula import load

KINDS = ("csv", "tsv", "csv.gz", "xlsx", "parquet", "sqlite", "duckdb")

HOSTILE = (
    *("", " ", "\0", "\x1b[2J", "\u202e", "\ufeff", "\ud7ff", "'", '"', '""', ";", ",", "\t", "\\"),
    *("=1+1", "@SUM(A1)", "'; DROP TABLE orders; --", "../../etc/passwd", "NULL", "nan", "inf"),
    *(
        "-0",
        "1e309",
        "9" * 40,
        "-9223372036854775809",
        "1,299.50",
        "1.299,50",
        "1 299",
        "(5)",
        "5-",
    ),
    *("2026-02-30", "0001-01-01", "10000-01-01", "9999-12-31", "31/02/2026", "2026-13-01", "١٢٣"),
    *(
        "true",
        "#REF!",
        "<a/>",
        "&amp;",
        "%s%n",
        "{0}",
        "x" * 5000,
        "é" * 50,
        "👩‍💻",
        "\r",
        "\n",
        "\r\n",
    ),
)


class File(NamedTuple):
    """A file of orders.

    Attributes:
        name: How it is called.
        content: Its bytes.
        rows: How many rows of data it has, where that is certain.
    """

    name: str
    content: bytes
    rows: int | None


def orders(rng: random.Random, count: int) -> list[list[str]]:
    """Rows of orders as a shop writes them."""
    return [
        [
            f"c{rng.randrange(12)}",
            f"20{rng.randrange(22, 27)}-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}",
            f"{rng.randrange(100, 99999) / 100:.2f}",
            f"o{i // 2}",
            rng.choice(("Göteborg", "Åre", "Kiel", "")),
        ]
        for i in range(count)
    ]


HEAD = ["customer_id", "order_date", "amount", "order_id", "city"]


def order_file(number: int) -> File:
    """The file of a number: sound, with hostile cells, or with bytes that are changed."""
    rng = random.Random(f"file {number}")
    kind = KINDS[number % len(KINDS)]
    rows = orders(rng, rng.choice((1, 3, 30, 120)))
    way = rng.choice(("cells", "cells", "bytes", "bytes", "text", "cut"))
    if way == "cells":
        for _ in range(rng.choice((1, 3, 30))):
            rng.choice(rows)[rng.randrange(5)] = rng.choice(HOSTILE)
        if rng.random() < 0.2:
            head = [*HEAD]
            head[rng.randrange(5)] = rng.choice(HOSTILE)
        else:
            head = HEAD
        # Where cells hold ends of lines or quotes, a reader may see other rows; so may it where
        # a row is blank.
        plain = all(re.fullmatch(r"[\w .:+()-]+", cell or "x") for row in rows for cell in row)
        content = FILES[kind](head, rows)
        certain = plain and head is HEAD and all(any(row) for row in rows)
        return File(f"orders.{kind}", content, len(rows) if certain else None)
    content = FILES[kind](HEAD, rows)
    if way == "text" and kind in ("csv", "tsv", "csv.gz"):
        raw = gzip.decompress(content) if kind == "csv.gz" else content
        raw = _changed(rng, raw, [h.encode("utf-8", "surrogatepass") for h in HOSTILE])
        content = gzip.compress(raw, 1, mtime=0) if kind == "csv.gz" else raw
    elif way == "text" and kind == "xlsx":
        content = _changed_part(rng, content)
    elif way == "cut":
        content = content[: rng.randrange(len(content))]
    else:
        content = _changed(rng, content, [bytes([rng.randrange(256)]) for _ in range(8)])
    return File(f"orders.{kind}", content, None)


def _changed(rng: random.Random, content: bytes, pieces: list[bytes]) -> bytes:
    made = bytearray(content)
    for _ in range(rng.choice((1, 2, 5, 40))):
        at = rng.randrange(len(made) + 1)
        match rng.randrange(4):
            case 0:
                made[at : at + 1] = rng.choice(pieces)
            case 1:
                made[at:at] = rng.choice(pieces)
            case 2:
                del made[at : at + rng.choice((1, 4, 100))]
            case _:
                made[at:at] = made[at : at + rng.choice((1, 30, 300))]
    return bytes(made)


def _changed_part(rng: random.Random, content: bytes) -> bytes:
    """A workbook with a part whose text is changed, in a zip that is sound."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        names = old.namelist()
        chosen = rng.choice([n for n in names if n.startswith("xl/")])
        pieces = [h.encode("utf-8", "surrogatepass") for h in HOSTILE]
        for name in names:
            part = old.read(name)
            new.writestr(name, _changed(rng, part, pieces) if name == chosen else part)
    return made.getvalue()


# -------------------------------------------------------------------------------- files of a kind


def _text(head: list[str], rows: list[list[str]], delimiter: str) -> bytes:
    made = io.StringIO()
    writer = csv.writer(made, delimiter=delimiter, lineterminator="\n")
    writer.writerows([head, *rows])
    return made.getvalue().encode("utf-8", "surrogatepass")


def _xlsx(head: list[str], rows: list[list[str]]) -> bytes:
    import xlsxwriter

    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for r, row in enumerate([head, *rows]):
            for c, cell in enumerate(row):
                number = c == 2 and re.fullmatch(r"\d+\.\d+", cell)
                if number:
                    sheet.write_number(r, c, float(cell))
                else:
                    sheet.write_string(r, c, cell[:32_000])
    return made.getvalue()


def _parquet(head: list[str], rows: list[list[str]]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = [[row[c].encode("utf-8", "replace").decode() for row in rows] for c in range(5)]
    made = io.BytesIO()
    pq.write_table(pa.Table.from_arrays([pa.array(c) for c in columns], names=head), made)
    return made.getvalue()


def _database(write: Callable[[Path, list[str], list[list[str]]], None]) -> Callable[..., bytes]:
    def made(head: list[str], rows: list[list[str]]) -> bytes:
        import tempfile

        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "orders.db")
            write(path, head, rows)
            return path.read_bytes()

    return made


def _names(head: list[str]) -> str:
    unique = [
        f"{name or 'blank'}{'' if head.count(name) < 2 else i}" for i, name in enumerate(head)
    ]
    quoted = (name.replace('"', '""').replace("\0", "") for name in unique)
    return ", ".join(f'"{name}" TEXT' for name in quoted)


def _sqlite(path: Path, head: list[str], rows: list[list[str]]) -> None:
    connection = sqlite3.connect(path)
    connection.execute(f"CREATE TABLE orders ({_names(head)})")
    connection.executemany("INSERT INTO orders VALUES (?, ?, ?, ?, ?)", rows)
    connection.commit()
    connection.close()


def _duckdb(path: Path, head: list[str], rows: list[list[str]]) -> None:
    import duckdb

    connection = duckdb.connect(str(path))
    connection.execute(f"CREATE TABLE orders ({_names(head)})")
    connection.executemany("INSERT INTO orders VALUES (?, ?, ?, ?, ?)", rows)
    connection.close()


FILES: dict[str, Callable[[list[str], list[list[str]]], bytes]] = {
    "csv": lambda head, rows: _text(head, rows, ","),
    "tsv": lambda head, rows: _text(head, rows, "\t"),
    "csv.gz": lambda head, rows: gzip.compress(_text(head, rows, ","), 1, mtime=0),
    "xlsx": _xlsx,
    "parquet": _parquet,
    "sqlite": _database(_sqlite),
    "duckdb": _database(_duckdb),
}


# -------------------------------------------------------------------------------------- expressions


@cache
def _function_names() -> tuple[str, ...]:
    return tuple(one.spreadsheet_name for one in load().values())


WORDS = (
    *("1", "0", "-1", "0.5", "60%", "1e308", "1e-320", "9" * 30, "TRUE", "FALSE", "#REF!", "#N/A"),
    *('"text"', '"5"', '""', '"#REF!"', "{}", "{1;2}", "{0.5,0.2;0.1,0.6}", '{"a";"b"}', "[1, 2]"),
    *("{1;}", "{;}", "A1", "A:A", "x", "\x1b", "\u202e", "é", "√", "1,5", ".5", "5.", "--1", "'"),
    *('"2026-10-31"', "46326", "{#N/A;1}", "10^400", "2^0.5", "(1)", "((", "))", ";;", "={1}"),
)


def expression(number: int) -> str:
    """The text of a number, as somebody might type it into a cell, or never."""
    rng = random.Random(f"calc {number}")
    if rng.random() < 0.1:
        letters = "".join(w for w in WORDS) + "+-*/^&<>=()[]{},;:%\"'\\ \t\n"
        return "".join(rng.choice(letters) for _ in range(rng.randrange(40)))
    text = _expression(rng, rng.choice((0, 1, 2, 3)))
    if rng.random() < 0.15:
        at = rng.randrange(len(text) + 1)
        text = text[:at] + rng.choice(WORDS) + text[at + rng.randrange(3) :]
    if rng.random() < 0.01:
        text = rng.choice(("(", "-", "{", "CLV(", "1+", "1^")) * rng.choice((50, 500, 5000)) + text
    return rng.choice(("", "=")) + text


def _expression(rng: random.Random, depth: int) -> str:
    if depth == 0:
        return rng.choice(WORDS)
    if rng.random() < 0.6:
        separator = rng.choice((",", ";", ", ", "; "))
        args = [_expression(rng, depth - 1) for _ in range(rng.choice((0, 1, 2, 3, 3, 4, 7)))]
        return f"{rng.choice(_function_names())}({separator.join(args)})"
    operator = rng.choice(("+", "-", "*", "/", "^", "&", "=", "<>"))
    return f"{_expression(rng, depth - 1)}{operator}{_expression(rng, depth - 1)}"


# -------------------------------------------------------------------------------- calls of formulas


def formula_call(number: int) -> tuple[str, list[Any]]:
    """A formula and arguments of odd types or extreme sizes."""
    from tests.fuzz.values import EXTREMES, ODD

    rng = random.Random(f"call {number}")
    formula = rng.choice(list(load().values()))
    args = [*formula.example.args]
    args += [p.default for p in formula.parameters[len(args) :]]
    for _ in range(rng.choice((1, 1, 2, 3))):
        place = rng.randrange(len(args))
        if rng.random() < 0.5:
            args[place] = rng.choice(list(ODD.values()))()
        elif rng.random() < 0.5:
            args[place] = rng.choice(EXTREMES)
        else:
            args[place] = [rng.choice(EXTREMES) for _ in range(rng.choice((0, 1, 2, 3, 7)))]
    return formula.name, args
