"""A survey beside the orders: who answered what, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from importlib import import_module
from typing import Any

from crmformulas.errors import InputError
from crmformulas.orders.reading.account import AppliedRule
from crmformulas.orders.reading.column_roles import choose_columns
from crmformulas.orders.reading.contacts import handed_over, same_id
from crmformulas.orders.reading.engine_errors import telling
from crmformulas.orders.reading.ibis_types import dtype
from crmformulas.orders.reading.quality import decide, look_again, reading_notes
from crmformulas.orders.reading.source_tables import OpenSource, SourceOptions, SourceTable
from crmformulas.orders.reading.sources import open_source
from crmformulas.orders.reading.typed_parts import TypedPart
from crmformulas.orders.reading.typed_rows import Rows, with_recovery
from crmformulas.orders.reading.wide_tables import narrowed

__all__ = ["Survey", "open_survey"]


@dataclass
class Survey:
    """A survey on the backend of the orders, a row per line.

    Attributes:
        table: ``customer`` (text, null where blank), ``score`` in ten-thousandths (null where blank
            or unreadable), ``answered`` (days since 1970-01-01, null where blank or unreadable) and
            ``blank`` (whether nothing stands where the score should).
        dated: Whether there is a column of days.
        columns: Per role the name of its column.
        notes: What the user must know about how the survey was read, a line each.
    """

    table: Any
    dated: bool
    columns: dict[str, str]
    notes: list[AppliedRule]


def open_survey(
    source: Any,
    rows: Rows,
    *,
    respondent: str | None = None,
    score: str | None = None,
    answered: str | None = None,
    table: str | None = None,
    date_format: str | None = None,
    delimiter: str | None = None,
    encoding: str | None = None,
) -> Survey:
    """Open a survey.

    Args:
        source: as for orders.
        rows: the orders that it belongs to.
        respondent: the column of customer ids as in the orders, by name or number.
        score: the column of the answers.
        answered: the column of their days, or ``none``.
        table: the table of a database, or the sheet of a workbook.
        date_format: as for orders.
        delimiter: as for orders.
        encoding: as for orders.

    Raises:
        InputError: the survey can't be read, or not without an option that the message names.
    """
    engine = rows.opened.engine
    form = SourceOptions(
        table=table,
        delimiter=delimiter,
        encoding=encoding,
        memory_limit=rows.options.memory_limit,
        temp_directory=rows.options.temp_directory if engine is None else engine.temp,
        threads=rows.options.threads,
    )
    given = {"respondent": respondent, "score": score, "answered": answered}
    opened = open_source(source, form)
    try:
        with telling(opened.in_words):
            return with_recovery(opened, lambda: _read(opened, rows, given, date_format))
    finally:
        # A table of the user's own backend stays there; everything else has been copied.
        opened.close()


def _read(
    opened: OpenSource, rows: Rows, given: Mapping[str, str | None], date_format: str | None
) -> Survey:
    parts = [_typed(part, opened, rows, given, date_format) for part in opened.parts]
    opened.parts[:] = [each.part for each in parts]
    decide(opened, parts)
    if opened.backend is rows.backend:
        # Lazy, so nothing has been counted that could ask for a closer look.
        look_again(opened, parts)
        table = _table(parts)
    else:
        table = handed_over(opened, rows, _table(parts), "survey")
        if _unread(rows.opened, table) and look_again(opened, parts):
            table = handed_over(opened, rows, _table(parts), "survey")
    roles = parts[0].choice.roles
    return Survey(
        table,
        any("answered" in typed.choice.roles for typed in parts),
        {role: parts[0].part.names[i] for role, i in roles.items()},
        [*opened.notes, *reading_notes(parts)],
    )


def _typed(
    part: SourceTable,
    opened: OpenSource,
    rows: Rows,
    given: Mapping[str, str | None],
    date_format: str | None,
) -> TypedPart:
    wanted = dict(given)
    if not wanted["respondent"]:
        wanted["respondent"] = same_id(part, rows.columns["customer"])
    try:
        choice = choose_columns(
            part.names, wanted, part.label, needed=("respondent", "score"), wanted=("answered",)
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


def _table(parts: list[TypedPart]) -> Any:
    ibis = import_module("ibis")
    tables = []
    for typed in parts:
        cell = typed.part.column(typed.choice.roles["score"])
        blank = (cell.strip() == "") if cell.type().is_string() else cell.isnull()
        tables.append(
            typed.part.table.select(
                customer=typed.customer("respondent"),
                score=typed.number("score"),
                answered=typed.day("answered")
                if "answered" in typed.choice.roles
                else ibis.null(dtype("int32")),
                blank=blank.fill_null(True),
            )
        )
    return reduce(lambda one, other: one.union(other), tables)


def _unread(opened: OpenSource, table: Any) -> int:
    lost = table.score.isnull() & ~table.blank
    return int(opened.ask(table.agg(n=lost.sum()))[0]["n"] or 0)
