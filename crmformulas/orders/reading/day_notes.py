"""Notices of how days were read: units of numbers, the zone, half-converted columns."""

from __future__ import annotations

from collections.abc import Sequence

from crmformulas.orders.reading.account import AppliedRule, note
from crmformulas.orders.reading.day_columns import half_converted
from crmformulas.orders.reading.typed_parts import TypedPart

__all__ = ["day_notes"]

ROLES = ("date", "signed_up", "last_reached", "answered")


def day_notes(parts: Sequence[TypedPart]) -> list[AppliedRule]:
    """Notices of the days of these parts."""
    notes = []
    for typed in parts:
        for role in ROLES:
            if role not in typed.choice.roles:
                continue
            position, where = typed.choice.roles[role], typed.where(role)
            if role in typed.units:
                unit = typed.units[role]
                counts = unit.name == "serial"
                zone = typed.time_zone or "UTC"
                notes.append(
                    note(
                        "day_unit",
                        f"{where} holds {unit.words}" + ("" if counts else f", the day in {zone}"),
                        f"{where} innehåller {unit.words_sv}"
                        + ("" if counts else f", dagen i {zone}"),
                        "--date-format",
                    )
                )
            if position in typed.part.zones:
                zone = typed.part.zones[position]
                notes.append(
                    note(
                        "day_zone",
                        f"{where}: the day is that in {zone}",
                        f"{where}: dagen är den i {zone}",
                        "--time-zone",
                    )
                )
            if typed.duckdb and half_converted(typed.part, position):
                notes.append(
                    note(
                        "half_converted",
                        f"{where}: all dates have day numbers up to 12 and all texts greater ones:"
                        " a spreadsheet of another locale turned the texts that it could into"
                        " dates, day and month exchanged; export them again, as text",
                        f"{where}: alla datum har dagnummer upp till 12 och alla texter större: ett"
                        " kalkylblad med andra landsinställningar gjorde de texter det kunde till"
                        " datum, med dag och månad omkastade; exportera dem igen, som text",
                    )
                )
    return notes
