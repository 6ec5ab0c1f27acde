"""The colours of workbooks, charts, pages and slides: each means one thing everywhere."""

from __future__ import annotations

__all__ = ["BAND", "GAIN", "GREY", "INK", "LOSS", "NEUTRAL", "PAPER", "RULE", "SHADES"]

BAND = "#1F4E5F"
GREY = "#6B6B6B"
RULE = "#BFBFBF"
INK = "#1B2529"
PAPER = "#FFFFFF"

GAIN = "#1E6F5C"
LOSS = "#A9412B"
NEUTRAL = "#8DB4C2"
SHADES = (BAND, "#4F8294", NEUTRAL, "#C9DDE4")
"""Growth has one hue, loss another; all else is neutral, in shades from the first to the last."""
