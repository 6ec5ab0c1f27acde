"""Workbooks: each sheet as an Arrow table. A million rows at most, so Python may see each."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from crmformulas.errors import InputError
from crmformulas.orders.reading.account import AppliedRule, note
from crmformulas.orders.reading.column_roles import normalised
from crmformulas.orders.reading.header_row import WITHIN, Wanted, titles_note
from crmformulas.orders.reading.source_tables import Mixed, unique
from crmformulas.orders.reading.workbook_bounds import bounded_workbook
from crmformulas.translations import Lang, Translated, counted

__all__ = ["MAGIC", "SheetTable", "read_sheets"]

MAGIC = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How .xlsx, .xlsb and .ods begin (they are zip archives), and .xls."""


@dataclass
class SheetTable:
    """One sheet as a table."""

    label: str
    names: list[str]
    arrow: Any
    """The columns as text, number or time; behind them those that `mixed` points at."""
    mixed: dict[int, Mixed]
    hint: str = ""
    """The other sheets."""
    notes: list[AppliedRule] = field(default_factory=list)
    not_read: list[tuple[str, int]] = field(default_factory=list)
    """Sheets of another layout, with their rows."""


@dataclass
class _Sheet:
    name: str
    rows: list[list[Any]]
    start: int
    """The row of the header among them."""

    @property
    def header(self) -> tuple[str, ...]:
        return tuple((_text(cell) or "").strip() for cell in self.rows[self.start])


def read_sheets(
    path: Path, chosen: str | None, wanted: Wanted, folder: Path, label: str
) -> list[SheetTable]:
    """The sheets of a workbook that hold the log: the chosen one, or all that have one header.

    Args:
        path: the workbook.
        chosen: the name of a sheet.
        wanted: what its header names.
        folder: where a copy may be written.
        label: the workbook, for messages.

    Raises:
        InputError: the file is no workbook, or the sheet is not in it or empty.
    """
    book = _opened(bounded_workbook(path, folder), label)
    names = list(book.sheet_names)
    if chosen is not None:
        if chosen not in names:
            listed = ", ".join(map(repr, names))
            raise InputError(
                Translated(
                    f"{label}: has no sheet {chosen!r}; its sheets are {listed}",
                    f"{label}: har inget blad {chosen!r}; bladen är {listed}",
                )
            )
        sheet = _sheet(book, chosen, wanted, label)
        if sheet is None:
            raise InputError(
                Translated(
                    f"{label}: sheet {chosen!r} is empty", f"{label}: bladet {chosen!r} är tomt"
                )
            )
        return [_table(sheet, label)]
    sheets = [sheet for name in names if (sheet := _sheet(book, name, wanted, label))]
    if not sheets:
        raise InputError(
            Translated(
                f"{label}: has no cell with anything in it", f"{label}: har ingen cell med något i"
            )
        )
    first = next((sheet for sheet in sheets if wanted.named_by(sheet.header)), sheets[0])
    layout = _layout(first)
    same = [sheet for sheet in sheets if sheet is first or _layout(sheet) == layout]
    tables = [_table(sheet, label) for sheet in same]
    if len(sheets) > 1:
        listed = ", ".join(repr(sheet.name) for sheet in sheets)
        tables[0].hint = f"; its sheets are {listed}: choose one with --table"
        tables[0].notes.append(_chosen_note(label, same, sheets))
        others = [sheet for sheet in sheets if sheet not in same]
        tables[0].not_read = [(s.name, len(s.rows) - s.start - 1) for s in others]
    return tables


def _chosen_note(label: str, same: Sequence[_Sheet], sheets: Sequence[_Sheet]) -> AppliedRule:
    """Which sheets are read as one log, and which are not read."""

    def listed(some: Sequence[_Sheet], lang: Lang) -> str:
        rows = (counted(len(s.rows) - s.start - 1, "row", lang=lang) for s in some)
        return ", ".join(f"{s.name!r} ({n})" for s, n in zip(some, rows, strict=True))

    en = f"{label}: read: sheet {listed(same, 'en')}"
    sv = f"{label}: läst: blad {listed(same, 'sv')}"
    if len(same) > 1:
        en = f"{label}: the sheets {listed(same, 'en')} have one header and are one log"
        sv = f"{label}: bladen {listed(same, 'sv')} har samma rubriker och är en logg"
    others = [sheet for sheet in sheets if sheet not in same]
    if others:
        en += f"; not read: {listed(others, 'en')}; --table gives another"
        sv += f"; inte lästa: {listed(others, 'sv')}; --table ger ett annat"
    return note("sheets", en, sv, "--table")


def _layout(sheet: _Sheet) -> tuple[str, ...]:
    names = [normalised(name) for name in sheet.header]
    while names and not names[-1]:
        names.pop()
    return tuple(names)


def _opened(path: Path, label: str) -> Any:
    calamine = import_module("python_calamine")
    try:
        return calamine.CalamineWorkbook.from_path(str(path))
    except calamine.PasswordError as error:
        raise InputError(
            Translated(
                f"{label}: is locked with a password; save it without one",
                f"{label}: är låst med lösenord; spara den utan",
            )
        ) from error
    except Exception as error:
        raise InputError(
            Translated(
                f"{label}: is no workbook that can be read ({_said(error)});"
                " give an .xlsx, .xls, .xlsb or .ods file, or unpack the archive",
                f"{label}: är ingen arbetsbok som kan läsas ({_said(error)});"
                " ange en .xlsx-, .xls-, .xlsb- eller .ods-fil, eller packa upp arkivet",
            )
        ) from error


