"""The colour of a hot cell, and of the text on it, in any theme."""

from __future__ import annotations

from collections.abc import Mapping

from rich.style import Style
from textual.color import BLACK, WHITE, Color

__all__ = ["contrast", "heat_style"]


def _luminance(colour: Color) -> float:
    """Relative luminance, as WCAG 2.2 defines it."""
    parts = [part / 255 for part in colour.rgb]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Color, other: Color) -> float:
    """The contrast of two colours, 1 to 21, as WCAG 2.2 defines it.

    Examples:
        >>> round(contrast(Color.parse("black"), Color.parse("white")), 1)
        21.0
    """
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def heat_style(share: float, variables: Mapping[str, str]) -> Style:
    """From the ground of the theme to its accent; the text black or white, whichever is clearer.

    Args:
        share: How hot, 0 to 1; what lies beyond counts as the nearer end.
        variables: Of the theme.
    """
    low, high = (Color.parse(variables[name]) for name in ("surface", "primary"))
    ground = low.blend(high, min(max(share, 0.0), 1.0))
    ink = max((BLACK, WHITE), key=lambda ink: contrast(ink, ground))
    return Style.from_color(ink.rich_color, ground.rich_color)
