"""A survey beside the orders: who answered what, and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from crmformulas.orders.reading.account import AppliedRule
from crmformulas.orders.reading.beside import Form, Written, open_beside
from crmformulas.orders.reading.expressions import dtype, ibis
from crmformulas.orders.reading.typed_parts import TypedPart
from crmformulas.orders.reading.typed_rows import Rows

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
    given = {"respondent": respondent, "score": score, "answered": answered}
    written = Written(table, date_format, delimiter, encoding)
    read = open_beside(source, rows, FORM, given, written)
    return Survey(
        read.table, read.has("answered"), read.columns, [*read.notes, *read.reading_notes]
    )


def _table(parts: Sequence[TypedPart]) -> Any:
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


FORM = Form(
    "survey",
    customer="respondent",
    needed=("score",),
    wanted=("answered",),
    typed=_table,
    unread=lambda table: (table.score.isnull() & ~table.blank).sum(),
)
