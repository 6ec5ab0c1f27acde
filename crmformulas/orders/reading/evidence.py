"""Two readings of one text, and the rows that decide which is meant.

``05/01/2024`` has the day first or the month first; the point of ``1.299`` marks decimals or
thousands. Nobody can tell from the text; the other rows of the column can. This is what is counted
of them, and the rule by which they decide.
"""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

__all__ = ["Evidence", "Reading", "choose_reading", "gather_evidence"]

Reading = Literal["first", "second", "either"]
"""``either``: row by row, whichever of the two reads it; a text of two values has none."""


@dataclass
class Evidence:
    """The rows that only the first reading reads, only the second, or both but differently."""

    first: int = 0
    second: int = 0
    differ: int = 0
    example: str | None = None
    """A text that the two readings understand differently."""


def gather_evidence(
    texts: Iterable[str],
    read: Callable[[str, Reading], int | None],
    obvious: Sequence[str] = (),
) -> Evidence:
    """The evidence of some texts, each read in both ways.

    Args:
        texts: the texts.
        read: reads a text in one of the two.
        obvious: patterns of texts that only the first reads, only the second, and both alike, which
            need not be read.
    """
    evidence = Evidence()
    patterns = [re.compile(pattern) for pattern in obvious]
    for text, count in Counter(texts).items():
        kind = next((i for i, pattern in enumerate(patterns) if pattern.match(text)), None)
        if kind is not None:
            evidence.first += count * (kind == 0)
            evidence.second += count * (kind == 1)
            continue
        first, second = read(text, "first"), read(text, "second")
        if first == second:
            continue
        if second is None:
            evidence.first += count
        elif first is None:
            evidence.second += count
        else:
            evidence.differ += count
            evidence.example = evidence.example or text
    return evidence


def choose_reading(evidence: Evidence) -> Reading | None:
    """Choose a reading by the evidence of a whole column; None where it can't decide.

    The rows that only one reading reads decide, if they all speak for the same reading. If not,
    every row reads for itself, as long as there is no text of two values.
    """
    if bool(evidence.first) == bool(evidence.second):
        return None if evidence.differ else "either"
    return "first" if evidence.first else "second"
