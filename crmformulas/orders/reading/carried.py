"""Numbers that rows carry to their orders beside the amount, told apart by their names.

``word_`` holds codes whose bits are or-ed, ``line_`` and ``most_`` numbers of which the largest
counts, ``sum_`` and ``times_`` numbers that are summed. There are none unless asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from crmformulas.orders.reading.expressions import ibis

__all__ = ["carried", "carried_singly"]

SUMMED, HIGHEST, MERGED = ("sum_", "times_"), ("line_", "most_"), "word_"


def carried(rows: Any, total: Callable[[Any], Any]) -> dict[str, Any]:
    """The numbers of an order from those of its rows, or of orders that are parts of it."""
    aggregates = {}
    for name in rows.columns:
        if name.startswith(MERGED):
            aggregates[name] = _merged(rows[name])
        elif name.startswith(HIGHEST):
            aggregates[name] = rows[name].max()
        elif name.startswith(SUMMED):
            aggregates[name] = total(rows[name])
    return aggregates


def carried_singly(rows: Any) -> dict[str, Any]:
    """The numbers of a row that is an order by itself."""
    prefixes = (MERGED, *HIGHEST, *SUMMED)
    return {name: rows[name] for name in rows.columns if name.startswith(prefixes)}


def _merged(word: Any) -> Any:
    """The bits of all rows."""
    if word.get_backend().name != "pyspark":
        return word.bit_or()

    def bit_or(word: int) -> int:
        raise AssertionError("a function of Spark, which Ibis does not know, only ever run there")

    return ibis.udf.agg.builtin(bit_or)(word)
