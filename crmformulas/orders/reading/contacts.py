"""A contact list beside the orders: who is known, since when, and when last reached.

The list is read by an engine of its own, which may see its file only, and handed to the engine of
the orders as a typed table.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from importlib import import_module
from pathlib import Path
from typing import Any

from crmformulas.errors import InputError
from crmformulas.orders.reading.account import AppliedRule, note
from crmformulas.orders.reading.column_roles import NAMES, choose_columns, normalised, words
from crmformulas.orders.reading.engine_errors import telling
from crmformulas.orders.reading.ibis_types import dtype
from crmformulas.orders.reading.quality import decide, look_again, reading_notes
from crmformulas.orders.reading.source_tables import OpenSource, SourceOptions, SourceTable
from crmformulas.orders.reading.sources import open_source
from crmformulas.orders.reading.typed_parts import TypedPart
from crmformulas.orders.reading.typed_rows import Rows, with_recovery
from crmformulas.orders.reading.wide_tables import narrowed
from crmformulas.translations import counted

__all__ = ["Contacts", "handed_over", "open_contacts", "same_id"]

DAYS = ("signed_up", "last_reached")
TEXTS = ("consent", "email", "phone", "first_name", "last_name")
"""What says whether and where somebody may be written to."""
UNREAD = "unread"


@dataclass
class Contacts:
    """A contact list on the backend of the orders, a row per line.

    Attributes:
        table: ``customer`` (text, null where blank), ``signed_up`` and, if there is such a column,
            ``last_reached`` (days since 1970-01-01, null where blank or unreadable), and those of
            ``consent``, ``email``, ``phone``, ``first_name`` and ``last_name`` that there are (text
            as written, null where blank).
        columns: Per role the name of its column.
        notes: What the user must know about how the list was read, a line each.
    """

    table: Any
    columns: dict[str, str]
    notes: list[AppliedRule]


def open_contacts(
    source: Any,
    rows: Rows,
    *,
    contact_id: str | None = None,
    signed_up: str | None = None,
    last_reached: str | None = None,
    consent: str | None = None,
    email: str | None = None,
    phone: str | None = None,
    table: str | None = None,
    date_format: str | None = None,
    delimiter: str | None = None,
    encoding: str | None = None,
) -> Contacts:
    """Open a contact list.

    Args:
        source: as for orders.
        rows: the orders that it belongs to.
        contact_id: the column of customer ids as in the orders, by name or number.
        signed_up: the column of sign-up days.
        last_reached: the column of days last reached.
        consent: the column that says whether somebody may be written to, or ``none``.
        email: the column of e-mail addresses, or ``none``.
        phone: the column of phone numbers, or ``none``.
        table: the table of a database, or the sheet of a workbook.
        date_format: as for orders.
        delimiter: as for orders.
        encoding: as for orders.

    Raises:
        InputError: the list can't be read, or not without an option that the message names.
    """
    engine = rows.opened.engine
    form = SourceOptions(
        table=table,
        delimiter=delimiter,
        encoding=encoding,
        memory_limit=rows.options.memory_limit,
        # What is written there the engine of the orders can read.
        temp_directory=rows.options.temp_directory if engine is None else engine.temp,
        threads=rows.options.threads,
    )
    given = {
        "contact_id": contact_id,
        "signed_up": signed_up,
        "last_reached": last_reached,
        "consent": consent,
        "email": email,
        "phone": phone,
    }
    opened = open_source(source, form)
    try:
        with telling(opened.in_words):
            return with_recovery(opened, lambda: _read(opened, rows, given, date_format))
    finally:
        # A table of the user's own backend stays there; everything else has been copied.
        opened.close()


def _read(
    opened: OpenSource, rows: Rows, given: Mapping[str, str | None], date_format: str | None
) -> Contacts:
    parts = [_typed(part, opened, rows, given, date_format) for part in opened.parts]
    opened.parts[:] = [each.part for each in parts]
    decide(opened, parts)
    notes = list(opened.notes)
    if opened.backend is rows.backend:
        # Lazy, so nothing has been counted that could ask for a closer look.
        look_again(opened, parts)
        table = _table(parts)
    else:
        table = handed_over(opened, rows, _table(parts), "contacts")
        unread = _unread(rows.opened, table)
        if unread and look_again(opened, parts):
            table = handed_over(opened, rows, _table(parts), "contacts")
            unread = _unread(rows.opened, table)
        if unread:
            label = parts[0].part.label
            notes.append(
                note(
                    "unread_days",
                    f"{label}: {counted(unread, 'day')} can't be read and"
                    f" {'counts' if unread == 1 else 'count'} as blank",
                    f"{label}: {counted(unread, 'day', lang='sv')} kan inte läsas och räknas som"
                    " tomma",
                    "--date-format",
                    unread,
                )
            )
    table = table.drop(UNREAD)
    notes += reading_notes(parts)
    if not any("signed_up" in typed.choice.roles for typed in parts):
        notes.append(
            note(
                "no_sign_up_day",
                f"{parts[0].part.label} has no sign-up day; name its column with --signed-up",
                f"{parts[0].part.label} har ingen anmälningsdag; ange dess kolumn med --signed-up",
                "--signed-up",
            )
        )
    roles = parts[0].choice.roles
    return Contacts(table, {role: parts[0].part.names[i] for role, i in roles.items()}, notes)


def _typed(
    part: SourceTable,
    opened: OpenSource,
    rows: Rows,
    given: Mapping[str, str | None],
    date_format: str | None,
) -> TypedPart:
    wanted = dict(given)
    if not wanted["contact_id"]:
        wanted["contact_id"] = same_id(part, rows.columns["customer"])
    try:
        choice = choose_columns(
            part.names, wanted, part.label, needed=("contact_id",), wanted=(*DAYS, *TEXTS)
        )
    except InputError as error:
        raise InputError(f"{error}{part.hint}") from error
    part, choice = narrowed(part, choice, opened.notes)
    return TypedPart(
        part,
        choice,
        opened.backend.name,
        date_format=date_format,
        nobody=rows.options.no_customer,
    )


def same_id(part: SourceTable, customer: str) -> str | None:
    """The number of the column that identifies customers in the way the orders do."""
    known = [normalised(name) for name in part.names]
    wanted = normalised(customer)
    # The same name; else another name for the same thing, say an e-mail address.
    for names in ([wanted], *(words(rank) for rank in NAMES["customer"])):
        same = [i for i, name in enumerate(known) if name in names]
        if wanted in names and len(same) == 1:
            return str(same[0] + 1)
    return None


def _table(parts: list[TypedPart]) -> Any:
    """The typed table, and how many days of each row are written and can't be read."""
    ibis = import_module("ibis")
    reached = any("last_reached" in typed.choice.roles for typed in parts)
    texts = [role for role in TEXTS if any(role in typed.choice.roles for typed in parts)]
    tables = []
    for typed in parts:
        new = {"customer": typed.customer("contact_id")}
        for role in texts:
            new[role] = _text(typed, role)
        unread = ibis.literal(0, dtype("int8"))
        for role in DAYS:
            if role not in typed.choice.roles:
                if role == "signed_up" or reached:
                    new[role] = ibis.null(dtype("int32"))
                continue
            new[role] = typed.day(role)
            cell = typed.part.column(typed.choice.roles[role])
            written = (cell.strip() != "") if cell.type().is_string() else cell.notnull()
            unread += new[role].isnull().ifelse(written, False).fill_null(False).ifelse(1, 0)
        tables.append(typed.part.table.select(**new, **{UNREAD: unread}))
    return reduce(lambda one, other: one.union(other), tables)


def _text(typed: TypedPart, role: str) -> Any:
    """A column as text, null where it is blank."""
    if role not in typed.choice.roles:
        return import_module("ibis").null(dtype("string"))
    return typed.part.column(typed.choice.roles[role]).cast(dtype("string")).strip().nullif("")


def _unread(opened: OpenSource, table: Any) -> int:
    return int(opened.ask(table.agg(unread=table[UNREAD].sum()))[0]["unread"] or 0)


def handed_over(opened: OpenSource, rows: Rows, table: Any, name: str) -> Any:
    """A table on the backend of the orders, through a file of a name."""
    engine = rows.opened.engine
    if engine is None or opened.engine is None:
        return import_module("ibis").memtable(opened.backend.to_pyarrow(table))
    # Through a file, so that no list is too long for memory.
    written = opened.engine.temp / f"{name}.parquet"
    opened.backend.to_parquet(table, written)
    path = written.rename(Path(tempfile.mkdtemp(dir=engine.temp), written.name))
    return rows.backend.read_parquet([str(path)], hive_partitioning=False)