def _said(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:200] if lines else type(error).__name__


def _sheet(book: Any, name: str, wanted: Wanted, label: str) -> _Sheet | None:
    """The rows of a sheet that aren't blank; None where there is none."""
    try:
        sheet = book.get_sheet_by_name(name)
        first = sheet.start[0] if sheet.start else 0
        # Not all at once: most of a sheet's rectangle may be blank.
        numbered = [
            (number, row)
            for number, row in enumerate(sheet.iter_rows(), 1)
            if any(cell not in ("", None) for cell in row)
        ]
    except Exception as error:
        if "worksheet" in _said(error).casefold():
            # A sheet of charts has no cells.
            return None
        raise InputError(
            Translated(
                f"{label}: sheet {name!r} can't be read ({_said(error)}); save the workbook again",
                f"{label}: bladet {name!r} kan inte läsas ({_said(error)}); spara boken på nytt",
            )
        ) from error
    if not numbered:
        return None
    rows = [row for _, row in numbered]
    if wanted.row is None:
        return _Sheet(name, rows, _header(rows, wanted))
    offset = first if numbered[-1][0] <= sheet.height else 0
    lines = [number + offset for number, _ in numbered]
    if wanted.row not in lines:
        raise InputError(
            Translated(
                f"{label}: sheet {name!r} has nothing in row {wanted.row}",
                f"{label}: bladet {name!r} har inget på rad {wanted.row}",
            ),
            " (--header-row)",
        )
    return _Sheet(name, rows, lines.index(wanted.row))


def _header(cells: Sequence[Sequence[Any]], wanted: Wanted) -> int:
    """The row that names what is wanted; else the first of nearly full width with text only."""
    top = cells[: WITHIN + 1]
    start = wanted.find([[_text(cell) or "" for cell in row] for row in top])
    if start is not None:
        return start
    filled = [[cell for cell in row if cell not in ("", None)] for row in top]
    widest = max(map(len, filled))
    for number, row in enumerate(filled):
        if len(row) * 2 > widest and all(isinstance(cell, str) for cell in row):
            return number
    return 0


def _table(sheet: _Sheet, label: str) -> SheetTable:
    pyarrow = import_module("pyarrow")
    rows = sheet.rows[sheet.start + 1 :]
    header = sheet.header
    width = max(len(row) for row in sheet.rows[sheet.start :])
    while width > 1 and not any(
        row[width - 1 : width] not in ([], [""], [None]) for row in sheet.rows[sheet.start :]
    ):
        width -= 1
    names = [*header[:width], *[""] * (width - len(header))]
    columns: list[Any] = []
    hidden: list[Any] = []
    mixed: dict[int, Mixed] = {}
    for position in range(width):
        values = [row[position] if position < len(row) else None for row in rows]
        column, apart = _column(pyarrow, values)
        columns.append(column)
        if apart:
            places = {kind: width + len(hidden) + i for i, kind in enumerate(apart)}
            hidden += apart.values()
            mixed[position] = Mixed(**places)
    arrow = pyarrow.Table.from_arrays(
        columns + hidden, names=unique([*names, *(f"cells {i}" for i in range(len(hidden)))])
    )
    where = f"{label} sheet {sheet.name!r}"
    title_note = titles_note(
        where, [[_text(c) or "" for c in row] for row in sheet.rows[: sheet.start]]
    )
    return SheetTable(where, names, arrow, mixed, notes=[title_note] if title_note else [])


def _column(pyarrow: Any, values: list[Any]) -> tuple[Any, dict[str, Any]]:
    """Dates where all cells are dates, numbers where all are numbers, else text.

    Where it is text, the cells that are text, number and date each for themselves come with it: a
    number cell is the number that it is, however the texts beside it write theirs.
    """
    values = [None if value == "" else value for value in values]
    kinds = {_kind(value) for value in values if value is not None}
    if kinds == {"day"}:
        return pyarrow.array(map(_time, values), pyarrow.timestamp("us")), {}
    if kinds == {"number"}:
        return pyarrow.array(values, pyarrow.float64()), {}
    text = pyarrow.array([_text(value) for value in values], pyarrow.string())
    if kinds <= {"text"}:
        return text, {}

    def only(kind: str) -> list[Any]:
        return [value if _kind(value) == kind else None for value in values]

    apart = {"text": pyarrow.array(map(_text, only("text")), pyarrow.string())}
    if "number" in kinds:
        apart["number"] = pyarrow.array(only("number"), pyarrow.float64())
    if "day" in kinds:
        apart["day"] = pyarrow.array(map(_time, only("day")), pyarrow.timestamp("us"))
    return text, apart


def _kind(value: Any) -> str:
    if isinstance(value, datetime.date):
        return "day"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return "number"
    return "text"


def _time(value: datetime.date | None) -> datetime.datetime | None:
    return None if value is None else datetime.datetime(*value.timetuple()[:6])


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    return str(value)
