"""What an old Python lacks and a formula asks for: to read a day as ISO 8601 writes it."""

from __future__ import annotations

import datetime as times
import re

__all__ = ["datetime"]

DATE = r"(\d{4})(?:-(\d\d)-(\d\d)|(\d\d)(\d\d)|-W(\d\d)(?:-(\d))?|W(\d\d)(\d)?)"
HOUR, SIXTY = r"(?:[01]\d|2[0-3])", r"[0-5]\d"
FRACTION = r"(?:[.,]\d+)?"
CLOCK = f"(?:{HOUR}(?::{SIXTY}(?::{SIXTY}{FRACTION})?)?|{HOUR}{SIXTY}(?:{SIXTY}{FRACTION})?)"
WHOLE = re.compile(f"{DATE}(?:.{CLOCK}(?:Z|[-+]{CLOCK})?)?", re.ASCII | re.DOTALL)


class datetime(times.datetime):  # noqa: N801
    """A date and time that reads what Python reads from 3.11 on."""

    @classmethod
    def fromisoformat(cls, text: str) -> datetime:
        """The day in a text such as 2026-10-31, 20261031, 2026-W44-6 or 2026-10-31T12:30Z.

        Raises:
            ValueError: it is none. The time must be one, too, and is dropped.
        """
        found = WHOLE.fullmatch(text)
        if found is None:
            raise ValueError(f"no ISO 8601 date: {text!r}")
        year, *parts = found.groups()
        month, day, packed_month, packed_day, week, weekday, packed_week, packed_weekday = parts
        week = week or packed_week
        if week:
            number = int(weekday or packed_weekday or 1)
            one = times.date.fromisocalendar(int(year), int(week), number)
        else:
            one = times.date(int(year), int(month or packed_month), int(day or packed_day))
        return cls(one.year, one.month, one.day)
