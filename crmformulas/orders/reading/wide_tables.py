"""Tables of more columns than anybody looks at: those that matter are read, the others are not."""

from __future__ import annotations

from dataclasses import replace

from crmformulas.orders.reading.account import AppliedRule, note
from crmformulas.orders.reading.column_roles import Choice, further_names, names_a_customer
from crmformulas.orders.reading.source_tables import SourceTable

__all__ = ["narrowed"]

WIDE = 2_000
"""Columns from which a table is wide: the engine takes a tenth of a millisecond for each of them
in every query that sees them."""
LOOKED_AT = 500
"""Of a wide table the first columns are kept, to be shown and to be told apart by."""


def narrowed(
    part: SourceTable, choice: Choice, notes: list[AppliedRule]
) -> tuple[SourceTable, Choice]:
    """Leave out most columns of a wide table that have no role; `notes` says so."""
    if part.narrow is None or len(part.names) <= WIDE:
        return part, choice
    some = {*choice.roles.values(), *choice.keys, *choice.statuses, *choice.articles}
    some |= set(further_names(part.names, choice).values())
    some |= {i for i, name in enumerate(part.names) if i < LOOKED_AT or names_a_customer(name)}
    kept = sorted(some)
    place = {position: i for i, position in enumerate(kept)}
    notes.append(
        note(
            "wide_table",
            f"{part.label}: of {len(part.names)} columns the first {LOOKED_AT} are looked at, and"
            " further ones that are named or known",
            f"{part.label}: av {len(part.names)} kolumner läses de första {LOOKED_AT}, och"
            " ytterligare de som anges eller är kända",
        )
    )
    return part.narrow(kept), replace(
        choice,
        roles={role: place[i] for role, i in choice.roles.items()},
        keys=tuple(place[i] for i in choice.keys),
        statuses=tuple(place[i] for i in choice.statuses),
        articles=tuple(place[i] for i in choice.articles),
    )
