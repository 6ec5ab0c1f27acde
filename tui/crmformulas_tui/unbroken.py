"""Lines are broken at plain blanks alone, so that a figure stays whole: 1.83 M, 14 671."""

from __future__ import annotations

import re

from rich import _wrap as rich_wrap
from textual import _wrap

__all__ = ["keep_figures_whole"]

CHUNKS = re.compile(r"[^ \t\n]+[ \t\n]*|[ \t\n]+")
"""As Textual's own, which breaks at any blank, the no-break ones too."""

WORDS = re.compile(r"[ \t\n]*[^ \t\n]+[ \t\n]*")
"""As rich's own, by which Textual breaks what is no field to write in."""


def keep_figures_whole() -> None:
    """Let Textual and rich break lines at plain blanks alone."""
    _wrap.re_chunk = CHUNKS
    rich_wrap.re_word = WORDS
