"""The factor that takes a revenue to its target, where levers lift a part of it."""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf

from crmformulas.errors import NotEnoughDataError
from crmformulas.translations import Translated

__all__ = ["factor_reaching"]


def factor_reaching(revenue: Sequence[float], powers: Sequence[int], target: float) -> float:
    """The factor x at which Σ revenue × x^power is the target.

    Args:
        revenue: Of each segment, in currency units, at least 0; NaN where it is undefined.
        powers: How many of the levers that get the factor lift the segment.
        target: The revenue wanted, in currency units.

    Returns:
        The factor, at least 0.

    Raises:
        NotEnoughDataError: if a segment's revenue is undefined, or no factor reaches the target.

    Examples:
        >>> factor_reaching([100.0, 300.0], [0, 1], 430.0)
        1.1
    """
    # Nothing stays nothing, also times a power that is beyond any number.
    parts = tuple((part, power) for part, power in zip(revenue, powers, strict=True) if part)

    def gap(factor: float) -> float:
        return sum(part * _raised(factor, power) for part, power in parts) - target

    fixed, slope = gap(0.0), sum(part for part, power in parts if power)
    if fixed != fixed:
        raise NotEnoughDataError(
            Translated(
                "a segment without outcome leaves the revenue undefined",
                "ett segment utan utfall gör omsättningen odefinierad",
            )
        )
    if fixed == 0:
        return 0.0 if slope else 1.0
    factor = inf
    if fixed < 0 < slope:
        factor = -fixed / slope if max(powers) == 1 else _root(gap)
    if factor == inf:
        raise NotEnoughDataError(
            Translated(
                f"no factor of the lever reaches {target:g}",
                f"inget värde på faktorn når {target:g}",
            )
        )
    return factor


def _root(gap: Callable[[float], float]) -> float:
    """The least number at which a rising function is no longer below 0."""
    low, high = 0.0, 1.0
    while gap(high) < 0:
        low, high = high, 2 * high
    while low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if gap(middle) < 0 else (low, middle)
    return high


def _raised(factor: float, power: int) -> float:
    try:
        return factor**power
    except OverflowError:
        return inf
