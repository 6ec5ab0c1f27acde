"""Where a value and its interval lie between two ends, as a text: ``  ├──●───┤``."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["interval_text", "span_of"]

POINT, RULE, LOW, HIGH, ZERO = "●", "─", "├", "┤", "│"

Span = tuple[float, float]


def span_of(values: Iterable[float | None], *, zero: bool = True) -> Span | None:
    """The least and the greatest of the values; None where there is no value.

    Args:
        values: Those that are known count.
        zero: Whether zero is among them.

    Examples:
        >>> span_of([0.2, None, 0.1]), span_of([0.2, None, 0.1], zero=False), span_of([None])
        ((0.0, 0.2), (0.1, 0.2), None)
    """
    known = [value for value in values if value is not None]
    if not known:
        return None
    ends = [*known, 0.0] if zero else known
    return min(ends), max(ends)


def interval_text(
    value: float | None, low: float | None, high: float | None, span: Span | None, width: int
) -> str:
    """A value with its interval on a line from one end of a span to the other; zero is marked.

    Args:
        value: The value; None for no point.
        low: The low end of its interval; None where it has none.
        high: The high end; None where it is open.
        span: What the first and the last character stand for.
        width: Characters of the line.

    Returns:
        The line, blanks at its end left out; empty where nothing is known.

    Examples:
        >>> interval_text(0.5, 0.25, 0.75, (0.0, 1.0), 9)
        '│ ├─●─┤'
        >>> interval_text(None, None, None, (0.0, 1.0), 9)
        ''
    """
    if value is None or span is None or width < 1 or span[0] >= span[1]:
        return ""

    def place(number: float) -> int:
        share = (number - span[0]) / (span[1] - span[0])
        return min(max(round(share * (width - 1)), 0), width - 1)

    signs = [" "] * width
    if span[0] <= 0.0 <= span[1]:
        signs[place(0.0)] = ZERO
    if low is not None:
        end = width - 1 if high is None else place(high)
        signs[place(low) : end + 1] = RULE * (end + 1 - place(low))
        signs[place(low)] = LOW
        signs[end] = "→" if high is None else HIGH
    signs[place(value)] = POINT
    return "".join(signs).rstrip()
