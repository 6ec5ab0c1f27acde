"""A first look at a source: its first rows, which columns are recognised, what is still open."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from crmformulas.errors import InputError
from crmformulas.orders.reading.column_roles import choose_columns
from crmformulas.orders.reading.engine_errors import of_an_engine, reason
from crmformulas.orders.reading.source_tables import SourceTable
from crmformulas.orders.reading.sources import open_source
from crmformulas.orders.reading.typed_rows import ROLES, ReadOptions, open_rows
from crmformulas.translations import Label

__all__ = ["Preview", "preview"]

ROWS = 20
COLUMNS = 40


@dataclass(frozen=True)
class Preview:
    """Preview of a source.

    Attributes:
        names: Its columns.
        rows: The first rows, as far as the first columns go; None is a blank cell.
        columns: Per role the column that is recognised or chosen.
        notes: What the user must know about how it is read.
        problem: Why it can't be read yet, in one line; empty when it can.
        message: The same in both languages, without the options of the command.
    """

    names: tuple[str, ...] = ()
    rows: tuple[tuple[str | None, ...], ...] = field(default=(), repr=False)
    columns: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[Label, ...] = ()
    problem: str = ""
    message: Label = ""


def preview(source: Any, **options: Any) -> Preview:
    """Look at a source without counting it.

    Args:
        source: As for :func:`crmformulas.orders.read`.
        **options: The same as there, too.

    Returns:
        The preview. What can't be read is told by its ``problem``, not raised.

    Examples:
        >>> import pandas as pd
        >>> log = pd.DataFrame({"kund": ["a"], "datum": ["2026-03-01"], "x": [10]})
        >>> preview(log).columns
        {'customer': 'kund', 'date': 'datum'}
        >>> preview(log).problem
        "the table: which column is the amount? ... the columns are 1 'kund', 2 'datum', 3 'x'"
        >>> preview(log, amount="x").problem
        ''
    """
    chosen = ReadOptions(**options)
    try:
        with open_rows(source, chosen) as rows:
            part = rows.opened.parts[0]
            notes = tuple(rule.text for rule in rows.notes)
            return Preview(tuple(part.names), _cells(part), dict(rows.columns), notes, "")
    except (InputError, OSError) as error:
        problem = _said(error)
        message: Label = error.message if isinstance(error, InputError) else problem
    except Exception as error:
        if not of_an_engine(error):
            raise
        message = reason(error)
        problem = message.en
    with suppress(InputError, OSError):
        opened = open_source(source, chosen)
        try:
            part = opened.parts[0]
            known = _recognised(part, chosen)
            return Preview(tuple(part.names), _cells(part), known, (), problem, message)
        finally:
            opened.close()
    return Preview(problem=problem, message=message)


def _said(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"{error.strerror or error}: {str(error.filename)!r}"
    return str(error)


def _cells(part: SourceTable) -> tuple[tuple[str | None, ...], ...]:
    sample = part.sample(range(min(len(part.names), COLUMNS)))
    return tuple(tuple(None if v is None else str(v) for v in row) for row in sample[:ROWS])


def _recognised(part: SourceTable, options: ReadOptions) -> dict[str, str]:
    """The roles whose columns are clear, each by itself."""
    names_by_role: dict[str, str] = {}
    for role in ROLES:
        given = {role: getattr(options, role)}
        with suppress(InputError):
            needed = [role] if role in ("customer", "date") or given[role] else []
            if role == "amount":
                needed = ["amount"]
            choice = choose_columns(part.names, given, part.label, needed=needed, wanted=["order"])
            names_by_role |= {
                r: part.names[i] for r, i in choice.roles.items() if r not in names_by_role
            }
    return names_by_role
