"""Arguments of questions: days and single rules."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date

from crmformulas.errors import InputError
from crmformulas.orders.keywords import refuse_unknown
from crmformulas.orders.rules import RuleChanges, Rules
from crmformulas.translations import Translated

__all__ = ["FIRST_YEAR", "LAST_YEAR", "as_of_day", "changed_rules"]

FIRST_YEAR, LAST_YEAR = 1900, 2200
"""Of as-of days: what lies further away is a slip of the pen."""


def changed_rules(rules: Rules, changes: RuleChanges, of: str) -> Rules:
    """Rules with single ones changed.

    Args:
        rules: How to count.
        changes: What is to differ, by the fields of the rules.
        of: What was called, for a wrong keyword's message.

    Raises:
        KeywordError: if there is no rule of a name.
    """
    refuse_unknown(changes, (field.name for field in fields(Rules)), of)
    return replace(rules, **changes)


def as_of_day(day: date | str) -> date:
    """A day as it was given, or as it is written.

    Raises:
        InputError: if the text is no date, or the day further away than orders are.

    Examples:
        >>> as_of_day("2026-10-31")
        datetime.date(2026, 10, 31)
    """
    if isinstance(day, str):
        try:
            day = date.fromisoformat(day)
        except ValueError:
            raise InputError(
                Translated(
                    f"as-of day {day!r} is not a date like 2026-10-31",
                    f"dagen {day!r} är inte ett datum som 2026-10-31",
                )
            ) from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise InputError(
            Translated(
                f"as-of day {day} is not from {FIRST_YEAR} to {LAST_YEAR}",
                f"dagen {day} ligger inte mellan {FIRST_YEAR} och {LAST_YEAR}",
            )
        )
    # A datetime is a date too, but does not compare with one.
    return date(day.year, day.month, day.day)
