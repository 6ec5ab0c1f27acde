"""The day in columns that hold it otherwise than as a date: counted, in short years, or in a zone.

Decided over the whole column, before the texts are weighed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from crmformulas.errors import InputError
from crmformulas.orders.reading import dates
from crmformulas.orders.reading.dates import EPOCH, day_number
from crmformulas.orders.reading.expressions import dtype
from crmformulas.orders.reading.source_tables import SourceTable
from crmformulas.orders.reading.time_zones import OFFSET, UTC, local_time
from crmformulas.translations import Translated

__all__ = ["UNITS", "Unit", "find_unit", "half_converted", "short_order", "with_offset"]

FIRST, LAST = date(1990, 1, 1), date(2100, 12, 31)
SECONDS = 86_400
SERIAL_EPOCH = 25_569
"""The day number that spreadsheets give 1970-01-01."""
NUMBER = "^[ ]*(?:[0-9]{5}|[0-9]{9,10}|[0-9]{12,13}|[0-9]{15,16})(?:[.][0-9]*)?[ ]*$"
WRITTEN = "^[ ]*[0-9]+(?:[.][0-9]*)?[ ]*$"
FEW = 3


@dataclass(frozen=True)
class Unit:
    """Unit of numbers that mean days."""

    name: str
    """As ``--date-format`` takes it."""
    words: str
    words_sv: str
    per_day: int
    """How many of it are a day."""
    epoch: int = 0
    """What 1970-01-01 is in days."""

    def of(self, day: date) -> int:
        """The number that means the beginning of a day."""
        return ((day - EPOCH).days + self.epoch) * self.per_day

    @property
    def extent(self) -> tuple[int, int]:
        """The least number, and the first that is too large."""
        return self.of(FIRST), self.of(LAST) + self.per_day

    def day_of(self, number: float) -> date:
        """The day that a number means."""
        return date.fromordinal(EPOCH.toordinal() + int(number // self.per_day) - self.epoch)

    def days(self, number: Any, zone: str | None) -> Any:
        """The days since 1970-01-01 of a column of numbers, null outside 1990 to 2100."""
        low, high = self.extent
        fits = ((number >= low) & (number < high)).ifelse(number, None)
        if zone in (None, UTC) or self.name == "serial":
            return ((fits / self.per_day).floor() - self.epoch).cast(dtype("int32"))
        instant = (fits / self.per_day * SECONDS).cast(dtype("float64")).cast("timestamp('UTC')")
        return day_number(local_time(instant, str(zone)).cast(dtype("date")))


UNITS = (
    Unit(
        "serial",
        "days as spreadsheets count them",
        "dagar som kalkylblad räknar dem",
        1,
        SERIAL_EPOCH,
    ),
    Unit("unix", "Unix time in seconds", "Unix-tid i sekunder", SECONDS),
    Unit("unix-ms", "Unix time in milliseconds", "Unix-tid i millisekunder", SECONDS * 1_000),
    Unit("unix-us", "Unix time in microseconds", "Unix-tid i mikrosekunder", SECONDS * 1_000_000),
)


def unit_of(number: float) -> Unit | None:
    """The unit in which a number means a day from 1990 to 2100; there is one at most.

    Examples:
        >>> unit_of(45296).words, unit_of(1704412800).words, unit_of(20240105)
        ('days as spreadsheets count them', 'Unix time in seconds', None)
    """
    for unit, (low, high) in _extents():
        if low <= number < high:
            return unit
    return None


@cache
def _extents() -> tuple[tuple[Unit, tuple[int, int]], ...]:
    return tuple((unit, unit.extent) for unit in UNITS)


def as_number(column: Any) -> Any:
    """The numbers of a column; null where it holds none."""
    if column.type().is_string():
        column = column.re_search(WRITTEN).ifelse(column.strip(), None)
    return column.try_cast(dtype("float64"))


def find_unit(part: SourceTable, position: int, cells: Sequence[Any], where: str) -> Unit | None:
    """The unit of a column whose numbers all mean days in it; None where it holds other dates.

    Args:
        part: the part.
        position: its column of days.
        cells: some of its cells.
        where: the part and column, for messages.

    Raises:
        InputError: nearly all of its numbers mean days, but not all.
    """
    numbers = [number for cell in cells if (number := _number(cell)) is not None]
    filled = sum(1 for cell in cells if str(cell).strip())
    if len(numbers) * 10 < filled * 9:
        # Dates written out, among which a number is the exception.
        return None
    by_number = {number: unit_of(number) for number in set(numbers)}
    units = [by_number[number] for number in numbers]
    unit = units[0] if units else None
    if unit is None or units.count(unit) * 10 < len(units) * 9:
        return None
    column = as_number(part.column(position))
    low, high = unit.extent
    outside = ((column < low) | (column >= high)).ifelse(column, None)
    tally = part.ask(
        part.table.agg(
            fits=column.count() - outside.count(), other=outside.count(), odd=outside.max()
        )
    )[0]
    if tally["other"]:
        example = f"{numbers[units.index(unit)]:g}" if numbers[0] < 1e6 else f"{numbers[0]:.0f}"
        raise InputError(
            Translated(
                f"{where} holds numbers; {tally['fits']} mean days as {unit.words}"
                f" ({example} is {unit.day_of(float(example))}), {tally['other']} do not, for"
                f" example {tally['odd']:g}",
                f"{where} har tal; {tally['fits']} är dagar som {unit.words}"
                f" ({example} är {unit.day_of(float(example))}), {tally['other']} är det inte, som"
                f" {tally['odd']:g}",
            ),
            f"; --date-format {unit.name} reads the days and leaves the others out",
        )
    return unit


def _number(cell: Any) -> float | None:
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return float(cell)
    text = str(cell).strip()
    whole, _, rest = text.partition(".")
    return float(text) if whole.isdecimal() and (not rest or rest.isdecimal()) else None


def short_order(
    part: SourceTable, column: Any, cells: Sequence[str], where: str, wanted: str | None
) -> str | None:
    """In which order a column with years of two digits writes year, month and day.

    Args:
        part: the part.
        column: its column of texts.
        cells: some of them, with such years.
        where: the part and column, for messages.
        wanted: the order that the user gives.

    Raises:
        InputError: more than one order is possible.
    """
    if wanted is not None:
        return wanted
    if part.whole:
        counts: dict[str, int] = dates.possible_orders(cells)
        example = max(cells)
    else:
        tally = part.ask(part.table.agg(**dates.count_orders(column)))[0]
        example = tally.pop("example")
        counts = {order: int(count or 0) for order, count in tally.items()}
    most = max(counts.values())
    possible = [order for order, count in counts.items() if count == most]
    if not most:
        return None
    if len(possible) > 1:
        ways = {"DMY": "day first", "MDY": "month first", "YMD": "year first"}
        readings = " or ".join(ways[order] for order in possible)
        options = " or ".join(f"--date-format {dates.SHORT_WORDS[order]}" for order in possible)
        raise InputError(
            Translated(
                f"{where} has years of two digits and can be read {readings}, for example"
                f" {example!r}",
                f"{where} har årtal med två siffror och kan läsas {readings}, som {example!r}",
            ),
            f"; say which with {options}",
        )
    return possible[0]


def with_offset(column: Any, zone: str, otherwise: Any) -> Any:
    """The days in a zone of texts that name an instant; `otherwise` for the rest."""
    named = column.re_search(OFFSET).ifelse(column, None)
    instant = named.try_cast("timestamp('UTC')")
    return day_number(local_time(instant, zone).cast(dtype("date"))).coalesce(otherwise)


def half_converted(part: SourceTable, position: int) -> bool:
    """Whether a spreadsheet of another locale took half of the texts for dates, and exchanged them.

    It understands ``03/04/2024`` as 4 March where 3 April is meant, and leaves ``13/04/2024`` as
    text: the dates all have day numbers up to 12, and the texts all have greater ones.
    """
    kinds = part.mixed.get(position)
    if kinds is None or kinds.day is None:
        return False
    days, texts = part.column(kinds.day), part.column(kinds.text)
    two = texts.re_search(dates.TWO_NUMBERS).ifelse(texts, None)
    first, second = (
        two.re_extract(dates.TWO_NUMBERS, group).try_cast(dtype("int32")) for group in (1, 2)
    )
    greater = (first > second).ifelse(first, second)
    tally = part.ask(
        part.table.agg(
            dates=days.count(), latest=days.day().max(), texts=two.count(), least=greater.min()
        )
    )[0]
    return bool(
        tally["dates"] >= FEW
        and tally["texts"] >= FEW - 1
        and tally["latest"] <= 12 < tally["least"]
    )
