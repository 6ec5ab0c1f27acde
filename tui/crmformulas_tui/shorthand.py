"""Short words for conditions that are typed often: steps of the ladder, and days of silence."""

from __future__ import annotations

import re

__all__ = ["written_out"]

STEPS = re.compile(r"f(\d{1,4})(?:(\+)|(?:-|–|\.\.)f?(\d{1,4}))?", re.IGNORECASE)
SILENT = re.compile(r"[>]?(\d{1,5})d", re.IGNORECASE)


def written_out(text: str) -> str:
    """The condition that short words stand for; empty if one of them is none.

    ``f4`` is who has made exactly four orders, ``f4+`` at least four, ``f4-5`` four or five;
    ``90d`` is who has bought nothing for more than 90 days.

    Examples:
        >>> written_out("f4-5 90d"), written_out("F3+"), written_out("10017")
        ('orders 4..5 and days_since > 90', 'orders >= 3', '')
    """
    parts = [_part(word) for word in text.split()]
    return " and ".join(parts) if parts and all(parts) else ""


def _part(word: str) -> str:
    if silent := SILENT.fullmatch(word):
        return f"days_since > {int(silent[1])}"
    step = STEPS.fullmatch(word)
    if step is None:
        return ""
    if step[2]:
        return f"orders >= {int(step[1])}"
    return f"orders {int(step[1])}..{int(step[3])}" if step[3] else f"orders = {int(step[1])}"
