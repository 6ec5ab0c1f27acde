"""A contact list beside the orders: who is known, since when, and when last reached."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from crmformulas.orders.reading.account import AppliedRule, note
from crmformulas.orders.reading.beside import Beside, Form, Written, open_beside
from crmformulas.orders.reading.expressions import dtype, ibis
from crmformulas.orders.reading.typed_parts import TypedPart
from crmformulas.orders.reading.typed_rows import Rows
from crmformulas.translations import counted

__all__ = ["Contacts", "open_contacts"]

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
    given = {
        "contact_id": contact_id,
        "signed_up": signed_up,
        "last_reached": last_reached,
        "consent": consent,
        "email": email,
        "phone": phone,
    }
    written = Written(table, date_format, delimiter, encoding)
    read = open_beside(source, rows, FORM, given, written)
    notes = [*read.notes, *_unread_days(read), *read.reading_notes]
    if not read.has("signed_up"):
        notes.append(
            note(
                "no_sign_up_day",
                f"{read.label} has no sign-up day; name its column with --signed-up",
                f"{read.label} har ingen anmälningsdag; ange dess kolumn med --signed-up",
                "--signed-up",
            )
        )
    return Contacts(read.table.drop(UNREAD), read.columns, notes)


def _unread_days(read: Beside) -> Iterator[AppliedRule]:
    if unread := read.unread:
        yield note(
            "unread_days",
            f"{read.label}: {counted(unread, 'day')} can't be read and"
            f" {'counts' if unread == 1 else 'count'} as blank",
            f"{read.label}: {counted(unread, 'day', lang='sv')} kan inte läsas och räknas som"
            " tomma",
            "--date-format",
            unread,
        )


def _table(parts: Sequence[TypedPart]) -> Any:
    """The typed table, and how many days of each row are written and can't be read."""
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
        return ibis.null(dtype("string"))
    return typed.part.column(typed.choice.roles[role]).cast(dtype("string")).strip().nullif("")


FORM = Form(
    "contacts",
    customer="contact_id",
    needed=(),
    wanted=(*DAYS, *TEXTS),
    typed=_table,
    unread=lambda table: table[UNREAD].sum(),
)
