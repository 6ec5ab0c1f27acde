"""A file beside the orders, of customers by the same ids: a contact list, a survey.

It is read by an engine of its own, which may see its file only, and handed to the engine of the
orders as a typed table.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from crmformulas.errors import InputError
from crmformulas.orders.reading import spark
from crmformulas.orders.reading.account import AppliedRule
from crmformulas.orders.reading.column_roles import NAMES, choose_columns, normalised, words
from crmformulas.orders.reading.engine_errors import telling
from crmformulas.orders.reading.expressions import real
from crmformulas.orders.reading.quality import decide, look_again, reading_notes
from crmformulas.orders.reading.source_tables import OpenSource, SourceOptions, SourceTable
from crmformulas.orders.reading.sources import open_source
from crmformulas.orders.reading.typed_parts import TypedPart
from crmformulas.orders.reading.typed_rows import Rows, with_recovery
from crmformulas.orders.reading.wide_tables import narrowed

__all__ = ["Beside", "Form", "Written", "open_beside"]


@dataclass(frozen=True)
class Form:
    """Contents of a file beside the orders, and how it becomes a typed table.

    Attributes:
        name: Of the table.
        customer: The role of its column of customer ids.
        needed: The roles that it must have beside that.
        wanted: Those that it may have.
        typed: Makes the typed table of its parts.
        unread: Counts, of that table, the cells that are written and can't be read.
    """

    name: str
    customer: str
    needed: Sequence[str]
    wanted: Sequence[str]
    typed: Callable[[Sequence[TypedPart]], Any]
    unread: Callable[[Any], Any]


@dataclass(frozen=True)
class Beside:
    """Such a file on the backend of the orders.

    Attributes:
        table: As its form makes it.
        parts: Its parts.
        unread: Cells that can't be read; 0 where a table of the orders' own backend, which is lazy,
            was not counted.
        notes: What the user must know about how it was opened.
        reading_notes: The same of what its cells mean.
    """

    table: Any
    parts: Sequence[TypedPart]
    unread: int
    notes: list[AppliedRule]
    reading_notes: list[AppliedRule]

    @property
    def label(self) -> str:
        """Name of the file."""
        return self.parts[0].part.label

    @property
    def columns(self) -> dict[str, str]:
        """Per role the name of its column."""
        first = self.parts[0]
        return {role: first.part.names[i] for role, i in first.choice.roles.items()}

    def has(self, role: str) -> bool:
        """Whether there is a column of a role in any of its parts."""
        return any(role in typed.choice.roles for typed in self.parts)


class Written(NamedTuple):
    """Options of a file beside the orders; their meaning stands at those of orders."""

    table: str | None
    date_format: str | None
    delimiter: str | None
    encoding: str | None


def open_beside(
    source: Any, rows: Rows, form: Form, given: Mapping[str, str | None], written: Written
) -> Beside:
    """Open a file beside the orders.

    Args:
        source: as for orders.
        rows: the orders that it belongs to.
        form: what it holds.
        given: per role the column that the user named, by name or number, or ``none``.
        written: how it is written.

    Raises:
        InputError: the file can't be read, or not without an option that the message names.
    """
    engine = rows.opened.engine
    options = SourceOptions(
        table=written.table,
        delimiter=written.delimiter,
        encoding=written.encoding,
        memory_limit=rows.options.memory_limit,
        # What is written there the engine of the orders can read.
        temp_directory=rows.options.temp_directory if engine is None else engine.temp,
        threads=rows.options.threads,
    )
    opened = open_source(source, options)
    try:
        with telling(opened.in_words):
            return with_recovery(
                opened, lambda: _read(opened, rows, form, given, written.date_format)
            )
    finally:
        # A table of the user's own backend stays there; everything else has been copied.
        opened.close()


def _read(
    opened: OpenSource,
    rows: Rows,
    form: Form,
    given: Mapping[str, str | None],
    date_format: str | None,
) -> Beside:
    parts = [_typed(part, opened, rows, form, given, date_format) for part in opened.parts]
    opened.parts[:] = [each.part for each in parts]
    decide(opened, parts)
    unread = 0
    if opened.backend is rows.backend:
        # Lazy, so nothing has been counted that could ask for a closer look.
        look_again(opened, parts)
        table = form.typed(parts)
    else:
        table, unread = _handed_over(opened, rows, form, parts)
        if unread and look_again(opened, parts):
            table, unread = _handed_over(opened, rows, form, parts)
    return Beside(table, parts, unread, list(opened.notes), reading_notes(parts))


def _typed(
    part: SourceTable,
    opened: OpenSource,
    rows: Rows,
    form: Form,
    given: Mapping[str, str | None],
    date_format: str | None,
) -> TypedPart:
    asked = dict(given)
    if not asked[form.customer]:
        asked[form.customer] = _same_id(part, rows.columns["customer"])
    needed = (form.customer, *form.needed)
    try:
        choice = choose_columns(
            part.names, asked, part.label, needed=needed, wanted=tuple(form.wanted)
        )
    except InputError as error:
        raise InputError(error.message, command=f"{error}{part.hint}") from error
    part, choice = narrowed(part, choice, opened.notes)
    return TypedPart(
        part,
        choice,
        opened.backend.name,
        date_format=date_format,
        nobody=rows.options.no_customer,
    )


def _same_id(part: SourceTable, customer: str) -> str | None:
    """The number of the column that identifies customers in the way the orders do."""
    cleaned = [normalised(name) for name in part.names]
    wanted = normalised(customer)
    # The same name; else another name for the same thing, say an e-mail address.
    for names in ([wanted], *(words(rank) for rank in NAMES["customer"])):
        same = [i for i, name in enumerate(cleaned) if name in names]
        if wanted in names and len(same) == 1:
            return str(same[0] + 1)
    return None


def _handed_over(
    opened: OpenSource, rows: Rows, form: Form, parts: Sequence[TypedPart]
) -> tuple[Any, int]:
    """The table on the backend of the orders, and how much of it can't be read."""
    engine, expression = rows.opened.engine, form.typed(parts)
    if engine is None or opened.engine is None:
        table = spark.table_of(rows.backend, opened.backend.to_pyarrow(real(expression)))
    else:
        # Through a file, so that no list is too long for memory.
        written = opened.engine.temp / f"{form.name}.parquet"
        opened.backend.to_parquet(expression, written)
        path = written.rename(Path(tempfile.mkdtemp(dir=engine.temp), written.name))
        table = rows.backend.read_parquet(path)
    return table, int(rows.opened.ask(table.agg(n=form.unread(table)))[0]["n"] or 0)
