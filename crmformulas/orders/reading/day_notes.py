"""What is told of how days were read: what numbers count, the zone, half-converted columns."""

from __future__ import annotations

from collections.abc import Sequence

from crmformulas.orders.reading.day_columns import half_converted
from crmformulas.orders.reading.typed_parts import TypedPart

__all__ = ["day_notes"]

ROLES = ("date", "signed_up", "last_reached", "answered")


def day_notes(parts: Sequence[TypedPart]) -> list[str]:
    """What the user must know about the days of these parts."""
    notes = []
    for typed in parts:
        for role in ROLES:
            if role not in typed.choice.roles:
                continue
            position, where = typed.choice.roles[role], typed.where(role)
            if role in typed.units:
                unit = typed.units[role]
                zone = "" if unit.name == "serial" else f", the day in {typed.time_zone or 'UTC'}"
                notes.append(f"{where} holds {unit.words}{zone}")
            if position in typed.part.zones:
                notes.append(f"{where}: the day is that in {typed.part.zones[position]}")
            if typed.duckdb and half_converted(typed.part, position):
                notes.append(
                    f"{where}: all dates have day numbers up to 12 and all texts greater ones: a"
                    " spreadsheet of another locale turned the texts that it could into dates, day"
                    " and month exchanged; export them again, as text"
                )
    return notes
